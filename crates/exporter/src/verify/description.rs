//! Whether `datapackage.json` says of the files what they are.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::{Map, Value, json};
use treatise_report::visible;
use treatise_source::RegularFile;

use super::marker::{Marker, TableEntry};
use super::published::{Made, Published};
use super::rules::{INVALID_DESCRIPTION, PACKAGE_DISAGREES};
use super::{Check, checksums};
use crate::description::written_schema;
use crate::occupant::read;
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
    schema: Value,
    #[serde(flatten)]
    others: Map<String, Value>,
}

/// Members that tell nobody how to read a file.
const PLAIN: &[&str] = &[
    "name",
    "type",
    "title",
    "description",
    "format",
    "mediatype",
];

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
            false => Some("description too".to_owned()),
        };
        let disagreement = disagreement.or_else(|| {
            let file =
                |table: &&TableEntry| table.files.get(Format::Csv.name()) == Some(&resource.path);
            let table = marker.tables().find(file)?;
            let Made { table, keys } = published?.table(marker, &table.name)?;
            let names = marker.tables().map(|table| table.name.as_str());
            other_schema(&resource.schema, &written_schema(&table, keys?, names))
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

/// What is said otherwise of a table than its schema makes it.
fn other_schema(said: &Value, made: &Value) -> Option<String> {
    let members = |value: &Value| value.as_object().cloned().unwrap_or_default();
    let (said, made) = (members(said), members(made));
    let mut names = made.keys().chain(said.keys());
    let name = names.find(|name| said.get(*name) != made.get(*name))?;
    let columns = |schema: &Map<String, Value>| columns(schema.get("fields"));
    let (said, made) = (columns(&said), columns(&made));
    let mut pairs = made.iter().zip(&said);
    let column = pairs.find(|(made, said)| made != said);
    let column = column.and_then(|(made, _)| made.get("name")?.as_str());
    Some(match column {
        Some(column) if name == "fields" => format!("column `{column}`"),
        _ => format!("`{}`", visible(name)),
    })
}

fn columns(fields: Option<&Value>) -> Vec<Value> {
    let fields = fields.and_then(Value::as_array);
    fields.cloned().unwrap_or_default()
}

fn disagreement(
    check: &Check,
    resource: &Resource,
    hashes: &BTreeMap<String, String>,
) -> Option<String> {
    let hash = hashes.get(&resource.path);
    if hash.is_none_or(|hash| resource.hash != format!("sha256:{hash}")) {
        return Some("hash".to_owned());
    }
    let file = RegularFile::open(&check.path(&resource.path)).ok()?;
    if file.size() != resource.bytes {
        return Some("size".to_owned());
    }
    let is_read_so = |(name, value): &(&String, &Value)| match name.as_str() {
        "encoding" => **value == json!("utf-8"),
        name => PLAIN.contains(&name),
    };
    if let Some((name, _)) = resource.others.iter().find(|member| !is_read_so(member)) {
        return Some(format!("`{}`", visible(name)));
    }
    if resource.schema.is_null() {
        return None;
    }
    let mut reader = csv::Reader::from_reader(file.into_file());
    let columns = columns(resource.schema.get("fields"));
    let names = columns.iter().map(|column| column["name"].as_str());
    let header = reader.headers();
    let is_same = header.is_ok_and(|header| header.iter().map(Some).eq(names));
    (!is_same).then(|| "header".to_owned())
}
