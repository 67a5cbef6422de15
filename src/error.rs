//! Everything that can stop a command: one variant per remedy.

use std::fmt;
use std::path::{Path, PathBuf};

/// Why a command, or one of its inputs, failed.
///
/// Messages say where, what, and what to do next; lower case, no full stop.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// One input cannot be read as text; the others go on. Remedy: mend this input.
    #[error("{origin}: {reason}")]
    Input {
        /// The input as the user named it.
        origin: String,
        /// What is wrong with it and what to do.
        reason: String,
    },
    /// Files of `data/` or of the user's `--data` folder hold mistakes. Remedy: edit those lines.
    #[error("{}", Mistake::list(.0))]
    Data(Vec<Mistake>),
    /// A query, a format name, a pattern or another argument is unusable. Remedy: correct the argument.
    #[error("{0}")]
    Argument(String),
    /// A query is not SPARQL. Remedy: mend the query there.
    #[error("{message}")]
    Query {
        /// Where and what, with the line itself and a mark under the place.
        message: String,
        /// Line from 1.
        line: usize,
        /// Character of the line from 1.
        column: usize,
    },
    /// The work takes more time, memory or room than is allowed. Remedy: ask for less, or allow more.
    #[error("{0}")]
    Limit(String),
    /// Somebody else is writing to the store. Remedy: wait.
    #[error("{}: {reason}", .path.display())]
    Locked {
        /// The store's folder.
        path: PathBuf,
        /// Who is writing and what to do.
        reason: String,
    },
    /// The store is damaged, of another version, or cannot be written. Remedy: see to the store.
    #[error("{}: {reason}", .path.display())]
    Store {
        /// The store's folder, or the file in it.
        path: PathBuf,
        /// What is wrong with it and what to do.
        reason: String,
    },
    /// The system refused a file operation. Remedy: see to the system.
    #[error("{}: cannot {action}: {source}", .path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What was tried: `read`, `write`, `create`.
        action: &'static str,
        /// The system's reason.
        source: std::io::Error,
    },
}

/// Shorthand for results of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// One mistake in one line of a data file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mistake {
    /// The file as the user knows it: `data/rules/foundedBy.toml`.
    pub file: String,
    /// Line from 1; 0 where the whole file is meant.
    pub line: usize,
    /// What is wrong and what would be right.
    pub message: String,
}

impl Mistake {
    fn list(mistakes: &[Self]) -> String {
        mistakes.iter().map(Self::to_string).collect::<Vec<_>>().join("\n")
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line == 0 {
            write!(f, "{}: {}", self.file, self.message)
        } else {
            write!(f, "{}:{}: {}", self.file, self.line, self.message)
        }
    }
}

impl Error {
    /// An [`Error::Io`] for use with `map_err`: `fs::read(p).map_err(Error::io("read", p))`.
    pub fn io(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { path, action, source }
    }
}
