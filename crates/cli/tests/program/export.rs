//! `export` and `verify`.

use crate::run::{FAULTS, Ran, SCHEMA, faulty, folder, program, read, run, sound, write};

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
    run(
        dataset.path(),
        &["verify", "-q", "out", "--format", "short"],
    )
    .expect(
        0,
        "out/bundle.json:1:1: information[unchecked-part]: no record was checked against its schema: \
         the bundle has tables only\n",
        "",
    );
    let ran = run(
        dataset.path(),
        &["export", "--out", "out", "--format", "xls"],
    );
    assert_eq!(ran.status, Some(2));
    assert!(
        ran.stderr.contains("possible values: json, ndjson, csv"),
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
    let open = SCHEMA.replace("\"additionalProperties\": false", "\"$comment\": \"open\"");
    write(dataset.path(), "schemas/plants.json", &open);
    write(
        dataset.path(),
        "data/plants/ivy.json",
        r#"{ "id": "ivy", "leaf": 1 }"#,
    );
    let ran = run(dataset.path(), &["export", "--out", "o\u{1b}[31mut"]);
    assert_eq!(ran.status, Some(0), "{ran:?}");
    let warning = "warning: the tables lack 1 value for want of a column, first \
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
    let start = "out/csv/plants.csv:1:1: error[altered-file]: `csv/plants.csv` has the SHA-256 ";
    assert!(ran.stdout.starts_with(start), "{ran:?}");
    assert!(ran.stderr.ends_with(" s: 1 error\n"), "{ran:?}");
    let ran = run(dataset.path(), &["verify", "-q", "out"]);
    let help = "= help: Its hash is not the one in SHA256SUMS: it was damaged on the way, or changed. \
                Get the bundle anew from where it is published.\n";
    assert!(ran.stdout.contains(help), "{ran:?}");
    let elsewhere = folder(&[]);
    run(elsewhere.path(), &["verify", "."]).expect_refusal("`.` is no bundle of this program");
    run(elsewhere.path(), &["verify", "none"]).expect_refusal("`none` is no bundle");
}

#[test]
fn an_archive_has_the_time_that_is_given() {
    let dataset = sound();
    let export = |time: &str| {
        let arguments = [
            "export",
            "-q",
            "--out",
            "out",
            "--archive",
            "tar.zst",
            "--archive",
            "zip",
        ];
        let mut command = program(dataset.path());
        let ran: Ran = command
            .env("SOURCE_DATE_EPOCH", time)
            .args(arguments)
            .output()
            .expect("the program starts")
            .into();
        (ran, std::fs::read(dataset.path().join("out.zip")).ok())
    };
    let (ran, first) = export("1616025600");
    ran.expect(0, "", "");
    assert!(first.is_some());
    assert_ne!(export("1716025600").1, first);
    assert_eq!(export("1616025600").1, first);
    for archive in ["out.tar.zst", "out.zip"] {
        run(dataset.path(), &["verify", "-q", archive]).expect(0, "", "");
    }
    export("tomorrow")
        .0
        .expect_refusal("SOURCE_DATE_EPOCH is no number of seconds since 1970");
    write(dataset.path(), "mine.zip", "dear");
    run(
        dataset.path(),
        &["export", "--out", "mine", "--archive", "zip"],
    )
    .expect_refusal("`mine.zip` exists and is no archive of a bundle");
    assert!(!dataset.path().join("mine").exists());
    let mut nowhere = program(dataset.path());
    nowhere.args(["verify", "out.zip"]);
    for name in ["TMPDIR", "TMP", "TEMP"] {
        nowhere.env(name, dataset.path().join("none"));
    }
    let ran: Ran = nowhere.output().expect("the program starts").into();
    ran.expect_refusal("`out.zip` can't be unpacked: a temporary folder can't be made");
    run(
        dataset.path(),
        &["verify", "mine.zip", "--format", "short", "-q"],
    )
    .expect(
        1,
        "mine.zip:1:1: error[unreadable-archive]: the archive can't be unpacked: it does not \
         end with its list of files\n",
        "",
    );
}

#[test]
fn a_profile_has_a_name_or_is_a_file() {
    let dataset = sound();
    let export = |profile: &str| {
        run(
            dataset.path(),
            &["export", "--out", "out", "--profile", profile],
        )
    };
    assert_eq!(export("minimal").status, Some(0));
    let table = read(dataset.path().join("out/csv/plants.csv"));
    assert_eq!(table, "id\r\nrue\r\ntansy\r\n");
    write(
        dataset.path(),
        "mine.json",
        r#"{"name": "mine", "members": {"plants": ["/sown"]}}"#,
    );
    assert_eq!(export("mine.json").status, Some(0));
    assert!(read(dataset.path().join("out/csv/plants.csv")).starts_with("id,sown\r\n"));
    export("reviewed").expect_refusal("nothing was exported for the profile `reviewed`");
    export("largest")
        .expect_refusal("`largest` is none of full, reviewed and minimal, and no file");
    write(dataset.path(), "mine.json", "{}");
    export("mine.json").expect_refusal("--profile: mine.json: the profile can't be read");
    let huge = std::fs::File::create(dataset.path().join("huge.json")).expect("it can be made");
    huge.set_len(1 << 40).expect("it need not be there");
    export("huge.json").expect_refusal("--profile: huge.json: ");
}

#[test]
fn what_changed_is_told_of_whole_bundles_only() {
    let dataset = sound();
    let export = |further: &[&str]| {
        let given = ["export", "-q", "--out", "out", "--since", "out"];
        run(dataset.path(), &[&given[..], further].concat())
    };
    run(dataset.path(), &["export", "-q", "--out", "out"]).expect(0, "", "");
    export(&[]).expect(0, "", "");
    assert!(dataset.path().join("out/changes.json").exists());
    export(&["--profile", "minimal"]).expect_refusal(
        "--since tells of the whole dataset, and --profile `minimal` has a part of it",
    );
    for part in [
        ["--collection", "plants"],
        ["--manifest", "data/dataset.json"],
    ] {
        export(&part).expect_refusal("cannot be used with");
    }
}

#[test]
fn a_bundle_is_found_sound_however_its_folder_is_named() {
    let dataset = sound();
    run(dataset.path(), &["export", "-q", "--out", "out"]).expect(0, "", "");
    let folder = format!("//{}/out", dataset.path().display());
    run(dataset.path(), &["verify", "-q", &folder]).expect(0, "", "");
}
