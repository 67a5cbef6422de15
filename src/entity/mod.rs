//! Entities: the things that a document speaks about.
//!
//! In: the mentions of a document. Out: its entities, each with all its mentions.
//! Names that mean one thing are joined here (the gazetteer's aliases in [`known`], short forms in [`names`]),
//! and phrases that point back find their thing ([`coreference`]).

mod coreference;
pub mod iri;
mod known;
mod names;

use crate::document::Document;
use crate::mention::{Mention, MentionId, Recognizers};
use crate::ontology::{Class, Ontology};
use crate::sentence::Sentence;

/// Which entity of its document: an index into the document's entities.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntityId(pub usize);

/// One thing that the document speaks about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entity {
    /// Name of the thing below the namespace of things, not yet percent-encoded: 伊宁县.
    ///
    /// The gazetteer's if the thing is known, otherwise made from the name, so two documents that mean the same thing agree.
    pub local_name: String,
    /// Its most specific class.
    pub class: Class,
    /// The gazetteer's name if the document makes it certain, otherwise the fullest name in the document.
    pub name: String,
    /// Every distinct string that names it in the document, sorted; line breaks of the layout left out.
    pub surfaces: Vec<String>,
    /// Its code in a public register: 654021 (GB/T 2260) for 伊宁县.
    pub notation: Option<String>,
    /// Its mentions in text order, names and what points back to it; at least one.
    pub mentions: Vec<MentionId>,
}

/// The things that the mentions of a document mean, in order of their first mention.
pub fn resolve(
    document: &Document,
    sentences: &[Sentence],
    mentions: &[Mention],
    recognizers: &Recognizers,
    ontology: &Ontology,
) -> Vec<Entity> {
    let names = names::collect(sentences, mentions);
    let known = known::identify(&names, &recognizers.gazetteers);
    let groups = names::join(&names, &known, &recognizers.shortening);
    let mut entities: Vec<Entity> =
        groups.iter().map(|group| entity(document, mentions, &names, &known, group)).collect();
    entities.sort_by_key(|entity| entity.mentions.first().copied());
    keep_apart(&mut entities);
    for (mention, entity) in coreference::antecedents(sentences, mentions, &entities, &recognizers.anaphors, ontology) {
        if let Some(entity) = entities.get_mut(entity.0) {
            entity.mentions.push(mention);
        }
    }
    for entity in &mut entities {
        entity.mentions.sort_unstable();
    }
    entities
}

/// The thing that a group of names means.
fn entity(
    document: &Document,
    mentions: &[Mention],
    names: &[names::Name],
    known: &[Option<known::Known>],
    group: &[usize],
) -> Entity {
    let mut surfaces = Vec::new();
    let mut found = Vec::new();
    let mut weights: Vec<(Class, f32)> = Vec::new();
    let mut entry = None;
    for &i in group {
        let Some(name) = names.get(i) else { continue };
        entry = entry.or_else(|| known.get(i).and_then(Option::as_ref));
        match weights.iter_mut().find(|(class, _)| *class == name.class) {
            Some((_, weight)) => *weight += name.weight,
            None => weights.push((name.class, name.weight)),
        }
        for &id in &name.mentions {
            found.push(id);
            if let Some(mention) = mentions.get(id.0) {
                surfaces.push(unbroken(mention.span.of(&document.text)));
            }
        }
    }
    found.sort_unstable();
    surfaces.sort_unstable();
    surfaces.dedup();
    let class = weights.iter().max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0))).map(|(class, _)| *class);
    let class = class.expect("a group holds at least one name");
    // The fullest form; of equally long ones the first in code point order.
    let fullest = surfaces.iter().rev().max_by_key(|s| s.chars().count()).cloned().unwrap_or_default();
    match entry {
        Some(known) => Entity {
            local_name: known.local_name.clone(),
            class,
            name: if known.is_place { known.name.clone() } else { fullest },
            surfaces,
            notation: known.notation.clone(),
            mentions: found,
        },
        None => Entity { local_name: fullest.clone(), class, name: fullest, surfaces, notation: None, mentions: found },
    }
}

/// The words of a mention without the line breaks of the layout.
fn unbroken(surface: &str) -> String {
    if surface.contains(['\n', '\r']) {
        surface.split(['\n', '\r']).map(str::trim).collect()
    } else {
        surface.to_owned()
    }
}

/// Two things of one document never share an IRI: the later one gets its class behind its name.
fn keep_apart(entities: &mut [Entity]) {
    let mut taken = std::collections::BTreeSet::new();
    for entity in entities {
        if !taken.insert(entity.local_name.clone()) {
            let plain = entity.local_name.clone();
            let mut number = 1;
            entity.local_name = format!("{plain}_{}", entity.class.name());
            while !taken.insert(entity.local_name.clone()) {
                number += 1;
                entity.local_name = format!("{plain}_{}_{number}", entity.class.name());
            }
        }
    }
}
