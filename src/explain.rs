//! What the graph says of one thing, as data.
//!
//! In: [`Facts`] and a name as a user types it. Out: the thing, and an [`Explanation`] of it: names, dates, relations
//! both ways and figures, each with the sentences that say so. Statements of several documents that say the same are one.

use crate::chars::Folding;
use crate::facts::{Fact, Facts, Figure, Quote, Target, ThingId};
use crate::ontology::{Language, Ontology};
use crate::rdf::Base;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// The things that a name may mean.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Matches {
    /// Things of this very name or IRI; where there are none, things that have it as another name or as their code.
    pub things: Vec<ThingId>,
    /// Names that come close; only where nothing matches.
    pub close: Vec<String>,
}

/// Looks `text` up: a name, another name, a code, `kg:…` or an IRI; traditional or simplified, wide or narrow, in any case.
pub fn find(facts: &Facts, folding: &Folding, base: &Base, text: &str) -> Matches {
    let text = text.trim();
    let bare = text.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')).unwrap_or(text);
    let by_iri: Vec<ThingId> =
        facts.ids().filter(|&id| facts.thing(id).iri == bare || base.shorten(&facts.thing(id).iri) == text).collect();
    if !by_iri.is_empty() {
        return Matches { things: by_iri, close: Vec::new() };
    }
    let fold = |text: &str| folding.fold_text(text).to_lowercase();
    let wanted = fold(text);
    let named: Vec<ThingId> = facts.ids().filter(|&id| fold(&facts.thing(id).name) == wanted).collect();
    if !named.is_empty() {
        return Matches { things: named, close: Vec::new() };
    }
    let called = |id: &ThingId| {
        let thing = facts.thing(*id);
        thing.notation.as_deref() == Some(text) || thing.aliases.iter().any(|alias| fold(alias) == wanted)
    };
    let things: Vec<ThingId> = facts.ids().filter(called).collect();
    let close = if things.is_empty() { close(facts, &wanted, fold) } else { Vec::new() };
    Matches { things, close }
}

/// How many names are offered where nothing matches.
const OFFERED: usize = 5;

/// The names most like `wanted`: those that hold it or lie in it, then those that share most characters with it.
fn close(facts: &Facts, wanted: &str, fold: impl Fn(&str) -> String) -> Vec<String> {
    let characters: BTreeSet<char> = wanted.chars().collect();
    let mut scored: Vec<(usize, String)> = Vec::new();
    for thing in &facts.things {
        let likeness = |name: &String| {
            let folded = fold(name);
            let others: BTreeSet<char> = folded.chars().collect();
            let shared = characters.intersection(&others).count();
            let inside = !wanted.is_empty() && (folded.contains(wanted) || wanted.contains(&folded));
            let percent = 200 * shared / (characters.len() + others.len()).max(1);
            if inside { 100 + percent } else { percent }
        };
        let best = std::iter::once(&thing.name).chain(&thing.aliases).map(likeness).max().unwrap_or(0);
        if best >= 50 {
            scored.push((best, thing.name.clone()));
        }
    }
    scored.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    scored.dedup();
    scored.into_iter().take(OFFERED).map(|(_, name)| name).collect()
}

/// All that the graph says of a thing.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Explanation {
    /// The name that most documents use.
    pub name: String,
    /// Local name of its class.
    pub class: String,
    /// What people call that class.
    pub class_label: String,
    /// Its IRI.
    pub iri: String,
    /// Its IRI with a prefix, as queries take it.
    pub short_iri: String,
    /// All its other names.
    pub aliases: Vec<String>,
    /// Its code in a public register.
    pub notation: Option<String>,
    /// The documents that mention it, with the number of mentions in each.
    pub mentions: BTreeMap<String, usize>,
    /// What is said of it: dates first, then relations.
    pub says: Vec<Said>,
    /// What is said of other things and names it.
    pub named_by: Vec<Said>,
    /// Its figures.
    pub figures: Vec<Number>,
}

/// One statement, with all the places that say so.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Said {
    /// Local name of the property.
    pub property: String,
    /// What people call it.
    pub label: String,
    /// Name of the other thing, or the date.
    pub other: String,
    /// Class of the other thing in words; nothing for a date.
    pub other_class: Option<String>,
    /// IRI of the other thing; nothing for a date.
    pub other_iri: Option<String>,
    /// The post, role or kinship.
    pub title: Option<String>,
    /// When it held.
    pub time: Option<String>,
    /// The amount that goes with it.
    pub amount: Option<String>,
    /// `asserted`, `planned`, `denied` or `reported`.
    pub status: String,
    /// Where it is said.
    pub sources: Vec<Source>,
}

/// One number.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Number {
    /// What it measures.
    pub measure: String,
    /// The plain number.
    pub value: String,
    /// Its unit.
    pub unit: String,
    /// `=`, `>`, `<` or `~`.
    pub bound: String,
    /// When it held.
    pub time: Option<String>,
    /// Where it is said.
    pub sources: Vec<Source>,
}

/// Words of a document. Offsets count characters of its text from 0, the end exclusive.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Source {
    /// The document's name.
    pub document: String,
    /// Where the document came from.
    pub origin: Option<String>,
    /// The words.
    pub evidence: String,
    /// The first character of the words.
    pub start: usize,
    /// Just past their last character.
    pub end: usize,
    /// The sentence around the words.
    pub sentence: String,
    /// The first character of the sentence.
    pub sentence_start: usize,
    /// The rule or list that read it.
    pub found_by: String,
    /// How sure it is, from 0 to 1.
    pub confidence: Option<f64>,
}

/// Collects what `facts` hold about `thing`.
pub fn explain(facts: &Facts, thing: ThingId, base: &Base, ontology: &Ontology, language: Language) -> Explanation {
    let collector = Collector { facts, ontology, language };
    let node = facts.thing(thing);
    let mut mentions = BTreeMap::new();
    for place in &node.mentions {
        *mentions.entry(collector.document(place.document)).or_default() += 1;
    }
    Explanation {
        name: node.name.clone(),
        class: node.class.clone(),
        class_label: ontology.class_label(&node.class, language),
        iri: node.iri.clone(),
        short_iri: base.shorten(&node.iri),
        aliases: node.aliases.clone(),
        notation: node.notation.clone(),
        mentions,
        says: collector.said(|fact| (fact.subject == thing).then(|| fact.object.clone())),
        named_by: collector.said(|fact| (fact.other() == Some(thing)).then_some(Target::Thing(fact.subject))),
        figures: collector.figures(thing),
    }
}

/// What the statements say that link two things, each list as in [`Explanation::says`].
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Link {
    /// What is said of the first, with the second as the other side.
    pub forward: Vec<Said>,
    /// What is said of the second, with the first as the other side.
    pub backward: Vec<Said>,
}

/// Collects what `facts` say that links `a` and `b`.
pub fn link(facts: &Facts, a: ThingId, b: ThingId, ontology: &Ontology, language: Language) -> Link {
    let collector = Collector { facts, ontology, language };
    let said = |from: ThingId, to: ThingId| {
        collector.said(|fact| (fact.subject == from && fact.other() == Some(to)).then(|| fact.object.clone()))
    };
    Link { forward: said(a, b), backward: said(b, a) }
}

struct Collector<'f> {
    facts: &'f Facts,
    ontology: &'f Ontology,
    language: Language,
}

impl Collector<'_> {
    /// The statements for which `other` gives the other side, those that say the same as one.
    fn said(&self, other: impl Fn(&Fact) -> Option<Target>) -> Vec<Said> {
        let mut said: BTreeMap<_, Said> = BTreeMap::new();
        for fact in &self.facts.statements {
            let Some(other) = other(fact) else { continue };
            let key = (
                matches!(other, Target::Thing(_)),
                fact.property.clone(),
                other.clone(),
                fact.title.clone(),
                fact.time.clone(),
                fact.status.clone(),
            );
            let entry = said.entry(key).or_insert_with(|| {
                let (name, class, iri) = match &other {
                    Target::Thing(id) => {
                        let thing = self.facts.thing(*id);
                        let class = self.ontology.class_label(&thing.class, self.language);
                        (thing.name.clone(), Some(class), Some(thing.iri.clone()))
                    }
                    Target::Value(value) => (value.clone(), None, None),
                };
                Said {
                    property: fact.property.clone(),
                    label: self.ontology.property_label(&fact.property, self.language),
                    other: name,
                    other_class: class,
                    other_iri: iri,
                    title: fact.title.clone(),
                    time: fact.time.clone(),
                    amount: fact.amount.clone(),
                    status: fact.status.clone(),
                    sources: Vec::new(),
                }
            });
            let found_by = fact.found_by.join(", ");
            entry.sources.extend(fact.evidence.iter().map(|quote| self.source(quote, &found_by, fact.confidence)));
        }
        said.into_values().collect()
    }

    fn figures(&self, thing: ThingId) -> Vec<Number> {
        let number = |figure: &Figure| {
            let found_by = figure.found_by.join(", ");
            Number {
                measure: figure.measure.clone(),
                value: figure.value.clone(),
                unit: figure.unit.clone(),
                bound: figure.bound.clone(),
                time: figure.time.clone(),
                sources: figure.evidence.iter().map(|q| self.source(q, &found_by, figure.confidence)).collect(),
            }
        };
        self.facts.quantities.iter().filter(|figure| figure.subject == Some(thing)).map(number).collect()
    }

    fn source(&self, quote: &Quote, found_by: &str, confidence: Option<f64>) -> Source {
        let (start, sentence) = match &quote.sentence {
            Some((place, sentence)) => (place.start, sentence.clone()),
            None => (quote.place.start, quote.words.clone()),
        };
        Source {
            document: self.document(quote.place.document),
            origin: self.facts.documents.get(quote.place.document).and_then(|document| document.origin.clone()),
            evidence: quote.words.clone(),
            start: quote.place.start,
            end: quote.place.end,
            sentence,
            sentence_start: start,
            found_by: found_by.to_owned(),
            confidence,
        }
    }

    fn document(&self, index: usize) -> String {
        self.facts.documents.get(index).map(|document| document.id.clone()).unwrap_or_default()
    }
}
