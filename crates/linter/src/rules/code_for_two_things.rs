//! Finds codes that two records have.
//!
//! # Why it matters
//!
//! A code stands for exactly one thing, neither broader nor narrower. Where two records have it, one of
//! them was given the code of its neighbor in a list, and other software takes both for the same.
//!
//! # How to mend it
//!
//! Look the code up, and take it from the record that it does not mean. If both records are the same
//! thing, merge them.
//!
//! # What it leaves alone
//!
//! Records that were withdrawn, and codes in `former_codes`.

use rustc_hash::FxHashMap;

use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::view::Records;

rule! {
    name: "code-for-two-things",
    severity: Error,
    summary: "a code that two records have",
    since: "0.1.0",
    check: Dataset(check),
}

fn check(records: &Records<'_>, found: &mut Found) {
    let mut first = FxHashMap::default();
    for &use_ in records.uses_of_codes() {
        if use_.record.is_deprecated() {
            continue;
        }
        let key = (use_.system.as_str(), use_.code.as_str());
        let &mut earlier = first.entry(key).or_insert(use_);
        if earlier.record.id == use_.record.id {
            continue;
        }
        found.add(
            Finding::new(
                use_.code.spot(),
                format!(
                    "`{}` has the code `{}` of {} too",
                    earlier.record.id, &*use_.code, &*use_.system
                ),
            )
            .with_related(earlier.code.spot(), "here it stands first")
            .with_help("take it from the record that it does not mean"),
        );
    }
}
