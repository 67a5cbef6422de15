//! Lists what there is to read: files, the files in folders, standard input.
//!
//! In: paths as the user typed them. Out: [`Input`]s in the order of their paths, whatever the order of the
//! arguments, each file once, with ids that tell them apart.

use super::{Format, Input};
use crate::error::Error;
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

/// What [`list`] found.
#[derive(Debug, Default)]
pub struct Listing {
    /// What to read, in the order of paths; standard input first.
    pub inputs: Vec<Input>,
    /// Paths that are not there, and folders that cannot be read.
    pub errors: Vec<Error>,
    /// Number of files in folders that were left out because their extension says that they are no text.
    pub skipped: usize,
}

/// Lists the files to read: those named, and those in the folders named, at any depth.
///
/// A file named outright is read as plain text if its extension is unknown; in a folder it is skipped, and so is
/// all whose name begins with a dot. `-` is standard input, read as plain text unless the caller sets its format.
pub fn list(paths: &[PathBuf]) -> Listing {
    let mut listing = Listing::default();
    let mut found = Vec::new();
    for path in paths {
        if path.as_os_str() == "-" {
            found.push((PathBuf::new(), None));
        } else if path.is_dir() {
            walk(path, &mut found, &mut listing);
        } else if let Err(source) = path.metadata() {
            listing.errors.push(Error::Io { path: path.clone(), action: "read", source });
        } else {
            found.push((path.clone(), Some(format_of(path).unwrap_or(Format::Text))));
        }
    }
    found.sort();
    let mut seen = HashSet::new();
    let mut places = Vec::new();
    for (path, format) in found {
        let Some(format) = format else {
            if seen.insert(PathBuf::new()) {
                let id = "stdin".to_owned();
                listing.inputs.push(Input { id, origin: "-".to_owned(), path: None, format: Format::Text, size: 0 });
                places.push(PathBuf::from("stdin"));
            }
            continue;
        };
        let place = path.canonicalize().unwrap_or_else(|_| path.clone());
        if !seen.insert(place.clone()) {
            continue;
        }
        let size = path.metadata().map_or(0, |m| m.len());
        let origin = path.display().to_string();
        listing.inputs.push(Input { id: String::new(), origin, path: Some(path), format, size });
        places.push(place);
    }
    for (input, id) in listing.inputs.iter_mut().zip(ids(&places)) {
        input.id = id;
    }
    listing
}

fn walk(folder: &Path, found: &mut Vec<(PathBuf, Option<Format>)>, listing: &mut Listing) {
    let hidden = |entry: &walkdir::DirEntry| {
        entry.depth() > 0 && entry.file_name().to_str().is_some_and(|name| name.starts_with('.'))
    };
    for entry in walkdir::WalkDir::new(folder).follow_links(true).into_iter().filter_entry(|e| !hidden(e)) {
        match entry {
            Ok(entry) if entry.file_type().is_dir() => {}
            Ok(entry) => match format_of(entry.path()) {
                Some(format) => found.push((entry.into_path(), Some(format))),
                None => listing.skipped += 1,
            },
            Err(error) => {
                let path = error.path().unwrap_or(folder).to_owned();
                listing.errors.push(Error::Io { path, action: "read", source: error.into() });
            }
        }
    }
}

fn format_of(path: &Path) -> Option<Format> {
    let path = if extension_is(path, "gz") { path.with_extension("") } else { path.to_owned() };
    Format::of_extension(path.extension()?.to_str()?)
}

fn extension_is(path: &Path, extension: &str) -> bool {
    path.extension().is_some_and(|e| e.eq_ignore_ascii_case(extension))
}

/// One id for each file: the stem of its name, and where files share it, as many of the folders above before it as
/// tell them apart: `2023/a`, `2024/a`. Files of one folder that share it keep their extensions: `a.html`, `a.txt`.
///
/// Depends on the files alone and not on their order.
fn ids(places: &[PathBuf]) -> Vec<String> {
    let stems: Vec<String> = places.iter().map(|place| stem(place)).collect();
    let mut beside: HashMap<(Option<&Path>, &str), usize> = HashMap::new();
    for (place, stem) in places.iter().zip(&stems) {
        *beside.entry((place.parent(), stem)).or_default() += 1;
    }
    let name = |place: &Path| place.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
    let mut ids: Vec<String> = places
        .iter()
        .zip(&stems)
        .map(|(place, stem)| if beside[&(place.parent(), stem.as_str())] > 1 { name(place) } else { stem.clone() })
        .collect();
    // One folder more for all that still share an id, until none do or there are no folders left.
    let mut folders: Vec<_> = places.iter().map(|place| place.parent().map(Path::components)).collect();
    loop {
        let mut shared: HashMap<String, usize> = HashMap::new();
        for id in &ids {
            *shared.entry(id.clone()).or_default() += 1;
        }
        let mut changed = false;
        for (id, folders) in ids.iter_mut().zip(&mut folders) {
            if shared[id.as_str()] > 1
                && let Some(std::path::Component::Normal(folder)) =
                    folders.as_mut().and_then(DoubleEndedIterator::next_back)
            {
                *id = format!("{}/{id}", folder.to_string_lossy());
                changed = true;
            }
        }
        if !changed {
            return ids;
        }
    }
}

/// The name of a file without its extension: `a` for `a.txt.gz`.
fn stem(path: &Path) -> String {
    let path = if extension_is(path, "gz") { path.with_extension("") } else { path.to_owned() };
    path.file_stem().map_or_else(String::new, |n| n.to_string_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn folders_are_searched_and_ids_tell_files_apart() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        let files = [
            "2023/a.txt",
            "2024/a.txt.gz",
            "2024/b.html",
            "2024/b.md",
            "x/2024/c.txt",
            "y/2024/c.jsonl",
            "d.TXT",
            "x/pic.png",
            ".hidden/e.txt",
            "x/.f.txt",
            "notes.log",
            "2024/g.h.txt",
        ];
        for file in files {
            let path = root.join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "字").unwrap();
        }
        let shown = |paths: &[&str]| {
            let paths: Vec<_> = paths.iter().map(|p| if *p == "-" { p.into() } else { root.join(p) }).collect();
            let listing = list(&paths);
            let inputs: Vec<_> = listing.inputs.iter().map(|i| format!("{} {:?}", i.id, i.format)).collect();
            (inputs.join("\n"), listing.errors.len(), listing.skipped)
        };
        let (inputs, errors, skipped) = shown(&[""]);
        assert_eq!((errors, skipped), (0, 2));
        expect_test::expect![[r#"
            2023/a Text
            2024/a Text
            b.html Html
            b.md Markdown
            g.h Text
            d Text
            x/2024/c Text
            y/2024/c JsonLines"#]]
        .assert_eq(&inputs);
        // Named twice, in another order, and beside what is not there.
        let again = shown(&["y", "x", "notes.log", "d.TXT", "2024", "-", "2023", "d.TXT", "missing", "2024/a.txt.gz"]);
        assert_eq!((again.1, again.2), (1, 1));
        expect_test::expect![[r#"
            stdin Text
            2023/a Text
            2024/a Text
            b.html Html
            b.md Markdown
            g.h Text
            d Text
            notes Text
            x/2024/c Text
            y/2024/c JsonLines"#]]
        .assert_eq(&again.0);
    }
}
