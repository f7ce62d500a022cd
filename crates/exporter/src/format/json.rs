//! JSON: an array of the records, one on each line, so that it reads and compares well as text.

use super::{Format, RecordWriter};
use crate::Error;
use crate::bundle::{Bundle, BundleFile};

pub(super) struct Json {
    file: BundleFile,
    is_empty: bool,
}

impl Json {
    pub(super) fn start(collection: &str, bundle: &Bundle) -> Result<Self, Error> {
        let mut file = bundle.file(&Format::Json.file_of(collection))?;
        file.write(b"[")?;
        Ok(Self {
            file,
            is_empty: true,
        })
    }
}

impl RecordWriter for Json {
    fn record(&mut self, text: &[u8]) -> Result<(), Error> {
        self.file
            .write(if self.is_empty { b"\n" } else { b",\n" })?;
        self.is_empty = false;
        self.file.write(text)
    }

    fn finish(mut self: Box<Self>, bundle: &mut Bundle) -> Result<(), Error> {
        self.file
            .write(if self.is_empty { b"]\n" } else { b"\n]\n" })?;
        bundle.add(self.file)
    }
}
