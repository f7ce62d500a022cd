//! What of a side was not read: records over the limit, and what is no regular file. Where its
//! bytes are the same in both versions nothing changed, and anywhere else nothing is known.

use std::collections::BTreeMap;
use std::path::Path;

use treatise_dataset::Dataset;
use treatise_report::FileId;
use treatise_source::{NotRead, sha256_of};

use crate::Error;

/// What of a side was not read.
#[derive(Debug, Default)]
pub(crate) struct Unread {
    /// Records that are files, by collection and id: such a record is known by the name of its file.
    pub(crate) records: BTreeMap<(String, String), FileId>,
    /// The files in which lines are that were not read, by collection.
    pub(crate) lines: BTreeMap<String, FileId>,
}

impl Unread {
    /// What of each of two sides was not read, without what is the same in both.
    ///
    /// # Errors
    /// A file can't be read.
    pub(crate) fn of_both(old: &Dataset, new: &Dataset) -> Result<(Self, Self), Error> {
        let (mut before, mut after) = (Self::of(old), Self::of(new));
        let content = |dataset: &Dataset, file| {
            let path = dataset.root().join(dataset.path_of(file));
            content(&path)
        };
        let is_same = |old_file: FileId, new_file: FileId| {
            let known = content(old, old_file)?;
            Ok(known.is_some() && known == content(new, new_file)?)
        };
        drop_same(&mut before.records, &mut after.records, is_same)?;
        drop_same(&mut before.lines, &mut after.lines, is_same)?;
        Ok((before, after))
    }

    fn of(dataset: &Dataset) -> Self {
        let mut unread = Self::default();
        for (collection, file) in dataset.unread_files() {
            let name = collection.name().to_owned();
            if collection.has_lines() {
                unread.lines.insert(name, file);
                continue;
            }
            let stem = dataset.path_of(file).file_stem();
            if let Some(id) = stem.and_then(|stem| stem.to_str()) {
                unread.records.insert((name, id.to_owned()), file);
            }
        }
        unread
    }
}

fn drop_same<K: Ord>(
    before: &mut BTreeMap<K, FileId>,
    after: &mut BTreeMap<K, FileId>,
    is_same: impl Fn(FileId, FileId) -> Result<bool, Error>,
) -> Result<(), Error> {
    let mut failure = None;
    before.retain(|key, &mut old| {
        let Some(&new) = after.get(key) else {
            return true;
        };
        match is_same(old, new) {
            Ok(true) => {
                after.remove(key);
                false
            }
            Ok(false) => true,
            Err(error) => {
                failure.get_or_insert(error);
                true
            }
        }
    });
    failure.map_or(Ok(()), Err)
}

/// The hash of a file; `None` for what is no regular file.
pub(crate) fn content(path: &Path) -> Result<Option<String>, Error> {
    match sha256_of(path) {
        Ok(hash) => Ok(Some(hash)),
        Err(error @ NotRead::Io(_)) => Err(Error::side(format!("{}: {error}", path.display()))),
        Err(_) => Ok(None),
    }
}
