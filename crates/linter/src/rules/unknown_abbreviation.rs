//! Finds abbreviations in statements and labels that the dataset does not explain.
//!
//! # Why it matters
//!
//! `MS` is a disease, a drug and an instrument. An abbreviation without its term leaves readers and
//! programs to guess, and translators too.
//!
//! # How to mend it
//!
//! Add a term of the kind `abbreviation` with its expansion, or write it out.
//!
//! # What it leaves alone
//!
//! Symbols of genes and variants that a biomarker has; abbreviations of agents, in their names or behind
//! them in parentheses; countries; Roman numerals and single letters; notations that speak for themselves,
//! as of stages (`stage IIIB`, `pT2N0`) and changes in proteins (`V600E`), and units behind numbers. Each
//! abbreviation is shown once, where it stands first.
//!
//! # How often it is right
//!
//! It finds one abbreviation in the project's dataset, of a receptor that nothing explains.

use std::cell::LazyCell;
use std::ops::Range;

use crate::check::rule;
use crate::documents::words;
use crate::doses::number_before;
use crate::finding::{Finding, Found};
use crate::marked::Marked;
use crate::ucum;
use crate::view::abbreviations::{explains, has_stages, is_abbreviation, is_notation};
use crate::view::{Claim, Entity, Kind, Record, Records, Sign, Text, Word};

rule! {
    name: "unknown-abbreviation",
    severity: Warning,
    summary: "an abbreviation that no term explains",
    since: "0.1.0",
    check: MarkedAmong(mark, check),
    needs: WholeDataset,
}

/// The text in which a record may have abbreviations, and what it is called.
fn written<'c>(record: Record<'c>, records: &Records<'_>) -> Option<(&'static str, Text<'c>)> {
    let language = records.language();
    match record.plan.kind {
        _ if record.is_deprecated() => None,
        Some(Kind::Claim) => Some(("the statement", Claim(record).statement(language)?)),
        Some(Kind::Entity) => Some(("the label", Entity(record).label(language)?)),
        _ => None,
    }
}

fn mark(record: Record<'_>, records: &Records<'_>) -> u8 {
    u8::from(has_unknown(record, records))
}

fn has_unknown(record: Record<'_>, records: &Records<'_>) -> bool {
    let Some((_, written)) = written(record, records) else {
        return false;
    };
    let text = written.as_str();
    let wording = &record.worded(written, true).wording;
    if !wording.may_have(Sign::LaterCapital) {
        return false;
    }
    let known = records.abbreviations();
    let has_stages = LazyCell::new(|| has_stages(text));
    let mut ranges = wording.words.iter().map(Word::range);
    ranges.any(|range| {
        let singular = singular(&text[range.clone()]);
        is_abbreviation(singular)
            && !known.contains(singular)
            && !is_notation(singular, || *has_stages)
            && !is_unit(singular, &text[..range.start])
    })
}

/// Whether a word is a unit, such as `GBq`, and stands behind a number.
fn is_unit(word: &str, before: &str) -> bool {
    word.bytes().any(|byte| byte.is_ascii_lowercase())
        && number_before(before).is_some()
        && ucum::measured(word).is_some()
}

fn singular(word: &str) -> &str {
    word.strip_suffix('s').unwrap_or(word)
}

fn check<'r>(marked: &Marked<'_, 'r>, records: &Records<'r>, found: &mut Found) {
    // Each is reported once.
    let mut known = records.abbreviations().clone();
    let texts = |wanted: Kind| {
        let records_of_kind = marked
            .all()
            .filter(move |record| record.plan.kind == Some(wanted));
        records_of_kind.filter_map(|record| written(record, records))
    };
    for (place, text) in texts(Kind::Entity).chain(texts(Kind::Claim)) {
        // A text may have very many abbreviations.
        let names = LazyCell::new(|| records.names().find(&text));
        let has_stages = LazyCell::new(|| has_stages(&text));
        for (range, word) in words(text.as_str()) {
            let singular = singular(word);
            if !is_abbreviation(singular)
                || known.contains(singular)
                || is_notation(singular, || *has_stages)
                || is_unit(singular, &text[..range.start])
            {
                continue;
            }
            known.insert(singular);
            let range = with_number(&text, range);
            let written = text[range.clone()].trim_end_matches('s');
            // Names are found in order, and none lies in another one.
            let around = names.partition_point(|mention| mention.range.end < range.end);
            let is_explained = names.get(around).is_some_and(|mention| {
                mention.range.start <= range.start && mention.name.term.is_some_and(explains)
            });
            if is_explained {
                known.remove(singular);
                continue;
            }
            let inner = &text[..range.start];
            if inner.ends_with('(') && text[range.end..].starts_with(')') {
                // It is introduced here.
                continue;
            }
            found.add(
                Finding::new(
                    text.part(range),
                    format!("no term explains the abbreviation `{written}` in {place}"),
                )
                .with_help(
                    "add a term of the kind `abbreviation` with its expansion, or write it out",
                ),
            );
        }
    }
}

/// The abbreviation with a number that belongs to it: `5-FU`, `CTLA-4`, `PD-L1`.
fn with_number(text: &str, range: Range<usize>) -> Range<usize> {
    let before = text[..range.start].strip_suffix('-').unwrap_or_default();
    let digits = before.bytes().rev().take_while(u8::is_ascii_digit).count();
    let start = match digits {
        0 => range.start,
        _ => before.len() - digits,
    };
    let behind = text[range.end..].strip_prefix('-').unwrap_or_default();
    let next = words(behind).next().filter(|(next, _)| next.start == 0);
    let number = next.map_or("", |(_, word)| word);
    let digits = number.strip_prefix(|first: char| first.is_ascii_uppercase());
    let digits = digits.unwrap_or(number);
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let end = match is_number {
        true => range.end + 1 + number.len(),
        false => range.end,
    };
    start..end
}
