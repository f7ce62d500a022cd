//! Finds records that were approved by an organisation.
//!
//! # Why it matters
//!
//! A review is the word of a person who has read the record and its sources and can be asked about it.
//! An organisation reads nothing.
//!
//! # How to mend it
//!
//! Name the person, with the organisation under `part_of` of that agent; or set the status back to
//! `in-review`.
//!
//! # What it leaves alone
//!
//! That a reviewed record names a reviewer and the day at all is a matter of the schema. Programs are
//! left to `software-as-reviewer`.

use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::view::{Record, Records};

rule! {
    name: "reviewed-without-reviewer",
    severity: Error,
    summary: "a record that no person has reviewed",
    since: "0.1.0",
    check: EachRecord(check),
}

fn check(record: Record<'_>, records: &Records<'_>, found: &mut Found) {
    for (id, agent, did) in records.vouchers(record) {
        let kind = agent.kind();
        let is_organisation = kind.is_some_and(|kind| kind == "organisation");
        if is_organisation {
            found.add(
                Finding::new(
                    id.spot(),
                    format!(
                        "no person has {did} the record: `{}` is an organisation",
                        &*id
                    ),
                )
                .with_related(agent.heading(), "this is the agent")
                .with_help("name the person"),
            );
        }
    }
}
