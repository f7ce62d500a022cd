//! NDJSON: a record on each line, for programs that read a stream.

use super::{Format, RecordWriter};
use crate::Error;
use crate::bundle::{Bundle, BundleFile};

pub(super) struct Ndjson(BundleFile);

impl Ndjson {
    pub(super) fn start(collection: &str, bundle: &Bundle) -> Result<Self, Error> {
        bundle.file(&Format::Ndjson.file_of(collection)).map(Self)
    }
}

impl RecordWriter for Ndjson {
    fn record(&mut self, text: &[u8]) -> Result<(), Error> {
        self.0.write(text)?;
        self.0.write(b"\n")
    }

    fn finish(self: Box<Self>, bundle: &mut Bundle) -> Result<(), Error> {
        bundle.add(self.0)
    }
}
