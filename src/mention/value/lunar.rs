//! The Chinese lunar calendar from 1900 to 2100.
//!
//! In: year, month and day as the calendar counts them. Out: the Gregorian day. Knows the table `lunar` of `values.toml`.

use crate::date::{Date, Period};
use jiff::civil;
use serde::Deserialize;

/// The table as written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Wording {
    /// The first year.
    first: i32,
    /// Gregorian day on which it starts.
    day: String,
    /// A hexadecimal number for each year: 1 if its leap month has 30 days and else 0; a bit for each month from the first on,
    /// set if it has 30 days and not 29; the month that its leap month follows, or 0.
    years: String,
}

/// The calendar.
#[derive(Debug)]
pub(super) struct Lunar {
    /// When each month starts, in order.
    months: Vec<Month>,
}

#[derive(Clone, Copy, Debug)]
struct Month {
    year: i32,
    number: u8,
    leap: bool,
    first: civil::Date,
    days: i8,
}

impl Lunar {
    pub(super) fn new(wording: &Wording) -> Self {
        let mut months = Vec::new();
        let mut first: civil::Date = wording.day.parse().unwrap_or_default();
        for (year, code) in (wording.first..).zip(wording.years.split_whitespace()) {
            let code = u32::from_str_radix(code, 16).unwrap_or(0);
            for number in 1..=12u8 {
                let long = |set: bool| if set { 30 } else { 29 };
                let plain = (false, long(code & (0x8000 >> (number - 1)) != 0));
                let leap = (u32::from(number) == code & 0xf).then_some((true, long(code & 0x10000 != 0)));
                for (leap, days) in std::iter::once(plain).chain(leap) {
                    months.push(Month { year, number, leap, first, days });
                    first = first.saturating_add(jiff::Span::new().days(days));
                }
            }
        }
        Self { months }
    }

    /// The Gregorian day of a day of the lunar calendar.
    pub(super) fn day(&self, year: i32, month: u8, leap: bool, day: u8) -> Option<Date> {
        let month = self.month_of(year, month, leap)?;
        let day = i8::try_from(day).ok().filter(|day| (1..=month.days).contains(day))?;
        gregorian(month, day)
    }

    /// The days of a month of the lunar calendar.
    pub(super) fn month(&self, year: i32, month: u8, leap: bool) -> Option<Period> {
        let month = self.month_of(year, month, leap)?;
        Some(Period { from: gregorian(month, 1)?, to: gregorian(month, month.days)? })
    }

    /// The last day of the year before `year`: the eve of its New Year.
    pub(super) fn eve(&self, year: i32) -> Option<Date> {
        let last = *self.months.iter().rev().find(|month| month.year == year - 1)?;
        gregorian(last, last.days)
    }

    fn month_of(&self, year: i32, number: u8, leap: bool) -> Option<Month> {
        self.months.iter().find(|m| (m.year, m.number, m.leap) == (year, number, leap)).copied()
    }
}

fn gregorian(month: Month, day: i8) -> Option<Date> {
    let first = month.first;
    let first = Date::day(first.year().into(), u8::try_from(first.month()).ok()?, u8::try_from(first.day()).ok()?)?;
    first.shifted(i32::from(day) - 1)
}
