//! The rows of a Parquet file as the lines that CSV has for them.
//!
//! Values are read by columns, many rows at a time, and only of the columns that are asked for: to
//! have whole rows from the library takes several times as long.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::{Display, Write as _};
use std::fs::File;
use std::ops::ControlFlow;
use std::sync::Arc;

use csv::StringRecord;
use parquet::basic::{ConvertedType, Repetition, Type as Physical};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl, get_column_reader};
use parquet::data_type::{ByteArray, DataType};
use parquet::errors::ParquetError;
use parquet::file::metadata::{ColumnChunkMetaData, RowGroupMetaData};
use parquet::file::reader::{FileReader, RowGroupReader, SerializedFileReader};
use parquet::schema::types::TypePtr;

use super::pages::Pages;
use crate::format::types::Type;

/// Rows whose values are at hand at a time.
const ROWS: usize = 1024;
/// So many values may stand for a byte of a file: an export begins a page of a column for 20000 rows at the
/// latest, and the head of a page alone has more than 20 bytes.
const MOST_GAIN: u64 = 1000;
/// So many values may be in any file, however small.
const ANY_VALUES: u64 = 1 << 20;

/// A file with columns as this program writes them.
pub(crate) struct Reader {
    file: SerializedFileReader<File>,
    pub(crate) columns: Vec<String>,
    /// How many rows there are by what the file says, which columns are held to.
    pub(crate) rows: u64,
    /// Which columns are of numbers.
    pub(crate) numbers: Vec<bool>,
}

impl Reader {
    /// Opens a file; the error says why it can't be read.
    pub(crate) fn open(file: File) -> Result<Self, String> {
        let length = file.metadata().map_err(|error| error.to_string())?.len();
        let reader = SerializedFileReader::new(file).map_err(explained)?;
        // The library takes what a footer says of places for true.
        let groups = reader.metadata().row_groups().iter();
        if !groups
            .flat_map(RowGroupMetaData::columns)
            .all(|chunk| is_within(chunk, length))
        {
            return Err("its footer places a column where there is none".to_owned());
        }
        let schema = reader.metadata().file_metadata().schema();
        let (mut columns, mut numbers) = (Vec::new(), Vec::new());
        for column in schema.get_fields() {
            let is_repeated = || column.get_basic_info().repetition() == Repetition::REPEATED;
            if !column.is_primitive() || is_repeated() {
                return Err(format!("its column `{}` is of several", column.name()));
            }
            columns.push(column.name().to_owned());
            numbers.push(match column.get_physical_type() {
                Physical::INT64 | Physical::DOUBLE => true,
                Physical::BOOLEAN | Physical::BYTE_ARRAY => false,
                other => return Err(format!("its column `{}` is {other}", column.name())),
            });
        }
        // What a footer says of rows is as long as it likes, and so is a column of one value.
        let groups = reader.metadata().row_groups().iter();
        let rows = groups.map(|group| u64::try_from(group.num_rows()).ok());
        let rows: Option<Vec<_>> = rows.collect();
        let rows = rows.ok_or("a group of its rows has fewer than none")?;
        let rows = rows.into_iter().fold(0, u64::saturating_add);
        let values = rows.saturating_mul(columns.len() as u64);
        if values > length.saturating_mul(MOST_GAIN).saturating_add(ANY_VALUES) {
            return Err(format!(
                "it says that it has {rows} rows, more than its size explains"
            ));
        }
        Ok(Self {
            file: reader,
            columns,
            rows,
            numbers,
        })
    }

    /// The types of the columns.
    pub(crate) fn types(&self) -> TypePtr {
        let metadata = self.file.metadata().file_metadata();
        metadata.schema_descr().root_schema_ptr()
    }

    /// What the file says of its dataset.
    pub(crate) fn about(&self) -> BTreeMap<String, String> {
        let metadata = self.file.metadata().file_metadata();
        let entries = metadata.key_value_metadata().into_iter().flatten();
        let entries = entries.filter_map(|entry| Some((entry.key.clone(), entry.value.clone()?)));
        entries.collect()
    }

    /// Hands over the rows as the lines that CSV has for them, and the types of their cells, with the
    /// values of some columns, by their positions, until there are no more or `use_it` wants none.
    pub(crate) fn each_row(
        &self,
        wanted: &[usize],
        mut use_it: impl FnMut(&StringRecord, &[Type]) -> ControlFlow<()>,
    ) -> Result<(), String> {
        let mut line = StringRecord::new();
        let mut types = Vec::new();
        for group in 0..self.file.num_row_groups() {
            let group = self.file.get_row_group(group).map_err(explained)?;
            let column = |&position: &usize| self.column(&*group, position);
            let mut columns: Vec<_> = wanted.iter().map(column).collect::<Result<_, _>>()?;
            let mut left = usize::try_from(group.metadata().num_rows())
                .map_err(|_| "a group of its rows has too many".to_owned())?;
            while left > 0 && !columns.is_empty() {
                let count = left.min(ROWS);
                for column in &mut columns {
                    column.fill(count)?;
                }
                for row in 0..count {
                    line.clear();
                    types.clear();
                    for column in &mut columns {
                        types.push(column.push(row, &mut line)?);
                    }
                    if use_it(&line, &types).is_break() {
                        return Ok(());
                    }
                }
                left -= count;
            }
            for column in &mut columns {
                column.end()?;
            }
        }
        Ok(())
    }

    fn column(&self, group: &dyn RowGroupReader, position: usize) -> Result<Column<'_>, String> {
        let name = &self.columns[position];
        let schema = self.file.metadata().file_metadata().schema_descr();
        let descriptor = schema.column(position);
        let pages = group.get_column_page_reader(position).map_err(explained)?;
        let pages = Box::new(Pages::new(pages, Arc::clone(&descriptor)));
        let values: Box<dyn Values> = match get_column_reader(Arc::clone(&descriptor), pages) {
            ColumnReader::BoolColumnReader(reader) => Batch::boxed(reader, write_truth),
            ColumnReader::Int64ColumnReader(reader) => Batch::boxed(reader, write_number),
            ColumnReader::DoubleColumnReader(reader) => Batch::boxed(reader, write_number),
            ColumnReader::ByteArrayColumnReader(reader) => {
                let is_json = descriptor.converted_type() == ConvertedType::JSON;
                Batch::boxed(reader, if is_json { write_json } else { write_text })
            }
            _ => {
                return Err(format!(
                    "its column `{name}` is of a type that no export makes"
                ));
            }
        };
        Ok(Column {
            name,
            values,
            has_gaps: descriptor.max_def_level() > 0,
            levels: Vec::new(),
            next: 0,
            cell: String::new(),
        })
    }
}

/// A column of some rows in a row.
struct Column<'r> {
    name: &'r str,
    values: Box<dyn Values>,
    has_gaps: bool,
    /// For each row at hand, whether there is a value; empty in columns without gaps.
    levels: Vec<i16>,
    /// Position of the next value.
    next: usize,
    /// Where values are written.
    cell: String,
}

impl Column<'_> {
    /// Reads the values of so many rows.
    fn fill(&mut self, count: usize) -> Result<(), String> {
        match self.read(count)? == count {
            true => Ok(()),
            false => Err(format!(
                "its column `{}` has fewer values than there are rows",
                self.name
            )),
        }
    }

    /// Makes sure that no value is left.
    fn end(&mut self) -> Result<(), String> {
        match self.read(1)? {
            0 => Ok(()),
            _ => Err(format!(
                "its column `{}` has more values than there are rows",
                self.name
            )),
        }
    }

    fn read(&mut self, most: usize) -> Result<usize, String> {
        self.next = 0;
        self.levels.clear();
        let read = self.values.read(most, &mut self.levels);
        read.map_err(explained)
    }

    /// Adds the value of a row at hand, the next one, to a line; returns its type.
    fn push(&mut self, row: usize, line: &mut StringRecord) -> Result<Type, String> {
        self.cell.clear();
        let is_gap = self.has_gaps && self.levels.get(row) == Some(&0);
        let kind = if is_gap {
            Type::Absent
        } else {
            let written = self.values.write(self.next, &mut self.cell);
            self.next += 1;
            written.map_err(|reason| format!("its column `{}`: {reason}", self.name))?
        };
        line.push_field(&self.cell);
        Ok(kind)
    }
}

/// The values of a column at hand, without the gaps.
trait Values {
    /// Reads those of at most so many rows; returns of how many.
    fn read(&mut self, most: usize, levels: &mut Vec<i16>) -> Result<usize, ParquetError>;

    /// Writes what CSV has for a value; returns its type.
    fn write(&self, position: usize, cell: &mut String) -> Result<Type, String>;
}

struct Batch<T: DataType> {
    reader: ColumnReaderImpl<T>,
    values: Vec<T::T>,
    write: Write<T::T>,
}

/// Writes what CSV has for a value; returns its type.
type Write<T> = fn(&T, &mut String) -> Result<Type, String>;

impl<T: DataType> Batch<T> {
    fn boxed(reader: ColumnReaderImpl<T>, write: Write<T::T>) -> Box<dyn Values> {
        let values = Vec::new();
        Box::new(Self {
            reader,
            values,
            write,
        })
    }
}

impl<T: DataType> Values for Batch<T> {
    fn read(&mut self, most: usize, levels: &mut Vec<i16>) -> Result<usize, ParquetError> {
        self.values.clear();
        let (rows, ..) = self
            .reader
            .read_records(most, Some(levels), None, &mut self.values)?;
        Ok(rows)
    }

    fn write(&self, position: usize, cell: &mut String) -> Result<Type, String> {
        let value = self.values.get(position);
        (self.write)(value.ok_or("a value is not there")?, cell)
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    clippy::unnecessary_wraps,
    reason = "as `Write` is for values of any type"
)]
fn write_truth(value: &bool, cell: &mut String) -> Result<Type, String> {
    cell.push_str(if *value { "true" } else { "false" });
    Ok(Type::Boolean)
}

fn write_number(value: &impl Display, cell: &mut String) -> Result<Type, String> {
    write!(cell, "{value}").map_err(|error| error.to_string())?;
    Ok(Type::Number)
}

fn write_text(value: &ByteArray, cell: &mut String) -> Result<Type, String> {
    cell.push_str(text_of(value)?);
    Ok(Type::Text)
}

fn write_json(value: &ByteArray, cell: &mut String) -> Result<Type, String> {
    let text = text_of(value)?;
    let kind = match text.bytes().next() {
        Some(b'"') => Type::Text,
        Some(b't' | b'f') => Type::Boolean,
        Some(b'[' | b'{') => Type::Json,
        Some(b'-' | b'0'..=b'9') => Type::Number,
        _ => return Err("a value is not JSON".to_owned()),
    };
    // A text among other values stands in CSV as it is.
    let meant = match kind {
        Type::Text => serde_json::from_str(text).ok(),
        _ => None,
    };
    cell.push_str(&meant.unwrap_or(Cow::Borrowed(text)));
    Ok(kind)
}

fn text_of(value: &ByteArray) -> Result<&str, String> {
    let text = value.as_utf8();
    text.map_err(|_| "a text is not UTF-8".to_owned())
}

/// Whether a part of a column lies in a file of this length.
fn is_within(chunk: &ColumnChunkMetaData, length: u64) -> bool {
    let start = chunk.dictionary_page_offset().unwrap_or(i64::MAX);
    let start = start.min(chunk.data_page_offset());
    let bounds = u64::try_from(start)
        .ok()
        .zip(u64::try_from(chunk.compressed_size()).ok());
    let end = bounds.and_then(|(start, size)| start.checked_add(size));
    end.is_some_and(|end| end <= length) && chunk.num_values() >= 0
}

fn explained(error: ParquetError) -> String {
    match error {
        ParquetError::General(message) | ParquetError::EOF(message) => message,
        other => other.to_string(),
    }
}
