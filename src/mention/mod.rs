//! Mentions: stretches of text that name things, point back to them, or state values.
//!
//! In: a document and its sentences. Out: its mentions, sorted and disjoint. [`recognize`] asks every finder for
//! candidates, settles where they overlap, and looks for what it has found in the whole document.

pub mod anaphor;

pub mod gazetteer;

mod words;

mod grammar;

mod people;

mod quoted;

pub mod short;

pub mod features;

pub mod tagger;

mod recognizer;

pub use recognizer::{Recognizers, hints, recognize};
mod trim;

pub mod value;

pub mod published;

use crate::date::Period;
use crate::ontology::Class;
use crate::sentence::SentenceId;
use crate::span::Span;
use rust_decimal::Decimal;
use std::fmt;

/// Which mention of its document: an index into the document's mentions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MentionId(pub usize);

/// A stretch of text that names, points back to, or states something.
///
/// The mentions of a document are sorted by span and do not overlap.
#[derive(Clone, Debug, PartialEq)]
pub struct Mention {
    /// Where the mention stands, within one sentence.
    pub span: Span,
    /// The sentence it stands in.
    pub sentence: SentenceId,
    /// What its words do.
    pub kind: MentionKind,
    /// Who found it.
    pub found_by: Finder,
    /// How sure the finder is.
    pub confidence: Confidence,
}

/// What the words of a mention do.
#[derive(Clone, Debug, PartialEq)]
pub enum MentionKind {
    /// They name a thing of this class: 华为, a `Company`.
    Name(Class),
    /// They point back to a thing of this class: 该公司, a `Company`.
    Anaphor(Class),
    /// They state a value: 1987年.
    Value(Value),
}

/// A value in normal form, independent of how the text wrote it.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A date or interval, as exact as the text; relative dates are resolved.
    Time(Period),
    /// A number that measures something.
    Quantity(Amount),
}

/// A number with its unit, written out: 超3.5亿元 is more than 350000000 CNY.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Amount {
    /// The plain number: 70 for 70%.
    pub value: Decimal,
    /// ISO 4217 code for money, `%`, an SI symbol, or the Chinese unit or classifier.
    pub unit: String,
    /// Whether the text gives the number itself or a limit.
    pub bound: Bound,
}

/// How a number in the text relates to the true one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Bound {
    /// The number itself.
    Exactly,
    /// More than the number: 超, 余, 多, 以上.
    MoreThan,
    /// Less than the number: 不足, 以下, 以内.
    LessThan,
    /// About the number: 近, 约, 左右.
    About,
}

impl Bound {
    /// The sign for it: `=`, `>`, `<` or `~`.
    pub fn sign(self) -> &'static str {
        match self {
            Self::Exactly => "=",
            Self::MoreThan => ">",
            Self::LessThan => "<",
            Self::About => "~",
        }
    }
}

/// The piece of knowledge behind a result, so that a wrong result leads to the file to edit.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Finder {
    /// A file of `data/gazetteers/`, by its stem.
    Gazetteer(String),
    /// A pattern of another data file, as `file/pattern`: `values/money`, `rules/foundedBy/person-founds`.
    Pattern(String),
    /// A model of `data/models/`, by its stem.
    Model(String),
}

impl fmt::Display for Finder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gazetteer(name) => write!(f, "gazetteers/{name}"),
            Self::Pattern(name) => f.write_str(name),
            Self::Model(name) => write!(f, "models/{name}"),
        }
    }
}

/// Estimated probability that a result is right, from 0 to 1. Curated data counts as 1.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Confidence(f32);

impl Confidence {
    /// Certainty, as for curated data.
    pub const CERTAIN: Self = Self(1.0);

    /// `value`, brought into the range from 0 to 1.
    pub fn new(value: f32) -> Self {
        Self(if value.is_nan() { 0.0 } else { value.clamp(0.0, 1.0) })
    }

    /// The probability.
    pub fn get(self) -> f32 {
        self.0
    }
}
