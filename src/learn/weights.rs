//! Weights of features, as they lie in a model file: half a byte each.
//!
//! A row has a byte that tells its greatest weight, then its weights in fifteen steps from minus the greatest to plus the greatest,
//! sixteen in eight bytes: eight in the lower halves of the bytes and eight in the upper ones, which is quick to take apart.
//! A score sums some fifty rows, so that what is lost in rounding evens out.
//!
//! Most of what is seen is seen often: the rows of common features lie in a table of their own, small enough to stay in the cache.

use super::table::Table;
use super::{Reader, Writer};
use crate::error::Result;

/// Weights of features for a number of labels.
#[derive(Clone, Debug)]
pub struct Weights {
    /// Rows under the hashes of the features: those of common ones, and of all others.
    tables: [Table; 2],
    /// The number of labels.
    width: usize,
    /// The step of weights in rows by their first byte: each so many times the one before.
    steps: [f32; 256],
}

/// How many of the features that the corpus has first are taken for common.
const COMMON: usize = 1 << 16;

/// Room to sum in.
#[derive(Clone, Debug, Default)]
pub struct Room {
    sums: Vec<f32>,
    uncommon: Vec<u64>,
    unknown: Vec<u64>,
}

/// Steps from nought to the greatest weight of a row.
const STEPS: f32 = 7.0;

/// Weights that are taken apart together.
const LANES: usize = 16;

/// What stands in a row for nought: steps are kept as numbers from 1 to 15.
const NOUGHT: f32 = 8.0;

impl Weights {
    /// The weights of `features`, `width` each, in the order in which the corpus has them; features with none that is greater than `prune`
    /// are left out.
    pub fn build(features: &[u64], weights: &[f32], width: usize, prune: f32) -> Self {
        let greatest = |weights: &[f32]| weights.iter().fold(0.0f32, |greatest, weight| greatest.max(weight.abs()));
        let kept = || features.iter().zip(weights.chunks_exact(width)).filter(|(_, row)| greatest(row) > prune);
        let (low, high) = kept().fold((f32::MAX, f32::MIN_POSITIVE), |(low, high), (_, row)| {
            let size = greatest(row);
            (low.min(size), high.max(size))
        });
        let ratio = (high / low.min(high)).powf(1.0 / 255.0);
        let steps = steps(low.min(high) / STEPS, ratio);
        let pack = |(&feature, row): (&u64, &[f32])| {
            let size = greatest(row);
            let number = steps.iter().position(|step| step * STEPS >= size).unwrap_or(255);
            let mut bytes = vec![0u8; 1 + width.div_ceil(2)];
            bytes[0] = number as u8;
            for label in 0..2 * width.div_ceil(2) {
                let weight = row.get(label).copied().unwrap_or(0.0);
                let step = (weight / steps[number]).round().clamp(-STEPS, STEPS) + NOUGHT;
                let (byte, shift) = place(label, width);
                bytes[1 + byte] |= (step as u8) << shift;
            }
            (feature, bytes)
        };
        let mut common: Vec<(u64, Vec<u8>)> = kept().map(pack).collect();
        let others = common.split_off(common.len().min(COMMON));
        Self { tables: [common, others].map(|rows| Table::build(rows, 1 + width.div_ceil(2))), width, steps }
    }

    /// The number of labels.
    pub fn width(&self) -> usize {
        self.width
    }

    /// The number of features.
    pub fn len(&self) -> usize {
        self.tables.iter().map(Table::len).sum()
    }

    /// Whether there are no features.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Sums the weights of `features` for each label.
    pub fn sum<'r>(&self, features: &[u64], room: &'r mut Room) -> &'r mut [f32] {
        let Room { sums, uncommon, unknown } = room;
        sums.clear();
        sums.resize(self.width.next_multiple_of(2), 0.0);
        uncommon.clear();
        unknown.clear();
        let (whole, rest) = sums.split_at_mut(self.width / LANES * LANES);
        let mut nought = 0.0;
        let mut add = |row: &[u8]| {
            let step = self.steps[usize::from(row[0])];
            nought += NOUGHT * step;
            let (bytes, last) = row[1..].split_at(whole.len() / 2);
            for (sums, bytes) in whole.chunks_exact_mut(LANES).zip(bytes.chunks_exact(LANES / 2)) {
                let (front, back) = sums.split_at_mut(LANES / 2);
                for ((front, back), byte) in front.iter_mut().zip(back).zip(bytes) {
                    *front += step * f32::from(byte & 15);
                    *back += step * f32::from(byte >> 4);
                }
            }
            for (sums, byte) in rest.chunks_exact_mut(2).zip(last) {
                sums[0] += step * f32::from(byte & 15);
                sums[1] += step * f32::from(byte >> 4);
            }
        };
        let [common, others] = &self.tables;
        common.each(features, uncommon, &mut add);
        others.each(uncommon, unknown, &mut add);
        let sums = &mut sums[..self.width];
        sums.iter_mut().for_each(|sum| *sum -= nought);
        sums
    }

    /// Appends the weights to a model file.
    pub fn write(&self, to: &mut Writer) {
        to.number(self.width);
        to.fraction(self.steps[0]);
        to.fraction(self.steps[1] / self.steps[0]);
        self.tables.iter().for_each(|table| table.write(to));
    }

    /// Takes weights out of a model file.
    ///
    /// # Errors
    /// If the file ends too soon, or its rows have another length.
    pub fn read(from: &mut Reader) -> Result<Self> {
        let width = from.number()?;
        let steps = steps(from.fraction()?, from.fraction()?);
        let tables = [Table::read(from)?, Table::read(from)?];
        if width == 0 || tables.iter().any(|table| table.width() != 1 + width.div_ceil(2)) {
            return Err(from.error("rows of weights of another length"));
        }
        Ok(Self { tables, width, steps })
    }
}

/// Which byte of a row, its first left out, holds the weight for `label`, and how many bits above the lowest.
fn place(label: usize, width: usize) -> (usize, u32) {
    let (chunk, at) = (label / LANES * LANES / 2, label % LANES);
    if label < width / LANES * LANES {
        (chunk + at % (LANES / 2), if at < LANES / 2 { 0 } else { 4 })
    } else {
        (chunk + at / 2, if at % 2 == 0 { 0 } else { 4 })
    }
}

/// The steps by the first byte of rows.
fn steps(first: f32, ratio: f32) -> [f32; 256] {
    let mut steps = [first; 256];
    for number in 1..steps.len() {
        steps[number] = steps[number - 1] * ratio;
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learn::{Hash, Random};

    #[test]
    fn sums_come_back_nearly() {
        let mut random = Random::new(4);
        let features: Vec<u64> = (0..200).map(|n| Hash::new(n).get()).collect();
        for width in [1, 5, 16, 19, 32] {
            let weight = |random: &mut Random| (random.unit() - 0.5) * 4.0 * random.unit();
            let weights: Vec<f32> = (0..200 * width).map(|_| weight(&mut random)).collect();
            let mut file = Writer::default();
            Weights::build(&features, &weights, width, 0.0).write(&mut file);
            let mut reader = Reader::new("t", file.into_bytes().into());
            reader.magic().unwrap();
            let packed = Weights::read(&mut reader).unwrap();
            assert_eq!((packed.len(), packed.width()), (200, width));
            let mut room = Room::default();
            for (first, count) in [(0, 1), (30, 50)] {
                let sums = packed.sum(&features[first..first + count], &mut room);
                assert_eq!(sums.len(), width);
                for (label, sum) in sums.iter().enumerate() {
                    let exact: f32 = (first..first + count).map(|n| weights[n * width + label]).sum();
                    assert!((sum - exact).abs() < 0.15 * (count as f32).sqrt(), "{sum} {exact}");
                }
            }
            assert!(Weights::build(&features, &weights, width, 5.0).is_empty());
        }
    }
}
