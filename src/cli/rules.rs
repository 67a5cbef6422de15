//! `wenmai rules`: what the rules make of a sentence, and why not more.

use super::output::{self, Failure};
use super::{DataOption, Form, Outcome};
use clap::{Args, Subcommand};
use std::io::{self, Write};
use unicode_width::UnicodeWidthStr as _;
use wenmai::date::Date;
use wenmai::document::{self, Document, ReadOptions, input};
use wenmai::error::{Error, Result};
use wenmai::inspect::{self, Claim, Inspection, Match, Miss, Role, Sentence};
use wenmai::mention::published::Inferred;
use wenmai::pipeline::{self, Knowledge};

#[derive(Args)]
pub(super) struct Options {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Show what every stage makes of a text: words, names, things, and the patterns that match or nearly match
    #[command(
        after_help = "For each sentence: its tokens with parts of speech; its names and values, with what found \
        them and how sure that is; the row of elements that patterns are matched against, names in brackets; the \
        clauses, with what they are about; the patterns that match, with what they say; and those that nearly do. \
        A near miss shows the pattern with the first item that failed in \u{3010}\u{3011}, what the items before it \
        have matched, and why it failed. Only patterns whose own words stand in the sentence are shown, each once, \
        the nearest first.\n\n\
        Examples:\n  \
        wenmai rules try '\u{4efb}\u{6b63}\u{975e}\u{5728}\u{6df1}\u{5733}\u{521b}\u{529e}\u{4e86}\u{534e}\u{4e3a}\u{3002}'\n  \
        wenmai rules try --published 2025-01-20 --data mine - < article.txt\n  \
        wenmai rules try --format json --all - < article.txt"
    )]
    Try(TryOptions),
}

#[derive(Args)]
struct TryOptions {
    /// The text, or - to read it from standard input
    #[arg(value_name = "TEXT")]
    text: String,
    /// Day, month or year of publication, such as 2025-01-20, from which "last year" and "yesterday" are counted
    #[arg(long, value_name = "DATE")]
    published: Option<Date>,
    /// Show every pattern that was tried, not only the nearest
    #[arg(long)]
    all: bool,
    /// How to print it
    #[arg(long, short, value_enum, default_value_t, value_name = "FORMAT")]
    format: Form,
    #[command(flatten)]
    data: DataOption,
}

pub(super) fn run(options: &Options) -> std::result::Result<Outcome, Failure> {
    let Task::Try(options) = &options.task;
    let knowledge = Knowledge::load(&options.data.resources()?)?;
    let extraction = pipeline::extract(read(options, &knowledge)?, &knowledge);
    if let Some(Inferred { date, reason }) = &extraction.inferred {
        output::say(format_args!("taken as published on {date}: {reason}"));
    }
    let inspection = inspect::inspect(&extraction, &knowledge, options.all);
    let mut out = output::results();
    match options.format {
        Form::Text => Page::new(&mut out).write(&inspection)?,
        Form::Json => writeln!(out, "{}", serde_json::to_string_pretty(&inspection).map_err(io::Error::other)?)?,
    }
    out.flush()?;
    Ok(Outcome::Done)
}

/// The text as a document.
fn read(options: &TryOptions, knowledge: &Knowledge) -> Result<Document> {
    let settings = ReadOptions { date: options.published, ..ReadOptions::default() };
    if options.text == "-" {
        let listing = input::list(&["-".into()]);
        let documents = listing.inputs.iter().flat_map(|input| document::read(input, &knowledge.layout, &settings));
        return documents.into_iter().next().expect("standard input is one document");
    }
    if options.text.trim().is_empty() {
        return Err(Error::Argument(
            "no text to try the rules on; give a sentence, or - to read standard input".to_owned(),
        ));
    }
    let document = document::from_text("text", &options.text, &knowledge.layout);
    Ok(Document { date: options.published, ..document })
}

/// What people read.
pub(super) struct Page<'o, W> {
    out: &'o mut W,
    styled: bool,
}

impl<'o, W: Write> Page<'o, W> {
    pub(super) fn new(out: &'o mut W) -> Self {
        Self { out, styled: output::is_styled() }
    }

    fn write(&mut self, inspection: &Inspection) -> io::Result<()> {
        if !inspection.entities.is_empty() {
            self.heading("Things")?;
            let rows = inspection.entities.iter().map(|thing| {
                let surfaces: Vec<&str> =
                    thing.surfaces.iter().map(String::as_str).filter(|s| *s != thing.name).collect();
                let also = if surfaces.is_empty() { String::new() } else { format!("also {}", surfaces.join(", ")) };
                vec![thing.name.clone(), thing.class.clone(), thing.notation.clone().unwrap_or_default(), also]
            });
            self.table("  ", rows.collect())?;
        }
        for sentence in &inspection.sentences {
            self.sentence(sentence)?;
        }
        Ok(())
    }

    fn sentence(&mut self, sentence: &Sentence) -> io::Result<()> {
        writeln!(self.out)?;
        let text = self.styled_with("1", &sentence.place.text);
        writeln!(self.out, "{text}")?;
        let tokens: Vec<String> = sentence.tokens.iter().map(|t| format!("{}/{}", t.text, t.pos)).collect();
        self.label("tokens")?;
        writeln!(self.out, "    {}", tokens.join(" "))?;
        if !sentence.mentions.is_empty() {
            self.label("names and values")?;
            let rows = sentence.mentions.iter().map(|mention| {
                let means = mention.means.as_ref().map_or_else(String::new, |name| format!("means {name}"));
                let confidence = format!("{:.2}", mention.confidence);
                vec![mention.place.text.clone(), mention.reads.clone(), mention.found_by.clone(), confidence, means]
            });
            self.table("    ", rows.collect())?;
        }
        self.label("elements")?;
        let element = |element: &inspect::Element| match (&element.class, element.kind) {
            (Some(class), _) => format!("[{}:{class}]", element.text),
            (None, "time" | "amount") => format!("[{}:{}]", element.text, element.kind),
            (None, _) => element.text.clone(),
        };
        let elements: Vec<String> = sentence.elements.iter().map(element).collect();
        writeln!(self.out, "    {}", elements.join(" "))?;
        self.label("clauses")?;
        let rows = sentence.clauses.iter().map(|clause| {
            let about = match &clause.subject {
                Some(subject) => format!("about {subject}"),
                None if clause.topics.is_empty() => String::new(),
                None => format!("names no subject; may be about {}", clause.topics.join(", ")),
            };
            vec![clause.text.clone(), about]
        });
        self.table("    ", rows.collect())?;
        if !sentence.matches.is_empty() {
            self.label("matches")?;
            for found in &sentence.matches {
                self.found(found)?;
            }
        }
        if !sentence.misses.is_empty() {
            self.label("nearly matches")?;
            for miss in &sentence.misses {
                self.miss("    ", miss)?;
            }
        }
        if sentence.more_misses > 0 {
            let more = format!("{} more patterns were tried; --all shows them", sentence.more_misses);
            let more = self.styled_with("2", &more);
            writeln!(self.out, "    {more}")?;
        }
        Ok(())
    }

    fn found(&mut self, found: &Match) -> io::Result<()> {
        for claim in &found.says {
            let says = self.styled_with("1", &says(claim));
            writeln!(self.out, "    {says}")?;
        }
        let rule = self.styled_with("2", &format!("{}  {:.2}  {}", found.rule, found.confidence, found.pattern));
        writeln!(self.out, "      {}", rule.trim_end())?;
        writeln!(self.out, "      {}: {}", found.place.text, roles(&found.filled))
    }

    /// A near miss, each line behind `indent`.
    pub(super) fn miss(&mut self, indent: &str, miss: &Miss) -> io::Result<()> {
        let count = self.styled_with("2", &format!("{} of {}", miss.matched, miss.wanted));
        writeln!(self.out, "{indent}{}  {count}", miss.rule)?;
        let item = |(number, item): (usize, &String)| {
            if Some(number) == miss.stuck { format!("\u{3010}{item}\u{3011}") } else { item.clone() }
        };
        let pattern: Vec<String> = miss.pattern.iter().enumerate().map(item).collect();
        let pattern = self.styled_with("2", &pattern.join(" "));
        writeln!(self.out, "{indent}  {pattern}")?;
        let filled = if miss.filled.is_empty() { String::new() } else { format!("{}; ", roles(&miss.filled)) };
        let reason = match miss.stuck.and_then(|number| miss.pattern.get(number)) {
            Some(item) => format!("no {item}: {}", miss.reason),
            None => miss.reason.clone(),
        };
        writeln!(self.out, "{indent}  {filled}{reason}")
    }

    fn heading(&mut self, words: &str) -> io::Result<()> {
        let words = self.styled_with("4", words);
        writeln!(self.out, "{words}")
    }

    fn label(&mut self, words: &str) -> io::Result<()> {
        let words = self.styled_with("4", words);
        writeln!(self.out, "  {words}")
    }

    /// Columns as wide as their widest cell.
    fn table(&mut self, indent: &str, rows: Vec<Vec<String>>) -> io::Result<()> {
        let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
        let width = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.width()).max();
        let widths: Vec<usize> = (0..columns).map(|column| width(column).unwrap_or(0)).collect();
        for row in &rows {
            let mut line = indent.to_owned();
            for (cell, width) in row.iter().zip(&widths).filter(|&(_, &width)| width > 0) {
                line += cell;
                line.extend(std::iter::repeat_n(' ', width - cell.width() + 2));
            }
            writeln!(self.out, "{}", line.trim_end())?;
        }
        Ok(())
    }

    fn styled_with(&self, code: &str, text: &str) -> String {
        if self.styled { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}

/// A claim as the examples of rule files write it, with what goes beside it.
pub(super) fn says(claim: &Claim) -> String {
    let mut text = match (claim.status, &claim.status_word) {
        ("asserted", _) => String::new(),
        (status, Some(word)) => format!("{status} by {word}: "),
        (status, None) => format!("{status}: "),
    };
    text += &format!("{} {} {}", claim.subject, claim.property, claim.object);
    let more: Vec<&str> =
        [&claim.title, &claim.time, &claim.amount].into_iter().flatten().map(String::as_str).collect();
    if !more.is_empty() {
        text += &format!(" ({})", more.join(", "));
    }
    text
}

/// What the items have matched: subject 甲, words 创办.
fn roles(filled: &[Role]) -> String {
    let role = |role: &Role| {
        let carried = if role.stated { "" } else { " from before" };
        format!("{} {}{carried}", role.role, role.text)
    };
    filled.iter().map(role).collect::<Vec<_>>().join(", ")
}
