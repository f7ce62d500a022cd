//! Finds claims with several sources that are in truth one: a source cites the other one, all of them
//! are pages of the same publisher, or all have an author in common.
//!
//! # Why it matters
//!
//! Two sources that say the same count for more than one only if neither has it from the other.
//!
//! # How to mend it
//!
//! Look for a source that is independent. If there is none, leave the citations as they are and accept
//! the finding, or keep only the source from which the others have it.
//!
//! # What it leaves alone
//!
//! Articles, chapters and books of the same publishing house, since houses print what others find.
//! Citations that dispute the claim or only mention the matter.
//!
//! # How often it is right
//!
//! On 30 November 2026, five claims of the project's dataset had more than one source, and the sources of
//! none of them depend on one another: it finds nothing, rightly, and more is not known.

use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::view::{Citation, Claim, Provenances, Records, Text};

rule! {
    name: "circular-evidence",
    severity: Warning,
    summary: "several sources of a claim that depend on one another",
    since: "0.1.0",
    check: EachClaim(check),
    needs: WholeDataset,
}

fn check(claim: Claim<'_>, records: &Records<'_>, found: &mut Found) {
    if claim.is_deprecated() {
        return;
    }
    let mut cited: Vec<(&Citation<'_>, u32)> = Vec::new();
    for citation in claim.support() {
        // Most claims have one source, or cite several passages of it.
        if let Some(source) = records.position_of_source(citation)
            && cited.iter().all(|&(_, known)| known != source)
        {
            cited.push((citation, source));
        }
    }
    let [(first, _), (second, _), ..] = cited[..] else {
        return;
    };
    let provenances = records.provenances();
    let sources: Vec<_> = cited.iter().map(|&(_, source)| source).collect();
    let message = if let Some((one, other)) = citing(provenances, &sources) {
        let id = |position: u32| records.sources[position as usize].id;
        format!("`{}` cites `{}`", id(one), id(other))
    } else if let Some(publisher) = same_publisher(provenances, &sources) {
        format!("all sources of the claim are pages of `{publisher}`")
    } else if let Some(author) = common_author(provenances, &sources) {
        format!("all sources of the claim have the author {author}")
    } else {
        return;
    };
    let [first, second] =
        [first, second].map(|one| one.source().map_or(one.node().spot(), Text::spot));
    found.add(
        Finding::new(second, message)
            .with_related(first, "this is the first source")
            .with_help("look for a source that is independent"),
    );
}

/// Two sources of which the first cites the second, where each but one cites the same other one.
fn citing(provenances: &Provenances<'_>, sources: &[u32]) -> Option<(u32, u32)> {
    let others_of = |origin: u32| {
        sources
            .iter()
            .copied()
            .filter(move |&other| other != origin)
    };
    let is_origin = |origin: &u32| {
        let mut others = others_of(*origin);
        others.all(|other| provenances.cited_by(other).contains(origin))
    };
    let origin = sources.iter().copied().find(is_origin)?;
    Some((others_of(origin).next()?, origin))
}

fn same_publisher<'r>(provenances: &Provenances<'r>, sources: &[u32]) -> Option<&'r str> {
    let (&first, others) = sources.split_first()?;
    let publisher = provenances.publisher_of(first)?;
    let mut others = others.iter();
    let is_same = others.all(|&other| provenances.publisher_of(other) == Some(publisher));
    is_same.then(|| provenances.publisher(publisher))
}

/// The first author by name whom all have.
fn common_author(provenances: &Provenances<'_>, sources: &[u32]) -> Option<String> {
    let (&first, others) = sources.split_first()?;
    let is_common = |author: &&u32| {
        let mut others = others.iter();
        others.all(|&other| provenances.authors_of(other).contains(author))
    };
    let common = provenances.authors_of(first).iter().filter(is_common);
    let names = common.map(|&author| match provenances.author(author) {
        (Some(initial), name) => format!("{name} {initial}"),
        (None, name) => name.to_owned(),
    });
    names.min()
}
