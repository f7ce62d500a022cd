//! The real dataset: it loads, and a validator that shares no code with ours agrees.

use std::path::{Path, PathBuf};

use boon::{Compiler, Draft, SchemaIndex, Schemas};
use serde_json::{Value, json};
use treatise_report::Severity;
use treatise_schema::{Schema, Verdict, WorkLimit};
use treatise_source::{Limits, Parser};

use crate::checked::check;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(path: &Path) -> Value {
    let text = std::fs::read_to_string(path).expect("the dataset can be read");
    serde_json::from_str(&text).expect("the dataset is JSON")
}

/// A collection: its name, its schema, and its records with their file names.
type Collection = (String, SchemaIndex, Vec<(PathBuf, Value)>);

/// What breaks a record, and how.
type Break = (&'static str, fn(&mut Value));

fn collections(schemas: &mut Schemas) -> Vec<Collection> {
    let manifest = read(&root().join("data/dataset.json"));
    let mut compiler = Compiler::new();
    compiler.set_default_draft(Draft::V2020_12);
    compiler.enable_format_assertions();
    let text = |entry: &Value, name: &str| entry[name].as_str().expect("a text").to_owned();
    let entries = manifest["collections"].as_array().expect("a list");
    entries
        .iter()
        .map(|entry| {
            let schema = root().join(text(entry, "schema"));
            let schema = schema.canonicalize().expect("the schema is there");
            let location = schema.to_str().expect("the path is Unicode");
            let schema = compiler
                .compile(location, schemas)
                .expect("the second validator takes our schemas");
            let folder = root().join(text(entry, "path"));
            let mut paths: Vec<_> = std::fs::read_dir(folder)
                .expect("the collection is a folder")
                .map(|file| file.expect("a folder can be listed").path())
                .collect();
            paths.sort();
            let records = paths.into_iter().map(|path| {
                let record = read(&path);
                (path, record)
            });
            (text(entry, "name"), schema, records.collect())
        })
        .collect()
}

/// The verdict of our own validator.
fn is_valid(schema: &Schema, record: &Value) -> bool {
    let text = record.to_string();
    let mut parser = Parser::new();
    let parsed = parser.parse(&text, Limits::default());
    let verdict = schema.judge(&parsed.tree, &WorkLimit::default());
    matches!(verdict, Verdict::Valid)
}

#[test]
fn the_real_dataset_loads_without_an_error() {
    let checked = check(&root());
    assert!(checked.dataset.index().len() > 500);
    assert!(checked.dataset.index().reference_count() > 1_000);
    let errors = checked
        .findings
        .iter()
        .filter(|found| found.severity == Severity::Error);
    assert_eq!(errors.count(), 0, "{}", checked.short());
}

#[test]
fn a_second_validator_accepts_every_record() {
    let mut schemas = Schemas::new();
    let mut count = 0;
    for (_, schema, records) in collections(&mut schemas) {
        for (path, record) in records {
            count += 1;
            if let Err(error) = schemas.validate(&record, schema) {
                panic!("{}: {error:#}", path.display());
            }
        }
    }
    assert_eq!(count, check(&root()).dataset.index().len());
}

#[test]
fn a_second_validator_and_ours_refuse_what_is_broken() {
    let mut schemas = Schemas::new();
    let dataset = check(&root()).dataset;
    let own = dataset.collections().iter();
    for ((name, schema, records), own) in collections(&mut schemas).into_iter().zip(own) {
        assert_eq!(own.name(), name);
        let own = own.schema().expect("our schemas compile");
        let (path, sound) = &records[0];
        assert!(is_valid(own, sound), "{}", path.display());
        let breaks: [Break; 4] = [
            ("an unknown member", |record| record["unknown"] = json!(1)),
            ("an id of the wrong type", |record| record["id"] = json!(7)),
            ("a day that there is not", |record| {
                record["review"]["curated_on"] = json!("2026-02-30");
            }),
            ("no id", |record| {
                record.as_object_mut().expect("an object").remove("id");
            }),
        ];
        for (what, break_it) in breaks {
            let mut record = sound.clone();
            break_it(&mut record);
            let verdicts = [
                schemas.validate(&record, schema).is_ok(),
                is_valid(own, &record),
            ];
            assert_eq!(verdicts, [false; 2], "{name}: {what} in {}", path.display());
        }
    }
}
