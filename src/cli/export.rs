//! `wenmai export`: the graph in the formats of other tools.

use super::output::{self, Failure};
use super::{DataOption, Language, Outcome, StoreOption, lookup};
use clap::{Args, ValueEnum};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use wenmai::analysis::{Part, Selection};
use wenmai::chars::Folding;
use wenmai::error::{Error, Result};
use wenmai::export::drawing::{Drawing, View};
use wenmai::export::{self, Format, Kind, csv, json, rdf};
use wenmai::facts::Facts;
use wenmai::ontology::Ontology;
use wenmai::resource::Resources;
use wenmai::store::{Graph, Store};

#[derive(Args)]
#[command(after_help = "Examples:\n  \
    wenmai export -o graph.svg\n  \
    wenmai export -o graph.html\n  \
    wenmai export -o graph.dot && dot -Tsvg graph.dot -o graph-dot.svg\n  \
    wenmai export --around \u{4f0a}\u{5b81}\u{53bf} --hops 2 --labels en -o yining.dot && sfdp -Tpng yining.dot -o yining.png\n  \
    wenmai export --type Company --top 30 -o companies.graphml\n  \
    wenmai export -o graph.nodes.csv && wenmai export -o graph.edges.csv\n  \
    wenmai export --format neo4j -o neo4j.zip\n  \
    wenmai export -o statements.csv\n  \
    wenmai export --format ttl --reification classic > graph.ttl\n\n\
    Pictures: svg, png (with the fonts of this machine), html (one file with search, filters and evidence, which works \
    offline), dot, mermaid. For graph tools: gexf, graphml, cytoscape, neo4j (a ZIP archive with two tables, a script and \
    a page that says how to load them), csv-nodes and csv-edges. All statements: csv, json and the RDF formats.\n\
    The same store gives the same bytes, in whatever order it was filled. In pictures the 80 things that matter most \
    are shown, in html 500, if --top does not say otherwise; a line in the picture says what was left out. Degree, rank, \
    betweenness, component and community are those of the whole graph.")]
pub(super) struct Options {
    /// Format; taken from the extension of --output if not given
    #[arg(long, short, value_name = "FORMAT", value_parser = FORMATS)]
    format: Option<String>,
    /// File to write; standard output if not given
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Only things near this one (may be given several times); not for json and RDF
    #[arg(long, value_name = "NAME")]
    around: Vec<String>,
    /// How near: at most so many relations away
    #[arg(long, value_name = "K", default_value_t = 1, requires = "around")]
    hops: usize,
    /// Only relations of things of this class, such as Company (may be given several times); not for json and RDF
    #[arg(long = "type", value_name = "CLASS")]
    class: Vec<String>,
    /// At most so many things, those that matter most; 0 is all; not for json and RDF
    #[arg(long, value_name = "N")]
    top: Option<usize>,
    /// Language of classes and relations
    #[arg(long, value_enum, default_value_t, value_name = "LANGUAGE")]
    labels: Language,
    /// How RDF says something of a statement; jsonld and rdf always do it the classic way
    #[arg(long, value_enum, default_value_t, value_name = "WAY")]
    reification: Reification,
    #[command(flatten)]
    store: StoreOption,
    #[command(flatten)]
    data: DataOption,
}

/// The names of [`Format`], for help and completion; a test compares them.
const FORMATS: [&str; 19] = [
    "svg",
    "png",
    "html",
    "dot",
    "mermaid",
    "gexf",
    "graphml",
    "cytoscape",
    "neo4j",
    "csv-nodes",
    "csv-edges",
    "csv",
    "json",
    "ttl",
    "nt",
    "nq",
    "trig",
    "jsonld",
    "rdf",
];

#[derive(Clone, Copy, Default, ValueEnum)]
enum Reification {
    /// RDF 1.2 triple terms
    #[default]
    Triple,
    /// rdf:Statement, for tools that know only RDF 1.1
    Classic,
}

pub(super) fn run(options: &Options) -> std::result::Result<Outcome, Failure> {
    let format = format(options)?;
    let resources = options.data.resources()?;
    let store = Store::open(&options.store.store)?;
    let graph = store.load()?;
    let mut bytes = Vec::new();
    match &options.output {
        // Made in memory first, so that an error leaves an earlier file as it was.
        Some(path) if path.as_os_str() != "-" => {
            write(options, format, &resources, &store, &graph, &mut bytes)?;
            save(path, &bytes)?;
            output::say(format_args!("{}: written", path.display()));
        }
        Some(_) | None => {
            let mut out = output::results();
            write(options, format, &resources, &store, &graph, &mut out)?;
            out.flush()?;
        }
    }
    Ok(Outcome::Done)
}

fn format(options: &Options) -> Result<Format> {
    let format = match (&options.format, &options.output) {
        (Some(name), _) => name.parse()?,
        (None, Some(path)) => Format::of_path(path).ok_or_else(|| {
            Error::Argument(format!(
                "{}: the extension says no format; add --format, one of {}",
                path.display(),
                FORMATS.join(", ")
            ))
        })?,
        (None, None) => {
            return Err(Error::Argument(format!("which format? add --format, one of {}", FORMATS.join(", "))));
        }
    };
    let selects = !options.around.is_empty() || !options.class.is_empty() || options.top.is_some();
    if selects && matches!(format.kind(), Kind::Documents | Kind::Quads) {
        return Err(Error::Argument(format!(
            "--around, --type and --top work for pictures, graph tools and csv, not for {}; a CONSTRUCT query takes parts as RDF",
            format.name()
        )));
    }
    Ok(format)
}

fn write(
    options: &Options,
    format: Format,
    resources: &Resources,
    store: &Store,
    graph: &Graph,
    out: &mut dyn Write,
) -> std::result::Result<(), Failure> {
    match format.kind() {
        Kind::View | Kind::Statements => write_part(options, format, resources, graph, out),
        Kind::Documents => {
            for entry in store.documents()? {
                let facts = Facts::read(graph.document(&entry.source.id));
                if let Some(record) = json::Record::of_facts(&facts) {
                    writeln!(out, "{}", record.line())?;
                }
            }
            Ok(())
        }
        Kind::Quads => {
            let reification = match options.reification {
                Reification::Triple => rdf::Reification::TripleTerms,
                Reification::Classic => rdf::Reification::Classic,
            };
            Ok(rdf::write(graph.quads(), format, reification, graph.base(), out)??)
        }
    }
}

fn write_part(
    options: &Options,
    format: Format,
    resources: &Resources,
    graph: &Graph,
    out: &mut dyn Write,
) -> std::result::Result<(), Failure> {
    let ontology = Ontology::load(resources)?;
    let drawing = Drawing::load(resources)?;
    let facts = Facts::of(graph);
    let folding = Folding::load(resources)?;
    let mut around = Vec::new();
    for name in &options.around {
        around.push(lookup::one(&facts, &folding, graph.base(), name)?);
    }
    let top = match options.top {
        Some(0) => None,
        None => format.usual(&drawing),
        top => top,
    };
    let selection = Selection { around, hops: options.hops, classes: lookup::classes(&options.class, &ontology)?, top };
    let part = Part::select(&facts, &selection);
    let language = options.labels.into();
    if format.kind() == Kind::Statements {
        let whole = selection.around.is_empty() && selection.classes.is_empty() && selection.top.is_none();
        let keep = |fact: &wenmai::facts::Fact| {
            whole || (part.things.contains(&fact.subject) && fact.other().is_none_or(|o| part.things.contains(&o)))
        };
        csv::write(&facts, keep, &ontology, language, out)?;
    } else {
        let view = View::new(&facts, &part, &drawing, &ontology, language);
        out.write_all(&export::write_view(&view, format)?)?;
    }
    Ok(())
}

fn save(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut file = BufWriter::new(File::create(path).map_err(Error::io("create", path))?);
    file.write_all(bytes).and_then(|()| file.flush()).map_err(Error::io("write", path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_formats_are_offered() {
        assert_eq!(FORMATS.to_vec(), Format::ALL.map(Format::name).to_vec());
    }
}
