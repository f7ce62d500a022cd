//! Recognising records by their text, so that two versions of a dataset are compared without a
//! second look at what they share.
//!
//! A text is known by a hash that is keyed anew in each run: who writes records can't make two of
//! them look alike.

use std::hash::{BuildHasher, RandomState};

use rustc_hash::FxHashMap;

use crate::index::RecordNumber;
use crate::{Collection, Dataset};

/// Hashes the texts of records; one for all datasets that are to be compared.
#[derive(Clone, Debug, Default)]
pub struct TextHasher(RandomState);

/// The records of a dataset by their texts.
#[derive(Debug)]
pub struct KnownTexts<'d> {
    dataset: &'d Dataset,
    by_text: FxHashMap<u64, RecordNumber>,
}

/// What loading does with the texts of records, beside checking them.
#[derive(Clone, Copy, Debug)]
pub struct Texts<'a> {
    /// Hashes them.
    pub hasher: &'a TextHasher,
    /// What was checked before with the same hasher. A record with the same text in a collection
    /// with the same name is not parsed: its id is known, it is taken for as sound as the other
    /// one, and its references are not looked up.
    pub known: Option<&'a KnownTexts<'a>>,
}

impl TextHasher {
    /// The hash of a record's text in a collection.
    pub(crate) fn hash(&self, collection: &Collection, text: &[u8]) -> u64 {
        self.0.hash_one((collection.name(), text))
    }
}

impl<'d> KnownTexts<'d> {
    /// The records of a dataset that was loaded with [`Texts`].
    pub fn of(dataset: &'d Dataset) -> Self {
        let index = dataset.index();
        let by_text = index
            .records()
            .filter(|&record| !index.id(record).is_empty())
            .filter_map(|record| Some((index.text(record)?, record)))
            .collect();
        Self { dataset, by_text }
    }

    /// The id of the record with this text.
    pub(crate) fn id(&self, text: u64) -> Option<&'d str> {
        let record = self.by_text.get(&text)?;
        Some(self.dataset.index().id(*record))
    }
}
