//! Tables about the graph as a whole.

use super::{Answer, Api};
use crate::analysis::cooccurrence::{self, Pair, Unit};
use crate::analysis::measures::Surprise;
use crate::analysis::number;
use crate::facts::ThingId;
use crate::server::reply::Refusal;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The tables that there are.
pub(super) const MEASURES: [&str; 7] =
    ["rank", "degree", "betweenness", "community", "component", "surprising", "cooccurrence"];

/// How many members of a group are named.
const NAMED: usize = 10;

/// Columns with their kinds, and rows of cells.
type Table = (Vec<(&'static str, &'static str)>, Vec<Vec<Value>>);

impl Api<'_> {
    /// `GET /api/analysis`.
    pub(super) fn analysis(&self) -> Answer {
        let limit = self.asked.number("limit", 50, 5000)?;
        let measure = self.asked.get("measure").unwrap_or("rank");
        let of = |id: ThingId| self.now.measures().of(id);
        let (columns, rows) = match measure {
            "rank" => self.ranking(limit, "rank", |id| of(id).rank),
            "degree" => self.ranking(limit, "degree", |id| number(of(id).degree)),
            "betweenness" => self.ranking(limit, "betweenness", |id| of(id).betweenness),
            "community" => self.groups(limit, "community", |id| of(id).community),
            "component" => self.groups(limit, "component", |id| of(id).component),
            "surprising" => self.surprising(limit),
            "cooccurrence" => self.cooccurrence(limit),
            _ => return Err(Refusal::bad(format!("no such measure; known are {}", MEASURES.join(", ")))),
        };
        let columns = columns.iter().map(|(key, kind)| json!({ "key": key, "kind": kind })).collect::<Vec<_>>();
        Ok(json!({ "measure": measure, "columns": columns, "rows": rows }))
    }

    /// The things of which `value` is highest.
    fn ranking(&self, limit: usize, key: &'static str, value: impl Fn(ThingId) -> f64) -> Table {
        let mut things = self.now.by_rank.clone();
        things.sort_by(|&a, &b| value(b).total_cmp(&value(a)));
        let row = |&id: &ThingId| {
            let mut row = vec![self.reference(id), json!(value(id))];
            if key != "degree" {
                row.push(json!(self.now.measures().of(id).degree));
            }
            row
        };
        let mut columns = vec![("thing", "thing"), (key, "number")];
        if key != "degree" {
            columns.push(("degree", "number"));
        }
        (columns, things.iter().take(limit).map(row).collect())
    }

    /// The groups, by number, the most important members first.
    fn groups(&self, limit: usize, key: &'static str, group: impl Fn(ThingId) -> Option<usize>) -> Table {
        let mut groups: BTreeMap<usize, Vec<ThingId>> = BTreeMap::new();
        for &id in &self.now.by_rank {
            if let Some(number) = group(id) {
                groups.entry(number).or_default().push(id);
            }
        }
        let row = |(&number, things): (&usize, &Vec<ThingId>)| {
            let first: Vec<Value> = things.iter().take(NAMED).map(|&id| self.reference(id)).collect();
            vec![json!(number), json!(things.len()), json!(first)]
        };
        let columns = vec![(key, "number"), ("size", "number"), ("members", "things")];
        (columns, groups.iter().take(limit).map(row).collect())
    }

    /// Links that one would not expect.
    fn surprising(&self, limit: usize) -> Table {
        let columns = vec![("thing", "thing"), ("other", "thing"), ("property", "property"), ("score", "number")];
        let row = |surprise: Surprise| {
            let (one, other) = surprise.things;
            let links = |index: &&usize| {
                let fact = self.now.facts.statements.get(**index);
                fact.is_some_and(|fact| fact.subject == other || fact.other() == Some(other))
            };
            let fact = self.now.statements(one).iter().find(links).and_then(|&at| self.now.facts.statements.get(at));
            let property = fact.map(|fact| fact.property.as_str());
            vec![self.reference(one), self.reference(other), json!(property), json!(surprise.score)]
        };
        (columns, self.now.measures().surprises(limit).into_iter().map(row).collect())
    }

    /// Things that documents name together more often than by chance.
    fn cooccurrence(&self, limit: usize) -> Table {
        let columns = vec![("thing", "thing"), ("other", "thing"), ("documents", "number"), ("score", "number")];
        let pairs = cooccurrence::pairs(&self.now.facts, Unit::Document, 2, &self.server.layout);
        let row = |pair: &Pair| {
            let (one, other) = pair.things;
            vec![self.reference(one), self.reference(other), json!(pair.together), json!(pair.likelihood)]
        };
        (columns, pairs.iter().take(limit).map(row).collect())
    }
}
