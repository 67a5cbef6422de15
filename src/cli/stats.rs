//! `wenmai stats`: counts what the store holds.

use super::output::{self, Failure};
use super::{DataOption, Language, Outcome, StoreOption};
use clap::Args;
use std::collections::BTreeMap;
use std::io::Write;
use unicode_width::UnicodeWidthStr as _;
use wenmai::analysis::Network;
use wenmai::facts::Facts;
use wenmai::ontology::Ontology;
use wenmai::store::Store;

#[derive(Args)]
#[command(after_help = "Examples:\n  wenmai stats\n  wenmai stats --labels en")]
pub(super) struct Options {
    /// Language of classes and relations
    #[arg(long, value_enum, default_value_t, value_name = "LANGUAGE")]
    labels: Language,
    #[command(flatten)]
    store: StoreOption,
    #[command(flatten)]
    data: DataOption,
}

/// How many of the most connected things are shown.
const SHOWN: usize = 10;

pub(super) fn run(options: &Options) -> Result<Outcome, Failure> {
    let ontology = Ontology::load(&options.data.resources()?)?;
    let store = Store::open(&options.store.store)?;
    let entries = store.documents()?;
    let graph = store.load()?;
    let facts = Facts::of(&graph);
    let network = Network::new(&facts, |_| true);
    let components = network.components();
    let language = options.labels.into();

    let mut out = output::results();
    let characters: usize = entries.iter().map(|entry| entry.source.characters).sum();
    let bytes: u64 = entries.iter().map(|entry| entry.bytes).sum();
    let relations = facts.statements.iter().filter(|fact| fact.other().is_some()).count();
    table(
        &mut out,
        "",
        vec![
            ("documents".to_owned(), entries.len()),
            ("characters".to_owned(), characters),
            ("things".to_owned(), facts.things.len()),
            ("relations".to_owned(), relations),
            ("dates".to_owned(), facts.statements.len() - relations),
            ("figures".to_owned(), facts.quantities.len()),
            ("quads".to_owned(), entries.iter().map(|entry| entry.quads).sum()),
            ("bytes on disk".to_owned(), usize::try_from(bytes).unwrap_or(usize::MAX)),
            ("parts that hang together".to_owned(), components.len()),
            ("things in the largest part".to_owned(), components.first().map_or(0, Vec::len)),
        ],
    )?;
    let classes = counts(facts.things.iter().map(|thing| ontology.class_label(&thing.class, language)));
    table(&mut out, "things by class", classes)?;
    let properties = counts(facts.statements.iter().map(|fact| ontology.property_label(&fact.property, language)));
    table(&mut out, "statements by kind", properties)?;
    let degrees = network.degrees();
    let linked = network
        .by_rank()
        .into_iter()
        .take(SHOWN)
        .map(|id| (facts.thing(id).name.clone(), degrees.get(id.0).copied().unwrap_or(0)));
    table(&mut out, "most connected (with the number of things they are linked to)", linked.collect())?;
    out.flush()?;
    Ok(Outcome::Done)
}

/// How often each name occurs, the most frequent first.
fn counts(names: impl Iterator<Item = String>) -> Vec<(String, usize)> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for name in names {
        *counts.entry(name).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    counts
}

/// Rows that line up, with a heading; nothing where there are no rows.
fn table(out: &mut impl Write, heading: &str, rows: Vec<(String, usize)>) -> std::io::Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    if !heading.is_empty() {
        writeln!(out, "\n{heading}")?;
    }
    let width = rows.iter().map(|(name, _)| name.width()).max().unwrap_or(0);
    let digits = rows.iter().map(|(_, count)| count.to_string().len()).max().unwrap_or(0);
    for (name, count) in rows {
        writeln!(out, "  {name}{}  {count:>digits$}", " ".repeat(width - name.width()))?;
    }
    Ok(())
}
