//! A sentence as the finders of names read it: its words, with listed names as single words, and what each can do in a name.
//!
//! In: a sentence and the listed names in it. Out: [`Words`]. Knows `data/grammar/words.toml` and `data/people/titles.toml`.

use super::{Mention, MentionKind};
use crate::error::{Error, Mistake, Result};
use crate::ontology::Class;
use crate::resource::{Resource, Resources};
use crate::sentence::{Pos, Sentence};
use crate::span::cut;
use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};
use serde::Deserialize;

/// What a word can do in a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Ends a name on its left: prepositions, pronouns, most punctuation.
    Stop,
    /// A verb or title that names follow: 举办, 走进, 校长.
    Introduce,
    /// A noun that says what a body deals with: 教育, 科技.
    Topic,
    /// A verb that only names of deeds can hold: 提升 in 能力提升计划.
    Verb,
    /// A verb that introduces names and stands in them: 建设.
    Deed,
    /// A word that the dictionary does not have, or a proper noun of unknown kind: 福思.
    Weak,
    /// Identifies by itself: a listed name.
    Strong,
    /// A place.
    Place,
    /// Narrows a body without naming it: 省, 全国.
    Scope,
    /// 第二届, 首届.
    Ordinal,
    /// Between two words of one name: ·, —.
    Joiner,
    /// Between two nouns of one name: 与, 及.
    And,
    /// An opening bracket inside a name.
    Open,
    /// A closing bracket inside a name.
    Close,
    /// “ or 《.
    OpenQuote,
    /// ” or 》.
    CloseQuote,
    /// Letters and digits: A350, 863.
    Latin,
}

/// One word: bytes of the sentence's key.
#[derive(Clone, Copy, Debug)]
pub(super) struct Word {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) pos: Pos,
    pub(super) role: Role,
    /// The class of the listed name that the word is.
    pub(super) known: Option<Class>,
}

/// A sentence as the finders of names read it.
pub(super) struct Words<'s> {
    /// The key's characters.
    pub(super) text: &'s str,
    /// The words in text order; they tile `text`.
    pub(super) words: Vec<Word>,
    /// For every closing quotation mark or bracket the word that opens it.
    pub(super) opener: Vec<Option<usize>>,
}

/// What is known about single words.
pub(super) struct Lexicon {
    roles: HashMap<String, Role>,
    bodies: HashSet<String>,
    bare: HashSet<String>,
    titles: HashSet<String>,
    titles_behind: HashSet<String>,
    prefixes: HashSet<String>,
    /// Characters that open an ordinal.
    ordinal: Vec<char>,
    /// Characters behind an ordinal that count editions.
    edition: Vec<char>,
    /// Endings of place names with their level, widest 0.
    levels: Vec<(String, usize)>,
    countries: HashSet<String>,
    closing: HashSet<String>,
    cling_before: Vec<String>,
    cling_after: Vec<String>,
    /// What marks letters and digits as a model: 型.
    models: HashSet<String>,
    /// Verbs of one character that make a word with the short name of a place: 援 in 援藏.
    with_place: Vec<char>,
    /// Words that part, with the length of their first part.
    cuts: HashMap<String, usize>,
    league: HashSet<String>,
    pub(super) limits: Limits,
}

/// How far names reach, and how sure a description is; `words.toml` gives the reason for each.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Limits {
    pub(super) reach: usize,
    pub(super) quotation: usize,
    pub(super) verbs: usize,
    pub(super) model: usize,
    pub(super) code: usize,
    pub(super) described: f32,
}

/// The form of `words.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WordsFile {
    stop: String,
    introduce: String,
    inside: String,
    common: String,
    plain_nouns: String,
    plain_verbs: String,
    with_place: String,
    model: String,
    scope: String,
    prefix: String,
    joiner: String,
    and: String,
    bodies: String,
    bare: String,
    ordinal: String,
    edition: String,
    levels: Vec<String>,
    countries: String,
    closing: String,
    cling_before: String,
    cling_after: String,
    cut: String,
    league: String,
    limits: Limits,
}

/// The form of `titles.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TitlesFile {
    before: String,
    cores: String,
    both: String,
}

/// Reads a TOML file of the data, or says which line is wrong.
pub(super) fn parse<T: serde::de::DeserializeOwned>(file: &Resource) -> std::result::Result<T, Mistake> {
    toml::from_str(&file.text).map_err(|e| Mistake {
        file: file.name.clone(),
        line: e.span().map_or(0, |span| cut(&file.text, 0..span.start).matches('\n').count() + 1),
        message: e.message().to_owned(),
    })
}

impl Lexicon {
    /// Reads `grammar/words.toml` and `people/titles.toml`.
    ///
    /// # Errors
    /// If a file is not of the form that [`WordsFile`] or [`TitlesFile`] gives.
    pub(super) fn load(resources: &Resources) -> Result<Self> {
        let mut mistakes = Vec::new();
        let mut lexicon = Self {
            roles: HashMap::default(),
            bodies: HashSet::default(),
            bare: HashSet::default(),
            titles: HashSet::default(),
            titles_behind: HashSet::default(),
            prefixes: HashSet::default(),
            ordinal: Vec::new(),
            edition: Vec::new(),
            levels: Vec::new(),
            countries: HashSet::default(),
            closing: HashSet::default(),
            cling_before: Vec::new(),
            cling_after: Vec::new(),
            with_place: Vec::new(),
            models: HashSet::default(),
            cuts: HashMap::default(),
            league: HashSet::default(),
            limits: Limits::default(),
        };
        for file in resources.file("grammar/words.toml") {
            match parse::<WordsFile>(file) {
                Ok(words) => {
                    // A later list wins: a scope word that is also a stop word is a scope word.
                    for (list, role) in [
                        (&words.stop, Role::Stop),
                        (&words.introduce, Role::Introduce),
                        (&words.common, Role::Topic),
                        (&words.plain_nouns, Role::Topic),
                        (&words.plain_verbs, Role::Stop),
                        (&words.inside, Role::Topic),
                        (&words.scope, Role::Scope),
                        (&words.joiner, Role::Joiner),
                        (&words.and, Role::And),
                    ] {
                        lexicon.roles.extend(list.split_whitespace().map(|w| (w.to_owned(), role)));
                    }
                    // A verb that both introduces names and stands in them counts as introducing.
                    lexicon.roles.extend(words.introduce.split_whitespace().map(|w| (w.to_owned(), Role::Introduce)));
                    for word in words.inside.split_whitespace() {
                        if lexicon.roles.get(word) == Some(&Role::Introduce) {
                            lexicon.roles.insert(word.to_owned(), Role::Deed);
                        }
                    }
                    lexicon.bare.extend(words.bare.split_whitespace().map(str::to_owned));
                    let list = |words: &str| words.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
                    lexicon.countries.extend(list(&words.countries));
                    lexicon.closing.extend(list(&words.closing));
                    lexicon.league.extend(list(&words.league));
                    lexicon.limits = words.limits.clone();
                    lexicon.cuts.extend(words.cut.split_whitespace().filter_map(|pair| {
                        pair.split_once('|').map(|(first, last)| (format!("{first}{last}"), first.len()))
                    }));
                    lexicon.cling_before.extend(list(&words.cling_before));
                    lexicon.cling_after.extend(list(&words.cling_after));
                    lexicon.bodies.extend(list(&words.bodies));
                    lexicon.models.extend(list(&words.model));
                    lexicon.with_place.extend(words.with_place.chars().filter(|c| !c.is_whitespace()));
                    lexicon.edition.extend(words.edition.chars().filter(|c| !c.is_whitespace()));
                    lexicon.ordinal.extend(words.ordinal.chars().filter(|c| !c.is_whitespace()));
                    for (level, endings) in words.levels.iter().enumerate() {
                        lexicon.levels.extend(endings.split_whitespace().map(|ending| (ending.to_owned(), level)));
                    }
                    lexicon.prefixes.extend(words.prefix.split_whitespace().map(str::to_owned));
                }
                Err(mistake) => mistakes.push(mistake),
            }
        }
        for file in resources.file("people/titles.toml") {
            match parse::<TitlesFile>(file) {
                Ok(titles) => {
                    let before: Vec<&str> = titles.before.split_whitespace().collect();
                    lexicon.titles_behind.extend(titles.both.split_whitespace().map(str::to_owned));
                    for core in titles.cores.split_whitespace().chain(titles.both.split_whitespace()) {
                        lexicon.titles.insert(core.to_owned());
                        lexicon.titles.extend(before.iter().map(|prefix| format!("{prefix}{core}")));
                    }
                }
                Err(mistake) => mistakes.push(mistake),
            }
        }
        if mistakes.is_empty() { Ok(lexicon) } else { Err(Error::Data(mistakes)) }
    }

    /// Whether `word` is a bare kind of thing, such as 公司, which names nothing.
    pub(super) fn is_bare(&self, word: &str) -> bool {
        self.bare.contains(word)
    }

    /// Whether `word` is a body by itself, which "and" joins to nothing: 政府.
    pub(super) fn is_body(&self, word: &str) -> bool {
        self.bodies.contains(word)
    }

    /// Whether `word` has a role of its own, and is thus an ordinary word.
    pub(super) fn is_ordinary(&self, word: &str) -> bool {
        self.roles.contains_key(word)
    }

    /// Whether `word` opens the name of a body of the party that is no organ of the state.
    pub(super) fn is_league(&self, word: &str) -> bool {
        self.league.contains(word)
    }

    /// Whether `word` is a country.
    pub(super) fn is_country(&self, word: &str) -> bool {
        self.countries.contains(word)
    }

    /// Whether `word` ends complete names of firms.
    pub(super) fn is_closing(&self, word: &str) -> bool {
        self.closing.contains(word)
    }

    /// Length of the part of `word`, which no dictionary has, that does not belong to it: 在 of 王珂在. First before, then behind.
    pub(super) fn clinging(&self, word: &str) -> (usize, usize) {
        let before = self
            .cling_before
            .iter()
            .find(|part| {
                let rest = word.strip_prefix(part.as_str());
                rest.is_some_and(|rest| rest.len() > 3 || self.is_level(rest))
            })
            .map_or(0, String::len);
        let after = self
            .cling_after
            .iter()
            .find(|part| word.len() > before + part.len() + 3 && word.ends_with(part.as_str()))
            .map_or(0, String::len);
        (before, after)
    }

    /// Length of the title that `word` ends with behind the name of a body: 会长 of 协会会长.
    fn title_at_end(&self, word: &str) -> usize {
        if word.len() < 12 || self.titles.contains(word) {
            return 0;
        }
        let ends = word.char_indices().skip(2).map(|(at, _)| word.len() - at).filter(|&length| length >= 6);
        ends.clone().find(|&length| self.titles.contains(cut(word, word.len() - length..word.len()))).unwrap_or(0)
    }

    /// Whether `word` is a title of persons: 校长, 副组长.
    pub(super) fn is_title(&self, word: &str) -> bool {
        self.titles.contains(word)
    }

    /// Whether `word` is a title that stands behind names: 先生.
    pub(super) fn is_title_behind(&self, word: &str) -> bool {
        self.titles_behind.contains(word)
    }

    /// Whether `word` belongs to a name though a strong beginning stands behind it: 中共 in 中共海南省委.
    pub(super) fn is_prefix(&self, word: &str) -> bool {
        self.prefixes.contains(word)
    }

    /// Whether the place `wide` can hold the place `narrow` that stands behind it: 新疆 holds 伊宁县, 伊宁县 does not hold 南通.
    pub(super) fn holds(&self, wide: &str, narrow: &str) -> bool {
        match (self.level(wide), self.level(narrow)) {
            (Some(wide), Some(narrow)) => wide < narrow,
            (None, Some(_)) => true,
            (_, None) => false,
        }
    }

    /// Whether `word` marks letters and digits before it as a model: 型.
    pub(super) fn marks_model(&self, word: &str) -> bool {
        self.models.contains(word)
    }

    /// Whether `word` joins two names: 及.
    pub(super) fn joins(&self, word: &str) -> bool {
        self.roles.get(word) == Some(&Role::And)
    }

    /// Whether the ordinal `word` before `next` counts an edition: 第二届.
    pub(super) fn is_edition(&self, word: &str, next: &str) -> bool {
        word.ends_with(&self.edition[..]) || next.starts_with(&self.edition[..])
    }

    /// What stands behind the edition that `name` begins with, if it does: 江海科技奖 of 第三届江海科技奖.
    pub(super) fn behind_edition<'n>(&self, name: &'n str) -> Option<&'n str> {
        // An ordinal has few characters: 第二十八届.
        let (at, _) = name
            .starts_with(&self.ordinal[..])
            .then_some(name)?
            .char_indices()
            .skip(1)
            .take(6)
            .find(|(_, c)| self.edition.contains(c))?;
        let mut rest = cut(name, at..name.len()).chars();
        rest.next();
        Some(rest.as_str())
    }

    /// Whether `word` is no more than the ending of an area: 县.
    pub(super) fn is_level(&self, word: &str) -> bool {
        word.len() == 3 && self.levels.iter().any(|(ending, _)| ending == word)
    }

    fn level(&self, place: &str) -> Option<usize> {
        self.levels
            .iter()
            .filter(|(ending, _)| place.len() > ending.len() + 2 && place.ends_with(ending.as_str()))
            .max_by_key(|(ending, _)| ending.len())
            .map(|&(_, level)| level)
    }

    fn role(&self, word: &str, pos: Pos) -> Role {
        if let Some(&role) = self.roles.get(word) {
            return role;
        }
        if self.titles.contains(word) {
            return Role::Introduce;
        }
        if pos == Pos::Unknown && word.len() == 6 && word.starts_with(&self.with_place[..]) {
            return Role::Topic;
        }
        match pos {
            Pos::Punctuation => match word {
                "(" | "（" | "〔" | "[" | "［" => Role::Open,
                ")" | "）" | "〕" | "]" | "］" => Role::Close,
                "“" | "「" | "『" | "《" | "〈" | "‘" => Role::OpenQuote,
                "”" | "」" | "』" | "》" | "〉" | "’" => Role::CloseQuote,
                _ => Role::Stop,
            },
            Pos::Preposition
            | Pos::Conjunction
            | Pos::Pronoun
            | Pos::Adverb
            | Pos::Particle
            | Pos::Time
            | Pos::Classifier => Role::Stop,
            Pos::Numeral => {
                if word.starts_with(&self.ordinal[..]) {
                    Role::Ordinal
                } else if word.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
                    Role::Latin
                } else {
                    Role::Stop
                }
            }
            Pos::Verb => {
                // A single character verb hardly stands in a name; a longer one may in the name of a deed.
                if word.chars().nth(1).is_none() { Role::Stop } else { Role::Verb }
            }
            Pos::Latin => Role::Latin,
            Pos::Place | Pos::Unknown | Pos::ProperNoun | Pos::Organization | Pos::Person => Role::Weak,
            // 沪 in 沪苏通铁路, 中 in 中美论坛.
            Pos::Abbreviation if word.chars().nth(1).is_none() => Role::Weak,
            Pos::Noun
            | Pos::VerbalNoun
            | Pos::Adjective
            | Pos::Abbreviation
            | Pos::Morpheme
            | Pos::Locality
            | Pos::Idiom => Role::Topic,
        }
    }
}

/// Lets points, hyphens and blanks between letters and digits join them: Norman F. Ramsey, A350-900.
fn join_latin(text: &str, words: &mut [Word]) {
    for i in 1..words.len().saturating_sub(1) {
        let Some([left, word, right]) = words.get_mut(i - 1..=i + 1) else { continue };
        let joins = matches!(cut(text, word.start..word.end), "." | "-" | " " | "&");
        if joins
            && left.role == Role::Latin
            && (right.role == Role::Latin || matches!(cut(text, right.start..right.end), "." | " "))
        {
            word.role = Role::Latin;
        }
    }
}

impl<'s> Words<'s> {
    /// The words of `sentence`, with the names `known` (sorted, disjoint) as single words.
    ///
    /// `ordinary` tells of a word that the dictionary marks as a name of a person whether it looks like none.
    pub(super) fn new<'m>(
        sentence: &'s Sentence,
        known: impl Iterator<Item = &'m Mention>,
        lexicon: &Lexicon,
        role: impl Fn(Class) -> Role,
        ordinary: impl Fn(&str) -> bool,
    ) -> Self {
        let text = sentence.key.text();
        let mut known = known
            .filter_map(|mention| match mention.kind {
                MentionKind::Name(class) => Some((sentence.key.range(mention.span), class)),
                MentionKind::Anaphor(_) | MentionKind::Value(_) => None,
            })
            .peekable();
        let mut words: Vec<Word> = Vec::with_capacity(sentence.tokens.len());
        let mut at = 0;
        for token in &sentence.tokens {
            let range = sentence.key.range(token.span);
            let mut start = range.start.max(at);
            while start < range.end {
                // The next listed name decides where this piece of the token ends.
                while known.peek().is_some_and(|(name, _)| name.start < start) {
                    known.next();
                }
                match known.peek() {
                    Some((name, class)) if name.start == start => {
                        let role = role(*class);
                        words.push(Word { start, end: name.end, pos: token.pos, role, known: Some(*class) });
                        start = name.end;
                        known.next();
                    }
                    Some((name, _)) if name.start < range.end => {
                        let piece = cut(text, start..name.start);
                        let pos = if token.pos == Pos::Verb { Pos::Verb } else { Pos::Morpheme };
                        words.push(Word { start, end: name.start, pos, role: lexicon.role(piece, pos), known: None });
                        start = name.start;
                    }
                    Some(_) | None => {
                        let piece = cut(text, start..range.end);
                        let whole = start == range.start;
                        let pos = match token.pos {
                            _ if !whole => Pos::Morpheme,
                            pos => pos,
                        };
                        let plain = pos == Pos::Person && ordinary(piece);
                        let (before, after) = match lexicon.cuts.get(piece) {
                            Some(&first) => (0, piece.len() - first),
                            None if pos == Pos::Unknown => lexicon.clinging(piece),
                            None if pos == Pos::Noun => (0, lexicon.title_at_end(piece)),
                            None => (0, 0),
                        };
                        let parts = [
                            (start, start + before),
                            (start + before, range.end - after),
                            (range.end - after, range.end),
                        ];
                        for (part, (start, end)) in
                            parts.into_iter().enumerate().filter(|(_, (start, end))| start < end)
                        {
                            let title = part == 2 && lexicon.titles.contains(cut(text, start..end));
                            let pos = match part {
                                2 if title => Pos::Noun,
                                1 if after > 0 && pos != Pos::Unknown => Pos::Noun,
                                1 => pos,
                                _ => Pos::Particle,
                            };
                            words.push(Word {
                                start,
                                end,
                                pos,
                                // What clings to a word narrows nothing: 区 before 科创 is the end of another name.
                                role: match lexicon.role(cut(text, start..end), pos) {
                                    Role::Scope if part != 1 => Role::Stop,
                                    Role::Weak if plain => Role::Topic,
                                    role => role,
                                },
                                known: None,
                            });
                        }
                        start = range.end;
                    }
                }
            }
            at = start.max(at);
        }
        join_latin(text, &mut words);
        let mut open = Vec::new();
        let opener = words
            .iter()
            .enumerate()
            .map(|(i, word)| match word.role {
                Role::Open | Role::OpenQuote => {
                    open.push(i);
                    None
                }
                Role::Close | Role::CloseQuote => open.pop(),
                _ => None,
            })
            .collect();
        Self { text, words, opener }
    }

    /// The characters of word `i`.
    pub(super) fn of(&self, i: usize) -> &'s str {
        self.words.get(i).map_or("", |word| cut(self.text, word.start..word.end))
    }

    /// The word that starts at the byte `at`, if one does.
    pub(super) fn starting(&self, at: usize) -> Option<usize> {
        self.words.binary_search_by_key(&at, |word| word.start).ok()
    }

    /// The word that ends at the byte `at`, if one does.
    pub(super) fn ending(&self, at: usize) -> Option<usize> {
        self.words.binary_search_by_key(&at, |word| word.end).ok()
    }

    /// The word in which the byte `at` lies.
    pub(super) fn holding(&self, at: usize) -> usize {
        self.words.partition_point(|word| word.end <= at)
    }
}
