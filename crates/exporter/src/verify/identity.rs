//! Whether all that says which version of which dataset a bundle is says the same, and whether the
//! statement to be signed is about the files that are there.

use serde_json::Value;
use treatise_dataset::whole;
use treatise_report::visible;

use super::marker::{Identity, Marker, check_document};
use super::rules::{COUNT_DISAGREES, FORMATS_DISAGREE, INVALID_DESCRIPTION, MISSING_FILE};
use super::{Check, checksums};
use crate::Error;
use crate::bundle::{CHECKSUMS, MARKER};
use crate::description::{DATASET, MANIFEST};
use crate::occupant::read;

const STATEMENT: &str = "statement.intoto.json";
const CITATION: &str = "CITATION.cff";
/// What changed since the version before, where that was asked for.
const CHANGES: &str = "changes.json";
/// Documents that nothing else looks at, with their published schemas.
const PUBLISHED: &[(&str, &str)] = &[
    (
        STATEMENT,
        include_str!("../../../../schemas/output/statement.schema.json"),
    ),
    (
        CHANGES,
        include_str!("../../../../schemas/output/changes.schema.json"),
    ),
];
/// What tells a version of a dataset from all others.
pub(super) const TOLD_BY: &[&str] = &["name", "version", "as_of"];
/// What tells how much of the dataset there is; a bundle of an older program says it in `bundle.json` alone.
pub(super) const PART: &[&str] = &["profile", "is_complete"];
/// Documents that say it, where, and what of it.
const DOCUMENTS: &[(&str, &str, &[&str])] = &[
    (MANIFEST, "", TOLD_BY),
    (DATASET, "", TOLD_BY),
    ("datapackage.json", "", &["version"]),
    (STATEMENT, "/predicate/dataset", TOLD_BY),
    (CHANGES, "/new", &["version"]),
];

pub(super) fn check(check: &mut Check, marker: &Marker) -> Result<(), Error> {
    for (file, schema) in PUBLISHED {
        check_document(check, file, schema)?;
    }
    for &(file, place, members) in DOCUMENTS {
        let Some(text) = read(&check.path(file))? else {
            continue;
        };
        let Ok(document) = serde_json::from_slice::<Value>(&text) else {
            let message = format!("`{file}` is no JSON document");
            check.find(&INVALID_DESCRIPTION, file, message);
            continue;
        };
        let said = document.pointer(place);
        for member in members {
            let said = said.and_then(|said| said.get(member)?.as_str());
            marker.dataset.expect(check, file, member, said);
        }
        for what in PART.iter().filter(|_| [DATASET, STATEMENT].contains(&file)) {
            match said.and_then(|said| said.get(what)) {
                Some(Value::Bool(said)) => marker.expect_part(check, file, what, &said.to_string()),
                Some(Value::String(said)) => marker.expect_part(check, file, what, said),
                _ => {}
            }
        }
        if file == STATEMENT {
            check_subjects(check, &document)?;
            check_records(check, marker, &document);
        }
    }
    if !checksums::hashes(check)?.contains_key(STATEMENT) {
        let message = format!("there is no `{STATEMENT}`, which says what the files were made of");
        check.find(&MISSING_FILE, STATEMENT, message);
    }
    if let Some(text) = read(&check.path(CITATION))? {
        let text = String::from_utf8_lossy(&text);
        let said = text.lines().find_map(|line| line.strip_prefix("version: "));
        let said: Option<String> = said.and_then(|said| serde_json::from_str(said).ok());
        let said = said.as_deref();
        marker.dataset.expect(check, CITATION, "version", said);
    }
    Ok(())
}

impl Marker {
    /// Finds it where another part of the dataset is said to be there than here.
    pub(super) fn expect_part(&self, check: &mut Check, file: &str, what: &str, said: &str) {
        let expected = match what {
            "profile" => &self.profile,
            _ => &self.is_complete.to_string(),
        };
        if said != expected {
            let said = visible(said);
            let message =
                format!("the `{what}` in `{file}` is `{said}`, and `{expected}` in `{MARKER}`");
            check.find(&FORMATS_DISAGREE, file, message);
        }
    }
}

impl Identity {
    /// Finds it where something else is said than here.
    pub(super) fn expect(&self, check: &mut Check, file: &str, what: &str, said: Option<&str>) {
        let expected = match what {
            "name" => &self.name,
            "version" => &self.version,
            _ => &self.as_of,
        };
        if said == Some(expected) {
            return;
        }
        let said = said.map_or_else(|| "none".to_owned(), |said| format!("`{said}`"));
        let message = format!("the `{what}` in `{file}` is {said}, and `{expected}` in `{MARKER}`");
        check.find(&FORMATS_DISAGREE, file, message);
    }
}

/// Whether the statement has the number of records.
fn check_records(check: &mut Check, marker: &Marker, statement: &Value) {
    let said = statement.pointer("/predicate/dataset/records");
    let said = said.and_then(|said| whole::<_, u64>(said.clone()).ok());
    let expected = marker.records();
    // What is no number was found.
    if let Some(said) = said.filter(|said| *said != expected) {
        let message =
            format!("the bundle has {said} records by `{STATEMENT}`, and {expected} by `{MARKER}`");
        check.find(&COUNT_DISAGREES, STATEMENT, message);
    }
}

/// Whether the statement has the hashes of all files but its own and the list.
fn check_subjects(check: &mut Check, statement: &Value) -> Result<(), Error> {
    let mut listed = checksums::hashes(check)?;
    listed.remove(STATEMENT);
    let subjects = statement.get("subject").and_then(Value::as_array);
    let mut wrong = Vec::new();
    for subject in subjects.into_iter().flatten() {
        let name = subject.get("name").and_then(Value::as_str);
        let name = name.unwrap_or_default();
        let hash = subject.pointer("/digest/sha256").and_then(Value::as_str);
        if listed.remove(name).as_deref() != hash || hash.is_none() {
            wrong.push(name.to_owned());
        }
    }
    wrong.extend(listed.into_keys());
    if let Some(first) = wrong.first() {
        let more = match wrong.len() - 1 {
            0 => String::new(),
            more => format!(" and of {more} more"),
        };
        let message =
            format!("`{STATEMENT}` has not the hash of `{first}`{more} that is in `{CHECKSUMS}`");
        check.find(&FORMATS_DISAGREE, STATEMENT, message);
    }
    Ok(())
}
