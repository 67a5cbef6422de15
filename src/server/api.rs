//! What the page asks for, as JSON: things, their facts with the sentences, documents, the graph around things.
//!
//! `docs/server.md` describes the routes. Offsets count characters of a document's text from 0, the end exclusive.

mod analyses;
mod documents;
mod exports;
mod facts;
mod graph;
mod things;

pub(super) use documents::{add, remove};

use super::Server;
use super::reply::{self, Refusal, Reply};
use super::request::Parameters;
use super::snapshot::Snapshot;
use crate::facts::ThingId;
use crate::ontology::{Language, NAMESPACE};
use crate::store::Graph;
use oxigraph::model::{NamedOrBlankNode, Term};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// What a request of the page is answered from.
pub(super) struct Api<'s> {
    pub(super) server: &'s Server,
    pub(super) now: &'s Snapshot,
    pub(super) asked: &'s Parameters,
}

type Answer = Result<Value, Refusal>;

impl Api<'_> {
    /// Answers `GET /api/ROUTE`.
    pub(super) fn get(&self, route: &str) -> Result<Reply, Refusal> {
        let value = match route {
            "info" => self.info(),
            "vocabulary" => self.vocabulary(),
            "search" => self.search()?,
            "thing" => self.thing()?,
            "graph" => self.graph()?,
            "path" => self.path()?,
            "documents" => self.documents()?,
            "document" => self.document()?,
            "timeline" => self.timeline()?,
            "queries" => self.queries(),
            "analysis" => self.analysis()?,
            "export" => return self.export(),
            _ => return Err(Refusal::not_found(format!("there is no /api/{route}; docs/server.md lists the routes"))),
        };
        Ok(reply::json(&value))
    }

    fn info(&self) -> Value {
        let facts = &self.now.facts;
        json!({
            "version": env!("CARGO_PKG_VERSION"),
            "writable": self.server.settings.writable,
            "base": self.now.graph.base().as_str(),
            "ontology": NAMESPACE,
            "documents": facts.documents.len(),
            "things": facts.things.len(),
            "statements": facts.statements.len(),
            "quantities": facts.quantities.len(),
            "measures": analyses::MEASURES,
            "exports": crate::export::Format::ALL.map(crate::export::Format::name),
        })
    }

    fn vocabulary(&self) -> Value {
        let ontology = &self.server.ontology;
        let mut declared = BTreeSet::new();
        let classes: Vec<Value> = ontology
            .classes()
            .map(|class| {
                declared.insert(class.name());
                let labels = ontology.class_labels(class);
                let (fill, line) = self.server.drawing.colours(ontology, class.name());
                json!({
                    "name": class.name(), "iri": format!("{NAMESPACE}{}", class.name()), "zh": labels.zh, "en": labels.en,
                    "parent": ontology.parent(class).map(crate::ontology::Class::name), "colour": line, "fill": fill,
                })
            })
            .collect();
        let properties: Vec<Value> = ontology
            .properties()
            .map(|property| {
                declared.insert(property.name());
                let labels = ontology.property_labels(property);
                json!({
                    "name": property.name(), "iri": format!("{NAMESPACE}{}", property.name()), "zh": labels.zh, "en": labels.en,
                    "kind": if ontology.is_dated(property) { "date" } else { "relation" },
                })
            })
            .collect();
        let prefixes: BTreeMap<&str, &str> = self.now.graph.base().prefixes().collect();
        json!({
            "classes": classes, "properties": properties, "measures": self.measures(),
            "terms": self.terms(&declared), "prefixes": prefixes,
        })
    }

    /// What the figures of the store measure, the most frequent first. Measures are words of the texts.
    fn measures(&self) -> Vec<Value> {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for figure in &self.now.facts.quantities {
            *counts.entry(&figure.measure).or_default() += 1;
        }
        let mut counts: Vec<(&str, usize)> = counts.into_iter().collect();
        counts.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
        counts.iter().take(200).map(|(name, _)| json!({ "name": name, "zh": name, "en": name })).collect()
    }

    /// The words of the vocabulary that serve the bookkeeping: all but the `declared` ones.
    fn terms(&self, declared: &BTreeSet<&str>) -> Vec<Value> {
        let mut labels: BTreeMap<String, [String; 2]> = BTreeMap::new();
        for quad in self.now.graph.named(Graph::ontology()) {
            let NamedOrBlankNode::NamedNode(subject) = &quad.subject else { continue };
            let Some(name) = subject.as_str().strip_prefix(NAMESPACE).filter(|name| !name.is_empty()) else { continue };
            if declared.contains(name) {
                continue;
            }
            let [zh, en] = labels.entry(name.to_owned()).or_default();
            if let Term::Literal(label) = quad.object
                && quad.predicate.as_str().ends_with("#label")
            {
                *(if label.language() == Some("en") { en } else { zh }) = label.value().to_owned();
            }
        }
        labels.iter().map(|(name, [zh, en])| json!({ "name": format!("wm:{name}"), "zh": zh, "en": en })).collect()
    }

    fn queries(&self) -> Value {
        let queries = self.server.queries.iter();
        let queries = queries.map(|query| json!({ "name": query.name, "title": query.title, "text": query.text }));
        json!({ "queries": queries.collect::<Vec<_>>() })
    }

    /// The thing that the parameter `name` means.
    fn one(&self, name: &str) -> Result<ThingId, Refusal> {
        self.known(self.asked.required(name)?)
    }

    fn known(&self, iri: &str) -> Result<ThingId, Refusal> {
        self.now.thing(iri).ok_or_else(|| {
            let shown: String = iri.chars().filter(|c| !c.is_control()).take(200).collect();
            Refusal::not_found(format!("no thing <{shown}> in this store; /api/search finds things by name"))
        })
    }

    /// The classes that are asked for, with all their subclasses; empty if none is.
    fn classes(&self) -> Result<BTreeSet<&'static str>, Refusal> {
        let ontology = &self.server.ontology;
        let mut classes = BTreeSet::new();
        for name in self.asked.all("class").flat_map(|names| names.split(',')) {
            let class = ontology.class(name).ok_or_else(|| {
                let known: Vec<_> = ontology.classes().map(|class| class.name()).collect();
                Refusal::bad(format!("no such class; known are {}", known.join(", ")))
            })?;
            classes.extend(ontology.classes().filter(|&c| ontology.is_a(c, class)).map(|c| c.name()));
        }
        Ok(classes)
    }

    /// The values of a parameter that may be repeated, or hold several with commas between them.
    fn several(&self, name: &str) -> BTreeSet<&str> {
        self.asked.all(name).flat_map(|values| values.split(',')).collect()
    }

    /// The language of labels in files.
    fn language(&self) -> Language {
        if self.asked.get("labels") == Some("en") { Language::English } else { Language::Chinese }
    }
}
