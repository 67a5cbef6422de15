//! `wenmai eval`: counts how often the program, or a model, is right.

use super::output::{self, Failure};
use super::train::{self, LabelOptions};
use super::{Outcome, gold};
use clap::{Args, Subcommand};
use std::io::Write;
use std::path::PathBuf;
use wenmai::error::Error;
use wenmai::evaluate::{self, Counts, Slip};

#[derive(Args)]
#[command(
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    after_help = "Each measure has precision (P), recall (R) and F1 in percent, over all documents together: names with \
        their class (entities), with classes folded to person, place, organization and other (entities.coarse), without \
        class (surfaces); pairs of names that mean one thing (resolution); relations, and posts with their titles \
        (relations.title); dates; numbers with their unit (quantities), and with limit and subject (quantities.full). \
        What the annotators marked as optional counts neither way.\n\n\
        An annotation is one JSON object: id; published; entities, each with id, type, name, surfaces; relations with \
        s, p, o, and title where there is one; dates with s, p, value; quantities with s, value, unit, bound. Any item \
        may have \"optional\": true. What extract prints is of this form, so it can be corrected into an annotation.\n\n\
        Examples:\n  \
        wenmai eval --gold annotated/\n  \
        wenmai eval --gold annotated/ --errors --only report1,report2\n  \
        wenmai eval ner names.model test.jsonl"
)]
pub(super) struct Options {
    #[command(subcommand)]
    task: Option<Task>,
    #[command(flatten)]
    gold: gold::Options,
}

#[derive(Subcommand)]
enum Task {
    /// Count which names of labelled texts a model finds: both ends and the label must be right
    #[command(after_help = "Example:\n  wenmai eval ner names.model test.jsonl --reliability")]
    Ner(NerOptions),
}

#[derive(Args)]
struct NerOptions {
    /// The model
    model: PathBuf,
    /// Labelled texts, as JSON Lines
    #[arg(required = true)]
    data: Vec<PathBuf>,
    #[command(flatten)]
    labels: LabelOptions,
    /// Show how many are right among the names of each confidence
    #[arg(long)]
    reliability: bool,
    /// List what was missed and what was wrong, with its sentence
    #[arg(long)]
    errors: bool,
}

pub(super) fn run(options: &Options) -> Result<Outcome, Failure> {
    match (&options.task, &options.gold.folder) {
        (Some(Task::Ner(options)), _) => names(options),
        (None, Some(folder)) => gold::run(folder, &options.gold),
        (None, None) => Err(Error::Argument("say what to judge: --gold DIR, or the command `ner`".to_owned()).into()),
    }
}

fn names(options: &NerOptions) -> Result<Outcome, Failure> {
    let tagger = train::read(&options.model)?;
    let knowledge = options.labels.knowledge()?;
    let mut out = output::results();
    for path in &options.data {
        let examples = evaluate::read(path, &options.labels.reading(), &knowledge)?;
        let scores = evaluate::score(&tagger, &examples);
        writeln!(out, "{}", path.display())?;
        writeln!(out, "  {:16} {:>7} {:>7} {:>7} {:>7} {:>7}", "label", "names", "found", "P", "R", "F1")?;
        for (label, counts) in
            scores.labels.iter().map(|(label, counts)| (label.as_str(), counts)).chain([("all", &scores.all)])
        {
            let Counts { wanted, found, .. } = counts;
            let [p, r, f] = [counts.precision(), counts.recall(), counts.f1()].map(|share| 100.0 * share);
            writeln!(out, "  {label:16} {wanted:7} {found:7} {p:7.2} {r:7.2} {f:7.2}")?;
        }
        if options.reliability {
            writeln!(out, "  {:16} {:>7} {:>7}", "confidence", "found", "right")?;
            for (tenth, counts) in (0..).zip(&scores.reliability).filter(|(_, counts)| counts.found > 0) {
                let band =
                    format!("0.{tenth} to {}", if tenth == 9 { "1".to_owned() } else { format!("0.{}", tenth + 1) });
                writeln!(out, "  {band:16} {:7} {:7.3}", counts.found, counts.precision())?;
            }
        }
        for Slip { confidence, label, name: [before, name, behind] } in scores.slips.iter().filter(|_| options.errors) {
            let kind = confidence.map_or_else(|| "missed".to_owned(), |confidence| format!("wrong {confidence:.2}"));
            writeln!(out, "{kind}\t{label}\t{name}\t{before}[{name}]{behind}")?;
        }
    }
    out.flush()?;
    Ok(Outcome::Done)
}
