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
//! stands anywhere in the statement, be it rounded or in words (`seventy`); shares that the statement has
//! in other words, such as `a third` and `12 of 45`, and those of which one is what the other leaves of
//! 100%; what an interval covers (`95% CI`); statements with fractions in digits, with powers of ten
//! (`1.5 × 10^9/L`), with `hundred` and the like or with two sides, such as `3 × 2 cm`; units of which one is in a volume or time and the
//! other is not, or in another one; claims with more than 64 numbers; a comparison where the criterion
//! excludes, the claim denies or the statement has a negation or a word like `outside`, as it may be said
//! the other way round then; other languages than English.
//!
//! # How often it is right
//!
//! No statement of the project's dataset has a number in digits, so that it is not known yet.

use std::cell::LazyCell;
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;
use treatise_source::Value;

use crate::check::rule;
use crate::documents::words;
use crate::doses::divided;
use crate::finding::{Finding, Found};
use crate::view::{Claim, Node, Prose, Sign};

rule! {
    name: "quantity-mismatch",
    severity: Warning,
    summary: "a threshold or rate that is not the one in the statement",
    since: "0.1.0",
    check: Claim(check),
    tables: [QUANTITY, BARE, SHARE, COMPOSED],
}

/// Units by their codes in UCUM, before the sign of division: what they measure, how much of it, and how a sentence writes them.
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
    (
        "ug",
        "mass",
        1e-3,
        &["\u{b5}g", "\u{3bc}g", "mcg", "microgram", "micrograms"],
    ),
    ("ng", "mass", 1e-6, &["ng", "nanogram", "nanograms"]),
    ("mmol", "substance", 1.0, &["mmol"]),
    ("umol", "substance", 1e-3, &["\u{b5}mol", "\u{3bc}mol"]),
    (
        "mL",
        "volume",
        1.0,
        &["mL", "ml", "milliliter", "milliliters"],
    ),
    ("U", "activity", 1.0, &["U", "u", "units"]),
    ("Gy", "dose", 1.0, &["Gy", "gy", "gray", "grays"]),
];

/// What a unit is divided by, as a sentence writes it, and as UCUM does.
const DIVISORS: &[(&str, &str)] = &[
    ("dl", "dL"),
    ("deciliter", "dL"),
    ("decilitre", "dL"),
    ("ml", "mL"),
    ("milliliter", "mL"),
    ("millilitre", "mL"),
    ("l", "L"),
    ("liter", "L"),
    ("litre", "L"),
    ("minute", "min"),
    ("hour", "h"),
    ("day", "d"),
    ("week", "wk"),
    ("month", "mo"),
    ("year", "a"),
    ("m²", "m2"),
];

/// Numbers in words, by what they are.
const NUMERALS: &[&str] = &[
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
/// Tens in words, from twenty on.
const TENS: &[&str] = &[
    "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
];
/// Parts of a whole in words, by how many there are.
const PARTS: &[(&str, f64)] = &[
    ("half", 2.0),
    ("third", 3.0),
    ("quarter", 4.0),
    ("fourth", 4.0),
    ("fifth", 5.0),
    ("sixth", 6.0),
    ("seventh", 7.0),
    ("eighth", 8.0),
    ("tenth", 10.0),
];

/// A number in digits.
const DIGITS: &str = r"\d+(?:[.,·]\d+)*";

/// The pattern of a number in words.
fn words_for_numbers() -> String {
    let (numerals, tens) = (NUMERALS.join("|"), TENS.join("|"));
    format!(r"(?:(?:{tens})(?:-(?:{numerals}))?|{numerals})\b")
}

/// A number that stands alone, whatever is behind it.
static BARE: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = format!(r"(?i)\b(?:{DIGITS}|{})", words_for_numbers());
    Regex::new(&pattern).expect("the pattern is right")
});

/// A share without a sign: so many of so many, or parts of a whole.
static SHARE: LazyLock<Regex> = LazyLock::new(|| {
    let number = format!(r"{DIGITS}|{}", words_for_numbers());
    let parts: Vec<_> = PARTS.iter().map(|(part, _)| *part).collect();
    let parts = parts.join("|");
    let pattern = format!(
        r"(?i)\b(?:({number})[\s-]+(?:in|of|out\s+of)[\s-]+(?:(?:the|all|every)\s+)?({number})|(?:(an?|{number})[\s-]+)?({parts})s?\b)"
    );
    Regex::new(&pattern).expect("the pattern is right")
});

/// Fractions, the sides of something that is measured twice, and words for numbers that are not read.
static COMPOSED: LazyLock<Regex> = LazyLock::new(|| {
    let pattern =
        r"\d\s*[/⁄]\s*\d|[½¼¾×]|(?i:hundred|thousand|million|dozen)|\d\s*(?:[cm]m\s*)?x\s*\d";
    Regex::new(pattern).expect("the pattern is right")
});

/// A number or two, and the sign or word behind them.
static QUANTITY: LazyLock<Regex> = LazyLock::new(|| {
    let number = format!(r"{DIGITS}|half(?:\s+an?)?\b|an?\b|{}", words_for_numbers());
    let pattern = format!(
        r"(?i)\b({number})(?:\s*(?:[-–]|\bto\b|\band\b|\bor\b)\s*({number}))?[\s\u{{a0}}\u{{202f}}-]*(%|[a-z\u{{b5}}\u{{3bc}}]+)"
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
    "younger than",
    "lower than",
    "less than or equal to",
    "at most",
    "up to",
    "maximum of",
];
const ABOVE: &[&str] = &[
    "above",
    "over",
    "more than",
    "greater than",
    "larger than",
    "longer than",
    "bigger than",
    "older than",
    "higher than",
    "greater than or equal to",
    "exceed",
    "exceeds",
    "exceeded",
    "exceeding",
    "at least",
    "minimum of",
];
/// What stands behind a number and its unit for the same.
const OR_BELOW: &[&str] = &[
    "or less",
    "or fewer",
    "or smaller",
    "or shorter",
    "or younger",
    "or lower",
    "or below",
    "or under",
    "and younger",
    "and below",
];
const OR_ABOVE: &[&str] = &[
    "or more",
    "or greater",
    "or larger",
    "or longer",
    "or bigger",
    "or older",
    "or higher",
    "or above",
    "or over",
    "and older",
    "and above",
    "and over",
];
/// Signs for the same before a number.
const SIGNS_BELOW: &[&str] = &["<", "≤", "⩽", "<="];
const SIGNS_ABOVE: &[&str] = &[">", "≥", "⩾", ">="];
/// What may stand behind a share that says how much an interval covers.
const INTERVALS: &[&str] = &["ci", "confidence", "credible", "prediction", "interval"];
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
const COMPARISON: usize = 32;

/// A number with a unit in a sentence.
struct Said<'t> {
    range: Range<usize>,
    number: f64,
    /// How many digits stand behind its point.
    decimals: i32,
    is_in_digits: bool,
    unit: Unit<'t>,
    /// What stands behind its unit; nothing for the first one of `3 to 5 cm`.
    behind: &'t str,
}

/// A unit, be it divided by another one.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Unit<'t> {
    /// A row of [`UNITS`].
    row: usize,
    /// As UCUM writes it.
    divisor: Option<&'t str>,
}

/// A number with a unit in the fields of a claim.
struct Stated<'r> {
    node: Node<'r>,
    number: f64,
    unit: Unit<'r>,
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
        let (.., words) = UNITS[stated.unit.row];
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
    let is_explained = |said: &Said<'_>| {
        let mut all = all.iter();
        all.any(|stated| is_same(said, stated) || is_rest(said, stated))
    };
    let unexplained: Vec<_> = said.iter().filter(|said| !is_explained(said)).collect();
    let bare = bare(&prose.text);
    let is_bare = |stated: &Stated<'_>| {
        let mut bare = bare.iter();
        bare.any(|(number, decimals)| is_rounded(*number, *decimals, stated.number))
    };
    // Few statements have a share in words, and fewer need it.
    let shares = LazyCell::new(|| shares(&prose.text));
    let is_share_in_words = |stated: &Stated<'_>| {
        /// In percent: a third may be 31%.
        const TOLERANCE: f64 = 3.0;
        let is_near = |share: &f64| (share - stated.number).abs() <= TOLERANCE;
        is_share(stated.unit) && shares.iter().any(is_near)
    };
    for stated in &all {
        let same: Vec<_> = said.iter().filter(|said| is_same(said, stated)).collect();
        let mut others = unexplained
            .iter()
            .filter(|said| said.unit == stated.unit && said.is_in_digits && same.is_empty());
        let is_elsewhere = || is_bare(stated) || is_share_in_words(stated);
        if let Some(other) = others.next().filter(|_| !is_elsewhere()) {
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
    let Some(unit) = node.text("unit").and_then(|unit| unit_of(unit.as_str())) else {
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

fn unit_of(code: &str) -> Option<Unit<'_>> {
    let (code, divisor) = match code.split_once('/') {
        Some((code, divisor)) => (code, Some(divisor)),
        None => (code, None),
    };
    let row = UNITS.iter().position(|(unit, ..)| *unit == code)?;
    Some(Unit { row, divisor })
}

fn number_of(value: Value<'_>) -> Option<f64> {
    value.as_number()?;
    value.source().parse().ok()
}

/// The numbers with a unit in a sentence.
fn said(text: &str) -> Vec<Said<'_>> {
    let mut all = Vec::new();
    for parts in QUANTITY.captures_iter(text) {
        let word = parts[3].to_lowercase();
        let mut units = UNITS.iter();
        let Some(row) = units.position(|(.., words)| words.contains(&&*word)) else {
            continue;
        };
        let Some(behind) = parts.get(3).map(|unit| &text[unit.end()..]) else {
            continue;
        };
        let (divisor, behind) = match divided(behind) {
            Some((divisor, behind)) => (Some(in_ucum(divisor)), behind),
            None => (None, behind),
        };
        let unit = Unit { row, divisor };
        if is_share(unit) && is_interval(behind) {
            continue;
        }
        let numbers = [
            parts.get(1).filter(|_| parts.get(2).is_some()),
            parts.get(2).or(parts.get(1)),
        ];
        for (is_last, number) in [false, true].into_iter().zip(numbers) {
            let Some((number, value)) = number.and_then(|it| Some((it, value(it.as_str())?)))
            else {
                continue;
            };
            all.push(Said {
                range: number.range(),
                number: value,
                decimals: decimals(number.as_str()),
                is_in_digits: number.as_str().starts_with(|it: char| it.is_ascii_digit()),
                unit,
                behind: if is_last { behind } else { "" },
            });
        }
    }
    all
}

/// How UCUM writes what a unit is divided by; most are the same.
fn in_ucum(divisor: &str) -> &str {
    let mut divisors = DIVISORS.iter();
    let found = divisors.find(|(written, _)| written.eq_ignore_ascii_case(divisor));
    found.map_or(divisor, |(_, code)| code)
}

fn is_share(unit: Unit<'_>) -> bool {
    UNITS[unit.row].0 == "%" && unit.divisor.is_none()
}

/// Whether what stands behind a share makes it what an interval covers.
fn is_interval(behind: &str) -> bool {
    let behind = behind.trim_start_matches([' ', '\u{a0}', '-']);
    // `42% (confidence interval …)` is the share itself.
    let first = words(behind).next().filter(|(range, _)| range.start == 0);
    let word = first.map_or("", |(_, word)| word);
    let mut intervals = INTERVALS.iter();
    intervals.any(|interval| word.eq_ignore_ascii_case(interval))
}

/// The shares of a sentence that have no sign, in percent.
fn shares(text: &str) -> Vec<f64> {
    let share = |parts: regex::Captures<'_>| {
        let number = |part: usize| parts.get(part).map(|it| value(it.as_str()));
        let share = match parts.get(4) {
            Some(part) => {
                let part = part.as_str().to_lowercase();
                let (_, of) = PARTS.iter().find(|(name, _)| *name == part)?;
                number(3).unwrap_or(Some(1.0))? / of
            }
            None => number(1)?? / number(2)??,
        };
        Some(100.0 * share)
    };
    SHARE.captures_iter(text).filter_map(share).collect()
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
        .split_once(['.', '·'])
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
    if let Some(number) = numeral(&number) {
        return Some(number);
    }
    let number = number.replace('·', ".");
    let (whole, decimals) = number.split_once('.').unwrap_or((&number, ""));
    let mut groups = whole.split(',');
    let is_grouped = groups.next()?.len() < whole.len();
    let are_thousands = whole.find(',').is_none_or(|first| first <= 3)
        && groups.all(|group| group.len() == 3)
        && !decimals.contains(',');
    let plain = if is_grouped {
        number.replace(',', "")
    } else {
        number
    };
    plain.parse().ok().filter(|_| are_thousands)
}

/// What a number in words is.
fn numeral(word: &str) -> Option<f64> {
    let place = |all: &[&str], word: &str| {
        let place = all.iter().position(|numeral| *numeral == word)?;
        u32::try_from(place).ok().map(f64::from)
    };
    if let Some(number) = place(NUMERALS, word) {
        return Some(number);
    }
    let (tens, ones) = word.split_once('-').unwrap_or((word, "zero"));
    Some(10.0 * (2.0 + place(TENS, tens)?) + place(NUMERALS, ones)?)
}

/// Whether a number in a sentence is that of a field, be it in another unit of the same kind.
fn is_same(said: &Said<'_>, stated: &Stated<'_>) -> bool {
    /// Months and years are rounded.
    const TOLERANCE: f64 = 0.03;
    let (_, kind, factor, _) = UNITS[said.unit.row];
    let (_, stated_kind, stated_factor, _) = UNITS[stated.unit.row];
    if said.unit == stated.unit {
        return is_rounded(said.number, said.decimals, stated.number);
    }
    let is_comparable = kind == stated_kind && said.unit.divisor == stated.unit.divisor;
    let (said, stated) = (said.number * factor, stated.number * stated_factor);
    is_comparable && (said - stated).abs() <= TOLERANCE * stated.abs()
}

/// Whether a number with so many decimals is another one, or that one rounded.
fn is_rounded(number: f64, decimals: i32, exact: f64) -> bool {
    let scale = 10_f64.powi(decimals);
    let is_near = |other: f64| (number - other).abs() < 1e-9;
    is_near(exact) || is_near((exact * scale).round() / scale)
}

/// Whether a share in a sentence is what that of a field leaves: 70 % who had none, of 30 % who had it.
fn is_rest(said: &Said<'_>, stated: &Stated<'_>) -> bool {
    is_share(said.unit)
        && is_share(stated.unit)
        && is_rounded(said.number, said.decimals, 100.0 - stated.number)
}

/// Where the sentence compares with the number of a field the other way round, and nowhere the same way.
fn turned<'s, 't>(
    prose: &Prose<'_>,
    same: &[&'s Said<'t>],
    stated: &Stated<'_>,
) -> Option<&'s Said<'t>> {
    let opposite = match stated.comparator? {
        '<' => '>',
        '>' => '<',
        _ => return None,
    };
    let text = prose.text.as_str();
    let comparisons = same
        .iter()
        .map(|said| comparison(&text[..said.range.start], said.behind));
    let comparisons: Vec<_> = comparisons.collect();
    let first = same.first().copied()?;
    let is_turned = comparisons.iter().all(|it| *it == Some(opposite));
    (is_turned && !has_negation(prose, first.range.start)).then_some(first)
}

/// How the words right before a number and right behind its unit compare.
fn comparison(before: &str, behind: &str) -> Option<char> {
    match (comparison_before(before), comparison_behind(behind)) {
        (found, None) | (None, found) => found,
        (before, behind) => before.filter(|_| before == behind),
    }
}

fn comparison_before(before: &str) -> Option<char> {
    let before = before.trim_end();
    let ends = |signs: &[&str]| signs.iter().any(|sign| before.ends_with(sign));
    let sign = chosen(ends(SIGNS_BELOW), ends(SIGNS_ABOVE));
    if sign.is_some() {
        return sign;
    }
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
    chosen(ends(BELOW), ends(ABOVE))
}

fn comparison_behind(behind: &str) -> Option<char> {
    let behind = behind.strip_prefix(' ')?;
    let begins = |phrases: &[&str]| {
        let mut rests = phrases
            .iter()
            .filter_map(|phrase| behind.strip_prefix(phrase));
        // `3 cm or more than two` and `or over 2` begin something else.
        let is_other = |rest: &str| {
            let next = rest.trim_start();
            next.starts_with("than") || next.starts_with(|it: char| it.is_ascii_digit())
        };
        rests.any(|rest| !rest.starts_with(char::is_alphanumeric) && !is_other(rest))
    };
    chosen(begins(OR_BELOW), begins(OR_ABOVE))
}

fn chosen(is_below: bool, is_above: bool) -> Option<char> {
    match (is_below, is_above) {
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

fn report(
    prose: &Prose<'_>,
    said: &Said<'_>,
    stated: &Stated<'_>,
    message: String,
    found: &mut Found,
) {
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
        let text = "HER2 in 1,500 mg over half a year or 12 months, 20-40% of 3 to 5 cm, CA 19-9, 5-year; 42.8% (95% CI 40·1% to 45.5%) in 1500 days, 2,5 cm or 1,234,5 cm, 0.25 mg at seventy-one years";
        let said = said(text).into_iter();
        let said: Vec<_> = said
            .map(|said| (said.number, UNITS[said.unit.row].0))
            .collect();
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
                (42.8, "%"),
                (40.1, "%"),
                (45.5, "%"),
                (1500.0, "d"),
                (0.25, "mg"),
                (71.0, "a"),
            ]
        );
    }

    #[test]
    fn shares_may_stand_in_words() {
        let text = "A third, two-thirds or half; one in five, 12 out of the 48, no quarter";
        let shares = shares(text).into_iter().map(f64::round);
        let shares: Vec<_> = shares.collect();
        assert_eq!(shares, [33.0, 67.0, 50.0, 20.0, 25.0, 25.0]);
    }

    #[test]
    fn a_comparison_stands_right_before_the_number() {
        assert_eq!(comparison("tumors of at most ", ""), Some('<'));
        assert_eq!(comparison("moreover ", ""), None);
        assert_eq!(comparison("For more than ", ""), Some('>'));
        assert_eq!(
            comparison("Nur für Tumoren über ééééé under", ""),
            Some('<')
        );
        assert_eq!(comparison("tumors of ≥ ", " in size"), Some('>'));
        assert_eq!(comparison("size<=", ""), Some('<'));
        assert_eq!(comparison("aged ", " or younger"), Some('<'));
        assert_eq!(comparison("up to ", " or more"), None);
        assert_eq!(comparison("of ", " or more than two"), None);
    }
}
