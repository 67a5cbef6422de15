//! `wenmai eval --gold`: how often the program is right on annotated documents.

use super::output::{self, Failure};
use super::{DataOption, Form, Outcome};
use clap::Args;
use rayon::prelude::*;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use wenmai::date::Date;
use wenmai::document::{self, Format, Input, ReadOptions};
use wenmai::error::{Error, Result};
use wenmai::evaluate::gold::{self, Case, Fault, Gold, Group, Row, Scores};
use wenmai::export::json::Record;
use wenmai::pipeline::{self, Knowledge};

#[derive(Args)]
#[group(id = "gold-options")]
pub(super) struct Options {
    /// Folder of annotated documents: <id>.txt with <id>.json in the form that extract prints
    #[arg(long = "gold", value_name = "DIR", required = true)]
    pub(super) folder: Option<PathBuf>,
    /// Judge only these documents
    #[arg(long, value_name = "ID,ID", value_delimiter = ',')]
    only: Vec<String>,
    /// List what was wrong, by the rule or list that read it, and what was missed, by relation or class
    #[arg(long)]
    errors: bool,
    /// How to print it
    #[arg(long, short, value_enum, default_value_t, value_name = "FORMAT")]
    format: Form,
    #[command(flatten)]
    data: DataOption,
}

pub(super) fn run(folder: &Path, options: &Options) -> std::result::Result<Outcome, Failure> {
    let mut golds = gold::read(folder)?;
    for id in &options.only {
        if !golds.iter().any(|gold| gold.annotation.id == *id) {
            let ids: Vec<&str> = golds.iter().map(|gold| gold.annotation.id.as_str()).collect();
            let message = format!("no annotated document is called `{id}`; there are {}", ids.join(", "));
            return Err(Error::Argument(message).into());
        }
    }
    golds.retain(|gold| options.only.is_empty() || options.only.contains(&gold.annotation.id));
    let knowledge = Knowledge::load(&options.data.resources()?)?;
    let read: Vec<Result<Case>> = golds.into_par_iter().map(|gold| case(gold, &knowledge)).collect();
    let mut cases = Vec::new();
    let mut outcome = Outcome::Done;
    for case in read {
        match case {
            Ok(case) => cases.push(case),
            Err(error) => {
                output::error(format_args!("{error}"));
                outcome = Outcome::Partly;
            }
        }
    }
    let scores = gold::score(&cases);
    let mut out = output::results();
    match options.format {
        Form::Text => table(&mut out, cases.len(), &scores, options.errors)?,
        Form::Json => json(&mut out, cases.len(), &scores, options.errors)?,
    }
    out.flush()?;
    Ok(outcome)
}

/// Reads the text of an annotated document as `extract` does.
fn case(gold: Gold, knowledge: &Knowledge) -> Result<Case> {
    let Gold { annotation, text: path } = gold;
    let origin = path.display().to_string();
    let published = annotation.published.as_deref().map(str::parse::<Date>).transpose();
    let date = published.map_err(|reason| Error::Input { origin: origin.clone(), reason: reason.to_string() })?;
    let input = Input { id: annotation.id.clone(), origin, path: Some(path), format: Format::Text, size: 0 };
    let settings = ReadOptions { date, ..ReadOptions::default() };
    let document = document::read(&input, &knowledge.layout, &settings).next();
    let document = document.expect("a file of plain text is one document")?;
    let extraction = pipeline::extract(document, knowledge);
    let found = gold::parse(&Record::of_extraction(&extraction).line(), &input.origin)?;
    Ok(Case { gold: annotation, found, text: extraction.document.text })
}

fn table(out: &mut impl Write, documents: usize, scores: &Scores, errors: bool) -> io::Result<()> {
    writeln!(out, "{documents} documents")?;
    writeln!(out, "{:28}{:>7}{:>7}{:>7}{:>7}{:>7}", "", "P", "R", "F1", "gold", "found")?;
    for (measure, Row { precision, recall, f1, gold, found }) in scores.rows() {
        writeln!(out, "{measure:28}{precision:7.1}{recall:7.1}{f1:7.1}{gold:7}{found:7}")?;
    }
    if errors {
        let groups = scores.failures();
        for (fault, heading) in
            [(Fault::Wrong, "Wrong, by the rule or list that read it"), (Fault::Missed, "Missed, by relation or class")]
        {
            writeln!(out, "\n{heading}")?;
            for group in groups.iter().filter(|group| group.fault == fault) {
                failures(out, group)?;
            }
        }
    }
    Ok(())
}

fn failures(out: &mut impl Write, group: &Group) -> io::Result<()> {
    writeln!(out, "{}  {}", group.name, group.items.len())?;
    for item in &group.items {
        let words = if item.evidence.is_empty() { String::new() } else { format!("\t{}", one_line(&item.evidence)) };
        writeln!(out, "  {}\t{}\t{}{words}", item.measure, item.document, item.says)?;
    }
    Ok(())
}

/// The text without its line breaks.
fn one_line(text: &str) -> String {
    text.split(['\n', '\r']).map(str::trim).collect()
}

fn json(out: &mut impl Write, documents: usize, scores: &Scores, errors: bool) -> io::Result<()> {
    let mut object = serde_json::Map::new();
    object.insert("documents".to_owned(), documents.into());
    for (measure, row) in scores.rows() {
        object.insert(measure.trim().to_owned(), serde_json::to_value(row)?);
    }
    if errors {
        object.insert("errors".to_owned(), serde_json::to_value(scores.failures())?);
    }
    writeln!(out, "{}", serde_json::to_string_pretty(&object)?)
}
