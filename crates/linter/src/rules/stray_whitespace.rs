//! Finds spaces at the beginning or end of a text for people, more than one in a row, and spaces before
//! a full stop or comma.
//!
//! # Why it matters
//!
//! Nobody sees such spaces, but programs do: two texts that look the same differ, and a search for a
//! phrase misses it.
//!
//! # How to mend it
//!
//! Delete the spaces; `treatise check --fix` does, except in texts that carry meaning, such as
//! labels and statements.
//!
//! # What it leaves alone
//!
//! Line feeds within a text: notes may have paragraphs. A text of nothing but white space is an
//! `empty-value`.

use treatise_report::Applicability;

use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::view::{Prose, Sign};

rule! {
    name: "stray-whitespace",
    severity: Warning,
    summary: "spaces at the ends of a text, before a full stop, or several in a row",
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
        if !is_at_an_end && !is_doubled && !is_before_stop {
            continue;
        }
        let message = if start == 0 {
            "the text begins with white space"
        } else if end == text.len() {
            "the text ends with white space"
        } else if is_before_stop {
            "there is a space before the punctuation"
        } else {
            "there is more than one space in a row"
        };
        let mut finding =
            Finding::new(prose.text.part(start..end), message).with_help("delete what is too much");
        if let Some(span) = prose.text.span_of(start..end) {
            let replacement = if is_at_an_end || is_before_stop {
                ""
            } else {
                " "
            };
            finding = finding.with_fix(Applicability::Safe, [(span, replacement.to_owned())]);
        }
        found.add(finding);
    }
}

/// Whether a text begins with a full stop or comma, and not with one that belongs to a number or to
/// several dots.
fn ends_sentence(text: &str) -> bool {
    let rest = text.strip_prefix(['.', ',']);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace))
}
