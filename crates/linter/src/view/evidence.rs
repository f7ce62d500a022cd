//! What the sources of a claim are worth.

use super::{Claim, Records, Source};

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
pub(crate) fn supporting<'r>(records: &Records<'r>, claim: Claim<'r>) -> Vec<Source<'r>> {
    let citations = claim.citations().into_iter();
    citations
        .filter(|citation| citation.stance().is_some_and(|stance| stance == "supports"))
        .filter_map(|citation| records.source(&citation.source()?))
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
