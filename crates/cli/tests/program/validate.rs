//! `validate --schema`: any JSON, any schema, no manifest.

use std::process::Command;

use crate::run::{folder, run, run_with_input, write};

const SCHEMA: &str =
    r#"{"type": "object", "required": ["a"], "properties": {"a": {"format": "date"}}}"#;

#[test]
fn files_are_held_against_a_schema() {
    let here = folder(&[
        ("s.json", SCHEMA),
        ("good.json", r#"{"a": "2026-11-22"}"#),
        ("bad.json", "{}"),
        ("broken.json", "{"),
        ("lines.ndjson", "{\"a\": 1}\n\n{}\n"),
        ("more.jsonl", "{\"a\": 1}\n"),
    ]);
    let validate = |files: &[&str]| {
        run(
            here.path(),
            &[
                &["validate", "--format", "short", "--schema", "s.json"],
                files,
            ]
            .concat(),
        )
    };
    let missing = "error[schema-violation]: the member `a` is missing\n";
    validate(&["good.json"]).expect(0, "", "checked 1 record in 1 file, T s: no findings\n");
    let bad = format!("bad.json:1:1: {missing}lines.ndjson:3:1: {missing}");
    let summary = "checked 5 records in 4 files, T s: 2 errors\n";
    validate(&["good.json", "bad.json", "lines.ndjson", "more.jsonl"]).expect(1, &bad, summary);
    let broken = "broken.json:1:2: error[invalid-json]: the document ends before this is closed\n";
    validate(&["-q", "broken.json"]).expect(1, broken, "");
    validate(&["--ndjson", "-q", "bad.json"]).expect(1, &format!("bad.json:1:1: {missing}"), "");
}

#[test]
fn standard_input_is_a_file_like_others() {
    let here = folder(&[("s.json", SCHEMA)]);
    let validate = |arguments: &[&str], input: &str| {
        let all = [
            &[
                "validate", "-q", "--schema", "s.json", "-", "--format", "short",
            ],
            arguments,
        ];
        run_with_input(here.path(), &all.concat(), input)
    };
    validate(&[], r#"{"a": 1}"#).expect(0, "", "");
    let missing = "error[schema-violation]: the member `a` is missing\n";
    validate(&[], "{}").expect(1, &format!("<stdin>:1:1: {missing}"), "");
    validate(&["--ndjson"], "{\"a\": 1}\n{}").expect(1, &format!("<stdin>:2:1: {missing}"), "");
    let empty = "<stdin>:1:1: error[invalid-json]: the document is empty\n";
    validate(&[], "").expect(1, empty, "");
    validate(&["--ndjson"], "\n").expect_refusal("there is no document in the files");
    let large = "<stdin>:1:1: error[oversized-file]";
    let ran = validate(&["--max-document-bytes", "3"], "{   }");
    assert_eq!(ran.status, Some(1));
    assert!(ran.stdout.starts_with(large), "{ran:?}");
    // There is no manifest whose limit could be raised.
    for further in [&[][..], &["--ndjson"]] {
        let arguments = [
            &[
                "--output",
                "short.txt",
                "--format",
                "json",
                "--max-document-bytes",
                "3",
            ],
            further,
        ];
        let ran = validate(&arguments.concat(), "{   }");
        let help = "or raise the limit with --max-document-bytes";
        assert!(ran.stdout.contains(help), "{ran:?}");
    }
}

#[test]
fn schemas_beside_the_schema_and_named_ones_are_found() {
    let here = folder(&[
        (
            "s/main.json",
            r#"{"$ref": "part.json#/$defs/a", "properties": {"u": {"$ref": "https://example.org/u"}}}"#,
        ),
        ("s/part.json", r#"{"$defs": {"a": {"required": ["a"]}}}"#),
        ("u.json", r#"{"type": "string"}"#),
        ("d.json", r#"{"a": 1, "u": 2}"#),
    ]);
    let validate = |arguments: &[&str]| {
        let all = [
            &[
                "validate",
                "-q",
                "--format",
                "short",
                "--schema",
                "s/main.json",
                "d.json",
            ],
            arguments,
        ];
        run(here.path(), &all.concat())
    };
    let wrong = "d.json:1:15: error[schema-violation]: expected a string, found the number `2`\n";
    validate(&["--resource", "https://example.org/u=u.json"]).expect(1, wrong, "");
    let ran = validate(&[]);
    ran.expect_refusal("the schema can't be used");
    assert!(
        ran.stdout
            .contains("there is no schema `https://example.org/u`"),
        "{ran:?}"
    );
    validate(&["--resource", "https://example.org/u=v.json"])
        .expect_refusal("v.json: there is no such file");
}

#[test]
fn schemas_beside_the_id_of_the_schema_are_found() {
    let part = r#"{"$id": "http://example.com/of/part.json", "type": "string"}"#;
    let here = folder(&[
        ("s/of/part.json", part),
        (
            "s/other.json",
            r#"{"properties": {"b": {"$ref": "of/part.json"}}}"#,
        ),
        ("s/part.json", r#"{"type": "string"}"#),
        ("part.json", "true"),
        ("d.json", r#"{"b": 2}"#),
    ]);
    let validate = |id: &str, reference: &str| {
        let schema = format!(
            r#"{{"$schema": "http://json-schema.org/draft-07/schema#", "$id": "{id}", "allOf": [{{"$ref": "{reference}"}}]}}"#
        );
        write(here.path(), "s/s7.json", &schema);
        let arguments = ["validate", "-q", "--schema", "s/s7.json", "d.json"];
        run(here.path(), &arguments)
    };
    for id in ["http://example.com/s7.json", "http://example.com/s7.json#"] {
        for reference in ["other.json", "http://example.com/other.json#"] {
            let ran = validate(id, reference);
            assert_eq!(ran.status, Some(1), "{ran:?}");
            assert!(ran.stdout.contains("expected a string"), "{ran:?}");
        }
    }
    for (id, reference) in [
        ("http://example.com/deep/s7.json", "../other.json"),
        ("http://example.com/s7.json", "none.json"),
        (
            "http://example.com/s7.json",
            "http://example.org/other.json",
        ),
        (
            "http://example.com/a/s7.json",
            "http://example.com/a/..%2fpart.json",
        ),
    ] {
        let ran = validate(id, reference);
        ran.expect_refusal("the schema can't be used");
        assert!(
            ran.stdout.contains("`--resource http://example."),
            "{ran:?}"
        );
    }
}

#[test]
fn formats_and_drafts_are_options() {
    let here = folder(&[
        (
            "s.json",
            r#"{"properties": {"a": {"format": "date"}, "b": {"items": [{"type": "string"}]}}}"#,
        ),
        ("d.json", r#"{"a": "tomorrow"}"#),
        ("items.json", r#"{"b": [1]}"#),
    ]);
    let status = |arguments: &[&str]| {
        run(
            here.path(),
            &[&["validate", "-q", "--schema", "s.json"], arguments].concat(),
        )
        .status
    };
    assert_eq!(status(&["--draft", "7", "d.json"]), Some(1));
    assert_eq!(
        status(&["--draft", "7", "--no-assert-formats", "d.json"]),
        Some(0)
    );
    assert_eq!(status(&["--draft", "4", "items.json"]), Some(1));
    assert_eq!(status(&["--draft", "2019-09", "items.json"]), Some(1));
    // In 2020-12, `items` is one schema: the schema itself is wrong.
    assert_eq!(status(&["items.json"]), Some(2));
}

#[test]
fn a_schema_that_is_none_ends_with_2_and_says_why() {
    let here = folder(&[("d.json", "1")]);
    for (schema, rule) in [
        ("{", "error[invalid-json]"),
        (r#"{"type": "strin"}"#, "error[invalid-schema]"),
        (
            r#"{"$ref": "none.json"}"#,
            "error[unresolved-schema-reference]",
        ),
        (r#"{"pattern": "(a)\\1"}"#, "error[invalid-schema]"),
    ] {
        write(here.path(), "s.json", schema);
        let ran = run(here.path(), &["validate", "--schema", "s.json", "d.json"]);
        assert_eq!(ran.status, Some(2), "{ran:#?}");
        assert!(ran.stdout.contains(rule), "{ran:#?}");
        assert!(
            ran.stderr.contains("error: the schema can't be used"),
            "{ran:#?}"
        );
    }
    write(here.path(), "s.json", r#"{"typ": "string"}"#);
    let ran = run(here.path(), &["validate", "--schema", "s.json", "d.json"]);
    assert_eq!(ran.status, Some(0), "{ran:#?}");
    assert!(ran.stdout.contains("warning[unknown-keyword]"), "{ran:#?}");
}

#[test]
fn a_meta_schema_can_be_named_as_its_help_says() {
    let meta = r#"{"$id": "https://example.org/meta", "type": "object", "required": ["title"]}"#;
    let here = folder(&[
        ("d.json", "1"),
        ("s.json", r#"{"$schema": "https://example.org/meta"}"#),
        ("meta.json", meta),
    ]);
    let validate = |resource: &[&str]| {
        let arguments = [&["validate", "--schema", "s.json", "d.json"], resource].concat();
        run(here.path(), &arguments)
    };
    let ran = validate(&[]);
    assert_eq!(ran.status, Some(2), "{ran:#?}");
    let help = "help: name its file with `--resource https://example.org/meta=FILE`";
    assert!(ran.stdout.contains(help), "{ran:#?}");
    let ran = validate(&["--resource", "https://example.org/meta=meta.json"]);
    let found = "error[invalid-schema]: the member `title` is missing";
    assert!(ran.stdout.contains(found), "{ran:#?}");
}

#[test]
fn what_is_no_file_is_told_at_once() {
    let here = folder(&[
        ("s.json", "{}"),
        ("sub/d.json", "1"),
        ("a b\u{1b}.json", "["),
    ]);
    let fifo = Command::new("mkfifo")
        .arg(here.path().join("fifo"))
        .status();
    assert!(fifo.expect("mkfifo is there").success());
    let validate = |file: &str| run(here.path(), &["validate", "--schema", "s.json", file]);
    validate("sub").expect_refusal("sub: it is a folder");
    validate("fifo").expect_refusal("fifo: it is not a regular file");
    validate("none.json").expect_refusal("none.json: there is no such file");
    let odd = validate("a b\u{1b}.json");
    assert_eq!(odd.status, Some(1));
    assert!(odd.stdout.contains("a b\\u{1b}.json:1:2"), "{odd:?}");
    run(here.path(), &["validate", "--schema", "sub", "s.json"])
        .expect_refusal("sub: it is a folder");
}
