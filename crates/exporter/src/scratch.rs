//! The folder beside an output in which it is made, and what a killed run has left of one.
//!
//! The folder is hidden, and is called after the output.

#![expect(
    clippy::disallowed_methods,
    reason = "a home of writing in this crate; nothing is removed but what this program made"
)]

use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use treatise_source::LockedFolder;

use crate::Error;

/// What the names of such folders end with.
const SUFFIX: &str = ".partial";
/// What an older output is called while another takes its place, where that takes two steps.
const MOVED: &str = "moved";

/// A folder that goes when this is dropped, with all that is still in it.
#[derive(Debug)]
pub(crate) struct Scratch {
    folder: LockedFolder,
    target: PathBuf,
}

impl Scratch {
    /// Makes a folder beside `target`, and those around it; first removes what dead runs have left
    /// there.
    pub(crate) fn beside(target: &Path) -> Result<Self, Error> {
        let parent = parent(target);
        let failed = |error| Error::not_written(target, error);
        fs::create_dir_all(parent).map_err(failed)?;
        let prefix = prefix(target);
        let put_back = |folder: &Path| put_back(folder, target);
        LockedFolder::sweep(parent, &prefix, SUFFIX, put_back);
        // The name of the temporary folder in the error would help nobody.
        let nameless = |error: io::Error| match error.raw_os_error() {
            Some(_) => failed(error),
            None => failed(error.kind().into()),
        };
        let folder = LockedFolder::within(parent, &prefix, SUFFIX).map_err(nameless)?;
        Ok(Self {
            folder,
            target: target.to_path_buf(),
        })
    }

    /// The place of something in it.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Puts what is in it under this name in the place of the target, whether there is something
    /// or not; what was there goes with this folder.
    pub(crate) fn put(&self, name: &str, is_occupied: bool) -> io::Result<()> {
        let made = self.path(name);
        if !is_occupied {
            fs::rename(made, &self.target)?;
        } else if exchange(&made, &self.target).is_err() {
            // Between these two there is nothing at the place; the sweep would put it back.
            let moved = self.path(MOVED);
            fs::rename(&self.target, &moved)?;
            if let Err(error) = fs::rename(made, &self.target) {
                fs::rename(&moved, &self.target)?;
                return Err(error);
            }
        }
        synchronise(parent(&self.target))
    }

    /// Removes it.
    pub(crate) fn remove(self) -> Result<(), Error> {
        let path = self.folder.path().to_path_buf();
        self.folder
            .remove()
            .map_err(|error| Error::io(&path, error))
    }
}

/// The folder around a path.
pub(crate) fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// Waits until the names in a folder are on the disk.
pub(crate) fn synchronise(folder: &Path) -> io::Result<()> {
    // Elsewhere a folder can't be opened like a file.
    if cfg!(not(unix)) {
        return Ok(());
    }
    File::open(folder)?.sync_all()
}

fn prefix(target: &Path) -> OsString {
    let mut prefix = OsString::from(".");
    prefix.push(target.file_name().unwrap_or_default());
    prefix.push(".");
    prefix
}

/// Puts back what a dead run has moved away from its target, where nothing took its place.
fn put_back(folder: &Path, target: &Path) -> io::Result<()> {
    let moved = folder.join(MOVED);
    let is_missing =
        fs::symlink_metadata(target).is_err_and(|error| error.kind() == io::ErrorKind::NotFound);
    if is_missing && fs::symlink_metadata(&moved).is_ok() {
        fs::rename(moved, target)?;
    }
    Ok(())
}

/// Lets two paths change places in one step.
#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn exchange(left: &Path, right: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    Ok(renameat_with(CWD, left, CWD, right, RenameFlags::EXCHANGE)?)
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
fn exchange(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(all(test, unix))]
mod tests {
    use std::path::Path;

    use super::{LockedFolder, MOVED, Scratch, fs};

    /// Makes a folder as a dead run leaves it, with a file of this name in it: nobody holds the lock.
    fn dead(around: &Path, name: &str, content: &str) {
        let folder = around.join(".out.a1B2c3.partial");
        fs::create_dir(&folder).expect("there is room");
        let living = LockedFolder::within(around, "living".as_ref(), "").expect("there is room");
        for file in fs::read_dir(living.path()).expect("it can be read") {
            let file = file.expect("it can be read");
            fs::copy(file.path(), folder.join(file.file_name())).expect("there is room");
        }
        fs::write(folder.join(name), content).expect("there is room");
    }

    fn names(around: &Path) -> Vec<String> {
        let entries = fs::read_dir(around).expect("it can be read");
        let names = entries.flatten().map(|entry| entry.file_name());
        let mut names: Vec<_> = names
            .map(|name| name.to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn what_a_dead_run_left_is_removed_and_what_it_moved_is_put_back() {
        let around = tempfile::tempdir().expect("there is a temporary folder");
        let target = around.path().join("out");
        dead(around.path(), "half", "");
        drop(Scratch::beside(&target).expect("there is room"));
        assert_eq!(names(around.path()), [""; 0]);
        dead(around.path(), MOVED, "old");
        drop(Scratch::beside(&target).expect("there is room"));
        assert_eq!(names(around.path()), ["out"]);
        assert_eq!(fs::read_to_string(&target).expect("it is back"), "old");
        // What was put in its place since then counts.
        dead(around.path(), MOVED, "older");
        drop(Scratch::beside(&target).expect("there is room"));
        assert_eq!(fs::read_to_string(&target).expect("it is there"), "old");
    }

    #[test]
    fn a_run_that_lives_keeps_its_folder() {
        let around = tempfile::tempdir().expect("there is a temporary folder");
        let target = around.path().join("out");
        let first = Scratch::beside(&target).expect("there is room");
        let second = Scratch::beside(&target).expect("there is room");
        assert_eq!(names(around.path()).len(), 2);
        fs::write(first.path("made"), "new").expect("there is room");
        first.put("made", false).expect("nothing is there");
        drop(first);
        drop(second);
        assert_eq!(names(around.path()), ["out"]);
    }

    #[test]
    fn two_things_change_places() {
        let around = tempfile::tempdir().expect("there is a temporary folder");
        let target = around.path().join("out");
        fs::write(&target, "old").expect("there is room");
        let scratch = Scratch::beside(&target).expect("there is room");
        fs::write(scratch.path("made"), "new").expect("there is room");
        scratch.put("made", true).expect("it can be replaced");
        assert_eq!(fs::read_to_string(&target).expect("it is there"), "new");
        scratch.remove().expect("it is ours");
        assert_eq!(names(around.path()), ["out"]);
    }
}
