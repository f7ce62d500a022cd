//! The two sides of a comparison: a folder with a dataset, a git revision, or a bundle.
//!
//! Whatever a side is, it becomes a folder that `dataset::load` reads. Revisions and bundles are
//! put into a private temporary folder, which goes away with the side; the work tree is never
//! touched.

mod bundle;
mod checksums;
mod git;

use std::path::{Path, PathBuf};

use treatise_dataset::MANIFEST;
use treatise_source::{LockedFolder, NotRead, RegularFile};

use crate::Error;

/// The file that says that a folder is a bundle.
const BUNDLE: &str = "bundle.json";

/// What the names of temporary folders begin with.
const PREFIX: &str = ".treatise-diff-";

/// What a side was named to be, before anything of it is read.
#[derive(Debug)]
pub struct Source {
    given: String,
    kind: Kind,
    /// Where it lies in a temporary folder already.
    folder: Option<LockedFolder>,
}

#[derive(Debug)]
enum Kind {
    Folder(PathBuf),
    Bundle(PathBuf),
    Revision(git::Revision),
}

/// How much of a dataset a side is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reach {
    /// Its records, with the schemas of another one.
    Records,
    /// What is released of it.
    Published,
    /// All of it.
    Everything,
}

/// A side as a folder.
#[derive(Debug)]
pub struct Side {
    given: String,
    root: PathBuf,
    reach: Reach,
    /// The temporary folders that it needs.
    _folders: Vec<LockedFolder>,
}

/// A dataset in a private folder that goes away when it is dropped.
struct Temporary {
    folder: LockedFolder,
}

impl Side {
    /// The root of the dataset.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// As it was named.
    pub fn given(&self) -> &str {
        &self.given
    }

    /// How much of a dataset it is.
    pub(crate) fn reach(&self) -> Reach {
        self.reach
    }
}

impl Source {
    /// The folder of a dataset, which may be a bundle.
    pub fn folder(root: &Path) -> Self {
        // A file that can't be read is told where the folder is opened.
        let is_bundle = has(root, BUNDLE).unwrap_or(false);
        let path = root.to_path_buf();
        Self {
            given: root.display().to_string(),
            kind: if is_bundle {
                Kind::Bundle(path)
            } else {
                Kind::Folder(path)
            },
            folder: None,
        }
    }

    /// A bundle that was unpacked into a temporary folder, which goes away with the side.
    pub fn unpacked(given: &str, bundle: PathBuf, folder: LockedFolder) -> Self {
        Self {
            given: given.to_owned(),
            kind: Kind::Bundle(bundle),
            folder: Some(folder),
        }
    }

    /// Finds out what was named: a folder that holds a dataset or a bundle, or else a revision of
    /// the repository around `root`.
    ///
    /// # Errors
    /// It is none of these.
    pub fn find(given: &str, root: &Path) -> Result<Self, Error> {
        if given.is_empty() {
            return Err(nothing(given));
        }
        let path = Path::new(given);
        // A bundle may be a dataset too.
        let kind = if has(path, BUNDLE)? {
            Kind::Bundle(path.to_path_buf())
        } else if has(path, MANIFEST)? {
            Kind::Folder(path.to_path_buf())
        } else {
            let revision = git::Revision::find(given, root).map_err(|reason| {
                Error::side(format!(
                    "`{given}` is no folder with a dataset (`{MANIFEST}`) or a bundle \
                     (`{BUNDLE}`), and no git revision: {reason}"
                ))
            })?;
            Kind::Revision(revision)
        };
        Ok(Self {
            given: given.to_owned(),
            kind,
            folder: None,
        })
    }

    /// A revision of the repository around `root`, the folder of the dataset.
    ///
    /// # Errors
    /// There is no repository, or no such revision.
    pub fn revision(given: &str, root: &Path) -> Result<Self, Error> {
        Ok(Self {
            given: given.to_owned(),
            kind: Kind::Revision(git::Revision::find(given, root)?),
            folder: None,
        })
    }

    /// The two ends of a range: `A..B`, or `A...B` from where both come from; `None` where it is
    /// no range.
    ///
    /// # Errors
    /// One of the ends is no revision, or both have nothing in common.
    pub fn find_range(given: &str, root: &Path) -> Result<Option<(Self, Self)>, Error> {
        // In a script, a variable that is not set would compare the work tree with itself.
        if matches!(given, "" | ".." | "...") {
            return Err(nothing(given));
        }
        if has(Path::new(given), MANIFEST)? || has(Path::new(given), BUNDLE)? {
            return Ok(None);
        }
        let revision = |given: &str, revision| Self {
            given: given.to_owned(),
            kind: Kind::Revision(revision),
            folder: None,
        };
        // A step up in a path is no range: no name of a revision begins with a slash.
        let mut steps = given.split('/');
        if given.contains('/') && steps.any(|step| step == "..") {
            return Ok(None);
        }
        let head = |name: &str| if name.is_empty() { "HEAD" } else { name }.to_owned();
        if let Some((from, to)) = given.split_once("...") {
            let (from, to) = (head(from), head(to));
            let end = git::Revision::find(&to, root)?;
            let start = git::Revision::find(&from, root)?.base_with(&end)?;
            return Ok(Some((revision(&from, start), revision(&to, end))));
        }
        let Some((from, to)) = given.split_once("..") else {
            return Ok(None);
        };
        let (from, to) = (head(from), head(to));
        let start = git::Revision::find(&from, root)?;
        let end = git::Revision::find(&to, root)?;
        Ok(Some((revision(&from, start), revision(&to, end))))
    }

    fn is_bundle(&self) -> bool {
        matches!(self.kind, Kind::Bundle(_))
    }

    /// Makes a folder of it. `schemas` is the root of a dataset with schemas, for a bundle that
    /// has none.
    ///
    /// # Errors
    /// It can't be read, or it is a bundle that is damaged or lacks what it needs.
    pub fn open(self, schemas: Option<&Path>) -> Result<Side, Error> {
        let Self {
            given,
            kind,
            folder: unpacked,
        } = self;
        let temporary = |made: Temporary, reach| (made.root(), reach, Some(made.folder));
        let (root, reach, folder) = match kind {
            Kind::Folder(root) => (root, Reach::Everything, None),
            Kind::Revision(revision) => temporary(revision.unpack()?, Reach::Everything),
            Kind::Bundle(path) => {
                checksums::verify(&path)?;
                bundle::expect_whole(&path)?;
                bundle::expect_records(&path)?;
                if has(&path, MANIFEST)? {
                    match bundle::restore(&path)? {
                        Some(folder) => temporary(folder, Reach::Published),
                        None => (path, Reach::Published, None),
                    }
                } else if bundle::has_schemas(&path)? {
                    temporary(bundle::unpack(&path, schemas, true)?, Reach::Published)
                } else if schemas.is_some() {
                    temporary(bundle::unpack(&path, schemas, false)?, Reach::Records)
                } else {
                    return Err(Error::side(format!(
                        "{given}: this bundle has no schemas, without which it can't be compared \
                         with another one; name the dataset that they are in with --root"
                    )));
                }
            }
        };
        Ok(Side {
            given,
            root,
            reach,
            _folders: unpacked.into_iter().chain(folder).collect(),
        })
    }
}

/// Makes folders of both sides. What a bundle lacks of a dataset, such as its schemas, is taken from the
/// other side; where both are bundles, from `fallback`.
///
/// # Errors
/// A side can't be read.
pub fn open(old: Source, new: Source, fallback: Option<&Path>) -> Result<(Side, Side), Error> {
    if old.is_bundle() && !new.is_bundle() {
        let new = new.open(None)?;
        return Ok((old.open(Some(new.root()))?, new));
    }
    let is_other_bundle = old.is_bundle();
    let old = old.open(fallback)?;
    let schemas = if is_other_bundle {
        fallback
    } else {
        Some(old.root())
    };
    let new = new.open(schemas)?;
    Ok((old, new))
}

/// Whether a folder has a file.
fn has(folder: &Path, name: &str) -> Result<bool, Error> {
    let path = folder.join(name);
    match RegularFile::open(&path) {
        Ok(_) => Ok(true),
        Err(NotRead::Io(error)) if error.kind() == std::io::ErrorKind::PermissionDenied => {
            Err(Error::side(format!("{}: {error}", path.display())))
        }
        Err(_) => Ok(false),
    }
}

impl Temporary {
    /// Has nothing in it.
    fn new() -> Result<Self, Error> {
        let folder = LockedFolder::temporary(PREFIX)
            .map_err(|error| Error::side(format!("a temporary folder can't be made: {error}")))?;
        Ok(Self { folder })
    }

    /// The root of the dataset; beside it lies what says whose the folder is.
    fn root(&self) -> PathBuf {
        self.folder.path().join("dataset")
    }
}

fn nothing(given: &str) -> Error {
    Error::side(format!(
        "`{given}` names no version: give a folder, a bundle or a git revision"
    ))
}
