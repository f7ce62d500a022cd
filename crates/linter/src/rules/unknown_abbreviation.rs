//! Finds abbreviations in statements and labels that the dataset does not explain.
//!
//! # Why it matters
//!
//! `MS` is a disease, a drug and an instrument. An abbreviation without its term leaves readers and
//! programs to guess, and translators too.
//!
//! # How to mend it
//!
//! Write it out, or add a term of the kind `abbreviation` with its expansion, where it stands for something
//! that the dataset has a record of.
//!
//! # What it leaves alone
//!
//! Symbols of genes and variants that a biomarker has; abbreviations of agents, in their names or behind
//! them in parentheses; what the statement itself introduces, as in `overall survival (OS)`; names of trials
//! (`EXAMPLE-123`, `the EXAMPLE trial`); brands; names that are merely written in capitals; countries; Roman
//! numerals and single letters; notations that speak for themselves, as of stages (`stage IIIB`, `pT2N0`)
//! and changes in proteins (`V600E`), and units behind numbers. Each abbreviation is shown once, where it
//! stands first.
//!
//! # How often it is right
//!
//! It finds one abbreviation in the project's dataset, of a receptor that nothing explains.

use std::cell::LazyCell;
use std::collections::BTreeSet;
use std::ops::Range;

use crate::check::rule;
use crate::documents::{uncontracted, words};
use crate::doses::number_before;
use crate::finding::{Finding, Found};
use crate::marked::Marked;
use crate::ucum;
use crate::view::abbreviations::{explains, has_stages, is_abbreviation, is_notation};
use crate::view::{Claim, Entity, Kind, Record, Records, Sign, Term, Text};

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
    wording.words.iter().any(|word| {
        let range = match word.may_elide {
            true => singular(text, word.range()),
            false => without_plural(text, word.range()),
        };
        let singular = &text[range.clone()];
        is_abbreviation(singular)
            && !known.contains(singular)
            && !is_notation(singular, || *has_stages)
            && !is_unit(singular, &text[..range.start])
    })
}

/// With fewer letters, capitals are more likely an abbreviation than a name.
const FEWEST_LETTERS: usize = 5;

/// Whether a word is a unit, such as `GBq`, and stands behind a number.
fn is_unit(word: &str, before: &str) -> bool {
    word.bytes().any(|byte| byte.is_ascii_lowercase())
        && number_before(before).is_some()
        && ucum::measured(word).is_some()
}

/// Where a word stands without the ending of a plural or genitive.
fn singular(text: &str, range: Range<usize>) -> Range<usize> {
    let stem = uncontracted(&text[range.clone()]);
    without_plural(text, range.start + stem.start..range.start + stem.end)
}

fn without_plural(text: &str, range: Range<usize>) -> Range<usize> {
    let is_plural = text[range.clone()].ends_with('s');
    range.start..range.end - usize::from(is_plural)
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
        let mut introduced = BTreeSet::new();
        let mut reported = 0;
        let said = text.as_str();
        for (range, _) in words(said) {
            let range = singular(said, range);
            let singular = &said[range.clone()];
            if !is_abbreviation(singular)
                || range.start < reported
                || known.contains(singular)
                || introduced.contains(singular)
                || is_notation(singular, || *has_stages)
                || is_unit(singular, &said[..range.start])
            {
                continue;
            }
            let whole = with_number(said, range.clone());
            // Names are found in order, and none lies in another one.
            let around = names.partition_point(|mention| mention.range.end < range.end);
            let around = names.get(around);
            let around = around.filter(|mention| mention.range.start <= range.start);
            let is_explained = around.is_some_and(|mention| {
                // Names are found in any case, and `ICE` need not be `ice`.
                let is_in_capitals =
                    singular.len() >= FEWEST_LETTERS && !mention.name.text.contains(singular);
                let is_known = |term: Term<'_>| {
                    // A brand is no abbreviation, and `brand-as-label` finds it.
                    explains(term) || term.kind().is_some_and(|kind| kind == "brand")
                };
                is_in_capitals || mention.name.term.is_some_and(is_known)
            });
            if is_explained || is_trial(singular, &said[range.end..]) {
                continue;
            }
            if is_introduced(said, whole.clone()) {
                // It holds for this text only.
                introduced.insert(singular);
                continue;
            }
            known.insert(singular);
            reported = whole.end;
            let written = &said[whole.clone()];
            found.add(
                Finding::new(
                    text.part(whole),
                    format!("no term explains the abbreviation `{written}` in {place}"),
                )
                .with_help(
                    "write it out, or add a term of the kind `abbreviation` with its expansion, \
                     where it stands for something that the dataset has a record of",
                ),
            );
        }
    }
}

/// Whether an abbreviation stands in parentheses, alone or as a part of a name such as `MSI-H`.
fn is_introduced(text: &str, range: Range<usize>) -> bool {
    /// In characters.
    const REACH: usize = 16;
    let is_part =
        |it: &char| !it.is_whitespace() && !matches!(it, '(' | ')' | '[' | ']' | ',' | ';');
    let (before, behind) = (&text[..range.start], &text[range.end..]);
    let length = |parts: usize, character: char| parts + character.len_utf8();
    let parts = before.chars().rev().take(REACH).take_while(is_part);
    let start = range.start - parts.fold(0, length);
    let parts = behind.chars().take(REACH).take_while(is_part);
    let end = range.end + parts.fold(0, length);
    // `(FDA/EMA)` are two that nothing introduces.
    let alternatives = text[start..end].split('/');
    let is_one = alternatives.filter(|it| is_abbreviation(it)).count() <= 1;
    text[..start].ends_with(['(', '[']) && text[end..].starts_with([')', ']']) && is_one
}

/// Whether capitals are the name of a trial: a long number or a word behind them says so.
fn is_trial(capitals: &str, behind: &str) -> bool {
    const TRIALS: [&str; 4] = ["trial", "trials", "study", "studies"];
    const FEWEST_DIGITS: usize = 3;
    let is_long = capitals.len() >= FEWEST_LETTERS;
    if !is_long || !capitals.bytes().all(|it| it.is_ascii_uppercase()) {
        return false;
    }
    let number = behind.strip_prefix(['-', '\u{2011}']).unwrap_or_default();
    let digits = number.bytes().take_while(u8::is_ascii_digit).count();
    let next = behind.strip_prefix(' ').unwrap_or_default();
    let next = words(next).next().filter(|(range, _)| range.start == 0);
    digits >= FEWEST_DIGITS || next.is_some_and(|(_, next)| TRIALS.contains(&next))
}

/// The abbreviation with what belongs to it: `5-FU`, `CTLA-4`, `PD-L1`, `MSI-H`, `IL-1β`, `TNF-α`, `CHA2DS2-VASc`.
fn with_number(text: &str, range: Range<usize>) -> Range<usize> {
    let before = text[..range.start].strip_suffix('-').unwrap_or_default();
    let digits = before.bytes().rev().take_while(u8::is_ascii_digit).count();
    let name = &before[..before.len() - digits];
    let start = match digits {
        0 => range.start,
        _ if name.ends_with(char::is_alphanumeric) => range.start,
        _ => name.len(),
    };
    let behind = text[range.end..].strip_prefix('-').unwrap_or_default();
    let next = words(behind).next().filter(|(next, _)| next.start == 0);
    let next = next.map_or("", |(_, word)| word);
    let digits = next.strip_prefix(|first: char| first.is_ascii_uppercase());
    let digits = digits.unwrap_or(next).trim_end_matches(is_greek);
    let is_letter = next.len() == 1 && digits.is_empty();
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let has_digit = text[range.clone()].ends_with(|last: char| last.is_ascii_digit());
    let end = match is_letter
        || is_number
        || next.starts_with(is_greek)
        || has_digit && is_abbreviation(next)
    {
        true => range.end + 1 + next.len(),
        false => range.end,
    };
    start..end
}

fn is_greek(letter: char) -> bool {
    matches!(letter, 'α'..='ω')
}
