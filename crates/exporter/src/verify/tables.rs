//! Whether the CSV tables have the rows, keys and references that `bundle.json` says.

use std::collections::{BTreeMap, HashSet};

use csv::StringRecord;
use sha2::{Digest, Sha256};
use treatise_source::{NotRead, RegularFile};

use super::Check;
use super::marker::{Marker, TableEntry};
use super::rules::{COUNT_DISAGREES, DANGLING_KEY, REPEATED_KEY, UNREADABLE_TABLE};
use crate::{Error, Format};

/// A key in few bytes, since there may be millions.
type KeyHash = [u8; 16];

pub(super) fn check(check: &mut Check, marker: &Marker) -> Result<(), Error> {
    if !marker.has(Format::Csv.name()) {
        return Ok(());
    }
    let mut keys: BTreeMap<&str, HashSet<KeyHash>> = BTreeMap::new();
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
pub(super) fn open(
    check: &Check,
    table: &TableEntry,
) -> Result<Option<csv::Reader<std::fs::File>>, Error> {
    let Some(file) = table.files.get(Format::Csv.name()) else {
        return Ok(None);
    };
    let path = check.path(file);
    let open = RegularFile::open(&path).map_err(|error| match error {
        NotRead::Io(error) => Error::io(&path, error),
        other => Error::refused(format!("{}: {other}", path.display())),
    })?;
    Ok(Some(csv::Reader::from_reader(open.into_file())))
}

/// The keys of all rows; what is wrong with them is found.
fn read_keys(check: &mut Check, table: &TableEntry) -> Result<HashSet<KeyHash>, Error> {
    let mut keys = HashSet::new();
    let mut rows = 0;
    let mut repeated = None;
    let key = each_row(check, table, &table.primary_key, |line, key| {
        rows += 1;
        if !keys.insert(hash(key)) {
            repeated.get_or_insert((line, key.join(", ")));
        }
    })?;
    let Some(file) = key else {
        return Ok(keys);
    };
    check.extent.tables += 1;
    check.extent.rows += rows;
    if let Some((line, key)) = repeated {
        let message = format!("the key `{key}` comes twice, the second time in line {line}");
        check.find(&REPEATED_KEY, &file, message);
    }
    if rows != table.rows {
        let message = format!(
            "`{file}` has {rows} rows, and not {} as `bundle.json` says",
            table.rows
        );
        check.find(&COUNT_DISAGREES, &file, message);
    }
    Ok(keys)
}

/// Looks for the row that each foreign key leads to.
fn follow(
    check: &mut Check,
    table: &TableEntry,
    keys: &BTreeMap<&str, HashSet<KeyHash>>,
) -> Result<(), Error> {
    for foreign in &table.foreign_keys {
        let mut dangling = None;
        let target = keys.get(foreign.table.as_str());
        let file = each_row(check, table, &foreign.columns, |line, key| {
            // CSV has nothing where there is no reference.
            let is_absent = key.iter().any(|part| part.is_empty());
            let is_found = target.is_some_and(|target| target.contains(&hash(key)));
            if !is_absent && !is_found {
                dangling.get_or_insert((line, key.join(", ")));
            }
        })?;
        if let (Some(file), Some((line, key))) = (file, dangling) {
            let message = format!(
                "`{key}` in line {line} is not in `{}` of `{}`",
                foreign.key.join("`, `"),
                foreign.table
            );
            check.find(&DANGLING_KEY, &file, message);
        }
    }
    Ok(())
}

/// Hands each row to `use_it`: its line, and its values in these columns. Returns the
/// name of the file, or `None` if it can't be read as a table, which is found.
fn each_row(
    check: &mut Check,
    table: &TableEntry,
    columns: &[String],
    mut use_it: impl FnMut(u64, &[&str]),
) -> Result<Option<String>, Error> {
    let Some(mut reader) = open(check, table)? else {
        return Ok(None);
    };
    let file = table.files[Format::Csv.name()].clone();
    let mut read = |reader: &mut csv::Reader<_>| -> Result<(), String> {
        let header = reader.headers().map_err(|error| error.to_string())?;
        let position = |name: &String| {
            let found = header.iter().position(|column| column == name);
            found.ok_or_else(|| format!("it has no column `{name}`"))
        };
        let positions: Vec<usize> = columns.iter().map(position).collect::<Result<_, _>>()?;
        let mut row = StringRecord::new();
        while reader
            .read_record(&mut row)
            .map_err(|error| error.to_string())?
        {
            let line = row.position().map_or(0, csv::Position::line);
            let key: Vec<_> = positions.iter().map(|&position| &row[position]).collect();
            use_it(line, &key);
        }
        Ok(())
    };
    if let Err(reason) = read(&mut reader) {
        check.find(
            &UNREADABLE_TABLE,
            &file,
            format!("`{file}` is no table: {reason}"),
        );
        return Ok(None);
    }
    Ok(Some(file))
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
