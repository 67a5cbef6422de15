//! The tools for those who want to know why something was read, or was not.

use crate::cli::{fails, prints, run, text, wenmai};
use std::fs;
use std::io::Write as _;
use std::process::Stdio;

#[test]
fn annotated_documents_are_scored_and_faults_named() {
    let folder = tempfile::tempdir().unwrap();
    let gold = folder.path().join("gold");
    fs::create_dir(&gold).unwrap();
    fs::write(gold.join("a.txt"), "江城远山科技有限公司董事长林国海考察了南京市。该公司投资3亿元。").unwrap();
    let annotation = serde_json::json!({"id": "a", "published": null,
        "entities": [
            {"id": "e1", "type": "Company", "name": "江城远山科技有限公司", "surfaces": ["江城远山科技有限公司"]},
            {"id": "e2", "type": "Person", "name": "林国海", "surfaces": ["林国海"]},
            {"id": "e3", "type": "Work", "name": "远山", "surfaces": ["董事长"]}],
        "relations": [
            {"s": "e2", "p": "affiliation", "o": "e1", "title": "总经理", "evidence": "江城远山科技有限公司董事长林国海"},
            {"s": "e1", "p": "ownedBy", "o": "e2"}],
        "dates": [],
        "quantities": [{"s": "e1", "measure": "投资", "value": 300000000, "unit": "CNY", "bound": "=", "text": "3亿元"}]});
    fs::write(gold.join("a.json"), annotation.to_string()).unwrap();
    let table = prints(&folder, &["eval", "--gold", "gold"]);
    assert!(table.starts_with("1 documents\n"), "{table}");
    assert!(table.contains("\nquantities                    100.0  100.0  100.0      1      1\n"), "{table}");
    let listed = prints(&folder, &["eval", "--gold", "gold", "--errors"]);
    let (wrong, missed) = listed.split_once("Missed, by relation or class").unwrap();
    assert!(wrong.contains(
        "rules/affiliation/post-person  1\n  relations.title\ta\t林国海 affiliation 江城远山科技有限公司 董事长"
    ));
    assert!(missed.contains("ownedBy  1\n  relations\ta\t江城远山科技有限公司 ownedBy 林国海\n"), "{missed}");
    assert!(missed.contains("Work  1\n  entities\ta\t董事长 Work\n"), "{missed}");

    let json = prints(&folder, &["eval", "--gold", "gold", "--errors", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["relations.title"]["F1"], 0.0);
    assert_eq!(json["quantities"], serde_json::json!({"P": 100.0, "R": 100.0, "F1": 100.0, "gold": 1, "found": 1}));
    assert_eq!(json["errors"][0]["fault"], "wrong");

    fails(&folder, &["eval", "--gold", "gold", "--only", "b"], 2, "there are a");
    fails(&folder, &["eval", "--gold", "."], 2, "<id>.json");
    fails(&folder, &["eval"], 2, "--gold <DIR>");
    fs::write(gold.join("b.json"), r#"{"id": "b"}"#).unwrap();
    let output = run(&folder, &["eval", "--gold", "gold"]);
    assert_eq!(output.status.code(), Some(3));
    assert!(text(&output.stderr).contains("gold/b.txt: "), "{}", text(&output.stderr));
    assert_eq!(text(&output.stdout), table, "a document that cannot be read is named and not counted");
    fs::write(gold.join("b.json"), "{}").unwrap();
    fails(&folder, &["eval", "--gold", "gold"], 2, "gold/b.json: not an annotated document");
}

#[test]
fn a_sentence_is_followed_through_all_stages() {
    let folder = tempfile::tempdir().unwrap();
    let shown = prints(
        &folder,
        &["rules", "try", "任正非去年计划在深圳创办华为。该公司由他人收购。", "--published", "2024-05"],
    );
    for words in [
        "Things\n  任正非  Person\n  深圳市  AdministrativeArea  440300  also 深圳\n",
        "任正非/Person",
        "  names and values\n    任正非  Person              gazetteers/Person  ",
        "    [任正非:Person] [去年:time] 计划 在 [深圳:AdministrativeArea] 创办 [华为:Company] 。\n",
        "    任正非去年计划在深圳创办华为  about 任正非\n",
        "    planned by 计划: 华为 foundedBy 任正非 (2023)\n      rules/foundedBy/founder-founds  0.85  <object+> ",
        "object 任正非, words 创办, subject 华为\n",
        "  nearly matches\n",
        "    rules/foundedBy/founded-by  2 of 4\n      <subject> ..3 【由|被】 ",
        "; no 由|被: ",
        "means 华为",
        "more patterns were tried; --all shows them",
    ] {
        assert!(shown.contains(words), "{words} is missing in\n{shown}");
    }
    let all = prints(&folder, &["rules", "try", "--all", "任正非去年计划在深圳创办华为。该公司由他人收购。"]);
    assert!(!all.contains("--all") && all.len() > shown.len(), "{all}");

    let mut child = wenmai(folder.path(), &["rules", "try", "-", "--format", "json"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all("任正非在深圳创办了华为。\n他是董事长。\n".as_bytes()).unwrap();
    let json: serde_json::Value = serde_json::from_slice(&child.wait_with_output().unwrap().stdout).unwrap();
    assert_eq!(json["entities"][0]["name"], "任正非");
    let first = &json["sentences"][0];
    assert_eq!((&first["start"], &first["end"]), (&0.into(), &12.into()));
    assert_eq!(first["matches"][0]["says"][0]["object"], "任正非");
    assert!(first["misses"][0]["reason"].is_string());

    fails(&folder, &["rules", "try", ""], 2, "no text");
}

#[test]
fn what_is_not_stated_is_explained() {
    let folder = tempfile::tempdir().unwrap();
    let lines = [
        "任正非去年计划在深圳创办华为。",
        "南京市与苏州市位于江苏省，华为由王传福出资并于当年在南方正式创办。",
        "比亚迪与南京大学签署了合作协议。",
        "马化腾走访了苏州市。",
        "苏州大学的校庆很热闹，创办人是王传福。",
    ];
    fs::write(folder.path().join("news.txt"), lines.join("\n")).unwrap();
    prints(&folder, &["ingest", "news.txt"]);
    let why = |question: &[&str]| {
        let stored = prints(&folder, &[&["explain", "--why-not"], question].concat());
        let read = prints(&folder, &[&["explain", "--why-not"], question, &["news.txt"]].concat());
        assert_eq!(stored, read, "the store and the file tell the same");
        stored
    };
    let planned = why(&["华为", "foundedBy", "任正非"]);
    assert!(planned.starts_with("华为 (Company) foundedBy 任正非 (Person): not stated\n"), "{planned}");
    for words in [
        "  news says it, but as planned; see below\n",
        "What is read of the two\n  planned: 华为 foundedBy 任正非\n",
        "      reads planned by 计划: 华为 foundedBy 任正非  rules/foundedBy/founder-founds\n",
    ] {
        assert!(planned.contains(words), "{words} is missing in\n{planned}");
    }
    let near = why(&["华为", "foundedBy", "王传福"]);
    assert!(near.contains("no <object+>: 王传福 stands 7 words away, and the gap passes over 5 at most"), "{near}");
    assert!(why(&["任正非", "foundedBy", "华为"]).contains("the other way round"));
    assert!(
        why(&["南京市", "foundedBy", "江苏省"])
            .contains("南京市 is AdministrativeArea, and the subject of foundedBy is ")
    );
    assert!(
        why(&["比亚迪", "visited", "南京大学"]).contains("比亚迪 cooperatesWith 南京大学"),
        "another relation is told"
    );
    assert!(why(&["马化腾", "visited", "苏州市"]).starts_with(
        "马化腾 (Person) visited 苏州市 (AdministrativeArea): stated
"
    ));
    assert!(why(&["马化腾", "bornIn", "江苏省"]).contains("no sentence names both"));
    assert!(why(&["华为", "foundedOn", "2019-05"]).contains("华为 (Company) foundedOn 2019-05: not stated\n"));
    assert!(why(&["华为", "foundedOn", "深圳"]).contains("foundedOn links things to dates"));

    let json = prints(&folder, &["explain", "--why-not", "华为", "foundedBy", "任正非", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&json["said"], &json["statements"][0]["status"]), (&false.into(), &"planned".into()));
    assert_eq!((&json["together"][0]["start"], &json["together"][0]["end"]), (&0.into(), &15.into()));

    fails(&folder, &["explain", "--why-not", "华为", "foundedBy", "校庆"], 1, "but nothing reads it as a name");
    fails(&folder, &["explain", "--why-not", "华为", "foundedBy", "xyz"], 1, "nothing in the graph is called `xyz`");
    fails(&folder, &["explain", "--why-not", "华为", "foundBy", "任正非"], 2, "foundedBy");
    fails(&folder, &["explain", "--why-not", "华为", "foundedBy"], 2, "--why-not");
    fails(&folder, &["explain", "--why-not", "华为", "foundedBy", "任正非", "none.txt"], 2, "none.txt");
    fails(&folder, &["explain"], 2, "NAME");
    fails(&folder, &["explain", "华为", "任正非"], 2, "one name");
}

#[test]
fn what_was_not_read_is_listed_and_marked() {
    let folder = tempfile::tempdir().unwrap();
    let text = "云岭新闻一则\n\n任正非在深圳创办了华为，公司有员工300人。大家很高兴，说\"<b>好</b>\"&“妙”。\n\n\
        他们创办了一家公司，苏州市的天气很好。\n";
    fs::write(folder.path().join("a.txt"), text).unwrap();
    fs::write(folder.path().join("b&c.txt"), "任正非在深圳创办了华为。\n").unwrap();
    let told = prints(&folder, &["coverage", "a.txt", "b&c.txt"]);
    for words in [
        "a  a.txt\n  sentences without a statement or figure\n",
        "  大家很高兴，说\"<b>好</b>\"&“妙”。\n",
        "  words that set a pattern off, and none matched\n",
        "  创办  rules/foundedBy/",
        "    云岭新闻  Media  0-4\n    苏州市  AdministrativeArea  64-67\n",
        "\na                     2 of 3 ",
        "\nall                   2 of 4 ",
        "\nUnanswered words: ",
        "\nUnused names by class: AdministrativeArea 1",
    ] {
        assert!(told.contains(words), "{words} is missing in\n{told}");
    }
    let totals = prints(&folder, &["coverage", "--totals", "a.txt", "b&c.txt"]);
    assert!(told.ends_with(&totals) && !totals.contains("大家"), "{totals}");

    let json = prints(&folder, &["coverage", "--format", "json", "a.txt", "b&c.txt"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["total"]["sentences"], 4);
    assert_eq!(json["documents"][0]["counts"]["silent"], 2);
    let place = &json["documents"][0]["silent"][0];
    let (start, end) = (place["start"].as_u64().unwrap(), place["end"].as_u64().unwrap());
    let words: String = text.chars().skip(start as usize).take((end - start) as usize).collect();
    assert_eq!(place["text"], words.as_str());
    assert_eq!(json["documents"][0]["unused"][1]["name"], "苏州市");

    let page = prints(&folder, &["coverage", "--format", "html", "a.txt", "b&c.txt"]);
    assert!(page.starts_with("<!DOCTYPE html>") && page.ends_with("</html>\n"));
    for words in [
        "云岭新闻</span>一则",
        "<span class=\"silent\">大家很高兴，说&quot;&lt;b&gt;好&lt;/b&gt;&quot;&amp;“妙”。</span>",
        "<span class=\"unused\" title=\"苏州市 (AdministrativeArea)\">苏州市</span>",
        "<span class=\"unanswered\" title=\"rules/foundedBy/",
        "title=\"华为 foundedBy 任正非&#10;",
        "<a href=\"#document-1\">b&amp;c</a>",
    ] {
        assert!(page.contains(words), "{words} is missing in\n{page}");
    }
    assert!(!page.contains("<b>") && !page.contains("http"), "escaped, and nothing to be fetched");
    let output = run(&folder, &["coverage", "a.txt", "none.txt"]);
    assert_eq!(output.status.code(), Some(3), "{}", crate::cli::text(&output.stderr));
}
