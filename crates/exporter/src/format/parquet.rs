//! Parquet: a file for each table, with typed columns, dictionaries and Zstandard.
//!
//! A file is written by groups of rows: values wait in memory until there are so many of them that
//! the fullest table is written out, so a table may be larger than the memory. The same rows give
//! the same bytes: the library is compiled in, groups end where the values say, and nothing in a
//! file is a time.

use std::io;
use std::sync::Arc;

use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical, ZstdLevel};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::errors::Result as ParquetResult;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{WriterProperties, WriterPropertiesPtr};
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::types::{Type, TypePtr};

use super::{Format, RowWriter, integer};
use crate::Error;
use crate::bundle::{Bundle, BundleFile};
use crate::column::{Column, Kind};
use crate::description::{GENERATOR, GENERATOR_VERSION};
use crate::row::Cell;
use crate::table::Table;

/// Rows of a group at most; readers expect no larger ones.
const MOST_ROWS: usize = 1 << 20;
/// What may wait in memory, in bytes.
const MOST_BYTES: usize = 64 << 20;
/// How hard Zstandard tries: beyond this it takes much longer for little.
const LEVEL: i32 = 6;

pub(super) struct Parquet {
    properties: WriterPropertiesPtr,
    /// What may wait in all tables together, in bytes.
    most_bytes: usize,
    tables: Vec<Filled>,
}

/// A table of the collection that is being written.
struct Filled {
    name: String,
    collection: String,
    columns: Vec<Waiting>,
    rows: usize,
    bytes: usize,
    writer: SerializedFileWriter<Sink>,
}

/// The values of a column that are not in the file yet.
struct Waiting {
    column: Column,
    values: Values,
    /// Where a value may be absent: 1 for each row that has one, and 0 for each that has none.
    levels: Vec<i16>,
}

enum Values {
    /// Texts one behind the other, and where each ends.
    Texts(Vec<u8>, Vec<usize>),
    Integers(Vec<i64>),
    Numbers(Vec<f64>),
    Booleans(Vec<bool>),
}

/// The file as the library writes to it.
struct Sink {
    /// Until it is complete.
    file: Option<BundleFile>,
    /// Why it could not be written to.
    failure: Option<Error>,
}

impl Parquet {
    /// `about` is what a file says of itself, since it may be passed on alone.
    pub(super) fn new(about: &[(&str, String)]) -> Self {
        let about = about
            .iter()
            .map(|(name, value)| KeyValue::new((*name).to_owned(), value.clone()));
        let level = ZstdLevel::try_new(LEVEL).expect("Zstandard has this level");
        let properties = WriterProperties::builder()
            .set_created_by(format!("{GENERATOR} version {GENERATOR_VERSION}"))
            .set_key_value_metadata(Some(about.collect()))
            .set_compression(Compression::ZSTD(level))
            .build();
        Self {
            properties: Arc::new(properties),
            most_bytes: MOST_BYTES,
            tables: Vec::new(),
        }
    }
}

impl RowWriter for Parquet {
    /// Every table has its file, also one without rows.
    fn begin(&mut self, tables: &[Table], bundle: &Bundle) -> Result<(), Error> {
        for table in tables {
            let sink = Sink {
                file: Some(bundle.file(&Format::Parquet.file_of("", &table.name))?),
                failure: None,
            };
            let writer =
                SerializedFileWriter::new(sink, schema_of(table), Arc::clone(&self.properties));
            self.tables.push(Filled {
                name: table.name.clone(),
                collection: tables[0].name.clone(),
                columns: table.columns.iter().map(Waiting::new).collect(),
                rows: 0,
                bytes: 0,
                writer: writer.expect("the start of a file waits in memory"),
            });
        }
        Ok(())
    }

    fn row(&mut self, table: usize, cells: &[Cell<'_>]) -> Result<(), Error> {
        let filled = &mut self.tables[table];
        filled.push(cells)?;
        if filled.rows >= MOST_ROWS {
            return filled.write_group();
        }
        let waiting: usize = self.tables.iter().map(|filled| filled.bytes).sum();
        if waiting < self.most_bytes {
            return Ok(());
        }
        let fullest = self.tables.iter_mut().max_by_key(|filled| filled.bytes);
        fullest.expect("a table has begun").write_group()
    }

    fn end(&mut self, bundle: &mut Bundle) -> Result<(), Error> {
        let mut tables = self.tables.drain(..);
        tables.try_for_each(|filled| bundle.add(filled.finish()?))
    }
}

impl Filled {
    fn push(&mut self, cells: &[Cell<'_>]) -> Result<(), Error> {
        for (waiting, cell) in self.columns.iter_mut().zip(cells) {
            self.bytes += waiting.push(cell, &self.collection)?;
        }
        self.rows += 1;
        Ok(())
    }

    fn write_group(&mut self) -> Result<(), Error> {
        let written = self.try_write_group();
        self.rows = 0;
        self.bytes = 0;
        written.map_err(|error| self.writer.inner_mut().explain(&self.name, error))
    }

    fn try_write_group(&mut self) -> ParquetResult<()> {
        let mut group = self.writer.next_row_group()?;
        for waiting in &mut self.columns {
            let column = group.next_column()?;
            let mut column = column.expect("the file has the columns of the table");
            waiting.write(&mut column)?;
            column.close()?;
        }
        group.close().map(|_| ())
    }

    fn finish(mut self) -> Result<BundleFile, Error> {
        if self.rows > 0 {
            self.write_group()?;
        }
        let finished = self.writer.finish();
        let sink = self.writer.inner_mut();
        finished.map_err(|error| sink.explain(&self.name, error))?;
        Ok(sink.file.take().expect("a table is finished once"))
    }
}

impl Waiting {
    fn new(column: &Column) -> Self {
        Self {
            values: match column.kind {
                Kind::Text | Kind::Any => Values::Texts(Vec::new(), Vec::new()),
                Kind::Integer => Values::Integers(Vec::new()),
                Kind::Number => Values::Numbers(Vec::new()),
                Kind::Boolean => Values::Booleans(Vec::new()),
            },
            levels: Vec::new(),
            column: column.clone(),
        }
    }

    /// Takes a value; returns how much memory that takes, in bytes.
    fn push(&mut self, cell: &Cell<'_>, collection: &str) -> Result<usize, Error> {
        let column = &self.column;
        if !column.is_required {
            self.levels.push(i16::from(*cell != Cell::Absent));
        }
        let length = match (&mut self.values, cell) {
            (_, Cell::Absent) => {
                assert!(
                    !column.is_required,
                    "what a schema requires is in every row of `{}`: `{}`",
                    collection, column.name
                );
                0
            }
            (Values::Texts(texts, ends), cell) => {
                let start = texts.len();
                write_text(cell, column.kind, texts);
                ends.push(texts.len());
                texts.len() - start + size_of::<ByteArray>()
            }
            (Values::Integers(integers), Cell::Number(text)) => {
                let integer = integer(text, column, collection, Format::Parquet)?;
                integers.push(integer);
                size_of::<i64>()
            }
            (Values::Integers(integers), Cell::Position(position)) => {
                let position = i64::try_from(*position);
                integers.push(position.expect("no array has that many elements"));
                size_of::<i64>()
            }
            (Values::Numbers(numbers), Cell::Number(text)) => {
                numbers.push(text.parse().expect("numbers of JSON are numbers of Rust"));
                size_of::<f64>()
            }
            (Values::Booleans(booleans), Cell::Boolean(boolean)) => {
                booleans.push(*boolean);
                size_of::<bool>()
            }
            (_, cell) => panic!(
                "the values of a sound dataset are of the types that its schemas say: `{}` of \
                 `{collection}` is {cell:?}",
                column.name
            ),
        };
        Ok(length + size_of::<i16>())
    }

    /// Hands all values to the library, and is empty again.
    fn write(&mut self, writer: &mut SerializedColumnWriter<'_>) -> ParquetResult<()> {
        let levels = (!self.column.is_required).then_some(self.levels.as_slice());
        match &mut self.values {
            Values::Texts(texts, ends) => {
                let all = ByteArray::from(std::mem::take(texts));
                let starts = std::iter::once(0).chain(ends.iter().copied());
                let texts: Vec<ByteArray> = starts
                    .zip(&*ends)
                    .map(|(start, end)| all.slice(start, end - start))
                    .collect();
                let writer = writer.typed::<ByteArrayType>();
                writer.write_batch(&texts, levels, None)?;
                ends.clear();
            }
            Values::Integers(integers) => {
                let writer = writer.typed::<Int64Type>();
                writer.write_batch(integers, levels, None)?;
                integers.clear();
            }
            Values::Numbers(numbers) => {
                let writer = writer.typed::<DoubleType>();
                writer.write_batch(numbers, levels, None)?;
                numbers.clear();
            }
            Values::Booleans(booleans) => {
                let writer = writer.typed::<BoolType>();
                writer.write_batch(booleans, levels, None)?;
                booleans.clear();
            }
        }
        self.levels.clear();
        Ok(())
    }
}

impl Sink {
    /// What went wrong, in the words of the file where it was that.
    fn explain(&mut self, table: &str, error: parquet::errors::ParquetError) -> Error {
        self.failure.take().unwrap_or_else(|| {
            Error::refused(format!("the table `{table}` can't be Parquet: {error}"))
        })
    }
}

impl io::Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let file = self.file.as_mut();
        match file
            .expect("a complete file is not written to")
            .write(bytes)
        {
            Ok(()) => Ok(bytes.len()),
            Err(error) => {
                // The library may try again while it gives up; the first reason is the one.
                self.failure.get_or_insert(error);
                Err(io::Error::other("the file can't be written to"))
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The columns of a table with their types.
pub(crate) fn schema_of(table: &Table) -> TypePtr {
    let columns = table.columns.iter().map(|column| {
        let (physical, logical) = match column.kind {
            Kind::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
            // Of values of several types, JSON alone tells all apart.
            Kind::Any => (Physical::BYTE_ARRAY, Some(LogicalType::Json)),
            Kind::Integer => (Physical::INT64, None),
            Kind::Number => (Physical::DOUBLE, None),
            Kind::Boolean => (Physical::BOOLEAN, None),
        };
        let repetition = if column.is_required {
            Repetition::REQUIRED
        } else {
            Repetition::OPTIONAL
        };
        let column = Type::primitive_type_builder(&column.name, physical)
            .with_logical_type(logical)
            .with_repetition(repetition)
            .build();
        Arc::new(column.expect("every type has this physical type"))
    });
    let root = Type::group_type_builder("schema").with_fields(columns.collect());
    Arc::new(root.build().expect("a group takes all columns"))
}

/// Appends the text of a value; as JSON where the column has values of several types.
fn write_text(cell: &Cell<'_>, kind: Kind, out: &mut Vec<u8>) {
    match cell {
        Cell::Text(text) if kind == Kind::Any => {
            serde_json::to_writer(out, text).expect("a string can be written to memory");
        }
        Cell::Text(text) => out.extend_from_slice(text.as_bytes()),
        Cell::Json(text) | Cell::Number(text) => out.extend_from_slice(text.as_bytes()),
        Cell::Boolean(boolean) => out.extend_from_slice(boolean.to_string().as_bytes()),
        Cell::Position(position) => out.extend_from_slice(position.to_string().as_bytes()),
        Cell::Absent => {}
    }
}

#[cfg(test)]
mod tests {
    use parquet::file::metadata::RowGroupMetaData;
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use treatise_source::RegularFile;

    use super::{Bundle, Cell, Column, Kind, Parquet, RowWriter, Table};
    use crate::Target;

    /// The rows of each group of two tables that take turns, where so many bytes may wait.
    fn groups(most_bytes: usize) -> Vec<Vec<i64>> {
        let around = tempfile::tempdir().expect("there is a temporary folder");
        let target = Target::new(&around.path().join("bundle")).expect("nothing is there");
        let mut bundle = Bundle::create(target).expect("there is room");
        let mut writer = Parquet {
            most_bytes,
            ..Parquet::new(&[])
        };
        let columns = || vec![Column::key("id", Kind::Text)];
        let tables = ["left", "right"].map(|name| Table::plain(name, 1, columns()));
        writer.begin(&tables, &bundle).expect("there is room");
        for number in 0..100 {
            let id = format!("{number:03}");
            for table in [0, 1] {
                let cells = [Cell::Text(&id)];
                writer.row(table, &cells).expect("there is room");
            }
        }
        writer.end(&mut bundle).expect("there is room");
        tables
            .iter()
            .map(|table| {
                let path = bundle.path_of(&format!("parquet/{}.parquet", table.name));
                let file = RegularFile::open(&path.expect("it is inside"));
                let file = file.expect("it is there").into_file();
                let reader = SerializedFileReader::new(file);
                let reader = reader.expect("it is Parquet");
                let rows = reader.get_row_iter(None).expect("it can be read");
                let ids: Vec<_> = rows
                    .map(|row| row.expect("it can be read").to_string())
                    .collect();
                let expected = (0..100).map(|number| format!("{{id: \"{number:03}\"}}"));
                assert_eq!(ids, expected.collect::<Vec<_>>());
                let groups = reader.metadata().row_groups().iter();
                groups.map(RowGroupMetaData::num_rows).collect()
            })
            .collect()
    }

    #[test]
    fn rows_are_written_by_groups_and_none_is_lost() {
        assert_eq!(groups(usize::MAX), [[100], [100]]);
        for groups in groups(1000) {
            assert!(groups.len() > 1, "{groups:?}");
            assert!(groups.iter().all(|&rows| rows < 100), "{groups:?}");
        }
    }
}
