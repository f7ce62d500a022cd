//! The classes of cases in which validators differ, one small schema each.

use treatise_schema::Draft;

use crate::judge::{Reading, assert_verdicts, compile, schema, schema_of};

fn in_draft(draft: Draft, text: &str) -> treatise_schema::Schema {
    schema_of(&[("schema.json", text)], Reading::draft(draft))
}

#[test]
fn boolean_schemas_allow_all_or_nothing() {
    assert_verdicts(&schema("true"), &["1", "{}"], &[]);
    assert_verdicts(&schema("false"), &[], &["1", "{}"]);
    assert_verdicts(
        &schema(r#"{"properties": {"a": true, "b": false}}"#),
        &[r#"{"a": 1}"#, "{}"],
        &[r#"{"b": 1}"#],
    );
}

#[test]
fn keywords_look_at_values_of_their_own_type_only() {
    assert_verdicts(
        &schema(
            r#"{"minLength": 2, "minimum": 2, "minItems": 2, "minProperties": 2,
                "pattern": "^x", "required": ["a"], "uniqueItems": true}"#,
        ),
        &[
            "null",
            "true",
            "\"xx\"",
            "2",
            "[1, 2]",
            r#"{"a": 1, "b": 2}"#,
        ],
        &["\"x\"", "1", "[1]", r#"{"a": 1}"#],
    );
}

#[test]
fn a_part_with_an_id_may_follow_a_draft_of_its_own() {
    let text = r#"{"$schema": "https://json-schema.org/draft/2020-12/schema",
        "$defs": {"pair": {"$schema": "http://json-schema.org/draft-07/schema#",
            "$id": "https://example.org/pair", "items": [{"type": "string"}, {"type": "integer"}],
            "additionalItems": false}},
        "items": {"$ref": "https://example.org/pair"}}"#;
    assert_verdicts(
        &schema(text),
        &[r#"[["a", 1]]"#],
        &[r#"[["a", "b"]]"#, r#"[["a", 1, 2]]"#],
    );
    let wrong = text.replace("\"additionalItems\": false", "\"additionalItems\": 1");
    let found = compile(&[("schema.json", &wrong)], Reading::LENIENT).err();
    assert_eq!(
        found.expect("it is no schema"),
        [
            "schema.json:4:32 error invalid-schema: expected a boolean or an object, found the number `1`"
        ]
    );
}

#[test]
fn dates_and_times_are_of_digits() {
    let date = schema(r#"{"format": "date"}"#);
    assert_verdicts(
        &date,
        &["\"0001-01-01\"", "\"2024-02-29\""],
        &[
            "\"-001-01-01\"",
            "\"+123-01-01\"",
            "\"2.24-01-01\"",
            "\"2024-/1-01\"",
        ],
    );
    let moment = schema(r#"{"format": "date-time"}"#);
    assert_verdicts(
        &moment,
        &["\"2024-02-29T23:59:60Z\""],
        &[
            "\"-001-01-01T00:00:00Z\"",
            "\"2024-01-01T/1:00:00Z\"",
            "\"2024-01-01T00:00:00+/1:00\"",
        ],
    );
}

#[test]
fn what_stands_beside_a_reference_counts_since_2019() {
    let text = r##"{"definitions": {"a": {"type": "array"}},
                   "properties": {"x": {"$ref": "#/definitions/a", "maxItems": 1}}}"##;
    let two = r#"{"x": [1, 2]}"#;
    for draft in [Draft::Draft4, Draft::Draft6, Draft::Draft7] {
        assert_verdicts(&in_draft(draft, text), &[two], &[r#"{"x": 1}"#]);
    }
    for draft in [Draft::Draft201909, Draft::Draft202012] {
        assert_verdicts(
            &in_draft(draft, text),
            &[r#"{"x": [1]}"#],
            &[two, r#"{"x": 1}"#],
        );
    }
}

#[test]
fn an_id_beside_a_reference_changes_nothing_in_old_drafts() {
    let text = r##"{"definitions": {"a": {"$id": "http://example.org/a", "type": "integer"}},
                   "properties": {"x": {"$id": "http://example.org/other/", "$ref": "#/definitions/a"}}}"##;
    assert_verdicts(
        &in_draft(Draft::Draft7, text),
        &[r#"{"x": 1}"#],
        &[r#"{"x": ""}"#],
    );
}

#[test]
fn id_is_a_keyword_in_draft_4_alone() {
    let named = r#"{"properties": {"id": {"type": "string"}, "$id": {"type": "integer"}}}"#;
    for draft in [Draft::Draft4, Draft::Draft7, Draft::Draft202012] {
        assert_verdicts(
            &in_draft(draft, named),
            &[r#"{"id": "a", "$id": 1}"#],
            &[r#"{"id": 1}"#, r#"{"$id": "a"}"#],
        );
    }
    // In draft 4 it moves the base of references; later it is a word that nobody knows.
    let moved = r#"{"id": "http://example.org/root.json",
                    "definitions": {"a": {"id": "folder/a.json", "properties": {"b": {"$ref": "b.json"}}},
                                    "b": {"id": "folder/b.json", "type": "integer"}},
                    "allOf": [{"$ref": "folder/a.json"}]}"#;
    assert_verdicts(
        &in_draft(Draft::Draft4, moved),
        &[r#"{"b": 1}"#],
        &[r#"{"b": "x"}"#],
    );
    let unknown = r##"{"id": "no reference at all", "definitions": {"a": {"type": "integer"}},
                      "properties": {"x": {"id": "x.json", "allOf": [{"$ref": "#/definitions/a"}]}}}"##;
    for draft in [Draft::Draft7, Draft::Draft202012] {
        assert_verdicts(
            &in_draft(draft, unknown),
            &[r#"{"x": 1}"#],
            &[r#"{"x": ""}"#],
        );
    }
}

#[test]
fn what_looks_like_a_schema_in_an_enumeration_is_data() {
    let text = r##"{"enum": [{"$ref": "nowhere.json", "pattern": "(?=x)", "$id": "http://[", "type": 3}],
                   "const": {"$ref": "nowhere.json", "pattern": "(?=x)", "$id": "http://[", "type": 3},
                   "default": {"$ref": "#/nowhere"}, "examples": [{"$ref": "#/nowhere"}]}"##;
    assert_verdicts(
        &schema(text),
        &[r#"{"$ref": "nowhere.json", "pattern": "(?=x)", "$id": "http://[", "type": 3}"#],
        &[r#"{"$ref": "nowhere.json"}"#, "1"],
    );
}

#[test]
fn references_reach_every_place() {
    let text = r##"{"parts": {"of one": {"type": "integer"}, "a/b~c%": {"type": "string"}, "list": [{"type": "null"}]},
                   "properties": {"plain": {"$ref": "#/parts/of%20one"},
                                  "escaped": {"$ref": "#/parts/a~1b~0c%25"},
                                  "position": {"$ref": "#/parts/list/0"},
                                  "whole": {"$ref": "#"}}}"##;
    for draft in [Draft::Draft4, Draft::Draft7, Draft::Draft202012] {
        assert_verdicts(
            &in_draft(draft, text),
            &[
                r#"{"plain": 1, "escaped": "x", "position": null, "whole": {"whole": {"plain": 2}}}"#,
            ],
            &[
                r#"{"plain": "x"}"#,
                r#"{"escaped": 1}"#,
                r#"{"position": 1}"#,
                r#"{"whole": {"whole": {"plain": "x"}}}"#,
            ],
        );
    }
}

#[test]
fn names_of_schemas_are_anchors_and_ids() {
    assert_verdicts(
        &schema(
            r##"{"$id": "https://example.org/s/root.json",
                "$defs": {"a": {"$anchor": "one", "type": "integer"},
                          "b": {"$id": "inner.json", "$defs": {"c": {"$anchor": "one", "type": "string"}}},
                          "d": {"$id": "urn:example:d", "type": "null"}},
                "properties": {"a": {"$ref": "#one"}, "b": {"$ref": "inner.json#one"},
                               "c": {"$ref": "https://example.org/s/inner.json#/$defs/c"},
                               "d": {"$ref": "urn:example:d"}}}"##,
        ),
        &[r#"{"a": 1, "b": "x", "c": "x", "d": null}"#],
        &[r#"{"a": "x"}"#, r#"{"b": 1}"#, r#"{"c": 1}"#, r#"{"d": 1}"#],
    );
    assert_verdicts(
        &in_draft(
            Draft::Draft7,
            r##"{"definitions": {"a": {"$id": "#one", "type": "integer"}}, "items": {"$ref": "#one"}}"##,
        ),
        &["[1]"],
        &[r#"["x"]"#],
    );
}

#[test]
fn dynamic_references_are_bound_by_the_outermost_schema() {
    let tree = (
        "https://example.org/tree",
        r##"{"$id": "https://example.org/tree", "$dynamicAnchor": "node", "type": "object",
            "properties": {"data": true, "children": {"items": {"$dynamicRef": "#node"}}}}"##,
    );
    let strict = (
        "https://example.org/strict",
        r#"{"$id": "https://example.org/strict", "$dynamicAnchor": "node",
            "$ref": "tree", "unevaluatedProperties": false}"#,
    );
    let misspelt = r#"{"children": [{"daat": 1}]}"#;
    assert_verdicts(
        &schema_of(&[strict, tree], Reading::LENIENT),
        &[r#"{"children": [{"data": 1}]}"#],
        &[misspelt, r#"{"children": [1]}"#],
    );
    assert_verdicts(&schema_of(&[tree], Reading::LENIENT), &[misspelt], &[]);
}

#[test]
fn recursive_references_are_bound_by_the_outermost_schema() {
    let tree = (
        "https://example.org/tree",
        r##"{"$id": "https://example.org/tree", "$recursiveAnchor": true, "type": "object",
            "properties": {"data": true, "children": {"items": {"$recursiveRef": "#"}}}}"##,
    );
    let strict = (
        "https://example.org/strict",
        r#"{"$id": "https://example.org/strict", "$recursiveAnchor": true,
            "$ref": "tree", "unevaluatedProperties": false}"#,
    );
    assert_verdicts(
        &schema_of(&[strict, tree], Reading::draft(Draft::Draft201909)),
        &[r#"{"children": [{"data": 1}]}"#],
        &[r#"{"children": [{"daat": 1}]}"#],
    );
}

#[test]
fn unevaluated_sees_through_references_and_alternatives() {
    assert_verdicts(
        &schema(
            r##"{"$ref": "#/$defs/base", "anyOf": [{"properties": {"b": {"type": "integer"}}, "required": ["b"]},
                                                  {"properties": {"c": true}}],
                "if": {"properties": {"d": {"const": 1}}, "required": ["d"]},
                "unevaluatedProperties": false, "$defs": {"base": {"properties": {"a": true}}}}"##,
        ),
        &[r#"{"a": 1, "b": 1}"#, r#"{"c": 1}"#, r#"{"c": 1, "d": 1}"#],
        &[r#"{"b": "x"}"#, r#"{"d": 2}"#, r#"{"z": 1}"#],
    );
}

#[test]
fn member_names_are_validated_as_strings() {
    assert_verdicts(
        &schema(
            r#"{"propertyNames": {"minLength": 2, "pattern": "^[a-zä]+$", "not": {"const": "no"},
                "type": "string", "enum": ["ab", "ää", "no"]}}"#,
        ),
        &["{}", r#"{"ab": 1, "ää": 2}"#, r#"{"\u0061b": 1}"#, "[]"],
        &[r#"{"a": 1}"#, r#"{"no": 1}"#, r#"{"ac": 1}"#],
    );
}

#[test]
fn formats_are_asserted_where_that_is_asked_for() {
    let text =
        r#"{"properties": {"day": {"format": "date"}, "odd": {"format": "no-such-format"}}}"#;
    let document = r#"{"day": "2026-02-30", "odd": "x"}"#;
    assert_verdicts(
        &schema(text),
        &[r#"{"day": "2024-02-29", "odd": "x"}"#],
        &[document],
    );
    let noted = Reading {
        asserts_formats: false,
        ..Reading::LENIENT
    };
    assert_verdicts(
        &schema_of(&[("schema.json", text)], noted),
        &[document],
        &[],
    );
}

#[test]
fn unknown_words_are_warnings_or_errors() {
    let text = r#"{"title": "t", "propertys": {}, "my-extension": 1, "format": "no-such-format"}"#;
    let (_, warnings) = compile(&[("schema.json", text)], Reading::LENIENT).expect("it is usable");
    insta::assert_debug_snapshot!(warnings);
    let errors = compile(&[("schema.json", text)], Reading::STRICT).expect_err("it is refused");
    insta::assert_debug_snapshot!(errors);
}

#[test]
fn an_annotation_of_arrays_stands_where_nothing_else_may_be() {
    let text = r#"{"properties": {"v": {"type": ["array", "null"], "x-identity": "value"}}}"#;
    let findings = compile(&[("schema.json", text)], Reading::STRICT).expect_err("it is refused");
    insta::assert_debug_snapshot!(findings);
}

#[test]
fn keywords_of_other_drafts_are_unknown() {
    let warnings = |draft, text| {
        let (_, warnings) =
            compile(&[("schema.json", text)], Reading::draft(draft)).expect("it is usable");
        warnings.len()
    };
    let text = r#"{"prefixItems": [true], "$anchor": "a", "dependentRequired": {}}"#;
    assert_eq!(warnings(Draft::Draft202012, text), 0);
    assert_eq!(warnings(Draft::Draft201909, text), 1);
    assert_eq!(warnings(Draft::Draft7, text), 3);
    assert_eq!(
        warnings(Draft::Draft202012, r#"{"additionalItems": false}"#),
        1
    );
    assert_eq!(
        warnings(Draft::Draft4, r#"{"const": 1, "examples": []}"#),
        2
    );
    // Old drafts don't look at what stands beside a reference.
    assert_eq!(
        warnings(Draft::Draft7, r##"{"$ref": "#", "anything": 1}"##),
        0
    );
}
