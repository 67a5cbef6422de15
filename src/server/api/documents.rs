//! Documents: the list, one with its text and all that was read in it, new ones, and the removal of old ones.

use super::{Answer, Api};
use crate::document::{self, Format, Input, ReadOptions};
use crate::error::Error;
use crate::pipeline;
use crate::rdf;
use crate::server::Server;
use crate::server::reply::{self, Refusal, Reply};
use crate::server::request::{Parameters, media_type};
use crate::store::{Plan, Writer};
use http::{Request, StatusCode};
use memchr::memmem;
use serde_json::{Value, json};
use std::io::Write as _;
use std::time::Duration;

impl Api<'_> {
    /// `GET /api/documents`.
    pub(super) fn documents(&self) -> Answer {
        let (offset, limit) = (self.asked.number("offset", 0, usize::MAX)?, self.asked.number("limit", 50, 500)?);
        let typed = self.asked.get("q").unwrap_or_default().trim();
        let wanted = typed.to_lowercase();
        // Texts are long: they are searched for what was typed, letter by letter.
        let finder = memmem::Finder::new(typed.as_bytes());
        let fits = |document: usize| {
            wanted.is_empty()
                || self.now.facts.documents.get(document).is_some_and(|source| {
                    source.id.to_lowercase().contains(&wanted)
                        || source.title.as_ref().is_some_and(|title| title.to_lowercase().contains(&wanted))
                        || finder.find(source.text.as_bytes()).is_some()
                })
        };
        let found: Vec<usize> = self.now.newest.iter().copied().filter(|&document| fits(document)).collect();
        let row = |&document: &usize| {
            let source = self.now.facts.documents.get(document)?;
            Some(json!({
                "id": source.id, "title": self.title(document), "date": source.issued, "origin": source.origin,
                "statements": self.now.statements_of(document).len(), "things": self.now.spoken_of(document).len(),
            }))
        };
        let rows: Vec<Value> = found.iter().skip(offset).take(limit).filter_map(row).collect();
        Ok(json!({ "total": found.len(), "documents": rows }))
    }

    /// `GET /api/document`.
    pub(super) fn document(&self) -> Answer {
        let id = self.asked.required("id")?;
        let Some((document, source)) =
            self.now.document(id).and_then(|at| Some((at, self.now.facts.documents.get(at)?)))
        else {
            return Err(missing());
        };
        let mut mentions: Vec<(usize, usize, Value)> = Vec::new();
        for &thing in self.now.spoken_of(document) {
            let node = self.now.facts.thing(thing);
            for place in node.mentions.iter().filter(|place| place.document == document) {
                let mention = json!({
                    "start": place.start, "end": place.end, "iri": node.iri, "name": node.name, "class": node.class,
                });
                mentions.push((place.start, place.end, mention));
            }
        }
        mentions.sort_by_key(|(start, end, _)| (*start, *end));
        let heaps = self.now.heaps(self.now.statements_of(document));
        Ok(json!({
            "id": source.id, "iri": source.iri, "title": self.title(document), "date": source.issued,
            "origin": source.origin, "text": source.text,
            "mentions": mentions.into_iter().map(|(_, _, mention)| mention).collect::<Vec<_>>(),
            "facts": heaps.iter().map(|heap| self.fact(heap)).collect::<Vec<_>>(),
            "figures": self.now.figures_of(document).map(|figure| self.figure(figure)).collect::<Vec<_>>(),
        }))
    }
}

fn missing() -> Refusal {
    Refusal::not_found("no such document in this store; /api/documents lists them")
}

/// Answers `POST /api/documents`: reads the documents of the body and stores them.
pub(in crate::server) fn add(
    server: &Server,
    request: &Request<Vec<u8>>,
    asked: &Parameters,
) -> Result<Reply, Refusal> {
    let format = match media_type(request)?.as_deref() {
        Some("text/plain") | None => Format::Text,
        Some("text/markdown" | "text/x-markdown") => Format::Markdown,
        Some("text/html" | "application/xhtml+xml") => Format::Html,
        Some("application/x-ndjson" | "application/jsonl" | "application/x-jsonlines") => Format::JsonLines,
        Some(_) => {
            return Err(Refusal::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "documents are text/plain, text/markdown, text/html or application/x-ndjson (one JSON object a line)",
            ));
        }
    };
    let date =
        match asked.get("published") {
            Some(text) => Some(text.parse().map_err(|_| {
                Refusal::bad("the parameter `published` must be a day, month or year such as 2025-01-20")
            })?),
            None => None,
        };
    let name = match asked.get("name").map(str::trim).filter(|name| !name.is_empty()) {
        Some(name) if name.chars().count() <= 200 && !name.contains(char::is_control) => name.to_owned(),
        Some(_) => return Err(Refusal::bad("the parameter `name` must be one line of at most 200 characters")),
        // The same text gets the same name.
        None => format!("text-{}", rdf::hash(&String::from_utf8_lossy(request.body())).split_at(8).0),
    };
    // The reader takes files, so that one document after the other stands in memory.
    let mut file = tempfile::NamedTempFile::new()
        .map_err(|e| server.fault(&Error::io("create", std::env::temp_dir().as_path())(e)))?;
    file.write_all(request.body()).map_err(|e| server.fault(&Error::io("write", file.path())(e)))?;
    let size = u64::try_from(request.body().len()).unwrap_or(u64::MAX);
    let input = Input { id: stem(&name), origin: name, path: Some(file.path().to_owned()), format, size };
    let options = ReadOptions { date, max_bytes: server.settings.limits.body, ..ReadOptions::default() };

    let knowledge = server.knowledge()?;
    let (mut read, mut failed) = (Vec::new(), Vec::new());
    server.write(Duration::MAX, |writer: &Writer, _| {
        for document in document::read(&input, &knowledge.layout, &options) {
            match document {
                Ok(mut document) => {
                    let source = rdf::Source::of(&document);
                    match writer.plan(&source) {
                        Plan::Unchanged => {
                            read.push(json!({ "id": source.id, "unchanged": true }));
                            continue;
                        }
                        Plan::Write(id) => document.id = id,
                    }
                    let source = rdf::Source::of(&document);
                    let extraction = pipeline::extract(document, &knowledge);
                    let quads = rdf::quads(&extraction, writer.store().base());
                    let _: crate::store::Outcome = writer.insert(&source, &quads)?;
                    read.push(json!({
                        "id": source.id, "statements": extraction.statements.len(), "things": extraction.entities.len(),
                    }));
                }
                Err(error) => {
                    let (name, error) = match error {
                        Error::Input { origin, reason } => (origin, reason),
                        other => (input.origin.clone(), server.fault(&other).message),
                    };
                    failed.push(json!({ "name": name, "error": error }));
                }
            }
        }
        Ok(())
    })?;
    let mut reply = reply::json(&json!({ "read": read, "failed": failed }));
    if read.is_empty() {
        *reply.status_mut() = StatusCode::BAD_REQUEST;
    }
    Ok(reply)
}

/// Answers `DELETE /api/document`.
pub(in crate::server) fn remove(server: &Server, asked: &Parameters) -> Result<Reply, Refusal> {
    let id = asked.required("id")?;
    match server.write(Duration::MAX, |writer, _| Ok(writer.delete(id)?))? {
        true => Ok(reply::empty(StatusCode::NO_CONTENT)),
        false => Err(missing()),
    }
}

/// A file's name without its extension, where that is one of ours.
fn stem(name: &str) -> String {
    let name = name.strip_suffix(".gz").unwrap_or(name);
    match name.rsplit_once('.') {
        Some((stem, extension)) if Format::of_extension(extension).is_some() && !stem.is_empty() => stem.to_owned(),
        Some(_) | None => name.to_owned(),
    }
}
