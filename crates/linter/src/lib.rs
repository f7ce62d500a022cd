//! The linter: rules about what the records say.
//!
//! A rule is a file in `rules/`; its doc comment is its page, and its cases lie in `tests/rules/`.
//! [`lint`] runs them: rules of single records within the one pass over the dataset, rules between
//! records behind it on what the pass kept.

mod alike;
mod amounts;
mod canonical;
mod check;
mod cite;
mod codes;
mod comparison;
mod coverage;
mod day;
mod directory;
mod documents;
mod doses;
mod exercise;
mod finding;
mod fix;
mod marked;
mod names;
mod notices;
mod options;
mod page;
mod phrase;
mod plan;
mod registry;
mod route;
mod run;
mod schemas;
mod settings;
mod shape;
mod signs;
mod tables;
mod timing;
mod ucum;
mod view;
mod visit;
mod words;

pub use canonical::formatted;
pub use cite::{Cited, Wanted, cite, passages};
pub use coverage::{Coverage, coverage};
pub use documents::{Document, Documents, Passage};
pub use fix::{Fixed, apply, difference, fixes};
pub use notices::Notices;
pub use options::{Approved, Base, Linted, Options, Part};
pub use page::{book, listing_json, listing_table, page};
pub use plan::Choice;
pub use registry::{
    CARRIAGE_RETURN, DELETED_RECORD, REUSED_ID, UNFORMATTED, is_about_content, is_about_soundness,
    rule, rules,
};
pub use run::lint;
pub use settings::{accepted_with, fault_of_owner, path_of_exception, says_something};
pub use timing::Clock;

/// Why a run could not be made: a folder or file could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The dataset could not be loaded.
    #[error(transparent)]
    Dataset(#[from] treatise_dataset::Error),
    /// Another file could not be read or written.
    #[error("{path}: {reason}")]
    File {
        /// Its path.
        path: String,
        /// Why.
        reason: String,
    },
    /// What was asked for is not there.
    #[error("{0}")]
    NotFound(String),
}

impl Error {
    pub(crate) fn file(path: &std::path::Path, reason: impl std::fmt::Display) -> Self {
        Self::File {
            path: path.display().to_string(),
            reason: reason.to_string(),
        }
    }
}
