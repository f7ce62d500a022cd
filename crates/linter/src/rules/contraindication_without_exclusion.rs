//! Finds contraindications with criteria of which none excludes: all of them are required or weighed.
//!
//! # Why it matters
//!
//! A criterion that a contraindication *requires* can be read in two ways: the treatment is forbidden
//! to those who meet it, or to those who don't. For a patient that is the difference.
//!
//! # How to mend it
//!
//! Give the criterion that forbids the treatment the role `excludes`. If the criteria say who can have
//! the treatment, the claim is of the type `eligibility`.
//!
//! # What it leaves alone
//!
//! Contraindications without criteria, which hold for their whole scope; that there is one of both is
//! what the schema asks for.

use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::view::Claim;

rule! {
    name: "contraindication-without-exclusion",
    severity: Error,
    summary: "a contraindication with criteria of which none excludes",
    since: "0.1.0",
    check: Claim(check),
}

fn check(claim: Claim<'_>, found: &mut Found) {
    let is_contraindication = claim.kind().is_some_and(|kind| kind == "contraindication");
    if !is_contraindication || claim.is_deprecated() {
        return;
    }
    let roles: Vec<_> = claim
        .criteria()
        .filter_map(|use_| use_.text("role"))
        .collect();
    let Some(first) = roles.first() else {
        return;
    };
    if roles.iter().any(|role| *role == "excludes") {
        return;
    }
    found.add(
        Finding::new(
            first.spot(),
            "no criterion of the contraindication excludes",
        )
        .with_label("this does not say who must not have the treatment")
        .with_help("give the criterion that forbids the treatment the role `excludes`"),
    );
}
