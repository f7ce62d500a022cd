//! The values of keywords in the form that they must have.

use serde_json::{Map, Value};
use treatise_source::Kind;

use super::Kinds;

/// That a keyword, or the form of its value, is not known.
pub(super) struct Opaque;

pub(super) type Known<T = ()> = Result<T, Opaque>;

pub(super) const STRING_KEYWORDS: &[&str] = &["pattern", "minLength", "maxLength", "format"];
pub(super) const OBJECT_KEYWORDS: &[&str] = &[
    "properties",
    "required",
    "dependentRequired",
    "additionalProperties",
    "propertyNames",
    "minProperties",
    "maxProperties",
];
pub(super) const ARRAY_KEYWORDS: &[&str] = &[
    "prefixItems",
    "items",
    "contains",
    "minItems",
    "maxItems",
    "uniqueItems",
];
pub(super) const NUMBER_KEYWORDS: &[&str] = &[
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
];

/// The words of `const` or `enum`, where all its values are words.
pub(super) fn words_of<'s>(keyword: &str, value: &'s Value) -> Option<Vec<&'s str>> {
    match (keyword, value) {
        ("const", value) => Some(vec![value.as_str()?]),
        (_, Value::Array(values)) => values.iter().map(Value::as_str).collect(),
        _ => None,
    }
}

pub(super) fn kinds_of(value: &Value) -> Known<Kinds> {
    let names = match value {
        Value::Array(names) => names.as_slice(),
        name => std::slice::from_ref(name),
    };
    let mut kinds = Kinds::NONE;
    for name in names {
        kinds = kinds.or(match name.as_str().ok_or(Opaque)? {
            "null" => Kinds::of(Kind::Null),
            "boolean" => Kinds::of(Kind::Boolean),
            "number" => Kinds::of(Kind::Number),
            "integer" => Kinds::INTEGER,
            "string" => Kinds::of(Kind::String),
            "array" => Kinds::of(Kind::Array),
            "object" => Kinds::of(Kind::Object),
            _ => return Err(Opaque),
        });
    }
    Ok(kinds)
}

pub(super) fn list(value: &Value) -> Known<&[Value]> {
    value.as_array().map(Vec::as_slice).ok_or(Opaque)
}

pub(super) fn names_of(value: Option<&Value>) -> Known<Vec<&str>> {
    let Some(value) = value else {
        return Ok(Vec::new());
    };
    let names: Option<Vec<&str>> = list(value)?.iter().map(Value::as_str).collect();
    names.ok_or(Opaque)
}

pub(super) fn members_of(value: Option<&Value>) -> Known<Vec<(&str, &Value)>> {
    let Some(value) = value else {
        return Ok(Vec::new());
    };
    let members = value.as_object().ok_or(Opaque)?;
    Ok(members
        .iter()
        .map(|(name, schema)| (name.as_str(), schema))
        .collect())
}

pub(super) fn bound(keywords: &Map<String, Value>, name: &str) -> Known<Option<u64>> {
    match keywords.get(name) {
        None => Ok(None),
        Some(bound) => bound.as_u64().map(Some).ok_or(Opaque),
    }
}
