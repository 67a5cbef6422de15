//! Writes statements as a table, one a row.

use crate::facts::{Fact, Facts, Target};
use crate::ontology::{Language, Ontology};
use std::io::{self, Write};

/// Writes the statements of `graph` that `keep` lets pass, with a line of headings first.
///
/// Offsets count characters of the document's text from 0, the end exclusive. Of several places the first is given.
///
/// # Errors
/// If `out` takes no more.
pub fn write(
    graph: &Facts,
    keep: impl Fn(&Fact) -> bool,
    ontology: &Ontology,
    language: Language,
    out: impl Write,
) -> io::Result<()> {
    let mut table = csv::Writer::from_writer(out);
    table.write_record([
        "subject",
        "subject_class",
        "property",
        "property_label",
        "object",
        "object_class",
        "title",
        "time",
        "amount",
        "status",
        "document",
        "evidence",
        "start",
        "end",
        "found_by",
        "confidence",
        "subject_iri",
        "object_iri",
    ])?;
    for fact in graph.statements.iter().filter(|fact| keep(fact)) {
        let subject = graph.thing(fact.subject);
        let (object, object_class, object_iri) = match &fact.object {
            Target::Thing(thing) => {
                let thing = graph.thing(*thing);
                (thing.name.as_str(), thing.class.as_str(), thing.iri.as_str())
            }
            Target::Value(value) => (value.as_str(), "", ""),
        };
        let quote = fact.evidence.first();
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        table.write_record([
            subject.name.as_str(),
            &subject.class,
            &fact.property,
            &ontology.property_label(&fact.property, language),
            object,
            object_class,
            &text(&fact.title),
            &text(&fact.time),
            &text(&fact.amount),
            &fact.status,
            graph.documents.get(fact.document).map_or("", |document| document.id.as_str()),
            quote.map_or("", |quote| quote.words.as_str()),
            &quote.map_or_else(String::new, |quote| quote.place.start.to_string()),
            &quote.map_or_else(String::new, |quote| quote.place.end.to_string()),
            &fact.found_by.join(" "),
            &fact.confidence.map_or_else(String::new, |confidence| format!("{confidence:.2}")),
            &subject.iri,
            object_iri,
        ])?;
    }
    table.flush()
}
