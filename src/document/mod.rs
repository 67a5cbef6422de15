//! Documents: text exactly as read, and the blocks that its layout shows.

use crate::date::Date;
use crate::span::Span;

/// One text, exactly as read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Name of the document, unique within a run and stable across runs; becomes part of its IRI.
    pub id: String,
    /// Where the text came from, as the user named it: a path, or a URL. For messages and provenance.
    pub origin: String,
    /// Day (or month, or year) of publication, if the source states one. Anchors words such as 昨天 and 今年.
    pub date: Option<Date>,
    /// The text as UTF-8, with the markup of the source format removed.
    pub text: String,
    /// The parts of the text in text order: disjoint, and all of the text but blanks between them.
    pub blocks: Vec<Block>,
}

/// A part of a text that stands by itself: no sentence reaches from one into the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    /// Where it stands, without surrounding white space; may hold line breaks of the page layout.
    pub span: Span,
    /// What it does.
    pub role: Role,
}

/// What a block of text does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// The title of the whole text.
    Title,
    /// The title of a part.
    Heading,
    /// Who wrote it: ·严春花·, 记者 李博.
    Byline,
    /// Running text.
    Paragraph,
}
