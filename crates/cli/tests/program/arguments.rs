//! Arguments that make no sense, help, and completions.

use crate::run::{folder, program, run, sound};

#[test]
fn wrong_arguments_are_explained() {
    let here = folder(&[("s.json", "{}"), ("d.json", "1")]);
    let cases: &[(&[&str], &str)] = &[
        (&["chek"], "'check'"),
        (&["check", "--formt", "json"], "'--format'"),
        (
            &["check", "--format", "xml"],
            "the formats are human, short, json",
        ),
        (&["check", "--format"], "--format <FORMAT>"),
        (
            &["check", "--max-findings", "-1"],
            "unexpected argument '-1'",
        ),
        (&["check", "--max-findings", "many"], "invalid digit"),
        (&["check", "--draft", "7"], "--draft"),
        (&["check", "--output", "x"], "--format"),
        (&["validate", "--schema", "s.json"], "<FILE>"),
        (
            &["validate", "--draft", "3", "--schema", "s.json", "d.json"],
            "possible values: 4, 6, 7",
        ),
        (&["validate", "--ndjson", "d.json"], "--schema"),
        (
            &["validate", "--schema", "s.json", "--root", ".", "d.json"],
            "--root",
        ),
        (
            &[
                "validate",
                "--schema",
                "s.json",
                "--resource",
                "x",
                "d.json",
            ],
            "expected the URI, `=`, and the file",
        ),
        (
            &[
                "validate",
                "--schema",
                "s.json",
                "--resource",
                "x=y",
                "d.json",
            ],
            "`x` is no absolute URI",
        ),
        (&["completions", "tcsh"], "possible values: bash"),
    ];
    for (arguments, message) in cases {
        let ran = run(here.path(), arguments);
        ran.expect_refusal(message);
        assert_eq!(ran.stdout, "", "{arguments:?}");
    }
}

#[test]
fn outputs_stand_behind_their_formats() {
    let dataset = sound();
    let cases: &[(&[&str], &str)] = &[
        (
            &["--format", "json", "--format", "short"],
            "only one format can go to standard output",
        ),
        (
            &["--output", "a", "--format", "json"],
            "an --output stands behind the --format",
        ),
        (
            &["--format", "json", "--output", "a", "--output", "b"],
            "the format json has several outputs",
        ),
        (
            &[
                "--format", "json", "--output", "a", "--format", "sarif", "--output", "a",
            ],
            "two reports can't both be written to a",
        ),
    ];
    for (arguments, message) in cases {
        run(dataset.path(), &[&["check"], *arguments].concat()).expect_refusal(message);
        assert!(!dataset.path().join("a").exists(), "{arguments:?}");
    }
}

#[test]
fn help_and_version_are_no_failures() {
    let here = folder(&[]);
    for arguments in [
        &["--help"][..],
        &["check", "--help"],
        &["validate", "-h"],
        &["--version"],
    ] {
        let ran = run(here.path(), arguments);
        assert_eq!((ran.status, ran.stderr.as_str()), (Some(0), ""));
        assert!(ran.stdout.contains("treatise"), "{arguments:?}");
    }
    assert_eq!(run::<&str>(here.path(), &[]).status, Some(2));
}

#[test]
fn completions_name_the_commands() {
    let here = folder(&[]);
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ran = run(here.path(), &["completions", shell]);
        assert_eq!((ran.status, ran.stderr.as_str()), (Some(0), ""));
        for word in ["treatise", "validate", "max-findings"] {
            assert!(ran.stdout.contains(word), "{shell}: {word}");
        }
    }
    // A reader that goes away early, and a disk without room.
    let (reader, writer) = std::io::pipe().expect("there are pipes");
    drop(reader);
    let output = program(here.path())
        .args(["completions", "bash"])
        .stdout(writer)
        .output();
    let output = output.expect("the program starts");
    assert_eq!((output.status.code(), output.stderr), (Some(0), vec![]));
}
