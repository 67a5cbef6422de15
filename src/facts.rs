//! The graph as plain data: reads the things, statements and quantities back from quads.
//!
//! In: the quads of a store, or of one of its documents. Out: a [`Facts`] whose lists are sorted and refer to each other by index.
//! What is drawn, listed or explained is made from this and not from quads, so the shape of the graph is read here and nowhere else.
//! A plain triple that nothing reifies (as a user's update may add) is a statement too: asserted, without evidence.

use crate::ontology::NAMESPACE;
use crate::span::cut;
use crate::store::Graph;
use oxigraph::model::{GraphName, NamedOrBlankNode, Quad, Term};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet, HashMap};

const RDF: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
const RDFS_LABEL: &str = "http://www.w3.org/2000/01/rdf-schema#label";
const SKOS: &str = "http://www.w3.org/2004/02/skos/core#";
const DCTERMS: &str = "http://purl.org/dc/terms/";
const OA: &str = "http://www.w3.org/ns/oa#";

/// What a store, or one document of it, holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    /// The documents, by IRI.
    pub documents: Vec<Source>,
    /// The things, by IRI.
    pub things: Vec<Thing>,
    /// The statements, by document and by the place of their first words.
    pub statements: Vec<Fact>,
    /// The quantities, by document and by the place of their words.
    pub quantities: Vec<Figure>,
}

/// A document of the store.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Source {
    /// IRI of the document and of its named graph.
    pub iri: String,
    /// Its name: the stem of the file it came from.
    pub id: String,
    /// Its title, if it has one.
    pub title: Option<String>,
    /// Day (or month, or year) of publication.
    pub issued: Option<String>,
    /// Where it came from, as the user named it.
    pub origin: Option<String>,
    /// The whole text.
    pub text: String,
}

/// Which thing of the graph: an index into [`Facts::things`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ThingId(pub usize);

/// A thing that the documents speak about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Thing {
    /// Its IRI.
    pub iri: String,
    /// Local name of its class, or the whole IRI of a class that is not of the vocabulary; empty if none is stated.
    pub class: String,
    /// The name that most documents use.
    pub name: String,
    /// All its other names, sorted.
    pub aliases: Vec<String>,
    /// Its code in a public register.
    pub notation: Option<String>,
    /// Where it is mentioned, in order.
    pub mentions: Vec<Place>,
}

/// A stretch of a document's text, in characters from 0, half-open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The document: an index into [`Facts::documents`].
    pub document: usize,
    /// The first character.
    pub start: usize,
    /// Just past the last character.
    pub end: usize,
}

/// Words of a document that support a statement.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Quote {
    /// Where they stand.
    pub place: Place,
    /// The words.
    pub words: String,
    /// Where the sentence stands that holds them, with its text.
    pub sentence: Option<(Place, String)>,
}

/// What a statement links its subject to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// Another thing.
    Thing(ThingId),
    /// A date or another value, as written.
    Value(String),
}

/// One statement of one document.
#[derive(Clone, Debug, PartialEq)]
pub struct Fact {
    /// The document: an index into [`Facts::documents`].
    pub document: usize,
    /// The thing it is about.
    pub subject: ThingId,
    /// Local name of the property, or the whole IRI of one that is not of the vocabulary.
    pub property: String,
    /// What it says.
    pub object: Target,
    /// `asserted`, `planned`, `denied` or `reported`.
    pub status: String,
    /// The post, role or kinship as the text words it.
    pub title: Option<String>,
    /// When it held.
    pub time: Option<String>,
    /// The amount that goes with it, with its unit.
    pub amount: Option<String>,
    /// The words that say it, in text order; none for what a user stated.
    pub evidence: Vec<Quote>,
    /// The rules that read it, sorted.
    pub found_by: Vec<String>,
    /// How sure they are, from 0 to 1.
    pub confidence: Option<f64>,
}

impl Fact {
    /// Whether the text puts it as a fact, in its own words or in somebody else's.
    pub fn is_stated(&self) -> bool {
        matches!(self.status.as_str(), "asserted" | "reported")
    }

    /// The other thing, if the statement links two.
    pub fn other(&self) -> Option<ThingId> {
        match self.object {
            Target::Thing(thing) => Some(thing),
            Target::Value(_) => None,
        }
    }
}

/// One number of one document, with what it measures.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// The document: an index into [`Facts::documents`].
    pub document: usize,
    /// The thing whose figure it is, if known.
    pub subject: Option<ThingId>,
    /// What it measures, as the text words it.
    pub measure: String,
    /// The number as the text writes it, and where.
    pub number: Option<(Place, String)>,
    /// The plain number.
    pub value: String,
    /// The unit.
    pub unit: String,
    /// `=`, `>`, `<` or `~`.
    pub bound: String,
    /// When it held.
    pub time: Option<String>,
    /// The words that say it.
    pub evidence: Vec<Quote>,
    /// The rules that read it, sorted.
    pub found_by: Vec<String>,
    /// How sure they are, from 0 to 1.
    pub confidence: Option<f64>,
}

/// The properties of one node in one named graph: predicate and object.
type Node = Vec<(String, Term)>;

/// The nodes of one named graph by IRI.
type Nodes = BTreeMap<String, Node>;

impl Facts {
    /// Reads what `quads` say. Their order does not matter.
    pub fn read(quads: impl IntoIterator<Item = Quad>) -> Self {
        let mut graphs: BTreeMap<String, Nodes> = BTreeMap::new();
        for quad in quads {
            let name = match quad.graph_name {
                GraphName::NamedNode(node) => node.into_string(),
                GraphName::BlankNode(_) | GraphName::DefaultGraph => String::new(),
            };
            let NamedOrBlankNode::NamedNode(subject) = quad.subject else { continue };
            let node = graphs.entry(name).or_default().entry(subject.into_string()).or_default();
            node.push((quad.predicate.into_string(), quad.object));
        }
        Self::assemble(|visit| {
            for (document, (name, nodes)) in graphs.iter().enumerate() {
                visit(document, name, nodes);
            }
        })
    }

    /// Reads what the documents of `graph` say, a few at a time: in less memory than all of their quads take.
    pub fn of(graph: &Graph) -> Self {
        let names = graph.documents();
        Self::assemble(|visit| {
            let mut document = 0;
            for chunk in names.chunks(256) {
                let read: Vec<Nodes> = chunk.par_iter().map(|name| nodes(graph.named(name.as_ref()))).collect();
                for (name, nodes) in chunk.iter().zip(&read) {
                    visit(document, name.as_str(), nodes);
                    document += 1;
                }
            }
        })
    }

    /// Reads the documents that `each` shows its visitor; it does so twice, in the same order.
    fn assemble(each: impl Fn(&mut dyn FnMut(usize, &str, &Nodes))) -> Self {
        let mut reader = Reader::default();
        each(&mut |document, name, nodes| reader.things(document, name, nodes));
        reader.name_things();
        each(&mut |document, _, nodes| reader.facts(document, nodes));
        let mut graph = reader.graph;
        graph.statements.sort_by_cached_key(order);
        graph.quantities.sort_by_cached_key(|figure| {
            let place = figure.evidence.first().map(|quote| quote.place);
            (figure.document, place, figure.subject, figure.measure.clone(), figure.value.clone())
        });
        graph
    }

    /// The thing of this index.
    pub fn thing(&self, id: ThingId) -> &Thing {
        static NOTHING: Thing = Thing {
            iri: String::new(),
            class: String::new(),
            name: String::new(),
            aliases: Vec::new(),
            notation: None,
            mentions: Vec::new(),
        };
        self.things.get(id.0).unwrap_or(&NOTHING)
    }

    /// All things with their indices.
    pub fn ids(&self) -> impl Iterator<Item = ThingId> + use<> {
        (0..self.things.len()).map(ThingId)
    }
}

/// The nodes of one document.
fn nodes(quads: impl Iterator<Item = Quad>) -> Nodes {
    let mut nodes = Nodes::new();
    for quad in quads {
        if let NamedOrBlankNode::NamedNode(subject) = quad.subject {
            nodes.entry(subject.into_string()).or_default().push((quad.predicate.into_string(), quad.object));
        }
    }
    nodes
}

/// The order of statements: document, place, then everything else that could tell two apart.
fn order(fact: &Fact) -> impl Ord + use<> {
    (
        fact.document,
        fact.evidence.first().map(|q| q.place),
        fact.subject,
        fact.property.clone(),
        fact.object.clone(),
        fact.status.clone(),
        fact.title.clone(),
        fact.time.clone(),
    )
}

#[derive(Default)]
struct Reader {
    graph: Facts,
    ids: HashMap<String, ThingId>,
    /// For each thing how many documents use which name and which class.
    names: BTreeMap<String, BTreeMap<String, usize>>,
    classes: BTreeMap<String, BTreeMap<String, usize>>,
    details: BTreeMap<String, Thing>,
}

impl Reader {
    /// Notes the document itself and the names, classes and mentions that it gives to things.
    fn things(&mut self, document: usize, iri: &str, nodes: &Nodes) {
        let own = nodes.get(iri).map_or(&[][..], Vec::as_slice);
        self.graph.documents.push(Source {
            iri: iri.to_owned(),
            id: text(own, &wm("documentId")).unwrap_or_else(|| last_segment(iri)),
            title: text(own, RDFS_LABEL),
            issued: text(own, &format!("{DCTERMS}issued")),
            origin: text(own, &format!("{DCTERMS}source")),
            text: text(own, &wm("text")).unwrap_or_default(),
        });
        let kind = format!("{RDF}type");
        for (subject, node) in nodes {
            let class = values(node, &kind).map(|class| local(&class)).find(|class| !is_bookkeeping(class));
            let linked = node.iter().any(|(predicate, object)| {
                matches!(object, Term::NamedNode(_)) && is_relation(predicate) && !is_bookkeeping_node(node)
            });
            let Some(class) = class.or_else(|| linked.then(String::new)) else { continue };
            if subject == iri {
                continue;
            }
            let thing = self.details.entry(subject.clone()).or_default();
            if !class.is_empty() {
                *self.classes.entry(subject.clone()).or_default().entry(class).or_default() += 1;
            }
            for name in values(node, RDFS_LABEL) {
                *self.names.entry(subject.clone()).or_default().entry(name).or_default() += 1;
            }
            thing.aliases.extend(values(node, &format!("{SKOS}altLabel")));
            thing.notation = thing.notation.take().or_else(|| text(node, &format!("{SKOS}notation")));
            let places = values(node, &wm("mention")).filter_map(|mention| place(document, &mention));
            thing.mentions.extend(places);
        }
        // What is only pointed at is a thing as well.
        for node in nodes.values().filter(|node| !is_bookkeeping_node(node)) {
            for (predicate, object) in node {
                if let Term::NamedNode(object) = object
                    && is_relation(predicate)
                    && object.as_str() != iri
                {
                    self.details.entry(object.as_str().to_owned()).or_default();
                }
            }
        }
    }

    /// Settles one name and one class for each thing: what most documents say, then the longer, then the first by code point.
    fn name_things(&mut self) {
        for (iri, mut thing) in std::mem::take(&mut self.details) {
            let names = self.names.remove(&iri).unwrap_or_default();
            thing.name = most(&names).unwrap_or_else(|| last_segment(&iri));
            thing.class = most(&self.classes.remove(&iri).unwrap_or_default()).unwrap_or_default();
            let mut aliases: BTreeSet<String> = std::mem::take(&mut thing.aliases).into_iter().collect();
            aliases.extend(names.into_keys());
            aliases.remove(&thing.name);
            thing.aliases = aliases.into_iter().collect();
            thing.mentions.sort();
            thing.mentions.dedup();
            self.ids.insert(iri.clone(), ThingId(self.graph.things.len()));
            thing.iri = iri;
            self.graph.things.push(thing);
        }
    }

    /// Reads the statements and quantities of a document.
    fn facts(&mut self, document: usize, nodes: &Nodes) {
        let kind = format!("{RDF}type");
        let earlier = self.graph.quantities.len();
        let mut reified = BTreeSet::new();
        for node in nodes.values() {
            let is = |class: &str| values(node, &kind).any(|c| c == wm(class));
            if is("Statement")
                && let Some(fact) = self.fact(document, node, nodes)
            {
                reified.insert((fact.subject, fact.property.clone(), fact.object.clone()));
                self.graph.statements.push(fact);
            } else if is("Quantity") {
                let figure = Figure {
                    document,
                    subject: text(node, &wm("of")).and_then(|iri| self.ids.get(&iri).copied()),
                    measure: text(node, &wm("measure")).unwrap_or_default(),
                    number: values(node, &wm("mention"))
                        .filter_map(|iri| place(document, &iri))
                        .min()
                        .map(|place| (place, String::new())),
                    value: text(node, &wm("value")).unwrap_or_default(),
                    unit: text(node, &wm("unit")).unwrap_or_default(),
                    bound: text(node, &wm("bound")).unwrap_or_else(|| "=".to_owned()),
                    time: text(node, &wm("time")),
                    evidence: quotes(document, node, nodes),
                    found_by: sorted(values(node, &wm("foundBy"))),
                    confidence: text(node, &wm("confidence")).and_then(|c| c.parse().ok()),
                };
                self.graph.quantities.push(figure);
            }
        }
        for (subject, node) in nodes {
            let Some(&subject) = self.ids.get(subject) else { continue };
            for (predicate, object) in node.iter().filter(|(predicate, _)| is_relation(predicate)) {
                let Some(object) = self.target(object) else { continue };
                let property = local(predicate);
                if reified.contains(&(subject, property.clone(), object.clone())) {
                    continue;
                }
                self.graph.statements.push(Fact {
                    document,
                    subject,
                    property,
                    object,
                    status: "asserted".to_owned(),
                    title: None,
                    time: None,
                    amount: None,
                    evidence: Vec::new(),
                    found_by: Vec::new(),
                    confidence: None,
                });
            }
        }
        self.numbers(document, earlier);
    }

    /// Cuts the numbers of a document's quantities, those behind the `earlier` ones, from its text.
    fn numbers(&mut self, document: usize, earlier: usize) {
        let Some(source) = self.graph.documents.get(document) else { return };
        let mut offsets: Vec<usize> = source.text.char_indices().map(|(at, _)| at).collect();
        offsets.push(source.text.len());
        for figure in self.graph.quantities.iter_mut().skip(earlier) {
            if let Some((place, words)) = &mut figure.number
                && let (Some(&start), Some(&end)) = (offsets.get(place.start), offsets.get(place.end))
            {
                cut(&source.text, start..end).clone_into(words);
            }
        }
    }

    /// The statement that the reifier `node` describes.
    fn fact(&self, document: usize, node: &[(String, Term)], nodes: &Nodes) -> Option<Fact> {
        let object = node.iter().find(|(p, _)| *p == wm("object")).map(|(_, o)| o)?;
        Some(Fact {
            document,
            subject: *self.ids.get(&text(node, &wm("subject"))?)?,
            property: local(&text(node, &wm("property"))?),
            object: self.target(object)?,
            status: text(node, &wm("status")).map_or_else(|| "asserted".to_owned(), |status| local(&status)),
            title: text(node, &wm("title")),
            time: text(node, &wm("time")),
            amount: amount(node, nodes),
            evidence: quotes(document, node, nodes),
            found_by: sorted(values(node, &wm("foundBy"))),
            confidence: text(node, &wm("confidence")).and_then(|c| c.parse().ok()),
        })
    }

    fn target(&self, object: &Term) -> Option<Target> {
        match object {
            Term::NamedNode(node) => self.ids.get(node.as_str()).copied().map(Target::Thing),
            Term::Literal(literal) => Some(Target::Value(literal.value().to_owned())),
            Term::BlankNode(_) | Term::Triple(_) => None,
        }
    }
}

/// The amount of a statement: a number of its own, or the value and unit of the quantity it names.
fn amount(node: &[(String, Term)], nodes: &Nodes) -> Option<String> {
    let amount = text(node, &wm("amount"))?;
    let Some(quantity) = nodes.get(&amount) else {
        return Some(text(node, &wm("unit")).map_or(amount.clone(), |unit| format!("{amount} {unit}")));
    };
    let value = text(quantity, &wm("value"))?;
    Some(text(quantity, &wm("unit")).map_or(value.clone(), |unit| format!("{value} {unit}")))
}

/// The words that a statement or quantity names as its evidence.
fn quotes(document: usize, node: &[(String, Term)], nodes: &Nodes) -> Vec<Quote> {
    let exact = format!("{OA}exact");
    let mut quotes: Vec<Quote> = values(node, &wm("evidence"))
        .filter_map(|iri| {
            let span = nodes.get(&iri)?;
            let sentence = text(span, &wm("sentence"))
                .and_then(|iri| Some((place(document, &iri)?, nodes.get(&iri).and_then(|node| text(node, &exact))?)));
            Some(Quote { place: place(document, &iri)?, words: text(span, &exact)?, sentence })
        })
        .collect();
    quotes.sort();
    quotes
}

/// The characters that an IRI such as `…#char=10,13` names.
fn place(document: usize, iri: &str) -> Option<Place> {
    let (start, end) = iri.rsplit_once("#char=")?.1.split_once(',')?;
    Some(Place { document, start: start.parse().ok()?, end: end.parse().ok()? })
}

/// The IRI of a term of the vocabulary.
fn wm(local: &str) -> String {
    format!("{NAMESPACE}{local}")
}

/// The local name of a term of the vocabulary; any other IRI as it is.
fn local(iri: &str) -> String {
    iri.strip_prefix(NAMESPACE).unwrap_or(iri).to_owned()
}

/// What follows the last `/` or `#` of an IRI, percent-encoding undone.
fn last_segment(iri: &str) -> String {
    let segment = iri.rsplit(['/', '#']).next().unwrap_or(iri);
    let mut bytes = Vec::with_capacity(segment.len());
    let mut rest = segment.bytes();
    while let Some(byte) = rest.next() {
        let mut ahead = rest.clone();
        let code = (ahead.next(), ahead.next());
        match code {
            (Some(high), Some(low)) if byte == b'%' => {
                match (char::from(high).to_digit(16), char::from(low).to_digit(16)) {
                    (Some(high), Some(low)) => {
                        bytes.push(u8::try_from(high * 16 + low).unwrap_or(b'?'));
                        rest = ahead;
                    }
                    _ => bytes.push(byte),
                }
            }
            _ => bytes.push(byte),
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| segment.to_owned())
}

/// The classes that serve the bookkeeping and are no kinds of things.
fn is_bookkeeping(class: &str) -> bool {
    matches!(class, "Document" | "Statement" | "Span" | "Quantity") || class.starts_with(RDF)
}

fn is_bookkeeping_node(node: &[(String, Term)]) -> bool {
    let kind = format!("{RDF}type");
    values(node, &kind).any(|class| is_bookkeeping(&local(&class)))
}

/// Whether a predicate says something of a thing, and does not serve the bookkeeping.
fn is_relation(predicate: &str) -> bool {
    predicate.strip_prefix(NAMESPACE).is_some_and(|name| {
        !matches!(
            name,
            "mention"
                | "subject"
                | "property"
                | "object"
                | "status"
                | "title"
                | "time"
                | "amount"
                | "evidence"
                | "foundBy"
                | "confidence"
                | "sentence"
                | "inDocument"
                | "of"
                | "measure"
                | "value"
                | "unit"
                | "bound"
                | "documentId"
                | "contentHash"
                | "text"
        )
    })
}

/// The objects of `predicate` as text: an IRI, or what a literal says.
fn values(node: &[(String, Term)], predicate: &str) -> std::vec::IntoIter<String> {
    let of = |object: &Term| match object {
        Term::NamedNode(node) => Some(node.as_str().to_owned()),
        Term::Literal(literal) => Some(literal.value().to_owned()),
        Term::BlankNode(_) | Term::Triple(_) => None,
    };
    node.iter().filter(|(p, _)| p == predicate).filter_map(|(_, object)| of(object)).collect::<Vec<_>>().into_iter()
}

/// The one object of `predicate`; the first by code point where there are several.
fn text(node: &[(String, Term)], predicate: &str) -> Option<String> {
    values(node, predicate).min()
}

fn sorted(values: impl Iterator<Item = String>) -> Vec<String> {
    values.collect::<BTreeSet<_>>().into_iter().collect()
}

/// What is counted most often; of several the longest, then the first.
fn most(counts: &BTreeMap<String, usize>) -> Option<String> {
    counts
        .iter()
        .max_by(|(a, n), (b, m)| (n, a.chars().count(), b).cmp(&(m, b.chars().count(), a)))
        .map(|(text, _)| text.clone())
}
