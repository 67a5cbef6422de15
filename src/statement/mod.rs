//! Statements: what a document says, each with the words that say it.

use crate::date::Period;
use crate::entity::EntityId;
use crate::mention::{Amount, Confidence, Finder, MentionId};
use crate::ontology::Property;
use crate::span::Span;

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
