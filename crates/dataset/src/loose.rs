//! Any JSON against any schema, without a manifest: the same checks on files in passing.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use treatise_report::{Diagnostic, Files, Severity};
use treatise_schema::{Draft, Library, Options, Schemas};
use treatise_source::{NotRead, RegularFile};

use crate::collection::Collection;
use crate::findings::Findings;
use crate::layout::{Layout, RecordFile, has_lines, names_nothing, stays_inside};
use crate::loading::{MOST_BYTES, read_whole};
use crate::manifest::{CollectionEntry, Manifest, RecordLimits};
use crate::pass::Pass;
use crate::seeded::SeededHasher;
use crate::{Drafts, Error, Observer};

/// What to check, and how.
pub struct LooseOptions<'a> {
    /// The schema.
    pub schema: &'a Path,
    /// Further schemas that it may refer to: URI and file.
    pub resources: &'a [(String, PathBuf)],
    /// The documents; `-` is standard input.
    pub documents: &'a [PathBuf],
    /// Whether each line is a document. Files named `.ndjson` or `.jsonl` are read so anyway.
    pub has_lines: bool,
    /// The draft of schemas that don't name theirs.
    pub default_draft: Draft,
    /// Whether `format` is checked.
    pub asserts_formats: bool,
    /// The largest document, in bytes.
    pub document_bytes: u64,
    /// How many findings to keep; all are counted.
    pub keep: usize,
    /// Is told how far it is.
    pub observer: &'a dyn Observer,
}

/// What came of it.
#[derive(Debug)]
pub struct Loose {
    /// The names of the files that findings point into.
    pub files: Files,
    /// What was found.
    pub findings: Findings,
    /// How many documents were looked at.
    pub documents: usize,
    /// Whether the schema could be used; where it could not, no document was looked at.
    pub has_schema: bool,
}

/// Checks documents against a schema.
///
/// What is legal JSON but unwise, and keywords that nothing knows, are warnings here: they may be
/// meant.
///
/// # Errors
/// The schema or a document can't be read.
pub fn check_files(options: &LooseOptions<'_>) -> Result<Loose, Error> {
    let mut loose = Loose {
        files: Files::new(),
        findings: Findings::default(),
        documents: 0,
        has_schema: false,
    };
    let schema_file = read_schema_file(options.schema)?;
    let mut library = Library::lenient(options.default_draft);
    let uri = add_schemas(options, &schema_file, &mut library, &mut loose)?;
    library.keep_reachable_from(&uri);
    let can_go_on = !loose.findings.kept.iter().any(is_error);
    let linked = Schemas::link(
        library,
        Options {
            asserts_formats: options.asserts_formats,
            is_strict: false,
        },
    );
    let schema = match linked {
        Ok((schemas, found)) => {
            loose.findings.add(found);
            let compiled = can_go_on.then(|| Arc::new(schemas).compile(&uri));
            compiled.and_then(|compiled| {
                compiled
                    .map_err(|finding| loose.findings.add(vec![finding]))
                    .ok()
            })
        }
        Err(found) => {
            loose.findings.add(found);
            None
        }
    };
    let Some(schema) = schema else {
        loose.findings.sort(&loose.files, options.keep);
        return Ok(loose);
    };
    loose.has_schema = true;

    let layouts = layouts(options, &mut loose.files)?;
    let entry = CollectionEntry {
        name: "documents".into(),
        path: String::new(),
        schema: String::new(),
        id: None,
        prefix: None,
        title: BTreeMap::new(),
        description: BTreeMap::new(),
    };
    let schema = Arc::new(schema);
    let collections: Vec<_> = layouts
        .into_iter()
        .map(|layout| {
            Collection::new(
                entry.clone(),
                layout,
                Some(Arc::clone(&schema)),
                0,
                &BTreeMap::new(),
                &mut Vec::new(),
            )
        })
        .collect();
    let hasher = SeededHasher::default();
    let manifest = Manifest {
        limits: RecordLimits {
            record_bytes: options.document_bytes,
            ..RecordLimits::default()
        },
        ..Manifest::default()
    };
    let pass = Pass {
        root: Path::new(""),
        files: &loose.files,
        collections: &collections,
        manifest: &manifest,
        hasher: &hasher,
        keep: options.keep,
        observer: options.observer,
        is_dataset: false,
        only: None,
        visitor: &(),
        texts: None,
        drafts: &Drafts::default(),
    };
    let index = pass.run(BTreeMap::new(), &mut loose.findings)?.index;
    loose.documents = index.len();
    loose.findings.sort(&loose.files, options.keep);
    Ok(loose)
}

fn is_error(finding: &Diagnostic) -> bool {
    finding.severity == Severity::Error
}

fn read_schema_file(path: &Path) -> Result<Vec<u8>, Error> {
    read_whole(path).map_err(|error| Error::not_read(path, error))
}

/// Adds the schema, the named resources, and what they refer to in the schema's own folder.
/// Returns the URI of the schema.
fn add_schemas(
    options: &LooseOptions<'_>,
    bytes: &[u8],
    library: &mut Library,
    loose: &mut Loose,
) -> Result<String, Error> {
    let name = options.schema.file_name().unwrap_or_default();
    let uri = Library::uri_of_path(&name.to_string_lossy());
    let file = loose.files.add(options.schema);
    loose.findings.add(library.add(file, &uri, bytes));
    for (uri, path) in options.resources {
        let bytes = read_schema_file(path)?;
        let file = loose.files.add(path);
        loose.findings.add(library.add(file, uri, &bytes));
    }
    let folder = options.schema.parent().unwrap_or(Path::new(""));
    let mut tried = BTreeSet::new();
    loop {
        let wanted = library.missing_paths(&mut tried);
        if wanted.is_empty() {
            return Ok(uri);
        }
        for (uri, name) in wanted {
            let here = if folder.as_os_str().is_empty() {
                Path::new(".")
            } else {
                folder
            };
            if !stays_inside(here, Path::new(&name))? {
                continue;
            }
            let path = folder.join(&name);
            let mut buffer = Vec::new();
            let read = RegularFile::open(&path).and_then(|file| file.read(MOST_BYTES, &mut buffer));
            let length = match read {
                Ok(length) => length,
                Err(NotRead::Io(error)) if !names_nothing(&error) => {
                    return Err(Error::read(&path, error));
                }
                Err(_) => continue,
            };
            let file = loose.files.add(&path);
            let found = library.add(file, &uri, &buffer[..length]);
            loose.findings.add(found);
        }
    }
}

/// Documents of one file each come first, then each file of lines.
fn layouts(options: &LooseOptions<'_>, files: &mut Files) -> Result<Vec<Layout>, Error> {
    let mut whole = Vec::new();
    let mut layouts = Vec::new();
    for path in options.documents {
        let is_standard_input = path.as_os_str() == "-";
        let shown = if is_standard_input {
            Path::new("<stdin>")
        } else {
            path.as_path()
        };
        if !is_standard_input {
            // A folder, FIFO or device named on the command line is a slip to be told at once.
            RegularFile::open(path).map_err(|error| Error::not_read(path, error))?;
        }
        let mut record_file = RecordFile::shown_as(shown, path, files);
        record_file.is_standard_input = is_standard_input;
        if options.has_lines || has_lines(path) {
            layouts.push(Layout::Lines(record_file));
        } else {
            whole.push(record_file);
        }
    }
    layouts.insert(0, Layout::Folder(whole));
    Ok(layouts)
}
