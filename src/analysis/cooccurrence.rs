//! Co-occurrence: which things are named together more often than chance would have it.

use super::number;
use crate::document::{self, layout::Layout};
use crate::facts::{Facts, ThingId};
use crate::sentence;
use std::collections::BTreeSet;

/// What counts as together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// In one sentence.
    Sentence,
    /// In one document.
    Document,
}

/// Two things that are named together.
#[derive(Clone, Debug, PartialEq)]
pub struct Pair {
    /// The two, in the order of the graph.
    pub things: (ThingId, ThingId),
    /// In how many units both are named.
    pub together: usize,
    /// In how many units each is named.
    pub apart: (usize, usize),
    /// Log-likelihood ratio G² (Dunning, 1993): how sure it is that this is no chance; above 10.8 it is so in 999 of 1,000 cases.
    pub likelihood: f64,
    /// Pointwise mutual information in bits: how much more often than by chance, as a power of two; large for rare things.
    pub information: f64,
}

/// The pairs that are named together in at least `least` units, and more often than by chance; the surest first.
pub fn pairs(facts: &Facts, unit: Unit, least: usize, layout: &Layout) -> Vec<Pair> {
    let units = units(facts, unit, layout);
    let mut counts = vec![0_usize; facts.things.len()];
    for thing in units.iter().flatten() {
        counts[thing.0] += 1;
    }
    let mut together: Vec<(ThingId, ThingId)> = Vec::new();
    for things in &units {
        let things: Vec<ThingId> = things.iter().copied().filter(|thing| counts[thing.0] >= least).collect();
        for (place, &a) in things.iter().enumerate() {
            together.extend(things.iter().skip(place + 1).map(|&b| (a, b)));
        }
    }
    together.sort_unstable();
    let mut pairs: Vec<Pair> = together
        .chunk_by(|a, b| a == b)
        .filter(|same| same.len() >= least)
        .filter_map(|same| Some((*same.first()?, same.len())))
        .map(|(things, together)| {
            let apart = (counts[things.0.0], counts[things.1.0]);
            let (likelihood, information) = association(together, apart, units.len());
            Pair { things, together, apart, likelihood, information }
        })
        .filter(|pair| pair.information > 0.0)
        .collect();
    pairs.sort_by(|a, b| b.likelihood.total_cmp(&a.likelihood).then(a.things.cmp(&b.things)));
    pairs
}

/// The things of each sentence or document that names any.
fn units(facts: &Facts, unit: Unit, layout: &Layout) -> Vec<BTreeSet<ThingId>> {
    let mut mentions: Vec<Vec<(usize, ThingId)>> = vec![Vec::new(); facts.documents.len()];
    for id in facts.ids() {
        for place in &facts.thing(id).mentions {
            if let Some(list) = mentions.get_mut(place.document) {
                list.push((place.start, id));
            }
        }
    }
    let mut units = Vec::new();
    for (source, mut mentions) in facts.documents.iter().zip(mentions) {
        mentions.sort_unstable();
        match unit {
            Unit::Document => units.push(mentions.into_iter().map(|(_, thing)| thing).collect()),
            Unit::Sentence => {
                let mut mentions = mentions.into_iter().peekable();
                for end in ends(&source.text, layout) {
                    let mut things = BTreeSet::new();
                    while let Some((_, thing)) = mentions.next_if(|(start, _)| *start < end) {
                        things.insert(thing);
                    }
                    units.push(things);
                }
            }
        }
    }
    units.retain(|things| !things.is_empty());
    units
}

/// Where the sentences of a text end, in characters.
fn ends(text: &str, layout: &Layout) -> Vec<usize> {
    let document = document::from_text("", text, layout);
    let mut ends: Vec<usize> = sentence::spans(&document).map(|span| span.end).collect();
    ends.sort_unstable();
    let mut bytes = text.char_indices().map(|(at, _)| at).enumerate().peekable();
    let mut passed = 0;
    ends.iter()
        .map(|&end| {
            while let Some((number, _)) = bytes.next_if(|(_, at)| *at < end) {
                passed = number + 1;
            }
            passed
        })
        .collect()
}

/// G² and pointwise mutual information of two things that are named `together` so often, `apart` so often, in so many `units`.
fn association(together: usize, apart: (usize, usize), units: usize) -> (f64, f64) {
    let (a, b, n) = (number(apart.0), number(apart.1), number(units));
    let both = number(together);
    // Observed and, by chance, expected: both, only the first, only the second, neither.
    let cells = [
        (both, a * b / n),
        (a - both, a * (n - b) / n),
        (b - both, (n - a) * b / n),
        (n - a - b + both, (n - a) * (n - b) / n),
    ];
    let likelihood: f64 = cells
        .iter()
        .filter(|(observed, expected)| *observed > 0.0 && *expected > 0.0)
        .map(|(observed, expected)| 2.0 * observed * (observed / expected).ln())
        .sum();
    // Rounded, so that logarithms of different machines give one order.
    let round = |value: f64| (value * 1e6).round() / 1e6;
    (round(likelihood.max(0.0)), round((both * n / (a * b)).log2()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::{Place, Source, Thing};
    use crate::resource::Resources;

    #[test]
    fn scores_are_those_of_the_books() {
        // Dunning's own example counts: "the swiss" 110 times together, "the" 2552 and "swiss" 221 times, of 31777.
        let (likelihood, information) = association(110, (2552, 221), 31777);
        assert!((likelihood - 270.722).abs() < 0.01, "{likelihood}");
        assert!((information - 2.631).abs() < 0.01, "{information}");
        assert_eq!(association(1, (1, 1), 1), (0.0, 0.0));
    }

    #[test]
    fn things_of_one_sentence_are_together() {
        let text = "张三和李四到了。\n张三和李四走了，王五来了。\n王五还在。赵六不在。";
        let at = |name: &str| {
            let place = |(byte, _)| {
                let start = text.char_indices().position(|(at, _)| at == byte).unwrap();
                Place { document: 0, start, end: start + 2 }
            };
            text.match_indices(name).map(place).collect::<Vec<_>>()
        };
        let thing = |name: &str| Thing { name: name.to_owned(), mentions: at(name), ..Thing::default() };
        let facts = Facts {
            documents: vec![Source { text: text.to_owned(), ..Source::default() }],
            things: ["张三", "李四", "王五", "赵六"].map(thing).to_vec(),
            ..Facts::default()
        };
        let layout = Layout::load(&Resources::builtin()).unwrap();
        let names = |unit, least| {
            let pair = |pair: &Pair| (pair.things.0.0, pair.things.1.0, pair.together, pair.apart);
            pairs(&facts, unit, least, &layout).iter().map(pair).collect::<Vec<_>>()
        };
        assert_eq!(names(Unit::Sentence, 1), [(0, 1, 2, (2, 2))], "the others are together by chance");
        assert_eq!(names(Unit::Document, 1), [], "in one document all are together");
        assert_eq!(names(Unit::Sentence, 3), []);
    }
}
