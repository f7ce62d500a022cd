//! Finds classes of drugs with a contraindication, an eligibility or an adverse effect to which no
//! substance belongs by an `is-a` claim.
//!
//! # Why it matters
//!
//! People are given substances. What is known of the safety of a class reaches nobody as long as no
//! substance is tied to it.
//!
//! # How to mend it
//!
//! If a source names a substance of the class, add it with an `is-a` claim. If none does, there is
//! nothing to mend: the finding is for information.
//!
//! # What it leaves alone
//!
//! Classes of which nothing is said that concerns safety, and those with a substance further down.
//!
//! # How often it is right
//!
//! It finds two classes in the project's dataset, of which the sources name no substance: true, and for
//! information only.

use std::collections::BTreeMap;

use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::view::{Claim, Entity, Records};

rule! {
    name: "class-without-substance",
    severity: Information,
    summary: "a class of drugs with claims about safety to which no substance belongs",
    since: "0.1.0",
    check: Dataset(check),
    needs: WholeDataset,
}

/// Types of claims that concern safety.
const SAFETY: &[&str] = &["contraindication", "eligibility", "adverse-effect"];

fn check(records: &Records<'_>, found: &mut Found) {
    let is_of = |entity: Entity<'_>, level| entity.level() == Some(level);
    let is_substance = |id: &&str| {
        let entity = records.entity(id);
        entity.is_some_and(|entity| is_of(entity, "substance"))
    };
    let classes = records.entities.iter().filter(|&&entity| {
        let is_empty = || {
            let below = records.hierarchy().descendants(entity.id);
            !below.iter().any(is_substance)
        };
        is_of(entity, "class") && is_empty()
    });
    let mut empty: BTreeMap<&str, (Entity<'_>, Option<Claim<'_>>)> =
        classes.map(|&class| (class.id, (class, None))).collect();
    if empty.is_empty() {
        return;
    }
    for &claim in records.claims.iter().filter(|claim| !claim.is_deprecated()) {
        if claim.kind().is_some_and(|kind| SAFETY.contains(&&*kind)) {
            let subject = claim.subject();
            if let Some((_, said)) = subject.and_then(|id| empty.get_mut(id.as_str())) {
                said.get_or_insert(claim);
            }
        }
    }
    for (id, (class, claim)) in empty {
        let Some(claim) = claim else {
            continue;
        };
        found.add(
            Finding::new(
                class.heading(),
                format!("no substance belongs to the class `{id}`"),
            )
            .with_related(claim.heading(), "this claim is about its safety")
            .with_help("add the substances that the sources name, each with an `is-a` claim"),
        );
    }
}
