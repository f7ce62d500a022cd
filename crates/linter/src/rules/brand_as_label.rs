//! Finds brand names in labels of entities and in statements of claims.
//!
//! # Why it matters
//!
//! A brand belongs to a firm and to some countries, changes hands, and goes when the patent does. Under
//! the generic name all brands of a substance are found, and nobody is advertised.
//!
//! # How to mend it
//!
//! Use the generic name; the brand stays as a term of the kind `brand`.
//!
//! # What it leaves alone
//!
//! Terms themselves, titles of sources, and notes of issues, which may be about the brand. Only brands
//! that are terms are known.

use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::view::{Record, Records, Unwanted, usages};

rule! {
    name: "brand-as-label",
    severity: Error,
    summary: "a brand name where the generic name belongs",
    since: "0.1.0",
    check: EachRecord(check),
    needs: WholeDataset,
}

fn check(record: Record<'_>, records: &Records<'_>, found: &mut Found) {
    for usage in usages(record, records, Unwanted::Brand) {
        let finding = Finding::new(
            usage.text.part(usage.range.clone()),
            format!("`{}` in {} is a brand name", usage.said(), usage.place),
        );
        let generic = usage.term.denoted().next();
        let generic = generic.and_then(|id| records.entity(&id)?.label(records.language()));
        let is_other = generic.is_some_and(|generic| generic.spot() != usage.text.spot());
        found.add(match generic.filter(|_| is_other) {
            Some(generic) => finding.with_help(format!("use the generic name `{}`", &*generic)),
            None => finding.with_help("use the generic name"),
        });
    }
}
