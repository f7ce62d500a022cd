//! Tables and formats: what a release consists of.
//!
//! [`export`] turns a sound dataset into a bundle, a folder that is there whole or not at all.
//! Which tables there are, and with which columns, is read from the field tables of the schemas
//! and never from the data, so that two releases of the same schemas have the same shape.
//!
//! `shape`, `table`, `row` and `record` know the dataset and no format; a file in `format` knows
//! its format and nothing of the dataset; `bundle` knows files and neither. Nothing is checked
//! here: that is done when there is a [`Sound<Dataset>`](treatise_dataset::Sound).

mod bundle;
mod description;
mod error;
mod export;
mod format;
mod occupant;
mod record;
mod row;
mod shape;
mod table;
mod target;

pub use error::Error;
pub use export::{LeftOut, Options, Summary, export};
pub use format::Format;
pub use target::Target;
