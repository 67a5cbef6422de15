//! `wenmai ingest`: reads documents and puts what they say into the store.

use super::output::{self, Failure};
use super::reading::{self, INTERRUPTED};
use super::{DataOption, InputOptions, Outcome, StoreOption};
use clap::Args;
use std::collections::BTreeMap;
use std::sync::atomic::Ordering;
use std::time::Instant;
use wenmai::document::Document;
use wenmai::error::{Error, Result};
use wenmai::mention::published::Inferred;
use wenmai::pipeline::{self, Knowledge};
use wenmai::rdf::{self, Base, Source};
use wenmai::store::{self, Plan, Settings, Writer};

#[derive(Args)]
#[command(after_help = "Each document is stored as a whole, at once. One that is there already with the same content \
    is skipped, a changed one is replaced. After an interruption the same command goes on where it stopped.\n\n\
    Examples:\n  \
    wenmai ingest article.txt\n  \
    wenmai ingest --published 2025-01-20 --store news news/2025-01-20/\n  \
    wenmai ingest archive.jsonl.gz --threads 4\n  \
    curl -s https://example.org/page.html | wenmai ingest -\n\n\
    Exit status 3 if some inputs could not be read (each is named; the rest is stored).")]
pub(super) struct Options {
    #[command(flatten)]
    input: InputOptions,
    /// Namespace of the things in the graph, fixed when the store is made
    #[arg(long, value_name = "IRI")]
    base: Option<String>,
    /// Read documents again that are there already with the same content
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    store: StoreOption,
    #[command(flatten)]
    data: DataOption,
}

/// How many inputs may be named one by one.
const FEW: usize = 20;

/// What became of one document.
struct Stored {
    id: String,
    outcome: store::Outcome,
    things: usize,
    statements: usize,
    figures: usize,
    inferred: Option<Inferred>,
}

pub(super) fn run(options: &Options) -> std::result::Result<Outcome, Failure> {
    let began = Instant::now();
    watch_for_interruption()?;
    let resources = options.data.resources()?;
    let base = options.base.as_deref().map(Base::new).transpose()?;
    let settings = Settings { base, data: resources.fingerprint() };
    let knowledge = Knowledge::load(&resources)?;
    let writer = Writer::open(&options.store.store, &settings)?;
    let stored: BTreeMap<String, String> = match options.force {
        true => writer.documents().into_iter().map(|entry| (entry.source.id, entry.source.content)).collect(),
        false => BTreeMap::new(),
    };

    let mut unchanged = 0_usize;
    let admit = |mut document: Document| {
        let source = Source::of(&document);
        match writer.plan(&source) {
            Plan::Write(id) => document.id = id,
            // The document's own name, or that name with something behind it.
            Plan::Unchanged if options.force => {
                let names = stored.range(source.id.clone()..).take_while(|(id, _)| id.starts_with(&source.id));
                let same = names.into_iter().find(|(_, content)| **content == source.content);
                document.id = same.map_or(source.id, |(id, _)| id.clone());
            }
            Plan::Unchanged => {
                unchanged += 1;
                return None;
            }
        }
        Some(document)
    };
    let work = |document: Document| -> Result<Stored> {
        // As the source states it: a date that is inferred from the text is no part of the document's identity.
        let source = Source::of(&document);
        let extraction = pipeline::extract(document, &knowledge);
        let quads = rdf::quads(&extraction, writer.store().base());
        Ok(Stored {
            id: source.id.clone(),
            outcome: writer.insert(&source, &quads)?,
            things: extraction.entities.len(),
            statements: extraction.statements.len(),
            figures: extraction.quantities.len(),
            inferred: extraction.inferred,
        })
    };
    let (mut new, mut replaced) = (0_usize, 0_usize);
    let outcome = reading::read(&options.input, &knowledge.layout, admit, work, |stored, progress| {
        let stored = stored?;
        match stored.outcome {
            store::Outcome::Inserted => new += 1,
            store::Outcome::Replaced => replaced += 1,
        }
        if new + replaced <= FEW {
            let Stored { id, things, statements, figures, inferred, .. } = stored;
            progress.suspend(|| {
                output::say(format_args!("{id}: {things} things, {statements} statements, {figures} figures"));
                if let Some(Inferred { date, reason }) = inferred {
                    output::say(format_args!("{id}: taken as published on {date}: {reason}"));
                }
            });
        }
        Ok(())
    });
    // Also after an error: what is stored is stored.
    let store = writer.store().path().display().to_string();
    let finished = writer.finish();
    let outcome = outcome?;
    finished?;
    let seconds = began.elapsed().as_secs_f64();
    output::say(format_args!(
        "{store}: {new} documents new, {replaced} replaced, {unchanged} unchanged, in {seconds:.1} s"
    ));
    if matches!(outcome, Outcome::Interrupted) {
        output::warning(format_args!("interrupted; what is stored is whole, and the same command goes on from here"));
    }
    Ok(outcome)
}

/// The first interruption ends the work after the documents at hand, the second at once; the store is whole both times.
fn watch_for_interruption() -> Result<()> {
    let stop = || {
        if INTERRUPTED.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
    };
    ctrlc::set_handler(stop).map_err(|e| Error::Argument(format!("cannot watch for interruptions: {e}")))
}
