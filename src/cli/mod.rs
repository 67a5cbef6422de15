//! The command line: every command and option with its help text, what the commands share, and the exit codes.

mod analyze;
mod completions;
mod coverage;
mod delete;
mod eval;
mod explain;
mod export;
mod extract;
mod gold;
mod ingest;
mod list;
mod lookup;
mod output;
mod path;
mod query;
mod reading;
mod rules;
mod serve;
mod stats;
mod train;
mod why;

use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};
use output::Failure;
use std::path::PathBuf;
use std::process::ExitCode;
use wenmai::date::Date;
use wenmai::document::encoding::Encoding;
use wenmai::error::{Error, Result};
use wenmai::ontology;
use wenmai::resource::Resources;

/// Reads Chinese text and answers questions about it.
#[derive(Parser)]
#[command(
    name = "wenmai",
    version,
    about = "Reads Chinese text and answers questions about it",
    long_about = "Reads Chinese text and answers questions about it.\n\n\
        wenmai finds the people, places, organizations, projects and events in news, reports and encyclopaedia entries, \
        how they are related, and the dates and amounts given for them. It keeps all of this as an RDF graph in which \
        every fact shows the words it was read from. It works offline.",
    after_help = "From an article to answers:\n  \
        wenmai ingest article.txt\n  \
        wenmai query people\n  \
        wenmai export -o graph.dot && dot -Tsvg graph.dot -o graph.svg\n\n\
        `wenmai help COMMAND` shows the options of a command, with examples.\n\
        Exit status: 0 done; 1 a check said no, or nothing was found; 2 the command line, the query or a file is \
        unusable; 3 finished, but some inputs failed (each is named); 4 the store is locked, damaged or out of \
        space; 130 interrupted.",
    disable_help_subcommand = false,
    propagate_version = true,
    arg_required_else_help = true,
    max_term_width = 100
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Read documents and put what they say into the store
    Ingest(ingest::Options),
    /// Read documents and print what they say as JSON, without a store
    Extract(extract::Options),
    /// Ask the store a question in SPARQL, or by the name of a stored query
    Query(query::Options),
    /// Write the graph as a picture description, as RDF, or as tables
    Export(export::Options),
    /// Serve the store over HTTP: a web page, SPARQL, and whole graphs
    Serve(serve::Options),
    /// Show what the graph says of a thing, each fact with the sentence it came from, or why it does not say something
    Explain(explain::Options),
    /// Show how two things are linked: the shortest paths between them, each step with its sentences
    Path(path::Options),
    /// Rank the things of the graph, find what belongs together, and links that surprise
    Analyze(analyze::Options),
    /// Try the rules on a sentence: what they read, what they nearly read, and why not
    Rules(rules::Options),
    /// Show what of a text has been read and what has not, as lists or as a page with marks
    Coverage(coverage::Options),
    /// List the documents in the store
    List(list::Options),
    /// Remove documents, and what only they said, from the store
    Delete(delete::Options),
    /// Count what the store holds
    Stats(stats::Options),
    /// Learn a model from labelled text
    Train(train::Options),
    /// Count how often the program is right on annotated documents, or a model on labelled texts
    Eval(eval::Options),
    /// Print a completion script for your shell
    Completions(completions::Options),
}

/// Which store a command works on.
#[derive(Args)]
struct StoreOption {
    /// Folder of the store
    #[arg(long, value_name = "DIR", env = "WENMAI_STORE", default_value = "wenmai-store")]
    store: PathBuf,
}

/// A user's own data files.
#[derive(Args)]
struct DataOption {
    /// Folder with gazetteers, rules, units or queries of your own, laid out like wenmai's data folder
    #[arg(long, value_name = "DIR", env = "WENMAI_DATA")]
    data: Option<PathBuf>,
}

impl DataOption {
    fn resources(&self) -> Result<Resources> {
        self.data.as_deref().map_or_else(|| Ok(Resources::builtin()), Resources::with_folder)
    }
}

/// What to read, and how.
#[derive(Args)]
struct InputOptions {
    /// Files, folders (read with all their subfolders), or - for standard input
    ///
    /// Formats: .txt .md .html .jsonl (one document a line), each also with .gz.
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
    /// Day, month or year of publication of all these documents, such as 2025-01-20
    ///
    /// Words such as "last year" and "yesterday" are counted from it. What a document states itself counts if not given.
    #[arg(long, value_name = "DATE")]
    published: Option<Date>,
    /// Encoding of the files, such as gb18030 or big5; found out if not given
    #[arg(long, value_name = "NAME")]
    encoding: Option<Encoding>,
    /// Refuse documents with more text than this: a number of bytes, or with K, M or G; 16M if not given,
    /// as much as takes about 1.5 GB of memory to read
    #[arg(long, value_name = "SIZE", value_parser = size)]
    max_size: Option<u64>,
    /// Documents read at the same time; one for each core if not given
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
}

/// How results are printed.
#[derive(Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Form {
    /// For people
    #[default]
    Text,
    /// One JSON object
    Json,
}

/// In which language classes and relations are named.
#[derive(Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Language {
    /// Chinese
    #[default]
    Zh,
    /// English
    En,
}

impl From<Language> for ontology::Language {
    fn from(language: Language) -> Self {
        match language {
            Language::Zh => Self::Chinese,
            Language::En => Self::English,
        }
    }
}

/// How a command ended that no error stopped.
enum Outcome {
    /// Everything done.
    Done,
    /// A check said no, or there was nothing to find.
    No,
    /// Done, but some inputs failed; each has been named.
    Partly,
    /// The user stopped it; what was finished is kept.
    Interrupted,
}

/// Runs the command line and says how it ended.
pub(crate) fn main() -> ExitCode {
    let arguments = Arguments::try_parse().unwrap_or_else(|e| e.exit());
    let result = match arguments.command {
        Command::Ingest(options) => ingest::run(&options),
        Command::Extract(options) => extract::run(&options),
        Command::Query(options) => query::run(&options),
        Command::Export(options) => export::run(&options),
        Command::Serve(options) => serve::run(&options),
        Command::Explain(options) => explain::run(&options),
        Command::Path(options) => path::run(&options),
        Command::Analyze(options) => analyze::run(&options),
        Command::Rules(options) => rules::run(&options),
        Command::Coverage(options) => coverage::run(&options),
        Command::List(options) => list::run(&options),
        Command::Delete(options) => delete::run(&options),
        Command::Stats(options) => stats::run(&options),
        Command::Train(options) => train::run(&options),
        Command::Eval(options) => eval::run(&options),
        Command::Completions(options) => completions::run(&options, &mut Arguments::command()),
    };
    ExitCode::from(match result {
        Ok(Outcome::Done) => 0,
        Ok(Outcome::No) => 1,
        Ok(Outcome::Partly) => 3,
        Ok(Outcome::Interrupted) => 130,
        Err(failure) => report(&failure),
    })
}

/// Names the failure on standard error and gives its exit code.
fn report(failure: &Failure) -> u8 {
    match failure {
        Failure::Output(e) if e.kind() == std::io::ErrorKind::BrokenPipe => 0,
        Failure::Output(e) => {
            output::error(format_args!("standard output: cannot write: {e}"));
            2
        }
        Failure::Error(error) => {
            for line in error.to_string().lines() {
                output::error(format_args!("{line}"));
            }
            match error {
                Error::Input { .. } | Error::Data(_) | Error::Argument(_) | Error::Query { .. } | Error::Limit(_) => 2,
                Error::Store { .. } | Error::Locked { .. } => 4,
                Error::Io { source, .. } => match source.kind() {
                    std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => 4,
                    _ => 2,
                },
            }
        }
    }
}

/// Reads `5000`, `64K`, `10M` or `2G`.
fn size(text: &str) -> std::result::Result<u64, String> {
    let wrong = || format!("`{text}` is no size; write a number of bytes, or a number with K, M or G behind it");
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match text.strip_prefix(digits).unwrap_or("").to_ascii_uppercase().as_str() {
        "" | "B" => 1,
        "K" | "KB" | "KIB" => 1 << 10,
        "M" | "MB" | "MIB" => 1 << 20,
        "G" | "GB" | "GIB" => 1 << 30,
        _ => return Err(wrong()),
    };
    digits.parse::<u64>().ok().and_then(|number| number.checked_mul(unit)).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn sizes_have_units() {
        assert_eq!(size("5000"), Ok(5000));
        assert_eq!(size("64k"), Ok(65_536));
        assert_eq!(size("2GB"), Ok(1 << 31));
        assert!(size("ten").is_err() && size("").is_err() && size("99999999999G").is_err());
    }
}
