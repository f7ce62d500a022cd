//! What the sources of a claim are worth.

use std::collections::BTreeSet;

use super::{Claim, Issue, Records, Source, Text};
use crate::finding::Spot;

/// Kinds of sources, from strong to weak.
const KINDS: &[&str] = &[
    "guideline",
    "systematic-review",
    "trial",
    "regulatory-label",
    "consensus",
    "narrative-review",
    "book-chapter",
    "patient-information",
    "expert-opinion",
    "consumer-article",
    "provider-marketing",
    "book",
];

/// How strong a kind of source is: its position among all, the strongest first. Kinds that are not
/// known have none.
pub(crate) fn strength(kind: &str) -> Option<usize> {
    KINDS.iter().position(|known| *known == kind)
}

/// The sources of the passages that support a claim.
pub(crate) fn supporting<'r>(records: &Records<'r>, claim: Claim<'_>) -> Vec<Source<'r>> {
    let citations = claim.support();
    citations
        .filter_map(|citation| records.source_of(citation))
        .collect()
}

/// The strongest of them, with its strength; `None` where a kind is not known, since nothing can be
/// concluded then.
pub(crate) fn strongest<'r>(sources: &[Source<'r>]) -> Option<(Source<'r>, usize)> {
    let known = sources
        .iter()
        .map(|&source| Some((source, strength(&source.kind()?)?)));
    let known: Option<Vec<_>> = known.collect();
    known?.into_iter().min_by_key(|(_, strength)| *strength)
}

/// What a clinical claim rests on where each source that supports it has one of these words at the
/// same place, and no issue says so: where that is to be shown, and the words as a list. A source
/// that is not there may have another word, so then nothing is concluded.
pub(crate) fn rests_alone_on<'r>(
    records: &Records<'r>,
    claim: Claim<'_>,
    word_of: impl Fn(Source<'r>) -> Option<&'r str>,
    among: &[&str],
) -> Option<(Spot, String)> {
    if claim.is_deprecated() || !claim.is_clinical() {
        return None;
    }
    let mut words = BTreeSet::new();
    for citation in claim.support() {
        let word = word_of(records.source_of(citation)?)?;
        if !among.contains(&word) {
            return None;
        }
        words.insert(word);
    }
    let first = claim.support().next()?;
    let mut issues = records.issues_of(claim.0).into_iter();
    if issues.any(Issue::is_unsettled) {
        return None;
    }
    let list: Vec<_> = words.iter().map(|word| format!("`{word}`")).collect();
    let place = first.source().map_or(first.node().spot(), Text::spot);
    Some((place, list.join(", ")))
}
