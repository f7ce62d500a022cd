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
//! Numbers with other units, such as the size of a tumor, and what is measured in a patient: what is found
//! in a volume, an area or a gram (`g/dL`, `g/cm²`, `mg/g`, `5 cells per 7.5 mL`, `10 mL of blood`), a
//! volume in a time (`mL/min`, `mL per day`), what is weighed or excreted, a ratio in Gy, and the threshold
//! of a criterion of the claim. Numbers in words, but before tablets, capsules and milligrams. Notes to
//! other editors. The words are
//! those of `src/tables/address.tsv` and `src/tables/doses.tsv`, in English.

use std::cell::LazyCell;
use std::cmp::Ordering;
use std::ops::Range;
use std::sync::LazyLock;

use crate::check::rule;
use crate::doses::{ROWS, dose_with, is_unit, ucum};
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
