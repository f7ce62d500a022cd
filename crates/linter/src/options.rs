//! What a run is asked for, and what came of it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use treatise_dataset::{Dataset, Drafts, Findings, Observer, SchemaCache};
use treatise_report::{Counts, Rule, Skipped};

use crate::documents::Documents;
use crate::notices::Notices;
use crate::plan::Choice;
use crate::timing::Clock;

/// How to run.
pub struct Options<'a> {
    /// The manifest, if it is not where it usually is.
    pub manifest: Option<&'a Path>,
    /// The day for which rules about dates are decided, ISO 8601; absent, the manifest's.
    pub as_of: Option<&'a str>,
    /// How many findings to keep; all are counted.
    pub keep: usize,
    /// If given, only what is found in these files and folders counts; relative to the root.
    pub only: Option<&'a [PathBuf]>,
    /// If given, schemas that it has are not compiled again, and those of this dataset are added.
    pub schemas: Option<&'a SchemaCache>,
    /// Is told how far it is.
    pub observer: &'a dyn Observer,
    /// Which rules are looked for.
    pub choice: Choice<'a>,
    /// What is reported.
    pub part: Part,
    /// Whether rules about the form of records look also at those that are not as their schema says.
    pub forms_of_all: bool,
    /// The texts of the documents, if they are at hand.
    pub documents: Option<&'a Documents>,
    /// A table of notices about papers, if one is at hand.
    pub notices: Option<&'a Notices>,
    /// The dataset before a change.
    pub base: Option<Base<'a>>,
    /// If given, what is read instead of some files of records.
    pub drafts: Option<&'a Drafts>,
    /// If given, how long each rule takes is measured with it.
    pub clock: Option<Clock<'a>>,
    /// Whether the process ends with this run. Then what was made of the records is left for the system
    /// to clear away: to take it apart is a part of a second for a large dataset.
    pub is_last: bool,
}

impl Default for Options<'_> {
    fn default() -> Self {
        Self {
            manifest: None,
            as_of: None,
            keep: 10_000,
            only: None,
            schemas: None,
            observer: &(),
            choice: Choice::default(),
            part: Part::All,
            forms_of_all: false,
            documents: None,
            notices: None,
            base: None,
            drafts: None,
            clock: None,
            is_last: false,
        }
    }
}

/// What is reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Everything.
    All,
    /// What the rules about content find, and not what loading finds.
    Rules,
}

/// The dataset before a change.
#[derive(Clone, Copy, Debug)]
pub struct Base<'a> {
    /// Its root.
    pub root: &'a Path,
    /// What it is called in messages.
    pub name: &'a str,
    /// What somebody has approved of the change.
    pub approved: &'a [Approved],
}

/// A rule that finds nothing in a record, since what it would find was approved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approved {
    /// The rule.
    pub rule: &'static Rule,
    /// The id of the record.
    pub record: String,
}

/// What came of a run.
#[derive(Debug)]
pub struct Linted {
    /// The dataset.
    pub dataset: Dataset,
    /// What was found and is not accepted.
    pub findings: Findings,
    /// Of these, what was there before the change too; none where there is no "before".
    pub known: Counts,
    /// What was not looked for.
    pub skipped: Vec<Skipped>,
    /// How many records no rule could look at.
    pub unseen: u64,
    /// How long each rule took, the slowest first; only those that were measured.
    pub timings: Vec<(&'static str, Duration)>,
}
