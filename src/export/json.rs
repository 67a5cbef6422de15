//! Writes what a document says as JSON, one line a document, in the form of the annotation guide.
//!
//! In: an [`Extraction`], or the [`Facts`] of one document of a store. Out: a [`Record`], the same from both but for
//! what a store does not keep of mentions (who found them). Offsets count characters (Unicode code points) of the
//! document's text from 0; `end` is the first character behind.

use crate::facts::{self, Facts, Place, Target};
use crate::mention::{Confidence, MentionId, MentionKind};
use crate::ontology::Property;
use crate::pipeline::Extraction;
use crate::span::{LineIndex, Span};
use crate::statement::{Object, Statement, Status};
use serde::Serialize;
use std::collections::BTreeMap;

/// What one document says.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Record {
    id: String,
    published: Option<String>,
    entities: Vec<Entity>,
    relations: Vec<Relation>,
    dates: Vec<Relation>,
    quantities: Vec<Quantity>,
    /// What the text only plans or denies.
    unasserted: Vec<Relation>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
struct Entity {
    id: String,
    #[serde(rename = "type")]
    class: String,
    name: String,
    surfaces: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    notation: Option<String>,
    mentions: Vec<Mention>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
struct Mention {
    start: usize,
    end: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    found_by: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    confidence: Option<f64>,
}

/// A relation has an object, a date has a value.
#[derive(Clone, Debug, PartialEq, Serialize)]
struct Relation {
    s: String,
    p: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    o: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    time: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    amount: Option<String>,
    #[serde(flatten)]
    quote: Quote,
    confidence: f64,
    status: String,
    /// Further places that say the same.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    also: Vec<Quote>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize)]
struct Quote {
    evidence: String,
    start: usize,
    end: usize,
    found_by: String,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
struct Quantity {
    s: Option<String>,
    measure: String,
    value: serde_json::Number,
    unit: String,
    bound: String,
    time: Option<String>,
    text: String,
    start: usize,
    end: usize,
    evidence: String,
    found_by: String,
    confidence: f64,
}

impl Record {
    /// What `extraction` holds.
    pub fn of_extraction(extraction: &Extraction) -> Self {
        FromExtraction { extraction, index: LineIndex::new(&extraction.document.text) }.record()
    }

    /// What `graph`, read from the quads of one document, holds; nothing if it has no document.
    pub fn of_facts(graph: &Facts) -> Option<Self> {
        let document = graph.documents.first()?;
        Some(FromGraph { graph, ids: numbered(graph) }.record(document))
    }

    /// The record as one line of JSON, without the line break.
    pub fn line(&self) -> String {
        serde_json::to_string(self).expect("a record holds nothing that JSON cannot")
    }
}

struct FromExtraction<'e> {
    extraction: &'e Extraction,
    index: LineIndex<'e>,
}

impl FromExtraction<'_> {
    fn record(&self) -> Record {
        let extraction = self.extraction;
        let (mut relations, mut dates, mut unasserted) = (Vec::new(), Vec::new(), Vec::new());
        for statement in &extraction.statements {
            let relation = self.relation(statement);
            match (statement.status, statement.object) {
                (Status::Planned | Status::Denied, _) => unasserted.push(relation),
                (Status::Asserted | Status::Reported, Object::Entity(_)) => relations.push(relation),
                (Status::Asserted | Status::Reported, Object::Time(_)) => dates.push(relation),
            }
        }
        Record {
            id: extraction.document.id.clone(),
            published: extraction.document.date.map(|date| date.to_string()),
            entities: self.entities(),
            relations,
            dates,
            quantities: self.quantities(),
            unasserted,
        }
    }

    fn entities(&self) -> Vec<Entity> {
        let mention = |id: &MentionId| {
            let mention = self.extraction.mentions.get(id.0)?;
            let (start, end) = self.index.characters(mention.span);
            let confidence = Some(rounded(mention.confidence));
            Some(Mention { start, end, found_by: Some(mention.found_by.to_string()), confidence })
        };
        let entities = self.extraction.entities.iter().enumerate();
        entities
            .map(|(number, entity)| Entity {
                id: entity_id(number),
                class: entity.class.name().to_owned(),
                name: entity.name.clone(),
                surfaces: entity.surfaces.clone(),
                notation: entity.notation.clone(),
                mentions: entity.mentions.iter().filter_map(mention).collect(),
            })
            .collect()
    }

    fn relation(&self, statement: &Statement) -> Relation {
        let (o, value) = match statement.object {
            Object::Entity(id) => (Some(entity_id(id.0)), None),
            Object::Time(period) => (None, Some(period.to_string())),
        };
        let mut quotes = statement.evidence.iter().map(|e| self.quote(e.span, e.found_by.to_string()));
        let surest = statement
            .evidence
            .iter()
            .map(|e| e.confidence)
            .fold(Confidence::new(0.0), |a, b| if b > a { b } else { a });
        Relation {
            s: entity_id(statement.subject.0),
            p: property(statement.property),
            o,
            value,
            title: statement.title.clone(),
            time: statement.time.map(|time| time.to_string()),
            amount: statement.amount.as_ref().map(|amount| format!("{} {}", amount.value.normalize(), amount.unit)),
            quote: quotes.next().unwrap_or_default(),
            confidence: rounded(surest),
            status: statement.status.name().to_owned(),
            also: quotes.collect(),
        }
    }

    fn quote(&self, span: Span, found_by: String) -> Quote {
        let (start, end) = self.index.characters(span);
        Quote { evidence: span.of(&self.extraction.document.text).to_owned(), start, end, found_by }
    }

    fn quantities(&self) -> Vec<Quantity> {
        let text = &self.extraction.document.text;
        let quantity = |quantity: &crate::statement::Quantity| {
            let mention = self.extraction.mentions.get(quantity.mention.0)?;
            debug_assert!(matches!(mention.kind, MentionKind::Value(_)), "a quantity is stated by a value");
            let (start, end) = self.index.characters(mention.span);
            Some(Quantity {
                s: quantity.subject.map(|id| entity_id(id.0)),
                measure: quantity.measure.clone(),
                value: number(&quantity.amount.value.normalize().to_string()),
                unit: quantity.amount.unit.clone(),
                bound: quantity.amount.bound.sign().to_owned(),
                time: quantity.time.map(|time| time.to_string()),
                text: mention.span.of(text).to_owned(),
                start,
                end,
                evidence: quantity.evidence.span.of(text).to_owned(),
                found_by: quantity.evidence.found_by.to_string(),
                confidence: rounded(quantity.evidence.confidence),
            })
        };
        self.extraction.quantities.iter().filter_map(quantity).collect()
    }
}

struct FromGraph<'g> {
    graph: &'g Facts,
    /// Number of each thing in the order of first mention.
    ids: BTreeMap<facts::ThingId, usize>,
}

/// Numbers the things of a document in the order in which it mentions them.
fn numbered(graph: &Facts) -> BTreeMap<facts::ThingId, usize> {
    let mut order: Vec<facts::ThingId> = graph.ids().collect();
    order.sort_by_key(|&id| (graph.thing(id).mentions.is_empty(), graph.thing(id).mentions.first().copied(), id));
    order.into_iter().enumerate().map(|(number, id)| (id, number)).collect()
}

impl FromGraph<'_> {
    fn record(&self, document: &facts::Source) -> Record {
        let mut order: Vec<_> = self.ids.iter().map(|(&id, &number)| (number, id)).collect();
        order.sort_unstable();
        let unbroken: String = document.text.split(['\n', '\r']).map(str::trim).collect();
        let entities = order
            .into_iter()
            .map(|(number, id)| {
                let thing = self.graph.thing(id);
                // The official name of a place may be one that the text does not use.
                let mut surfaces: Vec<String> = thing.aliases.clone();
                if surfaces.is_empty() || unbroken.contains(&thing.name) {
                    surfaces.push(thing.name.clone());
                }
                surfaces.sort();
                let mention =
                    |place: &Place| Mention { start: place.start, end: place.end, found_by: None, confidence: None };
                Entity {
                    id: entity_id(number),
                    class: thing.class.clone(),
                    name: thing.name.clone(),
                    surfaces,
                    notation: thing.notation.clone(),
                    mentions: thing.mentions.iter().map(mention).collect(),
                }
            })
            .collect();
        let (mut relations, mut dates, mut unasserted) = (Vec::new(), Vec::new(), Vec::new());
        for fact in &self.graph.statements {
            let relation = self.relation(fact);
            match (fact.is_stated(), &fact.object) {
                (false, _) => unasserted.push(relation),
                (true, Target::Thing(_)) => relations.push(relation),
                (true, Target::Value(_)) => dates.push(relation),
            }
        }
        Record {
            id: document.id.clone(),
            published: document.issued.clone(),
            entities,
            relations,
            dates,
            quantities: self.graph.quantities.iter().map(|figure| self.quantity(figure)).collect(),
            unasserted,
        }
    }

    fn id(&self, thing: facts::ThingId) -> String {
        entity_id(self.ids.get(&thing).copied().unwrap_or(0))
    }

    fn relation(&self, fact: &facts::Fact) -> Relation {
        let (o, value) = match &fact.object {
            Target::Thing(thing) => (Some(self.id(*thing)), None),
            Target::Value(value) => (None, Some(value.clone())),
        };
        let found_by = fact.found_by.join(" ");
        let mut quotes = fact.evidence.iter().map(|quote| Quote {
            evidence: quote.words.clone(),
            start: quote.place.start,
            end: quote.place.end,
            found_by: found_by.clone(),
        });
        Relation {
            s: self.id(fact.subject),
            p: fact.property.clone(),
            o,
            value,
            title: fact.title.clone(),
            time: fact.time.clone(),
            amount: fact.amount.clone(),
            quote: quotes.next().unwrap_or_default(),
            confidence: fact.confidence.map_or(1.0, hundredths),
            status: fact.status.clone(),
            also: quotes.collect(),
        }
    }

    fn quantity(&self, figure: &facts::Figure) -> Quantity {
        let quote = figure.evidence.first();
        let (place, text) =
            figure.number.clone().or_else(|| quote.map(|quote| (quote.place, quote.words.clone()))).unwrap_or_default();
        Quantity {
            s: figure.subject.map(|thing| self.id(thing)),
            measure: figure.measure.clone(),
            value: number(&figure.value),
            unit: figure.unit.clone(),
            bound: figure.bound.clone(),
            time: figure.time.clone(),
            text,
            start: place.start,
            end: place.end,
            evidence: quote.map(|quote| quote.words.clone()).unwrap_or_default(),
            found_by: figure.found_by.join(" "),
            confidence: figure.confidence.map_or(1.0, hundredths),
        }
    }
}

fn entity_id(number: usize) -> String {
    format!("e{}", number + 1)
}

fn property(property: Property) -> String {
    property.name().to_owned()
}

fn rounded(confidence: Confidence) -> f64 {
    hundredths(f64::from(confidence.get()))
}

fn hundredths(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}

/// A plain number of JSON; whole ones without a point. What is no number counts as 0.
fn number(text: &str) -> serde_json::Number {
    text.parse::<i64>()
        .map(serde_json::Number::from)
        .ok()
        .or_else(|| serde_json::Number::from_f64(text.parse().ok()?))
        .unwrap_or_else(|| 0.into())
}
