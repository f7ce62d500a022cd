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
use crate::view::Records;

rule! {
    name: "unused-term",
    severity: Warning,
    summary: "a term that leads to no record that is in use, or adds nothing",
    since: "0.1.0",
    check: Whole(check),
}

fn check(records: &Records<'_>, found: &mut Found) {
    let referred_to = |id: &str| {
        let record = records.get(id).and_then(|record| records.number(record));
        record.is_some_and(|number| !records.dataset().referrers(number).is_empty())
    };
    for term in records.terms.iter().filter(|term| !term.is_deprecated()) {
        let denoted = term.denoted();
        let denoted = denoted.filter_map(|id| Some((id, records.entity(&id)?)));
        let denoted: Vec<_> = denoted.collect();
        let gone = denoted.iter().find(|(_, entity)| entity.is_deprecated());
        if let Some((gone, _)) = gone {
            found.add(
                Finding::new(
                    gone.spot(),
                    format!("the term denotes `{}`, which was withdrawn", &**gone),
                )
                .with_help("let it denote the record that took its place, or withdraw it"),
            );
            continue;
        }
        let (Some(name), [(_, entity)]) = (term.name(), &denoted[..]) else {
            continue;
        };
        let is_plain = term
            .kind()
            .is_some_and(|kind| kind == "preferred" || kind == "synonym");
        let lang = term.text("lang").map_or("", |lang| lang.as_str());
        let repeats = entity
            .label(lang)
            .is_some_and(|label| label.eq_ignore_ascii_case(&name));
        if is_plain && repeats && !referred_to(term.id) {
            found.add(
                Finding::new(
                    term.heading(),
                    "the term repeats a label, and nothing refers to it",
                )
                .with_related(entity.heading(), "this record has the label")
                .with_help("withdraw the term"),
            );
        }
    }
}
