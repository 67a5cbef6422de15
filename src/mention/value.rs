//! Finds dates, numbers and quantities, and brings them into normal form.
//!
//! In: the sentences of a document. Out: mentions of values, sorted and disjoint: 超1.5亿元 is more than 150000000 CNY,
//! 去年8月 is a month once the day of publication is known. What it knows is `data/values.toml`.
//! One scan from left to right; only characters that a value can start with are looked at twice.

mod date;
mod festival;
mod lunar;
mod number;
mod words;

use crate::chars::is_han;
use crate::date::{Date, Period};
use crate::document::Document;
use crate::error::{Error, Mistake, Result};
use crate::mention::{Amount, Bound, Confidence, Finder, Mention, MentionKind, Value};
use crate::resource::Resources;
use crate::sentence::{Pos, Sentence, SentenceId};
use date::{Anchor, Calendar, Found, Place};
use number::{Numeral, Numerals};
use rust_decimal::Decimal;
use serde::Deserialize;
use std::collections::BTreeMap;
use words::{Words, after, between, first, last};

/// The knowledge of numbers, units and dates.
#[derive(Debug)]
pub struct Values {
    numerals: Numerals,
    calendar: Calendar,
    units: Words<Unit>,
    /// Words directly before a number.
    before: Words<Bound>,
    /// Words directly behind a quantity.
    after: Words<Bound>,
    signs: Words<String>,
    below: Words<()>,
    upward: Vec<char>,
    half: Vec<char>,
    half_infix: Vec<String>,
    fraction: Words<()>,
    /// Behind 1/3, so that it is a share and no code.
    share_behind: Words<()>,
    /// Words for a share as a whole: 打对折.
    worth: Words<Decimal>,
    /// Before a minus sign that belongs to an amount of money.
    minus_behind: Vec<char>,
    double: Words<()>,
    doubling: Words<()>,
    times: String,
    /// Unit of shares.
    hundredth: String,
    percent: Words<String>,
    ordinal: Words<()>,
    fixed: Words<()>,
    rank: Vec<char>,
    score: Words<()>,
    range: Words<()>,
    change: Words<()>,
    within: Words<()>,
    recent: Words<()>,
    recent_end: Words<()>,
    /// Before a duration: that long up to the day of publication, or from then on.
    past: Words<()>,
    /// The same at the start of a clause.
    past_clause: Words<()>,
    ahead: Words<()>,
    /// Behind such a duration, so that it is one after all: 近三年时间.
    not_period: Words<()>,
    /// Between the two units of a number: 两天又三小时.
    joint: Vec<char>,
    decimals: Words<()>,
    parts: Vec<Part>,
    confidence: Confidences,
    /// What each character of the basic plane can start.
    starts: Vec<u8>,
}

/// A unit as written.
#[derive(Clone, Debug)]
struct Unit {
    symbol: String,
    kind: Kind,
    /// Whether it counts behind narrow digits and numbers from ten up only.
    digits: bool,
    /// Whether 一 before it is a number.
    one: bool,
    /// Whether 一 before it is a number if something vague follows.
    one_vague: bool,
    /// Words that follow where it is another word.
    not_before: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Money,
    Ratio,
    /// Tenths, read as percent.
    Tenths,
    Length,
    Area,
    Volume,
    Mass,
    Energy,
    Heat,
    Data,
    Time,
    /// A day, where 内 follows.
    Day,
    Age,
    /// Counts only behind a number with a decimal point.
    Decimal,
    /// Counts only behind a number that cannot be an hour.
    Points,
    Other,
    Classifier,
}

/// The smaller unit of a number written in two.
#[derive(Debug)]
struct Part {
    first: String,
    words: Words<()>,
    symbol: String,
    large: Decimal,
    small: Decimal,
}

/// `values.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Wording {
    numerals: number::Wording,
    before: Vec<BoundRow>,
    after: Vec<BoundRow>,
    unit: Vec<UnitRow>,
    money: BTreeMap<String, Vec<String>>,
    signs: BTreeMap<String, String>,
    classifiers: Classifiers,
    not_before: BTreeMap<String, Vec<String>>,
    compound: Compound,
    confidence: Confidences,
    dates: date::Wording,
    festivals: festival::Wording,
    date_word: Vec<date::RelativeRow>,
    year_part: Vec<date::PartRow>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct BoundRow {
    sign: Sign,
    words: Vec<String>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
enum Sign {
    #[serde(rename = "=")]
    Exactly,
    #[serde(rename = ">")]
    MoreThan,
    #[serde(rename = "<")]
    LessThan,
    #[serde(rename = "~")]
    About,
}

impl From<Sign> for Bound {
    fn from(sign: Sign) -> Self {
        match sign {
            Sign::Exactly => Self::Exactly,
            Sign::MoreThan => Self::MoreThan,
            Sign::LessThan => Self::LessThan,
            Sign::About => Self::About,
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct UnitRow {
    symbol: String,
    kind: Kind,
    words: Vec<String>,
    #[serde(default)]
    digits: bool,
}

/// Estimates of how often each kind of value is right.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Confidences {
    quantity: f32,
    date: f32,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Classifiers {
    words: Vec<String>,
    digits: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Compound {
    joint: Vec<char>,
    decimals: Vec<String>,
    part: Vec<PartRow>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PartRow {
    first: String,
    words: Vec<String>,
    symbol: String,
    #[serde(deserialize_with = "decimal")]
    large: Decimal,
    #[serde(deserialize_with = "decimal")]
    small: Decimal,
}

/// Reads a decimal number written as a string.
fn decimal<'de, D: serde::Deserializer<'de>>(from: D) -> std::result::Result<Decimal, D::Error> {
    String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
}

/// Bits of [`Values::starts`].
const NUMERAL: u8 = 1;
const DATE: u8 = 2;
const TITLE: u8 = 4;

/// How many characters of a code are looked at: K1233/1234.
const CODE: usize = 40;

/// Longest title in brackets, in characters.
const BOOK: usize = 120;

/// Longest quoted slogan that starts with a number, in characters: “四个自信”.
const SLOGAN: usize = 10;

impl Values {
    /// Reads `values.toml`.
    ///
    /// # Errors
    /// Names the line of every mistake.
    pub fn load(resources: &Resources) -> Result<Self> {
        let mut all = toml::Table::new();
        let mut mistakes = Vec::new();
        for file in resources.file("values.toml") {
            match toml::from_str::<Wording>(&file.text) {
                Ok(_) => merge(&mut all, toml::from_str(&file.text).unwrap_or_default()),
                Err(error) => {
                    let at = error.span().map_or(0, |span| span.start);
                    let line = between(&file.text, 0, at).matches('\n').count() + 1;
                    let message = error.message().to_owned();
                    mistakes.push(Mistake { file: file.name.clone(), line, message });
                }
            }
        }
        if mistakes.is_empty() {
            match all.try_into() {
                Ok(wording) => return Ok(Self::new(wording)),
                Err(error) => {
                    mistakes.push(Mistake { file: "values.toml".to_owned(), line: 0, message: error.to_string() })
                }
            }
        }
        Err(Error::Data(mistakes))
    }

    fn new(wording: Wording) -> Self {
        let Wording {
            numerals: n,
            before,
            after,
            unit,
            money,
            signs,
            classifiers,
            not_before,
            compound,
            dates,
            confidence,
            ..
        } = wording;
        let numerals = Numerals::new(&n);
        let mut units: BTreeMap<String, Unit> = BTreeMap::new();
        let rows = unit.into_iter().flat_map(|row| {
            let UnitRow { symbol, kind, words, digits } = row;
            words.into_iter().map(move |word| (word, symbol.clone(), kind, digits))
        });
        let classes = classifiers.words.into_iter().map(|word| (word.clone(), word, Kind::Classifier, false));
        let money = money
            .into_iter()
            .flat_map(|(code, words)| words.into_iter().map(move |word| (word, code.clone(), Kind::Money, false)));
        for (word, symbol, kind, digits) in classes.chain(rows).chain(money) {
            let unit = Unit {
                symbol,
                kind,
                digits: digits || classifiers.digits.contains(&word),
                one: n.one.contains(&word),
                one_vague: n.one_vague.contains(&word),
                not_before: not_before.get(&word).cloned().unwrap_or_default(),
            };
            units.insert(word, unit);
        }
        let recent = Words::set(&dates.recent);
        let recent_end = Words::set(&dates.recent_end);
        let past = Words::set(&dates.past);
        let past_clause = Words::set(&dates.past_clause);
        let ahead = Words::set(&dates.ahead);
        let not_period = Words::set(&dates.not_period);
        let calendar = Calendar::new(dates, wording.date_word, wording.year_part, &wording.festivals);
        let double = Words::set(&n.double);
        let worth = Words::new(n.worth.iter().map(|(word, &value)| (word, Decimal::from(value))));
        let percent = Words::new(n.percent);
        let mut starts = vec![0u8; 1 << 16];
        let mut mark = |c: char, bit: u8| {
            if let Some(cell) = usize::try_from(u32::from(c)).ok().and_then(|c| starts.get_mut(c)) {
                *cell |= bit;
            }
        };
        ('0'..='9')
            .chain(numerals.starts())
            .chain(double.starts())
            .chain(worth.starts())
            .chain(percent.starts())
            .for_each(|c| mark(c, NUMERAL));
        calendar.starts().into_iter().for_each(|c| mark(c, DATE));
        mark('《', TITLE);
        let rows = |rows: Vec<BoundRow>| {
            Words::new(rows.into_iter().flat_map(|row| {
                let bound = Bound::from(row.sign);
                row.words.into_iter().map(move |word| (word, bound))
            }))
        };
        let parts = compound.part.into_iter().map(|row| Part {
            first: row.first,
            words: Words::set(&row.words),
            symbol: row.symbol,
            large: row.large,
            small: row.small,
        });
        Self {
            units: Words::new(units),
            before: rows(before),
            after: rows(after),
            signs: Words::new(signs),
            below: Words::set(&n.below),
            upward: n.upward,
            half: n.half,
            half_infix: n.half_infix,
            fraction: Words::set(&n.fraction),
            share_behind: Words::set(&n.share_behind),
            minus_behind: n.minus_behind,
            worth,
            double,
            doubling: Words::set(&n.doubling),
            times: n.times.first().cloned().unwrap_or_default(),
            hundredth: n.hundredth,
            percent,
            ordinal: Words::set(&n.ordinal),
            fixed: Words::set(&n.fixed),
            rank: n.rank,
            score: Words::set(&n.score),
            range: Words::set(&n.range),
            change: Words::set(&n.change),
            within: Words::set(&n.within),
            recent,
            recent_end,
            past,
            past_clause,
            ahead,
            not_period,
            joint: compound.joint,
            decimals: Words::set(&compound.decimals),
            parts: parts.collect(),
            confidence,
            numerals,
            calendar,
            starts,
        }
    }

    /// All dates and quantities of `document`, in text order.
    pub fn find(&self, document: &Document, sentences: &[Sentence]) -> Vec<Mention> {
        let mut mentions = Vec::new();
        let mut history = History { published: document.date, last: None };
        for (number, sentence) in sentences.iter().enumerate() {
            let mut scan = Scan {
                values: self,
                sentence,
                id: SentenceId(number),
                text: sentence.key.text(),
                floor: 0,
                history: &mut history,
                mentions: &mut mentions,
            };
            scan.run();
        }
        mentions
    }

    fn starts(&self, c: char) -> u8 {
        usize::try_from(u32::from(c)).ok().and_then(|c| self.starts.get(c)).copied().unwrap_or(0)
    }

    /// Whether a unit of more than one character starts at `at`: the 千 of 千瓦.
    fn unit_starts(&self, text: &str, at: usize) -> bool {
        let Some(head) = first(text, at) else { return false };
        self.units.at(text, at).is_some_and(|(end, _)| end > at + head.len_utf8())
    }
}

/// What the sentences so far have said of dates.
#[derive(Debug)]
struct History {
    published: Option<Date>,
    /// The last date, with the sentence and block it stands in.
    last: Option<(Date, SentenceId, usize)>,
}

/// The scan of one sentence.
struct Scan<'a> {
    values: &'a Values,
    sentence: &'a Sentence,
    id: SentenceId,
    text: &'a str,
    /// Nothing before this offset is left to be claimed.
    floor: usize,
    history: &'a mut History,
    mentions: &'a mut Vec<Mention>,
}

/// A quantity that has been read.
#[derive(Clone, Debug)]
struct Read {
    start: usize,
    end: usize,
    amount: Amount,
    kind: Kind,
}

impl<'a> Scan<'a> {
    fn run(&mut self) {
        let mut pos = 0;
        while let Some((at, class)) = self.next_start(pos) {
            let width = first(self.text, at).map_or(1, char::len_utf8);
            let past = if class & TITLE != 0 { self.past_title(at) } else { Some(self.value(at, class)) };
            pos = past.unwrap_or(0).max(at + width);
        }
    }

    /// The next place from `pos` on where a value can start.
    fn next_start(&self, pos: usize) -> Option<(usize, u8)> {
        let mut starts = after(self.text, pos).char_indices().map(|(at, c)| (pos + at, self.values.starts(c)));
        starts.find(|&(_, class)| class != 0)
    }

    /// Just past the title in brackets that starts at `at`.
    fn past_title(&self, at: usize) -> Option<usize> {
        let mut near = after(self.text, at).char_indices().take(BOOK);
        near.find(|&(_, c)| c == '》').map(|(close, c)| at + close + c.len_utf8())
    }

    /// Reads the value at `at`; returns the offset from which to go on.
    fn value(&mut self, at: usize, class: u8) -> usize {
        if let Some(past) = self.code(at) {
            return past;
        }
        let clear = !self.is_ordinal(at) && (class & NUMERAL != 0 || !self.inside_word(at));
        if clear && let Some(found) = self.date(at) {
            if let Some(period) = found.period {
                let block = self.sentence.block;
                self.history.last = Some((period.to, self.id, block));
                let confidence = self.values.confidence.date;
                self.push(found.start.max(self.floor), found.end, Value::Time(period), "date", confidence);
            }
            self.floor = found.passed;
            return found.passed;
        }
        if class & NUMERAL == 0 {
            return at;
        }
        if let Some(past) = self.with_place(|place| self.values.calendar.clock(place, at)) {
            return past;
        }
        self.quantity(at)
    }

    fn push(&mut self, start: usize, end: usize, value: Value, finder: &str, confidence: f32) {
        self.mentions.push(Mention {
            span: self.sentence.key.span(start..end),
            sentence: self.id,
            kind: MentionKind::Value(value),
            found_by: Finder::Pattern(format!("values/{finder}")),
            confidence: Confidence::new(confidence),
        });
        self.floor = end;
    }

    /// Where narrow digits belong to a code (K1233/1234, A350-900, 1.2.0), its end.
    fn code(&self, at: usize) -> Option<usize> {
        let text = self.text;
        if !first(text, at)?.is_ascii_digit() {
            return None;
        }
        if let Some(past) = address(text, at) {
            return Some(past);
        }
        let mut before = between(text, 0, at).chars().rev();
        let attached = match before.next() {
            Some(c) if c.is_ascii_alphanumeric() || c == '_' || c == '^' => true,
            Some('-' | '/' | '.') => before.next().is_some_and(|c| c.is_ascii_alphanumeric()),
            _ => false,
        };
        let parts = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '/' | '.' | '_');
        let length = after(text, at).chars().take(CODE).take_while(|&c| parts(c)).count();
        let run = between(text, at, at + length);
        let slashes = run.split('/').filter(|p| !p.is_empty() && p.bytes().all(|b| b.is_ascii_digit())).count();
        if !attached && self.share(at).is_some() {
            return None;
        }
        let years = run.len() == 9 || run.contains(|c: char| c.is_ascii_alphabetic());
        let dotted = run.split('.').filter(|p| !p.is_empty()).count() > 2;
        let padded = run.starts_with('0') && run.len() > 1 && !run.starts_with("0.") && !run.starts_with("0-");
        let dated = || self.date(at).is_some();
        let clock = || self.with_place(|place| self.values.calendar.clock(place, at)).is_some();
        let coded =
            attached || (padded && !dated() && !clock()) || (slashes > 1 && !years && !dated()) || (dotted && !dated());
        coded.then(|| at + run.trim_end_matches(['-', '/', '.']).len())
    }

    fn is_ordinal(&self, at: usize) -> bool {
        let text = self.text;
        self.values.ordinal.before(text, 0, at).is_some()
    }

    fn with_place<R>(&self, use_place: impl FnOnce(Place<'_>) -> R) -> R {
        let last = self.history.last;
        let distance = last.filter(|last| last.2 == self.sentence.block).map(|last| self.id.0 - last.1.0);
        use_place(Place {
            text: self.text,
            numerals: &self.values.numerals,
            anchor: Anchor { published: self.history.published, last: last.map(|last| last.0), distance },
            inside_word: &|at| self.inside_word(at),
            unit: &|at| self.values.units.at(self.text, at).is_some(),
        })
    }

    /// Whether `at` lies inside a word that the dictionary has; what the segmenter guesses (年任 in 2021年任) is none.
    fn inside_word(&self, at: usize) -> bool {
        if at >= self.text.len() {
            return false;
        }
        let at = self.sentence.key.span(at..at + 1).start;
        let tokens = &self.sentence.tokens;
        let next = tokens.partition_point(|token| token.span.start < at);
        next.checked_sub(1)
            .and_then(|i| tokens.get(i))
            .is_some_and(|token| token.span.end > at && token.pos != Pos::Unknown)
    }

    fn date(&self, at: usize) -> Option<Found> {
        let found = self.with_place(|place| self.values.calendar.find(place, at))?;
        // 近2000年, about two thousand years.
        let text = self.text;
        let round =
            after(text, at).bytes().take(4).all(|b| b.is_ascii_digit()) && after(text, at + 2).starts_with("00");
        let about = |bound: &Bound| *bound != Bound::Exactly;
        let bounded = self.values.before.before(text, self.floor, at).is_some_and(|(_, bound)| about(bound));
        (!(round && bounded)).then_some(found)
    }

    /// The number at `at`, and its unit where its wording gives that: 百分之七十, 三分之一.
    fn number(&self, at: usize) -> Option<(Numeral, Option<&'a str>)> {
        let text = self.text;
        if let Some((end, symbol)) = self.values.percent.across(text, at)
            && let Some(numeral) = self.numeral(skip_blanks(text, end))
        {
            return Some((numeral, Some(symbol)));
        }
        let numeral = self.numeral(at)?;
        if let Some((end, value)) = self.fraction(at, numeral) {
            return Some((Numeral { value, bare: false, upper: None, ..Numeral::plain(end, value) }, Some("")));
        }
        // 三又二分之一 and 1 1/2.
        let gap = skip_blanks(text, numeral.end);
        let part = match first(text, gap) {
            Some(c) if self.values.numerals.is_mixed(c) => Some(skip_blanks(text, gap + c.len_utf8())),
            Some('0'..='9') if gap > numeral.end && numeral.narrow => Some(gap),
            _ => None,
        };
        if let Some(part) = part
            && let Some(over) = self.numeral(part)
            && let Some((end, share)) = self.fraction(part, over)
            && numeral.value.scale() == 0
        {
            let share = if numeral.value.is_sign_negative() { -share } else { share };
            return Some((Numeral { end, value: numeral.value.checked_add(share)?, ..numeral }, Some("")));
        }
        Some((numeral, None))
    }

    /// The numeral at `at`; digits right behind a point that nothing stands before are decimals: .5.
    fn numeral(&self, at: usize) -> Option<Numeral> {
        let text = self.text;
        // 担负9条航线 has no minus.
        if first(text, at).is_some_and(|c| self.values.numerals.is_minus(c)) && self.inside_word(at) {
            return None;
        }
        let numeral = self.values.numerals.read(text, at, &|at| self.values.unit_starts(text, at))?;
        if !numeral.narrow || last(text, at) != Some('.') {
            return Some(numeral);
        }
        if numeral.value.scale() > 0 || last(text, at - 1).is_some_and(|c| c.is_alphanumeric() || c == '.') {
            return Some(numeral);
        }
        let digits = after(text, at).bytes().take_while(u8::is_ascii_digit).count();
        let power = Decimal::from(10u128.checked_pow(u32::try_from(digits).ok()?)?);
        Some(Numeral { value: numeral.value.checked_div(power)?, ..numeral })
    }

    /// The fraction that starts with `numeral` at `at`, and its end: 三分之一, 1/3.
    fn fraction(&self, at: usize, numeral: Numeral) -> Option<(usize, Decimal)> {
        let text = self.text;
        let gap = skip_blanks(text, numeral.end);
        if let Some((over, ())) = self.values.fraction.across(text, gap) {
            let over = self.numeral(skip_blanks(text, over))?;
            return Some((over.end, over.value.checked_div(numeral.value)?));
        }
        let digits = |from: usize| after(text, from).bytes().take_while(u8::is_ascii_digit).count();
        let under = numeral.end.checked_add(1).filter(|_| first(text, numeral.end) == Some('/'))?;
        let (above, below) = (digits(at), digits(under));
        let end = under + below;
        let attached = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '_'));
        if at + above != numeral.end
            || below == 0
            || below.max(above) > 2
            || attached(last(text, at))
            || attached(first(text, end))
        {
            return None;
        }
        let below: Decimal = between(text, under, end).parse().ok()?;
        Some((end, numeral.value.checked_div(below)?))
    }

    /// The end of 1/3, where what follows says that it is a share.
    fn share(&self, at: usize) -> Option<usize> {
        let (end, value) = self.fraction(at, self.numeral(at)?)?;
        let bounded = self.before(at).is_some() || self.values.share_behind.at(self.text, end).is_some();
        (bounded && value < Decimal::ONE && end - at <= 5).then_some(end)
    }

    /// The minus sign before `at`, not before `floor`: where the number starts with it, and what to multiply by.
    fn sign(&self, at: usize, floor: usize) -> (usize, Decimal) {
        let text = self.text;
        let point = if last(text, at) == Some('.') { at - 1 } else { at };
        let minus = point.checked_sub(1).filter(|&m| {
            m >= floor
                && first(text, m) == Some('-')
                && !last(text, m).is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, '%' | '-'))
        });
        minus.map_or((at, Decimal::ONE), |minus| (minus, Decimal::NEGATIVE_ONE))
    }

    /// Reads the quantity at `at`; returns the offset from which to go on.
    fn quantity(&mut self, at: usize) -> usize {
        let text = self.text;
        let share = first(text, at).and_then(|c| self.values.fraction.at(text, at + c.len_utf8()));
        if let (Some((past, ())), None) = (self.values.fixed.at(text, at), share) {
            return past;
        }
        if let Some(past) = self.doubling(at).or_else(|| self.worth(at)) {
            return past;
        }
        let Some((numeral, ratio)) = self.number(at) else { return at };
        let past = numeral.end;
        if ratio.is_none() && (numeral.row || numeral.lone || self.is_ordinal(at) || self.is_slogan(at, past)) {
            return past;
        }
        if let Some((second, ())) = self.values.score.at(text, past)
            && let Some((second, None)) = self.number(second)
            && ratio.is_none()
        {
            return second.end;
        }
        if let Some(upper) = numeral.upper {
            if let Some(read) = self.read(at, numeral, ratio) {
                let number =
                    self.values.percent.across(text, at).filter(|_| ratio.is_some()).map_or(at, |(end, _)| end);
                let split = number + first(text, number).map_or(0, char::len_utf8);
                let low = Amount { bound: Bound::MoreThan, ..read.amount.clone() };
                let scale = read.amount.value.checked_div(numeral.value).unwrap_or(Decimal::ONE);
                let value = upper.checked_mul(scale).unwrap_or(upper);
                let high = Amount { bound: Bound::LessThan, value, ..read.amount.clone() };
                self.push_quantity(Read { end: split, amount: low, ..read.clone() });
                self.push_quantity(Read { start: split, amount: high, ..read.clone() });
                return read.end;
            }
            return past;
        }
        if let Some(end) = self.range(at, numeral, ratio) {
            return end;
        }
        match self.read(at, numeral, ratio) {
            Some(read) => {
                let end = read.end;
                if let Some((period, start, end)) = self.recent(at, &read) {
                    if let Some(period) = period {
                        let confidence = self.values.confidence.date;
                        self.push(start, end, Value::Time(period), "date", confidence);
                    }
                    return end;
                }
                self.push_quantity(read);
                end
            }
            None => past,
        }
    }

    fn push_quantity(&mut self, read: Read) {
        let finder = match read.kind {
            Kind::Money => "money",
            Kind::Ratio | Kind::Tenths => "ratio",
            Kind::Time | Kind::Day => "duration",
            Kind::Age => "age",
            Kind::Classifier | Kind::Decimal | Kind::Points => "count",
            Kind::Length
            | Kind::Area
            | Kind::Volume
            | Kind::Mass
            | Kind::Energy
            | Kind::Heat
            | Kind::Data
            | Kind::Other => "measure",
        };
        let confidence = self.values.confidence.quantity;
        self.push(read.start, read.end, Value::Quantity(read.amount), finder, confidence);
    }

    /// 翻两番: doubled that many times.
    fn doubling(&mut self, at: usize) -> Option<usize> {
        let (end, ()) = self.values.double.at(self.text, at)?;
        let (count, end) = match self.number(end) {
            Some((numeral, None)) => (numeral.value, numeral.end),
            Some(_) => return None,
            None => (Decimal::ONE, end),
        };
        let (end, ()) = self.values.doubling.at(self.text, end)?;
        let count = u32::try_from(count).ok().filter(|n| *n < 60)?;
        let amount =
            Amount { value: Decimal::from(1u64 << count), unit: self.values.times.clone(), bound: Bound::Exactly };
        self.push_quantity(Read { start: at, end, amount, kind: Kind::Ratio });
        Some(end)
    }

    /// 打对折: a share in one word.
    fn worth(&mut self, at: usize) -> Option<usize> {
        let (end, &value) = self.values.worth.at(self.text, at)?;
        let amount = Amount { value, unit: self.values.hundredth.clone(), bound: Bound::Exactly };
        self.push_quantity(Read { start: at, end, amount, kind: Kind::Ratio });
        Some(end)
    }

    /// Whether the number starts a quoted slogan: “四个自信”.
    fn is_slogan(&self, at: usize, end: usize) -> bool {
        if !matches!(last(self.text, at), Some('“' | '「' | '‘')) {
            return false;
        }
        let close = after(self.text, end).chars().take(SLOGAN).take_while(|c| !matches!(c, '，' | '。'));
        close.into_iter().any(|c| matches!(c, '”' | '」' | '’'))
    }

    /// 30至50人: reads both ends; returns the offset behind them.
    fn range(&mut self, at: usize, low: Numeral, ratio: Option<&str>) -> Option<usize> {
        let text = self.text;
        let middle = skip_blank(text, low.end);
        let (unit_end, own) = match self.values.range.at(text, middle) {
            Some((end, ())) => (end, None),
            None if ratio.is_none() => {
                let (end, unit) = self.unit(low, low.end)?;
                (self.values.range.at(text, end)?.0, Some(unit))
            }
            None => return None,
        };
        let start = skip_blank(text, unit_end);
        let (high, high_ratio) = self.number(start)?;
        if high.upper.is_some() || high.half || high_ratio != ratio {
            return None;
        }
        let read = self.read(start, high, high_ratio)?;
        if own.as_ref().is_some_and(|unit| unit.symbol != read.amount.unit) {
            return None;
        }
        let mut low_value = low.value;
        let coefficient = high.value.checked_div(high.scale)?;
        if own.is_none() && low.multipliers == 0 && low_value < coefficient {
            low_value = low_value.checked_mul(high.scale)?;
        }
        let factor = read.amount.value.checked_div(high.value)?;
        let low_value = low_value.checked_mul(factor)?;
        if low_value >= read.amount.value {
            return None;
        }
        let change = self.values.change.before(text, 0, at).is_some();
        let (below, above) = if change { (Bound::Exactly, Bound::Exactly) } else { (Bound::MoreThan, Bound::LessThan) };
        let first_start = self.before(at).map_or(at, |(start, _)| start).max(self.floor);
        let first = Amount { value: low_value, bound: below, unit: read.amount.unit.clone() };
        let second = Amount { bound: above, ..read.amount.clone() };
        let first_end = if own.is_some() { self.unit(low, low.end)?.0 } else { low.end };
        self.push_quantity(Read { start: first_start, end: first_end, amount: first, kind: read.kind });
        self.push_quantity(Read { start, amount: second, ..read.clone() });
        Some(read.end)
    }

    /// The word of a bound before `at`, its start and what it says.
    fn before(&self, at: usize) -> Option<(usize, Bound)> {
        let end = self.floor + between(self.text, self.floor, at).trim_end_matches(' ').len();
        let (start, &bound) = self.values.before.before(self.text, self.floor, end)?;
        (bound != Bound::Exactly).then_some((start, bound))
    }

    /// The quantity that starts with `numeral` at `at`, with the words around it that bound it.
    fn read(&self, at: usize, numeral: Numeral, ratio: Option<&str>) -> Option<Read> {
        let text = self.text;
        let values = self.values;
        let mut start = at;
        let mut value = numeral.value;
        let (mut end, symbol, kind);
        let mut sign = None;
        let mut halved = false;
        if let Some(ratio) = ratio {
            if ratio.is_empty() {
                let small = value.abs() < Decimal::new(1, 2);
                value = if small { value.round_sf(4)? } else { value.round_dp(4) };
            }
            let measured = |(_, unit): &(usize, &Unit)| ratio.is_empty() && unit.kind != Kind::Classifier;
            (end, symbol, kind) = match self.unit(numeral, numeral.end).filter(measured) {
                Some((end, unit)) => (end, unit.symbol.clone(), unit.kind),
                None => (numeral.end, ratio.to_owned(), Kind::Ratio),
            };
        } else if let Some((sign_start, unit)) = values.signs.before(text, self.floor, at) {
            (end, symbol, kind) = (numeral.end, unit.clone(), Kind::Money);
            if let Some((behind, unit)) = self.unit(numeral, numeral.end).filter(|(_, unit)| unit.kind == Kind::Money) {
                end = behind;
                sign = Some(unit);
            }
            start = sign_start;
        } else if let Some((behind, unit)) = self.half_unit(numeral.end) {
            halved = true;
            value = value.checked_add(Decimal::new(5, 1))?;
            (end, symbol, kind) = (behind, unit.symbol.clone(), unit.kind);
            sign = Some(unit);
        } else if let Some((behind, unit)) = self.unit(numeral, numeral.end) {
            (end, symbol, kind) = (behind, unit.symbol.clone(), unit.kind);
            sign = Some(unit);
        } else if numeral.scale >= Decimal::from(10_000) && numeral.narrow && !self.unit_follows(numeral.end) {
            (end, symbol, kind) = (numeral.end, String::new(), Kind::Other);
        } else {
            return None;
        }
        if let Some((money, _)) =
            values.units.before(text, self.floor, start).filter(|(_, unit)| unit.kind == Kind::Money)
            && kind == Kind::Money
        {
            start = money;
        }
        match kind {
            Kind::Tenths => {
                // 75折 and 八八折 are per cent; 三成 is three tenths, and 六 behind it six hundredths.
                let percent = value > Decimal::TEN && value < Decimal::ONE_HUNDRED && numeral.multipliers == 0;
                value = if percent { value } else { value.checked_mul(Decimal::TEN)? };
                let gap = skip_blanks(text, end);
                let hundredths = first(text, gap).filter(|c| !c.is_ascii_digit());
                if let (Some(c), false) = (hundredths, numeral.narrow)
                    && let Some(digit) = values.numerals.digit(c)
                    && let behind = gap + c.len_utf8()
                    && !self.unit_follows(behind)
                    && !first(text, behind).is_some_and(|c| values.numerals.is_numeral(c))
                {
                    value = value.checked_add(Decimal::from(digit))?;
                    end = behind;
                }
            }
            Kind::Heat | Kind::Ratio => {
                let below = values.below.before(text, 0, start).map(|(below, ())| below);
                let (minus, sign) = self.sign(start, self.floor);
                value = value.checked_mul(if below.is_some() { Decimal::NEGATIVE_ONE } else { sign })?;
                start = below.unwrap_or(minus).max(self.floor);
            }
            Kind::Money => {
                let (minus, sign) = self.sign(start, self.floor);
                if !last(text, minus).is_some_and(|c| is_han(c) && !values.minus_behind.contains(&c)) {
                    value = value.checked_mul(sign)?;
                    start = minus;
                }
            }
            _ => {}
        }
        let mut vague = numeral.more || halved;
        if sign.is_some_and(|unit| kind != Kind::Classifier || unit.one_vague) {
            let half = first(text, end).filter(|c| values.half.contains(c));
            if let Some(half) = half.filter(|c| !self.inside_word(end + c.len_utf8())) {
                end += half.len_utf8();
                value = value.checked_add(half_of(kind))?;
                vague |= numeral.is_article();
            }
        }
        let (mut symbol, mut kind, mut joined) = (symbol, kind, false);
        if let Some((behind, whole, unit)) = self.compound(end, value, &symbol) {
            (end, value) = (behind, whole);
            if let Some(unit) = unit {
                joined = true;
                symbol = unit;
                kind = if kind == Kind::Classifier { Kind::Time } else { kind };
            }
        }
        let mut bound = if numeral.more { Bound::MoreThan } else { Bound::Exactly };
        if first(text, end) == Some('+') {
            end += 1;
            bound = Bound::MoreThan;
        }
        let behind = values.after.at(text, end).filter(|(behind, _)| !self.inside_word(*behind));
        if let Some((behind, &sign)) = behind {
            end = behind;
            bound = sign;
            vague = true;
        } else if matches!(kind, Kind::Time | Kind::Day)
            && let Some((behind, ())) = values.within.at(text, end).filter(|(end, ())| !self.inside_word(*end))
        {
            end = behind;
            bound = Bound::LessThan;
        } else if kind == Kind::Day {
            return None;
        }
        if let Some((before, sign)) = self.before(start) {
            start = before;
            bound = sign;
            vague = true;
        } else if numeral.bare
            && !numeral.more
            && let Some(up) = last(text, start).filter(|c| values.upward.contains(c))
        {
            start -= up.len_utf8();
            bound = Bound::MoreThan;
        }
        let counted = joined || self.counts(at, numeral, ratio, sign, vague, bound, end);
        let start = start.max(self.floor);
        counted.then(|| Read { start, end, amount: Amount { value: value.normalize(), unit: symbol, bound }, kind })
    }

    /// Whether a numeral with its unit counts something, and is no word or idiom.
    #[expect(clippy::too_many_arguments, reason = "all that has been read of one quantity, used here only")]
    fn counts(
        &self,
        at: usize,
        numeral: Numeral,
        ratio: Option<&str>,
        unit: Option<&Unit>,
        vague: bool,
        bound: Bound,
        end: usize,
    ) -> bool {
        if ratio.is_some() {
            return true;
        }
        let Some(unit) = unit else { return true };
        let lone = numeral.multipliers == 0 && numeral.upper.is_none() && !numeral.narrow;
        let rank = lone && first(self.text, at).is_some_and(|c| self.values.rank.contains(&c));
        if rank && unit.kind == Kind::Classifier && numeral.value == Decimal::TWO {
            return false;
        }
        if numeral.is_article() && !(unit.one || (unit.one_vague && vague)) {
            return false;
        }
        if numeral.half && matches!(unit.kind, Kind::Classifier | Kind::Money | Kind::Ratio | Kind::Heat) {
            return false;
        }
        if numeral.bare && bound == Bound::Exactly && !(unit.kind == Kind::Money && numeral.multipliers > 1) {
            return false;
        }
        numeral.narrow
            || matches!(unit.kind, Kind::Money | Kind::Tenths | Kind::Ratio)
            || vague
            || !self.is_word(at, end)
    }

    /// Whether the token at `at` is a word of its own rather than a number: 一样, 三农, 七上八下.
    fn is_word(&self, at: usize, end: usize) -> bool {
        let span = self.sentence.key.span(at..end);
        let tokens = &self.sentence.tokens;
        let next = tokens.partition_point(|token| token.span.start <= span.start);
        let Some(token) = next.checked_sub(1).and_then(|i| tokens.get(i)) else { return false };
        match token.pos {
            Pos::Numeral
            | Pos::Classifier
            | Pos::Time
            | Pos::Unknown
            | Pos::Morpheme
            | Pos::Latin
            | Pos::Punctuation => false,
            Pos::Idiom | Pos::Person => token.span.len() > 3,
            Pos::Noun
            | Pos::Place
            | Pos::Organization
            | Pos::ProperNoun
            | Pos::Locality
            | Pos::Verb
            | Pos::VerbalNoun
            | Pos::Adjective
            | Pos::Adverb
            | Pos::Pronoun
            | Pos::Preposition
            | Pos::Conjunction
            | Pos::Particle
            | Pos::Abbreviation => token.span.start < span.start || token.span.end >= span.end,
        }
    }

    /// The unit behind a number.
    fn unit(&self, numeral: Numeral, end: usize) -> Option<(usize, &'a Unit)> {
        let text = self.text;
        let values = self.values;
        let at = skip_blank(text, end);
        let spaced = || {
            let (end, unit) = values.units.across(text, skip_blanks(text, end))?;
            (unit.kind == Kind::Ratio && !unit.digits).then_some((end, unit))
        };
        let plain = values.units.all_at(text, at).find(|&(end, unit)| {
            let latin = last(text, end).is_some_and(|c| c.is_ascii_alphabetic());
            let cut = latin && first(text, end).is_some_and(|c| c.is_ascii_alphanumeric());
            let rest = after(text, end);
            let name = numeral.latin && unit.kind == Kind::Classifier;
            let small = unit.digits && !numeral.narrow && numeral.multipliers == 0;
            let integer = numeral.value.scale() == 0;
            let hour = unit.kind == Kind::Points && numeral.value <= Decimal::from(24);
            let whole = integer && (unit.kind == Kind::Decimal || hour);
            let other_word = unit.not_before.iter().any(|word| rest.starts_with(word.as_str()));
            !(cut || name || small || whole || other_word)
        });
        spaced().filter(|(end, _)| plain.is_none_or(|plain| plain.0 < *end)).or(plain)
    }

    /// Whether some unit stands at `end`, even one that does not count here.
    fn unit_follows(&self, end: usize) -> bool {
        let rest = |end| after(self.text, end);
        let other = |end, unit: &Unit| unit.not_before.iter().any(|word| rest(end).starts_with(word.as_str()));
        self.values.units.all_at(self.text, end).any(|(end, unit)| !other(end, unit))
    }

    /// 个半小时: half a unit more.
    fn half_unit(&self, end: usize) -> Option<(usize, &'a Unit)> {
        let text = self.text;
        let values = self.values;
        let infix = self.values.half_infix.iter().find(|infix| after(text, end).starts_with(infix.as_str()))?;
        let half = end + infix.len();
        let rest = half + first(text, half).filter(|c| self.values.half.contains(c))?.len_utf8();
        let joined: String = infix.chars().chain(after(text, rest).chars().take(4)).collect();
        let (length, unit) = values.units.at(&joined, 0)?;
        (length > infix.len()).then_some((rest + length - infix.len(), unit))
    }

    /// What follows a number with its unit and belongs to the same number: 73米63, 1小时23分.
    fn compound(&self, end: usize, value: Decimal, symbol: &str) -> Option<(usize, Decimal, Option<String>)> {
        let text = self.text;
        let joint = first(text, end)?;
        let joined = self.values.joint.contains(&joint);
        let end = if joined { end + joint.len_utf8() } else { end };
        if !first(text, end).is_some_and(|c| self.values.numerals.is_numeral(c)) {
            return None;
        }
        let numeral = self.values.numerals.read(text, end, &|at| self.values.unit_starts(text, at))?;
        if let Some((part, behind)) = self.values.parts.iter().filter(|part| part.first == symbol).find_map(|part| {
            let (behind, ()) = part.words.at(text, numeral.end)?;
            Some((part, behind))
        }) {
            let whole = value.checked_mul(part.large)?.checked_add(numeral.value.checked_mul(part.small)?)?;
            if let Some((end, whole, unit)) = self.compound(behind, whole, &part.symbol) {
                return Some((end, whole, unit.or_else(|| Some(part.symbol.clone()))));
            }
            // 1分58秒32
            let (behind, whole) = self.decimals(behind, whole).unwrap_or((behind, whole));
            return Some((behind, whole, Some(part.symbol.clone())));
        }
        if joined {
            return None;
        }
        self.decimals(end, value).map(|(end, value)| (end, value, None))
    }

    /// The decimals behind a unit: 12秒98.
    fn decimals(&self, end: usize, value: Decimal) -> Option<(usize, Decimal)> {
        let text = self.text;
        self.values.decimals.before(text, 0, end)?;
        let digits: String = after(text, end)
            .chars()
            .map_while(|c| self.values.numerals.digit(c))
            .take(4)
            .filter_map(|d| char::from_digit(d, 10))
            .collect();
        let written: usize = after(text, end).chars().take(digits.len()).map(char::len_utf8).sum();
        let behind = end + written;
        let alone = !first(text, behind).is_some_and(|c| self.values.numerals.is_numeral(c) || matches!(c, '.' | '%'));
        if digits.is_empty() || digits.len() > 3 || !alone || value.scale() > 0 || self.unit_follows(behind) {
            return None;
        }
        let scale = u32::try_from(digits.len()).ok()?;
        let fraction = Decimal::new(digits.parse().ok()?, scale);
        Some((behind, value.checked_add(fraction)?))
    }

    /// 近两年来, 过去十年, 未来两天: the interval up to the day of publication or from then on, where it starts, and the offset behind it.
    fn recent(&self, at: usize, read: &Read) -> Option<(Option<Period>, usize, usize)> {
        let values = self.values;
        let text = self.text;
        if read.kind != Kind::Time || !values.calendar.counts(&read.amount.unit) {
            return None;
        }
        let bare = values.not_period.at(text, read.end).is_none() && read.amount.bound != Bound::MoreThan;
        let at = self.floor + between(text, self.floor, at).trim_end_matches(' ').len();
        let lead = |words: &Words<()>| words.before(text, self.floor, at).map(|(start, ())| start).filter(|_| bare);
        let clause = |start: usize| last(text, start).is_none_or(|c| !c.is_alphanumeric());
        let ended = values.recent_end.at(text, read.end).map(|(end, ())| end);
        let (start, end, forward) = if let (Some(end), Some((start, ()))) = (ended, values.recent.before(text, 0, at)) {
            (start.max(self.floor), end, false)
        } else if let Some(start) = lead(&values.ahead) {
            (start, read.end, true)
        } else if let Some(start) = lead(&values.past) {
            (start, read.end, false)
        } else {
            (lead(&values.past_clause).filter(|start| clause(*start))?, read.end, false)
        };
        // 过去46亿年 has no first day.
        let reaches = |published: Date| values.calendar.later(published, read.amount.value, &read.amount.unit, -1);
        if ended.is_none() && self.history.published.is_some_and(|published| reaches(published).is_none()) {
            return None;
        }
        let period = self.history.published.and_then(|published| {
            let sign = if forward { 1 } else { -1 };
            let other = values.calendar.later(published, read.amount.value, &read.amount.unit, sign)?;
            Some(if forward {
                Period { from: published.shifted(1)?, to: other }
            } else {
                Period { from: other, to: published }
            })
        });
        Some((period, start, end))
    }
}

/// Half of one unit.
fn half_of(kind: Kind) -> Decimal {
    if kind == Kind::Tenths { Decimal::from(5) } else { Decimal::new(5, 1) }
}

fn skip_blank(text: &str, at: usize) -> usize {
    if first(text, at) == Some(' ') { at + 1 } else { at }
}

fn skip_blanks(text: &str, at: usize) -> usize {
    at + after(text, at).bytes().take_while(|b| *b == b' ').count()
}

/// Just past the address on the network that `at` stands in.
fn address(text: &str, at: usize) -> Option<usize> {
    let outside = |c: char| !c.is_ascii_graphic();
    let start = between(text, 0, at).rfind(outside).map_or(0, |c| c + first(text, c).map_or(0, char::len_utf8));
    let marked = between(text, start, at).contains("://") || between(text, start, at).starts_with("www.");
    marked.then(|| after(text, at).find(outside).map_or(text.len(), |end| at + end))
}

/// Adds the entries of `more` to `all`: lists and tables grow, other values are replaced.
fn merge(all: &mut toml::Table, more: toml::Table) {
    for (key, value) in more {
        match (all.get_mut(&key), value) {
            (Some(toml::Value::Array(all)), toml::Value::Array(more)) => all.extend(more),
            (Some(toml::Value::Table(all)), toml::Value::Table(more)) => merge(all, more),
            (_, value) => drop(all.insert(key, value)),
        }
    }
}

#[cfg(test)]
mod conformance;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Block, Role};
    use crate::sentence::{Segmenter, segment};
    use crate::span::Span;
    use expect_test::{Expect, expect};
    use std::path::PathBuf;
    use std::sync::OnceLock;

    pub(super) fn knowledge() -> &'static (Segmenter, Values) {
        static KNOWLEDGE: OnceLock<(Segmenter, Values)> = OnceLock::new();
        KNOWLEDGE.get_or_init(|| {
            let resources = Resources::builtin();
            (Segmenter::load(&resources).unwrap(), Values::load(&resources).unwrap())
        })
    }

    pub(super) fn found(text: &str, published: &str) -> (Document, Vec<Mention>) {
        let blocks = text
            .lines()
            .filter(|line| !line.trim().is_empty())
            .map(|line| {
                let start = line.as_ptr() as usize - text.as_ptr() as usize;
                Block { span: Span::new(start, start + line.len()), role: Role::Paragraph }
            })
            .collect();
        let document = Document {
            id: String::new(),
            origin: String::new(),
            date: published.parse().ok(),
            text: text.to_owned(),
            blocks,
        };
        let (segmenter, values) = knowledge();
        let sentences = segment(&document, segmenter);
        let mentions = values.find(&document, &sentences);
        (document, mentions)
    }

    fn shown(text: &str, published: &str) -> String {
        let (document, mentions) = found(text, published);
        let mut out = String::new();
        for mention in &mentions {
            let surface = mention.span.of(&document.text);
            let value = match &mention.kind {
                MentionKind::Value(Value::Time(period)) => period.to_string(),
                MentionKind::Value(Value::Quantity(a)) => format!("{} {} {}", a.bound.sign(), a.value, a.unit),
                MentionKind::Name(_) | MentionKind::Anaphor(_) => String::new(),
            };
            out.push_str(&format!("{surface}: {value}\n"));
        }
        out
    }

    pub(super) fn shared(path: &str) -> Option<PathBuf> {
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared").join(path);
        path.exists().then_some(path)
    }

    fn check(text: &str, published: &str, expected: Expect) {
        expected.assert_eq(&shown(text, published));
    }

    #[test]
    fn numbers_take_every_form() {
        let text = "投资1.5亿元，惠及600余万人，面积1,500亩，另有3.6千株。\n十余家企业，十多名工人，数十台设备，二十几个人。\n三成受访者，三成半用户，百分之七十，七成以上，增长70%，盐度7‰。\n两位专家用一年半、一个半小时、半年完成。\n一点五亿元，三千五百万元，廿四名，壹佰元，超亿元，百亿元，上百家，近百家，百余种，翻一番，翻两番。";
        check(
            text,
            "",
            expect![[r#"
            1.5亿元: = 150000000 CNY
            600余万人: > 6000000 人
            1,500亩: = 1500 亩
            3.6千株: = 3600 株
            十余家: > 10 家
            十多名: > 10 名
            数十台: > 10 台
            二十几个: > 20 个
            三成: = 30 %
            三成半: = 35 %
            百分之七十: = 70 %
            七成以上: > 70 %
            70%: = 70 %
            7‰: = 7 ‰
            两位: = 2 位
            一年半: = 1.5 年
            一个半小时: = 1.5 h
            半年: = 0.5 年
            一点五亿元: = 150000000 CNY
            三千五百万元: = 35000000 CNY
            廿四名: = 24 名
            壹佰元: = 100 CNY
            超亿元: > 100000000 CNY
            百亿元: = 10000000000 CNY
            上百家: > 100 家
            近百家: ~ 100 家
            百余种: > 100 种
            翻一番: = 2 倍
            翻两番: = 4 倍
        "#]],
        );
    }

    #[test]
    fn units_are_normal_and_bounds_told() {
        let text = "超过9300万元，不足30人，约5公里，近40场次，30人以上，250万把以上，70岁左右，30日内。\n3600多公里，11万余人，1.6万平方米，60平方公里，36千瓦，2兆瓦，5000千瓦时，零下5℃，20个百分点，3.7倍。\n人民币500万元，3486亿元人民币，20万美元，US$20，￥300，5000港元。\n73米63，12秒98，1小时23分，1分58秒32，五元三角。";
        check(
            text,
            "",
            expect![[r#"
            超过9300万元: > 93000000 CNY
            不足30人: < 30 人
            约5公里: ~ 5 km
            近40场次: ~ 40 场次
            30人以上: > 30 人
            250万把以上: > 2500000 把
            70岁左右: ~ 70 岁
            30日内: < 30 日
            3600多公里: > 3600 km
            11万余人: > 110000 人
            1.6万平方米: = 16000 m2
            60平方公里: = 60 km2
            36千瓦: = 36 kW
            2兆瓦: = 2 MW
            5000千瓦时: = 5000 kWh
            零下5℃: = -5 ℃
            20个百分点: = 20 百分点
            3.7倍: = 3.7 倍
            人民币500万元: = 5000000 CNY
            3486亿元人民币: = 348600000000 CNY
            20万美元: = 200000 USD
            US$20: = 20 USD
            ￥300: = 300 CNY
            5000港元: = 5000 HKD
            73米63: = 73.63 m
            12秒98: = 12.98 s
            1小时23分: = 83 min
            1分58秒32: = 118.32 s
            五元三角: = 5.3 CNY
        "#]],
        );
    }

    #[test]
    fn a_range_is_two_quantities() {
        check(
            "30至50人，30—50亩，30%~50%，100—200万元，3至5天，三五个，两三天，十五六岁，3万到5万元。从10个到26个。",
            "",
            expect![[r#"
            30: > 30 人
            50人: < 50 人
            30: > 30 亩
            50亩: < 50 亩
            30%: > 30 %
            50%: < 50 %
            100: > 1000000 CNY
            200万元: < 2000000 CNY
            3: > 3 天
            5天: < 5 天
            三: > 3 个
            五个: < 5 个
            两: > 2 天
            三天: < 3 天
            十: > 15 岁
            五六岁: < 16 岁
            3万: > 30000 CNY
            5万元: < 50000 CNY
            10个: = 10 个
            26个: = 26 个
        "#]],
        );
    }

    #[test]
    fn ranks_codes_and_idioms_are_no_quantities() {
        let text = "第二届，第十一批，一期，1号楼，5G手机，A350-900型，K1233/1234次，25G型客车，2比1获胜，版本1.2.0，电话010-12345678。\n一片草原，一方面，一定，九年级，十九大，“四个自信”，《十个人》，第3名，1999级，三农。";
        check(text, "", expect![[""]]);
    }

    #[test]
    fn dates_are_resolved() {
        let text = "2024年12月1日，2024-12-01，2024/12/1，2024.12.1，二〇二四年，1990年代，上世纪80年代，20世纪，公元前221年，民国元年，“十四五”期间。\n去年8月底，明年，上月，昨日，上周五，上半年，一季度，12日，10月，2022年以来，近两年来。\n2020年3月至5月，7月19日至26日，1985-1991年，张某（1917-2003）。\n2020年7月，同年，次年3月，当日。农历正月十五，9:30，上午9时。";
        check(
            text,
            "2024-03-15",
            expect![[r#"
                2024年12月1日: 2024-12-01
                2024-12-01: 2024-12-01
                2024/12/1: 2024-12-01
                2024.12.1: 2024-12-01
                二〇二四年: 2024
                1990年代: 1990/1999
                上世纪80年代: 1980/1989
                20世纪: 1901/2000
                公元前221年: -0220
                民国元年: 1912
                “十四五”期间: 2021/2025
                去年8月底: 2023-08
                明年: 2025
                上月: 2024-02
                昨日: 2024-03-14
                上周五: 2024-03-08
                上半年: 2024-01/2024-06
                一季度: 2024-01/2024-03
                12日: 2024-03-12
                10月: 2024-10
                2022年以来: 2022/2024
                近两年来: 2022-03-15/2024-03-15
                2020年3月至5月: 2020-03/2020-05
                7月19日至26日: 2020-07-19/2020-07-26
                1985-1991年: 1985/1991
                1917-2003: 1917/2003
                2020年7月: 2020-07
                同年: 2020
                次年3月: 2021-03
                农历正月十五: 2024-02-24
            "#]],
        );
        check("去年，12月1日，昨日。", "", expect![[""]]);
    }

    #[test]
    fn lunar_days_and_holidays_are_gregorian() {
        check(
            "2023年农历正月十五，农历癸卯年闰二月初一，腊月二十三，农历三月，去年除夕，2023年春节，大年初二。\n今年中秋节前夕，八月十五，2022年国庆期间，清明假期，元旦当天。\n三月初五家公司，端午习俗，国庆大阅兵，2023年春节联欢晚会。",
            "2024-03-15",
            expect![[r#"
                2023年农历正月十五: 2023-02-05
                农历癸卯年闰二月初一: 2023-03-22
                腊月二十三: 2024-02-02
                农历三月: 2024-04-09/2024-05-07
                去年除夕: 2023-01-21
                2023年春节: 2023-01-22
                大年初二: 2023-01-23
                今年中秋节前夕: 2024-09-16
                八月十五: 2024-09-17
                2022年国庆期间: 2022-10
                清明假期: 2022-04
                元旦当天: 2022-01-01
                三月初: 2024-03
                五家: = 5 家
                2023年: 2023
            "#]],
        );
    }

    #[test]
    fn days_and_weeks_count_from_publication() {
        check(
            "周三，上周五，本周末，下下周一，大前天，本季度，上季度，截至月底，年初。\n5月第二个星期日，10月最后一个周五，3月1日（星期五）。\n过去十年，未来两天，过去46亿年，近三年，销量上升。将于周六举行。\n每周三，周一至周五，历时近三年，一周五天，未来12小时，每年年底。",
            "2024-03-15",
            expect![[r#"
                周三: 2024-03-13
                上周五: 2024-03-08
                本周末: 2024-03-16/2024-03-17
                下下周一: 2024-03-25
                大前天: 2024-03-12
                本季度: 2024-01/2024-03
                上季度: 2023-10/2023-12
                月底: 2024-03
                年初: 2024
                5月第二个星期日: 2023-05-14
                10月最后一个周五: 2023-10-27
                3月1日（星期五）: 2023-03-01
                过去十年: 2014-03-15/2024-03-15
                未来两天: 2024-03-16/2024-03-17
                46亿年: = 4600000000 年
                近三年: 2021-03-15/2024-03-15
                周六: 2024-03-16
                近三年: ~ 3 年
                五天: = 5 天
                12小时: = 12 h
            "#]],
        );
    }

    #[test]
    fn years_take_every_form() {
        check(
            "08年，18年10月，两千零八年八月八日，在789年，永乐三年，从2016到2018，2015年与2019年之间，2010年之后2018年之前，13.5.2015，本世纪20年代，2019年2月29日。\n在300年前，3-7-2017，1500多户，98户，两千年的历史。2月29日。",
            "2025-03-15",
            expect![[r#"
                08年: 2008
                18年10月: 2018-10
                两千零八年八月八日: 2008-08-08
                789年: 0789
                永乐三年: 1405
                2016到2018: 2016/2018
                2015年与2019年之间: 2015/2019
                2010年之后2018年之前: 2010/2018
                13.5.2015: 2015-05-13
                本世纪20年代: 2020/2029
                300年: = 300 年
                1500多户: > 1500 户
                98户: = 98 户
                两千年: = 2000 年
                2月29日: 2024-02-29
            "#]],
        );
    }

    #[test]
    fn years_stand_before_verbs_and_in_brackets() {
        check(
            "1955年率40人出访，建安十三年（208年）大战，年率2%。",
            "",
            expect![[r#"
                1955年: 1955
                40人: = 40 人
                建安十三年: 0208
                208年: 0208
                2%: = 2 %
            "#]],
        );
    }

    #[test]
    fn parts_of_years_and_plans_are_intervals() {
        check(
            "今年前7个月，2023年前4月，二季度末，上半年中国销量，7月中下旬，8月9、10日，2023年7、8月。前两个月，“十三五”以来，“十四五”末，2010-11赛季，2023-2024学年。\n上市前三个月，高于前三个月，通知〔2023〕24号，注意：1、8月5日开始。",
            "2023-08-10",
            expect![[r#"
                今年前7个月: 2023-01/2023-07
                2023年前4月: 2023-01/2023-04
                二季度末: 2023-04/2023-06
                上半年: 2023-01/2023-06
                7月中下旬: 2023-07
                8月9: 2023-08-09
                10日: 2023-08-10
                2023年7: 2023-07
                8月: 2023-08
                前两个月: 2023-01/2023-02
                “十三五”以来: 2016/2023
                “十四五”末: 2025
                2010-11赛季: 2010/2011
                2023-2024学年: 2023/2024
                三个月: = 3 个月
                三个月: = 3 个月
                8月5日: 2023-08-05
            "#]],
        );
    }

    #[test]
    fn numbers_are_split_mixed_and_signed() {
        check(
            "三分之一，三又二分之一倍，1/3的股东，十分之三，百万分之五，打对折，净利润为-300万元，12k元，3.5e3吨，8天20小时，一年零三个月，两美元三美分。\n登陆部队，队伍，1/4决赛，见https://example.org/a?p=30%25，4K电视，五台山。",
            "",
            expect![[r#"
                三分之一: = 0.3333 
                三又二分之一倍: = 3.5 倍
                1/3: = 0.3333 
                十分之三: = 0.3 
                百万分之五: = 5 ppm
                打对折: = 50 %
                -300万元: = -3000000 CNY
                12k元: = 12000 CNY
                3.5e3吨: = 3500 t
                8天20小时: = 212 h
                一年零三个月: = 15 个月
                两美元三美分: = 2.03 USD
            "#]],
        );
    }

    proptest::proptest! {
        #[test]
        fn any_text_gives_sorted_disjoint_spans(text in "[0-9一二三两十百千万亿半数几零〇点余多年月日号至到—、，。．/.:,%％$元个人名岁成折倍分之秒米小时上下周去同近超约第星期末农历正腊初闰廿甲子过未来前的与间又负打陆ek“”《》（） \n-]{0,60}") {
            let (document, mentions) = found(&text, "2024-03-15");
            let mut last = 0;
            for mention in &mentions {
                proptest::prop_assert!(last <= mention.span.start && !mention.span.is_empty(), "{text:?} {mentions:?}");
                proptest::prop_assert!(!mention.span.of(&document.text).is_empty());
                last = mention.span.end;
            }
        }
    }

    #[test]
    fn annotated_quantities_are_found() {
        let Some(gold) = shared("gold") else { return };
        let (mut right, mut wrong, mut missed) = (0, 0, 0);
        let mut report = String::new();
        let mut paths: Vec<_> = std::fs::read_dir(gold).unwrap().flatten().map(|e| e.path()).collect();
        paths.sort();
        for path in paths.iter().filter(|p| p.extension().is_some_and(|e| e == "json")) {
            let json: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
            let text = std::fs::read_to_string(path.with_extension("txt")).unwrap();
            let (document, mentions) = found(&text, json["published"].as_str().unwrap_or(""));
            let key = |q: &serde_json::Value| {
                let value = q["value"].to_string().trim_end_matches(".0").to_owned();
                (value, q["unit"].as_str().unwrap_or("").to_owned())
            };
            let all = json["quantities"].as_array().unwrap();
            let optional: Vec<_> = all.iter().filter(|q| q["optional"] == true).map(key).collect();
            let mut wanted: Vec<_> = all.iter().filter(|q| q["optional"] != true).map(key).collect();
            wanted.sort();
            wanted.dedup();
            let mut got = Vec::new();
            for mention in &mentions {
                if let MentionKind::Value(Value::Quantity(a)) = &mention.kind {
                    got.push((a.value.to_string(), a.unit.clone(), a.bound.sign(), mention.span.of(&document.text)));
                }
            }
            let name = path.file_stem().unwrap().to_string_lossy();
            for w in &wanted {
                if got.iter().any(|g| (&g.0, &g.1) == (&w.0, &w.1)) {
                    right += 1;
                } else {
                    missed += 1;
                    report.push_str(&format!("{name} missed {w:?}\n"));
                }
            }
            got.sort();
            got.dedup_by(|a, b| (&a.0, &a.1) == (&b.0, &b.1));
            for g in got {
                let k = (g.0.clone(), g.1.clone());
                if !wanted.contains(&k) && !optional.contains(&k) {
                    wrong += 1;
                    report.push_str(&format!("{name} wrong {g:?}\n"));
                }
            }
        }
        let f1 = 200 * right / (2 * right + wrong + missed);
        assert!(f1 >= 93, "quantities by value and unit: F1 {f1}\n{report}");
    }
}
