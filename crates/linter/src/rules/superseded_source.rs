//! Finds citations of a source that a newer one has replaced, and guidelines of which the dataset has
//! a newer version that they don't name.
//!
//! # Why it matters
//!
//! A guideline is replaced because its advice has changed. A claim that rests on the old version may
//! say what nobody recommends any more.
//!
//! # How to mend it
//!
//! Read the newer version. If it says the same, cite it; if not, withdraw the claim and make a new one.
//! Name the newer version under `superseded_by` of the older one.
//!
//! # What it leaves alone
//!
//! Claims that an issue of the kind `outdated` touches: there the editors know. Citations beside which
//! a newer version is cited too, citations that dispute the claim, and claims that were withdrawn.
//! Versions are told by their entries in the same register and their dates of publication.

use std::collections::BTreeMap;

use crate::check::rule;
use crate::day::Days;
use crate::finding::{Finding, Found};
use crate::marked::Marked;
use crate::view::{Citation, Record, Records, Source};

rule! {
    name: "superseded-source",
    severity: Error,
    summary: "a citation of a source that was replaced, or an older version without its successor",
    since: "0.1.0",
    check: MarkedAmong(mark, check),
    needs: WholeDataset,
}

/// Marks what cites a source that was superseded, and sources that are in a register.
fn mark(record: Record<'_>, records: &Records<'_>) -> u8 {
    if let Some(source) = record.source() {
        return u8::from(source.get("register").is_some());
    }
    let mut citations = record.citations().iter();
    let is_superseded = |source: Source<'_>| source.known.is_superseded;
    let cites_it = citations.any(|citation| records.source_of(citation).is_some_and(is_superseded));
    u8::from(cites_it && !record.is_deprecated())
}

fn check<'r>(marked: &Marked<'_, 'r>, records: &Records<'r>, found: &mut Found) {
    of_citations(marked.all().flat_map(Record::citations), records, found);
    of_versions(marked.all().filter_map(Record::source), found);
}

fn of_citations<'c>(
    citations: impl Iterator<Item = &'c Citation<'c>>,
    records: &Records<'c>,
    found: &mut Found,
) {
    for citation in citations {
        let Some(id) = citation.source() else {
            continue;
        };
        let source = records.source(&id);
        let newer = source.and_then(|source| source.text("superseded_by"));
        let Some((source, newer)) = source.zip(newer) else {
            continue;
        };
        let later: Vec<_> = records.later_versions(source).collect();
        let mut beside = citation.record.citations().iter();
        let is_cited_too = beside.any(|other| {
            let other = other.source();
            other.is_some_and(|id| later.iter().any(|version| *id == *version.id))
        });
        let is_disputing = citation.stance().is_some_and(|stance| stance == "disputes");
        let is_known = records.issues_of(citation.record).into_iter().any(|issue| {
            issue.is_unsettled() && issue.kind().is_some_and(|kind| kind == "outdated")
        });
        if is_cited_too || is_disputing || is_known {
            continue;
        }
        found.add(
            Finding::new(
                id.spot(),
                format!("`{}` has been replaced by `{}`", &*id, &*newer),
            )
            .with_related(newer.spot(), format!("`{}` says so", source.id))
            .with_help(match later.last() {
                Some(last) if last.id != newer.as_str() => format!(
                    "read `{}`, the newest version, and cite it if it says the same",
                    last.id
                ),
                _ => format!("read `{}`, and cite it if it says the same", &*newer),
            }),
        );
    }
}

fn of_versions<'r>(sources: impl Iterator<Item = Source<'r>>, found: &mut Found) {
    let mut versions: BTreeMap<(String, String), Vec<(Days, Source<'_>)>> = BTreeMap::new();
    for source in sources {
        let key = source.get("register").and_then(|entry| {
            let (system, number) = (entry.text("system")?, entry.text("number")?);
            Some((system.to_lowercase(), number.to_lowercase()))
        });
        let issued = source.issued().and_then(Days::of_csl);
        if let Some((key, issued)) = key.zip(issued) {
            if !source.is_deprecated() {
                versions.entry(key).or_default().push((issued, source));
            }
        }
    }
    for sources in versions.values() {
        for &(issued, source) in sources {
            let newer = sources.iter().find(|(other, _)| other.is_after(issued));
            let Some((_, newer)) = newer.filter(|_| source.get("superseded_by").is_none()) else {
                continue;
            };
            found.add(
                Finding::new(
                    source.heading(),
                    format!("`{}` is a newer version of `{}`", newer.id, source.id),
                )
                .with_related(newer.heading(), "this is the newer version")
                .with_help("name the newest version under `superseded_by`"),
            );
        }
    }
}
