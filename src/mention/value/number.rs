//! Reads numerals: 1.5亿, 600余万, 三千五百, 二〇二四, 数十, 两三.
//!
//! In: folded text and a place in it. Out: the number that starts there, with what its wording says about exactness.

use super::words::{after, between, first};
use rust_decimal::Decimal;
use rustc_hash::FxHashMap as HashMap;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The table `numerals` of `values.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Wording {
    pub(super) digits: BTreeMap<char, u32>,
    pub(super) small: BTreeMap<char, u32>,
    pub(super) large: BTreeMap<char, u64>,
    pub(super) tens: BTreeMap<char, u32>,
    pub(super) latin: BTreeMap<char, u32>,
    pub(super) formal: Vec<char>,
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
    pub(super) mixed: Vec<char>,
    pub(super) share_behind: Vec<String>,
    pub(super) worth: BTreeMap<String, u32>,
    pub(super) hundredth: String,
    pub(super) minus_behind: Vec<char>,
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
    Latin(u32),
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
    formal: Vec<char>,
    mixed: Vec<char>,
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
    /// Whether a Latin letter multiplies it: 40k.
    pub(super) latin: bool,
    /// Whether it is a single character that is another word by itself: the 陆 of 登陆.
    pub(super) lone: bool,
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
        let mut symbols = HashMap::default();
        symbols.extend(wording.digits.iter().map(|(&c, &n)| (c, Symbol::Digit(n))));
        symbols.extend(wording.small.iter().map(|(&c, &n)| (c, Symbol::Small(n))));
        symbols.extend(wording.large.iter().map(|(&c, &n)| (c, Symbol::Large(n))));
        symbols.extend(wording.tens.iter().map(|(&c, &n)| (c, Symbol::Tens(n))));
        symbols.extend(wording.latin.iter().map(|(&c, &n)| (c, Symbol::Latin(n))));
        symbols.extend(wording.point.iter().map(|&c| (c, Symbol::Point)));
        symbols.extend(wording.minus.iter().map(|&c| (c, Symbol::Minus)));
        Self {
            symbols,
            more: wording.more.clone(),
            several: wording.several.clone(),
            couple: wording.couple.clone(),
            half: wording.half.clone(),
            formal: wording.formal.clone(),
            mixed: wording.mixed.clone(),
        }
    }

    /// The characters that a numeral can start with, apart from narrow digits.
    pub(super) fn starts(&self) -> Vec<char> {
        let inner = |s: &Symbol| matches!(s, Symbol::Point | Symbol::Latin(_));
        let numerals = self.symbols.iter().filter(|(_, s)| !inner(s)).map(|(&c, _)| c);
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

    /// The digit that `c` writes.
    pub(super) fn digit(&self, c: char) -> Option<u32> {
        match self.symbols.get(&c) {
            Some(&Symbol::Digit(d)) => Some(d),
            _ => c.to_digit(10),
        }
    }

    /// Whether `c` joins a whole number and a fraction: 三又二分之一.
    pub(super) fn is_mixed(&self, c: char) -> bool {
        self.mixed.contains(&c)
    }

    /// Whether `c` is a word for minus.
    pub(super) fn is_minus(&self, c: char) -> bool {
        matches!(self.symbols.get(&c), Some(Symbol::Minus))
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
                state.narrow |= pos == start || state.last.is_none();
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
                    if state.run.len() > 1 {
                        state.close_run();
                    }
                    state.current = Some(state.tail()?.checked_add(fraction)?);
                    state.run.clear();
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
                Some(&Symbol::Latin(m)) => {
                    let whole = !first(text, next).is_some_and(|c| c.is_ascii_alphanumeric());
                    let (true, Some(n)) = (state.narrow_current && whole && !unit(pos), state.current) else { break };
                    state.current = Some(n.checked_mul(Decimal::from(m))?);
                    state.latin = true;
                    pos = next;
                    break;
                }
                None if state.started() && !state.more && self.more.contains(&c) => {
                    let ahead = text.len() - after(text, next).trim_start_matches(' ').len();
                    let multiplied = self.is_multiplier(first(text, ahead)) && !unit(ahead);
                    let vague = self.several.contains(&c);
                    if vague && (state.current.is_some() || state.last.is_none()) && !multiplied {
                        break;
                    }
                    state.more = true;
                    pos = next;
                    if multiplied {
                        pos = ahead;
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
                    // 半百 is 50.
                    if let Some(Symbol::Small(100)) = first(text, next).and_then(|c| self.symbols.get(&c)) {
                        return Some(Numeral::plain(next + c.len_utf8(), Decimal::from(50)));
                    }
                    return Some(Numeral { half: true, ..Numeral::plain(next, Decimal::new(5, 1)) });
                }
                None if c == ' ' && state.started() => {
                    let ahead = text.len() - after(text, pos).trim_start_matches(' ').len();
                    if !self.goes_on(text, ahead, &state, unit) {
                        break;
                    }
                    pos = ahead;
                    continue;
                }
                None => break,
            }
            pos = next;
        }
        let alone = pos == start + first(text, start).map_or(0, char::len_utf8);
        let lone = alone && first(text, start).is_some_and(|c| self.formal.contains(&c));
        Some(Numeral { lone, ..state.finish(pos)? })
    }

    /// A whole number of at most four digits, as dates are written: its value, how many digits it is written with, and its end.
    pub(super) fn short(&self, text: &str, start: usize) -> Option<(i32, usize, usize)> {
        if let Some(found) = short_narrow(text, start) {
            return Some(found);
        }
        let (mut value, mut digits, mut end, mut tens) = (0i32, 0usize, start, false);
        for c in after(text, start).chars().take(5) {
            if c.is_ascii_digit() || self.couple.contains(&c) {
                return None;
            }
            match self.symbols.get(&c) {
                Some(&Symbol::Digit(d)) => {
                    let d = i32::try_from(d).ok()?;
                    value = if tens { value + d } else { value * 10 + d };
                    digits += 1;
                }
                Some(Symbol::Small(10)) if !tens && digits <= 1 => {
                    value = if digits == 0 { 10 } else { value * 10 };
                    (tens, digits) = (true, 1);
                }
                Some(&Symbol::Tens(n)) if digits == 0 => {
                    value = i32::try_from(n).ok()?;
                    (tens, digits) = (true, 1);
                }
                Some(Symbol::Small(_) | Symbol::Large(_) | Symbol::Tens(_)) => return None,
                Some(Symbol::Point | Symbol::Minus | Symbol::Latin(_)) | None => break,
            }
            end += c.len_utf8();
        }
        (digits > 0 && digits <= 4 && !(tens && digits > 2)).then_some((value, digits, end))
    }

    /// The same for what is counted, where 两 is a number as well.
    pub(super) fn count(&self, text: &str, start: usize) -> Option<(i32, usize, usize)> {
        let couple = first(text, start).filter(|c| self.couple.contains(c));
        couple.map_or_else(|| self.short(text, start), |c| Some((2, 1, start + c.len_utf8())))
    }

    /// Whether the numeral goes on at `ahead`, behind a blank: 三千 九百, 1000 万, 四百 点五.
    fn goes_on(&self, text: &str, ahead: usize, state: &State, unit: &dyn Fn(usize) -> bool) -> bool {
        let Some(c) = first(text, ahead) else { return false };
        let next = ahead + c.len_utf8();
        let behind = after(text, next).trim_start_matches(' ').chars().next();
        if self.is_multiplier(Some(c)) {
            return !unit(ahead);
        }
        if state.narrow_current && state.current.is_some() {
            let end = !behind.is_some_and(|c| c.is_ascii_alphanumeric());
            return self.more.contains(&c) || end && matches!(self.symbols.get(&c), Some(Symbol::Latin(_)));
        }
        if self.more.contains(&c) {
            return self.is_multiplier(behind);
        }
        match self.symbols.get(&c) {
            Some(Symbol::Point) => behind.is_some_and(|c| self.digit(c).is_some()),
            _ if self.digit(c).is_some() => {
                let narrow = after(text, ahead).trim_start_matches(|c: char| c.is_ascii_digit() || c == ' ');
                let ends = |c: char| self.is_numeral(c) || self.is_mixed(c) || !crate::chars::is_han(c);
                let closed = if c.is_ascii_digit() {
                    self.is_multiplier(narrow.chars().next())
                } else {
                    behind.is_none_or(|c| ends(c) || self.symbols.contains_key(&c))
                };
                state.current.is_none() && state.last.is_some() && closed
            }
            _ => false,
        }
    }

    /// The digits behind a decimal point, as a fraction; none where they go on as another numeral: 八点三十分.
    fn decimals(&self, text: &str, start: usize) -> Option<(Decimal, usize)> {
        let mut value = Decimal::ZERO;
        let mut place = Decimal::ONE;
        let mut end = text.len() - after(text, start).trim_start_matches(' ').len();
        for c in after(text, end).chars().take(20) {
            let Some(d) = self.digit(c).filter(|_| !self.couple.contains(&c)) else { break };
            place = place.checked_div(Decimal::TEN)?;
            value = value.checked_add(place.checked_mul(Decimal::from(d))?)?;
            end += c.len_utf8();
        }
        let small = first(text, end).is_some_and(|c| matches!(self.symbols.get(&c), Some(Symbol::Small(_))));
        (end > start && !small).then_some((value, end))
    }
}

impl Numeral {
    pub(super) fn plain(end: usize, value: Decimal) -> Self {
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
            latin: false,
            lone: false,
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
    latin: bool,
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

    /// What stands behind the last multiplier: 5 in 二十五, 500 in 两千五.
    fn tail(&self) -> Option<Decimal> {
        let tail = self.current.unwrap_or_default();
        match self.last {
            Some(last) if last > Decimal::TEN && self.run.len() == 1 && !self.zero && !self.fraction => {
                tail.checked_mul(last)?.checked_div(Decimal::TEN)
            }
            _ => Some(tail),
        }
    }

    fn finish(mut self, end: usize) -> Option<Numeral> {
        if !self.started() {
            return None;
        }
        let mut tail = self.tail()?;
        if self.run.len() > 1 {
            if let Some(high) = self.close_run() {
                self.upper = self.total.checked_add(self.section)?.checked_add(high);
            }
            tail = self.current.unwrap_or_default();
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
            latin: self.latin,
            multipliers: self.multipliers,
            scale: scale.unwrap_or(Decimal::ONE),
            ..Numeral::plain(end, value.checked_mul(sign)?)
        })
    }
}

/// A number in narrow digits, at most four of them.
pub(super) fn short_narrow(text: &str, start: usize) -> Option<(i32, usize, usize)> {
    let digits = after(text, start).bytes().take(5).take_while(u8::is_ascii_digit).count();
    if digits == 0 || digits > 4 {
        return None;
    }
    Some((between(text, start, start + digits).parse().ok()?, digits, start + digits))
}

/// A number in narrow digits: 1,500 or 1.5.
fn narrow(text: &str, start: usize) -> Option<(Decimal, usize)> {
    let bytes = text.as_bytes();
    let digits = |from: usize| bytes.get(from..).map_or(0, |b| b.iter().take_while(|b| b.is_ascii_digit()).count());
    let mut digits_text = String::new();
    let mut end = start + digits(start);
    digits_text.push_str(between(text, start, end));
    if end - start <= 3 {
        while bytes.get(end) == Some(&b',') && digits(end + 1) == 3 {
            digits_text.push_str(between(text, end + 1, end + 4));
            end += 4;
        }
    }
    let fraction = digits(end + 1);
    if bytes.get(end) == Some(&b'.') && fraction > 0 {
        digits_text.push_str(between(text, end, end + 1 + fraction));
        end += 1 + fraction;
    }
    if digits_text.len() > 27 {
        return None;
    }
    let value: Decimal = digits_text.parse().ok()?;
    Some(exponent(text, end, value).unwrap_or((value, end)))
}

/// The power of ten behind a number, applied to it: 2.5e-3.
fn exponent(text: &str, end: usize, value: Decimal) -> Option<(Decimal, usize)> {
    let rest = after(text, end).strip_prefix(['e', 'E'])?;
    let negative = rest.starts_with('-');
    let digits = rest.strip_prefix(['+', '-']).unwrap_or(rest);
    let length = digits.bytes().take_while(u8::is_ascii_digit).count();
    let power: u32 = between(digits, 0, length).parse().ok().filter(|n| *n < 20)?;
    if first(digits, length).is_some_and(|c| c.is_ascii_alphanumeric()) {
        return None;
    }
    let scale = Decimal::from(10u128.pow(power));
    let value = if negative { value.checked_div(scale)? } else { value.checked_mul(scale)? };
    Some((value, text.len() - digits.len() + length))
}
