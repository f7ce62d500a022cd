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
//! them as `primary`, and kinds of them as the `is-a` claims tell; cancers without a `site`, such as
//! melanoma, which may begin anywhere; names that may mean something else too.
//!
//! # How often it is right
//!
//! It finds nothing in the project's dataset, where 44 statements named a cancer on 30 November 2026 and all
//! of them have it in their fields; in cases of our own it was right.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::marked::Marked;
use crate::names::{Name, Named};
use crate::view::{Claim, Entity, Record, Records, Selection, Text};

rule! {
    name: "scope-without-primary",
    severity: Warning,
    summary: "a primary cancer that a statement names and its scope does not",
    since: "0.1.0",
    check: MarkedAmong(mark, check),
    needs: WholeDataset,
}

/// The cancer of a site that a name means.
fn cancer<'m>(name: &Name<'m>) -> Option<Entity<'m>> {
    let [cancer] = name.entities[..] else {
        return None;
    };
    let is_cancer = cancer.category() == Some("neoplasm") && cancer.known.has_site;
    is_cancer.then_some(cancer)
}

/// The primary cancers that the statement of a claim names, and where in it they stand.
fn named<'m>(
    claim: Claim<'_>,
    records: &Records<'m>,
) -> impl Iterator<Item = (Range<usize>, Entity<'m>)> {
    let wanted = (!claim.is_deprecated()).then(|| claim.mentions(records));
    let wanted = wanted.into_iter().flatten();
    wanted.filter_map(|mention| Some((mention.range, cancer(mention.name)?)))
}

/// Whether the statement of a claim names a primary cancer to which it does not refer itself; it may
/// refer to a narrower or broader one.
fn mark(record: Record<'_>, records: &Records<'_>) -> u8 {
    u8::from(may_lack_primary(record, records))
}

fn may_lack_primary(record: Record<'_>, records: &Records<'_>) -> bool {
    let Some(claim) = record.claim() else {
        return false;
    };
    if claim.is_deprecated() {
        return false;
    }
    let cancers = records.selected(Selection::Cancers, |name| cancer(name).is_some());
    let mut named = claim.named(records).iter();
    let is_missing = |&(.., name): &Named| {
        let bearers = || records.names().bearers(name).iter();
        let is_direct = |place: &u32| claim.linked(records).contains(place);
        cancers[name as usize] && !bearers().any(is_direct)
    };
    named.any(is_missing) && {
        let known = related(records, claim);
        self::named(claim, records).any(|(_, cancer)| !known.contains(cancer.id))
    }
}

fn check<'r>(marked: &Marked<'_, 'r>, records: &Records<'r>, found: &mut Found) {
    for record in marked.all() {
        let claim = Claim(record);
        let Some(statement) = claim.statement(records.language()) else {
            continue;
        };
        let known = related(records, claim);
        for (range, cancer) in named(claim, records) {
            let above = records.hierarchy().ancestors(cancer.id);
            let below = records.hierarchy().descendants(cancer.id);
            let is_known = |id: &&str| *id == cancer.id || above.contains(id) || below.contains(id);
            if known.iter().any(is_known) {
                continue;
            }
            found.add(
                Finding::new(
                    statement.part(range),
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
fn related<'x, 'c: 'x, 'r: 'x>(records: &Records<'r>, claim: Claim<'c>) -> BTreeSet<&'x str> {
    let entities = claim.entities().iter();
    let mut related: BTreeSet<&'x str> = entities.map(|id| id.as_str()).collect();
    for id in related.clone() {
        if let Some(entity) = records.entity(id) {
            related.extend(entity.text("primary").map(Text::as_str));
        }
        if let Some(term) = records.term(id) {
            for id in term.denoted() {
                related.insert(id.as_str());
            }
        }
    }
    related
}
