//! Finds codes of systems without a pinned table.
//!
//! # Why it matters
//!
//! Without a table nothing holds a code against what it should mean, and wrong pairs of code and name are
//! common: they are copied from one repository to the next.
//!
//! # How to mend it
//!
//! Add a table named as the system to the folder `codes` that the manifest names under `other_files`, with
//! `code`, `display`, `status` and where each row comes from. Only the codes in use are needed.
//!
//! # What it leaves alone
//!
//! Single codes that a table lacks: that is `invalid-code`. Each system is shown once.

use std::collections::HashSet;

use treatise_dataset::SeededHasher;

use crate::check::rule;
use crate::codes;
use crate::finding::{Finding, Found};
use crate::view::Records;

rule! {
    name: "unpinned-code",
    severity: Error,
    summary: "a code of a system that has no pinned table",
    since: "0.1.0",
    check: Dataset(check),
}

fn check(records: &Records<'_>, found: &mut Found) {
    let mut seen = HashSet::with_hasher(SeededHasher::default());
    for &use_ in records.uses_of_codes() {
        let system = use_.system;
        // There are many codes of few systems.
        if !seen.insert(system.as_str()) || records.codes().has_file(&system) {
            continue;
        }
        let file = codes::file_name(&system);
        found.add(
            Finding::new(system.spot(), format!("there is no table of the codes of {}", &*system))
                .with_note(format!(
                    "it would be `{file}` in a folder `codes` that the manifest names under `other_files`"
                ))
                .with_help("add it with the codes in use"),
        );
    }
}
