//! A section as Keep a Changelog 1.1.0 has it: what a release changes, for those who use the data.
//!
//! What a version promises nothing about, as the review of records, is counted and not listed.

use std::collections::BTreeMap;

use super::markdown::code;
use super::wording::{counted, place, value};
use crate::document::{ChangeEntry, Document};

/// The headings in their order.
const HEADINGS: [&str; 4] = ["Added", "Changed", "Deprecated", "Removed"];

pub(super) fn render(document: &Document) -> String {
    let version = document.verdict.version.as_deref();
    let version = version.unwrap_or(&document.new.version);
    let mut text = format!("## [{}] - {}\n", plain(version), plain(&document.new.as_of));
    let mut listed: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut counts: BTreeMap<(&str, &str), u64> = BTreeMap::new();
    for change in &document.changes {
        let heading = heading(change.kind);
        if change.level == "patch" && !change.is_safety_relevant {
            *counts.entry((heading, change.title)).or_default() += 1;
        } else {
            listed.entry(heading).or_default().push(entry(change));
        }
    }
    for ((heading, title), count) in counts {
        let entries = listed.entry(heading).or_default();
        entries.push(format!("{title}: {}", counted(count, "time")));
    }
    for heading in HEADINGS {
        let Some(entries) = listed.get(heading) else {
            continue;
        };
        text += &format!("\n### {heading}\n\n");
        for entry in entries {
            text += &format!("- {entry}\n");
        }
    }
    if document.changes.is_empty() {
        text += "\nNo change of content.\n";
    }
    text
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
    let path = place(change);
    if !path.is_empty() {
        text += &format!(" {}", code(&path));
        match (&change.old, &change.new) {
            (Some(old), Some(new)) => {
                text += &format!(", from {} to {}", code(&value(old)), code(&value(new)));
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

/// A version or date, which has nothing that Markdown could take for markup.
fn plain(text: &str) -> String {
    let is_plain =
        |character: &char| character.is_ascii_alphanumeric() || ".-+".contains(*character);
    text.chars().filter(is_plain).collect()
}
