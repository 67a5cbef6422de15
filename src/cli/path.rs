//! `wenmai path`: how two things are linked, each step with the sentences that say so.

use super::explain::Page;
use super::output::{self, Failure};
use super::{DataOption, Form, Language, Outcome, StoreOption, lookup};
use clap::Args;
use serde::Serialize;
use std::io::{self, Write};
use wenmai::analysis::Network;
use wenmai::chars::Folding;
use wenmai::explain::{Link, Said, find, link};
use wenmai::facts::{Facts, ThingId};
use wenmai::ontology::Ontology;
use wenmai::rdf::Base;
use wenmai::store::Store;

#[derive(Args)]
#[command(
    after_help = "The shortest paths are shown, whichever way the statements point. Of several those come first \
    whose things between have the fewest links: that two people know one firm says more than that both have been to \
    \u{5317}\u{4eac}. What is only planned, denied or reported is followed too and marked; --stated leaves it out.\n\n\
    Examples:\n  \
    wenmai path \u{5468}\u{542f}\u{822a} \u{4f0a}\u{5b81}\u{53bf}\n  \
    wenmai path \u{534e}\u{4e3a} \u{6bd4}\u{4e9a}\u{8fea} --limit 1 --format json\n\n\
    Exit status 1 if nothing has that name, or nothing links the two."
)]
pub(super) struct Options {
    /// Where the path begins: a name, another name, a code, or an IRI; simplified or traditional
    #[arg(value_name = "A")]
    from: String,
    /// Where it ends
    #[arg(value_name = "B")]
    to: String,
    /// At most so many steps
    #[arg(long, value_name = "N", default_value_t = 8)]
    max: usize,
    /// At most so many paths
    #[arg(long, value_name = "N", default_value_t = 5)]
    limit: usize,
    /// Follow only what the texts state, in their own words or in somebody else's
    #[arg(long)]
    stated: bool,
    /// How to print it
    #[arg(long, short, value_enum, default_value_t, value_name = "FORMAT")]
    format: Form,
    /// Language of classes and relations
    #[arg(long, value_enum, default_value_t, value_name = "LANGUAGE")]
    labels: Language,
    #[command(flatten)]
    store: StoreOption,
    #[command(flatten)]
    data: DataOption,
}

/// A path as JSON has it.
#[derive(Serialize)]
struct Path {
    things: Vec<Stop>,
    /// One step less than there are things.
    steps: Vec<Link>,
}

#[derive(Serialize)]
struct Stop {
    name: String,
    class: String,
    iri: String,
}

/// So many statements are shown for a step, and so many sentences for a statement; JSON has all.
const SHOWN: usize = 3;

pub(super) fn run(options: &Options) -> Result<Outcome, Failure> {
    let resources = options.data.resources()?;
    let ontology = Ontology::load(&resources)?;
    let folding = Folding::load(&resources)?;
    let graph = Store::open(&options.store.store)?.load()?;
    let facts = Facts::of(&graph);
    let (Some(from), Some(to)) =
        (thing(&facts, &folding, graph.base(), &options.from)?, thing(&facts, &folding, graph.base(), &options.to)?)
    else {
        return Ok(Outcome::No);
    };
    let network = Network::new(&facts, |fact| !options.stated || fact.is_stated());
    let paths = network.paths(from, to, options.max, options.limit);
    if paths.is_empty() {
        let (a, b) = (&facts.thing(from).name, &facts.thing(to).name);
        let told = if from == to {
            format!("`{}` and `{}` are one thing, {a}", options.from, options.to)
        } else {
            format!("nothing links {a} and {b} in {} steps; `wenmai explain` shows what is known of each", options.max)
        };
        output::error(format_args!("{told}"));
        return Ok(Outcome::No);
    }
    let language = options.labels.into();
    let paths: Vec<Path> = paths
        .iter()
        .map(|path| Path {
            things: path.iter().map(|&id| stop(&facts, &ontology, id, options.labels)).collect(),
            steps: path
                .iter()
                .zip(path.iter().skip(1))
                .map(|(&a, &b)| stated(link(&facts, a, b, &ontology, language), options.stated))
                .collect(),
        })
        .collect();
    let mut out = output::results();
    match options.format {
        Form::Text => {
            let mut page = Page { out: &mut out, styled: output::is_styled() };
            for (number, path) in paths.iter().enumerate() {
                if number > 0 {
                    writeln!(page.out)?;
                }
                write(&mut page, path)?;
            }
        }
        Form::Json => {
            let answer = serde_json::json!({ "paths": paths });
            writeln!(out, "{}", serde_json::to_string_pretty(&answer).map_err(io::Error::other)?)?;
        }
    }
    out.flush()?;
    Ok(Outcome::Done)
}

/// The thing of this name; if nothing has it, that is said.
fn thing(facts: &Facts, folding: &Folding, base: &Base, name: &str) -> Result<Option<ThingId>, Failure> {
    let matches = find(facts, folding, base, name);
    if matches.things.is_empty() {
        output::error(format_args!("{}", lookup::nothing(name, &matches)));
        return Ok(None);
    }
    lookup::one(facts, folding, base, name).map(Some)
}

fn stop(facts: &Facts, ontology: &Ontology, id: ThingId, language: Language) -> Stop {
    let thing = facts.thing(id);
    Stop {
        name: thing.name.clone(),
        class: ontology.class_label(&thing.class, language.into()),
        iri: thing.iri.clone(),
    }
}

/// Without what is only planned or denied, if only what is stated is wanted.
fn stated(mut link: Link, only: bool) -> Link {
    let keep = |said: &Said| !only || matches!(said.status.as_str(), "asserted" | "reported");
    link.forward.retain(keep);
    link.backward.retain(keep);
    link
}

fn write<W: Write>(page: &mut Page<W>, path: &Path) -> io::Result<()> {
    let names: Vec<String> = path.things.iter().map(|thing| page.styled_with("1", &thing.name)).collect();
    let classes: Vec<&str> = path.things.iter().map(|thing| thing.class.as_str()).collect();
    let steps = path.steps.len();
    let steps = format!("{steps} {}, {}", if steps == 1 { "step" } else { "steps" }, classes.join(" - "));
    writeln!(page.out, "{}  {}", names.join(" - "), page.styled_with("2", &steps))?;
    for (link, ends) in path.steps.iter().zip(names.windows(2)) {
        let [a, b] = ends else { continue };
        let forward = link.forward.iter().map(|said| (format!("{a} {} \u{2192} {b}", said.label), said));
        let backward = link.backward.iter().map(|said| (format!("{b} {} \u{2192} {a}", said.label), said));
        let all: Vec<(String, &Said)> = forward.chain(backward).collect();
        for (line, said) in all.iter().take(SHOWN) {
            let mut shown = (*said).clone();
            shown.sources.truncate(SHOWN);
            page.said(line, &shown)?;
            more(page, "      ", said.sources.len(), "sentences")?;
        }
        more(page, "  ", all.len(), "statements")?;
    }
    Ok(())
}

/// Says how many were left out.
fn more<W: Write>(page: &mut Page<W>, indent: &str, count: usize, what: &str) -> io::Result<()> {
    match count.saturating_sub(SHOWN) {
        0 => Ok(()),
        left => writeln!(page.out, "{indent}{}", page.styled_with("2", &format!("\u{2026} {left} more {what}"))),
    }
}
