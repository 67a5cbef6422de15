//! The sample articles give the recorded answers to every named query.
//!
//! `UPDATE_EXPECT=1 cargo test golden` records anew; read the difference before committing it.

use expect_test::expect_file;
use std::path::Path;
use std::process::{Command, Output};

fn wenmai(arguments: &[&str]) -> Output {
    let output = Command::new(env!("CARGO_BIN_EXE_wenmai"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(arguments)
        .output()
        .unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    output
}

#[test]
fn samples_answer_every_named_query() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("store");
    let store = store.to_str().unwrap();
    wenmai(&["ingest", "data/samples", "--store", store]);
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut names: Vec<String> = std::fs::read_dir(root.join("queries"))
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    names.sort();
    assert!(names.len() >= 9, "{names:?}");
    for name in names {
        let answer = wenmai(&["query", &name, "--store", store, "--format", "csv"]);
        let answer = String::from_utf8(answer.stdout).unwrap().replace("\r\n", "\n");
        expect_file![root.join(format!("tests/golden/{name}.csv"))].assert_eq(&answer);
    }
}
