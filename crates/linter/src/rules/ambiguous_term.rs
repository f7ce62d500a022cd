//! Finds words with several meanings (terms of the kind `ambiguous`) in statements and labels.
//!
//! # Why it matters
//!
//! The dataset records such a word because sources mean different things by it. In a statement of our
//! own it makes the reader guess again.
//!
//! # How to mend it
//!
//! Use the term for what is meant; `use_instead` of the ambiguous term names the choices.
//!
//! # What it leaves alone
//!
//! Claims about the word itself, which have the term as subject or object; longer names that contain the
//! word and are no ambiguous ones.

use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::view::{Record, Records, Term, Unwanted, usages};

rule! {
    name: "ambiguous-term",
    severity: Error,
    summary: "a word with several meanings in a statement or label",
    since: "0.1.0",
    check: EachRecord(check),
    needs: WholeDataset,
}

fn check(record: Record<'_>, records: &Records<'_>, found: &mut Found) {
    for usage in usages(record, records, Unwanted::Ambiguous) {
        if usage.is_about(&[usage.term.id]) {
            continue;
        }
        found.add(
            Finding::new(
                usage.text.part(usage.range.clone()),
                format!("`{}` in {} has several meanings", usage.said(), usage.place),
            )
            .with_related(usage.term.heading(), "this term has them")
            .with_help(help(records, usage.term)),
        );
    }
}

fn help(records: &Records<'_>, term: Term<'_>) -> String {
    let better: Vec<_> = term
        .texts("use_instead")
        .filter_map(|id| records.term(&id)?.name())
        .map(|name| format!("`{}`", &*name))
        .collect();
    match &better[..] {
        [] => "use a name for what is meant".to_owned(),
        better => format!("use {}", better.join(" or ")),
    }
}
