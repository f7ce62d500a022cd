//! The one helper that compares; all tests go through it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};
use tempfile::TempDir;
use treatise_diff::{
    Comparison, Document, Format, Frame, Pair, Source, Style, Verdict, open, render,
};

/// Two versions, compared.
pub(crate) struct Compared {
    pub(crate) comparison: Comparison,
    pub(crate) verdict: Verdict,
    pub(crate) document: Document,
    pub(crate) pair: Pair,
}

impl Compared {
    pub(crate) fn render(&self, format: Format) -> String {
        render(&self.document, &self.comparison.patch, format, Style::Plain)
    }

    /// The names of the kinds of the changes.
    pub(crate) fn kinds(&self) -> Vec<&'static str> {
        let changes = self.comparison.changes.iter();
        changes.map(|change| change.kind.name()).collect()
    }
}

/// A folder below `tests`.
pub(crate) fn tests(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests")
        .join(name)
}

/// The base dataset with the files of a folder over it.
pub(crate) fn dataset(overlay: &Path) -> TempDir {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    for collection in ["sources", "drugs", "claims"] {
        let path = folder.path().join("data").join(collection);
        std::fs::create_dir_all(path).expect("a folder can be made");
    }
    copy(&tests("base"), folder.path());
    copy(overlay, folder.path());
    folder
}

/// The base dataset with drugs that are made up.
pub(crate) fn dataset_of(drugs: &BTreeMap<String, Value>) -> TempDir {
    let folder = dataset(&tests("base"));
    for (id, drug) in drugs {
        let path = folder.path().join(format!("data/drugs/{id}.json"));
        std::fs::write(path, drug.to_string()).expect("a record can be written");
    }
    folder
}

fn copy(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).expect("a folder can be listed") {
        let path = entry.expect("a folder can be listed").path();
        let target = to.join(path.file_name().expect("it has a name"));
        if path.is_dir() {
            std::fs::create_dir_all(&target).expect("a folder can be made");
            copy(&path, &target);
        } else {
            std::fs::copy(&path, &target).expect("a file can be copied");
        }
    }
}

/// Compares two roots.
pub(crate) fn compare(old: &Path, new: &Path) -> Compared {
    compare_sources(Source::folder(old), Source::folder(new), None)
}

/// Compares what was named.
pub(crate) fn compare_sources(old: Source, new: Source, schemas: Option<&Path>) -> Compared {
    let (old, new) = open(old, new, schemas).expect("both sides can be read");
    let pair = Pair::load(&old, &new, &()).expect("both sides can be loaded");
    let comparison = pair.compare().expect("the records can be read");
    let verdict = pair.judge(&comparison).expect("the agents can be read");
    let document = Document::new(
        &verdict,
        &Frame {
            old_given: "old",
            new_given: "new",
            old: pair.older(),
            new: pair.newer(),
            counts: comparison.counts,
            suggestions: &comparison.suggestions,
            breakages: None,
        },
    );
    Compared {
        comparison,
        verdict,
        document,
        pair,
    }
}

/// The document that patches are for: records by id, by collection.
pub(crate) fn whole(root: &Path) -> Value {
    let manifest = std::fs::read_to_string(root.join("data/dataset.json")).expect("it is there");
    let manifest: Value = serde_json::from_str(&manifest).expect("it is JSON");
    let mut whole = Map::new();
    for entry in manifest["collections"].as_array().expect("it is a list") {
        let (name, path) = (&entry["name"], &entry["path"]);
        let mut records = Map::new();
        let folder = root.join(path.as_str().expect("it is a path"));
        for file in std::fs::read_dir(folder).expect("a folder can be listed") {
            let path = file.expect("a folder can be listed").path();
            let stem = path.file_stem().and_then(|stem| stem.to_str());
            let text = std::fs::read_to_string(&path).expect("a record can be read");
            let record = serde_json::from_str(&text).expect("it is JSON");
            records.insert(stem.expect("it has a name").to_owned(), record);
        }
        whole.insert(
            name.as_str().expect("it is a name").to_owned(),
            records.into(),
        );
    }
    whole.into()
}

/// A document in canonical form: `1.0` is `1`, and members are sorted.
pub(crate) fn canonical(value: &Value) -> String {
    fn with_one_form_of_numbers(value: &Value) -> Value {
        match value {
            Value::Number(number) => match number.as_f64() {
                Some(double) if double.fract() == 0.0 && double.abs() < 1e15 => {
                    Value::from(format!("{double:.0}").parse::<i64>().expect("it is whole"))
                }
                _ => value.clone(),
            },
            Value::Array(items) => items.iter().map(with_one_form_of_numbers).collect(),
            Value::Object(members) => members
                .iter()
                .map(|(name, value)| (name.clone(), with_one_form_of_numbers(value)))
                .collect(),
            other => other.clone(),
        }
    }
    treatise_diff::canonical(&with_one_form_of_numbers(value))
}

/// Applies a patch with an implementation that is not ours.
pub(crate) fn patched(document: &Value, compared: &Compared) -> Value {
    let text = compared.render(Format::Patch);
    let patch: json_patch::Patch = serde_json::from_str(&text).expect("it is a JSON patch");
    let mut document = document.clone();
    json_patch::patch(&mut document, &patch).expect("the patch applies");
    document
}
