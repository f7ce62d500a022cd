//! Finds claims about what a treatment does that rest on nothing but texts by which a provider or
//! manufacturer sells it.
//!
//! # Why it matters
//!
//! Who sells a treatment tells of its benefits and not of its failures. What a provider says it offers
//! is a fact about the provider; that it works is not.
//!
//! # How to mend it
//!
//! Cite a source without that interest, record an issue of the kind `interest` that affects the claim,
//! or record what is offered as `availability` with the reason `provider-offer`.
//!
//! # What it leaves alone
//!
//! Availability, definitions, `is-a` claims and claims that an issue of the kind `interest` or
//! `unreferenced` affects; sources of other kinds, whatever the interest of their publisher.
//!
//! # How often it is right
//!
//! On 30 November 2026, 23 claims of the project's dataset about treatments and metastasis rested on the
//! page of a provider alone, and issues cover all of them.

use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::view::{Claim, Records, evidence};

rule! {
    name: "provider-claim-as-evidence",
    severity: Warning,
    summary: "a claim about a treatment that rests on marketing only",
    since: "0.1.0",
    check: EachClaim(check),
    needs: WholeDataset,
}

/// Types of claims that say nothing about what a treatment does.
const HARMLESS: &[&str] = &["availability", "definition", "is-a"];

fn check(claim: Claim<'_>, records: &Records<'_>, found: &mut Found) {
    if claim.is_deprecated() {
        return;
    }
    if claim.kind().is_none_or(|kind| HARMLESS.contains(&&*kind)) {
        return;
    }
    let sources = evidence::supporting(records, claim);
    let is_marketing =
        |kind: Option<crate::view::Text<'_>>| kind.is_some_and(|kind| kind == "provider-marketing");
    let Some(first) = sources.first() else {
        return;
    };
    if !sources.iter().all(|source| is_marketing(source.kind()))
        || records.is_doubted(claim, &["interest", "unreferenced"])
    {
        return;
    }
    found.add(
        Finding::new(claim.heading(), "the claim rests on nothing but marketing")
            .with_related(first.heading(), "this is its source")
            .with_help("cite an independent source, or record an issue of the kind `interest`"),
    );
}
