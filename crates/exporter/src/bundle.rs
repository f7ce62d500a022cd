//! A bundle on its way: a temporary folder beside the place where it will be, which takes that
//! place when it is complete.
//!
//! All files and folders are on the disk before anything is renamed. Where nothing is at the
//! place, one rename puts the bundle there. An older bundle is moved to a hidden folder first and
//! removed last; between the two renames there is nothing at the place, and the older bundle is
//! whole beside it. So whatever happens, a kill or a full disk, at the place there is the old
//! bundle, nothing, or the new one. What a killed run leaves are hidden folders beside it, which
//! end in `.partial` and `.old` and may be removed.

#![expect(
    clippy::disallowed_methods,
    reason = "the home of writing in this crate; nothing is written outside the temporary folder"
)]

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt::Write as _;
use std::fs::{self, File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::path::{Component, Path, PathBuf};

use sha2::{Digest, Sha256};
use tempfile::TempDir;

use crate::{Error, Target};

/// The file that says that a folder is a bundle.
pub(crate) const MARKER: &str = "bundle.json";
/// The hashes of all other files.
pub(crate) const CHECKSUMS: &str = "SHA256SUMS";
/// What an older bundle is called, in a folder of its own, while another takes its place.
const MOVED: &str = "bundle";

/// A bundle that is not complete.
#[derive(Debug)]
pub(crate) struct Bundle {
    target: Target,
    folder: TempDir,
    /// The files that are complete.
    files: BTreeMap<String, Written>,
}

/// What is known of a file that is complete.
#[derive(Debug)]
pub(crate) struct Written {
    /// SHA-256, in hexadecimal digits.
    pub(crate) hash: String,
    pub(crate) bytes: u64,
}

/// A file of a bundle that is being written. There can be as many as there are tables, more than
/// a program can have open, so it is opened only to add what has gathered.
#[derive(Debug)]
pub(crate) struct BundleFile {
    name: String,
    path: PathBuf,
    buffer: Vec<u8>,
    hasher: Sha256,
    bytes: u64,
}

impl Bundle {
    /// Starts a bundle that will be at `target`.
    pub(crate) fn create(target: Target) -> Result<Self, Error> {
        let parent = target.parent();
        fs::create_dir_all(parent).map_err(|error| Error::io(parent, error))?;
        let folder = temporary_sibling(&target, ".partial")?;
        Ok(Self {
            target,
            folder,
            files: BTreeMap::new(),
        })
    }

    /// Where a file lies that is no part of the bundle and is removed before it is complete.
    pub(crate) fn draft(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Removes such a file.
    #[expect(clippy::unused_self, reason = "only a bundle on its way has drafts")]
    pub(crate) fn remove_draft(&self, path: &Path) -> Result<(), Error> {
        fs::remove_file(path).map_err(|error| Error::io(path, error))
    }

    /// Where a file of this name will be, for a library that writes files itself; the folders
    /// around it are there.
    pub(crate) fn path_of(&self, name: &str) -> Result<PathBuf, Error> {
        let is_inside = Path::new(name)
            .components()
            .all(|component| matches!(component, Component::Normal(_)));
        assert!(
            is_inside && !name.is_empty(),
            "files of a bundle have names that stay inside it: {name:?}"
        );
        let path = self.folder.path().join(name);
        let parent = path.parent().unwrap_or(self.folder.path());
        fs::create_dir_all(parent).map_err(|error| Error::io(parent, error))?;
        Ok(path)
    }

    /// Adds a file that a library has written there.
    pub(crate) fn adopt(&mut self, name: &str) -> Result<(), Error> {
        let path = self.path_of(name)?;
        let failed = |error| Error::io(&path, error);
        let mut open = File::open(&path).map_err(failed)?;
        let mut hasher = Sha256::new();
        let mut buffer = vec![0; BundleFile::BUFFER];
        let mut bytes = 0;
        loop {
            let length = open.read(&mut buffer).map_err(failed)?;
            if length == 0 {
                break;
            }
            hasher.update(&buffer[..length]);
            bytes += length as u64;
        }
        open.sync_all().map_err(failed)?;
        let hash = hexadecimal(&hasher.finalize());
        self.files.insert(name.to_owned(), Written { hash, bytes });
        Ok(())
    }

    /// Starts a file; its name is relative, with `/` between folders.
    pub(crate) fn file(&self, name: &str) -> Result<BundleFile, Error> {
        let path = self.path_of(name)?;
        File::create_new(&path).map_err(|error| Error::io(&path, error))?;
        Ok(BundleFile {
            name: name.to_owned(),
            path,
            buffer: Vec::new(),
            hasher: Sha256::new(),
            bytes: 0,
        })
    }

    /// Adds a file that is complete.
    pub(crate) fn add(&mut self, mut file: BundleFile) -> Result<(), Error> {
        file.save()?;
        let opened = OpenOptions::new().append(true).open(&file.path);
        opened
            .and_then(|open| open.sync_all())
            .map_err(|error| Error::io(&file.path, error))?;
        let written = Written {
            hash: hexadecimal(&file.hasher.finalize()),
            bytes: file.bytes,
        };
        self.files.insert(file.name, written);
        Ok(())
    }

    /// Adds a whole file.
    pub(crate) fn add_text(&mut self, name: &str, text: &str) -> Result<(), Error> {
        let mut file = self.file(name)?;
        file.write(text.as_bytes())?;
        self.add(file)
    }

    /// The files so far, by name.
    pub(crate) fn written(&self) -> &BTreeMap<String, Written> {
        &self.files
    }

    /// Number and size, in bytes, of the files so far.
    pub(crate) fn size(&self) -> (u64, u64) {
        let bytes = self.files.values().map(|written| written.bytes).sum();
        (self.files.len() as u64, bytes)
    }

    /// Writes the checksums, and puts the bundle in its place.
    pub(crate) fn complete(mut self) -> Result<(), Error> {
        let mut checksums = String::new();
        for (name, written) in &self.files {
            checksums.extend([&written.hash, "  ", name, "\n"]);
        }
        self.add_text(CHECKSUMS, &checksums)?;
        synchronise_folders(self.folder.path())?;

        let failed = |error| Error::io(self.target.path(), error);
        let old = if self.target.is_occupied()? {
            let old = temporary_sibling(&self.target, ".old")?;
            fs::rename(self.target.path(), old.path().join(MOVED)).map_err(failed)?;
            Some(old)
        } else {
            None
        };
        if let Err(error) = fs::rename(self.folder.path(), self.target.path()) {
            if let Some(old) = old {
                // It stays where it is only if it can't go back.
                let old = old.keep();
                if fs::rename(old.join(MOVED), self.target.path()).is_ok() {
                    let _ = fs::remove_dir(old);
                }
            }
            return Err(failed(error));
        }
        // Nothing is at the temporary name any more.
        let _ = self.folder.keep();
        synchronise(self.target.parent())?;
        if let Some(old) = old {
            let path = old.path().to_path_buf();
            old.close().map_err(|error| Error::io(&path, error))?;
        }
        Ok(())
    }
}

impl BundleFile {
    const BUFFER: usize = 64 << 10;

    /// Adds to the end.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() >= Self::BUFFER {
            self.save()?;
        }
        Ok(())
    }

    fn save(&mut self) -> Result<(), Error> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        let opened = OpenOptions::new().append(true).open(&self.path);
        opened
            .and_then(|mut file| file.write_all(&self.buffer))
            .map_err(|error| Error::io(&self.path, error))?;
        self.hasher.update(&self.buffer);
        self.bytes += self.buffer.len() as u64;
        self.buffer.clear();
        Ok(())
    }
}

/// A new empty folder beside the target, with a hidden name that shows what it belongs to.
fn temporary_sibling(target: &Target, suffix: &str) -> Result<TempDir, Error> {
    let mut prefix = OsString::from(".");
    prefix.push(target.path().file_name().unwrap_or_default());
    prefix.push(".");
    let mut builder = tempfile::Builder::new();
    builder.prefix(&prefix).suffix(suffix);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // A bundle is for all; what the user's mask forbids is forbidden all the same.
        builder.permissions(fs::Permissions::from_mode(0o777));
    }
    let parent = target.parent();
    builder
        .tempdir_in(parent)
        .map_err(|error| Error::io(parent, error))
}

/// Waits until the names in a folder are on the disk.
fn synchronise(folder: &Path) -> Result<(), Error> {
    // Elsewhere a folder can't be opened like a file.
    if cfg!(not(unix)) {
        return Ok(());
    }
    File::open(folder)
        .and_then(|open| open.sync_all())
        .map_err(|error| Error::io(folder, error))
}

/// The same for all folders in it.
fn synchronise_folders(folder: &Path) -> Result<(), Error> {
    let failed = |error| Error::io(folder, error);
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        if entry.file_type().map_err(failed)?.is_dir() {
            synchronise_folders(&entry.path())?;
        }
    }
    synchronise(folder)
}

/// SHA-256 in lower-case hexadecimal digits.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

/// Bytes in lower-case hexadecimal digits.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        write!(text, "{byte:02x}").expect("a string takes all that is written");
    }
    text
}
