//! The folder in which a bundle is built beside the place where it will be, and what a killed run has
//! left of one.
//!
//! As for an export: a file in the folder is locked while the run lives, and a lock ends with its
//! process, however that ends. So a later run knows a folder of ours that nobody works in.

#![expect(
    clippy::disallowed_methods,
    reason = "nothing is removed but a folder that a release made"
)]

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;

use tempfile::TempDir;

/// What the names of such folders begin with.
const PREFIX: &str = ".treatise-release-";
/// The file that says whose the folder is.
const LOCK: &str = "treatise.lock";
/// What stands in it, for whoever finds it.
const TEXT: &str = "A release of treatise keeps this file locked while it works in this folder.\n\
    After a run that was killed, the next one removes the folder.\n";

/// A folder that goes when this is dropped, with all that is still in it.
#[derive(Debug)]
pub(super) struct Scratch {
    folder: TempDir,
    /// Locked until the folder is gone.
    _lock: Option<File>,
}

impl Scratch {
    /// A folder among the temporary ones of the system, which clears them away.
    pub(super) fn elsewhere() -> io::Result<Self> {
        let folder = builder().tempdir()?;
        Ok(Self {
            folder,
            _lock: None,
        })
    }

    /// A hidden folder in this one; first removes what dead runs have left there.
    pub(super) fn within(around: &Path) -> io::Result<Self> {
        sweep(around);
        let folder = builder().tempdir_in(around)?;
        let lock = lock(folder.path())?;
        Ok(Self {
            folder,
            _lock: Some(lock),
        })
    }

    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }
}

fn builder() -> tempfile::Builder<'static, 'static> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(PREFIX);
    builder
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
pub(super) fn sweep(around: &Path) {
    let Ok(entries) = fs::read_dir(around) else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let random = name.to_str().and_then(|name| name.strip_prefix(PREFIX));
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
    fs::remove_dir_all(folder)
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
