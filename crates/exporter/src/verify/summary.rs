//! Whether `json/dataset.json` says of the dataset what the manifest, `bundle.json` and the records say: how
//! many there are, and in which states of review.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;
use serde::Deserialize;
use serde_json::Value as Json;
use treatise_dataset::{DESCRIBED, whole};
use treatise_schema::Schemas;
use treatise_source::{Limits, Parser, Text, Value};

use super::marker::{CollectionEntry, DATASET_SCHEMA, Marker, read_document};
use super::published::some_lines;
use super::records::lines;
use super::rules::{COUNT_DISAGREES, FORMATS_DISAGREE};
use super::{Check, schemas};
use crate::bundle::MARKER;
use crate::description::{DATASET, MANIFEST};
use crate::occupant::read;
use crate::{Error, Format};

/// Numbers of records by their state of review.
type States = BTreeMap<String, Count>;

#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(transparent)]
struct Count(#[serde(deserialize_with = "whole")] u64);

#[derive(Deserialize)]
struct Document {
    records: Count,
    #[serde(default)]
    review: States,
    collections: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    name: String,
    file: String,
    records: Count,
    #[serde(default)]
    review: States,
}

/// Compares it, if it is there. The schemas are those of the bundle, where they can be used.
pub(super) fn check(
    check: &mut Check,
    marker: &Marker,
    schemas: Option<&Arc<Schemas>>,
) -> Result<(), Error> {
    if !marker.has(Format::Json.name()) {
        return Ok(());
    }
    let Some(document) = read_document::<Document>(check, DATASET, DATASET_SCHEMA)? else {
        return Ok(());
    };
    check_described(check)?;
    let pairs = document.collections.iter().zip(&marker.collections);
    let is_same = |(entry, collection): (&Entry, &CollectionEntry)| entry.name == collection.name;
    let counts = (document.collections.len(), marker.collections.len());
    if counts.0 != counts.1 || !pairs.clone().all(is_same) {
        let message = format!("`{DATASET}` has other collections than `{MARKER}`");
        check.find(&FORMATS_DISAGREE, DATASET, message);
        return Ok(());
    }
    for (entry, collection) in pairs.clone() {
        check_entry(check, entry, collection);
    }
    expect_count(check, "the bundle", document.records, marker.records());
    let mut states = States::new();
    for (entry, collection) in pairs {
        let Some(counted) = count_states(check, collection, schemas)? else {
            return Ok(());
        };
        let of = format!("of `{}`", entry.name);
        expect_states(check, &of, &entry.review, &counted);
        for (state, Count(count)) in counted {
            states.entry(state).or_default().0 += count;
        }
    }
    expect_states(check, "of the bundle", &document.review, &states);
    Ok(())
}

fn check_entry(check: &mut Check, entry: &Entry, collection: &CollectionEntry) {
    let name = &entry.name;
    expect_count(
        check,
        &format!("`{name}`"),
        entry.records,
        collection.records,
    );
    let file = Format::Json.file_of("", name);
    if file.split_once('/').map(|(_, file)| file) != Some(&entry.file) {
        let message = format!("`{DATASET}` names another file for `{name}` than `{file}`");
        check.find(&FORMATS_DISAGREE, DATASET, message);
    }
}

fn expect_count(check: &mut Check, of: &str, said: Count, expected: u64) {
    let Count(said) = said;
    if said != expected {
        let message =
            format!("{of} has {said} records by `{DATASET}`, and {expected} by `{MARKER}`");
        check.find(&COUNT_DISAGREES, DATASET, message);
    }
}

fn expect_states(check: &mut Check, of: &str, said: &States, counted: &States) {
    let mut all = said.keys().chain(counted.keys());
    let number = |states: &States, state| states.get(state).copied().unwrap_or_default().0;
    if let Some(state) = all.find(|state| said.get(*state) != counted.get(*state)) {
        let (said, counted) = (number(said, state), number(counted, state));
        let message = format!(
            "{said} records {of} have the state of review `{}` by `{DATASET}`, and {counted} have it",
            treatise_report::visible(state)
        );
        check.find(&COUNT_DISAGREES, DATASET, message);
    }
}

/// Compares what the manifest of the bundle, if there is one, says in the same words.
fn check_described(check: &mut Check) -> Result<(), Error> {
    let Some(manifest) = read(&check.path(MANIFEST))? else {
        return Ok(());
    };
    let document = read(&check.path(DATASET))?.unwrap_or_default();
    let [manifest, document]: [Json; 2] =
        [manifest, document].map(|text| serde_json::from_slice(&text).unwrap_or_default());
    for member in DESCRIBED {
        if manifest.get(member) != document.get(member) {
            let message = format!("`{DATASET}` has another `{member}` than `{MANIFEST}`");
            check.find(&FORMATS_DISAGREE, DATASET, message);
        }
    }
    Ok(())
}

/// The states of the records of a collection, none where its schema knows no review; `None` where the
/// schema can't be told.
fn count_states(
    check: &Check,
    collection: &CollectionEntry,
    schemas: Option<&Arc<Schemas>>,
) -> Result<Option<States>, Error> {
    let named = collection.schema.as_deref().zip(schemas);
    let Some(schema) = named.and_then(|(file, schemas)| schemas::compile(schemas, file).ok())
    else {
        return Ok(None);
    };
    let mut fields = schema.fields().fields().iter();
    let mut states = States::new();
    if !fields.any(|field| field.path.to_string() == "/review/status") {
        return Ok(Some(states));
    }
    let name = &collection.name;
    let path = check.path(&Format::Json.file_of("", name));
    let mut lines = lines(check, Format::Json, name)?;
    loop {
        let some = some_lines(&mut lines).map_err(|error| Error::io(&path, error))?;
        if some.is_empty() {
            return Ok(Some(states));
        }
        let found = some.par_iter().map_init(Parser::new, |parser, line| {
            let text = Text::from_bytes(line);
            let parsed = parser.parse(text.as_str(), Limits::default());
            let review = parsed.tree.root().get("review");
            let state = review.and_then(|review| review.get("status"));
            state.and_then(Value::as_str).map(str::to_owned)
        });
        for state in found.collect::<Vec<_>>().into_iter().flatten() {
            states.entry(state).or_default().0 += 1;
        }
    }
}
