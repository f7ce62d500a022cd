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
use crate::view::{Records, Term, usages};

rule! {
    name: "ambiguous-term",
    severity: Error,
    summary: "a word with several meanings in a statement or label",
    since: "0.1.0",
    check: Dataset(check),
}

fn check(records: &Records<'_>, found: &mut Found) {
    let is_ambiguous = |term: Term<'_>| term.kind().is_some_and(|kind| kind == "ambiguous");
    for usage in usages(records, is_ambiguous) {
        if usage.is_about(records, &[usage.term.id]) {
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
