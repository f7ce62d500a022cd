//! The table of places that a schema describes.

use std::fmt::Write as _;

use treatise_schema::{FieldTable, Identity};

use crate::judge::{Reading, refusal, schema};
use crate::real::real_schema;

/// One line for each row: path, types, and what else is said of it.
fn listed(table: &FieldTable) -> String {
    let mut lines = String::new();
    for field in table.fields() {
        let path = match field.path.to_string() {
            path if path.is_empty() => "(record)".to_owned(),
            path => path,
        };
        let types: Vec<&str> = field.types.iter().map(String::as_str).collect();
        let mut words = vec![path, types.join("|")];
        let mut flag = |holds: bool, word: &str| {
            if holds {
                words.push(word.to_owned());
            }
        };
        flag(field.is_required, "required");
        flag(field.is_conditional, "conditional");
        flag(field.is_recursive, "recursive");
        flag(field.is_meaning, "meaning");
        flag(field.is_prose, "prose");
        flag(field.is_language_map, "language-map");
        flag(field.is_open_enum, "open-enum");
        flag(field.is_symmetric, "symmetric");
        flag(field.is_reflexive, "reflexive");
        flag(field.is_deprecation, "deprecation");
        if !field.references.is_empty() {
            words.push(format!("-> {}", field.references.join(", ")));
        }
        match &field.identity {
            None => {}
            Some(Identity::Value) => words.push("by value".into()),
            Some(Identity::Position) => words.push("by position".into()),
            Some(Identity::Members(names)) => words.push(format!("by {}", names.join("+"))),
        }
        if let Some(values) = &field.enumeration {
            words.push(format!("{} values", values.len()));
        }
        if !field.literals.is_empty() {
            words.push(format!("or {}", serde_json::json!(field.literals)));
        }
        words.retain(|word| !word.is_empty());
        let _ = writeln!(lines, "{}", words.join("  "));
    }
    lines
}

fn table_of(text: &str) -> String {
    listed(schema(text).fields())
}

#[test]
fn members_elements_and_entries_have_rows() {
    let table = table_of(
        r#"{"type": "object", "required": ["id", "names"],
            "properties": {
              "id": {"type": "string"},
              "names": {"type": "object", "x-language-map": true, "additionalProperties": {"type": "string", "x-prose": true}},
              "codes": {"patternProperties": {"^x-": {"type": ["integer", "null"]}}},
              "rows": {"type": "array", "x-identity": "position", "prefixItems": [{"type": "string"}], "items": {"type": "number"}},
              "gone": false},
            "additionalProperties": false}"#,
    );
    insta::assert_snapshot!(table);
}

#[test]
fn references_are_followed_and_recursion_ends() {
    let table = table_of(
        r##"{"$ref": "#/$defs/node",
            "$defs": {"node": {"type": "object", "required": ["name"],
                               "properties": {"name": {"$ref": "#/$defs/name"},
                                              "parent": {"type": "string", "x-references": ["nodes"], "x-reflexive": true},
                                              "links": {"type": "array", "x-identity": "value",
                                                        "items": {"$ref": "#/$defs/link"}},
                                              "withdrawn": {"type": "object", "x-deprecation": true,
                                                            "properties": {"for": {"type": "string", "x-references": ["nodes"]}}},
                                              "children": {"items": {"$ref": "#/$defs/node"}}}},
                      "name": {"type": "string", "x-meaning": true},
                      "link": {"type": "string", "x-references": ["nodes", "leaves"], "x-symmetric": true}}}"##,
    );
    insta::assert_snapshot!(table);
}

#[test]
fn what_all_branches_say_is_merged_and_conditions_are_marked() {
    let table = table_of(
        r#"{"type": "object", "required": ["kind"],
            "properties": {"kind": {"enum": ["a", "b"], "x-open-enum": true}, "amount": {"type": ["integer", "string"]}},
            "allOf": [{"required": ["amount"], "properties": {"amount": {"type": "integer"}}},
                      {"if": {"properties": {"kind": {"const": "a"}, "only_asked": {"const": 1}}},
                       "then": {"required": ["dose"], "properties": {"dose": {"type": "string"}}},
                       "else": {"properties": {"model": {"type": "string", "x-references": ["models"]}}}}],
            "anyOf": [{"properties": {"extra": {"type": "string"}}}, {"properties": {"extra": {"type": "integer"}}}],
            "dependentSchemas": {"dose": {"properties": {"unit": {"const": "mg"}}}}}"#,
    );
    insta::assert_snapshot!(table);
}

#[test]
fn of_values_and_bounds_that_are_said_twice_the_narrower_count() {
    let schema = schema(
        r##"{"properties": {
               "name": {"$ref": "#/$defs/name", "minLength": 2, "maxLength": 200},
               "share": {"allOf": [{"minimum": 0.5, "maximum": 9}, {"minimum": 0, "maximum": 1}]},
               "kind": {"$ref": "#/$defs/kind", "enum": ["c", "b", "x"]}},
            "$defs": {"name": {"type": "string", "minLength": 1, "maxLength": 100},
                      "kind": {"enum": ["a", "b", "c"]}}}"##,
    );
    let row = |name: &str| {
        let mut fields = schema.fields().fields().iter();
        let row = fields.find(|field| field.path.to_string() == name);
        row.expect("it has a row")
    };
    let name = &row("/name").bounds;
    assert_eq!((name.min_length, name.max_length), (Some(2), Some(100)));
    let share = &row("/share").bounds;
    let number = |text: &str| Some(serde_json::from_str(text).expect("it is a number"));
    assert_eq!(
        (share.minimum.clone(), share.maximum.clone()),
        (number("0.5"), number("1"))
    );
    let values = row("/kind").enumeration.as_ref();
    assert_eq!(values, Some(&vec!["c".into(), "b".into()]));
}

#[test]
fn identity_is_by_one_member_or_several() {
    let table = table_of(
        r#"{"properties": {"a": {"type": "array", "x-identity": "source"},
                          "b": {"type": "array", "x-identity": ["source", "locator"]}}}"#,
    );
    insta::assert_snapshot!(table);
}

#[test]
fn parents_come_before_children_and_members_in_order() {
    let schema = schema(
        r#"{"anyOf": [{"properties": {"b": {"properties": {"d": true}}}}],
            "properties": {"a": {"properties": {"c": true}}, "b": {"properties": {"e": true}}}}"#,
    );
    let table = schema.fields();
    let paths: Vec<_> = table
        .fields()
        .iter()
        .map(|field| field.path.to_string())
        .collect();
    assert_eq!(paths, ["", "/b", "/b/d", "/b/e", "/a", "/a/c"]);
    for field in table.fields() {
        let row = table.get(&field.path).expect("each place has its row");
        assert_eq!(row.path, field.path);
        if let Some(parent) = field.path.parent() {
            let mut siblings = table.children(&parent);
            assert!(
                siblings.any(|child| child.path == field.path),
                "{}",
                field.path
            );
        }
    }
}

#[test]
fn a_schema_without_end_has_an_incomplete_table() {
    // Each of twelve types has a member of each other type: there are more than 12! places.
    let members: Vec<String> = (0..12)
        .map(|number| format!(r##""m{number}": {{"$ref": "#/$defs/t{number}"}}"##))
        .collect();
    let types: Vec<String> = (0..12)
        .map(|number| {
            format!(
                r#""t{number}": {{"properties": {{{}}}}}"#,
                members.join(",")
            )
        })
        .collect();
    let text = format!(
        r##"{{"$ref": "#/$defs/t0", "$defs": {{{}}}}}"##,
        types.join(",")
    );
    assert!(!schema(&text).fields().is_complete());
    // A dataset may not rely on such a table.
    let said = refusal(&[("schema.json", &text)], Reading::STRICT);
    insta::assert_debug_snapshot!(said);
}

#[test]
fn the_table_of_claims_is_the_one_that_is_read_here() {
    insta::assert_snapshot!(listed(real_schema("claims").fields()));
}

#[test]
fn what_is_listed_without_condition_is_all_that_there_is() {
    let schema = schema(
        r#"{"properties": {
              "kind": {"enum": ["a", "b", "c"]},
              "size": {"type": "string"}},
            "allOf": [
              {"if": {"required": ["x"]}, "then": {"properties": {"kind": {"enum": ["a", "b"]}, "size": {"enum": ["s"]}}}},
              {"if": {"required": ["y"]}, "then": {"properties": {"kind": {"const": "a"}, "size": {"enum": ["s", "m"]}}}}]}"#,
    );
    let values = |name: &str| {
        let mut fields = schema.fields().fields().iter();
        let row = fields.find(|field| field.path.to_string() == name);
        let row = row.expect("it has a row");
        serde_json::json!([row.enumeration, row.literals]).to_string()
    };
    assert_eq!(values("/kind"), r#"[["a","b","c"],[]]"#);
    assert_eq!(values("/size"), r#"[null,["s","m"]]"#);
}
