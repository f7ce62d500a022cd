//! `json/all.json`: everything in one document, for those who want to load one file.
//!
//! It is put together from the other files in its folder, so that it says what they say. The
//! published schema is `schemas/output/all.schema.json`.

use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use serde_json::Value as Json;
use treatise_source::RegularFile;

use crate::bundle::Bundle;
use crate::description::DATASET;
use crate::{Error, Format};

/// The file.
pub(crate) const FILE: &str = "json/all.json";

/// What the document is put together from.
enum Part {
    Text(String),
    /// A file, without the end of its last line.
    File(String),
}

/// Writes it; `names` are the collections and views of the bundle, whose files are complete.
pub(crate) fn write<'n>(
    names: impl Iterator<Item = &'n str>,
    bundle: &mut Bundle,
) -> Result<(), Error> {
    let mut document = bundle.file(FILE)?;
    for part in parts(names) {
        match part {
            Part::Text(text) => document.write(text.as_bytes())?,
            Part::File(name) => {
                let failed = |error| Error::io(&bundle.place_of(&name), error);
                let mut content = content(&bundle.path_of(&name)?)?;
                loop {
                    let bytes = content.fill_buf().map_err(failed)?;
                    if bytes.is_empty() {
                        break;
                    }
                    document.write(bytes)?;
                    let length = bytes.len();
                    content.consume(length);
                }
            }
        }
    }
    bundle.add(document)
}

/// Whether the document in a bundle says what the other files say.
pub(crate) fn is_the_same<'n>(
    names: impl Iterator<Item = &'n str>,
    folder: &Path,
) -> Result<bool, Error> {
    let path = folder.join(FILE);
    let mut document = open(&path)?;
    let failed = |error| Error::io(&path, error);
    for part in parts(names) {
        let is_same = match part {
            Part::Text(text) => starts_with(&mut document, text.as_bytes()),
            Part::File(name) => starts_with(&mut document, content(&folder.join(name))?),
        };
        if !is_same.map_err(failed)? {
            return Ok(false);
        }
    }
    Ok(document.fill_buf().map_err(failed)?.is_empty())
}

fn parts<'n>(names: impl Iterator<Item = &'n str>) -> Vec<Part> {
    let mut parts = vec![
        Part::Text("{\n\"dataset\": ".to_owned()),
        Part::File(DATASET.to_owned()),
        Part::Text(",\n\"collections\": {".to_owned()),
    ];
    for (number, name) in names.enumerate() {
        let comma = if number == 0 { "" } else { "," };
        parts.push(Part::Text(format!("{comma}\n{}: ", Json::from(name))));
        parts.push(Part::File(Format::Json.file_of("", name)));
    }
    parts.push(Part::Text("\n}\n}\n".to_owned()));
    parts
}

fn open(path: &Path) -> Result<BufReader<std::fs::File>, Error> {
    let file = RegularFile::open(path).map_err(|error| Error::not_read(path, error))?;
    Ok(BufReader::with_capacity(64 << 10, file.into_file()))
}

/// A file without the end of its last line.
fn content(path: &Path) -> Result<impl BufRead + use<>, Error> {
    let file = open(path)?;
    let metadata = file.get_ref().metadata();
    let length = metadata.map_err(|error| Error::io(path, error))?.len();
    Ok(file.take(length.saturating_sub(1)))
}

/// Whether what is read next is what `expected` has, all of it.
fn starts_with(document: &mut impl BufRead, mut expected: impl BufRead) -> io::Result<bool> {
    loop {
        let wanted = expected.fill_buf()?;
        if wanted.is_empty() {
            return Ok(true);
        }
        let found = document.fill_buf()?;
        let length = wanted.len().min(found.len());
        if length == 0 || wanted[..length] != found[..length] {
            return Ok(false);
        }
        expected.consume(length);
        document.consume(length);
    }
}
