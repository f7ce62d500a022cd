//! Abbreviations, and what explains them.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

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
        for variant in entity.texts("variants") {
            known.extend(words(variant.as_str()).map(|(_, word)| word));
        }
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

/// Whether a word is a notation that needs no term: the change of an amino acid (`V600E`), a category of
/// TNM (`pT2N0`), or a stage with its part (`IIIB`) where there are such.
pub(crate) fn is_notation(word: &str, has_stages: impl FnOnce() -> bool) -> bool {
    if VARIANT_OR_TNM.is_match(word) {
        return true;
    }
    // `IIIC2` is a part of a part.
    let part = word.strip_suffix(|last: char| last.is_ascii_digit());
    let part = part.unwrap_or(word);
    let numeral = part.trim_end_matches(['A', 'B', 'C', 'D', 'a', 'b', 'c', 'd']);
    let is_part = part.len() == numeral.len() + 1;
    let is_numeral = numeral.bytes().all(|it| matches!(it, b'I' | b'V' | b'X'));
    is_part && !numeral.is_empty() && is_numeral && has_stages()
}

/// Whether a text says of what a Roman numeral with a letter is the number.
pub(crate) fn has_stages(text: &str) -> bool {
    const STAGES: &[&str] = &["stage", "figo", "phase", "class", "type", "grade", "group"];
    let text = text.to_lowercase();
    STAGES.iter().any(|stage| text.contains(stage))
}

static VARIANT_OR_TNM: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = "^(?:[A-Z][0-9]+[A-Z]|[cpyr]*[TN](?:[0-9X]|is)[a-d]?(?:[NM][0-9X][a-d]?)+)$";
    Regex::new(pattern).expect("the pattern is right")
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notations_of_variants_and_stages_are_no_abbreviations() {
        for word in [
            "V600E",
            "G12C",
            "T4N2M1",
            "pT2N0",
            "ypT1aN0M0",
            "TisN0",
            "N1M1c",
        ] {
            assert!(is_notation(word, || false), "{word}");
        }
        for word in ["IIIB", "IVA", "IIc", "IIIC2", "IB1"] {
            assert!(is_notation(word, || has_stages("In Stage IIIB")), "{word}");
        }
        for word in ["HCC", "IVC", "CD", "TNM", "TNBC", "PD"] {
            assert!(!is_notation(word, || has_stages("The vein")), "{word}");
        }
        assert!(!is_notation("CD", || true) && !is_notation("B", || true));
    }
}
