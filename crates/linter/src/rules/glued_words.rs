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

use treatise_report::Applicability;

use crate::check::rule;
use crate::documents::words;
use crate::finding::{Finding, Found};
use crate::marked::Marked;
use crate::view::{Record, Records, Sign, texts, titles};

rule! {
    name: "glued-words",
    severity: Warning,
    summary: "two words without a space between them",
    since: "0.1.0",
    check: Marked(mark, check),
    needs: WholeDataset,
    fix: Unsafe,
}

fn mark(record: Record<'_>) -> u8 {
    let has_seam =
        |text: &str| may_have_seam(text) && words(text).any(|(_, word)| seam(word).is_some());
    let mut prose = record.prose().iter();
    let is_marked = prose.any(|prose| prose.wording.may_have(Sign::Seam) && has_seam(&prose.text))
        || titles(record).any(|title| has_seam(&title));
    u8::from(is_marked)
}

fn check<'r>(marked: &Marked<'_, 'r>, records: &Records<'r>, found: &mut Found) {
    let texts = marked.all().flat_map(texts);
    for text in texts.filter(|text| may_have_seam(text)) {
        for (range, word) in words(&text) {
            let Some(seam) = seam(word) else {
                continue;
            };
            let vocabulary = records.vocabulary();
            let (left, right) = word.split_at(seam);
            if vocabulary.is_name(word) || !vocabulary.has(left) || !vocabulary.has(right) {
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

/// Whether a small letter may stand right before a capital one; most texts are done with that.
fn may_have_seam(text: &str) -> bool {
    let mut pairs = text.as_bytes().windows(2);
    pairs.any(|pair| match *pair {
        [before, after] => {
            (before.is_ascii_lowercase() || !before.is_ascii())
                && (after.is_ascii_uppercase() || !after.is_ascii())
        }
        _ => false,
    })
}

/// Where a word has a small letter and then a capital one and a small one, both sides at least two
/// letters long.
fn seam(word: &str) -> Option<usize> {
    if word.is_ascii() && !word.bytes().any(|byte| byte.is_ascii_lowercase()) {
        return None;
    }
    let letters = word.char_indices();
    let behind = letters.clone().skip(1).zip(letters.clone().skip(2));
    let at = letters.zip(behind).find_map(|((_, before), letters)| {
        let ((at, capital), (_, after)) = letters;
        let is_seam = before.is_lowercase() && capital.is_uppercase() && after.is_lowercase();
        is_seam.then_some(at)
    })?;
    (word[..at].chars().count() > 1).then_some(at)
}
