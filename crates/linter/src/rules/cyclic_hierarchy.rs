//! Finds `is-a` claims that lead in a circle: by way of other claims, something is a kind of itself.
//!
//! # Why it matters
//!
//! Applications climb the hierarchy to find what holds for a broader term. In a circle everything is
//! broader than everything else, and a program that does not expect that never ends.
//!
//! # How to mend it
//!
//! One of the claims is wrong, or two records stand for one thing. Where two names mean the same,
//! make one of them a term.
//!
//! # What it leaves alone
//!
//! Claims that deny the relation, and claims that were withdrawn. A circle is shown once, with the
//! claims that make it.

use std::collections::BTreeSet;

use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::view::{Claim, Hierarchy, Records, Text};

rule! {
    name: "cyclic-hierarchy",
    severity: Error,
    summary: "claims by which something is a kind of itself",
    since: "0.1.0",
    check: Dataset(check),
}

fn check(records: &Records<'_>, found: &mut Found) {
    let hierarchy = records.hierarchy();
    let mut done = BTreeSet::new();
    for &claim in records.hierarchical_claims() {
        let Some(subject) = claim.subject() else {
            continue;
        };
        let start = subject.as_str();
        if done.contains(start) || !hierarchy.ancestors(start).contains(start) {
            continue;
        }
        let circle = circle(hierarchy, start);
        let Some(first) = circle.first() else {
            continue;
        };
        done.extend(
            circle
                .iter()
                .filter_map(|claim| claim.subject())
                .map(Text::as_str),
        );
        let ids: Vec<_> = circle.iter().filter_map(|claim| claim.subject()).collect();
        let ids: Vec<_> = ids.iter().map(|id| format!("`{}`", &**id)).collect();
        let finding = Finding::new(
            first.object().map_or(first.heading(), Text::spot),
            match &ids[..] {
                [only] => format!("{only} is a kind of itself"),
                several => format!("these are kinds of one another: {}", several.join(", ")),
            },
        );
        let finding = circle[1..].iter().fold(finding, |finding, claim| {
            finding.with_related(claim.heading(), "this claim closes the circle too")
        });
        found.add(finding.with_help("withdraw the claim that is wrong"));
    }
}

/// The shortest way from a record up to itself, as claims.
fn circle<'r>(hierarchy: &Hierarchy<'r>, start: &'r str) -> Vec<Claim<'r>> {
    let mut seen = BTreeSet::new();
    let mut ways = vec![(start, Vec::new())];
    while !ways.is_empty() {
        let mut longer = Vec::new();
        for (at, way) in ways {
            for &(above, claim) in hierarchy.broader(at) {
                let mut way: Vec<Claim<'r>> = way.clone();
                way.push(claim);
                if above == start {
                    return way;
                }
                if seen.insert(above) {
                    longer.push((above, way));
                }
            }
        }
        ways = longer;
    }
    Vec::new()
}
