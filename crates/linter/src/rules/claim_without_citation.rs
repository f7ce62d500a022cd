//! Finds claims that no citation supports: there is none at all, or each of them only mentions or
//! disputes the statement.
//!
//! # Why it matters
//!
//! A claim is what a source says. Without a passage that says it, nobody can check it, and it is an
//! opinion of whoever wrote the record.
//!
//! # How to mend it
//!
//! Cite the passage with `"stance": "supports"`. Where the passage disputes the statement, turn the
//! claim around: state what the source says, or deny it with `"polarity": "denies"`.
//!
//! # What it leaves alone
//!
//! Claims that were withdrawn (`deprecated`).

use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::view::{Citation, Claim};

rule! {
    name: "claim-without-citation",
    severity: Error,
    summary: "a claim that no citation supports",
    since: "0.1.0",
    check: Claim(check),
}

fn check(claim: Claim<'_>, found: &mut Found) {
    let citations = claim.citations();
    let supports =
        |citation: &Citation<'_>| citation.stance().is_some_and(|stance| stance == "supports");
    if claim.is_deprecated() || citations.iter().any(supports) {
        return;
    }
    let finding = match citations.first().and_then(|first| first.stance()) {
        None => Finding::new(claim.heading(), "the claim has no citation"),
        Some(stance) => Finding::new(stance.spot(), "no citation supports the claim")
            .with_label("this passage says something else"),
    };
    found.add(finding.with_help("cite the passage that says it, or withdraw the claim"));
}
