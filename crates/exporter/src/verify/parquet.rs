//! Whether the Parquet files can be read, have the rows that `bundle.json` says, and the values of
//! another format.

use std::collections::BTreeMap;
use std::fs::File;

use csv::StringRecord;
use parquet::basic::Type as Physical;
use parquet::errors::ParquetError;
use parquet::file::metadata::{ColumnChunkMetaData, RowGroupMetaData};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use parquet::record::reader::RowIter;
use parquet::schema::types::TypePtr;
use rusqlite::Connection;

use super::difference::{Differences, Different, columns_message, difference};
use super::identity::TOLD_BY;
use super::marker::{Marker, TableEntry};
use super::published::Published;
use super::reference::Reference;
use super::rules::{COUNT_DISAGREES, FORMATS_DISAGREE, UNREADABLE_TABLE};
use super::{Check, database, tables};
use crate::format::parquet::schema_of;
use crate::{Error, Format};

pub(super) fn check(
    check: &mut Check,
    marker: &Marker,
    published: Option<&Published<'_>>,
) -> Result<(), Error> {
    for table in marker.tables() {
        let Some(name) = table.files.get(Format::Parquet.name()) else {
            continue;
        };
        check.extent.tables += 1;
        let file = tables::open_file(check, name)?;
        let compared = if let Some(reference) = Reference::open(check, marker, published, table)? {
            compare_with(file, reference)?
        } else if let Some(database) = database::open(check, table) {
            compare_with_database(file, table, &database)
        } else {
            compare(file, String::new(), |_, _| None)
        };
        match compared {
            Ok(compared) => {
                for &what in TOLD_BY {
                    let said = compared.about.get(what).map(String::as_str);
                    marker.dataset.expect(check, name, what, said);
                }
                judge(check, table, &compared);
                let made = published.and_then(|published| published.table(marker, &table.name));
                let is_as_made = made.is_none_or(|made| schema_of(&made) == compared.types);
                if !is_as_made && !check.has(&FORMATS_DISAGREE, name) {
                    let message = format!("`{name}` has other types than its schema makes");
                    check.find(&FORMATS_DISAGREE, name, message);
                }
            }
            Err(reason) => {
                let message = format!("`{name}` is no table: {reason}");
                check.find(&UNREADABLE_TABLE, name, message);
            }
        }
    }
    Ok(())
}

/// How many rows there are, and which another file has not.
struct Compared {
    rows: u64,
    columns: Vec<String>,
    types: TypePtr,
    /// What the file says of its dataset.
    about: BTreeMap<String, String>,
    /// What the other file is called in a message.
    other: String,
    /// The names of its columns; none where there is no other file.
    other_columns: StringRecord,
    differences: Differences,
}

fn compare(
    file: File,
    other: String,
    mut different: impl FnMut(&StringRecord, &[bool]) -> Option<Different>,
) -> Result<Compared, String> {
    let reader = Reader::open(file)?;
    let mut compared = Compared {
        rows: 0,
        columns: reader.columns.clone(),
        types: reader
            .file
            .metadata()
            .file_metadata()
            .schema_descr()
            .root_schema_ptr(),
        about: reader.about(),
        other,
        other_columns: StringRecord::new(),
        differences: Differences::default(),
    };
    reader.each_row(|row| {
        compared.rows += 1;
        let key = row.get(0).unwrap_or_default();
        let different = different(row, &reader.numbers);
        compared.differences.see(different, key);
    })?;
    Ok(compared)
}

/// The outer error is that of the other file.
fn compare_with(
    file: File,
    mut reference: Reference<'_>,
) -> Result<Result<Compared, String>, Error> {
    let mut failure = None;
    let mut next = || match reference.next() {
        Ok(row) => row,
        Err(error) => {
            failure.get_or_insert(error);
            None
        }
    };
    let mut compared = compare(file, String::new(), |row, numbers| match next() {
        Some(expected) => difference(row, &expected, |position, left, right| {
            is_same(left, right, numbers[position])
        }),
        None => Some(Different::Surplus),
    });
    if let Ok(compared) = &mut compared {
        while let Some(row) = next() {
            let key = row.get(0).unwrap_or_default();
            compared.differences.see(Some(Different::Missing), key);
        }
    }
    match failure {
        Some(error) => Err(error),
        None => Ok(compared.map(|compared| Compared {
            other: reference.name,
            other_columns: reference.columns,
            ..compared
        })),
    }
}

fn compare_with_database(
    file: File,
    table: &TableEntry,
    database: &Connection,
) -> Result<Compared, String> {
    let failed = |error: rusqlite::Error| error.to_string();
    let row_number = database::row_number(database, &table.name).map_err(failed)?;
    let sql = database::select(&table.name, row_number);
    let mut statement = database.prepare(&sql).map_err(failed)?;
    let other_columns = StringRecord::from(statement.column_names());
    let mut stored = statement.query([]).map_err(failed)?;
    let other = table.files.get(Format::Sqlite.name());
    let other = other.map_or_else(String::new, |name| format!("`{name}`"));
    let compared = compare(file, other, |row, _| match stored.next().ok().flatten() {
        Some(stored) => database::difference(stored, row).unwrap_or(Some(Different::Width)),
        None => Some(Different::Surplus),
    })?;
    Ok(Compared {
        other_columns,
        ..compared
    })
}

fn judge(check: &mut Check, table: &TableEntry, compared: &Compared) {
    let name = &table.files[Format::Parquet.name()];
    check.extent.rows += compared.rows;
    if compared.rows != table.rows {
        let message = format!(
            "`{name}` has {} rows, and not {} as `bundle.json` says",
            compared.rows, table.rows
        );
        check.find(&COUNT_DISAGREES, name, message);
        return;
    }
    let Compared {
        columns,
        other,
        other_columns,
        differences,
        ..
    } = compared;
    let place = format!("`{name}`");
    let names = StringRecord::from(columns.as_slice());
    let column = |position: usize| columns.get(position).cloned();
    let message = columns_message(&place, &names, other, other_columns, str::eq)
        .or_else(|| differences.message(&place, other, column));
    if let Some(message) = message {
        check.find(&FORMATS_DISAGREE, name, message);
    }
}

/// Whether two cells say the same; the same number may be written in several ways.
fn is_same(left: &str, right: &str, is_number: bool) -> bool {
    let parsed = |text: &str| text.parse::<f64>().ok();
    left == right || (is_number && parsed(left).is_some() && parsed(left) == parsed(right))
}

/// A file with columns as this program writes them.
pub(super) struct Reader {
    file: SerializedFileReader<File>,
    pub(super) columns: Vec<String>,
    /// Which columns are of numbers.
    numbers: Vec<bool>,
}

impl Reader {
    /// Opens a file; the error says why it can't be read.
    pub(super) fn open(file: File) -> Result<Self, String> {
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
            if !column.is_primitive() {
                return Err(format!("its column `{}` is of several", column.name()));
            }
            columns.push(column.name().to_owned());
            numbers.push(match column.get_physical_type() {
                Physical::INT64 | Physical::DOUBLE => true,
                Physical::BOOLEAN | Physical::BYTE_ARRAY => false,
                other => return Err(format!("its column `{}` is {other}", column.name())),
            });
        }
        Ok(Self {
            file: reader,
            columns,
            numbers,
        })
    }

    /// What the file says of its dataset.
    fn about(&self) -> BTreeMap<String, String> {
        let metadata = self.file.metadata().file_metadata();
        let entries = metadata.key_value_metadata().into_iter().flatten();
        let entries = entries.filter_map(|entry| Some((entry.key.clone(), entry.value.clone()?)));
        entries.collect()
    }

    /// Hands over the rows as the lines that CSV has for them.
    pub(super) fn each_row(&self, mut use_it: impl FnMut(&StringRecord)) -> Result<(), String> {
        let schema = self.file.metadata().file_metadata().schema_descr();
        let are_json: Vec<_> = schema
            .columns()
            .iter()
            .map(|column| column.converted_type() == parquet::basic::ConvertedType::JSON)
            .collect();
        let mut line = StringRecord::new();
        for group in 0..self.file.num_row_groups() {
            let group = self.file.get_row_group(group).map_err(explained)?;
            for row in RowIter::from_row_group(None, &*group).map_err(explained)? {
                let row = row.map_err(explained)?;
                line.clear();
                for ((_, value), &is_json) in row.get_column_iter().zip(&are_json) {
                    line.push_field(&as_csv(value, is_json));
                }
                use_it(&line);
            }
        }
        Ok(())
    }
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

/// What CSV has for a value.
fn as_csv(value: &Field, is_json: bool) -> String {
    match value {
        Field::Null => String::new(),
        Field::Bool(boolean) => boolean.to_string(),
        Field::Long(integer) => integer.to_string(),
        Field::Double(number) => number.to_string(),
        // A text among other values stands in CSV as it is.
        Field::Str(text) if is_json && text.starts_with('"') => {
            serde_json::from_str(text).unwrap_or_else(|_| text.clone())
        }
        Field::Str(text) => text.clone(),
        other => other.to_string(),
    }
}

fn explained(error: ParquetError) -> String {
    match error {
        ParquetError::General(message) | ParquetError::EOF(message) => message,
        other => other.to_string(),
    }
}
