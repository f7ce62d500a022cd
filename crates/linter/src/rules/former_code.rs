//! Finds codes in `codes` that their system has withdrawn, as the pinned table or `former_codes` says.
//!
//! # Why it matters
//!
//! Current software does not know a withdrawn code, or knows it for something else once it was given out
//! again.
//!
//! # How to mend it
//!
//! Move the code to `former_codes` with the date, and give the one that took its place.
//!
//! # What it leaves alone
//!
//! Codes in `former_codes`, which is their place.

use rustc_hash::FxHashMap;

use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::view::Records;

rule! {
    name: "former-code",
    severity: Error,
    summary: "a code that its system has withdrawn",
    since: "0.1.0",
    check: Dataset(check),
}

fn check(records: &Records<'_>, found: &mut Found) {
    let mut former = FxHashMap::default();
    for entity in &records.entities {
        for node in entity.items("former_codes") {
            if let Some((system, code)) = node.text("system").zip(node.text("code")) {
                former.insert((system.as_str(), code.as_str()), code.spot());
            }
        }
    }
    let tables = records.codes();
    for &use_ in records.uses_of_codes() {
        let (system, code) = (use_.system.as_str(), use_.code.as_str());
        let row = tables.get(system, code);
        let listed = former.get(&(system, code));
        if listed.is_none() && row.is_none_or(|row| !row.is_former) {
            continue;
        }
        let finding = Finding::new(
            use_.code.spot(),
            format!("{system} has withdrawn the code `{code}`"),
        )
        .with_help("move it to `former_codes`, and give the code that took its place");
        found.add(match listed {
            Some(&spot) => finding.with_related(spot, "here it is a former code"),
            None => finding,
        });
    }
}
