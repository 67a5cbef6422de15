//! Calendar dates as exact as a text gives them, and the intervals between two of them.

use jiff::civil;
use std::fmt;
use std::str::FromStr;

/// A Gregorian date, as exact as the text: 1987年9月 has no day. Months and days count from 1.
///
/// Written as ISO 8601: `1987`, `1987-09`, `1987-09-15`; years before 1 with a minus sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    /// Astronomical year.
    pub year: i32,
    /// From 1 to 12.
    pub month: Option<u8>,
    /// From 1 to 31; only where there is a month.
    pub day: Option<u8>,
}

impl Date {
    /// A whole year.
    pub fn year(year: i32) -> Self {
        Self { year, month: None, day: None }
    }

    /// A whole month, if there is such a month.
    pub fn month(year: i32, month: u8) -> Option<Self> {
        (1..=12).contains(&month).then_some(Self { year, month: Some(month), day: None })
    }

    /// One day, if the calendar has it.
    pub fn day(year: i32, month: u8, day: u8) -> Option<Self> {
        let date = Self { year, month: Some(month), day: Some(day) };
        date.civil().map(|_| date)
    }

    /// The day in the calendar, if it is one.
    pub fn civil(self) -> Option<civil::Date> {
        let year = i16::try_from(self.year).ok()?;
        civil::Date::new(year, i8::try_from(self.month?).ok()?, i8::try_from(self.day?).ok()?).ok()
    }

    /// The day so many days later, if it is one day.
    pub fn shifted(self, days: i32) -> Option<Self> {
        let day = self.civil()?.checked_add(jiff::Span::new().try_days(days).ok()?).ok()?;
        Self::day(day.year().into(), u8::try_from(day.month()).ok()?, u8::try_from(day.day()).ok()?)
    }

    /// The month so many months later, with the same day or the last one that the month has.
    pub fn months_later(self, months: i32) -> Option<Self> {
        let count = self.year.checked_mul(12)?.checked_add(i32::from(self.month?) - 1)?.checked_add(months)?;
        let (year, month) = (count.div_euclid(12), u8::try_from(count.rem_euclid(12)).ok()? + 1);
        match self.day {
            None => Self::month(year, month),
            Some(day) => (28..=day).rev().chain([day]).find_map(|day| Self::day(year, month, day)),
        }
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.year < 0 {
            write!(f, "-{:04}", self.year.unsigned_abs())?;
        } else {
            write!(f, "{:04}", self.year)?;
        }
        if let Some(month) = self.month {
            write!(f, "-{month:02}")?;
            if let Some(day) = self.day {
                write!(f, "-{day:02}")?;
            }
        }
        Ok(())
    }
}

impl FromStr for Date {
    type Err = String;

    /// Reads `2024`, `2024-10` or `2024-10-01`.
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is no date; write 2024, 2024-10 or 2024-10-01");
        let (sign, digits) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
        let mut parts = digits.splitn(3, '-');
        let mut number = |width: usize| -> Result<Option<i32>, String> {
            match parts.next() {
                None => Ok(None),
                Some(part) if part.len() == width && part.bytes().all(|b| b.is_ascii_digit()) => {
                    part.parse().map(Some).map_err(|_| wrong())
                }
                Some(_) => Err(wrong()),
            }
        };
        let year = sign * number(4)?.ok_or_else(wrong)?;
        let date = match (number(2)?, number(2)?) {
            (None, _) => Some(Self::year(year)),
            (Some(month), None) => u8::try_from(month).ok().and_then(|m| Self::month(year, m)),
            (Some(month), Some(day)) => match (u8::try_from(month), u8::try_from(day)) {
                (Ok(month), Ok(day)) => Self::day(year, month, day),
                _ => None,
            },
        };
        date.ok_or_else(wrong)
    }
}

/// A date or an interval from one date to another, both included: `2024-10`, `2023-04/2024-12`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    /// The date, or the first of the interval.
    pub from: Date,
    /// The last date of the interval; equal to `from` where there is just one date.
    pub to: Date,
}

impl Period {
    /// Whether it is one year and nothing more exact.
    pub fn is_whole_year(self) -> bool {
        self.from == self.to && self.from.month.is_none()
    }
}

impl From<Date> for Period {
    fn from(date: Date) -> Self {
        Self { from: date, to: date }
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.from == self.to { write!(f, "{}", self.from) } else { write!(f, "{}/{}", self.from, self.to) }
    }
}

impl FromStr for Period {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once('/') {
            None => Ok(Date::from_str(text)?.into()),
            Some((from, to)) => Ok(Self { from: from.parse()?, to: to.parse()? }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_written_as_they_are_read() {
        for text in ["2024", "2024-10", "2024-02-29", "-0221", "2023-04/2024-12"] {
            assert_eq!(text.parse::<Period>().map(|d| d.to_string()), Ok(text.to_owned()));
        }
        for text in ["", "24", "2024-13", "2023-02-29", "2024-1", "2024-10-01T00:00", "二〇二四"] {
            assert!(text.parse::<Period>().is_err(), "{text}");
        }
    }
}
