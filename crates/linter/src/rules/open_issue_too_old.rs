//! Finds issues that have been open for longer than the interval after which records are reviewed
//! again.
//!
//! # Why it matters
//!
//! An open issue is a promise to look into it. One that nobody has touched for so long is either
//! forgotten or can't be settled, and readers should know which.
//!
//! # How to mend it
//!
//! Settle it (`resolved`), accept it as it is (`accepted`), or look into it and set `curated_on` to the
//! day on which you did.
//!
//! # What it leaves alone
//!
//! Datasets whose manifest gives no `review_interval_days`, and issues that were withdrawn.

use crate::check::rule;
use crate::day::{day, days_between};
use crate::finding::{Finding, Found};
use crate::view::Issue;

rule! {
    name: "open-issue-too-old",
    severity: Warning,
    summary: "an issue that has been open for longer than a review lasts",
    since: "0.1.0",
    check: Issue(check),
}

fn check(issue: Issue<'_>, found: &mut Found) {
    let is_open = issue.status().is_some_and(|status| status == "open");
    let curated = issue
        .get("review")
        .and_then(|block| block.text("curated_on"));
    let Some(curated) = curated.filter(|_| is_open && !issue.is_deprecated()) else {
        return;
    };
    let (Some(since), Ok(today), Some(interval)) = (
        day(curated),
        issue.manifest.as_of.parse(),
        issue.manifest.review_interval_days,
    ) else {
        return;
    };
    if days_between(since, today) > i64::from(interval) {
        found.add(
            Finding::new(
                curated.spot(),
                format!("the issue has been open since {since}"),
            )
            .with_note(format!(
                "the dataset is checked as of {today}, and records are looked at again after {interval} days"
            ))
            .with_help("settle it, accept it as it is, or look into it again"),
        );
    }
}
