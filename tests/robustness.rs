//! What a store goes through: killed writers, other orders of input, other numbers of threads, odd files.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

fn wenmai(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_wenmai")).args(arguments).stdin(Stdio::null()).output().unwrap()
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// Writes `count` short articles that differ from each other.
fn articles(folder: &Path, count: usize) {
    fs::create_dir_all(folder).unwrap();
    let cities = ["南通市", "苏州市", "武汉市", "成都市", "昆明市", "兰州市", "乌鲁木齐市"];
    for i in 0..count {
        let city = cities[i % cities.len()];
        let article = format!(
            "{city}第{i}实验学校建成投用\n\n2024年{}月{}日，总投资{}万元的{city}第{i}实验学校在{city}建成投用。学校占地{}亩，\
             可容纳{}余名学生。{city}教育局局长李建国出席仪式。\n",
            i % 12 + 1,
            i % 28 + 1,
            1000 + i,
            20 + i % 50,
            600 + i,
        );
        fs::write(folder.join(format!("article-{i:04}.txt")), article).unwrap();
    }
}

/// Name and content of every document file of a store.
fn documents(store: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in walkdir::WalkDir::new(store.join("documents")) {
        let Ok(entry) = entry else { continue };
        if entry.file_type().is_file() && entry.path().extension().is_some_and(|e| e == "nq") {
            found.insert(entry.file_name().to_string_lossy().into_owned(), fs::read(entry.path()).unwrap());
        }
    }
    found
}

#[test]
fn a_killed_writer_leaves_whole_documents() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("input");
    articles(&input, 300);
    let whole = folder.path().join("whole");
    let start = Instant::now();
    assert!(wenmai(&["ingest", text(&input), "--store", text(&whole)]).status.success());
    let all = start.elapsed();
    let expected = documents(&whole);
    assert_eq!(expected.len(), 300);

    let store = folder.path().join("store");
    let mut seen = 0;
    for round in 0..20u32 {
        // Moments spread over the whole run, in an order that looks random but is always the same.
        let moment = all.mul_f64(f64::from((round * 7) % 20 + 1) / 20.0);
        let mut child = Command::new(env!("CARGO_BIN_EXE_wenmai"))
            .args(["ingest", text(&input), "--store", text(&store)])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(moment.max(Duration::from_millis(1)));
        child.kill().unwrap();
        child.wait().unwrap();
        if !store.join("manifest.json").exists() {
            assert!(!store.exists() || documents(&store).is_empty(), "round {round}: documents without a manifest");
            continue;
        }
        let listed = wenmai(&["list", "--store", text(&store)]);
        assert!(listed.status.success(), "round {round}: {}", String::from_utf8_lossy(&listed.stderr));
        for (name, content) in documents(&store) {
            assert_eq!(Some(&content), expected.get(&name), "round {round}: {name} is not whole");
            seen += 1;
        }
        // Every other round starts again from nothing, the rest go on where the killed writer stopped.
        if round % 2 == 1 {
            fs::remove_dir_all(&store).unwrap();
        }
    }
    assert!(seen > 0, "no writer lived long enough to be caught in the act");

    let last = wenmai(&["ingest", text(&input), "--store", text(&store)]);
    assert!(last.status.success(), "{}", String::from_utf8_lossy(&last.stderr));
    assert_eq!(documents(&store), expected);
}

#[test]
fn order_and_threads_leave_no_trace() {
    let folder = tempfile::tempdir().unwrap();
    let (a, b) = (folder.path().join("a"), folder.path().join("b"));
    articles(&a, 12);
    fs::create_dir_all(&b).unwrap();
    for name in ["nantong-yining.txt", "announcement.txt", "university.html"] {
        let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/samples").join(name);
        fs::copy(sample, b.join(name)).unwrap();
    }
    let (one, two) = (folder.path().join("one"), folder.path().join("two"));
    let first = wenmai(&["ingest", text(&a), text(&b), "--store", text(&one), "--threads", "1"]);
    assert!(first.status.success(), "{}", String::from_utf8_lossy(&first.stderr));
    assert!(wenmai(&["ingest", text(&b), "--store", text(&two), "--threads", "2"]).status.success());
    assert!(wenmai(&["ingest", text(&b), text(&a), "--store", text(&two), "--threads", "2"]).status.success());
    for format in ["nq", "nt", "trig", "ttl", "jsonld", "rdf", "csv", "json", "graphml", "dot"] {
        let of = |store: &Path| wenmai(&["export", "--store", text(store), "--format", format]);
        let (left, right) = (of(&one), of(&two));
        assert!(left.status.success(), "{format}: {}", String::from_utf8_lossy(&left.stderr));
        assert!(!left.stdout.is_empty(), "{format}");
        assert!(left.stdout == right.stdout, "{format} differs");
    }
}

#[test]
fn odd_files_are_named_and_the_rest_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("input");
    articles(&input, 2);
    let write = |name: &str, content: &[u8]| fs::write(input.join(name), content).unwrap();
    write("empty.txt", b"");
    write("binary.txt", &[0x89, b'P', b'N', b'G', 0, 0, 0, 13, 0xff, 0xfe, 0, 1, 2, 3]);
    write("broken.txt", &["伊宁县".as_bytes(), &[0xff, 0xff, 0xc3, 0x28], "南通市".as_bytes()].concat());
    write("english.txt", b"No Chinese in here at all.\n");
    write("line.txt", "记者从伊宁县了解到，".repeat(40_000).as_bytes());
    write("cut.txt.gz", &[0x1f, 0x8b, 8, 0, 0, 0, 0, 0]);
    write("lines.jsonl", "{\"text\": \"南通市位于江苏省。\"}\n{broken\n{\"text\": \"伊宁县位于新疆。\"}\n".as_bytes());
    let store = folder.path().join("store");
    let output = wenmai(&["ingest", text(&input), "--store", text(&store)]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{said}");
    for name in ["empty.txt", "binary.txt", "broken.txt", "cut.txt.gz", "lines.jsonl:2"] {
        assert!(said.contains(name), "{name} is not named:\n{said}");
    }
    assert!(!said.contains("panicked"), "{said}");
    let found = documents(&store);
    for name in ["article-0000.nq", "article-0001.nq", "english.nq", "line.nq", "lines-1.nq", "lines-3.nq"] {
        assert!(found.contains_key(name), "{name} is missing: {:?}", found.keys());
    }
}
