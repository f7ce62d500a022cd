//! The formats that a bundle can have: one file each, none of which knows the dataset.

mod csv;
mod json;
mod ndjson;

use std::fmt::Write;

use crate::Error;
use crate::bundle::Bundle;
use crate::row::Cell;
use crate::table::Table;

/// A format of a bundle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// A JSON document for each collection, and one about the dataset.
    Json,
    /// A file for each collection, with a record on each line.
    Ndjson,
    /// A table for each collection and for each array in it (RFC 4180).
    Csv,
}

/// Takes the records of a collection, in the order of their ids.
pub(crate) trait RecordWriter {
    /// Takes a record as JSON text without line breaks.
    fn record(&mut self, text: &[u8]) -> Result<(), Error>;
    /// There are no more.
    fn finish(self: Box<Self>, bundle: &mut Bundle) -> Result<(), Error>;
}

/// Takes the rows of all tables of a collection.
pub(crate) trait RowWriter {
    /// Takes a row of the table with this number.
    fn row(&mut self, table: usize, cells: &[Cell<'_>]) -> Result<(), Error>;
    /// There are no more.
    fn finish(self: Box<Self>, bundle: &mut Bundle) -> Result<(), Error>;
}

/// What writes a collection.
pub(crate) enum Writer {
    Records(Box<dyn RecordWriter>),
    Rows(Box<dyn RowWriter>),
}

impl Format {
    /// All formats, in the order in which they are listed.
    pub const ALL: [Self; 3] = [Self::Json, Self::Ndjson, Self::Csv];

    /// Its name, which is also that of its folder.
    pub fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Ndjson => "ndjson",
            Self::Csv => "csv",
        }
    }

    /// The format of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }

    /// Starts a collection; its tables are those of `tables`.
    pub(crate) fn start(
        self,
        collection: &str,
        tables: &[Table],
        bundle: &Bundle,
    ) -> Result<Writer, Error> {
        Ok(match self {
            Self::Json => Writer::Records(Box::new(json::Json::start(collection, bundle)?)),
            Self::Ndjson => Writer::Records(Box::new(ndjson::Ndjson::start(collection, bundle)?)),
            Self::Csv => Writer::Rows(Box::new(csv::Csv::start(tables, bundle)?)),
        })
    }

    /// The file, within the bundle, of a collection or table.
    pub(crate) fn file_of(self, name: &str) -> String {
        let folder = self.name();
        format!("{folder}/{}.{folder}", file_stem(name))
    }
}

/// The longest stem of a file, in bytes: file systems allow 255 with the extension.
const LONGEST_STEM: usize = 200;

/// A name of a table as the name of a file: what is not a letter, digit, `.`, `_` or `-` of ASCII
/// is written as `%` and its bytes in hexadecimal digits, so that different names stay different
/// and none leads out of its folder.
fn file_stem(name: &str) -> String {
    let mut stem = String::with_capacity(name.len());
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-') {
            stem.push(char::from(byte));
        } else {
            write!(stem, "%{byte:02X}").expect("a string takes all that is written");
        }
    }
    if stem.len() > LONGEST_STEM {
        // The hash keeps apart what is cut.
        let hash = crate::bundle::sha256(name.as_bytes());
        stem.truncate(LONGEST_STEM - 17);
        stem = format!("{stem}-{}", &hash[..16]);
    }
    stem
}

#[cfg(test)]
mod tests {
    use super::file_stem;

    #[test]
    fn file_names_stay_in_their_folder() {
        assert_eq!(file_stem("claims.citations"), "claims.citations");
        assert_eq!(
            file_stem("a.../../b c\0é%"),
            "a...%2F..%2Fb%20c%00%C3%A9%25"
        );
        assert_eq!(file_stem("a\\b:c"), "a%5Cb%3Ac");
    }

    #[test]
    fn long_names_stay_apart() {
        let long = "x".repeat(300);
        let (left, right) = (
            file_stem(&format!("{long}a")),
            file_stem(&format!("{long}b")),
        );
        assert!(left.len() <= 200 && right.len() <= 200);
        assert_ne!(left, right);
    }
}
