//! Sequence labelling with a conditional random field: labels, decoding, marginals, training.
//!
//! In: the features of each position of a sequence, as hashes. Out: which stretches bear which class, and how probable that is.
//! A class has the four labels B, I, E (first, inner, last position of a stretch) and S (its only one); O is outside all.
//! Only sequences in which every B is followed through to its E have any probability.

use super::Random;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::ops::Range;

/// The labels of a number of classes, numbered so that those that may follow one another lie side by side:
/// all B, O, all S, all E, all I.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Labels {
    /// The number of classes.
    pub classes: usize,
}

impl Labels {
    /// The number of labels.
    pub fn len(self) -> usize {
        4 * self.classes + 1
    }

    /// Whether there is no class at all.
    pub fn is_empty(self) -> bool {
        self.classes == 0
    }

    fn begin(self, class: usize) -> usize {
        class
    }

    /// The label of what bears no class.
    pub fn outside(self) -> usize {
        self.classes
    }

    fn single(self, class: usize) -> usize {
        self.classes + 1 + class
    }

    fn end(self, class: usize) -> usize {
        2 * self.classes + 1 + class
    }

    fn inner(self, class: usize) -> usize {
        3 * self.classes + 1 + class
    }

    /// The labels that may start a sequence or follow a finished stretch.
    fn entries(self) -> Range<usize> {
        0..2 * self.classes + 1
    }

    /// The labels that may end a sequence or stand before a new stretch.
    fn exits(self) -> Range<usize> {
        self.classes..3 * self.classes + 1
    }

    /// The labels of a sequence of `length` with these stretches, which must be disjoint, and [`OPEN`] ones where it is open what is right.
    pub fn encode(self, length: usize, stretches: &[Stretch], open: &[Range<usize>]) -> Vec<usize> {
        let mut labels = vec![self.outside(); length];
        for range in open {
            labels[range.clone()].fill(OPEN);
        }
        for stretch in stretches {
            let class = stretch.class;
            match stretch.end - stretch.start {
                0 => {}
                1 => labels[stretch.start] = self.single(class),
                _ => {
                    labels[stretch.start..stretch.end].fill(self.inner(class));
                    labels[stretch.start] = self.begin(class);
                    labels[stretch.end - 1] = self.end(class);
                }
            }
        }
        labels
    }

    /// The stretches that a legal sequence of labels marks.
    pub fn decode(self, labels: &[usize]) -> Vec<Stretch> {
        let mut stretches = Vec::new();
        let mut start = 0;
        for (at, &label) in labels.iter().enumerate() {
            if label < self.classes {
                start = at;
            } else if label > self.outside() && label < self.end(0) {
                stretches.push(Stretch { start: at, end: at + 1, class: label - self.single(0) });
            } else if self.exits().contains(&label) && label != self.outside() {
                stretches.push(Stretch { start, end: at + 1, class: label - self.end(0) });
            }
        }
        stretches
    }
}

/// Stands for any label, where annotators may differ.
pub const OPEN: usize = usize::MAX;

/// Positions from `start` up to `end` that bear a class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stretch {
    /// The first position.
    pub start: usize,
    /// The position behind the last.
    pub end: usize,
    /// Which class.
    pub class: usize,
}

/// Scores of one label following another: `[from × labels + to]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Transitions {
    /// What is labelled.
    pub labels: Labels,
    /// One score a pair; those of illegal pairs are not looked at.
    pub scores: Vec<f32>,
}

impl Transitions {
    /// The likeliest labels for positions with these scores (`labels` scores a position).
    pub fn best(&self, emissions: &[f32]) -> Vec<usize> {
        let labels = self.labels;
        let (count, classes) = (labels.len(), labels.classes);
        let length = emissions.len() / count;
        if length == 0 {
            return Vec::new();
        }
        let mut previous = vec![f32::NEG_INFINITY; count];
        previous[labels.entries()].copy_from_slice(&emissions[labels.entries()]);
        let mut next = vec![f32::NEG_INFINITY; count];
        let mut back = vec![0u8; count * length];
        let entries = labels.entries().end;
        for (at, emission) in emissions.chunks_exact(count).enumerate().skip(1) {
            let back = &mut back[at * count..(at + 1) * count];
            next.fill(f32::NEG_INFINITY);
            for from in labels.exits() {
                let score = previous[from];
                let row = &self.scores[from * count..from * count + entries];
                for ((next, back), step) in next.iter_mut().zip(back.iter_mut()).zip(row) {
                    let total = score + step;
                    let better = total > *next;
                    *next = if better { total } else { *next };
                    *back = if better { from as u8 } else { *back };
                }
            }
            for class in 0..classes {
                let (begin, inner) = (labels.begin(class), labels.inner(class));
                for to in [labels.end(class), inner] {
                    let (a, b) = (
                        previous[begin] + self.scores[begin * count + to],
                        previous[inner] + self.scores[inner * count + to],
                    );
                    next[to] = a.max(b);
                    back[to] = if b > a { inner as u8 } else { begin as u8 };
                }
            }
            for (next, emission) in next.iter_mut().zip(emission) {
                *next += emission;
            }
            std::mem::swap(&mut previous, &mut next);
        }
        let mut last = labels.outside();
        for label in labels.exits() {
            if previous[label] > previous[last] {
                last = label;
            }
        }
        let mut path = vec![last; length];
        for at in (1..length).rev() {
            last = usize::from(back[at * count + last]);
            path[at - 1] = last;
        }
        path
    }

    /// Sums over all legal labellings of positions with these scores.
    pub fn chart(&self, emissions: &[f32]) -> Chart {
        self.chart_with(&self.steps(), emissions)
    }

    /// The exponentials of the scores.
    pub fn steps(&self) -> Vec<f32> {
        self.scores.iter().map(|score| score.exp()).collect()
    }

    /// [`chart`](Self::chart), given the exponentials of the transition scores.
    pub fn chart_with(&self, step: &[f32], emissions: &[f32]) -> Chart {
        let labels = self.labels;
        let (count, classes) = (labels.len(), labels.classes);
        let length = emissions.len() / count;
        let entries = labels.entries().end;
        let mut weight = vec![0.0; emissions.len()];
        for (weight, emission) in weight.chunks_exact_mut(count).zip(emissions.chunks_exact(count)) {
            let top = emission.iter().copied().fold(f32::NEG_INFINITY, f32::max);
            for (w, e) in weight.iter_mut().zip(emission) {
                *w = (e - top).exp();
            }
        }
        let mut forward = vec![0.0f32; emissions.len()];
        let mut scale = vec![1.0f32; length];
        for at in 0..length {
            let (before, rest) = forward.split_at_mut(at * count);
            let now = &mut rest[..count];
            if at == 0 {
                now[..entries].fill(1.0);
            } else {
                let before = &before[(at - 1) * count..];
                for from in labels.exits() {
                    let mass = before[from];
                    for (now, step) in now[..entries].iter_mut().zip(&step[from * count..from * count + entries]) {
                        *now += mass * step;
                    }
                }
                for class in 0..classes {
                    let (begin, inner) = (labels.begin(class), labels.inner(class));
                    for to in [labels.end(class), inner] {
                        now[to] = before[begin] * step[begin * count + to] + before[inner] * step[inner * count + to];
                    }
                }
            }
            let mut total = 0.0;
            for (now, weight) in now.iter_mut().zip(&weight[at * count..]) {
                *now *= weight;
                total += *now;
            }
            let total = total.max(f32::MIN_POSITIVE);
            scale[at] = total;
            for now in now.iter_mut() {
                *now /= total;
            }
        }
        let mut backward = vec![0.0f32; emissions.len()];
        let mut heavy = vec![0.0f32; count];
        for at in (0..length).rev() {
            if at + 1 == length {
                backward[at * count..][labels.exits()].fill(1.0);
                continue;
            }
            let (now, after) = backward.split_at_mut((at + 1) * count);
            let now = &mut now[at * count..];
            for (h, (a, w)) in heavy.iter_mut().zip(after.iter().zip(&weight[(at + 1) * count..])) {
                *h = a * w / scale[at + 1];
            }
            for from in labels.exits() {
                let row = &step[from * count..from * count + entries];
                now[from] = row.iter().zip(&heavy).map(|(s, h)| s * h).sum();
            }
            for class in 0..classes {
                let (end, inner) = (labels.end(class), labels.inner(class));
                for from in [labels.begin(class), inner] {
                    now[from] = step[from * count + end] * heavy[end] + step[from * count + inner] * heavy[inner];
                }
            }
        }
        let total = if length == 0 { 1.0 } else { forward[(length - 1) * count..][labels.exits()].iter().sum::<f32>() };
        Chart { labels, weight, scale, forward, backward, total: total.max(f32::MIN_POSITIVE) }
    }
}

impl Transitions {
    /// What the right labels leave possible, if there are [`OPEN`] ones among them; `step` are the exponentials of the transition scores.
    pub fn possible(&self, step: &[f32], emissions: &[f32], right: &[usize]) -> Option<Chart> {
        if !right.contains(&OPEN) {
            return None;
        }
        let mut possible = emissions.to_vec();
        for (scores, &right) in possible.chunks_exact_mut(self.labels.len()).zip(right) {
            let others = scores.iter_mut().enumerate().filter(|&(label, _)| right != OPEN && label != right);
            others.for_each(|(_, score)| *score = f32::NEG_INFINITY);
        }
        Some(self.chart_with(step, &possible))
    }
}

/// Sums over all legal labellings of one sequence.
pub struct Chart {
    labels: Labels,
    /// Exponentials of the scores of each position, the greatest being 1.
    weight: Vec<f32>,
    /// What the forward sums of each position were divided by.
    scale: Vec<f32>,
    forward: Vec<f32>,
    backward: Vec<f32>,
    total: f32,
}

impl Chart {
    /// The probability of `label` at the position `at`.
    pub fn label(&self, at: usize, label: usize) -> f32 {
        let i = at * self.labels.len() + label;
        self.forward[i] * self.backward[i] / self.total
    }

    /// Hands every pair of labels that may stand at `at - 1` and `at`, and its probability, to `see`; `step` are the exponentials of the transition scores.
    pub fn pairs(&self, step: &[f32], at: usize, mut see: impl FnMut(usize, usize, f32)) {
        let labels = self.labels;
        let count = labels.len();
        let before = &self.forward[(at - 1) * count..at * count];
        let mut pair = |from: usize, to: usize| {
            let i = at * count + to;
            let mass = before[from] * step[from * count + to] * self.weight[i];
            see(from, to, mass / self.scale[at] * self.backward[i] / self.total);
        };
        for from in labels.exits() {
            for to in labels.entries() {
                pair(from, to);
            }
        }
        for class in 0..labels.classes {
            for from in [labels.begin(class), labels.inner(class)] {
                pair(from, labels.end(class));
                pair(from, labels.inner(class));
            }
        }
    }

    /// The probability that exactly this stretch bears its class.
    pub fn stretch(&self, step: &[f32], stretch: Stretch) -> f32 {
        let labels = self.labels;
        let count = labels.len();
        let class = stretch.class;
        if stretch.end - stretch.start == 1 {
            return self.label(stretch.start, labels.single(class));
        }
        let mut from = labels.begin(class);
        let mut mass = self.forward[stretch.start * count + from];
        for at in stretch.start + 1..stretch.end {
            let to = if at + 1 == stretch.end { labels.end(class) } else { labels.inner(class) };
            mass *= step[from * count + to] * self.weight[at * count + to] / self.scale[at];
            from = to;
        }
        mass * self.backward[(stretch.end - 1) * count + from] / self.total
    }
}

/// One sequence to learn from: the features of all positions, each as many as `starts` says, and the right labels.
#[derive(Clone, Debug, Default)]
pub struct Sequence {
    /// Hashes of the features, position by position.
    pub features: Vec<u64>,
    /// Where the features of each position start; one more than there are positions.
    pub starts: Vec<usize>,
    /// The right stretches.
    pub stretches: Vec<Stretch>,
    /// Where it is open what is right.
    pub open: Vec<Range<usize>>,
}

/// How to train.
#[derive(Clone, Copy, Debug)]
pub struct Training {
    /// How often the corpus is gone through.
    pub epochs: usize,
    /// Size of the first steps.
    pub rate: f32,
    /// Pull of the weights towards nought.
    pub decay: f32,
    /// Share of the features that are left out at random.
    pub dropout: f32,
    /// What a wrong label costs where a class is right, and where none is (softmax margin).
    pub margin: [f32; 2],
    /// How often a feature must occur in the corpus to be kept.
    pub cutoff: u32,
    /// How many times training starts anew with other random numbers; the weights are averaged.
    pub rounds: usize,
    /// Start of the random numbers.
    pub seed: u64,
}

impl Training {
    /// What has proved good.
    pub const STANDARD: Self =
        Self { epochs: 8, rate: 0.1, decay: 0.0, dropout: 0.1, margin: [3.0, 1.0], cutoff: 1, rounds: 1, seed: 1 };
}

/// Weights as trained.
pub struct Weights {
    /// Scores of label pairs.
    pub transitions: Transitions,
    /// Hashes of the features, in the order in which the corpus has them.
    pub features: Vec<u64>,
    /// The scores of each feature for each label.
    pub weights: Vec<f32>,
}

/// Hashes are hashed already.
#[derive(Default)]
pub(super) struct Hashed(u64);

impl Hasher for Hashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, _: &[u8]) {}

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

/// A map from features.
pub(super) type FeatureMap<V> = HashMap<u64, V, BuildHasherDefault<Hashed>>;

/// Trains by stochastic gradient steps (AdaGrad) on the likelihood of the right labels.
pub fn train(
    corpus: &[&Sequence],
    labels: Labels,
    training: Training,
    mut progress: impl FnMut(usize, f64),
) -> Weights {
    let count = labels.len();
    // Number the features that occur often enough.
    let mut seen: FeatureMap<u32> = FeatureMap::default();
    for sequence in corpus {
        for &feature in &sequence.features {
            *seen.entry(feature).or_default() += 1;
        }
    }
    let mut numbers: FeatureMap<u32> = FeatureMap::default();
    let mut features = Vec::new();
    let mut encoded: Vec<Encoded> = Vec::with_capacity(corpus.len());
    for sequence in corpus {
        let mut ids = Vec::with_capacity(sequence.features.len());
        let mut starts = vec![0u32];
        for range in sequence.starts.windows(2) {
            for &feature in &sequence.features[range[0]..range[1]] {
                if seen.get(&feature).copied().unwrap_or(0) < training.cutoff {
                    continue;
                }
                let id = *numbers.entry(feature).or_insert_with(|| {
                    features.push(feature);
                    (features.len() - 1) as u32
                });
                ids.push(id);
            }
            starts.push(ids.len() as u32);
        }
        encoded.push((ids, starts, labels.encode(sequence.starts.len() - 1, &sequence.stretches, &sequence.open)));
    }
    drop(seen);
    drop(numbers);

    let mut random = Random::new(training.seed);
    let mut total = Weights {
        transitions: Transitions { labels, scores: vec![0.0; count * count] },
        features: Vec::new(),
        weights: vec![0.0; features.len() * count],
    };
    for round in 0..training.rounds.max(1) {
        // Weights of the later epochs are averaged: where they still swing, the middle is best.
        let first = training.epochs / 2;
        let share = 1.0 / ((training.epochs - first) * training.rounds.max(1)) as f32;
        run(&encoded, features.len(), labels, training, &mut random, |epoch, loss, transitions, weights| {
            progress(round * training.epochs + epoch + 1, loss);
            if epoch >= first {
                for (sum, weight) in total.weights.iter_mut().zip(weights) {
                    *sum += share * weight;
                }
                for (sum, score) in total.transitions.scores.iter_mut().zip(&transitions.scores) {
                    *sum += share * score;
                }
            }
        });
    }
    total.features = features;
    total
}

/// A sequence with numbered features: all numbers, where those of each position start, and the right labels.
type Encoded = (Vec<u32>, Vec<u32>, Vec<usize>);

/// Trains once from nothing and shows the weights after each epoch.
fn run(
    encoded: &[Encoded],
    features: usize,
    labels: Labels,
    training: Training,
    random: &mut Random,
    mut shown: impl FnMut(usize, f64, &Transitions, &[f32]),
) {
    let count = labels.len();
    let mut weights = vec![0.0f32; features * count];
    let mut squares = vec![1e-2f32; features];
    let mut transitions = Transitions { labels, scores: vec![0.0; count * count] };
    let mut transition_squares = vec![1e-1f32; count * count];
    let mut gradient = vec![0.0f32; count];
    let mut order: Vec<usize> = (0..encoded.len()).collect();
    let keep = 1.0 / (1.0 - training.dropout);
    let mut emissions = Vec::new();
    let mut step = vec![0.0f32; count * count];
    let mut used: Vec<u32> = Vec::new();
    let mut used_starts: Vec<usize> = Vec::new();
    for epoch in 0..training.epochs {
        random.shuffle(&mut order);
        let mut loss = 0.0f64;
        for &number in &order {
            let (ids, starts, gold) = &encoded[number];
            let length = gold.len();
            if length == 0 {
                continue;
            }
            emissions.clear();
            emissions.resize(length * count, 0.0);
            used.clear();
            used_starts.clear();
            for at in 0..length {
                used_starts.push(used.len());
                let emission = &mut emissions[at * count..(at + 1) * count];
                for &id in &ids[starts[at] as usize..starts[at + 1] as usize] {
                    if training.dropout > 0.0 && random.unit() < training.dropout {
                        continue;
                    }
                    used.push(id);
                    let row = &weights[id as usize * count..(id as usize + 1) * count];
                    for (e, w) in emission.iter_mut().zip(row) {
                        *e += w;
                    }
                }
                for e in emission.iter_mut() {
                    *e *= keep;
                }
                let right = gold[at];
                let cost = training.margin[usize::from(right == labels.outside())];
                for (label, e) in emission.iter_mut().enumerate() {
                    if label != right && right != OPEN {
                        *e += cost;
                    }
                }
            }
            used_starts.push(used.len());
            for (step, score) in step.iter_mut().zip(&transitions.scores) {
                *step = score.exp();
            }
            let chart = transitions.chart_with(&step, &emissions);
            let possible = transitions.possible(&step, &emissions, gold);
            let wanted = |at: usize, label: usize| match &possible {
                Some(possible) => possible.label(at, label),
                None => f32::from(u8::from(gold[at] == label)),
            };
            for at in 0..length {
                let mut greatest = 0.0f32;
                let mut square = 0.0f32;
                for (label, g) in gradient.iter_mut().enumerate() {
                    *g = wanted(at, label) - chart.label(at, label);
                    greatest = greatest.max(g.abs());
                    square += *g * *g;
                }
                if gold[at] != OPEN {
                    loss -= f64::from(chart.label(at, gold[at]).max(1e-20).ln());
                }
                if greatest < 1e-3 {
                    continue;
                }
                for g in &mut gradient {
                    *g *= keep;
                }
                square *= keep * keep;
                for &id in &used[used_starts[at]..used_starts[at + 1]] {
                    let id = id as usize;
                    squares[id] += square;
                    let rate = training.rate / squares[id].sqrt();
                    for (w, g) in weights[id * count..(id + 1) * count].iter_mut().zip(&gradient) {
                        *w += rate * (g - training.decay * *w);
                    }
                }
            }
            for at in (1..length).filter(|&at| gold[at - 1] != OPEN && gold[at] != OPEN) {
                chart.pairs(&step, at, |from, to, p| {
                    let g = f32::from(u8::from(gold[at - 1] == from && gold[at] == to)) - p;
                    if g.abs() < 1e-4 {
                        return;
                    }
                    let i = from * count + to;
                    transition_squares[i] += g * g;
                    transitions.scores[i] += training.rate * g / transition_squares[i].sqrt();
                });
            }
        }
        shown(epoch, loss, &transitions, &weights);
    }
}
