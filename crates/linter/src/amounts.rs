//! Numbers with units in a sentence, in digits and in words.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use crate::documents::words;
use crate::doses::divided;

/// Units by their codes in UCUM, before the sign of division: what they measure, how much of it, and how a sentence writes them.
pub(crate) const UNITS: &[(&str, &str, f64, &[&str])] = &[
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
pub(crate) const NUMERALS: &[&str] = &[
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
pub(crate) static BARE: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = format!(r"(?i)\b(?:{DIGITS}|{})", words_for_numbers());
    Regex::new(&pattern).expect("the pattern is right")
});

/// A share without a sign: so many of so many, or parts of a whole.
pub(crate) static SHARE: LazyLock<Regex> = LazyLock::new(|| {
    let number = format!(r"{DIGITS}|{}", words_for_numbers());
    let parts: Vec<_> = PARTS.iter().map(|(part, _)| *part).collect();
    let parts = parts.join("|");
    let pattern = format!(
        r"(?i)\b(?:({number})[\s-]+(?:in|of|out\s+of)[\s-]+(?:(?:the|all|every)\s+)?({number})|(?:(an?|{number})[\s-]+)?({parts})s?\b)"
    );
    Regex::new(&pattern).expect("the pattern is right")
});

/// Fractions, the sides of something that is measured twice, and numbers that are not read: in words, with
/// spaces between thousands, or with nothing before the point.
pub(crate) static COMPOSED: LazyLock<Regex> = LazyLock::new(|| {
    let words = r"(?i:hundred|thousand|million|dozen|\ba half\b)";
    let spaced = r"\d[ \u{a0}\u{202f}\u{2009}]\d{3}\b|(?:^|[\s(<>=≤≥])[.·]\d";
    let sides = r"\d\s*(?:[cm]m\s*)?x\s*\d";
    let pattern = format!(r"\d\s*[/⁄]\s*\d|[½¼¾×]|{words}|{spaced}|{sides}");
    Regex::new(&pattern).expect("the pattern is right")
});

/// A number or two, and the sign or word behind them.
pub(crate) static QUANTITY: LazyLock<Regex> = LazyLock::new(|| {
    let number = format!(r"{DIGITS}|half(?:\s+an?)?\b|an?\b|{}", words_for_numbers());
    let pattern = format!(
        r"(?i)\b({number})(?:\s*(?:[-–]|\bto\b|\band\b|\bor\b)\s*({number}))?[\s\u{{a0}}\u{{202f}}-]*(%|[a-z\u{{b5}}\u{{3bc}}]+)"
    );
    Regex::new(&pattern).expect("the pattern is right")
});
/// What may stand behind a share that says how much an interval covers.
const INTERVALS: &[&str] = &["ci", "confidence", "credible", "prediction", "interval"];
/// A number with a unit in a sentence.
pub(crate) struct Said<'t> {
    pub(crate) range: Range<usize>,
    pub(crate) number: f64,
    /// How many digits stand behind its point.
    pub(crate) decimals: i32,
    pub(crate) is_in_digits: bool,
    pub(crate) unit: Unit<'t>,
    /// What stands behind its unit; nothing for the first one of `3 to 5 cm`.
    pub(crate) behind: &'t str,
}

/// A unit, be it divided by another one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unit<'t> {
    /// A row of [`UNITS`].
    pub(crate) row: usize,
    /// As UCUM writes it.
    pub(crate) divisor: Option<&'t str>,
}

pub(crate) fn unit_of(code: &str) -> Option<Unit<'_>> {
    let (code, divisor) = match code.split_once('/') {
        Some((code, divisor)) => (code, Some(divisor)),
        None => (code, None),
    };
    let row = UNITS.iter().position(|(unit, ..)| *unit == code)?;
    Some(Unit { row, divisor })
}

/// The numbers with a unit in a sentence.
pub(crate) fn said(text: &str) -> Vec<Said<'_>> {
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

pub(crate) fn is_share(unit: Unit<'_>) -> bool {
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
pub(crate) fn shares(text: &str) -> Vec<f64> {
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
pub(crate) fn bare(text: &str) -> Vec<(f64, i32)> {
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
}
