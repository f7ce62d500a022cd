//! Whether the database is sound, and has the values of another format.

use std::borrow::Cow;

use csv::StringRecord;
use rusqlite::limits::Limit;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension, Row};
use treatise_report::visible;

use super::difference::{Differences, Different, columns_message};
use super::identity::{PART, TOLD_BY};
use super::marker::{Marker, TableEntry};
use super::published::{Expectation, Made};
use super::reference::Reference;
use super::rules::{COUNT_DISAGREES, FORMATS_DISAGREE, UNREADABLE_TABLE};
use super::types::{Types, TypesHash};
use super::{Check, search};
use crate::format::sqlite::{self, INDEX, about_table, quoted, search_table};
use crate::format::types::Type;
use crate::{Error, Format};

pub(super) fn check(check: &mut Check, expectation: Expectation<'_>) -> Result<(), Error> {
    let mut tables = expectation.marker.tables();
    let Some(file) = tables.find_map(|table| table.files.get(Format::Sqlite.name())) else {
        return Ok(());
    };
    let outcome = connect(check, file)
        .map_err(Failure::from)
        .and_then(|database| check_database(check, expectation, file, &database));
    match outcome {
        Ok(()) => Ok(()),
        Err(Failure::Database(error)) => {
            let message = match error.sqlite_error_code() {
                Some(ErrorCode::OperationInterrupted) => format!(
                    "`{file}` is no database that an export makes: it asks for more work than its \
                     size explains"
                ),
                _ => format!("`{file}` is no sound database: {error}"),
            };
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
    let path = check.path(file);
    let Some(name) = path.to_str() else {
        return Connection::open_with_flags(path, flags);
    };
    // Two slashes would begin the name of a machine.
    let name = match name.strip_prefix("//") {
        Some(rest) => Cow::Owned(format!("/{}", rest.trim_start_matches('/'))),
        None => Cow::Borrowed(name),
    };
    // Nobody writes to it meanwhile: so SQLite lays no files beside it, whatever its journal is.
    let escaped = name
        .replace('%', "%25")
        .replace('?', "%3f")
        .replace('#', "%23");
    let address = format!("file:{escaped}?immutable=1");
    let database = Connection::open_with_flags(address, flags | OpenFlags::SQLITE_OPEN_URI)?;
    bound(&database)?;
    Ok(database)
}

/// Bounds what SQLite does for a database by the size of its file: tables have expressions in them, such as
/// those of checks, columns and indexes, and whoever made the file chose these.
fn bound(database: &Connection) -> rusqlite::Result<()> {
    /// Steps between two looks at how many there were.
    const STRIDE: i32 = 10_000;
    const LEAST_STEPS: u64 = 50_000_000;
    const STEPS_BY_BYTE: u64 = 100;
    const LEAST_LENGTH: i32 = 1 << 20;
    let size = "SELECT \"page_count\" * \"page_size\" FROM pragma_page_count, pragma_page_size";
    let size: i64 = database.query_row(size, [], |row| row.get(0))?;
    // No value is longer than the file that it is in.
    let length = i32::try_from(size).unwrap_or(i32::MAX);
    database.set_limit(Limit::SQLITE_LIMIT_LENGTH, length.max(LEAST_LENGTH))?;
    let size = u64::try_from(size).unwrap_or(0);
    let mut left = LEAST_STEPS.saturating_add(size.saturating_mul(STEPS_BY_BYTE));
    database.progress_handler(
        STRIDE,
        Some(move || {
            left = left.saturating_sub(STRIDE.unsigned_abs().into());
            left == 0
        }),
    );
    Ok(())
}

/// What asks for the rows of a table in their order, which is that of their `row_number`.
pub(super) fn select(table: &str, row_number: Option<&str>) -> String {
    let table = quoted(table);
    match row_number {
        Some(number) => format!("SELECT * FROM {table} ORDER BY {number}"),
        None => format!("SELECT * FROM {table}"),
    }
}

/// What SQLite calls the number of a row of a table; `None` where the table has columns of all these
/// names.
pub(super) fn row_number(
    database: &Connection,
    table: &str,
) -> rusqlite::Result<Option<&'static str>> {
    let columns = column_names(database, table)?;
    let is_column = |name: &str| {
        columns
            .iter()
            .any(|column| column.eq_ignore_ascii_case(name))
    };
    let names = ["rowid", "_rowid_", "oid"];
    Ok(names.into_iter().find(|name| !is_column(name)))
}

/// The columns of a table, those that are computed too; an error where a name is no text. The library takes it
/// for granted that each is.
pub(super) fn column_names(database: &Connection, table: &str) -> rusqlite::Result<Vec<String>> {
    let sql = "SELECT \"name\" FROM pragma_table_xinfo(?1) WHERE \"hidden\" <> 1 ORDER BY \"cid\"";
    let mut statement = database.prepare(sql)?;
    let names = statement.query_map([table], |row| row.get(0))?;
    names.collect()
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
    expectation: Expectation<'_>,
    file: &str,
    database: &Connection,
) -> Result<(), Failure> {
    let Expectation {
        marker, published, ..
    } = expectation;
    // A view in the place of a table computes its rows anew each time, and need not come to an end.
    if check_objects(check, expectation, file, database)? {
        return Ok(());
    }
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
        let reference = Reference::open(check, marker, published, table);
        let reference = reference.map_err(Failure::Other)?;
        let types = expectation.types;
        compare(check, table, (reference, types), file, database)?;
    }
    check_about(check, marker, file, database)?;
    search::check(check, expectation, file, database)?;
    Ok(())
}

/// Finds what is in a database and no export makes; whether some of it is neither a table nor an index.
fn check_objects(
    check: &mut Check,
    expectation: Expectation<'_>,
    file: &str,
    database: &Connection,
) -> rusqlite::Result<bool> {
    let Expectation {
        marker, published, ..
    } = expectation;
    let names = || {
        marker
            .collections
            .iter()
            .map(|collection| collection.name.as_str())
    };
    let (about, search) = (about_table(names()), search_table(names()));
    let is_table = |name: &str| {
        let of_search = name.strip_prefix(&search);
        let is_of_search = of_search.is_some_and(|part| {
            ["", "_data", "_idx", "_content", "_docsize", "_config"].contains(&part)
        });
        name == about || is_of_search || marker.tables().any(|table| table.name == name)
    };
    let is_index = |name: &str| name.starts_with("sqlite_autoindex_") || name.starts_with(INDEX);
    let sql =
        "SELECT \"type\", \"name\", \"tbl_name\", \"sql\" FROM \"sqlite_schema\" ORDER BY rowid";
    let mut statement = database.prepare(sql)?;
    let mut rows = statement.query([])?;
    let mut has_others = false;
    while let Some(row) = rows.next()? {
        let (kind, name, table): (String, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let is_known = match kind.as_str() {
            "table" => is_table(&name),
            "index" => is_index(&name) && is_table(&table),
            _ => {
                has_others = true;
                false
            }
        };
        if !is_known {
            let name = visible(&name);
            let message =
                format!("`{file}` has the {kind} `{name}`, which is no part of the bundle");
            check.find(&FORMATS_DISAGREE, file, message);
        } else if marker.tables().any(|table| table.name == name) {
            let definition: String = row.get(3)?;
            let made = published.and_then(|published| published.table(marker, &name));
            let is_right = match made {
                Some(Made {
                    table,
                    keys: Some(keys),
                }) => definition == sqlite::definition(&table, &keys),
                _ => is_plain(&definition),
            };
            if !is_right {
                let name = visible(&name);
                let message = format!(
                    "`{name}` in `{file}` is declared otherwise than an export declares it"
                );
                check.find(&FORMATS_DISAGREE, file, message);
            }
        }
    }
    Ok(has_others)
}

/// Whether the statement that makes a table has nothing but columns, keys, and the two values of booleans:
/// no other conditions, and nothing that is computed.
fn is_plain(definition: &str) -> bool {
    const WORDS: &str = "CREATE TABLE STRICT TEXT INTEGER REAL ANY NOT NULL PRIMARY FOREIGN KEY \
                         REFERENCES CHECK IN 0 1";
    // What stands between quotes is a name; one in it is written as two.
    let outside = definition.split('"').step_by(2);
    let mut words = outside.flat_map(|part| part.split(|sign: char| " \n(),".contains(sign)));
    words.all(|word| word.is_empty() || WORDS.split(' ').any(|known| known == word))
}

/// Whether a database says of itself what the bundle says.
fn check_about(
    check: &mut Check,
    marker: &Marker,
    file: &str,
    database: &Connection,
) -> rusqlite::Result<()> {
    let names = marker.collections.iter();
    let about = about_table(names.map(|collection| collection.name.as_str()));
    let sql = format!(
        "SELECT \"value\" FROM {} WHERE \"name\" = ?1",
        quoted(&about)
    );
    let mut statement = database.prepare(&sql)?;
    for &what in TOLD_BY {
        let said: Option<String> = statement.query_row([what], |row| row.get(0)).optional()?;
        marker.dataset.expect(check, file, what, said.as_deref());
    }
    for &what in PART {
        let said: Option<String> = statement.query_row([what], |row| row.get(0)).optional()?;
        if let Some(said) = said {
            marker.expect_part(check, file, what, &said);
        }
    }
    Ok(())
}

/// Counts the rows of a table, and compares them with those of another format.
fn compare(
    check: &mut Check,
    table: &TableEntry,
    (mut reference, types): (Option<Reference<'_>>, &Types),
    file: &str,
    database: &Connection,
) -> Result<(), Failure> {
    let names = StringRecord::from(column_names(database, &table.name)?);
    let mut statement =
        database.prepare(&select(&table.name, row_number(database, &table.name)?))?;
    let mut next = || match &mut reference {
        Some(reference) => reference.next().map_err(Failure::Other),
        None => Ok(None),
    };
    let mut rows = statement.query([])?;
    let mut count = 0;
    let mut differences = Differences::default();
    let mut stored = TypesHash::new(names.len());
    while let Some(row) = rows.next()? {
        count += 1;
        let different = match next()? {
            Some(line) => difference(row, &line)?,
            None => Some(Different::Surplus),
        };
        let columns = 0..row.as_ref().column_count();
        let values: Vec<_> = columns
            .map(|at| row.get_ref(at))
            .collect::<Result<_, _>>()?;
        stored.row(values.into_iter().map(type_of));
        differences.see(different, row.get_ref(0)?.as_str().unwrap_or_default());
    }
    while let Some(line) = next()? {
        differences.see(Some(Different::Missing), line.get(0).unwrap_or_default());
    }
    check.extent.rows += count;
    if count != table.rows {
        let message = format!(
            "`{}` has {count} rows in `{file}`, and not {} as `bundle.json` says",
            table.name, table.rows
        );
        check.find(&COUNT_DISAGREES, file, message);
    } else if let Some(reference) = reference {
        let place = format!("`{}` in `{file}`", table.name);
        let Reference { name, columns, .. } = &reference;
        let column = |position: usize| names.get(position).map(str::to_owned);
        let message = columns_message(&place, &names, name, columns, str::eq)
            .or_else(|| differences.message(&place, name, column))
            .or_else(|| stored.message(types, (Format::Sqlite, &table.name), &place));
        if let Some(message) = message {
            check.find(&FORMATS_DISAGREE, file, message);
        }
    }
    Ok(())
}

/// The type of a value, as far as a database tells types apart.
fn type_of(value: ValueRef<'_>) -> Type {
    match value {
        ValueRef::Null => Type::Absent,
        ValueRef::Integer(_) | ValueRef::Real(_) => Type::Number,
        ValueRef::Text(_) | ValueRef::Blob(_) => Type::Text,
    }
}

/// How a row differs from a line.
pub(super) fn difference(
    row: &Row<'_>,
    line: &StringRecord,
) -> Result<Option<Different>, rusqlite::Error> {
    if row.as_ref().column_count() != line.len() {
        return Ok(Some(Different::Width));
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
            return Ok(Some(Different::In(position)));
        }
    }
    Ok(None)
}
