//! What is left of a run that is killed or finds no room: of an export the bundle that was there, or
//! the new one; of any other nothing for long.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use crate::run::{Ran, make_repository, program, read, run, write};

const MANIFEST: &str = r#"{
  "name": "garden", "version": "VERSION", "as_of": "2026-11-22",
  "collections": [
    { "name": "plants", "path": "data/plants.ndjson", "schema": "schemas/plants.json", "id": "/id" }
  ]
}
"#;

const SCHEMA: &str = r#"{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "required": ["id"],
  "additionalProperties": false,
  "properties": {
    "id": { "type": "string" },
    "note": { "type": "string" },
    "names": { "type": "array", "items": { "type": "string" } }
  }
}
"#;

/// A folder with a dataset whose export takes a while.
fn garden() -> TempDir {
    let folder = crate::run::folder(&[("schemas/plants.json", SCHEMA)]);
    let mut lines = String::new();
    for number in 0..2000_u64 {
        // Texts that no compression makes small.
        let note = number.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let line = format!(
            r#"{{"id":"p{number:04}","note":"{note:x}{:x}","names":["{number}","x"]}}"#,
            note.wrapping_mul(note)
        );
        writeln!(lines, "{line}").expect("a string takes it");
    }
    write(folder.path(), "data/plants.ndjson", &lines);
    set_version(folder.path(), "1.0.0");
    folder
}

fn set_version(folder: &Path, version: &str) {
    let manifest = MANIFEST.replace("VERSION", version);
    write(folder, "data/dataset.json", &manifest);
}

const EXPORT: [&str; 4] = ["export", "-q", "--out", "out"];

fn export(folder: &Path) {
    run(folder, &EXPORT).expect(0, "", "");
}

/// The version of the bundle, which is sound; `None` where there is nothing.
fn version(folder: &Path) -> Option<String> {
    if !folder.join("out").exists() {
        return None;
    }
    run(folder, &["verify", "-q", "out"]).expect(0, "", "");
    let marker = read(folder.join("out/bundle.json"));
    let versions = ["1.0.0", "2.0.0"].into_iter();
    let mut found =
        versions.filter(|version| marker.contains(&format!("\"version\": \"{version}\"")));
    Some(found.next().expect("it is one of both").to_owned())
}

/// The folders in which bundles are made, or were.
fn partial(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("the folder can be read");
    let names = entries.filter_map(|entry| Some(entry.ok()?.path()));
    names
        .filter(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.starts_with(".out.") && name.ends_with(".partial")
        })
        .collect()
}

/// The files in a folder and their bytes; those that go meanwhile are not there.
fn sizes(folder: &Path) -> BTreeMap<PathBuf, u64> {
    let mut sizes = BTreeMap::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        match entry.metadata() {
            Ok(metadata) if metadata.is_dir() => sizes.extend(self::sizes(&entry.path())),
            Ok(metadata) => {
                sizes.insert(entry.path(), metadata.len());
            }
            Err(_) => {}
        }
    }
    sizes
}

fn start(folder: &Path) -> Child {
    let mut command = program(folder);
    command
        .args(EXPORT)
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.spawn().expect("the program starts")
}

/// Starts an export and waits until `is_time`, or until it has ended.
fn run_until(folder: &Path, is_time: impl Fn() -> bool) -> (Child, bool) {
    let mut child = start(folder);
    loop {
        if child.try_wait().expect("it can be asked").is_some() {
            return (child, false);
        }
        if is_time() {
            return (child, true);
        }
        std::thread::yield_now();
    }
}

/// Kills an export as soon as `is_time`; whether it was alive then.
fn kill_when(folder: &Path, is_time: impl Fn() -> bool) -> bool {
    let (mut child, is_alive) = run_until(folder, is_time);
    child.kill().expect("it is ours");
    child.wait().expect("it ends");
    is_alive
}

/// A moment of an export, seen from outside.
type Moment = Box<dyn Fn(&Path) -> bool>;

/// When so many files, when so many bytes are there, when the last file is, and when the new
/// bundle has taken its place and the old one is being removed.
fn moments() -> Vec<Moment> {
    let mut moments: Vec<Moment> = Vec::new();
    for files in [0, 1, 2, 3, 5, 8, 13, 18] {
        moments.push(Box::new(move |folder| {
            let made = partial(folder);
            made.iter().any(|made| sizes(made).len() > files)
        }));
    }
    for bytes in [1, 1 << 15, 1 << 17, 1 << 18] {
        moments.push(Box::new(move |folder| {
            let made = partial(folder);
            made.iter()
                .any(|made| sizes(made).values().sum::<u64>() >= bytes)
        }));
    }
    moments.push(Box::new(|folder| {
        let made = partial(folder);
        made.iter()
            .any(|made| made.join("bundle/SHA256SUMS").exists())
    }));
    moments.push(Box::new(|folder| {
        let marker = std::fs::read_to_string(folder.join("out/bundle.json"));
        marker.is_ok_and(|marker| marker.contains("2.0.0"))
    }));
    moments
}

#[test]
fn a_killed_export_leaves_the_old_bundle_or_the_new_one() {
    let garden = garden();
    let folder = garden.path();
    let mut killed = 0;
    for is_time in moments() {
        set_version(folder, "1.0.0");
        export(folder);
        assert_eq!(
            partial(folder),
            [""; 0].map(PathBuf::from),
            "nothing is left behind"
        );
        set_version(folder, "2.0.0");
        killed += usize::from(kill_when(folder, || is_time(folder)));
        assert!(version(folder).is_some());
    }
    assert!(killed > 0, "one of the moments comes before the end");
}

#[test]
fn what_a_killed_release_has_left_is_removed_by_the_next_one() {
    let garden = garden();
    let folder = garden.path();
    let left = || {
        let entries = std::fs::read_dir(folder).expect("the folder can be read");
        let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        names
            .filter(|name| name.starts_with(".treatise-release-"))
            .count()
    };
    // Neither of these is ours.
    write(folder, ".treatise-release-abcdef/letter.txt", "dear");
    write(folder, ".treatise-release-ghijkl/treatise.lock", "dear");
    let mut command = program(folder);
    command
        .args(["release", "-q"])
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let mut child = command.spawn().expect("the program starts");
    let locked = || {
        let entries = std::fs::read_dir(folder).expect("the folder can be read");
        let mut made = entries.flatten().map(|entry| entry.path().join("first"));
        made.any(|made| made.exists())
    };
    while !locked() {
        let is_alive = child.try_wait().expect("it can be asked").is_none();
        assert!(
            is_alive,
            "the release takes longer than to see that it has begun"
        );
        std::thread::yield_now();
    }
    // While it lives, another one leaves its folder alone.
    send(&child, "STOP");
    assert_eq!(left(), 3);
    let ran = run(folder, &["release", "-q", "--out", "other"]);
    assert_eq!(ran.status, Some(0), "{ran:#?}");
    assert_eq!(left(), 3);
    child.kill().expect("it is ours");
    child.wait().expect("it ends");
    assert_eq!(left(), 3);
    std::fs::remove_file(folder.join("CHANGELOG.md")).expect("it was written");
    // Also where the bundle will lie in a folder that was not there then.
    std::fs::create_dir_all(folder.join("releases")).expect("there is room");
    let ran = run(folder, &["release", "-q"]);
    assert_eq!(ran.status, Some(0), "{ran:#?}");
    assert_eq!(left(), 2);
}

#[test]
fn what_a_killed_run_has_unpacked_is_removed_by_the_next_one() {
    let garden = garden();
    let folder = garden.path();
    make_repository(folder);
    run(
        folder,
        &["export", "-q", "--out", "out", "--archive", "zip"],
    )
    .expect(0, "", "");
    let temporary = crate::run::folder(&[]);
    let left = |prefix: &str| {
        let entries = std::fs::read_dir(temporary.path()).expect("the folder can be read");
        let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        names.filter(|name| name.starts_with(prefix)).count()
    };
    let quiet = |arguments: &[&str]| {
        let mut command = program(folder);
        command
            .args(arguments)
            .env("TMPDIR", temporary.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command
    };
    for (arguments, prefix) in [
        (&["diff", "HEAD", "-q"][..], ".treatise-diff-"),
        (&["diff", "out.zip", "-q"], ".treatise-archive-"),
        (
            &["release", "-q", "--out", "released"],
            ".treatise-release-",
        ),
    ] {
        let mut child = quiet(arguments).spawn().expect("the program starts");
        // The lock with its text comes right after the folder.
        let has_begun = || {
            let entries = std::fs::read_dir(temporary.path()).expect("the folder can be read");
            let mut locks = entries
                .flatten()
                .map(|entry| entry.path().join("treatise.lock"));
            left(prefix) == 1 && locks.any(|lock| lock.metadata().is_ok_and(|lock| lock.len() > 0))
        };
        while !has_begun() {
            let is_alive = child.try_wait().expect("it can be asked").is_none();
            assert!(is_alive, "{arguments:?} made no folder with this prefix");
            std::thread::yield_now();
        }
        child.kill().expect("it is ours");
        child.wait().expect("it ends");
        assert_eq!(left(prefix), 1, "{arguments:?}");
        let status = quiet(arguments).status().expect("the program starts");
        assert!(status.success(), "{arguments:?}");
        assert_eq!(left(""), 0, "{arguments:?}");
    }
}

#[test]
fn where_nothing_was_a_killed_export_leaves_nothing_or_a_bundle() {
    let garden = garden();
    let folder = garden.path();
    for is_time in moments() {
        kill_when(folder, || is_time(folder));
        version(folder);
        let _ = std::fs::remove_dir_all(folder.join("out"));
    }
    export(folder);
    assert_eq!(version(folder).as_deref(), Some("1.0.0"));
}

#[test]
fn what_is_in_use_or_not_ours_is_left_alone() {
    let garden = garden();
    let folder = garden.path();
    for (name, content) in [
        (".out.abcdef.partial/letter.txt", "dear"),
        (".out.ghijkl.partial/treatise.lock", "dear"),
        (".out.letters.partial/treatise.lock", "dear"),
    ] {
        write(folder, name, content);
    }
    let foreign = partial(folder).len();
    let begun = || {
        let made = partial(folder);
        made.iter().any(|made| made.join("bundle").exists())
    };
    let (mut child, is_alive) = run_until(folder, begun);
    assert!(
        is_alive,
        "the export takes longer than to see that it has begun"
    );
    send(&child, "STOP");
    assert_eq!(partial(folder).len(), foreign + 1);
    export(folder);
    assert_eq!(
        partial(folder).len(),
        foreign + 1,
        "the other run still works in it"
    );
    send(&child, "CONT");
    assert!(child.wait().expect("it ends").success());
    assert!(version(folder).is_some());
    assert_eq!(partial(folder).len(), foreign);
}

fn send(child: &Child, signal: &str) {
    let mut kill = Command::new("kill");
    kill.args([&format!("-{signal}"), &child.id().to_string()]);
    assert!(kill.status().expect("it starts").success());
}

/// Exports where no file may be larger than so many blocks of 512 bytes.
fn export_in(folder: &Path, blocks: u64, arguments: &str) -> Ran {
    let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" {arguments}");
    let mut shell = Command::new("sh");
    shell
        .args(["-c", &script, env!("CARGO_BIN_EXE_treatise")])
        .current_dir(folder);
    shell.output().expect("there is a shell").into()
}

#[test]
fn a_full_disk_is_named_and_leaves_the_old_bundle() {
    let garden = garden();
    let folder = garden.path();
    export(folder);
    let before = contents(&folder.join("out"));
    for (format, file) in [
        ("json", "out/json/plants.json"),
        ("ndjson", "out/ndjson/plants.ndjson"),
        ("csv", "out/csv/plants.csv"),
        ("csv-excel", "out/csv-excel/plants.csv"),
        ("sqlite", "out/sqlite/garden.sqlite"),
        ("parquet", "out/parquet/plants.parquet"),
    ] {
        if format == "parquet" && !cfg!(feature = "parquet") {
            continue;
        }
        let ran = export_in(
            folder,
            16,
            &format!("export -q --out out --format {format}"),
        );
        ran.expect_refusal(&format!("{file} can't be written: "));
        assert!(
            ran.stderr.ends_with("; what was there is as it was\n"),
            "{ran:?}"
        );
        assert_eq!(ran.stderr.lines().count(), 1, "{ran:?}");
        assert!(contents(&folder.join("out")) == before);
        assert_eq!(partial(folder).len(), 0);
    }
    assert_eq!(version(folder).as_deref(), Some("1.0.0"));
}

#[test]
fn a_disk_that_is_full_before_the_archive_is_whole_leaves_the_old_one() {
    let garden = garden();
    let folder = garden.path();
    let arguments = "export -q --out out --archive zip --format json --format csv --format ndjson";
    export_in(folder, 1 << 20, arguments).expect(0, "", "");
    let archive = std::fs::read(folder.join("out.zip")).expect("it can be read");
    let largest = sizes(&folder.join("out")).into_values().max();
    let largest = largest.expect("a bundle has files");
    assert!(archive.len() as u64 > largest + 1024, "all files still fit");
    set_version(folder, "1.1.0");
    let ran = export_in(folder, largest / 512 + 1, arguments);
    ran.expect_refusal("out.zip can't be written: ");
    assert_eq!(ran.stderr.lines().count(), 1, "{ran:?}");
    assert!(std::fs::read(folder.join("out.zip")).expect("it can be read") == archive);
    assert_eq!(partial(folder).len(), 0);
}

fn contents(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let names = sizes(folder).into_keys();
    let content = |path: PathBuf| {
        let bytes = std::fs::read(&path).expect("it can be read");
        (path, bytes)
    };
    names.map(content).collect()
}
