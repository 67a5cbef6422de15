//! `wenmai explain`: what the graph says of a thing, each fact with the sentence it came from.

use super::output::{self, Failure};
use super::{DataOption, Form, Language, Outcome, StoreOption, lookup, why};
use clap::Args;
use std::io::{self, Write};
use std::path::PathBuf;
use wenmai::chars::Folding;
use wenmai::date::Date;
use wenmai::error::Error;
use wenmai::explain::{Explanation, Said, Source, explain, find};
use wenmai::facts::Facts;
use wenmai::ontology::Ontology;
use wenmai::store::Store;

#[derive(Args)]
#[command(
    override_usage = "wenmai explain [OPTIONS] <NAME>\n       \
    wenmai explain [OPTIONS] --why-not <A> <RELATION> <B> [FILE]...",
    after_help = "Below each fact stand the sentences that say it, with the words in question marked, then the \
    document, the offsets of these words (characters from 0, the end exclusive), the rule or list that read them, \
    and how sure it is (from 0 to 1).\n\n\
    Examples:\n  \
    wenmai explain \u{4f0a}\u{5b81}\u{53bf}\n  \
    wenmai explain kg:\u{6768}\u{6c38}\u{8f89} --labels en\n  \
    wenmai explain 654021 --format json\n\n\
    With --why-not: whether the two are read in another way (planned, denied, another relation, the other way round), \
    whether their classes fit the relation, and the sentences that name both, with the patterns of the relation that \
    nearly matched there: the item that failed in \u{3010}\u{3011}, what the others have matched, and why it failed. \
    The store keeps the text of its documents; those that name both are read again as plain text, by the rules at hand. \
    With FILEs these are read instead of the store. B may be a date, such as 2019-05.\n\n\
    Examples:\n  \
    wenmai explain --why-not \u{6768}\u{6c38}\u{8f89} bornIn \u{4f0a}\u{5b81}\u{53bf}\n  \
    wenmai explain --why-not \u{534e}\u{4e3a} foundedOn 1987 article.txt --published 2025-01-20\n\n\
    Exit status 1 if nothing has that name."
)]
pub(super) struct Options {
    /// A name, another name, a code, or an IRI; simplified or traditional.
    /// With --why-not: files to read instead of the store
    #[arg(value_name = "NAME", required_unless_present = "why_not")]
    names: Vec<PathBuf>,
    /// Say why it is not stated that A stands in this relation to B
    #[arg(long, num_args = 3, value_names = ["A", "RELATION", "B"])]
    why_not: Vec<String>,
    /// Day, month or year of publication of the files of --why-not, such as 2025-01-20
    #[arg(long, value_name = "DATE", requires = "why_not")]
    published: Option<Date>,
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

pub(super) fn run(options: &Options) -> Result<Outcome, Failure> {
    let resources = options.data.resources()?;
    if let [subject, property, object] = options.why_not.as_slice() {
        let claim = why::Claim { subject, property, object };
        let store = &options.store.store;
        let sources = why::Sources { store, files: &options.names, published: options.published };
        return why::run(&claim, &sources, &resources, options.format == Form::Json);
    }
    let [name] = options.names.as_slice() else {
        return Err(Error::Argument("explain takes one name; put it in quotes if it has blanks".to_owned()).into());
    };
    let name = name.to_string_lossy();
    let ontology = Ontology::load(&resources)?;
    let folding = Folding::load(&resources)?;
    let graph = Store::open(&options.store.store)?.load()?;
    let facts = Facts::of(&graph);
    let matches = find(&facts, &folding, graph.base(), &name);
    let mut out = output::results();
    match matches.things.as_slice() {
        [] => {
            output::error(format_args!("{}", lookup::nothing(&name, &matches)));
            return Ok(Outcome::No);
        }
        &[thing] => {
            let explanation = explain(&facts, thing, graph.base(), &ontology, options.labels.into());
            match options.format {
                Form::Text => Page { out: &mut out, styled: output::is_styled() }.write(&explanation)?,
                Form::Json => {
                    writeln!(out, "{}", serde_json::to_string_pretty(&explanation).map_err(io::Error::other)?)?
                }
            }
        }
        several => {
            output::say(format_args!("`{}` names several things; ask again with one of these:", name));
            for &id in several {
                let thing = facts.thing(id);
                let class = ontology.class_label(&thing.class, options.labels.into());
                writeln!(out, "{}\t{class}\t{}", graph.base().shorten(&thing.iri), thing.name)?;
            }
        }
    }
    out.flush()?;
    Ok(Outcome::Done)
}

/// An explanation as people read it.
pub(super) struct Page<'o, W> {
    pub(super) out: &'o mut W,
    pub(super) styled: bool,
}

impl<W: Write> Page<'_, W> {
    fn write(&mut self, explanation: &Explanation) -> io::Result<()> {
        let name = self.styled_with("1", &explanation.name);
        writeln!(self.out, "{name}  {}", explanation.class_label)?;
        let faint = self.styled_with("2", &explanation.short_iri);
        writeln!(self.out, "{faint}")?;
        if !explanation.aliases.is_empty() {
            writeln!(self.out, "also called: {}", explanation.aliases.join(", "))?;
        }
        if let Some(notation) = &explanation.notation {
            writeln!(self.out, "code: {notation}")?;
        }
        let mentions: Vec<String> =
            explanation.mentions.iter().map(|(document, count)| format!("{document} ({count})")).collect();
        if !mentions.is_empty() {
            writeln!(self.out, "mentioned in: {}", mentions.join(", "))?;
        }
        self.heading("What is said of it", explanation.says.len())?;
        for said in &explanation.says {
            let line = format!("{} → {}", said.label, self.styled_with("1", &said.other));
            self.said(&line, said)?;
        }
        self.heading("What names it", explanation.named_by.len())?;
        for said in &explanation.named_by {
            let line = format!("{} → {}", self.styled_with("1", &said.other), said.label);
            self.said(&line, said)?;
        }
        self.heading("Figures", explanation.figures.len())?;
        for figure in &explanation.figures {
            let bound = if figure.bound == "=" { "" } else { &figure.bound };
            let time = figure.time.as_ref().map_or_else(String::new, |time| format!(", {time}"));
            writeln!(self.out, "  {}: {bound}{} {}{time}", figure.measure, figure.value, figure.unit)?;
            self.sources(&figure.sources)?;
        }
        Ok(())
    }

    fn heading(&mut self, words: &str, count: usize) -> io::Result<()> {
        if count > 0 {
            let words = self.styled_with("4", words);
            writeln!(self.out, "\n{words}")?;
        }
        Ok(())
    }

    /// One statement, worded by `line`, with its qualifiers and the sentences that say it.
    pub(super) fn said(&mut self, line: &str, said: &Said) -> io::Result<()> {
        write!(self.out, "  {line}")?;
        let status = Some(&said.status).filter(|status| *status != "asserted");
        let more: Vec<&str> = [said.title.as_ref(), said.time.as_ref(), said.amount.as_ref(), status]
            .into_iter()
            .flatten()
            .map(String::as_str)
            .collect();
        if !more.is_empty() {
            write!(self.out, " ({})", more.join(", "))?;
        }
        writeln!(self.out)?;
        self.sources(&said.sources)
    }

    fn sources(&mut self, sources: &[Source]) -> io::Result<()> {
        for source in sources {
            let sentence = self.marked(source);
            writeln!(self.out, "      {sentence}")?;
            let confidence = source.confidence.map_or_else(String::new, |confidence| format!("  {confidence:.2}"));
            let origin = format!(
                "{}  {}-{}  {}{confidence}",
                source.origin.as_deref().unwrap_or(&source.document),
                source.start,
                source.end,
                source.found_by
            );
            let origin = self.styled_with("2", &origin);
            writeln!(self.out, "      {origin}")?;
        }
        Ok(())
    }

    /// The sentence with the words of the evidence marked; line breaks of the layout are left out.
    fn marked(&self, source: &Source) -> String {
        let from = source.start.saturating_sub(source.sentence_start);
        let length = source.end.saturating_sub(source.start);
        let (open, close) = if self.styled { ("\u{1b}[1;4m", "\u{1b}[0m") } else { ("\u{3010}", "\u{3011}") };
        let mut marked = String::with_capacity(source.sentence.len() + 16);
        for (at, c) in source.sentence.chars().enumerate() {
            if at == from {
                marked.push_str(open);
            }
            if at == from + length {
                marked.push_str(close);
            }
            if !c.is_control() {
                marked.push(c);
            }
        }
        if from + length >= source.sentence.chars().count() {
            marked.push_str(close);
        }
        marked
    }

    pub(super) fn styled_with(&self, code: &str, text: &str) -> String {
        if self.styled { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}
