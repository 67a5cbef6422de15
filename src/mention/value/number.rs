//! Reads numerals: 1.5亿, 600余万, 三千五百, 二〇二四, 数十, 两三.
//!
//! In: folded text and a place in it. Out: the number that starts there, with what its wording says about exactness.

use super::words::{after, first};
use rust_decimal::Decimal;
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};

/// The table `numerals` of `values.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Wording {
    pub(super) digits: BTreeMap<char, u32>,
    pub(super) small: BTreeMap<char, u32>,
    pub(super) large: BTreeMap<char, u64>,
    pub(super) tens: BTreeMap<char, u32>,
    pub(super) point: Vec<char>,
    pub(super) minus: Vec<char>,
    pub(super) below: Vec<String>,
    pub(super) couple: Vec<char>,
    pub(super) half: Vec<char>,
    pub(super) half_infix: Vec<String>,
    pub(super) more: Vec<char>,
    pub(super) several: Vec<char>,
    pub(super) upward: Vec<char>,
    pub(super) fraction: Vec<String>,
    pub(super) double: Vec<String>,
    pub(super) doubling: Vec<String>,
    pub(super) times: Vec<String>,
    pub(super) percent: BTreeMap<String, String>,
    pub(super) ordinal: Vec<String>,
    pub(super) fixed: Vec<String>,
    pub(super) rank: Vec<char>,
    pub(super) score: Vec<String>,
    pub(super) range: Vec<String>,
    pub(super) change: Vec<String>,
    pub(super) one: Vec<String>,
    pub(super) one_vague: Vec<String>,
    pub(super) within: Vec<String>,
}

/// What a character does in a numeral.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Symbol {
    Digit(u32),
    Small(u32),
    Large(u64),
    Tens(u32),
    Point,
    Minus,
}

/// The characters of numerals.
#[derive(Debug, Default)]
pub(super) struct Numerals {
    symbols: HashMap<char, Symbol>,
    more: Vec<char>,
    several: Vec<char>,
    couple: Vec<char>,
    half: Vec<char>,
}

/// A number as written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Numeral {
    /// Offset just past it.
    pub(super) end: usize,
    /// Its value, or the lower one of two: 两三.
    pub(super) value: Decimal,
    /// The upper one of two.
    pub(super) upper: Option<Decimal>,
    /// Whether it is a lower limit: 十余, 数百.
    pub(super) more: bool,
    /// Whether it starts with a narrow digit.
    pub(super) narrow: bool,
    /// Whether it starts with a multiplier that no digit stands before: 百余, 亿. 十 is not meant.
    pub(super) bare: bool,
    /// How many multipliers it has.
    pub(super) multipliers: u32,
    /// The multiplier that it ends with, if it is 万 or larger; else 1.
    pub(super) scale: Decimal,
    /// Whether it is the sole word for one half.
    pub(super) half: bool,
    /// Whether it names things one after the other rather than counting: 一二, 二三四.
    pub(super) row: bool,
}

impl Numeral {
    /// Whether it is a lone 一.
    pub(super) fn is_article(&self) -> bool {
        !self.narrow && self.multipliers == 0 && self.value == Decimal::ONE && self.upper.is_none()
    }
}

/// Largest number of characters of a numeral; longer runs of digits are no numbers.
const LONGEST: usize = 40;

impl Numerals {
    pub(super) fn new(wording: &Wording) -> Self {
        let mut symbols = HashMap::new();
        symbols.extend(wording.digits.iter().map(|(&c, &n)| (c, Symbol::Digit(n))));
        symbols.extend(wording.small.iter().map(|(&c, &n)| (c, Symbol::Small(n))));
        symbols.extend(wording.large.iter().map(|(&c, &n)| (c, Symbol::Large(n))));
        symbols.extend(wording.tens.iter().map(|(&c, &n)| (c, Symbol::Tens(n))));
        symbols.extend(wording.point.iter().map(|&c| (c, Symbol::Point)));
        symbols.extend(wording.minus.iter().map(|&c| (c, Symbol::Minus)));
        Self {
            symbols,
            more: wording.more.clone(),
            several: wording.several.clone(),
            couple: wording.couple.clone(),
            half: wording.half.clone(),
        }
    }

    /// The characters that a numeral can start with, apart from narrow digits.
    pub(super) fn starts(&self) -> Vec<char> {
        let numerals = self.symbols.iter().filter(|(_, s)| !matches!(s, Symbol::Point)).map(|(&c, _)| c);
        numerals.chain(self.several.iter().copied()).chain(self.half.iter().copied()).collect()
    }

    /// Whether `c` can go on a numeral: a digit or a multiplier.
    pub(super) fn is_numeral(&self, c: char) -> bool {
        c.is_ascii_digit()
            || matches!(
                self.symbols.get(&c),
                Some(Symbol::Digit(_) | Symbol::Small(_) | Symbol::Large(_) | Symbol::Tens(_))
            )
    }

    /// Whether `c` is a word for ten.
    pub(super) fn is_ten(&self, c: char) -> bool {
        matches!(self.symbols.get(&c), Some(Symbol::Small(10)))
    }

    /// The digit that `c` writes.
    pub(super) fn digit(&self, c: char) -> Option<u32> {
        match self.symbols.get(&c) {
            Some(&Symbol::Digit(d)) => Some(d),
            _ => c.to_digit(10),
        }
    }

    fn is_multiplier(&self, c: Option<char>) -> bool {
        c.is_some_and(|c| matches!(self.symbols.get(&c), Some(Symbol::Small(_) | Symbol::Large(_))))
    }

    /// The numeral that starts at `start`. `unit` says whether a unit starts at an offset: the 千 of 36千瓦 is none of the number's.
    pub(super) fn read(&self, text: &str, start: usize, unit: &dyn Fn(usize) -> bool) -> Option<Numeral> {
        let mut state = State::default();
        let mut pos = start;
        for _ in 0..LONGEST {
            let Some(c) = first(text, pos) else { break };
            let next = pos + c.len_utf8();
            if c.is_ascii_digit() {
                if state.current.is_some() {
                    break;
                }
                let (value, end) = narrow(text, pos)?;
                state.current = Some(value);
                state.narrow_current = true;
                state.narrow |= pos == start;
                pos = end;
                continue;
            }
            match self.symbols.get(&c) {
                Some(&Symbol::Digit(0)) if state.last.is_some() && state.current.is_none() => state.zero = true,
                Some(&Symbol::Digit(d)) => {
                    if state.narrow_current && state.current.is_some() || state.fraction {
                        break;
                    }
                    if state.current.is_none() {
                        state.run.clear();
                        state.narrow_current = false;
                    }
                    state.run.push(d);
                    state.couple |= self.couple.contains(&c);
                    state.current = Some(Decimal::from(d));
                }
                Some(&Symbol::Small(m)) => {
                    if unit(pos) || !state.multiply_small(m) {
                        break;
                    }
                }
                Some(&Symbol::Large(m)) => {
                    if unit(pos) || !state.multiply_large(Decimal::from(m)) {
                        break;
                    }
                }
                Some(&Symbol::Tens(n)) => {
                    if state.current.is_some() || state.last.is_some() {
                        break;
                    }
                    state.section = Decimal::from(n);
                    state.last = Some(Decimal::TEN);
                    state.multipliers += 1;
                }
                Some(Symbol::Point) => {
                    let Some((fraction, end)) = self.decimals(text, next) else { break };
                    if state.fraction || !state.started() || (state.narrow_current && state.current.is_some()) {
                        break;
                    }
                    state.close_run();
                    state.current = Some(state.current.unwrap_or_default().checked_add(fraction)?);
                    state.fraction = true;
                    pos = end;
                    continue;
                }
                Some(Symbol::Minus) if pos == start => {
                    if !first(text, next).is_some_and(|c| self.is_numeral(c)) {
                        return None;
                    }
                    state.negative = true;
                }
                Some(Symbol::Minus) => break,
                None if state.started() && !state.more && self.more.contains(&c) => {
                    let multiplied = self.is_multiplier(first(text, next)) && !unit(next);
                    let vague = self.several.contains(&c);
                    if vague && (state.current.is_some() || state.last.is_none()) && !multiplied {
                        break;
                    }
                    state.more = true;
                    pos = next;
                    if multiplied {
                        continue;
                    }
                    break;
                }
                None if pos == start && self.several.contains(&c) => {
                    if !self.is_multiplier(first(text, next)) || unit(next) {
                        return None;
                    }
                    state.more = true;
                    state.current = Some(Decimal::ONE);
                }
                None if pos == start && self.half.contains(&c) => {
                    return Some(Numeral { half: true, ..Numeral::plain(next, Decimal::new(5, 1)) });
                }
                None if c == ' ' && state.narrow_current => {
                    let rest = after(text, pos).trim_start_matches(' ');
                    let ahead = text.len() - rest.len();
                    let vague = rest.chars().next().is_some_and(|c| self.more.contains(&c));
                    if !vague && (!self.is_multiplier(rest.chars().next()) || unit(ahead)) {
                        break;
                    }
                    pos = ahead;
                    continue;
                }
                None => break,
            }
            pos = next;
        }
        state.finish(pos)
    }

    /// The digits behind a decimal point, as a fraction; none where they go on as another numeral: 八点三十分.
    fn decimals(&self, text: &str, start: usize) -> Option<(Decimal, usize)> {
        let mut value = Decimal::ZERO;
        let mut place = Decimal::ONE;
        let mut end = start;
        for c in after(text, start).chars().take(20) {
            let Some(d) = self.digit(c) else { break };
            place = place.checked_div(Decimal::TEN)?;
            value = value.checked_add(place.checked_mul(Decimal::from(d))?)?;
            end += c.len_utf8();
        }
        let small = first(text, end).is_some_and(|c| matches!(self.symbols.get(&c), Some(Symbol::Small(_))));
        (end > start && !small).then_some((value, end))
    }
}

impl Numeral {
    fn plain(end: usize, value: Decimal) -> Self {
        Self {
            end,
            value,
            upper: None,
            more: false,
            narrow: false,
            bare: false,
            multipliers: 0,
            scale: Decimal::ONE,
            half: false,
            row: false,
        }
    }
}

/// What has been read of a numeral.
#[derive(Debug, Default)]
struct State {
    /// Sum of the parts up to 万, 亿.
    total: Decimal,
    /// Sum of the parts below 万 since then.
    section: Decimal,
    /// The number that no multiplier has been applied to.
    current: Option<Decimal>,
    /// The Chinese digits that `current` consists of.
    run: Vec<u32>,
    narrow_current: bool,
    /// The lower and upper number of two: 两三.
    upper: Option<Decimal>,
    last: Option<Decimal>,
    last_large: Option<Decimal>,
    ends_large: bool,
    narrow: bool,
    negative: bool,
    zero: bool,
    fraction: bool,
    more: bool,
    bare: bool,
    multipliers: u32,
    couple: bool,
    row: bool,
}

impl State {
    fn started(&self) -> bool {
        self.current.is_some() || self.last.is_some()
    }

    /// Turns a run of digits into what it writes: 二〇二四 is one number, 两三 are two.
    fn close_run(&mut self) -> Option<Decimal> {
        if self.run.len() > 1 && !self.narrow_current && self.current.is_some() {
            if let [low, high] = self.run[..]
                && low > 0
                && (high == low + 1 || (low, high) == (3, 5))
                && !self.fraction
            {
                self.row |= low == 1 && !self.couple && self.last.is_none();
                self.current = Some(Decimal::from(low));
                self.run.clear();
                return Some(Decimal::from(high));
            }
            self.row |= self.run.len() > 2 && self.run.windows(2).all(|pair| pair[1] == pair[0] + 1);
            let mut value = Decimal::ZERO;
            for &d in &self.run {
                value = value
                    .checked_mul(Decimal::TEN)
                    .and_then(|v| v.checked_add(Decimal::from(d)))
                    .unwrap_or(Decimal::ZERO);
            }
            self.current = Some(value);
        }
        self.run.clear();
        None
    }

    fn multiply_small(&mut self, m: u32) -> bool {
        let m = Decimal::from(m);
        if self.fraction && !self.narrow_current {
            return false;
        }
        let high = self.close_run();
        let factor = match self.current.take() {
            Some(n) => n,
            None if m == Decimal::TEN => Decimal::ONE,
            None if self.last.is_none() => {
                self.bare = true;
                Decimal::ONE
            }
            None => return false,
        };
        let Some(product) = factor.checked_mul(m) else { return false };
        if let Some(high) = high {
            self.upper = self.total.checked_add(self.section).and_then(|s| s.checked_add(high.checked_mul(m)?));
        }
        self.section = self.section.checked_add(product).unwrap_or(self.section);
        self.multiplied(m);
        self.ends_large = false;
        true
    }

    fn multiply_large(&mut self, m: Decimal) -> bool {
        let high = self.close_run();
        let base = self.section.checked_add(self.current.take().unwrap_or_default()).unwrap_or_default();
        let raised = if base.is_zero() && self.total.is_zero() {
            if self.last.is_some() || self.zero {
                return false;
            }
            self.bare = true;
            Some(m)
        } else if self.last_large.is_some_and(|last| m > last) || base.is_zero() {
            self.total.checked_add(base).and_then(|b| b.checked_mul(m))
        } else {
            base.checked_mul(m).and_then(|p| p.checked_add(self.total))
        };
        let Some(raised) = raised else { return false };
        self.upper = match (high, self.upper) {
            (Some(high), _) => self.section.checked_add(high).and_then(|h| h.checked_mul(m)),
            (None, Some(upper)) => upper.checked_mul(m),
            (None, None) => None,
        };
        self.total = raised;
        self.section = Decimal::ZERO;
        self.multiplied(m);
        self.last_large = Some(m);
        self.ends_large = true;
        true
    }

    fn multiplied(&mut self, m: Decimal) {
        self.last = Some(m);
        self.multipliers += 1;
        self.zero = false;
        self.narrow_current = self.narrow_current && self.narrow;
        self.fraction = false;
    }

    fn finish(mut self, end: usize) -> Option<Numeral> {
        if !self.started() {
            return None;
        }
        let single = self.run.len() == 1;
        if let Some(high) = self.close_run() {
            self.upper = self.total.checked_add(self.section)?.checked_add(high);
        }
        let mut tail = self.current.unwrap_or_default();
        if let (Some(last), true) = (self.last, single)
            && last > Decimal::TEN
            && !self.zero
            && !self.fraction
            && self.current.is_some()
        {
            // 两千五 is 2500.
            tail = tail.checked_mul(last)?.checked_div(Decimal::TEN)?;
        }
        let value = self.total.checked_add(self.section)?.checked_add(tail)?;
        let sign = if self.negative { Decimal::NEGATIVE_ONE } else { Decimal::ONE };
        let scale = if self.ends_large && self.current.is_none() { self.last_large } else { None };
        Some(Numeral {
            upper: self.upper.filter(|upper| *upper > value),
            more: self.more,
            narrow: self.narrow,
            bare: self.bare,
            row: self.row,
            multipliers: self.multipliers,
            scale: scale.unwrap_or(Decimal::ONE),
            ..Numeral::plain(end, value.checked_mul(sign)?)
        })
    }
}

/// A number in narrow digits: 1,500 or 1.5.
fn narrow(text: &str, start: usize) -> Option<(Decimal, usize)> {
    let bytes = text.as_bytes();
    let digits = |from: usize| bytes.get(from..).map_or(0, |b| b.iter().take_while(|b| b.is_ascii_digit()).count());
    let mut digits_text = String::new();
    let mut end = start + digits(start);
    digits_text.push_str(super::words::between(text, start, end));
    if end - start <= 3 {
        while bytes.get(end) == Some(&b',') && digits(end + 1) == 3 {
            digits_text.push_str(super::words::between(text, end + 1, end + 4));
            end += 4;
        }
    }
    let fraction = digits(end + 1);
    if bytes.get(end) == Some(&b'.') && fraction > 0 {
        digits_text.push_str(super::words::between(text, end, end + 1 + fraction));
        end += 1 + fraction;
    }
    if digits_text.len() > 27 {
        return None;
    }
    Some((digits_text.parse().ok()?, end))
}
