//! What is learned from labelled and unlabelled text: model files, and the ways of training them.

use crate::error::{Error, Result};
use std::borrow::Cow;

pub mod table;

pub mod weights;

pub mod sequence;

pub mod classifier;

pub mod network;

include!(concat!(env!("OUT_DIR"), "/models.rs"));

/// The content of a model file of `data/models/` that the program was built with, by its stem.
pub fn builtin(stem: &str) -> Option<&'static [u8]> {
    MODELS.iter().find(|(name, _)| *name == stem).map(|&(_, bytes)| bytes)
}

/// A hash of numbers: the key of a feature or of a string.
#[derive(Clone, Copy, Debug)]
pub struct Hash(u64);

impl Hash {
    /// The hash of `kind` alone. Keys of different kinds differ.
    #[inline]
    pub fn new(kind: u32) -> Self {
        Self(u64::from(kind).wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    /// The hash with one number more.
    #[inline]
    #[must_use]
    pub fn with(self, value: u32) -> Self {
        Self((self.0.rotate_left(23) ^ u64::from(value)).wrapping_mul(0xd6e8_feb8_6659_fd93))
    }

    /// The hash itself.
    #[inline]
    pub fn get(self) -> u64 {
        self.0 ^ (self.0 >> 32)
    }
}

/// Repeatable random numbers (SplitMix64).
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// Numbers that depend on `seed` alone.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from 0 up to 1.
    pub fn unit(&mut self) -> f32 {
        (self.bits() >> 40) as f32 / (1u32 << 24) as f32
    }

    /// A number below `limit`, which must not be 0.
    pub fn below(&mut self, limit: usize) -> usize {
        (self.bits() % limit as u64) as usize
    }

    /// Brings `items` into a random order.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let other = self.below(last + 1);
            items.swap(last, other);
        }
    }
}

/// First bytes of every model file.
const MAGIC: &[u8] = b"wenmai model 2\n";

/// Puts a model file together.
#[derive(Clone, Debug)]
pub struct Writer(Vec<u8>);

impl Default for Writer {
    fn default() -> Self {
        Self(MAGIC.to_vec())
    }
}

impl Writer {
    /// Appends a number, which must fit 32 bits.
    pub fn number(&mut self, number: usize) {
        let number = u32::try_from(number).expect("models are smaller than 4 GB");
        self.0.extend(number.to_le_bytes());
    }

    /// Appends a fraction.
    pub fn fraction(&mut self, fraction: f32) {
        self.0.extend(fraction.to_le_bytes());
    }

    /// Appends bytes as they are; the reader must know how many.
    pub fn bytes(&mut self, bytes: &[u8]) {
        self.0.extend(bytes);
    }

    /// Appends a text with its length.
    pub fn text(&mut self, text: &str) {
        self.number(text.len());
        self.bytes(text.as_bytes());
    }

    /// The finished file.
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

/// Takes a model file apart, and trusts nothing in it.
#[derive(Clone, Debug)]
pub struct Reader {
    name: String,
    bytes: Cow<'static, [u8]>,
    at: usize,
}

impl Reader {
    /// Reads `bytes` from the start; messages call the file `name`.
    pub fn new(name: &str, bytes: Cow<'static, [u8]>) -> Self {
        Self { name: name.to_owned(), bytes, at: 0 }
    }

    /// Passes the mark with which model files begin.
    ///
    /// # Errors
    /// If the file does not begin with it.
    pub fn magic(&mut self) -> Result<()> {
        if &*self.bytes(Some(MAGIC.len()))? == MAGIC { Ok(()) } else { Err(self.error("no model of this version")) }
    }

    /// Takes a number.
    ///
    /// # Errors
    /// If the file ends before.
    pub fn number(&mut self) -> Result<usize> {
        let bytes = self.bytes(Some(4))?;
        Ok(bytes.as_ref().try_into().map_or(0, u32::from_le_bytes) as usize)
    }

    /// Takes a fraction.
    ///
    /// # Errors
    /// If the file ends before, or it is no finite number.
    pub fn fraction(&mut self) -> Result<f32> {
        let bytes = self.bytes(Some(4))?;
        let fraction = bytes.as_ref().try_into().map_or(f32::NAN, f32::from_le_bytes);
        if fraction.is_finite() { Ok(fraction) } else { Err(self.error("a weight is no number")) }
    }

    /// Takes a text.
    ///
    /// # Errors
    /// If the file ends before, or it is not UTF-8.
    pub fn text(&mut self) -> Result<String> {
        let length = self.number()?;
        let bytes = self.bytes(Some(length))?;
        String::from_utf8(bytes.into_owned()).map_err(|_| self.error("a name is not UTF-8"))
    }

    /// Takes `length` bytes; `None` is a length that no file can have.
    ///
    /// # Errors
    /// If the file ends before.
    pub fn bytes(&mut self, length: Option<usize>) -> Result<Cow<'static, [u8]>> {
        let end = length.and_then(|length| self.at.checked_add(length)).filter(|&end| end <= self.bytes.len());
        let Some(end) = end else { return Err(self.error("the file ends too soon")) };
        let range = self.at..end;
        self.at = end;
        Ok(match &self.bytes {
            Cow::Borrowed(bytes) => Cow::Borrowed(bytes.get(range).unwrap_or_default()),
            Cow::Owned(bytes) => Cow::Owned(bytes.get(range).unwrap_or_default().to_vec()),
        })
    }

    /// An error about this file.
    pub fn error(&self, problem: &str) -> Error {
        Error::Input {
            origin: self.name.clone(),
            reason: format!("not usable as a model at byte {}: {problem}; train it again", self.at),
        }
    }
}
