//! What a side of a comparison was named to be: all that `treatise_diff` knows, and the archive of
//! a bundle, which is known here alone, since `diff` and `exporter` know nothing of each other.

#![expect(
    clippy::disallowed_methods,
    reason = "whether a path is a file, which may be an archive"
)]

use std::path::Path;

use anyhow::{Context, Result};
use treatise_diff::Source;
use treatise_exporter::Archive;
use treatise_source::LockedFolder;

use crate::scratch::ARCHIVE;

/// Finds out what was named: the archive of a bundle, a folder that holds a dataset or a bundle, or
/// a revision of the repository around `root`.
pub(crate) fn find(given: &str, root: &Path) -> Result<Source> {
    let Some(archive) = archive_of(given) else {
        return Ok(Source::find(given, root)?);
    };
    let scratch = LockedFolder::temporary(ARCHIVE).with_context(|| {
        format!("`{given}` can't be unpacked: a temporary folder can't be made")
    })?;
    let bundle = archive.unpack_bundle(Path::new(given), scratch.path())?;
    Ok(Source::unpacked(given, bundle, scratch))
}

/// The two ends of a range of revisions; `None` where it is no range.
pub(crate) fn find_range(given: &str, root: &Path) -> Result<Option<(Source, Source)>> {
    match archive_of(given) {
        Some(_) => Ok(None),
        None => Ok(Source::find_range(given, root)?),
    }
}

fn archive_of(given: &str) -> Option<Archive> {
    let path = Path::new(given);
    Archive::of_path(path).filter(|_| path.is_file())
}
