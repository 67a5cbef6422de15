//! Sentences and tokens.

use crate::chars::Key;
use crate::document::Role;
use crate::span::Span;

/// Which sentence of its document: an index into the document's sentences.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SentenceId(pub usize);

/// One sentence, with its final punctuation.
#[derive(Clone, Debug)]
pub struct Sentence {
    /// Where the sentence stands, without surrounding white space.
    pub span: Span,
    /// What the block that it stands in does.
    pub role: Role,
    /// Which block of the document it stands in: an index into [`Document::blocks`](crate::document::Document::blocks).
    pub block: usize,
    /// The folded characters of the sentence, which every finder reads.
    pub key: Key,
    /// The tokens in text order. They tile the sentence but for the line breaks that its key leaves out:
    /// the first starts where the sentence starts, the last ends where the sentence ends.
    pub tokens: Vec<Token>,
}

/// One word or punctuation mark. Its surface is `token.span.of(&document.text)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// Where the token stands.
    pub span: Span,
    /// Part of speech, as far as segmentation can tell.
    pub pos: Pos,
}

/// Part of speech, after the PKU tag set that jieba's dictionary uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Pos {
    /// n: common noun.
    Noun,
    /// nr: name of a person.
    Person,
    /// ns: name of a place.
    Place,
    /// nt: name of an organization.
    Organization,
    /// nz: another proper noun.
    ProperNoun,
    /// t: word of time.
    Time,
    /// f, s: direction or locality.
    Locality,
    /// v and its kinds.
    Verb,
    /// vn, an: verb or adjective used as a noun.
    VerbalNoun,
    /// a and its kinds, b, z: adjective, distinguishing word, state word.
    Adjective,
    /// d: adverb.
    Adverb,
    /// r: pronoun.
    Pronoun,
    /// m: numeral.
    Numeral,
    /// q: classifier.
    Classifier,
    /// p: preposition.
    Preposition,
    /// c: conjunction.
    Conjunction,
    /// u and its kinds, y, e, o: particle, interjection.
    Particle,
    /// j: abbreviation.
    Abbreviation,
    /// i, l: idiom, set phrase.
    Idiom,
    /// g, h, k, ng, vg …: morpheme or affix.
    Morpheme,
    /// Latin letters and digits.
    Latin,
    /// Punctuation and blanks.
    Punctuation,
    /// A word that the dictionary does not have.
    Unknown,
}
