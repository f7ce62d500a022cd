//! What is opened, and what never is, in folders that strangers may have filled.

#![cfg(unix)]
#![expect(
    clippy::disallowed_methods,
    reason = "the test makes the files that the crate is to refuse"
)]

use std::fs;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::Command;

use treatise_source::{Folder, NotRead, RegularFile};

/// The outcome of opening and reading a path, by both ways of opening.
fn outcomes(path: &Path, limit: u64) -> [Result<Vec<u8>, NotRead>; 2] {
    [RegularFile::open(path), open_listed(path)].map(|file| {
        // What is left from an earlier file is longer than this one.
        let mut buffer = vec![b'#'; 50];
        let length = file?.read(limit, &mut buffer)?;
        buffer.truncate(length);
        Ok(buffer)
    })
}

fn open_listed(path: &Path) -> Result<RegularFile, NotRead> {
    let folder = path.parent().expect("the path leads into a folder");
    Folder::open(folder)?.open_listed(path.file_name().expect("the path has a name"))
}

#[test]
fn a_regular_file_is_read_up_to_the_limit() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let path = folder.path().join("a.json");
    for size in [0, 1, 49, 50, 51, 100_000] {
        let content = b"x".repeat(size);
        fs::write(&path, &content).expect("a file can be written");
        let size = size as u64;
        for outcome in outcomes(&path, size) {
            assert_eq!(outcome.expect("it is within the limit"), content);
        }
        for outcome in outcomes(&path, size.saturating_sub(1)) {
            match outcome {
                Err(NotRead::TooLarge { size: found, limit }) => {
                    assert_eq!((found, limit), (size, size - 1));
                }
                outcome => assert_eq!(outcome.expect("only nothing fits into nothing"), b""),
            }
        }
    }
}

#[test]
fn a_file_is_read_behind_what_is_there() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let path = folder.path().join("a.json");
    for size in [0, 1, 50, 100_000] {
        let content = b"x".repeat(size);
        fs::write(&path, &content).expect("a file can be written");
        for (there, start) in [(0, 0), (3, 3), (200, 3), (200_000, 7)] {
            let mut buffer = vec![b'#'; there];
            let file = RegularFile::open(&path).expect("it is a regular file");
            // Asking for it beforehand changes nothing.
            file.fetch(size as u64);
            let length = file.read_behind(size as u64, &mut buffer, start);
            assert_eq!(length.expect("it is within the limit"), size);
            assert_eq!(buffer[..start], b"#".repeat(start));
            assert_eq!(buffer[start..start + size], content);
        }
    }
}

#[test]
fn links_are_not_followed() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let path = folder.path().join("link.json");
    fs::write(folder.path().join("a.json"), "[]").expect("a file can be written");
    for target in [
        "a.json",
        "/etc/passwd",
        "/dev/zero",
        "missing",
        "link.json",
        ".",
    ] {
        symlink(target, &path).expect("a link can be made");
        for outcome in outcomes(&path, 100) {
            assert!(matches!(outcome, Err(NotRead::Symlink)), "{target}");
        }
        fs::remove_file(&path).expect("a link can be removed");
    }
}

#[test]
fn what_is_no_regular_file_is_not_read_and_not_waited_for() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let fifo = folder.path().join("fifo");
    let made = Command::new("mkfifo").arg(&fifo).status();
    assert!(made.expect("`mkfifo` is part of every Unix").success());
    let socket = folder.path().join("socket");
    let _listener = UnixListener::bind(&socket).expect("a socket can be made");
    for path in [folder.path(), &fifo, &socket, Path::new("/dev/zero")] {
        let [known, listed] = outcomes(path, 100);
        assert!(
            matches!(known, Err(NotRead::Folder | NotRead::NotRegular)),
            "{}",
            path.display()
        );
        // A socket that replaced a listed file can't be opened at all.
        let is_refused = matches!(
            listed,
            Err(NotRead::Folder | NotRead::NotRegular | NotRead::Io(_))
        );
        assert!(is_refused, "{}", path.display());
    }
}

#[test]
fn a_folder_stays_the_same_when_another_takes_its_place() {
    let root = tempfile::tempdir().expect("a folder can be made");
    let [here, there] = ["here", "there"].map(|name| root.path().join(name));
    for path in [&here, &there] {
        fs::create_dir(path).expect("a folder can be made");
    }
    fs::write(here.join("a.json"), "[]").expect("a file can be written");
    let folder = Folder::open(&here).expect("it is a folder");
    fs::rename(&here, root.path().join("gone")).expect("a folder can be renamed");
    symlink(&there, &here).expect("a link can be made");
    let opened = folder.open_listed("a.json".as_ref());
    assert_eq!(opened.expect("it is still in the folder").size(), 2);
    assert!(Folder::open(&here.join("a.json")).is_err());
}

#[test]
fn a_missing_file_is_an_error_of_the_system() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    for outcome in outcomes(&folder.path().join("missing.json"), 100) {
        assert!(matches!(outcome, Err(NotRead::Io(_))));
    }
}
