//! Tells what the numbers of a document measure, and whose they are.
//!
//! In: sentences, mentions, entities. Out: one [`Quantity`] for each mention of a number.
//! What it knows is `data/quantities.toml`.
//!
//! Whose a number is, is said where Chinese puts it: behind the number (总投资2亿元的学校), right before the measure (铁路全长90公里),
//! as subject of the clause, of an earlier clause or sentence, or in the title. All of these are clues, weighed by `owner.rs`.

use super::owner::{Candidate, Clue, Weights, choose};
use super::{Evidence, Quantity};
use crate::chars::is_han;
use crate::date::Period;
use crate::entity::{Entity, EntityId};
use crate::error::{Error, Mistake, Result};
use crate::mention::{Amount, Confidence, Finder, Mention, MentionId, MentionKind, Value};
use crate::resource::Resources;
use crate::sentence::{Pos, Sentence, Token};
use crate::span::{Span, cut};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::ops::Range;

/// The words around numbers: `quantities.toml`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Measures {
    link: BTreeSet<String>,
    verb: BTreeSet<String>,
    change: BTreeSet<String>,
    oblique: BTreeSet<String>,
    /// Names of classes.
    goods: BTreeSet<String>,
    trade: BTreeSet<String>,
    spend: BTreeSet<String>,
    work: BTreeSet<String>,
    join: BTreeSet<String>,
    say: BTreeSet<String>,
    /// Names of classes.
    aside: BTreeSet<String>,
    list: BTreeSet<String>,
    /// Names of classes.
    passing: BTreeSet<String>,
    neutral: BTreeSet<String>,
    opening: BTreeSet<String>,
    post: BTreeSet<String>,
    /// Names of classes.
    deed: BTreeSet<String>,
    possess: BTreeSet<String>,
    discipline: BTreeSet<String>,
    hold: BTreeSet<String>,
    /// Names of classes.
    ground: BTreeSet<String>,
    term: BTreeSet<String>,
    discipline_unit: BTreeSet<String>,
    people: BTreeSet<String>,
    reporter: BTreeSet<String>,
    /// Marks between the parts of a byline.
    separator: BTreeSet<String>,
    report: BTreeSet<String>,
    origin: BTreeSet<String>,
    suffer: BTreeSet<String>,
    lasting: BTreeSet<String>,
    passive: BTreeSet<String>,
    demonstrative: BTreeSet<String>,
    property: BTreeSet<String>,
    describing: BTreeSet<String>,
    headed: BTreeSet<String>,
    definite: Vec<Definite>,
    fit: Vec<Fit>,
    weight: Weights,
}

/// Nouns that mean a thing named elsewhere: 全县.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Definite {
    words: BTreeSet<String>,
    /// Names of classes.
    classes: BTreeSet<String>,
}

/// What has numbers with these units, and what has none.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Fit {
    units: BTreeSet<String>,
    /// Names of classes.
    classes: BTreeSet<String>,
    /// Names of classes.
    never: BTreeSet<String>,
}

impl Measures {
    /// Reads `quantities.toml`.
    ///
    /// # Errors
    /// Names the line of every mistake.
    pub fn load(resources: &Resources) -> Result<Self> {
        let mut all = Self::default();
        let mut mistakes = Vec::new();
        for file in resources.file("quantities.toml") {
            match toml::from_str::<Self>(&file.text) {
                Ok(found) => {
                    all.link.extend(found.link);
                    all.verb.extend(found.verb);
                    all.change.extend(found.change);
                    all.oblique.extend(found.oblique);
                    all.goods.extend(found.goods);
                    all.trade.extend(found.trade);
                    all.spend.extend(found.spend);
                    all.work.extend(found.work);
                    all.join.extend(found.join);
                    all.say.extend(found.say);
                    all.aside.extend(found.aside);
                    all.list.extend(found.list);
                    all.passing.extend(found.passing);
                    all.neutral.extend(found.neutral);
                    all.opening.extend(found.opening);
                    all.post.extend(found.post);
                    all.deed.extend(found.deed);
                    all.possess.extend(found.possess);
                    all.discipline.extend(found.discipline);
                    all.hold.extend(found.hold);
                    all.ground.extend(found.ground);
                    all.term.extend(found.term);
                    all.discipline_unit.extend(found.discipline_unit);
                    all.people.extend(found.people);
                    all.reporter.extend(found.reporter);
                    all.separator.extend(found.separator);
                    all.report.extend(found.report);
                    all.origin.extend(found.origin);
                    all.suffer.extend(found.suffer);
                    all.lasting.extend(found.lasting);
                    all.passive.extend(found.passive);
                    all.demonstrative.extend(found.demonstrative);
                    all.property.extend(found.property);
                    all.describing.extend(found.describing);
                    all.headed.extend(found.headed);
                    all.definite.extend(found.definite);
                    all.fit.extend(found.fit);
                    all.weight.extend(found.weight);
                }
                Err(error) => {
                    let at = error.span().map_or(0, |span| span.start);
                    let line = cut(&file.text, 0..at).matches('\n').count() + 1;
                    let message = error.message().to_owned();
                    mistakes.push(Mistake { file: file.name.clone(), line, message });
                }
            }
        }
        if mistakes.is_empty() { Ok(all) } else { Err(Error::Data(mistakes)) }
    }
}

/// The numbers of a document with what they measure, in text order; `headword` is what it is an entry about, if it is one.
pub fn quantities(
    sentences: &[Sentence],
    mentions: &[Mention],
    entities: &[Entity],
    headword: Option<EntityId>,
    measures: &Measures,
) -> Vec<Quantity> {
    let mut owners = vec![None; mentions.len()];
    for (number, entity) in entities.iter().enumerate() {
        for mention in &entity.mentions {
            if let Some(owner) = owners.get_mut(mention.0) {
                *owner = Some(EntityId(number));
            }
        }
    }
    let mut ranges = Vec::new();
    let mut next = 0;
    for sentence in sentences {
        let start = next + mentions.iter().skip(next).take_while(|m| m.span.start < sentence.span.start).count();
        next = start + mentions.iter().skip(start).take_while(|m| m.span.start < sentence.span.end).count();
        ranges.push(start..next);
        let here = Here { sentence, mentions, entities, owners: &owners, counts: &[], all: start..next, measures };
        // What a sentence takes for a trade has nothing of its own in it: 盛产某茶，某茶产业产值5亿元.
        let trades: Vec<EntityId> = (start..next).filter(|&at| here.is_trade(at)).filter_map(|at| owners[at]).collect();
        let is_trade = |at: usize| owners[at].is_some_and(|owner| trades.contains(&owner));
        let sources: Vec<usize> = (start..next).filter(|&at| here.is_source(at) || is_trade(at)).collect();
        for source in sources {
            if let Some(owner) = owners.get_mut(source) {
                *owner = None;
            }
        }
    }
    let counts = counts(&owners, entities.len());
    let mut topic = Topic { main: main(&counts, entities, measures), headword, ..Topic::default() };
    let mut out = Vec::new();
    for (sentence, all) in sentences.iter().zip(ranges) {
        topic.enter(sentence.block);
        let here = Here { sentence, mentions, entities, owners: &owners, counts: &counts, all, measures };
        here.read(&mut topic, &mut out);
    }
    out
}

/// How often each thing is named, as who reports left out.
fn counts(owners: &[Option<EntityId>], things: usize) -> Vec<usize> {
    let mut counts = vec![0; things];
    for owner in owners.iter().flatten() {
        if let Some(count) = counts.get_mut(owner.0) {
            *count += 1;
        }
    }
    counts
}

/// The thing that the document names most often, if more than once; of several the first.
fn main(counts: &[usize], entities: &[Entity], measures: &Measures) -> Option<EntityId> {
    let able = entities.iter().zip(counts).enumerate().filter(|(_, (e, _))| !measures.aside.contains(e.class.name()));
    let (most, count) = able.map(|(thing, (_, &count))| (thing, count)).rev().max_by_key(|&(_, count)| count)?;
    (count > 1).then_some(EntityId(most))
}

/// What the text so far is about.
#[derive(Debug, Default)]
struct Topic {
    block: Option<usize>,
    /// What was the subject last.
    subject: Option<EntityId>,
    /// How far back that was.
    age: Age,
    /// Whether something nobody knows has been spoken of since.
    interrupted: bool,
    /// Whether that was in this sentence: 观测站位于某市，占地120亩.
    replaced: bool,
    /// What was the subject first in the document.
    first: Option<EntityId>,
    /// What the document is an entry about.
    headword: Option<EntityId>,
    /// What the document names most often.
    main: Option<EntityId>,
    /// The event that this sentence says is held.
    deed: Option<EntityId>,
    /// What the number before measured.
    measure: String,
    /// The mention of the number before in this sentence, and whose that number was.
    before: Option<(usize, Option<EntityId>)>,
    /// The things named last, each with its last mention, the last behind.
    named: Vec<(EntityId, usize)>,
}

/// How long ago something was said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Age {
    /// In this sentence.
    #[default]
    Fresh,
    /// In an earlier sentence of the paragraph.
    Remembered,
    /// In an earlier paragraph.
    Parted,
}

impl Topic {
    /// Goes on to the next sentence, which stands in this block.
    fn enter(&mut self, block: usize) {
        let parted = self.block != Some(block);
        self.block = Some(block);
        self.before = None;
        self.replaced = false;
        self.age = if parted || self.age == Age::Parted { Age::Parted } else { Age::Remembered };
        if parted {
            self.named.clear();
            self.interrupted = false;
            self.measure.clear();
        }
    }

    /// Takes note of a name.
    fn name(&mut self, thing: EntityId, mention: usize) {
        self.named.retain(|&(named, _)| named != thing);
        self.named.push((thing, mention));
        self.named.drain(..self.named.len().saturating_sub(NAMED));
    }
}

/// What a clause is about.
#[derive(Clone, Copy, Debug)]
struct About {
    /// What it names as its subject.
    stated: Option<EntityId>,
    /// What it begins with, where it names no subject.
    start: Start,
    /// The event that the sentence has said is held.
    deed: Option<EntityId>,
}

/// What a clause without a known subject begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Start {
    /// Nothing that could be its subject.
    Open,
    /// A noun that acts: 援疆项目实现100%开工.
    Acting,
    /// A noun and no verb but such as link it to a number: 员工达11万人.
    Noun,
    /// What the number counts, which acts: 41个岗位全部签约.
    Counted,
}

/// One sentence and its mentions.
struct Here<'a> {
    sentence: &'a Sentence,
    mentions: &'a [Mention],
    entities: &'a [Entity],
    owners: &'a [Option<EntityId>],
    /// How often each thing is named.
    counts: &'a [usize],
    all: Range<usize>,
    measures: &'a Measures,
}

impl<'a> Here<'a> {
    fn read(&self, topic: &mut Topic, out: &mut Vec<Quantity>) {
        let mut time = None;
        let mut mention = self.all.start;
        // 活动在某市举行。来自25所学校的百余人参加。
        let mut deed = topic.deed.take();
        for clause in self.clauses() {
            let stated = self.clause_subject(&clause).or_else(|| self.opened(&clause, topic));
            let reports = self.reports(&clause);
            let start = if stated.is_none() && !reports { self.start(&clause) } else { Start::Open };
            let passing = start == Start::Noun && self.passes(topic);
            if matches!(start, Start::Acting | Start::Counted) || passing {
                topic.interrupted = true;
                topic.replaced = true;
            }
            while let Some(m) =
                self.mentions.get(mention).filter(|m| mention < self.all.end && m.span.start < clause.end)
            {
                match &m.kind {
                    MentionKind::Value(Value::Time(period)) => time = Some(*period),
                    MentionKind::Value(Value::Quantity(amount)) => {
                        let about = About { stated, start, deed };
                        out.push(self.quantity(mention, amount, &clause, about, time, topic));
                    }
                    MentionKind::Name(_) | MentionKind::Anaphor(_) => {
                        if let Some(thing) = self.owners.get(mention).copied().flatten() {
                            topic.name(thing, mention);
                        }
                    }
                }
                mention += 1;
            }
            let taking_part = deed.is_some() && stated.is_some_and(|id| self.is_ground(id));
            if let Some(held) = self.held(&clause) {
                deed = Some(held);
                topic.deed = deed;
            }
            let subject = stated.or_else(|| self.indicated(&clause, topic));
            if let Some(subject) =
                subject.filter(|&subject| !taking_part && !reports && !self.is(subject, &self.measures.aside))
            {
                topic.subject = Some(subject);
                topic.age = Age::Fresh;
                topic.interrupted = false;
                topic.replaced = false;
                topic.first = topic.first.or(Some(subject));
            }
        }
    }

    fn quantity(
        &self,
        at: usize,
        amount: &Amount,
        clause: &Span,
        about: About,
        time: Option<Period>,
        topic: &mut Topic,
    ) -> Quantity {
        let span = self.mentions.get(at).map_or(*clause, |m| m.span);
        let (measure, around) = self.measure(span, clause, &topic.measure);
        let (subject, probability) = if self.sums_up(span, clause) || self.named(span, clause, amount) {
            (None, CERTAIN)
        } else {
            choose(&self.candidates(at, amount, clause, about, topic), &self.measures.weight)
        };
        topic.measure.clone_from(&measure);
        topic.before = Some((at, subject));
        Quantity {
            subject,
            measure,
            mention: MentionId(at),
            amount: amount.clone(),
            time,
            evidence: Evidence {
                span: around,
                found_by: Finder::Pattern("quantities".to_owned()),
                confidence: Confidence::new(probability),
            },
        }
    }

    /// Whether the topic is a person or a place of an earlier sentence, which a noun without a verb is hardly a part of.
    fn passes(&self, topic: &Topic) -> bool {
        topic.age != Age::Fresh && topic.subject.is_some_and(|subject| self.is(subject, &self.measures.passing))
    }

    /// The things that may have the number at `at`, with what speaks for and against them.
    fn candidates(&self, at: usize, amount: &Amount, clause: &Span, about: About, topic: &Topic) -> Vec<Candidate> {
        let span = self.mentions.get(at).map_or(*clause, |m| m.span);
        let common = self.clues_of_all(at, amount, clause, about, topic);
        let behind = self.behind(at, span, clause);
        let held = about.deed.filter(|_| self.serves(span, clause, about.stated, amount));
        // 举办某活动，某县4所小学参加: the county only takes part.
        let apart = |thing: &EntityId| held.is_none() || !self.is_ground(*thing);
        let before = self.right_before(span, clause).filter(apart);
        let about = About { stated: about.stated.filter(apart), ..about };
        let spent = self.spent_on(at, span, clause, about.stated);
        let suffered = self.suffered(span, clause);
        let goes_on = !matches!(about.start, Start::Acting | Start::Counted);
        let same = topic.before.filter(|&(before, _)| goes_on && !self.names_between(before, at));
        let same = same.and_then(|(_, owner)| owner);
        let nouns = self.nouns(Span::new(clause.start, span.start));
        let quoted = self.quoted(span);
        let first = self.tokens(*clause).iter().find(|t| !matches!(t.pos, Pos::Adverb | Pos::Time | Pos::Conjunction));
        let dropped = first.is_some_and(|t| t.pos == Pos::Verb && self.mention_at(t.span).is_none());
        let mut things: Vec<EntityId> = topic.named.iter().rev().map(|&(thing, _)| thing).collect();
        let others = [
            behind,
            before,
            spent,
            suffered,
            about.stated,
            held,
            same,
            topic.subject,
            topic.first,
            topic.headword,
            topic.main,
        ];
        for other in others.into_iter().flatten() {
            if !things.contains(&other) {
                things.push(other);
            }
        }
        let candidate = |thing: EntityId| {
            let mut clues = vec![Clue::Any];
            let is = |place: Option<EntityId>| place == Some(thing);
            let last = topic.named.iter().find(|&&(named, _)| named == thing).map(|&(_, mention)| mention);
            let here = last.filter(|&mention| mention >= self.all.start).and_then(|mention| self.mentions.get(mention));
            // What is tied to the number itself needs no look at the words around.
            let loose = ![behind, before, spent, suffered, held, about.stated].contains(&Some(thing));
            let near = here.is_some_and(|m| clause.contains(m.span));
            let subject = is(topic.subject) && !is(about.stated);
            let class = self.entities.get(thing.0).map_or("", |e| e.class.name());
            let fits = |fit: &&Fit| fit.units.contains(&amount.unit);
            let fit = |classes: fn(&Fit) -> &BTreeSet<String>| {
                self.measures.fit.iter().filter(fits).any(|fit| classes(fit).contains(class))
            };
            let shown = [
                (Clue::Behind, is(behind)),
                (Clue::Before, is(before)),
                (Clue::Spent, is(spent)),
                (Clue::Stated, is(about.stated)),
                (Clue::Held, is(held)),
                (Clue::Suffered, is(suffered)),
                (Clue::Doer, here.is_some_and(|m| self.does(m.span, span))),
                (Clue::Carried, subject && topic.age == Age::Fresh),
                (Clue::Remembered, subject && topic.age == Age::Remembered),
                (Clue::Parted, subject && topic.age == Age::Parted),
                (Clue::Interrupted, subject && topic.interrupted || loose && topic.replaced),
                (Clue::Pointed, nouns.iter().any(|noun| self.heads(thing, noun) || self.means(noun, thing))),
                (Clue::Same, is(same)),
                (Clue::Near, near),
                (Clue::Earlier, here.is_some() && !near),
                (Clue::Introduced, loose && here.is_some_and(|m| self.introduced(m.span))),
                (Clue::Listed, loose && here.is_some_and(|m| self.listed(m.span))),
                (
                    Clue::Object,
                    loose && !self.is(thing, &self.measures.deed) && here.is_some_and(|m| self.is_object(m.span)),
                ),
                (Clue::Dropped, subject && dropped && !topic.interrupted),
                (Clue::Quoted, quoted.is_some_and(|open| here.is_none_or(|m| m.span.end <= open))),
                (Clue::Headword, is(topic.headword)),
                (Clue::Main, is(topic.main)),
                (Clue::Frequent, self.counts.get(thing.0).is_some_and(|&count| count >= FREQUENT)),
                (Clue::First, is(topic.first)),
                (Clue::Fit, fit(|fit| &fit.classes)),
                (Clue::Unfit, fit(|fit| &fit.never)),
                (Clue::Ground, self.is_ground(thing)),
                (Clue::Attended, self.is(thing, &self.measures.deed) && self.measures.people.contains(&amount.unit)),
                (Clue::Aside, self.is(thing, &self.measures.aside)),
            ];
            clues.extend(shown.into_iter().filter(|&(_, shown)| shown).map(|(clue, _)| clue));
            let beyond = |clue: &&Clue| loose || **clue == Clue::Describing;
            clues.extend(common.iter().filter(beyond));
            Candidate { thing, clues }
        };
        things.into_iter().map(candidate).collect()
    }

    /// What speaks for and against all things alike.
    fn clues_of_all(&self, at: usize, amount: &Amount, clause: &Span, about: About, topic: &Topic) -> Vec<Clue> {
        let span = self.mentions.get(at).map_or(*clause, |m| m.span);
        let before = self.tokens(Span::new(clause.start, span.start));
        let other = before
            .iter()
            .any(|t| self.measures.demonstrative.contains(self.text(t)) && self.mention_at(t.span).is_none());
        let unowned = topic.before.is_some_and(|(before, owner)| owner.is_none() && !self.names_between(before, at));
        let joins = |t: Option<&Token>| t.is_some_and(|t| self.measures.join.contains(self.text(t)));
        let after = self.tokens(Span::new(span.end, clause.end));
        let relative = match before {
            [.., verb, of] => joins(Some(of)) && verb.pos == Pos::Verb && self.mention_at(verb.span).is_none(),
            _ => false,
        };
        let property = before.iter().rev().find(|t| !self.measures.link.contains(self.text(t)));
        let property = property.is_some_and(|t| self.is_property(self.text(t)) && self.mention_at(t.span).is_none());
        let shown = [
            (Clue::Property, property),
            (Clue::Relative, relative),
            (Clue::Describing, joins(after.first()) && self.measures.describing.contains(&amount.unit)),
            (Clue::Acting, about.start == Start::Acting),
            (Clue::Nominal, about.start == Start::Noun),
            (Clue::Opening, about.start == Start::Counted),
            (Clue::Lasting, self.measures.lasting.contains(&amount.unit)),
            (Clue::Unowned, unowned),
            (Clue::Other, other),
        ];
        shown.into_iter().filter(|&(_, shown)| shown).map(|(clue, _)| clue).collect()
    }

    /// The nouns and pronouns that stand in no name.
    fn nouns(&self, words: Span) -> Vec<&'a str> {
        let may_mean = |t: &&Token| noun_like(t.pos) || t.pos == Pos::Pronoun;
        let plain = self.tokens(words).iter().filter(|t| may_mean(t) && self.mention_at(t.span).is_none());
        plain.map(|t| self.text(t)).filter(|text| text.chars().nth(1).is_some()).collect()
    }

    /// 全县有22家: the thing that is meant by the noun which the clause opens with.
    fn opened(&self, clause: &Span, topic: &Topic) -> Option<EntityId> {
        let first = self.tokens(*clause).iter().find(|t| !self.measures.opening.contains(self.text(t)))?;
        let noun = self.mention_at(first.span).is_none().then(|| self.text(first))?;
        let mut named = topic.named.iter().rev().map(|&(thing, _)| thing);
        let mut likely = topic.subject.into_iter().chain(topic.main).chain(named.clone());
        named.find(|&thing| self.heads(thing, noun)).or_else(|| likely.find(|&thing| self.means(noun, thing)))
    }

    /// 待大桥合龙: the thing named last whose name ends in a noun of the clause.
    fn indicated(&self, clause: &Span, topic: &Topic) -> Option<EntityId> {
        let named = topic.named.iter().rev().map(|&(thing, _)| thing);
        self.nouns(*clause).iter().find_map(|&noun| named.clone().find(|&thing| self.heads(thing, noun)))
    }

    /// Whether a noun is the last word of the thing's name: 大桥 for 某某大桥.
    fn heads(&self, thing: EntityId, noun: &str) -> bool {
        let ends = |surface: &String| surface.len() > noun.len() && surface.ends_with(noun);
        self.measures.headed.contains(noun) && self.entities.get(thing.0).is_some_and(|e| e.surfaces.iter().any(ends))
    }

    /// Whether a noun stands for things of its class: 全县 for a county.
    fn means(&self, noun: &str, thing: EntityId) -> bool {
        let class = self.entities.get(thing.0).map_or("", |e| e.class.name());
        self.measures.definite.iter().any(|definite| definite.words.contains(noun) && definite.classes.contains(class))
    }

    /// 对某公司罚款5万元: the thing that something is done to.
    fn suffered(&self, span: Span, clause: &Span) -> Option<EntityId> {
        let name = self.names(&Span::new(clause.start, span.start)).next_back()?;
        let name_span = self.mentions.get(name)?.span;
        let between = self.tokens(Span::new(name_span.end, span.start));
        let done = between.iter().any(|t| self.measures.suffer.contains(self.text(t)));
        (done && self.introduced(name_span)).then(|| self.owners.get(name).copied().flatten()).flatten()
    }

    /// 产量, 面积, 收入: whether a word names something that a thing has more or less of.
    fn is_property(&self, word: &str) -> bool {
        let mut chars = word.chars();
        let last = chars.next_back().map_or(0, char::len_utf8);
        let ending = cut(word, word.len() - last..word.len());
        chars.next().is_some() && self.measures.property.contains(ending) || self.measures.property.contains(word)
    }

    /// 支援某县: whether a verb stands right before a name.
    fn is_object(&self, name: Span) -> bool {
        let before = self.tokens(Span::new(self.sentence.span.start, name.start));
        let acts = |t: &Token| t.pos == Pos::Verb && !self.measures.post.contains(self.text(t));
        before.last().is_some_and(|t| acts(t) && self.mention_at(t.span).is_none())
    }

    /// Where the speech begins that the number stands in: “我们有3家店.
    fn quoted(&self, span: Span) -> Option<usize> {
        let before = self.tokens(Span::new(self.sentence.span.start, span.start));
        let mark = before.iter().rev().find(|t| matches!(self.text(t), "“" | "”" | "「" | "」"))?;
        matches!(self.text(mark), "“" | "「").then_some(mark.span.end)
    }

    /// 某法院判处3年, but not 某公司被罚款5万元: whether a name stands before what is done to somebody else.
    fn does(&self, name: Span, number: Span) -> bool {
        let between = self.tokens(Span::new(name.end, number.start.max(name.end)));
        let before = self.tokens(Span::new(self.sentence.span.start, name.start)).last();
        let passive = |t: Option<&Token>| t.is_some_and(|t| self.measures.passive.contains(self.text(t)));
        let aimed = self.introduced(name) && !passive(before);
        let verb = between.iter().position(|t| self.measures.suffer.contains(self.text(t)));
        !aimed && verb.is_some_and(|at| !between.iter().take(at).any(|t| passive(Some(t))))
    }

    /// Whether a thing is named between two mentions.
    fn names_between(&self, from: usize, to: usize) -> bool {
        (from..to).any(|i| self.owners.get(i).is_some_and(Option::is_some))
    }

    /// Whether a mention only says who reports: 记者某某, 某社7月31日电, 据某报报道, （某报 某某）.
    fn is_source(&self, at: usize) -> bool {
        let Some(span) = self.mentions.get(at).map(|m| m.span) else { return false };
        let behind = self.tokens(Span::new(span.end, self.sentence.span.end));
        let ahead = self.tokens(Span::new(self.sentence.span.start, span.start));
        let passed = |t: &&Token| {
            let text = self.text(t);
            let date = matches!(t.pos, Pos::Numeral | Pos::Time);
            self.in_mention(t.span) || date || text.trim().is_empty() || self.measures.separator.contains(text)
        };
        let next = behind.iter().find(|t| !passed(t)).map_or("", |t| self.text(t));
        let last = ahead.iter().rev().find(|t| !passed(t)).map_or("", |t| self.text(t));
        let bracketed = matches!(last, "（" | "(" | "【" | "[") && matches!(next, "）" | ")" | "】" | "]");
        let touching = ahead.iter().next_back().map_or("", |t| self.text(t));
        let said = || {
            let words = behind.iter().take(SOURCE).map(|t| self.text(t));
            words
                .take_while(|&text| text != "，")
                .any(|text| self.measures.say.contains(text) || self.measures.report.contains(text))
        };
        bracketed
            || self.measures.report.contains(next)
            || self.measures.reporter.contains(last)
            || self.measures.origin.contains(touching) && said()
    }

    /// Whether the name at `at` only says what a trade is in: 江海绿茶产业. What is counted then is the place's.
    fn is_trade(&self, at: usize) -> bool {
        let (Some(mention), Some(&Some(owner))) = (self.mentions.get(at), self.owners.get(at)) else { return false };
        let behind = self.sentence.key.of(Span::new(mention.span.end, self.sentence.span.end));
        self.is(owner, &self.measures.goods)
            && self.measures.trade.iter().any(|trade| behind.starts_with(trade.as_str()))
    }

    /// Whether the class of a thing is one of these.
    fn is(&self, thing: EntityId, classes: &BTreeSet<String>) -> bool {
        self.entities.get(thing.0).is_some_and(|e| classes.contains(e.class.name()))
    }

    /// The clauses of the sentence: what stands between commas and other stops, and what somebody says: 某部称|有12架.
    fn clauses(&self) -> Vec<Span> {
        let mut clauses = Vec::new();
        let mut start = self.sentence.span.start;
        let tokens = &self.sentence.tokens;
        for (token, next) in tokens.iter().zip(tokens.iter().skip(1).map(Some).chain([None])) {
            if (self.is_stop(token) || self.introduces(token, next)) && !self.in_mention(token.span) {
                clauses.push(Span::new(start, token.span.end));
                start = token.span.end;
            }
        }
        if start < self.sentence.span.end {
            clauses.push(Span::new(start, self.sentence.span.end));
        }
        clauses
    }

    fn is_stop(&self, token: &Token) -> bool {
        let stops = ['，', ',', '；', ';', '。', '：', ':', '！', '？', '…', '!', '?'];
        token.pos == Pos::Punctuation && self.text(token).contains(stops)
    }

    /// Whether what somebody says begins behind the word: 某部称某国有12架, but not 某公司宣布完成融资.
    fn introduces(&self, token: &Token, next: Option<&Token>) -> bool {
        let speaks = matches!(token.pos, Pos::Verb | Pos::VerbalNoun) && self.measures.say.contains(self.text(token));
        speaks
            && next.is_some_and(|next| match next.pos {
                Pos::Verb => self.measures.possess.contains(self.text(next)),
                Pos::VerbalNoun | Pos::Adverb | Pos::Particle | Pos::Punctuation | Pos::Locality => false,
                Pos::Noun
                | Pos::Person
                | Pos::Place
                | Pos::Organization
                | Pos::ProperNoun
                | Pos::Time
                | Pos::Adjective
                | Pos::Pronoun
                | Pos::Numeral
                | Pos::Classifier
                | Pos::Preposition
                | Pos::Conjunction
                | Pos::Abbreviation
                | Pos::Idiom
                | Pos::Morpheme
                | Pos::Latin
                | Pos::Unknown => true,
            })
    }

    /// 举办某展览, 某展览在某市举行: the event that a clause says is held.
    fn held(&self, clause: &Span) -> Option<EntityId> {
        let holds = |words: &[Token]| {
            let verb = words
                .iter()
                .find(|t| matches!(t.pos, Pos::Verb | Pos::VerbalNoun) && self.mention_at(t.span).is_none());
            verb.is_some_and(|t| self.measures.hold.contains(self.text(t)))
        };
        let is_deed = |&name: &usize| {
            let owner = self.owners.get(name).copied().flatten();
            owner.is_some_and(|owner| self.is(owner, &self.measures.deed))
        };
        let name = self.names(clause).rev().find(is_deed)?;
        let span = self.mentions.get(name)?.span;
        let before = self.tokens(Span::new(clause.start, span.start));
        let verb = before.iter().rev().find(|t| matches!(t.pos, Pos::Verb | Pos::VerbalNoun));
        let object = verb.is_some_and(|t| self.measures.hold.contains(self.text(t)));
        let subject = !self.introduced(span) && holds(self.tokens(Span::new(span.end, clause.end)));
        (object || subject).then(|| self.owners.get(name).copied().flatten()).flatten()
    }

    /// Whether a number tells of the event that the sentence has named before: 200名师生聆听, 某县4所小学参加.
    ///
    /// It counts whom or what the clause begins with; behind a verb it is the deed of whoever holds the event.
    fn serves(&self, span: Span, clause: &Span, stated: Option<EntityId>, amount: &Amount) -> bool {
        // 来自25所学校的百余人: whence they come is no deed.
        let acts = |t: &Token| {
            matches!(t.pos, Pos::Verb | Pos::VerbalNoun | Pos::Pronoun) && !self.measures.oblique.contains(self.text(t))
        };
        let before = self.tokens(Span::new(clause.start, span.start));
        let apart =
            before.first().is_some_and(|t| self.measures.neutral.contains(self.text(t))) || before.iter().any(acts);
        let next = self.tokens(Span::new(span.end, clause.end)).first();
        // A classifier, and no sum or share.
        let counter = amount.unit.starts_with(is_han);
        let counts = self.measures.people.contains(&amount.unit) || counter && next.is_some_and(|t| noun_like(t.pos));
        counts && !apart && stated.is_none_or(|id| self.is_ground(id))
    }

    /// Whether a thing is a place with a government.
    fn is_ground(&self, thing: EntityId) -> bool {
        self.entities.get(thing.0).is_some_and(|e| self.measures.ground.contains(e.class.name()))
    }

    /// Whether a number belongs to the name of a discipline (女子100米栏), or describes a task (为期三年的工作).
    fn named(&self, span: Span, clause: &Span, amount: &Amount) -> bool {
        let before = self.tokens(Span::new(self.sentence.span.start, span.start));
        let Some(word) = before.last().map(|t| self.text(t)) else { return false };
        let discipline =
            self.measures.discipline.contains(word) && self.measures.discipline_unit.contains(&amount.unit);
        let next = self.tokens(Span::new(span.end, clause.end)).first();
        let describes = next.is_some_and(|t| self.measures.join.contains(self.text(t)));
        discipline || describes && self.measures.term.contains(word)
    }

    /// What a clause begins with that names no subject.
    fn start(&self, clause: &Span) -> Start {
        let mut tokens = self.tokens(*clause).iter().peekable();
        let mut noun = false;
        let link = |noun: bool| if noun { Start::Noun } else { Start::Open };
        while let Some(token) = tokens.next() {
            let text = self.text(token);
            if self.measures.opening.contains(text) {
                continue;
            }
            if !noun && (self.measures.neutral.contains(text) || self.measures.oblique.contains(text)) {
                return Start::Open;
            }
            let mention = self.mention_at(token.span);
            if let Some(number) = mention.filter(|m| matches!(m.kind, MentionKind::Value(Value::Quantity(_)))) {
                if noun {
                    return Start::Noun;
                }
                let end = number.span.end;
                while tokens.next_if(|t| t.span.start < end).is_some() {}
                let counted = tokens.peek().is_some_and(|t| noun_like(t.pos));
                let rest = self.tokens(Span::new(end, clause.end));
                let acts = |t: &Token| matches!(t.pos, Pos::Verb | Pos::Adverb | Pos::Adjective | Pos::Idiom);
                return if counted && rest.iter().any(acts) { Start::Counted } else { Start::Open };
            }
            let linking = self.measures.link.contains(text) || self.measures.change.contains(text);
            match token.pos {
                _ if mention.is_some_and(|m| !matches!(m.kind, MentionKind::Value(_))) => return Start::Open,
                Pos::Verb | Pos::VerbalNoun if self.is_property(text) => noun = true,
                Pos::Verb | Pos::VerbalNoun if linking => return link(noun),
                Pos::Verb if noun && !self.measures.verb.contains(text) => return Start::Acting,
                Pos::Verb => return Start::Open,
                Pos::Noun | Pos::Organization | Pos::ProperNoun | Pos::Person => noun = true,
                // 半决赛上: where, not who.
                Pos::Locality => return Start::Open,
                Pos::Time
                | Pos::Adverb
                | Pos::Conjunction
                | Pos::Particle
                | Pos::Punctuation
                | Pos::Numeral
                | Pos::Classifier => {}
                _ if !noun => return Start::Open,
                _ => {}
            }
        }
        link(noun)
    }

    /// The mention that covers the start of the place.
    fn mention_at(&self, span: Span) -> Option<&'a Mention> {
        let mentions = self.mentions.get(self.all.clone()).unwrap_or(&[]);
        let next = mentions.partition_point(|m| m.span.start <= span.start);
        next.checked_sub(1).and_then(|i| mentions.get(i)).filter(|m| m.span.end > span.start)
    }

    /// What the clause says that it is about, if it says so before its first number.
    fn clause_subject(&self, clause: &Span) -> Option<EntityId> {
        let mut names = self.names(clause).peekable();
        let mut read = clause.start;
        let here = self.mentions.get(self.all.clone()).unwrap_or(&[]);
        // Whether the name before stands in a phrase of its own: 由京沪铁路上的某站引出.
        let mut phrase = false;
        let mut checked = self.all.start + here.partition_point(|m| m.span.start < clause.start);
        while let Some(name) = names.next() {
            let span = self.mentions.get(name)?.span;
            let tokens = self.tokens(Span::new(read, span.start.max(read)));
            let acts = |t: &Token| match t.pos {
                Pos::Verb | Pos::Unknown => !self.measures.say.contains(self.text(t)),
                Pos::VerbalNoun => t.span.start == clause.start,
                Pos::Noun
                | Pos::Person
                | Pos::Place
                | Pos::Organization
                | Pos::ProperNoun
                | Pos::Time
                | Pos::Locality
                | Pos::Adjective
                | Pos::Adverb
                | Pos::Pronoun
                | Pos::Numeral
                | Pos::Classifier
                | Pos::Preposition
                | Pos::Conjunction
                | Pos::Particle
                | Pos::Abbreviation
                | Pos::Idiom
                | Pos::Morpheme
                | Pos::Latin
                | Pos::Punctuation => false,
            };
            if tokens.iter().any(acts) || self.counts_between(checked, name) {
                return None;
            }
            checked = name;
            read = span.end;
            let tied = phrase && tokens.last().is_some_and(|t| self.measures.join.contains(self.text(t)));
            if tied || self.introduced(span) || self.listed(span) {
                phrase = true;
                continue;
            }
            // The last of names that touch each other is the head: 和田县|人民医院.
            let mut head = name;
            while let Some(&next) = names.peek() {
                let (Some(a), Some(b)) = (self.mentions.get(head), self.mentions.get(next)) else { break };
                let between = self.tokens(Span::new(a.span.end, b.span.start.max(a.span.end)));
                // 某公司的空客机队: what stands behind 的 only describes the noun.
                let joined = matches!(between, [t] if self.measures.join.contains(self.text(t)));
                let noun = self.tokens(Span::new(b.span.end, clause.end)).first().is_some_and(|t| t.pos == Pos::Noun);
                let touching = between.is_empty() || self.title_between(between) && !(joined && noun);
                if !touching || b.span.start < a.span.end {
                    break;
                }
                head = next;
                names.next();
            }
            return self.owners.get(head).copied().flatten();
        }
        None
    }

    /// Whether a quantity stands between two mentions that does not only describe what follows: 投资5亿元的某园.
    fn counts_between(&self, from: usize, to: usize) -> bool {
        let counts = |m: &Mention| {
            let after = self.tokens(Span::new(m.span.end, self.sentence.span.end));
            let describes = after.first().is_some_and(|t| self.measures.join.contains(self.text(t)));
            matches!(m.kind, MentionKind::Value(Value::Quantity(_))) && !describes
        };
        (from..to).any(|i| self.mentions.get(i).is_some_and(counts))
    }

    /// Whether the words can be a post between a body and its holder: 集团董事长.
    fn title_between(&self, words: &[Token]) -> bool {
        // 甲商会书记、乙公司董事长丙: the pause stands behind a post.
        let words = match words {
            [post @ .., pause] if !post.is_empty() && self.text(pause) == PAUSE => post,
            words => words,
        };
        words.len() <= POST
            && words.iter().all(|t| {
                t.pos == Pos::Noun
                    || self.measures.post.contains(self.text(t))
                    || self.measures.join.contains(self.text(t))
            })
    }

    /// Whether the clause only says who speaks.
    fn reports(&self, clause: &Span) -> bool {
        let tokens = self.tokens(*clause);
        tokens
            .iter()
            .rev()
            .filter(|t| t.pos != Pos::Punctuation)
            .take(2)
            .any(|t| self.measures.say.contains(self.text(t)))
    }

    /// 甲、乙等4户企业, 甲、乙两位: whether the number sums up a list that the clause begins with, so that nobody has it.
    fn sums_up(&self, span: Span, clause: &Span) -> bool {
        let before = |end: usize| self.tokens(Span::new(clause.start, end));
        let name = self.names(&Span::new(clause.start, span.start)).next_back();
        let Some(name) = name.and_then(|name| self.mentions.get(name)) else { return false };
        let between = self.tokens(Span::new(name.span.end, span.start));
        let list = |t: &Token| self.measures.list.contains(self.text(t));
        let ends = match between {
            [] => name.span.end == span.start && before(name.span.start).last().is_some_and(list),
            [etc] => list(etc) && self.text(etc) != PAUSE,
            _ => false,
        };
        let acts = |t: &Token| {
            let has = t.pos == Pos::Verb || self.measures.possess.contains(self.text(t));
            has && self.mention_at(t.span).is_none()
        };
        ends && !before(name.span.start).iter().rev().take(LIST).any(acts)
    }

    /// 总投资2亿元的学校: the thing behind a number and 的.
    fn behind(&self, at: usize, span: Span, clause: &Span) -> Option<EntityId> {
        let (owner, between) = self.next_thing(at, span, clause)?;
        // 建有2000亩的基地: whoever has it.
        let before = self.tokens(Span::new(clause.start, span.start));
        if before.iter().rev().take(2).any(|t| self.measures.possess.contains(self.text(t))) {
            return None;
        }
        let [first, rest @ ..] = between else { return None };
        let joined = self.measures.join.contains(self.text(first));
        (joined && rest.len() <= 2 && rest.iter().all(|t| title_like(t.pos))).then_some(owner)
    }

    /// 铁路全长90公里: the thing before the measure, with no verb between them.
    fn right_before(&self, span: Span, clause: &Span) -> Option<EntityId> {
        let name = self.names(&Span::new(clause.start, span.start)).next_back()?;
        let name_span = self.mentions.get(name)?.span;
        let between = self.tokens(Span::new(name_span.end, span.start));
        if between.len() > 6 {
            return None;
        }
        let plain = |t: &Token| {
            let text = self.text(t);
            let verb = t.pos == Pos::Verb && !self.measures.link.contains(text) && !self.measures.change.contains(text);
            !verb && !self.measures.list.contains(text) && !matches!(text, "）" | ")" | "（" | "(")
        };
        let before = self.tokens(Span::new(clause.start, name_span.start)).last();
        let listed = before.is_some_and(|t| self.measures.list.contains(self.text(t)));
        let verb = before.is_some_and(|t| t.pos == Pos::Verb);
        let introduced = self.introduced(name_span) && !(verb && between.is_empty());
        if !between.iter().all(plain) || introduced || listed {
            return None;
        }
        // 某公司的空客机队规模: what stands behind 的 only describes the measure.
        if before.is_some_and(|t| self.measures.join.contains(self.text(t))) && !between.is_empty() {
            return None;
        }
        // 前往某研究所工作了4个月: the object of a verb has the number only if the two touch.
        let object = before.is_some_and(|t| t.pos == Pos::Verb)
            || name.checked_sub(1).is_some_and(|i| {
                self.mentions.get(i).is_some_and(|m| m.span.end == name_span.start && clause.contains(m.span))
                    && self
                        .tokens(Span::new(clause.start, name_span.start))
                        .iter()
                        .rev()
                        .take(6)
                        .any(|t| t.pos == Pos::Verb)
            });
        let owner = self.owners.get(name).copied().flatten()?;
        // 开展某巡诊40场次: the number counts the deed itself.
        let deed = self.entities.get(owner.0).is_some_and(|e| self.measures.deed.contains(e.class.name()));
        if object
            && !between.is_empty()
            && !(deed && between.iter().all(|t| noun_like(t.pos) || self.measures.link.contains(self.text(t))))
        {
            return None;
        }
        Some(owner)
    }

    /// 投入600万元实施某某工程: the work that a sum is spent on, where the clause names nobody who spends it.
    fn spent_on(&self, at: usize, span: Span, clause: &Span, stated: Option<EntityId>) -> Option<EntityId> {
        if stated.is_some() {
            return None;
        }
        let before = self.tokens(Span::new(clause.start, span.start));
        let verb = before.iter().rev().take(2).any(|t| self.measures.spend.contains(self.text(t)));
        let (owner, between) = self.next_thing(at, span, clause)?;
        let work = between.first().is_some_and(|t| self.measures.work.contains(self.text(t)));
        (verb && work && between.len() <= 2).then_some(owner)
    }

    /// What the number at `span` measures, and the words from that to the number.
    fn measure(&self, span: Span, clause: &Span, earlier: &str) -> (String, Span) {
        let after = self.tokens(Span::new(span.end, clause.end));
        let skip = usize::from(after.first().is_some_and(|t| self.measures.join.contains(self.text(t))));
        // What is named is whose the number is, not what it measures.
        let counted = |t: &&Token| noun_like(t.pos) && !self.in_mention(t.span);
        let noun: Vec<&Token> = after.get(skip..).unwrap_or(&[]).iter().take_while(counted).take(5).collect();
        let said_before = self.tokens(Span::new(clause.start, span.start));
        // 总投资1.6亿元的某校: behind 的 stands the owner where the measure stands before the number.
        let owned = skip == 1 && said_before.last().is_some_and(|t| counted(&t));
        if let (Some(first), Some(last), false) = (noun.first(), noun.last(), owned) {
            let words = Span::new(first.span.start, last.span.end);
            return (self.sentence.key.of(words).to_owned(), span.cover(words));
        }
        let before = said_before;
        let links = before.iter().rev().take_while(|t| {
            self.measures.link.contains(self.text(t)) || matches!(t.pos, Pos::Adverb | Pos::Particle | Pos::Punctuation)
        });
        let before = before.get(..before.len() - links.count()).unwrap_or(&[]);
        let nouns = before.iter().rev().take_while(counted).take(5).count();
        let mut from = before.len() - nouns;
        let verb = before.get(from.wrapping_sub(1)).filter(|t| t.pos == Pos::Verb);
        let change = before.iter().rev().take(3).any(|t| self.measures.change.contains(self.text(t)));
        if let Some(verb) = verb
            && (nouns == 0 || self.measures.verb.contains(self.text(verb)))
        {
            from -= 1;
        }
        let words = before.get(from..).unwrap_or(&[]);
        let (Some(first), Some(last)) = (words.first(), words.last()) else {
            return (earlier.to_owned(), span);
        };
        let words = Span::new(first.span.start, last.span.end);
        let mut measure = self.sentence.key.of(words).to_owned();
        if change && nouns == 0 && !earlier.is_empty() {
            measure.insert_str(0, earlier);
        }
        (measure, span.cover(words))
    }

    /// The mentions of things in `span`, in text order.
    fn names(&self, span: &Span) -> impl DoubleEndedIterator<Item = usize> + use<'a> {
        let owners = self.owners;
        let here = self.mentions.get(self.all.clone()).unwrap_or(&[]);
        let from = self.all.start + here.partition_point(|m| m.span.start < span.start);
        let to = self.all.start + here.partition_point(|m| m.span.end <= span.end);
        (from..to.max(from)).filter(move |&i| owners.get(i).is_some_and(Option::is_some))
    }

    /// The thing that the mention behind `at` is of, if it stands in the clause; and the words between them.
    fn next_thing(&self, at: usize, span: Span, clause: &Span) -> Option<(EntityId, &'a [Token])> {
        let next = self.mentions.get(at + 1).filter(|m| clause.contains(m.span))?;
        let owner = self.owners.get(at + 1).copied().flatten()?;
        Some((owner, self.tokens(Span::new(span.end, next.span.start))))
    }

    /// Whether the word before a name makes it something else than a subject: 在伊宁县.
    fn introduced(&self, name: Span) -> bool {
        // 前往某国某研究所: what touches a name stands behind the same word.
        let touched = |start: usize| {
            let here = self.mentions.get(self.all.clone()).unwrap_or(&[]).iter();
            here.rev().find(|m| m.span.end == start && matches!(m.kind, MentionKind::Name(_))).map(|m| m.span.start)
        };
        let start = std::iter::successors(Some(name.start), |&start| touched(start)).last().unwrap_or(name.start);
        let before = self.tokens(Span::new(self.sentence.span.start, start));
        // 被誉为“中国艾都”: quotation marks do not part the two.
        let word = before.iter().rev().find(|t| !matches!(self.text(t), "“" | "‘" | "\"" | "「" | "《"));
        word.is_some_and(|t| self.measures.oblique.contains(self.text(t)))
    }

    /// Whether a name goes on a list that something else began: 以及某大学.
    fn listed(&self, name: Span) -> bool {
        let before = self.tokens(Span::new(self.sentence.span.start, name.start));
        before.last().is_some_and(|t| self.measures.list.contains(self.text(t)))
    }

    fn in_mention(&self, span: Span) -> bool {
        let mentions = self.mentions.get(self.all.clone()).unwrap_or(&[]);
        let next = mentions.partition_point(|m| m.span.start <= span.start);
        next.checked_sub(1).and_then(|i| mentions.get(i)).is_some_and(|m| m.span.contains(span))
    }

    /// The tokens that lie in `span`.
    fn tokens(&self, span: Span) -> &'a [Token] {
        let tokens = &self.sentence.tokens;
        let from = tokens.partition_point(|t| t.span.start < span.start);
        let to = tokens.partition_point(|t| t.span.end <= span.end);
        tokens.get(from..to.max(from)).unwrap_or(&[])
    }

    fn text(&self, token: &Token) -> &'a str {
        self.sentence.key.of(token.span)
    }
}

/// The enumeration comma.
const PAUSE: &str = "、";
/// How far back a list may begin, in tokens.
const LIST: usize = 60;
/// How many of the things named last are remembered.
const NAMED: usize = 24;
/// How often a document names what it is about at least.
const FREQUENT: usize = 3;
/// How many words on from a name 报道 makes it a source.
const SOURCE: usize = 5;
/// How sure it is that nobody has a number that sums up a list or belongs to a name.
const CERTAIN: f32 = 0.9;
/// Longest post between a body and its holder, in tokens.
const POST: usize = 4;

/// Whether a token can be part of a noun phrase.
fn noun_like(pos: Pos) -> bool {
    match pos {
        Pos::Noun
        | Pos::Person
        | Pos::Place
        | Pos::Organization
        | Pos::ProperNoun
        | Pos::VerbalNoun
        | Pos::Adjective
        | Pos::Abbreviation
        | Pos::Morpheme
        | Pos::Latin
        | Pos::Idiom
        | Pos::Unknown => true,
        Pos::Time
        | Pos::Locality
        | Pos::Verb
        | Pos::Adverb
        | Pos::Pronoun
        | Pos::Numeral
        | Pos::Classifier
        | Pos::Preposition
        | Pos::Conjunction
        | Pos::Particle
        | Pos::Punctuation => false,
    }
}

/// Whether a token can stand between a body and the person or part that it belongs to: 集团董事长某某.
fn title_like(pos: Pos) -> bool {
    noun_like(pos) && pos != Pos::Adjective
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Block, Document, Role};
    use crate::mention::value::Values;
    use crate::ontology::Ontology;
    use crate::sentence::{Segmenter, SentenceId, segment};
    use expect_test::{Expect, expect};
    use std::path::PathBuf;

    /// What is read from `text`, in which each of `names` is a thing of its own.
    fn read(text: &str, published: &str, names: &[Vec<String>], classes: &[String]) -> Vec<(Quantity, String)> {
        let resources = Resources::builtin();
        let segmenter = Segmenter::load(&resources).unwrap();
        let ontology = Ontology::load(&resources).unwrap();
        let class = ontology.class("Company").unwrap();
        let block = Block { span: Span::new(0, text.len()), role: Role::Paragraph };
        let lines = text.split_inclusive('\n').scan(0, |at, line| {
            let start = *at;
            *at += line.len();
            Some(Block { span: Span::new(start, start + line.trim_end().len()), ..block })
        });
        let document = Document {
            id: String::new(),
            origin: String::new(),
            date: published.parse().ok(),
            text: text.to_owned(),
            blocks: lines.filter(|block| !block.span.is_empty()).collect(),
        };
        let sentences = segment(&document, &segmenter);
        let mut mentions = Values::load(&resources).unwrap().find(&document, &sentences);
        let mut places: Vec<(Span, usize)> = Vec::new();
        for (number, surfaces) in names.iter().enumerate() {
            for surface in surfaces {
                places
                    .extend(text.match_indices(surface.as_str()).map(|(at, s)| (Span::new(at, at + s.len()), number)));
            }
        }
        places.sort_by_key(|(span, _)| std::cmp::Reverse(span.len()));
        let mut kept: Vec<(Span, usize)> = Vec::new();
        for place in places {
            if !kept.iter().any(|k| k.0.overlaps(place.0)) {
                kept.push(place);
            }
        }
        mentions.retain(|m| !kept.iter().any(|k| k.0.overlaps(m.span)));
        for (span, _) in &kept {
            let sentence = SentenceId(sentences.iter().position(|s| s.span.contains(*span)).unwrap_or(0));
            let found_by = Finder::Pattern(String::new());
            mentions.push(Mention {
                span: *span,
                sentence,
                kind: MentionKind::Name(class),
                found_by,
                confidence: Confidence::CERTAIN,
            });
        }
        mentions.sort_by_key(|m| m.span);
        let entities: Vec<Entity> = names
            .iter()
            .enumerate()
            .map(|(number, surfaces)| Entity {
                local_name: String::new(),
                class: classes.get(number).and_then(|c| ontology.class(c)).unwrap_or(class),
                name: surfaces.first().cloned().unwrap_or_default(),
                surfaces: surfaces.clone(),
                notation: None,
                mentions: (0..mentions.len())
                    .filter(|&i| kept.contains(&(mentions[i].span, number)))
                    .map(MentionId)
                    .collect(),
            })
            .collect();
        let found = quantities(&sentences, &mentions, &entities, None, &Measures::load(&resources).unwrap());
        let text = |q: &Quantity| mentions[q.mention.0].span.of(&document.text).to_owned();
        found.into_iter().map(|q| (q.clone(), text(&q))).collect()
    }

    /// `names` are companies unless they say what they are: 云海艺术展/Event.
    fn check(text: &str, names: &[&str], expected: Expect) {
        let named = names.iter().map(|name| name.split_once('/').unwrap_or((name, "Company")));
        let (names, classes): (Vec<_>, Vec<_>) =
            named.map(|(name, class)| (vec![name.to_owned()], class.to_owned())).unzip();
        let mut out = String::new();
        for (quantity, number) in read(text, "", &names, &classes) {
            let subject = quantity.subject.map_or("-", |s| names[s.0][0].as_str());
            let time = quantity.time.map_or(String::new(), |t| format!(" {t}"));
            out.push_str(&format!("{subject} {} {number}{time}\n", quantity.measure));
        }
        expected.assert_eq(&out);
    }

    #[test]
    fn a_number_belongs_to_what_the_clause_is_about() {
        check(
            "2020年，青河公司实现年产值2500万元，同比增长8.5%，带动1500多户农户。总投资2.12亿元的东山中学已交付。东山中学占地188亩，设置床位600张。",
            &["青河公司", "东山中学"],
            expect![[r#"
                青河公司 年产值 2500万元 2020
                青河公司 年产值增长 8.5% 2020
                青河公司 农户 1500多户 2020
                东山中学 总投资 2.12亿元
                东山中学 占地 188亩
                东山中学 设置床位 600张
            "#]],
        );
    }

    #[test]
    fn an_event_that_is_held_has_the_numbers_behind_it() {
        check(
            "青河公司举办云海艺术展，200余名师生参观，东山县4所小学参加，投入50万元。青河公司主办的云海艺术展上，青河公司签约项目6个。",
            &["青河公司", "云海艺术展/Event", "东山县/AdministrativeArea"],
            expect![[r#"
                云海艺术展 师生参观 200余名
                云海艺术展 小学 4所
                青河公司 投入 50万元
                青河公司 签约项目 6个
            "#]],
        );
    }

    #[test]
    fn disciplines_and_terms_belong_to_nobody() {
        check(
            "李江在女子100米栏决赛中跑出12秒76。青河公司派出为期三年的工作组。",
            &["李江/Person", "青河公司"],
            expect![[r#"
                - 决赛 100米
                李江 出 12秒76
                - 工作组 三年
            "#]],
        );
    }

    #[test]
    fn a_trade_is_that_of_its_place() {
        check(
            "东山县盛产江海绿茶，江海绿茶产业产值5亿元，有企业18家。",
            &["东山县/AdministrativeArea", "江海绿茶/Product"],
            expect![[r#"
                东山县 产业产值 5亿元
                东山县 企业 18家
            "#]],
        );
    }

    #[test]
    fn who_has_a_list_has_its_sum() {
        check(
            "青河公司分设远山部、东山部、白云部3个部门。青河公司的白云客机队伍扩至59架。",
            &["青河公司", "远山部", "东山部", "白云部", "白云"],
            expect![[r#"
                青河公司 部门 3个
                青河公司 客机队伍 59架
            "#]],
        );
    }

    #[test]
    fn who_reports_has_no_numbers() {
        check(
            "青河网东山8月4日电 东山公司新建厂房2座。（白云报 李江）据白云报报道，产品销往12个国家。",
            &["青河网/Media", "东山", "东山公司", "白云报/Media", "李江/Person"],
            expect![[r#"
                东山公司 新建厂房 2座
                东山公司 国家 12个
            "#]],
        );
    }

    #[test]
    fn a_noun_may_mean_what_was_named_before() {
        check(
            "白云江大桥位于青河县。由东山公司承建，待大桥合龙后，全长1867米。全县有桥梁22座。",
            &["白云江大桥/Facility", "青河县/AdministrativeArea", "东山公司"],
            expect![[r#"
                白云江大桥 全长 1867米
                青河县 桥梁 22座
            "#]],
        );
        check(
            "青河公司成立于2024年。“今年我们还要再上两条生产线。”",
            &["青河公司"],
            expect![[r#"
                青河公司 生产线 两条
            "#]],
        );
    }

    #[test]
    fn who_comes_to_an_event_may_stand_in_the_next_sentence() {
        check(
            "云海艺术展在东山县举办。来自25个国家的百余位代表参加。",
            &["云海艺术展/Event", "东山县/AdministrativeArea"],
            expect![[r#"
                云海艺术展 国家 25个
                云海艺术展 代表 百余位
            "#]],
        );
    }

    #[test]
    fn a_fine_is_whose_it_is_imposed_on() {
        check(
            "东山局对青河公司罚款5万元。白云公司被东山局处罚3万元。",
            &["东山局/GovernmentBody", "青河公司", "白云公司"],
            expect![[r#"
                青河公司 罚款 5万元
                白云公司 处罚 3万元
            "#]],
        );
    }

    #[test]
    fn what_nobody_knows_takes_the_place_of_the_topic() {
        check(
            "青河公司与东山县签约。观测站建在山上，占地120亩。",
            &["青河公司", "东山县/AdministrativeArea"],
            expect![[r#"
                - 占地 120亩
            "#]],
        );
    }

    #[test]
    fn properties_go_on_being_those_of_the_topic() {
        check(
            "2025年，青河县汽车产能达到300万辆，其中电车产能达到150万辆；轮胎产值突破20亿元。",
            &["青河县/AdministrativeArea"],
            expect![[r#"
                青河县 产能 300万辆 2025
                青河县 产能 150万辆 2025
                青河县 轮胎产值 突破20亿元 2025
            "#]],
        );
    }

    #[test]
    fn annotated_quantities_have_their_subjects() {
        let gold = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/gold");
        if !gold.exists() {
            return;
        }
        let mut paths: Vec<_> = std::fs::read_dir(gold).unwrap().flatten().map(|e| e.path()).collect();
        paths.sort();
        let (mut right, mut wrong) = (0, 0);
        let mut report = String::new();
        for path in paths.iter().filter(|p| p.extension().is_some_and(|e| e == "json")) {
            let json: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
            let text = std::fs::read_to_string(path.with_extension("txt")).unwrap();
            let entities = json["entities"].as_array().unwrap();
            let string = |v: &serde_json::Value| v.as_str().unwrap_or("").to_owned();
            let names: Vec<Vec<String>> =
                entities.iter().map(|e| e["surfaces"].as_array().unwrap().iter().map(string).collect()).collect();
            let classes: Vec<String> = entities.iter().map(|e| string(&e["type"])).collect();
            for (quantity, number) in read(&text, json["published"].as_str().unwrap_or(""), &names, &classes) {
                let subject = quantity.subject.map_or(String::new(), |s| string(&entities[s.0]["id"]));
                let name =
                    |id: &str| entities.iter().find(|e| e["id"] == id).map_or("-".to_owned(), |e| string(&e["name"]));
                let value = quantity.amount.value.to_string();
                let same = |q: &&serde_json::Value| {
                    q["optional"] != true
                        && q["value"].to_string().trim_end_matches(".0") == value
                        && q["unit"] == quantity.amount.unit.as_str()
                };
                let golds: Vec<_> = json["quantities"].as_array().unwrap().iter().filter(same).collect();
                let Some(first) = golds.first() else { continue };
                let fits =
                    |q: &&&serde_json::Value| string(&q["s"]) == subject && q["bound"] == quantity.amount.bound.sign();
                if golds.iter().any(|q| fits(&q)) {
                    right += 1;
                } else {
                    wrong += 1;
                    report.push_str(&format!(
                        "{} {number} {} : {} for {} ({})\n",
                        string(&json["id"]),
                        quantity.measure,
                        name(&subject),
                        name(&string(&first["s"])),
                        string(&first["measure"])
                    ));
                }
            }
        }
        let share = 100 * right / (right + wrong);
        assert!(share >= 75, "{share} % have bound and subject right\n{report}");
    }
}
