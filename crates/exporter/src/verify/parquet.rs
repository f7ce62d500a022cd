//! Whether the Parquet files can be read, have the rows that `bundle.json` says, and the values of
//! another format.

use std::fs::File;

use csv::StringRecord;
use parquet::basic::Type as Physical;
use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use parquet::record::reader::RowIter;
use rusqlite::Connection;

use super::marker::{Marker, TableEntry};
use super::rules::{COUNT_DISAGREES, FORMATS_DISAGREE, UNREADABLE_TABLE};
use super::{Check, database, tables};
use crate::{Error, Format};

pub(super) fn check(check: &mut Check, marker: &Marker) -> Result<(), Error> {
    for table in marker.tables() {
        let Some(name) = table.files.get(Format::Parquet.name()) else {
            continue;
        };
        check.extent.tables += 1;
        let file = tables::open_file(check, name)?;
        let compared = if let Some(mut csv) = tables::open(check, table)? {
            let mut written = StringRecord::new();
            compare(file, |row, numbers| {
                csv.read_record(&mut written).unwrap_or(false) && is_same(row, &written, numbers)
            })
        } else if let Some(database) = database::open(check, table) {
            compare_with_database(file, table, &database)
        } else {
            compare(file, |_, _| true)
        };
        match compared {
            Ok(compared) => judge(check, table, compared),
            Err(reason) => {
                let message = format!("`{name}` is no table: {reason}");
                check.find(&UNREADABLE_TABLE, name, message);
            }
        }
    }
    Ok(())
}

/// How many rows there are, and the first that another format has not.
struct Compared {
    rows: u64,
    difference: Option<u64>,
}

fn compare(
    file: File,
    mut is_there: impl FnMut(&StringRecord, &[bool]) -> bool,
) -> Result<Compared, String> {
    let mut compared = Compared {
        rows: 0,
        difference: None,
    };
    let reader = Reader::open(file)?;
    reader.each_row(|row| {
        compared.rows += 1;
        if compared.difference.is_none() && !is_there(row, &reader.numbers) {
            compared.difference = Some(compared.rows);
        }
    })?;
    Ok(compared)
}

fn compare_with_database(
    file: File,
    table: &TableEntry,
    database: &Connection,
) -> Result<Compared, String> {
    let failed = |error: rusqlite::Error| error.to_string();
    let sql = database::select(&table.name);
    let mut statement = database.prepare(&sql).map_err(failed)?;
    let mut stored = statement.query([]).map_err(failed)?;
    compare(file, |row, _| {
        let stored = stored.next().ok().flatten();
        stored.is_some_and(|stored| database::is_same(stored, row).unwrap_or(false))
    })
}

fn judge(check: &mut Check, table: &TableEntry, compared: Compared) {
    let name = &table.files[Format::Parquet.name()];
    check.extent.rows += compared.rows;
    if compared.rows != table.rows {
        let message = format!(
            "`{name}` has {} rows, and not {} as `bundle.json` says",
            compared.rows, table.rows
        );
        check.find(&COUNT_DISAGREES, name, message);
    } else if let Some(row) = compared.difference {
        let others = [Format::Csv, Format::Sqlite].map(|format| table.files.get(format.name()));
        let other = others.into_iter().flatten().next();
        let message = format!(
            "row {row} of `{name}` is not that of `{}`",
            other.map_or("", String::as_str)
        );
        check.find(&FORMATS_DISAGREE, name, message);
    }
}

/// Whether a row has the values of a line.
fn is_same(row: &StringRecord, written: &StringRecord, numbers: &[bool]) -> bool {
    let parsed = |text: &str| text.parse::<f64>().ok();
    row.len() == written.len()
        && row
            .iter()
            .zip(written)
            .zip(numbers)
            .all(|((left, right), &is_number)| {
                // The same number may be written in several ways.
                left == right || (is_number && parsed(left) == parsed(right))
            })
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
        let reader = SerializedFileReader::new(file).map_err(explained)?;
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
