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

use crate::alike::Keys;
use crate::check::rule;
use crate::codes::{self, Use};
use crate::finding::{Finding, Found};
use crate::view::{Record, Records};

rule! {
    name: "code-for-two-things",
    severity: Error,
    summary: "a code that two records have",
    since: "0.1.0",
    check: Alike(keys, check),
}

/// The codes of an entity that is in use.
fn uses(record: Record<'_>) -> impl Iterator<Item = Use<'_>> {
    let entity = record.entity().filter(|entity| !entity.is_deprecated());
    entity.into_iter().flat_map(codes::uses_of)
}

fn key<'r>(use_: &Use<'r>) -> (&'r str, &'r str) {
    (use_.system.as_str(), use_.code.as_str())
}

fn keys(record: Record<'_>, keys: &mut Keys<'_>) {
    for use_ in uses(record) {
        keys.add(key(&use_));
    }
}

fn check<'r>(alike: &[Record<'r>], _: &Records<'r>, found: &mut Found) {
    let mut first = FxHashMap::default();
    for use_ in alike.iter().flat_map(|&record| uses(record)) {
        let &mut earlier = first.entry(key(&use_)).or_insert(use_);
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
