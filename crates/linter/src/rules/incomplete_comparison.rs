//! Finds statements that compare (fewer, better, more … than) in claims that have no other side to
//! compare with.
//!
//! # Why it matters
//!
//! "Fewer side effects" means nothing until it is said than what. Such sentences are the usual way of
//! praising a treatment without a proof, and an application can't set them against the other side.
//!
//! # How to mend it
//!
//! Make it a claim of the type `comparison`, with comparator, dimension and direction. Where the source
//! does not name the other side, record an issue about it.
//!
//! # What it leaves alone
//!
//! Comparisons, whose members the schema asks for; prognoses, which compare patients (`worse in men`);
//! claims with an object that says what becomes more or
//! less (an outcome, a goal); claims whose statement names the other side behind `than`; claims that an
//! issue about an ambiguous, overstated or missing word affects.
//!
//! # How often it is right
//!
//! In the project's dataset one claim compares in this way, and an issue covers it.

use std::sync::LazyLock;

use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::phrase::Phrases;
use crate::view::{Claim, Records};

rule! {
    name: "incomplete-comparison",
    severity: Warning,
    summary: "a statement that compares without saying with what",
    since: "0.1.0",
    check: EachClaim(check),
    needs: WholeDataset,
    tables: [PHRASES],
}

/// Words that compare two treatments rather than two states of a patient.
const COMPARING: &[&str] = &[
    "fewer",
    "better",
    "worse",
    "safer",
    "gentler",
    "cheaper",
    "superior",
    "inferior",
    "more effective",
    "less effective",
    "more precise",
    "less invasive",
    "more often",
    "less often",
];

static PHRASES: LazyLock<Phrases> = LazyLock::new(|| Phrases::new(COMPARING.iter().copied()));

fn check(claim: Claim<'_>, records: &Records<'_>, found: &mut Found) {
    if claim.is_deprecated() {
        return;
    }
    let Some(prose) = claim.english() else {
        return;
    };
    let statement = prose.text;
    let has_sides = claim
        .kind()
        .is_some_and(|kind| matches!(&*kind, "comparison" | "prognosis"));
    if has_sides || claim.object().is_some() || statement.contains(" than ") {
        return;
    }
    let kinds = [
        "ambiguous-term",
        "overstatement",
        "missing-word",
        "unreferenced",
    ];
    let Some((_, range)) = PHRASES.find_in(prose).into_iter().next() else {
        return;
    };
    if !records.is_doubted(claim, &kinds) {
        found.add(
            Finding::new(
                statement.part(range.clone()),
                format!(
                    "`{}` compares, and nothing says with what",
                    &statement[range]
                ),
            )
            .with_help("make it a `comparison`, or record what the source leaves open as an issue"),
        );
    }
}
