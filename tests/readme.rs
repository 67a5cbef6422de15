//! Every command that the README shows works as it stands there.

use std::fs;
use std::path::Path;
use std::process::Command;

/// The lines of the `sh` blocks of a Markdown text, without those that call make.
fn commands(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for block in text.split("```sh\n").skip(1) {
        let block = block.split("```").next().unwrap_or("");
        found.extend(
            block.lines().filter(|line| !line.trim().is_empty() && !line.starts_with("make ")).map(str::to_owned),
        );
    }
    found
}

#[test]
fn commands_of_the_readme_work() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = tempfile::tempdir().unwrap();
    let samples = folder.path().join("data/samples");
    fs::create_dir_all(&samples).unwrap();
    for entry in fs::read_dir(root.join("data/samples")).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, samples.join(path.file_name().unwrap())).unwrap();
    }
    let program = Path::new(env!("CARGO_BIN_EXE_wenmai"));
    let path = format!("{}:{}", program.parent().unwrap().display(), std::env::var("PATH").unwrap());
    let english = commands(&fs::read_to_string(root.join("README.md")).unwrap());
    let chinese = commands(&fs::read_to_string(root.join("README.zh.md")).unwrap());
    let plain = |lines: &[String]| -> Vec<String> {
        lines.iter().map(|line| line.split('#').next().unwrap_or("").trim().to_owned()).collect()
    };
    assert_eq!(plain(&english), plain(&chinese), "both READMEs show the same commands");
    for line in english {
        let output = Command::new("bash")
            .args(["-euo", "pipefail", "-c", &line])
            .current_dir(folder.path())
            .env("PATH", &path)
            .env_remove("WENMAI_STORE")
            .output()
            .unwrap();
        assert!(output.status.success(), "{line}\n{}", String::from_utf8_lossy(&output.stderr));
    }
}
