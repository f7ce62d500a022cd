//! Finds sources that were retracted, and sources that are themselves a notice about another paper, in
//! the table that `--notices` names.
//!
//! # Why it matters
//!
//! A retracted paper is withdrawn because its findings can't be relied on, and it is cited for years
//! afterwards all the same. What rests on it alone rests on nothing. A notice of retraction is a note
//! about a paper: it has no findings that a claim could rest on.
//!
//! # How to mend it
//!
//! Cite another source, or withdraw the claims that rest on this one with the reason
//! `source-withdrawn`; then withdraw the source. In place of a notice, cite the paper that a claim is
//! about, or record what the notice says as an issue.
//!
//! The table is a CSV file as Crossref publishes it from Retraction Watch, kept beside the dataset so
//! that a run means the same tomorrow. The columns `OriginalPaperDOI`, `RetractionDOI`,
//! `RetractionNature` (`Retraction`, `Expression of concern`, `Reinstatement` or `Correction`),
//! `RetractionDate` (as `2024-03-01` or `3/1/2024`) and `Reason` are needed; `OriginalPaperPubMedID`
//! and `RetractionPubMedID` are read where they are there.
//!
//! # What it leaves alone
//!
//! Papers that were reinstated later: the last notice counts. A correction or an expression of concern
//! behind a retraction does not lift it. Sources that were withdrawn; sources without a DOI and a PMID,
//! since no table knows them.

use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::notices::{Nature, Notices};
use crate::view::Records;

rule! {
    name: "retracted-source",
    severity: Error,
    summary: "a source that was retracted, or that is a notice about another paper",
    since: "0.1.0",
    check: Notices(check),
}

fn check(records: &Records<'_>, notices: &Notices, found: &mut Found) {
    for &source in &records.sources {
        if source.is_deprecated() {
            continue;
        }
        if let Some((said, notice)) = notices.standing(source) {
            if notice.nature == Nature::Retraction {
                let finding = Finding::new(
                    said.spot(),
                    format!("`{}` was retracted{}", &*said, notice.when()),
                )
                .with_help("cite another source, or withdraw the claims that rest on it");
                found.add(notice.explain(finding, records, source));
            }
        } else if let Some((said, paper)) = notices.subject(source) {
            found.add(
                Finding::new(
                    said.spot(),
                    format!(
                        "`{}` is a notice about `{paper}`, and no work of its own",
                        &*said
                    ),
                )
                .with_help("cite a source that says what the claims say"),
            );
        }
    }
}
