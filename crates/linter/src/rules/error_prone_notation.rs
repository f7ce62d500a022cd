//! Finds notations that have led to mistaken doses: `1.0 mg`, `.5 mg`, `10 U`, `QD`, `µg`, `MS` and the
//! like.
//!
//! # Why it matters
//!
//! A trailing zero has been read as ten times the dose, a naked decimal point as well, `U` as a zero. The
//! lists of the Joint Commission and of the ISMP are lists of accidents.
//!
//! # How to mend it
//!
//! Write the words, the number without a trailing zero, and a zero before the decimal point.
//!
//! # What it leaves alone
//!
//! Versions and section numbers (a trailing zero counts before a unit only), abbreviations such as `MS`
//! that stand for much else, where the text has no dose, and terms, which are names as sources have them. The notations are those of `src/tables/error-prone.tsv`, as they are written
//! there.

use std::cell::LazyCell;
use std::sync::LazyLock;

use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::phrase::Phrases;
use crate::tables::rows;
use crate::view::{Prose, Sign};

rule! {
    name: "error-prone-notation",
    severity: Error,
    summary: "a notation that has led to mistaken doses",
    since: "0.1.0",
    check: Prose(check),
    tables: [NOTATIONS, UNITS],
}

/// The notations, and beside each its row of the table.
static NOTATIONS: LazyLock<(Phrases, Vec<[&str; 4]>)> = LazyLock::new(|| {
    let rows: Vec<[&str; 4]> = rows(include_str!("../tables/error-prone.tsv")).collect();
    (
        Phrases::exact(rows.iter().map(|[notation, ..]| *notation)),
        rows,
    )
});

/// Units of doses, found behind a number.
static UNITS: LazyLock<Vec<&str>> = LazyLock::new(|| {
    let rows = rows(include_str!("../tables/doses.tsv"));
    rows.filter(|[_, kind]| *kind == "unit")
        .map(|[phrase, _]| phrase)
        .collect()
});

fn check(prose: &Prose<'_>, found: &mut Found) {
    let (phrases, rows) = &*NOTATIONS;
    let text = prose.text.as_str();
    // A text may have very many notations.
    let has_dose = LazyCell::new(|| has_dose(text));
    for (position, range) in phrases.find_in(prose) {
        let [notation, place, instead, mistaken] = rows[position];
        let before = text[..range.start].trim_end();
        if place == "after-number" && !before.ends_with(|last: char| last.is_ascii_digit()) {
            continue;
        }
        if place == "with-dose" && !*has_dose {
            continue;
        }
        found.add(
            Finding::new(
                prose.text.part(range),
                format!("`{notation}` has been mistaken for {mistaken}"),
            )
            .with_help(format!("write {instead}")),
        );
    }
    if !prose.wording.may_have(Sign::Digit) {
        return;
    }
    for (at, _) in text.match_indices('.') {
        let (before, after) = (&text[..at], &text[at + 1..]);
        let decimals = after.len()
            - after
                .trim_start_matches(|it: char| it.is_ascii_digit())
                .len();
        let has_number = before.ends_with(|last: char| last.is_ascii_digit());
        let is_dose = is_unit(after[decimals..].trim_start());
        if decimals == 0 || !is_dose {
            continue;
        }
        if has_number && after[..decimals].bytes().all(|digit| digit == b'0') {
            found.add(
                Finding::new(
                    prose.text.part(at..at + 1 + decimals),
                    "a dose with a trailing zero has been read as ten times as much",
                )
                .with_help("leave the point and the zero out"),
            );
        } else if before.is_empty() || before.ends_with([' ', '(']) {
            found.add(
                Finding::new(
                    prose.text.part(at..at + 1 + decimals),
                    "a dose without a zero before the point has been read as ten times as much",
                )
                .with_help("write a zero before the point"),
            );
        }
    }
}

fn has_dose(text: &str) -> bool {
    let is_digit = |character: char| character.is_ascii_digit();
    let mut ends = text.match_indices(is_digit).map(|(at, _)| &text[at + 1..]);
    ends.any(|rest| is_unit(rest.trim_start()))
}

fn is_unit(rest: &str) -> bool {
    UNITS.iter().any(|unit| {
        let behind = rest.strip_prefix(unit);
        behind.is_some_and(|behind| !behind.starts_with(char::is_alphanumeric))
    })
}
