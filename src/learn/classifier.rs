//! Classification: which of a few classes a thing belongs to, given its features (multinomial logistic regression).
//!
//! Classes stand in groups, and a thing whose group is known belongs to a class of that group.

use super::Random;
use super::sequence::FeatureMap;

/// One thing to learn from.
#[derive(Clone, Debug)]
pub struct Instance {
    /// Hashes of its features.
    pub features: Vec<u64>,
    /// Its class.
    pub class: usize,
}

/// Weights as trained.
#[derive(Clone, Debug, Default)]
pub struct Weights {
    /// Hashes of the features, in the order in which the corpus has them.
    pub features: Vec<u64>,
    /// The scores of each feature for each class.
    pub weights: Vec<f32>,
}

/// How often the corpus is gone through. The scores on held-out names no longer rise after ten to fifteen.
const EPOCHS: usize = 12;
/// Size of the first steps.
const RATE: f32 = 0.2;
/// Pull of the weights towards nought at each step.
const DECAY: f32 = 1e-4;

/// Trains by gradient steps (AdaGrad); `groups` gives the group of each class. The weights of the later half of the epochs are averaged.
pub fn train(corpus: &[Instance], groups: &[usize], seed: u64) -> Weights {
    let count = groups.len();
    let mut numbers: FeatureMap<u32> = FeatureMap::default();
    let mut features = Vec::new();
    let encoded: Vec<(Vec<u32>, usize)> = corpus
        .iter()
        .map(|instance| {
            let number = |&feature: &u64| {
                *numbers.entry(feature).or_insert_with(|| {
                    features.push(feature);
                    (features.len() - 1) as u32
                })
            };
            (instance.features.iter().map(number).collect(), instance.class)
        })
        .collect();
    let mut weights = vec![0.0f32; features.len() * count];
    let mut total = weights.clone();
    let mut squares = vec![1e-2f32; features.len()];
    let mut random = Random::new(seed);
    let mut order: Vec<usize> = (0..encoded.len()).collect();
    let mut scores = vec![0.0f32; count];
    for epoch in 0..EPOCHS {
        random.shuffle(&mut order);
        for &number in &order {
            let (ids, class) = &encoded[number];
            scores.fill(0.0);
            for &id in ids {
                let row = &weights[id as usize * count..][..count];
                scores.iter_mut().zip(row).for_each(|(score, weight)| *score += weight);
            }
            softmax(&mut scores, groups, groups[*class]);
            let gradient = |label: usize, p: f32| f32::from(u8::from(label == *class)) - p;
            let square: f32 = scores.iter().enumerate().map(|(label, &p)| gradient(label, p).powi(2)).sum();
            for &id in ids {
                let id = id as usize;
                squares[id] += square;
                let rate = RATE / squares[id].sqrt();
                for (label, (weight, &p)) in weights[id * count..][..count].iter_mut().zip(&scores).enumerate() {
                    *weight += rate * (gradient(label, p) - DECAY * *weight);
                }
            }
        }
        if epoch >= EPOCHS / 2 {
            let share = 1.0 / (EPOCHS - EPOCHS / 2) as f32;
            total.iter_mut().zip(&weights).for_each(|(sum, weight)| *sum += share * weight);
        }
    }
    Weights { features, weights: total }
}

/// Turns scores into probabilities of the classes of `group`; those of others become 0.
pub fn softmax(scores: &mut [f32], groups: &[usize], group: usize) {
    let inside = |(score, &own): (&f32, &usize)| if own == group { *score } else { f32::NEG_INFINITY };
    let top = scores.iter().zip(groups).map(inside).fold(f32::NEG_INFINITY, f32::max);
    let mut total = 0.0;
    for (score, &own) in scores.iter_mut().zip(groups) {
        *score = if own == group { (*score - top).exp() } else { 0.0 };
        total += *score;
    }
    for score in scores {
        *score /= total.max(f32::MIN_POSITIVE);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_told_apart_within_their_group() {
        let corpus: Vec<Instance> =
            (0..60).map(|n| Instance { features: vec![7, 100 + n % 3, 1000 + n], class: (n % 3) as usize }).collect();
        let trained = train(&corpus, &[0, 0, 1], 1);
        let score = |feature: u64| {
            let at = trained.features.iter().position(|&f| f == feature).unwrap();
            trained.weights[at * 3..][..3].to_vec()
        };
        assert!(score(100)[0] > 1.0 && score(101)[1] > 1.0);
        let mut scores = score(101);
        softmax(&mut scores, &[0, 0, 1], 0);
        assert!(scores[1] > 0.8 && scores[2] == 0.0, "{scores:?}");
    }
}
