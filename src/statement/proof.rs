//! Proves the rules by their examples.
//!
//! In: the files of `data/rules/`. Out: every example that does not say what it should, every pattern that no example shows.
//!
//! Examples mark their names themselves, so they test the rules and nothing else.

use super::rule::Extractors;
use super::{Object, Statement, Status, find};
use crate::date::Period;
use crate::document::{Block, Document, Role};
use crate::entity::Entity;
use crate::error::{Error, Mistake, Result};
use crate::mention::{Amount, Bound, Confidence, Finder, Mention, MentionId, MentionKind, Value};
use crate::ontology::Ontology;
use crate::resource::Resources;
use crate::sentence::{Segmenter, SentenceId, segment};
use crate::span::Span;
use std::collections::BTreeSet;

/// Runs every example of `rules/`.
///
/// # Errors
/// Names every example that reads otherwise than it says, and every pattern that fires in none.
pub fn prove(resources: &Resources, ontology: &Ontology, segmenter: &Segmenter) -> Result<()> {
    let (extractors, files) = Extractors::read(resources, ontology)?;
    let mut mistakes = Vec::new();
    for file in files {
        let mut fired = BTreeSet::new();
        let stem =
            file.finders.first().map(|(finder, _)| finder.rsplit_once('/').map_or("", |(path, _)| path).to_owned());
        for (example, line) in &file.examples {
            let mut mistake = |message| mistakes.push(Mistake { file: file.file.clone(), line: *line, message });
            let Marked { document, marks } = match read(example.text.get_ref(), ontology) {
                Ok(marked) => marked,
                Err(message) => {
                    mistake(message);
                    continue;
                }
            };
            let sentences = segment(&document, segmenter);
            let (mentions, entities) = mentions(&marks, &sentences);
            let found = find(&document, &sentences, &mentions, &entities, &extractors);
            for evidence in found.statements.values().flat_map(|s| &s.evidence) {
                fired.insert(evidence.found_by.to_string());
            }
            let statements = found.statements();
            // An example speaks of the property of its file only; other rules may read it too.
            let own = |s: &&Statement| {
                s.evidence.iter().any(|e| {
                    let Finder::Pattern(name) = &e.found_by else { return false };
                    stem.as_deref().is_some_and(|stem| name.starts_with(stem))
                })
            };
            let said: BTreeSet<String> = statements.iter().filter(own).map(|s| claim(s, &entities)).collect();
            let wanted: BTreeSet<String> = example.says.iter().cloned().collect();
            if said != wanted {
                let list = |claims: BTreeSet<String>| claims.into_iter().collect::<Vec<_>>().join("; ");
                mistake(format!("`{}` says [{}], not [{}]", example.text.get_ref(), list(said), list(wanted)));
            }
        }
        for (finder, line) in &file.finders {
            if !fired.contains(finder) {
                let message = format!("the pattern {finder} fires in no example");
                mistakes.push(Mistake { file: file.file.clone(), line: *line, message });
            }
        }
    }
    if mistakes.is_empty() { Ok(()) } else { Err(Error::Data(mistakes)) }
}

/// A statement as examples write it.
fn claim(statement: &Statement, entities: &[Entity]) -> String {
    let name = |id: crate::entity::EntityId| entities.get(id.0).map_or("", |e| e.name.as_str());
    let status = match statement.status {
        Status::Asserted => "",
        Status::Planned => "planned: ",
        Status::Denied => "denied: ",
        Status::Reported => "reported: ",
    };
    let object = match statement.object {
        Object::Entity(id) => name(id).to_owned(),
        Object::Time(period) => period.to_string(),
    };
    let title = statement.title.as_ref().map_or(String::new(), |title| format!(" ({title})"));
    format!("{status}{} {} {object}{title}", name(statement.subject), statement.property.name())
}

/// An example without its marks, and the marks.
pub(super) struct Marked {
    pub(super) document: Document,
    pub(super) marks: Vec<Mark>,
}

pub(super) struct Mark {
    span: Span,
    kind: MentionKind,
    /// The words of the text.
    surface: String,
    /// What it names; empty for values.
    name: String,
}

/// Reads `[任正非:Person]创办了[华为:Company]。`
pub(super) fn read(text: &str, ontology: &Ontology) -> std::result::Result<Marked, String> {
    let mut plain = String::new();
    let mut marks = Vec::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('[') {
        plain.push_str(before);
        let (inside, after) = behind.split_once(']').ok_or("a `]` is missing")?;
        let (surface, label) = inside.rsplit_once(':').ok_or_else(|| format!("`[{inside}]` has no class"))?;
        let start = plain.len();
        plain.push_str(surface);
        let span = Span::new(start, plain.len());
        let (class, name) = label.split_once('=').unwrap_or((label, surface));
        let mark = if let Some(class) = ontology.class(class) {
            Mark { span, kind: MentionKind::Name(class), surface: surface.to_owned(), name: name.to_owned() }
        } else if let Some(value) = value(label) {
            Mark { span, kind: MentionKind::Value(value), surface: surface.to_owned(), name: String::new() }
        } else {
            return Err(format!("`{label}` is neither a class nor a date nor a number with a unit"));
        };
        marks.push(mark);
        rest = after;
    }
    plain.push_str(rest);
    let blocks = plain.split('\n').scan(0, |start, line| {
        let span = Span::new(*start, *start + line.len());
        *start = span.end + 1;
        Some(Block { span, role: Role::Paragraph })
    });
    let blocks = blocks.filter(|b| !b.span.is_empty()).collect();
    let document = Document { id: "example".to_owned(), origin: "example".to_owned(), date: None, text: plain, blocks };
    Ok(Marked { document, marks })
}

fn value(label: &str) -> Option<Value> {
    if let Ok(period) = label.parse::<Period>() {
        return Some(Value::Time(period));
    }
    let (number, unit) = label.split_once(' ')?;
    let value = number.parse().ok()?;
    Some(Value::Quantity(Amount { value, unit: unit.to_owned(), bound: Bound::Exactly }))
}

pub(super) fn mentions(marks: &[Mark], sentences: &[crate::sentence::Sentence]) -> (Vec<Mention>, Vec<Entity>) {
    let mut mentions = Vec::new();
    let mut entities: Vec<Entity> = Vec::new();
    for (number, mark) in marks.iter().enumerate() {
        let sentence = sentences.iter().position(|s| s.span.contains(mark.span)).unwrap_or(0);
        mentions.push(Mention {
            span: mark.span,
            sentence: SentenceId(sentence),
            kind: mark.kind.clone(),
            found_by: Finder::Pattern("example".to_owned()),
            confidence: Confidence::CERTAIN,
        });
        let MentionKind::Name(class) = mark.kind else { continue };
        match entities.iter_mut().find(|e| e.name == mark.name) {
            Some(entity) => {
                entity.mentions.push(MentionId(number));
                if !entity.surfaces.contains(&mark.surface) {
                    entity.surfaces.push(mark.surface.clone());
                }
            }
            None => entities.push(Entity {
                local_name: mark.name.clone(),
                class,
                name: mark.name.clone(),
                surfaces: vec![mark.surface.clone()],
                notation: None,
                mentions: vec![MentionId(number)],
            }),
        }
    }
    (mentions, entities)
}

#[cfg(test)]
mod tests {
    use super::super::matcher::TAKEN;
    use super::*;

    /// The steps that matching takes in one sentence of so many bytes, full of words that set rules off.
    fn steps(bytes: usize) -> u64 {
        let resources = Resources::builtin();
        let ontology = Ontology::load(&resources).expect("the built-in ontology is right");
        let segmenter = Segmenter::load(&resources).expect("the built-in lexicon is right");
        let (extractors, _) = Extractors::read(&resources, &ontology).expect("the built-in rules are right");
        let unit = "[林海:Person]与[海州市:AdministrativeArea]由于[2024年:2024]创办成立举行位于担任合作签署、考察毕业于获得[茶博会:Event]和建成";
        let marked = read(&unit.repeat(bytes / 150), &ontology).expect("the marks are right");
        let sentences = segment(&marked.document, &segmenter);
        let (mentions, entities) = mentions(&marked.marks, &sentences);
        TAKEN.set(0);
        find(&marked.document, &sentences, &mentions, &entities, &extractors);
        TAKEN.get()
    }

    #[test]
    fn time_grows_with_the_text() {
        let (short, long) = (steps(30_000), steps(300_000));
        assert!(
            short > 1000 && long < 12 * short,
            "{short} steps for the short text, {long} for one ten times as long"
        );
    }
}
