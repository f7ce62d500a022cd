//! What changed in the files beside records, schemas and manifest: the accepted findings, the
//! approved changes, and what the manifest names among its other files.

#![expect(
    clippy::disallowed_methods,
    reason = "other files may be folders, which are listed; links in them are not followed"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::Path;

use serde_json::{Value, json};
use treatise_dataset::{APPROVALS, Dataset, EXCEPTIONS};
use treatise_source::{RegularFile, sha256};

use crate::Error;
use crate::change::{Change, Detail, Part, Place};
use crate::contract::Kind;
use crate::side::Reach;
use crate::value::canonical;

/// Up to here the lines of a file are compared, in bytes.
const MOST_BYTES: u64 = 64 << 20;

/// A list with a key for each entry, and the kinds of its changes.
struct List {
    file: &'static str,
    member: &'static str,
    key: &'static [&'static str],
    added: Kind,
    removed: Kind,
    changed: Kind,
}

const ACCEPTED: List = List {
    file: EXCEPTIONS,
    member: "exceptions",
    key: &["rule", "record", "file", "path"],
    added: Kind::ExceptionAdded,
    removed: Kind::ExceptionRemoved,
    changed: Kind::ExceptionChanged,
};

const APPROVED: List = List {
    file: APPROVALS,
    member: "approvals",
    key: &["fingerprint"],
    added: Kind::ApprovalAdded,
    removed: Kind::ApprovalRemoved,
    changed: Kind::ApprovalChanged,
};

/// What changed in files that both sides could have.
pub(crate) fn changes(
    old: &Dataset,
    new: &Dataset,
    reach: (Reach, Reach),
) -> Result<Vec<Change>, Error> {
    let mut changes = Vec::new();
    let reach = reach.0.min(reach.1);
    if reach >= Reach::Published {
        list(&ACCEPTED, old, new, &mut changes)?;
    }
    if reach >= Reach::Everything {
        list(&APPROVED, old, new, &mut changes)?;
        other_files(old, new, &mut changes)?;
    }
    Ok(changes)
}

fn list(list: &List, old: &Dataset, new: &Dataset, changes: &mut Vec<Change>) -> Result<(), Error> {
    let (before, after) = (entries(list, old)?, entries(list, new)?);
    let keys: BTreeSet<_> = before.keys().chain(after.keys()).collect();
    for key in keys {
        let (old, new) = (before.get(key), after.get(key));
        let kind = match (old, new) {
            (None, _) => list.added,
            (_, None) => list.removed,
            _ if old == new => continue,
            _ => list.changed,
        };
        let mut change = blank(kind, list.file);
        change.place.path = vec![Part::named(key.clone())];
        (change.old, change.new) = (old.cloned(), new.cloned());
        changes.push(change);
    }
    Ok(())
}

/// The entries of a list by their keys; what is wrong with the list is found when it is loaded.
fn entries(list: &List, dataset: &Dataset) -> Result<BTreeMap<String, Value>, Error> {
    let path = dataset.root().join(list.file);
    let Ok(file) = RegularFile::open(&path) else {
        return Ok(BTreeMap::new());
    };
    let text = whole(&path, file)?;
    let document: Value = serde_json::from_slice(&text).unwrap_or_default();
    let listed = document[list.member].as_array();
    let named = listed.into_iter().flatten().map(|entry| {
        let parts = list.key.iter().filter_map(|name| match &entry[*name] {
            Value::Null => None,
            Value::String(text) => Some(text.clone()),
            other => Some(canonical(other)),
        });
        (parts.collect::<Vec<_>>().join(" "), entry.clone())
    });
    Ok(named.collect())
}

fn other_files(old: &Dataset, new: &Dataset, changes: &mut Vec<Change>) -> Result<(), Error> {
    let (before, after) = (names(old)?, names(new)?);
    for name in before.union(&after) {
        let old = content(old, name, before.contains(name))?;
        let new = content(new, name, after.contains(name))?;
        let kind = match (&old, &new) {
            (None, None) => continue,
            (None, _) => Kind::OtherFileAdded,
            (_, None) => Kind::OtherFileRemoved,
            (Some(old), Some(new)) if old.hash == new.hash => continue,
            _ => Kind::OtherFileChanged,
        };
        let mut change = blank(kind, name);
        if let (Some(old), Some(new)) = (&old, &new) {
            change.detail = Detail::Note(old.told_from(new));
        }
        let shown = |content: Option<Content>| content.map(|it| json!({"sha256": it.hash}));
        (change.old, change.new) = (shown(old), shown(new));
        changes.push(change);
    }
    Ok(())
}

/// A file that is not read as records.
struct Content {
    hash: String,
    bytes: Vec<u8>,
}

impl Content {
    /// How much of it is not in a newer version.
    fn told_from(&self, newer: &Self) -> String {
        let mut counts: BTreeMap<&[u8], i64> = BTreeMap::new();
        for line in newer.bytes.split(|&byte| byte == b'\n') {
            *counts.entry(line).or_default() += 1;
        }
        for line in self.bytes.split(|&byte| byte == b'\n') {
            *counts.entry(line).or_default() -= 1;
        }
        let added: i64 = counts.values().filter(|count| **count > 0).sum();
        let removed: i64 = counts.values().filter(|count| **count < 0).sum();
        match (added, -removed) {
            (0, 0) => "the same lines in another order".to_owned(),
            (added, removed) => format!("lines added: {added}, removed: {removed}"),
        }
    }
}

fn content(dataset: &Dataset, name: &str, is_there: bool) -> Result<Option<Content>, Error> {
    let path = dataset.root().join(name);
    let file = RegularFile::open(&path).ok().filter(|_| is_there);
    let Some(file) = file else {
        return Ok(None);
    };
    let bytes = whole(&path, file)?;
    Ok(Some(Content {
        hash: sha256(&bytes),
        bytes,
    }))
}

fn whole(path: &Path, file: RegularFile) -> Result<Vec<u8>, Error> {
    let failed = |reason: String| Error::side(format!("{}: {reason}", path.display()));
    if file.size() > MOST_BYTES {
        return Err(failed(format!("it has more than {MOST_BYTES} bytes")));
    }
    let mut bytes = Vec::new();
    let read = file.into_file().take(MOST_BYTES).read_to_end(&mut bytes);
    read.map_err(|error| failed(error.to_string()))?;
    Ok(bytes)
}

/// The names of the other files of a dataset, those in folders too.
fn names(dataset: &Dataset) -> Result<BTreeSet<String>, Error> {
    let mut names = BTreeSet::new();
    for other in &dataset.manifest().other_files {
        collect(dataset.root(), &other.path, &mut names)?;
    }
    Ok(names)
}

fn collect(root: &Path, name: &str, names: &mut BTreeSet<String>) -> Result<(), Error> {
    let path = root.join(name);
    let failed = |error| Error::side(format!("{}: {error}", path.display()));
    let Ok(metadata) = std::fs::symlink_metadata(&path) else {
        return Ok(());
    };
    if metadata.is_file() {
        names.insert(name.to_owned());
    } else if metadata.is_dir() {
        for entry in std::fs::read_dir(&path).map_err(failed)? {
            let entry = entry.map_err(failed)?.file_name();
            collect(root, &format!("{name}/{}", entry.to_string_lossy()), names)?;
        }
    }
    Ok(())
}

fn blank(kind: Kind, file: &str) -> Change {
    Change {
        kind,
        place: Place {
            file: Some(file.to_owned()),
            ..Place::default()
        },
        old: None,
        new: None,
        is_meaning: false,
        detail: Detail::None,
    }
}
