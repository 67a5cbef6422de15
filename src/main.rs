//! The command `wenmai`: parses arguments, calls a command, prints the error, returns the exit code.

fn main() {}
