//! A worker of the pass: reads files and lines, hands them on in groups, and keeps what is found.

use std::ffi::OsStr;
use std::ops::Range;
use std::path::Path;

use treatise_report::fault::Origin;
use treatise_report::{Counts, Diagnostic, FileId, Place};
use treatise_schema::{WRONG_COLLECTION, WorkLimit};
use treatise_source::{Block, LineIndex, NotRead, Parser, Span, Text};

use super::folder::OpenFolder;
use super::group::{GROUP, RecordText, has_room};
use super::{PartFindings, Shared, Source, SourceNumber};
use crate::collection::Collection;
use crate::findings::is_wanted;
use crate::index::{Haul, Part};
use crate::layout::RecordFile;
use crate::rules::{OVERSIZED_FILE, SYMLINK_IN_DATA, UNEXPECTED_FILE};
use crate::visit::RecordVisitor;
use crate::{Error, drafts};

pub(super) struct Worker<'a> {
    pub(super) shared: &'a Shared<'a>,
    /// One for each record of a group.
    pub(super) parsers: Vec<Parser>,
    pub(super) haul: Haul,
    findings: Vec<PartFindings>,
    /// The bound for the part.
    pub(super) work: WorkLimit,
    pub(super) part: Part,
    pub(super) found: Vec<Diagnostic>,
    pub(super) visitor: Box<dyn RecordVisitor + 'a>,
    folder: OpenFolder<'a>,
}

impl<'a> Worker<'a> {
    pub(super) fn new(shared: &'a Shared<'a>) -> Self {
        let pass = shared.pass;
        Self {
            shared,
            parsers: Vec::new(),
            haul: Haul::default(),
            findings: Vec::new(),
            work: WorkLimit::default(),
            part: Part::default(),
            found: Vec::new(),
            visitor: pass.visitor.begin(pass.manifest, pass.collections),
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
        number: SourceNumber,
        buffer: &mut Vec<u8>,
        watch_disk: impl Fn(bool),
    ) {
        let pass = self.shared.pass;
        let limit = pass.manifest.limits.record_bytes;
        self.part.collection = collection.number;
        self.begin_part(number, 0);
        let mut read_files = Vec::with_capacity(GROUP);
        let mut filled = 0;
        for (position, record) in files.iter().enumerate() {
            let path = record.path(pass.files);
            let name = path.file_name();
            let draft = pass.drafts.get(path);
            let opened = if record.is_standard_input || draft.is_some() {
                None
            } else {
                Some(self.folder.open(pass.root, path, name))
            };
            let size = match (&opened, draft) {
                (Some(Ok(file)), _) => file.size(),
                (Some(Err(_)), _) => 0,
                (None, Some(draft)) => draft.len() as u64,
                (None, None) => limit,
            };
            if !has_room(read_files.len(), filled, size) {
                self.read_files(collection, &mut read_files, buffer);
                filled = 0;
            }
            let read = match (opened, draft) {
                (None, None) => read_standard_input(limit, buffer, filled),
                (None, Some(draft)) => drafts::read_behind(draft, limit, buffer, filled),
                (Some(opened), _) => opened.and_then(|file| {
                    if position == 0 {
                        watch_disk(file.would_wait());
                    }
                    file.read_behind(limit, buffer, filled)
                }),
            };
            match read {
                Ok(length) => {
                    read_files.push((record, filled..filled + length));
                    filled += length;
                }
                Err(NotRead::Io(error)) => {
                    self.shared.fail(Error::read(&pass.root.join(path), error));
                    return;
                }
                Err(refused) => {
                    let finding = refusal(&refused, record.file, path, pass.way_out());
                    self.found.push(finding);
                    self.part.unread.push(record.file);
                }
            }
        }
        self.read_files(collection, &mut read_files, buffer);
        pass.observer.advance(files.len() as u64);
        self.finish_part();
    }

    /// Checks files that were read into a buffer, and forgets them.
    fn read_files(
        &mut self,
        collection: &Collection,
        files: &mut Vec<(&RecordFile, Range<usize>)>,
        buffer: &[u8],
    ) {
        let pass = self.shared.pass;
        let records = files.drain(..).map(|(file, range)| {
            let path = file.path(pass.files);
            let stem = path.file_name().and_then(stem_of);
            RecordText {
                bytes: &buffer[range],
                file: file.file,
                path,
                offset: 0,
                line: 1,
                is_line: false,
                stem: stem.filter(|_| pass.is_dataset),
            }
        });
        let records: Vec<_> = records.collect();
        self.group(collection, &records);
    }

    pub(super) fn lines(&mut self, source: &Source<'_>, number: SourceNumber, block: &mut Block) {
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
                self.shared.pass.way_out(),
            ));
            self.part.lines = 1;
            self.part.unread.push(record_file.file);
            return;
        }
        let mut group = Vec::with_capacity(GROUP);
        let mut bytes = 0;
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
                    self.shared.pass.way_out(),
                ));
                self.part.unread.push(record_file.file);
            } else if !line.iter().all(u8::is_ascii_whitespace) {
                if !has_room(group.len(), bytes, length as u64) {
                    self.group(collection, &group);
                    group.clear();
                    bytes = 0;
                }
                bytes += length;
                group.push(RecordText {
                    bytes: line,
                    file: record_file.file,
                    path: record_file.path(self.shared.pass.files),
                    offset: block.offset + start as u64,
                    line: self.part.lines,
                    is_line: true,
                    stem: None,
                });
            }
            start += length + 1;
        }
        self.group(collection, &group);
    }

    fn begin_part(&mut self, number: SourceNumber, block: u32) {
        self.part.order = (number.order, block);
        self.work = WorkLimit::of_stretch(number.stretch + u64::from(block));
    }

    fn finish_part(&mut self) {
        let part = std::mem::take(&mut self.part);
        let order = part.order;
        self.haul.add_part(part);
        if !self.found.is_empty() {
            let pass = self.shared.pass;
            let mut kept = std::mem::take(&mut self.found);
            kept.retain(|finding| {
                let file = Path::new(pass.files.name(finding.place.file));
                is_wanted(file, pass.only)
            });
            let counts = Counts::of(&kept);
            let wrong_collections = kept
                .iter()
                .filter(|finding| finding.rule.name == WRONG_COLLECTION.name)
                .map(|finding| (finding.place.file, finding.place.start))
                .collect();
            self.shared.ledger.settle(order, &mut kept);
            self.findings.push(PartFindings {
                order,
                kept,
                counts,
                wrong_collections,
            });
        }
    }
}

/// The name of a record's file without its extension; a name that is not Unicode is a finding
/// already.
fn stem_of(name: &OsStr) -> Option<&str> {
    name.to_str()?.strip_suffix(".json")
}

fn read_standard_input(limit: u64, buffer: &mut Vec<u8>, start: usize) -> Result<usize, NotRead> {
    use std::io::Read;
    buffer.truncate(start);
    let length = std::io::stdin()
        .lock()
        .take(limit.saturating_add(1))
        .read_to_end(buffer)?;
    if length as u64 > limit {
        let size = length as u64;
        return Err(NotRead::TooLarge { size, limit });
    }
    Ok(length)
}

/// The finding for a file that was not read.
fn refusal(refused: &NotRead, file: FileId, path: &Path, way_out: &str) -> Diagnostic {
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
            way_out,
        ),
        NotRead::Folder | NotRead::NotRegular | NotRead::Io(_) => Diagnostic::new(
            &UNEXPECTED_FILE,
            format!("`{shown}` is no regular file"),
            place,
        ),
    }
}

fn oversized(place: Place, message: String, way_out: &str) -> Diagnostic {
    Diagnostic::new(&OVERSIZED_FILE, message, place)
        .with_note("it was not checked")
        .with_help(way_out)
}
