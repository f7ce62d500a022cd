//! The gate against the validator: where it is sure, both say the same.

use proptest::prelude::*;
use serde_json::{Value, json};
use treatise_source::{Limits, Parser};

use super::walk::{Answer, Subject, Walk};
use crate::compile::tests::schema;
use crate::{Schema, Verdict, WorkLimit};

/// What the gate says of a text, and what the validator does; `None` where the schema has no gate.
fn answers(schema: &Schema, text: &str) -> Option<(Answer, Verdict)> {
    let mut parser = Parser::new();
    let parsed = parser.parse(text, Limits::default());
    let gate = schema.gate()?;
    let walk = Walk {
        nodes: &gate.nodes,
        steps: 10_000.into(),
    };
    let answer = walk.ask(gate.root, Subject::Value(parsed.tree.root()));
    let verdict = schema.judge_in_full(&parsed.tree, &WorkLimit::default());
    Some((answer, verdict))
}

fn assert_agreement(document: &Value, schema: &Schema, text: &str) -> Option<Answer> {
    let (answer, verdict) = answers(schema, text)?;
    match answer {
        Answer::Yes => assert_eq!(verdict, Verdict::Valid, "{document} on {text}"),
        Answer::No => assert_eq!(verdict, Verdict::Invalid, "{document} on {text}"),
        Answer::Unknown => {}
    }
    Some(answer)
}

/// Makes sure that the gate lets through what is sound, and knows what is not.
#[track_caller]
fn assert_decided(document: &Value, sound: &[&str], faulty: &[&str]) {
    let schema = schema(document).expect("the schema is sound");
    for (texts, expected) in [(sound, Answer::Yes), (faulty, Answer::No)] {
        for text in texts {
            let answer = assert_agreement(document, &schema, text);
            assert_eq!(answer, Some(expected), "{document} on {text}");
        }
    }
}

#[test]
fn conditions_on_members_hold_for_strings() {
    for document in [
        json!({"type": "string", "minLength": 1, "if": {"required": ["t"]}, "then": false}),
        json!({"enum": ["w"], "allOf": [
            {"if": {"properties": {"t": {"const": "a"}}}, "then": false}]}),
    ] {
        let compiled = schema(&document).expect("the schema is sound");
        let answer = assert_agreement(&document, &compiled, "\"w\"");
        assert!(!matches!(answer, Some(Answer::Yes)), "{document}");
    }
}

#[test]
fn conditions_on_a_word_are_decided() {
    let document = json!({
        "type": "object",
        "required": ["type"],
        "properties": {"type": {"enum": ["a", "b", "c"]}, "x": {"$ref": "#/$defs/id"}, "y": true},
        "additionalProperties": false,
        "dependentRequired": {"y": ["x"]},
        "allOf": [
            {"if": {"properties": {"type": {"const": "a"}}, "required": ["type"]},
             "then": {"required": ["x"], "properties": {"x": {"pattern": "^a-"}}},
             "else": {"properties": {"z": false}}},
            {"if": {"properties": {"type": {"enum": ["b", "c"]}}, "required": ["type"]},
             "then": {"properties": {"x": false}}},
        ],
        "$defs": {"id": {"type": "string", "pattern": "^[a-c]-[0-9]+$"}},
    });
    let sound = [
        r#"{"type": "a", "x": "a-1"}"#,
        r#"{"type": "b"}"#,
        r#"{"type": "a", "x": "a-1", "y": 0}"#,
    ];
    let faulty = [
        r#"{"type": "a"}"#,
        r#"{"type": "a", "x": "b-1"}"#,
        r#"{"type": "a", "x": "a-"}"#,
        r#"{"type": "b", "x": "b-1"}"#,
        r#"{"type": "b", "y": 1}"#,
        r#"{"type": "d"}"#,
        r#"{"x": "a-1"}"#,
        r#"{"type": "b", "z": 1}"#,
        "[]",
    ];
    assert_decided(&document, &sound, &faulty);
}

#[test]
fn conditions_in_groups_are_decided() {
    let document = json!({
        "type": "object",
        "properties": {"type": {"type": "string"}, "x": true, "y": true},
        "if": {"required": ["type"]},
        "then": {"allOf": [{
            "if": {"properties": {"type": {"enum": ["a", "b"]}}},
            "then": {"required": ["x"]},
            "else": {"allOf": [
                {"if": {"properties": {"type": {"const": "c"}}}, "then": {"required": ["y"]}},
                {"if": {"properties": {"type": {"const": "d"}}}, "then": false},
            ]},
        }]},
        "else": {"properties": {"x": false}},
    });
    let sound = [
        "{}",
        r#"{"type": "a", "x": 1}"#,
        r#"{"type": "c", "y": 1}"#,
        r#"{"type": "e"}"#,
    ];
    let faulty = [
        r#"{"x": 1}"#,
        r#"{"type": "b"}"#,
        r#"{"type": "c", "x": 1}"#,
        r#"{"type": "d", "x": 1, "y": 1}"#,
        r#"{"type": 1}"#,
    ];
    assert_decided(&document, &sound, &faulty);
}

#[test]
fn names_of_members_are_decided() {
    let document = json!({
        "type": "object", "minProperties": 1,
        "propertyNames": {"allOf": [{"pattern": "^[a-z]{2}$"}, {"not": {"const": "en"}}]},
        "additionalProperties": {"type": "string", "minLength": 1, "maxLength": 3},
    });
    let sound = [r#"{"de": "äöü"}"#, r#"{"de": "abc", "fr": "x"}"#];
    let faulty = [
        "{}",
        r#"{"en": "a"}"#,
        r#"{"deu": "a"}"#,
        r#"{"de": ""}"#,
        r#"{"de": "äöüß"}"#,
        r#"{"de": 1}"#,
    ];
    assert_decided(&document, &sound, &faulty);
}

#[test]
fn elements_are_decided() {
    let document = json!({
        "type": "array", "uniqueItems": true, "maxItems": 3,
        "prefixItems": [{"type": ["integer", "null"], "minimum": 2}],
        "items": {"anyOf": [{"type": "boolean"}, {"format": "date", "type": "string"}]},
        "contains": {"const": true},
    });
    let sound = ["[2.0, true]", r#"[null, "2020-02-29", true]"#];
    let faulty = [
        "[1, true]",
        "[2.5, true]",
        "[2]",
        "[2, true, true]",
        r#"[2, "2021-02-29", true]"#,
        "[2, true, false, 1]",
    ];
    assert_decided(&document, &sound, &faulty);
}

#[test]
fn alternatives_are_decided() {
    let document = json!({"oneOf": [{"required": ["a"]}, {"required": ["b"], "properties": {"b": {"const": 1}}}]});
    let sound = [r#"{"a": 1}"#, r#"{"b": 1.0}"#, r#"{"a": 1, "b": 2}"#];
    let faulty = ["{}", r#"{"b": 2}"#, r#"{"a": 1, "b": 1}"#, "1"];
    assert_decided(&document, &sound, &faulty);
}

#[test]
fn what_the_gate_does_not_know_it_leaves_to_the_validator() {
    for document in [
        json!({"unevaluatedProperties": false}),
        json!({"patternProperties": {"a": true}}),
        json!({"contains": true, "minContains": 2}),
        json!({"$dynamicRef": "#"}),
        json!({"some-keyword": 1}),
        json!({"$schema": "http://json-schema.org/draft-07/schema#", "type": "object"}),
        json!({"$ref": "https://json-schema.org/draft/2020-12/schema"}),
        json!({"allOf": [true], "$ref": "#/$defs/a", "$defs": {"a": {"$schema": "http://json-schema.org/draft-07/schema#", "$id": "b", "type": "object"}}}),
    ] {
        let schema = schema(&document).expect("the schema is sound");
        let answer = assert_agreement(&document, &schema, "{}");
        assert!(matches!(answer, None | Some(Answer::Unknown)), "{document}");
    }
    // Of values that lie deeper than it looks, it knows nothing.
    let tree = json!({"properties": {"below": {"$ref": "#"}}, "type": "object"});
    let compiled = schema(&tree).expect("the schema is sound");
    assert_eq!(assert_agreement(&tree, &compiled, "{}"), Some(Answer::Yes));
    let deeper = assert_agreement(&tree, &compiled, r#"{"below": {"below": {"below": {}}}}"#);
    assert_eq!(deeper, Some(Answer::Unknown));
}

const WORDS: [&str; 7] = ["", "x", "y", "xy", "ä", "2020-01-01", "a"];
const NAMES: [&str; 4] = ["a", "b", "c", "a-longer-name"];

fn word() -> impl Strategy<Value = Value> + Clone {
    prop::sample::select(WORDS.to_vec()).prop_map(Value::from)
}

fn name() -> impl Strategy<Value = String> + Clone {
    prop::sample::select(NAMES.to_vec()).prop_map(str::to_owned)
}

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        4 => word(),
        1 => prop::sample::select(vec![json!(null), json!(true), json!(false)]),
        2 => prop::sample::select(vec![json!(0), json!(1), json!(1.0), json!(1.5), json!(-3), json!(1e20)]),
    ]
}

fn instance() -> impl Strategy<Value = Value> {
    scalar().prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            1 => prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            3 => prop::collection::btree_map(name(), inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// A condition on one word, or nearly one.
fn switch(inner: impl Strategy<Value = Value> + Clone) -> impl Strategy<Value = Value> {
    let value = prop_oneof![
        word().prop_map(|word| json!({"const": word})),
        prop::collection::vec(word(), 1..3).prop_map(|words| json!({"enum": words})),
        Just(json!({"const": 1})),
    ];
    let branch = prop_oneof![
        inner.clone(),
        (name(), prop_oneof![Just(json!(false)), inner.clone()], prop::collection::vec(name(), 0..2)).prop_map(
            |(name, schema, required)| json!({"properties": {name: schema}, "required": required})
        ),
    ];
    (
        name(),
        value,
        prop::option::of(branch.clone()),
        prop::option::of(branch),
        any::<bool>(),
    )
        .prop_map(|(name, value, then, otherwise, is_required)| {
            let mut condition = json!({"properties": {&name: value}});
            if is_required {
                condition["required"] = json!([name]);
            }
            let mut schema = json!({"if": condition});
            if let Some(then) = then {
                schema["then"] = then;
            }
            if let Some(otherwise) = otherwise {
                schema["else"] = otherwise;
            }
            schema
        })
}

/// A condition on the member `a`.
fn conditional(branch: impl Strategy<Value = Value> + Clone) -> impl Strategy<Value = Value> {
    let condition = prop_oneof![
        1 => Just(json!({"required": ["a"]})),
        2 => prop::collection::vec(word(), 1..3)
            .prop_map(|words| json!({"properties": {"a": {"enum": words}}})),
        2 => word()
            .prop_map(|word| json!({"properties": {"a": {"const": word}}, "required": ["a"]})),
    ];
    let branch = prop::option::weighted(0.8, branch);
    (condition, branch.clone(), branch).prop_map(|(condition, then, otherwise)| {
        let mut schema = json!({"if": condition});
        for (keyword, branch) in [("then", then), ("else", otherwise)] {
            if let Some(branch) = branch {
                schema[keyword] = branch;
            }
        }
        schema
    })
}

/// Conditions on one member, in groups of groups.
fn grouped() -> impl Strategy<Value = Value> + Clone {
    let leaf = prop_oneof![
        4 => name().prop_map(|name| json!({"required": [name]})),
        4 => name().prop_map(|name| json!({"properties": {name: false}})),
        1 => Just(json!(false)),
        1 => Just(json!({"minProperties": 2})),
    ];
    leaf.prop_recursive(3, 16, 3, |inner| {
        prop_oneof![
            1 => conditional(inner.clone()),
            2 => prop::collection::vec(conditional(inner), 1..3)
                .prop_map(|parts| json!({"allOf": parts})),
        ]
    })
}

/// Some keywords with their values.
fn subschema() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        2 => Just(json!(true)),
        1 => Just(json!(false)),
        2 => prop::sample::select(vec!["d0", "d1", "d2"])
            .prop_map(|name| json!({"$ref": format!("#/$defs/{name}")})),
        2 => prop::sample::select(vec!["string", "object", "array", "integer", "number", "null"])
            .prop_map(|kind| json!({"type": kind})),
        1 => Just(json!({"type": ["integer", "string", "object"]})),
        2 => scalar().prop_map(|value| json!({"const": value})),
        2 => prop::collection::vec(scalar(), 1..4).prop_map(|values| json!({"enum": values})),
        2 => prop::sample::select(vec!["^x", "y$", "^[a-z]*$", "^$", "ä"])
            .prop_map(|pattern| json!({"pattern": pattern})),
        1 => (0..3_u64, 0..3_u64).prop_map(|(least, most)| json!({"minLength": least, "maxLength": most})),
        1 => Just(json!({"format": "date"})),
        1 => prop::sample::select(vec![json!({"minimum": 1}), json!({"exclusiveMaximum": 1}), json!({"multipleOf": 0.5})]),
        1 => prop::collection::vec(name(), 0..3).prop_map(|names| json!({"required": names})),
        1 => (name(), name()).prop_map(|(one, other)| json!({"dependentRequired": {one: [other]}})),
        1 => (0..3_u64, 1..4_u64).prop_map(|(least, most)| json!({"minProperties": least, "maxProperties": most})),
        1 => (0..2_u64, 1..4_u64).prop_map(|(least, most)| json!({"minItems": least, "maxItems": most})),
        1 => Just(json!({"uniqueItems": true})),
        3 => grouped(),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        let list = prop::collection::vec(inner.clone(), 1..3);
        let properties = prop::collection::btree_map(name(), inner.clone(), 0..4);
        prop_oneof![
            3 => properties.clone().prop_map(|schemas| json!({"properties": schemas})),
            2 => (properties, inner.clone(), prop::collection::vec(name(), 0..2)).prop_map(|(schemas, others, names)| {
                json!({"properties": schemas, "additionalProperties": others, "required": names})
            }),
            1 => inner.clone().prop_map(|schema| json!({"propertyNames": schema})),
            1 => inner.clone().prop_map(|schema| json!({"items": schema})),
            1 => list.clone().prop_map(|schemas| json!({"prefixItems": schemas})),
            1 => inner.clone().prop_map(|schema| json!({"contains": schema})),
            1 => list.clone().prop_map(|schemas| json!({"allOf": schemas})),
            1 => list.clone().prop_map(|schemas| json!({"anyOf": schemas})),
            1 => list.prop_map(|schemas| json!({"oneOf": schemas})),
            1 => inner.clone().prop_map(|schema| json!({"not": schema})),
            2 => prop::collection::vec(switch(inner.clone()), 1..4).prop_map(|schemas| json!({"allOf": schemas})),
            1 => switch(inner.clone()),
            // Conditions on members hold for what has none.
            1 => (switch(inner.clone()), prop_oneof![
                Just(json!({"type": "string"})),
                Just(json!({"enum": ["", "x", "ä"]})),
                Just(json!({"type": "string", "pattern": "^x"})),
            ]).prop_map(|(mut one, other)| {
                let both = one.as_object_mut().zip(other.as_object());
                if let Some((one, other)) = both {
                    one.extend(other.clone());
                }
                one
            }),
            // Keywords side by side.
            3 => (inner.clone(), inner).prop_map(|(one, other)| match (one, other) {
                (Value::Object(mut one), Value::Object(other)) => {
                    one.extend(other);
                    Value::Object(one)
                }
                (one, _) => one,
            }),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn gate_and_validator_never_contradict_each_other(
        root in subschema(),
        definitions in prop::collection::vec(subschema(), 3),
        instances in prop::collection::vec(instance(), 12),
    ) {
        let mut document = match root {
            Value::Object(root) => root,
            other => json!({"allOf": [other]}).as_object().cloned().unwrap_or_default(),
        };
        let definitions: serde_json::Map<String, Value> = (0..)
            .zip(definitions)
            .map(|(number, schema)| (format!("d{number}"), schema))
            .collect();
        document.insert("$defs".into(), definitions.into());
        let document = Value::Object(document);
        if let Some(schema) = schema(&document) {
            for instance in instances {
                assert_agreement(&document, &schema, &instance.to_string());
            }
        }
    }

    /// Every word, and what is none, with every branch that members can decide.
    #[test]
    fn conditions_in_groups_are_decided_alike(
        parts in prop::collection::vec(conditional(grouped()), 1..3)
    ) {
        let document = json!({"type": "object", "allOf": parts});
        let compiled = schema(&document).expect("the schema is sound");
        let words = WORDS.iter().map(|word| Some(json!(word)));
        for value in words.chain([None, Some(json!(1)), Some(json!("other"))]) {
            for others in [json!({}), json!({"b": 1}), json!({"b": 1, "c": 1, "a-longer-name": 1})] {
                let mut instance = others;
                if let Some(value) = &value {
                    instance["a"] = value.clone();
                }
                let answer = assert_agreement(&document, &compiled, &instance.to_string());
                prop_assert!(
                    matches!(answer, Some(Answer::Yes | Answer::No)),
                    "{document}"
                );
            }
        }
    }
}
