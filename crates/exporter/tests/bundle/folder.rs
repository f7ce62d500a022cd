//! What the tests have in common: loading, exporting, reading whole folders.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use tempfile::TempDir;
use treatise_dataset::{Dataset, LoadOptions, Sound, load};
use treatise_exporter::{Error, Options, Summary, Target, export};

/// The folder with the tests.
fn tests() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests")
}

pub(crate) fn museum() -> PathBuf {
    tests().join("museum")
}

pub(crate) fn museum_bundle() -> PathBuf {
    tests().join("museum-bundle")
}

/// The museum with something else in all its files.
pub(crate) fn changed_museum(from: &str, to: &str) -> TempDir {
    let root = temporary();
    for (name, bytes) in files(&museum()) {
        let path = root.path().join(&name);
        fs::create_dir_all(path.parent().expect("it is in a folder")).expect("it can be made");
        let text = String::from_utf8(bytes).expect("it is text");
        fs::write(path, text.replace(from, to)).expect("it can be written");
    }
    root
}

/// The dataset of this repository.
pub(crate) fn real() -> PathBuf {
    tests().join("../../..")
}

pub(crate) fn temporary() -> TempDir {
    tempfile::tempdir().expect("a temporary folder can be made")
}

/// Loads a dataset that has no errors.
pub(crate) fn sound(root: &Path) -> Sound<Dataset> {
    let (dataset, findings) = load(root, &LoadOptions::default()).expect("it can be read");
    Sound::new(dataset).unwrap_or_else(|_| {
        let messages: Vec<_> = findings.kept.iter().map(|found| &found.message).collect();
        panic!("{}: {messages:#?}", root.display())
    })
}

pub(crate) fn export_to(
    dataset: &Sound<Dataset>,
    out: &Path,
    options: &Options<'_>,
) -> Result<Summary, Error> {
    export(dataset, &Target::new(out)?, options)
}

/// A bundle in a temporary folder.
pub(crate) struct Exported {
    pub(crate) around: TempDir,
    pub(crate) path: PathBuf,
    pub(crate) summary: Summary,
}

pub(crate) fn exported(root: &Path, options: &Options<'_>) -> Exported {
    let around = temporary();
    let path = around.path().join("bundle");
    let summary = export_to(&sound(root), &path, options).expect("it can be exported");
    Exported {
        around,
        path,
        summary,
    }
}

/// All files below a folder, by their relative paths.
pub(crate) fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    fn visit(folder: &Path, prefix: &str, found: &mut BTreeMap<String, Vec<u8>>) {
        for entry in fs::read_dir(folder).expect("the folder can be read") {
            let entry = entry.expect("the folder can be read");
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            if entry.path().is_dir() {
                visit(&entry.path(), &format!("{name}/"), found);
            } else {
                found.insert(name, fs::read(entry.path()).expect("the file can be read"));
            }
        }
    }
    let mut found = BTreeMap::new();
    visit(folder, "", &mut found);
    found
}

/// The hash of a file, as lists of hashes have it.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    let mut text = String::new();
    for byte in Sha256::digest(bytes) {
        write!(text, "{byte:02x}").expect("a string takes it");
    }
    text
}

/// Makes the list of hashes, the description of files and the statement those of what is there now.
pub(crate) fn rehash(bundle: &Path) {
    let package_path = bundle.join("datapackage.json");
    let mut package = json(&package_path);
    for resource in package["resources"].as_array_mut().expect("an array") {
        let path = bundle.join(resource["path"].as_str().expect("a string"));
        let bytes = fs::read(path).expect("the file can be read");
        resource["bytes"] = bytes.len().into();
        resource["hash"] = format!("sha256:{}", sha256(&bytes)).into();
    }
    fs::write(package_path, package.to_string()).expect("it can be written");
    let statement_path = bundle.join("statement.intoto.json");
    let mut statement = json(&statement_path);
    for subject in statement["subject"].as_array_mut().expect("an array") {
        let path = bundle.join(subject["name"].as_str().expect("a string"));
        let bytes = fs::read(path).expect("the file can be read");
        subject["digest"]["sha256"] = sha256(&bytes).into();
    }
    fs::write(statement_path, statement.to_string()).expect("it can be written");
    let mut checksums = String::new();
    for (name, bytes) in files(bundle) {
        if name != "SHA256SUMS" {
            writeln!(checksums, "{}  {name}", sha256(&bytes)).expect("a string takes it");
        }
    }
    fs::write(bundle.join("SHA256SUMS"), checksums).expect("it can be written");
}

/// The names directly in a folder.
pub(crate) fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("the folder can be read");
    let mut names: Vec<_> = entries
        .map(|entry| entry.expect("the folder can be read").file_name())
        .map(|name| name.to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

pub(crate) fn json(path: &Path) -> serde_json::Value {
    let text = fs::read_to_string(path).expect("the file can be read");
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A dataset of one collection `things`, with this schema and these lines.
pub(crate) fn things(manifest: &str, schema: &str, lines: &str) -> TempDir {
    let root = temporary();
    let write = |name: &str, text: &str| {
        let path = root.path().join(name);
        fs::create_dir_all(path.parent().expect("it is in a folder")).expect("it can be made");
        fs::write(path, text).expect("it can be written");
    };
    let manifest = format!(
        r#"{{"name": "things", "version": "0.0.1", "as_of": "2026-01-01"{manifest},
            "collections": [{{"name": "things", "path": "data/things.ndjson",
                "schema": "schemas/things.schema.json", "id": "/id"}}]}}"#
    );
    write("data/dataset.json", &manifest);
    write("schemas/things.schema.json", schema);
    write("data/things.ndjson", lines);
    root
}
