//! The records of a collection, read once more and made into what the bundle has of them.

use std::ops::Range;

use treatise_dataset::{Dataset, Reader, RecordNumber};
use treatise_source::Value;

use crate::Error;
use crate::bibliography::{self, Item};
use crate::encoder::{Block, Encoder};
use crate::profile::Profile;
use crate::redirect::replacements;
use crate::section::Section;
use crate::table::IdPlace;

/// How much text is read for one block, in bytes: enough that handing it on costs nothing beside
/// it, and little beside what a program may take.
const BLOCK_BYTES: usize = 256 << 10;

/// What is read, in the order in which it is to be written.
pub(crate) struct Reading<'a, 'd> {
    pub(crate) dataset: &'d Dataset,
    pub(crate) profile: &'a Profile,
    pub(crate) section: &'a Section<'d>,
    pub(crate) records: &'a [RecordNumber],
}

/// What one worker reads with.
pub(crate) struct Worker<'s, 'd> {
    reader: Reader<'d>,
    encoder: Encoder<'s, 'd>,
}

/// What a stretch of records comes to.
pub(crate) struct Outcome {
    pub(crate) block: Block,
    /// The records that are no longer to be used, with those that took their place.
    pub(crate) deprecated: Vec<(RecordNumber, Vec<RecordNumber>)>,
    /// The works among them.
    pub(crate) items: Vec<Item>,
}

impl<'a, 'd> Reading<'a, 'd> {
    /// The records in pieces that are read at a time.
    pub(crate) fn stretches(&self) -> impl Iterator<Item = Range<usize>> {
        let index = self.dataset.index();
        let mut start = 0;
        std::iter::from_fn(move || {
            let mut bytes = 0;
            let fitting = self.records[start..].iter().take_while(|&&record| {
                let fits = bytes < BLOCK_BYTES;
                bytes += index.size(record);
                fits
            });
            let stretch = start..start + fitting.count();
            start = stretch.end;
            (!stretch.is_empty()).then_some(stretch)
        })
    }

    pub(crate) fn begin(&self, encoder: Encoder<'a, 'd>) -> Worker<'a, 'd> {
        Worker {
            reader: Reader::new(self.dataset),
            encoder,
        }
    }

    pub(crate) fn read(
        &self,
        worker: &mut Worker<'a, 'd>,
        stretch: Range<usize>,
    ) -> Result<Outcome, Error> {
        let (mut deprecated, mut items) = (Vec::new(), Vec::new());
        let has_items = !self.profile.shortens() && bibliography::has_items(self.section);
        let Worker { reader, encoder } = worker;
        for &record in &self.records[stretch] {
            let id = self.dataset.index().id(record);
            assert!(!id.is_empty(), "the records of a sound dataset have ids");
            reader.read_checked(record, |value| {
                self.check_id(record, id, value)?;
                let targets = replacements(self.dataset, self.section, record, value);
                deprecated.extend(targets.map(|targets| (record, targets)));
                if has_items {
                    items.extend(bibliography::item(self.section.name, id, value));
                }
                self.encode(id, value, encoder)
            })??;
        }
        Ok(Outcome {
            block: encoder.take(),
            deprecated,
            items,
        })
    }

    /// Makes sure that a record is still the one that was checked.
    fn check_id(&self, number: RecordNumber, id: &str, record: Value<'_>) -> Result<(), Error> {
        if let IdPlace::Within(pointer) = &self.section.id
            && record.find(pointer).and_then(Value::as_str) != Some(id)
        {
            let file = self.dataset.files().name(self.dataset.file_of(number));
            return Err(Error::refused(format!(
                "{file}: it was changed after it was checked"
            )));
        }
        Ok(())
    }

    /// Hands a record on, or what the profile keeps of it.
    fn encode(
        &self,
        id: &str,
        record: Value<'_>,
        encoder: &mut Encoder<'_, '_>,
    ) -> Result<(), Error> {
        if !self.section.shape.is_shortened {
            return encoder.record(id, record);
        }
        let (profile, section) = (self.profile, self.section);
        profile.shortened(self.dataset, section, id, record, |kept| {
            encoder.record(id, kept)
        })
    }
}
