//! Writes a part of the graph as GraphML, for Gephi, yEd, Cytoscape and NetworkX.
//!
//! Each statement is an edge of its own, with its title, time, status, evidence and confidence.

use super::xml::escape;
use crate::analysis::Part;
use crate::facts::{Fact, Facts};
use crate::ontology::{Language, Ontology};
use std::fmt::Write as _;

/// The attributes of nodes and of edges, with their types.
const KEYS: [(&str, &str, &str); 13] = [
    ("node", "label", "string"),
    ("node", "class", "string"),
    ("node", "class_label", "string"),
    ("node", "aliases", "string"),
    ("node", "mentions", "int"),
    ("edge", "property", "string"),
    ("edge", "label", "string"),
    ("edge", "title", "string"),
    ("edge", "time", "string"),
    ("edge", "status", "string"),
    ("edge", "document", "string"),
    ("edge", "evidence", "string"),
    ("edge", "confidence", "double"),
];

/// Writes `part` of `graph`.
pub fn write(graph: &Facts, part: &Part, ontology: &Ontology, language: Language) -> String {
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n",
    );
    for (domain, name, kind) in KEYS {
        line(
            &mut out,
            &format!("  <key id=\"{domain}-{name}\" for=\"{domain}\" attr.name=\"{name}\" attr.type=\"{kind}\"/>"),
        );
    }
    line(&mut out, "  <graph id=\"wenmai\" edgedefault=\"directed\">");
    for &id in &part.things {
        let thing = graph.thing(id);
        line(&mut out, &format!("    <node id=\"{}\">", escape(&thing.iri)));
        data(&mut out, "node-label", &thing.name);
        data(&mut out, "node-class", &thing.class);
        data(&mut out, "node-class_label", &ontology.class_label(&thing.class, language));
        data(&mut out, "node-aliases", &thing.aliases.join("|"));
        data(&mut out, "node-mentions", &thing.mentions.len().to_string());
        line(&mut out, "    </node>");
    }
    let edges = part.edges().flat_map(|(from, to, facts)| facts.iter().map(move |fact| (from, to, fact)));
    for (number, (from, to, fact)) in edges.enumerate() {
        line(
            &mut out,
            &format!(
                "    <edge id=\"s{number}\" source=\"{}\" target=\"{}\">",
                escape(&graph.thing(from).iri),
                escape(&graph.thing(to).iri)
            ),
        );
        edge(&mut out, graph, fact, &ontology.property_label(&fact.property, language));
        line(&mut out, "    </edge>");
    }
    out.push_str("  </graph>\n</graphml>\n");
    out
}

fn edge(out: &mut String, graph: &Facts, fact: &Fact, label: &str) {
    data(out, "edge-property", &fact.property);
    data(out, "edge-label", label);
    data(out, "edge-title", fact.title.as_deref().unwrap_or(""));
    data(out, "edge-time", fact.time.as_deref().unwrap_or(""));
    data(out, "edge-status", &fact.status);
    data(out, "edge-document", graph.documents.get(fact.document).map_or("", |document| document.id.as_str()));
    data(out, "edge-evidence", fact.evidence.first().map_or("", |quote| quote.words.as_str()));
    if let Some(confidence) = fact.confidence {
        data(out, "edge-confidence", &confidence.to_string());
    }
}

/// One attribute; an empty one is left out.
fn data(out: &mut String, key: &str, value: &str) {
    if !value.is_empty() {
        line(out, &format!("      <data key=\"{key}\">{}</data>", escape(value)));
    }
}

fn line(out: &mut String, text: &str) {
    writeln!(out, "{text}").expect("a string takes any text");
}
