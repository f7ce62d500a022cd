//! Finds records that are not written in the one form that `treatise fmt` gives them.
//!
//! The form is: members in the order of the schema, members that the schema does not name behind
//! them by name, two spaces for each level, a line feed at the end, and no escape that is not
//! needed. In a file of lines, a record is one line without white space between its parts.
//!
//! # Why it matters
//!
//! Where there is one form, a difference between two versions is a difference in what they say, and
//! two people who change the same record get no conflict over its looks.
//!
//! # How to mend it
//!
//! Run `treatise fmt`.
//!
//! # What it leaves alone
//!
//! Numbers stay as they are written, and texts keep every character, also those that could be
//! composed (NFC). Carriage returns are `carriage-return`, whatever else is as it should be.
//!
//! Records that are not as their schema says: what is wrong with them comes first. `treatise fmt` gives
//! them the form all the same.
//!
//! A record with a repeated key or half a surrogate pair stays byte for byte as it is: written anew,
//! it would say less, and the fault would no longer be seen. Mend that first.

use treatise_report::Applicability;
use treatise_source::{Layout, Span};

use crate::canonical;
use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::view::Record;

rule! {
    name: "unformatted",
    severity: Error,
    summary: "a record that is not in the one form in which records are written",
    since: "0.1.0",
    check: Form(check),
    fix: Safe,
}

fn check(record: Record<'_>, found: &mut Found) {
    let text = record.value.tree().text();
    let shape = &record.plan.shape;
    let layout = match record.collection.has_lines() {
        true => Layout::Line,
        false => Layout::Lines,
    };
    if canonical::is_written(record, shape, layout) || !canonical::keeps_all(text) {
        return;
    }
    let canonical = canonical::write(record.value, shape, layout);
    let Some((start, expected)) = first_difference(text, &canonical) else {
        return;
    };
    let end = text[start..].chars().next().map_or(0, char::len_utf8);
    let note = note(&text[start..], &canonical, expected, layout);
    let span = Span::new(start as u32, (start + end) as u32);
    let whole = Span::new(0, text.len() as u32);
    found.add(
        Finding::new(
            record.spot_of(span),
            "the record is not in its canonical form",
        )
        .with_note(note)
        .with_help("run `treatise fmt`")
        .with_fix(Applicability::Safe, [(whole, canonical)]),
    );
}

/// What should stand where a text differs from its canonical form, at `expected` of that; `rest` is what
/// stands there.
fn note(rest: &str, canonical: &str, expected: usize, layout: Layout) -> String {
    const LONGEST: usize = 100;
    if expected == canonical.len() {
        return "nothing should follow here".to_owned();
    }
    if rest.is_empty() {
        return "the last line should have a line end".to_owned();
    }
    let before = &canonical[..expected];
    // Where a record is one line, its parts are what can be told apart.
    let start = match layout {
        Layout::Lines => before.rfind('\n'),
        Layout::Line => before.rfind([',', '{', '[']),
    };
    let start = start.map_or(0, |at| at + 1);
    let line = canonical[start..].lines().next().unwrap_or_default();
    let mut characters = line.chars();
    let shown: String = characters.by_ref().take(LONGEST).collect();
    let more = if characters.next().is_some() {
        "…"
    } else {
        ""
    };
    match layout {
        Layout::Lines => format!("the line should read `{shown}{more}`"),
        Layout::Line => format!("this part should read `{shown}{more}`"),
    }
}

/// Where two texts differ, each in its own bytes, by more than carriage returns of the first.
fn first_difference(text: &str, other: &str) -> Option<(usize, usize)> {
    let mut characters = text.char_indices().filter(|(_, it)| *it != '\r');
    let mut others = other.char_indices();
    loop {
        match (characters.next(), others.next()) {
            (None, None) => return None,
            (Some((_, one)), Some((_, other))) if one == other => {}
            (here, there) => {
                let at = |place: Option<(usize, char)>, end| place.map_or(end, |(at, _)| at);
                return Some((at(here, text.len()), at(there, other.len())));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noted(text: &str, canonical: &str, layout: Layout) -> String {
        let (start, expected) = first_difference(text, canonical).expect("they differ");
        note(&text[start..], canonical, expected, layout)
    }

    #[test]
    fn whole_lines_and_parts_are_shown() {
        let canonical = "{\n  \"id\": \"rue\",\n  \"label\": \"rue\"\n}\n";
        let shown = |text: &str| noted(text, canonical, Layout::Lines);
        assert_eq!(shown("{}"), "the line should read `{`");
        let line = "the line should read `  \"label\": \"rue\"`";
        assert_eq!(shown(&canonical.replace("label", "lebel")), line);
        assert_eq!(shown(&canonical.replace("\"label", " \"label")), line);
        assert_eq!(shown(&canonical.replace("\n}", " \n}")), line);
        let line = r#"{"id":"rue","label":"rue"}"#;
        assert_eq!(
            noted(&line.replace(":\"rue\"}", ": \"rue\"}"), line, Layout::Line),
            r#"this part should read `"label":"rue"}`"#
        );
    }

    #[test]
    fn too_few_line_ends_are_told_from_too_many() {
        let shown = |text: &str| noted(text, "{}\n", Layout::Lines);
        assert_eq!(shown("{}"), "the last line should have a line end");
        assert_eq!(shown("{}\n\n"), "nothing should follow here");
    }
}
