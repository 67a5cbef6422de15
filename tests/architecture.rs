//! What holds for the code itself: the order of the modules, no Chinese wording in code, one reader for each data file.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// A line of code: no comment, not in a test module.
struct Line {
    file: String,
    number: usize,
    code: String,
}

/// The code of `src/`, without comments and tests, by top-level module (`main` and `cli` included).
fn code() -> BTreeMap<String, Vec<Line>> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut modules: BTreeMap<String, Vec<Line>> = BTreeMap::new();
    for path in files(&source) {
        let inner = path.strip_prefix(&source).unwrap();
        let first = inner.components().next().unwrap().as_os_str().to_string_lossy().into_owned();
        let module = first.trim_end_matches(".rs").to_owned();
        let text = fs::read_to_string(&path).unwrap();
        let lines = modules.entry(module).or_default();
        for (number, line) in text.lines().enumerate() {
            if line.starts_with("#[cfg(test)]") {
                break;
            }
            let code = line.split("//").next().unwrap_or("");
            let file = format!("src/{}", inner.display());
            lines.push(Line { file, number: number + 1, code: code.to_owned() });
        }
    }
    modules
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut entries: Vec<_> = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
    found
}

/// The modules of the library in the order of `lib.rs`.
fn order(code: &BTreeMap<String, Vec<Line>>) -> Vec<String> {
    let lines = code["lib"].iter().map(|l| l.code.trim());
    lines.filter_map(|l| l.strip_prefix("pub mod ")?.strip_suffix(';')).map(str::to_owned).collect()
}

#[test]
fn a_module_uses_only_modules_listed_above_it() {
    let code = code();
    let order = order(&code);
    let mut breaches = Vec::new();
    for (place, module) in order.iter().enumerate() {
        for line in &code[module] {
            for (at, _) in line.code.match_indices("crate::") {
                let rest = &line.code[at + "crate::".len()..];
                let used: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                let known = order.iter().position(|m| *m == used);
                if known.is_some_and(|p| p > place) {
                    breaches.push(format!("{}:{}: {module} uses {used}", line.file, line.number));
                }
            }
        }
    }
    assert!(breaches.is_empty(), "\n{}", breaches.join("\n"));
}

#[test]
fn chinese_wording_stands_in_data() {
    let mut found = Vec::new();
    for line in code().values().flatten() {
        if line.code.chars().any(wenmai::chars::is_han) {
            found.push(format!("{}:{}: {}", line.file, line.number, line.code.trim()));
        }
    }
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

#[test]
fn each_data_file_is_read_by_one_module() {
    let mut readers: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for line in code().values().flatten() {
        for call in ["resources.file(\"", "resources.folder(\""] {
            for (at, _) in line.code.match_indices(call) {
                let name = line.code[at + call.len()..].split('"').next().unwrap();
                readers.entry(name.to_owned()).or_default().insert(line.file.clone());
            }
        }
    }
    let shared: Vec<_> = readers.iter().filter(|(_, files)| files.len() > 1).collect();
    assert!(shared.is_empty(), "{shared:?}");
    assert!(!readers.is_empty());
}

/// Text files of the built page, by their path below `src/server/page/`.
fn page() -> BTreeMap<String, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/server/page");
    let walk = walkdir::WalkDir::new(&root).sort_by_file_name().into_iter().map(|entry| entry.unwrap());
    let files = walk.filter(|entry| entry.file_type().is_file());
    files
        .map(|entry| {
            let name = entry.path().strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/");
            (name, fs::read_to_string(entry.path()).unwrap())
        })
        .collect()
}

/// What follows each `mark` in a text, up to the quote that ends it.
fn after<'t>(text: &'t str, mark: &'t str) -> impl Iterator<Item = &'t str> {
    text.match_indices(mark).map(|(at, mark)| text[at + mark.len()..].split(['"', '\'', '`', ')']).next().unwrap())
}

#[test]
fn the_page_asks_nobody_but_its_server() {
    let page = page();
    let index = &page["index.html"];
    for link in after(index, "src=\"").chain(after(index, "href=\"")) {
        let name = link.strip_prefix('/').unwrap_or_else(|| panic!("index.html leads to {link}"));
        assert!(page.contains_key(name), "index.html leads to {link}, which is not in the page");
    }
    assert_eq!(index.matches("<script").count(), after(index, "<script type=\"module\" crossorigin src=\"").count());
    for (name, text) in &page {
        if name.ends_with(".css") {
            let outside: Vec<_> = after(text, "url(").filter(|link| link.contains("//")).collect();
            assert!(outside.is_empty() && !text.contains("@import"), "{name}: {outside:?}");
        }
        if name.ends_with(".js") {
            for call in ["fetch(", "import(", "Worker(", "open(", "assign("] {
                for quote in ['"', '\'', '`'] {
                    let links: Vec<_> = after(text, &format!("{call}{quote}")).map(str::to_owned).collect();
                    assert!(links.iter().all(|link| !link.contains("//")), "{name}: {call} {links:?}");
                }
            }
            for word in ["WebSocket", "EventSource", "XMLHttpRequest", "sendBeacon", "importScripts", "new Function("] {
                assert!(!text.contains(word), "{name} uses {word}");
            }
        }
    }
}
