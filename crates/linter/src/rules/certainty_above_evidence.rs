//! Finds claims that the editors call surer than the sources behind them allow.
//!
//! # Why it matters
//!
//! The certainty is a judgement about evidence. A text for patients may well be right, but it is no
//! evidence: who calls its statements highly certain has judged something that is not cited.
//!
//! # How to mend it
//!
//! Cite the guideline, the review or the trial that the judgement rests on, once somebody has read it;
//! or lower the certainty.
//!
//! # What it leaves alone
//!
//! Claims that nobody has judged (`unassessed`), and sources of kinds that it does not know. What is
//! enough: for `high` a guideline, systematic review, trial or regulatory label; for `moderate` also a
//! consensus, narrative review or book chapter; for `low` also information for patients and the opinion
//! of an expert.
//!
//! # How often it is right
//!
//! No claim of the project's dataset has been given a certainty yet, so that nothing can be counted there.

use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::view::{Claim, Records, Text, evidence};

rule! {
    name: "certainty-above-evidence",
    severity: Warning,
    summary: "a certainty that the cited sources can't carry",
    since: "0.1.0",
    check: EachClaim(check),
    needs: WholeDataset,
}

/// Levels of certainty, and the weakest kind of source that is enough.
const ENOUGH: &[(&str, &str)] = &[
    ("high", "regulatory-label"),
    ("moderate", "book-chapter"),
    ("low", "expert-opinion"),
];

fn check(claim: Claim<'_>, records: &Records<'_>, found: &mut Found) {
    if claim.is_deprecated() {
        return;
    }
    let appraisal = claim.get("appraisal");
    let Some(certainty) = appraisal.and_then(|appraisal| appraisal.text("certainty")) else {
        return;
    };
    let Some((_, enough)) = ENOUGH.iter().find(|(level, _)| *level == &*certainty) else {
        return;
    };
    let sources = evidence::supporting(records, claim);
    let Some((source, strength)) = evidence::strongest(&sources) else {
        return;
    };
    if evidence::strength(enough).is_some_and(|enough| strength > enough) {
        let kind = source.kind().map_or("", Text::as_str);
        found.add(
            Finding::new(
                certainty.spot(),
                format!(
                    "a source of the kind `{kind}` can't make a claim as certain as `{}`",
                    &*certainty
                ),
            )
            .with_related(source.heading(), "this is the strongest source")
            .with_help("cite what the judgement rests on, or lower the certainty"),
        );
    }
}
