//! How good recognition is: reads labelled corpora, and counts what a model finds in them.
//!
//! A corpus is JSON Lines: `{"text": "…", "entities": [{"start": 0, "end": 3, "type": "PER"}]}`, offsets in characters.
//! In place of a text a line may say where it stands: `{"from": {"file": "news.txt.gz", "line": 12, "start": 4, "end": 600}, …}`,
//! lines counted from 0, characters of the line (of its `text` in a JSON Lines file) from 0. Such texts are read as documents,
//! sentence by sentence, and the offsets of their entities count from `start`. An entity with `"optional": true` is one on which
//! annotators may differ: nothing is learned from it, and what is found in its place counts neither way.

pub mod gold;

use crate::document::{self, Document};
use crate::error::{Error, Result};
use crate::mention::{
    self,
    tagger::{Example, Tagger},
};
use crate::pipeline::Knowledge;
use crate::sentence::{Sentence, segment};
use crate::span::{Span, cut};
use flate2::read::MultiGzDecoder;
use rayon::prelude::*;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::Read;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// How a corpus is read.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// What labels become; those that become `-` are left out.
    pub rename: BTreeMap<String, String>,
    /// Names with fewer characters are left out.
    pub shortest: usize,
    /// Folder of the files that the corpus takes texts from.
    pub texts: Option<PathBuf>,
    /// Leave out what lists and grammars read.
    pub plain: bool,
}

#[derive(Deserialize)]
struct Line {
    text: Option<String>,
    from: Option<Place>,
    entities: Vec<Entry>,
}

/// Where a text stands.
#[derive(Deserialize)]
struct Place {
    file: PathBuf,
    line: usize,
    start: usize,
    end: usize,
}

/// What of a line of JSON Lines texts are taken from.
#[derive(Deserialize)]
struct Text {
    text: String,
}

#[derive(Deserialize)]
struct Entry {
    start: usize,
    end: usize,
    #[serde(rename = "type")]
    label: String,
    #[serde(default)]
    optional: bool,
}

/// The examples of a corpus. Of names that overlap the first stays.
///
/// # Errors
/// If a file cannot be read, or a line is not of one of the forms above.
pub fn read(path: &Path, reading: &Reading, knowledge: &Knowledge) -> Result<Vec<Example>> {
    let text = fs::read_to_string(path).map_err(Error::io("read", path))?;
    let mut files = BTreeMap::new();
    let mut lines = Vec::new();
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let problem = |reason: String| Error::Input { origin: format!("{}:{}", path.display(), number + 1), reason };
        let line: Line = serde_json::from_str(line).map_err(|e| problem(e.to_string()))?;
        let whole = line.from.is_none();
        let text = match (line.text, line.from) {
            (Some(text), None) => text,
            (None, Some(place)) => {
                let folder = reading.texts.as_deref().ok_or_else(|| {
                    problem("its text stands in another file; say in which folder with --texts DIR".to_owned())
                })?;
                place.text(folder, &mut files)?.ok_or_else(|| problem("its file has no such place".to_owned()))?
            }
            _ => return Err(problem("expected either `text` or `from`".to_owned())),
        };
        let names = names(&text, line.entities, reading)
            .ok_or_else(|| problem("an entity stands outside the text; offsets count characters from 0".to_owned()))?;
        lines.push((text, names, whole));
    }
    let examples = lines.into_par_iter().map(|(text, names, whole)| examples(&text, &names, whole, reading, knowledge));
    Ok(examples.collect::<Vec<_>>().into_iter().flatten().collect())
}

impl Place {
    /// The text at this place of a file of `folder`, if there is one; files are read once.
    fn text(&self, folder: &Path, files: &mut BTreeMap<PathBuf, Vec<String>>) -> Result<Option<String>> {
        if !files.contains_key(&self.file) {
            files.insert(self.file.clone(), lines(&folder.join(&self.file))?);
        }
        let line = files.get(&self.file).and_then(|lines| lines.get(self.line));
        let text: Option<String> =
            line.map(|line| line.chars().skip(self.start).take(self.end.saturating_sub(self.start)).collect());
        Ok(text.filter(|text| text.chars().count() == self.end.saturating_sub(self.start)))
    }
}

/// The lines of a plain or compressed file, of JSON Lines their texts.
fn lines(path: &Path) -> Result<Vec<String>> {
    let mut text = String::new();
    let mut file = File::open(path).map_err(Error::io("read", path))?;
    let compressed = path.extension().is_some_and(|extension| extension == "gz");
    let read =
        if compressed { MultiGzDecoder::new(file).read_to_string(&mut text) } else { file.read_to_string(&mut text) };
    read.map_err(Error::io("read", path))?;
    if !path.with_extension("").extension().into_iter().chain(path.extension()).any(|extension| extension == "jsonl") {
        return Ok(text.lines().map(str::to_owned).collect());
    }
    let text_of = |(number, line)| {
        let problem = |reason| Error::Input { origin: format!("{}:{}", path.display(), number + 1), reason };
        let line: Text = serde_json::from_str(line).map_err(|e| problem(e.to_string()))?;
        Ok(line.text)
    };
    text.lines().enumerate().map(text_of).collect()
}

/// What a line says of its text.
#[derive(Default)]
struct Names {
    /// Names with their labels, in text order and disjoint.
    certain: Vec<(Span, String)>,
    /// Where annotators may differ; apart from all of them.
    open: Vec<Span>,
}

/// The names of a line; nothing if one stands outside the text.
fn names(text: &str, entities: Vec<Entry>, reading: &Reading) -> Option<Names> {
    let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let mut names = Names::default();
    for entry in entities {
        let span = Span::new(*starts.get(entry.start)?, *starts.get(entry.end)?);
        let label = reading.rename.get(&entry.label).unwrap_or(&entry.label);
        if span.is_empty() || label == "-" || entry.end - entry.start < reading.shortest {
            continue;
        }
        if entry.optional {
            names.open.push(span);
        } else {
            names.certain.push((span, label.clone()));
        }
    }
    names.certain.sort();
    let mut last = 0;
    names.certain.retain(|(span, _)| {
        let apart = span.start >= last;
        if apart {
            last = span.end;
        }
        apart
    });
    let certain = &names.certain;
    names.open.retain(|open| certain.iter().all(|(span, _)| span.end <= open.start || open.end <= span.start));
    Some(names)
}

/// A text as the model sees it: whole, or sentence by sentence.
fn examples(text: &str, names: &Names, whole: bool, reading: &Reading, knowledge: &Knowledge) -> Vec<Example> {
    let document = document::from_text("corpus", text, &knowledge.layout);
    let document = if whole { Document { text: text.to_owned(), ..document } } else { document };
    let sentences =
        if whole { vec![knowledge.segmenter.whole(text)] } else { segment(&document, &knowledge.segmenter) };
    let hints = if reading.plain {
        vec![Vec::new(); sentences.len()]
    } else {
        mention::hints(&document, &sentences, &knowledge.recognizers)
    };
    let example = |(sentence, hints): (Sentence, _)| {
        let inside = |span: Span| sentence.span.start <= span.start && span.end <= sentence.span.end;
        let certain = names.certain.iter().filter(|(span, _)| inside(*span));
        let certain = certain.map(|(span, label)| (sentence.key.range(*span), label.clone())).collect();
        let open = names.open.iter().filter(|span| inside(**span)).map(|span| sentence.key.range(*span)).collect();
        Example { sentence, hints, names: certain, open }
    };
    sentences.into_iter().zip(hints).map(example).collect()
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
    /// What was missed and what was wrong, in the order of the corpus.
    pub slips: Vec<Slip>,
}

/// A name that was missed, or that was found where the corpus has none, or another.
#[derive(Clone, Debug, PartialEq)]
pub struct Slip {
    /// How sure the model was; nothing of a name that it missed.
    pub confidence: Option<f32>,
    /// The label.
    pub label: String,
    /// The name as it is compared, and what stands before and behind it in its sentence.
    pub name: [String; 3],
}

impl Slip {
    fn new(sentence: &Sentence, range: Range<usize>, label: &str, confidence: Option<f32>) -> Self {
        let text = sentence.key.text();
        let part = |range: Range<usize>| cut(text, range).to_owned();
        let name = [part(0..range.start), part(range.clone()), part(range.end..text.len())];
        Self { confidence, label: label.to_owned(), name }
    }
}

/// Counts what `tagger` finds in `examples`.
pub fn score(tagger: &Tagger, examples: &[Example]) -> Scores {
    let mut scores = Scores::default();
    for example in examples {
        let mut wanted = BTreeSet::new();
        for (range, label) in &example.names {
            wanted.insert((range.start, range.end, label.as_str()));
            scores.labels.entry(label.clone()).or_default().wanted += 1;
        }
        for found in tagger.label(&example.sentence, &example.hints) {
            let label = tagger.classes().get(found.class).map_or("", String::as_str);
            let right = wanted.remove(&(found.range.start, found.range.end, label));
            let open = |open: &Range<usize>| open.start < found.range.end && found.range.start < open.end;
            if !right && example.open.iter().any(open) {
                continue;
            }
            if !right {
                scores.slips.push(Slip::new(&example.sentence, found.range, label, Some(found.confidence)));
            }
            let count = Counts { wanted: 0, found: 1, right: usize::from(right) };
            scores.labels.entry(label.to_owned()).or_default().add(count);
            let tenth = (1..10).take_while(|&tenth| found.confidence >= tenth as f32 / 10.0).count();
            scores.reliability[tenth].add(count);
        }
        let missed = |(start, end, label): (usize, usize, &str)| Slip::new(&example.sentence, start..end, label, None);
        scores.slips.extend(wanted.into_iter().map(missed));
    }
    for counts in scores.labels.values() {
        scores.all.add(*counts);
    }
    scores
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resource::Resources;

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
        let knowledge = Knowledge::load(&Resources::builtin()).unwrap();
        let examples = read(&path, &Reading { rename, shortest: 2, ..Reading::default() }, &knowledge).unwrap();
        let key = examples[0].sentence.key.text();
        let names: Vec<_> = examples[0].names.iter().map(|(r, l)| (cut(key, r.clone()), l.as_str())).collect();
        assert_eq!(names, [("李晓明", "Person"), ("江城", "Place")]);
        fs::write(&path, r#"{"text": "短", "entities": [{"start": 0, "end": 3, "type": "PER"}]}"#).unwrap();
        assert!(
            read(&path, &Reading::default(), &knowledge)
                .unwrap_err()
                .to_string()
                .contains("c.jsonl:1: an entity stands outside")
        );
    }

    #[test]
    fn what_annotators_differ_on_counts_neither_way_and_slips_are_told() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("c.jsonl");
        let line = r#"{"text": "记者周晓岚昨天到了成都。", "entities": [[2, 5, "Person", true], [9, 11, "Company"], [1, 3, "Media", true]]}"#;
        fs::write(&path, line).unwrap();
        let knowledge = Knowledge::load(&Resources::builtin()).unwrap();
        let examples = read(&path, &Reading::default(), &knowledge).unwrap();
        assert_eq!((examples[0].names.len(), examples[0].open.len()), (1, 2));
        let tagger = Tagger::builtin().unwrap().expect("the program is built with a model");
        let scores = score(&tagger, &examples);
        assert_eq!(scores.all, Counts { wanted: 1, found: 1, right: 0 });
        let slips: Vec<_> =
            scores.slips.iter().map(|s| (s.confidence.is_some(), s.label.as_str(), &*s.name[1])).collect();
        assert_eq!(slips, [(true, "AdministrativeArea", "成都"), (false, "Company", "成都")]);
    }
}
