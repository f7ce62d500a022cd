//! Folders for what is made or unpacked on the way, and what a killed run has left of one.
//!
//! As for an export: a file in the folder is locked while the run lives, and a lock ends with its
//! process, however that ends. So a later run knows a folder of ours that nobody works in.

#![expect(
    clippy::disallowed_methods,
    reason = "nothing is removed but folders that this program made"
)]

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;

use tempfile::TempDir;

/// What the names of folders begin with in which releases are built.
pub(crate) const RELEASE: &str = ".treatise-release-";
/// The same of those into which archives are unpacked to be verified.
pub(crate) const VERIFY: &str = ".treatise-verify-";
/// The file that says whose the folder is.
const LOCK: &str = "treatise.lock";
/// What stands in it, for whoever finds it.
const TEXT: &str = "A run of treatise keeps this file locked while it works in this folder.\n\
    After a run that was killed, the next one removes the folder.\n";

/// A folder that goes when this is dropped, with all that is still in it.
#[derive(Debug)]
pub(crate) struct Scratch {
    folder: TempDir,
    /// Locked until the folder is gone.
    _lock: File,
}

impl Scratch {
    /// A hidden folder in this one; first removes what dead runs have left there.
    pub(crate) fn within(around: &Path, prefix: &str) -> io::Result<Self> {
        sweep(around, prefix);
        let mut builder = tempfile::Builder::new();
        let folder = builder.prefix(prefix).tempdir_in(around)?;
        let lock = lock(folder.path())?;
        Ok(Self {
            folder,
            _lock: lock,
        })
    }

    /// One among the temporary folders of the system.
    pub(crate) fn elsewhere(prefix: &str) -> io::Result<Self> {
        Self::within(&std::env::temp_dir(), prefix)
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }
}

/// The text comes after the lock: without it, another run does not take the folder for one of ours,
/// and with it not for one of the dead.
fn lock(folder: &Path) -> io::Result<File> {
    let mut file = File::create_new(folder.join(LOCK))?;
    let _ = try_lock(&file);
    file.write_all(TEXT.as_bytes())?;
    Ok(file)
}

/// Removes the folders of dead runs. One that can't be removed is no obstacle.
pub(crate) fn sweep(around: &Path, prefix: &str) {
    let Ok(entries) = fs::read_dir(around) else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let random = name.to_str().and_then(|name| name.strip_prefix(prefix));
        let is_ours = random.is_some_and(|random| {
            random.len() == 6 && random.bytes().all(|byte| byte.is_ascii_alphanumeric())
        });
        if is_ours && entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            // What is in use, or is not ours after all, stays.
            let _ = remove_dead(&entry.path());
        }
    }
}

fn remove_dead(folder: &Path) -> io::Result<()> {
    let lock = folder.join(LOCK);
    if !fs::symlink_metadata(&lock)?.is_file() || fs::read(&lock)? != TEXT.as_bytes() {
        return Ok(());
    }
    let lock = File::open(lock)?;
    if !try_lock(&lock) {
        return Ok(());
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
