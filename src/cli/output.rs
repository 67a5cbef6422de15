//! Where results, messages and errors go: results to standard output alone, the rest to standard error.

use std::fmt;
use std::io::{self, BufWriter, IsTerminal, StdoutLock, Write};
use wenmai::error::Error;

/// What ends a command early.
#[derive(Debug)]
pub(super) enum Failure {
    /// Something that the library could not do.
    Error(Error),
    /// Standard output takes no more.
    Output(io::Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

/// Standard output; whoever takes it must flush it, so that a full disk does not pass in silence.
pub(super) fn results() -> BufWriter<StdoutLock<'static>> {
    BufWriter::with_capacity(1 << 16, io::stdout().lock())
}

/// Whether results are shown to a person, who has not asked for plain text.
pub(super) fn is_styled() -> bool {
    io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty())
}

/// Says that something failed.
pub(super) fn error(message: fmt::Arguments) {
    say(format_args!("error: {message}"));
}

/// Says that something is doubtful or was left out.
pub(super) fn warning(message: fmt::Arguments) {
    say(format_args!("warning: {message}"));
}

/// Says something that is no result. Where standard error is closed there is nobody to tell.
pub(super) fn say(message: fmt::Arguments) {
    let _ = writeln!(io::stderr(), "{message}");
}
