//! Is a bundle what it says that it is? Hashes first, and where these hold, what is in the files:
//! schemas, numbers of rows, keys, references, and whether all formats say the same.
//!
//! What is wrong is a finding; an [`Error`] means that there is no bundle, or that a file can't be
//! read.

mod agreement;
mod checksums;
mod contents;
mod database;
mod description;
mod difference;
mod identity;
mod marker;
#[cfg(feature = "parquet")]
mod parquet;
mod published;
mod records;
mod redirects;
mod reference;
mod rules;
mod schemas;
mod search;
mod summary;
mod tables;
mod types;

use std::path::{Path, PathBuf};

use treatise_dataset::{Findings, Observer};
use treatise_report::{Counts, Diagnostic, Files, Place, Rule};
use treatise_source::LineColumn;

pub use rules::RULES as VERIFY_RULES;

use crate::Error;
use crate::archive::{Archive, NotUnpacked};
use crate::occupant::{has_marker, no_bundle};
use marker::Marker;
use published::{Expectation, Published};

/// What came of it.
#[derive(Debug)]
pub struct Verified {
    /// The names of the files that findings point into.
    pub files: Files,
    /// What was found.
    pub findings: Findings,
    /// How much was looked at.
    pub extent: Extent,
}

/// How much of a bundle was looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Extent {
    /// Files whose hashes were compared.
    pub files: u64,
    /// Records that were checked against their schemas and for dangling references.
    pub records: u64,
    /// Tables whose rows were counted and whose keys were checked, in each format.
    pub tables: u64,
    /// Their rows.
    pub rows: u64,
}

/// Checks the bundle in a folder; keeps at most so many findings.
///
/// # Errors
/// The folder is no bundle, or a file in it can't be read.
pub fn verify(folder: &Path, keep: usize, observer: &dyn Observer) -> Result<Verified, Error> {
    if let Some(reason) = no_bundle(folder)? {
        return Err(Error::refused(format!(
            "`{}` is no bundle of this program: {reason}",
            folder.display()
        )));
    }
    let mut check = Check {
        folder: folder.to_path_buf(),
        files: Files::new(),
        found: Vec::new(),
        extent: Extent::default(),
        keep,
    };
    checksums::check(&mut check)?;
    if check.found.is_empty() {
        // What was altered on the way says nothing about how it was made.
        let mut marker = Marker::read(&mut check)?;
        if let Some(marker) = &marker {
            contents::check(&mut check, marker)?;
        }
        // Nothing is read that is not in the bundle.
        if let Some(marker) = marker.take_if(|_| check.found.is_empty()) {
            let schemas = records::check(&mut check, &marker, observer)?;
            identity::check(&mut check, &marker)?;
            summary::check(&mut check, &marker, schemas.as_ref())?;
            tables::check(&mut check, &marker)?;
            let described = published::describe(&mut check, &marker, schemas.as_ref());
            let published = Published::of(&mut check, &marker, &described);
            let published = published.as_ref();
            description::check(&mut check, &marker, published)?;
            let types = agreement::check(&mut check, &marker, published)?;
            let expectation = Expectation {
                marker: &marker,
                published,
                types: &types,
            };
            database::check(&mut check, expectation)?;
            #[cfg(feature = "parquet")]
            parquet::check(&mut check, expectation)?;
            #[cfg(not(feature = "parquet"))]
            if marker.has(crate::Format::Parquet.name()) {
                let message =
                    "the Parquet files were not read: this program was built without them";
                check.find(
                    &rules::UNCHECKED_PART,
                    crate::bundle::MARKER,
                    message.into(),
                );
            }
        }
    }
    let counts = Counts::of(&check.found);
    let files = check.files;
    let mut kept = check.found;
    kept.sort_by(|left, right| left.compare(right, &files));
    kept.truncate(keep);
    Ok(Verified {
        files,
        findings: Findings { kept, counts },
        extent: check.extent,
    })
}

/// Checks the bundle in an archive, which is unpacked into `scratch`, an empty folder, for that.
///
/// # Errors
/// The archive or a file can't be read, or there is no room for it.
pub fn verify_archive(
    archive: &Path,
    scratch: &Path,
    keep: usize,
    observer: &dyn Observer,
) -> Result<Verified, Error> {
    let kind = Archive::of_path(archive).ok_or_else(|| {
        let names = Archive::ALL.map(|kind| format!("`.{}`", kind.name()));
        let shown = archive.display();
        Error::refused(format!(
            "`{shown}` is no folder, and no {} file",
            names.join(" or ")
        ))
    })?;
    let reason = match kind.unpack(archive, scratch) {
        Ok(folder) if has_marker(&folder)? => return verify(&folder, keep, observer),
        Ok(_) => "it holds no bundle of this program".to_owned(),
        Err(NotUnpacked::Io(error)) if error.kind() == std::io::ErrorKind::StorageFull => {
            return Err(Error::io(scratch, error));
        }
        Err(NotUnpacked::NotRead(treatise_source::NotRead::Io(error))) => {
            return Err(Error::io(archive, error));
        }
        Err(reason) => reason.to_string(),
    };
    let mut files = Files::new();
    let name = archive.file_name().unwrap_or_default();
    let place = Place::whole_file(files.add(Path::new(name)));
    let message = format!("the archive can't be unpacked: {reason}");
    let kept = vec![Diagnostic::new(&rules::UNREADABLE_ARCHIVE, message, place)];
    Ok(Verified {
        files,
        findings: Findings {
            counts: Counts::of(&kept),
            kept,
        },
        extent: Extent::default(),
    })
}

/// A check on its way.
struct Check {
    folder: PathBuf,
    files: Files,
    found: Vec<Diagnostic>,
    extent: Extent,
    keep: usize,
}

impl Check {
    /// Adds a finding about a whole file.
    fn find(&mut self, rule: &'static Rule, file: &str, message: String) {
        let place = Place::whole_file(self.files.add(Path::new(file)));
        self.found.push(Diagnostic::new(rule, message, place));
    }

    /// Adds a finding about a line, which begins at this byte.
    fn find_on_line(
        &mut self,
        rule: &'static Rule,
        file: &str,
        (line, byte): (u64, u64),
        message: String,
    ) {
        let start = LineColumn {
            line: u32::try_from(line).unwrap_or(u32::MAX),
            column: 1,
        };
        let place = Place {
            start: byte,
            end: byte,
            from: start,
            to: start,
            ..Place::whole_file(self.files.add(Path::new(file)))
        };
        self.found.push(Diagnostic::new(rule, message, place));
    }

    /// Whether a file has a finding by this rule.
    fn has(&self, rule: &'static Rule, file: &str) -> bool {
        let mut found = self.found.iter();
        found.any(|finding| {
            let name = self.files.name(finding.place.file);
            finding.rule.name == rule.name && name == file
        })
    }

    fn path(&self, file: &str) -> PathBuf {
        self.folder.join(file)
    }
}
