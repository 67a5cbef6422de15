//! The one test binary: what the whole program does, seen from outside.

#![allow(clippy::unwrap_used, clippy::string_slice, reason = "a test that stops has failed, which is its job")]
#![allow(clippy::print_stderr, reason = "what was left out or measured is said where the test runner shows it")]

mod analysis;
mod architecture;
mod cli;
mod exports;
mod golden;
mod properties;
mod readme;
mod robustness;
mod rules;
mod scores;
mod server;
