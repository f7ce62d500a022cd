//! A bundle that is no dataset itself, as one without NDJSON: it becomes one with its schemas, its
//! records as lines, and a manifest that says what the bundle says about itself and the rest as that
//! of the other side does. A bundle without schemas takes those of the other side. And a bundle whose records have a member for
//! their ids that the dataset has not: it becomes the dataset that it was made of.

#![expect(
    clippy::disallowed_methods,
    reason = "files are written to a private temporary folder, where nothing was before"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Component, Path, PathBuf};

use serde_json::{Map, Value};
use treatise_dataset::{DESCRIBED, EXCEPTIONS, MANIFEST, file_stem, is_inside};
use treatise_source::RegularFile;

use super::{BUNDLE, Temporary};
use crate::Error;

/// What is read of a bundle at a time, in bytes.
const MOST_BYTES: u64 = 4 << 30;
/// The layout of bundles that is known.
const LAYOUT: u64 = 1;
/// The profile that leaves nothing out.
const WHOLE: &str = "full";
/// What a bundle says of a collection whose records got a member for their ids.
const WITHOUT_ID: &str = "schema_without_id";

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

/// Refuses a bundle without a file with records that it says it has: they would count as removed.
pub(super) fn expect_records(bundle: &Path) -> Result<(), Error> {
    let marker = read_json(&bundle.join(BUNDLE))?;
    let list = |name| marker.get(name).and_then(Value::as_array);
    let listed = list("formats").into_iter().flatten();
    let formats = listed.filter_map(Value::as_str);
    let formats = formats.filter(|format| ["ndjson", "json"].contains(format));
    let mut files = Vec::new();
    for format in formats {
        let collections = list("collections").into_iter().flatten();
        let names = collections.filter_map(|collection| collection.get("name")?.as_str());
        files.extend(names.map(|name| format!("{format}/{}.{format}", file_stem(name))));
    }
    if super::has(bundle, MANIFEST)? {
        let (_, entries) = read_manifest(&bundle.join(MANIFEST))?;
        // Where ids are the names of files, a folder that is not there has none.
        let single = entries.iter().filter(|entry| entry.contains_key("id"));
        let paths = single.filter_map(|entry| entry.get("path"));
        files.extend(paths.filter_map(|path| path.as_str().map(str::to_owned)));
    }
    for file in files {
        let path = within(bundle, &file)?;
        fs::symlink_metadata(&path).map_err(|error| failed(&path, &error))?;
    }
    Ok(())
}

/// Whether a bundle has a schema for each of its collections.
pub(super) fn has_schemas(bundle: &Path) -> Result<bool, Error> {
    let marker = read_json(&bundle.join(BUNDLE))?;
    let listed = marker.get("collections").and_then(Value::as_array);
    for collection in listed.into_iter().flatten() {
        match schema_of(collection) {
            Some(schema) if within(bundle, schema)?.is_file() => {}
            _ => return Ok(false),
        }
    }
    Ok(true)
}

/// The schema of a collection of a bundle, as the dataset has its records.
fn schema_of(collection: &Value) -> Option<&str> {
    let schema = collection
        .get(WITHOUT_ID)
        .or_else(|| collection.get("schema"));
    schema.and_then(Value::as_str)
}

/// Makes a dataset of a bundle in a temporary folder. It has its own schemas where it `has_schemas`,
/// and else those of the dataset at `other`, which is to be there then.
pub(super) fn unpack(
    bundle: &Path,
    other: Option<&Path>,
    has_schemas: bool,
) -> Result<Temporary, Error> {
    let marker = read_json(&bundle.join(BUNDLE))?;
    let refused = |reason: &str| Error::side(format!("{}: {reason}", bundle.display()));
    let formats = marker.get("formats").and_then(Value::as_array);
    let has = |name: &str| formats.is_some_and(|formats| formats.iter().any(|one| one == name));
    let format = ["ndjson", "json"].into_iter().find(|name| has(name));
    let Some(format) = format else {
        return Err(refused("the bundle has no records as JSON or NDJSON"));
    };
    let made = Temporary::new()?;
    let root = made.root();
    let (mut manifest, mut known) = match other {
        Some(other) => read_manifest(&other.join(MANIFEST))?,
        None => (Map::new(), Vec::new()),
    };
    let listed = marker.get("collections").and_then(Value::as_array);
    if has_schemas {
        let names = listed.into_iter().flatten();
        let names = names.filter_map(|collection| collection.get("name"));
        for name in names {
            if !known.iter().any(|entry| entry.get("name") == Some(name)) {
                known.push(Map::from_iter([("name".to_owned(), name.clone())]));
            }
        }
    }
    if has("json") {
        let description = read_json(&bundle.join("json/dataset.json"))?;
        describe(&mut manifest, &mut known, &description);
    }
    for name in ["name", "version", "as_of"] {
        let said = marker.get("dataset").and_then(|dataset| dataset.get(name));
        manifest.insert(name.to_owned(), said.cloned().unwrap_or_default());
    }
    let mut entries = Vec::new();
    for (position, collection) in listed.into_iter().flatten().enumerate() {
        let name = collection
            .get("name")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let is_named = |entry: &&Entry| entry.get("name").and_then(Value::as_str) == Some(name);
        let Some(entry) = known.iter().find(is_named) else {
            return Err(refused(&format!(
                "the other side has no schema for the collection `{name}`"
            )));
        };
        let mut entry = entry.clone();
        if let Some(schema) = schema_of(collection).filter(|_| has_schemas) {
            entry.insert("schema".to_owned(), schema.into());
            match collection.get("id") {
                Some(id) if collection.get(WITHOUT_ID).is_none() => {
                    entry.insert("id".to_owned(), id.clone());
                }
                _ => drop(entry.remove("id")),
            }
        }
        let file = format!("{format}/{}.{format}", file_stem(name));
        let records = read(&bundle.join(file))?;
        let target = Target::of(&root, position);
        let path = write_records(&records, collection, &entry, target)?;
        entry.insert("path".to_owned(), path.into());
        entries.push(entry);
    }
    match other.filter(|_| !has_schemas) {
        Some(other) => copy_schemas(&entries, other, &root)?,
        None => {
            copy_schemas(&entries, bundle, &root)?;
            copy_exceptions(bundle, &root)?;
        }
    }
    write_manifest(manifest, entries, &root)?;
    Ok(made)
}

fn copy_exceptions(bundle: &Path, to: &Path) -> Result<(), Error> {
    if super::has(bundle, EXCEPTIONS)? {
        write(&to.join(EXCEPTIONS), &read(&bundle.join(EXCEPTIONS))?)?;
    }
    Ok(())
}

/// Makes a dataset of a bundle that is one, where its records have their ids in members that the
/// export added: as the dataset has them, in the names of files. `None` where it added none.
pub(super) fn restore(bundle: &Path) -> Result<Option<Temporary>, Error> {
    let marker = read_json(&bundle.join(BUNDLE))?;
    let listed = marker.get("collections").and_then(Value::as_array);
    let is_added = |collection: &Value| collection.get(WITHOUT_ID).is_some();
    let Some(listed) = listed.filter(|listed| listed.iter().any(is_added)) else {
        return Ok(None);
    };
    let made = Temporary::new()?;
    let root = made.root();
    let path = bundle.join(MANIFEST);
    let (manifest, mut entries) = read_manifest(&path)?;
    for (position, entry) in entries.iter_mut().enumerate() {
        let Some(collection) = listed.iter().find(|it| it.get("name") == entry.get("name")) else {
            continue;
        };
        let Some(Value::String(file)) = entry.get("path") else {
            return Err(misshapen(
                &path,
                "a manifest with a collection without a path",
            ));
        };
        let records = read(&within(bundle, file)?)?;
        if let Some(schema) = collection.get(WITHOUT_ID) {
            entry.remove("id");
            entry.insert("schema".to_owned(), schema.clone());
        }
        let target = Target::of(&root, position);
        let path = write_records(&records, collection, entry, target)?;
        entry.insert("path".to_owned(), path.into());
    }
    copy_schemas(&entries, bundle, &root)?;
    copy_exceptions(bundle, &root)?;
    write_manifest(manifest, entries, &root)?;
    Ok(Some(made))
}

/// What a manifest says of a collection.
type Entry = Map<String, Value>;

/// A manifest, and apart from it what it says of the collections. Nobody may have checked it.
fn read_manifest(path: &Path) -> Result<(Map<String, Value>, Vec<Entry>), Error> {
    let Value::Object(mut manifest) = read_json(path)? else {
        return Err(misshapen(path, "no manifest, which is an object"));
    };
    let Some(Value::Array(listed)) = manifest.remove("collections") else {
        return Err(misshapen(path, "a manifest without a list of collections"));
    };
    let entries = listed.into_iter().map(|entry| match entry {
        Value::Object(entry) => Ok(entry),
        _ => Err(misshapen(
            path,
            "a manifest with a collection that is no object",
        )),
    });
    Ok((manifest, entries.collect::<Result<_, _>>()?))
}

fn write_manifest(
    mut manifest: Map<String, Value>,
    entries: Vec<Entry>,
    root: &Path,
) -> Result<(), Error> {
    manifest.insert("collections".to_owned(), entries.into());
    let manifest = Value::from(manifest).to_string();
    write(&root.join(MANIFEST), manifest.as_bytes())
}

fn misshapen(path: &Path, what: &str) -> Error {
    Error::side(format!("{}: this is {what}", path.display()))
}

/// Where a path leads that a manifest or a bundle names, if that is below `root`, whatever links
/// there are.
fn within(root: &Path, named: &str) -> Result<PathBuf, Error> {
    let refused = |reason: &str| {
        let (root, shown) = (root.display(), treatise_report::visible(named));
        Error::side(format!("{root}: the path `{shown}` {reason}"))
    };
    if !is_inside(named) {
        return Err(refused("leads out of it"));
    }
    let mut here = root.to_path_buf();
    for component in Path::new(named).components() {
        here.push(component);
        // What is not there is told where it is opened.
        if fs::symlink_metadata(&here).is_ok_and(|metadata| metadata.is_symlink()) {
            return Err(refused("leads over a link, which is never followed"));
        }
    }
    Ok(here)
}

/// Where the records of a collection go.
struct Target<'t> {
    root: &'t Path,
    /// Below the root, without what a file ends with.
    path: String,
}

impl<'t> Target<'t> {
    /// That of the collection at a position in the manifest.
    fn of(root: &'t Path, position: usize) -> Self {
        let path = format!("data/{position}");
        Self { root, path }
    }
}

/// Writes the records of a collection of a bundle as its entry in a manifest says where their ids
/// are; returns the path.
fn write_records(
    records: &[u8],
    collection: &Value,
    entry: &Entry,
    target: Target<'_>,
) -> Result<String, Error> {
    let Target { root, path } = target;
    let records = lines_of(records);
    if entry.contains_key("id") {
        let path = format!("{path}.ndjson");
        write(&root.join(&path), &records)?;
        return Ok(path);
    }
    write_files(&records, collection, &root.join(&path))?;
    Ok(path)
}

/// Says in a manifest what a bundle says about its dataset.
fn describe(manifest: &mut Map<String, Value>, entries: &mut [Entry], description: &Value) {
    let take = |to: &mut Map<String, Value>, from: &Value, names: &[&str]| {
        for &name in names {
            match from.get(name) {
                Some(value) => drop(to.insert(name.to_owned(), value.clone())),
                None => drop(to.remove(name)),
            }
        }
    };
    take(manifest, description, &DESCRIBED);
    let described = description.get("collections").and_then(Value::as_array);
    for entry in entries {
        let own = described
            .into_iter()
            .flatten()
            .find(|described| described.get("name") == entry.get("name"));
        if let Some(own) = own {
            take(entry, own, &["title", "description", "prefix"]);
        }
    }
}

/// The records of a file of a bundle, which has each on a line; JSON has them between brackets.
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

/// Writes records that the dataset has in files with the names of their ids.
fn write_files(records: &[u8], collection: &Value, folder: &Path) -> Result<(), Error> {
    let place = collection.get("id").and_then(Value::as_str);
    let place = place.ok_or_else(|| {
        let name = &collection["name"];
        Error::side(format!(
            "the bundle does not say where the ids of {name} are; export it anew"
        ))
    })?;
    let is_added = collection.get(WITHOUT_ID).is_some();
    fs::create_dir_all(folder).map_err(|error| failed(folder, &error))?;
    for line in records
        .split(|&byte| byte == b'\n')
        .filter(|line| !line.is_empty())
    {
        let mut record: Value = serde_json::from_slice(line)
            .map_err(|error| Error::side(format!("{}: {error}", folder.display())))?;
        let id = record.pointer(place).and_then(Value::as_str);
        let id = id.unwrap_or_default().to_owned();
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
        if let Some(members) = record.as_object_mut().filter(|_| is_added) {
            members.remove(place.trim_start_matches('/'));
        }
        write(&folder.join(name), record.to_string().as_bytes())?;
    }
    Ok(())
}

/// Copies what lies beside the schemas: they refer to one another.
fn copy_schemas(entries: &[Entry], from: &Path, to: &Path) -> Result<(), Error> {
    let mut folders = BTreeSet::new();
    for schema in entries.iter().filter_map(|entry| entry.get("schema")) {
        let schema = schema.as_str().ok_or_else(|| {
            misshapen(
                &from.join(MANIFEST),
                "a manifest with a schema that is no path",
            )
        })?;
        within(from, schema)?;
        folders.extend(Path::new(schema).parent());
    }
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

fn read_json(path: &Path) -> Result<Value, Error> {
    serde_json::from_slice(&read(path)?)
        .map_err(|error| Error::side(format!("{}: {error}", path.display())))
}

fn read(path: &Path) -> Result<Vec<u8>, Error> {
    RegularFile::read_all(path, MOST_BYTES)
        .map_err(|error| Error::side(format!("{}: {error}", path.display())))
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let made = path.parent().map_or(Ok(()), fs::create_dir_all);
    made.and_then(|()| fs::write(path, bytes))
        .map_err(|error| failed(path, &error))
}

fn failed(path: &Path, error: &std::io::Error) -> Error {
    Error::side(format!("{}: {error}", path.display()))
}
