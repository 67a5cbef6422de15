//! The graph around things, and the ways between two of them.

use super::{Answer, Api};
use crate::analysis::Network;
use crate::analysis::layout::{Extent, Point, layout};
use crate::facts::{Fact, ThingId};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// How many of the shortest ways are shown.
const PATHS: usize = 5;

/// The statements that are asked for.
struct Wanted<'a> {
    properties: BTreeSet<&'a str>,
    statuses: BTreeSet<&'a str>,
    classes: BTreeSet<&'static str>,
    centres: BTreeSet<ThingId>,
}

impl Api<'_> {
    /// `GET /api/graph`.
    pub(super) fn graph(&self) -> Answer {
        let limit = self.asked.number("limit", 300, 5000)?;
        let hops = self.asked.number("hops", 1, 6)?;
        let centres = self.asked.all("iri").map(|iri| self.known(iri)).collect::<Result<_, _>>()?;
        let wanted = Wanted {
            properties: self.several("property"),
            statuses: self.several("status"),
            classes: self.classes()?,
            centres,
        };
        let candidates = self.candidates(&wanted, hops);
        let chosen = self.choose(&wanted, &candidates, limit);
        let all = self.edges(&wanted, &candidates.iter().copied().collect());
        let edges = self.edges(&wanted, &chosen.iter().copied().collect());
        let count = |edges: &BTreeMap<_, Vec<&Fact>>| edges.values().map(Vec::len).sum::<usize>();
        let cut = json!({ "things": candidates.len() - chosen.len(), "statements": count(&all) - count(&edges) });

        let place: BTreeMap<ThingId, usize> = chosen.iter().enumerate().map(|(at, &id)| (id, at)).collect();
        let pairs: Vec<(usize, usize)> =
            edges.keys().filter_map(|(from, to, ..)| Some((*place.get(from)?, *place.get(to)?))).collect();
        let points = layout(&vec![Extent::default(); chosen.len()], &pairs);
        let nodes: Vec<Value> = chosen
            .iter()
            .zip(points)
            .map(|(&id, Point { x, y })| {
                let thing = self.now.facts.thing(id);
                json!({
                    "iri": thing.iri, "name": thing.name, "class": thing.class,
                    "rank": self.now.ranks.get(id.0), "degree": self.now.neighbours(id).len(),
                    "community": self.now.measures().of(id).community, "x": x, "y": y,
                })
            })
            .collect();
        let edges: Vec<Value> = edges
            .iter()
            .map(|((from, to, property, status), facts)| {
                let documents: BTreeSet<usize> = facts.iter().map(|fact| fact.document).collect();
                let titles: BTreeSet<&str> = facts.iter().filter_map(|fact| fact.title.as_deref()).collect();
                json!({
                    "source": self.now.facts.thing(*from).iri, "target": self.now.facts.thing(*to).iri,
                    "property": property, "status": status, "documents": documents.len(),
                    "label": titles.into_iter().collect::<Vec<_>>().join(", "),
                })
            })
            .collect();
        Ok(json!({ "nodes": nodes, "edges": edges, "cut": cut }))
    }

    /// Whether a statement links two things and is asked for.
    fn links(&self, wanted: &Wanted<'_>, fact: &Fact) -> Option<(ThingId, ThingId)> {
        let other = fact.other().filter(|&other| other != fact.subject)?;
        let fits = |id: ThingId| {
            wanted.classes.is_empty()
                || wanted.centres.contains(&id)
                || wanted.classes.contains(self.now.facts.thing(id).class.as_str())
        };
        let asked = (wanted.properties.is_empty() || wanted.properties.contains(fact.property.as_str()))
            && (wanted.statuses.is_empty() || wanted.statuses.contains(fact.status.as_str()));
        (asked && fits(fact.subject) && fits(other)).then_some((fact.subject, other))
    }

    /// The things that wanted statements link to `thing`.
    fn linked<'a>(&'a self, wanted: &'a Wanted<'_>, thing: ThingId) -> impl Iterator<Item = ThingId> + 'a {
        self.now.statements(thing).iter().filter_map(move |&index| {
            let (from, to) = self.links(wanted, self.now.facts.statements.get(index)?)?;
            Some(if from == thing { to } else { from })
        })
    }

    /// The things that come into question: those near the centres, the nearest and most important first, or all.
    fn candidates(&self, wanted: &Wanted<'_>, hops: usize) -> Vec<ThingId> {
        if wanted.centres.is_empty() {
            let linked = |id: &ThingId| self.linked(wanted, *id).next().is_some();
            return self.now.by_rank.iter().copied().filter(linked).collect();
        }
        let mut reached: BTreeMap<ThingId, usize> = wanted.centres.iter().map(|&id| (id, 0)).collect();
        let mut border: Vec<ThingId> = wanted.centres.iter().copied().collect();
        for distance in 1..=hops {
            let mut next = Vec::new();
            for &thing in &border {
                for other in self.linked(wanted, thing) {
                    reached.entry(other).or_insert_with(|| {
                        next.push(other);
                        distance
                    });
                }
            }
            border = next;
        }
        let mut candidates: Vec<(usize, usize, ThingId)> =
            reached.into_iter().map(|(id, distance)| (distance, self.now.place(id), id)).collect();
        candidates.sort_unstable();
        candidates.into_iter().map(|(_, _, id)| id).collect()
    }

    /// The first `limit` of the candidates, without those of which no neighbour is among them.
    fn choose(&self, wanted: &Wanted<'_>, candidates: &[ThingId], limit: usize) -> Vec<ThingId> {
        let limit = limit.max(wanted.centres.len());
        let mut taken = limit.min(candidates.len());
        loop {
            let first: BTreeSet<ThingId> = candidates.iter().take(taken).copied().collect();
            let kept = |id: &ThingId| {
                wanted.centres.contains(id) || self.linked(wanted, *id).any(|other| first.contains(&other))
            };
            let chosen: Vec<ThingId> = candidates.iter().take(taken).copied().filter(kept).collect();
            // The next ones take the place of those that stand alone.
            let missing = limit - chosen.len().min(limit);
            if missing == 0 || taken == candidates.len() {
                return chosen;
            }
            taken = (taken + missing).min(candidates.len());
        }
    }

    /// The wanted statements between `things`, those of one pair, property and status together.
    fn edges<'a>(
        &'a self,
        wanted: &Wanted<'_>,
        things: &BTreeSet<ThingId>,
    ) -> BTreeMap<(ThingId, ThingId, &'a str, &'a str), Vec<&'a Fact>> {
        let mut edges: BTreeMap<_, Vec<&Fact>> = BTreeMap::new();
        for &thing in things {
            for fact in self.now.statements(thing).iter().filter_map(|&index| self.now.facts.statements.get(index)) {
                if let Some((from, to)) = self.links(wanted, fact)
                    && from == thing
                    && things.contains(&to)
                {
                    edges.entry((from, to, fact.property.as_str(), fact.status.as_str())).or_default().push(fact);
                }
            }
        }
        edges
    }

    /// `GET /api/path`.
    pub(super) fn path(&self) -> Answer {
        let (from, to) = (self.one("from")?, self.one("to")?);
        let most = self.asked.number("max", 6, 10)?;
        let network = Network::new(&self.now.facts, |fact| fact.status != "denied");
        let paths: Vec<Value> = network
            .paths(from, to, most, PATHS)
            .iter()
            .map(|things| {
                let facts: Vec<Vec<Value>> = things
                    .windows(2)
                    .map(|step| {
                        let [one, other] = step else { return Vec::new() };
                        let between = self.now.statements(*one).iter().copied().filter(|&index| {
                            self.now
                                .facts
                                .statements
                                .get(index)
                                .is_some_and(|fact| fact.subject == *other || fact.other() == Some(*other))
                        });
                        self.now.heaps(between).iter().map(|heap| self.fact(heap)).collect()
                    })
                    .collect();
                json!({ "things": things.iter().map(|&id| self.reference(id)).collect::<Vec<_>>(), "facts": facts })
            })
            .collect();
        Ok(json!({ "paths": paths }))
    }
}
