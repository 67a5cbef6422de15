//! Writes a part of the graph as Graphviz DOT: a picture description that `dot`, `sfdp` and the other layout programs take as it is.

use super::drawing::{Line, Status, View, wrapped};
use super::xml::escape;
use crate::facts::ThingId;
use petgraph::dot::{Config, Dot};
use petgraph::graph::{DiGraph, EdgeReference, NodeIndex};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The things and lines of a picture as petgraph holds them.
type Net<'v> = DiGraph<ThingId, Line<'v>>;

/// Writes what `view` shows.
pub fn write(view: &View) -> String {
    let lines = view.lines();
    let mut net: Net = DiGraph::with_capacity(view.part.things.len(), lines.len());
    let nodes: BTreeMap<ThingId, NodeIndex> =
        view.part.things.iter().map(|&thing| (thing, net.add_node(thing))).collect();
    for line in lines {
        if let (Some(&from), Some(&to)) = (nodes.get(&line.from), nodes.get(&line.to)) {
            net.add_edge(from, to, line);
        }
    }
    let (details, shares) = (view.details(), view.shares());
    let edge_attributes = |_: &Net, edge: EdgeReference<Line>| line(view, edge.weight());
    let node_attributes = |_: &Net, (_, thing): (NodeIndex, &ThingId)| {
        let details = details.get(thing).map_or(&[][..], Vec::as_slice);
        node(view, *thing, details, shares.get(thing).copied().unwrap_or(0.0))
    };
    let config = [Config::GraphContentOnly, Config::NodeNoLabel, Config::EdgeNoLabel];
    let content = Dot::with_attr_getters(&net, &config, &edge_attributes, &node_attributes);
    let mut out = head(view, net.node_count());
    writeln!(out, "{content:?}}}").expect("a string takes any text");
    out
}

fn head(view: &View, nodes: usize) -> String {
    // Curves around every node cost the layout programs minutes in large pictures.
    let splines = if nodes <= 150 { "true" } else { "line" };
    let fonts = quoted(&view.drawing.fonts.join(","));
    format!(
        "digraph wenmai {{\n\
         \x20   graph [charset=\"UTF-8\" fontname={fonts} fontsize=12 fontcolor=\"#444444\" bgcolor=\"white\" pad=0.3\n\
         \x20          labelloc=b labeljust=c rankdir=LR nodesep=0.22 ranksep=\"0.9\" outputorder=edgesfirst\n\
         \x20          overlap=prism overlap_scaling=-6 sep=\"+30,10\" esep=\"+4\" splines={splines} K=0.7 repulsiveforce=1.6\n\
         \x20          label=<{}>]\n\
         \x20   node  [fontname={fonts} fontsize=12 fontcolor=\"#1F1F1F\" penwidth=1.2 margin=\"0.11,0.06\" height=0.3 style=\"filled\"]\n\
         \x20   edge  [fontname={fonts} fontsize=9 fontcolor=\"#555555\" color=\"#8A8A8A\" penwidth=0.9 arrowsize=0.6]\n",
        legend(view),
    )
}

/// Caption and legend: a table below the picture, because every layout program leaves it in one piece.
fn legend(view: &View) -> String {
    let cells: Vec<String> = view
        .classes()
        .into_iter()
        .map(|class| {
            let look = view.drawing.look(view.ontology, class);
            format!(
                "<TD BORDER=\"1\" BGCOLOR=\"{}\" COLOR=\"{}\">{}</TD>",
                escape(&look.fill),
                escape(&look.line),
                escape(&view.class_label(class))
            )
        })
        .collect();
    let table = |border: &str, rows: &str| format!("<TABLE BORDER=\"0\" CELLBORDER=\"0\" {border}>{rows}</TABLE>");
    let row = |cell: &str| format!("<TR><TD>{cell}</TD></TR>");
    // Rows of about equal length.
    let per_row = cells.len().div_ceil(cells.len().div_ceil(LEGEND_COLUMNS).max(1)).max(1);
    let mut rows = String::new();
    for (number, cells) in cells.chunks(per_row).enumerate() {
        let head = if number == 0 { format!("<TD>{}</TD>", escape(&view.words().legend)) } else { String::new() };
        let cells = format!("<TR>{head}{}</TR>", cells.concat());
        rows.push_str(&row(&table("CELLSPACING=\"4\" CELLPADDING=\"4\"", &cells)));
    }
    let lines: Vec<&str> = view.line_legend().into_iter().map(|(_, words)| words).collect();
    if !lines.is_empty() {
        rows.push_str(&row(&escape(&lines.join(view.separator()))));
    }
    rows.push_str(&row(&escape(&view.caption().join(view.separator()))));
    table("CELLSPACING=\"0\" CELLPADDING=\"2\"", &rows)
}

/// The attributes of a thing; the larger its share of links, the larger its name.
fn node(view: &View, thing: ThingId, details: &[String], share: f64) -> String {
    let look = view.look(thing);
    let size = 11.0 + (7.0 * share).round();
    let lines = |text: &str, columns: usize| {
        wrapped(text, columns).iter().map(|line| escape(line)).collect::<Vec<_>>().join("<BR/>")
    };
    let mut label = lines(view.name(thing), view.drawing.columns);
    if share > 0.7 {
        label = format!("<B>{label}</B>");
    }
    if !details.is_empty() && !look.bare {
        label = format!(
            "<TABLE BORDER=\"0\" CELLBORDER=\"0\" CELLSPACING=\"0\" CELLPADDING=\"1\"><TR><TD>{label}</TD></TR>"
        );
        for detail in details {
            let detail = lines(detail, view.drawing.columns + 6);
            write!(label, "<TR><TD><FONT POINT-SIZE=\"9\" COLOR=\"#5A5A5A\">{detail}</FONT></TD></TR>")
                .expect("a string takes any text");
        }
        label.push_str("</TABLE>");
    }
    let style = if look.rounded { " style=\"filled,rounded\"" } else { "" };
    format!(
        "label=<{label}> shape={} fillcolor={} color={} fontsize={size}{style} tooltip={}",
        quoted(&look.shape),
        quoted(&look.fill),
        quoted(&look.line),
        quoted(&view.tooltip(thing)),
    )
}

/// The attributes of all statements from one thing to another.
fn line(view: &View, line: &Line) -> String {
    let labels = view.labels(line.facts);
    let label: Vec<String> =
        labels.iter().flat_map(|label| wrapped(label, view.drawing.columns)).map(|line| escape(&line)).collect();
    let quotes = quoted(&line.quotes().join("\n"));
    let mut attributes = format!("label=<{}> tooltip={quotes} labeltooltip={quotes}", label.join("<BR/>"));
    if line.status != Status::Asserted {
        let stroke = view.drawing.stroke(line.status);
        let colour = quoted(&stroke.colour);
        write!(attributes, " style={} color={colour} fontcolor={colour}", quoted(stroke.style.name()))
            .expect("a string takes any text");
    }
    if line.status == Status::Denied {
        attributes.push_str(" arrowhead=\"tee\"");
    }
    if line.documents > 1 {
        write!(attributes, " penwidth={:.2}", line.width() * LINE).expect("a string takes any text");
    }
    if line.mutual {
        attributes.push_str(" dir=\"none\"");
    }
    attributes
}

/// Classes in one row of the legend.
const LEGEND_COLUMNS: usize = 10;

/// The width of the line of a statement that one document makes, in points.
const LINE: f64 = 0.9;

/// `text` as a quoted string of DOT.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\u{0}'..='\u{1f}' | '\u{7f}' => out.push(' '),
            _ => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_end_where_they_end() {
        assert_eq!(quoted("a\"b\\c\nd\u{1}"), r#""a\"b\\c\nd ""#);
    }
}
