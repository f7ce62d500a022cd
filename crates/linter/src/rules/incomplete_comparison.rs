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
//! less (an outcome, a goal); claims whose statement names the other side, behind `than`, `compared with`,
//! `versus`, `superior to` and the like; places in the body, as in `superior vena cava`; claims that an
//! issue about an ambiguous, overstated or missing word affects.
//!
//! # How often it is right
//!
//! In the project's dataset one claim compares in this way, and an issue covers it.

use std::ops::Range;
use std::sync::LazyLock;

use crate::check::rule;
use crate::documents::words;
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
    tables: [PHRASES, SIDES],
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

/// What stands before the other side.
const BEFORE_SIDE: &[&str] = &[
    "than",
    "compared with",
    "compared to",
    "compared against",
    "in comparison with",
    "in comparison to",
    "by comparison with",
    "in contrast to",
    "in contrast with",
    "relative to",
    "as against",
    "as opposed to",
    "versus",
    "vs",
    "unlike",
    "superior to",
    "inferior to",
];

static SIDES: LazyLock<Phrases> = LazyLock::new(|| Phrases::new(BEFORE_SIDE.iter().copied()));

/// Words that are also names of places in the body.
const ANATOMICAL: &[&str] = &["superior", "inferior"];

/// What such a word may stand before where it compares; what a structure may be called is an open class.
const COMPARED: &[&str] = &[
    "accuracy",
    "control",
    "effect",
    "effectiveness",
    "effects",
    "efficacy",
    "for",
    "if",
    "in",
    "outcome",
    "outcomes",
    "precision",
    "quality",
    "response",
    "responses",
    "result",
    "results",
    "safety",
    "survival",
    "tolerability",
    "treatment",
    "treatments",
    "when",
];

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
    if has_sides || claim.object().is_some() {
        return;
    }
    let kinds = [
        "ambiguous-term",
        "overstatement",
        "missing-word",
        "unreferenced",
    ];
    let mut phrases = PHRASES.find_in(prose).into_iter();
    let Some((_, range)) = phrases.find(|(_, range)| compares(&statement, range)) else {
        return;
    };
    if !SIDES.find_in(prose).is_empty() {
        return;
    }
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

/// Whether a phrase of the table compares where it stands, and is no place in the body.
fn compares(statement: &str, range: &Range<usize>) -> bool {
    let is_in = |word: &str, list: &[&str]| list.iter().any(|it| word.eq_ignore_ascii_case(it));
    if !is_in(&statement[range.clone()], ANATOMICAL) {
        return true;
    }
    let behind = &statement[range.end..];
    match behind.strip_prefix(' ') {
        Some(behind) => words(behind)
            .next()
            .is_some_and(|(_, word)| is_in(word, COMPARED)),
        None => !behind.starts_with(['-', '/']),
    }
}
