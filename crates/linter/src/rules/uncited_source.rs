//! Finds sources to which nothing refers: no claim, no term, no issue, no other source.
//!
//! # Why it matters
//!
//! The list of sources is read as the list of what the dataset rests on. A source that nothing cites
//! was either forgotten when its claims were changed, or has claims that are still to be made.
//!
//! # How to mend it
//!
//! Cite it, delete it if it was never published, or withdraw it.
//!
//! # What it leaves alone
//!
//! Sources that were withdrawn, and those that another source cites or names as its successor.

use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::view::Records;

rule! {
    name: "uncited-source",
    severity: Warning,
    summary: "a source to which nothing refers",
    since: "0.1.0",
    check: Dataset(check),
    needs: WholeDataset,
}

fn check(records: &Records<'_>, found: &mut Found) {
    for source in &records.sources {
        if source.is_deprecated() || records.is_referred_to(source.0) {
            continue;
        }
        found.add(
            Finding::new(
                source.heading(),
                format!("nothing cites the source `{}`", source.id),
            )
            .with_help("cite it, or delete it if it was never published"),
        );
    }
}
