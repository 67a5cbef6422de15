//! What the store holds at one moment, read once and ready to be asked for by many.
//!
//! In: a [`Graph`]. Out: its facts with the ways into them: things by IRI, statements by thing and by document, ranks,
//! dates in order, and the search index. A snapshot never changes; after a write another takes its place. Reading the
//! facts of a large store takes seconds, so a snapshot may have the graph of now with the [`Catalog`] of before.

use super::search::Search;
use crate::analysis::Network;
use crate::analysis::measures::Measures;
use crate::chars::Folding;
use crate::facts::{Fact, Facts, Target, ThingId};
use crate::store::Graph;
use std::collections::{BTreeMap, HashMap};
use std::ops::{Deref, Range};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

/// The graph, and what the page asks for.
pub(super) struct Snapshot {
    pub(super) graph: Graph,
    catalog: Arc<Catalog>,
    /// Whether the catalog is that of this graph.
    pub(super) is_whole: bool,
}

impl Snapshot {
    /// The graph with a catalog of its own.
    pub(super) fn new(graph: Graph, folding: &Folding) -> Self {
        Self { catalog: Arc::new(Catalog::new(&graph, folding)), graph, is_whole: true }
    }

    /// Another graph with the catalog at hand.
    pub(super) fn with(&self, graph: Graph) -> Self {
        Self { graph, catalog: Arc::clone(&self.catalog), is_whole: false }
    }
}

impl Deref for Snapshot {
    type Target = Catalog;

    fn deref(&self) -> &Catalog {
        &self.catalog
    }
}

/// The facts of a graph with the ways into them.
pub(super) struct Catalog {
    /// How long it took to make.
    pub(super) took: Duration,
    pub(super) facts: Facts,
    /// Things that some statement links, the most important first.
    pub(super) by_rank: Vec<ThingId>,
    /// Importance of each thing (PageRank).
    pub(super) ranks: Vec<f64>,
    /// The statements whose object is a date, by date.
    pub(super) dated: Vec<usize>,
    /// The documents, the newest first.
    pub(super) newest: Vec<usize>,
    pub(super) search: Search,
    /// Made when somebody asks.
    measures: OnceLock<Measures>,
    things: HashMap<Arc<str>, ThingId>,
    documents: HashMap<String, usize>,
    /// For each thing, the place in `by_rank`.
    places: Vec<usize>,
    /// For each thing, the statements in which it stands.
    statements: Vec<Vec<usize>>,
    /// For each thing, its figures.
    figures: Vec<Vec<usize>>,
    /// For each thing, the things that some statement links it to, by rank.
    neighbours: Vec<Vec<ThingId>>,
    /// For each document, the things that it mentions or speaks of.
    spoken_of: Vec<Vec<ThingId>>,
    statements_of: Vec<Range<usize>>,
    figures_of: Vec<Range<usize>>,
}

impl Catalog {
    fn new(graph: &Graph, folding: &Folding) -> Self {
        let began = Instant::now();
        let facts = Facts::of(graph);
        let network = Network::new(&facts, |_| true);
        let (by_rank, ranks) = (network.by_rank(), network.ranks());
        let mut places = vec![usize::MAX; facts.things.len()];
        for (place, thing) in by_rank.iter().enumerate() {
            set(&mut places, thing.0, place);
        }
        let place = |thing: &ThingId| places.get(thing.0).copied().unwrap_or(usize::MAX);
        let neighbours = facts.ids().map(|thing| {
            let mut near: Vec<ThingId> = network.neighbours(thing).into_iter().collect();
            near.sort_by_key(place);
            near
        });
        let neighbours = neighbours.collect();
        drop(network);

        let mut statements = vec![Vec::new(); facts.things.len()];
        let mut spoken_of: Vec<Vec<ThingId>> = vec![Vec::new(); facts.documents.len()];
        let mut dated = Vec::new();
        for (index, fact) in facts.statements.iter().enumerate() {
            for thing in [Some(fact.subject), fact.other().filter(|&other| other != fact.subject)].into_iter().flatten()
            {
                push(&mut statements, thing.0, index);
                push(&mut spoken_of, fact.document, thing);
            }
            if matches!(fact.object, Target::Value(_)) {
                dated.push(index);
            }
        }
        dated.sort_by_key(|&index| facts.statements.get(index).and_then(date).map(str::to_owned));
        for (id, thing) in facts.ids().zip(&facts.things) {
            thing.mentions.iter().for_each(|mention| push(&mut spoken_of, mention.document, id));
        }
        spoken_of.iter_mut().for_each(|things| {
            things.sort();
            things.dedup();
        });
        let mut figures = vec![Vec::new(); facts.things.len()];
        for (index, figure) in facts.quantities.iter().enumerate() {
            if let Some(subject) = figure.subject {
                push(&mut figures, subject.0, index);
            }
        }
        let mut newest: Vec<usize> = (0..facts.documents.len()).collect();
        newest.sort_by(|&a, &b| {
            let issued = |index: usize| facts.documents.get(index).and_then(|document| document.issued.as_deref());
            issued(b).cmp(&issued(a)).then(a.cmp(&b))
        });
        let count = facts.documents.len();
        Self {
            search: Search::new(&facts, folding),
            things: facts.ids().zip(&facts.things).map(|(id, thing)| (thing.iri.as_str().into(), id)).collect(),
            documents: facts.documents.iter().enumerate().map(|(at, document)| (document.id.clone(), at)).collect(),
            statements_of: ranges(count, facts.statements.iter().map(|fact| fact.document)),
            figures_of: ranges(count, facts.quantities.iter().map(|figure| figure.document)),
            took: began.elapsed(),
            by_rank,
            ranks,
            measures: OnceLock::new(),
            dated,
            newest,
            places,
            statements,
            figures,
            neighbours,
            spoken_of,
            facts,
        }
    }

    /// What the network says of each thing.
    pub(super) fn measures(&self) -> &Measures {
        self.measures.get_or_init(|| Network::new(&self.facts, |_| true).measures())
    }

    /// The thing of this IRI.
    pub(super) fn thing(&self, iri: &str) -> Option<ThingId> {
        self.things.get(iri).copied()
    }

    /// The document of this id.
    pub(super) fn document(&self, id: &str) -> Option<usize> {
        self.documents.get(id).copied()
    }

    /// The place of a thing among all, the most important first; behind all of them where no statement links it.
    pub(super) fn place(&self, thing: ThingId) -> usize {
        self.places.get(thing.0).copied().unwrap_or(usize::MAX)
    }

    /// The statements in which a thing stands: indices into [`Facts::statements`].
    pub(super) fn statements(&self, thing: ThingId) -> &[usize] {
        self.statements.get(thing.0).map_or(&[], Vec::as_slice)
    }

    /// The figures of a thing: indices into [`Facts::quantities`].
    pub(super) fn figures(&self, thing: ThingId) -> &[usize] {
        self.figures.get(thing.0).map_or(&[], Vec::as_slice)
    }

    /// The things that some statement links to this one, the most important first.
    pub(super) fn neighbours(&self, thing: ThingId) -> &[ThingId] {
        self.neighbours.get(thing.0).map_or(&[], Vec::as_slice)
    }

    /// The things of which a document speaks.
    pub(super) fn spoken_of(&self, document: usize) -> &[ThingId] {
        self.spoken_of.get(document).map_or(&[], Vec::as_slice)
    }

    /// The statements of a document.
    pub(super) fn statements_of(&self, document: usize) -> Range<usize> {
        self.statements_of.get(document).cloned().unwrap_or_default()
    }

    /// The figures of a document.
    pub(super) fn figures_of(&self, document: usize) -> Range<usize> {
        self.figures_of.get(document).cloned().unwrap_or_default()
    }

    /// Statements that say the same (subject, property, object, status, title and time), those of one heap together.
    pub(super) fn heaps(&self, statements: impl IntoIterator<Item = usize>) -> Vec<Vec<usize>> {
        let mut heaps: BTreeMap<_, Vec<usize>> = BTreeMap::new();
        for index in statements {
            let Some(fact) = self.facts.statements.get(index) else { continue };
            let Fact { subject, property, object, status, title, time, .. } = fact;
            heaps.entry((subject, property, object, status, title, time)).or_default().push(index);
        }
        heaps.into_values().collect()
    }
}

/// The date that a statement gives its subject.
pub(super) fn date(fact: &Fact) -> Option<&str> {
    match &fact.object {
        Target::Value(date) => Some(date),
        Target::Thing(_) => None,
    }
}

fn set<T>(list: &mut [T], at: usize, value: T) {
    if let Some(place) = list.get_mut(at) {
        *place = value;
    }
}

fn push<T>(lists: &mut [Vec<T>], at: usize, value: T) {
    if let Some(list) = lists.get_mut(at) {
        list.push(value);
    }
}

/// Where the entries of each of `count` documents stand in a list that is sorted by document.
fn ranges(count: usize, documents: impl Iterator<Item = usize>) -> Vec<Range<usize>> {
    let mut ranges = vec![0..0; count];
    for (at, document) in documents.enumerate() {
        if let Some(range) = ranges.get_mut(document) {
            let start = if range.start == range.end { at } else { range.start };
            *range = start..at + 1;
        }
    }
    ranges
}
