//! A small convolutional network that scores the labels of each position; its scores are added to those of a field.
//!
//! In: for each position of a sequence the hashes of what is read there, always as many. Out: a score for each label.
//! Every hash has a vector; those of a position are added up. Three layers then look at neighbours one, two and four positions away,
//! so that a position is seen with the seven before and behind it.

use super::sequence::{FeatureMap, Labels, OPEN, Stretch, Transitions};
use super::{Random, Reader, Writer};
use crate::error::Result;
use ndarray::linalg::general_mat_mul;
use ndarray::{Array2, ArrayView2, ArrayViewMut2, Axis, Slice};
use std::ops::Range;

/// Length of the vector of an input.
const WIDTH: usize = 96;
/// Length of the vectors between the layers.
const HIDDEN: usize = 128;
/// How far away the neighbours stand that each layer looks at.
const REACH: [usize; 3] = [1, 2, 4];
/// Empty positions between sequences that are computed together: no layer reaches further.
const GAP: usize = 4;
/// Sequences in a training step.
const BATCH: usize = 32;
/// Size of the first steps; they shrink to a tenth.
const RATE: f32 = 0.003;
/// Share of inputs, and of numbers between the layers, that are left out at random in training.
const DROPPED: f32 = 0.3;
/// How often an input must occur in the corpus to have a vector.
const CUTOFF: u32 = 3;
/// How quickly Adam forgets gradients and their squares.
const MEMORY: [f32; 2] = [0.9, 0.999];

/// One sequence to learn from.
#[derive(Clone, Debug, Default)]
pub struct Sequence {
    /// Hashes of the inputs, position by position, `inputs.len() / length` each.
    pub inputs: Vec<u64>,
    /// The number of positions.
    pub length: usize,
    /// The right stretches.
    pub stretches: Vec<Stretch>,
    /// Where it is open what is right.
    pub open: Vec<Range<usize>>,
}

/// All numbers of a network, or something about each of them.
#[derive(Clone, Debug)]
struct Numbers {
    /// A vector for each input; the first belongs to unknown ones and is nought.
    vectors: Array2<f32>,
    /// Weights and bias of each layer; the weights of the three neighbours stand below one another.
    layers: Vec<[Array2<f32>; 2]>,
    /// From the vectors to the labels.
    direct: Array2<f32>,
    /// From the last layer to the labels.
    last: Array2<f32>,
    bias: Array2<f32>,
    /// Scores of label pairs.
    transitions: Array2<f32>,
}

impl Numbers {
    fn zeros(inputs: usize, labels: usize) -> Self {
        let layer = |number: usize| {
            let width = if number == 0 { WIDTH } else { HIDDEN };
            [Array2::zeros((3 * width, HIDDEN)), Array2::zeros((1, HIDDEN))]
        };
        Self {
            vectors: Array2::zeros((inputs, WIDTH)),
            layers: (0..REACH.len()).map(layer).collect(),
            direct: Array2::zeros((WIDTH, labels)),
            last: Array2::zeros((HIDDEN, labels)),
            bias: Array2::zeros((1, labels)),
            transitions: Array2::zeros((labels, labels)),
        }
    }

    /// Small random numbers, as large as keeps the size of what goes through.
    fn random(inputs: usize, labels: usize, random: &mut Random) -> Self {
        let mut numbers = Self::zeros(inputs, labels);
        let mut fill = |array: &mut Array2<f32>, size: f32| {
            array.iter_mut().for_each(|number| *number = (random.unit() * 2.0 - 1.0) * size);
        };
        let even = |array: &Array2<f32>| (6.0 / (array.nrows() + array.ncols()) as f32).sqrt();
        fill(&mut numbers.vectors, 0.1);
        numbers.vectors.row_mut(0).fill(0.0);
        for [kernel, _] in &mut numbers.layers {
            let size = even(kernel);
            fill(kernel, size);
        }
        // The way past the layers starts small, so that it does not learn first what they should.
        let (direct, last) = (0.3 * even(&numbers.direct), even(&numbers.last));
        fill(&mut numbers.direct, direct);
        fill(&mut numbers.last, last);
        numbers
    }

    /// All but the vectors, of which a step touches only a few.
    fn dense(&mut self) -> Vec<&mut Array2<f32>> {
        let Self { vectors: _, layers, direct, last, bias, transitions } = self;
        layers.iter_mut().flatten().chain([direct, last, bias, transitions]).collect()
    }

    fn add(&mut self, share: f32, other: &mut Self) {
        self.vectors.scaled_add(share, &other.vectors);
        for (sum, part) in self.dense().into_iter().zip(other.dense()) {
            sum.scaled_add(share, part);
        }
    }
}

/// A trained network.
#[derive(Clone, Debug)]
pub struct Network {
    /// The row of each known input.
    known: FeatureMap<u32>,
    numbers: Numbers,
}

/// Rows of inputs, position by position: the vectors to add up.
type Rows = Vec<Vec<u32>>;

/// What the layers made of a batch.
struct Pass {
    /// What went into each layer, and last what came out of the last.
    between: Vec<Array2<f32>>,
    /// What each layer added.
    added: Vec<Array2<f32>>,
    /// Which numbers were kept of the vectors and of what the last layer gave; empty where all were.
    kept: [Vec<f32>; 2],
    scores: Array2<f32>,
}

impl Network {
    /// The score of each label at each of `length` positions.
    pub fn scores(&self, inputs: &[u64], length: usize) -> Vec<f32> {
        let rows = std::iter::repeat_n(Vec::new(), GAP)
            .chain(self.rows(inputs, length))
            .chain(std::iter::repeat_n(Vec::new(), GAP))
            .collect();
        let pass = forward(&self.numbers, &rows, 1.0, None);
        rows_of(&pass.scores, GAP..GAP + length).iter().copied().collect()
    }

    fn rows(&self, inputs: &[u64], length: usize) -> Rows {
        let each = inputs.len() / length.max(1);
        let row = |hash: &u64| self.known.get(hash).copied();
        inputs.chunks(each.max(1)).map(|position| position.iter().filter_map(row).collect()).collect()
    }

    /// Scores of label pairs, row by row.
    pub fn transitions(&self) -> impl Iterator<Item = f32> {
        self.numbers.transitions.iter().copied()
    }

    /// Makes all its scores `share` times as great.
    pub fn scale(&mut self, share: f32) {
        let Numbers { direct, last, bias, transitions, .. } = &mut self.numbers;
        for array in [direct, last, bias, transitions] {
            *array *= share;
        }
    }

    /// Appends the network to a model file.
    pub fn write(&self, to: &mut Writer) {
        let mut known: Vec<(u32, u64)> = self.known.iter().map(|(&hash, &row)| (row, hash)).collect();
        known.sort_unstable();
        to.number(known.len());
        for (_, hash) in known {
            to.bytes(&hash.to_le_bytes());
        }
        let mut numbers = self.numbers.clone();
        for &number in numbers.vectors.iter().skip(WIDTH) {
            to.fraction(number);
        }
        for array in numbers.dense() {
            array.iter().for_each(|&number| to.fraction(number));
        }
    }

    /// Takes a network for `labels` labels out of a model file.
    ///
    /// # Errors
    /// If the file ends too soon.
    pub fn read(from: &mut Reader, labels: usize) -> Result<Self> {
        let count = from.number()?;
        let hashes = from.bytes(count.checked_mul(8))?;
        let hash = |bytes: &[u8]| bytes.try_into().map_or(0, u64::from_le_bytes);
        let known: FeatureMap<u32> = hashes.chunks_exact(8).map(hash).zip(1..).collect();
        let mut fill = |array: &mut [f32]| {
            let bytes = from.bytes(array.len().checked_mul(4))?;
            for (number, bytes) in array.iter_mut().zip(bytes.chunks_exact(4)) {
                *number = bytes.try_into().map_or(f32::NAN, f32::from_le_bytes);
            }
            if array.iter().all(|number| number.is_finite()) {
                Ok(())
            } else {
                Err(from.error("a number of its network is none"))
            }
        };
        // Read before room is made for it, so that a damaged count cannot ask for more than the file has.
        let mut vectors = vec![0.0; (count + 1) * WIDTH];
        fill(&mut vectors[WIDTH..])?;
        let mut numbers = Numbers::zeros(0, labels);
        numbers.vectors = Array2::from_shape_vec((count + 1, WIDTH), vectors).unwrap_or_default();
        for array in numbers.dense() {
            fill(array.as_slice_mut().unwrap_or_default())?;
        }
        Ok(Self { known, numbers })
    }
}

/// Runs positions through the layers; positions without inputs stay empty. `scale` makes up for inputs left out, `random` leaves numbers out.
fn forward(numbers: &Numbers, rows: &Rows, scale: f32, mut random: Option<&mut Random>) -> Pass {
    let mut input = Array2::<f32>::zeros((rows.len(), WIDTH));
    for (mut sum, rows) in input.rows_mut().into_iter().zip(rows) {
        for &row in rows {
            sum.scaled_add(scale, &numbers.vectors.row(row as usize));
        }
    }
    let mut leave_out = |array: &mut Array2<f32>| {
        let Some(random) = random.as_deref_mut() else { return Vec::new() };
        let kept: Vec<f32> =
            (0..array.len()).map(|_| if random.unit() < DROPPED { 0.0 } else { 1.0 / (1.0 - DROPPED) }).collect();
        array.iter_mut().zip(&kept).for_each(|(number, kept)| *number *= kept);
        kept
    };
    let first = leave_out(&mut input);
    let (mut between, mut added) = (vec![input], Vec::new());
    for (number, (reach, [kernel, bias])) in REACH.iter().zip(&numbers.layers).enumerate() {
        let input = &between[number];
        let mut output = Array2::zeros((rows.len(), HIDDEN)) + bias;
        for Neighbour { kernel, to, from, .. } in neighbours(kernel, rows.len(), *reach) {
            general_mat_mul(1.0, &rows_of(input, from), &kernel, 1.0, &mut rows_mut(&mut output, to));
        }
        for (mut output, rows) in output.rows_mut().into_iter().zip(rows) {
            output.mapv_inplace(|number| if rows.is_empty() { 0.0 } else { number.max(0.0) });
        }
        let next = if number == 0 { output.clone() } else { &output + input };
        added.push(output);
        between.push(next);
    }
    let last = between.last_mut().map(leave_out).unwrap_or_default();
    let mut scores = Array2::zeros((rows.len(), numbers.bias.ncols())) + &numbers.bias;
    general_mat_mul(1.0, &between[0], &numbers.direct, 1.0, &mut scores);
    general_mat_mul(1.0, &between[REACH.len()], &numbers.last, 1.0, &mut scores);
    Pass { between, added, kept: [first, last], scores }
}

/// What a layer makes of one of the three neighbours of every position.
struct Neighbour<'k> {
    /// Its weights, and which rows of the layer's weights they are.
    kernel: ArrayView2<'k, f32>,
    part: Range<usize>,
    /// The positions that see it, and where it stands from them.
    to: Range<usize>,
    from: Range<usize>,
}

/// The neighbour before, the position itself and the neighbour behind.
fn neighbours(kernel: &Array2<f32>, length: usize, reach: usize) -> [Neighbour<'_>; 3] {
    let width = kernel.nrows() / 3;
    let (front, back) = (0..length.saturating_sub(reach), reach.min(length)..length);
    let neighbour = |number: usize, to: &Range<usize>, from: &Range<usize>| {
        let part = number * width..(number + 1) * width;
        Neighbour { kernel: rows_of(kernel, part.clone()), part, to: to.clone(), from: from.clone() }
    };
    [neighbour(0, &back, &front), neighbour(1, &(0..length), &(0..length)), neighbour(2, &front, &back)]
}

fn rows_of(array: &Array2<f32>, rows: Range<usize>) -> ArrayView2<'_, f32> {
    array.slice_axis(Axis(0), Slice::from(rows))
}

fn rows_mut(array: &mut Array2<f32>, rows: Range<usize>) -> ArrayViewMut2<'_, f32> {
    array.slice_axis_mut(Axis(0), Slice::from(rows))
}

/// How a network is trained.
#[derive(Clone, Copy, Debug)]
pub struct Training {
    /// How often the corpus is gone through.
    pub epochs: usize,
    /// What a wrong label costs where a class is right, and where none is.
    pub margin: [f32; 2],
    /// Start of the random numbers.
    pub seed: u64,
}

/// Trains by gradient steps (Adam) on the likelihood of the right labels. The numbers of the later half of the epochs are averaged.
///
/// The same corpus gives the same network on processors of one kind: how products are summed up depends on what the processor offers.
pub fn train(
    corpus: &[&Sequence],
    labels: Labels,
    training: Training,
    mut progress: impl FnMut(usize, f64),
) -> Network {
    let (known, encoded) = encode(corpus, labels);
    let mut random = Random::new(training.seed);
    let (inputs, count) = (known.len() + 1, labels.len());
    let mut numbers = Numbers::random(inputs, count, &mut random);
    let mut gradient = Numbers::zeros(inputs, count);
    let mut memory = [gradient.clone(), gradient.clone()];
    let mut mean = gradient.clone();
    let mut order: Vec<usize> = (0..encoded.len()).collect();
    let steps = training.epochs * encoded.len().div_ceil(BATCH);
    let first = training.epochs / 2;
    let mut step = 0;
    for epoch in 0..training.epochs {
        random.shuffle(&mut order);
        let mut loss = 0.0;
        for batch in order.chunks(BATCH) {
            let batch: Vec<&Encoded> = batch.iter().filter_map(|&number| encoded.get(number)).collect();
            let (touched, surprise) = descend(&numbers, &mut gradient, &batch, labels, training.margin, &mut random);
            loss += surprise;
            step += 1;
            let rate = RATE * (1.0 - 0.9 * step as f32 / steps as f32);
            update(&mut numbers, &mut gradient, &mut memory, &touched, rate, step);
        }
        if epoch >= first {
            mean.add(1.0 / (training.epochs - first) as f32, &mut numbers);
        }
        progress(epoch + 1, loss);
    }
    Network { known, numbers: mean }
}

/// A sequence with numbered inputs and the right labels.
struct Encoded {
    rows: Rows,
    labels: Vec<usize>,
}

fn encode(corpus: &[&Sequence], labels: Labels) -> (FeatureMap<u32>, Vec<Encoded>) {
    let mut seen: FeatureMap<u32> = FeatureMap::default();
    for input in corpus.iter().flat_map(|sequence| &sequence.inputs) {
        *seen.entry(*input).or_default() += 1;
    }
    let mut known: FeatureMap<u32> = FeatureMap::default();
    let mut encoded = Vec::with_capacity(corpus.len());
    for sequence in corpus {
        let each = sequence.inputs.len() / sequence.length.max(1);
        let mut row = |input: &u64| {
            let often = seen.get(input).is_some_and(|&times| times >= CUTOFF);
            let next = known.len() as u32 + 1;
            often.then(|| *known.entry(*input).or_insert(next))
        };
        let rows = sequence.inputs.chunks(each.max(1)).map(|position| position.iter().filter_map(&mut row).collect());
        encoded.push(Encoded {
            rows: rows.collect(),
            labels: labels.encode(sequence.length, &sequence.stretches, &sequence.open),
        });
    }
    (known, encoded)
}

/// Adds the gradient of a batch; gives the rows of inputs that it touches, and how surprising the right labels were.
fn descend(
    numbers: &Numbers,
    gradient: &mut Numbers,
    batch: &[&Encoded],
    labels: Labels,
    margin: [f32; 2],
    random: &mut Random,
) -> (Vec<u32>, f64) {
    let count = labels.len();
    let mut rows: Rows = vec![Vec::new(); GAP];
    let mut starts = Vec::with_capacity(batch.len());
    for sequence in batch {
        starts.push(rows.len());
        for position in &sequence.rows {
            rows.push(position.iter().copied().filter(|_| random.unit() >= DROPPED).collect());
        }
        rows.resize(rows.len() + GAP, Vec::new());
    }
    let scale = 1.0 / (1.0 - DROPPED);
    let pass = forward(numbers, &rows, scale, Some(random));
    let transitions = Transitions { labels, scores: numbers.transitions.iter().copied().collect() };
    let steps = transitions.steps();
    let share = 1.0 / batch.len() as f32;
    let mut error = Array2::<f32>::zeros(pass.scores.raw_dim());
    let mut loss = 0.0;
    for (sequence, &start) in batch.iter().zip(&starts) {
        let right = &sequence.labels;
        let mut scores: Vec<f32> = rows_of(&pass.scores, start..start + right.len()).iter().copied().collect();
        for (scores, &right) in scores.chunks_exact_mut(count).zip(right) {
            let cost = margin[usize::from(right == labels.outside())];
            let wrong = scores.iter_mut().enumerate().filter(|&(label, _)| label != right && right != OPEN);
            wrong.for_each(|(_, score)| *score += cost);
        }
        let chart = transitions.chart_with(&steps, &scores);
        let possible = transitions.possible(&steps, &scores, right);
        for (at, &right) in right.iter().enumerate() {
            for label in 0..count {
                let wanted = match &possible {
                    Some(possible) => possible.label(at, label),
                    None => f32::from(u8::from(label == right)),
                };
                error[(start + at, label)] = share * (chart.label(at, label) - wanted);
            }
            if right != OPEN {
                loss -= f64::from(chart.label(at, right).max(1e-20).ln());
            }
        }
        for at in (1..right.len()).filter(|&at| right[at - 1] != OPEN && right[at] != OPEN) {
            chart.pairs(&steps, at, |from, to, probability| {
                let wanted = f32::from(u8::from(right[at - 1] == from && right[at] == to));
                gradient.transitions[(from, to)] += share * (probability - wanted);
            });
        }
    }
    (backward(numbers, gradient, &rows, &pass, &error, scale), loss)
}

/// Follows an error in the scores back through the layers, adds what each number did to it, and gives the rows of inputs that it reaches.
fn backward(
    numbers: &Numbers,
    gradient: &mut Numbers,
    rows: &Rows,
    pass: &Pass,
    error: &Array2<f32>,
    scale: f32,
) -> Vec<u32> {
    gradient.bias += &error.sum_axis(Axis(0));
    general_mat_mul(1.0, &pass.between[0].t(), error, 1.0, &mut gradient.direct);
    general_mat_mul(1.0, &pass.between[REACH.len()].t(), error, 1.0, &mut gradient.last);
    let mut back = error.dot(&numbers.last.t());
    back.iter_mut().zip(&pass.kept[1]).for_each(|(number, kept)| *number *= kept);
    for (number, reach) in REACH.iter().enumerate().rev() {
        let input = &pass.between[number];
        let mut through = back.clone();
        through.zip_mut_with(&pass.added[number], |through, &added| {
            if added <= 0.0 {
                *through = 0.0;
            }
        });
        // What a layer gives is added to what it was given, but for the first, whose input has another width.
        let mut next = if number == 0 { Array2::zeros(input.raw_dim()) } else { back };
        let [kernel, _] = &numbers.layers[number];
        let [kernel_gradient, bias_gradient] = &mut gradient.layers[number];
        *bias_gradient += &through.sum_axis(Axis(0));
        for Neighbour { kernel, part, to, from } in neighbours(kernel, rows.len(), *reach) {
            let through = rows_of(&through, to);
            let sum = &mut rows_mut(kernel_gradient, part);
            general_mat_mul(1.0, &rows_of(input, from.clone()).t(), &through, 1.0, sum);
            general_mat_mul(1.0, &through, &kernel.t(), 1.0, &mut rows_mut(&mut next, from));
        }
        back = next;
    }
    general_mat_mul(1.0, error, &numbers.direct.t(), 1.0, &mut back);
    back.iter_mut().zip(&pass.kept[0]).for_each(|(number, kept)| *number *= kept);
    for (back, rows) in back.rows().into_iter().zip(rows) {
        for &row in rows {
            gradient.vectors.row_mut(row as usize).scaled_add(scale, &back);
        }
    }
    let mut touched: Vec<u32> = rows.iter().flatten().copied().collect();
    touched.sort_unstable();
    touched.dedup();
    touched
}

/// A step of Adam; the gradient is nought afterwards.
fn update(
    numbers: &mut Numbers,
    gradient: &mut Numbers,
    memory: &mut [Numbers; 2],
    touched: &[u32],
    rate: f32,
    step: i32,
) {
    let [kept, kept_squares] = MEMORY;
    let rate = rate * (1.0 - kept_squares.powi(step)).sqrt() / (1.0 - kept.powi(step));
    let move_by = |number: &mut f32, gradient: &mut f32, first: &mut f32, second: &mut f32| {
        *first = kept * *first + (1.0 - kept) * *gradient;
        *second = kept_squares * *second + (1.0 - kept_squares) * *gradient * *gradient;
        *number -= rate * *first / (second.sqrt() + 1e-8);
        *gradient = 0.0;
    };
    let [first, second] = memory;
    let dense = numbers.dense().into_iter().zip(gradient.dense()).zip(first.dense().into_iter().zip(second.dense()));
    for ((numbers, gradient), (first, second)) in dense {
        let memory = first.iter_mut().zip(second.iter_mut());
        for ((number, gradient), (first, second)) in numbers.iter_mut().zip(gradient.iter_mut()).zip(memory) {
            move_by(number, gradient, first, second);
        }
    }
    for &row in touched {
        let row = row as usize;
        let (mut numbers, mut gradient) = (numbers.vectors.row_mut(row), gradient.vectors.row_mut(row));
        let (mut first, mut second) = (first.vectors.row_mut(row), second.vectors.row_mut(row));
        let memory = first.iter_mut().zip(second.iter_mut());
        for ((number, gradient), (first, second)) in numbers.iter_mut().zip(gradient.iter_mut()).zip(memory) {
            move_by(number, gradient, first, second);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sequences in which 7 starts a stretch that runs to the next 9, and other numbers stand anywhere.
    fn corpus(random: &mut Random) -> Vec<Sequence> {
        let mut sequence = |_| {
            let mut inputs: Vec<u64> = (0..12).map(|_| 10 + random.bits() % 5).collect();
            let (start, end) = (random.below(5), 6 + random.below(6));
            (inputs[start], inputs[end]) = (7, 9);
            let stretches = vec![Stretch { start, end: end + 1, class: 0 }];
            Sequence { inputs, length: 12, stretches, open: Vec::new() }
        };
        (0..400).map(&mut sequence).collect()
    }

    fn right(network: &Network, corpus: &[Sequence]) -> usize {
        let labels = Labels { classes: 1 };
        let transitions = Transitions { labels, scores: network.transitions().collect() };
        let found = |s: &Sequence| labels.decode(&transitions.best(&network.scores(&s.inputs, s.length)));
        corpus.iter().filter(|sequence| found(sequence) == sequence.stretches).count()
    }

    #[test]
    fn a_network_learns_what_stands_some_way_off_and_comes_back_from_its_file() {
        let mut random = Random::new(5);
        let corpus = corpus(&mut random);
        let (learn, test) = corpus.split_at(300);
        let learn: Vec<&Sequence> = learn.iter().collect();
        let training = Training { epochs: 12, margin: [0.0, 0.0], seed: 3 };
        let network = train(&learn, Labels { classes: 1 }, training, |_, _| {});
        assert!(right(&network, test) > 95, "{}", right(&network, test));
        let mut file = Writer::default();
        network.write(&mut file);
        let bytes = file.into_bytes();
        let read = |bytes: &[u8]| {
            let mut reader = Reader::new("t", bytes.to_vec().into());
            reader.magic().and_then(|()| Network::read(&mut reader, 5))
        };
        let again = read(&bytes).unwrap();
        assert_eq!(again.scores(&test[0].inputs, 12), network.scores(&test[0].inputs, 12));
        assert!(read(&bytes[..bytes.len() - 4]).is_err());
        assert!(network.scores(&[], 0).is_empty());
    }
}
