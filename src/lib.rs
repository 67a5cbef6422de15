//! Reads Chinese text and answers questions about it.
//!
//! Text flows through a row of plain functions, each turning one plain data type into the next;
//! what the program knows about Chinese and about the world lies in `data/`.
//!
//! ```text
//! file → Document → Sentence → Mention → Entity → Statement → Quad → Store → answers and exports
//! ```
//!
//! The modules stand in that order, and a module uses only modules above it.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test that stops has failed, which is its job"))]

pub mod error;

pub mod span;

pub mod date;

pub mod resource;

pub mod chars;

pub mod ontology;

pub mod learn;

pub mod document;

pub mod sentence;

pub mod mention;

pub mod entity;

pub mod statement;

pub mod pipeline;

pub mod evaluate;

pub mod inspect;

pub mod rdf;

pub mod store;

pub mod query;

pub mod facts;

pub mod analysis;

pub mod explain;

pub mod why;

pub mod export;

pub mod coverage;

pub mod server;
