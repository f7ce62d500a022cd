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
use crate::view::{Node, Record, Records};

rule! {
    name: "unknown-snapshot",
    severity: Error,
    summary: "a stored version that the source does not have",
    since: "0.1.0",
    check: EachRecord(check),
}

fn check<'r>(record: Record<'r>, records: &Records<'r>, found: &mut Found) {
    for citation in record.citations() {
        of_node(records, citation.node, found);
    }
    // An issue has both itself.
    of_node(records, record.root, found);
}

/// Something with a `source` and a `snapshot` of it.
fn of_node(records: &Records<'_>, node: Node<'_>, found: &mut Found) {
    let (Some(snapshot), Some(id)) = (node.text("snapshot"), node.text("source")) else {
        return;
    };
    let Some(source) = records.source(&id) else {
        return;
    };
    if source.snapshot(&snapshot).is_some() {
        return;
    }
    let known: Vec<_> = source
        .snapshots()
        .filter_map(|snapshot| snapshot.text("id"))
        .map(|id| format!("`{}`", &*id))
        .collect();
    let message = format!("`{}` has no stored version `{}`", &*id, &*snapshot);
    let finding =
        Finding::new(snapshot.spot(), message).with_related(source.heading(), "this is the source");
    found.add(match &known[..] {
        [] => finding.with_help("add the version with its SHA-256 to the source"),
        known => finding.with_help(format!("the source has {}", known.join(", "))),
    });
}
