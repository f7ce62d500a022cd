//! Whether the database is sound, and has the values of the CSV tables.

use csv::StringRecord;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags, Row};

use super::marker::{Marker, TableEntry};
use super::rules::{COUNT_DISAGREES, FORMATS_DISAGREE, UNREADABLE_TABLE};
use super::{Check, tables};
use crate::{Error, Format};

pub(super) fn check(check: &mut Check, marker: &Marker) -> Result<(), Error> {
    let mut tables = marker.tables();
    let Some(file) = tables.find_map(|table| table.files.get(Format::Sqlite.name())) else {
        return Ok(());
    };
    let outcome = connect(check, file)
        .map_err(Failure::from)
        .and_then(|database| check_database(check, marker, file, &database));
    match outcome {
        Ok(()) => Ok(()),
        Err(Failure::Database(error)) => {
            let message = format!("`{file}` is no sound database: {error}");
            check.find(&UNREADABLE_TABLE, file, message);
            Ok(())
        }
        Err(Failure::Other(error)) => Err(error),
    }
}

/// The database of a table, where there is one that can be opened.
#[cfg(feature = "parquet")]
pub(super) fn open(check: &Check, table: &TableEntry) -> Option<Connection> {
    let file = table.files.get(Format::Sqlite.name())?;
    connect(check, file).ok()
}

fn connect(check: &Check, file: &str) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Connection::open_with_flags(check.path(file), flags)
}

/// What asks for the rows of a table in their order.
pub(super) fn select(table: &str) -> String {
    let table = table.replace('"', "\"\"");
    format!("SELECT * FROM \"{table}\" ORDER BY rowid")
}

enum Failure {
    Database(rusqlite::Error),
    Other(Error),
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(error)
    }
}

fn check_database(
    check: &mut Check,
    marker: &Marker,
    file: &str,
    database: &Connection,
) -> Result<(), Failure> {
    let integrity: String = database.query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
    if integrity != "ok" {
        let message = format!("`{file}` is damaged: {integrity}");
        check.find(&UNREADABLE_TABLE, file, message);
        return Ok(());
    }
    let violation = database.query_row("PRAGMA foreign_key_check", [], |row| {
        row.get::<_, String>(0)
    });
    match violation {
        Err(rusqlite::Error::QueryReturnedNoRows) => {}
        Err(error) => return Err(error.into()),
        Ok(table) => {
            let message = format!("a row of `{table}` refers to a row that is not there");
            check.find(&super::rules::DANGLING_KEY, file, message);
        }
    }
    for table in marker.tables() {
        check.extent.tables += 1;
        compare(check, table, file, database)?;
    }
    Ok(())
}

/// Counts the rows of a table, and compares them with those of the CSV where there is one.
fn compare(
    check: &mut Check,
    table: &TableEntry,
    file: &str,
    database: &Connection,
) -> Result<(), Failure> {
    let mut statement = database.prepare(&select(&table.name))?;
    let mut csv = tables::open(check, table).map_err(Failure::Other)?;
    let mut rows = statement.query([])?;
    let mut count = 0;
    let mut line = StringRecord::new();
    let mut difference = None;
    while let Some(row) = rows.next()? {
        count += 1;
        if let Some(csv) = &mut csv {
            let is_read = csv.read_record(&mut line).unwrap_or(false);
            if difference.is_none() && !(is_read && is_same(row, &line)?) {
                difference = Some(count);
            }
        }
    }
    check.extent.rows += count;
    if count != table.rows {
        let message = format!(
            "`{}` has {count} rows in `{file}`, and not {} as `bundle.json` says",
            table.name, table.rows
        );
        check.find(&COUNT_DISAGREES, file, message);
    } else if let Some(row) = difference {
        let message = format!(
            "row {row} of `{}` in `{file}` is not that of `{}`",
            table.name,
            table.files[Format::Csv.name()]
        );
        check.find(&FORMATS_DISAGREE, file, message);
    }
    Ok(())
}

/// Whether a row has the values of a line.
pub(super) fn is_same(row: &Row<'_>, line: &StringRecord) -> Result<bool, rusqlite::Error> {
    if row.as_ref().column_count() != line.len() {
        return Ok(false);
    }
    for (position, written) in line.iter().enumerate() {
        let is_same = match row.get_ref(position)? {
            ValueRef::Null => written.is_empty(),
            ValueRef::Integer(number) => match written {
                "true" => number == 1,
                "false" => number == 0,
                _ => written.parse() == Ok(number),
            },
            // The same number may be written in several ways.
            ValueRef::Real(number) => written.parse() == Ok(number),
            ValueRef::Text(text) => text == written.as_bytes(),
            ValueRef::Blob(_) => false,
        };
        if !is_same {
            return Ok(false);
        }
    }
    Ok(true)
}
