//! Finds clinical claims that rest alone on sources whose publisher or author gains from them: who
//! sells the treatment, makes the product, lives on advertisements or promotes a work of his own.
//!
//! # Why it matters
//!
//! Such texts name what speaks for the treatment and leave out what speaks against it. The finding is an
//! error where the claim says for whom a treatment is good or bad, and a warning where it only tells how
//! things are.
//!
//! # How to mend it
//!
//! Cite a source without that interest. Where there is none, record the interest as an issue of the kind
//! `interest` that touches the claim.
//!
//! # What it leaves alone
//!
//! Definitions and `is-a` claims, and what a provider says about its own offer. Claims that an issue
//! touches which is not resolved: there the interest is known. A source whose interest is `unknown`
//! or not declared is not held against the claim.
//!
//! # How often it is right
//!
//! On 30 November 2026, 68 of the 364 claims of the project's dataset were clinical and rested on interested
//! sources alone: so many are found when all links to issues are cut. An issue touches each of them, so that nothing is found.

use treatise_report::Severity;

use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::view::{Claim, Records, Source, evidence};

rule! {
    name: "interested-source-only",
    severity: Error,
    summary: "a clinical claim that rests on interested sources alone, and no issue says so",
    since: "0.1.0",
    check: EachClaim(check),
    needs: WholeDataset,
}

const INTERESTED: &[&str] = &[
    "advertising",
    "provider",
    "manufacturer",
    "author-promotion",
];

fn check(claim: Claim<'_>, records: &Records<'_>, found: &mut Found) {
    let alone = evidence::rests_alone_on(records, claim, Source::interest, INTERESTED);
    let Some((place, interests)) = alone else {
        return;
    };
    let mut finding = Finding::new(
        place,
        format!("the claim rests alone on sources with an interest: {interests}"),
    )
    .with_help("cite a source without that interest, or record it in an issue");
    if claim.is_descriptive() {
        finding = finding.with_severity(Severity::Warning);
    }
    found.add(finding);
}
