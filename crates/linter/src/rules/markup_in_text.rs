//! Finds HTML and Markdown in texts for people, HTML in titles, and marks of references, such as `[3]`
//! and `therapy³`, in statements.
//!
//! # Why it matters
//!
//! The schema promises plain text. An application shows the marks as they are, or worse, runs what is
//! in them. A mark of a reference points at a list that was left behind where the words come from, and
//! keeps the word before it from being found.
//!
//! # How to mend it
//!
//! Leave the marks out, and write `&` and `<` as they are. What a statement is taken from is said by its
//! citations.
//!
//! # What it leaves alone
//!
//! Less-than signs before numbers and spaces, stars and underscores that enclose nothing, numbers in
//! brackets elsewhere than in statements, and there several of them (`[12, 30]`), which may be a range, and
//! what is part of a name (`[6]-gingerol`); raised numbers of units, charges and the like.

use std::ops::Range;

use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::view::{Prose, Record, Sign, Text};

rule! {
    name: "markup-in-text",
    severity: Error,
    summary: "HTML or Markdown in a text for people, or a mark of a reference in a statement",
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
    let may_have_mark = |prose: &Prose<'_>| {
        // A raised number is a foreign character, and so may be any space.
        prose.wording.may_have(Sign::Bracket) || prose.wording.may_have(Sign::Space)
    };
    if let Some(claim) = record.claim()
        && record.prose().iter().any(may_have_mark)
    {
        for (_, text) in claim.languages("statement") {
            let marks = [bracketed(&text), raised(&text)];
            let first = marks.into_iter().flatten().min_by_key(|mark| mark.start);
            if let Some(range) = first {
                found.add(
                    Finding::new(text.part(range), "the text has a mark of a reference")
                        .with_help("leave it out, and cite what it refers to"),
                );
            }
        }
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

/// `[3]`.
fn bracketed(text: &str) -> Option<Range<usize>> {
    const MOST_DIGITS: usize = 3;
    text.match_indices('[').find_map(|(at, _)| {
        let rest = &text[at + 1..];
        let behind = rest.trim_start_matches(|it: char| it.is_ascii_digit());
        let digits = rest.len() - behind.len();
        let behind = behind.strip_prefix(']')?;
        let is_part = |it: char| it.is_alphanumeric() || matches!(it, '-' | '‑' | '(' | '+');
        let is_mark = (1..=MOST_DIGITS).contains(&digits) && !behind.starts_with(is_part);
        is_mark.then_some(at..text.len() - behind.len())
    })
}

/// `therapy³`, `therapy.³`.
fn raised(text: &str) -> Option<Range<usize>> {
    const RAISED: [char; 10] = ['¹', '²', '³', '⁰', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    /// Units have fewer letters.
    const FEWEST_LETTERS: usize = 4;
    text.match_indices(RAISED).find_map(|(at, _)| {
        let before = text[..at].trim_end_matches(['.', ',']);
        let letters = before.chars().rev().take_while(|it| it.is_lowercase());
        let behind = text[at..].trim_start_matches(RAISED);
        let is_part = |it: char| it.is_alphanumeric() || matches!(it, '⁺' | '⁻');
        let is_mark =
            letters.take(FEWEST_LETTERS).count() == FEWEST_LETTERS && !behind.starts_with(is_part);
        is_mark.then_some(at..text.len() - behind.len())
    })
}
