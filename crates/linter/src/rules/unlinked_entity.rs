//! Finds drugs, interventions and biomarkers that the statement of a claim names, by their label or by
//! any term, and that the claim does not refer to.
//!
//! # Why it matters
//!
//! An application finds a claim by the records that it refers to. What is only in the sentence is
//! found by nobody, and is not led along when the record is corrected or withdrawn.
//!
//! # How to mend it
//!
//! Refer to the record where it belongs: as subject, object or comparator, under `with` or `scope`, or
//! through a criterion. If the sentence names something that it does not need, rephrase it. If
//! another thing is meant, the term is ambiguous and should say so.
//!
//! # What it leaves alone
//!
//! A broader or narrower name of what is linked, as the `is-a` claims tell; a word that is part of the
//! label of what is linked; lay words (terms of the kind `lay`), which are often used in a wider sense;
//! conditions, sites, goals and criteria; other languages than the default one.

use std::cell::LazyCell;
use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use crate::check::rule;
use crate::documents::words;
use crate::finding::{Finding, Found};
use crate::view::{Claim, Records, Term, Text};

rule! {
    name: "unlinked-entity",
    severity: Error,
    summary: "a drug, intervention or biomarker that a statement names and its claim does not refer to",
    since: "0.1.0",
    check: Dataset(check),
}

/// Collections whose records have to be linked.
const LINKED: &[&str] = &["drugs", "interventions", "biomarkers"];

fn check(records: &Records<'_>, found: &mut Found) {
    let broader = broader(records);
    for said in records.said() {
        let (claim, statement) = (said.claim, said.statement);
        // Most names are those of what the claim refers to itself.
        let direct = claim.entities();
        let is_direct = |id: &str| direct.iter().any(|linked| linked.as_str() == id);
        let linked = LazyCell::new(|| linked(records, claim, &broader));
        let mut named = BTreeSet::new();
        for mention in said.mentions(records) {
            let is_lay = |term: Term<'_>| term.kind().is_some_and(|kind| kind == "lay");
            if mention.name.term.is_some_and(is_lay) {
                continue;
            }
            let wanted: Vec<_> = mention
                .name
                .entities
                .iter()
                .filter(|entity| LINKED.contains(&entity.collection.name()))
                .map(|entity| entity.id)
                .collect();
            let has_other_sense = wanted.len() < mention.name.entities.len();
            let is_linked = |id: &&str| {
                let is_broader = || {
                    ancestors(id, &broader)
                        .iter()
                        .any(|id| linked.ids.contains(id))
                };
                linked.ids.contains(*id) || is_broader()
            };
            let said = &statement[mention.range.clone()];
            if wanted.is_empty()
                || has_other_sense
                || wanted.iter().any(|id| is_direct(id))
                || wanted.iter().any(is_linked)
                || words(said).all(|(_, word)| linked.words.contains(&word.to_lowercase()))
                || !named.insert(wanted.clone())
            {
                continue;
            }
            let ids: Vec<_> = wanted.iter().map(|id| format!("`{id}`")).collect();
            found.add(
                Finding::new(
                    statement.part(mention.range),
                    format!(
                        "the statement names {}, which the claim does not refer to",
                        ids.join(" or ")
                    ),
                )
                .with_help("refer to it, or leave it out of the statement"),
            );
        }
    }
}

/// What a claim refers to, directly or by what it refers to.
struct Linked<'r> {
    ids: BTreeSet<&'r str>,
    /// The words of their labels.
    words: BTreeSet<String>,
}

type Broader<'r> = FxHashMap<&'r str, Vec<&'r str>>;

fn linked<'r>(records: &Records<'r>, claim: Claim<'r>, broader: &Broader<'r>) -> Linked<'r> {
    let mut ids: BTreeSet<&str> = BTreeSet::new();
    for id in claim.entities() {
        ids.insert(id.as_str());
        if let Some(term) = records.term(&id) {
            ids.extend(term.denoted().map(Text::as_str));
        }
        let biomarker = records
            .entity(&id)
            .and_then(|entity| entity.text("biomarker"));
        ids.extend(biomarker.map(Text::as_str));
    }
    let mut linked_words = BTreeSet::new();
    for id in &ids {
        let label = records
            .entity(id)
            .and_then(|entity| entity.label(records.language()));
        if let Some(label) = label {
            linked_words.extend(words(&label).map(|(_, word)| word.to_lowercase()));
        }
    }
    for id in ids.clone() {
        ids.extend(ancestors(id, broader));
    }
    Linked {
        ids,
        words: linked_words,
    }
}

/// What each record is a kind of, as the claims have it.
fn broader<'r>(records: &Records<'r>) -> Broader<'r> {
    let mut broader: Broader<'r> = FxHashMap::default();
    for claim in &records.claims {
        let is_hierarchy = claim.kind().is_some_and(|kind| kind == "is-a");
        if let Some((subject, object)) = claim.subject().zip(claim.object()) {
            if is_hierarchy {
                broader
                    .entry(subject.as_str())
                    .or_default()
                    .push(object.as_str());
            }
        }
    }
    broader
}

/// Everything that a record is a kind of; circles end where they began.
fn ancestors<'r>(id: &str, broader: &Broader<'r>) -> BTreeSet<&'r str> {
    let mut ancestors = BTreeSet::new();
    let mut open: Vec<&str> = broader.get(id).cloned().unwrap_or_default();
    while let Some(next) = open.pop() {
        let known = broader.get_key_value(next).map_or(next, |(known, _)| known);
        if ancestors.insert(known) {
            open.extend(broader.get(next).into_iter().flatten());
        }
    }
    ancestors
}
