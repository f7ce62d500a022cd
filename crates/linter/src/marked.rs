//! Records that a rule has marked while they were at hand.

use treatise_dataset::RecordKey;

use crate::view::{Record, Records};

/// The records that one rule has marked. Some rules mark nearly all and ask for few of them: a record is
/// looked for when it is asked for.
pub(crate) struct Marked<'m, 'r> {
    /// In no order.
    keys: &'m [(RecordKey, u8)],
    records: &'m Records<'r>,
}

impl<'m, 'r> Marked<'m, 'r> {
    pub(crate) fn new(keys: &'m [(RecordKey, u8)], records: &'m Records<'r>) -> Self {
        Self { keys, records }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// How many have a mark with some of these bits.
    pub(crate) fn count(&self, bits: u8) -> usize {
        self.keys
            .iter()
            .filter(|(_, mark)| mark & bits != 0)
            .count()
    }

    /// Those that have a mark with some of these bits, in the order of the records.
    pub(crate) fn with(&self, bits: u8) -> impl Iterator<Item = Record<'r>> {
        let wanted = self.keys.iter().filter(|(_, mark)| mark & bits != 0);
        let mut keys: Vec<_> = wanted.map(|&(key, _)| key).collect();
        keys.sort_unstable();
        keys.into_iter().filter_map(|key| self.records.at_key(key))
    }

    /// All of them, in the order of the records.
    pub(crate) fn all(&self) -> impl Iterator<Item = Record<'r>> {
        self.with(u8::MAX)
    }
}
