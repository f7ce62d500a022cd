//! The folder beside an output in which it is made, and what a killed run has left of one.
//!
//! The folder is hidden, is called after the output, and holds a file that the run which made it
//! keeps locked. So a later run knows a folder of ours whose run is dead: no other name has the
//! form, no other file has the text, and a lock ends with its process, however that ends.

#![expect(
    clippy::disallowed_methods,
    reason = "a home of writing in this crate; nothing is removed but what this program made"
)]

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::Error;

/// What the names of such folders end with.
const SUFFIX: &str = ".partial";
/// The file that says whose the folder is.
const LOCK: &str = "treatise.lock";
/// What stands in it, for whoever finds it.
const TEXT: &str = "A run of treatise keeps this file locked while it works in this folder.\n\
    After a run that was killed, the next one removes the folder.\n";
/// What an older output is called while another takes its place, where that takes two steps.
const MOVED: &str = "moved";

/// A folder that goes when this is dropped, with all that is still in it.
#[derive(Debug)]
pub(crate) struct Scratch {
    folder: TempDir,
    target: PathBuf,
    /// Locked until the folder is gone.
    _lock: File,
}

impl Scratch {
    /// Makes a folder beside `target`, and those around it; first removes what dead runs have left
    /// there.
    pub(crate) fn beside(target: &Path) -> Result<Self, Error> {
        let parent = parent(target);
        let failed = |error| Error::not_written(target, error);
        fs::create_dir_all(parent).map_err(failed)?;
        sweep(target);
        let mut builder = tempfile::Builder::new();
        let prefix = prefix(target);
        builder.prefix(&prefix).suffix(SUFFIX);
        // The name of the temporary folder in the error would help nobody.
        let nameless = |error: io::Error| failed(error.kind().into());
        let folder = builder.tempdir_in(parent).map_err(nameless)?;
        let lock = lock(folder.path()).map_err(failed)?;
        Ok(Self {
            folder,
            target: target.to_path_buf(),
            _lock: lock,
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
            // Between these two there is nothing at the place; `sweep` would put it back.
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
        clear(&path).map_err(|error| Error::io(&path, error))
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

/// Makes the file that says whose the folder is. The text comes after the lock: without it,
/// another run does not take the folder for one of ours, and with it not for one of the dead.
fn lock(folder: &Path) -> io::Result<File> {
    let mut file = File::create_new(folder.join(LOCK))?;
    let _ = try_lock(&file);
    file.write_all(TEXT.as_bytes())?;
    Ok(file)
}

/// Removes the folders of dead runs with this target. One that can't be removed is no obstacle.
fn sweep(target: &Path) {
    let prefix = prefix(target);
    let (Some(prefix), Ok(entries)) = (prefix.to_str(), fs::read_dir(parent(target))) else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let between = name
            .to_str()
            .and_then(|name| name.strip_prefix(prefix)?.strip_suffix(SUFFIX));
        let is_ours = between.is_some_and(|random| {
            random.len() == 6 && random.bytes().all(|byte| byte.is_ascii_alphanumeric())
        });
        if is_ours && entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            // What is in use, or is not ours after all, stays.
            let _ = remove_dead(&entry.path(), target);
        }
    }
}

fn remove_dead(folder: &Path, target: &Path) -> io::Result<()> {
    let lock = folder.join(LOCK);
    if !fs::symlink_metadata(&lock)?.is_file() || fs::read(&lock)? != TEXT.as_bytes() {
        return Ok(());
    }
    let lock = File::open(lock)?;
    if !try_lock(&lock) {
        return Ok(());
    }
    let moved = folder.join(MOVED);
    let is_missing =
        fs::symlink_metadata(target).is_err_and(|error| error.kind() == io::ErrorKind::NotFound);
    if is_missing && fs::symlink_metadata(&moved).is_ok() {
        fs::rename(moved, target)?;
    }
    clear(folder)
}

/// Removes a folder of ours, the lock last: who is killed meanwhile leaves one that is known for ours.
fn clear(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        match entry.file_type()?.is_dir() {
            _ if entry.file_name() == LOCK => {}
            true => fs::remove_dir_all(path)?,
            false => fs::remove_file(path)?,
        }
    }
    fs::remove_dir_all(folder)
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What is left is removed by a later run.
        let _ = clear(self.folder.path());
    }
}

/// Locks a file, if no other process has; `false` also where nothing can be locked.
#[cfg(unix)]
fn try_lock(file: &File) -> bool {
    use rustix::fs::{FlockOperation, flock};
    flock(file, FlockOperation::NonBlockingLockExclusive).is_ok()
}

/// Elsewhere nothing says that a run is dead, so nothing of it is removed.
#[cfg(not(unix))]
fn try_lock(_: &File) -> bool {
    false
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

    use super::{LOCK, MOVED, Scratch, TEXT, fs};

    /// A folder as a dead run leaves it, with a file of this name in it.
    fn dead(around: &Path, name: &str, content: &str) {
        let folder = around.join(".out.a1B2c3.partial");
        fs::create_dir(&folder).expect("there is room");
        fs::write(folder.join(LOCK), TEXT).expect("there is room");
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
