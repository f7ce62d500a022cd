//! Bundles as one file.

use std::fs;
use std::io::Write;
use std::path::Path;

use treatise_exporter::{Archive, Options, Verified, verify_archive};

use crate::folder::{Exported, exported, museum, names, temporary};

/// A time in 2021.
const TIME: i64 = 1_616_025_600;

fn verified(archive: &Path) -> Verified {
    verify_archive(archive, temporary().path(), 100, &()).expect("it can be read")
}

fn packed(archive: Archive, time: Option<i64>) -> (Exported, Vec<u8>) {
    let bundle = exported(&museum(), &Options::default());
    let path = archive.pack(&bundle.path, time).expect("it can be packed");
    assert_eq!(
        path,
        bundle
            .around
            .path()
            .join(format!("bundle.{}", archive.name()))
    );
    let bytes = fs::read(path).expect("it is there");
    (bundle, bytes)
}

#[test]
fn an_archive_holds_the_bundle_and_is_the_same_every_time() {
    for archive in Archive::ALL {
        let (bundle, bytes) = packed(archive, None);
        let path = bundle
            .around
            .path()
            .join(format!("bundle.{}", archive.name()));
        let verified = verified(&path);
        assert_eq!(verified.findings.kept, [], "{archive:?}");
        assert_eq!(verified.extent.files, bundle.summary.files);
        // Packed again, it takes the place of the first.
        archive.pack(&bundle.path, None).expect("it can be packed");
        assert!(
            fs::read(&path).expect("it is there") == bytes,
            "{archive:?}"
        );
        assert!(packed(archive, None).1 == bytes, "{archive:?}");
        let (at_a_time, at_another) = (packed(archive, Some(TIME)).1, packed(archive, Some(0)).1);
        assert!(at_a_time != bytes && at_a_time != at_another, "{archive:?}");
        assert!(packed(archive, Some(TIME)).1 == at_a_time, "{archive:?}");
    }
}

#[test]
fn what_is_there_already_is_left_alone() {
    let bundle = exported(&museum(), &Options::default());
    for archive in Archive::ALL {
        let path = bundle
            .around
            .path()
            .join(format!("bundle.{}", archive.name()));
        fs::write(&path, "dear").expect("it can be written");
        let error = archive
            .pack(&bundle.path, None)
            .expect_err("it is refused")
            .to_string();
        assert!(error.contains("is no archive of a bundle"), "{error}");
        assert_eq!(fs::read(&path).expect("it is there"), b"dear");
    }
    assert_eq!(
        names(bundle.around.path()),
        ["bundle", "bundle.tar.zst", "bundle.zip"]
    );
}

#[test]
fn damage_is_found() {
    for archive in Archive::ALL {
        let (bundle, bytes) = packed(archive, None);
        let path = bundle
            .around
            .path()
            .join(format!("bundle.{}", archive.name()));
        let mut damaged = vec![
            bytes[..bytes.len() / 2].to_vec(),
            b"no archive".to_vec(),
            Vec::new(),
        ];
        if archive == Archive::TarZst {
            damaged.push(bytes[..bytes.len() - 1].to_vec());
            damaged.push([&bytes[..], b"more"].concat());
        }
        for changed in damaged {
            fs::write(&path, changed).expect("it can be written");
            let verified = verified(&path);
            let rules: Vec<_> = verified
                .findings
                .kept
                .iter()
                .map(|found| found.rule.name)
                .collect();
            assert_eq!(rules, ["unreadable-archive"], "{archive:?}");
        }
    }
    let error = verify_archive(Path::new("bundle.rar"), Path::new("."), 1, &());
    let error = error.expect_err("it is no archive").to_string();
    assert_eq!(
        error,
        "`bundle.rar` is no folder, and no `.tar.zst` or `.zip` file"
    );
}

/// A zip file with these entries.
fn zip(entries: &[(&str, &str)]) -> (tempfile::TempDir, std::path::PathBuf) {
    let around = temporary();
    let path = around.path().join("other.zip");
    let mut archive = zip::ZipWriter::new(fs::File::create(&path).expect("it can be made"));
    for (name, text) in entries {
        let options = zip::write::SimpleFileOptions::default();
        archive.start_file(*name, options).expect("it can be added");
        archive
            .write_all(text.as_bytes())
            .expect("it can be written");
    }
    archive.finish().expect("it can be written");
    (around, path)
}

#[test]
fn nothing_is_unpacked_outside() {
    for (entries, words) in [
        (&[("a/../../evil", "x")][..], "leads out"),
        (&[("/etc/evil", "x")], "leads out"),
        (&[("evil", "x")], "not in one folder"),
        (&[("a/b", "x"), ("c/d", "y")], "not in one folder"),
        (&[("a/b", "x")], "no bundle of this program"),
    ] {
        let (around, path) = zip(entries);
        let scratch = around.path().join("scratch");
        fs::create_dir(&scratch).expect("it can be made");
        let verified = verify_archive(&path, &scratch, 100, &()).expect("it can be read");
        let messages: Vec<_> = verified
            .findings
            .kept
            .iter()
            .map(|found| &found.message)
            .collect();
        assert!(
            messages.len() == 1 && messages[0].contains(words),
            "{messages:?}"
        );
        assert_eq!(names(around.path()), ["other.zip", "scratch"]);
    }
}

/// What is said of the archive of the museum's bundle after a change.
fn said_of_zip(change: impl FnOnce(&mut Vec<u8>)) -> String {
    let (bundle, mut bytes) = packed(Archive::Zip, None);
    change(&mut bytes);
    let path = bundle.around.path().join("bundle.zip");
    fs::write(&path, bytes).expect("it can be written");
    let found = verified(&path).findings.kept;
    let messages: Vec<_> = found.into_iter().map(|found| found.message).collect();
    messages.join("\n")
}

/// Where these bytes are for the first time, and where for the last.
fn places(bytes: &[u8], part: &[u8]) -> (usize, usize) {
    let mut windows = bytes.windows(part.len());
    let first = windows.position(|window| window == part);
    let mut windows = bytes.windows(part.len());
    let last = windows.rposition(|window| window == part);
    first.zip(last).expect("they are there")
}

#[test]
fn a_zip_file_is_its_files_and_nothing_else() {
    type Change = fn(&mut Vec<u8>);
    assert_eq!(said_of_zip(|_| {}), "");
    for (change, words) in [
        // Half of the programs go by the head before a file, half by the list at the end.
        (
            (|bytes| {
                let (head, _) = places(bytes, b"csv/rooms.csv");
                bytes[head + 4] = b'R';
            }) as Change,
            "a file in it is not what its list says",
        ),
        // Two entries with one name.
        (
            |bytes| {
                let (head, listed) = places(bytes, b"csv/rooms.csv");
                for place in [head, listed] {
                    bytes[place..place + 13].copy_from_slice(b"csv/notes.csv");
                }
            },
            "it has two files of one name",
        ),
        (
            |bytes| bytes.extend(b"more"),
            "it does not end with its list of files",
        ),
        (
            |bytes| {
                bytes.splice(0..0, *b"more");
            },
            "it does not end with its list of files",
        ),
        // A comment that is none.
        (
            |bytes| {
                let end = bytes.len() - 2;
                bytes[end] = 4;
                bytes.extend(b"more");
            },
            "it does not end with its list of files",
        ),
        // One entry fewer than the list has.
        (
            |bytes| {
                let end = bytes.len() - 22;
                bytes[end + 8] -= 1;
                bytes[end + 10] -= 1;
            },
            "its list of files is not as long as it says",
        ),
        // The list begins later than the files end.
        (
            |bytes| {
                let end = bytes.len() - 22;
                let start = bytes[end + 16..end + 20].try_into().expect("it has four");
                let start = u32::from_le_bytes(start);
                let place = usize::try_from(start).expect("it is in the file");
                bytes.splice(place..place, *b"more");
                let end = bytes.len() - 22;
                bytes[end + 16..end + 20].copy_from_slice(&(start + 4).to_le_bytes());
            },
            "something is between its files",
        ),
    ] {
        let said = said_of_zip(change);
        let expected = format!("the archive can't be unpacked: {words}");
        assert_eq!(said, expected);
    }
    let (_around, path) = zip(&[("a/bundle.json", "{}"), ("a/evil/", "content")]);
    let error = Archive::Zip.unpack_bundle(&path, temporary().path());
    let error = error.expect_err("it is crafted").to_string();
    assert!(error.contains("a folder in it has content"), "{error}");
}

/// A tar file with one entry, of which nothing is checked.
fn tar(kind: tar::EntryType, name: &str, size: u64, content: &[u8]) -> Vec<u8> {
    let mut header = tar::Header::new_gnu();
    header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
    header.set_entry_type(kind);
    header.set_size(size);
    if matches!(kind, tar::EntryType::Symlink | tar::EntryType::Link) {
        header.set_link_name("/etc/passwd").expect("it is short");
    }
    header.set_cksum();
    let mut archive = tar::Builder::new(Vec::new());
    archive.append(&header, content).expect("it can be written");
    archive.into_inner().expect("it can be written")
}

#[test]
fn nothing_but_files_is_taken_from_a_tar_file() {
    use tar::EntryType;

    let plain = |name: &str| tar(EntryType::Regular, name, 1, b"x");
    let other = |kind: EntryType| tar(kind, "a/evil", 0, b"");
    let long = vec![b'x'; 1 << 20];
    for (bytes, words) in [
        (plain("a/../../evil"), "leads out"),
        (plain("../evil"), "leads out"),
        (plain("/etc/evil"), "leads out"),
        (other(EntryType::Symlink), "something else than files"),
        (other(EntryType::Link), "something else than files"),
        (other(EntryType::Char), "something else than files"),
        (other(EntryType::Fifo), "something else than files"),
        (other(EntryType::Directory), "it is empty"),
        (
            tar(EntryType::Directory, "a/evil", 1, b"x"),
            "a folder in it has content",
        ),
        (tar(EntryType::Regular, "a/b", 1 << 62, b"x"), "too large"),
        (tar(EntryType::Regular, "a/b", 1 << 31, b"x"), "too large"),
        (plain(&format!("{}b", "a/".repeat(40))), "too deep"),
        (
            tar(EntryType::GNULongName, "a", 1 << 20, &long),
            "what it says about a file is too long",
        ),
        (
            tar(EntryType::XHeader, "a", 1 << 20, &long),
            "what it says about a file is too long",
        ),
    ] {
        let around = temporary();
        let path = around.path().join("other.tar.zst");
        let compressed = zstd::encode_all(&bytes[..], 1).expect("it can be compressed");
        fs::write(&path, compressed).expect("it can be written");
        let scratch = around.path().join("scratch");
        fs::create_dir(&scratch).expect("it can be made");
        let error = Archive::TarZst.unpack_bundle(&path, &scratch);
        let error = error.expect_err("it is crafted").to_string();
        assert!(error.contains(words), "{words}: {error}");
        assert_eq!(names(&scratch), [""; 0]);
        assert_eq!(names(around.path()), ["other.tar.zst", "scratch"]);
    }
}

#[test]
fn a_tar_file_ends_where_it_says() {
    let around = temporary();
    let path = around.path().join("other.tar.zst");
    let plain = tar(tar::EntryType::Regular, "a/bundle.json", 1, b"x");
    let longer = [plain, b"more".repeat(128)].concat();
    let compressed = zstd::encode_all(&longer[..], 1).expect("it can be compressed");
    fs::write(&path, compressed).expect("it can be written");
    let error = Archive::TarZst.unpack_bundle(&path, around.path());
    let error = error.expect_err("it is crafted").to_string();
    assert!(error.contains("something follows its end"), "{error}");
}

#[test]
fn links_are_not_taken_from_a_zip_file() {
    let around = temporary();
    let path = around.path().join("other.zip");
    let mut archive = zip::ZipWriter::new(fs::File::create(&path).expect("it can be made"));
    let options = zip::write::SimpleFileOptions::default();
    archive
        .add_symlink("a/evil", "/etc/passwd", options)
        .expect("it can be added");
    archive.finish().expect("it can be written");
    let scratch = around.path().join("scratch");
    fs::create_dir(&scratch).expect("it can be made");
    let error = Archive::Zip.unpack_bundle(&path, &scratch);
    let error = error.expect_err("it is crafted").to_string();
    assert!(error.contains("something else than files"), "{error}");
    assert_eq!(names(&scratch), [""; 0]);
}
