//! The one pass over all records: read, parse, validate, index, on all cores.

mod check;
mod disk;
mod folder;
mod group;
mod worker;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock};

use treatise_report::{Diagnostic, Files};
use treatise_source::{Block, BlockReader, RegularFile};

use crate::collection::Collection;
use crate::findings::{Counts, Findings, Ledger};
use crate::index::{Haul, Index, RecordNumber};
use crate::layout::{Layout, RecordFile};
use crate::manifest::Manifest;
use crate::seeded::SeededHasher;
use crate::visit::Visitor;
use crate::{Error, Observer, Texts};
use disk::DiskWatch;
use worker::Worker;

pub(crate) use group::shortened;

/// Files that a worker takes at a time.
const FILES_AT_A_TIME: usize = group::GROUP;

/// Recursion in the validator goes as deep as records nest, in frames of some KiB.
const STACK_BYTES: usize = 8 << 20;

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

    fn work(&self) -> Result<Vec<Brought>, Error> {
        let sources = self.sources()?;
        let waiting = self.visitor.waiting(self.manifest, self.collections);
        let waits = |(_, source): &(u32, Source<'_>)| {
            let position = source.collection().position();
            waiting.get(position).is_some_and(|&waits| waits)
        };
        let (waiting, first): (Vec<_>, Vec<_>) = sources.into_iter().partition(waits);
        let ledger = Ledger::new(self.keep);
        let disk = DiskWatch::default();
        let mut brought = self.round(first, self.visitor, &ledger, &disk)?;
        let mut waiting = Some(waiting);
        let mut others = Ok(Vec::new());
        let mut go_on = |visitor: &dyn Visitor| {
            if let Some(waiting) = waiting.take().filter(|waiting| !waiting.is_empty()) {
                others = self.round(waiting, visitor, &ledger, &disk);
            }
        };
        self.visitor
            .turn(self.manifest, self.collections, &mut go_on);
        brought.extend(others?);
        Ok(brought)
    }

    /// Reads some of the sources, on all cores.
    fn round(
        &self,
        sources: Vec<(u32, Source<'_>)>,
        visitor: &dyn Visitor,
        ledger: &Ledger,
        disk: &DiskWatch,
    ) -> Result<Vec<Brought>, Error> {
        let has_one_chunk = match &sources[..] {
            [] | [(_, Source::Files(..))] => true,
            [(_, Source::Lines(..)), ..] | [(_, Source::Files(..)), _, ..] => false,
        };
        let shared = Shared {
            pass: self,
            visitor,
            sources,
            next: AtomicUsize::new(0),
            fetched: AtomicUsize::new(0),
            at_work: AtomicUsize::new(0),
            ledger,
            failure: OnceLock::new(),
            has_failed: AtomicBool::new(false),
            disk,
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
                } else if disk.has_called() {
                    shared.start_fetchers(scope);
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

    /// What is to be read, each with its number, in the order of the records.
    fn sources(&self) -> Result<Vec<(u32, Source<'_>)>, Error> {
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
                        let path = self.root.join(file.path(self.files));
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
        Ok((0..).zip(sources).collect())
    }
}

impl Source<'_> {
    fn collection(&self) -> &Collection {
        match self {
            Self::Files(collection, _) | Self::Lines(collection, ..) => collection,
        }
    }
}

/// What a worker brings home.
type Brought = (Haul, Vec<PartFindings>);

struct Shared<'a> {
    pass: &'a Pass<'a>,
    visitor: &'a dyn Visitor,
    sources: Vec<(u32, Source<'a>)>,
    next: AtomicUsize,
    /// The next source to be fetched from the disk.
    fetched: AtomicUsize,
    /// How many workers there are.
    at_work: AtomicUsize,
    ledger: &'a Ledger,
    failure: OnceLock<Error>,
    has_failed: AtomicBool,
    disk: &'a DiskWatch,
    hauls: Mutex<Vec<Brought>>,
}

/// Counts a worker for as long as it is there, also where it panics.
struct AtWork<'w>(&'w AtomicUsize);

impl<'w> AtWork<'w> {
    fn new(count: &'w AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count)
    }
}

impl Drop for AtWork<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
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
}

impl Shared<'_> {
    fn start_worker<'scope>(&'scope self, crew: Crew<'scope, '_>) -> std::io::Result<()> {
        let at_work = AtWork::new(&self.at_work);
        std::thread::Builder::new()
            .stack_size(STACK_BYTES)
            .spawn_scoped(crew, move || {
                let _at_work = at_work;
                self.work(Some(crew));
            })
            .map(|_| ())
    }

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
