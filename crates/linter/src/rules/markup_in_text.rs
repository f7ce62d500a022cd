//! Finds HTML and Markdown in texts for people, and HTML in titles.
//!
//! # Why it matters
//!
//! The schema promises plain text. An application shows the marks as they are, or worse, runs what is
//! in them.
//!
//! # How to mend it
//!
//! Leave the marks out, and write `&` and `<` as they are.
//!
//! # What it leaves alone
//!
//! Less-than signs before numbers and spaces, stars and underscores that enclose nothing, numbers in
//! brackets.

use std::ops::Range;

use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::view::{Prose, Record, Sign, Text};

rule! {
    name: "markup-in-text",
    severity: Error,
    summary: "HTML or Markdown in a text for people",
    since: "0.1.0",
    check: Record(check),
}

/// Members of a reference in which copied HTML is left behind. Stars and the like belong to some titles.
const TITLES: &[&str] = &[
    "title",
    "title-short",
    "container-title",
    "collection-title",
];

fn check(record: Record<'_>, found: &mut Found) {
    for Prose { text, wording, .. } in record.prose() {
        if !wording.may_have(Sign::Markup) {
            continue;
        }
        let marks = [
            tag(text),
            entity(text),
            enclosed(text, "**"),
            enclosed(text, "__"),
            enclosed(text, "`"),
            link(text),
            line(text),
        ];
        report(*text, marks.into_iter().flatten(), found);
    }
    let csl = record.get("csl").into_iter();
    let titles = csl.flat_map(|csl| TITLES.iter().filter_map(move |name| csl.text(name)));
    for text in titles {
        report(text, tag(&text).into_iter().chain(entity(&text)), found);
    }
}

/// Reports the first of some marks.
fn report(text: Text<'_>, marks: impl Iterator<Item = Mark>, found: &mut Found) {
    if let Some((range, what)) = marks.min_by_key(|(range, _)| range.start) {
        found.add(
            Finding::new(text.part(range), format!("the text has {what}"))
                .with_help("write plain text"),
        );
    }
}

type Mark = (Range<usize>, &'static str);

/// `<b>`, `</b>`, `<br/>`, `<!--`.
fn tag(text: &str) -> Option<Mark> {
    let is_tag = |(at, _): &(usize, &str)| {
        let rest = &text[at + 1..];
        let name = rest.trim_start_matches('/');
        name.starts_with(|first: char| first.is_ascii_alphabetic()) || rest.starts_with("!--")
    };
    // What has no end behind the first one has none behind others.
    let (at, _) = text.match_indices('<').find(is_tag)?;
    let length = text[at..].find('>')? + 1;
    Some((at..at + length, "an HTML tag"))
}

/// `&amp;`, `&#160;`.
fn entity(text: &str) -> Option<Mark> {
    const LONGEST: usize = 8;
    text.match_indices('&').find_map(|(at, _)| {
        let rest = &text[at + 1..];
        let name = rest.trim_start_matches('#');
        let bytes = name.bytes().take(LONGEST + 1);
        let length = bytes.take_while(u8::is_ascii_alphanumeric).count();
        // The shortest name is that of `&lt;`.
        let is_numeric = rest.starts_with('#');
        let is_name = (2..=LONGEST).contains(&(length + usize::from(is_numeric)))
            && name[length..].starts_with(';');
        let end = text.len() - name.len() + length + 1;
        is_name.then_some((at..end, "an HTML entity"))
    })
}

/// `**word**` and the like.
fn enclosed(text: &str, mark: &str) -> Option<Mark> {
    let start = text.find(mark)?;
    let rest = &text[start + mark.len()..];
    let length = rest.find(mark)?;
    let inner = &rest[..length];
    let is_word = inner.starts_with(|first: char| !first.is_whitespace())
        && !inner.ends_with(char::is_whitespace);
    is_word.then(|| {
        (
            start..start + length + 2 * mark.len(),
            "Markdown emphasis or code",
        )
    })
}

/// `[text](address)`.
fn link(text: &str) -> Option<Mark> {
    let middle = text.find("](")?;
    let start = text[..middle].rfind('[')?;
    let end = text[middle..].find(')')?;
    Some((start..middle + end + 1, "a Markdown link"))
}

/// A line that begins with `# ` or `* `.
fn line(text: &str) -> Option<Mark> {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let mark = line.trim_start_matches('#');
        let level = line.len() - mark.len();
        if (level > 0 && mark.starts_with(' ')) || line.starts_with("* ") {
            return Some((start..start + level.max(1), "a Markdown heading or list"));
        }
        start += line.len();
    }
    None
}
