//! Finds spaces at the beginning or end of a text for people, more than one in a row, spaces before a
//! full stop or comma, and no-break spaces between two words.
//!
//! # Why it matters
//!
//! Nobody sees such spaces, but programs do: two texts that look the same differ, and a search for a
//! phrase or a name misses it.
//!
//! # How to mend it
//!
//! Delete the spaces, or write a plain one; `treatise check --fix` does, except in texts that carry
//! meaning, such as labels and statements.
//!
//! # What it leaves alone
//!
//! Line feeds within a text: notes may have paragraphs. No-break spaces beside numbers, signs and single
//! letters and before capitals, as in `5 mg`, `z. B.` and `vitamin C`, where a line should not break. A
//! text of nothing but white space is an `empty-value`.

use std::ops::Range;

use treatise_report::Applicability;

use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::view::{Prose, Sign, Text};

rule! {
    name: "stray-whitespace",
    severity: Warning,
    summary: "spaces at the ends of a text, before a full stop, several in a row, or no-break ones between words",
    since: "0.1.0",
    check: Prose(check),
    fix: Safe,
}

fn check(prose: &Prose<'_>, found: &mut Found) {
    let text = prose.text.as_str();
    if !prose.wording.may_have(Sign::Space) || text.trim().is_empty() {
        return;
    }
    let mut from = 0;
    while let Some(at) = text[from..].find([' ', '\t', '\u{a0}']) {
        let start = from + at;
        let rest = &text[start..];
        let length = rest
            .find(|character| !matches!(character, ' ' | '\t' | '\u{a0}'))
            .unwrap_or(rest.len());
        let end = start + length;
        from = end;
        let is_at_an_end = start == 0 || end == text.len();
        let is_doubled = rest[..length].chars().nth(1).is_some();
        let is_before_stop = ends_sentence(&rest[length..]);
        let is_before_word = !is_at_an_end && is_comma_before_word(&rest[length..]);
        if !is_at_an_end && !is_doubled && !is_before_stop && !is_before_word {
            continue;
        }
        let message = if start == 0 {
            "the text begins with white space"
        } else if end == text.len() {
            "the text ends with white space"
        } else if is_before_stop || is_before_word {
            "there is a space before the punctuation"
        } else {
            "there is more than one space in a row"
        };
        let mut finding =
            Finding::new(prose.text.part(start..end), message).with_help("delete what is too much");
        // The space belongs behind such a comma.
        let replaced = start..end + usize::from(is_before_word);
        if let Some(span) = prose.text.span_of(replaced) {
            let replacement = if is_before_word {
                ", "
            } else if is_at_an_end || is_before_stop {
                ""
            } else {
                " "
            };
            finding = finding.with_fix(Applicability::Safe, [(span, replacement.to_owned())]);
        }
        found.add(finding);
    }
    report_unbroken(prose.text, found);
}

/// Reports the first no-break space between two words, with a fix for all of them: a text that was
/// copied may have no others.
fn report_unbroken(text: Text<'_>, found: &mut Found) {
    let spaces = text.match_indices('\u{a0}');
    let spaces = spaces.map(|(at, space)| at..at + space.len());
    let spaces: Vec<_> = spaces.filter(|place| joins_words(&text, place)).collect();
    let Some(first) = spaces.first() else {
        return;
    };
    let finding = Finding::new(
        text.part(first.clone()),
        "there is a no-break space between two words",
    )
    .with_help("write a plain space");
    let parts = spaces.iter().map(|place| (place.clone(), " ".to_owned()));
    found.add(finding.with_replaced(Applicability::Safe, text, parts));
}

/// Whether a text begins with a full stop or comma, and not with one that belongs to a number or to
/// several dots.
fn ends_sentence(text: &str) -> bool {
    let rest = text.strip_prefix(['.', ',']);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace))
}

/// Whether a text begins with a comma right before a word.
fn is_comma_before_word(text: &str) -> bool {
    let rest = text.strip_prefix(',');
    rest.is_some_and(|rest| rest.starts_with(char::is_alphabetic))
}

/// Whether what stands before and behind a place are words that need not stay on one line: both of
/// several letters, the second one without a capital.
fn joins_words(text: &str, place: &Range<usize>) -> bool {
    let before = text[..place.start].chars().rev().take(2);
    let behind = text[place.end..].chars().take(2);
    before.filter(|it| it.is_alphabetic()).count() == 2
        && behind.filter(|it| it.is_lowercase()).count() == 2
}
