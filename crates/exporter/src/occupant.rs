//! What is at the place of a new bundle: only a bundle is ever replaced, and only if it holds
//! nothing but what it says that it holds.

#![expect(
    clippy::disallowed_methods,
    reason = "what is at the place of a bundle is no part of a dataset; it is listed and not opened"
)]

use std::collections::BTreeSet;
use std::io;
use std::path::{Component, Path, PathBuf};

use treatise_source::{NotRead, RegularFile};

use crate::Error;
use crate::bundle::{CHECKSUMS, MARKER};
use crate::description::GENERATOR;

/// Whether there is a bundle; an error if there is something else.
pub(crate) fn examine(path: &Path) -> Result<bool, Error> {
    let refused = |reason: &str| {
        Error::refused(format!(
            "`{}` {reason}; name another folder, or remove it yourself",
            path.display()
        ))
    };
    match std::fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(Error::io(path, error)),
        Ok(metadata) if metadata.is_dir() => {}
        Ok(_) => return Err(refused("exists and is no folder")),
    }
    if !has_marker(path)? {
        return Err(refused("exists and is no bundle of this program"));
    }
    let listed = listed_files(path)?;
    if let Some(stranger) = strangers(path, &listed)?.first() {
        return Err(refused(&format!(
            "is a bundle, but `{stranger}` in it is not part of it"
        )));
    }
    Ok(true)
}

/// Where a path leads, whether there is something or not: links are followed as far as they go.
pub(crate) fn resolved(path: &Path) -> Result<PathBuf, Error> {
    let whole = std::path::absolute(path).map_err(|error| Error::io(path, error))?;
    for existing in whole.ancestors() {
        let Ok(mut resolved) = existing.canonicalize() else {
            continue;
        };
        let rest = whole.strip_prefix(existing);
        for part in rest.expect("an ancestor is how a path begins").components() {
            match part {
                Component::ParentDir => drop(resolved.pop()),
                other => resolved.push(other),
            }
        }
        return Ok(resolved);
    }
    Ok(whole)
}

/// Why there is no bundle at a path; `None` where there is one.
pub(crate) fn no_bundle(path: &Path) -> Result<Option<String>, Error> {
    if has_marker(path)? {
        return Ok(None);
    }
    let is_there = |path: &Path| std::fs::symlink_metadata(path).is_ok();
    Ok(Some(if !is_there(path) {
        "there is no such folder".to_owned()
    } else if !is_there(&path.join(MARKER)) {
        format!("it has no `{MARKER}`")
    } else {
        format!("its `{MARKER}` does not say so")
    }))
}

pub(crate) fn has_marker(bundle: &Path) -> Result<bool, Error> {
    let text = read(&bundle.join(MARKER))?;
    let marker: Option<serde_json::Value> =
        text.and_then(|text| serde_json::from_slice(&text).ok());
    Ok(marker.is_some_and(|marker| marker["generator"]["name"] == GENERATOR))
}

/// The files that the checksums name, and the folders that they are in.
pub(crate) fn listed_files(bundle: &Path) -> Result<BTreeSet<String>, Error> {
    let text = read(&bundle.join(CHECKSUMS))?.unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let mut listed: BTreeSet<String> = [CHECKSUMS.to_owned()].into();
    for (_, file) in text.lines().filter_map(|line| line.split_once("  ")) {
        listed.insert(file.to_owned());
        let folders = file.match_indices('/').map(|(at, _)| file[..at].to_owned());
        listed.extend(folders);
    }
    Ok(listed)
}

/// The files and folders in a bundle that are not listed; what is in such a folder goes with it.
pub(crate) fn strangers(bundle: &Path, listed: &BTreeSet<String>) -> Result<Vec<String>, Error> {
    let mut found = Vec::new();
    let mut folders = vec![String::new()];
    while let Some(folder) = folders.pop() {
        let path = bundle.join(&folder);
        let failed = |error| Error::io(&path, error);
        for entry in std::fs::read_dir(&path).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let name = match folder.as_str() {
                "" => name,
                _ => format!("{folder}/{name}"),
            };
            let kind = entry.file_type().map_err(failed)?;
            // What a link to a folder leads to is none of the bundle, and may have more in it.
            let leads_away = || kind.is_symlink() && bundle.join(&name).is_dir();
            if !listed.contains(&name) || leads_away() {
                found.push(name);
            } else if kind.is_dir() {
                folders.push(name);
            }
        }
    }
    found.sort_unstable();
    Ok(found)
}

/// A file of the bundle; `None` where there is no such regular file.
pub(crate) fn read(path: &Path) -> Result<Option<Vec<u8>>, Error> {
    /// Larger than any of these files becomes.
    const MOST_BYTES: u64 = 64 << 20;
    match RegularFile::read_all(path, MOST_BYTES) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(NotRead::Io(error)) if error.kind() != io::ErrorKind::NotFound => {
            Err(Error::io(path, error))
        }
        Err(_) => Ok(None),
    }
}
