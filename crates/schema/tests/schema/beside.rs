//! What two versions of a schema allow where keywords stand beside a reference.

use serde_json::{Value, json};

use crate::judge::schema;

/// Where a member differs that refers to `target`, with what stands beside the reference.
fn told(target: &Value, old: &Value, new: &Value) -> String {
    let around = |beside: &Value| {
        let mut member = json!({ "$ref": "#/$defs/target" });
        for (keyword, value) in beside.as_object().expect("keywords stand in an object") {
            member[keyword] = value.clone();
        }
        let schema = json!({"properties": {"p": member}, "$defs": {"target": target}});
        schema.to_string()
    };
    let (old, new) = (schema(&around(old)), schema(&around(new)));
    let differences = old.differences(&new);
    let told = differences.iter().map(|difference| {
        let pointer = difference.pointer.strip_prefix("/properties/p");
        let place = pointer.expect("nothing else differs");
        format!("{place} {:?}", difference.relation)
    });
    told.collect::<Vec<_>>().join(", ")
}

#[test]
fn what_stands_beside_a_reference_is_compared_apart_from_what_it_leads_to() {
    let text = json!({"type": "string", "pattern": "^[a-z]*$", "maxLength": 100});
    let list = json!({"type": "array", "items": {"type": "string"}, "contains": {"const": "a"}});
    let object = json!({
        "properties": {"a": {"type": "string"}},
        "allOf": [{"required": ["a"]}],
        "if": {"required": ["b"]},
        "then": {"required": ["c"]},
    });
    let none = json!({});
    for (target, narrow, wide, place) in [
        (
            &text,
            json!({"maxLength": 10}),
            json!({"maxLength": 50}),
            "",
        ),
        (
            &text,
            json!({"maxLength": 10}),
            json!({"maxLength": 200}),
            "",
        ),
        (&text, json!({"maxLength": 10}), none.clone(), ""),
        (&text, json!({"pattern": "^a"}), none.clone(), ""),
        (
            &object,
            json!({"properties": {"a": {"maxLength": 3}}}),
            json!({"properties": {"a": {"maxLength": 5}}}),
            "/properties/a",
        ),
        (
            &object,
            json!({"properties": {"a": {"maxLength": 3}}}),
            none.clone(),
            "",
        ),
        (
            &object,
            json!({"properties": {"a": {"const": "x"}}}),
            json!({"properties": {}}),
            "/properties/a",
        ),
        (
            &object,
            json!({"allOf": [{"minProperties": 3}]}),
            json!({"allOf": [{"minProperties": 2}]}),
            "/allOf/0",
        ),
        (
            &object,
            json!({"allOf": [{"minProperties": 3}]}),
            none.clone(),
            "/allOf/0",
        ),
        (
            &object,
            json!({"if": {"required": ["d"]}, "then": {"required": ["e"]}}),
            json!({"if": {"required": ["d"]}, "then": true}),
            "",
        ),
        (
            &object,
            json!({"if": {"required": ["d"]}, "then": {"required": ["e"]}}),
            none.clone(),
            "",
        ),
        (
            &list,
            json!({"items": {"maxLength": 3}}),
            json!({"items": {"maxLength": 5}}),
            "/items",
        ),
        (&list, json!({"items": {"maxLength": 3}}), none.clone(), ""),
        (&list, json!({"contains": {"const": "b"}}), none.clone(), ""),
        (
            &list,
            json!({"contains": {"const": "b"}, "minContains": 2}),
            json!({"contains": {"const": "b"}}),
            "",
        ),
        (
            &json!(true),
            json!({"maxLength": 3}),
            json!({"maxLength": 5}),
            "",
        ),
        (&json!(true), json!({"maxLength": 3}), none.clone(), ""),
    ] {
        assert_eq!(
            told(target, &narrow, &wide),
            format!("{place} Wider"),
            "{narrow} {wide}"
        );
        assert_eq!(
            told(target, &wide, &narrow),
            format!("{place} Narrower"),
            "{wide} {narrow}"
        );
    }
}

#[test]
fn what_the_target_demands_anyway_is_no_difference_of_what_is_allowed() {
    let text = json!({"type": "string", "maxLength": 100});
    let (one, other) = (json!({"maxLength": 150}), json!({"maxLength": 200}));
    assert_eq!(told(&text, &one, &other), " Same");
    assert_eq!(told(&text, &other, &one), " Same");
    assert_eq!(told(&text, &one, &json!({})), " Same");
    assert_eq!(told(&text, &json!({}), &one), " Same");
    assert_eq!(told(&text, &one, &one), "");
}

#[test]
fn a_member_that_is_named_elsewhere_too_is_compared() {
    let differences = |old: &Value, new: &Value| {
        let (old, new) = (schema(&old.to_string()), schema(&new.to_string()));
        let found = old.differences(&new);
        let told = found
            .iter()
            .map(|found| format!("{} {:?}", found.pointer, found.relation));
        told.collect::<Vec<_>>().join(", ")
    };
    let with = |members: Value, others: Value| {
        json!({
            "properties": members,
            "additionalProperties": others,
            "allOf": [{"properties": {"a": {"type": "string"}}}],
        })
    };
    let (short, none) = (json!({"a": {"maxLength": 3}}), json!({}));
    let open = [
        with(short.clone(), json!(true)),
        with(none.clone(), json!(true)),
    ];
    assert_eq!(differences(&open[0], &open[1]), "/properties/a Wider");
    assert_eq!(differences(&open[1], &open[0]), "/properties/a Narrower");
    // Where no others are allowed, naming it is what lets it come.
    let closed = [with(short, json!(false)), with(none, json!(false))];
    assert_eq!(
        differences(&closed[0], &closed[1]),
        "/properties/a Narrower"
    );
    assert_eq!(differences(&closed[1], &closed[0]), "/properties/a Wider");
}
