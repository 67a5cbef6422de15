//! Gazetteer files compiled into one automaton and a table beside it.
//!
//! The build script compiles the built-in files, the library compiles a user's own; both with this code.
//! The table points into the text of the files, so that loading it costs nothing per entry.

use daachorse::CharwiseDoubleArrayAhoCorasick as Automaton;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Mark behind a name that is also an ordinary word or the name of many things.
const WEAK: char = '?';

/// One line of a gazetteer file, fields as written.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Line<'t> {
    /// The official name.
    pub(crate) name: &'t str,
    aliases: &'t str,
    /// Code in a public register.
    pub(crate) notation: &'t str,
    /// Local name of what it lies in or belongs to.
    pub(crate) parent: &'t str,
    local_name: &'t str,
}

impl<'t> Line<'t> {
    /// The fields of `line`; nothing for comments and empty lines.
    pub(crate) fn parse(line: &'t str) -> Option<Self> {
        let line = line.strip_suffix('\r').unwrap_or(line);
        if line.is_empty() || line.starts_with('#') {
            return None;
        }
        let mut fields = line.split('\t');
        let mut next = || fields.next().unwrap_or("");
        let (name, aliases, notation, parent, local_name) = (next(), next(), next(), next(), next());
        Some(Self { name: name.strip_suffix(WEAK).unwrap_or(name), aliases, notation, parent, local_name })
    }

    /// The name that no other line of the file has.
    pub(crate) fn local_name(&self) -> &'t str {
        if self.local_name.is_empty() { self.name } else { self.local_name }
    }

    /// The other names, without the marks of weak ones.
    pub(crate) fn aliases(&self) -> impl Iterator<Item = &'t str> + use<'t> {
        self.aliases.split('|').filter(|a| !a.is_empty()).map(|a| a.strip_suffix(WEAK).unwrap_or(a))
    }
}

/// A file to be compiled.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Source<'t> {
    /// The content.
    pub(crate) text: &'t str,
}

/// A line that cannot be compiled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    /// Index into the sources.
    pub(crate) file: usize,
    /// Line from 1.
    pub(crate) line: usize,
    /// What is wrong and what would be right.
    pub(crate) message: String,
}

/// Compiles files into the bytes of a [`Table`]; `fold` gives the form under which names are looked up.
pub(crate) fn compile(sources: &[Source<'_>], fold: impl Fn(&str) -> String) -> Result<Vec<u8>, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut rows: Vec<u32> = Vec::new();
    let mut lines: Vec<Line<'_>> = Vec::new();
    let mut patterns: BTreeMap<String, Vec<u32>> = BTreeMap::new();
    for (file, source) in sources.iter().enumerate() {
        let mut offset = 0;
        for (number, whole) in source.text.split('\n').enumerate() {
            let at = offset;
            offset += whole.len() + 1;
            let Some(line) = Line::parse(whole) else { continue };
            let mut problem = |message: &str| {
                problems.push(Problem { file, line: number + 1, message: message.to_owned() });
            };
            if whole.split('\t').count() > 5 {
                problem("more than five fields; expected name, aliases, notation, parent and local name between tabs");
                continue;
            }
            let (Ok(file), Ok(at)) = (u32::try_from(file), u32::try_from(at)) else { continue };
            if file > 0x7f || at > 0x00ff_ffff {
                problem("too much for one gazetteer; at most 128 files of 16 MB each");
                return Err(problems);
            }
            let row = u32::try_from(rows.len()).unwrap_or(u32::MAX) << 1;
            rows.push(file << 24 | at);
            lines.push(line);
            let name = whole.split('\t').next().unwrap_or("");
            for key in std::iter::once(name).chain(line.aliases.split('|')) {
                let weak = key.ends_with(WEAK);
                let key = key.strip_suffix(WEAK).unwrap_or(key);
                if key.is_empty() {
                    if !line.aliases.is_empty() || line.name.is_empty() {
                        problem("a name is empty");
                    }
                    continue;
                }
                if key.trim() != key {
                    problem("blanks around a name; leave them out");
                }
                let uses = patterns.entry(fold(key)).or_default();
                if uses.iter().all(|&used| used >> 1 != row >> 1) {
                    uses.push(row | u32::from(weak));
                }
            }
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }

    let sorted = |key: fn(&Line<'_>) -> String| {
        let mut order: Vec<(String, u32)> =
            lines.iter().zip(0..).map(|(line, row)| (key(line), row)).filter(|(key, _)| !key.is_empty()).collect();
        order.sort();
        order.into_iter().map(|(_, row)| row).collect::<Vec<u32>>()
    };
    let by_local_name = sorted(|line| line.local_name().to_owned());
    let by_notation = sorted(|line| line.notation.to_owned());
    let mut starts = vec![0_u32];
    let mut uses = Vec::new();
    for list in patterns.values() {
        uses.extend_from_slice(list);
        starts.push(u32::try_from(uses.len()).unwrap_or(u32::MAX));
    }
    let mut out = Vec::new();
    for list in [&rows, &by_local_name, &by_notation, &starts, &uses] {
        out.extend_from_slice(&u32::try_from(list.len()).unwrap_or(u32::MAX).to_le_bytes());
        for value in list {
            out.extend_from_slice(&value.to_le_bytes());
        }
    }
    if !patterns.is_empty() {
        // Patterns are distinct and not empty, so the automaton can be built from them.
        let built = Automaton::<u32>::with_values(patterns.keys().zip(0..));
        match built {
            Ok(automaton) => out.extend_from_slice(&automaton.serialize()),
            Err(e) => return Err(vec![Problem { file: 0, line: 0, message: e.to_string() }]),
        }
    }
    Ok(out)
}

/// A list of numbers in the bytes of a table.
#[derive(Clone, Copy, Debug)]
struct List {
    start: usize,
    length: usize,
}

/// Compiled gazetteer files.
pub(crate) struct Table {
    bytes: Cow<'static, [u8]>,
    rows: List,
    by_local_name: List,
    by_notation: List,
    starts: List,
    uses: List,
    automaton: Option<Automaton<u32>>,
}

/// One use of a name: the row that has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Use {
    /// Index of the row.
    pub(crate) row: u32,
    /// Whether the name alone does not yet show that this thing is meant.
    pub(crate) weak: bool,
}

impl Table {
    /// Reads what [`compile`] wrote; nothing if the bytes are anything else.
    pub(crate) fn read(bytes: Cow<'static, [u8]>) -> Option<Self> {
        let mut at = 0;
        let mut list = || {
            let length = usize::try_from(number(&bytes, at)?).ok()?;
            let list = List { start: at + 4, length };
            at = list.start + 4 * length;
            (at <= bytes.len()).then_some(list)
        };
        let (rows, by_local_name, by_notation, starts, uses) = (list()?, list()?, list()?, list()?, list()?);
        let rest = bytes.get(at..)?;
        let automaton = if rest.is_empty() { None } else { Some(Automaton::deserialize(rest).ok()?.0) };
        Some(Self { rows, by_local_name, by_notation, starts, uses, automaton, bytes })
    }

    /// Every occurrence of every name in `text`, as byte range and pattern.
    pub(crate) fn matches(&self, text: &str) -> impl Iterator<Item = (usize, usize, u32)> {
        self.automaton
            .iter()
            .flat_map(move |automaton| automaton.find_overlapping_iter(text))
            .map(|found| (found.start(), found.end(), found.value()))
    }

    /// The pattern that is all of `key`.
    pub(crate) fn pattern(&self, key: &str) -> Option<u32> {
        self.matches(key).find(|&(start, end, _)| start == 0 && end == key.len()).map(|(_, _, pattern)| pattern)
    }

    /// The rows that have this pattern as a name.
    pub(crate) fn uses(&self, pattern: u32) -> impl Iterator<Item = Use> {
        let pattern = usize::try_from(pattern).unwrap_or(usize::MAX);
        let start = self.get(self.starts, pattern).unwrap_or(0);
        let end = self.get(self.starts, pattern.saturating_add(1)).unwrap_or(start);
        (start..end)
            .filter_map(|i| self.get(self.uses, usize::try_from(i).ok()?))
            .map(|packed| Use { row: packed >> 1, weak: packed & 1 == 1 })
    }

    /// The file in which a row stands, and where in its text the line starts.
    pub(crate) fn place(&self, row: u32) -> Option<(usize, usize)> {
        let packed = self.get(self.rows, usize::try_from(row).ok()?)?;
        Some((usize::try_from(packed >> 24).ok()?, usize::try_from(packed & 0x00ff_ffff).ok()?))
    }

    /// The row whose local name is `key`; `line` reads a row.
    pub(crate) fn with_local_name<'t>(&self, key: &str, line: impl Fn(u32) -> Line<'t>) -> Option<u32> {
        self.search(self.by_local_name, key, |row| line(row).local_name())
    }

    /// The row whose notation is `key`; `line` reads a row.
    pub(crate) fn with_notation<'t>(&self, key: &str, line: impl Fn(u32) -> Line<'t>) -> Option<u32> {
        self.search(self.by_notation, key, |row| line(row).notation)
    }

    fn search<'t>(&self, list: List, key: &str, field: impl Fn(u32) -> &'t str) -> Option<u32> {
        let (mut low, mut high) = (0, list.length);
        while low < high {
            let middle = low.midpoint(high);
            let row = self.get(list, middle)?;
            match field(row).cmp(key) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Equal => return Some(row),
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        None
    }

    fn get(&self, list: List, index: usize) -> Option<u32> {
        if index < list.length { number(&self.bytes, list.start + 4 * index) } else { None }
    }
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_le_bytes(four.try_into().ok()?))
}
