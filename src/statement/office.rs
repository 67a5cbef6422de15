//! Whose an office is: the mayor whom a text names with the city's party committee is the city's.
//!
//! In: a claim that somebody holds a post. Out: the same of whom the post belongs to. Knows the classes `area-head` and `area-organ`
//! of `rules/words.toml`.

use super::Object;
use super::element::Reading;
use super::matcher::Claim;
use crate::entity::EntityId;

/// What stands for an area in the ontology.
const AREA: &str = "AdministrativeArea";

/// The claim with the area in place of its organ where the post is one of the area: 海州市委副书记、市长. Nothing if the document does
/// not name the area.
pub(super) fn settle(claim: Claim, reading: &Reading) -> Option<Claim> {
    let lexicon = &reading.extractors.lexicon;
    let (Some(title), Object::Entity(object)) = (&claim.title, claim.object) else { return Some(claim) };
    if !lexicon.area_head.words.iter().any(|head| title.ends_with(head.as_str())) {
        return Some(claim);
    }
    let Some(organ) = reading.entities.get(object.0).filter(|organ| organ.class.name() != AREA) else {
        return Some(claim);
    };
    let ends = || lexicon.area_organ.words.iter();
    let areas: Vec<&str> =
        organ.surfaces.iter().flat_map(|name| ends().filter_map(|end| name.strip_suffix(end.as_str()))).collect();
    if areas.is_empty() {
        return Some(claim);
    }
    let is_it = |name: &String| areas.contains(&name.as_str());
    let area =
        reading.entities.iter().position(|e| e.class.name() == AREA && e.surfaces.iter().chain([&e.name]).any(is_it));
    Some(Claim { object: Object::Entity(EntityId(area?)), ..claim })
}
