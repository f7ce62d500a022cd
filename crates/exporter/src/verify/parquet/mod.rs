//! Whether the Parquet files can be read, have the rows that `bundle.json` says, and the values of
//! another format.

mod columns;
mod pages;

use std::collections::BTreeMap;
use std::fs::File;
use std::ops::ControlFlow;

use csv::StringRecord;
use parquet::schema::types::TypePtr;
use rusqlite::Connection;

pub(super) use self::columns::Reader;
use super::difference::{Differences, Different, columns_message, difference};
use super::identity::{PART, TOLD_BY};
use super::marker::TableEntry;
use super::published::Expectation;
use super::reference::Reference;
use super::rules::{COUNT_DISAGREES, FORMATS_DISAGREE, UNREADABLE_TABLE};
use super::types::{Types, TypesHash};
use super::{Check, database, tables};
use crate::format::parquet::schema_of;
use crate::{Error, Format};

pub(super) fn check(check: &mut Check, expectation: Expectation<'_>) -> Result<(), Error> {
    let Expectation {
        marker, published, ..
    } = expectation;
    for table in marker.tables() {
        let Some(name) = table.files.get(Format::Parquet.name()) else {
            continue;
        };
        check.extent.tables += 1;
        let file = tables::open_file(check, name)?;
        let compared = if let Some(reference) = Reference::open(check, marker, published, table)? {
            compare_with(file, table, reference)?
        } else if let Some(database) = database::open(check, table) {
            compare_with_database(file, table, &database)
        } else {
            compare(file, table, String::new(), |_, _| None)
        };
        match compared {
            Ok(compared) => {
                for &what in TOLD_BY {
                    let said = compared.about.get(what).map(String::as_str);
                    marker.dataset.expect(check, name, what, said);
                }
                for &what in PART {
                    if let Some(said) = compared.about.get(what) {
                        marker.expect_part(check, name, what, said);
                    }
                }
                let made = published.and_then(|published| published.table(marker, &table.name));
                let is_as_made = made.is_none_or(|made| schema_of(&made.table) == compared.types);
                judge(check, table, compared, expectation.types);
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
    stored: TypesHash,
}

/// Rows are looked at where there are as many as `bundle.json` says.
fn compare(
    file: File,
    table: &TableEntry,
    other: String,
    mut different: impl FnMut(&StringRecord, &[bool]) -> Option<Different>,
) -> Result<Compared, String> {
    let reader = Reader::open(file)?;
    let mut compared = Compared {
        rows: reader.rows,
        columns: reader.columns.clone(),
        types: reader.types(),
        about: reader.about(),
        other,
        other_columns: StringRecord::new(),
        differences: Differences::default(),
        stored: TypesHash::new(reader.columns.len()),
    };
    if reader.rows != table.rows {
        return Ok(compared);
    }
    let all: Vec<_> = (0..reader.columns.len()).collect();
    reader.each_row(&all, |row, types| {
        compared.stored.row(types.iter().copied());
        let key = row.get(0).unwrap_or_default();
        let different = different(row, &reader.numbers);
        compared.differences.see(different, key);
        // Behind a row that the other file has not, it has none.
        match different {
            Some(Different::Surplus) => ControlFlow::Break(()),
            _ => ControlFlow::Continue(()),
        }
    })?;
    Ok(compared)
}

/// The outer error is that of the other file.
fn compare_with(
    file: File,
    table: &TableEntry,
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
    let mut compared = compare(file, table, String::new(), |row, numbers| match next() {
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
    let other_columns = database::column_names(database, &table.name).map_err(failed)?;
    let other_columns = StringRecord::from(other_columns);
    let mut stored = statement.query([]).map_err(failed)?;
    let other = table.files.get(Format::Sqlite.name());
    let other = other.map_or_else(String::new, |name| format!("`{name}`"));
    let compared = compare(file, table, other, |row, _| {
        match stored.next().ok().flatten() {
            Some(stored) => database::difference(stored, row).unwrap_or(Some(Different::Width)),
            None => Some(Different::Surplus),
        }
    })?;
    Ok(Compared {
        other_columns,
        ..compared
    })
}

fn judge(check: &mut Check, table: &TableEntry, compared: Compared, types: &Types) {
    let name = &table.files[Format::Parquet.name()];
    if compared.rows != table.rows {
        let message = format!(
            "`{name}` has {} rows, and not {} as `bundle.json` says",
            compared.rows, table.rows
        );
        check.find(&COUNT_DISAGREES, name, message);
        return;
    }
    check.extent.rows += compared.rows;
    let Compared {
        columns,
        other,
        other_columns,
        differences,
        stored,
        ..
    } = compared;
    let (other, other_columns) = (&other, &other_columns);
    let place = format!("`{name}`");
    let names = StringRecord::from(columns.as_slice());
    let column = |position: usize| columns.get(position).cloned();
    let message = columns_message(&place, &names, other, other_columns, str::eq)
        .or_else(|| differences.message(&place, other, column))
        .or_else(|| stored.message(types, (Format::Parquet, &table.name), &place));
    if let Some(message) = message {
        check.find(&FORMATS_DISAGREE, name, message);
    }
}

/// Whether two cells say the same; the same number may be written in several ways.
fn is_same(left: &str, right: &str, is_number: bool) -> bool {
    let parsed = |text: &str| text.parse::<f64>().ok();
    left == right || (is_number && parsed(left).is_some() && parsed(left) == parsed(right))
}
