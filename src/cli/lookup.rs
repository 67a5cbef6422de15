//! Finds the thing that a user means by a name.

use super::output::Failure;
use std::collections::BTreeSet;
use wenmai::chars::Folding;
use wenmai::error::Error;
use wenmai::explain::{self, Matches};
use wenmai::facts::{Facts, ThingId};
use wenmai::ontology::Ontology;
use wenmai::rdf::Base;

/// The one thing of this name.
pub(super) fn one(facts: &Facts, folding: &Folding, base: &Base, name: &str) -> Result<ThingId, Failure> {
    let matches = explain::find(facts, folding, base, name);
    match matches.things.as_slice() {
        [thing] => Ok(*thing),
        [] => Err(Error::Argument(nothing(name, &matches)).into()),
        things => Err(several(facts, base, name, things).into()),
    }
}

/// Says that several things have this name.
pub(super) fn several(facts: &Facts, base: &Base, name: &str, things: &[ThingId]) -> Error {
    let iris: Vec<String> = things.iter().map(|&id| base.shorten(&facts.thing(id).iri)).collect();
    Error::Argument(format!("`{name}` names several things; say which: {}", iris.join(", ")))
}

/// Says that nothing has this name, and which names come close.
pub(super) fn nothing(name: &str, matches: &Matches) -> String {
    if matches.close.is_empty() {
        format!("nothing in the graph is called `{name}`")
    } else {
        let names: Vec<String> = matches.close.iter().map(|name| format!("`{name}`")).collect();
        format!("nothing in the graph is called `{name}`; did you mean {}?", names.join(", "))
    }
}

/// The classes of these names with all their subclasses.
pub(super) fn classes(names: &[String], ontology: &Ontology) -> Result<BTreeSet<String>, Error> {
    let mut classes = BTreeSet::new();
    for name in names {
        let named = ontology.classes().find(|&class| {
            let labels = ontology.class_labels(class);
            class.name().eq_ignore_ascii_case(name) || labels.zh == *name || labels.en.eq_ignore_ascii_case(name)
        });
        let Some(class) = named else {
            let known: Vec<_> = ontology.classes().map(|class| class.name()).collect();
            return Err(Error::Argument(format!("no class `{name}`; known are {}", known.join(", "))));
        };
        classes.extend(ontology.classes().filter(|&c| ontology.is_a(c, class)).map(|c| c.name().to_owned()));
    }
    Ok(classes)
}
