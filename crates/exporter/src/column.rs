//! A column of a table: its name, its type, and what the schema says about its values.

use serde_json::Value as Json;
use treatise_schema::Field;

use crate::row::Cell;

/// A column.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    /// Whether every row has a value in it.
    pub(crate) is_required: bool,
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
            field: None,
        }
    }

    /// What is at a place that the schema describes.
    pub(crate) fn of(name: String, field: Option<&Field>, is_required: bool) -> Self {
        let kind = field.map_or(Kind::Any, kind_of);
        let may_be_null = field.is_none_or(|field| {
            !field.is_typed()
                || field.types.contains("null")
                || (field.types.is_empty() && field.enumeration.is_none())
                || field.enumeration.iter().flatten().any(Json::is_null)
                || field.literals.iter().any(Json::is_null)
        });
        Self {
            name,
            kind,
            is_required: is_required && !may_be_null,
            field: field.cloned(),
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
fn kind_of(field: &Field) -> Kind {
    if !field.is_typed() {
        return Kind::Any;
    }
    let listed = field.enumeration.iter().flatten().chain(&field.literals);
    let mut kinds: Vec<Kind> = listed
        .filter_map(|value| match value {
            Json::String(_) => Some(Kind::Text),
            Json::Bool(_) => Some(Kind::Boolean),
            Json::Number(_) => Some(Kind::Number),
            Json::Null | Json::Array(_) | Json::Object(_) => None,
        })
        .collect();
    if kinds.is_empty() || !field.types.is_empty() {
        let scalars = field.types.iter().filter_map(|name| match name.as_str() {
            "string" => Some(Kind::Text),
            "integer" => Some(Kind::Integer),
            "number" => Some(Kind::Number),
            "boolean" => Some(Kind::Boolean),
            _ => None,
        });
        // Whole numbers in a list are of the type beside it, where that is one of numbers.
        if ["integer", "number"]
            .iter()
            .any(|name| field.types.contains(*name))
        {
            let is_whole = |value: &Json| value.as_f64().is_none_or(|number| number.fract() == 0.0);
            let listed = field.enumeration.iter().flatten().chain(&field.literals);
            if listed.filter(|value| value.is_number()).all(is_whole) {
                kinds.retain(|kind| *kind != Kind::Number);
            }
        }
        kinds.extend(scalars);
    }
    match kinds.split_first() {
        Some((first, rest)) if rest.iter().all(|kind| kind == first) => *first,
        Some(_)
            if kinds
                .iter()
                .all(|kind| matches!(kind, Kind::Integer | Kind::Number)) =>
        {
            Kind::Number
        }
        None | Some(_) => Kind::Any,
    }
}
