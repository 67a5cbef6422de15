//! Finds dates, numbers and quantities, and brings them into normal form.
//!
//! In: the sentences of a document. Out: mentions of values, sorted and disjoint: 超1.5亿元 is more than 150000000 CNY,
//! 去年8月 is a month once the day of publication is known. What it knows is `data/values.toml`.
//! One scan from left to right; only characters that a value can start with are looked at twice.

mod date;
mod number;
mod words;

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
    double: Words<()>,
    doubling: Words<()>,
    times: String,
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
    signs: BTreeMap<String, String>,
    classifiers: Classifiers,
    not_before: BTreeMap<String, Vec<String>>,
    compound: Compound,
    confidence: Confidences,
    dates: date::Wording,
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
        for (word, symbol, kind, digits) in classes.chain(rows) {
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
        let calendar = Calendar::new(dates, wording.date_word, wording.year_part);
        let double = Words::set(&n.double);
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
            double,
            doubling: Words::set(&n.doubling),
            times: n.times.first().cloned().unwrap_or_default(),
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
        let mut before = between(text, 0, at).chars().rev();
        let attached = match before.next() {
            Some(c) if c.is_ascii_alphanumeric() || c == '_' => true,
            Some('-' | '/' | '.') => before.next().is_some_and(|c| c.is_ascii_alphanumeric()),
            _ => false,
        };
        let parts = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '/' | '.' | '_');
        let length = after(text, at).chars().take(CODE).take_while(|&c| parts(c)).count();
        let run = between(text, at, at + length);
        let slashes = run.split('/').filter(|p| !p.is_empty() && p.bytes().all(|b| b.is_ascii_digit())).count();
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
        let values = self.values;
        let unit = |at: usize| values.unit_starts(text, at);
        if let Some((end, symbol)) = values.percent.at(text, at)
            && let Some(numeral) = self.values.numerals.read(text, end, &unit)
        {
            return Some((numeral, Some(symbol)));
        }
        let numeral = self.values.numerals.read(text, at, &unit)?;
        if let Some((over, ())) = self.values.fraction.at(text, numeral.end)
            && let Some(over) = self.values.numerals.read(text, over, &unit)
            && let Some(value) = over.value.checked_div(numeral.value)
        {
            let numeral = Numeral { value: value.round_dp(4), bare: false, upper: None, ..over };
            return Some((numeral, Some("")));
        }
        Some((numeral, None))
    }

    /// Reads the quantity at `at`; returns the offset from which to go on.
    fn quantity(&mut self, at: usize) -> usize {
        let text = self.text;
        if let Some((past, ())) = self.values.fixed.at(text, at) {
            return past;
        }
        if let Some(past) = self.doubling(at) {
            return past;
        }
        let Some((numeral, ratio)) = self.number(at) else { return at };
        let past = numeral.end;
        if ratio.is_none() && (numeral.row || self.is_ordinal(at) || self.is_slogan(at, past)) {
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
                let split = at + first(text, at).map_or(0, char::len_utf8);
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
                if let Some((period, end)) = self.recent(at, &read) {
                    if let Some(period) = period {
                        let confidence = self.values.confidence.date;
                        self.push(read.start, end, Value::Time(period), "date", confidence);
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
            (end, symbol, kind) = (numeral.end, ratio.to_owned(), Kind::Ratio);
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
                let hundredths = first(text, end).filter(|c| !c.is_ascii_digit());
                if let (Some(c), false) = (hundredths, numeral.narrow)
                    && let Some(digit) = values.numerals.digit(c)
                    && let behind = end + c.len_utf8()
                    && !self.unit_follows(behind)
                    && !first(text, behind).is_some_and(|c| values.numerals.is_numeral(c))
                {
                    value = value.checked_add(Decimal::from(digit))?;
                    end = behind;
                }
            }
            Kind::Heat | Kind::Ratio => {
                let minus = start.checked_sub(1).filter(|&m| {
                    first(text, m) == Some('-') && !last(text, m).is_some_and(|c| c.is_ascii_alphanumeric() || c == '%')
                });
                let below = values.below.before(text, 0, start).map(|(below, ())| below);
                if let Some(minus) = below.or(minus.filter(|&m| m >= self.floor)) {
                    start = minus.max(self.floor);
                    value = -value;
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
        let (mut symbol, mut kind) = (symbol, kind);
        if let Some((behind, whole, unit)) = self.compound(end, value, &symbol) {
            (end, value) = (behind, whole);
            if let Some(unit) = unit {
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
        let counted = self.counts(at, numeral, ratio, sign, vague, bound, end);
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
        values.units.all_at(text, at).find(|&(end, unit)| {
            let latin = last(text, end).is_some_and(|c| c.is_ascii_alphabetic());
            let cut = latin && first(text, end).is_some_and(|c| c.is_ascii_alphanumeric());
            let rest = after(text, end);
            let small = unit.digits && !numeral.narrow && numeral.multipliers == 0;
            let integer = numeral.value.scale() == 0;
            let hour = unit.kind == Kind::Points && numeral.value <= Decimal::from(24);
            let whole = integer && (unit.kind == Kind::Decimal || hour);
            let other_word = unit.not_before.iter().any(|word| rest.starts_with(word.as_str()));
            !(cut || small || whole || other_word)
        })
    }

    /// Whether some unit stands at `end`, even one that does not count here.
    fn unit_follows(&self, end: usize) -> bool {
        self.values.units.at(self.text, end).is_some()
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
        let next = first(text, end)?;
        if !self.values.numerals.is_numeral(next) {
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

    /// 近两年来: the interval up to the day of publication, and the offset behind it.
    fn recent(&self, at: usize, read: &Read) -> Option<(Option<Period>, usize)> {
        let values = self.values;
        if read.kind != Kind::Time {
            return None;
        }
        values.recent.before(self.text, 0, at)?;
        let (end, ()) = values.recent_end.at(self.text, read.end)?;
        let period = self.history.published.and_then(|to| {
            let years = i32::try_from(read.amount.value).ok()?;
            let year = to.year.checked_sub(years)?;
            let from = match (to.month, to.day) {
                (Some(month), Some(day)) => Date::day(year, month, day)?,
                (Some(month), None) => Date::month(year, month)?,
                (None, _) => Date::year(year),
            };
            (read.amount.unit == values.calendar.year_symbol()).then_some(Period { from, to })
        });
        Some((period, end))
    }
}

/// Half of one unit.
fn half_of(kind: Kind) -> Decimal {
    if kind == Kind::Tenths { Decimal::from(5) } else { Decimal::new(5, 1) }
}

fn skip_blank(text: &str, at: usize) -> usize {
    if first(text, at) == Some(' ') { at + 1 } else { at }
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
mod tests {
    use super::*;
    use crate::document::{Block, Role};
    use crate::sentence::{Segmenter, segment};
    use crate::span::Span;
    use expect_test::{Expect, expect};
    use std::path::PathBuf;
    use std::sync::OnceLock;

    fn knowledge() -> &'static (Segmenter, Values) {
        static KNOWLEDGE: OnceLock<(Segmenter, Values)> = OnceLock::new();
        KNOWLEDGE.get_or_init(|| {
            let resources = Resources::builtin();
            (Segmenter::load(&resources).unwrap(), Values::load(&resources).unwrap())
        })
    }

    fn found(text: &str, published: &str) -> (Document, Vec<Mention>) {
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

    fn shared(path: &str) -> Option<PathBuf> {
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
        "#]],
        );
        check("去年，12月1日，昨日。", "", expect![[""]]);
    }

    proptest::proptest! {
        #[test]
        fn any_text_gives_sorted_disjoint_spans(text in "[0-9一二三两十百千万亿半数几零〇点余多年月日号至到—、，。．/.:,%％$元个人名岁成折倍分之秒米小时上下周去同近超约第“”《》（） \n-]{0,60}") {
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

    /// Whether the cases of a conformance file that `fits` accepts are at least `floor` per cent.
    fn conform(file: &str, floor: usize, fits: impl Fn(&str, &[serde_json::Value]) -> bool) {
        let Some(path) = shared("data/normalization").map(|folder| folder.join(file)) else { return };
        let cases: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        let mut failed = Vec::new();
        let cases = cases.as_array().unwrap();
        for case in cases {
            let input = case["Input"].as_str().unwrap_or("");
            let results: Vec<_> = case["Results"].as_array().unwrap().clone();
            if !fits(input, &results) {
                failed.push(format!(
                    "{input} {:?}",
                    results.iter().map(|r| &r["Resolution"]["value"]).collect::<Vec<_>>()
                ));
            }
        }
        let share = 100 * (cases.len() - failed.len()) / cases.len();
        assert!(share >= floor, "{file}: {share} % of {} cases\n{}", cases.len(), failed.join("\n"));
    }

    /// The numbers in normal form of the expected results.
    fn expected(results: &[serde_json::Value]) -> Vec<String> {
        let value = |r: &serde_json::Value| {
            let text = r["Resolution"]["value"].as_str().unwrap_or("").trim_end_matches('%').to_owned();
            let number = text.parse::<Decimal>().or_else(|_| Decimal::from_scientific(&text));
            number.map_or(text, |n| n.normalize().to_string())
        };
        results.iter().map(value).collect()
    }

    #[test]
    fn numbers_conform() {
        conform("Number/NumberModel.json", 57, |input, results| {
            let (segmenter, values) = knowledge();
            let text = segmenter.folding().fold_text(input);
            let mut numbers = Vec::new();
            let mut at = 0;
            while at < text.len() {
                let c = first(&text, at).map_or(1, char::len_utf8);
                match values.numerals.read(&text, at, &|_| false) {
                    Some(numeral) if values.starts(first(&text, at).unwrap()) & NUMERAL != 0 => {
                        numbers.push(numeral.value.normalize().to_string());
                        at = numeral.end;
                    }
                    _ => at += c,
                }
            }
            numbers == expected(results)
        });
    }

    /// The quantities of `text` that `keep` turns into numbers.
    fn amounts(text: &str, keep: impl Fn(&Amount) -> Option<String>) -> Vec<String> {
        let (_, mentions) = found(text, "");
        let amounts = mentions.iter().filter_map(|m| match &m.kind {
            MentionKind::Value(Value::Quantity(amount)) => keep(amount),
            MentionKind::Value(Value::Time(_)) | MentionKind::Name(_) | MentionKind::Anaphor(_) => None,
        });
        amounts.collect()
    }

    #[test]
    fn percentages_conform() {
        conform("Number/PercentModel.json", 64, |input, results| {
            let percent = |a: &Amount| match a.unit.as_str() {
                "%" | "百分点" => Some(a.value),
                "‰" => Some(a.value / Decimal::TEN),
                "‱" => Some(a.value / Decimal::ONE_HUNDRED),
                _ => None,
            };
            amounts(input, |a| percent(a).map(|v| v.normalize().to_string())) == expected(results)
        });
    }

    #[test]
    fn currencies_conform() {
        conform("NumberWithUnit/CurrencyModel.json", 82, |input, results| {
            let money: Vec<_> = results.iter().filter(|r| r["Resolution"]["value"].is_string()).cloned().collect();
            let codes: Vec<_> = money.iter().map(|r| r["Resolution"]["isoCurrency"].as_str().unwrap_or("")).collect();
            let wanted: Vec<_> = expected(&money).iter().zip(codes).map(|(v, c)| format!("{v} {c}")).collect();
            let code = |unit: &str| unit.len() == 3 && unit.bytes().all(|b| b.is_ascii_uppercase());
            amounts(input, |a| code(&a.unit).then(|| format!("{} {}", a.value, a.unit))) == wanted
        });
    }
}
