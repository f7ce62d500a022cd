//! Tables and formats: what a release consists of.
//!
//! [`export`] turns a sound dataset into a bundle, a folder that is there whole or not at all.
//! Which tables there are, and with which columns, is read from the field tables of the schemas
//! and never from the data, so that two releases of the same schemas have the same shape.
//!
//! `shape`, `table`, `row` and `record` know the dataset and no format; a file in `format` knows
//! its format and nothing of the dataset; `bundle` knows files and neither. `reading` and `encoder`
//! turn records into blocks for all formats, on all cores and in order (`in_order`), and `run`
//! hands the blocks to the files. Nothing is checked here: that is done when there is a
//! [`Sound<Dataset>`](treatise_dataset::Sound).

mod archive;
mod bibliography;
mod bundle;
mod column;
mod companion;
mod description;
mod encoder;
mod error;
mod export;
mod format;
mod in_order;
mod names;
mod occupant;
mod profile;
mod reading;
mod record;
mod redirect;
mod relation;
mod row;
mod run;
mod scratch;
mod section;
mod shape;
mod table;
mod target;
mod verify;
mod view;
mod whole;
mod zip_layout;

pub use archive::Archive;
pub use companion::Companion;
pub use error::Error;
pub use export::{Checks, LeftOut, Options, Summary, export};
pub use format::Format;
pub use profile::Profile;
pub use target::Target;
pub use verify::{Extent, VERIFY_RULES, Verified, verify, verify_archive};
