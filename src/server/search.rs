//! Finds things by what people type: names, other names, codes, and their pinyin, whole or by initials.
//!
//! In: the things of a graph. Out: an index of them; and for a query the things that match, the best first: the very name
//! before what starts with it before what holds it, and among equals what matters most.

use crate::chars::Folding;
use crate::facts::{Facts, ThingId};
use memchr::memmem;
use pinyin::ToPinyinMulti as _;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// How a thing was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Matched {
    /// By the name that most documents use.
    Name,
    /// By another name, or its code.
    Alias,
    /// By how its name is read.
    Pinyin,
}

/// What has been typed, in the form in which names are kept here.
struct Typed {
    folded: String,
    /// Only its letters, where it could be pinyin.
    letters: Option<String>,
}

/// All names of all things, in one text each for names and readings.
pub(super) struct Search {
    names: Lines,
    readings: Lines,
}

/// Lines of text, each of a thing.
#[derive(Default)]
struct Lines {
    text: String,
    /// Where each line starts, in order, whose it is, and how it came to be.
    starts: Vec<(usize, ThingId, Matched)>,
}

/// Longer names are not typed in pinyin.
const LONGEST_READING: usize = 16;
/// In how many ways a name with ambiguous characters is read at most (重庆: chongqing, zhongqing).
const READINGS: usize = 6;

impl Search {
    pub(super) fn new(facts: &Facts, folding: &Folding) -> Self {
        let mut search = Self { names: Lines::default(), readings: Lines::default() };
        for (id, thing) in facts.ids().zip(&facts.things) {
            search.names.add(&fold(folding, &thing.name), id, Matched::Name);
            for other in thing.aliases.iter().chain(&thing.notation) {
                search.names.add(&fold(folding, other), id, Matched::Alias);
            }
            for name in std::iter::once(&thing.name).chain(&thing.aliases) {
                for reading in readings(name) {
                    search.readings.add(&reading, id, Matched::Pinyin);
                }
            }
        }
        search
    }

    /// The things that `typed` may mean, the best first; `rank` is the place of a thing among all, from 0.
    pub(super) fn find(
        &self,
        folding: &Folding,
        typed: &str,
        rank: impl Fn(ThingId) -> usize,
    ) -> Vec<(ThingId, Matched)> {
        let folded = fold(folding, typed);
        if folded.is_empty() {
            return Vec::new();
        }
        let letters: String = folded.chars().filter(|c| !matches!(c, ' ' | '\'')).collect();
        let letters = (letters.len() > 1 && letters.bytes().all(|b| b.is_ascii_lowercase())).then_some(letters);
        let typed = Typed { folded, letters };
        let mut best: BTreeMap<ThingId, (Fit, Matched)> = BTreeMap::new();
        self.names.find(&typed.folded, &mut best);
        if let Some(letters) = &typed.letters {
            self.readings.find(letters, &mut best);
        }
        let mut found: Vec<(Fit, Matched, usize, ThingId)> =
            best.into_iter().map(|(id, (fit, matched))| (fit, matched, rank(id), id)).collect();
        found.sort_unstable();
        found.into_iter().map(|(_, matched, _, id)| (id, matched)).collect()
    }
}

/// How well a line fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    Whole,
    Start,
    Inside,
}

impl Lines {
    fn add(&mut self, line: &str, id: ThingId, matched: Matched) {
        self.starts.push((self.text.len(), id, matched));
        self.text.push_str(line);
        self.text.push('\n');
    }

    /// Notes the best fit of each thing.
    fn find(&self, wanted: &str, best: &mut BTreeMap<ThingId, (Fit, Matched)>) {
        for at in memmem::find_iter(self.text.as_bytes(), wanted) {
            let line = self.starts.partition_point(|(start, ..)| *start <= at).saturating_sub(1);
            let Some(&(start, id, matched)) = self.starts.get(line) else { continue };
            let end = self.starts.get(line + 1).map_or(self.text.len(), |(next, ..)| *next) - 1;
            let fit = match (at == start, at + wanted.len() == end) {
                (true, true) => Fit::Whole,
                (true, false) => Fit::Start,
                // Three letters stand inside of too many readings.
                (false, _) if matched == Matched::Pinyin && wanted.len() < 4 => continue,
                (false, _) => Fit::Inside,
            };
            let entry = best.entry(id).or_insert((fit, matched));
            *entry = (*entry).min((fit, matched));
        }
    }
}

fn fold(folding: &Folding, text: &str) -> String {
    folding.fold_text(text.trim()).to_lowercase().replace('\n', " ")
}

/// How a name is read: its syllables run together, and their first letters; with the other readings of single characters.
fn readings(name: &str) -> BTreeSet<String> {
    let mut syllables: Vec<Vec<String>> = Vec::new();
    for c in name.chars() {
        if let Some(multi) = c.to_pinyin_multi() {
            let mut plain: Vec<String> = Vec::new();
            for reading in multi {
                let reading = reading.plain().replace('ü', "v");
                if !plain.contains(&reading) {
                    plain.push(reading);
                }
            }
            syllables.push(plain);
        } else if c.is_ascii_alphanumeric() {
            syllables.push(vec![c.to_ascii_lowercase().to_string()]);
        }
    }
    if syllables.is_empty() || syllables.len() > LONGEST_READING || name.is_ascii() {
        return BTreeSet::new();
    }
    let usual: Vec<&str> = syllables.iter().filter_map(|readings| readings.first().map(String::as_str)).collect();
    let mut ways = vec![usual.clone()];
    for (at, readings) in syllables.iter().enumerate() {
        for other in readings.iter().skip(1) {
            let mut way = usual.clone();
            if let Some(syllable) = way.get_mut(at) {
                *syllable = other;
            }
            ways.push(way);
        }
    }
    let initials = |way: &Vec<&str>| way.iter().filter_map(|syllable| syllable.chars().next()).collect::<String>();
    ways.iter().take(READINGS).flat_map(|way| [way.concat(), initials(way)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Thing;
    use crate::resource::Resources;

    #[test]
    fn names_are_found_as_people_type_them() {
        let folding = Folding::load(&Resources::builtin()).unwrap();
        let thing = |name: &str, aliases: &[&str]| Thing {
            name: name.to_owned(),
            aliases: aliases.iter().map(|a| (*a).to_owned()).collect(),
            ..Thing::default()
        };
        let things = vec![
            thing("重庆市", &["重庆"]),
            thing("伊宁县", &["伊宁"]),
            thing("伊宁县纺织有限公司", &[]),
            thing("北京大学", &["北大"]),
            thing("吕梁市", &[]),
            thing("IBM", &[]),
        ];
        let facts = Facts { things, ..Facts::default() };
        let search = Search::new(&facts, &folding);
        let check = |typed: &str, expected: &[&str]| {
            let found: Vec<&str> =
                search.find(&folding, typed, |id| id.0).iter().map(|(id, _)| facts.thing(*id).name.as_str()).collect();
            assert_eq!(found, expected, "{typed}");
        };
        check("伊宁", &["伊宁县", "伊宁县纺织有限公司"]);
        check("伊寧縣", &["伊宁县", "伊宁县纺织有限公司"]);
        check("公司", &["伊宁县纺织有限公司"]);
        check("yining", &["伊宁县", "伊宁县纺织有限公司"]);
        check("yi ning xian", &["伊宁县", "伊宁县纺织有限公司"]);
        check("ynx", &["伊宁县", "伊宁县纺织有限公司"]);
        check("chongqing", &["重庆市"]);
        check("zhongqing", &["重庆市"]);
        check("bd", &["北京大学"]);
        check("beijingdaxue", &["北京大学"]);
        check("lvliang", &["吕梁市"]);
        check("ibm", &["IBM"]);
        check("fangzhi", &["伊宁县纺织有限公司"]);
        check("  ", &[]);
        check("xyz", &[]);
    }
}
