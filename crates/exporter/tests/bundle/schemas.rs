//! The descriptions in a bundle, held against the schemas that are published for them.

use std::collections::BTreeSet;

use jsonschema::Validator;
use serde_json::Value;
use treatise_exporter::{Checks, Format, Options, verify};

use crate::folder::{exported, files, json, museum, real, sha256, things};

const BUNDLE: &str = include_str!("../../../../schemas/output/bundle.schema.json");
const DATASET: &str = include_str!("../../../../schemas/output/dataset.schema.json");
const ALL: &str = include_str!("../../../../schemas/output/all.schema.json");
const STATEMENT: &str = include_str!("../../../../schemas/output/statement.schema.json");
const BIBLIOGRAPHY: &str = include_str!("../../../../schemas/output/bibliography.schema.json");
const TREATMENTS: &str = include_str!("../../../../schemas/output/treatments.schema.json");
/// Of Data Package 2.0.
const PROFILE: &str = include_str!("../profile/datapackage-2.0.json");

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

/// The schema of the document with everything, with what it refers to in it.
fn all_schema() -> String {
    let mut schema: Value = serde_json::from_str(ALL).expect("the schema is JSON");
    let reference = schema["properties"]["dataset"]["$ref"].take();
    assert_eq!(reference, "dataset.schema.json");
    let mut dataset: Value = serde_json::from_str(DATASET).expect("the schema is JSON");
    // What it refers to is in it, and not in the schema around it.
    dataset["$id"] = "https://example.org/dataset.schema.json".into();
    schema["properties"]["dataset"] = dataset;
    schema.to_string()
}

#[test]
fn the_descriptions_follow_their_schemas() {
    for root in [museum(), real()] {
        let bundle = exported(&root, &Options::default());
        check(BUNDLE, &json(&bundle.path.join("bundle.json")));
        check(DATASET, &json(&bundle.path.join("json/dataset.json")));
        check(&all_schema(), &json(&bundle.path.join("json/all.json")));
        check(PROFILE, &json(&bundle.path.join("datapackage.json")));
        check(STATEMENT, &json(&bundle.path.join("statement.intoto.json")));
    }
    let options = Options {
        formats: &[Format::Ndjson],
        ..Options::default()
    };
    let bundle = exported(&museum(), &options);
    check(BUNDLE, &json(&bundle.path.join("bundle.json")));
    check(PROFILE, &json(&bundle.path.join("datapackage.json")));
}

#[test]
fn the_statement_is_about_all_other_files() {
    let options = Options {
        checks: Some(Checks {
            rules: 12,
            warnings: 3,
            informations: 4,
        }),
        commit: Some("0123456789abcdef"),
        ..Options::default()
    };
    let bundle = exported(&museum(), &options);
    let statement = json(&bundle.path.join("statement.intoto.json"));
    check(STATEMENT, &statement);
    let mut files = files(&bundle.path);
    files.remove("SHA256SUMS");
    files.remove("statement.intoto.json");
    let subjects: Vec<_> = files
        .iter()
        .map(|(name, bytes)| serde_json::json!({"name": name, "digest": {"sha256": sha256(bytes)}}))
        .collect();
    assert_eq!(statement["subject"], Value::from(subjects));
    let predicate = &statement["predicate"];
    assert_eq!(predicate["dataset"]["commit"], "0123456789abcdef");
    assert_eq!(
        predicate["checks"],
        serde_json::json!({"rules": 12, "errors": 0, "warnings": 3, "informations": 4})
    );
}

#[test]
fn the_package_describes_what_is_there() {
    for root in [museum(), real()] {
        let options = Options {
            formats: Format::ALL,
            ..Options::default()
        };
        let bundle = exported(&root, &options);
        let package = json(&bundle.path.join("datapackage.json"));
        let resources = package["resources"].as_array().expect("an array");
        let mut files = files(&bundle.path);
        let mut names = BTreeSet::new();
        for resource in resources {
            let name = resource["name"].as_str().expect("a string");
            assert!(names.insert(name), "{name}: its name is its own");
            let path = resource["path"].as_str().expect("a string");
            let bytes = files
                .remove(path)
                .expect("the file is there, and named once");
            assert_eq!(resource["bytes"], bytes.len(), "{path}");
            let hash = sha256(&bytes);
            assert_eq!(resource["hash"], format!("sha256:{hash}"), "{path}");
            if path.starts_with("csv/") {
                let table = std::str::from_utf8(&bytes).expect("UTF-8");
                let header = table.split("\r\n").next().expect("a header");
                let fields = resource["schema"]["fields"].as_array().expect("an array");
                let columns: Vec<_> = fields.iter().filter_map(|f| f["name"].as_str()).collect();
                assert_eq!(columns.join(","), header, "{path}");
                assert_eq!(resource["format"], "csv", "{path}");
                check_keys(resource, resources);
            } else {
                // Readers would take it for a table, and guess what its columns are.
                let format = resource["format"].as_str().expect("a string");
                let tables = ["csv", "tsv", "ndjson", "jsonl", "parquet"];
                assert!(!tables.contains(&format), "{path}: {format}");
            }
        }
        let is_described = |name: &String| {
            Format::ALL
                .iter()
                .any(|f| name.starts_with(&format!("{}/", f.name())))
        };
        // A file without a line is no table to those who read the package.
        let others = files.into_iter().filter(|(_, bytes)| !bytes.is_empty());
        let others: Vec<_> = others.map(|(name, _)| name).filter(is_described).collect();
        assert_eq!(others, [""; 0]);
    }
}

/// The keys of a table name columns, and foreign keys the primary key of another.
fn check_keys(resource: &Value, resources: &[Value]) {
    let schema = &resource["schema"];
    for key in schema["foreignKeys"].as_array().into_iter().flatten() {
        let target = resources
            .iter()
            .find(|other| other["name"] == key["reference"]["resource"])
            .expect("it is a table of the package");
        assert_eq!(key["reference"]["fields"], target["schema"]["primaryKey"]);
        let columns = key["fields"].as_array().expect("an array");
        let fields = schema["fields"].as_array().expect("an array");
        assert!(
            columns
                .iter()
                .all(|column| fields.iter().any(|f| f["name"] == *column))
        );
    }
}

#[test]
fn the_view_of_treatments_follows_its_schema_and_says_what_the_claims_say() {
    let bundle = exported(&real(), &Options::default());
    let treatments = json(&bundle.path.join("json/treatments.json"));
    let treatments = treatments.as_array().expect("an array");
    for treatment in treatments {
        check(TREATMENTS, treatment);
    }
    let count = |name: &str| {
        let records = json(&bundle.path.join(format!("json/{name}.json")));
        records.as_array().expect("an array").len()
    };
    assert_eq!(treatments.len(), count("interventions") + count("drugs"));
    let find = |id: &str| {
        let found = treatments.iter().find(|treatment| treatment["id"] == id);
        found.expect("it is there")
    };
    let resection = find("int-hepatic-resection");
    let has = |list: &str, member: &str, value: &str| {
        let list = resection[list].as_array().expect("an array");
        list.iter().any(|row| row[member] == value)
    };
    assert!(has("criteria", "criterion", "crt-metastasis-free-interval"));
    assert!(has(
        "contraindications",
        "claim",
        "clm-hepatic-resection-unwise-extensive-involvement"
    ));
    let issues = resection["open_issues"].as_array().expect("an array");
    assert!(issues.contains(&"iss-interval-translation".into()));
    assert_eq!(resection["reviewed_claims"], 0);
    let kinds = json(&real().join("schemas/sources.schema.json"));
    let kinds = kinds["properties"]["kind"]["enum"]
        .as_array()
        .expect("an array");
    assert!(kinds.contains(&resection["evidence_basis"]));
    let indications = find("int-ablation")["indications"]
        .as_array()
        .expect("an array");
    assert!(
        indications
            .iter()
            .any(|row| row["object"] == "cnd-liver-metastasis")
    );
    let denosumab = find("drg-denosumab");
    let effects = denosumab["adverse_effects"].as_array().expect("an array");
    let jaw = effects
        .iter()
        .find(|row| row["claim"] == "clm-denosumab-jaw-osteonecrosis");
    assert_eq!(
        jaw.expect("it is there")["object"],
        "cnd-osteonecrosis-of-jaw"
    );
}

#[test]
fn the_view_of_works_follows_its_schema_and_has_the_references_of_the_list() {
    let bundle = exported(&real(), &Options::default());
    let works = json(&bundle.path.join("json/bibliography.json"));
    let works = works.as_array().expect("an array");
    for work in works {
        check(BIBLIOGRAPHY, work);
    }
    let items = json(&bundle.path.join("bibliography/references.csl.json"));
    let ids = |list: &[Value]| -> Vec<Value> { list.iter().map(|one| one["id"].clone()).collect() };
    assert_eq!(ids(works), ids(items.as_array().expect("an array")));
    let list = bundle.path.join("bibliography/vancouver.txt");
    let list = std::fs::read_to_string(list).expect("it can be read");
    let references = works.iter().filter_map(|work| work["reference"].as_str());
    let lines: Vec<_> = (1..)
        .zip(references)
        .map(|(number, reference)| format!("{number}. {reference}"))
        .collect();
    assert!(list.starts_with(&lines.join("\n")), "{list}");
    let adam = works.iter().find(|work| work["id"] == "src-adam-2024");
    let adam = adam.expect("it is there");
    assert_eq!(adam["issued"], "2024-09-21");
    assert_eq!(adam["authors"][0], "Adam, René");
    let reference = adam["reference"].as_str().expect("a string");
    assert!(
        reference.starts_with("Adam R, Piedvache C, "),
        "{reference}"
    );
    assert!(reference.contains("Lancet"), "{reference}");
}

#[test]
fn works_of_two_collections_with_one_id_are_told_apart() {
    let schema = r#"{"type": "object", "required": ["id", "csl"], "properties": {
        "id": {"type": "string"}, "csl": {"type": "object", "properties": {
            "type": {"type": "string"}, "title": {"type": "string"}}}}}"#;
    let work = |id, title| {
        format!("{{\"id\": \"{id}\", \"csl\": {{\"type\": \"book\", \"title\": \"{title}\"}}}}\n")
    };
    let lines = work("bee", "Bees") + &work("one", "First");
    let root = things("", schema, &lines);
    let manifest = root.path().join("data/dataset.json");
    let text = std::fs::read_to_string(&manifest).expect("it is there");
    let more = r#""collections": [{"name": "papers", "path": "data/papers.ndjson",
        "schema": "schemas/things.schema.json", "id": "/id"}, "#;
    let text = text.replace("\"collections\": [", more);
    std::fs::write(&manifest, text).expect("it can be written");
    let papers = root.path().join("data/papers.ndjson");
    std::fs::write(papers, work("one", "Second")).expect("it can be written");
    let bundle = exported(root.path(), &Options::default());
    for list in ["json/bibliography.json", "bibliography/references.csl.json"] {
        let works = json(&bundle.path.join(list));
        let works = works.as_array().expect("an array").iter();
        let works: Vec<_> = works.map(|work| work["id"].as_str()).collect();
        assert_eq!(works.len(), 3, "{list}");
        for id in ["bee", "papers:one", "things:one"] {
            assert!(works.contains(&Some(id)), "{list}: {works:?}");
        }
    }
}

#[test]
fn a_schema_takes_the_id_however_it_is_closed() {
    let closed = r#""type": "object", "properties": {"v": {"type": "integer"}}, "additionalProperties": false"#;
    for (schema, other) in [
        (format!("{{{closed}}}"), ""),
        (
            format!(r#"{{"$id": "https://example.org/thing.json", {closed}}}"#),
            "",
        ),
        (
            format!(r##"{{"$defs": {{"x": {{{closed}}}}}, "$ref": "#/$defs/x"}}"##),
            "",
        ),
        (
            format!(r#"{{"allOf": [{{{closed}}}, {{"maxProperties": 1}}]}}"#),
            "",
        ),
        (
            format!(r#"{{"oneOf": [{{"required": ["w"]}}, {{{closed}}}]}}"#),
            "",
        ),
        (
            r#"{"properties": {"v": true}, "propertyNames": {"maxLength": 1}}"#.to_owned(),
            "",
        ),
        (
            format!(
                r##"{{"$schema": "http://json-schema.org/draft-07/schema#",
                "definitions": {{"x": {{{closed}}}}}, "$ref": "#/definitions/x", "maxProperties": 0}}"##
            ),
            "",
        ),
        (
            r##"{"properties": {"v": {"type": "integer"}, "of": {"$ref": "#"}},
                "unevaluatedProperties": false}"##
                .to_owned(),
            r#", "of": {"v": 2}"#,
        ),
        (r#"{"$ref": "parts/x.json#/$defs/y%20z"}"#.to_owned(), ""),
        (
            r#"{"$id": "https://example.org/s/c.json", "$ref": "parts/x.json#/$defs/y%20z"}"#
                .to_owned(),
            "",
        ),
        (
            format!(r##"{{"$ref": "#rec", "$defs": {{"r": {{"$anchor": "rec", {closed}}}}}}}"##),
            "",
        ),
        (
            format!(r#"{{"$ref": "rec.json", "$defs": {{"r": {{"$id": "rec.json", {closed}}}}}}}"#),
            "",
        ),
    ] {
        let root = things("", &schema, "");
        let write = |name: &str, text: &str| {
            let path = root.path().join(name);
            std::fs::create_dir_all(path.parent().expect("it is in a folder"))
                .expect("it can be made");
            std::fs::write(path, text).expect("it can be written");
        };
        write(
            "data/dataset.json",
            r#"{"name": "things", "version": "0.0.1", "as_of": "2026-01-01", "collections": [
                {"name": "things", "path": "data/things", "schema": "schemas/things.schema.json"}]}"#,
        );
        std::fs::remove_file(root.path().join("data/things.ndjson")).expect("it is there");
        write(
            "schemas/parts/x.json",
            &format!(r#"{{"$defs": {{"y z": {{{closed}}}}}}}"#),
        );
        write("data/things/a.json", &format!("{{\"v\": 1{other}}}\n"));
        let bundle = exported(root.path(), &Options::default());
        let verified = verify(&bundle.path, 100, &()).expect("it can be read");
        let found = &verified.findings.kept;
        assert!(found.is_empty(), "{schema}: {found:?}");
        // What else there might be is still refused.
        let lines = bundle.path.join("ndjson/things.ndjson");
        let text = std::fs::read_to_string(&lines).expect("it is there");
        std::fs::write(&lines, text.replace("\"v\":1", "\"v\":1,\"more\":1"))
            .expect("it can be written");
        crate::folder::rehash(&bundle.path);
        let verified = verify(&bundle.path, 100, &()).expect("it can be read");
        let mut rules = verified
            .findings
            .kept
            .iter()
            .map(|finding| finding.rule.name);
        assert!(rules.any(|rule| rule == "schema-violation"), "{schema}");
    }
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
