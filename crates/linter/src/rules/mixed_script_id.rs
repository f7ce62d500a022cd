//! Finds ids with letters of several scripts, and words in texts for people that mix Latin letters with
//! look-alikes from another script.
//!
//! # Why it matters
//!
//! A Cyrillic `а` looks like a Latin one and is another letter. Two ids that look the same are two records,
//! and a search for the word does not find it.
//!
//! # How to mend it
//!
//! Type the word again.
//!
//! # What it leaves alone
//!
//! Greek letters in texts, which names of proteins have (`TNFα`); words wholly in one script; characters
//! that belong to every script, such as digits.

use treatise_source::{Pointer, Span, Value};
use unicode_script::{Script, UnicodeScript};
use unicode_security::MixedScript;

use crate::check::rule;
use crate::documents::words;
use crate::finding::{Finding, Found};
use crate::view::{Record, Text};

rule! {
    name: "mixed-script-id",
    severity: Error,
    summary: "an id or a word with letters of several scripts",
    since: "0.1.0",
    check: Record(check),
}

fn check(record: Record<'_>, found: &mut Found) {
    if !record.id.is_ascii() && !record.id.is_single_script() {
        let finding = match id_of(record) {
            Some(id) => Finding::new(
                record.spot_of(id.span()),
                "the id has letters of several scripts",
            )
            .with_help("type the id again"),
            // The name of a file is on none of its lines.
            None => {
                let start = record.value.span().start;
                Finding::new(
                    record.spot_of(Span::new(start, start + 1)),
                    "the name of the file, which is the id, has letters of several scripts",
                )
                .with_help("name the file again")
            }
        };
        found.add(finding.with_note(shown(record.id)));
    }
    if record.value.tree().is_ascii() {
        return;
    }
    for prose in record.prose() {
        of_text(prose.text, found);
    }
    // Terms and names are no prose, and are searched for all the more.
    for text in ["text", "name"]
        .into_iter()
        .filter_map(|name| record.text(name))
    {
        of_text(text, found);
    }
}

/// Where the id stands in the record, if it does.
fn id_of(record: Record<'_>) -> Option<Value<'_>> {
    let pointer = Pointer::parse(record.collection.entry().id.as_deref()?)?;
    let id = record.value.find(&pointer)?;
    (id.as_str() == Some(record.id)).then_some(id)
}

fn of_text(text: Text<'_>, found: &mut Found) {
    // The scripts that are looked for begin here; behind them stand the quotation marks and dashes.
    let is_far =
        |character: char| character >= '\u{400}' && !('\u{2000}'..='\u{206f}').contains(&character);
    if text.is_ascii() || !text.chars().any(is_far) {
        return;
    }
    for (range, word) in words(&text) {
        let has = |wanted: Script| word.chars().any(|character| character.script() == wanted);
        let is_mixed = has(Script::Latin)
            && (has(Script::Cyrillic) || has(Script::Armenian) || has(Script::Cherokee));
        if is_mixed {
            found.add(
                Finding::new(
                    text.part(range),
                    format!("`{word}` has letters of several scripts"),
                )
                .with_note(shown(word))
                .with_help("type the word again"),
            );
        }
    }
}

/// The letters that are not of the Latin script, with their numbers.
fn shown(word: &str) -> String {
    let others: Vec<_> = word
        .chars()
        .filter(|it| {
            !matches!(
                it.script(),
                Script::Latin | Script::Common | Script::Inherited
            )
        })
        .map(|it| format!("U+{:04X} is {}", u32::from(it), it.script().full_name()))
        .collect();
    others.join(", ")
}
