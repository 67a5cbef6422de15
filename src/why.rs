//! Why the program does not say that one thing stands in a relation to another.
//!
//! In: the graph, the two things (or a thing and a date), and the documents that name both, read again. Out: a
//! [`WhyNot`]: what is read of the two in any way, whether their classes fit the relation, the sentences that name both
//! with the patterns of the relation that nearly matched there, and the sentences with one of them where a pattern did.
//!
//! The graph keeps the whole text of each document, so nothing but the store is needed. The text is read again by the
//! rules of today, which may differ from those that made the graph; where they read what the graph does not hold, the
//! sentence shows it.

use crate::date::Period;
use crate::entity::EntityId;
use crate::facts::{Fact, Facts, Target, ThingId};
use crate::inspect::{self, Match, Miss, Place, Viewer};
use crate::mention::{MentionKind, Value};
use crate::ontology::{Class, Ontology, Property};
use crate::pipeline::{Extraction, Knowledge};
use crate::rdf::Base;
use crate::span::Span;
use crate::statement::trace::{self, PartKind, Trace};
use crate::statement::{Object, Status};
use serde::Serialize;
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// What somebody has expected to be said.
#[derive(Clone, Debug)]
pub struct Question {
    /// What it would be about.
    pub subject: ThingId,
    /// What would be said of it.
    pub property: Property,
    /// What it would be linked to.
    pub object: Wanted,
}

/// The other side of a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// A thing.
    Thing(ThingId),
    /// A date or interval.
    Time(Period),
}

/// Why something is not said.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WhyNot {
    /// What it would be about.
    pub subject: Side,
    /// Local name of the relation.
    pub property: String,
    /// The other side.
    pub object: Side,
    /// Whether it is said after all.
    pub said: bool,
    /// The reasons that show already before a sentence is looked at.
    pub reasons: Vec<String>,
    /// What is read of the two in any way, in either direction.
    pub statements: Vec<Reading>,
    /// The documents that name both.
    pub documents: Vec<String>,
    /// The sentences that name both.
    pub together: Vec<Spot>,
    /// Where no pattern of the relation was tried in those: sentences that name one of the two, and where one was tried with it.
    pub apart: Vec<Spot>,
}

/// A thing or a date.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Side {
    /// Its name, or the date.
    pub name: String,
    /// Local name of its class; nothing for a date.
    pub class: Option<String>,
}

/// Something that is read of the two.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Reading {
    /// What it is about.
    pub subject: String,
    /// Local name of the property.
    pub property: String,
    /// Another thing or a date.
    pub object: String,
    /// The post, role or kinship.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// `asserted`, `planned`, `denied` or `reported`.
    pub status: String,
    /// The document that says so.
    pub document: String,
    /// The words.
    pub evidence: String,
    /// The rules that read it.
    pub found_by: String,
}

/// A sentence.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Spot {
    /// Name of the document.
    pub document: String,
    /// Where it stands.
    #[serde(flatten)]
    pub place: Place,
    /// Which of the two it names.
    pub names: Vec<String>,
    /// What it says by patterns of the relation.
    pub matches: Vec<Match>,
    /// The patterns of the relation that nearly matched.
    pub misses: Vec<Miss>,
    /// How many more were tried.
    pub more_misses: usize,
}

/// How many near misses of a sentence are told, and how many sentences that name but one of the two.
const NEAREST: usize = 4;
const APART: usize = 5;

/// The documents of the graph (indices into [`Facts::documents`]) that name both sides; of a date only the subject is asked.
pub fn documents(facts: &Facts, question: &Question) -> BTreeSet<usize> {
    let naming =
        |id: ThingId| -> BTreeSet<usize> { facts.thing(id).mentions.iter().map(|place| place.document).collect() };
    match question.object {
        Wanted::Thing(object) => naming(question.subject).intersection(&naming(object)).copied().collect(),
        Wanted::Time(_) => naming(question.subject),
    }
}

/// Finds out why `facts` do not hold what `question` asks for. `extractions` are those of [`documents`], read again.
pub fn why_not(
    facts: &Facts,
    base: &Base,
    question: &Question,
    extractions: &[Extraction],
    knowledge: &Knowledge,
) -> WhyNot {
    let asker = Asker { facts, base, question, ontology: &knowledge.ontology };
    let (mut together, mut apart, mut again) = (Vec::new(), Vec::new(), false);
    for extraction in extractions {
        let traces = inspect::traces(extraction, knowledge);
        let looker = Looker { asker: &asker, extraction, viewer: Viewer::new(extraction) };
        for (sentence, trace) in extraction.sentences.iter().zip(&traces) {
            let names = looker.names(trace);
            if names.len() == 2 {
                together.push(looker.spot(sentence.span, trace, &names, 0));
                again |= looker.says(trace);
            } else if names.len() == 1 {
                apart.push(looker.spot(sentence.span, trace, &names, 1));
            }
        }
    }
    apart.retain(|spot| !spot.misses.is_empty());
    apart.truncate(if together.iter().any(Spot::is_telling) { 0 } else { APART });
    let statements = asker.statements();
    let said = asker.facts.statements.iter().any(|fact| fact.is_stated() && asker.asks_for(fact));
    let mut why = WhyNot {
        subject: asker.side(Wanted::Thing(question.subject)),
        property: question.property.name().to_owned(),
        object: asker.side(question.object),
        said,
        reasons: Vec::new(),
        statements,
        documents: extractions.iter().map(|extraction| extraction.document.id.clone()).collect(),
        together,
        apart,
    };
    why.reasons = asker.reasons(&why);
    if again && !said {
        why.reasons
            .push("the rules at hand read it, and the store does not hold it: ingest the document again".to_owned());
    }
    why
}

impl Spot {
    /// Whether a pattern of the relation was tried in it.
    fn is_telling(&self) -> bool {
        !(self.misses.is_empty() && self.matches.is_empty())
    }
}

struct Asker<'f> {
    facts: &'f Facts,
    base: &'f Base,
    question: &'f Question,
    ontology: &'f Ontology,
}

impl Asker<'_> {
    fn side(&self, side: Wanted) -> Side {
        match side {
            Wanted::Thing(id) => {
                let thing = self.facts.thing(id);
                Side { name: thing.name.clone(), class: Some(thing.class.clone()) }
            }
            Wanted::Time(period) => Side { name: period.to_string(), class: None },
        }
    }

    /// Whether the fact is about the two, whatever it says.
    fn is_about_both(&self, fact: &Fact) -> bool {
        let Question { subject, object, .. } = *self.question;
        match (&fact.object, object) {
            (Target::Thing(other), Wanted::Thing(object)) => {
                (fact.subject, *other) == (subject, object) || (fact.subject, *other) == (object, subject)
            }
            (Target::Value(value), Wanted::Time(period)) => fact.subject == subject && *value == period.to_string(),
            (Target::Thing(_), Wanted::Time(_)) | (Target::Value(_), Wanted::Thing(_)) => false,
        }
    }

    /// Whether the fact is what the question asks for.
    fn asks_for(&self, fact: &Fact) -> bool {
        let property = self.question.property;
        let forward = fact.subject == self.question.subject || self.ontology.is_symmetric(property);
        self.is_about_both(fact) && fact.property == property.name() && forward
    }

    fn statements(&self) -> Vec<Reading> {
        let read = |fact: &Fact| {
            let object = match &fact.object {
                Target::Thing(id) => self.facts.thing(*id).name.clone(),
                Target::Value(value) => value.clone(),
            };
            Reading {
                subject: self.facts.thing(fact.subject).name.clone(),
                property: fact.property.clone(),
                object,
                title: fact.title.clone(),
                status: fact.status.clone(),
                document: self.facts.documents.get(fact.document).map(|d| d.id.clone()).unwrap_or_default(),
                evidence: fact.evidence.first().map(|quote| quote.words.clone()).unwrap_or_default(),
                found_by: fact.found_by.join(", "),
            }
        };
        let mut facts: Vec<&Fact> = self.facts.statements.iter().filter(|fact| self.is_about_both(fact)).collect();
        facts.sort_by_key(|fact| !self.asks_for(fact)); // stable: what was asked for first
        facts.into_iter().map(read).collect()
    }

    fn reasons(&self, why: &WhyNot) -> Vec<String> {
        let mut reasons = Vec::new();
        let (property, about) = (self.question.property, &why.subject.name);
        let asked = |reading: &&Reading| reading.property == why.property;
        for status in ["planned", "denied"] {
            let read =
                |r: &&Reading| r.status == status && (r.subject == *about || self.ontology.is_symmetric(property));
            if let Some(reading) = why.statements.iter().filter(asked).find(read) {
                let Reading { document, .. } = reading;
                reasons.push(format!("{document} says it, but as {status}; see below"));
            }
        }
        let turned = |r: &&Reading| r.subject != *about && !self.ontology.is_symmetric(property);
        if why.statements.iter().filter(asked).any(|r| turned(&r)) {
            reasons.push("it is said the other way round; see below".to_owned());
        }
        reasons.extend(self.unfit(&why.subject, self.ontology.domain(property), "subject"));
        let dated = self.ontology.is_dated(property);
        match self.question.object {
            Wanted::Thing(_) if dated => reasons.push(format!("{} links things to dates", why.property)),
            Wanted::Time(_) if !dated => reasons.push(format!("{} links things to things, not to dates", why.property)),
            Wanted::Thing(_) => reasons.extend(self.unfit(&why.object, self.ontology.range(property), "object")),
            Wanted::Time(_) => {}
        }
        if why.documents.is_empty() {
            reasons.push("no document names both".to_owned());
        } else if why.together.is_empty() {
            reasons.push("no sentence names both; a relation is read within a sentence".to_owned());
        } else if !why.together.iter().any(Spot::is_telling) {
            reasons.push(format!("no sentence that names both has words by which {} is known", why.property));
        }
        reasons.extend(self.taken(why));
        reasons
    }

    /// The claims of the relation in which something else has taken the place of one of the two.
    fn taken(&self, why: &WhyNot) -> Vec<String> {
        let mut reasons = Vec::new();
        for found in why.together.iter().flat_map(|spot| &spot.matches) {
            for claim in found.says.iter().filter(|claim| claim.property == why.property) {
                let same = (claim.subject == why.subject.name, claim.object == why.object.name);
                let other = match same {
                    (true, false) => &claim.object,
                    (false, true) => &claim.subject,
                    (true, true) | (false, false) => continue,
                };
                let place = if same.0 { &why.object.name } else { &why.subject.name };
                let rule = &found.rule;
                reasons
                    .push(format!("{rule} matches, with {other} where {place} might stand; the nearest name is taken"));
            }
        }
        reasons.dedup();
        reasons
    }

    fn unfit(&self, side: &Side, classes: &[Class], role: &str) -> Option<String> {
        let class = self.ontology.class(side.class.as_deref()?)?;
        if classes.iter().any(|&wanted| self.ontology.is_a(class, wanted)) {
            return None;
        }
        let wanted: Vec<&str> = classes.iter().map(|class| class.name()).collect();
        let (name, property) = (&side.name, self.question.property.name());
        Some(format!("{name} is {}, and the {role} of {property} is {}", class.name(), wanted.join(" or ")))
    }
}

/// Looks at the sentences of one document.
struct Looker<'l> {
    asker: &'l Asker<'l>,
    extraction: &'l Extraction,
    viewer: Viewer<'l>,
}

impl Looker<'_> {
    fn is(&self, entity: EntityId, thing: ThingId) -> bool {
        let Some(entity) = self.extraction.entities.get(entity.0) else { return false };
        let thing = self.asker.facts.thing(thing);
        let alike = entity.name == thing.name && entity.class.name() == thing.class;
        alike || self.asker.base.thing(&entity.local_name).as_str() == thing.iri
    }

    /// Which of the two a part of a sentence names: the subject is 0, the object 1.
    fn named(&self, part: &trace::Part) -> Option<usize> {
        let Question { subject, object, .. } = *self.asker.question;
        match (part.kind, object) {
            (PartKind::Name(entity), _) if self.is(entity, subject) => Some(0),
            (PartKind::Name(entity), Wanted::Thing(object)) if self.is(entity, object) => Some(1),
            (PartKind::Time, Wanted::Time(period)) => {
                let mention = self.extraction.mentions.iter().find(|mention| mention.span == part.span)?;
                (mention.kind == MentionKind::Value(Value::Time(period))).then_some(1)
            }
            _ => None,
        }
    }

    fn names(&self, trace: &Trace) -> BTreeSet<usize> {
        trace.elements.iter().filter_map(|part| self.named(part)).collect()
    }

    /// Whether the sentence says what is asked for.
    fn says(&self, trace: &Trace) -> bool {
        let Question { subject, property, object } = *self.asker.question;
        let says = |claim: &trace::Claim| {
            let right = match (claim.object, object) {
                (Object::Entity(id), Wanted::Thing(object)) => self.is(id, object),
                (Object::Time(time), Wanted::Time(period)) => time == period,
                (Object::Entity(_), Wanted::Time(_)) | (Object::Time(_), Wanted::Thing(_)) => false,
            };
            let stated = matches!(claim.status, Status::Asserted | Status::Reported);
            claim.property == property && self.is(claim.subject, subject) && right && stated
        };
        trace.matches.iter().flat_map(|found| &found.claims).any(says)
    }

    /// A sentence with the patterns of the relation whose words stand in it, or that have found at least `least` of the two.
    fn spot(&self, span: Span, trace: &Trace, names: &BTreeSet<usize>, least: usize) -> Spot {
        let property = self.asker.question.property;
        let matches = trace.matches.iter().filter(|found| found.claims.iter().any(|claim| claim.property == property));
        // How many of the two a try has found places for.
        let involved = |miss: &trace::Miss| {
            let filled = trace.elements.iter().filter(|part| miss.filled.iter().any(|f| f.span == Some(part.span)));
            filled.filter_map(|part| self.named(part)).collect::<BTreeSet<usize>>().len()
        };
        let own = |miss: &&trace::Miss| {
            let (own, found) = (miss.property == property, involved(miss));
            own && found >= least && (miss.triggered || found == 2)
        };
        let mut misses = trace::best(trace.misses.iter().filter(own));
        misses.sort_by_key(|miss| Reverse(involved(miss))); // stable: then the nearest
        let Question { subject, object, .. } = *self.asker.question;
        let sides = [self.asker.side(Wanted::Thing(subject)), self.asker.side(object)];
        Spot {
            document: self.extraction.document.id.clone(),
            place: self.viewer.place(span),
            names: names.iter().filter_map(|&side| sides.get(side)).map(|side| side.name.clone()).collect(),
            matches: matches.map(|found| self.viewer.found(found)).collect(),
            misses: misses.iter().take(NEAREST).map(|miss| self.viewer.miss(miss)).collect(),
            more_misses: misses.len().saturating_sub(NEAREST),
        }
    }
}
