//! Where something stands in a text: byte ranges, and lines, columns and characters at the edges.
//!
//! Inside the program every offset is a byte offset into [`Document::text`](crate::document::Document::text).
//! Other units exist only where offsets leave the program, and only through [`LineIndex`].

use std::ops::Range;

/// A half-open range of byte offsets into [`Document::text`](crate::document::Document::text).
///
/// Both ends lie on character boundaries, and `start <= end`.
/// Offsets always count from the start of the document, never from the sentence.
///
/// ```
/// use wenmai::span::Span;
/// let text = "任正非创办了华为。";
/// let company = Span::new(18, 24); // every character here is three bytes long
/// assert_eq!(company.of(text), "华为");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// Offset of the first byte.
    pub start: usize,
    /// Offset just past the last byte.
    pub end: usize,
}

impl Span {
    /// The range from `start` up to `end`, which must not lie before it.
    pub fn new(start: usize, end: usize) -> Self {
        debug_assert!(start <= end, "a span ends before it starts");
        Self { start, end }
    }

    /// The characters of `text` in this range; empty if the range does not fit the text.
    pub fn of(self, text: &str) -> &str {
        cut(text, self.start..self.end)
    }

    /// Length in bytes.
    pub fn len(self) -> usize {
        self.end - self.start
    }

    /// Whether the range holds nothing.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// Whether `other` lies wholly inside this range (or is the same range).
    pub fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// Whether the two ranges share at least one byte.
    pub fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// The shortest range that holds both.
    pub fn cover(self, other: Self) -> Self {
        Self::new(self.start.min(other.start), self.end.max(other.end))
    }
}

/// The part of `text` in `range`, or the empty string where the range cuts a character or leaves the text.
///
/// The one place where text is cut, so that no offset can ever stop the program.
pub fn cut(text: &str, range: Range<usize>) -> &str {
    text.get(range).unwrap_or("")
}

/// Turns byte offsets of one text into lines, columns and character offsets.
///
/// Built once for a text; each question is answered by a binary search and a scan of at most one line block.
pub struct LineIndex<'t> {
    text: &'t str,
    /// Byte offset at which each line starts.
    lines: Vec<usize>,
    /// Number of characters before every 256th byte (rounded down to a character boundary).
    characters: Vec<usize>,
}

/// Distance in bytes between two stored character counts.
const BLOCK: usize = 256;

impl<'t> LineIndex<'t> {
    /// Reads `text` once and remembers where its lines start.
    pub fn new(text: &'t str) -> Self {
        let mut lines = vec![0];
        let mut characters = Vec::with_capacity(text.len() / BLOCK + 1);
        for (seen, (at, c)) in text.char_indices().enumerate() {
            while characters.len() * BLOCK <= at {
                characters.push(seen);
            }
            if c == '\n' {
                lines.push(at + 1);
            }
        }
        Self { text, lines, characters }
    }

    /// Line and column, both from 1; the column counts characters.
    pub fn line_column(&self, offset: usize) -> (usize, usize) {
        let line = self.lines.partition_point(|&start| start <= offset);
        let start = self.lines.get(line.saturating_sub(1)).copied().unwrap_or(0);
        (line, self.character(offset) - self.character(start) + 1)
    }

    /// Number of characters (Unicode code points) before the byte `offset`.
    pub fn character(&self, offset: usize) -> usize {
        let offset = offset.min(self.text.len());
        let block = (offset / BLOCK).min(self.characters.len().saturating_sub(1));
        let Some(&before) = self.characters.get(block) else { return 0 };
        // The stored count belongs to the first character that starts at or after the block's first byte.
        let mut start = block * BLOCK;
        while !self.text.is_char_boundary(start) {
            start += 1;
        }
        before + cut(self.text, start..offset.max(start)).chars().count()
    }

    /// The two ends of `span` in characters.
    pub fn characters(&self, span: Span) -> (usize, usize) {
        (self.character(span.start), self.character(span.end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_and_lines_agree_with_counting() {
        let text = "南通a援疆\n伊宁县，x\n\n".repeat(60);
        let index = LineIndex::new(&text);
        for (count, (at, _)) in text.char_indices().enumerate() {
            assert_eq!(index.character(at), count);
            let line = cut(&text, 0..at).matches('\n').count() + 1;
            assert_eq!(index.line_column(at).0, line);
        }
        assert_eq!(index.character(text.len()), text.chars().count());
        assert_eq!(LineIndex::new("").line_column(0), (1, 1));
    }

    #[test]
    fn cutting_never_stops_the_program() {
        assert_eq!(cut("南通", 1..3), "");
        assert_eq!(cut("南通", 0..30), "");
    }
}
