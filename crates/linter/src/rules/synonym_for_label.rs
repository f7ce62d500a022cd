//! Finds synonyms (terms of the kind `synonym`) in statements where the label of the same thing exists.
//!
//! # Why it matters
//!
//! Two claims that say "liver resection" and "hepatic resection" look like two treatments. One name for
//! one thing makes the statements comparable, and easier to translate.
//!
//! # How to mend it
//!
//! Use the label. No program does it, since the sentence carries the meaning of the claim.
//!
//! # What it leaves alone
//!
//! Claims that define or classify (`definition`, `is-a`), which may have to speak of names; synonyms that
//! consist of words of the label; lay words and abbreviations.
//!
//! # How often it is right
//!
//! It finds nothing in the project's dataset, whose statements were written with the labels at hand.

use std::cell::LazyCell;

use crate::check::rule;
use crate::documents::words;
use crate::finding::{Finding, Found};
use crate::view::{Claim, Records};

rule! {
    name: "synonym-for-label",
    severity: Warning,
    summary: "a synonym in a statement where the label should stand",
    since: "0.1.0",
    check: EachClaim(check),
    needs: WholeDataset,
}

fn check(claim: Claim<'_>, records: &Records<'_>, found: &mut Found) {
    let statement = claim.statement(records.language());
    let Some(statement) = statement.filter(|_| !claim.is_deprecated()) else {
        return;
    };
    let is_about_names = || {
        let kind = claim.kind();
        kind.is_some_and(|kind| kind == "definition" || kind == "is-a")
    };
    let linked = LazyCell::new(|| claim.entities());
    for mention in claim.mentions(records) {
        let (Some(term), [meant]) = (mention.name.term, &mention.name.entities[..]) else {
            continue;
        };
        let is_linked = || linked.iter().any(|id| id.as_str() == meant.id);
        let is_synonym = term.kind().is_some_and(|kind| kind == "synonym");
        if !is_synonym || is_about_names() || !is_linked() {
            continue;
        }
        let Some(label) = meant.label(records.language()) else {
            continue;
        };
        let written = &statement[mention.range.clone()];
        let has = |text: &str, word: &str| words(text).any(|(_, it)| it.eq_ignore_ascii_case(word));
        if words(mention.name.text).all(|(_, word)| has(&label, word)) {
            continue;
        }
        found.add(
            Finding::new(
                statement.part(mention.range.clone()),
                format!("`{written}` is a synonym; the label is `{}`", &*label),
            )
            .with_related(label.spot(), "this is the label")
            .with_help("use the label"),
        );
    }
}
