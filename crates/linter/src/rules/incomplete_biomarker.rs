//! Finds biomarkers that do not say which gene is altered, how, or whether the alteration is inherited.
//!
//! # Why it matters
//!
//! "BRCA" is two genes, "EGFR-positive" may be a mutation or an expression, and a drug that is for an
//! alteration of the tumor may not be for one that a patient was born with. Whoever matches patients and
//! treatments needs all three.
//!
//! # How to mend it
//!
//! Give the symbol of the gene as HGNC has it, the `alteration`, and its `origin`: `somatic`, `germline`,
//! or `either`. Where a source leaves one open, an issue says so.
//!
//! # What it leaves alone
//!
//! Withdrawn records. The project's own schema asks for all three too, and its violation is found first;
//! the rule is for datasets whose schema does not.

use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::view::Entity;

rule! {
    name: "incomplete-biomarker",
    severity: Error,
    summary: "a biomarker without its gene, alteration or origin",
    since: "0.1.0",
    check: Entity(check),
}

fn check(biomarker: Entity<'_>, found: &mut Found) {
    if biomarker.collection.name() != "biomarkers" || biomarker.is_deprecated() {
        return;
    }
    let gene = biomarker.get("gene").and_then(|gene| gene.text("symbol"));
    let parts = [
        ("the symbol of its gene", gene),
        ("its alteration", biomarker.text("alteration")),
        ("its origin", biomarker.text("origin")),
    ];
    let missing = parts.into_iter().filter(|(_, part)| part.is_none());
    let missing: Vec<_> = missing.map(|(name, _)| name).collect();
    if !missing.is_empty() {
        found.add(
            Finding::new(
                biomarker.heading(),
                format!("the biomarker lacks {}", missing.join(", ")),
            )
            .with_help("say which gene is altered, how, and whether in the tumor or by birth"),
        );
    }
}
