//! `wenmai query`: asks the store, in SPARQL or by the name of a stored query.

use super::output::{self, Failure};
use super::{DataOption, Outcome, StoreOption};
use clap::Args;
use std::fs;
use std::io::{self, IsTerminal as _, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;
use wenmai::error::{Error, Result};
use wenmai::export::{self, rdf};
use wenmai::query::{self, Answer, Format};
use wenmai::rdf::Base;
use wenmai::store::allowance::Allowance;
use wenmai::store::{Settings, Store, Writer};

#[derive(Args)]
#[command(
    after_help = "The prefixes wm: (vocabulary), kg: (things), rdf:, rdfs:, xsd:, owl:, skos:, oa:, prov:, org:, \
    dcterms: and schema: are known and need no declaration.\n\n\
    Examples:\n  \
    wenmai query --list\n  \
    wenmai query people\n  \
    wenmai query 'SELECT ?name ?post { ?p a wm:Person; rdfs:label ?name. ?r wm:subject ?p; wm:title ?post }'\n  \
    wenmai query -f question.rq --format csv > answer.csv\n  \
    wenmai query 'SELECT ?p ?o { ?thing ?p ?o }' --bind thing=kg:\u{4f0a}\u{5b81}\u{53bf}\n  \
    wenmai query --update 'INSERT DATA { kg:\u{4f0a}\u{5b81}\u{53bf} skos:altLabel \"\u{4f0a}\u{5b81}\"@zh }'"
)]
pub(super) struct Options {
    /// The name of a stored query, or a query in SPARQL
    #[arg(value_name = "QUERY", conflicts_with_all = ["text", "file", "list"], required_unless_present_any = ["text", "file", "list"])]
    query: Option<String>,
    /// A query in SPARQL
    #[arg(long = "text", short = 'q', value_name = "TEXT", conflicts_with_all = ["file", "list"])]
    text: Option<String>,
    /// A file with a query in SPARQL; - is standard input
    #[arg(long, short = 'f', value_name = "FILE", conflicts_with = "list")]
    file: Option<PathBuf>,
    /// Show the stored queries and what each answers
    #[arg(long, short)]
    list: bool,
    /// Form of the answer: tables as table, csv, tsv, json or xml; graphs as ttl, nt, jsonld or rdf
    #[arg(long, value_name = "FORMAT", value_parser = FORMATS)]
    format: Option<String>,
    /// Give a variable of the query a value: an IRI such as kg:\u{4f0a}\u{5b81}\u{53bf}, or a name
    #[arg(long, value_name = "VARIABLE=VALUE")]
    bind: Vec<String>,
    /// Give up after so many seconds
    #[arg(long, value_name = "SECONDS")]
    timeout: Option<f64>,
    /// Carry out a SPARQL Update; what it adds goes into a document of its own, `updates`
    #[arg(long, conflicts_with_all = ["list", "format", "bind", "timeout"])]
    update: bool,
    #[command(flatten)]
    store: StoreOption,
    #[command(flatten)]
    data: DataOption,
}

const FORMATS: [&str; 9] = ["table", "csv", "tsv", "json", "xml", "ttl", "nt", "jsonld", "rdf"];

pub(super) fn run(options: &Options) -> std::result::Result<Outcome, Failure> {
    if options.list {
        return list(options);
    }
    let text = text(options)?;
    if options.update {
        return update(options, &text);
    }
    let graph = Store::open(&options.store.store)?.load()?;
    let allowance = Allowance { time: limit(options)?, terms: None };
    let settings = query::Options { bind: bind(options, graph.base())?, allowance, ..query::Options::default() };
    let answer = query::run(&graph, &text, &settings)?;
    write(options, &answer, graph.base())?;
    Ok(Outcome::Done)
}

fn list(options: &Options) -> std::result::Result<Outcome, Failure> {
    let queries = query::list(&options.data.resources()?);
    let width = queries.iter().map(|named| named.name.chars().count()).max().unwrap_or(0);
    let mut out = output::results();
    for named in queries {
        writeln!(out, "{:width$}  {}", named.name, named.title)?;
    }
    out.flush()?;
    Ok(Outcome::Done)
}

/// The query that the user means.
fn text(options: &Options) -> Result<String> {
    if let Some(path) = &options.file {
        return read(path);
    }
    let given = options.text.as_ref().or(options.query.as_ref());
    let given = given.map(|text| text.trim()).unwrap_or_default();
    // A name is one word; no query is.
    let is_name = options.text.is_none() && !options.update && !given.contains(|c: char| c.is_whitespace() || c == '{');
    if is_name { Ok(query::named(&options.data.resources()?, given)?.text) } else { Ok(given.to_owned()) }
}

fn read(path: &Path) -> Result<String> {
    if path.as_os_str() == "-" {
        let mut text = String::new();
        io::stdin().read_to_string(&mut text).map_err(Error::io("read", path))?;
        return Ok(text);
    }
    fs::read_to_string(path).map_err(Error::io("read", path))
}

fn bind(options: &Options, base: &Base) -> Result<Vec<(String, oxigraph::model::Term)>> {
    let pair = |text: &String| {
        let (variable, value) = text
            .split_once('=')
            .ok_or_else(|| Error::Argument(format!("--bind {text}: write VARIABLE=VALUE, as in thing=kg:name")))?;
        Ok((variable.trim_start_matches('?').to_owned(), query::value(value, base)?))
    };
    options.bind.iter().map(pair).collect()
}

fn limit(options: &Options) -> Result<Option<Duration>> {
    let Some(seconds) = options.timeout else { return Ok(None) };
    Duration::try_from_secs_f64(seconds)
        .map(Some)
        .map_err(|_| Error::Argument(format!("--timeout {seconds}: write a number of seconds above 0")))
}

fn write(options: &Options, answer: &Answer, base: &Base) -> std::result::Result<(), Failure> {
    let name = options.format.as_deref().unwrap_or("table");
    let mut out = output::results();
    match (Format::ALL.iter().find(|format| format.name() == name), answer) {
        (Some(&format), _) => {
            let width = (format == Format::Table && io::stdout().is_terminal()).then(width).flatten();
            answer.write(format, base, width, &mut out)?;
        }
        (None, Answer::Triples(triples)) => {
            let quads = triples.iter().cloned().map(|triple| triple.in_graph(oxigraph::model::GraphName::DefaultGraph));
            let format: export::Format = name.parse()?;
            rdf::write(quads, format, rdf::Reification::TripleTerms, base, &mut out)??;
        }
        (None, Answer::Table { .. } | Answer::Truth(_)) => {
            return Err(Error::Argument(format!(
                "{name} is for graphs (CONSTRUCT, DESCRIBE), and this query answers with a table; \
                 take table, csv, tsv, json or xml"
            ))
            .into());
        }
    }
    out.flush()?;
    Ok(())
}

/// Columns of the terminal.
fn width() -> Option<usize> {
    let from_shell = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    from_shell.or_else(|| Some(usize::from(terminal_size::terminal_size()?.0.0))).filter(|&columns| columns >= 20)
}

fn update(options: &Options, text: &str) -> std::result::Result<Outcome, Failure> {
    // A writer would make a store where there is none.
    Store::open(&options.store.store)?;
    let writer = Writer::open(&options.store.store, &Settings::default())?;
    let updated = query::update(&writer, text)?;
    writer.finish()?;
    output::say(format_args!("{} facts added, {} removed", updated.added, updated.removed));
    Ok(Outcome::Done)
}
