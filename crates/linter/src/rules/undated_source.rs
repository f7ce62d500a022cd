//! Finds sources that say neither when they were published nor when they were updated.
//!
//! # Why it matters
//!
//! Treatment changes within a few years. Of a statement without a date nobody can tell whether it still
//! holds.
//!
//! # How to mend it
//!
//! Give `issued` or `updated`. If the source itself bears no date, record that as an issue of the kind
//! `metadata` that touches the source; it is then known, and whoever uses the claims can see it.
//!
//! # What it leaves alone
//!
//! Sources that an issue of the kind `metadata` touches, works that have not appeared yet (`status`),
//! and sources that were withdrawn.

use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::view::Records;

rule! {
    name: "undated-source",
    severity: Error,
    summary: "a source without any date",
    since: "0.1.0",
    check: Dataset(check),
    needs: WholeDataset,
}

fn check(records: &Records<'_>, found: &mut Found) {
    for source in &records.sources {
        let Some(csl) = source.csl() else {
            continue;
        };
        let is_dated = ["issued", "original-date", "status"]
            .into_iter()
            .any(|member| csl.get(member).is_some());
        let is_known = || records.is_known_to_lack(*source);
        if is_dated || source.get("updated").is_some() || source.is_deprecated() || is_known() {
            continue;
        }
        found.add(
            Finding::new(
                source.heading(),
                format!("the source `{}` has no date", source.id),
            )
            .with_help(
                "give `issued` or `updated`, or record in an issue of the kind `metadata` that it bears none",
            ),
        );
    }
}
