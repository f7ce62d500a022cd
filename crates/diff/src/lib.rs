//! What changed between two versions of a dataset, what it breaks, and which version it makes.
//!
//! [`open`] makes a folder of each side, [`compare`] finds the changes, [`Verdict::of`] judges
//! them by the contract in [`CONTRACTS`], and [`Document`] is the published form from which all
//! others are rendered. Finding and judging know nothing of rendering.

mod approver;
mod beside;
mod change;
mod changelog;
mod codes;
mod compare;
mod contract;
mod deprecation;
mod document;
mod error;
mod fingerprint;
mod gather;
mod gist;
mod items;
mod manifest;
mod pair;
mod pairing;
mod patch;
mod record;
mod redirect;
mod render;
mod repository;
mod role;
mod schema;
mod shape;
mod side;
mod succession;
mod text;
mod unread;
mod value;
mod verdict;
mod version;
mod witness;

pub use change::{Change, Detail, Echo, Evidence, Fate, Part, Place, Signal, SignalSort, Word};
pub use changelog::{Changelog, Section};
pub use compare::{Comparison, RecordCounts, compare};
pub use contract::{CONTRACTS, Contract, Effect, Kind, Level, Profile, Safety};
pub use document::{Document, Frame};
pub use error::Error;
pub use pair::Pair;
pub use patch::Operation;
pub use render::{Format, Style, render};
pub use repository::{Repository, folder_in_repository};
pub use side::{Side, Source, open};
pub use succession::Suggestion;
pub use value::canonical;
pub use verdict::{Block, Judged, Refused, Verdict};
pub use version::is_enough;
pub use witness::{Breakage, Use, Witness};
