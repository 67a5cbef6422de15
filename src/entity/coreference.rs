//! What phrases such as 该公司, 园区 and 她 point to.

use super::{Entity, EntityId};
use crate::mention::anaphor::{Anaphors, Reading, Reference};
use crate::mention::{Mention, MentionId, MentionKind};
use crate::ontology::{Class, Ontology};
use crate::sentence::Sentence;
use rustc_hash::FxHashMap as HashMap;

/// A bare noun finds its thing within this many sentences; an express 该公司 looks back further.
const NEAR: usize = 4;

/// So many things of a class are remembered, the last ones mentioned, so that long texts cost no more than short ones.
const REMEMBERED: usize = 32;

/// Where a thing was last named.
#[derive(Clone, Copy)]
struct Seen {
    entity: EntityId,
    /// The sentence of its last mention.
    sentence: usize,
    /// Its place among the things last mentioned; grows with the text.
    order: usize,
    /// How often it was mentioned so far.
    times: usize,
}

/// The mentions that point back, each with the thing it points to; those that find none are left out.
pub(super) fn antecedents(
    sentences: &[Sentence],
    mentions: &[Mention],
    entities: &[Entity],
    anaphors: &Anaphors,
    ontology: &Ontology,
) -> Vec<(MentionId, EntityId)> {
    let mut owners: HashMap<MentionId, EntityId> = HashMap::default();
    for (i, entity) in entities.iter().enumerate() {
        owners.extend(entity.mentions.iter().map(|&mention| (mention, EntityId(i))));
    }
    let mut seen: HashMap<Class, Vec<Seen>> = HashMap::default();
    let mut found = Vec::new();
    for (i, mention) in mentions.iter().enumerate() {
        let id = MentionId(i);
        let entity = match mention.kind {
            MentionKind::Name(_) => owners.get(&id).copied(),
            MentionKind::Anaphor(_) => {
                let Some(sentence) = sentences.get(mention.sentence.0) else { continue };
                let phrase = sentence.key.of(mention.span);
                let readings = anaphors.readings(phrase).iter();
                let entity =
                    readings.into_iter().find_map(|r| antecedent(r, mention.sentence.0, &seen, entities, ontology));
                found.extend(entity.map(|entity| (id, entity)));
                entity
            }
            MentionKind::Value(_) => None,
        };
        if let Some(entity) = entity
            && let Some(class) = entities.get(entity.0).map(|e| e.class)
        {
            let list = seen.entry(class).or_default();
            let times = match list.iter().position(|s| s.entity == entity) {
                Some(at) => list.remove(at).times + 1,
                None => 1,
            };
            if list.len() == REMEMBERED {
                list.remove(0);
            }
            list.push(Seen { entity, sentence: mention.sentence.0, order: i, times });
        }
    }
    found
}

/// The thing that a phrase in the sentence numbered `sentence` points to, read so.
fn antecedent(
    reading: &Reading,
    sentence: usize,
    seen: &HashMap<Class, Vec<Seen>>,
    entities: &[Entity],
    ontology: &Ontology,
) -> Option<EntityId> {
    let near = match reading.reference {
        Reference::Nearest | Reference::Main => usize::MAX,
        Reference::Topic => NEAR,
    };
    let ends_so = |s: &&Seen| {
        let Some(entity) = entities.get(s.entity.0) else { return false };
        let ends_in = |head: &String| entity.name.ends_with(head) || entity.local_name.ends_with(head);
        reading.head.as_ref().is_none_or(ends_in) && !reading.other_heads.iter().any(ends_in)
    };
    let classes = ontology.classes().filter(|&c| ontology.is_a(c, reading.class));
    let candidates = classes.filter_map(|c| seen.get(&c)).flatten();
    let fitting = candidates.filter(|s| s.sentence.saturating_add(near) > sentence).filter(ends_so);
    let best = match reading.reference {
        Reference::Nearest => fitting.max_by_key(|s| s.order),
        Reference::Main => fitting.max_by_key(|s| (s.times, s.order)),
        // What the sentence before names comes before what was named more often further up.
        Reference::Topic => fitting.max_by_key(|s| (s.sentence + 1 >= sentence, s.times, s.order)),
    };
    best.map(|s| s.entity)
}
