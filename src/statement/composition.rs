//! What names alone tell: 青石县人民医院 lies in 青石县, where the document names both.
//!
//! In: the entities of a document. Out: pairs of which one's name begins with the other's, as `rules/composition.toml` wants them.

use super::element::Reading;
use super::rule::Composition;
use crate::entity::{Entity, EntityId};
use crate::span::{Span, cut};
use rustc_hash::FxHashMap as HashMap;

/// Names longer than this many characters are not taken apart.
const LONGEST: usize = 40;

/// Every pair that a composition holds of, with the place where the longer name stands first.
pub(super) fn find<'r>(reading: &'r Reading) -> Vec<(&'r Composition, EntityId, EntityId, Span)> {
    let mut named: HashMap<&str, Vec<EntityId>> = HashMap::default();
    for (number, entity) in reading.entities.iter().enumerate() {
        for surface in &entity.surfaces {
            named.entry(bare(surface)).or_default().push(EntityId(number));
        }
        let endings = reading.extractors.compositions.iter().flat_map(|composition| &composition.object_without);
        let mut cores: Vec<&str> = endings.filter_map(|ending| core(&entity.name, ending)).collect();
        cores.sort_unstable();
        cores.dedup();
        for core in cores {
            named.entry(core).or_default().push(EntityId(number));
        }
    }
    let mut found = Vec::new();
    for (number, entity) in reading.entities.iter().enumerate() {
        let subject = EntityId(number);
        for composition in &reading.extractors.compositions {
            if !composition.subject.contains(&entity.class) {
                continue;
            }
            // The innermost name that fits, over all ways to name the subject.
            let best = entity
                .surfaces
                .iter()
                .filter_map(|surface| longest_prefix(bare(surface), subject, composition, &named, reading))
                .max_by_key(|&(length, object)| (length, std::cmp::Reverse(object)));
            if let Some((_, object)) = best
                && let Some(span) = first_mention(entity, reading)
            {
                found.push((composition, subject, object, span));
            }
        }
    }
    found
}

/// The object with the longest name that `name` begins with, and that name's length.
fn longest_prefix(
    name: &str,
    subject: EntityId,
    composition: &Composition,
    named: &HashMap<&str, Vec<EntityId>>,
    reading: &Reading,
) -> Option<(usize, EntityId)> {
    if !ends_in(name, &composition.subject_ends) {
        return None;
    }
    let mut best = None;
    for (at, _) in name.char_indices().take(LONGEST).skip(1) {
        let (prefix, rest) = (cut(name, 0..at), cut(name, at..name.len()));
        let Some(objects) = named.get(prefix) else { continue };
        if composition.rest_not.contains(rest)
            || !ends_in(rest, &composition.rest)
            || composition.rest_not_starts.iter().any(|start| rest.starts_with(start.as_str()))
            || composition.rest_not_ends.iter().any(|ending| rest.ends_with(ending.as_str()))
        {
            continue;
        }
        let fits = |object: &&EntityId| {
            let Some(entity) = reading.entities.get(object.0) else { return false };
            let without = |ending: &String| core(&entity.name, ending) == Some(prefix);
            let said = || entity.surfaces.iter().any(|surface| bare(surface) == prefix);
            // 海州 stands for 海州市.
            **object != subject
                && composition.object.contains(&entity.class)
                && (said() || composition.object_without.iter().any(without))
                && (ends_in(prefix, &composition.object_ends) || ends_in(&entity.name, &composition.object_ends))
        };
        if let Some(&object) = objects.iter().find(fits) {
            best = Some((at, object));
        }
    }
    best
}

/// A name without `ending`, where at least two characters are left: 青溪 of 青溪镇.
fn core<'n>(name: &'n str, ending: &str) -> Option<&'n str> {
    name.strip_suffix(ending).filter(|core| core.chars().nth(1).is_some())
}

fn ends_in(text: &str, endings: &[String]) -> bool {
    endings.is_empty() || endings.iter().any(|ending| text.ends_with(ending.as_str()))
}

/// A name without the quotation mark that it begins with.
fn bare(surface: &str) -> &str {
    surface.trim_start_matches(['“', '"', '「', '《'])
}

fn first_mention(entity: &Entity, reading: &Reading) -> Option<Span> {
    entity.mentions.iter().filter_map(|m| reading.mentions.get(m.0)).map(|m| m.span).min()
}
