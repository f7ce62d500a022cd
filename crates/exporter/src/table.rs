//! The tables of a collection, made from its field table alone.
//!
//! An object's members are columns with dotted names. An array is a table of its own, with the
//! keys of the table around it, the position of the element from 1, and the element's columns;
//! so is an object whose keys are data, with the key in place of the position. Texts by language
//! are a column for each language of the dataset. What the schema leaves open, or where it
//! continues with itself, is one column of JSON text.

use treatise_schema::Types;
use treatise_source::{Key, Pointer};

use crate::column::{Column, Kind};
use crate::names::Names;
use crate::shape::Shape;

/// What the position of an element is called in the table of its array.
const POSITION: &str = "position";
/// What the key of an entry is called in the table of its object.
const KEY: &str = "key";
/// What a value that has no name of its own is called.
const VALUE: &str = "value";

/// The tables of a collection, parents before their children; the first has a row a record.
#[derive(Debug)]
pub(crate) struct Tables {
    pub(crate) tables: Vec<Table>,
    pub(crate) plan: Place,
}

/// A table. Its first columns are its primary key.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    pub(crate) name: String,
    /// The table around it, whose keys are its own first ones.
    pub(crate) parent: Option<usize>,
    /// Number of columns in the primary key.
    pub(crate) keys: usize,
    /// No two have the same name, even where case makes no difference.
    pub(crate) columns: Vec<Column>,
    names: Names,
}

/// Where the value at a place goes.
#[derive(Debug, Default)]
pub(crate) struct Place {
    /// The column for what is neither array nor object, or for all.
    pub(crate) column: Option<usize>,
    /// Whether arrays and objects go into that column as JSON text.
    pub(crate) is_json: bool,
    /// Whether those do that have no place below.
    pub(crate) is_rest_json: bool,
    pub(crate) members: Vec<(Key, Place)>,
    /// The table for the elements of an array.
    pub(crate) elements: Option<Box<Below>>,
    /// The table for the members of an object that have no place in `members`.
    pub(crate) entries: Option<Box<Below>>,
}

/// A table below a place.
#[derive(Debug)]
pub(crate) struct Below {
    pub(crate) table: usize,
    pub(crate) place: Place,
}

/// Where the id of a record is.
#[derive(Debug)]
pub(crate) enum IdPlace {
    /// Where the pointer leads.
    Within(Pointer),
    /// Nowhere in the record; exports give it to a member of this name.
    Beside(String),
}

/// What a collection is called, how its records are told apart, and in which languages it is.
pub(crate) struct Origin<'a> {
    pub(crate) collection: &'a str,
    /// Where the id of a record is.
    pub(crate) id: &'a IdPlace,
    /// Languages of the dataset; without any, texts by language are a table with keys.
    pub(crate) languages: &'a [String],
}

impl Tables {
    /// The tables for records of this shape.
    pub(crate) fn of(shape: &Shape<'_>, origin: &Origin<'_>) -> Self {
        let (id, id_column) = match origin.id {
            IdPlace::Within(pointer) => {
                let names: Vec<_> = pointer.tokens().collect();
                let column = names.join(".");
                (Some(names), column)
            }
            IdPlace::Beside(name) => (None, name.clone()),
        };
        let mut builder = Builder {
            tables: Vec::new(),
            names: Names::default(),
            languages: origin.languages,
            id,
        };
        let table = builder.table(origin.collection, None);
        let field = match &builder.id {
            Some(names) => {
                let names: Vec<_> = names.iter().map(String::as_str).collect();
                shape.find(&names).and_then(|shape| shape.field)
            }
            None => None,
        };
        builder.tables[table].add(Column::id(id_column, field));
        let plan = builder.place(shape, table, &[], true);
        Self {
            tables: builder.tables,
            plan,
        }
    }
}

impl Table {
    /// A table that no schema describes.
    pub(crate) fn plain(name: &str, keys: usize, columns: Vec<Column>) -> Self {
        let mut table = Self {
            name: name.to_owned(),
            parent: None,
            keys,
            columns: Vec::new(),
            names: Names::default(),
        };
        for column in columns {
            table.add(column);
        }
        table
    }

    /// The names of the columns of the primary key.
    pub(crate) fn primary_key(&self) -> Vec<String> {
        let keys = &self.columns[..self.keys];
        keys.iter().map(|column| column.name.clone()).collect()
    }

    /// Adds a column, under another name where its own is in use.
    fn add(&mut self, mut column: Column) -> usize {
        column.name = self.names.take(&column.name);
        self.columns.push(column);
        self.columns.len() - 1
    }
}

struct Builder<'a> {
    tables: Vec<Table>,
    names: Names,
    languages: &'a [String],
    /// The names that lead to the id of a record, which has its column already.
    id: Option<Vec<String>>,
}

impl Builder<'_> {
    fn table(&mut self, name: &str, parent: Option<usize>) -> usize {
        let mut keys = Vec::new();
        if let Some(parent) = parent {
            // A table calls its own key by a short name, and those of the tables around by theirs.
            let parent = &self.tables[parent];
            keys.extend_from_slice(&parent.columns[..parent.keys]);
            if let Some(own) = keys.last_mut() {
                own.name = format!("{}.{}", parent.name, own.name);
            }
        }
        let mut table = Table {
            name: self.names.take(name),
            parent,
            keys: keys.len() + 1,
            columns: Vec::new(),
            names: Names::default(),
        };
        for key in keys {
            table.add(key);
        }
        self.tables.push(table);
        self.tables.len() - 1
    }

    /// Gives a place in a table its columns, and the tables below. `path` are the names from the
    /// row to the place, and every row has something there if it `is_required`.
    fn place(
        &mut self,
        shape: &Shape<'_>,
        table: usize,
        path: &[&str],
        is_required: bool,
    ) -> Place {
        let mut place = Place::default();
        let is_recursive = shape.field.is_some_and(|field| field.is_recursive);
        let has_languages =
            !self.languages.is_empty() && shape.field.is_some_and(|field| field.is_language_map);
        let is_array = shape.element.is_some() || shape.may_be("array");
        let has_entries =
            shape.entry.is_some() || (shape.may_be("object") && shape.members.is_empty());
        if is_recursive || !(shape.has_inside() || is_array || has_entries) {
            let is_scalar = !is_recursive && shape.is_scalar_only();
            let column = self.column(shape, table, path, is_required);
            if !is_scalar {
                self.tables[table].columns[column].kind = Kind::Any;
            }
            place.column = Some(column);
            place.is_json = true;
            return place;
        }
        // An array or object may stand there instead.
        let scalars = Types::STRING.or(Types::NUMBER).or(Types::BOOLEAN);
        let mut others = shape.left_open();
        if is_array {
            others = others.without(Types::ARRAY);
        }
        if has_entries || !shape.members.is_empty() {
            others = others.without(Types::OBJECT);
        }
        place.is_rest_json = others.meet(Types::ARRAY.or(Types::OBJECT));
        if shape.may_be_scalar() || others.meet(scalars) || place.is_rest_json {
            let column = self.column(shape, table, path, false);
            if place.is_rest_json {
                self.tables[table].columns[column].kind = Kind::Any;
            }
            place.column = Some(column);
        }
        let open = Shape::default();
        if has_languages && has_entries {
            let text = shape.entry.as_deref().unwrap_or(&open);
            for language in self.languages {
                let shape = shape.member(language).unwrap_or(text);
                let below = self.place(shape, table, &[path, &[language]].concat(), false);
                place.members.push((Key::new(language), below));
            }
        }
        for (key, member) in &shape.members {
            let path = [path, &[key.name()]].concat();
            let is_known = place
                .members
                .iter()
                .any(|(known, _)| known.name() == key.name());
            if is_known || (table == 0 && self.is_id(&path)) {
                continue;
            }
            let is_required = is_required && shape.is_object_only() && member.is_required();
            let below = self.place(member, table, &path, is_required);
            place.members.push((Key::new(key.name()), below));
        }
        if table == 0 {
            self.reserve_id(&mut place, path);
        }
        if is_array {
            let element = shape.element.as_deref().unwrap_or(&open);
            place.elements = Some(Box::new(
                self.below(element, table, path, "items", POSITION),
            ));
        }
        if has_entries && !has_languages {
            let entry = shape.entry.as_deref().unwrap_or(&open);
            place.entries = Some(Box::new(self.below(entry, table, path, "entries", KEY)));
        }
        place
    }

    fn below(
        &mut self,
        shape: &Shape<'_>,
        table: usize,
        path: &[&str],
        name_without_path: &str,
        key: &str,
    ) -> Below {
        let dotted = match path {
            [] => name_without_path.to_owned(),
            _ => path.join("."),
        };
        let name = format!("{}.{dotted}", self.tables[table].name);
        let below = self.table(&name, Some(table));
        let key = match key {
            KEY => Column::key(key, Kind::Text),
            _ => Column::key(key, Kind::Integer),
        };
        self.tables[below].add(key);
        Below {
            table: below,
            place: self.place(shape, below, &[], true),
        }
    }

    fn column(
        &mut self,
        shape: &Shape<'_>,
        table: usize,
        path: &[&str],
        is_required: bool,
    ) -> usize {
        let name = match path {
            [] => VALUE.to_owned(),
            _ => path.join("."),
        };
        self.tables[table].add(Column::of(name, shape, is_required))
    }

    fn is_id(&self, path: &[&str]) -> bool {
        self.id.as_deref().is_some_and(|id| id == path)
    }

    /// The id is found where it is, described or not, and goes into the column that it has.
    fn reserve_id(&self, place: &mut Place, path: &[&str]) {
        let Some(id) = &self.id else { return };
        if let Some((last, around)) = id.split_last()
            && around == path
        {
            let place_of_id = Place {
                column: Some(0),
                ..Place::default()
            };
            place.members.push((Key::new(last), place_of_id));
        }
    }
}
