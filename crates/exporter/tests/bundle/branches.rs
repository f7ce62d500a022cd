//! Values whose types only some branches of a schema name.

use serde_json::{Value, json};
use treatise_exporter::{Options, verify};

use crate::folder::{exported, rehash, things};

fn root_of(member: &Value, around: &Value, values: &[Value]) -> tempfile::TempDir {
    let mut schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": {"id": {"type": "string"}, "v": member},
    });
    for (name, keyword) in around.as_object().into_iter().flatten() {
        schema[name] = keyword.clone();
    }
    let lines = (0..).zip(values).map(|(number, value)| {
        let record = json!({"id": format!("r{number}"), "v": value});
        format!("{record}\n")
    });
    things("", &schema.to_string(), &lines.collect::<String>())
}

#[test]
fn a_value_that_is_listed_does_not_tell_its_whole_type() {
    let listed = json!({"const": "none"});
    for (others, expected) in [
        (json!({"type": "integer"}), r#"number | "none""#),
        (
            json!({"anyOf": [{"type": "integer"}, {"not": {"type": "array"}}]}),
            "number | \"none\" | string | boolean | null | Array<unknown> | { [key: string]: unknown \
             }",
        ),
    ] {
        let member = json!({"anyOf": [listed, others]});
        let root = root_of(&member, &json!({}), &[json!("none"), json!(1)]);
        let bundle = exported(root.path(), &Options::default());
        let types = std::fs::read_to_string(bundle.path.join("types.d.ts"));
        let types = types.expect("it is there");
        assert!(types.contains(&format!("  v?: {expected};\n")), "{types}");
    }
}

#[test]
fn a_record_with_members_of_any_name_has_an_index() {
    let entries = json!({"patternProperties": {"^x-": {"type": "integer"}}});
    for (around, has_index) in [(entries, true), (json!({}), false)] {
        let root = root_of(&json!({"type": "string"}), &around, &[json!("a")]);
        let bundle = exported(root.path(), &Options::default());
        let types = std::fs::read_to_string(bundle.path.join("types.d.ts"));
        let types = types.expect("it is there");
        let (_, record) = types.split_once("ThingsRecord {").expect("it is declared");
        let (record, _) = record.split_once("\n}").expect("it ends");
        let index = "\n  [key: string]: unknown;";
        assert_eq!(record.contains(index), has_index, "{types}");
    }
}

#[test]
fn values_that_look_alike_are_told_apart() {
    for (values, expected) in [
        (json!(["b", "a"]), "Values: `b`, `a`."),
        (json!(["", "x"]), r#"Values: `""`, `"x"`."#),
        (json!([1, "1"]), r#"Values: `1`, `"1"`."#),
        (json!([null, "null"]), r#"Values: `null`, `"null"`."#),
        (json!(["a", " a"]), r#"Values: `"a"`, `" a"`."#),
    ] {
        let member = json!({"enum": values});
        let root = root_of(&member, &json!({}), &[values[0].clone()]);
        let bundle = exported(root.path(), &Options::default());
        let read = |name: &str| {
            let text = std::fs::read_to_string(bundle.path.join(name));
            text.expect("it is there")
        };
        let dictionary = read("dictionary.md");
        assert!(dictionary.contains(expected), "{dictionary}");
        let in_html = expected.replace("`, `", "</code>, <code>");
        let in_html = in_html.replace(" `", " <code>").replace("`.", "</code>.");
        let in_html = in_html.replace('"', "&quot;");
        let dictionary = read("dictionary.html").replace("&#34;", "&quot;");
        assert!(dictionary.contains(&in_html), "{in_html}: {dictionary}");
    }
}

#[test]
fn formats_agree_on_values_of_any_branch() {
    let nothing = json!({});
    let condition = json!({
        "if": {"properties": {"id": {"const": "r0"}}},
        "then": {"properties": {"v": {"type": "number"}}},
    });
    for (member, around, values) in [
        (
            json!({"anyOf": [{"type": "null"}, {"enum": ["a", 2]}]}),
            &nothing,
            json!(["a", 2, null]),
        ),
        (
            json!({"anyOf": [{"type": "boolean"}, {"const": 1}]}),
            &nothing,
            json!([true, 1]),
        ),
        (
            json!({"anyOf": [{"type": "string"}, {}]}),
            &nothing,
            json!(["a", true, [1], {"b": 2}]),
        ),
        (
            json!({"anyOf": [{"type": "integer"}, {"const": 1.5}]}),
            &nothing,
            json!([2, 1.5]),
        ),
        (json!({}), &condition, json!([5, "abc"])),
        (
            json!({"type": "object", "patternProperties": {"^x": {"type": "integer"}}}),
            &nothing,
            json!([{"x": 1, "y": "text"}]),
        ),
        (
            json!({"type": "array", "prefixItems": [{"type": "integer"}]}),
            &nothing,
            json!([[1, "a"]]),
        ),
        // Which of the two it is, only the whole value tells.
        (
            json!({"oneOf": [
                {"type": "object", "properties": {"a": {"type": "number"}}, "required": ["k"]},
                {"type": "object", "additionalProperties": {"type": "string"}},
            ]}),
            &nothing,
            json!([{"a": "text"}, {"a": 1, "k": "text"}]),
        ),
        (
            json!({"anyOf": [
                {"properties": {"a": {"type": "number"}}},
                {"properties": {"b": {"type": "string"}}},
            ]}),
            &nothing,
            json!([{"a": "text", "b": "text"}, {"a": 1, "b": 2}]),
        ),
        // A branch takes texts that refer to nothing.
        (
            json!({"anyOf": [{"type": "string", "pattern": "^https://"},
                {"type": "string", "pattern": "^r", "x-references": ["things"]}]}),
            &nothing,
            json!(["https://example.org/", "r0"]),
        ),
        (
            json!({"type": "string", "x-references": ["things"],
                "anyOf": [{"pattern": "^r"}, {"const": "none"}]}),
            &nothing,
            json!(["none", "r0"]),
        ),
        (json!({"const": 1e30}), &nothing, json!([1e30])),
        // One branch has a place inside, and another leaves open what it is.
        (
            json!({"type": "object", "patternProperties": {
                "^/": {"type": "object", "properties": {"a": {"type": "string"}}}, "^x-": true}}),
            &nothing,
            json!([{"/": {"a": "text"}, "x-a": "text", "x-b": 10, "x-c": [1], "x-d": null}]),
        ),
        (
            json!({"anyOf": [{"type": "array", "items": {"type": "string"}}, true]}),
            &nothing,
            json!([["a"], "text", 1.5, {"a": [1]}]),
        ),
    ] {
        let values = values.as_array().expect("they are a list").clone();
        let root = root_of(&member, around, &values);
        let bundle = exported(root.path(), &Options::default());
        let verified = verify(&bundle.path, 100, &()).expect("it can be read");
        let found = verified.findings.kept.iter();
        let found: Vec<_> = found.map(|finding| &finding.message).collect();
        assert!(found.is_empty(), "{member}: {found:?}");
        let left_out = bundle.summary.left_out.map(|left_out| left_out.pointer);
        // The schemas say nothing of these.
        let is_open =
            member.get("prefixItems").is_some() || member.get("patternProperties").is_some();
        assert!(left_out.is_none() || is_open, "{member}: {left_out:?}");
    }
}

#[test]
fn a_value_of_another_type_with_the_same_text_is_found() {
    let member = json!({"type": ["string", "integer", "boolean", "null"]});
    for (value, other) in [
        (json!(1), json!("1")),
        (json!("true"), json!(true)),
        (json!(""), json!(null)),
        (json!("[]"), json!("")),
    ] {
        let bundle_of = |value: &Value| {
            let root = root_of(&member, &json!({}), std::slice::from_ref(value));
            exported(root.path(), &Options::default())
        };
        let (bundle, others) = (bundle_of(&value), bundle_of(&other));
        for file in [
            "sqlite/things.sqlite",
            #[cfg(feature = "parquet")]
            "parquet/things.parquet",
        ] {
            let own = std::fs::read(bundle.path.join(file)).expect("it is there");
            std::fs::copy(others.path.join(file), bundle.path.join(file)).expect("it can be");
            rehash(&bundle.path);
            let found = verify(&bundle.path, 100, &()).expect("it can be read");
            let messages = found.findings.kept.iter().map(|finding| &finding.message);
            let messages: Vec<_> = messages.collect();
            assert_eq!(messages.len(), 1, "{value} {other} {file}: {messages:?}");
            assert!(messages[0].contains(file), "{messages:?}");
            std::fs::write(bundle.path.join(file), own).expect("it can be written");
        }
    }
}
