//! The records that need a look: those whose text is not the same in both versions.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use serde_json::{Value, json};
use treatise_dataset::{Dataset, Reader, RecordNumber};
use treatise_report::FileId;
use treatise_source::{FaultKind, sha256};

use crate::change::{Change, Detail, Place};
use crate::compare::RecordCounts;
use crate::contract::Kind;
use crate::succession::Moving;
use crate::unread::{self, Unread};
use crate::{Error, value};

/// What was found.
#[derive(Debug, Default)]
pub(crate) struct Gathered<'n> {
    /// By collection.
    pub(crate) moving: BTreeMap<&'n str, Moving>,
    /// Records that could not be compared.
    pub(crate) faults: Vec<Change>,
    pub(crate) counts: RecordCounts,
}

/// Sorts out the records with the same text in both, which is all that is known of most of them,
/// and reads the others. `names` are all collections.
pub(crate) fn gather<'n>(
    old: &Dataset,
    new: &Dataset,
    names: &[&'n str],
) -> Result<Gathered<'n>, Error> {
    let mut gathered = Gathered {
        moving: names
            .iter()
            .map(|&name| (name, Moving::default()))
            .collect(),
        ..Gathered::default()
    };
    let unread = Unread::of_both(old, new)?;
    let sorted = sort(old, new, &unread, &mut gathered);
    read(old, new, &sorted, &mut gathered)?;
    let mut faults = std::mem::take(&mut gathered.faults);
    let (before, after) = (
        contents(old, &unread.0, &faults)?,
        contents(new, &unread.1, &faults)?,
    );
    for fault in &mut faults {
        let key = key_of(&fault.place);
        (fault.old, fault.new) = (shown(before.get(&key)), shown(after.get(&key)));
    }
    gathered.faults = faults;
    Ok(gathered)
}

/// The records that are not the same.
#[derive(Debug, Default)]
struct Sorted {
    removed: Vec<RecordNumber>,
    added: Vec<RecordNumber>,
    changed: Vec<(RecordNumber, RecordNumber)>,
}

fn sort(
    old: &Dataset,
    new: &Dataset,
    unread: &(Unread, Unread),
    gathered: &mut Gathered<'_>,
) -> Sorted {
    let mut sorted = Sorted::default();
    let counts = &mut gathered.counts;
    counts.old = old.index().len() as u64;
    counts.new = new.index().len() as u64;
    let faulty = |dataset: &Dataset, record| {
        let index = dataset.index();
        let name = dataset.collection_of(record).name();
        let id = index.id(record);
        let note = if id.is_empty() {
            let file = dataset.files().name(dataset.file_of(record));
            Some(format!("a record in `{file}` has no id"))
        } else if index.find(id, [name]) == Some(record) {
            None
        } else {
            Some("several records have this id".to_owned())
        };
        note.map(|note| (name.to_owned(), id.to_owned(), note))
    };
    let of_both = [old, new].into_iter();
    let mut faults: BTreeSet<_> = of_both
        .flat_map(|dataset| {
            let records = dataset.index().records();
            records.filter_map(move |record| faulty(dataset, record))
        })
        .collect();
    faults.extend(unread_records(unread));
    for (dataset, unread) in [(old, &unread.0), (new, &unread.1)] {
        for (collection, &file) in &unread.lines {
            let note = unread_line("a record", dataset, file);
            faults.insert((collection.clone(), String::new(), note));
        }
    }
    // What an id stands for in one version is not known where two records have it in the other.
    let unclear: BTreeSet<(&str, &str)> = faults
        .iter()
        .map(|(collection, id, _)| (collection.as_str(), id.as_str()))
        .collect();
    let mut strays = Vec::new();
    for record in old.index().records() {
        let (name, id) = (old.collection_of(record).name(), old.index().id(record));
        if unclear.contains(&(name, id)) {
            continue;
        }
        match new.index().find(id, [name]) {
            None => match unread.1.lines.get(name) {
                Some(&file) => {
                    let note = unread_line("the newer version", new, file);
                    strays.push((name.to_owned(), id.to_owned(), note));
                }
                None => sorted.removed.push(record),
            },
            Some(twin) if has_same_text(old, record, new, twin) => counts.unchanged += 1,
            Some(twin) => sorted.changed.push((record, twin)),
        }
    }
    for record in new.index().records() {
        let (name, id) = (new.collection_of(record).name(), new.index().id(record));
        if unclear.contains(&(name, id)) || old.index().find(id, [name]).is_some() {
            continue;
        }
        match unread.0.lines.get(name) {
            Some(&file) => {
                let note = unread_line("the older version", old, file);
                strays.push((name.to_owned(), id.to_owned(), note));
            }
            None => sorted.added.push(record),
        }
    }
    faults.extend(strays);
    for (collection, id, note) in faults {
        gathered.faults.push(not_comparable(&collection, &id, note));
    }
    sorted
}

/// Records of which a version was not read: the collection and id of each, and which version.
fn unread_records((old, new): &(Unread, Unread)) -> impl Iterator<Item = (String, String, String)> {
    let keys: BTreeSet<_> = old.records.keys().chain(new.records.keys()).collect();
    keys.into_iter().map(|key| {
        let note = match (old.records.contains_key(key), new.records.contains_key(key)) {
            (true, true) => "both versions are too large or no files, and were not read",
            (true, false) => "the older version is too large or no file, and was not read",
            _ => "the newer version is too large or no file, and was not read",
        };
        let (collection, id) = key.clone();
        (collection, id, note.to_owned())
    })
}

/// What can be said of a record that may be on a line that was not read.
fn unread_line(what: &str, dataset: &Dataset, file: FileId) -> String {
    let file = dataset.files().name(file);
    format!("{what} may be on a line of `{file}` that is too large and was not read")
}

/// Why a version of a record can't be compared.
fn reason(fault: FaultKind) -> String {
    match fault {
        FaultKind::InvalidUtf8 => "is not in UTF-8".to_owned(),
        FaultKind::ByteOrderMark => "starts with a byte order mark".to_owned(),
        FaultKind::TooDeep { limit } => format!("is nested more than {limit} deep"),
        FaultKind::DuplicateKey => "has a member twice in one object".to_owned(),
        FaultKind::LoneSurrogate => "has half of a surrogate pair".to_owned(),
        _ => "is no JSON".to_owned(),
    }
}

fn has_same_text(old: &Dataset, record: RecordNumber, new: &Dataset, twin: RecordNumber) -> bool {
    let text = old.index().text(record);
    text.is_some() && text == new.index().text(twin)
}

fn not_comparable(collection: &str, id: &str, note: String) -> Change {
    Change {
        kind: Kind::RecordNotComparable,
        place: Place::of_record(collection, id),
        old: None,
        new: None,
        is_meaning: true,
        detail: Detail::Note(note),
    }
}

/// A collection and an id in it.
type Key = (String, String);

fn key_of(place: &Place) -> Key {
    let name = |name: &Option<String>| name.clone().unwrap_or_default();
    (name(&place.collection), name(&place.record))
}

/// The hashes of all that may be the records that one version has in the places of faults: who agrees to
/// what nobody could compare agrees to these bytes alone.
fn contents(
    dataset: &Dataset,
    unread: &Unread,
    faults: &[Change],
) -> Result<BTreeMap<Key, Vec<String>>, Error> {
    let keys: BTreeSet<Key> = faults.iter().map(|fault| key_of(&fault.place)).collect();
    let mut contents: BTreeMap<Key, Vec<String>> = BTreeMap::new();
    if keys.is_empty() {
        return Ok(contents);
    }
    let mut reader = Reader::new(dataset);
    for record in dataset.index().records() {
        let name = dataset.collection_of(record).name().to_owned();
        let key = (name, dataset.index().id(record).to_owned());
        if keys.contains(&key) {
            let hash = reader.read_bytes(record, sha256)?;
            contents.entry(key).or_default().push(hash);
        }
    }
    let hash_of = |file: FileId| unread::content(&dataset.root().join(dataset.path_of(file)));
    let mut lines: BTreeMap<&str, Option<String>> = BTreeMap::new();
    for (name, &file) in &unread.lines {
        lines.insert(name, hash_of(file)?);
    }
    for key in keys {
        let of_record = unread.records.get(&key).map(|&file| hash_of(file));
        let of_lines = lines.get(key.0.as_str()).cloned().flatten();
        let hashes = of_record.transpose()?.flatten().into_iter().chain(of_lines);
        contents.entry(key).or_default().extend(hashes);
    }
    Ok(contents)
}

/// The bytes of a version, for people and for the fingerprint.
fn shown(hashes: Option<&Vec<String>>) -> Option<Value> {
    match hashes.map(Vec::as_slice) {
        None | Some([]) => None,
        Some([hash]) => Some(json!({"sha256": hash})),
        Some(hashes) => Some(json!({"sha256": hashes})),
    }
}

/// Reads the records that need a look.
fn read(
    old: &Dataset,
    new: &Dataset,
    sorted: &Sorted,
    gathered: &mut Gathered<'_>,
) -> Result<(), Error> {
    let removed = read_all(old, &sorted.removed)?;
    let added = read_all(new, &sorted.added)?;
    let (before, after): (Vec<_>, Vec<_>) = sorted.changed.iter().copied().unzip();
    let changed = read_all(old, &before)?
        .into_iter()
        .zip(read_all(new, &after)?);
    let mut unread = |collection: &str, id: &str, version: &str, fault| {
        let note = format!("the {version} version {}", reason(fault));
        gathered.faults.push(not_comparable(collection, id, note));
    };
    let moving = &mut gathered.moving;
    for (&record, value) in sorted.removed.iter().zip(removed) {
        let (name, id) = (old.collection_of(record).name(), old.index().id(record));
        match (value, moving.get_mut(name)) {
            (Ok(value), Some(moving)) => {
                moving.removed.insert(id.to_owned(), value);
            }
            (Err(fault), _) => unread(name, id, "older", fault),
            (Ok(_), None) => {}
        }
    }
    for (&record, value) in sorted.added.iter().zip(added) {
        let (name, id) = (new.collection_of(record).name(), new.index().id(record));
        match (value, moving.get_mut(name)) {
            (Ok(value), Some(moving)) => {
                moving.added.insert(id.to_owned(), value);
            }
            (Err(fault), _) => unread(name, id, "newer", fault),
            (Ok(_), None) => {}
        }
    }
    for (&(record, _), (before, after)) in sorted.changed.iter().zip(changed) {
        let (name, id) = (old.collection_of(record).name(), old.index().id(record));
        match (before, after, moving.get_mut(name)) {
            (Ok(before), Ok(after), Some(moving)) => {
                moving.changed.insert(id.to_owned(), (before, after));
            }
            (Err(fault), _, _) => unread(name, id, "older", fault),
            (_, Err(fault), _) => unread(name, id, "newer", fault),
            (Ok(_), Ok(_), None) => {}
        }
    }
    Ok(())
}

fn read_all(
    dataset: &Dataset,
    records: &[RecordNumber],
) -> Result<Vec<Result<Value, FaultKind>>, Error> {
    const AT_A_TIME: usize = 64;
    let read: Result<Vec<Vec<_>>, treatise_dataset::Error> = records
        .par_chunks(AT_A_TIME)
        .map(|records| {
            let mut reader = Reader::new(dataset);
            let records = records.iter();
            records
                .map(|&record| reader.read_whole(record, value::read))
                .collect()
        })
        .collect();
    Ok(read?.into_iter().flatten().collect())
}
