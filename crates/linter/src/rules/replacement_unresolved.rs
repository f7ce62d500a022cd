//! Finds withdrawn records whose replacement leads nowhere: it was withdrawn itself without anything in
//! its place, or it is a record of another kind.
//!
//! # Why it matters
//!
//! Whoever has stored the id of a withdrawn record follows `replaced_by` to the one that holds today.
//! A chain that ends at a withdrawn record, or at a source in place of a claim, leaves him with nothing.
//!
//! # How to mend it
//!
//! Name the record that holds today; if there is none, leave `replaced_by` out and give `wrong` as the
//! reason.
//!
//! # What it leaves alone
//!
//! Replacements that were themselves replaced, as long as the end of the chain holds. Ids of records
//! that are not there, and chains that run in a circle, are found by other rules.

use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::view::{Record, Records, Text};

rule! {
    name: "replacement-unresolved",
    severity: Error,
    summary: "a withdrawn record whose replacement leads to nothing that holds",
    since: "0.1.0",
    check: Dataset(check),
}

/// Where a record says what takes its place.
const REPLACED_BY: &str = "/deprecated/replaced_by/*";

fn check(records: &Records<'_>, found: &mut Found) {
    let withdrawn = records.withdrawn();
    if withdrawn.is_empty() {
        return;
    }
    let index = records.dataset().index();
    let mut replaced = records.dataset().links(|_| true, REPLACED_BY);
    // Most replacements are records of the same collection that hold.
    replaced.retain(|(next, record)| {
        withdrawn.contains_key(next) || index.collection(*next) != index.collection(*record)
    });
    let mut replaced: Vec<_> = replaced.into_iter().map(|(_, record)| record).collect();
    replaced.sort_unstable();
    replaced.dedup();
    for record in replaced.iter().filter_map(|record| withdrawn.get(record)) {
        of_record(*record, records, found);
    }
}

fn of_record<'r>(record: Record<'r>, records: &Records<'r>, found: &mut Found) {
    let Some(block) = record.get("deprecated") else {
        return;
    };
    for id in block.texts("replaced_by") {
        let Some(next) = records.get(&id) else {
            continue;
        };
        if next.collection.name() != record.collection.name() {
            of_other_kind(record, next, id, found);
        } else if !holds(records, next, &mut vec![record.id]) {
            found.add(
                Finding::new(
                    id.spot(),
                    format!("`{}` was withdrawn too, and nothing takes its place", &*id),
                )
                .with_related(next.heading(), "this is the replacement")
                .with_help("name the record that holds today, or leave the replacement out"),
            );
        }
    }
}

fn of_other_kind(record: Record<'_>, next: Record<'_>, id: Text<'_>, found: &mut Found) {
    let (here, there) = (record.collection.name(), next.collection.name());
    found.add(
        Finding::new(
            id.spot(),
            format!("a record of `{here}` is replaced by one of `{there}`"),
        )
        .with_related(next.heading(), "this is the replacement")
        .with_help("name a record of the same collection, or leave the replacement out"),
    );
}

/// Whether a record holds, or one that replaces it does.
fn holds<'r>(records: &Records<'r>, record: Record<'r>, seen: &mut Vec<&'r str>) -> bool {
    if seen.contains(&record.id) {
        return false;
    }
    seen.push(record.id);
    let Some(block) = record.get("deprecated") else {
        return true;
    };
    block.texts("replaced_by").any(|id| match records.get(&id) {
        Some(next) => holds(records, next, seen),
        // What is not known may hold.
        None => true,
    })
}
