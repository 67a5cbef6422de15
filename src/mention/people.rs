//! Finds names of persons.
//!
//! In: the words of a sentence. Out: names. Knows `data/people/`: surnames, characters of given names and of
//! transliterations with their weights, titles, and what stands beside names.
//! A name is the sum of what its characters and its neighbours say for it.

use super::grammar::Proposal;
use super::words::{Lexicon, Role, Words, parse};
use crate::chars::is_han;
use crate::error::{Error, Mistake, Result};
use crate::ontology::{Class, Ontology};
use crate::resource::Resources;
use crate::sentence::Pos;
use crate::span::cut;
use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};
use serde::Deserialize;

/// What is known about names of persons.
pub(super) struct People {
    class: Option<Class>,
    surnames: HashMap<String, i32>,
    given: HashMap<char, [i32; 3]>,
    foreign: HashMap<char, i32>,
    limits: Limits,
    weights: Weights,
    said: HashSet<String>,
    biography: HashSet<String>,
    list: HashSet<String>,
    quiet: HashSet<String>,
    never: HashSet<String>,
    after_surname: HashSet<String>,
    place_ends: Vec<char>,
    /// Characters behind a name that make it the name of a place.
    place_behind: Vec<char>,
    /// Characters before a surname that take the place of the given name.
    familiar: Vec<char>,
    /// Characters that are rather the next word than the end of a given name.
    function: Vec<char>,
}

/// The form of `people.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PeopleFile {
    limits: Limits,
    weights: Weights,
    context: Context,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Limits {
    accept: i32,
    sure: i32,
    plausible: i32,
    scale: f32,
    foreign: i32,
    dotted: i32,
    fragment: i32,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Weights {
    whole: i32,
    listed: i32,
    long: i32,
    unlisted: i32,
    splits: i32,
    ordinary: i32,
    given: i32,
    single: i32,
    title_before: i32,
    title_behind: i32,
    said: i32,
    list: i32,
    edge: i32,
    biography: i32,
    between: i32,
    rare: i32,
    place: i32,
    familiar: i32,
    function: i32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Context {
    said: String,
    biography: String,
    list: String,
    quiet: String,
    never: String,
    after_surname: String,
    place_ends: String,
    place_behind: String,
    familiar: String,
    function: String,
}

/// Longest title behind a name, in characters.
const TITLE: usize = 4;
/// Longest part of a foreign name, in characters.
const PART: usize = 10;
/// Dots between the parts of a foreign name.
const DOTS: [char; 4] = ['·', '•', '・', '‧'];

/// A name under consideration, as bytes of the key.
#[derive(Clone, Copy, Debug)]
struct Candidate {
    start: usize,
    end: usize,
    score: i32,
}

impl People {
    /// Reads the files of `people/` but `titles.toml`.
    ///
    /// # Errors
    /// Names every line that is not of the form that its file has.
    pub(super) fn load(resources: &Resources, ontology: &Ontology) -> Result<Self> {
        let mut mistakes = Vec::new();
        let mut people = Self {
            class: ontology.class("Person"),
            surnames: HashMap::default(),
            given: HashMap::default(),
            foreign: HashMap::default(),
            limits: Limits::default(),
            weights: Weights::default(),
            said: HashSet::default(),
            biography: HashSet::default(),
            list: HashSet::default(),
            quiet: HashSet::default(),
            never: HashSet::default(),
            after_surname: HashSet::default(),
            place_ends: Vec::new(),
            place_behind: Vec::new(),
            familiar: Vec::new(),
            function: Vec::new(),
        };
        for file in resources.file("people/people.toml") {
            match parse::<PeopleFile>(file) {
                Ok(own) => {
                    people.limits = own.limits;
                    people.weights = own.weights;
                    let words = |list: &str| list.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
                    people.said.extend(words(&own.context.said));
                    people.biography.extend(words(&own.context.biography));
                    people.list.extend(words(&own.context.list));
                    people.quiet.extend(words(&own.context.quiet));
                    people.never.extend(words(&own.context.never));
                    let letters = |list: &str| list.chars().filter(|c| !c.is_whitespace()).collect::<Vec<_>>();
                    people.place_ends.extend(letters(&own.context.place_ends));
                    people.place_behind.extend(letters(&own.context.place_behind));
                    people.familiar.extend(letters(&own.context.familiar));
                    people.function.extend(letters(&own.context.function));
                    people.after_surname.extend(words(&own.context.after_surname));
                }
                Err(mistake) => mistakes.push(mistake),
            }
        }
        for file in resources.file("people/ordinary.txt") {
            people.never.extend(file.text.lines().filter(|line| !line.starts_with('#')).map(str::to_owned));
        }
        table(resources, "people/surnames.tsv", &mut mistakes, |word, weights: [i32; 1]| {
            people.surnames.insert(word.to_owned(), weights[0]);
            true
        });
        table(resources, "people/given.tsv", &mut mistakes, |word, weights| {
            one_character(word).is_some_and(|c| people.given.insert(c, weights).is_none())
        });
        table(resources, "people/transliteration.tsv", &mut mistakes, |word, weights: [i32; 1]| {
            one_character(word).is_some_and(|c| people.foreign.insert(c, weights[0]).is_none())
        });
        if mistakes.is_empty() { Ok(people) } else { Err(Error::Data(mistakes)) }
    }

    /// From which confidence on a name is looked for in the whole document.
    pub(super) fn sure(&self) -> f32 {
        self.confidence(self.limits.sure)
    }

    fn confidence(&self, score: i32) -> f32 {
        let steps = (score - self.limits.accept) as f32 / self.limits.scale;
        0.5 + 0.5 * (1.0 - (-steps.max(0.0)).exp()) * 0.98
    }

    /// Whether a word that the dictionary marks as a name of a person looks like none: 桑叶.
    pub(super) fn is_ordinary(&self, word: &str) -> bool {
        let foreign = |word: &str| {
            let weights = word.chars().map(|c| self.foreign.get(&c).copied());
            weights.sum::<Option<i32>>().is_some_and(|sum| {
                let letters = i32::try_from(word.chars().count()).unwrap_or(i32::MAX);
                sum >= letters * self.limits.fragment
            })
        };
        self.looks(word).is_some_and(|sum| sum < self.limits.plausible) && !foreign(word)
    }

    /// How well `word` looks like a Chinese name of a person; nothing if it begins with no surname.
    pub(super) fn plausible(&self, word: &str) -> Option<i32> {
        self.looks(word).filter(|&sum| sum >= self.limits.plausible)
    }

    /// What the characters of `word` say for a Chinese name, read as surname and given name in the best way.
    fn looks(&self, word: &str) -> Option<i32> {
        let split = |surname_letters: usize| {
            let (at, _) = word.char_indices().nth(surname_letters)?;
            let surname = self.surnames.get(cut(word, 0..at))?;
            let mut given = cut(word, at..word.len()).chars();
            let given = match (given.next()?, given.next(), given.next()) {
                (only, None, _) => self.given_weight(only, 2) + self.weights.single,
                (first, Some(second), None) => self.given_weight(first, 0) + self.given_weight(second, 1),
                _ => return None,
            };
            Some(surname + given)
        };
        split(1).max(split(2))
    }

    fn given_weight(&self, c: char, slot: usize) -> i32 {
        self.given.get(&c).and_then(|weights| weights.get(slot)).copied().unwrap_or(self.weights.rare)
    }

    /// The names of persons in a sentence.
    pub(super) fn find(&self, words: &Words<'_>, lexicon: &Lexicon, found: &mut Vec<Proposal>) {
        let Some(class) = self.class else { return };
        let mut candidates: Vec<Candidate> = Vec::new();
        let mut last_end = 0; // where the name before this one ends
        for (i, word) in words.words.iter().enumerate() {
            if matches!(word.role, Role::Strong | Role::Place) {
                continue;
            }
            let best = match word.pos {
                Pos::Punctuation => self.dotted(words, i),
                _ => self.chinese(words, lexicon, i, last_end).or_else(|| self.transliterated(words, lexicon, i)),
            };
            if let Some(best) = best {
                last_end = last_end.max(best.end);
                candidates.push(best);
            }
        }
        // Of overlapping names the better one stays.
        let mut kept: Vec<Candidate> = Vec::new();
        for candidate in candidates {
            match kept.last() {
                Some(last) if last.end > candidate.start => {
                    if candidate.score > last.score {
                        kept.pop();
                        kept.push(candidate);
                    }
                }
                _ => kept.push(candidate),
            }
        }
        found.extend(kept.into_iter().map(|c| Proposal {
            range: c.start..c.end,
            class,
            confidence: self.confidence(c.score),
        }));
    }

    /// The best name of surname and given name that begins with word `i`.
    fn chinese(&self, words: &Words<'_>, lexicon: &Lexicon, i: usize, last_end: usize) -> Option<Candidate> {
        let word = words.words.get(i)?;
        let ordinary = word.pos == Pos::Person && word.role == Role::Topic;
        let rest = cut(words.text, word.start..words.text.len());
        let mut ends = [0; 5];
        let mut letters = ['\0'; 4];
        let mut count = 0;
        for (at, c) in rest.char_indices().take(4) {
            if !is_han(c) {
                break;
            }
            if let (Some(letter), Some(end)) = (letters.get_mut(count), ends.get_mut(count + 1)) {
                *letter = c;
                *end = at + c.len_utf8();
            }
            count += 1;
        }
        let mut best: Option<Candidate> = None;
        for surname_letters in 1..=2 {
            let Some(&surname_weight) = ends.get(surname_letters).and_then(|&end| self.surnames.get(cut(rest, 0..end)))
            else {
                continue;
            };
            for given_letters in 1..=2 {
                let all = surname_letters + given_letters;
                if all > count {
                    break;
                }
                let end = word.start + ends.get(all).copied().unwrap_or(0);
                let given = letters.get(surname_letters..all).unwrap_or_default();
                let name = cut(words.text, word.start..end);
                // A surname with a title is no name: 郑先生, 刘总.
                let only: String = given.iter().collect();
                if ordinary && end == word.end
                    || self.never.contains(name)
                    || lexicon.is_title(name)
                    || lexicon.is_ordinary(name)
                    || self.after_surname.contains(&only)
                    || lexicon.is_title(&only)
                {
                    continue;
                }
                let mut score = surname_weight
                    + match *given {
                        [only] => self.given_weight(only, 2) + self.weights.single,
                        [first, second] => self.given_weight(first, 0) + self.given_weight(second, 1),
                        _ => continue,
                    };
                if given.last().is_some_and(|c| self.place_ends.contains(c)) {
                    score += self.weights.place;
                }
                if let [_, last] = given
                    && self.function.contains(last)
                {
                    score += self.weights.function;
                }
                if score < -40 {
                    continue;
                }
                score += self.fit(words, i, word.start + ends.get(surname_letters).copied().unwrap_or(0), end);
                score += self.before(words, lexicon, i, last_end) + self.behind(words, lexicon, end);
                if score >= self.limits.accept && best.is_none_or(|b| score > b.score) {
                    best = Some(Candidate { start: word.start, end, score });
                }
            }
        }
        best
    }

    /// What the segmenter's words say for a name from word `i` to the byte `end`, whose given name starts at `given`.
    fn fit(&self, words: &Words<'_>, i: usize, given: usize, end: usize) -> i32 {
        let w = &self.weights;
        let Some(word) = words.words.get(i) else { return 0 };
        let mut score = 0;
        let last = words.ending(end);
        score += if last.is_some() { w.whole } else { w.splits };
        if word.end > given {
            // The first word holds more than the surname.
            score += match word.pos {
                Pos::Person if word.end == end => w.listed + if word.end - word.start >= 9 { w.long } else { 0 },
                Pos::Unknown | Pos::Person => {
                    if word.end == end {
                        w.unlisted
                    } else {
                        0
                    }
                }
                _ => w.ordinary,
            };
        } else if let Some(first) = words.starting(given).and_then(|j| words.words.get(j)) {
            let long = cut(words.text, first.start..first.end).chars().nth(1).is_some();
            score += match first.pos {
                Pos::Unknown | Pos::Person if first.end == end => w.unlisted,
                Pos::Place | Pos::ProperNoun | Pos::Adjective if long && first.end == end => 0,
                _ if long => w.given,
                _ => 0,
            };
        }
        score
    }

    /// What stands before word `i`.
    fn before(&self, words: &Words<'_>, lexicon: &Lexicon, i: usize, last_end: usize) -> i32 {
        let w = &self.weights;
        let Some(start) = words.words.get(i).map(|word| word.start) else { return 0 };
        if cut(words.text, 0..start).ends_with(&self.familiar[..]) {
            return w.familiar;
        }
        let mut left = i;
        let mut quiet = false;
        while left > 0 {
            let text = words.of(left - 1);
            if text.trim().is_empty() || self.quiet.contains(text) {
                quiet |= !text.trim().is_empty();
                left -= 1;
            } else {
                break;
            }
            if i - left > 2 {
                break;
            }
        }
        if left == 0 {
            return w.edge;
        }
        let before = words.of(left - 1);
        if title_ends(lexicon, before) {
            return w.title_before;
        }
        let listed = self.list.contains(before);
        if listed && left >= 2 && words.words.get(left - 1).is_some_and(|word| word.start == last_end) && last_end > 0 {
            return w.list;
        }
        if quiet || words.words.get(left - 1).is_some_and(|word| word.pos == Pos::Punctuation) { w.edge } else { 0 }
    }

    /// What stands behind the byte `end`.
    fn behind(&self, words: &Words<'_>, lexicon: &Lexicon, end: usize) -> i32 {
        let w = &self.weights;
        let rest = cut(words.text, end..words.text.len());
        if rest.is_empty() {
            return w.edge;
        }
        // A title may have been cut apart by the segmenter: 王琛校|长.
        for (at, c) in rest.char_indices().take(TITLE) {
            if at > 0 && lexicon.is_title_behind(cut(rest, 0..at + c.len_utf8())) {
                return w.title_behind;
            }
        }
        if rest.starts_with(&self.place_behind[..]) {
            return w.place;
        }
        let Some(next) = words.starting(end) else { return 0 };
        let text = words.of(next);
        if text.trim().is_empty() {
            let after = words.of(next + 1);
            return if self.said.contains(after) { w.said } else { w.edge };
        }
        if self.said.contains(text) {
            // Function words say little; verbs of speech say much.
            let strong =
                text.chars().nth(1).is_some() || words.words.get(next).is_some_and(|word| word.pos == Pos::Verb);
            return if strong { w.said } else { w.edge };
        }
        let punctuation = words.words.get(next).is_some_and(|word| word.pos == Pos::Punctuation);
        if punctuation {
            let after = words.of(next + 1);
            if self.biography.contains(after) || self.biography.contains(words.of(next + 2)) {
                return w.biography;
            }
            return w.edge;
        }
        0
    }

    /// A foreign name around the dot that word `i` is: 埃隆·马斯克; or a name between two dots: ·顾明远·.
    fn dotted(&self, words: &Words<'_>, i: usize) -> Option<Candidate> {
        let is_dot = |j: usize| {
            let mut chars = words.of(j).chars();
            chars.next().is_some_and(|c| DOTS.contains(&c)) && chars.next().is_none()
        };
        if !is_dot(i) {
            return None;
        }
        let fits = |c: char| self.foreign.contains_key(&c) || c.is_ascii_alphabetic();
        let dot = words.words.get(i)?;
        // To the left as far as characters of foreign names reach, from the beginning of a word on.
        let mut start = dot.start;
        let mut first = dot.start;
        for (at, c) in cut(words.text, 0..dot.start).char_indices().rev().take(PART) {
            if !fits(c) {
                break;
            }
            first = at;
            if words.starting(at).is_some() {
                start = at;
            }
        }
        if start == dot.start {
            start = first; // the word that the name ends holds more
        }
        // To the right over further dots, up to the end of a word where there is one.
        let mut end = dot.end;
        let mut last = dot.end;
        let mut part = 0;
        for (at, c) in cut(words.text, dot.end..words.text.len()).char_indices() {
            if DOTS.contains(&c) {
                if part == 0 {
                    break;
                }
                part = 0;
                continue;
            }
            // A verb of the dictionary ends the name whatever its characters: 买买提|介绍.
            let verb = words.starting(dot.end + at).and_then(|j| words.words.get(j)).is_some_and(|word| {
                matches!(word.role, Role::Introduce | Role::Stop) && word.end - word.start > c.len_utf8()
            });
            if !fits(c) || part == PART || verb {
                break;
            }
            part += 1;
            last = dot.end + at + c.len_utf8();
            if words.ending(last).is_some() {
                end = last;
            }
        }
        // Where the segmenter cuts a name short, characters that write little else still belong to it: 希尔|科.
        let telling = |c: char| self.foreign.get(&c).is_some_and(|&weight| weight >= self.limits.foreign);
        if end == dot.end || cut(words.text, end..last).chars().all(telling) {
            end = last;
        }
        if start == dot.start || end == dot.end {
            return None;
        }
        let name = cut(words.text, start..end);
        let letters = name.chars().filter(|&c| is_han(c)).count();
        let weight: i32 = name.chars().filter_map(|c| self.foreign.get(&c)).sum();
        let average = weight / i32::try_from(letters.max(1)).unwrap_or(1);
        let fits = (3..=16).contains(&letters) && average >= self.limits.dotted;
        // More than any part of it by itself.
        fits.then_some(Candidate { start, end, score: self.limits.accept + 4 * self.weights.between })
    }

    /// A transliterated name that begins with word `i`, in words of no dictionary: 福斯特.
    fn transliterated(&self, words: &Words<'_>, lexicon: &Lexicon, i: usize) -> Option<Candidate> {
        let fits = |j: usize| {
            words.words.get(j).is_some_and(|word| {
                let single = word.end - word.start <= 3;
                word.known.is_none()
                    && (matches!(word.pos, Pos::Unknown | Pos::Person) || single && word.pos != Pos::Punctuation)
                    && words.of(j).chars().all(|c| self.foreign.contains_key(&c))
            })
        };
        if !fits(i) || i.checked_sub(1).is_some_and(fits) {
            return None;
        }
        let mut last = i;
        while last - i < 4 && fits(last + 1) {
            last += 1;
        }
        let (start, end) = (words.words.get(i)?.start, words.words.get(last)?.end);
        let name = cut(words.text, start..end);
        let letters = name.chars().count();
        if !(2..=8).contains(&letters) || self.never.contains(name) || lexicon.is_ordinary(name) {
            return None;
        }
        let weight: i32 = name.chars().filter_map(|c| self.foreign.get(&c)).sum();
        let average = weight / i32::try_from(letters).unwrap_or(1);
        let context = self.before(words, lexicon, i, 0) + self.behind(words, lexicon, end);
        let dotted =
            words.of(last + 1).starts_with(DOTS) || i.checked_sub(1).is_some_and(|j| words.of(j).starts_with(DOTS));
        if average < self.limits.foreign || context < self.weights.list || dotted {
            return None;
        }
        let score = average + context + self.weights.listed + if letters > 2 { self.weights.whole } else { 0 };
        (score >= self.limits.accept).then_some(Candidate { start, end, score })
    }
}

/// Whether `word` is a title or ends with one: 副组长.
fn title_ends(lexicon: &Lexicon, word: &str) -> bool {
    lexicon.is_title(word)
        || word.char_indices().skip(1).any(|(at, _)| {
            let end = cut(word, at..word.len());
            end.len() >= 6 && lexicon.is_title(end)
        })
}

fn one_character(word: &str) -> Option<char> {
    let mut chars = word.chars();
    chars.next().filter(|_| chars.next().is_none())
}

/// Reads a table of words with `N` whole numbers.
fn table<const N: usize>(
    resources: &Resources,
    path: &str,
    mistakes: &mut Vec<Mistake>,
    mut take: impl FnMut(&str, [i32; N]) -> bool,
) {
    for file in resources.file(path) {
        for (number, line) in file.text.lines().enumerate() {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let mut fields = line.split('\t');
            let word = fields.next().unwrap_or_default();
            let mut weights = [0; N];
            let good = weights.iter_mut().all(|w| fields.next().and_then(|f| f.parse().ok()).map(|v| *w = v).is_some())
                && fields.next().is_none()
                && take(word, weights);
            if !good {
                mistakes.push(Mistake {
                    file: file.name.clone(),
                    line: number + 1,
                    message: format!("expected a name and {N} whole numbers with tabs between, each name once"),
                });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::from_text;
    use crate::document::layout::Layout;
    use crate::sentence::{Segmenter, segment};
    use std::sync::LazyLock;

    struct Knowledge {
        layout: Layout,
        segmenter: Segmenter,
        lexicon: Lexicon,
        people: People,
    }

    static KNOWLEDGE: LazyLock<Knowledge> = LazyLock::new(|| {
        let resources = Resources::builtin();
        let ontology = Ontology::load(&resources).unwrap();
        Knowledge {
            layout: Layout::load(&resources).unwrap(),
            segmenter: Segmenter::load(&resources).unwrap(),
            lexicon: Lexicon::load(&resources).unwrap(),
            people: People::load(&resources, &ontology).unwrap(),
        }
    });

    /// The names of persons in `text`, which stand in `[]`.
    #[track_caller]
    fn check(text: &str) {
        let k = &*KNOWLEDGE;
        let plain: String = text.chars().filter(|c| !matches!(c, '[' | ']')).collect();
        let document = from_text("t", &plain, &k.layout);
        let mut marked = String::new();
        for sentence in segment(&document, &k.segmenter) {
            let ordinary = |word: &str| k.people.is_ordinary(word);
            let words = Words::new(&sentence, std::iter::empty(), &k.lexicon, |_| Role::Strong, ordinary);
            let mut found = Vec::new();
            k.people.find(&words, &k.lexicon, &mut found);
            let mut at = 0;
            for name in found {
                marked.push_str(cut(words.text, at..name.range.start));
                marked.push_str(&format!("[{}]", cut(words.text, name.range.clone())));
                at = name.range.end;
            }
            marked.push_str(cut(words.text, at..words.text.len()));
        }
        assert_eq!(marked, text);
    }

    #[test]
    fn titles_speech_and_rows_show_names() {
        check("校长[周文琳]说，会计[何晓岚]、[郑立]也在。");
        check("（记者[孙雨桐]）");
        check("[徐佳宁]，女，1980年生。");
    }

    #[test]
    fn a_surname_with_a_title_or_a_familiar_word_is_no_name() {
        check("张书记和李总到了，小刘和柳某没来，老郭便走了。");
    }

    #[test]
    fn ordinary_words_that_dictionaries_mark_as_persons_are_none() {
        check("蚕吃桑叶，艾绒燃得慢，柳条很软。");
    }

    #[test]
    fn villages_are_no_persons() {
        check("记者来到陈家塅村，看见了尧林街。");
    }

    #[test]
    fn foreign_names_reach_over_their_dots() {
        check("议员[尼尔·邓恩]和主任[马尔钦·普日达奇]表示欢迎。");
        check("村民[热依拉·买买提]说，[索朗·次仁]也来。");
        check("院长[热依拉·买买提]介绍，[埃隆·马斯克]表示支持。");
    }
}
