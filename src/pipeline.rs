//! The stages in order: all that the program knows goes in with a document, all that the document says comes out.

use crate::document::Document;
use crate::entity::Entity;
use crate::mention::Mention;
use crate::sentence::Sentence;
use crate::statement::{Quantity, Statement};

/// Everything that was found in one document.
#[derive(Clone, Debug)]
pub struct Extraction {
    /// The document itself.
    pub document: Document,
    /// Its sentences in text order.
    pub sentences: Vec<Sentence>,
    /// Its mentions in text order.
    pub mentions: Vec<Mention>,
    /// The things that it speaks about, in order of their first mention.
    pub entities: Vec<Entity>,
    /// What it says of them.
    pub statements: Vec<Statement>,
    /// The numbers in it, in text order.
    pub quantities: Vec<Quantity>,
}
