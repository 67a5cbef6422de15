//! Reads dates: 2024年12月1日, 去年8月底, 7月19日至26日, 上半年, “十四五”期间.
//!
//! In: folded text, a place in it, and what the text has said of dates so far. Out: the date or interval that starts there.
//! Words that state a date which cannot be resolved are passed over, so that their digits do not count as quantities.

use super::number::Numerals;
use super::words::{Words, after, between, first, last};
use crate::date::{Date, Period};
use jiff::civil;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The table `dates` of `values.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Wording {
    year: Vec<String>,
    month: Vec<String>,
    day: Vec<String>,
    day_of_month: Vec<String>,
    decade: Vec<String>,
    century: Vec<String>,
    last_century: Vec<String>,
    eras: BTreeMap<String, i32>,
    before_christ: Vec<String>,
    first: Vec<String>,
    never: Vec<char>,
    year_parts: Vec<String>,
    month_parts: Vec<String>,
    to: Vec<String>,
    since: Vec<String>,
    pub(super) recent: Vec<String>,
    pub(super) recent_end: Vec<String>,
    not_month: Vec<String>,
    not_day: Vec<String>,
    hour: Vec<String>,
    minute: Vec<String>,
    second: Vec<String>,
    half_hour: Vec<String>,
    day_parts: Vec<String>,
    future: Vec<String>,
    each: Vec<String>,
    weekdays: Vec<String>,
    sunday: Vec<String>,
    lunar: Vec<String>,
    lunar_day: Vec<String>,
    plan: Plan,
}

/// How five-year plans are counted.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Plan {
    /// Number of the plan that counting starts from.
    first: i32,
    /// Its first year.
    year: i32,
    /// Length of a plan.
    years: i32,
    /// Behind the number: the 五 of 十四五.
    mark: Vec<String>,
    /// Behind the name, so that the years are meant and not the plan.
    behind: Vec<String>,
}

/// A row of `date_word`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RelativeRow {
    pub(super) words: Vec<String>,
    from: From,
    unit: Unit,
    shift: i32,
}

/// A row of `year_part`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PartRow {
    pub(super) words: Vec<String>,
    pub(super) months: (u8, u8),
}

/// What a relative date counts from.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum From {
    /// The day of publication.
    Published,
    /// The last date of the text.
    Text,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Unit {
    Year,
    Month,
    Week,
    Day,
}

#[derive(Clone, Copy, Debug)]
struct Relative {
    from: From,
    unit: Unit,
    shift: i32,
}

/// The words of dates.
#[derive(Debug)]
pub(super) struct Calendar {
    year: Words<()>,
    year_mark: String,
    month: Words<()>,
    day: Words<()>,
    day_of_month: Words<()>,
    decade: Words<()>,
    century: Words<()>,
    last_century: Words<()>,
    eras: Words<(i32, i32)>,
    first: Words<()>,
    never: Vec<char>,
    year_parts: Words<()>,
    month_parts: Words<()>,
    to: Words<()>,
    since: Words<()>,
    not_month: Words<()>,
    not_day: Words<()>,
    hour: Words<()>,
    minute: Words<()>,
    second: Words<()>,
    half_hour: Words<()>,
    day_parts: Words<()>,
    future: Vec<String>,
    each: Words<()>,
    weekdays: Words<u8>,
    lunar: Words<()>,
    lunar_day: Words<()>,
    plan: Plan,
    plan_mark: Words<()>,
    plan_behind: Words<()>,
    relative: Words<Relative>,
    parts: Words<(u8, u8)>,
}

/// What is known of dates at some place of a text.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Anchor {
    /// Day of publication.
    pub(super) published: Option<Date>,
    /// The last date before this place.
    pub(super) last: Option<Date>,
    /// How many sentences ago it was named; none where it stands in another block.
    pub(super) distance: Option<usize>,
}

/// A date expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// Where the date starts.
    pub(super) start: usize,
    /// Just past the date.
    pub(super) end: usize,
    /// Just past the time of day that goes with it.
    pub(super) passed: usize,
    /// What it means, if that can be told.
    pub(super) period: Option<Period>,
}

/// One date of an expression as far as it is written out.
#[derive(Clone, Copy, Debug, Default)]
struct Point {
    end: usize,
    year: Option<i32>,
    month: Option<u8>,
    day: Option<u8>,
    months: Option<(u8, u8)>,
    /// An interval that needs nothing else: a decade, a week.
    whole: Option<Period>,
    /// Whether it depends on a date that is not known.
    lost: bool,
}

/// Place and circumstances of reading.
#[derive(Clone, Copy)]
pub(super) struct Place<'t> {
    pub(super) text: &'t str,
    pub(super) numerals: &'t Numerals,
    pub(super) anchor: Anchor,
    /// Whether an offset lies inside a word.
    pub(super) inside_word: &'t dyn Fn(usize) -> bool,
    /// Whether a unit of measure starts at an offset.
    pub(super) unit: &'t dyn Fn(usize) -> bool,
}

impl Calendar {
    pub(super) fn new(wording: Wording, relative: Vec<RelativeRow>, parts: Vec<PartRow>) -> Self {
        let weekdays = wording.weekdays.iter().zip(0u8..).chain(wording.sunday.iter().map(|w| (w, 6)));
        let eras = wording.eras.iter().map(|(word, &zero)| (word, (zero, 1)));
        let eras = eras.chain(wording.before_christ.iter().map(|word| (word, (1, -1))));
        Self {
            year: Words::set(&wording.year),
            year_mark: wording.year.last().cloned().unwrap_or_default(),
            month: Words::set(&wording.month),
            day: Words::set(&wording.day),
            day_of_month: Words::set(&wording.day_of_month),
            decade: Words::set(&wording.decade),
            century: Words::set(&wording.century),
            last_century: Words::set(&wording.last_century),
            eras: Words::new(eras),
            first: Words::set(&wording.first),
            year_parts: Words::set(&wording.year_parts),
            month_parts: Words::set(&wording.month_parts),
            to: Words::set(&wording.to),
            since: Words::set(&wording.since),
            not_month: Words::set(&wording.not_month),
            not_day: Words::set(&wording.not_day),
            hour: Words::set(&wording.hour),
            minute: Words::set(&wording.minute),
            second: Words::set(&wording.second),
            half_hour: Words::set(&wording.half_hour),
            day_parts: Words::set(&wording.day_parts),
            each: Words::set(&wording.each),
            weekdays: Words::new(weekdays),
            lunar: Words::set(&wording.lunar),
            lunar_day: Words::set(&wording.lunar_day),
            plan_mark: Words::set(&wording.plan.mark),
            plan_behind: Words::set(&wording.plan.behind),
            relative: Words::new(relative.iter().flat_map(|row| {
                let meaning = Relative { from: row.from, unit: row.unit, shift: row.shift };
                row.words.iter().map(move |word| (word, meaning))
            })),
            parts: Words::new(parts.iter().flat_map(|row| row.words.iter().map(|word| (word, row.months)))),
            never: wording.never,
            future: wording.future,
            plan: wording.plan,
        }
    }

    /// The characters that a date can start with, apart from numerals.
    pub(super) fn starts(&self) -> Vec<char> {
        let mut starts = self.eras.starts();
        starts.extend(self.last_century.starts());
        starts.extend(self.lunar.starts());
        starts.extend(self.relative.starts());
        starts.extend(self.parts.starts());
        starts
    }

    /// The mark of years, which is their unit as well.
    pub(super) fn year_symbol(&self) -> &str {
        &self.year_mark
    }

    /// The date that starts at `start`.
    pub(super) fn find(&self, place: Place<'_>, start: usize) -> Option<Found> {
        if let Some(found) = self.plan(place, start) {
            return Some(found);
        }
        let mut point = self.point(place, start, None)?;
        point.lost |= point.year.is_none() && self.each.before(place.text, 0, start).is_some();
        if (place.inside_word)(point.end) && !point.ends_in_digit_or_mark(place) {
            return None;
        }
        let mut end = point.end;
        let from = self.resolve(place, start, point);
        let mut period = from;
        let gap = skip_blank(place.text, end);
        if let Some((behind, ())) = self.to.at(place.text, gap) {
            let behind = skip_blank(place.text, behind);
            if let Some(second) = self.point(place, behind, Some(&point)) {
                end = second.end;
                let later = Place {
                    anchor: Anchor {
                        last: from.map(|p| p.from).or(place.anchor.last),
                        distance: Some(0),
                        ..place.anchor
                    },
                    ..place
                };
                period = match (from, self.resolve_after(later, behind, second, from)) {
                    (Some(from), Some(to)) if from.from <= to.to => Some(Period { from: from.from, to: to.to }),
                    (Some(from), _) => Some(from),
                    (None, _) => None,
                };
            }
        }
        if let Some((behind, ())) = self.since.at(place.text, end) {
            end = behind;
            period = period.zip(place.anchor.published).map(|(from, published)| {
                let to = Date {
                    year: published.year,
                    month: from.from.month.and(published.month),
                    day: from.from.day.and(published.day),
                };
                Period { from: from.from, to: to.max(from.from) }
            });
        }
        let passed = self.time_of_day(place, end).unwrap_or(end);
        Some(Found { start, end, passed, period })
    }

    /// Just past the time of day at `start`, if there is one that is no quantity: 9:30, 14时30分.
    pub(super) fn clock(&self, place: Place<'_>, start: usize) -> Option<usize> {
        let text = place.text;
        let (hour, digits, end) = self.number(place, start)?;
        if hour > 24 || digits > 2 {
            return None;
        }
        let led = self.day_parts.before(text, 0, start).is_some() || self.after_date(text, start);
        if let Some(colon @ (':' | '：')) = first(text, end) {
            let mut end = end + colon.len_utf8();
            let (minute, 2, behind) = self.number(place, end)? else { return None };
            if minute > 59 || first(text, behind).is_some_and(|c| c == '%' || c == '.') {
                return None;
            }
            end = behind;
            if first(text, end) == Some(':')
                && let Some((_, 2, behind)) = self.number(place, end + 1)
            {
                end = behind;
            }
            return Some(end);
        }
        let (end, ()) = self.hour.at(text, end)?;
        let minutes = self.number(place, end).and_then(|(_, _, at)| self.minute.at(text, at)).map(|(end, ())| end);
        let half = self.half_hour.at(text, end).map(|(end, ())| end);
        let Some(behind) = minutes.or(half) else {
            let sure = led || self.hour.at(text, end).is_some();
            return (sure && !(place.inside_word)(end)).then_some(end);
        };
        let seconds = self.number(place, behind).and_then(|(_, _, at)| self.second.at(text, at)).map(|(end, ())| end);
        Some(seconds.unwrap_or(behind))
    }

    /// Whether the text before `end` is the mark of a day: 1日9时.
    fn after_date(&self, text: &str, end: usize) -> bool {
        let end = between(text, 0, end).trim_end_matches(' ').len();
        self.day.before(text, 0, end).is_some()
    }

    /// Just past the time of day that follows a date.
    fn time_of_day(&self, place: Place<'_>, end: usize) -> Option<usize> {
        let mut at = skip_blank(place.text, end);
        let part = self.day_parts.at(place.text, at).filter(|(behind, ())| !(place.inside_word)(*behind));
        if let Some((behind, ())) = part {
            at = skip_blank(place.text, behind);
        }
        self.clock(place, at).or(part.map(|(behind, ())| behind))
    }

    /// “十四五”期间: the years of a five-year plan.
    fn plan(&self, place: Place<'_>, start: usize) -> Option<Found> {
        let text = place.text;
        let quoted = matches!(last(text, start), Some('“' | '"' | '「'));
        let c = first(text, start)?;
        if c.is_ascii_digit() {
            return None;
        }
        let head = start + c.len_utf8();
        let ten = place.numerals.digit(c).is_none();
        let (number, end) = if ten {
            let second = first(text, head)?;
            let digit = i32::try_from(place.numerals.digit(second)?).ok()?;
            match self.plan_mark.at(text, head + second.len_utf8()) {
                Some((end, ())) => (10 + digit, end),
                None => (10, self.plan_mark.at(text, head)?.0),
            }
        } else {
            (i32::try_from(place.numerals.digit(c)?).ok()?, self.plan_mark.at(text, head)?.0)
        };
        if ten && !place.numerals.is_numeral(c) || number < self.plan.first {
            return None;
        }
        let close = first(text, end).filter(|c| matches!(c, '”' | '"' | '」'));
        let closed = end + close.filter(|_| quoted).map_or(0, char::len_utf8);
        let from = self.plan.year + (number - self.plan.first) * self.plan.years;
        if let Some((behind, ())) = self.plan_behind.at(text, closed) {
            let quote = if quoted && closed > end { last(text, start).map_or(0, char::len_utf8) } else { 0 };
            let period = Period { from: Date::year(from), to: Date::year(from + self.plan.years - 1) };
            return Some(Found { start: start - quote, end: behind, passed: behind, period: Some(period) });
        }
        (quoted && closed > end).then_some(Found { start, end, passed: closed, period: None })
    }

    /// One date. In the second date of an interval, `first` is the first.
    fn point(&self, place: Place<'_>, start: usize, earlier: Option<&Point>) -> Option<Point> {
        let text = place.text;
        if let Some((end, ())) = self.lunar.at(text, start) {
            return Some(Point { end: self.lunar_rest(place, end), lost: true, ..Point::default() });
        }
        if let Some((end, relative)) = self.relative.at(text, start) {
            return self.relative(place, end, *relative);
        }
        if let Some((end, ())) = self.last_century.at(text, start) {
            let (n, _, end) = self.number(place, end)?;
            let (end, ()) = self.decade.at(text, end)?;
            return Some(decade(1900 + n, end));
        }
        if let Some((end, &(zero, sign))) = self.eras.at(text, start) {
            let (n, end) = match self.first.at(text, end) {
                Some((end, ())) => (1, end),
                None => self.number(place, skip_blank(text, end)).map(|(n, _, end)| (n, end))?,
            };
            let (end, ()) = self.year.at(text, end)?;
            return Some(self.months(place, Point { end, year: Some(zero + sign * n), ..Point::default() }));
        }
        if let Some((end, &months)) = self.parts.at(text, start)
            && !self.ends_number(text, start)
        {
            return Some(Point { end, months: Some(months), ..Point::default() });
        }
        let (n, digits, end) = self.number(place, start)?;
        let marked = skip_blank(text, end);
        if digits == 4 {
            if let Some((end, ())) = self.decade.at(text, marked) {
                return Some(decade(n, end));
            }
            if let Some((end, ())) = self.year.at(text, marked)
                && (1..=2999).contains(&n)
            {
                return Some(self.months(place, Point { end, year: Some(n), ..Point::default() }));
            }
            if (1000..=2200).contains(&n) {
                return self.numeric(place, n, end).or_else(|| self.open_year(place, start, n, end, earlier));
            }
            return None;
        }
        if digits == 2
            && let Some((end, ())) = self.decade.at(text, marked)
            && n % 10 == 0
        {
            return (50..100).contains(&n).then(|| decade(1900 + n, end));
        }
        if let Some((end, ())) = self.century.at(text, marked)
            && (1..=22).contains(&n)
        {
            if let Some((tens, _, at)) = self.number(place, end)
                && let Some((end, ())) = self.decade.at(text, at)
            {
                return Some(decade((n - 1) * 100 + tens, end));
            }
            let from = (n - 1) * 100 + 1;
            let whole = Period { from: Date::year(from), to: Date::year(from + 99) };
            return Some(Point { end, whole: Some(whole), ..Point::default() });
        }
        if digits == 2
            && let Some((end, ())) = self.year.at(text, marked)
            && let Some((month, _, at)) = self.number(place, end)
            && (1..=12).contains(&month)
            && self.month.at(text, at).is_some()
        {
            let year = n + if n < 50 { 2000 } else { 1900 };
            return Some(self.months(place, Point { end, year: Some(year), ..Point::default() }));
        }
        if let Some(month) = self.month_at(place, start) {
            return Some(self.days(place, month));
        }
        // 三日 by itself is a duration.
        let narrow = first(text, start).is_some_and(|c| c.is_ascii_digit());
        if earlier.is_some() {
            self.day_at(place, start, &self.day_of_month)
        } else {
            self.day_at(place, start, &self.day)
        }
        .filter(|day| {
            earlier.is_some() || narrow && self.not_day.at(text, day.end).is_none() && !(place.inside_word)(day.end)
        })
    }

    /// 2024-12-01, 2024/12/1, 2024.12.1, 2024-12, 2024.12.
    fn numeric(&self, place: Place<'_>, year: i32, end: usize) -> Option<Point> {
        let text = place.text;
        let separator = first(text, end).filter(|c| matches!(c, '-' | '/' | '.'))?;
        let (month, width, end) = narrow_number(text, end + 1)?;
        let month = u8::try_from(month).ok().filter(|m| (1..=12).contains(m) && width <= 2)?;
        if first(text, end) == Some(separator)
            && let Some((day, 1 | 2, end)) = narrow_number(text, end + 1)
            && let Ok(day) = u8::try_from(day)
            && Date::day(year, month, day).is_some()
            && !first(text, end).is_some_and(|c| c == separator || c.is_ascii_alphabetic() && c != 'T')
        {
            return Some(Point { end, year: Some(year), month: Some(month), day: Some(day), ..Point::default() });
        }
        let next = first(text, end);
        let goes_on = next.is_some_and(|c| place.numerals.is_numeral(c) || matches!(c, '%' | '/' | '.'));
        if width == 2 && separator != '/' && !goes_on && !(place.unit)(end) && (1900..=2100).contains(&year) {
            return Some(Point { end, year: Some(year), month: Some(month), ..Point::default() });
        }
        None
    }

    /// A year without its mark: the first of 1985-1991年, or both of (1917-2003).
    fn open_year(&self, place: Place<'_>, start: usize, n: i32, end: usize, earlier: Option<&Point>) -> Option<Point> {
        let text = place.text;
        let point = Point { end, year: Some(n), ..Point::default() };
        let bracket = |c: Option<char>| matches!(c, Some(')' | '）'));
        if let Some(earlier) = earlier {
            return (earlier.year.is_some() && earlier.month.is_none() && bracket(first(text, end))).then_some(point);
        }
        let (to, ()) = self.to.at(text, skip_blank(text, end))?;
        let (later, 4, behind) = self.number(place, skip_blank(text, to))? else { return None };
        let marked = self.year.at(text, skip_blank(text, behind)).is_some();
        let bracketed = matches!(last(text, start), Some('(' | '（')) && bracket(first(text, behind));
        (later >= n && later <= 2999 && (marked || bracketed)).then_some(point)
    }

    /// What follows a year: a month, a half, a quarter, a season.
    fn months(&self, place: Place<'_>, point: Point) -> Point {
        let text = place.text;
        let at = skip_blank(text, point.end);
        if let Some((end, &months)) = self.parts.at(text, at) {
            return Point { end, months: Some(months), ..point };
        }
        if let Some(month) = self.month_at(place, at) {
            return self.days(place, Point { year: point.year, lost: point.lost, ..month });
        }
        match self.year_parts.all_at(text, point.end).find(|(end, ())| !(place.inside_word)(*end)) {
            Some((end, ())) => Point { end, ..point },
            None => point,
        }
    }

    /// A month with its mark; in 3至5月 the mark of the second serves the first.
    fn month_at(&self, place: Place<'_>, start: usize) -> Option<Point> {
        let (n, end) = self.marked(place, start, &self.month, 12)?;
        if self.not_month.at(place.text, end).is_some() {
            return None;
        }
        Some(Point { end, month: Some(n), ..Point::default() })
    }

    /// A day with its mark; in 19至26日 the mark of the second serves the first.
    fn day_at(&self, place: Place<'_>, start: usize, mark: &Words<()>) -> Option<Point> {
        let (n, end) = self.marked(place, start, mark, 31)?;
        Some(Point { end, day: Some(n), ..Point::default() })
    }

    fn marked(&self, place: Place<'_>, start: usize, mark: &Words<()>, largest: i32) -> Option<(u8, usize)> {
        let text = place.text;
        let (n, digits, end) = self.number(place, start)?;
        if !(1..=largest).contains(&n) || digits > 2 {
            return None;
        }
        let n = u8::try_from(n).ok()?;
        if let Some((end, ())) = mark.at(text, skip_blank(text, end)) {
            return Some((n, end));
        }
        let (to, ()) = self.to.at(text, end)?;
        let (later, 1 | 2, behind) = self.number(place, to)? else { return None };
        let (behind, ()) = mark.at(text, behind)?;
        let word = self.not_day.at(text, behind).is_some() || self.not_month.at(text, behind).is_some();
        (later > i32::from(n) && later <= largest && !word).then_some((n, end))
    }

    /// What follows a month: a day, or a part of the month.
    fn days(&self, place: Place<'_>, point: Point) -> Point {
        let text = place.text;
        if let Some(day) = self.day_at(place, skip_blank(text, point.end), &self.day_of_month) {
            return Point { end: day.end, day: day.day, ..point };
        }
        match self.month_parts.all_at(text, point.end).find(|(end, ())| !(place.inside_word)(*end)) {
            Some((end, ())) => Point { end, ..point },
            None => point,
        }
    }

    /// Just past the months and days of a lunar date.
    fn lunar_rest(&self, place: Place<'_>, mut end: usize) -> usize {
        for _ in 0..6 {
            let marks = [&self.lunar, &self.year, &self.month, &self.day, &self.lunar_day];
            if let Some((behind, ())) = marks.iter().find_map(|marks| marks.at(place.text, end)) {
                end = behind;
            } else if let Some((_, _, behind)) = self.number(place, end) {
                end = behind;
            }
        }
        end
    }

    /// 去年, 同月, 次日, 上周五 and what follows them.
    fn relative(&self, place: Place<'_>, end: usize, relative: Relative) -> Option<Point> {
        let base = match relative.from {
            From::Published => place.anchor.published,
            From::Text => place.anchor.last,
        };
        let point = Point { end, ..Point::default() };
        Some(match relative.unit {
            Unit::Year => {
                let year = base.map(|base| base.year + relative.shift);
                self.months(place, Point { year, lost: year.is_none(), ..point })
            }
            Unit::Month => {
                let date = base.and_then(|base| {
                    let months = base.year * 12 + i32::from(base.month?) - 1 + relative.shift;
                    Date::month(months.div_euclid(12), u8::try_from(months.rem_euclid(12)).ok()? + 1)
                });
                let (year, month) = (date.map(|d| d.year), date.and_then(|d| d.month));
                self.days(place, Point { year, month, lost: date.is_none(), ..point })
            }
            Unit::Day => {
                let date = base.and_then(|base| shifted(base, relative.shift));
                Point { whole: date.map(Period::from), lost: date.is_none(), ..point }
            }
            Unit::Week => {
                let monday = base.and_then(civil_of).map(|day| {
                    let back = i32::from(day.weekday().to_monday_zero_offset());
                    (day, relative.shift * 7 - back)
                });
                if let Some((end, &weekday)) = self.weekdays.at(place.text, end) {
                    let date = monday.and_then(|(day, shift)| date_of(day, shift + i32::from(weekday)));
                    Point { end, whole: date.map(Period::from), lost: date.is_none(), ..point }
                } else {
                    let whole = monday.and_then(|(day, shift)| {
                        Some(Period { from: date_of(day, shift)?, to: date_of(day, shift + 6)? })
                    });
                    Point { whole, lost: whole.is_none(), ..point }
                }
            }
        })
    }

    /// The interval that a date stands for.
    fn resolve(&self, place: Place<'_>, start: usize, point: Point) -> Option<Period> {
        let anchor = place.anchor;
        if point.lost {
            return None;
        }
        if let Some(whole) = point.whole {
            return Some(whole);
        }
        if let Some((from, to)) = point.months {
            let year = point.year.or_else(|| anchor.year_here())?;
            return Some(Period { from: Date::month(year, from)?, to: Date::month(year, to)? });
        }
        let (year, month) = match (point.year, point.month) {
            (Some(year), month) => (year, month),
            (None, Some(month)) => (anchor.year_of(month, point.day, self.future(place, start))?, Some(month)),
            (None, None) => {
                let base = anchor.month_of(point.day?, self.future(place, start))?;
                (base.year, base.month)
            }
        };
        match (month, point.day) {
            (None, _) => Some(Date::year(year).into()),
            (Some(month), None) => Date::month(year, month).map(Period::from),
            (Some(month), Some(day)) => Date::day(year, month, day).map(Period::from),
        }
    }

    /// The second date of an interval, which takes from the first what it does not say.
    fn resolve_after(&self, place: Place<'_>, start: usize, point: Point, first: Option<Period>) -> Option<Period> {
        let from = first?.from;
        let mut point = point;
        if point.whole.is_none() && point.year.is_none() && !point.lost {
            point.year = Some(from.year);
            if point.month.is_none() && point.months.is_none() {
                point.month = from.month;
            } else if point.month < from.month && point.months.is_none() {
                point.year = Some(from.year + 1);
            }
        }
        self.resolve(place, start, point)
    }

    /// Whether a word before `start` speaks of what is to come.
    fn future(&self, place: Place<'_>, start: usize) -> bool {
        let near = between(place.text, 0, start);
        let near = near.char_indices().rev().take(12).last().map_or(near, |(at, _)| after(near, at));
        self.future.iter().any(|word| near.contains(word.as_str()))
    }

    /// Whether a numeral ends right before `start`.
    fn ends_number(&self, text: &str, start: usize) -> bool {
        last(text, start).is_some_and(|c| c.is_ascii_digit())
    }

    /// A number of at most four digits: its value, how many digits it is written with, and its end.
    fn number(&self, place: Place<'_>, start: usize) -> Option<(i32, usize, usize)> {
        let text = place.text;
        if let Some(found) = narrow_number(text, start) {
            return Some(found);
        }
        let (mut value, mut digits, mut end, mut tens) = (0i32, 0usize, start, false);
        for c in after(text, start).chars().take(5) {
            if c.is_ascii_digit() || self.never.contains(&c) {
                return None;
            }
            if let Some(d) = place.numerals.digit(c) {
                let d = i32::try_from(d).ok()?;
                value = if tens { value + d } else { value * 10 + d };
                digits += 1;
            } else if place.numerals.is_ten(c) && !tens && digits <= 1 {
                value = if digits == 0 { 10 } else { value * 10 };
                tens = true;
                digits = 1;
            } else if place.numerals.is_numeral(c) {
                return None;
            } else {
                break;
            }
            end += c.len_utf8();
        }
        (digits > 0 && digits <= 4 && !(tens && digits > 2)).then_some((value, digits, end))
    }
}

impl Point {
    /// Whether what was read ends in a digit or a mark of its own, so that no longer word can have been cut.
    fn ends_in_digit_or_mark(&self, place: Place<'_>) -> bool {
        last(place.text, self.end).is_some_and(|c| c.is_ascii_digit())
            || (self.whole.is_none() && (self.month.is_some() || self.day.is_some()))
    }
}

impl Anchor {
    /// The year that a part of a year belongs to.
    fn year_here(self) -> Option<i32> {
        let near = self.last.filter(|_| self.distance == Some(0)).map(|d| d.year);
        near.or(self.published.map(|d| d.year)).or(self.last.map(|d| d.year))
    }

    /// The last date, if it was named in the same block a short while ago.
    fn recent(self) -> Option<(Date, usize)> {
        self.last.zip(self.distance.filter(|&d| d <= 2))
    }

    /// The year of a month that the text gives without one.
    fn year_of(self, month: u8, day: Option<u8>, future: bool) -> Option<i32> {
        let Some(published) = self.published else { return self.last.map(|d| d.year) };
        let usual = match published.month {
            Some(now) if month > now && !future => published.year - 1,
            _ => published.year,
        };
        match self.recent() {
            Some((last, 0)) => Some(last.year),
            Some((last, _)) if last.year != usual => {
                let close =
                    days_between(month_day(usual, month, day), published).is_some_and(|d| (-10..=45).contains(&d));
                Some(if close { usual } else { last.year })
            }
            _ => Some(usual),
        }
    }

    /// The month of a day that the text gives without one.
    fn month_of(self, day: u8, future: bool) -> Option<Date> {
        let published = self.published.filter(|d| d.day.is_some());
        let usual = published.and_then(|now| {
            let month = i32::from(now.month?) - 1 - i32::from(day > now.day? && !future);
            let months = now.year * 12 + month;
            Date::month(months.div_euclid(12), u8::try_from(months.rem_euclid(12)).ok()? + 1)
        });
        let recent = self.recent().filter(|(date, _)| date.month.is_some());
        match (recent, usual, published) {
            (Some((last, 0)), _, _) | (Some((last, _)), None, _) => Some(last),
            (Some((last, _)), Some(usual), Some(now)) => {
                let date = month_day(usual.year, usual.month.unwrap_or(1), Some(day));
                let close = days_between(date, now).is_some_and(|d| (-10..=10).contains(&d));
                Some(if close { usual } else { last })
            }
            (None, usual, _) | (Some(_), usual @ Some(_), None) => {
                usual.or_else(|| self.last.filter(|d| d.month.is_some()))
            }
        }
    }
}

/// A decade as an interval.
fn decade(first: i32, end: usize) -> Point {
    let whole = Period { from: Date::year(first), to: Date::year(first + 9) };
    Point { end, whole: Some(whole), ..Point::default() }
}

fn month_day(year: i32, month: u8, day: Option<u8>) -> Option<Date> {
    Date::day(year, month, day.unwrap_or(1)).or_else(|| Date::day(year, month, 28))
}

/// Days from `date` to `now`.
fn days_between(date: Option<Date>, now: Date) -> Option<i32> {
    let now = civil_of(Date { month: now.month.or(Some(12)), day: now.day.or(Some(28)), ..now })?;
    Some(civil_of(date?)?.until(now).ok()?.get_days())
}

fn civil_of(date: Date) -> Option<civil::Date> {
    let year = i16::try_from(date.year).ok()?;
    civil::Date::new(year, i8::try_from(date.month?).ok()?, i8::try_from(date.day?).ok()?).ok()
}

fn date_of(day: civil::Date, shift: i32) -> Option<Date> {
    let day = day.checked_add(jiff::Span::new().days(shift)).ok()?;
    Date::day(day.year().into(), u8::try_from(day.month()).ok()?, u8::try_from(day.day()).ok()?)
}

fn shifted(date: Date, days: i32) -> Option<Date> {
    date_of(civil_of(date)?, days)
}

fn skip_blank(text: &str, at: usize) -> usize {
    if first(text, at) == Some(' ') { at + 1 } else { at }
}

/// A number in narrow digits, at most four of them.
fn narrow_number(text: &str, start: usize) -> Option<(i32, usize, usize)> {
    let digits = after(text, start).bytes().take(5).take_while(u8::is_ascii_digit).count();
    if digits == 0 || digits > 4 {
        return None;
    }
    Some((between(text, start, start + digits).parse().ok()?, digits, start + digits))
}
