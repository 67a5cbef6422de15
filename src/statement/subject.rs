//! What a clause is about when it does not say so.
//!
//! In: the sentences in text order. Out: for each clause the things that it may be about ([`Topic`]).
//!
//! Chinese names a subject once and drops it afterwards: 罗某，天津人。1985年任某厂厂长。 The topic of a clause is
//! the subject of the clause before it; where that is of the wrong class, the subject of the sentence's first clause;
//! for people also the person that the paragraph was about last, and the only person that it has named so far.
//! A paragraph that starts with a date goes on about the person of the paragraph before it (a resume, line by line).
//! In an entry of an encyclopaedia or a life, which begins with the name of what it is about (甲（1956年—），…; 甲是…),
//! every sentence is about that thing again until it names another. So is every sentence of a paragraph that begins a life.
//! A clause that only says who speaks (某人表示) leaves the topic as it was; one about a thing that is no entity ends it.
//! A clause that only says where something was read (公告显示) changes nothing.
//! No topic is taken where a noun that nobody knows stands before the place: it may be the subject.
//! What brackets hold is about what stands before them.

use super::element::{Elements, Kind, Reading, ends_clause};
use super::rule::{Alternatives, Extractors};
use crate::entity::EntityId;
use crate::ontology::Class;
use crate::sentence::Pos;
use crate::span::cut;

/// What the text before a clause was about.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Topic {
    /// The subject that was named last.
    last: Option<EntityId>,
    /// The subject of the first clause of the sentence.
    leading: Option<EntityId>,
    /// The person that was the subject last.
    person: Option<EntityId>,
    /// The only person that the paragraph has named so far.
    only: Option<EntityId>,
}

/// Follows the topic through a document.
#[derive(Debug, Default)]
pub(super) struct Topics {
    state: Topic,
    block: Option<usize>,
    /// Whether the paragraph has named a second person.
    several: bool,
    /// For each clause of the sentence its first element and what was the topic before it.
    clauses: Vec<(usize, Topic)>,
    /// What the sentences before have named in this paragraph, with the number of the sentence, in text order.
    named: Vec<(usize, Recalled)>,
    /// The number of the sentence.
    sentence: usize,
    /// What the document is about, if it is an entry about one thing.
    entry: Option<EntityId>,
    /// What this paragraph is about: the same, or the person whose life it begins.
    head: Option<EntityId>,
}

/// A thing that the text has named.
#[derive(Clone, Copy, Debug)]
pub(super) struct Recalled {
    pub(super) entity: EntityId,
    /// Whether it only plays a part, as an event that is not the scene: 学习某大会精神.
    pub(super) aside: bool,
}

/// Why a place of a clause has no topic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Absence {
    /// This element of the clause may be its subject.
    Subject(usize),
    /// The clause begins too far before.
    Distant,
    /// The text before is about nothing of the classes in question.
    Unfit,
}

/// How many words may stand before the subject of a clause.
const LEAD: usize = 8;
/// How many words on from a name 报道 makes it a source.
const SOURCE: usize = 4;
/// In which sentences an entry may begin: its title may stand before, before a life also who tells it.
pub(super) const OPENING: usize = 6;
const TITLE: usize = 2;
/// How many words may stand between the start of a clause and the place where its subject was dropped.
const DROPPED: usize = 6;
/// How many sentences back the thing named last is looked for.
const RECENT: usize = 4;
/// How many elements back in its sentence it is looked for, and how many names of the sentences before are remembered.
const RECALLED: usize = 64;
/// How many words on from an event 举行 makes it the scene.
const HELD: usize = 10;

impl Topics {
    /// Reads the next sentence.
    pub(super) fn enter(&mut self, elements: &Elements, block: usize, reading: &Reading) {
        let person = reading.extractors.person;
        let mut fresh_head = false;
        if self.block != Some(block) {
            self.block = Some(block);
            // A new paragraph names its things again; only a resume goes on, line by line: 1985年任某厂厂长。
            let dated = matches!(elements.kind(0), Some(Kind::Time(_)));
            self.state = Topic { person: self.state.person.filter(|_| dated), ..Topic::default() };
            self.several = false;
            self.named.clear();
            let begun = life(elements, reading);
            self.head = begun.or(self.head.filter(|_| dated)).or(self.entry);
            fresh_head = begun.is_some();
        }
        self.sentence += 1;
        if self.entry.is_none() && self.sentence <= OPENING {
            let entry = if self.sentence <= TITLE { headword(elements, reading) } else { None };
            self.entry = entry.or_else(|| life(elements, reading));
            self.head = self.head.or(self.entry);
            fresh_head |= self.entry.is_some();
        }
        if let Some(head) = self.head.filter(|_| !fresh_head) {
            let last = self.state.last.filter(|&last| last != head);
            let is_person = reading.class(head) == person;
            self.state = Topic {
                last: Some(head),
                leading: last,
                person: if is_person { Some(head) } else { self.state.person },
                only: self.state.only,
            };
        }
        let oldest = self.sentence.saturating_sub(RECENT);
        self.named.retain(|&(sentence, _)| sentence >= oldest);
        self.clauses.clear();
        let mut start = 0;
        let mut first = true;
        let mut fresh = None;
        while start < elements.len() {
            let end =
                (start..elements.len()).find(|&i| elements.kind(i).is_some_and(ends_clause)).unwrap_or(elements.len());
            self.clauses.push((start, self.state));
            if elements.in_brackets(start) {
                // What brackets hold is told by the way: 甲公司（港交所：00700），…
                start = end + 1;
                continue;
            }
            let said = !elements.behind(end, &reading.extractors.lexicon.say).is_empty();
            let found = subject(elements, start, end, reading);
            let shown = said || !elements.behind(end, &reading.extractors.lexicon.show).is_empty();
            if found.is_none() && !shown && has_unknown_subject(elements, start, end, reading.extractors) {
                self.state.last = None;
                if first {
                    self.state.leading = None;
                }
            }
            if let Some(subject) = found.filter(|_| !shown) {
                self.state.last = Some(subject);
                if first {
                    fresh = Some(subject);
                    first = false;
                }
                if reading.class(subject) == person {
                    self.state.person = Some(subject);
                }
            }
            if let Some(fresh) = fresh {
                self.state.leading = Some(fresh);
            }
            for at in start..end {
                if let Some(Kind::Name { entity, class }) = elements.kind(at)
                    && Some(*class) == person
                {
                    match self.state.only {
                        None if !self.several => self.state.only = Some(*entity),
                        Some(only) if only != *entity => {
                            self.state.only = None;
                            self.several = true;
                        }
                        _ => {}
                    }
                }
            }
            start = end + 1;
        }
    }

    /// Remembers what the sentence has named, for the sentences behind it.
    pub(super) fn leave(&mut self, elements: &Elements, reading: &Reading) {
        let named = (0..elements.len()).filter_map(|at| recallable(elements, at, reading));
        self.named.extend(named.map(|recalled| (self.sentence, recalled)));
        self.named.drain(..self.named.len().saturating_sub(RECALLED));
    }

    /// The things that were named before the place `at`, the last first.
    pub(super) fn recent<'t>(
        &'t self,
        at: usize,
        elements: &'t Elements,
        reading: &'t Reading,
    ) -> impl Iterator<Item = Recalled> + 't {
        let here = (at.saturating_sub(RECALLED)..at).rev().filter_map(move |i| recallable(elements, i, reading));
        here.chain(self.named.iter().rev().map(|&(_, recalled)| recalled))
    }

    /// The thing of one of these classes that the place `at` is about without naming it.
    pub(super) fn at(
        &self,
        at: usize,
        elements: &Elements,
        classes: &[Class],
        reading: &Reading,
    ) -> Result<EntityId, Absence> {
        let start = elements.clause_start(at).ok_or(Absence::Distant)?;
        let mut words = 0;
        for i in start..at {
            match elements.kind(i).ok_or(Absence::Distant)? {
                Kind::Name { .. } if !introduced_in_row(elements, i, reading.extractors) => {
                    return Err(Absence::Subject(i));
                }
                Kind::Word(_) if may_be_subject(elements, i, reading.extractors) => return Err(Absence::Subject(i)),
                Kind::Name { .. } | Kind::Word(_) | Kind::Pause => words += 1,
                Kind::Time(_) | Kind::Amount(_) => {}
                Kind::Open(_) | Kind::Close(_) | Kind::Mark => {}
            }
        }
        if words > DROPPED {
            return Err(Absence::Distant);
        }
        match self.beside_bracket(start, elements, classes, reading) {
            Some(found) => found,
            None => self.choose(start, classes, reading).ok_or(Absence::Unfit),
        }
    }

    /// What the clause that starts at `start` is about, if a bracket opens there: 甲（1956年生）, 副省长（现任部长）甲.
    fn beside_bracket(
        &self,
        start: usize,
        elements: &Elements,
        classes: &[Class],
        reading: &Reading,
    ) -> Option<Result<EntityId, Absence>> {
        let open = start.checked_sub(1)?;
        let Some(Kind::Open(close)) = elements.kind(open) else { return None };
        let before = open.checked_sub(1)?;
        let fitting = |at: usize| match elements.kind(at) {
            Some(Kind::Name { entity, class }) if classes.contains(class) => Some(*entity),
            _ => None,
        };
        if let Some(entity) = fitting(before) {
            return Some(Ok(entity));
        }
        let personal = classes.iter().all(|&class| Some(class) == reading.extractors.person);
        match elements.kind(before)? {
            Kind::Name { .. } | Kind::Word(Pos::Latin) => Some(Err(Absence::Unfit)),
            // A resume goes on in brackets behind a post.
            Kind::Word(_) if personal => close.and_then(|close| fitting(close + 1)).map(Ok),
            Kind::Word(_) if may_be_subject(elements, before, reading.extractors) => {
                Some(Err(Absence::Subject(before)))
            }
            _ => None,
        }
    }

    /// The thing of one of these classes that the text before the clause of the place `at` was about, whatever the clause names.
    pub(super) fn earlier(
        &self,
        at: usize,
        elements: &Elements,
        classes: &[Class],
        reading: &Reading,
    ) -> Option<EntityId> {
        self.choose(elements.clause_start(at)?, classes, reading)
    }

    /// What the clause that starts at `start` may be about.
    fn choose(&self, start: usize, classes: &[Class], reading: &Reading) -> Option<EntityId> {
        let topic = self.before(start)?;
        let fits = |entity: &EntityId| reading.class(*entity).is_some_and(|class| classes.contains(&class));
        // Where a body may be meant as well, the person of an earlier sentence is too far.
        let personal = classes.iter().all(|&class| Some(class) == reading.extractors.person);
        // What an entry is about, where the clauses before have named another thing.
        let head = self.head.filter(|_| topic.last.is_some());
        let (person, only) = (topic.person.filter(|_| personal), topic.only.filter(|_| personal));
        let choices = [topic.last, topic.leading, person, only, head];
        choices.into_iter().flatten().find(fits)
    }

    /// What the text before the clause that begins at `start` was about.
    pub(super) fn before(&self, start: usize) -> Option<&Topic> {
        let after = self.clauses.partition_point(|&(first, _)| first <= start);
        self.clauses.get(after.checked_sub(1)?).map(|(_, topic)| topic)
    }

    /// What the document is about, if it is an entry about one thing.
    pub(super) fn entry(&self) -> Option<EntityId> {
        self.entry
    }

    /// The first elements of the clauses of the sentence.
    pub(super) fn clauses(&self) -> impl Iterator<Item = usize> {
        self.clauses.iter().map(|&(first, _)| first)
    }
}

impl Topic {
    /// The things that a clause may be about without naming them, each once.
    pub(super) fn choices(&self) -> Vec<EntityId> {
        let mut choices = Vec::new();
        for choice in [self.last, self.leading, self.person, self.only].into_iter().flatten() {
            if !choices.contains(&choice) {
                choices.push(choice);
            }
        }
        choices
    }
}

/// The thing that the name at `at` leaves in mind.
fn recallable(elements: &Elements, at: usize, reading: &Reading) -> Option<Recalled> {
    let Some(Kind::Name { entity, class }) = elements.kind(at) else { return None };
    let aside = Some(*class) == reading.extractors.event && !is_scene(elements, at, reading.extractors);
    Some(Recalled { entity: *entity, aside })
}

/// Whether the event at `at` is where things happen: 某会召开, 参加某会, 某会上.
fn is_scene(elements: &Elements, at: usize, extractors: &Extractors) -> bool {
    let lexicon = &extractors.lexicon;
    let near = |mut place: usize, step: fn(usize) -> Option<usize>| {
        for _ in 0..HELD {
            let Some(next) = step(place) else { return false };
            place = next;
            match elements.kind(place) {
                None | Some(Kind::Mark) => return false,
                Some(Kind::Name { .. }) if !introduced_in_row(elements, place, extractors) => return false,
                Some(_) if !elements.ahead(place, &lexicon.stage).is_empty() => return true,
                Some(_) => {}
            }
        }
        false
    };
    let ahead = elements.past_brackets(at + 1);
    !elements.ahead(ahead, &lexicon.scene).is_empty()
        || near(at, |place| place.checked_add(1))
        || near(at, |place| place.checked_sub(1))
}

/// What an entry is about, if the sentence opens one: 甲（1956年—），…; 甲，简称乙，…; 甲是….
fn headword(elements: &Elements, reading: &Reading) -> Option<EntityId> {
    let lexicon = &reading.extractors.lexicon;
    let (entity, class, names) = opening(elements)?;
    let behind = elements.past_brackets(names);
    let goes_on = |at: usize, words: &[&Alternatives]| words.iter().any(|words| !elements.ahead(at, words).is_empty());
    let opens = match elements.kind(behind)? {
        Kind::Mark => {
            let sure = behind > names || Some(class) == reading.extractors.person;
            // 某县，某市辖县，….
            let placed = || {
                let place = |at: usize| matches!(elements.kind(at), Some(Kind::Name { class, .. }) if reading.extractors.places.contains(class));
                let ahead = (behind + 1..).take_while(|&at| place(at)).count() + behind + 1;
                ahead > behind + 1 && goes_on(ahead, &[&lexicon.level])
            };
            goes_on(behind, &[&lexicon.comma]) && (sure || goes_on(behind + 1, &[&lexicon.defines]) || placed())
        }
        Kind::Word(_) => goes_on(behind, &[&lexicon.be, &lexicon.defines]),
        _ => false,
    };
    opens.then_some(entity)
}

/// Whose life the sentence begins: 甲，男，…; 甲同志，1933年10月生于….
fn life(elements: &Elements, reading: &Reading) -> Option<EntityId> {
    let lexicon = &reading.extractors.lexicon;
    let (entity, class, names) = opening(elements)?;
    let behind = elements.ahead(names, &lexicon.courtesy).first().copied().unwrap_or(names);
    let behind = elements.past_brackets(behind);
    let comma = elements.ahead(behind, &lexicon.comma).first().copied()?;
    let told = matches!(elements.kind(comma), Some(Kind::Time(_))) || !elements.ahead(comma, &lexicon.life).is_empty();
    (told && Some(class) == reading.extractors.person).then_some(entity)
}

/// The thing whose name begins the sentence, and where what stands behind its name begins; the last of several names is
/// the head: 某科学院|某研究所.
fn opening(elements: &Elements) -> Option<(EntityId, Class, usize)> {
    let names = (0..).take_while(|&at| matches!(elements.kind(at), Some(Kind::Name { .. }))).count();
    match elements.kind(names.checked_sub(1)?)? {
        Kind::Name { entity, class } => Some((*entity, *class, names)),
        _ => None,
    }
}

/// What the clause from `start` to `end` says it is about.
pub(super) fn subject(elements: &Elements, start: usize, end: usize, reading: &Reading) -> Option<EntityId> {
    let lexicon = &reading.extractors.lexicon;
    let person = reading.extractors.person;
    let mut words = 0;
    let mut verb = false;
    let mut at = start;
    while at < end {
        match elements.kind(at)? {
            Kind::Word(pos) => {
                words += 1;
                verb |= *pos == Pos::Verb;
            }
            Kind::Name { class, .. } if !is_beside(elements, start, at, reading.extractors) => {
                if words > LEAD || (verb && Some(*class) != person) {
                    return None;
                }
                break;
            }
            _ => {}
        }
        at += 1;
    }
    // The last of several names that stand together is the head: 华为董事长任正非.
    let mut head = at;
    loop {
        let Kind::Name { entity, class } = elements.kind(head)? else { return None };
        let (entity, class) = (*entity, *class);
        let mut next = head + 1;
        while next < end && next - head <= LEAD && post_word(elements, next, reading.extractors) {
            next += 1;
        }
        let post = ends_in_title(elements, head + 1, next, &lexicon.title);
        // 甲院副院长、部长: posts of what the text is about.
        let row =
            |at: usize| matches!(elements.kind(at), Some(Kind::Pause)) || post_word(elements, at, reading.extractors);
        if post && Some(class) != person && (next..end).all(row) {
            return None;
        }
        // 甲院院士、乙大学校长丙: the head is still to come.
        if matches!(elements.kind(next), Some(Kind::Pause)) && post {
            next += 1;
        }
        if next < end
            && let Some(Kind::Name { class, .. }) = elements.kind(next)
            && (next == head + 1 || post || Some(*class) == person)
        {
            head = next;
            continue;
        }
        // 据某社报道: where something was read, not what it is about.
        let reports = |at: usize| !elements.ahead(at, &lexicon.source).is_empty();
        if (head + 1..(head + SOURCE).min(end)).any(reports) {
            return None;
        }
        let owned = !elements.ahead(head + 1, &lexicon.possessive).is_empty();
        // 东江省社科联: the place only describes a body that nobody knows.
        let mut last = head;
        while let Some(&next) = elements.ahead(last + 1, &lexicon.and).first()
            && matches!(elements.kind(next), Some(Kind::Name { .. }))
        {
            last = next;
        }
        if describes_noun(elements, last, reading.extractors) {
            return None;
        }
        if owned && Some(class) == person {
            return None;
        }
        return Some(entity);
    }
}

/// Whether the clause from `start` to `end` begins with a noun that acts: 用户参与活动.
fn has_unknown_subject(elements: &Elements, start: usize, end: usize, extractors: &Extractors) -> bool {
    let mut noun = false;
    for at in start..end {
        match elements.kind(at) {
            Some(Kind::Word(Pos::Preposition)) if !noun => return false,
            Some(Kind::Word(Pos::Verb)) => return noun,
            Some(Kind::Word(pos)) => noun |= *pos != Pos::Unknown && may_be_subject(elements, at, extractors),
            Some(Kind::Name { .. }) if matches!(elements.kind(at + 1), Some(Kind::Name { .. })) => {}
            Some(Kind::Name { .. }) if describes_noun(elements, at, extractors) => {}
            Some(Kind::Name { .. } | Kind::Pause) => return false,
            _ => {}
        }
    }
    false
}

/// Whether the name is a place, and what stands behind it a noun that it describes: 东江省社科联, 海州4所小学.
fn describes_noun(elements: &Elements, at: usize, extractors: &Extractors) -> bool {
    let place = matches!(elements.kind(at), Some(Kind::Name { class, .. }) if extractors.places.contains(class));
    let noun = match elements.kind(at + 1) {
        Some(Kind::Word(Pos::Noun | Pos::Organization | Pos::ProperNoun | Pos::Abbreviation | Pos::Unknown)) => {
            may_be_subject(elements, at + 1, extractors)
        }
        // 海州4所小学: so many of something.
        Some(Kind::Amount(_)) => matches!(elements.kind(at + 2), Some(Kind::Word(Pos::Noun))),
        _ => false,
    };
    place && noun
}

/// Whether the word may be the subject, though nothing is known of it.
pub(super) fn may_be_subject(elements: &Elements, at: usize, extractors: &Extractors) -> bool {
    let Some(Kind::Word(pos)) = elements.kind(at) else { return false };
    let word = elements.words_in(at, at + 1).unwrap_or("");
    // A single character that segmentation could not place is no name: 毕业|后|在.
    let loose = *pos == Pos::Unknown && word.chars().nth(1).is_none();
    let introduced = matches!(at.checked_sub(1).and_then(|i| elements.kind(i)), Some(Kind::Word(Pos::Preposition)));
    may_name(*pos) && !loose && !introduced && !extractors.lexicon.aspect.words.contains(word)
}

/// Whether words of this kind name things.
fn may_name(pos: Pos) -> bool {
    match pos {
        Pos::Noun
        | Pos::Person
        | Pos::Place
        | Pos::Organization
        | Pos::ProperNoun
        | Pos::Pronoun
        | Pos::Abbreviation
        | Pos::Unknown => true,
        Pos::Time
        | Pos::Locality
        | Pos::Verb
        | Pos::VerbalNoun
        | Pos::Adjective
        | Pos::Adverb
        | Pos::Numeral
        | Pos::Classifier
        | Pos::Preposition
        | Pos::Conjunction
        | Pos::Particle
        | Pos::Idiom
        | Pos::Morpheme
        | Pos::Latin
        | Pos::Punctuation => false,
    }
}

/// Whether a word of the class `oblique` stands directly before the name, or before names that it stands side by side with.
pub(super) fn introduced(elements: &Elements, mut at: usize, extractors: &Extractors) -> bool {
    for _ in 0..LEAD {
        match at.checked_sub(1).and_then(|before| elements.kind(before)) {
            Some(Kind::Name { .. }) => at -= 1,
            _ => break,
        }
    }
    !elements.behind(at, &extractors.lexicon.oblique).is_empty()
}

/// The same, or before a row of names in which it stands: 由|甲|、|乙.
fn introduced_in_row(elements: &Elements, mut at: usize, extractors: &Extractors) -> bool {
    let is_name = |at: usize| matches!(elements.kind(at), Some(Kind::Name { .. }));
    while at >= 2 && matches!(elements.kind(at - 1), Some(Kind::Pause)) && is_name(at - 2) {
        at -= 2;
    }
    introduced(elements, at, extractors)
}

/// Whether the name at `at` only goes with what the clause from `start` on is about: 在所长|甲|指导下, 与妻子|甲|合作.
fn is_beside(elements: &Elements, start: usize, at: usize, extractors: &Extractors) -> bool {
    let lexicon = &extractors.lexicon;
    if introduced_in_row(elements, at, extractors) {
        return true;
    }
    for i in (start..at).rev() {
        if !elements.behind(i + 1, &lexicon.oblique).is_empty() || !elements.behind(i + 1, &lexicon.beside).is_empty() {
            return true;
        }
        if !matches!(elements.kind(i), Some(Kind::Name { .. })) && !post_word(elements, i, extractors) {
            return false;
        }
    }
    false
}

/// Whether the element may stand inside a post.
pub(super) fn post_word(elements: &Elements, at: usize, extractors: &Extractors) -> bool {
    let lexicon = &extractors.lexicon;
    let Some(Kind::Word(pos)) = elements.kind(at) else { return false };
    let Some(text) = elements.words_in(at, at + 1) else { return false };
    if lexicon.title_not.words.contains(text) {
        return false;
    }
    match pos {
        Pos::Verb | Pos::Adverb | Pos::Conjunction => {
            lexicon.title_verb.words.contains(text) || lexicon.title.words.contains(text)
        }
        Pos::Particle | Pos::Preposition | Pos::Pronoun | Pos::Punctuation | Pos::Time => false,
        Pos::Noun
        | Pos::Person
        | Pos::Place
        | Pos::Organization
        | Pos::ProperNoun
        | Pos::Locality
        | Pos::VerbalNoun
        | Pos::Adjective
        | Pos::Numeral
        | Pos::Classifier
        | Pos::Abbreviation
        | Pos::Idiom
        | Pos::Morpheme
        | Pos::Latin
        | Pos::Unknown => true,
    }
}

/// Whether the elements from `from` to `to` end in one of the words for a post: 妇产科副主任医师.
pub(super) fn ends_in_title(elements: &Elements, from: usize, to: usize, words: &Alternatives) -> bool {
    elements.words_in(from, to).is_some_and(|text| names_post(text, words))
}

/// Whether `text` ends in one of `words`.
pub(super) fn names_post(text: &str, words: &Alternatives) -> bool {
    text.char_indices()
        .rev()
        .map(|(at, _)| cut(text, at..text.len()))
        .take_while(|ending| ending.len() <= words.longest)
        .any(|ending| words.words.contains(ending))
}
