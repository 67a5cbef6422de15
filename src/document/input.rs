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

/// The name of a file without the extension of its format: `a` for `a.txt.gz`; `report.2023` for `report.2023`.
fn stem(path: &Path) -> String {
    let path = if extension_is(path, "gz") { path.with_extension("") } else { path.to_owned() };
    let name = if path.extension().and_then(|e| e.to_str()).and_then(Format::of_extension).is_some() {
        path.file_stem()
    } else {
        path.file_name()
    };
    name.map_or_else(String::new, |n| n.to_string_lossy().into_owned())
}
