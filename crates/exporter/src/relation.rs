//! How the tables of a bundle hang together: which columns refer to which rows.

use std::collections::{BTreeMap, BTreeSet};

use treatise_dataset::CollectionEntry;

use crate::column::{Column, Kind};
use crate::names::Names;
use crate::table::Table;

/// Columns of a table whose values are the key of a row elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ForeignKey {
    pub(crate) columns: Vec<String>,
    pub(crate) table: String,
    pub(crate) key: Vec<String>,
}

/// What can be referred to in a bundle.
#[derive(Clone, Debug, Default)]
pub(crate) struct Catalogue {
    /// The column of the ids of each collection, by its name; its table has the same name.
    ids: BTreeMap<String, String>,
    /// The table of all ids, for references that lead to one of several collections.
    index: Option<String>,
}

impl Catalogue {
    /// The catalogue of collections, each with its first table.
    pub(crate) fn of<'a>(
        collections: impl IntoIterator<Item = (&'a CollectionEntry, &'a Table)>,
    ) -> Self {
        let mut catalogue = Self::default();
        let mut names = Names::default();
        let mut prefixes = BTreeSet::new();
        let mut are_apart = true;
        for (entry, table) in collections {
            names.take(&entry.name);
            // Ids with different prefixes are different.
            are_apart &= entry
                .prefix
                .as_ref()
                .is_some_and(|prefix| prefixes.insert(prefix));
            catalogue
                .ids
                .insert(entry.name.clone(), table.columns[0].name.clone());
        }
        if are_apart && catalogue.ids.len() > 1 {
            catalogue.index = Some(names.take("records"));
        }
        catalogue
    }

    /// The catalogue of a bundle that has these collections, each with its first table, and this table of all
    /// ids.
    pub(crate) fn of_bundle<'a>(
        collections: impl IntoIterator<Item = (&'a str, &'a Table)>,
        index: Option<&str>,
    ) -> Self {
        let ids = collections.into_iter();
        Self {
            ids: ids
                .map(|(name, table)| (name.to_owned(), table.columns[0].name.clone()))
                .collect(),
            index: index.map(str::to_owned),
        }
    }

    /// The names of the collections.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> + Clone {
        self.ids.keys().map(String::as_str)
    }

    /// The table of all ids with the collections that they belong to, where one id belongs to one
    /// collection.
    pub(crate) fn index(&self) -> Option<Table> {
        self.index.as_deref().map(index)
    }

    /// What the columns of a table refer to; `tables` are those of its collection.
    pub(crate) fn foreign_keys(&self, table: &Table, tables: &[Table]) -> Vec<ForeignKey> {
        let mut keys = Vec::new();
        if let Some(parent) = table.parent.map(|parent| &tables[parent]) {
            keys.push(ForeignKey {
                columns: table.primary_key()[..parent.keys].to_vec(),
                table: parent.name.clone(),
                key: parent.primary_key(),
            });
        }
        keys.extend(
            table
                .columns
                .iter()
                .filter_map(|column| self.reference(column)),
        );
        keys
    }

    fn reference(&self, column: &Column) -> Option<ForeignKey> {
        let field = column.field.as_ref()?;
        // What may stand instead of an id is no id.
        let is_reference =
            column.kind == Kind::Text && !column.may_be_plain && field.literals.is_empty();
        let are_known = field
            .references
            .iter()
            .all(|name| self.ids.contains_key(name));
        if !is_reference || !are_known {
            return None;
        }
        let (table, key) = match field.references.as_slice() {
            [] => return None,
            [collection] => (collection.clone(), self.ids[collection].clone()),
            _ => (self.index.clone()?, "id".to_owned()),
        };
        Some(ForeignKey {
            columns: vec![column.name.clone()],
            table,
            key: vec![key],
        })
    }
}

/// The table of all ids, with this name.
pub(crate) fn index(name: &str) -> Table {
    let columns = vec![
        Column::key("id", Kind::Text),
        Column {
            is_required: true,
            ..Column::key("collection", Kind::Text)
        },
    ];
    Table::plain(name, 1, columns)
}
