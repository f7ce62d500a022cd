//! Abbreviations, and what explains them.

use std::collections::BTreeSet;

use super::{Records, Term, Text};
use crate::documents::words;
use crate::tables::rows;

/// Abbreviations that something explains.
pub(super) fn of<'r>(records: &Records<'r>) -> BTreeSet<&'r str> {
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
pub(crate) fn explains(term: Term<'_>) -> bool {
    let kind = term.kind();
    kind.is_some_and(|kind| matches!(&*kind, "abbreviation" | "ambiguous" | "misnomer"))
}

/// At least two capitals, and no Roman numeral.
pub(crate) fn is_abbreviation(word: &str) -> bool {
    let capitals = word.chars().filter(|it| it.is_uppercase()).count();
    let lower = word.chars().filter(|it| it.is_lowercase()).count();
    let is_numeral = word.chars().all(|it| matches!(it, 'I' | 'V' | 'X'));
    capitals >= 2 && capitals > lower && !is_numeral
}
