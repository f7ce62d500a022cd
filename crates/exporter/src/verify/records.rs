//! Whether the records are as their schemas say, refer to one another, are as many as is said,
//! and are the same in JSON and NDJSON.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::sync::Arc;

use treatise_dataset::{Dataset, LoadOptions, Observer, load};
use treatise_schema::Schemas;
use treatise_source::RegularFile;

use super::Check;
use super::marker::Marker;
use super::rules::{COUNT_DISAGREES, FORMATS_DISAGREE};
use super::{redirects, schemas};
use crate::description::MANIFEST;
use crate::{Error, Format, whole};

/// Returns the schemas in the bundle, where they can be used.
pub(super) fn check(
    check: &mut Check,
    marker: &Marker,
    observer: &dyn Observer,
) -> Result<Option<Arc<Schemas>>, Error> {
    let has_manifest = RegularFile::open(&check.path(MANIFEST)).is_ok();
    let dataset = match has_manifest {
        true => load_bundle(check, marker, observer)?,
        false => None,
    };
    if let (Some(redirects), Some(dataset)) = (redirects::read(check)?, dataset) {
        redirects::compare(check, marker, &dataset, &redirects)?;
    }
    let schemas = schemas::link(check)?;
    schemas::check(check, marker, schemas.as_ref(), has_manifest)?;
    if marker.has(Format::Json.name()) {
        let names = marker.sections().map(|section| section.name.as_str());
        if !whole::is_the_same(names, &check.folder)? {
            let file = whole::FILE;
            let message = format!("`{file}` does not say what the other files in its folder say");
            check.find(&FORMATS_DISAGREE, file, message);
        }
        for section in marker.sections() {
            let file = Format::Json.file_of("", &section.name);
            let path = check.path(&file);
            if !is_array(&path)? {
                let message = format!("`{file}` is no array with a record on each line");
                check.find(&FORMATS_DISAGREE, &file, message);
            }
        }
    }
    for section in marker.sections() {
        let mut counts = Vec::new();
        for format in [Format::Json, Format::Ndjson] {
            if marker.has(format.name()) {
                counts.push((format, count(check, format, &section.name)?));
            }
        }
        for (format, count) in counts {
            if count != section.records {
                let file = format.file_of("", &section.name);
                let message = format!(
                    "`{file}` has {count} records, and not {} as `bundle.json` says",
                    section.records
                );
                check.find(&COUNT_DISAGREES, &file, message);
            }
        }
        if marker.has("json") && marker.has("ndjson") {
            compare(check, &section.name)?;
        }
    }
    Ok(schemas)
}

/// The bundle as a dataset: schemas, ids and references. Returns it if nothing is wrong with it.
fn load_bundle(
    check: &mut Check,
    marker: &Marker,
    observer: &dyn Observer,
) -> Result<Option<Dataset>, Error> {
    let options = LoadOptions {
        keep: check.keep,
        observer,
        ..LoadOptions::default()
    };
    let (dataset, findings) = load(&check.folder, &options)?;
    // Nothing before this has found anything, so the names of the files are the dataset's.
    check.files = dataset.files().clone();
    check.found.extend(findings.kept);
    check.extent.records = dataset.index().len() as u64;
    for collection in &marker.collections {
        let names = dataset
            .collections()
            .iter()
            .map(treatise_dataset::Collection::name);
        if !names.into_iter().any(|name| name == collection.name) {
            let message = format!("the manifest has no collection `{}`", collection.name);
            check.find(&FORMATS_DISAGREE, MANIFEST, message);
        }
    }
    Ok((findings.counts.errors == 0).then_some(dataset))
}

/// Whether brackets and commas around the records are those of an array, for who knows nothing of
/// lines.
fn is_array(path: &Path) -> Result<bool, Error> {
    let file = RegularFile::open(path).map_err(|error| Error::not_read(path, error))?;
    let mut lines = BufReader::new(file.into_file()).split(b'\n');
    let mut next = || {
        lines
            .next()
            .transpose()
            .map_err(|error| Error::io(path, error))
    };
    match next()?.as_deref() {
        Some(b"[]") => return Ok(next()?.is_none()),
        Some(b"[") => {}
        _ => return Ok(false),
    }
    let mut has_comma = None;
    while let Some(line) = next()? {
        if line == b"]" {
            return Ok(has_comma == Some(false) && next()?.is_none());
        }
        if has_comma == Some(false) {
            return Ok(false);
        }
        has_comma = Some(line.ends_with(b","));
    }
    Ok(false)
}

/// The lines that hold records.
pub(super) fn lines(
    check: &Check,
    format: Format,
    name: &str,
) -> Result<impl Iterator<Item = std::io::Result<Vec<u8>>> + use<>, Error> {
    let path = check.path(&format.file_of("", name));
    let file = RegularFile::open(&path).map_err(|error| Error::not_read(&path, error))?;
    let lines = BufReader::new(file.into_file()).split(b'\n');
    // The array opens and closes on lines of its own.
    let is_array = format == Format::Json;
    Ok(lines.filter_map(move |line| match line {
        Ok(mut line) if is_array => {
            if matches!(line.as_slice(), b"[" | b"]" | b"[]") {
                return None;
            }
            if line.last() == Some(&b',') {
                line.pop();
            }
            Some(Ok(line))
        }
        other => Some(other),
    }))
}

fn count(check: &Check, format: Format, name: &str) -> Result<u64, Error> {
    let mut count = 0;
    for line in lines(check, format, name)? {
        line.map_err(|error| Error::io(&check.path(&format.file_of("", name)), error))?;
        count += 1;
    }
    Ok(count)
}

fn compare(check: &mut Check, name: &str) -> Result<(), Error> {
    let mut left = lines(check, Format::Json, name)?;
    let mut right = lines(check, Format::Ndjson, name)?;
    let file = Format::Json.file_of("", name);
    let path = check.path(&file);
    let failed = |error| Error::io(&path, error);
    for number in 1.. {
        let pair = (
            left.next().transpose().map_err(failed)?,
            right.next().transpose().map_err(failed)?,
        );
        match pair {
            (None, None) => break,
            (Some(left), Some(right)) if left == right => {}
            _ => {
                let other = Format::Ndjson.file_of("", name);
                let message = format!("record {number} of `{file}` is not that of `{other}`");
                check.find(&FORMATS_DISAGREE, &file, message);
                break;
            }
        }
    }
    Ok(())
}
