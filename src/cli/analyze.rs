//! `wenmai analyze`: what stands in the middle, what belongs together, and which links surprise.

use super::output::{self, Failure};
use super::{DataOption, Language, Outcome, StoreOption, lookup};
use clap::{Args, ValueEnum};
use serde_json::{Map, Value};
use std::io::{self, Write};
use unicode_width::UnicodeWidthStr as _;
use wenmai::analysis::cooccurrence;
use wenmai::analysis::report::{Cell, Measure, Report, Request, report};
use wenmai::document::layout::Layout;
use wenmai::error::Error;
use wenmai::facts::Facts;
use wenmai::ontology::Ontology;
use wenmai::store::Store;

#[derive(Args)]
#[command(after_help = "Tables:\n  \
    rank          things by PageRank: what matters is linked with what matters\n  \
    degree        things by the number of things they are linked with\n  \
    betweenness   things by the share of shortest ways between others that lead through them\n  \
    components    what hangs together\n  \
    communities   groups with more links among them than one would expect (Leiden)\n  \
    cooccurrence  pairs that are named together more often than by chance\n  \
    surprising    links between communities that join what is otherwise far apart\n\n\
    Measures are those of the whole graph, links taken both ways; --type and --top only choose what is shown.\n\n\
    Examples:\n  \
    wenmai analyze rank --type Company\n  \
    wenmai analyze betweenness --top 50 --format csv > between.csv\n  \
    wenmai analyze cooccurrence --unit document --least 3\n  \
    wenmai analyze surprising --format json\n\n\
    Exit status 1 if the table is empty.")]
pub(super) struct Options {
    /// Which table: rank, degree, betweenness, components, communities, cooccurrence or surprising
    #[arg(value_name = "TABLE", value_parser = TABLES, hide_possible_values = true)]
    measure: String,
    /// At most so many rows; 0 is all
    #[arg(long, value_name = "N", default_value_t = 20)]
    top: usize,
    /// Only rows with a thing of this class, such as Company (may be given several times)
    #[arg(long = "type", value_name = "CLASS")]
    class: Vec<String>,
    /// What counts as together, for cooccurrence
    #[arg(long, value_enum, default_value_t, value_name = "UNIT")]
    unit: Unit,
    /// How often two must be named together, for cooccurrence
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u32).range(1..))]
    least: u32,
    /// How to print it
    #[arg(long, short, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
    /// Language of classes and relations
    #[arg(long, value_enum, default_value_t, value_name = "LANGUAGE")]
    labels: Language,
    #[command(flatten)]
    store: StoreOption,
    #[command(flatten)]
    data: DataOption,
}

/// The names of [`Measure`], for help and completion; a test compares them.
const TABLES: [&str; 7] = ["rank", "degree", "betweenness", "components", "communities", "cooccurrence", "surprising"];

#[derive(Clone, Copy, Default, ValueEnum)]
enum Unit {
    /// One sentence
    #[default]
    Sentence,
    /// One document
    Document,
}

#[derive(Clone, Copy, Default, ValueEnum)]
enum Format {
    /// For people; without IRIs
    #[default]
    Table,
    /// Comma-separated values
    Csv,
    /// One JSON object
    Json,
}

pub(super) fn run(options: &Options) -> Result<Outcome, Failure> {
    let resources = options.data.resources()?;
    let ontology = Ontology::load(&resources)?;
    let layout = Layout::load(&resources)?;
    let measure = Measure::ALL
        .into_iter()
        .find(|measure| measure.name() == options.measure)
        .ok_or_else(|| Error::Argument(format!("unknown table `{}`", options.measure)))?;
    let request = Request {
        measure,
        top: (options.top > 0).then_some(options.top),
        classes: lookup::classes(&options.class, &ontology)?,
        unit: match options.unit {
            Unit::Sentence => cooccurrence::Unit::Sentence,
            Unit::Document => cooccurrence::Unit::Document,
        },
        least: usize::try_from(options.least).unwrap_or(usize::MAX),
        layout: &layout,
    };
    let graph = Store::open(&options.store.store)?.load()?;
    let facts = Facts::of(&graph);
    let report = report(&facts, &request, &ontology, options.labels.into());
    let mut out = output::results();
    match options.format {
        Format::Table => table(&report, &mut out)?,
        Format::Csv => comma_separated(&report, &mut out)?,
        Format::Json => {
            let answer = serde_json::json!({
                "measure": measure.name(),
                "found": report.found,
                "notes": report.notes,
                "rows": report.rows.iter().map(|row| object(&report, row)).collect::<Vec<_>>(),
            });
            writeln!(out, "{}", serde_json::to_string_pretty(&answer).map_err(io::Error::other)?)?;
        }
    }
    out.flush()?;
    if report.rows.is_empty() {
        output::error(format_args!("nothing to show; --least 1 or fewer classes may show more"));
        return Ok(Outcome::No);
    }
    for note in &report.notes {
        output::say(format_args!("{note}"));
    }
    if report.rows.len() < report.found {
        output::say(format_args!("{} of {} rows; --top 0 shows all", report.rows.len(), report.found));
    }
    Ok(Outcome::Done)
}

/// Cells longer than this many columns are cut in tables for people.
const WIDEST: usize = 60;

/// The columns that people are shown, lined up, numbers to the right.
fn table(report: &Report, out: &mut impl Write) -> io::Result<()> {
    let shown: Vec<usize> = (0..report.columns.len()).filter(|&n| !report.columns[n].ends_with("iri")).collect();
    let cell = |row: &[Cell], n: usize| row.get(n).map_or_else(String::new, |cell| cut(&cell.to_string()));
    let width = |n: usize| {
        let cells = report.rows.iter().map(|row| cell(row, n).width());
        cells.chain([report.columns[n].len()]).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..report.columns.len()).map(width).collect();
    let is_number = |n: usize| report.rows.iter().all(|row| !matches!(row.get(n), Some(Cell::Text(_))));
    let mut line = |cells: Vec<String>| {
        let padded: Vec<String> = shown
            .iter()
            .zip(cells)
            .map(|(&n, cell)| {
                let blanks = " ".repeat(widths[n].saturating_sub(cell.width()));
                if is_number(n) { blanks + &cell } else { cell + &blanks }
            })
            .collect();
        writeln!(out, "{}", padded.join("  ").trim_end())
    };
    if report.rows.is_empty() {
        return Ok(());
    }
    line(shown.iter().map(|&n| report.columns[n].to_owned()).collect())?;
    for row in &report.rows {
        line(shown.iter().map(|&n| cell(row, n)).collect())?;
    }
    Ok(())
}

/// `text` on one line, cut where it is too wide.
fn cut(text: &str) -> String {
    let mut cut = String::new();
    for c in text.chars().filter(|c| !c.is_control()) {
        cut.push(c);
        if cut.width() > WIDEST {
            cut.pop();
            cut.push('\u{2026}');
            break;
        }
    }
    cut
}

fn comma_separated(report: &Report, out: &mut impl Write) -> io::Result<()> {
    let mut table = csv::Writer::from_writer(out);
    table.write_record(&report.columns)?;
    for row in &report.rows {
        table.write_record(row.iter().map(Cell::to_string))?;
    }
    table.flush()
}

fn object(report: &Report, row: &[Cell]) -> Map<String, Value> {
    let value = |cell: &Cell| match cell {
        Cell::Text(text) => Value::from(text.as_str()),
        Cell::Count(count) => Value::from(*count),
        Cell::Number(number) => Value::from(*number),
        Cell::Nothing => Value::Null,
    };
    report.columns.iter().map(|&column| column.to_owned()).zip(row.iter().map(value)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_tables_are_offered() {
        assert_eq!(TABLES.to_vec(), Measure::ALL.map(Measure::name).to_vec());
    }
}
