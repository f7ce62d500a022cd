//! Finds translations with other numbers, other units behind them, other signs of comparison, or a
//! negation that the original does not have or the other way round.
//!
//! # Why it matters
//!
//! These are the mistakes in a translation that turn its meaning round, and the ones that nobody sees
//! who reads only one of the languages.
//!
//! # How to mend it
//!
//! Read both sentences side by side, and mend the one that is wrong. If both are right, one of them
//! can mostly be put so that they match.
//!
//! # What it leaves alone
//!
//! Numbers up to twelve that one of the two writes in words; decimal marks, spaces between thousands, and
//! fractions such as `1½`; units of which one of the two has none, as `5 %` and `5 Prozent`, and units in
//! words, also behind a slash as in `mg/Tag`; languages that are not in the table of the program. That both
//! have a negation is all that is compared, not how many. Negations that say none, as in `Sin embargo` and
//! `sans doute`; those for which English has a prefix, as in `no microcítico` for `non-small-cell` and
//! `non résécable` for `unresectable`.
//!
//! A right translation may still be found where one language denies and the other does not need to, as
//! with `frei von` for `without`. The dataset has one language only, so how often that is is not known
//! yet.

use std::sync::LazyLock;

use regex::Regex;

use crate::check::rule;
use crate::documents::{primary, words};
use crate::finding::{Finding, Found};
use crate::tables::rows;
use crate::view::{Record, Text};

rule! {
    name: "translation-changes-quantity",
    severity: Warning,
    summary: "a translation with other numbers, units, comparisons or negations",
    since: "0.1.0",
    check: Record(check),
    tables: [NUMBER, SPACED_NUMBER, UNIT, USAGES],
}

const TABLE: &str = include_str!("../tables/negations.tsv");
const MARKS: &str = include_str!("../tables/decimal-marks.tsv");
/// Members with texts that are translations of one another.
const MEMBERS: &[&str] = &["statement", "label", "note"];
/// Up to here, numbers are often written in words.
const SMALL: f64 = 12.0;

/// Fractions of one sign, and how they are written with a point.
const FRACTIONS: &[(char, &str)] = &[('½', ".5"), ('¼', ".25"), ('¾', ".75")];

/// Digits, with marks and spaces between, and a fraction.
const DIGITS: &str = r"\d+(?:[.,\u{a0}\u{202f}\u{2009}'’]\d+)*[½¼¾]?|[½¼¾]";

static NUMBER: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(DIGITS).expect("the pattern is right"));

/// The same where a plain space may stand between thousands.
static SPACED_NUMBER: LazyLock<Regex> = LazyLock::new(|| {
    let thousands = r"\d{1,3}(?:[ \u{a0}\u{202f}\u{2009}]\d{3})+(?:,\d+)?\b";
    Regex::new(&format!("{thousands}|{DIGITS}")).expect("the pattern is right")
});

/// A unit behind a number, by a symbol that is the same in all languages.
static UNIT: LazyLock<Regex> = LazyLock::new(|| {
    let symbols =
        "[numkcd]?g|[µμ]g|mcg|[µμmcd]?[lL]|[nµμmck]?m|[kmMG]?Bq|[cm]?Gy|m?Sv|[mµμn]?mol|°C|°F|IU";
    let divisor = format!(r"m[2²]|(?:{symbols}|min|h|s|d)\b");
    let pattern = format!(r"\d[\s\u{{a0}}\u{{202f}}]*(%|‰|(?:{symbols})\b(?:/(?:{divisor}))*)");
    Regex::new(&pattern).expect("the pattern is right")
});

/// What a language negates with, and its mark before decimals.
#[derive(Clone)]
struct Usage {
    language: &'static str,
    decimal: &'static str,
    negations: Vec<&'static str>,
    /// The negation that may stand before an adjective, as `non-` does.
    prefix: &'static str,
    /// Phrases that have a negation and say none.
    phrases: Vec<Vec<&'static str>>,
}

static USAGES: LazyLock<Vec<Usage>> = LazyLock::new(|| {
    let usage = |[language, decimal, negations, prefix, phrases]: [&'static str; 5]| Usage {
        language,
        decimal,
        negations: negations.split(' ').collect(),
        prefix,
        phrases: phrases
            .split(", ")
            .map(|phrase| phrase.split(' ').collect())
            .collect(),
    };
    let mut usages: Vec<_> = rows(TABLE).map(usage).collect();
    for [language, decimal] in rows(MARKS) {
        let of_language = usages.iter().find(|it| it.language == primary(language));
        let of_country = of_language.map(|of_language| Usage {
            language,
            decimal,
            ..of_language.clone()
        });
        usages.extend(of_country);
    }
    usages
});

fn check(record: Record<'_>, found: &mut Found) {
    let default = record.manifest.language();
    for member in MEMBERS {
        // A text in one language has no translation.
        let map = record.get(member).filter(|map| map.value.len() > 1);
        let Some(original) = map.and_then(|map| map.text(default)) else {
            continue;
        };
        for (language, text) in record.languages(member) {
            if language == default {
                continue;
            }
            let Some((of_original, usage)) = usage(default).zip(usage(language)) else {
                continue;
            };
            if let Some(message) = difference(&original, of_original, &text, usage) {
                report(original, text, message, found);
            }
        }
    }
}

fn usage(language: &str) -> Option<&'static Usage> {
    let of = |tag: &str| USAGES.iter().find(|usage| usage.language == tag);
    of(language).or_else(|| of(primary(language)))
}

fn difference(
    original: &str,
    of_original: &Usage,
    text: &str,
    usage: &Usage,
) -> Option<&'static str> {
    let (left, right) = (numbers(original, of_original), numbers(text, usage));
    let (only_left, only_right) = (without(&left, &right), without(&right, &left));
    let is_large = |numbers: &[f64]| numbers.iter().any(|number| number.abs() > SMALL);
    let is_swapped = !only_left.is_empty() && !only_right.is_empty();
    if is_swapped || is_large(&only_left) || is_large(&only_right) {
        return Some("the translation has other numbers than the original");
    }
    let (left, right) = (units(original), units(text));
    let is_lacking = |units: &[String], others: &[String]| {
        let is_there = |unit: &String| others.iter().any(|other| agree(unit, other));
        !units.iter().all(is_there)
    };
    if is_lacking(&left, &right) && is_lacking(&right, &left) {
        return Some("the translation has other units than the original");
    }
    if comparisons(original) != comparisons(text) {
        return Some("the translation has other signs of comparison than the original");
    }
    let (left, right) = (
        Negations::of(original, of_original),
        Negations::of(text, usage),
    );
    match (left.count(&right) > 0, right.count(&left) > 0) {
        (true, false) => Some("the original has a negation, and the translation none"),
        (false, true) => Some("the translation has a negation, and the original none"),
        _ => None,
    }
}

/// The numbers in a text, in order of size.
fn numbers(text: &str, usage: &Usage) -> Vec<f64> {
    if text.is_ascii() && !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return Vec::new();
    }
    let pattern = match usage.decimal {
        "," => &SPACED_NUMBER,
        _ => &NUMBER,
    };
    let mut numbers: Vec<f64> = pattern
        .find_iter(text)
        .filter_map(|number| {
            let plain: String = number
                .as_str()
                .chars()
                .filter(|&character| {
                    character.is_ascii_digit() || usage.decimal.contains(character)
                })
                .collect();
            let plain = plain.replace(usage.decimal, ".");
            let mut fractions = FRACTIONS.iter();
            let fraction = fractions.find(|(sign, _)| number.as_str().ends_with(*sign));
            let fraction = fraction.map_or("", |(_, fraction)| fraction);
            format!("{plain}{fraction}").parse().ok()
        })
        .collect();
    numbers.sort_unstable_by(f64::total_cmp);
    numbers
}

/// What is in `all` more often than in `others`, both in order of size.
fn without(all: &[f64], others: &[f64]) -> Vec<f64> {
    let mut others = others.iter().peekable();
    let is_more = |number: &f64| {
        while others
            .next_if(|other| other.total_cmp(number).is_lt())
            .is_some()
        {}
        let same = others.next_if(|other| other.total_cmp(number).is_eq());
        same.is_none()
    };
    all.iter().copied().filter(is_more).collect()
}

/// The units behind numbers, each as it is written mostly.
fn units(text: &str) -> Vec<String> {
    let units = UNIT.captures_iter(text);
    let usual = |unit: &str| {
        unit.replace("mcg", "µg")
            .replace('μ', "µ")
            .replace('L', "l")
            .replace('²', "2")
    };
    units.map(|unit| usual(&unit[1])).collect()
}

/// Whether two units may be the same: behind a slash or instead of it, one of them may have a word.
fn agree(one: &str, other: &str) -> bool {
    let is_part = |part: &str, whole: &str| {
        let rest = whole.strip_prefix(part);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    is_part(one, other) || is_part(other, one)
}

/// Signs of comparison, in order of their kind.
fn comparisons(text: &str) -> Vec<char> {
    // Hardly any text has one.
    if !text.contains(['<', '>', '≤', '≥']) {
        return Vec::new();
    }
    let text = text.replace("<=", "≤").replace(">=", "≥");
    let mut signs: Vec<_> = text
        .chars()
        .filter(|sign| matches!(sign, '<' | '>' | '≤' | '≥'))
        .collect();
    signs.sort_unstable();
    signs
}

/// How a text negates.
#[derive(Default)]
struct Negations {
    /// By words that do nothing else.
    words: usize,
    /// By words that may belong to an adjective.
    loose: usize,
    /// By prefixes of English, for which other languages have such words.
    prefixes: usize,
}

impl Negations {
    fn of(text: &str, usage: &Usage) -> Self {
        let lower = text.to_lowercase().replace('’', "'");
        let all: Vec<_> = words(&lower).map(|(_, word)| word).collect();
        let mut negations = Self::default();
        let mut rest = all.as_slice();
        while let Some((&word, behind)) = rest.split_first() {
            let phrase = usage.phrases.iter().find(|phrase| begins(rest, phrase));
            rest = phrase.map_or(behind, |phrase| &rest[phrase.len()..]);
            if phrase.is_some() {
                continue;
            }
            if word == usage.prefix {
                negations.loose += 1;
            } else if usage.negations.contains(&word) {
                negations.words += 1;
            } else if usage.language == "en" && has_negative_prefix(word) {
                negations.prefixes += 1;
            }
        }
        negations
    }

    /// How often the text negates, without what the other one puts as a prefix.
    fn count(&self, other: &Self) -> usize {
        self.words + self.loose.saturating_sub(other.prefixes)
    }
}

/// Whether words begin with a phrase, of which only the beginning of the last word is told.
fn begins(words: &[&str], phrase: &[&str]) -> bool {
    let Some((last, before)) = phrase.split_last() else {
        return false;
    };
    let mut words = words.iter();
    let has_before = before
        .iter()
        .all(|part| words.next().is_some_and(|word| word == part));
    has_before && words.next().is_some_and(|word| word.starts_with(last))
}

/// Whether a word of English may have the prefix `non-` or `un-`.
fn has_negative_prefix(word: &str) -> bool {
    const OTHERS: &[&str] = &["under", "until", "unless", "uni"];
    let is_other = || OTHERS.iter().any(|other| word.starts_with(other));
    word.starts_with("non") || (word.starts_with("un") && !is_other())
}

fn report(original: Text<'_>, text: Text<'_>, message: &str, found: &mut Found) {
    found.add(
        Finding::new(text.spot(), message)
            .with_related(original.spot(), "this is the original")
            .with_help("read both side by side"),
    );
}
