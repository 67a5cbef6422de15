//! How pictures of the graph look and what they say: what DOT, SVG, PNG, Mermaid, GEXF and the page have in common.
//!
//! In: a [`Part`] of the graph. Out: a [`View`] of it, which knows the look of each thing and line, their labels, the legend and the caption.
//! How things look and how a picture speaks is known to `data/drawing.toml`.

use crate::analysis::layout::{Extent, Point};
use crate::analysis::measures::{Measure, Measures};
use crate::analysis::{Part, number};
use crate::error::{Error, Mistake, Result};
use crate::facts::{Fact, Facts, Target, ThingId};
use crate::ontology::{Language, Ontology};
use crate::resource::Resources;
use serde::Deserialize;
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use unicode_width::UnicodeWidthChar as _;

/// How pictures look.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Drawing {
    pub(super) fonts: Vec<String>,
    /// How many things a picture shows if nobody asks for another number.
    pub things: usize,
    /// How many things a page shows that can be searched and zoomed.
    pub page_things: usize,
    pub(super) columns: usize,
    details: usize,
    default: Look,
    class: BTreeMap<String, Look>,
    status: Statuses,
    words: BTreeMap<String, Words>,
    pub(super) page: BTreeMap<String, BTreeMap<String, String>>,
}

/// The look of a class.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Look {
    pub(super) shape: String,
    #[serde(default)]
    pub(super) rounded: bool,
    #[serde(default)]
    pub(super) bare: bool,
    pub(super) fill: String,
    pub(super) line: String,
}

/// The look of statements, by status.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Statuses {
    asserted: Stroke,
    planned: Stroke,
    denied: Stroke,
    reported: Stroke,
}

/// The look of a line.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Stroke {
    pub(super) colour: String,
    /// On a dark ground.
    pub(super) dark: String,
    pub(super) style: Style,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(super) enum Style {
    Solid,
    Dashed,
    Dotted,
}

impl Style {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Solid => "solid",
            Self::Dashed => "dashed",
            Self::Dotted => "dotted",
        }
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Words {
    shown: String,
    unlinked: String,
    near: String,
    least: String,
    sources: String,
    pub(super) legend: String,
    planned: String,
    denied: String,
    reported: String,
    width: String,
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
            if !drawing.words.contains_key(language) || !drawing.page.contains_key(language) {
                let message = format!("needs the tables [words.{language}] and [page.{language}]");
                return Err(mistake(&file.name, 0, message));
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

    /// The look of a class: its own, or that of the nearest class above it.
    pub(super) fn look(&self, ontology: &Ontology, class: &str) -> &Look {
        let above = || {
            let class = ontology.class(class)?;
            self.class
                .iter()
                .find(|(name, _)| ontology.class(name).is_some_and(|above| ontology.is_a(class, above)))
                .map(|(_, look)| look)
        };
        self.class.get(class).or_else(above).unwrap_or(&self.default)
    }

    /// The colours in which a class is filled and outlined, as `#RRGGBB`.
    pub fn colours(&self, ontology: &Ontology, class: &str) -> (&str, &str) {
        let look = self.look(ontology, class);
        (&look.fill, &look.line)
    }

    pub(super) fn stroke(&self, status: Status) -> &Stroke {
        match status {
            Status::Asserted => &self.status.asserted,
            Status::Planned => &self.status.planned,
            Status::Denied => &self.status.denied,
            Status::Reported => &self.status.reported,
        }
    }
}

/// How far the statements behind a line hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Status {
    /// At least one of them is asserted, or they differ.
    Asserted,
    /// All are planned.
    Planned,
    /// All are denied.
    Denied,
    /// All are reported.
    Reported,
}

impl Status {
    pub(super) fn of(facts: &[&Fact]) -> Self {
        let all = |status: &str| facts.iter().all(|fact| fact.status == status);
        if all("planned") {
            Self::Planned
        } else if all("denied") {
            Self::Denied
        } else if all("reported") {
            Self::Reported
        } else {
            Self::Asserted
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Asserted => "asserted",
            Self::Planned => "planned",
            Self::Denied => "denied",
            Self::Reported => "reported",
        }
    }
}

/// All statements from one thing to another, as one line.
#[derive(Debug)]
pub(super) struct Line<'v> {
    pub(super) from: ThingId,
    pub(super) to: ThingId,
    pub(super) facts: &'v [&'v Fact],
    pub(super) status: Status,
    /// How many documents say so.
    pub(super) documents: usize,
    /// Whether it has no direction.
    pub(super) mutual: bool,
}

impl Line<'_> {
    /// How thick the line is: one unit for one document, at most four.
    pub(super) fn width(&self) -> f64 {
        number(self.documents).sqrt().min(4.0)
    }

    /// A few of the words that say so.
    pub(super) fn quotes(&self) -> Vec<&str> {
        self.facts.iter().flat_map(|fact| &fact.evidence).map(|quote| quote.words.as_str()).take(QUOTES).collect()
    }
}

/// How many quotes a tooltip shows.
const QUOTES: usize = 6;

/// How many posts or roles a label names.
const TITLES: usize = 3;

/// A part of the graph as a picture or a table for other tools shows it.
pub struct View<'v> {
    /// The whole graph.
    pub facts: &'v Facts,
    /// What is shown of it.
    pub part: &'v Part<'v>,
    /// How it looks.
    pub drawing: &'v Drawing,
    /// What classes and relations are called.
    pub ontology: &'v Ontology,
    /// In which language.
    pub language: Language,
    measures: OnceCell<Measures>,
}

impl<'v> View<'v> {
    /// A view of `part`.
    pub fn new(
        facts: &'v Facts,
        part: &'v Part<'v>,
        drawing: &'v Drawing,
        ontology: &'v Ontology,
        language: Language,
    ) -> Self {
        Self { facts, part, drawing, ontology, language, measures: OnceCell::new() }
    }

    /// The measures of a thing in the whole graph.
    pub(super) fn measure(&self, thing: ThingId) -> Measure {
        let whole = || crate::analysis::Network::new(self.facts, |_| true).measures();
        self.measures.get_or_init(whole).of(thing)
    }

    /// Places for the things; see [`crate::analysis::layout`].
    pub(super) fn layout(&self, extent: impl Fn(ThingId) -> Extent) -> BTreeMap<ThingId, Point> {
        self.part.layout(extent)
    }

    pub(super) fn words(&self) -> &Words {
        self.drawing.words(self.language)
    }

    pub(super) fn look(&self, thing: ThingId) -> &Look {
        self.drawing.look(self.ontology, &self.facts.thing(thing).class)
    }

    /// The name of a thing, or its IRI if the name is blank.
    pub(super) fn name(&self, thing: ThingId) -> &str {
        let thing = self.facts.thing(thing);
        if thing.name.trim().is_empty() { &thing.iri } else { &thing.name }
    }

    pub(super) fn class_label(&self, class: &str) -> String {
        self.ontology.class_label(class, self.language)
    }

    pub(super) fn property_label(&self, property: &str) -> String {
        self.ontology.property_label(property, self.language)
    }

    /// The lines between the things of the part, by subject and object.
    pub(super) fn lines(&self) -> Vec<Line<'_>> {
        let mutual = |fact: &&Fact| {
            let property = self.ontology.property(&fact.property);
            property.is_some_and(|property| self.ontology.is_symmetric(property))
        };
        let line = |(from, to, facts)| {
            let facts: &[&Fact] = facts;
            let documents = facts.iter().map(|fact| fact.document).collect::<BTreeSet<_>>().len();
            let (status, mutual) = (Status::of(facts), facts.iter().all(mutual));
            Line { from, to, facts, status, documents, mutual }
        };
        self.part.edges().map(line).collect()
    }

    /// For each thing of the part how much of a hub it is there, from 0 to 1.
    pub(super) fn shares(&self) -> BTreeMap<ThingId, f64> {
        let mut degrees: BTreeMap<ThingId, usize> = self.part.things.iter().map(|&thing| (thing, 0)).collect();
        for (from, to, _) in self.part.edges() {
            for end in [from, to] {
                *degrees.entry(end).or_default() += 1;
            }
        }
        let most = number(degrees.values().copied().max().unwrap_or(1).max(1));
        degrees.into_iter().map(|(thing, degree)| (thing, (number(degree) / most).sqrt())).collect()
    }

    /// The relations of a line with the posts or roles, each once: 任职：会长、理事.
    pub(super) fn labels(&self, facts: &[&Fact]) -> Vec<String> {
        let mut titles: Vec<(&str, Vec<&str>)> = Vec::new();
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
        }
        let words = self.words();
        let label = |(property, titles): (&str, Vec<&str>)| {
            let property = self.property_label(property);
            if titles.is_empty() {
                return property;
            }
            let mut shown = titles.get(..TITLES.min(titles.len())).unwrap_or_default().join(&words.and);
            if titles.len() > TITLES {
                shown.push('\u{2026}');
            }
            words.titled.replace("{property}", &property).replace("{title}", &shown)
        };
        titles.into_iter().map(label).collect()
    }

    /// Dates and figures of the things of the part, a few of each.
    pub(super) fn details(&self) -> BTreeMap<ThingId, Vec<String>> {
        let mut details: BTreeMap<ThingId, Vec<String>> = BTreeMap::new();
        let mut add = |thing: ThingId, detail: String| {
            let list = details.entry(thing).or_default();
            if self.part.things.contains(&thing) && list.len() < self.drawing.details && !list.contains(&detail) {
                list.push(detail);
            }
        };
        for fact in self.facts.statements.iter().filter(|fact| fact.is_stated()) {
            if let Target::Value(date) = &fact.object {
                let property = self.property_label(&fact.property);
                add(fact.subject, self.words().dated.replace("{property}", &property).replace("{date}", date));
            }
        }
        for figure in &self.facts.quantities {
            if let (Some(thing), Some((_, number))) = (figure.subject, &figure.number)
                && !figure.measure.is_empty()
            {
                add(thing, format!("{} {number}", figure.measure));
            }
        }
        details
    }

    /// What is said of a thing when the mouse rests on it: name and class, other names, IRI.
    pub(super) fn tooltip(&self, thing: ThingId) -> String {
        let node = self.facts.thing(thing);
        let mut lines = vec![format!("{} ({})", node.name, self.class_label(&node.class))];
        lines.extend(node.aliases.iter().cloned());
        lines.push(node.iri.clone());
        lines.join("\n")
    }

    /// The classes of the things of the part.
    pub(super) fn classes(&self) -> BTreeSet<&str> {
        let classes = self.part.things.iter().map(|&thing| self.facts.thing(thing).class.as_str());
        classes.filter(|class| !class.is_empty()).collect()
    }

    /// What the kinds of lines mean that occur, each with its status.
    pub(super) fn line_legend(&self) -> Vec<(Option<Status>, &str)> {
        let words = self.words();
        let lines = self.lines();
        let mut legend: Vec<(Option<Status>, &str)> =
            [(Status::Planned, &words.planned), (Status::Denied, &words.denied), (Status::Reported, &words.reported)]
                .into_iter()
                .filter(|(status, _)| lines.iter().any(|line| line.status == *status))
                .map(|(status, words)| (Some(status), words.as_str()))
                .collect();
        if lines.iter().any(|line| line.documents > 1) {
            legend.push((None, &words.width));
        }
        legend
    }

    /// What stands between the sentences of legend and caption.
    pub(super) fn separator(&self) -> &'static str {
        match self.language {
            Language::Chinese => "\u{3000}",
            Language::English => "; ",
        }
    }

    /// What is shown, what was cut, and where it comes from.
    pub(super) fn caption(&self) -> Vec<String> {
        let words = self.words();
        let centres = &self.part.selection.around;
        let names: Vec<&str> = centres.iter().map(|&centre| self.facts.thing(centre).name.as_str()).collect();
        let shown = self.part.things.len();
        let unlinked = self.facts.things.len().saturating_sub(self.part.linked);
        let fill = |words: &str| {
            words
                .replace("{shown}", &shown.to_string())
                .replace("{all}", &self.facts.things.len().to_string())
                .replace("{edges}", &self.part.edges().count().to_string())
                .replace("{all_edges}", &self.part.all_edges.to_string())
                .replace("{unlinked}", &unlinked.to_string())
                .replace("{hops}", &self.part.selection.hops.to_string())
                .replace("{documents}", &self.facts.documents.len().to_string())
                .replace("{names}", &names.join(self.separator()))
        };
        let mut caption = vec![fill(&words.shown)];
        if !centres.is_empty() {
            caption.push(fill(&words.near));
        }
        if shown < self.part.candidates {
            caption.push(fill(&words.least));
        }
        if unlinked > 0 && centres.is_empty() {
            caption.push(fill(&words.unlinked));
        }
        caption.push(fill(&words.sources));
        caption
    }
}

/// `text` in lines of about equal width, none wider than `columns` unless a word is.
pub(super) fn wrapped(text: &str, columns: usize) -> Vec<String> {
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
