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
//! A broader or narrower name of what is linked, as the `is-a` claims tell, but not another drug of the
//! same class; a word that is part of the label of what is linked; lay words (terms of the kind `lay`),
//! which are often used in a wider sense; conditions, sites, goals and criteria; other languages than the
//! default one. A claim with a reference that leads nowhere, which may be the one to what is named: it is
//! a finding of its own.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::check::rule;
use crate::documents::words;
use crate::finding::{Finding, Found};
use crate::marked::Marked;
use crate::names::Name;
use crate::view::{Claim, Entity, Record, Records, Selection, Term, Text};

rule! {
    name: "unlinked-entity",
    severity: Error,
    summary: "a drug, intervention or biomarker that a statement names and its claim does not refer to",
    since: "0.1.0",
    check: MarkedAmong(mark, check),
    needs: WholeDataset,
}

/// Collections whose records have to be linked.
const LINKED: &[&str] = &["drugs", "interventions", "biomarkers"];

/// A name in the statement of a claim, and what has to be linked of what bears it.
struct Named<'m> {
    range: Range<usize>,
    text: &'m str,
    ids: Vec<&'m str>,
}

/// Whether a record has to be linked where this name stands.
fn is_sought(name: &Name<'_>) -> bool {
    let is_linked = |entity: &Entity<'_>| LINKED.contains(&entity.collection.name());
    let is_lay = |term: Term<'_>| term.kind().is_some_and(|kind| kind == "lay");
    !name.entities.is_empty()
        && name.entities.iter().all(is_linked)
        && !name.term.is_some_and(is_lay)
}

/// The names in the statement of a claim for which a record has to be linked.
fn named<'m>(claim: Claim<'_>, records: &Records<'m>) -> Vec<Named<'m>> {
    if claim.is_deprecated() {
        return Vec::new();
    }
    let named = claim.mentions(records).filter_map(|mention| {
        is_sought(mention.name).then(|| Named {
            range: mention.range,
            text: mention.name.text,
            ids: mention
                .name
                .entities
                .iter()
                .map(|entity| entity.id)
                .collect(),
        })
    });
    named.collect()
}

/// Whether the statement of a claim names something to which the claim does not refer itself; it may
/// refer to what that is a kind of. Most names are those of what the claim refers to.
fn mark(record: Record<'_>, records: &Records<'_>) -> u8 {
    u8::from(may_lack_link(record, records))
}

fn may_lack_link(record: Record<'_>, records: &Records<'_>) -> bool {
    let Some(claim) = record.claim() else {
        return false;
    };
    if claim.is_deprecated() {
        return false;
    }
    let sought = records.selected(Selection::Linked, is_sought);
    // What the claim refers to and nobody finds may be what is named.
    if claim.linked(records).len() < claim.entities().len() {
        return false;
    }
    let mut named = claim.named(records).iter();
    named.any(|&(.., name)| {
        let bearers = || records.names().bearers(name).iter();
        let is_direct = |place: &u32| claim.linked(records).contains(place);
        sought[name as usize] && !bearers().any(is_direct)
    })
}

fn check<'r>(marked: &Marked<'_, 'r>, records: &Records<'r>, found: &mut Found) {
    for record in marked.all() {
        let claim = Claim(record);
        let Some(statement) = claim.statement(records.language()) else {
            continue;
        };
        let linked = linked(records, claim);
        let is_linked = |id: &&str| linked.ids.contains(*id) || linked.is_kin(id, records);
        let mut seen = BTreeSet::new();
        for Named { range, text, ids } in named(claim, records) {
            if ids.iter().any(is_linked)
                || words(text).all(|(_, word)| linked.words.contains(&word.to_lowercase()))
                || !seen.insert(ids.clone())
            {
                continue;
            }
            let ids: Vec<_> = ids.iter().map(|id| format!("`{id}`")).collect();
            found.add(
                Finding::new(
                    statement.part(range),
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

/// What a claim refers to.
struct Linked<'r> {
    ids: BTreeSet<&'r str>,
    /// Whatever is broader than one of these.
    above: BTreeSet<&'r str>,
    /// The words of their labels.
    words: BTreeSet<String>,
}

impl Linked<'_> {
    /// Whether a record is broader or narrower than one of them. Two kinds of the same are neither.
    fn is_kin(&self, id: &str, records: &Records<'_>) -> bool {
        self.above.contains(id) || !self.ids.is_disjoint(&records.hierarchy().ancestors(id))
    }
}

fn linked<'r>(records: &Records<'r>, claim: Claim<'r>) -> Linked<'r> {
    let mut ids: BTreeSet<&str> = BTreeSet::new();
    for id in claim.entities() {
        ids.insert(id.as_str());
        if let Some(term) = records.term(id) {
            ids.extend(term.denoted().map(Text::as_str));
        }
        let biomarker = records
            .entity(id)
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
    let hierarchy = records.hierarchy();
    let above = ids.iter().flat_map(|id| hierarchy.ancestors(id));
    Linked {
        above: above.collect(),
        ids,
        words: linked_words,
    }
}
