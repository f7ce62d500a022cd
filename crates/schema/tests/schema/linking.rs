//! Documents that refer to one another, and what is said where they can't be linked.

use treatise_schema::{Draft, Library};

use crate::judge::{Reading, assert_verdicts, compile, refusal, schema_of};

#[test]
fn documents_refer_to_each_other_by_place_and_by_id() {
    let documents = [
        (
            "schemas/a.json",
            r#"{"properties": {"b": {"$ref": "b.json#/$defs/x"}, "c": {"$ref": "urn:example:c"},
                               "d": {"$ref": "parts/d.json"}, "e": {"$ref": "bag.json#/schemas/e"}}}"#,
        ),
        ("schemas/b.json", r#"{"$defs": {"x": {"type": "integer"}}}"#),
        (
            "schemas/elsewhere.json",
            r#"{"$id": "urn:example:c", "type": "string"}"#,
        ),
        ("schemas/parts/d.json", r#"{"$ref": "../b.json#/$defs/x"}"#),
        (
            "schemas/bag.json",
            r##"{"schemas": {"e": {"$ref": "#/schemas/f"}, "f": {"type": "null"}}}"##,
        ),
    ];
    assert_verdicts(
        &schema_of(&documents, Reading::LENIENT),
        &[r#"{"b": 1, "c": "x", "d": 1, "e": null}"#],
        &[
            r#"{"b": "x"}"#,
            r#"{"c": 1}"#,
            r#"{"d": "x"}"#,
            r#"{"e": 1}"#,
        ],
    );
}

#[test]
fn a_reference_from_a_place_that_only_a_reference_makes_a_schema_is_missed() {
    let mut files = treatise_report::Files::new();
    let mut library = Library::lenient(Draft::Draft202012);
    let text = r##"{"$ref": "#/parts/a", "parts": {"a": {"items": {"$ref": "b.json"}},
                    "unused": {"$ref": "c.json"}}}"##;
    let uri = Library::uri_of_path("a.json");
    let findings = library.add(files.add("a.json".as_ref()), &uri, text.as_bytes());
    assert!(findings.is_empty());
    assert_eq!(library.missing(), ["dataset:///b.json"]);
}

#[test]
fn what_a_new_document_refers_to_is_missed_once() {
    let mut files = treatise_report::Files::new();
    let mut library = Library::lenient(Draft::Draft202012);
    let mut tried = std::collections::BTreeSet::new();
    // What `b.json` refers to is a schema for no other reason than that `a.json` refers to it.
    for (path, text, missing) in [
        (
            "a.json",
            r#"{"$ref": "b.json#/parts/x", "items": {"$ref": "none.json"}}"#,
            &["b.json", "none.json"][..],
        ),
        (
            "b.json",
            r#"{"parts": {"x": {"$ref": "c.json"}}}"#,
            &["c.json"],
        ),
        (
            "c.json",
            r#"{"$id": "https://example.org/c", "items": {"$ref": "d.json"}}"#,
            &["d.json"],
        ),
        ("d.json", r#"{"$ref": "none.json"}"#, &[]),
    ] {
        let uri = Library::uri_of_path(path);
        library.add(files.add(path.as_ref()), &uri, text.as_bytes());
        let found = library.missing_paths(&mut tried).into_iter();
        assert_eq!(
            found.map(|(_, path)| path).collect::<Vec<_>>(),
            missing,
            "{path}"
        );
    }
}

#[test]
fn a_meta_schema_of_ones_own_decides_which_keywords_count() {
    let meta = (
        "https://example.org/meta",
        r#"{"$id": "https://example.org/meta", "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$vocabulary": {"https://json-schema.org/draft/2020-12/vocab/core": true,
                            "https://json-schema.org/draft/2020-12/vocab/applicator": true},
            "$dynamicAnchor": "meta", "properties": {"title": {"type": "string", "minLength": 3}}}"#,
    );
    let plain = (
        "schema.json",
        r#"{"$schema": "https://example.org/meta", "type": "integer",
                                    "properties": {"a": false}}"#,
    );
    // The vocabulary of assertions is not among them, so `type` says nothing.
    assert_verdicts(
        &schema_of(&[plain, meta], Reading::LENIENT),
        &["\"text\"", "{}"],
        &[r#"{"a": 1}"#],
    );
    let refused = (
        "schema.json",
        r#"{"$schema": "https://example.org/meta", "title": "t"}"#,
    );
    insta::assert_debug_snapshot!(refusal(&[refused, meta], Reading::LENIENT));
    insta::assert_debug_snapshot!(refusal(&[plain], Reading::LENIENT));
}

#[test]
fn a_meta_schema_of_a_draft_is_a_schema_like_any_other() {
    let draft_7 = referencing::meta::DRAFT7.to_string();
    assert_verdicts(
        &schema_of(&[("draft-07.json", &draft_7)], Reading::LENIENT),
        &[r#"{"type": "string"}"#, "true"],
        &[r#"{"type": "strnig"}"#, "1"],
    );
    assert_verdicts(
        &schema_of(
            &[(
                "schema.json",
                r#"{"$ref": "http://json-schema.org/draft-07/schema#"}"#,
            )],
            Reading::LENIENT,
        ),
        &[r#"{"minLength": 1}"#],
        &[r#"{"minLength": -1}"#],
    );
}

#[test]
fn documents_that_nothing_leads_to_are_dropped_on_request() {
    let mut files = treatise_report::Files::new();
    let mut library = Library::lenient(Draft::Draft202012);
    for (uri, text) in [
        ("https://example.org/a", r#"{"$ref": "b"}"#),
        (
            "https://example.org/b",
            r#"{"$schema": "https://example.org/meta"}"#,
        ),
        ("https://example.org/meta", "true"),
        ("https://example.org/c", r#"{"$ref": "nowhere", "type": 3}"#),
    ] {
        library.add(files.add(uri.as_ref()), uri, text.as_bytes());
    }
    library.keep_reachable_from("https://example.org/a");
    let kept = ["a", "b", "c", "meta"]
        .map(|name| library.contains(&format!("https://example.org/{name}")));
    assert_eq!(kept, [true, true, false, true]);
    assert!(library.missing().is_empty());
}

#[test]
fn what_can_not_be_linked_is_said_at_its_place() {
    let refusals: Vec<_> = [
        r#"{"$ref": "other.json"}"#,
        r#"{"$ref": "http://example.org/a.json"}"#,
        r#"{"$ref": "file:///etc/passwd"}"#,
        r##"{"$ref": "#/$defs/a"}"##,
        r##"{"items": {"$ref": "#anchor"}}"##,
        r##"{"$dynamicRef": "#anchor"}"##,
        r#"{"$ref": "http://[broken"}"#,
        r##"{"$ref": "#/$defs/Map<a b>"}"##,
        r##"{"$ref": "#/items", "items": [{}]}"##,
        r#"{"$ref": 5}"#,
        r#"{"$schema": "https://example.org/unknown"}"#,
        r#"{"$schema": "http://json-schema.org/draft-99/schema#"}"#,
        r#"{"$schema": "http://json-schema-org/draft-07/schema#"}"#,
        r#"{"$id": 5}"#,
        r#"{"$id": "http://[broken"}"#,
        r#"{"type": "strnig"}"#,
        r#"{"required": "name"}"#,
        r#"{"multipleOf": 0}"#,
        r#"{"minLength": -1}"#,
        r#"{"properties": {"a": {"items": 5}}}"#,
        r#"{"enum": []}"#,
        r#"{"pattern": "(?:(?=x)){2}y"}"#,
        r#"{"pattern": "(a)\\1"}"#,
        r#"{"pattern": "("}"#,
        r#"{"patternProperties": {"(x)\\1": true}}"#,
        r#"{"pattern": "(\\w{1,100}){1,100}"}"#,
        "5",
        "[]",
    ]
    .into_iter()
    .map(|text| (text, refusal_or_nothing(text)))
    .collect();
    insta::assert_debug_snapshot!(refusals);
}

#[test]
fn a_pattern_that_others_refuse_is_named_and_read_where_it_comes_from_elsewhere() {
    let text =
        r#"{"$schema": "http://json-schema.org/draft-07/schema#", "pattern": "^[a-z]{2}]?$"}"#;
    insta::assert_debug_snapshot!(refusal_or_nothing(text));
    insta::assert_debug_snapshot!(refusal(&[("schema.json", text)], Reading::STRICT));
}

fn refusal_or_nothing(text: &str) -> Vec<String> {
    match compile(&[("schema.json", text)], Reading::LENIENT) {
        Err(findings) => findings,
        Ok((_, warnings)) => [vec!["accepted".to_owned()], warnings].concat(),
    }
}

#[test]
fn two_schemas_may_not_have_one_id() {
    let same = r##"{"$ref": "#/$defs/a", "$defs": {"a": {"$id": "https://example.org/x", "type": "integer"},
                                                "b": {"$id": "https://example.org/x", "type": "string"}}}"##;
    insta::assert_debug_snapshot!(refusal_or_nothing(same));
    let stolen = r#"{"$id": "https://json-schema.org/draft/2020-12/schema", "type": "integer"}"#;
    insta::assert_debug_snapshot!(refusal_or_nothing(stolen));
}
