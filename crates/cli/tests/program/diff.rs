//! `diff` and `witness`: what is compared, in which forms, and how it ends.

use std::path::Path;

use crate::run::{
    MANIFEST, SCHEMA, break_strict_rule, folder, git, make_repository, program, run, sound, write,
};

/// The sound dataset in a repository, with one record changed since the commit.
fn repository() -> tempfile::TempDir {
    let dataset = sound();
    make_repository(dataset.path());
    std::fs::remove_file(dataset.path().join("data/plants/tansy.json")).expect("it was there");
    dataset
}

#[test]
fn the_work_tree_is_compared_with_a_revision() {
    let dataset = repository();
    let ran = run(dataset.path(), &["diff", "HEAD", "-q"]);
    assert_eq!((ran.status, ran.stderr.as_str()), (Some(0), ""), "{ran:#?}");
    assert!(ran.stdout.contains("record removed"), "{}", ran.stdout);
    assert!(
        !ran.stdout.contains('\u{1b}'),
        "no colours but on a terminal"
    );
    let same = run(dataset.path(), &["diff", "HEAD..HEAD"]);
    assert_eq!(same.status, Some(0), "{same:#?}");
    assert!(same.stdout.contains("nothing changed"), "{}", same.stdout);
    assert!(same.stderr.starts_with("compared "), "{}", same.stderr);
}

/// Git tells its hooks which repository they run in.
#[test]
fn a_hook_compares_the_dataset_that_it_is_about() {
    let dataset = sound();
    let around = tempfile::tempdir().expect("there is room for a folder");
    let root = around.path().join("sub");
    std::fs::rename(dataset.path(), &root).expect("it can be moved");
    make_repository(around.path());
    let mut hook = program(&root);
    hook.args(["diff", "HEAD", "-q"])
        .env("GIT_DIR", around.path().join(".git"))
        .env("GIT_INDEX_FILE", around.path().join("none"));
    let output = hook.output().expect("it starts");
    assert!(output.status.success(), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stdout).contains("nothing changed"));
}

#[test]
fn the_exit_code_tells_what_was_asked() {
    let dataset = repository();
    for (asked, status) in [
        ("breaking", 1),
        ("safety", 1),
        ("blocked", 1),
        ("breaking,blocked", 1),
    ] {
        let ran = run(dataset.path(), &["diff", "HEAD", "-q", "--fail-on", asked]);
        assert_eq!(ran.status, Some(status), "{asked}: {ran:#?}");
    }
    git(dataset.path(), &["checkout", "--quiet", "--", "."]);
    for asked in ["breaking", "safety", "blocked"] {
        let ran = run(dataset.path(), &["diff", "HEAD", "-q", "--fail-on", asked]);
        assert_eq!(ran.status, Some(0), "{asked}: {ran:#?}");
    }
    // A record that can't be read is never taken for one that did not change.
    write(dataset.path(), "data/plants/tansy.json", "{");
    let ran = run(
        dataset.path(),
        &["diff", "HEAD", "-q", "--fail-on", "breaking"],
    );
    assert_eq!(ran.status, Some(2), "{ran:#?}");
    assert!(
        ran.stdout.contains("could not be compared"),
        "{}",
        ran.stdout
    );
}

/// What changed is one question, and whether the content is right another: `check` answers that,
/// and `release` asks it.
#[test]
fn errors_of_rules_about_content_are_for_check_and_release() {
    let dataset = repository();
    let root = dataset.path();
    break_strict_rule(root);
    let blocked = ["diff", "HEAD", "-q", "--fail-on", "blocked"];
    assert_eq!(run(root, &blocked).status, Some(0));
    let checked = run(root, &["check", "-q"]);
    assert_eq!(checked.status, Some(1), "{checked:#?}");
    let ran = run(root, &["release", "--dry-run"]);
    assert_eq!(ran.status, Some(1), "{ran:#?}");
    assert!(ran.stdout.contains("error[unformatted]"), "{ran:#?}");
    let help = run(root, &["diff", "--help"]).stdout;
    let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
    let told = "What the rules about content find is said by `check`, and refused by `release`";
    assert!(help.contains(told), "{help}");
}

/// The export gives such records a member for their ids, which is no change of the dataset.
#[test]
fn a_bundle_of_records_that_are_named_by_their_files_is_their_dataset() {
    let museum = Path::new(env!("CARGO_MANIFEST_DIR")).join("../exporter/tests/museum");
    let museum = museum.to_str().expect("it is UTF-8");
    let around = folder(&[]);
    for format in ["json", "ndjson"] {
        let export = [
            "export", "-q", "--root", museum, "--out", "out", "--format", format,
        ];
        run(around.path(), &export).expect(0, "", "");
        for sides in [["out", museum], [museum, "out"]] {
            let ran = run(around.path(), &["diff", sides[0], sides[1], "-q"]);
            assert_eq!(ran.status, Some(0), "{ran:#?}");
            assert!(ran.stdout.contains("nothing changed"), "{}", ran.stdout);
            assert!(ran.stdout.contains("7 records unchanged"), "{}", ran.stdout);
        }
    }
    let ran = run(around.path(), &["diff", "out", "out", "-q"]);
    assert!(ran.stdout.contains("nothing changed"), "{ran:#?}");
}

/// No file can have such a name, so the export cuts it.
#[test]
fn a_bundle_of_a_collection_with_a_long_name_is_its_dataset() {
    let long = "x".repeat(241);
    let dataset = sound();
    let root = dataset.path();
    let manifest = MANIFEST.replace("\"plants\"", &format!("\"{long}\""));
    write(root, "data/dataset.json", &manifest);
    let schema = SCHEMA.replace("\"plants\"", &format!("\"{long}\""));
    write(root, "schemas/plants.json", &schema);
    for format in ["json", "ndjson"] {
        let export = ["export", "-q", "--out", "out", "--format", format];
        run(root, &export).expect(0, "", "");
        let verified = run(root, &["verify", "-q", "out"]);
        assert_eq!(verified.status, Some(0), "{verified:#?}");
        for sides in [["out", "."], [".", "out"], ["out", "out"]] {
            let ran = run(root, &["diff", sides[0], sides[1], "-q"]);
            assert_eq!(ran.status, Some(0), "{ran:#?}");
            assert!(ran.stdout.contains("nothing changed"), "{ran:#?}");
        }
    }
}

#[test]
fn archives_are_compared_like_the_bundles_in_them() {
    let dataset = repository();
    let root = dataset.path();
    git(root, &["checkout", "--quiet", "--", "."]);
    let export = ["export", "-q", "--out", "../out", "--archive", "zip"];
    let around = folder(&[]);
    let out = around.path().join("out");
    let out = out.to_str().expect("it is UTF-8");
    let export = [
        &export[..3],
        &[out],
        &export[4..],
        &["--archive", "tar.zst"],
    ]
    .concat();
    run(root, &export).expect(0, "", "");
    std::fs::remove_file(root.join("data/plants/tansy.json")).expect("it was there");
    for kind in ["zip", "tar.zst"] {
        let archive = format!("{out}.{kind}");
        let ran = run(root, &["diff", &archive, "-q"]);
        assert_eq!(ran.status, Some(0), "{ran:#?}");
        assert!(ran.stdout.contains("record removed"), "{}", ran.stdout);
        assert!(ran.stdout.contains(&archive), "{}", ran.stdout);
        let same = run(root, &["diff", out, &archive, "-q"]);
        assert!(same.stdout.contains("nothing changed"), "{same:#?}");
    }
    write(root, "mine.zip", "dear");
    run(root, &["diff", "mine.zip"]).expect_refusal("`mine.zip` can't be unpacked: ");
    run(root, &["diff", "none.zip"]).expect_refusal("`none.zip` is no folder");
}

#[test]
fn reports_go_where_they_are_sent() {
    let dataset = repository();
    let ran = run(
        dataset.path(),
        &[
            "diff",
            "HEAD",
            "-q",
            "--format",
            "markdown",
            "--format",
            "html",
            "--output",
            "diff.html",
            "--format",
            "patch",
            "--output",
            "diff.json",
        ],
    );
    assert_eq!(ran.status, Some(0), "{ran:#?}");
    assert!(ran.stdout.starts_with("### What changed"), "{}", ran.stdout);
    let read =
        |name: &str| std::fs::read_to_string(dataset.path().join(name)).expect("it is there");
    assert!(read("diff.html").starts_with("<!DOCTYPE html>"));
    assert_eq!(
        read("diff.json"),
        "[\n{\"op\":\"remove\",\"path\":\"/plants/tansy\"}\n]\n"
    );
}

#[test]
fn what_can_not_be_compared_is_refused() {
    let dataset = repository();
    let diff = |arguments: &[&str]| run(dataset.path(), &[&["diff"], arguments].concat());
    diff(&["nothing"]).expect_refusal("the repository has no revision `nothing`");
    diff(&["HEAD", "nothing"]).expect_refusal("and no git revision");
    diff(&["HEAD", "--format", "xml"]).expect_refusal("the formats are human, json, markdown");
    diff(&["HEAD", "--witness", "none"]).expect_refusal("none");
    write(dataset.path(), "data/dataset.json", "{");
    diff(&["HEAD"]).expect_refusal("can't be compared: data/dataset.json");
    let elsewhere = folder(&[]);
    run(elsewhere.path(), &["diff", "HEAD"]).expect_refusal("there is no git repository here");
}

#[test]
fn a_witness_says_what_breaks() {
    let dataset = repository();
    git(dataset.path(), &["checkout", "--quiet", "--", "."]);
    write(dataset.path(), "app.js", "plant('tansy'); plant('rue')");
    let ran = run(dataset.path(), &["witness", "app.js"]);
    assert_eq!(ran.status, Some(0), "{ran:#?}");
    assert!(ran.stdout.contains("\"tansy\""), "{}", ran.stdout);
    write(dataset.path(), "app.json", &ran.stdout);
    std::fs::remove_file(dataset.path().join("data/plants/tansy.json")).expect("it was there");
    let ran = run(
        dataset.path(),
        &["diff", "HEAD", "-q", "--witness", "app.json"],
    );
    assert!(
        ran.stdout.contains("id tansy: record-removed"),
        "{}",
        ran.stdout
    );
    let ran = run(dataset.path(), &["witness", "none.js"]);
    ran.expect_refusal("error: none.js: No such file");
    assert_eq!(ran.stderr.matches("No such file").count(), 1, "{ran:?}");
    run(dataset.path(), &["diff", "HEAD", "--witness", "app.js"]).expect_refusal("no witness");
}

#[test]
fn a_witness_of_a_broken_dataset_says_so() {
    let dataset = repository();
    write(dataset.path(), "app.js", "plant('tansy')");
    write(dataset.path(), "data/plants/tansy.json", "{");
    let ran = run(dataset.path(), &["witness", "app.js"]);
    assert_eq!(ran.status, Some(1), "{ran:#?}");
    assert!(
        ran.stderr.contains("what can't be read of it"),
        "{}",
        ran.stderr
    );
}

#[test]
fn the_real_dataset_is_the_same_as_itself() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let root = root.to_str().expect("the path is Unicode");
    let ran = run(
        Path::new(root),
        &["diff", root, root, "-q", "--format", "patch"],
    );
    assert_eq!(
        (ran.status, ran.stdout.as_str()),
        (Some(0), "[]\n"),
        "{ran:#?}"
    );
}
