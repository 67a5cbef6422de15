//! The one test binary: what the whole program does, seen from outside.

#![allow(clippy::unwrap_used, clippy::string_slice, reason = "a test that stops has failed, which is its job")]

mod architecture;
mod cli;
mod robustness;
mod rules;
mod scores;
