//! Finds adverse effects with a frequency in words that rest on a regulatory label and give neither its
//! class nor a rate.
//!
//! # Why it matters
//!
//! In regulatory labels `common` and `rare` are classes with limits: between 1 in 100 and 1 in 10, and
//! below 1 in 1000. As plain words they mean whatever a reader thinks, mostly far too much.
//!
//! # How to mend it
//!
//! Give the class as `frequency_class`, or the number as `rate`.
//!
//! # What it leaves alone
//!
//! Sources of other kinds, which use the words as everybody does, and claims that leave the frequency
//! `unspecified`.

use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::view::{Claim, Records, evidence};

rule! {
    name: "frequency-without-class",
    severity: Error,
    summary: "an adverse effect of a regulatory label without its frequency class",
    since: "0.1.0",
    check: EachClaim(check),
}

fn check(claim: Claim<'_>, records: &Records<'_>, found: &mut Found) {
    if claim.is_deprecated() {
        return;
    }
    let is_effect = claim.kind().is_some_and(|kind| kind == "adverse-effect");
    let has_number = claim.get("frequency_class").is_some() || claim.get("rate").is_some();
    if !is_effect || has_number {
        return;
    }
    let Some(frequency) = claim
        .text("frequency")
        .filter(|word| *word != "unspecified")
    else {
        return;
    };
    let sources = evidence::supporting(records, claim);
    let label = sources
        .iter()
        .find(|source| source.kind().is_some_and(|kind| kind == "regulatory-label"));
    if let Some(label) = label {
        found.add(
            Finding::new(
                frequency.spot(),
                format!(
                    "`{}` is a word here, and a class in the label that is cited",
                    &*frequency
                ),
            )
            .with_related(label.heading(), "this is the label")
            .with_help("give the class of the label as `frequency_class`, or its number as `rate`"),
        );
    }
}
