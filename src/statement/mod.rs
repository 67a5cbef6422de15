//! Statements: what a document says, each with the words that say it.
//!
//! In: sentences, mentions, entities. Out: relations and dates, read by the rules of `data/rules/`.

mod composition;
mod element;
mod matcher;
mod office;
mod owner;
mod proof;
pub mod quantity;
mod rule;
mod subject;
pub mod trace;

use crate::date::Period;
use crate::document::Document;
use crate::entity::{Entity, EntityId};
use crate::mention::{Amount, Confidence, Finder, Mention, MentionId};
use crate::ontology::Property;
use crate::sentence::Sentence;
use crate::span::Span;
use std::collections::{BTreeMap, BTreeSet};

pub use proof::prove;
pub use quantity::{Measures, quantities};
pub use rule::Extractors;

/// Reads from `sentences` what the document says of its `entities`.
///
/// Sorted by where the document says it first.
pub fn extract(
    document: &Document,
    sentences: &[Sentence],
    mentions: &[Mention],
    entities: &[Entity],
    extractors: &Extractors,
) -> Vec<Statement> {
    find(document, sentences, mentions, entities, extractors).statements()
}

/// What the document is about, if it is an entry about one thing.
pub fn headword(
    document: &Document,
    sentences: &[Sentence],
    mentions: &[Mention],
    entities: &[Entity],
    extractors: &Extractors,
) -> Option<EntityId> {
    let reading = element::Reading::new(&document.text, mentions, entities, extractors);
    let opening = sentences.get(..sentences.len().min(subject::OPENING)).unwrap_or_default();
    let mut head = None;
    each(opening, &reading, |_, topics| head = topics.entry());
    head
}

/// All that the rules find, also what says again what others say.
fn find(
    document: &Document,
    sentences: &[Sentence],
    mentions: &[Mention],
    entities: &[Entity],
    extractors: &Extractors,
) -> Found {
    let reading = element::Reading::new(&document.text, mentions, entities, extractors);
    let mut found = Found::default();
    each(sentences, &reading, |elements, topics| {
        for finding in matcher::find(elements, topics, &reading) {
            for claim in finding.claims.into_iter().filter_map(|claim| office::settle(claim, &reading)) {
                if !finding.rule.nested || may_nest(claim.subject, claim.object, entities) {
                    found.add(claim, finding.rule, finding.span);
                }
            }
        }
    });
    for (composition, subject, object, span) in composition::find(&reading) {
        found.add_composed(composition, subject, object, span);
    }
    found
}

/// Calls `work` with the elements of each sentence, and with what its clauses are about.
fn each(
    sentences: &[Sentence],
    reading: &element::Reading,
    mut work: impl FnMut(&element::Elements, &subject::Topics),
) {
    let mut topics = subject::Topics::default();
    let mut next = 0;
    let mentions = reading.mentions;
    for sentence in sentences {
        let first = next + mentions.iter().skip(next).take_while(|m| m.span.start < sentence.span.start).count();
        next = first + mentions.iter().skip(first).take_while(|m| m.span.start < sentence.span.end).count();
        let elements = element::Elements::new(sentence, first..next, reading);
        topics.enter(&elements, sentence.block, reading);
        work(&elements, &topics);
        topics.leave(&elements, reading);
    }
}

/// Whether nothing is known against the subject lying inside the object: register codes are cut off from the right
/// where they stand for a larger area (650000 holds 654021).
fn may_nest(subject: EntityId, object: Object, entities: &[Entity]) -> bool {
    let code = |entity: EntityId| entities.get(entity.0).and_then(|e| e.notation.as_deref());
    let Object::Entity(object) = object else { return true };
    let (Some(inner), Some(outer)) = (code(subject), code(object)) else { return true };
    let mut outer = outer;
    while let Some(shorter) = outer.strip_suffix("00") {
        outer = shorter;
    }
    inner.starts_with(outer) && inner != outer
}

/// What makes two statements one.
type Same = (EntityId, Property, Object, Option<String>, Status);

/// The statements found so far.
#[derive(Default)]
struct Found {
    statements: BTreeMap<Same, Statement>,
}

impl Found {
    fn add(&mut self, claim: matcher::Claim, rule: &rule::Rule, span: Span) {
        let (mut subject, mut object) = (claim.subject, claim.object);
        if let Object::Entity(other) = object
            && rule.symmetric
            && other < subject
            && claim.title.is_none()
        {
            (subject, object) = (other, Object::Entity(subject));
        }
        let evidence = Evidence {
            span,
            found_by: Finder::Pattern(rule.finder.clone()),
            confidence: Confidence::new(rule.confidence),
        };
        let statement = Statement {
            subject,
            property: rule.property,
            object,
            status: claim.status,
            title: claim.title,
            time: claim.time,
            amount: claim.amount,
            evidence: vec![evidence],
        };
        self.insert(statement);
    }

    fn add_composed(&mut self, composition: &rule::Composition, subject: EntityId, object: EntityId, span: Span) {
        let evidence = Evidence {
            span,
            found_by: Finder::Pattern(composition.finder.clone()),
            confidence: Confidence::new(composition.confidence),
        };
        self.insert(Statement {
            subject,
            property: composition.property,
            object: Object::Entity(object),
            status: Status::Asserted,
            title: None,
            time: None,
            amount: None,
            evidence: vec![evidence],
        });
    }

    fn insert(&mut self, statement: Statement) {
        let s = &statement;
        let same = (s.subject, s.property, s.object, s.title.clone(), s.status);
        let Some(known) = self.statements.get_mut(&same) else {
            self.statements.insert(same, statement);
            return;
        };
        known.time = known.time.or(statement.time);
        if known.amount.is_none() {
            known.amount = statement.amount;
        }
        known.evidence.extend(statement.evidence);
    }

    /// All statements with their evidence in text order: each place once, and of places inside each other the shortest.
    fn statements(self) -> Vec<Statement> {
        let titled: BTreeSet<(EntityId, Property, Object)> =
            self.statements.values().filter(|s| s.title.is_some()).map(|s| (s.subject, s.property, s.object)).collect();
        let mut statements: Vec<Statement> = self
            .statements
            .into_values()
            .filter(|s| s.title.is_some() || !titled.contains(&(s.subject, s.property, s.object)))
            .collect();
        for statement in &mut statements {
            keep_shortest(&mut statement.evidence);
        }
        statements.sort_by_key(|s| s.evidence.first().map(|e| e.span)); // stable: equal places keep the order of the map
        statements
    }
}

/// Leaves out evidence that holds other evidence of the same rule in it: 2024年10月建成 says all that
/// 2024年10月建成投用 does. Of several rules that read one place, the surest stays.
fn keep_shortest(evidence: &mut Vec<Evidence>) {
    evidence.sort_by(|a, b| {
        let place = a.span.end.cmp(&b.span.end).then(b.span.start.cmp(&a.span.start));
        a.found_by.cmp(&b.found_by).then(place)
    });
    // What ends later holds an earlier one of its rule if it does not start behind it.
    let mut latest: Option<(Finder, usize)> = None;
    evidence.retain(|e| {
        let start = latest.as_ref().filter(|(rule, _)| *rule == e.found_by).map(|&(_, start)| start);
        latest = Some((e.found_by.clone(), start.unwrap_or(0).max(e.span.start)));
        start.is_none_or(|start| e.span.start > start)
    });
    evidence.sort_by(|a, b| {
        let sure = b.confidence.get().total_cmp(&a.confidence.get());
        a.span.cmp(&b.span).then(sure).then_with(|| a.found_by.cmp(&b.found_by))
    });
    evidence.dedup_by_key(|e| e.span);
}

/// One thing that the document says.
///
/// The subject's class lies within the property's domain and the object within its range.
/// No two statements of a document have the same subject, property, object, title and status.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// What the statement is about.
    pub subject: EntityId,
    /// What is said of it.
    pub property: Property,
    /// Another entity, or a date.
    pub object: Object,
    /// Whether the text asserts it.
    pub status: Status,
    /// The post, role or kinship as the text words it: 副组长.
    pub title: Option<String>,
    /// When it held.
    pub time: Option<Period>,
    /// The amount that goes with it, as of an investment.
    pub amount: Option<Amount>,
    /// The places that say so, in text order; at least one.
    pub evidence: Vec<Evidence>,
}

/// What a statement links its subject to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Object {
    /// Another thing.
    Entity(EntityId),
    /// A date or interval.
    Time(Period),
}

/// How the text puts a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// As a fact.
    Asserted,
    /// As a plan: 拟, 计划, 预计.
    Planned,
    /// As untrue: 未, 否认.
    Denied,
    /// As somebody's words: 据悉, 传.
    Reported,
}

impl Status {
    /// What the graph calls it: `asserted`, `planned`, `denied` or `reported`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Asserted => "asserted",
            Self::Planned => "planned",
            Self::Denied => "denied",
            Self::Reported => "reported",
        }
    }
}

/// One place in the text that supports a statement.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// The words that say it, from the first to the last that the finder used.
    pub span: Span,
    /// The rule that read it.
    pub found_by: Finder,
    /// How sure the rule is.
    pub confidence: Confidence,
}

/// A number of the text, with what it measures.
#[derive(Clone, Debug, PartialEq)]
pub struct Quantity {
    /// The entity whose property or deed it is, if the text says which.
    pub subject: Option<EntityId>,
    /// The noun or verb phrase that it measures, as the text words it: 年产值.
    pub measure: String,
    /// The mention that states the number.
    pub mention: MentionId,
    /// The number itself.
    pub amount: Amount,
    /// When it held.
    pub time: Option<Period>,
    /// The words from measure to number.
    pub evidence: Evidence,
}
