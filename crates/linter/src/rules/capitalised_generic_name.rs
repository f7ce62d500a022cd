//! Finds generic names of drugs with a capital, or all in capitals, in labels and within sentences.
//!
//! # Why it matters
//!
//! A capital makes a brand of a generic name: that is how the two are told apart in print. The nomenclature
//! of the WHO (INN) is in lower case.
//!
//! # How to mend it
//!
//! Write it in lower case; `treatise check --fix --unsafe-fixes` does in notes.
//!
//! # What it leaves alone
//!
//! The beginning of a sentence, but for its first letter; abbreviations of up to four letters; words that
//! have a capital in the label too; drugs that are classes, whose names may begin with a symbol;
//! titles of sources, which are as they were printed.
//!
//! # How often it is right
//!
//! It finds nothing in the project's dataset. Of 30 statements that were written to try the rules, it found
//! the one that has such a name, and none of the names that begin a sentence.

use std::iter;
use std::ops::Range;

use treatise_report::Applicability;

use crate::check::rule;
use crate::documents::words;
use crate::finding::{Finding, Found};
use crate::view::{Entity, Kind, Prose, Record, Records, Sign, Text, Word};

rule! {
    name: "capitalised-generic-name",
    severity: Warning,
    summary: "a generic name with a capital",
    since: "0.1.0",
    check: EachRecord(check),
    needs: WholeDataset,
    fix: Unsafe,
}

/// Fewer capitals in a row are an abbreviation.
const FEWEST_CAPITALS: usize = 5;

fn check(record: Record<'_>, records: &Records<'_>, found: &mut Found) {
    let language = records.language();
    match record.plan.kind {
        Some(Kind::Entity) if is_substance(Entity(record)) => {
            let label = Entity(record).label(language);
            if let Some(label) = label.filter(|label| is_capitalised(label)) {
                let end = words(&label).next().map_or(0, |(range, _)| range.end);
                let lower = label[..end].to_lowercase();
                report(label, 0..end, lower, found);
            }
        }
        Some(Kind::Claim | Kind::Issue) => {
            for prose in record.prose() {
                if prose.language == Some(language) && has_capital(prose) {
                    look_at_names(prose, records, found);
                }
            }
        }
        _ => {}
    }
}

fn is_substance(entity: Entity<'_>) -> bool {
    entity.level() == Some("substance")
}

/// Whether a word may be a name with a capital that is not at the beginning of the text.
fn has_capital(prose: &Prose<'_>) -> bool {
    let wording = &prose.wording;
    let bytes = prose.text.as_bytes();
    // Those in abbreviations are many, and these are short.
    let is_long = |word: &Word| {
        let range = word.range();
        range.len() >= FEWEST_CAPITALS && bytes[range][1..].iter().any(u8::is_ascii_uppercase)
    };
    wording.may_have(Sign::InnerCapital)
        || wording.may_have(Sign::LaterCapital)
            && (wording.words.iter().any(is_long) || !prose.text.is_ascii())
}

fn look_at_names(prose: &Prose<'_>, records: &Records<'_>, found: &mut Found) {
    for mention in records.names().find_in(prose) {
        let Range { start, end } = mention.range;
        let written = &prose.text[start..end];
        if !written.contains(char::is_uppercase) {
            continue;
        }
        let [drug] = mention.name.entities[..] else {
            continue;
        };
        if mention.name.term.is_some() || !is_substance(drug) {
            continue;
        }
        let before = prose.text[..start].trim_end();
        let begins = before.is_empty() || before.ends_with(['.', ':', '!', '?', '“', '"']);
        let usual = usual(written, mention.name.text, begins);
        if usual != written {
            report(prose.text, start..end, usual, found);
        }
    }
}

/// A name as it is written in a sentence, whose beginning it may be: the words that have no capital in the
/// label have none.
fn usual(written: &str, label: &str, begins: bool) -> String {
    let mut usual = String::with_capacity(written.len());
    let mut may_begin = begins;
    let mut end = 0;
    let labelled = words(label).map(Some).chain(iter::repeat(None));
    for ((range, word), labelled) in words(written).zip(labelled) {
        let is_as_labelled = labelled.is_some_and(|(_, labelled)| labelled == word);
        let is_wrong = !is_as_labelled || is_capitalised(label) && range.start == 0;
        let is_wrong = is_wrong && (is_capitalised(word) || is_in_capitals(word));
        usual.push_str(&written[end..range.start]);
        end = range.end;
        let has_letter = word.contains(char::is_alphabetic);
        match (is_wrong, may_begin && has_letter) {
            (false, _) => usual.push_str(word),
            (true, false) => usual.push_str(&word.to_lowercase()),
            (true, true) => {
                let mut characters = word.chars();
                usual.extend(characters.next());
                usual.push_str(&characters.as_str().to_lowercase());
            }
        }
        may_begin &= !has_letter;
    }
    usual.push_str(&written[end..]);
    usual
}

fn report(text: Text<'_>, range: Range<usize>, usual: String, found: &mut Found) {
    let lower = usual.to_lowercase();
    let finding = Finding::new(
        text.part(range.clone()),
        format!("the generic name `{lower}` is written with a capital"),
    )
    .with_help("write it in lower case");
    found.add(finding.with_replaced(Applicability::Unsafe, text, [(range, usual)]));
}

/// A capital and then lower case.
fn is_capitalised(text: &str) -> bool {
    let mut characters = text.chars();
    characters.next().is_some_and(char::is_uppercase)
        && characters.next().is_some_and(char::is_lowercase)
}

/// Capitals only, and too many for an abbreviation.
fn is_in_capitals(word: &str) -> bool {
    let mut letters = word.chars().filter(|letter| letter.is_alphabetic());
    word.chars().count() >= FEWEST_CAPITALS && letters.all(char::is_uppercase)
}
