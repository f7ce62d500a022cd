//! Finds records that were there before a change and are gone.
//!
//! # Why it matters
//!
//! Others have stored the id. A record that was withdrawn still says why, and what to use in its place;
//! one that is gone says nothing, and its id may come back for something else.
//!
//! # How to mend it
//!
//! Bring the record back and give it a `deprecated` block with the day, the reason, and the records
//! that take its place.
//!
//! # What it leaves alone
//!
//! It needs a revision to compare with (`--since`). A deletion that a second reader has approved in
//! `data/approvals.json`, as of a record that a court wants gone. Drafts that were never released may be deleted:
//! compare with the last release, and not with the last commit.

use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::view::Records;

rule! {
    name: "deleted-record",
    severity: Error,
    summary: "a record that was there before and is gone",
    since: "0.1.0",
    check: Change(check),
    needs: WholeDataset,
}

fn check(before: &Records<'_>, now: &Records<'_>, found: &mut Found) {
    for old in before.all() {
        if now.has(old.id) {
            continue;
        }
        found.add(
            Finding::without_place(old, format!("the record `{}` was deleted", old.id))
                .with_help("bring it back, and withdraw it with `deprecated`"),
        );
    }
}
