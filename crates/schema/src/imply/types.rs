//! Which types of values schemas speak of.

use serde_json::{Map, Value};

use super::items_of;

/// A set of types; integers and all other numbers are apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Types(u8);

impl Types {
    pub(super) const NONE: Self = Self(0);
    pub(super) const OBJECT: Self = Self(1);
    pub(super) const ARRAY: Self = Self(1 << 1);
    pub(super) const STRING: Self = Self(1 << 2);
    pub(super) const INTEGER: Self = Self(1 << 3);
    pub(super) const NUMBER: Self = Self(1 << 3 | 1 << 4);
    pub(super) const BOOLEAN: Self = Self(1 << 5);
    pub(super) const NULL: Self = Self(1 << 6);
    pub(super) const ALL: Self = Self((1 << 7) - 1);

    pub(super) fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub(super) fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) fn opposite(self) -> Self {
        Self(!self.0).and(Self::ALL)
    }

    /// The types that a schema allows by its keywords `type`, `const` and `enum`.
    pub(super) fn of(schema: &Map<String, Value>) -> Self {
        let named = schema.get("type").map_or(Self::ALL, Self::of_names);
        let constant = schema.get("const").map_or(Self::ALL, Self::of_value);
        let listed = schema.get("enum").map_or(Self::ALL, |values| {
            items_of(values)
                .map(Self::of_value)
                .fold(Self::NONE, Self::or)
        });
        named.and(constant).and(listed)
    }

    /// What the keyword `type` allows.
    pub(super) fn of_names(names: &Value) -> Self {
        let of_name = |name: &Value| match name.as_str() {
            Some("object") => Self::OBJECT,
            Some("array") => Self::ARRAY,
            Some("string") => Self::STRING,
            Some("integer") => Self::INTEGER,
            Some("number") => Self::NUMBER,
            Some("boolean") => Self::BOOLEAN,
            Some("null") => Self::NULL,
            _ => Self::NONE,
        };
        match names {
            Value::Array(names) => names.iter().map(of_name).fold(Self::NONE, Self::or),
            name => of_name(name),
        }
    }

    pub(super) fn of_value(value: &Value) -> Self {
        match value {
            Value::Object(_) => Self::OBJECT,
            Value::Array(_) => Self::ARRAY,
            Value::String(_) => Self::STRING,
            // `1.0` is an integer too.
            Value::Number(_) => Self::NUMBER,
            Value::Bool(_) => Self::BOOLEAN,
            Value::Null => Self::NULL,
        }
    }
}
