//! Search, one thing, and what happened when.

use super::{Answer, Api};
use crate::facts::ThingId;
use crate::server::search::Matched;
use crate::server::snapshot::date;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// How many documents of a thing are listed.
const DOCUMENTS: usize = 200;

impl Api<'_> {
    /// `GET /api/search`.
    pub(super) fn search(&self) -> Answer {
        let limit = self.asked.number("limit", 20, 200)?;
        let classes = self.classes()?;
        let typed = self.asked.get("q").unwrap_or_default().trim();
        let found: Vec<(ThingId, Matched)> = match self.now.thing(typed) {
            Some(id) => vec![(id, Matched::Name)],
            None if typed.is_empty() => self.now.by_rank.iter().map(|&id| (id, Matched::Name)).collect(),
            None => self.now.search.find(&self.server.folding, typed, |id| self.now.place(id)),
        };
        let wanted = |id: &ThingId| classes.is_empty() || classes.contains(self.now.facts.thing(*id).class.as_str());
        let results: Vec<Value> = found
            .into_iter()
            .filter(|(id, _)| wanted(id))
            .take(limit)
            .map(|(id, matched)| {
                let thing = self.now.facts.thing(id);
                json!({
                    "iri": thing.iri, "name": thing.name, "class": thing.class, "aliases": thing.aliases,
                    "statements": self.now.statements(id).len(), "matched": matched,
                })
            })
            .collect();
        Ok(json!({ "results": results }))
    }

    /// `GET /api/thing`.
    pub(super) fn thing(&self) -> Answer {
        let id = self.one("iri")?;
        let limit = self.asked.number("limit", 500, 10_000)?;
        let thing = self.now.facts.thing(id);
        let documents: BTreeSet<usize> = thing
            .mentions
            .iter()
            .map(|place| place.document)
            .chain(self.now.statements(id).iter().filter_map(|&s| self.now.facts.statements.get(s)).map(|s| s.document))
            .collect();
        let mut newest: Vec<usize> = documents.iter().copied().collect();
        newest.sort_by_key(|&document| {
            std::cmp::Reverse(self.now.facts.documents.get(document).and_then(|source| source.issued.as_deref()))
        });
        let mut heaps = self.now.heaps(self.now.statements(id).iter().copied());
        let facts = heaps.len();
        // What most documents say comes first, so that a cut takes the rest.
        heaps.sort_by_key(|heap| std::cmp::Reverse(heap.len()));
        heaps.truncate(limit);
        let figures = self.now.figures(id);
        Ok(json!({
            "iri": thing.iri, "name": thing.name, "class": thing.class, "aliases": thing.aliases,
            "notation": thing.notation,
            "rank": self.now.by_rank.get(self.now.place(id)).map(|_| self.now.place(id) + 1),
            "documents": newest.iter().take(DOCUMENTS).map(|&document| self.source(document)).collect::<Vec<_>>(),
            "documentsTotal": documents.len(),
            "facts": heaps.iter().map(|heap| self.fact(heap)).collect::<Vec<_>>(),
            "factsTotal": facts,
            "figures": figures.iter().take(limit).map(|&figure| self.figure(figure)).collect::<Vec<_>>(),
            "figuresTotal": figures.len(),
            "mentions": thing.mentions.len(),
        }))
    }

    /// `GET /api/timeline`.
    pub(super) fn timeline(&self) -> Answer {
        let limit = self.asked.number("limit", 500, 10_000)?;
        let things: BTreeSet<ThingId> = self.asked.all("iri").map(|iri| self.known(iri)).collect::<Result<_, _>>()?;
        let (from, to) = (self.asked.get("from").unwrap_or_default(), self.asked.get("to"));
        let within = |date: &str| {
            // 2024 lasts until 2024-12: what starts with the last date is still meant.
            date >= from && to.is_none_or(|to| date <= to || date.starts_with(to))
        };
        let chosen = self.now.dated.iter().copied().filter(|&index| {
            self.now.facts.statements.get(index).is_some_and(|fact| {
                (things.is_empty() || things.contains(&fact.subject)) && date(fact).is_some_and(within)
            })
        });
        let mut heaps = self.now.heaps(chosen);
        let total = heaps.len();
        let of = |heap: &Vec<usize>| heap.first().and_then(|&index| self.now.facts.statements.get(index));
        heaps.sort_by(|a, b| of(a).and_then(date).cmp(&of(b).and_then(date)));
        heaps.truncate(limit);
        let events: Vec<Value> = heaps
            .iter()
            .filter_map(|heap| {
                let fact = of(heap)?;
                let date = date(fact)?;
                // Of an interval the first day.
                let first = date.split('/').next().unwrap_or(date);
                let precision = match first.trim_start_matches('-').split('-').count() {
                    1 => "year",
                    2 => "month",
                    _ => "day",
                };
                Some(json!({
                    "date": date, "precision": precision, "thing": self.reference(fact.subject), "kind": fact.property,
                    "fact": self.fact(heap),
                }))
            })
            .collect();
        Ok(json!({ "events": events, "total": total }))
    }
}
