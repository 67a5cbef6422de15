//! Pictures and files for graph tools: well-formed whatever the names hold, and saying what the graph says.

use crate::cli::{fails, prints, run, store, text};
use oxigraph::io::{RdfFormat, RdfParser};
use std::fs;
use std::io::Read as _;
use tempfile::TempDir;
use wenmai::export::Format;
use wenmai::export::drawing::Drawing;
use wenmai::ontology::Ontology;
use wenmai::rdf::Source;
use wenmai::resource::Resources;
use wenmai::store::{Settings, Writer};

/// Names that markup of some kind could take for its own.
const HOSTILE: [&str; 10] = [
    "<script>alert(1)</script>",
    "</script><img src=x onerror=alert(2)>",
    "]]> & &amp; <!-- -->",
    "引\"号'与`反引号`",
    "换\n行\t与 \u{202e}方向\u{7}",
    "-->|x| end; {{x}} [[y]] #35; %% $z$",
    "=HYPERLINK(\"http://x\",\"y\")",
    "a,b;c|d\\e\\n",
    "𠀀𠮷\u{1F600}野家",
    " ",
];

/// A store in which each of [`HOSTILE`] lies in a place called so too, in two documents.
fn hostile() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let writer = Writer::open(&folder.path().join("wenmai-store"), &Settings::default()).unwrap();
    for id in ["a", "b"] {
        let mut turtle = format!(
            "@prefix wm: <https://w3id.org/wenmai/ns#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n\
             @prefix oa: <http://www.w3.org/ns/oa#> . @prefix kg: <https://w3id.org/wenmai/id/> . @base <https://w3id.org/wenmai/id/doc/> .\n\
             <{id}> {{ <{id}> a wm:Document ; wm:documentId \"{id}\" ; rdfs:label \"</title><script>\" ; wm:text \"x\" .\n"
        );
        for (number, name) in HOSTILE.iter().enumerate() {
            let literal = oxigraph::model::Literal::new_simple_literal(*name);
            let next = (number + 1) % HOSTILE.len();
            turtle += &format!(
                "kg:n{number} a wm:Company ; rdfs:label {literal} ; wm:mention <{id}#char=0,1> .\n\
                 <{id}#statement-{number}> a wm:Statement ; wm:subject kg:n{number} ; wm:property wm:locatedIn ; wm:object kg:n{next} ;\n\
                 wm:status wm:{} ; wm:title {literal} ; wm:evidence <{id}#char=0,1> ; wm:foundBy \"rules/x\" .\n",
                ["asserted", "planned", "denied", "reported"][number % 4]
            );
        }
        turtle += &format!("<{id}#char=0,1> a wm:Span ; oa:exact \"</script>]]>\" ; wm:sentence <{id}#char=0,1> . }}");
        let quads: Vec<_> =
            RdfParser::from_format(RdfFormat::TriG).for_slice(turtle.as_bytes()).map(Result::unwrap).collect();
        let source = Source {
            origin: format!("{id}.txt"),
            id: id.to_owned(),
            date: None,
            content: String::new(),
            characters: 1,
        };
        writer.insert(&source, &quads).unwrap();
    }
    writer.finish().unwrap();
    folder
}

fn export(folder: &TempDir, format: Format) -> Vec<u8> {
    let output = run(folder, &["export", "--format", format.name()]);
    assert_eq!(output.status.code(), Some(0), "{format:?}: {}", text(&output.stderr));
    output.stdout
}

/// The texts of all elements and attributes of well-formed XML.
fn xml(document: &str) -> Vec<String> {
    let tree = resvg::usvg::roxmltree::Document::parse(document).unwrap();
    tree.descendants()
        .flat_map(|node| {
            let attributes = node.attributes().map(|attribute| attribute.value().to_owned());
            attributes.chain(node.text().map(str::to_owned)).collect::<Vec<_>>()
        })
        .collect()
}

#[test]
fn names_of_any_kind_leave_files_well_formed() {
    let folder = hostile();
    for format in [Format::GraphMl, Format::Gexf, Format::Svg] {
        let texts = xml(&text(&export(&folder, format)));
        assert!(texts.iter().any(|text| text.contains("<script>alert(1)")), "{format:?}");
        assert!(texts.iter().any(|text| text.contains("]]> & &amp;")), "{format:?}");
    }
    let svg = text(&export(&folder, Format::Svg));
    assert!(!svg.contains("<script") && !svg.contains("<img"), "{svg}");
    for status in ["stroke-dasharray=\"6 4\"", "stroke-dasharray=\"1.5 3.5\""] {
        assert!(svg.contains(status), "{status}");
    }

    let cytoscape: serde_json::Value = serde_json::from_slice(&export(&folder, Format::Cytoscape)).unwrap();
    let nodes = cytoscape["elements"]["nodes"].as_array().unwrap();
    let names: Vec<&str> = nodes.iter().map(|node| node["data"]["label"].as_str().unwrap()).collect();
    assert!(HOSTILE[..9].iter().all(|name| names.contains(name)), "{names:?}");
    assert!(nodes[0]["position"]["x"].is_f64() && nodes[0]["data"]["community"].is_u64(), "{}", nodes[0]);

    for (format, column) in [(Format::CsvNodes, "Label"), (Format::CsvEdges, "subject"), (Format::Csv, "subject")] {
        let written = export(&folder, format);
        let mut table = csv_rows(&written);
        let heads = table.remove(0);
        let place = heads.iter().position(|head| head == column).unwrap();
        assert!(HOSTILE[..9].iter().all(|name| table.iter().any(|row| row[place] == *name)), "{format:?}");
    }

    let mermaid = text(&export(&folder, Format::Mermaid));
    assert!(mermaid.starts_with("flowchart LR\n") && !mermaid.contains("<script") && !mermaid.contains("{{x}}"));
    assert_eq!(
        mermaid.lines().filter(|line| line.contains("-.->") || line.contains("-->") || line.contains("-.-x")).count(),
        10
    );

    let html = text(&export(&folder, Format::Html));
    assert_eq!(html.matches("<script").count(), 2, "the data and the program, and nothing from a name");
    assert_eq!(html.matches("</script>").count(), 2);
    assert!(!html.contains("<img") && html.contains("default-src 'none'") && !html.contains("http-equiv=\"refresh"));
    let data = html.split_once("id=\"data\">").unwrap().1.split_once("</script>").unwrap().0;
    let data: serde_json::Value = serde_json::from_str(data).unwrap();
    let things = data["things"].as_array().unwrap();
    assert!(things.iter().any(|thing| thing["name"] == HOSTILE[1]));
    let quotes = &data["links"][0]["facts"][0]["quotes"];
    assert_eq!(quotes, &serde_json::json!([["</script>]]>", 0, 1, 0]]), "one sentence of two documents is shown once");
    assert_eq!(data["links"][0]["documents"], 2);
}

fn csv_rows(bytes: &[u8]) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes);
    reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}

/// The files of a ZIP archive, by way of its directory.
fn unpacked(archive: &[u8]) -> Vec<(String, String)> {
    let short = |at: usize| usize::from(u16::from_le_bytes(archive[at..at + 2].try_into().unwrap()));
    let long = |at: usize| u32::from_le_bytes(archive[at..at + 4].try_into().unwrap()) as usize;
    let end = archive.len() - 22;
    assert_eq!(&archive[end..end + 4], b"PK\x05\x06");
    let mut at = long(end + 16);
    let mut files = Vec::new();
    for _ in 0..short(end + 10) {
        assert_eq!(&archive[at..at + 4], b"PK\x01\x02");
        let (packed, size, name, start) = (long(at + 20), long(at + 24), short(at + 28), long(at + 42));
        let title = text(&archive[at + 46..at + 46 + name]);
        let content = start + 30 + name;
        let mut unpacked = String::new();
        flate2::read::DeflateDecoder::new(&archive[content..content + packed]).read_to_string(&mut unpacked).unwrap();
        assert_eq!(unpacked.len(), size, "{title}");
        files.push((title, unpacked));
        at += 46 + name;
    }
    files
}

#[test]
fn neo4j_gets_tables_and_a_script() {
    let files = unpacked(&export(&hostile(), Format::Neo4j));
    let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["README.txt", "import.cypher", "nodes.csv", "relationships.csv"]);
    let nodes = csv_rows(files[2].1.as_bytes());
    assert_eq!((nodes[0].first().unwrap().as_str(), nodes[0].last().unwrap().as_str()), ("iri:ID", ":LABEL"));
    assert_eq!(nodes[1].last().unwrap(), "Company;Organization;Thing");
    let relationships = csv_rows(files[3].1.as_bytes());
    assert_eq!(relationships[0][..2], [":START_ID", ":END_ID"]);
    assert_eq!((relationships.len(), relationships[1].last().unwrap().as_str()), (21, "LOCATED_IN"));
    let script = &files[1].1;
    assert!(
        script.contains("MERGE (a)-[r:`LOCATED_IN` {") && script.contains("SET n:`Company`:`Organization`;"),
        "{script}"
    );
    assert!(!script.contains("alert"), "names stand in the tables alone");
}

#[test]
fn measures_are_columns() {
    let folder = store(2);
    let rows = csv_rows(&export(&folder, Format::CsvNodes));
    let column = |name: &str| rows[0].iter().position(|head| head == name).unwrap();
    let hub = rows.iter().find(|row| row[column("Label")] == "云岭县桑蚕协会").unwrap();
    assert_eq!((hub[column("degree")].as_str(), hub[column("component")].as_str()), ("5", "1"));
    assert_eq!(hub[column("betweenness")], "1", "all ways lead through the middle of a star");
    assert_eq!(hub[column("documents")], "3");
    for format in [Format::GraphMl, Format::Gexf, Format::Cytoscape] {
        let written = text(&export(&folder, format));
        assert!(["degree", "rank", "betweenness", "community", "component"].iter().all(|name| written.contains(name)));
    }
    let gexf = text(&export(&folder, Format::Gexf));
    assert!(gexf.contains("mode=\"dynamic\"") && gexf.contains("start=\"2019-01-01\""), "{gexf}");
}

#[test]
fn a_machine_without_chinese_fonts_is_told() {
    let folder = store(0);
    let nothing = folder.path().join("fonts.conf");
    fs::write(
        &nothing,
        "<?xml version=\"1.0\"?><!DOCTYPE fontconfig SYSTEM \"urn:fontconfig:fonts.dtd\"><fontconfig></fontconfig>",
    )
    .unwrap();
    let output = crate::cli::wenmai(folder.path(), &["export", "-o", "graph.png"])
        .env("FONTCONFIG_FILE", &nothing)
        .env("HOME", folder.path())
        .env("XDG_DATA_HOME", folder.path())
        .output()
        .unwrap();
    let said = text(&output.stderr);
    // Where fonts are found without fontconfig's file the picture is drawn.
    if output.status.code() == Some(0) {
        assert!(fs::read(folder.path().join("graph.png")).unwrap().starts_with(b"\x89PNG"));
    } else {
        assert!(
            output.status.code() == Some(2) && said.contains("fonts-noto-cjk") && said.contains("--format svg"),
            "{said}"
        );
        assert!(!folder.path().join("graph.png").exists());
    }
}

#[test]
fn words_beside_lines_can_be_read() {
    // Relative luminance and contrast as WCAG 2 defines them.
    let luminance = |colour: &str| {
        let channel = |at: usize| {
            let value = f64::from(u8::from_str_radix(&colour[at..at + 2], 16).unwrap()) / 255.0;
            if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
    };
    let contrast = |a: &str, b: &str| {
        let (a, b) = (luminance(a) + 0.05, luminance(b) + 0.05);
        if a > b { a / b } else { b / a }
    };
    let resources = Resources::builtin();
    let (drawing, ontology) = (Drawing::load(&resources).unwrap(), Ontology::load(&resources).unwrap());
    for class in ontology.classes() {
        let (fill, line) = drawing.colours(&ontology, class.name());
        assert!(contrast(fill, "#1F1F1F") > 7.0, "{class:?}: names on {fill}");
        assert!(contrast(line, "#FFFFFF") > 3.0, "{class:?}: {line} on white");
    }
    let data: toml::Table = include_str!("../data/drawing.toml").parse().unwrap();
    for (name, status) in data["status"].as_table().unwrap() {
        let colour = |key: &str| status[key].as_str().unwrap();
        assert!(contrast(colour("colour"), "#FFFFFF") > 4.5, "{name}");
        assert!(contrast(colour("dark"), "#15181D") > 4.5, "{name}");
    }
    let keys = |language: &str| data["page"][language].as_table().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys("zh"), keys("en"), "the page has both languages");
}

#[test]
fn ways_and_tables_are_printed() {
    let folder = store(2);
    let shown = prints(&folder, &["path", "周远航", "云岭县"]);
    for words in [
        "周远航 - 云岭县桑蚕协会 - 云岭县  2 steps, 人物 - 组织 - 行政区\n",
        "任职 \u{2192} 云岭县桑蚕协会 (会长)\n",
        "【云岭县桑蚕协会会长周远航】说，协会2019年成立",
    ] {
        assert!(shown.contains(words), "{words} is missing in\n{shown}");
    }
    let json: serde_json::Value =
        serde_json::from_str(&prints(&folder, &["path", "周远航", "云岭县", "--format", "json"])).unwrap();
    assert_eq!(json["paths"][0]["things"][1]["name"], "云岭县桑蚕协会");
    assert_eq!(json["paths"][0]["steps"][0]["forward"][0]["sources"][0]["start"], 0);
    fails(&folder, &["path", "周远航", "无关"], 1, "nothing links");
    fails(&folder, &["path", "周远航", "云岭"], 1, "`云岭县`");
    fails(&folder, &["path", "周远航", "周远航"], 1, "one thing");
    fails(&folder, &["path", "周远航", "kg:晨光", "--stated"], 1, "nothing links");
    assert!(prints(&folder, &["path", "周远航", "kg:晨光"]).contains("planned"));

    let table = prints(&folder, &["analyze", "betweenness", "--top", "2", "--labels", "en"]);
    assert!(table.starts_with("name ") && table.contains("云岭县桑蚕协会  organization"), "{table}");
    assert_eq!(table.lines().count(), 3);
    let people = prints(&folder, &["analyze", "degree", "--type", "Person", "--format", "csv"]);
    assert_eq!(csv_rows(people.as_bytes()).len(), 4, "{people}");
    let json: serde_json::Value =
        serde_json::from_str(&prints(&folder, &["analyze", "communities", "--format", "json"])).unwrap();
    assert_eq!(json["rows"][0]["things"], 6);
    fails(&folder, &["analyze", "cooccurrence", "--least", "1"], 1, "nothing to show");
    fails(&folder, &["analyze", "rank", "--type", "Compny"], 2, "Company");
    fails(&folder, &["analyze", "importance"], 2, "possible values");
}
