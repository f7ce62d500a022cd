//! `bundle.json`: what the folder is, which program made it, and what is in it.
//!
//! The published schema is `schemas/output/bundle.schema.json`; a later run recognises by this
//! file what it may replace.

use serde::Serialize;

use super::{Facts, GENERATOR, GENERATOR_VERSION, TableFacts, pretty};

/// Changes when a reader of an older bundle would misread a newer one.
const LAYOUT: u32 = 1;

#[derive(Serialize)]
struct Document<'a> {
    generator: Generator,
    layout: u32,
    dataset: Dataset<'a>,
    is_complete: bool,
    formats: Vec<&'a str>,
    collections: Vec<Collection<'a>>,
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
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tables: Vec<Table<'a>>,
    #[serde(skip_serializing_if = "is_zero")]
    left_out_of_tables: u64,
}

#[derive(Serialize)]
struct Table<'a> {
    name: &'a str,
    file: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent: Option<&'a str>,
    primary_key: &'a [String],
    rows: u64,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // The signature is serde's.
fn is_zero(count: &u64) -> bool {
    *count == 0
}

pub(super) fn write(facts: &Facts<'_>) -> String {
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
        is_complete: facts.is_complete(),
        formats: facts.formats.iter().map(|format| format.name()).collect(),
        collections: facts
            .collections
            .iter()
            .map(|collection| Collection {
                name: &collection.entry.name,
                records: collection.records,
                tables: collection.tables.iter().map(table).collect(),
                left_out_of_tables: collection.left_out,
            })
            .collect(),
    })
}

fn table(facts: &TableFacts) -> Table<'_> {
    Table {
        name: &facts.name,
        file: &facts.file,
        parent: facts.parent.as_deref(),
        primary_key: &facts.primary_key,
        rows: facts.rows,
    }
}
