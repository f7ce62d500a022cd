//! The folder that a bundle is to be.

use std::path::{Path, PathBuf};

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

    /// Whether there is a bundle already.
    pub(crate) fn is_occupied(&self) -> Result<bool, Error> {
        occupant::examine(&self.path)
    }
}
