//! All quads of a store in memory, sorted four ways, for oxigraph's query engine.
//!
//! In: quads. Out: a read-only dataset in which every pattern is a range of a sorted array.
//! Terms are numbers in the order of their first appearance, so the same files give the same order of answers.
//! The default graph is the union of all graphs as a *set*: what two documents state is one triple there, as the
//! standard demands. (oxigraph's own store hands it out twice, which would make every count wrong.)

use oxigraph::model::{GraphName, NamedNode, NamedOrBlankNode, NamedOrBlankNodeRef, Quad, Term, TermRef};
use rayon::prelude::*;
use spareval::{InternalQuad, QueryableDataset};
use std::cell::RefCell;
use std::collections::HashMap;
use std::convert::Infallible;
use std::hash::{BuildHasherDefault, DefaultHasher, Hash, Hasher};
use std::ops::Range;
use std::sync::Arc;

/// A term by its number.
type Id = u32;

/// One quad: three of its terms in the order of the array that holds it, and its graph (in `graphs`: first).
type Row = [Id; 4];

/// Terms and their numbers.
#[derive(Default)]
pub(super) struct Terms {
    list: Vec<Term>,
    /// Number by hash; the next free hash where two terms have the same.
    numbers: HashMap<u64, Id, BuildHasherDefault<Same>>,
}

/// Takes a hash as it is.
#[derive(Default)]
struct Same(u64);

impl Hasher for Same {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, _: &[u8]) {}

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

impl Terms {
    /// The number of `term`, or the key under which it would stand.
    fn find(&self, term: &Term) -> Result<Id, u64> {
        let mut hasher = DefaultHasher::new();
        term.hash(&mut hasher);
        let mut key = hasher.finish();
        loop {
            match self.numbers.get(&key) {
                None => return Err(key),
                Some(&id) if self.get(id) == Some(term) => return Ok(id),
                Some(_) => key = key.wrapping_add(1),
            }
        }
    }

    fn number(&mut self, term: Term) -> Id {
        self.find(&term).unwrap_or_else(|key| {
            let id = Id::try_from(self.list.len()).expect("four thousand million terms do not fit in memory");
            self.numbers.insert(key, id);
            self.list.push(term);
            id
        })
    }

    fn get(&self, id: Id) -> Option<&Term> {
        self.list.get(usize::try_from(id).ok()?)
    }
}

/// Quads with numbers of their own, as one thread reads them.
#[derive(Default)]
pub(super) struct Batch {
    terms: Terms,
    rows: Vec<Row>,
}

impl Batch {
    /// Adds a quad, which must stand in a named graph.
    pub(super) fn push(&mut self, quad: Quad) {
        let graph = match quad.graph_name {
            GraphName::NamedNode(node) => Term::from(node),
            GraphName::BlankNode(node) => node.into(),
            // Nothing of ours is there; what somebody put into a file by hand is a graph without a name.
            GraphName::DefaultGraph => NamedNode::new_unchecked("").into(),
        };
        let terms = [quad.subject.into(), quad.predicate.into(), quad.object, graph];
        let row = terms.map(|term: Term| self.terms.number(term));
        self.rows.push(row);
    }

    /// Number of quads.
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Adds all quads of `other`.
    pub(super) fn append(&mut self, other: Self) {
        let numbers: Vec<Id> = other.terms.list.into_iter().map(|term| self.terms.number(term)).collect();
        let new = |id: Id| usize::try_from(id).ok().and_then(|i| numbers.get(i)).copied().unwrap_or(Id::MAX);
        self.rows.extend(other.rows.iter().map(|row| row.map(new)));
    }
}

/// The sorted arrays.
#[derive(Default)]
pub(super) struct Index {
    terms: Terms,
    /// Subject, predicate, object, graph.
    subjects: Vec<Row>,
    /// Predicate, object, subject, graph.
    predicates: Vec<Row>,
    /// Object, subject, predicate, graph.
    objects: Vec<Row>,
    /// Graph, subject, predicate, object.
    graphs: Vec<Row>,
}

impl From<Batch> for Index {
    fn from(batch: Batch) -> Self {
        let sorted = |order: fn(Row) -> Row| {
            let mut rows: Vec<Row> = batch.rows.par_iter().map(|&row| order(row)).collect();
            rows.par_sort_unstable();
            rows.dedup();
            rows
        };
        Self {
            subjects: sorted(|row| row),
            predicates: sorted(|[s, p, o, g]| [p, o, s, g]),
            objects: sorted(|[s, p, o, g]| [o, s, p, g]),
            graphs: sorted(|[s, p, o, g]| [g, s, p, o]),
            terms: batch.terms,
        }
    }
}

/// Which array.
#[derive(Clone, Copy)]
enum Order {
    Subjects,
    Predicates,
    Objects,
    Graphs,
}

impl Order {
    /// Subject, predicate, object, graph of a row.
    fn quad(self, row: Row) -> Row {
        match (self, row) {
            (Self::Subjects, row) => row,
            (Self::Predicates, [p, o, s, g]) => [s, p, o, g],
            (Self::Objects, [o, s, p, g]) => [s, p, o, g],
            (Self::Graphs, [g, s, p, o]) => [s, p, o, g],
        }
    }
}

/// Subject, predicate, object and graph that a quad must have.
type Pattern = [Option<Id>; 4];

impl Index {
    /// Number of quads.
    pub(super) fn len(&self) -> usize {
        self.subjects.len()
    }

    fn rows(&self, order: Order) -> &[Row] {
        match order {
            Order::Subjects => &self.subjects,
            Order::Predicates => &self.predicates,
            Order::Objects => &self.objects,
            Order::Graphs => &self.graphs,
        }
    }

    /// The array that holds the matches of the pattern most closely together, and where; all matches lie there.
    fn range(&self, [s, p, o, g]: Pattern) -> (Order, Range<usize>) {
        let by = |order: Order, prefix: &[Option<Id>]| {
            let prefix: Vec<Id> = prefix.iter().map_while(|id| *id).collect();
            let rows = self.rows(order);
            let start = rows.partition_point(|row| row[..prefix.len()] < prefix[..]);
            let end = start + rows[start..].partition_point(|row| row[..prefix.len()] == prefix[..]);
            (order, start..end)
        };
        let best = match (s, p, o) {
            (Some(_), None, Some(_)) => by(Order::Objects, &[o, s]),
            (Some(_), _, _) => by(Order::Subjects, &[s, p, o]),
            (None, Some(_), _) => by(Order::Predicates, &[p, o]),
            (None, None, _) => by(Order::Objects, &[o]),
        };
        if g.is_none() {
            return if o.is_none() && p.is_none() && s.is_none() { by(Order::Subjects, &[]) } else { best };
        }
        let within = by(Order::Graphs, &[g, s, p, o]);
        if within.1.len() <= best.1.len() { within } else { best }
    }

    /// The quads that match, in the order of one of the arrays.
    ///
    /// With `graphs` set, a triple that stands in several graphs comes once for each, otherwise once.
    fn matches(self: &Arc<Self>, pattern: Pattern, graphs: Graphs) -> impl Iterator<Item = Row> + use<> {
        let (order, range) = self.range(pattern);
        let index = Arc::clone(self);
        let mut previous = None;
        range.filter_map(move |at| {
            let quad = order.quad(*index.rows(order).get(at)?);
            let fits = pattern.iter().zip(quad).all(|(wanted, id)| wanted.is_none_or(|w| w == id));
            if !fits {
                return None;
            }
            if let Graphs::Union = graphs {
                // All arrays but `graphs` end with the graph, so the copies of a triple are neighbours.
                let [s, p, o, _] = quad;
                if previous.replace([s, p, o]) == Some([s, p, o]) {
                    return None;
                }
            }
            Some(quad)
        })
    }

    /// The quads with these terms, in a fixed order.
    pub(super) fn quads(
        self: &Arc<Self>,
        subject: Option<NamedOrBlankNodeRef<'_>>,
        predicate: Option<TermRef<'_>>,
        object: Option<TermRef<'_>>,
        graph: Option<TermRef<'_>>,
    ) -> impl Iterator<Item = Quad> + use<> {
        let wanted = [subject.map(TermRef::from), predicate, object, graph];
        let mut pattern: Pattern = [None; 4];
        let mut known = true;
        for (place, term) in pattern.iter_mut().zip(wanted) {
            if let Some(term) = term {
                *place = self.terms.find(&term.into_owned()).ok();
                known &= place.is_some();
            }
        }
        let index = Arc::clone(self);
        known.then(|| self.matches(pattern, Graphs::Each)).into_iter().flatten().filter_map(move |row| index.quad(row))
    }

    /// The names of all graphs, in the order in which they were read.
    pub(super) fn graphs(&self) -> impl Iterator<Item = NamedNode> {
        self.graph_ids().into_iter().filter_map(|id| match self.terms.get(id) {
            Some(Term::NamedNode(node)) => Some(node.clone()),
            _ => None,
        })
    }

    fn graph_ids(&self) -> Vec<Id> {
        let mut ids = Vec::new();
        let mut at = 0;
        while let Some(&[graph, ..]) = self.graphs.get(at) {
            ids.push(graph);
            at += self.graphs[at..].partition_point(|row| row[0] == graph);
        }
        ids
    }

    fn quad(&self, [s, p, o, g]: Row) -> Option<Quad> {
        let node = |id| match self.terms.get(id) {
            Some(Term::NamedNode(node)) => Some(node.clone()),
            _ => None,
        };
        let subject: NamedOrBlankNode = match self.terms.get(s)? {
            Term::NamedNode(node) => node.clone().into(),
            Term::BlankNode(node) => node.clone().into(),
            Term::Literal(_) | Term::Triple(_) => return None,
        };
        Some(Quad::new(subject, node(p)?, self.terms.get(o)?.clone(), node(g)?))
    }
}

/// How often a triple comes that stands in several graphs.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Graphs {
    /// Once for each.
    Each,
    /// Once.
    Union,
}

/// The index as one query sees it, with the terms that the query makes.
pub(super) struct View {
    index: Arc<Index>,
    /// Terms that are not in the index; their numbers follow those of the index.
    made: RefCell<Terms>,
}

impl View {
    pub(super) fn new(index: Arc<Index>) -> Self {
        Self { index, made: RefCell::default() }
    }

    fn known(&self) -> Id {
        Id::try_from(self.index.terms.list.len()).unwrap_or(Id::MAX)
    }
}

impl QueryableDataset<'static> for View {
    type InternalTerm = Id;
    type Error = Infallible;

    fn internal_quads_for_pattern(
        &self,
        subject: Option<&Id>,
        predicate: Option<&Id>,
        object: Option<&Id>,
        graph: Option<Option<&Id>>,
    ) -> impl Iterator<Item = Result<InternalQuad<Id>, Infallible>> + use<> {
        // `Some(None)` asks for the default graph, `None` for every named one.
        let graphs = if graph == Some(None) { Graphs::Union } else { Graphs::Each };
        let pattern = [subject.copied(), predicate.copied(), object.copied(), graph.flatten().copied()];
        self.index.matches(pattern, graphs).map(move |[subject, predicate, object, graph]| {
            let graph_name = (graphs == Graphs::Each).then_some(graph);
            Ok(InternalQuad { subject, predicate, object, graph_name })
        })
    }

    fn internal_named_graphs(&self) -> impl Iterator<Item = Result<Id, Infallible>> + use<> {
        self.index.graph_ids().into_iter().map(Ok)
    }

    fn internalize_term(&self, term: Term) -> Result<Id, Infallible> {
        Ok(match self.index.terms.find(&term) {
            Ok(id) => id,
            Err(_) => self.known() + self.made.borrow_mut().number(term),
        })
    }

    fn externalize_term(&self, id: Id) -> Result<Term, Infallible> {
        let term = match id.checked_sub(self.known()) {
            None => self.index.terms.get(id).cloned(),
            Some(made) => self.made.borrow().get(made).cloned(),
        };
        Ok(term.expect("the query engine hands back only what it was given"))
    }
}
