//! Words and parts of speech; the only file that knows jieba.
//!
//! In: the key of a sentence. Out: its tokens. Knows jieba's dictionary and `data/lexicon.txt`.

use super::{Pos, Token};
use crate::chars::Key;
use crate::error::{Error, Mistake, Result};
use crate::resource::Resources;
use jieba_rs::Jieba;

/// Splits text into words.
pub struct Tokenizer {
    jieba: Jieba,
}

impl Tokenizer {
    /// Loads jieba's dictionary and adds the words of `lexicon.txt`: word, frequency, tag in jieba's own notation.
    ///
    /// # Errors
    /// Names every line that is not of that form.
    pub(super) fn load(resources: &Resources) -> Result<Self> {
        let mut jieba = Jieba::new();
        let mut mistakes = Vec::new();
        for file in resources.file("lexicon.txt") {
            for (number, line) in file.text.lines().enumerate() {
                if line.trim().is_empty() || line.starts_with('#') {
                    continue;
                }
                let mut fields = line.split_whitespace();
                match (fields.next(), fields.next().map(str::parse::<usize>), fields.next(), fields.next()) {
                    (Some(word), Some(Ok(frequency)), tag, None) => drop(jieba.add_word(word, Some(frequency), tag)),
                    (Some(word), None, _, _) => drop(jieba.add_word(word, None, None)),
                    _ => mistakes.push(Mistake {
                        file: file.name.clone(),
                        line: number + 1,
                        message: "expected a word and, if wanted, its frequency and its tag, with blanks between"
                            .to_owned(),
                    }),
                }
            }
        }
        if mistakes.is_empty() { Ok(Self { jieba }) } else { Err(Error::Data(mistakes)) }
    }

    /// The tokens of `key`, in order.
    pub(super) fn tokens(&self, key: &Key) -> Vec<Token> {
        self.jieba
            .tag(key.text(), true)
            .into_iter()
            .map(|word| Token {
                span: key.span(word.byte_start..word.byte_end),
                pos: match pos(word.word, word.tag) {
                    // jieba guesses a tag for words that its dictionary does not have; only numerals can be trusted.
                    known @ (Pos::Numeral | Pos::Latin | Pos::Punctuation | Pos::Unknown) => known,
                    _ if !self.jieba.has_word(word.word) => Pos::Unknown,
                    known => known,
                },
            })
            .collect()
    }
}

/// The part of speech behind a tag of jieba's dictionary.
fn pos(word: &str, tag: &str) -> Pos {
    let mut letters = tag.bytes();
    match (letters.next(), letters.next()) {
        (Some(b'n'), Some(b'r')) => Pos::Person,
        (Some(b'n'), Some(b's')) => Pos::Place,
        (Some(b'n'), Some(b't')) => Pos::Organization,
        (Some(b'n'), Some(b'z')) => Pos::ProperNoun,
        (Some(b'n'), Some(b'g')) | (Some(b'g' | b'h' | b'k'), _) | (Some(b'v' | b'a' | b'd' | b't'), Some(b'g')) => {
            Pos::Morpheme
        }
        (Some(b'n'), _) => Pos::Noun,
        (Some(b't'), _) => Pos::Time,
        (Some(b'f' | b's'), _) => Pos::Locality,
        (Some(b'v' | b'a'), Some(b'n')) => Pos::VerbalNoun,
        (Some(b'v'), _) => Pos::Verb,
        (Some(b'a' | b'b' | b'z'), _) => Pos::Adjective,
        (Some(b'd'), _) => Pos::Adverb,
        (Some(b'r'), _) => Pos::Pronoun,
        (Some(b'm'), _) => Pos::Numeral,
        (Some(b'q'), _) => Pos::Classifier,
        (Some(b'p'), _) => Pos::Preposition,
        (Some(b'c'), _) => Pos::Conjunction,
        (Some(b'u' | b'y' | b'o'), _) => Pos::Particle,
        (Some(b'e'), None) => Pos::Particle,
        (Some(b'j'), _) => Pos::Abbreviation,
        (Some(b'i' | b'l'), _) => Pos::Idiom,
        (Some(b'e'), _) => Pos::Latin,
        _ if word.bytes().all(|b| b.is_ascii_alphanumeric()) => Pos::Latin,
        _ if word.chars().any(char::is_alphanumeric) => Pos::Unknown,
        _ => Pos::Punctuation,
    }
}
