//! The descriptions in a bundle, held against the schemas that are published for them.

use jsonschema::Validator;
use serde_json::Value;
use treatise_exporter::{Format, Options};

use crate::folder::{exported, json, museum, real};

const BUNDLE: &str = include_str!("../../../../schemas/output/bundle.schema.json");
const DATASET: &str = include_str!("../../../../schemas/output/dataset.schema.json");

fn validator(schema: &str) -> Validator {
    let schema: Value = serde_json::from_str(schema).expect("the schema is JSON");
    assert!(jsonschema::meta::is_valid(&schema));
    jsonschema::options()
        .should_validate_formats(true)
        .build(&schema)
        .expect("the schema can be compiled")
}

fn check(schema: &str, document: &Value) {
    let validator = validator(schema);
    let errors: Vec<_> = validator
        .iter_errors(document)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{errors:#?}\n{document:#}");
}

#[test]
fn the_descriptions_follow_their_schemas() {
    for root in [museum(), real()] {
        let bundle = exported(&root, &Options::default());
        check(BUNDLE, &json(&bundle.path.join("bundle.json")));
        check(DATASET, &json(&bundle.path.join("json/dataset.json")));
    }
    let options = Options {
        formats: &[Format::Ndjson],
        ..Options::default()
    };
    let bundle = exported(&museum(), &options);
    check(BUNDLE, &json(&bundle.path.join("bundle.json")));
}

#[test]
fn other_members_are_refused() {
    let bundle = exported(&museum(), &Options::default());
    for (schema, file, pointers) in [
        (
            BUNDLE,
            "bundle.json",
            &[
                "",
                "/generator",
                "/dataset",
                "/collections/0",
                "/collections/0/tables/0",
            ][..],
        ),
        (DATASET, "json/dataset.json", &["", "/collections/0"]),
    ] {
        let document = json(&bundle.path.join(file));
        let validator = validator(schema);
        for pointer in pointers {
            let mut changed = document.clone();
            let object = changed.pointer_mut(pointer).expect("the member is there");
            object["surprise"] = Value::Null;
            assert!(!validator.is_valid(&changed), "{file}{pointer}");
        }
    }
}
