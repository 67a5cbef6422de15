//! A sentence as patterns see it: a row of elements, each a mention or a token.

use super::rule::{Alternatives, Extractors};
use crate::chars::is_han;
use crate::date::Period;
use crate::entity::{Entity, EntityId};
use crate::mention::{Amount, Mention, MentionKind, Value};
use crate::ontology::Class;
use crate::sentence::{Pos, Sentence};
use crate::span::{Span, cut};

/// What the rules read besides the sentence: the whole document, seen from the mentions.
pub(super) struct Reading<'d> {
    pub(super) text: &'d str,
    pub(super) mentions: &'d [Mention],
    pub(super) entities: &'d [Entity],
    /// For each mention the thing it means.
    pub(super) meant: Vec<Option<EntityId>>,
    pub(super) extractors: &'d Extractors,
}

impl<'d> Reading<'d> {
    pub(super) fn new(
        text: &'d str,
        mentions: &'d [Mention],
        entities: &'d [Entity],
        extractors: &'d Extractors,
    ) -> Self {
        let mut meant = vec![None; mentions.len()];
        for (number, entity) in entities.iter().enumerate() {
            for mention in &entity.mentions {
                if let Some(place) = meant.get_mut(mention.0) {
                    *place = Some(EntityId(number));
                }
            }
        }
        Self { text, mentions, entities, meant, extractors }
    }

    /// The class of a thing.
    pub(super) fn class(&self, entity: EntityId) -> Option<Class> {
        self.entities.get(entity.0).map(|e| e.class)
    }
}

/// One element of a sentence.
#[derive(Clone, Debug)]
pub(super) struct Element {
    /// Its bytes in the sentence's key.
    pub(super) start: usize,
    pub(super) end: usize,
    /// Its bytes in the document.
    pub(super) span: Span,
    pub(super) kind: Kind,
}

/// What an element is.
#[derive(Clone, Debug)]
pub(super) enum Kind {
    /// A token or what mentions leave of it.
    Word(Pos),
    /// A name or a phrase that points back.
    Name { entity: EntityId, class: Class },
    /// A date; the mention's index.
    Time(usize),
    /// A number; the mention's index.
    Amount(usize),
    /// The enumeration comma.
    Pause,
    /// An opening bracket and where its partner stands.
    Open(Option<usize>),
    /// A closing bracket and where its partner stands.
    Close(Option<usize>),
    /// Any other punctuation mark.
    Mark,
}

/// A sentence as a row of elements.
pub(super) struct Elements<'s> {
    pub(super) key: &'s str,
    pub(super) list: Vec<Element>,
}

/// Brackets that stand further apart than this many elements are not stepped over.
const BRACKET_REACH: usize = 24;
/// Longest guessed word that is taken apart, in bytes.
const GUESSED: usize = 12;
/// The start of a clause is looked for so many elements back.
const CLAUSE_REACH: usize = 24;

impl<'s> Elements<'s> {
    /// `mentions` are those of the sentence, as a range of indexes.
    pub(super) fn new(sentence: &'s Sentence, mentions: std::ops::Range<usize>, reading: &Reading) -> Self {
        let mut row = Self { key: sentence.key.text(), list: Vec::with_capacity(sentence.tokens.len()) };
        let split = &reading.extractors.lexicon.split;
        let mut mentions = mentions.peekable();
        for token in &sentence.tokens {
            let mut rest = token.span;
            while let Some(&number) = mentions.peek() {
                let Some(mention) = reading.mentions.get(number) else { break };
                if mention.span.start >= token.span.end {
                    break;
                }
                if mention.span.start > rest.start {
                    row.words(sentence, Span::new(rest.start, mention.span.start), Pos::Unknown, split);
                }
                if mention.span.start >= token.span.start {
                    row.mention(sentence, number, mention, reading);
                }
                rest.start = rest.start.max(mention.span.end.min(rest.end));
                if mention.span.end > token.span.end {
                    rest.start = rest.end;
                    break;
                }
                mentions.next();
            }
            if !rest.is_empty() {
                let pos = if rest == token.span { token.pos } else { Pos::Unknown };
                row.words(sentence, rest, pos, split);
            }
        }
        row.pair_brackets();
        row
    }

    fn mention(&mut self, sentence: &Sentence, number: usize, mention: &Mention, reading: &Reading) {
        let kind = match &mention.kind {
            MentionKind::Value(Value::Time(_)) => Kind::Time(number),
            MentionKind::Value(Value::Quantity(_)) => Kind::Amount(number),
            MentionKind::Name(class) | MentionKind::Anaphor(class) => {
                match reading.meant.get(number).copied().flatten() {
                    Some(entity) => Kind::Name { entity, class: reading.class(entity).unwrap_or(*class) },
                    None => Kind::Word(Pos::Unknown),
                }
            }
        };
        let range = sentence.key.range(mention.span);
        self.list.push(Element { start: range.start, end: range.end, span: mention.span, kind });
    }

    /// What stands in `span` outside of mentions: one word, or a mark, or nothing to be seen.
    fn words(&mut self, sentence: &Sentence, span: Span, pos: Pos, split: &Alternatives) {
        let range = sentence.key.range(span);
        let text = cut(self.key, range.clone());
        let Some(first) = text.chars().next() else { return };
        let kind = match first {
            '、' | '､' => Kind::Pause,
            '“' | '”' | '‘' | '’' | '"' | '\'' | '「' | '」' | '『' | '』' | '《' | '》' | '〈' | '〉' =>
            {
                return;
            }
            '(' | '（' | '[' | '【' | '〔' | '［' => Kind::Open(None),
            ')' | '）' | ']' | '】' | '〕' | '］' => Kind::Close(None),
            c if c.is_whitespace() => return,
            // A stroke that stands for a bar between two headings.
            '\u{4e28}' => Kind::Mark,
            c if !c.is_alphanumeric() => Kind::Mark,
            _ if self.is_loose(text, pos, split) => {
                for (at, c) in text.char_indices() {
                    let (start, end) = (range.start + at, range.start + at + c.len_utf8());
                    let kind = Kind::Word(Pos::Unknown);
                    self.list.push(Element { start, end, span: sentence.key.span(start..end), kind });
                }
                return;
            }
            _ => Kind::Word(pos),
        };
        self.list.push(Element { start: range.start, end: range.end, span, kind });
    }

    /// Whether the characters of a token are elements of their own: words of the class `split` (改由),
    /// and short words that segmentation has only guessed (现由).
    fn is_loose(&self, text: &str, pos: Pos, split: &Alternatives) -> bool {
        split.words.contains(text) || (pos == Pos::Unknown && text.len() <= GUESSED && text.chars().all(is_han))
    }

    fn pair_brackets(&mut self) {
        let mut open = Vec::new();
        for at in 0..self.list.len() {
            match self.list.get(at).map(|e| &e.kind) {
                Some(Kind::Open(_)) => open.push(at),
                Some(Kind::Close(_)) => {
                    if let Some(from) = open.pop()
                        && at - from <= BRACKET_REACH
                    {
                        if let Some(e) = self.list.get_mut(from) {
                            e.kind = Kind::Open(Some(at));
                        }
                        if let Some(e) = self.list.get_mut(at) {
                            e.kind = Kind::Close(Some(from));
                        }
                    }
                }
                _ => {}
            }
        }
    }

    pub(super) fn kind(&self, at: usize) -> Option<&Kind> {
        self.list.get(at).map(|e| &e.kind)
    }

    pub(super) fn len(&self) -> usize {
        self.list.len()
    }

    /// The folded characters of the elements in `range`, if no mention and nothing unseen stands among them.
    pub(super) fn words_in(&self, from: usize, to: usize) -> Option<&'s str> {
        let list = self.list.get(from..to)?;
        let (first, last) = (list.first()?, list.last()?);
        let plain = list.iter().all(|e| !matches!(e.kind, Kind::Name { .. } | Kind::Time(_) | Kind::Amount(_)));
        let joined = list.windows(2).all(|pair| matches!(pair, [a, b] if a.end == b.start));
        (plain && joined).then(|| cut(self.key, first.start..last.end))
    }

    /// Where words of `alternatives` that start at `at` end, the longest first.
    pub(super) fn ahead(&self, at: usize, alternatives: &Alternatives) -> Vec<usize> {
        let mut ends = Vec::new();
        for to in at + 1..=self.len() {
            let Some(text) = self.words_in(at, to) else { break };
            if text.len() > alternatives.longest {
                break;
            }
            if alternatives.words.contains(text) {
                ends.push(to);
            }
        }
        ends.reverse();
        ends
    }

    /// Where words of `alternatives` that end at `at` start, the longest first.
    pub(super) fn behind(&self, at: usize, alternatives: &Alternatives) -> Vec<usize> {
        let mut starts = Vec::new();
        for from in (0..at).rev() {
            let Some(text) = self.words_in(from, at) else { break };
            if text.len() > alternatives.longest {
                break;
            }
            if alternatives.words.contains(text) {
                starts.push(from);
            }
        }
        starts.reverse();
        starts
    }

    /// The element that covers exactly the key's bytes from `start` (or ends at `end`).
    pub(super) fn starting(&self, start: usize) -> Option<usize> {
        self.list.binary_search_by_key(&start, |e| e.start).ok()
    }

    pub(super) fn ending(&self, end: usize) -> Option<usize> {
        self.list.binary_search_by_key(&end, |e| e.end).ok()
    }

    /// `at`, or behind the brackets that open there.
    pub(super) fn past_brackets(&self, mut at: usize) -> usize {
        while let Some(Kind::Open(Some(close))) = self.kind(at) {
            at = close + 1;
        }
        at
    }

    /// `at`, or before the brackets that close there.
    pub(super) fn before_brackets(&self, mut at: usize) -> usize {
        while let Some(Kind::Close(Some(open))) = at.checked_sub(1).and_then(|i| self.kind(i)) {
            at = *open;
        }
        at
    }

    /// Whether the marks around a name close directly behind the element, and those around another open: 《甲》|《乙》.
    pub(super) fn is_seam(&self, at: usize) -> bool {
        let Some([one, other]) = self.list.get(at..at + 2) else { return false };
        let (from, to) = (one.start, other.end);
        let closed = cut(self.key, from..other.start).ends_with(['》', '”'])
            || cut(self.key, one.end..to).starts_with(['》', '”']);
        let opened = cut(self.key, one.end..to).trim_start_matches(['》', '”']).starts_with(['《', '“']);
        closed && opened
    }

    /// Whether the element stands between brackets.
    pub(super) fn in_brackets(&self, at: usize) -> bool {
        let nearest = (at.saturating_sub(BRACKET_REACH)..at).rev().find_map(|i| match self.kind(i) {
            Some(Kind::Open(Some(close))) => Some(*close > at),
            Some(Kind::Close(Some(_))) => Some(false),
            _ => None,
        });
        nearest.unwrap_or(false)
    }

    /// Whether a clause can begin at `at`.
    pub(super) fn clause_starts(&self, at: usize) -> bool {
        at == 0 || at.checked_sub(1).and_then(|i| self.kind(i)).is_some_and(ends_clause)
    }

    /// Where the clause that holds the place `at` begins, if that is near.
    pub(super) fn clause_start(&self, mut at: usize) -> Option<usize> {
        for _ in 0..CLAUSE_REACH {
            at = self.before_brackets(at);
            if self.clause_starts(at) {
                return Some(at);
            }
            at -= 1;
        }
        None
    }

    pub(super) fn period(&self, at: usize, reading: &Reading) -> Option<Period> {
        // 今天（7月23日）: the brackets tell the day.
        let told = match self.kind(at + 1) {
            Some(Kind::Open(Some(close))) if *close == at + 3 => self.time(at + 2, reading),
            _ => None,
        };
        let own = self.time(at, reading)?;
        Some(told.filter(|told| told.from.month.is_some()).unwrap_or(own))
    }

    fn time(&self, at: usize, reading: &Reading) -> Option<Period> {
        let Some(Kind::Time(number)) = self.kind(at) else { return None };
        match &reading.mentions.get(*number)?.kind {
            MentionKind::Value(Value::Time(period)) => Some(*period),
            _ => None,
        }
    }

    pub(super) fn amount(&self, at: usize, reading: &Reading) -> Option<Amount> {
        let Some(Kind::Amount(number)) = self.kind(at) else { return None };
        match &reading.mentions.get(*number)?.kind {
            MentionKind::Value(Value::Quantity(amount)) => Some(amount.clone()),
            _ => None,
        }
    }
}

pub(super) fn ends_clause(kind: &Kind) -> bool {
    matches!(kind, Kind::Mark | Kind::Open(_) | Kind::Close(_))
}
