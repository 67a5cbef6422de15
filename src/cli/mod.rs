//! The command line: every command and option with its help text, what the commands share, and the exit codes.

mod completions;
mod delete;
mod explain;
mod export;
mod list;
mod lookup;
mod output;
mod query;
mod stats;

use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};
use output::Failure;
use std::path::PathBuf;
use std::process::ExitCode;
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
    /// Ask the store a question in SPARQL, or by the name of a stored query
    Query(query::Options),
    /// Write the graph as a picture description, as RDF, or as tables
    Export(export::Options),
    /// Show what the graph says of a thing, each fact with the sentence it came from
    Explain(explain::Options),
    /// List the documents in the store
    List(list::Options),
    /// Remove documents, and what only they said, from the store
    Delete(delete::Options),
    /// Count what the store holds
    Stats(stats::Options),
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
}

/// Runs the command line and says how it ended.
pub(crate) fn main() -> ExitCode {
    let arguments = Arguments::try_parse().unwrap_or_else(|e| e.exit());
    let result = match arguments.command {
        Command::Query(options) => query::run(&options),
        Command::Export(options) => export::run(&options),
        Command::Explain(options) => explain::run(&options),
        Command::List(options) => list::run(&options),
        Command::Delete(options) => delete::run(&options),
        Command::Stats(options) => stats::run(&options),
        Command::Completions(options) => completions::run(&options, &mut Arguments::command()),
    };
    ExitCode::from(match result {
        Ok(Outcome::Done) => 0,
        Ok(Outcome::No) => 1,
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
                Error::Input { .. } | Error::Data(_) | Error::Argument(_) => 2,
                Error::Store { .. } => 4,
                Error::Io { source, .. } => match source.kind() {
                    std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => 4,
                    _ => 2,
                },
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Arguments::command().debug_assert();
    }
}
