//! The published documents: each follows its schema, and the contract is written down as it is.

use serde_json::{Value, json};
use treatise_diff::{CONTRACTS, Format, Witness};

use crate::cases::folders;
use crate::compared::{compare, dataset, tests};

fn validator(name: &str) -> jsonschema::Validator {
    let path = tests("../../../schemas/output").join(name);
    let text = std::fs::read_to_string(&path).expect("the schema is there");
    let schema: Value = serde_json::from_str(&text).expect("the schema is JSON");
    jsonschema::validator_for(&schema).expect("the schema is one")
}

#[test]
fn every_document_follows_its_schema() {
    let validator = validator("changes.schema.json");
    for folder in folders() {
        for (old, new) in [("old", "new"), ("new", "old"), ("old", "old")] {
            let (old, new) = (dataset(&folder.join(old)), dataset(&folder.join(new)));
            let compared = compare(old.path(), new.path());
            let document: Value =
                serde_json::from_str(&compared.render(Format::Json)).expect("it is JSON");
            let errors: Vec<_> = validator
                .iter_errors(&document)
                .map(|error| format!("{}: {error}", error.instance_path()))
                .collect();
            assert!(errors.is_empty(), "{}: {errors:#?}", folder.display());
        }
    }
}

#[test]
fn the_schema_names_the_kinds_that_there_are() {
    let path = tests("../../../schemas/output/changes.schema.json");
    let text = std::fs::read_to_string(path).expect("the schema is there");
    let schema: Value = serde_json::from_str(&text).expect("the schema is JSON");
    let listed = schema["$defs"]["kind"]["enum"]
        .as_array()
        .expect("it is a list");
    let listed: Vec<_> = listed.iter().filter_map(Value::as_str).collect();
    let kinds: Vec<_> = CONTRACTS.iter().map(|contract| contract.name).collect();
    assert_eq!(listed, kinds);
}

#[test]
fn the_contract_is_written_down() {
    let rows: Vec<String> = CONTRACTS
        .iter()
        .map(|contract| {
            let level = if contract.level == contract.level_of_meaning {
                contract.level.name().to_owned()
            } else {
                format!(
                    "{}, {} of meaning",
                    contract.level.name(),
                    contract.level_of_meaning.name()
                )
            };
            let effects: Vec<_> = contract
                .effects
                .iter()
                .map(|effect| effect.name())
                .collect();
            let blocked = if contract.is_blocked { ", blocked" } else { "" };
            format!(
                "| `{}` | {}{blocked} | {} | {} | {}: {} |",
                contract.name,
                level,
                effects.join(" | "),
                contract.safety.name(),
                contract.title,
                contract.reason
            )
        })
        .collect();
    let path = tests("../../../docs/versioning.md");
    let written = std::fs::read_to_string(path).expect("the page is there");
    let start = written
        .find("| `record-removed`")
        .expect("the table is there");
    let table: String = written[start..]
        .split_inclusive('\n')
        .take_while(|line| line.starts_with('|'))
        .collect();
    let table: Vec<_> = table.lines().collect();
    assert_eq!(table, rows, "docs/versioning.md has another table");
}

#[test]
fn a_witness_tells_what_breaks() {
    let application = r#"
        const drug = await load("drg-alpha"); show(drug.level, drug['comment'], "unknown");
        if (drug.level === "substance") { warn(drug.stock); }
    "#;
    let case = tests("cases/schema-shape");
    let (old, new) = (dataset(&case.join("old")), dataset(&case.join("new")));
    let compared = compare(old.path(), new.path());
    let witness = Witness::find(compared.pair.older(), [application]);
    insta::assert_snapshot!("witness", witness.to_json());
    let text: Value = serde_json::from_str(&witness.to_json()).expect("it is JSON");
    assert!(validator("witness.schema.json").is_valid(&text));
    assert_eq!(
        Witness::read(witness.to_json().as_bytes()).expect("it is one"),
        witness
    );
    let told: Vec<_> = witness
        .breakages(&compared.verdict)
        .into_iter()
        .map(|breakage| {
            format!(
                "{} {}: {}",
                breakage.sort.name(),
                breakage.uses,
                breakage.kind
            )
        })
        .collect();
    insta::assert_snapshot!("breakages", told.join("\n"));
    let removed = tests("cases/record-removed");
    let (old, new) = (dataset(&removed.join("old")), dataset(&removed.join("new")));
    let compared = compare(old.path(), new.path());
    let witness = Witness::find(compared.pair.older(), ["see drg-beta and drg-alpha."]);
    let breakages = witness.breakages(&compared.verdict);
    assert_eq!(breakages.len(), 1, "{breakages:?}");
    assert_eq!(breakages[0].uses, "drg-beta");
}

#[test]
fn names_are_found_whatever_characters_they_have() {
    let schema = json!({
        "type": "object",
        "properties": {
            "id": {"type": "string"},
            "a.b": {"type": "string"},
            "a/c": {"type": "string"},
            "kind": {"enum": ["x y", "x", "über alles", "=1"]},
        },
    });
    let folder = dataset(&tests("base"));
    let write = |path: &str, content: &Value| {
        let path = folder.path().join(path);
        std::fs::write(path, content.to_string()).expect("a file can be written");
    };
    write("schemas/drugs.schema.json", &schema);
    for (file, id) in ["a+b", "b", "c:1/2", "(d)"].iter().enumerate() {
        write(&format!("data/drugs/{file}.json"), &json!({ "id": id }));
    }
    let compared = compare(folder.path(), folder.path());
    let found = |text: &str| {
        let witness = Witness::find(compared.pair.older(), [text]);
        let values = witness.values.into_values().flatten();
        let names = witness.ids.into_iter().chain(witness.fields).chain(values);
        names.collect::<Vec<_>>().join(", ")
    };
    for (text, expected) in [
        (
            r#"get("a+b")["a.b"]; if (kind === 'x y') {}"#,
            "a+b, b, a.b, x y",
        ),
        ("see c:1/2 and (d), f(d)", "(d), c:1/2"),
        ("a a+bc xa+b, c:1/22", "b"),
        ("a.b is not quoted, `a/c` is, and \"=1\"", "b, a/c, =1"),
        ("kind == \"über alles\"", "über alles"),
        ("x y 'x' y", "x"),
    ] {
        assert_eq!(found(text), expected, "{text}");
    }
}
