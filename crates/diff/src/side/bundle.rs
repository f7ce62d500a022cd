//! A bundle that is no dataset itself, as one without NDJSON: it becomes one with the schemas of
//! another dataset, its records as lines, and a manifest that says what the bundle says about
//! itself and the rest as the other manifest does.

#![expect(
    clippy::disallowed_methods,
    reason = "files are written to a private temporary folder, where nothing was before"
)]

use std::fs;
use std::path::{Component, Path};

use serde_json::{Map, Value, json};
use tempfile::TempDir;
use treatise_dataset::MANIFEST;
use treatise_source::RegularFile;

use super::{BUNDLE, temporary_folder};
use crate::Error;

/// What is read of a bundle at a time, in bytes.
const MOST_BYTES: u64 = 4 << 30;
/// The layout of bundles that is known.
const LAYOUT: u64 = 1;
/// The profile that leaves nothing out.
const WHOLE: &str = "full";
/// The member for the id of records that have none of their own.
const ID: &str = "_id";
/// What a bundle says about its dataset as the manifest does.
const DESCRIBED: [&str; 8] = [
    "name",
    "title",
    "description",
    "licence",
    "homepage",
    "default_language",
    "languages",
    "disclaimer",
];

/// Refuses a bundle that has not all of its dataset: what it leaves out would count as removed,
/// and where both sides leave it out, nobody would hear of what changed in it.
pub(super) fn expect_whole(bundle: &Path) -> Result<(), Error> {
    let marker = read_json(&bundle.join(BUNDLE))?;
    let refused = |reason: &str| Error::side(format!("{}: {reason}", bundle.display()));
    if marker.get("layout").and_then(Value::as_u64) != Some(LAYOUT) {
        return Err(refused("this bundle has a layout that is not known"));
    }
    if marker.get("is_complete") != Some(&Value::Bool(true)) {
        return Err(refused(
            "the bundle has a part of its dataset only; the rest would count as removed",
        ));
    }
    match marker.get("profile").and_then(Value::as_str) {
        Some(WHOLE) => Ok(()),
        Some(profile) => Err(refused(&format!(
            "the bundle has only what the profile `{profile}` keeps of its dataset; the rest would \
             count as removed; compare bundles of the profile `{WHOLE}`"
        ))),
        None => Err(refused("the bundle does not say which profile it has")),
    }
}

/// Makes a dataset of a bundle in a temporary folder, with the schemas of the dataset at `schemas`.
pub(super) fn unpack(bundle: &Path, schemas: &Path) -> Result<TempDir, Error> {
    let marker = read_json(&bundle.join(BUNDLE))?;
    let refused = |reason: &str| Error::side(format!("{}: {reason}", bundle.display()));
    let formats = marker.get("formats").and_then(Value::as_array);
    let has = |name: &str| formats.is_some_and(|formats| formats.iter().any(|one| one == name));
    let format = ["ndjson", "json"].into_iter().find(|name| has(name));
    let Some(format) = format else {
        return Err(refused("the bundle has no records as JSON or NDJSON"));
    };
    let folder = temporary_folder()?;
    let mut manifest = read_json(&schemas.join(MANIFEST))?;
    if has("json") {
        describe(
            &mut manifest,
            &read_json(&bundle.join("json/dataset.json"))?,
        );
    }
    for name in ["version", "as_of"] {
        let said = marker.get("dataset").and_then(|dataset| dataset.get(name));
        manifest[name] = said.cloned().unwrap_or_default();
    }
    let known = manifest["collections"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let listed = marker.get("collections").and_then(Value::as_array);
    let mut entries = Vec::new();
    for (position, collection) in listed.into_iter().flatten().enumerate() {
        let name = collection
            .get("name")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let entry = known.iter().find(|entry| entry["name"] == name);
        let Some(entry) = entry else {
            return Err(refused(&format!(
                "the other side has no schema for the collection `{name}`"
            )));
        };
        let records = read(
            &bundle
                .join(format)
                .join(format!("{}.{format}", file_stem(name))),
        )?;
        let records = if format == "json" {
            lines_of(&records)
        } else {
            records
        };
        let mut entry = entry.clone();
        entry["path"] = if entry.get("id").is_some() {
            let path = format!("data/{position}.ndjson");
            write(&folder.path().join(&path), &records)?;
            path.into()
        } else {
            let path = format!("data/{position}");
            write_files(&records, &folder.path().join(&path))?;
            path.into()
        };
        entries.push(entry);
    }
    copy_schemas(&entries, schemas, folder.path())?;
    manifest["collections"] = entries.into();
    write(
        &folder.path().join(MANIFEST),
        &manifest.to_string().into_bytes(),
    )?;
    Ok(folder)
}

/// Says in a manifest what a bundle says about its dataset.
fn describe(manifest: &mut Value, description: &Value) {
    let take = |to: &mut Map<String, Value>, from: &Value, names: &[&str]| {
        for &name in names {
            match from.get(name) {
                Some(value) => drop(to.insert(name.to_owned(), value.clone())),
                None => drop(to.remove(name)),
            }
        }
    };
    if let Some(members) = manifest.as_object_mut() {
        take(members, description, &DESCRIBED);
    }
    let described = description["collections"].as_array();
    let entries = manifest["collections"].as_array_mut();
    for entry in entries.into_iter().flatten() {
        let own = described
            .into_iter()
            .flatten()
            .find(|described| described["name"] == entry["name"]);
        if let (Some(own), Some(entry)) = (own, entry.as_object_mut()) {
            take(entry, own, &["title", "description", "prefix"]);
        }
    }
}

/// The records of a JSON file of a bundle, which has each on a line, between brackets.
fn lines_of(records: &[u8]) -> Vec<u8> {
    let mut lines = Vec::with_capacity(records.len());
    for line in records.split(|&byte| byte == b'\n') {
        let line = line.strip_suffix(b",").unwrap_or(line);
        if !matches!(line, b"[" | b"]" | b"[]" | b"") {
            lines.extend_from_slice(line);
            lines.push(b'\n');
        }
    }
    lines
}

/// Records without an id of their own are files, named by it.
fn write_files(records: &[u8], folder: &Path) -> Result<(), Error> {
    fs::create_dir_all(folder).map_err(|error| failed(folder, &error))?;
    for line in records
        .split(|&byte| byte == b'\n')
        .filter(|line| !line.is_empty())
    {
        let record: Value = serde_json::from_slice(line)
            .map_err(|error| Error::side(format!("{}: {error}", folder.display())))?;
        let id = record.get(ID).and_then(Value::as_str).unwrap_or_default();
        let name = format!("{id}.json");
        let mut components = Path::new(&name).components();
        let is_name = matches!(
            (components.next(), components.next()),
            (Some(Component::Normal(_)), None)
        );
        if id.is_empty() || !is_name {
            return Err(Error::side(format!(
                "a record of the bundle has the id `{id}`, which can't be the name of a file"
            )));
        }
        let members = record.as_object().into_iter().flatten();
        let own = members.filter(|(name, _)| *name != ID);
        let own: Map<String, Value> = own
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        write(&folder.join(name), json!(own).to_string().as_bytes())?;
    }
    Ok(())
}

/// Copies what lies beside the schemas: they refer to one another.
fn copy_schemas(entries: &[Value], from: &Path, to: &Path) -> Result<(), Error> {
    let schemas = entries.iter().filter_map(|entry| entry["schema"].as_str());
    let folders: std::collections::BTreeSet<&Path> = schemas
        .filter_map(|schema| Path::new(schema).parent())
        .collect();
    for folder in folders {
        let (source, target) = (from.join(folder), to.join(folder));
        let listed = fs::read_dir(&source).map_err(|error| failed(&source, &error))?;
        for entry in listed {
            let entry = entry.map_err(|error| failed(&source, &error))?;
            let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
            if is_file && entry.file_name().to_string_lossy().ends_with(".json") {
                write(&target.join(entry.file_name()), &read(&entry.path())?)?;
            }
        }
    }
    Ok(())
}

/// The name of a collection as the exporter makes file names of it.
fn file_stem(name: &str) -> String {
    let mut stem = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-') {
            stem.push(char::from(byte));
        } else {
            stem.push_str(&format!("%{byte:02X}"));
        }
    }
    stem
}

fn read_json(path: &Path) -> Result<Value, Error> {
    serde_json::from_slice(&read(path)?)
        .map_err(|error| Error::side(format!("{}: {error}", path.display())))
}

fn read(path: &Path) -> Result<Vec<u8>, Error> {
    let mut buffer = Vec::new();
    let length = RegularFile::open(path)
        .and_then(|file| file.read(MOST_BYTES, &mut buffer))
        .map_err(|error| Error::side(format!("{}: {error}", path.display())))?;
    buffer.truncate(length);
    Ok(buffer)
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let made = path.parent().map_or(Ok(()), fs::create_dir_all);
    made.and_then(|()| fs::write(path, bytes))
        .map_err(|error| failed(path, &error))
}

fn failed(path: &Path, error: &std::io::Error) -> Error {
    Error::side(format!("{}: {error}", path.display()))
}
