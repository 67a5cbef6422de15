//! Sentences and tokens.
//!
//! In: a document. Out: its sentences, each with its key and its tokens.

mod boundary;
mod tokenizer;

use crate::chars::{Folding, Key};
use crate::document::{Document, Role};
use crate::error::Result;
use crate::resource::Resources;
use crate::span::Span;

pub use tokenizer::Tokenizer;

/// What segmentation knows: the folding of characters, and words with their parts of speech.
pub struct Segmenter {
    folding: Folding,
    tokenizer: Tokenizer,
}

impl Segmenter {
    /// Reads `traditional.tsv` and `lexicon.txt`.
    ///
    /// # Errors
    /// If one of the files holds a mistake.
    pub fn load(resources: &Resources) -> Result<Self> {
        Ok(Self { folding: Folding::load(resources)?, tokenizer: Tokenizer::load(resources)? })
    }

    /// How characters are folded for lookup.
    pub fn folding(&self) -> &Folding {
        &self.folding
    }

    /// All of `text` as one sentence, for labelled corpora that are cut already.
    pub fn whole(&self, text: &str) -> Sentence {
        let span = Span::new(0, text.len());
        let key = self.folding.key(text, span);
        let tokens = self.tokenizer.tokens(&key);
        Sentence { span, role: Role::Paragraph, block: 0, key, tokens }
    }
}

/// Splits `document` into sentences and tokens.
pub fn segment(document: &Document, segmenter: &Segmenter) -> Vec<Sentence> {
    let mut sentences = Vec::new();
    for (number, block) in document.blocks.iter().enumerate() {
        for span in boundary::sentences(&document.text, block) {
            let key = segmenter.folding.key(&document.text, span);
            let tokens = segmenter.tokenizer.tokens(&key);
            sentences.push(Sentence { span, role: block.role, block: number, key, tokens });
        }
    }
    sentences
}

/// Where the sentences of `document` stand, in order.
pub fn spans(document: &Document) -> impl Iterator<Item = Span> {
    document.blocks.iter().flat_map(|block| boundary::sentences(&document.text, block))
}

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Block;
    use expect_test::{Expect, expect};

    fn check(text: &str, expected: Expect) {
        let segmenter = Segmenter::load(&Resources::builtin()).expect("the built-in data is right");
        let block = Block { span: Span::new(0, text.len()), role: Role::Paragraph };
        let document =
            Document { id: "t".into(), origin: "t".into(), date: None, text: text.into(), blocks: vec![block] };
        let mut lines = String::new();
        for sentence in segment(&document, &segmenter) {
            let words: Vec<_> =
                sentence.tokens.iter().map(|t| format!("{}/{:?}", sentence.key.of(t.span), t.pos)).collect();
            lines += &format!("{:?} {}\n", sentence.span, words.join(" "));
        }
        expected.assert_eq(&lines);
    }

    #[test]
    fn words_cross_the_line_breaks_of_a_page() {
        check(
            "去年，\n\n工作\n組累計開展１５項。好",
            expect![[r#"
            Span { start: 0, end: 45 } 去年/Time ，/Punctuation 工作组/Noun 累计/Verb 开展/Verb 15/Numeral 项/Noun 。/Punctuation
            Span { start: 45, end: 48 } 好/Adjective
        "#]],
        );
    }
}
