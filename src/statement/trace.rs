//! Why the rules read what they read, and why not more.
//!
//! In: what [`extract`](super::extract) takes. Out: for each sentence its elements and clauses as the rules see them, the
//! patterns that matched, and those that did not: how far each came, and what stopped it.
//!
//! The matcher that reads the statements matches once more with an observer, which remembers the item of the pattern
//! that nothing got past. Why that item did not match is then found out from the elements around it.

use super::element::{Elements, Kind, Reading, ends_clause};
use super::matcher::{self, Attempt, Binding, Bound, Direction};
use super::rule::{Alternatives, Dated, Extractors, Gap, Item, Many, Role, Rule, Slot};
use super::subject::{Absence, Topics, introduced, names_post, subject};
use super::{Object, Status, each, may_nest};
use crate::date::Period;
use crate::document::Document;
use crate::entity::{Entity, EntityId};
use crate::mention::{Amount, Mention};
use crate::ontology::{Class, Property};
use crate::sentence::{Pos, Sentence};
use crate::span::{Span, cut};
use std::collections::BTreeMap;

/// One sentence as the rules see it.
#[derive(Clone, Debug, PartialEq)]
pub struct Trace {
    /// The row that patterns are matched against.
    pub elements: Vec<Part>,
    /// What its clauses are about.
    pub clauses: Vec<Clause>,
    /// The patterns that matched.
    pub matches: Vec<Match>,
    /// Every try of a pattern that did not match, in the order in which they were made.
    pub misses: Vec<Miss>,
}

/// One element of a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// Where it stands.
    pub span: Span,
    /// What it is.
    pub kind: PartKind,
}

/// What an element is to the rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartKind {
    /// A word.
    Word,
    /// A name or a phrase that points back, with what it means.
    Name(EntityId),
    /// A date.
    Time,
    /// A number.
    Amount,
    /// The enumeration comma, which does not end a clause.
    Pause,
    /// Another punctuation mark, which ends one.
    Mark,
}

/// One clause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clause {
    /// From its first to its last element.
    pub span: Span,
    /// What it says that it is about.
    pub subject: Option<EntityId>,
    /// What it may be about without saying so, the likeliest first.
    pub topics: Vec<EntityId>,
}

/// Words that an item of a pattern has matched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filled {
    /// What they are to the pattern: `subject`, `object`, `both`, `title`, `date`, `amount`, `name` or `words`.
    pub role: &'static str,
    /// The words; nothing where the thing was taken from the clauses before.
    pub span: Option<Span>,
    /// The thing that they name.
    pub entity: Option<EntityId>,
}

/// A pattern that matched.
#[derive(Clone, Debug, PartialEq)]
pub struct Match {
    /// The rule: `rules/foundedBy/person-founds`.
    pub rule: String,
    /// The pattern; empty for what names alone tell.
    pub pattern: String,
    /// How sure the rule is.
    pub confidence: f32,
    /// From the first to the last word that took part.
    pub span: Span,
    /// What its items have matched, in text order.
    pub filled: Vec<Filled>,
    /// What it says.
    pub claims: Vec<Claim>,
}

/// What a match says.
#[derive(Clone, Debug, PartialEq)]
pub struct Claim {
    /// What it is about.
    pub subject: EntityId,
    /// What is said of it.
    pub property: Property,
    /// Another thing or a date.
    pub object: Object,
    /// How the text puts it.
    pub status: Status,
    /// The word that makes it planned, denied or reported.
    pub status_word: Option<Span>,
    /// The post, role or kinship.
    pub title: Option<String>,
    /// When it held.
    pub time: Option<Period>,
    /// The amount that goes with it.
    pub amount: Option<Amount>,
}

/// A pattern that was tried and did not match.
#[derive(Clone, Debug, PartialEq)]
pub struct Miss {
    /// The rule: `rules/foundedBy/person-founds`.
    pub rule: String,
    /// What it would say.
    pub property: Property,
    /// The items of the pattern.
    pub pattern: Vec<String>,
    /// The words (or the name) from which it was tried.
    pub trigger: Span,
    /// Whether these are words of the pattern, and not just a name that fits or words inside a longer one.
    pub triggered: bool,
    /// Whether these words belong to the grammar of the rules (在, 和, 表示) and say little by themselves.
    pub is_grammar: bool,
    /// What its items have matched, in text order.
    pub filled: Vec<Filled>,
    /// How many items that stand for words have matched …
    pub matched: usize,
    /// … and how many there are.
    pub wanted: usize,
    /// The item that failed, as an index into the pattern; nothing where all matched and yet nothing is said.
    pub stuck: Option<usize>,
    /// Why it failed.
    pub reason: String,
}

impl Miss {
    /// What failed and why: `no <subject>: no name stands behind it`.
    pub fn why(&self) -> String {
        match self.stuck.and_then(|number| self.pattern.get(number)) {
            Some(item) => format!("no {item}: {}", self.reason),
            None => self.reason.clone(),
        }
    }

    /// How near it came to a match, for comparison.
    fn nearness(&self) -> (bool, usize, usize) {
        (self.triggered, 1000 * self.matched / self.wanted.max(1), self.matched)
    }
}

impl Trace {
    /// The best try of each pattern, the nearest first. Without `all`, only of those whose own words stand in the
    /// sentence and that did not match elsewhere in it.
    pub fn nearest(&self, all: bool) -> Vec<&Miss> {
        let matched = |miss: &Miss| self.matches.iter().any(|m| m.rule == miss.rule);
        best(self.misses.iter().filter(|miss| all || (miss.triggered && !matched(miss))))
    }
}

/// The best of the tries of each pattern, the nearest first.
pub fn best<'m>(misses: impl Iterator<Item = &'m Miss>) -> Vec<&'m Miss> {
    let mut best: BTreeMap<&str, &Miss> = BTreeMap::new();
    for miss in misses {
        let known = best.entry(&miss.rule).or_insert(miss);
        if miss.nearness() > known.nearness() {
            *known = miss;
        }
    }
    let mut best: Vec<&Miss> = best.into_values().collect();
    best.sort_by_key(|miss| std::cmp::Reverse(miss.nearness())); // stable: then by rule
    best
}

/// What the rules make of each sentence.
pub fn trace(
    document: &Document,
    sentences: &[Sentence],
    mentions: &[Mention],
    entities: &[Entity],
    extractors: &Extractors,
) -> Vec<Trace> {
    let reading = Reading::new(&document.text, mentions, entities, extractors);
    let mut traces = Vec::new();
    each(sentences, &reading, |elements, topics| traces.push(Tracer { elements, topics, reading: &reading }.trace()));
    for (composition, subject, object, span) in super::composition::find(&reading) {
        let at = sentences.partition_point(|sentence| sentence.span.end <= span.start);
        let Some(trace) = traces.get_mut(at) else { continue };
        trace.matches.push(Match {
            rule: composition.finder.clone(),
            pattern: String::new(),
            confidence: composition.confidence,
            span,
            filled: vec![Filled { role: "subject", span: Some(span), entity: Some(subject) }],
            claims: vec![Claim {
                subject,
                property: composition.property,
                object: Object::Entity(object),
                status: Status::Asserted,
                status_word: None,
                title: None,
                time: None,
                amount: None,
            }],
        });
    }
    traces
}

/// What could have matched is looked for so many elements on.
const SIGHT: usize = 120;

/// The item that a try did not get past, and what the items before it have matched.
#[derive(Default)]
struct Furthest {
    /// Nothing before the first item has been reached.
    reached: Option<(Direction, usize)>,
    /// The places where it was tried, in that order.
    places: Vec<usize>,
    bindings: Vec<Binding>,
}

impl matcher::Observer for Furthest {
    fn reached(&mut self, left: usize, at: usize, direction: Direction, bindings: &[Binding]) {
        let further = |(known, least): (Direction, usize)| {
            if known == direction { left < least } else { direction == Direction::Ahead }
        };
        if self.reached.is_none_or(further) {
            *self = Self { reached: Some((direction, left)), places: vec![at], bindings: bindings.to_vec() };
        } else if self.reached == Some((direction, left)) {
            self.places.push(at);
        }
    }
}

type Try<'t> = Attempt<'t, 't, Furthest>;

/// Follows the rules through one sentence.
struct Tracer<'t> {
    elements: &'t Elements<'t>,
    topics: &'t Topics,
    reading: &'t Reading<'t>,
}

impl<'t> Tracer<'t> {
    fn trace(&self) -> Trace {
        let extractors = self.reading.extractors;
        let (mut matches, mut misses) = (Vec::new(), Vec::new());
        matcher::tries(self.elements, extractors, |rule, from, to| {
            let mut attempt = Attempt::new(self.elements, self.topics, self.reading, Furthest::default());
            let finding = attempt.run(rule, from, to);
            let Some(finding) = finding else {
                misses.extend(self.miss(rule, from, to, &attempt));
                return false;
            };
            let may = |c: &matcher::Claim| !rule.nested || may_nest(c.subject, c.object, self.reading.entities);
            if finding.claims.iter().any(may) {
                matches.push(self.matched(rule, finding, &attempt.observer.bindings, may));
            } else {
                let reason = "the register codes of the two places do not nest".to_owned();
                misses.extend(self.miss(rule, from, to, &attempt).map(|miss| Miss { reason, ..miss }));
            }
            true
        });
        self.hidden(extractors, &mut misses);
        Trace { elements: self.parts(), clauses: self.clauses(), matches, misses }
    }

    fn parts(&self) -> Vec<Part> {
        let kind = |kind: &Kind| match kind {
            Kind::Word(_) => PartKind::Word,
            Kind::Name { entity, .. } => PartKind::Name(*entity),
            Kind::Time(_) => PartKind::Time,
            Kind::Amount(_) => PartKind::Amount,
            Kind::Pause => PartKind::Pause,
            Kind::Open(_) | Kind::Close(_) | Kind::Mark => PartKind::Mark,
        };
        self.elements.list.iter().map(|e| Part { span: e.span, kind: kind(&e.kind) }).collect()
    }

    fn clauses(&self) -> Vec<Clause> {
        let mut clauses = Vec::new();
        for start in self.topics.clauses() {
            let end = (start..self.elements.len()).find(|&i| self.elements.kind(i).is_some_and(ends_clause));
            let end = end.unwrap_or(self.elements.len());
            let Some(span) = self.span(start, end) else { continue };
            let topics = self.topics.before(start).map_or_else(Vec::new, super::subject::Topic::choices);
            clauses.push(Clause { span, subject: subject(self.elements, start, end, self.reading), topics });
        }
        clauses
    }

    /// From the element `from` to that before `to`.
    fn span(&self, from: usize, to: usize) -> Option<Span> {
        let elements = self.elements.list.get(from..to)?;
        Some(elements.first()?.span.cover(elements.last()?.span))
    }

    fn matched(
        &self,
        rule: &Rule,
        finding: matcher::Finding,
        bindings: &[Binding],
        may: impl Fn(&matcher::Claim) -> bool,
    ) -> Match {
        let claim = |claim: matcher::Claim| Claim {
            subject: claim.subject,
            property: rule.property,
            object: claim.object,
            status: claim.status,
            status_word: self.status_word(finding.span, claim.status),
            title: claim.title,
            time: claim.time,
            amount: claim.amount,
        };
        Match {
            rule: rule.finder.clone(),
            pattern: rule.wording.join(" "),
            confidence: rule.confidence,
            span: finding.span,
            filled: filled(bindings),
            claims: finding.claims.into_iter().filter(may).map(claim).collect(),
        }
    }

    /// The word in the match, before it or soon behind it that makes it planned, denied or reported.
    fn status_word(&self, span: Span, status: Status) -> Option<Span> {
        let lexicon = &self.reading.extractors.lexicon;
        let words: &[&Alternatives] = match status {
            Status::Asserted => return None,
            Status::Planned => &[&lexicon.planned],
            Status::Denied => &[&lexicon.denied, &lexicon.revoked],
            Status::Reported => &[&lexicon.reported],
        };
        let list = &self.elements.list;
        let from = list.partition_point(|e| e.span.start < span.start).saturating_sub(1);
        let to = list.partition_point(|e| e.span.start < span.end) + matcher::AFTERMATH;
        let word = |at: usize| words.iter().find_map(|words| self.elements.ahead(at, words).first().copied());
        (from..to.min(list.len())).find_map(|at| self.span(at, word(at)?))
    }

    fn miss(&self, rule: &Rule, from: usize, to: usize, attempt: &Try) -> Option<Miss> {
        let Furthest { reached, places, bindings } = &attempt.observer;
        let (direction, left) = (*reached)?;
        let stuck = match direction {
            Direction::Ahead => rule.items.len() - left,
            Direction::Behind => left.checked_sub(1)?,
        };
        let by_words = from < to;
        let done = match direction {
            Direction::Ahead => 0..stuck,
            Direction::Behind => stuck + 1..rule.anchor + 1,
        };
        let matched =
            rule.items.get(done).map_or(0, |items| items.iter().filter(|item| stands_for_words(item)).count());
        let reason = if attempt.steps == 0 {
            "there are too many ways to match it here; the search was given up".to_owned()
        } else {
            match rule.items.get(stuck) {
                Some(item) => Diagnosis { tracer: self, rule, attempt, direction, places }.why(stuck, item),
                None => self.unsaid(bindings),
            }
        };
        Some(Miss {
            rule: rule.finder.clone(),
            property: rule.property,
            pattern: rule.wording.clone(),
            trigger: self.span(from, to.max(from + 1))?,
            // A post is as good as a word of the pattern.
            triggered: by_words || bindings.iter().any(|b| matches!(b.what, Bound::Title(_))),
            is_grammar: self.is_grammar(from, to),
            filled: filled(bindings),
            matched,
            wanted: rule.items.iter().filter(|item| stands_for_words(item)).count(),
            stuck: (stuck < rule.items.len()).then_some(stuck),
            reason,
        })
    }

    /// Whether the elements from `from` to that before `to` are a word that the engine itself asks for.
    fn is_grammar(&self, from: usize, to: usize) -> bool {
        let lexicon = &self.reading.extractors.lexicon;
        let classes =
            [&lexicon.and, &lexicon.oblique, &lexicon.possessive, &lexicon.source, &lexicon.aspect, &lexicon.say];
        let word = self.elements.words_in(from, to);
        word.is_some_and(|word| classes.iter().any(|class| class.words.contains(word)))
    }

    /// Why nothing is said though all items have matched.
    fn unsaid(&self, bindings: &[Binding]) -> String {
        let names = bindings.iter().filter(|b| b.span.is_some() && matches!(b.what, Bound::Name { .. }));
        let introduced = names.filter_map(|b| self.introduced(b.from)).next();
        introduced.unwrap_or_else(|| "subject and object are one and the same thing".to_owned())
    }

    /// Says that a name stands behind a word that keeps it out of the slots, if it does.
    fn introduced(&self, name: usize) -> Option<String> {
        let extractors = self.reading.extractors;
        if !introduced(self.elements, name, extractors) {
            return None;
        }
        let mut first = name;
        while matches!(first.checked_sub(1).and_then(|i| self.elements.kind(i)), Some(Kind::Name { .. })) {
            first -= 1;
        }
        let from = *self.elements.behind(first, &extractors.lexicon.oblique).first()?;
        Some(format!(
            "{} stands behind {}, and the pattern has no such word there",
            self.text(name),
            self.words(from, first)
        ))
    }

    /// Adds the rules of which words stand in the sentence as part of something longer.
    fn hidden(&self, extractors: &Extractors, misses: &mut Vec<Miss>) {
        let Some(automaton) = &extractors.automaton else { return };
        for hit in automaton.find_overlapping_iter(self.elements.key) {
            let ends = (self.elements.starting(hit.start()), self.elements.ending(hit.end()));
            if matches!(ends, (Some(from), Some(last)) if from <= last) {
                continue;
            }
            let list = &self.elements.list;
            let from = list.partition_point(|e| e.end <= hit.start());
            let to = list.partition_point(|e| e.start < hit.end());
            let Some(span) = self.span(from, to) else { continue };
            let word = cut(self.elements.key, hit.start()..hit.end());
            let rules = usize::try_from(hit.value()).ok().and_then(|n| extractors.anchored.get(n));
            for rule in rules.into_iter().flatten().filter_map(|&number| extractors.rules.get(number)) {
                misses.push(Miss {
                    rule: rule.finder.clone(),
                    property: rule.property,
                    pattern: rule.wording.clone(),
                    trigger: span,
                    triggered: false,
                    is_grammar: false,
                    filled: Vec::new(),
                    matched: 0,
                    wanted: rule.items.iter().filter(|item| stands_for_words(item)).count(),
                    stuck: Some(rule.anchor),
                    reason: format!("{word} is part of {} here", self.words(from, to)),
                });
            }
        }
    }

    /// The words of the elements from `from` to that before `to`.
    fn words(&self, from: usize, to: usize) -> String {
        let text = self.span(from, to).map_or("", |span| span.of(self.reading.text));
        text.chars().filter(|c| !c.is_whitespace()).collect()
    }

    fn text(&self, at: usize) -> String {
        self.words(at, at + 1)
    }

    /// An element with what it is.
    fn described(&self, at: Option<usize>) -> String {
        let Some(at) = at else { return "the sentence begins".to_owned() };
        let Some(kind) = self.elements.kind(at) else { return "the sentence ends".to_owned() };
        match kind {
            Kind::Name { class, .. } => format!("{} ({}) stands", self.text(at), class.name()),
            Kind::Time(_) => format!("{} (a date) stands", self.text(at)),
            Kind::Amount(_) => format!("{} (a number) stands", self.text(at)),
            Kind::Word(_) | Kind::Pause | Kind::Open(_) | Kind::Close(_) | Kind::Mark => {
                format!("{} stands", self.text(at))
            }
        }
    }
}

/// Finds out why an item of a pattern did not match.
struct Diagnosis<'p, 't> {
    tracer: &'p Tracer<'t>,
    rule: &'p Rule,
    attempt: &'p Try<'p>,
    direction: Direction,
    /// Where it was tried.
    places: &'p [usize],
}

impl Diagnosis<'_, '_> {
    /// Why the item with this number did not match.
    fn why(&self, number: usize, item: &Item) -> String {
        let start = self.places.first().copied().unwrap_or(0);
        let here = self.element(self.attempt.step_brackets(start, self.direction));
        let elements = self.tracer.elements;
        match item {
            Item::Slot(slot) => self.slot(number, slot, start),
            Item::Words(words) | Item::TitleWords(words) => {
                let ends = |at: usize| match self.direction {
                    Direction::Ahead => elements.ahead(at, words),
                    Direction::Behind => elements.behind(at, words),
                };
                let target = self.onward(start).find(|&place| !ends(place).is_empty());
                self.far(number, start, target, "such word")
            }
            Item::Title { endings, .. } => {
                let words = endings.as_deref().unwrap_or(&self.tracer.reading.extractors.lexicon.title);
                let posts = |place: &usize| !self.attempt.posts(*place, self.direction, words).is_empty();
                self.far(number, start, self.onward(start).find(posts), "post")
            }
            Item::Date(dated) => {
                let period = |at: usize| elements.period(at, self.tracer.reading);
                let fits = |at: usize| period(at).is_none_or(|period| dated.of(period).is_some());
                match here {
                    Some(at) if !fits(at) && *dated == Dated::Exact => {
                        format!("{} is no more exact than a year", self.tracer.text(at))
                    }
                    Some(at) if !fits(at) => format!("{} is no life", self.tracer.text(at)),
                    _ => {
                        let date = |place: &usize| {
                            let at = self.element(*place);
                            matches!(at.and_then(|at| elements.kind(at)), Some(Kind::Time(_)))
                        };
                        self.far(number, start, self.onward(start).find(date), "date")
                    }
                }
            }
            Item::Amount => {
                let amount = |place: &usize| {
                    matches!(self.element(*place).and_then(|at| elements.kind(at)), Some(Kind::Amount(_)))
                };
                self.far(number, start, self.onward(start).find(amount), "number")
            }
            Item::Topic { classes, .. } => self.topic(start, classes),
            Item::Recent { classes, .. } => {
                let classes: Vec<&str> = classes.iter().map(|class| class.name()).collect();
                format!("no {} that the text makes its scene was named before", classes.join(" or "))
            }
            Item::NotBehind(_) => format!("{} before it", self.tracer.described(start.checked_sub(1))),
            Item::NotAhead(_) | Item::NotName(_) | Item::NotAmount | Item::NotNoun => {
                format!("{} behind it", self.tracer.described(Some(elements.past_brackets(start))))
            }
            Item::Start => format!("{} before it in the clause", self.tracer.described(start.checked_sub(1))),
            Item::End => format!("{} behind it in the clause", self.tracer.described(Some(start))),
            Item::Gap(_) | Item::Optional(_) | Item::Repeat(_) => "what it stands beside did not match".to_owned(),
        }
    }

    /// The element that an item would match at `place`.
    fn element(&self, place: usize) -> Option<usize> {
        match self.direction {
            Direction::Ahead => Some(place),
            Direction::Behind => place.checked_sub(1),
        }
    }

    /// The places from `start` on to the end of the sentence that matching goes towards, as far as one may look.
    fn onward(&self, start: usize) -> impl Iterator<Item = usize> + use<> {
        let (direction, length) = (self.direction, self.tracer.elements.len());
        let place = move |step: usize| match direction {
            Direction::Ahead => Some(start + step).filter(|&place| place < length),
            Direction::Behind => start.checked_sub(step).filter(|&place| place > 0),
        };
        (0..SIGHT).map_while(place)
    }

    fn side(&self) -> &'static str {
        match self.direction {
            Direction::Ahead => "behind",
            Direction::Behind => "before",
        }
    }

    fn slot(&self, number: usize, slot: &Slot, start: usize) -> String {
        let class = |place: usize| match self.element(place).and_then(|at| self.tracer.elements.kind(at)) {
            Some(Kind::Name { class, .. }) => Some(*class),
            _ => None,
        };
        let name = |place: usize| self.element(place).map_or_else(String::new, |at| self.tracer.text(at));
        let fits = |place: &usize| class(*place).is_some_and(|class| slot.classes.contains(&class));
        let Some(target) = self.onward(start).find(fits) else {
            return match self.onward(start).find(|&place| class(place).is_some()) {
                Some(other) => {
                    let class = class(other).map_or("", Class::name);
                    format!("no such name stands {} it; {} is {class}", self.side(), name(other))
                }
                None => format!("no name stands {} it", self.side()),
            };
        };
        if !self.is_tried(target) {
            return self.far(number, start, Some(target), "such name");
        }
        let wrong_end = slot.endings.as_ref().is_some_and(|words| !names_post(&name(target), words));
        if wrong_end {
            return format!("{} ends in none of the wanted words", name(target));
        }
        let leftmost = self.element(target).map(|at| match slot.many {
            Many::Innermost if self.direction == Direction::Behind => self.first_of_row(at, slot),
            Many::One | Many::Joined | Many::Listed | Many::Described | Many::Innermost => at,
        });
        leftmost
            .and_then(|at| self.tracer.introduced(at))
            .unwrap_or_else(|| format!("{} does not fit together with what stands around it", name(target)))
    }

    fn first_of_row(&self, mut at: usize, slot: &Slot) -> usize {
        let place = |at: usize| matches!(self.tracer.elements.kind(at), Some(Kind::Name { class, .. }) if slot.classes.contains(class));
        while at.checked_sub(1).is_some_and(place) {
            at -= 1;
        }
        at
    }

    fn is_tried(&self, place: usize) -> bool {
        self.places.iter().any(|&tried| self.attempt.step_brackets(tried, self.direction) == place)
    }

    /// Why the item does not match where it could, at `target`, if there is such a place.
    fn far(&self, number: usize, start: usize, target: Option<usize>, what: &str) -> String {
        let gap = self.gap(number);
        let here = self.tracer.described(self.element(self.attempt.step_brackets(start, self.direction)));
        let Some(target) = target else {
            return match gap {
                None => format!("{here} there"),
                Some(_) => format!("no {what} stands {} it", self.side()),
            };
        };
        if self.is_tried(target) {
            let found = self.element(target).map_or_else(String::new, |at| self.tracer.text(at));
            return format!("{found} does not fit together with what stands around it");
        }
        match gap {
            Some(gap) => self.blocked(gap, start, target),
            None => format!("{here} there"),
        }
    }

    /// The gap between the item and what has matched before it.
    fn gap(&self, number: usize) -> Option<&Gap> {
        let mut at = number;
        loop {
            at = match self.direction {
                Direction::Ahead => at.checked_sub(1).filter(|&at| at >= self.rule.anchor)?,
                Direction::Behind => Some(at + 1).filter(|&at| at <= self.rule.anchor)?,
            };
            match self.rule.items.get(at)? {
                Item::Gap(gap) => return Some(gap),
                Item::Optional(_) | Item::Repeat(_) => {}
                _ => return None,
            }
        }
    }

    /// What keeps a gap that begins at `start` from reaching `target`.
    fn blocked(&self, gap: &Gap, start: usize, target: usize) -> String {
        let tracer = self.tracer;
        let mut place = start;
        let mut words = 0;
        let mut verb = None;
        let reached = |place: usize| match self.direction {
            Direction::Ahead => place >= target,
            Direction::Behind => place <= target,
        };
        let attribute = |at: usize| gap.behind_slot && self.attempt.makes_attribute(at);
        let makes_attribute = |at: usize| {
            let name = tracer.elements.before_brackets(at).checked_sub(1);
            let name = name.map_or_else(String::new, |name| tracer.text(name));
            format!("{} makes {name} an attribute of something else", tracer.text(tracer.elements.past_brackets(at)))
        };
        if self.direction == Direction::Ahead && attribute(place) {
            return makes_attribute(place);
        }
        while !reached(place) {
            let Some(next) = self.attempt.over(place, self.direction, gap.clauses, gap.names) else {
                let at = self.element(self.attempt.step_brackets(place, self.direction));
                return format!("{} between", tracer.described(at));
            };
            let at = place.min(next);
            if gap.behind_topic && self.attempt.may_be_subject(at) {
                return format!("{} may be the subject", tracer.text(at));
            }
            if !gap.verbs && matches!(tracer.elements.kind(at), Some(Kind::Word(Pos::Verb))) {
                verb = verb.or(Some(at));
            }
            place = next;
            words += 1;
        }
        if words > gap.limit {
            let found = self.element(target).map_or_else(String::new, |at| tracer.text(at));
            return format!("{found} stands {words} words away, and the gap passes over {} at most", gap.limit);
        }
        if self.direction == Direction::Behind && attribute(target) {
            return makes_attribute(target);
        }
        match verb {
            Some(verb) => format!("the verb {} stands between", tracer.text(verb)),
            None => {
                format!("{} does not fit together with what stands around it", tracer.described(self.element(target)))
            }
        }
    }

    fn topic(&self, at: usize, classes: &[Class]) -> String {
        let tracer = self.tracer;
        match tracer.topics.at(at, tracer.elements, classes, tracer.reading) {
            Err(Absence::Subject(element)) => format!("{} may be the subject of the clause", tracer.text(element)),
            Err(Absence::Distant) => "the clause begins too far before".to_owned(),
            Err(Absence::Unfit) => {
                let topics = tracer.elements.clause_start(at).and_then(|start| tracer.topics.before(start));
                let entities = tracer.reading.entities;
                let named = |id: EntityId| {
                    let entity = entities.get(id.0)?;
                    Some(format!("{} ({})", entity.name, entity.class.name()))
                };
                let about: Vec<String> =
                    topics.map_or_else(Vec::new, |topic| topic.choices()).into_iter().filter_map(named).collect();
                if about.is_empty() {
                    "the clause names no subject, and nothing before it is one".to_owned()
                } else {
                    format!("the clause names no subject, and what came before is about {}", about.join(", "))
                }
            }
            Ok(_) => "what the clause is about does not fit together with what stands around it".to_owned(),
        }
    }
}

/// Whether an item matches words that somebody has to have written.
fn stands_for_words(item: &Item) -> bool {
    match item {
        Item::Words(_)
        | Item::TitleWords(_)
        | Item::Slot(_)
        | Item::Topic { .. }
        | Item::Recent { .. }
        | Item::Title { .. }
        | Item::Date(_)
        | Item::Amount => true,
        Item::Gap(_)
        | Item::Optional(_)
        | Item::Repeat(_)
        | Item::NotBehind(_)
        | Item::NotAhead(_)
        | Item::NotName(_)
        | Item::NotAmount
        | Item::NotNoun
        | Item::Start
        | Item::End => false,
    }
}

/// What the items have matched, in text order; what was taken from the clauses before comes first.
fn filled(bindings: &[Binding]) -> Vec<Filled> {
    let fill = |binding: &Binding| {
        let (role, entity) = match &binding.what {
            Bound::Name { role, entity, .. } => (*role, Some(*entity)),
            Bound::Title(_) => return Filled { role: "title", span: binding.span, entity: None },
            Bound::Date(_) => return Filled { role: "date", span: binding.span, entity: None },
            Bound::Amount(_) => return Filled { role: "amount", span: binding.span, entity: None },
            Bound::Words => return Filled { role: "words", span: binding.span, entity: None },
        };
        let role = match role {
            Role::Subject => "subject",
            Role::Object => "object",
            Role::Both => "both",
            Role::Ignored => "name",
        };
        Filled { role, span: binding.span, entity }
    };
    let mut filled: Vec<Filled> = bindings.iter().map(fill).collect();
    filled.sort_by_key(|filled| filled.span); // stable
    filled
}

#[cfg(test)]
mod tests {
    use super::super::proof::{Marked, mentions, read};
    use super::*;
    use crate::ontology::Ontology;
    use crate::resource::Resources;
    use crate::sentence::{Segmenter, segment};
    use expect_test::{Expect, expect};

    /// Traces a sentence whose names are marked as in the examples of rule files, by the rules of one file.
    fn check(rules: &str, text: &str, expected: Expect) {
        let resources = Resources::builtin().with_file("rules/own.toml", rules);
        let ontology = Ontology::load(&resources).unwrap();
        let segmenter = Segmenter::load(&resources).unwrap();
        let extractors = Extractors::load(&resources, &ontology).unwrap();
        let Marked { document, marks } = read(text, &ontology).unwrap();
        let sentences = segment(&document, &segmenter);
        let (mentions, entities) = mentions(&marks, &sentences);
        let mut lines = String::new();
        for trace in trace(&document, &sentences, &mentions, &entities, &extractors) {
            for found in trace.matches.iter().filter(|found| found.rule.starts_with("rules/own/")) {
                for claim in &found.claims {
                    let word = claim.status_word.map_or("", |span| span.of(&document.text));
                    lines += format!("{}: {:?} {word}", found.rule, claim.status).trim_end();
                    lines += "\n";
                }
            }
            for miss in trace.nearest(true).into_iter().filter(|miss| miss.rule.starts_with("rules/own/")) {
                let item = miss.stuck.map_or("", |number| miss.pattern[number].as_str());
                lines += &format!("{} {}/{} {item}: {}\n", miss.rule, miss.matched, miss.wanted, miss.reason);
            }
        }
        expected.assert_eq(&lines);
    }

    fn founding(pattern: &str) -> String {
        format!(
            "property = \"foundedBy\"\n[[pattern]]\nname = \"p\"\nmatch = \"{pattern}\"\nconfidence = 0.5\n\
             [[example]]\ntext = \"a\"\nsays = []\n"
        )
    }

    #[test]
    fn a_match_shows_what_takes_the_assertion_from_it() {
        let rules = founding("<object> ..5 创办 [了] ..4 <subject>");
        check(
            &rules,
            "[任正非:Person]创办了[华为:Company]。",
            expect![[r#"
                rules/own/p: Asserted
            "#]],
        );
        check(
            &rules,
            "[任正非:Person]计划创办[华为:Company]。",
            expect![[r#"
                rules/own/p: Planned 计划
            "#]],
        );
        check(
            &rules,
            "[任正非:Person]没有创办[华为:Company]。",
            expect![[r#"
                rules/own/p: Denied 没有
            "#]],
        );
    }

    #[test]
    fn an_entry_goes_on_about_its_headword() {
        let rules = founding("<^object:Person|Organization> 创办 [了] <subject>");
        // Another person is the subject in between, with a title before or without.
        for text in [
            "[高远:Person]（生于东江），学者。校长[林海:Person]很高兴。创办[远山公司:Company]。",
            "讣告\n[林海:Person]先生来了。\n[高远:Person]同志，男，学者。[林海:Person]很高兴。创办[远山公司:Company]。",
            "[远山集团:Company]是一家公司。[林海:Person]很高兴。创办[云帆公司:Company]。",
        ] {
            check(
                &rules,
                text,
                expect![[r#"
                rules/own/p: Asserted
            "#]],
            );
        }
    }

    #[test]
    fn who_only_goes_with_the_subject_is_none() {
        let rules = founding("<^object:Person> ..2 创办 [了] <subject>");
        let claims = |text: &str| {
            let resources = Resources::builtin().with_file("rules/own.toml", &rules);
            let ontology = Ontology::load(&resources).unwrap();
            let extractors = Extractors::load(&resources, &ontology).unwrap();
            let Marked { document, marks } = read(text, &ontology).unwrap();
            let sentences = segment(&document, &Segmenter::load(&resources).unwrap());
            let (mentions, entities) = mentions(&marks, &sentences);
            let found = super::super::extract(&document, &sentences, &mentions, &entities, &extractors);
            let own = found.iter().filter(|statement| statement.property.name() == "foundedBy");
            let named = own.map(|statement| match statement.object {
                Object::Entity(founder) => entities[founder.0].name.clone(),
                Object::Time(_) => String::new(),
            });
            named.collect::<Vec<_>>()
        };
        assert_eq!(claims("[高远:Person]学习，在所长[林海:Person]指导下工作，后来创办[远山公司:Company]。"), ["高远"]);
        assert_eq!(claims("[高远:Person]学习，与妻子[林海:Person]合作，后来创办[远山公司:Company]。"), ["高远"]);
    }

    #[test]
    fn an_empty_slot_says_what_stands_there() {
        let rules = founding("<object> ..2 创办 [了] ..2- <subject>");
        check(
            &rules,
            "创办了[华为:Company]。",
            expect![[r#"
            rules/own/p 1/3 <object>: no name stands before it
        "#]],
        );
        check(
            &rules,
            "[任正非:Person]创办了一家公司。",
            expect![[r#"
            rules/own/p 2/3 <subject>: no name stands behind it
        "#]],
        );
        check(
            &rules,
            "[任正非:Person]创办了[深圳:AdministrativeArea]。",
            expect![[r#"
            rules/own/p 2/3 <subject>: no such name stands behind it; 深圳 is AdministrativeArea
        "#]],
        );
    }

    #[test]
    fn a_gap_says_what_it_does_not_pass() {
        let rules = founding("<object> ..2 创办 [了] ..4- <subject>");
        check(
            &rules,
            "[任正非:Person]当年在南方一起创办了[华为:Company]。",
            expect![[r#"
                rules/own/p 1/3 <object>: 任正非 stands 4 words away, and the gap passes over 2 at most
            "#]],
        );
        check(
            &rules,
            "[任正非:Person]到了，创办了[华为:Company]。",
            expect![[r#"
            rules/own/p 1/3 <object>: ， stands between
        "#]],
        );
        check(
            &rules,
            "[任正非:Person]创办了离开[华为:Company]。",
            expect![[r#"
                rules/own/p 2/3 <subject>: the verb 离开 stands between
            "#]],
        );
        check(
            &rules,
            "[任正非:Person]的朋友创办了[华为:Company]。",
            expect![[r#"
            rules/own/p 1/3 <object>: 的 makes 任正非 an attribute of something else
        "#]],
        );
    }

    #[test]
    fn names_behind_prepositions_and_words_ruled_out_are_told() {
        check(
            &founding("<object> ..2 创办 [了] <subject>"),
            "在[任正非:Person]那里创办了[华为:Company]。",
            expect![[r#"
                rules/own/p 1/3 <object>: 任正非 stands behind 在, and the pattern has no such word there
            "#]],
        );
        check(
            &founding("<object> 创办 [了] <subject> !的"),
            "[任正非:Person]创办了[华为:Company]的工厂。",
            expect![[r#"
                rules/own/p 3/3 !的: 的 stands behind it
            "#]],
        );
        check(
            &founding("<object> 创办 [了] <subject> $"),
            "[任正非:Person]创办了[华为:Company]公司。",
            expect![[r#"
            rules/own/p 3/3 $: 公 stands behind it in the clause
        "#]],
        );
        check(
            &founding("<object> 创 <subject>"),
            "[任正非:Person]创办了[华为:Company]。",
            expect![[r#"
            rules/own/p 0/3 创: 创 is part of 创办 here
        "#]],
        );
    }

    #[test]
    fn a_dropped_subject_says_what_the_text_was_about() {
        let rules = founding("<^object:Person> ..2 创办 [了] <subject>");
        check(
            &rules,
            "[深圳:AdministrativeArea]位于南方，创办了[华为:Company]。",
            expect![[r#"
            rules/own/p 1/3 <^object:Person>: the clause names no subject, and what came before is about 深圳 (AdministrativeArea)
        "#]],
        );
        check(
            &rules,
            "用户创办了[华为:Company]。",
            expect![[r#"
            rules/own/p 1/3 <^object:Person>: 用户 may be the subject of the clause
        "#]],
        );
    }
}
