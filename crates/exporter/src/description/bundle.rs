//! `bundle.json`: what the folder is, which program made it, and what is in it.
//!
//! The published schema is `schemas/output/bundle.schema.json`; a later run recognises by this
//! file what it may replace.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Facts, GENERATOR, GENERATOR_VERSION, SectionFacts, pretty};
use crate::relation::ForeignKey;
use crate::table::Table;

/// Changes when a reader of an older bundle would misread a newer one.
const LAYOUT: u32 = 1;

#[derive(Serialize)]
struct Document<'a> {
    generator: Generator,
    layout: u32,
    dataset: Dataset<'a>,
    profile: &'a str,
    is_complete: bool,
    formats: Vec<&'a str>,
    collections: Vec<Collection<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    views: Vec<Collection<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    index: Option<TableEntry<'a>>,
}

#[derive(Serialize)]
struct Generator {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Dataset<'a> {
    name: &'a str,
    version: &'a str,
    as_of: &'a str,
}

#[derive(Serialize)]
struct Collection<'a> {
    name: &'a str,
    records: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    schema: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tables: Vec<TableEntry<'a>>,
    #[serde(skip_serializing_if = "is_zero")]
    left_out_of_tables: u64,
}

#[derive(Serialize)]
struct TableEntry<'a> {
    name: &'a str,
    files: BTreeMap<&'static str, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent: Option<&'a str>,
    primary_key: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    foreign_keys: Vec<Reference>,
    rows: u64,
}

#[derive(Serialize)]
struct Reference {
    columns: Vec<String>,
    table: String,
    key: Vec<String>,
}

impl From<ForeignKey> for Reference {
    fn from(key: ForeignKey) -> Self {
        Self {
            columns: key.columns,
            table: key.table,
            key: key.key,
        }
    }
}

#[allow(clippy::trivially_copy_pass_by_ref)] // The signature is serde's.
fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// `schemas` are the files with the schemas of collections and views, by the names of these.
pub(super) fn write(facts: &Facts<'_, '_>, schemas: &BTreeMap<String, String>) -> String {
    let section = |of| section(facts, of, schemas);
    pretty(&Document {
        generator: Generator {
            name: GENERATOR,
            version: GENERATOR_VERSION,
        },
        layout: LAYOUT,
        dataset: Dataset {
            name: &facts.manifest.name,
            version: &facts.manifest.version,
            as_of: &facts.manifest.as_of,
        },
        profile: facts.profile.name(),
        is_complete: facts.is_complete(),
        formats: facts.formats.iter().map(|format| format.name()).collect(),
        collections: facts.sections.iter().map(section).collect(),
        views: facts.views.iter().map(section).collect(),
        index: facts
            .index
            .map(|(table, rows)| entry(facts, table, &[], rows)),
    })
}

fn section<'a>(
    facts: &Facts<'_, '_>,
    section: &'a SectionFacts<'_, '_>,
    schemas: &BTreeMap<String, String>,
) -> Collection<'a> {
    let tables = &section.section.tables.tables;
    Collection {
        name: section.section.name,
        records: section.records,
        schema: schemas.get(section.section.name).cloned(),
        tables: section
            .tables()
            .map(|(table, rows)| entry(facts, table, tables, rows))
            .collect(),
        left_out_of_tables: section.left_out,
    }
}

/// A table among those of its collection.
fn entry<'a>(
    facts: &Facts<'_, '_>,
    table: &'a Table,
    tables: &'a [Table],
    rows: u64,
) -> TableEntry<'a> {
    let keys = facts.catalogue.foreign_keys(table, tables);
    TableEntry {
        name: &table.name,
        files: facts.files_of(table),
        parent: table.parent.map(|parent| tables[parent].name.as_str()),
        primary_key: table.primary_key(),
        foreign_keys: keys.into_iter().map(Reference::from).collect(),
        rows,
    }
}
