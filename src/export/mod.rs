//! Writes the graph in the formats of other tools.
//!
//! In: quads, or the [`Facts`](crate::facts::Facts) read from them. Out: text, the same bytes for the same graph in whatever order it was filled.

pub mod csv;
pub mod dot;
pub mod graphml;
pub mod json;
pub mod rdf;
pub(crate) mod xml;

use crate::error::Error;
use std::path::Path;
use std::str::FromStr;

/// A format of export.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// Graphviz, for pictures.
    Dot,
    /// GraphML, for Gephi, yEd, Cytoscape and NetworkX.
    GraphMl,
    /// A table with one statement a row.
    Csv,
    /// JSON Lines, one document a line, in the form that `wenmai extract` prints.
    Json,
    /// Turtle.
    Turtle,
    /// N-Triples.
    NTriples,
    /// N-Quads: one named graph for each document.
    NQuads,
    /// TriG: one named graph for each document.
    TriG,
    /// JSON-LD.
    JsonLd,
    /// RDF/XML.
    RdfXml,
}

impl Format {
    /// All formats.
    pub const ALL: [Self; 10] = [
        Self::Dot,
        Self::GraphMl,
        Self::Csv,
        Self::Json,
        Self::Turtle,
        Self::NTriples,
        Self::NQuads,
        Self::TriG,
        Self::JsonLd,
        Self::RdfXml,
    ];

    /// The name by which a user asks for it; also the extension of its files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Dot => "dot",
            Self::GraphMl => "graphml",
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Turtle => "ttl",
            Self::NTriples => "nt",
            Self::NQuads => "nq",
            Self::TriG => "trig",
            Self::JsonLd => "jsonld",
            Self::RdfXml => "rdf",
        }
    }

    /// The media type of its files.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Dot => "text/vnd.graphviz; charset=utf-8",
            Self::GraphMl => "application/graphml+xml",
            Self::Csv => "text/csv; charset=utf-8",
            Self::Json => "application/x-ndjson",
            Self::Turtle => "text/turtle; charset=utf-8",
            Self::NTriples => "application/n-triples",
            Self::NQuads => "application/n-quads",
            Self::TriG => "application/trig",
            Self::JsonLd => "application/ld+json",
            Self::RdfXml => "application/rdf+xml",
        }
    }

    /// The format that the extension of `path` stands for.
    pub fn of_path(path: &Path) -> Option<Self> {
        path.extension()?.to_str()?.parse().ok()
    }
}

impl FromStr for Format {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let name = match text.to_ascii_lowercase().as_str() {
            "gv" => "dot".to_owned(),
            "jsonl" | "ndjson" => "json".to_owned(),
            "xml" | "owl" => "rdf".to_owned(),
            "turtle" => "ttl".to_owned(),
            other => other.to_owned(),
        };
        Self::ALL.into_iter().find(|format| format.name() == name).ok_or_else(|| {
            let known: Vec<_> = Self::ALL.iter().map(|format| format.name()).collect();
            Error::Argument(format!("unknown format `{text}`; known are {}", known.join(", ")))
        })
    }
}
