//! Finds claims that one source supports and another one disputes, and that no issue touches.
//!
//! # Why it matters
//!
//! Sources that disagree are a finding of their own. Without an issue nobody sees it who reads the
//! claim and not each of its citations, and nobody is going to settle it.
//!
//! # How to mend it
//!
//! Record an issue of the kind `contradiction` that touches the claim (`affects`), with both sources as
//! evidence.
//!
//! # What it leaves alone
//!
//! Claims that any issue touches, and claims that were withdrawn. Claims without any support are left to
//! another rule.

use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::view::{Claim, Records};

rule! {
    name: "disputed-without-issue",
    severity: Error,
    summary: "a claim that a source disputes, and that no issue touches",
    since: "0.1.0",
    check: EachClaim(check),
    needs: WholeDataset,
}

fn check(claim: Claim<'_>, records: &Records<'_>, found: &mut Found) {
    if claim.is_deprecated() {
        return;
    }
    let mut support = claim.support();
    let disputing = claim.citations().iter().find_map(|citation| {
        let stance = citation.stance();
        stance.filter(|stance| *stance == "disputes")
    });
    let Some((stance, supporting)) = disputing.zip(support.next()) else {
        return;
    };
    if !records.issues_of(claim.0).is_empty() {
        return;
    }
    found.add(
        Finding::new(
            stance.spot(),
            "a source disputes the claim, and no issue says so",
        )
        .with_related(supporting.node().spot(), "this source supports it")
        .with_help("record an issue of the kind `contradiction` that touches the claim"),
    );
}
