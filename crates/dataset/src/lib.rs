//! A dataset: its manifest, its collections, its records, and the index of ids and references.
//!
//! [`load`] checks everything that can be checked without knowing what the records mean: texts,
//! schemas, ids, references. Wrong data is a finding; an [`Error`] means that a folder or file
//! could not be read.

mod collection;
mod cores;
mod cycles;
mod drafts;
mod exception;
mod file_name;
mod findings;
mod index;
mod known;
mod layout;
mod loading;
mod loose;
mod manifest;
mod new_id;
mod pass;
mod reader;
mod references;
mod rules;
mod schemas;
mod seeded;
mod statement;
mod visit;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use treatise_report::fault::Origin;
use treatise_report::{FileId, Files, Place};
use treatise_schema::FieldPath;
use treatise_source::{NotRead, Value};

pub use collection::Collection;
pub use cores::on_all_cores;
pub use cycles::{Cycle, Edge, cycles};
pub use drafts::Drafts;
pub use exception::{Exception, Within, check_exceptions};
pub use file_name::{file_stem, is_inside};
pub use findings::{Findings, is_wanted};
pub use index::{Index, RecordNumber};
pub use known::{KnownTexts, TextHasher, Texts};
pub use loading::{Rest, begin, load};
pub use loose::{Loose, LooseOptions, check_files};
pub use manifest::{
    APPROVALS_SCHEMA, Approval, CodeSystem, CollectionEntry, DESCRIBED, EXCEPTIONS_SCHEMA,
    LanguageMap, Level, MANIFEST_SCHEMA, Manifest, OtherFile, RecordLimits, RuleLevel, whole,
};
pub use reader::Reader;
pub use rules::*;
pub use schemas::SchemaCache;
pub use seeded::SeededHasher;
pub use statement::{ABOUT, ABOUT_INSTEAD};
pub use visit::{RecordKey, RecordVisitor, Visited, Visitor};

use collection::ReferenceField;
use layout::{Layout, RecordFile};
use manifest::ManifestFile;

/// Where the manifest is, relative to the root of a dataset.
pub const MANIFEST: &str = "data/dataset.json";
/// Where the accepted findings are.
pub const EXCEPTIONS: &str = "data/exceptions.json";
/// Where the approved changes are.
pub const APPROVALS: &str = "data/approvals.json";

/// Why a dataset could not be loaded: a folder or file could not be read.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {reason}")]
pub struct Error {
    path: String,
    reason: String,
}

impl Error {
    pub(crate) fn read(path: &Path, error: std::io::Error) -> Self {
        Self::not_read(path, NotRead::Io(error))
    }

    pub(crate) fn not_read(path: &Path, reason: NotRead) -> Self {
        let reason = match reason {
            NotRead::Io(error) if error.kind() == std::io::ErrorKind::NotFound => {
                "there is no such file".to_owned()
            }
            other => other.to_string(),
        };
        Self {
            path: path.display().to_string(),
            reason,
        }
    }
}

/// Is told how far a long run is.
pub trait Observer: Sync {
    /// So many more records, or files with records, were checked.
    fn advance(&self, count: u64);
}

/// Doesn't want to know.
impl Observer for () {
    fn advance(&self, _: u64) {}
}

/// How to load.
pub struct LoadOptions<'a> {
    /// The manifest, if it is not at [`MANIFEST`] below the root.
    pub manifest: Option<&'a Path>,
    /// The day for which rules about dates are decided, ISO 8601; absent, the manifest's.
    pub as_of: Option<&'a str>,
    /// How many findings to keep; all are counted.
    pub keep: usize,
    /// If given, only what is found in these files and folders counts, besides what is wrong with
    /// the manifest and the schemas, on which all else depends; relative to the root.
    pub only: Option<&'a [PathBuf]>,
    /// If given, the texts of records are hashed, and those that are known are not looked at again.
    pub texts: Option<Texts<'a>>,
    /// If given, what is read instead of some files of records.
    pub drafts: Option<&'a Drafts>,
    /// If given, schemas that it has are not compiled again, and those of this dataset are added.
    pub schemas: Option<&'a SchemaCache>,
    /// Is told how far it is.
    pub observer: &'a dyn Observer,
    /// Sees each record that is as its schema says, and those that are not apart from them.
    pub visitor: &'a dyn Visitor,
}

impl Default for LoadOptions<'_> {
    fn default() -> Self {
        Self {
            manifest: None,
            as_of: None,
            keep: 10_000,
            only: None,
            texts: None,
            drafts: None,
            schemas: None,
            observer: &(),
            visitor: &(),
        }
    }
}

/// A loaded dataset.
#[derive(Debug)]
pub struct Dataset {
    root: PathBuf,
    files: Files,
    manifest: Manifest,
    approvals: Vec<Approval>,
    collections: Vec<Collection>,
    fields: Vec<ReferenceField>,
    /// Made when all records were read.
    index: OnceLock<Index>,
    exceptions: Vec<Exception>,
    manifest_file: Option<ManifestFile>,
    texts: OwnTexts,
    drafts: Drafts,
    /// Whether there are files or folders that belong to no collection.
    has_strays: bool,
    /// How many errors there are, when all records were read.
    errors: OnceLock<u64>,
}

/// The texts that records were checked by, as they were read.
#[derive(Debug, Default)]
struct OwnTexts {
    manifest: Vec<u8>,
    exceptions: Option<Vec<u8>>,
    /// By path, relative to the root.
    schemas: BTreeMap<String, Vec<u8>>,
}

impl Dataset {
    /// The folder that holds `data/`.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The names of the files that findings point into.
    pub fn files(&self) -> &Files {
        &self.files
    }

    /// What is read instead of some of its files.
    pub fn drafts(&self) -> &Drafts {
        &self.drafts
    }

    /// What the manifest says.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The changes that second readers have approved.
    pub fn approvals(&self) -> &[Approval] {
        &self.approvals
    }

    /// The text of the manifest, as it was read.
    pub fn manifest_text(&self) -> &[u8] {
        &self.texts.manifest
    }

    /// The text of the list of accepted findings, as it was read, where there is one.
    pub fn exceptions_text(&self) -> Option<&[u8]> {
        self.texts.exceptions.as_deref()
    }

    /// The schemas of the collections and all that they refer to: the texts as they were read, by
    /// their paths relative to the root.
    pub fn schema_texts(&self) -> impl Iterator<Item = (&str, &[u8])> {
        let texts = self.texts.schemas.iter();
        texts.map(|(path, text)| (path.as_str(), text.as_slice()))
    }

    /// The collections, in the order of the manifest.
    pub fn collections(&self) -> &[Collection] {
        &self.collections
    }

    /// The ids and references.
    ///
    /// # Panics
    /// The dataset was only [begun](begin).
    pub fn index(&self) -> &Index {
        let index = self.index.get();
        index.expect("whoever asks for records waits until all were read")
    }

    /// The collection of a record.
    pub fn collection_of(&self, record: RecordNumber) -> &Collection {
        &self.collections[self.index().collection(record)]
    }

    /// Hands over the references in the value at a place in a record of a collection, with the
    /// collections that each may lead to, also where the schema continues with itself.
    pub fn each_reference_at(
        &self,
        collection: &Collection,
        path: &FieldPath,
        value: Value<'_>,
        found: &mut dyn FnMut(&str, &[String]),
    ) {
        collection.references_at(path, value, &mut |value, field| {
            if let Some(text) = value.as_str() {
                found(text, &self.fields[usize::from(field)].names);
            }
        });
    }

    /// How many records could not be read at all, so that they are not even counted: too large ones,
    /// and links in their place.
    ///
    /// # Panics
    /// The dataset was only [begun](begin).
    pub fn unread(&self) -> u64 {
        let links = self.collections.iter().map(|collection| collection.links);
        self.index().refused() + links.sum::<u64>()
    }

    /// Whether something may refer to a record without being known to: a reference that leads to no
    /// record, or a file that belongs to no collection and was not read.
    ///
    /// # Panics
    /// The dataset was only [begun](begin).
    pub fn may_lack_references(&self) -> bool {
        self.has_strays || self.index().has_dangling()
    }

    /// The file that holds a record.
    pub fn file_of(&self, record: RecordNumber) -> FileId {
        self.index().entry(record).0.file
    }

    /// The files that were not read, because they are too large or no regular files, and those of
    /// lines with a line that is too large, each with its collection.
    pub fn unread_files(&self) -> impl Iterator<Item = (&Collection, FileId)> {
        let unread = self.index().unread();
        unread.map(|(collection, file)| (&self.collections[collection], file))
    }

    /// How many files with records there are.
    pub fn file_count(&self) -> usize {
        self.collections
            .iter()
            .map(|collection| match &collection.layout {
                Layout::Folder(files) => files.len(),
                Layout::Lines(_) => 1,
                Layout::Absent => 0,
            })
            .sum()
    }

    /// Where the value that a JSON pointer leads to stands in the manifest; `None` where the
    /// manifest could not be read.
    pub fn place_in_manifest(&self, pointer: &str) -> Option<Place> {
        Some(self.manifest_file.as_ref()?.place(pointer))
    }

    /// The accepted findings.
    pub fn exceptions(&self) -> &[Exception] {
        &self.exceptions
    }

    /// Where a record stands.
    pub fn origin(&self, record: RecordNumber) -> Origin {
        let (entry, offset) = self.index().entry(record);
        Origin {
            file: entry.file,
            offset,
            first_line: entry.line,
        }
    }

    /// Where a file is, relative to the root: not where its name says, if that can't be shown.
    pub fn path_of(&self, file: FileId) -> &Path {
        let name = self.files.name(file);
        let is_shown = |record: &&RecordFile| record.file == file;
        let record = name.contains(char::REPLACEMENT_CHARACTER).then(|| {
            let mut layouts = self.collections.iter().map(|collection| &collection.layout);
            layouts.find_map(|layout| match layout {
                Layout::Folder(files) => files.iter().find(is_shown),
                Layout::Lines(file) => Some(file).filter(is_shown),
                Layout::Absent => None,
            })
        });
        match record.flatten() {
            Some(record) => record.path(&self.files),
            None => Path::new(name),
        }
    }

    /// The records that refer to this one, in order and each once.
    pub fn referrers(&self, record: RecordNumber) -> Vec<RecordNumber> {
        self.index().referrers(record, &self.fields)
    }

    /// The records that refer to some of them, in order and each once.
    pub fn referrers_to_any(
        &self,
        is_it: impl Fn(RecordNumber) -> bool + Sync,
    ) -> Vec<RecordNumber> {
        let links = self
            .index()
            .links(&self.fields, |_| true, |_, to| is_it(to));
        let mut referrers: Vec<_> = links.into_iter().map(|(from, _)| from).collect();
        referrers.sort_unstable();
        referrers.dedup();
        referrers
    }

    /// The references that the records of some collections have at a place, given as the path of its
    /// field: the record referred to, and the one that refers; sorted.
    pub fn links(
        &self,
        is_of: impl Fn(&Collection) -> bool,
        place: &str,
    ) -> Vec<(RecordNumber, RecordNumber)> {
        let is_wanted = |field: &ReferenceField| {
            is_of(&self.collections[usize::from(field.collection)])
                && field.path.to_string() == place
        };
        let links = self.index().links(&self.fields, is_wanted, |_, _| true);
        let mut links: Vec<_> = links.into_iter().map(|(from, to)| (to, from)).collect();
        links.sort_unstable();
        links
    }

    /// Whether a path, relative to the root, is or holds a file that was read.
    pub fn reads_from(&self, path: &Path) -> bool {
        let entries = self.manifest.collections.iter();
        let mut others = [MANIFEST, EXCEPTIONS, APPROVALS]
            .into_iter()
            .chain(entries.map(|entry| entry.schema.as_str()));
        others.any(|other| Path::new(other).starts_with(path))
            || self
                .collections
                .iter()
                .any(|collection| match &collection.layout {
                    Layout::Folder(files) => {
                        let mut paths = files.iter().map(|record| record.path(&self.files));
                        paths.any(|record| record.starts_with(path))
                    }
                    Layout::Lines(file) => file.path(&self.files).starts_with(path),
                    Layout::Absent => false,
                })
    }
}

/// A dataset without an error: the only one that is exported or compared.
#[derive(Debug)]
pub struct Sound<T>(T);

impl Sound<Dataset> {
    /// Takes a dataset that was loaded and has no error.
    ///
    /// # Errors
    /// The dataset itself, where there is one, or where not all of it was read.
    pub fn new(dataset: Dataset) -> Result<Self, Box<Dataset>> {
        match dataset.errors.get() {
            Some(0) => Ok(Self(dataset)),
            Some(_) | None => Err(Box::new(dataset)),
        }
    }
}

impl<T> std::ops::Deref for Sound<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}
