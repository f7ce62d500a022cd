//! `check`: which dataset, which part of it, and how it ends.

use std::os::unix::fs::symlink;

use crate::run::{FAULTS, MANIFEST, faulty, folder, read, run, sound, write};

const SUMMARY: &str = "checked 2 records and 1 reference in 2 files, T s: no findings\n";

#[test]
fn a_sound_dataset_is_told_in_one_line() {
    let dataset = sound();
    run(dataset.path(), &["check"]).expect(0, "", SUMMARY);
    run(dataset.path(), &["validate"]).expect(0, "", SUMMARY);
    run(dataset.path(), &["check", "--quiet"]).expect(0, "", "");
}

#[test]
fn the_dataset_in_the_documentation_is_sound() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../schemas/README.md");
    let page = read(page);
    let section = page
        .split("\n## ")
        .find(|section| section.starts_with("A dataset of your own"));
    let section = section.expect("the page has the section");
    // Before each block stands the file that it is.
    let mut blocks = section.split("```json\n");
    let mut said = blocks.next().expect("there is text before the first block");
    let mut files = Vec::new();
    for block in blocks {
        let sentence = said
            .trim_end()
            .lines()
            .last()
            .expect("a sentence is before a block");
        let path = sentence
            .split('`')
            .find(|part| part.contains('.') && part.contains('/'));
        let (text, rest) = block.split_once("```\n").expect("a block ends");
        files.push((path.expect("the sentence names the file"), text));
        said = rest;
    }
    assert_eq!(files.len(), 5);
    let dataset = folder(&files);
    let summary = "checked 2 records and 1 reference in 2 files, T s: no findings\n";
    run(dataset.path(), &["check"]).expect(0, "", summary);
    assert_eq!(
        run(dataset.path(), &["export", "--out", "dist", "-q"]).status,
        Some(0)
    );
}

#[test]
fn findings_go_to_stdout_and_the_summary_to_stderr() {
    let dataset = faulty();
    let ran = run(dataset.path(), &["check", "--format", "short"]);
    let summary = "not checked: all rules about the content of broken records, untested-schema-branch, unused-definition (1): these records can't be read or are not as their schema says\nchecked 4 records and 2 references in 4 files, T s: 2 errors\n";
    ran.expect(1, FAULTS, summary);
    run(dataset.path(), &["check", "--format", "short", "-q"]).expect(1, FAULTS, "");
}

#[test]
fn the_root_is_found_from_below_or_named() {
    let dataset = sound();
    run(&dataset.path().join("data/plants"), &["check"]).expect(0, "", SUMMARY);
    let elsewhere = folder(&[]);
    let root = dataset.path().as_os_str();
    run(
        elsewhere.path(),
        &["check".as_ref(), "--root".as_ref(), root],
    )
    .expect(0, "", SUMMARY);
    run(elsewhere.path(), &["check"]).expect_refusal("there is no `data/dataset.json` here");
    run(elsewhere.path(), &["check", "--root", "none"])
        .expect_refusal("none: there is no such folder");
    run(elsewhere.path(), &["check", "--root", "."])
        .expect_refusal("./data/dataset.json: there is no such file");
}

#[test]
fn a_manifest_may_lie_elsewhere() {
    let dataset = sound();
    let root = dataset.path();
    std::fs::rename(root.join("data/dataset.json"), root.join("garden.json")).expect("it moves");
    run(root, &["check", "--manifest", "garden.json"]).expect(0, "", SUMMARY);
    let elsewhere = folder(&[("garden.json", MANIFEST)]);
    let arguments = ["check", "--manifest", "garden.json", "--root"].map(AsRef::as_ref);
    let arguments = [&arguments[..], &[root.as_os_str()]].concat();
    run(elsewhere.path(), &arguments).expect(0, "", SUMMARY);
    run(root, &["check", "--manifest", "data"]).expect_refusal("data: it is a folder");
    run(root, &["check", "--manifest", "none.json"])
        .expect_refusal("none.json: there is no such file");
}

#[test]
fn paths_choose_what_is_reported() {
    let dataset = faulty();
    let check = |path: &str| run(dataset.path(), &["check", "--format", "short", "-q", path]);
    let lines: Vec<_> = FAULTS.split_inclusive('\n').collect();
    check("data/plants/dill.json").expect(1, lines[0], "");
    check("./data/../data/plants/mint.json").expect(1, lines[1], "");
    check("data/plants").expect(1, FAULTS, "");
    check(".").expect(1, FAULTS, "");
    check("data/plants/rue.json").expect(0, "", "");
    check("none.json").expect_refusal("none.json: there is no such file or folder");
    check("/").expect_refusal("/: it is not in the dataset");
    write(dataset.path(), "notes/README.md", "");
    check("notes").expect_refusal("notes: there is no file of the dataset");
}

#[test]
fn a_broken_manifest_is_reported_whatever_is_looked_for() {
    let dataset = faulty();
    write(dataset.path(), "data/dataset.json", "{");
    let fault =
        "data/dataset.json:1:2: error[invalid-json]: the document ends before this is closed\n";
    run(
        dataset.path(),
        &["check", "--format", "short", "-q", "data/plants/rue.json"],
    )
    .expect(1, fault, "");
}

#[test]
fn the_day_is_an_argument() {
    let dataset = sound();
    write(dataset.path(), "data/plants/rue.json", r#"{ "id": "rue" }"#);
    let exception = r#"{ "exceptions": [{ "rule": "unformatted", "record": "rue", "reason": "It came so from elsewhere.", "owner": "us", "expires": "2026-12-01" }] }"#;
    write(dataset.path(), "data/exceptions.json", exception);
    let check = |day: &str| run(dataset.path(), &["check", "-q", "--as-of", day]).status;
    assert_eq!(run(dataset.path(), &["check", "-q"]).status, Some(0));
    assert_eq!(check("2026-12-01"), Some(0));
    assert_eq!(check("2026-12-02"), Some(1));
    assert!(matches!(check("today"), Some(0 | 1)));
    for day in ["tomorrow", "2026-02-30", "01.12.2026", ""] {
        run(dataset.path(), &["check", "--as-of", day])
            .expect_refusal("is no date as in 2026-11-22");
    }
}

#[test]
fn a_check_that_looked_at_nothing_is_not_sound() {
    let dataset = folder(&[
        ("data/dataset.json", MANIFEST),
        ("schemas/plants.json", "{}"),
    ]);
    std::fs::create_dir(dataset.path().join("data/plants")).expect("a folder can be made");
    let ran = run(dataset.path(), &["check", "--format", "short"]);
    assert_eq!(ran.status, Some(1));
    assert!(ran.stdout.contains("error[empty-dataset]"), "{ran:?}");
}

#[test]
fn the_same_dataset_gives_the_same_bytes() {
    let dataset = faulty();
    for number in 0..500 {
        let content = format!(
            r#"{{ "id": "r{number}", "parent": "p{}", "sown": 1 }}"#,
            number % 7
        );
        write(
            dataset.path(),
            &format!("data/plants/r{number}.json"),
            &content,
        );
    }
    for format in [
        "human", "short", "json", "ndjson", "sarif", "github", "junit",
    ] {
        let once = || run(dataset.path(), &["check", "-q", "--format", format]);
        let first = once();
        assert!(!first.stdout.is_empty());
        for _ in 0..3 {
            assert_eq!(first, once());
        }
    }
}

#[test]
fn nothing_outside_is_read_over_a_link() {
    let dataset = sound();
    let outside = folder(&[("secret.json", "secret")]);
    let link = dataset.path().join("data/plants/secret.json");
    symlink(outside.path().join("secret.json"), link).expect("a link can be made");
    let ran = run(dataset.path(), &["check"]);
    assert_eq!(ran.status, Some(1));
    assert!(ran.stdout.contains("error[symlink-in-data]"), "{ran:?}");
}

#[test]
fn files_of_editors_are_no_fault() {
    let dataset = sound();
    let root = dataset.path();
    for name in [
        "plants/.rue.json.swp",
        "plants/.DS_Store",
        ".DS_Store",
        "Thumbs.db",
    ] {
        write(root, &format!("data/{name}"), "x");
    }
    let lock = root.join("data/plants/.#rue.json");
    std::os::unix::fs::symlink("somebody@somewhere", lock).expect("links can be made");
    run(root, &["check", "-q"]).expect(0, "", "");
    write(root, "data/plants/rue.json.orig", "{}");
    write(root, "data/.treatise-a1B2c3.part", "{}");
    let found = run(root, &["check", "-q"]);
    assert_eq!(found.status, Some(1));
    assert_eq!(
        found.stdout.matches("unexpected-file").count(),
        2,
        "{found:#?}"
    );
    assert!(
        found.stdout.contains("a run of treatise that was killed"),
        "{found:#?}"
    );
}

#[test]
fn who_names_a_path_with_a_slip_is_told_which_is_there() {
    let dataset = sound();
    let root = dataset.path();
    for (path, meant) in [
        ("rue", "data/plants/rue.json"),
        ("data/plant", "data/plants"),
        ("data/plants/tansi.json", "data/plants/tansy.json"),
    ] {
        let message = format!("{path}: there is no such file or folder; did you mean `{meant}`?");
        run(root, &["check", path]).expect_refusal(&message);
    }
    run(root, &["check", "elsewhere"]).expect_refusal("elsewhere: there is no such file or folder");
}
