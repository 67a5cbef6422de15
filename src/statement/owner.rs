//! Decides whose a number is.
//!
//! In: the things that may have it, each with what speaks for and against it. Out: the likeliest, or nobody.
//! Every [`Clue`] has a weight (`data/quantities.toml`); a thing scores the sum of its clues, nobody scores 0.

use crate::entity::EntityId;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Something that speaks for or against a thing as the owner of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Clue {
    // Where the text names it.
    /// Behind the number: 总投资2亿元的学校.
    Behind,
    /// Right before the measure: 铁路全长90公里.
    Before,
    /// It is what a sum was spent on: 投入600万元实施某某工程.
    Spent,
    /// It is the subject of the clause.
    Stated,
    /// This sentence or the one before has said that it is held, and the number tells who came.
    Held,
    /// Something is done to it: 对某公司罚款5万元.
    Suffered,
    /// It does something to somebody else: 某法院判处某人3年.
    Doer,
    /// It was the subject last, in this sentence.
    Carried,
    /// It was the subject last, in an earlier sentence of the paragraph.
    Remembered,
    /// It was the subject last, in an earlier paragraph.
    Parted,
    /// The clause has a noun that may mean it: 大桥 for 某某大桥, 全县 for a county.
    Pointed,
    /// It has the number before, and nothing was named in between.
    Same,
    /// It was named last in this clause.
    Near,
    /// It was named last in an earlier clause of this sentence.
    Earlier,
    /// A preposition stands before its name: 在某县.
    Introduced,
    /// Its name stands in a list.
    Listed,
    /// A verb stands right before its name: 支援某县.
    Object,
    /// It was the subject last, and the clause begins with a verb.
    Dropped,
    /// The number stands in what somebody says, and the thing was named before that.
    Quoted,
    // What it is for the document.
    /// The document is an entry about it.
    Headword,
    /// Nothing is named more often.
    Main,
    /// It is named three times or more.
    Frequent,
    /// It is what the document begins with.
    First,
    // What it is.
    /// Things of its class have numbers with this unit: people at an event, metres of a building.
    Fit,
    /// Things of its class have no numbers with this unit.
    Unfit,
    /// A place with a government.
    Ground,
    /// An event, and the number counts people.
    Attended,
    /// Of a class that has few numbers: a policy, a region.
    Aside,
    // What the number and its clause are; these are clues for and against all things alike.
    /// Any number.
    Any,
    /// The clause begins with a noun that acts and is no name: 用户参与3次.
    Acting,
    /// The clause begins with a noun, and no verb stands between it and the number but such as link the two.
    Nominal,
    /// The clause begins with people or things that the number counts: 200名师生参观.
    Opening,
    /// The clause speaks of this or that thing, which has no name: 该套纪念币共5枚.
    Other,
    /// The number is of a property: 产量达5万吨, 面积30亩.
    Property,
    /// A verb and 的 stand before the number: 被拦截的26万吨货品.
    Relative,
    /// The number describes something else: 某某7岁的儿子.
    Describing,
    /// Something nobody knows has been spoken of in this sentence, or since the thing was the subject.
    Interrupted,
    /// The number is a time.
    Lasting,
    /// Nobody has the number before, and nothing was named in between.
    Unowned,
}

/// How much each clue counts.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Weights(BTreeMap<Clue, f32>);

impl Weights {
    /// Lets `more` take the place of earlier weights.
    pub(super) fn extend(&mut self, more: Self) {
        self.0.extend(more.0);
    }

    fn score(&self, clues: &[Clue]) -> f32 {
        clues.iter().map(|clue| self.0.get(clue).copied().unwrap_or(0.0)).sum()
    }
}

/// A thing that may have a number.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub(super) thing: EntityId,
    pub(super) clues: Vec<Clue>,
}

/// Whose a number is, with the probability that this is right; of equally likely things the first.
pub(super) fn choose(candidates: &[Candidate], weights: &Weights) -> (Option<EntityId>, f32) {
    let mut best = (None, 0.0f32);
    let mut total = 1.0;
    for candidate in candidates {
        let score = weights.score(&candidate.clues);
        total += score.exp();
        if score > best.1 {
            best = (Some(candidate.thing), score);
        }
    }
    (best.0, best.1.exp() / total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_likeliest_thing_wins_if_it_is_likelier_than_none() {
        let weights = Weights(BTreeMap::from([(Clue::Any, -1.0), (Clue::Stated, 3.0), (Clue::Near, 0.5)]));
        let candidate = |thing, clues: &[Clue]| Candidate { thing: EntityId(thing), clues: clues.to_vec() };
        let near = candidate(0, &[Clue::Any, Clue::Near]);
        let stated = candidate(1, &[Clue::Any, Clue::Stated]);
        assert_eq!(choose(std::slice::from_ref(&near), &weights).0, None);
        let (owner, probability) = choose(&[near, stated], &weights);
        assert_eq!(owner, Some(EntityId(1)));
        assert!((0.8..0.83).contains(&probability), "{probability}");
    }
}
