//! Writes a part of the graph as the JSON of Cytoscape.js, which Cytoscape opens too (`.cyjs`): elements, places and a style.

use super::columns::{self, STATEMENT, THING, rounded};
use super::drawing::{Status, View};
use crate::analysis::layout::Extent;
use crate::analysis::report::Cell;
use serde_json::{Map, Value, json};

/// About how much room a node takes.
const ROOM: Extent = Extent { width: 60.0, height: 40.0 };

/// Writes what `view` shows.
pub fn write(view: &View) -> String {
    let places = view.layout(|_| ROOM);
    let shares = view.shares();
    let nodes: Vec<Value> = view
        .part
        .things
        .iter()
        .map(|&id| {
            let look = view.look(id);
            let mut data = object(&THING, &columns::thing(view, id));
            data.insert("id".to_owned(), view.facts.thing(id).iri.clone().into());
            data.insert("fill".to_owned(), look.fill.clone().into());
            data.insert("line".to_owned(), look.line.clone().into());
            data.insert("size".to_owned(), (20.0 + 30.0 * shares.get(&id).copied().unwrap_or(0.0)).round().into());
            let place = places.get(&id).copied().unwrap_or_default();
            let round = |number: f64| (number * 100.0).round() / 100.0;
            json!({ "data": data, "position": { "x": round(place.x), "y": round(place.y) } })
        })
        .collect();
    let edges: Vec<Value> = columns::statements(view)
        .enumerate()
        .map(|(number, (from, to, fact))| {
            let mut data = object(&STATEMENT, &columns::statement(view, fact));
            let stroke = view.drawing.stroke(Status::of(&[fact]));
            data.insert("id".to_owned(), format!("s{number}").into());
            data.insert("source".to_owned(), view.facts.thing(from).iri.clone().into());
            data.insert("target".to_owned(), view.facts.thing(to).iri.clone().into());
            data.insert("colour".to_owned(), stroke.colour.clone().into());
            data.insert("stroke".to_owned(), stroke.style.name().into());
            json!({ "data": data })
        })
        .collect();
    let fonts = view.drawing.fonts.join(", ");
    let graph = json!({
        "format_version": "1.0",
        "generated_by": "wenmai",
        "data": { "name": "wenmai", "caption": view.caption().join(view.separator()) },
        "elements": { "nodes": nodes, "edges": edges },
        "layout": { "name": "preset" },
        "style": [
            { "selector": "node", "style": {
                "label": "data(label)", "font-family": fonts, "font-size": 11, "text-wrap": "wrap", "text-max-width": 120,
                "text-valign": "bottom", "background-color": "data(fill)", "border-color": "data(line)", "border-width": 2,
                "width": "data(size)", "height": "data(size)" } },
            { "selector": "edge", "style": {
                "label": "data(label)", "font-family": fonts, "font-size": 9, "text-rotation": "autorotate",
                "curve-style": "bezier", "target-arrow-shape": "triangle", "width": 1.5, "line-color": "data(colour)",
                "target-arrow-color": "data(colour)", "line-style": "data(stroke)" } },
        ],
    });
    format!("{graph:#}\n")
}

/// The values that there are, by column.
fn object(columns: &[(&str, columns::Kind)], cells: &[Cell]) -> Map<String, Value> {
    let value = |cell: &Cell| match cell {
        Cell::Text(text) => Some(Value::from(text.as_str())),
        Cell::Count(count) => Some(Value::from(*count)),
        Cell::Number(number) => Some(Value::from(rounded(*number))),
        Cell::Nothing => None,
    };
    columns.iter().zip(cells).filter_map(|((name, _), cell)| Some(((*name).to_owned(), value(cell)?))).collect()
}
