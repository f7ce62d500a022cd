//! Finds citations that don't lead to a passage: a web page without the stored version that was read
//! or without the hash of the passage, and a paper without a page, table or figure.
//!
//! # Why it matters
//!
//! Web pages change; only the version that was read, and the hash of the passage, show whether it
//! still says the same. A paper cited as a whole leaves the search to the reader.
//!
//! # How to mend it
//!
//! Give `snapshot` and `passage_sha256` for pages, and a locator such as `page`, `table` or `figure`
//! for papers.
//!
//! # What it leaves alone
//!
//! Sources of other types, such as books and reports, which are cited by chapter or section.

use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::view::{Citation, Locator, Record, Records};

rule! {
    name: "incomplete-citation",
    severity: Error,
    summary: "a citation that does not lead to a passage",
    since: "0.1.0",
    check: EachRecord(check),
}

/// Types of CSL items that change without notice.
const PAGES: &[&str] = &["webpage", "post-weblog"];
/// Types of CSL items that have pages.
const PAPERS: &[&str] = &["article-journal", "paper-conference"];
/// Locators that lead to a place in a paper.
const PLACES: &[&str] = &["page", "table", "figure", "supplement", "appendix"];

fn check(record: Record<'_>, records: &Records<'_>, found: &mut Found) {
    for citation in record.citations() {
        of_citation(records, citation, found);
    }
}

fn of_citation(records: &Records<'_>, citation: &Citation<'_>, found: &mut Found) {
    let Some(source) = records.source_of(citation) else {
        return;
    };
    let kind = source.csl_type();
    let is = |types: &[&str]| kind.is_some_and(|kind| types.contains(&kind));
    if is(PAGES) {
        let opening = || citation.node().opening();
        if citation.snapshot().is_none() {
            found.add(
                Finding::new(opening(), "the citation of a web page has no `snapshot`")
                    .with_help("name the stored version of the page that was read"),
            );
        }
        if citation.passage().is_none() {
            found.add(
                Finding::new(
                    opening(),
                    "the citation of a web page has no `passage_sha256`",
                )
                .with_help("give the hash of the passage, so that a change of it is seen"),
            );
        }
    }
    let label = citation.locator().and_then(Locator::label);
    if let Some(label) = label.filter(|label| is(PAPERS) && !PLACES.contains(&&**label)) {
        found.add(
            Finding::new(
                label.spot(),
                format!("a paper is cited by `{}`, which is no place in it", &*label),
            )
            .with_help("give the page, the table or the figure"),
        );
    }
}
