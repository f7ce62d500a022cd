//! Finds statements and labels with a term that is easily taken for another one (`confusable_with`).
//!
//! # Why it matters
//!
//! Somebody recorded that the two are mixed up. A reader of the statement mixes them up too.
//!
//! # How to mend it
//!
//! Use the label of what is meant.
//!
//! # What it leaves alone
//!
//! Terms of the kind `preferred`, which are what should be used; statements that have both terms, since
//! they tell them apart; claims that have a term of the pair as subject or object.
//!
//! # How often it is right
//!
//! One term of the project's dataset is easily taken for another, and no statement has it: it finds nothing,
//! and more is not known.

use std::collections::BTreeSet;

use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::view::{Record, Records, Term, Unwanted, usages};

rule! {
    name: "confusable-term",
    severity: Warning,
    summary: "a term in a statement or label that is easily taken for another one",
    since: "0.1.0",
    check: EachRecord(check),
    needs: WholeDataset,
}

fn check(record: Record<'_>, records: &Records<'_>, found: &mut Found) {
    let usages = usages(record, records, Unwanted::Confusable);
    let Some(text) = usages.first().map(|usage| usage.text) else {
        return;
    };
    // A text may have very many terms; all usages are in the same one.
    let names = records.names().find(&text).into_iter();
    let named = names.filter_map(|mention| mention.name.term);
    let named: BTreeSet<&str> = named.map(|term| term.id).collect();
    for usage in usages {
        let others: Vec<_> = usage.term.texts("confusable_with").collect();
        let mut ids: Vec<_> = others.iter().map(|id| id.as_str()).collect();
        let is_told_apart = ids.iter().any(|id| named.contains(id));
        ids.push(usage.term.id);
        let Some(first) = others.first() else {
            continue;
        };
        if is_told_apart || usage.is_about(&ids) {
            continue;
        }
        let other = records.term(first).and_then(Term::name);
        let other = other.map_or(first.as_str(), |name| name.as_str());
        found.add(
            Finding::new(
                usage.text.part(usage.range.clone()),
                format!(
                    "`{}` in {} is easily taken for `{other}`",
                    usage.said(),
                    usage.place
                ),
            )
            .with_related(usage.term.heading(), "this term says so")
            .with_help("use the label of what is meant"),
        );
    }
}
