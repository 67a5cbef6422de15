//! The graph as plain data: reads the things, statements and quantities back from quads.
//!
//! In: the quads of a store, or of one of its documents. Out: a [`Facts`] whose lists are sorted and refer to each other by index.
//! What is drawn, listed or explained is made from this and not from quads, so the shape of the graph is read here and nowhere else.
//! A plain triple that nothing reifies (as a user's update may add) is a statement too: asserted, without evidence.

use crate::ontology::NAMESPACE;
use crate::span::cut;
use crate::store::Graph;
use oxigraph::model::{GraphName, NamedNodeRef, NamedOrBlankNode, Quad, Term};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet, HashMap};

const RDF: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
const TYPE: Word = Word(RDF, "type");
const LABEL: Word = Word("http://www.w3.org/2000/01/rdf-schema#", "label");
const ALT_LABEL: Word = Word("http://www.w3.org/2004/02/skos/core#", "altLabel");
const NOTATION: Word = Word("http://www.w3.org/2004/02/skos/core#", "notation");
const ISSUED: Word = Word("http://purl.org/dc/terms/", "issued");
const SOURCE: Word = Word("http://purl.org/dc/terms/", "source");
const EXACT: Word = Word("http://www.w3.org/ns/oa#", "exact");

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
type Node<'g> = Vec<(&'g str, &'g Term)>;

/// The nodes of one named graph by IRI.
type Nodes<'g> = BTreeMap<&'g str, Node<'g>>;

/// What is done with a document: its place among all, its IRI, and its nodes.
type Visit<'v, 'g> = dyn FnMut(usize, &'g str, &Nodes<'g>) + 'v;

impl Facts {
    /// Reads what `quads` say. Their order does not matter.
    pub fn read(quads: impl IntoIterator<Item = Quad>) -> Self {
        let quads: Vec<Quad> = quads.into_iter().collect();
        let mut graphs: BTreeMap<&str, Nodes> = BTreeMap::new();
        for quad in &quads {
            let name = match &quad.graph_name {
                GraphName::NamedNode(node) => node.as_str(),
                GraphName::BlankNode(_) | GraphName::DefaultGraph => "",
            };
            let NamedOrBlankNode::NamedNode(subject) = &quad.subject else { continue };
            let node = graphs.entry(name).or_default().entry(subject.as_str()).or_default();
            node.push((quad.predicate.as_str(), &quad.object));
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
                let read: Vec<Nodes> = chunk.par_iter().map(|name| nodes(graph, name.as_ref())).collect();
                for (name, nodes) in chunk.iter().zip(&read) {
                    visit(document, name.as_str(), nodes);
                    document += 1;
                }
            }
        })
    }

    /// Reads the documents that `each` shows its visitor; it does so twice, in the same order.
    fn assemble<'g>(each: impl Fn(&mut Visit<'_, 'g>)) -> Self {
        let mut reader = Reader::default();
        each(&mut |document, name, nodes| reader.things(document, name, nodes));
        reader.name_things();
        each(&mut |document, _, nodes| reader.facts(document, nodes));
        let mut graph = reader.graph;
        graph.statements.sort_by(|a, b| order(a).cmp(&order(b)));
        graph.quantities.sort_by(|a, b| order_of_figures(a).cmp(&order_of_figures(b)));
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
fn nodes<'g>(graph: &'g Graph, name: NamedNodeRef<'_>) -> Nodes<'g> {
    let mut nodes = Nodes::new();
    for [subject, predicate, object] in graph.triples(name) {
        if let (Term::NamedNode(subject), Term::NamedNode(predicate)) = (subject, predicate) {
            nodes.entry(subject.as_str()).or_default().push((predicate.as_str(), object));
        }
    }
    nodes
}

/// The order of statements: document, place, then everything else that could tell two apart.
fn order(fact: &Fact) -> impl Ord + '_ {
    let Fact { document, subject, property, object, status, title, time, .. } = fact;
    (document, fact.evidence.first().map(|quote| quote.place), subject, property, object, status, title, time)
}

/// The order of quantities, likewise.
fn order_of_figures(figure: &Figure) -> impl Ord + '_ {
    let place = figure.evidence.first().map(|quote| quote.place);
    (figure.document, place, figure.subject, &figure.measure, &figure.value)
}

#[derive(Default)]
struct Reader<'g> {
    graph: Facts,
    ids: HashMap<&'g str, ThingId>,
    details: HashMap<&'g str, Draft<'g>>,
}

/// A thing before its name and class are settled.
#[derive(Default)]
struct Draft<'g> {
    thing: Thing,
    /// How many documents use which name and which class.
    names: BTreeMap<&'g str, usize>,
    classes: BTreeMap<&'g str, usize>,
    aliases: BTreeSet<&'g str>,
}

impl<'g> Reader<'g> {
    /// Notes the document itself and the names, classes and mentions that it gives to things.
    fn things(&mut self, document: usize, iri: &'g str, nodes: &Nodes<'g>) {
        let own = nodes.get(iri).map_or(&[][..], Vec::as_slice);
        self.graph.documents.push(Source {
            iri: iri.to_owned(),
            id: text(own, wm("documentId")).map_or_else(|| last_segment(iri), str::to_owned),
            title: text(own, LABEL).map(str::to_owned),
            issued: text(own, ISSUED).map(str::to_owned),
            origin: text(own, SOURCE).map(str::to_owned),
            text: text(own, wm("text")).unwrap_or_default().to_owned(),
        });
        for (&subject, node) in nodes {
            let bookkeeping = is_bookkeeping_node(node);
            if !bookkeeping {
                // What is only pointed at is a thing as well.
                for (predicate, object) in node {
                    if let Term::NamedNode(object) = object
                        && is_relation(predicate)
                        && object.as_str() != iri
                    {
                        self.details.entry(object.as_str()).or_default();
                    }
                }
            }
            let class = values(node, TYPE).map(local).find(|class| !is_bookkeeping(class));
            let linked = || {
                let links = |(predicate, object): &(&str, &Term)| {
                    matches!(object, Term::NamedNode(_)) && is_relation(predicate)
                };
                !bookkeeping && node.iter().any(links)
            };
            if subject == iri || class.is_none() && !linked() {
                continue;
            }
            let draft = self.details.entry(subject).or_default();
            if let Some(class) = class {
                *draft.classes.entry(class).or_default() += 1;
            }
            for name in values(node, LABEL) {
                *draft.names.entry(name).or_default() += 1;
            }
            draft.aliases.extend(values(node, ALT_LABEL));
            if draft.thing.notation.is_none() {
                draft.thing.notation = text(node, NOTATION).map(str::to_owned);
            }
            draft.thing.mentions.extend(values(node, wm("mention")).filter_map(|mention| place(document, mention)));
        }
    }

    /// Settles one name and one class for each thing: what most documents say, then the longer, then the first by code point.
    fn name_things(&mut self) {
        let mut drafts: Vec<(&str, Draft)> = std::mem::take(&mut self.details).into_iter().collect();
        drafts.sort_unstable_by_key(|(iri, _)| *iri);
        for (iri, Draft { mut thing, names, classes, mut aliases }) in drafts {
            thing.name = most(&names).map_or_else(|| last_segment(iri), str::to_owned);
            thing.class = most(&classes).unwrap_or_default().to_owned();
            aliases.extend(names.into_keys());
            aliases.remove(thing.name.as_str());
            thing.aliases = aliases.into_iter().map(str::to_owned).collect();
            thing.mentions.sort();
            thing.mentions.dedup();
            self.ids.insert(iri, ThingId(self.graph.things.len()));
            thing.iri = iri.to_owned();
            self.graph.things.push(thing);
        }
    }

    /// Reads the statements and quantities of a document.
    fn facts(&mut self, document: usize, nodes: &Nodes<'g>) {
        let earlier = self.graph.quantities.len();
        let mut reified = BTreeSet::new();
        for node in nodes.values() {
            let is = |class: &'static str| values(node, TYPE).any(|c| wm(class).is(c));
            if is("Statement")
                && let Some(fact) = self.fact(document, node, nodes)
            {
                reified.insert((fact.subject, fact.property.clone(), fact.object.clone()));
                self.graph.statements.push(fact);
            } else if is("Quantity") {
                let figure = Figure {
                    document,
                    subject: text(node, wm("of")).and_then(|iri| self.ids.get(iri).copied()),
                    measure: text(node, wm("measure")).unwrap_or_default().to_owned(),
                    number: values(node, wm("mention"))
                        .filter_map(|iri| place(document, iri))
                        .min()
                        .map(|place| (place, String::new())),
                    value: text(node, wm("value")).unwrap_or_default().to_owned(),
                    unit: text(node, wm("unit")).unwrap_or_default().to_owned(),
                    bound: text(node, wm("bound")).unwrap_or("=").to_owned(),
                    time: text(node, wm("time")).map(str::to_owned),
                    evidence: quotes(document, node, nodes),
                    found_by: sorted(values(node, wm("foundBy"))),
                    confidence: text(node, wm("confidence")).and_then(|c| c.parse().ok()),
                };
                self.graph.quantities.push(figure);
            }
        }
        for (subject, node) in nodes {
            let Some(&subject) = self.ids.get(subject) else { continue };
            for (predicate, object) in node.iter().filter(|(predicate, _)| is_relation(predicate)) {
                let Some(object) = self.target(object) else { continue };
                let property = local(predicate).to_owned();
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
    fn fact(&self, document: usize, node: &[(&'g str, &'g Term)], nodes: &Nodes<'g>) -> Option<Fact> {
        let object = node.iter().find(|(p, _)| wm("object").is(p)).map(|(_, o)| o)?;
        Some(Fact {
            document,
            subject: *self.ids.get(text(node, wm("subject"))?)?,
            property: local(text(node, wm("property"))?).to_owned(),
            object: self.target(object)?,
            status: text(node, wm("status")).map_or("asserted", local).to_owned(),
            title: text(node, wm("title")).map(str::to_owned),
            time: text(node, wm("time")).map(str::to_owned),
            amount: amount(node, nodes),
            evidence: quotes(document, node, nodes),
            found_by: sorted(values(node, wm("foundBy"))),
            confidence: text(node, wm("confidence")).and_then(|c| c.parse().ok()),
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
fn amount(node: &[(&str, &Term)], nodes: &Nodes) -> Option<String> {
    let amount = text(node, wm("amount"))?;
    let with_unit = |value: &str, unit: Option<&str>| unit.map_or(value.to_owned(), |unit| format!("{value} {unit}"));
    match nodes.get(amount) {
        Some(quantity) => Some(with_unit(text(quantity, wm("value"))?, text(quantity, wm("unit")))),
        None => Some(with_unit(amount, text(node, wm("unit")))),
    }
}

/// The words that a statement or quantity names as its evidence.
fn quotes(document: usize, node: &[(&str, &Term)], nodes: &Nodes) -> Vec<Quote> {
    let mut quotes: Vec<Quote> = values(node, wm("evidence"))
        .filter_map(|iri| {
            let span = nodes.get(iri)?;
            let sentence = text(span, wm("sentence"))
                .and_then(|iri| Some((place(document, iri)?, text(nodes.get(iri)?, EXACT)?.to_owned())));
            Some(Quote { place: place(document, iri)?, words: text(span, EXACT)?.to_owned(), sentence })
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

/// A term of a vocabulary: its namespace and its local name.
#[derive(Clone, Copy)]
struct Word(&'static str, &'static str);

impl Word {
    fn is(self, iri: &str) -> bool {
        iri.strip_prefix(self.0) == Some(self.1)
    }
}

/// A term of the vocabulary.
const fn wm(local: &'static str) -> Word {
    Word(NAMESPACE, local)
}

/// The local name of a term of the vocabulary; any other IRI as it is.
fn local(iri: &str) -> &str {
    iri.strip_prefix(NAMESPACE).unwrap_or(iri)
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

fn is_bookkeeping_node(node: &[(&str, &Term)]) -> bool {
    values(node, TYPE).any(|class| is_bookkeeping(local(class)))
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
fn values<'n, 'g>(node: &'n [(&'g str, &'g Term)], predicate: Word) -> impl Iterator<Item = &'g str> + use<'n, 'g> {
    node.iter().filter(move |(p, _)| predicate.is(p)).filter_map(|(_, object)| match object {
        Term::NamedNode(node) => Some(node.as_str()),
        Term::Literal(literal) => Some(literal.value()),
        Term::BlankNode(_) | Term::Triple(_) => None,
    })
}

/// The one object of `predicate`; the first by code point where there are several.
fn text<'g>(node: &[(&'g str, &'g Term)], predicate: Word) -> Option<&'g str> {
    values(node, predicate).min()
}

fn sorted<'g>(values: impl Iterator<Item = &'g str>) -> Vec<String> {
    values.collect::<BTreeSet<_>>().into_iter().map(str::to_owned).collect()
}

/// What is counted most often; of several the longest, then the first.
fn most<'g>(counts: &BTreeMap<&'g str, usize>) -> Option<&'g str> {
    counts
        .iter()
        .max_by(|(a, n), (b, m)| (n, a.chars().count(), b).cmp(&(m, b.chars().count(), a)))
        .map(|(text, _)| *text)
}
