//! Some of the records, asked for by their numbers.

use crate::index::RecordNumber;

/// A set of records: a byte for each record there is, so that asking costs one look.
#[derive(Clone, Debug)]
pub struct RecordSet(Vec<bool>);

impl RecordSet {
    /// Those that are in it, by their numbers.
    pub(crate) fn new(is_in: Vec<bool>) -> Self {
        Self(is_in)
    }

    /// Whether a record is in it.
    pub fn has(&self, record: RecordNumber) -> bool {
        self.0.get(record.0 as usize).is_some_and(|&is_in| is_in)
    }
}
