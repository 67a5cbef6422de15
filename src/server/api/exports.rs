//! The graph, or a part of it, as a file of another tool.

use super::Api;
use crate::analysis::{Part, Selection};
use crate::export::drawing::View;
use crate::export::{self, Format, Kind, csv, json, rdf};
use crate::facts::{Fact, Facts, ThingId};
use crate::server::describe::describe;
use crate::server::reply::{self, Refusal, Reply};
use http::StatusCode;
use http::header::{self, HeaderValue};
use oxigraph::model::{NamedNode, Quad};
use std::collections::BTreeSet;

impl Api<'_> {
    /// `GET /api/export`.
    pub(super) fn export(&self) -> Result<Reply, Refusal> {
        let format: Format = self.asked.required("format")?.parse()?;
        let around: Vec<ThingId> = self.asked.all("iri").map(|iri| self.known(iri)).collect::<Result<_, _>>()?;
        let top = match self.asked.number("top", usize::MAX, usize::MAX)? {
            usize::MAX => format.usual(&self.server.drawing),
            0 => None,
            top => Some(top),
        };
        let classes = self.classes()?.into_iter().map(str::to_owned).collect();
        let selection = Selection { around, hops: self.asked.number("hops", 1, 6)?, classes, top };
        let whole = selection.around.is_empty() && selection.classes.is_empty() && selection.top.is_none();
        let (facts, ontology, language) = (&self.now.facts, &self.server.ontology, self.language());
        let body = match format.kind() {
            Kind::View => {
                let part = Part::select(facts, &selection);
                let view = View::new(facts, &part, &self.server.drawing, ontology, language);
                export::write_view(&view, format)?
            }
            Kind::Statements => {
                let part = Part::select(facts, &selection);
                let keep = |fact: &Fact| {
                    whole
                        || (part.things.contains(&fact.subject)
                            && fact.other().is_none_or(|o| part.things.contains(&o)))
                };
                let mut body = Vec::new();
                csv::write(facts, keep, ontology, language, &mut body).map_err(|e| Refusal::bad(e.to_string()))?;
                body
            }
            Kind::Documents => self.records(&selection, whole)?,
            Kind::Quads => {
                let quads = self.quads(&selection, whole)?;
                let mut body = Vec::new();
                rdf::write(quads, format, rdf::Reification::TripleTerms, self.now.graph.base(), &mut body)?
                    .map_err(|e| Refusal::bad(e.to_string()))?;
                body
            }
        };
        self.server.fits(body.len())?;
        let mut reply = reply::with(StatusCode::OK, format.media_type(), body);
        let name = HeaderValue::from_str(&format!("attachment; filename=\"wenmai.{}\"", format.extension()));
        reply.headers_mut().insert(header::CONTENT_DISPOSITION, name.expect("names of formats are plain"));
        Ok(reply)
    }

    /// The things of a part.
    fn things(&self, selection: &Selection) -> BTreeSet<ThingId> {
        Part::select(&self.now.facts, selection).things
    }

    /// One JSON object for each document; of a part, those that speak of its things.
    fn records(&self, selection: &Selection, whole: bool) -> Result<Vec<u8>, Refusal> {
        let things = if whole { BTreeSet::new() } else { self.things(selection) };
        let mut body = Vec::new();
        for (at, source) in self.now.facts.documents.iter().enumerate() {
            if whole || self.now.spoken_of(at).iter().any(|thing| things.contains(thing)) {
                let facts = Facts::read(self.now.graph.document(&source.id));
                if let Some(record) = json::Record::of_facts(&facts) {
                    body.extend_from_slice(record.line().as_bytes());
                    body.push(b'\n');
                }
                self.server.fits(body.len())?;
            }
        }
        Ok(body)
    }

    fn quads(&self, selection: &Selection, whole: bool) -> Result<Vec<Quad>, Refusal> {
        if whole {
            self.server.fits_rows(self.now.graph.len())?;
            return Ok(self.now.graph.quads().collect());
        }
        let mut quads = Vec::new();
        for thing in self.things(selection) {
            let iri = NamedNode::new_unchecked(self.now.facts.thing(thing).iri.as_str());
            quads.extend(describe(&self.now.graph, iri.as_ref()));
            self.server.fits_rows(quads.len())?;
        }
        Ok(quads)
    }
}
