//! A worker of the pass: record after record through parser, checks and visitor, and into its haul.

use std::ffi::OsStr;
use std::path::Path;

use treatise_report::fault::{Origin, diagnose};
use treatise_report::{Diagnostic, Excerpt, FileId, Place};
use treatise_schema::WorkLimit;
use treatise_source::{Block, Limits, LineIndex, NotRead, Parser, Span, Text};

use super::check::Check;
use super::folder::OpenFolder;
use super::{PartFindings, Shared, Source};
use crate::collection::Collection;
use crate::findings::{Counts, is_wanted};
use crate::index::{Haul, Part, RecordEntry};
use crate::layout::RecordFile;
use crate::rules::{OVERSIZED_FILE, SYMLINK_IN_DATA, UNEXPECTED_FILE};
use crate::visit::{RecordKey, RecordVisitor, Visited};
use crate::{Error, Texts};

/// Longest pointer in a finding, in bytes.
const LONGEST_POINTER: usize = 2_000;

pub(super) struct Worker<'a> {
    shared: &'a Shared<'a>,
    parser: Parser,
    haul: Haul,
    findings: Vec<PartFindings>,
    /// The bound for the part.
    work: WorkLimit,
    part: Part,
    found: Vec<Diagnostic>,
    visitor: Box<dyn RecordVisitor + 'a>,
    folder: OpenFolder<'a>,
}

/// A record on its way through the pass.
pub(super) struct RecordText<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) file: FileId,
    pub(super) path: &'a Path,
    pub(super) offset: u64,
    pub(super) line: u32,
    /// The name of its file without extension, where it has one of its own.
    pub(super) stem: Option<&'a str>,
}

impl<'a> Worker<'a> {
    pub(super) fn new(shared: &'a Shared<'a>) -> Self {
        let pass = shared.pass;
        Self {
            shared,
            parser: Parser::new(),
            haul: Haul::default(),
            findings: Vec::new(),
            work: WorkLimit::default(),
            part: Part::default(),
            found: Vec::new(),
            visitor: shared.visitor.begin(pass.manifest, pass.collections),
            folder: OpenFolder::default(),
        }
    }

    /// What it brings home.
    pub(super) fn finish(mut self) -> (Haul, Vec<PartFindings>) {
        self.visitor.end();
        (self.haul, self.findings)
    }

    pub(super) fn files(
        &mut self,
        collection: &Collection,
        files: &'a [RecordFile],
        source: u32,
        buffer: &mut Vec<u8>,
        watch_disk: impl Fn(bool),
    ) {
        let pass = self.shared.pass;
        self.part.collection = collection.number;
        self.begin_part(source, 0);
        for (position, record) in files.iter().enumerate() {
            let before = self.found.len();
            let path = record.path(pass.files);
            let name = path.file_name();
            let limit = pass.manifest.limits.record_bytes;
            let read = if record.is_standard_input {
                read_standard_input(limit, buffer)
            } else {
                self.folder.open(pass.root, path, name).and_then(|file| {
                    if position == 0 {
                        watch_disk(file.would_wait());
                    }
                    file.read(limit, buffer)
                })
            };
            match read {
                Ok(length) => self.record(
                    collection,
                    &RecordText {
                        bytes: &buffer[..length],
                        file: record.file,
                        path,
                        offset: 0,
                        line: 1,
                        stem: name.and_then(stem_of).filter(|_| pass.is_dataset),
                    },
                ),
                Err(NotRead::Io(error)) => {
                    self.shared.fail(Error::read(&pass.root.join(path), error));
                    return;
                }
                Err(refused) => self.found.push(refusal(&refused, record.file, path)),
            }
            if !is_wanted(path, pass.only) {
                self.found.truncate(before);
            }
        }
        pass.observer.advance(files.len() as u64);
        self.finish_part();
    }

    pub(super) fn lines(&mut self, source: &Source<'_>, number: u32, block: &mut Block) {
        let Source::Lines(collection, record_file, reader) = source else {
            return;
        };
        let path = record_file.path(self.shared.pass.files);
        loop {
            let has_more = {
                let mut reader = reader.lock().expect("no worker panics while reading");
                let Some(open) = reader.as_mut() else {
                    return;
                };
                match open.read(block) {
                    Ok(true) => true,
                    Ok(false) => {
                        *reader = None;
                        false
                    }
                    Err(error) => {
                        *reader = None;
                        let path = self.shared.pass.root.join(path);
                        self.shared.fail(Error::read(&path, error));
                        false
                    }
                }
            };
            if !has_more {
                return;
            }
            self.begin_part(number, block.number);
            self.block(collection, record_file, block);
            if !is_wanted(path, self.shared.pass.only) {
                self.found.clear();
            }
            self.shared
                .pass
                .observer
                .advance(u64::from(self.part.lines));
            self.finish_part();
        }
    }

    fn block(&mut self, collection: &Collection, record_file: &RecordFile, block: &Block) {
        self.part.collection = collection.number;
        self.part.offset = block.offset;
        if block.is_oversized {
            let limit = self.shared.pass.manifest.limits.record_bytes;
            let text = Text::from_bytes(&block.bytes);
            let lines = LineIndex::new(text.as_str());
            let origin = Origin {
                file: record_file.file,
                offset: block.offset,
                first_line: 1,
            };
            self.found.push(oversized(
                origin.place(&lines, Span::new(0, 1)),
                format!("this line has more than the limit of {limit} bytes"),
            ));
            self.part.lines = 1;
            return;
        }
        let mut start = 0;
        while start < block.bytes.len() {
            let rest = &block.bytes[start..];
            let length = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
            let line = &rest[..length];
            self.part.lines += 1;
            if line.len() as u64 > self.shared.pass.manifest.limits.record_bytes {
                let text = Text::from_bytes(line);
                let lines = LineIndex::new(text.as_str());
                let origin = Origin {
                    file: record_file.file,
                    offset: block.offset + start as u64,
                    first_line: self.part.lines,
                };
                let limit = self.shared.pass.manifest.limits.record_bytes;
                self.found.push(oversized(
                    origin.place(&lines, Span::new(0, 1)),
                    format!("this line has {length} bytes, more than the limit of {limit}"),
                ));
            } else if !line.iter().all(u8::is_ascii_whitespace) {
                self.record(
                    collection,
                    &RecordText {
                        bytes: line,
                        file: record_file.file,
                        path: record_file.path(self.shared.pass.files),
                        offset: block.offset + start as u64,
                        line: self.part.lines,
                        stem: None,
                    },
                );
            }
            start += length + 1;
        }
    }

    fn begin_part(&mut self, source: u32, block: u32) {
        self.part.order = (source, block);
        self.work = WorkLimit::of_stretch(u64::from(source) + u64::from(block));
    }

    fn finish_part(&mut self) {
        let part = std::mem::take(&mut self.part);
        let order = part.order;
        self.haul.add_part(part);
        if !self.found.is_empty() {
            let mut kept = std::mem::take(&mut self.found);
            let counts = Counts::of(&kept);
            self.shared.ledger.settle(order, &mut kept);
            self.findings.push(PartFindings {
                order,
                kept,
                counts,
            });
        }
    }

    fn record(&mut self, collection: &Collection, record: &RecordText<'_>) {
        let pass = self.shared.pass;
        if let Some(texts) = pass.texts {
            let text = texts.hasher.hash(collection, record.bytes);
            self.part.texts.push(text);
            if self.is_known(collection, record, texts, text) {
                return;
            }
        }
        let text = Text::from_bytes(record.bytes);
        let content = text.as_str();
        let mut parser = std::mem::take(&mut self.parser);
        let parsed = parser.parse(
            content,
            Limits {
                depth: pass.manifest.limits.depth,
            },
        );
        let check = Check::new(collection, record, &parsed.tree);
        let id_value = collection.id_of(parsed.tree.root());
        let id = match (collection.has_id_member(), record.stem) {
            (false, Some(stem)) => stem,
            _ => id_value
                .and_then(treatise_source::Value::as_str)
                .unwrap_or_default(),
        };

        let first = self.found.len();
        if !text.faults().is_empty() || !parsed.faults.is_empty() {
            let faults = text.faults().iter().chain(parsed.faults);
            self.found.extend(faults.map(|fault| {
                let pointer = check.pointer_at(fault.span);
                diagnose(
                    fault,
                    check.lines(),
                    content,
                    check.origin(),
                    pass.is_dataset,
                )
                .at_pointer(pointer)
            }));
        }
        if text.faults().is_empty() && parsed.is_complete() {
            let is_valid = check.schema(&self.work, &mut self.found);
            if pass.is_dataset {
                check.identity(id, &mut self.found, first);
            }
            if is_valid {
                let visited = Visited {
                    collection,
                    key: RecordKey {
                        part: self.part.order,
                        position: self.part.records.len() as u32,
                    },
                    id,
                    tree: &parsed.tree,
                    path: record.path,
                    origin: check.origin(),
                };
                self.visitor.visit(&visited, &mut self.found);
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
            // A member name may be as long as a record, and every finding below it repeats it.
            finding
                .pointer
                .take_if(|pointer| pointer.as_str().len() > LONGEST_POINTER);
        }

        self.add_record(record, id);
        collection.references(parsed.tree.root(), &mut |value, field| {
            let hash = pass.hasher.hash(value.as_str().unwrap_or_default());
            self.haul.add_reference(hash, value.span().start, field);
        });
        self.parser = parser;
    }

    /// Adds a record whose text is known, without a further look at it.
    fn is_known(
        &mut self,
        collection: &Collection,
        record: &RecordText<'_>,
        texts: Texts<'_>,
        text: u64,
    ) -> bool {
        let Some(known) = texts.known.and_then(|known| known.id(text)) else {
            return false;
        };
        // The text is the same; its file may have another name.
        let is_named_alike = record.stem.is_none_or(|stem| stem == known);
        if collection.has_id_member() && is_named_alike || record.stem == Some(known) {
            self.add_record(record, known);
            return true;
        }
        false
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
}

/// The name of a record's file without its extension; a name that is not Unicode is a finding
/// already.
fn stem_of(name: &OsStr) -> Option<&str> {
    name.to_str()?.strip_suffix(".json")
}

fn read_standard_input(limit: u64, buffer: &mut Vec<u8>) -> Result<usize, NotRead> {
    use std::io::Read;
    buffer.clear();
    let length = std::io::stdin()
        .lock()
        .take(limit + 1)
        .read_to_end(buffer)?;
    if length as u64 > limit {
        let size = length as u64;
        return Err(NotRead::TooLarge { size, limit });
    }
    Ok(length)
}

/// The finding for a file that was not read.
fn refusal(refused: &NotRead, file: FileId, path: &Path) -> Diagnostic {
    let place = Place::whole_file(file);
    let shown = path.display();
    match refused {
        NotRead::Symlink => Diagnostic::new(
            &SYMLINK_IN_DATA,
            format!("`{shown}` is a symbolic link"),
            place,
        )
        .with_note("it was not followed"),
        NotRead::TooLarge { size, limit } => oversized(
            place,
            format!("`{shown}` has {size} bytes, more than the limit of {limit}"),
        ),
        NotRead::NotRegular | NotRead::Io(_) => Diagnostic::new(
            &UNEXPECTED_FILE,
            format!("`{shown}` is no regular file"),
            place,
        ),
    }
}

fn oversized(place: Place, message: String) -> Diagnostic {
    Diagnostic::new(&OVERSIZED_FILE, message, place)
        .with_note("it was not checked")
        .with_help("split the record, or raise `limits.record_bytes` in the manifest")
}

/// An id as findings repeat it: one that is as long as a record would take that much in each.
pub(crate) fn shortened(id: &str) -> String {
    let end = id.char_indices().nth(Excerpt::MAX_CHARACTERS - 1);
    match end {
        Some((end, last)) if end + last.len_utf8() < id.len() => format!("{}…", &id[..end]),
        _ => id.to_owned(),
    }
}
