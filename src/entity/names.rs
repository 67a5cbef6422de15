//! The distinct names of a document, and which of them mean one thing.

use super::known::Known;
use crate::mention::short::Shortening;
use crate::mention::{Mention, MentionId, MentionKind};
use crate::ontology::Class;
use crate::sentence::Sentence;
use crate::span::cut;
use std::collections::{BTreeMap, HashMap};

/// A name of the document with all its mentions.
#[derive(Clone, Debug)]
pub(super) struct Name {
    /// The folded name without quotation marks.
    pub(super) key: String,
    /// The class that most of its mentions give.
    pub(super) class: Class,
    /// The sum of the confidences behind that class.
    pub(super) weight: f32,
    /// Where it stands, in text order.
    pub(super) mentions: Vec<MentionId>,
}

/// The distinct names in order of their first mention.
pub(super) fn collect(sentences: &[Sentence], mentions: &[Mention]) -> Vec<Name> {
    let mut index: HashMap<String, usize> = HashMap::new();
    let mut found: Vec<(String, BTreeMap<Class, f32>, Vec<MentionId>)> = Vec::new();
    for (i, mention) in mentions.iter().enumerate() {
        let MentionKind::Name(class) = mention.kind else { continue };
        let Some(sentence) = sentences.get(mention.sentence.0) else { continue };
        let key: String = sentence.key.of(mention.span).chars().filter(|c| !is_quotation_mark(*c)).collect();
        let at = *index.entry(key.clone()).or_insert_with(|| {
            found.push((key, BTreeMap::new(), Vec::new()));
            found.len() - 1
        });
        if let Some((_, classes, places)) = found.get_mut(at) {
            *classes.entry(class).or_default() += mention.confidence.get();
            places.push(MentionId(i));
        }
    }
    found
        .into_iter()
        .filter_map(|(key, classes, mentions)| {
            let (&class, &weight) = classes.iter().max_by(|a, b| a.1.total_cmp(b.1).then(b.0.cmp(a.0)))?;
            Some(Name { key, class, weight, mentions })
        })
        .collect()
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
    shortening: &Shortening,
) -> Vec<(usize, usize)> {
    let index: HashMap<&str, usize> = names.iter().enumerate().map(|(i, name)| (name.key.as_str(), i)).collect();
    let mut pairs = Vec::new();
    for (full, name) in names.iter().enumerate() {
        for id in &name.mentions {
            let Some(mention) = mentions.get(id.0) else { continue };
            let Some(sentence) = sentences.get(mention.sentence.0) else { continue };
            let key = sentence.key.text();
            let behind = cut(key, sentence.key.range(mention.span).end..key.len());
            let shorts = shortening.defined(behind).into_iter().filter_map(|short| index.get(short));
            pairs.extend(shorts.map(|&short| (short, full)));
        }
    }
    pairs
}

/// Groups of names that mean one thing, each group in text order, the groups by their first name.
///
/// `introduced` holds the short names that the text itself introduces.
pub(super) fn join(
    names: &[Name],
    known: &[Option<Known>],
    introduced: &[(usize, usize)],
    shortening: &Shortening,
) -> Vec<Vec<usize>> {
    let mut sets = Sets::new(names.len());
    let mut entries: HashMap<&str, usize> = HashMap::new();
    for (i, entry) in known.iter().enumerate() {
        if let Some(entry) = entry {
            match entries.get(entry.local_name.as_str()) {
                Some(&first) => sets.join(first, i),
                None => drop(entries.insert(&entry.local_name, i)),
            }
        }
    }
    for &(short, full) in introduced {
        sets.join(full, short);
    }
    for (short, full) in short_forms(names, known, shortening, &mut sets) {
        sets.join(full, short);
    }
    sets.groups()
}

/// Which name is short for which: pairs of indices, the short one first.
fn short_forms(
    names: &[Name],
    known: &[Option<Known>],
    shortening: &Shortening,
    sets: &mut Sets,
) -> Vec<(usize, usize)> {
    // A short form is made of characters of the full one, so the names with its rarest character are all candidates.
    let mut having: HashMap<char, Vec<usize>> = HashMap::new();
    for (i, name) in names.iter().enumerate() {
        let mut chars: Vec<char> = name.key.chars().collect();
        chars.sort_unstable();
        chars.dedup();
        for c in chars {
            having.entry(c).or_default().push(i);
        }
    }
    let mut pairs = Vec::new();
    for (i, name) in names.iter().enumerate() {
        let Some(candidates) = name.key.chars().filter_map(|c| having.get(&c)).min_by_key(|names| names.len()) else {
            continue;
        };
        let length = name.key.chars().count();
        let first = name.mentions.first().copied();
        // The full name that was mentioned last before the short one; else the first one after it.
        let mut best: Option<(bool, usize, usize)> = None;
        for &j in candidates {
            let Some(full) = names.get(j) else { continue };
            let apart =
                known.get(i).and_then(Option::as_ref).is_some() && known.get(j).and_then(Option::as_ref).is_some();
            if j == i || apart || full.class != name.class || full.key.chars().count() <= length {
                continue;
            }
            if !shortening.is_short_form(&name.key, &full.key, name.class) {
                continue;
            }
            let before = full.mentions.iter().rev().find(|&&m| Some(m) < first);
            let rank = match before {
                Some(m) => (true, m.0),
                None => (false, usize::MAX - full.mentions.first().map_or(0, |m| m.0)),
            };
            if best.is_none_or(|(known_before, place, _)| rank > (known_before, place)) {
                best = Some((rank.0, rank.1, j));
            }
        }
        if let Some((_, _, full)) = best
            && sets.find(full) != sets.find(i)
        {
            pairs.push((i, full));
        }
    }
    pairs
}

/// Disjoint sets with path halving.
struct Sets {
    parents: Vec<usize>,
}

impl Sets {
    fn new(size: usize) -> Self {
        Self { parents: (0..size).collect() }
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

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.find(a), self.find(b));
        if let Some(slot) = self.parents.get_mut(a.max(b)) {
            *slot = a.min(b);
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
