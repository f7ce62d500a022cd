//! Whether the full-text search of a database finds the texts that its tables have.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::Check;
use super::marker::Marker;
use super::published::Published;
use super::rules::FORMATS_DISAGREE;
use crate::format::sqlite::{is_searched, search_table};

/// A table and one of its columns.
type Texts = (String, String);

/// A text of a table, or one that the search finds.
#[derive(PartialEq)]
struct Entry {
    id: String,
    text: String,
}

pub(super) fn check(
    check: &mut Check,
    (marker, published): (&Marker, Option<&Published<'_>>),
    file: &str,
    database: &Connection,
) -> rusqlite::Result<()> {
    let names = marker.collections.iter();
    let search = search_table(names.map(|collection| collection.name.as_str()));
    // How far each column has been read.
    let mut read: BTreeMap<Texts, i64> = BTreeMap::new();
    let mut wrong: Vec<String> = Vec::new();
    let sql = format!(
        "SELECT \"id\", \"text\", \"table\", \"column\" FROM {} ORDER BY rowid",
        quoted(&search)
    );
    let tables: BTreeSet<&str> = marker.tables().map(|table| table.name.as_str()).collect();
    let mut statement = database.prepare(&sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let found = entry(row)?;
        let texts: Texts = (row.get(2)?, row.get(3)?);
        let last = read.entry(texts.clone()).or_insert(i64::MIN);
        let next = if tables.contains(texts.0.as_str()) {
            next(database, &texts, *last)?
        } else {
            None
        };
        match next {
            Some((position, stored)) => {
                *last = position;
                if stored != found {
                    wrong.push(told(&texts, &stored.id));
                }
            }
            None => wrong.push(told(&texts, &found.id)),
        }
    }
    for texts in published.into_iter().flat_map(searched) {
        read.entry(texts).or_insert(i64::MIN);
    }
    for (texts, last) in read {
        if tables.contains(texts.0.as_str())
            && let Some((_, missing)) = next(database, &texts, last)?
        {
            wrong.push(told(&texts, &missing.id));
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

/// The first text in a column behind a row.
fn next(
    database: &Connection,
    (table, column): &Texts,
    behind: i64,
) -> rusqlite::Result<Option<(i64, Entry)>> {
    let sql = format!("SELECT * FROM {} LIMIT 0", quoted(table));
    let statement = database.prepare_cached(&sql)?;
    let key = statement.column_name(0)?.to_owned();
    // Else SQLite would take the name for a text.
    statement.column_index(column)?;
    let sql = format!(
        "SELECT {}, {column}, rowid FROM {} WHERE rowid > ?1 AND {column} IS NOT NULL \
         ORDER BY rowid LIMIT 1",
        quoted(&key),
        quoted(table),
        column = quoted(column),
    );
    let mut statement = database.prepare_cached(&sql)?;
    let row = statement.query_row(params![behind], |row| Ok((row.get(2)?, entry(row)?)));
    row.optional()
}

fn entry(row: &Row<'_>) -> rusqlite::Result<Entry> {
    Ok(Entry {
        id: row.get(0)?,
        text: row.get(1)?,
    })
}

fn told((table, column): &Texts, id: &str) -> String {
    format!("`{column}` of `{id}` in `{table}`")
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
