//! The JSON that is written, held against the schemas that are published for it.

use crate::sample;
use jsonschema::{Registry, Validator};
use serde_json::Value;
use treatise_report::{Format, Options};

const FINDINGS: &str = include_str!("../../../../schemas/output/findings.schema.json");
const LINE: &str = include_str!("../../../../schemas/output/finding-line.schema.json");
/// Where the schemas would be; they refer to one another by name.
const BASE: &str = "https://example.org/";

fn validator(schema: &str) -> Validator {
    let parse = |text| serde_json::from_str::<Value>(text).expect("the schema is JSON");
    let registry = Registry::new()
        .add(format!("{BASE}findings.schema.json"), parse(FINDINGS))
        .expect("the schema has a valid address")
        .prepare()
        .expect("the schema refers to nothing else");
    let schema = parse(schema);
    assert!(jsonschema::meta::is_valid(&schema));
    jsonschema::options()
        .with_registry(&registry)
        .with_base_uri(BASE)
        .build(&schema)
        .expect("the schema can be compiled")
}

fn check(validator: &Validator, text: &str) -> Value {
    let value = serde_json::from_str(text).expect("the output is JSON");
    let errors: Vec<_> = validator
        .iter_errors(&value)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{errors:#?}\n{text}");
    value
}

#[test]
fn the_document_follows_its_schema() {
    let validator = validator(FINDINGS);
    for (_, sample) in sample::all() {
        check(
            &validator,
            &sample.render(Format::Json, &Options::default()),
        );
    }
}

#[test]
fn every_line_follows_its_schema() {
    let validator = validator(LINE);
    for (name, sample) in sample::all() {
        let output = sample.render(Format::Ndjson, &Options::default());
        let types: Vec<_> = output
            .lines()
            .map(|line| check(&validator, line)["type"].clone())
            .collect();
        let (last, findings) = types.split_last().expect("there is a summary");
        assert_eq!(last, "summary", "{name}");
        assert!(findings.iter().all(|kind| kind == "finding"), "{name}");
        assert_eq!(findings.len(), sample.diagnostics.len(), "{name}");
    }
}

#[test]
fn other_members_are_refused() {
    let output = sample::ordinary().render(Format::Json, &Options::default());
    let document: Value = serde_json::from_str(&output).expect("the output is JSON");
    let validator = validator(FINDINGS);
    for pointer in [
        "",
        "/tool",
        "/summary",
        "/findings/0",
        "/findings/0/related/0",
    ] {
        let mut changed = document.clone();
        let object = changed.pointer_mut(pointer).expect("the member is there");
        object["surprise"] = Value::Null;
        assert!(!validator.is_valid(&changed), "{pointer}");
    }
}

#[test]
fn every_member_has_a_title_and_a_description() {
    fn visit(value: &Value, path: &str) {
        if let Some(properties) = value.get("properties").and_then(Value::as_object) {
            for (name, member) in properties {
                // A condition is no description of a member.
                if path.ends_with("/if") {
                    continue;
                }
                for keyword in ["title", "description"] {
                    assert!(member.get(keyword).is_some(), "{path}/{name}: {keyword}");
                }
            }
        }
        let children: Vec<_> = match value {
            Value::Object(members) => members.iter().collect(),
            _ => return,
        };
        for (name, child) in children {
            visit(child, &format!("{path}/{name}"));
        }
    }
    for schema in [FINDINGS, LINE] {
        visit(
            &serde_json::from_str(schema).expect("the schema is JSON"),
            "",
        );
    }
}
