//! Finds terms that lead nowhere: they denote a withdrawn record, or they are preferred terms or
//! synonyms that only repeat a label and that nothing refers to.
//!
//! # Why it matters
//!
//! A term is a way to find a record. One that leads to a withdrawn record leads readers astray, and one
//! that repeats the label leads where everybody is already.
//!
//! # How to mend it
//!
//! Let the term denote the record that replaced the old one, or withdraw it.
//!
//! # What it leaves alone
//!
//! Terms that `use_instead`, `confusable_with` or a claim names, and those for notions without
//! a record.

use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::marked::Marked;
use crate::view::{Entity, Record, Records, Term, Text};

rule! {
    name: "unused-term",
    severity: Warning,
    summary: "a term that leads to no record that is in use, or adds nothing",
    since: "0.1.0",
    check: MarkedAmong(mark, check),
    needs: WholeDataset,
}

/// Why a term is of no use.
enum Reason<'t, 'r> {
    /// It denotes a withdrawn record, by this id.
    Gone(Text<'t>),
    /// It only repeats the label of this one, unless something refers to it.
    Repeats(Entity<'r>),
}

fn mark(record: Record<'_>, records: &Records<'_>) -> u8 {
    let term = record.term();
    u8::from(term.is_some_and(|term| reason(term, records).is_some()))
}

fn check<'r>(marked: &Marked<'_, 'r>, records: &Records<'r>, found: &mut Found) {
    for record in marked.all() {
        match reason(Term(record), records) {
            Some(Reason::Gone(id)) => found.add(
                Finding::new(
                    id.spot(),
                    format!("the term denotes `{}`, which was withdrawn", &*id),
                )
                .with_help("let it denote the record that took its place, or withdraw it"),
            ),
            Some(Reason::Repeats(entity)) if !records.is_referred_to(record) => found.add(
                Finding::new(
                    record.heading(),
                    "the term repeats a label, and nothing refers to it",
                )
                .with_related(entity.heading(), "this record has the label")
                .with_help("withdraw the term"),
            ),
            Some(Reason::Repeats(_)) | None => {}
        }
    }
}

fn reason<'t, 'r>(term: Term<'t>, records: &Records<'r>) -> Option<Reason<'t, 'r>> {
    if term.is_deprecated() {
        return None;
    }
    let mut only = None;
    let mut count = 0;
    for id in term.denoted() {
        let Some(entity) = records.entity(&id) else {
            continue;
        };
        if entity.is_deprecated() {
            return Some(Reason::Gone(id));
        }
        only = Some(entity);
        count += 1;
    }
    let entity = only.filter(|_| count == 1)?;
    let is_plain = term
        .kind()
        .is_some_and(|kind| kind == "preferred" || kind == "synonym");
    if !is_plain {
        return None;
    }
    let label = entity.label(term.text("lang")?.as_str())?;
    label
        .eq_ignore_ascii_case(&term.name()?)
        .then_some(Reason::Repeats(entity))
}
