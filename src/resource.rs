//! The files of `data/` and `queries/` as compiled into the program, and a user's folder laid over them.
//!
//! This module hands out text by path; what the text means is known only to the one module that reads it.

use crate::error::{Error, Result};
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::fs;
use std::path::Path;

include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// One data file.
#[derive(Clone, Debug)]
pub struct Resource {
    /// Path below the data folder, with `/`: `rules/foundedBy.toml`.
    pub path: String,
    /// How messages name the file: `data/rules/foundedBy.toml`, or the user's own path.
    pub name: String,
    /// The content.
    pub text: Cow<'static, str>,
    /// Whether the file is the user's own.
    pub own: bool,
}

impl Resource {
    /// The file's name without folder and extension: `foundedBy`.
    pub fn stem(&self) -> &str {
        let file = self.path.rsplit('/').next().unwrap_or(&self.path);
        file.split('.').next().unwrap_or(file)
    }
}

/// All data files: those compiled in, then the user's own.
#[derive(Clone, Debug)]
pub struct Resources {
    files: Vec<Resource>,
}

impl Resources {
    /// The files that the program was built with.
    pub fn builtin() -> Self {
        let files = EMBEDDED
            .iter()
            .map(|&(path, text)| Resource {
                path: path.strip_prefix("data/").unwrap_or(path).to_owned(),
                name: path.to_owned(),
                text: Cow::Borrowed(text),
                own: false,
            })
            .collect();
        Self { files }
    }

    /// The compiled-in files and, behind them, those of the user's folder `dir`.
    ///
    /// The folder has the layout of `data/` (`gazetteers/`, `rules/`, `values.toml`, …) and may hold `queries/`.
    ///
    /// # Errors
    /// If the folder or a file in it cannot be read as UTF-8.
    pub fn with_folder(dir: &Path) -> Result<Self> {
        let mut all = Self::builtin();
        if !dir.is_dir() {
            return Err(Error::Argument(format!(
                "{}: no such folder; --data names a folder with gazetteers/, rules/, values.toml or queries/ in it",
                dir.display()
            )));
        }
        for entry in walkdir::WalkDir::new(dir).sort_by_file_name() {
            let entry = entry.map_err(|e| {
                let path = e.path().unwrap_or(dir).to_owned();
                Error::Io { path, action: "read", source: e.into() }
            })?;
            if !entry.file_type().is_file() {
                continue;
            }
            let path = entry.path();
            let inner = path.strip_prefix(dir).unwrap_or(path);
            let inner = inner.components().map(|c| c.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/");
            let bytes = fs::read(path).map_err(Error::io("read", path))?;
            let text = String::from_utf8(bytes).map_err(|e| Error::Input {
                origin: path.display().to_string(),
                reason: format!("not UTF-8 at byte {}; save the file as UTF-8", e.utf8_error().valid_up_to()),
            })?;
            all.files.push(Resource { path: inner, name: path.display().to_string(), text: text.into(), own: true });
        }
        Ok(all)
    }

    /// The same files and one more of the user's own.
    #[must_use]
    pub fn with_file(mut self, path: &str, text: &str) -> Self {
        let text = text.to_owned().into();
        self.files.push(Resource { path: path.to_owned(), name: path.to_owned(), text, own: true });
        self
    }

    /// A short hash of everything that extraction reads: two runs with the same fingerprint find the same.
    pub fn fingerprint(&self) -> String {
        let mut digest = Sha256::new();
        let read = |f: &&Resource| !f.path.starts_with("queries/") && f.path != "drawing.toml";
        for file in self.files.iter().filter(read) {
            // The lengths keep two files from looking like one.
            for part in [file.path.as_bytes(), file.text.as_bytes()] {
                digest.update(part.len().to_le_bytes());
                digest.update(part);
            }
        }
        digest.finalize().iter().take(8).fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))
    }

    /// The versions of one file: the compiled-in one, then the user's.
    pub fn file<'a>(&'a self, path: &'a str) -> impl Iterator<Item = &'a Resource> {
        self.files.iter().filter(move |f| f.path == path)
    }

    /// The files directly in `folder` (`rules`, `gazetteers`, `queries`), compiled-in ones first, each group by name.
    pub fn folder<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = &'a Resource> {
        self.files.iter().filter(move |f| {
            f.path.strip_prefix(folder).and_then(|rest| rest.strip_prefix('/')).is_some_and(|rest| !rest.contains('/'))
        })
    }
}
