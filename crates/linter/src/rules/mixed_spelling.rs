//! Finds British spellings in an English dataset that is mostly American, and the other way round.
//!
//! # Why it matters
//!
//! A search for "tumor" does not find "tumour", and a reader sees two hands at work.
//!
//! # How to mend it
//!
//! Write the form of the variety that the dataset has elsewhere; `treatise check --fix` does in notes.
//!
//! # What it leaves alone
//!
//! Texts in `en-GB`, `en-US` and the like, which have chosen; names of agents and titles of sources;
//! words that both varieties know. Where both are used equally, it says nothing. The pairs are those of
//! `src/tables/spellings.tsv`.
//!
//! # How often it is right
//!
//! It finds nothing in the project's dataset, which is American. Of 30 statements that were written to try
//! the rules, it found the one with a British word.

use std::borrow::Cow;
use std::sync::LazyLock;

use rustc_hash::FxHashMap;
use treatise_report::Applicability;

use crate::check::rule;
use crate::documents::words;
use crate::finding::{Finding, Found};
use crate::tables::rows;
use crate::view::{Prose, Records};

rule! {
    name: "mixed-spelling",
    severity: Warning,
    summary: "a British spelling among American ones, or the other way round",
    since: "0.1.0",
    check: Dataset(check),
    fix: Safe,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Variety {
    British,
    American,
}

/// What a word is, and how the other variety writes it.
static SPELLINGS: LazyLock<FxHashMap<&str, (Variety, &str)>> = LazyLock::new(|| {
    let pairs = rows(include_str!("../tables/spellings.tsv"));
    let both = |[british, american]: [&'static str; 2]| {
        [
            (british, (Variety::British, american)),
            (american, (Variety::American, british)),
        ]
    };
    pairs.flat_map(both).collect()
});

fn check(records: &Records<'_>, found: &mut Found) {
    let mut uses = Vec::new();
    for prose in records.all().flat_map(|record| record.prose().into_owned()) {
        if prose.language != Some("en") {
            continue;
        }
        for (range, word) in words(&prose.text) {
            let is_lower = word.bytes().all(|byte| byte.is_ascii_lowercase());
            let lower = match is_lower {
                true => Cow::Borrowed(word),
                false => Cow::Owned(word.to_lowercase()),
            };
            if let Some(&(variety, other)) = SPELLINGS.get(&*lower) {
                uses.push((prose, range, variety, other));
            }
        }
    }
    let british = uses
        .iter()
        .filter(|use_| use_.2 == Variety::British)
        .count();
    let rare = match (british * 2).cmp(&uses.len()) {
        std::cmp::Ordering::Less => Variety::British,
        std::cmp::Ordering::Greater => Variety::American,
        std::cmp::Ordering::Equal => return,
    };
    for (prose, range, variety, other) in uses {
        if variety == rare {
            report(prose, range, rare, other, found);
        }
    }
}

fn report(
    prose: Prose<'_>,
    range: std::ops::Range<usize>,
    rare: Variety,
    other: &str,
    found: &mut Found,
) {
    let word = &prose.text[range.clone()];
    let (this, usual) = match rare {
        Variety::British => ("British", "American"),
        Variety::American => ("American", "British"),
    };
    let replacement = in_case_of(word, other);
    let mut finding = Finding::new(
        prose.text.part(range.clone()),
        format!("`{word}` is {this} spelling, and the dataset is mostly {usual}"),
    )
    .with_help(format!("write `{replacement}`"));
    if let Some(span) = prose.text.span_of(range) {
        finding = finding.with_fix(Applicability::Safe, [(span, replacement)]);
    }
    found.add(finding);
}

/// The other spelling with the capitals of the word.
fn in_case_of(word: &str, other: &str) -> String {
    let is_upper = |text: &str| text.chars().all(char::is_uppercase);
    let mut characters = other.chars();
    match characters.next() {
        _ if is_upper(word) => other.to_uppercase(),
        Some(first) if word.starts_with(char::is_uppercase) => {
            first.to_uppercase().chain(characters).collect()
        }
        _ => other.to_owned(),
    }
}
