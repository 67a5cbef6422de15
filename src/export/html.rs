//! Writes a part of the graph as one HTML file that needs nothing else: search, filters, a picture to move about in, and the evidence
//! of each statement. It sends no request, and its security policy lets none through.
//!
//! `html/page.js` and `html/page.css` beside this file are the program of the page; places come from [`crate::analysis::layout`].

use super::drawing::{Status, View, wrapped};
use super::svg::width;
use crate::analysis::layout::Extent;
use crate::analysis::number;
use crate::facts::{Fact, Quote, Target, ThingId};
use crate::ontology::Language;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet};

const PAGE: &str = include_str!("html/page.html");
const STYLE: &str = include_str!("html/page.css");
const SCRIPT: &str = include_str!("html/page.js");

/// Size of letters in the picture.
const LETTERS: f64 = 12.0;

/// Writes what `view` shows.
pub fn write(view: &View) -> String {
    let words = |key: &str| view.drawing.page.get(code(view.language)).and_then(|words| words.get(key));
    let word = |key: &str| super::xml::escape(words(key).map(String::as_str).unwrap_or_default());
    // Inside a script only `<` can end or open something, and JSON writes it by number as well.
    let data =
        data(view).to_string().replace('<', "\\u003c").replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029");
    let parts: BTreeMap<&str, String> = BTreeMap::from([
        ("lang", code(view.language).to_owned()),
        ("title", word("title")),
        ("noscript", word("noscript")),
        ("style-hash", hash(STYLE)),
        ("script-hash", hash(SCRIPT)),
        ("style", STYLE.to_owned()),
        ("script", SCRIPT.to_owned()),
        ("data", data),
    ]);
    fill(PAGE, &parts)
}

/// `template` with each `{name}` of `parts` replaced; what is put in is not looked at again.
fn fill(template: &str, parts: &BTreeMap<&str, String>) -> String {
    let mut out = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        match after.split_once('}').and_then(|(name, behind)| Some((parts.get(name)?, behind))) {
            Some((part, behind)) => {
                out.push_str(part);
                rest = behind;
            }
            None => {
                out.push('{');
                rest = after;
            }
        }
    }
    out + rest
}

/// The hash by which a security policy allows a script or style.
fn hash(text: &str) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digest = Sha256::digest(text.as_bytes());
    let mut out = String::from("sha256-");
    for bytes in digest.chunks(3) {
        let byte = |at: usize| u32::from(bytes.get(at).copied().unwrap_or(0));
        let group = (byte(0) << 16) | (byte(1) << 8) | byte(2);
        for (at, shift) in [18_u32, 12, 6, 0].into_iter().enumerate() {
            let digit = usize::try_from((group >> shift) & 63).unwrap_or(0);
            out.push(if at <= bytes.len() { char::from(DIGITS[digit]) } else { '=' });
        }
    }
    out
}

fn code(language: Language) -> &'static str {
    match language {
        Language::Chinese => "zh",
        Language::English => "en",
    }
}

/// All that the page shows.
fn data(view: &View) -> Value {
    let mut documents = Documents::default();
    let classes: Vec<&str> = view
        .part
        .things
        .iter()
        .map(|&thing| view.facts.thing(thing).class.as_str())
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect();
    let properties: Vec<&str> = view
        .facts
        .statements
        .iter()
        .filter(|fact| view.part.things.contains(&fact.subject))
        .map(|fact| fact.property.as_str())
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect();
    let index = Index { classes: &classes, properties: &properties };
    let things = things(view, &index, &mut documents);
    let links = links(view, &index, &mut documents);
    let labels = |label: &dyn Fn(Language) -> String| (label(Language::Chinese), label(Language::English));
    let class = |name: &&str| {
        let look = view.drawing.look(view.ontology, name);
        let (zh, en) = labels(&|language| view.ontology.class_label(name, language));
        let shape = if look.rounded { "rounded" } else { look.shape.as_str() };
        json!({ "name": name, "zh": zh, "en": en, "fill": look.fill, "line": look.line, "shape": shape })
    };
    let property = |name: &&str| {
        let (zh, en) = labels(&|language| view.ontology.property_label(name, language));
        json!({ "name": name, "zh": zh, "en": en })
    };
    let words = |language: Language, key: &str| {
        view.drawing.page.get(code(language)).and_then(|words| words.get(key)).cloned().unwrap_or_default()
    };
    let status = |status: &Status| {
        let stroke = view.drawing.stroke(*status);
        let (zh, en) = labels(&|language| words(language, status.name()));
        json!({ "name": status.name(), "zh": zh, "en": en, "colour": stroke.colour, "dark": stroke.dark, "style": stroke.style.name() })
    };
    let caption =
        |language: Language| View::new(view.facts, view.part, view.drawing, view.ontology, language).caption();
    json!({
        "language": code(view.language),
        "words": view.drawing.page,
        "caption": { "zh": caption(Language::Chinese), "en": caption(Language::English) },
        "fonts": view.drawing.fonts.iter().map(|font| format!("\"{}\"", font.replace(['"', '\\'], ""))).collect::<Vec<_>>().join(", "),
        "classes": classes.iter().map(class).collect::<Vec<_>>(),
        "properties": properties.iter().map(property).collect::<Vec<_>>(),
        "statuses": STATUSES.iter().map(status).collect::<Vec<_>>(),
        "ranked": view.part.linked,
        "things": things,
        "links": links,
        "documents": documents.list(view),
    })
}

/// In the order in which the page numbers them.
const STATUSES: [Status; 4] = [Status::Asserted, Status::Planned, Status::Denied, Status::Reported];

/// The numbers that stand for classes and properties.
struct Index<'i> {
    classes: &'i [&'i str],
    properties: &'i [&'i str],
}

/// The documents that the page names, by the order in which they come up.
#[derive(Default)]
struct Documents {
    numbers: BTreeMap<usize, usize>,
    order: Vec<usize>,
}

impl Documents {
    fn number(&mut self, document: usize) -> usize {
        *self.numbers.entry(document).or_insert_with(|| {
            self.order.push(document);
            self.order.len() - 1
        })
    }

    fn list(&self, view: &View) -> Vec<Value> {
        let document = |&document: &usize| {
            let source = view.facts.documents.get(document);
            json!({
                "id": source.map(|source| source.id.as_str()),
                "title": source.and_then(|source| source.title.as_deref()),
                "date": source.and_then(|source| source.issued.as_deref()),
            })
        };
        self.order.iter().map(document).collect()
    }

    /// Sentences with the words in question: text, first and last character of these words, document.
    fn quotes<'q>(&mut self, quotes: impl IntoIterator<Item = &'q Quote>) -> Vec<Value> {
        let mut seen = BTreeSet::new();
        let mut list = Vec::new();
        for quote in quotes {
            let (start, sentence) = match &quote.sentence {
                Some((place, sentence)) => (place.start, sentence.as_str()),
                None => (quote.place.start, quote.words.as_str()),
            };
            // The same sentence in reprints is shown once.
            if seen.insert((sentence, quote.place.start - start.min(quote.place.start))) {
                let from = quote.place.start.saturating_sub(start);
                let to = quote.place.end.saturating_sub(start);
                list.push(json!([sentence, from, to, self.number(quote.place.document)]));
            }
        }
        list
    }
}

fn things(view: &View, index: &Index, documents: &mut Documents) -> Vec<Value> {
    let shares = view.shares();
    let places_by_rank: BTreeMap<ThingId, usize> =
        view.part.network.by_rank().into_iter().enumerate().map(|(place, thing)| (thing, place + 1)).collect();
    let lines: BTreeMap<ThingId, Vec<String>> =
        view.part.things.iter().map(|&thing| (thing, wrapped(view.name(thing), view.drawing.columns))).collect();
    let extent = |thing: ThingId| {
        let lines = lines.get(&thing).map_or(&[][..], Vec::as_slice);
        let wide = lines.iter().map(|line| width(line, LETTERS)).fold(0.0, f64::max);
        Extent { width: wide + 22.0, height: number(lines.len()) * LETTERS * 1.28 + 10.0 }
    };
    let places = view.layout(|thing| {
        let extent = extent(thing);
        Extent { width: extent.width + 30.0, height: extent.height + 26.0 }
    });
    let mut dates = dates(view, index, documents);
    let mut figures = figures(view, documents);
    view.part
        .things
        .iter()
        .map(|&id| {
            let (thing, measure, extent) = (view.facts.thing(id), view.measure(id), extent(id));
            let place = places.get(&id).copied().unwrap_or_default();
            json!({
                "name": view.name(id),
                "lines": lines.get(&id),
                "c": index.classes.iter().position(|class| *class == thing.class),
                "aliases": thing.aliases,
                "code": thing.notation,
                "iri": thing.iri,
                "mentions": thing.mentions.len(),
                "x": place.x.round(), "y": place.y.round(), "w": extent.width.round(), "h": extent.height.round(),
                "share": (shares.get(&id).copied().unwrap_or(0.0) * 100.0).round() / 100.0,
                "rank": super::columns::rounded(measure.rank),
                "place": places_by_rank.get(&id),
                "degree": measure.degree,
                "betweenness": super::columns::rounded(measure.betweenness),
                "community": measure.community,
                "dates": dates.remove(&id).unwrap_or_default(),
                "figures": figures.remove(&id).unwrap_or_default(),
            })
        })
        .collect()
}

/// What tells statements apart that several documents may make.
fn key(fact: &Fact) -> (String, String, Option<String>, Option<String>, Option<String>, Target) {
    (
        fact.property.clone(),
        fact.status.clone(),
        fact.title.clone(),
        fact.time.clone(),
        fact.amount.clone(),
        fact.object.clone(),
    )
}

/// Statements that say the same as one, in the order in which they come up, with the evidence of all documents.
fn merged(facts: &[&Fact], index: &Index, documents: &mut Documents) -> Vec<Value> {
    let mut groups: Vec<Vec<&Fact>> = Vec::new();
    let mut numbers = BTreeMap::new();
    for &fact in facts {
        let number = *numbers.entry(key(fact)).or_insert_with(|| {
            groups.push(Vec::new());
            groups.len() - 1
        });
        if let Some(group) = groups.get_mut(number) {
            group.push(fact);
        }
    }
    groups
        .iter()
        .filter_map(|group| {
            let first = group.first()?;
            let value = match &first.object {
                Target::Value(value) => Some(value),
                Target::Thing(_) => None,
            };
            let status = STATUSES.iter().position(|status| status.name() == first.status);
            Some(json!({
                "p": index.properties.iter().position(|property| *property == first.property),
                "status": status.unwrap_or(0),
                "title": first.title,
                "time": first.time,
                "amount": first.amount,
                "value": value,
                "quotes": documents.quotes(group.iter().flat_map(|fact| &fact.evidence)),
            }))
        })
        .collect()
}

fn dates(view: &View, index: &Index, documents: &mut Documents) -> BTreeMap<ThingId, Vec<Value>> {
    let mut dates: BTreeMap<ThingId, Vec<&Fact>> = BTreeMap::new();
    for fact in &view.facts.statements {
        if matches!(fact.object, Target::Value(_)) && view.part.things.contains(&fact.subject) {
            dates.entry(fact.subject).or_default().push(fact);
        }
    }
    dates.into_iter().map(|(thing, facts)| (thing, merged(&facts, index, documents))).collect()
}

/// So many figures are shown of a thing.
const FIGURES: usize = 30;

fn figures(view: &View, documents: &mut Documents) -> BTreeMap<ThingId, Vec<Value>> {
    let mut figures: BTreeMap<ThingId, Vec<Value>> = BTreeMap::new();
    for figure in &view.facts.quantities {
        let Some(thing) = figure.subject.filter(|thing| view.part.things.contains(thing)) else { continue };
        let list = figures.entry(thing).or_default();
        if list.len() < FIGURES {
            let number = figure.number.as_ref().map_or(&figure.value, |(_, words)| words);
            list.push(json!({
                "measure": figure.measure, "number": number, "time": figure.time, "quotes": documents.quotes(&figure.evidence),
            }));
        }
    }
    figures
}

fn links(view: &View, index: &Index, documents: &mut Documents) -> Vec<Value> {
    let numbers: BTreeMap<ThingId, usize> =
        view.part.things.iter().enumerate().map(|(number, &thing)| (thing, number)).collect();
    view.lines()
        .iter()
        .map(|line| {
            json!({
                "s": numbers.get(&line.from),
                "t": numbers.get(&line.to),
                "mutual": line.mutual,
                "documents": line.documents,
                "facts": merged(line.facts, index, documents),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_those_of_browsers() {
        assert_eq!(hash(""), "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
    }

    #[test]
    fn what_is_put_in_is_not_looked_at_again() {
        let parts = BTreeMap::from([("a", "{b}".to_owned()), ("b", "no".to_owned())]);
        assert_eq!(fill("x {a} {c} {", &parts), "x {b} {c} {");
    }
}
