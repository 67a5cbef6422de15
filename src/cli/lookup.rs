//! Finds the thing that a user means by a name.

use super::output::Failure;
use wenmai::chars::Folding;
use wenmai::error::Error;
use wenmai::explain::{self, Matches};
use wenmai::facts::{Facts, ThingId};
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
