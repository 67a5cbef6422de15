//! Lists the files of `data/` and `queries/` so that they are compiled into the program.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR").expect("cargo sets the manifest folder"));
    let out = PathBuf::from(env::var("OUT_DIR").expect("cargo sets the output folder"));
    let mut files = Vec::new();
    for folder in ["data", "queries"] {
        println!("cargo:rerun-if-changed={folder}");
        list(&root.join(folder), &mut files);
    }
    files.sort();
    let mut code = String::from(
        "/// Path and content of every data file, sorted by path.\nstatic EMBEDDED: &[(&str, &str)] = &[\n",
    );
    for file in &files {
        let path = file.strip_prefix(&root).expect("listed below the root");
        let path = path.to_str().expect("data files have UTF-8 names").replace('\\', "/");
        if path.starts_with("data/samples/") || path.ends_with("README.md") {
            continue;
        }
        writeln!(code, "    ({path:?}, include_str!({:?})),", file.display().to_string())
            .expect("a string takes any text");
    }
    code.push_str("];\n");
    fs::write(out.join("embedded.rs"), code).expect("the output folder is writable");
}

/// Adds all files below `folder`, depth first.
fn list(folder: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            list(&path, files);
        } else {
            files.push(path);
        }
    }
}
