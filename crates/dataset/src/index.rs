//! The compact index: which records there are, and which refer to which.
//!
//! A million records have several million references, so the index is built like a partitioned
//! join: every id and every reference is hashed once, while its record is at hand, and put into
//! one of a few shards by its hash. Afterwards each shard is small enough to stay in a cache while
//! its references are looked up. An id is known by its 64-bit hash, keyed anew in each run; where
//! two records have the same one, their ids are compared.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};

use hashbrown::HashTable;
use rayon::prelude::*;
use treatise_report::FileId;

use crate::collection::ReferenceField;
use crate::pass::PartFindings;
use crate::seeded::SeededHasher;
use crate::visit::RecordKey;

/// A record by number: records are numbered by collection, file and line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordNumber(pub(crate) u32);

/// Where a record is, and where its id is in the ids of its part.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RecordEntry {
    pub(crate) file: FileId,
    /// Line in the file, from 1; while the file is being read, from the start of the part.
    pub(crate) line: u32,
    /// Offset from where the part starts, in bytes.
    pub(crate) offset: u32,
    pub(crate) length: u32,
    pub(crate) id_start: u32,
}

/// A reference from a record.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ReferenceEntry {
    /// Hash of the id that it names, in two halves so that an entry takes 20 bytes.
    hash: [u32; 2],
    /// The record, by the count of its worker.
    record: u32,
    /// Where the id is written in the record, quotes included.
    start: u32,
    /// Which field, in the list of all reference fields.
    field: u16,
}

impl ReferenceEntry {
    fn hash(&self) -> u64 {
        u64::from(self.hash[0]) << 32 | u64::from(self.hash[1])
    }
}

/// An id in the table of a shard.
#[derive(Clone, Copy, Debug)]
struct IdEntry {
    hash: u64,
    record: u32,
    collection: u16,
}

/// What one worker found in one block of records of one collection.
#[derive(Debug, Default)]
pub(crate) struct Part {
    /// Orders parts: the source, then the block in it.
    pub(crate) order: (u32, u32),
    pub(crate) collection: u16,
    /// Where the block starts in its file, in bytes.
    pub(crate) offset: u64,
    pub(crate) records: Vec<RecordEntry>,
    pub(crate) ids: String,
    /// Hashes of the texts of the records; empty where nobody asked for them.
    pub(crate) texts: Vec<u64>,
    /// Lines in the block, for the numbers of the lines behind it.
    pub(crate) lines: u32,
    /// Files that were not read, or not each of their lines.
    pub(crate) unread: Vec<FileId>,
    /// Records that its worker had counted before.
    counted: u32,
    /// Number of its first record; given when all parts are there.
    first: u32,
}

impl Part {
    fn id(&self, position: usize) -> &str {
        let start = self.records[position].id_start as usize;
        let end = self
            .records
            .get(position + 1)
            .map_or(self.ids.len(), |next| next.id_start as usize);
        &self.ids[start..end]
    }
}

/// How many shards ids and references are put into.
const SHARDS: usize = 16;

fn shard_of(hash: u64) -> usize {
    // Neither the lowest nor the highest bits: the tables use those.
    (hash >> 40) as usize % SHARDS
}

/// The ids and references of one worker that belong to one shard, in the order of its count.
#[derive(Debug, Default)]
struct Shard {
    ids: Vec<(u64, u32)>,
    /// In pieces, so that growing never copies what is there.
    references: Vec<Vec<ReferenceEntry>>,
}

impl Shard {
    const PIECE: usize = 4096;

    fn push(&mut self, reference: ReferenceEntry) {
        match self.references.last_mut() {
            Some(piece) if piece.len() < Self::PIECE => piece.push(reference),
            _ => {
                // Small datasets have small pieces.
                let room = if self.references.is_empty() {
                    64
                } else {
                    Self::PIECE
                };
                let mut piece = Vec::with_capacity(room);
                piece.push(reference);
                self.references.push(piece);
            }
        }
    }
}

/// What a worker brings home.
#[derive(Debug)]
pub(crate) struct Haul {
    parts: Vec<Part>,
    shards: Vec<Shard>,
    counted: u32,
}

impl Default for Haul {
    fn default() -> Self {
        Self {
            parts: Vec::new(),
            shards: (0..SHARDS).map(|_| Shard::default()).collect(),
            counted: 0,
        }
    }
}

impl Haul {
    /// Counts a record; its references follow.
    pub(crate) fn add_record(&mut self, part: &mut Part, record: RecordEntry, id: &str, hash: u64) {
        part.records.push(record);
        part.ids.push_str(id);
        if !id.is_empty() {
            self.shards[shard_of(hash)].ids.push((hash, self.counted));
        }
        self.counted += 1;
    }

    /// Adds a reference of the record that was counted last.
    pub(crate) fn add_reference(&mut self, hash: u64, start: u32, field: u16) {
        self.shards[shard_of(hash)].push(ReferenceEntry {
            hash: [(hash >> 32) as u32, hash as u32],
            record: self.counted - 1,
            start,
            field,
        });
    }

    /// Ends a part.
    pub(crate) fn add_part(&mut self, mut part: Part) {
        part.counted = self.counted - part.records.len() as u32;
        part.records.shrink_to_fit();
        part.ids.shrink_to_fit();
        self.parts.push(part);
    }
}

/// The records and references of a dataset.
#[derive(Debug, Default)]
pub struct Index {
    /// In the order of the records.
    parts: Vec<Part>,
    /// For each worker, where its parts went: their counts and the numbers of their first records.
    workers: Vec<Vec<(u32, u32)>>,
    /// For each shard, the references of each worker.
    references: Vec<Vec<Vec<Vec<ReferenceEntry>>>>,
    tables: Vec<HashTable<IdEntry>>,
    hasher: SeededHasher,
    collections: BTreeMap<String, u16>,
    record_count: u32,
    /// Files that were not read, or not each of their lines, with their collections.
    unread: Vec<(u16, FileId)>,
    /// How many files and lines these are.
    refused: u64,
    /// For each record, whether another one refers to it; known when all references were looked up.
    is_named: Vec<AtomicBool>,
    /// Whether a reference leads to no record; likewise.
    has_dangling: AtomicBool,
}

/// A reference that is not as it should be, or that relates records of one collection.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reference {
    /// The record that refers.
    pub(crate) from: RecordNumber,
    /// Where in it.
    pub(crate) start: u32,
    /// Which field.
    pub(crate) field: u16,
    /// The record that it names, if there is one.
    pub(crate) to: Option<RecordNumber>,
}

/// What looking up all references found.
#[derive(Debug, Default)]
pub(crate) struct Lookup {
    /// They name no record of a collection that is allowed; `to` is one of another collection.
    pub(crate) unresolved: Vec<Reference>,
    /// They name a record of the collection that they are in.
    pub(crate) within: Vec<Reference>,
}

impl Index {
    /// Joins what the workers found, and tells the findings on which lines they are; also
    /// returns, for each record whose id an earlier record of its collection has, both numbers,
    /// in order.
    pub(crate) fn join(
        hauls: Vec<Haul>,
        hasher: SeededHasher,
        collections: BTreeMap<String, u16>,
        findings: &mut [PartFindings],
    ) -> (Self, Vec<(RecordNumber, RecordNumber)>) {
        let mut index = Self {
            hasher,
            collections,
            references: (0..SHARDS).map(|_| Vec::new()).collect(),
            ..Self::default()
        };
        let mut parts = Vec::new();
        let mut ids: Vec<Vec<Vec<(u64, u32)>>> = (0..SHARDS).map(|_| Vec::new()).collect();
        for (worker, haul) in hauls.into_iter().enumerate() {
            parts.extend(haul.parts.into_iter().map(|part| (worker, part)));
            index.workers.push(Vec::new());
            for (number, shard) in haul.shards.into_iter().enumerate() {
                ids[number].push(shard.ids);
                index.references[number].push(shard.references);
            }
        }
        parts.sort_unstable_by_key(|(_, part)| part.order);
        index.number(parts, findings);
        index.is_named.resize_with(index.len(), AtomicBool::default);
        let duplicates = index.build_tables(ids);
        (index, duplicates)
    }

    /// Gives the parts their places.
    fn number(&mut self, parts: Vec<(usize, Part)>, findings: &mut [PartFindings]) {
        let mut findings: BTreeMap<_, _> = findings
            .iter_mut()
            .map(|findings| (findings.order, findings))
            .collect();
        let (mut source, mut line) = (u32::MAX, 0);
        for (worker, mut part) in parts {
            if part.order.0 != source {
                (source, line) = (part.order.0, 0);
            }
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
            let unread = part.unread.iter().map(|&file| (part.collection, file));
            self.unread.extend(unread);
            self.refused += part.unread.len() as u64;
            part.first = self.record_count;
            self.record_count += part.records.len() as u32;
            self.workers[worker].push((part.counted, part.first));
            self.parts.push(part);
        }
        for parts in &mut self.workers {
            parts.sort_unstable();
        }
        // Each line that was not read has named its file.
        self.unread.dedup();
    }

    /// Files that were not read, or not each of their lines, with the positions of their
    /// collections.
    pub(crate) fn unread(&self) -> impl Iterator<Item = (usize, FileId)> {
        let unread = self.unread.iter();
        unread.map(|&(collection, file)| (usize::from(collection), file))
    }

    fn build_tables(
        &mut self,
        ids: Vec<Vec<Vec<(u64, u32)>>>,
    ) -> Vec<(RecordNumber, RecordNumber)> {
        let built: Vec<_> = ids
            .into_par_iter()
            .map(|workers| {
                let count = workers.iter().map(Vec::len).sum();
                let mut table = HashTable::with_capacity(count);
                let mut repeated = BTreeMap::new();
                for (worker, ids) in workers.into_iter().enumerate() {
                    let mut numbers = Numbers::new(&self.workers[worker]);
                    for (hash, counted) in ids {
                        let record = numbers.of(counted);
                        let collection = self.part_of(record).collection;
                        self.insert(&mut table, &mut repeated, hash, record, collection);
                    }
                }
                (table, repeated)
            })
            .collect();
        let mut duplicates = Vec::new();
        let mut tables = Vec::with_capacity(SHARDS);
        for (table, repeated) in built {
            tables.push(table);
            for mut records in repeated.into_values() {
                records.sort_unstable();
                duplicates.extend(records[1..].iter().map(|&later| (records[0], later)));
            }
        }
        self.tables = tables;
        duplicates.sort_unstable_by_key(|&(_, later)| later);
        duplicates
    }

    /// Puts an id into a table. Of equal ones, the table has the first record, and `repeated` all.
    fn insert<'i>(
        &'i self,
        table: &mut HashTable<IdEntry>,
        repeated: &mut BTreeMap<(u16, &'i str), Vec<RecordNumber>>,
        hash: u64,
        record: RecordNumber,
        collection: u16,
    ) {
        let known = table.find_mut(hash, |entry| {
            entry.hash == hash
                && entry.collection == collection
                && self.id(RecordNumber(entry.record)) == self.id(record)
        });
        match known {
            Some(entry) => {
                let records = repeated
                    .entry((collection, self.id(record)))
                    .or_insert_with(|| vec![RecordNumber(entry.record)]);
                records.push(record);
                entry.record = entry.record.min(record.0);
            }
            None => {
                let entry = IdEntry {
                    hash,
                    record: record.0,
                    collection,
                };
                table.insert_unique(hash, entry, |entry| entry.hash);
            }
        }
    }

    /// Looks up all references, and notes which records they name.
    pub(crate) fn look_up(&self, fields: &[ReferenceField]) -> Lookup {
        let literals: Vec<Vec<u64>> = fields
            .iter()
            .map(|field| {
                field
                    .literals
                    .iter()
                    .map(|word| self.hasher.hash(word))
                    .collect()
            })
            .collect();
        let found: Vec<Lookup> = (0..SHARDS)
            .into_par_iter()
            .map(|shard| self.look_up_shard(shard, fields, &literals))
            .collect();
        let mut all = Lookup::default();
        for found in found {
            all.unresolved.extend(found.unresolved);
            all.within.extend(found.within);
        }
        let key = |reference: &Reference| (reference.from, reference.start);
        all.unresolved.sort_unstable_by_key(key);
        all.within.sort_unstable_by_key(key);
        let is_dangling = |reference: &Reference| reference.to.is_none();
        let has_dangling = all.unresolved.iter().any(is_dangling);
        self.has_dangling.store(has_dangling, Ordering::Relaxed);
        all
    }

    /// Lets what refers to a record refer also to later ones with the same id, given by both numbers:
    /// which of them is meant is not known.
    pub(crate) fn share(&self, duplicates: &[(RecordNumber, RecordNumber)]) {
        for &(first, later) in duplicates {
            if self.is_referred_to(first) {
                self.is_named[later.0 as usize].store(true, Ordering::Relaxed);
            }
        }
    }

    fn look_up_shard(
        &self,
        shard: usize,
        fields: &[ReferenceField],
        literals: &[Vec<u64>],
    ) -> Lookup {
        let table = &self.tables[shard];
        let mut lookup = Lookup::default();
        for (worker, pieces) in self.references[shard].iter().enumerate() {
            let mut numbers = Numbers::new(&self.workers[worker]);
            for entry in pieces.iter().flatten() {
                let field = &fields[usize::from(entry.field)];
                let hash = entry.hash();
                let (mut allowed, mut own, mut other) = (false, None, None);
                for id in table.iter_hash(hash).filter(|id| id.hash == hash) {
                    let to = RecordNumber(id.record);
                    if field.allowed & 1 << id.collection == 0 {
                        other = other.or(Some(to));
                        continue;
                    }
                    allowed = true;
                    let is_own = id.collection == field.collection;
                    if is_own {
                        own = Some(to);
                    }
                    if !is_own || to != numbers.of(entry.record) {
                        self.is_named[id.record as usize].store(true, Ordering::Relaxed);
                    }
                }
                let mut reference = |to| Reference {
                    from: numbers.of(entry.record),
                    start: entry.start,
                    field: entry.field,
                    to,
                };
                if !allowed {
                    if !literals[usize::from(entry.field)].contains(&hash) {
                        lookup.unresolved.push(reference(other));
                    }
                } else if own.is_some() {
                    lookup.within.push(reference(own));
                }
            }
        }
        lookup
    }

    /// Number of records.
    pub fn len(&self) -> usize {
        self.record_count as usize
    }

    /// How many files and lines were refused, so that they are no records: too large, or no files.
    pub fn refused(&self) -> u64 {
        self.refused
    }

    /// Whether there is no record.
    pub fn is_empty(&self) -> bool {
        self.record_count == 0
    }

    /// Number of references.
    pub fn reference_count(&self) -> usize {
        let pieces = self.references.iter().flatten().flatten();
        pieces.map(Vec::len).sum()
    }

    /// The records, in order.
    pub fn records(&self) -> impl Iterator<Item = RecordNumber> + use<> {
        (0..self.record_count).map(RecordNumber)
    }

    /// The records that refer to this one, in order and each once. What is looked through is a
    /// sixteenth of all references.
    pub(crate) fn referrers(
        &self,
        record: RecordNumber,
        fields: &[ReferenceField],
    ) -> Vec<RecordNumber> {
        let hash = self.hasher.hash(self.id(record));
        let collection = self.part_of(record).collection;
        let mut referrers = Vec::new();
        for (worker, pieces) in self.references[shard_of(hash)].iter().enumerate() {
            let mut numbers = Numbers::new(&self.workers[worker]);
            let naming = pieces.iter().flatten().filter(|entry| {
                let field = &fields[usize::from(entry.field)];
                entry.hash() == hash && field.allowed & 1 << collection != 0
            });
            referrers.extend(naming.map(|entry| numbers.of(entry.record)));
        }
        referrers.sort_unstable();
        referrers.dedup();
        referrers
    }

    /// Whether another record refers to this one.
    pub fn is_referred_to(&self, record: RecordNumber) -> bool {
        let is_named = self.is_named.get(record.0 as usize);
        is_named.is_some_and(|is_named| is_named.load(Ordering::Relaxed))
    }

    /// Whether a reference leads to no record.
    pub(crate) fn has_dangling(&self) -> bool {
        self.has_dangling.load(Ordering::Relaxed)
    }

    /// The references in the fields that are wanted, as far as they are kept: the record that refers,
    /// and the one that it refers to. They are in no order.
    pub(crate) fn links(
        &self,
        fields: &[ReferenceField],
        is_wanted: impl Fn(&ReferenceField) -> bool,
        is_kept: impl Fn(RecordNumber, RecordNumber) -> bool + Sync,
    ) -> Vec<(RecordNumber, RecordNumber)> {
        let wanted: Vec<_> = fields.iter().map(is_wanted).collect();
        let shards = self.tables.par_iter().zip(&self.references);
        let links = shards.flat_map_iter(|(table, references)| {
            let mut links = Vec::new();
            for (worker, pieces) in references.iter().enumerate() {
                let mut numbers = Numbers::new(&self.workers[worker]);
                let entries = pieces.iter().flatten();
                for entry in entries.filter(|entry| wanted[usize::from(entry.field)]) {
                    let allowed = fields[usize::from(entry.field)].allowed;
                    let from = numbers.of(entry.record);
                    let hash = entry.hash();
                    let ids = table
                        .iter_hash(hash)
                        .filter(|id| id.hash == hash && allowed & 1 << id.collection != 0);
                    let to = ids.map(|id| (from, RecordNumber(id.record)));
                    links.extend(to.filter(|&(from, to)| is_kept(from, to)));
                }
            }
            links
        });
        links.collect()
    }

    /// The number of a record that was seen in the pass.
    pub fn number_of(&self, key: RecordKey) -> Option<RecordNumber> {
        let at = self
            .parts
            .binary_search_by_key(&key.part, |part| part.order)
            .ok()?;
        let part = &self.parts[at];
        ((key.position as usize) < part.records.len())
            .then(|| RecordNumber(part.first + key.position))
    }

    /// By what a record was known in the pass.
    pub fn key(&self, record: RecordNumber) -> RecordKey {
        let part = self.part_of(record);
        RecordKey {
            part: part.order,
            position: record.0 - part.first,
        }
    }

    fn part_of(&self, record: RecordNumber) -> &Part {
        let behind = self.parts.partition_point(|part| part.first <= record.0);
        // Parts without records start where the next one does: the last of them has the record.
        &self.parts[behind - 1]
    }

    /// The id of a record; empty where it has none.
    pub fn id(&self, record: RecordNumber) -> &str {
        let part = self.part_of(record);
        part.id((record.0 - part.first) as usize)
    }

    /// The length of a record's text, in bytes.
    pub fn size(&self, record: RecordNumber) -> usize {
        self.entry(record).0.length as usize
    }

    /// The hash of a record's text, by the [`TextHasher`](crate::TextHasher) that it was loaded
    /// with, if there was one: records with the same hash have the same text.
    pub fn text(&self, record: RecordNumber) -> Option<u64> {
        let part = self.part_of(record);
        part.texts.get((record.0 - part.first) as usize).copied()
    }

    /// Where a record is: its entry, and its offset in its file in bytes.
    pub(crate) fn entry(&self, record: RecordNumber) -> (RecordEntry, u64) {
        let part = self.part_of(record);
        let entry = part.records[(record.0 - part.first) as usize];
        (entry, part.offset + u64::from(entry.offset))
    }

    /// The collection of a record, as its position in the manifest.
    pub fn collection(&self, record: RecordNumber) -> usize {
        usize::from(self.part_of(record).collection)
    }

    /// The record with this id in one of the collections, given by name.
    pub fn find<'c>(
        &self,
        id: &str,
        collections: impl IntoIterator<Item = &'c str>,
    ) -> Option<RecordNumber> {
        let hash = self.hasher.hash(id);
        let table = self.tables.get(shard_of(hash))?;
        collections
            .into_iter()
            .filter_map(|name| self.collections.get(name))
            .find_map(|&collection| {
                table.find(hash, |entry| {
                    entry.hash == hash
                        && entry.collection == collection
                        && self.id(RecordNumber(entry.record)) == id
                })
            })
            .map(|entry| RecordNumber(entry.record))
    }
}

/// Turns a worker's count of records into their numbers; fast for counts that grow.
struct Numbers<'p> {
    parts: &'p [(u32, u32)],
    at: usize,
}

impl<'p> Numbers<'p> {
    fn new(parts: &'p [(u32, u32)]) -> Self {
        Self { parts, at: 0 }
    }

    fn of(&mut self, counted: u32) -> RecordNumber {
        if self.parts[self.at].0 > counted {
            self.at = 0;
        }
        while self
            .parts
            .get(self.at + 1)
            .is_some_and(|&(next, _)| next <= counted)
        {
            self.at += 1;
        }
        let (before, first) = self.parts[self.at];
        RecordNumber(first + counted - before)
    }
}
