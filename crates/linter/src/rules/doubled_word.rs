//! Finds a word that stands twice in a row in a text for people.
//!
//! # Why it matters
//!
//! It is a slip that a reader's eye skips, most often at the end of a line of the text in which it was
//! written. Where the two should have been different words, the sentence says something else.
//!
//! # How to mend it
//!
//! Delete one of them, or put in the word that was meant.
//!
//! # What it leaves alone
//!
//! Words of fewer than two letters, numbers, abbreviations, and the few words that a sentence may have
//! twice, such as `that that` and `had had`; words with punctuation between them; names such as
//! `Walla Walla`, which are words of four letters or more with a capital, but in German, where all nouns
//! have one.
//!
//! # How often it is right
//!
//! It finds nothing in the project's dataset. Of 30 statements that were written to try the rules, it
//! found the one that has a word twice. Of 18 findings in the names of the world's languages, 17 were names
//! that have a word twice; these are left alone since.

use std::ops::Range;

use crate::check::rule;
use crate::documents::words;
use crate::finding::{Finding, Found};
use crate::view::Prose;

rule! {
    name: "doubled-word",
    severity: Warning,
    summary: "a word that stands twice in a row",
    since: "0.1.0",
    check: Prose(check),
}

/// Words that may be there twice, in the languages of the project.
const TWICE: &[&str] = &["that", "had", "die", "der", "das", "sie", "nous", "vous"];

fn check(prose: &Prose<'_>, found: &mut Found) {
    let text = prose.text;
    let mut pairs = prose.wording.words.windows(2);
    if !pairs.any(|two| two[0].hash == two[1].hash) {
        return;
    }
    let mut before: Option<(Range<usize>, &str)> = None;
    for (range, word) in words(text.as_str()) {
        let Some((earlier, other)) = before.replace((range.clone(), word)) else {
            continue;
        };
        if !is_word(word) {
            continue;
        }
        let lower = word.to_lowercase();
        let is_apart = !text[earlier.end..range.start].trim().is_empty();
        if is_apart || lower != other.to_lowercase() || TWICE.contains(&&*lower) {
            continue;
        }
        if word == other && is_name(word) && !prose.language.is_some_and(is_german) {
            continue;
        }
        found.add(
            Finding::new(
                text.part(earlier.start..range.end),
                format!("`{word}` stands here twice"),
            )
            .with_help("delete one of them, or put in the word that was meant"),
        );
    }
}

/// Whether it is written as a name and not as a word that begins a sentence twice, as `The The`.
fn is_name(word: &str) -> bool {
    word.chars().nth(3).is_some() && word.starts_with(char::is_uppercase)
}

fn is_german(language: &str) -> bool {
    language.split('-').next() == Some("de")
}

/// Two letters or more, and no abbreviation.
fn is_word(word: &str) -> bool {
    word.chars().nth(1).is_some()
        && word.chars().all(char::is_alphabetic)
        && word.chars().any(char::is_lowercase)
}
