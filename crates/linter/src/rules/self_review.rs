//! Finds records whose reviewer is also their curator.
//!
//! # Why it matters
//!
//! Nobody sees his own mistakes. A review counts because a second person has read the sources.
//!
//! # How to mend it
//!
//! Have somebody else review the record, and set its status back to `in-review` until then.
//!
//! # What it leaves alone
//!
//! Appraisals: who curates a claim may also judge its certainty, since a review follows.

use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::view::Record;

rule! {
    name: "self-review",
    severity: Error,
    summary: "a record whose reviewer is its curator",
    since: "0.1.0",
    check: Record(check),
}

fn check(record: Record<'_>, found: &mut Found) {
    let Some(review) = record.get("review") else {
        return;
    };
    let (Some(curator), Some(reviewer)) = (review.text("curated_by"), review.text("reviewed_by"))
    else {
        return;
    };
    if *curator == *reviewer {
        found.add(
            Finding::new(
                reviewer.spot(),
                format!("`{}` has reviewed what it curated", &*reviewer),
            )
            .with_related(curator.spot(), "this is the curator")
            .with_help("have somebody else review the record"),
        );
    }
}
