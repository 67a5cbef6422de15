//! The distinct names of a document, and which of them mean one thing.

use super::known::Known;
use crate::mention::short::Fit;
use crate::mention::{Mention, MentionId, MentionKind, Recognizers};
use crate::ontology::Class;
use crate::sentence::Sentence;
use crate::span::cut;
use rustc_hash::FxHashMap as HashMap;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// A name of the document with all its mentions.
#[derive(Clone, Debug)]
pub(super) struct Name {
    /// The folded name without quotation marks.
    pub(super) key: String,
    /// The folded name as it stands first, with its quotation marks.
    marked: String,
    /// Whether it stands in the marks of titles: 《马可·波罗》 is a film where 马可·波罗 is a person.
    titled: bool,
    /// The class that most of its mentions give.
    pub(super) class: Class,
    /// The sum of the confidences behind that class.
    pub(super) weight: f32,
    /// Where it stands, in text order.
    pub(super) mentions: Vec<MentionId>,
    /// Whether the text introduces it as another name of what it has named: 周树人 in 鲁迅，原名周树人.
    pub(super) introduced: bool,
}

/// The distinct names in order of their first mention.
pub(super) fn collect(sentences: &[Sentence], mentions: &[Mention]) -> Vec<Name> {
    let mut index: HashMap<(String, bool), usize> = HashMap::default();
    let mut found: Vec<(Name, BTreeMap<Class, f32>)> = Vec::new();
    for (i, mention) in mentions.iter().enumerate() {
        let MentionKind::Name(class) = mention.kind else { continue };
        let Some(sentence) = sentences.get(mention.sentence.0) else { continue };
        let marked = sentence.key.of(mention.span);
        let titled = marked.starts_with('《') && marked.ends_with('》');
        let key: String = marked.chars().filter(|c| !is_quotation_mark(*c)).collect();
        let at = *index.entry((key.clone(), titled)).or_insert_with(|| {
            let name = Name {
                key,
                marked: marked.to_owned(),
                titled,
                class,
                weight: 0.0,
                mentions: Vec::new(),
                introduced: false,
            };
            found.push((name, BTreeMap::new()));
            found.len() - 1
        });
        if let Some((name, classes)) = found.get_mut(at) {
            *classes.entry(class).or_default() += mention.confidence.get();
            name.mentions.push(MentionId(i));
        }
    }
    for (name, classes) in &mut found {
        if let Some((&class, &weight)) = classes.iter().max_by(|a, b| a.1.total_cmp(b.1).then(b.0.cmp(a.0))) {
            (name.class, name.weight) = (class, weight);
        }
    }
    found.into_iter().map(|(name, _)| name).collect()
}

fn is_quotation_mark(c: char) -> bool {
    matches!(c, '“' | '”' | '"' | '「' | '」' | '『' | '』' | '《' | '》' | '‘' | '’')
}

/// Which names the text itself introduces as short for others: pairs of indices, the short one first.
///
/// 云帆智能 in 江苏云帆装备有限公司（以下简称“云帆智能”）.
pub(super) fn introduced(
    sentences: &[Sentence],
    mentions: &[Mention],
    names: &[Name],
    recognizers: &Recognizers,
) -> Vec<(usize, usize)> {
    let index: HashMap<&str, usize> = names.iter().enumerate().map(|(i, name)| (name.key.as_str(), i)).collect();
    let mut pairs = Vec::new();
    for (full, name) in names.iter().enumerate() {
        for id in &name.mentions {
            let Some(mention) = mentions.get(id.0) else { continue };
            let Some(sentence) = sentences.get(mention.sentence.0) else { continue };
            let key = sentence.key.text();
            let behind = cut(key, sentence.key.range(mention.span).end..key.len());
            let full_name = sentence.key.of(mention.span);
            let shortening = &recognizers.shortening;
            let shorts = shortening.defined(behind, full_name, name.class, &recognizers.gazetteers);
            let bracketed = in_brackets(behind).filter(|_| shortening.is_bracketed(name.class));
            let second = bracketed
                .and_then(|inner| index.get(inner))
                .filter(|&&i| names.get(i).is_some_and(|other| other.class == name.class));
            let shorts = shorts.into_iter().filter_map(|short| index.get(short)).chain(second);
            pairs.extend(shorts.map(|&short| (short, full)));
        }
    }
    pairs
}

/// What stands in the brackets with which `behind` begins.
fn in_brackets(behind: &str) -> Option<&str> {
    behind.strip_prefix(['（', '('])?.split_once(['）', ')']).map(|(inner, _)| inner)
}

/// Groups of names that mean one thing, each group in text order, the groups by their first name.
///
/// `introduced` holds the short names that the text itself introduces.
pub(super) fn join(
    names: &[Name],
    known: &[Option<Known>],
    introduced: &[(usize, usize)],
    recognizers: &Recognizers,
) -> Vec<Vec<usize>> {
    let mut sets = Sets::new(names.len());
    let mut entries: HashMap<&str, usize> = HashMap::default();
    for (i, entry) in known.iter().enumerate() {
        if let Some(entry) = entry {
            match entries.get(entry.local_name.as_str()) {
                Some(&first) => sets.join(first, i),
                None => drop(entries.insert(&entry.local_name, i)),
            }
        }
    }
    join_spellings(names, recognizers, &mut sets);
    for &(short, full) in introduced {
        sets.join(full, short);
    }
    join_short_forms(names, known, recognizers, &mut sets);
    sets.groups()
}

/// Joins names that differ in blanks, capitals and marks between words only, or in the marks of titles where the classes are alike.
fn join_spellings(names: &[Name], recognizers: &Recognizers, sets: &mut Sets) {
    let mut spelled: HashMap<String, usize> = HashMap::default();
    for (i, name) in names.iter().enumerate() {
        let plain = name.key.chars().filter(|&c| !is_between_words(c)).flat_map(char::to_lowercase).collect();
        let first = *spelled.entry(plain).or_insert(i);
        let alike = |other: &Name| recognizers.shortening.alike(other.class, name.class);
        if names.get(first).is_some_and(|other| other.titled == name.titled || alike(other)) {
            sets.join(first, i);
        }
    }
}

/// Whether one writer sets the character between the words of a name and another does not.
fn is_between_words(c: char) -> bool {
    c.is_whitespace() || matches!(c, '·' | '•' | '・' | '‧' | ':' | '：' | '-' | '—' | '－')
}

/// Joins short forms with the full names that they stand for, the longest first.
///
/// A name that may be short for several things is joined with none of them.
fn join_short_forms(names: &[Name], known: &[Option<Known>], recognizers: &Recognizers, sets: &mut Sets) {
    // A short form is made of characters of the full one, so the names with its rarest character are all candidates.
    let mut having: HashMap<char, Vec<usize>> = HashMap::default();
    for (i, name) in names.iter().enumerate() {
        let mut chars: Vec<char> = name.key.chars().collect();
        chars.sort_unstable();
        chars.dedup();
        for c in chars {
            having.entry(c).or_default().push(i);
        }
    }
    let mut order: Vec<(usize, &Name)> = names.iter().enumerate().collect();
    order.sort_by_key(|(_, name)| Reverse(name.key.chars().count()));
    for (i, name) in order {
        let own = known.get(i).and_then(Option::as_ref);
        // What the lists know stands for what they say, if that is named in full.
        let least = if own.is_some() && sets.is_joined(i) { Fit::Close } else { Fit::Loose };
        let candidates = name.key.chars().filter_map(|c| having.get(&c)).min_by_key(|names| names.len());
        let mut meant: Vec<Meant> = Vec::new();
        for &j in candidates.into_iter().flatten() {
            let Some(full) = names.get(j).filter(|_| j != i) else { continue };
            let both_known = own.is_some() && known.get(j).is_some_and(Option::is_some);
            let fit = short_form(name, full, own, both_known, recognizers).filter(|&fit| fit >= least);
            let Some(fit) = fit else { continue };
            let (thing, before) = (sets.find(j), full.mentions.first() < name.mentions.first());
            match meant.iter_mut().find(|m| m.thing == thing) {
                Some(m) => (m.before, m.fit) = (m.before | before, m.fit.max(fit)),
                None => meant.push(Meant { thing, before, fit }),
            }
        }
        let best = meant.iter().map(|m| (m.fit, m.before)).max();
        meant.retain(|m| Some((m.fit, m.before)) == best);
        if let [Meant { thing, .. }] = *meant {
            sets.join(thing, i);
        }
    }
}

/// A thing that a short form may mean.
struct Meant {
    /// One of its names.
    thing: usize,
    /// Whether it was named before the short form.
    before: bool,
    fit: Fit,
}

/// How sure it is that `name`, which the lists know as `own`, is short for `full`, if it may be;
/// `both_known` tells that the lists have both, as two things.
fn short_form(
    name: &Name,
    full: &Name,
    own: Option<&Known>,
    both_known: bool,
    recognizers: &Recognizers,
) -> Option<Fit> {
    let shortening = &recognizers.shortening;
    if !is_subsequence(&name.key, &full.key)
        || name.titled != full.titled
        || !shortening.alike(full.class, name.class)
        // 大运会 is listed beside 成都大运会, and in a text about the one means it.
        || both_known && !shortening.is_kind(&name.key)
        // 贵州 is a province and not a village of that name.
        || own.is_some_and(|own| own.is_place && own.name != name.key)
    {
        return None;
    }
    if full.class == name.class && shortening.is_quoted_core(&name.key, &full.marked, full.class) {
        return Some(Fit::Close);
    }
    let fit = shortening.short_form(&name.key, &full.key, full.class, &recognizers.gazetteers)?;
    (fit == Fit::Close || full.class == name.class).then_some(fit)
}

/// Whether `full` has the characters of `short` in their order, and more.
fn is_subsequence(short: &str, full: &str) -> bool {
    let mut rest = full.chars();
    full.len() > short.len() && short.chars().all(|c| rest.any(|next| next == c))
}

/// Disjoint sets with path halving.
struct Sets {
    parents: Vec<usize>,
    /// For the first of each set whether it has others.
    joined: Vec<bool>,
}

impl Sets {
    fn new(size: usize) -> Self {
        Self { parents: (0..size).collect(), joined: vec![false; size] }
    }

    fn find(&mut self, mut i: usize) -> usize {
        while let Some(&parent) = self.parents.get(i) {
            if parent == i {
                break;
            }
            let above = self.parents.get(parent).copied().unwrap_or(parent);
            if let Some(slot) = self.parents.get_mut(i) {
                *slot = above;
            }
            i = above;
        }
        i
    }

    /// Whether `i` was joined with another.
    fn is_joined(&mut self, i: usize) -> bool {
        let root = self.find(i);
        self.joined.get(root).copied().unwrap_or(false)
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.find(a), self.find(b));
        if let Some(slot) = self.parents.get_mut(a.max(b)) {
            *slot = a.min(b);
        }
        if let Some(joined) = self.joined.get_mut(a.min(b)) {
            *joined |= a != b;
        }
    }

    fn groups(mut self) -> Vec<Vec<usize>> {
        let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for i in 0..self.parents.len() {
            let root = self.find(i);
            groups.entry(root).or_default().push(i);
        }
        groups.into_values().collect()
    }
}
