//! Finds two words without a space between: a capital within a word, both sides of which are words of
//! the dataset, or a full stop right between a word of small letters and one that begins with a capital.
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
//! of a term; full stops in addresses, names of files and abbreviations (`www.Example.org`, `z.B.Dosis`);
//! locators, which repeat the headings of the source as they are.
//!
//! The dataset has two words with a capital inside in its titles and texts, and neither is found.

use std::ops::Range;

use treatise_report::Applicability;
use unicode_script::{Script, UnicodeScript};

use crate::check::rule;
use crate::documents::words;
use crate::finding::{Finding, Found};
use crate::marked::Marked;
use crate::view::{Prose, Record, Records, Sign, texts, titles};

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
    let has_stop = |text: &str| stops(text).next().is_some();
    let mut prose = record.prose().iter();
    let is_marked = prose.any(|Prose { text, wording, .. }| {
        let may_have_stop = wording.may_have(Sign::Stop) && wording.may_have(Sign::InnerCapital);
        wording.may_have(Sign::Seam) && has_seam(text) || may_have_stop && has_stop(text)
    });
    u8::from(is_marked || titles(record).any(|title| has_seam(&title) || has_stop(&title)))
}

fn check<'r>(marked: &Marked<'_, 'r>, records: &Records<'r>, found: &mut Found) {
    for text in marked.all().flat_map(texts) {
        let mut report = |range: Range<usize>, left: &str, right: &str| {
            let at = range.end - right.len();
            let finding = Finding::new(
                text.part(range),
                format!("`{left}` and `{right}` stand without a space between"),
            );
            found.add(finding.with_replaced(
                Applicability::Unsafe,
                text,
                [(at..at, " ".to_owned())],
            ));
        };
        let seams = may_have_seam(&text).then(|| words(&text));
        for (range, word) in seams.into_iter().flatten() {
            let Some(seam) = seam(word) else {
                continue;
            };
            let vocabulary = records.vocabulary();
            let (left, right) = word.split_at(seam);
            if !vocabulary.is_name(word) && vocabulary.has(left) && vocabulary.has(right) {
                report(range, left, right);
            }
        }
        for (range, left, right) in stops(&text) {
            report(range, left, right);
        }
    }
}

/// Where a full stop stands right between a word of small letters and one that begins with a capital:
/// both with the full stop, and each of them. Addresses and names of files have other signs around them.
fn stops(text: &str) -> impl Iterator<Item = (Range<usize>, &str, &str)> {
    memchr::memchr_iter(b'.', text.as_bytes()).filter_map(|at| {
        let (before, behind) = (&text[..at], &text[at + 1..]);
        let start = before.trim_end_matches(is_small).len();
        let is_letter = |it: char| it.is_alphabetic() || is_mark(it);
        let length = behind.len() - behind.trim_start_matches(is_letter).len();
        let (left, right) = (&before[start..], &behind[..length]);
        let small = right.strip_prefix(char::is_uppercase)?;
        let is_word = |letters: &str, least: usize| {
            letters.chars().filter(|it| !is_mark(*it)).count() >= least
        };
        let is_sentence = is_word(left, 2)
            && is_word(small, 1)
            && small.chars().all(is_small)
            && ends_word(&before[..start], &behind[length..]);
        is_sentence.then_some((start..at + 1 + length, left, right))
    })
}

fn is_small(character: char) -> bool {
    character.is_lowercase() || is_mark(character)
}

/// Whether a character is an accent of the letter before it: the same is found in a text whether
/// these are composed or not.
fn is_mark(character: char) -> bool {
    character.script() == Script::Inherited
}

/// Whether what stands between these two is no part of an address or the like.
fn ends_word(before: &str, behind: &str) -> bool {
    let is_free = before.chars().next_back().is_none_or(|last| {
        last.is_whitespace() || matches!(last, '(' | '-' | '‐' | '–' | '“' | '"')
    });
    let mut rest = behind.chars();
    is_free
        && match rest.next() {
            Some('.') => rest.next().is_none_or(char::is_whitespace),
            Some(next) => next.is_whitespace() || matches!(next, ',' | ';' | ':' | ')' | '-' | '’'),
            None => true,
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
