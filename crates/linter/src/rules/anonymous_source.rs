//! Finds sources that name nobody as author or editor, be it a person or an organisation.
//!
//! # Why it matters
//!
//! Whether somebody knows what he writes about, and what he gains from it, can only be judged when it is
//! known who he is.
//!
//! # How to mend it
//!
//! Give `author` or `editor`; the organisation that answers for a page can be its author. If nobody is
//! named, record that as an issue of the kind `metadata` that touches the source.
//!
//! # What it leaves alone
//!
//! Sources that an issue of the kind `metadata` touches, and sources that were withdrawn.
//!
//! # How often it is right
//!
//! On 1 December 2026, 12 of the 103 sources of the project's dataset named nobody. It is right about all of
//! them; issues say so of each.

use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::view::Records;

rule! {
    name: "anonymous-source",
    severity: Warning,
    summary: "a source without author or editor",
    since: "0.1.0",
    check: Dataset(check),
    needs: WholeDataset,
}

fn check(records: &Records<'_>, found: &mut Found) {
    for source in &records.sources {
        let Some(csl) = source.csl() else {
            continue;
        };
        let is_named = ["author", "editor"]
            .into_iter()
            .any(|member| csl.get(member).is_some());
        let is_known = || records.is_known_to_lack(*source);
        if is_named || source.is_deprecated() || is_known() {
            continue;
        }
        found.add(
            Finding::new(
                csl.opening(),
                format!("the source `{}` has no author and no editor", source.id),
            )
            .with_help(
                "give `author`, or record in an issue of the kind `metadata` that nobody is named",
            ),
        );
    }
}
