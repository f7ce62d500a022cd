//! Schemas and documents that want to exhaust time, memory or the stack.
//!
//! Nothing here measures time: without the limits these tests would not end, or abort.

use std::fmt::Write as _;

use treatise_schema::{Schema, Verdict, WorkLimit};
use treatise_source::{Limits, Parser};

use crate::judge::{Reading, assert_verdicts, compile, judge, refusal, schema};

/// Runs the verdict and the explanation on one pool, and tells what came of each.
fn judge_and_explain(schema: &Schema, text: &str) -> (Verdict, Option<usize>) {
    let mut parser = Parser::new();
    let parsed = parser.parse(text, Limits::default());
    let work = WorkLimit::default();
    let verdict = schema.judge(&parsed.tree, &work);
    let explained = schema.explain(&parsed.tree, &work);
    (verdict, explained.map(|violations| violations.len()))
}

fn nested(depth: usize, open: &str, innermost: &str, close: &str) -> String {
    format!("{}{innermost}{}", open.repeat(depth), close.repeat(depth))
}

/// `d0` to `d{length}`, each made by `link` from the name of the next; the last allows `last`.
fn chain(length: usize, last: &str, link: impl Fn(&str) -> String) -> String {
    let mut definitions = String::new();
    for number in 0..length {
        let next = format!("#/$defs/d{}", number + 1);
        let _ = write!(definitions, r#""d{number}": {}, "#, link(&next));
    }
    format!(r##"{{"$ref": "#/$defs/d0", "$defs": {{{definitions} "d{length}": {last}}}}}"##)
}

#[test]
fn alternatives_that_are_the_schema_itself_end() {
    let schema = schema(r##"{"anyOf": [{"$ref": "#"}, {"$ref": "#"}], "type": "object"}"##);
    assert_eq!(judge(&schema, "{}"), Verdict::Valid);
    assert_eq!(judge(&schema, "1"), Verdict::Invalid);
}

#[test]
fn alternatives_that_double_at_every_level_of_a_document_end() {
    let schema = schema(
        r##"{"type": ["object", "integer"],
            "anyOf": [{"properties": {"a": {"$ref": "#"}}}, {"properties": {"a": {"$ref": "#"}}}]}"##,
    );
    let sound = nested(120, r#"{"a": "#, "1", "}");
    assert_eq!(
        judge_and_explain(&schema, &sound),
        (Verdict::Valid, Some(0))
    );
    let broken = nested(120, r#"{"a": "#, "null", "}");
    // The verdict remembers what it has seen; there would be 2^120 reasons, so one says that.
    assert_eq!(
        judge_and_explain(&schema, &broken),
        (Verdict::Invalid, Some(1))
    );
    let told = crate::judge::explain(&schema, &broken);
    insta::assert_snapshot!(told);
}

#[test]
fn mutually_recursive_alternatives_end() {
    let schema = schema(
        r##"{"$ref": "#/$defs/a", "$defs": {
            "a": {"oneOf": [{"properties": {"x": {"$ref": "#/$defs/b"}}, "required": ["x"]},
                            {"properties": {"x": {"$ref": "#/$defs/b"}, "y": true}, "required": ["x"]},
                            {"const": 1}]},
            "b": {"anyOf": [{"$ref": "#/$defs/a"}, {"allOf": [{"$ref": "#/$defs/a"}, {"$ref": "#/$defs/a"}]}]}}}"##,
    );
    let text = nested(120, r#"{"x": "#, "null", "}");
    assert_eq!(
        judge_and_explain(&schema, &text),
        (Verdict::Invalid, Some(1))
    );
}

#[test]
fn references_that_double_at_one_value_are_refused() {
    let text = chain(40, "true", |next| {
        format!(r#"{{"allOf": [{{"$ref": "{next}"}}, {{"$ref": "{next}"}}]}}"#)
    });
    let said = refusal(&[("schema.json", &text)], Reading::LENIENT);
    insta::assert_debug_snapshot!(said);
}

#[test]
fn references_that_double_through_members_end() {
    let text = chain(40, r#"{"type": "integer"}"#, |next| {
        format!(
            r#"{{"allOf": [{{"properties": {{"a": {{"$ref": "{next}"}}}}}},
                           {{"properties": {{"a": {{"$ref": "{next}"}}}}}}]}}"#
        )
    });
    let schema = schema(&text);
    let sound = nested(40, r#"{"a": "#, "1", "}");
    // Each of the 2^40 ways is another schema, so that no verdict can be used again.
    assert_eq!(judge_and_explain(&schema, &sound), (Verdict::GivenUp, None));
    let few = nested(5, r#"{"a": "#, "null", "}");
    assert_eq!(judge_and_explain(&schema, &few), (Verdict::Valid, Some(0)));
}

#[test]
fn one_pool_serves_all_documents_of_a_run() {
    let schema = schema(
        r##"{"type": ["object", "integer"],
            "anyOf": [{"properties": {"a": {"$ref": "#"}}}, {"properties": {"a": {"$ref": "#"}}}]}"##,
    );
    let text = nested(120, r#"{"a": "#, "null", "}");
    let mut parser = Parser::new();
    let parsed = parser.parse(&text, Limits::default());
    let work = WorkLimit::default();
    // The first drains the pool; the others cost no more than their own allowance.
    for _ in 0..200 {
        let explained = schema.explain(&parsed.tree, &work);
        assert!(explained.is_some_and(|violations| violations.len() == 1));
    }
    let mut parser = Parser::new();
    let ordinary = parser.parse(r#"{"a": {"a": null}}"#, Limits::default());
    assert_eq!(schema.judge(&ordinary.tree, &work), Verdict::Invalid);
    let explained = schema.explain(&ordinary.tree, &work).expect("it is small");
    assert_eq!(explained[0].pointer.as_str(), "/a/a");
}

#[test]
fn patterns_that_look_around_end() {
    const COSTLY: &str = "^(?=a)(?:a|a(?=a)|aa)*$";
    let sound = "a".repeat(20);
    let costly = format!("{}b", "a".repeat(80));
    let of_text = schema(&format!(r#"{{"pattern": "{COSTLY}"}}"#));
    let of_names = schema(&format!(
        r#"{{"patternProperties": {{"{COSTLY}": false}}}}"#
    ));
    let of_each_name = schema(&format!(
        r#"{{"propertyNames": {{"not": {{"pattern": "{COSTLY}"}}}}}}"#
    ));
    for (schema, text, verdict) in [
        (&of_text, format!(r#""{sound}""#), Verdict::Valid),
        (&of_text, r#""ba""#.to_owned(), Verdict::Invalid),
        (&of_text, format!(r#""{costly}""#), Verdict::GivenUp),
        (&of_names, r#"{"ba": 1}"#.to_owned(), Verdict::Valid),
        (&of_names, format!(r#"{{"{sound}": 1}}"#), Verdict::Invalid),
        (
            &of_names,
            format!(r#"[{{"{costly}": 1}}]"#),
            Verdict::GivenUp,
        ),
        (&of_each_name, r#"{"ba": 1}"#.to_owned(), Verdict::Valid),
        (
            &of_each_name,
            format!(r#"{{"{sound}": 1}}"#),
            Verdict::Invalid,
        ),
        (
            &of_each_name,
            format!(r#"{{"{costly}": 1}}"#),
            Verdict::GivenUp,
        ),
    ] {
        let explained = match verdict {
            Verdict::Valid => Some(0),
            Verdict::Invalid => Some(1),
            Verdict::GivenUp => None,
        };
        assert_eq!(
            judge_and_explain(schema, &text),
            (verdict, explained),
            "{text}"
        );
    }
}

#[test]
fn patterns_that_look_around_share_one_pool() {
    let schema = schema(r#"{"items": {"pattern": "^(?=a)(?:a|a(?=a)|aa)*$"}}"#);
    let costly: Vec<_> = (0..1_000)
        .map(|number| format!(r#""{}b{number}""#, "a".repeat(80)))
        .collect();
    let text = format!("[{}]", costly.join(","));
    assert_eq!(judge_and_explain(&schema, &text), (Verdict::GivenUp, None));
}

#[test]
fn dynamic_references_in_a_circle_end() {
    let schema = schema(
        r##"{"$dynamicAnchor": "n", "anyOf": [{"$dynamicRef": "#n"}, {"$dynamicRef": "#n"}],
            "properties": {"a": {"$dynamicRef": "#n"}}, "type": ["object", "integer"]}"##,
    );
    let text = nested(120, r#"{"a": "#, "null", "}");
    assert_ne!(judge_and_explain(&schema, &text).0, Verdict::Valid);
    assert_eq!(judge(&schema, "1"), Verdict::Valid);
}

#[test]
fn references_in_a_circle_end() {
    let schema = schema(
        r##"{"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}}"##,
    );
    assert_eq!(judge(&schema, "{}"), Verdict::Valid);
}

#[test]
fn a_chain_of_references_that_would_exhaust_the_stack_is_refused() {
    let text = chain(20_000, "true", |next| format!(r#"{{"$ref": "{next}"}}"#));
    let said = refusal(&[("schema.json", &text)], Reading::LENIENT);
    insta::assert_debug_snapshot!(said);
    let text = chain(300, r#"{"type": "integer"}"#, |next| {
        format!(r#"{{"$ref": "{next}"}}"#)
    });
    assert_verdicts(&schema(&text), &["1"], &["null"]);
}

#[test]
fn a_chain_of_references_through_members_is_compiled() {
    let text = chain(5_000, r#"{"type": "integer"}"#, |next| {
        format!(r#"{{"properties": {{"a": {{"$ref": "{next}"}}}}}}"#)
    });
    let schema = schema(&text);
    assert_eq!(judge(&schema, r#"{"a": {"a": 1}}"#), Verdict::Valid);
    assert!(!schema.fields().is_complete());
}

#[test]
fn a_schema_nested_too_deep_is_refused_and_one_at_the_limit_is_not() {
    let said = refusal(
        &[("schema.json", &nested(200, r#"{"not": "#, "{}", "}"))],
        Reading::LENIENT,
    );
    assert!(said[0].contains("too-deep"), "{said:?}");
    let deep = nested(
        60,
        r#"{"properties": {"a": "#,
        r#"{"type": "integer"}"#,
        "}}",
    );
    assert_verdicts(
        &schema(&deep),
        &[&nested(60, r#"{"a": "#, "1", "}")],
        &[&nested(60, r#"{"a": "#, "null", "}")],
    );
}

#[test]
fn a_huge_enumeration_is_searched_and_shown_in_part() {
    let values: Vec<String> = (0..50_000)
        .map(|number| format!(r#""value {number}""#))
        .collect();
    let schema = schema(&format!(
        r#"{{"items": {{"enum": [{}]}}}}"#,
        values.join(",")
    ));
    assert_eq!(judge(&schema, r#"["value 49999"]"#), Verdict::Valid);
    let told = crate::judge::explain(&schema, r#"["value 50000"]"#);
    assert!(told.len() < 1_000, "{} bytes are said", told.len());
}

#[test]
fn patterns_take_linear_time() {
    let schema = schema(
        r#"{"allOf": [{"pattern": "^(a+)+$"}, {"pattern": "^(a|aa)*$"}, {"pattern": "^(.*)*$"},
                     {"pattern": "(x+x+)+y|^a"}, {"pattern": "^(\\w+\\s?)*$"}, {"maxLength": 2000000}],
            "propertyNames": {"pattern": "^(a+)+$"}}"#,
    );
    let mebibyte = "a".repeat(1 << 20);
    assert_eq!(judge(&schema, &format!("\"{mebibyte}\"")), Verdict::Valid);
    assert_eq!(
        judge(&schema, &format!("\"{mebibyte}!\"")),
        Verdict::Invalid
    );
    assert_eq!(
        judge(&schema, &format!("{{\"{mebibyte}!\": 1}}")),
        Verdict::Invalid
    );
}

#[test]
fn patterns_over_the_limit_are_refused_at_their_place() {
    let said = refusal(
        &[(
            "schema.json",
            "{\"properties\": {\"a\":\n{\"pattern\": \"[a-z]{1,5000}{1,5000}\"}}}",
        )],
        Reading::LENIENT,
    );
    insta::assert_debug_snapshot!(said);
}

#[test]
fn thousands_of_patterns_share_what_memory_there_is() {
    let patterns: Vec<String> = (0..5_000)
        .map(|number| format!(r#""p{number}": {{"pattern": "^p{number}-[a-z]{{1,20}}$"}}"#))
        .collect();
    let schema = schema(&format!(r#"{{"properties": {{{}}}}}"#, patterns.join(",")));
    assert_verdicts(
        &schema,
        &[r#"{"p4999": "p4999-x"}"#],
        &[r#"{"p4999": "p4998-x"}"#],
    );
    let large: Vec<String> = (0..5_000)
        .map(|number| {
            format!(r#""p{number}": {{"pattern": "^p{number}(\\p{{L}}{{1,30}}){{1,9}}$"}}"#)
        })
        .collect();
    let text = format!(r#"{{"properties": {{{}}}}}"#, large.join(","));
    let said = refusal(&[("schema.json", &text)], Reading::LENIENT);
    assert_eq!(said.len(), 1_000, "the rest is only counted");
}

#[test]
fn elements_that_differ_late_are_compared_in_linear_time() {
    let schema = schema(r#"{"uniqueItems": true}"#);
    let objects: Vec<String> = (0..100_000)
        .map(|number| format!(r#"{{"a": [1, 2, {{"b": null}}], "number": {number}}}"#))
        .collect();
    let unique = format!("[{}]", objects.join(","));
    assert_eq!(judge(&schema, &unique), Verdict::Valid);
    let repeated = format!("[{}, {}]", objects.join(","), objects[0]);
    assert_eq!(judge(&schema, &repeated), Verdict::Invalid);
    let zeros: Vec<String> = (1..3_000)
        .map(|number| format!("0.{}", "0".repeat(number)))
        .collect();
    assert_eq!(
        judge(&schema, &format!("[{}]", zeros.join(","))),
        Verdict::Invalid
    );
}

#[test]
fn heavy_but_honest_schemas_pass() {
    let conditions: Vec<String> = (0..1_000)
        .map(|number| {
            format!(
                r#"{{"if": {{"properties": {{"kind": {{"const": "k{number}"}}}}, "required": ["kind"]}},
                     "then": {{"required": ["m{number}"]}}}}"#
            )
        })
        .collect();
    let schema = schema(&format!(r#"{{"allOf": [{}]}}"#, conditions.join(",")));
    assert_verdicts(
        &schema,
        &[r#"{"kind": "k500", "m500": 1}"#, r#"{"kind": "other"}"#],
        &[r#"{"kind": "k500"}"#],
    );
}

#[test]
fn a_choice_of_many_recursive_types_passes() {
    let definitions: Vec<String> = (0..150)
        .map(|number| {
            format!(
                r##""t{number}": {{"type": "object", "additionalProperties": false, "required": ["kind"],
                     "properties": {{"kind": {{"const": "t{number}"}}, "id": {{"type": "string"}},
                                     "parts": {{"type": "array", "items": {{"$ref": "#/$defs/any"}}}},
                                     "next": {{"$ref": "#/$defs/t{}"}}}}}}"##,
                (number + 1) % 150
            )
        })
        .collect();
    let branches: Vec<String> = (0..150)
        .map(|number| format!(r##"{{"$ref": "#/$defs/t{number}"}}"##))
        .collect();
    let schema = schema(&format!(
        r##"{{"$ref": "#/$defs/any", "$defs": {{"any": {{"oneOf": [{}]}}, {}}}}}"##,
        branches.join(","),
        definitions.join(",")
    ));
    let bundle = |innermost: &str| {
        let parts: Vec<String> = (0..200)
            .map(|number| {
                format!(
                    r#"{{"kind": "t{}", "parts": [{{"kind": "t7", "parts": [{innermost}]}}]}}"#,
                    number % 150
                )
            })
            .collect();
        format!(r#"{{"kind": "t3", "parts": [{}]}}"#, parts.join(","))
    };
    assert_eq!(
        judge(&schema, &bundle(r#"{"kind": "t9", "id": "x"}"#)),
        Verdict::Valid
    );
    let (verdict, _) = judge_and_explain(&schema, &bundle(r#"{"kind": "t9", "id": 1}"#));
    assert_eq!(verdict, Verdict::Invalid);
    let told = crate::judge::explain(
        &schema,
        r#"{"kind": "t3", "parts": [{"kind": "t9", "id": 1}]}"#,
    );
    insta::assert_snapshot!(told);
}

#[test]
fn a_document_of_a_million_small_values_is_judged() {
    let schema = schema(r#"{"items": {"type": "integer", "minimum": 0}}"#);
    let text = format!("[{}1]", "1,".repeat(400_000));
    assert_eq!(judge(&schema, &text), Verdict::Valid);
}

#[test]
fn unevaluated_members_behind_many_branches_end() {
    let branches: Vec<String> = (0..60)
        .map(|number| format!(r##"{{"properties": {{"p{number}": true, "a": {{"$ref": "#"}}}}}}"##))
        .collect();
    let text = format!(
        r#"{{"anyOf": [{}], "unevaluatedProperties": false}}"#,
        branches.join(",")
    );
    let (schema, _) = compile(&[("schema.json", &text)], Reading::LENIENT).expect("a legal schema");
    let document = nested(60, r#"{"a": "#, r#"{"z": 1}"#, "}");
    assert_ne!(judge_and_explain(&schema, &document).0, Verdict::Valid);
}

#[test]
fn many_failures_in_one_object_or_array_are_explained_in_linear_time_and_up_to_a_bound() {
    let schema = schema(
        r#"{"properties": {"wide": {"additionalProperties": {"type": "string"}},
                          "long": {"items": {"type": "string"}}}}"#,
    );
    let members: Vec<String> = (0..40_000)
        .map(|number| format!(r#""k{number}": 1"#))
        .collect();
    let text = format!(
        r#"{{"wide": {{{}}}, "long": [{}1]}}"#,
        members.join(","),
        "1,".repeat(40_000)
    );
    let (verdict, explained) = judge_and_explain(&schema, &text);
    assert_eq!(verdict, Verdict::Invalid);
    let count = explained.expect("the verdict is known");
    assert!(
        (20_000..80_000).contains(&count),
        "{count} failures are held"
    );
}

#[test]
fn a_schema_with_many_unknown_keywords_is_reported_in_part() {
    let keywords: Vec<String> = (0..50_000)
        .map(|number| format!(r#""k{number}": 1"#))
        .collect();
    let text = format!("{{{}}}", keywords.join(","));
    let said = refusal(&[("schema.json", &text)], Reading::STRICT);
    assert_eq!(said.len(), 1_000);
}
