//! Finds abbreviations in statements and labels that the dataset does not explain.
//!
//! # Why it matters
//!
//! `MS` is a disease, a drug and an instrument. An abbreviation without its term leaves readers and
//! programs to guess, and translators too.
//!
//! # How to mend it
//!
//! Add a term of the kind `abbreviation` with its expansion, or write it out.
//!
//! # What it leaves alone
//!
//! Symbols of genes that a biomarker has; abbreviations of agents, in their names or behind them in
//! parentheses; countries; Roman numerals and single letters. Each abbreviation is shown once, where it stands
//! first.
//!
//! # How often it is right
//!
//! It finds one abbreviation in the project's dataset, of a receptor that nothing explains.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::check::rule;
use crate::documents::words;
use crate::finding::{Finding, Found};
use crate::tables::rows;
use crate::view::{Records, Term, Text};

rule! {
    name: "unknown-abbreviation",
    severity: Warning,
    summary: "an abbreviation that no term explains",
    since: "0.1.0",
    check: Dataset(check),
}

fn check(records: &Records<'_>, found: &mut Found) {
    let mut known = known(records);
    let labels = records.labels().map(|text| ("the label", text));
    let statements = records.statements().map(|text| ("the statement", text));
    for (place, text) in labels.chain(statements) {
        let capitals = text.bytes().filter(u8::is_ascii_uppercase).count();
        if capitals < 2 && text.is_ascii() {
            continue;
        }
        for (range, word) in words(text.as_str()) {
            let singular = word.strip_suffix('s').unwrap_or(word);
            if !is_abbreviation(singular) || !known.insert(singular) {
                continue;
            }
            let range = with_number(&text, range);
            let written = text[range.clone()].trim_end_matches('s');
            let names = records.names().find(&text);
            let is_explained = names.iter().any(|mention| {
                let is_around =
                    mention.range.start <= range.start && range.end <= mention.range.end;
                is_around && mention.name.term.is_some_and(explains)
            });
            if is_explained {
                known.remove(singular);
                continue;
            }
            let inner = &text[..range.start];
            if inner.ends_with('(') && text[range.end..].starts_with(')') {
                // It is introduced here.
                continue;
            }
            found.add(
                Finding::new(
                    text.part(range),
                    format!("no term explains the abbreviation `{written}` in {place}"),
                )
                .with_help(
                    "add a term of the kind `abbreviation` with its expansion, or write it out",
                ),
            );
        }
    }
}

/// Abbreviations that something explains.
fn known<'r>(records: &Records<'r>) -> BTreeSet<&'r str> {
    let mut known = BTreeSet::new();
    for term in &records.terms {
        let name = term.name().filter(|_| explains(*term));
        known.extend(name.map(Text::as_str));
    }
    for entity in &records.entities {
        let symbol = entity.get("gene").and_then(|gene| gene.text("symbol"));
        known.extend(symbol.map(Text::as_str));
    }
    for agent in &records.agents {
        let name = agent.name().map_or("", |name| name.as_str());
        known.extend(words(name).map(|(_, word)| word));
    }
    let countries = rows(include_str!("../tables/countries.tsv"));
    known.extend(countries.map(|[name, _]: [&str; 2]| name));
    known
}

/// Whether a term says what its name stands for.
fn explains(term: Term<'_>) -> bool {
    let kind = term.kind();
    kind.is_some_and(|kind| matches!(&*kind, "abbreviation" | "ambiguous" | "misnomer"))
}

/// The abbreviation with a number that belongs to it: `5-FU`.
fn with_number(text: &str, range: Range<usize>) -> Range<usize> {
    let before = text[..range.start].strip_suffix('-').unwrap_or_default();
    let digits = before.bytes().rev().take_while(u8::is_ascii_digit).count();
    match digits {
        0 => range,
        _ => before.len() - digits..range.end,
    }
}

/// At least two capitals, and no Roman numeral.
fn is_abbreviation(word: &str) -> bool {
    let capitals = word.chars().filter(|it| it.is_uppercase()).count();
    let lower = word.chars().filter(|it| it.is_lowercase()).count();
    let is_numeral = word.chars().all(|it| matches!(it, 'I' | 'V' | 'X'));
    capitals >= 2 && capitals > lower && !is_numeral
}
