//! Reads dates: 2024年12月1日, 去年8月底, 7月19日至26日, 上半年, “十四五”期间.
//!
//! In: folded text, a place in it, and what the text has said of dates so far. Out: the date or interval that starts there.
//! Words that state a date which cannot be resolved are passed over, so that their digits do not count as quantities.

use super::festival::{self, Festival, Festivals, Year};
use super::number::{Numerals, short_narrow};
use super::words::{Words, after, between, first, last};
use crate::chars::is_han;
use crate::date::{Date, Period};
use crate::span::cut;
use rust_decimal::Decimal;
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
    this_century: Vec<String>,
    eras: BTreeMap<String, i32>,
    before_christ: Vec<String>,
    first: Vec<String>,
    year_parts: Vec<String>,
    month_parts: Vec<String>,
    to: Vec<String>,
    since: Vec<String>,
    season: Vec<String>,
    first_months: Vec<String>,
    months: Vec<String>,
    and: Vec<String>,
    between: Vec<String>,
    between_end: Vec<String>,
    later: Vec<String>,
    earlier: Vec<String>,
    pub(super) recent: Vec<String>,
    pub(super) recent_end: Vec<String>,
    pub(super) past: Vec<String>,
    pub(super) past_clause: Vec<String>,
    pub(super) ahead: Vec<String>,
    pub(super) not_period: Vec<String>,
    from: Vec<String>,
    lead: Vec<String>,
    day_behind: Vec<String>,
    year_lead: Vec<String>,
    not_year: Vec<String>,
    nth: Vec<String>,
    nth_of: Vec<String>,
    last: Vec<String>,
    week: Vec<String>,
    weeks: Vec<String>,
    weekend: Vec<String>,
    not_weekday: Vec<String>,
    units: BTreeMap<String, (i32, i32)>,
    not_month: Vec<String>,
    not_day: Vec<String>,
    hour: Vec<String>,
    minute: Vec<String>,
    second: Vec<String>,
    half_hour: Vec<String>,
    day_parts: Vec<String>,
    future: Vec<String>,
    each: Vec<String>,
    each_week: Vec<String>,
    list: Vec<String>,
    weekdays: Vec<String>,
    sunday: Vec<String>,
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
    /// The same for its first and its last year.
    start: Vec<String>,
    end: Vec<String>,
}

/// Which years of a plan are meant.
#[derive(Clone, Copy, Debug)]
enum PlanYears {
    All,
    First,
    Last,
}

/// A row of `date_word`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RelativeRow {
    pub(super) words: Vec<String>,
    from: From,
    unit: Unit,
    shift: i32,
    /// Whether it is a date only at the start of a clause or behind a word such as 在 or 截至.
    #[serde(default)]
    led: bool,
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
    Quarter,
    Month,
    Week,
    Day,
}

#[derive(Clone, Copy, Debug)]
struct Relative {
    from: From,
    unit: Unit,
    shift: i32,
    led: bool,
}

/// The words of dates.
#[derive(Debug)]
pub(super) struct Calendar {
    year: Words<()>,
    month: Words<()>,
    day: Words<()>,
    day_of_month: Words<()>,
    decade: Words<()>,
    century: Words<()>,
    last_century: Words<()>,
    this_century: Words<()>,
    eras: Words<(i32, i32)>,
    first: Words<()>,
    year_parts: Words<()>,
    month_parts: Words<()>,
    to: Words<()>,
    since: Words<()>,
    season: Words<()>,
    first_months: Words<()>,
    months_mark: Words<()>,
    and: Words<()>,
    between: Words<()>,
    between_end: Words<()>,
    later: Words<()>,
    earlier: Words<()>,
    from: Words<()>,
    lead: Words<()>,
    day_behind: Words<()>,
    year_lead: Words<()>,
    not_year: Words<()>,
    nth: Words<()>,
    nth_of: Words<()>,
    last: Words<()>,
    week: Words<()>,
    weeks: Words<()>,
    weekend: Words<()>,
    not_weekday: Words<()>,
    not_month: Words<()>,
    not_day: Words<()>,
    hour: Words<()>,
    minute: Words<()>,
    second: Words<()>,
    half_hour: Words<()>,
    day_parts: Words<()>,
    future: Vec<String>,
    each: Words<()>,
    each_week: Words<()>,
    list: Words<()>,
    weekdays: Words<u8>,
    festivals: Festivals,
    /// Months and days of the units of time.
    units: BTreeMap<String, (i32, i32)>,
    plan: Plan,
    plan_mark: Words<()>,
    plan_behind: Words<PlanYears>,
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
    /// Whether it is a year whose mark is missing: 从2016到2018.
    open: bool,
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
    pub(super) fn new(
        wording: Wording,
        relative: Vec<RelativeRow>,
        parts: Vec<PartRow>,
        festivals: &festival::Wording,
    ) -> Self {
        let weekdays = wording.weekdays.iter().zip(0u8..).chain(wording.sunday.iter().map(|w| (w, 6)));
        let eras = wording.eras.iter().map(|(word, &zero)| (word, (zero, 1)));
        let eras = eras.chain(wording.before_christ.iter().map(|word| (word, (1, -1))));
        Self {
            year: Words::set(&wording.year),
            month: Words::set(&wording.month),
            day: Words::set(&wording.day),
            day_of_month: Words::set(&wording.day_of_month),
            decade: Words::set(&wording.decade),
            century: Words::set(&wording.century),
            last_century: Words::set(&wording.last_century),
            this_century: Words::set(&wording.this_century),
            season: Words::set(&wording.season),
            first_months: Words::set(&wording.first_months),
            months_mark: Words::set(&wording.months),
            and: Words::set(&wording.and),
            between: Words::set(&wording.between),
            between_end: Words::set(&wording.between_end),
            later: Words::set(&wording.later),
            earlier: Words::set(&wording.earlier),
            from: Words::set(&wording.from),
            lead: Words::set(&wording.lead),
            day_behind: Words::set(&wording.day_behind),
            year_lead: Words::set(&wording.year_lead),
            not_year: Words::set(&wording.not_year),
            nth: Words::set(&wording.nth),
            nth_of: Words::set(&wording.nth_of),
            last: Words::set(&wording.last),
            week: Words::set(&wording.week),
            weeks: Words::set(&wording.weeks),
            weekend: Words::set(&wording.weekend),
            not_weekday: Words::set(&wording.not_weekday),
            festivals: Festivals::new(festivals),
            units: wording.units,
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
            each_week: Words::set(&wording.each_week),
            list: Words::set(&wording.list),
            weekdays: Words::new(weekdays),
            plan_mark: Words::set(&wording.plan.mark),
            plan_behind: {
                let all = wording.plan.behind.iter().map(|word| (word, PlanYears::All));
                let first = wording.plan.start.iter().map(|word| (word, PlanYears::First));
                Words::new(all.chain(first).chain(wording.plan.end.iter().map(|word| (word, PlanYears::Last))))
            },
            relative: Words::new(relative.iter().flat_map(|row| {
                let meaning = Relative { from: row.from, unit: row.unit, shift: row.shift, led: row.led };
                row.words.iter().map(move |word| (word, meaning))
            })),
            parts: Words::new(parts.iter().flat_map(|row| row.words.iter().map(|word| (word, row.months)))),
            future: wording.future,
            plan: wording.plan,
        }
    }

    /// The characters that a date can start with, apart from numerals.
    pub(super) fn starts(&self) -> Vec<char> {
        let mut starts = self.eras.starts();
        starts.extend(self.last_century.starts());
        starts.extend(self.this_century.starts());
        starts.extend(self.festivals.starts());
        starts.extend(self.week.starts());
        starts.extend(self.relative.starts());
        starts.extend(self.parts.starts());
        starts.extend(self.first_months.starts());
        starts
    }

    /// Whether dates are counted in this unit of time: days, but not hours.
    pub(super) fn counts(&self, unit: &str) -> bool {
        self.units.contains_key(unit)
    }

    /// The date so many units of time before (`sign` -1) or behind (`sign` 1) `date`; half a year is six months.
    pub(super) fn later(&self, date: Date, amount: Decimal, unit: &str, sign: i32) -> Option<Date> {
        let &(months, days) = self.units.get(unit)?;
        let whole = |factor: i32| {
            let product = amount.checked_mul(Decimal::from(factor))?;
            product.is_integer().then(|| i32::try_from(product).ok())?
        };
        match (months, days) {
            (0, days) => date.shifted(whole(days)?.checked_mul(sign)?),
            // A date may be less exact than a month.
            (12, _) if date.month.is_none() => date.year.checked_add(whole(1)?.checked_mul(sign)?).map(Date::year),
            (months, _) => date.months_later(whole(months)?.checked_mul(sign)?),
        }
        .filter(|date| (1..=9999).contains(&date.year))
    }

    /// The date that starts at `start`.
    pub(super) fn find(&self, place: Place<'_>, start: usize) -> Option<Found> {
        if let Some(found) = self.plan(place, start) {
            return Some(found);
        }
        let mut point = self.point(place, start, None)?;
        point.lost |= self.each.before(place.text, 0, start).is_some();
        // 年率 is a word, but not in 1955年率团.
        if (place.inside_word)(point.end)
            && !point.ends_in_digit_or_mark(place)
            && !self.is_full_year(place.text, start, point.end)
        {
            return None;
        }
        let mut end = self.weekday_behind(place, point);
        let from = self.resolve(place, start, point);
        let mut period = from;
        if let Some((behind, second_end, second)) = self.second(place, &point, end) {
            end = second_end;
            let last = from.map(|p| p.from).or(place.anchor.last);
            let later = Place { anchor: Anchor { last, distance: Some(0), ..place.anchor }, ..place };
            period = match (from, self.resolve_after(later, behind, second, from)) {
                (Some(from), Some(to)) if from.from <= to.to => Some(Period { from: from.from, to: to.to }),
                (Some(from), _) => Some(from),
                (None, _) => None,
            };
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

    /// Whether a year of four digits and its mark, and nothing else, stand from `start` to `end`: 1955年.
    fn is_full_year(&self, text: &str, start: usize, end: usize) -> bool {
        let digits = cut(text, start..end).bytes().take_while(u8::is_ascii_digit).count();
        let recent = ("1600".."2100").contains(&cut(text, start..start + digits));
        digits == 4 && recent && self.year.at(text, start + digits).is_some_and(|(behind, ())| behind == end)
    }

    /// The second date of an interval whose first ends at `end`: where it starts, where the interval ends, and what it says.
    fn second(&self, place: Place<'_>, first: &Point, end: usize) -> Option<(usize, usize, Point)> {
        let text = place.text;
        let gap = skip_blank(text, end);
        if let Some((behind, ())) = self.to.at(text, gap) {
            let behind = skip_blank(text, behind);
            let second = self.point(place, behind, Some(first))?;
            let end = self.weekday_behind(place, second);
            let closed = self.between_end.at(text, end).filter(|(end, ())| !(place.inside_word)(*end));
            return Some((behind, closed.map_or(end, |(end, ())| end), second));
        }
        // 2007年与2009年之间, 2010年之后2018年之前.
        let (opened, closers) = match (self.between.at(text, gap), self.later.at(text, end)) {
            (Some((behind, ())), _) => (behind, &self.between_end),
            (None, Some((behind, ()))) => (behind, &self.earlier),
            (None, None) => return None,
        };
        let second = self.point(place, opened, Some(first))?;
        let (end, ()) = closers.at(text, second.end)?;
        Some((opened, end, second))
    }

    /// The end of `point` with the day of the week that is said of it: 10月12号，星期一.
    fn weekday_behind(&self, place: Place<'_>, point: Point) -> usize {
        let text = place.text;
        if point.day.is_none() {
            return point.end;
        }
        let gap = skip_blank(text, point.end);
        let mark = first(text, gap).filter(|c| matches!(c, '(' | '（' | '，' | ','));
        let named = self.weekday(text, gap + mark.map_or(0, char::len_utf8));
        let Some((end, _)) = named.filter(|(end, _)| !(place.inside_word)(*end)) else { return point.end };
        match (mark, first(text, end)) {
            (Some('(' | '（'), Some(c @ (')' | '）'))) => end + c.len_utf8(),
            (Some('(' | '（'), _) => point.end,
            _ => end,
        }
    }

    /// 星期一, 周日: the end, and the days since Monday.
    fn weekday(&self, text: &str, start: usize) -> Option<(usize, u8)> {
        let (end, ()) = self.week.at(text, start)?;
        let (end, &day) = self.weekdays.at(text, end)?;
        Some((end, day))
    }

    /// Just past the time of day at `start`, if there is one that is no quantity: 9:30, 14时30分.
    pub(super) fn clock(&self, place: Place<'_>, start: usize) -> Option<usize> {
        let text = place.text;
        let (hour, digits, end) = place.short(start)?;
        if hour > 24 || digits > 2 {
            return None;
        }
        let led = self.day_parts.before(text, 0, start).is_some() || self.after_date(text, start);
        if let Some(colon @ (':' | '：')) = first(text, end) {
            let mut end = end + colon.len_utf8();
            let (minute, 2, behind) = place.short(end)? else { return None };
            if minute > 59 || first(text, behind).is_some_and(|c| c == '%' || c == '.') {
                return None;
            }
            end = behind;
            if first(text, end) == Some(':')
                && let Some((_, 2, behind)) = place.short(end + 1)
            {
                end = behind;
            }
            return Some(end);
        }
        let (end, ()) = self.hour.at(text, end)?;
        let minutes = place.short(end).and_then(|(_, _, at)| self.minute.at(text, at)).map(|(end, ())| end);
        let half = self.half_hour.at(text, end).map(|(end, ())| end);
        let Some(behind) = minutes.or(half) else {
            let sure = led || self.hour.at(text, end).is_some();
            return (sure && !(place.inside_word)(end)).then_some(end);
        };
        let seconds = place.short(behind).and_then(|(_, _, at)| self.second.at(text, at)).map(|(end, ())| end);
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
        let since = self.since.at(text, closed).zip(place.anchor.published);
        let years = self.plan_behind.at(text, closed).map(|(behind, years)| {
            let last = from + self.plan.years - 1;
            match years {
                PlanYears::All => (behind, from, last),
                PlanYears::First => (behind, from, from),
                PlanYears::Last => (behind, last, last),
            }
        });
        let since = since.map(|((behind, ()), published)| (behind, from, published.year.max(from)));
        if let Some((behind, from, to)) = years.or(since) {
            let quote = if quoted && closed > end { last(text, start).map_or(0, char::len_utf8) } else { 0 };
            let period = Period { from: Date::year(from), to: Date::year(to) };
            return Some(Found { start: start - quote, end: behind, passed: behind, period: Some(period) });
        }
        (quoted && closed > end).then_some(Found { start, end, passed: closed, period: None })
    }

    /// One date. In the second date of an interval, `first` is the first.
    fn point(&self, place: Place<'_>, start: usize, earlier: Option<&Point>) -> Option<Point> {
        let text = place.text;
        if let Some(point) = self.festival(place, start, None) {
            return Some(point);
        }
        if let Some((end, relative)) = self.relative.at(text, start)
            && (!relative.led || self.is_led(text, start))
        {
            return self.relative(place, end, *relative);
        }
        if let Some(point) = self.this_weekday(place, start) {
            return Some(point);
        }
        let century = self.last_century.at(text, start).map(|(end, ())| (1900, end));
        if let Some((century, end)) = century.or(self.this_century.at(text, start).map(|(end, ())| (2000, end))) {
            let (n, _, end) = place.short(end)?;
            let (end, ()) = self.decade.at(text, end)?;
            return Some(decade(century + n, end));
        }
        if let Some((end, &(zero, sign))) = self.eras.at(text, start) {
            let (n, end) = match self.first.at(text, end) {
                Some((end, ())) => (1, end),
                None => {
                    let (n, digits, end) = place.short(skip_blank(text, end))?;
                    // 绍兴2023年 is a town and a year; 公元2023年 is a year.
                    (zero <= 1 || digits <= 2).then_some((n, end))?
                }
            };
            let (end, ()) = self.year.at(text, end)?;
            return Some(self.months(place, Point { end, year: Some(zero + sign * n), ..Point::default() }));
        }
        let part = self.part(place, start).filter(|_| !self.ends_number(text, start));
        if let Some((end, months)) = part.or_else(|| self.first_part(place, start).filter(|_| opens(text, start))) {
            return Some(Point { end, months: Some(months), ..Point::default() });
        }
        if let Some(point) = self.spelled_year(place, start) {
            return Some(point);
        }
        let (n, digits, end) = place.short(start)?;
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
        if (10..100).contains(&n)
            && let Some((end, ())) = self.decade.at(text, marked)
            && n % 10 == 0
        {
            return (50..100).contains(&n).then(|| decade(1900 + n, end));
        }
        if let Some((end, ())) = self.century.at(text, marked)
            && (1..=22).contains(&n)
        {
            if let Some((tens, _, at)) = place.short(end)
                && let Some((end, ())) = self.decade.at(text, at)
            {
                return Some(decade((n - 1) * 100 + tens, end));
            }
            let from = (n - 1) * 100 + 1;
            let whole = Period { from: Date::year(from), to: Date::year(from + 99) };
            return Some(Point { end, whole: Some(whole), ..Point::default() });
        }
        if let Some((end, ())) = self.year.at(text, marked)
            && let Some(year) = self.short_year(place, start, n, digits, end)
        {
            return Some(self.months(place, Point { end, year: Some(year), ..Point::default() }));
        }
        if let Some(point) = self.day_first(place, start) {
            return Some(point);
        }
        if let Some(month) = self.month_at(place, start) {
            return Some(self.days(place, month));
        }
        if earlier.is_none() && self.is_led(text, start) && first(text, start).is_some_and(|c| c.is_ascii_digit()) {
            // 12号 may be the number of a house.
            let closed = |end: usize| {
                first(text, end).is_none_or(|c| !is_han(c) && !c.is_alphanumeric() && !matches!(c, '、' | '-' | '—'))
                    || self.day_behind.at(text, end).is_some()
            };
            if let Some(day) = self.day_at(place, start, &self.day_of_month).filter(|day| closed(day.end)) {
                return Some(day);
            }
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

    /// Whether a date may start at `start` though its words mean something else elsewhere: 12号, 年底.
    fn is_led(&self, text: &str, start: usize) -> bool {
        opens(text, start) || self.lead.before(text, 0, start).is_some()
    }

    /// A lunar day or a holiday, in `year` if that is known, else that nearest to the day of publication.
    fn festival(&self, place: Place<'_>, start: usize, year: Option<i32>) -> Option<Point> {
        let festival = self.festivals.read(place.text, place.numerals, start, place.unit)?;
        (year.is_some() || festival.sure).then(|| self.festival_in(place, start, festival, year))
    }

    /// The days of `festival` in `year`, if that is known.
    fn festival_in(&self, place: Place<'_>, start: usize, festival: Festival, year: Option<i32>) -> Point {
        let anchor = place.anchor;
        let here = anchor.last.filter(|_| anchor.distance == Some(0)).map(|date| date.year);
        let year = match (festival.year, year, anchor.published) {
            (Some(Year::Number(year)), _, _) | (None, Some(year), _) => Some(year),
            (Some(Year::Cycle(n)), _, published) => {
                // The year of the cycle that ends with the year after publication.
                published.map(|published| published.year + 1 - (published.year + 1 - 4 - n).rem_euclid(60))
            }
            (None, None, _) if here.is_some() => here,
            (None, None, Some(published)) => {
                let ahead = self.future(place, start);
                let distance = |year: i32| {
                    let day = self
                        .festivals
                        .resolve(festival, year)
                        .map(|period| Date { day: period.from.day.or(Some(15)), ..period.from });
                    days_between(day, published).filter(|days| !ahead || *days <= 0).map(i32::abs)
                };
                let years = published.year - 1..=published.year + 1;
                years.filter_map(|year| Some((distance(year)?, year))).min().map(|(_, year)| year)
            }
            (None, None, None) => None,
        };
        let whole = year.and_then(|year| self.festivals.resolve(festival, year));
        Point { end: festival.end, whole, lost: whole.is_none(), ..Point::default() }
    }

    /// 星期三 by itself: the last such day, or the next one.
    fn this_weekday(&self, place: Place<'_>, start: usize) -> Option<Point> {
        let text = place.text;
        let (end, weekday) = self.weekday(text, start)?;
        let number = last(text, start).is_some_and(|c| place.numerals.is_numeral(c));
        if number || self.not_weekday.at(text, end).is_some() {
            return None;
        }
        // 周一至周五, 周一、周三: every week.
        let joined = self.to.at(text, end).or(self.list.at(text, end));
        if let Some((mut end, _)) = joined.and_then(|(end, ())| self.weekday(text, end)) {
            while let Some((next, _)) = self.list.at(text, end).and_then(|(end, ())| self.weekday(text, end)) {
                end = next;
            }
            return Some(Point { end, lost: true, ..Point::default() });
        }
        if self.each_week.before(text, 0, start).is_some() {
            return Some(Point { end, lost: true, ..Point::default() });
        }
        let anchor = place.anchor;
        // Behind another day to come, the next one from there on: 将于周三和周四.
        let coming = anchor.last.filter(|last| anchor.distance == Some(0) && Some(*last) > anchor.published);
        let ahead = coming.is_some() || self.future(place, start);
        let date = coming.or(anchor.published).and_then(|base| {
            let today = base.civil()?.weekday().to_monday_zero_offset();
            let back = (i32::from(today) - i32::from(weekday)).rem_euclid(7);
            base.shifted(if ahead { (7 - back) % 7 } else { -back })
        });
        Some(Point { end, whole: date.map(Period::from), lost: date.is_none(), ..Point::default() })
    }

    /// 两千零四年八月: a year spelled out as a number, where a month follows.
    fn spelled_year(&self, place: Place<'_>, start: usize) -> Option<Point> {
        let text = place.text;
        let numeral =
            place.numerals.read(text, start, &|_| false).filter(|n| !n.narrow && n.multipliers > 0 && !n.more)?;
        let year = i32::try_from(numeral.value).ok().filter(|year| (1000..=2999).contains(year))?;
        let (end, ()) = self.year.at(text, numeral.end)?;
        self.month_at(place, end)?;
        Some(self.months(place, Point { end, year: Some(year), ..Point::default() }))
    }

    /// A year of fewer than four digits with its mark: 18年10月, 08年, 在789年, （208年）.
    fn short_year(&self, place: Place<'_>, start: usize, n: i32, digits: usize, end: usize) -> Option<i32> {
        let text = place.text;
        let month = || {
            let (month, _, at) = place.short(skip_blank(text, end))?;
            ((1..=12).contains(&month) && self.month.at(text, at).is_some()).then_some(())
        };
        match digits {
            2 => {
                let padded = first(text, start).and_then(|c| place.numerals.digit(c)) == Some(0);
                (padded || month().is_some()).then_some(n + if n < 50 { 2000 } else { 1900 })
            }
            3 => {
                let led = self.year_lead.before(text, 0, start).is_some() && self.not_year.at(text, end).is_none();
                // 建安十三年（208年）.
                let bracketed = last(text, start).is_some_and(|c| matches!(c, '(' | '（'))
                    && first(text, end).is_some_and(|c| matches!(c, ')' | '）'));
                (led || bracketed || month().is_some()).then_some(n)
            }
            _ => None,
        }
    }

    /// 13.5.2015 and 05/05/89, where the numbers tell which is the day and which the year.
    fn day_first(&self, place: Place<'_>, start: usize) -> Option<Point> {
        let text = place.text;
        let (one, 1 | 2, end) = short_narrow(text, start)? else { return None };
        let separator = first(text, end).filter(|c| matches!(c, '-' | '/' | '.'))?;
        let (two, 1 | 2, end) = short_narrow(text, end + 1)? else { return None };
        let (year, digits, end) = short_narrow(text, end + 1).filter(|_| first(text, end) == Some(separator))?;
        let (day, month) = if two > 12 { (two, one) } else { (one, two) };
        let year = match digits {
            4 if (1900..=2100).contains(&year) => year,
            2 if separator == '/' && year > 31 => year + if year < 50 { 2000 } else { 1900 },
            _ => return None,
        };
        let date = Date::day(year, u8::try_from(month).ok()?, u8::try_from(day).ok()?)?;
        let sure = (day > 12 || day == month)
            && !first(text, end).is_some_and(|c| c.is_ascii_alphanumeric() || c == separator);
        sure.then_some(Point { end, year: Some(date.year), month: date.month, day: date.day, ..Point::default() })
    }

    /// 2024-12-01, 2024/12/1, 2024.12.1, 2024 12 01, 2024-12, 2024.12.
    fn numeric(&self, place: Place<'_>, year: i32, end: usize) -> Option<Point> {
        let text = place.text;
        let separator = first(text, end).filter(|c| matches!(c, '-' | '/' | '.' | ' '))?;
        let (month, width, end) = short_narrow(text, end + 1)?;
        if let Some((behind, ())) = self.season.at(text, end)
            && [year + 1, (year + 1) % 100].contains(&month)
        {
            let whole = Some(Period { from: Date::year(year), to: Date::year(year + 1) });
            return Some(Point { end: behind, whole, ..Point::default() });
        }
        let month = u8::try_from(month).ok().filter(|m| (1..=12).contains(m) && width <= 2)?;
        if first(text, end) == Some(separator)
            && let Some((day, days @ (1 | 2), end)) = short_narrow(text, end + 1)
            && (separator != ' ' || width == 2 && days == 2)
            && let Ok(day) = u8::try_from(day)
            && Date::day(year, month, day).is_some()
            && !first(text, end).is_some_and(|c| c == separator || c.is_ascii_alphabetic() && c != 'T')
        {
            return Some(Point { end, year: Some(year), month: Some(month), day: Some(day), ..Point::default() });
        }
        let next = first(text, end);
        let goes_on = next.is_some_and(|c| place.numerals.is_numeral(c) || matches!(c, '%' | '/' | '.'));
        if width == 2
            && !matches!(separator, '/' | ' ')
            && !goes_on
            && !(place.unit)(end)
            && (1900..=2100).contains(&year)
        {
            return Some(Point { end, year: Some(year), month: Some(month), ..Point::default() });
        }
        None
    }

    /// A year without its mark: the first of 1985-1991年, or both of (1917-2003).
    fn open_year(&self, place: Place<'_>, start: usize, n: i32, end: usize, earlier: Option<&Point>) -> Option<Point> {
        let text = place.text;
        let point = Point { end, year: Some(n), ..Point::default() };
        let bare = |end: usize| {
            let goes_on =
                first(text, end).is_some_and(|c| place.numerals.is_numeral(c) || matches!(c, '.' | '/' | '%'));
            (1900..=2100).contains(&n) && !goes_on && !(place.unit)(end)
        };
        let bracket = |c: Option<char>| matches!(c, Some(')' | '）'));
        if let Some(earlier) = earlier {
            let closed = bracket(first(text, end)) || earlier.open && bare(end);
            return (earlier.year.is_some() && earlier.month.is_none() && closed).then_some(point);
        }
        let (to, ()) = self.to.at(text, skip_blank(text, end))?;
        let (later, 4, behind) = place.short(skip_blank(text, to))? else { return None };
        let marked = self.year.at(text, skip_blank(text, behind)).is_some();
        let bracketed = matches!(last(text, start), Some('(' | '（')) && bracket(first(text, behind));
        // 从2016到2018
        let open = self.from.before(text, 0, start).is_some() && bare(behind) && later <= 2100;
        (later >= n && later <= 2999 && (marked || bracketed || open)).then_some(Point { open, ..point })
    }

    /// What follows a year: a month, a half, a quarter, a season.
    fn months(&self, place: Place<'_>, point: Point) -> Point {
        let text = place.text;
        let at = skip_blank(text, point.end);
        if let Some((end, months)) = self.part(place, at).or_else(|| self.first_part(place, at)) {
            return Point { end, months: Some(months), ..point };
        }
        if let Some(festival) = self.festival(place, at, point.year).filter(|_| point.year.is_some()) {
            // The table does not reach back to the eras; the year is right in any case.
            return if festival.lost { Point { end: festival.end, ..point } } else { festival };
        }
        if let Some(month) = self.month_at(place, at) {
            return self.days(place, Point { year: point.year, lost: point.lost, ..month });
        }
        if let Some((end, relative)) = self.relative.at(text, at)
            && matches!((relative.unit, relative.from), (Unit::Month, From::Published))
            && let Some(month) = self.relative(place, end, *relative)
        {
            return Point { year: point.year, lost: point.lost || month.lost, ..month };
        }
        match self.year_parts.all_at(text, point.end).find(|(end, ())| !(place.inside_word)(*end)) {
            Some((end, ())) => Point { end, ..point },
            None => point,
        }
    }

    /// 上半年, 二季度末: the first and the last month.
    fn part(&self, place: Place<'_>, start: usize) -> Option<(usize, (u8, u8))> {
        let (end, &months) = self.parts.at(place.text, start)?;
        let rest = self.month_parts.all_at(place.text, end).find(|(end, ())| !(place.inside_word)(*end));
        Some((rest.map_or(end, |(end, ())| end), months))
    }

    /// 前7个月: the first and the last month.
    fn first_part(&self, place: Place<'_>, start: usize) -> Option<(usize, (u8, u8))> {
        let (at, ()) = self.first_months.at(place.text, start)?;
        let (n, _, at) = place.numerals.count(place.text, at)?;
        let last = u8::try_from(n).ok().filter(|n| (2..=11).contains(n))?;
        Some((self.months_mark.at(place.text, at)?.0, (1, last)))
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
        let (n, digits, end) = place.short(start)?;
        if !(1..=largest).contains(&n) || digits > 2 {
            return None;
        }
        let n = u8::try_from(n).ok()?;
        if let Some((end, ())) = mark.at(text, skip_blank(text, end)) {
            return Some((n, end));
        }
        // What stands before says whether 9 in 9、10日 is a day or the number of a paragraph.
        let listed = self
            .and
            .at(text, end)
            .filter(|_| self.month.before(text, 0, start).or(self.year.before(text, 0, start)).is_some());
        let (to, ()) = self.to.at(text, end).or(listed)?;
        let (later, 1 | 2, behind) = place.short(to)? else { return None };
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
        if let Some(day) = self.unmarked_day(place, point) {
            return day;
        }
        if let Some(day) = self.nth_day(place, point) {
            return day;
        }
        match self.month_parts.all_at(text, point.end).find(|(end, ())| !(place.inside_word)(*end)) {
            Some((end, ())) => Point { end, ..point },
            None => point,
        }
    }

    /// 一月二十三: a day without its mark. Without a year it is lunar, unless the month is named as only the sun's are.
    fn unmarked_day(&self, place: Place<'_>, point: Point) -> Option<Point> {
        let text = place.text;
        let (n, _, end) = place.short(point.end)?;
        let spelled = last(text, point.end).is_some_and(is_han) && first(text, point.end).is_some_and(is_han);
        let closed = first(text, end).is_none_or(|c| !c.is_alphanumeric());
        let day = u8::try_from(n).ok().filter(|day| (11..=31).contains(day) && spelled && closed)?;
        if point.year.is_some() || point.month == Some(1) {
            return Some(Point { end, day: Some(day), ..point });
        }
        Some(self.festival_in(place, point.end, Festival::lunar(end, point.month?, day), None))
    }

    /// 五月的第二个星期日, 10月第一周.
    fn nth_day(&self, place: Place<'_>, point: Point) -> Option<Point> {
        let text = place.text;
        let at = self.nth_of.at(text, point.end).map_or(point.end, |(end, ())| end);
        let (n, end) = match (self.nth.at(text, at), self.last.at(text, at)) {
            (Some((end, ())), _) => {
                let (n, _, end) = place.short(end)?;
                (Some(n - 1).filter(|n| (0..5).contains(n))?, end)
            }
            (None, Some((end, ()))) => (-1, end),
            (None, None) => return None,
        };
        let year = point.year.or_else(|| place.anchor.year_of(point.month?, None, self.future(place, at)))?;
        let first_day = Date::day(year, point.month?, 1)?;
        let next = first_day.months_later(1)?;
        let nth = |weekday: u8| {
            let from = |date: Date| {
                let offset = i32::from(weekday) - i32::from(date.civil()?.weekday().to_monday_zero_offset());
                date.shifted(offset.rem_euclid(7))
            };
            let day = if n < 0 { from(next)?.shifted(-7)? } else { from(first_day)?.shifted(7 * n)? };
            (day.month == point.month).then_some(day)
        };
        if let Some((end, weekday)) = self.weekday(text, end) {
            let date = nth(weekday);
            return Some(Point {
                end,
                whole: date.map(Period::from),
                lost: point.lost || date.is_none(),
                ..Point::default()
            });
        }
        let (end, ()) = self.weeks.at(text, end)?;
        let monday = nth(0)?;
        let whole = Some(Period { from: monday, to: monday.shifted(6)? });
        Some(Point { end, whole, lost: point.lost, ..Point::default() })
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
            Unit::Quarter => {
                let date = base.and_then(|base| {
                    let month = base.month? - 1;
                    Date::month(base.year, month - month % 3 + 1)?.months_later(3 * relative.shift)
                });
                let whole = date.and_then(|from| Some(Period { from, to: from.months_later(2)? }));
                Point { whole, lost: whole.is_none(), ..point }
            }
            Unit::Month => {
                let date = base.and_then(|base| Date { day: None, ..base }.months_later(relative.shift));
                let (year, month) = (date.map(|d| d.year), date.and_then(|d| d.month));
                self.days(place, Point { year, month, lost: date.is_none(), ..point })
            }
            Unit::Day => {
                let date = base.and_then(|base| base.shifted(relative.shift));
                Point { whole: date.map(Period::from), lost: date.is_none(), ..point }
            }
            Unit::Week => {
                let monday = base.and_then(|day| {
                    let back = i32::from(day.civil()?.weekday().to_monday_zero_offset());
                    day.shifted(relative.shift * 7 - back)
                });
                let days = |from: i32, to: i32| {
                    monday.and_then(|monday| Some(Period { from: monday.shifted(from)?, to: monday.shifted(to)? }))
                };
                let (end, whole) = if let Some((end, &weekday)) = self.weekdays.at(place.text, end) {
                    (end, days(weekday.into(), weekday.into()))
                } else if let Some((end, ())) = self.weekend.at(place.text, end) {
                    (end, days(5, 6))
                } else {
                    (end, days(0, 6))
                };
                Point { end, whole, lost: whole.is_none(), ..point }
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
            (Some(month), Some(day)) => {
                // 2月29日 without a year is that of the last leap year.
                let back = if point.year.is_none() { LEAP } else { 0 };
                (0..=back).find_map(|back| Date::day(year - back, month, day)).map(Period::from)
            }
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
}

impl Place<'_> {
    /// The number of at most four digits at `start`: its value, how many digits it is written with, and its end.
    fn short(&self, start: usize) -> Option<(i32, usize, usize)> {
        self.numerals.short(self.text, start)
    }
}

impl Point {
    /// Whether what was read ends in a digit or a mark of its own, so that no longer word can have been cut.
    fn ends_in_digit_or_mark(&self, place: Place<'_>) -> bool {
        last(place.text, self.end).is_some_and(|c| c.is_ascii_digit())
            || (self.whole.is_none() && (self.month.is_some() || self.day.is_some() || self.months.is_some()))
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

/// Most years from one leap year to the next.
const LEAP: i32 = 8;

/// Whether a clause starts at `start`.
fn opens(text: &str, start: usize) -> bool {
    last(text, start).is_none_or(|c| matches!(c, ' ' | '，' | ',' | '。' | '；' | ';' | '：' | '“' | '！' | '？'))
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
    let now = Date { month: now.month.or(Some(12)), day: now.day.or(Some(28)), ..now }.civil()?;
    Some(date?.civil()?.until(now).ok()?.get_days())
}

fn skip_blank(text: &str, at: usize) -> usize {
    if first(text, at) == Some(' ') { at + 1 } else { at }
}
