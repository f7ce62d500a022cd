//! The compact index: which records there are, and which refer to which.

use std::collections::BTreeMap;
use std::hash::{BuildHasher, RandomState};

use hashbrown::HashTable;
use rayon::prelude::*;
use treatise_report::FileId;
use treatise_source::Span;

use crate::pass::PartFindings;

/// A record by number: records are numbered by collection, file and line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordNumber(pub(crate) u32);

/// Where a record is, and where its id is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RecordEntry {
    pub(crate) file: FileId,
    /// Where the record starts in its file, in bytes and lines (from 1).
    pub(crate) offset: u64,
    pub(crate) line: u32,
    pub(crate) length: u32,
    /// The collection, as its position in the manifest.
    pub(crate) collection: u16,
    /// Where the id is in the text of all ids.
    pub(crate) id: Span,
    pub(crate) hash: u64,
}

/// A reference from a record.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ReferenceEntry {
    pub(crate) record: u32,
    /// Which target, in the list of distinct targets.
    pub(crate) target: u32,
    /// Where the id is written in the record, quotes included.
    pub(crate) start: u32,
    pub(crate) length: u16,
    /// Which field, in the list of all reference fields.
    pub(crate) field: u16,
}

/// Hashes ids; one for the whole run, so that each id is hashed once.
#[derive(Clone, Debug, Default)]
pub(crate) struct IdHasher(RandomState);

impl IdHasher {
    pub(crate) fn hash(&self, id: &str) -> u64 {
        self.0.hash_one(id)
    }
}

/// Strings that occur again and again, each kept once.
#[derive(Debug, Default)]
pub(crate) struct Targets {
    text: String,
    entries: Vec<TargetEntry>,
    table: HashTable<u32>,
}

#[derive(Clone, Copy, Debug)]
struct TargetEntry {
    start: u32,
    length: u32,
    hash: u64,
}

impl Targets {
    /// The number of a target, new or known.
    pub(crate) fn number(&mut self, target: &str, hash: u64) -> u32 {
        let (text, entries) = (&mut self.text, &mut self.entries);
        let content = |entry: &TargetEntry, text: &str| -> bool {
            entry.hash == hash
                && &text[entry.start as usize..(entry.start + entry.length) as usize] == target
        };
        if let Some(&number) = self
            .table
            .find(hash, |&number| content(&entries[number as usize], text))
        {
            return number;
        }
        let number = entries.len() as u32;
        entries.push(TargetEntry {
            start: text.len() as u32,
            length: target.len() as u32,
            hash,
        });
        text.push_str(target);
        self.table
            .insert_unique(hash, number, |&number| entries[number as usize].hash);
        number
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, u64)> {
        (0..self.entries.len() as u32).map(|number| self.get(number))
    }

    /// A target and its hash.
    pub(crate) fn get(&self, number: u32) -> (&str, u64) {
        let entry = self.entries[number as usize];
        let end = entry.start + entry.length;
        (&self.text[entry.start as usize..end as usize], entry.hash)
    }

    fn len(&self) -> usize {
        self.entries.len()
    }
}

/// What one worker found in one block of records.
#[derive(Debug, Default)]
pub(crate) struct Part {
    /// Orders parts: the source, then the block in it.
    pub(crate) order: (u32, u32),
    pub(crate) records: Vec<RecordEntry>,
    pub(crate) ids: String,
    /// Records are numbered within the part, targets within the worker.
    pub(crate) references: Vec<ReferenceEntry>,
    /// Lines in the block, for the numbers of the lines behind it.
    pub(crate) lines: u32,
}

/// The records and references of a dataset.
#[derive(Debug, Default)]
pub struct Index {
    pub(crate) records: Vec<RecordEntry>,
    parts: Vec<PartIds>,
    pub(crate) references: Vec<Vec<ReferenceEntry>>,
    /// For each worker, what its targets are.
    pub(crate) targets: Vec<Targets>,
    tables: Vec<HashTable<u32>>,
    hasher: IdHasher,
    collections: BTreeMap<String, u16>,
}

/// The ids of a part, and the number of its first record.
#[derive(Debug)]
struct PartIds {
    first: u32,
    ids: String,
}

/// What a worker brings home.
#[derive(Debug, Default)]
pub(crate) struct Haul {
    pub(crate) parts: Vec<Part>,
    pub(crate) targets: Targets,
}

/// Tables of ids are built side by side, each over a share of the hashes.
const TABLES: usize = 16;

/// Tells equal ids of different collections apart.
fn mixed(hash: u64, collection: u16) -> u64 {
    hash ^ (u64::from(collection) + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

impl Index {
    /// Joins what the workers found, and tells the findings on which lines they are; also returns, for each record whose id an earlier record of
    /// its collection has, both numbers, in order.
    pub(crate) fn join(
        hauls: Vec<Haul>,
        hasher: IdHasher,
        collections: BTreeMap<String, u16>,
        findings: &mut [PartFindings],
    ) -> (Self, Vec<(RecordNumber, RecordNumber)>) {
        let mut targets = Vec::with_capacity(hauls.len());
        let mut parts = Vec::new();
        for (worker, haul) in hauls.into_iter().enumerate() {
            targets.push(haul.targets);
            parts.extend(haul.parts.into_iter().map(|part| (worker, part)));
        }
        parts.sort_unstable_by_key(|(_, part)| part.order);

        let total = parts.iter().map(|(_, part)| part.records.len()).sum();
        let mut index = Self {
            records: Vec::with_capacity(total),
            parts: Vec::with_capacity(parts.len()),
            references: targets.iter().map(|_| Vec::new()).collect(),
            targets,
            tables: Vec::new(),
            hasher,
            collections,
        };
        let mut findings: BTreeMap<_, _> = findings
            .iter_mut()
            .map(|findings| (findings.order, findings))
            .collect();
        let (mut source, mut line) = (u32::MAX, 0);
        for (worker, mut part) in parts {
            if part.order.0 != source {
                (source, line) = (part.order.0, 0);
            }
            let first = index.records.len() as u32;
            for record in &mut part.records {
                record.line += line;
            }
            if let Some(findings) = findings.get_mut(&part.order) {
                findings
                    .kept
                    .iter_mut()
                    .for_each(|finding| finding.move_down(line));
            }
            line += part.lines;
            index.records.append(&mut part.records);
            let references = part.references.iter().map(|reference| ReferenceEntry {
                record: reference.record + first,
                ..*reference
            });
            index.references[worker].extend(references);
            index.parts.push(PartIds {
                first,
                ids: part.ids,
            });
        }
        let duplicates = index.build_tables();
        (index, duplicates)
    }

    fn build_tables(&mut self) -> Vec<(RecordNumber, RecordNumber)> {
        let tables: Vec<_> = (0..TABLES)
            .into_par_iter()
            .map(|share| {
                let mut table = HashTable::with_capacity(self.records.len() / TABLES);
                let mut duplicates = Vec::new();
                for (number, record) in self.records.iter().enumerate() {
                    let hash = mixed(record.hash, record.collection);
                    if Self::share_of(hash) != share || record.id.is_empty() {
                        continue;
                    }
                    let number = number as u32;
                    let id = self.id(RecordNumber(number));
                    match table.find(hash, |&other| self.is(other, id, record.collection)) {
                        Some(&first) => {
                            duplicates.push((RecordNumber(first), RecordNumber(number)));
                        }
                        None => {
                            table.insert_unique(hash, number, |&other| {
                                let other = &self.records[other as usize];
                                mixed(other.hash, other.collection)
                            });
                        }
                    }
                }
                (table, duplicates)
            })
            .collect();
        let mut duplicates = Vec::new();
        for (table, found) in tables {
            self.tables.push(table);
            duplicates.extend(found);
        }
        duplicates.sort_unstable_by_key(|&(_, later)| later);
        duplicates
    }

    fn share_of(hash: u64) -> usize {
        (hash >> 60) as usize % TABLES
    }

    fn is(&self, number: u32, id: &str, collection: u16) -> bool {
        self.records[number as usize].collection == collection
            && self.id(RecordNumber(number)) == id
    }

    /// Number of records.
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether there is no record.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// Number of references.
    pub fn reference_count(&self) -> usize {
        self.references.iter().map(Vec::len).sum()
    }

    /// The records, in order.
    pub fn records(&self) -> impl Iterator<Item = RecordNumber> + use<> {
        (0..self.records.len() as u32).map(RecordNumber)
    }

    /// The id of a record; empty where it has none.
    pub fn id(&self, record: RecordNumber) -> &str {
        let part = self.parts.partition_point(|part| part.first <= record.0) - 1;
        &self.parts[part].ids[self.records[record.0 as usize].id.range()]
    }

    /// The collection of a record, as its position in the manifest.
    pub fn collection(&self, record: RecordNumber) -> usize {
        usize::from(self.records[record.0 as usize].collection)
    }

    /// The record with this id in one of the collections, given by name.
    pub fn find<'c>(
        &self,
        id: &str,
        collections: impl IntoIterator<Item = &'c str>,
    ) -> Option<RecordNumber> {
        let hash = self.hasher.hash(id);
        collections
            .into_iter()
            .filter_map(|name| self.collections.get(name))
            .find_map(|&collection| self.find_in(id, hash, collection))
    }

    /// The id that a reference of a worker names.
    pub(crate) fn target(&self, worker: usize, reference: &ReferenceEntry) -> &str {
        self.targets[worker].get(reference.target).0
    }

    pub(crate) fn find_in(&self, id: &str, hash: u64, collection: u16) -> Option<RecordNumber> {
        let hash = mixed(hash, collection);
        self.tables
            .get(Self::share_of(hash))?
            .find(hash, |&number| self.is(number, id, collection))
            .map(|&number| RecordNumber(number))
    }

    /// For each worker and target, the records that have it as their id, by collection.
    pub(crate) fn resolve(&self) -> Vec<Vec<Resolved>> {
        let count = self.collections.len() as u16;
        self.targets
            .par_iter()
            .map(|targets| {
                let mut resolved = Vec::with_capacity(targets.len());
                for (target, hash) in targets.iter() {
                    let mut found = Resolved::default();
                    for collection in 0..count {
                        if let Some(record) = self.find_in(target, hash, collection) {
                            found.collections |= 1 << collection;
                            found.first.get_or_insert(record.0);
                        }
                    }
                    resolved.push(found);
                }
                resolved
            })
            .collect()
    }
}

/// Where a target is found.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Resolved {
    /// A bit for each collection that has it.
    pub(crate) collections: u64,
    /// The first such record.
    pub(crate) first: Option<u32>,
}
