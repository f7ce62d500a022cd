//! SQLite: all tables in one database, typed (`STRICT`), with primary and foreign keys, an index
//! for each of these, and a full-text search over all texts for people.
//!
//! The same rows give the same bytes: the library is compiled in, pages have a fixed size, rows
//! come sorted, nothing in it is a time, and the file is the outcome of `VACUUM INTO`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use rusqlite::types::Value;
use rusqlite::{Connection, params, params_from_iter};

use super::{Format, RowWriter, integer};
use crate::Error;
use crate::bundle::Bundle;
use crate::column::{Column, Kind};
use crate::relation::{Catalogue, ForeignKey};
use crate::row::Cell;
use crate::table::Table;

/// Changes when a reader of an older database would misread a newer one.
const LAYOUT: i64 = 1;
/// How many columns a table can have, as SQLite is compiled (`SQLITE_MAX_COLUMN`).
const MOST_COLUMNS: usize = 2000;
/// What of the database is kept in memory while it is made, in KiB.
const CACHE: u32 = 32 << 10;
/// What the names of our indexes begin with.
pub(crate) const INDEX: &str = "index of ";
/// What SQLite gives the names of its own tables.
const RESERVED: &str = "sqlite_";
/// The table that says what the database is.
const ABOUT: &str = "about";
/// What the database is filled under, before it is copied in order.
const DRAFT: &str = "sqlite.draft";

pub(super) struct Sqlite {
    database: Connection,
    name: String,
    draft: PathBuf,
    /// Where the database will be.
    place: PathBuf,
    /// The names of the indexes, in lower case as SQLite compares them.
    keys: BTreeSet<String>,
    /// What makes the indexes, when all rows are there: sorted once, and not searched for each row.
    indexes: Vec<String>,
    catalogue: Catalogue,
    search: String,
    /// The statement for a text that the search finds.
    insert_text: String,
    tables: Vec<Filled>,
}

/// A table of the collection that is being written.
struct Filled {
    name: String,
    collection: String,
    insert: String,
    columns: Vec<Column>,
    /// Positions of the columns that the full-text search finds.
    texts: Vec<usize>,
}

impl Sqlite {
    pub(super) fn create(
        name: &str,
        about: &[(&str, String)],
        catalogue: &Catalogue,
        bundle: &Bundle,
    ) -> Result<Self, Error> {
        if let Some(reserved) = catalogue.names().find(|name| name.starts_with(RESERVED)) {
            return Err(Error::refused(format!(
                "SQLite keeps names that begin with `{RESERVED}` for itself, so that it can't have a \
                 table `{reserved}`; export other formats"
            )));
        }
        let draft = bundle.draft(DRAFT);
        let place = bundle.place_of(name);
        let failed = |error| failure(&place, error);
        let database = Connection::open(&draft).map_err(failed)?;
        database.set_prepared_statement_cache_capacity(512);
        let search = search_table(catalogue.names());
        let about_table = quoted(&about_table(catalogue.names()));
        let setup = format!(
            "PRAGMA page_size = 4096; PRAGMA encoding = 'UTF-8'; PRAGMA journal_mode = OFF;
             PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF; PRAGMA user_version = {LAYOUT};
             PRAGMA cache_size = -{CACHE};
             BEGIN;
             CREATE TABLE {about_table} (
               \"name\" TEXT NOT NULL PRIMARY KEY,
               \"value\" TEXT NOT NULL
             ) STRICT;
             CREATE VIRTUAL TABLE \"{search}\" USING fts5(
               \"id\" UNINDEXED, \"table\" UNINDEXED, \"column\" UNINDEXED, \"text\",
               tokenize = \"unicode61 remove_diacritics 2\"
             );"
        );
        database.execute_batch(&setup).map_err(failed)?;
        for (name, value) in about {
            let sql = format!("INSERT INTO {about_table} VALUES (?1, ?2)");
            database
                .execute(&sql, params![name, value])
                .map_err(failed)?;
        }
        Ok(Self {
            database,
            name: name.to_owned(),
            draft,
            place,
            keys: BTreeSet::new(),
            indexes: Vec::new(),
            catalogue: catalogue.clone(),
            insert_text: format!("INSERT INTO {} VALUES (?1, ?2, ?3, ?4)", quoted(&search)),
            search,
            tables: Vec::new(),
        })
    }

    fn failed(&self) -> impl Fn(rusqlite::Error) -> Error {
        |error| failure(&self.place, error)
    }

    fn add_index(&mut self, table: &str, key: &ForeignKey) {
        let name = format!("{table}.{}", key.columns.join("+"));
        if !self.keys.insert(name.to_lowercase()) {
            return;
        }
        self.indexes.push(format!(
            "CREATE INDEX {} ON {} ({})",
            quoted(&format!("{INDEX}{name}")),
            quoted(table),
            list(&key.columns)
        ));
    }
}

impl RowWriter for Sqlite {
    fn begin(&mut self, tables: &[Table], _: &Bundle) -> Result<(), Error> {
        for table in tables {
            let count = table.columns.len();
            if count > MOST_COLUMNS {
                return Err(Error::refused(format!(
                    "the table `{}` has {count} columns, and one in SQLite has at most \
                     {MOST_COLUMNS}; export other formats",
                    table.name
                )));
            }
            let keys = self.catalogue.foreign_keys(table, tables);
            let sql = definition(table, &keys);
            self.database.execute_batch(&sql).map_err(self.failed())?;
            for key in &keys {
                // What the primary key begins with is found by that.
                if table.primary_key()[..].starts_with(&key.columns) {
                    continue;
                }
                self.add_index(&table.name, key);
            }
            let places = vec!["?"; table.columns.len()].join(", ");
            let columns = table.columns.iter().enumerate();
            let texts = columns.filter(|(_, column)| is_searched(column));
            self.tables.push(Filled {
                name: table.name.clone(),
                collection: tables[0].name.clone(),
                insert: format!("INSERT INTO {} VALUES ({places})", quoted(&table.name)),
                texts: texts.map(|(position, _)| position).collect(),
                columns: table.columns.clone(),
            });
        }
        Ok(())
    }

    fn row(&mut self, table: usize, cells: &[Cell<'_>]) -> Result<(), Error> {
        let filled = &self.tables[table];
        let values: Vec<Value> = cells
            .iter()
            .zip(&filled.columns)
            .map(|(cell, column)| value(cell, column, filled))
            .collect::<Result<_, _>>()?;
        let insert = || -> rusqlite::Result<()> {
            let mut statement = self.database.prepare_cached(&filled.insert)?;
            statement.execute(params_from_iter(&values))?;
            for &position in &filled.texts {
                if let (Value::Text(id), Value::Text(text)) = (&values[0], &values[position]) {
                    let column = &filled.columns[position].name;
                    let mut statement = self.database.prepare_cached(&self.insert_text)?;
                    statement.execute(params![id, filled.name, column, text])?;
                }
            }
            Ok(())
        };
        insert().map_err(self.failed())
    }

    fn end(&mut self, _: &mut Bundle) -> Result<(), Error> {
        self.tables.clear();
        Ok(())
    }

    fn finish(&mut self, bundle: &mut Bundle) -> Result<(), Error> {
        let search = quoted(&self.search);
        let optimize = format!("INSERT INTO {search} ({search}) VALUES ('optimize')");
        let last = [&optimize, "COMMIT"];
        for sql in self.indexes.iter().map(String::as_str).chain(last) {
            self.database.execute_batch(sql).map_err(self.failed())?;
        }
        let violation = self
            .database
            .query_row("PRAGMA foreign_key_check", [], |row| {
                row.get::<_, String>(0)
            });
        assert!(
            matches!(violation, Err(rusqlite::Error::QueryReturnedNoRows)),
            "the references of a sound dataset lead to records: {violation:?}"
        );
        let path = bundle.path_of(&self.name)?;
        let copied = self
            .database
            .execute("VACUUM INTO ?1", params![path.to_string_lossy()]);
        copied.map_err(self.failed())?;
        self.database.flush_prepared_statement_cache();
        bundle.remove_draft(&self.draft)?;
        bundle.adopt(&self.name)
    }
}

/// The name of the table that says what the database is: one that none of these collections has.
pub(crate) fn about_table<'n>(mut collections: impl Iterator<Item = &'n str> + Clone) -> String {
    // No name of a collection begins like this.
    let is_taken = collections.any(|name| name == ABOUT);
    if is_taken {
        format!("_{ABOUT}")
    } else {
        ABOUT.to_owned()
    }
}

/// The name of the table for full-text search: one that no table of these collections has.
pub(crate) fn search_table<'n>(collections: impl Iterator<Item = &'n str> + Clone) -> String {
    let mut search = String::from("search");
    while collections.clone().any(|name| name.starts_with(&search)) {
        search.insert(0, '_');
    }
    search
}

/// Whether the full-text search finds the texts of a column.
pub(crate) fn is_searched(column: &Column) -> bool {
    column.field.as_ref().is_some_and(|field| field.is_prose) && column.kind == Kind::Text
}

/// The statement that makes a table.
pub(crate) fn definition(table: &Table, keys: &[ForeignKey]) -> String {
    let mut parts: Vec<String> = table.columns.iter().map(column_definition).collect();
    parts.push(format!("PRIMARY KEY ({})", list(&table.primary_key())));
    parts.extend(keys.iter().map(|key| {
        format!(
            "FOREIGN KEY ({}) REFERENCES {} ({})",
            list(&key.columns),
            quoted(&key.table),
            list(&key.key)
        )
    }));
    format!(
        "CREATE TABLE {} (\n  {}\n) STRICT",
        quoted(&table.name),
        parts.join(",\n  ")
    )
}

/// The type that a column is declared with.
fn declared(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "TEXT",
        Kind::Integer | Kind::Boolean => "INTEGER",
        Kind::Number => "REAL",
        Kind::Any => "ANY",
    }
}

fn column_definition(column: &Column) -> String {
    let name = quoted(&column.name);
    let kind = declared(column.kind);
    let required = if column.is_required { " NOT NULL" } else { "" };
    let check = match column.kind {
        Kind::Boolean => format!(" CHECK ({name} IN (0, 1))"),
        _ => String::new(),
    };
    format!("{name} {kind}{required}{check}")
}

fn value(cell: &Cell<'_>, column: &Column, table: &Filled) -> Result<Value, Error> {
    Ok(match cell {
        Cell::Absent => Value::Null,
        Cell::Text(text) => Value::Text((*text).to_owned()),
        Cell::Json(text) => Value::Text(text.as_ref().to_owned()),
        Cell::Boolean(boolean) => Value::Integer(i64::from(*boolean)),
        Cell::Position(position) => {
            Value::Integer(i64::try_from(*position).expect("no array has that many elements"))
        }
        Cell::Number(text) => match (text.parse(), column.kind) {
            (Ok(integer), Kind::Any) => Value::Integer(integer),
            (_, Kind::Integer) => {
                Value::Integer(integer(text, column, &table.collection, Format::Sqlite)?)
            }
            _ => Value::Real(text.parse().expect("numbers of JSON are numbers of Rust")),
        },
    })
}

fn list(names: &[String]) -> String {
    let names: Vec<_> = names.iter().map(|name| quoted(name)).collect();
    names.join(", ")
}

/// A name as SQL has it.
pub(crate) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn failure(path: &Path, error: rusqlite::Error) -> Error {
    Error::not_written(path, std::io::Error::other(error))
}
