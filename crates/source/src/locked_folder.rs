//! Temporary folders that a later run knows for those of a dead one.
//!
//! Such a folder holds a file that the run which made it keeps locked. No other folder has the form of
//! its name, no other file has the text, and a lock ends with its process, however that ends.

#![expect(
    clippy::disallowed_methods,
    reason = "nothing is removed but what this program made"
)]

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::Path;

use tempfile::TempDir;

use crate::RegularFile;

/// The file that says whose the folder is.
const LOCK: &str = "treatise.lock";
/// What stands in it, for whoever finds it.
const TEXT: &str = "A run of treatise keeps this file locked while it works in this folder.\n\
    After a run that was killed, the next one removes the folder.\n";

/// A folder that goes when this is dropped, with all that is still in it.
#[derive(Debug)]
pub struct LockedFolder {
    folder: TempDir,
    /// Locked until the folder is gone.
    _lock: File,
}

impl LockedFolder {
    /// Makes one in another folder; what its name begins and ends with is given.
    ///
    /// # Errors
    /// There is no room, or it may not be made there.
    pub fn within(around: &Path, prefix: &OsStr, suffix: &str) -> io::Result<Self> {
        let mut builder = tempfile::Builder::new();
        let folder = builder.prefix(prefix).suffix(suffix).tempdir_in(around)?;
        let lock = lock(folder.path())?;
        Ok(Self {
            folder,
            _lock: lock,
        })
    }

    /// Makes one among the temporary folders of the system; first removes what dead runs have left
    /// there.
    ///
    /// # Errors
    /// There is no room, or it may not be made there.
    pub fn temporary(prefix: &str) -> io::Result<Self> {
        let around = tempfile::env::temp_dir();
        Self::sweep(&around, prefix.as_ref(), "", |_| Ok(()));
        Self::within(&around, prefix.as_ref(), "")
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Removes it.
    ///
    /// # Errors
    /// Something in it can't be removed; what is left goes with a later run.
    pub fn remove(self) -> io::Result<()> {
        clear(self.path())
    }

    /// Removes the folders with such names that dead runs have left in another folder, each after it was
    /// handed to `rescue`. One that can't be removed is no obstacle.
    pub fn sweep(
        around: &Path,
        prefix: &OsStr,
        suffix: &str,
        rescue: impl Fn(&Path) -> io::Result<()>,
    ) {
        let (Some(prefix), Ok(entries)) = (prefix.to_str(), fs::read_dir(around)) else {
            return;
        };
        for entry in entries.flatten() {
            let name = entry.file_name();
            if has_form(&name, prefix, suffix) && entry.file_type().is_ok_and(|kind| kind.is_dir())
            {
                // What is in use, or is not ours after all, stays.
                let _ = remove_dead(&entry.path(), &rescue);
            }
        }
    }
}

impl Drop for LockedFolder {
    fn drop(&mut self) {
        // What is left is removed by a later run.
        let _ = clear(self.folder.path());
    }
}

/// Makes the file that says whose the folder is. The text comes after the lock: without it,
/// another run does not take the folder for one of ours, and with it not for one of the dead.
fn lock(folder: &Path) -> io::Result<File> {
    let mut file = File::create_new(folder.join(LOCK))?;
    let _ = try_lock(&file);
    file.write_all(TEXT.as_bytes())?;
    Ok(file)
}

/// Whether a name is a random one of ours: six letters and digits, as `tempfile` takes them, between what it
/// begins and ends with.
pub(crate) fn has_form(name: &OsStr, prefix: &str, suffix: &str) -> bool {
    let between = name
        .to_str()
        .and_then(|name| name.strip_prefix(prefix)?.strip_suffix(suffix));
    between.is_some_and(|random| {
        random.len() == 6 && random.bytes().all(|byte| byte.is_ascii_alphanumeric())
    })
}

fn remove_dead(folder: &Path, rescue: impl Fn(&Path) -> io::Result<()>) -> io::Result<()> {
    // Anybody may put something under such a name where temporary folders lie.
    if !is_of_this_user(folder)? {
        return Ok(());
    }
    let mut lock = RegularFile::open(&folder.join(LOCK))
        .map_err(io::Error::other)?
        .into_file();
    let mut text = Vec::new();
    // One byte more shows that there are more.
    (&mut lock)
        .take(TEXT.len() as u64 + 1)
        .read_to_end(&mut text)?;
    if text != TEXT.as_bytes() || !try_lock(&lock) {
        return Ok(());
    }
    rescue(folder)?;
    clear(folder)
}

/// Whether a folder belongs to who runs this, so that nobody else can put a link in its place.
#[cfg(unix)]
fn is_of_this_user(folder: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt as _;
    let owner = fs::symlink_metadata(folder)?.uid();
    Ok(owner == rustix::process::geteuid().as_raw())
}

/// Elsewhere nothing is removed anyway.
#[cfg(not(unix))]
fn is_of_this_user(_: &Path) -> io::Result<bool> {
    Ok(false)
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

/// Locks a file, if no other process has; `false` also where nothing can be locked.
#[cfg(unix)]
pub(crate) fn try_lock(file: &File) -> bool {
    use rustix::fs::{FlockOperation, flock};
    flock(file, FlockOperation::NonBlockingLockExclusive).is_ok()
}

/// Waits until no other run holds the file, and holds it until it is closed. Where nothing can be locked,
/// nothing is waited for.
///
/// # Errors
/// The system can't say what is at `path`.
///
/// # Returns
/// Whether it is what is at `path`: who waited may hold what another run has replaced.
#[cfg(unix)]
pub fn hold(file: &File, path: &Path) -> io::Result<bool> {
    use rustix::fs::{FlockOperation, flock};
    use std::os::unix::fs::MetadataExt;
    let _ = flock(file, FlockOperation::LockExclusive);
    let held = file.metadata()?;
    match path.metadata() {
        Ok(there) => Ok((held.dev(), held.ino()) == (there.dev(), there.ino())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Elsewhere a file that is open can't be replaced.
///
/// # Errors
/// None.
#[cfg(not(unix))]
pub fn hold(_: &File, _: &Path) -> io::Result<bool> {
    Ok(true)
}

/// Elsewhere nothing says that a run is dead, so nothing of it is removed.
#[cfg(not(unix))]
pub(crate) fn try_lock(_: &File) -> bool {
    false
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    const PREFIX: &str = ".treatise-test-";

    fn sweep(around: &Path) -> usize {
        LockedFolder::sweep(around, PREFIX.as_ref(), "", |_| Ok(()));
        fs::read_dir(around).expect("it can be read").count()
    }

    #[test]
    fn only_what_a_dead_run_has_left_is_removed() {
        let around = tempfile::tempdir().expect("there is a temporary folder");
        let around = around.path();
        let living = LockedFolder::within(around, PREFIX.as_ref(), "").expect("there is room");
        for (name, text) in [("a1B2c3", TEXT), ("d4E5f6", "dear"), ("letters", TEXT)] {
            let folder = around.join(format!("{PREFIX}{name}"));
            fs::create_dir_all(folder.join("data")).expect("there is room");
            fs::write(folder.join(LOCK), text).expect("there is room");
        }
        assert_eq!(sweep(around), 3);
        assert!(!around.join(format!("{PREFIX}a1B2c3")).exists());
        drop(living);
        assert_eq!(sweep(around), 2);
    }
}
