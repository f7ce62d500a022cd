//! Finds titles of works and family names of authors that are written in capitals throughout.
//!
//! # Why it matters
//!
//! Capitals are how a page or a database sets a line, and no part of the name. Styles of references
//! write capitals where they want them, but none can tell which letters were capitals before: `HER2`
//! and `LIVER` look the same.
//!
//! # How to mend it
//!
//! Write the title as its text does within a sentence, with capitals for names and abbreviations;
//! write the name as its bearer does.
//!
//! # What it leaves alone
//!
//! Titles in which fewer than two words have six letters or more, since short words may be
//! abbreviations, as in `JAMA` or `BMC CANCER`; names of groups; given names, which may be initials.
//! The dataset has no such title or name, so that the precision was seen on the cases alone.

use crate::check::rule;
use crate::documents::words;
use crate::finding::{Finding, Found};
use crate::view::Source;

rule! {
    name: "text-in-capitals",
    severity: Warning,
    summary: "a title or the name of an author in capitals",
    since: "0.1.0",
    check: Source(check),
}

/// Members of a reference that are titles.
const TITLES: &[&str] = &["title", "container-title", "collection-title"];
/// Lists of persons in a reference.
const PERSONS: &[&str] = &["author", "editor"];
/// Words with as many letters are seldom abbreviations.
const LONG: usize = 6;
/// So many of them make it certain.
const FEWEST_LONG: usize = 2;
/// A family name with fewer letters may be written in capitals for itself.
const SHORTEST_NAME: usize = 3;

fn check(source: Source<'_>, found: &mut Found) {
    let Some(csl) = source.csl() else {
        return;
    };
    for title in TITLES.iter().filter_map(|name| csl.text(name)) {
        let long = words(&title).filter(|(_, word)| word.chars().count() >= LONG);
        if is_in_capitals(&title) && long.count() >= FEWEST_LONG {
            found.add(
                Finding::new(title.spot(), "the title is written in capitals")
                    .with_help("write it as its text would within a sentence"),
            );
        }
    }
    for person in PERSONS.iter().flat_map(|name| csl.items(name)) {
        let Some(name) = person.text("family") else {
            continue;
        };
        if is_in_capitals(&name) && name.chars().count() >= SHORTEST_NAME {
            found.add(
                Finding::new(
                    name.spot(),
                    format!("the name `{}` is written in capitals", &*name),
                )
                .with_help("write it as its bearer does"),
            );
        }
    }
}

/// Whether there are capitals, and no small letters.
fn is_in_capitals(text: &str) -> bool {
    text.chars().any(char::is_uppercase) && !text.chars().any(char::is_lowercase)
}
