//! The one pass over all records: read, parse, validate, index, on all cores.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock};

use treatise_report::fault::{Origin, diagnose};
use treatise_report::{Diagnostic, FileId, Place};
use treatise_schema::{COSTLY_VALIDATION, Verdict, WorkLimit};
use treatise_source::{
    Block, BlockReader, Limits, LineIndex, NotRead, Parser, RegularFile, Span, Text, Tree,
};

use crate::collection::Collection;
use crate::findings::{Counts, Findings, Ledger};
use crate::index::{Haul, IdHasher, Index, Part, RecordEntry, RecordNumber, ReferenceEntry};
use crate::layout::{Layout, RecordFile};
use crate::manifest::RecordLimits;
use crate::rules::{
    FILE_NAME_MISMATCH, ID_WITHOUT_PREFIX, MISSING_ID, OVERSIZED_FILE, SYMLINK_IN_DATA,
    UNEXPECTED_FILE,
};
use crate::{Error, Observer};

/// Files that a worker takes at a time.
const FILES_AT_A_TIME: usize = 32;

/// Readers for folders of many files: on a cold disk most of them wait, and the more of them wait
/// at once, the sooner all is read.
const READERS: usize = 32;

/// From this many files on it pays to have more readers than cores.
const MANY_FILES: usize = 2_000;

/// What the pass works on.
pub(crate) struct Pass<'a> {
    pub(crate) root: &'a Path,
    pub(crate) collections: &'a [Collection],
    pub(crate) limits: RecordLimits,
    pub(crate) hasher: &'a IdHasher,
    pub(crate) keep: usize,
    pub(crate) observer: &'a dyn Observer,
    /// Whether the files are a dataset's, whose rules are stricter than those of JSON, and whose
    /// records are known by the names of their files.
    pub(crate) is_dataset: bool,
}

/// A run of records that are read one after the other.
enum Source<'a> {
    Files(&'a Collection, &'a [RecordFile]),
    Lines(
        &'a Collection,
        &'a RecordFile,
        Mutex<Option<BlockReader<Input>>>,
    ),
}

/// Lines come from a file or from standard input.
type Input = Box<dyn std::io::Read + Send>;

impl Pass<'_> {
    /// Runs it: returns the index, and the records whose ids earlier ones have. `numbers` are the
    /// collections by name.
    pub(crate) fn run(
        &self,
        numbers: BTreeMap<String, u16>,
        findings: &mut Findings,
    ) -> Result<(Index, Vec<(RecordNumber, RecordNumber)>), Error> {
        let mut hauls = Vec::new();
        let mut parts = Vec::new();
        for (haul, found) in self.work()? {
            hauls.push(haul);
            parts.extend(found);
        }
        let joined = Index::join(hauls, self.hasher.clone(), numbers, &mut parts);
        parts.sort_unstable_by_key(|part| part.order);
        for part in parts {
            findings.extend(part.kept, part.counts, self.keep);
        }
        Ok(joined)
    }

    fn work(&self) -> Result<Vec<(Haul, Vec<PartFindings>)>, Error> {
        let sources = self.sources()?;
        let file_count: usize = sources
            .iter()
            .map(|source| match source {
                Source::Files(_, files) => files.len(),
                Source::Lines(..) => 0,
            })
            .sum();
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let threads = match file_count {
            0..FILES_AT_A_TIME if sources.len() <= 1 => 1,
            MANY_FILES.. => cores.max(READERS),
            _ => cores,
        };
        let shared = Shared {
            pass: self,
            sources,
            next: AtomicUsize::new(0),
            ledger: Ledger::new(self.keep),
            work: WorkLimit::default(),
            failure: OnceLock::new(),
            has_failed: AtomicBool::new(false),
        };
        let hauls = if threads == 1 {
            vec![shared.work()]
        } else {
            // Recursion in the validator goes as deep as records nest, in frames of some KiB.
            const STACK: usize = 8 << 20;
            let pool = rayon::ThreadPoolBuilder::new()
                .num_threads(threads)
                .stack_size(STACK)
                .build()
                .map_err(|error| Error::no_threads(&error))?;
            pool.broadcast(|_| shared.work())
        };
        match shared.failure.into_inner() {
            Some(error) => Err(error),
            None => Ok(hauls),
        }
    }

    fn sources(&self) -> Result<Vec<Source<'_>>, Error> {
        let mut sources = Vec::new();
        for collection in self.collections {
            match &collection.layout {
                Layout::Absent => {}
                Layout::Folder(files) => {
                    let chunks = files.chunks(FILES_AT_A_TIME);
                    sources.extend(chunks.map(|files| Source::Files(collection, files)));
                }
                Layout::Lines(file) => {
                    let input: Input = if file.is_standard_input {
                        Box::new(std::io::stdin())
                    } else {
                        let path = self.root.join(&file.path);
                        let opened = RegularFile::open(&path);
                        Box::new(
                            opened
                                .map_err(|error| Error::not_read(&path, error))?
                                .into_file(),
                        )
                    };
                    let reader = BlockReader::new(input, self.limits.record_bytes as usize);
                    sources.push(Source::Lines(collection, file, Mutex::new(Some(reader))));
                }
            }
        }
        Ok(sources)
    }
}

struct Shared<'a> {
    pass: &'a Pass<'a>,
    sources: Vec<Source<'a>>,
    next: AtomicUsize,
    ledger: Ledger,
    work: WorkLimit,
    failure: OnceLock<Error>,
    has_failed: AtomicBool,
}

/// The findings of a part, beside its records.
#[derive(Debug, Default)]
pub(crate) struct PartFindings {
    pub(crate) order: (u32, u32),
    pub(crate) kept: Vec<Diagnostic>,
    pub(crate) counts: Counts,
}

impl Shared<'_> {
    fn work(&self) -> (Haul, Vec<PartFindings>) {
        let mut worker = Worker {
            shared: self,
            parser: Parser::new(),
            haul: Haul::default(),
            findings: Vec::new(),
            part: Part::default(),
            found: Vec::new(),
        };
        let mut buffer = Vec::new();
        let mut block = Block::default();
        loop {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            let Some(source) = self.sources.get(number) else {
                break;
            };
            match source {
                Source::Files(collection, files) => {
                    worker.files(collection, files, number as u32, &mut buffer);
                }
                Source::Lines(..) => {
                    // Several workers share a source of lines: hand it to the others too.
                    worker.lines(source, number as u32, &mut block);
                }
            }
            if self.has_failed.load(Ordering::Relaxed) {
                break;
            }
        }
        // Whoever has nothing left helps where lines are still being read.
        for (number, source) in self.sources.iter().enumerate() {
            if matches!(source, Source::Lines(..)) && !self.has_failed.load(Ordering::Relaxed) {
                worker.lines(source, number as u32, &mut block);
            }
        }
        (worker.haul, worker.findings)
    }

    fn fail(&self, error: Error) {
        self.has_failed.store(true, Ordering::Relaxed);
        // The first failure is as good as any other.
        let _ = self.failure.set(error);
    }
}

struct Worker<'a> {
    shared: &'a Shared<'a>,
    parser: Parser,
    haul: Haul,
    findings: Vec<PartFindings>,
    part: Part,
    found: Vec<Diagnostic>,
}

/// A record on its way through the pass.
struct RecordText<'a> {
    bytes: &'a [u8],
    file: FileId,
    offset: u64,
    line: u32,
    /// The name of its file without extension, where it has one of its own.
    stem: Option<&'a str>,
}

impl<'a> Worker<'a> {
    fn files(
        &mut self,
        collection: &Collection,
        files: &[RecordFile],
        source: u32,
        buffer: &mut Vec<u8>,
    ) {
        let pass = self.shared.pass;
        for record in files {
            let path = pass.root.join(&record.path);
            let limit = pass.limits.record_bytes;
            let read = if record.is_standard_input {
                read_standard_input(limit, buffer)
            } else {
                RegularFile::open_listed(&path).and_then(|file| file.read(limit, buffer))
            };
            match read {
                Ok(length) => self.record(
                    collection,
                    &RecordText {
                        bytes: &buffer[..length],
                        file: record.file,
                        offset: 0,
                        line: 1,
                        stem: pass.is_dataset.then(|| stem_of(record)),
                    },
                ),
                Err(NotRead::Io(error)) => {
                    self.shared.fail(Error::read(&path, error));
                    return;
                }
                Err(refused) => self.found.push(refusal(&refused, record)),
            }
        }
        pass.observer.advance(files.len() as u64);
        self.finish_part((source, 0));
    }

    fn lines(&mut self, source: &Source<'_>, number: u32, block: &mut Block) {
        let Source::Lines(collection, record_file, reader) = source else {
            return;
        };
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
                        self.shared.fail(Error::read(
                            &self.shared.pass.root.join(&record_file.path),
                            error,
                        ));
                        false
                    }
                }
            };
            if !has_more {
                return;
            }
            self.block(collection, record_file, block);
            self.shared
                .pass
                .observer
                .advance(u64::from(self.part.lines));
            self.finish_part((number, block.number));
        }
    }

    fn block(&mut self, collection: &Collection, record_file: &RecordFile, block: &Block) {
        if block.is_oversized {
            let limit = self.shared.pass.limits.record_bytes;
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
            if line.len() as u64 > self.shared.pass.limits.record_bytes {
                let text = Text::from_bytes(line);
                let lines = LineIndex::new(text.as_str());
                let origin = Origin {
                    file: record_file.file,
                    offset: block.offset + start as u64,
                    first_line: self.part.lines,
                };
                let limit = self.shared.pass.limits.record_bytes;
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
                        offset: block.offset + start as u64,
                        line: self.part.lines,
                        stem: None,
                    },
                );
            }
            start += length + 1;
        }
    }

    fn finish_part(&mut self, order: (u32, u32)) {
        let mut part = std::mem::take(&mut self.part);
        part.order = order;
        self.haul.parts.push(part);
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
        let text = Text::from_bytes(record.bytes);
        let content = text.as_str();
        let mut parser = std::mem::take(&mut self.parser);
        let parsed = parser.parse(
            content,
            Limits {
                depth: pass.limits.depth,
            },
        );
        let check = Check {
            collection,
            record,
            content,
            tree: &parsed.tree,
            lines: OnceCell::new(),
        };
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
            check.schema(&self.shared.work, &mut self.found);
            check.identity(id, &mut self.found);
        }
        for finding in &mut self.found[first..] {
            finding.record = (!id.is_empty()).then(|| id.to_owned());
        }

        let id_start = self.part.ids.len() as u32;
        self.part.ids.push_str(id);
        let number = self.part.records.len() as u32;
        self.part.records.push(RecordEntry {
            file: record.file,
            offset: record.offset,
            line: record.line,
            length: record.bytes.len() as u32,
            collection: collection.number,
            id: Span::new(id_start, self.part.ids.len() as u32),
            hash: pass.hasher.hash(id),
        });
        let (targets, references) = (&mut self.haul.targets, &mut self.part.references);
        collection.references(parsed.tree.root(), &mut |value, field| {
            let target = value.as_str().unwrap_or_default();
            references.push(ReferenceEntry {
                record: number,
                target: targets.number(target, pass.hasher.hash(target)),
                start: value.span().start,
                length: value.span().len().min(u32::from(u16::MAX)) as u16,
                field,
            });
        });
        self.parser = parser;
    }
}

/// The checks of one record.
struct Check<'r, 't> {
    collection: &'r Collection,
    record: &'r RecordText<'r>,
    content: &'t str,
    tree: &'t Tree<'t>,
    lines: OnceCell<LineIndex<'t>>,
}

impl<'t> Check<'_, 't> {
    fn lines(&self) -> &LineIndex<'t> {
        self.lines.get_or_init(|| LineIndex::new(self.content))
    }

    fn origin(&self) -> Origin {
        Origin {
            file: self.record.file,
            offset: self.record.offset,
            first_line: self.record.line,
        }
    }

    fn place(&self, span: Span) -> Place {
        self.origin().place(self.lines(), span)
    }

    /// The pointer to the innermost value around a span.
    fn pointer_at(&self, span: Span) -> treatise_source::Pointer {
        self.tree.value_around(span).pointer()
    }

    fn schema(&self, work: &WorkLimit, found: &mut Vec<Diagnostic>) {
        let Some(schema) = &self.collection.schema else {
            return;
        };
        let explained = match schema.judge(self.tree, work) {
            Verdict::Valid => return,
            Verdict::Invalid => schema.explain(self.tree, work),
            Verdict::GivenUp => None,
        };
        let Some(violations) = explained else {
            let message = "checking this record against its schema takes too many steps";
            found.push(
                Diagnostic::new(&COSTLY_VALIDATION, message, self.place(Span::new(0, 1)))
                    .with_note("it was given up; whether the record is as the schema says is not known")
                    .with_help("look for alternatives (`anyOf`, `oneOf`) in the schema that refer to themselves"),
            );
            return;
        };
        found.extend(violations.into_iter().map(|violation| {
            let rule = violation.rule;
            violation.into_diagnostic(rule, |span| self.place(span))
        }));
    }

    fn identity(&self, id: &str, found: &mut Vec<Diagnostic>) {
        let entry = &self.collection.entry;
        let root = self.tree.root();
        let id_value = self.collection.id_of(root);
        let start = root.span().start;
        let span = id_value.map_or(Span::new(start, start + 1), treatise_source::Value::span);
        let pointer = || id_value.map_or_else(Default::default, treatise_source::Value::pointer);
        if id.is_empty() {
            // Where the schema asks for the id, it has already said so.
            if id_value.is_none() && self.collection.schema.is_none() {
                let at = entry.id.as_deref().unwrap_or_default();
                found.push(
                    Diagnostic::new(
                        &MISSING_ID,
                        format!("the record has no id at `{at}`"),
                        self.place(span),
                    )
                    .with_help("give it one"),
                );
            }
            return;
        }
        if let Some(prefix) = &entry.prefix {
            let has_prefix = id
                .strip_prefix(prefix.as_str())
                .is_some_and(|rest| rest.starts_with('-') && rest.len() > 1);
            if !has_prefix {
                found.push(
                    Diagnostic::new(
                        &ID_WITHOUT_PREFIX,
                        format!("the id `{id}` does not start with `{prefix}-`"),
                        self.place(span),
                    )
                    .with_note(format!("ids of the collection `{}` do", entry.name))
                    .at_pointer(pointer()),
                );
            }
        }
        if let Some(stem) = self.record.stem {
            if stem != id {
                found.push(
                    Diagnostic::new(
                        &FILE_NAME_MISMATCH,
                        format!("the id is `{id}`, but the file is named `{stem}`"),
                        self.place(span),
                    )
                    .with_help(format!("rename the file to `{id}.json`, or mend the id"))
                    .at_pointer(pointer()),
                );
            }
        }
    }
}

fn stem_of(record: &RecordFile) -> &str {
    record
        .path
        .file_stem()
        .and_then(|stem| stem.to_str())
        .unwrap_or_default()
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
fn refusal(refused: &NotRead, record: &RecordFile) -> Diagnostic {
    let place = Place::whole_file(record.file);
    let shown = record.path.display();
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
        .with_note("it was not read")
        .with_help("split the record, or raise `limits.record_bytes` in the manifest")
}
