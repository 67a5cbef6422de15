//! Writes a part of the graph as GEXF 1.3 for Gephi: measures, colours, places, and when things and statements held.
//!
//! Each statement is an edge of its own, whose kind is the relation. Colours, sizes and places are those of our own pictures.

use super::columns::{self, Kind, STATEMENT, THING};
use super::drawing::{Status, View};
use super::xml::escape;
use crate::analysis::layout::Extent;
use crate::analysis::report::Cell;
use crate::date::Date;
use crate::facts::{Fact, Target, ThingId};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The column for which GEXF has an attribute of its own.
const LABEL: &str = "label";

/// With these dates things begin, and with these they end.
const BEGINNINGS: [&str; 5] = ["bornOn", "foundedOn", "startedOn", "heldOn", "publishedOn"];
const ENDS: [&str; 3] = ["diedOn", "endedOn", "heldOn"];

/// Writes what `view` shows.
pub fn write(view: &View) -> String {
    let lives = lives(view);
    let edges: Vec<(ThingId, ThingId, &Fact)> = columns::statements(view).collect();
    let is_dynamic = !lives.is_empty() || edges.iter().any(|(_, _, fact)| Span::of(fact) != Span::default());
    let mut out = Writer::default();
    out.line(0, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
    out.line(0, "<gexf xmlns=\"http://gexf.net/1.3\" xmlns:viz=\"http://gexf.net/1.3/viz\" version=\"1.3\">");
    out.line(
        1,
        &format!(
            "<meta><creator>wenmai</creator><description>{}</description></meta>",
            escape(&view.caption().join(view.separator()))
        ),
    );
    let mode = if is_dynamic {
        "mode=\"dynamic\" timeformat=\"date\" timerepresentation=\"interval\""
    } else {
        "mode=\"static\""
    };
    out.line(1, &format!("<graph defaultedgetype=\"directed\" idtype=\"string\" {mode}>"));
    for (class, attributes) in [("node", &THING[..]), ("edge", &STATEMENT[..])] {
        out.line(2, &format!("<attributes class=\"{class}\">"));
        for (name, kind) in attributes.iter().filter(|(name, _)| *name != LABEL) {
            let kind = match kind {
                Kind::Text => "string",
                Kind::Count => "integer",
                Kind::Number => "double",
            };
            out.line(3, &format!("<attribute id=\"{name}\" title=\"{name}\" type=\"{kind}\"/>"));
        }
        out.line(2, "</attributes>");
    }
    nodes(view, &lives, &mut out);
    out.line(2, &format!("<edges count=\"{}\">", edges.len()));
    for (number, (from, to, fact)) in edges.into_iter().enumerate() {
        edge(view, number, (from, to), fact, &mut out);
    }
    out.line(2, "</edges>");
    out.line(1, "</graph>");
    out.line(0, "</gexf>");
    out.text
}

#[derive(Default)]
struct Writer {
    text: String,
}

impl Writer {
    fn line(&mut self, depth: usize, text: &str) {
        writeln!(self.text, "{}{text}", "  ".repeat(depth)).expect("a string takes any text");
    }

    /// The values that there are.
    fn values(&mut self, columns: &[(&str, Kind)], cells: &[Cell]) {
        self.line(4, "<attvalues>");
        let there = |((name, _), cell): &(&(&str, Kind), &Cell)| **cell != Cell::Nothing && *name != LABEL;
        for ((name, _), cell) in columns.iter().zip(cells).filter(there) {
            self.line(5, &format!("<attvalue for=\"{name}\" value=\"{}\"/>", escape(&columns::plain(cell))));
        }
        self.line(4, "</attvalues>");
    }
}

fn nodes(view: &View, lives: &BTreeMap<ThingId, Span>, out: &mut Writer) {
    let places = view.layout(|_| Extent { width: SIZE * 2.0, height: SIZE * 2.0 });
    let shares = view.shares();
    out.line(2, &format!("<nodes count=\"{}\">", view.part.things.len()));
    for &id in &view.part.things {
        let (thing, look) = (view.facts.thing(id), view.look(id));
        let life = lives.get(&id).map(Span::attributes).unwrap_or_default();
        out.line(3, &format!("<node id=\"{}\" label=\"{}\"{life}>", escape(&thing.iri), escape(view.name(id))));
        out.values(&THING, &columns::thing(view, id));
        out.line(4, &colour(&look.line));
        if let Some(place) = places.get(&id) {
            // In GEXF y grows upwards.
            out.line(4, &format!("<viz:position x=\"{:.2}\" y=\"{:.2}\" z=\"0.0\"/>", place.x, -place.y));
        }
        let size = SIZE * (0.5 + shares.get(&id).copied().unwrap_or(0.0));
        out.line(4, &format!("<viz:size value=\"{size:.2}\"/>"));
        let shape = match look.shape.as_str() {
            "ellipse" => "disc",
            "hexagon" | "octagon" => "diamond",
            "note" | "tab" | "component" => "triangle",
            _ => "square",
        };
        out.line(4, &format!("<viz:shape value=\"{shape}\"/>"));
        out.line(3, "</node>");
    }
    out.line(2, "</nodes>");
}

/// About how large a node is.
const SIZE: f64 = 12.0;

fn edge(view: &View, number: usize, (from, to): (ThingId, ThingId), fact: &Fact, out: &mut Writer) {
    out.line(
        3,
        &format!(
            "<edge id=\"s{number}\" source=\"{}\" target=\"{}\" kind=\"{}\" label=\"{}\" weight=\"1.0\"{}>",
            escape(&view.facts.thing(from).iri),
            escape(&view.facts.thing(to).iri),
            escape(&fact.property),
            escape(&view.property_label(&fact.property)),
            Span::of(fact).attributes(),
        ),
    );
    out.values(&STATEMENT, &columns::statement(view, fact));
    let stroke = view.drawing.stroke(Status::of(&[fact]));
    out.line(4, &colour(&stroke.colour));
    let shape = stroke.style.name();
    out.line(4, &format!("<viz:thickness value=\"1.0\"/><viz:shape value=\"{shape}\"/>"));
    out.line(3, "</edge>");
}

/// A colour such as `#FF8000`.
fn colour(hex: &str) -> String {
    let digits: Vec<u32> = hex.chars().filter_map(|c| c.to_digit(16)).collect();
    let channel = |at: usize| match digits.get(at..at + 2) {
        Some([high, low]) => high * 16 + low,
        _ => 0,
    };
    format!("<viz:color r=\"{}\" g=\"{}\" b=\"{}\"/>", channel(0), channel(2), channel(4))
}

/// From the first to the last day, as far as known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Span {
    start: Option<String>,
    end: Option<String>,
}

impl Span {
    /// When a statement held: `2024` is the whole year, `2023-04/2024-12` from the first of April to the last of December.
    fn of(fact: &Fact) -> Self {
        let time = fact.time.as_deref().unwrap_or_default();
        let (start, end) = time.split_once('/').unwrap_or((time, time));
        Self { start: first_day(start), end: last_day(end) }
    }

    fn attributes(&self) -> String {
        let attribute =
            |name: &str, day: &Option<String>| day.as_ref().map(|day| format!(" {name}=\"{day}\"")).unwrap_or_default();
        attribute("start", &self.start) + &attribute("end", &self.end)
    }
}

fn first_day(date: &str) -> Option<String> {
    let date = date.parse::<Date>().ok().filter(|date| date.year > 0)?;
    Date::day(date.year, date.month.unwrap_or(1), date.day.unwrap_or(1)).map(|day| day.to_string())
}

fn last_day(date: &str) -> Option<String> {
    let date = date.parse::<Date>().ok().filter(|date| date.year > 0)?;
    let month = date.month.unwrap_or(12);
    let last = || Date::day(date.year, month, 1)?.months_later(1)?.shifted(-1);
    let day = date.day.map_or_else(last, |day| Date::day(date.year, month, day));
    day.map(|day| day.to_string())
}

/// From when to when things are said to have been there.
fn lives(view: &View) -> BTreeMap<ThingId, Span> {
    let mut lives: BTreeMap<ThingId, Span> = BTreeMap::new();
    for fact in view.facts.statements.iter().filter(|fact| fact.is_stated() && view.part.things.contains(&fact.subject))
    {
        let Target::Value(date) = &fact.object else { continue };
        let life = || lives.get(&fact.subject).cloned().unwrap_or_default();
        let life = if BEGINNINGS.contains(&fact.property.as_str()) {
            Span { start: first_day(date).into_iter().chain(life().start).min(), ..life() }
        } else if ENDS.contains(&fact.property.as_str()) {
            Span { end: last_day(date).into_iter().chain(life().end).max(), ..life() }
        } else {
            continue;
        };
        if life != Span::default() {
            lives.insert(fact.subject, life);
        }
    }
    // A thing that ends before it begins is two things, or one was misread.
    lives.retain(|_, life| !matches!((&life.start, &life.end), (Some(start), Some(end)) if start > end));
    lives
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_whole_days() {
        let check = |time: &str, attributes: &str| {
            let (start, end) = time.split_once('/').unwrap_or((time, time));
            let span = Span { start: first_day(start), end: last_day(end) };
            assert_eq!(span.attributes(), attributes, "{time}");
        };
        check("2024", " start=\"2024-01-01\" end=\"2024-12-31\"");
        check("2023-04/2024-02", " start=\"2023-04-01\" end=\"2024-02-29\"");
        check("1987-09-15", " start=\"1987-09-15\" end=\"1987-09-15\"");
        check("2020/..", " start=\"2020-01-01\"");
        check("soon", "");
        assert_eq!(colour("#FF8000"), "<viz:color r=\"255\" g=\"128\" b=\"0\"/>");
    }
}
