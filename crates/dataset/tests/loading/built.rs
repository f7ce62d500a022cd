//! What git, or the file system of some reader, can't hold: links, FIFOs, sockets, odd names.

use std::path::{Path, PathBuf};

use tempfile::TempDir;
use treatise_dataset::{LoadOptions, load};

use crate::checked::check;

/// A copy of the case `clean`, to be spoilt.
fn dataset() -> TempDir {
    let folder = tempfile::tempdir().expect("there is a temporary folder");
    let clean = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/clean");
    for path in [
        "data/dataset.json",
        "data/plants/pla-tansy.json",
        "data/plants/pla-yarrow.json",
        "schemas/plants.schema.json",
    ] {
        let content = std::fs::read_to_string(clean.join(path)).expect("the case is there");
        write(&folder, path, &content);
    }
    assert_eq!(check(folder.path()).short(), "", "the copy is clean");
    folder
}

pub(crate) fn write(folder: &TempDir, path: &str, content: &str) -> PathBuf {
    let path = folder.path().join(path);
    let parent = path.parent().expect("the path has a folder");
    std::fs::create_dir_all(parent).expect("a temporary folder can be written to");
    std::fs::write(&path, content).expect("a temporary folder can be written to");
    path
}

fn plant(id: &str) -> String {
    serde_json::json!({ "id": id, "name": "?" }).to_string()
}

#[test]
fn names_that_differ_only_in_case_collide() {
    let folder = dataset();
    let upper = write(&folder, "data/plants/PLA-TANSY.json", &plant("PLA-TANSY"));
    let names = std::fs::read_dir(upper.parent().expect("a folder")).expect("a folder");
    if names.count() == 2 {
        eprintln!("skipped: this file system does not tell `a` from `A`");
        return;
    }
    insta::assert_snapshot!(check(folder.path()).short());
}

#[cfg(unix)]
mod unix {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::{PermissionsExt, symlink};
    use std::os::unix::net::UnixListener;
    use std::process::Command;

    use super::*;

    fn link(folder: &TempDir, target: &str, path: &str) {
        symlink(target, folder.path().join(path)).expect("a link can be made");
    }

    fn fifo(path: &Path) {
        let status = Command::new("mkfifo").arg(path).status();
        assert!(status.expect("mkfifo is there").success());
    }

    #[test]
    fn links_among_the_data_are_never_followed() {
        let folder = dataset();
        let outside = tempfile::tempdir().expect("there is a temporary folder");
        write(&outside, "secret.json", "{\"id\": \"secret\"");
        let secret = outside.path().join("secret.json");
        symlink(&secret, folder.path().join("data/plants/pla-secret.json")).expect("a link");
        link(&folder, "pla-tansy.json", "data/plants/pla-rue.json");
        link(&folder, "nowhere", "data/plants/pla-none.json");
        link(&folder, "/", "data/plants/root");
        link(&folder, "plants", "data/herbs");
        link(&folder, "plants/pla-tansy.json", "data/exceptions.json");
        insta::assert_snapshot!(check(folder.path()).short());
    }

    #[test]
    fn data_behind_a_link_are_not_read() {
        let folder = dataset();
        let outside = tempfile::tempdir().expect("there is a temporary folder");
        let (data, moved) = (folder.path().join("data"), outside.path().join("data"));
        write(&folder, "data/exceptions.json", "[]");
        std::fs::rename(&data, &moved).expect("folders can be moved");
        symlink(&moved, &data).expect("a link can be made");
        insta::assert_snapshot!(check(folder.path()).short());
        let manifest = moved.join("dataset.json");
        let options = LoadOptions {
            manifest: Some(&manifest),
            ..LoadOptions::default()
        };
        let given = crate::checked::check_with(folder.path(), &options).short();
        let manifest = manifest.to_string_lossy();
        insta::assert_snapshot!(given.replace(&*manifest, "MANIFEST"));
    }

    #[test]
    fn a_collection_behind_a_link_is_outside() {
        let folder = dataset();
        let plants = folder.path().join("data/plants");
        let outside = tempfile::tempdir().expect("there is a temporary folder");
        std::fs::rename(&plants, outside.path().join("plants")).expect("folders can be moved");
        symlink(outside.path().join("plants"), &plants).expect("a link can be made");
        insta::assert_snapshot!(check(folder.path()).short());
    }

    #[test]
    fn a_schema_behind_a_link_is_not_read() {
        let folder = dataset();
        let schemas = folder.path().join("schemas");
        let outside = tempfile::tempdir().expect("there is a temporary folder");
        std::fs::rename(&schemas, outside.path().join("schemas")).expect("folders can be moved");
        symlink(outside.path().join("schemas"), &schemas).expect("a link can be made");
        let whole_folder = check(folder.path()).short();
        std::fs::remove_file(&schemas).expect("the link can be removed");
        std::fs::create_dir(&schemas).expect("a folder can be made");
        let schema = "plants.schema.json";
        symlink(
            outside.path().join("schemas").join(schema),
            schemas.join(schema),
        )
        .expect("a link");
        assert_eq!(check(folder.path()).short(), whole_folder);
        insta::assert_snapshot!(whole_folder);
    }

    #[test]
    fn a_schema_that_refers_to_a_link_does_not_get_it() {
        let folder = dataset();
        let outside = tempfile::tempdir().expect("there is a temporary folder");
        write(&outside, "id.json", r#"{"type": "string"}"#);
        let id = outside.path().join("id.json");
        symlink(id, folder.path().join("schemas/id.json")).expect("a link can be made");
        let schema = r#"{"properties": {"id": {"$ref": "id.json"}}}"#;
        write(&folder, "schemas/plants.schema.json", schema);
        insta::assert_snapshot!(check(folder.path()).short());
    }

    #[test]
    fn what_is_no_regular_file_is_never_opened() {
        let folder = dataset();
        let data = folder.path().join("data");
        fifo(&data.join("plants/pla-fifo.json"));
        fifo(&data.join("exceptions.json"));
        let socket = UnixListener::bind(data.join("plants/pla-socket.json"));
        socket.expect("a socket can be made");
        std::fs::create_dir(data.join("plants/pla-folder.json")).expect("a folder can be made");
        insta::assert_snapshot!(check(folder.path()).short());
    }

    #[test]
    fn a_folder_in_place_of_the_exceptions_is_reported() {
        let folder = dataset();
        write(&folder, "data/exceptions.json/plants.json", "{}");
        insta::assert_snapshot!(check(folder.path()).short());
    }

    #[test]
    fn names_that_other_systems_refuse_are_reported() {
        let folder = dataset();
        for name in [
            "con",
            "pla-a:b",
            "pla-a ",
            "pla-\u{1b}[31m",
            "pla-\n::error::x",
        ] {
            write(&folder, &format!("data/plants/{name}.json"), &plant(name));
        }
        let bytes = folder
            .path()
            .join("data/plants")
            .join(OsStr::from_bytes(b"pla-\xff.json"));
        std::fs::write(bytes, plant("pla-x")).expect("a temporary folder can be written to");
        insta::assert_snapshot!(check(folder.path()).short());
    }

    #[test]
    fn names_in_the_manifest_that_other_systems_refuse_are_reported() {
        let folder = dataset();
        let manifest = serde_json::json!({
            "name": "aux",
            "version": "0.1.0",
            "as_of": "2026-11-22",
            "collections": [
                {
                    "name": "con",
                    "path": "data/con.ndjson",
                    "schema": "schemas/con.schema.json",
                    "id": "/id",
                },
                {
                    "name": "plants",
                    "path": "data/nul/plants",
                    "schema": "schemas/plants.schema.json",
                    "id": "/id",
                },
                {
                    "name": "console",
                    "path": "data/console",
                    "schema": "schemas/a?.schema.json",
                    "id": "/id",
                },
            ],
            "other_files": [{ "path": "data/notes." }],
        });
        let manifest = serde_json::to_string_pretty(&manifest).expect("it can be written");
        let root = folder.path();
        write(&folder, "data/dataset.json", &manifest);
        write(&folder, "data/con.ndjson", &(plant("a") + "\n"));
        std::fs::create_dir_all(root.join("data/nul")).expect("a folder can be made");
        std::fs::rename(root.join("data/plants"), root.join("data/nul/plants"))
            .expect("a folder can be moved");
        write(&folder, "data/console/b.json", &plant("b"));
        write(&folder, "data/notes.", "");
        let schema = std::fs::read_to_string(root.join("schemas/plants.schema.json"));
        let schema = schema.expect("the schema is there");
        for name in ["con", "a?"] {
            write(&folder, &format!("schemas/{name}.schema.json"), &schema);
        }
        insta::assert_snapshot!(check(root).short());
    }

    #[test]
    fn a_file_that_may_not_be_read_ends_the_run() {
        let folder = dataset();
        let path = folder.path().join("data/plants/pla-tansy.json");
        let forbid = std::fs::Permissions::from_mode(0o000);
        std::fs::set_permissions(&path, forbid).expect("permissions can be set");
        if std::fs::read(&path).is_ok() {
            eprintln!("skipped: root may read every file");
            return;
        }
        let error = load(folder.path(), &LoadOptions::default()).expect_err("it can't be read");
        assert!(error.to_string().contains("pla-tansy.json: "), "{error}");
    }
}

#[test]
fn a_manifest_that_is_none_ends_the_run() {
    let folder = dataset();
    let manifest = folder.path().join("data/dataset.json");
    let error = || {
        let error = load(folder.path(), &LoadOptions::default()).expect_err("there is no manifest");
        error
            .to_string()
            .replace(&*manifest.to_string_lossy(), "MANIFEST")
    };
    std::fs::remove_file(&manifest).expect("files can be removed");
    insta::assert_snapshot!(error());
    std::fs::create_dir(&manifest).expect("a folder can be made");
    insta::assert_snapshot!(error());
}

#[test]
fn of_findings_elsewhere_only_what_all_depends_on_is_kept() {
    let folder = dataset();
    write(&folder, "data/plants/pla-rue.json", "{}");
    write(&folder, "data/plants/pla-dill.json", "{}");
    write(&folder, "data/notes.txt", "");
    let rules = |path: &str| {
        let only = [PathBuf::from(path)];
        let options = LoadOptions {
            only: Some(&only),
            ..LoadOptions::default()
        };
        let checked = crate::checked::check_with(folder.path(), &options);
        assert_eq!(checked.counts.errors as usize, checked.findings.len());
        checked.short()
    };
    insta::assert_snapshot!(rules("data/plants/pla-rue.json"));
    assert_eq!(rules("data/plants/pla-tansy.json"), "");
    write(&folder, "schemas/plants.schema.json", "{");
    insta::assert_snapshot!(rules("data/plants/pla-tansy.json"));
    write(&folder, "data/dataset.json", "{");
    insta::assert_snapshot!(rules("data/plants/pla-tansy.json"));
}
