//! Finds records with the status `needs-update` that no open issue touches.
//!
//! # Why it matters
//!
//! The status says that something is wrong, and the issue says what. Without it, whoever comes to update
//! the record does not know what to look for, and readers don't know what to beware of.
//!
//! # How to mend it
//!
//! Record what is wrong as an issue that touches the record (`affects`), or set the status back.
//!
//! # What it leaves alone
//!
//! Sources in which an issue was found (`source`), sources that name their successor, and records that
//! were withdrawn.

use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::view::{Issue, Record, Records};

rule! {
    name: "needs-update-without-issue",
    severity: Warning,
    summary: "a record that needs an update, and no issue says why",
    since: "0.1.0",
    check: EachRecord(check),
    needs: WholeDataset,
}

fn check(record: Record<'_>, records: &Records<'_>, found: &mut Found) {
    if record.review_status() != Some("needs-update") {
        return;
    }
    let Some(status) = record.get("review").and_then(|block| block.text("status")) else {
        return;
    };
    if record.is_deprecated() || record.get("superseded_by").is_some() {
        return;
    }
    let mut touching = records.issues_of(record).into_iter();
    let is_touched = touching.any(Issue::is_unsettled);
    if !is_touched && !records.doubts().is_faulty(record.id) {
        found.add(
            Finding::new(
                status.spot(),
                format!("no issue says why `{}` needs an update", record.id),
            )
            .with_help("record what is wrong as an issue, or set the status back"),
        );
    }
}
