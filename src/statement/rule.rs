//! Rules: how Chinese words a relation or a date, read from `data/rules/`.
//!
//! In: TOML files, one per property, named after it, and `words.toml` with the word classes that they share.
//! Out: [`Extractors`], the compiled patterns with an index of the words that can set them off.
//!
//! # Rule files
//!
//! ```toml
//! property = "foundedBy"
//!
//! [words]                          # word classes of this file; `{name}` in a pattern
//! found = ["创办", "创立"]
//!
//! [[pattern]]
//! name = "person-founds"
//! match = "<object> ..6 {found} [了] ..4 <subject>"
//! confidence = 0.9
//!
//! [[example]]                      # [surface:Class] marks a name, [surface:Class=name] another way to name it,
//! text = "[1987年:1987]，[任正非:Person]在[深圳:AdministrativeArea]创办了[华为:Company]。"
//! says = ["华为 foundedBy 任正非"] # [1987年:1987] a date, [3亿元:300000000 CNY] an amount
//!
//! [[example]]                      # a counterexample: every file has one
//! text = "[任正非:Person]参观了[华为:Company]的工厂。"
//! says = []
//! ```
//!
//! A claim reads `subject property object`, with the title in brackets behind it where there is one
//! (`黄华 affiliation 福建商会 (会长)`) and the status in front where it is not asserted (`planned: 甲 builtBy 乙`).
//!
//! # The pattern language
//!
//! A sentence is a row of *elements*: each mention (a name, a phrase that points back, a date, a number) is one
//! element; outside of mentions, each token is one. Quotation marks and blanks are no elements. A pair of brackets
//! with what stands in it is stepped over where the next item of the pattern does not begin with a bracket.
//! *Clause marks* are all punctuation marks but the enumeration comma `、`, and the ends of the sentence.
//!
//! A pattern is a row of items with blanks between them:
//!
//! | item | matches |
//! |---|---|
//! | `创办\|创立` | one of these words: one token, or a row of tokens that spell it; compared in folded form |
//! | `{found}` | a word of the class, from `[words]` of the file or of `words.toml`; may stand beside others: `{found}\|打造` |
//! | `<subject>`, `<object>` | a mention of a class in the domain (the range) of the property |
//! | `<subject:Person\|School>` | the same, narrowed to these classes and those below them |
//! | `<object:Facility*路\|街>` | the same, and the mention ends in one of these words |
//! | `<object+>` | one or several, joined by words of the class `and` (、 和 与) or, between people, by nothing or blanks; a statement for each |
//! | `<subject++>` | several people, each with posts and organizations in front of the name: 校长甲，乙公司经理丙 |
//! | `<object+~>` | those names of a list that are known: members that are no names of these classes are passed over, up to what the next item of the pattern matches; 由甲、某中心和乙主办 |
//! | `<object/>` | one; of several places side by side the last: 新疆伊宁县 |
//! | `<both+>` | several things; a statement for each two of them |
//! | `<_>`, `<_:Place>` | a mention (of these classes) that takes no part in the statement |
//! | `<^subject:Person>` | no words: the thing that the clause is about though it does not say so, see below |
//! | `<~object:Company>` | no words: the thing of these classes that was named last, not far before; an event only where the text makes it its scene (某会召开, 某会上), or, if it is the only one near, where the pattern says how its name ends: `<~object:Event*赛>` |
//! | `<^^subject:Event>` | no words: the thing that the text before this clause was about, whatever the clause names itself |
//! | `<title>`, `<title+>` | a post: up to 12 tokens that end in a word of the class `title`; several, joined like names |
//! | `<title:*{area-post}>` | a post that ends in one of these words |
//! | `<_title>`, `<_title+>` | the same, not kept |
//! | `<title:主办\|承办>` | one of these words, kept as the title |
//! | `<date>`, `<date:day>`, `<amount>` | a date; one that is more exact than a year; a number. `<date:born>`, `<date:died>`: that end of an interval that may be a life. For a property of dates `<date>` is the object, otherwise a qualifier |
//! | `..4` | up to 4 words and values: no names but those that a word of the class `oblique` introduces (在深圳), no clause marks |
//! | `...4` | the same, clause marks too |
//! | `..4*`, `...4*` | the same, names too |
//! | `..4-`, `..4*-` | the same, but no verb, unless a 的 behind it makes it an attribute: 推出自主研发的某车 |
//! |  | a gap directly behind a slot does not begin with 的, nor, behind a place, with a noun: in 华为的工厂 and 上海商会 it is factory and chamber that do something |
//! | `..4~`, `..4*~`, `..4~-` | the same, but it may begin so: 在上海某会堂举行 is held in 上海 all the same |
//! | `@{say}` | the pattern's anchor is this item |
//! | `[…]` | the items inside, or nothing |
//! | `(…)*` | the items inside any number of times, also never |
//! | `!了\|的` | no words: what follows is not one of these |
//! | `!<_:Person>`, `!<amount>`, `!<noun>` | no words: what follows is no such name, no number, no noun |
//! | `<!在\|由` | no words: what stands before is not one of these |
//! | `^`, `$` | no words: here a clause begins (ends) |
//!
//! Where nothing else fits, a slot steps over areas that describe the name in it: 与|青石县|人民法院|签约.
//!
//! Gaps are tried shortest first, everything else longest first, starting from the pattern's *anchor*
//! (its longest word item outside of brackets, else its slot with the fewest classes) and going outwards:
//! so the names nearest to the word win. A mention that a word of the class `oblique` introduces (在深圳, 由华为)
//! fills a slot only where that word is one of the pattern's (`由 <subject>`), or where the slot is part of a longer
//! noun phrase: next to another slot, to a title, or to 的.
//!
//! A pattern with `nested = true` says nothing of two areas whose register codes are known and do not nest (江苏|伊宁县).
//!
//! A pattern with `phrase = true` reads a noun phrase: its statements are asserted whatever words stand before it
//! (将邀请甲公司董事长乙).
//!
//! A title belongs to the object before it, or, where there is none, to the object after it.
//! Where a pattern has several slots `<subject>`, each subject takes the titles and objects between it and the subject
//! before it (where the subject comes first: the one after it), and what it lacks it shares with that one:
//! 甲局局长乙、副局长丙.
//! Where a word of the class `each` stands in the match, a row of subjects and a row of objects belong together one by one, and say
//! nothing if they are not equally long: 甲、乙分别举办丙、丁.
//! Words of the classes `denied`, `planned` and `reported` inside the match, or directly before it, set the status;
//! a word of the class `revoked` soon behind it in the clause denies what is no date;
//! dates are not `planned` by words of the class `scheduled` (将于10日开幕), nor what a pattern with `settled = true` says.
//!
//! `<^subject>` holds only where between the start of the clause and this place no name stands
//! (one introduced by an oblique word may) and at most six words do; nor does a gap between it and the next word or
//! slot pass over a noun. It takes what the clause before was about,
//! see [`subject`](super::subject).

use crate::date::Period;
use crate::error::{Error, Mistake, Result};
use crate::ontology::{Class, Ontology, Property};
use crate::resource::{Resource, Resources};
use daachorse::CharwiseDoubleArrayAhoCorasick;
use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::Arc;

/// All rules, ready to be matched.
pub struct Extractors {
    /// In the order of files and of patterns in them.
    pub(super) rules: Vec<Rule>,
    /// Finds all words that anchor a rule; its values are indexes into `anchored`.
    pub(super) automaton: Option<CharwiseDoubleArrayAhoCorasick<u32>>,
    /// For each anchor word the rules that it sets off.
    pub(super) anchored: Vec<Vec<usize>>,
    /// The rules that start from a name of this class.
    pub(super) by_class: HashMap<Class, Vec<usize>>,
    /// The word classes that the engine itself asks for.
    pub(super) lexicon: Lexicon,
    /// What names alone tell.
    pub(super) compositions: Vec<Composition>,
    /// The class of people, whose names some items treat apart.
    pub(super) person: Option<Class>,
    /// The class of events, which set the scene of what is told next.
    pub(super) event: Option<Class>,
    /// The classes of places, whose names often stand before a noun as attributes.
    pub(super) places: Vec<Class>,
}

/// One pattern of a rule file.
#[derive(Debug)]
pub(super) struct Rule {
    /// `rules/foundedBy/person-founds`: what evidence names as its finder.
    pub(super) finder: String,
    pub(super) property: Property,
    /// Whether its objects are dates.
    pub(super) dated: bool,
    pub(super) symmetric: bool,
    pub(super) items: Vec<Item>,
    /// The items as the file words them.
    pub(super) wording: Vec<String>,
    /// Which of the items matching starts from.
    pub(super) anchor: usize,
    pub(super) confidence: f32,
    /// Whether a place that is known to lie elsewhere speaks against it.
    pub(super) nested: bool,
    /// Whether it reads a noun phrase, which is true whatever the sentence around it plans or denies.
    pub(super) phrase: bool,
    /// Whether words of the class `scheduled` leave it asserted.
    pub(super) settled: bool,
}

/// What a name says by beginning with another name: 青石县|人民医院.
#[derive(Debug)]
pub(super) struct Composition {
    /// `rules/composition/school-in-place`.
    pub(super) finder: String,
    pub(super) property: Property,
    pub(super) subject: Vec<Class>,
    pub(super) object: Vec<Class>,
    /// Endings that what the subject's name adds to the object's must have; any if empty.
    pub(super) rest: Vec<String>,
    /// What that addition must not be, and what it must not start with and end in.
    pub(super) rest_not: HashSet<String>,
    pub(super) rest_not_starts: Vec<String>,
    pub(super) rest_not_ends: Vec<String>,
    /// What the names of subject and object must end in; anything if empty.
    pub(super) subject_ends: Vec<String>,
    pub(super) object_ends: Vec<String>,
    /// Endings that the object's name may go without in the subject's.
    pub(super) object_without: Vec<String>,
    pub(super) confidence: f32,
}

/// One item of a pattern.
#[derive(Clone, Debug)]
pub(super) enum Item {
    Words(Arc<Alternatives>),
    Gap(Gap),
    Slot(Slot),
    Topic { role: Role, classes: Vec<Class>, before: bool },
    Recent { role: Role, classes: Vec<Class>, endings: Option<Arc<Alternatives>> },
    Title { many: bool, endings: Option<Arc<Alternatives>>, kept: bool },
    TitleWords(Arc<Alternatives>),
    Date(Dated),
    Amount,
    Optional(Vec<Item>),
    Repeat(Vec<Item>),
    NotBehind(Arc<Alternatives>),
    NotAhead(Arc<Alternatives>),
    NotName(Vec<Class>),
    NotAmount,
    NotNoun,
    Start,
    End,
}

/// Which dates an item takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dated {
    /// Any.
    Any,
    /// One that is more exact than a year.
    Exact,
    /// The first of an interval that may be a life.
    Born,
    /// The last of such an interval.
    Died,
}

impl Dated {
    /// What the item takes of a date.
    pub(super) fn of(self, period: Period) -> Option<Period> {
        match self {
            Self::Any => Some(period),
            Self::Exact => (!period.is_whole_year()).then_some(period),
            Self::Born => is_life(period).then(|| period.from.into()),
            Self::Died => is_life(period).then(|| period.to.into()),
        }
    }
}

/// Fewer years are a term of office rather than a life.
const LIFE: i32 = 22;

fn is_life(period: Period) -> bool {
    period.to.year - period.from.year >= LIFE
}

/// Elements that a pattern passes over.
#[derive(Clone, Copy, Debug)]
pub(super) struct Gap {
    /// How many at most.
    pub(super) limit: usize,
    /// Whether clause marks are passed over.
    pub(super) clauses: bool,
    /// Whether names are passed over.
    pub(super) names: bool,
    /// Whether verbs are passed over that no 的 makes attributes.
    pub(super) verbs: bool,
    /// Whether it may begin with what makes the slot before it an attribute.
    pub(super) attributes: bool,
    /// Whether the item before it is a slot, which it must leave a name of its own.
    pub(super) behind_slot: bool,
    /// Whether it stands between a topic and the first word or slot: no noun is passed over, it may be the subject.
    pub(super) behind_topic: bool,
}

/// A place for a name.
#[derive(Clone, Debug)]
pub(super) struct Slot {
    pub(super) role: Role,
    /// All classes that fit, superclasses and those below them.
    pub(super) classes: Vec<Class>,
    pub(super) many: Many,
    /// What the words of the mention must end in.
    pub(super) endings: Option<Arc<Alternatives>>,
    pub(super) introduced: Introduced,
}

/// Whether a name fits a slot though a word of the class `oblique` stands before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Introduced {
    /// No: it is no subject.
    Never,
    /// Where the pattern has that word: `由 <object>`.
    ByPattern,
    /// Yes: the slot is part of a longer noun phrase, which the word introduces as a whole: 在新疆伊宁县.
    Freely,
}

/// What a mention is to the statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Subject,
    Object,
    /// One of several that are subject and object to each other.
    Both,
    /// Nothing.
    Ignored,
}

/// How many mentions fill a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Many {
    One,
    /// Joined by words of the class `and`.
    Joined,
    /// Those of a list that are known, with others between them.
    Listed,
    /// People with their posts between them.
    Described,
    /// One: of several places side by side the last.
    Innermost,
}

/// A set of words in folded form.
#[derive(Debug, Default)]
pub(super) struct Alternatives {
    pub(super) words: HashSet<String>,
    /// Length in bytes of the longest.
    pub(super) longest: usize,
}

impl Alternatives {
    pub(super) fn new(words: impl IntoIterator<Item = String>) -> Self {
        let words: HashSet<String> = words.into_iter().collect();
        #[expect(clippy::iter_over_hash_type, reason = "a maximum is the same in any order")]
        let longest = {
            let mut longest = 0;
            for word in &words {
                longest = longest.max(word.len());
            }
            longest
        };
        Self { words, longest }
    }
}

/// The word classes of `words.toml` that the engine itself asks for.
#[derive(Debug)]
pub(super) struct Lexicon {
    /// Joins names: 和, 与, 以及.
    pub(super) and: Arc<Alternatives>,
    /// Stands behind the last member of a list: 等, 联合.
    pub(super) list_end: Arc<Alternatives>,
    /// Deals the members of one row out to those of another: 分别.
    pub(super) each: Arc<Alternatives>,
    /// Ends posts that an area has and its organs have not: 市长.
    pub(super) area_head: Arc<Alternatives>,
    /// Makes the organ of an area of its name: 委 in 海州市委.
    pub(super) area_organ: Arc<Alternatives>,
    /// Introduces a name that is not the subject: 在, 向.
    pub(super) oblique: Arc<Alternatives>,
    /// Introduces who goes with the subject, at the beginning of a clause: 与, 应.
    pub(super) beside: Arc<Alternatives>,
    /// Words that a post ends in.
    pub(super) title: Arc<Alternatives>,
    /// Says of a post when it is held, and is no part of it: 现任校长.
    pub(super) tenure: Arc<Alternatives>,
    /// Verbs that may stand inside a post: 援疆干部.
    pub(super) title_verb: Arc<Alternatives>,
    /// Words that never stand inside a post.
    pub(super) title_not: Arc<Alternatives>,
    /// Makes what stands before it an attribute: 的.
    pub(super) possessive: Arc<Alternatives>,
    /// Words that make the name before them a source of the text: 报道.
    pub(super) source: Arc<Alternatives>,
    /// Tokens of the segmenter that are two words.
    pub(super) split: Arc<Alternatives>,
    pub(super) denied: Arc<Alternatives>,
    /// Behind a statement: what it says came to nothing: 签署的协议被取消.
    pub(super) revoked: Arc<Alternatives>,
    pub(super) planned: Arc<Alternatives>,
    /// Words of `planned` that a date makes certain.
    pub(super) scheduled: Arc<Alternatives>,
    pub(super) reported: Arc<Alternatives>,
    /// Nouns that say something of the topic rather than name another: 产品.
    pub(super) aspect: Arc<Alternatives>,
    /// Ends a clause that says who speaks: 表示.
    pub(super) say: Arc<Alternatives>,
    /// Behind a person's name, of no weight: 同志.
    pub(super) courtesy: Arc<Alternatives>,
    /// Ends a clause that says where something was read: 公告显示.
    pub(super) show: Arc<Alternatives>,
    /// Behind an event: what is told next happens there: 会上.
    pub(super) scene: Arc<Alternatives>,
    /// 是 and its like.
    pub(super) be: Arc<Alternatives>,
    pub(super) comma: Arc<Alternatives>,
    /// Kinds of areas, behind the area that holds them: 某市辖县.
    pub(super) level: Arc<Alternatives>,
    /// Begins the second clause of a life: 甲，男.
    pub(super) life: Arc<Alternatives>,
    /// Begins the second clause of an entry: 甲，位于乙.
    pub(super) defines: Arc<Alternatives>,
    /// Makes the event beside it the scene: 参加, and the words of `hold-event`.
    pub(super) stage: Arc<Alternatives>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleFile {
    property: toml::Spanned<String>,
    #[serde(default)]
    words: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    pattern: Vec<PatternEntry>,
    #[serde(default)]
    example: Vec<ExampleEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PatternEntry {
    name: toml::Spanned<String>,
    #[serde(rename = "match")]
    matches: toml::Spanned<String>,
    confidence: toml::Spanned<f32>,
    /// The subject's code in the register must begin with the object's, where both are known.
    #[serde(default)]
    nested: bool,
    /// The pattern reads a noun phrase: 邀请甲公司董事长乙 leaves no doubt who is the chairman.
    #[serde(default)]
    phrase: bool,
    /// What is only scheduled is told for certain: 将于10日在某馆举行 tells where.
    #[serde(default)]
    settled: bool,
}

/// A sentence of a rule file and what it says.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ExampleEntry {
    pub(super) text: toml::Spanned<String>,
    pub(super) says: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CompositionFile {
    #[serde(default)]
    composition: Vec<CompositionEntry>,
    #[serde(default)]
    example: Vec<ExampleEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CompositionEntry {
    name: toml::Spanned<String>,
    property: String,
    subject: Vec<String>,
    object: Vec<String>,
    #[serde(default)]
    rest: Vec<String>,
    #[serde(default)]
    rest_not: Vec<String>,
    #[serde(default)]
    rest_not_starts: Vec<String>,
    #[serde(default)]
    rest_not_ends: Vec<String>,
    #[serde(default)]
    subject_ends: Vec<String>,
    #[serde(default)]
    object_ends: Vec<String>,
    #[serde(default)]
    object_without: Vec<String>,
    confidence: f32,
}

/// The examples of one rule file, for the proof.
pub(super) struct Examples {
    pub(super) file: String,
    /// The finders of its patterns, with their lines.
    pub(super) finders: Vec<(String, usize)>,
    /// The examples, with their lines.
    pub(super) examples: Vec<(ExampleEntry, usize)>,
}

/// Files of the folder that hold no patterns.
const WORDS: &str = "words";
const COMPOSITION: &str = "composition";

impl Extractors {
    /// Reads `rules/`, with the words of posts in its `words.toml`.
    ///
    /// # Errors
    /// Names every mistake with file and line: unknown properties, classes and word classes, patterns that cannot be read.
    pub fn load(resources: &Resources, ontology: &Ontology) -> Result<Self> {
        Self::read(resources, ontology).map(|(extractors, _)| extractors)
    }

    /// The rules, and the examples that prove them.
    pub(super) fn read(resources: &Resources, ontology: &Ontology) -> Result<(Self, Vec<Examples>)> {
        let mut reader = Reader { ontology, shared: BTreeMap::new(), mistakes: Vec::new() };
        for file in resources.file("rules/words.toml") {
            reader.read_words(file);
        }
        let lexicon = reader.lexicon();
        let mut rules = Vec::new();
        let mut compositions = Vec::new();
        let mut examples = Vec::new();
        for file in resources.folder("rules") {
            match file.stem() {
                WORDS => {}
                COMPOSITION => examples.extend(reader.read_compositions(file, &mut compositions)),
                _ => examples.extend(reader.read_rules(file, &mut rules)),
            }
        }
        if !reader.mistakes.is_empty() {
            reader.mistakes.sort();
            return Err(Error::Data(reader.mistakes));
        }

        let mut words: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        let mut by_class: HashMap<Class, Vec<usize>> = HashMap::default();
        for (number, rule) in rules.iter().enumerate() {
            match rule.items.get(rule.anchor) {
                Some(Item::Words(a) | Item::TitleWords(a)) => {
                    for word in sorted(&a.words) {
                        words.entry(word).or_default().push(number);
                    }
                }
                Some(Item::Slot(slot)) => {
                    for &class in &slot.classes {
                        by_class.entry(class).or_default().push(number);
                    }
                }
                _ => {}
            }
        }
        let automaton = if words.is_empty() {
            None
        } else {
            let numbered = words.keys().zip(0_u32..);
            let automaton = CharwiseDoubleArrayAhoCorasick::with_values(numbered);
            Some(automaton.map_err(|e| {
                let message = format!("the anchor words of the patterns cannot be indexed: {e}");
                Error::Data(vec![Mistake { file: "rules/".to_owned(), line: 0, message }])
            })?)
        };
        let anchored = words.into_values().collect();
        let person = ontology.class("Person");
        let event = ontology.class("Event");
        let places = ontology.class("Place");
        let places = ontology.classes().filter(|&c| places.is_some_and(|place| ontology.is_a(c, place))).collect();
        Ok((Self { rules, automaton, anchored, by_class, lexicon, compositions, person, event, places }, examples))
    }
}

fn sorted(words: &HashSet<String>) -> Vec<&str> {
    let mut words: Vec<&str> = words.iter().map(String::as_str).collect();
    words.sort_unstable();
    words
}

/// Reads the files of the folder, and collects what is wrong with them.
struct Reader<'o> {
    ontology: &'o Ontology,
    /// The word classes of `words.toml`.
    shared: BTreeMap<String, Vec<String>>,
    mistakes: Vec<Mistake>,
}

impl Reader<'_> {
    fn mistake(&mut self, file: &Resource, at: usize, message: String) {
        let line = line(&file.text, at);
        self.mistakes.push(Mistake { file: file.name.clone(), line, message });
    }

    fn parse<T: for<'d> Deserialize<'d>>(&mut self, file: &Resource) -> Option<T> {
        match toml::from_str(&file.text) {
            Ok(content) => Some(content),
            Err(e) => {
                let at = e.span().map_or(0, |span| span.start);
                self.mistake(file, at, e.message().to_owned());
                None
            }
        }
    }

    fn read_words(&mut self, file: &Resource) {
        let Some(classes) = self.parse::<BTreeMap<String, Vec<String>>>(file) else { return };
        for (name, words) in classes {
            self.shared.entry(name).or_default().extend(words);
        }
    }

    fn lexicon(&self) -> Lexicon {
        let words = |name: &str| self.shared.get(name).cloned().unwrap_or_default();
        let class = |name: &str| Arc::new(Alternatives::new(words(name)));
        Lexicon {
            and: class("and"),
            list_end: class("list-end"),
            each: class("each"),
            area_head: class("area-head"),
            area_organ: class("area-organ"),
            oblique: class("oblique"),
            title: class("title"),
            title_verb: class("title-verb"),
            title_not: class("title-not"),
            possessive: class("possessive"),
            source: class("source"),
            split: class("split"),
            denied: class("denied"),
            revoked: class("revoked"),
            planned: class("planned"),
            scheduled: class("scheduled"),
            reported: class("reported"),
            tenure: class("tenure"),
            beside: class("beside"),
            aspect: class("aspect"),
            be: class("be"),
            comma: class("comma"),
            defines: class("defines"),
            life: class("life"),
            level: class("level"),
            say: class("say"),
            courtesy: class("courtesy"),
            show: class("show"),
            scene: class("scene"),
            stage: Arc::new(Alternatives::new(words("stage").into_iter().chain(words("hold-event")))),
        }
    }

    fn read_rules(&mut self, file: &Resource, rules: &mut Vec<Rule>) -> Option<Examples> {
        let content: RuleFile = self.parse(file)?;
        let name = content.property.get_ref();
        let Some(property) = self.ontology.property(name) else {
            let message = format!("unknown property `{name}`{}", self.suggest(name));
            self.mistake(file, content.property.span().start, message);
            return None;
        };
        let mut finders = Vec::new();
        for entry in content.pattern {
            let finder = format!("rules/{}/{}", file.stem(), entry.name.get_ref());
            let at = entry.name.span().start;
            if finders.iter().any(|(known, _)| *known == finder) {
                self.mistake(
                    file,
                    at,
                    format!("a second pattern `{}`; give it a name of its own", entry.name.get_ref()),
                );
            }
            finders.push((finder.clone(), line(&file.text, at)));
            let confidence = *entry.confidence.get_ref();
            if !(0.0..=1.0).contains(&confidence) {
                self.mistake(file, entry.confidence.span().start, "a confidence lies between 0 and 1".to_owned());
            }
            let mut parser = PatternParser {
                reader: self,
                property,
                words: &content.words,
                rest: entry.matches.get_ref(),
                anchor: None,
                wording: Vec::new(),
            };
            let read = parser.pattern();
            let (wanted, wording) = (parser.anchor, parser.wording);
            match read {
                Err(message) => self.mistake(file, entry.matches.span().start, message),
                Ok(items) => {
                    let Some(anchor) = wanted.or_else(|| anchor(&items)) else {
                        let message = "nothing to start from: a pattern has a word or a slot outside of brackets";
                        self.mistake(file, entry.matches.span().start, message.to_owned());
                        continue;
                    };
                    rules.push(Rule {
                        finder,
                        property,
                        dated: self.ontology.is_dated(property),
                        symmetric: self.ontology.is_symmetric(property),
                        items,
                        wording,
                        anchor,
                        confidence,
                        nested: entry.nested,
                        phrase: entry.phrase,
                        settled: entry.settled,
                    });
                }
            }
        }
        Some(self.examples(file, finders, content.example))
    }

    fn examples(&mut self, file: &Resource, finders: Vec<(String, usize)>, entries: Vec<ExampleEntry>) -> Examples {
        if !entries.iter().any(|e| e.says.is_empty()) {
            let message = "no counterexample; add an [[example]] with says = []".to_owned();
            self.mistakes.push(Mistake { file: file.name.clone(), line: 0, message });
        }
        let examples = entries.into_iter().map(|e| {
            let at = line(&file.text, e.text.span().start);
            (e, at)
        });
        Examples { file: file.name.clone(), finders, examples: examples.collect() }
    }

    fn read_compositions(&mut self, file: &Resource, compositions: &mut Vec<Composition>) -> Option<Examples> {
        let content: CompositionFile = self.parse(file)?;
        let mut finders = Vec::new();
        for entry in content.composition {
            let at = entry.name.span().start;
            let finder = format!("rules/{}/{}", file.stem(), entry.name.get_ref());
            finders.push((finder.clone(), line(&file.text, at)));
            let Some(property) = self.ontology.property(&entry.property) else {
                let message = format!("unknown property `{}`{}", entry.property, self.suggest(&entry.property));
                self.mistake(file, at, message);
                continue;
            };
            let mut classes = |names: &[String]| -> Vec<Class> {
                let mut found = Vec::new();
                for name in names {
                    match self.classes(name) {
                        Ok(classes) => found.extend(classes),
                        Err(message) => self.mistake(file, at, message),
                    }
                }
                found
            };
            let (subject, object) = (classes(&entry.subject), classes(&entry.object));
            compositions.push(Composition {
                finder,
                property,
                subject,
                object,
                rest: entry.rest,
                rest_not: entry.rest_not.into_iter().collect(),
                rest_not_starts: entry.rest_not_starts,
                rest_not_ends: entry.rest_not_ends,
                subject_ends: entry.subject_ends,
                object_ends: entry.object_ends,
                object_without: entry.object_without,
                confidence: entry.confidence,
            });
        }
        Some(self.examples(file, finders, content.example))
    }

    /// The class of this name and all below it.
    fn classes(&self, name: &str) -> std::result::Result<Vec<Class>, String> {
        let Some(top) = self.ontology.class(name) else {
            return Err(format!("unknown class `{name}`; the classes are those of ontology.ttl"));
        };
        Ok(self.ontology.classes().filter(|&class| self.ontology.is_a(class, top)).collect())
    }

    fn suggest(&self, name: &str) -> String {
        let near = self.ontology.properties().map(|p| p.name()).min_by_key(|known| distance(known, name));
        near.filter(|known| distance(known, name) <= 3)
            .map_or(String::new(), |known| format!("; did you mean `{known}`?"))
    }
}

/// The line of the byte `at`, from 1.
pub(super) fn line(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|&b| b == b'\n').count() + 1
}

/// Number of letters to add, drop or replace to turn one word into the other.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (j, y) in b.iter().enumerate() {
            let above = row.get(j + 1).copied().unwrap_or(0);
            let here = (diagonal + usize::from(x != *y)).min(left + 1).min(above + 1);
            diagonal = above;
            if let Some(cell) = row.get_mut(j) {
                *cell = left;
            }
            left = here;
        }
        if let Some(cell) = row.last_mut() {
            *cell = left;
        }
    }
    row.last().copied().unwrap_or(0)
}

/// The item that matching starts from: the rarest, judged by its length.
fn anchor(items: &[Item]) -> Option<usize> {
    let words = items.iter().enumerate().filter_map(|(i, item)| match item {
        Item::Words(a) | Item::TitleWords(a) => {
            let shortest = a.words.iter().map(String::len).min().unwrap_or(0);
            // A punctuation mark stands everywhere.
            let marks = a.words.iter().any(|w| !w.chars().any(char::is_alphanumeric));
            Some((i, if marks { 0 } else { shortest }))
        }
        _ => None,
    });
    let best = words.filter(|&(_, length)| length > 0).max_by_key(|&(i, length)| (length, usize::MAX - i));
    let slots = items.iter().enumerate().filter_map(|(i, item)| match item {
        Item::Slot(slot) => Some((i, slot)),
        _ => None,
    });
    best.map(|(i, _)| i).or_else(|| slots.min_by_key(|(_, s)| (s.many != Many::One, s.classes.len())).map(|(i, _)| i))
}

struct PatternParser<'p, 'o> {
    reader: &'p Reader<'o>,
    property: Property,
    /// The word classes of the file.
    words: &'p BTreeMap<String, Vec<String>>,
    /// What is still to be read.
    rest: &'p str,
    /// The item that the pattern itself wants to start from.
    anchor: Option<usize>,
    /// The items outside of brackets as they are worded.
    wording: Vec<String>,
}

type Parsed<T> = std::result::Result<T, String>;

impl PatternParser<'_, '_> {
    fn pattern(&mut self) -> Parsed<Vec<Item>> {
        let mut items = self.row("")?;
        let possessive = self.reader.shared.get("possessive").cloned().unwrap_or_default();
        introduce(&mut items, &Alternatives::new(possessive));
        let mut roles = Vec::new();
        list_roles(&items, &mut roles);
        let dated = self.reader.ontology.is_dated(self.property);
        let both = roles.contains(&Role::Both);
        if !both && !roles.contains(&Role::Subject) {
            return Err("no <subject>, <^subject> or <both+>".to_owned());
        }
        if dated {
            if !has_date(&items) {
                return Err("no <date>, which is the object of a property of dates".to_owned());
            }
        } else if !both && !roles.contains(&Role::Object) {
            return Err("no <object>, <^object> or <both+>".to_owned());
        }
        Ok(items)
    }

    /// Items up to the sign `end`.
    fn row(&mut self, end: &str) -> Parsed<Vec<Item>> {
        let mut items = Vec::new();
        loop {
            self.rest = self.rest.trim_start();
            if self.rest.is_empty() {
                return if end.is_empty() { Ok(items) } else { Err(format!("`{end}` is missing at the end")) };
            }
            if !end.is_empty() && self.take(end) {
                return Ok(items);
            }
            if end.is_empty() && self.take("@") {
                self.anchor = Some(items.len());
            }
            let before = self.rest;
            items.push(self.item()?);
            if end.is_empty() {
                self.wording.push(before.strip_suffix(self.rest).unwrap_or(before).to_owned());
            }
        }
    }

    fn take(&mut self, sign: &str) -> bool {
        match self.rest.strip_prefix(sign) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn until(&mut self, stop: impl Fn(char) -> bool) -> String {
        let end = self.rest.find(stop).unwrap_or(self.rest.len());
        let (head, rest) = self.rest.split_at(end);
        self.rest = rest;
        head.to_owned()
    }

    fn item(&mut self) -> Parsed<Item> {
        let special = |c: char| c.is_whitespace() || "[]()<>".contains(c);
        if self.take("[") {
            return Ok(Item::Optional(self.row("]")?));
        }
        if self.take("(") {
            return Ok(Item::Repeat(self.row(")*")?));
        }
        if self.take("...") {
            return self.gap(true);
        }
        if self.take("..") {
            return self.gap(false);
        }
        if self.take("<!") {
            let words = self.until(special);
            return Ok(Item::NotBehind(self.alternatives(&words)?));
        }
        if self.take("!<noun>") {
            return Ok(Item::NotNoun);
        }
        if self.take("!<") {
            let slot = self.until(|c| c == '>');
            self.take(">");
            return Ok(match self.slot(&slot)? {
                Item::Slot(slot) => Item::NotName(slot.classes),
                Item::Amount => Item::NotAmount,
                _ => return Err(format!("`!<{slot}>`: a name `!<_:Class>` or a number `!<amount>` can be ruled out")),
            });
        }
        if self.take("!") {
            let words = self.until(special);
            return Ok(Item::NotAhead(self.alternatives(&words)?));
        }
        if self.take("<") {
            let slot = self.until(|c| c == '>');
            if !self.take(">") {
                return Err(format!("`>` is missing behind `<{slot}`"));
            }
            return self.slot(&slot);
        }
        if self.take("^") {
            return Ok(Item::Start);
        }
        if self.take("$") {
            return Ok(Item::End);
        }
        let words = self.until(special);
        if words.is_empty() {
            return Err(format!("`{}` is not expected here", self.rest));
        }
        Ok(Item::Words(self.alternatives(&words)?))
    }

    fn gap(&mut self, clauses: bool) -> Parsed<Item> {
        let number = self.until(|c| !c.is_ascii_digit());
        let limit = number.parse().map_err(|_| "a number is missing behind the dots: ..4".to_owned())?;
        let names = self.take("*");
        let attributes = self.take("~");
        let verbs = !self.take("-");
        Ok(Item::Gap(Gap { limit, clauses, names, verbs, attributes, behind_slot: false, behind_topic: false }))
    }

    fn alternatives(&self, text: &str) -> Parsed<Arc<Alternatives>> {
        let mut words = Vec::new();
        for word in text.split('|') {
            if let Some(name) = word.strip_prefix('{').and_then(|w| w.strip_suffix('}')) {
                let own = self.words.get(name);
                let Some(class) = own.or_else(|| self.reader.shared.get(name)) else {
                    return Err(format!("unknown word class `{{{name}}}`; define it in [words] or in words.toml"));
                };
                words.extend(class.iter().cloned());
            } else if word.is_empty() {
                return Err(format!("an empty word in `{text}`"));
            } else {
                words.push(word.to_owned());
            }
        }
        Ok(Arc::new(Alternatives::new(words)))
    }

    fn slot(&self, text: &str) -> Parsed<Item> {
        let (head, classes) = text.split_once(':').map_or((text, None), |(head, classes)| (head, Some(classes)));
        let (classes, endings) = match classes.and_then(|c| c.split_once('*')) {
            Some((classes, words)) if !head.ends_with("title") => (Some(classes), Some(self.alternatives(words)?)),
            _ => (classes, None),
        };
        let (head, topic) = head.strip_prefix('^').map_or((head, false), |head| (head, true));
        let (head, before) = head.strip_prefix('^').map_or((head, false), |head| (head, true));
        let (head, recent) = head.strip_prefix('~').map_or((head, false), |head| (head, true));
        let (head, many) = match head.strip_suffix("++") {
            Some(head) => (head, Many::Described),
            None => match head.strip_suffix("+~") {
                Some(head) => (head, Many::Listed),
                None => match head.strip_suffix('+') {
                    Some(head) => (head, Many::Joined),
                    None => head.strip_suffix('/').map_or((head, Many::One), |head| (head, Many::Innermost)),
                },
            },
        };
        let role = match head {
            "title" | "_title" => {
                let (many, kept) = (many != Many::One, head == "title");
                return match classes {
                    None => Ok(Item::Title { many, endings: None, kept }),
                    Some(words) => match words.strip_prefix('*') {
                        Some(words) => Ok(Item::Title { many, endings: Some(self.alternatives(words)?), kept }),
                        None => Ok(Item::TitleWords(self.alternatives(words)?)),
                    },
                };
            }
            "date" => {
                return match classes {
                    None => Ok(Item::Date(Dated::Any)),
                    Some("day") => Ok(Item::Date(Dated::Exact)),
                    Some("born") => Ok(Item::Date(Dated::Born)),
                    Some("died") => Ok(Item::Date(Dated::Died)),
                    Some(_) => {
                        Err(format!("`<{text}>`: dates are `<date>`, `<date:day>`, `<date:born>` and `<date:died>`"))
                    }
                };
            }
            "amount" => return Ok(Item::Amount),
            "subject" => Role::Subject,
            "object" => Role::Object,
            "both" => Role::Both,
            "_" => Role::Ignored,
            _ => return Err(format!("`<{text}>`: the slots are subject, object, both, title, date, amount and _")),
        };
        let ontology = self.reader.ontology;
        let fits = |class: Class| match role {
            Role::Subject => ontology.in_domain(self.property, class),
            Role::Object => ontology.in_range(self.property, class),
            Role::Both => ontology.in_domain(self.property, class) && ontology.in_range(self.property, class),
            Role::Ignored => true,
        };
        let mut named = Vec::new();
        for name in classes.into_iter().flat_map(|c| c.split('|')) {
            let below = self.reader.classes(name)?;
            if !below.iter().any(|&class| fits(class)) {
                return Err(format!("`<{text}>`: {name} does not fit {}", self.property.name()));
            }
            named.extend(below);
        }
        let all: Vec<Class> = if classes.is_some() { named } else { ontology.classes().collect() };
        let classes: Vec<Class> = all.into_iter().filter(|&class| fits(class)).collect();
        if topic {
            return Ok(Item::Topic { role, classes, before });
        }
        if recent {
            return Ok(Item::Recent { role, classes, endings });
        }
        Ok(Item::Slot(Slot { role, classes, many, endings, introduced: Introduced::Never }))
    }
}

/// Says of each slot which names it takes behind a word of the class `oblique`.
fn introduce(items: &mut [Item], possessive: &Alternatives) {
    let attributive: Vec<bool> = items
        .iter()
        .map(|item| match item {
            Item::Slot(_) | Item::Title { .. } => true,
            Item::Words(words) => words.words.iter().all(|word| possessive.words.contains(word)),
            // 由甲集团旗下的乙公司建造: what may stand behind 的 is a noun.
            Item::Optional(inner) => match inner.as_slice() {
                [Item::Words(words)] => words.words.iter().all(|word| possessive.words.contains(word)),
                _ => false,
            },
            _ => false,
        })
        .collect();
    let is_attributive = |at: Option<usize>| at.and_then(|at| attributive.get(at)).is_some_and(|&a| a);
    // 来自甲医院超声科的: the possessive may stand a few words further on.
    let owns: Vec<bool> = (0..items.len())
        .map(|at| {
            matches!(items.get(at + 1), Some(Item::Gap(_)))
                && matches!(items.get(at + 2), Some(Item::Words(_)))
                && is_attributive(Some(at + 2))
        })
        .collect();
    let mut words = false;
    let mut slot_before = false;
    let mut topic = false;
    for (at, item) in items.iter_mut().enumerate() {
        match item {
            Item::Gap(gap) => {
                gap.behind_slot = slot_before && !gap.attributes;
                gap.behind_topic = topic;
            }
            Item::Slot(slot) => {
                slot.introduced = if is_attributive(at.checked_sub(1))
                    || is_attributive(Some(at + 1))
                    || owns.get(at).is_some_and(|&o| o)
                {
                    Introduced::Freely
                } else if words {
                    Introduced::ByPattern
                } else {
                    Introduced::Never
                };
            }
            Item::Optional(inner) | Item::Repeat(inner) => introduce(inner, possessive),
            _ => {}
        }
        slot_before = matches!(item, Item::Slot(_));
        topic = match item {
            Item::Topic { .. } => true,
            Item::Slot(_) | Item::Words(_) | Item::TitleWords(_) => false,
            _ => topic,
        };
        words = match item {
            Item::Words(_) | Item::TitleWords(_) | Item::Optional(_) => true,
            Item::Gap(_)
            | Item::NotAhead(_)
            | Item::NotBehind(_)
            | Item::NotName(_)
            | Item::NotAmount
            | Item::NotNoun => words,
            _ => false,
        };
    }
}

fn list_roles(items: &[Item], roles: &mut Vec<Role>) {
    for item in items {
        match item {
            Item::Slot(Slot { role, .. }) | Item::Topic { role, .. } | Item::Recent { role, .. } => roles.push(*role),
            Item::Optional(inner) | Item::Repeat(inner) => list_roles(inner, roles),
            _ => {}
        }
    }
}

fn has_date(items: &[Item]) -> bool {
    items.iter().any(|item| match item {
        Item::Date(_) => true,
        Item::Optional(inner) | Item::Repeat(inner) => has_date(inner),
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mistakes(file: &str) -> String {
        let resources = Resources::builtin();
        let ontology = Ontology::load(&resources).expect("the built-in ontology is right");
        let resources = resources.with_file("rules/own.toml", file);
        match Extractors::load(&resources, &ontology) {
            Ok(_) => String::new(),
            Err(e) => e.to_string(),
        }
    }

    #[test]
    fn every_mistake_is_named_with_its_line() {
        let unknown = mistakes("\nproperty = \"foundBy\"\n[[example]]\ntext = \"a\"\nsays = []\n");
        assert_eq!(unknown, "rules/own.toml:2: unknown property `foundBy`; did you mean `foundedBy`?");
        let patterns = mistakes(
            "property = \"foundedBy\"\n\
             [[pattern]]\nname = \"a\"\nmatch = \"<object> 创办 <subject:Person>\"\nconfidence = 0.5\n\
             [[pattern]]\nname = \"b\"\nmatch = \"<object> {nowhere} <subject>\"\nconfidence = 2.0\n\
             [[pattern]]\nname = \"c\"\nmatch = \"<object> [创办 <subject>\"\nconfidence = 0.5\n",
        );
        assert_eq!(
            patterns,
            "rules/own.toml: no counterexample; add an [[example]] with says = []\n\
             rules/own.toml:4: `<subject:Person>`: Person does not fit foundedBy\n\
             rules/own.toml:8: unknown word class `{nowhere}`; define it in [words] or in words.toml\n\
             rules/own.toml:9: a confidence lies between 0 and 1\n\
             rules/own.toml:12: `]` is missing at the end"
        );
    }
}
