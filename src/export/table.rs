//! Writes a part of the graph as two tables, one of nodes and one of edges, as Gephi, pandas and spreadsheets take them.

use super::columns::{self, STATEMENT, THING};
use super::drawing::View;
use std::io;

/// Writes the things of `view`, one a row, with a line of headings first.
pub fn nodes(view: &View) -> String {
    let headings = ["Id", "Label"].into_iter().chain(THING.iter().skip(1).map(|(name, _)| *name));
    let rows = view.part.things.iter().map(|&id| {
        let cells = columns::thing(view, id);
        std::iter::once(view.facts.thing(id).iri.clone()).chain(cells.iter().map(columns::plain)).collect()
    });
    table(headings, rows)
}

/// Writes the statements between things of `view`, one a row, with a line of headings first.
pub fn edges(view: &View) -> String {
    let headings =
        ["Source", "Target", "Type", "subject", "object"].into_iter().chain(STATEMENT.iter().map(|(name, _)| *name));
    let rows = columns::statements(view).map(|(from, to, fact)| {
        let ends = [
            view.facts.thing(from).iri.clone(),
            view.facts.thing(to).iri.clone(),
            "Directed".to_owned(),
            view.name(from).to_owned(),
            view.name(to).to_owned(),
        ];
        ends.into_iter().chain(columns::statement(view, fact).iter().map(columns::plain)).collect()
    });
    table(headings, rows)
}

/// A table of comma-separated values.
pub(super) fn table<'h>(headings: impl Iterator<Item = &'h str>, rows: impl Iterator<Item = Vec<String>>) -> String {
    let write = || -> io::Result<Vec<u8>> {
        let mut table = csv::Writer::from_writer(Vec::new());
        table.write_record(headings)?;
        for row in rows {
            table.write_record(row)?;
        }
        table.into_inner().map_err(csv::IntoInnerError::into_error)
    };
    String::from_utf8(write().expect("a vector takes any bytes")).expect("made of text")
}
