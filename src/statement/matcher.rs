//! Matches the patterns of the rules against one sentence.
//!
//! In: a sentence as elements. Out: findings, each with the names that filled the slots of a pattern.
//!
//! A pattern is tried only where its anchor stands, and each try takes a bounded number of steps,
//! so the time grows with the length of the sentence.

use super::element::{Elements, Kind, Reading, ends_clause};
use super::rule::{Alternatives, Extractors, Introduced, Item, Many, Role, Rule, Slot};
use super::subject::{Recalled, Topics, ends_in_title, introduced, may_be_subject, names_post, post_word};
use super::{Object, Status};
use crate::date::Period;
use crate::entity::EntityId;
use crate::mention::Amount;
use crate::ontology::Class;
use crate::sentence::Pos;
use crate::span::{Span, cut};

/// One match of a pattern: what it says.
pub(super) struct Finding<'r> {
    pub(super) rule: &'r Rule,
    pub(super) claims: Vec<Claim>,
    /// From the first to the last word that took part.
    pub(super) span: Span,
}

/// What a match says of two things.
pub(super) struct Claim {
    pub(super) subject: EntityId,
    pub(super) object: Object,
    pub(super) title: Option<String>,
    pub(super) status: Status,
    pub(super) time: Option<Period>,
    pub(super) amount: Option<Amount>,
}

/// Steps that one try may take.
const STEPS: u32 = 3000;
/// How many elements behind a match may say that it came to nothing.
pub(super) const AFTERMATH: usize = 6;
/// Longest post in elements, and how many posts and names may stand in a row.
const POST: usize = 16;
const ROW: usize = 40;
/// How often the items of `(…)*` may be repeated.
const REPEATS: usize = 16;
/// How many elements of description may stand between two people of a row.
const DESCRIPTION: usize = 30;
/// Longest list in elements of which only some members are known, and how many stand before the first known one.
const LIST: usize = 60;
const UNKNOWN: usize = 16;

#[cfg(test)]
thread_local! {
    /// The steps that this thread has taken, for the test that they grow with the text.
    pub(super) static TAKEN: std::cell::Cell<u64> = const { std::cell::Cell::new(0) };
}

/// All matches of all rules in the sentence.
pub(super) fn find<'r>(elements: &Elements, topics: &Topics, reading: &'r Reading) -> Vec<Finding<'r>> {
    let mut findings = Vec::new();
    tries(elements, reading.extractors, |rule, from, to| {
        let finding = Attempt::new(elements, topics, reading, Unobserved).run(rule, from, to);
        let found = finding.is_some();
        findings.extend(finding);
        found
    });
    findings
}

/// Calls `attempt` with each rule for all places of the sentence where its anchor stands: the elements from the first
/// number to the second, or a name where they are equal. It says whether the rule has matched there.
pub(super) fn tries<'r>(
    elements: &Elements,
    extractors: &'r Extractors,
    mut attempt: impl FnMut(&'r Rule, usize, usize) -> bool,
) {
    if let Some(automaton) = &extractors.automaton {
        // Of the words that end at one place the longest comes first; where it has matched, 共同主办, 主办 is none of its own.
        let mut done: (usize, Vec<usize>) = (0, Vec::new());
        for hit in automaton.find_overlapping_iter(elements.key) {
            let (Some(from), Some(last)) = (elements.starting(hit.start()), elements.ending(hit.end())) else {
                continue;
            };
            if from > last || elements.words_in(from, last + 1).is_none() {
                continue;
            }
            let rules = usize::try_from(hit.value()).ok().and_then(|n| extractors.anchored.get(n));
            if done.0 != last {
                done = (last, Vec::new());
            }
            for &number in rules.into_iter().flatten() {
                if !done.1.contains(&number)
                    && let Some(rule) = extractors.rules.get(number)
                    && attempt(rule, from, last + 1)
                {
                    done.1.push(number);
                }
            }
        }
    }
    for at in 0..elements.len() {
        let Some(Kind::Name { class, .. }) = elements.kind(at) else { continue };
        for &rule in extractors.by_class.get(class).into_iter().flatten() {
            if let Some(rule) = extractors.rules.get(rule) {
                attempt(rule, at, at);
            }
        }
    }
}

/// Looks on while a pattern is matched.
pub(super) trait Observer {
    /// From the place `at` on, the last (going behind: the first) `left` of the items outside of brackets are to be
    /// matched; `bindings` is what the others have matched.
    fn reached(&mut self, left: usize, at: usize, direction: Direction, bindings: &[Binding]);
}

/// Nobody looks on.
struct Unobserved;

impl Observer for Unobserved {
    #[inline(always)]
    fn reached(&mut self, _: usize, _: usize, _: Direction, _: &[Binding]) {}
}

/// What an item of the pattern has matched.
#[derive(Clone, Debug)]
pub(super) struct Binding {
    pub(super) what: Bound,
    /// The elements, for the order of the bindings; a topic stands before all.
    pub(super) from: usize,
    to: usize,
    pub(super) span: Option<Span>,
}

#[derive(Clone, Debug)]
pub(super) enum Bound {
    /// A name; `row` tells the names of one row apart from those of another slot.
    Name {
        role: Role,
        entity: EntityId,
        row: usize,
    },
    Title(String),
    Date(Period),
    Amount(Amount),
    Words,
}

/// A name of the match.
#[derive(Clone, Copy)]
struct Named {
    /// Its place among the bindings.
    at: usize,
    entity: EntityId,
    /// The same for the names of one row.
    row: usize,
}

/// What one row of subjects has of the objects and titles of a match.
struct Share<'t> {
    subjects: Vec<EntityId>,
    objects: Vec<Named>,
    /// Their places among the bindings, and the words.
    titles: Vec<(usize, &'t str)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    Ahead,
    Behind,
}

/// The items still to be matched: those of this row, then those of the row around it.
struct Rest<'i, 'n> {
    items: &'i [Item],
    outer: Option<&'n Rest<'i, 'n>>,
}

pub(super) struct Attempt<'a, 'd, O> {
    elements: &'a Elements<'a>,
    topics: &'a Topics,
    reading: &'a Reading<'d>,
    pub(super) observer: O,
    /// How many are left.
    pub(super) steps: u32,
    bindings: Vec<Binding>,
    /// Names taken backwards although an oblique word may stand before them: see [`Introduced::ByPattern`].
    unproven: Vec<usize>,
    repeats: usize,
    /// Whether the rule tells a date: then another day on the way is nearer to what it dates.
    dated: bool,
    /// Where the words begin that the rule is anchored on.
    anchor: usize,
}

impl<'a, 'd, O: Observer> Attempt<'a, 'd, O> {
    pub(super) fn new(elements: &'a Elements<'a>, topics: &'a Topics, reading: &'a Reading<'d>, observer: O) -> Self {
        let (bindings, unproven) = (Vec::new(), Vec::new());
        Self {
            elements,
            topics,
            reading,
            observer,
            steps: STEPS,
            bindings,
            unproven,
            repeats: 0,
            dated: false,
            anchor: usize::MAX,
        }
    }

    /// Matches `rule` with its anchor on the elements from `from` to `to` (on the name at `from` where they are equal).
    pub(super) fn run<'r>(&mut self, rule: &'r Rule, from: usize, to: usize) -> Option<Finding<'r>> {
        self.dated = rule.dated;
        self.anchor = if from == to { usize::MAX } else { from };
        let (before, rest) = rule.items.split_at_checked(rule.anchor)?;
        let (anchor, after) = rest.split_first()?;
        let (start, end);
        match anchor {
            Item::Slot(_) => {
                start = self.walk(&Rest { items: before, outer: None }, from, Direction::Behind)?;
                end = self.walk(&Rest { items: rest, outer: None }, from, Direction::Ahead)?;
            }
            _ => {
                self.bind_words(anchor, from, to);
                start = self.walk(&Rest { items: before, outer: None }, from, Direction::Behind)?;
                end = self.walk(&Rest { items: after, outer: None }, to, Direction::Ahead)?;
            }
        }
        self.finding(rule, start, end)
    }

    fn bind_words(&mut self, item: &Item, from: usize, to: usize) {
        let list = &self.elements.list;
        let span = match (list.get(from), to.checked_sub(1).and_then(|last| list.get(last))) {
            (Some(first), Some(last)) => Some(first.span.cover(last.span)),
            _ => None,
        };
        let what = match item {
            Item::TitleWords(_) => Bound::Title(self.surface(span)),
            _ => Bound::Words,
        };
        self.bindings.push(Binding { what, from, to, span });
    }

    fn surface(&self, span: Option<Span>) -> String {
        span.map_or("", |span| span.of(self.reading.text)).chars().filter(|c| !c.is_whitespace()).collect()
    }

    /// Matches all of `rest` from the place `at` on; the place where it ends.
    fn walk(&mut self, rest: &Rest, at: usize, direction: Direction) -> Option<usize> {
        self.steps = self.steps.checked_sub(1)?;
        #[cfg(test)]
        TAKEN.with(|taken| taken.set(taken.get() + 1));
        if rest.outer.is_none() {
            self.observer.reached(rest.items.len(), at, direction, &self.bindings);
        }
        let taken = match direction {
            Direction::Ahead => rest.items.split_first(),
            Direction::Behind => rest.items.split_last(),
        };
        let Some((item, items)) = taken else {
            return match rest.outer {
                Some(outer) => self.walk(outer, at, direction),
                None => Some(at),
            };
        };
        let after = Rest { items, outer: rest.outer };
        let mark = self.bindings.len();
        match item {
            Item::Gap(gap) => {
                let mut place = at;
                // Whether a verb was passed that 的 does not make an attribute; whether it does so with those to come.
                let (mut verb, mut attributive) = (false, false);
                for step in 0..=gap.limit {
                    let attribute =
                        step > 0 && gap.behind_slot && direction == Direction::Behind && self.makes_attribute(place);
                    if !attribute && !verb {
                        if let Some(end) = self.walk(&after, place, direction) {
                            return Some(end);
                        }
                        self.bindings.truncate(mark);
                    }
                    let ahead = step == 0 && gap.behind_slot && direction == Direction::Ahead;
                    if ahead && self.makes_attribute(place) {
                        return None;
                    }
                    if step < gap.limit {
                        let next = self.over(place, direction, gap.clauses, gap.names)?;
                        if gap.behind_topic && self.may_be_subject(place.min(next)) {
                            return None;
                        }
                        let over = place.min(next);
                        let possessive = self.is_possessive(over);
                        verb &= !possessive || direction == Direction::Behind;
                        attributive |= possessive && direction == Direction::Behind;
                        verb |= !gap.verbs
                            && !attributive
                            && matches!(self.elements.kind(over), Some(Kind::Word(Pos::Verb)));
                        place = next;
                    }
                }
                None
            }
            Item::Words(alternatives) | Item::TitleWords(alternatives) => {
                let opens = alternatives.words.iter().any(|w| w.starts_with(['（', '(', '）', ')']));
                let place = if opens { at } else { self.step_brackets(at, direction) };
                for other in self.words(place, alternatives, direction) {
                    self.bind_words(item, place.min(other), place.max(other));
                    if let Some(end) = self.walk(&after, other, direction) {
                        return Some(end);
                    }
                    self.bindings.truncate(mark);
                }
                None
            }
            Item::Slot(slot) if slot.many == Many::Listed => self.listed(slot, &after, at, direction),
            Item::Slot(slot) => {
                let place = self.step_brackets(at, direction);
                let other = self.slot(slot, place, direction);
                if let Some(other) = other {
                    if let Some(end) = self.walk(&after, other, direction) {
                        return Some(end);
                    }
                    self.bindings.truncate(mark);
                }
                // A row may have taken a name too many: 甲、乙和丙 before 与丁.
                if other.is_some() && slot.many == Many::Joined {
                    let single = Slot { many: Many::One, ..slot.clone() };
                    if let Some(other) = self.slot(&single, place, direction) {
                        if let Some(end) = self.walk(&after, other, direction) {
                            return Some(end);
                        }
                        self.bindings.truncate(mark);
                    }
                }
                self.beside_area(slot, &after, place, other, direction)
            }
            Item::Topic { role, classes, before } => {
                let entity = if *before {
                    self.topics.earlier(at, self.elements, classes, self.reading)?
                } else {
                    self.topics.at(at, self.elements, classes, self.reading).ok()?
                };
                self.unnamed(*role, entity, &after, at, direction)
            }
            Item::Recent { role, classes, endings } => {
                let entity = self.recent(at, classes, endings.as_deref())?;
                self.unnamed(*role, entity, &after, at, direction)
            }
            Item::Title { many, endings, kept } => {
                let place = self.step_brackets(at, direction);
                let words = endings.as_deref().unwrap_or(&self.reading.extractors.lexicon.title);
                for other in self.posts(place, direction, words) {
                    self.bind_post(place.min(other), place.max(other));
                    let mut last = other;
                    if *many {
                        last = self.more_posts(other, direction, words);
                    }
                    if !kept {
                        for binding in self.bindings.iter_mut().skip(mark) {
                            binding.what = Bound::Words;
                        }
                    }
                    if let Some(end) = self.walk(&after, last, direction) {
                        return Some(end);
                    }
                    self.bindings.truncate(mark);
                }
                None
            }
            Item::Date(_) | Item::Amount => {
                let place = self.step_brackets(at, direction);
                let (value, other) = match direction {
                    Direction::Ahead => (place, place + 1),
                    Direction::Behind => (place.checked_sub(1)?, place.checked_sub(1)?),
                };
                let what = match item {
                    Item::Date(dated) => Bound::Date(dated.of(self.elements.period(value, self.reading)?)?),
                    _ => Bound::Amount(self.elements.amount(value, self.reading)?),
                };
                let span = self.elements.list.get(value).map(|e| e.span);
                self.bindings.push(Binding { what, from: value, to: value + 1, span });
                let end = self.walk(&after, other, direction);
                if end.is_none() {
                    self.bindings.truncate(mark);
                }
                end
            }
            Item::Optional(inner) => {
                let with = Rest { items: inner, outer: Some(&after) };
                if let Some(end) = self.walk(&with, at, direction) {
                    return Some(end);
                }
                self.bindings.truncate(mark);
                self.walk(&after, at, direction)
            }
            Item::Repeat(inner) => {
                if self.repeats < REPEATS {
                    self.repeats += 1;
                    let again = Rest { items: rest.items, outer: rest.outer };
                    let with = Rest { items: inner, outer: Some(&again) };
                    let end = self.walk(&with, at, direction);
                    self.repeats -= 1;
                    if end.is_some() {
                        return end;
                    }
                    self.bindings.truncate(mark);
                }
                self.walk(&after, at, direction)
            }
            Item::NotAhead(words) => {
                let place = self.elements.past_brackets(at);
                if self.elements.ahead(place, words).is_empty() { self.walk(&after, at, direction) } else { None }
            }
            Item::NotBehind(words) => {
                if self.elements.behind(at, words).is_empty() {
                    self.walk(&after, at, direction)
                } else {
                    None
                }
            }
            Item::NotName(classes) => {
                let place = self.elements.past_brackets(at);
                if self.name(place, classes).is_none() { self.walk(&after, at, direction) } else { None }
            }
            Item::NotAmount => {
                let here = self.elements.kind(self.elements.past_brackets(at));
                if matches!(here, Some(Kind::Amount(_))) { None } else { self.walk(&after, at, direction) }
            }
            Item::NotNoun => {
                let place = self.elements.past_brackets(at);
                // What the pattern itself asks for is the verb, however it is tagged: 全面建成.
                if place != self.anchor && self.is_noun(place) { None } else { self.walk(&after, at, direction) }
            }
            Item::Start => {
                if self.elements.clause_starts(at) {
                    self.walk(&after, at, direction)
                } else {
                    None
                }
            }
            Item::End => {
                let here = self.elements.kind(self.elements.past_brackets(at));
                if here.is_none_or(ends_clause) { self.walk(&after, at, direction) } else { None }
            }
        }
    }

    /// The thing of these classes that was named last. Where only the ending of its name tells it, no other of its
    /// kind may be near: of two matches nobody knows which was won.
    fn recent(&self, at: usize, classes: &[Class], endings: Option<&Alternatives>) -> Option<EntityId> {
        let name = |entity: EntityId| self.reading.entities.get(entity.0).map_or("", |e| e.name.as_str());
        let fits = |recalled: &Recalled| {
            let named_so = match endings {
                Some(words) => names_post(name(recalled.entity), words),
                None => !recalled.aside,
            };
            named_so && self.reading.class(recalled.entity).is_some_and(|class| classes.contains(&class))
        };
        let mut fitting =
            self.topics.recent(at, self.elements, self.reading).filter(fits).map(|recalled| recalled.entity);
        let last = fitting.next()?;
        let same = |other: EntityId| name(other).contains(name(last)) || name(last).contains(name(other));
        (endings.is_none() || fitting.all(same)).then_some(last)
    }

    /// Goes on with a thing that is meant at `at` and not named there.
    fn unnamed(
        &mut self,
        role: Role,
        entity: EntityId,
        after: &Rest,
        at: usize,
        direction: Direction,
    ) -> Option<usize> {
        let mark = self.bindings.len();
        let what = Bound::Name { role, entity, row: usize::MAX };
        self.bindings.push(Binding { what, from: 0, to: 0, span: None });
        let end = self.walk(after, at, direction);
        if end.is_none() {
            self.bindings.truncate(mark);
        }
        end
    }

    /// Whether what stands at `at` makes the name before it an attribute of something else, brackets between or not:
    /// 华为的工厂, 上海商会, 青石县（以下简称青石）税务部门.
    pub(super) fn makes_attribute(&self, at: usize) -> bool {
        let name = self.elements.before_brackets(at).checked_sub(1);
        let at = self.elements.past_brackets(at);
        if self.is_possessive(at) {
            return true;
        }
        let place = name.and_then(|name| self.elements.kind(name));
        let place = matches!(place, Some(Kind::Name { class, .. }) if self.reading.extractors.places.contains(class));
        // Posts count as nouns whatever their tag: 瑞士选手.
        place && (self.is_noun(at) || !self.elements.ahead(at, &self.reading.extractors.lexicon.title).is_empty())
    }

    fn is_noun(&self, at: usize) -> bool {
        match self.elements.kind(at) {
            Some(Kind::Word(pos)) => matches!(
                pos,
                Pos::Noun
                    | Pos::Person
                    | Pos::Place
                    | Pos::Organization
                    | Pos::ProperNoun
                    | Pos::Abbreviation
                    | Pos::VerbalNoun
                    | Pos::Unknown
            ),
            _ => false,
        }
    }

    pub(super) fn may_be_subject(&self, at: usize) -> bool {
        may_be_subject(self.elements, at, self.reading.extractors)
    }

    fn is_possessive(&self, at: usize) -> bool {
        !self.elements.ahead(at, &self.reading.extractors.lexicon.possessive).is_empty()
    }

    pub(super) fn step_brackets(&self, at: usize, direction: Direction) -> usize {
        match direction {
            Direction::Ahead => self.elements.past_brackets(at),
            Direction::Behind => self.elements.before_brackets(at),
        }
    }

    fn words(&self, at: usize, alternatives: &Alternatives, direction: Direction) -> Vec<usize> {
        match direction {
            Direction::Ahead => self.elements.ahead(at, alternatives),
            Direction::Behind => self.elements.behind(at, alternatives),
        }
    }

    /// One element further in a gap.
    pub(super) fn over(&self, at: usize, direction: Direction, clauses: bool, names: bool) -> Option<usize> {
        let at = self.step_brackets(at, direction);
        let (element, next) = match direction {
            Direction::Ahead => (at, at + 1),
            Direction::Behind => (at.checked_sub(1)?, at.checked_sub(1)?),
        };
        match self.elements.kind(element)? {
            Kind::Name { .. } if !names && !introduced(self.elements, element, self.reading.extractors) => None,
            Kind::Mark if !clauses => None,
            // 28日、29日: two days of one row are no other day.
            Kind::Time(_)
                if self.dated
                    && self.elements.period(element, self.reading).is_some_and(|date| date.from.month.is_some())
                    && !matches!(element.checked_sub(1).and_then(|i| self.elements.kind(i)), Some(Kind::Pause)) =>
            {
                None
            }
            Kind::Open(_) | Kind::Close(_) => None,
            Kind::Name { .. } | Kind::Mark | Kind::Word(_) | Kind::Time(_) | Kind::Amount(_) | Kind::Pause => {
                Some(next)
            }
        }
    }

    fn key(&self, at: usize) -> &str {
        self.elements.list.get(at).map_or("", |e| cut(self.elements.key, e.start..e.end))
    }

    fn name(&self, at: usize, classes: &[Class]) -> Option<EntityId> {
        match self.elements.kind(at)? {
            Kind::Name { entity, class } if classes.contains(class) => Some(*entity),
            _ => None,
        }
    }

    /// Fills a slot where an area stands between the name and the rest of the pattern: 与 青石县|人民法院 签约.
    ///
    /// `at` is where the slot begins, `other` where it ends without the area, if it can be filled so.
    fn beside_area(
        &mut self,
        slot: &Slot,
        after: &Rest,
        at: usize,
        other: Option<usize>,
        direction: Direction,
    ) -> Option<usize> {
        let mark = self.bindings.len();
        match direction {
            Direction::Ahead => {
                // 江苏|常州|某公司: all areas or none.
                if at.checked_sub(1).is_some_and(|before| self.is_area(before)) {
                    return None;
                }
                let name = self.past_area(at).filter(|&name| name != at)?;
                let other = self.slot(slot, name, direction)?;
                let end = self.walk(after, other, direction);
                if end.is_none() {
                    self.bindings.truncate(mark);
                }
                end
            }
            Direction::Behind => {
                let other = other?;
                let area = self.before_area(other).filter(|&area| area != other)?;
                self.slot(slot, at, direction)?;
                let end = self.walk(after, area, direction);
                if end.is_none() {
                    self.bindings.truncate(mark);
                }
                end
            }
        }
    }

    /// The body or thing that areas directly before it describe, from the first area on: 江苏|常州|某公司.
    fn past_area(&self, at: usize) -> Option<usize> {
        let mut name = at;
        while self.is_area(name) {
            name += 1;
        }
        self.is_body(name).then_some(name)
    }

    /// Where the areas directly before a body or thing begin.
    fn before_area(&self, name: usize) -> Option<usize> {
        let mut at = name;
        while at.checked_sub(1).is_some_and(|before| self.is_area(before)) {
            at -= 1;
        }
        self.is_body(name).then_some(at)
    }

    fn is_area(&self, at: usize) -> bool {
        matches!(self.elements.kind(at), Some(Kind::Name { class, .. }) if self.reading.extractors.places.contains(class))
    }

    /// Whether a name stands there that is neither a place nor a person.
    fn is_body(&self, at: usize) -> bool {
        matches!(self.elements.kind(at), Some(Kind::Name { .. })) && !self.is_area(at) && !self.is_person(at)
    }

    /// Fills a slot from the place `at` on; the place behind (before) it.
    fn slot(&mut self, slot: &Slot, at: usize, direction: Direction) -> Option<usize> {
        let mark = self.bindings.len();
        let mut place = at;
        if slot.many == Many::Innermost && direction == Direction::Ahead {
            while self.name(place, &slot.classes).is_some() && self.name(place + 1, &slot.classes).is_some() {
                place += 1;
            }
        }
        let mut leftmost = None;
        let mut taken = 0;
        loop {
            let (element, next) = match direction {
                Direction::Ahead => (place, place + 1),
                Direction::Behind => match place.checked_sub(1) {
                    Some(before) => (before, before),
                    None => break,
                },
            };
            let Some(entity) = self.name(element, &slot.classes) else {
                break;
            };
            if slot.endings.as_ref().is_some_and(|words| !names_post(self.key(element), words)) {
                break;
            }
            // 乙公司 in 乙公司经理丙 only tells who 丙 is.
            let describes = slot.many == Many::Described && !self.is_person(element) && self.leads_to_person(element);
            if !describes {
                let span = self.elements.list.get(element).map(|e| e.span);
                let what = Bound::Name { role: slot.role, entity, row: at };
                self.bindings.push(Binding { what, from: element, to: element + 1, span });
            }
            leftmost = Some(leftmost.map_or(element, |left: usize| left.min(element)));
            place = next;
            taken += 1;
            if slot.many == Many::Innermost && direction == Direction::Behind {
                while place.checked_sub(1).is_some_and(|before| self.name(before, &slot.classes).is_some()) {
                    place -= 1;
                }
            }
            if matches!(slot.many, Many::One | Many::Innermost) || taken >= ROW {
                break;
            }
            match self.next_of_row(slot, place, direction) {
                Some(next) => place = next,
                None => break,
            }
        }
        let mut leftmost = leftmost?;
        if slot.many == Many::Innermost {
            leftmost = leftmost.min(at).min(place);
        }
        // The last separator of the row leads nowhere.
        let end = match direction {
            Direction::Ahead => self.bindings.iter().skip(mark).map(|b| b.to).max()?,
            Direction::Behind if self.bindings.len() == mark => return None,
            Direction::Behind => leftmost,
        };
        if introduced(self.elements, leftmost, self.reading.extractors) {
            let fits = match slot.introduced {
                Introduced::Never => false,
                // Backwards, the word is still to come; `finding` looks again.
                Introduced::ByPattern => direction == Direction::Behind || self.has_words_up_to(leftmost, mark),
                Introduced::Freely => true,
            };
            if !fits {
                self.bindings.truncate(mark);
                return None;
            }
        }
        if slot.introduced == Introduced::ByPattern && direction == Direction::Behind {
            self.unproven.push(leftmost);
        }
        Some(end)
    }

    /// Fills a slot with those members of a list that are names of its classes, and matches `after` behind (before) it.
    ///
    /// The list ends where `after` matches; it holds no clause marks, and no word that introduces a name of another part.
    fn listed(&mut self, slot: &Slot, after: &Rest, at: usize, direction: Direction) -> Option<usize> {
        let mark = self.bindings.len();
        let mut place = at;
        for step in 0..LIST {
            place = self.step_brackets(place, direction);
            let known = self.bindings.len();
            if known > mark {
                if let Some(end) = self.walk(after, place, direction) {
                    return Some(end);
                }
                self.bindings.truncate(known);
            }
            let (element, next) = match direction {
                Direction::Ahead => (place, place + 1),
                Direction::Behind => match place.checked_sub(1) {
                    Some(before) => (before, before),
                    None => break,
                },
            };
            let oblique = !self.elements.ahead(element, &self.reading.extractors.lexicon.oblique).is_empty();
            if oblique || self.is_possessive(element) || (known == mark && step >= UNKNOWN) {
                break;
            }
            if matches!(self.elements.kind(element), None | Some(Kind::Mark | Kind::Open(_) | Kind::Close(_))) {
                break;
            }
            if let Some(entity) = self.name(element, &slot.classes) {
                let span = self.elements.list.get(element).map(|e| e.span);
                let what = Bound::Name { role: slot.role, entity, row: at };
                self.bindings.push(Binding { what, from: element, to: element + 1, span });
                if !self.ends_member(element + 1, at) {
                    // 乙承办: the last member, where the pattern goes on behind it.
                    if direction == Direction::Ahead
                        && let Some(end) = self.walk(after, next, direction)
                    {
                        return Some(end);
                    }
                    self.bindings.truncate(known);
                }
            }
            place = next;
        }
        self.bindings.truncate(mark);
        None
    }

    /// Whether the name before the place `end` is a whole member of a list that is read from the place `from` on:
    /// not 江苏 in 江苏台办.
    fn ends_member(&self, end: usize, from: usize) -> bool {
        let lexicon = &self.reading.extractors.lexicon;
        let behind = self.elements.past_brackets(end);
        end == from
            || matches!(self.elements.kind(behind), None | Some(Kind::Pause | Kind::Mark | Kind::Word(Pos::Adverb)))
            || !self.elements.ahead(behind, &lexicon.and).is_empty()
            || !self.elements.ahead(behind, &lexicon.list_end).is_empty()
            || (self.is_person(end - 1) && !self.elements.ahead(behind, &lexicon.courtesy).is_empty())
    }

    /// Whether words of the pattern end at `at`, or before the areas that describe the name there; only the first `count`
    /// bindings count.
    fn has_words_up_to(&self, at: usize, count: usize) -> bool {
        let area = self.before_area(at).unwrap_or(at);
        let words = |b: &Binding| matches!(b.what, Bound::Words | Bound::Title(_)) && (b.to == at || b.to == area);
        self.bindings.iter().take(count).any(words)
    }

    /// The place where the next name of a row would stand, past what joins the two.
    fn next_of_row(&self, slot: &Slot, at: usize, direction: Direction) -> Option<usize> {
        let extractors = self.reading.extractors;
        let place = self.step_brackets(at, direction);
        let element = match direction {
            Direction::Ahead => place,
            Direction::Behind => place.checked_sub(1)?,
        };
        let next_in = |place: usize| match direction {
            Direction::Ahead => Some(place),
            Direction::Behind => place.checked_sub(1),
        };
        // 王璐 李宽宏: nothing but a blank between two names; 《甲》《乙》: nothing but marks.
        if self.name(element, &slot.classes).is_some() {
            let taken = match direction {
                Direction::Ahead => at.checked_sub(1)?,
                Direction::Behind => at,
            };
            let both = [element, taken].into_iter().all(|at| self.is_person(at));
            return (both || self.elements.is_seam(element.min(taken))).then_some(place);
        }
        let after = match self.elements.kind(element)? {
            Kind::Pause => match direction {
                Direction::Ahead => element + 1,
                Direction::Behind => element,
            },
            _ => *self.words(place, &extractors.lexicon.and, direction).first().unwrap_or(&place),
        };
        if after != place {
            let next = self.step_brackets(after, direction);
            if next_in(next).is_some_and(|e| self.name(e, &slot.classes).is_some()) {
                return Some(next);
            }
        }
        if slot.many == Many::Described { self.described(slot, place, direction) } else { None }
    }

    fn is_person(&self, at: usize) -> bool {
        matches!(self.elements.kind(at), Some(Kind::Name { class, .. }) if self.reading.extractors.person == Some(*class))
    }

    /// Whether posts and behind them a person stand behind the name.
    fn leads_to_person(&self, name: usize) -> bool {
        let extractors = self.reading.extractors;
        let (mut at, mut from) = (name + 1, name + 1);
        let mut post = false;
        while at <= name + POST {
            at = self.elements.past_brackets(at);
            post |= ends_in_title(self.elements, from, at, &extractors.lexicon.title);
            match self.elements.kind(at) {
                Some(Kind::Name { class, .. }) if Some(*class) == extractors.person => return post,
                // 甲部副部长、乙台台长丙: one person with two posts.
                Some(Kind::Name { .. }) if post => from = at + 1,
                Some(Kind::Pause) => from = at + 1,
                Some(Kind::Word(_)) if post_word(self.elements, at, extractors) => {}
                _ => return false,
            }
            at += 1;
        }
        false
    }

    /// The place of the next person of a row with posts between the people.
    fn described(&self, slot: &Slot, at: usize, direction: Direction) -> Option<usize> {
        let mut place = at;
        let mut joined = false;
        for _ in 0..DESCRIPTION {
            place = self.step_brackets(place, direction);
            let (element, next) = match direction {
                Direction::Ahead => (place, place + 1),
                Direction::Behind => (place.checked_sub(1)?, place.checked_sub(1)?),
            };
            if joined && self.name(element, &slot.classes).is_some() {
                return Some(place);
            }
            let and = !self.words(place, &self.reading.extractors.lexicon.and, direction).is_empty();
            let comma = matches!(self.elements.kind(element)?, Kind::Mark)
                && self.elements.list.get(element).is_some_and(|e| matches!(e.span.of(self.reading.text), "，" | ","));
            let fits = and
                || comma
                || match self.elements.kind(element)? {
                    Kind::Pause | Kind::Name { .. } => true,
                    _ => post_word(self.elements, element, self.reading.extractors),
                };
            if !fits {
                return None;
            }
            joined |= and || comma || matches!(self.elements.kind(element)?, Kind::Pause);
            place = next;
        }
        None
    }

    /// Where posts that start (end) at `at` end (start), the longest first.
    pub(super) fn posts(&self, at: usize, direction: Direction, words: &Alternatives) -> Vec<usize> {
        let mut places = Vec::new();
        match direction {
            Direction::Ahead => {
                let mut to = at;
                while to - at < POST && self.in_post(to) {
                    to += 1;
                    if ends_in_title(self.elements, at, to, words) || self.shared_head(at, to, words).is_some() {
                        places.push(to);
                    }
                }
            }
            Direction::Behind => {
                let mut from = at;
                while at - from < POST && from.checked_sub(1).is_some_and(|i| self.in_post(i)) {
                    from -= 1;
                    if ends_in_title(self.elements, from, at, words) || self.shared_head(from, at, words).is_some() {
                        places.push(from);
                    }
                }
            }
        }
        places.reverse();
        places
    }

    /// Whether the element may stand inside a post: a word that may, or a 与 between two of which the first is no post
    /// itself (妇女与儿童科主任, but not 董事长与总经理).
    fn in_post(&self, at: usize) -> bool {
        let extractors = self.reading.extractors;
        let joins = || {
            let before = at.checked_sub(1).filter(|&i| post_word(self.elements, i, extractors));
            let and =
                self.elements.words_in(at, at + 1).is_some_and(|word| extractors.lexicon.and.words.contains(word));
            and && matches!(self.elements.kind(at), Some(Kind::Word(_)))
                && before.is_some_and(|i| !ends_in_title(self.elements, i, at, &extractors.lexicon.title))
                && post_word(self.elements, at + 1, extractors)
        };
        post_word(self.elements, at, extractors) || joins()
    }

    /// The post that a place before `from` lends its last character to: 海门区|长.
    fn shared_head(&self, from: usize, to: usize, words: &Alternatives) -> Option<String> {
        let place = self.elements.list.get(from.checked_sub(1)?)?;
        let Kind::Name { .. } = place.kind else { return None };
        let post = self.elements.words_in(from, to)?;
        let head = cut(self.elements.key, place.start..place.end).chars().next_back()?;
        if post.chars().count() > 1 || place.end != self.elements.list.get(from)?.start {
            return None;
        }
        let whole = format!("{head}{post}");
        names_post(&whole, words).then_some(whole)
    }

    fn bind_post(&mut self, from: usize, to: usize) {
        let list = &self.elements.list;
        let span = match (list.get(from), to.checked_sub(1).and_then(|last| list.get(last))) {
            (Some(first), Some(last)) => Some(first.span.cover(last.span)),
            _ => None,
        };
        let words = &self.reading.extractors.lexicon.title;
        let plain = ends_in_title(self.elements, from, to, words);
        let title = match self.shared_head(from, to, words) {
            Some(whole) if !plain => whole,
            _ => self.surface(span),
        };
        // 现任校长: the post is 校长.
        let tenure = &self.reading.extractors.lexicon.tenure.words;
        let post = tenure.iter().find_map(|word| title.strip_prefix(word.as_str())).filter(|post| !post.is_empty());
        let title = post.map_or_else(|| title.clone(), str::to_owned);
        self.bindings.push(Binding { what: Bound::Title(title), from, to, span });
    }

    /// Further posts behind (before) one, joined like names; the place behind the last.
    fn more_posts(&mut self, at: usize, direction: Direction, words: &Alternatives) -> usize {
        let mut place = at;
        for _ in 0..ROW {
            let outside = self.step_brackets(place, direction);
            let pause = match direction {
                Direction::Ahead => matches!(self.elements.kind(outside), Some(Kind::Pause)).then_some(outside + 1),
                Direction::Behind => {
                    outside.checked_sub(1).filter(|&i| matches!(self.elements.kind(i), Some(Kind::Pause)))
                }
            };
            let joined =
                pause.or_else(|| self.words(outside, &self.reading.extractors.lexicon.and, direction).first().copied());
            let Some(next) = joined else { break };
            let Some(&end) = self.posts(next, direction, words).first() else { break };
            self.bind_post(next.min(end), next.max(end));
            place = end;
        }
        place
    }

    /// What the bindings say.
    fn finding<'r>(&mut self, rule: &'r Rule, start: usize, end: usize) -> Option<Finding<'r>> {
        let unproven = std::mem::take(&mut self.unproven);
        for name in unproven {
            let bound = self.bindings.iter().any(|b| b.from == name && matches!(b.what, Bound::Name { .. }));
            let told = !introduced(self.elements, name, self.reading.extractors);
            if bound && !told && !self.has_words_up_to(name, self.bindings.len()) {
                return None;
            }
        }
        let mut bindings = std::mem::take(&mut self.bindings);
        bindings.sort_by_key(|b| (b.from, b.to));
        let span = bindings.iter().filter_map(|b| b.span).reduce(Span::cover)?;
        let status = if rule.phrase { Status::Asserted } else { self.status(start, end, rule, &bindings) };

        let names = |wanted: Role| {
            bindings.iter().enumerate().filter_map(move |(at, b)| match b.what {
                Bound::Name { role, entity, row } if role == wanted => Some(Named { at, entity, row }),
                _ => None,
            })
        };
        let dates: Vec<Period> =
            bindings.iter().filter_map(|b| if let Bound::Date(d) = b.what { Some(d) } else { None }).collect();
        let amount = bindings.iter().find_map(|b| if let Bound::Amount(a) = &b.what { Some(a.clone()) } else { None });
        let time = dates.first().copied().or_else(|| self.time(start, end));
        let titles: Vec<(usize, &str)> = bindings
            .iter()
            .enumerate()
            .filter_map(|(i, b)| if let Bound::Title(t) = &b.what { Some((i, t.as_str())) } else { None })
            .collect();

        let mut claims = Vec::new();
        let mut claim = |subject: EntityId, object: Object, title: Option<&str>| {
            claims.push(Claim {
                subject,
                object,
                title: title.map(str::to_owned),
                status,
                time: if rule.dated || rule.nested { None } else { time }, // where a place lies does not change with the day
                amount: amount.clone(),
            });
        };
        let both: Vec<EntityId> = names(Role::Both).map(|n| n.entity).collect();
        for (i, &a) in both.iter().enumerate() {
            for &b in both.iter().skip(i + 1) {
                claim(a, Object::Entity(b), titles.first().map(|t| t.1));
            }
        }
        let subjects: Vec<Named> = names(Role::Subject).collect();
        let objects: Vec<Named> = names(Role::Object).collect();
        if rule.dated {
            for subject in &subjects {
                for &date in &dates {
                    claim(subject.entity, Object::Time(date), None);
                }
            }
        } else {
            let each =
                (start..end).any(|at| !self.elements.ahead(at, &self.reading.extractors.lexicon.each).is_empty());
            for share in
                if each { dealt_out(&subjects, &objects, &titles) } else { shares(&subjects, &objects, &titles) }
            {
                // A title belongs to the row of objects before it; rows without one share the title of the next: 由甲联合乙主办.
                let owner = |title: usize| share.objects.iter().rev().find(|o| o.at < title).map(|o| o.row);
                for object in &share.objects {
                    let mut own: Vec<&str> =
                        share.titles.iter().filter(|t| owner(t.0) == Some(object.row)).map(|t| t.1).collect();
                    if own.is_empty() {
                        let next = share.titles.iter().find(|t| t.0 > object.at).or(share.titles.last());
                        own.extend(next.map(|t| t.1));
                    }
                    for &subject in &share.subjects {
                        if own.is_empty() {
                            claim(subject, Object::Entity(object.entity), None);
                        }
                        for title in &own {
                            claim(subject, Object::Entity(object.entity), Some(title));
                        }
                    }
                }
            }
        }
        claims.retain(|c| c.object != Object::Entity(c.subject));
        (!claims.is_empty()).then_some(Finding { rule, claims, span })
    }

    /// How the words inside the match, and the one before it, put it.
    fn status(&self, start: usize, end: usize, rule: &Rule, bindings: &[Binding]) -> Status {
        let lexicon = &self.reading.extractors.lexicon;
        let from = start.saturating_sub(1);
        let mut found = Status::Asserted;
        // 不 in 不敌, which the pattern asks for, denies nothing.
        let part = |at: usize, to: usize| {
            let words = |b: &&Binding| matches!(b.what, Bound::Words | Bound::Title(_));
            bindings.iter().filter(words).any(|b| b.from <= at && to <= b.to && to - at < b.to - b.from)
        };
        for at in from..end.min(self.elements.len()) {
            for (words, status) in [
                (&lexicon.denied, Status::Denied),
                (&lexicon.planned, Status::Planned),
                (&lexicon.reported, Status::Reported),
            ] {
                let weaker = match found {
                    Status::Asserted => true,
                    Status::Reported => status != Status::Reported,
                    Status::Planned => status == Status::Denied,
                    Status::Denied => false,
                };
                let certain = (rule.dated || rule.settled) && status == Status::Planned;
                let certain = |to: usize| {
                    certain && self.elements.words_in(at, to).is_some_and(|word| lexicon.scheduled.words.contains(word))
                };
                if weaker
                    && self
                        .elements
                        .ahead(at, words)
                        .iter()
                        .any(|&to| to <= end.max(start) && !certain(to) && !part(at, to))
                {
                    found = status;
                }
            }
        }
        let ahead = (end..self.elements.len().min(end + AFTERMATH))
            .take_while(|&at| self.elements.kind(at).is_some_and(|kind| !ends_clause(kind)));
        if !rule.dated && ahead.into_iter().any(|at| !self.elements.ahead(at, &lexicon.revoked).is_empty()) {
            found = Status::Denied;
        }
        found
    }

    /// A date inside the match, or directly before it.
    fn time(&self, start: usize, end: usize) -> Option<Period> {
        let from = start.saturating_sub(3);
        (from..end).rev().find_map(|at| self.elements.period(at, self.reading))
    }
}

/// Gives each subject the object at its place in the row, and all the titles; one subject or one object belongs to all.
fn dealt_out<'t>(subjects: &[Named], objects: &[Named], titles: &[(usize, &'t str)]) -> Vec<Share<'t>> {
    let share = |subjects: &[Named], objects: &[Named]| Share {
        subjects: subjects.iter().map(|s| s.entity).collect(),
        objects: objects.to_vec(),
        titles: titles.to_vec(),
    };
    if subjects.len() < 2 || objects.len() < 2 {
        return vec![share(subjects, objects)];
    }
    if subjects.len() != objects.len() {
        return Vec::new();
    }
    subjects.chunks(1).zip(objects.chunks(1)).map(|(subject, object)| share(subject, object)).collect()
}

/// Shares the objects and titles out among the rows of subjects.
fn shares<'t>(subjects: &[Named], objects: &[Named], titles: &[(usize, &'t str)]) -> Vec<Share<'t>> {
    let rows: Vec<&[Named]> = subjects.chunk_by(|a, b| a.row == b.row).collect();
    let entities = |row: &[Named]| row.iter().map(|s| s.entity).collect();
    let (Some(first), Some(last)) = (subjects.first(), subjects.last()) else { return Vec::new() };
    if rows.len() < 2 {
        return vec![Share { subjects: entities(subjects), objects: objects.to_vec(), titles: titles.to_vec() }];
    }
    let places = objects.iter().map(|o| o.at).chain(titles.iter().map(|t| t.0));
    let leads = places.min().is_some_and(|at| first.at < at);
    // 甲大学乙、丙等教授: behind the last subject stands what all share.
    let behind: Vec<(usize, &str)> = titles.iter().filter(|t| !leads && t.0 > last.at).copied().collect();
    let mut shares: Vec<Share> = Vec::new();
    let mut before = 0;
    for (number, row) in rows.iter().enumerate() {
        let start = row.first().map_or(0, |s| s.at);
        let next = rows.get(number + 1).and_then(|row| row.first()).map_or(usize::MAX, |s| s.at);
        let range = if leads { start..next } else { before..start };
        before = row.last().map_or(start, |s| s.at);
        shares.push(Share {
            subjects: entities(row),
            objects: objects.iter().filter(|o| range.contains(&o.at)).copied().collect(),
            titles: titles.iter().filter(|t| range.contains(&t.0)).copied().collect(),
        });
    }
    // What a row lacks it has from the row that is further from the names: 甲局局长乙、丙.
    if leads {
        shares.reverse();
    }
    let mut known: (Vec<Named>, Vec<(usize, &str)>) = (Vec::new(), Vec::new());
    for share in &mut shares {
        if share.titles.is_empty() {
            share.titles.clone_from(if behind.is_empty() && share.objects.is_empty() { &known.1 } else { &behind });
        }
        if share.objects.is_empty() {
            share.objects.clone_from(&known.0);
        }
        known = (share.objects.clone(), share.titles.clone());
    }
    shares
}
