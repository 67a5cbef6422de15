//! Tables of what the measures say.
//!
//! In: [`Facts`] and which table is wanted. Out: a [`Report`], whose rows are ready to be shown, and notes on how they came about.

use super::cooccurrence::{self, Unit};
use super::measures::Measures;
use super::{Network, measures, number};
use crate::document::layout::Layout;
use crate::facts::{Fact, Facts, ThingId};
use crate::ontology::{Language, Ontology};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// Which table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Things by `PageRank`.
    Rank,
    /// Things by the number of things they are linked with.
    Degree,
    /// Things by the share of shortest ways through them.
    Betweenness,
    /// What hangs together.
    Components,
    /// Groups with many links among them.
    Communities,
    /// Things named together more often than by chance.
    Cooccurrence,
    /// Links that one would not expect.
    Surprising,
}

impl Measure {
    /// All tables.
    pub const ALL: [Self; 7] = [
        Self::Rank,
        Self::Degree,
        Self::Betweenness,
        Self::Components,
        Self::Communities,
        Self::Cooccurrence,
        Self::Surprising,
    ];

    /// The word by which a user asks for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rank => "rank",
            Self::Degree => "degree",
            Self::Betweenness => "betweenness",
            Self::Components => "components",
            Self::Communities => "communities",
            Self::Cooccurrence => "cooccurrence",
            Self::Surprising => "surprising",
        }
    }
}

/// What a table shows.
#[derive(Clone, Debug)]
pub struct Request<'r> {
    /// Which table.
    pub measure: Measure,
    /// At most so many rows; all if none.
    pub top: Option<usize>,
    /// Only rows with a thing of these classes; all if empty. Local names, superclasses written out.
    pub classes: BTreeSet<String>,
    /// What counts as together, for co-occurrence.
    pub unit: Unit,
    /// How often at least, for co-occurrence.
    pub least: usize,
    /// How texts are laid out, for co-occurrence in sentences.
    pub layout: &'r Layout,
}

/// A table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// The headings, which are also the keys in JSON.
    pub columns: Vec<&'static str>,
    /// The rows, each with a cell for each column.
    pub rows: Vec<Vec<Cell>>,
    /// How many rows there were before they were cut.
    pub found: usize,
    /// What one has to know to read the numbers.
    pub notes: Vec<String>,
}

/// A cell of a table.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Words.
    Text(String),
    /// A whole number.
    Count(usize),
    /// Any other number.
    Number(f64),
    /// There is no such number.
    Nothing,
}

impl std::fmt::Display for Cell {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Count(count) => write!(f, "{count}"),
            Self::Number(number) => f.write_str(&plain(*number)),
            Self::Nothing => Ok(()),
        }
    }
}

/// A number with as many digits as tell something: 12.35, 0.123, 0.001234.
fn plain(number: f64) -> String {
    let digits = match number.abs() {
        size if size >= 1.0 || size == 0.0 => 2,
        size if size >= 0.1 => 3,
        _ => 6,
    };
    format!("{number:.digits$}")
}

/// How many things of a group are named.
const NAMED: usize = 5;

/// Makes the table that `request` asks for.
pub fn report(facts: &Facts, request: &Request, ontology: &Ontology, language: Language) -> Report {
    let network = Network::new(facts, |_| true);
    let reporter = Reporter { facts, request, ontology, language, network: &network };
    let mut report = match request.measure {
        Measure::Rank | Measure::Degree | Measure::Betweenness => reporter.things(&network.measures()),
        Measure::Components => reporter.groups(&network.components()),
        Measure::Communities => {
            let mut report = reporter.groups(&network.communities());
            report.notes.push(format!("modularity {}", plain(network.modularity())));
            report
        }
        Measure::Cooccurrence => reporter.together(),
        Measure::Surprising => reporter.surprising(&network.measures()),
    };
    report.rows.truncate(request.top.unwrap_or(usize::MAX));
    report
}

struct Reporter<'r> {
    facts: &'r Facts,
    request: &'r Request<'r>,
    ontology: &'r Ontology,
    language: Language,
    network: &'r Network<'r>,
}

impl Reporter<'_> {
    fn wants(&self, thing: ThingId) -> bool {
        self.request.classes.is_empty() || self.request.classes.contains(&self.facts.thing(thing).class)
    }

    fn name(&self, thing: ThingId) -> Cell {
        Cell::Text(self.facts.thing(thing).name.clone())
    }

    fn iri(&self, thing: ThingId) -> Cell {
        Cell::Text(self.facts.thing(thing).iri.clone())
    }

    fn class(&self, thing: ThingId) -> String {
        self.ontology.class_label(&self.facts.thing(thing).class, self.language)
    }

    fn things(&self, measures: &Measures) -> Report {
        // Rounded, so that the order of additions cannot reach the output.
        let key = |id: ThingId| {
            let of = measures.of(id);
            match self.request.measure {
                Measure::Degree => number(of.degree),
                Measure::Betweenness => (of.betweenness * 1e12).round(),
                _ => (of.rank * 1e12).round(),
            }
        };
        let mut things: Vec<ThingId> =
            self.facts.ids().filter(|&id| measures.of(id).degree > 0 && self.wants(id)).collect();
        things.sort_by(|&a, &b| key(b).total_cmp(&key(a)).then(a.cmp(&b)));
        let row = |&id: &ThingId| {
            let of = measures.of(id);
            let number = |number: Option<usize>| number.map_or(Cell::Nothing, Cell::Count);
            vec![
                self.name(id),
                Cell::Text(self.class(id)),
                Cell::Number(of.rank),
                Cell::Count(of.degree),
                Cell::Number(of.betweenness),
                number(of.component),
                number(of.community),
                self.iri(id),
            ]
        };
        Report {
            columns: vec!["name", "class", "rank", "degree", "betweenness", "component", "community", "iri"],
            rows: things.iter().map(row).collect(),
            found: things.len(),
            notes: estimated(&measures.betweenness).into_iter().collect(),
        }
    }

    fn groups(&self, groups: &[Vec<ThingId>]) -> Report {
        let place: BTreeMap<ThingId, usize> =
            self.network.by_rank().into_iter().enumerate().map(|(place, thing)| (thing, place)).collect();
        let mut member = vec![usize::MAX; self.facts.things.len()];
        for (number, things) in groups.iter().enumerate() {
            for thing in things {
                member[thing.0] = number;
            }
        }
        let (mut within, mut outward) = (vec![0; groups.len()], vec![0; groups.len()]);
        for (a, b, _) in self.network.pairs() {
            if member[a] == member[b] {
                within[member[a]] += 1;
            } else {
                outward[member[a]] += 1;
                outward[member[b]] += 1;
            }
        }
        let row = |(number, things): (usize, &Vec<ThingId>)| {
            let mut shown: Vec<ThingId> = things.iter().copied().filter(|&thing| self.wants(thing)).collect();
            if shown.is_empty() {
                return None;
            }
            shown.sort_by_key(|thing| place.get(thing).copied());
            let mut classes: BTreeMap<String, usize> = BTreeMap::new();
            for &thing in things {
                *classes.entry(self.class(thing)).or_default() += 1;
            }
            let mut classes: Vec<(usize, String)> = classes.into_iter().map(|(class, count)| (count, class)).collect();
            classes.sort_by_key(|(count, class)| (Reverse(*count), class.clone()));
            let classes: Vec<String> =
                classes.iter().take(3).map(|(count, class)| format!("{class} {count}")).collect();
            let names: Vec<&str> =
                shown.iter().take(NAMED).map(|&thing| self.facts.thing(thing).name.as_str()).collect();
            let mut row = vec![Cell::Count(number + 1), Cell::Count(things.len()), Cell::Count(within[number])];
            if self.request.measure == Measure::Communities {
                row.push(Cell::Count(outward[number]));
            }
            row.extend([Cell::Text(names.join(", ")), Cell::Text(classes.join(", "))]);
            Some(row)
        };
        let rows: Vec<Vec<Cell>> = groups.iter().enumerate().filter_map(row).collect();
        let mut columns = vec!["number", "things", "links"];
        if self.request.measure == Measure::Communities {
            columns.push("outward");
        }
        columns.extend(["most_important", "classes"]);
        Report { columns, found: rows.len(), rows, notes: Vec::new() }
    }

    fn together(&self) -> Report {
        let pairs = cooccurrence::pairs(self.facts, self.request.unit, self.request.least, self.request.layout);
        let row = |pair: &cooccurrence::Pair| {
            let (a, b) = pair.things;
            let relations = self.relations(&self.network.between(a, b));
            vec![
                self.name(a),
                self.name(b),
                Cell::Count(pair.together),
                Cell::Count(pair.apart.0),
                Cell::Count(pair.apart.1),
                Cell::Number(pair.likelihood),
                Cell::Number(pair.information),
                Cell::Text(relations),
                self.iri(a),
                self.iri(b),
            ]
        };
        let wanted: Vec<&cooccurrence::Pair> =
            pairs.iter().filter(|pair| self.wants(pair.things.0) || self.wants(pair.things.1)).collect();
        let unit = match self.request.unit {
            Unit::Sentence => "sentences",
            Unit::Document => "documents",
        };
        Report {
            columns: vec!["a", "b", "together", "a_in", "b_in", "g2", "pmi", "relations", "a_iri", "b_iri"],
            found: wanted.len(),
            rows: wanted.into_iter().take(self.request.top.unwrap_or(usize::MAX)).map(row).collect(),
            notes: vec![format!(
                "together, a_in, b_in: {unit}; g2 above 10.8: chance in less than one of 1,000 cases; pmi in bits"
            )],
        }
    }

    fn surprising(&self, measures: &Measures) -> Report {
        let surprises = measures.surprises(usize::MAX);
        let wanted: Vec<&measures::Surprise> =
            surprises.iter().filter(|s| self.wants(s.things.0) || self.wants(s.things.1)).collect();
        let row = |surprise: &&measures::Surprise| {
            let (a, b) = surprise.things;
            let facts = self.network.between(a, b);
            // As the first statement has it: subject, relation, object.
            let (a, b) = facts.first().map_or((a, b), |fact| (fact.subject, fact.other().unwrap_or(b)));
            let quote = facts.iter().flat_map(|fact| &fact.evidence).next();
            let document = facts.first().and_then(|fact| self.facts.documents.get(fact.document));
            vec![
                self.name(a),
                Cell::Text(self.relations(&facts)),
                self.name(b),
                Cell::Number(surprise.score),
                Cell::Number(surprise.betweenness),
                surprise.detour.map_or(Cell::Nothing, Cell::Count),
                Cell::Text(quote.map(|quote| quote.words.clone()).unwrap_or_default()),
                Cell::Text(document.map(|document| document.id.clone()).unwrap_or_default()),
                self.iri(a),
                self.iri(b),
            ]
        };
        let mut notes = vec![
            "score: how many times more of the shortest ways lead over the link than the links of its ends let expect, \
             in bits; detour: steps between the ends without it, empty if nothing else joins them"
                .to_owned(),
        ];
        notes.extend(estimated(&measures.betweenness));
        Report {
            columns: vec![
                "a",
                "relations",
                "b",
                "score",
                "betweenness",
                "detour",
                "evidence",
                "document",
                "a_iri",
                "b_iri",
            ],
            found: wanted.len(),
            rows: wanted.iter().take(self.request.top.unwrap_or(usize::MAX)).map(row).collect(),
            notes,
        }
    }

    /// The relations of these statements, each once.
    fn relations(&self, facts: &[&Fact]) -> String {
        let labels: BTreeSet<String> =
            facts.iter().map(|fact| self.ontology.property_label(&fact.property, self.language)).collect();
        labels.into_iter().collect::<Vec<_>>().join(", ")
    }
}

/// Says so if betweenness is only estimated.
fn estimated(betweenness: &super::centrality::Betweenness) -> Option<String> {
    (betweenness.sources < betweenness.linked).then(|| {
        format!(
            "betweenness is estimated from the shortest ways from {} of {} things, the same ones every time",
            betweenness.sources, betweenness.linked
        )
    })
}
