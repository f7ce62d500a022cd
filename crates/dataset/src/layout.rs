//! Which files a dataset has: its collections' records, and what should not be there.

#![expect(
    clippy::disallowed_methods,
    reason = "the one place where folders are walked; what lies in them is looked at without following links"
)]

mod reserved;

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::{Component, Path};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::thread::Scope;

use rayon::prelude::*;
use treatise_report::{Diagnostic, FileId, Files, Place};
use treatise_source::{Entry, EntryKind, StagedFile, list as list_folder};

use self::reserved::{help, reserved_reason};
pub(crate) use self::reserved::{refused_stem, reserved_names};
use crate::manifest::ManifestFile;
use crate::rules::{
    CASE_COLLIDING_FILES, MISSING_COLLECTION, PATH_OUTSIDE_DATASET, RESERVED_FILE_NAME,
    SYMLINK_IN_DATA, UNEXPECTED_FILE,
};
use crate::{APPROVALS, EXCEPTIONS, Error, MANIFEST};

/// The records of a collection on disk.
#[derive(Clone, Debug)]
pub(crate) enum Layout {
    /// One file a record.
    Folder(Vec<RecordFile>),
    /// One line a record.
    Lines(RecordFile),
    /// Nothing that could be read.
    Absent,
}

impl Layout {
    /// How many chunks of some files each there are; what has lines is one.
    pub(crate) fn chunk_count(&self, files_in_a_chunk: usize) -> u32 {
        match self {
            Self::Absent => 0,
            // Files are counted with 32 bits everywhere.
            Self::Folder(files) => files.len().div_ceil(files_in_a_chunk) as u32,
            Self::Lines(_) => 1,
        }
    }
}

/// A file with records.
#[derive(Clone, Debug)]
pub(crate) struct RecordFile {
    pub(crate) file: FileId,
    /// Where it is, where its name as it is shown does not say so.
    other_path: Option<Box<Path>>,
    /// Whether the records come from standard input, and the path is only a name.
    pub(crate) is_standard_input: bool,
}

impl RecordFile {
    /// The file at a path that is relative to the root.
    pub(crate) fn new(path: &Path, files: &mut Files) -> Self {
        Self::shown_as(path, path, files)
    }

    /// The file at a path that is Unicode.
    fn named(path: &str, files: &mut Files) -> Self {
        if std::path::MAIN_SEPARATOR != '/' {
            return Self::new(Path::new(path), files);
        }
        Self {
            file: files.add_text(path),
            other_path: None,
            is_standard_input: false,
        }
    }

    /// The file at a path, under a name of its own.
    pub(crate) fn shown_as(shown: &Path, path: &Path, files: &mut Files) -> Self {
        let file = files.add(shown);
        let is_shown = path.as_os_str() == files.name(file);
        Self {
            file,
            other_path: (!is_shown).then(|| path.into()),
            is_standard_input: false,
        }
    }

    /// Where it is, relative to the root.
    pub(crate) fn path<'f>(&'f self, files: &'f Files) -> &'f Path {
        match &self.other_path {
            Some(path) => path,
            None => Path::new(files.name(self.file)),
        }
    }
}

/// What a collection was found to have.
pub(crate) struct Surveyed {
    pub(crate) layout: Layout,
    /// Links that have the names of records, and were not followed.
    pub(crate) links: u64,
}

/// The names in a folder and what they are, sorted by name.
type Listing = Result<Vec<Entry>, Error>;

/// The folders of the collections, which are listed in the background. That needs no more than their
/// paths, and so can be done while schemas are compiled and other collections are read.
pub(crate) struct Listings<'a> {
    root: &'a Path,
    manifest: &'a ManifestFile,
    listed: Receiver<(usize, Option<Listing>)>,
    /// What was listed and not yet asked for.
    early: BTreeMap<usize, Option<Listing>>,
}

impl<'a> Listings<'a> {
    /// Starts listing.
    pub(crate) fn start<'scope>(
        crew: &'scope Scope<'scope, 'a>,
        root: &'a Path,
        manifest: &'a ManifestFile,
    ) -> Self {
        let mut order: Vec<_> = (0..manifest.manifest.collections.len()).collect();
        // What takes longest first: most systems say of a folder how much it holds.
        order.sort_by_cached_key(|&position| Reverse(size(root, manifest, position)));
        let order = Arc::new(order);
        let next = Arc::new(AtomicUsize::new(0));
        let (send, listed) = channel();
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        for _ in 0..cores.min(order.len()) {
            let (order, next, send) = (Arc::clone(&order), Arc::clone(&next), send.clone());
            // Without any thread, folders are listed when they are asked for.
            let _ = std::thread::Builder::new().spawn_scoped(crew, move || {
                while let Some(&position) = order.get(next.fetch_add(1, Ordering::Relaxed)) {
                    // Nobody may be left to ask for it.
                    if send
                        .send((position, listing(root, manifest, position)))
                        .is_err()
                    {
                        return;
                    }
                }
            });
        }
        Self {
            root,
            manifest,
            listed,
            early: BTreeMap::new(),
        }
    }

    /// What a collection's folder holds; `None` where there is no folder that could be listed.
    fn take(&mut self, position: usize) -> Option<Listing> {
        loop {
            if let Some(listing) = self.early.remove(&position) {
                return listing;
            }
            let Ok((listed, listing)) = self.listed.recv() else {
                return listing(self.root, self.manifest, position);
            };
            self.early.insert(listed, listing);
        }
    }
}

fn path_of(manifest: &ManifestFile, position: usize) -> &Path {
    Path::new(&manifest.manifest.collections[position].path)
}

/// How large a folder says it is, in bytes.
fn size(root: &Path, manifest: &ManifestFile, position: usize) -> u64 {
    let path = root.join(path_of(manifest, position));
    std::fs::symlink_metadata(path).map_or(0, |metadata| metadata.len())
}

fn listing(root: &Path, manifest: &ManifestFile, position: usize) -> Option<Listing> {
    let path = path_of(manifest, position);
    let absolute = root.join(path);
    let is_folder =
        || std::fs::symlink_metadata(&absolute).is_ok_and(|metadata| metadata.file_type().is_dir());
    let is_listed = matches!(stays_inside(root, path), Ok(true)) && is_folder();
    is_listed.then(|| sorted_entries(&absolute))
}

/// Finds the files of some collections, given by their positions: what each has, in the same order, and
/// what is wrong with them.
pub(crate) fn survey(
    positions: &[usize],
    listings: &mut Listings<'_>,
    files: &mut Files,
) -> Result<(Vec<Surveyed>, Vec<Diagnostic>), Error> {
    let manifest = listings.manifest;
    let mut surveyor = Surveyor {
        root: listings.root,
        files,
        others: others(manifest),
        findings: Vec::new(),
        links: 0,
    };
    let mut surveyed = Vec::with_capacity(positions.len());
    for &position in positions {
        let place = manifest.place(&format!("/collections/{position}/path"));
        let listing = listings.take(position);
        let layout = surveyor.collection(path_of(manifest, position), listing, place)?;
        let links = std::mem::take(&mut surveyor.links);
        surveyed.push(Surveyed { layout, links });
    }
    Ok((surveyed, surveyor.findings))
}

/// Reports what lies below `data/` and belongs to nothing that the manifest names.
pub(crate) fn strays(
    root: &Path,
    manifest: &ManifestFile,
    files: &mut Files,
) -> Result<Vec<Diagnostic>, Error> {
    let mut surveyor = Surveyor {
        root,
        files,
        others: others(manifest),
        findings: Vec::new(),
        links: 0,
    };
    surveyor.strays(manifest)?;
    Ok(surveyor.findings)
}

/// Reports that the folder of the data is itself a link, where it is: what lies behind it is no part of
/// the dataset.
pub(crate) fn linked_data(root: &Path, files: &mut Files) -> Option<Diagnostic> {
    let metadata = std::fs::symlink_metadata(root.join(DATA)).ok()?;
    let is_link = metadata.file_type().is_symlink();
    is_link.then(|| stray(Path::new(DATA), EntryKind::Link, files))
}

/// Whether a path given in a manifest stays below the root, whatever links there are.
pub(crate) fn stays_inside(root: &Path, relative: &Path) -> Result<bool, Error> {
    let mut here = root.to_path_buf();
    for component in relative.components() {
        let Component::Normal(name) = component else {
            return Ok(false);
        };
        here.push(name);
        match std::fs::symlink_metadata(&here) {
            Ok(metadata) if metadata.file_type().is_symlink() => return Ok(false),
            Ok(_) => {}
            Err(error) if names_nothing(&error) => return Ok(true),
            Err(error) => return Err(Error::read(&here, error)),
        }
    }
    Ok(true)
}

/// Whether a file with this name has a record in each line.
pub(crate) fn has_lines(path: &Path) -> bool {
    let extension = path.extension();
    extension.is_some_and(|extension| extension == "ndjson" || extension == "jsonl")
}

/// Whether nothing can be at a path: it has a file where a folder should be, or is no path at all
/// (NUL, too long).
pub(crate) fn names_nothing(error: &std::io::Error) -> bool {
    use std::io::ErrorKind;
    matches!(
        error.kind(),
        ErrorKind::NotFound
            | ErrorKind::NotADirectory
            | ErrorKind::InvalidInput
            | ErrorKind::InvalidFilename
    )
}

/// What the manifest names beside the collections.
fn others(manifest: &ManifestFile) -> Vec<&Path> {
    let others = manifest.manifest.other_files.iter();
    others.map(|entry| Path::new(&entry.path)).collect()
}

struct Surveyor<'a> {
    root: &'a Path,
    files: &'a mut Files,
    others: Vec<&'a Path>,
    findings: Vec<Diagnostic>,
    /// As in [`Surveyed`].
    links: u64,
}

impl Surveyor<'_> {
    fn collection(
        &mut self,
        path: &Path,
        listing: Option<Listing>,
        place: Place,
    ) -> Result<Layout, Error> {
        if !stays_inside(self.root, path)? {
            self.findings.push(
                Diagnostic::new(
                    &PATH_OUTSIDE_DATASET,
                    format!(
                        "the path `{}` leads over a link or out of the dataset",
                        path.display()
                    ),
                    place,
                )
                .with_note(NOT_FOLLOWED)
                .with_help("put the files themselves there; links are never followed"),
            );
            return Ok(Layout::Absent);
        }
        let absolute = self.root.join(path);
        let kind = match std::fs::symlink_metadata(&absolute) {
            Ok(metadata) => metadata.file_type(),
            Err(error) if names_nothing(&error) => {
                self.findings.push(
                    Diagnostic::new(
                        &MISSING_COLLECTION,
                        format!("there is no `{}`", path.display()),
                        place,
                    )
                    .with_note(NOT_FOLLOWED)
                    .with_help("create it, or mend the path"),
                );
                return Ok(Layout::Absent);
            }
            Err(error) => return Err(Error::read(&absolute, error)),
        };
        if kind.is_dir() {
            let entries = listing.unwrap_or_else(|| sorted_entries(&absolute))?;
            return Ok(Layout::Folder(self.folder(path, entries)?));
        }
        if kind.is_file() && has_lines(path) {
            return Ok(Layout::Lines(RecordFile::new(path, self.files)));
        }
        self.findings.push(
            Diagnostic::new(
                &MISSING_COLLECTION,
                format!(
                    "`{}` is neither a folder nor an NDJSON file",
                    path.display()
                ),
                place,
            )
            .with_note(NOT_FOLLOWED)
            .with_help("name a folder, or a file with the extension `.ndjson` or `.jsonl`"),
        );
        Ok(Layout::Absent)
    }

    fn folder(&mut self, path: &Path, entries: Vec<Entry>) -> Result<Vec<RecordFile>, Error> {
        let mut records = Vec::with_capacity(entries.len());
        // Names that need a closer look are rare.
        let (any_may_collide, any_is_reserved) = entries
            .par_iter()
            .with_min_len(NAMES_AT_A_TIME)
            .map(|entry| {
                (
                    may_collide(&entry.name),
                    reserved_reason(&entry.name).is_some(),
                )
            })
            .reduce(Default::default, |one, other| {
                (one.0 | other.0, one.1 | other.1)
            });
        if any_may_collide {
            self.collisions(path, &entries);
        }
        // One text, whose end changes: a path would be taken apart for each name.
        let mut text = path.to_str().map(|folder| format!("{folder}/"));
        let length = text.as_ref().map_or(0, String::len);
        let names = entries.iter().map(|entry| length + entry.name.len());
        self.files.reserve(entries.len(), names.sum());
        for Entry { name, kind } in &entries {
            let is_record = *kind == EntryKind::File && is_named_json(name);
            if let (true, false, Some(text), Some(name)) =
                (is_record, any_is_reserved, &mut text, name.to_str())
            {
                text.truncate(length);
                text.push_str(name);
                records.push(RecordFile::named(text, self.files));
                continue;
            }
            if is_of_an_editor(name) {
                continue;
            }
            let path = path.join(name);
            if is_record {
                self.reserved_name(&path, name);
                records.push(RecordFile::new(&path, self.files));
            } else {
                self.links += u64::from(*kind == EntryKind::Link && is_named_json(name));
                let others = self.others.clone();
                self.stray_unless_known(&path, *kind, &others)?;
            }
        }
        // Giving many small texts back takes a while, for which nobody need wait.
        rayon::spawn(move || drop(entries));
        Ok(records)
    }

    fn strays(&mut self, manifest: &ManifestFile) -> Result<(), Error> {
        let linked = linked_data(self.root, self.files);
        if linked.is_some() || !self.root.join(DATA).is_dir() {
            self.findings.extend(linked);
            return Ok(());
        }
        let mut known: Vec<&Path> = FIXED.map(Path::new).to_vec();
        let entries = &manifest.manifest;
        known.extend(
            entries
                .collections
                .iter()
                .map(|entry| Path::new(&entry.path)),
        );
        known.extend(
            entries
                .collections
                .iter()
                .map(|entry| Path::new(&entry.schema)),
        );
        known.extend(&self.others);
        self.strays_in(Path::new(DATA), &known)
    }

    fn strays_in(&mut self, folder: &Path, known: &[&Path]) -> Result<(), Error> {
        for Entry { name, kind } in sorted_entries(&self.root.join(folder))? {
            self.stray_unless_known(&folder.join(&name), kind, known)?;
        }
        Ok(())
    }

    /// Reports what lies at a path, unless it is known, or a folder that holds something known.
    fn stray_unless_known(
        &mut self,
        path: &Path,
        kind: EntryKind,
        known: &[&Path],
    ) -> Result<(), Error> {
        if kind != EntryKind::Folder && path.file_name().is_some_and(is_of_an_editor) {
            return Ok(());
        }
        if kind == EntryKind::Link || is_fixed(path) && kind != EntryKind::File {
            self.findings.push(stray(path, kind, self.files));
        } else if known.contains(&path) {
            // Collections were listed; other files are not looked at.
        } else if kind == EntryKind::Folder && known.iter().any(|known| known.starts_with(path)) {
            self.strays_in(path, known)?;
        } else {
            self.findings.push(stray(path, kind, self.files));
        }
        Ok(())
    }

    fn collisions(&mut self, folder: &Path, entries: &[Entry]) {
        let mut by_folded: BTreeMap<String, &OsStr> = BTreeMap::new();
        for Entry { name, .. } in entries {
            let folded = name.to_string_lossy().to_lowercase();
            if let Some(first) = by_folded.insert(folded, name) {
                let place = Place::whole_file(self.files.add(&folder.join(name)));
                let message = format!(
                    "`{}` and `{}` differ only in case",
                    first.display(),
                    name.display()
                );
                self.findings.push(
                    Diagnostic::new(&CASE_COLLIDING_FILES, message, place)
                        .with_help("rename one of them"),
                );
            }
        }
    }

    fn reserved_name(&mut self, path: &Path, name: &OsStr) {
        let Some(reason) = reserved_reason(name) else {
            return;
        };
        let place = Place::whole_file(self.files.add(path));
        self.findings.push(
            Diagnostic::new(
                &RESERVED_FILE_NAME,
                format!("`{}` {reason}", path.display()),
                place,
            )
            .with_help(help(name)),
        );
    }
}

/// Whether an editor has a file of this name beside one that is open, or the system where it notes how a
/// folder looks: they come and go, hold no records, and git is usually told to ignore them.
fn is_of_an_editor(name: &OsStr) -> bool {
    const SWAP: [&[u8]; 3] = [b".swp", b".swo", b".swx"];
    const OF_SYSTEMS: [&[u8]; 3] = [b".DS_Store", b"Thumbs.db", b"desktop.ini"];
    let name = name.as_encoded_bytes();
    let is_swap = name.starts_with(b".") && SWAP.iter().any(|end| name.ends_with(end));
    is_swap || name.starts_with(b".#") || OF_SYSTEMS.contains(&name)
}

/// The finding for what belongs to nothing.
fn stray(path: &Path, kind: EntryKind, files: &mut Files) -> Diagnostic {
    let place = Place::whole_file(files.add(path));
    let shown = path.display();
    match kind {
        EntryKind::Link => Diagnostic::new(
            &SYMLINK_IN_DATA,
            format!("`{shown}` is a symbolic link"),
            place,
        )
        .with_note("it was not followed")
        .with_help("put a copy of what it leads to in its place"),
        EntryKind::Folder => Diagnostic::new(
            &UNEXPECTED_FILE,
            format!("the folder `{shown}` belongs to no collection"),
            place,
        )
        .with_note("nothing in it was read")
        .with_help("move or delete it, or name it in the manifest under `other_files`"),
        EntryKind::File => {
            let is_staged = path.file_name().is_some_and(StagedFile::has_name_of_one);
            let (note, help) = match is_staged {
                true => (
                    "a run of treatise that was killed has left it, or one that is at work",
                    "delete it if no run is at work; the file that was to be written is as it was",
                ),
                false => (
                    "it was not read; a record is a file with the extension `.json`",
                    "move or delete it, or name it in the manifest under `other_files`",
                ),
            };
            Diagnostic::new(
                &UNEXPECTED_FILE,
                format!("the file `{shown}` belongs to no collection"),
                place,
            )
            .with_note(note)
            .with_help(help)
        }
        EntryKind::Other => Diagnostic::new(
            &UNEXPECTED_FILE,
            format!("`{shown}` is no regular file"),
            place,
        )
        .with_note("FIFOs, sockets and devices are never opened")
        .with_help("delete it"),
    }
}

/// The folder of all that a dataset has but schemas.
const DATA: &str = "data";

/// What is not known of a collection that is not there.
const NOT_FOLLOWED: &str = "whether references lead to records of this collection was not checked";

/// What is a file in every dataset that has it.
const FIXED: [&str; 3] = [MANIFEST, EXCEPTIONS, APPROVALS];

fn is_fixed(path: &Path) -> bool {
    FIXED.iter().any(|fixed| path == Path::new(fixed))
}

/// Names that a thread looks at at a time.
const NAMES_AT_A_TIME: usize = 1024;

/// Whether a name may differ from another one only in case. Of two that do, one has a letter that lower
/// case changes; mostly none has.
fn may_collide(name: &OsStr) -> bool {
    let may_change = |byte: &u8| byte.is_ascii_uppercase() || !byte.is_ascii();
    let bytes = name.as_encoded_bytes().iter();
    // To look at all bytes, many at a time, is quicker than to stop at the first.
    bytes.fold(0, |found, byte| found | u8::from(may_change(byte))) != 0
}

/// Whether a name has the extension of records.
fn is_named_json(name: &OsStr) -> bool {
    let name = name.as_encoded_bytes();
    name.len() > ".json".len() && name.ends_with(b".json")
}

fn sorted_entries(folder: &Path) -> Listing {
    let mut entries = list_folder(folder).map_err(|error| Error::read(folder, error))?;
    entries.par_sort_unstable_by(|left, right| left.name.cmp(&right.name));
    Ok(entries)
}
