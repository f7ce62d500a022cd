//! Whether the records are as their schemas say, refer to one another, are as many as is said,
//! and are the same in JSON and NDJSON.

use std::io::{BufRead, BufReader, ErrorKind, Read};
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

/// How far an array with a record on each line was read, by who knows nothing of records.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Array {
    Before,
    Opened,
    Behind { comma: bool },
    Closed,
    Broken,
}

impl Array {
    fn read(self, line: &[u8]) -> Self {
        match (self, line) {
            (Self::Before, b"[]") | (Self::Behind { comma: false }, b"]") => Self::Closed,
            (Self::Before, b"[") => Self::Opened,
            (Self::Opened | Self::Behind { comma: true }, line) if line != b"]" => Self::Behind {
                comma: line.ends_with(b","),
            },
            _ => Self::Broken,
        }
    }
}

/// The lines that hold records.
pub(super) fn lines(
    check: &Check,
    format: Format,
    name: &str,
) -> Result<impl Iterator<Item = std::io::Result<Vec<u8>>> + use<>, Error> {
    let is_array = format == Format::Json;
    let lines = all_lines(check, format, name)?;
    Ok(lines.filter_map(move |line| match line {
        Ok(line) if is_array && is_bracket(&line) => None,
        Ok(mut line) if is_array => {
            if line.last() == Some(&b',') {
                line.pop();
            }
            Some(Ok(line))
        }
        other => Some(other),
    }))
}

/// The lines of the file of a collection.
fn all_lines(
    check: &Check,
    format: Format,
    name: &str,
) -> Result<impl Iterator<Item = std::io::Result<Vec<u8>>> + use<>, Error> {
    let path = check.path(&format.file_of("", name));
    let file = RegularFile::open(&path).map_err(|error| Error::not_read(&path, error))?;
    Ok(Lines(Some(BufReader::new(file.into_file()))))
}

/// No record is larger, whatever limit a manifest sets, and a line has a bracket or comma besides.
const MOST_BYTES_OF_LINE: u64 = (64 << 20) + 2;

/// The lines of a file without their ends, none of them longer than one of records can be.
struct Lines<R>(Option<R>);

impl<R: BufRead> Iterator for Lines<R> {
    type Item = std::io::Result<Vec<u8>>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut line = Vec::new();
        let mut bounded = self.0.as_mut()?.take(MOST_BYTES_OF_LINE + 1);
        let read = bounded.read_until(b'\n', &mut line);
        if line.last() == Some(&b'\n') {
            line.pop();
        }
        let error = match read {
            Ok(0) => None,
            Ok(_) if line.len() as u64 <= MOST_BYTES_OF_LINE => return Some(Ok(line)),
            Ok(_) => {
                let message = format!("a line has more than {MOST_BYTES_OF_LINE} bytes");
                Some(std::io::Error::new(ErrorKind::InvalidData, message))
            }
            Err(error) => Some(error),
        };
        self.0 = None;
        error.map(Err)
    }
}

/// The array opens and closes on lines of its own.
fn is_bracket(line: &[u8]) -> bool {
    matches!(line, b"[" | b"]" | b"[]")
}

/// How many records a file has; also finds an array that others can't read.
fn count(check: &mut Check, format: Format, name: &str) -> Result<u64, Error> {
    let file = format.file_of("", name);
    let (mut count, mut array) = (0, Array::Before);
    for line in all_lines(check, format, name)? {
        let line = line.map_err(|error| Error::io(&check.path(&file), error))?;
        array = array.read(&line);
        count += u64::from(format != Format::Json || !is_bracket(&line));
    }
    if format == Format::Json && array != Array::Closed {
        let message = format!("`{file}` is no array with a record on each line");
        check.find(&FORMATS_DISAGREE, &file, message);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_where_one_is_longer_than_any_record() {
        let mut lines = Lines(Some(&b"a\n\nb"[..]));
        let read: Vec<_> = lines
            .by_ref()
            .map(|line| line.expect("it is short"))
            .collect();
        assert_eq!(read, [&b"a"[..], b"", b"b"]);

        let endless = BufReader::new(std::io::repeat(b'x'));
        let mut lines = Lines(Some(endless));
        let error = lines
            .next()
            .expect("there is more")
            .expect_err("it is too long");
        assert_eq!(error.to_string(), "a line has more than 67108866 bytes");
        assert!(lines.next().is_none());
    }
}
