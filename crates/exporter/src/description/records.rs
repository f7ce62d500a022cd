//! The bundle as a dataset: a manifest over the NDJSON, the schemas, and the accepted findings, so
//! that the program that made a bundle also checks it, and compares it with another.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use treatise_dataset::Dataset;

use super::with_id::with_id;
use super::{Facts, pretty};
use crate::bundle::Bundle;
use crate::table::IdPlace;
use crate::view::View;
use crate::{Error, Format};

/// Where the program looks for the manifest of a dataset.
pub(crate) const MANIFEST: &str = "data/dataset.json";
/// Where the program looks for its accepted findings.
pub(super) const EXCEPTIONS: &str = "data/exceptions.json";
/// The folder of the schemas.
const FOLDER: &str = "schemas/";

/// The files with the schemas of collections and views, by the names of these.
#[derive(Default)]
pub(super) struct SchemaFiles {
    /// Of the records as they are in the bundle.
    pub(super) published: BTreeMap<String, String>,
    /// Of the records as they are in the dataset, where the bundle has their ids in a member that
    /// the dataset has not.
    pub(super) without_id: BTreeMap<String, String>,
}

/// Writes the schemas of the published records, and the rest where there are all records.
pub(super) fn write(
    dataset: &Dataset,
    facts: &Facts<'_, '_>,
    bundle: &mut Bundle,
) -> Result<SchemaFiles, Error> {
    if !facts.has_records() {
        return Ok(SchemaFiles::default());
    }
    let mut schemas = published(dataset, facts);
    for (path, text) in &schemas.texts {
        bundle.add_text(path, text)?;
    }
    if let Some(exceptions) = dataset.exceptions_text() {
        bundle.add_text(EXCEPTIONS, &text_of(exceptions))?;
    }
    if facts.formats.contains(&Format::Ndjson) && facts.is_complete() {
        let manifest = manifest(dataset, facts, &schemas.files.published);
        bundle.add_text(MANIFEST, &pretty(&manifest))?;
    }
    let views = facts.views.iter().map(|facts| facts.section.name);
    let views = views.map(|name| (name.to_owned(), View::schema_file(name)));
    schemas.files.published.extend(views);
    Ok(schemas.files)
}

/// The schemas as a bundle has them.
struct Published {
    /// By their paths in the bundle.
    texts: BTreeMap<String, String>,
    files: SchemaFiles,
}

fn published(dataset: &Dataset, facts: &Facts<'_, '_>) -> Published {
    let is_in_folder = |(path, _): (&str, &[u8])| path.starts_with(FOLDER);
    let are_in_folder = dataset.schema_texts().all(is_in_folder);
    let place = |path: &str| {
        if are_in_folder {
            path.to_owned()
        } else {
            format!("{FOLDER}{path}")
        }
    };
    let mut texts: BTreeMap<_, _> = dataset
        .schema_texts()
        .map(|(path, text)| (place(path), text_of(text)))
        .collect();
    let mut files = SchemaFiles::default();
    for entry in facts
        .sections
        .iter()
        .filter_map(|facts| facts.section.entry)
    {
        files
            .published
            .insert(entry.name.clone(), place(&entry.schema));
    }
    for facts in &facts.sections {
        let (Some(entry), IdPlace::Beside(name)) = (facts.section.entry, &facts.section.id) else {
            continue;
        };
        // The exported records have one more member; other schemas may refer to the original.
        let original = files.published[&entry.name].clone();
        let around = original.rsplit_once('/').map_or("", |(around, _)| around);
        let path = format!("{around}/{}.with-{name}.schema.json", entry.name);
        let text = with_id(&texts, &original, name);
        texts.insert(path.clone(), text);
        files.published.insert(entry.name.clone(), path);
        files.without_id.insert(entry.name.clone(), original);
    }
    Published { texts, files }
}

fn manifest(dataset: &Dataset, facts: &Facts<'_, '_>, schemas: &BTreeMap<String, String>) -> Value {
    let mut manifest: Map<String, Value> = serde_json::from_slice(dataset.manifest_text())
        .expect("the manifest of a dataset is a JSON object");
    // Neither is part of the bundle.
    manifest.shift_remove("$schema");
    manifest.shift_remove("other_files");
    manifest.insert("as_of".into(), facts.manifest.as_of.clone().into());
    let ids: BTreeMap<&str, &IdPlace> = facts
        .sections
        .iter()
        .map(|facts| (facts.section.name, &facts.section.id))
        .collect();
    let collections = manifest
        .get_mut("collections")
        .and_then(Value::as_array_mut);
    for entry in collections.into_iter().flatten() {
        let name = entry["name"].as_str().unwrap_or_default().to_owned();
        entry["path"] = Format::Ndjson.file_of(&facts.manifest.name, &name).into();
        entry["schema"] = schemas[&name].clone().into();
        if let IdPlace::Beside(member) = ids[name.as_str()] {
            entry["id"] = format!("/{member}").into();
        }
    }
    Value::Object(manifest)
}

fn text_of(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("the files of a sound dataset are UTF-8")
}
