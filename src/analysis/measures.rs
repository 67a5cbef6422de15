//! What stands in the middle and what belongs together, by thing; and the links that one would not expect.

use super::centrality::{self, Betweenness};
use super::{Network, community, number};
use crate::facts::ThingId;
use std::collections::BTreeMap;

/// The measures of all things of a [`Network`].
#[derive(Clone, Debug, PartialEq)]
pub struct Measures {
    /// By thing.
    pub things: Vec<Measure>,
    /// How the ways between things were followed.
    pub betweenness: Betweenness,
    /// How well the communities part the graph; see [`community::modularity`].
    pub modularity: f64,
    /// The linked pairs, to which the betweenness of pairs belongs.
    pairs: Vec<(usize, usize)>,
}

/// The measures of one thing.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Measure {
    /// With how many things it is linked.
    pub degree: usize,
    /// `PageRank`; that of all things adds up to 1.
    pub rank: f64,
    /// The share of pairs of other things whose shortest ways lead through it.
    pub betweenness: f64,
    /// The number of the part that it hangs together with, from 1, the largest first; none if nothing is linked with it.
    pub component: Option<usize>,
    /// The number of its community, likewise.
    pub community: Option<usize>,
}

/// A link that one would not expect.
#[derive(Clone, Debug, PartialEq)]
pub struct Surprise {
    /// The two things, in the order of the graph.
    pub things: (ThingId, ThingId),
    /// How many times more of the shortest ways of the graph lead over the link than the number of links of its ends lets expect,
    /// as a power of two.
    pub score: f64,
    /// The share of all shortest ways that leads over it.
    pub betweenness: f64,
    /// How many steps the ends are apart without it; none if nothing else joins them.
    pub detour: Option<usize>,
}

impl Network<'_> {
    /// All measures of all things.
    pub fn measures(&self) -> Measures {
        let weighted = self.pairs();
        let pairs: Vec<(usize, usize)> = weighted.iter().map(|&(a, b, _)| (a, b)).collect();
        let ranks = self.ranks();
        let betweenness = centrality::betweenness(ranks.len(), &pairs);
        let mut things: Vec<Measure> = ranks
            .into_iter()
            .zip(&betweenness.nodes)
            .map(|(rank, &betweenness)| Measure { rank, betweenness, ..Measure::default() })
            .collect();
        for &(a, b) in &pairs {
            things[a].degree += 1;
            things[b].degree += 1;
        }
        for (number, component) in self.components().into_iter().enumerate() {
            for thing in component {
                things[thing.0].component = Some(number + 1);
            }
        }
        let communities = community::communities(things.len(), &weighted);
        let modularity = community::modularity(things.len(), &weighted, &communities);
        for (thing, community) in things.iter_mut().zip(communities) {
            thing.community = thing.component.map(|_| community + 1);
        }
        Measures { things, betweenness, modularity, pairs }
    }
}

impl Measures {
    /// The measures of a thing.
    pub fn of(&self, thing: ThingId) -> Measure {
        self.things.get(thing.0).copied().unwrap_or_default()
    }

    /// The `limit` links between two communities that surprise most.
    ///
    /// A link surprises if many shortest ways lead over although its ends have few links: one between two hubs is to be expected.
    pub fn surprises(&self, limit: usize) -> Vec<Surprise> {
        let all = number(self.pairs.len());
        let mut surprises: Vec<Surprise> = self
            .pairs
            .iter()
            .zip(&self.betweenness.pairs)
            .filter(|((a, b), _)| self.things[*a].degree > 1 && self.things[*b].degree > 1)
            .filter(|((a, b), share)| self.things[*a].community != self.things[*b].community && **share > 0.0)
            .map(|(&(a, b), &share)| {
                let expected = number(self.things[a].degree) * number(self.things[b].degree) / (2.0 * all);
                // Rounded, so that logarithms of different machines give one order.
                let score = ((share / expected).log2() * 1e6).round() / 1e6;
                Surprise { things: (ThingId(a), ThingId(b)), score, betweenness: share, detour: None }
            })
            .collect();
        surprises.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.things.cmp(&b.things)));
        surprises.truncate(limit);
        let links = self.links();
        for surprise in &mut surprises {
            surprise.detour = detour(&links, surprise.things.0.0, surprise.things.1.0);
        }
        surprises
    }

    fn links(&self) -> Vec<Vec<usize>> {
        let mut links = vec![Vec::new(); self.things.len()];
        for &(a, b) in &self.pairs {
            links[a].push(b);
            links[b].push(a);
        }
        links
    }
}

/// The number of steps from `from` to `to` without their own link.
fn detour(links: &[Vec<usize>], from: usize, to: usize) -> Option<usize> {
    let mut distance = BTreeMap::from([(from, 0)]);
    let mut border = vec![from];
    while !border.is_empty() {
        let mut next = Vec::new();
        for node in border {
            let steps = distance.get(&node).copied().unwrap_or(0) + 1;
            for &other in &links[node] {
                if (node, other) == (from, to) || distance.contains_key(&other) {
                    continue;
                }
                if other == to {
                    return Some(steps);
                }
                distance.insert(other, steps);
                next.push(other);
            }
        }
        border = next;
    }
    None
}
