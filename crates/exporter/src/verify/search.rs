//! Whether the full-text search of a database finds the texts that its tables have.

use std::collections::btree_map::Entry as Slot;
use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, OptionalExtension, Row};

use super::Check;
use super::database::{column_names, row_number};
use super::published::{Expectation, Published};
use super::rules::FORMATS_DISAGREE;
use crate::format::sqlite::{is_searched, quoted, search_table};

/// A table and one of its columns.
type Texts = (String, String);

/// Statements that are kept for the next text: one for each column.
const STATEMENTS: usize = 512;

/// A text of a table, or one that the search finds.
#[derive(PartialEq)]
struct Entry {
    id: String,
    text: String,
}

pub(super) fn check(
    check: &mut Check,
    expectation: Expectation<'_>,
    file: &str,
    database: &Connection,
) -> rusqlite::Result<()> {
    let Expectation {
        marker, published, ..
    } = expectation;
    let names = marker.collections.iter();
    let search = search_table(names.map(|collection| collection.name.as_str()));
    database.set_prepared_statement_cache_capacity(STATEMENTS);
    let mut read: BTreeMap<Texts, Reading> = BTreeMap::new();
    let mut wrong: Vec<String> = Vec::new();
    let sql = format!(
        "SELECT \"id\", \"text\", \"table\", \"column\" FROM {} ORDER BY rowid",
        quoted(&search)
    );
    let tables: BTreeSet<&str> = marker.tables().map(|table| table.name.as_str()).collect();
    let stored = Stored { database, tables };
    let mut statement = database.prepare(&sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let found = entry(row)?;
        let texts: Texts = (row.get(2)?, row.get(3)?);
        let reading = Reading::in_use(&mut read, texts, &stored)?;
        match reading.next(database)? {
            Some(stored) if stored == found => {}
            Some(stored) => wrong.push(reading.told(&stored.id)),
            None => wrong.push(reading.told(&found.id)),
        }
    }
    for texts in published.into_iter().flat_map(searched) {
        Reading::in_use(&mut read, texts, &stored)?;
    }
    for mut reading in read.into_values() {
        if let Some(missing) = reading.next(database)? {
            wrong.push(reading.told(&missing.id));
        }
    }
    if let Some(first) = wrong.first() {
        let more = match wrong.len() - 1 {
            0 => String::new(),
            more => format!("; so do {more} more"),
        };
        let message = format!(
            "`{search}` in `{file}` does not find the texts that its tables have: {first} \
             differs{more}"
        );
        check.find(&FORMATS_DISAGREE, file, message);
    }
    Ok(())
}

/// The columns whose texts are found.
fn searched<'p>(published: &'p Published<'_>) -> impl Iterator<Item = Texts> + use<'p> {
    let sections = published.sections.iter();
    let tables = sections.flat_map(|section| &section.section.tables.tables);
    tables.flat_map(|table| {
        let columns = table.columns.iter().filter(|column| is_searched(column));
        columns.map(|column| (table.name.clone(), column.name.clone()))
    })
}

/// A database, and which of its tables are those of the bundle.
struct Stored<'s> {
    database: &'s Connection,
    tables: BTreeSet<&'s str>,
}

/// How far the texts of a column have been read.
struct Reading {
    texts: Texts,
    /// What asks for the first text behind a row; `None` where there is no such table.
    sql: Option<String>,
    /// The row read last, or how many were read where no row has a number.
    last: i64,
}

impl Reading {
    /// That of a column, which may have begun.
    fn in_use<'r>(
        read: &'r mut BTreeMap<Texts, Self>,
        texts: Texts,
        stored: &Stored<'_>,
    ) -> rusqlite::Result<&'r mut Self> {
        Ok(match read.entry(texts) {
            Slot::Occupied(slot) => slot.into_mut(),
            Slot::Vacant(slot) => {
                let reading = Self::begin(slot.key(), stored)?;
                slot.insert(reading)
            }
        })
    }

    fn begin(texts: &Texts, stored: &Stored<'_>) -> rusqlite::Result<Self> {
        let (table, column) = texts;
        let mut last = i64::MIN;
        let sql = if stored.tables.contains(table.as_str()) {
            let row = row_number(stored.database, table)?;
            let columns = column_names(stored.database, table)?;
            // Else SQLite would take the name for a text.
            if !columns.contains(column) {
                return Err(rusqlite::Error::InvalidColumnName(column.clone()));
            }
            let key = quoted(columns.first().unwrap_or(column));
            let (table, column) = (quoted(table), quoted(column));
            Some(match row {
                Some(row) => format!(
                    "SELECT {key}, {column}, {row} FROM {table}
                     WHERE {row} > ?1 AND {column} IS NOT NULL ORDER BY {row} LIMIT 1"
                ),
                None => {
                    last = 0;
                    format!(
                        "SELECT {key}, {column}, ?1 + 1 FROM {table}
                         WHERE {column} IS NOT NULL LIMIT 1 OFFSET ?1"
                    )
                }
            })
        } else {
            None
        };
        Ok(Self {
            texts: texts.clone(),
            sql,
            last,
        })
    }

    fn next(&mut self, database: &Connection) -> rusqlite::Result<Option<Entry>> {
        let Some(sql) = &self.sql else {
            return Ok(None);
        };
        let mut statement = database.prepare_cached(sql)?;
        let row = statement.query_row([self.last], |row| Ok((row.get(2)?, entry(row)?)));
        Ok(row.optional()?.map(|(position, entry)| {
            self.last = position;
            entry
        }))
    }

    /// What differs, for a message.
    fn told(&self, id: &str) -> String {
        let (table, column) = &self.texts;
        format!("`{column}` of `{id}` in `{table}`")
    }
}

fn entry(row: &Row<'_>) -> rusqlite::Result<Entry> {
    Ok(Entry {
        id: row.get(0)?,
        text: row.get(1)?,
    })
}
