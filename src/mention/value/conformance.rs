//! Measures the reading of values on the Chinese specifications of Microsoft Recognizers-Text.
//!
//! In: `../shared/data/normalization`, where it stands beside the checkout, and `tests/conformance.toml`.
//! A case passes if everything that it expects is read and nothing else. Those read differently are listed with the reason.
#![cfg(test)]
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test that stops has failed, and what it measured is shown"
)]

use super::tests::{found, knowledge, shared};
use super::words::first;
use super::{History, Kind, NUMERAL, Scan};
use crate::date::{Date, Period};
use crate::mention::{Amount, MentionKind, Value};
use crate::sentence::{Pos, Sentence, SentenceId};
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};

/// `tests/conformance.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Listed {
    /// Least share of the cases of a file, in per cent.
    floor: BTreeMap<String, usize>,
    /// Day that a case counts from if it does not say.
    today: String,
    /// Words that the specifications count to an interval and we do not: 从 and 在.
    lead: Vec<char>,
    /// Units of shares in millionths, and units of time in seconds.
    percent: BTreeMap<String, i64>,
    seconds: BTreeMap<String, i64>,
    different: Vec<Different>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Different {
    file: String,
    reason: String,
    inputs: Vec<String>,
}

/// Platforms of the specifications; what none of them supports is no standard.
const PLATFORMS: [&str; 4] = ["dotnet", "java", "javascript", "python"];

/// Runs the cases of `file` through `fits` and holds them against the list.
fn conform(file: &str, fits: impl Fn(&Listed, &Json) -> bool) {
    let Some(path) = shared("data/normalization").map(|folder| folder.join(file).with_extension("json")) else {
        return;
    };
    let listed = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/conformance.toml");
    let listed: Listed = toml::from_str(&std::fs::read_to_string(listed).unwrap()).unwrap();
    let cases: Vec<Json> = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let unsupported = |case: &Json| {
        let platforms: Vec<_> = case["NotSupported"].as_str().unwrap_or("").split(',').map(str::trim).collect();
        PLATFORMS.iter().all(|platform| platforms.contains(platform))
    };
    let cases: Vec<_> = cases.iter().filter(|case| !unsupported(case)).collect();
    let failed: Vec<_> = cases.iter().filter(|case| !fits(&listed, case)).collect();
    let inputs: BTreeSet<&str> = failed.iter().filter_map(|case| case["Input"].as_str()).collect();
    let share = 100 * (cases.len() - failed.len()) / cases.len();
    let right = cases.len() - failed.len();
    eprintln!("{file}: {right} of {} cases ({share} %)", cases.len());
    let mut stale = Vec::new();
    let mut known = BTreeSet::new();
    for row in listed.different.iter().filter(|row| row.file == file) {
        eprintln!("  {}: {}", row.inputs.join(" | "), row.reason);
        known.extend(row.inputs.iter().map(String::as_str));
        stale.extend(row.inputs.iter().map(String::as_str).filter(|input| !inputs.contains(input)));
    }
    let unlisted: Vec<_> = inputs.difference(&known).map(|input| format!("  {input} {}", shown(input))).collect();
    assert!(unlisted.is_empty(), "{file}: {share} %; read differently and not listed:\n{}", unlisted.join("\n"));
    assert!(stale.is_empty(), "{file}: read as expected by now: {stale:?}");
    assert!(share >= listed.floor[file], "{file}: {share} % is below {}", listed.floor[file]);
}

/// What is read of `input`, for messages.
fn shown(input: &str) -> String {
    let mut all = vec![format!("{:?}", numbers(input).iter().map(ToString::to_string).collect::<Vec<_>>())];
    let (document, mentions) = found(input, "2017-03-22");
    for mention in &mentions {
        let surface = mention.span.of(&document.text);
        match &mention.kind {
            MentionKind::Value(Value::Time(period)) => all.push(format!("{surface} = {period}")),
            MentionKind::Value(Value::Quantity(a)) => {
                all.push(format!("{surface} {} {} {}", a.bound.sign(), a.value, a.unit))
            }
            MentionKind::Name(_) | MentionKind::Anaphor(_) => {}
        }
    }
    all.join("; ")
}

fn results(case: &Json) -> Vec<&Json> {
    case["Results"].as_array().unwrap().iter().collect()
}

fn input(case: &Json) -> &str {
    case["Input"].as_str().unwrap()
}

/// Whether numbers agree as far as the specifications write them out, which is 15 digits.
fn agree(ours: &[Decimal], theirs: &[Decimal]) -> bool {
    let near = |(a, b): (&Decimal, &Decimal)| (a - b).abs() <= b.abs() * Decimal::new(1, 12);
    ours.len() == theirs.len() && ours.iter().zip(theirs).all(near)
}

/// The numbers of the expected results.
fn expected(results: &[&Json]) -> Vec<Decimal> {
    let value = |r: &&Json| {
        let text = r["Resolution"]["value"].as_str()?.trim_end_matches('%');
        text.parse::<Decimal>().or_else(|_| Decimal::from_scientific(text)).ok()
    };
    results.iter().filter_map(value).collect()
}

/// The numbers of a text, whether or not they measure something: numerals that are no part of a word and no per cent.
fn numbers(text: &str) -> Vec<Decimal> {
    let (segmenter, values) = knowledge();
    let sentence = segmenter.whole(text);
    let (mut history, mut none) = (History { published: None, last: None }, Vec::new());
    let (id, text) = (SentenceId(0), sentence.key.text());
    let scan = Scan { values, sentence: &sentence, id, text, floor: 0, history: &mut history, mentions: &mut none };
    let mut numbers = Vec::new();
    let mut at = 0;
    while let Some((start, class)) = scan.next_start(at) {
        at = start + first(text, start).map_or(1, char::len_utf8);
        let Some((numeral, _)) = scan.number(start).filter(|_| class & NUMERAL != 0) else { continue };
        at = numeral.end.max(at);
        // 一切, 一看, 登陆, 万, and the number of 2% are none.
        let word = !numeral.narrow && scan.is_word(start, numeral.end) || numeral.lone;
        let once = numeral.is_article() && verb_at(&sentence, numeral.end);
        let power = (0..27).any(|n| Decimal::from_i128_with_scale(10i128.pow(n), 0) == numeral.value);
        let multiplier = numeral.bare && power && !numeral.more;
        let percent =
            scan.unit(numeral, numeral.end).is_some_and(|(_, unit)| unit.kind == Kind::Ratio && unit.symbol == "%");
        if !(word || once || multiplier || percent) {
            numbers.push(numeral.value * scan.sign(start, 0).1);
        }
    }
    numbers
}

/// Whether a verb starts at `at`.
fn verb_at(sentence: &Sentence, at: usize) -> bool {
    let start = sentence.key.span(at..at).start;
    sentence.tokens.iter().any(|token| token.span.start == start && token.pos == Pos::Verb)
}

#[test]
fn numbers_conform() {
    conform("Number/NumberModel", |_, case| agree(&numbers(input(case)), &expected(&results(case))));
}

/// The quantities of `text`.
fn amounts(text: &str) -> Vec<Amount> {
    let (_, mentions) = found(text, "");
    let amounts = mentions.into_iter().filter_map(|m| match m.kind {
        MentionKind::Value(Value::Quantity(amount)) => Some(amount),
        MentionKind::Value(Value::Time(_)) | MentionKind::Name(_) | MentionKind::Anaphor(_) => None,
    });
    amounts.collect()
}

#[test]
fn percentages_conform() {
    conform("Number/PercentModel", |listed, case| {
        let percent = |a: &Amount| Some(a.value * Decimal::from(*listed.percent.get(&a.unit)?) / Decimal::from(10_000));
        let ours: Vec<_> = amounts(input(case)).iter().filter_map(percent).collect();
        agree(&ours, &expected(&results(case)))
    });
}

#[test]
fn currencies_conform() {
    conform("NumberWithUnit/CurrencyModel", |_, case| {
        let money: Vec<_> = results(case).into_iter().filter(|r| r["Resolution"]["value"].is_string()).collect();
        let code = |unit: &str| unit.len() == 3 && unit.bytes().all(|b| b.is_ascii_uppercase());
        let ours: Vec<_> = amounts(input(case)).into_iter().filter(|a| code(&a.unit)).collect();
        // The specifications give no code where they leave open whose dollar it is.
        let codes = money.iter().map(|r| r["Resolution"]["isoCurrency"].as_str());
        let same = ours.iter().zip(codes).all(|(a, code)| code.is_none_or(|code| code == a.unit));
        let values: Vec<_> = ours.iter().map(|a| a.value).collect();
        same && agree(&values, &expected(&money))
    });
}

/// The dates of a text with their words.
fn dates(listed: &Listed, case: &Json) -> Vec<(String, Period)> {
    let today = case["Context"]["ReferenceDateTime"].as_str().and_then(|t| t.get(..10)).unwrap_or(&listed.today);
    let (document, mentions) = found(input(case), today);
    let dates = mentions.iter().filter_map(|m| match m.kind {
        MentionKind::Value(Value::Time(period)) => Some((m.span.of(&document.text).to_owned(), period)),
        MentionKind::Value(Value::Quantity(_)) | MentionKind::Name(_) | MentionKind::Anaphor(_) => None,
    });
    dates.collect()
}

fn first_day(date: Date) -> jiff::civil::Date {
    let (month, day) = (date.month.unwrap_or(1), date.day.unwrap_or(1));
    jiff::civil::date(i16::try_from(date.year).unwrap(), i8::try_from(month).unwrap(), i8::try_from(day).unwrap())
}

/// The first day behind a date.
fn day_after(date: Date) -> jiff::civil::Date {
    let day = first_day(date);
    let step = jiff::Span::new();
    let step = match (date.month, date.day) {
        (_, Some(_)) => step.days(1),
        (Some(_), None) => step.months(1),
        (None, _) => step.years(1),
    };
    day.checked_add(step).unwrap()
}

/// Whether our date is what the specifications resolve to, ahead or back from the day of reference.
///
/// Their years, months and weeks end with the first day that is no part of them; an interval with two dates ends with
/// the first day of the second. Ours holds both of its dates. A season is the year that it lies in.
fn resolves(period: Period, value: &Json) -> bool {
    let (from, to) = (first_day(period.from).to_string(), day_after(period.to).to_string());
    let named = first_day(period.to).to_string();
    ["FutureResolution", "PastResolution"].iter().any(|key| {
        let theirs = &value[key];
        if let Some(day) = theirs["date"].as_str() {
            return period.from == period.to && period.from.day.is_some() && day == from;
        }
        match (theirs["startDate"].as_str(), theirs["endDate"].as_str()) {
            (Some(start), Some(end)) => start == from && (end == to || period.from != period.to && end == named),
            _ => value["Timex"].as_str().is_some_and(|t| t.split('-').next() == Some(&period.to_string())),
        }
    })
}

/// A day that no calendar has.
const NEVER: &str = "0001-01-01";

fn dates_resolve(listed: &Listed, case: &Json) -> bool {
    let real = |r: &&Json| r["Value"]["PastResolution"]["date"] != NEVER;
    let theirs: Vec<_> = results(case).into_iter().filter(real).collect();
    let ours = dates(listed, case);
    ours.len() == theirs.len() && ours.iter().zip(theirs).all(|((_, period), r)| resolves(*period, &r["Value"]))
}

/// Words of an expression without blanks, in simplified and narrow characters.
fn plain(words: &str) -> String {
    let (segmenter, _) = knowledge();
    let folded = segmenter.folding().fold_text(words).to_lowercase().replace('，', ",");
    folded.chars().filter(|c| *c != ' ').collect()
}

fn dates_are_found(listed: &Listed, case: &Json) -> bool {
    let words = |r: &&Json| plain(r["Text"].as_str().unwrap()).trim_start_matches(&listed.lead[..]).to_owned();
    let theirs: Vec<_> = results(case).iter().map(words).collect();
    let ours: Vec<_> = dates(listed, case).iter().map(|(words, _)| plain(words)).collect();
    ours == theirs
}

#[test]
fn dates_conform() {
    conform("DateTime/DateParser", dates_resolve);
    conform("DateTime/DateExtractor", dates_are_found);
}

#[test]
fn periods_conform() {
    conform("DateTime/DatePeriodParser", dates_resolve);
    conform("DateTime/DatePeriodExtractor", dates_are_found);
}

/// The durations of a text: their words, and how many seconds they last.
fn durations(listed: &Listed, text: &str) -> Vec<(String, Decimal)> {
    let (document, mentions) = found(text, "");
    let durations = mentions.iter().filter_map(|m| match &m.kind {
        MentionKind::Value(Value::Quantity(a)) => {
            Some((m.span.of(&document.text).to_owned(), a.value * Decimal::from(*listed.seconds.get(&a.unit)?)))
        }
        MentionKind::Value(Value::Time(_)) | MentionKind::Name(_) | MentionKind::Anaphor(_) => None,
    });
    durations.collect()
}

#[test]
fn durations_conform() {
    conform("DateTime/DurationParser", |listed, case| {
        let seconds = |r: &&Json| r["Value"]["PastResolution"]["duration"].as_str()?.parse().ok();
        let theirs: Vec<Decimal> = results(case).iter().filter_map(seconds).collect();
        durations(listed, input(case)).into_iter().map(|(_, seconds)| seconds).eq(theirs)
    });
    conform("DateTime/DurationExtractor", |listed, case| {
        let theirs: Vec<_> = results(case).iter().map(|r| plain(r["Text"].as_str().unwrap())).collect();
        durations(listed, input(case)).iter().map(|(words, _)| plain(words)).eq(theirs)
    });
}
