//! How much one query may use: an allowance that the index charges for every term the query engine holds.
//!
//! The engine looks at its cancellation token only while it reads quads; a join of many rows with many others can go on
//! for minutes and fill the memory in between. But it copies a term for every cell of every row that it makes, and
//! terms that are held count themselves. Where the allowance is used up, the copy does not return: the work is unwound up to
//! [`within`], which reports what ran out. Everything that the engine held is dropped on the way.

use crate::error::{Error, Result};
use std::cell::Cell;
use std::hash::{Hash, Hasher};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::time::{Duration, Instant};

/// What a piece of work may use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Allowance {
    /// How long it may take; for ever if `None`.
    pub time: Option<Duration>,
    /// How many terms it may hold at the same time; any number if `None`. A term takes some 16 bytes.
    pub terms: Option<usize>,
}

/// How many terms are copied or compared between two looks at the clock: some microseconds.
const STRIDE: u32 = 4096;

thread_local! {
    static HELD: Cell<usize> = const { Cell::new(0) };
    static MOST: Cell<usize> = const { Cell::new(usize::MAX) };
    static STEPS: Cell<u32> = const { Cell::new(0) };
    static END: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// What ran out; carried by the unwinding.
#[derive(Clone, Copy)]
enum Exhausted {
    Time,
    Terms,
}

/// Does `work` within `allowance`.
///
/// # Errors
/// [`Error::Limit`] if the allowance is used up.
pub fn within<T>(allowance: Allowance, work: impl FnOnce() -> T) -> Result<T> {
    HELD.set(0);
    MOST.set(allowance.terms.unwrap_or(usize::MAX));
    END.set(allowance.time.and_then(|time| Instant::now().checked_add(time)));
    let result = catch_unwind(AssertUnwindSafe(work));
    MOST.set(usize::MAX);
    END.set(None);
    result.map_err(|payload| match payload.downcast::<Exhausted>() {
        Ok(exhausted) => match *exhausted {
            Exhausted::Time => Error::Limit(format!(
                "this takes longer than the {} s allowed; narrow it (LIMIT, a FILTER less, a pattern more) or allow more",
                allowance.time.unwrap_or_default().as_secs_f32()
            )),
            Exhausted::Terms => Error::Limit(
                "this needs more memory than is allowed for one query; narrow it (are two of its patterns without a \
                 common variable?) or allow more"
                    .to_owned(),
            ),
        },
        // A mistake of ours is no matter of allowance.
        Err(payload) => resume_unwind(payload),
    })
}

/// Looks at the clock, once in [`STRIDE`] calls.
#[inline]
fn step() {
    let steps = STEPS.get();
    STEPS.set(steps.wrapping_add(1));
    if steps.is_multiple_of(STRIDE) && END.get().is_some_and(|end| Instant::now() > end) {
        END.set(None);
        resume_unwind(Box::new(Exhausted::Time));
    }
}

/// Counts so many more terms.
#[inline]
pub(super) fn charge(terms: usize) {
    step();
    let held = HELD.get().wrapping_add(terms);
    HELD.set(held);
    // Terms may outlive the work that made them, so the count can fall below nothing.
    if held > MOST.get() && held < usize::MAX / 2 {
        MOST.set(usize::MAX);
        resume_unwind(Box::new(Exhausted::Terms));
    }
}

/// The number of a term in the hands of the query engine.
#[derive(Debug)]
pub(super) struct Held(u32);

impl Held {
    pub(super) fn new(id: u32) -> Self {
        charge(1);
        Self(id)
    }

    pub(super) fn id(&self) -> u32 {
        self.0
    }
}

impl Clone for Held {
    fn clone(&self) -> Self {
        Self::new(self.0)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        HELD.set(HELD.get().wrapping_sub(1));
    }
}

impl PartialEq for Held {
    fn eq(&self, other: &Self) -> bool {
        step();
        self.0 == other.0
    }
}

impl Eq for Held {}

impl Hash for Held {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_runs_out_is_said() {
        let hold = |number: u32| (0..number).map(Held::new).collect::<Vec<_>>().len();
        let terms = Allowance { terms: Some(1000), ..Allowance::default() };
        assert_eq!(within(terms, || hold(1000)).unwrap(), 1000);
        let error = within(terms, || hold(1001)).unwrap_err().to_string();
        assert!(error.contains("more memory"), "{error}");
        // What is dropped again counts no more.
        assert_eq!(within(terms, || (0..5).map(|_| hold(900)).sum::<usize>()).unwrap(), 4500);
        let time = Allowance { time: Some(Duration::from_millis(20)), ..Allowance::default() };
        let endless = || {
            let term = Held::new(1);
            while term.clone() == term {}
        };
        assert!(within(time, endless).unwrap_err().to_string().contains("longer than the 0.02 s"));
        assert!(catch_unwind(|| within(time, || panic!("ours"))).is_err());
        assert_eq!(within(Allowance::default(), || hold(2000)).unwrap(), 2000);
    }
}
