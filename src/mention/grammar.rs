//! Finds names that no list has, by the word that says what they name: 有限公司, 中学, 博览会.
//!
//! In: the words of a sentence. Out: names. Knows `data/grammar/<Class>.toml`, one file for each class.
//! From such a head the name reaches leftwards to the word that identifies it: a place, a listed name,
//! a word that no dictionary has, a quotation. Without one it is a bare kind (一家医院) and no name.

use super::words::{Lexicon, Role, Word, Words, parse};
use crate::error::{Error, Mistake, Result};
use crate::ontology::{Class, Ontology};
use crate::resource::Resources;
use crate::sentence::Pos;
use crate::span::cut;
use daachorse::{CharwiseDoubleArrayAhoCorasick, CharwiseDoubleArrayAhoCorasickBuilder};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::ops::Range;

/// A name that a finder proposes, as bytes of the sentence's key.
#[derive(Clone, Debug)]
pub(super) struct Proposal {
    pub(super) range: Range<usize>,
    pub(super) class: Class,
    pub(super) confidence: f32,
}

/// What must stand before a head for it to end a name; each level is met by all later ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Needs {
    /// Nothing: 国务院.
    None,
    /// A noun: 生物科技有限公司.
    Topic,
    /// A word that narrows: 市教育局.
    Scope,
    /// A word of no dictionary: 海思克公司.
    Weak,
    /// A listed name, a place, a quotation: 哈尔滨工业大学计算机系.
    Strong,
    /// An identifying word directly before, or in one word with the head: 州河.
    Near,
    /// A word of no dictionary directly before: 海远基金.
    Brand,
    /// A quotation: “小满”陪护机器人.
    Quoted,
    /// A word of no dictionary or better, but no word that only narrows: 晨光公司, not 全国公司.
    Named,
    /// A quotation directly before: “四不准”规定.
    Beside,
    /// Letters or digits, and what marks a model: 和谐3型电力机车.
    Model,
    /// As near, or any word behind a place: 青山区同心路.
    Road,
}

/// What becomes of places in front of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Place {
    /// All belong to the name.
    Keep,
    /// Only the narrowest of nested places does.
    Nested,
    /// None does.
    Apart,
}

/// Which verbs a name may hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Verbs {
    /// Those listed in `words.toml`.
    #[default]
    Listed,
    /// All that do not introduce names.
    Any,
}

/// The form of a grammar file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClassFile {
    place: Place,
    #[serde(default)]
    verbs: Verbs,
    heads: Vec<HeadGroup>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HeadGroup {
    needs: Needs,
    /// Whether the name may hold any word up to the place before it: the names of firms.
    #[serde(default)]
    free: bool,
    /// Whether a description with no identifying word may be such a name where a verb introduces it: 举办基层干部能力提升培训班.
    #[serde(default)]
    described: bool,
    confidence: f32,
    words: String,
}

/// One head of one class.
#[derive(Clone, Copy, Debug)]
struct Head {
    class: Class,
    needs: Needs,
    confidence: f32,
    place: Place,
    verbs: Verbs,
    free: bool,
    described: bool,
    /// Its length in characters.
    length: usize,
    /// Whether the name counts editions: 第二届…展.
    edition: bool,
    /// What a body of this class is if it belongs to the party's youth.
    league: Option<Class>,
}

/// The heads of all classes.
pub(super) struct Grammar {
    automaton: Option<CharwiseDoubleArrayAhoCorasick<u32>>,
    heads: Vec<Vec<Head>>,
}

/// What opens a title.
const TITLE: &str = "《";

impl Grammar {
    /// Reads the files of `grammar/` but `words.toml`; each is named after its class.
    ///
    /// # Errors
    /// If a file is named after no class or is not of the form of [`ClassFile`].
    pub(super) fn load(resources: &Resources, ontology: &Ontology) -> Result<Self> {
        let organization = ontology.class("Organization");
        let mut mistakes = Vec::new();
        let mut all: BTreeMap<String, Vec<Head>> = BTreeMap::new();
        for file in resources.folder("grammar") {
            if file.stem() == "words" {
                continue;
            }
            let Some(class) = ontology.class(file.stem()) else {
                mistakes.push(Mistake {
                    file: file.name.clone(),
                    line: 0,
                    message: format!(
                        "no class is called `{}`; name the file after a class of data/ontology.ttl",
                        file.stem()
                    ),
                });
                continue;
            };
            match parse::<ClassFile>(file) {
                Ok(rules) => {
                    for group in rules.heads {
                        for word in group.words.split_whitespace() {
                            let heads = all.entry(word.to_owned()).or_default();
                            if heads.iter().all(|head| head.class != class || head.needs != group.needs) {
                                heads.push(Head {
                                    class,
                                    needs: group.needs,
                                    free: group.free,
                                    described: group.described,
                                    length: word.chars().count(),
                                    confidence: group.confidence,
                                    place: rules.place,
                                    verbs: rules.verbs,
                                    edition: class.name() == "Event",
                                    league: organization.filter(|_| class.name() == "GovernmentBody"),
                                });
                            }
                        }
                    }
                }
                Err(mistake) => mistakes.push(mistake),
            }
        }
        if !mistakes.is_empty() {
            return Err(Error::Data(mistakes));
        }
        let patterns = all.keys().enumerate().map(|(i, word)| (word, u32::try_from(i).unwrap_or(u32::MAX)));
        let automaton = CharwiseDoubleArrayAhoCorasickBuilder::new().build_with_values(patterns).ok();
        Ok(Self { automaton, heads: all.into_values().collect() })
    }

    /// The names in a sentence.
    pub(super) fn find(&self, words: &Words<'_>, lexicon: &Lexicon, found: &mut Vec<Proposal>) {
        let Some(automaton) = &self.automaton else { return };
        // Of several heads with one end the longest decides; matches come in order of their ends, longest first.
        let mut last_end = usize::MAX;
        for hit in automaton.find_overlapping_iter(words.text) {
            if hit.end() == last_end || words.ending(hit.end()).is_none() {
                continue;
            }
            last_end = hit.end();
            let heads = usize::try_from(hit.value()).ok().and_then(|i| self.heads.get(i));
            for head in heads.into_iter().flatten() {
                found.extend(name(words, lexicon, head, hit.start()..hit.end()));
            }
        }
    }
}

/// What identifies a name, weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Strength {
    Nothing,
    Topic,
    Scope,
    Weak,
    Strong,
}

/// What lies to the left of a head, as far as it may belong to the name.
#[derive(Default)]
struct Reach {
    /// First word of the leftmost identifying stretch of each strength.
    strong: Option<usize>,
    scope: Option<usize>,
    weak: Option<usize>,
    topic: Option<usize>,
    /// Number of words between.
    topics: usize,
    /// Number of verbs among them that names rarely hold.
    verbs: usize,
    /// Whether a verb that introduces names stands before.
    introduced: bool,
    /// Whether a quotation is the identifying stretch.
    quoted: bool,
}

/// The name that ends with `head` at the bytes `at`, if it is one.
fn name(words: &Words<'_>, lexicon: &Lexicon, head: &Head, at: Range<usize>) -> Option<Proposal> {
    let first = words.holding(at.start);
    let word = words.words.get(first)?;
    let head_text = cut(words.text, at.clone());
    // The word's own beginning: 青创 of 青创园.
    let own = word.start < at.start;
    let own_strength = if own { own_part(word, &at, head) } else { Strength::Nothing };
    if own && own_strength == Strength::Nothing {
        return None;
    }
    if word.known.is_some() && word.end == at.end {
        // The list has it already, but for what belongs before it: 共青团|天津市委.
        let before = first.checked_sub(1).filter(|&i| lexicon.is_league(words.of(i)))?;
        let range = words.words.get(before)?.start..at.end;
        return head.league.map(|class| Proposal { range, class, confidence: head.confidence });
    }
    match head.needs {
        Needs::Near | Needs::Brand | Needs::Road => return near(words, lexicon, head, first, own_strength, &at),
        Needs::Model => return model(words, lexicon, head, first, &at),
        Needs::Beside => return beside(words, lexicon, head, first, &at),
        Needs::None | Needs::Topic | Needs::Scope | Needs::Weak | Needs::Strong | Needs::Quoted | Needs::Named => {}
    }
    let mut reach =
        if head.needs == Needs::None { directly_before(words, first) } else { walk(words, lexicon, head, first, own) };
    if own {
        let slot = if own_strength == Strength::Weak { &mut reach.weak } else { &mut reach.topic };
        slot.get_or_insert(first);
        if own_strength == Strength::Topic {
            reach.topics += 1;
        }
    }
    if head.needs == Needs::Quoted && !reach.quoted {
        return None;
    }
    let (start, strength) = if let Some(strong) = reach.strong {
        let strong = after_wider_places(words, lexicon, head, strong, first, own);
        (with_prefix(words, lexicon, strong), Strength::Strong)
    } else if let Some(scope) = reach.scope {
        (scope, Strength::Scope)
    } else if let Some(weak) = reach.weak {
        (weak, Strength::Weak)
    } else if let Some(topic) = reach.topic {
        (topic, Strength::Topic)
    } else {
        (first, Strength::Nothing)
    };
    let met = match head.needs {
        Needs::None => true,
        Needs::Topic => strength >= Strength::Scope || (strength == Strength::Topic && reach.topics >= 2),
        Needs::Scope => strength >= Strength::Scope,
        Needs::Weak => strength >= Strength::Weak || (strength == Strength::Scope && reach.topics >= 1),
        Needs::Named | Needs::Near | Needs::Brand | Needs::Model | Needs::Road | Needs::Beside => {
            strength >= Strength::Weak
        }
        Needs::Strong | Needs::Quoted => strength == Strength::Strong,
    };
    let begin = words.words.get(start)?;
    // What is only described may still be a deed with a name of its own: 实施农房抗震防灾改造工程.
    let described = !met
        && strength == Strength::Topic
        && head.described
        && reach.introduced
        && reach.topics >= 3
        && at.start - begin.start >= 15;
    if !met && !described {
        return None;
    }
    if lexicon.is_bare(cut(words.text, begin.start..at.end)) {
        return None;
    }
    let counted = start.checked_sub(1).and_then(|i| words.words.get(i)).is_some_and(|w| w.role == Role::Latin);
    if counted && strength < Strength::Strong {
        return None;
    }
    // A bare kind with nothing but a place before it: 伊宁县学校.
    if head.needs != Needs::None
        && lexicon.is_bare(head_text)
        && reach.topics == 0
        && !own
        && reach.weak.is_none()
        && !reach.quoted
    {
        let names_more = strength == Strength::Strong
            && words.words.get(start..first)?.iter().any(|w| matches!(w.role, Role::Strong | Role::Ordinal));
        if !names_more {
            return None;
        }
    }
    let factor = match strength {
        Strength::Strong => 1.0,
        Strength::Scope => 0.9,
        Strength::Weak => 0.8,
        Strength::Topic | Strength::Nothing => 0.7,
    };
    let confidence = if described {
        lexicon.limits.described
    } else if head.needs == Needs::None {
        head.confidence
    } else {
        head.confidence * factor
    };
    let class = match head.league {
        Some(league) if lexicon.is_league(words.of(start)) => league,
        _ => head.class,
    };
    Some(Proposal { range: begin.start..at.end, class, confidence })
}

/// How well the beginning of a word identifies what its end names: 青创 in 青创园, 道 in 道路.
fn own_part(word: &Word, head: &Range<usize>, rule: &Head) -> Strength {
    let own = head.start - word.start;
    match word.pos {
        // One character before one character is chance: 新进|展, 本|网.
        Pos::Unknown if own + head.len() <= 6 && !matches!(rule.needs, Needs::Near | Needs::Road) => Strength::Nothing,
        Pos::Unknown if rule.edition && head.len() == 3 => Strength::Topic,
        // Words that dictionaries mark as names and that name nothing: 偏远地区.
        Pos::Person | Pos::Place | Pos::ProperNoun | Pos::Organization if word.role == Role::Topic => Strength::Nothing,
        Pos::Place | Pos::Unknown | Pos::ProperNoun | Pos::Organization | Pos::Person => Strength::Weak,
        // The end of a common noun is a head of its own only if it is a word: 教育局, but not 社会.
        Pos::Noun | Pos::VerbalNoun | Pos::Idiom | Pos::Abbreviation
            if head.len() >= 6 && !matches!(rule.needs, Needs::Near | Needs::Road) =>
        {
            Strength::Topic
        }
        _ => Strength::Nothing,
    }
}

/// A name whose head is a single character mostly: the identifying word stands directly before.
fn near(
    words: &Words<'_>,
    lexicon: &Lexicon,
    head: &Head,
    first: usize,
    own: Strength,
    at: &Range<usize>,
) -> Option<Proposal> {
    let whole = cut(words.text, words.words.get(first)?.start..at.end);
    if own == Strength::Weak {
        let word = words.words.get(first)?;
        let long = at.start - word.start >= 6;
        let fits = matches!(word.pos, Pos::Place | Pos::Unknown)
            && long
            && !lexicon.is_bare(whole)
            && matches!(head.needs, Needs::Near | Needs::Road);
        return fits.then_some(Proposal {
            range: word.start..at.end,
            class: head.class,
            confidence: head.confidence * 0.65,
        });
    }
    let before = first.checked_sub(1).and_then(|i| words.words.get(i))?;
    let letters = cut(words.text, before.start..before.end).chars().count();
    let by_place = matches!(head.needs, Needs::Near | Needs::Road);
    let behind_place = || first.checked_sub(2).and_then(|i| words.words.get(i)).is_some_and(|w| w.role == Role::Place);
    let fits = match before.role {
        Role::Weak => (2..=6).contains(&letters) && (by_place || !matches!(before.pos, Pos::Organization | Pos::Place)),
        Role::Place => by_place && before.known.is_some() && (at.len() > 3 || head.place == Place::Nested),
        // What looks like a name of a person and is none may be one of a place: 金陵|路.
        // A site of its own medium: 晚报|网.
        Role::Strong => head.needs == Needs::Brand && at.len() == 3 && before.known == Some(head.class),
        Role::Topic if by_place && before.pos == Pos::Person && (2..=3).contains(&letters) => true,
        Role::Topic | Role::Deed | Role::Verb => head.needs == Needs::Road && letters == 2 && behind_place(),
        _ => false,
    };
    fits.then_some(Proposal { range: before.start..at.end, class: head.class, confidence: head.confidence * 0.75 })
}

/// A model of a machine: letters or digits, what marks them as a model, and what it is: 和谐3型电力机车.
fn model(words: &Words<'_>, lexicon: &Lexicon, head: &Head, first: usize, at: &Range<usize>) -> Option<Proposal> {
    let is = |i: usize, role: Role| words.words.get(i).is_some_and(|w| w.role == role);
    let mut i = first;
    let mut marked = false;
    // What the machine is, in a few words, up to the mark or the code.
    while !is(i, Role::Latin) {
        marked = first != i && lexicon.marks_model(words.of(i));
        if marked && i > 0 && is(i - 1, Role::Latin) {
            i -= 1;
            break;
        }
        if first - i >= lexicon.limits.model || !(i == first || is(i, Role::Topic) || is(i, Role::Deed) || marked) {
            return None;
        }
        i = i.checked_sub(1)?;
    }
    while i > 0 && is(i - 1, Role::Latin) {
        i -= 1;
    }
    let code = words.words.get(i)?;
    let code_end = words.words.get(i..first)?.iter().take_while(|w| w.role == Role::Latin).last()?.end;
    let code_text = cut(words.text, code.start..code_end);
    let letters = code_text.bytes().any(|b| b.is_ascii_alphabetic());
    let digits = code_text.bytes().any(|b| b.is_ascii_digit());
    if !(marked || letters && digits && code_text.len() >= lexicon.limits.code) {
        return None; // a number of machines, a kind of them
    }
    // Before the code stands the brand, if anything.
    let brand = i.checked_sub(1).and_then(|j| words.words.get(j)).filter(|w| {
        matches!(w.role, Role::Weak | Role::Strong | Role::Place)
            || w.role == Role::Topic && w.end - w.start == 6 && marked && matches!(w.pos, Pos::Noun | Pos::ProperNoun)
    });
    let start = brand.map_or(code.start, |w| w.start);
    Some(Proposal { range: start..at.end, class: head.class, confidence: head.confidence })
}

/// A quotation and the head directly behind it.
fn beside(words: &Words<'_>, lexicon: &Lexicon, head: &Head, first: usize, at: &Range<usize>) -> Option<Proposal> {
    let close = first.checked_sub(1)?;
    let open = words.opener.get(close).copied().flatten()?;
    let (start, close) = (words.words.get(open)?, words.words.get(close)?);
    let quoted = start.role == Role::OpenQuote && (6..=lexicon.limits.quotation).contains(&(close.start - start.end));
    // 《…》 is a name of its own.
    let titled = words.of(open) == TITLE;
    (quoted && !titled).then_some(Proposal {
        range: start.start..at.end,
        class: head.class,
        confidence: head.confidence,
    })
}

/// The place directly before the word `first`, with what belongs to it before: 中共天津市大港区 of 中共天津市大港区委.
fn directly_before(words: &Words<'_>, first: usize) -> Reach {
    let fits = |i: usize| {
        words.words.get(i).is_some_and(|w| w.role == Role::Place || w.role == Role::Weak && w.pos == Pos::Place)
    };
    let mut at = first;
    while at > 0 && fits(at - 1) {
        at -= 1;
    }
    Reach { strong: Some(at).filter(|&at| at < first), ..Reach::default() }
}

/// Goes left from the word `first` as far as a name may reach.
fn walk(words: &Words<'_>, lexicon: &Lexicon, head: &Head, first: usize, own: bool) -> Reach {
    let mut reach = Reach::default();
    let mut i = first;
    let mut budget = lexicon.limits.reach;
    let mut broken = false; // only what joins on to a stronger beginning may still be added
    while i > 0 && budget > 0 && !broken {
        budget -= 1;
        i -= 1;
        let Some(word) = words.words.get(i) else { break };
        let right =
            words.words.get(i + 1).map_or(Role::Stop, |w| if i + 1 == first && !own { Role::Topic } else { w.role });
        match word.role {
            Role::Introduce => {
                // A body with its prize: 某国物理学会|I.I.Lin|奖.
                if word.known.is_some() && right == Role::Latin && head.place == Place::Keep && head.verbs == Verbs::Any
                {
                    reach.strong = Some(i);
                }
                reach.introduced = true;
                break;
            }
            Role::Stop => {
                let left = i.checked_sub(1).and_then(|j| words.words.get(j)).map_or(Role::Stop, |w| w.role);
                let single = word.end - word.start <= 3;
                // 新 and 大 stand in names behind what identifies them: 深圳新基地.
                if word.pos == Pos::Adjective
                    && single
                    && matches!(left, Role::Place | Role::Strong | Role::Weak | Role::Topic)
                    && !matches!(right, Role::Stop | Role::Introduce)
                {
                    continue;
                }
                if head.free
                    && matches!(word.pos, Pos::Adjective | Pos::Verb | Pos::Noun | Pos::Morpheme | Pos::Unknown)
                {
                    reach.topics += 1;
                    reach.topic = Some(i);
                    continue;
                }
                let ordinal = word.pos == Pos::Classifier
                    && i.checked_sub(1).and_then(|j| words.words.get(j)).is_some_and(|w| w.role == Role::Ordinal);
                if !ordinal {
                    break;
                }
            }
            Role::Open | Role::OpenQuote => break,
            Role::Topic => {
                if lexicon.is_closing(words.of(i)) && !head.free {
                    break;
                }
                // Phrases of four characters are said of things, they name none: 积极参与, 广泛开展.
                let phrase = head.verbs == Verbs::Any && word.pos == Pos::Idiom && word.end - word.start >= 12;
                if phrase && !head.free && !lexicon.is_ordinary(words.of(i)) {
                    break;
                }
                reach.topic = Some(i);
                reach.topics += 1;
            }
            Role::Verb | Role::Deed => {
                // More than one verb make a clause: 政府决定推迟补充战略.
                reach.verbs += usize::from(word.role == Role::Verb);
                let any = head.verbs == Verbs::Any && reach.verbs <= lexicon.limits.verbs;
                let inside = head.free || word.role == Role::Deed || any;
                if !inside
                    || matches!(
                        right,
                        Role::Place
                            | Role::Strong
                            | Role::Ordinal
                            | Role::CloseQuote
                            | Role::OpenQuote
                            | Role::Weak
                            | Role::Scope
                    )
                {
                    break;
                }
                reach.topics += 1;
                reach.topic = Some(i);
            }
            // With the ending of an area behind it, it names one that no list has: 云岭|县.
            Role::Weak if right == Role::Scope && lexicon.is_level(words.of(i + 1)) => reach.strong = Some(i),
            Role::Weak => reach.weak = Some(i),
            Role::Strong | Role::Place => {
                // Who does something is no part of the name of the deed: 某公司|决定|推迟.
                if word.role == Role::Strong && right == Role::Verb && !head.free {
                    break;
                }
                reach.strong = Some(i);
                // The name of a firm begins with the place before it.
                if head.free
                    && i + 1 != first
                    && !i.checked_sub(1).and_then(|j| words.words.get(j)).is_some_and(|w| w.role == Role::Place)
                {
                    break;
                }
            }
            Role::Scope => reach.scope = Some(i),
            Role::Latin => {
                if words.of(i).bytes().any(|b| b.is_ascii_alphabetic()) {
                    reach.weak = Some(i);
                } else if i + 1 != first && !matches!(right, Role::Topic | Role::Latin) {
                    break;
                }
            }
            Role::Ordinal => {
                if head.edition && lexicon.is_edition(words.of(i), words.of(i + 1)) {
                    reach.strong = Some(i);
                } else {
                    reach.topics += 1;
                }
            }
            Role::Joiner => {
                let left = i.checked_sub(1).and_then(|j| words.words.get(j)).map_or(Role::Stop, |w| w.role);
                let fits = |role| {
                    matches!(role, Role::Place | Role::Strong | Role::Weak | Role::Joiner | Role::Topic | Role::Latin)
                };
                if !fits(left) || !fits(right) {
                    break;
                }
            }
            Role::And => {
                let left = i.checked_sub(1).and_then(|j| words.words.get(j));
                let plain = left.is_some_and(|w| {
                    matches!(w.role, Role::Topic | Role::Deed | Role::Verb)
                        && !lexicon.is_bare(cut(words.text, w.start..w.end))
                        && !lexicon.is_body(cut(words.text, w.start..w.end))
                });
                // 教育和|体育局 is one body, 学校和|委员会 are two things.
                let head_topic = i + 1 == first && head.league.is_some() && head.length >= 3;
                if !plain || !(head_topic || matches!(right, Role::Topic | Role::Deed | Role::Verb) && i + 1 != first) {
                    break;
                }
            }
            Role::Close | Role::CloseQuote => {
                let Some(open) = words.opener.get(i).copied().flatten() else { break };
                let inner = words.words.get(open + 1..i).unwrap_or_default();
                let length = inner.last().map_or(0, |w| w.end)
                    - inner.first().map_or(0, |w| w.start).min(inner.last().map_or(0, |w| w.end));
                let sentence =
                    inner.iter().any(|w| w.pos == Pos::Punctuation && w.role == Role::Stop) || right == Role::Verb;
                if !(6..=lexicon.limits.quotation).contains(&length) || sentence {
                    break;
                }
                if word.role == Role::CloseQuote {
                    reach.strong = Some(open);
                    reach.quoted = true;
                } else if length > 24 {
                    break;
                }
                i = open;
                broken = word.role == Role::Close && open == 0;
            }
        }
    }
    reach
}

/// The first word of the name that begins with the words from `start` on, when wider places stay apart: 新疆|伊宁县人民医院.
fn after_wider_places(
    words: &Words<'_>,
    lexicon: &Lexicon,
    head: &Head,
    start: usize,
    first: usize,
    own: bool,
) -> usize {
    let is_place = |i: usize| words.words.get(i).is_some_and(|w| w.role == Role::Place);
    let mut at = start;
    // What opens with 中共 is one name with all its places.
    if start.checked_sub(1).is_some_and(|i| lexicon.is_prefix(words.of(i))) {
        return start;
    }
    match head.place {
        Place::Keep => {}
        Place::Nested => {
            let identified =
                words.words.get(at + 1).is_some_and(|w| matches!(w.role, Role::Place | Role::Weak | Role::Strong));
            if at + 1 < first && identified && lexicon.is_country(words.of(at)) {
                at += 1;
            }
            while is_place(at) && at + 1 < first && is_place(at + 1) && lexicon.holds(words.of(at), words.of(at + 1)) {
                at += 1;
            }
        }
        Place::Apart => {
            while is_place(at) && (at + 1 < first || own) {
                at += 1;
            }
        }
    }
    at
}

/// The first word of the name when words such as 中共 stand before its beginning.
fn with_prefix(words: &Words<'_>, lexicon: &Lexicon, start: usize) -> usize {
    let mut at = start;
    while at > 0 && lexicon.is_prefix(words.of(at - 1)) {
        at -= 1;
    }
    at
}
