//! Writes a part of the graph as a Mermaid flowchart, which GitHub, GitLab, Obsidian and many wikis draw in Markdown.

use super::drawing::{Line, Status, Style, View};
use crate::facts::ThingId;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Writes what `view` shows; legend and caption stand in comments and in a line of their own below.
pub fn write(view: &View) -> String {
    let mut out = String::from("flowchart LR\n");
    for line in view.caption() {
        writeln!(out, "  %% {}", line.replace(['\n', '\r'], " ")).expect("a string takes any text");
    }
    let numbers: BTreeMap<ThingId, usize> =
        view.part.things.iter().enumerate().map(|(number, &thing)| (thing, number)).collect();
    let classes: BTreeMap<&str, usize> =
        view.classes().into_iter().enumerate().map(|(number, class)| (class, number)).collect();
    for (&thing, number) in &numbers {
        let (open, close) = brackets(&view.look(thing).shape, view.look(thing).rounded);
        let class = classes.get(view.facts.thing(thing).class.as_str());
        let class = class.map_or_else(String::new, |class| format!(":::c{class}"));
        writeln!(out, "  n{number}{open}\"{}\"{close}{class}", text(view.name(thing)))
            .expect("a string takes any text");
    }
    let lines = view.lines();
    for line in &lines {
        let (Some(from), Some(to)) = (numbers.get(&line.from), numbers.get(&line.to)) else { continue };
        let label = text(&view.labels(line.facts).join(view.separator()));
        writeln!(out, "  n{from} {}|\"{label}\"| n{to}", arrow(view, line)).expect("a string takes any text");
    }
    for (number, line) in lines.iter().enumerate() {
        if line.status != Status::Asserted || line.documents > 1 {
            let stroke = view.drawing.stroke(line.status);
            let dash = match stroke.style {
                Style::Solid => "",
                Style::Dashed => ",stroke-dasharray:6 4",
                Style::Dotted => ",stroke-dasharray:2 3",
            };
            let width = 1.2 * line.width();
            writeln!(out, "  linkStyle {number} stroke:{},stroke-width:{width:.1}px{dash}", stroke.colour)
                .expect("a string takes any text");
        }
    }
    for (class, number) in classes {
        let look = view.drawing.look(view.ontology, class);
        writeln!(out, "  classDef c{number} fill:{},stroke:{},color:#1F1F1F", look.fill, look.line)
            .expect("a string takes any text");
    }
    out
}

/// The brackets that give a node its shape.
fn brackets(shape: &str, rounded: bool) -> (&'static str, &'static str) {
    match shape {
        "ellipse" => ("([", "])"),
        "hexagon" | "octagon" => ("{{", "}}"),
        "component" => ("[[", "]]"),
        "note" | "tab" => ("[/", "/]"),
        _ if rounded => ("(", ")"),
        _ => ("[", "]"),
    }
}

fn arrow(view: &View, line: &Line) -> &'static str {
    let broken = view.drawing.stroke(line.status).style != Style::Solid;
    match (line.mutual, line.status, broken) {
        (true, _, false) => "---",
        (true, _, true) => "-.-",
        (false, Status::Denied, _) => "-.-x",
        (false, Status::Asserted | Status::Planned | Status::Reported, true) => "-.->",
        (false, Status::Asserted | Status::Planned | Status::Reported, false) => "-->",
    }
}

/// `text` inside quotes: what Mermaid, Markdown or HTML could take for their own is written by number.
fn text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.split_whitespace().collect::<Vec<_>>().join(" ").chars() {
        match c {
            '"' | '#' | '<' | '>' | '&' | '`' | '\\' | '*' | '_' | '[' | ']' | '{' | '}' | '|' | '%' | ';' | '$'
            | '~' => {
                write!(out, "#{};", u32::from(c)).expect("a string takes any text");
            }
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_name_is_markup() {
        assert_eq!(text("a\"b\n<script>#1;`"), "a#34;b #60;script#62;#35;1#59;#96;");
    }
}
