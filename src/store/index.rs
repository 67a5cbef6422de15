//! All quads of a store in memory, sorted four ways, for oxigraph's query engine.
//!
//! In: quads. Out: a read-only dataset in which every pattern is a range of a sorted array.
//! Terms are numbers in the order of their first appearance, so the same files give the same order of answers.
//! The default graph is the union of all graphs as a *set*: what two documents state is one triple there, as the
//! standard demands. (oxigraph's own store hands it out twice, which would make every count wrong.)

use super::allowance::{Held, charge};
use oxigraph::model::{GraphName, NamedNode, NamedOrBlankNode, NamedOrBlankNodeRef, Quad, Term, TermRef};
use rayon::prelude::*;
use spareval::{InternalQuad, QueryableDataset};
use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::convert::Infallible;
use std::hash::{BuildHasherDefault, DefaultHasher, Hash, Hasher};
use std::ops::Range;
use std::sync::Arc;

/// A term by its number.
type Id = u32;

/// One quad: three of its terms in the order of the array that holds it, and its graph (in `graphs`: first).
type Row = [Id; 4];

/// Terms and their numbers. Those of an older version of the graph are shared with it.
#[derive(Default)]
pub(super) struct Terms {
    older: Option<Arc<Self>>,
    /// The number of the first term of `list`.
    first: Id,
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

/// How many versions may stand on each other before they are written out as one.
const LAYERS: usize = 8;

impl Terms {
    /// Terms that go on from those of `older`.
    fn on(older: &Arc<Self>) -> Self {
        let layers = std::iter::successors(Some(older), |terms| terms.older.as_ref()).count();
        if layers < LAYERS {
            return Self { older: Some(Arc::clone(older)), first: older.len(), ..Self::default() };
        }
        let mut flat = Self::default();
        (0..older.len()).filter_map(|id| older.get(id)).for_each(|term| {
            flat.number(term.clone());
        });
        flat
    }

    /// Number of terms.
    fn len(&self) -> Id {
        self.first + Id::try_from(self.list.len()).expect(MANY)
    }

    /// The number of `term`, or the key under which it would stand.
    fn find(&self, term: &Term) -> Result<Id, u64> {
        let mut hasher = DefaultHasher::new();
        term.hash(&mut hasher);
        self.find_hashed(hasher.finish(), term)
    }

    fn find_hashed(&self, hash: u64, term: &Term) -> Result<Id, u64> {
        if let Some(Ok(id)) = self.older.as_ref().map(|older| older.find_hashed(hash, term)) {
            return Ok(id);
        }
        let mut key = hash;
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
            let id = self.len();
            self.numbers.insert(key, id);
            self.list.push(term);
            id
        })
    }

    fn get(&self, id: Id) -> Option<&Term> {
        match id.checked_sub(self.first) {
            Some(own) => self.list.get(usize::try_from(own).ok()?),
            None => self.older.as_ref()?.get(id),
        }
    }
}

/// Why there are never too many terms for their numbers.
const MANY: &str = "four thousand million terms do not fit in memory";

/// Quads with numbers of their own, as one thread reads them.
#[derive(Default)]
pub(super) struct Batch {
    terms: Terms,
    rows: Vec<Row>,
}

impl Batch {
    /// No quads yet, with the terms of `index`.
    pub(super) fn on(index: &Index) -> Self {
        Self { terms: Terms::on(&index.terms), rows: Vec::new() }
    }

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
        // The other one stands on no older terms: it was read by itself.
        let numbers: Vec<Id> = other.terms.list.into_iter().map(|term| self.terms.number(term)).collect();
        let new = |id: Id| usize::try_from(id).ok().and_then(|i| numbers.get(i)).copied().unwrap_or(Id::MAX);
        self.rows.extend(other.rows.iter().map(|row| row.map(new)));
    }
}

/// The sorted arrays.
#[derive(Default)]
pub(super) struct Index {
    terms: Arc<Terms>,
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
            terms: Arc::new(batch.terms),
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
    /// This index with the quads of some graphs exchanged for those of `new`; a graph of which none is there is gone.
    /// `new` goes on from the terms of this index ([`Batch::on`]).
    pub(super) fn exchanged(&self, graphs: &[NamedNode], new: Batch) -> Self {
        let gone: BTreeSet<Id> = graphs.iter().filter_map(|name| self.terms.find(&name.clone().into()).ok()).collect();
        let new = Self::from(new);
        let merged = |old: &[Row], new: &[Row], graph: usize| {
            let mut rows = Vec::with_capacity(old.len() + new.len());
            let mut rest = new;
            for row in old.iter().filter(|row| !gone.contains(&row[graph])) {
                let (before, behind) = rest.split_at(rest.iter().take_while(|new| *new < row).count());
                rows.extend_from_slice(before);
                rest = behind;
                rows.push(*row);
            }
            rows.extend_from_slice(rest);
            rows.dedup();
            rows
        };
        let ((subjects, predicates), (objects, graphs)) = rayon::join(
            || (merged(&self.subjects, &new.subjects, 3), merged(&self.predicates, &new.predicates, 3)),
            || (merged(&self.objects, &new.objects, 3), merged(&self.graphs, &new.graphs, 0)),
        );
        Self { terms: new.terms, subjects, predicates, objects, graphs }
    }

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
            let [s, p, o, graph] = quad;
            match &graphs {
                Graphs::Each => {}
                Graphs::Some(wanted) if !wanted.contains(&graph) => return None,
                // All arrays but `graphs` end with the graph, so the copies of a triple are neighbours.
                Graphs::Union | Graphs::Some(_) if previous.replace([s, p, o]) == Some([s, p, o]) => return None,
                Graphs::Union | Graphs::Some(_) => {}
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

    /// Subject, predicate and object of what stands in the graph of this name, in a fixed order.
    pub(super) fn triples(&self, graph: TermRef<'_>) -> impl Iterator<Item = [&Term; 3]> {
        let id = self.terms.find(&graph.into_owned()).ok();
        let start = self.graphs.partition_point(|row| Some(row[0]) < id);
        let rows = self.graphs.iter().skip(start).take_while(move |row| Some(row[0]) == id);
        rows.filter_map(|&[_, s, p, o]| Some([self.terms.get(s)?, self.terms.get(p)?, self.terms.get(o)?]))
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

/// Which graphs are looked into, and how often a triple comes that stands in several of them.
#[derive(Clone)]
enum Graphs {
    /// All, once for each.
    Each,
    /// All, once.
    Union,
    /// These, once.
    Some(Arc<BTreeSet<Id>>),
}

/// The index as one query sees it, with the terms that the query makes.
pub(super) struct View {
    index: Arc<Index>,
    /// What the default graph is made of.
    default: Graphs,
    /// Terms that are not in the index; their numbers follow those of the index.
    made: RefCell<Terms>,
}

impl View {
    /// The index with the union of the graphs `default` as its default graph; of all graphs if `None`.
    pub(super) fn new(index: Arc<Index>, default: Option<&[NamedNode]>) -> Self {
        let known = |name: &NamedNode| index.terms.find(&name.clone().into()).ok();
        let default = match default {
            None => Graphs::Union,
            Some(names) => Graphs::Some(Arc::new(names.iter().filter_map(known).collect())),
        };
        Self { index, default, made: RefCell::default() }
    }

    fn known(&self) -> Id {
        self.index.terms.len()
    }
}

impl QueryableDataset<'static> for View {
    type InternalTerm = Held;
    type Error = Infallible;

    fn internal_quads_for_pattern(
        &self,
        subject: Option<&Held>,
        predicate: Option<&Held>,
        object: Option<&Held>,
        graph: Option<Option<&Held>>,
    ) -> impl Iterator<Item = Result<InternalQuad<Held>, Infallible>> + use<> {
        // `Some(None)` asks for the default graph, `None` for every named one.
        let graphs = if graph == Some(None) { self.default.clone() } else { Graphs::Each };
        let named = matches!(graphs, Graphs::Each);
        let pattern = [subject, predicate, object, graph.flatten()].map(|term| term.map(Held::id));
        self.index.matches(pattern, graphs).map(move |[subject, predicate, object, graph]| {
            Ok(InternalQuad {
                subject: Held::new(subject),
                predicate: Held::new(predicate),
                object: Held::new(object),
                graph_name: named.then(|| Held::new(graph)),
            })
        })
    }

    fn internal_named_graphs(&self) -> impl Iterator<Item = Result<Held, Infallible>> + use<> {
        self.index.graph_ids().into_iter().map(|id| Ok(Held::new(id)))
    }

    fn internalize_term(&self, term: Term) -> Result<Held, Infallible> {
        Ok(Held::new(match self.index.terms.find(&term) {
            Ok(id) => id,
            Err(_) => {
                // What a query makes stays until it ends. A held term stands for some 16 bytes.
                charge(length(&term) / 16 + 4);
                self.known() + self.made.borrow_mut().number(term)
            }
        }))
    }

    fn externalize_term(&self, term: Held) -> Result<Term, Infallible> {
        let term = match term.id().checked_sub(self.known()) {
            None => self.index.terms.get(term.id()).cloned(),
            Some(made) => self.made.borrow().get(made).cloned(),
        };
        Ok(term.expect("the query engine hands back only what it was given"))
    }
}

/// About how many bytes a term takes.
fn length(term: &Term) -> usize {
    match term {
        Term::NamedNode(node) => node.as_str().len(),
        Term::BlankNode(node) => node.as_str().len(),
        Term::Literal(literal) => literal.value().len(),
        Term::Triple(triple) => length(&triple.object) + 100,
    }
}
