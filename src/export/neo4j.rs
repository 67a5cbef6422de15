//! Writes a part of the graph for Neo4j: an archive with two tables, a script that loads them into a running database, and a page
//! that says how.
//!
//! The headings are those of `neo4j-admin database import`; the script takes the same files through `LOAD CSV`.

use super::columns::{self, Kind, STATEMENT, THING};
use super::drawing::View;
use super::table::table;
use super::zip;
use crate::facts::ThingId;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// The names of the files in the archive.
const NODES: &str = "nodes.csv";
const RELATIONSHIPS: &str = "relationships.csv";

/// Writes what `view` shows, as a ZIP archive.
pub fn write(view: &View) -> Vec<u8> {
    zip::archive(&[
        ("README.txt", &readme()),
        ("import.cypher", &script(view)),
        (NODES, &nodes(view)),
        (RELATIONSHIPS, &relationships(view)),
    ])
}

/// The heading of a column: its name and its type.
fn heading((name, kind): &(&str, Kind)) -> String {
    match (*name, kind) {
        ("aliases" | "found_by", _) => format!("{name}:string[]"),
        (_, Kind::Text) => (*name).to_owned(),
        (_, Kind::Count) => format!("{name}:long"),
        (_, Kind::Number) => format!("{name}:double"),
    }
}

/// What the names of things are called; `label` means something else in Neo4j.
fn named(columns: &[(&'static str, Kind)], label: &'static str) -> Vec<(&'static str, Kind)> {
    columns.iter().map(|&(name, kind)| (if name == "label" { label } else { name }, kind)).collect()
}

fn nodes(view: &View) -> String {
    let columns: Vec<String> = named(&THING, "name").iter().map(heading).collect();
    let headings = std::iter::once("iri:ID").chain(columns.iter().map(String::as_str)).chain([":LABEL"]);
    let rows = view.part.things.iter().map(|&id| {
        let cells = columns::thing(view, id);
        let mut row = vec![view.facts.thing(id).iri.clone()];
        // neo4j-admin parts lists at semicolons.
        row.extend(THING.iter().zip(&cells).map(|((name, _), cell)| match *name {
            "aliases" => columns::plain(cell).replace(';', ",").replace('|', ";"),
            _ => columns::plain(cell),
        }));
        row.push(labels(view, id).join(";"));
        row
    });
    table(headings, rows)
}

fn relationships(view: &View) -> String {
    let columns: Vec<String> = named(&STATEMENT, "name").iter().map(heading).collect();
    let headings = [":START_ID", ":END_ID"].into_iter().chain(columns.iter().map(String::as_str)).chain([":TYPE"]);
    let rows = columns::statements(view).map(|(from, to, fact)| {
        let cells = columns::statement(view, fact);
        let mut row = vec![view.facts.thing(from).iri.clone(), view.facts.thing(to).iri.clone()];
        row.extend(STATEMENT.iter().zip(&cells).map(|((name, _), cell)| match *name {
            "found_by" => columns::plain(cell).replace(';', ",").replace('|', ";"),
            _ => columns::plain(cell),
        }));
        row.push(kind(&fact.property));
        row
    });
    table(headings, rows)
}

/// The class of a thing and those above it.
fn labels(view: &View, id: ThingId) -> Vec<String> {
    let class = &view.facts.thing(id).class;
    let mut labels: BTreeSet<String> = BTreeSet::from(["Thing".to_owned()]);
    match view.ontology.class(class) {
        Some(class) => {
            let above = view.ontology.classes().filter(|&above| view.ontology.is_a(class, above));
            labels.extend(above.map(|class| class.name().to_owned()));
        }
        None => labels.extend(Some(word(class)).filter(|label| !label.is_empty())),
    }
    labels.into_iter().collect()
}

/// `locatedIn` as Neo4j writes it: `LOCATED_IN`.
fn kind(property: &str) -> String {
    let mut kind = String::new();
    for c in word(property).chars() {
        if c.is_ascii_uppercase() && !kind.is_empty() {
            kind.push('_');
        }
        kind.push(c.to_ascii_uppercase());
    }
    kind
}

/// The last word of an IRI, or a name as it is: letters, digits and low lines alone, because it stands in the script.
fn word(name: &str) -> String {
    name.rsplit(['/', '#']).next().unwrap_or(name).chars().filter(|c| c.is_alphanumeric() || *c == '_').collect()
}

/// Cypher that loads both tables; to run it twice changes nothing.
fn script(view: &View) -> String {
    let mut out = String::from(
        "// Put nodes.csv and relationships.csv into the import folder of the database, then:\n\
         //   cypher-shell -u neo4j -f import.cypher\n\n\
         CREATE CONSTRAINT thing_iri IF NOT EXISTS FOR (n:Thing) REQUIRE n.iri IS UNIQUE;\n\n",
    );
    let sets = |columns: &[(&'static str, Kind)], variable: &str, label: &'static str| {
        let set = |column: &(&'static str, Kind)| {
            let cell = format!("row.`{}`", heading(column));
            let value = match (column.0, column.1) {
                ("aliases" | "found_by", _) => format!("split({cell}, ';')"),
                (_, Kind::Text) => cell,
                (_, Kind::Count) => format!("toInteger({cell})"),
                (_, Kind::Number) => format!("toFloat({cell})"),
            };
            format!("{variable}.{} = {value}", column.0)
        };
        named(columns, label).iter().map(set).collect::<Vec<_>>().join(",\n  ")
    };
    let load = |file: &str| format!("LOAD CSV WITH HEADERS FROM 'file:///{file}' AS row\n");
    write!(out, "{}MERGE (n:Thing {{iri: row.`iri:ID`}})\nSET {};\n\n", load(NODES), sets(&THING, "n", "name"))
        .expect("a string takes any text");
    let labels: BTreeSet<Vec<String>> = view.part.things.iter().map(|&id| labels(view, id)).collect();
    for labels in labels {
        let added: Vec<&str> = labels.iter().map(String::as_str).filter(|label| *label != "Thing").collect();
        if !added.is_empty() {
            write!(
                out,
                "{}WITH row WHERE row.`:LABEL` = '{}'\nMATCH (n:Thing {{iri: row.`iri:ID`}})\nSET n:`{}`;\n\n",
                load(NODES),
                labels.join(";"),
                added.join("`:`")
            )
            .expect("a string takes any text");
        }
    }
    let kinds: BTreeMap<String, ()> =
        columns::statements(view).map(|(_, _, fact)| (kind(&fact.property), ())).collect();
    for kind in kinds.into_keys() {
        // One relationship for each statement: what tells two of a kind apart is part of the pattern.
        write!(
            out,
            "{}WITH row WHERE row.`:TYPE` = '{kind}'\n\
             MATCH (a:Thing {{iri: row.`:START_ID`}}), (b:Thing {{iri: row.`:END_ID`}})\n\
             MERGE (a)-[r:`{kind}` {{document: coalesce(row.document, ''), status: row.status, title: coalesce(row.title, ''), \
             time: coalesce(row.time, ''), evidence: coalesce(row.evidence, '')}}]->(b)\nSET {};\n\n",
            load(RELATIONSHIPS),
            sets(&without_key(), "r", "name")
        )
        .expect("a string takes any text");
    }
    out
}

/// The columns of statements that are not part of the pattern.
fn without_key() -> Vec<(&'static str, Kind)> {
    let key = ["document", "status", "title", "time", "evidence"];
    STATEMENT.into_iter().filter(|(name, _)| !key.contains(name)).collect()
}

fn readme() -> String {
    format!(
        "Into a new database (fast; the database must not run):\n\n  \
         neo4j-admin database import full --nodes={NODES} --relationships={RELATIONSHIPS} --multiline-fields=true --overwrite-destination neo4j\n\n\
         Into a running database (can be repeated):\n\n  \
         put {NODES} and {RELATIONSHIPS} into its import folder, then\n  \
         cypher-shell -u neo4j -f import.cypher\n\n\
         Every thing has the label Thing, its class and the classes above it; each statement is a relationship of its own\n\
         with title, time, status (asserted, planned, denied, reported), document, evidence and confidence.\n"
    )
}
