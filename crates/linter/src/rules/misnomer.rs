//! Finds wrong names (terms of the kind `misnomer`) in statements and labels.
//!
//! # Why it matters
//!
//! A misnomer is recorded so that a search for it leads to the right thing. Used in our own words, it
//! spreads the error that it was recorded for.
//!
//! # How to mend it
//!
//! Use the label of what is meant, or the term that `use_instead` names.
//!
//! # What it leaves alone
//!
//! Claims about the word itself, which have the term as subject or object; notes of issues.

use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::view::{Record, Records, Unwanted, usages};

rule! {
    name: "misnomer",
    severity: Error,
    summary: "a wrong name in a statement or label",
    since: "0.1.0",
    check: EachRecord(check),
    needs: WholeDataset,
}

fn check(record: Record<'_>, records: &Records<'_>, found: &mut Found) {
    for usage in usages(record, records, Unwanted::Misnomer) {
        if usage.is_about(&[usage.term.id]) {
            continue;
        }
        let finding = Finding::new(
            usage.text.part(usage.range.clone()),
            format!("`{}` in {} is a wrong name", usage.said(), usage.place),
        )
        .with_related(usage.term.heading(), "this term is a misnomer");
        let better = usage.term.texts("use_instead").next();
        let better = better.and_then(|id| records.term(&id)?.name());
        let meant = usage.term.denoted().next();
        let label = meant.and_then(|id| records.entity(&id)?.label(records.language()));
        found.add(match better.or(label) {
            Some(name) => finding.with_help(format!("use `{}`", &*name)),
            None => finding.with_help("use the right name"),
        });
    }
}
