//! What lies in a folder.

use std::ffi::OsString;
use std::io;
use std::path::Path;

/// Something in a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its name.
    pub name: OsString,
    /// What it is.
    pub kind: EntryKind,
}

/// What something in a folder is; a link is what it is itself, not what it leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryKind {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// A symbolic link.
    Link,
    /// A FIFO, a socket, a device.
    Other,
}

/// What lies in a folder, in no order.
///
/// # Errors
/// The folder can't be read.
#[cfg(target_os = "linux")]
pub fn list(folder: &Path) -> io::Result<Vec<Entry>> {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;

    use rustix::fs::{AtFlags, FileType, Mode, OFlags, RawDir, open, statat};

    // Large folders are handed over in fewer pieces than the standard library asks for, and of each
    // entry only the name is copied.
    const BUFFER_BYTES: usize = 256 << 10;
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let descriptor = open(folder, flags, Mode::empty())?;
    let mut entries = Vec::new();
    let mut buffer = Vec::with_capacity(BUFFER_BYTES);
    let mut listed = RawDir::new(&descriptor, buffer.spare_capacity_mut());
    while let Some(entry) = listed.next() {
        let entry = entry?;
        let name = entry.file_name();
        if matches!(name.to_bytes(), b"." | b"..") {
            continue;
        }
        let kind = match entry.file_type() {
            // Some file systems don't say.
            FileType::Unknown => {
                let status = statat(&descriptor, name, AtFlags::SYMLINK_NOFOLLOW)?;
                FileType::from_raw_mode(status.st_mode)
            }
            known => known,
        };
        entries.push(Entry {
            name: OsStr::from_bytes(name.to_bytes()).to_owned(),
            kind: match kind {
                FileType::RegularFile => EntryKind::File,
                FileType::Directory => EntryKind::Folder,
                FileType::Symlink => EntryKind::Link,
                _ => EntryKind::Other,
            },
        });
    }
    Ok(entries)
}

/// What lies in a folder, in no order.
///
/// # Errors
/// The folder can't be read.
#[cfg(not(target_os = "linux"))]
#[expect(
    clippy::disallowed_methods,
    reason = "the one place where folders are listed; what lies in them is looked at without following links"
)]
pub fn list(folder: &Path) -> io::Result<Vec<Entry>> {
    let entries = std::fs::read_dir(folder)?.map(|entry| {
        let entry = entry?;
        let kind = entry.file_type()?;
        Ok(Entry {
            name: entry.file_name(),
            kind: if kind.is_file() {
                EntryKind::File
            } else if kind.is_dir() {
                EntryKind::Folder
            } else if kind.is_symlink() {
                EntryKind::Link
            } else {
                EntryKind::Other
            },
        })
    });
    entries.collect()
}

#[cfg(all(test, unix))]
#[expect(clippy::disallowed_methods, reason = "makes the files that it lists")]
mod tests {
    use super::*;

    #[test]
    fn everything_is_listed_as_what_it_is() {
        let folder = tempfile::tempdir().expect("there is a temporary folder");
        let path = |name: &str| folder.path().join(name);
        for number in 0..3_000 {
            std::fs::write(path(&format!("a-file-with-a-long-name-{number}")), "")
                .expect("a temporary folder can be written to");
        }
        std::fs::create_dir(path("folder")).expect("a temporary folder can be written to");
        std::os::unix::fs::symlink(path("folder"), path("link")).expect("links can be made");
        std::os::unix::net::UnixListener::bind(path("socket")).expect("sockets can be made");
        let entries = list(folder.path()).expect("the folder can be listed");
        let count = |kind| entries.iter().filter(|entry| entry.kind == kind).count();
        assert_eq!(entries.len(), 3_003);
        assert_eq!(count(EntryKind::File), 3_000);
        assert_eq!(count(EntryKind::Folder), 1);
        assert_eq!(count(EntryKind::Link), 1);
        assert_eq!(count(EntryKind::Other), 1);
        assert!(list(&path("nothing")).is_err());
        assert!(list(&path("socket")).is_err());
    }
}
