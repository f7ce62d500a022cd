//! Finds clinical claims that rest on weak sources alone: articles for consumers, answers of single
//! experts, pages of those who sell the treatment, and books for the public.
//!
//! # Why it matters
//!
//! Such texts have no method that would keep a mistake out. What they say may be right; but an
//! application that shows it should know that nothing better stands behind it. The finding is an error
//! where the claim says for whom a treatment is good or bad, and a warning where it only tells how things
//! are.
//!
//! # How to mend it
//!
//! Cite a guideline, a review or a study that says it. Where there is none, or nobody has read it yet,
//! record what is in doubt as an issue that touches the claim.
//!
//! # What it leaves alone
//!
//! Definitions and `is-a` claims, and what a provider says about its own
//! offer. Claims that an issue touches which is not resolved: there the weakness is known. Claims
//! without any support are left to another rule.
//!
//! # How often it is right
//!
//! On 30 November 2026, 185 of the 364 claims of the project's dataset were clinical and rested on weak
//! sources alone: so many are found when all links to issues are cut. An issue touches each of them, so that nothing is found.

use treatise_report::Severity;

use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::view::{Claim, Records, Text, evidence};

rule! {
    name: "weak-sources-only",
    severity: Error,
    summary: "a clinical claim that rests on weak sources alone, and no issue says so",
    since: "0.1.0",
    check: EachClaim(check),
    needs: WholeDataset,
}

/// Kinds of sources without a method that would keep a mistake out.
const WEAK: &[&str] = &[
    "expert-opinion",
    "consumer-article",
    "provider-marketing",
    "book",
];

fn check(claim: Claim<'_>, records: &Records<'_>, found: &mut Found) {
    let alone = evidence::rests_alone_on(
        records,
        claim,
        |source| source.kind().map(Text::as_str),
        WEAK,
    );
    let Some((place, kinds)) = alone else {
        return;
    };
    let mut finding = Finding::new(
        place,
        format!("the claim rests on weak sources alone: {kinds}"),
    )
    .with_help("cite a stronger source, or record in an issue what is in doubt");
    if claim.is_descriptive() {
        finding = finding.with_severity(Severity::Warning);
    }
    found.add(finding);
}
