//! Doses in texts: a number with a unit behind it.

use std::ops::Range;
use std::sync::LazyLock;

use crate::amounts::NUMERALS;
use crate::documents::words;
use crate::tables::rows;

/// Units and schedules, each with its kind.
pub(crate) static ROWS: LazyLock<Vec<[&str; 2]>> =
    LazyLock::new(|| rows(include_str!("tables/doses.tsv")).collect());

/// Hyphens that may stand between a number and its unit.
const HYPHENS: [char; 2] = ['-', '\u{2011}'];

pub(crate) fn is_unit([_, kind]: [&str; 2]) -> bool {
    kind == "unit"
}

/// Where the unit of a dose stands that begins at a place of a text, right behind a number.
pub(crate) fn unit_at(text: &str, place: usize) -> Option<Range<usize>> {
    let rest = text[place..].trim_start();
    let rest = rest.strip_prefix(HYPHENS).unwrap_or(rest);
    let start = text.len() - rest.len();
    let mut units = ROWS.iter().filter(|row| is_unit(**row));
    units.find_map(|[unit, _]| {
        let behind = rest.strip_prefix(unit)?;
        (!behind.starts_with(char::is_alphanumeric)).then_some(start..start + unit.len())
    })
}

/// Whether a dose stands at a place of a text: its unit begins there, right behind its number.
pub(crate) fn is_dose(text: &str, place: usize) -> bool {
    unit_at(text, place).is_some_and(|unit| dose_with(text, unit).is_some())
}

/// The number before a unit, where nothing says that something is measured with it.
pub(crate) fn dose_with(text: &str, unit: Range<usize>) -> Option<&str> {
    let behind = &text[unit.end..];
    let (text, unit) = (&text[..unit.start], &text[unit]);
    let (before, number) = number_before(text).or_else(|| numeral_before(text, unit))?;
    let unit = ucum(unit);
    let is_of_volume =
        unit == "mL" && (is_rate(behind) || is_of_body(behind) || before.ends_with("per "));
    let is_of_patient = match unit {
        "mL" | "g" => is_about(before, MEASURED, REACH) || is_about(before, EXCRETED, REACH),
        "mg" => is_about(before, EXCRETED, REACH),
        "Gy" | "gray" => is_about(before, RATIOS, FAR_REACH),
        _ => false,
    };
    (!is_of_volume && !is_of_patient && !is_of_laboratory(behind)).then_some(number)
}

/// What is measured in a patient.
const MEASURED: &[&str] = &[
    "volume", "residual", "loss", "weight", "weigh", "weighs", "weighed", "weighing", "protein",
    "urine", "output", "effusion", "ascites", "prostate", "drainage", "spleen", "graft", "abscess",
    "cyst", "specimen", "heavier", "lighter", "enlarged", "intake",
];
const EXCRETED: &[&str] = &["proteinuria", "albuminuria", "excretion", "urinary"];
/// How sensitive a tissue is to fractions.
const RATIOS: &[&str] = &["ratio", "alpha/beta", "α/β"];

/// How many words before the number, as in `blood loss of more than 500 mL`.
const REACH: usize = 5;
/// The same, as in `the ratio of the tumor is about 10 Gy`.
const FAR_REACH: usize = 8;

/// Whether one of the last words is among these.
fn is_about(before: &str, those: &[&str], reach: usize) -> bool {
    let last = before.split_whitespace().rev().take(reach);
    last.map(str::to_lowercase)
        .any(|word| those.contains(&word.as_str()))
}

/// The code in UCUM for a unit as a sentence has it; most are the same.
pub(crate) fn ucum(unit: &str) -> &str {
    match unit {
        "ml" => "mL",
        "milligram" | "milligrams" => "mg",
        "gram" | "grams" => "g",
        "mcg" | "\u{b5}g" | "\u{3bc}g" | "microgram" | "micrograms" => "ug",
        other => other,
    }
}

/// Whether what stands behind a volume makes it one in a time, as of the kidneys or a drain.
fn is_rate(behind: &str) -> bool {
    const TIMES: [&str; 12] = [
        "min", "minute", "h", "hr", "hour", "s", "second", "d", "day", "24", "24h", "week",
    ];
    const WORDS: [&str; 2] = [" in 24 h", " within 24 h"];
    divisor(behind).is_some_and(|divisor| TIMES.contains(&divisor))
        || WORDS.iter().any(|words| behind.starts_with(words))
}

/// Whether a volume is one of what a body has, such as ` of pleural fluid`.
fn is_of_body(behind: &str) -> bool {
    const FLUIDS: [&str; 5] = ["blood", "fluid", "urine", "ascites", "effusion"];
    let rest = behind.strip_prefix(" of ").unwrap_or_default();
    let mut next = words(rest).take(2).map(|(_, word)| word);
    next.any(|word| FLUIDS.contains(&word))
}

/// The number that a text ends with, or that a space or hyphen stands behind, and the text before it: `5`,
/// `1,000`, `.5`. The number of a name, as in `IL-2`, is none.
pub(crate) fn number_before(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_end();
    let text = text.strip_suffix(HYPHENS).unwrap_or(text);
    let is_part = |it: char| it.is_ascii_digit() || matches!(it, '.' | ',');
    let before = text.trim_end_matches(is_part);
    let name = before.strip_suffix(HYPHENS).unwrap_or(before);
    let number = &text[before.len()..];
    (number.ends_with(|last: char| last.is_ascii_digit()) && !name.ends_with(char::is_alphabetic))
        .then_some((before, number))
}

/// The number in words that a text ends with, before a unit that is one of doses only: two `units` may be
/// anything.
fn numeral_before<'t>(text: &'t str, unit: &str) -> Option<(&'t str, &'t str)> {
    const UNITS: [&str; 8] = [
        "tablet",
        "tablets",
        "capsule",
        "capsules",
        "mg",
        "milligram",
        "milligrams",
        "micrograms",
    ];
    let text = text.trim_end();
    let before = text.trim_end_matches(|it: char| it.is_ascii_alphabetic());
    let number = &text[before.len()..];
    // Nobody takes none of something.
    let mut numerals = NUMERALS.iter().skip(1);
    let is_numeral = numerals.any(|it| it.eq_ignore_ascii_case(number));
    // `twenty-two` is a number all the same.
    (is_numeral && UNITS.contains(&unit)).then_some((before, number))
}

/// Whether what stands behind a unit makes it one of a laboratory or scan: so much in a volume, an area or
/// a gram.
pub(crate) fn is_of_laboratory(behind: &str) -> bool {
    const DIVISORS: &[&str] = &[
        "dL",
        "dl",
        "mL",
        "ml",
        "L",
        "l",
        "uL",
        "µL",
        "μL",
        "deciliter",
        "decilitre",
        "milliliter",
        "millilitre",
        "liter",
        "litre",
        "cc",
        "cm3",
        "cm³",
        "cm2",
        "cm²",
        "g",
        "gram",
        "mmol",
    ];
    divisor(behind).is_some_and(|divisor| DIVISORS.contains(&divisor))
}

/// What a unit is divided by: `dL`, where `/dL` or ` per dL` stands behind it.
pub(crate) fn divisor(behind: &str) -> Option<&str> {
    divided(behind).map(|(divisor, _)| divisor)
}

/// What a unit is divided by, and what stands behind that.
pub(crate) fn divided(behind: &str) -> Option<(&str, &str)> {
    let rest = behind.strip_prefix('/');
    let rest = rest.or_else(|| behind.strip_prefix(" per "))?;
    let end = rest.find(|it: char| !it.is_alphanumeric());
    Some(rest.split_at(end.unwrap_or(rest.len())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_may_stand_behind_a_hyphen_and_not_in_a_volume() {
        for behind in ["mg", " mg daily", "-mg", "\u{2011}Gy", " mg/kg", "g."] {
            assert!(is_dose(&format!("5{behind}"), 1), "{behind}");
        }
        for behind in [
            " mgs",
            " g/dL",
            " g per dL",
            " mg per deciliter",
            " g/cm2",
            " g/cm²",
            " g/cc",
            " mg/g of creatinine",
            " MBq/g",
            " mL/day",
            " mL per day",
            " mL in 24 hours",
            "--mg",
            " of mg",
            "",
        ] {
            assert!(!is_dose(&format!("5{behind}"), 1), "{behind}");
        }
    }

    #[test]
    fn what_is_measured_is_no_dose() {
        for text in [
            "Urinary protein of 1 g/day",
            "An adrenal weighs 5 g",
            "an excretion of 30 mg",
            "an α/β ratio of 3 Gy",
            "two units",
        ] {
            let (before, unit) = text.rsplit_once(' ').unwrap_or_default();
            let start = before.len() + 1;
            let end = start + unit.find('/').unwrap_or(unit.len());
            assert_eq!(dose_with(text, start..end), None, "{text}");
        }
        assert_eq!(dose_with("Two tablets", 4..11), Some("Two"));
        assert_eq!(dose_with("Five milligrams", 5..15), Some("Five"));
    }

    #[test]
    fn a_number_is_no_part_of_a_name() {
        assert_eq!(number_before("take 1,000-"), Some(("take ", "1,000")));
        assert_eq!(number_before("take 5-7.5 "), Some(("take 5-", "7.5")));
        assert_eq!(number_before(".5"), Some(("", ".5")));
        for text in ["IL-2 ", "HER2-", "none", "", "1. "] {
            assert_eq!(number_before(text), None, "{text}");
        }
    }
}
