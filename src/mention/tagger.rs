//! Finds names that no list has, with a sequence model over characters; trains that model.
//!
//! In: a sentence. Out: candidates, each with an estimate of how likely it is right. Knows the models of `data/models/`
//! but one through [`Tagger`], and `background.model` through [`Background`].

use super::features::{Background, Hint, Line};
use super::{Confidence, Finder, Mention, MentionKind};
use crate::error::Result;
use crate::learn::classifier::{self, Instance};
use crate::learn::network::{self, Network};
use crate::learn::sequence::{self, Labels, Sequence, Stretch, Training, Transitions};
use crate::learn::weights::{Room, Weights};
use crate::learn::{self, Reader, Writer};
use crate::ontology::Class;
use crate::sentence::{Sentence, SentenceId};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// Finds names by a model.
///
/// The field marks stretches with few labels, which is fast; a label that stands for a group of classes is then
/// divided by a classifier that looks at the whole stretch. A model may also have networks, whose scores are added to the field's:
/// they find more, and take many times as long.
#[derive(Clone, Debug)]
pub struct Tagger {
    stem: String,
    /// What names are called in the end.
    classes: Vec<String>,
    /// The label of the field that stands for each class.
    groups: Vec<usize>,
    transitions: Transitions,
    /// Exponentials of the transition scores.
    steps: Vec<f32>,
    /// Weights of each feature of a character for each label but the one outside of names, by which the others are measured.
    weights: Weights,
    /// Weights of each feature of a stretch for each class.
    class_weights: Weights,
    networks: Vec<Network>,
    /// For each class the shares of right ones that go with raw probabilities.
    calibration: Vec<Calibration>,
    background: Background,
}

/// A stretch of a sentence's key that a model takes for a name.
#[derive(Clone, Debug, PartialEq)]
pub struct Labelled {
    /// Bytes of the key.
    pub range: Range<usize>,
    /// What it is: an index into [`Tagger::classes`].
    pub class: usize,
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
        let labels = file.number()?;
        // Labels are kept in single bytes while decoding.
        if !(1..=60).contains(&labels) {
            return Err(file.error("a number of labels that no model has"));
        }
        let labels = Labels { classes: labels };
        let count = labels.len();
        let scores = (0..count * count).map(|_| file.fraction()).collect::<Result<Vec<_>>>()?;
        let transitions = Transitions { labels, scores };
        let weights = Weights::read(&mut file)?;
        let (mut classes, mut groups, mut calibration) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..file.number()? {
            classes.push(file.text()?);
            groups.push(file.number()?);
            let points = file.number()?;
            let points = (0..points).map(|_| Ok((file.fraction()?, file.fraction()?))).collect::<Result<Vec<_>>>()?;
            calibration.push(Calibration { points });
        }
        let class_weights = Weights::read(&mut file)?;
        let networks = (0..file.number()?).map(|_| Network::read(&mut file, count)).collect::<Result<_>>()?;
        let fits = weights.width() + 1 == count && class_weights.width() == classes.len();
        if !fits || (0..labels.classes).any(|label| !groups.contains(&label)) {
            return Err(file.error("the weights do not fit the labels"));
        }
        Ok(Self {
            stem: stem.to_owned(),
            classes,
            groups,
            steps: transitions.steps(),
            transitions,
            weights,
            class_weights,
            networks,
            calibration,
            background,
        })
    }

    /// What the model's names are called.
    pub fn classes(&self) -> &[String] {
        &self.classes
    }

    /// Number of features with weights.
    pub fn features(&self) -> usize {
        self.weights.len()
    }

    /// The names in `sentence`; `classes` gives the class of the ontology for each of the model's, where it declares one.
    pub fn find(&self, id: SentenceId, sentence: &Sentence, hints: &[Hint], classes: &[Option<Class>]) -> Vec<Mention> {
        let mention = |found: Labelled| {
            Some(Mention {
                span: sentence.key.span(found.range),
                sentence: id,
                kind: MentionKind::Name(classes.get(found.class).copied().flatten()?),
                found_by: Finder::Model(self.stem.clone()),
                confidence: Confidence::new(found.confidence),
            })
        };
        self.label(sentence, hints).into_iter().filter_map(mention).collect()
    }

    /// The names in `sentence` by the model's own classes.
    pub fn label(&self, sentence: &Sentence, hints: &[Hint]) -> Vec<Labelled> {
        let line = Line::new(sentence, hints, &self.background);
        let labelled = |(stretch, raw): (Stretch, f32)| Labelled {
            range: line.offsets()[stretch.start]..line.offsets()[stretch.end],
            class: stretch.class,
            confidence: self.calibration[stretch.class].apply(raw),
        };
        self.stretches(&line).into_iter().map(labelled).collect()
    }

    /// The likeliest stretches with their likeliest classes and the raw probabilities.
    fn stretches(&self, line: &Line) -> Vec<(Stretch, f32)> {
        let emissions = self.emissions(line);
        let best = self.transitions.best(&emissions);
        let found = self.transitions.labels.decode(&best);
        if found.is_empty() {
            return Vec::new();
        }
        let chart = self.transitions.chart_with(&self.steps, &emissions);
        let classed = |stretch: Stretch| {
            let (class, share) = self.class(line, stretch);
            (Stretch { class, ..stretch }, share * chart.stretch(&self.steps, stretch))
        };
        found.into_iter().map(classed).collect()
    }

    /// The likeliest class of a stretch with a label, and how likely it is.
    fn class(&self, line: &Line, stretch: Stretch) -> (usize, f32) {
        let (mut features, mut room) = (Vec::new(), Room::default());
        line.stretch_features(stretch.start, stretch.end, stretch.class, |feature| features.push(feature));
        let scores = self.class_weights.sum(&features, &mut room);
        classifier::softmax(scores, &self.groups, stretch.class);
        let mut best = (0, 0.0);
        for (class, &share) in scores.iter().enumerate() {
            if share > best.1 {
                best = (class, share);
            }
        }
        best
    }

    /// The score of each label at each character.
    fn emissions(&self, line: &Line) -> Vec<f32> {
        let count = self.transitions.labels.len();
        let mut emissions = Vec::with_capacity(line.len() * count);
        let outside = self.transitions.labels.outside();
        let (mut features, mut room) = (Vec::new(), Room::default());
        for at in 0..line.len() {
            features.clear();
            line.features(at, |feature| features.push(feature));
            let (front, back) = self.weights.sum(&features, &mut room).split_at(outside);
            emissions.extend_from_slice(front);
            emissions.push(0.0);
            emissions.extend_from_slice(back);
        }
        if !self.networks.is_empty() {
            let inputs = inputs(line);
            for network in &self.networks {
                let scores = network.scores(&inputs, line.len());
                emissions.iter_mut().zip(scores).for_each(|(sum, score)| *sum += score);
            }
        }
        emissions
    }
}

/// What networks read of a sentence, character by character.
fn inputs(line: &Line) -> Vec<u64> {
    let mut inputs = Vec::new();
    for at in 0..line.len() {
        line.inputs(at, |input| inputs.push(input));
    }
    inputs
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

/// A sentence with its names.
#[derive(Clone, Debug)]
pub struct Example {
    /// One sentence, or a few that are read as one.
    pub sentence: Sentence,
    /// What lists and grammars read in it.
    pub hints: Vec<Hint>,
    /// The names in text order, disjoint, as bytes of the key, with their labels.
    pub names: Vec<(Range<usize>, String)>,
    /// Where annotators may differ: bytes of the key apart from all names.
    pub open: Vec<Range<usize>>,
}

/// How a model is trained beyond the gradient steps.
#[derive(Clone, Debug)]
pub struct Recipe {
    /// The gradient steps.
    pub training: Training,
    /// Weights that are nowhere greater than this are left out.
    pub prune: f32,
    /// One example in so many is kept from training to learn how far the model can be trusted; 0 for none.
    pub held_out: usize,
    /// The label of the field for each class; a class that is missing here is its own label.
    pub groups: BTreeMap<String, String>,
    /// How many networks are trained beside the field.
    pub networks: usize,
    /// How often they go through the corpus.
    pub network_epochs: usize,
    /// How much say the field has beside them: 0.5 for half, the networks together have the rest.
    pub field_share: f32,
}

/// Trains a model; the same examples give the same bytes.
///
/// `progress` is told each epoch and how surprised the model still is.
pub fn train(
    examples: &[Example],
    recipe: &Recipe,
    background: &Background,
    mut progress: impl FnMut(usize, f64) + Send,
) -> Vec<u8> {
    let names = Names::new(examples, recipe);
    let encode = |example: &Example| {
        let line = Line::new(&example.sentence, &example.hints, background);
        let stretches = names.stretches(example, &line, Names::label);
        let mut sequence = Sequence { stretches, open: line.ranges(&example.open), ..Sequence::default() };
        for at in 0..line.len() {
            sequence.starts.push(sequence.features.len());
            line.features(at, |feature| sequence.features.push(feature));
        }
        sequence.starts.push(sequence.features.len());
        sequence
    };
    let corpus: Vec<Sequence> = examples.iter().map(encode).collect();
    let read = |example: &Example| {
        let line = Line::new(&example.sentence, &example.hints, background);
        let stretches = names.stretches(example, &line, Names::label);
        network::Sequence { inputs: inputs(&line), length: line.len(), stretches, open: line.ranges(&example.open) }
    };
    let inputs: Vec<network::Sequence> =
        if recipe.networks == 0 { Vec::new() } else { examples.iter().map(read).collect() };
    let fit = |kept: &(dyn Fn(usize) -> bool + Sync), progress: &mut dyn FnMut(usize, f64)| {
        let part = || examples.iter().zip(&corpus).enumerate().filter(|(at, _)| kept(*at)).map(|(_, pair)| pair);
        let sequences: Vec<&Sequence> = part().map(|(_, sequence)| sequence).collect();
        let labels = Labels { classes: names.labels.len() };
        let mut field = sequence::train(&sequences, labels, recipe.training, &mut *progress);
        let read: Vec<_> = inputs.iter().enumerate().filter(|(at, _)| kept(*at)).map(|(_, read)| read).collect();
        let Training { margin, seed, .. } = recipe.training;
        let train = |number: usize| {
            let training = network::Training { epochs: recipe.network_epochs, margin, seed: seed + number as u64 };
            network::train(&read, labels, training, &mut *progress)
        };
        let mut networks: Vec<Network> = (0..recipe.networks).map(train).collect();
        join(&mut field, &mut networks, recipe.field_share);
        let instances: Vec<Instance> = part().flat_map(|(example, _)| names.instances(example, background)).collect();
        let classes = classifier::train(&instances, &names.groups, recipe.training.seed);
        (field, classes, networks)
    };
    let content = |(field, classes, networks): &(_, _, Vec<Network>), calibration: &[Calibration]| {
        write(&names, field, classes, networks, calibration, recipe.prune)
    };
    let none = vec![Calibration::default(); names.classes.len()];
    let calibrate = || {
        if recipe.held_out < 2 {
            return none.clone();
        }
        // Neighbours often come from one text, so runs of a hundred are kept together.
        let held = |number: usize| (number / 100) % recipe.held_out == recipe.held_out - 1;
        let bytes = content(&fit(&|number| !held(number), &mut |_, _| {}), &none);
        let tagger = Tagger::read("held-out", bytes.into(), background.clone()).expect("what was written can be read");
        let mut seen = vec![Vec::new(); names.classes.len()];
        for (_, example) in examples.iter().enumerate().filter(|&(number, _)| held(number)) {
            let line = Line::new(&example.sentence, &example.hints, background);
            let right = names.stretches(example, &line, Names::class);
            let open = line.ranges(&example.open);
            for (stretch, raw) in tagger.stretches(&line) {
                let is_right = right.contains(&stretch);
                if is_right || open.iter().all(|open| open.end <= stretch.start || stretch.end <= open.start) {
                    seen[stretch.class].push((raw, is_right));
                }
            }
        }
        seen.into_iter().map(Calibration::fit).collect()
    };
    let (calibration, whole) = rayon::join(calibrate, || fit(&|_| true, &mut progress));
    content(&whole, &calibration)
}

/// Gives the field its share of the say and the networks together the rest: each errs in its own way.
fn join(field: &mut sequence::Weights, networks: &mut [Network], field_share: f32) {
    if networks.is_empty() {
        return;
    }
    let share = (1.0 - field_share) / networks.len() as f32;
    let scores = &mut field.transitions.scores;
    field.weights.iter_mut().chain(scores.iter_mut()).for_each(|weight| *weight *= field_share);
    for network in networks {
        network.scale(share);
        scores.iter_mut().zip(network.transitions()).for_each(|(score, other)| *score += other);
    }
}

/// What names are called: the labels of the field and the classes that each stands for.
struct Names {
    labels: Vec<String>,
    classes: Vec<String>,
    /// The label of each class.
    groups: Vec<usize>,
}

impl Names {
    /// The classes that the examples have, and the labels that stand for them.
    fn new(examples: &[Example], recipe: &Recipe) -> Self {
        let group = |name: &String| recipe.groups.get(name).unwrap_or(name).clone();
        let classes: BTreeSet<String> = examples.iter().flat_map(|e| &e.names).map(|(_, name)| name.clone()).collect();
        let labels: BTreeSet<String> = classes.iter().map(group).collect();
        let labels: Vec<String> = labels.into_iter().collect();
        let classes: Vec<String> = classes.into_iter().collect();
        let groups = classes.iter().map(|class| labels.binary_search(&group(class)).unwrap_or(0)).collect();
        Self { labels, classes, groups }
    }

    /// The number of the label that stands for a class.
    fn label(&self, name: &String) -> Option<usize> {
        self.class(name).and_then(|class| self.groups.get(class).copied())
    }

    /// The number of a class.
    fn class(&self, name: &String) -> Option<usize> {
        self.classes.binary_search(name).ok()
    }

    /// The names of `example` as stretches of `line`, numbered by `number`.
    fn stretches(
        &self,
        example: &Example,
        line: &Line,
        number: impl Fn(&Self, &String) -> Option<usize>,
    ) -> Vec<Stretch> {
        let mut found = Vec::new();
        for (range, name) in &example.names {
            let Some(Range { start, end }) = line.range(range) else { continue };
            let Some(class) = number(self, name) else { continue };
            if start < end && found.last().is_none_or(|last: &Stretch| last.end <= start) {
                found.push(Stretch { start, end, class });
            }
        }
        found
    }

    /// The names of `example` whose label stands for several classes, as the classifier learns them.
    fn instances(&self, example: &Example, background: &Background) -> Vec<Instance> {
        let line = Line::new(&example.sentence, &example.hints, background);
        let instance = |stretch: Stretch| {
            let mut features = Vec::new();
            let label = self.groups.get(stretch.class).copied().unwrap_or(0);
            line.stretch_features(stretch.start, stretch.end, label, |feature| features.push(feature));
            Instance { features, class: stretch.class }
        };
        let divided = |stretch: &Stretch| {
            let group = self.groups.get(stretch.class);
            self.groups.iter().filter(|&other| Some(other) == group).count() > 1
        };
        self.stretches(example, &line, Self::class).into_iter().filter(divided).map(instance).collect()
    }
}

/// The content of a model file.
fn write(
    names: &Names,
    field: &sequence::Weights,
    classes: &classifier::Weights,
    networks: &[Network],
    calibration: &[Calibration],
    prune: f32,
) -> Vec<u8> {
    let mut file = Writer::default();
    file.number(names.labels.len());
    for &score in &field.transitions.scores {
        file.fraction(score);
    }
    // The same number more or less for all labels of a character changes nothing.
    let labels = field.transitions.labels;
    let measured = |row: &[f32]| {
        let outside = row[labels.outside()];
        let others = row.iter().enumerate().filter(|&(label, _)| label != labels.outside());
        others.map(|(_, weight)| weight - outside).collect::<Vec<_>>()
    };
    let weights: Vec<f32> = field.weights.chunks_exact(labels.len()).flat_map(measured).collect();
    Weights::build(&field.features, &weights, labels.len() - 1, prune).write(&mut file);
    file.number(names.classes.len());
    for ((class, &group), line) in names.classes.iter().zip(&names.groups).zip(calibration) {
        file.text(class);
        file.number(group);
        file.number(line.points.len());
        for &(raw, share) in &line.points {
            file.fraction(raw);
            file.fraction(share);
        }
    }
    Weights::build(&classes.features, &classes.weights, names.classes.len(), prune).write(&mut file);
    file.number(networks.len());
    networks.iter().for_each(|network| network.write(&mut file));
    file.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resource::Resources;
    use crate::sentence::Segmenter;

    fn recipe() -> Recipe {
        let groups = [("County", "Place"), ("River", "Place")];
        let groups = groups.map(|(class, label)| (class.to_owned(), label.to_owned())).into();
        Recipe {
            training: Training::STANDARD,
            prune: 0.0,
            held_out: 0,
            groups,
            networks: 0,
            network_epochs: 6,
            field_share: 0.5,
        }
    }

    fn examples(segmenter: &Segmenter) -> Vec<Example> {
        let example = |text: &str, names: &[(&str, &str)]| {
            let sentence = segmenter.whole(text);
            let range = |name: &str| text.find(name).map(|at| at..at + name.len()).unwrap();
            let names = names.iter().map(|&(name, label)| (range(name), label.into())).collect();
            Example { sentence, hints: Vec::new(), names, open: Vec::new() }
        };
        vec![
            example("记者李晓明报道。", &[("李晓明", "Person")]),
            example("校长周文表示感谢。", &[("周文", "Person")]),
            example("他住在临河县。", &[("临河县", "County")]),
            example("大家来到平川县参观。", &[("平川县", "County")]),
            example("船沿着清水江走。", &[("清水江", "River")]),
            example("桥横跨白龙江。", &[("白龙江", "River")]),
        ]
    }

    /// The names that `tagger` finds in `text`, with their classes.
    fn found(tagger: &Tagger, segmenter: &Segmenter, text: &str) -> Vec<(String, String)> {
        let sentence = segmenter.whole(text);
        let names = tagger.label(&sentence, &[]).into_iter();
        let named =
            |name: Labelled| (sentence.key.span(name.range).of(text).to_owned(), tagger.classes[name.class].clone());
        names.map(named).collect()
    }

    #[test]
    fn a_model_finds_what_it_was_shown_and_its_like() {
        let segmenter = Segmenter::load(&Resources::builtin()).unwrap();
        let background = Background::default();
        let examples = examples(&segmenter);
        let bytes = train(&examples, &recipe(), &background, |_, _| {});
        assert_eq!(bytes, train(&examples, &recipe(), &background, |_, _| {}), "training is repeatable");
        let tagger = Tagger::read("t", bytes.clone().into(), background.clone()).unwrap();
        assert_eq!(tagger.classes, ["County", "Person", "River"]);
        let expected = [("李晓\n明", "Person"), ("平川县", "County"), ("白龙江", "River")]
            .map(|(n, c)| (n.to_owned(), c.to_owned()));
        assert_eq!(found(&tagger, &segmenter, "记者李晓\n明来到平川县，沿着白龙江走。"), expected);
        for length in (0..bytes.len()).step_by(97) {
            assert!(Tagger::read("t", bytes[..length].to_vec().into(), background.clone()).is_err(), "{length}");
        }
        assert_eq!(found(&tagger, &segmenter, ""), []);
    }

    #[test]
    fn networks_have_their_say_beside_the_field() {
        let segmenter = Segmenter::load(&Resources::builtin()).unwrap();
        let background = Background::default();
        // Often enough for a network, which leaves out what is rare.
        let examples: Vec<Example> = (0..20).flat_map(|_| examples(&segmenter)).collect();
        let recipe = Recipe { networks: 2, network_epochs: 30, ..recipe() };
        let bytes = train(&examples, &recipe, &background, |_, _| {});
        let tagger = Tagger::read("t", bytes.into(), background).unwrap();
        let expected = [("李晓明", "Person"), ("平川县", "County")].map(|(n, c)| (n.to_owned(), c.to_owned()));
        assert_eq!(found(&tagger, &segmenter, "记者李晓明来到平川县。"), expected);
    }

    #[test]
    fn the_built_in_model_finds_names_that_no_list_has() {
        let segmenter = Segmenter::load(&Resources::builtin()).unwrap();
        let tagger = Tagger::builtin().unwrap().expect("the program is built with a model");
        let text = "記者周晓岚从临河机械制造有限公司了解到，董事长韩立诚昨天到了成都。";
        let expected = [
            ("周晓岚", "Person"),
            ("临河机械制造有限公司", "Company"),
            ("韩立诚", "Person"),
            ("成都", "AdministrativeArea"),
        ];
        assert_eq!(found(&tagger, &segmenter, text), expected.map(|(n, c)| (n.to_owned(), c.to_owned())));
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
