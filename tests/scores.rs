//! The annotated documents score at least what `scores.toml` records, by the scorer and by `wenmai eval --gold` alike.
//!
//! They are not part of the project: where `../shared/gold` does not stand beside the checkout, the test says so and passes.

use std::path::{Path, PathBuf};
use std::process::Command;

#[test]
fn floors_hold() {
    let Some(shared) = shared() else { return };
    let scores: serde_json::Value =
        serde_json::from_str(&scorer(&shared, &extracted(&shared), 0, &["--json"])).unwrap();
    assert_eq!(scores["without_prediction"], serde_json::json!([]), "every document has output");

    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let floors = std::fs::read_to_string(root.join("tests/scores.toml")).unwrap();
    let floors: toml::Table = floors.parse().unwrap();
    let mut low = Vec::new();
    for (measure, limits) in &floors {
        for (figure, floor) in limits.as_table().unwrap() {
            let floor = floor.as_float().unwrap();
            let reached = scores[measure][figure].as_f64().unwrap_or(0.0);
            eprintln!("{measure} {figure}: {reached} (floor {floor})");
            if reached < floor {
                low.push(format!("{measure} {figure}: {reached} is below {floor}"));
            }
        }
    }
    assert!(low.is_empty(), "\n{}", low.join("\n"));
}

/// The articles of `tests/articles/`, which are the project's own, score at least what stands beside them.
#[test]
fn entries_and_reports_hold_their_floors() {
    let articles = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/articles");
    let output = Command::new(env!("CARGO_BIN_EXE_wenmai"))
        .args(["eval", "--format", "json", "--gold"])
        .arg(&articles)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let scores: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let floors: toml::Table = std::fs::read_to_string(articles.join("scores.toml")).unwrap().parse().unwrap();
    for (measure, floor) in &floors {
        let reached = scores[measure]["F1"].as_f64().unwrap_or(0.0);
        assert!(reached >= floor.as_float().unwrap(), "{measure}: {reached} is below {floor}");
    }
}

/// Where an entity shares as many surfaces with one annotated entity as with another, the scorer takes either, as Python's
/// hashes fall; so its figures are those of several seeds, and ours lie among them.
#[test]
fn the_program_scores_itself_as_the_scorer_does() {
    let Some(shared) = shared() else { return };
    let output =
        Command::new(env!("CARGO_BIN_EXE_wenmai")).args(["eval", "--gold"]).arg(shared.join("gold")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let ours = String::from_utf8(output.stdout).unwrap();
    let extracted = extracted(&shared);
    let theirs: Vec<String> = (0..8).map(|seed| scorer(&shared, &extracted, seed, &[])).collect();
    for (number, line) in ours.lines().enumerate() {
        let lines: Vec<&str> = theirs.iter().filter_map(|table| table.lines().nth(number)).collect();
        let figures = |line: &str| line.split_whitespace().filter_map(|word| word.parse().ok()).collect::<Vec<f64>>();
        let words = |line: &str| line.split_whitespace().take_while(|w| w.parse::<f64>().is_err()).collect::<String>();
        for (place, figure) in figures(line).into_iter().enumerate() {
            let among = lines.iter().map(|line| figures(line)[place]);
            let (least, most) = (among.clone().fold(f64::MAX, f64::min), among.fold(f64::MIN, f64::max));
            assert!(least <= figure && figure <= most, "{line}\n{}", lines.join("\n"));
        }
        assert!(lines.len() == theirs.len() && words(line) == words(lines[0]), "{line}\n{}", lines.join("\n"));
    }
    assert!(theirs.iter().all(|table| table.lines().count() == ours.lines().count()));
}

/// Where the annotated documents and the scorer lie, if they do.
fn shared() -> Option<PathBuf> {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    if shared.join("gold").is_dir() && shared.join("score/score.py").is_file() {
        return Some(shared);
    }
    eprintln!("no annotated documents beside the checkout: scores not measured");
    None
}

/// What the program extracts from the annotated documents, as JSON Lines.
fn extracted(shared: &Path) -> String {
    let gold = shared.join("gold");
    let mut lines = String::new();
    for path in std::fs::read_dir(&gold).unwrap().map(|e| e.unwrap().path()) {
        if path.extension().is_none_or(|e| e != "txt") {
            continue;
        }
        let annotation = std::fs::read_to_string(path.with_extension("json")).unwrap();
        let annotation: serde_json::Value = serde_json::from_str(&annotation).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_wenmai"));
        command.arg("extract").arg(&path);
        if let Some(published) = annotation["published"].as_str() {
            command.args(["--published", published]);
        }
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}: {}", path.display(), String::from_utf8_lossy(&output.stderr));
        lines += &String::from_utf8(output.stdout).unwrap();
    }
    lines
}

/// What the scorer prints of `extracted` under a seed of Python's hashes.
fn scorer(shared: &Path, extracted: &str, seed: u32, arguments: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let found = folder.path().join("found.jsonl");
    std::fs::write(&found, extracted).unwrap();
    let output = Command::new("python3")
        .env("PYTHONHASHSEED", seed.to_string())
        .arg(shared.join("score/score.py"))
        .args(arguments)
        .arg("--gold")
        .arg(shared.join("gold"))
        .arg("--pred")
        .arg(&found)
        .output()
        .expect("python3 runs the scorer");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}
