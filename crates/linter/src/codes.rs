//! The pinned tables of codes, which the manifest names among its other files.
//!
//! A table is a CSV file in a folder `codes`, named as its system in lower case with dashes, with at
//! least the columns `code`, `display` and `status`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use treatise_source::{RegularFile, Text};

use crate::view::{Node, Record, Records, Text as Said};

/// The tables of all systems that occur.
#[derive(Debug, Default)]
pub(crate) struct CodeTables {
    by_system: BTreeMap<String, BTreeMap<String, Row>>,
}

/// What a table says about a code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    /// The official name, where the table may give it.
    pub(crate) display: Option<String>,
    pub(crate) is_former: bool,
}

/// A code as a record gives it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Use<'r> {
    pub(crate) record: Record<'r>,
    pub(crate) system: Said<'r>,
    pub(crate) code: Said<'r>,
    /// The whole entry.
    pub(crate) node: Node<'r>,
}

/// The system of the ids of genes, which biomarkers have outside `codes`.
pub(crate) const GENES: &str = "HGNC";
/// The largest table, in bytes.
const MOST_BYTES: u64 = 8 << 20;

impl CodeTables {
    /// Reads the tables that the records need.
    pub(crate) fn of(records: &Records<'_>) -> Self {
        let mut tables = Self::default();
        let mut systems: BTreeSet<&str> = uses(records)
            .iter()
            .map(|use_| use_.system.as_str())
            .collect();
        if records
            .entities
            .iter()
            .any(|entity| entity.get("gene").is_some())
        {
            systems.insert(GENES);
        }
        for system in systems {
            if let Some(table) = read(records, system) {
                tables.by_system.insert(system.to_owned(), table);
            }
        }
        tables
    }

    /// Whether there is a table of a system.
    pub(crate) fn has(&self, system: &str) -> bool {
        self.by_system.contains_key(system)
    }

    /// What the table of its system says about a code.
    pub(crate) fn get(&self, system: &str, code: &str) -> Option<&Row> {
        self.by_system.get(system)?.get(code)
    }
}

/// The codes of all entities, in order.
pub(crate) fn uses<'r>(records: &Records<'r>) -> Vec<Use<'r>> {
    let mut uses = Vec::new();
    for entity in &records.entities {
        uses.extend(entity.items("codes").filter_map(|node| {
            Some(Use {
                record: entity.0,
                system: node.text("system")?,
                code: node.text("code")?,
                node,
            })
        }));
    }
    uses
}

/// The name of the file of a system.
pub(crate) fn file_name(system: &str) -> String {
    format!("{}.csv", system.to_lowercase().replace(' ', "-"))
}

fn read(records: &Records<'_>, system: &str) -> Option<BTreeMap<String, Row>> {
    let folders = records.manifest().other_files.iter();
    folders
        .map(|other| Path::new(&other.path))
        .filter(|path| path.file_name().is_some_and(|name| name == "codes"))
        .find_map(|folder| {
            let path = records.dataset().root().join(folder);
            let file = RegularFile::open(&path.join(file_name(system))).ok()?;
            let mut buffer = Vec::new();
            let length = file.read(MOST_BYTES, &mut buffer).ok()?;
            parse(Text::from_bytes(&buffer[..length]).as_str())
        })
}

fn parse(text: &str) -> Option<BTreeMap<String, Row>> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers().ok()?.clone();
    let column = |name| header.iter().position(|column| column == name);
    let (code, display, status) = (column("code")?, column("display")?, column("status")?);
    let mut table = BTreeMap::new();
    for row in reader.records() {
        let row = row.ok()?;
        let cell = |at| row.get(at).unwrap_or_default();
        table.insert(
            cell(code).to_owned(),
            Row {
                display: Some(cell(display).to_owned()).filter(|display| !display.is_empty()),
                is_former: cell(status) != "active",
            },
        );
    }
    Some(table)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_read_by_the_names_of_its_columns() {
        let table = parse("status,code,display\nactive,C1,\"Liver, whole\"\nformer,C2,\n");
        let table = table.expect("it is a table");
        let row = |display: Option<&str>, is_former| Row {
            display: display.map(str::to_owned),
            is_former,
        };
        assert_eq!(table["C1"], row(Some("Liver, whole"), false));
        assert_eq!(table["C2"], row(None, true));
        assert_eq!(parse("code,name\nC1,Liver\n"), None);
        assert_eq!(file_name("SNOMED CT"), "snomed-ct.csv");
    }
}
