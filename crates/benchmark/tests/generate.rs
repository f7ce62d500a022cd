//! Writes datasets and reads them with programs that share no code with the generator.

#![expect(
    clippy::disallowed_methods,
    reason = "tests look at what was written, in folders of their own"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use boon::{Compiler, Draft, Schemas};
use serde_json::Value;
use sha2::{Digest, Sha256};
use treatise_benchmark::{Error, Layout, Order, write};
use treatise_linter::{Options, lint};

const ORDER: Order = Order {
    records: 2000,
    fault_share: 0.0,
    seed: 1,
};

/// Every file of a folder, by its path.
fn contents(root: &Path) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    collect(root, root, &mut files);
    files
}

fn collect(root: &Path, folder: &Path, files: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(root, &path, files);
        } else {
            let name = path
                .strip_prefix(root)
                .unwrap()
                .to_str()
                .unwrap()
                .replace('\\', "/");
            files.insert(name, fs::read_to_string(&path).unwrap());
        }
    }
}

fn generated(order: &Order, layout: Layout) -> BTreeMap<String, String> {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("set");
    write(order, layout, &root).unwrap();
    contents(&root)
}

/// The records of a dataset, each with its collection.
fn records(files: &BTreeMap<String, String>) -> Vec<(&str, Value)> {
    let mut records = Vec::new();
    for (name, text) in files {
        if let Some(collection) = name
            .strip_prefix("data/")
            .and_then(|n| n.strip_suffix(".ndjson"))
        {
            let lines = text.lines().map(|line| serde_json::from_str(line).unwrap());
            records.extend(lines.map(|record| (collection, record)));
        } else if let Some((collection, _)) =
            name.strip_prefix("data/").and_then(|n| n.split_once('/'))
        {
            records.push((collection, serde_json::from_str(text).unwrap()));
        }
    }
    records
}

#[test]
fn the_same_order_gives_the_same_bytes_and_another_seed_does_not() {
    let order = Order {
        fault_share: 0.05,
        ..ORDER
    };
    for layout in [Layout::Files, Layout::Ndjson] {
        let first = generated(&order, layout);
        assert!(first == generated(&order, layout));
        assert!(first != generated(&Order { seed: 2, ..order }, layout));
    }
}

#[test]
fn the_bytes_are_the_same_on_every_machine() {
    let order = Order {
        records: 300,
        fault_share: 0.1,
        seed: 1,
    };
    let mut hash = Sha256::new();
    for (name, text) in generated(&order, Layout::Ndjson) {
        if name.starts_with("data/") {
            hash.update(name);
            hash.update(text);
        }
    }
    // After a change on purpose, figures from before and after it can't be compared.
    let hash: Vec<u8> = hash.finalize().to_vec();
    assert_eq!(hash[..4], [226, 249, 250, 147]);
}

#[test]
fn both_layouts_hold_the_same_records() {
    let files = generated(&ORDER, Layout::Files);
    let lines = generated(&ORDER, Layout::Ndjson);
    let sorted = |files: &BTreeMap<String, String>| -> BTreeSet<String> {
        records(files)
            .iter()
            .map(|(_, record)| record.to_string())
            .collect()
    };
    assert!(sorted(&files) == sorted(&lines));
    assert_eq!(records(&files).len(), ORDER.records);
}

#[test]
fn ids_are_unique_and_name_the_files() {
    let files = generated(&ORDER, Layout::Files);
    let ids: BTreeSet<String> = records(&files)
        .iter()
        .map(|(_, record)| record["id"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(ids.len(), ORDER.records);
    for id in ids {
        assert!(
            files
                .keys()
                .any(|name| name.ends_with(&format!("/{id}.json"))),
            "{id}"
        );
    }
}

#[test]
fn a_dataset_without_faults_follows_its_schemas_and_its_references_resolve() {
    for seed in [1, 2] {
        let files = generated(&Order { seed, ..ORDER }, Layout::Ndjson);
        let mut compiler = Compiler::new();
        compiler.set_default_draft(Draft::V2020_12);
        compiler.enable_format_assertions();
        for (name, text) in &files {
            if name.starts_with("schemas/") && name != "schemas/vocabulary.schema.json" {
                let schema = serde_json::from_str(text).unwrap();
                compiler
                    .add_resource(&format!("https://example.org/{name}"), schema)
                    .unwrap();
            }
        }
        let mut schemas = Schemas::new();
        let mut check = |name: &str, value: &Value| {
            let address = format!("https://example.org/schemas/{name}.schema.json");
            let schema = compiler.compile(&address, &mut schemas).unwrap();
            if let Err(error) = schemas.validate(value, schema) {
                panic!("{value}\n{error}");
            }
        };
        check(
            "dataset",
            &serde_json::from_str(&files["data/dataset.json"]).unwrap(),
        );
        check(
            "exceptions",
            &serde_json::from_str(&files["data/exceptions.json"]).unwrap(),
        );

        let records = records(&files);
        let mut ids = BTreeSet::new();
        for (collection, record) in &records {
            check(collection, record);
            ids.insert(record["id"].as_str().unwrap());
        }
        for (_, record) in &records {
            each_text(record, &mut |text| {
                let looks_like_an_id = text.len() > 4
                    && text.as_bytes()[3] == b'-'
                    && text
                        .bytes()
                        .all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'));
                let prefixes = [
                    "src", "agt", "cnd", "sit", "int", "drg", "bmk", "crt", "gol", "trm", "clm",
                    "iss",
                ];
                if looks_like_an_id && prefixes.contains(&&text[..3]) {
                    assert!(ids.contains(text), "`{text}` in {}", record["id"]);
                }
            });
        }
    }
}

fn each_text(value: &Value, visit: &mut impl FnMut(&str)) {
    match value {
        Value::String(text) => visit(text),
        Value::Array(items) => items.iter().for_each(|item| each_text(item, visit)),
        Value::Object(members) => members.values().for_each(|member| each_text(member, visit)),
        _ => {}
    }
}

/// What remains by chance, or because there is no more than schemas and records: no tables of codes,
/// and members that no record has.
const LEFT: &[&str] = &[
    "conflicting-claims",
    "duplicate-claim",
    "orphan-record",
    "unpinned-code",
    "untested-schema-branch",
];

#[test]
fn a_dataset_without_faults_has_hardly_a_finding() {
    for seed in [1, 2] {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("set");
        write(&Order { seed, ..ORDER }, Layout::Files, &root).unwrap();
        let linted = lint(&root, &Options::default()).unwrap();
        let (chance, others): (Vec<_>, Vec<_>) = linted
            .findings
            .kept
            .iter()
            .map(|finding| (finding.rule.name, &finding.message))
            .partition(|(rule, _)| LEFT.contains(rule));
        assert!(others.is_empty(), "{others:?}");
        assert!(chance.len() < ORDER.records / 50, "{chance:?}");
    }
}

#[test]
fn every_claim_type_of_the_schema_occurs() {
    let files = generated(&ORDER, Layout::Ndjson);
    let schema: Value = serde_json::from_str(&files["schemas/claims.schema.json"]).unwrap();
    let types = schema["properties"]["type"]["enum"].as_array().unwrap();
    let records = records(&files);
    let there: BTreeSet<&str> = records
        .iter()
        .filter(|(collection, _)| *collection == "claims")
        .map(|(_, record)| record["type"].as_str().unwrap())
        .collect();
    assert_eq!(
        there,
        types.iter().map(|one| one.as_str().unwrap()).collect()
    );
}

#[test]
fn as_many_records_differ_from_the_sound_ones_as_faults_are_listed() {
    let sound = generated(&ORDER, Layout::Files);
    let faulty = generated(
        &Order {
            fault_share: 0.055,
            ..ORDER
        },
        Layout::Files,
    );
    let list: Value = serde_json::from_str(&faulty["faults.json"]).unwrap();
    assert_eq!(list["faulty"], 110);
    assert!(
        list["faults"]
            .as_object()
            .unwrap()
            .values()
            .all(|count| count == 10)
    );

    let broken = faulty
        .values()
        .filter(|text| serde_json::from_str::<Value>(text).is_err())
        .count();
    assert_eq!(broken, 10);
    assert_eq!(sound.len(), faulty.len());
}

#[test]
fn nothing_is_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    fs::write(root.join("precious.txt"), "text").unwrap();
    assert!(matches!(
        write(&ORDER, Layout::Files, root),
        Err(Error::NotEmpty(_))
    ));
    assert_eq!(fs::read_dir(root).unwrap().count(), 1);
}

#[test]
fn an_order_that_makes_no_sense_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("set");
    let write = |order| write(&order, Layout::Files, &root);
    assert!(matches!(
        write(Order {
            records: 99,
            ..ORDER
        }),
        Err(Error::TooSmall)
    ));
    assert!(matches!(
        write(Order {
            fault_share: 1.5,
            ..ORDER
        }),
        Err(Error::NotAShare)
    ));
    assert!(matches!(
        write(Order {
            fault_share: f64::NAN,
            ..ORDER
        }),
        Err(Error::NotAShare)
    ));
    assert!(!root.exists());
}
