//! Finds phrases that point back to something named before: 该公司, 她.
//!
//! In: a sentence. Out: candidates of kind [`MentionKind::Anaphor`]. Knows `data/coreference.toml`.
//! What a phrase points to is settled by [`entity::resolve`](crate::entity::resolve).

use super::{Confidence, Finder, Mention, MentionKind};
use crate::error::{Error, Mistake, Result};
use crate::ontology::{Class, Ontology};
use crate::resource::Resources;
use crate::sentence::{Pos, Sentence, SentenceId};
use crate::span::Span;
use rustc_hash::FxHashMap as HashMap;
use serde::Deserialize;

/// The phrases that point back.
#[derive(Clone, Debug, Default)]
pub struct Anaphors {
    /// What each phrase may point to, in the order of the file.
    phrases: HashMap<String, Vec<Reading>>,
    /// The greatest number of tokens that a phrase may span.
    longest: usize,
}

/// One reading of a phrase.
#[derive(Clone, Debug)]
pub struct Reading {
    /// What it points to.
    pub class: Class,
    /// How it finds that.
    pub reference: Reference,
    /// How the name of the thing must end: 县 for 该县.
    pub head: Option<String>,
    /// How it must not end: no meeting is a 危机.
    pub other_heads: Vec<String>,
    /// Words that a bare noun may stand behind as well as at the start of a clause: 出席会议.
    behind: Vec<String>,
}

/// How a phrase finds what it points to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Reference {
    /// Anywhere; it points to the last thing of the class.
    Nearest,
    /// Anywhere; it points to the thing of the class that the text has named most so far.
    Main,
    /// Only where it opens a clause; it points to the thing of the class that the text is about.
    Topic,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    demonstratives: Vec<String>,
    #[serde(default)]
    anaphor: Vec<toml::Spanned<Entry>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    class: String,
    reference: Reference,
    #[serde(default)]
    same_head: bool,
    #[serde(default)]
    other_heads: Vec<String>,
    #[serde(default)]
    behind: Vec<String>,
    phrases: Vec<String>,
}

impl Anaphors {
    /// Reads `coreference.toml`.
    ///
    /// # Errors
    /// Names every entry whose class is not declared.
    pub fn load(resources: &Resources, ontology: &Ontology) -> Result<Self> {
        let mut found = Self::default();
        let mut mistakes = Vec::new();
        for file in resources.file("coreference.toml") {
            let line_of = |at: usize| crate::span::LineIndex::new(&file.text).line_column(at).0;
            let parsed: File = match toml::from_str(&file.text) {
                Ok(parsed) => parsed,
                Err(e) => {
                    let line = e.span().map_or(0, |at| line_of(at.start));
                    mistakes.push(Mistake { file: file.name.clone(), line, message: e.message().to_owned() });
                    continue;
                }
            };
            for entry in parsed.anaphor {
                let line = line_of(entry.span().start);
                let entry = entry.into_inner();
                let Some(class) = ontology.class(&entry.class) else {
                    let message = format!("unknown class `{}`; the classes stand in data/ontology.ttl", entry.class);
                    mistakes.push(Mistake { file: file.name.clone(), line, message });
                    continue;
                };
                for phrase in entry.phrases {
                    let head = entry.same_head.then(|| {
                        let behind = parsed.demonstratives.iter().find_map(|d| phrase.strip_prefix(d.as_str()));
                        behind.unwrap_or(&phrase).to_owned()
                    });
                    found.longest = found.longest.max(phrase.chars().count());
                    let reading = Reading {
                        class,
                        reference: entry.reference,
                        head,
                        other_heads: entry.other_heads.clone(),
                        behind: entry.behind.clone(),
                    };
                    found.phrases.entry(phrase).or_default().push(reading);
                }
            }
        }
        if mistakes.is_empty() { Ok(found) } else { Err(Error::Data(mistakes)) }
    }

    /// What a phrase (folded) may point to, the likeliest first.
    pub fn readings(&self, phrase: &str) -> &[Reading] {
        self.phrases.get(phrase).map_or(&[], Vec::as_slice)
    }

    /// The phrases in `sentence`, longest first at each place, each with the first class that it may mean;
    /// [`readings`](Self::readings) tells the others.
    pub fn find(&self, id: SentenceId, sentence: &Sentence) -> Vec<Mention> {
        let mut found = Vec::new();
        let tokens = &sentence.tokens;
        let mut i = 0;
        while let Some(first) = tokens.get(i) {
            let longest = (i + 1..=tokens.len().min(i + self.longest)).rev().find_map(|end| {
                let last = tokens.get(end - 1)?;
                let span = Span::new(first.span.start, last.span.end);
                let readings = self.phrases.get(sentence.key.of(span))?;
                Some((end, span, readings))
            });
            let Some((end, span, readings)) = longest else {
                i += 1;
                continue;
            };
            let opens = i == 0 || tokens.get(i - 1).is_some_and(|t| matches!(t.pos, Pos::Punctuation | Pos::Time));
            // 公司员工, 项目负责人: the phrase only describes what follows.
            let alone = tokens.get(end).is_none_or(|t| !matches!(t.pos, Pos::Noun | Pos::VerbalNoun | Pos::Unknown));
            let before = i.checked_sub(1).and_then(|i| tokens.get(i)).map_or("", |t| sentence.key.of(t.span));
            let fits = |reading: &&Reading| {
                reading.reference != Reference::Topic
                    || (alone && (opens || reading.behind.iter().any(|word| word == before)))
            };
            if let Some(reading) = readings.iter().find(fits) {
                found.push(Mention {
                    span,
                    sentence: id,
                    kind: MentionKind::Anaphor(reading.class),
                    found_by: Finder::Pattern("coreference".to_owned()),
                    confidence: Confidence::new(0.8),
                });
            }
            i = end;
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Block, Document, Role};
    use crate::sentence::{Segmenter, segment};

    fn check(text: &str, expected: &[(&str, &str)]) {
        let resources = Resources::builtin();
        let ontology = Ontology::load(&resources).unwrap();
        let anaphors = Anaphors::load(&resources, &ontology).unwrap();
        let block = Block { span: Span::new(0, text.len()), role: Role::Paragraph };
        let document =
            Document { id: "t".into(), origin: "t".into(), date: None, text: text.into(), blocks: vec![block] };
        let sentences = segment(&document, &Segmenter::load(&resources).unwrap());
        let found: Vec<_> = sentences
            .iter()
            .enumerate()
            .flat_map(|(i, s)| anaphors.find(SentenceId(i), s))
            .map(|m| match m.kind {
                MentionKind::Anaphor(class) => (m.span.of(text), class.name()),
                MentionKind::Name(_) | MentionKind::Value(_) => ("", ""),
            })
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn an_express_phrase_counts_anywhere() {
        check("记者走进该公司，看到她在忙。", &[("该公司", "Company"), ("她", "Person")]);
    }

    #[test]
    fn a_bare_noun_counts_only_where_it_opens_a_clause() {
        check("去年，公司新建两条线。", &[("公司", "Company")]);
        check("三家贸易公司签约，公司员工受益。", &[]);
    }
}
