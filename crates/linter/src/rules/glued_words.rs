//! Finds two words without a space between: a capital within a word, both sides of which are words of
//! the dataset.
//!
//! # Why it matters
//!
//! Such words come from pages whose line breaks got lost. In a title they keep the work from being found,
//! and a name that is glued to its neighbour is not recognised.
//!
//! # How to mend it
//!
//! Put the space in; `treatise check --fix --unsafe-fixes` does, except in texts that carry meaning.
//!
//! # What it leaves alone
//!
//! Words of which a side occurs nowhere else, such as names of studies (`TransMet`), gender forms
//! (`PatientInnen`), gene symbols and units; words that are part of the name of an agent, of a label or
//! of a term; locators, which repeat the headings of the source as they are.
//!
//! The dataset has two words with a capital inside in its titles and texts, and neither is found.

use std::collections::BTreeSet;

use rustc_hash::FxHashSet;
use treatise_report::Applicability;

use crate::check::rule;
use crate::documents::words;
use crate::finding::{Finding, Found};
use crate::view::{Record, Records, Text};

rule! {
    name: "glued-words",
    severity: Warning,
    summary: "two words without a space between them",
    since: "0.1.0",
    check: Dataset(check),
    fix: Unsafe,
}

fn check(records: &Records<'_>, found: &mut Found) {
    let suspects: Vec<_> = records
        .all()
        .flat_map(|record| texts(record))
        .filter(|text| words(text).any(|(_, word)| seam(word).is_some()))
        .collect();
    if suspects.is_empty() {
        return;
    }
    let mut known: FxHashSet<String> = FxHashSet::default();
    for text in records.all().flat_map(|record| texts(record)) {
        known.extend(words(&text).map(|(_, word)| word.to_lowercase()));
    }
    let mut names: BTreeSet<&str> = BTreeSet::new();
    for name in records.names().all() {
        let is_title = name.entities.is_empty() && name.term.is_none();
        let is_agent = records
            .agents
            .iter()
            .any(|agent| agent.name().is_some_and(|text| *text == *name.text));
        if !is_title || is_agent {
            names.extend(words(name.text).map(|(_, word)| word));
        }
    }
    for text in suspects {
        for (range, word) in words(&text) {
            let Some(seam) = seam(word).filter(|_| !names.contains(word)) else {
                continue;
            };
            let (left, right) = word.split_at(seam);
            if !known.contains(&left.to_lowercase()) || !known.contains(&right.to_lowercase()) {
                continue;
            }
            let at = range.start + seam;
            let mut finding = Finding::new(
                text.part(range),
                format!("`{left}` and `{right}` stand without a space between"),
            );
            if let Some(span) = text.span_of(at..at) {
                finding = finding.with_fix(Applicability::Unsafe, [(span, " ".to_owned())]);
            }
            found.add(finding);
        }
    }
}

/// The texts of a record, and the titles in its reference.
fn texts(record: Record<'_>) -> Vec<Text<'_>> {
    let titles = [
        "title",
        "title-short",
        "container-title",
        "collection-title",
    ];
    let csl = record.get("csl");
    let titles = titles.into_iter().filter_map(|name| csl?.text(name));
    let prose = record.prose().into_iter().map(|prose| prose.text);
    prose.chain(titles).collect()
}

/// Where a word has a small letter and then a capital one and a small one, both sides at least two
/// letters long.
fn seam(word: &str) -> Option<usize> {
    if word.is_ascii() && !word.bytes().any(|byte| byte.is_ascii_lowercase()) {
        return None;
    }
    let letters: Vec<_> = word.char_indices().collect();
    let at = letters.windows(3).find_map(|letters| {
        let [(_, before), (at, capital), (_, after)] = letters else {
            return None;
        };
        let is_seam = before.is_lowercase() && capital.is_uppercase() && after.is_lowercase();
        is_seam.then_some(*at)
    })?;
    (word[..at].chars().count() > 1).then_some(at)
}
