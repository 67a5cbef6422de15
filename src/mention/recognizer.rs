//! Runs the finders over a document and settles where their candidates overlap.
//!
//! In: a document and its sentences. Out: its mentions. First every sentence is read by itself; then names that
//! were found once, and their short forms, are looked for in the whole document.

use super::anaphor::Anaphors;
use super::features::Hint;
use super::gazetteer::Gazetteers;
use super::grammar::{Grammar, Proposal};
use super::people::People;
use super::quoted::Quotations;
use super::short::Shortening;
use super::tagger::Tagger;
use super::trim::trim;
use super::value::Values;
use super::words::{Lexicon, Role, Word, Words, parse};
use super::{Confidence, Finder, Mention, MentionKind, Value};
use crate::document::Document;
use crate::error::{Error, Result};
use crate::ontology::{Class, Ontology};
use crate::resource::Resources;
use crate::sentence::{Pos, Sentence, SentenceId};
use crate::span::{Span, cut};
use daachorse::{CharwiseDoubleArrayAhoCorasickBuilder, MatchKind};
use rustc_hash::FxHashMap as HashMap;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// Everything that recognition knows.
pub struct Recognizers {
    /// Listed names; resolution asks them too.
    pub gazetteers: Gazetteers,
    /// Phrases that point back.
    pub anaphors: Anaphors,
    /// How names are shortened; resolution asks it too.
    pub shortening: Shortening,
    /// Dates and numbers.
    pub values: Values,
    pub(super) lexicon: Lexicon,
    grammar: Grammar,
    pub(super) people: People,
    quotations: Quotations,
    model: Option<Model>,
    pub(super) places: Vec<Class>,
    pub(super) person: Option<Class>,
    company: Option<Class>,
    area: Option<Class>,
    /// Classes whose names go without the edition.
    pub(super) unnumbered: Vec<Class>,
    pub(super) settings: Settings,
}

/// A model with the classes of the ontology that its own stand for.
struct Model {
    tagger: Tagger,
    classes: Vec<Option<Class>>,
}

/// The form of `recognition.toml`, which says what each number is for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Settings {
    listed: f32,
    repeated: f32,
    floor: f32,
    again: f32,
    abbreviated: f32,
    others: usize,
    doubt: f32,
    unnumbered: Vec<String>,
    pub(super) years: Vec<String>,
    pub(super) parts: Vec<String>,
    /// What may stand between a post and the person who holds it.
    pub(super) copulas: Vec<String>,
}

impl Recognizers {
    /// Reads the gazetteers, the grammars, what is known of persons, quotations, short forms and values, and how they are weighed.
    ///
    /// # Errors
    /// If one of the files holds a mistake.
    pub fn load(resources: &Resources, ontology: &Ontology) -> Result<Self> {
        let place = ontology.class("Place");
        let mut settings = Settings::default();
        let mut mistakes = Vec::new();
        for file in resources.file("recognition.toml") {
            match parse(file) {
                Ok(own) => settings = own,
                Err(mistake) => mistakes.push(mistake),
            }
        }
        if !mistakes.is_empty() {
            return Err(Error::Data(mistakes));
        }
        Ok(Self {
            gazetteers: Gazetteers::load(resources, ontology)?,
            anaphors: Anaphors::load(resources, ontology)?,
            shortening: Shortening::load(resources, ontology)?,
            values: Values::load(resources)?,
            lexicon: Lexicon::load(resources)?,
            grammar: Grammar::load(resources, ontology)?,
            people: People::load(resources, ontology)?,
            quotations: Quotations::load(resources, ontology)?,
            model: Tagger::builtin()?.map(|tagger| Model {
                classes: tagger.classes().iter().map(|class| ontology.class(class)).collect(),
                tagger,
            }),
            places: ontology
                .classes()
                .filter(|&class| place.is_some_and(|place| ontology.is_a(class, place)))
                .collect(),
            person: ontology.class("Person"),
            company: ontology.class("Company"),
            area: ontology.class("AdministrativeArea"),
            unnumbered: settings.unnumbered.iter().filter_map(|class| ontology.class(class)).collect(),
            settings,
        })
    }
}

impl Recognizers {
    /// The words of `sentence` with `known` names in it.
    fn words<'s>(&self, sentence: &'s Sentence, known: &[Mention], person: Role) -> Words<'s> {
        let role = |class| self.role(class, person);
        Words::new(sentence, known.iter(), &self.lexicon, role, |word| self.people.is_ordinary(word))
    }

    /// The names that lists and grammars see in `sentence`, and its words.
    fn candidates<'s>(&self, id: SentenceId, sentence: &'s Sentence) -> (Vec<Mention>, Words<'s>) {
        let mut found = self.gazetteers.find(id, sentence);
        let sure = found.iter().filter(|m| m.confidence.get() >= self.settings.listed).cloned().collect();
        let words = self.words(sentence, &settle(sure, self.settings.floor), Role::Weak);
        let mut proposals = Vec::new();
        self.grammar.find(&words, &self.lexicon, &mut proposals);
        add(&mut found, &mut proposals, sentence, id, "grammar");
        self.people.find(&words, &self.lexicon, &mut proposals);
        add(&mut found, &mut proposals, sentence, id, "people");
        self.quotations.find(&words, &mut proposals);
        add(&mut found, &mut proposals, sentence, id, "quoted");
        found.extend(self.anaphors.find(id, sentence));
        (found, words)
    }

    /// What a name of this class can do in longer names; `person` is what one of a person can.
    fn role(&self, class: Class, person: Role) -> Role {
        if self.places.contains(&class) {
            Role::Place
        } else if Some(class) == self.person {
            person
        } else {
            Role::Strong
        }
    }
}

/// The mentions of `document`, in text order and disjoint.
///
/// Lists and grammars read the document first; the model then decides, seeing what they read. What it finds
/// beyond that is looked for in the whole document, and where that shows something new the model looks again.
pub fn recognize(document: &Document, sentences: &[Sentence], recognizers: &Recognizers) -> Vec<Mention> {
    let mut reading = Reading::new(document, sentences, recognizers);
    let mut read = reading.settled();
    let Some(model) = &recognizers.model else { return read.into_iter().flatten().collect() };
    let settings = &recognizers.settings;
    let mut decided: Vec<Vec<Mention>> =
        read.iter().enumerate().map(|(number, read)| reading.decide(model, read, number)).collect();
    let beyond = |(decided, read): (&Vec<Mention>, &Vec<Mention>)| {
        let new = decided.iter().filter(|m| m.confidence.get() >= settings.repeated);
        new.filter(|m| !read.iter().any(|r| r.span == m.span)).cloned().collect::<Vec<_>>()
    };
    let new: Vec<Mention> = decided.iter().zip(&read).flat_map(beyond).collect();
    if !new.is_empty() {
        reading.repeat(&new);
        let again = reading.settled();
        for (number, ((again, read), decided)) in again.iter().zip(&read).zip(&mut decided).enumerate() {
            if again != read {
                *decided = reading.decide(model, again, number);
            }
        }
        read = again;
    }
    agree(&mut decided, sentences);
    // Values stand as they were read, and so do short forms: it takes the full name to know them, which the model does not see.
    let stands = |m: &Mention| match &m.found_by {
        Finder::Pattern(pattern) if pattern.starts_with(SHORT) => true,
        _ => !matches!(m.kind, MentionKind::Name(_)),
    };
    let all = decided.into_iter().zip(read).map(|(mut names, read)| {
        names.extend(read.into_iter().filter(stands));
        settle(names, settings.floor)
    });
    all.flatten().collect()
}

impl Model {
    /// The names in a sentence of which lists and grammars have read `read`. Where both find the same, their word for it stands.
    fn decide(
        &self,
        read: &[Mention],
        hints: &[Hint],
        id: SentenceId,
        sentence: &Sentence,
        doubt: f32,
    ) -> Vec<Mention> {
        let mut names = self.tagger.find(id, sentence, hints, &self.classes);
        // Where the model sees a name and is in doubt which, what lists and grammars read decides.
        let (sure, doubtful): (Vec<_>, Vec<_>) = names.drain(..).partition(|name| name.confidence.get() >= doubt);
        let overlap = |a: &Mention, b: &Mention| a.span.start < b.span.end && b.span.start < a.span.end;
        let decides = |m: &&Mention| {
            matches!(m.kind, MentionKind::Name(_))
                && doubtful.iter().any(|name| overlap(name, m))
                && !sure.iter().any(|name| overlap(name, m))
        };
        names.extend(read.iter().filter(decides).cloned());
        names.extend(sure);
        for name in &mut names {
            if let Some(same) = read.iter().find(|m| m.span == name.span && m.kind == name.kind) {
                name.found_by = same.found_by.clone();
            }
        }
        names
    }
}

/// What the finders of short forms are called before their class.
const SHORT: &str = "short/";

/// Gives names that are written alike the class that the surest of them have.
fn agree(names: &mut [Vec<Mention>], sentences: &[Sentence]) {
    let mut votes: BTreeMap<&str, BTreeMap<Class, f32>> = BTreeMap::new();
    for (names, sentence) in names.iter().zip(sentences) {
        for name in names {
            if let MentionKind::Name(class) = name.kind {
                *votes.entry(sentence.key.of(name.span)).or_default().entry(class).or_default() +=
                    name.confidence.get();
            }
        }
    }
    for (names, sentence) in names.iter_mut().zip(sentences) {
        for name in names {
            let votes = votes.get(sentence.key.of(name.span)).into_iter().flatten();
            if let Some((&class, _)) = votes.max_by(|a, b| a.1.total_cmp(b.1)) {
                name.kind = MentionKind::Name(class);
            }
        }
    }
}

/// What lists and grammars read in each sentence, as the model is shown it.
pub fn hints(document: &Document, sentences: &[Sentence], recognizers: &Recognizers) -> Vec<Vec<Hint>> {
    let reading = Reading::new(document, sentences, recognizers);
    reading.settled().iter().enumerate().map(|(number, read)| reading.hints(read, number)).collect()
}

/// A mention as the model is shown it.
fn hint(sentence: &Sentence, mention: &Mention) -> Hint {
    let kind = match &mention.kind {
        MentionKind::Name(class) => class.name(),
        MentionKind::Anaphor(_) => "anaphor",
        MentionKind::Value(Value::Time(_)) => "time",
        MentionKind::Value(Value::Quantity(_)) => "quantity",
    };
    Hint::new(sentence.key.range(mention.span), kind, &mention.found_by.to_string(), mention.confidence.get())
}

/// A document as lists and grammars read it.
struct Reading<'d> {
    sentences: &'d [Sentence],
    recognizers: &'d Recognizers,
    words: Vec<Words<'d>>,
    /// What may be a mention, sentence by sentence.
    candidates: Vec<Vec<Mention>>,
}

impl<'d> Reading<'d> {
    fn new(document: &Document, sentences: &'d [Sentence], recognizers: &'d Recognizers) -> Self {
        let mut values = recognizers.values.find(document, sentences).into_iter().peekable();
        let mut words = Vec::with_capacity(sentences.len());
        let mut candidates: Vec<Vec<Mention>> = Vec::with_capacity(sentences.len());
        for (number, sentence) in sentences.iter().enumerate() {
            let id = SentenceId(number);
            let (mut here, own_words) = recognizers.candidates(id, sentence);
            here.extend(std::iter::from_fn(|| values.next_if(|value| value.sentence == id)));
            candidates.push(here);
            words.push(own_words);
        }
        trim_persons(sentences, recognizers, &mut candidates);
        let mut reading = Self { sentences, recognizers, words, candidates };
        let first: Vec<Mention> = reading.settled().into_iter().flatten().collect();
        leave_firms_of_persons(&first, sentences, recognizers, &mut reading.candidates);
        reading.repeat(&first);
        reading
    }

    /// Looks for names that were found, and for their short forms, in the whole document, and for longer names that hold them.
    fn repeat(&mut self, found: &[Mention]) {
        let counts: Vec<usize> = self.candidates.iter().map(Vec::len).collect();
        repeat(found, self.sentences, &self.words, self.recognizers, &mut self.candidates);
        read_again(&counts, self.sentences, self.recognizers, &mut self.candidates);
    }

    /// What the model is shown of a sentence: what lists and grammars have read, and where they read nothing, what they hold possible.
    fn hints(&self, read: &[Mention], number: usize) -> Vec<Hint> {
        let (Some(sentence), Some(candidates)) = (self.sentences.get(number), self.candidates.get(number)) else {
            return Vec::new();
        };
        let faint = |m: &&Mention| m.confidence.get() < self.recognizers.settings.floor;
        let apart = |m: &&Mention| !read.iter().any(|r| r.span.start < m.span.end && m.span.start < r.span.end);
        let faint = settle(candidates.iter().filter(faint).filter(apart).cloned().collect(), 0.0);
        let mut shown: Vec<&Mention> = read.iter().chain(&faint).collect();
        shown.sort_by_key(|m| m.span);
        shown.into_iter().map(|m| hint(sentence, m)).collect()
    }

    /// The names that the model sees in a sentence of which lists and grammars have read `read`.
    fn decide(&self, model: &Model, read: &[Mention], number: usize) -> Vec<Mention> {
        let (Some(sentence), Some(words)) = (self.sentences.get(number), self.words.get(number)) else {
            return Vec::new();
        };
        let doubt = self.recognizers.settings.doubt;
        let hints = self.hints(read, number);
        let names = model.decide(read, &hints, SentenceId(number), sentence, doubt);
        trim(names, sentence, words, self.recognizers)
    }

    /// The best disjoint ones among the candidates of each sentence.
    fn settled(&self) -> Vec<Vec<Mention>> {
        let floor = self.recognizers.settings.floor;
        self.candidates.iter().map(|here| settle(here.clone(), floor)).collect()
    }
}

/// Cuts the third character off names of persons that the document shows to have two: 周琳 of 周琳性.
///
/// Every occurrence of the two characters counts where no longer name starts that stands more than once.
fn trim_persons(sentences: &[Sentence], recognizers: &Recognizers, candidates: &mut [Vec<Mention>]) {
    let Some(person) = recognizers.person else { return };
    let people = |m: &Mention| m.kind == MentionKind::Name(person) && matches!(m.found_by, Finder::Pattern(_));
    let mut names: BTreeMap<&str, usize> = BTreeMap::new();
    for (sentence, here) in sentences.iter().zip(candidates.iter()) {
        for mention in here.iter().filter(|m| people(m)) {
            *names.entry(sentence.key.of(mention.span)).or_default() += 1;
        }
    }
    let beginnings: BTreeSet<&str> = names.keys().filter_map(|name| two_of_three(name)).collect();
    let Ok(automaton) = automaton().build::<_, _, u32>(&beginnings) else { return };
    // What follows each beginning in the document, but where a name of three stands that is found more than once.
    let mut following: BTreeMap<&str, BTreeSet<char>> = BTreeMap::new();
    for sentence in sentences {
        let text = sentence.key.text();
        for hit in automaton.find_overlapping_iter(text) {
            let next = cut(text, hit.end()..text.len()).chars().next();
            let longer = hit.end() + next.map_or(0, char::len_utf8);
            if names.get(cut(text, hit.start()..longer)).is_none_or(|&times| times < 2) {
                following.entry(cut(text, hit.start()..hit.end())).or_default().insert(next.unwrap_or('\n'));
            }
        }
    }
    for (sentence, here) in sentences.iter().zip(candidates) {
        for mention in here.iter_mut().filter(|m| people(m)) {
            let name = sentence.key.of(mention.span);
            let Some(beginning) = two_of_three(name) else { continue };
            let times = names.get(name).copied().unwrap_or(0);
            let others = following.get(beginning).map_or(0, BTreeSet::len);
            // Its own third character is among those that follow if it stands there once.
            if times < 2 && others > recognizers.settings.others {
                let range = sentence.key.range(mention.span);
                mention.span = sentence.key.span(range.start..range.start + beginning.len());
            }
        }
    }
}

/// Builds what finds strings in one document. A prefilter takes longer to build than it saves there.
fn automaton() -> CharwiseDoubleArrayAhoCorasickBuilder {
    CharwiseDoubleArrayAhoCorasickBuilder::new().use_prefilter(false)
}

/// The first two of exactly three characters.
fn two_of_three(name: &str) -> Option<&str> {
    let mut ends = name.char_indices().map(|(at, _)| at).skip(2);
    let two = ends.next()?;
    (ends.next().is_none() && !name.contains(|c: char| c.is_ascii())).then(|| cut(name, 0..two))
}

/// Drops firms that are a person and a bare kind: the firm of a person, not one by that name.
fn leave_firms_of_persons(
    first: &[Mention],
    sentences: &[Sentence],
    recognizers: &Recognizers,
    candidates: &mut [Vec<Mention>],
) {
    let (Some(person), Some(company)) = (recognizers.person, recognizers.company) else { return };
    let persons: BTreeSet<&str> = first
        .iter()
        .filter(|m| m.kind == MentionKind::Name(person))
        .filter_map(|m| Some(sentences.get(m.sentence.0)?.key.of(m.span)))
        .collect();
    for (sentence, here) in sentences.iter().zip(candidates) {
        here.retain(|m| {
            let name = sentence.key.of(m.span);
            m.kind != MentionKind::Name(company)
                || name.char_indices().skip(2).take(3).all(|(at, _)| {
                    !(persons.contains(cut(name, 0..at)) && recognizers.lexicon.is_bare(cut(name, at..name.len())))
                })
        });
    }
}

/// Reads the sentences again that hold repeated names and short forms, for longer names that begin with these: 南航|湖北分公司.
fn read_again(found: &[usize], sentences: &[Sentence], recognizers: &Recognizers, candidates: &mut [Vec<Mention>]) {
    let mut proposals = Vec::new();
    for (number, ((sentence, &found), here)) in sentences.iter().zip(found).zip(candidates).enumerate() {
        if here.is_empty() {
            continue;
        }
        let known = |(i, mention): &(usize, &Mention)| {
            let MentionKind::Name(class) = mention.kind else { return false };
            let body =
                recognizers.shortening.abbreviates(class) && mention.confidence.get() >= recognizers.settings.repeated;
            *i >= found
                || body
                || matches!(mention.found_by, Finder::Gazetteer(_))
                    && mention.confidence.get() >= recognizers.settings.listed
        };
        let known = settle(
            here.iter().enumerate().filter(known).map(|(_, mention)| mention.clone()).collect(),
            recognizers.settings.floor,
        );
        let words = recognizers.words(sentence, &known, Role::Introduce);
        recognizers.grammar.find(&words, &recognizers.lexicon, &mut proposals);
        add(here, &mut proposals, sentence, SentenceId(number), "grammar");
    }
}

/// Turns what a finder proposes into mentions.
fn add(mentions: &mut Vec<Mention>, proposals: &mut Vec<Proposal>, sentence: &Sentence, id: SentenceId, finder: &str) {
    mentions.extend(proposals.drain(..).map(|proposal| Mention {
        span: sentence.key.span(proposal.range),
        sentence: id,
        kind: MentionKind::Name(proposal.class),
        found_by: Finder::Pattern(format!("{finder}/{}", proposal.class.name())),
        confidence: Confidence::new(proposal.confidence),
    }));
}

/// The best disjoint ones among the candidates of a sentence, in text order: long and sure ones.
fn settle(mut candidates: Vec<Mention>, floor: f32) -> Vec<Mention> {
    candidates.retain(|m| !m.span.is_empty() && m.confidence.get() >= floor);
    if candidates.len() < 2 {
        return candidates;
    }
    candidates.sort_by(|a, b| {
        (a.span.end, a.span.start)
            .cmp(&(b.span.end, b.span.start))
            .then(b.confidence.get().total_cmp(&a.confidence.get()))
    });
    candidates.dedup_by(|later, earlier| later.span == earlier.span);
    // best[i] is the weight of the best choice among the first i; taken[i] whether it holds candidate i - 1.
    let mut best = vec![0.0_f64; candidates.len() + 1];
    let mut before = vec![0_usize; candidates.len()];
    let mut taken = vec![false; candidates.len()];
    for (i, candidate) in candidates.iter().enumerate() {
        let compatible = candidates.partition_point(|other| other.span.end <= candidate.span.start);
        let weight = best.get(compatible).copied().unwrap_or(0.0) + weight(candidate);
        let without = best.get(i).copied().unwrap_or(0.0);
        if let (Some(before), Some(taken), Some(best)) = (before.get_mut(i), taken.get_mut(i), best.get_mut(i + 1)) {
            *before = compatible;
            *taken = weight > without;
            *best = weight.max(without);
        }
    }
    let mut keep = vec![false; candidates.len()];
    let mut i = candidates.len();
    while i > 0 {
        if taken.get(i - 1).copied().unwrap_or(false) {
            if let Some(keep) = keep.get_mut(i - 1) {
                *keep = true;
            }
            i = before.get(i - 1).copied().unwrap_or(0);
        } else {
            i -= 1;
        }
    }
    let mut keep = keep.into_iter();
    candidates.retain(|_| keep.next().unwrap_or(false));
    candidates
}

/// What a candidate counts for: a long name outweighs the names inside it.
fn weight(mention: &Mention) -> f64 {
    let length = mention.span.len() as f64;
    f64::from(mention.confidence.get()) * length * length
}

/// What a string that was found as a name, or is short for one, stands for.
#[derive(Clone, Debug)]
struct Meaning {
    class: Class,
    confidence: f32,
    finder: String,
    /// Where the full name stands first; a short form counts only behind it.
    after: Option<usize>,
}

/// Looks for names that were found once, and for their short forms, in all sentences.
fn repeat(
    first: &[Mention],
    sentences: &[Sentence],
    words: &[Words<'_>],
    recognizers: &Recognizers,
    candidates: &mut [Vec<Mention>],
) {
    let (shortening, gazetteers) = (&recognizers.shortening, &recognizers.gazetteers);
    let again = recognizers.settings.again;
    let mut names: BTreeMap<&str, Meaning> = BTreeMap::new();
    let mut ambiguous: Vec<&str> = Vec::new();
    // Names by their first character, for abbreviations.
    let mut bodies: HashMap<char, Vec<(&str, Class, usize)>> = HashMap::default();
    let mut cores: Vec<&str> = Vec::new();
    for mention in first {
        let MentionKind::Name(class) = mention.kind else { continue };
        let Some(sentence) = sentences.get(mention.sentence.0) else { continue };
        let name = sentence.key.of(mention.span);
        let confidence = mention.confidence.get();
        let listed = matches!(mention.found_by, Finder::Gazetteer(_));
        let finder = match &mention.found_by {
            Finder::Gazetteer(list) => format!("gazetteers/{list}"),
            Finder::Pattern(pattern) => pattern.clone(),
            Finder::Model(model) => format!("models/{model}"),
        };
        let enough =
            if Some(class) == recognizers.person { recognizers.people.sure() } else { recognizers.settings.repeated };
        if confidence < enough || name.chars().count() < 2 {
            continue;
        }
        if !listed {
            let better = names.get(name).is_none_or(|known| known.after.is_some() || known.confidence < confidence);
            if better {
                names.insert(
                    name,
                    Meaning { class, confidence: confidence * again, finder: finder.clone(), after: None },
                );
            }
        }
        let behind = sentence.key.range(mention.span).end;
        let behind = cut(sentence.key.text(), behind..sentence.key.text().len());
        for short in shortening.defined(behind, name, class, gazetteers) {
            names.insert(short, Meaning { class, confidence, finder: format!("{SHORT}defined"), after: None });
        }
        if shortening.abbreviates(class) {
            for at in [0, 2, 3] {
                if let Some(c) = name.chars().nth(at) {
                    let same = bodies.entry(c).or_default();
                    if same.len() < 24 && !same.iter().any(|&(known, ..)| known == name) {
                        same.push((name, class, mention.span.start));
                    }
                }
            }
        }
        cores.clear();
        shortening.cores(name, class, &mut cores);
        let mut shorts: Vec<&str> = cores.clone();
        if let Some(words) = words.get(mention.sentence.0) {
            let range = sentence.key.range(mention.span);
            let from = words.holding(range.start) + 1;
            for word in words.words.get(from..).unwrap_or_default() {
                if word.start >= range.end {
                    break;
                }
                let end = cut(words.text, word.start..range.end);
                let plain = matches!(
                    word.role,
                    Role::Topic
                        | Role::Deed
                        | Role::Verb
                        | Role::Weak
                        | Role::Strong
                        | Role::Place
                        | Role::Scope
                        | Role::OpenQuote
                        | Role::Latin
                );
                if plain && shortening.is_findable_end(end, name, class, gazetteers) {
                    shorts.push(end);
                }
            }
            if Some(class) == recognizers.company {
                let own = identifying(words, &range).filter(|short| !name.ends_with(short));
                shorts.extend(own.filter(|short| shortening.short_form(short, name, class, gazetteers).is_some()));
            }
        }
        for short in shorts {
            match names.get(short) {
                Some(known) if known.after.is_some() && known.class != class => ambiguous.push(short),
                Some(_) => {}
                None => {
                    let reading = Meaning {
                        class,
                        confidence: confidence * again * again,
                        // 和平 of 和平区 may be a mere word; whether it is one the model sees.
                        finder: if Some(class) == recognizers.area {
                            finder.clone()
                        } else {
                            format!("{SHORT}{}", class.name())
                        },
                        after: Some(mention.span.end),
                    };
                    names.insert(short, reading);
                }
            }
        }
    }
    for short in ambiguous {
        names.remove(short);
    }
    abbreviations(&bodies, sentences, words, recognizers, candidates);
    let entries: Vec<(&str, &Meaning)> = names.iter().map(|(name, reading)| (*name, reading)).collect();
    let patterns = entries.iter().enumerate().map(|(i, (name, _))| (*name, u32::try_from(i).unwrap_or(u32::MAX)));
    let Ok(automaton) = automaton().match_kind(MatchKind::LeftmostLongest).build_with_values::<_, _, u32>(patterns)
    else {
        return;
    };
    for (number, ((sentence, words), here)) in sentences.iter().zip(words).zip(candidates).enumerate() {
        for hit in automaton.leftmost_find_iter(words.text) {
            let Some(&(_, reading)) = usize::try_from(hit.value()).ok().and_then(|i| entries.get(i)) else { continue };
            let person = Some(reading.class) == recognizers.person;
            let aligned = words.starting(hit.start()).is_some() && words.ending(hit.end()).is_some();
            // Names of persons are often cut apart by the segmenter; others are whole words.
            let length = hit.end() - hit.start();
            if !aligned && length < if person { 9 } else { 15 } {
                continue;
            }
            let span = sentence.key.span(hit.start()..hit.end());
            if reading.after.is_some_and(|after| span.start < after || !stands_alone(words, hit.start())) {
                continue;
            }
            here.push(Mention {
                span,
                sentence: SentenceId(number),
                kind: MentionKind::Name(reading.class),
                found_by: Finder::Pattern(reading.finder.clone()),
                confidence: Confidence::new(reading.confidence),
            });
        }
    }
}

/// What may identify the company whose name covers `range`, in front of the words for its trade: 苏州微澜, 微澜 in
/// 苏州微澜生物科技有限公司.
fn identifying<'w>(words: &'w Words<'_>, range: &Range<usize>) -> impl Iterator<Item = &'w str> {
    let inside = words.words.iter().skip(words.holding(range.start)).take_while(|word| word.start < range.end);
    let place = inside.clone().next().filter(|word| word.role == Role::Place && word.start == range.start);
    let own = place.map_or(range.start, |word| word.end);
    let weak = |word: &&Word| matches!(word.role, Role::Weak | Role::Latin);
    let end = inside.skip_while(|word| word.start < own).take_while(weak).last().map_or(own, |word| word.end);
    [range.start, own].into_iter().filter(move |_| own < end).map(move |start| cut(words.text, start..end))
}

/// Whether a short form that starts at the byte `start` is not the end of a longer description: 某省医疗队.
fn stands_alone(words: &Words<'_>, start: usize) -> bool {
    let Some(i) = words.starting(start) else { return false };
    let Some(before) = i.checked_sub(1).and_then(|j| words.words.get(j)) else { return true };
    !matches!(
        before.role,
        Role::Topic
            | Role::Weak
            | Role::Place
            | Role::Strong
            | Role::Scope
            | Role::CloseQuote
            | Role::Joiner
            | Role::Latin
    ) && !matches!(before.pos, Pos::Classifier | Pos::Numeral)
}

/// Words that abbreviate a name of the document: 南航 for 中国南方航空集团有限公司.
fn abbreviations(
    bodies: &HashMap<char, Vec<(&str, Class, usize)>>,
    sentences: &[Sentence],
    words: &[Words<'_>],
    recognizers: &Recognizers,
    candidates: &mut [Vec<Mention>],
) {
    let (shortening, gazetteers) = (&recognizers.shortening, &recognizers.gazetteers);
    let confidence = recognizers.settings.abbreviated;
    let mut known: HashMap<&str, Option<(Class, usize)>> = HashMap::default();
    for (number, ((sentence, words), here)) in sentences.iter().zip(words).zip(candidates).enumerate() {
        for (i, word) in words.words.iter().enumerate() {
            if word.known.is_some() || !matches!(word.pos, Pos::Unknown | Pos::Abbreviation | Pos::Organization) {
                continue;
            }
            let text = words.of(i);
            let full = *known.entry(text).or_insert_with(|| {
                let first = text.chars().next()?;
                bodies
                    .get(&first)?
                    .iter()
                    .find(|(full, class, _)| shortening.short_form(text, full, *class, gazetteers).is_some())
                    .map(|&(_, class, at)| (class, at))
            });
            if let Some((class, _)) = full {
                here.push(Mention {
                    span: span(sentence, word.start, word.end),
                    sentence: SentenceId(number),
                    kind: MentionKind::Name(class),
                    found_by: Finder::Pattern(format!("{SHORT}{}", class.name())),
                    confidence: Confidence::new(confidence),
                });
            }
        }
    }
}

fn span(sentence: &Sentence, start: usize, end: usize) -> Span {
    sentence.key.span(start..end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::from_text;
    use crate::document::layout::Layout;
    use crate::sentence::{Segmenter, segment};
    use expect_test::{Expect, expect};
    use std::sync::OnceLock;

    /// Loads what recognition knows, once for all tests.
    fn knowledge() -> &'static (Layout, Segmenter, Recognizers) {
        static KNOWLEDGE: OnceLock<(Layout, Segmenter, Recognizers)> = OnceLock::new();
        KNOWLEDGE.get_or_init(|| {
            let resources = Resources::builtin();
            let ontology = Ontology::load(&resources).unwrap();
            (
                Layout::load(&resources).unwrap(),
                Segmenter::load(&resources).unwrap(),
                Recognizers::load(&resources, &ontology).unwrap(),
            )
        })
    }

    fn mentions(text: &str) -> (Document, Vec<Mention>) {
        let (layout, segmenter, recognizers) = knowledge();
        let document = from_text("test", text, layout);
        let mentions = recognize(&document, &segment(&document, segmenter), recognizers);
        (document, mentions)
    }

    /// The names in `text`, one a line with its class.
    fn check(text: &str, names: Expect) {
        let (document, mentions) = mentions(text);
        let mut out = String::new();
        for mention in mentions {
            if let MentionKind::Name(class) = mention.kind {
                out.push_str(&format!("{} {}\n", mention.span.of(&document.text), class.name()));
            }
        }
        names.assert_eq(&out);
    }

    #[test]
    fn a_head_reaches_to_the_word_that_identifies() {
        check(
            "记者走进苏州微澜生物科技有限公司的车间。",
            expect![[r#"
            苏州微澜生物科技有限公司 Company
        "#]],
        );
        check(
            "他毕业于青川县第二中学，现在如皋市教育局工作。",
            expect![[r#"
            青川县第二中学 School
            如皋市教育局 GovernmentBody
        "#]],
        );
        check(
            "昨天，首届南通江海美食文化节在海门区开幕。",
            expect![[r#"
            首届南通江海美食文化节 Event
            海门区 AdministrativeArea
        "#]],
        );
    }

    #[test]
    fn what_clings_to_a_person_is_none_of_the_name() {
        check(
            "签约的是海门区教育局党组书记、科技公司董事长江毅。",
            expect![[r#"
                海门区教育局 GovernmentBody
                江毅 Person
            "#]],
        );
        check(
            "施晓岚，字云帆，江苏南通人。",
            expect![[r#"
                施晓岚 Person
                云帆 Person
                江苏 AdministrativeArea
                南通 AdministrativeArea
            "#]],
        );
    }

    #[test]
    fn what_clings_to_a_body_is_none_of_its_name() {
        check(
            "经市发改委研究，自8月18日起执行。",
            expect![[r#"
                市发改委 GovernmentBody
            "#]],
        );
        check(
            "黔南州委原常委刘强受审。",
            expect![[r#"
                黔南州 AdministrativeArea
                刘强 Person
            "#]],
        );
        check(
            "张伟是十四届全国政协委员。",
            expect![[r#"
                张伟 Person
                全国政协 GovernmentBody
            "#]],
        );
    }

    #[test]
    fn an_award_goes_without_its_edition() {
        check(
            "李明获得第三届江海科技奖。",
            expect![[r#"
                李明 Person
                江海科技奖 Award
            "#]],
        );
    }

    #[test]
    fn a_stroke_between_words_is_a_bar() {
        check(
            "深度丨临海市财政局发布通知。",
            expect![[r#"
                临海市财政局 GovernmentBody
            "#]],
        );
    }

    #[test]
    fn a_bare_kind_is_no_name() {
        check("一家医院和几所中学参加了这项活动，有关部门派人出席会议。", expect![[""]]);
    }

    #[test]
    fn wider_places_stay_apart() {
        check(
            "他在江苏省如东县人民医院上班。",
            expect![[r#"
            江苏省 AdministrativeArea
            如东县人民医院 Hospital
        "#]],
        );
    }

    #[test]
    fn persons_are_found_by_title_and_speech() {
        check(
            "校长顾文彬、副校长施晓岚出席，李某和张书记没有来。",
            expect![[r#"
                顾文彬 Person
                施晓岚 Person
            "#]],
        );
        check(
            "埃隆·马斯克来访。马斯克表示满意。",
            expect![[r#"
            埃隆·马斯克 Person
            马斯克 Person
        "#]],
        );
    }

    #[test]
    fn short_forms_are_found_behind_the_full_name() {
        check(
            "江苏援伊·南通工作组成立。工作组当天开会。",
            expect![[r#"
            江苏援伊·南通工作组 GovernmentBody
            工作组 GovernmentBody
        "#]],
        );
    }

    #[test]
    fn quoted_names_keep_their_marks() {
        check(
            "会议讨论了《如东县湿地保护条例》，“江海英才”计划随后启动。这就是“家的味道”。",
            expect![[r#"
            《如东县湿地保护条例》 Policy
            “江海英才”计划 Project
        "#]],
        );
    }

    #[test]
    fn mentions_are_sorted_and_disjoint() {
        let text = "江苏省南通市海门区张謇小学校长顾文彬说，2024年10月，学校获得南通市教育局“先锋奖”。".repeat(20);
        let (_, mentions) = mentions(&text);
        assert!(mentions.is_sorted_by(|a, b| a.span.end <= b.span.start), "{mentions:?}");
    }
}
