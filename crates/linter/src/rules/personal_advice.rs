//! Finds statements that speak to the reader, speak for the writer, or say which dose to take.
//!
//! # Why it matters
//!
//! The dataset says what sources say, and is no medical advice. "You should" and "take 5 mg" are advice,
//! and a dose out of its context can kill.
//!
//! # How to mend it
//!
//! Say it as a fact about the treatment. Leave doses out; a threshold of a criterion is a `quantity` in
//! its own fields.
//!
//! # What it leaves alone
//!
//! Numbers with other units, such as the size of a tumor, and what is measured in a patient: what a
//! laboratory finds in a volume (`g/dL`, `5 cells per 7.5 mL`, `10 mL of blood`), a volume in a time
//! (`mL/min`), and the threshold of a criterion of the claim. Notes to other editors. The words are
//! those of `src/tables/address.tsv` and `src/tables/doses.tsv`, in English.

use std::cell::LazyCell;
use std::cmp::Ordering;
use std::ops::Range;
use std::sync::LazyLock;

use crate::check::rule;
use crate::documents::words;
use crate::doses::{ROWS, divisor, is_of_laboratory, is_unit, number_before};
use crate::finding::{Finding, Found};
use crate::phrase::Phrases;
use crate::tables::rows;
use crate::view::{Claim, Sign, Word};

rule! {
    name: "personal-advice",
    severity: Error,
    summary: "a statement that addresses the reader or gives a dose",
    since: "0.1.0",
    check: Claim(check),
    tables: [ADDRESS, DOSES],
}

static ADDRESS: LazyLock<Phrases> = LazyLock::new(|| {
    Phrases::new(rows(include_str!("../tables/address.tsv")).map(|[phrase]| phrase))
});

/// Units and schedules of doses, found by their positions.
static DOSES: LazyLock<Phrases> =
    LazyLock::new(|| Phrases::exact(ROWS.iter().map(|[phrase, _]| *phrase)));

fn check(claim: Claim<'_>, found: &mut Found) {
    let Some(prose) = claim.english().filter(|_| !claim.is_deprecated()) else {
        return;
    };
    let statement = prose.text;
    for (_, range) in ADDRESS.find_in(prose) {
        // `US` is a country.
        let said = &statement[range.clone()];
        if said != "US" {
            found.add(
                Finding::new(
                    statement.part(range.clone()),
                    format!("`{said}` speaks to the reader or for the writer"),
                )
                .with_help("say it as a fact about the treatment"),
            );
        }
    }
    // A claim may have very many doses and criteria.
    let thresholds = LazyCell::new(|| thresholds(claim));
    let is_dose = |unit: Range<usize>| {
        let number = dose_with(&statement, unit.clone());
        number.is_some_and(|number| !is_among(number, ucum(&statement[unit]), &thresholds))
    };
    let spaced = DOSES.find_in(prose).into_iter();
    let spaced =
        spaced.filter(|(position, range)| !is_unit(ROWS[*position]) || is_dose(range.clone()));
    // `4mg`, without the space.
    let numbered = prose.wording.may_have(Sign::Digit).then_some(prose);
    let words = numbered.into_iter().flat_map(|prose| &prose.wording.words);
    let bytes = statement.as_bytes();
    let numbers = words.filter(|word| bytes[word.start as usize].is_ascii_digit());
    let glued = numbers.map(Word::range).filter(|range| {
        let word = &statement[range.clone()];
        let unit = word.trim_start_matches(|it: char| it.is_ascii_digit());
        let is_glued = !unit.is_empty() && ROWS.iter().any(|row| is_unit(*row) && row[0] == unit);
        is_glued && is_dose(range.end - unit.len()..range.end)
    });
    for range in spaced.map(|(_, range)| range).chain(glued) {
        found.add(
            Finding::new(statement.part(range), "the statement gives a dose")
                .with_help("leave it out; the dataset gives no instructions for dosing"),
        );
    }
}

/// The number before a unit, where nothing says that something is measured with it.
fn dose_with(statement: &str, unit: Range<usize>) -> Option<&str> {
    let (before, number) = number_before(&statement[..unit.start])?;
    let behind = &statement[unit.end..];
    let unit = ucum(&statement[unit]);
    let is_of_volume =
        unit == "mL" && (is_rate(behind) || is_of_body(behind) || before.ends_with("per "));
    let is_of_patient = matches!(unit, "mL" | "g") && is_measured(before);
    (!is_of_volume && !is_of_patient && !is_of_laboratory(behind)).then_some(number)
}

/// Whether one of the last words says that something is measured in a patient.
fn is_measured(before: &str) -> bool {
    const MEASURED: [&str; 12] = [
        "volume",
        "residual",
        "loss",
        "weight",
        "protein",
        "proteinuria",
        "urine",
        "output",
        "effusion",
        "ascites",
        "prostate",
        "drainage",
    ];
    /// As in `blood loss of more than 500 mL`.
    const REACH: usize = 5;
    let last = before.split_whitespace().rev().take(REACH);
    last.map(str::to_lowercase)
        .any(|word| MEASURED.contains(&word.as_str()))
}

/// The code in UCUM for a unit as a sentence has it; most are the same.
fn ucum(unit: &str) -> &str {
    match unit {
        "ml" => "mL",
        "milligram" | "milligrams" => "mg",
        "gram" | "grams" => "g",
        "mcg" | "\u{b5}g" | "\u{3bc}g" | "microgram" | "micrograms" => "ug",
        other => other,
    }
}

/// Whether what stands behind a volume makes it one in a time, as of the kidneys.
fn is_rate(behind: &str) -> bool {
    const TIMES: [&str; 4] = ["min", "h", "hr", "s"];
    const WORDS: [&str; 4] = [" per minute", " per min", " per hour", " per second"];
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

/// A number with its unit, of which only what is measured counts: `g` of `g/d`.
type Threshold<'r> = (&'r str, f64);

fn by_size(one: &Threshold<'_>, other: &Threshold<'_>) -> Ordering {
    one.0.cmp(other.0).then(one.1.total_cmp(&other.1))
}

/// The thresholds of the criteria of a claim, in order.
fn thresholds(claim: Claim<'_>) -> Vec<Threshold<'_>> {
    let values = claim.criteria().filter_map(|use_| {
        let value = use_.get("value")?.value.as_number()?.as_f64()?;
        let unit = use_.text("unit")?.as_str();
        Some((unit.split('/').next()?, value))
    });
    let mut values: Vec<_> = values.collect();
    values.sort_unstable_by(by_size);
    values
}

fn is_among(number: &str, unit: &str, thresholds: &[Threshold<'_>]) -> bool {
    let number = number.replace(',', "").parse::<f64>();
    number.is_ok_and(|number| {
        let found = thresholds.binary_search_by(|threshold| by_size(threshold, &(unit, number)));
        found.is_ok()
    })
}
