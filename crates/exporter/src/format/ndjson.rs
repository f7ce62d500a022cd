//! NDJSON: a record on each line, for programs that read a stream.

use super::{Format, RecordWriter};
use crate::Error;
use crate::bundle::{Bundle, BundleFile};

#[derive(Default)]
pub(super) struct Ndjson(Option<BundleFile>);

impl RecordWriter for Ndjson {
    fn begin(&mut self, collection: &str, bundle: &Bundle) -> Result<(), Error> {
        self.0 = Some(bundle.file(&Format::Ndjson.file_of("", collection))?);
        Ok(())
    }

    fn record(&mut self, text: &[u8]) -> Result<(), Error> {
        let file = self.0.as_mut().expect("a collection has begun");
        file.write(text)?;
        file.write(b"\n")
    }

    fn end(&mut self, bundle: &mut Bundle) -> Result<(), Error> {
        bundle.add(self.0.take().expect("a collection has begun"))
    }
}
