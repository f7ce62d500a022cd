//! A bundle on its way: a folder beside the place where it will be, which takes that place when it
//! is complete.
//!
//! All files and folders are on the disk before anything is renamed. Where nothing is at the
//! place, one rename puts the bundle there; an older bundle and the new one change places in one
//! step. So whatever happens, a kill or a full disk, at the place there is what was there, or the
//! new bundle. (Where the system can't exchange two folders, the older one is moved away first; if
//! the run is killed right then, the next run puts it back.)

#![expect(
    clippy::disallowed_methods,
    reason = "the home of writing in this crate; nothing is written outside the temporary folder"
)]

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use treatise_dataset::is_inside;
use treatise_source::hexadecimal;

use crate::scratch::{Scratch, synchronise};
use crate::{Error, Target};

/// The file that says that a folder is a bundle.
pub(crate) const MARKER: &str = "bundle.json";
/// The hashes of all other files.
pub(crate) const CHECKSUMS: &str = "SHA256SUMS";
/// What a bundle is called in the folder in which it is made.
const MADE: &str = "bundle";

/// A bundle that is not complete.
#[derive(Debug)]
pub(crate) struct Bundle {
    target: Target,
    scratch: Scratch,
    /// Where it is while it is made.
    folder: PathBuf,
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
    /// Where it will be, which is what people know it by.
    place: PathBuf,
    buffer: Vec<u8>,
    hasher: Sha256,
    bytes: u64,
}

impl Bundle {
    /// Starts a bundle that will be at `target`.
    pub(crate) fn create(target: Target) -> Result<Self, Error> {
        let scratch = Scratch::beside(target.path())?;
        let folder = scratch.path(MADE);
        fs::create_dir(&folder).map_err(|error| Error::not_written(target.path(), error))?;
        Ok(Self {
            target,
            scratch,
            folder,
            files: BTreeMap::new(),
        })
    }

    /// Where a file lies that is no part of the bundle.
    pub(crate) fn draft(&self, name: &str) -> PathBuf {
        self.scratch.path(name)
    }

    /// Where a file of this name will be when the bundle is complete.
    pub(crate) fn place_of(&self, name: &str) -> PathBuf {
        self.target.path().join(name)
    }

    /// Removes such a file.
    #[expect(clippy::unused_self, reason = "only a bundle on its way has drafts")]
    pub(crate) fn remove_draft(&self, path: &Path) -> Result<(), Error> {
        fs::remove_file(path).map_err(|error| Error::io(path, error))
    }

    /// Where a file of this name will be, for a library that writes files itself; the folders
    /// around it are there.
    pub(crate) fn path_of(&self, name: &str) -> Result<PathBuf, Error> {
        assert!(
            is_inside(name),
            "files of a bundle have names that stay inside it: {name:?}"
        );
        let path = self.folder.join(name);
        let parent = path.parent().unwrap_or(&self.folder);
        fs::create_dir_all(parent)
            .map_err(|error| Error::not_written(&self.place_of(name), error))?;
        Ok(path)
    }

    /// Adds a file that a library has written there.
    pub(crate) fn adopt(&mut self, name: &str) -> Result<(), Error> {
        let path = self.path_of(name)?;
        let failed = |error| Error::not_written(&self.place_of(name), error);
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
        let place = self.place_of(name);
        File::create_new(&path).map_err(|error| Error::not_written(&place, error))?;
        Ok(BundleFile {
            name: name.to_owned(),
            path,
            place,
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
            .map_err(|error| Error::not_written(&file.place, error))?;
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
        let failed = |error| Error::not_written(self.target.path(), error);
        synchronise_folders(&self.folder).map_err(failed)?;
        let is_occupied = self.target.is_occupied()?;
        self.scratch.put(MADE, is_occupied).map_err(failed)?;
        self.scratch.remove()
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
            .map_err(|error| Error::not_written(&self.place, error))?;
        self.hasher.update(&self.buffer);
        self.bytes += self.buffer.len() as u64;
        self.buffer.clear();
        Ok(())
    }
}

/// Waits until the names in a folder, and in all folders in it, are on the disk.
fn synchronise_folders(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            synchronise_folders(&entry.path())?;
        }
    }
    synchronise(folder)
}
