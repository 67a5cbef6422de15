//! Finds names that no list has, with a sequence model over characters; trains that model.
//!
//! In: a sentence. Out: candidates, each with an estimate of how likely it is right. Knows the models of `data/models/`
//! but one through [`Tagger`], and `background.model` through [`Background`].

use super::features::{Background, Line};
use super::{Confidence, Finder, Mention, MentionKind};
use crate::error::Result;
use crate::learn::sequence::{self, Labels, Sequence, Stretch, Training, Transitions};
use crate::learn::table::Table;
use crate::learn::{self, Reader, Writer};
use crate::ontology::{Class, Ontology};
use crate::sentence::{Segmenter, Sentence, SentenceId};
use crate::span::Span;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Range;

/// Finds names by a model.
#[derive(Clone, Debug)]
pub struct Tagger {
    stem: String,
    /// What the stretches are called, in the order of the model's classes.
    labels: Vec<String>,
    transitions: Transitions,
    /// Exponentials of the transition scores.
    steps: Vec<f32>,
    /// Weights of each feature, in steps of `scale`.
    weights: Table,
    scale: f32,
    /// For each class the shares of right ones that go with raw probabilities.
    calibration: Vec<Calibration>,
    background: Background,
}

/// A stretch of a sentence's key that a model takes for a name.
#[derive(Clone, Debug, PartialEq)]
pub struct Labelled {
    /// Bytes of the key.
    pub range: Range<usize>,
    /// Which of the model's labels: an index into [`Tagger::labels`].
    pub label: usize,
    /// How likely it is right.
    pub confidence: f32,
}

/// The stem of the model that recognition uses.
pub const NAMES: &str = "names";

impl Tagger {
    /// The model that recognition uses; nothing if the program was built without it.
    ///
    /// # Errors
    /// If the file is damaged.
    pub fn builtin() -> Result<Option<Self>> {
        let Some(bytes) = learn::builtin(NAMES) else { return Ok(None) };
        Self::read(NAMES, Cow::Borrowed(bytes), Background::builtin()?).map(Some)
    }

    /// Reads the content of a model file that `stem` names.
    ///
    /// # Errors
    /// If the file is damaged.
    pub fn read(stem: &str, bytes: Cow<'static, [u8]>, background: Background) -> Result<Self> {
        let mut file = Reader::new(stem, bytes);
        file.magic()?;
        let classes = file.number()?;
        // Labels are kept in single bytes while decoding.
        if !(1..=60).contains(&classes) {
            return Err(file.error("a number of classes that no model has"));
        }
        let labels = (0..classes).map(|_| file.text()).collect::<Result<Vec<_>>>()?;
        let count = Labels { classes }.len();
        let scores = (0..count * count).map(|_| file.fraction()).collect::<Result<Vec<_>>>()?;
        let transitions = Transitions { labels: Labels { classes }, scores };
        let scale = file.fraction()?;
        let mut calibration = Vec::new();
        for _ in 0..classes {
            let points = file.number()?;
            let points = (0..points).map(|_| Ok((file.fraction()?, file.fraction()?))).collect::<Result<Vec<_>>>()?;
            calibration.push(Calibration { points });
        }
        let weights = Table::read(&mut file)?;
        if weights.width() != count {
            return Err(file.error("the weights do not fit the labels"));
        }
        let steps = transitions.steps();
        Ok(Self { stem: stem.to_owned(), labels, transitions, steps, weights, scale, calibration, background })
    }

    /// What the model's stretches are called.
    pub fn labels(&self) -> &[String] {
        &self.labels
    }

    /// Number of features with weights.
    pub fn features(&self) -> usize {
        self.weights.len()
    }

    /// The names in `sentence`, as classes of the ontology; what the ontology does not declare is left out.
    pub fn find(&self, id: SentenceId, sentence: &Sentence, ontology: &Ontology) -> Vec<Mention> {
        let classes: Vec<Option<Class>> = self.labels.iter().map(|label| ontology.class(label)).collect();
        let found_by = Finder::Model(self.stem.clone());
        let mention = |found: Labelled| {
            Some(Mention {
                span: sentence.key.span(found.range),
                sentence: id,
                kind: MentionKind::Name(classes.get(found.label).copied().flatten()?),
                found_by: found_by.clone(),
                confidence: Confidence::new(found.confidence),
            })
        };
        self.label(sentence).into_iter().filter_map(mention).collect()
    }

    /// The names in `sentence` by the model's own labels.
    pub fn label(&self, sentence: &Sentence) -> Vec<Labelled> {
        let line = Line::new(sentence, &self.background);
        let labelled = |(stretch, raw): (Stretch, f32)| Labelled {
            range: line.offsets()[stretch.start]..line.offsets()[stretch.end],
            label: stretch.class,
            confidence: self.calibration[stretch.class].apply(raw),
        };
        self.stretches(&line).into_iter().map(labelled).collect()
    }

    /// The likeliest stretches with their raw probabilities.
    fn stretches(&self, line: &Line) -> Vec<(Stretch, f32)> {
        let emissions = self.emissions(line);
        let best = self.transitions.best(&emissions);
        let found = self.transitions.labels.decode(&best);
        if found.is_empty() {
            return Vec::new();
        }
        let chart = self.transitions.chart_with(&self.steps, &emissions);
        found.into_iter().map(|stretch| (stretch, chart.stretch(&self.steps, stretch))).collect()
    }

    /// The score of each label at each character.
    fn emissions(&self, line: &Line) -> Vec<f32> {
        let count = self.transitions.labels.len();
        let mut emissions = Vec::with_capacity(line.len() * count);
        let mut sums = vec![0i32; count];
        for at in 0..line.len() {
            sums.fill(0);
            line.features(at, |feature| {
                if let Some(row) = self.weights.get(feature) {
                    for (sum, weight) in sums.iter_mut().zip(row) {
                        *sum += i32::from(weight.cast_signed());
                    }
                }
            });
            emissions.extend(sums.iter().map(|&sum| sum as f32 * self.scale));
        }
        emissions
    }
}

/// How raw probabilities of a model relate to the share of right ones: a rising line through points.
#[derive(Clone, Debug, Default, PartialEq)]
struct Calibration {
    /// Raw probability and share, both rising.
    points: Vec<(f32, f32)>,
}

impl Calibration {
    /// Fits the line to stretches of known rightness.
    fn fit(mut seen: Vec<(f32, bool)>) -> Self {
        seen.sort_by(|a, b| a.0.total_cmp(&b.0));
        let share = (seen.len() / 12).max(25);
        // Blocks of raw probabilities that rise and of shares that shall rise: falling neighbours are merged.
        let mut blocks: Vec<(f32, f32, f32)> = Vec::new();
        for chunk in seen.chunks(share) {
            let count = chunk.len() as f32;
            let raw = chunk.iter().map(|(raw, _)| raw).sum::<f32>();
            let right = chunk.iter().filter(|(_, right)| *right).count() as f32;
            blocks.push((raw, right, count));
            while let [.., a, b] = blocks.as_mut_slice() {
                if (a.1 + 1.0) / (a.2 + 2.0) < (b.1 + 1.0) / (b.2 + 2.0) {
                    break;
                }
                *a = (a.0 + b.0, a.1 + b.1, a.2 + b.2);
                blocks.pop();
            }
        }
        Self {
            points: blocks
                .into_iter()
                .map(|(raw, right, count)| (raw / count, (right + 1.0) / (count + 2.0)))
                .collect(),
        }
    }

    /// The share that goes with a raw probability.
    fn apply(&self, raw: f32) -> f32 {
        let above = self.points.partition_point(|point| point.0 < raw);
        match (above.checked_sub(1).and_then(|below| self.points.get(below)), self.points.get(above)) {
            (Some(low), Some(high)) => {
                low.1 + (high.1 - low.1) * (raw - low.0) / (high.0 - low.0).max(f32::MIN_POSITIVE)
            }
            (None, Some(only)) => only.1 * (raw / only.0.max(f32::MIN_POSITIVE)),
            (Some(only), None) => only.1,
            (None, None) => raw,
        }
    }
}

/// A text with its names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Example {
    /// One sentence, or a few.
    pub text: String,
    /// The names in text order, disjoint, with their labels.
    pub names: Vec<(Span, String)>,
}

/// How a model is trained beyond the gradient steps.
#[derive(Clone, Copy, Debug)]
pub struct Recipe {
    /// The gradient steps.
    pub training: Training,
    /// Weights that are nowhere greater than this are left out.
    pub prune: f32,
    /// One example in so many is kept from training to learn how far the model can be trusted; 0 for none.
    pub held_out: usize,
}

/// Trains a model; the same examples give the same bytes.
///
/// `progress` is told each epoch and how surprised the model still is.
pub fn train(
    examples: &[Example],
    recipe: Recipe,
    segmenter: &Segmenter,
    background: &Background,
    mut progress: impl FnMut(usize, f64),
) -> Vec<u8> {
    let names: BTreeSet<&str> = examples.iter().flat_map(|e| e.names.iter().map(|(_, label)| label.as_str())).collect();
    let names: Vec<&str> = names.into_iter().collect();
    let labels = Labels { classes: names.len() };
    let corpus: Vec<Sequence> = examples
        .iter()
        .map(|example| {
            let sentence = segmenter.whole(&example.text);
            let line = Line::new(&sentence, background);
            let mut sequence =
                Sequence { stretches: stretches(example, &sentence, &line, &names), ..Sequence::default() };
            for at in 0..line.len() {
                sequence.starts.push(sequence.features.len());
                line.features(at, |feature| sequence.features.push(feature));
            }
            sequence.starts.push(sequence.features.len());
            sequence
        })
        .collect();
    let mut calibration = vec![Calibration::default(); names.len()];
    if recipe.held_out > 1 {
        // Neighbours often come from one text, so runs of a hundred are kept together.
        let held = |number: usize| (number / 100) % recipe.held_out == recipe.held_out - 1;
        let kept = |want: bool| (0..corpus.len()).filter(move |&number| held(number) == want);
        let part: Vec<&Sequence> = kept(false).filter_map(|number| corpus.get(number)).collect();
        let trained = sequence::train(&part, labels, recipe.training, &mut progress);
        let bytes = write(&names, &trained, &calibration, recipe.prune);
        let tagger = Tagger::read("held-out", bytes.into(), background.clone()).expect("what was written can be read");
        let mut seen = vec![Vec::new(); names.len()];
        for example in kept(true).filter_map(|number| examples.get(number)) {
            let sentence = segmenter.whole(&example.text);
            let line = Line::new(&sentence, background);
            let right = stretches(example, &sentence, &line, &names);
            for (stretch, raw) in tagger.stretches(&line) {
                seen[stretch.class].push((raw, right.contains(&stretch)));
            }
        }
        calibration = seen.into_iter().map(Calibration::fit).collect();
    }
    let all: Vec<&Sequence> = corpus.iter().collect();
    let trained = sequence::train(&all, labels, recipe.training, progress);
    write(&names, &trained, &calibration, recipe.prune)
}

/// The names of `example` as stretches of `line`.
fn stretches(example: &Example, sentence: &Sentence, line: &Line, names: &[&str]) -> Vec<Stretch> {
    let mut found = Vec::new();
    for (span, label) in &example.names {
        let range = sentence.key.range(*span);
        let (Ok(start), Ok(end)) =
            (line.offsets().binary_search(&range.start), line.offsets().binary_search(&range.end))
        else {
            continue;
        };
        let Ok(class) = names.binary_search(&label.as_str()) else { continue };
        if start < end && found.last().is_none_or(|last: &Stretch| last.end <= start) {
            found.push(Stretch { start, end, class });
        }
    }
    found
}

/// The content of a model file.
fn write(names: &[&str], trained: &sequence::Weights, calibration: &[Calibration], prune: f32) -> Vec<u8> {
    let count = trained.transitions.labels.len();
    // Weights are written in 127 steps up to the size that one in ten thousand exceeds.
    let mut sizes: Vec<f32> = trained.weights.iter().map(|weight| weight.abs()).filter(|&size| size > prune).collect();
    sizes.sort_by(f32::total_cmp);
    let greatest = sizes.get(sizes.len().saturating_sub(sizes.len() / 10_000 + 1)).copied().unwrap_or(1.0);
    let scale = greatest / 127.0;
    let mut rows = Vec::new();
    for (&feature, weights) in trained.features.iter().zip(trained.weights.chunks_exact(count)) {
        if weights.iter().any(|weight| weight.abs() > prune) {
            let steps =
                weights.iter().map(|weight| ((weight / scale).round().clamp(-127.0, 127.0) as i8).cast_unsigned());
            rows.push((feature, steps.collect()));
        }
    }
    let mut file = Writer::default();
    file.number(names.len());
    for name in names {
        file.text(name);
    }
    for &score in &trained.transitions.scores {
        file.fraction(score);
    }
    file.fraction(scale);
    for line in calibration {
        file.number(line.points.len());
        for &(raw, share) in &line.points {
            file.fraction(raw);
            file.fraction(share);
        }
    }
    Table::build(rows, count).write(&mut file);
    file.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resource::Resources;

    const RECIPE: Recipe = Recipe { training: Training::STANDARD, prune: 0.0, held_out: 0 };

    fn examples() -> Vec<Example> {
        let example = |text: &str, names: &[(&str, &str)]| {
            let span = |name: &str| text.find(name).map(|at| Span::new(at, at + name.len())).unwrap();
            Example { text: text.into(), names: names.iter().map(|&(n, label)| (span(n), label.into())).collect() }
        };
        vec![
            example("记者李晓明报道。", &[("李晓明", "Person")]),
            example("校长周文表示感谢。", &[("周文", "Person")]),
            example("他住在临河县。", &[("临河县", "Place")]),
            example("大家来到平川县参观。", &[("平川县", "Place")]),
        ]
    }

    #[test]
    fn a_model_finds_what_it_was_shown_and_its_like() {
        let segmenter = Segmenter::load(&Resources::builtin()).unwrap();
        let ontology = Ontology::load(&Resources::builtin()).unwrap();
        let background = Background::default();
        let bytes = train(&examples(), RECIPE, &segmenter, &background, |_, _| {});
        assert_eq!(bytes, train(&examples(), RECIPE, &segmenter, &background, |_, _| {}), "training is repeatable");
        let tagger = Tagger::read("t", bytes.clone().into(), background.clone()).unwrap();
        let text = "记者李晓\n明来到平川县。";
        let sentence = segmenter.whole(text);
        let found: Vec<_> = tagger.find(SentenceId(0), &sentence, &ontology);
        let found: Vec<_> = found.iter().map(|m| (m.span.of(text), m.kind.clone())).collect();
        let class = |name: &str| MentionKind::Name(ontology.class(name).unwrap());
        assert_eq!(found, [("李晓\n明", class("Person")), ("平川县", class("Place"))]);
        for length in (0..bytes.len()).step_by(97) {
            assert!(Tagger::read("t", bytes[..length].to_vec().into(), background.clone()).is_err(), "{length}");
        }
        assert_eq!(tagger.label(&segmenter.whole("")), []);
    }

    #[test]
    fn the_built_in_model_finds_names_that_no_list_has() {
        let segmenter = Segmenter::load(&Resources::builtin()).unwrap();
        let tagger = Tagger::builtin().unwrap().expect("the program is built with a model");
        let sentence = segmenter.whole("記者周晓岚从临河机械制造有限公司了解到，董事长韩立诚昨天到了成都。");
        let found = tagger.label(&sentence);
        let names: Vec<_> = found
            .iter()
            .map(|f| (crate::span::cut(sentence.key.text(), f.range.clone()), tagger.labels()[f.label].as_str()))
            .collect();
        let expected =
            [("周晓岚", "Person"), ("临河机械制造有限公司", "Organization"), ("韩立诚", "Person"), ("成都", "Place")];
        assert_eq!(names, expected);
        assert!(found.iter().all(|f| f.confidence > 0.5));
    }

    #[test]
    fn calibration_rises() {
        let seen = (0..1000).map(|n| (n as f32 / 1000.0, n % 10 < n / 100)).collect();
        let line = Calibration::fit(seen);
        for raw in [0.15, 0.5, 0.85] {
            assert!((line.apply(raw) - raw).abs() < 0.07, "{raw} became {}", line.apply(raw));
        }
    }
}
