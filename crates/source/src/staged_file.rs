//! Files that are there whole or not at all.

#![expect(
    clippy::disallowed_methods,
    reason = "what is complete takes the place of a file here"
)]

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::locked_folder::{has_form, try_lock};

/// A file that is complete, and has not taken its place yet; if it never does, it is removed.
#[derive(Debug)]
pub struct StagedFile {
    /// Locked as long as the run lives, where files can be locked.
    file: NamedTempFile,
    path: PathBuf,
}

/// What the names of files begin and end with that have not taken their places.
const PREFIX: &str = ".treatise-";
const SUFFIX: &str = ".part";

impl StagedFile {
    /// Writes to a temporary sibling of `path`, which gets the permissions of what is there already.
    ///
    /// # Errors
    /// There is no such folder, no room, or it may not be written there; whatever `fill` gives.
    pub fn new(
        path: &Path,
        fill: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> io::Result<Self> {
        let path = target(path)?;
        let folder = match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        if !folder.is_dir() {
            return Err(io::Error::other("there is no such folder"));
        }
        let replaced = path.metadata().ok();
        let mut builder = tempfile::Builder::new();
        builder.prefix(PREFIX).suffix(SUFFIX);
        #[cfg(unix)]
        if replaced.is_none() {
            use std::os::unix::fs::PermissionsExt;
            // As any new file, and not for the owner alone as temporary ones are.
            builder.permissions(std::fs::Permissions::from_mode(0o666));
        }
        // The name of the temporary file in the error would help nobody.
        let nameless = |error: io::Error| io::Error::from(error.kind());
        let mut file = builder.tempfile_in(folder).map_err(nameless)?;
        let _ = try_lock(file.as_file());
        let mut out = BufWriter::new(file.as_file_mut());
        fill(&mut out)?;
        out.flush()?;
        drop(out);
        if let Some(replaced) = replaced {
            file.as_file().set_permissions(replaced.permissions())?;
        }
        file.as_file().sync_all()?;
        Ok(Self { file, path })
    }

    /// Whether a file with this name is one that has not taken its place: of a run that is at work, or of
    /// one that was killed.
    pub fn has_name_of_one(name: &OsStr) -> bool {
        has_form(name, PREFIX, SUFFIX)
    }

    /// Removes the files beside `path` that dead runs have left. One that can't be removed is no obstacle.
    pub fn sweep(path: &Path) {
        let folder = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty());
        let Ok(entries) = std::fs::read_dir(folder.unwrap_or(Path::new("."))) else {
            return;
        };
        for entry in entries.flatten() {
            let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
            if is_file && Self::has_name_of_one(&entry.file_name()) {
                // The lock of a run ends with it, however that ends.
                let file = File::options().write(true).open(entry.path());
                if file.is_ok_and(|file| try_lock(&file)) {
                    let _ = std::fs::remove_file(entry.path());
                }
            }
        }
    }

    /// Lets it take its place.
    ///
    /// # Errors
    /// The system refuses; what was there stays.
    pub fn commit(self) -> io::Result<()> {
        let placed = self.file.persist(self.path);
        placed.map(drop).map_err(|error| error.error)
    }

    /// Lets it take its place, if nothing has that.
    ///
    /// # Errors
    /// The system refuses, or something is there; that stays.
    pub fn commit_new(self) -> io::Result<()> {
        let placed = self.file.persist_noclobber(self.path);
        placed.map(drop).map_err(|error| error.error)
    }
}

/// What is replaced: where the path is a link, what it leads to.
fn target(path: &Path) -> io::Result<PathBuf> {
    match path.canonicalize() {
        Ok(path) => Ok(path),
        Err(_) if path.is_symlink() => Err(io::Error::other("it is a link that leads nowhere")),
        Err(_) => Ok(path.to_path_buf()),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn staged(path: &Path) -> io::Result<StagedFile> {
        StagedFile::new(path, |out| out.write_all(b"new"))
    }

    #[test]
    fn a_file_takes_its_place_when_it_is_told_to() {
        let folder = tempfile::tempdir().expect("there is room for a folder");
        let path = folder.path().join("a");
        fs::write(&path, "old").expect("there is room");
        drop(staged(&path).expect("there is room"));
        assert_eq!(fs::read_to_string(&path).expect("it is there"), "old");
        let file = staged(&path).expect("there is room");
        file.commit().expect("it may take its place");
        assert_eq!(fs::read_to_string(&path).expect("it is there"), "new");
        assert_eq!(fs::read_dir(folder.path()).expect("it is there").count(), 1);
        assert!(staged(&folder.path().join("none/a")).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn what_dead_runs_have_left_goes_and_nothing_else_does() {
        let folder = tempfile::tempdir().expect("there is room for a folder");
        let path = |name: &str| folder.path().join(name);
        for name in [
            "a",
            ".treatise-abc123.part",
            ".treatise-abc.part",
            ".tmpabc123",
        ] {
            fs::write(path(name), "old").expect("there is room");
        }
        let alive = staged(&path("a")).expect("there is room");
        StagedFile::sweep(&path("a"));
        assert!(!path(".treatise-abc123.part").exists());
        assert_eq!(fs::read_dir(folder.path()).expect("it is there").count(), 4);
        alive.commit().expect("it may take its place");
        assert_eq!(fs::read_to_string(path("a")).expect("it is there"), "new");
        let late = staged(&path("a")).expect("there is room");
        assert!(late.commit_new().is_err());
        assert_eq!(fs::read_dir(folder.path()).expect("it is there").count(), 3);
    }

    #[cfg(unix)]
    #[test]
    fn links_stay_and_what_they_lead_to_is_replaced() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().expect("there is room for a folder");
        let (path, link) = (folder.path().join("a"), folder.path().join("link"));
        symlink("a", &link).expect("links can be made");
        assert!(staged(&link).is_err());
        fs::write(&path, "old").expect("there is room");
        let file = staged(&link).expect("there is room");
        file.commit().expect("it may take its place");
        assert!(link.is_symlink());
        assert_eq!(fs::read_to_string(&path).expect("it is there"), "new");
    }
}
