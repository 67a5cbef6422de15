//! Reads Markdown: the text stays as it is, headings and list items are told from running text.

use super::layout::Layout;
use super::{Block, Draft, Role};
use crate::span::Span;

/// The text with its headings. The signs before headings, items and quotes are hidden, and so are rules, fences and
/// front matter; a date in the front matter is the document's.
pub(super) fn draft(text: String, layout: &Layout) -> Draft {
    let (mut known, mut hidden) = (Vec::new(), Vec::new());
    let mut date = None;
    let mut at = 0;
    let mut fenced = false;
    let mut matter = front_matter(&text);
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let content = line.trim_end();
        if matter > start {
            let (name, value) = content.split_once(':').unwrap_or_default();
            if matches!(name.trim(), "date" | "published" | "pubdate" | "publishDate") {
                date = date
                    .or_else(|| layout.date(value.trim_matches(|c: char| c.is_whitespace() || c == '"' || c == '\'')));
            }
            hidden.push(Span::new(start, at));
            continue;
        }
        matter = 0;
        let body = content.trim_start();
        let begin = start + (content.len() - body.len());
        if body.starts_with("```") || body.starts_with("~~~") {
            fenced = !fenced;
            hidden.push(Span::new(begin, start + content.len()));
        } else if fenced {
            // Listings are no headings, whatever they look like.
            if !body.is_empty() {
                known.push(Block { span: Span::new(begin, start + content.len()), role: Role::Paragraph });
            }
        } else if is_rule(body) {
            hidden.push(Span::new(begin, start + content.len()));
        } else if let Some((level, title)) = heading(body) {
            let from = start + content.len() - title.len();
            hidden.push(Span::new(begin, from));
            let title = title.trim_end_matches('#').trim_end();
            let role = if level == 1 && known.iter().all(|block: &Block| block.role != Role::Title) {
                Role::Title
            } else {
                Role::Heading
            };
            known.push(Block { span: Span::new(from, from + title.len()), role });
        } else {
            let mark = sign(body);
            if mark > 0 {
                hidden.push(Span::new(begin, begin + mark));
            }
        }
    }
    Draft { text, known, hidden, date, ..Draft::default() }
}

/// Length of the front matter: lines between `---` at the very start.
fn front_matter(text: &str) -> usize {
    let mut at = 0;
    for (number, line) in text.split_inclusive('\n').enumerate() {
        at += line.len();
        match (number, line.trim_end() == "---") {
            (0, false) => return 0,
            (0, true) | (_, false) => {}
            (_, true) => return at,
        }
    }
    0
}

/// Whether a line is made of nothing but the signs of a rule, an underline or the head of a table.
fn is_rule(line: &str) -> bool {
    line.len() >= 3 && line.chars().all(|c| matches!(c, '-' | '=' | '*' | '_' | '|' | ':' | ' '))
}

/// Level and words of a heading.
fn heading(line: &str) -> Option<(usize, &str)> {
    let words = line.trim_start_matches('#');
    let level = line.len() - words.len();
    let title = words.trim_start();
    ((1..=6).contains(&level) && title.len() < words.len() && !title.trim_end_matches('#').trim().is_empty())
        .then_some((level, title))
}

/// Length of the signs of quotes and list items before a line.
fn sign(line: &str) -> usize {
    let mut rest = line;
    while let Some(behind) =
        ["> ", "- ", "* ", "+ "].iter().find_map(|sign| rest.strip_prefix(sign)).or_else(|| rest.strip_prefix('>'))
    {
        rest = behind.trim_start();
    }
    line.len() - rest.len()
}
