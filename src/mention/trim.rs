//! Mends the edges of names that the model found, which sees characters where lists and grammars see words.
//!
//! In: the names of a sentence. Out: the same without what only clings to them, and whole where a bracket cut them in two.

use super::recognizer::Recognizers;
use super::words::{Lexicon, Role, Word, Words};
use super::{Finder, Mention, MentionKind};
use crate::ontology::Class;
use crate::sentence::{Pos, Sentence};
use crate::span::cut;
use std::ops::Range;

/// Most characters of a Chinese name of a person, with one that clings to it.
const LONGEST_PERSON: usize = 5;
/// Most characters before the last one of a post.
const LONGEST_POST: usize = 3;

/// Cuts off names what does not belong to them, joins what does, and drops what is a count: 短片50部.
///
/// Lists and grammars read whole words and quotations; only what the model finds by itself can begin or end inside of one.
pub(super) fn trim(
    names: Vec<Mention>,
    sentence: &Sentence,
    words: &Words<'_>,
    recognizers: &Recognizers,
) -> Vec<Mention> {
    let mut trimmed: Vec<Mention> = Vec::with_capacity(names.len());
    for mut mention in names {
        let MentionKind::Name(class) = mention.kind else {
            trimmed.push(mention);
            continue;
        };
        let mut range = sentence.key.range(mention.span);
        if recognizers.unnumbered.contains(&class) {
            range = without_edition(range, words, recognizers);
        }
        if Some(class) == recognizers.person && !matches!(mention.found_by, Finder::Gazetteer(_)) {
            range = without_post_end(range, words, recognizers);
            range = without_styled(range, words, class, &trimmed, recognizers, sentence);
        }
        if matches!(mention.found_by, Finder::Model(_)) {
            range = without_half_quotes(without_parts(range, words, &recognizers.settings.parts), words);
            let is_body = recognizers.shortening.abbreviates(class);
            if is_body || recognizers.places.contains(&class) {
                if is_count(&range, words) {
                    continue;
                }
                range = without_joiner(range, words, &recognizers.lexicon, &trimmed, sentence);
                range = without_clung(range, is_body, words, &recognizers.lexicon);
            }
            range = with_bracket(range, words, &mut trimmed, sentence);
        }
        mention.span = sentence.key.span(range);
        trimmed.push(mention);
    }
    trimmed
}

/// A name without the edition or year before it: 第三届江海科技奖, 2023年度江海科技奖.
fn without_edition(mut range: Range<usize>, words: &Words<'_>, recognizers: &Recognizers) -> Range<usize> {
    let name = cut(words.text, range.clone());
    let year = name.bytes().take_while(u8::is_ascii_digit).count();
    let behind = cut(name, year..name.len());
    let behind_year = || recognizers.settings.years.iter().find_map(|end| behind.strip_prefix(end.as_str()));
    let rest = if year == 4 { behind_year() } else { recognizers.lexicon.behind_edition(name) };
    if let Some(rest) = rest.filter(|rest| rest.chars().nth(1).is_some()) {
        range.start = range.end - rest.len();
    }
    range
}

/// A name without what joins it to the name before it: 青石县|及|上仓县.
fn without_joiner(
    mut range: Range<usize>,
    words: &Words<'_>,
    lexicon: &Lexicon,
    before: &[Mention],
    sentence: &Sentence,
) -> Range<usize> {
    let name = cut(words.text, range.clone());
    let joined = before.last().is_some_and(|name| sentence.key.range(name.span).end == range.start);
    let (joiner, rest) = name.split_at(name.chars().next().map_or(0, char::len_utf8));
    if joined && lexicon.joins(joiner) && rest.chars().nth(1).is_some() {
        range.start += joiner.len();
    }
    range
}

/// The name of a person without the end of the post before it, or the verb: 董事长|江南 and not 董事|长江南, 校长为|江南.
fn without_post_end(mut range: Range<usize>, words: &Words<'_>, recognizers: &Recognizers) -> Range<usize> {
    let name = cut(words.text, range.clone());
    let first = name.chars().next().map_or(0, char::len_utf8);
    let (clung, rest) = name.split_at(first);
    let people = &recognizers.people;
    let before = cut(words.text, 0..range.start);
    let ends_post = || {
        let starts = before.char_indices().rev().take(LONGEST_POST);
        starts.map(|(at, _)| cut(words.text, at..range.start + first)).any(|post| recognizers.lexicon.is_title(post))
    };
    let behind_copula = || {
        recognizers.settings.copulas.iter().any(|word| word == clung) && people.plausible(rest) > people.plausible(name)
    };
    let short = name.chars().count() <= LONGEST_PERSON;
    if short && (behind_copula() || ends_post() && people.plausible(rest).is_some()) {
        range.start += first;
    }
    range
}

/// A courtesy name without the word that announces it behind a name: 施晓岚，字|听雨.
fn without_styled(
    mut range: Range<usize>,
    words: &Words<'_>,
    person: Class,
    before: &[Mention],
    recognizers: &Recognizers,
    sentence: &Sentence,
) -> Range<usize> {
    let name = cut(words.text, range.clone());
    let announced = recognizers.shortening.styled_name(name);
    let comma = cut(words.text, 0..range.start).strip_suffix(['，', ',']).map_or(range.start, str::len);
    let behind_person = before
        .last()
        .is_some_and(|other| other.kind == MentionKind::Name(person) && sentence.key.range(other.span).end == comma);
    if let Some(rest) = announced.filter(|_| behind_person && comma < range.start) {
        range.start = range.end - rest.len();
    }
    range
}

/// A name up to the verb that says what it is divided into: “江海大奖”|分设科技奖.
fn without_parts(mut range: Range<usize>, words: &Words<'_>, parts: &[String]) -> Range<usize> {
    let name = cut(words.text, range.clone());
    let verb = parts.iter().filter_map(|verb| name.find(verb.as_str())).filter(|&at| at > 0).min();
    if let Some(at) = verb {
        range.end = range.start + at;
    }
    range
}

/// Whether what looks like the end of a name counts things: a number and one character.
fn is_count(range: &Range<usize>, words: &Words<'_>) -> bool {
    let Some(last) = words.ending(range.end) else { return false };
    let (Some(unit), Some(number)) = (words.words.get(last), last.checked_sub(1).and_then(|i| words.words.get(i)))
    else {
        return false;
    };
    let text = cut(words.text, number.start..number.end);
    unit.end - unit.start == 3 && number.start > range.start && text.bytes().all(|b| b.is_ascii_digit())
}

/// A name that begins inside of brackets and goes on behind them, with the bracket and the name before it: 河口镇（北院）中学.
fn with_bracket(
    mut range: Range<usize>,
    words: &Words<'_>,
    before: &mut Vec<Mention>,
    sentence: &Sentence,
) -> Range<usize> {
    let Some(first) = words.starting(range.start) else { return range };
    let opens = |closing: usize| words.opener.get(closing).copied().flatten().filter(|&opener| opener + 1 == first);
    let inside = (first..words.words.len()).take_while(|&i| words.words[i].end < range.end);
    let Some(opener) = inside.filter_map(opens).next() else { return range };
    let bracket = &words.words[opener];
    if bracket.role == Role::Open
        && let Some(name) = before.pop_if(|name| sentence.key.range(name.span).end == bracket.start)
    {
        range.start = sentence.key.range(name.span).start;
    }
    range
}

/// A name without a quotation mark at its edge that is closed or opened elsewhere.
fn without_half_quotes(mut range: Range<usize>, words: &Words<'_>) -> Range<usize> {
    let at = |i: Option<usize>| i.and_then(|i| Some((i, words.words.get(i)?)));
    if let Some((number, first)) = at(words.starting(range.start))
        && first.role == Role::OpenQuote
        && first.end < range.end
    {
        let closes = |(word, opener): (&Word, &Option<usize>)| *opener == Some(number) && word.end <= range.end;
        if !words.words.iter().zip(&words.opener).skip(number).any(closes) {
            range.start = first.end;
        }
    }
    if let Some((number, last)) = at(words.ending(range.end))
        && last.role == Role::CloseQuote
        && range.start < last.start
    {
        let opener = at(words.opener.get(number).copied().flatten());
        if opener.is_none_or(|(_, opener)| opener.start < range.start) {
            range.end = last.start;
        }
    }
    range
}

/// The name of a body or place without what the segmenter joined to it, 经 before 市财政局, 及 before 察县, and behind 海州州委
/// the 原 of 原书记; of a body also without the count of its session: 十六届.
fn without_clung(mut range: Range<usize>, is_body: bool, words: &Words<'_>, lexicon: &Lexicon) -> Range<usize> {
    let first = words.starting(range.start).and_then(|i| Some((words.words.get(i)?, words.words.get(i + 1)?)));
    if let Some((clung, next)) = first.filter(|(_, next)| is_body && next.end <= range.end) {
        let particle = clung.pos == Pos::Particle && next.role == Role::Scope && next.end < range.end;
        let session = clung.pos == Pos::Numeral && lexicon.is_edition(cut(words.text, clung.start..clung.end), "");
        if particle || session {
            range.start = next.start;
        }
    }
    if let Some(first) = words.starting(range.start).and_then(|i| words.words.get(i))
        && first.pos == Pos::Unknown
        && first.end <= range.end
    {
        let rest = range.start + lexicon.clinging(cut(words.text, first.start..first.end)).0;
        // A single character that is left names nothing: 县 of 该县.
        if cut(words.text, rest..range.end).chars().nth(1).is_some() {
            range.start = rest;
        }
    }
    let last = cut(words.text, range.clone()).char_indices().next_back().map_or(0, |(at, _)| range.start + at);
    if let Some(post) = words.starting(range.end).and_then(|i| words.words.get(i))
        && is_body
        && last > range.start
        && lexicon.is_title(cut(words.text, post.start..post.end))
        && lexicon.is_title(cut(words.text, last..post.end))
    {
        range.end = last;
    }
    range
}
