//! Reads days of the lunar calendar and holidays: 农历正月十五, 腊月二十三, 大年初一, 春节前夕.
//!
//! In: folded text and a place in it. Out: the day as the calendar counts it, and for a given year the Gregorian day.

use super::lunar::{self, Lunar};
use super::number::Numerals;
use super::words::{Words, after, first};
use crate::chars::is_han;
use crate::date::{Date, Period};
use serde::Deserialize;
use std::collections::BTreeMap;

/// The table `festivals` of `values.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Wording {
    lunar: Vec<String>,
    leap: Vec<String>,
    months: BTreeMap<String, u8>,
    month: Vec<String>,
    year: Vec<String>,
    day: Vec<String>,
    ten_days: Vec<String>,
    new_year: Vec<String>,
    eve: Vec<String>,
    stems: Vec<char>,
    branches: Vec<char>,
    behind: Vec<String>,
    on: Vec<String>,
    during: Vec<String>,
    before: Vec<String>,
    holiday: Vec<HolidayRow>,
    calendar: lunar::Wording,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct HolidayRow {
    words: Vec<String>,
    rule: Rule,
}

/// How the day of a holiday is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Rule {
    /// Month and day.
    Fixed(u8, u8),
    /// Month and day of the lunar calendar.
    Lunar(u8, u8),
    /// The month, and what the sun's day of the month is counted from in the 20th and the 21st century, in hundredths of a day.
    Sun(u8, i32, i32),
    /// The last day before the lunar New Year.
    Eve,
}

/// A day that comes every year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Festival {
    /// Just past it.
    pub(super) end: usize,
    /// The year that it states itself, as the lunar calendar counts.
    pub(super) year: Option<Year>,
    /// Whether it is a date wherever it stands: 春节前夕, but not 春节.
    pub(super) sure: bool,
    when: When,
    how: How,
}

impl Festival {
    /// A day of the lunar calendar that ends at `end`.
    pub(super) fn lunar(end: usize, month: u8, day: u8) -> Self {
        Self { end, year: None, sure: true, when: When::Day(Rule::Lunar(month, day)), how: How::On }
    }
}

/// A year as the lunar calendar writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Year {
    Number(i32),
    /// Its place in the cycle of sixty: 甲辰 is 40.
    Cycle(i32),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum When {
    Day(Rule),
    LeapDay(u8, u8),
    Month { number: u8, leap: bool },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum How {
    /// The day itself.
    On,
    /// The time around it: as exact as its month.
    During,
    /// The day before.
    Before,
}

/// The words of lunar days and holidays.
#[derive(Debug)]
pub(super) struct Festivals {
    lunar: Words<()>,
    leap: Words<()>,
    months: Words<u8>,
    month: Words<()>,
    year: Words<()>,
    day: Words<()>,
    ten_days: Words<()>,
    new_year: Words<()>,
    eve: Words<()>,
    stems: Vec<char>,
    branches: Vec<char>,
    behind: Words<()>,
    on: Words<()>,
    during: Words<()>,
    before: Words<()>,
    holidays: Words<Rule>,
    calendar: Lunar,
}

impl Festivals {
    pub(super) fn new(wording: &Wording) -> Self {
        let rows = wording.holiday.iter();
        Self {
            lunar: Words::set(&wording.lunar),
            leap: Words::set(&wording.leap),
            months: Words::new(wording.months.iter().map(|(word, &month)| (word, month))),
            month: Words::set(&wording.month),
            year: Words::set(&wording.year),
            day: Words::set(&wording.day),
            ten_days: Words::set(&wording.ten_days),
            new_year: Words::set(&wording.new_year),
            eve: Words::set(&wording.eve),
            stems: wording.stems.clone(),
            branches: wording.branches.clone(),
            behind: Words::set(&wording.behind),
            on: Words::set(&wording.on),
            during: Words::set(&wording.during),
            before: Words::set(&wording.before),
            holidays: Words::new(rows.flat_map(|row| row.words.iter().map(|word| (word, row.rule)))),
            calendar: Lunar::new(&wording.calendar),
        }
    }

    /// The characters that lunar days and holidays can start with, apart from numerals.
    pub(super) fn starts(&self) -> Vec<char> {
        let words =
            [self.lunar.starts(), self.leap.starts(), self.months.starts(), self.new_year.starts(), self.eve.starts()];
        words.into_iter().flatten().chain(self.holidays.starts()).collect()
    }

    /// The lunar day or holiday that starts at `start`. `unit` says whether a unit of measure starts at an offset.
    pub(super) fn read(
        &self,
        text: &str,
        numerals: &Numerals,
        start: usize,
        unit: &dyn Fn(usize) -> bool,
    ) -> Option<Festival> {
        if let Some((end, &rule)) = self.holidays.at(text, start) {
            return self.holiday(text, end, rule);
        }
        if let Some((end, ())) = self.eve.at(text, start) {
            return Some(Festival { end, year: None, sure: true, when: When::Day(Rule::Eve), how: How::On });
        }
        if let Some((end, ())) = self.new_year.at(text, start) {
            let (day, end) = self.day_of_month(text, numerals, end)?;
            return Some(Festival::lunar(end, 1, day));
        }
        let (mut at, marked) = self.lunar.at(text, start).map_or((start, false), |(end, ())| (end, true));
        let mut year = None;
        if marked {
            (year, at) = self.year(text, numerals, at).map_or((None, at), |(year, end)| (Some(year), end));
        }
        let (leap, at) = self.leap.at(text, at).map_or((false, at), |(end, ())| (true, end));
        let (number, end, named) = self.month(text, numerals, at)?;
        let Some((day, behind)) = self.day_of_month(text, numerals, end) else {
            let when = When::Month { number, leap };
            return (marked || named).then_some(Festival { end, year, sure: true, when, how: How::On });
        };
        // 三月初五家公司: at the beginning of March, five firms.
        let han = first(text, at).is_some_and(is_han);
        let first_ten = self.ten_days.at(text, end).is_some();
        if !(marked || named || han && first_ten && !unit(behind)) {
            return None;
        }
        let when = if leap { When::LeapDay(number, day) } else { When::Day(Rule::Lunar(number, day)) };
        Some(Festival { end: behind, year, sure: true, when, how: How::On })
    }

    fn holiday(&self, text: &str, end: usize, rule: Rule) -> Option<Festival> {
        let when = When::Day(rule);
        let found = |end, sure, how| Some(Festival { end, year: None, sure, when, how });
        if let Some((end, ())) = self.before.at(text, end) {
            return found(end, true, How::Before);
        }
        if let Some((end, ())) = self.during.at(text, end) {
            return found(end, true, How::During);
        }
        if let Some((end, ())) = self.on.at(text, end) {
            return found(end, true, How::On);
        }
        let closed = first(text, end).is_none_or(|c| !is_han(c) && !c.is_ascii_alphanumeric());
        if closed || self.behind.at(text, end).is_some() { found(end, false, How::On) } else { None }
    }

    /// 2015年 or 甲辰年.
    fn year(&self, text: &str, numerals: &Numerals, at: usize) -> Option<(Year, usize)> {
        if let Some((n, 4, end)) = numerals.short(text, at) {
            return Some((Year::Number(n), self.year.at(text, end)?.0));
        }
        let mut chars = after(text, at).chars();
        let (stem, branch) = (chars.next()?, chars.next()?);
        let place = |list: &[char], c| list.iter().position(|&other| other == c).and_then(|n| i32::try_from(n).ok());
        let (s, b) = (place(&self.stems, stem)?, place(&self.branches, branch)?);
        let end = at + stem.len_utf8() + branch.len_utf8();
        let cycle = (0..60).find(|n| n % 10 == s && n % 12 == b)?;
        Some((Year::Cycle(cycle), self.year.at(text, end)?.0))
    }

    /// The number of a month, its end, and whether it has a name of its own.
    fn month(&self, text: &str, numerals: &Numerals, at: usize) -> Option<(u8, usize, bool)> {
        if let Some((end, &number)) = self.months.at(text, at) {
            return Some((number, end, true));
        }
        let (n, 1 | 2, end) = numerals.short(text, at)? else { return None };
        let number = u8::try_from(n).ok().filter(|n| (1..=12).contains(n))?;
        Some((number, self.month.at(text, end)?.0, false))
    }

    /// 初五, 十五, 廿三日.
    fn day_of_month(&self, text: &str, numerals: &Numerals, at: usize) -> Option<(u8, usize)> {
        let ten = self.ten_days.at(text, at).map(|(end, ())| end);
        let (n, _, end) = numerals.short(text, ten.unwrap_or(at))?;
        let day = u8::try_from(n).ok().filter(|day| (1..=30).contains(day) && (ten.is_none() || *day <= 10))?;
        let end = self.day.at(text, end).map_or(end, |(end, ())| end);
        Some((day, end))
    }

    /// The day or days of `festival` in `year`.
    pub(super) fn resolve(&self, festival: Festival, year: i32) -> Option<Period> {
        let date = match festival.when {
            When::Month { number, leap } => return self.calendar.month(year, number, leap),
            When::LeapDay(month, day) => self.calendar.day(year, month, true, day)?,
            When::Day(Rule::Fixed(month, day)) => Date::day(year, month, day)?,
            When::Day(Rule::Lunar(month, day)) => self.calendar.day(year, month, false, day)?,
            When::Day(Rule::Eve) => self.calendar.eve(year)?,
            When::Day(Rule::Sun(month, before, since)) => {
                let of_century = year.rem_euclid(100);
                let from = if (1901..=2000).contains(&year) { before } else { since };
                let day = (of_century * 2422 + from * 100) / 10_000 - of_century / 4;
                Date::day(year, month, u8::try_from(day).ok()?)?
            }
        };
        match festival.how {
            How::On => Some(date.into()),
            How::During => Date::month(date.year, date.month?).map(Period::from),
            How::Before => date.shifted(-1).map(Period::from),
        }
    }
}
