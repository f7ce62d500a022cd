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

use rustc_hash::{FxHashMap, FxHashSet};
use treatise_dataset::{Edge, cycles};

use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::view::{Hierarchy, Records, Text};

rule! {
    name: "cyclic-hierarchy",
    severity: Error,
    summary: "claims by which something is a kind of itself",
    since: "0.1.0",
    check: Dataset(check),
}

fn check(records: &Records<'_>, found: &mut Found) {
    let hierarchy = records.hierarchy();
    // By numbers, in the order of the claims.
    let mut ids = Vec::new();
    let mut numbers = FxHashMap::default();
    let mut number = |id| {
        *numbers.entry(id).or_insert_with(|| {
            ids.push(id);
            // There are fewer than records have bytes.
            (ids.len() - 1) as u32
        })
    };
    let subjects = records.hierarchical_claims().iter();
    let subjects = subjects.filter_map(|claim| claim.subject());
    let mut seen = FxHashSet::default();
    let subjects = subjects.filter(|subject| seen.insert(subject.as_str()));
    let mut edges = Vec::new();
    for subject in subjects {
        let from = number(subject.as_str());
        edges.extend(hierarchy.broader(&subject).iter().map(|(above, _)| Edge {
            from,
            to: number(*above),
            start: 0,
        }));
    }
    for cycle in cycles(&mut edges, |_| true) {
        let circle: Vec<_> = cycle.records.iter().map(|&at| ids[at as usize]).collect();
        report(&circle, hierarchy, found);
    }
}

/// Reports a circle, in which each is a kind of the next and the last one of the first.
fn report<'r>(circle: &[&'r str], hierarchy: &Hierarchy<'r>, found: &mut Found) {
    let next = circle.iter().cycle().skip(1);
    let claims = circle.iter().zip(next).filter_map(|(id, next)| {
        let mut above = hierarchy.broader(id).iter();
        above.find(|(above, _)| above == next)
    });
    let claims: Vec<_> = claims.map(|&(_, claim)| claim).collect();
    let Some((first, others)) = claims.split_first() else {
        return;
    };
    let ids: Vec<_> = circle.iter().map(|id| format!("`{id}`")).collect();
    let finding = Finding::new(
        first.object().map_or(first.heading(), Text::spot),
        match &ids[..] {
            [only] => format!("{only} is a kind of itself"),
            several => format!("these are kinds of one another: {}", several.join(", ")),
        },
    );
    let finding = others.iter().fold(finding, |finding, claim| {
        finding.with_related(claim.heading(), "this claim closes the circle too")
    });
    found.add(finding.with_help("withdraw the claim that is wrong"));
}
