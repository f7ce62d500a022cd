//! Findings.
//!
//! A [`Diagnostic`] says what is wrong, where, why and what to do; [`Rule`] is what it breaks. A
//! [`Report`] is the findings of a run in their one order, and each output format is one file
//! under `render`. Finding and rendering are apart: nothing here is `Serialize` but the structs
//! that a renderer owns.

mod counts;
mod cut;
mod diagnostic;
pub mod fault;
mod files;
mod fix;
mod place;
mod render;
mod report;
mod rule;
mod safe;

pub use counts::Counts;
pub use diagnostic::{Diagnostic, Label, Novelty, Severity};
pub use files::{FileId, Files};
pub use fix::{Applicability, Edit, Fix};
pub use place::{Excerpt, Place};
pub use render::{Format, Options, Standpoint, render};
pub use report::{Report, Skipped, Summary, fingerprints, grouped};
pub use rule::{Rule, Scope, Status};

/// Text of unknown origin on one line, with what a terminal or a reader could be misled by shown as
/// an escape.
pub fn visible(text: &str) -> String {
    safe::line(text).into_owned()
}
