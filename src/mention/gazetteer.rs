//! Gazetteers: finds listed names, says whose they are, and where known places lie.
//!
//! Reads `data/gazetteers/<Class>.tsv` (compiled by the build script; a user's own files are compiled when loaded)
//! and `data/gazetteers.toml`. The format of both is told in `data/README.md`.

mod table;

use crate::chars::Folding;
use crate::error::{Error, Mistake, Result};
use crate::mention::{Confidence, Finder, Mention, MentionKind};
use crate::ontology::{Class, Ontology};
use crate::resource::Resources;
use crate::sentence::{Pos, Sentence, SentenceId, Token};
use crate::span::{Span, cut};
use serde::Deserialize;
use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use table::{Line, Source, Table};

/// The files of `data/gazetteers/` as the build script compiled them.
static BUILTIN: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/gazetteers.bin"));

/// Class whose notations are codes of places, which lie one inside the other.
const PLACES: &str = "AdministrativeArea";

/// All listed names.
pub struct Gazetteers {
    /// The built-in lists, then the user's.
    volumes: Vec<Volume>,
    folding: Folding,
    trust: Trust,
    /// Words beside a name that show it to be something else.
    never: BTreeMap<Class, Support>,
    /// Words that support a weak name of a class.
    support: BTreeMap<Class, Support>,
    places: Option<Class>,
    /// Classes whose lists are not looked at.
    left_out: BTreeSet<Class>,
}

/// Files compiled into one table.
struct Volume {
    table: Table,
    files: Vec<File>,
}

/// One file: the class of what it lists, and its text.
struct File {
    class: Class,
    text: Cow<'static, str>,
}

/// `gazetteers.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    confidence: Option<Trust>,
    #[serde(default)]
    never: BTreeMap<String, Support>,
    #[serde(default)]
    support: BTreeMap<String, Support>,
}

/// How far names are believed.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Trust {
    name: f32,
    inside: f32,
    supported: f32,
    weak: f32,
    floor: f32,
}

/// Words beside a name.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Support {
    #[serde(default)]
    before: Vec<String>,
    #[serde(default)]
    after: Vec<String>,
}

impl Support {
    fn stands_beside(&self, text: &str, range: &Range<usize>) -> bool {
        let (head, tail) = (cut(text, 0..range.start), cut(text, range.end..text.len()));
        self.before.iter().any(|word| head.ends_with(word.as_str()))
            || self.after.iter().any(|word| tail.starts_with(word.as_str()))
    }
}

/// Which line of which list: stable as long as the data is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryId {
    volume: usize,
    row: u32,
}

/// One listed thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Where it is listed.
    pub id: EntryId,
    /// What it is.
    pub class: Class,
    /// Its official name: 伊宁县.
    pub name: String,
    /// Its name below the namespace of things, shared with nothing else: 南京市鼓楼区.
    pub local_name: String,
    /// Its code in a public register: 654021.
    pub notation: Option<String>,
    /// Its other names.
    pub aliases: Vec<String>,
    /// Whether the name it was looked up by is also an ordinary word, or that of many things.
    pub weak: bool,
}

/// An occurrence of a name in a sentence, before it is judged.
#[derive(Clone, Copy, Debug)]
struct Candidate {
    start: usize,
    end: usize,
    volume: usize,
    pattern: u32,
}

/// How an occurrence lies to the words around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fit {
    /// It is made of whole words, or is longer than any chance can make.
    Whole,
    /// It begins a longer word.
    Inside,
    /// It cuts words apart.
    Broken,
}

impl Gazetteers {
    /// Reads the gazetteers and `gazetteers.toml`.
    ///
    /// # Errors
    /// Names every line of the user's files that cannot be read, and every file whose name is no class.
    pub fn load(resources: &Resources, ontology: &Ontology) -> Result<Self> {
        let mut mistakes = Vec::new();
        let mut built_in = Vec::new();
        let mut own = Vec::new();
        for file in resources.folder("gazetteers") {
            let Some(class) = ontology.class(file.stem()) else {
                mistakes.push(Mistake { file: file.name.clone(), line: 0, message: unknown(file.stem(), ontology) });
                continue;
            };
            let to = if file.own { &mut own } else { &mut built_in };
            to.push((file.name.clone(), File { class, text: file.text.clone() }));
        }
        let folding = Folding::load(resources)?;
        let mut volumes = Vec::new();
        match Table::read(Cow::Borrowed(BUILTIN)) {
            Some(table) => {
                volumes.push(Volume { table, files: built_in.into_iter().map(|(_, file)| file).collect() });
            }
            None => mistakes.push(Mistake {
                file: "gazetteers".to_owned(),
                line: 0,
                message: "the built-in table is damaged; build the program again".to_owned(),
            }),
        }
        if !own.is_empty() {
            let sources: Vec<Source<'_>> = own.iter().map(|(_, file)| Source { text: &file.text }).collect();
            match table::compile(&sources, |name| folding.fold_text(name)) {
                Ok(bytes) => {
                    if let Some(table) = Table::read(Cow::Owned(bytes)) {
                        volumes.push(Volume { table, files: own.into_iter().map(|(_, file)| file).collect() });
                    }
                }
                Err(problems) => mistakes.extend(problems.into_iter().map(|problem| Mistake {
                    file: own.get(problem.file).map(|(name, _)| name.clone()).unwrap_or_default(),
                    line: problem.line,
                    message: problem.message,
                })),
            }
        }
        let mut all = Self {
            volumes,
            folding,
            trust: Trust::default(),
            never: BTreeMap::new(),
            support: BTreeMap::new(),
            places: ontology.class(PLACES),
            left_out: BTreeSet::new(),
        };
        all.read_settings(resources, ontology, &mut mistakes);
        if mistakes.is_empty() { Ok(all) } else { Err(Error::Data(mistakes)) }
    }

    /// Finds no listed names of these classes any more.
    pub fn leave_out(&mut self, classes: impl IntoIterator<Item = Class>) {
        self.left_out.extend(classes);
    }

    /// Reads `gazetteers.toml`; a user's own file adds words and replaces figures.
    fn read_settings(&mut self, resources: &Resources, ontology: &Ontology, mistakes: &mut Vec<Mistake>) {
        for file in resources.file("gazetteers.toml") {
            let settings: Settings = match toml::from_str(&file.text) {
                Ok(settings) => settings,
                Err(e) => {
                    let before = e.span().map_or("", |span| cut(&file.text, 0..span.start));
                    let line = before.matches('\n').count() + 1;
                    mistakes.push(Mistake { file: file.name.clone(), line, message: e.message().to_owned() });
                    continue;
                }
            };
            self.trust = settings.confidence.unwrap_or(self.trust);
            for (lists, to) in [(settings.never, &mut self.never), (settings.support, &mut self.support)] {
                for (name, words) in lists {
                    match ontology.class(&name) {
                        Some(class) => {
                            let list = to.entry(class).or_default();
                            list.before.extend(words.before);
                            list.after.extend(words.after);
                        }
                        None => mistakes.push(Mistake {
                            file: file.name.clone(),
                            line: 0,
                            message: unknown(&name, ontology),
                        }),
                    }
                }
            }
        }
    }

    /// The listed names in `sentence`, sorted by place; names that begin differently may overlap.
    ///
    /// Of the names that begin at one character the longest sensible one is reported, once for each class that has it;
    /// names inside a longer one that is sure are left out. Weak names without support come last: they are no names yet,
    /// but a hint that they may be.
    pub fn find(&self, id: SentenceId, sentence: &Sentence) -> Vec<Mention> {
        let text = sentence.key.text();
        let mut candidates = Vec::new();
        for (volume, Volume { table, .. }) in self.volumes.iter().enumerate() {
            candidates.extend(table.matches(text).map(|(start, end, pattern)| Candidate {
                start,
                end,
                volume,
                pattern,
            }));
        }
        candidates.sort_unstable_by_key(|c| (c.start, Reverse(c.end), c.volume));
        let mut mentions: Vec<Mention> = Vec::new();
        let mut faint: Vec<Mention> = Vec::new();
        // Up to where the last sure name reaches, and the place names that end where this one starts.
        let mut covered = 0;
        let mut done = None;
        let mut last_place: Option<Candidate> = None;
        for &candidate in &candidates {
            let range = candidate.start..candidate.end;
            // Another volume may list the same name for something else.
            if done != Some((range.start, range.end))
                && (range.end <= covered || done.is_some_and(|(start, _)| start == range.start))
            {
                continue;
            }
            let span = sentence.key.span(range.clone());
            let mut fit = fit(text, &range, span, &sentence.tokens);
            if fit == Fit::Broken && tiles(&candidates, candidate, sentence) {
                fit = Fit::Whole;
            }
            if fit == Fit::Broken {
                continue;
            }
            let before = last_place.filter(|place| place.end == candidate.start);
            let mut here: Vec<Mention> = Vec::new();
            for (class, weak) in self.classes(candidate) {
                if self.never.get(&class).is_some_and(|words| words.stands_beside(text, &range)) {
                    continue;
                }
                let supported = || {
                    self.support.get(&class).is_some_and(|words| words.stands_beside(text, &range))
                        || (Some(class) == self.places
                            && before.is_some_and(|place| self.some_within(candidate, place)))
                };
                let confidence = match (weak, fit) {
                    (false, Fit::Whole) => self.trust.name,
                    (false, _) => self.trust.inside,
                    (true, Fit::Whole) if supported() => self.trust.supported,
                    (true, _) => self.trust.weak,
                };
                let mention = Mention {
                    span,
                    sentence: id,
                    kind: MentionKind::Name(class),
                    found_by: Finder::Gazetteer(class.name().to_owned()),
                    confidence: Confidence::new(confidence),
                };
                if confidence < self.trust.floor {
                    if fit == Fit::Whole {
                        faint.push(mention);
                    }
                    continue;
                }
                here.push(mention);
                if Some(class) == self.places {
                    last_place = Some(candidate);
                }
            }
            if here.is_empty() {
                continue;
            }
            if fit == Fit::Whole {
                // 上海 and not 上海市 where the next word is 市民.
                while mentions.last().is_some_and(|m| m.span.start == span.start && m.span != span) {
                    mentions.pop();
                }
                covered = covered.max(candidate.end);
                done = Some((candidate.start, candidate.end));
            }
            here.retain(|m| mentions.iter().rev().take_while(|other| other.span == span).all(|o| o.kind != m.kind));
            mentions.append(&mut here);
        }
        mentions.append(&mut faint);
        mentions
    }

    /// Everything that has `key` as a name: strong names first, then greater places before smaller ones.
    pub fn lookup(&self, key: &str) -> Vec<Entry> {
        let key = self.folding.fold_text(key);
        let mut entries = Vec::new();
        for (volume, Volume { table, .. }) in self.volumes.iter().enumerate() {
            let Some(pattern) = table.pattern(&key) else { continue };
            for found in table.uses(pattern) {
                entries.extend(self.entry(EntryId { volume, row: found.row }, found.weak));
            }
        }
        entries.sort_by_cached_key(|entry| {
            (entry.weak, entry.class.name(), self.ancestors(entry).len(), entry.notation.clone(), entry.id)
        });
        entries
    }

    /// The entry of this class and local name.
    pub fn named(&self, class: Class, local_name: &str) -> Option<Entry> {
        self.search(class, |volume, table| table.with_local_name(local_name, |row| volume.line(row)))
    }

    /// What contains a place, from the innermost outwards: 霍城县 → 伊犁哈萨克自治州, 新疆维吾尔自治区, 中国.
    pub fn ancestors(&self, entry: &Entry) -> Vec<Entry> {
        let mut chain: Vec<Entry> = Vec::new();
        let mut at = self.outer(entry);
        while let Some(outer) = at {
            // A user's file may name two places as parts of each other.
            if outer.id == entry.id || chain.iter().any(|known| known.id == outer.id) {
                break;
            }
            at = self.outer(&outer);
            chain.push(outer);
        }
        chain
    }

    /// Whether `inner` lies in `outer`.
    pub fn is_within(&self, inner: &Entry, outer: &Entry) -> bool {
        self.ancestors(inner).iter().any(|ancestor| ancestor.id == outer.id)
    }

    /// What directly contains a place: the parent that its line names, or the one that its code tells.
    fn outer(&self, entry: &Entry) -> Option<Entry> {
        let parent = self.volumes.get(entry.id.volume)?.line(entry.id.row).parent;
        if !parent.is_empty() {
            return self.named(entry.class, parent);
        }
        let code = entry.notation.as_deref().filter(|_| Some(entry.class) == self.places)?;
        outer_codes(code).into_iter().find_map(|code| {
            self.search(entry.class, |volume, table| table.with_notation(&code, |row| volume.line(row)))
        })
    }

    fn search(&self, class: Class, find: impl Fn(&Volume, &Table) -> Option<u32>) -> Option<Entry> {
        self.volumes.iter().enumerate().find_map(|(volume, v)| {
            let row = find(v, &v.table)?;
            self.entry(EntryId { volume, row }, false).filter(|entry| entry.class == class)
        })
    }

    /// Whether something of class `class` is listed under the folded name `key`.
    pub fn lists(&self, key: &str, class: Option<Class>) -> bool {
        self.volumes.iter().any(|volume| {
            let uses = volume.table.pattern(key).into_iter().flat_map(|pattern| volume.table.uses(pattern));
            class.is_some() && uses.map(|found| volume.class(found.row)).any(|listed| listed == class)
        })
    }

    /// Whether the folded name `key` is one of an administrative area.
    pub fn is_area(&self, key: &str) -> bool {
        self.lists(key, self.places)
    }

    /// The classes of the things that have this name, each with whether it is weak for all of them.
    fn classes(&self, candidate: Candidate) -> Vec<(Class, bool)> {
        let Some(volume) = self.volumes.get(candidate.volume) else { return Vec::new() };
        let mut classes: Vec<(Class, bool)> = Vec::new();
        for found in volume.table.uses(candidate.pattern) {
            let Some(class) = volume.class(found.row).filter(|class| !self.left_out.contains(class)) else { continue };
            match classes.iter_mut().find(|(known, _)| *known == class) {
                Some((_, weak)) => *weak &= found.weak,
                None => classes.push((class, found.weak)),
            }
        }
        classes
    }

    /// Whether something named by `inner` lies in something named by `outer`.
    fn some_within(&self, inner: Candidate, outer: Candidate) -> bool {
        let rows: BTreeSet<EntryId> = self.rows(outer).map(|(id, _)| id).collect();
        self.rows(inner).filter_map(|(id, weak)| self.entry(id, weak)).any(|entry| {
            // A country before an ordinary word says nothing of the word.
            Some(entry.class) == self.places && self.ancestors(&entry).iter().take(2).any(|a| rows.contains(&a.id))
        })
    }

    fn rows(&self, candidate: Candidate) -> impl Iterator<Item = (EntryId, bool)> {
        self.volumes.get(candidate.volume).into_iter().flat_map(move |volume| {
            volume
                .table
                .uses(candidate.pattern)
                .map(move |found| (EntryId { volume: candidate.volume, row: found.row }, found.weak))
        })
    }

    fn entry(&self, id: EntryId, weak: bool) -> Option<Entry> {
        let volume = self.volumes.get(id.volume)?;
        let line = volume.line(id.row);
        Some(Entry {
            id,
            class: volume.class(id.row)?,
            name: line.name.to_owned(),
            local_name: line.local_name().to_owned(),
            notation: Some(line.notation.to_owned()).filter(|n| !n.is_empty()),
            aliases: line.aliases().map(str::to_owned).collect(),
            weak,
        })
    }
}

impl Volume {
    fn class(&self, row: u32) -> Option<Class> {
        let (file, _) = self.table.place(row)?;
        self.files.get(file).map(|file| file.class)
    }

    fn line(&self, row: u32) -> Line<'_> {
        let line = self.table.place(row).and_then(|(file, at)| {
            let text = self.files.get(file)?.text.get(at..)?;
            Line::parse(text.split('\n').next()?)
        });
        line.unwrap_or_default()
    }
}

/// The codes of what may contain the place of this code, innermost first.
///
/// GB/T 2260: two digits each for province, prefecture and county, three more for the township (GB/T 10114).
/// ISO 3166: `CN` contains all of them.
fn outer_codes(code: &str) -> Vec<String> {
    if !code.bytes().all(|b| b.is_ascii_digit()) {
        return Vec::new();
    }
    let mut codes = Vec::new();
    if code.len() > 6 {
        codes.push(cut(code, 0..6).to_owned());
    }
    for length in [4, 2] {
        let outer = format!("{:0<6}", cut(code, 0..length));
        if outer != code {
            codes.push(outer);
        }
    }
    codes.push("CN".to_owned());
    codes
}

/// Whether a word of the dictionary is this name and another listed one: 辽宁|大连.
fn tiles(candidates: &[Candidate], candidate: Candidate, sentence: &Sentence) -> bool {
    let span = sentence.key.span(candidate.start..candidate.end);
    let word = sentence.tokens.partition_point(|token| token.span.end <= span.start);
    let Some(token) = sentence
        .tokens
        .get(word)
        .filter(|t| matches!(t.pos, Pos::Place | Pos::Organization | Pos::ProperNoun | Pos::Person))
    else {
        return false;
    };
    let word = sentence.key.range(token.span);
    let at = |start: usize, end: usize| {
        let from = candidates.partition_point(|c| c.start < start);
        candidates.get(from..).unwrap_or_default().iter().take_while(|c| c.start == start).any(|c| c.end == end)
    };
    word.start == candidate.start && at(candidate.end, word.end)
        || word.end == candidate.end && at(word.start, candidate.start)
}

/// How the name in `range` of the key lies to the words of the sentence.
fn fit(text: &str, range: &Range<usize>, span: Span, tokens: &[Token]) -> Fit {
    let name = cut(text, range.clone());
    let is_latin = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    let (before, after) =
        (cut(text, 0..range.start).chars().next_back(), cut(text, range.end..text.len()).chars().next());
    if (is_latin(before) && is_latin(name.chars().next())) || (is_latin(after) && is_latin(name.chars().next_back())) {
        return Fit::Broken;
    }
    let first = tokens.partition_point(|token| token.span.end <= span.start);
    let last = tokens.partition_point(|token| token.span.start < span.end).saturating_sub(1);
    let (Some(first), Some(last)) = (tokens.get(first), tokens.get(last)) else { return Fit::Whole };
    let starts_clean = first.span.start == span.start;
    let ends_clean = last.span.end == span.end;
    match (name.chars().count(), starts_clean, ends_clean) {
        (_, true, true) | (4.., true, _) | (4.., _, true) => Fit::Whole,
        // The word that holds it is a name of its own: 南京 in the word 南京路.
        (_, true, false) if first.span == last.span => match last.pos {
            Pos::Place | Pos::Organization | Pos::ProperNoun | Pos::Person | Pos::Idiom | Pos::Verb => Fit::Broken,
            _ => Fit::Inside,
        },
        (3, true, false) => Fit::Inside,
        // 该县伊宁 may be one unknown word; a known word is rather right.
        (_, false, true) if first.span == last.span && first.pos == Pos::Unknown => Fit::Inside,
        (3, false, true) => Fit::Inside,
        _ => Fit::Broken,
    }
}

/// What is wrong with a name that is no class.
fn unknown(name: &str, ontology: &Ontology) -> String {
    let distance = |class: &Class| {
        let shared = class.name().chars().zip(name.chars()).take_while(|(a, b)| a.eq_ignore_ascii_case(b)).count();
        let missing = name.to_lowercase().chars().filter(|c| !class.name().to_lowercase().contains(*c)).count();
        (missing, class.name().len().abs_diff(name.len()), Reverse(shared))
    };
    match ontology.classes().min_by_key(distance) {
        Some(class) => {
            format!(
                "unknown class `{name}`; did you mean `{}`? A gazetteer is named after the class it lists",
                class.name()
            )
        }
        None => format!("unknown class `{name}`"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chars::Folding;
    use crate::document::Role;
    use expect_test::{Expect, expect};

    fn load(resources: &Resources) -> Result<Gazetteers> {
        Gazetteers::load(resources, &Ontology::load(resources)?)
    }

    fn builtin() -> Gazetteers {
        load(&Resources::builtin()).unwrap()
    }

    /// A sentence of words told apart by `|`.
    fn sentence(words: &str) -> (String, Sentence) {
        let text: String = words.split('|').collect();
        let mut at = 0;
        let tokens = words
            .split('|')
            .map(|word| {
                at += word.len();
                Token { span: Span::new(at - word.len(), at), pos: Pos::Noun }
            })
            .collect();
        let span = Span::new(0, text.len());
        let key = Folding::load(&Resources::builtin()).unwrap().key(&text, span);
        let sentence = Sentence { span, role: Role::Paragraph, block: 0, key, tokens };
        (text, sentence)
    }

    fn found(gazetteers: &Gazetteers, words: &str) -> String {
        let (text, sentence) = sentence(words);
        let mentions = gazetteers.find(SentenceId(0), &sentence);
        let mut lines = mentions
            .iter()
            .map(|m| format!("{} {:?} {} {:.2}", m.span.of(&text), m.kind, m.found_by, m.confidence.get()));
        lines.by_ref().collect::<Vec<_>>().join("\n")
    }

    fn check(words: &str, expected: Expect) {
        expected.assert_eq(&found(&builtin(), words));
    }

    #[test]
    fn the_longest_name_is_found_and_neighbours_stay_apart() {
        check(
            "新疆|伊宁县|和|伊宁",
            expect![[r#"
            新疆 Name(AdministrativeArea) gazetteers/AdministrativeArea 1.00
            伊宁县 Name(AdministrativeArea) gazetteers/AdministrativeArea 1.00
            伊宁 Name(AdministrativeArea) gazetteers/AdministrativeArea 1.00"#]],
        );
    }

    #[test]
    fn traditional_characters_are_read() {
        check(
            "蘇州市|廣東",
            expect![[r#"
            蘇州市 Name(AdministrativeArea) gazetteers/AdministrativeArea 1.00
            廣東 Name(AdministrativeArea) gazetteers/AdministrativeArea 1.00"#]],
        );
    }

    #[test]
    fn a_name_that_cuts_words_is_none() {
        check(
            "上海|南站|在|和田玉|旁",
            expect![[r#"
                上海南站 Name(Facility) gazetteers/Facility 1.00
                和田 Name(AdministrativeArea) gazetteers/AdministrativeArea 0.55
                和田玉 Name(Product) gazetteers/Product 0.30"#]],
        );
    }

    #[test]
    fn a_weak_name_needs_support() {
        check(
            "爱|和平|的|人|在|天津|和平|散步",
            expect![[r#"
            天津 Name(AdministrativeArea) gazetteers/AdministrativeArea 1.00
            和平 Name(AdministrativeArea) gazetteers/AdministrativeArea 0.90
            和平 Name(AdministrativeArea) gazetteers/AdministrativeArea 0.30"#]],
        );
    }

    #[test]
    fn names_say_whose_they_are() {
        let gazetteers = builtin();
        let show = |key: &str| -> String {
            let list = gazetteers.lookup(key).into_iter().map(|entry| {
                let outer = gazetteers.ancestors(&entry).iter().map(|a| a.name.clone()).collect::<Vec<_>>().join("<");
                format!("{} {}<{outer}", entry.local_name, entry.notation.as_deref().unwrap_or("-"))
            });
            list.collect::<Vec<_>>().join("\n")
        };
        expect![[r#"
            伊宁市 654002<伊犁哈萨克自治州<新疆维吾尔自治区<中国
            伊宁县 654021<伊犁哈萨克自治州<新疆维吾尔自治区<中国"#]]
        .assert_eq(&show("伊宁"));
        expect!["察布查尔锡伯自治县 654022<伊犁哈萨克自治州<新疆维吾尔自治区<中国"].assert_eq(&show("察县"));
        expect!["东京 -<日本"].assert_eq(&show("东京"));
        let drum_tower = gazetteers.lookup("鼓楼区");
        let nanjing = gazetteers.lookup("南京").remove(0);
        let inside: Vec<_> =
            drum_tower.iter().filter(|e| gazetteers.is_within(e, &nanjing)).map(|e| e.local_name.as_str()).collect();
        assert_eq!(inside, ["南京市鼓楼区"]);
    }

    #[test]
    fn the_users_own_names_are_added() {
        let resources =
            Resources::builtin().with_file("gazetteers/Company.tsv", "# mine\n文脈科技有限公司\t文脈?|文脉科技\n");
        let gazetteers = load(&resources).unwrap();
        expect![[r#"
            文脉科技 Name(Company) gazetteers/Company 1.00
            文脉 Name(Company) gazetteers/Company 0.90
            文脉 Name(Company) gazetteers/Company 0.30"#]]
        .assert_eq(&found(&gazetteers, "文脉科技|与|文脉|公司|以及|文脉"));
    }

    #[test]
    fn lists_that_are_left_out_are_not_looked_at() {
        let resources = Resources::builtin().with_file("gazetteers/Event.tsv", "微澜岭音乐节\n");
        let mut gazetteers = load(&resources).unwrap();
        assert!(found(&gazetteers, "微澜岭音乐节|开幕").contains("Event"));
        let ontology = Ontology::load(&resources).unwrap();
        gazetteers.leave_out(ontology.class("Event"));
        assert_eq!(found(&gazetteers, "微澜岭音乐节|开幕"), "");
    }

    #[test]
    fn mistakes_name_file_and_line() {
        let resources = Resources::builtin()
            .with_file("gazetteers/Hospitals.tsv", "某医院\n")
            .with_file("gazetteers/Company.tsv", "某公司\n某厂\ta\tb\tc\td\te\n\t别名\n");
        let error = load(&resources).err().map(|e| e.to_string()).unwrap_or_default();
        expect![[r#"
            gazetteers/Hospitals.tsv: unknown class `Hospitals`; did you mean `Hospital`? A gazetteer is named after the class it lists
            gazetteers/Company.tsv:2: more than five fields; expected name, aliases, notation, parent and local name between tabs
            gazetteers/Company.tsv:3: a name is empty"#]].assert_eq(&error);
    }

    /// Every built-in file is sorted, without repeats, written as it is looked up, and names parents that exist.
    #[test]
    fn the_lists_are_in_order() {
        let folding = Folding::load(&Resources::builtin()).unwrap();
        for file in Resources::builtin().folder("gazetteers") {
            let lines: Vec<&str> = file.text.lines().skip(1).collect();
            for pair in lines.windows(2) {
                assert!(pair[0] < pair[1], "{}: {:?} stands before {:?}", file.name, pair[0], pair[1]);
            }
            let lines: Vec<Line<'_>> = lines.into_iter().filter_map(Line::parse).collect();
            let mut names = BTreeSet::new();
            for line in &lines {
                assert!(names.insert(line.local_name()), "{}: {} is there twice", file.name, line.local_name());
                for name in std::iter::once(line.name).chain(line.aliases()) {
                    assert_eq!(folding.fold_text(name), name, "{}", file.name);
                }
            }
            for line in &lines {
                assert!(line.parent.is_empty() || names.contains(line.parent), "{}: {}", file.name, line.parent);
            }
        }
    }
}
