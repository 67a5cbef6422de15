//! A table from hashes to rows of bytes, as it lies in a model file: nothing is unpacked to use it.
//!
//! Of each key only 16 bits are kept beside its place, so that about one strange key in ten thousand finds a row that is not its own.
//! For statistics that is cheap enough; nothing exact may rest on it. Slots are marked whether they are filled, and only filled ones have rows.

use super::{Reader, Writer};
use crate::error::Result;
use std::borrow::Cow;

/// Rows of equal width by hash.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// For each slot the mark of its key; 0 where the slot is empty.
    marks: Vec<u16>,
    /// Which of each 64 slots are filled.
    blocks: Vec<Block>,
    /// The rows of the filled slots.
    rows: Cow<'static, [u8]>,
    width: usize,
}

/// Which of 64 slots are filled.
#[derive(Clone, Copy, Debug, Default)]
struct Block {
    /// A bit for each, the first lowest.
    filled: u64,
    /// The number of filled slots before them.
    before: u32,
}

/// Keys looked up together.
const BATCH: usize = 48;

/// Slots for a hundred rows.
const ROOM: usize = 140;

impl Table {
    /// A table of these rows, all `width` bytes wide; of rows under one hash the first stays.
    pub fn build(mut entries: Vec<(u64, Vec<u8>)>, width: usize) -> Self {
        entries.sort_by_key(|&(hash, _)| hash);
        entries.dedup_by_key(|&mut (hash, _)| hash);
        if entries.is_empty() {
            return Self::new(Vec::new(), Cow::Borrowed(&[]), width);
        }
        let slots = entries.len() * ROOM / 100 + 1;
        let mut marks = vec![0u16; slots];
        let mut filled: Vec<Option<&[u8]>> = vec![None; slots];
        for (hash, row) in &entries {
            let (mut slot, mark) = place(*hash, slots);
            while marks[slot] != 0 && marks[slot] != mark {
                slot = if slot + 1 == slots { 0 } else { slot + 1 };
            }
            if marks[slot] == 0 {
                marks[slot] = mark;
                filled[slot] = Some(row);
            }
        }
        let rows = filled.into_iter().flatten().flatten().copied().collect();
        Self::new(marks, Cow::Owned(rows), width)
    }

    fn new(marks: Vec<u16>, rows: Cow<'static, [u8]>, width: usize) -> Self {
        let mut before = 0;
        let block = |marks: &[u16]| {
            let bit = |(at, &mark): (usize, &u16)| u64::from(mark != 0) << at;
            let block = Block { filled: marks.iter().enumerate().map(bit).sum(), before };
            before += block.filled.count_ones();
            block
        };
        let blocks = marks.chunks(64).map(block).collect();
        Self { marks, blocks, rows, width }
    }

    /// Which row is that of a filled slot.
    #[inline]
    fn row(&self, slot: usize) -> usize {
        let Block { filled, before } = self.blocks[slot / 64];
        before as usize + (filled & ((1 << (slot % 64)) - 1)).count_ones() as usize
    }

    /// Hands the rows under `hashes` to `see`, and adds the hashes that have none to `missed`.
    ///
    /// The marks of many keys are fetched before the first is looked at, and so are the beginnings of their rows, so that their cache
    /// misses overlap.
    pub fn each(&self, hashes: &[u64], missed: &mut Vec<u64>, mut see: impl FnMut(&[u8])) {
        let slots = self.marks.len();
        if slots == 0 {
            missed.extend(hashes);
            return;
        }
        for hashes in hashes.chunks(BATCH) {
            let mut places = [(0usize, 0u16); BATCH];
            let mut found = [0u16; BATCH];
            for ((place_of, found), &hash) in places.iter_mut().zip(&mut found).zip(hashes) {
                *place_of = place(hash, slots);
                *found = self.marks[place_of.0];
            }
            let mut starts = [0usize; BATCH];
            let (mut count, mut fetched) = (0, 0u8);
            for ((&(mut slot, mark), &(mut found)), &hash) in places.iter().zip(&found).zip(hashes) {
                while found != 0 && found != mark {
                    slot = if slot + 1 == slots { 0 } else { slot + 1 };
                    found = self.marks[slot];
                }
                if found == mark {
                    starts[count] = self.row(slot) * self.width;
                    fetched ^= self.rows.get(starts[count]).copied().unwrap_or(0);
                    count += 1;
                } else {
                    missed.push(hash);
                }
            }
            std::hint::black_box(fetched);
            for &start in &starts[..count] {
                see(&self.rows[start..start + self.width]);
            }
        }
    }

    /// The row under `hash`.
    #[inline]
    pub fn get(&self, hash: u64) -> Option<&[u8]> {
        let slots = self.marks.len();
        if slots == 0 {
            return None;
        }
        let (mut slot, mark) = place(hash, slots);
        loop {
            let found = self.marks[slot];
            if found == mark {
                let start = self.row(slot) * self.width;
                return self.rows.get(start..start + self.width);
            }
            if found == 0 {
                return None;
            }
            slot = if slot + 1 == slots { 0 } else { slot + 1 };
        }
    }

    /// Number of bytes in a row.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.blocks.last().map_or(0, |last| (last.before + last.filled.count_ones()) as usize)
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Appends the table to a model file.
    pub fn write(&self, to: &mut Writer) {
        to.number(self.marks.len());
        to.number(self.width);
        for mark in &self.marks {
            to.bytes(&mark.to_le_bytes());
        }
        to.bytes(&self.rows);
    }

    /// Takes a table out of a model file.
    ///
    /// # Errors
    /// If the file ends too soon, or the table has no empty slot.
    pub fn read(from: &mut Reader) -> Result<Self> {
        let slots = from.number()?;
        let width = from.number()?;
        let marks = from.bytes(slots.checked_mul(2))?;
        let marks: Vec<u16> = marks.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
        if !marks.is_empty() && !marks.contains(&0) {
            return Err(from.error("a table is full"));
        }
        let filled = marks.iter().filter(|&&mark| mark != 0).count();
        let rows = from.bytes(filled.checked_mul(width))?;
        Ok(Self::new(marks, rows, width))
    }
}

/// The first slot to look at, and the mark.
#[inline]
fn place(hash: u64, slots: usize) -> (usize, u16) {
    let slot = ((hash >> 32) * slots as u64) >> 32;
    let mark = (hash & 0xffff) as u16;
    (slot as usize, if mark == 0 { 1 } else { mark })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learn::Hash;

    #[test]
    fn rows_come_back_and_strangers_find_nothing() {
        let hash = |n: u32| Hash::new(3).with(n).get();
        let entries = (0..5000).map(|n| (hash(n), n.to_le_bytes().to_vec())).collect();
        let built = Table::build(entries, 4);
        let mut file = Writer::default();
        built.write(&mut file);
        let mut reader = Reader::new("t", file.into_bytes().into());
        reader.magic().unwrap();
        let table = Table::read(&mut reader).unwrap();
        let right = (0..5000u32).filter(|&n| table.get(hash(n)) == Some(&n.to_le_bytes()[..])).count();
        let strange = (5000..100_000).filter(|&n| table.get(hash(n)).is_some()).count();
        assert!(right > 4990 && strange < 30, "{right} {strange}");
    }
}
