//! Where a bundle may be, and what becomes of what was there.

use std::fs;
use std::path::Path;

use treatise_exporter::{Options, Target};

use crate::folder::{export_to, exported, files, museum, names, sound, temporary};

/// Refused, with these words, and everything is as it was.
fn refused(path: &Path, around: &Path, words: &str) {
    let before = files(around);
    let error = Target::new(path).expect_err("it is refused").to_string();
    assert!(error.contains(words), "{error}");
    let exported = export_to(&sound(&museum()), path, &Options::default());
    exported.expect_err("it is refused");
    assert!(files(around) == before);
}

#[test]
fn an_older_bundle_is_replaced_and_nothing_else_is_left() {
    let bundle = exported(&museum(), &Options::default());
    let expected = files(&bundle.path);
    let shrunk = Options {
        formats: &[treatise_exporter::Format::Json],
        ..Options::default()
    };
    export_to(&sound(&museum()), &bundle.path, &shrunk).expect("it is replaced");
    assert!(!bundle.path.join("csv").exists());
    export_to(&sound(&museum()), &bundle.path, &Options::default()).expect("it is replaced");
    assert!(files(&bundle.path) == expected);
    assert_eq!(names(bundle.around.path()), ["bundle"]);
}

#[test]
fn other_folders_are_left_alone() {
    let around = temporary();
    let folder = around.path().join("mine");
    fs::create_dir(&folder).expect("it can be made");
    refused(&folder, around.path(), "no bundle of this program");
    fs::write(folder.join("letter.txt"), "dear").expect("it can be written");
    refused(&folder, around.path(), "no bundle of this program");
    fs::write(
        folder.join("bundle.json"),
        r#"{"generator": {"name": "x"}}"#,
    )
    .expect("it can be written");
    refused(&folder, around.path(), "no bundle of this program");
    // Only the marker: the letter is in no list of checksums.
    fs::write(
        folder.join("bundle.json"),
        r#"{"generator": {"name": "treatise"}}"#,
    )
    .expect("it can be written");
    refused(&folder, around.path(), "`bundle.json` in it is not part");
}

#[test]
fn a_bundle_with_something_else_in_it_is_left_alone() {
    for stranger in ["csv/notes-of-mine.txt", "letter.txt"] {
        let bundle = exported(&museum(), &Options::default());
        fs::write(bundle.path.join(stranger), "dear").expect("it can be written");
        refused(
            &bundle.path,
            bundle.around.path(),
            &format!("`{stranger}` in it is not part of it"),
        );
    }
}

#[test]
fn files_and_links_are_left_alone() {
    let bundle = exported(&museum(), &Options::default());
    let file = bundle.around.path().join("file");
    fs::write(&file, "dear").expect("it can be written");
    refused(&file, bundle.around.path(), "exists and is no folder");
    #[cfg(unix)]
    {
        let link = bundle.around.path().join("link");
        std::os::unix::fs::symlink(&bundle.path, &link).expect("it can be made");
        refused(&link, bundle.around.path(), "exists and is no folder");
        refused(
            &link.join("."),
            bundle.around.path(),
            "exists and is no folder",
        );
    }
}

#[test]
fn a_path_without_a_name_is_refused() {
    for path in ["..", "/", "a/.."] {
        let error = Target::new(Path::new(path)).expect_err("it is refused");
        assert!(error.to_string().contains("can't be replaced"), "{error}");
    }
}

#[test]
fn folders_around_are_made() {
    let around = temporary();
    let path = around.path().join("not/yet/there/");
    export_to(&sound(&museum()), &path, &Options::default()).expect("it can be exported");
    assert_eq!(names(&around.path().join("not/yet")), ["there"]);
}

#[cfg(unix)]
#[test]
fn others_may_read_a_bundle_as_any_new_folder() {
    use std::os::unix::fs::PermissionsExt;
    let bundle = exported(&museum(), &Options::default());
    let plain = bundle.around.path().join("plain");
    fs::create_dir(&plain).expect("it can be made");
    let mode = |path: &Path| {
        fs::metadata(path)
            .expect("it is there")
            .permissions()
            .mode()
    };
    assert_eq!(mode(&bundle.path), mode(&plain));
}

#[test]
fn a_place_among_the_files_of_the_dataset_is_refused() {
    let root = temporary();
    for (name, bytes) in files(&museum()) {
        let path = root.path().join(name);
        fs::create_dir_all(path.parent().expect("it is in a folder")).expect("it can be made");
        fs::write(path, bytes).expect("it can be written");
    }
    let before = files(root.path());
    let dataset = sound(root.path());
    for (out, folder) in [
        ("data/x", "data"),
        ("data/objects/deep/x", "data"),
        ("schemas/x", "schemas"),
        ("no/../schemas/x", "schemas"),
    ] {
        let exported = export_to(&dataset, &root.path().join(out), &Options::default());
        let error = exported.expect_err("it is refused").to_string();
        let expected = format!("is in `{folder}`, where the dataset has its own files");
        assert!(error.contains(&expected), "{error}");
    }
    #[cfg(unix)]
    {
        let around = temporary();
        let link = around.path().join("link");
        std::os::unix::fs::symlink(root.path().join("data"), &link).expect("it can be made");
        let exported = export_to(&dataset, &link.join("x"), &Options::default());
        exported.expect_err("it is refused");
    }
    assert!(files(root.path()) == before);
    let beside = root.path().join("database");
    export_to(&dataset, &beside, &Options::default()).expect("it is beside the files");
}
