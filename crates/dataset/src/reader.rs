//! Reading single records again, after the pass: for findings between records and for exports.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use treatise_report::FileId;
use treatise_source::{FaultKind, Limits, NotRead, Parser, RegularFile, Text, Value};

use crate::index::RecordNumber;
use crate::{Dataset, Error, drafts};

/// Reads records of a dataset, best in their order.
pub struct Reader<'d> {
    dataset: &'d Dataset,
    parser: Parser,
    /// The file of the last record, where it has more than one.
    open: Option<(FileId, File)>,
    buffer: Vec<u8>,
}

impl<'d> Reader<'d> {
    /// A reader of this dataset.
    pub fn new(dataset: &'d Dataset) -> Self {
        Self {
            dataset,
            parser: Parser::new(),
            open: None,
            buffer: Vec::new(),
        }
    }

    /// Reads one record. Should the file have changed since the dataset was loaded, what is read
    /// may be something else, or nothing.
    ///
    /// # Errors
    /// The file can't be read.
    pub fn read<T>(
        &mut self,
        record: RecordNumber,
        use_it: impl FnOnce(Value<'_>) -> T,
    ) -> Result<T, Error> {
        let length = self.fill(record)?;
        let text = Text::from_bytes(&self.buffer[..length]);
        let parsed = self.parser.parse(text.as_str(), Limits::default());
        Ok(use_it(parsed.tree.root()))
    }

    /// Reads one record of any dataset; where what is read would not be all that it holds, the fault in its
    /// text is the reason.
    ///
    /// # Errors
    /// The file can't be read.
    pub fn read_whole<T>(
        &mut self,
        record: RecordNumber,
        use_it: impl FnOnce(Value<'_>) -> T,
    ) -> Result<Result<T, FaultKind>, Error> {
        let length = self.fill(record)?;
        let text = Text::from_bytes(&self.buffer[..length]);
        let parsed = self.parser.parse(text.as_str(), Limits::default());
        let of_text = text.faults().iter().map(|fault| fault.kind);
        let of_tree = parsed.faults.iter().map(|fault| fault.kind);
        let of_tree = of_tree.filter(|kind| kind.loses_content());
        Ok(match of_text.chain(of_tree).next() {
            None => Ok(use_it(parsed.tree.root())),
            Some(fault) => Err(fault),
        })
    }

    /// Reads the bytes of one record, whatever they are.
    ///
    /// # Errors
    /// The file can't be read.
    pub fn read_bytes<T>(
        &mut self,
        record: RecordNumber,
        use_it: impl FnOnce(&[u8]) -> T,
    ) -> Result<T, Error> {
        let length = self.fill(record)?;
        Ok(use_it(&self.buffer[..length]))
    }

    /// Reads one record of a dataset without errors, for those whom only the whole of it serves.
    ///
    /// # Errors
    /// The file can't be read, or shows that it was changed since the dataset was loaded: the
    /// record has another length, or is no JSON any more.
    pub fn read_checked<T>(
        &mut self,
        record: RecordNumber,
        use_it: impl FnOnce(Value<'_>) -> T,
    ) -> Result<T, Error> {
        self.read_same(record, |_| true, use_it)
    }

    /// The same for those who know the text of the record, and can tell whether it is still that.
    ///
    /// # Errors
    /// As for [`Self::read_checked`], or the text is another one.
    pub fn read_same<T>(
        &mut self,
        record: RecordNumber,
        is_same: impl FnOnce(&str) -> bool,
        use_it: impl FnOnce(Value<'_>) -> T,
    ) -> Result<T, Error> {
        let length = self.fill(record)?;
        let (entry, _) = self.dataset.index().entry(record);
        let text = Text::from_bytes(&self.buffer[..length]);
        let limits = Limits {
            depth: self.dataset.manifest.limits.depth,
        };
        let parsed = self.parser.parse(text.as_str(), limits);
        let is_sound = text.faults().is_empty() && parsed.is_complete();
        if length != entry.length as usize || !is_sound || !is_same(text.as_str()) {
            return Err(Error {
                path: self.dataset.files.name(entry.file).to_owned(),
                reason: "it was changed after it was checked".to_owned(),
            });
        }
        Ok(use_it(parsed.tree.root()))
    }

    /// Reads the text of a record into the buffer, and returns its length.
    fn fill(&mut self, record: RecordNumber) -> Result<usize, Error> {
        let (entry, offset) = self.dataset.index().entry(record);
        let relative = self.dataset.path_of(entry.file);
        let path = self.dataset.root.join(relative);
        let limit = self.dataset.manifest.limits.record_bytes;
        if let Some(draft) = self.dataset.drafts.get(relative) {
            let from = usize::try_from(offset).unwrap_or(usize::MAX);
            let rest = draft.get(from..).unwrap_or_default();
            let text = match self.dataset.collection_of(record).has_lines() {
                true => &rest[..rest.len().min(entry.length as usize)],
                false => rest,
            };
            let read = drafts::read_behind(text, limit, &mut self.buffer, 0);
            return read.map_err(|error| Error::not_read(&path, error));
        }
        if self.dataset.collection_of(record).has_lines() {
            let read = self.read_line(entry.file, &path, offset, entry.length);
            return read.map_err(|error| Error::not_read(&path, error));
        }
        RegularFile::open(&path)
            .and_then(|file| file.read(limit, &mut self.buffer))
            .map_err(|error| Error::not_read(&path, error))
    }

    fn read_line(
        &mut self,
        file: FileId,
        path: &std::path::Path,
        offset: u64,
        length: u32,
    ) -> Result<usize, NotRead> {
        if self.open.as_ref().is_none_or(|(open, _)| *open != file) {
            self.open = Some((file, RegularFile::open(path)?.into_file()));
        }
        let Some((_, open)) = &mut self.open else {
            return Ok(0);
        };
        self.buffer.clear();
        // Else the first read takes a few bytes alone, to see whether there is more.
        self.buffer.reserve(length as usize);
        open.seek(SeekFrom::Start(offset))?;
        Ok(open.take(u64::from(length)).read_to_end(&mut self.buffer)?)
    }
}
