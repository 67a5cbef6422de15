//! `wenmai coverage`: what of a text has been read, and what has not.

use super::output::{self, Failure};
use super::{DataOption, InputOptions, Outcome, reading};
use clap::{Args, ValueEnum};
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::{self, Write};
use unicode_width::UnicodeWidthStr as _;
use wenmai::coverage::{self, Counts, Coverage, html};
use wenmai::pipeline::{self, Knowledge};

#[derive(Args)]
#[command(
    after_help = "For each document: the sentences of running text without a statement or figure; the words that \
    set a pattern off although none matched, with the patterns that were tried and what stopped them; the names of \
    which nothing is said. Then the totals, and the most frequent of these words over all documents. A word counts \
    where it has two or more characters and is no word of grammar. Offsets count characters of the text from 0, the end exclusive.\n\n\
    Examples:\n  \
    wenmai coverage article.txt\n  \
    wenmai coverage --totals news/\n  \
    wenmai coverage --format html news/ > coverage.html"
)]
pub(super) struct Options {
    #[command(flatten)]
    input: InputOptions,
    /// Only the totals, without the lists of each document
    #[arg(long)]
    totals: bool,
    /// How to print it
    #[arg(long, short, value_enum, default_value_t, value_name = "FORMAT")]
    format: Form,
    #[command(flatten)]
    data: DataOption,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Form {
    /// For people
    #[default]
    Text,
    /// One JSON object
    Json,
    /// A page that shows the texts with marks on what was not read
    Html,
}

/// All that was found out.
#[derive(Serialize)]
struct Report {
    documents: Vec<Coverage>,
    total: Counts,
}

/// How many words and classes are named over all documents.
const SHOWN: usize = 15;

pub(super) fn run(options: &Options) -> Result<Outcome, Failure> {
    let knowledge = Knowledge::load(&options.data.resources()?)?;
    let work = |document| coverage::cover(&pipeline::extract(document, &knowledge), &knowledge);
    let mut report = Report { documents: Vec::new(), total: Counts::default() };
    let outcome = reading::read(&options.input, &knowledge.layout, Some, work, |coverage, _| {
        report.total.add(&coverage.counts);
        report.documents.push(coverage);
        Ok(())
    })?;
    let mut out = output::results();
    match options.format {
        Form::Text => write(&mut out, &report, options.totals)?,
        Form::Json if options.totals => {
            writeln!(out, "{}", serde_json::to_string_pretty(&report.total).map_err(io::Error::other)?)?
        }
        Form::Json => writeln!(out, "{}", serde_json::to_string_pretty(&report).map_err(io::Error::other)?)?,
        Form::Html => html::write(&mut out, &report.documents)?,
    }
    out.flush()?;
    Ok(outcome)
}

fn write(out: &mut impl Write, report: &Report, totals: bool) -> io::Result<()> {
    if !totals {
        for coverage in &report.documents {
            lists(out, coverage)?;
        }
    }
    let width = report.documents.iter().map(|coverage| coverage.document.width()).max().unwrap_or(0).max(8);
    let names = |name: &str| format!("{name}{}", " ".repeat(width.saturating_sub(name.width())));
    writeln!(out, "{}  {:>18}  {:>18}  {:>18}", names(""), "silent sentences", "unanswered words", "unused names")?;
    let rows = report.documents.iter().map(|coverage| (coverage.document.as_str(), &coverage.counts));
    for (name, counts) in rows.chain([("all", &report.total)]) {
        let of = |left: usize, all: usize| format!("{left} of {all}");
        let (silent, unanswered) = (of(counts.silent, counts.sentences), of(counts.unanswered, counts.triggers));
        let unused = of(counts.unused, counts.things);
        writeln!(out, "{}  {silent:>18}  {unanswered:>18}  {unused:>18}", names(name))?;
    }
    let words = report.documents.iter().flat_map(|coverage| &coverage.unanswered).map(|t| t.place.text.as_str());
    frequent(out, "Unanswered words", words)?;
    let classes = report.documents.iter().flat_map(|coverage| &coverage.unused).map(|thing| thing.class.as_str());
    frequent(out, "Unused names by class", classes)
}

fn lists(out: &mut impl Write, coverage: &Coverage) -> io::Result<()> {
    writeln!(out, "{}  {}", coverage.document, coverage.origin)?;
    if !coverage.silent.is_empty() {
        writeln!(out, "  sentences without a statement or figure")?;
    }
    for place in &coverage.silent {
        writeln!(out, "    {}-{}  {}", place.start, place.end, place.text)?;
    }
    if !coverage.unanswered.is_empty() {
        writeln!(out, "  words that set a pattern off, and none matched")?;
    }
    for trigger in &coverage.unanswered {
        let why = trigger.tried.first().map_or_else(String::new, |tried| format!("{}: {}", tried.rule, tried.reason));
        writeln!(out, "    {}-{}  {}  {why}", trigger.place.start, trigger.place.end, trigger.place.text)?;
    }
    if !coverage.unused.is_empty() {
        writeln!(out, "  names of which nothing is said")?;
    }
    for thing in &coverage.unused {
        let places: Vec<String> = thing.mentions.iter().map(|place| format!("{}-{}", place.start, place.end)).collect();
        writeln!(out, "    {}  {}  {}", thing.name, thing.class, places.join(" "))?;
    }
    writeln!(out)
}

/// The most frequent of `words`, with how often each stands.
fn frequent<'w>(out: &mut impl Write, heading: &str, words: impl Iterator<Item = &'w str>) -> io::Result<()> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for word in words {
        *counts.entry(word).or_default() += 1;
    }
    let mut counts: Vec<(&str, usize)> = counts.into_iter().collect();
    counts.sort_by_key(|&(_, count)| std::cmp::Reverse(count)); // stable: then by word
    if counts.is_empty() {
        return Ok(());
    }
    let shown: Vec<String> = counts.iter().take(SHOWN).map(|(word, count)| format!("{word} {count}")).collect();
    let more = counts.len().saturating_sub(SHOWN);
    let more = if more == 0 { String::new() } else { format!(", and {more} more") };
    writeln!(out, "\n{heading}: {}{more}", shown.join(", "))
}
