//! Finds claims whose statement names a primary cancer that they neither have in their scope nor refer
//! to otherwise.
//!
//! # Why it matters
//!
//! How a metastasis is treated depends on the cancer that it came from. A claim that says so in its
//! sentence only is shown to people with any other cancer too.
//!
//! # How to mend it
//!
//! Add the cancer to `primaries` in the scope, or leave it out of the statement where it is not meant as
//! a limit.
//!
//! # What it leaves alone
//!
//! Cancers that the claim refers to as subject, object or condition, directly or by a record that has
//! them as `primary`, and kinds of them as the `is-a` claims tell; names that may mean something else
//! too.
//!
//! # How often it is right
//!
//! It finds nothing in the project's dataset, where 53 statements name a cancer and all of them have it in
//! their fields; in cases of our own it was right.

use std::collections::BTreeSet;

use rustc_hash::FxHashSet;

use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::view::{Claim, Entity, Records, Text};

rule! {
    name: "scope-without-primary",
    severity: Warning,
    summary: "a primary cancer that a statement names and its scope does not",
    since: "0.1.0",
    check: Dataset(check),
}

fn check(records: &Records<'_>, found: &mut Found) {
    let is_cancer = |entity: &Entity<'_>| {
        let category = entity.text("category");
        category.is_some_and(|it| it == "neoplasm") && entity.get("site").is_some()
    };
    let cancers = records.entities.iter().filter(|entity| is_cancer(entity));
    let cancers: FxHashSet<&str> = cancers.map(|entity| entity.id).collect();
    for said in records.said() {
        let (claim, statement) = (said.claim, said.statement);
        let mut known = None;
        for mention in said.mentions(records) {
            let [cancer] = mention.name.entities[..] else {
                continue;
            };
            if !cancers.contains(cancer.id) {
                continue;
            }
            let known = known.get_or_insert_with(|| related(records, claim));
            let above = records.hierarchy().ancestors(cancer.id);
            let below = records.hierarchy().descendants(cancer.id);
            let is_known = |id: &&str| *id == cancer.id || above.contains(id) || below.contains(id);
            if known.iter().any(is_known) {
                continue;
            }
            found.add(
                Finding::new(
                    statement.part(mention.range),
                    format!(
                        "the scope does not name `{}`, of which the statement speaks",
                        cancer.id
                    ),
                )
                .with_help("add it to `primaries` in the scope, or leave it out of the statement"),
            );
        }
    }
}

/// The conditions that a claim refers to, and their primary cancers.
fn related<'r>(records: &Records<'r>, claim: Claim<'r>) -> BTreeSet<&'r str> {
    let mut related: BTreeSet<&str> = claim.entities().iter().map(|id| id.as_str()).collect();
    for id in related.clone() {
        if let Some(entity) = records.entity(id) {
            related.extend(entity.text("primary").map(Text::as_str));
        }
        if let Some(term) = records.term(id) {
            related.extend(term.denoted().map(Text::as_str));
        }
    }
    related
}
