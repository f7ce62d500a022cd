//! Finds claims whose hedge in the source (`source_hedge`) says something else than their modality or
//! frequency.
//!
//! # Why it matters
//!
//! Applications filter by modality and frequency. If the source says "may" and the claim asserts, a
//! possibility has become a fact; if it says "rarely" and the frequency is `often`, the claim is wrong.
//!
//! # How to mend it
//!
//! Read the passage again, and give the value that fits its words. If the hedge belongs to another part
//! of the sentence, choose the one that belongs to the statement, or leave it out.
//!
//! # What it leaves alone
//!
//! Comparisons such as `more likely` and `most common`, which any value fits; hedges without a word of `src/tables/hedges.tsv`, and words with several meanings, such as `can` and
//! `most`. Of several words in one hedge any may decide, and where the modality is `believed`, words of
//! frequency may say how general the belief is.
//!
//! # How often it is right
//!
//! It finds nothing in the project's dataset, of whose 228 hedges 88 had a word of the table on
//! 30 November 2026.

use std::collections::{BTreeMap, HashSet};
use std::sync::LazyLock;

use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::phrase::Phrases;
use crate::tables::rows;
use crate::view::Claim;

rule! {
    name: "hedge-mismatch",
    severity: Warning,
    summary: "a hedge of the source that does not fit the modality or frequency of the claim",
    since: "0.1.0",
    check: Claim(check),
    tables: [HEDGES],
}

/// The phrases, and beside each its row of the table.
static HEDGES: LazyLock<(Phrases, Vec<[&str; 3]>)> = LazyLock::new(|| {
    let rows: Vec<[&str; 3]> = rows(include_str!("../tables/hedges.tsv")).collect();
    (Phrases::new(rows.iter().map(|[phrase, ..]| *phrase)), rows)
});

fn check(claim: Claim<'_>, found: &mut Found) {
    let Some(hedge) = claim.text("source_hedge") else {
        return;
    };
    let (phrases, rows) = &*HEDGES;
    let is_believed = claim.text("modality").is_some_and(|it| it == "believed");
    // What each member may be, and the word that says so.
    let mut allowed: BTreeMap<&str, (Vec<&str>, &str)> = BTreeMap::new();
    for (position, range) in phrases.find(&hedge) {
        let [_, member, values] = rows[position];
        let entry = allowed.entry(member).or_insert((Vec::new(), &hedge[range]));
        entry.0.extend(values.split(' '));
    }
    for (member, (values, word)) in allowed {
        let Some(value) = claim.text(member) else {
            continue;
        };
        if values.contains(&&*value)
            || claim.is_deprecated()
            || (is_believed && member == "frequency")
        {
            continue;
        }
        let mut seen = HashSet::new();
        let values = values.iter().filter(|value| seen.insert(**value));
        let values: Vec<_> = values.map(|value| format!("`{value}`")).collect();
        found.add(
            Finding::new(
                value.spot(),
                format!(
                    "the source says `{word}`, and the {member} of the claim is `{}`",
                    &*value
                ),
            )
            .with_related(hedge.spot(), "these are the words of the source")
            .with_help(format!(
                "{} would fit; read the passage again",
                values.join(" or ")
            )),
        );
    }
}
