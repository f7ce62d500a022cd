//! `new`: records that their authors fill in.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;

use crate::run::{MANIFEST, folder, read, run, sound, write};

/// The dataset of this repository.
const OWN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

const SCHEMA: &str = r#"{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "required": ["id", "kind", "name", "beds", "height"],
  "properties": {
    "id": { "type": "string" },
    "kind": { "title": "Kind", "type": "string", "enum": ["herb", "tree"] },
    "name": { "description": "What it is called. In English.", "type": "string", "minLength": 1, "x-prose": true },
    "status": { "const": "planted" },
    "beds": {
      "type": "array", "minItems": 1, "x-identity": "position",
      "items": {
        "type": "object", "required": ["row"],
        "properties": { "row": { "type": "integer" }, "beside": { "type": "string", "x-references": ["plants"] } },
        "additionalProperties": false
      }
    },
    "height": { "type": "number", "default": 1 },
    "bark": { "type": "string", "minLength": 1 },
    "planted_by": { "type": "string", "minLength": 1 }
  },
  "additionalProperties": false,
  "if": { "properties": { "kind": { "const": "tree" } } },
  "then": { "required": ["bark", "status"] },
  "dependentRequired": { "bark": ["planted_by"] }
}
"#;

fn garden() -> tempfile::TempDir {
    folder(&[
        ("data/dataset.json", MANIFEST),
        ("schemas/plants.json", SCHEMA),
    ])
}

#[test]
fn a_record_has_what_its_schema_asks_for_and_blanks() {
    let dataset = garden();
    let root = dataset.path();
    let expected = r#"{
  "id": "common-rue",
  "kind": "",
  "name": "Common rue",
  "beds": [
    {
      "row": null
    }
  ],
  "height": 1
}
"#;
    let told = "\
to fill in:
  /kind  one of herb, tree
  /beds/0/row
";
    run(root, &["new", "plants", "Common", "rue", "--print"]).expect(0, expected, told);
    let path = "data/plants/common-rue.json";
    assert!(!root.join(path).exists());
    let shown = format!("{path}\n");
    run(root, &["new", "plants", "Common rue"]).expect(0, &shown, told);
    assert_eq!(read(root.join(path)), expected);
    // The canonical form has nothing to mend.
    let checked = run(root, &["fmt", "--check", "-q"]);
    assert!(!checked.stdout.contains("unformatted"), "{checked:#?}");
}

#[test]
fn what_a_value_asks_for_is_there_with_it() {
    let dataset = garden();
    let arguments = [
        "new",
        "plants",
        "Yew",
        "--set",
        "kind=tree",
        "--set",
        "/beds/0/row=2",
        "--set",
        "beds/1/row=3",
        "--set",
        "bark=thin = red",
        "--print",
    ];
    let expected = r#"{
  "id": "yew",
  "kind": "tree",
  "name": "Yew",
  "status": "planted",
  "beds": [
    {
      "row": 2
    },
    {
      "row": 3
    }
  ],
  "height": 1,
  "bark": "thin = red",
  "planted_by": ""
}
"#;
    let told = "to fill in:\n  /planted_by\n";
    run(dataset.path(), &arguments).expect(0, expected, told);
}

#[test]
fn ids_are_made_of_names_or_counted_on() {
    let dataset = sound();
    let root = dataset.path();
    let id = |arguments: &[&str]| {
        let ran = run(root, &[&["new", "plants"], arguments].concat());
        assert_eq!(ran.status, Some(0), "{ran:#?}");
        ran.stdout
    };
    let file = |name: &str| format!("data/plants/{name}.json\n");
    assert_eq!(id(&["Großer Ampfer, café"]), file("grosser-ampfer-cafe"));
    assert_eq!(id(&["--id", "p-1"]), file("p-1"));
    run(root, &["new", "plants", "Tansy"])
        .expect_refusal("the id `tansy` is that of a record already; give one with --id");
    run(root, &["new", "plants"])
        .expect_refusal("no id could be made; say what the record is called");
    run(root, &["new", "plants", "Пижма"]).expect_refusal("no id could be made of `Пижма`");
    for id in ["tansy", "con", "a/b", ""] {
        let refused = run(root, &["new", "plants", "--id", id]);
        refused.expect_refusal(&format!("--id: `{id}` "));
    }

    let numbered = sound();
    let root = numbered.path();
    for name in ["rue", "tansy"] {
        std::fs::remove_file(root.join(format!("data/plants/{name}.json"))).expect("it is there");
    }
    for id in ["p007", "p041"] {
        let record = format!("{{\n  \"id\": \"{id}\"\n}}\n");
        write(root, &format!("data/plants/{id}.json"), &record);
    }
    let next = run(root, &["new", "plants"]);
    next.expect(
        0,
        &file("p042"),
        "nothing is left to fill in; `treatise check` says whether it is right\n",
    );
}

#[test]
fn records_in_lines_go_behind_the_others() {
    let manifest = MANIFEST.replace("data/plants\"", "data/plants.ndjson\"");
    let dataset = sound();
    let root = dataset.path();
    std::fs::remove_dir_all(root.join("data/plants")).expect("it is there");
    write(root, "data/dataset.json", &manifest);
    let file = "data/plants.ndjson";
    for (id, lines) in [
        ("rue", "{\"id\":\"rue\"}\n"),
        ("tansy", "{\"id\":\"rue\"}\n{\"id\":\"tansy\"}\n"),
    ] {
        let ran = run(root, &["new", "plants", id]);
        assert_eq!((ran.status, ran.stdout), (Some(0), format!("{file}\n")));
        assert_eq!(read(root.join(file)), lines);
    }
    // The last line of a file may lack its end.
    write(root, file, "{\"id\":\"rue\"}");
    run(root, &["new", "plants", "mint", "--set", "parent=rue"]);
    assert_eq!(
        read(root.join(file)),
        "{\"id\":\"rue\"}\n{\"id\":\"mint\",\"parent\":\"rue\"}\n"
    );
    assert_eq!(run(root, &["check", "-q"]).status, Some(0));
}

#[test]
fn what_can_t_be_meant_is_refused_and_nothing_is_written() {
    let dataset = garden();
    let root = dataset.path();
    let refusals: [(&[&str], &str); 9] = [
        (
            &["plant", "Yew"],
            "there is no collection `plant`; did you mean `plants`?",
        ),
        (
            &["shrubs", "Yew"],
            "there is no collection `shrubs`; there are plants",
        ),
        (
            &["plants", "Yew", "--set", "kind=tre"],
            "/kind: `tre` is none of the allowed values; did you mean `tree`?",
        ),
        (
            &["plants", "Yew", "--set", "colour=red"],
            "/colour: the member `colour` is not allowed here",
        ),
        (
            &["plants", "Yew", "--set", "kind/of=tree"],
            "`/kind/of` leads into a value that has nothing below it",
        ),
        (
            &["plants", "Yew", "--set", "beds/2/row=1"],
            "`/beds/2/row` names an element behind others that are not there",
        ),
        (
            &["plants", "Yew", "--set", "beds/0/row=two"],
            "`two` at `/beds/0/row` is no value in JSON, and no text can be there",
        ),
        (
            &["plants", "Yew", "--set", "beds/0/beside=rue"],
            "there is no `rue` in `plants`",
        ),
        (
            &["plants", "Yew", "--set", "a~b=c"],
            "--set: `a~b` is no JSON pointer",
        ),
    ];
    for (arguments, message) in refusals {
        run(root, &[&["new"], arguments].concat()).expect_refusal(message);
    }
    assert!(!root.join("data/plants").exists());
    write(root, "data/dataset.json", "[]");
    run(root, &["new", "plants", "Yew"]).expect_refusal("no collection can be read");
}

#[test]
fn links_are_not_followed() {
    let dataset = garden();
    let elsewhere = tempfile::tempdir().expect("there is a temporary folder");
    let link = dataset.path().join("data/plants");
    std::os::unix::fs::symlink(elsewhere.path(), link).expect("links can be made");
    run(dataset.path(), &["new", "plants", "Yew"]).expect_refusal("there is a link on the way");
    let mut written = std::fs::read_dir(elsewhere.path()).expect("it is there");
    assert!(written.next().is_none());
}

/// Whatever is wrong with a new record, for every collection of the dataset and every type of claim, is
/// told when it is made.
#[test]
fn all_that_is_wrong_with_new_records_of_the_dataset_is_told() {
    let own = Path::new(OWN);
    let names = |file: &str, pointer: &str| -> Vec<String> {
        let json: Value = serde_json::from_str(&read(own.join(file))).expect("it is JSON");
        let values = json.pointer(pointer).and_then(Value::as_array);
        let values = values.expect("it is a list").iter();
        let name = |value: &Value| {
            value
                .get("name")
                .unwrap_or(value)
                .as_str()
                .map(str::to_owned)
        };
        values.filter_map(name).collect()
    };
    let collections = names("data/dataset.json", "/collections");
    let types = names("schemas/claims.schema.json", "/properties/type/enum");
    for collection in collections {
        let types = match collection.as_str() {
            "claims" => types
                .iter()
                .map(|one| Some(format!("type={one}")))
                .collect(),
            _ => vec![None],
        };
        // What was told of each record.
        let mut told = BTreeMap::new();
        let records = tempfile::tempdir().expect("there is a temporary folder");
        for (number, set) in types.into_iter().enumerate() {
            let mut arguments = vec!["new", &collection, "Something else", "--print"];
            arguments.extend(set.iter().flat_map(|set| ["--set", set]));
            let new = run(own, &arguments);
            assert_eq!(new.status, Some(0), "{new:#?}");
            let file = write(records.path(), &format!("{number}.json"), &new.stdout);
            told.insert(file.display().to_string(), new.stderr);
        }
        let schema = format!("schemas/{collection}.schema.json");
        let mut arguments = vec!["validate", "-q", "--format", "json", "--schema", &schema];
        arguments.extend(told.keys().map(String::as_str));
        let validated = run(own, &arguments);
        let report: Value = serde_json::from_str(&validated.stdout).expect("it is JSON");
        let findings = report["findings"].as_array().expect("it has findings");
        for (file, told) in &told {
            let of_file = findings.iter().filter(|finding| finding["file"] == **file);
            let of_file: Vec<_> = of_file.collect();
            let lines = told.lines().skip(1);
            let told: BTreeSet<_> = lines
                .filter_map(|line| line.trim().split("  ").next())
                .collect();
            let untold = of_file.iter().filter(|finding| {
                let mut said = [&finding["pointer"], &finding["message"]].into_iter();
                !said.any(|said| said.as_str().is_some_and(|said| told.contains(said)))
            });
            let untold: Vec<_> = untold.collect();
            assert!(
                !of_file.is_empty() && untold.is_empty(),
                "{collection} {file} {told:#?} {untold:#?}"
            );
        }
    }
}
