//! When a text was published, as far as the text itself shows it.
//!
//! In: a document without a date. Out: the day and the words that show it. Knows `data/published.toml`.
//! Only what stands as metadata counts: a date in a byline or alone on its line, or a dateline with a year elsewhere.

use super::value::Values;
use super::{Mention, MentionKind, Value};
use crate::date::Date;
use crate::document::{Document, Role};
use crate::error::{Error, Mistake, Result};
use crate::resource::Resources;
use crate::sentence::{Sentence, SentenceId};
use crate::span::{LineIndex, cut};
use serde::Deserialize;

/// A day of publication that the text shows though the source does not state it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inferred {
    /// The day.
    pub date: Date,
    /// Why, in words for people, with the words of the text and their line.
    pub reason: String,
}

/// How texts show when they were published.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Datelines {
    dateline: Vec<String>,
    ahead: Vec<String>,
    latest: i32,
    label: Vec<String>,
    first: usize,
    last: usize,
    beside: usize,
}

impl Datelines {
    /// Reads `published.toml`; a user's own file takes the place of the built-in one.
    ///
    /// # Errors
    /// If the file is not of the form that it has here.
    pub fn load(resources: &Resources) -> Result<Self> {
        let file = resources.file("published.toml").last();
        let file = file.ok_or_else(|| Error::Argument("data/published.toml is missing".to_owned()))?;
        toml::from_str(&file.text).map_err(|e| {
            let line = e.span().map_or(0, |at| LineIndex::new(&file.text).line_column(at.start).0);
            Error::Data(vec![Mistake { file: file.name.clone(), line, message: e.message().to_owned() }])
        })
    }

    /// The day of publication that `document` shows.
    pub fn infer(&self, document: &Document, sentences: &[Sentence], values: &Values) -> Option<Inferred> {
        let explicit = values.find(document, sentences);
        let at_the_edge = |id: SentenceId| id.0 < self.first || id.0 + self.last >= sentences.len();
        let days = |found: &[Mention]| -> Vec<(Mention, Date)> {
            let single = |m: &Mention| match m.kind {
                MentionKind::Value(Value::Time(period)) if period.from == period.to => Some((m.clone(), period.from)),
                _ => None,
            };
            found
                .iter()
                .filter(|m| at_the_edge(m.sentence))
                .filter_map(single)
                .filter(|(_, d)| d.day.is_some())
                .collect()
        };
        let said = |mention: &Mention, what: &str| {
            let words = mention.span.of(&document.text);
            let (line, _) = LineIndex::new(&document.text).line_column(mention.span.start);
            format!("{what} {words} in line {line}")
        };
        for (mention, date) in days(&explicit) {
            if self.is_metadata(&mention, sentences) {
                return Some(Inferred { date, reason: said(&mention, "the text is dated") });
            }
        }
        // A dateline leaves out the year: read it as a day of the last year that the text names and that is not to come.
        let year_of = |m: &Mention| match m.kind {
            MentionKind::Value(Value::Time(period)) => Some(period.to.year),
            _ => None,
        };
        let past = explicit.iter().filter(|m| !ends_in_one_of(before(m, sentences), &self.ahead));
        let year = past.filter_map(year_of).filter(|&year| year <= self.latest).max()?;
        let anchored = Document { date: Date::day(year, 12, 31), text: document.text.clone(), ..document.clone() };
        let head = sentences.get(..self.first.min(sentences.len())).unwrap_or_default();
        for (mention, date) in days(&values.find(&anchored, head)) {
            let behind = behind(&mention, sentences);
            if date.year == year && self.dateline.iter().any(|word| behind.starts_with(word.as_str())) {
                let reason = said(&mention, "its dateline says");
                return Some(Inferred { date, reason: format!("{reason}, and {year} is the last year it names") });
            }
        }
        None
    }

    /// Whether a date stands as metadata: in a byline, behind a label, or with hardly anything beside it.
    fn is_metadata(&self, mention: &Mention, sentences: &[Sentence]) -> bool {
        let Some(sentence) = sentences.get(mention.sentence.0) else { return false };
        let key = sentence.key.text();
        let range = sentence.key.range(mention.span);
        let before = before(mention, sentences).trim_end_matches([' ', '：', ':', '（', '(', '【', '[']);
        let beside = key.chars().count() - cut(key, range.clone()).chars().count();
        let alone = cut(key, 0..range.start).trim().is_empty()
            && !cut(key, range.end..key.len()).chars().any(crate::chars::is_han);
        let short = beside <= self.beside;
        alone || short && (sentence.role == Role::Byline || ends_in_one_of(before, &self.label))
    }
}

fn ends_in_one_of(text: &str, words: &[String]) -> bool {
    words.iter().any(|word| text.ends_with(word.as_str()))
}

/// The words of its sentence before a mention.
fn before<'s>(mention: &Mention, sentences: &'s [Sentence]) -> &'s str {
    sentences.get(mention.sentence.0).map_or("", |sentence| {
        let range = sentence.key.range(mention.span);
        cut(sentence.key.text(), 0..range.start)
    })
}

/// The words of its sentence behind a mention.
fn behind<'s>(mention: &Mention, sentences: &'s [Sentence]) -> &'s str {
    sentences.get(mention.sentence.0).map_or("", |sentence| {
        let range = sentence.key.range(mention.span);
        cut(sentence.key.text(), range.end..sentence.key.text().len())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::from_text;
    use crate::document::layout::Layout;
    use crate::sentence::{Segmenter, segment};

    fn check(text: &str, expected: Option<&str>) {
        let resources = Resources::builtin();
        let document = from_text("t", text, &Layout::load(&resources).unwrap());
        let sentences = segment(&document, &Segmenter::load(&resources).unwrap());
        let values = Values::load(&resources).unwrap();
        let inferred = Datelines::load(&resources).unwrap().infer(&document, &sentences, &values);
        assert_eq!(inferred.map(|i| format!("{}: {}", i.date, i.reason)).as_deref(), expected);
    }

    #[test]
    fn a_byline_dates_the_text() {
        let text = "海州新桥通车\n\n2025年3月18日　本报记者 李明\n\n昨天，海州新桥通车，全长3公里。\n";
        check(text, Some("2025-03-18: the text is dated 2025年3月18日 in line 3"));
    }

    #[test]
    fn a_signature_dates_the_text() {
        let text = "关于设立子公司的公告\n\n公司于2025年4月22日召开会议，通过了议案。\n\n远山股份有限公司董事会\n2025年4月23日\n";
        check(text, Some("2025-04-23: the text is dated 2025年4月23日 in line 6"));
    }

    #[test]
    fn a_dateline_takes_the_last_year_of_the_text() {
        let text =
            "新华社北京8月4日电（记者 李明）海州港今年吞吐量创新高。2022年，该港吞吐量为3亿吨；2023年上半年为2亿吨。";
        let reason = "2023-08-04: its dateline says 8月4日 in line 1, and 2023 is the last year it names";
        check(text, Some(reason));
    }

    #[test]
    fn a_year_to_come_dates_nothing() {
        let text = "新华社北京8月4日电（记者 李明）2022年，海州港吞吐量为3亿吨；到2035年，将达到5亿吨。";
        check(text, Some("2022-08-04: its dateline says 8月4日 in line 1, and 2022 is the last year it names"));
    }

    #[test]
    fn a_day_in_running_text_dates_nothing() {
        check("2019年5月1日，海州新桥开工。如今，大桥已经通车。", None);
        check("8月4日，海州新桥开工。", None);
    }
}
