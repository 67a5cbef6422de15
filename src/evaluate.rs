//! How good recognition is: reads labelled corpora, and counts what a model finds in them.
//!
//! A corpus is JSON Lines: `{"text": "…", "entities": [{"start": 0, "end": 3, "type": "PER"}]}`, offsets in characters.

pub mod gold;

use crate::error::{Error, Result};
use crate::mention::tagger::{Example, Tagger};
use crate::sentence::Segmenter;
use crate::span::Span;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// How the labels of a corpus are read.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// What labels become; those that become `-` are left out.
    pub rename: BTreeMap<String, String>,
    /// Names with fewer characters are left out.
    pub shortest: usize,
}

#[derive(Deserialize)]
struct Line {
    text: String,
    entities: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    start: usize,
    end: usize,
    #[serde(rename = "type")]
    label: String,
}

/// The examples of a corpus. Of names that overlap the first stays.
///
/// # Errors
/// If the file cannot be read, or a line is not of the form above.
pub fn read(path: &Path, reading: &Reading) -> Result<Vec<Example>> {
    let text = fs::read_to_string(path).map_err(Error::io("read", path))?;
    let example = |(number, line): (usize, &str)| {
        let problem = |reason: String| Error::Input { origin: format!("{}:{}", path.display(), number + 1), reason };
        let line: Line = serde_json::from_str(line).map_err(|e| problem(e.to_string()))?;
        let starts: Vec<usize> = line.text.char_indices().map(|(at, _)| at).chain([line.text.len()]).collect();
        let mut names = Vec::new();
        for entry in line.entities {
            let (Some(&start), Some(&end)) = (starts.get(entry.start), starts.get(entry.end)) else {
                return Err(problem("an entity stands outside the text; offsets count characters from 0".to_owned()));
            };
            let label = reading.rename.get(&entry.label).unwrap_or(&entry.label);
            if start < end && label != "-" && entry.end - entry.start >= reading.shortest {
                names.push((Span::new(start, end), label.clone()));
            }
        }
        names.sort();
        let mut last = 0;
        names.retain(|(span, _)| {
            let apart = span.start >= last;
            if apart {
                last = span.end;
            }
            apart
        });
        Ok(Example { text: line.text, names })
    };
    text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()).map(example).collect()
}

/// Names that should be found, were found, and were found rightly.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Names in the corpus.
    pub wanted: usize,
    /// Names found.
    pub found: usize,
    /// Names found with both ends and the label as in the corpus.
    pub right: usize,
}

impl Counts {
    /// The share of right ones among those found.
    pub fn precision(self) -> f64 {
        self.right as f64 / self.found.max(1) as f64
    }

    /// The share of those wanted that were found.
    pub fn recall(self) -> f64 {
        self.right as f64 / self.wanted.max(1) as f64
    }

    /// The harmonic mean of the two.
    pub fn f1(self) -> f64 {
        2.0 * self.right as f64 / (self.wanted + self.found).max(1) as f64
    }

    fn add(&mut self, other: Self) {
        self.wanted += other.wanted;
        self.found += other.found;
        self.right += other.right;
    }
}

/// How a model does on a corpus.
#[derive(Clone, Debug, Default)]
pub struct Scores {
    /// By label.
    pub labels: BTreeMap<String, Counts>,
    /// Of all labels together.
    pub all: Counts,
    /// By confidence, in tenths: 9 is from 0.9 up to 1. Nothing is wanted here.
    pub reliability: [Counts; 10],
}

/// Counts what `tagger` finds in `examples`.
pub fn score(tagger: &Tagger, examples: &[Example], segmenter: &Segmenter) -> Scores {
    let mut scores = Scores::default();
    for example in examples {
        let sentence = segmenter.whole(&example.text);
        let mut wanted = BTreeSet::new();
        for (span, label) in &example.names {
            let range = sentence.key.range(*span);
            wanted.insert((range.start, range.end, label.as_str()));
            scores.labels.entry(label.clone()).or_default().wanted += 1;
        }
        for found in tagger.label(&sentence) {
            let label = tagger.labels().get(found.label).map_or("", String::as_str);
            let right = usize::from(wanted.contains(&(found.range.start, found.range.end, label)));
            let count = Counts { wanted: 0, found: 1, right };
            scores.labels.entry(label.to_owned()).or_default().add(count);
            let tenth = (1..10).take_while(|&tenth| found.confidence >= tenth as f32 / 10.0).count();
            scores.reliability[tenth].add(count);
        }
    }
    for counts in scores.labels.values() {
        scores.all.add(*counts);
    }
    scores
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_renamed_left_out_and_kept_apart() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("c.jsonl");
        let line = r#"{"text": "李晓明在京，任江城大学教授。", "entities": [
            {"start": 0, "end": 3, "type": "PER"}, {"start": 4, "end": 5, "type": "LOC"}, {"start": 7, "end": 9, "type": "LOC"},
            {"start": 7, "end": 11, "type": "ORG"}, {"start": 11, "end": 13, "type": "TITLE"}]}"#;
        fs::write(&path, line.replace('\n', "")).unwrap();
        let rename = [("PER", "Person"), ("TITLE", "-"), ("LOC", "Place")];
        let rename = rename.map(|(from, to)| (from.to_owned(), to.to_owned())).into();
        let examples = read(&path, &Reading { rename, shortest: 2 }).unwrap();
        let names: Vec<_> = examples[0].names.iter().map(|(s, l)| (s.of(&examples[0].text), l.as_str())).collect();
        assert_eq!(names, [("李晓明", "Person"), ("江城", "Place")]);
        fs::write(&path, r#"{"text": "短", "entities": [{"start": 0, "end": 3, "type": "PER"}]}"#).unwrap();
        assert!(
            read(&path, &Reading::default()).unwrap_err().to_string().contains("c.jsonl:1: an entity stands outside")
        );
    }
}
