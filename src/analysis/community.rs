//! Communities: groups of nodes with more links among them than the numbers of their links let expect.
//!
//! The Leiden algorithm (Traag, Waltman and van Eck, 2019) for modularity: nodes move to the group that gains most, each group is
//! split into parts that hang together well, the parts become the nodes of a smaller graph, and so on until nothing moves.
//! Where the paper draws lots, the best choice is taken, of equal ones the first. All gains are whole numbers,
//! so the groups depend on nothing but the graph.

use std::collections::{BTreeMap, VecDeque};

/// The community of each of `count` nodes linked by `edges` (two nodes and a weight, in any direction, any number of times).
///
/// Communities are numbered from 0, the largest first, of equal ones that with the first node.
pub fn communities(count: usize, edges: &[(usize, usize, u32)]) -> Vec<usize> {
    let mut graph = Weighted::new(count, edges);
    // For each node of the first graph its node in the current one.
    let mut place: Vec<usize> = (0..count).collect();
    let mut groups: Vec<usize> = (0..count).collect();
    loop {
        graph.move_nodes(&mut groups);
        let parts = graph.refine(&groups);
        let (parts, number) = renumbered(&parts);
        let mut outer = vec![0; number];
        for (node, &part) in parts.iter().enumerate() {
            outer[part] = groups[node];
        }
        for node in &mut place {
            *node = parts[*node];
        }
        let settled = number == graph.strength.len();
        groups = renumbered(&outer).0;
        if settled {
            break;
        }
        graph = graph.merged(&parts, number);
    }
    by_size(&place.into_iter().map(|node| groups[node]).collect::<Vec<_>>())
}

/// How much more weight lies within the groups than the numbers of links let expect: from -0.5 to 1, above 0.3 where there are groups.
pub fn modularity(count: usize, edges: &[(usize, usize, u32)], groups: &[usize]) -> f64 {
    let graph = Weighted::new(count, edges);
    if graph.total == 0 {
        return 0.0;
    }
    let mut within = 0_i128;
    let mut sums: BTreeMap<usize, i128> = BTreeMap::new();
    for node in 0..count {
        *sums.entry(groups[node]).or_default() += graph.strength[node];
        within +=
            graph.links[node].iter().filter(|(other, _)| groups[*other] == groups[node]).map(|(_, w)| w).sum::<i128>();
    }
    let expected: i128 = sums.values().map(|sum| sum * sum).sum();
    ratio(within * graph.total - expected, graph.total * graph.total)
}

fn ratio(part: i128, whole: i128) -> f64 {
    // Both are cut to the bits that a double holds, in the same way.
    let shift = (128 - whole.unsigned_abs().leading_zeros()).saturating_sub(31);
    let number = |n: i128| f64::from(i32::try_from(n >> shift).unwrap_or(i32::MAX));
    number(part) / number(whole)
}

/// An undirected graph with weights.
struct Weighted {
    /// For each node the others it is linked with, by number.
    links: Vec<Vec<(usize, i128)>>,
    /// For each node the weight of its links, those within it twice.
    strength: Vec<i128>,
    /// The sum of all strengths.
    total: i128,
}

impl Weighted {
    fn new(count: usize, edges: &[(usize, usize, u32)]) -> Self {
        let mut weights: Vec<BTreeMap<usize, i128>> = vec![BTreeMap::new(); count];
        for &(a, b, weight) in edges.iter().filter(|(a, b, _)| a != b) {
            *weights[a].entry(b).or_default() += i128::from(weight);
            *weights[b].entry(a).or_default() += i128::from(weight);
        }
        let links: Vec<Vec<(usize, i128)>> = weights.into_iter().map(|links| links.into_iter().collect()).collect();
        let strength: Vec<i128> = links.iter().map(|links| links.iter().map(|(_, weight)| weight).sum()).collect();
        let total = strength.iter().sum();
        Self { links, strength, total }
    }

    /// Moves nodes to the groups of their neighbours for as long as that gains something.
    fn move_nodes(&self, groups: &mut [usize]) {
        let count = self.strength.len();
        let mut sums = vec![0; count];
        for (node, &group) in groups.iter().enumerate() {
            sums[group] += self.strength[node];
        }
        let mut members = vec![0_usize; count];
        for &group in groups.iter() {
            members[group] += 1;
        }
        let mut empty: Vec<usize> = (0..count).rev().filter(|&group| members[group] == 0).collect();
        let mut waiting: VecDeque<usize> = (0..count).collect();
        let mut waits = vec![true; count];
        let mut scratch = Scratch::new(count);
        while let Some(node) = waiting.pop_front() {
            waits[node] = false;
            let old = groups[node];
            sums[old] -= self.strength[node];
            scratch.fill(self.links[node].iter().map(|&(other, weight)| (groups[other], weight)));
            let gain = |group: usize| scratch.weight[group] * self.total - self.strength[node] * sums[group];
            let mut best = (gain(old), old);
            for &group in &scratch.touched {
                let gain = gain(group);
                if gain > best.0 || (gain == best.0 && best.1 != old && group < best.1) {
                    best = (gain, group);
                }
            }
            if best.0 < 0
                && let Some(&group) = empty.last()
            {
                best = (0, group);
            }
            let new = best.1;
            sums[new] += self.strength[node];
            if new == old {
                continue;
            }
            members[old] -= 1;
            if members[new] == 0 {
                empty.pop();
            }
            members[new] += 1;
            if members[old] == 0 {
                empty.push(old);
            }
            groups[node] = new;
            for &(other, _) in &self.links[node] {
                if groups[other] != new && !waits[other] {
                    waits[other] = true;
                    waiting.push_back(other);
                }
            }
        }
    }

    /// Splits each group into parts: every node that is linked well with its group joins the part that gains most.
    fn refine(&self, groups: &[usize]) -> Vec<usize> {
        let count = self.strength.len();
        let mut sums = vec![0; count];
        for (node, &group) in groups.iter().enumerate() {
            sums[group] += self.strength[node];
        }
        let inside = |node: usize| -> i128 {
            let links = self.links[node].iter().filter(|(other, _)| groups[*other] == groups[node]);
            links.map(|(_, weight)| weight).sum()
        };
        let mut parts: Vec<usize> = (0..count).collect();
        let mut alone = vec![true; count];
        let mut strength = self.strength.clone();
        // The weight between each part and the rest of its group.
        let mut outward: Vec<i128> = (0..count).map(inside).collect();
        let mut scratch = Scratch::new(count);
        for node in 0..count {
            let whole = sums[groups[node]];
            let is_tied = |part: usize| outward[part] * self.total >= strength[part] * (whole - strength[part]);
            if !alone[node] || !is_tied(node) {
                continue;
            }
            let links = self.links[node].iter().filter(|(other, _)| groups[*other] == groups[node]);
            scratch.fill(links.map(|&(other, weight)| (parts[other], weight)));
            let mut best = (0, node);
            for &part in scratch.touched.iter().filter(|&&part| is_tied(part)) {
                let gain = scratch.weight[part] * self.total - strength[node] * strength[part];
                if gain > best.0 || (gain == best.0 && gain > 0 && part < best.1) {
                    best = (gain, part);
                }
            }
            let part = best.1;
            if part != node {
                outward[part] += outward[node] - 2 * scratch.weight[part];
                strength[part] += strength[node];
                parts[node] = part;
                alone[part] = false;
            }
        }
        parts
    }

    /// The graph whose nodes are these parts.
    fn merged(&self, parts: &[usize], count: usize) -> Self {
        let mut weights: Vec<BTreeMap<usize, i128>> = vec![BTreeMap::new(); count];
        let mut strength = vec![0; count];
        for (node, links) in self.links.iter().enumerate() {
            strength[parts[node]] += self.strength[node];
            for &(other, weight) in links.iter().filter(|(other, _)| parts[*other] != parts[node]) {
                *weights[parts[node]].entry(parts[other]).or_default() += weight;
            }
        }
        let links = weights.into_iter().map(|links| links.into_iter().collect()).collect();
        Self { links, strength, total: self.total }
    }
}

/// Sums of weights by group, used again and again.
struct Scratch {
    weight: Vec<i128>,
    touched: Vec<usize>,
}

impl Scratch {
    fn new(count: usize) -> Self {
        Self { weight: vec![0; count], touched: Vec::new() }
    }

    fn fill(&mut self, weights: impl Iterator<Item = (usize, i128)>) {
        for group in self.touched.drain(..) {
            self.weight[group] = 0;
        }
        for (group, weight) in weights {
            if self.weight[group] == 0 {
                self.touched.push(group);
            }
            self.weight[group] += weight;
        }
    }
}

/// The same groups, numbered from 0 in the order of their first nodes, and how many there are.
fn renumbered(groups: &[usize]) -> (Vec<usize>, usize) {
    let mut numbers = vec![None; groups.iter().max().map_or(0, |most| most + 1)];
    let mut next = 0;
    let groups = groups
        .iter()
        .map(|&group| {
            *numbers[group].get_or_insert_with(|| {
                next += 1;
                next - 1
            })
        })
        .collect();
    (groups, next)
}

/// The same groups, the largest first.
fn by_size(groups: &[usize]) -> Vec<usize> {
    let (groups, count) = renumbered(groups);
    let mut sizes = vec![0_usize; count];
    for &group in &groups {
        sizes[group] += 1;
    }
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by_key(|&group| (std::cmp::Reverse(sizes[group]), group));
    let mut rank = vec![0; count];
    for (place, group) in order.into_iter().enumerate() {
        rank[group] = place;
    }
    groups.into_iter().map(|group| rank[group]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cliques_on_a_ring_are_communities() {
        // Six cliques of five nodes, each linked to the next by one edge.
        let mut edges = Vec::new();
        for clique in 0..6 {
            for a in 0..5 {
                for b in a + 1..5 {
                    edges.push((clique * 5 + a, clique * 5 + b, 1));
                }
            }
            edges.push((clique * 5, (clique * 5 + 6) % 30, 1));
        }
        let found = communities(30, &edges);
        assert_eq!(found, (0..30).map(|node| node / 5).collect::<Vec<_>>());
        assert!((modularity(30, &edges, &found) - 0.742_424).abs() < 1e-5);
        edges.reverse();
        assert_eq!(communities(30, &edges), found, "the order of the edges does not matter");
    }

    #[test]
    fn every_community_hangs_together() {
        // A tree of 400 nodes with some links across it.
        let edges: Vec<(usize, usize, u32)> =
            (1..400).flat_map(|n: usize| [(n, n / 3, 1), (n, (n * 7) % 400, u32::from(n.is_multiple_of(5)))]).collect();
        let found = communities(400, &edges);
        let groups = found.iter().max().unwrap() + 1;
        assert!((8..60).contains(&groups), "{groups}");
        for group in 0..groups {
            let members: Vec<usize> = (0..400).filter(|&node| found[node] == group).collect();
            let mut reached = vec![members[0]];
            for at in 0..members.len() {
                let node = *reached.get(at).expect("the community hangs together");
                for &(a, b, _) in edges.iter().filter(|(_, _, weight)| *weight > 0) {
                    let other = if a == node { b } else { a };
                    if (a == node || b == node) && found[other] == group && !reached.contains(&other) {
                        reached.push(other);
                    }
                }
            }
        }
        assert!(modularity(400, &edges, &found) > 0.6);
    }

    #[test]
    fn odd_graphs() {
        assert_eq!(communities(0, &[]), Vec::<usize>::new());
        assert_eq!(communities(3, &[]), [0, 1, 2]);
        assert_eq!(communities(4, &[(3, 2, 9), (2, 2, 5)]), [1, 2, 0, 0]);
        assert!(modularity(3, &[], &[0, 1, 2]).abs() < 1e-12);
    }
}
