//! `check` with rules: levels, fixes, exceptions, a revision to compare with, and the pages.

use std::collections::BTreeSet;
use std::path::Path;

use crate::run::{
    MANIFEST, SCHEMA, folder, git, make_repository, program, read, run, sound, write,
};

const LOOSE: &str = "{ \"parent\": \"rue\", \"id\": \"tansy\" }";
const CANONICAL: &str = "{\n  \"id\": \"tansy\",\n  \"parent\": \"rue\"\n}\n";
const FINDING: &str =
    "data/plants/tansy.json:1:2: error[unformatted]: the record is not in its canonical form\n";

fn check(folder: &Path, further: &[&str]) -> crate::run::Ran {
    let arguments = [&["check", "-q", "--format", "short"], further].concat();
    run(folder, &arguments)
}

#[test]
fn levels_come_from_the_manifest_and_the_command_line() {
    let dataset = sound();
    let root = dataset.path();
    write(root, "data/plants/tansy.json", LOOSE);
    let warning = FINDING.replace("error", "warning");
    check(root, &[]).expect(1, FINDING, "");
    check(root, &["--warn", "unformatted"]).expect(0, &warning, "");
    check(root, &["--warn", "unformatted", "--deny", "warnings"]).expect(1, &warning, "");
    check(root, &["--allow", "unformatted"]).expect(0, "", "");
    check(root, &["--rule", "empty-value"]).expect(0, "", "");
    check(root, &["--rule", "empty-value,unformatted"]).expect(1, FINDING, "");
    let manifest = MANIFEST.replace(
        "\"as_of\"",
        "\"rules\": { \"unformatted\": { \"paths\": { \"data/plants/tansy.json\": \"off\" } } }, \"as_of\"",
    );
    write(root, "data/dataset.json", &manifest);
    check(root, &[]).expect(0, "", "");
    check(root, &["--error", "unformatted"]).expect(1, FINDING, "");
    check(root, &["--rule", "unformated"])
        .expect_refusal("there is no rule `unformated`; did you mean `unformatted`?");
    check(root, &["--rule", "hedge"])
        .expect_refusal("there is no rule `hedge`; did you mean `hedge-mismatch` or `long-hedge`?");
    check(root, &["--rule", "zebra"])
        .expect_refusal("there is no rule `zebra`; `treatise rules` lists them");
}

#[test]
fn who_has_looked_at_nothing_does_not_say_that_all_is_well() {
    let dataset = sound();
    write(dataset.path(), "data/dataset.json", "[]");
    let refusal = "no record could be looked at: `treatise validate` shows why";
    for arguments in [&["lint"][..], &["fmt", "--check"], &["fmt"]] {
        run(dataset.path(), arguments).expect_refusal(refusal);
    }
    assert_eq!(check(dataset.path(), &[]).status, Some(1));
}

#[test]
fn what_keeps_a_dataset_from_being_sound_always_holds() {
    let dataset = sound();
    let root = dataset.path();
    write(root, "data/plants/tansy.json", "{");
    let fault = "data/plants/tansy.json:1:2: error[invalid-json]: the document ends before this is closed\n";
    check(root, &[]).expect(1, fault, "");
    check(root, &["--error", "invalid-json"]).expect(1, fault, "");
    for option in ["--warn", "--allow"] {
        let refusal = format!("error: {option}: `invalid-json` always holds");
        check(root, &[option, "invalid-json"]).expect_refusal(&refusal);
    }
    let report = run(root, &["check", "-q", "--format", "json"]).stdout;
    let report: serde_json::Value = serde_json::from_str(&report).expect("it is JSON");
    let print = report["findings"][0]["fingerprint"].as_str();
    let print = print.expect("a text");
    let reason = ["--reason", "It came so from elsewhere.", "--owner", "us"];
    let accept = [&["except", print, "--expires", "2026-12-31"], &reason[..]].concat();
    run(root, &accept).expect_refusal("a finding of `invalid-json` can't be accepted");
    assert!(!root.join("data/exceptions.json").exists());
    let exception = r#"{ "exceptions": [{ "rule": "invalid-json", "record": "tansy", "reason": "It came so from elsewhere.", "owner": "us", "expires": "2026-12-01" }] }"#;
    write(root, "data/exceptions.json", exception);
    let setting = "\"rules\": { \"invalid-json\": \"off\" }, \"as_of\"";
    write(
        root,
        "data/dataset.json",
        &MANIFEST.replace("\"as_of\"", setting),
    );
    let settings = "\
data/dataset.json:2:68: error[unsound-setting]: the level of `invalid-json` can't be lowered
data/exceptions.json:1:28: error[unsound-setting]: a finding of `invalid-json` can't be accepted
";
    check(root, &[]).expect(1, &format!("{settings}{fault}"), "");
    let ran = run(root, &["validate", "-q", "--format", "short"]);
    ran.expect(1, fault, "");
}

#[test]
fn rules_about_settings_have_levels() {
    let dataset = sound();
    let root = dataset.path();
    let exception = r#"{ "exceptions": [{ "rule": "unformatted", "record": "rue", "reason": "It came so from elsewhere.", "owner": "us", "expires": "2026-12-01" }] }"#;
    write(root, "data/exceptions.json", exception);
    let ran = check(root, &[]);
    assert!(ran.stdout.contains("error[unused-exception]"), "{ran:?}");
    check(root, &["--allow", "unused-exception"]).expect(0, "", "");
    let ran = check(root, &["--warn", "unused-exception"]);
    assert_eq!(ran.status, Some(0), "{ran:?}");
    assert!(ran.stdout.contains("warning[unused-exception]"), "{ran:?}");
}

#[test]
fn a_check_that_looks_for_nothing_is_refused() {
    let dataset = sound();
    let root = dataset.path();
    check(root, &["--rule", "unformatted", "--allow", "unformatted"])
        .expect_refusal("--rule looks for `unformatted`, and --allow does not");
    check(root, &["--rule", "duplicate-id"]).expect(0, "", "");
    run(root, &["lint", "--rule", "duplicate-id"])
        .expect_refusal("`duplicate-id` is no rule about content");
    check(root, &["--documents", "texts"]).expect_refusal("texts: there is no such folder");
}

#[test]
fn a_rule_that_is_named_and_off_in_the_manifest_is_said_to_be_off() {
    let dataset = sound();
    let root = dataset.path();
    write(root, "data/plants/tansy.json", LOOSE);
    let off = MANIFEST.replace(
        "\"as_of\"",
        "\"rules\": { \"unformatted\": \"off\" }, \"as_of\"",
    );
    write(root, "data/dataset.json", &off);
    let said = "not checked: unformatted: off in the manifest, and on with --warn or --error";
    let check = |further: &[&str]| run(root, &[&["check", "--format", "short"], further].concat());
    let ran = check(&["--rule", "unformatted"]);
    assert!(
        ran.status == Some(0) && ran.stderr.contains(said),
        "{ran:?}"
    );
    let ran = check(&["--rule", "unformatted", "--error", "unformatted"]);
    assert!(
        ran.status == Some(1) && !ran.stderr.contains("not checked"),
        "{ran:?}"
    );
    assert!(!check(&[]).stderr.contains(said));
}

#[test]
fn fixes_are_shown_or_applied_and_applying_them_twice_changes_nothing() {
    let dataset = sound();
    let root = dataset.path();
    let record = write(root, "data/plants/tansy.json", LOOSE);
    let shown = check(root, &["--fix", "--diff"]);
    assert_eq!(shown.status, Some(1));
    assert!(shown.stdout.contains("--- a/data/plants/tansy.json"));
    assert_eq!(read(&record), LOOSE);
    let said = run(root, &["check"]).stderr;
    assert!(
        said.ends_with("\n1 finding can be mended with --fix\n"),
        "{said}"
    );
    check(root, &["--fix"]).expect(0, "", "");
    assert_eq!(read(&record), CANONICAL);
    check(root, &["--fix"]).expect(0, "", "");
    assert_eq!(read(&record), CANONICAL);
    check(root, &["--fix", "--diff"]).expect(0, "", "");
}

#[test]
fn shown_fixes_are_a_patch_to_the_byte() {
    let dataset = sound();
    let root = dataset.path();
    let tabs = CANONICAL.replace("  ", "\t");
    let lines = tabs.replace('\n', "\r\n");
    for written in [tabs, lines] {
        let record = write(root, "data/plants/tansy.json", &written);
        // What two fixes touch is mended by one after the other, and shown together.
        let shown = check(root, &["--fix", "--diff"]).stdout;
        assert_eq!(read(&record), written);
        write(root, "fixes.patch", &shown);
        git(root, &["apply", "--whitespace=nowarn", "fixes.patch"]);
        assert_eq!(read(&record), CANONICAL);
    }
}

#[test]
fn what_is_shown_is_what_fixing_makes_of_it() {
    let [shown, mended] = [sound(), sound()];
    let lines = "{\"parent\":\"rue\", \"id\":\"tansy\"}\r\n\r\n{\"id\":\"rue\"}\r\n";
    for dataset in [&shown, &mended] {
        let root = dataset.path();
        let manifest = MANIFEST.replace("data/plants", "data/plants.ndjson");
        write(root, "data/dataset.json", &manifest);
        write(root, "data/plants.ndjson", lines);
        std::fs::remove_dir_all(root.join("data/plants")).expect("the folder can be removed");
    }
    let patch = check(shown.path(), &["--fix", "--diff"]).stdout;
    write(shown.path(), "fixes.patch", &patch);
    git(
        shown.path(),
        &["apply", "--whitespace=nowarn", "fixes.patch"],
    );
    check(mended.path(), &["--fix"]).expect(0, "", "");
    let [one, other] =
        [&shown, &mended].map(|dataset| read(dataset.path().join("data/plants.ndjson")));
    assert_ne!(one, lines);
    assert_eq!(one, other);
    check(shown.path(), &["--fix", "--diff"]).expect(0, "", "");
}

#[test]
fn records_are_formatted() {
    let dataset = sound();
    let root = dataset.path();
    let record = write(root, "data/plants/tansy.json", LOOSE);
    let ran = run(root, &["fmt", "--check", "--quiet"]);
    assert_eq!(ran.status, Some(1), "{ran:?}");
    assert!(ran.stdout.contains("error[unformatted]"), "{ran:?}");
    assert_eq!(read(&record), LOOSE);
    run(root, &["fmt", "--quiet"]).expect(0, "", "");
    assert_eq!(read(&record), CANONICAL);
    run(root, &["fmt", "--check", "--quiet"]).expect(0, "", "");
}

#[test]
fn records_that_break_their_schema_are_formatted_too() {
    let dataset = sound();
    let root = dataset.path();
    let broken = r#"{ "parent": ["rue"], "colour": "yellow", "id": "tansy" }"#;
    let record = write(root, "data/plants/tansy.json", broken);
    let ran = check(root, &[]);
    assert!(!ran.stdout.contains("unformatted"), "{ran:?}");
    assert_eq!(run(root, &["fmt", "--check", "-q"]).status, Some(1));
    let ran = run(root, &["fmt"]);
    assert_eq!(ran.status, Some(0), "{ran:?}");
    assert!(ran.stderr.contains("\n1 record rewritten\n"), "{ran:?}");
    let formatted = "{\n  \"id\": \"tansy\",\n  \"parent\": [\n    \"rue\"\n  ],\n  \"colour\": \"yellow\"\n}\n";
    assert_eq!(read(&record), formatted);
    run(root, &["fmt", "--check", "-q"]).expect(0, "", "");
}

#[test]
fn records_whose_form_is_not_known_are_not_passed_over() {
    let dataset = sound();
    let root = dataset.path();
    write(root, "data/plants/tansy.json", LOOSE);
    write(root, "schemas/plants.json", "{ \"type\": \"nothing\" }");
    for arguments in [&["fmt"][..], &["fmt", "--check"]] {
        let ran = run(root, arguments);
        assert_eq!(ran.status, Some(1), "{ran:?}");
        let left = "2 records left alone: `treatise validate` shows why\n";
        assert!(ran.stderr.contains(left), "{ran:?}");
    }
}

#[test]
fn a_record_that_is_rewritten_in_two_steps_is_counted_once() {
    let dataset = sound();
    let root = dataset.path();
    let spoilt = format!("\u{feff}{}", CANONICAL.replace('\n', "\r\n"));
    let record = write(root, "data/plants/tansy.json", &spoilt);
    let ran = run(root, &["fmt"]);
    assert!(ran.stderr.contains("\n1 record rewritten\n"), "{ran:?}");
    assert_eq!(read(&record), CANONICAL);
}

#[test]
fn a_record_that_cant_be_written_is_named() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    use std::os::unix::process::CommandExt;
    let dataset = sound();
    let root = dataset.path();
    write(root, "data/plants/tansy.json", LOOSE);
    let allow = |path: &str, mode| {
        let permissions = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(root.join(path), permissions).expect("it is ours");
    };
    for folder in ["data/plants", "data", "schemas", ""] {
        allow(folder, 0o555);
    }
    // Who may do everything can write there all the same, and nobody else may start the program.
    let is_root = std::fs::metadata(root).expect("it is there").uid() == 0;
    let mut command = if is_root {
        allow("", 0o755);
        let copy = root.join("treatise");
        std::fs::copy(env!("CARGO_BIN_EXE_treatise"), &copy).expect("it can be copied");
        let mut command = std::process::Command::new(copy);
        command.uid(65_534).gid(65_534);
        command
    } else {
        program(root)
    };
    let output = command.current_dir(root).args(["fmt", "--quiet"]).output();
    let ran = crate::run::Ran::from(output.expect("the program starts"));
    let why =
        "data/plants/tansy.json: it can't be written anew: permission denied; nothing was mended\n";
    assert_eq!(ran.stderr, format!("error: {why}"));
    assert_eq!(ran.status, Some(2));
    allow("data/plants", 0o755);
    allow("", 0o755);
}

#[test]
fn names_that_are_not_unicode_are_findings() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let dataset = sound();
    let root = dataset.path();
    let plants = root.join("data/plants");
    let files = [b"bad\xff.json", b"bad\xfe.json"].map(|name| plants.join(OsStr::from_bytes(name)));
    for file in &files {
        std::fs::write(file, LOOSE.replace("rue", "rui")).expect("it can be written to");
    }
    let ran = check(root, &[]);
    assert_eq!((ran.status, ran.stderr.as_str()), (Some(1), ""), "{ran:?}");
    for rule in [
        "reserved-file-name",
        "duplicate-id",
        "dangling-reference",
        "unformatted",
    ] {
        let count = ran.stdout.matches(&format!("error[{rule}]")).count();
        assert_eq!(count, 2, "{rule}: {ran:?}");
    }
    let ran = run(root, &["fmt", "--quiet"]);
    assert_eq!((ran.status, ran.stderr.as_str()), (Some(0), ""), "{ran:?}");
    for file in &files {
        assert_eq!(read(file), CANONICAL.replace("rue", "rui"));
    }
}

#[test]
fn what_a_new_form_would_lose_is_left_alone() {
    let manifest = MANIFEST.replace(
        "\n  ]",
        r#", { "name": "seeds", "path": "data/seeds.jsonl", "schema": "schemas/seeds.json", "id": "/id" }
  ]"#,
    );
    let dataset = folder(&[
        ("data/dataset.json", &manifest),
        ("schemas/plants.json", "{}"),
        ("schemas/seeds.json", "{}"),
    ]);
    let root = dataset.path();
    let faults: [(&str, &[u8]); 5] = [
        (
            "duplicate-key",
            br#"{ "id": "a", "of": { "level": "class", "level": "order" } }"#,
        ),
        ("lone-surrogate", br#"{ "id": "a", "of": "cu\ud800re" }"#),
        ("lone-surrogate", br#"{ "id": "a", "\udc00": "" }"#),
        ("invalid-utf8", b"{ \"id\": \"a\", \"of\": \"cu\xffre\" }"),
        ("invalid-json", br#"{ "id": "a", "of": 01 }"#),
    ];
    for (rule, record) in faults {
        let line = br#"{ "id": "b" }"#;
        let (file, lines) = (
            root.join("data/plants/a.json"),
            root.join("data/seeds.jsonl"),
        );
        let content = [line, record, b""].join(&b'\n');
        std::fs::create_dir_all(root.join("data/plants")).expect("a folder can be made");
        std::fs::write(&file, record).expect("it can be written to");
        std::fs::write(&lines, &content).expect("it can be written to");
        let kept = || {
            assert_eq!(std::fs::read(&file).expect("it is there"), record, "{rule}");
            let now = std::fs::read(&lines).expect("it is there");
            assert_eq!(now, [br#"{"id":"b"}"#, record, b""].join(&b'\n'), "{rule}");
        };
        let ran = run(root, &["fmt"]);
        assert_eq!(ran.status, Some(1), "{rule}: {ran:?}");
        assert_eq!(
            ran.stdout.matches(&format!("error[{rule}]")).count(),
            2,
            "{ran:?}"
        );
        assert!(
            ran.stderr
                .contains("1 record rewritten\n2 records left alone: "),
            "{ran:?}"
        );
        kept();
        for fixes in [&["--fix"][..], &["--fix", "--unsafe-fixes"]] {
            let ran = check(root, fixes);
            assert_eq!(ran.status, Some(1), "{rule}: {ran:?}");
            assert_eq!(
                ran.stdout.matches(&format!("error[{rule}]")).count(),
                2,
                "{ran:?}"
            );
            kept();
        }
    }
}

#[test]
fn a_deletion_that_was_approved_is_no_finding() {
    // Only kinds of records that rules know are compared by them.
    let manifest = MANIFEST.replace("plants", "drugs");
    let dataset = sound();
    let root = dataset.path();
    write(root, "data/dataset.json", &manifest);
    let label = "\"label\": { \"type\": \"string\" }, \"parent\"";
    let schema = SCHEMA
        .replace("plants", "drugs")
        .replace("\"parent\"", label);
    write(root, "schemas/drugs.json", &schema);
    for name in ["rue", "tansy"] {
        let text = format!("{{\n  \"id\": \"{name}\",\n  \"sown\": \"2026-04-01\"\n}}\n");
        write(root, &format!("data/drugs/{name}.json"), &text);
    }
    std::fs::remove_dir_all(root.join("data/plants")).expect("it can be removed");
    make_repository(root);
    let gone = root.join("data/drugs/tansy.json");
    std::fs::remove_file(gone).expect("it can be removed");
    let since = |rule: &str| check(root, &["--since", "HEAD", "--rule", rule]);
    let ran = since("deleted-record");
    assert!(
        ran.stdout.contains("the record `tansy` was deleted"),
        "{ran:?}"
    );
    let changes = run(root, &["diff", "HEAD", "--format", "json", "-q"]).stdout;
    let changes: serde_json::Value = serde_json::from_str(&changes).expect("it is JSON");
    let print = changes["changes"][0]["fingerprint"]
        .as_str()
        .expect("a text");
    let approve = |print: &str| {
        let approval = serde_json::json!({ "approvals": [{
            "fingerprint": print, "by": "us", "reason": "A court wants it gone.",
        }] });
        write(root, "data/approvals.json", &approval.to_string());
    };
    approve(&print.replace(|_: char| true, "0"));
    assert_eq!(since("deleted-record").status, Some(1));
    approve(print);
    since("deleted-record").expect(0, "", "");
}

#[test]
fn only_what_a_revision_did_not_have_fails() {
    let dataset = sound();
    let root = dataset.path();
    write(root, "data/plants/tansy.json", LOOSE);
    make_repository(root);
    let known = FINDING.replace('\n', " (already there)\n");
    check(root, &["--since", "HEAD"]).expect(0, &known, "");
    write(root, "data/plants/rue.json", "{ \"id\": \"rue\" }");
    let new = FINDING.replace("tansy", "rue");
    check(root, &["--since", "HEAD"]).expect(1, &(new + &known), "");
    check(root, &["--since", "nowhere"])
        .expect_refusal("--since: the repository has no revision `nowhere`");
    check(root, &["--since=--all"])
        .expect_refusal("--since: the repository has no revision `--all`");
}

#[test]
fn a_finding_is_accepted_by_its_place() {
    let dataset = sound();
    let root = dataset.path();
    write(root, "data/plants/tansy.json", LOOSE);
    let accept_in = |folder: &str, arguments: &[&str]| {
        let because = [
            "--reason",
            "It came so from elsewhere.",
            "--owner",
            "us",
            "--expires",
            "2026-12-31",
        ];
        let arguments = [&["except"], arguments, &because[..]].concat();
        run(&root.join(folder), &arguments)
    };
    let accept = |arguments: &[&str]| accept_in(".", arguments);
    accept(&["data/plants/tansy.json:9:9"])
        .expect_refusal("no finding has the place `data/plants/tansy.json:9:9`");
    accept(&["data/plants/tansy.json"]).expect_refusal("is neither a fingerprint nor a place");
    accept(&["data/plants/tansy.json:x"]).expect_refusal("is neither a fingerprint nor a place");
    accept(&["data/plants/tansy.json:1", "--rule", "empty-value"])
        .expect_refusal("no finding of `empty-value` has the place");
    for (folder, place) in [
        (".", "data/plants/tansy.json:1:2"),
        (".", "./data/plants/tansy.json:1"),
        ("data/plants", "tansy.json:1"),
        ("data/plants", "data/plants/tansy.json:1"),
        ("schemas", "../data/plants/tansy.json:1"),
    ] {
        let ran = accept_in(folder, &[place, "--rule", "unformatted"]);
        assert_eq!(ran.status, Some(0), "{ran:?}");
        check(root, &[]).expect(0, "", "");
        std::fs::remove_file(root.join("data/exceptions.json")).expect("it was written");
    }
}

#[test]
fn of_several_findings_at_a_place_one_has_to_be_named() {
    let dataset = sound();
    let root = dataset.path();
    write(root, "data/plants/rue.json", "{ \"id\": \"rue\" }\r\n");
    let because = [
        "--reason",
        "It is so.",
        "--owner",
        "us",
        "--expires",
        "2026-12-31",
    ];
    let place = ["except", "data/plants/rue.json:1"];
    let ran = run(root, &[&place[..], &because].concat());
    assert_eq!(ran.status, Some(2), "{ran:?}");
    let found = check(root, &[]).stdout;
    let rules = found
        .lines()
        .filter(|line| line.starts_with("data/plants/rue.json:1:"));
    let rules: Vec<_> = rules
        .filter_map(|line| line.split(['[', ']']).nth(1))
        .collect();
    assert!(rules.len() > 1, "{found}");
    for rule in rules {
        assert!(ran.stderr.contains(&format!("`{rule}` (")), "{ran:?}");
    }
}

#[test]
fn files_are_named_from_where_their_reader_is() {
    let dataset = sound();
    let root = dataset.path();
    write(root, "sets/one/data/dataset.json", MANIFEST);
    let schema = read(root.join("schemas/plants.json"));
    write(root, "sets/one/schemas/plants.json", &schema);
    write(root, "sets/one/data/plants/tansy.json", LOOSE);
    let inner = root.join("sets/one");
    let annotate = || run(&inner, &["check", "-q", "--format", "github"]).stdout;
    assert!(annotate().contains(" file=data/plants/tansy.json,"));
    make_repository(root);
    assert!(annotate().contains(" file=sets/one/data/plants/tansy.json,"));
    let ran = run(
        root,
        &["check", "-q", "--root", "sets/one", "--format", "sarif"],
    );
    assert!(
        ran.stdout
            .contains(r#""uri": "sets/one/data/plants/tansy.json""#),
        "{ran:?}"
    );
    let ran = run(&inner.join("data"), &["check", "-q", "--format", "short"]);
    assert!(ran.stdout.starts_with("plants/tansy.json:"), "{ran:?}");
    let around = ["check", "-q", "--root", "sets/one", "--format", "short"];
    let ran = run(root, &around);
    assert!(
        ran.stdout.starts_with("sets/one/data/plants/tansy.json:"),
        "{ran:?}"
    );
    let elsewhere = folder(&[]);
    let inner_path = inner.to_str().expect("the path is UTF-8");
    let ran = run(elsewhere.path(), &["check", "-q", "--root", inner_path]);
    let shown = format!("--> {inner_path}/data/plants/tansy.json:1:");
    assert!(ran.stdout.contains(&shown), "{ran:?}");
    let schema = "../schemas/plants.json";
    let loose = [
        "validate",
        "-q",
        "--schema",
        schema,
        "plants/tansy.json",
        "--format",
        "github",
    ];
    write(root, "sets/one/data/plants/tansy.json", "{");
    let ran = run(&inner.join("data"), &loose);
    assert!(
        ran.stdout
            .contains(" file=sets/one/data/plants/tansy.json,"),
        "{ran:?}"
    );
}

#[test]
fn a_finding_is_accepted_by_its_fingerprint() {
    let dataset = sound();
    let root = dataset.path();
    write(root, "data/plants/tansy.json", LOOSE);
    let report = run(root, &["check", "-q", "--format", "json"]).stdout;
    let report: serde_json::Value = serde_json::from_str(&report).expect("it is JSON");
    let print = report["findings"][0]["fingerprint"]
        .as_str()
        .expect("a text");
    let reason = ["--reason", "It came so from elsewhere.", "--owner", "us"];
    let accept = |print: &str, day: &str| {
        run(
            root,
            &[&["except", print, "--expires", day], &reason[..]].concat(),
        )
    };
    accept("000000", "2026-12-31").expect_refusal("no finding has the fingerprint");
    accept(print, "soon").expect_refusal("error: --expires: `soon` is no date");
    accept(print, "2026-11-21").expect_refusal("--expires: 2026-11-21 has passed on 2026-11-22");
    for (given, refusal) in [
        (["", "us"], "--reason: say in a sentence"),
        ([" \u{a0} ", "us"], "--reason: say in a sentence"),
        (["todo: ask them", "us"], "--reason: say in a sentence"),
        (
            ["It came so from elsewhere.", ""],
            "--owner: name who answers",
        ),
        (
            ["It came so from elsewhere.", " \t"],
            "--owner: name who answers",
        ),
    ] {
        let [reason, owner] = given;
        let said = [
            "--reason",
            reason,
            "--owner",
            owner,
            "--expires",
            "2026-12-31",
        ];
        run(root, &[&["except", print], &said[..]].concat()).expect_refusal(refusal);
    }
    let list = root.join("data/exceptions.json");
    assert!(!list.exists());
    for (faulty, fault) in [
        (
            "{",
            "data/exceptions.json:1: the document ends before this is closed; mend it first",
        ),
        (
            r#"{ "exceptions": [], "exceptions": [] }"#,
            "data/exceptions.json:1: the member `exceptions` occurs twice",
        ),
        (
            r#"{ "exceptions": [{}] }"#,
            "data/exceptions.json:1: one of the members",
        ),
    ] {
        write(root, "data/exceptions.json", faulty);
        accept(print, "2026-12-31").expect_refusal(fault);
        assert_eq!(read(&list), faulty);
    }
    std::fs::remove_file(&list).expect("it is there");
    let ran = accept(print, "2026-12-31");
    assert_eq!(ran.status, Some(0), "{ran:?}");
    check(root, &[]).expect(0, "", "");
    let ran = check(root, &["--as-of", "2027-01-01"]);
    assert_eq!(ran.status, Some(1));
    assert!(ran.stdout.contains("error[expired-exception]"), "{ran:?}");
    assert!(ran.stdout.contains(FINDING), "{ran:?}");
}

#[test]
fn pages_and_lists_of_rules_are_shown() {
    let dataset = sound();
    let root = dataset.path();
    let ran = run(root, &["explain", "lapsed-source"]);
    assert!(ran.stdout.starts_with("# lapsed-source\n"), "{ran:?}");
    run(root, &["explain", "lapsed-sauce"]).expect_refusal("did you mean `lapsed-source`?");
    let table = run(root, &["rules"]).stdout;
    let list = run(root, &["rules", "--format", "json"]).stdout;
    let list: serde_json::Value = serde_json::from_str(&list).expect("it is JSON");
    let rules = list["rules"].as_array().expect("a list");
    assert_eq!(table.lines().count(), rules.len());
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let schema = repository.join("schemas/output/rules.schema.json");
    let document = write(root, "rules.json", &list.to_string());
    let arguments = ["validate", "-q", "--schema"].map(AsRef::as_ref);
    let arguments = [&arguments[..], &[schema.as_os_str(), document.as_os_str()]].concat();
    run(root, &arguments).expect(0, "", "");
    run(root, &["rules", "--write", "pages"]).expect(0, "", "");
    let docs = repository.join("docs/rules");
    let names = |folder: &Path| {
        let entries = std::fs::read_dir(folder).expect("it can be listed");
        let names = entries.map(|entry| entry.expect("it can be listed").file_name());
        names.collect::<BTreeSet<_>>()
    };
    let pages = root.join("pages");
    assert_eq!(names(&docs), names(&pages));
    for name in names(&pages) {
        assert!(
            read(docs.join(&name)) == read(pages.join(&name)),
            "docs/rules/{} is not what the rules say; run `treatise rules --write docs/rules`",
            name.display()
        );
    }
}

#[test]
fn rules_about_bundles_are_explained_too() {
    let dataset = sound();
    let root = dataset.path();
    let list = run(root, &["rules", "--format", "json"]).stdout;
    let list: serde_json::Value = serde_json::from_str(&list).expect("it is JSON");
    for name in ["altered-file", "formats-disagree"] {
        let ran = run(root, &["explain", name]);
        assert!(ran.stdout.starts_with(&format!("# {name}\n")), "{ran:?}");
        let rules = list["rules"].as_array().expect("a list");
        assert!(rules.iter().any(|rule| rule["name"] == name), "{name}");
        check(root, &["--allow", name]).expect_refusal("is a rule about bundles, which `verify`");
    }
    run(root, &["explain", "altered-fil"]).expect_refusal("did you mean `altered-file`?");
    run(root, &["explain", "zebra"]).expect_refusal("`treatise rules` lists them");
}
