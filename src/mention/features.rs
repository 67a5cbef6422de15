//! A sentence as the tagger sees it: characters, words, and what lists and unlabelled text say about them, as features.
//!
//! In: a sentence. Out: for each character of its key the hashes of what can be seen from there.
//! Knows `data/models/background.model`, through [`Background`].

use crate::chars::is_han;
use crate::error::Result;
use crate::learn::table::Table;
use crate::learn::{self, Hash, Reader, Writer};
use crate::sentence::{Pos, Sentence};
use std::borrow::Cow;
use std::ops::Range;

/// A name or value that lists and grammars have read, as the model is shown it: a hint that it may follow or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// Bytes of the sentence's key.
    pub range: Range<usize>,
    /// What it is: a hash of the name of its class.
    pub kind: u32,
    /// By which means it was found, and how sure they are.
    pub grade: u32,
}

impl Hint {
    /// A hint at something called `kind` that `finder` found; names of finders are compared as far as `/`.
    pub fn new(range: Range<usize>, kind: &str, finder: &str, confidence: f32) -> Self {
        let finder = finder.split('/').next().unwrap_or_default();
        // Five steps: what is sure, nearly sure, likely, open, and unlikely.
        let step = [0.9, 0.75, 0.6, 0.45].iter().take_while(|&&least| confidence < least).count();
        let grade = string_hash(finder) as u32 ^ step as u32;
        Self { range, kind: string_hash(kind) as u32, grade }
    }
}

/// What is known without labelled sentences: which words are used alike in unlabelled news,
/// names in lists, and how readily characters stand in names of persons.
#[derive(Clone, Debug, Default)]
pub struct Background {
    /// Coarse, middling and fine cluster of each word.
    words: Table,
    /// Kind of each listed name.
    listed: Table,
    /// Length of the longest listed name that begins with two characters.
    prefixes: Table,
    /// Weight of surnames.
    surnames: Table,
    /// Weight of characters as first and second of two and as only one in a given name.
    given: Table,
}

/// How often words stand alike: coarse, middling, fine.
pub type Clusters = [u16; 3];

/// The parts of a [`Background`] before they are put into tables.
#[derive(Clone, Debug, Default)]
pub struct BackgroundParts {
    /// Words with their clusters.
    pub words: Vec<(String, Clusters)>,
    /// Listed names with the number of their kind, which is at least 1.
    pub listed: Vec<(String, u8)>,
    /// Surnames with their weight, ten times a log-odds ratio.
    pub surnames: Vec<(String, i8)>,
    /// Characters of given names with three such weights.
    pub given: Vec<(char, [i8; 3])>,
}

impl BackgroundParts {
    /// The content of `background.model`.
    pub fn write(&self) -> Vec<u8> {
        let row = |clusters: &Clusters| clusters.iter().flat_map(|part| part.to_le_bytes()).collect();
        let words = self.words.iter().map(|(word, clusters)| (string_hash(word), row(clusters)));
        let mut longest = std::collections::BTreeMap::new();
        for (name, _) in &self.listed {
            let chars = normal(name);
            if chars.len() >= 2 {
                let slot = longest.entry(hash(&chars[..2])).or_insert(0);
                *slot = chars.len().min(LONGEST).max(*slot);
            }
        }
        let mut file = Writer::default();
        Table::build(words.collect(), 6).write(&mut file);
        let listed = self.listed.iter().map(|(name, kind)| (string_hash(name), vec![*kind])).collect();
        Table::build(listed, 1).write(&mut file);
        let prefixes = longest.into_iter().map(|(hash, length)| (hash, vec![length as u8])).collect();
        Table::build(prefixes, 1).write(&mut file);
        let surnames = self.surnames.iter().map(|(name, weight)| (string_hash(name), vec![weight.cast_unsigned()]));
        Table::build(surnames.collect(), 1).write(&mut file);
        let given =
            self.given.iter().map(|(c, weights)| (hash(&[u32::from(*c)]), weights.map(i8::cast_unsigned).to_vec()));
        Table::build(given.collect(), 3).write(&mut file);
        file.into_bytes()
    }
}

/// Listed names are looked up to this number of characters.
const LONGEST: usize = 12;

impl Background {
    /// The one that the program was built with; empty if it was built without.
    ///
    /// # Errors
    /// If the file is damaged.
    pub fn builtin() -> Result<Self> {
        learn::builtin("background").map_or_else(|| Ok(Self::default()), |bytes| Self::read(Cow::Borrowed(bytes)))
    }

    /// Reads the content of a `background.model`.
    ///
    /// # Errors
    /// If the file is damaged.
    pub fn read(bytes: Cow<'static, [u8]>) -> Result<Self> {
        let mut reader = Reader::new("background.model", bytes);
        reader.magic()?;
        Ok(Self {
            words: Table::read(&mut reader)?,
            listed: Table::read(&mut reader)?,
            prefixes: Table::read(&mut reader)?,
            surnames: Table::read(&mut reader)?,
            given: Table::read(&mut reader)?,
        })
    }

    fn clusters(table: &Table, hash: u64) -> Clusters {
        match table.get(hash) {
            Some(&[a, b, c, d, e, f]) => {
                [u16::from_le_bytes([a, b]), u16::from_le_bytes([c, d]), u16::from_le_bytes([e, f])]
            }
            _ => [0; 3],
        }
    }
}

/// The characters of a name or word as they are hashed: all digits alike, small letters.
fn normal(text: &str) -> Vec<u32> {
    text.chars().map(|c| classify(c).0).collect()
}

fn string_hash(text: &str) -> u64 {
    hash(&normal(text))
}

fn hash(chars: &[u32]) -> u64 {
    chars.iter().fold(Hash::new(0), |hash, &c| hash.with(c)).get()
}

/// A character as it is compared, and its class.
fn classify(c: char) -> (u32, u8) {
    let (c, class) = match c {
        '0'..='9' => ('0', 2),
        'a'..='z' | 'A'..='Z' => (c.to_ascii_lowercase(), 3),
        _ if is_han(c) => (c, 1),
        _ if c.is_alphabetic() => (c, 4),
        _ => (c, 0),
    };
    (u32::from(c), class)
}

/// What stands before the first character and behind the last.
const EDGE: u32 = 1;

/// One character and what is known of its place.
#[derive(Clone, Copy, Debug, Default)]
struct Char {
    /// The character as it is compared.
    code: u32,
    class: u8,
    /// Place in its token: 0 alone, 1 first, 2 inner, 3 last.
    place: u8,
    token: u32,
    /// How well a person's name starts here, and how well it goes on here as the last of two, the second and the third of three.
    person: [u8; 4],
    /// Kind of the longest listed name that starts here, goes through, ends here; and the length of the first.
    listed: [u8; 4],
    hinted: Hinted,
}

/// What a hint says of one character.
#[derive(Clone, Copy, Debug, Default)]
struct Hinted {
    /// What the hint is and the place in it (as in a token), in one number; 0 where there is none.
    kind: u32,
    grade: u32,
    /// Number of characters, up to 15.
    length: u32,
}

/// One token.
#[derive(Clone, Copy, Debug)]
struct Word {
    hash: u32,
    pos: u8,
    length: u8,
    clusters: Clusters,
}

/// What stands before the first token and behind the last.
const NO_WORD: Word = Word { hash: EDGE, pos: u8::MAX, length: 0, clusters: [0; 3] };

/// A sentence as the tagger sees it.
#[derive(Clone, Debug, Default)]
pub struct Line {
    chars: Vec<Char>,
    words: Vec<Word>,
    /// Where each character starts in the key, and where the key ends.
    offsets: Vec<usize>,
}

impl Line {
    /// Looks at `sentence`, given disjoint hints in text order.
    pub fn new(sentence: &Sentence, hints: &[Hint], background: &Background) -> Self {
        let mut line = Self::default();
        let text = sentence.key.text();
        line.chars.reserve(text.len() / 2);
        line.words.reserve(sentence.tokens.len());
        let mut tokens = sentence.tokens.iter().map(|token| (sentence.key.range(token.span).end, token.pos)).peekable();
        let mut first = 0;
        let mut key = Hash::new(0);
        for (at, c) in text.char_indices() {
            let (code, class) = classify(c);
            line.offsets.push(at);
            line.chars.push(Char { code, class, place: 2, token: line.words.len() as u32, ..Char::default() });
            key = key.with(code);
            let end = at + c.len_utf8();
            if tokens.peek().is_some_and(|&(stop, _)| end >= stop) || end == text.len() {
                let pos = tokens.next().map_or(Pos::Unknown, |(_, pos)| pos);
                let last = line.chars.len() - 1;
                line.chars[last].place = 3;
                line.chars[first].place = u8::from(last > first);
                let hash = key.get();
                line.words.push(Word {
                    hash: hash as u32,
                    pos: pos as u8,
                    length: (last - first + 1).min(5) as u8,
                    clusters: Background::clusters(&background.words, hash),
                });
                first = last + 1;
                key = Hash::new(0);
            }
        }
        line.offsets.push(text.len());
        let codes: Vec<u32> = line.chars.iter().map(|c| c.code).collect();
        line.look_for_persons(&codes, background);
        line.look_up(&codes, background);
        line.take(hints);
        line
    }

    fn take(&mut self, hints: &[Hint]) {
        for hint in hints {
            let Some(Range { start, end }) = self.range(&hint.range) else { continue };
            let length = end.saturating_sub(start);
            for (number, char) in self.chars.get_mut(start..end).unwrap_or_default().iter_mut().enumerate() {
                let place = match (number, number + 1 == length) {
                    (0, true) => 0,
                    (0, false) => 1,
                    (_, true) => 3,
                    (_, false) => 2,
                };
                // Kinds differ in all bits, so the lowest can hold the place.
                let kind = (hint.kind & !3 | place).max(4);
                char.hinted = Hinted { kind, grade: hint.grade, length: length.min(15) as u32 };
            }
        }
    }

    /// The number of characters.
    pub fn len(&self) -> usize {
        self.chars.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.chars.is_empty()
    }

    /// Where each character starts in the sentence's key, and where the key ends.
    pub fn offsets(&self) -> &[usize] {
        &self.offsets
    }

    /// The characters that these bytes of the key hold; nothing if they cut one apart.
    pub fn range(&self, bytes: &Range<usize>) -> Option<Range<usize>> {
        let at = |byte| self.offsets.binary_search(&byte).ok();
        Some(at(bytes.start)?..at(bytes.end)?)
    }

    /// The characters that each of these ranges of bytes holds.
    pub fn ranges(&self, bytes: &[Range<usize>]) -> Vec<Range<usize>> {
        bytes.iter().filter_map(|range| self.range(range)).collect()
    }

    fn look_for_persons(&mut self, codes: &[u32], background: &Background) {
        let weight = |byte: u8| i32::from(byte.cast_signed());
        let given = |at: usize| {
            let han = self.chars.get(at).filter(|c| c.class == 1)?;
            match background.given.get(hash(&[han.code])) {
                Some(&[first, second, only]) => Some([weight(first), weight(second), weight(only)]),
                _ => Some([-40; 3]),
            }
        };
        let mut found = Vec::new();
        for at in 0..codes.len() {
            let Some(&[surname]) = background.surnames.get(hash(&codes[at..=at])) else { continue };
            let Some(next) = given(at + 1) else { continue };
            let two = weight(surname) + next[2];
            let three = given(at + 2).map(|after| weight(surname) + next[0] + after[1]);
            found.push((at, two, three));
        }
        for (at, two, three) in found {
            let mut mark = |at: usize, slot: usize, sum: i32| {
                let grade = (sum.clamp(-30, 60) / 10 + 4) as u8;
                let slot = &mut self.chars[at].person[slot];
                *slot = (*slot).max(grade);
            };
            mark(at, 0, two);
            mark(at + 1, 1, two);
            if let Some(three) = three {
                mark(at, 0, three);
                mark(at + 1, 2, three);
                mark(at + 2, 3, three);
            }
        }
    }

    fn look_up(&mut self, codes: &[u32], background: &Background) {
        for at in 0..codes.len().saturating_sub(1) {
            let prefix = hash(&codes[at..at + 2]);
            let Some(&[longest]) = background.prefixes.get(prefix) else { continue };
            // The hash of each beginning, so that the longest can be asked first.
            let mut keys = [0u64; LONGEST + 1];
            let mut key = Hash::new(0);
            let most = usize::from(longest).min(codes.len() - at).min(LONGEST);
            for length in 1..=most {
                key = key.with(codes[at + length - 1]);
                keys[length] = key.get();
            }
            for length in (2..=most).rev() {
                let Some(&[kind]) = background.listed.get(keys[length]) else { continue };
                let name = &mut self.chars[at..at + length];
                if name[0].listed[0] == 0 {
                    name[0].listed[0] = kind;
                    name[0].listed[3] = length.min(6) as u8;
                }
                for inner in &mut name[1..length - 1] {
                    if inner.listed[1] == 0 {
                        inner.listed[1] = kind;
                    }
                }
                if name[length - 1].listed[2] == 0 {
                    name[length - 1].listed[2] = kind;
                }
                break;
            }
        }
    }

    /// Hands all that can be seen from the character `at` to `see`.
    #[inline]
    pub fn features(&self, at: usize, mut see: impl FnMut(u64)) {
        let around = |by: isize| at.checked_add_signed(by).and_then(|at| self.chars.get(at));
        let code = |by: isize| around(by).map_or(EDGE, |c| c.code);
        let class = |by: isize| around(by).map_or(9, |c| u32::from(c.class));
        let here = &self.chars[at];
        let mut kind = 0;
        let mut add = |values: &[u32]| {
            kind += 1;
            see(values.iter().fold(Hash::new(kind), |hash, &value| hash.with(value)).get());
        };

        // Characters. What stands further away is seen by its words: their clusters tell more, and are fewer.
        let (c1, c, d1) = (code(-1), here.code, code(1));
        add(&[]);
        add(&[c]);
        add(&[c1, c]);
        add(&[c, d1]);
        add(&[class(-2), class(-1), class(0), class(1), class(2)]);

        // Words.
        let place = u32::from(here.place);
        let word = |by: isize| {
            (here.token as usize).checked_add_signed(by).and_then(|token| self.words.get(token)).unwrap_or(&NO_WORD)
        };
        let (w1, w, v1) = (word(-1), word(0), word(1));
        let pos = |w: &Word| u32::from(w.pos);
        add(&[place, w.hash]);
        add(&[place, pos(w), u32::from(w.length)]);
        add(&[place, pos(w1), pos(w)]);
        add(&[place, pos(w), pos(v1)]);
        add(&[place, pos(w1), pos(w), pos(v1)]);

        // How words are used in unlabelled text.
        let (k1, k, l1) = (w1.clusters.map(u32::from), w.clusters.map(u32::from), v1.clusters.map(u32::from));
        add(&[place, k[2]]);
        add(&[place, k1[2]]);
        add(&[place, l1[2]]);
        add(&[place, k1[1], k[1]]);
        add(&[place, k[1], l1[1]]);
        add(&[place, k1[1], l1[1]]);
        add(&[place, k1[0], k[0], l1[0]]);

        // Characters of names.
        let person = here.person.map(u32::from);
        add(&person);
        add(&[person[0], c1]);
        let next = around(1).map_or([0; 4], |c| c.person).map(u32::from);
        add(&next);

        // Listed names.
        let [start, inner, end, length] = here.listed.map(u32::from);
        add(&[start, length]);
        add(&[start, inner, end]);
        add(&[start, inner, end, c1]);
        add(&[start, inner, end, d1]);

        // What lists and grammars read.
        let hinted = |by: isize| around(by).map_or(Hinted::default(), |c| c.hinted);
        let (h2, h1, h, i1, i2) = (hinted(-2), hinted(-1), hinted(0), hinted(1), hinted(2));
        add(&[h.kind]);
        add(&[h.kind, h.grade]);
        add(&[h.kind, h.length]);
        add(&[h1.kind, h.kind, i1.kind]);
        add(&[h.kind, c]);
        add(&[h.kind, place, w.hash]);
        add(&[h.kind, place, pos(w1), pos(v1)]);
        add(&[h2.kind, h1.kind, h.kind]);
        add(&[h.kind, i1.kind, i2.kind]);
        add(&[h1.kind, h1.grade, h.kind]);
        add(&[i1.kind, i1.grade, h.kind]);
    }
}

impl Line {
    /// Hands what a network reads at the character `at` to `see`: less than [`features`](Self::features),
    /// since it finds out for itself what the neighbours have to do with it.
    pub fn inputs(&self, at: usize, mut see: impl FnMut(u64)) {
        let here = &self.chars[at];
        let code = |by: isize| at.checked_add_signed(by).and_then(|at| self.chars.get(at)).map_or(EDGE, |c| c.code);
        // Kinds of inputs are numbered apart from those of features.
        let mut kind = 2000;
        let mut add = |values: &[u32]| {
            kind += 1;
            see(values.iter().fold(Hash::new(kind), |hash, &value| hash.with(value)).get());
        };
        let place = u32::from(here.place);
        let word = self.words.get(here.token as usize).unwrap_or(&NO_WORD);
        let clusters = word.clusters.map(u32::from);
        let hinted = here.hinted;
        add(&[here.code]);
        add(&[code(-1), here.code]);
        add(&[here.code, code(1)]);
        add(&[u32::from(here.class)]);
        add(&[place, word.hash]);
        add(&[place, u32::from(word.pos), u32::from(word.length)]);
        add(&[place, u32::from(word.pos), clusters[0]]);
        add(&[place, clusters[1]]);
        add(&[place, clusters[2]]);
        add(&here.person.map(u32::from));
        add(&here.listed.map(u32::from));
        add(&[hinted.kind]);
        add(&[hinted.kind, hinted.grade]);
        add(&[hinted.kind, hinted.length]);
    }

    /// Hands all that can be seen of the characters from `start` up to `end`, which bear `label`, to `see`.
    pub fn stretch_features(&self, start: usize, end: usize, label: usize, mut see: impl FnMut(u64)) {
        let Some(stretch) = self.chars.get(start..end).filter(|stretch| !stretch.is_empty()) else { return };
        let label = label as u32;
        // Kinds of features go on behind those of single characters.
        let mut kind = 1000;
        let mut add = |values: &[u32]| {
            kind += 1;
            see(values.iter().fold(Hash::new(kind).with(label), |hash, &value| hash.with(value)).get());
        };
        let codes: Vec<u32> = stretch.iter().map(|c| c.code).collect();
        let code = |at: Option<usize>| at.and_then(|at| self.chars.get(at)).map_or(EDGE, |c| c.code);
        let (before, behind) = (code(start.checked_sub(1)), code(Some(end)));
        let (before2, behind2) = (code(start.checked_sub(2)), code(Some(end + 1)));
        let (first, last) = (&stretch[0], &stretch[stretch.len() - 1]);
        let word = |number: Option<u32>| number.and_then(|number| self.words.get(number as usize)).unwrap_or(&NO_WORD);
        let (front, end_word) = (word(Some(first.token)), word(Some(last.token)));
        let (previous, next) = (word(first.token.checked_sub(1)), word(last.token.checked_add(1)));
        let earlier = word(first.token.checked_sub(2));

        // The name itself.
        add(&[]);
        add(&[hash(&codes) as u32]);
        for length in 1..=4 {
            add(&[codes.len().checked_sub(length).map_or(0, |from| hash(&codes[from..]) as u32)]);
        }
        for length in 1..=3 {
            add(&[codes.get(..length).map_or(0, |front| hash(front) as u32)]);
        }
        let classes = stretch.iter().fold(0, |seen, c| seen | 1 << c.class);
        add(&[classes, codes.len().min(8) as u32]);
        add(&[end_word.hash]);
        add(&[front.hash]);
        add(&[end_word.clusters[1].into()]);
        add(&[end_word.clusters[2].into()]);
        add(&[end_word.pos.into(), front.pos.into()]);
        add(&[first.listed[0].into(), u32::from(usize::from(first.listed[3]) == codes.len().min(6))]);
        add(&[last.listed[2].into()]);

        // What lists and grammars read in its place.
        let same = u32::from(first.hinted.length as usize == codes.len().min(15) && first.hinted.kind & 3 < 2);
        add(&[first.hinted.kind, same]);
        add(&[last.hinted.kind, same]);
        add(&[last.hinted.kind, last.hinted.grade, same]);
        add(&[last.hinted.kind, hash(codes.get(codes.len().saturating_sub(2)..).unwrap_or_default()) as u32]);

        // What stands around.
        add(&[before]);
        add(&[behind]);
        add(&[before2, before]);
        add(&[behind, behind2]);
        add(&[previous.hash]);
        add(&[next.hash]);
        add(&[earlier.hash, previous.hash]);
        add(&[previous.clusters[1].into()]);
        add(&[next.clusters[1].into()]);
        add(&[end_word.hash, next.hash]);
        add(&[end_word.hash, previous.hash]);
        add(&[end_word.clusters[1].into(), next.clusters[1].into()]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resource::Resources;
    use crate::sentence::Segmenter;

    #[test]
    fn listed_names_and_tokens_are_seen_where_they_stand() {
        let parts = BackgroundParts {
            listed: vec![("上海".into(), 1), ("上海大学".into(), 5)],
            ..BackgroundParts::default()
        };
        let background = Background::read(parts.write().into()).unwrap();
        let segmenter = Segmenter::load(&Resources::builtin()).unwrap();
        let line = Line::new(&segmenter.whole("在上海大学，去上海。"), &[], &background);
        let listed: Vec<_> = line.chars.iter().map(|c| c.listed).collect();
        assert_eq!(listed[1], [5, 0, 0, 4]);
        assert_eq!(listed[2], [0, 5, 0, 0]);
        assert_eq!(listed[4], [0, 0, 5, 0]);
        assert_eq!(listed[7], [1, 0, 0, 2]);
        assert_eq!(line.len(), 10);
    }
}
