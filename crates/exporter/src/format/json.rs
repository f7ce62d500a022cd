//! JSON: an array of the records, one on each line, so that it reads and compares well as text.

use super::{Format, RecordWriter};
use crate::Error;
use crate::bundle::{Bundle, BundleFile};

#[derive(Default)]
pub(super) struct Json {
    file: Option<BundleFile>,
    is_empty: bool,
}

impl Json {
    fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let file = self.file.as_mut();
        file.expect("a collection has begun").write(bytes)
    }
}

impl RecordWriter for Json {
    fn begin(&mut self, collection: &str, bundle: &Bundle) -> Result<(), Error> {
        self.file = Some(bundle.file(&Format::Json.file_of("", collection))?);
        self.is_empty = true;
        self.write(b"[")
    }

    fn record(&mut self, text: &[u8]) -> Result<(), Error> {
        self.write(if self.is_empty { b"\n" } else { b",\n" })?;
        self.is_empty = false;
        self.write(text)
    }

    fn end(&mut self, bundle: &mut Bundle) -> Result<(), Error> {
        self.write(if self.is_empty { b"]\n" } else { b"\n]\n" })?;
        bundle.add(self.file.take().expect("a collection has begun"))
    }
}
