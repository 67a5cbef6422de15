//! The command `wenmai`: parses arguments, calls a command, prints the error, returns the exit code.

mod cli;

fn main() -> std::process::ExitCode {
    cli::main()
}
