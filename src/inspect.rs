//! What every stage made of a text, sentence by sentence, as data for people who write rules and lists.
//!
//! In: an [`Extraction`]. Out: an [`Inspection`]: tokens, mentions, entities, and what the rules saw, matched and nearly
//! matched. Offsets count characters (Unicode code points) of the text from 0; `end` is the first character behind.

use crate::entity::{Entity, EntityId};
use crate::mention::{Amount, MentionId, MentionKind, Value};
use crate::pipeline::{Extraction, Knowledge};
use crate::span::{LineIndex, Span};
use crate::statement::trace::{self, Filled, PartKind, Trace};
use crate::statement::{Object, Statement, Status};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// What the stages made of one text.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Inspection {
    /// Day of publication, as given or inferred.
    pub published: Option<String>,
    /// The things that the text speaks about.
    pub entities: Vec<Thing>,
    /// Its sentences.
    pub sentences: Vec<Sentence>,
}

/// A thing.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Thing {
    /// The name that stands for it.
    pub name: String,
    /// Local name of its class.
    pub class: String,
    /// All that it is called in the text.
    pub surfaces: Vec<String>,
    /// Its code in a public register.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notation: Option<String>,
}

/// One sentence.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Sentence {
    /// Where it stands.
    #[serde(flatten)]
    pub place: Place,
    /// Its tokens.
    pub tokens: Vec<Token>,
    /// Its names and values.
    pub mentions: Vec<Mention>,
    /// The row that patterns are matched against.
    pub elements: Vec<Element>,
    /// Its clauses.
    pub clauses: Vec<Clause>,
    /// The patterns that matched.
    pub matches: Vec<Match>,
    /// Those that nearly did, the nearest first.
    pub misses: Vec<Miss>,
    /// How many more there are.
    pub more_misses: usize,
}

/// Words of the text.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Place {
    /// The first character.
    pub start: usize,
    /// Just past the last one.
    pub end: usize,
    /// The words, without the line breaks of the layout.
    pub text: String,
}

/// One token.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Token {
    /// Its characters.
    pub text: String,
    /// Its part of speech.
    pub pos: String,
}

/// A name or a value.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Mention {
    /// Where it stands.
    #[serde(flatten)]
    pub place: Place,
    /// Class of a name, the value of a date or a number.
    pub reads: String,
    /// The thing that a phrase points back to, where it is no name itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub means: Option<String>,
    /// The list or pattern that found it.
    pub found_by: String,
    /// How sure that is, from 0 to 1.
    pub confidence: f64,
}

/// One element.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Element {
    /// Its words.
    pub text: String,
    /// `word`, `name`, `time`, `amount`, `pause` or `mark`.
    pub kind: &'static str,
    /// The class of a name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
}

/// One clause.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Clause {
    /// Its words.
    pub text: String,
    /// What it says that it is about.
    pub subject: Option<String>,
    /// What it may be about without saying so, the likeliest first.
    pub topics: Vec<String>,
}

/// A pattern that matched.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Match {
    /// The rule.
    pub rule: String,
    /// The pattern; empty for what names alone tell.
    pub pattern: String,
    /// How sure the rule is.
    pub confidence: f64,
    /// The words that took part.
    #[serde(flatten)]
    pub place: Place,
    /// What its items have matched.
    pub filled: Vec<Role>,
    /// What it says.
    pub says: Vec<Claim>,
}

/// What a match says.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Claim {
    /// What it is about.
    pub subject: String,
    /// What is said of it.
    pub property: String,
    /// Another thing or a date.
    pub object: String,
    /// The post, role or kinship.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// When it held.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time: Option<String>,
    /// The amount that goes with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<String>,
    /// `asserted`, `planned`, `denied` or `reported`.
    pub status: &'static str,
    /// The word that makes it so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status_word: Option<String>,
}

/// Words that an item of a pattern has matched.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Role {
    /// What they are to the pattern.
    pub role: &'static str,
    /// The words, or the name of what the clauses before were about.
    pub text: String,
    /// Whether they stand in the match, or come from the clauses before.
    pub stated: bool,
}

/// A pattern that nearly matched.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Miss {
    /// The rule.
    pub rule: String,
    /// What it would say.
    pub property: String,
    /// The items of the pattern.
    pub pattern: Vec<String>,
    /// The words from which it was tried.
    pub trigger: Place,
    /// What its items have matched.
    pub filled: Vec<Role>,
    /// How many of the items that stand for words have matched …
    pub matched: usize,
    /// … out of how many.
    pub wanted: usize,
    /// The item that failed, as an index into the pattern.
    pub stuck: Option<usize>,
    /// Why it failed.
    pub reason: String,
}

/// How many near misses of a sentence are told where not all are asked for.
const NEAREST: usize = 6;

/// What the stages made of a text. With `all`, every pattern that was tried is told, not only the nearest of those
/// whose own words stand in the sentence.
pub fn inspect(extraction: &Extraction, knowledge: &Knowledge, all: bool) -> Inspection {
    let viewer = Viewer::new(extraction);
    let traces = traces(extraction, knowledge);
    let thing = |entity: &Entity| Thing {
        name: entity.name.clone(),
        class: entity.class.name().to_owned(),
        surfaces: entity.surfaces.clone(),
        notation: entity.notation.clone(),
    };
    let sentences = extraction.sentences.iter().zip(&traces).map(|(sentence, trace)| {
        let mut misses: Vec<Miss> = trace.nearest(all).into_iter().map(|miss| viewer.miss(miss)).collect();
        let more_misses = if all { 0 } else { misses.len().saturating_sub(NEAREST) };
        misses.truncate(misses.len() - more_misses);
        viewer.sentence(sentence, trace, misses, more_misses)
    });
    Inspection {
        published: extraction.document.date.map(|date| date.to_string()),
        entities: extraction.entities.iter().map(thing).collect(),
        sentences: sentences.collect(),
    }
}

/// What the rules made of each sentence.
pub fn traces(extraction: &Extraction, knowledge: &Knowledge) -> Vec<Trace> {
    let Extraction { document, sentences, mentions, entities, .. } = extraction;
    trace::trace(document, sentences, mentions, entities, &knowledge.extractors)
}

/// Turns what the stages made of a text into data for people.
pub struct Viewer<'e> {
    extraction: &'e Extraction,
    index: LineIndex<'e>,
    /// For each mention the thing it means.
    meant: BTreeMap<MentionId, &'e Entity>,
}

impl<'e> Viewer<'e> {
    /// For this text.
    pub fn new(extraction: &'e Extraction) -> Self {
        let entities = extraction.entities.iter();
        let meant = entities.flat_map(|entity| entity.mentions.iter().map(move |&id| (id, entity))).collect();
        Self { extraction, index: LineIndex::new(&extraction.document.text), meant }
    }

    /// Words of the text.
    pub fn place(&self, span: Span) -> Place {
        let (start, end) = self.index.characters(span);
        Place { start, end, text: self.text(span) }
    }

    fn text(&self, span: Span) -> String {
        span.of(&self.extraction.document.text).split(['\n', '\r']).map(str::trim).collect()
    }

    fn name(&self, entity: EntityId) -> String {
        self.extraction.entities.get(entity.0).map_or_else(String::new, |entity| entity.name.clone())
    }

    fn sentence(
        &self,
        sentence: &crate::sentence::Sentence,
        trace: &Trace,
        misses: Vec<Miss>,
        more_misses: usize,
    ) -> Sentence {
        let token = |token: &crate::sentence::Token| {
            let text = self.text(token.span);
            (!text.is_empty()).then(|| Token { text, pos: format!("{:?}", token.pos) })
        };
        let clause = |clause: &trace::Clause| Clause {
            text: self.text(clause.span),
            subject: clause.subject.map(|id| self.name(id)),
            topics: clause.topics.iter().map(|&id| self.name(id)).collect(),
        };
        Sentence {
            place: self.place(sentence.span),
            tokens: sentence.tokens.iter().filter_map(token).collect(),
            mentions: self.mentions(sentence.span),
            elements: trace.elements.iter().map(|part| self.element(part)).collect(),
            clauses: trace.clauses.iter().map(clause).collect(),
            matches: trace.matches.iter().map(|found| self.found(found)).collect(),
            misses,
            more_misses,
        }
    }

    fn mentions(&self, sentence: Span) -> Vec<Mention> {
        let mentions = &self.extraction.mentions;
        let first = mentions.partition_point(|mention| mention.span.start < sentence.start);
        let inside = mentions.iter().enumerate().skip(first).take_while(|(_, m)| m.span.start < sentence.end);
        let view = |(number, mention): (usize, &crate::mention::Mention)| {
            let place = self.place(mention.span);
            let reads = match &mention.kind {
                MentionKind::Name(class) | MentionKind::Anaphor(class) => class.name().to_owned(),
                MentionKind::Value(Value::Time(period)) => period.to_string(),
                MentionKind::Value(Value::Quantity(amount)) => sum(amount),
            };
            let means = self.meant.get(&MentionId(number)).map(|entity| entity.name.clone());
            let means = means.filter(|name| *name != place.text);
            let (found_by, confidence) = (mention.found_by.to_string(), hundredths(mention.confidence.get()));
            Mention { place, reads, means, found_by, confidence }
        };
        inside.map(view).collect()
    }

    fn element(&self, part: &trace::Part) -> Element {
        let class = match part.kind {
            PartKind::Name(id) => self.extraction.entities.get(id.0).map(|entity| entity.class.name().to_owned()),
            PartKind::Word | PartKind::Time | PartKind::Amount | PartKind::Pause | PartKind::Mark => None,
        };
        let kind = match part.kind {
            PartKind::Word => "word",
            PartKind::Name(_) => "name",
            PartKind::Time => "time",
            PartKind::Amount => "amount",
            PartKind::Pause => "pause",
            PartKind::Mark => "mark",
        };
        Element { text: self.text(part.span), kind, class }
    }

    /// A pattern that matched.
    pub fn found(&self, found: &trace::Match) -> Match {
        Match {
            rule: found.rule.clone(),
            pattern: found.pattern.clone(),
            confidence: hundredths(found.confidence),
            place: self.place(found.span),
            filled: self.roles(&found.filled),
            says: found.claims.iter().map(|claim| self.claim(claim)).collect(),
        }
    }

    /// A statement as the examples of rule files write it: `planned: 华为 foundedBy 任正非`.
    pub fn says(&self, statement: &Statement) -> String {
        let status = match statement.status {
            Status::Asserted => String::new(),
            other => format!("{}: ", other.name()),
        };
        let title = statement.title.as_ref().map_or_else(String::new, |title| format!(" ({title})"));
        let (subject, object) = (self.name(statement.subject), self.object(statement.object));
        format!("{status}{subject} {} {object}{title}", statement.property.name())
    }

    fn object(&self, object: Object) -> String {
        match object {
            Object::Entity(id) => self.name(id),
            Object::Time(period) => period.to_string(),
        }
    }

    fn claim(&self, claim: &trace::Claim) -> Claim {
        Claim {
            subject: self.name(claim.subject),
            property: claim.property.name().to_owned(),
            object: self.object(claim.object),
            title: claim.title.clone(),
            time: claim.time.map(|time| time.to_string()),
            amount: claim.amount.as_ref().map(sum),
            status: claim.status.name(),
            status_word: claim.status_word.map(|span| self.text(span)),
        }
    }

    /// A pattern that nearly matched.
    pub fn miss(&self, miss: &trace::Miss) -> Miss {
        Miss {
            rule: miss.rule.clone(),
            property: miss.property.name().to_owned(),
            pattern: miss.pattern.clone(),
            trigger: self.place(miss.trigger),
            filled: self.roles(&miss.filled),
            matched: miss.matched,
            wanted: miss.wanted,
            stuck: miss.stuck,
            reason: miss.reason.clone(),
        }
    }

    /// Punctuation marks are left out.
    fn roles(&self, filled: &[Filled]) -> Vec<Role> {
        let mut seen = BTreeSet::new();
        let role = |filled: &Filled| Role {
            role: filled.role,
            text: match (filled.span, filled.entity) {
                (Some(span), _) => self.text(span),
                (None, Some(id)) => self.name(id),
                (None, None) => String::new(),
            },
            stated: filled.span.is_some(),
        };
        let roles = filled.iter().filter(|filled| seen.insert((filled.role, filled.span))).map(role);
        roles.filter(|role| role.text.chars().any(char::is_alphanumeric)).collect()
    }
}

/// A number with its unit and, where it is a limit, the sign for it.
fn sum(amount: &Amount) -> String {
    let sign = match amount.bound {
        crate::mention::Bound::Exactly => "",
        other => other.sign(),
    };
    format!("{sign}{} {}", amount.value.normalize(), amount.unit)
}

fn hundredths(number: f32) -> f64 {
    (f64::from(number) * 100.0).round() / 100.0
}
