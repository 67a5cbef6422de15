//! How a document shortens the names of what it has named in full: 工作组, 南航, 开工仪式.
//!
//! In: a full name and its class. Out: the short forms that may be looked for, and whether a string is one.
//! Knows `data/short.toml`. Recognition finds short forms with it, resolution links them.

use super::words::parse;
use crate::error::{Error, Result};
use crate::ontology::{Class, Ontology};
use crate::resource::Resources;
use crate::span::cut;
use serde::Deserialize;
use std::collections::HashSet;

/// What is known about short forms.
pub struct Shortening {
    /// Ends of company names, longest first.
    legal: Vec<String>,
    abbreviated: Vec<Class>,
    ends: Vec<Class>,
    cored: Vec<Class>,
    company: Option<Class>,
    person: Option<Class>,
    whole: HashSet<String>,
    branches: Vec<String>,
    definite: HashSet<String>,
    never: HashSet<String>,
    defined: Vec<String>,
}

/// The form of `short.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    legal: String,
    abbreviated: String,
    ends: String,
    cored: String,
    whole: String,
    branches: String,
    definite: String,
    never: String,
    defined: String,
}

/// Dots between the parts of a name.
const DOTS: [char; 4] = ['·', '•', '・', '‧'];
/// Marks that a short form leaves out.
const MARKS: [char; 8] = ['“', '”', '「', '」', '《', '》', '‘', '’'];

/// A definition in brackets is no longer than this many characters.
const LONGEST_DEFINITION: usize = 60;
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
            abbreviated: Vec::new(),
            ends: Vec::new(),
            cored: Vec::new(),
            company: ontology.class("Company"),
            person: ontology.class("Person"),
            whole: HashSet::new(),
            branches: Vec::new(),
            definite: HashSet::new(),
            never: HashSet::new(),
            defined: Vec::new(),
        };
        for file in resources.file("short.toml") {
            match parse::<File>(file) {
                Ok(own) => {
                    all.legal.extend(own.legal.split_whitespace().map(str::to_owned));
                    let classes = |list: &str| {
                        list.split_whitespace().filter_map(|name| ontology.class(name)).collect::<Vec<_>>()
                    };
                    all.abbreviated.extend(classes(&own.abbreviated));
                    all.ends.extend(classes(&own.ends));
                    all.cored.extend(classes(&own.cored));
                    all.whole.extend(own.whole.split_whitespace().map(str::to_owned));
                    all.branches.extend(own.branches.split_whitespace().map(str::to_owned));
                    all.definite.extend(own.definite.split_whitespace().map(str::to_owned));
                    all.never.extend(own.never.split_whitespace().map(str::to_owned));
                    all.defined.extend(own.defined.split_whitespace().map(str::to_owned));
                }
                Err(mistake) => mistakes.push(mistake),
            }
        }
        all.legal.sort_by_key(|word| std::cmp::Reverse(word.len()));
        if mistakes.is_empty() { Ok(all) } else { Err(Error::Data(mistakes)) }
    }

    /// Whether `short` may stand for the thing of class `class` that `full` names. Both are folded.
    ///
    /// True for ends (工作组 for 江苏援伊·南通工作组), cores (海思克 for 新疆海思克制冷科技有限公司),
    /// abbreviations (上海交大, 交大 for 上海交通大学) and parts of foreign names (马斯克 for 埃隆·马斯克).
    pub fn is_short_form(&self, short: &str, full: &str, class: Class) -> bool {
        let quoted = Some(full).filter(|_| self.cored.contains(&class)).and_then(quoted_core);
        let full = full.trim_matches(MARKS);
        let short = short.trim_matches(MARKS);
        let letters = short.chars().count();
        if letters < 2 || short.len() >= full.len() {
            return false;
        }
        if Some(class) == self.person {
            return full.split(DOTS).any(|part| part == short);
        }
        if self.never.contains(short) {
            return false;
        }
        if let Some(before) = full.strip_suffix(short) {
            return self.is_end(before, short, class);
        }
        if Some(class) == self.company && !self.branches.iter().any(|branch| full.ends_with(branch)) {
            let core = self.without_legal_form(full);
            if letters >= 2
                && (core == short
                    || (letters >= 3 && full.starts_with(short) && core.starts_with(self.without_legal_form(short))))
            {
                return true;
            }
        }
        // The quoted core of a name: 春苗 for “春苗”教育基金.
        if quoted == Some(short) {
            return true;
        }
        self.abbreviated.contains(&class) && !self.whole.contains(short) && self.is_abbreviation(short, full)
    }

    /// The short names that the text itself introduces in the brackets with which `behind` begins,
    /// the text behind a full name: 云帆智能 in （以下简称“云帆智能”或“公司”）. Kinds of things are none.
    pub fn defined<'t>(&self, behind: &'t str) -> Vec<&'t str> {
        let Some(inner) = behind.strip_prefix(['（', '(']) else { return Vec::new() };
        let near = inner.char_indices().nth(LONGEST_DEFINITION).map_or(inner.len(), |(at, _)| at);
        let Some((inner, _)) = cut(inner, 0..near).split_once(['）', ')']) else { return Vec::new() };
        let words = self.defined.iter().filter_map(|word| inner.find(word.as_str()).map(|at| (at, at + word.len())));
        // The longest of the words at the first place: 以下简称为 and not 以下简称.
        let Some((_, end)) = words.min_by_key(|&(at, end)| (at, std::cmp::Reverse(end))) else { return Vec::new() };
        let named = cut(inner, end..inner.len());
        let mut found: Vec<&str> = Vec::new();
        if named.contains(MARKS) {
            // Between an opening and a closing mark stands a name, between a closing and an opening one does not.
            found.extend(named.split(MARKS).skip(1).step_by(2));
        } else {
            found.extend(
                named.split(['、', '，', ',', '；', ';']).take(1).map(|name| name.trim_matches([' ', '：', ':'])),
            );
        }
        found.retain(|name| (2..=LONGEST_SHORT).contains(&name.chars().count()) && !self.never.contains(*name));
        found
    }

    /// Whether the end `short` of a name, behind `before`, can stand alone.
    fn is_end(&self, before: &str, short: &str, class: Class) -> bool {
        if self.never.contains(short) || Some(class) == self.company && self.legal.iter().any(|legal| short == legal) {
            return false;
        }
        let letters = short.chars().count();
        self.definite.contains(short) || before.ends_with(DOTS) || letters >= 4 && self.ends.contains(&class)
    }

    /// The end `short` of `full` as a short form worth looking for; `full` is the folded name.
    pub(super) fn is_findable_end(&self, short: &str, full: &str, class: Class) -> bool {
        short.chars().count() >= 3
            && short.len() < full.len()
            && Some(class) != self.company
            && full.strip_suffix(short).is_some_and(|before| self.is_end(before, short, class))
    }

    /// The parts of a foreign name, and the core of a company's: what else to look for.
    pub(super) fn cores<'n>(&self, full: &'n str, class: Class, found: &mut Vec<&'n str>) {
        if Some(class) == self.person {
            if full.contains(DOTS) {
                found.extend(full.split(DOTS).next_back().filter(|part| part.chars().count() >= 2));
            }
        } else if Some(class) == self.company {
            let core = self.without_legal_form(full);
            if core.len() < full.len() && core.chars().count() >= 4 {
                found.push(core);
            }
        } else if self.cored.contains(&class) {
            found.extend(quoted_core(full).filter(|core| core.chars().count() >= 2));
        }
    }

    /// Whether names of this class are abbreviated to single characters.
    pub(super) fn abbreviates(&self, class: Class) -> bool {
        self.abbreviated.contains(&class)
    }

    fn without_legal_form<'n>(&self, name: &'n str) -> &'n str {
        self.legal.iter().find_map(|legal| name.strip_suffix(legal.as_str())).unwrap_or(name)
    }

    /// Whether `short` is made of characters of `full` in their order: the first of a part, and one of the end.
    fn is_abbreviation(&self, short: &str, full: &str) -> bool {
        let letters = short.chars().count();
        let whole = full.chars().count();
        // 中医药 is part of 国家中医药管理局, not short for it.
        if !(2..=5).contains(&letters) || letters * 2 > whole || full.contains(short) {
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
            left.chars().count() <= 2 || self.legal.iter().any(|legal| left.ends_with(legal.as_str()))
        })
    }
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
        let class = ontology.class(class).unwrap();
        assert_eq!(shortening.is_short_form(short, full, class), expected, "{short} for {full}");
    }

    #[test]
    fn ends_stand_for_what_has_one() {
        check("GovernmentBody", "工作组", "青海援建·江州工作组", true);
        check("Event", "启动仪式", "江海大桥改造工程启动仪式", true);
        check("School", "大学", "江海大学", false);
        check("Company", "有限公司", "晨星科技有限公司", false);
    }

    #[test]
    fn firms_lose_their_legal_form() {
        check("Company", "晨星科技", "晨星科技有限公司", true);
        check("Company", "晨光科技", "晨星科技有限公司", false);
        check("Company", "晨星科技", "晨星科技有限公司江海分公司", false);
        check("Company", "江海银行", "江海银行青石支行", false);
    }

    #[test]
    fn bodies_are_abbreviated_to_characters_in_order() {
        check("School", "江大", "江海大学", true);
        check("School", "海江", "江海大学", false);
        check("Organization", "护水", "护水队", false);
        check("Event", "江节", "江海艺术节", false);
    }

    #[test]
    fn a_body_with_a_name_of_its_own_abbreviates_none() {
        check("GovernmentBody", "区委", "区人大常委会", false);
        check("GovernmentBody", "市政府", "江海市人民政府", true);
        check("GovernmentBody", "海委", "海州水利委员会", true);
    }

    #[test]
    fn a_foreign_person_goes_by_one_part() {
        check("Person", "邓恩", "尼尔·邓恩", true);
        check("Person", "尼邓", "尼尔·邓恩", false);
    }

    #[test]
    fn quoted_cores_stand_for_projects_and_policies_only() {
        check("Project", "春苗", "“春苗”教育基金", true);
        check("Event", "春苗", "“春苗”启航仪式", false);
    }
}
