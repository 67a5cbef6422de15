//! Writes a part of the graph as GraphML, for Gephi, yEd, Cytoscape and NetworkX.
//!
//! Each statement is an edge of its own, with its title, time, status, evidence and confidence.

use super::columns::{self, Kind, STATEMENT, THING};
use super::drawing::View;
use super::xml::escape;
use crate::analysis::report::Cell;
use std::fmt::Write as _;

/// Writes what `view` shows.
pub fn write(view: &View) -> String {
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n",
    );
    for (domain, columns) in [("node", &THING[..]), ("edge", &STATEMENT[..])] {
        for (name, kind) in columns {
            let kind = match kind {
                Kind::Text => "string",
                Kind::Count => "int",
                Kind::Number => "double",
            };
            line(
                &mut out,
                &format!("  <key id=\"{domain}-{name}\" for=\"{domain}\" attr.name=\"{name}\" attr.type=\"{kind}\"/>"),
            );
        }
    }
    line(&mut out, "  <graph id=\"wenmai\" edgedefault=\"directed\">");
    line(&mut out, &format!("    <desc>{}</desc>", escape(&view.caption().join(view.separator()))));
    for &id in &view.part.things {
        line(&mut out, &format!("    <node id=\"{}\">", escape(&view.facts.thing(id).iri)));
        data(&mut out, "node", &THING, &columns::thing(view, id));
        line(&mut out, "    </node>");
    }
    for (number, (from, to, fact)) in columns::statements(view).enumerate() {
        line(
            &mut out,
            &format!(
                "    <edge id=\"s{number}\" source=\"{}\" target=\"{}\">",
                escape(&view.facts.thing(from).iri),
                escape(&view.facts.thing(to).iri)
            ),
        );
        data(&mut out, "edge", &STATEMENT, &columns::statement(view, fact));
        line(&mut out, "    </edge>");
    }
    out.push_str("  </graph>\n</graphml>\n");
    out
}

/// The attributes; empty ones are left out.
fn data(out: &mut String, domain: &str, columns: &[(&str, Kind)], cells: &[Cell]) {
    for ((name, _), cell) in columns.iter().zip(cells).filter(|(_, cell)| **cell != Cell::Nothing) {
        line(out, &format!("      <data key=\"{domain}-{name}\">{}</data>", escape(&columns::plain(cell))));
    }
}

fn line(out: &mut String, text: &str) {
    writeln!(out, "{text}").expect("a string takes any text");
}
