//! Finds contraindications of a substance that another substance of the same class lacks.
//!
//! # Why it matters
//!
//! What forbids a drug often lies in how its class works, so it forbids the sister drugs too. A source
//! that names one of them only seems to clear the others.
//!
//! # How to mend it
//!
//! Look whether a source says it of the sister drug or of the class, and add the claim. If the source is
//! silent, record that as an issue which affects the claim and the sister drug; if the
//! contraindication is special to one substance, accept the finding with that reason.
//!
//! # What it leaves alone
//!
//! Contraindications of the class itself; sister drugs that an issue about the claim names. A class is
//! what the `is-a` claims name directly.
//!
//! # How often it is right
//!
//! In the project's dataset it has one case to decide, a mutation that forbids one of two antibodies
//! against the same receptor; it is right about it, and an issue covers it.

use std::cell::LazyCell;

use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::view::{Claim, Entity, Records, Text};

rule! {
    name: "sister-drug-without-contraindication",
    severity: Warning,
    summary: "a contraindication that another drug of the same class lacks",
    since: "0.1.0",
    check: Dataset(check),
    needs: WholeDataset,
}

fn check(records: &Records<'_>, found: &mut Found) {
    let claims = records.claims.iter();
    let contraindications: Vec<Claim<'_>> = claims
        .filter(|claim| claim.kind().is_some_and(|kind| kind == "contraindication"))
        .filter(|claim| claim.is_asserted() && !claim.is_deprecated())
        .copied()
        .collect();
    for &claim in &contraindications {
        let Some(drug) = claim.subject().filter(|id| is_substance(records, id)) else {
            continue;
        };
        let reasons = LazyCell::new(|| reasons(claim));
        for &(class, _) in records.hierarchy().broader(&drug) {
            for &sister in records.hierarchy().narrower(class) {
                if sister == &*drug || !is_substance(records, sister) {
                    continue;
                }
                let above = records.hierarchy().ancestors(sister);
                let has_it = contraindications.iter().any(|&other| {
                    let is_hers = |id: &str| id == sister || above.contains(id);
                    other.subject().is_some_and(|id| is_hers(&id))
                        && self::reasons(other)
                            .iter()
                            .any(|reason| reasons.contains(reason))
                });
                let is_known = records.doubts_about(claim.0).any(|issue| {
                    issue.affects().any(|id| id.as_str() == sister)
                        || issue
                            .affects()
                            .filter_map(|id| records.claim(&id))
                            .any(|claim| claim.subject().is_some_and(|id| &*id == sister))
                });
                if has_it || is_known || reasons.is_empty() {
                    continue;
                }
                found.add(
                    Finding::new(
                        claim.heading(),
                        format!("`{sister}` is a drug of the same class and lacks this contraindication"),
                    )
                    .with_note(format!("`{}` and `{sister}` are both `{class}`", &*drug))
                    .with_help(
                        "look whether it holds for the sister drug too, and say so in a claim or an issue",
                    ),
                );
            }
        }
    }
}

/// What a contraindication rests on.
fn reasons(claim: Claim<'_>) -> Vec<&str> {
    let excluding = claim
        .criteria()
        .filter(|use_| use_.text("role").is_some_and(|role| role == "excludes"))
        .filter_map(|use_| use_.text("criterion"));
    let reasons = excluding.chain(claim.object());
    reasons.map(Text::as_str).collect()
}

fn is_substance(records: &Records<'_>, id: &str) -> bool {
    records.entity(id).and_then(Entity::level) == Some("substance")
}
