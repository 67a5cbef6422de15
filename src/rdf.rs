//! Writes what was found in a document as RDF.
//!
//! In: an [`Extraction`]. Out: quads, all in the graph named like the document, sorted, without blank nodes.
//! The same extraction gives the same quads, and two documents that name the same thing give it the same IRI.
//!
//! # The shape of the graph
//!
//! The document `demo` holds `新疆伊宁县\n江苏援伊·南通工作组副组长周启航介绍，2024年伊宁年产值超2500万元。` and gives, among others:
//!
//! ```turtle
//! @base <https://w3id.org/wenmai/id/doc/> .
//! @prefix kg: <https://w3id.org/wenmai/id/> .
//! @prefix wm: <https://w3id.org/wenmai/ns#> .
//! @prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
//! @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
//! @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
//! @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
//! @prefix oa: <http://www.w3.org/ns/oa#> .
//! @prefix dcterms: <http://purl.org/dc/terms/> .
//!
//! # The document. Its text is all there: the offsets below can be checked against it.
//! <demo> a wm:Document ;
//!     wm:documentId "demo" ; rdfs:label "新疆伊宁县"@zh ;
//!     dcterms:issued "2025-01-20"^^xsd:date ; dcterms:source "news/demo.txt" ;
//!     wm:contentHash "5c3d…" ; wm:text "新疆伊宁县…" .
//!
//! # A thing: its most specific class, its names, its register code, and where it is mentioned:
//! # characters of the document's text, from 0, the end exclusive (RFC 5147).
//! kg:伊宁县 a wm:AdministrativeArea ;
//!     rdfs:label "伊宁县"@zh ; skos:altLabel "伊宁"@zh ; skos:notation "654021" ;
//!     wm:mention <demo#char=2,5>, <demo#char=30,32> .
//!
//! # What the text asserts is a plain triple …
//! kg:周启航 wm:affiliation kg:江苏援伊·南通工作组 .
//! # … and beside it stands the statement: what it says, how, where, who read it there and how surely.
//! # Of several places the confidence is that of the surest.
//! <demo#statement-0> a wm:Statement ;
//!     rdf:reifies <<( kg:周启航 wm:affiliation kg:江苏援伊·南通工作组 )>> ;
//!     wm:subject kg:周启航 ; wm:property wm:affiliation ; wm:object kg:江苏援伊·南通工作组 ;
//!     wm:status wm:asserted ; wm:title "副组长"@zh ;
//!     wm:evidence <demo#char=6,22> ;
//!     wm:foundBy "rules/affiliation/test" ; wm:confidence 0.95 .
//!
//! # What is only planned, denied or reported is no plain triple. A time may be an interval (EDTF);
//! # an amount that goes with a statement stands on it with its unit and bound.
//! <demo#statement-1> a wm:Statement ;
//!     rdf:reifies <<( kg:伊宁县 wm:fundedBy kg:江苏援伊·南通工作组 )>> ;
//!     wm:subject kg:伊宁县 ; wm:property wm:fundedBy ; wm:object kg:江苏援伊·南通工作组 ;
//!     wm:status wm:planned ; wm:time "2023-04/2024-12"^^<http://id.loc.gov/datatypes/edtf> ;
//!     wm:amount "3500000"^^xsd:decimal ; wm:unit "CNY" ; wm:bound "~" ;
//!     wm:evidence <demo#char=6,22> ;
//!     wm:foundBy "rules/fundedBy/test" ; wm:confidence 0.95 .
//!
//! # The words that say so, and the sentence around them.
//! <demo#char=6,22> a wm:Span ; wm:inDocument <demo> ;
//!     oa:start 6 ; oa:end 22 ; oa:exact "江苏援伊·南通工作组副组长周启航" ;
//!     wm:sentence <demo#char=6,43> .
//! <demo#char=6,43> a wm:Span ; wm:inDocument <demo> ;
//!     oa:start 6 ; oa:end 43 ; oa:exact "江苏援伊·南通工作组副组长周启航介绍，2024年伊宁年产值超2500万元。" .
//!
//! # A date of a thing is a statement whose object is a literal as exact as the text.
//! kg:江苏援伊·南通工作组 wm:foundedOn "2024"^^xsd:gYear .
//!
//! # A figure: what it measures, and of what if the text says so. The mention is the number itself.
//! <demo#quantity-0> a wm:Quantity ;
//!     wm:of kg:伊宁县 ; wm:measure "年产值"@zh ;
//!     wm:value "25000000"^^xsd:decimal ; wm:unit "CNY" ; wm:bound ">" ; wm:time "2024"^^xsd:gYear ;
//!     wm:mention <demo#char=36,42> ; wm:evidence <demo#char=32,42> ;
//!     wm:foundBy "values/money" ; wm:confidence "1"^^xsd:decimal .
//! ```
//!
//! Documents stand below `kg:doc/`; no thing can, because `/` in a name is percent-encoded.

use crate::date::{Date, Period};
use crate::document::{Document, Role};
use crate::entity::iri::mint;
use crate::entity::{Entity, EntityId};
use crate::error::{Error, Result};
use crate::mention::Amount;
use crate::ontology::NAMESPACE;
use crate::pipeline::Extraction;
use crate::span::{LineIndex, Span};
use crate::statement::{Evidence, Object, Quantity, Statement, Status};
use oxigraph::model::vocab::{rdf, rdfs, xsd};
use oxigraph::model::{GraphName, Literal, NamedNode, NamedNodeRef, NamedOrBlankNode, Quad, Term, Triple};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// The datatype of intervals: `2023-04/2024-12`.
pub const EDTF: NamedNodeRef<'_> = NamedNodeRef::new_unchecked("http://id.loc.gov/datatypes/edtf");

/// The prefixes that every query may use and every export declares; `kg:` comes from the [`Base`] instead.
pub const PREFIXES: &[(&str, &str)] = &[
    ("wm", NAMESPACE),
    ("rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"),
    ("rdfs", "http://www.w3.org/2000/01/rdf-schema#"),
    ("xsd", "http://www.w3.org/2001/XMLSchema#"),
    ("owl", "http://www.w3.org/2002/07/owl#"),
    ("skos", "http://www.w3.org/2004/02/skos/core#"),
    ("oa", "http://www.w3.org/ns/oa#"),
    ("prov", "http://www.w3.org/ns/prov#"),
    ("org", "http://www.w3.org/ns/org#"),
    ("dcterms", "http://purl.org/dc/terms/"),
    ("schema", "https://schema.org/"),
];

/// The namespace of the things, `kg:` in queries; documents stand below it in `doc/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Base(String);

impl Default for Base {
    fn default() -> Self {
        Self("https://w3id.org/wenmai/id/".to_owned())
    }
}

impl Base {
    /// The namespace `iri`.
    ///
    /// # Errors
    /// If it is no absolute IRI that ends in `/` or `#` (an [`Error::Argument`]).
    pub fn new(iri: &str) -> Result<Self> {
        let legal = NamedNode::new(iri).is_ok();
        if legal && iri.ends_with('/') {
            return Ok(Self(iri.to_owned()));
        }
        let fault = if legal { "does not end in `/`" } else { "is no absolute IRI" };
        Err(Error::Argument(format!(
            "the base `{iri}` {fault}; give one such as https://example.org/graph/, under which the things get their names"
        )))
    }

    /// The namespace of the things.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The namespace of the documents.
    pub fn documents(&self) -> String {
        format!("{}doc/", self.0)
    }

    /// The node of the thing with this local name (see [`Entity::local_name`]).
    pub fn thing(&self, local_name: &str) -> NamedNode {
        mint(&self.0, local_name)
    }

    /// The node of the document with this id, which also names its graph.
    pub fn document(&self, id: &str) -> NamedNode {
        mint(&self.documents(), id)
    }

    /// The id of the document that `node` stands for; `None` if it is none of this base.
    pub fn document_id(&self, node: NamedNodeRef<'_>) -> Option<String> {
        let segment = node.as_str().strip_prefix(&self.0)?.strip_prefix("doc/")?;
        let id = percent_encoding::percent_decode_str(segment).decode_utf8().ok()?.into_owned();
        // Only the way in which this program writes it: two IRIs of one id would be one graph.
        (!id.is_empty() && self.document(&id).as_ref() == node).then_some(id)
    }

    /// All prefixes with their namespaces: [`PREFIXES`] and `kg`.
    pub fn prefixes(&self) -> impl Iterator<Item = (&str, &str)> {
        PREFIXES.iter().copied().chain([("kg", self.as_str())])
    }

    /// How people write the IRI: `kg:伊宁县`, `wm:Company`; in angle brackets where no prefix fits.
    pub fn shorten(&self, iri: &str) -> String {
        self.prefixes()
            .filter_map(|(prefix, namespace)| Some((prefix, iri.strip_prefix(namespace)?)))
            // The longest namespace wins, should a user's base lie in another one.
            .min_by_key(|(_, local)| local.len())
            .filter(|(_, local)| !local.is_empty())
            .map_or_else(|| format!("<{iri}>"), |(prefix, local)| format!("{prefix}:{local}"))
    }
}

/// What identifies a document and its content: enough to decide whether it is already in a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// [`Document::id`].
    pub id: String,
    /// [`Document::origin`].
    pub origin: String,
    /// [`Document::date`].
    pub date: Option<Date>,
    /// Hash of the text: SHA-256, hexadecimal.
    pub content: String,
    /// Length of the text in characters.
    pub characters: usize,
}

impl Source {
    /// The identity of `document`.
    pub fn of(document: &Document) -> Self {
        Self {
            id: document.id.clone(),
            origin: document.origin.clone(),
            date: document.date,
            content: hash(&document.text),
            characters: document.text.chars().count(),
        }
    }
}

/// The SHA-256 of a text, hexadecimal.
pub fn hash(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().fold(String::with_capacity(64), |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("a string takes any text");
        hex
    })
}

/// Everything that was found in a document, as quads of the graph `base.document(id)`; sorted, each once.
pub fn quads(extraction: &Extraction, base: &Base) -> Vec<Quad> {
    let document = &extraction.document;
    let mut writer = Writer {
        extraction,
        lines: LineIndex::new(&document.text),
        document: base.document(&document.id),
        things: extraction.entities.iter().map(|e| base.thing(&e.local_name)).collect(),
        spans: BTreeSet::new(),
        triples: Vec::new(),
    };
    writer.document();
    for (entity, node) in extraction.entities.iter().zip(writer.things.clone()) {
        writer.thing(entity, &node);
    }
    for (number, statement) in extraction.statements.iter().enumerate() {
        writer.statement(number, statement);
    }
    for (number, quantity) in extraction.quantities.iter().enumerate() {
        writer.quantity(number, quantity);
    }
    writer.spans();

    let graph = GraphName::from(writer.document);
    let mut quads: Vec<Quad> = writer.triples.into_iter().map(|t| t.in_graph(graph.clone())).collect();
    quads.sort_by_cached_key(Quad::to_string);
    quads.dedup();
    quads
}

/// The node of a word of our vocabulary.
pub fn word(name: &str) -> NamedNode {
    NamedNode::new_unchecked(format!("{NAMESPACE}{name}"))
}

/// A date or interval as a literal as exact as the text.
pub fn time(period: Period) -> Literal {
    if period.from != period.to {
        return Literal::new_typed_literal(period.to_string(), EDTF);
    }
    let datatype = match period.from {
        Date { month: None, .. } => xsd::G_YEAR,
        Date { day: None, .. } => xsd::G_YEAR_MONTH,
        Date { .. } => xsd::DATE,
    };
    Literal::new_typed_literal(period.to_string(), datatype)
}

/// Collects the triples of one document.
struct Writer<'e> {
    extraction: &'e Extraction,
    lines: LineIndex<'e>,
    /// The document's node, and its graph.
    document: NamedNode,
    /// The node of each entity.
    things: Vec<NamedNode>,
    /// The spans that serve as evidence.
    spans: BTreeSet<Span>,
    triples: Vec<Triple>,
}

impl Writer<'_> {
    fn document(&mut self) {
        let node = self.document.clone();
        let Document { id, origin, date, text, blocks } = &self.extraction.document;
        self.add(&node, rdf::TYPE, word("Document"));
        self.add(&node, word("documentId"), Literal::from(id.as_str()));
        self.add(&node, dcterms("source"), Literal::from(origin.as_str()));
        self.add(&node, word("contentHash"), Literal::from(hash(text)));
        self.add(&node, word("text"), Literal::from(text.as_str()));
        if let Some(date) = *date {
            self.add(&node, dcterms("issued"), time(date.into()));
        }
        if let Some(inferred) = &self.extraction.inferred {
            self.add(&node, word("issuedBecause"), Literal::from(inferred.reason.as_str()));
        }
        if let Some(title) = blocks.iter().find(|b| b.role == Role::Title) {
            let lines: Vec<&str> = title.span.of(text).lines().map(str::trim).collect();
            self.add(&node, rdfs::LABEL, chinese(&lines.concat()));
        }
    }

    fn thing(&mut self, entity: &Entity, node: &NamedNode) {
        self.add(node, rdf::TYPE, word(entity.class.name()));
        self.add(node, rdfs::LABEL, chinese(&entity.name));
        for surface in entity.surfaces.iter().filter(|s| **s != entity.name) {
            self.add(node, skos("altLabel"), chinese(surface));
        }
        if let Some(notation) = &entity.notation {
            self.add(node, skos("notation"), Literal::from(notation.as_str()));
        }
        for &id in &entity.mentions {
            if let Some(mention) = self.extraction.mentions.get(id.0) {
                let place = self.place(mention.span);
                self.add(node, word("mention"), place);
            }
        }
    }

    fn statement(&mut self, number: usize, statement: &Statement) {
        let Some(subject) = self.node(statement.subject) else { return };
        let object: Term = match statement.object {
            Object::Entity(id) => match self.node(id) {
                Some(node) => node.into(),
                None => return,
            },
            Object::Time(period) => time(period).into(),
        };
        let property = word(statement.property.name());
        let triple = Triple::new(subject.clone(), property.clone(), object.clone());
        let node = self.part("statement", number);
        self.add(&node, rdf::TYPE, word("Statement"));
        self.add(&node, rdf::REIFIES, Term::from(triple.clone()));
        self.add(&node, word("subject"), subject);
        self.add(&node, word("property"), property);
        self.add(&node, word("object"), object);
        self.add(&node, word("status"), word(statement.status.name()));
        if statement.status == Status::Asserted {
            self.triples.push(triple);
        }
        if let Some(title) = &statement.title {
            self.add(&node, word("title"), chinese(title));
        }
        if let Some(period) = statement.time {
            self.add(&node, word("time"), time(period));
        }
        if let Some(amount) = &statement.amount {
            self.amount(&node, "amount", amount);
        }
        self.evidence(&node, &statement.evidence);
    }

    fn quantity(&mut self, number: usize, quantity: &Quantity) {
        let node = self.part("quantity", number);
        self.add(&node, rdf::TYPE, word("Quantity"));
        if let Some(subject) = quantity.subject.and_then(|id| self.node(id)) {
            self.add(&node, word("of"), subject);
        }
        self.add(&node, word("measure"), chinese(&quantity.measure));
        self.amount(&node, "value", &quantity.amount);
        if let Some(period) = quantity.time {
            self.add(&node, word("time"), time(period));
        }
        if let Some(mention) = self.extraction.mentions.get(quantity.mention.0) {
            let place = self.place(mention.span);
            self.add(&node, word("mention"), place);
        }
        self.evidence(&node, std::slice::from_ref(&quantity.evidence));
    }

    fn amount(&mut self, node: &NamedNode, property: &str, amount: &Amount) {
        self.add(node, word(property), decimal(&amount.value.normalize().to_string()));
        self.add(node, word("unit"), Literal::from(amount.unit.as_str()));
        self.add(node, word("bound"), Literal::from(amount.bound.sign()));
    }

    fn evidence(&mut self, node: &NamedNode, evidence: &[Evidence]) {
        let mut surest: f32 = 0.0;
        for place in evidence {
            let span = self.place(place.span);
            self.add(node, word("evidence"), span);
            self.add(node, word("foundBy"), Literal::from(place.found_by.to_string()));
            self.spans.insert(place.span);
            surest = surest.max(place.confidence.get());
        }
        self.add(node, word("confidence"), decimal(&surest.to_string()));
    }

    /// The spans that serve as evidence, and the sentences that they stand in.
    fn spans(&mut self) {
        let mut sentences = BTreeSet::new();
        for span in std::mem::take(&mut self.spans) {
            self.span(span);
            let all = &self.extraction.sentences;
            let next = all.partition_point(|s| s.span.start <= span.start);
            if let Some(sentence) = next.checked_sub(1).and_then(|i| all.get(i)) {
                let (here, around) = (self.place(span), self.place(sentence.span));
                self.add(&here, word("sentence"), around);
                sentences.insert(sentence.span);
            }
        }
        for span in sentences {
            self.span(span);
        }
    }

    fn span(&mut self, span: Span) {
        let node = self.place(span);
        let (start, end) = self.lines.characters(span);
        self.add(&node, rdf::TYPE, word("Span"));
        self.add(&node, word("inDocument"), self.document.clone());
        self.add(&node, oa("start"), integer(start));
        self.add(&node, oa("end"), integer(end));
        self.add(&node, oa("exact"), Literal::from(span.of(&self.extraction.document.text)));
    }

    fn node(&self, id: EntityId) -> Option<NamedNode> {
        self.things.get(id.0).cloned()
    }

    /// The characters of the document in `span`: `…/doc/demo#char=2,5` (RFC 5147).
    fn place(&self, span: Span) -> NamedNode {
        let (start, end) = self.lines.characters(span);
        NamedNode::new_unchecked(format!("{}#char={start},{end}", self.document.as_str()))
    }

    /// A numbered part of the document: `…/doc/demo#statement-3`.
    fn part(&self, kind: &str, number: usize) -> NamedNode {
        NamedNode::new_unchecked(format!("{}#{kind}-{number}", self.document.as_str()))
    }

    fn add(&mut self, subject: &NamedNode, predicate: impl Into<NamedNode>, object: impl Into<Term>) {
        self.triples.push(Triple::new(NamedOrBlankNode::from(subject.clone()), predicate, object));
    }
}

fn chinese(text: &str) -> Literal {
    Literal::new_language_tagged_literal_unchecked(text, "zh")
}

fn decimal(digits: &str) -> Literal {
    Literal::new_typed_literal(digits, xsd::DECIMAL)
}

fn integer(number: usize) -> Literal {
    Literal::new_typed_literal(number.to_string(), xsd::INTEGER)
}

fn skos(name: &str) -> NamedNode {
    NamedNode::new_unchecked(format!("http://www.w3.org/2004/02/skos/core#{name}"))
}

fn oa(name: &str) -> NamedNode {
    NamedNode::new_unchecked(format!("http://www.w3.org/ns/oa#{name}"))
}

fn dcterms(name: &str) -> NamedNode {
    NamedNode::new_unchecked(format!("http://purl.org/dc/terms/{name}"))
}

/// Extractions put together by hand, for the tests of this module and of those that read the graph.
#[cfg(test)]
pub(crate) mod sketch {
    use super::*;
    use crate::chars::Folding;
    use crate::document::Block;
    use crate::mention::{Bound, Confidence, Finder, Mention, MentionId, MentionKind, Value};
    use crate::ontology::Ontology;
    use crate::resource::Resources;
    use crate::sentence::{Sentence, SentenceId};

    /// An extraction that grows by one call a fact.
    pub(crate) struct Sketch {
        pub(crate) extraction: Extraction,
        ontology: Ontology,
    }

    impl Sketch {
        /// A document whose first line is the title; each line is a block and a sentence.
        pub(crate) fn new(id: &str, date: Option<&str>, text: &str) -> Self {
            let resources = Resources::builtin();
            let folding = Folding::load(&resources).unwrap();
            let (mut blocks, mut sentences, mut start) = (Vec::new(), Vec::new(), 0);
            for (block, line) in text.split('\n').enumerate() {
                let span = Span::new(start, start + line.len());
                let role = if block == 0 { Role::Title } else { Role::Paragraph };
                blocks.push(Block { span, role });
                sentences.push(Sentence { span, role, block, key: folding.key(text, span), tokens: Vec::new() });
                start += line.len() + 1;
            }
            let document = Document {
                id: id.to_owned(),
                origin: format!("news/{id}.txt"),
                date: date.map(|d| d.parse().unwrap()),
                text: text.to_owned(),
                blocks,
            };
            let (mentions, entities, statements, quantities) = Default::default();
            let extraction =
                Extraction { document, inferred: None, sentences, mentions, entities, statements, quantities };
            Self { extraction, ontology: Ontology::load(&resources).unwrap() }
        }

        fn span(&self, words: &str) -> Span {
            let start = self.extraction.document.text.find(words).unwrap_or_else(|| panic!("no {words}"));
            Span::new(start, start + words.len())
        }

        fn mention(&mut self, span: Span, kind: MentionKind) -> MentionId {
            let found_by = Finder::Pattern("test".to_owned());
            let sentence = SentenceId(0);
            self.extraction.mentions.push(Mention { span, sentence, kind, found_by, confidence: Confidence::CERTAIN });
            MentionId(self.extraction.mentions.len() - 1)
        }

        /// A thing, mentioned wherever its name or one of its other surfaces first stands.
        pub(crate) fn thing(&mut self, class: &str, name: &str, others: &[&str]) -> EntityId {
            let class = self.ontology.class(class).unwrap();
            let surfaces: Vec<&str> = [name].into_iter().chain(others.iter().copied()).collect();
            let mut mentions = Vec::new();
            for surface in &surfaces {
                mentions.push(self.mention(self.span(surface), MentionKind::Name(class)));
            }
            self.extraction.entities.push(Entity {
                local_name: name.to_owned(),
                class,
                name: name.to_owned(),
                surfaces: surfaces.iter().map(|s| (*s).to_owned()).collect(),
                notation: (name == "伊宁县").then(|| "654021".to_owned()),
                mentions,
            });
            EntityId(self.extraction.entities.len() - 1)
        }

        fn evidence(&self, words: &str, rule: &str, confidence: f32) -> Evidence {
            let found_by = Finder::Pattern(rule.to_owned());
            Evidence { span: self.span(words), found_by, confidence: Confidence::new(confidence) }
        }

        /// A statement about `subject`; the caller may go on to change it.
        pub(crate) fn says(
            &mut self,
            subject: EntityId,
            property: &str,
            object: Object,
            words: &str,
        ) -> &mut Statement {
            let evidence = vec![self.evidence(words, &format!("rules/{property}/test"), 0.95)];
            self.extraction.statements.push(Statement {
                subject,
                property: self.ontology.property(property).unwrap(),
                object,
                status: Status::Asserted,
                title: None,
                time: None,
                amount: None,
                evidence,
            });
            self.extraction.statements.last_mut().unwrap()
        }

        /// A figure; `number` is how the text writes it.
        pub(crate) fn figure(
            &mut self,
            subject: Option<EntityId>,
            measure: &str,
            number: &str,
            amount: Amount,
            words: &str,
        ) -> &mut Quantity {
            let mention = self.mention(self.span(number), MentionKind::Value(Value::Quantity(amount.clone())));
            let evidence = self.evidence(words, "values/money", 1.0);
            self.extraction.quantities.push(Quantity {
                subject,
                measure: measure.to_owned(),
                mention,
                amount,
                time: None,
                evidence,
            });
            self.extraction.quantities.last_mut().unwrap()
        }

        pub(crate) fn quads(&self) -> Vec<Quad> {
            quads(&self.extraction, &Base::default())
        }
    }

    /// So many of a unit.
    pub(crate) fn amount(value: &str, unit: &str, bound: Bound) -> Amount {
        Amount { value: value.parse().unwrap(), unit: unit.to_owned(), bound }
    }

    /// A date as the object of a statement.
    pub(crate) fn on(date: &str) -> Object {
        Object::Time(date.parse().unwrap())
    }

    /// The document of the worked example above.
    pub(crate) fn example() -> Sketch {
        let text = "新疆伊宁县\n江苏援伊·南通工作组副组长周启航介绍，2024年伊宁年产值超2500万元。";
        let mut sketch = Sketch::new("demo", Some("2025-01-20"), text);
        let county = sketch.thing("AdministrativeArea", "伊宁县", &["伊宁年"]);
        sketch.extraction.entities[0].surfaces[1] = "伊宁".to_owned();
        let last = sketch.extraction.mentions.last_mut().unwrap();
        last.span = Span::new(last.span.start, last.span.end - 3);
        let group = sketch.thing("GovernmentBody", "江苏援伊·南通工作组", &[]);
        let person = sketch.thing("Person", "周启航", &[]);
        let words = "江苏援伊·南通工作组副组长周启航";
        sketch.says(person, "affiliation", Object::Entity(group), words).title = Some("副组长".to_owned());
        let plan = sketch.says(county, "fundedBy", Object::Entity(group), words);
        plan.status = Status::Planned;
        plan.time = Some("2023-04/2024-12".parse().unwrap());
        plan.amount = Some(amount("3500000", "CNY", Bound::About));
        sketch.says(group, "foundedOn", on("2024"), words);
        let value = amount("25000000.00", "CNY", Bound::MoreThan);
        sketch.figure(Some(county), "年产值", "2500万元", value, "年产值超2500万元").time =
            Some("2024".parse().unwrap());
        sketch
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resource::Resources;
    use oxigraph::io::{RdfFormat, RdfParser};
    use proptest::prelude::*;

    /// The worked example at the top of this file, as triples.
    fn documented() -> Vec<String> {
        let lines = include_str!("rdf.rs").lines().map_while(|l| l.strip_prefix("//!"));
        let turtle: Vec<&str> = lines.skip_while(|l| *l != " ```turtle").skip(1).take_while(|l| *l != " ```").collect();
        RdfParser::from_format(RdfFormat::Turtle)
            .for_slice(turtle.join("\n").as_bytes())
            .map(|quad| quad.unwrap_or_else(|e| panic!("{e}")).to_string())
            .collect()
    }

    #[test]
    fn the_worked_example_is_what_comes_out() {
        let mut found: Vec<Quad> = sketch::example().quads();
        for quad in &mut found {
            assert_eq!(quad.graph_name, Base::default().document("demo").into());
            quad.graph_name = GraphName::DefaultGraph;
            // The example shortens the two long literals.
            let short = match quad.predicate.as_str().rsplit('#').next() {
                Some("text") => "新疆伊宁县…",
                Some("contentHash") => "5c3d…",
                _ => continue,
            };
            quad.object = Literal::from(short).into();
        }
        let mut found: Vec<String> = found.iter().map(Quad::to_string).collect();
        found.sort();
        let mut documented = documented();
        documented.sort();
        let missing: Vec<_> = documented.iter().filter(|d| !found.contains(d)).collect();
        assert!(missing.is_empty(), "not found: {missing:#?}\nfound: {found:#?}");
        // What the example leaves out (“among others”) is only more of the same kind.
        let extra: Vec<_> = found.iter().filter(|f| !documented.contains(f)).collect();
        assert_eq!(extra.len(), 21, "{extra:#?}");
    }

    #[test]
    fn quads_are_sorted_and_the_same_each_time() {
        let quads = sketch::example().quads();
        let lines: Vec<String> = quads.iter().map(Quad::to_string).collect();
        assert!(lines.is_sorted());
        assert_eq!(quads, sketch::example().quads());
        assert!(!lines.iter().any(|l| l.contains("_:")));
    }

    #[test]
    fn every_word_is_declared() {
        let resources = Resources::builtin();
        let mut declared = BTreeSet::new();
        for file in resources.file("ontology.ttl") {
            for quad in RdfParser::from_format(RdfFormat::Turtle).for_slice(file.text.as_bytes()) {
                declared.insert(quad.unwrap().subject.to_string());
            }
        }
        for quad in sketch::example().quads() {
            for term in [quad.predicate.into(), quad.object] {
                let name = Term::to_string(&term);
                assert!(!name.starts_with(&format!("<{NAMESPACE}")) || declared.contains(&name), "{name}");
            }
        }
    }

    #[test]
    fn bases_end_in_a_slash() {
        assert_eq!(
            Base::new("http://x/y").unwrap_err().to_string().split(';').next(),
            Some("the base `http://x/y` does not end in `/`")
        );
        assert!(Base::new("x y/").is_err());
        let base = Base::new("http://x/y/").unwrap();
        assert_eq!(base.thing("A/B").as_str(), "http://x/y/A%2FB");
        assert_eq!(base.shorten("http://x/y/doc/news#char=1,2"), "kg:doc/news#char=1,2");
        assert_eq!(base.shorten("http://z/"), "<http://z/>");
    }

    proptest! {
        // Each case loads the data files anew.
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn any_text_survives_writing_and_reading(text in "\\PC*|(.|\\n){0,40}", id in "\\PC{1,12}", origin in any::<String>()) {
            let mut sketch = sketch::Sketch::new(&id, None, &text);
            sketch.extraction.document.origin = origin;
            let quads = sketch.quads();
            let lines: String = quads.iter().map(|q| format!("{q} .\n")).collect();
            let read: Vec<Quad> =
                RdfParser::from_format(RdfFormat::NQuads).for_slice(lines.as_bytes()).map(|q| q.unwrap()).collect();
            prop_assert_eq!(quads, read);
        }
    }
}
