//! Entities: the things that a document speaks about.
//!
//! In: the mentions of a document. Out: its entities, each with all its mentions.
//! Names that mean one thing are joined here (the gazetteer's aliases in `known`, short forms in `names`),
//! and phrases that point back find their thing (`coreference`).

mod coreference;
pub mod iri;
mod known;
mod names;

use crate::chars::is_han;
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
    let mut names = names::collect(sentences, mentions);
    let known = known::identify(&names, &recognizers.gazetteers);
    let introduced = names::introduced(sentences, mentions, &names, recognizers);
    for &(other, _) in &introduced {
        if let Some(name) = names.get_mut(other) {
            name.introduced = true;
        }
    }
    let groups = names::join(&names, &known, &introduced, recognizers);
    let mut entities: Vec<Entity> =
        groups.iter().map(|group| entity(document, mentions, &names, &known, group, recognizers)).collect();
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

/// A name in letters shows its class as well as so many Chinese characters would.
const LETTERS: f32 = 0.1;

/// The thing that a group of names means.
fn entity(
    document: &Document,
    mentions: &[Mention],
    names: &[names::Name],
    known: &[Option<known::Known>],
    group: &[usize],
    recognizers: &Recognizers,
) -> Entity {
    let mut surfaces = Vec::new();
    // Those of them under which the text introduces the thing.
    let mut leading = Vec::new();
    let mut found = Vec::new();
    let mut weights: Vec<(Class, f32)> = Vec::new();
    // What the lists know by the fullest of the names; what they have for a kind of thing is not this one.
    let named = group.iter().filter_map(|&i| Some((names.get(i)?, known.get(i)?.as_ref()?)));
    let fitting = named.filter(|(name, _)| group.len() == 1 || !recognizers.shortening.is_kind(&name.key));
    let entry = fitting.rev().max_by_key(|(name, _)| name.key.chars().count()).map(|(_, entry)| entry);
    for &i in group {
        let Some(name) = names.get(i) else { continue };
        // A full name shows its class better than a short one, and a Chinese one better than one in letters.
        let own = name.weight * (name.key.chars().filter(|&c| is_han(c)).count() as f32).max(LETTERS);
        match weights.iter_mut().find(|(class, _)| *class == name.class) {
            Some((_, weight)) => *weight += own,
            None => weights.push((name.class, own)),
        }
        for &id in &name.mentions {
            found.push(id);
            if let Some(mention) = mentions.get(id.0) {
                let surface = unbroken(mention.span.of(&document.text));
                if !name.introduced {
                    leading.push(surface.clone());
                }
                surfaces.push(surface);
            }
        }
    }
    found.sort_unstable();
    surfaces.sort_unstable();
    surfaces.dedup();
    leading.sort_unstable();
    let class = weights.iter().max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0))).map(|(class, _)| *class);
    let class = class.expect("a group holds at least one name");
    // 鲁迅，原名周树人 is 鲁迅. Else the fullest form, a Chinese one before one in letters; of equally long ones the first in code point order.
    let fullness = |s: &&String| (s.contains(is_han), s.chars().count());
    let candidates =
        if leading.is_empty() || !recognizers.shortening.has_equal_names(class) { &surfaces } else { &leading };
    let fullest = candidates.iter().rev().max_by_key(fullness).cloned().unwrap_or_default();
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::from_text;
    use crate::document::layout::Layout;
    use crate::mention::{Confidence, Finder, MentionKind};
    use crate::resource::Resources;
    use crate::sentence::{Segmenter, SentenceId, segment};
    use crate::span::Span;
    use std::sync::LazyLock;

    struct Knowledge {
        ontology: Ontology,
        layout: Layout,
        segmenter: Segmenter,
        recognizers: Recognizers,
    }

    static KNOWLEDGE: LazyLock<Knowledge> = LazyLock::new(|| {
        let resources = Resources::builtin();
        let ontology = Ontology::load(&resources).unwrap();
        Knowledge {
            layout: Layout::load(&resources).unwrap(),
            segmenter: Segmenter::load(&resources).unwrap(),
            recognizers: Recognizers::load(&resources, &ontology).unwrap(),
            ontology,
        }
    });

    /// Reads `text`, in which `{name|Class}` marks names; phrases that point back are found as always.
    /// Each expected line holds what an entity is called, its class and its mentions, which are all told.
    fn check(text: &str, expected: &[&str]) {
        let k = &*KNOWLEDGE;
        let mut plain = String::new();
        let mut names = Vec::new();
        for (i, piece) in text.split(['{', '}']).enumerate() {
            let (surface, class) = piece.split_once('|').unwrap_or((piece, ""));
            if i % 2 == 1 {
                names.push((Span::new(plain.len(), plain.len() + surface.len()), k.ontology.class(class).unwrap()));
            }
            plain.push_str(surface);
        }
        let document = from_text("t", &plain, &k.layout);
        let sentences = segment(&document, &k.segmenter);
        let mut mentions = Vec::new();
        for (i, sentence) in sentences.iter().enumerate() {
            let inside = names.iter().filter(|(span, _)| sentence.span.contains(*span));
            mentions.extend(inside.map(|&(span, class)| Mention {
                span,
                sentence: SentenceId(i),
                kind: MentionKind::Name(class),
                found_by: Finder::Pattern("test".to_owned()),
                confidence: Confidence::CERTAIN,
            }));
            let pointing = k.recognizers.anaphors.find(SentenceId(i), sentence);
            mentions.extend(pointing.into_iter().filter(|m| !names.iter().any(|(span, _)| span.overlaps(m.span))));
        }
        mentions.sort_by_key(|m| m.span);
        let found: Vec<String> = resolve(&document, &sentences, &mentions, &k.recognizers, &k.ontology)
            .iter()
            .map(|e| {
                let mentions: Vec<_> = e.mentions.iter().map(|m| mentions[m.0].span.of(&document.text)).collect();
                format!("{} {:?}: {}", e.local_name, e.class, mentions.join(" "))
            })
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_short_name_means_the_place_that_the_document_names_in_full() {
        check(
            "{新疆|AdministrativeArea}{伊宁县|AdministrativeArea}天气晴，{伊宁|AdministrativeArea}人高兴。",
            &["新疆维吾尔自治区 AdministrativeArea: 新疆", "伊宁县 AdministrativeArea: 伊宁县 伊宁"],
        );
    }

    #[test]
    fn a_place_of_many_names_lies_where_the_document_is() {
        check(
            "{南京市|AdministrativeArea}{鼓楼区|AdministrativeArea}开会。",
            &["南京市 AdministrativeArea: 南京市", "南京市鼓楼区 AdministrativeArea: 鼓楼区"],
        );
        check("{鼓楼区|AdministrativeArea}开会。", &["鼓楼区 AdministrativeArea: 鼓楼区"]);
    }

    #[test]
    fn an_express_phrase_points_to_the_last_thing_of_its_class() {
        check(
            "{远山科技有限公司|Company}和{海州大学|School}签约。该公司投资，该校出力。",
            &["远山科技有限公司 Company: 远山科技有限公司 该公司", "海州大学 School: 海州大学 该校"],
        );
    }

    #[test]
    fn a_county_is_no_city() {
        check(
            "{蕲春县|AdministrativeArea}属{黄冈市|AdministrativeArea}。该县盛产艾草。",
            &["蕲春县 AdministrativeArea: 蕲春县 该县", "黄冈市 AdministrativeArea: 黄冈市"],
        );
    }

    #[test]
    fn a_text_may_introduce_its_own_short_names() {
        check(
            "{江苏海帆装备股份有限公司|Company}（以下简称“海帆智装”或“公司”）公告。{海帆智装|Company}签约。",
            &["江苏海帆装备股份有限公司 Company: 江苏海帆装备股份有限公司 公司 海帆智装"],
        );
    }

    #[test]
    fn a_name_that_may_be_short_for_two_things_is_joined_with_none() {
        check(
            "{云汐市教育局|GovernmentBody}和{江州市文化和教育局|GovernmentBody}来了，{教育局|GovernmentBody}说好。",
            &[
                "云汐市教育局 GovernmentBody: 云汐市教育局",
                "江州市文化和教育局 GovernmentBody: 江州市文化和教育局",
                "教育局 GovernmentBody: 教育局",
            ],
        );
        check(
            "{约翰·史密斯|Person}和{玛丽·史密斯|Person}来了，{史密斯|Person}说好。",
            &["约翰·史密斯 Person: 约翰·史密斯", "玛丽·史密斯 Person: 玛丽·史密斯", "史密斯 Person: 史密斯"],
        );
    }

    #[test]
    fn a_person_goes_by_the_name_that_the_text_begins_with() {
        check("{施岚|Person}，原名{施小岚|Person}，江苏人。", &["施岚 Person: 施岚 施小岚"]);
    }

    #[test]
    fn what_the_lists_have_for_a_kind_is_not_the_one_that_is_named() {
        check(
            "{亚运会|Event}临近，{第三十届江州亚运会|Event}筹备顺利，{亚运会|Event}门票开售。",
            &["第三十届江州亚运会 Event: 亚运会 第三十届江州亚运会 亚运会"],
        );
    }

    #[test]
    fn the_closest_full_name_counts() {
        check(
            "{远山汽车集团有限公司|Company}和{远山汽车销售有限公司|Company}来了，{远山汽车|Company}签约。",
            &[
                "远山汽车集团有限公司 Company: 远山汽车集团有限公司 远山汽车",
                "远山汽车销售有限公司 Company: 远山汽车销售有限公司",
            ],
        );
    }

    #[test]
    fn a_film_is_not_the_person_in_its_title() {
        check(
            "{《施晓岚》|Work}讲{施晓岚|Person}的故事，{《江海晨报》|Media}写道，{江海晨报|Media}记者看过。",
            &["《施晓岚》 Work: 《施晓岚》", "施晓岚 Person: 施晓岚", "《江海晨报》 Media: 《江海晨报》 江海晨报"],
        );
    }

    #[test]
    fn a_name_in_letters_takes_the_class_of_the_full_name() {
        check(
            "{国际微澜组织|Organization}（{IWO|Person}）成立，{IWO|Person}宣布，{IWO|Person}开会。",
            &["国际微澜组织 Organization: 国际微澜组织 IWO IWO IWO"],
        );
    }

    #[test]
    fn a_county_named_in_longer_names_is_the_one_that_is_meant() {
        check(
            "{和田市|AdministrativeArea}的人到{和田县人民医院|Hospital}，{和田县|AdministrativeArea}{和田|AdministrativeArea}人高兴。",
            &[
                "和田市 AdministrativeArea: 和田市",
                "和田县人民医院 Hospital: 和田县人民医院",
                "和田县 AdministrativeArea: 和田县 和田",
            ],
        );
    }

    #[test]
    fn things_of_one_name_are_kept_apart() {
        let mut entities: Vec<Entity> = ["Company", "AdministrativeArea", "Company"]
            .iter()
            .map(|class| Entity {
                local_name: "长安".to_owned(),
                class: KNOWLEDGE.ontology.class(class).unwrap(),
                name: "长安".to_owned(),
                surfaces: vec![],
                notation: None,
                mentions: vec![],
            })
            .collect();
        keep_apart(&mut entities);
        let names: Vec<_> = entities.iter().map(|e| e.local_name.as_str()).collect();
        assert_eq!(names, ["长安", "长安_AdministrativeArea", "长安_Company"]);
    }
}
