//! Finds ids that stand for something else than before: a withdrawn record that is back with another
//! content, and a claim about something else.
//!
//! # Why it matters
//!
//! Others have stored the id. What they wrote about the old record is now said about the new one, and
//! nothing tells them.
//!
//! # How to mend it
//!
//! Give the new record an id of its own. Keep the old one as it was; where it no longer holds, with a
//! `deprecated` block that names the new one.
//!
//! # What it leaves alone
//!
//! It needs a revision to compare with (`--since`), best the last release. A withdrawal that is taken
//! back, where the record says what it said before; reviews and notes, which may change at any time; the
//! wording of statements, and all else that a claim says about the same things, such as a route that it did
//! not name before. A new meaning of an id that
//! a second reader has approved in `data/approvals.json`. A claim that is led from
//! a withdrawn record to one that takes its place is about the same thing.

use treatise_dataset::{ABOUT, ABOUT_INSTEAD};
use treatise_schema::to_value;

use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::view::{Record, Records, Text};

rule! {
    name: "reused-id",
    severity: Error,
    summary: "an id that stands for something else than before",
    since: "0.1.0",
    check: Change(check),
    needs: WholeDataset,
}

/// Members that say nothing about what the record is about.
const ASIDE: &[&str] = &["deprecated", "review", "notes"];

fn check(before: &Records<'_>, now: &Records<'_>, found: &mut Found) {
    for record in now.all().filter(|record| !record.is_deprecated()) {
        let Some(old) = before.get(record.id) else {
            continue;
        };
        let message = if old.is_deprecated() && content(old) != content(record) {
            "was withdrawn and is used again for another record"
        } else if now.claim(record.id).is_some() && is_about_else(old, record, now) {
            "stands for a claim about something else than before"
        } else {
            continue;
        };
        found.add(
            Finding::new(
                record.heading(),
                format!("the id `{}` {message}", record.id),
            )
            .with_help("give the new record an id of its own"),
        );
    }
}

fn is_about_else(old: Record<'_>, new: Record<'_>, now: &Records<'_>) -> bool {
    let both = |name: &&str| (listed(old, name), listed(new, name));
    let instead = ABOUT_INSTEAD.iter().map(both);
    let instead = instead.filter(|(old, new)| !old.is_empty() && !new.is_empty());
    let mut all = ABOUT.iter().map(both).chain(instead);
    let is_same = |old: &Text<'_>, new: &Text<'_>| **old == **new || is_led_on(old, new, now);
    all.any(|(old, new)| {
        let stays = |one| new.iter().any(|other| is_same(one, other));
        let was_there = |one| old.iter().any(|other| is_same(other, one));
        !old.iter().all(stays) || !new.iter().all(was_there)
    })
}

/// The text of a member, or those of its elements.
fn listed<'r>(record: Record<'r>, name: &str) -> Vec<Text<'r>> {
    match record.text(name) {
        Some(text) => vec![text],
        None => record.texts(name).collect(),
    }
}

/// Whether a record was withdrawn, and another one takes its place.
fn is_led_on(from: &str, to: &str, now: &Records<'_>) -> bool {
    let replacements = now.get(from).map(|old| now.replacements(old));
    let mut replacements = replacements.into_iter().flatten();
    replacements.any(|next| next.id == to)
}

/// What a record says of its own, as one value.
fn content(record: Record<'_>) -> serde_json::Value {
    let mut value = to_value(record.value);
    if let Some(members) = value.as_object_mut() {
        members.retain(|name, _| !ASIDE.contains(&name.as_str()));
    }
    value
}
