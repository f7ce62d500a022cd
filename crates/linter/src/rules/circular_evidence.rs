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
use crate::view::{Claim, Records, Source, Text};

rule! {
    name: "circular-evidence",
    severity: Warning,
    summary: "several sources of a claim that depend on one another",
    since: "0.1.0",
    check: EachClaim(check),
}

/// Types of works for whose content the publisher itself answers.
const OWN: &[&str] = &["webpage", "post-weblog", "pamphlet", "report", "document"];

fn check<'r>(claim: Claim<'r>, records: &Records<'r>, found: &mut Found) {
    if claim.is_deprecated() {
        return;
    }
    let mut cited: Vec<Text<'_>> = Vec::new();
    let mut sources: Vec<Source<'_>> = Vec::new();
    for citation in claim.support() {
        let Some(id) = citation.source() else {
            continue;
        };
        let is_new = cited.iter().all(|known| **known != *id);
        if let Some(source) = records.source(&id).filter(|_| is_new) {
            cited.push(id);
            sources.push(source);
        }
    }
    let [first, second, ..] = cited[..] else {
        return;
    };
    let all = || sources.iter().copied();
    let message = if let Some(message) = citing(&sources) {
        message
    } else if let Some(publisher) = same_publisher(all()) {
        format!("all sources of the claim are pages of `{publisher}`")
    } else if let Some(author) = common_author(all()) {
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
fn citing(sources: &[Source<'_>]) -> Option<String> {
    let cites = |one: Source<'_>, other: Source<'_>| one.texts("cites").any(|id| *id == *other.id);
    let origin = sources.iter().find(|origin| {
        let mut others = sources.iter().filter(|other| other.id != origin.id);
        others.all(|other| cites(*other, **origin))
    })?;
    let other = sources.iter().find(|other| other.id != origin.id)?;
    Some(format!("`{}` cites `{}`", other.id, origin.id))
}

fn same_publisher<'r>(mut sources: impl Iterator<Item = Source<'r>>) -> Option<&'r str> {
    let own = |source: Source<'r>| {
        let is_own = source.csl_type().is_some_and(|kind| OWN.contains(&&*kind));
        source.text("publisher").filter(|_| is_own)
    };
    let first = own(sources.next()?)?.as_str();
    sources
        .all(|source| own(source).is_some_and(|publisher| publisher == first))
        .then_some(first)
}

/// The first author by name whom all have.
fn common_author<'r>(mut sources: impl Iterator<Item = Source<'r>>) -> Option<String> {
    let mut common: Vec<_> = authors(sources.next()?).collect();
    for source in sources {
        common.retain(|author| authors(source).any(|other| other == *author));
        if common.is_empty() {
            return None;
        }
    }
    let names = common.into_iter().map(|(name, initial)| match initial {
        Some(initial) => format!("{name} {initial}"),
        None => name.to_owned(),
    });
    names.min()
}

/// The authors: family name with initial, or the name of a group.
fn authors(source: Source<'_>) -> impl Iterator<Item = (&str, Option<char>)> {
    let csl = source.csl().into_iter();
    csl.flat_map(|csl| csl.items("author")).filter_map(|name| {
        if let Some(literal) = name.text("literal") {
            return Some((literal.as_str(), None));
        }
        let initial = name.text("given")?.chars().next()?;
        Some((name.text("family")?.as_str(), Some(initial)))
    })
}
