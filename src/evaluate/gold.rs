//! Scores what was read in documents against what annotators read in them.
//!
//! In: annotated documents, `<id>.json` beside `<id>.txt`, and what was found in the same texts, in the same form
//! (that of `wenmai extract`). Out: precision, recall and F1 of nine measures over all documents together, and of each
//! class and relation; and every item that was missed or wrong.
//!
//! | measure | counts |
//! |---|---|
//! | `entities` | distinct names of a document with their class |
//! | `entities.coarse` | the same, classes folded to person, place, organization and other |
//! | `surfaces` | distinct names, whatever their class |
//! | `resolution` | pairs of names that mean one thing, among the names that both sides have |
//! | `relations` | subject, relation, object; things stand for one another if they share a name |
//! | `relations.title` | posts with their titles |
//! | `dates` | subject, kind, value |
//! | `quantities` | value and unit |
//! | `quantities.full` | the same with limit and subject |
//!
//! What annotators marked as optional is neither wanted nor counted as wrong.

use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

/// What a document says, as annotators write it and as `wenmai extract` prints it.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Annotation {
    /// Name of the document.
    pub id: String,
    /// Day of publication, if known.
    #[serde(default)]
    pub published: Option<String>,
    #[serde(default)]
    entities: Vec<Thing>,
    #[serde(default)]
    relations: Vec<Relation>,
    #[serde(default)]
    dates: Vec<Dated>,
    #[serde(default)]
    quantities: Vec<Number>,
}

#[derive(Clone, Debug, Deserialize)]
struct Thing {
    id: String,
    #[serde(rename = "type")]
    class: String,
    #[serde(default)]
    name: Option<String>,
    surfaces: Vec<String>,
    #[serde(default)]
    optional: bool,
    #[serde(default)]
    mentions: Vec<Mention>,
}

/// Where a thing is named, in characters.
#[derive(Clone, Debug, Deserialize)]
struct Mention {
    start: usize,
    end: usize,
    #[serde(default)]
    found_by: String,
}

#[derive(Clone, Debug, Deserialize)]
struct Relation {
    s: String,
    p: String,
    o: String,
    #[serde(default)]
    title: Option<String>,
    #[serde(flatten)]
    source: Source,
}

#[derive(Clone, Debug, Deserialize)]
struct Dated {
    s: String,
    p: String,
    value: String,
    #[serde(flatten)]
    source: Source,
}

#[derive(Clone, Debug, Deserialize)]
struct Number {
    #[serde(default)]
    s: Option<String>,
    value: f64,
    unit: String,
    #[serde(default = "exactly")]
    bound: String,
    #[serde(default)]
    text: String,
    #[serde(flatten)]
    source: Source,
}

/// What every item may have besides what it says.
#[derive(Clone, Debug, Deserialize)]
struct Source {
    #[serde(default)]
    optional: bool,
    #[serde(default)]
    evidence: String,
    #[serde(default)]
    found_by: String,
}

fn exactly() -> String {
    "=".to_owned()
}

/// An annotated document.
#[derive(Clone, Debug)]
pub struct Gold {
    /// What annotators read in it.
    pub annotation: Annotation,
    /// The file with its text.
    pub text: PathBuf,
}

/// The annotated documents of a folder, by file name.
///
/// # Errors
/// If the folder or one of its `.json` files cannot be read, or if there is none.
pub fn read(folder: &Path) -> Result<Vec<Gold>> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(Error::io("read", folder))? {
        let path = entry.map_err(Error::io("read", folder))?.path();
        if path.extension().is_some_and(|extension| extension == "json") {
            paths.push(path);
        }
    }
    paths.sort();
    if paths.is_empty() {
        let folder = folder.display();
        return Err(Error::Argument(format!("{folder}: no annotated document; they are pairs <id>.txt and <id>.json")));
    }
    let read = |path: PathBuf| {
        let json = fs::read_to_string(&path).map_err(Error::io("read", &path))?;
        let annotation = parse(&json, &path.display().to_string())?;
        Ok(Gold { annotation, text: path.with_extension("txt") })
    };
    paths.into_iter().map(read).collect()
}

/// Reads one JSON object; `origin` is named where it is not of the form.
///
/// # Errors
/// If `json` is not of the form of [`Annotation`].
pub fn parse(json: &str, origin: &str) -> Result<Annotation> {
    serde_json::from_str(json)
        .map_err(|e| Error::Input { origin: origin.to_owned(), reason: format!("not an annotated document: {e}") })
}

/// One document: what it says, what was found, and its text.
#[derive(Clone, Debug)]
pub struct Case {
    /// What annotators read in it.
    pub gold: Annotation,
    /// What is to be judged.
    pub found: Annotation,
    /// The text that both were read from.
    pub text: String,
}

/// Percentages, rounded to one digit behind the point, and what they were counted from.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Row {
    /// Precision.
    #[serde(rename = "P")]
    pub precision: f64,
    /// Recall.
    #[serde(rename = "R")]
    pub recall: f64,
    /// The harmonic mean of the two.
    #[serde(rename = "F1")]
    pub f1: f64,
    /// Items wanted.
    pub gold: usize,
    /// Items found, without those that are optional.
    pub found: usize,
}

/// How an item fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Fault {
    /// Found and not in the gold.
    Wrong,
    /// In the gold and not found.
    Missed,
}

/// Items that failed for the same reason.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Group {
    /// How they fail.
    pub fault: Fault,
    /// The rule or list that read the wrong ones; the relation or class of the missed ones.
    pub name: String,
    /// The items, by measure and document.
    pub items: Vec<Failure>,
}

/// One item that was missed or wrong.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Failure {
    /// The measure that counts it.
    pub measure: String,
    /// Name of the document.
    pub document: String,
    /// What it says.
    pub says: String,
    /// The words it was read from, where they are known.
    pub evidence: String,
}

/// How good the reading of all documents was.
#[derive(Clone, Debug, Default)]
pub struct Scores {
    tallies: BTreeMap<String, Tally>,
}

/// The measures in the order in which they are shown.
const MEASURES: [&str; 9] = [
    "entities",
    "entities.coarse",
    "surfaces",
    "resolution",
    "relations",
    "relations.title",
    "dates",
    "quantities",
    "quantities.full",
];

/// The measures whose failures are listed, each with the one whose failures it would only repeat.
const LISTED: [(&str, Option<&str>); 7] = [
    ("entities", None),
    ("resolution", None),
    ("relations", None),
    ("relations.title", Some("relations")),
    ("dates", None),
    ("quantities", None),
    ("quantities.full", Some("quantities")),
];

impl Scores {
    /// The measures with their figures, then those of each class and each relation, their names indented.
    pub fn rows(&self) -> impl Iterator<Item = (&str, Row)> {
        let whole = MEASURES.iter().filter_map(|name| self.tallies.get_key_value(*name));
        let parts = self.tallies.iter().filter(|(name, _)| name.starts_with(' '));
        whole.chain(parts).map(|(name, tally)| (name.as_str(), tally.row()))
    }

    /// All that was missed or wrong: what costs most first.
    pub fn failures(&self) -> Vec<Group> {
        let mut groups: BTreeMap<(Fault, &str), Vec<Failure>> = BTreeMap::new();
        for (measure, coarser) in LISTED {
            let Some(tally) = self.tallies.get(measure) else { continue };
            let coarser = coarser.and_then(|name| self.tallies.get(name));
            let repeats = |fault: &Faulty| {
                let same = |c: &Faulty| c.document == fault.document && fault.item.starts_with(&c.item);
                coarser.is_some_and(|tally| tally.faults.iter().any(same))
            };
            for fault in tally.faults.iter().filter(|fault| !repeats(fault)) {
                groups.entry((fault.fault, &fault.clue.group)).or_default().push(Failure {
                    measure: measure.to_owned(),
                    document: fault.document.clone(),
                    says: fault.item.join(" "),
                    evidence: fault.clue.evidence.clone(),
                });
            }
        }
        let mut groups: Vec<Group> =
            groups.into_iter().map(|((fault, name), items)| Group { fault, name: name.to_owned(), items }).collect();
        groups.sort_by(|a, b| a.fault.cmp(&b.fault).then(b.items.len().cmp(&a.items.len()))); // stable: then by name
        groups
    }
}

/// What is compared: the parts of a statement in normal form.
type Item = Vec<String>;

/// What leads from an item to the place to mend.
#[derive(Clone, Debug, Default)]
struct Clue {
    group: String,
    evidence: String,
}

type Items = BTreeMap<Item, Clue>;

#[derive(Clone, Debug, Default)]
struct Tally {
    right: usize,
    wrong: usize,
    missed: usize,
    faults: Vec<Faulty>,
}

#[derive(Clone, Debug)]
struct Faulty {
    fault: Fault,
    document: String,
    item: Item,
    clue: Clue,
}

impl Tally {
    fn add(&mut self, document: &str, found: &Items, gold: &Items, optional: &Items) {
        let mut fault = |fault: Fault, item: &Item, clue: &Clue| {
            self.faults.push(Faulty { fault, document: document.to_owned(), item: item.clone(), clue: clue.clone() });
        };
        for (item, clue) in found {
            if gold.contains_key(item) {
                self.right += 1;
            } else if !optional.contains_key(item) {
                self.wrong += 1;
                fault(Fault::Wrong, item, clue);
            }
        }
        for (item, clue) in gold {
            if !found.contains_key(item) {
                self.missed += 1;
                fault(Fault::Missed, item, clue);
            }
        }
    }

    fn row(&self) -> Row {
        let (found, gold) = (self.right + self.wrong, self.right + self.missed);
        let percent = |all: usize| if all > 0 { 100.0 * self.right as f64 / all as f64 } else { 0.0 };
        let (p, r) = (percent(found), percent(gold));
        let f1 = if p + r > 0.0 { 2.0 * p * r / (p + r) } else { 0.0 };
        Row { precision: rounded(p), recall: rounded(r), f1: rounded(f1), gold, found }
    }
}

/// To one digit behind the point; halves to the even digit.
fn rounded(percent: f64) -> f64 {
    format!("{percent:.1}").parse().unwrap_or(percent)
}

/// Counts what was found, missed and wrong in all documents.
pub fn score(cases: &[Case]) -> Scores {
    let mut scores = Scores::default();
    for case in cases {
        Comparison::new(case).add_to(&mut scores.tallies);
    }
    scores
}

/// One document on both sides.
struct Comparison<'c> {
    case: &'c Case,
    /// What each thing of the gold is called; things of one name are one.
    wanted: HashMap<&'c str, &'c str>,
    /// What each thing found is called in the gold, or by itself where the gold has none of its names.
    found: HashMap<&'c str, String>,
}

impl<'c> Comparison<'c> {
    fn new(case: &'c Case) -> Self {
        let wanted = case.gold.entities.iter().map(|thing| (thing.id.as_str(), thing.called())).collect();
        let mut comparison = Self { case, wanted, found: HashMap::new() };
        comparison.found = comparison.align();
        comparison
    }

    /// The thing of the gold with which a thing found shares most names.
    fn align(&self) -> HashMap<&'c str, String> {
        let mut index: HashMap<String, Vec<usize>> = HashMap::new();
        for (number, thing) in self.case.gold.entities.iter().enumerate() {
            for name in thing.names() {
                index.entry(name).or_default().push(number);
            }
        }
        let align = |thing: &'c Thing| {
            let mut votes: BTreeMap<usize, usize> = BTreeMap::new();
            for number in thing.names().iter().filter_map(|name| index.get(name)).flatten() {
                *votes.entry(*number).or_default() += 1;
            }
            let best = votes.into_iter().max_by_key(|&(number, votes)| (votes, std::cmp::Reverse(number)));
            let best = best.and_then(|(number, _)| self.case.gold.entities.get(number));
            let name =
                best.map_or_else(|| format!("no gold entity: {}", thing.called()), |thing| thing.called().to_owned());
            (thing.id.as_str(), name)
        };
        self.case.found.entities.iter().map(align).collect()
    }

    fn add_to(&self, tallies: &mut BTreeMap<String, Tally>) {
        let id = &self.case.gold.id;
        let mut add = |name: &str, found: &Items, gold: &Items, optional: &Items| {
            tallies.entry(name.to_owned()).or_default().add(id, found, gold, optional);
        };
        let none = Items::new();

        for (measure, fold) in [("entities", fine as fn(&str) -> &str), ("entities.coarse", coarse), ("surfaces", any)]
        {
            let (found, gold) = self.names(fold);
            add(measure, &found, &gold, &none);
            if measure == "entities" {
                for (class, gold) in split(&gold) {
                    let of_class = split(&found).remove(&class).unwrap_or_default();
                    add(&format!("  entity {class}"), &of_class, &gold, &none);
                }
            }
        }
        let (found, gold) = self.pairs();
        add("resolution", &found, &gold, &none);

        let [found, gold, optional] = self.three(|side| self.relations(side));
        add("relations", &found, &gold, &optional);
        let (of_found, of_gold, of_optional) = (split(&found), split(&gold), split(&optional));
        let properties: BTreeSet<&String> = of_found.keys().chain(of_gold.keys()).collect();
        for property in properties {
            let of = |items: &BTreeMap<String, Items>| items.get(property).cloned().unwrap_or_default();
            add(&format!("  relation {property}"), &of(&of_found), &of(&of_gold), &of(&of_optional));
        }
        for (measure, items) in [
            ("relations.title", self.three(|side| self.titles(side))),
            ("dates", self.three(|side| self.dates(side))),
            ("quantities", self.three(|side| self.quantities(side, false))),
            ("quantities.full", self.three(|side| self.quantities(side, true))),
        ] {
            let [found, gold, optional] = items;
            add(measure, &found, &gold, &optional);
        }
    }

    fn three(&self, items: impl Fn(Side) -> Items) -> [Items; 3] {
        [items(Side::Found), items(Side::Wanted), items(Side::Optional)]
    }

    /// Names with their classes, found and wanted. A name of an optional thing costs nothing, whatever its class.
    fn names(&self, fold: fn(&str) -> &str) -> (Items, Items) {
        let names = |things: &[Thing], optional: Option<bool>, blame: bool| {
            let mut items = Items::new();
            for thing in things.iter().filter(|thing| optional.is_none_or(|wanted| thing.optional == wanted)) {
                for surface in &thing.surfaces {
                    let group = if blame { self.finder(thing, surface) } else { thing.class.clone() };
                    let clue = Clue { group, evidence: String::new() };
                    items.entry(vec![norm(surface), fold(&thing.class).to_owned()]).or_insert(clue);
                }
            }
            items
        };
        let gold = names(&self.case.gold.entities, Some(false), false);
        let name = |(item, _): (&Item, &Clue)| item.first().cloned();
        let wanted: BTreeSet<_> = gold.iter().map(name).collect();
        let optional = names(&self.case.gold.entities, Some(true), false);
        let free: BTreeSet<_> = optional.iter().map(name).filter(|name| !wanted.contains(name)).collect();
        let mut found = names(&self.case.found.entities, None, true);
        found.retain(|item, _| !free.contains(&item.first().cloned()));
        (found, gold)
    }

    /// The list or pattern that read `surface` as a name of `thing`.
    fn finder(&self, thing: &Thing, surface: &str) -> String {
        let named = |mention: &&Mention| {
            let length = mention.end.saturating_sub(mention.start);
            let words: String = self.case.text.chars().skip(mention.start).take(length).collect();
            norm(&words.split(['\n', '\r']).map(str::trim).collect::<String>()) == norm(surface)
        };
        thing.mentions.iter().find(named).map_or_else(|| thing.class.clone(), |mention| mention.found_by.clone())
    }

    /// Pairs of names of one thing, found and wanted, among the names that both sides have.
    fn pairs(&self) -> (Items, Items) {
        let surfaces = |things: &[Thing]| -> BTreeSet<String> {
            things.iter().flat_map(|thing| &thing.surfaces).map(|surface| norm(surface)).collect()
        };
        let (found, gold) = (&self.case.found.entities, &self.case.gold.entities);
        let common: BTreeSet<String> = surfaces(found).intersection(&surfaces(gold)).cloned().collect();
        let pairs = |things: &[Thing], blame: bool| {
            let mut items = Items::new();
            for thing in things {
                let own: BTreeSet<String> = thing.surfaces.iter().map(|surface| norm(surface)).collect();
                let own: Vec<&String> = own.intersection(&common).collect();
                for (i, a) in own.iter().enumerate() {
                    for b in own.iter().skip(i + 1) {
                        let group = if blame { "resolution".to_owned() } else { thing.class.clone() };
                        let clue = Clue { group, evidence: String::new() };
                        items.entry(vec![(*a).clone(), (*b).clone()]).or_insert(clue);
                    }
                }
            }
            items
        };
        (pairs(found, true), pairs(gold, false))
    }

    /// What the thing `id` of this side is called.
    fn name(&self, side: Side, id: &str) -> String {
        let name = match side {
            Side::Found => self.found.get(id).map(String::as_str),
            Side::Wanted | Side::Optional => self.wanted.get(id).copied(),
        };
        name.unwrap_or(id).to_owned()
    }

    fn annotation(&self, side: Side) -> &'c Annotation {
        match side {
            Side::Found => &self.case.found,
            Side::Wanted | Side::Optional => &self.case.gold,
        }
    }

    fn relations(&self, side: Side) -> Items {
        let relations = self.annotation(side).relations.iter().filter(|relation| side.takes(&relation.source));
        first(relations.map(|relation| (self.relation(side, relation), relation.source.clue(side, &relation.p))))
    }

    fn relation(&self, side: Side, relation: &Relation) -> Item {
        let (mut subject, mut object) = (self.name(side, &relation.s), self.name(side, &relation.o));
        if SYMMETRIC.contains(&relation.p.as_str()) && subject > object {
            std::mem::swap(&mut subject, &mut object);
        }
        vec![subject, relation.p.clone(), object]
    }

    fn titles(&self, side: Side) -> Items {
        let posts = self.annotation(side).relations.iter();
        let posts = posts.filter(|relation| relation.p == POST && side.takes(&relation.source));
        first(posts.map(|relation| {
            let mut item = self.relation(side, relation);
            item.push(norm(relation.title.as_deref().unwrap_or("")));
            (item, relation.source.clue(side, &relation.p))
        }))
    }

    fn dates(&self, side: Side) -> Items {
        let dates = self.annotation(side).dates.iter().filter(|date| side.takes(&date.source));
        first(dates.map(|date| {
            let item = vec![self.name(side, &date.s), date.p.clone(), date.value.clone()];
            (item, date.source.clue(side, &date.p))
        }))
    }

    fn quantities(&self, side: Side, full: bool) -> Items {
        let numbers = self.annotation(side).quantities.iter().filter(|number| side.takes(&number.source));
        first(numbers.map(|number| {
            let mut item = vec![number.value.to_string(), number.unit.clone()];
            if full {
                item.push(number.bound.clone());
                item.extend(number.s.as_deref().filter(|s| !s.is_empty()).map(|s| self.name(side, s)));
            }
            let mut clue = number.source.clue(side, "quantities");
            if clue.evidence.is_empty() {
                clue.evidence.clone_from(&number.text);
            }
            (item, clue)
        }))
    }
}

/// Whose items are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Found,
    Wanted,
    Optional,
}

impl Side {
    fn takes(self, source: &Source) -> bool {
        match self {
            Self::Found => true,
            Self::Wanted => !source.optional,
            Self::Optional => source.optional,
        }
    }
}

impl Thing {
    fn called(&self) -> &str {
        let name = self.name.as_deref().filter(|name| !name.is_empty());
        name.or(self.surfaces.first().map(String::as_str)).unwrap_or("")
    }

    /// All that it is called, in normal form.
    fn names(&self) -> BTreeSet<String> {
        let name = self.name.as_deref().filter(|name| !name.is_empty());
        self.surfaces.iter().map(String::as_str).chain(name).map(norm).collect()
    }
}

impl Source {
    /// Wrong items are blamed on what read them, missed ones on `kind`.
    fn clue(&self, side: Side, kind: &str) -> Clue {
        let group = if side == Side::Found && !self.found_by.is_empty() { &self.found_by } else { kind };
        Clue { group: group.to_owned(), evidence: self.evidence.clone() }
    }
}

/// Relations that hold both ways.
const SYMMETRIC: [&str; 2] = ["cooperatesWith", "kinship"];
/// The relation with titles.
const POST: &str = "affiliation";

/// The items, each with the clue that came first.
fn first(items: impl Iterator<Item = (Item, Clue)>) -> Items {
    let mut out = Items::new();
    for (item, clue) in items {
        out.entry(item).or_insert(clue);
    }
    out
}

/// The items by their class or relation, which stands second.
fn split(items: &Items) -> BTreeMap<String, Items> {
    let mut parts: BTreeMap<String, Items> = BTreeMap::new();
    for (item, clue) in items {
        let kind = item.get(1).cloned().unwrap_or_default();
        parts.entry(kind).or_default().insert(item.clone(), clue.clone());
    }
    parts
}

fn fine(class: &str) -> &str {
    class
}

fn any(_: &str) -> &str {
    ""
}

fn coarse(class: &str) -> &str {
    match class {
        "Person" => "PER",
        "AdministrativeArea" | "NaturalFeature" | "Region" | "Facility" => "LOC",
        "Company" | "School" | "ResearchInstitute" | "GovernmentBody" | "Hospital" | "Media" | "Organization" => "ORG",
        "Project" | "Event" | "Policy" | "Work" | "Product" | "Award" => "MISC",
        _ => "?",
    }
}

/// A name without quotation marks and blanks, with narrow brackets and one kind of dash.
fn norm(name: &str) -> String {
    let narrow = |c: char| match c {
        '“' | '”' | '"' | '「' | '」' | '『' | '』' | '《' | '》' | '‘' | '’' | ' ' | '\u{3000}' => None,
        '（' => Some('('),
        '）' => Some(')'),
        '—' | '－' => Some('-'),
        other => Some(other),
    };
    name.chars().filter_map(narrow).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(right: usize, wrong: usize, missed: usize) -> (f64, f64, f64) {
        let row = Tally { right, wrong, missed, faults: Vec::new() }.row();
        (row.precision, row.recall, row.f1)
    }

    #[test]
    fn halves_are_rounded_to_the_even_digit() {
        assert_eq!(row(1, 15, 0), (6.2, 100.0, 11.8));
        assert_eq!(row(3, 13, 1), (18.8, 75.0, 30.0));
        assert_eq!(row(0, 0, 0), (0.0, 0.0, 0.0));
    }

    fn case() -> Case {
        let gold = r#"{"id": "d", "published": null, "entities": [
            {"id": "e1", "type": "Person", "name": "林海", "surfaces": ["林海"]},
            {"id": "e2", "type": "Company", "name": "“远山”科技", "surfaces": ["“远山”科技", "远山"]},
            {"id": "e3", "type": "AdministrativeArea", "name": "海州市", "surfaces": ["海州市"], "optional": true}],
          "relations": [{"s": "e1", "p": "affiliation", "o": "e2", "title": "董事长", "evidence": "远山董事长林海"},
            {"s": "e2", "p": "locatedIn", "o": "e3", "optional": true}],
          "dates": [{"s": "e2", "p": "foundedOn", "value": "2019"}],
          "quantities": [{"s": "e2", "value": 20000000, "unit": "CNY", "bound": ">", "text": "超2000万元"}]}"#;
        let found = r#"{"id": "d", "entities": [
            {"id": "e1", "type": "Person", "name": "林海", "surfaces": ["林海"]},
            {"id": "e2", "type": "Organization", "name": "远山", "surfaces": ["远山"],
             "mentions": [{"start": 0, "end": 2, "found_by": "grammar/Organization"}]},
            {"id": "e3", "type": "Person", "name": "海州市", "surfaces": ["海州市"]}],
          "relations": [{"s": "e1", "p": "affiliation", "o": "e2", "title": "总经理", "evidence": "远山总经理", "found_by": "rules/affiliation/post"},
            {"s": "e2", "p": "locatedIn", "o": "e3", "found_by": "rules/locatedIn/in"}],
          "dates": [],
          "quantities": [{"s": null, "value": 20000000.0, "unit": "CNY", "bound": ">", "text": "超2000万元", "found_by": "quantities"}]}"#;
        let read = |json| parse(json, "d").unwrap();
        Case { gold: read(gold), found: read(found), text: "远山董事长林海".to_owned() }
    }

    #[test]
    fn what_is_optional_costs_nothing() {
        let scores = score(&[case()]);
        let rows: BTreeMap<&str, Row> = scores.rows().collect();
        let counts = |measure: &str| (rows[measure].gold, rows[measure].found, rows[measure].precision);
        assert_eq!(counts("entities"), (3, 2, 50.0));
        assert_eq!(counts("surfaces"), (3, 2, 100.0));
        assert_eq!(counts("relations"), (1, 1, 100.0));
        assert_eq!(counts("relations.title"), (1, 1, 0.0));
        assert_eq!(counts("quantities"), (1, 1, 100.0));
        assert_eq!(counts("quantities.full"), (1, 1, 0.0));
        assert_eq!(counts("  relation locatedIn"), (0, 0, 0.0));
    }

    #[test]
    fn failures_stand_with_what_is_to_be_mended() {
        let failures = score(&[case()]).failures();
        let lines: Vec<String> = failures
            .iter()
            .flat_map(|group| group.items.iter().map(move |item| (group, item)))
            .map(|(group, item)| format!("{:?} {}: {} {}", group.fault, group.name, item.measure, item.says))
            .collect();
        assert_eq!(
            lines,
            [
                "Wrong grammar/Organization: entities 远山 Organization",
                "Wrong quantities: quantities.full 20000000 CNY >",
                "Wrong rules/affiliation/post: relations.title 林海 affiliation “远山”科技 总经理",
                "Missed Company: entities 远山 Company",
                "Missed Company: entities 远山科技 Company",
                "Missed affiliation: relations.title 林海 affiliation “远山”科技 董事长",
                "Missed foundedOn: dates “远山”科技 foundedOn 2019",
                "Missed quantities: quantities.full 20000000 CNY > “远山”科技",
            ]
        );
    }
}
