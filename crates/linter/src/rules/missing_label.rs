//! Finds entities without a label, and claims without a statement, in a language that the dataset says
//! it has.
//!
//! # Why it matters
//!
//! The manifest promises its `languages`. A reader in one of them meets an id, or nothing, where a
//! name or a sentence should be.
//!
//! # How to mend it
//!
//! Add the translation, or take the language out of the manifest until all of it is there.
//!
//! # What it leaves alone
//!
//! Languages that the manifest does not name, and records that were withdrawn. Notes need no
//! translation.

use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::view::Record;

rule! {
    name: "missing-label",
    severity: Error,
    summary: "a label or statement that lacks a language of the dataset",
    since: "0.1.0",
    check: Record(check),
}

fn check(record: Record<'_>, found: &mut Found) {
    if record.is_deprecated() || record.plan.kind.is_none() {
        return;
    }
    for name in ["label", "statement"] {
        let Some(map) = record.get(name) else {
            continue;
        };
        for language in &record.manifest.languages {
            if map.text(language).is_none() {
                found.add(
                    Finding::new(
                        map.opening(),
                        format!("the {name} has no text in `{language}`"),
                    )
                    .with_help("add it, or take the language out of the manifest"),
                );
            }
        }
    }
}
