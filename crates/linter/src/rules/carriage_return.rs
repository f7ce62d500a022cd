//! Finds records with carriage returns: lines end with a line feed alone.
//!
//! # Why it matters
//!
//! An editor that ends lines in another way changes every line of a file, and a reviewer can't see what
//! else was changed. What is signed or hashed is no longer the same either.
//!
//! # How to mend it
//!
//! Run `treatise fmt`, or `treatise check --fix`. Where files come with carriage returns from git, let it
//! leave line ends as they are: `* text eol=lf` in `.gitattributes`.
//!
//! # What it leaves alone
//!
//! Carriage returns within texts, which are written as `\r` in JSON: these are a `control-character`. One
//! finding says how many a record has.

use treatise_report::Applicability;
use treatise_source::Span;

use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::view::Record;

rule! {
    name: "carriage-return",
    severity: Error,
    summary: "a line that does not end with a line feed alone",
    since: "0.1.0",
    check: Form(check),
    fix: Safe,
}

fn check(record: Record<'_>, found: &mut Found) {
    if !record.has_rare_byte(b'\r') {
        return;
    }
    let text = record.value.tree().text();
    // By itself it was the end of a line once; where records are lines, it can't be.
    let alone = if record.collection.has_lines() {
        ""
    } else {
        "\n"
    };
    let edit = |at: usize| {
        let is_alone = !text[at + 1..].starts_with('\n');
        let instead = if is_alone { alone } else { "" };
        (Span::new(at as u32, at as u32 + 1), instead.to_owned())
    };
    let all = memchr::memchr_iter(b'\r', text.as_bytes());
    let edits: Vec<_> = all.map(edit).collect();
    let message = match edits.len() {
        1 => "there is a carriage return".to_owned(),
        count => format!("there are {count} carriage returns"),
    };
    let (span, _) = edits[0];
    found.add(
        Finding::new(record.spot_of(span), message)
            .with_help("end lines with a line feed alone: run `treatise fmt`")
            .with_fix(Applicability::Safe, edits),
    );
}
