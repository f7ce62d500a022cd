//! Finds statements without any exception (always, never, entirely, without side effects) that rest on
//! less than a guideline, a systematic review, a trial or a regulatory label.
//!
//! # Why it matters
//!
//! Hardly anything in medicine holds for everybody. A sentence without a hedge, out of a text that need
//! not prove anything, promises what nobody can keep.
//!
//! # How to mend it
//!
//! If the source says it so, record an issue of the kind `overstatement` or `factual-doubt` that affects
//! the claim. If it does not, say in the statement what it says.
//!
//! # What it leaves alone
//!
//! Definitions and `is-a` claims, which hold always; words under a negation ("not entirely", "no drug is
//! without risk") or softened ("almost always"), and behind `if` and `whether`; those who have never smoked,
//! risk factors, and completely resected tumors; `harmless`, which many
//! cysts are; claims that an issue about an overstatement, a doubt or a contradiction affects. The
//! words are those of `src/tables/absolutes.tsv`, in English.
//!
//! # How often it is right
//!
//! In the project's dataset four claims have such a word or frequency. One is a negation, and issues cover
//! the other three: it is silent about all of them, rightly.

use std::ops::Range;
use std::sync::LazyLock;

use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::phrase::Phrases;
use crate::tables::rows;
use crate::view::{Claim, Prose, Records, Text, evidence};

rule! {
    name: "absolute-claim",
    severity: Warning,
    summary: "a statement without exception that rests on weak sources",
    since: "0.1.0",
    check: EachClaim(check),
    needs: WholeDataset,
    tables: [ABSOLUTES],
}

static ABSOLUTES: LazyLock<Phrases> = LazyLock::new(|| {
    Phrases::new(rows(include_str!("../tables/absolutes.tsv")).map(|[phrase]| phrase))
});

/// The weakest kind of source that can carry such a statement.
const ENOUGH: &str = "regulatory-label";
/// How many words before an absolute one a negation may stand.
const REACH: usize = 4;

fn check(claim: Claim<'_>, records: &Records<'_>, found: &mut Found) {
    if claim.is_deprecated() {
        return;
    }
    let Some(said) = absolute(claim) else {
        return;
    };
    let is_covered = records.is_doubted(
        claim,
        &[
            "overstatement",
            "factual-doubt",
            "contradiction",
            "outdated",
        ],
    );
    let sources = evidence::supporting(records, claim);
    let Some((source, strength)) = evidence::strongest(&sources) else {
        return;
    };
    if is_covered || evidence::strength(ENOUGH).is_none_or(|enough| strength <= enough) {
        return;
    }
    let kind = source.kind().map_or("", Text::as_str);
    found.add(
        said.with_note(format!(
            "the strongest source that says so is of the kind `{kind}`"
        ))
        .with_help("say it as the source does, or record an issue of the kind `overstatement`"),
    );
}

/// Where a claim says something without exception.
fn absolute(claim: Claim<'_>) -> Option<Finding> {
    if claim
        .kind()
        .is_some_and(|kind| kind == "definition" || kind == "is-a")
    {
        return None;
    }
    let said = claim.english().and_then(|prose| {
        let statement = prose.text;
        let found = ABSOLUTES.find_in(prose);
        let (_, range) = found.into_iter().find(|(_, range)| {
            let before = &statement[..range.start];
            let is_part = is_partitive(before) || is_compounded(&statement, range);
            !is_part && !is_softened(before) && !is_negated(prose, range)
        })?;
        let message = format!("`{}` allows no exception", &statement[range.clone()]);
        Some(Finding::new(statement.part(range), message))
    });
    said.or_else(|| {
        let frequency = claim.text("frequency")?;
        let is_absolute = frequency == "always" || frequency == "never";
        is_absolute.then(|| {
            let message = format!("the frequency `{}` allows no exception", &*frequency);
            Finding::new(frequency.spot(), message)
        })
    })
}

/// Whether the word before takes some of it back, as in "almost always" and "no guarantee", or leaves it
/// open, as in "whether all patients".
fn is_softened(before: &str) -> bool {
    const WORDS: [&str; 7] = [
        "almost",
        "nearly",
        "virtually",
        "practically",
        "no",
        "if",
        "whether",
    ];
    let last = before
        .trim_end()
        .rsplit(|it: char| !it.is_alphabetic())
        .next();
    last.is_some_and(|last| WORDS.iter().any(|word| last.eq_ignore_ascii_case(word)))
}

/// Whether what follows is a whole of which a part is meant: `half of all patients`.
fn is_partitive(before: &str) -> bool {
    let last = before.trim_end().rsplit(' ').next();
    last.is_some_and(|last| last.eq_ignore_ascii_case("of"))
}

/// Whether a phrase is a part of a longer word, as in `never-smokers` and `no risk-free treatment`, or of a
/// standing expression: of what people are called who have not smoked, of `risk factors`, and of how a thing
/// is, as in `completely resected tumors`.
fn is_compounded(text: &str, range: &Range<usize>) -> bool {
    const OF_RISK: [&str; 2] = ["factor", "group"];
    const DEGREES: [&str; 3] = ["completely", "entirely", "totally"];
    const STATES: [&str; 6] = [
        "excised",
        "implantable",
        "implanted",
        "removed",
        "resectable",
        "resected",
    ];
    let behind = &text[range.end..];
    let is_never = text[range.clone()].eq_ignore_ascii_case("never");
    let phrase = &text[range.clone()];
    let follows = |starts: &[&str]| {
        let next = behind.strip_prefix(' ').unwrap_or_default();
        starts.iter().any(|start| next.starts_with(start))
    };
    let is_of_risk = phrase.to_lowercase().ends_with("risk") && follows(&OF_RISK);
    let is_degree = DEGREES.iter().any(|it| phrase.eq_ignore_ascii_case(it));
    if is_of_risk || is_degree && follows(&STATES) {
        return true;
    }
    let is_hyphen = |it: char| matches!(it, '-' | '‐' | '\u{2011}');
    let next = behind.strip_prefix(is_hyphen);
    next.is_some_and(|next| next.starts_with(char::is_alphabetic))
        || is_never && behind.starts_with(" smoke")
}

/// Whether a negation stands among the last words before a phrase. Only these are looked at, since a
/// statement may have many such phrases.
fn is_negated(prose: &Prose<'_>, phrase: &Range<usize>) -> bool {
    let words = &prose.wording.words;
    let before = &words[..words.partition_point(|word| word.range().end <= phrase.start)];
    // `no pain and no risk` denies twice, and `no pain, entirely safe` something else.
    let is_other = |end: usize| {
        let between = &prose.text[end..phrase.start];
        let begins_so = prose.text[phrase.clone()].get(..3);
        let is_parted = between.contains([',', ';', ':', '.']) || between.contains(" and ");
        is_parted || begins_so.is_some_and(|it| it.eq_ignore_ascii_case("no "))
    };
    before.iter().rev().take(REACH).any(|word| {
        let range = word.range();
        let word = prose.text[range.clone()].to_lowercase();
        match &*word {
            "not" | "cannot" | "hardly" | "rarely" | "seldom" | "scarcely" => true,
            "no" | "none" | "neither" | "nor" | "nobody" => !is_other(range.end),
            _ => word.ends_with("n't") || word.ends_with("n’t"),
        }
    })
}
