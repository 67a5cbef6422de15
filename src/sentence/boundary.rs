//! Where sentences end.
//!
//! In: a block of a document. Out: the spans of its sentences.
//! A sentence ends behind 。！？ or …… and the closing quotes and brackets that follow; inside brackets it goes on.

use crate::chars::is_han;
use crate::document::Block;
use crate::span::{Span, cut};

/// A sentence longer than this many bytes is cut at its last comma, so that no stage ever meets an endless one.
const LONGEST: usize = 6000;

/// A bracket that is not closed within this many bytes is taken for a stray one.
const LONGEST_BRACKET: usize = 600;

/// The sentences of `block`, in order, without surrounding blanks.
pub(super) fn sentences(text: &str, block: &Block) -> Vec<Span> {
    let mut found = Vec::new();
    let mut start = block.span.start;
    let mut soft = None; // behind the last comma of the sentence
    let mut bracket_end = start; // up to here a bracket is open
    let content = block.span.of(text);
    let mut chars = content.char_indices().map(|(at, c)| (block.span.start + at, c)).peekable();
    let mut before = ' ';
    while let Some((at, c)) = chars.next() {
        let mut end = at + c.len_utf8();
        match c {
            '（' | '(' | '【' | '［' if at >= bracket_end => {
                bracket_end = closing(text, end, block.span.end, c).unwrap_or(bracket_end);
            }
            '，' | '；' | ',' | ';' | '、' | ' ' | '\n' => soft = Some(end),
            _ => {}
        }
        let next = chars.peek().map(|&(_, c)| c);
        let ends = at >= bracket_end && is_end(before, c, next);
        before = c;
        if ends {
            while let Some(&(at, c)) = chars.peek() {
                if !(is_end(c, c, None) || matches!(c, '”' | '’' | '」' | '』' | '》' | '）' | ')' | '"' | '…'))
                {
                    break;
                }
                end = at + c.len_utf8();
                before = c;
                chars.next();
            }
        } else if end - start > LONGEST {
            end = soft.filter(|&soft| soft > start).unwrap_or(end);
        } else {
            continue;
        }
        push(text, start, end, &mut found);
        start = end;
        soft = None;
    }
    push(text, start, block.span.end, &mut found);
    found
}

fn is_end(before: char, c: char, next: Option<char>) -> bool {
    match c {
        '。' | '！' | '？' | '｡' => true,
        '…' => before == '…',
        // Latin marks also stand in numbers, addresses and foreign names.
        '!' | '?' => {
            is_han(before) && next.is_none_or(|c| c.is_whitespace() || is_han(c) || matches!(c, '”' | '"' | '」'))
        }
        _ => false,
    }
}

/// Just past the bracket that closes the one before `from`, if it closes soon.
fn closing(text: &str, from: usize, limit: usize, open: char) -> Option<usize> {
    let close = match open {
        '（' | '(' => ['）', ')'],
        '【' => ['】', '】'],
        _ => ['］', '］'],
    };
    let mut last = from.saturating_add(LONGEST_BRACKET).min(limit);
    while !text.is_char_boundary(last) {
        last -= 1;
    }
    cut(text, from..last).char_indices().find(|(_, c)| close.contains(c)).map(|(at, c)| from + at + c.len_utf8())
}

fn push(text: &str, start: usize, end: usize, found: &mut Vec<Span>) {
    let piece = cut(text, start..end);
    let trimmed = piece.trim();
    if !trimmed.is_empty() {
        let start = start + (piece.len() - piece.trim_start().len());
        found.push(Span::new(start, start + trimmed.len()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Role;

    fn check(text: &str, expected: &[&str]) {
        let block = Block { span: Span::new(0, text.len()), role: Role::Paragraph };
        let found: Vec<_> = sentences(text, &block).into_iter().map(|span| span.of(text)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_sentence_ends_behind_its_closing_quotes() {
        check("他说：“好。”她走了！？\n 真的……然后呢", &["他说：“好。”", "她走了！？", "真的……", "然后呢"]);
    }

    #[test]
    fn a_bracket_holds_a_sentence_together() {
        check("天津市（1949年设。后改）成立。完", &["天津市（1949年设。后改）成立。", "完"]);
    }

    #[test]
    fn latin_marks_end_only_chinese_sentences() {
        check("见 a.cn?x=1 号。Yahoo!公司", &["见 a.cn?x=1 号。", "Yahoo!公司"]);
        check("好!走", &["好!", "走"]);
    }

    #[test]
    fn an_endless_sentence_is_cut_at_a_comma() {
        let text = "没完没了，".repeat(2000);
        let block = Block { span: Span::new(0, text.len()), role: Role::Paragraph };
        let found = sentences(&text, &block);
        assert!(found.iter().all(|s| s.len() <= LONGEST + 15 && s.of(&text).ends_with('，')));
        assert_eq!(found.iter().map(|s| s.len()).sum::<usize>(), text.len());
    }
}
