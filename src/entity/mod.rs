//! Entities: the things that a document speaks about.

pub mod iri;

use crate::mention::MentionId;
use crate::ontology::Class;

/// Which entity of its document: an index into the document's entities.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntityId(pub usize);

/// One thing that the document speaks about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entity {
    /// Name of the thing below the namespace of things, not yet percent-encoded: 伊宁县.
    ///
    /// The gazetteer's if the thing is known, otherwise made from the name, so two documents that mean the same thing agree.
    pub local_name: String,
    /// Its most specific class.
    pub class: Class,
    /// The gazetteer's name if the document makes it certain, otherwise the fullest name in the document.
    pub name: String,
    /// Every distinct string that names it in the document, sorted; line breaks of the layout left out.
    pub surfaces: Vec<String>,
    /// Its code in a public register: 654021 (GB/T 2260) for 伊宁县.
    pub notation: Option<String>,
    /// Its mentions in text order, names and what points back to it; at least one.
    pub mentions: Vec<MentionId>,
}
