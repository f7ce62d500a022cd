//! What is in a bundle.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::Path;

use serde_json::Value;
use treatise_dataset::DESCRIBED;
use treatise_exporter::{Format, Options};

use crate::folder::{
    changed_museum, exported, files, json, museum, museum_bundle, real, sha256, sound, things,
};

#[test]
fn the_museum_is_exported_as_expected() {
    let options = Options {
        released: Some("2026-01-31"),
        formats: &[Format::Json, Format::Ndjson, Format::Csv],
        ..Options::default()
    };
    let bundle = exported(&museum(), &options);
    let (written, expected) = (files(&bundle.path), files(&museum_bundle()));
    let names = |files: &BTreeMap<String, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&written), names(&expected));
    // The program adds to the statement what it has checked; these two have their own tests.
    let is_compared = |name: &str| name != "SHA256SUMS" && name != "statement.intoto.json";
    for (name, bytes) in expected.iter().filter(|(name, _)| is_compared(name)) {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        assert_eq!(text(&written[name]), text(bytes), "{name}");
    }
    assert_eq!(bundle.summary.records, 7);
    assert_eq!(bundle.summary.left_out, None);
    assert_eq!(bundle.summary.files + 1, expected.len() as u64);
}

#[test]
fn the_same_dataset_gives_the_same_bytes() {
    let options = Options {
        formats: Format::ALL,
        ..Options::default()
    };
    for root in [museum(), real()] {
        let first = exported(&root, &options);
        let second = exported(&root, &options);
        assert!(files(&first.path) == files(&second.path));
    }
}

#[test]
fn one_document_has_what_the_others_have() {
    for root in [museum(), real()] {
        let bundle = exported(&root, &Options::default());
        let folder = bundle.path.join("json");
        let mut all = json(&folder.join("all.json"));
        let mut others = files(&folder);
        others.remove("all.json");
        for (name, bytes) in others {
            let other: Value = serde_json::from_slice(&bytes).expect("it is JSON");
            let name = name.trim_end_matches(".json");
            let part = match name {
                "dataset" => all.pointer_mut("/dataset"),
                name => all["collections"].get_mut(name),
            };
            assert_eq!(part.map(Value::take), Some(other), "{name}");
        }
        let is_taken = all["collections"].as_object().expect("an object");
        assert!(is_taken.values().all(Value::is_null), "it has no more");
    }
}

#[test]
fn the_checksums_are_those_of_all_other_files() {
    let bundle = exported(&museum(), &Options::default());
    let mut files = files(&bundle.path);
    let checksums = files.remove("SHA256SUMS").expect("there are checksums");
    let mut expected = String::new();
    for (name, bytes) in files {
        writeln!(expected, "{}  {name}", sha256(&bytes)).expect("a string takes it");
    }
    assert_eq!(String::from_utf8_lossy(&checksums), expected);
}

/// The records of a collection by id, as they are in the dataset.
fn source_records(root: &Path, collection: &Value) -> BTreeMap<String, Value> {
    let path = root.join(collection["path"].as_str().expect("it has a path"));
    let mut records = BTreeMap::new();
    let mut add = |stem: &str, text: &str| {
        let record: Value = serde_json::from_str(text).expect("records are JSON");
        let id = match collection["id"].as_str() {
            Some(pointer) => record.pointer(pointer).expect("it has its id").clone(),
            None => stem.into(),
        };
        records.insert(id.as_str().expect("it is a string").to_owned(), record);
    };
    if path.is_dir() {
        for (name, bytes) in files(&path) {
            add(
                name.trim_end_matches(".json"),
                &String::from_utf8_lossy(&bytes),
            );
        }
    } else {
        let text = fs::read_to_string(&path).expect("it can be read");
        text.lines().for_each(|line| add("", line));
    }
    records
}

#[test]
fn the_dataset_is_described_in_the_words_of_its_manifest() {
    let version = r#""version": "1.2.0","#;
    let with_homepage = format!(r#"{version} "homepage": "https://example.org","#);
    let root = changed_museum(version, &with_homepage);
    let bundle = exported(root.path(), &Options::default());
    let manifest = json(&root.path().join("data/dataset.json"));
    let document = json(&bundle.path.join("json/dataset.json"));
    for member in DESCRIBED {
        assert!(manifest.get(member).is_some(), "{member}");
        assert_eq!(manifest.get(member), document.get(member), "{member}");
    }
}

#[test]
fn the_records_are_those_of_the_dataset() {
    for root in [museum(), real()] {
        let bundle = exported(&root, &Options::default());
        let manifest = json(&root.join("data/dataset.json"));
        for collection in manifest["collections"].as_array().expect("an array") {
            let name = collection["name"].as_str().expect("a string");
            let sources = source_records(&root, collection);
            let records = json(&bundle.path.join(format!("json/{name}.json")));
            let records = records.as_array().expect("an array");
            let lines = fs::read_to_string(bundle.path.join(format!("ndjson/{name}.ndjson")));
            let lines: Vec<Value> = lines
                .expect("it can be read")
                .lines()
                .map(|line| serde_json::from_str(line).expect("lines are JSON"))
                .collect();
            assert_eq!(&lines, records, "{name}");
            assert_eq!(records.len(), sources.len(), "{name}");
            for ((id, source), record) in sources.into_iter().zip(records) {
                let mut record = record.clone();
                if collection.get("id").is_none() {
                    let members = record.as_object_mut().expect("an object");
                    assert_eq!(members.remove("_id"), Some(id.into()));
                }
                assert_eq!(record, source, "{name}");
            }
        }
    }
}

/// A table as the `csv` crate reads it.
struct Table {
    columns: Vec<String>,
    rows: Vec<Vec<String>>,
}

fn table(path: &Path) -> Table {
    let mut reader = csv::Reader::from_path(path).expect("it can be read");
    let columns = reader.headers().expect("it has a header");
    let columns = columns.iter().map(str::to_owned).collect();
    // The reader refuses rows of another length.
    let rows = reader
        .records()
        .map(|row| row.expect("every row is as long as the header"))
        .map(|row| row.iter().map(str::to_owned).collect())
        .collect();
    Table { columns, rows }
}

#[test]
fn the_tables_are_what_the_bundle_says() {
    for root in [museum(), real()] {
        let bundle = exported(&root, &Options::default());
        let marker = json(&bundle.path.join("bundle.json"));
        let mut keys: BTreeMap<String, BTreeSet<Vec<String>>> = BTreeMap::new();
        for collection in marker["collections"].as_array().expect("an array") {
            for facts in collection["tables"].as_array().expect("an array") {
                let name = facts["name"].as_str().expect("a string");
                let file = facts["files"]["csv"].as_str().expect("a string");
                let table = table(&bundle.path.join(file));
                assert_eq!(facts["rows"], table.rows.len(), "{name}");
                let key: Vec<_> = facts["primary_key"].as_array().expect("an array").clone();
                assert_eq!(key, table.columns[..key.len()], "{name}");
                let names: BTreeSet<_> = table.columns.iter().map(|c| c.to_lowercase()).collect();
                assert_eq!(names.len(), table.columns.len(), "{name}");

                let rows = table.rows.iter().map(|row| row[..key.len()].to_vec());
                let own: BTreeSet<_> = rows.collect();
                assert_eq!(own.len(), table.rows.len(), "{name}: the key is unique");
                match facts["parent"].as_str() {
                    None => assert_eq!(facts["rows"], collection["records"], "{name}"),
                    Some(parent) => assert!(
                        own.iter()
                            .all(|key| keys[parent].contains(&key[..key.len() - 1])),
                        "{name}: its rows have parents"
                    ),
                }
                keys.insert(name.to_owned(), own);
            }
        }
    }
}

#[test]
fn strings_come_back_from_a_table_as_they_are() {
    let texts = [
        "",
        " ",
        "a,b",
        "\"",
        "\"\"",
        "a\nb",
        "\n",
        "=1+1",
        "+1",
        "-1",
        "@x",
        "'",
        ";",
        "\t",
        "é李🏺",
        "true",
        "null",
        "\\n",
        "a\"b,c\nd",
    ];
    let mut lines = String::new();
    for (number, text) in (10..).zip(texts) {
        let record = serde_json::json!({"id": number.to_string(), "text": text});
        writeln!(lines, "{record}").expect("a string takes it");
    }
    let schema = r#"{"type": "object", "required": ["id"], "additionalProperties": false,
        "properties": {"id": {"type": "string"}, "text": {"type": "string"}}}"#;
    let root = things("", schema, &lines);
    let bundle = exported(root.path(), &Options::default());
    let table = table(&bundle.path.join("csv/things.csv"));
    let read: Vec<_> = table.rows.iter().map(|row| row[1].as_str()).collect();
    assert_eq!(read, texts);
}

#[test]
fn only_what_was_asked_for_is_there() {
    let collections = ["rooms".to_owned()];
    let options = Options {
        formats: &[Format::Csv],
        collections: &collections,
        ..Options::default()
    };
    let bundle = exported(&museum(), &options);
    let names: Vec<_> = files(&bundle.path).into_keys().collect();
    assert_eq!(
        names,
        [
            "CITATION.cff",
            "README.txt",
            "SHA256SUMS",
            "bundle.json",
            "csv/rooms.csv",
            "csv/rooms.plan.doors.csv",
            "datapackage.json",
            "dictionary.html",
            "dictionary.md",
            "redirects.json",
            "statement.intoto.json"
        ]
    );
    let marker = json(&bundle.path.join("bundle.json"));
    assert_eq!(marker["is_complete"], false);
    let readme = fs::read_to_string(bundle.path.join("README.txt")).expect("it is there");
    assert!(readme.contains("not all collections"), "{readme}");
}

#[test]
fn what_no_schema_describes_is_counted_and_not_lost() {
    let schema = r#"{"type": "object", "properties": {"id": {"type": "string"},
        "size": {"type": "object", "properties": {"height": {"type": "number"}}},
        "label": {"type": "object", "additionalProperties": {"type": "string"},
            "x-language-map": true}}}"#;
    let lines = concat!(
        r#"{"id": "a", "size": {"height": 1}, "label": {"en": "A"}}"#,
        "\n",
        r#"{"id": "b", "size": {"height": 1, "width": 2}, "label": {"en": "B", "fr": "B"}, "more": [1]}"#,
        "\n"
    );
    let root = things(r#", "languages": ["en"]"#, schema, lines);
    let bundle = exported(root.path(), &Options::default());
    let left_out = bundle.summary.left_out.expect("something was left out");
    assert_eq!(left_out.count, 3);
    assert_eq!(
        (left_out.collection.as_str(), left_out.record.as_str()),
        ("things", "b")
    );
    assert_eq!(left_out.pointer.as_str(), "/size/width");
    let marker = json(&bundle.path.join("bundle.json"));
    assert_eq!(marker["collections"][0]["left_out_of_tables"], 3);
    let record = &json(&bundle.path.join("json/things.json"))[1];
    assert_eq!(record["label"]["fr"], "B");
    assert_eq!(record["more"], serde_json::json!([1]));
}

#[test]
fn without_languages_texts_by_language_are_a_table() {
    let schema = r#"{"type": "object", "additionalProperties": false, "properties": {
        "id": {"type": "string"}, "label": {"type": "object",
            "additionalProperties": {"type": "string"}, "x-language-map": true}}}"#;
    let line = "{\"id\": \"a\", \"label\": {\"en\": \"A\", \"fr\": \"B\"}}\n";
    let root = things("", schema, line);
    let bundle = exported(root.path(), &Options::default());
    let table = table(&bundle.path.join("csv/things.label.csv"));
    assert_eq!(table.columns, ["things.id", "key", "value"]);
    assert_eq!(table.rows, [["a", "en", "A"], ["a", "fr", "B"]]);
    assert_eq!(bundle.summary.left_out, None);
}

/// What the description of a bundle says about `data/`, and what is there.
#[test]
fn a_bundle_is_said_to_be_a_dataset_where_it_is_one() {
    let rooms = ["rooms".to_owned()];
    for (formats, collections, has_manifest) in [
        (&[Format::Ndjson][..], &[][..], true),
        (&[Format::Json], &[], false),
        (&[Format::Csv], &[], false),
        (&[Format::Ndjson], &rooms, false),
    ] {
        let options = Options {
            formats,
            collections,
            ..Options::default()
        };
        for root in [museum(), real()] {
            if !collections.is_empty() && root != museum() {
                continue;
            }
            let bundle = exported(&root, &options);
            let readme = fs::read_to_string(bundle.path.join("README.txt")).expect("it is there");
            for (file, is_expected) in [
                ("data/dataset.json", Some(has_manifest)),
                ("data/exceptions.json", None),
            ] {
                let is_there = bundle.path.join(file).exists();
                assert_eq!(readme.contains(file), is_there, "{formats:?}: {readme}");
                assert_eq!(is_expected.unwrap_or(is_there), is_there);
            }
            assert_eq!(readme.contains("`treatise validate --root`"), has_manifest);
            if has_manifest {
                // As a dataset it has no errors of its own.
                sound(&bundle.path);
            }
        }
    }
}

#[test]
fn the_terms_of_codes_go_along_with_the_tables() {
    let options = Options {
        formats: &[Format::Csv],
        ..Options::default()
    };
    let bundle = exported(&real(), &options);
    let package = json(&bundle.path.join("datapackage.json"));
    let description = package["description"].as_str().expect("a text");
    let readme = fs::read_to_string(bundle.path.join("README.txt")).expect("it is there");
    for text in [description, &readme] {
        assert!(text.contains("  MONDO: CC BY 4.0\n"), "{text}");
    }
}
