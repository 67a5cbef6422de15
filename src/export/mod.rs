//! Writes the graph in the formats of other tools.
//!
//! In: quads, or the [`Facts`](crate::facts::Facts) read from them. Out: text, the same bytes for the same graph in whatever order it was filled.

pub(crate) mod xml;

pub mod drawing;

mod columns;

pub mod csv;

pub mod cytoscape;

pub mod dot;

pub mod gexf;

pub mod graphml;

pub mod json;

pub mod mermaid;

pub mod rdf;

pub mod svg;

pub mod html;

pub mod png;

pub mod table;

mod zip;

pub mod neo4j;

use crate::error::{Error, Result};
use drawing::View;
use std::path::Path;
use std::str::FromStr;

/// A format of export.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// A picture to look at everywhere.
    Svg,
    /// A picture in dots.
    Png,
    /// A page to search, filter and move about in: one file that needs nothing else.
    Html,
    /// Graphviz, for pictures.
    Dot,
    /// Mermaid, for pictures in Markdown.
    Mermaid,
    /// GEXF, for Gephi.
    Gexf,
    /// GraphML, for Gephi, yEd, Cytoscape and NetworkX.
    GraphMl,
    /// JSON of Cytoscape.js and Cytoscape.
    Cytoscape,
    /// Tables and a script for Neo4j, in one archive.
    Neo4j,
    /// A table with one thing a row.
    CsvNodes,
    /// A table with one statement between two things a row.
    CsvEdges,
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

/// What a format is made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A [`View`] of a part of the graph.
    View,
    /// The statements, one by one.
    Statements,
    /// The documents, one by one.
    Documents,
    /// The quads.
    Quads,
}

impl Format {
    /// All formats.
    pub const ALL: [Self; 19] = [
        Self::Svg,
        Self::Png,
        Self::Html,
        Self::Dot,
        Self::Mermaid,
        Self::Gexf,
        Self::GraphMl,
        Self::Cytoscape,
        Self::Neo4j,
        Self::CsvNodes,
        Self::CsvEdges,
        Self::Csv,
        Self::Json,
        Self::Turtle,
        Self::NTriples,
        Self::NQuads,
        Self::TriG,
        Self::JsonLd,
        Self::RdfXml,
    ];

    /// The name by which a user asks for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Svg => "svg",
            Self::Png => "png",
            Self::Html => "html",
            Self::Dot => "dot",
            Self::Mermaid => "mermaid",
            Self::Gexf => "gexf",
            Self::GraphMl => "graphml",
            Self::Cytoscape => "cytoscape",
            Self::Neo4j => "neo4j",
            Self::CsvNodes => "csv-nodes",
            Self::CsvEdges => "csv-edges",
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

    /// What the names of its files end in, without the dot in front.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Mermaid => "mmd",
            Self::Cytoscape => "cyjs",
            Self::Neo4j => "zip",
            Self::CsvNodes => "nodes.csv",
            Self::CsvEdges => "edges.csv",
            Self::Json => "jsonl",
            Self::Svg
            | Self::Png
            | Self::Html
            | Self::Dot
            | Self::Gexf
            | Self::GraphMl
            | Self::Csv
            | Self::Turtle
            | Self::NTriples
            | Self::NQuads
            | Self::TriG
            | Self::JsonLd
            | Self::RdfXml => self.name(),
        }
    }

    /// The media type, as HTTP names it.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Svg => "image/svg+xml",
            Self::Png => "image/png",
            Self::Html => "text/html; charset=utf-8",
            Self::Dot => "text/vnd.graphviz; charset=utf-8",
            Self::Mermaid => "text/vnd.mermaid; charset=utf-8",
            Self::Gexf => "application/gexf+xml",
            Self::GraphMl => "application/graphml+xml",
            Self::Cytoscape => "application/json",
            Self::Neo4j => "application/zip",
            Self::CsvNodes | Self::CsvEdges | Self::Csv => "text/csv; charset=utf-8",
            Self::Json => "application/x-ndjson",
            Self::Turtle => "text/turtle; charset=utf-8",
            Self::NTriples => "application/n-triples",
            Self::NQuads => "application/n-quads",
            Self::TriG => "application/trig",
            Self::JsonLd => "application/ld+json",
            Self::RdfXml => "application/rdf+xml",
        }
    }

    /// What it is made from; only parts of the graph can be chosen for views and statements.
    pub fn kind(self) -> Kind {
        match self {
            Self::Svg
            | Self::Png
            | Self::Html
            | Self::Dot
            | Self::Mermaid
            | Self::Gexf
            | Self::GraphMl
            | Self::Cytoscape
            | Self::Neo4j
            | Self::CsvNodes
            | Self::CsvEdges => Kind::View,
            Self::Csv => Kind::Statements,
            Self::Json => Kind::Documents,
            Self::Turtle | Self::NTriples | Self::NQuads | Self::TriG | Self::JsonLd | Self::RdfXml => Kind::Quads,
        }
    }

    /// How many things it shows if nobody asks for another number; all if none.
    pub fn usual(self, drawing: &drawing::Drawing) -> Option<usize> {
        match self {
            Self::Svg | Self::Png | Self::Dot | Self::Mermaid => Some(drawing.things),
            Self::Html => Some(drawing.page_things),
            Self::Gexf
            | Self::GraphMl
            | Self::Cytoscape
            | Self::Neo4j
            | Self::CsvNodes
            | Self::CsvEdges
            | Self::Csv
            | Self::Json
            | Self::Turtle
            | Self::NTriples
            | Self::NQuads
            | Self::TriG
            | Self::JsonLd
            | Self::RdfXml => None,
        }
    }

    /// The format that the end of a file's name stands for: `graph.nodes.csv` is a table of nodes, `graph.csv` one of statements.
    pub fn of_path(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_str()?.to_ascii_lowercase();
        let ends = |format: &Self| name.strip_suffix(format.extension()).is_some_and(|stem| stem.ends_with('.'));
        let longest = Self::ALL.into_iter().filter(ends).max_by_key(|format| format.extension().len());
        longest.or_else(|| path.extension()?.to_str()?.parse().ok())
    }
}

/// Writes what `view` shows; formats that are not of [`Kind::View`] have writers of their own.
///
/// # Errors
/// If the machine lacks what the format needs, or the format is made from something else.
pub fn write_view(view: &View, format: Format) -> Result<Vec<u8>> {
    match format {
        Format::Svg => Ok(svg::write(view).into_bytes()),
        Format::Png => png::write(view),
        Format::Html => Ok(html::write(view).into_bytes()),
        Format::Dot => Ok(dot::write(view).into_bytes()),
        Format::Mermaid => Ok(mermaid::write(view).into_bytes()),
        Format::Gexf => Ok(gexf::write(view).into_bytes()),
        Format::GraphMl => Ok(graphml::write(view).into_bytes()),
        Format::Cytoscape => Ok(cytoscape::write(view).into_bytes()),
        Format::Neo4j => Ok(neo4j::write(view)),
        Format::CsvNodes => Ok(table::nodes(view).into_bytes()),
        Format::CsvEdges => Ok(table::edges(view).into_bytes()),
        Format::Csv
        | Format::Json
        | Format::Turtle
        | Format::NTriples
        | Format::NQuads
        | Format::TriG
        | Format::JsonLd
        | Format::RdfXml => Err(Error::Argument(format!("{} is not made from a part of the graph", format.name()))),
    }
}

impl FromStr for Format {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let name = match text.to_ascii_lowercase().as_str() {
            "gv" => "dot".to_owned(),
            "jsonl" | "ndjson" => "json".to_owned(),
            "xml" | "owl" => "rdf".to_owned(),
            "turtle" => "ttl".to_owned(),
            "mmd" => "mermaid".to_owned(),
            "cyjs" => "cytoscape".to_owned(),
            "htm" => "html".to_owned(),
            "zip" => "neo4j".to_owned(),
            other => other.to_owned(),
        };
        Self::ALL.into_iter().find(|format| format.name() == name).ok_or_else(|| {
            let known: Vec<_> = Self::ALL.iter().map(|format| format.name()).collect();
            Error::Argument(format!("unknown format `{text}`; known are {}", known.join(", ")))
        })
    }
}
