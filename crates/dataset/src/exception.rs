//! The list of accepted findings: its form, and which of them have run out.

use std::path::Path;

use treatise_report::{Diagnostic, FileId, Files, Place};
use treatise_source::{Limits, LineIndex, Lineage, Parser, Text, Value};

use crate::EXCEPTIONS;
use crate::manifest::{OwnSchema, check};
use crate::rules::EXPIRED_EXCEPTION;

/// An accepted finding.
#[derive(Clone, Debug)]
pub struct Exception {
    /// The rule that finds it.
    pub rule: String,
    /// Where it is accepted.
    pub within: Within,
    /// JSON pointer to the value in the record or file; absent, all of it.
    pub path: Option<String>,
    /// Why it is accepted.
    pub reason: String,
    /// Who answers for it: the id of an agent, or the name of a team.
    pub owner: String,
    /// Whether its day has passed, so that it accepts nothing any more.
    pub has_expired: bool,
    /// Where the name of the rule stands.
    pub place: Place,
    /// Where the reason stands.
    pub reason_place: Place,
    /// Where the owner stands.
    pub owner_place: Place,
    /// JSON pointer to the exception in its file.
    pub pointer: treatise_source::Pointer,
}

/// What a finding that is accepted lies in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Within {
    /// The record with this id.
    Record(String),
    /// A file that is none of records, by its path from the root, with slashes.
    File(String),
}

/// What is wrong with the text of a list of accepted findings, for somebody who is about to write
/// it: its form, and which of them have run out by `as_of`, ISO 8601.
pub fn check_exceptions(text: &[u8], as_of: &str) -> Vec<Diagnostic> {
    let file = Files::default().add(Path::new(EXCEPTIONS));
    read(file, text, as_of).1
}

/// Reads the list, and reports what is wrong with its form and which of them have run out by
/// `as_of`. A fault in one exception is no reason to bring back what all others accept.
pub(crate) fn read(file: FileId, bytes: &[u8], as_of: &str) -> (Vec<Exception>, Vec<Diagnostic>) {
    let text = Text::from_bytes(bytes);
    let mut findings = check(file, &text, OwnSchema::Exceptions.get());
    let faults: Vec<u64> = findings.iter().map(|fault| fault.place.start).collect();
    let is_sound = |entry: &Value<'_>| {
        let span = entry.span();
        let within = u64::from(span.start)..u64::from(span.end);
        !faults.iter().any(|fault| within.contains(fault))
    };
    let mut parser = Parser::new();
    let parsed = parser.parse(text.as_str(), Limits::default());
    let lines = LineIndex::new(text.as_str());
    let lineage = Lineage::of(&parsed.tree);
    let entries = parsed.tree.root().get("exceptions");
    let exceptions = entries
        .into_iter()
        .flat_map(Value::elements)
        .filter(is_sound)
        .filter_map(|entry| {
            let place = |name| Some(Place::new(file, &lines, entry.get(name)?.span()));
            let text = |name| Some(entry.get(name)?.as_str()?.to_owned());
            let expires = entry.get("expires")?;
            // ISO dates sort as text.
            let day = expires.as_str()?;
            let has_expired = day < as_of;
            if has_expired {
                findings.push(
                    Diagnostic::new(
                        &EXPIRED_EXCEPTION,
                        format!("this exception ran out on {day}"),
                        Place::new(file, &lines, expires.span()),
                    )
                    .with_note(format!("the dataset is checked as of {as_of}"))
                    .with_help("mend what it excuses, or decide anew and give it a new date")
                    .at_pointer(lineage.pointer(expires)),
                );
            }
            Some(Exception {
                rule: text("rule")?,
                within: match text("record") {
                    Some(id) => Within::Record(id),
                    None => Within::File(text("file")?),
                },
                path: text("path"),
                reason: text("reason")?,
                owner: text("owner")?,
                has_expired,
                place: place("rule")?,
                reason_place: place("reason")?,
                owner_place: place("owner")?,
                pointer: lineage.pointer(entry),
            })
        })
        .collect();
    (exceptions, findings)
}
