//! Whether `datapackage.json` says of the files what they are.

use std::collections::BTreeMap;

use serde::Deserialize;
use treatise_source::RegularFile;

use super::rules::{INVALID_DESCRIPTION, PACKAGE_DISAGREES};
use super::{Check, checksums};
use crate::Error;
use crate::occupant::read;

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
}

#[derive(Deserialize)]
struct TableSchema {
    fields: Vec<Field>,
}

#[derive(Deserialize)]
struct Field {
    name: String,
}

pub(super) fn check(check: &mut Check) -> Result<(), Error> {
    let text = read(&check.path(PACKAGE))?.unwrap_or_default();
    let Ok(package) = serde_json::from_slice::<Package>(&text) else {
        let message = format!("`{PACKAGE}` is no description of files");
        check.find(&INVALID_DESCRIPTION, PACKAGE, message);
        return Ok(());
    };
    let hashes = checksums::hashes(check)?;
    for resource in &package.resources {
        let disagreement = disagreement(check, resource, &hashes);
        if let Some(what) = disagreement {
            let message = format!("`{}` is described with another {what}", resource.path);
            check.find(&PACKAGE_DISAGREES, PACKAGE, message);
        }
    }
    Ok(())
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
