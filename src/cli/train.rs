//! `wenmai train`: learns a model from labelled text.

use super::Outcome;
use super::output::{self, Failure};
use clap::{Args, Subcommand};
use std::fs;
use std::path::{Path, PathBuf};
use wenmai::error::Error;
use wenmai::evaluate::{self, Reading};
use wenmai::learn::sequence::Training;
use wenmai::mention::features::Background;
use wenmai::mention::tagger::{self, Recipe, Tagger};
use wenmai::pipeline::Knowledge;
use wenmai::resource::Resources;

#[derive(Args)]
pub(super) struct Options {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Learn to find names in text
    #[command(after_help = "Examples:\n  \
        wenmai train ner --data train.jsonl -o names.model\n  \
        wenmai train ner --data a.jsonl b.jsonl --rename PER=Person --rename TITLE=- --hold-out 10 -o names.model\n\n\
        A corpus holds one example a line: {\"text\": \"…\", \"entities\": [{\"start\": 0, \"end\": 3, \"type\": \"PER\"}]}, \
        offsets in characters. The same corpus and options give the same bytes.")]
    Ner(NerOptions),
}

#[derive(Args)]
struct NerOptions {
    /// Labelled texts, as JSON Lines
    #[arg(long, value_name = "FILE", num_args = 1.., required = true)]
    data: Vec<PathBuf>,
    /// Where the model goes
    #[arg(short, long, value_name = "MODEL")]
    output: PathBuf,
    /// Mark names of several classes with one label, and tell them apart afterwards: faster
    #[arg(long, value_name = "CLASS=LABEL", value_parser = renaming)]
    group: Vec<(String, String)>,
    #[command(flatten)]
    labels: LabelOptions,
    /// How often the corpus is gone through
    #[arg(long, value_name = "N", default_value_t = Training::STANDARD.epochs)]
    epochs: usize,
    /// Size of the first steps
    #[arg(long, value_name = "X", default_value_t = Training::STANDARD.rate)]
    rate: f32,
    /// Share of features left out at random in each step
    #[arg(long, value_name = "X", default_value_t = Training::STANDARD.dropout)]
    dropout: f32,
    /// What a wrong label costs inside a name: more finds more names
    #[arg(long, value_name = "X", default_value_t = Training::STANDARD.margin[0])]
    inside: f32,
    /// What a wrong label costs outside names: more finds fewer
    #[arg(long, value_name = "X", default_value_t = Training::STANDARD.margin[1])]
    outside: f32,
    /// How often a feature must occur in the corpus
    #[arg(long, value_name = "N", default_value_t = Training::STANDARD.cutoff)]
    cutoff: u32,
    /// Leave out features with no weight above this
    #[arg(long, value_name = "X", default_value_t = 0.02)]
    prune: f32,
    /// Keep one hundred of every N hundred examples back, to learn how far to trust the model
    #[arg(long, value_name = "N", default_value_t = 0)]
    hold_out: usize,
    /// Train N times with other random numbers and average
    #[arg(long, value_name = "N", default_value_t = Training::STANDARD.rounds)]
    rounds: usize,
    /// Train N networks beside, which find more names and take many times as long to train and to use
    #[arg(long, value_name = "N", default_value_t = 0)]
    networks: usize,
    /// How often the networks go through the corpus
    #[arg(long, value_name = "N", default_value_t = 6)]
    network_epochs: usize,
    /// How much say the rest of the model has beside the networks, from 0 to 1
    #[arg(long, value_name = "X", default_value_t = 0.5)]
    field_share: f32,
    /// Start of the random numbers
    #[arg(long, value_name = "N", default_value_t = Training::STANDARD.seed)]
    seed: u64,
}

/// How the labels of corpora are read.
#[derive(Args)]
pub(super) struct LabelOptions {
    /// Read a label as another; as `-` to leave it out
    #[arg(long, value_name = "OLD=NEW", value_parser = renaming)]
    rename: Vec<(String, String)>,
    /// Leave out names with fewer characters
    #[arg(long, value_name = "N", default_value_t = 1)]
    shortest: usize,
    /// Folder of the files that the labelled texts are taken from, where a corpus gives only places
    #[arg(long, value_name = "DIR")]
    texts: Option<PathBuf>,
    /// Do not show the model what lists and grammars read
    #[arg(long)]
    plain: bool,
    /// Do not show the model listed names of this class, which the corpus does not label; may be given again
    #[arg(long, value_name = "CLASS")]
    unlisted: Vec<String>,
}

impl LabelOptions {
    /// What the corpora are read with.
    pub(super) fn knowledge(&self) -> Result<Knowledge, Failure> {
        let mut knowledge = Knowledge::load(&Resources::builtin())?;
        let class = |name: &String| {
            let unknown = || Error::Argument(format!("--unlisted {name}: no such class, as Event is one"));
            knowledge.ontology.class(name).ok_or_else(unknown)
        };
        let classes = self.unlisted.iter().map(class).collect::<Result<Vec<_>, _>>()?;
        knowledge.recognizers.gazetteers.leave_out(classes);
        Ok(knowledge)
    }

    pub(super) fn reading(&self) -> Reading {
        Reading {
            rename: self.rename.iter().cloned().collect(),
            shortest: self.shortest,
            texts: self.texts.clone(),
            plain: self.plain,
        }
    }
}

fn renaming(text: &str) -> Result<(String, String), String> {
    let (old, new) = text.split_once('=').ok_or("expected OLD=NEW, such as PER=Person")?;
    Ok((old.to_owned(), new.to_owned()))
}

pub(super) fn run(options: &Options) -> Result<Outcome, Failure> {
    let Task::Ner(options) = &options.task;
    if !(0.0..1.0).contains(&options.dropout) || options.epochs == 0 {
        let problem = "--dropout lies from 0 up to but not at 1, and --epochs is at least 1";
        return Err(Error::Argument(problem.to_owned()).into());
    }
    let knowledge = options.labels.knowledge()?;
    let mut examples = Vec::new();
    for path in &options.data {
        examples.extend(evaluate::read(path, &options.labels.reading(), &knowledge)?);
    }
    if examples.iter().all(|example| example.names.is_empty()) {
        return Err(Error::Argument("no example has a name; is --data the labelled corpus?".to_owned()).into());
    }
    let recipe = Recipe {
        training: Training {
            epochs: options.epochs,
            rate: options.rate,
            decay: Training::STANDARD.decay,
            dropout: options.dropout,
            margin: [options.inside, options.outside],
            cutoff: options.cutoff,
            rounds: options.rounds,
            seed: options.seed,
        },
        prune: options.prune,
        held_out: options.hold_out,
        groups: options.group.iter().cloned().collect(),
        networks: options.networks,
        network_epochs: options.network_epochs,
        field_share: options.field_share,
    };
    let model = tagger::train(&examples, &recipe, &Background::builtin()?, |epoch, loss| {
        output::say(format_args!("epoch {epoch}: loss {loss:.0}"));
    });
    fs::write(&options.output, &model).map_err(Error::io("write", &options.output))?;
    output::say(format_args!("{}: {} examples, {} bytes", options.output.display(), examples.len(), model.len()));
    Ok(Outcome::Done)
}

/// Reads a model file.
pub(super) fn read(path: &Path) -> Result<Tagger, Error> {
    let bytes = fs::read(path).map_err(Error::io("read", path))?;
    Tagger::read(&path.display().to_string(), bytes.into(), Background::builtin()?)
}
