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
//! Frequencies and words between the two ends, such as `sometimes`; words under a negation ("not often"),
//! before something that is not there ("rarely absent"), in a comparison ("more often than") or about the
//! course ("rarely severe", "usually within weeks");
//! statements with digits, which may be the frequency, and those that have a word for the frequency of the
//! claim too, as they may speak of two things; claims that deny; other languages than English.
//!
//! # How often it is right
//!
//! It finds nothing in the project's dataset. Of the 44 claims there that give a frequency, 36 give one of
//! the two ends.

use std::sync::LazyLock;

use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::phrase::Phrases;
use crate::view::{Claim, Prose, Sign};

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
                "expected",
                "frequent",
                "general",
                "generally",
                "half",
                "high",
                "in general",
                "likely",
                "main",
                "mainly",
                "majority",
                "many",
                "most",
                "nearly",
                "predominantly",
                "quarter",
                "regular",
                "regularly",
                "routine",
                "routinely",
                "tend",
                "tends",
                "third",
                "thirds",
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
                "case",
                "cases",
                "exception",
                "exceptional",
                "exceptionally",
                "exceptions",
                "few",
                "hardly",
                "infrequent",
                "infrequently",
                "isolated",
                "little",
                "low",
                "minority",
                "never",
                "no",
                "none",
                "not",
                "occasional",
                "occasionally",
                "one in",
                "rare",
                "rarity",
                "scarcely",
                "single",
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

/// Words that say how or when something takes its course, and not how often it comes.
const COURSE: &[&str] = &[
    "after",
    "dangerous",
    "during",
    "fatal",
    "harmless",
    "last",
    "lasting",
    "lasts",
    "lethal",
    "mild",
    "moderate",
    "permanent",
    "reversible",
    "serious",
    "severe",
    "temporary",
    "transient",
    "within",
];

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
    // A number may be the frequency, and the words speak of something else then.
    let prose = claim.english();
    let Some(prose) = prose.filter(|prose| !prose.wording.may_have(Sign::Digit)) else {
        return;
    };
    let mut said = ENDS[end.opposite].words.find_in(prose);
    said.retain(|(_, range)| !is_about_course(prose, range.end));
    let Some((_, range)) = said.first() else {
        return;
    };
    let speaks_of_both =
        !end.words.find_in(prose).is_empty() || !end.hints.find_in(prose).is_empty();
    let is_meant = said
        .iter()
        .all(|(_, range)| !is_turned(prose, range.start) && !is_taken_back(prose, range.end));
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

/// Whether the word behind a place says how or when something takes its course.
fn is_about_course(prose: &Prose<'_>, place: usize) -> bool {
    let words = &prose.wording.words;
    let next = words.get(words.partition_point(|word| word.range().start < place));
    next.is_some_and(|next| COURSE.contains(&&*prose.text[next.range()].to_lowercase()))
}

/// Whether the words behind a place say that something is not there, as in "rarely absent".
fn is_taken_back(prose: &Prose<'_>, place: usize) -> bool {
    const NOT_THERE: [&str; 9] = [
        "absent",
        "avoidable",
        "avoided",
        "free",
        "lacking",
        "missing",
        "spared",
        "unnoticed",
        "without",
    ];
    let words = &prose.wording.words;
    let behind = &words[words.partition_point(|word| word.range().start < place)..];
    let behind = behind.iter().map(|word| &prose.text[word.range()]);
    let mut behind = behind.map(str::to_lowercase).take(REACH);
    behind.any(|word| NOT_THERE.contains(&&*word))
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
