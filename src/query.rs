//! Answers SPARQL queries, by text or by name, and carries out updates.
//!
//! In: a [`Graph`] and a query. Out: an [`Answer`], and that as a table, CSV, TSV, JSON, XML or Turtle.
//! Queries see the union of all documents; the prefixes of [`rdf::PREFIXES`](crate::rdf::PREFIXES) and `kg:` need no
//! declaration. Named queries lie in `queries/NAME.rq`; the first comment line says what each answers.

pub mod size;

use crate::error::{Error, Result};
use crate::rdf::{Base, Source, hash};
use crate::resource::Resources;
use crate::store::allowance::{self, Allowance};
use crate::store::{Graph, Outcome, UPDATES, Writer};
use oxigraph::io::{RdfFormat, RdfSerializer};
use oxigraph::model::{GraphName, Literal, NamedNode, Quad, Term, Triple, Variable};
use oxigraph::sparql::results::{QueryResultsFormat, QueryResultsSerializer};
use oxigraph::sparql::{QueryResults, SparqlEvaluator};
use spargebra::algebra::{GraphPattern, GraphTarget, QueryDataset};
use spargebra::term::{GraphNamePattern, GroundQuad, GroundQuadPattern, QuadPattern, TriplePattern};
use spargebra::{GraphUpdateOperation, Query, SparqlParser};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// A query of `queries/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// The name to call it by: the file's stem.
    pub name: String,
    /// What it answers: the first comment line.
    pub title: String,
    /// The query.
    pub text: String,
}

/// All named queries by name; the user's own replace those of the same name.
pub fn list(resources: &Resources) -> Vec<Named> {
    let mut queries: Vec<Named> = Vec::new();
    for file in resources.folder("queries").filter(|f| f.path.ends_with(".rq")) {
        let title = file.text.lines().find_map(|l| l.strip_prefix('#')).unwrap_or("").trim().to_owned();
        let named = Named { name: file.stem().to_owned(), title, text: file.text.to_string() };
        queries.retain(|q| q.name != named.name);
        queries.push(named);
    }
    queries.sort_by(|a, b| a.name.cmp(&b.name));
    queries
}

/// The query of this name.
///
/// # Errors
/// [`Error::Argument`] with the names that come close.
pub fn named(resources: &Resources, name: &str) -> Result<Named> {
    let all = list(resources);
    if let Some(found) = all.iter().find(|q| q.name == name) {
        return Ok(found.clone());
    }
    let mut close: Vec<(usize, &str)> =
        all.iter().map(|q| (distance(name, &q.name), q.name.as_str())).filter(|(d, n)| d * 2 <= n.len()).collect();
    close.sort_unstable();
    let names: Vec<String> = match close.is_empty() {
        true => all.iter().map(|q| q.name.clone()).collect(),
        false => close.iter().take(3).map(|(_, n)| format!("`{n}`")).collect(),
    };
    let hint = if close.is_empty() { "the named queries are" } else { "did you mean" };
    let end =
        if close.is_empty() { "; a query of your own starts with SELECT, ASK, CONSTRUCT or DESCRIBE" } else { "?" };
    Err(Error::Argument(format!("no query `{name}`; {hint} {}{end}", names.join(", "))))
}

/// How many characters must be changed, added or dropped to make one word into the other.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = i;
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let change = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

/// How to run a query.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Values for variables of the query's result: `("thing", …)`. See [`value`].
    pub bind: Vec<(String, Term)>,
    /// The time and memory it may take.
    pub allowance: Allowance,
    /// How many rows or triples it may answer with.
    pub rows: Option<usize>,
    /// The graphs it asks, in place of those that it names.
    pub dataset: Option<Dataset>,
}

/// Which graphs a query asks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dataset {
    /// The graphs that make up the default graph.
    pub default: Vec<NamedNode>,
    /// The graphs that `GRAPH` may name.
    pub named: Vec<NamedNode>,
}

/// What a query answers.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// Rows of a SELECT; a cell is empty where the variable has no value.
    Table {
        /// The names of the columns.
        columns: Vec<Variable>,
        /// The rows, each as long as `columns`.
        rows: Vec<Vec<Option<Term>>>,
    },
    /// The answer of an ASK.
    Truth(bool),
    /// The graph of a CONSTRUCT or DESCRIBE, each triple once, sorted.
    Triples(Vec<Triple>),
}

/// Reads a value for [`Options::bind`]: `kg:伊宁县`, `<http://…>`, or else a name as the graph has it (伊宁县, in Chinese).
///
/// # Errors
/// [`Error::Argument`] if an IRI in angle brackets is none.
pub fn value(text: &str, base: &Base) -> Result<Term> {
    if let Some(iri) = text.strip_prefix('<').and_then(|t| t.strip_suffix('>')) {
        let node = NamedNode::new(iri).map_err(|e| Error::Argument(format!("`{text}` is no IRI: {e}")))?;
        return Ok(node.into());
    }
    if let Some((prefix, local)) = text.split_once(':') {
        if prefix == "kg" {
            return Ok(base.thing(local).into());
        }
        if let Some((_, namespace)) = base.prefixes().find(|(p, _)| *p == prefix) {
            return Ok(NamedNode::new_unchecked(format!("{namespace}{local}")).into());
        }
    }
    Ok(Literal::new_language_tagged_literal_unchecked(text, "zh").into())
}

/// Answers the query `text`.
///
/// # Errors
/// [`Error::Query`] if the query is wrong, [`Error::Limit`] if it takes more than allowed,
/// [`Error::Argument`] if it cannot be answered, or if a bound variable is not in its result.
pub fn run(graph: &Graph, text: &str, options: &Options) -> Result<Answer> {
    let mut query = evaluator(graph.base()).for_query(parse(graph.base(), text)?);
    if let Some(Dataset { default, named }) = &options.dataset {
        query.dataset_mut().set_default_graph(default.iter().cloned().map(Into::into).collect());
        query.dataset_mut().set_available_named_graphs(named.iter().cloned().map(Into::into).collect());
    }
    for (name, term) in &options.bind {
        let variable = Variable::new(name.trim_start_matches('?'))
            .map_err(|_| Error::Argument(format!("`{name}` is no variable of a query")))?;
        query = query.substitute_variable(variable, term.clone());
    }
    allowance::within(options.allowance, || {
        collect(graph.answer(query).map_err(|e| failed(&e.to_string()))?, options.rows)
    })?
}

/// Reads a query that is not too large.
fn parse(base: &Base, text: &str) -> Result<Query> {
    size::check_text(text)?;
    let query = parser(base).parse_query(text).map_err(|e| wrong(text, &e.to_string()))?;
    match &query {
        Query::Select { pattern, .. }
        | Query::Construct { pattern, .. }
        | Query::Describe { pattern, .. }
        | Query::Ask { pattern, .. } => size::check(pattern)?,
    }
    Ok(query)
}

/// A SPARQL parser that knows our prefixes.
fn parser(base: &Base) -> SparqlParser {
    base.prefixes().fold(SparqlParser::new(), |parser, (prefix, namespace)| {
        parser.with_prefix(prefix, namespace).expect("the namespaces are IRIs")
    })
}

/// A SPARQL evaluator that knows our prefixes.
fn evaluator(base: &Base) -> SparqlEvaluator {
    base.prefixes().fold(SparqlEvaluator::new(), |evaluator, (prefix, namespace)| {
        evaluator.with_prefix(prefix, namespace).expect("the namespaces are IRIs")
    })
}

fn collect(results: QueryResults<'_>, most: Option<usize>) -> Result<Answer> {
    let enough = |found: usize, what: &str| match most {
        Some(most) if found > most => Err(Error::Limit(format!(
            "the answer has more than the {most} {what} allowed; ask for a part of it (LIMIT and OFFSET) or allow more"
        ))),
        Some(_) | None => Ok(()),
    };
    match results {
        QueryResults::Boolean(truth) => Ok(Answer::Truth(truth)),
        QueryResults::Solutions(solutions) => {
            let columns = solutions.variables().to_vec();
            let mut rows = Vec::new();
            for solution in solutions {
                rows.push(solution.map_err(|e| failed(&e.to_string()))?.values().to_vec());
                enough(rows.len(), "rows")?;
            }
            Ok(Answer::Table { columns, rows })
        }
        QueryResults::Graph(triples) => {
            let mut sorted = BTreeMap::new();
            for triple in triples {
                let triple = triple.map_err(|e| failed(&e.to_string()))?;
                sorted.entry(triple.to_string()).or_insert(triple);
                enough(sorted.len(), "triples")?;
            }
            Ok(Answer::Triples(sorted.into_values().collect()))
        }
    }
}

fn failed(reason: &str) -> Error {
    Error::Argument(format!("the query cannot be answered: {reason}"))
}

/// What is wrong with a query: where, the line itself, a mark under the place, and what could stand there.
fn wrong(text: &str, reason: &str) -> Error {
    // The parser says `error at LINE:COLUMN: expected one of …`.
    let place = reason.strip_prefix("error at ").and_then(|rest| {
        let (line, rest) = rest.split_once(':')?;
        let (column, rest) = rest.split_once(": ")?;
        Some((line.parse::<usize>().ok()?, column.parse::<usize>().ok()?, rest))
    });
    let Some((line, column, reason)) = place else {
        return Error::Argument(format!("wrong query: {reason}"));
    };
    let source = text.lines().nth(line.saturating_sub(1)).unwrap_or("");
    let before: String = source.chars().take(column.saturating_sub(1)).collect();
    let mark = " ".repeat(before.width());
    let expected = expectation(reason);
    let message = format!("wrong query at line {line}, column {column}: {expected}\n  {source}\n  {mark}^");
    Error::Query { message, line, column }
}

/// What the parser expected, without the classes of characters, which say nothing to people.
fn expectation(reason: &str) -> String {
    if reason.contains("Prefix not found") {
        return "this prefix is not known; declare it with PREFIX".to_owned();
    }
    let list = reason.trim_start_matches("expected ").trim_start_matches("one of ");
    let words: Vec<&str> = list.split(", ").filter(|w| w.starts_with('"') && w.len() > 2).take(8).collect();
    match words.is_empty() {
        true => "this cannot stand here".to_owned(),
        false => format!("expected something like {}", words.join(", ")),
    }
}

/// How to write an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// An aligned table for people; a graph as Turtle.
    Table,
    /// Comma-separated values.
    Csv,
    /// Tab-separated values with the terms written out as in SPARQL.
    Tsv,
    /// SPARQL Query Results JSON.
    Json,
    /// SPARQL Query Results XML.
    Xml,
}

impl Format {
    /// All formats, the default first.
    pub const ALL: &[Self] = &[Self::Table, Self::Csv, Self::Tsv, Self::Json, Self::Xml];

    /// What users call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Csv => "csv",
            Self::Tsv => "tsv",
            Self::Json => "json",
            Self::Xml => "xml",
        }
    }

    /// The media type of an answer in this format (of a table; graphs in [`Format::Table`] are `text/turtle`).
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Table => "text/plain; charset=utf-8",
            Self::Csv => "text/csv; charset=utf-8",
            Self::Tsv => "text/tab-separated-values; charset=utf-8",
            Self::Json => "application/sparql-results+json",
            Self::Xml => "application/sparql-results+xml",
        }
    }

    fn results(self) -> Option<QueryResultsFormat> {
        match self {
            Self::Table => None,
            Self::Csv => Some(QueryResultsFormat::Csv),
            Self::Tsv => Some(QueryResultsFormat::Tsv),
            Self::Json => Some(QueryResultsFormat::Json),
            Self::Xml => Some(QueryResultsFormat::Xml),
        }
    }
}

impl Answer {
    /// Writes the answer. `width` is the terminal's in columns: longer rows are cut; `None` cuts nothing.
    ///
    /// A graph in a format for tables becomes a table of subject, predicate and object.
    ///
    /// # Errors
    /// If writing fails.
    pub fn write(&self, format: Format, base: &Base, width: Option<usize>, out: &mut dyn Write) -> io::Result<()> {
        let Some(results) = format.results() else {
            return match self {
                Self::Table { columns, rows } => write_table(columns, rows, base, width, out),
                Self::Truth(truth) => writeln!(out, "{truth}"),
                Self::Triples(triples) => write_turtle(triples, base, out),
            };
        };
        let serializer = QueryResultsSerializer::from_format(results);
        match self {
            Self::Table { columns, rows } => {
                let mut writer = serializer.serialize_solutions_to_writer(&mut *out, columns.clone())?;
                for row in rows {
                    let cells = columns.iter().zip(row).filter_map(|(v, cell)| Some((v, cell.as_ref()?)));
                    writer.serialize(cells.map(|(v, t)| (v.as_ref(), t.as_ref())))?;
                }
                writer.finish()?;
            }
            Self::Truth(truth) => {
                serializer.serialize_boolean_to_writer(&mut *out, *truth)?;
            }
            Self::Triples(triples) => {
                let columns = ["subject", "predicate", "object"].map(Variable::new_unchecked).to_vec();
                let mut writer = serializer.serialize_solutions_to_writer(&mut *out, columns.clone())?;
                for triple in triples {
                    let terms: [Term; 3] =
                        [triple.subject.clone().into(), triple.predicate.clone().into(), triple.object.clone()];
                    writer.serialize(columns.iter().zip(&terms).map(|(v, t)| (v.as_ref(), t.as_ref())))?;
                }
                writer.finish()?;
            }
        }
        // JSON, XML and a boolean end without a line break, which spoils a terminal.
        if matches!(format, Format::Json | Format::Xml) || matches!(self, Self::Truth(_)) {
            writeln!(out)?;
        }
        Ok(())
    }
}

/// Writes a graph as Turtle with those of our prefixes that it uses.
fn write_turtle(triples: &[Triple], base: &Base, out: &mut dyn Write) -> io::Result<()> {
    let mut serializer = RdfSerializer::from_format(RdfFormat::Turtle);
    for (prefix, namespace) in base.prefixes() {
        let start = format!("<{namespace}");
        if triples.iter().any(|triple| triple.to_string().contains(&start)) {
            serializer = serializer.with_prefix(prefix, namespace).expect("the namespaces are IRIs");
        }
    }
    let mut writer = serializer.for_writer(Vec::new());
    for triple in triples {
        writer.serialize_triple(triple)?;
    }
    let text = writer.finish()?;
    // The serializer writes the prefixes first, in an order that changes from run to run.
    let mut rest: &[u8] = &text;
    let mut prefixes = Vec::new();
    while rest.starts_with(b"@prefix ") {
        let end = rest.iter().position(|&b| b == b'\n').map_or(rest.len(), |at| at + 1);
        let (line, behind) = rest.split_at(end);
        prefixes.push(line);
        rest = behind;
    }
    prefixes.sort_unstable();
    prefixes.iter().try_for_each(|line| out.write_all(line))?;
    out.write_all(rest)
}

/// Writes rows in columns that line up where wide characters take two cells.
fn write_table(
    columns: &[Variable],
    rows: &[Vec<Option<Term>>],
    base: &Base,
    width: Option<usize>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let header: Vec<String> = columns.iter().map(|v| v.as_str().to_owned()).collect();
    let cells: Vec<Vec<String>> = rows
        .iter()
        .map(|row| row.iter().map(|c| c.as_ref().map_or(String::new(), |t| plain(t, base))).collect())
        .collect();
    let mut widths: Vec<usize> = header.iter().map(|h| h.width()).collect();
    for row in &cells {
        for (widest, cell) in widths.iter_mut().zip(row) {
            *widest = (*widest).max(cell.width());
        }
    }
    if let Some(width) = width {
        fit(&mut widths, width);
    }
    let numeric: Vec<bool> = (0..columns.len())
        .map(|c| rows.iter().filter_map(|r| r.get(c)?.as_ref()).all(is_number) && !rows.is_empty())
        .collect();
    let line = |row: &[String]| {
        let mut line = String::new();
        for ((cell, &width), &right) in row.iter().zip(&widths).zip(&numeric) {
            let cell = cut(cell, width);
            let blanks = " ".repeat(width.saturating_sub(cell.width()));
            let (before, behind) = if right { (blanks.as_str(), "") } else { ("", blanks.as_str()) };
            line.extend([before, &cell, behind, "  "]);
        }
        line.truncate(line.trim_end().len());
        line
    };
    writeln!(out, "{}", line(&header))?;
    writeln!(out, "{}", widths.iter().map(|&w| "─".repeat(w)).collect::<Vec<_>>().join("  "))?;
    for row in &cells {
        writeln!(out, "{}", line(row))?;
    }
    Ok(())
}

/// Narrows the widest columns until the row fits `width`, two blanks between columns; none below eight cells.
fn fit(widths: &mut [usize], width: usize) {
    let gaps = 2 * widths.len().saturating_sub(1);
    loop {
        let total = widths.iter().sum::<usize>() + gaps;
        let Some(widest) = widths.iter().copied().max().filter(|&w| w > 8) else { return };
        if total <= width {
            return;
        }
        // All the widest come down to the next narrower at once, so that the loop is as short as the row.
        let next = widths.iter().copied().filter(|&w| w < widest).max().unwrap_or(0).max(8);
        let many = widths.iter().filter(|&&w| w == widest).count();
        let target = next.max(widest.saturating_sub((total - width).div_ceil(many)));
        widths.iter_mut().filter(|w| **w == widest).for_each(|w| *w = target);
    }
}

/// `cell`, with an ellipsis for what does not fit in `width` cells.
fn cut(cell: &str, width: usize) -> String {
    if cell.width() <= width {
        return cell.to_owned();
    }
    let mut used = 1;
    let mut kept: String = cell
        .chars()
        .take_while(|c| {
            used += c.width().unwrap_or(0);
            used <= width
        })
        .collect();
    kept.push('…');
    kept
}

/// A term as people read it: literals without quotes, IRIs with prefixes, no control characters.
fn plain(term: &Term, base: &Base) -> String {
    let text = match term {
        Term::NamedNode(node) => base.shorten(node.as_str()),
        Term::BlankNode(node) => node.to_string(),
        Term::Literal(literal) => literal.value().to_owned(),
        Term::Triple(triple) => format!(
            "<<( {} {} {} )>>",
            plain(&triple.subject.clone().into(), base),
            plain(&triple.predicate.clone().into(), base),
            plain(&triple.object, base)
        ),
    };
    if text.contains(char::is_control) { text.replace(char::is_control, " ") } else { text }
}

fn is_number(term: &Term) -> bool {
    matches!(term, Term::Literal(l) if l.datatype().as_str().ends_with("#integer") || l.datatype().as_str().ends_with("#decimal")
        || l.datatype().as_str().ends_with("#double"))
}

/// What an update has done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Updated {
    /// Facts that were not in the document `updates` before.
    pub added: usize,
    /// Facts that are not in it any more.
    pub removed: usize,
}

/// Where graphs come from that are no text's: those that [`update`] has made.
pub const UPDATED: &str = "SPARQL Update";

/// How to carry out an update.
#[derive(Clone, Debug, Default)]
pub struct UpdateOptions {
    /// The time and memory that each of its patterns may take.
    pub allowance: Allowance,
    /// The graphs that its patterns ask, in place of those of the store.
    pub using: Option<Dataset>,
    /// Origins of the documents that may be changed beside those of [`UPDATED`].
    pub origins: Vec<String>,
}

/// Carries out a SPARQL Update on the store as it lies on disk; see [`change`].
///
/// # Errors
/// As [`change`].
pub fn update(writer: &Writer, text: &str) -> Result<Updated> {
    let graph = writer.store().load()?;
    change(writer, &graph, text, &UpdateOptions::default())
}

/// Carries out a SPARQL Update and stores what comes of it. `graph` is what the store holds.
///
/// Whatever the user adds goes into documents of its own, `updates` if no graph is named, and only what is there can be
/// taken away again: what a text says changes only with the text. Patterns (`WHERE`) see all documents. So `INSERT`,
/// `DELETE`, `CLEAR` and `DROP` without `GRAPH` mean the graph of `updates`; the graph of a text is refused, and so is a
/// `DELETE` of something that only a text says. Blank nodes are refused.
///
/// # Errors
/// [`Error::Query`] if the update is wrong, [`Error::Argument`] as just said, [`Error::Limit`] if it takes too much;
/// else as [`Writer::insert`].
pub fn change(writer: &Writer, graph: &Graph, text: &str, options: &UpdateOptions) -> Result<Updated> {
    let base = writer.store().base().clone();
    size::check_text(text)?;
    let parsed = parser(&base).parse_update(text).map_err(|e| wrong(text, &e.to_string()))?;
    for operation in &parsed.operations {
        if let GraphUpdateOperation::DeleteInsert { pattern, .. } = operation {
            size::check(pattern)?;
        }
    }
    let mut change = Change { writer, base: &base, options, graph: graph.clone(), before: BTreeMap::new() };
    for operation in parsed.operations {
        change.perform(operation)?;
    }
    let Change { graph, before, .. } = change;
    let mut updated = Updated { added: 0, removed: 0 };
    let mut writes = Vec::new();
    for (document, (id, before)) in before {
        let after: BTreeMap<String, Quad> =
            graph.named(document.as_ref()).map(|quad| (quad.to_string(), quad)).collect();
        let added = after.keys().filter(|line| !before.contains(*line)).count();
        let removed = before.iter().filter(|line| !after.contains_key(*line)).count();
        if let Some(blank) = after.keys().find(|line| line.contains("_:") && has_blank(line)) {
            return Err(Error::Argument(format!(
                "the update makes a blank node ({blank}); give it an IRI such as kg:name"
            )));
        }
        if added + removed > 0 {
            updated.added += added;
            updated.removed += removed;
            writes.push((id, after));
        }
    }
    for (id, after) in writes {
        store(writer, &id, UPDATED, &after)?;
    }
    Ok(updated)
}

/// Stores the quads of a document that is no text's, by their lines; a document without any is removed.
fn store(writer: &Writer, id: &str, origin: &str, quads: &BTreeMap<String, Quad>) -> Result<()> {
    if quads.is_empty() && id != UPDATES {
        writer.delete(id)?;
        return Ok(());
    }
    let content = hash(&quads.keys().map(|line| format!("{line}\n")).collect::<String>());
    let source = Source { id: id.to_owned(), origin: origin.to_owned(), date: None, content, characters: 0 };
    let quads: Vec<Quad> = quads.values().cloned().collect();
    let _: Outcome = writer.insert(&source, &quads)?;
    Ok(())
}

/// An update under way.
struct Change<'c> {
    writer: &'c Writer,
    base: &'c Base,
    options: &'c UpdateOptions,
    graph: Graph,
    /// The documents that may have changed, with their ids and the lines they had.
    before: BTreeMap<NamedNode, (String, BTreeSet<String>)>,
}

impl Change<'_> {
    fn perform(&mut self, operation: GraphUpdateOperation) -> Result<()> {
        match operation {
            GraphUpdateOperation::InsertData { data } => {
                let quads = data
                    .into_iter()
                    .map(|quad| Quad::new(quad.subject, quad.predicate, quad.object, name(quad.graph_name)));
                self.apply(&[], &quads.collect::<Vec<_>>())
            }
            GraphUpdateOperation::DeleteData { data } => {
                let quads = data.into_iter().map(|GroundQuad { subject, predicate, object, graph_name }| {
                    Quad::new(subject, predicate, Term::from(object), name(graph_name))
                });
                self.apply(&quads.collect::<Vec<_>>(), &[])
            }
            GraphUpdateOperation::DeleteInsert { using: Some(_), .. } if self.options.using.is_some() => {
                Err(Error::Argument(
                    "the update names the graphs of its patterns (USING, WITH), and so does the request \
                     (using-graph-uri); do one of the two"
                        .to_owned(),
                ))
            }
            GraphUpdateOperation::DeleteInsert { delete, insert, using, pattern } => {
                let delete = delete.into_iter().map(|GroundQuadPattern { subject, predicate, object, graph_name }| {
                    let (subject, object) = (subject.into(), object.into());
                    (TriplePattern { subject, predicate, object }, graph_name)
                });
                let insert = insert.into_iter().map(|QuadPattern { subject, predicate, object, graph_name }| {
                    (TriplePattern { subject, predicate, object }, graph_name)
                });
                let deleted = self.instances(delete, using.as_ref(), &pattern)?;
                let inserted = self.instances(insert, using.as_ref(), &pattern)?;
                self.apply(&deleted, &inserted)
            }
            GraphUpdateOperation::Clear { graph, silent } | GraphUpdateOperation::Drop { graph, silent } => {
                let name = match graph {
                    GraphTarget::DefaultGraph => return self.clear(&GraphName::DefaultGraph),
                    GraphTarget::NamedNode(node) => node,
                    GraphTarget::NamedGraphs | GraphTarget::AllGraphs => return Err(refused("all documents")),
                };
                let exists = self.graph.named(name.as_ref()).next().is_some();
                if !exists && !silent {
                    return Err(Error::Argument(format!(
                        "there is no graph {name} to clear; say SILENT if that is right"
                    )));
                }
                self.clear(&name.into())
            }
            GraphUpdateOperation::Load { .. } => Err(Error::Argument(format!(
                "LOAD is refused: nothing is fetched from files or from the network; an update may change only the \
                 document `{UPDATES}`. Send the data itself with INSERT DATA, or PUT it to the graph store"
            ))),
            GraphUpdateOperation::Create { graph, silent } => {
                // A graph is there as soon as something is in it.
                self.own(&graph.clone().into())?;
                match self.graph.named(graph.as_ref()).next() {
                    Some(_) if !silent => Err(Error::Argument(format!("the graph {graph} is there already"))),
                    Some(_) | None => Ok(()),
                }
            }
        }
    }

    /// The quads that a template makes of the matches of a pattern.
    fn instances(
        &self,
        template: impl Iterator<Item = (TriplePattern, GraphNamePattern)>,
        using: Option<&QueryDataset>,
        pattern: &GraphPattern,
    ) -> Result<Vec<Quad>> {
        let mut templates: Vec<(GraphNamePattern, Vec<TriplePattern>)> = Vec::new();
        for (triple, graph) in template {
            match templates.iter_mut().find(|(name, _)| *name == graph) {
                Some((_, triples)) => triples.push(triple),
                None => templates.push((graph, vec![triple])),
            }
        }
        let mut quads = Vec::new();
        for (graph, template) in templates {
            let name = match graph {
                GraphNamePattern::DefaultGraph => GraphName::DefaultGraph,
                GraphNamePattern::NamedNode(node) => node.into(),
                GraphNamePattern::Variable(variable) => return Err(refused(&variable.to_string())),
            };
            let query =
                Query::Construct { template, dataset: using.cloned(), pattern: pattern.clone(), base_iri: None };
            let mut query = evaluator(self.base).for_query(query);
            if let Some(Dataset { default, named }) = &self.options.using {
                query.dataset_mut().set_default_graph(default.iter().cloned().map(Into::into).collect());
                query.dataset_mut().set_available_named_graphs(named.iter().cloned().map(Into::into).collect());
            }
            let answer = allowance::within(self.options.allowance, || {
                collect(self.graph.answer(query).map_err(|e| failed(&e.to_string()))?, None)
            })??;
            if let Answer::Triples(triples) = answer {
                quads.extend(triples.into_iter().map(|triple| triple.in_graph(name.clone())));
            }
        }
        Ok(quads)
    }

    /// Takes quads out and puts others in.
    fn apply(&mut self, delete: &[Quad], insert: &[Quad]) -> Result<()> {
        let mut documents: BTreeMap<NamedNode, BTreeSet<String>> = BTreeMap::new();
        let mut quads: BTreeMap<String, Quad> = BTreeMap::new();
        for quad in delete.iter().chain(insert) {
            let document = self.own(&quad.graph_name)?;
            documents.entry(document).or_default();
        }
        for document in documents.keys() {
            quads.extend(self.graph.named(document.as_ref()).map(|quad| (quad.to_string(), quad)));
        }
        for quad in delete {
            let quad = Quad { graph_name: self.own(&quad.graph_name)?.into(), ..quad.clone() };
            if quads.remove(&quad.to_string()).is_none() {
                self.refuse_deleting(&quad)?;
            }
        }
        for quad in insert {
            let quad = Quad { graph_name: self.own(&quad.graph_name)?.into(), ..quad.clone() };
            quads.insert(quad.to_string(), quad);
        }
        let documents: Vec<NamedNode> = documents.into_keys().collect();
        self.graph = self.graph.exchanged(&documents, quads.into_values());
        Ok(())
    }

    fn clear(&mut self, graph: &GraphName) -> Result<()> {
        let document = self.own(graph)?;
        self.graph = self.graph.exchanged(&[document], []);
        Ok(())
    }

    /// The document that an operation on `graph` changes, if it may.
    fn own(&mut self, graph: &GraphName) -> Result<NamedNode> {
        let (id, document) = match graph {
            GraphName::DefaultGraph | GraphName::BlankNode(_) => (UPDATES.to_owned(), self.base.document(UPDATES)),
            GraphName::NamedNode(node) => match self.base.document_id(node.as_ref()) {
                Some(id) => (id, node.clone()),
                None => {
                    return Err(Error::Argument(format!(
                        "the graphs of this store are named {}NAME, not {node}; leave GRAPH out, or name one of these",
                        self.base.documents()
                    )));
                }
            },
        };
        if self.before.contains_key(&document) {
            return Ok(document);
        }
        if let Some(origin) = self.writer.origin(&id)
            && origin != UPDATED
            && !self.options.origins.contains(&origin)
        {
            return Err(refused(&format!("<{}>, which a text says", document.as_str())));
        }
        let lines = self.graph.named(document.as_ref()).map(|quad| quad.to_string()).collect();
        self.before.insert(document.clone(), (id, lines));
        Ok(document)
    }

    /// Refuses to delete what a text says: it would come back with the next reading, or quietly stay.
    fn refuse_deleting(&self, quad: &Quad) -> Result<()> {
        let oxigraph::model::NamedOrBlankNode::NamedNode(subject) = &quad.subject else { return Ok(()) };
        let stated = self
            .graph
            .matching(Some(subject.as_ref()), Some(quad.predicate.as_ref()), Some(quad.object.as_ref()))
            .find(|other| other.graph_name != quad.graph_name);
        match stated {
            Some(Quad { subject, predicate, object, graph_name }) => Err(Error::Argument(format!(
                "cannot delete {subject} {predicate} {object}: the document {graph_name} says it; \
                 an update may change only the document `{UPDATES}` and graphs of its own"
            ))),
            None => Ok(()),
        }
    }
}

fn name(graph: spargebra::term::GraphName) -> GraphName {
    match graph {
        spargebra::term::GraphName::NamedNode(node) => node.into(),
        spargebra::term::GraphName::DefaultGraph => GraphName::DefaultGraph,
    }
}

fn refused(what: &str) -> Error {
    Error::Argument(format!(
        "an update may change only the document `{UPDATES}` and graphs of its own, not {what}; leave GRAPH out, \
         and delete the document to remove what a text says"
    ))
}

/// Whether one of the terms in an N-Quads line is a blank node.
fn has_blank(line: &str) -> bool {
    // Inside a literal `_:` may stand anywhere; as a term it follows a blank or starts the line, outside quotes.
    let mut quoted = false;
    let mut previous = ' ';
    let mut characters = line.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '\\' if quoted => {
                characters.next();
            }
            '"' => quoted = !quoted,
            '_' if !quoted && previous == ' ' && characters.peek() == Some(&':') => return true,
            _ => {}
        }
        previous = c;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mention::Bound;
    use crate::rdf::sketch::{Sketch, amount, example, on};
    use crate::statement::{Object, Status};
    use expect_test::{Expect, expect};
    use std::time::{Duration, Instant};

    /// Two documents that between them have something for every named query.
    fn graph() -> Graph {
        let text = "通伊合作\n南通市支援伊宁县，投资约500万元建设伊宁县实验小学，学生1200名。\n\
            伊宁县纺织有限公司年产值超2500万元，通伊教育基金由南通市出资300万元。\n2024年6月1日，杏花节在伊宁县举办，主办方是南通市。";
        let mut news = Sketch::new("news", Some("2025-01-20"), text);
        let county = news.thing("AdministrativeArea", "伊宁县", &[]);
        let city = news.thing("AdministrativeArea", "南通市", &[]);
        let school = news.thing("School", "伊宁县实验小学", &[]);
        let company = news.thing("Company", "伊宁县纺织有限公司", &[]);
        let fund = news.thing("Project", "通伊教育基金", &[]);
        let festival = news.thing("Event", "杏花节", &[]);
        news.says(city, "assists", Object::Entity(county), "南通市支援伊宁县");
        news.says(school, "locatedIn", Object::Entity(county), "伊宁县实验小学");
        let built =
            news.says(school, "fundedBy", Object::Entity(city), "南通市支援伊宁县，投资约500万元建设伊宁县实验小学");
        built.amount = Some(amount("5000000", "CNY", Bound::About));
        built.status = Status::Planned;
        news.says(company, "locatedIn", Object::Entity(county), "伊宁县纺织有限公司");
        news.says(fund, "fundedBy", Object::Entity(city), "通伊教育基金由南通市出资300万元").amount =
            Some(amount("3000000", "CNY", Bound::Exactly));
        news.says(festival, "locatedIn", Object::Entity(county), "杏花节在伊宁县举办");
        news.says(festival, "heldOn", on("2024-06-01"), "2024年6月1日，杏花节在伊宁县举办");
        news.says(festival, "organizedBy", Object::Entity(city), "主办方是南通市").title = Some("主办".to_owned());
        news.figure(Some(school), "学生", "1200名", amount("1200", "名", Bound::Exactly), "学生1200名");
        news.figure(
            Some(company),
            "年产值",
            "2500万元",
            amount("25000000", "CNY", Bound::MoreThan),
            "年产值超2500万元",
        );
        let quads = example().quads().into_iter().chain(news.quads());
        Graph::of(Base::default(), quads)
    }

    fn table(graph: &Graph, text: &str, width: Option<usize>) -> String {
        let mut out = Vec::new();
        match run(graph, text, &Options::default()) {
            Ok(answer) => answer.write(Format::Table, graph.base(), width, &mut out).unwrap(),
            Err(e) => out.extend(format!("error: {e}\n").bytes()),
        }
        String::from_utf8(out).unwrap()
    }

    fn check(text: &str, expected: Expect) {
        expected.assert_eq(&table(&graph(), text, None));
    }

    #[test]
    fn named_queries() {
        let graph = graph();
        let mut all = String::new();
        for query in list(&Resources::builtin()) {
            all.push_str(&format!("{}: {}\n{}\n", query.name, query.title, table(&graph, &query.text, None)));
        }
        expect![[r#"
            companies: Companies: where they are, and the figures that the texts give for them
            company             place   measure  bound     value  unit  time
            ──────────────────  ──────  ───────  ─────  ────────  ────  ────
            伊宁县纺织有限公司  伊宁县  年产值   >      25000000  CNY

            documents: Documents: titles, dates and origins, and how much was read from each
            document  title       date        characters  statements  quantities  origin
            ────────  ──────────  ──────────  ──────────  ──────────  ──────────  ─────────────
            demo      新疆伊宁县  2025-01-20          43           3           1  news/demo.txt
            news      通伊合作    2025-01-20         108           8           2  news/news.txt

            events: Events: when and where they are held, and by whom
            event   date        place   organizer  role
            ──────  ──────────  ──────  ─────────  ────
            杏花节  2024-06-01  伊宁县  南通市     主办

            evidence: Evidence: every statement with the words that say it, the document, and their place in characters
            subject              property     object               title   status    words                                              document  start  end  rule
            ───────────────────  ───────────  ───────────────────  ──────  ────────  ─────────────────────────────────────────────────  ────────  ─────  ───  ──────────────────────
            伊宁县               fundedBy     江苏援伊·南通工作组          planned   江苏援伊·南通工作组副组长周启航                    demo          6   22  rules/fundedBy/test
            周启航               affiliation  江苏援伊·南通工作组  副组长  asserted  江苏援伊·南通工作组副组长周启航                    demo          6   22  rules/affiliation/test
            江苏援伊·南通工作组  foundedOn    2024                         asserted  江苏援伊·南通工作组副组长周启航                    demo          6   22  rules/foundedOn/test
            南通市               assists      伊宁县                       asserted  南通市支援伊宁县                                   news          5   13  rules/assists/test
            伊宁县实验小学       fundedBy     南通市                       planned   南通市支援伊宁县，投资约500万元建设伊宁县实验小学  news          5   31  rules/fundedBy/test
            伊宁县实验小学       locatedIn    伊宁县                       asserted  伊宁县实验小学                                     news         24   31  rules/locatedIn/test
            伊宁县纺织有限公司   locatedIn    伊宁县                       asserted  伊宁县纺织有限公司                                 news         41   50  rules/locatedIn/test
            通伊教育基金         fundedBy     南通市                       asserted  通伊教育基金由南通市出资300万元                    news         61   78  rules/fundedBy/test
            杏花节               heldOn       2024-06-01                   asserted  2024年6月1日，杏花节在伊宁县举办                   news         80   99  rules/heldOn/test
            杏花节               locatedIn    伊宁县                       asserted  杏花节在伊宁县举办                                 news         90   99  rules/locatedIn/test
            杏花节               organizedBy  南通市               主办    asserted  主办方是南通市                                     news        100  107  rules/organizedBy/test

            hubs: The most connected things: in how many statements they stand, and in how many documents
            thing                kind                 statements  documents
            ───────────────────  ───────────────────  ──────────  ─────────
            伊宁县               administrative area           5          2
            南通市               administrative area           4          1
            杏花节               event                         3          1
            江苏援伊·南通工作组  government body               3          1
            伊宁县实验小学       school                        2          1
            伊宁县纺织有限公司   company                       1          1
            周启航               person                        1          1
            通伊教育基金         project                       1          1

            overview: Overview: how many things of each kind there are
            kind                label   things
            ──────────────────  ──────  ──────
            AdministrativeArea  行政区       2
            Company             企业         1
            Event               活动         1
            GovernmentBody      机关         1
            Person              人物         1
            Project             项目         1
            School              学校         1

            people: People and their posts: who holds which post where, and when
            person  post    organization         time
            ──────  ──────  ───────────────────  ────
            周启航  副组长  江苏援伊·南通工作组

            places: Places: their register codes, where they lie, and what lies in them
            place   kind                 code    within  holds
            ──────  ───────────────────  ──────  ──────  ──────────────────
            伊宁县  administrative area  654021          伊宁县实验小学
            伊宁县  administrative area  654021          伊宁县纺织有限公司
            伊宁县  administrative area  654021          杏花节
            南通市  administrative area

            projects: Projects: who pays, builds or runs them, and the money that the texts name for them
            project       relation   partner  measure  bound   amount  currency  time
            ────────────  ─────────  ───────  ───────  ─────  ───────  ────────  ────
            通伊教育基金  funded by  南通市            =      3000000  CNY

            quantities: Figures: every number in the texts with what it measures, of what, in which unit, and when
            subject             measure  bound     value  unit  time  words             document
            ──────────────────  ───────  ─────  ────────  ────  ────  ────────────────  ────────
            伊宁县              年产值   >      25000000  CNY   2024  年产值超2500万元  demo
            伊宁县实验小学      学生     =          1200  名          学生1200名        news
            伊宁县纺织有限公司  年产值   >      25000000  CNY         年产值超2500万元  news

            relations: Relations: how often each is asserted, planned, denied or reported
            relation     label     status    statements
            ───────────  ────────  ────────  ──────────
            locatedIn    位于      asserted           3
            fundedBy     出资方    planned            2
            affiliation  任职      asserted           1
            assists      支援      asserted           1
            foundedOn    成立时间  asserted           1
            fundedBy     出资方    asserted           1
            heldOn       举办时间  asserted           1
            organizedBy  主办方    asserted           1

            schools: Schools: where they are, who founded, built or supports them, and their figures
            school          place   relation  other  measure  bound  value  unit
            ──────────────  ──────  ────────  ─────  ───────  ─────  ─────  ────
            伊宁县实验小学  伊宁县                   学生     =       1200  名

            support: Who supports whom: lasting help, money and goods, with amounts and how the text puts it
            supporter            relation  supported       bound   amount  unit  time             status
            ───────────────────  ────────  ──────────────  ─────  ───────  ────  ───────────────  ────────
            南通市               assists   伊宁县                                                 asserted
            南通市               funds     伊宁县实验小学  ~      5000000  CNY                    planned
            南通市               funds     通伊教育基金    =      3000000  CNY                    asserted
            江苏援伊·南通工作组  funds     伊宁县          ~      3500000  CNY   2023-04/2024-12  planned

            timeline: Timeline: what happened when, oldest first
            date             thing                what        other                status
            ───────────────  ───────────────────  ──────────  ───────────────────  ────────
            2023-04/2024-12  伊宁县               funded by   江苏援伊·南通工作组  planned
            2024             江苏援伊·南通工作组  founded on                       asserted
            2024-06-01       杏花节               held on                          asserted

        "#]].assert_eq(&all);
    }

    #[test]
    fn queries_see_all_documents_and_need_no_prefixes() {
        check(
            "ASK { kg:周启航 wm:affiliation kg:江苏援伊·南通工作组 }",
            expect![[r#"
            true
        "#]],
        );
        check(
            "ASK { kg:伊宁县 wm:fundedBy ?planned }",
            expect![[r#"
            false
        "#]],
        );
        check(
            "CONSTRUCT { ?s wm:locatedIn ?o } WHERE { ?s wm:locatedIn ?o }",
            expect![[r#"
                @prefix kg: <https://w3id.org/wenmai/id/> .
                @prefix wm: <https://w3id.org/wenmai/ns#> .
                kg:伊宁县实验小学 wm:locatedIn kg:伊宁县 .
                kg:伊宁县纺织有限公司 wm:locatedIn kg:伊宁县 .
                kg:杏花节 wm:locatedIn kg:伊宁县 .
            "#]],
        );
        check(
            "SELECT ?t { ?s rdf:reifies ?t ; wm:status wm:planned ; wm:title|wm:time ?any }",
            expect![[r#"
            t
            ────────────────────────────────────────────────────
            <<( kg:伊宁县 wm:fundedBy kg:江苏援伊·南通工作组 )>>
        "#]],
        );
        check(
            "SELECT ?x { ?c rdfs:subClassOf wm:Organization . ?x a ?c } ORDER BY ?x",
            expect![[r#"
            x
            ──────────────────────
            kg:伊宁县实验小学
            kg:伊宁县纺织有限公司
            kg:江苏援伊·南通工作组
        "#]],
        );
    }

    #[test]
    fn wrong_queries_show_the_place() {
        check(
            "SELECT ?x\nWHERE { kg:伊宁县 wm:locatedIn ?x ; }}",
            expect![[r#"
            error: wrong query at line 2, column 36: this cannot stand here
              WHERE { kg:伊宁县 wm:locatedIn ?x ; }}
                                                    ^
        "#]],
        );
        check(
            "SELECT ?x { ?x foo:bar ?y }",
            expect![[r#"
            error: wrong query at line 1, column 23: this prefix is not known; declare it with PREFIX
              SELECT ?x { ?x foo:bar ?y }
                                    ^
        "#]],
        );
        check(
            "SELECT ?x { SERVICE <http://x/> { ?x ?y ?z } }",
            expect![[r#"
            error: the query cannot be answered: The service <http://x/> is not supported
        "#]],
        );
    }

    #[test]
    fn long_cells_are_cut_on_a_terminal_only() {
        let text = "SELECT ?name ?words { ?x oa:exact ?words ; wm:inDocument/wm:documentId ?name } ORDER BY ?name ?words LIMIT 2";
        expect![[r#"
            name  words
            ────  ────────────────────────
            demo  年产值超2500万元
            demo  江苏援伊·南通工作组副组…
        "#]]
        .assert_eq(&table(&graph(), text, Some(30)));
    }

    #[test]
    fn other_formats() {
        let graph = graph();
        let mut all = Vec::new();
        for &format in Format::ALL {
            for text in
                ["SELECT ?l { kg:伊宁县 rdfs:label ?l }", "ASK {}", "CONSTRUCT WHERE { kg:伊宁县 skos:altLabel ?l }"]
            {
                run(&graph, text, &Options::default()).unwrap().write(format, graph.base(), None, &mut all).unwrap();
            }
        }
        expect![[r#"
            l
            ──────
            伊宁县
            true
            @prefix kg: <https://w3id.org/wenmai/id/> .
            @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
            kg:伊宁县 skos:altLabel "伊宁"@zh .
            l
            伊宁县
            true
            subject,predicate,object
            https://w3id.org/wenmai/id/伊宁县,http://www.w3.org/2004/02/skos/core#altLabel,伊宁
            ?l
            "伊宁县"@zh
            true
            ?subject	?predicate	?object
            <https://w3id.org/wenmai/id/伊宁县>	<http://www.w3.org/2004/02/skos/core#altLabel>	"伊宁"@zh
            {"head":{"vars":["l"]},"results":{"bindings":[{"l":{"type":"literal","value":"伊宁县","xml:lang":"zh"}}]}}
            {"head":{},"boolean":true}
            {"head":{"vars":["subject","predicate","object"]},"results":{"bindings":[{"subject":{"type":"uri","value":"https://w3id.org/wenmai/id/伊宁县"},"predicate":{"type":"uri","value":"http://www.w3.org/2004/02/skos/core#altLabel"},"object":{"type":"literal","value":"伊宁","xml:lang":"zh"}}]}}
            <?xml version="1.0"?><sparql xmlns="http://www.w3.org/2005/sparql-results#"><head><variable name="l"/></head><results><result><binding name="l"><literal xml:lang="zh">伊宁县</literal></binding></result></results></sparql>
            <?xml version="1.0"?><sparql xmlns="http://www.w3.org/2005/sparql-results#"><head></head><boolean>true</boolean></sparql>
            <?xml version="1.0"?><sparql xmlns="http://www.w3.org/2005/sparql-results#"><head><variable name="subject"/><variable name="predicate"/><variable name="object"/></head><results><result><binding name="subject"><uri>https://w3id.org/wenmai/id/伊宁县</uri></binding><binding name="predicate"><uri>http://www.w3.org/2004/02/skos/core#altLabel</uri></binding><binding name="object"><literal xml:lang="zh">伊宁</literal></binding></result></results></sparql>
        "#]].assert_eq(&String::from_utf8(all).unwrap().replace("\r\n", "\n"));
    }

    #[test]
    fn variables_are_bound_by_name_or_iri() {
        let graph = graph();
        let people = named(&Resources::builtin(), "people").unwrap();
        let count = |variable: &str, text: &str| {
            let bind = vec![(variable.to_owned(), value(text, graph.base()).unwrap())];
            match run(&graph, &people.text, &Options { bind, ..Options::default() }) {
                Ok(Answer::Table { rows, .. }) => rows.len().to_string(),
                other => format!("{other:?}"),
            }
        };
        assert_eq!(count("person", "周启航"), "1");
        assert_eq!(count("?person", "张三"), "0");
        assert!(count("nobody", "张三").contains("nobody"));
    }

    #[test]
    fn a_limit_holds() {
        let graph = graph();
        let text = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }";
        let limit = Duration::from_millis(50);
        let start = Instant::now();
        let error = run(
            &graph,
            text,
            &Options { allowance: Allowance { time: Some(limit), terms: None }, ..Options::default() },
        )
        .unwrap_err()
        .to_string();
        assert!(error.contains("longer than the 0.05 s allowed"), "{error}");
        assert!(start.elapsed() < Duration::from_secs(5));
    }

    #[test]
    fn unknown_names_get_suggestions() {
        let say = |name: &str| named(&Resources::builtin(), name).unwrap_err().to_string();
        assert_eq!(say("peple"), "no query `peple`; did you mean `people`?");
        assert!(say("xxxxxxxxxxxxxx").contains("the named queries are companies, documents"));
        let own = Resources::builtin().with_file("queries/people.rq", "# mine\nASK {}");
        assert_eq!(named(&own, "people").unwrap().title, "mine");
    }

    #[test]
    fn updates_change_their_own_document_only() {
        let folder = tempfile::tempdir().unwrap();
        let writer = Writer::open(folder.path(), &crate::store::Settings::default()).unwrap();
        let sketch = example();
        writer.insert(&Source::of(&sketch.extraction.document), &sketch.quads()).unwrap();
        let say = |text: &str| match update(&writer, text) {
            Ok(Updated { added, removed }) => format!("+{added} -{removed}"),
            Err(e) => e.to_string(),
        };
        let said = "kg:周启航 wm:affiliation kg:江苏援伊·南通工作组";
        assert_eq!(say("CLEAR DEFAULT"), "+0 -0");
        assert_eq!(say("INSERT DATA { kg:a wm:partOf kg:b ; rdfs:label \"a _:b\"@zh }"), "+2 -0");
        assert_eq!(say("INSERT { ?p wm:knows kg:a } WHERE { ?p a wm:Person }"), "+1 -0");
        assert_eq!(say("DELETE WHERE { ?p wm:knows ?x }"), "+0 -1");
        assert_eq!(say("DELETE DATA { kg:a wm:partOf kg:b }"), "+0 -1");
        for refused in [
            format!("DELETE DATA {{ {said} }}"),
            "DELETE WHERE { ?s wm:affiliation ?o }".to_owned(),
            "DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }".to_owned(),
            "INSERT DATA { GRAPH kg:doc\\/demo { kg:a kg:b kg:c } }".to_owned(),
            "DROP ALL".to_owned(),
            "LOAD <http://example.org/>".to_owned(),
        ] {
            let error = say(&refused);
            assert!(error.contains("may change only the document `updates`"), "{refused}: {error}");
        }
        assert!(say("INSERT DATA { _:x kg:b kg:c }").contains("blank node"));
        let graph = writer.store().load().unwrap();
        assert!(matches!(run(&graph, &format!("ASK {{ {said} }}"), &Options::default()), Ok(Answer::Truth(true))));
        let own: Vec<String> = graph.document(UPDATES).map(|q| q.to_string()).collect();
        assert_eq!(own.len(), 1, "{own:?}");
    }
}
