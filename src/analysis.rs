//! The graph as a network: what stands near a thing, what stands in the middle, what hangs together.
//!
//! In: a [`Facts`]. Out: indices of its things, always in the same order.

pub mod centrality;
pub mod community;
pub mod cooccurrence;
pub mod layout;
pub mod measures;
mod path;
pub mod report;

use crate::facts::{Fact, Facts, ThingId};
use layout::{Extent, Point};
use petgraph::Direction;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::unionfind::UnionFind;
use petgraph::visit::EdgeRef;
use std::collections::{BTreeMap, BTreeSet};

/// The things of a graph as nodes, and for every pair that some statement links one edge with those statements.
///
/// Nodes have the indices of the things.
pub struct Network<'g> {
    graph: DiGraph<ThingId, Vec<&'g Fact>>,
}

/// How much of a node's rank its neighbours hand on; the rest is spread evenly. The usual value of PageRank.
const DAMPING: f64 = 0.85;

/// Rounds of rank passing; the ranks of graphs with short paths settle in about thirty.
const ROUNDS: usize = 50;

impl<'g> Network<'g> {
    /// All things of `graph`, and the statements that `keep` lets pass.
    pub fn new(graph: &'g Facts, keep: impl Fn(&Fact) -> bool) -> Self {
        let mut edges: BTreeMap<(ThingId, ThingId), Vec<&'g Fact>> = BTreeMap::new();
        for fact in graph.statements.iter().filter(|fact| keep(fact)) {
            if let Some(object) = fact.other().filter(|&object| object != fact.subject) {
                edges.entry((fact.subject, object)).or_default().push(fact);
            }
        }
        let mut network = DiGraph::with_capacity(graph.things.len(), edges.len());
        for id in graph.ids() {
            network.add_node(id);
        }
        for ((from, to), facts) in edges {
            network.add_edge(NodeIndex::new(from.0), NodeIndex::new(to.0), facts);
        }
        Self { graph: network }
    }

    /// The linked pairs with their statements, by subject and object.
    pub fn edges(&self) -> impl Iterator<Item = (ThingId, ThingId, &[&'g Fact])> {
        self.graph
            .edge_references()
            .map(|edge| (ThingId(edge.source().index()), ThingId(edge.target().index()), edge.weight().as_slice()))
    }

    /// The things that some statement links with `thing`, whichever way.
    pub fn neighbours(&self, thing: ThingId) -> BTreeSet<ThingId> {
        let node = NodeIndex::new(thing.0);
        [Direction::Outgoing, Direction::Incoming]
            .into_iter()
            .flat_map(|direction| self.graph.neighbors_directed(node, direction))
            .map(|node| ThingId(node.index()))
            .collect()
    }

    /// The statements that link two things, whichever way.
    pub fn between(&self, a: ThingId, b: ThingId) -> Vec<&'g Fact> {
        [(a, b), (b, a)]
            .into_iter()
            .filter_map(|(from, to)| self.graph.find_edge(NodeIndex::new(from.0), NodeIndex::new(to.0)))
            .flat_map(|edge| self.graph.edge_weight(edge).into_iter().flatten().copied())
            .collect()
    }

    /// `centres` and everything at most `hops` statements away, whichever way the statements point.
    pub fn neighbourhood(&self, centres: &[ThingId], hops: usize) -> BTreeSet<ThingId> {
        let mut reached: BTreeSet<ThingId> = centres.iter().copied().collect();
        let mut border: Vec<ThingId> = centres.to_vec();
        for _ in 0..hops {
            let next: BTreeSet<ThingId> = border.iter().flat_map(|&thing| self.neighbours(thing)).collect();
            border = next.into_iter().filter(|&thing| reached.insert(thing)).collect();
            if border.is_empty() {
                break;
            }
        }
        reached
    }

    /// Number of linked pairs that each thing stands in, by thing.
    pub fn degrees(&self) -> Vec<usize> {
        let count = |node, direction| self.graph.edges_directed(node, direction).count();
        self.graph
            .node_indices()
            .map(|node| count(node, Direction::Outgoing) + count(node, Direction::Incoming))
            .collect()
    }

    /// PageRank of each thing, by thing, over the edges taken both ways: the direction of a statement
    /// (伊宁县 is where something lies) says nothing of who matters.
    pub fn ranks(&self) -> Vec<f64> {
        let count = self.graph.node_count();
        let share = 1.0 / number(count.max(1));
        let degrees = self.degrees();
        let mut ranks = vec![share; count];
        for _ in 0..ROUNDS {
            let mut next = vec![0.0; count];
            let mut idle = 0.0;
            let given: Vec<f64> = ranks
                .iter()
                .zip(&degrees)
                .map(|(rank, &degree)| {
                    if degree == 0 {
                        idle += rank;
                    }
                    rank / number(degree.max(1))
                })
                .collect();
            for edge in self.graph.edge_references() {
                let (from, to) = (edge.source().index(), edge.target().index());
                next[to] += given[from];
                next[from] += given[to];
            }
            let even = (1.0 - DAMPING + DAMPING * idle) * share;
            for rank in &mut next {
                *rank = even + DAMPING * *rank;
            }
            ranks = next;
        }
        ranks
    }

    /// The things that some statement links, the highest rank first, of equal ones in the order of the graph.
    pub fn by_rank(&self) -> Vec<ThingId> {
        let (ranks, degrees) = (self.ranks(), self.degrees());
        let mut things: Vec<usize> = (0..ranks.len()).filter(|&i| degrees[i] > 0).collect();
        // Rounded, so that the order of additions cannot reach the output.
        let key = |i: usize| (ranks[i] * 1e12).round();
        things.sort_by(|&a, &b| key(b).total_cmp(&key(a)).then(a.cmp(&b)));
        things.into_iter().map(ThingId).collect()
    }

    /// The sets of things that hang together by statements, the largest first; things that no statement links are left out.
    pub fn components(&self) -> Vec<Vec<ThingId>> {
        let mut sets = UnionFind::new(self.graph.node_count());
        for edge in self.graph.edge_references() {
            sets.union(edge.source().index(), edge.target().index());
        }
        let mut components: BTreeMap<usize, Vec<ThingId>> = BTreeMap::new();
        for node in self.graph.node_indices() {
            components.entry(sets.find(node.index())).or_default().push(ThingId(node.index()));
        }
        let mut components: Vec<_> = components.into_values().filter(|things| things.len() > 1).collect();
        components.sort_by(|a, b| b.len().cmp(&a.len()).then(a.cmp(b)));
        components
    }

    /// The pairs that statements link whichever way, each with the number of documents that say so.
    pub fn pairs(&self) -> Vec<(usize, usize, u32)> {
        let mut documents: BTreeMap<(usize, usize), BTreeSet<usize>> = BTreeMap::new();
        for (from, to, facts) in self.edges() {
            let pair = documents.entry((from.0.min(to.0), from.0.max(to.0))).or_default();
            pair.extend(facts.iter().map(|fact| fact.document));
        }
        let count = |documents: BTreeSet<usize>| u32::try_from(documents.len()).unwrap_or(u32::MAX);
        documents.into_iter().map(|((a, b), documents)| (a, b, count(documents))).collect()
    }

    /// How well the communities part the graph; see [`community::modularity`].
    pub fn modularity(&self) -> f64 {
        let pairs = self.pairs();
        let groups = community::communities(self.graph.node_count(), &pairs);
        community::modularity(self.graph.node_count(), &pairs, &groups)
    }

    /// The [communities](community) of things that some statement links, the largest first; a link weighs as much as documents state it.
    pub fn communities(&self) -> Vec<Vec<ThingId>> {
        let mut communities: Vec<Vec<ThingId>> = Vec::new();
        for (thing, community) in community::communities(self.graph.node_count(), &self.pairs()).into_iter().enumerate()
        {
            if communities.len() <= community {
                communities.resize(community + 1, Vec::new());
            }
            communities[community].push(ThingId(thing));
        }
        communities.retain(|things| {
            things.iter().any(|thing| self.graph.neighbors_undirected(NodeIndex::new(thing.0)).next().is_some())
        });
        communities
    }
}

/// A count as a number to calculate with. No graph has as many things as would be cut off.
pub(crate) fn number(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::MAX, f64::from)
}

/// Which part of a graph is wanted.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Only things near these; all if empty.
    pub around: Vec<ThingId>,
    /// How near: how many statements away.
    pub hops: usize,
    /// Only statements about things of these classes; all if empty. Local names, superclasses written out.
    pub classes: BTreeSet<String>,
    /// At most so many things: those that matter most.
    pub top: Option<usize>,
}

/// A part of a graph.
pub struct Part<'g> {
    /// The statements between things that came into question.
    pub network: Network<'g>,
    /// The things of this part.
    pub things: BTreeSet<ThingId>,
    /// What was asked for.
    pub selection: &'g Selection,
    /// How many things of the graph some statement links.
    pub linked: usize,
    /// How many pairs of the graph some statement links.
    pub all_edges: usize,
    /// How many things came into question before only the most important were taken.
    pub candidates: usize,
}

impl<'g> Part<'g> {
    /// The part of `graph` that `selection` asks for: things that some statement links.
    pub fn select(graph: &'g Facts, selection: &'g Selection) -> Self {
        let wanted = |thing| selection.classes.is_empty() || selection.classes.contains(&graph.thing(thing).class);
        let whole = Network::new(graph, |_| true);
        let (linked, all_edges) = (whole.degrees().iter().filter(|&&d| d > 0).count(), whole.edges().count());
        let network = Network::new(graph, |fact| wanted(fact.subject) || fact.other().is_some_and(wanted));
        let near = (!selection.around.is_empty()).then(|| network.neighbourhood(&selection.around, selection.hops));
        let ranked: Vec<ThingId> = network
            .by_rank()
            .into_iter()
            .filter(|thing| near.as_ref().is_none_or(|near| near.contains(thing)))
            .collect();
        let centres: BTreeSet<ThingId> = selection.around.iter().copied().collect();
        let mut things = BTreeSet::new();
        let mut taken = selection.top.map_or(ranked.len(), |top| top.min(ranked.len()));
        loop {
            let chosen: BTreeSet<ThingId> = ranked.iter().take(taken).chain(&centres).copied().collect();
            things.clear();
            things.extend(chosen.iter().copied().filter(|&thing| {
                centres.contains(&thing) || network.neighbours(thing).iter().any(|other| chosen.contains(other))
            }));
            // A thing whose every neighbour was left out says nothing: the next ones take its place.
            let missing = selection.top.map_or(0, |top| top.saturating_sub(things.len()));
            if missing == 0 || taken == ranked.len() {
                break;
            }
            taken = (taken + missing).min(ranked.len());
        }
        Self { network, things, selection, linked, all_edges, candidates: ranked.len().max(centres.len()) }
    }

    /// The linked pairs of this part with their statements, by subject and object.
    pub fn edges(&self) -> impl Iterator<Item = (ThingId, ThingId, &[&'g Fact])> {
        self.network.edges().filter(|(from, to, _)| self.things.contains(from) && self.things.contains(to))
    }

    /// [Places](layout) for the things of this part, each of which takes as much room as `extent` says.
    pub fn layout(&self, extent: impl Fn(ThingId) -> Extent) -> BTreeMap<ThingId, Point> {
        let numbers: BTreeMap<ThingId, usize> = self.things.iter().enumerate().map(|(n, &thing)| (thing, n)).collect();
        let edges: Vec<(usize, usize)> =
            self.edges().filter_map(|(from, to, _)| Some((*numbers.get(&from)?, *numbers.get(&to)?))).collect();
        let extents: Vec<Extent> = self.things.iter().map(|&thing| extent(thing)).collect();
        self.things.iter().copied().zip(layout::layout(&extents, &edges)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::{Target, Thing};

    /// A graph of things `0`, `1`, … with these links between them.
    fn facts(things: usize, links: &[(usize, usize)]) -> Facts {
        let thing = |n: usize| Thing { name: n.to_string(), class: "Place".to_owned(), ..Thing::default() };
        let fact = |&(from, to): &(usize, usize)| Fact {
            document: 0,
            subject: ThingId(from),
            property: "partOf".to_owned(),
            object: Target::Thing(ThingId(to)),
            status: "asserted".to_owned(),
            title: None,
            time: None,
            amount: None,
            evidence: Vec::new(),
            found_by: Vec::new(),
            confidence: None,
        };
        Facts {
            things: (0..things).map(thing).collect(),
            statements: links.iter().map(fact).collect(),
            ..Facts::default()
        }
    }

    fn numbers(things: impl IntoIterator<Item = ThingId>) -> Vec<usize> {
        things.into_iter().map(|thing| thing.0).collect()
    }

    #[test]
    fn what_is_near_in_the_middle_and_together() {
        // A star around 2 with a tail 2-5-6, a pair 7-8, and 9 alone; 2 and 3 are linked twice.
        let facts = facts(10, &[(0, 2), (1, 2), (2, 3), (3, 2), (2, 3), (4, 2), (2, 5), (5, 6), (7, 8), (9, 9)]);
        let network = Network::new(&facts, |_| true);
        assert_eq!(numbers(network.neighbourhood(&[ThingId(6)], 1)), [5, 6]);
        assert_eq!(numbers(network.neighbourhood(&[ThingId(6)], 2)), [2, 5, 6]);
        assert_eq!(numbers(network.neighbourhood(&[ThingId(9)], 9)), [9]);
        assert_eq!(network.by_rank().first(), Some(&ThingId(2)));
        assert_eq!(network.by_rank().len(), 9);
        assert!((network.ranks().iter().sum::<f64>() - 1.0).abs() < 1e-9);
        let components: Vec<_> = network.components().into_iter().map(numbers).collect();
        assert_eq!(components, [vec![0, 1, 2, 3, 4, 5, 6], vec![7, 8]]);
    }

    #[test]
    fn paths_through_the_rarest_things_come_first() {
        // From 0 to 3 by 1, a hub, or by 2; 7 hangs on 3, and 8 is alone.
        let facts = facts(9, &[(0, 1), (1, 3), (2, 0), (3, 2), (1, 4), (5, 1), (1, 6), (3, 7)]);
        let network = Network::new(&facts, |_| true);
        let paths = |from, to, longest, limit| {
            network.paths(ThingId(from), ThingId(to), longest, limit).into_iter().map(numbers).collect::<Vec<_>>()
        };
        assert_eq!(paths(0, 3, 6, 9), [[0, 2, 3], [0, 1, 3]]);
        assert_eq!(paths(0, 3, 6, 1), [[0, 2, 3]]);
        assert_eq!(paths(7, 0, 3, 9), [[7, 3, 2, 0], [7, 3, 1, 0]]);
        assert!(paths(7, 0, 2, 9).is_empty() && paths(0, 8, 9, 9).is_empty() && paths(0, 0, 9, 9).is_empty());
        assert_eq!(network.between(ThingId(0), ThingId(2)).len(), 1);
        assert!(network.between(ThingId(0), ThingId(3)).is_empty());
    }

    #[test]
    fn the_link_between_two_groups_surprises() {
        // Two groups of four, each linked completely; one link joins them.
        let group = |first: usize| (0..4).flat_map(move |a| (a + 1..4).map(move |b| (first + a, first + b)));
        let mut links: Vec<(usize, usize)> = group(0).chain(group(4)).collect();
        links.push((6, 1));
        let facts = facts(9, &links);
        let measures = Network::new(&facts, |_| true).measures();
        let found: Vec<_> = measures.surprises(5).into_iter().map(|s| (s.things.0.0, s.things.1.0, s.detour)).collect();
        assert_eq!(found, [(1, 6, None)]);
        let of = |thing| measures.of(ThingId(thing));
        assert_eq!((of(0).degree, of(1).degree, of(0).component, of(8).component), (3, 4, Some(1), None));
        assert_eq!((of(0).community, of(7).community, of(8).community), (Some(1), Some(2), None));
        assert!(of(1).betweenness > 0.5 && of(0).betweenness < 1e-9 && measures.modularity > 0.3);
    }

    #[test]
    fn a_part_holds_what_was_asked_for() {
        let facts = facts(7, &[(0, 1), (1, 2), (2, 3), (4, 5)]);
        let check = |selection: Selection, things: &[usize]| {
            assert_eq!(numbers(Part::select(&facts, &selection).things), things, "{selection:?}");
        };
        check(Selection::default(), &[0, 1, 2, 3, 4, 5]);
        check(Selection { top: Some(2), ..Selection::default() }, &[1, 2]);
        check(Selection { around: vec![ThingId(0)], hops: 2, ..Selection::default() }, &[0, 1, 2]);
        check(Selection { around: vec![ThingId(6)], hops: 2, ..Selection::default() }, &[6]);
        check(Selection { classes: BTreeSet::from(["Person".to_owned()]), ..Selection::default() }, &[]);
    }
}
