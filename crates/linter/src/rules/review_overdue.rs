//! Finds records whose next review is overdue: a warning at first, an error after another 90 days.
//!
//! # Why it matters
//!
//! That somebody has approved a claim says nothing about it years later. The promise that records are
//! looked at again is kept only if someone notices when they are not.
//!
//! # How to mend it
//!
//! Review the record again, and set `reviewed_on` and `due_on`. If its source has changed, set the status
//! to `needs-update` and record an issue.
//!
//! # What it leaves alone
//!
//! Records that were never reviewed and name no day, and records that were withdrawn. Where `due_on` is
//! missing, the interval of the manifest (`review_interval_days`) counts from `reviewed_on`.

use jiff::ToSpan;
use treatise_report::Severity;

use crate::check::rule;
use crate::day::{day, days_between};
use crate::finding::{Finding, Found};
use crate::view::Record;

rule! {
    name: "review-overdue",
    severity: Error,
    summary: "a record whose next review is overdue",
    since: "0.1.0",
    check: Record(check),
}

/// For so many days it is a warning only.
const GRACE: i64 = 90;

fn check(record: Record<'_>, found: &mut Found) {
    let Some(review) = record.get("review") else {
        return;
    };
    if record.is_deprecated() {
        return;
    }
    let today = record.plan.today.filter(|today| today.first == today.last);
    let Some(today) = today.map(|today| today.first) else {
        return;
    };
    let (spot, due) = if let Some(due) = review.text("due_on") {
        (due.spot(), day(due))
    } else {
        let Some(reviewed) = review.text("reviewed_on") else {
            return;
        };
        let interval = record.manifest.review_interval_days;
        let due = day(reviewed)
            .zip(interval)
            .and_then(|(day, interval)| day.checked_add(i64::from(interval).days()).ok());
        (reviewed.spot(), due)
    };
    let Some(due) = due.filter(|&due| due < today) else {
        return;
    };
    let mut finding = Finding::new(spot, format!("the next review was due on {due}"))
        .with_note(format!("the dataset is checked as of {today}"))
        .with_help("review the record again, or set its status to `needs-update`");
    if days_between(due, today) <= GRACE {
        finding = finding.with_severity(Severity::Warning);
    }
    found.add(finding);
}
