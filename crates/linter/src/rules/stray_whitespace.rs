//! Finds spaces at the beginning or end of a text for people, and more than one in a row.
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
//! Line feeds within a text: notes may have paragraphs.

use treatise_report::Applicability;

use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::view::Prose;

rule! {
    name: "stray-whitespace",
    severity: Warning,
    summary: "spaces at the ends of a text, or several in a row within",
    since: "0.1.0",
    check: Prose(check),
    fix: Safe,
}

fn check(prose: &Prose<'_>, found: &mut Found) {
    let text = prose.text.as_str();
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
        if !is_at_an_end && !is_doubled {
            continue;
        }
        let message = if start == 0 {
            "the text begins with white space"
        } else if end == text.len() {
            "the text ends with white space"
        } else {
            "there is more than one space in a row"
        };
        let mut finding =
            Finding::new(prose.text.part(start..end), message).with_help("delete what is too much");
        if let Some(span) = prose.text.span_of(start..end) {
            let replacement = if is_at_an_end { "" } else { " " };
            finding = finding.with_fix(Applicability::Safe, [(span, replacement.to_owned())]);
        }
        found.add(finding);
    }
}
