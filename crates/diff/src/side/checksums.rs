//! Whether the files of a bundle are as they were written. What was damaged on the way would be
//! taken for a change of the data.

#![expect(
    clippy::disallowed_methods,
    reason = "the folders of a bundle are listed; links in them are not followed"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use treatise_dataset::is_inside;
use treatise_source::{RegularFile, sha256_of};

use crate::Error;

/// The list of the hashes of all other files.
const CHECKSUMS: &str = "SHA256SUMS";
/// The largest list, in bytes.
const MOST_BYTES: u64 = 64 << 20;

/// Compares the hash of each file with the list.
pub(super) fn verify(bundle: &Path) -> Result<(), Error> {
    let refused = |reason: String| {
        Error::side(format!(
            "{}: {reason}; `treatise verify` says more, get the bundle anew",
            bundle.display()
        ))
    };
    let bytes = RegularFile::read_all(&bundle.join(CHECKSUMS), MOST_BYTES)
        .map_err(|reason| refused(format!("`{CHECKSUMS}` can't be read ({reason})")))?;
    let list = String::from_utf8_lossy(&bytes);
    let mut listed = BTreeSet::new();
    for line in list.lines() {
        let entry = line.split_once("  ").filter(|(_, file)| is_inside(file));
        let Some((hash, file)) = entry else {
            let shown = treatise_report::visible(line);
            return Err(refused(format!("`{CHECKSUMS}` has a line `{shown}`")));
        };
        let found = sha256_of(&bundle.join(file))
            .map_err(|reason| refused(format!("`{file}` can't be read ({reason})")))?;
        if found != hash {
            return Err(refused(format!(
                "`{file}` is not as it was written: its hash is not the one in `{CHECKSUMS}`"
            )));
        }
        listed.insert(file);
    }
    match stranger(bundle, "", &listed) {
        Ok(None) => Ok(()),
        Ok(Some(name)) => Err(refused(format!("`{CHECKSUMS}` does not list `{name}`"))),
        Err(error) => Err(refused(error.to_string())),
    }
}

/// The first file that no hash answers for.
fn stranger(
    bundle: &Path,
    folder: &str,
    listed: &BTreeSet<&str>,
) -> std::io::Result<Option<String>> {
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(bundle.join(folder))? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        names.insert((name, entry.file_type()?.is_dir()));
    }
    for (name, is_folder) in names {
        let path = match folder {
            "" => name,
            _ => format!("{folder}/{name}"),
        };
        let found = if is_folder {
            stranger(bundle, &path, listed)?
        } else {
            (path != CHECKSUMS && !listed.contains(path.as_str())).then_some(path)
        };
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}
