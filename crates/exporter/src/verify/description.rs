//! Whether `datapackage.json` says of the files what they are.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::{Value, json};
use treatise_source::RegularFile;

use super::marker::{Marker, TableEntry};
use super::published::Published;
use super::rules::{INVALID_DESCRIPTION, PACKAGE_DISAGREES};
use super::{Check, checksums};
use crate::description::type_of;
use crate::occupant::read;
use crate::table::Table;
use crate::{Error, Format};

const PACKAGE: &str = "datapackage.json";

#[derive(Deserialize)]
struct Package {
    resources: Vec<Resource>,
}

#[derive(Deserialize)]
struct Resource {
    path: String,
    bytes: u64,
    hash: String,
    #[serde(default)]
    schema: Option<TableSchema>,
    /// What is written needs none.
    #[serde(default)]
    dialect: Option<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TableSchema {
    fields: Vec<Field>,
    #[serde(default)]
    primary_key: Value,
}

#[derive(Deserialize)]
struct Field {
    name: String,
    #[serde(rename = "type", default)]
    kind: String,
}

pub(super) fn check(
    check: &mut Check,
    marker: &Marker,
    published: Option<&Published<'_>>,
) -> Result<(), Error> {
    let text = read(&check.path(PACKAGE))?.unwrap_or_default();
    let Ok(package) = serde_json::from_slice::<Package>(&text) else {
        let message = format!("`{PACKAGE}` is no description of files");
        check.find(&INVALID_DESCRIPTION, PACKAGE, message);
        return Ok(());
    };
    let hashes = checksums::hashes(check)?;
    let mut described = BTreeSet::new();
    for resource in &package.resources {
        let is_first = described.insert(resource.path.as_str());
        let disagreement = match is_first {
            true => disagreement(check, resource, &hashes),
            false => Some("description too"),
        };
        let disagreement = disagreement.or_else(|| {
            let file =
                |table: &&TableEntry| table.files.get(Format::Csv.name()) == Some(&resource.path);
            let table = marker.tables().find(file)?;
            let made = published?.table(marker, &table.name)?;
            is_otherwise(resource, &made.table)
        });
        if let Some(what) = disagreement {
            let message = format!("`{}` is described with another {what}", resource.path);
            check.find(&PACKAGE_DISAGREES, PACKAGE, message);
        }
    }
    let is_of_format = |path: &&String| {
        let folder = path.split_once('/').map(|(folder, _)| folder);
        let mut formats = Format::KNOWN.into_iter();
        formats.any(|format| folder == Some(format.name()))
    };
    let files = hashes.keys().filter(is_of_format);
    for path in files.filter(|path| !described.contains(path.as_str())) {
        // An empty one is no table, and is left out.
        let file = RegularFile::open(&check.path(path));
        if file.is_ok_and(|file| file.size() == 0) {
            continue;
        }
        let message = format!("`{path}` is not described");
        check.find(&PACKAGE_DISAGREES, PACKAGE, message);
    }
    Ok(())
}

/// What a resource says otherwise of a table than its schema makes it.
fn is_otherwise(resource: &Resource, made: &Table) -> Option<&'static str> {
    if resource.dialect.is_some() {
        return Some("dialect");
    }
    let Some(schema) = &resource.schema else {
        return Some("schema, which is none");
    };
    let types = schema.fields.iter().map(|field| field.kind.as_str());
    if !types.eq(made.columns.iter().map(type_of)) {
        return Some("type of a column");
    }
    (schema.primary_key != json!(made.primary_key())).then_some("primary key")
}

fn disagreement(
    check: &Check,
    resource: &Resource,
    hashes: &BTreeMap<String, String>,
) -> Option<&'static str> {
    let hash = hashes.get(&resource.path);
    if hash.is_none_or(|hash| resource.hash != format!("sha256:{hash}")) {
        return Some("hash");
    }
    let file = RegularFile::open(&check.path(&resource.path)).ok()?;
    if file.size() != resource.bytes {
        return Some("size");
    }
    let schema = resource.schema.as_ref()?;
    let mut reader = csv::Reader::from_reader(file.into_file());
    let names: Vec<_> = schema
        .fields
        .iter()
        .map(|field| field.name.as_str())
        .collect();
    let is_same = reader.headers().is_ok_and(|header| header == names);
    (!is_same).then_some("header")
}
