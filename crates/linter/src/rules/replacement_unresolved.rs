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

use rustc_hash::{FxHashMap, FxHashSet};

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
    if replaced.is_empty() {
        return;
    }
    let chains = Chains::of(withdrawn.values().copied(), records);
    for record in replaced.iter().filter_map(|record| withdrawn.get(record)) {
        of_record(*record, records, &chains, found);
    }
}

fn of_record<'r>(
    record: Record<'r>,
    records: &Records<'r>,
    chains: &Chains<'r>,
    found: &mut Found,
) {
    let Some(block) = record.get("deprecated") else {
        return;
    };
    for id in block.texts("replaced_by") {
        let Some(next) = records.get(&id) else {
            continue;
        };
        if next.collection.name() != record.collection.name() {
            of_other_kind(record, next, id, found);
        } else if chains.ending.contains(next.id) {
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

/// Where what replaces withdrawn records leads: those that lead to a record that holds, or to one that is not
/// known and may hold, and those that come to an end. What runs in a circle is neither.
#[derive(Default)]
struct Chains<'r> {
    holding: FxHashSet<&'r str>,
    ending: FxHashSet<&'r str>,
}

impl<'r> Chains<'r> {
    fn of(withdrawn: impl Iterator<Item = Record<'r>>, records: &Records<'r>) -> Self {
        let mut chains = Self::default();
        // For each withdrawn record, those that it replaces, and how many withdrawn ones replace it.
        let mut replaced: FxHashMap<&str, Vec<&'r str>> = FxHashMap::default();
        let mut counts: FxHashMap<&str, usize> = FxHashMap::default();
        for record in withdrawn {
            let next = record.get("deprecated").into_iter();
            let next = next.flat_map(|block| block.texts("replaced_by"));
            let mut count = 0;
            for id in next {
                if records.get(&id).is_some_and(Record::is_deprecated) {
                    replaced.entry(id.as_str()).or_default().push(record.id);
                    count += 1;
                } else {
                    chains.holding.insert(record.id);
                }
            }
            counts.insert(record.id, count);
        }
        let before = |id: &str| replaced.get(id).into_iter().flatten();
        let mut open: Vec<_> = chains.holding.iter().copied().collect();
        while let Some(id) = open.pop() {
            open.extend(before(id).filter(|before| chains.holding.insert(**before)));
        }
        let ends = |(id, count): (&&'r str, &usize)| (*count == 0).then_some(*id);
        let mut open: Vec<_> = counts.iter().filter_map(ends).collect();
        open.retain(|id| !chains.holding.contains(id));
        while let Some(id) = open.pop() {
            chains.ending.insert(id);
            for before in before(id) {
                let count = counts.entry(before).or_default();
                *count -= 1;
                if *count == 0 && !chains.holding.contains(before) {
                    open.push(before);
                }
            }
        }
        chains
    }
}
