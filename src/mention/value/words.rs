//! Words looked up at a place of a text, the longest first.

use crate::span::cut;
use std::collections::BTreeMap;

/// Words and what they mean, found by where they start or where they end.
#[derive(Debug)]
pub(super) struct Words<T> {
    by_first: BTreeMap<char, Vec<(Box<str>, T)>>,
    by_last: BTreeMap<char, Vec<(Box<str>, T)>>,
}

impl<T: Clone> Words<T> {
    pub(super) fn new<S: AsRef<str>>(words: impl IntoIterator<Item = (S, T)>) -> Self {
        let mut by_first: BTreeMap<char, Vec<(Box<str>, T)>> = BTreeMap::new();
        let mut by_last: BTreeMap<char, Vec<(Box<str>, T)>> = BTreeMap::new();
        for (word, meaning) in words {
            let word = word.as_ref();
            if let (Some(head), Some(tail)) = (word.chars().next(), word.chars().next_back()) {
                by_first.entry(head).or_default().push((word.into(), meaning.clone()));
                by_last.entry(tail).or_default().push((word.into(), meaning));
            }
        }
        for index in [&mut by_first, &mut by_last] {
            for list in index.values_mut() {
                list.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.0.cmp(&b.0)));
            }
        }
        Self { by_first, by_last }
    }

    /// The longest word that starts at `start`: its end and meaning.
    pub(super) fn at(&self, text: &str, start: usize) -> Option<(usize, &T)> {
        let rest = after(text, start);
        let list = self.by_first.get(&rest.chars().next()?)?;
        let (word, meaning) = list.iter().find(|(word, _)| rest.starts_with(&**word))?;
        Some((start + word.len(), meaning))
    }

    /// The longest word that starts at `start`, though blanks may stand between its characters: 百 分 之.
    pub(super) fn across(&self, text: &str, start: usize) -> Option<(usize, &T)> {
        let list = self.by_first.get(&first(text, start)?)?;
        list.iter().find_map(|(word, meaning)| {
            let mut end = start;
            for c in word.chars() {
                end = text.len() - after(text, end).trim_start_matches(' ').strip_prefix(c)?.len();
            }
            Some((end, meaning))
        })
    }

    /// All words that start at `start`, the longest first.
    pub(super) fn all_at<'a>(&'a self, text: &'a str, start: usize) -> impl Iterator<Item = (usize, &'a T)> {
        let rest = after(text, start);
        let list = rest.chars().next().and_then(|c| self.by_first.get(&c)).map_or(&[][..], Vec::as_slice);
        list.iter()
            .filter(move |(word, _)| rest.starts_with(&**word))
            .map(move |(word, meaning)| (start + word.len(), meaning))
    }

    /// The longest word that ends at `end` and does not start before `floor`: its start and meaning.
    pub(super) fn before(&self, text: &str, floor: usize, end: usize) -> Option<(usize, &T)> {
        let rest = between(text, floor, end);
        let list = self.by_last.get(&rest.chars().next_back()?)?;
        let (word, meaning) = list.iter().find(|(word, _)| rest.ends_with(&**word))?;
        Some((end - word.len(), meaning))
    }

    /// The characters that words start with.
    pub(super) fn starts(&self) -> Vec<char> {
        self.by_first.keys().copied().collect()
    }
}

impl Words<()> {
    /// Words without a meaning of their own.
    pub(super) fn set<S: AsRef<str>>(words: impl IntoIterator<Item = S>) -> Self {
        Self::new(words.into_iter().map(|w| (w, ())))
    }
}

/// The text from `start` on.
pub(super) fn after(text: &str, start: usize) -> &str {
    cut(text, start..text.len().max(start))
}

/// The text from `start` to `end`.
pub(super) fn between(text: &str, start: usize, end: usize) -> &str {
    cut(text, start..end.max(start))
}

/// The character at `start`.
pub(super) fn first(text: &str, start: usize) -> Option<char> {
    after(text, start).chars().next()
}

/// The character before `end`.
pub(super) fn last(text: &str, end: usize) -> Option<char> {
    between(text, 0, end).chars().next_back()
}
