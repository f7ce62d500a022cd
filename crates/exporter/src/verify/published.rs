//! What the tables of a bundle have to say: its records, made into rows as the export made them.

use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::vec::IntoIter;

use csv::StringRecord;
use rayon::prelude::*;
use sha2::{Digest, Sha256};
use treatise_schema::{Schema, Schemas};
use treatise_source::{Limits, Parser, Pointer, Text, Value, hexadecimal};

use super::marker::{CollectionEntry, Marker, TableEntry};
use super::records::lines;
use super::rules::{FORMATS_DISAGREE, INVALID_DESCRIPTION, UNCHECKED_PART};
use super::types::Types;
use super::{Check, schemas};
use crate::bundle::MARKER;
use crate::encoder::{Block, Encoder};
use crate::format::{Batch, Demand, Lines};
use crate::record::json_text;
use crate::relation::{Catalogue, ForeignKey};
use crate::row::Cell;
use crate::section::Section;
use crate::table::{IdPlace, Table};
use crate::{Error, Format, relation};

/// Records that are made into rows together.
const AT_A_TIME: usize = 1024;
/// Fewer where they are large.
const BYTES_AT_A_TIME: usize = 16 << 20;
/// How many of them are one piece of work.
const PIECE: usize = 64;

/// A collection or view whose schema can be used.
pub(super) struct Described<'m> {
    entry: &'m CollectionEntry,
    schema: Schema,
    /// Where the bundle has the ids.
    id: Pointer,
}

/// The collections and views of a bundle whose tables can be made again.
pub(super) struct Published<'p> {
    /// What the records are read from.
    pub(super) format: Format,
    pub(super) sections: Vec<PublishedSection<'p>>,
    /// What can be referred to; `None` where not all collections are known.
    catalogue: Option<Catalogue>,
}

/// A table as its schema makes it, and what it refers to, where that is known.
pub(super) struct Made {
    pub(super) table: Table,
    pub(super) keys: Option<Vec<ForeignKey>>,
}

/// What a database or Parquet file is held against: what the bundle says of itself, and what its records
/// become.
#[derive(Clone, Copy)]
pub(super) struct Expectation<'e> {
    pub(super) marker: &'e Marker,
    pub(super) published: Option<&'e Published<'e>>,
    pub(super) types: &'e Types,
}

/// A collection or view with the tables that its schema makes.
pub(super) struct PublishedSection<'p> {
    pub(super) entry: &'p CollectionEntry,
    pub(super) section: Section<'p>,
    id: &'p Pointer,
}

/// Finds the schemas of what has whole records and tables. What can't be told is said.
pub(super) fn describe<'m>(
    check: &mut Check,
    marker: &'m Marker,
    linked: Option<&Arc<Schemas>>,
) -> Vec<Described<'m>> {
    let mut described = Vec::new();
    let (mut left_out, mut wrong) = (Vec::new(), BTreeMap::new());
    if Published::format_of(marker).is_none() {
        return described;
    }
    for entry in marker.sections().filter(|entry| !entry.tables.is_empty()) {
        let schema = entry.schema_without_id.as_ref().or(entry.schema.as_ref());
        let compiled = schema.zip(linked).map(|(file, schemas)| {
            schemas::compile(schemas, file).map_err(|reason| (file, reason))
        });
        let schema = match compiled.transpose() {
            Ok(schema) => schema,
            Err((file, message)) => {
                wrong.insert(file, message);
                continue;
            }
        };
        let id = entry.id.as_deref().and_then(Pointer::parse);
        match schema.zip(id).filter(|_| marker.profile().is_some()) {
            Some((schema, id)) => described.push(Described { entry, schema, id }),
            None => left_out.push(format!("`{}`", entry.name)),
        }
    }
    for (file, message) in wrong {
        if !check.has(&INVALID_DESCRIPTION, file) {
            check.find(&INVALID_DESCRIPTION, file, message);
        }
    }
    if !left_out.is_empty() {
        let message = format!(
            "records were not compared with their tables, since the bundle does not say how these \
             were made of them: {}",
            left_out.join(", ")
        );
        check.find(&UNCHECKED_PART, MARKER, message);
    }
    described
}

impl<'p> Published<'p> {
    /// Makes the tables of what was described; `None` where the bundle has no whole records.
    pub(super) fn of(
        check: &mut Check,
        marker: &Marker,
        described: &'p [Described<'p>],
    ) -> Option<Self> {
        let (format, profile) = (Self::format_of(marker)?, marker.profile()?);
        let mut sections = Vec::new();
        for Described { entry, schema, id } in described {
            let place = match (&entry.schema_without_id, id.tokens().next()) {
                (Some(_), Some(member)) => IdPlace::Beside(member),
                _ => IdPlace::Within(id.clone()),
            };
            let section =
                Section::of_records(&entry.name, schema, place, &profile, &marker.languages);
            let made = section.tables.tables.iter().map(|table| &table.name);
            if made.eq(entry.tables.iter().map(|table| &table.name)) {
                sections.push(PublishedSection { entry, section, id });
            } else {
                let message = format!("`{}` has not the tables that its schema makes", entry.name);
                check.find(&FORMATS_DISAGREE, MARKER, message);
            }
        }
        let firsts = sections.iter().filter_map(|section| {
            let mut collections = marker.collections.iter();
            let is_collection = collections.any(|entry| entry.name == section.entry.name);
            let first = section.section.tables.tables.first();
            first
                .filter(|_| is_collection)
                .map(|first| (section.entry.name.as_str(), first))
        });
        let index = marker.index.as_ref().map(|index| index.name.as_str());
        let catalogue = Catalogue::of_bundle(firsts, index);
        let is_whole = catalogue.names().count() == marker.collections.len();
        let published = Self {
            format,
            sections,
            catalogue: is_whole.then_some(catalogue),
        };
        published.check_keys(check, marker);
        Some(published)
    }

    /// Finds tables that are related to others in other ways than their schema makes.
    fn check_keys(&self, check: &mut Check, marker: &Marker) {
        for entry in marker.tables() {
            let Some(Made { table, keys }) = self.table(marker, &entry.name) else {
                continue;
            };
            let said = entry.foreign_keys.iter();
            let said: Vec<_> = said.map(ForeignKey::from).collect();
            for (what, is_right) in [
                (
                    "another primary key",
                    entry.primary_key == table.primary_key(),
                ),
                ("other foreign keys", keys.is_none_or(|keys| said == keys)),
                (
                    "another parent",
                    entry.parent.as_deref() == self.parent(&entry.name),
                ),
            ] {
                if !is_right {
                    let name = &entry.name;
                    let message = format!("`{name}` has {what} here than its schema makes");
                    check.find(&FORMATS_DISAGREE, MARKER, message);
                }
            }
        }
    }

    /// The table around another one.
    fn parent(&self, name: &str) -> Option<&str> {
        let sections = self.sections.iter();
        let all = sections.map(|section| section.section.tables.tables.as_slice());
        let (tables, table) = all
            .flat_map(|tables| tables.iter().map(move |table| (tables, table)))
            .find(|(_, table)| table.name == name)?;
        table.parent.map(|parent| tables[parent].name.as_str())
    }

    /// The format with whole records that is read.
    pub(super) fn format_of(marker: &Marker) -> Option<Format> {
        let mut formats = [Format::Ndjson, Format::Json].into_iter();
        formats.find(|format| marker.has(format.name()))
    }

    /// The rows that a table has to have in a format whose rows are lines, and what says so; `None`
    /// where the records do not tell.
    pub(super) fn rows(
        &'p self,
        check: &Check,
        marker: &Marker,
        table: &TableEntry,
        format: Format,
    ) -> Result<Option<(Expected<'p>, String)>, Error> {
        let Some(lines) = format.lines() else {
            return Ok(None);
        };
        for section in &self.sections {
            let mut tables = section.entry.tables.iter();
            if let Some(number) = tables.position(|own| own.name == table.name) {
                let start = lines.start(&section.section.tables.tables[number]);
                let records = vec![self.records(check, section, &[lines])?];
                let expected = Expected::of(Content::Table(number), start, records);
                let file = self.format.file_of("", &section.entry.name);
                return Ok(Some((expected, format!("`{file}`"))));
            }
        }
        let is_index = |index: &TableEntry| index.name == table.name;
        if !marker.index.as_ref().is_some_and(is_index) {
            return Ok(None);
        }
        let collections: Option<Vec<_>> = marker.collections.iter().map(|c| self.find(c)).collect();
        let Some(collections) = collections else {
            return Ok(None);
        };
        let records = collections
            .into_iter()
            .map(|section| self.records(check, section, &[]));
        let records: Result<_, Error> = records.collect();
        let start = lines.start(&relation::index(&table.name));
        let made = Content::Ids(Demand::of_lines(&[lines]));
        let folder = format!("the files in `{}/`", self.format.name());
        Ok(Some((Expected::of(made, start, records?), folder)))
    }

    /// A table as its schema makes it; `None` where the schemas do not tell.
    pub(super) fn table(&self, marker: &Marker, name: &str) -> Option<Made> {
        for section in &self.sections {
            let tables = section.section.tables.tables.as_slice();
            if let Some(table) = tables.iter().find(|table| table.name == name) {
                let catalogue = self.catalogue.as_ref();
                return Some(Made {
                    table: table.clone(),
                    keys: catalogue.map(|catalogue| catalogue.foreign_keys(table, tables)),
                });
            }
        }
        let is_index = marker
            .index
            .as_ref()
            .is_some_and(|index| index.name == name);
        is_index.then(|| Made {
            table: relation::index(name),
            keys: Some(Vec::new()),
        })
    }

    fn find(&'p self, entry: &CollectionEntry) -> Option<&'p PublishedSection<'p>> {
        let mut sections = self.sections.iter();
        sections.find(|section| section.entry.name == entry.name)
    }

    /// The records of a section with their lines in these formats.
    pub(super) fn records(
        &'p self,
        check: &Check,
        section: &'p PublishedSection<'p>,
        formats: &[Lines],
    ) -> Result<Records<'p>, Error> {
        Ok(Records {
            section,
            demand: Demand::of_lines(formats),
            lines: Box::new(lines(check, self.format, &section.entry.name)?),
            path: check.path(&self.format.file_of("", &section.entry.name)),
        })
    }
}

/// The records of a section, some at a time.
pub(super) struct Records<'p> {
    section: &'p PublishedSection<'p>,
    demand: Demand,
    lines: Box<dyn Iterator<Item = io::Result<Vec<u8>>>>,
    path: PathBuf,
}

/// Some records.
pub(super) struct Encoded {
    pub(super) ids: Vec<String>,
    pub(super) block: Block,
}

impl Records<'_> {
    /// The next ones; none where there are no more. A record that can't be read has no rows: what
    /// is wrong with it is found elsewhere.
    pub(super) fn next(&mut self) -> Result<Vec<Encoded>, Error> {
        let some = some_lines(&mut self.lines).map_err(|error| Error::io(&self.path, error))?;
        let (section, demand) = (self.section, &self.demand);
        let pieces = some.par_chunks(PIECE);
        Ok(pieces.map(|piece| section.encode(demand, piece)).collect())
    }
}

/// The next lines that are worked on together; none where there are no more.
pub(super) fn some_lines(
    lines: &mut impl Iterator<Item = io::Result<Vec<u8>>>,
) -> io::Result<Vec<Vec<u8>>> {
    let (mut some, mut bytes) = (Vec::new(), 0);
    while some.len() < AT_A_TIME && bytes < BYTES_AT_A_TIME {
        let Some(line) = lines.next().transpose()? else {
            break;
        };
        bytes += line.len();
        some.push(line);
    }
    Ok(some)
}

impl PublishedSection<'_> {
    fn encode(&self, demand: &Demand, lines: &[Vec<u8>]) -> Encoded {
        let mut encoder = Encoder::new(&self.section, demand);
        let mut ids = Vec::new();
        let mut parser = Parser::new();
        for line in lines {
            let text = Text::from_bytes(line);
            let parsed = parser.parse(text.as_str(), Limits::default());
            let record = parsed.tree.root();
            let id = record.find(self.id).and_then(Value::as_str);
            let Some(id) = id.filter(|_| parsed.is_complete()).map(str::to_owned) else {
                continue;
            };
            let added = match &self.section.id {
                IdPlace::Within(_) => encoder.record(&id, record),
                IdPlace::Beside(member) => {
                    let text = without(record, member);
                    let mut parser = Parser::new();
                    let parsed = parser.parse(&text, Limits::default());
                    encoder.record(&id, parsed.tree.root())
                }
            };
            ids.extend(added.is_ok().then_some(id));
        }
        let block = encoder.take();
        Encoded { ids, block }
    }
}

/// A record without the member that the export added.
fn without(record: Value<'_>, added: &str) -> String {
    let members = record.members().filter(|member| member.name() != added);
    let members: Vec<_> = members
        .map(|member| {
            let name = serde_json::Value::from(member.name());
            format!("{name}:{}", json_text(member.value))
        })
        .collect();
    format!("{{{}}}", members.join(","))
}

/// What rows are made of records.
enum Content {
    /// Those of the table with this number.
    Table(usize),
    /// The ids with the names of their collections, in lines that this asks for.
    Ids(Demand),
}

/// The rows of a table, as lines of CSV.
pub(super) struct Expected<'p> {
    made: Content,
    /// What the file starts with.
    start: Vec<u8>,
    records: VecDeque<Records<'p>>,
    rows: IntoIter<StringRecord>,
}

impl<'p> Expected<'p> {
    fn of(made: Content, start: Vec<u8>, records: Vec<Records<'p>>) -> Self {
        Self {
            made,
            start,
            records: records.into(),
            rows: Vec::new().into_iter(),
        }
    }

    /// The names of the columns, as the file has them.
    pub(super) fn columns(&self) -> StringRecord {
        let mut names = read_lines(&self.start);
        names.pop().expect("a table starts with its columns")
    }

    /// The hash that the file has to have.
    pub(super) fn hash(mut self) -> Result<String, Error> {
        let mut hasher = Sha256::new_with_prefix(&self.start);
        while let Some(lines) = self.lines()? {
            for lines in lines {
                hasher.update(lines);
            }
        }
        Ok(hexadecimal(&hasher.finalize()))
    }

    /// The next row; `None` where there are no more.
    pub(super) fn next(&mut self) -> Result<Option<StringRecord>, Error> {
        loop {
            if let Some(row) = self.rows.next() {
                return Ok(Some(row));
            }
            let Some(lines) = self.lines()? else {
                return Ok(None);
            };
            let rows = lines.iter().flat_map(|lines| read_lines(lines));
            self.rows = rows.collect::<Vec<_>>().into_iter();
        }
    }

    /// The lines of the next rows; `None` where there are no more.
    fn lines(&mut self) -> Result<Option<Vec<Vec<u8>>>, Error> {
        while let Some(records) = self.records.front_mut() {
            let some = records.next()?;
            let collection = records.section.entry.name.as_str();
            if some.is_empty() {
                self.records.pop_front();
                continue;
            }
            let lines = some.iter().map(|encoded| match &self.made {
                Content::Table(number) => encoded.block.batch.lines(0, *number).to_vec(),
                Content::Ids(demand) => {
                    let mut batch = Batch::new(demand, 1);
                    for id in &encoded.ids {
                        batch.row(0, &[Cell::Text(id), Cell::Text(collection)]);
                    }
                    batch.lines(0, 0).to_vec()
                }
            });
            return Ok(Some(lines.collect()));
        }
        Ok(None)
    }
}

/// The rows in lines of CSV without a header.
fn read_lines(lines: &[u8]) -> Vec<StringRecord> {
    let mut builder = csv::ReaderBuilder::new();
    let reader = builder.has_headers(false).from_reader(lines);
    let rows = reader.into_records();
    rows.map(|row| row.expect("what was written as CSV is read as CSV"))
        .collect()
}
