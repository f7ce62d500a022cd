//! Finds claims about eligibility that name no criterion.
//!
//! # Why it matters
//!
//! Who can have a treatment is what such a claim is there to say. Without criteria it says so in words
//! alone, and a program that looks for treatments finds that everybody can have it.
//!
//! # How to mend it
//!
//! Refer to the criteria under `criteria`, each with its role; what is for everybody is an `indication`.
//!
//! # What it leaves alone
//!
//! Withdrawn claims. The project's own schema asks for the criteria too, and its violation is found first;
//! the rule is for datasets whose schema does not.

use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::view::Claim;

rule! {
    name: "eligibility-without-criteria",
    severity: Error,
    summary: "a claim about eligibility that names no criterion",
    since: "0.1.0",
    check: Claim(check),
}

fn check(claim: Claim<'_>, found: &mut Found) {
    let Some(kind) = claim.kind().filter(|kind| *kind == "eligibility") else {
        return;
    };
    if !claim.is_deprecated() && claim.criteria().next().is_none() {
        found.add(
            Finding::new(kind.spot(), "the claim does not say who is eligible")
                .with_help("refer to the criteria that decide it"),
        );
    }
}
