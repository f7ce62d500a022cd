//! The records that need a look: those whose text is not the same in both versions.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use serde_json::Value;
use treatise_dataset::{Dataset, Reader, RecordNumber};

use crate::change::{Change, Detail, Place};
use crate::compare::RecordCounts;
use crate::contract::Kind;
use crate::succession::Moving;
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
    let sorted = sort(old, new, &mut gathered);
    read(old, new, &sorted, &mut gathered)?;
    Ok(gathered)
}

/// The records that are not the same.
#[derive(Debug, Default)]
struct Sorted {
    removed: Vec<RecordNumber>,
    added: Vec<RecordNumber>,
    changed: Vec<(RecordNumber, RecordNumber)>,
}

fn sort(old: &Dataset, new: &Dataset, gathered: &mut Gathered<'_>) -> Sorted {
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
    let faults: BTreeSet<_> = of_both
        .flat_map(|dataset| {
            let records = dataset.index().records();
            records.filter_map(move |record| faulty(dataset, record))
        })
        .collect();
    // What an id stands for in one version is not known where two records have it in the other.
    let unclear: BTreeSet<(&str, &str)> = faults
        .iter()
        .map(|(collection, id, _)| (collection.as_str(), id.as_str()))
        .collect();
    for record in old.index().records() {
        let (name, id) = (old.collection_of(record).name(), old.index().id(record));
        if unclear.contains(&(name, id)) {
            continue;
        }
        match new.index().find(id, [name]) {
            None => sorted.removed.push(record),
            Some(twin) if has_same_text(old, record, new, twin) => counts.unchanged += 1,
            Some(twin) => sorted.changed.push((record, twin)),
        }
    }
    for record in new.index().records() {
        let (name, id) = (new.collection_of(record).name(), new.index().id(record));
        if !unclear.contains(&(name, id)) && old.index().find(id, [name]).is_none() {
            sorted.added.push(record);
        }
    }
    for (collection, id, note) in faults {
        gathered.faults.push(not_comparable(&collection, &id, note));
    }
    sorted
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
    let mut unread = |collection: &str, id: &str, version: &str| {
        let note = format!("the {version} version is no JSON");
        gathered.faults.push(not_comparable(collection, id, note));
    };
    let moving = &mut gathered.moving;
    for (&record, value) in sorted.removed.iter().zip(removed) {
        let (name, id) = (old.collection_of(record).name(), old.index().id(record));
        match (value, moving.get_mut(name)) {
            (Some(value), Some(moving)) => {
                moving.removed.insert(id.to_owned(), value);
            }
            _ => unread(name, id, "older"),
        }
    }
    for (&record, value) in sorted.added.iter().zip(added) {
        let (name, id) = (new.collection_of(record).name(), new.index().id(record));
        match (value, moving.get_mut(name)) {
            (Some(value), Some(moving)) => {
                moving.added.insert(id.to_owned(), value);
            }
            _ => unread(name, id, "newer"),
        }
    }
    for (&(record, _), (before, after)) in sorted.changed.iter().zip(changed) {
        let (name, id) = (old.collection_of(record).name(), old.index().id(record));
        match (before, after, moving.get_mut(name)) {
            (Some(before), Some(after), Some(moving)) => {
                moving.changed.insert(id.to_owned(), (before, after));
            }
            (None, _, _) => unread(name, id, "older"),
            _ => unread(name, id, "newer"),
        }
    }
    Ok(())
}

fn read_all(dataset: &Dataset, records: &[RecordNumber]) -> Result<Vec<Option<Value>>, Error> {
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
