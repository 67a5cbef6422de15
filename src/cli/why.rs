//! `wenmai explain --why-not`: why something is not stated.

use super::output::{self, Failure};
use super::rules::{Page, says};
use super::{Outcome, lookup};
use rayon::prelude::*;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use wenmai::date::{Date, Period};
use wenmai::document::{self, Document, ReadOptions, input};
use wenmai::error::{Error, Result};
use wenmai::explain::{self, Matches};
use wenmai::facts::{Facts, ThingId};
use wenmai::ontology::{Language, Ontology, Property};
use wenmai::pipeline::{self, Extraction, Knowledge};
use wenmai::rdf::{self, Base};
use wenmai::resource::Resources;
use wenmai::store::Store;
use wenmai::why::{self, Question, Side, Spot, Wanted, WhyNot};

/// What the user has expected to be stated.
pub(super) struct Claim<'a> {
    pub(super) subject: &'a str,
    pub(super) property: &'a str,
    pub(super) object: &'a str,
}

/// Where it should have been read.
pub(super) struct Sources<'a> {
    pub(super) store: &'a Path,
    /// Read instead of the store, if there are any.
    pub(super) files: &'a [PathBuf],
    pub(super) published: Option<Date>,
}

pub(super) fn run(
    claim: &Claim,
    sources: &Sources,
    resources: &Resources,
    as_json: bool,
) -> std::result::Result<Outcome, Failure> {
    let knowledge = Knowledge::load(resources)?;
    let property = property(&knowledge.ontology, claim.property)?;
    let (facts, base, extractions) = if sources.files.is_empty() {
        let graph = Store::open(sources.store)?.load()?;
        (Facts::of(&graph), graph.base().clone(), None)
    } else {
        let extractions = read(sources, &knowledge)?;
        let base = Base::default();
        let facts = Facts::read(extractions.iter().flat_map(|extraction| rdf::quads(extraction, &base)));
        (facts, base, Some(extractions))
    };
    let period = claim.object.parse::<Period>().ok().filter(|_| knowledge.ontology.is_dated(property));
    let subject = thing(&facts, &base, &knowledge, claim.subject)?;
    let object = match period {
        Some(period) => Some(Wanted::Time(period)),
        None => thing(&facts, &base, &knowledge, claim.object)?.map(Wanted::Thing),
    };
    let (Some(subject), Some(object)) = (subject, object) else { return Ok(Outcome::No) };
    let question = Question { subject, property, object };
    let naming = why::documents(&facts, &question);
    let extractions: Vec<Extraction> = match extractions {
        Some(read) => {
            let ids: Vec<&str> =
                naming.iter().filter_map(|&at| facts.documents.get(at)).map(|d| d.id.as_str()).collect();
            read.into_iter().filter(|extraction| ids.contains(&extraction.document.id.as_str())).collect()
        }
        None => naming
            .into_par_iter()
            .filter_map(|at| facts.documents.get(at))
            .map(|source| {
                let document = document::from_text(&source.id, &source.text, &knowledge.layout);
                let date = source.issued.as_deref().and_then(|date| date.parse().ok());
                pipeline::extract(Document { date, ..document }, &knowledge)
            })
            .collect(),
    };
    let why = why::why_not(&facts, &base, &question, &extractions, &knowledge);
    let mut out = output::results();
    if as_json {
        writeln!(out, "{}", serde_json::to_string_pretty(&why).map_err(io::Error::other)?)?;
    } else {
        write(&mut out, &why)?;
    }
    out.flush()?;
    Ok(Outcome::Done)
}

/// The property of this name, or with this label.
fn property(ontology: &Ontology, name: &str) -> Result<Property> {
    let called = |property: &Property| {
        let labels = ontology.property_labels(*property);
        [labels.get(Language::Chinese), labels.get(Language::English)].contains(&name)
    };
    ontology.property(name).or_else(|| ontology.properties().find(called)).ok_or_else(|| {
        let names: Vec<&str> = ontology.properties().map(Property::name).collect();
        Error::Argument(format!("no relation is called `{name}`; there are {}", names.join(", ")))
    })
}

/// What the files say; the first that cannot be read ends it.
fn read(sources: &Sources, knowledge: &Knowledge) -> Result<Vec<Extraction>> {
    let settings = ReadOptions { date: sources.published, ..ReadOptions::default() };
    let listing = input::list(sources.files);
    if let Some(error) = listing.errors.into_iter().next() {
        return Err(error);
    }
    let documents = listing.inputs.iter().flat_map(|input| document::read(input, &knowledge.layout, &settings));
    let documents: Vec<Document> = documents.collect::<Result<_>>()?;
    Ok(documents.into_par_iter().map(|document| pipeline::extract(document, knowledge)).collect())
}

/// The thing of this name. Where there is none, says so, and whether the texts have the name all the same.
fn thing(facts: &Facts, base: &Base, knowledge: &Knowledge, name: &str) -> Result<Option<ThingId>> {
    let folding = knowledge.segmenter.folding();
    let matches = explain::find(facts, folding, base, name);
    match matches.things.as_slice() {
        [thing] => Ok(Some(*thing)),
        [] => {
            output::error(format_args!("{}", missing(facts, knowledge, name, &matches)));
            Ok(None)
        }
        several => Err(lookup::several(facts, base, name, several)),
    }
}

fn missing(facts: &Facts, knowledge: &Knowledge, name: &str, matches: &Matches) -> String {
    let fold = |text: &str| knowledge.segmenter.folding().fold_text(text);
    let wanted = fold(name);
    let having = facts.documents.iter().filter(|document| fold(&document.text).contains(&wanted)).count();
    let nothing = lookup::nothing(name, matches);
    if having == 0 || wanted.is_empty() || !matches.close.is_empty() {
        return nothing;
    }
    let text =
        if having == 1 { "the text of a document".to_owned() } else { format!("the texts of {having} documents") };
    format!(
        "{nothing}; it stands in {text}, but nothing reads it as a name: list it in gazetteers/<Class>.tsv of a --data folder"
    )
}

fn write(out: &mut impl Write, why: &WhyNot) -> io::Result<()> {
    let side = |side: &Side| match &side.class {
        Some(class) => format!("{} ({class})", side.name),
        None => side.name.clone(),
    };
    let stated = if why.said { "stated" } else { "not stated" };
    writeln!(out, "{} {} {}: {stated}", side(&why.subject), why.property, side(&why.object))?;
    for reason in &why.reasons {
        writeln!(out, "  {reason}")?;
    }
    if !why.statements.is_empty() {
        writeln!(out, "\nWhat is read of the two")?;
    }
    for reading in &why.statements {
        let status = if reading.status == "asserted" { String::new() } else { format!("{}: ", reading.status) };
        let title = reading.title.as_ref().map_or_else(String::new, |title| format!(" ({title})"));
        writeln!(out, "  {status}{} {} {}{title}", reading.subject, reading.property, reading.object)?;
        writeln!(out, "      {}  {}  {}", reading.document, reading.evidence, reading.found_by)?;
    }
    spots(out, "Sentences that name both", &why.together)?;
    spots(out, "Sentences that name one of the two, where a pattern of the relation was tried", &why.apart)
}

fn spots(out: &mut impl Write, heading: &str, spots: &[Spot]) -> io::Result<()> {
    if spots.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{heading}")?;
    for spot in spots {
        writeln!(out, "  {}  {}-{}\n    {}", spot.document, spot.place.start, spot.place.end, spot.place.text)?;
        for found in &spot.matches {
            for claim in &found.says {
                writeln!(out, "      reads {}  {}", says(claim), found.rule)?;
            }
        }
        if spot.matches.is_empty() && spot.misses.is_empty() {
            writeln!(out, "      no word of the patterns of the relation stands here")?;
        }
        for miss in &spot.misses {
            Page::new(out).miss("      ", miss)?;
        }
        if spot.more_misses > 0 {
            writeln!(out, "      {} more patterns were tried; see wenmai rules try --all", spot.more_misses)?;
        }
    }
    Ok(())
}
