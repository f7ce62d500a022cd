//! Finds translations with other numbers, other units behind them, other signs before them (of comparison,
//! or a minus), or a negation that the original does not have or the other way round.
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
//! words, also behind a slash as in `mg/Tag`; signs for which the other one has words, as in `ab 65 Jahren`
//! for `≥65 years` and `minus 2`; languages that are not in the table of the program. That both
//! have a negation is all that is compared, not how many. Negations that say none, as in `Sin embargo`,
//! `sans doute`, `ne … que` and `avant que la tumeur ne croisse`; those for which the other one has a
//! prefix or the like, as in `no microcítico` for `non-small-cell`, `nicht operabel` for `inoperable` and `sans
//! progression` for `progression-free`.
//!
//! A right translation may still be found where one language denies and the other does not need to, as
//! with `keeps` for `ne perd pas`. The dataset has one language only, so how often that is is not known
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
const FRACTIONS: [(char, &str); 3] = [('½', ".5"), ('¼', ".25"), ('¾', ".75")];

/// Digits, with marks and spaces between, and a fraction.
const DIGITS: &str = r"[0-9]+(?:[.,\u{a0}\u{202f}\u{2009}'’][0-9]+)*[½¼¾]?|[½¼¾]|[.,][0-9]+";

static NUMBER: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(DIGITS).expect("the pattern is right"));

/// The same where a plain space may stand between thousands.
static SPACED_NUMBER: LazyLock<Regex> = LazyLock::new(|| {
    let thousands = r"[0-9]{1,3}(?:[ \u{a0}\u{202f}\u{2009}][0-9]{3})+(?:,[0-9]+)?(?-u:\b)";
    Regex::new(&format!("{thousands}|{DIGITS}")).expect("the pattern is right")
});

/// A unit behind a number, by a symbol that is the same in all languages. Where a word ends is asked of
/// ASCII alone, which is far quicker in texts that have other letters too; [`units`] looks at these.
static UNIT: LazyLock<Regex> = LazyLock::new(|| {
    let symbols =
        "[numkcd]?g|[µμ]g|mcg|[µμmcd]?[lL]|[nµμmck]?m|[kmMG]?Bq|[cm]?Gy|m?Sv|[mµμn]?mol|°C|°F|IU";
    let divisor = format!(r"m[2²]|(?:{symbols}|min|h|s|d)(?-u:\b)");
    let unit = format!(r"%|‰|(?:{symbols})(?-u:\b)(?:/(?:{divisor}))*");
    let pattern = format!(r"[0-9][\s\u{{a0}}\u{{202f}}]*({unit})");
    Regex::new(&pattern).expect("the pattern is right")
});

/// What a language negates with, and its mark before decimals.
#[derive(Clone)]
struct Usage {
    language: &'static str,
    decimal: &'static str,
    negations: Vec<&'static str>,
    /// What denies without one.
    denials: Vec<&'static str>,
    /// Phrases that have a negation and say none.
    phrases: Vec<Vec<&'static str>>,
    /// What compares numbers.
    comparisons: Vec<&'static str>,
}

static USAGES: LazyLock<Vec<Usage>> = LazyLock::new(|| {
    let usage = |cells: [&'static str; 6]| {
        let [language, decimal, negations, denials, phrases, comparisons] = cells;
        let phrases = phrases.split(", ");
        Usage {
            language,
            decimal,
            negations: negations.split(' ').collect(),
            denials: denials.split(' ').collect(),
            phrases: phrases.map(|phrase| phrase.split(' ').collect()).collect(),
            comparisons: comparisons.split(' ').collect(),
        }
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
    let (signed_left, signed_right) = (numbers(original, of_original), numbers(text, usage));
    let (left, right) = (sizes(&signed_left), sizes(&signed_right));
    let (only_left, only_right) = (without(&left, &right), without(&right, &left));
    let is_large = |numbers: &[f64]| numbers.iter().any(|number| number.abs() > SMALL);
    let is_swapped = !only_left.is_empty() && !only_right.is_empty();
    if is_swapped || is_large(&only_left) || is_large(&only_right) {
        return Some("the translation has other numbers than the original");
    }
    let is_told = || says_minus(original) || says_minus(text);
    if negative(&signed_left) != negative(&signed_right) && !is_told() {
        return Some("the translation has a minus before other numbers than the original");
    }
    let (left, right) = (units(original), units(text));
    let is_lacking = |units: &[String], others: &[String]| {
        let is_there = |unit: &String| others.iter().any(|other| agree(unit, other));
        !units.iter().all(is_there)
    };
    if is_lacking(&left, &right) && is_lacking(&right, &left) {
        return Some("the translation has other units than the original");
    }
    let (left, right) = (comparisons(original), comparisons(text));
    let is_more = |signs: [usize; 4], others: [usize; 4]| {
        let mut pairs = signs.iter().zip(others);
        pairs.any(|(sign, other)| *sign > other)
    };
    let is_other = match (is_more(left, right), is_more(right, left)) {
        (true, true) => true,
        (true, false) => !usage.compares(text),
        (false, true) => !of_original.compares(original),
        (false, false) => false,
    };
    if is_other {
        return Some("the translation has other signs of comparison than the original");
    }
    let negations = |denials: fn(&Usage) -> &[&'static str]| {
        let of = |text, usage| Negations::of(text, usage, denials(usage));
        (of(original, of_original), of(text, usage))
    };
    // What denies without a negation counts only where one text has such a word and the other none.
    let (left, right) = negations(|_| &[]);
    if (left.words == 0) == (right.words == 0) {
        return None;
    }
    let (left, right) = negations(|usage| &usage.denials);
    if left.are_only(&right) {
        Some("the original has a negation, and the translation none")
    } else if right.are_only(&left) {
        Some("the translation has a negation, and the original none")
    } else {
        None
    }
}

/// The numbers in a text, in order.
fn numbers(text: &str, usage: &Usage) -> Vec<f64> {
    if !has_digit(text) && (text.is_ascii() || !text.contains(FRACTIONS.map(|(sign, _)| sign))) {
        return Vec::new();
    }
    let pattern = match usage.decimal {
        "," => &SPACED_NUMBER,
        _ => &NUMBER,
    };
    let numbers = pattern.find_iter(text).filter_map(|number| {
        let (before, written) = (&text[..number.start()], number.as_str());
        // `.05` has its mark for decimals at the beginning; behind a word, it is a full stop.
        let rest = written.strip_prefix(['.', ',']);
        let begins_with_mark = rest.is_some() && is_free(before);
        let is_part = |it: char| it.is_ascii_digit() || usage.decimal.contains(it);
        let plain = rest.unwrap_or(written).replace(|it: char| !is_part(it), "");
        let plain = plain.replace(usage.decimal, ".");
        let mut fractions = FRACTIONS.iter();
        let fraction = fractions.find(|(sign, _)| written.ends_with(*sign));
        let fraction = fraction.map_or("", |(_, fraction)| fraction);
        let mark = if begins_with_mark { "." } else { "" };
        let size: f64 = format!("{mark}{plain}{fraction}").parse().ok()?;
        Some(if has_minus(before) { -size } else { size })
    });
    numbers.collect()
}

fn has_digit(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit())
}

/// Whether a number may begin behind a text with its mark for decimals.
fn is_free(before: &str) -> bool {
    let last = before.chars().next_back();
    last.is_none_or(|last| last.is_whitespace() || "([<>=≤≥≈~±+-−–".contains(last))
}

/// Whether a text ends with a minus, and not with a hyphen or with the dash of a range.
fn has_minus(before: &str) -> bool {
    let Some(outer) = before.strip_suffix(['−', '-', '–']) else {
        return false;
    };
    let is_range = || {
        let last = outer.trim_end().chars().next_back();
        last.is_some_and(|last| last.is_ascii_digit() || last == '%')
    };
    match outer.chars().next_back() {
        Some(last) if last.is_whitespace() => !is_range(),
        Some(last) => "([<>=≤≥≈".contains(last),
        None => true,
    }
}

/// Whether a text has a word for the sign.
fn says_minus(text: &str) -> bool {
    const WORDS: [&str; 4] = ["minus", "moins", "menos", "meno"];
    words(text).any(|(_, word)| WORDS.iter().any(|it| word.eq_ignore_ascii_case(it)))
}

/// Numbers without their signs, in order of size.
fn sizes(numbers: &[f64]) -> Vec<f64> {
    let mut sizes: Vec<_> = numbers.iter().map(|number| number.abs()).collect();
    sizes.sort_unstable_by(f64::total_cmp);
    sizes
}

/// The numbers below zero, in order of size.
fn negative(numbers: &[f64]) -> Vec<f64> {
    let mut negative: Vec<_> = numbers.iter().copied().filter(|it| *it < 0.0).collect();
    negative.sort_unstable_by(f64::total_cmp);
    negative
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
    if !has_digit(text) {
        return Vec::new();
    }
    let units = UNIT.captures_iter(text).filter_map(|found| found.get(1));
    let is_whole = |unit: &regex::Match<'_>| {
        let behind = text[unit.end()..].chars().next();
        !(unit.as_str().ends_with(char::is_alphanumeric)
            && behind.is_some_and(char::is_alphanumeric))
    };
    let usual = |unit: &str| {
        unit.replace("mcg", "µg")
            .replace('μ', "µ")
            .replace('L', "l")
            .replace('²', "2")
    };
    units
        .filter(is_whole)
        .map(|unit| usual(unit.as_str()))
        .collect()
}

/// Whether two units may be the same: behind a slash or instead of it, one of them may have a word.
fn agree(one: &str, other: &str) -> bool {
    let is_part = |part: &str, whole: &str| {
        let rest = whole.strip_prefix(part);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    is_part(one, other) || is_part(other, one)
}

/// How many signs of comparison of each kind a text has.
fn comparisons(text: &str) -> [usize; 4] {
    // Hardly any text has one.
    if !text.contains(['<', '>', '≤', '≥']) {
        return [0; 4];
    }
    let text = text.replace("<=", "≤").replace(">=", "≥");
    ['<', '>', '≤', '≥'].map(|sign| text.matches(sign).count())
}

impl Usage {
    /// Whether a text has a word that compares numbers.
    fn compares(&self, text: &str) -> bool {
        let lower = text.to_lowercase().replace('’', "'");
        words(&lower).any(|(_, word)| is_one_of(word, &self.comparisons))
    }
}

/// Whether a word is one of some, in which `*` stands for any letters at an end.
fn is_one_of(word: &str, others: &[&str]) -> bool {
    others.iter().any(|other| {
        if let Some(beginning) = other.strip_suffix('*') {
            word.starts_with(beginning)
        } else if let Some(end) = other.strip_prefix('*') {
            word.ends_with(end)
        } else {
            word == *other
        }
    })
}

/// How a text negates.
#[derive(Default)]
struct Negations {
    /// By words that do nothing else.
    words: usize,
    /// By prefixes and the like, for which another language may have such words.
    denials: usize,
}

impl Negations {
    fn of(text: &str, usage: &Usage, denials: &[&str]) -> Self {
        let lower = text.to_lowercase().replace('’', "'");
        let all: Vec<_> = words(&lower).map(|(_, word)| word).collect();
        let is_french = primary(usage.language) == "fr";
        let mut negations = Self::default();
        let mut has_particle = false;
        let mut rest = all.as_slice();
        while let Some((&word, behind)) = rest.split_first() {
            let phrase = usage.phrases.iter().find(|phrase| begins(rest, phrase));
            rest = phrase.map_or(behind, |phrase| &rest[phrase.len()..]);
            if phrase.is_some() {
                continue;
            }
            if is_french && (word == "ne" || word.starts_with("n'")) {
                let is_negation = behind.iter().take(REACH).any(|it| BEHIND_NE.contains(it));
                negations.words += usize::from(is_negation);
                has_particle = true;
            } else if is_one_of(word, &usage.negations) {
                negations.words += 1;
            } else if is_one_of(word, denials) {
                negations.denials += 1;
            }
        }
        if has_particle && negations.words == 0 {
            // `ne peut être opéré` negates; `ne … que` and `avant que … ne` don't, or not always.
            match all.iter().any(|it| *it == "que" || it.starts_with("qu'")) {
                true => negations.denials += 1,
                false => negations.words += 1,
            }
        }
        negations
    }

    /// Whether there are negations which the other text has neither so nor as a prefix.
    fn are_only(&self, others: &Self) -> bool {
        others.words == 0 && self.words > others.denials.saturating_sub(self.denials)
    }
}

/// What negates behind French `ne` only, and how many words behind it.
const BEHIND_NE: &[&str] = &["plus", "point", "personne"];
const REACH: usize = 4;

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

fn report(original: Text<'_>, text: Text<'_>, message: &str, found: &mut Found) {
    found.add(
        Finding::new(text.spot(), message)
            .with_related(original.spot(), "this is the original")
            .with_help("read both side by side"),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_end_where_words_of_any_letters_do() {
        assert_eq!(
            units("für 5 mg/dL, 3\u{a0}% und 2 µg"),
            ["mg/dl", "%", "µg"]
        );
        assert_eq!(units("bis zu 5 gäste, 3 mäßige"), [""; 0]);
        assert_eq!(units("à 20 °C, 5 %ig"), ["°C", "%"]);
        assert_eq!(units("mg ohne Zahl"), [""; 0]);
    }

    #[test]
    fn numbers_are_read_with_the_marks_of_their_language() {
        let read = |text: &str, language: &str| {
            let usage = usage(language).expect("the language is in the table");
            numbers(text, usage)
        };
        assert_eq!(read("für 10 000µg und 1,5", "de"), [10_000.0, 1.5]);
        assert_eq!(read("1½ à 2.500", "de"), [1.5, 2_500.0]);
        assert_eq!(read("½ of 1,250 at −2.5", "en"), [0.5, 1_250.0, -2.5]);
        assert_eq!(read("ohne Maß", "de"), [0.0; 0]);
    }
}
