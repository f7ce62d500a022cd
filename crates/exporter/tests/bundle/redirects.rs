//! `redirects.json`: what took the place of what.

use std::fs;

use jsonschema::validator_for;
use serde_json::{Value, json};
use treatise_exporter::{Options, Profile, verify};

use crate::folder::{exported, json as read, museum, real, rehash, things};

const SCHEMA: &str = r#"{"type": "object", "required": ["id"], "additionalProperties": false,
    "properties": {
        "id": {"type": "string"},
        "like": {"type": "string", "x-references": ["things"]},
        "gone": {"type": "object", "additionalProperties": false, "x-deprecation": true,
            "properties": {
                "why": {"type": "string"},
                "to": {"type": "array", "items": {"type": "string", "x-references": ["things"]}}}}}}"#;

/// The redirects of these records: each id, with its targets and the ways to them.
fn redirects(records: &[Value]) -> Vec<String> {
    let lines: Vec<_> = records.iter().map(Value::to_string).collect();
    let root = things("", SCHEMA, &(lines.join("\n") + "\n"));
    let bundle = exported(root.path(), &Options::default());
    let document = read(&bundle.path.join("redirects.json"));
    let verified = verify(&bundle.path, 100, &()).expect("it can be read");
    assert_eq!(verified.findings.kept, []);
    document["redirects"]
        .as_array()
        .expect("an array")
        .iter()
        .map(|redirect| {
            let targets = redirect["targets"].as_array().expect("an array").iter();
            let targets = targets.map(|target| {
                let via = target["via"].as_array().expect("an array").iter();
                let way = via
                    .chain([&target["id"]])
                    .map(|id| id.as_str().expect("a string"));
                way.collect::<Vec<_>>().join(" > ")
            });
            let id = redirect["id"].as_str().expect("a string");
            format!("{id}: {}", targets.collect::<Vec<_>>().join(", "))
        })
        .collect()
}

fn gone(id: &str, to: &[&str]) -> Value {
    json!({"id": id, "gone": {"why": "it was wrong", "to": to}})
}

fn here(id: &str) -> Value {
    json!({"id": id})
}

#[test]
fn chains_lead_to_their_ends_and_keep_the_way() {
    let records = [gone("a", &["b"]), gone("b", &["c"]), here("c")];
    assert_eq!(redirects(&records), ["a: b > c", "b: c"]);
}

#[test]
fn what_was_split_has_several_targets_and_what_was_merged_the_same() {
    let records = [
        gone("a", &["c", "d"]),
        gone("b", &["d"]),
        here("c"),
        gone("d", &["e", "f"]),
        here("e"),
        here("f"),
    ];
    assert_eq!(
        redirects(&records),
        ["a: c, d > e, d > f", "b: d > e, d > f", "d: e, f"]
    );
}

#[test]
fn each_target_comes_once_by_the_shortest_way() {
    let records = [gone("a", &["b", "c"]), gone("b", &["c"]), here("c")];
    assert_eq!(redirects(&records), ["a: c", "b: c"]);
}

#[test]
fn what_has_no_successor_has_no_target() {
    let records = [
        gone("a", &[]),
        gone("b", &["a"]),
        json!({"id": "c", "gone": {}}),
        json!({"id": "d", "like": "a"}),
    ];
    assert_eq!(redirects(&records), ["a: ", "b: ", "c: "]);
    assert_eq!(redirects(&[here("a")]), [""; 0]);
}

#[test]
fn every_bundle_has_them_as_their_schema_says() {
    let schema = include_str!("../../../../schemas/output/redirects.schema.json");
    let schema: Value = serde_json::from_str(schema).expect("it is JSON");
    let schema = validator_for(&schema).expect("it is a schema");
    for root in [museum(), real()] {
        let bundle = exported(&root, &Options::default());
        let document = read(&bundle.path.join("redirects.json"));
        assert!(schema.is_valid(&document), "{document:#}");
        let package = read(&bundle.path.join("datapackage.json"));
        let resources = package["resources"].as_array().expect("an array");
        let found = resources.iter().find(|one| one["path"] == "redirects.json");
        assert_eq!(found.expect("it is described")["format"], "json");
    }
}

#[test]
fn redirects_that_say_something_else_are_found() {
    let lines = format!("{}\n{}\n{}\n", gone("a", &["b"]), here("b"), here("c"));
    let root = things("", SCHEMA, &lines);
    for (from, to) in [
        (r#""id": "b""#, r#""id": "c""#),
        (r#""id": "a""#, r#""id": "c""#),
    ] {
        let bundle = exported(root.path(), &Options::default());
        let path = bundle.path.join("redirects.json");
        let text = fs::read_to_string(&path).expect("it can be read");
        assert!(text.contains(from), "{text}");
        fs::write(&path, text.replacen(from, to, 1)).expect("it can be written");
        rehash(&bundle.path);
        let verified = verify(&bundle.path, 100, &()).expect("it can be read");
        let rules = verified.findings.kept.iter().map(|found| found.rule.name);
        assert_eq!(rules.collect::<Vec<_>>(), ["formats-disagree"]);
    }
}

#[test]
fn a_profile_that_leaves_out_why_still_has_them() {
    let lines = format!("{}\n{}\n", gone("a", &["b"]), here("b"));
    let root = things("", SCHEMA, &lines);
    let profile = json!({"name": "mine", "members": {"things": ["/like"]}});
    let options = Options {
        profile: Profile::from_json(&profile.to_string()).expect("it is a profile"),
        ..Options::default()
    };
    let bundle = exported(root.path(), &options);
    let document = read(&bundle.path.join("redirects.json"));
    assert_eq!(document["redirects"][0]["targets"][0]["id"], "b");
    let verified = verify(&bundle.path, 100, &()).expect("it can be read");
    assert_eq!(verified.findings.counts.errors, 0);
}
