//! Generated datasets in the shape of the real one, of any size and with a known number of
//! faults, to measure `treatise` and the programs that it is compared with.
//!
//! The same order gives the same bytes on every machine.

mod collection;
mod fault;
mod json;
mod manifest;
mod plan;
mod random;
mod record;
mod words;
mod write;

pub use plan::{Order, SMALLEST};
pub use write::{Error, write};

/// How the records lie on the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Layout {
    /// One file a record, indented by two spaces.
    Files,
    /// One file a collection, one record a line.
    Ndjson,
}
