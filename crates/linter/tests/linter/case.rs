//! A case: a small dataset without a finding, and what is changed in it.
//!
//! `case.json` says what is changed: `records` has merge patches (RFC 7396) by collection and id, where
//! `null` deletes a record and `"$like"` copies one that the base has; `dataset` is a merge patch of the
//! manifest; `schemas` has merge patches of schemas by collection; `exceptions` are the accepted
//! findings; `notices` are the rows of a table of notices; `also` names further rules that the case
//! breaks; `before` has the `records` of the dataset before a change. Files below `data/` take the place
//! of those of the base as they are, and those in `documents/` are the only documents. With `alone`,
//! nothing of the base is there but its manifest.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use serde_json::{Map, Value, json};
use tempfile::TempDir;
use treatise_dataset::{Collection, SchemaCache};
use treatise_linter::{
    Base, Choice, Documents, Linted, Notices, Options, apply, fixes, formatted, lint,
};
use treatise_report::{Applicability, Format, Report, Summary, render};
use treatise_source::Layout;

/// Where the tests are.
pub(crate) fn tests() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests")
}

/// Most cases have the same schemas, which are compiled once for all.
pub(crate) fn schemas() -> &'static SchemaCache {
    static SCHEMAS: LazyLock<SchemaCache> = LazyLock::new(SchemaCache::default);
    &SCHEMAS
}

/// A case on disk.
pub(crate) struct Case {
    /// The rule that it belongs to.
    pub(crate) rule: String,
    /// Its name, which starts with `invalid-` or `valid-`.
    pub(crate) name: String,
    pub(crate) folder: PathBuf,
    changes: Map<String, Value>,
}

/// Every case of every rule, in order.
pub(crate) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for rule in folders(&tests().join("rules")) {
        for folder in folders(&rule) {
            let changes = std::fs::read_to_string(folder.join("case.json"));
            let changes = changes.map_or(Value::Null, |text| {
                let changes = serde_json::from_str(&text);
                changes.unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
            });
            cases.push(Case {
                rule: name(&rule),
                name: name(&folder),
                changes: changes.as_object().cloned().unwrap_or_default(),
                folder,
            });
        }
    }
    cases
}

/// The folders in a folder, by name.
pub(crate) fn folders(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("the folder can be listed");
    let paths = entries.map(|entry| entry.expect("the folder can be listed").path());
    let mut folders: Vec<_> = paths.filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

pub(crate) fn name(path: &Path) -> String {
    let name = path.file_name().expect("the path has a name");
    name.to_string_lossy().into_owned()
}

impl Case {
    /// The dataset that all cases change.
    pub(crate) fn base(folder: &Path) -> Self {
        Self {
            rule: String::new(),
            name: "valid-base".into(),
            changes: Map::new(),
            folder: folder.to_path_buf(),
        }
    }

    /// The rules that it breaks beside its own.
    pub(crate) fn also(&self) -> Vec<&str> {
        let also = self.changes.get("also").and_then(Value::as_array);
        let names = also.into_iter().flatten().filter_map(Value::as_str);
        names.collect()
    }

    /// Whether its collections may be others than those of the base, or have other schemas.
    fn has_own_schemas(&self) -> bool {
        let mut names = ["alone", "dataset", "schemas"].iter();
        names.any(|&name| self.changes.contains_key(name))
    }

    /// The changes of records, where there are any.
    pub(crate) fn records(&self) -> Option<&Value> {
        self.changes.get("records")
    }

    pub(crate) fn is_invalid(&self) -> bool {
        self.name.starts_with("invalid-")
    }

    /// Runs all rules on it, and returns the findings as lines.
    pub(crate) fn run(&self) -> String {
        let folder = self.dataset(self.records());
        let before = self
            .changes
            .get("before")
            .map(|records| self.dataset(Some(records)));
        let own = self.folder.join("documents");
        let documents = if own.is_dir() {
            own
        } else {
            tests().join("base/documents")
        };
        let documents = Documents::read(&documents).expect("the documents can be read");
        let notices = self.changes.get("notices").map(notices);
        let linted = lint(
            folder.path(),
            &Options {
                schemas: Some(schemas()),
                documents: Some(&documents),
                notices: notices.as_ref(),
                base: before.as_ref().map(|before| Base {
                    root: before.path(),
                    name: "before",
                    approved: &[],
                }),
                ..Options::default()
            },
        );
        short(&linted.expect("the case can be read"))
    }

    /// The dataset of the case in a folder of its own.
    pub(crate) fn dataset(&self, records: Option<&Value>) -> TempDir {
        let folder = tempfile::tempdir().expect("there is a temporary folder");
        let base = tests().join("base/data");
        let mut files = read_all(&base, &base);
        let is_alone = self.changes.contains_key("alone");
        if is_alone {
            files.retain(|path, _| path == "dataset.json");
        }
        let records = records.and_then(Value::as_object);
        let originals = files.clone();
        for (key, patch) in records.into_iter().flatten() {
            let path = format!("{key}.json");
            if patch.is_null() {
                files.remove(&path).expect("the base has the record");
                continue;
            }
            let mut patch = patch.clone();
            let like = patch
                .as_object_mut()
                .and_then(|patch| patch.remove("$like"));
            let model = match like.as_ref().and_then(Value::as_str) {
                Some(like) => {
                    let (collection, _) = key.split_once('/').expect("a collection and an id");
                    let model = originals.get(&format!("{collection}/{like}.json"));
                    model.expect("the base has the model")
                }
                None => originals.get(&path).map_or("{}", String::as_str),
            };
            let mut record: Value = serde_json::from_str(model).expect("the base is JSON");
            merge(&mut record, &patch);
            let (collection, id) = key.split_once('/').expect("a collection and an id");
            record["id"] = json!(id);
            let text = pretty(&record);
            let text = match self.has_own_schemas() {
                true => text,
                false => formatted_in(collection, &text),
            };
            files.insert(path, text);
        }
        if let Some(patch) = self.changes.get("dataset") {
            let manifest = files.get_mut("dataset.json").expect("it is there");
            let mut value = serde_json::from_str(manifest).expect("the base is JSON");
            merge(&mut value, patch);
            *manifest = pretty(&value);
        }
        if let Some(exceptions) = self.changes.get("exceptions") {
            let list = pretty(&json!({ "exceptions": exceptions }));
            files.insert("exceptions.json".into(), list);
        }
        let data = folder.path().join("data");
        // A collection without records is still there.
        for collection in folders(&base).into_iter().filter(|_| !is_alone) {
            std::fs::create_dir_all(data.join(name(&collection)))
                .expect("a temporary folder can be written to");
        }
        for (path, content) in files {
            write(&data.join(path), &content);
        }
        let schemas = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas");
        for entry in std::fs::read_dir(schemas).expect("the schemas are there") {
            let path = entry.expect("the folder can be listed").path();
            if path.is_file() {
                let copy = folder.path().join("schemas").join(name(&path));
                write(&copy, &read(&path));
            }
        }
        let schemas = self.changes.get("schemas").and_then(Value::as_object);
        for (collection, patch) in schemas.into_iter().flatten() {
            let path = folder
                .path()
                .join(format!("schemas/{collection}.schema.json"));
            let there = path.is_file().then(|| read(&path));
            let there = there.as_deref().unwrap_or("{}");
            let mut schema = serde_json::from_str(there).expect("a schema is JSON");
            merge(&mut schema, patch);
            write(&path, &pretty(&schema));
        }
        if self.has_own_schemas() {
            format_records(folder.path());
        }
        let overlay = self.folder.join("data");
        if overlay.is_dir() {
            for (path, content) in read_all(&overlay, &overlay) {
                write(&data.join(path), &content);
            }
        }
        folder
    }
}

/// A table of notices with these rows.
fn notices(rows: &Value) -> Notices {
    const COLUMNS: &[&str] = &[
        "OriginalPaperDOI",
        "OriginalPaperPubMedID",
        "RetractionDOI",
        "RetractionNature",
        "RetractionDate",
        "Reason",
    ];
    let rows = rows.as_array().expect("notices are a list");
    let lines = rows.iter().map(|row| {
        let cells = COLUMNS.iter().map(|&column| {
            let cell = row.get(column).and_then(Value::as_str);
            format!("\"{}\"", cell.unwrap_or_default())
        });
        cells.collect::<Vec<_>>().join(",")
    });
    let lines: Vec<_> = [COLUMNS.join(",")].into_iter().chain(lines).collect();
    let folder = tempfile::tempdir().expect("there is a temporary folder");
    let path = folder.path().join("notices.csv");
    write(&path, &lines.join("\n"));
    Notices::read(&path).expect("the table can be read")
}

/// The text of a record of the base, with new members where they belong, so that a case need not know the
/// order of the schema.
fn formatted_in(collection: &str, record: &str) -> String {
    static BASE: LazyLock<Linted> = LazyLock::new(|| {
        let base = Case::base(&tests().join("base")).dataset(None);
        let options = Options {
            schemas: Some(schemas()),
            ..Options::default()
        };
        lint(base.path(), &options).expect("the base can be read")
    });
    let mut collections = BASE.dataset.collections().iter();
    let schema = collections
        .find(|known| known.name() == collection)
        .and_then(Collection::schema)
        .expect("the base has the collection");
    formatted(record, schema.fields(), Layout::Lines)
}

/// The same for all records of a dataset that has its own schemas.
fn format_records(root: &Path) {
    let only = ["unformatted".to_owned()];
    let options = Options {
        choice: Choice {
            only: &only,
            ..Choice::default()
        },
        schemas: Some(schemas()),
        ..Options::default()
    };
    let linted = lint(root, &options).expect("the case can be read");
    let fixed = fixes(&linted, Applicability::Safe).expect("the case can be read");
    apply(root, &fixed).expect("a temporary folder can be written to");
}

/// The findings of a run, one a line.
pub(crate) fn short(linted: &Linted) -> String {
    let summary = Summary::default();
    let report = Report {
        files: linted.dataset.files(),
        diagnostics: &linted.findings.kept,
        summary: &summary,
        rules: &[],
        tool_version: "0.0.0",
    };
    let mut out = Vec::new();
    let options = treatise_report::Options::default();
    render(&report, Format::Short, &options, &mut out).expect("memory can be written to");
    String::from_utf8(out).expect("reports are UTF-8")
}

/// The files below a folder, by their paths from there.
pub(crate) fn files(folder: &Path) -> BTreeMap<String, String> {
    read_all(folder, folder)
}

fn read_all(folder: &Path, root: &Path) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    for entry in std::fs::read_dir(folder).expect("the folder can be listed") {
        let path = entry.expect("the folder can be listed").path();
        if path.is_dir() {
            files.extend(read_all(&path, root));
        } else {
            let relative = path.strip_prefix(root).expect("it lies below");
            files.insert(relative.to_string_lossy().into_owned(), read(&path));
        }
    }
    files
}

pub(crate) fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

pub(crate) fn write(path: &Path, content: &str) {
    let folder = path.parent().expect("a file lies in a folder");
    std::fs::create_dir_all(folder).expect("a temporary folder can be written to");
    std::fs::write(path, content).expect("a temporary folder can be written to");
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).expect("a JSON value can be written") + "\n"
}

/// RFC 7396.
fn merge(target: &mut Value, patch: &Value) {
    let Some(patch) = patch.as_object() else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = json!({});
    }
    let target = target.as_object_mut().expect("it is an object now");
    for (name, value) in patch {
        if value.is_null() {
            target.shift_remove(name);
        } else {
            merge(target.entry(name.clone()).or_insert(Value::Null), value);
        }
    }
}
