//! Finds names in quotation marks: 《民法典》, “墨子量子奖”.
//!
//! In: the words of a sentence. Out: names, with their marks. Knows `data/quoted.toml`.

use super::grammar::Proposal;
use super::words::{Role, Words, parse};
use crate::error::{Error, Mistake, Result};
use crate::ontology::{Class, Ontology};
use crate::resource::Resources;
use crate::sentence::Pos;
use crate::span::cut;
use serde::Deserialize;

/// What the ends of quotations say.
#[derive(Default)]
pub(super) struct Quotations {
    titled: Vec<Ending>,
    otherwise: Option<Class>,
    titled_confidence: f32,
    quoted: Vec<Ending>,
    quoted_confidence: f32,
    shortest: usize,
}

/// An ending and the class of what ends so.
struct Ending {
    word: String,
    class: Class,
}

/// The form of `quoted.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    titled: Titled,
    quoted: Quoted,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Titled {
    otherwise: String,
    confidence: f32,
    class: Vec<ClassEndings>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Quoted {
    confidence: f32,
    shortest: usize,
    class: Vec<ClassEndings>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClassEndings {
    class: String,
    ends: String,
}

/// Longest title in marks, in characters.
const LONGEST: usize = 60;

impl Quotations {
    /// Reads `quoted.toml`.
    ///
    /// # Errors
    /// If the file is not of the form of [`File`] or names a class that is not declared.
    pub(super) fn load(resources: &Resources, ontology: &Ontology) -> Result<Self> {
        let mut mistakes = Vec::new();
        let mut all = Self::default();
        for file in resources.file("quoted.toml") {
            let own: File = match parse(file) {
                Ok(own) => own,
                Err(mistake) => {
                    mistakes.push(mistake);
                    continue;
                }
            };
            let mut class = |name: &str| {
                let class = ontology.class(name);
                if class.is_none() {
                    let message = format!("no class is called `{name}`");
                    mistakes.push(Mistake { file: file.name.clone(), line: 0, message });
                }
                class
            };
            all.otherwise = class(&own.titled.otherwise);
            all.titled_confidence = own.titled.confidence;
            all.quoted_confidence = own.quoted.confidence;
            all.shortest = own.quoted.shortest;
            for (groups, endings) in [(own.titled.class, &mut all.titled), (own.quoted.class, &mut all.quoted)] {
                for group in groups {
                    let Some(class) = class(&group.class) else { continue };
                    endings.extend(group.ends.split_whitespace().map(|word| Ending { word: word.to_owned(), class }));
                }
            }
        }
        if mistakes.is_empty() { Ok(all) } else { Err(Error::Data(mistakes)) }
    }

    /// The names in quotation marks of a sentence.
    pub(super) fn find(&self, words: &Words<'_>, found: &mut Vec<Proposal>) {
        for (close, open) in words.opener.iter().enumerate() {
            let (Some(open), Some(last)) = (*open, words.words.get(close)) else { continue };
            let Some(first) = words.words.get(open) else { continue };
            if first.role != Role::OpenQuote || open + 1 >= close {
                continue;
            }
            let inner = cut(words.text, first.end..last.start);
            let length = inner.chars().count();
            if length > LONGEST {
                continue;
            }
            let range = first.start..last.end;
            let mark = words.of(open);
            if mark == "《" || mark == "〈" {
                let class = ending(&self.titled, inner).or(self.otherwise);
                found.extend(class.map(|class| Proposal { range, class, confidence: self.titled_confidence }));
            } else if mark != "‘" && length >= self.shortest && open + 2 < close {
                // One plain word in marks is emphasis, not a name; so is a clause.
                let plain = words.words.get(open + 1..close).unwrap_or_default();
                let counted = plain.first().is_some_and(|w| w.pos == Pos::Numeral);
                let clause = counted
                    || plain.iter().any(|w| {
                        w.pos == Pos::Punctuation && w.role == Role::Stop
                            || matches!(w.pos, Pos::Particle | Pos::Adverb | Pos::Classifier)
                    });
                let class = if clause { None } else { ending(&self.quoted, inner) };
                found.extend(class.map(|class| Proposal { range, class, confidence: self.quoted_confidence }));
            }
        }
    }
}

/// The class whose longest ending `inner` has.
fn ending(endings: &[Ending], inner: &str) -> Option<Class> {
    endings
        .iter()
        .filter(|ending| inner.len() > ending.word.len() && inner.ends_with(ending.word.as_str()))
        .max_by_key(|ending| ending.word.len())
        .map(|ending| ending.class)
}
