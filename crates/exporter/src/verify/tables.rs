//! Whether the tables have the rows, keys and references that `bundle.json` says: those of the CSV,
//! or else of Parquet. A database checks its own.

use std::collections::{BTreeMap, HashSet};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::ops::ControlFlow;

use csv::StringRecord;
use sha2::{Digest, Sha256};
use treatise_report::Rule;
use treatise_source::RegularFile;

use super::Check;
use super::marker::{Marker, TableEntry};
use super::rules::{COUNT_DISAGREES, DANGLING_KEY, REPEATED_KEY, UNREADABLE_TABLE};
use crate::{Error, Format};

/// A key in few bytes, since there may be millions.
type KeyHash = [u8; 16];
/// The keys of each table; `None` where they can't be told.
type Keys<'m> = BTreeMap<&'m str, Option<HashSet<KeyHash>>>;

pub(super) fn check(check: &mut Check, marker: &Marker) -> Result<(), Error> {
    if ![Format::Csv, Format::Parquet]
        .iter()
        .any(|format| marker.has(format.name()) && Format::ALL.contains(format))
    {
        return Ok(());
    }
    let mut keys: Keys<'_> = BTreeMap::new();
    for table in marker.tables() {
        let found = read_keys(check, table)?;
        keys.insert(&table.name, found);
    }
    for table in marker.tables() {
        follow(check, table, &keys)?;
    }
    for section in marker.sections() {
        let Some(first) = section.tables.first() else {
            continue;
        };
        if first.rows != section.records {
            let message = format!(
                "`{}` has {} records and {} rows",
                section.name, section.records, first.rows
            );
            check.find(&COUNT_DISAGREES, crate::bundle::MARKER, message);
        }
    }
    Ok(())
}

/// The CSV file of a table, opened.
pub(super) fn open(check: &Check, table: &TableEntry) -> Result<Option<csv::Reader<File>>, Error> {
    let Some(file) = table.files.get(Format::Csv.name()) else {
        return Ok(None);
    };
    open_file(check, file).map(|file| Some(csv::Reader::from_reader(file)))
}

/// A file of the bundle, opened.
pub(super) fn open_file(check: &Check, file: &str) -> Result<File, Error> {
    let path = check.path(file);
    let open = RegularFile::open(&path).map_err(|error| Error::not_read(&path, error))?;
    Ok(open.into_file())
}

/// The line of a table that a row is on which the library found at this byte, from 1, and where
/// that begins. The library itself miscounts lines that end with CR LF.
pub(super) fn line_at(check: &Check, file: &str, byte: u64) -> Result<(u64, u64), Error> {
    let mut before = BufReader::new(open_file(check, file)?);
    let failed = |error| Error::io(&check.path(file), error);
    let (mut line, mut read) = (1, 0);
    loop {
        let bytes = before.fill_buf().map_err(failed)?;
        // The end of the line before may be left to be read.
        let is_behind = read >= byte && bytes.first() != Some(&b'\n');
        let Some(first) = bytes.first().filter(|_| !is_behind) else {
            return Ok((line, read));
        };
        line += u64::from(*first == b'\n');
        read += 1;
        before.consume(1);
    }
}

/// The keys of all rows; what is wrong with them is found.
fn read_keys(check: &mut Check, table: &TableEntry) -> Result<Option<HashSet<KeyHash>>, Error> {
    let mut keys = HashSet::new();
    let mut rows = 0;
    let mut repeated = None;
    let file = each_row(check, table, &table.primary_key, |spot, key| {
        rows += 1;
        if keys.insert(hash(key)) {
            return ControlFlow::Continue(());
        }
        // One value for any number of rows takes no room in a file.
        repeated = Some((spot, key.join(", ")));
        ControlFlow::Break(())
    })?;
    let Some(file) = file else {
        return Ok(None);
    };
    check.extent.tables += 1;
    check.extent.rows += rows;
    if let Some((spot, key)) = repeated {
        spot.find(check, &REPEATED_KEY, &file, |spot| {
            format!("the key `{key}` comes twice, the second time in {spot}")
        })?;
        return Ok(None);
    }
    if rows != table.rows {
        let message = format!(
            "`{file}` has {rows} rows, and not {} as `bundle.json` says",
            table.rows
        );
        check.find(&COUNT_DISAGREES, &file, message);
    }
    Ok(Some(keys))
}

/// Looks for the row that each foreign key leads to, where the keys of both tables could be told.
fn follow(check: &mut Check, table: &TableEntry, keys: &Keys<'_>) -> Result<(), Error> {
    if keys.get(table.name.as_str()).is_some_and(Option::is_none) {
        return Ok(());
    }
    for foreign in &table.foreign_keys {
        let mut dangling = None;
        let target = match keys.get(foreign.table.as_str()) {
            Some(None) => continue,
            Some(Some(target)) => Some(target),
            None => None,
        };
        let file = each_row(check, table, &foreign.columns, |spot, key| {
            // CSV has nothing where there is no reference.
            let is_absent = key.iter().any(|part| part.is_empty());
            let is_found = target.is_some_and(|target| target.contains(&hash(key)));
            if is_absent || is_found {
                return ControlFlow::Continue(());
            }
            dangling = Some((spot, key.join(", ")));
            ControlFlow::Break(())
        })?;
        if let (Some(file), Some((spot, key))) = (file, dangling) {
            spot.find(check, &DANGLING_KEY, &file, |spot| {
                let column = foreign.key.join("`, `");
                format!(
                    "`{key}` in {spot} is not in `{column}` of `{}`",
                    foreign.table
                )
            })?;
        }
    }
    Ok(())
}

/// Hands each row to `use_it`, until it wants no more: the place of the row, and its values in these
/// columns.
/// Returns the name of the file, or `None` if it can't be read as a table, which is found.
fn each_row(
    check: &mut Check,
    table: &TableEntry,
    columns: &[String],
    mut use_it: impl FnMut(Spot, &[&str]) -> ControlFlow<()>,
) -> Result<Option<String>, Error> {
    let (name, read) = if let Some(csv) = open(check, table)? {
        let read = each_line(csv, columns, &mut use_it);
        (&table.files[Format::Csv.name()], read)
    } else {
        #[cfg(feature = "parquet")]
        {
            let Some(name) = table.files.get(Format::Parquet.name()) else {
                return Ok(None);
            };
            let file = open_file(check, name)?;
            (name, each_row_of_parquet(file, columns, &mut use_it))
        }
        #[cfg(not(feature = "parquet"))]
        return Ok(None);
    };
    if let Err(reason) = read {
        let message = format!("`{name}` is no table: {reason}");
        check.find(&UNREADABLE_TABLE, name, message);
        return Ok(None);
    }
    Ok(Some(name.clone()))
}

/// Where a row is in its file.
#[derive(Clone, Copy)]
enum Spot {
    /// Where the library found it, in bytes.
    Byte(u64),
    #[cfg(feature = "parquet")]
    Row(u64),
}

impl Spot {
    /// Adds a finding there, whose message names the place.
    fn find(
        self,
        check: &mut Check,
        rule: &'static Rule,
        file: &str,
        message: impl FnOnce(&str) -> String,
    ) -> Result<(), Error> {
        match self {
            Self::Byte(byte) => {
                let line = line_at(check, file, byte)?;
                let message = message(&format!("line {}", line.0));
                check.find_on_line(rule, file, line, message);
            }
            #[cfg(feature = "parquet")]
            Self::Row(number) => check.find(rule, file, message(&format!("row {number}"))),
        }
        Ok(())
    }
}

fn each_line(
    mut reader: csv::Reader<File>,
    columns: &[String],
    use_it: &mut impl FnMut(Spot, &[&str]) -> ControlFlow<()>,
) -> Result<(), String> {
    let failed = |error: csv::Error| error.to_string();
    let header: Vec<_> = reader.headers().map_err(failed)?.iter().collect();
    let positions = positions(columns, &header)?;
    let mut row = StringRecord::new();
    while reader.read_record(&mut row).map_err(failed)? {
        let byte = row.position().map_or(0, csv::Position::byte);
        let key: Vec<_> = positions.iter().map(|&position| &row[position]).collect();
        if use_it(Spot::Byte(byte), &key).is_break() {
            break;
        }
    }
    Ok(())
}

#[cfg(feature = "parquet")]
fn each_row_of_parquet(
    file: File,
    columns: &[String],
    use_it: &mut impl FnMut(Spot, &[&str]) -> ControlFlow<()>,
) -> Result<(), String> {
    let reader = super::parquet::Reader::open(file)?;
    let header: Vec<_> = reader.columns.iter().map(String::as_str).collect();
    let positions = positions(columns, &header)?;
    let mut number = 0;
    reader.each_row(&positions, |row, _| {
        number += 1;
        let key: Vec<_> = row.iter().collect();
        use_it(Spot::Row(number), &key)
    })
}

/// Where these columns are in a table.
fn positions(columns: &[String], header: &[&str]) -> Result<Vec<usize>, String> {
    let position = |name: &String| {
        let found = header.iter().position(|column| column == name);
        found.ok_or_else(|| format!("it has no column `{name}`"))
    };
    columns.iter().map(position).collect()
}

fn hash(key: &[&str]) -> KeyHash {
    let mut hasher = Sha256::new();
    for part in key {
        hasher.update((part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    let hash = hasher.finalize();
    hash[..16].try_into().expect("the hash has 32 bytes")
}
