//! A section of a changelog: what a release changes, for those who use the data.
//!
//! What a version promises nothing about, as the review of records, is counted and not listed;
//! files that are not released are left out.

use std::collections::BTreeMap;

use super::markdown::code;
use super::wording::{both, counted, headline, place, value};
use crate::changelog::Section;
use crate::document::{ChangeEntry, Document};

/// What the kinds of changes start with that touch nothing that is released.
const NOT_RELEASED: [&str; 3] = ["exception-", "approval-", "other-file-"];

pub(super) fn render(document: &Document) -> String {
    let version = document.verdict.version.as_deref();
    let version = version.unwrap_or(&document.new.version);
    section(document, version, &document.new.as_of).to_markdown()
}

/// The section of a version that is released on a day.
pub(crate) fn section(document: &Document, version: &str, date: &str) -> Section {
    let mut section = Section::new(version, date);
    let mut counts: BTreeMap<(&str, &str), u64> = BTreeMap::new();
    let is_released = |change: &&ChangeEntry| {
        let mut prefixes = NOT_RELEASED.iter();
        !prefixes.any(|prefix| change.kind.starts_with(prefix))
    };
    let mut is_empty = true;
    for change in document.changes.iter().filter(is_released) {
        is_empty = false;
        let heading = heading(change.kind);
        if change.level == "patch" && !change.is_safety_relevant {
            *counts.entry((heading, change.title)).or_default() += 1;
        } else {
            section.add(heading, &entry(change));
        }
    }
    for ((heading, title), count) in counts {
        section.add(heading, &format!("{title}: {}", counted(count, "time")));
    }
    if is_empty {
        section.say("No change of content.");
    }
    section
}

fn heading(kind: &str) -> &'static str {
    if kind == "record-deprecated" {
        "Deprecated"
    } else if kind.ends_with("-added") {
        "Added"
    } else if kind.ends_with("-removed") {
        "Removed"
    } else {
        "Changed"
    }
}

fn entry(change: &ChangeEntry) -> String {
    let mut text = String::new();
    match (&change.collection, &change.record) {
        (Some(collection), Some(record)) => {
            text += &format!("{} in {}: ", code(record), code(collection));
        }
        (Some(collection), None) => text += &format!("{}: ", code(collection)),
        _ => {}
    }
    text += change.title;
    if let Some(headline) = headline(change) {
        text += &format!(": {}", code(&headline));
    }
    let path = place(change);
    if !path.is_empty() {
        text += &format!(" {}", code(&path));
        match (&change.old, &change.new) {
            (Some(old), Some(new)) => {
                let (old, new) = both(old, new);
                text += &format!(", from {} to {}", code(&old), code(&new));
            }
            (Some(one), None) | (None, Some(one)) => text += &format!(" {}", code(&value(one))),
            (None, None) => {}
        }
    }
    if !change.targets.is_empty() {
        let targets: Vec<_> = change.targets.iter().map(|target| code(target)).collect();
        text += &format!(", now {}", targets.join(", "));
    }
    text
}
