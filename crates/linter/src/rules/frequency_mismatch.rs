//! Finds claims whose frequency is the opposite of what their statement says: `rare` beside "often", or
//! `most` beside "rarely".
//!
//! # Why it matters
//!
//! Applications sort and filter by the frequency, and people read the sentence. Where the two are
//! opposites, one half of the users is told that a side effect is to be expected, and the other half that
//! it is not.
//!
//! # How to mend it
//!
//! Read the passage again, and mend the one that is wrong.
//!
//! # What it leaves alone
//!
//! Frequencies and words between the two ends, such as `sometimes`; words under a negation ("not often") or
//! in a comparison ("more often than"); statements that have a word for the frequency of the claim too, as
//! they may speak of two things; claims that deny; other languages than English.
//!
//! # How often it is right
//!
//! It finds nothing in the project's dataset. Of the 44 claims there that give a frequency, 36 give one of
//! the two ends.

use std::sync::LazyLock;

use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::phrase::Phrases;
use crate::view::{Claim, Prose};

rule! {
    name: "frequency-mismatch",
    severity: Warning,
    summary: "a frequency that is the opposite of what the statement says",
    since: "0.1.0",
    check: Claim(check),
    tables: [ENDS],
}

/// One end of all frequencies.
struct End {
    frequencies: &'static [&'static str],
    /// Words that say nothing else.
    words: Phrases,
    /// Words that may say so.
    hints: Phrases,
    /// The position of the other end.
    opposite: usize,
}

static ENDS: LazyLock<[End; 2]> = LazyLock::new(|| {
    let phrases = |phrases: &[&'static str]| Phrases::new(phrases.iter().copied());
    [
        End {
            frequencies: &["always", "most", "often", "common"],
            words: phrases(&["often", "frequently", "usually", "mostly", "commonly"]),
            hints: phrases(&[
                "all",
                "always",
                "as a rule",
                "chief",
                "chiefly",
                "common",
                "commonest",
                "every",
                "frequent",
                "general",
                "generally",
                "high",
                "in general",
                "main",
                "mainly",
                "majority",
                "many",
                "most",
                "nearly",
                "predominantly",
                "regular",
                "regularly",
                "routine",
                "routinely",
                "typical",
                "typically",
                "usual",
            ]),
            opposite: 1,
        },
        End {
            frequencies: &["rare", "never"],
            words: phrases(&["rarely", "seldom", "is rare", "are rare"]),
            hints: phrases(&[
                "exception",
                "exceptional",
                "exceptionally",
                "few",
                "hardly",
                "infrequent",
                "infrequently",
                "little",
                "low",
                "minority",
                "never",
                "no",
                "none",
                "not",
                "rare",
                "rarity",
                "scarcely",
                "small",
                "some",
                "sometimes",
                "uncommon",
                "uncommonly",
                "unlikely",
                "unusual",
                "unusually",
            ]),
            opposite: 0,
        },
    ]
});

/// How many words before a word may negate it.
const REACH: usize = 4;

fn check(claim: Claim<'_>, found: &mut Found) {
    let Some(frequency) = claim.text("frequency") else {
        return;
    };
    let mut ends = ENDS.iter();
    let Some(end) = ends.find(|end| end.frequencies.contains(&&*frequency)) else {
        return;
    };
    let Some(prose) = claim.english() else {
        return;
    };
    let said = ENDS[end.opposite].words.find_in(prose);
    let Some((_, range)) = said.first() else {
        return;
    };
    let speaks_of_both =
        !end.words.find_in(prose).is_empty() || !end.hints.find_in(prose).is_empty();
    let is_meant = said.iter().all(|(_, range)| !is_turned(prose, range.start));
    if speaks_of_both || !is_meant || !claim.is_asserted() || claim.is_deprecated() {
        return;
    }
    let text = prose.text;
    let message = format!(
        "the statement says `{}`, and the frequency is `{}`",
        &text[range.clone()],
        &*frequency
    );
    found.add(
        Finding::new(text.part(range.clone()), message)
            .with_related(frequency.spot(), "this is the frequency")
            .with_help("read the passage again, and mend the one that is wrong"),
    );
}

/// Whether the words before a place turn what stands there round, or compare it.
fn is_turned(prose: &Prose<'_>, place: usize) -> bool {
    let words = &prose.wording.words;
    let before = &words[..words.partition_point(|word| word.range().end <= place)];
    let last = before.iter().rev().map(|word| &prose.text[word.range()]);
    let mut last = last.map(str::to_lowercase).take(REACH).enumerate();
    last.any(|(distance, word)| match &*word {
        "not" | "cannot" | "no" | "nor" | "never" | "without" | "hardly" => true,
        "more" | "less" | "least" | "as" | "how" | "so" | "too" => distance == 0,
        word => word.ends_with("n't") || word.ends_with("n’t"),
    })
}
