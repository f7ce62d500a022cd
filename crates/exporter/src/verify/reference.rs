//! The rows that a table in a database or in Parquet is compared with: those of the CSV, or else
//! those that the records have.

use std::fs::File;

use csv::StringRecord;

use super::marker::{Marker, TableEntry};
use super::published::{Expected, Published};
use super::{Check, tables};
use crate::{Error, Format};

/// The rows of a table as lines of CSV, and what they are read from, for a message.
pub(super) struct Reference<'p> {
    rows: Rows<'p>,
    /// The names of the columns; none where they can't be read, which is found elsewhere.
    pub(super) columns: StringRecord,
    pub(super) name: String,
}

enum Rows<'p> {
    Csv(csv::Reader<File>),
    Records(Expected<'p>),
}

impl<'p> Reference<'p> {
    /// Opens them; `None` where the bundle has neither.
    pub(super) fn open(
        check: &Check,
        marker: &Marker,
        published: Option<&'p Published<'p>>,
        table: &TableEntry,
    ) -> Result<Option<Self>, Error> {
        if let Some(mut csv) = tables::open(check, table)? {
            let name = format!("`{}`", table.files[Format::Csv.name()]);
            let columns = csv.headers().cloned().unwrap_or_default();
            let rows = Rows::Csv(csv);
            return Ok(Some(Self {
                rows,
                columns,
                name,
            }));
        }
        let rows = published.map(|it| it.rows(check, marker, table, Format::Csv));
        Ok(rows.transpose()?.flatten().map(|(rows, name)| Self {
            columns: rows.columns(),
            rows: Rows::Records(rows),
            name,
        }))
    }

    /// The next row; `None` where there are no more, or none that can be read, which is found
    /// elsewhere.
    pub(super) fn next(&mut self) -> Result<Option<StringRecord>, Error> {
        match &mut self.rows {
            Rows::Csv(csv) => {
                let mut row = StringRecord::new();
                let is_read = csv.read_record(&mut row).unwrap_or(false);
                Ok(is_read.then_some(row))
            }
            Rows::Records(records) => records.next(),
        }
    }
}
