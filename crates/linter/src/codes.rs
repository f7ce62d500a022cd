//! The pinned tables of codes, which the manifest names among its other files.
//!
//! A table is a CSV file in a folder `codes`, named as its system in lower case with dashes, with at
//! least the columns `code`, `display` and `status`.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::io::ErrorKind;

use treatise_dataset::{SeededHasher, file_stem};
use treatise_source::{NotRead, RegularFile, Text};

use crate::view::{Entity, Node, Record, Records, Text as Said};

/// The tables of all systems that occur.
#[derive(Debug, Default)]
pub(crate) struct CodeTables {
    by_system: BTreeMap<String, BTreeMap<String, Row>>,
    /// By system, what keeps its table from being read.
    damaged: BTreeMap<String, Damage>,
}

/// Why a table can't be read: a part of it would call codes unknown that are not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Damage {
    /// The path from the root, with slashes.
    pub(crate) path: String,
    /// Where the manifest names its folder: the place among the other files.
    pub(crate) entry: usize,
    /// The line, from 1; `None` where the file as a whole can't be read.
    pub(crate) line: Option<u64>,
    pub(crate) reason: String,
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
        // There are many codes of few systems.
        let systems = records.uses_of_codes().iter();
        let systems: HashSet<&str, SeededHasher> =
            systems.map(|use_| use_.system.as_str()).collect();
        let mut systems: BTreeSet<&str> = systems.into_iter().collect();
        let mut entities = records.entities.iter();
        if entities.any(|entity| entity.get("gene").is_some()) {
            systems.insert(GENES);
        }
        for system in systems {
            match read(records, system) {
                None => {}
                Some(Ok(table)) => {
                    tables.by_system.insert(system.to_owned(), table);
                }
                Some(Err(damage)) => {
                    tables.damaged.insert(system.to_owned(), damage);
                }
            }
        }
        tables
    }

    /// Whether a file of a system is there, damaged or not.
    pub(crate) fn has_file(&self, system: &str) -> bool {
        self.has(system) || self.damaged.contains_key(system)
    }

    /// What is damaged, by system.
    pub(crate) fn damaged(&self) -> impl Iterator<Item = (&str, &Damage)> {
        let damaged = self.damaged.iter();
        damaged.map(|(system, damage)| (system.as_str(), damage))
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
    let entities = records.entities.iter().copied();
    entities.flat_map(uses_of).collect()
}

/// The codes of an entity.
pub(crate) fn uses_of(entity: Entity<'_>) -> impl Iterator<Item = Use<'_>> {
    entity.items("codes").filter_map(move |node| {
        Some(Use {
            record: entity.0,
            system: node.text("system")?,
            code: node.text("code")?,
            node,
        })
    })
}

/// The name of the file of a system, whatever a record calls it: it stays in its folder.
pub(crate) fn file_name(system: &str) -> String {
    format!(
        "{}.csv",
        file_stem(&system.to_lowercase().replace(' ', "-"))
    )
}

/// The table of a system; `None` where there is no file.
fn read(records: &Records<'_>, system: &str) -> Option<Result<BTreeMap<String, Row>, Damage>> {
    let entries = records.manifest().other_files.iter().enumerate();
    entries
        .filter(|(_, other)| other.path == "codes" || other.path.ends_with("/codes"))
        .find_map(|(entry, folder)| {
            let path = format!("{}/{}", folder.path, file_name(system));
            let damage = |(line, reason)| Damage {
                path: path.clone(),
                entry,
                line,
                reason,
            };
            match RegularFile::read_all(&records.dataset().root().join(&path), MOST_BYTES) {
                Ok(bytes) => Some(parse(Text::from_bytes(&bytes).as_str()).map_err(damage)),
                Err(NotRead::Io(error)) if error.kind() == ErrorKind::NotFound => None,
                Err(error) => Some(Err(damage((None, format!("it can't be read: {error}"))))),
            }
        })
}

/// Reads the text of a table; the error says in which line what is wrong.
fn parse(text: &str) -> Result<BTreeMap<String, Row>, (Option<u64>, String)> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let of_csv = |error: csv::Error| {
        let line = error.position().map(csv::Position::line);
        let reason = match error.kind() {
            csv::ErrorKind::UnequalLengths {
                expected_len, len, ..
            } => format!("the row has {len} cells, and the header {expected_len}"),
            _ => "the row is no CSV".to_owned(),
        };
        (line, reason)
    };
    let header = reader.headers().map_err(of_csv)?.clone();
    let column = |name: &str| {
        let found = header.iter().position(|column| column == name);
        found.ok_or_else(|| (Some(1), format!("there is no column `{name}`")))
    };
    let (code, display, status) = (column("code")?, column("display")?, column("status")?);
    let mut table = BTreeMap::new();
    for row in reader.records() {
        let row = row.map_err(of_csv)?;
        let cell = |at| row.get(at).unwrap_or_default();
        let known = table.insert(
            cell(code).to_owned(),
            Row {
                display: Some(cell(display).to_owned()).filter(|display| !display.is_empty()),
                is_former: cell(status) != "active",
            },
        );
        let line = row.position().map(csv::Position::line);
        if cell(code).is_empty() {
            return Err((line, "the row has no code".to_owned()));
        }
        if known.is_some() {
            let code = cell(code);
            return Err((line, format!("the code `{code}` stands here a second time")));
        }
    }
    Ok(table)
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
        assert_eq!(file_name("SNOMED CT"), "snomed-ct.csv");
    }

    #[test]
    fn a_system_names_a_file_in_the_folder_and_no_other() {
        assert_eq!(file_name("../../Secret"), "..%2F..%2Fsecret.csv");
    }

    #[test]
    fn what_is_damaged_is_named_by_its_line() {
        let damage = |text| parse(text).expect_err("it is damaged");
        for (text, line, reason) in [
            ("code,name\nC1,Liver\n", 1, "there is no column `display`"),
            (
                "code,display,status\nC1,Liver,active\nC2,Lung\n",
                3,
                "the row has 2 cells, and the header 3",
            ),
            (
                "code,display,status\n,Liver,active\n",
                2,
                "the row has no code",
            ),
            (
                "code,display,status\nC1,Liver,active\nC1,Lung,active\n",
                3,
                "the code `C1` stands here a second time",
            ),
        ] {
            assert_eq!(damage(text), (Some(line), reason.to_owned()), "{text}");
        }
    }
}
