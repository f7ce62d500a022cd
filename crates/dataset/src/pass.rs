//! The one pass over all records: read, parse, validate, index, on all cores.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock};

use treatise_report::fault::{Origin, diagnose};
use treatise_report::{Diagnostic, Excerpt, FileId, Place};
use treatise_schema::{COSTLY_VALIDATION, Verdict, WorkLimit};
use treatise_source::{
    Block, BlockReader, Kind, Limits, LineIndex, NotRead, Parser, RegularFile, Span, Text, Tree,
};

use crate::collection::Collection;
use crate::findings::{Counts, Findings, Ledger, is_wanted};
use crate::index::{Haul, IdHasher, Index, Part, RecordEntry, RecordNumber};
use crate::layout::{Layout, RecordFile};
use crate::manifest::Manifest;
use crate::rules::{
    FILE_NAME_MISMATCH, ID_WITHOUT_PREFIX, MISSING_ID, OVERSIZED_FILE, SYMLINK_IN_DATA,
    UNEXPECTED_FILE,
};
use crate::visit::{RecordKey, RecordVisitor, Visited, Visitor};
use crate::{Error, Observer, Texts};

/// Files that a worker takes at a time.
const FILES_AT_A_TIME: usize = 32;

/// Workers that join in where files have to come from the disk: most of them wait, and the more of
/// them wait at once, the sooner all is read.
const MORE_READERS: usize = 30;

/// Recursion in the validator goes as deep as records nest, in frames of some KiB.
const STACK_BYTES: usize = 8 << 20;

/// Longest pointer in a finding, in bytes.
const LONGEST_POINTER: usize = 2_000;

/// What the pass works on.
pub(crate) struct Pass<'a> {
    pub(crate) root: &'a Path,
    pub(crate) collections: &'a [Collection],
    pub(crate) manifest: &'a Manifest,
    pub(crate) hasher: &'a IdHasher,
    pub(crate) keep: usize,
    pub(crate) observer: &'a dyn Observer,
    /// Whether the files are a dataset's, whose rules are stricter than those of JSON, and whose
    /// records are known by the names of their files.
    pub(crate) is_dataset: bool,
    /// The files and folders in which findings count, if not in all.
    pub(crate) only: Option<&'a [PathBuf]>,
    /// Sees each sound record.
    pub(crate) visitor: &'a dyn Visitor,
    /// What to do with the texts of records, if anything.
    pub(crate) texts: Option<Texts<'a>>,
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
        let has_one_chunk = match &sources[..] {
            [] | [Source::Files(..)] => true,
            [Source::Lines(..), ..] | [Source::Files(..), _, ..] => false,
        };
        let shared = Shared {
            pass: self,
            sources,
            next: AtomicUsize::new(0),
            ledger: Ledger::new(self.keep),
            failure: OnceLock::new(),
            has_failed: AtomicBool::new(false),
            waits_for_disk: AtomicBool::new(false),
            hauls: Mutex::new(Vec::new()),
        };
        if has_one_chunk {
            shared.work(None);
        } else {
            let cores = std::thread::available_parallelism().map_or(1, usize::from);
            std::thread::scope(|scope| {
                let started = (0..cores).filter(|_| shared.start_worker(scope).is_ok());
                // Without any thread the work is done here.
                if started.count() == 0 {
                    shared.work(None);
                }
            });
        }
        match shared.failure.into_inner() {
            Some(error) => Err(error),
            None => Ok(shared
                .hauls
                .into_inner()
                .expect("no worker panics bringing its haul home")),
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
                    let reader =
                        BlockReader::new(input, self.manifest.limits.record_bytes as usize);
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
    failure: OnceLock<Error>,
    has_failed: AtomicBool,
    /// Whether a file had to come from the disk, so that more readers were started.
    waits_for_disk: AtomicBool,
    hauls: Mutex<Vec<(Haul, Vec<PartFindings>)>>,
}

/// Where workers can start further workers.
type Crew<'scope, 'env> = &'scope std::thread::Scope<'scope, 'env>;

/// The findings of a part, beside its records.
#[derive(Debug, Default)]
pub(crate) struct PartFindings {
    pub(crate) order: (u32, u32),
    pub(crate) kept: Vec<Diagnostic>,
    pub(crate) counts: Counts,
}

impl Shared<'_> {
    fn start_worker<'scope>(&'scope self, crew: Crew<'scope, '_>) -> std::io::Result<()> {
        std::thread::Builder::new()
            .stack_size(STACK_BYTES)
            .spawn_scoped(crew, move || self.work(Some(crew)))
            .map(|_| ())
    }

    /// Starts more readers, the first time that a file is seen to be on the disk alone.
    fn call_readers<'scope>(&'scope self, crew: Option<Crew<'scope, '_>>) {
        let Some(crew) = crew else {
            return;
        };
        if !self.waits_for_disk.swap(true, Ordering::Relaxed) {
            for _ in 0..MORE_READERS {
                // Fewer of them are only slower.
                let _ = self.start_worker(crew);
            }
        }
    }

    fn work<'scope>(&'scope self, crew: Option<Crew<'scope, '_>>) {
        let mut worker = Worker {
            shared: self,
            parser: Parser::new(),
            haul: Haul::default(),
            findings: Vec::new(),
            work: WorkLimit::default(),
            part: Part::default(),
            found: Vec::new(),
            visitor: self
                .pass
                .visitor
                .begin(self.pass.manifest, self.pass.collections),
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
                    if files
                        .first()
                        .is_some_and(|file| file.is_on_disk_alone(self.pass.root))
                    {
                        self.call_readers(crew);
                    }
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
        worker.visitor.end();
        self.hauls
            .lock()
            .expect("no worker panics bringing its haul home")
            .push((worker.haul, worker.findings));
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
    /// The bound for the part.
    work: WorkLimit,
    part: Part,
    found: Vec<Diagnostic>,
    visitor: Box<dyn RecordVisitor + 'a>,
}

/// A record on its way through the pass.
struct RecordText<'a> {
    bytes: &'a [u8],
    file: FileId,
    path: &'a Path,
    offset: u64,
    line: u32,
    /// The name of its file without extension, where it has one of its own.
    stem: Option<&'a str>,
}

impl Worker<'_> {
    fn files(
        &mut self,
        collection: &Collection,
        files: &[RecordFile],
        source: u32,
        buffer: &mut Vec<u8>,
    ) {
        let pass = self.shared.pass;
        self.part.collection = collection.number;
        self.begin_part(source, 0);
        for record in files {
            let before = self.found.len();
            let path = pass.root.join(&record.path);
            let limit = pass.manifest.limits.record_bytes;
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
                        path: &record.path,
                        offset: 0,
                        line: 1,
                        stem: stem_of(record).filter(|_| pass.is_dataset),
                    },
                ),
                Err(NotRead::Io(error)) => {
                    self.shared.fail(Error::read(&path, error));
                    return;
                }
                Err(refused) => self.found.push(refusal(&refused, record)),
            }
            if !is_wanted(&record.path, pass.only) {
                self.found.truncate(before);
            }
        }
        pass.observer.advance(files.len() as u64);
        self.finish_part();
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
            self.begin_part(number, block.number);
            self.block(collection, record_file, block);
            if !is_wanted(&record_file.path, self.shared.pass.only) {
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
                        path: &record_file.path,
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

    /// Checks the record against its schema, and returns whether it is as the schema says.
    fn schema(&self, work: &WorkLimit, found: &mut Vec<Diagnostic>) -> bool {
        let Some(schema) = &self.collection.schema else {
            return false;
        };
        let explained = match schema.judge(self.tree, work) {
            Verdict::Valid => return true,
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
            return false;
        };
        found.extend(violations.into_iter().map(|violation| {
            let rule = violation.rule;
            violation.into_diagnostic(rule, |span| self.place(span))
        }));
        false
    }

    /// Checks the id; what was found in the record before starts at `first`.
    fn identity(&self, id: &str, found: &mut Vec<Diagnostic>, first: usize) {
        let entry = &self.collection.entry;
        let root = self.tree.root();
        let id_value = self.collection.id_of(root);
        let start = root.span().start;
        let span = id_value.map_or(Span::new(start, start + 1), treatise_source::Value::span);
        let pointer = || id_value.map_or_else(Default::default, treatise_source::Value::pointer);
        if id.is_empty() {
            let at = entry.id.as_deref().unwrap_or_default();
            // Where the schema asks for the id, it has already said so.
            let is_said = !self.collection.has_id_member()
                || found[first..]
                    .iter()
                    .filter_map(|finding| finding.pointer.as_ref())
                    .any(|pointer| at.starts_with(pointer.as_str()));
            if !is_said {
                let message = match id_value.map(treatise_source::Value::kind) {
                    None => format!("the record has no id at `{at}`"),
                    Some(Kind::String) => "the id is empty".to_owned(),
                    Some(_) => "the id is not a string".to_owned(),
                };
                found.push(
                    Diagnostic::new(&MISSING_ID, message, self.place(span))
                        .with_help("give the record an id")
                        .at_pointer(pointer()),
                );
            }
            return;
        }
        if let Some(prefix) = &entry.prefix {
            let has_prefix = id
                .strip_prefix(prefix.as_str())
                .is_some_and(|rest| rest.starts_with('-') && rest.len() > 1);
            if !has_prefix {
                let message = if id.starts_with(&format!("{prefix}-")) {
                    format!("the id `{id}` has nothing behind its prefix")
                } else {
                    format!("the id `{id}` does not start with `{prefix}-`")
                };
                found.push(
                    Diagnostic::new(&ID_WITHOUT_PREFIX, message, self.place(span))
                        .with_note(format!(
                            "ids of the collection `{}` have the form `{prefix}-name`",
                            entry.name
                        ))
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

impl RecordFile {
    /// Whether reading it would wait for the disk, as far as that can be told.
    fn is_on_disk_alone(&self, root: &Path) -> bool {
        !self.is_standard_input
            && RegularFile::open_listed(&root.join(&self.path)).is_ok_and(|file| file.would_wait())
    }
}

/// An id as findings repeat it: one that is as long as a record would take that much in each.
pub(crate) fn shortened(id: &str) -> String {
    let end = id.char_indices().nth(Excerpt::MAX_CHARACTERS - 1);
    match end {
        Some((end, last)) if end + last.len_utf8() < id.len() => format!("{}…", &id[..end]),
        _ => id.to_owned(),
    }
}

/// The name of a file without its extension; a name that is not Unicode is a finding already.
fn stem_of(record: &RecordFile) -> Option<&str> {
    record.path.file_stem().and_then(|stem| stem.to_str())
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
        .with_note("it was not checked")
        .with_help("split the record, or raise `limits.record_bytes` in the manifest")
}
