//! The steps of the pass, each for a group of records: parse, check, visit, add to the haul.

use std::path::Path;

use treatise_report::fault::{Reading, diagnose};
use treatise_report::{Diagnostic, Excerpt, FileId};
use treatise_source::{Limits, Parsed, Parser, Text};

use super::check::Check;
use super::worker::Worker;
use crate::collection::Collection;
use crate::index::RecordEntry;
use crate::visit::{RecordKey, Visited};

/// Records that are taken through the pass together, and bytes: what is made of them is to stay in
/// the caches of a core, and so is the code of each step.
pub(super) const GROUP: usize = 32;
const GROUP_BYTES: u64 = 64 << 10;

/// Larger records are the first of their group. A parser keeps the memory that the largest one of its
/// records took, and so only one parser has much.
const LARGE_BYTES: u64 = 8 << 10;

/// Longest pointer in a finding, in bytes.
const LONGEST_POINTER: usize = 2_000;

/// Whether a record with this many bytes belongs into a group which has so many records and bytes.
pub(super) fn has_room(records: usize, bytes: usize, size: u64) -> bool {
    let is_small = size <= LARGE_BYTES && bytes as u64 + size <= GROUP_BYTES;
    records == 0 || records < GROUP && is_small
}

/// A record on its way through the pass.
pub(super) struct RecordText<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) file: FileId,
    pub(super) path: &'a Path,
    pub(super) offset: u64,
    pub(super) line: u32,
    /// Whether it is a line of a file with others.
    pub(super) is_line: bool,
    /// The name of its file without extension, where it has one of its own.
    pub(super) stem: Option<&'a str>,
}

/// Something of a record, as far as the record has to be looked at.
enum Given<'r, T> {
    New(T),
    /// Its text was checked before; this is its id.
    Known(&'r str),
}

/// How a record is.
enum State {
    /// As its schema says.
    Sound,
    /// Not as its schema says, as far as there is one that can be used.
    Broken,
    /// Its text can't be read whole.
    Unread,
}

impl<'a> Worker<'a> {
    /// Takes records of one collection through the pass. Each step takes all of them before the next
    /// one begins: together the steps have more code than the caches of a core hold.
    pub(super) fn group(&mut self, collection: &Collection, records: &[RecordText<'_>]) {
        let limits = Limits {
            depth: self.shared.pass.manifest.limits.depth,
        };
        let mut parsers = std::mem::take(&mut self.parsers);
        if parsers.len() < records.len() {
            parsers.resize_with(records.len(), Parser::new);
        }
        let texts = records.iter().map(|record| self.text(collection, record));
        let texts: Vec<_> = texts.collect();
        let parsed = texts.iter().zip(&mut parsers);
        let parsed = parsed.map(|(text, parser)| match text {
            Given::New(text) => Given::New((text, parser.parse(text.as_str(), limits))),
            Given::Known(id) => Given::Known(id),
        });
        let parsed: Vec<_> = parsed.collect();

        let part = &self.part;
        let (order, first) = (part.order, part.records.len() as u32);
        let mut ids = Vec::with_capacity(records.len());
        let mut sound = Vec::with_capacity(records.len());
        let mut broken = Vec::new();
        for (position, (record, parsed)) in (first..).zip(records.iter().zip(&parsed)) {
            let (text, parsed) = match parsed {
                Given::New(parsed) => parsed,
                Given::Known(id) => {
                    ids.push(*id);
                    continue;
                }
            };
            let check = Check::new(collection, record, &parsed.tree);
            let (id, state) = self.check(&check, text, parsed);
            ids.push(id);
            let seen = match state {
                State::Sound => &mut sound,
                State::Broken => &mut broken,
                State::Unread => continue,
            };
            seen.push(Visited {
                collection,
                key: RecordKey {
                    part: order,
                    position,
                },
                id,
                tree: &parsed.tree,
                path: record.path,
                origin: check.origin(),
            });
        }
        let before = self.found.len();
        if !sound.is_empty() {
            self.visitor.visit(&sound, &mut self.found);
        }
        if !broken.is_empty() {
            self.visitor.visit_broken(&broken, &mut self.found);
        }
        self.found[before..].iter_mut().for_each(shorten);
        for ((record, id), parsed) in records.iter().zip(ids).zip(&parsed) {
            self.add_record(record, id);
            if let Given::New((_, parsed)) = parsed {
                self.add_references(collection, parsed);
            }
        }
        self.parsers = parsers;
    }

    /// Checks a record for itself; returns what it is known by, and how it is.
    fn check<'t>(
        &mut self,
        check: &Check<'t, 't>,
        text: &'t Text<'_>,
        parsed: &'t Parsed<'t>,
    ) -> (&'t str, State) {
        let is_dataset = self.shared.pass.is_dataset;
        let (collection, record) = (check.collection, check.record);
        let id_value = collection.id_of(parsed.tree.root());
        let id = match (collection.has_id_member(), record.stem) {
            (false, Some(stem)) => stem,
            _ => id_value
                .and_then(treatise_source::Value::as_str)
                .unwrap_or_default(),
        };
        let first = self.found.len();
        let reading = Reading {
            is_strict: is_dataset,
            is_line: record.is_line,
        };
        let faults = text.faults_with(parsed.faults);
        self.found.extend(faults.map(|fault| {
            let pointer = check.pointer_at(fault.span);
            let (lines, content) = (check.lines(), text.as_str());
            diagnose(fault, lines, content, check.origin(), reading).at_pointer(pointer)
        }));
        let mut state = State::Unread;
        if text.faults().is_empty() && parsed.is_complete() {
            let of_schema = self.found.len();
            state = match check.schema(&self.work, &mut self.found) {
                true => State::Sound,
                false => State::Broken,
            };
            if is_dataset {
                check.identity(id, self.shared.pass, &mut self.found, of_schema);
            }
        }
        // A record that lost its id is still known by the name of its file: one fault is one
        // finding, and not another one for each record that refers to it.
        let id = match (id, record.stem) {
            ("", Some(stem)) => stem,
            _ => id,
        };
        for finding in &mut self.found[first..] {
            finding.record = (!id.is_empty()).then(|| shortened(id));
            shorten(finding);
        }
        (id, state)
    }

    /// The text of a record, as far as it is new.
    fn text<'r>(&mut self, collection: &Collection, record: &RecordText<'r>) -> Given<'r, Text<'r>>
    where
        'a: 'r,
    {
        if let Some(texts) = self.shared.pass.texts {
            let text = texts.hasher.hash(collection, record.bytes);
            self.part.texts.push(text);
            let known = texts.known.and_then(|known| known.id(text));
            // The text is the same; its file may have another name.
            let is_same = |known: &&str| {
                let is_named_alike = record.stem.is_none_or(|stem| stem == *known);
                collection.has_id_member() && is_named_alike || record.stem == Some(*known)
            };
            if let Some(id) = known.filter(is_same) {
                return Given::Known(id);
            }
        }
        Given::New(Text::from_bytes(record.bytes))
    }

    fn add_record(&mut self, record: &RecordText<'_>, id: &str) {
        let entry = RecordEntry {
            file: record.file,
            line: record.line,
            offset: (record.offset - self.part.offset) as u32,
            length: record.bytes.len() as u32,
            id_start: self.part.ids.len() as u32,
        };
        let hash = self.shared.pass.hasher.hash(id);
        self.haul.add_record(&mut self.part, entry, id, hash);
    }

    /// Adds the references of the record that was added last.
    fn add_references(&mut self, collection: &Collection, parsed: &Parsed<'_>) {
        let hasher = self.shared.pass.hasher;
        collection.references(parsed.tree.root(), &mut |value, field| {
            let hash = hasher.hash(value.as_str().unwrap_or_default());
            self.haul.add_reference(hash, value.span().start, field);
        });
    }
}

/// Cuts what a finding repeats of the record.
fn shorten(finding: &mut Diagnostic) {
    if let Some(id) = &mut finding.record {
        *id = shortened(id);
    }
    // A member name may be as long as a record, and every finding below it repeats it.
    finding
        .pointer
        .take_if(|pointer| pointer.as_str().len() > LONGEST_POINTER);
}

/// An id as findings repeat it: one that is as long as a record would take that much in each.
pub(crate) fn shortened(id: &str) -> String {
    let end = id.char_indices().nth(Excerpt::MAX_CHARACTERS - 1);
    match end {
        Some((end, last)) if end + last.len_utf8() < id.len() => format!("{}…", &id[..end]),
        _ => id.to_owned(),
    }
}
