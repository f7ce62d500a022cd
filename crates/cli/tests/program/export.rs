//! `export` and `verify`.

use crate::run::{FAULTS, faulty, folder, read, run, sound, write};

const EXPORTED: &str = "exported 2 records of 1 collection to out: ";

#[test]
fn a_bundle_is_written_and_found_to_be_sound() {
    let dataset = sound();
    let ran = run(dataset.path(), &["export", "--out", "out"]);
    assert_eq!((ran.status, ran.stdout.as_str()), (Some(0), ""));
    assert!(ran.stderr.starts_with(EXPORTED), "{ran:?}");
    let ran = run(dataset.path(), &["verify", "out"]);
    assert_eq!((ran.status, ran.stdout.as_str()), (Some(0), ""));
    assert!(ran.stderr.contains(", 2 records and "), "{ran:?}");
    assert!(ran.stderr.ends_with(" s: no findings\n"), "{ran:?}");
    run(dataset.path(), &["verify", "--quiet", "out"]).expect(0, "", "");
    run(dataset.path(), &["check", "--root", "out", "-q"]).expect(0, "", "");
}

#[test]
fn the_formats_are_chosen_by_name() {
    let dataset = sound();
    let arguments = ["export", "-q", "--out", "out", "--format", "csv-excel"];
    run(dataset.path(), &arguments).expect(0, "", "");
    let names: Vec<_> = std::fs::read_dir(dataset.path().join("out"))
        .expect("there is a bundle")
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .collect();
    assert!(names.contains(&"csv-excel".to_owned()), "{names:?}");
    assert!(!names.contains(&"csv".to_owned()), "{names:?}");
    let table = read(dataset.path().join("out/csv-excel/plants.csv"));
    assert_eq!(table, "\u{FEFF}id,sown,parent\r\nrue,,\r\ntansy,,rue\r\n");
    run(dataset.path(), &["verify", "-q", "out"]).expect(0, "", "");
    let ran = run(
        dataset.path(),
        &["export", "--out", "out", "--format", "xls"],
    );
    assert_eq!(ran.status, Some(2));
    assert!(
        ran.stderr.contains("the formats are json, ndjson, csv"),
        "{ran:?}"
    );
}

#[test]
fn nothing_is_exported_of_a_faulty_dataset() {
    let dataset = faulty();
    let ran = run(dataset.path(), &["export", "--out", "out"]);
    assert_eq!(ran.status, Some(1));
    for line in FAULTS.lines() {
        let message = line.rsplit("]: ").next().expect("a message");
        assert!(ran.stdout.contains(message), "{ran:?}");
    }
    assert!(ran.stderr.contains("nothing was exported"), "{ran:?}");
    assert!(!dataset.path().join("out").exists());
}

#[test]
fn what_is_there_already_is_left_alone() {
    let dataset = sound();
    write(dataset.path(), "mine/letter.txt", "dear");
    run(dataset.path(), &["export", "--out", "mine"])
        .expect_refusal("`mine` exists and is no bundle of this program");
    assert_eq!(read(dataset.path().join("mine/letter.txt")), "dear");
    run(dataset.path(), &["export", "-q", "--out", "out"]).expect(0, "", "");
    run(dataset.path(), &["export", "-q", "--out", "out"]).expect(0, "", "");
}

#[test]
fn what_the_tables_lack_is_said_and_no_name_commands_the_terminal() {
    let dataset = sound();
    write(
        dataset.path(),
        "data/plants/ivy.json",
        r#"{ "id": "ivy", "leaf": 1 }"#,
    );
    let ran = run(dataset.path(), &["export", "--out", "o\u{1b}[31mut"]);
    assert_eq!(ran.status, Some(0), "{ran:?}");
    let warning = "warning: the tables lack 1 value that the schemas do not describe, first \
        `/leaf` of `ivy` in `plants`\n";
    assert!(ran.stderr.starts_with(warning), "{ran:?}");
    assert!(!ran.stderr.contains('\u{1b}'), "{ran:?}");
}

#[test]
fn damage_is_told_like_any_finding() {
    let dataset = sound();
    run(dataset.path(), &["export", "-q", "--out", "out"]).expect(0, "", "");
    write(dataset.path(), "out/csv/plants.csv", "id\r\n");
    let ran = run(dataset.path(), &["verify", "out", "--format", "short"]);
    assert_eq!(ran.status, Some(1));
    let start = "csv/plants.csv:1:1: error[altered-file]: `csv/plants.csv` has the SHA-256 ";
    assert!(ran.stdout.starts_with(start), "{ran:?}");
    assert!(ran.stderr.ends_with(" s: 1 error\n"), "{ran:?}");
    let elsewhere = folder(&[]);
    run(elsewhere.path(), &["verify", "."]).expect_refusal("`.` is no bundle of this program");
    run(elsewhere.path(), &["verify", "none"]).expect_refusal("`none` is no bundle");
}
