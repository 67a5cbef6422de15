//! Things, facts, figures and their evidence as JSON.

use super::Api;
use crate::facts::{Quote, Target, ThingId};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// How much of the evidence of one fact is sent: there are facts that hundreds of documents state.
const EVIDENCE: usize = 20;
/// A document without a title is called by so many characters of its first line.
const TITLE: usize = 40;

impl Api<'_> {
    /// A thing as a reference to it.
    pub(super) fn reference(&self, id: ThingId) -> Value {
        let thing = self.now.facts.thing(id);
        json!({ "iri": thing.iri, "name": thing.name, "class": thing.class })
    }

    /// A document as a reference to it.
    pub(super) fn source(&self, document: usize) -> Value {
        let Some(source) = self.now.facts.documents.get(document) else { return Value::Null };
        json!({ "id": source.id, "title": self.title(document), "date": source.issued })
    }

    /// What a document is called: its title, the start of its text, or its id.
    pub(super) fn title(&self, document: usize) -> String {
        let Some(source) = self.now.facts.documents.get(document) else { return String::new() };
        if let Some(title) = &source.title {
            return title.clone();
        }
        let Some(line) = source.text.lines().map(str::trim).find(|line| !line.is_empty()) else {
            return source.id.clone();
        };
        let mut characters = line.chars();
        let mut title: String = characters.by_ref().take(TITLE).collect();
        if characters.next().is_some() {
            title.push('\u{2026}');
        }
        title
    }

    /// Statements that say the same as one fact, with the evidence of all.
    pub(super) fn fact(&self, heap: &[usize]) -> Value {
        let statements: Vec<_> = heap.iter().filter_map(|&index| self.now.facts.statements.get(index)).collect();
        let Some(first) = statements.first() else { return Value::Null };
        let (object, value) = match &first.object {
            Target::Thing(id) => (self.reference(*id), Value::Null),
            Target::Value(value) => (Value::Null, json!(value)),
        };
        let rules: BTreeSet<&str> = statements.iter().flat_map(|fact| &fact.found_by).map(String::as_str).collect();
        let documents: BTreeSet<usize> = statements.iter().map(|fact| fact.document).collect();
        let surest = statements
            .iter()
            .filter_map(|fact| fact.confidence)
            .fold(None, |a: Option<f64>, b| Some(a.map_or(b, |a| a.max(b))));
        let evidence = statements.iter().flat_map(|fact| &fact.evidence).take(EVIDENCE);
        json!({
            "subject": self.reference(first.subject), "property": first.property, "object": object, "value": value,
            "status": first.status, "title": first.title, "time": first.time,
            "amount": statements.iter().find_map(|fact| fact.amount.as_deref()),
            "confidence": surest, "rules": rules, "documents": documents.len(),
            "evidence": evidence.map(|quote| self.quote(quote)).collect::<Vec<_>>(),
        })
    }

    /// A number, by its index among the quantities.
    pub(super) fn figure(&self, index: usize) -> Value {
        let Some(figure) = self.now.facts.quantities.get(index) else { return Value::Null };
        json!({
            "subject": figure.subject.map(|id| self.reference(id)), "measure": figure.measure, "value": figure.value,
            "unit": figure.unit, "bound": figure.bound, "time": figure.time,
            "evidence": figure.evidence.iter().map(|quote| self.quote(quote)).collect::<Vec<_>>(),
        })
    }

    fn quote(&self, quote: &Quote) -> Value {
        let (start, sentence) = match &quote.sentence {
            Some((place, sentence)) => (place.start, sentence),
            None => (quote.place.start, &quote.words),
        };
        json!({
            "document": self.source(quote.place.document), "start": quote.place.start, "end": quote.place.end,
            "words": quote.words, "sentence": sentence, "sentenceStart": start,
        })
    }
}
