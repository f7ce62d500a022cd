//! Finds claims that cite a page or review where its own marks lead to a trial or systematic review,
//! and cite none of these.
//!
//! # Why it matters
//!
//! Whoever retells a study shortens it. Numbers, exceptions and doubts get lost on the way, and the
//! study is where they are found again.
//!
//! # How to mend it
//!
//! Read the study to which the marks of the passage lead, and cite it beside the page. Cite nothing that
//! nobody has read.
//!
//! # What it leaves alone
//!
//! Sources that give a list of references without marks in the text (`reference_linkage`): there
//! nobody can tell which statement rests on which study. Definitions, `is-a` claims,
//! and what a provider says about its own offer.
//!
//! # How often it is right
//!
//! No page that claims of the project's dataset cite marks its statements with references, so that nothing
//! can be counted there.

use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::view::{Claim, Records, Source};

rule! {
    name: "secondary-source",
    severity: Warning,
    summary: "a page or review is cited where its marks lead to a study",
    since: "0.1.0",
    check: EachClaim(check),
    needs: WholeDataset,
}

/// Kinds of sources that retell what others found.
const SECONDARY: &[&str] = &[
    "narrative-review",
    "book-chapter",
    "patient-information",
    "expert-opinion",
    "consumer-article",
    "provider-marketing",
    "book",
];
/// Kinds of sources in which findings stand first, or with their method.
const PRIMARY: &[&str] = &["trial", "systematic-review"];

fn check(claim: Claim<'_>, records: &Records<'_>, found: &mut Found) {
    if claim.is_deprecated() || !claim.is_clinical() {
        return;
    }
    let citations = claim.citations();
    let is_cited = |id: &str| {
        let mut sources = citations.iter().filter_map(|citation| citation.source());
        sources.any(|source| *source == *id)
    };
    for citation in citations {
        let Some((id, source)) = citation
            .source()
            .and_then(|id| Some((id, records.source_of(citation)?)))
        else {
            continue;
        };
        let is_secondary = source
            .kind()
            .is_some_and(|kind| SECONDARY.contains(&&*kind));
        if !is_secondary || source.linkage() != Some("in-text") {
            continue;
        }
        let studies: Vec<_> = source
            .texts("cites")
            .filter(|id| {
                let kind = records.source(id).and_then(Source::kind);
                kind.is_some_and(|kind| PRIMARY.contains(&&*kind))
            })
            .collect();
        if studies.is_empty() || studies.iter().any(|id| is_cited(id)) {
            continue;
        }
        let names: Vec<_> = studies.iter().map(|id| format!("`{}`", &**id)).collect();
        found.add(
            Finding::new(
                id.spot(),
                format!("`{}` refers to {}", &*id, names.join(", ")),
            )
            .with_note("a study is where numbers, exceptions and doubts are found")
            .with_help("read it, and cite it beside the page"),
        );
    }
}
