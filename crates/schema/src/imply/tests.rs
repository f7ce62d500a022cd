//! Proofs that people would make, and none that is wrong.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::Work;

fn implies_all(fact: &Value, goal: &Value) -> bool {
    super::implies_all(&Work::default(), fact, goal)
}

/// Whether each of two schemas is proved to allow all that the other one allows.
fn proved(one: &Value, other: &Value) -> (bool, bool) {
    (implies_all(one, other), implies_all(other, one))
}

#[test]
fn regrouped_conditions_are_the_same() {
    let demand =
        |kind: &str| json!({"required": [kind], "properties": {kind: {"pattern": "^x+$"}}});
    let rule = |kind: &str| {
        json!({
            "if": {"required": ["kind"], "properties": {"kind": {"const": kind}}},
            "then": demand(kind),
        })
    };
    let flat = json!({"type": "object", "allOf": [rule("a"), rule("b"), rule("c")]});
    let inner =
        |kind: &str| json!({"if": {"properties": {"kind": {"const": kind}}}, "then": demand(kind)});
    let group = |kinds: &[&str]| {
        let rules: Vec<_> = kinds.iter().map(|kind| inner(kind)).collect();
        json!({"if": {"properties": {"kind": {"enum": kinds}}}, "then": {"allOf": rules}})
    };
    let nested = json!({
        "type": "object",
        "allOf": [{
            "if": {"required": ["kind"]},
            "then": {"allOf": [group(&["a", "b"]), group(&["c"])]},
        }],
    });
    assert_eq!(proved(&flat, &nested), (true, true));
    let fewer = json!({"type": "object", "allOf": [rule("a"), rule("c")]});
    assert_eq!(proved(&nested, &fewer), (true, false));
}

#[test]
fn each_keyword_is_compared() {
    for (tight, loose) in [
        (json!({"minimum": 3}), json!({"minimum": 2.5})),
        (json!({"maxLength": 3}), json!({"maxLength": 4})),
        (
            json!({"type": "integer"}),
            json!({"type": ["number", "null"]}),
        ),
        (json!({"const": "a"}), json!({"enum": ["b", "a"]})),
        (json!({"const": "ab"}), json!({"pattern": "^a"})),
        (json!({"enum": ["a", "b"]}), json!({"type": "string"})),
        (json!({"required": ["b", "a"]}), json!({"required": ["a"]})),
        (
            json!({"properties": {"a": {"minimum": 2}}}),
            json!({"properties": {"a": {"minimum": 1}}}),
        ),
        (
            json!({"additionalProperties": false, "properties": {"a": true}}),
            json!({"additionalProperties": {"type": "string"}, "properties": {"a": true, "b": true}}),
        ),
        (
            json!({"items": {"minimum": 2}, "contains": {"maximum": 5}}),
            json!({"contains": {"minimum": 1, "maximum": 5}}),
        ),
        (
            json!({"contains": {"const": 1}, "minContains": 2}),
            json!({"contains": {"const": 1}}),
        ),
        (json!({"uniqueItems": true}), json!({"uniqueItems": false})),
        (
            json!({"allOf": [{"minimum": 1}, {"maximum": 2}]}),
            json!({"minimum": 1, "maximum": 3}),
        ),
        (
            json!({"anyOf": [{"const": 1}, {"const": 2}]}),
            json!({"anyOf": [{"minimum": 0}]}),
        ),
        (
            json!({"not": {"minimum": 1}}),
            json!({"not": {"minimum": 2}}),
        ),
        (
            json!({"dependentRequired": {"a": ["b", "c"]}}),
            json!({"dependentRequired": {"a": ["c"]}}),
        ),
        (
            json!({"if": {"minimum": 1}, "then": {"maximum": 5}}),
            json!({"if": {"minimum": 2}, "then": {"maximum": 6}}),
        ),
        (
            json!({"if": {"const": 1}, "else": {"type": "string"}}),
            json!({"anyOf": [{"const": 1}, {"type": "string"}, {"type": "null"}]}),
        ),
        (json!(false), json!({"minimum": 1})),
        (json!({"pattern": "a"}), json!(true)),
    ] {
        let (forth, back) = proved(&tight, &loose);
        // What follows from an `else` needs a case for each side of its condition.
        let is_split = tight.get("else").is_some();
        assert_eq!(
            (forth || is_split, back),
            (true, tight == loose),
            "{tight} {loose}"
        );
    }
}

#[test]
fn what_depends_on_others_is_not_taken_alone() {
    for (one, other) in [
        // The member is named in one of them, and so is none of the others.
        (
            json!({"additionalProperties": false}),
            json!({"additionalProperties": false, "patternProperties": {"^x": true}}),
        ),
        (
            json!({"contains": {"const": 1}, "minContains": 2}),
            json!({"contains": {"const": 1}, "minContains": 3}),
        ),
        (
            json!({"contains": {"const": 1}, "maxContains": 2}),
            json!({"contains": {"minimum": 1}, "maxContains": 2}),
        ),
        (
            json!({"prefixItems": [{"const": 1}], "items": false}),
            json!({"prefixItems": [{"const": 1}, true], "items": false}),
        ),
        (
            json!({"properties": {"a": {"$ref": "#/$defs/x"}}}),
            json!({"properties": {"a": {"$ref": "#/$defs/x"}}, "minProperties": 1}),
        ),
        (
            json!({"unevaluatedProperties": false}),
            json!({"properties": {"a": true}, "unevaluatedProperties": false}),
        ),
    ] {
        let (forth, back) = proved(&one, &other);
        assert!(!(forth && back), "{one} {other}");
    }
    let widened = json!({"additionalProperties": false, "patternProperties": {"^x": true}});
    assert!(!implies_all(
        &widened,
        &json!({"additionalProperties": false})
    ));
}

/// Schemas about small values, so that values that tell them apart are met.
fn schema() -> impl Strategy<Value = Value> {
    let number = || 0..4_i32;
    let name = || prop::sample::select(vec!["a", "b"]);
    let word = || prop::sample::select(vec!["x", "y"]);
    let leaf = prop_oneof![
        Just(json!({})),
        any::<bool>().prop_map(Value::Bool),
        prop::sample::select(vec![
            "object", "array", "string", "integer", "number", "null"
        ])
        .prop_map(|name| json!({"type": name})),
        word().prop_map(|word| json!({"const": word})),
        number().prop_map(|number| json!({"enum": [number, "x"]})),
        number().prop_map(|number| json!({"minimum": number})),
        number().prop_map(|number| json!({"maximum": number})),
        number().prop_map(|number| json!({"exclusiveMinimum": number})),
        number().prop_map(|number| json!({"minItems": number})),
        word().prop_map(|word| json!({"pattern": format!("^{word}")})),
        name().prop_map(|name| json!({"required": [name]})),
        Just(json!({"dependentRequired": {"a": ["b"]}})),
    ];
    leaf.prop_recursive(3, 16, 3, move |inner| {
        let two = move || prop::collection::vec(inner.clone(), 1..3);
        prop_oneof![
            two().prop_map(|all| json!({"allOf": all})),
            two().prop_map(|all| json!({"anyOf": all})),
            two().prop_map(|all| json!({"oneOf": all})),
            two().prop_map(|all| json!({"not": all[0]})),
            two().prop_map(|all| json!({"items": all[0]})),
            two().prop_map(|all| json!({"contains": all[0]})),
            two().prop_map(|all| json!({"properties": {"a": all[0]}, "additionalProperties": all[all.len() - 1]})),
            two().prop_map(|all| json!({"patternProperties": {"^b": all[0]}, "additionalProperties": all[all.len() - 1]})),
            two().prop_map(|all| json!({"if": all[0], "then": all[all.len() - 1]})),
            two().prop_map(|all| json!({"if": all[0], "else": all[all.len() - 1]})),
            two().prop_map(|all| json!({"type": "object", "required": ["a"], "properties": {"a": all[0]}})),
            two().prop_map(|all| json!({"dependentSchemas": {"a": all[0]}})),
            two().prop_map(|all| json!({"prefixItems": [all[0]], "items": all[all.len() - 1]})),
        ]
    })
}

/// All small values.
fn values() -> Vec<Value> {
    let scalars = vec![
        json!(null),
        json!(true),
        json!("x"),
        json!("y"),
        json!(""),
        json!(0),
        json!(1),
        json!(1.5),
        json!(2),
        json!(3),
        json!(4),
    ];
    let mut values = vec![json!([]), json!({})];
    for one in &scalars {
        values.push(json!([one]));
        values.push(json!({"a": one}));
        values.push(json!({"b": one}));
        for other in &scalars {
            values.push(json!([one, other]));
            values.push(json!({"a": one, "b": other}));
        }
        values.push(json!({"a": {"a": one}}));
        values.push(json!({"a": [one]}));
        values.push(json!([[one]]));
        values.push(json!({"c": one, "bb": one}));
    }
    values.extend(scalars);
    values
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 200,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn no_proof_is_wrong(fact in schema(), other in schema(), more in schema()) {
        let both = json!({"allOf": [other, fact]});
        let within = json!({"if": other, "then": {"allOf": [fact, more]}});
        let pairs = [(&fact, &other), (&both, &fact), (&both, &within), (&within, &fact), (&within, &both)];
        for (fact, goal) in pairs {
            if !implies_all(fact, goal) {
                continue;
            }
            let validator = |schema| jsonschema::validator_for(schema).expect("it is a schema");
            let (fact_validator, goal_validator) = (validator(fact), validator(goal));
            for value in values() {
                prop_assert!(
                    !fact_validator.is_valid(&value) || goal_validator.is_valid(&value),
                    "{} is allowed by {} and not by {}", value, fact, goal
                );
            }
        }
    }

    #[test]
    fn a_schema_follows_from_itself_and_more(fact in schema(), other in schema()) {
        prop_assert!(implies_all(&fact, &fact));
        let both = json!({"allOf": [other, fact]});
        prop_assert!(implies_all(&both, &fact), "{}", both);
    }
}
