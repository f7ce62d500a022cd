//! A dataset: its manifest, its collections, its records, and the index of ids and references.
//!
//! [`load`] checks everything that can be checked without knowing what the records mean: texts,
//! schemas, ids, references. Wrong data is a finding; an [`Error`] means that a folder or file
//! could not be read.

mod circles;
mod collection;
mod exception;
mod findings;
mod index;
mod known;
mod layout;
mod loose;
mod manifest;
mod pass;
mod reader;
mod references;
mod rules;
mod visit;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;
use treatise_report::fault::Origin;
use treatise_report::{Diagnostic, FileId, Files, Place};
use treatise_schema::{Draft, INVALID_SCHEMA, Library, Options, Schema, Schemas};
use treatise_source::{NotRead, RegularFile};

pub use collection::Collection;
pub use exception::Exception;
pub use findings::{Counts, Findings, is_wanted};
pub use index::{Index, RecordNumber};
pub use known::{KnownTexts, TextHasher, Texts};
pub use loose::{Loose, LooseOptions, check_files};
pub use manifest::{
    APPROVALS_SCHEMA, Approval, CollectionEntry, EXCEPTIONS_SCHEMA, LanguageMap, Level,
    MANIFEST_SCHEMA, Manifest, OtherFile, RecordLimits, RuleLevel,
};
pub use reader::Reader;
pub use rules::*;
pub use visit::{RecordKey, RecordVisitor, Visited, Visitor};

use collection::ReferenceField;
use index::IdHasher;
use layout::{Layout, Survey};
use manifest::ManifestFile;
use pass::Pass;

/// Where the manifest is, relative to the root of a dataset.
pub const MANIFEST: &str = "data/dataset.json";
/// Where the accepted findings are.
pub const EXCEPTIONS: &str = "data/exceptions.json";
/// Where the approved changes are.
pub const APPROVALS: &str = "data/approvals.json";
/// Manifests, schemas and the like may be this large, in bytes.
const MOST_BYTES: u64 = 8 << 20;

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
    /// Is told how far it is.
    pub observer: &'a dyn Observer,
    /// Sees each record that is as its schema says.
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
    index: Index,
    exceptions: Vec<Exception>,
    manifest_file: Option<ManifestFile>,
    texts: OwnTexts,
}

/// The texts that records were checked by, as they were read.
#[derive(Debug, Default)]
struct OwnTexts {
    manifest: Vec<u8>,
    exceptions: Option<Vec<u8>>,
    /// By path, relative to the root.
    schemas: BTreeMap<String, Vec<u8>>,
}

/// Loads the dataset below `root` and checks it.
///
/// # Errors
/// The manifest, a folder or a file can't be read.
pub fn load(root: &Path, options: &LoadOptions<'_>) -> Result<(Dataset, Findings), Error> {
    let mut files = Files::new();
    let mut findings = Findings::default();
    let manifest_path = options
        .manifest
        .map_or_else(|| root.join(MANIFEST), Path::to_path_buf);
    let shown = options.manifest.unwrap_or(Path::new(MANIFEST));
    let bytes =
        read_whole(&manifest_path).map_err(|error| Error::not_read(&manifest_path, error))?;
    let manifest_file = files.add(shown);
    let (manifest, found) = manifest::read(manifest_file, &bytes);
    findings.add(found);
    let mut dataset = Dataset {
        root: root.to_path_buf(),
        files,
        manifest: Manifest::default(),
        approvals: Vec::new(),
        collections: Vec::new(),
        fields: Vec::new(),
        index: Index::default(),
        exceptions: Vec::new(),
        manifest_file: None,
        texts: OwnTexts {
            manifest: bytes,
            ..OwnTexts::default()
        },
    };
    if let Some(manifest) = manifest {
        dataset.fill(&manifest, options, &mut findings)?;
        dataset.manifest_file = Some(manifest);
    }
    findings.sort(&dataset.files, options.keep);
    Ok((dataset, findings))
}

impl Dataset {
    fn fill(
        &mut self,
        manifest: &ManifestFile,
        options: &LoadOptions<'_>,
        findings: &mut Findings,
    ) -> Result<(), Error> {
        self.manifest = manifest.manifest.clone();
        if let Some(as_of) = options.as_of {
            as_of.clone_into(&mut self.manifest.as_of);
        }
        let Survey {
            layouts,
            findings: mut found,
        } = layout::survey(&self.root, manifest, &mut self.files)?;
        found.extend(self.check_exceptions()?);
        found.extend(self.read_approvals()?);
        found.retain(|finding| {
            let name = self.files.name(finding.place.file);
            name == self.files.name(manifest.file) || is_wanted(Path::new(name), options.only)
        });
        findings.add(found);

        let (schemas, found) = self.compile_schemas(manifest)?;
        findings.add(found);
        let entries = &manifest.manifest.collections;
        let numbers: BTreeMap<String, u16> = (0..)
            .zip(entries)
            .map(|(number, entry)| (entry.name.clone(), number))
            .collect();
        for (number, (entry, (layout, schema))) in
            (0..).zip(entries.iter().zip(layouts.into_iter().zip(schemas)))
        {
            let collection = Collection::new(
                entry.clone(),
                layout,
                schema.map(Arc::new),
                number,
                &numbers,
                &mut self.fields,
            );
            self.collections.push(collection);
        }
        findings.add(self.unknown_collections(manifest, &numbers));

        let hasher = IdHasher::default();
        let pass = Pass {
            root: &self.root,
            collections: &self.collections,
            manifest: &self.manifest,
            hasher: &hasher,
            keep: options.keep,
            observer: options.observer,
            is_dataset: true,
            only: options.only,
            visitor: options.visitor,
            texts: options.texts,
        };
        let (index, duplicates) = pass.run(numbers, findings)?;
        self.index = index;
        references::check(self, &duplicates, findings, options.keep, options.only)?;
        if self.index.is_empty() {
            let place = manifest.place("/collections");
            let first_line = Place {
                to: place.from,
                ..place
            };
            findings.add(vec![
                Diagnostic::new(&EMPTY_DATASET, "the dataset has no records", first_line)
                    .with_help("look at the paths of the collections"),
            ]);
        }
        Ok(())
    }

    /// The accepted findings are checked like a record, though they are none.
    fn check_exceptions(&mut self) -> Result<Vec<Diagnostic>, Error> {
        Ok(match self.read_beside(EXCEPTIONS)? {
            Beside::Absent => Vec::new(),
            Beside::Refused(finding) => vec![*finding],
            Beside::Read(file, bytes) => {
                let (exceptions, findings) = exception::read(file, &bytes, &self.manifest.as_of);
                self.exceptions = exceptions;
                self.texts.exceptions = Some(bytes);
                findings
            }
        })
    }

    fn read_approvals(&mut self) -> Result<Vec<Diagnostic>, Error> {
        Ok(match self.read_beside(APPROVALS)? {
            Beside::Absent => Vec::new(),
            Beside::Refused(finding) => vec![*finding],
            Beside::Read(file, bytes) => {
                let (approvals, findings) = manifest::read_approvals(file, &bytes);
                self.approvals = approvals;
                findings
            }
        })
    }

    /// Reads a file that every dataset may have beside its records.
    fn read_beside(&mut self, name: &str) -> Result<Beside, Error> {
        let path = self.root.join(name);
        let bytes = match read_whole(&path) {
            Ok(bytes) => bytes,
            Err(NotRead::Io(error)) if error.kind() == std::io::ErrorKind::NotFound => {
                return Ok(Beside::Absent);
            }
            // The survey of the files has reported it.
            Err(NotRead::Symlink | NotRead::NotRegular) => return Ok(Beside::Absent),
            Err(NotRead::TooLarge { size, limit }) => {
                let place = Place::whole_file(self.files.add(Path::new(name)));
                let message = format!("`{name}` has {size} bytes, more than the limit of {limit}");
                let finding =
                    Diagnostic::new(&OVERSIZED_FILE, message, place).with_note("it was not read");
                return Ok(Beside::Refused(Box::new(finding)));
            }
            Err(other) => return Err(Error::not_read(&path, other)),
        };
        Ok(Beside::Read(self.files.add(Path::new(name)), bytes))
    }

    /// The schema of each collection, where it can be used.
    fn compile_schemas(
        &mut self,
        manifest: &ManifestFile,
    ) -> Result<(Vec<Option<Schema>>, Vec<Diagnostic>), Error> {
        let entries = &manifest.manifest.collections;
        let mut findings = Vec::new();
        let mut library = Library::new(Draft::Draft202012);
        let mut read = BTreeSet::new();
        for (position, entry) in entries.iter().enumerate() {
            let is_first = read.insert(&entry.schema);
            let place = || manifest.place(&format!("/collections/{position}/schema"));
            match self.add_schema(&mut library, Path::new(&entry.schema))? {
                // Several collections may have the same schema.
                Added::Found(found) if is_first => findings.extend(found),
                Added::Found(_) => {}
                Added::Missing => findings.push(
                    Diagnostic::new(
                        &MISSING_SCHEMA,
                        format!("there is no schema `{}`", entry.schema),
                        place(),
                    )
                    .with_help("create it, or mend the path"),
                ),
                Added::Refused(reason) => findings.push(Diagnostic::new(
                    &MISSING_SCHEMA,
                    format!("the schema `{}` was not read: {reason}", entry.schema),
                    place(),
                )),
            }
        }
        // What they refer to is looked for beside them, and nowhere else.
        let folders: BTreeSet<&Path> = entries
            .iter()
            .filter_map(|entry| Path::new(&entry.schema).parent())
            .collect();
        let mut tried = BTreeSet::new();
        loop {
            let wanted: Vec<String> = library
                .missing()
                .into_iter()
                .filter(|uri| tried.insert(uri.clone()))
                .filter_map(|uri| Library::path_of_uri(&uri))
                .filter(|path| {
                    folders
                        .iter()
                        .any(|folder| Path::new(path).starts_with(folder))
                })
                .collect();
            if wanted.is_empty() {
                break;
            }
            for path in wanted {
                if let Added::Found(found) = self.add_schema(&mut library, Path::new(&path))? {
                    findings.extend(found);
                }
            }
        }
        let options = Options {
            asserts_formats: true,
            is_strict: true,
        };
        let uris: Vec<_> = entries
            .iter()
            .map(|entry| Library::uri_of_path(&entry.schema))
            .map(|uri| library.contains(&uri).then_some(uri))
            .collect();
        match Schemas::link(library, options) {
            Err(found) => {
                findings.extend(found);
                Ok((entries.iter().map(|_| None).collect(), findings))
            }
            Ok((schemas, found)) => {
                findings.extend(found);
                let schemas = Arc::new(schemas);
                let compiled: Vec<_> = uris
                    .par_iter()
                    .map(|uri| uri.as_ref().map(|uri| schemas.compile(uri)))
                    .collect();
                let mut usable = Vec::with_capacity(compiled.len());
                for result in compiled {
                    usable.push(match result {
                        Some(Ok(schema)) => Some(schema),
                        Some(Err(finding)) => {
                            findings.push(finding);
                            None
                        }
                        None => None,
                    });
                }
                Ok((usable, findings))
            }
        }
    }

    fn add_schema(&mut self, library: &mut Library, path: &Path) -> Result<Added, Error> {
        let shown = path.to_string_lossy().replace('\\', "/");
        let uri = Library::uri_of_path(&shown);
        if library.contains(&uri) {
            return Ok(Added::Found(Vec::new()));
        }
        if !layout::stays_inside(&self.root, path)? {
            return Ok(Added::Refused(
                "the path leads over a link or out of the dataset".into(),
            ));
        }
        let absolute = self.root.join(path);
        match read_whole(&absolute) {
            Ok(bytes) => {
                let file = self.files.add(path);
                let found = library.add(file, &uri, &bytes);
                self.texts.schemas.insert(shown, bytes);
                Ok(Added::Found(found))
            }
            Err(NotRead::Io(error)) if layout::names_nothing(&error) => Ok(Added::Missing),
            Err(NotRead::Io(error)) => Err(Error::read(&absolute, error)),
            Err(refused) => Ok(Added::Refused(refused.to_string())),
        }
    }

    /// Reference fields whose collections the manifest doesn't have.
    fn unknown_collections(
        &mut self,
        manifest: &ManifestFile,
        numbers: &BTreeMap<String, u16>,
    ) -> Vec<Diagnostic> {
        let mut findings = Vec::new();
        for field in &self.fields {
            for name in field
                .names
                .iter()
                .filter(|name| !numbers.contains_key(*name))
            {
                let position = field.collection;
                let place = manifest.place(&format!("/collections/{position}/schema"));
                findings.push(
                    Diagnostic::new(
                        &INVALID_SCHEMA,
                        format!(
                            "`x-references` at `{}` names `{name}`, which is no collection",
                            field.path
                        ),
                        place,
                    )
                    .with_help(
                        "mend the name in the schema, or add the collection to the manifest",
                    ),
                );
            }
        }
        findings
    }

    /// The folder that holds `data/`.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The names of the files that findings point into.
    pub fn files(&self) -> &Files {
        &self.files
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
    pub fn index(&self) -> &Index {
        &self.index
    }

    /// The collection of a record.
    pub fn collection_of(&self, record: RecordNumber) -> &Collection {
        &self.collections[self.index.collection(record)]
    }

    /// The files that hold records.
    pub fn file_of(&self, record: RecordNumber) -> FileId {
        self.index.entry(record).0.file
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
        let (entry, offset) = self.index.entry(record);
        Origin {
            file: entry.file,
            offset,
            first_line: entry.line,
        }
    }

    /// The records to which no reference leads, in order. A record's references to itself don't
    /// count.
    pub fn unreferenced(&self) -> Vec<RecordNumber> {
        self.index.unreferenced(&self.fields)
    }

    /// Names a file, so that findings can point to it though loading did not read it.
    pub fn add_file(&mut self, name: &Path) -> FileId {
        self.files.add(name)
    }

    /// The records that refer to this one, in order and each once.
    pub fn referrers(&self, record: RecordNumber) -> Vec<RecordNumber> {
        self.index.referrers(record, &self.fields)
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
                        files.iter().any(|record| record.path.starts_with(path))
                    }
                    Layout::Lines(file) => file.path.starts_with(path),
                    Layout::Absent => false,
                })
    }
}

/// What became of a file beside the records.
enum Beside {
    Absent,
    Refused(Box<Diagnostic>),
    Read(FileId, Vec<u8>),
}

/// What became of a schema that was to be added to the library.
enum Added {
    /// It is there, with what is wrong with its text.
    Found(Vec<Diagnostic>),
    Missing,
    Refused(String),
}

fn read_whole(path: &Path) -> Result<Vec<u8>, NotRead> {
    let mut buffer = Vec::new();
    let length = RegularFile::open(path)?.read(MOST_BYTES, &mut buffer)?;
    buffer.truncate(length);
    Ok(buffer)
}

/// A dataset without an error: the only one that is exported or compared.
#[derive(Debug)]
pub struct Sound<T>(T);

impl Sound<Dataset> {
    /// Takes a dataset whose findings have no error.
    ///
    /// # Errors
    /// The dataset itself, where there is one.
    pub fn new(dataset: Dataset, counts: Counts) -> Result<Self, Box<Dataset>> {
        if counts.errors == 0 {
            Ok(Self(dataset))
        } else {
            Err(Box::new(dataset))
        }
    }
}

impl<T> std::ops::Deref for Sound<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}
