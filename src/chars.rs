//! Character classes, and the folded form in which text is looked up.
//!
//! [`Folding`] knows `data/traditional.tsv`. A [`Key`] is a copy of a stretch of text in simplified characters,
//! narrow letters and digits, and without the line breaks of a page layout; it knows the way back to the text.
//! Finders read keys, results point into the text.

use crate::error::{Error, Mistake, Result};
use crate::resource::Resources;
use crate::span::{Span, cut};
use rustc_hash::FxHashMap as HashMap;
use std::ops::Range;

/// Whether `c` is a Chinese character.
pub fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}' | '\u{3007}')
}

/// Folds traditional characters to simplified ones, and wide letters and digits to narrow ones.
#[derive(Clone, Debug, Default)]
pub struct Folding {
    simplified: HashMap<char, char>,
}

impl Folding {
    /// Reads `traditional.tsv`.
    ///
    /// # Errors
    /// Names every line that is not two single characters with a tab between them.
    pub fn load(resources: &Resources) -> Result<Self> {
        let mut simplified = HashMap::default();
        let mut mistakes = Vec::new();
        for file in resources.file("traditional.tsv") {
            for (number, line) in file.text.lines().enumerate() {
                if line.is_empty() || line.starts_with('#') {
                    continue;
                }
                let mut chars = line.chars();
                match (chars.next(), chars.next(), chars.next(), chars.next()) {
                    (Some(from), Some('\t'), Some(to), None) => drop(simplified.insert(from, to)),
                    _ => mistakes.push(Mistake {
                        file: file.name.clone(),
                        line: number + 1,
                        message: "expected a traditional character, a tab and a simplified character".to_owned(),
                    }),
                }
            }
        }
        if mistakes.is_empty() { Ok(Self { simplified }) } else { Err(Error::Data(mistakes)) }
    }

    /// The form under which `c` is looked up.
    pub fn fold(&self, c: char) -> char {
        match c {
            '\u{0}'..='\u{7f}' => c,
            // Wide letters, digits and the signs that stand in numbers; wide punctuation keeps its meaning for sentences.
            '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' | '％' | '．' | '＋' | '－' | '／' | '＄' => {
                char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c)
            }
            '\u{3000}' | '\u{a0}' => ' ',
            _ => self.simplified.get(&c).copied().unwrap_or(c),
        }
    }

    /// `text` in the form under which names are looked up.
    pub fn fold_text(&self, text: &str) -> String {
        text.chars().map(|c| self.fold(c)).collect()
    }

    /// The key of `span`.
    ///
    /// A line break inside the span is left out together with the blanks around it,
    /// unless it stands between two letters or digits, where it counts as one blank.
    pub fn key(&self, text: &str, span: Span) -> Key {
        let mut key = Key { text: String::with_capacity(span.len()), runs: Vec::new() };
        let mut chars = cut(text, span.start..span.end).char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            if c.is_whitespace() {
                let mut end = at + c.len_utf8();
                let mut breaks = c == '\n' || c == '\r';
                while let Some(&(next, blank)) = chars.peek() {
                    if !blank.is_whitespace() {
                        break;
                    }
                    breaks |= blank == '\n' || blank == '\r';
                    end = next + blank.len_utf8();
                    chars.next();
                }
                let narrow = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
                if !breaks || (narrow(key.text.chars().next_back()) && narrow(chars.peek().map(|&(_, c)| self.fold(c))))
                {
                    key.push(' ', span.start + at, end - at);
                }
            } else {
                key.push(self.fold(c), span.start + at, c.len_utf8());
            }
        }
        key
    }
}

/// The folded form of a stretch of a document's text, and the way back to the text.
///
/// Offsets into a key never leave the function that scans it: turn them into a [`Span`] with [`Key::span`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Key {
    text: String,
    runs: Vec<Run>,
}

/// Bytes of the key and the bytes of the text they stand for.
///
/// Where both have one length, bytes correspond one to one; else the run is a single character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Run {
    key: usize,
    text: usize,
    key_length: usize,
    text_length: usize,
}

impl Key {
    /// The folded characters.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The place in the document of the bytes `range` of the key.
    pub fn span(&self, range: Range<usize>) -> Span {
        let start = self.run_at(range.start).map_or(0, |run| {
            if run.key_length == run.text_length { run.text + (range.start - run.key) } else { run.text }
        });
        if range.end <= range.start {
            return Span::new(start, start);
        }
        let end = self.run_at(range.end - 1).map_or(start, |run| {
            if run.key_length == run.text_length {
                run.text + (range.end - run.key)
            } else {
                run.text + run.text_length
            }
        });
        Span::new(start, end.max(start))
    }

    /// The bytes of the key that stand for `span` of the document.
    pub fn range(&self, span: Span) -> Range<usize> {
        let start = self.offset(span.start);
        start..self.offset(span.end).max(start)
    }

    /// The folded form of `span` of the document.
    pub fn of(&self, span: Span) -> &str {
        cut(&self.text, self.range(span))
    }

    fn run_at(&self, key: usize) -> Option<&Run> {
        let after = self.runs.partition_point(|run| run.key <= key);
        self.runs.get(after.saturating_sub(1))
    }

    /// The key offset of the first character that stands at or behind the document offset `text`.
    fn offset(&self, text: usize) -> usize {
        let after = self.runs.partition_point(|run| run.text <= text);
        let Some(run) = after.checked_sub(1).and_then(|i| self.runs.get(i)) else { return 0 };
        let inner = text - run.text;
        if inner >= run.text_length {
            run.key + run.key_length
        } else if run.key_length == run.text_length {
            run.key + inner
        } else if inner == 0 {
            run.key
        } else {
            run.key + run.key_length
        }
    }

    fn push(&mut self, c: char, text: usize, text_length: usize) {
        let key = self.text.len();
        let key_length = c.len_utf8();
        self.text.push(c);
        if let Some(last) = self.runs.last_mut()
            && key_length == text_length
            && last.key_length == last.text_length
            && last.text + last.text_length == text
        {
            last.key_length += key_length;
            last.text_length += text_length;
        } else {
            self.runs.push(Run { key, text, key_length, text_length });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folding() -> Folding {
        Folding::load(&Resources::builtin()).expect("the built-in table is right")
    }

    #[test]
    fn a_key_is_simplified_narrow_and_unbroken() {
        let text = "：臺灣２０２４\n\n　年10月，iPhone\n15　 個";
        let key = folding().key(text, Span::new(3, text.len()));
        assert_eq!(key.text(), "台湾2024年10月，iPhone 15 个");
    }

    #[test]
    fn every_piece_of_a_key_leads_back_to_its_characters() {
        let text = "去年，\n　工作組累計１５項ａb\r\nc末";
        let folding = folding();
        let key = folding.key(text, Span::new(0, text.len()));
        for (start, _) in key.text().char_indices() {
            for (last, c) in key.text().char_indices().filter(|&(last, _)| last >= start) {
                let end = last + c.len_utf8();
                if cut(key.text(), start..end).trim() != cut(key.text(), start..end) {
                    continue; // a blank may stand for a line break, which means something only between letters
                }
                let span = key.span(start..end);
                let again = folding.key(text, span);
                assert_eq!(again.text(), cut(key.text(), start..end), "{span:?}");
                assert_eq!(key.range(span), start..end, "{span:?}");
            }
        }
    }
}
