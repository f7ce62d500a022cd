//! What the command line says of a dataset: its folder, paths in it, and the day.

#![expect(
    clippy::disallowed_methods,
    reason = "the folder in which the program runs, the paths that it is given, and the day"
)]

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use treatise_dataset::MANIFEST;
use treatise_diff::folder_in_repository;
use treatise_schema::nearest;

use crate::arguments::{DatasetOptions, DatasetPlace};

/// The folder that holds `data/`.
pub(crate) fn find_root(place: &DatasetPlace) -> Result<PathBuf> {
    if place.root.is_none() && place.manifest.is_some() {
        return Ok(PathBuf::from("."));
    }
    find_root_in(place.root.as_deref())
}

/// The folder that holds `data/`, if it is not given: the nearest one above.
pub(crate) fn find_root_in(given: Option<&Path>) -> Result<PathBuf> {
    if let Some(root) = given {
        ensure!(root.is_dir(), "{}: there is no such folder", root.display());
        return Ok(root.to_path_buf());
    }
    let here = std::env::current_dir().context("the current folder can't be read")?;
    // Relative paths keep messages short and free of the names of this machine.
    let mut up = PathBuf::from(".");
    for folder in here.ancestors() {
        // Whoever reads it says what is wrong with one that is no file.
        if folder.join(MANIFEST).symlink_metadata().is_ok() {
            return Ok(up);
        }
        up = if up.as_os_str() == "." {
            PathBuf::from("..")
        } else {
            up.join("..")
        };
    }
    bail!("there is no `{MANIFEST}` here or in a folder above; name the dataset with --root");
}

/// The day for which rules about dates are decided, where one is given.
pub(crate) fn read_as_of(options: &DatasetOptions) -> Result<Option<String>> {
    let as_of = options.as_of.as_deref();
    as_of.map(|day| read_date("--as-of", day)).transpose()
}

/// A date as it stands in records, given with an option.
pub(crate) fn read_date(option: &str, text: &str) -> Result<String> {
    if text == "today" {
        // The day in UTC, so that it does not depend on where the program runs.
        let now = jiff::Timestamp::now();
        return Ok(now.to_zoned(jiff::tz::TimeZone::UTC).date().to_string());
    }
    let date: Option<jiff::civil::Date> = text.parse().ok();
    date.map(|date| date.to_string())
        .filter(|date| date == text)
        .with_context(|| format!("{option}: `{text}` is no date as in 2026-11-22, nor `today`"))
}

/// Paths from the command line as the dataset has them, relative to its root.
pub(crate) fn relative_to(root: &Path, paths: &[PathBuf]) -> Result<Vec<PathBuf>> {
    if paths.is_empty() {
        return Ok(Vec::new());
    }
    let root = root.canonicalize().context("the root can't be read")?;
    let relative = |path: &PathBuf| {
        let absolute = match path.canonicalize() {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                match meant(&root, path) {
                    Some(meant) => bail!(
                        "{}: there is no such file or folder; did you mean `{}`?",
                        path.display(),
                        meant.display()
                    ),
                    None => bail!("{}: there is no such file or folder", path.display()),
                }
            }
            other => other.with_context(|| format!("{}: it can't be read", path.display()))?,
        };
        let relative = absolute
            .strip_prefix(&root)
            .ok()
            .with_context(|| format!("{}: it is not in the dataset", path.display()))?;
        Ok(relative.to_path_buf())
    };
    paths.iter().map(relative).collect()
}

/// The folder as seen from the top of the repository around it, parts joined by `/`; empty where there is
/// none, and at the top.
pub(crate) fn in_repository(folder: &Path) -> String {
    joined(&folder_in_repository(folder).unwrap_or_default())
}

/// A folder and the one in which the program runs, as seen from the upper one of them; where none lies in
/// the other, the folder is as it was given.
pub(crate) fn from_here(folder: &Path) -> (String, String) {
    let below = || {
        let (folder, here) = (folder.canonicalize().ok()?, std::env::current_dir().ok()?);
        let here = here.canonicalize().ok()?;
        match here.strip_prefix(&folder) {
            Ok(reader) => Some((String::new(), joined(reader))),
            Err(_) => Some((joined(folder.strip_prefix(&here).ok()?), String::new())),
        }
    };
    below().unwrap_or_else(|| (folder.to_string_lossy().into_owned(), String::new()))
}

/// Parts joined by `/`, as names of files are.
pub(crate) fn joined(path: &Path) -> String {
    let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
    parts.join("/")
}

/// What somebody means who names a record instead of its file, or a path with a slip: what is there under
/// such a name.
fn meant(root: &Path, path: &Path) -> Option<PathBuf> {
    let name = path.file_name()?.to_str()?;
    let entries = |folder: &Path| -> Vec<PathBuf> {
        let listed = std::fs::read_dir(folder).into_iter().flatten();
        let mut paths: Vec<_> = listed.flatten().map(|entry| entry.path()).collect();
        paths.sort_unstable();
        paths
    };
    let data = root.join("data");
    if path.parent() == Some(Path::new("")) {
        let file = format!("{name}.json");
        let files = entries(&data).into_iter().map(|folder| folder.join(&file));
        if let Some(found) = files.into_iter().find(|file| file.is_file()) {
            return found.strip_prefix(root).ok().map(Path::to_path_buf);
        }
    }
    let around = path.parent()?;
    let around = if around == Path::new("") {
        Path::new(".")
    } else {
        around
    };
    let beside = entries(around);
    let names = beside.iter().filter_map(|path| path.file_name()?.to_str());
    let meant = nearest(name, names)?;
    Some(path.with_file_name(meant))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_told_from_other_words() {
        assert_eq!(
            read_date("--as-of", "2026-11-22").expect("a date"),
            "2026-11-22"
        );
        for text in [
            "2026-13-01",
            "22.11.2026",
            "20261122",
            "tomorrow",
            "2026-1-1",
        ] {
            assert!(read_date("--as-of", text).is_err(), "{text}");
        }
    }
}
