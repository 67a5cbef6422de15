//! Betweenness: how many shortest ways between others lead through a node, and over a link.
//!
//! Brandes' algorithm (2001), links taken both ways and all of one length. From every node in graphs of up to [`EXACT`] linked nodes;
//! in larger ones from [`SAMPLE`] nodes, drawn with a fixed seed, and scaled up (Brandes and Pich, 2007).

use super::number;
use crate::learn::Random;
use rayon::prelude::*;

/// In graphs of more linked nodes than this betweenness is estimated.
pub const EXACT: usize = 3000;

/// From so many nodes.
pub const SAMPLE: usize = 1000;

/// The seed of the draw; any number would do, as long as it stays.
const SEED: u64 = 0x9e37_79b9_7f4a_7c15;

/// Sources whose shares are added up together; fixed, because the order of additions reaches the last digits.
const CHUNK: usize = 50;

/// What share of all shortest ways leads where.
#[derive(Clone, Debug, PartialEq)]
pub struct Betweenness {
    /// For each node the share of pairs of other linked nodes whose shortest ways lead through it, from 0 to 1.
    /// A pair with several shortest ways counts for each by its part.
    pub nodes: Vec<f64>,
    /// For each pair of linked nodes the share of pairs of linked nodes whose shortest ways lead over their link, from 0 to 1.
    pub pairs: Vec<f64>,
    /// How many nodes are linked at all.
    pub linked: usize,
    /// From how many of them ways were followed; fewer than are linked if the shares are estimates.
    pub sources: usize,
}

/// The betweenness of `count` nodes and of the `pairs` that are linked, each once.
pub fn betweenness(count: usize, pairs: &[(usize, usize)]) -> Betweenness {
    let mut links: Vec<Vec<(usize, usize)>> = vec![Vec::new(); count];
    for (number, &(a, b)) in pairs.iter().enumerate() {
        links[a].push((b, number));
        links[b].push((a, number));
    }
    let mut sources: Vec<usize> = (0..count).filter(|&node| !links[node].is_empty()).collect();
    let linked = sources.len();
    if linked > EXACT {
        draw(&mut sources, SAMPLE);
    }
    let shares: Vec<Sums> = sources.par_chunks(CHUNK).map(|sources| Sums::new(&links, pairs.len(), sources)).collect();
    let mut sums = Sums { nodes: vec![0.0; count], pairs: vec![0.0; pairs.len()] };
    for share in shares {
        sums.nodes.iter_mut().zip(share.nodes).for_each(|(sum, share)| *sum += share);
        sums.pairs.iter_mut().zip(share.pairs).for_each(|(sum, share)| *sum += share);
    }
    // Each way is met from both of its ends: from every node, that is; a draw meets its part of them.
    let ends = number(sources.len()) * number(linked.saturating_sub(1));
    let others = number(sources.len()) * number(linked.saturating_sub(1)) * number(linked.saturating_sub(2))
        / number(linked.max(1));
    for share in &mut sums.nodes {
        *share = if others > 0.0 { (*share / others).min(1.0) } else { 0.0 };
    }
    for share in &mut sums.pairs {
        *share = if ends > 0.0 { (*share / ends).min(1.0) } else { 0.0 };
    }
    Betweenness { nodes: sums.nodes, pairs: sums.pairs, linked, sources: sources.len() }
}

/// Leaves `wanted` of `all`, drawn at random, in ascending order.
fn draw(all: &mut Vec<usize>, wanted: usize) {
    let mut random = Random::new(SEED);
    for place in 0..wanted.min(all.len()) {
        let other = place + random.below(all.len() - place);
        all.swap(place, other);
    }
    all.truncate(wanted);
    all.sort_unstable();
}

/// Parts of shortest ways, added up.
struct Sums {
    nodes: Vec<f64>,
    pairs: Vec<f64>,
}

impl Sums {
    /// Follows the shortest ways from each of `sources` to all nodes.
    fn new(links: &[Vec<(usize, usize)>], pairs: usize, sources: &[usize]) -> Self {
        let mut sums = Self { nodes: vec![0.0; links.len()], pairs: vec![0.0; pairs] };
        let mut distance = vec![usize::MAX; links.len()];
        let mut ways = vec![0.0; links.len()];
        let mut share = vec![0.0; links.len()];
        let mut reached: Vec<usize> = Vec::new();
        for &source in sources {
            distance[source] = 0;
            ways[source] = 1.0;
            reached.push(source);
            let mut at = 0;
            while let Some(&node) = reached.get(at) {
                at += 1;
                for &(other, _) in &links[node] {
                    if distance[other] == usize::MAX {
                        distance[other] = distance[node] + 1;
                        reached.push(other);
                    }
                    if distance[other] == distance[node] + 1 {
                        ways[other] += ways[node];
                    }
                }
            }
            for &node in reached.iter().rev() {
                for &(other, pair) in &links[node] {
                    if distance[other] + 1 == distance[node] {
                        let part = ways[other] / ways[node] * (1.0 + share[node]);
                        share[other] += part;
                        sums.pairs[pair] += part;
                    }
                }
                if node != source {
                    sums.nodes[node] += share[node];
                }
            }
            for node in reached.drain(..) {
                distance[node] = usize::MAX;
                ways[node] = 0.0;
                share[node] = 0.0;
            }
        }
        sums
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(found: &[f64], wanted: &[f64]) {
        assert_eq!(found.len(), wanted.len());
        assert!(found.iter().zip(wanted).all(|(a, b)| (a - b).abs() < 1e-9), "{found:?} is not {wanted:?}");
    }

    #[test]
    fn known_graphs() {
        // A path of five: of the six pairs of others three, four and three go through the inner ones.
        let path = betweenness(5, &[(0, 1), (1, 2), (2, 3), (3, 4)]);
        near(&path.nodes, &[0.0, 3.0 / 6.0, 4.0 / 6.0, 3.0 / 6.0, 0.0]);
        near(&path.pairs, &[4.0 / 10.0, 6.0 / 10.0, 6.0 / 10.0, 4.0 / 10.0]);
        // A square: opposite corners have two ways, each corner lies on half of them.
        let square = betweenness(4, &[(0, 1), (1, 2), (2, 3), (0, 3)]);
        near(&square.nodes, &[0.5 / 3.0; 4]);
        // A star with a node alone.
        let star = betweenness(5, &[(0, 1), (0, 2), (0, 3)]);
        near(&star.nodes, &[1.0, 0.0, 0.0, 0.0, 0.0]);
        assert_eq!((star.linked, star.sources), (4, 4));
        near(&betweenness(2, &[(0, 1)]).nodes, &[0.0, 0.0]);
        assert!(betweenness(0, &[]).nodes.is_empty());
    }

    #[test]
    fn large_graphs_are_estimated() {
        // A caterpillar: every fourth node is a joint of the spine.
        let pairs: Vec<(usize, usize)> =
            (1..4000).map(|n: usize| if n.is_multiple_of(4) { (n - 4, n) } else { (n / 4 * 4, n) }).collect();
        let estimate = betweenness(4000, &pairs);
        assert_eq!((estimate.linked, estimate.sources), (4000, SAMPLE));
        // The joint in the middle parts the graph in two halves.
        assert!((estimate.nodes[2000] - 0.5).abs() < 0.02, "{}", estimate.nodes[2000]);
        assert_eq!(betweenness(4000, &pairs), estimate);
    }
}
