//! Whether the tables whose rows are lines say what the records say: their files have the bytes
//! that an export of the records would write. Where they have others, the first column or row that
//! differs is looked for. On the way it is found out which types the values of other formats have to have.

use std::collections::BTreeSet;

use csv::StringRecord;
use sha2::{Digest, Sha256};
use treatise_source::hexadecimal;

use super::difference::{Differences, Different, columns_message, difference};
use super::marker::{Marker, TableEntry};
use super::published::{Published, PublishedSection};
use super::reference::Reference;
use super::rules::{FORMATS_DISAGREE, UNCHECKED_PART};
use super::types::Types;
use super::{Check, checksums, tables};
use crate::bundle::MARKER;
use crate::format::{Lines, is_formula};
use crate::{Error, Format};

/// Returns the types that the values of the other tables have to have.
pub(super) fn check(
    check: &mut Check,
    marker: &Marker,
    published: Option<&Published<'_>>,
) -> Result<Types, Error> {
    let formats = [Format::Csv, Format::CsvExcel].into_iter();
    let formats = formats.filter(|format| marker.has(format.name()));
    let formats: Vec<Lines> = formats.filter_map(Format::lines).collect();
    let typed = [Format::Sqlite, Format::Parquet].into_iter();
    let typed = typed.filter(|format| marker.has(format.name()));
    let typed = typed.filter_map(Format::types);
    let all = formats.iter().filter_map(|lines| lines.format.lines());
    let all: Vec<Lines> = all.chain(typed).collect();
    let mut types = Types::new();
    let mut compared = BTreeSet::new();
    if let Some(published) = published {
        let listed = checksums::hashes(check)?;
        for section in &published.sections {
            let made = hashes(check, published, section, &all)?;
            for (lines, made) in all.iter().zip(made) {
                for (table, made) in section.entry.tables.iter().zip(made) {
                    if lines.format.types().is_some() {
                        types.insert((lines.format, table.name.clone()), made);
                        continue;
                    }
                    let Some(file) = table.files.get(lines.format.name()) else {
                        continue;
                    };
                    compared.insert(file.as_str());
                    if listed.get(file) != Some(&made) {
                        compare(check, marker, published, table, lines.format)?;
                    }
                }
            }
        }
        for (lines, table) in formats.iter().zip(marker.index.iter().cycle()) {
            let Some(file) = table.files.get(lines.format.name()) else {
                continue;
            };
            if let Some((expected, _)) = published.rows(check, marker, table, lines.format)? {
                compared.insert(file);
                if listed.get(file) != Some(&expected.hash()?) {
                    compare(check, marker, published, table, lines.format)?;
                }
            }
        }
    }
    check_for_spreadsheets(check, marker, &compared)?;
    Ok(types)
}

/// The hash that the file of each table has to have, for each format.
fn hashes(
    check: &Check,
    published: &Published<'_>,
    section: &PublishedSection<'_>,
    formats: &[Lines],
) -> Result<Vec<Vec<String>>, Error> {
    let tables = &section.section.tables.tables;
    let start = |lines: &Lines| -> Vec<_> {
        let starts = tables.iter().map(|table| lines.start(table));
        starts.map(Sha256::new_with_prefix).collect()
    };
    let mut hashers: Vec<Vec<Sha256>> = formats.iter().map(start).collect();
    let mut records = published.records(check, section, formats)?;
    loop {
        let some = records.next()?;
        if some.is_empty() {
            break;
        }
        for encoded in some {
            for (format, hashers) in hashers.iter_mut().enumerate() {
                for (table, hasher) in hashers.iter_mut().enumerate() {
                    hasher.update(encoded.block.batch.lines(format, table));
                }
            }
        }
    }
    let digests = hashers.into_iter().map(|hashers| {
        let hashers = hashers.into_iter();
        hashers.map(|it| hexadecimal(&it.finalize())).collect()
    });
    Ok(digests.collect())
}

/// Finds how a table whose file is not what an export would write differs from the records, if these
/// tell of it.
fn compare(
    check: &mut Check,
    marker: &Marker,
    published: &Published<'_>,
    table: &TableEntry,
    format: Format,
) -> Result<(), Error> {
    let Some((mut expected, name)) = published.rows(check, marker, table, format)? else {
        return Ok(());
    };
    let file = &table.files[format.name()];
    let other = Other {
        columns: expected.columns(),
        name,
    };
    let is_same = |row: &str, expected: &str| row == expected;
    if !compare_lines(check, file, &other, is_same, || expected.next())? {
        let message = format!(
            "`{file}` is not the file that an export of {} writes, though no column or row was \
             found to differ: its first bytes, its quotes or the ends of its lines do",
            other.name
        );
        check.find_on_line(&FORMATS_DISAGREE, file, (1, 0), message);
    }
    Ok(())
}

/// What the lines of a table are compared with.
struct Other {
    name: String,
    columns: StringRecord,
}

/// Compares the lines of a table with other rows; returns whether a difference was found. There is
/// none to find in a file that is no table.
fn compare_lines(
    check: &mut Check,
    file: &str,
    other: &Other,
    is_same: impl Fn(&str, &str) -> bool,
    mut next: impl FnMut() -> Result<Option<StringRecord>, Error>,
) -> Result<bool, Error> {
    let mut lines = csv::Reader::from_reader(tables::open_file(check, file)?);
    let Ok(header) = lines.headers().cloned() else {
        return Ok(false);
    };
    let place = format!("`{file}`");
    let message = columns_message(&place, &header, &other.name, &other.columns, &is_same);
    if let Some(message) = message {
        check.find_on_line(&FORMATS_DISAGREE, file, (1, 0), message);
        return Ok(true);
    }
    let mut differences = Differences::default();
    let mut first = 0;
    let mut line = StringRecord::new();
    loop {
        let is_read = lines.read_record(&mut line).unwrap_or(false);
        let expected = next()?;
        let different = match (is_read, &expected) {
            (false, None) => break,
            (false, Some(_)) => Some(Different::Missing),
            (true, None) => Some(Different::Surplus),
            (true, Some(expected)) => {
                difference(&line, expected, |_, cell, expected| is_same(cell, expected))
            }
        };
        let key = if is_read {
            Some(&line)
        } else {
            expected.as_ref()
        };
        let key = key.and_then(|row| row.get(0)).unwrap_or_default();
        if differences.see(different, key) {
            let here = line.position().filter(|_| is_read);
            first = here.unwrap_or(lines.position()).byte();
        }
    }
    let column = |position| header.get(position).map(str::to_owned);
    let Some(message) = differences.message(&place, &other.name, column) else {
        return Ok(false);
    };
    let line = tables::line_at(check, file, first)?;
    check.find_on_line(&FORMATS_DISAGREE, file, line, message);
    Ok(true)
}

/// Compares the tables for spreadsheets that the records do not tell of with the CSV.
fn check_for_spreadsheets(
    check: &mut Check,
    marker: &Marker,
    compared: &BTreeSet<&str>,
) -> Result<(), Error> {
    let format = Format::CsvExcel;
    let has_others = [Format::Sqlite, Format::Parquet]
        .iter()
        .any(|format| marker.has(format.name()));
    let mut is_unchecked = false;
    for table in marker.tables() {
        let file = table.files.get(format.name());
        let Some(file) = file.filter(|file| !compared.contains(file.as_str())) else {
            continue;
        };
        match Reference::open(check, marker, None, table)? {
            Some(mut csv) => {
                let other = Other {
                    name: csv.name.clone(),
                    columns: csv.columns.clone(),
                };
                compare_lines(check, file, &other, is_harmless, || csv.next())?;
            }
            None => is_unchecked |= has_others,
        }
    }
    if is_unchecked {
        let message = "the tables of csv-excel were not compared with others: the bundle has \
                       neither records nor csv";
        check.find(&UNCHECKED_PART, MARKER, message.into());
    }
    Ok(())
}

/// Whether a cell for spreadsheets is that of the CSV, which does not say whether it is a number.
fn is_harmless(cell: &str, csv: &str) -> bool {
    let is_plain = !is_formula(csv) || csv.parse::<f64>().is_ok();
    (is_plain && cell == csv) || (is_formula(csv) && cell.strip_prefix('\'') == Some(csv))
}
