//! Finds records that were reviewed or appraised by a program.
//!
//! # Why it matters
//!
//! A program may write records, and this one checks them; but that a claim is true and fit to be shown
//! is the judgement of a person who answers for it.
//!
//! # How to mend it
//!
//! Have a person review the record, and set its status back to `draft` until then. An appraisal by a
//! program is taken out: its certainty is `unassessed`.
//!
//! # What it leaves alone
//!
//! Programs as curators.

use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::view::{Record, Records};

rule! {
    name: "software-as-reviewer",
    severity: Error,
    summary: "a record that was reviewed or appraised by a program",
    since: "0.1.0",
    check: EachRecord(check),
}

fn check(record: Record<'_>, records: &Records<'_>, found: &mut Found) {
    for (id, agent, did) in records.vouchers(record) {
        if agent.kind().is_some_and(|kind| kind == "software") {
            found.add(
                Finding::new(
                    id.spot(),
                    format!("the record was {did} by the program `{}`", &*id),
                )
                .with_related(agent.heading(), "this is the program")
                .with_help("have a person do it"),
            );
        }
    }
}
