//! `bundle.json`, read back.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use treatise_dataset::whole;
use treatise_report::{Diagnostic, Place};
use treatise_schema::{Draft, Library, Options, Schema, Schemas, WorkLimit};
use treatise_source::{FaultKind, Limits, LineIndex, Parser, Text};

use super::Check;
use super::rules::INVALID_DESCRIPTION;
use crate::Error;
use crate::bundle::MARKER;
use crate::occupant::read;
use crate::profile::{Part, Profile};
use crate::relation::ForeignKey;

/// The published schema of `bundle.json`.
const SCHEMA: &str = include_str!("../../../../schemas/output/bundle.schema.json");
/// The published schema of `json/dataset.json`.
pub(super) const DATASET_SCHEMA: &str =
    include_str!("../../../../schemas/output/dataset.schema.json");

#[derive(Debug, Deserialize)]
pub(super) struct Marker {
    pub(super) dataset: Identity,
    pub(super) profile: String,
    pub(super) part: Option<PartEntry>,
    pub(super) is_complete: bool,
    #[serde(default)]
    pub(super) languages: Vec<String>,
    pub(super) formats: Vec<String>,
    pub(super) collections: Vec<CollectionEntry>,
    #[serde(default)]
    pub(super) views: Vec<CollectionEntry>,
    pub(super) index: Option<TableEntry>,
}

/// Which version of which dataset it is.
#[derive(Debug, Deserialize)]
pub(super) struct Identity {
    pub(super) name: String,
    pub(super) version: String,
    pub(super) as_of: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct PartEntry {
    #[serde(default)]
    collections: Vec<String>,
    #[serde(default)]
    members: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    languages: Vec<String>,
    reviewed_only: bool,
}

#[derive(Debug, Deserialize)]
pub(super) struct CollectionEntry {
    pub(super) name: String,
    #[serde(deserialize_with = "whole")]
    pub(super) records: u64,
    /// Absent in a bundle of an older program.
    pub(super) id: Option<String>,
    pub(super) schema: Option<String>,
    pub(super) schema_without_id: Option<String>,
    #[serde(default)]
    pub(super) tables: Vec<TableEntry>,
}

#[derive(Debug, Deserialize)]
pub(super) struct TableEntry {
    pub(super) name: String,
    pub(super) files: BTreeMap<String, String>,
    pub(super) parent: Option<String>,
    pub(super) primary_key: Vec<String>,
    #[serde(default)]
    pub(super) foreign_keys: Vec<ForeignKeyEntry>,
    #[serde(deserialize_with = "whole")]
    pub(super) rows: u64,
}

#[derive(Debug, Deserialize)]
pub(super) struct ForeignKeyEntry {
    pub(super) columns: Vec<String>,
    pub(super) table: String,
    pub(super) key: Vec<String>,
}

impl From<&ForeignKeyEntry> for ForeignKey {
    fn from(entry: &ForeignKeyEntry) -> Self {
        Self {
            columns: entry.columns.clone(),
            table: entry.table.clone(),
            key: entry.key.clone(),
        }
    }
}

impl Marker {
    /// Reads it; `None` where it is not as its schema says.
    pub(super) fn read(check: &mut Check) -> Result<Option<Self>, Error> {
        let before = check.found.len();
        check_document(check, "json/dataset.json", DATASET_SCHEMA)?;
        let marker = read_document(check, MARKER, SCHEMA)?;
        Ok(marker.filter(|_| check.found.len() == before))
    }

    /// The profile; `None` where what it keeps is not known, as in a bundle of an older program.
    pub(super) fn profile(&self) -> Option<Profile> {
        let part = self.part.as_ref().map(|part| Part {
            collections: part.collections.clone(),
            members: part.members.clone(),
            languages: part.languages.clone(),
            reviewed_only: part.reviewed_only,
        });
        Profile::of_bundle(&self.profile, part.as_ref())
    }

    /// The number of records in all collections.
    pub(super) fn records(&self) -> u64 {
        let records = self.collections.iter().map(|collection| collection.records);
        records.fold(0, u64::saturating_add)
    }

    /// Collections and views.
    pub(super) fn sections(&self) -> impl Iterator<Item = &CollectionEntry> {
        self.collections.iter().chain(&self.views)
    }

    /// All tables.
    pub(super) fn tables(&self) -> impl Iterator<Item = &TableEntry> {
        let tables = self.sections().flat_map(|section| &section.tables);
        tables.chain(&self.index)
    }

    pub(super) fn has(&self, format: &str) -> bool {
        self.formats.iter().any(|name| name == format)
    }
}

/// Holds a document, if it is there, against a schema of our own; returns its text.
pub(super) fn check_document(
    check: &mut Check,
    file: &str,
    schema: &str,
) -> Result<Option<Vec<u8>>, Error> {
    let Some(bytes) = read(&check.path(file))? else {
        return Ok(None);
    };
    let text = Text::from_bytes(&bytes);
    let mut parser = Parser::new();
    let parsed = parser.parse(text.as_str(), Limits::default());
    if !parsed.is_complete() || !text.faults().is_empty() {
        let message = format!("`{file}` is no JSON document");
        check.find(&INVALID_DESCRIPTION, file, message);
        return Ok(None);
    }
    let is_repeated = |kind| matches!(kind, FaultKind::DuplicateKey);
    if parsed.faults.iter().any(|fault| is_repeated(fault.kind)) {
        let message = format!("an object in `{file}` has a member twice");
        check.find(&INVALID_DESCRIPTION, file, message);
        return Ok(None);
    }
    let violations = compiled(schema).explain(&parsed.tree, &WorkLimit::default());
    let lines = LineIndex::new(text.as_str());
    let id = check.files.add(file.as_ref());
    for violation in violations.unwrap_or_default() {
        let rule = violation.rule;
        let finding = violation.into_diagnostic(rule, |span| Place::new(id, &lines, span));
        check.found.push(Diagnostic {
            rule: &INVALID_DESCRIPTION,
            ..finding
        });
    }
    Ok(Some(bytes))
}

/// Reads a document, if it is there and as a schema of our own says.
pub(super) fn read_document<T: DeserializeOwned>(
    check: &mut Check,
    file: &str,
    schema: &str,
) -> Result<Option<T>, Error> {
    let before = check.found.len();
    let text = check_document(check, file, schema)?;
    let Some(text) = text.filter(|_| check.found.len() == before) else {
        return Ok(None);
    };
    match serde_json::from_slice(&text) {
        Ok(document) => Ok(Some(document)),
        Err(error) => {
            // Such as a number that is whole, and out of range.
            let message = format!("`{file}` can't be read: {error}");
            check.find(&INVALID_DESCRIPTION, file, message);
            Ok(None)
        }
    }
}

fn compiled(schema: &str) -> Schema {
    let mut library = Library::new(Draft::Draft202012);
    let uri = Library::uri_of_path("output.schema.json");
    let mut files = treatise_report::Files::new();
    library.add(
        files.add("output.schema.json".as_ref()),
        &uri,
        schema.as_bytes(),
    );
    let options = Options {
        asserts_formats: true,
        is_strict: true,
    };
    let (schemas, _) = Schemas::link(library, options).expect("our own schemas link");
    Arc::new(schemas)
        .compile(&uri)
        .expect("our own schemas compile")
}
