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
//! Numbers with other units, such as the size of a tumor or what a laboratory finds in a volume (`g/dL`);
//! notes to other editors. The words are those
//! of `src/tables/address.tsv` and `src/tables/doses.tsv`, in English.

use std::sync::LazyLock;

use crate::check::rule;
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

/// Units and schedules.
static ROWS: LazyLock<Vec<[&str; 2]>> =
    LazyLock::new(|| rows(include_str!("../tables/doses.tsv")).collect());

/// Their phrases, found by their positions.
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
    let spaced = DOSES.find_in(prose).into_iter();
    let spaced = spaced.filter(|(position, range)| {
        let before = statement[..range.start].trim_end();
        !is_unit(ROWS[*position]) || before.ends_with(|last: char| last.is_ascii_digit())
    });
    // `4mg`, without the space.
    let numbered = prose.wording.may_have(Sign::Digit).then_some(prose);
    let words = numbered.into_iter().flat_map(|prose| &prose.wording.words);
    let bytes = statement.as_bytes();
    let numbers = words.filter(|word| bytes[word.start as usize].is_ascii_digit());
    let glued = numbers.map(Word::range).filter(|range| {
        let word = &statement[range.clone()];
        let unit = word.trim_start_matches(|it: char| it.is_ascii_digit());
        let is_glued = unit.len() < word.len() && !unit.is_empty();
        is_glued && ROWS.iter().any(|row| is_unit(*row) && row[0] == unit)
    });
    let doses = spaced.map(|(_, range)| range).chain(glued);
    for range in doses.filter(|range| !is_concentration(&statement[range.end..])) {
        found.add(
            Finding::new(statement.part(range), "the statement gives a dose")
                .with_help("leave it out; the dataset gives no instructions for dosing"),
        );
    }
}

/// Whether what stands behind a unit makes it one of a laboratory: so much in a volume.
fn is_concentration(behind: &str) -> bool {
    const VOLUMES: [&str; 6] = ["dL", "dl", "mL", "ml", "L", "l"];
    let volume = behind.strip_prefix('/').map(|rest| {
        let end = rest.find(|it: char| !it.is_alphanumeric());
        &rest[..end.unwrap_or(rest.len())]
    });
    volume.is_some_and(|volume| VOLUMES.contains(&volume))
}

fn is_unit([_, kind]: [&str; 2]) -> bool {
    kind == "unit"
}
