//! A revision of a git repository: only objects are read, so that neither the work tree nor the
//! index is touched, and no filter runs.

#![expect(
    clippy::disallowed_methods,
    reason = "files are written to a private temporary folder, where nothing was before"
)]

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Component, Path, PathBuf};
use std::process::Stdio;

use serde::Deserialize;
use treatise_dataset::MANIFEST;

use super::Temporary;
use crate::Error;
use crate::repository::{Repository, line};

/// A commit, and where in it the dataset is.
#[derive(Debug)]
pub(super) struct Revision {
    given: String,
    repository: Repository,
    commit: String,
}

/// What a manifest says about which files there are.
#[derive(Deserialize)]
struct Places {
    #[serde(default)]
    collections: Vec<Place>,
    #[serde(default)]
    other_files: Vec<Other>,
}

#[derive(Deserialize)]
struct Place {
    path: String,
    schema: String,
}

#[derive(Deserialize)]
struct Other {
    path: String,
}

struct Blob {
    object: String,
    path: PathBuf,
}

impl Revision {
    /// Looks a revision up.
    pub(super) fn find(given: &str, root: &Path) -> Result<Self, Error> {
        let Some(repository) = Repository::around(root)? else {
            return Err(Error::side("there is no git repository here"));
        };
        match repository.commit(given)? {
            Some(commit) => Ok(Self {
                given: given.to_owned(),
                repository,
                commit,
            }),
            None => Err(Error::side(format!(
                "the repository has no revision `{given}`{}",
                rest_of_history(&repository)?
            ))),
        }
    }

    /// The newest commit that this revision and another one both come from.
    pub(super) fn base_with(self, other: &Self) -> Result<Self, Error> {
        let arguments = ["merge-base", &self.commit, &other.commit];
        let output = self.repository.run(&arguments)?;
        if !output.status.success() {
            return Err(Error::side(format!(
                "`{}` and `{}` have no commit in common{}",
                self.given,
                other.given,
                rest_of_history(&self.repository)?
            )));
        }
        Ok(Self {
            commit: line(&output.stdout)?,
            ..self
        })
    }

    /// Puts the files of the dataset into a temporary folder.
    pub(super) fn unpack(&self) -> Result<Temporary, Error> {
        let prefix = self.repository.prefix();
        let manifest = format!("{}:{prefix}{MANIFEST}", self.commit);
        let output = self.repository.run(&["cat-file", "blob", &manifest])?;
        if !output.status.success() {
            return Err(Error::side(format!(
                "the revision `{}` has no `{prefix}{MANIFEST}`",
                self.given
            )));
        }
        let mut wanted = wanted(&output.stdout);
        if wanted.iter().any(|path| is_schema_at_root(path)) {
            wanted.extend(self.schemas_at_root()?);
        }
        let blobs = self.list(&wanted)?;
        let made = Temporary::new()?;
        self.write(&blobs, &made.root())?;
        Ok(made)
    }

    /// What lies at the root of the dataset and may be a schema: where one lies there, it may refer to
    /// others beside it.
    fn schemas_at_root(&self) -> Result<Vec<String>, Error> {
        let prefix = self.repository.prefix();
        let mut arguments = vec!["ls-tree", "-z", "--full-tree", &self.commit];
        if !prefix.is_empty() {
            arguments.extend(["--", prefix]);
        }
        let listed = self.repository.succeed(&arguments)?;
        let entries = listed.split(|&byte| byte == 0);
        let entries = entries.filter_map(|entry| std::str::from_utf8(entry).ok());
        let files = entries.filter_map(|entry| {
            let (mode, _, path) = parts_of(entry, prefix)?;
            (is_file(mode) && is_schema_at_root(path)).then(|| path.to_owned())
        });
        Ok(files.collect())
    }

    /// The files below some paths of the dataset.
    fn list(&self, wanted: &BTreeSet<String>) -> Result<Vec<Blob>, Error> {
        let prefix = self.repository.prefix();
        let mut arguments = vec!["ls-tree", "-r", "-z", "--full-tree", &self.commit, "--"];
        let paths: Vec<_> = wanted
            .iter()
            .map(|path| format!("{prefix}{path}"))
            .collect();
        arguments.extend(
            paths
                .iter()
                .map(String::as_str)
                .filter(|path| !path.is_empty()),
        );
        let listed = self.repository.succeed(&arguments)?;
        let mut blobs = Vec::new();
        for entry in listed
            .split(|&byte| byte == 0)
            .filter(|entry| !entry.is_empty())
        {
            let unreadable = || Error::side("git answered in an unknown form".to_owned());
            let entry = std::str::from_utf8(entry).map_err(|_| {
                Error::side(format!(
                    "`{}` has a file whose name is not Unicode",
                    self.given
                ))
            })?;
            let (mode, object, path) = parts_of(entry, prefix).ok_or_else(unreadable)?;
            if !is_file(mode) {
                return Err(Error::side(format!(
                    "`{path}` in `{}` is a link or another repository, which are never followed",
                    self.given
                )));
            }
            let path = PathBuf::from(path);
            let is_inside = path
                .components()
                .all(|component| matches!(component, Component::Normal(_)));
            if !is_inside {
                return Err(Error::side(format!(
                    "`{}` has a path that leads out of it: `{}`",
                    self.given,
                    path.display()
                )));
            }
            blobs.push(Blob {
                object: object.to_owned(),
                path,
            });
        }
        Ok(blobs)
    }

    /// Writes files as `git cat-file --batch` gives them.
    fn write(&self, blobs: &[Blob], folder: &Path) -> Result<(), Error> {
        let failed = |error: std::io::Error| {
            Error::side(format!(
                "`{}` could not be read from git: {error}",
                self.given
            ))
        };
        let mut git = self
            .repository
            .command(&["cat-file", "--batch"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(failed)?;
        let (stdin, stdout) = (git.stdin.take(), git.stdout.take());
        let (mut stdin, stdout) = stdin.zip(stdout).expect("both were asked for");
        let written = std::thread::scope(|scope| {
            // Whoever only asks and whoever only listens would wait for each other.
            scope.spawn(move || {
                for blob in blobs {
                    // Should git be gone, the other end tells.
                    if writeln!(stdin, "{}", blob.object).is_err() {
                        break;
                    }
                }
            });
            let mut answers = BufReader::new(stdout);
            blobs
                .iter()
                .try_for_each(|blob| write_one(&mut answers, blob, folder))
        });
        let _ = git.kill();
        let _ = git.wait();
        written.map_err(failed)
    }
}

/// Where a clone is shallow, as those of CI mostly are, what may be missing and how to get it.
fn rest_of_history(repository: &Repository) -> Result<&'static str, Error> {
    Ok(if repository.is_shallow()? {
        "; this clone is shallow: get the rest of the history with `git fetch --unshallow`"
    } else {
        ""
    })
}

fn write_one(answers: &mut impl BufRead, blob: &Blob, folder: &Path) -> std::io::Result<()> {
    let mut header = String::new();
    answers.read_line(&mut header)?;
    let size = header
        .trim_end()
        .strip_prefix(&blob.object)
        .and_then(|rest| rest.strip_prefix(" blob "))
        .and_then(|size| size.parse::<u64>().ok())
        .ok_or_else(|| std::io::Error::other(format!("{} is missing", blob.path.display())))?;
    let path = folder.join(&blob.path);
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    let mut file = File::create_new(&path)?;
    let copied = std::io::copy(&mut answers.take(size), &mut file)?;
    let mut end = [0];
    answers.read_exact(&mut end)?;
    if copied != size || end != *b"\n" {
        return Err(std::io::Error::other("it stopped in the middle"));
    }
    Ok(())
}

/// The mode, the object and the path below the dataset of an entry `<mode> <type> <object>\t<path>`, as
/// `git help ls-tree` has it.
fn parts_of<'e>(entry: &'e str, prefix: &str) -> Option<(&'e str, &'e str, &'e str)> {
    let (facts, path) = entry.split_once('\t')?;
    let facts: Vec<_> = facts.split(' ').collect();
    let [mode, _, object] = facts[..] else {
        return None;
    };
    Some((mode, object, path.strip_prefix(prefix)?))
}

/// Whether the mode is that of a file, and of no link or repository.
fn is_file(mode: &str) -> bool {
    mode.starts_with("100")
}

fn is_schema_at_root(path: &str) -> bool {
    let extension = Path::new(path).extension();
    !path.contains('/') && extension.is_some_and(|extension| extension == "json")
}

/// The paths of a dataset: what its manifest names, and the folders of its schemas. Where the
/// manifest makes no sense, loading says so.
fn wanted(manifest: &[u8]) -> BTreeSet<String> {
    let places: Option<Places> = serde_json::from_slice(manifest).ok();
    let mut wanted: BTreeSet<String> = ["data".to_owned()].into();
    let Some(places) = places else {
        return wanted;
    };
    wanted.extend(places.other_files.into_iter().map(|other| other.path));
    for place in places.collections {
        let folder = place.schema.rsplit_once('/').map(|(folder, _)| folder);
        wanted.insert(folder.unwrap_or(&place.schema).to_owned());
        wanted.insert(place.path);
    }
    wanted
}
