//! The SPARQL 1.1 Protocol: `/query`, `/update`, and the description of the service.

use super::negotiate::{Offer, choose};
use super::reply::{self, Refusal, Reply};
use super::request::{Parameters, header, headers, media_type, text};
use super::snapshot::Snapshot;
use super::{PATIENCE, Server};
use crate::export;
use crate::export::rdf::{self, Reification};
use crate::query::{self, Answer, Dataset, Format, Options, UpdateOptions};
use crate::store::allowance;
use http::header as names;
use http::{Method, Request, StatusCode};
use oxigraph::model::vocab::rdf as terms;
use oxigraph::model::{GraphName, NamedNode, Quad, Term};
use serde_json::json;

const FORM: &str = "application/x-www-form-urlencoded";
/// The namespace of service descriptions.
const SD: &str = "http://www.w3.org/ns/sparql-service-description#";
/// The namespace of the names of formats.
const FORMATS: &str = "http://www.w3.org/ns/formats/";

/// How tables and truths are sent.
const RESULTS: &[Offer<Format>] = &[
    Offer { form: Format::Json, types: &["application/sparql-results+json", "application/json"] },
    Offer { form: Format::Xml, types: &["application/sparql-results+xml", "application/xml", "text/xml"] },
    Offer { form: Format::Csv, types: &["text/csv"] },
    Offer { form: Format::Tsv, types: &["text/tab-separated-values", "text/tsv"] },
];

/// How graphs are sent.
pub(super) const GRAPHS: &[Offer<export::Format>] = &[
    Offer { form: export::Format::Turtle, types: &["text/turtle", "application/turtle", "application/x-turtle"] },
    Offer { form: export::Format::NTriples, types: &["application/n-triples", "text/plain"] },
    Offer { form: export::Format::RdfXml, types: &["application/rdf+xml", "application/xml", "text/xml"] },
    Offer { form: export::Format::JsonLd, types: &["application/ld+json", "application/json"] },
    Offer { form: export::Format::TriG, types: &["application/trig", "application/x-trig"] },
    Offer { form: export::Format::NQuads, types: &["application/n-quads", "text/x-nquads"] },
];

/// Answers `/query`.
pub(super) fn query(server: &Server, now: &Snapshot, request: &Request<Vec<u8>>) -> Result<Reply, Refusal> {
    let url = Parameters::of(request)?;
    let (text, asked) = if request.method() == Method::POST {
        match media_type(request)?.as_deref() {
            Some(FORM) => {
                let asked = url.and(Parameters::read(request.body())?);
                (asked.single("query")?.map(str::to_owned), asked)
            }
            Some("application/sparql-query") => (Some(text(request.body())?.to_owned()), url),
            Some(_) | None => {
                return Err(Refusal::new(
                    StatusCode::UNSUPPORTED_MEDIA_TYPE,
                    format!("POST a query as application/sparql-query, or as a form ({FORM}) with the field `query`"),
                ));
            }
        }
    } else {
        if url.is_empty() {
            return description(server, now, request);
        }
        (url.single("query")?.map(str::to_owned), url)
    };
    if asked.has("update") {
        return Err(Refusal::bad("updates go to /update, by POST"));
    }
    let text = text.ok_or_else(|| Refusal::bad("the parameter `query` is missing"))?;
    let accept = headers(request, names::ACCEPT);
    let limits = &server.settings.limits;
    let options = Options {
        dataset: dataset(&asked, "default-graph-uri", "named-graph-uri")?,
        allowance: limits.allowance(),
        rows: Some(limits.rows),
        ..Options::default()
    };
    let answer = query::run(&now.graph, &text, &options)?;
    if let Answer::Triples(triples) = answer {
        let quads = triples.into_iter().map(|triple| triple.in_graph(GraphName::DefaultGraph));
        return graph(server, now, accept.as_deref(), quads.collect());
    }
    let format = choose(accept.as_deref(), RESULTS).ok_or_else(|| not_acceptable(RESULTS))?;
    let mut body = Vec::new();
    answer.write(format, now.graph.base(), None, &mut body).expect("memory takes what is written");
    server.fits(body.len())?;
    Ok(reply::with(StatusCode::OK, format.media_type(), body))
}

/// Sends what is said of a thing to whoever follows its IRI: with triple terms only to those that say they know
/// RDF 1.2, for most programs of today stop at them.
pub(super) fn description_of(
    server: &Server,
    now: &Snapshot,
    accept: Option<&str>,
    quads: Vec<Quad>,
) -> Result<Reply, Refusal> {
    let knows = accept.is_some_and(|accept| accept.replace([' ', '"'], "").contains("version=1.2"));
    let reification = if knows { Reification::TripleTerms } else { Reification::Classic };
    send(server, now, accept, quads, reification)
}

/// Sends quads in the form that the client likes best.
pub(super) fn graph(server: &Server, now: &Snapshot, accept: Option<&str>, quads: Vec<Quad>) -> Result<Reply, Refusal> {
    send(server, now, accept, quads, Reification::TripleTerms)
}

fn send(
    server: &Server,
    now: &Snapshot,
    accept: Option<&str>,
    quads: Vec<Quad>,
    reification: Reification,
) -> Result<Reply, Refusal> {
    let format = choose(accept, GRAPHS).ok_or_else(|| not_acceptable(GRAPHS))?;
    let mut body = Vec::new();
    // Formats for several graphs get them all in the default one: it is one graph that was asked for.
    let quads = quads.into_iter().map(|quad| Quad { graph_name: GraphName::DefaultGraph, ..quad });
    rdf::write(quads, format, reification, now.graph.base(), &mut body)?.expect("memory takes what is written");
    server.fits(body.len())?;
    Ok(reply::with(StatusCode::OK, format.media_type(), body))
}

/// Whether a client would rather have a page than data.
pub(super) fn wants_page(accept: Option<&str>) -> bool {
    let offers = GRAPHS.iter().map(|offer| Offer { form: false, types: offer.types });
    // A program that does not care gets data; a browser names text/html.
    let offers: Vec<Offer<bool>> = offers.chain([Offer { form: true, types: &["text/html"] }]).collect();
    choose(accept, &offers).unwrap_or(false)
}

fn not_acceptable<T>(offers: &[Offer<T>]) -> Refusal {
    let types: Vec<&str> = offers.iter().filter_map(|offer| offer.types.first().copied()).collect();
    Refusal::new(StatusCode::NOT_ACCEPTABLE, format!("this answer can be had as {}", types.join(", ")))
}

/// The graphs that the parameters name, if they name any.
fn dataset(asked: &Parameters, default: &str, named: &str) -> Result<Option<Dataset>, Refusal> {
    let graphs = |parameter: &str| -> Result<Vec<NamedNode>, Refusal> {
        let node = |iri: &str| {
            NamedNode::new(iri)
                .map_err(|e| Refusal::bad(format!("the parameter `{parameter}` must be an absolute IRI: {e}")))
        };
        asked.all(parameter).map(node).collect()
    };
    if !asked.has(default) && !asked.has(named) {
        return Ok(None);
    }
    Ok(Some(Dataset { default: graphs(default)?, named: graphs(named)? }))
}

/// Answers `/update`.
pub(super) fn update(server: &Server, request: &Request<Vec<u8>>) -> Result<Reply, Refusal> {
    let url = Parameters::of(request)?;
    let (text, asked) = match media_type(request)?.as_deref() {
        Some(FORM) => {
            let asked = url.and(Parameters::read(request.body())?);
            (asked.single("update")?.map(str::to_owned), asked)
        }
        Some("application/sparql-update") => (Some(text(request.body())?.to_owned()), url),
        Some(_) | None => {
            return Err(Refusal::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                format!("POST an update as application/sparql-update, or as a form ({FORM}) with the field `update`"),
            ));
        }
    };
    if asked.has("query") {
        return Err(Refusal::bad("queries go to /query"));
    }
    let text = text.ok_or_else(|| Refusal::bad("the parameter `update` is missing"))?;
    let options = UpdateOptions {
        allowance: server.settings.limits.allowance(),
        using: dataset(&asked, "using-graph-uri", "using-named-graph-uri")?,
        origins: vec![super::graph_store::ORIGIN.to_owned()],
    };
    let updated = server.write(PATIENCE, |writer, graph| Ok(query::change(writer, graph, &text, &options)?))?;
    Ok(reply::json(&json!({ "added": updated.added, "removed": updated.removed })))
}

/// Describes the service (SPARQL 1.1 Service Description).
fn description(server: &Server, now: &Snapshot, request: &Request<Vec<u8>>) -> Result<Reply, Refusal> {
    let host = header(request, names::HOST).unwrap_or("localhost");
    let node = |iri: String| NamedNode::new(iri).map_err(|e| Refusal::bad(format!("the Host header is no host: {e}")));
    let service = node(format!("http://{host}/query"))?;
    let (default, graph) = (node(format!("http://{host}/query#dataset"))?, node(format!("http://{host}/query#union"))?);
    let sd = |name: &str| NamedNode::new_unchecked(format!("{SD}{name}"));
    let mut quads = Vec::new();
    let mut say = |subject: &NamedNode, predicate: NamedNode, object: Term| {
        quads.push(Quad::new(subject.clone(), predicate, object, GraphName::DefaultGraph));
    };
    say(&service, terms::TYPE.into_owned(), sd("Service").into());
    say(&service, sd("endpoint"), service.clone().into());
    say(&service, sd("supportedLanguage"), sd("SPARQL11Query").into());
    if server.settings.writable {
        say(&service, sd("supportedLanguage"), sd("SPARQL11Update").into());
    }
    say(&service, sd("feature"), sd("UnionDefaultGraph").into());
    let results = ["SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV"];
    for format in results.iter().chain(&["Turtle", "N-Triples", "RDF_XML", "JSON-LD", "TriG", "N-Quads"]) {
        say(&service, sd("resultFormat"), NamedNode::new_unchecked(format!("{FORMATS}{format}")).into());
    }
    if server.settings.writable {
        for format in ["Turtle", "N-Triples", "RDF_XML", "JSON-LD"] {
            say(&service, sd("inputFormat"), NamedNode::new_unchecked(format!("{FORMATS}{format}")).into());
        }
    }
    say(&service, sd("defaultDataset"), default.clone().into());
    say(&default, terms::TYPE.into_owned(), sd("Dataset").into());
    say(&default, sd("defaultGraph"), graph.clone().into());
    say(&graph, terms::TYPE.into_owned(), sd("Graph").into());
    let triples = oxigraph::model::Literal::from(u64::try_from(now.graph.len()).unwrap_or(u64::MAX));
    say(&graph, NamedNode::new_unchecked("http://rdfs.org/ns/void#triples"), triples.into());
    self::graph(server, now, headers(request, names::ACCEPT).as_deref(), quads)
}

impl super::Limits {
    /// What one query may use.
    pub(super) fn allowance(&self) -> allowance::Allowance {
        allowance::Allowance { time: Some(self.time), terms: Some(self.memory / 16) }
    }
}
