//! Finds citations and issues that name a stored version (`snapshot`) which their source does not
//! have.
//!
//! # Why it matters
//!
//! The stored version says which text was read. If the source does not list it, its hash is not
//! known, and the passage can't be held against anything.
//!
//! # How to mend it
//!
//! Mend the name, or add the version with its SHA-256 to the `snapshots` of the source.
//!
//! # What it leaves alone
//!
//! Citations whose source does not exist: that is `dangling-reference`.

use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::view::{Record, Records, Text};

rule! {
    name: "unknown-snapshot",
    severity: Error,
    summary: "a stored version that the source does not have",
    since: "0.1.0",
    check: EachRecord(check),
}

fn check(record: Record<'_>, records: &Records<'_>, found: &mut Found) {
    for citation in record.citations() {
        if let Some(snapshot) = citation.snapshot() {
            let source = records.position_of_source(citation);
            judge(source, snapshot, records, found);
        }
    }
    // An issue has both itself.
    if let Some((snapshot, id)) = record.text("snapshot").zip(record.text("source")) {
        judge(records.position_of(&id), snapshot, records, found);
    }
}

/// Whether a source, given by its position, has this stored version.
fn judge(source: Option<u32>, snapshot: Text<'_>, records: &Records<'_>, found: &mut Found) {
    let is_known = |source: u32| records.provenances().has_snapshot(source, &snapshot);
    let Some(source) = source.filter(|&source| !is_known(source)) else {
        return;
    };
    let source = records.sources[source as usize];
    let known: Vec<_> = source
        .snapshots()
        .filter_map(|snapshot| snapshot.text("id"))
        .map(|id| format!("`{}`", &*id))
        .collect();
    let message = format!("`{}` has no stored version `{}`", source.id, &*snapshot);
    let finding =
        Finding::new(snapshot.spot(), message).with_related(source.heading(), "this is the source");
    found.add(match &known[..] {
        [] => finding.with_help("add the version with its SHA-256 to the source"),
        known => finding.with_help(format!("the source has {}", known.join(", "))),
    });
}
