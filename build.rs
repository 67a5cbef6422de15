//! Lists the files of `data/` and `queries/`, the models and the web page so that they are compiled into the program,
//! and compiles the gazetteers among them into one table.

use std::collections::hash_map::DefaultHasher;
use std::fmt::Write as _;
use std::hash::{Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::{env, fs};

#[expect(dead_code, reason = "the build script writes tables, the library reads them")]
#[path = "src/mention/gazetteer/table.rs"]
mod table;

fn main() {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR").expect("cargo sets the manifest folder"));
    let out = PathBuf::from(env::var("OUT_DIR").expect("cargo sets the output folder"));
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=src/mention/gazetteer/table.rs");
    let mut files = Vec::new();
    for folder in ["data", "queries"] {
        println!("cargo:rerun-if-changed={folder}");
        list(&root.join(folder), &mut files);
    }
    files.sort();
    let mut code = String::from(
        "/// Path and content of every data file, sorted by path.\nstatic EMBEDDED: &[(&str, &str)] = &[\n",
    );
    let mut models =
        String::from("/// Stem and content of every model, sorted by stem.\nstatic MODELS: &[(&str, &[u8])] = &[\n");
    let mut gazetteers = Vec::new();
    for file in &files {
        let path = file.strip_prefix(&root).expect("listed below the root");
        let path = path.to_str().expect("data files have UTF-8 names").replace('\\', "/");
        // Samples and labels are for the demo, the tests and training; nothing reads them when the program runs.
        if path.starts_with("data/samples/") || path.starts_with("data/labels/") || path.ends_with("README.md") {
            continue;
        }
        if let Some(stem) = path.strip_prefix("data/models/").and_then(|name| name.strip_suffix(".model")) {
            writeln!(models, "    ({stem:?}, include_bytes!({:?})),", file.display().to_string())
                .expect("a string takes any text");
            continue;
        }
        if path.starts_with("data/gazetteers/") {
            gazetteers.push((path.clone(), fs::read_to_string(file).expect("data files are UTF-8")));
        }
        writeln!(code, "    ({path:?}, include_str!({:?})),", file.display().to_string())
            .expect("a string takes any text");
    }
    code.push_str("];\n");
    fs::write(out.join("embedded.rs"), code).expect("the output folder is writable");
    models.push_str("];\n");
    fs::write(out.join("models.rs"), models).expect("the output folder is writable");
    compile(&gazetteers, &out);
    page(&root.join("src/server/page"), &out);
}

/// Writes `page.rs`: the files of the web page by their paths from its folder.
fn page(folder: &Path, out: &Path) {
    println!("cargo:rerun-if-changed={}", folder.display());
    let mut files = Vec::new();
    list(folder, &mut files);
    files.sort();
    let mut code = String::from(
        "/// Path and content of every file of the page, sorted by path.\nstatic FILES: &[(&str, &[u8])] = &[\n",
    );
    for file in &files {
        let path = file.strip_prefix(folder).expect("listed below the folder");
        let path = path.to_str().expect("files of the page have UTF-8 names").replace('\\', "/");
        writeln!(code, "    ({path:?}, include_bytes!({:?})),", file.display().to_string())
            .expect("a string takes any text");
    }
    code.push_str("];\n");
    fs::write(out.join("page.rs"), code).expect("the output folder is writable");
}

/// Writes `gazetteers.bin`, unless it is there already from the same files.
///
/// The built-in names are written as they are looked up (a test checks that), so nothing is folded here.
fn compile(gazetteers: &[(String, String)], out: &Path) {
    let mut hasher = DefaultHasher::new();
    gazetteers.hash(&mut hasher);
    include_str!("src/mention/gazetteer/table.rs").hash(&mut hasher);
    let hash = format!("{:016x}", hasher.finish());
    let (target, mark) = (out.join("gazetteers.bin"), out.join("gazetteers.hash"));
    if target.exists() && fs::read_to_string(&mark).is_ok_and(|old| old == hash) {
        return;
    }
    let sources: Vec<_> = gazetteers.iter().map(|(_, text)| table::Source { text }).collect();
    match table::compile(&sources, str::to_owned) {
        Ok(bytes) => fs::write(&target, bytes).expect("the output folder is writable"),
        Err(problems) => {
            let list = problems
                .iter()
                .map(|p| format!("{}:{}: {}", gazetteers.get(p.file).map_or("", |(path, _)| path), p.line, p.message));
            panic!("the gazetteers hold mistakes:\n{}", list.collect::<Vec<_>>().join("\n"));
        }
    }
    fs::write(&mark, hash).expect("the output folder is writable");
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
