//! Which types can come at the places of a schema.

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use treatise_schema::{Draft, Schema, Segment, Types, Verdict};

use crate::judge::{Reading, judge, schema, schema_of};

/// A line for each place below the record: its path and the types that can come there.
fn listed(schema: &Schema) -> Vec<String> {
    let rows = schema.fields().fields().iter().zip(schema.possible_types());
    rows.skip(1)
        .map(|(field, types)| format!("{} {types:?}", field.path))
        .collect()
}

#[test]
fn every_branch_and_what_it_leaves_open_counts() {
    for (text, expected) in [
        (
            r#"{"properties": {"a": {"type": ["string", "null"]}, "b": {"enum": [1, 2.0]},
                "c": {"const": 1.5}, "d": {}, "e": true}}"#,
            &[
                r#"/a {"null", "string"}"#,
                r#"/b {"integer"}"#,
                r#"/c {"integer", "number"}"#,
                r#"/d {"null", "boolean", "integer", "number", "string", "array", "object"}"#,
                r#"/e {"null", "boolean", "integer", "number", "string", "array", "object"}"#,
            ][..],
        ),
        (
            r##"{"$defs": {"n": {"type": "number"}}, "properties": {"a": {"allOf": [
                {"$ref": "#/$defs/n"}, {"type": ["integer", "string"]}]}}}"##,
            &[r#"/a {"integer"}"#],
        ),
        // The second branch knows nothing of `a`, and takes it as one of its entries.
        (
            r#"{"oneOf": [{"properties": {"a": {"type": "number"}}},
                {"type": "object", "additionalProperties": {"type": "string"}}]}"#,
            &[
                r#"/a {"integer", "number", "string"}"#,
                r#"/{} {"null", "boolean", "integer", "number", "string", "array", "object"}"#,
            ],
        ),
        // What neither branch has looked at can't be there.
        (
            r#"{"anyOf": [{"properties": {"a": {"type": "number"}}},
                {"properties": {"b": {"type": "string"}}}], "unevaluatedProperties": false}"#,
            &[r#"/a {"integer", "number"}"#, r#"/b {"string"}"#],
        ),
        (
            r#"{"if": {"properties": {"a": {"const": 1}}}, "then": {"properties": {"b": {"type": "null"}}},
                "else": {"properties": {"b": {"type": "array", "prefixItems": [{"const": true}],
                "items": {"type": "string"}}}}}"#,
            &[r#"/b {"null", "array"}"#, r#"/b/* {"boolean", "string"}"#],
        ),
    ] {
        assert_eq!(listed(&schema(text)), expected, "{text}");
    }
}

#[test]
fn what_may_be_no_reference_is_told() {
    for (see, may_be_plain) in [
        (r#"{"type": "string", "x-references": ["c"]}"#, false),
        (
            r#"{"anyOf": [{"const": "none"}, {"type": "string", "x-references": ["c"]}]}"#,
            true,
        ),
        (
            r#"{"allOf": [{"type": "string"}, {"x-references": ["c"]}]}"#,
            false,
        ),
        (
            r##"{"$ref": "#/definitions/q", "x-references": ["c"]}"##,
            false,
        ),
    ] {
        for draft in [Draft::Draft7, Draft::Draft202012] {
            let text = format!(
                r#"{{"definitions": {{"q": {{"type": "string"}}}}, "properties": {{"see": {see}}}}}"#
            );
            let schema = schema_of(&[("schema.json", &text)], Reading::draft(draft));
            let types = schema.possible_types().last().expect("there is a row");
            assert_eq!(types.meet(Types::PLAIN), may_be_plain, "{text}");
        }
    }
}

#[test]
fn additional_items_are_those_behind_a_list() {
    let of = |text| {
        listed(&schema_of(
            &[("schema.json", text)],
            Reading::draft(Draft::Draft7),
        ))
    };
    let all = format!("/* {:?}", Types::ALL);
    assert_eq!(of(r#"{"additionalItems": {"type": "integer"}}"#), [all]);
    let text = r#"{"items": [{"type": "string"}], "additionalItems": {"type": "integer"}}"#;
    assert_eq!(of(text), [r#"/* {"integer", "string"}"#]);
}

#[test]
fn before_2019_nothing_counts_beside_a_reference() {
    let text = r##"{"definitions": {"n": {"type": "number"}},
        "properties": {"a": {"$ref": "#/definitions/n", "type": "integer"}}}"##;
    let of = |draft| listed(&schema_of(&[("schema.json", text)], Reading::draft(draft)));
    assert_eq!(of(Draft::Draft7), [r#"/a {"integer", "number"}"#]);
    assert_eq!(of(Draft::Draft202012), [r#"/a {"integer"}"#]);
}

#[test]
fn a_schema_without_end_has_an_answer() {
    let text = r##"{"properties": {"a": {"anyOf": [{"type": "string"}, {"$ref": "#"}]}}}"##;
    let all = |path| format!("{path} {:?}", Types::ALL);
    assert_eq!(listed(&schema(text)), [all("/a"), all("/a/a")]);
}

/// The schemas of a few keywords within one another.
fn schemas() -> impl Strategy<Value = Value> {
    let name = prop::sample::select(vec![
        "null", "boolean", "integer", "number", "string", "array",
    ]);
    let leaf = prop_oneof![
        Just(json!({})),
        Just(json!(false)),
        prop::collection::btree_set(name, 1..3).prop_map(|names| json!({"type": names})),
        Just(json!({"enum": ["x", 1, 2.5, null]})),
        Just(json!({"const": {"a": 1}})),
        Just(json!({"type": "object"})),
    ];
    leaf.prop_recursive(4, 24, 3, |inner| {
        let pair = || prop::collection::vec(inner.clone(), 1..3);
        let keyword = prop_oneof![
            (inner.clone(), inner.clone())
                .prop_map(|(a, b)| json!({"properties": {"a": a, "b": b}})),
            inner
                .clone()
                .prop_map(|one| json!({"properties": {"a": one}, "type": "object"})),
            inner
                .clone()
                .prop_map(|one| json!({"additionalProperties": one})),
            inner
                .clone()
                .prop_map(|one| json!({"unevaluatedProperties": one})),
            inner
                .clone()
                .prop_map(|one| json!({"patternProperties": {"^[ax]": one}})),
            inner.clone().prop_map(|one| json!({"items": one})),
            pair().prop_map(|list| json!({"prefixItems": list})),
            inner.clone().prop_map(|one| json!({"contains": one})),
            inner
                .clone()
                .prop_map(|one| json!({"unevaluatedItems": one})),
            pair().prop_map(|list| json!({"anyOf": list})),
            pair().prop_map(|list| json!({"oneOf": list})),
            pair().prop_map(|list| json!({"allOf": list})),
            (inner.clone(), inner.clone(), inner.clone())
                .prop_map(|(a, b, c)| json!({"if": a, "then": b, "else": c})),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| json!({"if": a, "then": b})),
            inner
                .clone()
                .prop_map(|one| json!({"dependentSchemas": {"b": one}})),
            inner.clone().prop_map(|one| json!({"not": one})),
        ];
        prop::collection::vec(keyword, 1..4).prop_map(|keywords| {
            let members = keywords.into_iter().flat_map(|one| match one {
                Value::Object(members) => members,
                _ => Map::new(),
            });
            Value::Object(members.collect())
        })
    })
}

/// Values, most of them objects of few names.
fn values() -> impl Strategy<Value = Value> {
    let leaf = prop::sample::select(vec![
        json!(null),
        json!(true),
        json!(1),
        json!(2.5),
        json!("x"),
        json!([]),
        json!({}),
    ]);
    leaf.prop_recursive(3, 12, 3, |inner| {
        let name = prop::sample::select(vec!["a", "b", "x"]);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::Array),
            prop::collection::vec((name.prop_map(str::to_owned), inner), 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// The values at a place; an entry is what no member of a row is.
fn at<'v>(
    value: &'v Value,
    path: &[Segment],
    is_named: &dyn Fn(&[Segment], &str) -> bool,
) -> Vec<&'v Value> {
    let mut all = vec![value];
    for (depth, segment) in path.iter().enumerate() {
        let below = |value: &'v Value| -> Vec<&'v Value> {
            match (segment, value) {
                (Segment::Member(name), Value::Object(members)) => {
                    members.get(name).into_iter().collect()
                }
                (Segment::Entry, Value::Object(members)) => {
                    let entries = members
                        .iter()
                        .filter(|(name, _)| !is_named(&path[..depth], name));
                    entries.map(|(_, value)| value).collect()
                }
                (Segment::Element, Value::Array(elements)) => elements.iter().collect(),
                _ => Vec::new(),
            }
        };
        all = all.into_iter().flat_map(below).collect();
    }
    all
}

fn type_of(value: &Value) -> Types {
    match value {
        Value::Null => Types::NULL,
        Value::Bool(_) => Types::BOOLEAN,
        Value::Number(number) if number.is_f64() => Types::NUMBER,
        Value::Number(_) => Types::INTEGER,
        Value::String(_) => Types::STRING,
        Value::Array(_) => Types::ARRAY,
        Value::Object(_) => Types::OBJECT,
    }
}

#[test]
fn values_that_are_listed_leave_nothing_open() {
    let text = r##"{"$defs": {"n": {"enum": ["x", 1]}}, "properties": {
        "a": {"const": "x"}, "b": {"anyOf": [{"$ref": "#/$defs/n"}, {"type": "integer"}]},
        "c": {"anyOf": [{"const": "x"}, {"not": {"type": "array"}}]},
        "d": {"type": "string", "enum": ["x"]},
        "e": {"enum": [{"x": 1}], "properties": {"x": {"type": "integer"}}}}}"##;
    let schema = schema(text);
    let rows = schema.fields().fields().iter().zip(schema.open_types());
    let open: Vec<_> = rows
        .skip(1)
        .map(|(field, types)| format!("{} {types:?}", field.path))
        .collect();
    assert_eq!(
        open,
        [
            "/a {}",
            r#"/b {"integer"}"#,
            r#"/c {"null", "boolean", "integer", "number", "string", "array", "object"}"#,
            "/d {}",
            "/e {}",
            r#"/e/x {"integer"}"#,
        ]
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_type_is_missing(text in schemas(), values in prop::collection::vec(values(), 32)) {
        let schema = schema(&text.to_string());
        let rows: Vec<_> = schema.fields().fields().iter().zip(schema.possible_types()).collect();
        let is_named = |around: &[Segment], name: &str| {
            rows.iter().any(|(field, _)| {
                let path = field.path.segments().split_last();
                path.is_some_and(|(last, parent)| {
                    parent == around && matches!(last, Segment::Member(member) if member == name)
                })
            })
        };
        for value in values {
            if judge(&schema, &value.to_string()) != Verdict::Valid {
                continue;
            }
            for (field, types) in &rows {
                for found in at(&value, field.path.segments(), &is_named) {
                    prop_assert!(
                        type_of(found).are_in(**types),
                        "{found} at {} of {value}: {types:?} in {text}", field.path
                    );
                }
            }
        }
    }
}
