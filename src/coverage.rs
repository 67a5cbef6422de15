//! What of a text has been read, and what has not.
//!
//! In: an [`Extraction`]. Out: a [`Coverage`]: the sentences without a statement or figure, the words that set a pattern
//! off although none matched, and the names of which nothing is said; [`html`] writes them as marks on the text.
//!
//! Sentences and words are counted in running text: titles, headings and bylines rarely say something. A word counts where it has two or more
//! characters and is no word of grammar (在, 表示); it is answered where a pattern that matched has made use of it.
//! Offsets count characters (Unicode code points) of the text from 0; `end` is the first character behind.

pub mod html;

use crate::document::Role;
use crate::entity::EntityId;
use crate::inspect::{self, Place, Viewer};
use crate::pipeline::{Extraction, Knowledge};
use crate::span::Span;
use crate::statement::Object;
use crate::statement::trace::{self, PartKind, Trace};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// What of one document has been read.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Coverage {
    /// Name of the document.
    pub document: String,
    /// Where it came from.
    pub origin: String,
    /// How much of it was read.
    pub counts: Counts,
    /// The sentences without a statement or figure.
    pub silent: Vec<Place>,
    /// The words that set a pattern off although none matched.
    pub unanswered: Vec<Trigger>,
    /// The things of which nothing is said.
    pub unused: Vec<Thing>,
    /// The text with marks.
    #[serde(skip)]
    blocks: Vec<Block>,
}

/// How much was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Sentences of running text.
    pub sentences: usize,
    /// Those without a statement or figure.
    pub silent: usize,
    /// Words that can set a pattern off.
    pub triggers: usize,
    /// Those that no match has made use of.
    pub unanswered: usize,
    /// Things that are named.
    pub things: usize,
    /// Those of which nothing is said.
    pub unused: usize,
}

impl Counts {
    /// Adds those of another document.
    pub fn add(&mut self, other: &Self) {
        self.sentences += other.sentences;
        self.silent += other.silent;
        self.triggers += other.triggers;
        self.unanswered += other.unanswered;
        self.things += other.things;
        self.unused += other.unused;
    }
}

/// A word that set patterns off.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Trigger {
    /// Where it stands.
    #[serde(flatten)]
    pub place: Place,
    /// The patterns that were tried from it, the nearest first.
    pub tried: Vec<Tried>,
}

/// A pattern that did not match.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Tried {
    /// The rule.
    pub rule: String,
    /// Which item failed, and why.
    pub reason: String,
}

/// A thing of which nothing is said.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Thing {
    /// Its name.
    pub name: String,
    /// Local name of its class.
    pub class: String,
    /// Where it is mentioned.
    pub mentions: Vec<Place>,
}

/// A block of the text.
#[derive(Clone, Debug, PartialEq)]
struct Block {
    role: Role,
    sentences: Vec<Marked>,
}

/// A sentence with marks.
#[derive(Clone, Debug, PartialEq)]
struct Marked {
    /// Whether it is running text without a statement or figure.
    silent: bool,
    /// What is read in it.
    says: Vec<String>,
    runs: Vec<Run>,
}

/// Words of a sentence that share a mark.
#[derive(Clone, Debug, PartialEq)]
struct Run {
    text: String,
    mark: Option<Mark>,
}

/// What is missing at a place, with a note for those who want to know more.
#[derive(Clone, Debug, PartialEq)]
enum Mark {
    Unanswered(String),
    Unused(String),
}

/// Finds out what of a text has been read.
pub fn cover(extraction: &Extraction, knowledge: &Knowledge) -> Coverage {
    let used = used(extraction);
    let mut coverage = Coverage {
        document: extraction.document.id.clone(),
        origin: extraction.document.origin.clone(),
        counts: Counts { things: extraction.entities.len(), ..Counts::default() },
        silent: Vec::new(),
        unanswered: Vec::new(),
        unused: Vec::new(),
        blocks: Vec::new(),
    };
    let viewer = Viewer::new(extraction);
    for (number, entity) in extraction.entities.iter().enumerate() {
        if used.contains(&EntityId(number)) {
            continue;
        }
        let mentions = entity.mentions.iter().filter_map(|id| extraction.mentions.get(id.0));
        coverage.unused.push(Thing {
            name: entity.name.clone(),
            class: entity.class.name().to_owned(),
            mentions: mentions.map(|mention| viewer.place(mention.span)).collect(),
        });
    }
    coverage.counts.unused = coverage.unused.len();
    let mut block = None;
    for (sentence, trace) in extraction.sentences.iter().zip(inspect::traces(extraction, knowledge)) {
        let says = says(extraction, &viewer, sentence.span);
        let text = viewer.place(sentence.span);
        let counted = sentence.role == Role::Paragraph && text.text.chars().any(char::is_alphanumeric);
        let silent = counted && says.is_empty();
        coverage.counts.sentences += usize::from(counted);
        if silent {
            coverage.counts.silent += 1;
            coverage.silent.push(text);
        }
        let triggers = if counted { triggers(&trace, &viewer) } else { BTreeMap::new() };
        coverage.counts.triggers += triggers.len();
        let unanswered: BTreeMap<Span, Trigger> =
            triggers.into_iter().filter_map(|(span, trigger)| Some((span, trigger?))).collect();
        coverage.counts.unanswered += unanswered.len();
        if block != Some(sentence.block) {
            block = Some(sentence.block);
            coverage.blocks.push(Block { role: sentence.role, sentences: Vec::new() });
        }
        let runs = runs(extraction, &viewer, sentence.span, &trace, &used, &unanswered);
        if let Some(block) = coverage.blocks.last_mut() {
            block.sentences.push(Marked { silent, says, runs });
        }
        coverage.unanswered.extend(unanswered.into_values());
    }
    coverage
}

/// The things of which something is said.
fn used(extraction: &Extraction) -> BTreeSet<EntityId> {
    let mut used = BTreeSet::new();
    for statement in &extraction.statements {
        used.insert(statement.subject);
        if let Object::Entity(object) = statement.object {
            used.insert(object);
        }
    }
    used.extend(extraction.quantities.iter().filter_map(|quantity| quantity.subject));
    used
}

/// What is read in a sentence, in words.
fn says(extraction: &Extraction, viewer: &Viewer, sentence: Span) -> Vec<String> {
    let inside = |evidence: &crate::statement::Evidence| sentence.contains(evidence.span);
    let statements = extraction.statements.iter().filter(|s| s.evidence.iter().any(inside));
    let quantities = extraction.quantities.iter().filter(|quantity| inside(&quantity.evidence));
    let figure = |quantity: &crate::statement::Quantity| viewer.place(quantity.evidence.span).text;
    statements.map(|statement| viewer.says(statement)).chain(quantities.map(figure)).collect()
}

/// The words of a sentence that set patterns off, each with what was tried from it where nothing came of it.
fn triggers(trace: &Trace, viewer: &Viewer) -> BTreeMap<Span, Option<Trigger>> {
    let word = |span: Span| {
        let at = trace.elements.partition_point(|part| part.span.start < span.start);
        trace.elements.get(at).is_some_and(|part| part.kind == PartKind::Word)
    };
    let telling = |miss: &&trace::Miss| miss.triggered && !miss.is_grammar && word(miss.trigger);
    let mut tried: BTreeMap<Span, Vec<&trace::Miss>> = BTreeMap::new();
    for miss in trace.misses.iter().filter(telling) {
        tried.entry(miss.trigger).or_default().push(miss);
    }
    let used: BTreeSet<Span> =
        trace.matches.iter().flat_map(|found| &found.filled).filter_map(|filled| filled.span).collect();
    let used = Overlaps::new(used);

    // Of words inside each other the longest counts: 投资设立, not the 投资 in it.
    let mut spans: Vec<Span> = tried.keys().copied().collect();
    spans.sort_by_key(|span| (span.start, std::cmp::Reverse(span.end)));
    let mut end = 0;
    spans.retain(|span| {
        let outside = span.end > end;
        end = end.max(span.end);
        outside
    });
    let mut triggers = BTreeMap::new();
    for span in spans {
        let place = viewer.place(span);
        if place.end - place.start < 2 {
            continue;
        }
        let misses = tried.remove(&span).unwrap_or_default();
        let tried = trace::best(misses.into_iter());
        let tried = tried.into_iter().map(|miss| Tried { rule: miss.rule.clone(), reason: miss.why() });
        triggers.insert(span, (!used.with(span)).then(|| Trigger { place, tried: tried.collect() }));
    }
    triggers
}

/// Spans of which one asks whether any shares a character with another.
struct Overlaps {
    /// By start: the start, and the furthest end of this span and all before it.
    ends: Vec<(usize, usize)>,
}

impl Overlaps {
    fn new(spans: BTreeSet<Span>) -> Self {
        let furthest = |end: &mut usize, span: Span| {
            *end = span.end.max(*end);
            Some((span.start, *end))
        };
        Self { ends: spans.into_iter().scan(0, furthest).collect() }
    }

    fn with(&self, span: Span) -> bool {
        let before = self.ends.partition_point(|&(start, _)| start < span.end);
        before.checked_sub(1).and_then(|last| self.ends.get(last)).is_some_and(|&(_, end)| end > span.start)
    }
}

/// The sentence in runs of one mark each.
fn runs(
    extraction: &Extraction,
    viewer: &Viewer,
    sentence: Span,
    trace: &Trace,
    used: &BTreeSet<EntityId>,
    unanswered: &BTreeMap<Span, Trigger>,
) -> Vec<Run> {
    let mut marks: BTreeMap<Span, Mark> = BTreeMap::new();
    for (&span, trigger) in unanswered {
        let tried = trigger.tried.iter().map(|tried| format!("{}: {}", tried.rule, tried.reason));
        marks.insert(span, Mark::Unanswered(tried.collect::<Vec<_>>().join("\n")));
    }
    for part in &trace.elements {
        if let PartKind::Name(id) = part.kind
            && !used.contains(&id)
            && let Some(entity) = extraction.entities.get(id.0)
        {
            marks.insert(part.span, Mark::Unused(format!("{} ({})", entity.name, entity.class.name())));
        }
    }
    let mut runs = Vec::new();
    let mut at = sentence.start;
    let mut run = |span: Span, mark: Option<Mark>| {
        let text = viewer.place(span).text;
        if !text.is_empty() {
            runs.push(Run { text, mark });
        }
    };
    for (span, mark) in marks {
        if span.start < at {
            continue;
        }
        run(Span::new(at, span.start), None);
        run(span, Some(mark));
        at = span.end;
    }
    run(Span::new(at, sentence.end.max(at)), None);
    runs
}
