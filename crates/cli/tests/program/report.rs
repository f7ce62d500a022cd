//! Where reports go, and what happens when they can't.

use std::fs::File;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::run::{FAULTS, Ran, faulty, folder, program, read, run, sound, write};

#[test]
fn each_format_goes_to_its_own_place() {
    let dataset = faulty();
    write(dataset.path(), "old.txt", "what was there before");
    let ran = run(
        dataset.path(),
        &[
            "check",
            "-q",
            "--format",
            "json",
            "--output",
            "new.json",
            "--format",
            "short",
            "--format",
            "sarif",
            "--output",
            "./new.sarif",
            "--format",
            "short",
            "--output",
            "old.txt",
        ],
    );
    ran.expect(1, FAULTS, "");
    assert_eq!(read(dataset.path().join("old.txt")), FAULTS);
    for (file, text) in [("new.json", "\"code\""), ("new.sarif", "\"ruleId\"")] {
        assert!(read(dataset.path().join(file)).contains(text), "{file}");
    }
    let mode = |name| {
        let metadata = std::fs::metadata(dataset.path().join(name));
        metadata.expect("the file is there").permissions().mode()
    };
    // As any other new file, and not for the owner alone.
    write(dataset.path(), "any.txt", "");
    assert_eq!(mode("new.json"), mode("any.txt"));
    let names = std::fs::read_dir(dataset.path()).expect("a folder").count();
    assert_eq!(names, 6, "no temporary file is left");
}

#[test]
fn a_file_that_is_replaced_keeps_its_permissions() {
    let dataset = sound();
    let root = dataset.path();
    for (file, arguments) in [
        (
            "old.txt",
            &["check", "-q", "--format", "json", "--output", "old.txt"][..],
        ),
        ("CHANGELOG.md", &["release", "-q"]),
    ] {
        for mode in [0o600, 0o664] {
            let path = write(root, file, "# Changes\n");
            let permissions = std::fs::Permissions::from_mode(mode);
            std::fs::set_permissions(&path, permissions).expect("it is ours");
            let _ = std::fs::remove_dir_all(root.join("releases"));
            run(root, arguments);
            assert_ne!(read(&path), "# Changes\n", "{file} is written");
            let kept = path.metadata().expect("the file is there").permissions();
            assert_eq!(kept.mode() & 0o777, mode, "{file}");
        }
    }
}

#[test]
fn an_output_that_cant_be_written_ends_with_2() {
    let dataset = faulty();
    let check = |output: &str| {
        let ran = run(
            dataset.path(),
            &["check", "-q", "--format", "json", "--output", output],
        );
        ran.expect_refusal("the report could not be written to");
        ran
    };
    assert!(check("data").stderr.contains("it is a folder"));
    assert!(
        check("none/x.json")
            .stderr
            .contains("there is no such folder")
    );
    assert!(
        check("data/dataset.json/x")
            .stderr
            .contains("there is no such folder")
    );
    let full = Path::new("/dev/full");
    if full.exists() {
        assert!(check("/dev/full").stderr.contains("No space left"));
        let metadata = std::fs::metadata(full).expect("it is there");
        assert!(!metadata.is_file(), "no file took the place of the device");
        let stdout = File::options()
            .write(true)
            .open(full)
            .expect("it can be opened");
        let output = program(dataset.path())
            .args(["check", "-q"])
            .stdout(stdout)
            .output();
        let ran = Ran::from(output.expect("the program starts"));
        ran.expect_refusal("standard output could not be written to: No space left");
    } else {
        eprintln!("skipped: there is no /dev/full here");
    }
}

#[test]
fn a_report_that_fails_does_not_keep_the_others_back() {
    let dataset = faulty();
    let arguments = [
        "check", "-q", "--format", "json", "--output", "none/x", "--format", "short",
    ];
    let ran = run(dataset.path(), &arguments);
    assert_eq!((ran.status, ran.stdout.as_str()), (Some(2), FAULTS));
}

#[test]
fn whoever_stops_reading_gets_no_panic() {
    let dataset = faulty();
    for number in 0..2_000 {
        write(dataset.path(), &format!("data/plants/r{number}.json"), "{}");
    }
    for format in [
        "human", "short", "json", "ndjson", "sarif", "github", "junit",
    ] {
        let (reader, writer) = std::io::pipe().expect("there are pipes");
        drop(reader);
        let mut command = program(dataset.path());
        let output = command
            .args(["check", "-q", "--format", format])
            .stdout(writer)
            .output();
        let output = output.expect("the program starts");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!((output.status.code(), &*stderr), (Some(1), ""), "{format}");
    }
    let (reader, writer) = std::io::pipe().expect("there are pipes");
    drop(reader);
    let output = program(dataset.path()).arg("check").stderr(writer).output();
    assert_eq!(output.expect("the program starts").status.code(), Some(1));
}

#[test]
fn all_findings_are_counted_and_some_listed() {
    let dataset = sound();
    for number in 0..60 {
        write(dataset.path(), &format!("data/plants/r{number}.json"), "{}");
    }
    write(dataset.path(), "data/a.txt", "");
    write(dataset.path(), "data/b.txt", "");
    let most = |most: &str| {
        let arguments = ["check", "--format", "short", "--max-findings", most];
        let ran = run(dataset.path(), &arguments);
        assert_eq!(ran.status, Some(1));
        assert!(ran.stderr.ends_with(": 62 errors\n"), "{ran:?}");
        ran.stdout
    };
    assert_eq!(
        most("0")
            .lines()
            .filter(|line| line.contains("error["))
            .count(),
        0
    );
    let one = most("1");
    assert!(
        one.starts_with("data/a.txt:1:1: error[unexpected-file]"),
        "{one}"
    );
    assert_eq!(
        one.lines().filter(|line| line.contains("error[")).count(),
        1,
        "{one}"
    );
    assert!(one.contains("61 more"), "{one}");
    assert_eq!(most("62").lines().count(), 62);
}

#[test]
fn ten_thousand_findings_are_listed_and_the_rest_is_counted() {
    let lines = "{}\n".repeat(10_001);
    let here = folder(&[("s.json", r#"{"required": ["a"]}"#), ("d.ndjson", &lines)]);
    let arguments = [
        "validate", "--schema", "s.json", "d.ndjson", "--format", "ndjson",
    ];
    let listed = |report: &str| {
        let lines = report.lines();
        lines
            .filter(|line| line.contains("schema-violation"))
            .count()
    };
    let to_file = [&arguments[..], &["--output", "report.ndjson"]].concat();
    let ran = run(here.path(), &to_file);
    assert_eq!(ran.status, Some(1));
    let report = std::fs::read_to_string(here.path().join("report.ndjson")).expect("it is there");
    assert_eq!(listed(&report), 10_000);
    // A terminal or a log gets less, but a whole document.
    let ran = run(here.path(), &arguments);
    assert!(ran.stdout.len() <= 1 << 20);
    let shown = format!("\"listed\":{}", listed(&ran.stdout));
    let summary = ran.stdout.lines().last().unwrap_or_default();
    assert!(summary.contains(&shown), "{summary}");
    assert!(ran.stderr.contains("10,001 errors"), "{}", ran.stderr);
    // What people read ends earlier.
    let human = run(here.path(), &["validate", "--schema", "s.json", "d.ndjson"]);
    assert!(human.stdout.len() < (1 << 20) + 1_000);
    assert!(human.stdout.contains(" more"));
}

#[test]
fn a_run_that_came_to_no_result_says_so_in_each_report() {
    let here = folder(&[
        ("s.json", "{}"),
        ("broken.json", r#"{ "type": "nothing" }"#),
        ("d.json", "{}"),
        ("e.ndjson", ""),
    ]);
    for (schema, document, why) in [
        ("s.json", "e.ndjson", "there is no document in the files"),
        ("broken.json", "d.json", "the schema can't be used"),
    ] {
        let report = |format: &str| {
            let arguments = ["validate", "--schema", schema, document, "--format", format];
            let ran = run(here.path(), &arguments);
            assert_eq!(ran.status, Some(2), "{ran:?}");
            assert!(ran.stderr.contains(&format!("error: {why}")), "{ran:?}");
            ran.stdout
        };
        let junit = report("junit");
        assert!(
            junit.contains(&format!(
                "<error type=\"failure\" message=\"{}",
                why.replace('\'', "&apos;")
            )),
            "{junit}"
        );
        assert!(junit.contains("errors=\"1\""), "{junit}");
        assert!(!junit.contains("no finding"), "{junit}");
        let sarif: serde_json::Value = serde_json::from_str(&report("sarif")).expect("it is JSON");
        let invocation = &sarif["runs"][0]["invocations"][0];
        assert_eq!(invocation["executionSuccessful"], false);
        let notification = &invocation["toolExecutionNotifications"][0];
        assert_eq!(notification["level"], "error");
        let text = notification["message"]["text"].as_str();
        assert!(text.is_some_and(|text| text.starts_with(why)), "{sarif}");
        let json: serde_json::Value = serde_json::from_str(&report("json")).expect("it is JSON");
        assert_eq!(json["summary"]["skipped"][0]["what"], "everything");
    }
}

#[test]
fn colour_is_for_terminals() {
    let dataset = faulty();
    for environment in [&[][..], &[("NO_COLOR", "1")], &[("TERM", "xterm-256color")]] {
        let mut command = program(dataset.path());
        let output = command
            .arg("check")
            .envs(environment.iter().copied())
            .output();
        let ran = Ran::from(output.expect("the program starts"));
        assert!(!ran.stdout.contains('\u{1b}') && !ran.stderr.contains('\u{1b}'));
    }
}

#[test]
fn json_is_as_its_published_schema_says() {
    let dataset = faulty();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let schema = root.join("schemas/output/findings.schema.json");
    let arguments = ["check", "-q", "--format", "json", "--output", "report.json"];
    run(dataset.path(), &arguments).expect(1, "", "");
    let validate = || {
        let arguments = ["validate", "-q", "report.json", "--schema"].map(AsRef::as_ref);
        run(
            dataset.path(),
            &[&arguments[..], &[schema.as_os_str()]].concat(),
        )
    };
    validate().expect(0, "", "");
    let report = read(dataset.path().join("report.json"));
    assert!(report.contains("\"line\""));
    write(
        dataset.path(),
        "report.json",
        &report.replace("\"line\"", "\"lines\""),
    );
    assert_eq!(validate().status, Some(1));
}

#[test]
fn names_of_files_steer_no_terminal_and_no_runner() {
    let dataset = sound();
    let names = [
        "a b",
        "\u{1b}[31mred",
        "x\n::error::y",
        "\u{202e}gnp",
        "##[group]z",
    ];
    for name in names {
        write(dataset.path(), &format!("data/plants/{name}.json"), "{}");
    }
    for format in [
        "human", "short", "json", "ndjson", "sarif", "github", "junit",
    ] {
        let ran = run(dataset.path(), &["check", "--format", format]);
        assert_eq!(ran.status, Some(1));
        for character in ['\u{1b}', '\u{202e}', '\r'] {
            assert!(!ran.stdout.contains(character), "{format}: {}", ran.stdout);
        }
        assert!(!ran.stdout.contains("##["), "{format}: {}", ran.stdout);
        let is_command = |line: &&str| line.trim_start().starts_with("::");
        let is_own = |line: &str| line.starts_with("::error file=data/plants/");
        let commands: Vec<_> = ran.stdout.lines().filter(is_command).collect();
        assert_eq!(format == "github", !commands.is_empty());
        assert!(commands.into_iter().all(is_own), "{format}: {}", ran.stdout);
    }
    let gone = run(dataset.path(), &["check", "\u{1b}[31m\n::error::gone"]);
    gone.expect_refusal("\\u{1b}[31m\\n::error::gone: there is no such file or folder");
    assert_eq!(gone.stderr.lines().count(), 1);
}
