//! Finds claims whose statement does not name what they refer to, neither by its label nor by any term:
//! a drug, a biomarker, or an intervention that is no way of providing care.
//!
//! # Why it matters
//!
//! Either the sentence speaks of something else than the claim, as it does when a record was copied and
//! half of it changed, or the name is misspelt. Names of drugs sound alike, and a misspelt one can be
//! read as another.
//!
//! # How to mend it
//!
//! Name it by its label, or refer to what the sentence names. Where a source has another name for it,
//! add that name as a term.
//!
//! # What it leaves alone
//!
//! Care that is described and not named (interventions of the category `care-delivery`); conditions,
//! sites, goals and criteria, which are often put into other words; names whose words all stand in the
//! sentence, whatever their endings and order; references that lead nowhere, which are a finding of their
//! own; other languages than the default one. A class of drugs is looked for as the subject only, since it
//! is often paraphrased. Where the sentence names another thing of these kinds, that is said once, by
//! `unlinked-entity`.
//!
//! On 30 November 2026, all 73 references of the dataset to drugs and biomarkers, and all to such
//! interventions, were to what the statement names.

use crate::check::rule;
use crate::documents::words;
use crate::finding::{Finding, Found};
use crate::view::{Claim, Entity, Records, Text};

rule! {
    name: "unnamed-entity",
    severity: Error,
    summary: "a drug, intervention or biomarker that a claim refers to and its statement does not name",
    since: "0.1.0",
    check: EachClaim(check),
    needs: WholeDataset,
}

fn check(claim: Claim<'_>, records: &Records<'_>, found: &mut Found) {
    if claim.is_deprecated() {
        return;
    }
    let Some(statement) = claim.statement(records.language()) else {
        return;
    };
    for &place in claim.linked(records) {
        let bears = |name: u32| records.names().bearers(name).contains(&place);
        if claim.named(records).iter().any(|&(.., name)| bears(name)) {
            continue;
        }
        let entity = records.entity_at(place);
        let Some(entity) = entity.filter(|&entity| is_sought(entity, claim)) else {
            continue;
        };
        let Some(label) = entity.label(records.language()) else {
            continue;
        };
        if !is_described(&label, &statement) && !names_another(claim, records) {
            report(claim, statement, entity, label, found);
        }
    }
}

/// Whether it is known by its name, and not described.
fn is_sought(entity: Entity<'_>, claim: Claim<'_>) -> bool {
    let is_known_by_name = match entity.collection.name() {
        "biomarkers" => true,
        "drugs" => {
            entity.level() != Some("class") || claim.subject().is_some_and(|id| id == entity.id)
        }
        "interventions" => entity
            .text("category")
            .is_none_or(|it| it != "care-delivery"),
        _ => false,
    };
    is_known_by_name && !entity.is_deprecated()
}

/// Whether the statement names something of these kinds that the claim does not refer to.
fn names_another(claim: Claim<'_>, records: &Records<'_>) -> bool {
    let linked = claim.linked(records);
    claim.named(records).iter().any(|&(.., name)| {
        let bearers = records.names().bearers(name);
        let is_of_these = |&place: &u32| {
            let entity = records.entity_at(place);
            entity.is_some_and(|it| is_sought(it, claim))
        };
        bearers.iter().all(|place| !linked.contains(place)) && bearers.iter().any(is_of_these)
    })
}

/// Whether all words of a label begin words of a text, but for their endings: a name within a longer one
/// is not found by itself.
fn is_described(label: &str, text: &str) -> bool {
    let said: Vec<String> = words(text).map(|(_, word)| word.to_lowercase()).collect();
    words(label).all(|(_, word)| {
        let word = word.to_lowercase();
        let stem = stem(&word);
        said.iter().any(|said| said.starts_with(stem))
    })
}

/// A word without the ending that it has as a plural, or loses then.
fn stem(word: &str) -> &str {
    const SHORTEST: usize = 4;
    let mut stems = ["ies", "es", "is", "s", "y"].iter();
    let stem = stems.find_map(|ending| word.strip_suffix(ending));
    stem.filter(|stem| stem.len() >= SHORTEST).unwrap_or(word)
}

fn report(
    claim: Claim<'_>,
    statement: Text<'_>,
    entity: Entity<'_>,
    label: Text<'_>,
    found: &mut Found,
) {
    let message = format!("the statement does not name `{}`", entity.id);
    let near = words(&statement).find(|(_, word)| is_misspelt(word, &label));
    let finding = match near {
        Some((range, _)) => Finding::new(statement.part(range), message).with_help(format!(
            "did you mean `{}`? If not, mend the reference",
            &*label
        )),
        None => Finding::new(statement.spot(), message)
            .with_help(format!("name it (`{}`), or mend the reference", &*label)),
    };
    let mut references = claim.entities().iter();
    let reference = references.find(|id| **id == entity.id);
    found.add(match reference {
        Some(id) => finding.with_related(id.spot(), "the claim refers to it here"),
        None => finding,
    });
}

/// Whether a word is a label but for a slip or two.
fn is_misspelt(word: &str, label: &str) -> bool {
    /// Short words are like many others.
    const SHORTEST: usize = 6;
    let nearest = treatise_schema::nearest(&word.to_lowercase(), [label]);
    word.chars().count() >= SHORTEST && nearest.is_some()
}
