//! The one pass over all records: read, parse, validate, index, on all cores.

mod check;
mod disk;
mod folder;
mod group;
mod worker;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use treatise_report::{Counts, Diagnostic, FileId, Files};
use treatise_source::{Block, BlockReader, RegularFile};

use crate::collection::Collection;
use crate::cores::{is_core, on_all_cores};
use crate::findings::{Findings, Ledger};
use crate::index::{Haul, Index, RecordNumber};
use crate::layout::{Layout, RecordFile};
use crate::manifest::Manifest;
use crate::seeded::SeededHasher;
use crate::visit::Visitor;
use crate::{Drafts, Error, Observer, Texts};
use disk::DiskWatch;
use worker::Worker;

pub(crate) use group::shortened;

/// Files that a worker takes at a time.
const FILES_AT_A_TIME: usize = group::GROUP;

/// What the pass works on.
pub(crate) struct Pass<'a> {
    pub(crate) root: &'a Path,
    pub(crate) files: &'a Files,
    pub(crate) collections: &'a [Collection],
    pub(crate) manifest: &'a Manifest,
    pub(crate) hasher: &'a SeededHasher,
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
    /// What is read instead of some files.
    pub(crate) drafts: &'a Drafts,
}

impl Pass<'_> {
    /// What to do about a record that is too large.
    fn way_out(&self) -> &'static str {
        match self.is_dataset {
            true => "split the record, or raise `limits.record_bytes` in the manifest",
            false => "split the document, or raise the limit with --max-document-bytes",
        }
    }
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

/// What a source is known by.
#[derive(Clone, Copy, Debug)]
struct SourceNumber {
    /// In the order of the records; not all numbers need be there.
    order: u32,
    /// How many were begun before: the more, the less work a record may cost beyond what it always may.
    stretch: u64,
}

/// Lines come from a file or from standard input.
type Input = Box<dyn std::io::Read + Send>;

/// How far a pass has come.
pub(crate) struct Progress {
    /// How many sources were read.
    count: u64,
    ledger: Ledger,
    disk: DiskWatch,
    brought: Vec<Brought>,
}

impl Progress {
    pub(crate) fn new(keep: usize) -> Self {
        Self {
            count: 0,
            ledger: Ledger::new(keep),
            disk: DiskWatch::default(),
            brought: Vec::new(),
        }
    }
}

/// Which collections wait until the others have been read, by their positions.
#[derive(Clone, Debug, Default)]
pub(crate) struct Waiting(pub(crate) Vec<bool>);

impl Waiting {
    pub(crate) fn waits(&self, position: usize) -> bool {
        self.0.get(position).is_some_and(|&waits| waits)
    }

    /// The numbers that are left free for the sources of each collection that waits: how many there
    /// are is not known when the first sources are numbered.
    fn room(&self) -> u32 {
        let count = self.0.iter().filter(|&&waits| waits).count().max(1);
        (1 << 31) / u32::try_from(count).unwrap_or(u32::MAX)
    }
}

impl Pass<'_> {
    /// Runs it where nothing waits. `numbers` are the collections by name.
    pub(crate) fn run(
        &self,
        numbers: BTreeMap<String, u16>,
        findings: &mut Findings,
    ) -> Result<Joined, Error> {
        on_all_cores(|| {
            let mut progress = Progress::new(self.keep);
            self.read_first(&Waiting::default(), &mut progress)?;
            Ok(self.join(progress, numbers, findings))
        })
    }

    /// Reads the collections that don't wait.
    pub(crate) fn read_first(
        &self,
        waiting: &Waiting,
        progress: &mut Progress,
    ) -> Result<(), Error> {
        let sources = self.sources(waiting, |position| !waiting.waits(position))?;
        self.round(sources, progress)
    }

    /// Reads the others, where there are any.
    pub(crate) fn read_waiting(
        &self,
        waiting: &Waiting,
        progress: &mut Progress,
    ) -> Result<(), Error> {
        let sources = self.sources(waiting, |position| waiting.waits(position))?;
        match sources.is_empty() {
            true => Ok(()),
            false => self.round(sources, progress),
        }
    }

    /// Puts together what was read.
    pub(crate) fn join(
        &self,
        progress: Progress,
        numbers: BTreeMap<String, u16>,
        findings: &mut Findings,
    ) -> Joined {
        let mut hauls = Vec::new();
        let mut parts = Vec::new();
        for (haul, found) in progress.brought {
            hauls.push(haul);
            parts.extend(found);
        }
        let (index, duplicates) = Index::join(hauls, self.hasher.clone(), numbers, &mut parts);
        parts.sort_unstable_by_key(|part| part.order);
        let mut wrong_collections = BTreeSet::new();
        for part in parts {
            findings.extend(part.kept, part.counts, self.keep);
            wrong_collections.extend(part.wrong_collections);
        }
        Joined {
            index,
            duplicates,
            wrong_collections,
        }
    }

    /// Reads some of the sources, on all cores.
    fn round(&self, sources: Vec<(u32, Source<'_>)>, progress: &mut Progress) -> Result<(), Error> {
        let disk = &progress.disk;
        let count = sources.len() as u64;
        let numbered = (progress.count..).zip(sources);
        let numbered = numbered.map(|(stretch, (order, source))| {
            let number = SourceNumber { order, stretch };
            (number, source)
        });
        let sources: Vec<_> = numbered.collect();
        let has_one_chunk = match &sources[..] {
            [] | [(_, Source::Files(..))] => true,
            [(_, Source::Lines(..)), ..] | [(_, Source::Files(..)), _, ..] => false,
        };
        let shared = Shared {
            pass: self,
            sources,
            next: AtomicUsize::new(0),
            fetched: AtomicUsize::new(0),
            is_over: AtomicBool::new(false),
            ledger: &progress.ledger,
            failure: OnceLock::new(),
            has_failed: AtomicBool::new(false),
            disk,
            hauls: Mutex::new(Vec::new()),
        };
        if has_one_chunk || !is_core() {
            shared.work(None);
        } else {
            std::thread::scope(|scope| {
                let _over = Over(&shared.is_over);
                if disk.has_called() {
                    shared.start_fetchers(scope);
                }
                rayon::broadcast(|_| shared.work(Some(scope)));
            });
        }
        if let Some(error) = shared.failure.into_inner() {
            return Err(error);
        }
        let hauls = shared.hauls.into_inner();
        let brought = hauls.expect("no worker panics bringing its haul home");
        progress.brought.extend(brought);
        progress.count += count;
        Ok(())
    }

    /// What is to be read of some collections, each with its number, in the order of the records.
    fn sources(
        &self,
        waiting: &Waiting,
        is_wanted: impl Fn(usize) -> bool,
    ) -> Result<Vec<(u32, Source<'_>)>, Error> {
        let mut sources = Vec::new();
        let mut first = 0;
        for (position, collection) in self.collections.iter().enumerate() {
            let own = match is_wanted(position) {
                true => self.sources_of(collection)?,
                false => Vec::new(),
            };
            let count = match waiting.waits(position) {
                true => waiting.room(),
                false => collection.layout.chunk_count(FILES_AT_A_TIME),
            };
            sources.extend((first..).zip(own));
            first += count;
        }
        Ok(sources)
    }

    fn sources_of<'c>(&self, collection: &'c Collection) -> Result<Vec<Source<'c>>, Error> {
        Ok(match &collection.layout {
            Layout::Absent => Vec::new(),
            Layout::Folder(files) => {
                let chunks = files.chunks(FILES_AT_A_TIME);
                chunks
                    .map(|files| Source::Files(collection, files))
                    .collect()
            }
            Layout::Lines(file) => {
                let draft = self.drafts.get(file.path(self.files));
                let input: Input = if file.is_standard_input {
                    Box::new(std::io::stdin())
                } else if let Some(draft) = draft {
                    Box::new(Cursor::new(Arc::clone(draft)))
                } else {
                    let path = self.root.join(file.path(self.files));
                    let opened = RegularFile::open(&path);
                    Box::new(
                        opened
                            .map_err(|error| Error::not_read(&path, error))?
                            .into_file(),
                    )
                };
                let reader = BlockReader::new(input, self.manifest.limits.record_bytes as usize);
                vec![Source::Lines(collection, file, Mutex::new(Some(reader)))]
            }
        })
    }
}

/// What all records together are.
pub(crate) struct Joined {
    pub(crate) index: Index,
    /// The records whose ids earlier ones have, behind those.
    pub(crate) duplicates: Vec<(RecordNumber, RecordNumber)>,
    /// Where the schema says that an id can't be one of the right collection, whether that is kept or
    /// not: the file and the offset.
    pub(crate) wrong_collections: BTreeSet<(FileId, u64)>,
}

/// What a worker brings home.
type Brought = (Haul, Vec<PartFindings>);

struct Shared<'a> {
    pass: &'a Pass<'a>,
    sources: Vec<(SourceNumber, Source<'a>)>,
    next: AtomicUsize,
    /// The next source to be fetched from the disk.
    fetched: AtomicUsize,
    /// Whether no worker is left.
    is_over: AtomicBool,
    ledger: &'a Ledger,
    failure: OnceLock<Error>,
    has_failed: AtomicBool,
    disk: &'a DiskWatch,
    hauls: Mutex<Vec<Brought>>,
}

/// Says when the workers are gone, also where one panics.
struct Over<'w>(&'w AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Where workers can start further threads.
type Crew<'scope, 'env> = &'scope std::thread::Scope<'scope, 'env>;

/// The findings of a part, beside its records.
#[derive(Debug, Default)]
pub(crate) struct PartFindings {
    pub(crate) order: (u32, u32),
    pub(crate) kept: Vec<Diagnostic>,
    pub(crate) counts: Counts,
    /// As in [`Joined`].
    pub(crate) wrong_collections: Vec<(FileId, u64)>,
}

impl Shared<'_> {
    /// Takes note whether a file lies on the disk alone, and has files fetched once many do.
    fn watch_disk<'scope>(&'scope self, crew: Option<Crew<'scope, '_>>, waits: bool) {
        if let Some(crew) = crew
            && self.disk.wants_fetchers(waits)
        {
            self.start_fetchers(crew);
        }
    }

    fn work<'scope>(&'scope self, crew: Option<Crew<'scope, '_>>) {
        let mut worker = Worker::new(self);
        let mut buffer = Vec::new();
        let mut block = Block::default();
        loop {
            let position = self.next.fetch_add(1, Ordering::Relaxed);
            let Some((number, source)) = self.sources.get(position) else {
                break;
            };
            match source {
                Source::Files(collection, files) => {
                    let watch_disk = |waits| self.watch_disk(crew, waits);
                    worker.files(collection, files, *number, &mut buffer, watch_disk);
                }
                Source::Lines(..) => {
                    // Several workers share a source of lines: hand it to the others too.
                    worker.lines(source, *number, &mut block);
                }
            }
            if self.has_failed.load(Ordering::Relaxed) {
                break;
            }
        }
        // Whoever has nothing left helps where lines are still being read.
        for (number, source) in &self.sources {
            if matches!(source, Source::Lines(..)) && !self.has_failed.load(Ordering::Relaxed) {
                worker.lines(source, *number, &mut block);
            }
        }
        self.hauls
            .lock()
            .expect("no worker panics bringing its haul home")
            .push(worker.finish());
    }

    fn fail(&self, error: Error) {
        self.has_failed.store(true, Ordering::Relaxed);
        // The first failure is as good as any other.
        let _ = self.failure.set(error);
    }
}
