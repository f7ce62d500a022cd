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
//! Three claims of the project's dataset have more than one source, and the sources of none of them depend
//! on one another: it finds nothing, rightly, and more is not known.

use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::view::{Claim, Provenance, Records, Text};

rule! {
    name: "circular-evidence",
    severity: Warning,
    summary: "several sources of a claim that depend on one another",
    since: "0.1.0",
    check: EachClaim(check),
}

fn check(claim: Claim<'_>, records: &Records<'_>, found: &mut Found) {
    if claim.is_deprecated() {
        return;
    }
    // Most claims have one source, or cite several passages of it.
    let mut ids = claim.support().filter_map(|citation| citation.source());
    let first = ids.next();
    if first.is_none_or(|first| ids.all(|id| *id == *first)) {
        return;
    }
    let mut cited: Vec<(Text<'_>, &Provenance<'_>)> = Vec::new();
    for citation in claim.support() {
        let Some(id) = citation.source() else {
            continue;
        };
        let is_new = cited.iter().all(|(known, _)| **known != *id);
        if let Some(provenance) = records.provenance_of(citation).filter(|_| is_new) {
            cited.push((id, provenance));
        }
    }
    let [(first, _), (second, _), ..] = cited[..] else {
        return;
    };
    let sources: Vec<_> = cited.iter().map(|(_, provenance)| *provenance).collect();
    let message = if let Some(message) = citing(&sources) {
        message
    } else if let Some(publisher) = same_publisher(&sources) {
        format!("all sources of the claim are pages of `{publisher}`")
    } else if let Some(author) = common_author(&sources) {
        format!("all sources of the claim have the author {author}")
    } else {
        return;
    };
    found.add(
        Finding::new(second.spot(), message)
            .with_related(first.spot(), "this is the first source")
            .with_help("look for a source that is independent"),
    );
}

/// Whether each source but one cites another one of them.
fn citing(sources: &[&Provenance<'_>]) -> Option<String> {
    let origin = sources.iter().find(|origin| {
        let mut others = sources.iter().filter(|other| other.id != origin.id);
        others.all(|other| other.cites.contains(&origin.id))
    })?;
    let other = sources.iter().find(|other| other.id != origin.id)?;
    Some(format!("`{}` cites `{}`", other.id, origin.id))
}

fn same_publisher<'r>(sources: &[&Provenance<'r>]) -> Option<&'r str> {
    let first = sources.first()?.publisher?;
    let mut others = sources.iter();
    others
        .all(|source| source.publisher == Some(first))
        .then_some(first)
}

/// The first author by name whom all have.
fn common_author(sources: &[&Provenance<'_>]) -> Option<String> {
    let (first, others) = sources.split_first()?;
    let is_common = |author: &&(Option<char>, &str)| {
        let mut others = others.iter();
        others.all(|source| source.authors.contains(author))
    };
    let names = first.authors.iter().filter(is_common);
    let names = names.map(|&(initial, name)| match initial {
        Some(initial) => format!("{name} {initial}"),
        None => name.to_owned(),
    });
    names.min()
}
