//! Whether the values of a table have the types that those of the records have, where the text is the same.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};
use treatise_source::hexadecimal;

use crate::Format;
use crate::format::types::{self, Type};

/// For each format with types, and each table: the hash of the types of all values, by the records.
pub(super) type Types = BTreeMap<(Format, String), String>;

/// The types of the values of a table, on the way.
pub(super) struct TypesHash {
    hasher: Sha256,
    line: Vec<u8>,
}

impl TypesHash {
    /// A table with that many columns, whose names are texts.
    pub(super) fn new(columns: usize) -> Self {
        let mut hash = Self {
            hasher: Sha256::new(),
            line: Vec::new(),
        };
        hash.row(std::iter::repeat_n(Type::Text, columns));
        hash
    }

    /// Takes the next row.
    pub(super) fn row(&mut self, types: impl Iterator<Item = Type>) {
        self.line.clear();
        types::write(types, &mut self.line);
        self.hasher.update(&self.line);
    }

    /// What is wrong with `place`, which is a table in this format; `None` if nothing is, or if the records do
    /// not tell.
    pub(super) fn message(
        self,
        types: &Types,
        (format, table): (Format, &str),
        place: &str,
    ) -> Option<String> {
        let expected = types.get(&(format, table.to_owned()))?;
        let found = hexadecimal(&self.hasher.finalize());
        (found != *expected).then(|| {
            format!(
                "{place} has values of other types than the records have, or other gaps between them"
            )
        })
    }
}
