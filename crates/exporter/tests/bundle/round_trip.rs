//! A bundle is a dataset too: loaded and exported again, it gives the same records and tables.

use std::collections::BTreeMap;
use std::path::Path;

use proptest::prelude::*;
use serde_json::{Value, json};
use treatise_exporter::{Format, Options, verify};

use crate::folder::{exported, files, museum, real, things};

/// The files with records, without those that describe them.
fn with_records(bundle: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = files(bundle);
    files.retain(|name, _| {
        let is_of = |format: &Format| name.starts_with(&format!("{}/", format.name()));
        Format::ALL.iter().any(is_of) && name != "json/dataset.json"
    });
    files
}

#[test]
fn a_bundle_of_a_bundle_is_the_same() {
    for root in [museum(), real()] {
        let first = exported(&root, &Options::default());
        let second = exported(&first.path, &Options::default());
        let (first, second) = (with_records(&first.path), with_records(&second.path));
        let names = |files: &BTreeMap<String, _>| files.keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(&first), names(&second));
        for (name, bytes) in first {
            assert!(second[&name] == bytes, "{name}");
        }
    }
}

/// Any value that may stand in a record.
fn any_value() -> impl Strategy<Value = Value> {
    // What the checks of texts refuse is no part of a dataset.
    let text = "[a-zA-Z0-9 ,;\"'=+@\\-\u{e4}\u{df}\u{674e}\u{1f3fa}]{0,12}";
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        (-1e9..1e9_f64).prop_map(Value::from),
        text.prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-z]{1,6}", inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// All but the one that takes long.
const QUICK: &[Format] = &[
    Format::Json,
    Format::Ndjson,
    Format::Csv,
    #[cfg(feature = "parquet")]
    Format::Parquet,
];

const SCHEMA: &str = r#"{"type": "object", "required": ["id"], "additionalProperties": false,
    "properties": {
        "id": {"type": "string", "minLength": 1},
        "any": true,
        "list": {"type": "array", "items": true},
        "map": {"type": "object", "additionalProperties": true}}}"#;

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn the_records_of_a_bundle_are_those_of_the_dataset(
        values in prop::collection::btree_map(
            "[a-z][a-z0-9-]{0,8}",
            (any_value(), prop::collection::vec(any_value(), 0..3)),
            1..6,
        )
    ) {
        let records: Vec<Value> = values
            .iter()
            .map(|(id, (any, list))| json!({"id": id, "any": any, "list": list, "map": {"x": any}}))
            .collect();
        let lines: Vec<String> = records.iter().map(Value::to_string).collect();
        let lines = lines.join("\n") + "\n";
        let root = things("", SCHEMA, &lines);
        let options = Options {
            formats: QUICK,
            ..Options::default()
        };
        let first = exported(root.path(), &options);
        let verified = verify(&first.path, 100, &()).expect("it can be read");
        prop_assert_eq!(verified.findings.kept, []);
        prop_assert_eq!(&first.summary.left_out, &None);
        let written = crate::folder::json(&first.path.join("json/things.json"));
        prop_assert_eq!(written, Value::from(records));
        let second = exported(&first.path, &options);
        prop_assert!(with_records(&first.path) == with_records(&second.path));
    }
}
