//! The command from outside: what it prints where, and its exit codes.

use oxigraph::io::{RdfFormat, RdfParser};
use std::fs;
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;
use wenmai::export::Format;
use wenmai::rdf::Source;
use wenmai::store::{Settings, Writer};

/// A document as `ingest` would store it: a person with a post, a plan, a date, a figure, and names that are hard to write.
const DEMO: &str = r#"
@prefix kg: <https://w3id.org/wenmai/id/> .
@prefix wm: <https://w3id.org/wenmai/ns#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix oa: <http://www.w3.org/ns/oa#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@base <https://w3id.org/wenmai/id/doc/> .
<demo> {
<demo> a wm:Document ; wm:documentId "demo" ; dcterms:issued "2025-01-20"^^xsd:date ; dcterms:source "demo.txt" ;
  wm:text "云岭县桑蚕协会会长周远航说，协会2019年成立，有会员300人。协会计划与“晨光\"<&>\\”公司合作。" .
kg:云岭县 a wm:AdministrativeArea ; rdfs:label "云岭县"@zh ; skos:notation "990001" ; wm:mention <demo#char=0,3> .
kg:云岭县桑蚕协会 a wm:Organization ; rdfs:label "云岭县桑蚕协会"@zh ; skos:altLabel "协会"@zh ; wm:mention <demo#char=0,7>, <demo#char=14,16> .
kg:周远航 a wm:Person ; rdfs:label "周远航"@zh ; wm:mention <demo#char=9,12> .
kg:晨光 a wm:Company ; rdfs:label "“晨光\"<&>\\”\n公司"@zh .
kg:无关 a wm:Work ; rdfs:label "无关"@zh .
kg:周远航 wm:affiliation kg:云岭县桑蚕协会 .
kg:云岭县桑蚕协会 wm:foundedOn "2019"^^xsd:gYear ; wm:locatedIn kg:云岭县 .
<demo#statement-0> a wm:Statement ; rdf:reifies <<( kg:周远航 wm:affiliation kg:云岭县桑蚕协会 )>> ;
  wm:subject kg:周远航 ; wm:property wm:affiliation ; wm:object kg:云岭县桑蚕协会 ; wm:status wm:asserted ;
  wm:title "会长"@zh ; wm:evidence <demo#char=0,12> ; wm:foundBy "rules/affiliation/post" ; wm:confidence 0.95 .
<demo#statement-1> a wm:Statement ; rdf:reifies <<( kg:云岭县桑蚕协会 wm:foundedOn "2019"^^xsd:gYear )>> ;
  wm:subject kg:云岭县桑蚕协会 ; wm:property wm:foundedOn ; wm:object "2019"^^xsd:gYear ; wm:status wm:asserted ;
  wm:evidence <demo#char=14,23> ; wm:foundBy "rules/foundedOn/verb" ; wm:confidence 0.9 .
<demo#statement-2> a wm:Statement ; rdf:reifies <<( kg:云岭县桑蚕协会 wm:cooperatesWith kg:晨光 )>> ;
  wm:subject kg:云岭县桑蚕协会 ; wm:property wm:cooperatesWith ; wm:object kg:晨光 ; wm:status wm:planned ;
  wm:evidence <demo#char=32,50> ; wm:foundBy "rules/cooperatesWith/with" ; wm:confidence 0.8 .
<demo#char=0,12> a wm:Span ; wm:inDocument <demo> ; oa:start 0 ; oa:end 12 ; oa:exact "云岭县桑蚕协会会长周远航" ; wm:sentence <demo#char=0,32> .
<demo#char=14,23> a wm:Span ; wm:inDocument <demo> ; oa:start 14 ; oa:end 23 ; oa:exact "协会2019年成立" ; wm:sentence <demo#char=0,32> .
<demo#char=0,32> a wm:Span ; wm:inDocument <demo> ; oa:start 0 ; oa:end 32 ; oa:exact "云岭县桑蚕协会会长周远航说，协会2019年成立，有会员300人。" .
<demo#char=32,50> a wm:Span ; wm:inDocument <demo> ; oa:start 32 ; oa:end 50 ; oa:exact "协会计划与“晨光\"<&>\\”公司合作" .
<demo#quantity-0> a wm:Quantity ; wm:of kg:云岭县桑蚕协会 ; wm:measure "会员"@zh ; wm:value 300.0 ; wm:unit "人" ; wm:bound "=" ;
  wm:mention <demo#char=27,31> ; wm:evidence <demo#char=14,23> ; wm:foundBy "values/count" ; wm:confidence 1.0 .
}
"#;

/// A folder with the store `wenmai-store` that holds [`DEMO`], and `copies` more documents like it.
pub(crate) fn store(copies: usize) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let writer = Writer::open(&folder.path().join("wenmai-store"), &Settings::default()).unwrap();
    let ids = std::iter::once("demo".to_owned()).chain((0..copies).map(|n| format!("copy{n}")));
    for id in ids {
        let text = if id == "demo" {
            DEMO.to_owned()
        } else {
            // Other things and another document, so that the graph grows.
            DEMO.replace("<demo", &format!("<{id}"))
                .replace("\"demo\"", &format!("\"{id}\""))
                .replace("周远航", &format!("周远航{id}"))
        };
        let quads: Vec<_> =
            RdfParser::from_format(RdfFormat::TriG).for_slice(text.as_bytes()).map(Result::unwrap).collect();
        let source = Source { origin: format!("{id}.txt"), id, date: None, content: String::new(), characters: 51 };
        writer.insert(&source, &quads).unwrap();
    }
    writer.finish().unwrap();
    folder
}

pub(crate) fn wenmai(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wenmai"));
    command.current_dir(folder).args(arguments).env_remove("WENMAI_STORE").env_remove("WENMAI_DATA");
    command
}

pub(crate) fn run(folder: &TempDir, arguments: &[&str]) -> Output {
    wenmai(folder.path(), arguments).output().unwrap()
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// Runs a command that works: what it prints as a result.
pub(crate) fn prints(folder: &TempDir, arguments: &[&str]) -> String {
    let output = run(folder, arguments);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", text(&output.stderr));
    text(&output.stdout)
}

/// Runs a command that fails: it prints no result, exits with `code` and says `message` on standard error.
pub(crate) fn fails(folder: &TempDir, arguments: &[&str], code: i32, message: &str) {
    let output = run(folder, arguments);
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {said}");
    assert!(said.starts_with("error: ") && said.contains(message), "{arguments:?}: {said}");
    assert_eq!(text(&output.stdout), "", "{arguments:?}");
}

#[test]
fn help_goes_to_standard_output_and_mistakes_do_not() {
    let folder = tempfile::tempdir().unwrap();
    for command in [
        "ingest",
        "extract",
        "query",
        "export",
        "serve",
        "explain",
        "path",
        "analyze",
        "list",
        "delete",
        "stats",
        "eval",
        "completions",
    ] {
        let help = prints(&folder, &[command, "--help"]);
        assert!(
            help.contains("Usage: wenmai") && help.contains("xamples:\n  wenmai ") || command == "completions",
            "{help}"
        );
    }
    assert!(prints(&folder, &["--version"]).starts_with("wenmai "));
    fails(&folder, &["exprt"], 2, "tip: ");
    fails(&folder, &["export", "--fromat", "dot"], 2, "tip: ");
    fails(&folder, &["export", "--format", "pdf"], 2, "possible values");
    fails(&folder, &["ingest"], 2, "<PATH>");
    fails(&folder, &["ingest", "a.txt", "--published", "yesterday"], 2, "2024-10-01");
    fails(&folder, &["ingest", "a.txt", "--threads", "0"], 2, "--threads");
    fails(&folder, &["ingest", "a.txt", "--max-size", "big"], 2, "big");
    fails(&folder, &["ingest", "a.txt", "--encoding", "klingon"], 2, "klingon");
}

#[test]
fn completions_name_the_commands() {
    let folder = tempfile::tempdir().unwrap();
    for shell in ["bash", "zsh", "fish"] {
        assert!(prints(&folder, &["completions", shell]).contains("explain"));
    }
}

#[test]
fn a_missing_store_is_told_from_a_wrong_question() {
    let folder = tempfile::tempdir().unwrap();
    for command in [
        &["list"][..],
        &["stats"],
        &["explain", "云岭县"],
        &["query", "people"],
        &["delete", "a"],
        &["export", "--format", "dot"],
        &["analyze", "rank"],
        &["path", "a", "b"],
    ] {
        fails(&folder, command, 4, "wenmai-store: no such store");
        assert!(!folder.path().join("wenmai-store").exists(), "{command:?} has made a store");
    }
    let folder = store(0);
    fails(&folder, &["query", "SELECT * { ?s ?p "], 2, "line 1");
    fails(&folder, &["query", "peeple"], 2, "`people`");
    fails(&folder, &["query", "-f", "none.rq"], 2, "none.rq");
    fails(&folder, &["query", "--format", "ttl", "SELECT * { ?s ?p ?o }"], 2, "CONSTRUCT");
    fails(&folder, &["export"], 2, "--format");
    fails(&folder, &["export", "-o", "graph.pdf"], 2, "graph.pdf");
    fails(&folder, &["export", "--format", "ttl", "--top", "3"], 2, "--top");
    fails(&folder, &["export", "--format", "dot", "--type", "Compny"], 2, "Company");
    fails(&folder, &["export", "--format", "dot", "--around", "云岭"], 2, "`云岭县`");
    fails(&folder, &["export", "-o", "none/graph.dot"], 2, "none/graph.dot: cannot create");
    fails(&folder, &["delete", "demo", "dmeo"], 2, "`dmeo`");
    assert!(prints(&folder, &["list"]).starts_with("demo\t"), "nothing is deleted where one name is wrong");
}

#[test]
fn queries_answer_in_all_forms() {
    let folder = store(0);
    let query = "SELECT ?n ?t { ?r a wm:Statement; wm:subject/rdfs:label ?n; wm:title ?t }";
    assert_eq!(prints(&folder, &["query", query, "--format", "csv"]).replace('\r', ""), "n,t\n周远航,会长\n");
    assert_eq!(prints(&folder, &["query", "-q", query]), "n       t\n──────  ────\n周远航  会长\n");
    assert_eq!(prints(&folder, &["query", "ASK { kg:周远航 wm:affiliation ?o }"]), "true\n");
    let bound =
        prints(&folder, &["query", "SELECT ?o { ?s wm:locatedIn ?o }", "--bind", "o=kg:云岭县", "--format", "tsv"]);
    assert!(bound.contains("云岭县"), "{bound}");
    let graph = prints(&folder, &["query", "CONSTRUCT { ?s wm:title ?t } { ?s wm:title ?t }", "--format", "nt"]);
    assert!(graph.contains("会长"), "{graph}");
    assert!(prints(&folder, &["query", "--list"]).contains("people"));
}

#[test]
fn an_update_lives_in_a_document_of_its_own() {
    let folder = store(0);
    prints(&folder, &["query", "--update", "INSERT DATA { kg:云岭县 wm:partOf kg:晨光 }"]);
    assert!(prints(&folder, &["list"]).contains("updates\t"));
    assert!(prints(&folder, &["explain", "云岭县"]).contains("隶属 → "));
    prints(&folder, &["delete", "updates"]);
    assert!(!prints(&folder, &["explain", "云岭县"]).contains("隶属"));
}

#[test]
fn explaining_shows_the_words() {
    let folder = store(0);
    let told = prints(&folder, &["explain", "雲嶺縣桑蠶協會"]);
    for words in [
        "云岭县桑蚕协会  组织\n",
        "also called: 协会\n",
        "成立时间 → 2019\n",
        "云岭县桑蚕协会会长周远航说，【协会2019年成立】，有会员300人。\n",
        "demo.txt  14-23  rules/foundedOn/verb  0.90\n",
        "周远航 → 任职 (会长)\n",
        "会员: 300.0 人\n",
        "(planned)",
    ] {
        assert!(told.contains(words), "{words} is missing in\n{told}");
    }
    assert!(prints(&folder, &["explain", "990001"]).starts_with("云岭县  "));
    assert!(
        prints(&folder, &["explain", "kg:周远航", "--labels", "en"]).contains("affiliation → 云岭县桑蚕协会 (会长)")
    );
    let json: serde_json::Value =
        serde_json::from_str(&prints(&folder, &["explain", "协会", "--format", "json"])).unwrap();
    assert_eq!(json["says"][0]["sources"][0]["evidence"], "协会2019年成立");
    fails(&folder, &["explain", "云岭"], 1, "did you mean `云岭县`");
    fails(&folder, &["explain", "xyz"], 1, "nothing in the graph is called `xyz`");
}

#[test]
fn a_closed_pipe_is_no_error() {
    let folder = store(300);
    for arguments in
        [&["export", "--format", "nq"][..], &["query", "SELECT * { ?s ?p ?o }"], &["export", "--format", "json"]]
    {
        let mut child = wenmai(folder.path(), arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // What `head -c 10` does: read a little and go.
        let mut some = [0; 10];
        child.stdout.take().unwrap().read_exact(&mut some).unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!((output.status.code(), text(&output.stderr)), (Some(0), String::new()), "{arguments:?}");
    }
}

#[test]
fn exports_do_not_depend_on_the_order_of_things() {
    let (one, other) = (store(3), tempfile::tempdir().unwrap());
    let writer = Writer::open(&other.path().join("wenmai-store"), &Settings::default()).unwrap();
    let made = wenmai::store::Store::open(&one.path().join("wenmai-store")).unwrap();
    let graph = made.load().unwrap();
    for entry in made.documents().unwrap().into_iter().rev() {
        let quads: Vec<_> = graph.document(&entry.source.id).collect();
        writer.insert(&entry.source, &quads).unwrap();
    }
    writer.finish().unwrap();
    for format in Format::ALL {
        let file = format!("out.{}", format.extension());
        prints(&one, &["export", "-o", &file]);
        let first = fs::read(one.path().join(file)).unwrap();
        let export = ["export", "--format", format.name()];
        assert!(first == run(&other, &export).stdout, "{format:?} depends on the order");
        assert!(first == run(&one, &export).stdout, "{format:?} is another in a file");
        let packed = matches!(format, Format::Png | Format::Neo4j | Format::CsvNodes);
        assert!(packed || text(&first).contains("会长"), "{format:?}");
    }
}

#[test]
fn rdf_is_read_back() {
    let folder = store(0);
    let formats = [
        ("ttl", RdfFormat::Turtle),
        ("nt", RdfFormat::NTriples),
        ("nq", RdfFormat::NQuads),
        ("trig", RdfFormat::TriG),
        ("jsonld", RdfFormat::JsonLd { profile: oxigraph::io::JsonLdProfileSet::empty() }),
        ("rdf", RdfFormat::RdfXml),
    ];
    for (name, format) in formats {
        for way in ["triple", "classic"] {
            let written = prints(&folder, &["export", "--format", name, "--reification", way]);
            let quads: Vec<String> = RdfParser::from_format(format)
                .for_slice(written.as_bytes())
                .map(|quad| quad.unwrap().to_string())
                .collect();
            let classic = way == "classic" || matches!(name, "jsonld" | "rdf");
            assert_eq!(quads.iter().any(|quad| quad.contains("<<(")), !classic, "{name} {way}");
            assert_eq!(quads.iter().any(|quad| quad.contains("rdf-syntax-ns#predicate")), classic, "{name} {way}");
        }
    }
}

#[test]
fn json_has_the_form_of_extract() {
    let folder = store(0);
    let record: serde_json::Value = serde_json::from_str(&prints(&folder, &["export", "--format", "json"])).unwrap();
    assert_eq!(record["id"], "demo");
    assert_eq!(record["published"], "2025-01-20");
    let relation = &record["relations"].as_array().unwrap().iter().find(|r| r["p"] == "affiliation").unwrap();
    assert_eq!(relation["title"], "会长");
    assert_eq!((&relation["start"], &relation["end"]), (&0.into(), &12.into()));
    assert_eq!(record["dates"][0]["value"], "2019");
    assert_eq!(record["quantities"][0]["text"], "300人");
    assert_eq!(record["unasserted"][0]["status"], "planned");
}

#[test]
fn parts_of_the_graph_can_be_drawn() {
    let folder = store(0);
    let whole = prints(&folder, &["export", "--format", "dot"]);
    assert!(whole.contains("显示 4 / 5 个节点") && whole.contains("会长"), "{whole}");
    let near = prints(&folder, &["export", "--format", "dot", "--around", "周远航", "--hops", "1", "--labels", "en"]);
    assert!(near.contains("2 of 5 nodes") && near.contains("affiliation") && !near.contains("晨光"), "{near}");
    let companies = prints(&folder, &["export", "--format", "graphml", "--type", "Company"]);
    assert!(companies.contains("cooperatesWith") && !companies.contains("affiliation</data>"), "{companies}");
    assert!(prints(&folder, &["export", "--format", "dot", "--top", "2"]).contains("显示 2 / 5 个节点"));
}

/// Whether Graphviz is installed; says so on standard error if it is not.
fn graphviz(program: &str) -> bool {
    let found = Command::new(program).arg("-V").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok();
    if !found {
        let _ = writeln!(std::io::stderr(), "SKIPPED: {program} is not installed; `make test` installs Graphviz");
    }
    found
}

#[test]
fn graphviz_takes_the_pictures_without_a_word() {
    let folder = store(30);
    for program in ["dot", "sfdp"] {
        if !graphviz(program) {
            continue;
        }
        for options in
            [&["--labels", "zh"][..], &["--labels", "en", "--top", "0"], &["--around", "晨光", "--hops", "0"]]
        {
            let mut arguments = vec!["export", "-o", "graph.dot"];
            // The company's name holds quotes, markup and a line break; its IRI does not.
            arguments.extend(options.iter().map(|option| if *option == "晨光" { "kg:晨光" } else { option }));
            prints(&folder, &arguments);
            let output =
                Command::new(program).args(["-Tsvg", "graph.dot"]).current_dir(folder.path()).output().unwrap();
            assert_eq!((output.status.code(), text(&output.stderr)), (Some(0), String::new()), "{program} {options:?}");
            assert!(text(&output.stdout).contains("公司"), "{program} {options:?}");
        }
    }
}

#[test]
fn an_empty_store_has_empty_answers() {
    let folder = tempfile::tempdir().unwrap();
    Writer::open(&folder.path().join("wenmai-store"), &Settings::default()).unwrap().finish().unwrap();
    assert_eq!(prints(&folder, &["list"]), "");
    prints(&folder, &["stats"]);
    for format in Format::ALL {
        prints(&folder, &["export", "-o", &format!("graph.{}", format.extension())]);
    }
    for program in ["dot", "sfdp"].into_iter().filter(|program| graphviz(program)) {
        let output = Command::new(program).args(["-Tsvg", "graph.dot"]).current_dir(folder.path()).output().unwrap();
        assert_eq!((output.status.code(), text(&output.stderr)), (Some(0), String::new()), "{program}");
    }
}

/// A made-up article; `number` makes it one of its own.
fn article(number: usize) -> String {
    format!(
        "云岭县桑蚕协会第{number}次年会\n\n2024年5月{}日，云岭县桑蚕协会在云岭县举办年会，会长周远航介绍，协会有会员{}人。\n",
        number % 28 + 1,
        300 + number
    )
}

#[test]
fn documents_are_read_stored_and_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let news = folder.path().join("news");
    fs::create_dir(&news).unwrap();
    for number in 0..5 {
        fs::write(news.join(format!("a{number}.txt")), article(number)).unwrap();
    }
    let ingest = |arguments: &[&str]| {
        let output = run(&folder, &[&["ingest"], arguments].concat());
        (output.status.code(), text(&output.stdout), text(&output.stderr))
    };
    let (code, printed, said) = ingest(&["news"]);
    assert_eq!((code, printed.as_str()), (Some(0), ""), "{said}");
    assert!(said.contains("5 documents new, 0 replaced, 0 unchanged"), "{said}");
    fs::write(news.join("a0.txt"), article(7)).unwrap();
    assert!(ingest(&["news"]).2.contains("0 documents new, 1 replaced, 4 unchanged"));
    assert!(ingest(&["news", "--force"]).2.contains("0 documents new, 5 replaced, 0 unchanged"));

    fs::write(folder.path().join("empty.txt"), "").unwrap();
    fs::write(folder.path().join("binary.txt"), [0_u8, 159, 146, 150, 0, 1, 2, 3]).unwrap();
    let (code, _, said) = ingest(&["empty.txt", "binary.txt", "none.txt", "news", "--store", "other"]);
    assert_eq!(code, Some(3), "{said}");
    for name in ["error: empty.txt: ", "error: binary.txt: ", "error: none.txt: ", "5 documents new"] {
        assert!(said.contains(name), "{name} is missing in\n{said}");
    }
    fs::create_dir(folder.path().join("nothing")).unwrap();
    assert_eq!(ingest(&["nothing"]).0, Some(2));
    assert_eq!(ingest(&["news", "--base", "https://example.org/other/"]).0, Some(2), "a store keeps its base");

    let listed = prints(&folder, &["list"]);
    assert_eq!(
        listed.lines().map(|line| line.split('\t').next().unwrap()).collect::<Vec<_>>(),
        ["a0", "a1", "a2", "a3", "a4"]
    );
    assert!(prints(&folder, &["explain", "周远航"]).contains("mentioned in: a0 ("));
    // The environment names the store, and the option has the last word.
    let elsewhere = wenmai(folder.path(), &["list"]).env("WENMAI_STORE", "nowhere").output().unwrap();
    assert_eq!(elsewhere.status.code(), Some(4));
}

#[test]
fn extraction_keeps_the_order_of_documents() {
    let folder = tempfile::tempdir().unwrap();
    let lines: Vec<String> = (0..60)
        .map(|n| serde_json::json!({"id": format!("n{n}"), "text": article(n), "date": "2024-06-01"}).to_string())
        .collect();
    fs::write(folder.path().join("news.jsonl"), lines.join("\n")).unwrap();
    let one = prints(&folder, &["extract", "news.jsonl", "--threads", "1"]);
    assert_eq!(one, prints(&folder, &["extract", "news.jsonl", "--threads", "4"]));
    let ids: Vec<String> = one
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["id"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(ids.len(), 60);
    assert!(ids[0].ends_with("n0") && ids[59].ends_with("n59"), "{ids:?}");

    let mut child = wenmai(folder.path(), &["extract", "-", "--published", "2024-06"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(article(3).as_bytes()).unwrap();
    let record: serde_json::Value = serde_json::from_slice(&child.wait_with_output().unwrap().stdout).unwrap();
    assert_eq!((&record["id"], &record["published"]), (&"stdin".into(), &"2024-06".into()));
    let names: Vec<_> = record["entities"].as_array().unwrap().iter().map(|e| e["name"].as_str().unwrap()).collect();
    assert!(names.contains(&"周远航"), "{names:?}");
    for mention in record["entities"].as_array().unwrap().iter().flat_map(|e| e["mentions"].as_array().unwrap()) {
        assert!(mention["start"].as_u64() < mention["end"].as_u64() && mention["found_by"].is_string());
    }
}

#[cfg(unix)]
#[test]
fn an_interruption_leaves_whole_documents() {
    let folder = tempfile::tempdir().unwrap();
    let lines: Vec<String> =
        (0..20_000).map(|n| serde_json::json!({"id": format!("n{n}"), "text": article(n)}).to_string()).collect();
    fs::write(folder.path().join("news.jsonl"), lines.join("\n")).unwrap();
    let child = wenmai(folder.path(), &["ingest", "news.jsonl"]).stderr(Stdio::piped()).spawn().unwrap();
    let documents = folder.path().join("wenmai-store/documents");
    while fs::read_dir(&documents).map_or(0, Iterator::count) < 5 {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let killed = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(killed.success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("interrupted"));
    let listed = prints(&folder, &["list"]).lines().count();
    assert!((1..20_000).contains(&listed), "{listed}");
    prints(&folder, &["stats"]);
}
