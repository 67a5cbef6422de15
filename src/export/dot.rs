//! Writes a part of the graph as Graphviz DOT.
//!
//! In: a [`Part`]. Out: a picture description that `dot`, `sfdp` and the other layout programs take as it is.
//! How things look and how the picture speaks is known to `data/drawing.toml`.

use super::xml::escape;
use crate::analysis::Part;
use crate::error::{Error, Mistake, Result};
use crate::facts::{Fact, Facts, Target, Thing, ThingId};
use crate::ontology::{Language, Ontology};
use crate::resource::Resources;
use petgraph::dot::{Config, Dot};
use petgraph::graph::{DiGraph, EdgeReference, NodeIndex};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use unicode_width::UnicodeWidthChar as _;

/// How pictures look.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Drawing {
    fonts: Vec<String>,
    /// How many things a picture shows if nobody asks for another number.
    pub things: usize,
    columns: usize,
    details: usize,
    default: Look,
    class: BTreeMap<String, Look>,
    words: BTreeMap<String, Words>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Look {
    shape: String,
    #[serde(default)]
    rounded: bool,
    #[serde(default)]
    bare: bool,
    fill: String,
    line: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    shown: String,
    unlinked: String,
    near: String,
    least: String,
    sources: String,
    legend: String,
    planned: String,
    denied: String,
    reported: String,
    titled: String,
    and: String,
    dated: String,
}

impl Drawing {
    /// Reads `drawing.toml`; a user's own file takes the place of the compiled-in one.
    ///
    /// # Errors
    /// If the file is not of that form, with file and line.
    pub fn load(resources: &Resources) -> Result<Self> {
        let mistake = |file: &str, line: usize, message: String| {
            Error::Data(vec![Mistake { file: file.to_owned(), line, message }])
        };
        let Some(file) = resources.file("drawing.toml").last() else {
            return Err(mistake("drawing.toml", 0, "missing".to_owned()));
        };
        let drawing: Self = toml::from_str(&file.text).map_err(|e| {
            let line = e.span().map_or(0, |span| crate::span::LineIndex::new(&file.text).line_column(span.start).0);
            mistake(&file.name, line, e.message().to_owned())
        })?;
        for language in ["zh", "en"] {
            if !drawing.words.contains_key(language) {
                return Err(mistake(&file.name, 0, format!("needs a table [words.{language}]")));
            }
        }
        Ok(drawing)
    }

    fn words(&self, language: Language) -> &Words {
        let key = match language {
            Language::Chinese => "zh",
            Language::English => "en",
        };
        self.words.get(key).expect("checked when loaded")
    }

    /// The colours of a class: inside, and of its line.
    pub fn colours(&self, ontology: &Ontology, class: &str) -> (&str, &str) {
        let look = self.look(ontology, class);
        (&look.fill, &look.line)
    }

    /// The look of a class: its own, or that of the nearest class above it.
    fn look(&self, ontology: &Ontology, class: &str) -> &Look {
        let above = || {
            let class = ontology.class(class)?;
            self.class
                .iter()
                .find(|(name, _)| ontology.class(name).is_some_and(|above| ontology.is_a(class, above)))
                .map(|(_, look)| look)
        };
        self.class.get(class).or_else(above).unwrap_or(&self.default)
    }
}

/// Writes `part` of `graph`.
pub fn write(graph: &Facts, part: &Part, drawing: &Drawing, ontology: &Ontology, language: Language) -> String {
    let picture = Picture { graph, part, drawing, ontology, language, words: drawing.words(language) };
    picture.write()
}

/// The things and statements of a picture as petgraph holds them.
type Net<'p> = DiGraph<ThingId, &'p [&'p Fact]>;

struct Picture<'p> {
    graph: &'p Facts,
    part: &'p Part<'p>,
    drawing: &'p Drawing,
    ontology: &'p Ontology,
    language: Language,
    words: &'p Words,
}

impl Picture<'_> {
    fn write(&self) -> String {
        let edges: Vec<_> = self.part.edges().collect();
        let mut net: Net = DiGraph::with_capacity(self.part.things.len(), edges.len());
        let nodes: BTreeMap<ThingId, NodeIndex> =
            self.part.things.iter().map(|&thing| (thing, net.add_node(thing))).collect();
        for (from, to, facts) in &edges {
            if let (Some(&from), Some(&to)) = (nodes.get(from), nodes.get(to)) {
                net.add_edge(from, to, facts);
            }
        }
        let most = net.node_indices().map(|node| degree(&net, node)).max().unwrap_or(1).max(1);
        let details = self.details();
        let edge_attributes = |_: &Net, edge: EdgeReference<&[&Fact]>| self.edge(edge.weight());
        let node_attributes = |net: &Net, (node, thing): (NodeIndex, &ThingId)| {
            let details = details.get(thing).map_or(&[][..], Vec::as_slice);
            self.node(*thing, details, ratio(degree(net, node), most).sqrt())
        };
        let config = [Config::GraphContentOnly, Config::NodeNoLabel, Config::EdgeNoLabel];
        let content = Dot::with_attr_getters(&net, &config, &edge_attributes, &node_attributes);
        let mut out = self.head(net.node_count(), net.edge_count());
        writeln!(out, "{content:?}}}").expect("a string takes any text");
        out
    }

    fn head(&self, nodes: usize, edges: usize) -> String {
        // Curves around every node cost the layout programs minutes in large pictures.
        let splines = if nodes <= 150 { "true" } else { "line" };
        let fonts = quoted(&self.drawing.fonts.join(","));
        format!(
            "digraph wenmai {{\n\
             \x20   graph [charset=\"UTF-8\" fontname={fonts} fontsize=12 fontcolor=\"#444444\" bgcolor=\"white\" pad=0.3\n\
             \x20          labelloc=b labeljust=c rankdir=LR nodesep=0.22 ranksep=\"0.9\" outputorder=edgesfirst\n\
             \x20          overlap=prism overlap_scaling=-6 sep=\"+30,10\" esep=\"+4\" splines={splines} K=0.7 repulsiveforce=1.6\n\
             \x20          label=<{}>]\n\
             \x20   node  [fontname={fonts} fontsize=12 fontcolor=\"#1F1F1F\" penwidth=1.2 margin=\"0.11,0.06\" height=0.3 style=\"filled\"]\n\
             \x20   edge  [fontname={fonts} fontsize=9 fontcolor=\"#555555\" color=\"#8A8A8A\" penwidth=0.9 arrowsize=0.6]\n",
            self.legend(edges),
        )
    }

    /// Caption and legend: a table below the picture, because every layout program leaves it in one piece.
    fn legend(&self, edges: usize) -> String {
        let centres = &self.part.selection.around;
        let separator = match self.language {
            Language::Chinese => "\u{3000}",
            Language::English => "; ",
        };
        let names: Vec<&str> = centres.iter().map(|&centre| self.graph.thing(centre).name.as_str()).collect();
        let all_edges = self.part.all_edges;
        let shown = self.part.things.len();
        let unlinked = self.graph.things.len().saturating_sub(self.part.linked);
        let fill = |words: &str| {
            words
                .replace("{shown}", &shown.to_string())
                .replace("{all}", &self.graph.things.len().to_string())
                .replace("{edges}", &edges.to_string())
                .replace("{all_edges}", &all_edges.to_string())
                .replace("{unlinked}", &unlinked.to_string())
                .replace("{names}", &names.join(separator))
                .replace("{hops}", &self.part.selection.hops.to_string())
                .replace("{documents}", &self.graph.documents.len().to_string())
        };
        let mut caption = vec![fill(&self.words.shown)];
        if !centres.is_empty() {
            caption.push(fill(&self.words.near));
        }
        if shown < self.part.candidates {
            caption.push(fill(&self.words.least));
        }
        if unlinked > 0 && centres.is_empty() {
            caption.push(fill(&self.words.unlinked));
        }
        caption.push(fill(&self.words.sources));
        let statuses: BTreeSet<&str> =
            self.part.edges().flat_map(|(_, _, facts)| facts.iter().map(|fact| fact.status.as_str())).collect();
        let lines: Vec<&str> =
            [("planned", &self.words.planned), ("denied", &self.words.denied), ("reported", &self.words.reported)]
                .into_iter()
                .filter(|(status, _)| statuses.contains(status))
                .map(|(_, words)| words.as_str())
                .collect();

        let classes: BTreeSet<&str> =
            self.part.things.iter().map(|&thing| self.graph.thing(thing).class.as_str()).collect();
        let cells: Vec<String> = classes
            .into_iter()
            .filter(|class| !class.is_empty())
            .map(|class| {
                let look = self.drawing.look(self.ontology, class);
                format!(
                    "<TD BORDER=\"1\" BGCOLOR=\"{}\" COLOR=\"{}\">{}</TD>",
                    escape(&look.fill),
                    escape(&look.line),
                    escape(&self.ontology.class_label(class, self.language))
                )
            })
            .collect();
        let table = |border: &str, rows: &str| format!("<TABLE BORDER=\"0\" CELLBORDER=\"0\" {border}>{rows}</TABLE>");
        let row = |cell: &str| format!("<TR><TD>{cell}</TD></TR>");
        // Rows of about equal length.
        let per_row = cells.len().div_ceil(cells.len().div_ceil(LEGEND_COLUMNS).max(1)).max(1);
        let mut rows = String::new();
        for (number, cells) in cells.chunks(per_row).enumerate() {
            let head = if number == 0 { format!("<TD>{}</TD>", escape(&self.words.legend)) } else { String::new() };
            let cells = format!("<TR>{head}{}</TR>", cells.concat());
            rows.push_str(&row(&table("CELLSPACING=\"4\" CELLPADDING=\"4\"", &cells)));
        }
        if !lines.is_empty() {
            rows.push_str(&row(&escape(&lines.join(separator))));
        }
        rows.push_str(&row(&escape(&caption.join(separator))));
        table("CELLSPACING=\"0\" CELLPADDING=\"2\"", &rows)
    }

    /// The attributes of a thing; the larger its share of links, the larger its name.
    fn node(&self, id: ThingId, details: &[String], share: f64) -> String {
        let thing = self.graph.thing(id);
        let look = self.drawing.look(self.ontology, &thing.class);
        let size = 11.0 + (7.0 * share).round();
        let lines = |text: &str, columns: usize| {
            wrapped(text, columns).iter().map(|line| escape(line)).collect::<Vec<_>>().join("<BR/>")
        };
        let name = if thing.name.trim().is_empty() { &thing.iri } else { &thing.name };
        let mut label = lines(name, self.drawing.columns);
        if share > 0.7 {
            label = format!("<B>{label}</B>");
        }
        if !details.is_empty() && !look.bare {
            label = format!(
                "<TABLE BORDER=\"0\" CELLBORDER=\"0\" CELLSPACING=\"0\" CELLPADDING=\"1\"><TR><TD>{label}</TD></TR>"
            );
            for detail in details {
                let detail = lines(detail, self.drawing.columns + 6);
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
            quoted(&self.tooltip(thing)),
        )
    }

    /// Dates and figures of the things of the picture, a few of each.
    fn details(&self) -> BTreeMap<ThingId, Vec<String>> {
        let mut details: BTreeMap<ThingId, Vec<String>> = BTreeMap::new();
        let mut add = |thing: ThingId, detail: String| {
            let list = details.entry(thing).or_default();
            if self.part.things.contains(&thing) && list.len() < self.drawing.details && !list.contains(&detail) {
                list.push(detail);
            }
        };
        for fact in self.graph.statements.iter().filter(|fact| fact.is_stated()) {
            if let Target::Value(date) = &fact.object {
                let property = self.ontology.property_label(&fact.property, self.language);
                add(fact.subject, self.words.dated.replace("{property}", &property).replace("{date}", date));
            }
        }
        for figure in &self.graph.quantities {
            if let (Some(thing), Some((_, number))) = (figure.subject, &figure.number)
                && !figure.measure.is_empty()
            {
                add(thing, format!("{} {number}", figure.measure));
            }
        }
        details
    }

    fn tooltip(&self, thing: &Thing) -> String {
        let mut lines = vec![format!("{} ({})", thing.name, self.ontology.class_label(&thing.class, self.language))];
        lines.extend(thing.aliases.iter().cloned());
        lines.push(thing.iri.clone());
        lines.join("\n")
    }

    /// The attributes of all statements from one thing to another.
    fn edge(&self, facts: &[&Fact]) -> String {
        let mut titles: Vec<(&str, Vec<&str>)> = Vec::new();
        let mut quotes: Vec<&str> = Vec::new();
        for fact in facts {
            let place = titles.iter().position(|(property, _)| *property == fact.property).unwrap_or_else(|| {
                titles.push((&fact.property, Vec::new()));
                titles.len() - 1
            });
            if let (Some((_, list)), Some(title)) = (titles.get_mut(place), fact.title.as_deref())
                && !list.contains(&title)
            {
                list.push(title);
            }
            quotes.extend(fact.evidence.iter().map(|quote| quote.words.as_str()));
        }
        let labels = titles.into_iter().map(|(property, titles)| {
            let property = self.ontology.property_label(property, self.language);
            if titles.is_empty() {
                return property;
            }
            self.words.titled.replace("{property}", &property).replace("{title}", &titles.join(&self.words.and))
        });
        quotes.truncate(6);
        let label: Vec<String> =
            labels.flat_map(|label| wrapped(&label, self.drawing.columns)).map(|line| escape(&line)).collect();
        let mut attributes = format!(
            "label=<{}> tooltip={} labeltooltip={}",
            label.join("<BR/>"),
            quoted(&quotes.join("\n")),
            quoted(&quotes.join("\n"))
        );
        let all = |status: &str| facts.iter().all(|fact| fact.status == status);
        if all("planned") {
            attributes.push_str(" style=\"dashed\"");
        } else if all("denied") {
            attributes.push_str(" style=\"dashed\" color=\"#C0392B\" fontcolor=\"#C0392B\" arrowhead=\"tee\"");
        } else if all("reported") {
            attributes.push_str(" style=\"dotted\"");
        }
        let both_ways = |fact: &&Fact| {
            self.ontology.property(&fact.property).is_some_and(|property| self.ontology.is_symmetric(property))
        };
        if facts.iter().all(both_ways) {
            attributes.push_str(" dir=\"none\"");
        }
        attributes
    }
}

/// Classes in one row of the legend.
const LEGEND_COLUMNS: usize = 10;

fn degree(net: &Net, node: NodeIndex) -> usize {
    net.neighbors_undirected(node).count()
}

fn ratio(part: usize, whole: usize) -> f64 {
    let number = |n: usize| f64::from(u32::try_from(n).unwrap_or(u32::MAX));
    number(part) / number(whole).max(1.0)
}

/// `text` in lines of about equal width, none wider than `columns` unless a word is.
fn wrapped(text: &str, columns: usize) -> Vec<String> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let width = |c: char| c.width().unwrap_or(0);
    let total: usize = text.chars().map(width).sum();
    let lines = total.div_ceil(columns.max(2)).max(1);
    // One column more, so that a line is not broken for half a character.
    let goal = total.div_ceil(lines).max(2) + 1;
    let mut wrapped: Vec<String> = vec![String::new()];
    let mut used = 0;
    let mut before = ' ';
    for c in text.chars() {
        // Latin words and numbers stay whole, and closing marks do not start a line.
        let in_word = before.is_ascii_alphanumeric() && c.is_ascii_alphanumeric();
        let breakable = !in_word && !is_closing(c) && !is_opening(before);
        // An opening mark goes with what follows.
        let needed = width(c) + if is_opening(c) { 2 } else { 0 };
        // The last line takes what is left, as far as there is room.
        let room = if wrapped.len() < lines { goal } else { columns };
        if used > 0 && used + needed > room && breakable {
            wrapped.push(String::new());
            used = 0;
        }
        if let Some(line) = wrapped.last_mut()
            && !(used == 0 && c == ' ')
        {
            line.push(c);
            used += width(c);
        }
        before = c;
    }
    wrapped
}

/// Whether a mark belongs to what stands before it: closing quotes, brackets and stops.
fn is_closing(c: char) -> bool {
    matches!(
        c,
        '\u{201d}'
            | '\u{2019}'
            | '\u{300b}'
            | '\u{ff09}'
            | ')'
            | '\u{3001}'
            | '\u{3002}'
            | '\u{ff0c}'
            | '\u{300d}'
            | '%'
    )
}

/// Whether a mark belongs to what stands behind it: opening quotes and brackets.
fn is_opening(c: char) -> bool {
    matches!(c, '\u{201c}' | '\u{2018}' | '\u{300a}' | '\u{ff08}' | '(' | '\u{300c}')
}

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
    fn names_are_broken_into_even_lines() {
        let check = |text: &str, lines: &[&str]| assert_eq!(wrapped(text, 22), lines, "{text}");
        check("伊宁县", &["伊宁县"]);
        check("新疆果甜好饮料食品有限公司", &["新疆果甜好饮料", "食品有限公司"]);
        check("闽江建设工程（山东）有限公司", &["闽江建设工程", "（山东）有限公司"]);
        check("a\n b", &["a b"]);
        check("", &[""]);
        check("International Business Machines", &["International Business", "Machines"]);
    }

    #[test]
    fn strings_end_where_they_end() {
        assert_eq!(quoted("a\"b\\c\nd\u{1}"), r#""a\"b\\c\nd ""#);
    }

    #[test]
    fn every_class_has_a_look_and_every_look_a_class() {
        let resources = Resources::builtin();
        let drawing = Drawing::load(&resources).unwrap();
        let ontology = Ontology::load(&resources).unwrap();
        for class in ontology.classes() {
            assert_ne!(drawing.look(&ontology, class.name()).fill, drawing.default.fill, "{class:?}");
        }
        for class in drawing.class.keys() {
            assert!(ontology.class(class).is_some(), "{class}");
        }
        let broken = resources.with_file("drawing.toml", "fonts = []\nthings = many\n");
        let error = Drawing::load(&broken).expect_err("`many` is no number").to_string();
        assert!(error.starts_with("drawing.toml:2: "), "{error}");
    }
}
