//! Draws a part of the graph as SVG: names in shapes, curved arrows with their relations, legend and caption below.
//!
//! Widths of words are estimated, so the picture looks nearly the same with every font that has the characters.

use super::drawing::{Line, Look, Status, Stroke, Style, View, wrapped};
use super::xml::escape;
use crate::analysis::layout::{Extent, Point, layout};
use crate::analysis::number;
use crate::facts::ThingId;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use unicode_width::UnicodeWidthChar as _;

/// Sizes of letters: of relations, details and what stands below the picture.
const SMALL: f64 = 9.5;
const DETAIL: f64 = 9.0;
const BELOW: f64 = 12.0;

/// Room around the picture, and for what stands below it at least.
const MARGIN: f64 = 28.0;
const NARROWEST: f64 = 720.0;

/// Draws what `view` shows.
pub fn write(view: &View) -> String {
    let lines = view.lines();
    let (nodes, arrows) = arranged(view, &lines);
    let below = Below::new(view);
    let corners = nodes
        .values()
        .flat_map(|node| [node.place - node.half, node.place + node.half])
        .chain(arrows.iter().flat_map(Arrow::corners));
    let (low, high) = corners
        .map(|corner| (corner, corner))
        .reduce(|(low, high), (corner, _)| {
            let low = Point { x: low.x.min(corner.x), y: low.y.min(corner.y) };
            (low, Point { x: high.x.max(corner.x), y: high.y.max(corner.y) })
        })
        .unwrap_or_default();
    let (left, right, top, bottom) = (low.x, high.x, low.y, high.y);
    let width = (right - left + 2.0 * MARGIN).max(NARROWEST);
    let below = below.draw(width - 2.0 * MARGIN);
    let (middle, foot) = ((left + right) / 2.0, bottom + MARGIN);
    let height = bottom - top + 2.0 * MARGIN + below.height + MARGIN;
    let mut out = Svg::default();
    out.add(format_args!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"{:.1} {:.1} {width:.1} {height:.1}\" width=\"{width:.0}\" \
         height=\"{height:.0}\" font-family=\"{}\" text-anchor=\"middle\">",
        middle - width / 2.0,
        top - MARGIN,
        escape(&families(view)),
    ));
    out.add(format_args!("<title>{}</title>", escape(&view.caption().join(view.separator()))));
    out.add(format_args!(
        "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" fill=\"#FFFFFF\"/>",
        middle - width / 2.0,
        top - MARGIN
    ));
    out.add(format_args!("<g fill=\"none\">"));
    for arrow in &arrows {
        arrow.draw(view, &mut out);
    }
    out.add(format_args!("</g>"));
    for (&thing, node) in &nodes {
        node.draw(view, thing, &mut out);
    }
    for arrow in &arrows {
        arrow.draw_label(view, &mut out);
    }
    out.add(format_args!(
        "<g transform=\"translate({:.1} {:.1})\" text-anchor=\"start\" font-size=\"{BELOW}\" fill=\"#333333\">",
        middle - width / 2.0 + MARGIN,
        foot
    ));
    out.text.push_str(&below.text);
    out.add(format_args!("</g>\n</svg>"));
    out.text
}

/// The fonts as CSS lists them.
fn families(view: &View) -> String {
    let quoted =
        |font: &String| if font.contains(' ') { format!("'{}'", font.replace('\'', "")) } else { font.clone() };
    view.drawing.fonts.iter().map(quoted).collect::<Vec<_>>().join(", ")
}

#[derive(Default)]
struct Svg {
    text: String,
}

impl Svg {
    fn add(&mut self, line: std::fmt::Arguments) {
        writeln!(self.text, "{line}").expect("a string takes any text");
    }
}

/// About how wide `text` is in letters of this size.
pub(super) fn width(text: &str, size: f64) -> f64 {
    let em = |c: char| match c.width() {
        None | Some(0) => 0.0,
        Some(1) => 0.56,
        Some(_) => 1.0,
    };
    text.chars().map(em).sum::<f64>() * size
}

/// A thing with its words, as it is drawn.
struct Node<'v> {
    look: &'v Look,
    place: Point,
    /// Half of its width and height.
    half: Point,
    words: Vec<Word>,
}

/// A line of words.
struct Word {
    text: String,
    size: f64,
    bold: bool,
    /// The way from the middle of the shape to its base line.
    base: f64,
}

/// All things and arrows with their places. Labels take part in the layout like things, so that there is room for them.
fn arranged<'v>(view: &'v View, lines: &'v [Line]) -> (BTreeMap<ThingId, Node<'v>>, Vec<Arrow<'v>>) {
    let (details, shares) = (view.details(), view.shares());
    let mut nodes: BTreeMap<ThingId, Node> = view
        .part
        .things
        .iter()
        .map(|&thing| {
            let share = shares.get(&thing).copied().unwrap_or(0.0);
            (thing, Node::new(view, thing, details.get(&thing).map_or(&[][..], Vec::as_slice), share))
        })
        .collect();
    let mut arrows: Vec<Arrow> = lines.iter().map(|line| Arrow::new(view, line)).collect();
    let numbers: BTreeMap<ThingId, usize> = nodes.keys().enumerate().map(|(number, &thing)| (thing, number)).collect();
    let room = |half: Point, space: f64| Extent { width: half.x * 2.0 + space, height: half.y * 2.0 + space };
    let extents: Vec<Extent> = nodes
        .values()
        .map(|node| room(node.half, 16.0))
        .chain(arrows.iter().map(|arrow| room(arrow.half, 10.0)))
        .collect();
    let edges: Vec<(usize, usize)> = arrows
        .iter()
        .enumerate()
        .flat_map(|(label, arrow)| [arrow.line.from, arrow.line.to].map(|end| (end, nodes.len() + label)))
        .filter_map(|(end, label)| Some((*numbers.get(&end)?, label)))
        .collect();
    let places = layout(&extents, &edges);
    for (node, &place) in nodes.values_mut().zip(&places) {
        node.place = place;
    }
    for (arrow, &place) in arrows.iter_mut().zip(places.iter().skip(nodes.len())) {
        arrow.lead(place, &nodes);
    }
    (nodes, arrows)
}

impl<'v> Node<'v> {
    fn new(view: &'v View, thing: ThingId, details: &[String], share: f64) -> Self {
        let look = view.look(thing);
        let size = 11.0 + (7.0 * share).round();
        let columns = view.drawing.columns;
        let line = |text: String, size: f64, bold: bool| Word { text, size, bold, base: 0.0 };
        let mut words: Vec<Word> =
            wrapped(view.name(thing), columns).into_iter().map(|text| line(text, size, share > 0.7)).collect();
        if !look.bare {
            let details = details.iter().flat_map(|detail| wrapped(detail, columns + 6));
            words.extend(details.map(|text| line(text, DETAIL, false)));
        }
        let wide = words.iter().map(|word| width(&word.text, word.size)).fold(0.0, f64::max);
        let high: f64 = words.iter().map(|word| word.size * 1.3).sum();
        let mut top = -high / 2.0;
        for word in &mut words {
            top += word.size * 1.3;
            word.base = top - word.size * 0.37;
        }
        let half = match look.shape.as_str() {
            // Words fill a rectangle, which an ellipse must go around.
            "ellipse" => Point { x: wide * 0.6 + 9.0, y: high * 0.62 + 4.0 },
            "hexagon" | "octagon" => Point { x: wide / 2.0 + 15.0, y: high / 2.0 + 4.0 },
            _ => Point { x: wide / 2.0 + 9.0, y: high / 2.0 + 4.0 },
        };
        Self { look, place: Point::default(), half, words }
    }

    fn draw(&self, view: &View, thing: ThingId, out: &mut Svg) {
        let Point { x, y } = self.place;
        let tooltip: Vec<String> = view.tooltip(thing).lines().map(escape).collect();
        out.add(format_args!("<g><title>{}</title>", tooltip.join("\n")));
        let paint =
            format!("fill=\"{}\" stroke=\"{}\" stroke-width=\"1.2\"", escape(&self.look.fill), escape(&self.look.line));
        out.text.push_str(&shape(&self.look.shape, self.look.rounded, self.place, self.half, &paint));
        for word in &self.words {
            let weight = if word.bold { " font-weight=\"bold\"" } else { "" };
            let colour = if word.size < 10.0 { "#4A4A4A" } else { "#1F1F1F" };
            out.add(format_args!(
                "<text x=\"{x:.1}\" y=\"{:.1}\" font-size=\"{}\"{weight} fill=\"{colour}\">{}</text>",
                y + word.base,
                word.size,
                escape(&word.text)
            ));
        }
        out.add(format_args!("</g>"));
    }

    /// Where a line from the middle towards `target` leaves the shape.
    fn border(&self, target: Point) -> Point {
        let way = target - self.place;
        if way.length() < 1e-6 {
            return self.place;
        }
        let scale = if self.look.shape == "ellipse" {
            let (x, y) = (way.x / self.half.x, way.y / self.half.y);
            1.0 / (x * x + y * y).sqrt()
        } else {
            let x = if way.x.abs() < 1e-9 { f64::INFINITY } else { self.half.x / way.x.abs() };
            let y = if way.y.abs() < 1e-9 { f64::INFINITY } else { self.half.y / way.y.abs() };
            x.min(y)
        };
        self.place + way * scale.min(1.0)
    }
}

/// The outline of a shape, as elements of SVG.
fn shape(name: &str, rounded: bool, Point { x, y }: Point, half: Point, paint: &str) -> String {
    let (left, right, top, bottom) = (x - half.x, x + half.x, y - half.y, y + half.y);
    let path = |d: String| format!("<path d=\"{d}\" {paint} stroke-linejoin=\"round\"/>\n");
    let fold = half.y.min(8.0);
    match name {
        "ellipse" => {
            format!("<ellipse cx=\"{x:.1}\" cy=\"{y:.1}\" rx=\"{:.1}\" ry=\"{:.1}\" {paint}/>\n", half.x, half.y)
        }
        "hexagon" => path(format!(
            "M{left:.1} {y:.1}L{0:.1} {top:.1}H{1:.1}L{right:.1} {y:.1}L{1:.1} {bottom:.1}H{0:.1}Z",
            left + 10.0,
            right - 10.0
        )),
        "octagon" => path(format!(
            "M{left:.1} {0:.1}L{1:.1} {top:.1}H{2:.1}L{right:.1} {0:.1}V{3:.1}L{2:.1} {bottom:.1}H{1:.1}L{left:.1} {3:.1}Z",
            top + fold,
            left + fold,
            right - fold,
            bottom - fold
        )),
        "note" => path(format!(
            "M{left:.1} {top:.1}H{0:.1}L{right:.1} {1:.1}V{bottom:.1}H{left:.1}ZM{0:.1} {top:.1}V{1:.1}H{right:.1}",
            right - fold,
            top + fold
        )),
        "tab" => path(format!(
            "M{left:.1} {top:.1}V{0:.1}H{1:.1}V{top:.1}H{right:.1}V{bottom:.1}H{left:.1}Z",
            top - 4.0,
            left + 18.0
        )),
        "component" => path(format!(
            "M{left:.1} {top:.1}H{right:.1}V{bottom:.1}H{left:.1}Z\
             M{0:.1} {1:.1}h8v4h-8zM{0:.1} {2:.1}h8v4h-8z",
            left - 4.0,
            top + 4.0,
            bottom - 8.0
        )),
        "box3d" => path(format!(
            "M{left:.1} {top:.1}L{0:.1} {1:.1}H{2:.1}V{3:.1}L{right:.1} {bottom:.1}H{left:.1}ZH{right:.1}V{bottom:.1}M{right:.1} {top:.1}L{2:.1} {1:.1}",
            left + 4.0,
            top - 4.0,
            right + 4.0,
            bottom - 4.0
        )),
        _ => format!(
            "<rect x=\"{left:.1}\" y=\"{top:.1}\" width=\"{:.1}\" height=\"{:.1}\" rx=\"{}\" {paint}/>\n",
            half.x * 2.0,
            half.y * 2.0,
            if rounded { 8 } else { 2 }
        ),
    }
}

/// A line with its way and its label, which lies in the middle of the way.
struct Arrow<'v> {
    line: &'v Line<'v>,
    label: Vec<String>,
    /// Half of the width and height of the label.
    half: Point,
    place: Point,
    start: Point,
    control: Point,
    end: Point,
}

impl<'v> Arrow<'v> {
    fn new(view: &View, line: &'v Line) -> Self {
        let labels = view.labels(line.facts);
        let label: Vec<String> = labels.iter().flat_map(|label| wrapped(label, view.drawing.columns)).collect();
        let wide = label.iter().map(|text| width(text, SMALL)).fold(0.0, f64::max);
        let half = Point { x: wide / 2.0, y: SMALL * 0.65 * number(label.len()) };
        let origin = Point::default();
        Self { line, label, half, place: origin, start: origin, control: origin, end: origin }
    }

    /// Leads the line from border to border by `place`.
    fn lead(&mut self, place: Point, nodes: &BTreeMap<ThingId, Node>) {
        let (Some(from), Some(to)) = (nodes.get(&self.line.from), nodes.get(&self.line.to)) else { return };
        let control = place * 2.0 - (from.place + to.place) * 0.5;
        self.start = from.border(control);
        self.end = to.border(control);
        // The ends have moved, and the curve shall still go through the place.
        self.control = place * 2.0 - (self.start + self.end) * 0.5;
        self.place = place;
    }
}

impl Arrow<'_> {
    /// Places as far out as the line and its label reach.
    fn corners(&self) -> [Point; 4] {
        let on_curve = |at: f64| {
            let left = 1.0 - at;
            self.start * (left * left) + self.control * (2.0 * left * at) + self.end * (at * at)
        };
        [on_curve(0.25), on_curve(0.75), self.place - self.half, self.place + self.half]
    }

    fn draw(&self, view: &View, out: &mut Svg) {
        let stroke = view.drawing.stroke(self.line.status);
        let width = 1.1 * self.line.width();
        out.add(format_args!(
            "<path d=\"M{:.1} {:.1}Q{:.1} {:.1} {:.1} {:.1}\" stroke=\"{}\" stroke-width=\"{width:.2}\"{}/>",
            self.start.x,
            self.start.y,
            self.control.x,
            self.control.y,
            self.end.x,
            self.end.y,
            escape(&stroke.colour),
            dashes(stroke)
        ));
        let way = self.end - self.control;
        let way = if way.length() < 1e-6 { self.end - self.start } else { way };
        if way.length() < 1e-6 || (self.line.mutual && self.line.status != Status::Denied) {
            return;
        }
        let along = way * (1.0 / way.length());
        let across = Point { x: -along.y, y: along.x };
        let size = 5.5 + width;
        if self.line.status == Status::Denied {
            let (a, b) = (self.end + across * size, self.end - across * size);
            out.add(format_args!(
                "<path d=\"M{:.1} {:.1}L{:.1} {:.1}\" stroke=\"{}\" stroke-width=\"2.4\"/>",
                a.x,
                a.y,
                b.x,
                b.y,
                escape(&stroke.colour)
            ));
            return;
        }
        let base = self.end - along * size;
        let (a, b) = (base + across * (size * 0.42), base - across * (size * 0.42));
        out.add(format_args!(
            "<path d=\"M{:.1} {:.1}L{:.1} {:.1}L{:.1} {:.1}Z\" fill=\"{}\"/>",
            self.end.x,
            self.end.y,
            a.x,
            a.y,
            b.x,
            b.y,
            escape(&stroke.colour)
        ));
    }

    fn draw_label(&self, view: &View, out: &mut Svg) {
        if self.label.is_empty() {
            return;
        }
        let colour = escape(&view.drawing.stroke(self.line.status).colour);
        let quotes: Vec<String> = self.line.quotes().into_iter().map(escape).collect();
        out.add(format_args!("<g font-size=\"{SMALL}\" fill=\"{colour}\"><title>{}</title>", quotes.join("\n")));
        out.add(format_args!(
            "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\" fill=\"#FFFFFF\" fill-opacity=\"0.9\"/>",
            self.place.x - self.half.x - 1.0,
            self.place.y - self.half.y,
            self.half.x * 2.0 + 2.0,
            self.half.y * 2.0
        ));
        let first = self.place.y - SMALL * 1.25 * (number(self.label.len()) - 1.0) / 2.0 + SMALL * 0.36;
        let mut y = first;
        for text in &self.label {
            out.add(format_args!("<text x=\"{:.1}\" y=\"{y:.1}\">{}</text>", self.place.x, escape(text)));
            y += SMALL * 1.25;
        }
        out.add(format_args!("</g>"));
    }
}

fn dashes(stroke: &Stroke) -> &'static str {
    match stroke.style {
        Style::Solid => "",
        Style::Dashed => " stroke-dasharray=\"6 4\"",
        Style::Dotted => " stroke-dasharray=\"1.5 3.5\" stroke-linecap=\"round\"",
    }
}

/// Legend and caption.
struct Below<'v> {
    view: &'v View<'v>,
}

/// What stands below a picture, from 0, 0 downwards.
struct Drawn {
    text: String,
    height: f64,
}

/// Height of a line below the picture.
const ROW: f64 = 24.0;

impl<'v> Below<'v> {
    fn new(view: &'v View) -> Self {
        Self { view }
    }

    /// Draws legend and caption in lines no wider than `room`.
    fn draw(&self, room: f64) -> Drawn {
        let mut out = Svg::default();
        let view = self.view;
        let legend = &view.words().legend;
        let mut y = BELOW;
        let indent = width(legend, BELOW) + 14.0;
        let mut x = indent;
        if !view.classes().is_empty() {
            out.add(format_args!("<text x=\"0\" y=\"{y:.1}\" font-weight=\"bold\">{}</text>", escape(legend)));
        }
        for class in view.classes() {
            let look = view.drawing.look(view.ontology, class);
            let label = view.class_label(class);
            let half = Point { x: width(&label, BELOW) / 2.0 + 12.0, y: 9.0 };
            if x + half.x * 2.0 > room && x > indent {
                x = indent;
                y += ROW + 4.0;
            }
            let paint = format!("fill=\"{}\" stroke=\"{}\"", escape(&look.fill), escape(&look.line));
            let middle = Point { x: x + half.x, y: y - 4.0 };
            out.text.push_str(&shape(&look.shape, look.rounded, middle, half, &paint));
            out.add(format_args!(
                "<text x=\"{:.1}\" y=\"{y:.1}\" text-anchor=\"middle\" fill=\"#1F1F1F\">{}</text>",
                middle.x,
                escape(&label)
            ));
            x += half.x * 2.0 + 16.0;
        }
        let lines = view.line_legend();
        if !lines.is_empty() {
            y += ROW + 4.0;
            x = indent;
        }
        for (status, words) in lines {
            let wide = width(words, BELOW) + 40.0;
            if x + wide > room && x > indent {
                x = indent;
                y += ROW;
            }
            let stroke = view.drawing.stroke(status.unwrap_or(Status::Asserted));
            let thickness = if status.is_some() { 1.4 } else { 3.2 };
            out.add(format_args!(
                "<path d=\"M{x:.1} {:.1}h30\" stroke=\"{}\" stroke-width=\"{thickness}\" fill=\"none\"{}/>",
                y - 4.0,
                escape(&stroke.colour),
                dashes(stroke)
            ));
            out.add(format_args!("<text x=\"{:.1}\" y=\"{y:.1}\">{}</text>", x + 36.0, escape(words)));
            x += wide + 22.0;
        }
        if !view.classes().is_empty() {
            y += ROW + 2.0;
        }
        x = 0.0;
        for sentence in view.caption() {
            let wide = width(&sentence, BELOW);
            if x > 0.0 && x + wide > room {
                x = 0.0;
                y += ROW - 4.0;
            }
            out.add(format_args!("<text x=\"{x:.1}\" y=\"{y:.1}\" fill=\"#555555\">{}</text>", escape(&sentence)));
            x += wide + BELOW * 1.5;
        }
        Drawn { text: out.text, height: y }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_as_wide_as_their_characters() {
        assert!((width("伊宁县", 10.0) - 30.0).abs() < 1e-9);
        assert!((width("IBM\u{301}", 10.0) - 16.8).abs() < 1e-9);
    }
}
