//! Which listed thing a name means, where the lists know several: 伊宁 is a county or a city, and there are many 鼓楼区.

use super::names::Name;
use crate::mention::gazetteer::{Entry, Gazetteers};
use crate::span::cut;
use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};
use std::cmp::Reverse;

/// A listed name in front of a longer one is looked for up to this many characters.
const LONGEST_IN_FRONT: usize = 12;

/// The listed thing that a name means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Known {
    /// Its name below the namespace of things.
    pub(super) local_name: String,
    /// Its official name.
    pub(super) name: String,
    /// Its code in a public register.
    pub(super) notation: Option<String>,
    /// Whether it is an administrative area, whose official name a shorter one stands for.
    pub(super) is_place: bool,
}

/// For each name the listed thing that it means in this document, if that is certain enough.
///
/// Of several, the document decides: one that it also names in full, else one inside places that it names;
/// among those left, the one whose other names occur most often.
pub(super) fn identify(names: &[Name], gazetteers: &Gazetteers) -> Vec<Option<Known>> {
    let candidates: Vec<Vec<Entry>> = names
        .iter()
        .map(|name| {
            let fits = |entry: &Entry| entry.class == name.class && !is_shared(entry);
            gazetteers.lookup(&name.key).into_iter().filter(fits).collect()
        })
        .collect();
    // How often the document names each of the things in full, alone or in front of a longer name: 海州县人民医院.
    let mut times: HashMap<&str, usize> =
        candidates.iter().filter(|c| c.len() > 1).flatten().map(|entry| (entry.name.as_str(), 0)).collect();
    for name in names {
        for (at, c) in name.key.char_indices().take(LONGEST_IN_FRONT) {
            if let Some(times) = times.get_mut(cut(&name.key, 0..at + c.len_utf8())) {
                *times += name.mentions.len();
            }
        }
    }
    // Things that some name of the document can only mean, or may mean: what lies in them is likelier.
    let certain: HashSet<&str> =
        candidates.iter().filter(|c| c.len() == 1).flatten().map(|entry| entry.local_name.as_str()).collect();
    names
        .iter()
        .zip(&candidates)
        .map(|(name, entries)| {
            let rank = |entry: &Entry| {
                let in_full =
                    if entry.name == name.key { 0 } else { times.get(entry.name.as_str()).copied().unwrap_or(0) };
                let ancestors = gazetteers.ancestors(entry);
                let inside = ancestors.iter().filter(|a| certain.contains(a.local_name.as_str())).count();
                (in_full, inside, !entry.weak, Reverse(ancestors.len()))
            };
            let ranks: Vec<_> = entries.iter().map(rank).collect();
            let highest = ranks.iter().max()?;
            let best = entries.iter().zip(&ranks).find(|(_, rank)| *rank == highest).map(|(entry, _)| entry)?;
            let equals = ranks.iter().filter(|rank| *rank == highest).count();
            (equals == 1).then(|| Known {
                local_name: best.local_name.clone(),
                name: best.name.clone(),
                notation: best.notation.clone(),
                is_place: best.class.name() == "AdministrativeArea",
            })
        })
        .collect()
}

/// Whether the name is one that many people have, such as a surname alone: the lists know but the best known bearer.
fn is_shared(entry: &Entry) -> bool {
    entry.weak && entry.class.name() == "Person"
}
