//! What the formats of graph tools say of each thing and each statement: one list for all of them.

use super::drawing::View;
use crate::analysis::report::Cell;
use crate::facts::{Fact, ThingId};
use std::collections::BTreeSet;

/// Of what kind the values of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Count,
    Number,
}

/// The columns of things. Measures are those of the whole graph.
pub(super) const THING: [(&str, Kind); 12] = [
    ("label", Kind::Text),
    ("class", Kind::Text),
    ("class_label", Kind::Text),
    ("aliases", Kind::Text),
    ("notation", Kind::Text),
    ("mentions", Kind::Count),
    ("documents", Kind::Count),
    ("degree", Kind::Count),
    ("rank", Kind::Number),
    ("betweenness", Kind::Number),
    ("component", Kind::Count),
    ("community", Kind::Count),
];

/// The columns of statements.
pub(super) const STATEMENT: [(&str, Kind); 11] = [
    ("property", Kind::Text),
    ("label", Kind::Text),
    ("title", Kind::Text),
    ("time", Kind::Text),
    ("amount", Kind::Text),
    ("status", Kind::Text),
    ("document", Kind::Text),
    ("published", Kind::Text),
    ("evidence", Kind::Text),
    ("found_by", Kind::Text),
    ("confidence", Kind::Number),
];

/// What stands in the columns of [`THING`].
pub(super) fn thing(view: &View, id: ThingId) -> Vec<Cell> {
    let (thing, measure) = (view.facts.thing(id), view.measure(id));
    let documents: BTreeSet<usize> = thing.mentions.iter().map(|place| place.document).collect();
    let group = |number: Option<usize>| number.map_or(Cell::Nothing, Cell::Count);
    vec![
        text(view.name(id)),
        text(&thing.class),
        text(&view.class_label(&thing.class)),
        text(&thing.aliases.join("|")),
        text(thing.notation.as_deref().unwrap_or_default()),
        Cell::Count(thing.mentions.len()),
        Cell::Count(documents.len()),
        Cell::Count(measure.degree),
        Cell::Number(measure.rank),
        Cell::Number(measure.betweenness),
        group(measure.component),
        group(measure.community),
    ]
}

/// What stands in the columns of [`STATEMENT`].
pub(super) fn statement(view: &View, fact: &Fact) -> Vec<Cell> {
    let optional = |words: &Option<String>| text(words.as_deref().unwrap_or_default());
    let document = view.facts.documents.get(fact.document);
    vec![
        text(&fact.property),
        text(&view.property_label(&fact.property)),
        optional(&fact.title),
        optional(&fact.time),
        optional(&fact.amount),
        text(&fact.status),
        text(document.map(|document| document.id.as_str()).unwrap_or_default()),
        text(document.and_then(|document| document.issued.as_deref()).unwrap_or_default()),
        text(fact.evidence.first().map(|quote| quote.words.as_str()).unwrap_or_default()),
        text(&fact.found_by.join("|")),
        fact.confidence.map_or(Cell::Nothing, Cell::Number),
    ]
}

fn text(words: &str) -> Cell {
    if words.is_empty() { Cell::Nothing } else { Cell::Text(words.to_owned()) }
}

/// A cell in full: numbers with nine digits after the point at most, nothing as nothing.
pub(super) fn plain(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => text.clone(),
        Cell::Count(count) => count.to_string(),
        Cell::Number(number) => rounded(*number).to_string(),
        Cell::Nothing => String::new(),
    }
}

/// Rounded, so that the order of additions cannot reach the output.
pub(super) fn rounded(number: f64) -> f64 {
    (number * 1e9).round() / 1e9
}

/// The statements between things of the part, by subject and object.
pub(super) fn statements<'v>(view: &'v View) -> impl Iterator<Item = (ThingId, ThingId, &'v Fact)> {
    view.part.edges().flat_map(|(from, to, facts)| facts.iter().map(move |&fact| (from, to, fact)))
}
