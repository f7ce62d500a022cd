//! Finds hedges of the source (`source_hedge`) of more than four words.
//!
//! # Why it matters
//!
//! The hedge is the only wording that is taken from a source. It is there to show how sure the source
//! is, and four words are enough for that; more is a quotation.
//!
//! # How to mend it
//!
//! Keep the words that show how sure the source is, and put `…` between them.
//!
//! # What it leaves alone
//!
//! Whether the words stand in the source, which needs its text.

use crate::check::rule;
use crate::documents::words;
use crate::finding::{Finding, Found};
use crate::view::Claim;

rule! {
    name: "long-hedge",
    severity: Error,
    summary: "a hedge of more than four words",
    since: "0.1.0",
    check: Claim(check),
}

/// How many words a hedge may have.
const MOST_WORDS: usize = 4;

fn check(claim: Claim<'_>, found: &mut Found) {
    let Some(hedge) = claim.text("source_hedge") else {
        return;
    };
    let count = words(&hedge).count();
    if count > MOST_WORDS {
        found.add(
            Finding::new(
                hedge.spot(),
                format!("the hedge has {count} words, more than {MOST_WORDS}"),
            )
            .with_help("keep the words that show how sure the source is, with `…` between them"),
        );
    }
}
