//! A column of a table: its name, its type, and what the schema says about its values.

use serde_json::Value as Json;
use treatise_schema::{Field, Types};

use crate::row::Cell;
use crate::shape::Shape;

/// A column.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    /// Whether every row has a value in it.
    pub(crate) is_required: bool,
    /// Whether a text in it may refer to nothing.
    pub(crate) may_be_plain: bool,
    /// What the schema says about it; absent for a key that stands for a place in a record.
    pub(crate) field: Option<Field>,
}

/// The type of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Integer,
    Number,
    Boolean,
    /// Values of several types, arrays and objects as JSON text.
    Any,
}

impl Column {
    /// The id of a record.
    pub(crate) fn id(name: String, field: Option<&Field>) -> Self {
        Self {
            name,
            kind: Kind::Text,
            is_required: true,
            may_be_plain: true,
            // The definition of an id may say what it is the id of; here it refers to nothing.
            field: field.map(|field| {
                let mut field = field.clone();
                field.references.clear();
                field
            }),
        }
    }

    /// Which element or entry a row is.
    pub(crate) fn key(name: &str, kind: Kind) -> Self {
        Self {
            name: name.to_owned(),
            kind,
            is_required: true,
            may_be_plain: true,
            field: None,
        }
    }

    /// What is at a place, whether the schema describes it or not.
    pub(crate) fn of(name: String, place: &Shape<'_>, is_required: bool) -> Self {
        let possible = place.possible.unwrap_or(Types::ALL);
        Self {
            name,
            kind: kind_of(possible),
            is_required: is_required && !possible.meet(Types::NULL),
            may_be_plain: possible.meet(Types::PLAIN),
            field: place.field.cloned(),
        }
    }

    /// Whether a row can have this here.
    pub(crate) fn takes(&self, cell: &Cell<'_>) -> bool {
        match (cell, self.kind) {
            (Cell::Absent, _) => !self.is_required,
            (_, Kind::Any)
            | (Cell::Text(_), Kind::Text)
            | (Cell::Number(_), Kind::Number)
            | (Cell::Boolean(_), Kind::Boolean)
            | (Cell::Position(_), Kind::Integer) => true,
            (Cell::Number(text), Kind::Integer) => {
                let number: Result<f64, _> = text.parse();
                number.is_ok_and(|number| number.fract() == 0.0 || number.is_infinite())
            }
            _ => false,
        }
    }

    /// Whether an empty text may stand here, which CSV can't tell from no value.
    pub(crate) fn may_be_empty(&self) -> bool {
        if !matches!(self.kind, Kind::Text | Kind::Any) {
            return false;
        }
        let Some(field) = &self.field else {
            return true;
        };
        let is_listed = |values: &Vec<Json>| values.iter().any(|value| value == "");
        let is_refused = field.bounds.min_length.is_some_and(|length| length > 0)
            || field
                .enumeration
                .as_ref()
                .is_some_and(|values| !is_listed(values))
            || !field.references.is_empty();
        !is_refused
    }
}

/// The one type that holds all scalars that may be there.
fn kind_of(possible: Types) -> Kind {
    let others = Types::NULL.or(Types::ARRAY).or(Types::OBJECT);
    let scalars = [
        (Types::NONE, Kind::Any),
        (Types::STRING, Kind::Text),
        (Types::INTEGER, Kind::Integer),
        (Types::NUMBER, Kind::Number),
        (Types::BOOLEAN, Kind::Boolean),
    ];
    let mut scalars = scalars.into_iter();
    let first = scalars.find(|(types, _)| possible.are_in(others.or(*types)));
    first.map_or(Kind::Any, |(_, kind)| kind)
}
