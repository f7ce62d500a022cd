//! The folder that a bundle is to be.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use treatise_dataset::{Dataset, MANIFEST};

use crate::{Error, occupant};

/// A path where a bundle can be: nothing is there, or a bundle that may be replaced.
#[derive(Clone, Debug)]
pub struct Target {
    path: PathBuf,
}

impl Target {
    /// Checks a path; writes nothing.
    ///
    /// # Errors
    /// Something else is there, or the path names no folder of its own, as `..` does.
    pub fn new(path: &Path) -> Result<Self, Error> {
        // Without `.` and slashes at the end, which hide a link.
        let path: PathBuf = path.components().collect();
        if path.file_name().is_none() {
            return Err(Error::refused(format!(
                "`{}` can't be replaced by a bundle; name a folder that is not there yet",
                path.display()
            )));
        }
        let target = Self { path };
        target.is_occupied()?;
        Ok(target)
    }

    /// Where the bundle will be.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Refuses a place among the files of a dataset: there it would be taken for one of them.
    ///
    /// # Errors
    /// It is there, or a folder can't be read.
    pub fn expect_outside(&self, dataset: &Dataset) -> Result<(), Error> {
        let place = occupant::resolved(&self.path)?;
        for folder in folders_of(dataset) {
            let path = dataset.root().join(&folder);
            if place.starts_with(occupant::resolved(&path)?) {
                return Err(Error::refused(format!(
                    "`{}` is in `{folder}`, where the dataset has its own files; name a folder \
                     outside of it",
                    self.path.display()
                )));
            }
        }
        Ok(())
    }

    /// Whether there is a bundle already.
    pub(crate) fn is_occupied(&self) -> Result<bool, Error> {
        occupant::examine(&self.path)
    }
}

/// The folders in which a dataset has its files, relative to its root.
fn folders_of(dataset: &Dataset) -> BTreeSet<String> {
    let around = |file: &str| file.rsplit_once('/').map(|(folder, _)| folder.to_owned());
    let mut folders: BTreeSet<String> = around(MANIFEST).into_iter().collect();
    let manifest = dataset.manifest();
    for entry in &manifest.collections {
        folders.extend(around(&entry.schema));
        folders.extend(match entry.path.strip_suffix(".ndjson") {
            Some(file) => around(file),
            None => Some(entry.path.clone()),
        });
    }
    let others = manifest.other_files.iter().map(|other| other.path.clone());
    folders.extend(others);
    // Beside the folders of a dataset anybody may have theirs.
    folders.retain(|folder| !matches!(folder.as_str(), "" | "."));
    folders
}
