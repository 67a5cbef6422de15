//! What holds for any text whatever.

use proptest::prelude::*;
use std::collections::BTreeSet;
use std::sync::LazyLock;
use wenmai::coverage::cover;
use wenmai::date::Date;
use wenmai::document::{Document, from_text};
use wenmai::entity::EntityId;
use wenmai::export::json::Record;
use wenmai::inspect::traces;
use wenmai::mention::MentionKind;
use wenmai::pipeline::{Extraction, Knowledge, extract};
use wenmai::rdf::{Base, quads};
use wenmai::resource::Resources;
use wenmai::span::{LineIndex, Span};
use wenmai::statement::Object;

static KNOWLEDGE: LazyLock<Knowledge> = LazyLock::new(|| Knowledge::load(&Resources::builtin()).unwrap());

/// Pieces of text that the stages know what to do with, and some that they do not.
const PIECES: &[&str] = &[
    "江苏省",
    "南通市",
    "伊宁县",
    "海州大学",
    "远山科技有限公司",
    "东江医院",
    "李卫国",
    "王小明",
    "校长",
    "董事长",
    "记者",
    "第三届“江风”文化节",
    "《水经》",
    "2024年",
    "10月",
    "3日",
    "去年8月底",
    "1.5亿元",
    "600余万",
    "三成",
    "３５％",
    "十余家",
    "30至50人",
    "成立于",
    "位于",
    "毕业于",
    "任",
    "由",
    "主办",
    "投资",
    "在",
    "的",
    "和",
    "、",
    "，",
    "。",
    "！",
    "；",
    "（",
    "）",
    "“",
    "”",
    "·",
    "—",
    "\n",
    "\n\n",
    "　　",
    " ",
    "\r\n",
    "該公司",
    "臺灣",
    "電視臺",
    "he",
    "A350",
    "…",
    "😀",
    "\u{200b}",
    "\0",
    "他",
    "工作组",
    "公司",
    "该校",
    "超",
    "近",
    "不足",
    "以上",
    "年",
    "月",
    "百分之",
    "两",
    "一",
    "万",
    "亿",
];

fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => prop::collection::vec(prop::sample::select(PIECES), 0..60).prop_map(|pieces| pieces.concat()),
        1 => "\\PC{0,80}",
        1 => "[一-龥0-9，。\n]{0,120}",
    ]
}

fn document(text: &str) -> Document {
    let mut document = from_text("t", text, &KNOWLEDGE.layout);
    document.date = Date::day(2025, 1, 20);
    document
}

fn read(text: &str) -> Extraction {
    extract(document(text), &KNOWLEDGE)
}

/// Whether `span` lies in `text`, on character boundaries.
fn fits(span: Span, text: &str) -> bool {
    span.start <= span.end && text.is_char_boundary(span.start) && text.is_char_boundary(span.end)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn spans_are_sound(text in texts()) {
        let found = read(&text);
        prop_assert_eq!(&found.document.text, &text);
        let mut end = 0;
        for sentence in &found.sentences {
            prop_assert!(fits(sentence.span, &text) && sentence.span.start >= end);
            end = sentence.span.end;
            let mut at = sentence.span.start;
            for token in &sentence.tokens {
                prop_assert!(fits(token.span, &text) && token.span.start >= at);
                prop_assert!(Span::new(at, token.span.start).of(&text).trim().is_empty(), "only blanks between tokens");
                at = token.span.end;
            }
            prop_assert_eq!(at, sentence.span.end);
        }
        for pair in found.mentions.windows(2) {
            prop_assert!(pair[0].span.end <= pair[1].span.start, "mentions are sorted and disjoint");
        }
        for mention in &found.mentions {
            let sentence = &found.sentences[mention.sentence.0];
            prop_assert!(fits(mention.span, &text) && !mention.span.is_empty() && sentence.span.contains(mention.span));
        }
        for statement in &found.statements {
            prop_assert!(!statement.evidence.is_empty());
            prop_assert!(statement.evidence.iter().all(|e| fits(e.span, &text) && !e.span.is_empty()));
        }
        for quantity in &found.quantities {
            prop_assert!(fits(quantity.evidence.span, &text));
        }
    }

    #[test]
    fn things_and_statements_are_declared(text in texts()) {
        let found = read(&text);
        let ontology = &KNOWLEDGE.ontology;
        let names: BTreeSet<_> = found.entities.iter().map(|e| &e.local_name).collect();
        prop_assert_eq!(names.len(), found.entities.len(), "no two things share a name below the namespace");
        let mut owned = BTreeSet::new();
        for entity in &found.entities {
            prop_assert!(!entity.mentions.is_empty() && !entity.local_name.is_empty());
            prop_assert!(entity.mentions.iter().all(|m| owned.insert(*m)), "a mention means one thing");
        }
        let class = |id: EntityId| found.entities[id.0].class;
        for statement in &found.statements {
            prop_assert!(ontology.in_domain(statement.property, class(statement.subject)));
            match statement.object {
                Object::Entity(object) => prop_assert!(ontology.in_range(statement.property, class(object))),
                Object::Time(_) => prop_assert!(ontology.is_dated(statement.property)),
            }
        }
    }

    #[test]
    fn quoted_words_stand_at_their_offsets(text in texts()) {
        let found = read(&text);
        let record: serde_json::Value = serde_json::from_str(&Record::of_extraction(&found).line()).unwrap();
        let characters: Vec<char> = text.chars().collect();
        let quote = |item: &serde_json::Value| -> Option<String> {
            let at = |key: &str| usize::try_from(item[key].as_u64()?).ok();
            Some(characters.get(at("start")?..at("end")?)?.iter().collect())
        };
        for list in ["relations", "dates", "unasserted"] {
            for item in record[list].as_array().into_iter().flatten() {
                prop_assert_eq!(quote(item), item["evidence"].as_str().map(str::to_owned), "{}", item);
            }
        }
        let index = LineIndex::new(&text);
        for mention in &found.mentions {
            let (start, end) = index.characters(mention.span);
            let words: String = characters[start..end].iter().collect();
            prop_assert_eq!(words, mention.span.of(&text));
        }
    }

    #[test]
    fn tracing_reads_what_extraction_reads(text in texts()) {
        let found = read(&text);
        let mut traced = BTreeSet::new();
        for claim in traces(&found, &KNOWLEDGE).iter().flat_map(|trace| &trace.matches).flat_map(|m| &m.claims) {
            traced.insert((claim.subject, claim.property, claim.object, claim.title.clone(), claim.status));
            if let Object::Entity(object) = claim.object {
                // Of relations that hold both ways one direction is kept.
                let turned = Object::Entity(claim.subject);
                traced.insert((object, claim.property, turned, claim.title.clone(), claim.status));
            }
        }
        for s in &found.statements {
            prop_assert!(traced.contains(&(s.subject, s.property, s.object, s.title.clone(), s.status)), "{s:?}");
        }
        let coverage = cover(&found, &KNOWLEDGE);
        let characters: Vec<char> = text.chars().collect();
        for place in coverage.silent.iter().chain(coverage.unanswered.iter().map(|trigger| &trigger.place)) {
            let words: String = characters[place.start..place.end].iter().collect();
            prop_assert_eq!(&place.text, &words.split(['\n', '\r']).map(str::trim).collect::<String>());
        }
    }

    #[test]
    fn two_runs_agree(text in texts()) {
        let base = Base::default();
        let (one, two) = (quads(&read(&text), &base), quads(&read(&text), &base));
        prop_assert_eq!(&one, &two);
        prop_assert!(one.windows(2).all(|pair| pair[0].to_string() < pair[1].to_string() || pair[0] != pair[1]));
    }

    #[test]
    fn a_paragraph_in_front_shifts_everything_and_changes_nothing(text in texts()) {
        let front = "天气晴朗，大家都很高兴。\n\n";
        let body = text.trim_start();
        let (plain, shifted) = (read(&format!("{front}{body}")), read(&format!("{front}{front}{body}")));
        let values = |found: &Extraction, by: usize| -> Vec<(usize, usize)> {
            let values = found.mentions.iter().filter(|m| matches!(m.kind, MentionKind::Value(_)));
            values.map(|m| (m.span.start - by, m.span.end - by)).collect()
        };
        prop_assert_eq!(values(&plain, 0), values(&shifted, front.len()));
        let names = |found: &Extraction| -> Vec<String> { found.entities.iter().map(|e| e.local_name.clone()).collect() };
        prop_assert_eq!(names(&plain), names(&shifted));
        prop_assert_eq!(plain.statements.len(), shifted.statements.len());
    }
}
