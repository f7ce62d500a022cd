//! The rows that a record has in the tables of its collection.

use std::borrow::Cow;

use treatise_source::{Kind, Lineage, Number, Pointer, Value};

use crate::column::Kind as ColumnKind;
use crate::record;
use crate::table::{Below, Place, Tables};

/// What stands in one column of one row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Cell<'r> {
    /// Nothing: the record has no such value, or `null`.
    #[default]
    Absent,
    /// A string, which may be empty.
    Text(&'r str),
    /// A number as it is written; where the column is of integers, without fraction and exponent
    /// if it can be.
    Number(Cow<'r, str>),
    Boolean(bool),
    /// Which element it is, from 1.
    Position(u64),
    /// An array or object as JSON.
    Json(Cow<'r, str>),
}

/// Takes the rows, each with the number of its table.
pub(crate) type Sink<'s> = dyn FnMut(usize, &[Cell<'_>]) + 's;

/// The values of a record that no table has a place for, because its schema does not describe
/// them.
#[derive(Debug, Default)]
pub(crate) struct Unplaced {
    pub(crate) count: u64,
    pub(crate) first: Option<Pointer>,
    /// The name of a column that can't hold what the record has there, where there is one.
    pub(crate) misfit: Option<String>,
}

impl Tables {
    /// Hands the rows of a record to `sink`: in each table in the order of the record.
    pub(crate) fn rows(&self, id: &str, record: Value<'_>, sink: &mut Sink<'_>) -> Unplaced {
        let mut walk = Walk {
            tables: self,
            sink,
            unplaced: Unplaced::default(),
        };
        walk.row(0, &[Cell::Text(id)], &self.plan, record);
        walk.unplaced
    }
}

struct Walk<'p, 's, 'k> {
    tables: &'p Tables,
    sink: &'s mut Sink<'k>,
    unplaced: Unplaced,
}

/// A table that a row has rows in, and what they come from.
struct Under<'p, 'r> {
    below: &'p Below,
    /// Members of the object that have their place elsewhere.
    beside: &'p Place,
    value: Value<'r>,
}

impl<'p> Walk<'p, '_, '_> {
    fn row<'r>(&mut self, table: usize, keys: &[Cell<'r>], place: &'p Place, value: Value<'r>) {
        let mut cells = vec![Cell::Absent; self.tables.tables[table].columns.len()];
        cells[..keys.len()].clone_from_slice(keys);
        let mut under = Vec::new();
        self.fill(place, value, &mut cells, &mut under);
        for (cell, column) in cells.iter_mut().zip(&self.tables.tables[table].columns) {
            if let (Cell::Number(text), ColumnKind::Integer) = (&*cell, column.kind)
                && let Some(plain) = plain_integer(text)
            {
                *cell = Cell::Number(plain.into());
            }
        }
        let columns = &self.tables.tables[table].columns;
        let misfit = cells
            .iter()
            .zip(columns)
            .find(|(cell, column)| !column.takes(cell));
        if let Some((_, column)) = misfit {
            let name = || column.name.clone();
            self.unplaced.misfit.get_or_insert_with(name);
            return;
        }
        (self.sink)(table, &cells);
        for Under {
            below,
            beside,
            value,
        } in under
        {
            let mut keys = keys.to_vec();
            keys.push(Cell::Absent);
            let own = keys.len() - 1;
            for (position, element) in (1..).zip(value.elements()) {
                keys[own] = Cell::Position(position);
                self.row(below.table, &keys, &below.place, element);
            }
            for member in value.members() {
                if !beside.has_member(member.name()) {
                    keys[own] = Cell::Text(member.name());
                    self.row(below.table, &keys, &below.place, member.value);
                }
            }
        }
    }

    fn fill<'r>(
        &mut self,
        place: &'p Place,
        value: Value<'r>,
        cells: &mut [Cell<'r>],
        under: &mut Vec<Under<'p, 'r>>,
    ) {
        let kind = value.kind();
        match (kind, place.column) {
            (Kind::Null, _) => {}
            (Kind::Array | Kind::Object, Some(column)) if place.takes_as_json(kind) => {
                cells[column] = Cell::Json(record::json_text(value).into());
            }
            (Kind::Array, _) => match &place.elements {
                Some(below) => under.push(Under {
                    below,
                    beside: place,
                    value,
                }),
                None => self.leave_out(value),
            },
            (Kind::Object, _) => self.fill_members(place, value, cells, under),
            (_, None) => self.leave_out(value),
            (_, Some(column)) => cells[column] = scalar(value),
        }
    }

    fn fill_members<'r>(
        &mut self,
        place: &'p Place,
        value: Value<'r>,
        cells: &mut [Cell<'r>],
        under: &mut Vec<Under<'p, 'r>>,
    ) {
        let mut placed = 0;
        for (key, place) in &place.members {
            if let Some(member) = value.get_key(key) {
                self.fill(place, member, cells, under);
                placed += 1;
            }
        }
        if placed == value.len() {
            return;
        }
        if let Some(below) = &place.entries {
            under.push(Under {
                below,
                beside: place,
                value,
            });
            return;
        }
        for member in value.members() {
            if !place.has_member(member.name()) {
                self.leave_out(member.value);
            }
        }
    }

    fn leave_out(&mut self, value: Value<'_>) {
        self.unplaced.count += 1;
        self.unplaced
            .first
            .get_or_insert_with(|| Lineage::of(value.tree()).pointer(value));
    }
}

impl Place {
    /// Whether arrays, or objects, go into the column as JSON text.
    fn takes_as_json(&self, kind: Kind) -> bool {
        let has_place = match kind {
            Kind::Array => self.elements.is_some(),
            _ => !self.members.is_empty() || self.entries.is_some(),
        };
        self.is_json || (self.is_rest_json && !has_place)
    }

    fn has_member(&self, name: &str) -> bool {
        self.members.iter().any(|(key, _)| key.name() == name)
    }
}

fn scalar(value: Value<'_>) -> Cell<'_> {
    if let Some(text) = value.as_str() {
        return Cell::Text(text);
    }
    match value.as_bool() {
        Some(boolean) => Cell::Boolean(boolean),
        None => Cell::Number(value.source().into()),
    }
}

/// An integer that is written with a fraction or an exponent, such as `1.0` or `2e18`, in digits;
/// `None` for one that has its digits, and for one that 64 bits have no place for.
fn plain_integer(text: &str) -> Option<String> {
    if text
        .bytes()
        .all(|byte| byte == b'-' || byte.is_ascii_digit())
    {
        return None;
    }
    Some(Number::read(text)?.as_i64()?.to_string())
}
