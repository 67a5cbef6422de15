//! How a document shortens the names of what it has named in full: 工作组, 南航, 开工仪式.
//!
//! In: a full name and its class. Out: the short forms that may be looked for, and whether a string is one.
//! Knows `data/short.toml`. Recognition finds short forms with it, resolution links them.

use super::gazetteer::Gazetteers;
use super::words::parse;
use crate::chars::is_han;
use crate::error::{Error, Result};
use crate::ontology::{Class, Ontology};
use crate::resource::Resources;
use crate::span::cut;
use rustc_hash::FxHashSet as HashSet;
use serde::Deserialize;

/// What is known about short forms; `short.toml` says what each list is for.
pub struct Shortening {
    /// Ends of company names, longest first.
    legal: Vec<String>,
    branch: Vec<String>,
    /// Ends of place names that short names leave out.
    levels: Vec<String>,
    abbreviated: Vec<Class>,
    ends: Vec<Class>,
    cored: Vec<Class>,
    placed: Vec<Class>,
    contracted: Vec<Class>,
    areas: Vec<Class>,
    alike: Vec<Vec<Class>>,
    company: Option<Class>,
    person: Option<Class>,
    product: Option<Class>,
    work: Option<Class>,
    facility: Option<Class>,
    definite: HashSet<String>,
    never: HashSet<String>,
    whole: Vec<String>,
    /// Short heads with the ends of names that they stand for.
    heads: Vec<(String, Vec<String>)>,
    understood: Vec<String>,
    editions: Vec<String>,
    kinds: HashSet<String>,
    /// Characters that count or number things.
    counted: Vec<char>,
    bracketed: Vec<Class>,
    defined: Vec<String>,
    /// What stands before a courtesy name.
    courtesy: Vec<char>,
    /// Words before the further names that a biography gives a person.
    styled: Vec<String>,
    letters: HashSet<String>,
    languages: Vec<String>,
}

/// The form of `short.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    legal: String,
    branch: String,
    levels: String,
    abbreviated: String,
    ends: String,
    cored: String,
    placed: String,
    contracted: String,
    areas: String,
    alike: Vec<String>,
    definite: String,
    never: String,
    whole: String,
    heads: Vec<String>,
    understood: String,
    editions: String,
    kinds: String,
    counted: String,
    bracketed: String,
    defined: String,
    courtesy: String,
    styled: String,
    letters: String,
    languages: String,
}

/// How sure a short form is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// It is put together from pieces of the full name, which other names may have as well.
    Loose,
    /// It is the identifying part of the full name as it stands there.
    Close,
}

/// Dots between the parts of a name.
const DOTS: [char; 4] = ['·', '•', '・', '‧'];
/// Marks that a short form leaves out.
const MARKS: [char; 8] = ['“', '”', '「', '」', '《', '》', '‘', '’'];

/// A definition in brackets is no longer than this many characters.
const LONGEST_DEFINITION: usize = 60;
/// An abbreviation has at most this many characters; one that begins like its full name may be as long as any short name.
const LONGEST_ABBREVIATION: usize = 5;
/// A legal form of so many characters is part of a name: 有限公司, and not 公司 or 集团.
const LEAST_LEGAL: usize = 4;
/// Names of areas inside longer names are looked for up to this many characters.
const LONGEST_AREA: usize = 5;
/// So many characters in front are kept where a long name leaves out something in the middle.
const LEAST_HEAD: usize = 4;
/// A short name that a text introduces has at most this many characters.
const LONGEST_SHORT: usize = 12;

impl Shortening {
    /// Reads `short.toml`.
    ///
    /// # Errors
    /// If the file is not of the form of `File`.
    pub fn load(resources: &Resources, ontology: &Ontology) -> Result<Self> {
        let mut mistakes = Vec::new();
        let mut all = Self {
            legal: Vec::new(),
            branch: Vec::new(),
            levels: Vec::new(),
            abbreviated: Vec::new(),
            ends: Vec::new(),
            cored: Vec::new(),
            placed: Vec::new(),
            contracted: Vec::new(),
            areas: Vec::new(),
            alike: Vec::new(),
            company: ontology.class("Company"),
            person: ontology.class("Person"),
            product: ontology.class("Product"),
            work: ontology.class("Work"),
            facility: ontology.class("Facility"),
            definite: HashSet::default(),
            never: HashSet::default(),
            whole: Vec::new(),
            heads: Vec::new(),
            understood: Vec::new(),
            editions: Vec::new(),
            kinds: HashSet::default(),
            counted: Vec::new(),
            bracketed: Vec::new(),
            defined: Vec::new(),
            courtesy: Vec::new(),
            styled: Vec::new(),
            letters: HashSet::default(),
            languages: Vec::new(),
        };
        let words = |list: &str| list.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        for file in resources.file("short.toml") {
            match parse::<File>(file) {
                Ok(own) => {
                    let classes = |list: &str| {
                        list.split_whitespace().filter_map(|name| ontology.class(name)).collect::<Vec<_>>()
                    };
                    all.legal.extend(words(&own.legal));
                    all.branch.extend(words(&own.branch));
                    all.levels.extend(words(&own.levels));
                    all.abbreviated.extend(classes(&own.abbreviated));
                    all.ends.extend(classes(&own.ends));
                    all.cored.extend(classes(&own.cored));
                    all.placed.extend(classes(&own.placed));
                    all.contracted.extend(classes(&own.contracted));
                    all.areas.extend(classes(&own.areas));
                    all.alike.extend(own.alike.iter().map(|list| classes(list)));
                    all.definite.extend(words(&own.definite));
                    all.never.extend(words(&own.never));
                    all.whole.extend(words(&own.whole));
                    all.heads.extend(own.heads.iter().filter_map(|line| {
                        let mut words = words(line).into_iter();
                        Some((words.next()?, words.collect()))
                    }));
                    all.understood.extend(words(&own.understood));
                    all.editions.extend(words(&own.editions));
                    all.kinds.extend(words(&own.kinds));
                    all.counted.extend(own.counted.chars().filter(|c| !c.is_whitespace()));
                    all.bracketed.extend(classes(&own.bracketed));
                    all.defined.extend(words(&own.defined));
                    all.courtesy.extend(own.courtesy.chars().filter(|c| !c.is_whitespace()));
                    all.styled.extend(words(&own.styled));
                    all.letters.extend(words(&own.letters));
                    all.languages.extend(words(&own.languages));
                }
                Err(mistake) => mistakes.push(mistake),
            }
        }
        all.legal.sort_by_key(|word| std::cmp::Reverse(word.len()));
        all.levels.sort_by_key(|word| std::cmp::Reverse(word.len()));
        // 以下简称为 before 以下简称.
        all.defined.sort_by_key(|word| std::cmp::Reverse(word.len()));
        all.styled.sort_by_key(|word| std::cmp::Reverse(word.len()));
        if mistakes.is_empty() { Ok(all) } else { Err(Error::Data(mistakes)) }
    }

    /// Whether a thing may be given either class where it is named in full and in short: a centre is a facility or a body.
    pub fn alike(&self, one: Class, other: Class) -> bool {
        one == other || self.alike.iter().any(|classes| classes.contains(&one) && classes.contains(&other))
    }

    /// Whether a name of this class alone in brackets behind another is its second name: 海州新闻网（海州日报网）.
    pub fn is_bracketed(&self, class: Class) -> bool {
        self.bracketed.contains(&class)
    }

    /// Whether none of the names of such a thing is short for another: people and works have names beside each other.
    pub fn has_equal_names(&self, class: Class) -> bool {
        [self.person, self.work].contains(&Some(class))
    }

    /// Whether `name` is a kind of thing that in a text stands for the one named before: 大运会 for 成都大运会.
    pub fn is_kind(&self, name: &str) -> bool {
        self.definite.contains(name)
    }

    /// How sure it is that `short` may stand for the thing of class `class` that `full` names, if it may. Both are folded.
    ///
    /// Ends (工作组 for 江苏援伊·南通工作组), cores (海思克 for 新疆海思克制冷科技有限公司), what stands behind a place
    /// (民政厅 for 海州省民政厅), abbreviations (上海交大, 交大 for 上海交通大学), parts of names of persons (马斯克 for
    /// 埃隆·马斯克) and long names that leave something out in the middle may.
    pub fn short_form(&self, short: &str, full: &str, class: Class, gazetteers: &Gazetteers) -> Option<Fit> {
        let full = full.trim_matches(MARKS);
        let short = short.trim_matches(MARKS);
        let letters = short.chars().count();
        let close = |fits: bool| fits.then_some(Fit::Close);
        let loose = |fits: bool| fits.then_some(Fit::Loose);
        if letters < 2 || short.len() >= full.len() || breaks_word(short, full) {
            return None;
        }
        if Some(class) == self.person {
            return close(is_part_of_person(short, full));
        }
        if self.never.contains(short) {
            return None;
        }
        if self.areas.contains(&class) {
            return self.area_form(short, full);
        }
        if self.heads_of(full).any(|head| head == short) {
            return Some(Fit::Close);
        }
        if Some(class) == self.product {
            let brand = full.strip_suffix(short).map(str::trim_end);
            let kind = full.strip_prefix(short);
            return close(
                short.contains(|c: char| c.is_ascii_digit())
                    && (brand.is_some_and(|brand| gazetteers.lists(brand, self.company))
                        || kind.is_some_and(|kind| self.kinds.contains(kind))),
            );
        }
        if let Some(before) = full.strip_suffix(short) {
            return close(self.is_end(before, short, class, gazetteers));
        }
        let left_out = left_out(short, full);
        // A place without its level: 海州民政局 for 海州市民政局.
        close(left_out.is_some_and(|(head, out, _)| self.is_understood(head, out, gazetteers)))
            .or_else(|| if Some(class) == self.company { self.company_core(short, full, gazetteers) } else { None })
            .or_else(|| {
                loose(self.contracted.contains(&class) && left_out.is_some_and(|l| self.is_spared(l, gazetteers)))
            })
            .or_else(|| self.abbreviation(short, full, class, gazetteers))
    }

    /// Whether `short` is what stands in the quotation marks of `full`: 春苗 for “春苗”教育基金, 海葵 for 台风“海葵”.
    pub fn is_quoted_core(&self, short: &str, full: &str, class: Class) -> bool {
        (self.cored.contains(&class) || full.ends_with(['”', '」'])) && quoted_core(full) == Some(short)
    }

    /// A place without its level, or with its first character only before it: 海州, 海县 for 海州尔县.
    fn area_form(&self, short: &str, full: &str) -> Option<Fit> {
        if let Some(level) = full.strip_prefix(short) {
            return self.levels.iter().any(|known| known == level).then_some(Fit::Close);
        }
        let (first, level) = short.char_indices().nth(1).map(|(at, _)| short.split_at(at))?;
        let fits = full.starts_with(first) && full.ends_with(level) && self.levels.iter().any(|known| known == level);
        (fits && full.chars().count() > LEAST_HEAD).then_some(Fit::Loose)
    }

    /// The short heads that stand for the end of `full`: 全会 for one that ends in 全体会议.
    fn heads_of<'n>(&'n self, full: &'n str) -> impl Iterator<Item = &'n str> {
        let stands = |ends: &Vec<String>| ends.iter().any(|end| full.len() > end.len() && full.ends_with(end.as_str()));
        self.heads.iter().filter(move |(_, ends)| stands(ends)).map(|(head, _)| head.as_str())
    }

    /// Whether `left_out` goes without saying behind `head`: the level of a place, and words such as 人民.
    fn is_understood(&self, head: &str, left_out: &str, gazetteers: &Gazetteers) -> bool {
        let level = self.understood.iter().find_map(|word| left_out.strip_suffix(word.as_str())).unwrap_or(left_out);
        level.is_empty()
            || self.levels.iter().any(|known| known == level) && gazetteers.is_area(&format!("{head}{level}"))
    }

    /// Whether a long name may lose a stretch in its middle: 江海高速改建项目 for 江海高速公路改建项目. It must keep enough
    /// of both ends and lose neither a number nor a place.
    fn is_spared(&self, (head, left_out, tail): (&str, &str, &str), gazetteers: &Gazetteers) -> bool {
        head.chars().count() >= LEAST_HEAD
            && tail.chars().count() >= 2
            && !left_out.contains(|c: char| c.is_numeric() || self.counted.contains(&c))
            && !begins_with_area(left_out, gazetteers)
    }

    /// The other names that the text itself introduces directly behind the full name `full`, where `behind` begins:
    /// 云帆智能 in （以下简称“云帆智能”或“公司”）, ISO in （ISO）, 施云帆 in ，原名施云帆，字听雨. Kinds of things are none.
    pub fn defined<'t>(&self, behind: &'t str, full: &str, class: Class, gazetteers: &Gazetteers) -> Vec<&'t str> {
        let longest = behind.char_indices().nth(LONGEST_DEFINITION).map_or(behind.len(), |(at, _)| at);
        let brackets = cut(behind, 0..longest)
            .strip_prefix(['（', '('])
            .and_then(|inner| inner.find(['）', ')']).map(|close| cut(inner, 0..close)));
        let Some(inner) = brackets else {
            // 施晓岚，字听雨，: a courtesy name has two characters.
            let piece =
                behind.strip_prefix(['，', ',']).and_then(|clause| clause.split(['，', ',', '、', '。']).next());
            let is_life = piece.and_then(|piece| self.styled_name(piece)).is_some();
            return self.renamed(behind, is_life && Some(class) == self.person);
        };
        let whole = inner.trim_matches([' ', '“', '”']);
        if whole.chars().all(is_han) && self.short_form(whole, full, class, gazetteers).is_some() {
            return vec![whole];
        }
        // Stanton County, Kansas: the second piece is the same name only if it says in which language.
        let pieces = inner.split(['，', ',', '；', ';', '、']).map(|piece| (piece, self.without_language(piece)));
        let same = pieces.enumerate().filter(|(i, (piece, name))| *i == 0 || piece.trim() != *name);
        let mut names: Vec<&str> =
            same.map(|(_, (_, name))| name).filter(|name| self.is_in_letters(name, full, class)).collect();
        names.extend(self.announced(inner));
        // 施晓岚（1956年3月—），字听雨: a life told from its beginning.
        let life = Some(class) == self.person && inner.contains(|c: char| c.is_ascii_digit());
        let opening = behind.chars().next().map_or(0, char::len_utf8);
        let closed = behind.char_indices().find(|(at, c)| *at >= opening + inner.len() && matches!(c, '）' | ')'));
        let outside = closed.map_or("", |(at, c)| cut(behind, at + c.len_utf8()..behind.len()));
        names.extend(self.renamed(outside, life));
        names
    }

    /// The names that the clauses at the beginning of `text` announce: 云帆装备 in ，简称云帆装备，. In a life (`life`) also
    /// those that a person takes: 听雨 in ，字听雨.
    fn renamed<'t>(&self, text: &'t str, mut life: bool) -> Vec<&'t str> {
        let mut names = Vec::new();
        let mut rest = text;
        while let Some(clause) = rest.strip_prefix(['，', ',', '、', '；', ';']) {
            let end = clause.find(['，', ',', '、', '；', ';', '。', '（', '(']).unwrap_or(clause.len());
            let piece = cut(clause, 0..end);
            let announced = self.defined.iter().find_map(|word| piece.strip_prefix(word.as_str()));
            let styled = || self.styled.iter().find_map(|word| piece.strip_prefix(word.as_str()));
            let Some(named) = announced.or_else(|| styled().filter(|_| life)) else { break };
            let marked = named.strip_prefix(MARKS).and_then(|inner| inner.split(MARKS).next());
            let name = marked.unwrap_or(named).trim_matches([' ', '：', ':']);
            if !self.is_given(name) {
                break;
            }
            names.push(name);
            life |= announced.is_some();
            rest = cut(clause, end..clause.len());
        }
        names
    }

    /// What stands behind the word for a courtesy name: 听雨 in 字听雨.
    pub fn styled_name<'t>(&self, text: &'t str) -> Option<&'t str> {
        text.strip_prefix(self.courtesy.as_slice()).filter(|name| name.chars().count() == 2 && name.chars().all(is_han))
    }

    /// Whether what stands behind a word that announces a name can be one.
    fn is_given(&self, name: &str) -> bool {
        (2..=LONGEST_SHORT).contains(&name.chars().count()) && !self.never.contains(name)
    }

    /// A name in letters without the language that is said before it: Ripples in 英语：Ripples.
    fn without_language<'t>(&self, piece: &'t str) -> &'t str {
        let behind = self.languages.iter().find_map(|word| piece.trim_start().strip_prefix(word.as_str()));
        behind.unwrap_or(piece).trim_matches([' ', '“', '”', '：', ':'])
    }

    /// The names behind the first word in `text` that announces short names.
    fn announced<'t>(&self, text: &'t str) -> Vec<&'t str> {
        let words = self.defined.iter().filter_map(|word| text.find(word.as_str()).map(|at| (at, at + word.len())));
        // The longest of the words at the first place: 以下简称为 and not 以下简称.
        let Some((_, end)) = words.min_by_key(|&(at, end)| (at, std::cmp::Reverse(end))) else { return Vec::new() };
        let named = cut(text, end..text.len());
        let mut found: Vec<&str> = Vec::new();
        if named.contains(MARKS) {
            // Between an opening and a closing mark stands a name, between a closing and an opening one does not.
            found.extend(named.split(MARKS).skip(1).step_by(2));
        } else {
            found.extend(
                named.split(['、', '，', ',', '；', ';']).take(1).map(|name| name.trim_matches([' ', '：', ':'])),
            );
        }
        found.retain(|name| self.is_given(name));
        found
    }

    /// Whether `name`, in brackets behind the Chinese name `full`, is the same name in letters: ISO, Jane Doe, Nature.
    fn is_in_letters(&self, name: &str, full: &str, class: Class) -> bool {
        let word = |c: char| c.is_alphabetic() && !is_han(c) || matches!(c, ' ' | '.' | '-' | '\'' | '’' | '&' | '·');
        // Behind a dot without a blank stands where a share is listed: ABCD.US.
        let listing = name.split_once('.').is_some_and(|(_, behind)| behind.starts_with(|c: char| c.is_uppercase()));
        let capitals = name.chars().filter(char::is_ascii_uppercase).count();
        if listing || !full.contains(is_han) || capitals == 0 || !name.chars().all(word) || self.letters.contains(name)
        {
            return false;
        }
        if Some(class) == self.person {
            return capitals >= 2 && name.contains([' ', '·']);
        }
        if Some(class) == self.work {
            return full.starts_with('《');
        }
        if self.areas.contains(&class) {
            return name.contains(char::is_lowercase);
        }
        self.abbreviated.contains(&class) && name.len() >= 2
    }

    /// Whether the end `short` of a name, behind `before`, can stand alone.
    fn is_end(&self, before: &str, short: &str, class: Class, gazetteers: &Gazetteers) -> bool {
        if self.never.contains(short) || Some(class) == self.company && self.legal.iter().any(|legal| short == legal) {
            return false;
        }
        let letters = short.chars().count();
        self.definite.contains(short)
            || before.ends_with(DOTS)
            || self.contracted.contains(&class) && self.editions.iter().any(|end| before.ends_with(end.as_str()))
            // Line 4 of a city's underground goes by its number.
            || Some(class) == self.facility && letters >= 3 && short.starts_with(|c: char| c.is_ascii_digit())
            || letters >= 4 && self.ends.contains(&class)
            || self.placed.contains(&class) && self.is_behind_place(before, short, gazetteers)
    }

    /// Whether `short` stands behind a place or a person in 海州省民政厅, or begins with the level of that place: 省委 in 海州省委.
    fn is_behind_place(&self, before: &str, short: &str, gazetteers: &Gazetteers) -> bool {
        let Some(level) = short.chars().next() else { return false };
        let with_level = format!("{before}{level}");
        let levelled =
            self.levels.iter().any(|known| short.strip_prefix(known.as_str()).is_some_and(|rest| !rest.is_empty()));
        if levelled && gazetteers.is_area(&with_level) {
            return true;
        }
        short.chars().count() >= 3 && (gazetteers.is_area(before) || gazetteers.lists(before, self.person))
    }

    /// Whether `short` is what identifies the company `full`: 海思克, 海思克制冷 for 新疆海思克制冷科技有限公司.
    fn company_core(&self, short: &str, full: &str, gazetteers: &Gazetteers) -> Option<Fit> {
        if self.branch.iter().any(|end| full.ends_with(end.as_str()) && !short.ends_with(end.as_str())) {
            return None;
        }
        let core = self.without_legal_form(full);
        let bare = self.without_legal_form(short);
        // 公司 and 集团 alone are said of anything that is one; 有限公司 belongs to a name.
        let express = full.chars().count() >= core.chars().count() + LEAST_LEGAL;
        if core == bare {
            return Some(if express { Fit::Close } else { Fit::Loose });
        }
        if !express || bare.chars().count() < 2 {
            return None;
        }
        let at = core.find(bare)?;
        let begins = at == 0 && !gazetteers.is_area(bare);
        (begins || at > 0 && gazetteers.is_area(cut(core, 0..at))).then_some(Fit::Loose)
    }

    /// The end `short` of `full` as a short form worth looking for; `full` is the folded name.
    pub(super) fn is_findable_end(&self, short: &str, full: &str, class: Class, gazetteers: &Gazetteers) -> bool {
        short.chars().count() >= 3
            && short.len() < full.len()
            && Some(class) != self.company
            && full.strip_suffix(short).is_some_and(|before| self.is_end(before, short, class, gazetteers))
    }

    /// The parts of a foreign name, the core of a company's, a head for its end: what else to look for.
    pub(super) fn cores<'n>(&'n self, full: &'n str, class: Class, found: &mut Vec<&'n str>) {
        found.extend(self.heads_of(full));
        if Some(class) == self.person {
            if full.contains(DOTS) {
                found.extend(full.split(DOTS).next_back().filter(|part| part.chars().count() >= 2));
            }
        } else if Some(class) == self.company {
            let core = self.without_legal_form(full);
            if core.len() < full.len() && core.chars().count() >= 3 {
                found.push(core);
            }
        } else if self.areas.contains(&class) {
            let stem = self.levels.iter().find_map(|level| full.strip_suffix(level.as_str()));
            found.extend(stem.filter(|stem| stem.chars().count() >= 2));
        } else if self.cored.contains(&class) {
            found.extend(quoted_core(full).filter(|core| core.chars().count() >= 2));
        } else if full.starts_with('“') && full.ends_with('”') {
            // The whole name stands in quotation marks, and elsewhere without.
            found.extend(quoted_core(full).filter(|core| core.chars().count() >= LEAST_HEAD));
        }
    }

    /// Whether names of this class are abbreviated to single characters.
    pub(super) fn abbreviates(&self, class: Class) -> bool {
        self.abbreviated.contains(&class)
    }

    fn without_legal_form<'n>(&self, name: &'n str) -> &'n str {
        self.legal.iter().find_map(|legal| name.strip_suffix(legal.as_str())).unwrap_or(name).trim_end()
    }

    /// Whether `short` abbreviates `full` or, where both have a long end, what stands in front of it: 江大附属医院 for
    /// 江海大学附属医院. The more they have alike the surer it is.
    fn abbreviation(&self, short: &str, full: &str, class: Class, gazetteers: &Gazetteers) -> Option<Fit> {
        let tail = common_tail(short, full);
        let long_tail = cut(short, short.len() - tail..short.len()).chars().count() >= LEAST_HEAD;
        let (short_head, full_head) = (cut(short, 0..short.len() - tail), cut(full, 0..full.len() - tail));
        let heads = || {
            let begins = short_head.chars().nth(1).is_some() && short_head.chars().next() == full_head.chars().next();
            begins && self.is_abbreviation(short_head, full_head, gazetteers)
        };
        let abbreviated = self.abbreviated.contains(&class);
        if long_tail && (abbreviated || self.contracted.contains(&class)) && heads() {
            Some(Fit::Close)
        } else if abbreviated && self.is_abbreviation(short, full, gazetteers) {
            Some(if common_head(short, full).1 < LEAST_HEAD { Fit::Loose } else { Fit::Close })
        } else {
            None
        }
    }

    /// Whether `full` is `short` with words in its middle, as for another body: 海州旅游景区协会 beside 海州旅游协会.
    /// Between a name and its legal form they only tell the trade.
    fn is_narrowed(&self, short: &str, full: &str) -> bool {
        left_out(short, full).is_some_and(|(_, _, tail)| !self.legal.iter().any(|legal| legal == tail))
    }

    /// Whether `short` is made of characters of `full` in their order: the first of a part, and one of the end.
    fn is_abbreviation(&self, short: &str, full: &str, gazetteers: &Gazetteers) -> bool {
        let letters = short.chars().count();
        let whole = full.chars().count();
        // 海州信通院 begins like 海州信息通信研究院.
        let (same, kept) = common_head(short, full);
        let (longest, enough) = match kept {
            0 | 1 => (LONGEST_ABBREVIATION, letters * 2),
            _ => (LONGEST_SHORT, letters + 2),
        };
        // 中医药 is part of 国家中医药管理局, not short for it; 省委 is not short for 省监委.
        if !(2..=longest).contains(&letters)
            || enough > whole
            || full.contains(short)
            || self.whole.iter().any(|end| short.ends_with(end.as_str()))
            || kept >= 2 && self.is_narrowed(short, full)
            || kept >= 2 && begins_with_area(cut(full, same..full.len()), gazetteers)
        {
            return false;
        }
        let core = self.without_legal_form(full);
        let Some(first) = short.chars().next() else { return false };
        // The short form begins where the name begins, or behind a place of two or three characters in front.
        let starts: Vec<usize> =
            core.char_indices().take(4).filter(|&(i, c)| c == first && (i == 0 || i >= 6)).map(|(i, _)| i).collect();
        starts.into_iter().any(|start| {
            let mut rest = cut(full, start + first.len_utf8()..full.len()).chars();
            for c in short.chars().skip(1) {
                if !rest.any(|next| next == c) {
                    return false;
                }
            }
            // Something must be left out between, and the rest be short or a legal form.
            let left = rest.as_str();
            left.chars().count() < letters.min(3) || self.legal.iter().any(|legal| left.ends_with(legal.as_str()))
        })
    }
}

/// How long the beginning is that both names have: in bytes and in characters.
fn common_head(short: &str, full: &str) -> (usize, usize) {
    let same = short.chars().zip(full.chars()).take_while(|(a, b)| a == b);
    same.fold((0, 0), |(bytes, letters), (c, _)| (bytes + c.len_utf8(), letters + 1))
}

/// How many bytes long the end is that both names have.
fn common_tail(short: &str, full: &str) -> usize {
    let same = short.chars().rev().zip(full.chars().rev()).take_while(|(a, b)| a == b);
    same.map(|(c, _)| c.len_utf8()).sum()
}

/// Whether `full` begins or ends with `short` in the middle of a word in letters: WA in IWA.
fn breaks_word(short: &str, full: &str) -> bool {
    let letter = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    let behind =
        full.strip_prefix(short).is_some_and(|b| letter(short.chars().next_back()) && letter(b.chars().next()));
    let before = full.strip_suffix(short);
    behind || before.is_some_and(|b| letter(b.chars().next_back()) && letter(short.chars().next()))
}

/// What `full` has and `short` has not, if that is one stretch in the middle: with what stands before and behind it.
fn left_out<'n>(short: &'n str, full: &'n str) -> Option<(&'n str, &'n str, &'n str)> {
    let (head, _) = common_head(short, full);
    let tail = cut(short, head..short.len());
    let left_out = cut(full, head..full.len()).strip_suffix(tail)?;
    (head > 0 && !tail.is_empty()).then(|| (cut(short, 0..head), left_out, tail))
}

/// Whether `text` begins with the name of an area.
fn begins_with_area(text: &str, gazetteers: &Gazetteers) -> bool {
    let ends = text.char_indices().map(|(at, c)| at + c.len_utf8()).skip(1).take(LONGEST_AREA);
    ends.into_iter().any(|end| gazetteers.is_area(cut(text, 0..end)))
}

/// Whether `short` is a part of the name of a person: 邓恩 of 尼尔·邓恩, Doe of Jane Doe, 晓岚 of 施晓岚.
fn is_part_of_person(short: &str, full: &str) -> bool {
    let apart = |c: char| DOTS.contains(&c) || c == ' ';
    if full.contains(apart) {
        return full.split(apart).any(|part| part == short);
    }
    // Surnames of two characters stand before names of two.
    let fits = match full.chars().count() {
        3 => full.ends_with(short),
        4 => full.starts_with(short) || full.ends_with(short),
        _ => false,
    };
    fits && short.chars().count() == 2 && full.chars().all(is_han)
}

/// What stands in the quotation marks of a name.
fn quoted_core(name: &str) -> Option<&str> {
    name.split_once(['“', '「'])?.1.split_once(['”', '」']).map(|(core, _)| core)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether `short` may stand for `full`.
    #[track_caller]
    fn check(class: &str, short: &str, full: &str, expected: bool) {
        let resources = Resources::builtin();
        let ontology = Ontology::load(&resources).unwrap();
        let shortening = Shortening::load(&resources, &ontology).unwrap();
        let gazetteers = Gazetteers::load(&resources, &ontology).unwrap();
        let class = ontology.class(class).unwrap();
        assert_eq!(shortening.short_form(short, full, class, &gazetteers).is_some(), expected, "{short} for {full}");
    }

    #[test]
    fn ends_stand_for_what_has_one() {
        check("GovernmentBody", "工作组", "青海援建·江州工作组", true);
        check("Event", "启动仪式", "江海大桥改造工程启动仪式", true);
        check("Event", "江洽会", "第三届江洽会", true);
        check("School", "大学", "江海大学", false);
        check("Company", "有限公司", "晨星科技有限公司", false);
    }

    #[test]
    fn firms_lose_their_legal_form() {
        check("Company", "晨星科技", "晨星科技有限公司", true);
        check("Company", "晨光科技", "晨星科技有限公司", false);
    }

    #[test]
    fn bodies_are_abbreviated_to_characters_in_order() {
        check("School", "江大", "江海大学", true);
        check("School", "海江", "江海大学", false);
        check("Organization", "护水", "护水队", false);
        check("Event", "江节", "江海艺术节", false);
    }

    #[test]
    fn abbreviations_of_other_bodies_are_none() {
        check("GovernmentBody", "县委", "海州县监委", false);
        check("GovernmentBody", "区委", "区人大常委会", false);
        check("GovernmentBody", "市政府", "江海市人民政府", true);
        check("GovernmentBody", "海州省委", "海州省监察委员会", false);
        check("Company", "海河银行", "海河商业银行", false);
        check("Organization", "海河旅游协会", "海河旅游景区协会", false);
        check("GovernmentBody", "海河信通局", "海河信息和通信局", true);
        check("Hospital", "江大附属医院", "江海大学附属医院", true);
        check("Facility", "江大未来城市研究院共创中心", "江海大学未来城市研究院共创中心", true);
        check("Project", "研发中心升级项目", "江海研发技术中心设备升级项目", false);
        check("Organization", "LWGA", "CLWGA", false);
    }

    #[test]
    fn places_in_front_may_be_left_out() {
        check("GovernmentBody", "民政厅", "江苏省民政厅", true);
        check("GovernmentBody", "市委", "南通市委", true);
        check("GovernmentBody", "南通教育局", "南通市教育局", true);
        check("GovernmentBody", "如东县法院", "如东县人民法院", true);
        check("Company", "微澜科技", "苏州微澜科技有限公司", true);
        check("Company", "微澜", "苏州微澜生物科技有限公司", true);
    }

    #[test]
    fn branches_and_works_are_no_firms() {
        check("Company", "微澜银行", "微澜银行苏州分行", false);
        check("Company", "微澜电子", "微澜电子苏州工厂", false);
    }

    #[test]
    fn areas_lose_their_level() {
        check("AdministrativeArea", "如东", "如东县", true);
        check("AdministrativeArea", "察县", "察布查尔县", true);
        check("AdministrativeArea", "如县", "如东县", false);
        check("Region", "中亚", "中亚地区", true);
    }

    #[test]
    fn long_names_may_leave_something_out_but_no_number() {
        check("Facility", "江海未来城健康产业园", "江海未来城健康科技产业园", true);
        check("Project", "江海未来城项目", "江海未来城一期项目", false);
        check("Event", "江海未来城南通论坛", "江海未来城论坛", false);
    }

    #[test]
    fn a_head_stands_for_the_end_that_it_shortens() {
        check("Event", "全会", "江州市委三届二次全体(扩大)会议", true);
        check("Event", "全会", "江州工作会议", false);
    }

    #[test]
    fn a_model_goes_without_its_brand() {
        check("Product", "Find 9", "OPPO Find 9", true);
        check("Product", "9", "OPPO Find 9", false);
        check("Product", "江海9", "江海9手机", true);
        check("Product", "江海9", "江海9 Pro", false);
        check("Product", "江海9", "江海98", false);
    }

    /// The short names that the text behind a full name introduces.
    #[track_caller]
    fn check_defined(class: &str, full: &str, behind: &str, expected: &[&str]) {
        let resources = Resources::builtin();
        let ontology = Ontology::load(&resources).unwrap();
        let shortening = Shortening::load(&resources, &ontology).unwrap();
        let gazetteers = Gazetteers::load(&resources, &ontology).unwrap();
        let class = ontology.class(class).unwrap();
        assert_eq!(shortening.defined(behind, full, class, &gazetteers), expected);
    }

    #[test]
    fn a_text_introduces_short_names() {
        check_defined("Company", "江苏微澜装备有限公司", "（以下简称“微澜智装”或“公司”）公告", &["微澜智装"]);
        check_defined("Company", "江苏微澜装备有限公司", "，简称“微澜智装”，今天“开业”", &["微澜智装"]);
        check_defined("Company", "江苏微澜装备有限公司", "，简称微澜智装，今天开业", &["微澜智装"]);
        check_defined("Company", "江苏微澜装备有限公司", "，今天开业", &[]);
        check_defined("Organization", "江海国家共同体", "（江共体）宣布", &["江共体"]);
    }

    #[test]
    fn a_life_begins_with_the_names_of_a_person() {
        let life = "（1956年3月—），原名施云帆，字听雨，号微澜居士，江苏人";
        check_defined("Person", "施晓岚", life, &["施云帆", "听雨", "微澜居士"]);
        check_defined("Person", "施晓岚", "（1956年3月—），字听雨。", &["听雨"]);
        check_defined("Person", "施晓岚", "，字听雨，江苏人。", &["听雨"]);
        check_defined("Person", "施晓岚", "，号召大家努力。", &[]);
    }

    #[test]
    fn letters_in_brackets_are_the_same_name() {
        check_defined("Organization", "国际微澜组织", "（IWO）宣布", &["IWO"]);
        check_defined("Person", "施晓岚", "（Shi Xiaolan）说", &["Shi Xiaolan"]);
        check_defined("Person", "施晓岚", "（CEO）说", &[]);
        check_defined("Work", "《微澜》", "(Ripples)上映", &["Ripples"]);
        check_defined("Work", "《微澜》", "（英语：Ripples，又名《水波》）上映", &["Ripples", "水波"]);
        check_defined("Company", "微澜科技", "（WLKJ.US）上涨", &[]);
        check_defined("Company", "微澜科技", "（OEM）上涨", &[]);
    }

    #[test]
    fn a_foreign_person_goes_by_one_part() {
        check("Person", "邓恩", "尼尔·邓恩", true);
        check("Person", "尼邓", "尼尔·邓恩", false);
        check("Person", "晓岚", "施晓岚", true);
        check("Person", "施晓", "施晓岚", false);
    }

    #[test]
    fn quoted_cores_stand_for_projects_and_policies_only() {
        let resources = Resources::builtin();
        let ontology = Ontology::load(&resources).unwrap();
        let shortening = Shortening::load(&resources, &ontology).unwrap();
        let check = |class: &str, full: &str, expected: bool| {
            let class = ontology.class(class).unwrap();
            assert_eq!(shortening.is_quoted_core("春苗", full, class), expected, "{full}");
        };
        check("Project", "“春苗”教育基金", true);
        check("Event", "“春苗”启航仪式", false);
        check("Event", "台风“春苗”", true);
    }
}
