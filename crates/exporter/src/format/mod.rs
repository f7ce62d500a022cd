//! The formats that a bundle can have: one file each, none of which knows the dataset.

mod batch;
mod csv;
mod csv_excel;
mod json;
mod lines;
mod ndjson;
#[cfg(feature = "parquet")]
pub(crate) mod parquet;
pub(crate) mod sqlite;
pub(crate) mod types;

use treatise_dataset::file_stem;

use crate::Error;
use crate::bundle::Bundle;
use crate::column::Column;
use crate::relation::Catalogue;
use crate::row::Cell;
use crate::table::Table;
pub(crate) use batch::{Batch, Demand};
pub(crate) use csv_excel::is_formula;
pub(crate) use lines::Lines;

/// A format of a bundle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// A JSON document for each collection, and one about the dataset.
    Json,
    /// A file for each collection, with a record on each line.
    Ndjson,
    /// A table for each collection and for each array in it (RFC 4180).
    Csv,
    /// The same tables for spreadsheets, where no value is taken for a formula.
    CsvExcel,
    /// A database with all tables.
    Sqlite,
    /// The same tables as typed columns, where the feature `parquet` is on.
    Parquet,
}

/// Takes the records of a collection, in the order of their ids.
pub(crate) trait RecordWriter {
    /// A collection begins.
    fn begin(&mut self, collection: &str, bundle: &Bundle) -> Result<(), Error>;
    /// Takes a record as JSON text without line breaks.
    fn record(&mut self, text: &[u8]) -> Result<(), Error>;
    /// The collection has no more.
    fn end(&mut self, bundle: &mut Bundle) -> Result<(), Error>;
}

/// Takes the rows of all tables of a collection.
pub(crate) trait RowWriter {
    /// A collection with these tables begins.
    fn begin(&mut self, tables: &[Table], bundle: &Bundle) -> Result<(), Error>;
    /// Takes a row of the table with this number.
    fn row(&mut self, table: usize, cells: &[Cell<'_>]) -> Result<(), Error>;
    /// The collection has no more.
    fn end(&mut self, bundle: &mut Bundle) -> Result<(), Error>;
    /// There are no more collections.
    fn finish(&mut self, bundle: &mut Bundle) -> Result<(), Error> {
        let _ = bundle;
        Ok(())
    }
}

/// Formats, each once, in their order.
#[derive(Debug)]
pub(crate) struct Formats(Vec<Format>);

/// What writes all collections.
pub(crate) struct Writers {
    records: Vec<Box<dyn RecordWriter>>,
    lines: Vec<Lines>,
    rows: Vec<Box<dyn RowWriter>>,
}

impl Format {
    /// All formats that can be written, in the order in which they are listed.
    pub const ALL: &[Self] = &[
        Self::Json,
        Self::Ndjson,
        Self::Csv,
        Self::CsvExcel,
        Self::Sqlite,
        #[cfg(feature = "parquet")]
        Self::Parquet,
    ];

    /// Its name, which is also that of its folder.
    pub fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Ndjson => "ndjson",
            Self::Csv => "csv",
            Self::CsvExcel => "csv-excel",
            Self::Sqlite => "sqlite",
            Self::Parquet => "parquet",
        }
    }

    /// All formats that a bundle can have, whether or not this program can write them.
    pub(crate) const KNOWN: [Self; 6] = [
        Self::Json,
        Self::Ndjson,
        Self::Csv,
        Self::CsvExcel,
        Self::Sqlite,
        Self::Parquet,
    ];

    /// The format of this name, if it can be written.
    pub fn parse(name: &str) -> Option<Self> {
        let mut all = Self::ALL.iter().copied();
        all.find(|format| format.name() == name)
    }

    /// Whether a bundle has it where none is named: all but the one that changes values.
    fn is_usual(self) -> bool {
        self != Self::CsvExcel
    }

    /// Whether it has the tables, and not whole records.
    pub(crate) fn has_tables(self) -> bool {
        match self {
            Self::Json | Self::Ndjson => false,
            Self::Csv | Self::CsvExcel | Self::Sqlite | Self::Parquet => true,
        }
    }

    /// What writes its tables, where their rows are lines.
    pub(crate) fn lines(self) -> Option<Lines> {
        match self {
            Self::Csv => Some(csv::tables()),
            Self::CsvExcel => Some(csv_excel::tables()),
            Self::Json | Self::Ndjson | Self::Sqlite | Self::Parquet => None,
        }
    }

    /// What writes nothing but the types of cells, where it has any that CSV has not.
    pub(crate) fn types(self) -> Option<Lines> {
        match self {
            Self::Sqlite => Some(types::in_database()),
            Self::Parquet => Some(types::in_parquet()),
            Self::Json | Self::Ndjson | Self::Csv | Self::CsvExcel => None,
        }
    }

    /// What its files end with.
    fn extension(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Ndjson => "ndjson",
            Self::Csv | Self::CsvExcel => "csv",
            Self::Sqlite => "sqlite",
            Self::Parquet => "parquet",
        }
    }

    /// The file, within the bundle of the dataset, of a collection or table.
    pub(crate) fn file_of(self, dataset: &str, name: &str) -> String {
        // A database has all tables.
        let name = if self == Self::Sqlite { dataset } else { name };
        format!("{}/{}.{}", self.name(), file_stem(name), self.extension())
    }
}

impl Formats {
    /// The formats that are asked for; those of a bundle where none is.
    pub(crate) fn of(wanted: &[Format]) -> Result<Self, Error> {
        if let Some(format) = wanted.iter().find(|format| !Format::ALL.contains(format)) {
            return Err(Error::refused(format!(
                "this program was built without the format {}",
                format.name()
            )));
        }
        let is_wanted = |format: &Format| match wanted {
            [] => format.is_usual(),
            _ => wanted.contains(format),
        };
        let all = Format::ALL.iter().copied();
        Ok(Self(all.filter(is_wanted).collect()))
    }

    pub(crate) fn list(&self) -> &[Format] {
        &self.0
    }

    pub(crate) fn has(&self, format: Format) -> bool {
        self.0.contains(&format)
    }

    /// The writers of a bundle of the dataset with this name; `about` is what a file says of
    /// itself that may be passed on alone.
    pub(crate) fn start(
        &self,
        dataset: &str,
        about: &[(&str, String)],
        catalogue: &Catalogue,
        bundle: &Bundle,
    ) -> Result<Writers, Error> {
        let mut writers = Writers {
            records: Vec::new(),
            lines: Vec::new(),
            rows: Vec::new(),
        };
        for format in &self.0 {
            match format {
                Format::Json => writers.records.push(Box::new(json::Json::default())),
                Format::Ndjson => writers.records.push(Box::new(ndjson::Ndjson::default())),
                Format::Csv | Format::CsvExcel => writers.lines.extend(format.lines()),
                Format::Sqlite => {
                    let file = format.file_of(dataset, dataset);
                    let database = sqlite::Sqlite::create(&file, about, catalogue, bundle)?;
                    writers.rows.push(Box::new(database));
                }
                #[cfg(feature = "parquet")]
                Format::Parquet => {
                    let files = parquet::Parquet::new(about);
                    writers.rows.push(Box::new(files));
                }
                #[cfg(not(feature = "parquet"))]
                Format::Parquet => unreachable!("what can't be written is refused before"),
            }
        }
        Ok(writers)
    }
}

impl Writers {
    /// What they take.
    pub(crate) fn demand(&self) -> Demand {
        Demand {
            records: !self.records.is_empty(),
            lines: self.lines.iter().map(|lines| lines.write_line).collect(),
            cells: !self.rows.is_empty(),
        }
    }

    pub(crate) fn begin(
        &mut self,
        collection: &str,
        tables: &[Table],
        bundle: &Bundle,
    ) -> Result<(), Error> {
        for writer in &mut self.records {
            writer.begin(collection, bundle)?;
        }
        self.begin_tables(tables, bundle)
    }

    /// Tables that belong to no collection begin.
    pub(crate) fn begin_tables(&mut self, tables: &[Table], bundle: &Bundle) -> Result<(), Error> {
        for lines in &mut self.lines {
            lines.begin(tables, bundle)?;
        }
        let mut writers = self.rows.iter_mut();
        writers.try_for_each(|writer| writer.begin(tables, bundle))
    }

    /// Takes what comes next in the collection.
    pub(crate) fn take(&mut self, batch: &Batch) -> Result<(), Error> {
        for writer in &mut self.records {
            batch.texts().try_for_each(|text| writer.record(text))?;
        }
        for (number, lines) in self.lines.iter_mut().enumerate() {
            lines.take(number, batch)?;
        }
        batch.each_row(|table, cells| {
            let mut writers = self.rows.iter_mut();
            writers.try_for_each(|writer| writer.row(table, cells))
        })
    }

    pub(crate) fn end(&mut self, bundle: &mut Bundle) -> Result<(), Error> {
        for writer in &mut self.records {
            writer.end(bundle)?;
        }
        self.end_tables(bundle)
    }

    pub(crate) fn end_tables(&mut self, bundle: &mut Bundle) -> Result<(), Error> {
        for lines in &mut self.lines {
            lines.end(bundle)?;
        }
        let mut writers = self.rows.iter_mut();
        writers.try_for_each(|writer| writer.end(bundle))
    }

    pub(crate) fn finish(mut self, bundle: &mut Bundle) -> Result<(), Error> {
        let mut writers = self.rows.iter_mut();
        writers.try_for_each(|writer| writer.finish(bundle))
    }
}

/// A number in a column of integers; an error where the format has no place for it.
fn integer(text: &str, column: &Column, collection: &str, format: Format) -> Result<i64, Error> {
    text.parse().map_err(|_| {
        Error::refused(format!(
            "the number `{text}` at `{}` of `{collection}` has no place in 64 bits, which is all \
             that {} has for an integer; export other formats",
            column.name,
            format.name()
        ))
    })
}
