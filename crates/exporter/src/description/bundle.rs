//! `bundle.json`: what the folder is, which program made it, and what is in it.
//!
//! The published schema is `schemas/output/bundle.schema.json`; a later run recognises by this
//! file what it may replace.

use std::collections::BTreeMap;

use serde::Serialize;
use treatise_source::{Pointer, Step};

use super::records::SchemaFiles;
use super::{Facts, GENERATOR, GENERATOR_VERSION, SectionFacts, pretty};
use crate::profile;
use crate::relation::ForeignKey;
use crate::table::{IdPlace, Table};

/// Changes when a reader of an older bundle would misread a newer one.
const LAYOUT: u32 = 1;

#[derive(Serialize)]
struct Document<'a> {
    generator: Generator,
    layout: u32,
    dataset: Dataset<'a>,
    profile: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    part: Option<Part>,
    is_complete: bool,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    languages: &'a [String],
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
struct Part {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    collections: Vec<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    members: BTreeMap<String, Vec<String>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    languages: Vec<String>,
    reviewed_only: bool,
}

impl From<profile::Part> for Part {
    fn from(part: profile::Part) -> Self {
        Self {
            collections: part.collections,
            members: part.members,
            languages: part.languages,
            reviewed_only: part.reviewed_only,
        }
    }
}

#[derive(Serialize)]
struct Collection<'a> {
    name: &'a str,
    records: u64,
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    schema: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    schema_without_id: Option<String>,
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

/// `schemas` are the files with the schemas of collections and views.
pub(super) fn write(facts: &Facts<'_, '_>, schemas: &SchemaFiles) -> String {
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
        part: facts.profile.part().map(Part::from),
        languages: facts.profile.languages(facts.manifest),
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
    schemas: &SchemaFiles,
) -> Collection<'a> {
    let tables = &section.section.tables.tables;
    let name = section.section.name;
    Collection {
        name,
        records: section.records,
        id: match &section.section.id {
            IdPlace::Within(pointer) => pointer.to_string(),
            IdPlace::Beside(member) => Pointer::root().join(Step::Member(member)).to_string(),
        },
        schema: schemas.published.get(name).cloned(),
        schema_without_id: schemas.without_id.get(name).cloned(),
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
