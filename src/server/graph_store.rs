//! The SPARQL 1.1 Graph Store HTTP Protocol: whole graphs at `/store`.
//!
//! `?graph=IRI` and `/store/NAME` name a document; `?default` is the union of all when it is read, and the document
//! `updates` when it is written, as in [`query::change`](crate::query::change). What was read from a text can be deleted
//! and not changed. Nodes without a name get one below the document's.

use super::protocol;
use super::reply::{self, Refusal, Reply};
use super::request::{Parameters, headers, media_type, segments};
use super::snapshot::Snapshot;
use super::{PATIENCE, Server};
use crate::query::UPDATED;
use crate::rdf::{Base, Source, hash};
use crate::store::{Graph, UPDATES, Writer};
use http::header::{self, HeaderValue};
use http::{Method, Request, StatusCode};
use oxigraph::io::{JsonLdProfileSet, RdfFormat, RdfParser};
use oxigraph::model::{BlankNode, NamedNode, NamedOrBlankNode, Quad, Term, Triple};
use std::collections::{BTreeMap, HashMap};

/// Where documents come from that were made here.
pub(super) const ORIGIN: &str = "Graph Store Protocol";

/// Which graph a request is about.
enum Which {
    /// All of them together.
    Union,
    /// The graph of the document with this id.
    Document(String),
    /// One that is still to be made.
    New,
}

/// Answers `GET` and `HEAD`.
pub(super) fn read(server: &Server, now: &Snapshot, request: &Request<Vec<u8>>) -> Result<Reply, Refusal> {
    let accept = headers(request, header::ACCEPT);
    let quads: Vec<Quad> = match which(now.graph.base(), request)? {
        Which::Union => {
            server.fits_rows(now.graph.len())?;
            now.graph.quads().collect()
        }
        Which::Document(id) => {
            if !server.store.contains(&id) {
                return Err(missing());
            }
            now.graph.document(&id).collect()
        }
        Which::New => return Err(unnamed()),
    };
    server.fits_rows(quads.len())?;
    protocol::graph(server, now, accept.as_deref(), quads)
}

/// Answers `PUT`, `POST` and `DELETE`.
pub(super) fn write(server: &Server, request: &Request<Vec<u8>>) -> Result<Reply, Refusal> {
    let base = server.store.base();
    let which = which(base, request)?;
    let id = match which {
        Which::Union => UPDATES.to_owned(),
        Which::Document(id) => id,
        // The same graph gets the same name.
        Which::New if request.method() == Method::POST => {
            format!("graph-{}", hash(&String::from_utf8_lossy(request.body())).split_at(16).0)
        }
        Which::New => return Err(unnamed()),
    };
    if request.method() == Method::DELETE {
        return match server.write(PATIENCE, |writer, _| Ok(writer.delete(&id)?))? {
            true => Ok(reply::empty(StatusCode::NO_CONTENT)),
            false => Err(missing()),
        };
    }
    let syntax = syntax(request)?;
    let document = base.document(&id);
    let created = server.write(PATIENCE, |writer, graph| {
        let existed = refuse_texts(writer, &id)?;
        let mut quads: BTreeMap<String, Quad> = BTreeMap::new();
        if request.method() == Method::POST {
            quads.extend(graph.named(document.as_ref()).map(|quad| (quad.to_string(), quad)));
        }
        for quad in parse(request.body(), syntax, &document, next_name(graph, &document))? {
            quads.insert(quad.to_string(), quad);
        }
        let content = hash(&quads.keys().map(|line| format!("{line}\n")).collect::<String>());
        let source = Source { id: id.clone(), origin: ORIGIN.to_owned(), date: None, content, characters: 0 };
        let quads: Vec<Quad> = quads.into_values().collect();
        let _: crate::store::Outcome = writer.insert(&source, &quads)?;
        Ok(!existed)
    })?;
    let mut reply = reply::empty(if created { StatusCode::CREATED } else { StatusCode::NO_CONTENT });
    if created {
        let encoded = percent_encoding::utf8_percent_encode(&id, percent_encoding::NON_ALPHANUMERIC).to_string();
        let place = HeaderValue::from_str(&format!("/store/{encoded}")).expect("percent-encoded text is plain");
        reply.headers_mut().insert(header::LOCATION, place);
    }
    Ok(reply)
}

fn missing() -> Refusal {
    Refusal::not_found("there is no such graph in this store; every document is one, named like the document")
}

fn unnamed() -> Refusal {
    Refusal::bad("which graph? add ?graph=IRI or ?default, or ask for /store/NAME")
}

/// The graph that a request names.
fn which(base: &Base, request: &Request<Vec<u8>>) -> Result<Which, Refusal> {
    let path = segments(request.uri().path())?;
    let asked = Parameters::of(request)?;
    let (default, graph) = (asked.has("default"), asked.single("graph")?);
    match (path.get(1).filter(|name| !name.is_empty()), default, graph) {
        (Some(name), false, None) if path.len() == 2 => Ok(Which::Document(name.clone())),
        (Some(_), _, _) => Err(Refusal::bad("a graph is at /store/NAME, without parameters")),
        (None, true, None) => Ok(Which::Union),
        (None, false, None) => Ok(Which::New),
        (None, true, Some(_)) => Err(Refusal::bad("give `default` or `graph`, not both")),
        (None, false, Some(iri)) => {
            let node = NamedNode::new(iri)
                .map_err(|e| Refusal::bad(format!("the parameter `graph` must be an absolute IRI: {e}")))?;
            let other = || {
                let message = format!("the graphs of this store are named {}NAME", base.documents());
                // Reading one that cannot be is looking for what is not there.
                let reads = matches!(*request.method(), Method::GET | Method::HEAD | Method::DELETE);
                if reads { Refusal::not_found(message) } else { Refusal::bad(message) }
            };
            base.document_id(node.as_ref()).map(Which::Document).ok_or_else(other)
        }
    }
}

/// Whether there is such a document; one that was read from a text is refused.
fn refuse_texts(writer: &Writer, id: &str) -> Result<bool, Refusal> {
    match writer.origin(id) {
        None => Ok(false),
        Some(origin) if origin == ORIGIN || origin == UPDATED => Ok(true),
        Some(_) => Err(Refusal::new(
            StatusCode::CONFLICT,
            "this graph is what a text says and changes only with the text; take another name, or delete it first",
        )),
    }
}

fn syntax(request: &Request<Vec<u8>>) -> Result<RdfFormat, Refusal> {
    match media_type(request)?.as_deref() {
        Some("text/turtle" | "application/turtle" | "application/x-turtle") => Ok(RdfFormat::Turtle),
        Some("application/n-triples" | "text/plain") => Ok(RdfFormat::NTriples),
        Some("application/rdf+xml" | "application/xml" | "text/xml") => Ok(RdfFormat::RdfXml),
        Some("application/ld+json" | "application/json") => {
            Ok(RdfFormat::JsonLd { profile: JsonLdProfileSet::empty() })
        }
        Some(_) | None => Err(Refusal::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "a graph is sent as text/turtle, application/n-triples, application/rdf+xml or application/ld+json",
        )),
    }
}

/// The number of the next node without a name in a document.
fn next_name(graph: &Graph, document: &NamedNode) -> usize {
    let start = format!("{}#blank-", document.as_str());
    let number = |term: &Term| match term {
        Term::NamedNode(node) => node.as_str().strip_prefix(&start)?.parse::<usize>().ok(),
        Term::BlankNode(_) | Term::Literal(_) | Term::Triple(_) => None,
    };
    let numbers = graph.named(document.as_ref()).flat_map(|quad| [Term::from(quad.subject), quad.object]);
    numbers.filter_map(|term| number(&term)).max().map_or(0, |last| last + 1)
}

/// Reads a graph, in which nodes without a name get one.
fn parse(body: &[u8], syntax: RdfFormat, document: &NamedNode, first: usize) -> Result<Vec<Quad>, Refusal> {
    let parser = RdfParser::from_format(syntax)
        .without_named_graphs()
        .with_base_iri(document.as_str())
        .map_err(|e| Refusal::bad(format!("the graph's name is no IRI: {e}")))?;
    let mut names = Names { document, next: first, known: HashMap::new() };
    let mut quads = Vec::new();
    for quad in parser.for_slice(body) {
        let quad = quad.map_err(|e| {
            let place = e.location().and_then(|at| {
                let number = |n: u64| usize::try_from(n).ok().map(|n| n + 1);
                Some((number(at.start.line)?, number(at.start.column)?))
            });
            Refusal { place, ..Refusal::bad(format!("the graph cannot be read: {e}")) }
        })?;
        let subject = names.node(quad.subject);
        quads.push(Quad::new(subject, quad.predicate, names.term(quad.object), document.clone()));
    }
    Ok(quads)
}

/// Names for nodes that have none, in the order in which they appear.
struct Names<'d> {
    document: &'d NamedNode,
    next: usize,
    known: HashMap<BlankNode, NamedNode>,
}

impl Names<'_> {
    fn node(&mut self, node: NamedOrBlankNode) -> NamedNode {
        match node {
            NamedOrBlankNode::NamedNode(node) => node,
            NamedOrBlankNode::BlankNode(blank) => {
                let Self { document, next, known } = self;
                known
                    .entry(blank)
                    .or_insert_with(|| {
                        *next += 1;
                        NamedNode::new_unchecked(format!("{}#blank-{}", document.as_str(), *next - 1))
                    })
                    .clone()
            }
        }
    }

    fn term(&mut self, term: Term) -> Term {
        match term {
            Term::BlankNode(blank) => self.node(blank.into()).into(),
            Term::Triple(triple) => {
                let Triple { subject, predicate, object } = *triple;
                Triple::new(self.node(subject), predicate, self.term(object)).into()
            }
            other @ (Term::NamedNode(_) | Term::Literal(_)) => other,
        }
    }
}
