//! `wenmai extract`: what documents say, as JSON, without a store.

use super::output::{self, Failure};
use super::{DataOption, InputOptions, Outcome, reading};
use clap::Args;
use std::io::Write as _;
use wenmai::export::json::Record;
use wenmai::mention::published::Inferred;
use wenmai::pipeline::{self, Knowledge};

#[derive(Args)]
#[command(after_help = "One line of JSON for each document, in the order of the paths: id, published, entities, \
    relations, dates, quantities, and what the text only plans or denies (unasserted). Offsets (start, end) count \
    characters (Unicode code points) of the text from 0, the end exclusive; confidence runs from 0 to 1.\n\n\
    Examples:\n  \
    wenmai extract article.txt\n  \
    wenmai extract --published 2025-01-20 news/ > found.jsonl\n  \
    cat article.txt | wenmai extract - | jq '.entities[].name'")]
pub(super) struct Options {
    #[command(flatten)]
    input: InputOptions,
    #[command(flatten)]
    data: DataOption,
}

pub(super) fn run(options: &Options) -> Result<Outcome, Failure> {
    let knowledge = Knowledge::load(&options.data.resources()?)?;
    let mut out = output::results();
    let work = |document| {
        let extraction = pipeline::extract(document, &knowledge);
        (Record::of_extraction(&extraction).line(), extraction.document.id, extraction.inferred)
    };
    let outcome = reading::read(&options.input, &knowledge.layout, Some, work, |(line, id, inferred), progress| {
        if let Some(Inferred { date, reason }) = inferred {
            progress.suspend(|| output::say(format_args!("{id}: taken as published on {date}: {reason}")));
        }
        Ok(writeln!(out, "{line}")?)
    })?;
    out.flush()?;
    Ok(outcome)
}
