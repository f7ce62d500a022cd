//! Folders for what is made or unpacked on the way, and what a killed run has left of one.

use std::io;
use std::path::Path;

use treatise_source::LockedFolder;

/// What the names of folders begin with in which releases are built.
pub(crate) const RELEASE: &str = ".treatise-release-";
/// The same of those into which archives are unpacked to be verified.
pub(crate) const VERIFY: &str = ".treatise-verify-";
/// The same of those into which archives are unpacked to be compared.
pub(crate) const ARCHIVE: &str = ".treatise-archive-";

/// A hidden folder in this one; first removes what dead runs have left there.
pub(crate) fn within(around: &Path, prefix: &str) -> io::Result<LockedFolder> {
    sweep(around, prefix);
    LockedFolder::within(around, prefix.as_ref(), "")
}

/// Removes the folders of dead runs.
pub(crate) fn sweep(around: &Path, prefix: &str) {
    LockedFolder::sweep(around, prefix.as_ref(), "", |_| Ok(()));
}
