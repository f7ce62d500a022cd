//! Finds pinned tables of codes that can't be read: a column is missing, a row has too many cells or
//! too few, a code is missing or stands there twice.
//!
//! # Why it matters
//!
//! The codes of the records are held against these tables. A table that is read in part would call
//! right codes unknown; one that is not read at all lets every wrong code of its system pass.
//!
//! # How to mend it
//!
//! Mend the row that the message names. Only the first fault of a table is reported.
//!
//! # What it leaves alone
//!
//! Tables of systems that no record uses, and those that are not there, which `unpinned-code`
//! reports.

use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::view::Records;

rule! {
    name: "damaged-code-table",
    severity: Error,
    summary: "a pinned table of codes that can't be read",
    since: "0.1.0",
    check: Dataset(check),
}

fn check(records: &Records<'_>, found: &mut Found) {
    for (system, damage) in records.codes().damaged() {
        let place = match damage.line {
            Some(line) => format!("line {line} of `{}`", damage.path),
            None => format!("`{}`", damage.path),
        };
        let pointer = format!("/other_files/{}/path", damage.entry);
        found.add(
            Finding::in_manifest(pointer, format!("{place}: {}", damage.reason))
                .with_note(format!("the codes of {system} were not looked up"))
                .with_help("mend the table"),
        );
    }
}
