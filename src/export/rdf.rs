//! Writes quads as Turtle, TriG, N-Triples, N-Quads, JSON-LD or RDF/XML.
//!
//! Quads are sorted first, so the bytes do not depend on the order in which a store was filled.
//! Formats without named graphs hold the union of all documents.

use super::Format;
use crate::error::{Error, Result};
use crate::rdf::Base;
use oxigraph::io::{JsonLdProfileSet, RdfFormat, RdfSerializer};
use oxigraph::model::vocab::rdf;
use oxigraph::model::{GraphName, NamedNode, Quad, Term};
use std::io::{self, Write};

/// How a statement about a statement is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reification {
    /// As RDF 1.2 triple terms where the format has them, else as in RDF 1.1.
    #[default]
    TripleTerms,
    /// As in RDF 1.1: `rdf:Statement` with `rdf:subject`, `rdf:predicate`, `rdf:object`.
    Classic,
}

/// Writes `quads` in `format`, with the prefixes of `base` where the format has any.
///
/// # Errors
/// If `format` is not one of RDF, or `out` takes no more.
pub fn write(
    quads: impl IntoIterator<Item = Quad>,
    format: Format,
    reification: Reification,
    base: &Base,
    out: impl Write,
) -> Result<io::Result<()>> {
    let syntax = match format {
        Format::Turtle => RdfFormat::Turtle,
        Format::NTriples => RdfFormat::NTriples,
        Format::NQuads => RdfFormat::NQuads,
        Format::TriG => RdfFormat::TriG,
        Format::JsonLd => RdfFormat::JsonLd { profile: JsonLdProfileSet::empty() },
        Format::RdfXml => RdfFormat::RdfXml,
        Format::Svg
        | Format::Png
        | Format::Html
        | Format::Dot
        | Format::Mermaid
        | Format::Gexf
        | Format::GraphMl
        | Format::Cytoscape
        | Format::Neo4j
        | Format::CsvNodes
        | Format::CsvEdges
        | Format::Csv
        | Format::Json => {
            return Err(Error::Argument(format!("{} is no format of RDF", format.name())));
        }
    };
    let classic = reification == Reification::Classic || matches!(format, Format::JsonLd | Format::RdfXml);
    let mut sorted: Vec<Quad> = Vec::new();
    for mut quad in quads {
        if !syntax.supports_datasets() {
            quad.graph_name = GraphName::DefaultGraph;
        }
        match (&quad.object, classic) {
            (Term::Triple(_), true) => sorted.extend(reified(&quad)),
            _ => sorted.push(quad),
        }
    }
    sorted.sort_by_cached_key(key);
    sorted.dedup();
    let mut serializer = RdfSerializer::from_format(syntax);
    for (name, namespace) in base.prefixes() {
        serializer = serializer
            .with_prefix(name, namespace)
            .map_err(|e| Error::Argument(format!("{namespace}: no namespace: {e}")))?;
    }
    let write = || -> io::Result<()> {
        let mut writer = serializer.for_writer(out);
        for quad in &sorted {
            writer.serialize_quad(quad)?;
        }
        writer.finish()?.flush()
    };
    Ok(write())
}

/// The order of quads: graph, subject, its classes, then its other properties.
fn key(quad: &Quad) -> impl Ord + use<> {
    (
        quad.graph_name.to_string(),
        quad.subject.to_string(),
        quad.predicate != rdf::TYPE,
        quad.predicate.as_str().to_owned(),
        quad.object.to_string(),
    )
}

/// A quad whose object is a triple, in the words of RDF 1.1; nothing if the triple has blank nodes inside.
fn reified(quad: &Quad) -> Vec<Quad> {
    let Term::Triple(triple) = &quad.object else { return Vec::new() };
    let term = |local: &str| NamedNode::new_unchecked(format!("http://www.w3.org/1999/02/22-rdf-syntax-ns#{local}"));
    let say = |predicate: NamedNode, object: Term| {
        Quad::new(quad.subject.clone(), predicate, object, quad.graph_name.clone())
    };
    vec![
        say(term("type"), term("Statement").into()),
        say(term("subject"), triple.subject.clone().into()),
        say(term("predicate"), triple.predicate.clone().into()),
        say(term("object"), triple.object.clone()),
    ]
}
