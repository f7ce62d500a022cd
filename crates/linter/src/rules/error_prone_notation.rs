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
//! that stand for much else, where the text has no dose, and terms, which are names as sources have
//! them. What a laboratory or a scan finds in a volume, an area or a gram (`8.0 g/dL`, `37 U/mL`, `1.0
//! g/cm²`), what a patient weighs or excretes, and a volume in a time are no doses: there the Joint
//! Commission allows a trailing zero, which says how exact a value is. The notations are those of
//! `src/tables/error-prone.tsv`, as they are written there.

use std::cell::LazyCell;
use std::ops::Range;
use std::sync::LazyLock;

use crate::check::rule;
use crate::doses::{ROWS, is_dose, is_of_laboratory, number_before};
use crate::finding::{Finding, Found};
use crate::phrase::Phrases;
use crate::tables::rows;
use crate::view::{Prose, Sign, Word};

rule! {
    name: "error-prone-notation",
    severity: Error,
    summary: "a notation that has led to mistaken doses",
    since: "0.1.0",
    check: Prose(check),
    tables: [NOTATIONS, ROWS],
}

/// The notations, and beside each its row of the table.
static NOTATIONS: LazyLock<(Phrases, Vec<[&str; 4]>)> = LazyLock::new(|| {
    let rows: Vec<[&str; 4]> = rows(include_str!("../tables/error-prone.tsv")).collect();
    (
        Phrases::exact(rows.iter().map(|[notation, ..]| *notation)),
        rows,
    )
});

fn check(prose: &Prose<'_>, found: &mut Found) {
    let text = prose.text.as_str();
    // A text may have very many notations.
    let has_dose = LazyCell::new(|| has_dose(text));
    let (phrases, rows) = &*NOTATIONS;
    let spaced = phrases.find_in(prose).into_iter();
    for (position, range) in spaced.chain(glued(prose)) {
        let [notation, place, instead, mistaken] = rows[position];
        if place == "after-number" && number_before(&text[..range.start]).is_none() {
            continue;
        }
        if place == "with-dose" && !*has_dose {
            continue;
        }
        let behind = &text[range.end..];
        if is_of_name(notation, behind) || is_of_laboratory(behind) {
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
    if prose.wording.may_have(Sign::Digit) && prose.wording.may_have(Sign::Stop) {
        zeros(prose, found);
    }
}

/// Whether a letter is no unit, as in `10 U.S. states` and `3 U-shaped clips`.
fn is_of_name(notation: &str, behind: &str) -> bool {
    let rest = behind.strip_prefix(['.', '-', '\u{2011}']);
    notation.eq_ignore_ascii_case("u")
        && rest.is_some_and(|rest| rest.starts_with(char::is_alphabetic))
}

/// The notations that stand right behind a number, as in `10U`: the position of each in the table, and
/// where it stands.
fn glued(prose: &Prose<'_>) -> impl Iterator<Item = (usize, Range<usize>)> {
    let (_, rows) = &*NOTATIONS;
    let text = prose.text.as_str();
    let numbered = prose.wording.may_have(Sign::Digit).then_some(prose);
    let words = numbered.into_iter().flat_map(|prose| &prose.wording.words);
    let ranges = words.map(Word::range);
    let bytes = text.as_bytes();
    ranges
        .filter(|range| {
            let (first, last) = (bytes[range.start], bytes[range.end - 1]);
            // Most numbers stand alone.
            first.is_ascii_digit() && !last.is_ascii_digit()
        })
        .filter_map(move |range| {
            let word = &text[range.clone()];
            let behind = word.trim_start_matches(|it: char| it.is_ascii_digit());
            let start = range.end - behind.len();
            let position = rows
                .iter()
                .position(|[notation, place, ..]| *notation == behind && *place != "with-dose")?;
            number_before(&text[..start])?;
            Some((position, start..range.end))
        })
}

/// Zeros behind and before the point of a dose.
fn zeros(prose: &Prose<'_>, found: &mut Found) {
    let text = prose.text.as_str();
    for (at, _) in text.match_indices('.') {
        let (before, after) = (&text[..at], &text[at + 1..]);
        let decimals = after.len()
            - after
                .trim_start_matches(|it: char| it.is_ascii_digit())
                .len();
        if decimals == 0 || !is_dose(text, at + 1 + decimals) {
            continue;
        }
        let has_number = before.ends_with(|last: char| last.is_ascii_digit());
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
    let mut ends = text.match_indices(is_digit).map(|(at, _)| at + 1);
    ends.any(|end| is_dose(text, end))
}
