//! Finds claims with a threshold or a rate that is not the one in their statement: another number before
//! the same unit, or `<` where the statement says "at least".
//!
//! # Why it matters
//!
//! Programs choose by the number in the field, and people read the one in the sentence. A slip in one of
//! them sends a patient with a tumor of 5 cm to a treatment for tumors of up to 3 cm.
//!
//! # How to mend it
//!
//! Read the passage again, and mend the one that is wrong.
//!
//! # What it leaves alone
//!
//! Statements without digits before the unit of the field, as where the unit is another one or the number
//! stands in words; numbers without a unit, which may be stages, grades or anything; fields whose number
//! stands anywhere in the statement, be it rounded; shares of which one is what the other leaves of 100%;
//! statements with fractions or with two sides, such as `3 × 2 cm`; claims with more than 64 numbers; a comparison where the criterion excludes, the claim denies or the statement has a negation
//! or a word like `outside`, as it may be said the other way round then; other languages than English.
//!
//! # How often it is right
//!
//! No statement of the project's dataset has a number in digits, so that it is not known yet.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;
use treatise_source::Value;

use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::view::{Claim, Node, Prose, Sign};

rule! {
    name: "quantity-mismatch",
    severity: Warning,
    summary: "a threshold or rate that is not the one in the statement",
    since: "0.1.0",
    check: Claim(check),
    tables: [QUANTITY, BARE, COMPOSED],
}

/// Units by their codes in UCUM: what they measure, how much of it, and how a sentence writes them.
const UNITS: &[(&str, &str, f64, &[&str])] = &[
    ("a", "time", 365.25, &["year", "years"]),
    ("mo", "time", 30.44, &["month", "months"]),
    ("wk", "time", 7.0, &["week", "weeks"]),
    ("d", "time", 1.0, &["day", "days"]),
    ("h", "time", 1.0 / 24.0, &["hour", "hours", "h"]),
    (
        "mm",
        "length",
        0.1,
        &[
            "mm",
            "millimeter",
            "millimeters",
            "millimetre",
            "millimetres",
        ],
    ),
    (
        "cm",
        "length",
        1.0,
        &[
            "cm",
            "centimeter",
            "centimeters",
            "centimetre",
            "centimetres",
        ],
    ),
    ("%", "share", 1.0, &["%", "percent"]),
    ("mg", "mass", 1.0, &["mg", "milligram", "milligrams"]),
    ("g", "mass", 1000.0, &["g", "gram", "grams"]),
    ("Gy", "dose", 1.0, &["Gy", "gy", "gray", "grays"]),
];

/// Numbers in words, by what they are.
const NUMERALS: &[&str] = &[
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve",
];

/// A number in digits.
const DIGITS: &str = r"\d+(?:[.,]\d+)*";

/// A number that stands alone, whatever is behind it.
static BARE: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = format!(r"(?i)\b(?:{DIGITS}|(?:{})\b)", NUMERALS.join("|"));
    Regex::new(&pattern).expect("the pattern is right")
});

/// Fractions, and the sides of something that is measured twice.
static COMPOSED: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = r"\d\s*[/⁄]\s*\d|[½¼¾×]|\d\s*(?:[cm]m\s*)?x\s*\d";
    Regex::new(pattern).expect("the pattern is right")
});

/// A number or two, and the sign or word behind them.
static QUANTITY: LazyLock<Regex> = LazyLock::new(|| {
    let number = format!(
        r"{DIGITS}|half(?:\s+an?)?\b|an?\b|(?:{})\b",
        NUMERALS.join("|")
    );
    let pattern = format!(
        r"(?i)\b({number})(?:\s*(?:[-–]|\bto\b|\band\b|\bor\b)\s*({number}))?[\s\u{{a0}}\u{{202f}}-]*(%|[a-z]+)"
    );
    Regex::new(&pattern).expect("the pattern is right")
});

const BELOW: &[&str] = &[
    "below",
    "under",
    "less than",
    "fewer than",
    "smaller than",
    "shorter than",
    "at most",
    "up to",
];
const ABOVE: &[&str] = &[
    "above",
    "over",
    "more than",
    "greater than",
    "larger than",
    "longer than",
    "at least",
];
/// Words by which a sentence may say a condition the other way round.
const NEGATIONS: &[&str] = &[
    "no",
    "not",
    "cannot",
    "never",
    "none",
    "nothing",
    "nobody",
    "hardly",
    "barely",
    "scarcely",
    "rarely",
    "seldom",
    "unless",
    "until",
    "except",
    "outside",
    "exclude",
    "excludes",
    "excluded",
    "excluding",
    "exclusion",
    "preclude",
    "precludes",
    "precluded",
    "prevent",
    "prevents",
    "prevented",
    // With `out`.
    "rule",
    "rules",
    "ruled",
    "fail",
    "fails",
    "failed",
    "ineligible",
    "unsuitable",
    "impossible",
    "contraindicate",
    "contraindicates",
    "contraindicated",
    "contraindication",
    "contraindications",
    "instead",
    "rather",
];
/// The same, up to the next comma.
const NEAR_NEGATIONS: &[&str] = &["without", "neither", "nor"];

/// Of more fields or quantities than a person writes into a claim, none is compared.
const MOST: usize = 64;
/// How many characters may hold a comparison and the one before it.
const COMPARISON: usize = 16;

/// A number with a unit in a sentence.
struct Said {
    range: Range<usize>,
    number: f64,
    /// How many digits stand behind its point.
    decimals: i32,
    is_in_digits: bool,
    /// A row of [`UNITS`].
    unit: usize,
}

/// A number with a unit in the fields of a claim.
struct Stated<'r> {
    node: Node<'r>,
    number: f64,
    unit: usize,
    /// `<` or `>`, where it can be compared with the sentence.
    comparator: Option<char>,
}

fn check(claim: Claim<'_>, found: &mut Found) {
    // Most statements have no number.
    let prose = claim
        .english()
        .filter(|prose| prose.wording.may_have(Sign::Digit));
    let Some(prose) = prose.filter(|_| !claim.is_deprecated()) else {
        return;
    };
    let all = stated(claim);
    // Most statements have none of the units, and need not be gone through for quantities.
    let has_unit = |stated: &Stated<'_>| {
        let (.., words) = UNITS[stated.unit];
        words.iter().any(|word| prose.text.contains(word))
    };
    let are_few = all.len() <= MOST;
    if !are_few || !all.iter().any(has_unit) || COMPOSED.is_match(&prose.text) {
        return;
    }
    let said = said(&prose.text);
    if said.len() > MOST {
        return;
    }
    let is_explained = |said: &Said| {
        let mut all = all.iter();
        all.any(|stated| is_same(said, stated) || is_rest(said, stated))
    };
    let unexplained: Vec<_> = said.iter().filter(|said| !is_explained(said)).collect();
    let bare = bare(&prose.text);
    let is_bare = |stated: &Stated<'_>| {
        let mut bare = bare.iter();
        bare.any(|(number, decimals)| is_rounded(*number, *decimals, stated.number))
    };
    for stated in &all {
        let same: Vec<_> = said.iter().filter(|said| is_same(said, stated)).collect();
        let mut others = unexplained
            .iter()
            .filter(|said| said.unit == stated.unit && said.is_in_digits && same.is_empty());
        if let Some(other) = others.next().filter(|_| !is_bare(stated)) {
            let message = format!(
                "the statement says `{}`, and the field `{}`",
                &prose.text[other.range.clone()],
                stated.node.value.source()
            );
            report(prose, other, stated, message, found);
        } else if let Some(turned) = turned(prose, &same, stated) {
            let message = "the statement compares the other way round than the field".to_owned();
            report(prose, turned, stated, message, found);
        }
    }
}

/// The numbers in the fields of a claim.
fn stated(claim: Claim<'_>) -> Vec<Stated<'_>> {
    let mut all = Vec::new();
    for use_ in claim.criteria() {
        let is_required = use_.text("role").is_some_and(|role| role == "requires");
        add(use_, is_required && claim.is_asserted(), &mut all);
    }
    if let Some(rate) = claim.get("rate") {
        add(rate, claim.is_asserted(), &mut all);
        if let Some(period) = rate.get("period") {
            add(period, false, &mut all);
        }
    }
    all
}

fn add<'r>(node: Node<'r>, is_compared: bool, all: &mut Vec<Stated<'r>>) {
    // Most criteria have none.
    let Some(unit) = node.text("unit").and_then(|unit| {
        let mut units = UNITS.iter();
        units.position(|(code, ..)| *code == unit.as_str())
    }) else {
        return;
    };
    let comparator = node.text("comparator").filter(|_| is_compared);
    let comparator = comparator.and_then(|comparator| comparator.chars().next());
    let values = ["value", "low", "high"].into_iter();
    let values = values.filter_map(|name| node.get(name));
    for value in values {
        if let Some(number) = number_of(value.value) {
            all.push(Stated {
                node: value,
                number,
                unit,
                comparator,
            });
        }
    }
}

fn number_of(value: Value<'_>) -> Option<f64> {
    value.as_number()?;
    value.source().parse().ok()
}

/// The numbers with a unit in a sentence.
fn said(text: &str) -> Vec<Said> {
    let mut all = Vec::new();
    for parts in QUANTITY.captures_iter(text) {
        let word = parts[3].to_lowercase();
        let mut units = UNITS.iter();
        let Some(unit) = units.position(|(.., words)| words.contains(&&*word)) else {
            continue;
        };
        for number in [1, 2].into_iter().filter_map(|part| parts.get(part)) {
            if let Some(value) = value(number.as_str()) {
                all.push(Said {
                    range: number.range(),
                    number: value,
                    decimals: decimals(number.as_str()),
                    is_in_digits: number.as_str().starts_with(|it: char| it.is_ascii_digit()),
                    unit,
                });
            }
        }
    }
    all
}

/// The numbers of a sentence, whatever they count, and how many decimals they have.
fn bare(text: &str) -> Vec<(f64, i32)> {
    let numbers = BARE.find_iter(text).map(|number| number.as_str());
    numbers
        .filter_map(|number| Some((value(number)?, decimals(number))))
        .collect()
}

fn decimals(number: &str) -> i32 {
    let decimals = number
        .split_once('.')
        .map_or(0, |(_, decimals)| decimals.len());
    i32::try_from(decimals).unwrap_or(i32::MAX)
}

/// What a number is that is written in digits or words; `None` where a comma may be either mark.
fn value(number: &str) -> Option<f64> {
    let number = number.to_lowercase();
    match &*number {
        "a" | "an" => return Some(1.0),
        half if half.starts_with("half") => return Some(0.5),
        _ => {}
    }
    let numeral = NUMERALS.iter().position(|numeral| *numeral == number);
    if let Some(numeral) = numeral {
        return u32::try_from(numeral).ok().map(f64::from);
    }
    let mut groups = number.split(',');
    let first = groups.next()?;
    let of_thousands = |group: &str| group.split('.').next().is_some_and(|it| it.len() == 3);
    let are_thousands = first.len() <= 3 && groups.all(of_thousands);
    let plain = number.replace(',', "");
    plain.parse().ok().filter(|_| are_thousands)
}

/// Whether a number in a sentence is that of a field, be it in another unit of the same kind.
fn is_same(said: &Said, stated: &Stated<'_>) -> bool {
    /// Months and years are rounded.
    const TOLERANCE: f64 = 0.03;
    let (_, kind, factor, _) = UNITS[said.unit];
    let (_, stated_kind, stated_factor, _) = UNITS[stated.unit];
    if said.unit == stated.unit {
        return is_rounded(said.number, said.decimals, stated.number);
    }
    let (said, stated) = (said.number * factor, stated.number * stated_factor);
    kind == stated_kind && (said - stated).abs() <= TOLERANCE * stated.abs()
}

/// Whether a number with so many decimals is another one, or that one rounded.
fn is_rounded(number: f64, decimals: i32, exact: f64) -> bool {
    let scale = 10_f64.powi(decimals);
    let is_near = |other: f64| (number - other).abs() < 1e-9;
    is_near(exact) || is_near((exact * scale).round() / scale)
}

/// Whether a share in a sentence is what that of a field leaves: 70 % who had none, of 30 % who had it.
fn is_rest(said: &Said, stated: &Stated<'_>) -> bool {
    let is_share = |unit: usize| UNITS[unit].0 == "%";
    is_share(said.unit)
        && is_share(stated.unit)
        && is_rounded(said.number, said.decimals, 100.0 - stated.number)
}

/// Where the sentence compares with the number of a field the other way round, and nowhere the same way.
fn turned<'s>(prose: &Prose<'_>, same: &[&'s Said], stated: &Stated<'_>) -> Option<&'s Said> {
    let opposite = match stated.comparator? {
        '<' => '>',
        '>' => '<',
        _ => return None,
    };
    let text = prose.text.as_str();
    let comparisons = same
        .iter()
        .map(|said| comparison(&text[..said.range.start]));
    let comparisons: Vec<_> = comparisons.collect();
    let first = same.first().copied()?;
    let is_turned = comparisons.iter().all(|it| *it == Some(opposite));
    (is_turned && !has_negation(prose, first.range.start)).then_some(first)
}

/// How the words right before a number compare.
fn comparison(before: &str) -> Option<char> {
    let before = before.trim_end();
    let last = before.char_indices().rev().take(COMPARISON).last();
    let before = last.map_or("", |(start, _)| &before[start..]);
    let before = before.to_lowercase();
    let ends = |phrases: &[&str]| {
        let mut phrases = phrases.iter();
        phrases.any(|phrase| {
            let rest = before.strip_suffix(phrase);
            rest.is_some_and(|rest| !rest.ends_with(char::is_alphanumeric))
        })
    };
    match (ends(BELOW), ends(ABOVE)) {
        (true, false) => Some('<'),
        (false, true) => Some('>'),
        _ => None,
    }
}

/// Whether a sentence may say what stands at a place the other way round.
fn has_negation(prose: &Prose<'_>, place: usize) -> bool {
    let clause = prose.text[..place].rfind([',', ';']).unwrap_or_default();
    prose.wording.words.iter().any(|word| {
        let range = word.range();
        let is_near = (clause..place).contains(&range.start);
        let word = prose.text[range].to_lowercase();
        NEGATIONS.contains(&&*word)
            || (is_near && NEAR_NEGATIONS.contains(&&*word))
            || word.ends_with("n't")
            || word.ends_with("n’t")
    })
}

fn report(prose: &Prose<'_>, said: &Said, stated: &Stated<'_>, message: String, found: &mut Found) {
    found.add(
        Finding::new(prose.text.part(said.range.clone()), message)
            .with_related(stated.node.spot(), "this is the field")
            .with_help("read the passage again, and mend the one that is wrong"),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_numbers_before_a_unit() {
        let text =
            "HER2 in 1,500 mg over half a year or 12 months, 20-40% of 3 to 5 cm, CA 19-9, 5-year";
        let said = said(text).into_iter();
        let said: Vec<_> = said.map(|said| (said.number, UNITS[said.unit].0)).collect();
        assert_eq!(
            said,
            [
                (1500.0, "mg"),
                (0.5, "a"),
                (12.0, "mo"),
                (20.0, "%"),
                (40.0, "%"),
                (3.0, "cm"),
                (5.0, "cm"),
                (5.0, "a"),
            ]
        );
    }

    #[test]
    fn a_comparison_stands_right_before_the_number() {
        assert_eq!(comparison("tumors of at most "), Some('<'));
        assert_eq!(comparison("moreover "), None);
        assert_eq!(comparison("For more than "), Some('>'));
        assert_eq!(comparison("Nur für Tumoren über ééééé under"), Some('<'));
    }
}
