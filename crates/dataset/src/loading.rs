//! From a manifest to a dataset: the files beside the records, the schemas, the pass, and what can
//! only be seen when all records are known.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::OnceLock;

use treatise_report::{Diagnostic, FileId, Files, Place};
use treatise_schema::{Draft, INVALID_SCHEMA, Library};
use treatise_source::{NotRead, RegularFile};

use crate::collection::Collection;
use crate::cores::on_all_cores;
use crate::findings::is_wanted;
use crate::index::Index;
use crate::layout::{Layout, Listings};
use crate::manifest::{Manifest, ManifestFile};
use crate::pass::{Joined, Pass, Progress, Waiting};
use crate::rules::{EMPTY_DATASET, MISSING_SCHEMA, OVERSIZED_FILE, UNEXPECTED_FILE};
use crate::schemas::{Compiled, SchemaCache};
use crate::seeded::SeededHasher;
use crate::{
    APPROVALS, Dataset, EXCEPTIONS, Error, Findings, LoadOptions, MANIFEST, OwnTexts, exception,
    layout, manifest, references,
};

/// Manifests, schemas and the like may be this large, in bytes.
pub(super) const MOST_BYTES: u64 = 8 << 20;

/// Loads the dataset below `root` and checks it.
///
/// # Errors
/// The manifest, a folder or a file can't be read.
pub fn load(root: &Path, options: &LoadOptions<'_>) -> Result<(Dataset, Findings), Error> {
    on_all_cores(|| {
        let (dataset, rest) = begin(root, options)?;
        let findings = rest.read(&dataset, options)?;
        Ok((dataset, findings))
    })
}

/// Loads all of a dataset but the records of the collections that wait, as the visitor says. There is
/// no index yet: whatever asks for records, ids or references of the dataset has to wait as well.
///
/// # Errors
/// The manifest, a folder or a file can't be read.
pub fn begin(root: &Path, options: &LoadOptions<'_>) -> Result<(Dataset, Rest), Error> {
    let mut files = Files::new();
    let mut findings = Findings::default();
    let manifest_path = options
        .manifest
        .map_or_else(|| root.join(MANIFEST), Path::to_path_buf);
    let shown = options.manifest.unwrap_or(Path::new(MANIFEST));
    let linked = match options.manifest {
        None => layout::linked_data(root, &mut files),
        Some(_) => None,
    };
    let (bytes, manifest) = if let Some(linked) = linked {
        findings.add(vec![linked]);
        (Vec::new(), None)
    } else {
        let bytes =
            read_whole(&manifest_path).map_err(|error| Error::not_read(&manifest_path, error))?;
        let (manifest, found) = manifest::read(files.add(shown), &bytes);
        findings.add(found);
        (bytes, manifest)
    };
    let mut dataset = Dataset {
        root: root.to_path_buf(),
        files,
        manifest: Manifest::default(),
        approvals: Vec::new(),
        collections: Vec::new(),
        fields: Vec::new(),
        index: OnceLock::new(),
        exceptions: Vec::new(),
        manifest_file: None,
        texts: OwnTexts {
            manifest: bytes,
            ..OwnTexts::default()
        },
        drafts: options.drafts.cloned().unwrap_or_default(),
        has_strays: false,
        errors: OnceLock::new(),
    };
    let pending = match manifest {
        Some(manifest) => {
            let pending = on_all_cores(|| dataset.fill(&manifest, options, &mut findings))?;
            dataset.manifest_file = Some(manifest);
            Some(pending)
        }
        None => None,
    };
    Ok((dataset, Rest { findings, pending }))
}

/// What is left of loading a dataset that was begun.
#[must_use = "without the rest, the dataset has no index"]
pub struct Rest {
    /// What was found until now.
    findings: Findings,
    /// `None` where the manifest can't be used, so that there are no records.
    pending: Option<Pending>,
}

/// How far the pass has come.
struct Pending {
    hasher: SeededHasher,
    waiting: Waiting,
    progress: Progress,
    /// The collections by name.
    numbers: BTreeMap<String, u16>,
}

impl Rest {
    /// Reads the records that wait, shows them to the visitor, and checks what can only be seen when
    /// all are known. It has to be the dataset that was begun, with the same options; only the visitor
    /// may be another one, and so may borrow from the dataset what was made meanwhile.
    ///
    /// # Errors
    /// A file can't be read.
    pub fn read(self, dataset: &Dataset, options: &LoadOptions<'_>) -> Result<Findings, Error> {
        let mut findings = self.findings;
        match self.pending {
            Some(pending) => on_all_cores(|| dataset.finish(pending, options, &mut findings))?,
            None => {
                dataset.index.get_or_init(Index::default);
            }
        }
        findings.sort(&dataset.files, options.keep);
        dataset.errors.get_or_init(|| findings.counts.errors);
        Ok(findings)
    }
}

impl Dataset {
    fn fill(
        &mut self,
        manifest: &ManifestFile,
        options: &LoadOptions<'_>,
        findings: &mut Findings,
    ) -> Result<Pending, Error> {
        self.manifest = manifest.manifest.clone();
        if let Some(as_of) = options.as_of {
            as_of.clone_into(&mut self.manifest.as_of);
        }
        let root = self.root.clone();
        std::thread::scope(|crew| {
            let listings = Listings::start(crew, &root, manifest);
            self.fill_from(manifest, listings, options, findings)
        })
    }

    fn fill_from(
        &mut self,
        manifest: &ManifestFile,
        mut listings: Listings<'_>,
        options: &LoadOptions<'_>,
        findings: &mut Findings,
    ) -> Result<Pending, Error> {
        let Compiled {
            schemas,
            findings: found,
        } = self.compile_schemas(manifest, options)?;
        let entries = &manifest.manifest.collections;
        let numbers: BTreeMap<String, u16> = (0..)
            .zip(entries)
            .map(|(number, entry)| (entry.name.clone(), number))
            .collect();
        for (number, (entry, schema)) in (0..).zip(entries.iter().zip(schemas)) {
            let layout = Layout::Absent;
            let fields = &mut self.fields;
            let entry = entry.clone();
            let collection = Collection::new(entry, layout, schema, number, &numbers, fields);
            self.collections.push(collection);
        }
        let waiting = options.visitor.waiting(&self.manifest, &self.collections);
        let waiting = Waiting(waiting);
        let mut of_files = layout::strays(&self.root, manifest, &mut self.files)?;
        of_files.extend(layout::reserved_names(manifest));
        of_files.extend(self.survey(&mut listings, |position| !waiting.waits(position))?);
        of_files.extend(self.check_exceptions()?);
        of_files.extend(self.read_approvals()?);
        let hasher = SeededHasher::default();
        let mut progress = Progress::new(options.keep);
        self.pass(options, &hasher)
            .read_first(&waiting, &mut progress)?;
        // Meanwhile the folders of the others have been listed.
        of_files.extend(self.survey(&mut listings, |position| waiting.waits(position))?);
        let is_stray = |finding: &Diagnostic| finding.rule.name == UNEXPECTED_FILE.name;
        self.has_strays = of_files.iter().any(is_stray);
        of_files.retain(|finding| {
            let name = self.files.name(finding.place.file);
            name == self.files.name(manifest.file) || is_wanted(Path::new(name), options.only)
        });
        findings.add(of_files);
        findings.add(found);
        findings.add(self.unknown_collections(manifest, &numbers));
        findings.add(self.fields_without_number(manifest));
        Ok(Pending {
            hasher,
            waiting,
            progress,
            numbers,
        })
    }

    /// Reads the records that wait, and makes the index.
    fn finish(
        &self,
        pending: Pending,
        options: &LoadOptions<'_>,
        findings: &mut Findings,
    ) -> Result<(), Error> {
        let Pending {
            hasher,
            waiting,
            mut progress,
            numbers,
        } = pending;
        let pass = self.pass(options, &hasher);
        pass.read_waiting(&waiting, &mut progress)?;
        let Joined {
            index,
            duplicates,
            wrong_collections: said,
        } = pass.join(progress, numbers, findings);
        let index = self.index.get_or_init(|| index);
        references::check(self, &duplicates, &said, findings, options)?;
        if index.is_empty()
            && let Some(place) = self.place_in_manifest("/collections")
        {
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

    /// Finds the files of some collections.
    fn survey(
        &mut self,
        listings: &mut Listings<'_>,
        is_wanted: impl Fn(usize) -> bool,
    ) -> Result<Vec<Diagnostic>, Error> {
        let positions = (0..self.collections.len()).filter(|&position| is_wanted(position));
        let positions: Vec<_> = positions.collect();
        let (surveyed, found) = layout::survey(&positions, listings, &mut self.files)?;
        for (position, surveyed) in positions.into_iter().zip(surveyed) {
            let collection = &mut self.collections[position];
            collection.layout = surveyed.layout;
            collection.links = surveyed.links;
        }
        Ok(found)
    }

    fn pass<'p>(&'p self, options: &'p LoadOptions<'_>, hasher: &'p SeededHasher) -> Pass<'p> {
        Pass {
            root: &self.root,
            files: &self.files,
            collections: &self.collections,
            manifest: &self.manifest,
            hasher,
            keep: options.keep,
            observer: options.observer,
            is_dataset: true,
            only: options.only,
            visitor: options.visitor,
            texts: options.texts,
            drafts: &self.drafts,
        }
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
        // What is a link, or behind one, has been reported with the other files.
        if !layout::stays_inside(&self.root, Path::new(name))? {
            return Ok(Beside::Absent);
        }
        let bytes = match read_whole(&path) {
            Ok(bytes) => bytes,
            Err(NotRead::Io(error)) if error.kind() == std::io::ErrorKind::NotFound => {
                return Ok(Beside::Absent);
            }
            // The survey of the files has reported it.
            Err(NotRead::Symlink | NotRead::Folder | NotRead::NotRegular) => {
                return Ok(Beside::Absent);
            }
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
        options: &LoadOptions<'_>,
    ) -> Result<Compiled, Error> {
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
            let mut wanted = library.missing_paths(&mut tried);
            if wanted.is_empty() {
                break;
            }
            wanted.retain(|(_, path)| {
                let mut folders = folders.iter();
                folders.any(|folder| Path::new(path).starts_with(folder))
            });
            for (uri, path) in wanted {
                if let Added::Found(found) = self.add_schema(&mut library, Path::new(&path))? {
                    findings.extend(found);
                }
                // It is beside a schema with an `$id`, and has none itself.
                if let Some(bytes) = self.texts.schemas.get(&path)
                    && uri != Library::uri_of_path(&path)
                    && !library.knows(&uri)
                {
                    let file = self.files.add(Path::new(&path));
                    library.add(file, &uri, bytes);
                }
            }
        }
        let uris: Vec<_> = entries
            .iter()
            .map(|entry| Library::uri_of_path(&entry.schema))
            .map(|uri| library.contains(&uri).then_some(uri))
            .collect();
        let own = SchemaCache::default();
        let cache = options.schemas.unwrap_or(&own);
        let mut compiled = cache.compile(library, &uris);
        compiled.findings.splice(..0, findings);
        Ok(compiled)
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

    /// Collections with more places of references than can be told apart.
    fn fields_without_number(&self, manifest: &ManifestFile) -> Vec<Diagnostic> {
        let cut = self.collections.iter().enumerate();
        let cut = cut.filter(|(_, collection)| collection.fields_without_number > 0);
        cut.map(|(position, collection)| {
            let (count, schema) = (collection.fields_without_number, &collection.entry.schema);
            let message = format!("`{schema}` has {count} places of references too many");
            let place = manifest.place(&format!("/collections/{position}/schema"));
            Diagnostic::new(&INVALID_SCHEMA, message, place)
                .with_note(format!(
                    "the collections of a dataset have at most {} together; what is at the others was \
                     not checked",
                    self.fields.len()
                ))
                .with_help("give places that are alike one schema, as with `additionalProperties`")
        })
        .collect()
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

pub(super) fn read_whole(path: &Path) -> Result<Vec<u8>, NotRead> {
    RegularFile::read_all(path, MOST_BYTES)
}
