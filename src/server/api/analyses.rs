//! Tables about the graph as a whole.

use super::{Answer, Api};
use crate::facts::ThingId;
use crate::server::reply::Refusal;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The tables that there are.
pub(super) const MEASURES: [&str; 4] = ["rank", "degree", "component", "cooccurrence"];

impl Api<'_> {
    /// `GET /api/analysis`.
    pub(super) fn analysis(&self) -> Answer {
        let limit = self.asked.number("limit", 50, 5000)?;
        let measure = self.asked.get("measure").unwrap_or("rank");
        let (columns, rows) = match measure {
            "rank" => self.ranks(limit),
            "degree" => self.degrees(limit),
            "component" => self.components(limit),
            "cooccurrence" => self.cooccurrence(limit),
            _ => return Err(Refusal::bad(format!("no such measure; known are {}", MEASURES.join(", ")))),
        };
        let columns = columns.iter().map(|(key, kind)| json!({ "key": key, "kind": kind })).collect::<Vec<_>>();
        Ok(json!({ "measure": measure, "columns": columns, "rows": rows }))
    }

    fn ranks(&self, limit: usize) -> Table {
        let columns = vec![("thing", "thing"), ("rank", "number"), ("degree", "number")];
        let row = |&id: &ThingId| {
            vec![self.reference(id), json!(self.now.ranks.get(id.0)), json!(self.now.neighbours(id).len())]
        };
        (columns, self.now.by_rank.iter().take(limit).map(row).collect())
    }

    fn degrees(&self, limit: usize) -> Table {
        let columns = vec![("thing", "thing"), ("degree", "number"), ("documents", "number")];
        let mut things = self.now.by_rank.clone();
        things.sort_by_key(|&id| std::cmp::Reverse(self.now.neighbours(id).len()));
        let documents = |id: ThingId| {
            let mut documents: Vec<usize> = self.now.facts.thing(id).mentions.iter().map(|p| p.document).collect();
            documents.dedup();
            documents.len()
        };
        let row = |&id: &ThingId| vec![self.reference(id), json!(self.now.neighbours(id).len()), json!(documents(id))];
        (columns, things.iter().take(limit).map(row).collect())
    }

    fn components(&self, limit: usize) -> Table {
        let columns = vec![("component", "number"), ("size", "number"), ("members", "things")];
        let mut components: BTreeMap<usize, Vec<ThingId>> = BTreeMap::new();
        for &id in &self.now.by_rank {
            if let Some(component) = self.now.components.get(id.0).copied().flatten() {
                components.entry(component).or_default().push(id);
            }
        }
        let row = |(&number, things): (&usize, &Vec<ThingId>)| {
            let first: Vec<Value> = things.iter().take(10).map(|&id| self.reference(id)).collect();
            vec![json!(number + 1), json!(things.len()), json!(first)]
        };
        (columns, components.iter().take(limit).map(row).collect())
    }

    /// Pairs of things that many documents speak of together.
    fn cooccurrence(&self, limit: usize) -> Table {
        let columns = vec![("thing", "thing"), ("other", "thing"), ("documents", "number")];
        let mut counts: BTreeMap<(ThingId, ThingId), usize> = BTreeMap::new();
        for document in 0..self.now.facts.documents.len() {
            // A list of names says nothing of any two of them.
            let mut things: Vec<ThingId> = self.now.spoken_of(document).to_vec();
            things.sort_by_key(|&id| self.now.place(id));
            things.truncate(20);
            things.sort();
            for (at, &one) in things.iter().enumerate() {
                for &other in things.iter().skip(at + 1) {
                    *counts.entry((one, other)).or_default() += 1;
                }
            }
        }
        let mut pairs: Vec<((ThingId, ThingId), usize)> = counts.into_iter().collect();
        pairs.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        let row = |&((one, other), count): &((ThingId, ThingId), usize)| {
            vec![self.reference(one), self.reference(other), json!(count)]
        };
        (columns, pairs.iter().take(limit).map(row).collect())
    }
}

/// Columns with their kinds, and rows of cells.
type Table = (Vec<(&'static str, &'static str)>, Vec<Vec<Value>>);
