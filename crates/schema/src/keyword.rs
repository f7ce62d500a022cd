//! The keywords of JSON Schema: which of them a draft knows, and where subschemas are.

use jsonschema::Draft;
use serde_json::{Map, Value};
use treatise_source::{Pointer, Step};

/// How the subschemas of a keyword see the instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// The same value that the keyword applies to.
    Same,
    /// Values below it.
    Below,
    /// Nothing: they are only there to be referred to.
    Nothing,
}

/// The form of a keyword's value.
#[derive(Clone, Copy)]
enum Form {
    Schema,
    Schemas,
    SchemaByName,
    /// A schema, or an array of them (`items` before 2020-12).
    SchemaOrSchemas,
    /// By name, a schema or an array of member names (`dependencies`).
    SchemaOrNamesByName,
}

const APPLICATORS: &[(&str, Form, Target)] = &[
    ("allOf", Form::Schemas, Target::Same),
    ("anyOf", Form::Schemas, Target::Same),
    ("oneOf", Form::Schemas, Target::Same),
    ("not", Form::Schema, Target::Same),
    ("if", Form::Schema, Target::Same),
    ("then", Form::Schema, Target::Same),
    ("else", Form::Schema, Target::Same),
    ("dependentSchemas", Form::SchemaByName, Target::Same),
    ("dependencies", Form::SchemaOrNamesByName, Target::Same),
    ("properties", Form::SchemaByName, Target::Below),
    ("patternProperties", Form::SchemaByName, Target::Below),
    ("additionalProperties", Form::Schema, Target::Below),
    ("unevaluatedProperties", Form::Schema, Target::Below),
    ("propertyNames", Form::Schema, Target::Below),
    ("prefixItems", Form::Schemas, Target::Below),
    ("items", Form::SchemaOrSchemas, Target::Below),
    ("additionalItems", Form::Schema, Target::Below),
    ("unevaluatedItems", Form::Schema, Target::Below),
    ("contains", Form::Schema, Target::Below),
    ("contentSchema", Form::Schema, Target::Nothing),
    ("$defs", Form::SchemaByName, Target::Nothing),
    ("definitions", Form::SchemaByName, Target::Nothing),
];

/// Our annotation keywords.
pub(crate) const ANNOTATIONS: &[&str] = &[
    "x-references",
    "x-identity",
    "x-meaning",
    "x-prose",
    "x-language-map",
    "x-open-enum",
    "x-symmetric",
    "x-reflexive",
    "x-deprecation",
];

/// Keywords of the drafts that only say something and check nothing.
const METADATA: &[(&str, Draft)] = &[
    ("title", Draft::Draft4),
    ("description", Draft::Draft4),
    ("default", Draft::Draft4),
    ("examples", Draft::Draft6),
    ("$comment", Draft::Draft7),
    ("readOnly", Draft::Draft7),
    ("writeOnly", Draft::Draft7),
    ("deprecated", Draft::Draft201909),
    ("$vocabulary", Draft::Draft201909),
];

/// Whether a draft, or our vocabulary, defines a keyword.
pub(crate) fn is_known(draft: Draft, keyword: &str) -> bool {
    // The crate accepts what earlier drafts had; 2020-12 reads neither of these.
    let is_dropped = draft == Draft::Draft202012
        && ["additionalItems", "$recursiveRef", "$recursiveAnchor"].contains(&keyword);
    draft.is_known_keyword(keyword) && !is_dropped
        || ANNOTATIONS.contains(&keyword)
        || METADATA
            .iter()
            .any(|&(name, since)| name == keyword && draft >= since)
}

/// Keywords of 2020-12 that check nothing themselves: they name, annotate, or hold schemas to be
/// referred to.
const SILENT: &[&str] = &["$schema", "$id", "$anchor", "$defs", "definitions"];

/// Whether a keyword checks nothing in draft 2020-12.
pub(crate) fn says_nothing(keyword: &str) -> bool {
    SILENT.contains(&keyword)
        || ANNOTATIONS.contains(&keyword)
        || METADATA.iter().any(|&(name, _)| name == keyword)
}

/// Whether the subschemas of a keyword ask about values, or about names and texts, and describe no value
/// of a record, so that annotations in them are read by nobody.
pub(crate) fn asks(keyword: &str) -> bool {
    ["not", "if", "contains", "propertyNames", "contentSchema"].contains(&keyword)
}

/// Keywords that a misspelt one may have meant.
pub(crate) fn known(draft: Draft) -> impl Iterator<Item = &'static str> {
    let others = [
        "$ref",
        "$schema",
        "$id",
        "$anchor",
        "$dynamicRef",
        "type",
        "enum",
        "const",
        "format",
        "pattern",
        "required",
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "multipleOf",
        "minLength",
        "maxLength",
        "minItems",
        "maxItems",
        "uniqueItems",
        "minContains",
        "maxContains",
        "minProperties",
        "maxProperties",
        "dependentRequired",
        "contentEncoding",
        "contentMediaType",
    ];
    APPLICATORS
        .iter()
        .map(|&(name, ..)| name)
        .chain(METADATA.iter().map(|&(name, _)| name))
        .chain(ANNOTATIONS.iter().copied())
        .chain(others)
        .filter(move |keyword| is_known(draft, keyword))
}

/// The keywords that a pointer into a schema leads through, from the outside, each with where its slash
/// is. The names of members and of definitions are none, whatever they are.
pub(crate) fn keywords_in(pointer: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut is_name = false;
    pointer.match_indices('/').filter_map(move |(at, _)| {
        let token = pointer[at + 1..].split('/').next().unwrap_or_default();
        let is_keyword = !is_name;
        is_name = is_keyword && has_schemas_by_name(token);
        is_keyword.then_some((at, token))
    })
}

fn has_schemas_by_name(keyword: &str) -> bool {
    let mut applicators = APPLICATORS.iter();
    applicators.any(|&(name, form, _)| {
        let is_by_name = matches!(form, Form::SchemaByName | Form::SchemaOrNamesByName);
        is_by_name && name == keyword
    })
}

/// A subschema with the steps that lead to it from the schema around it.
pub(crate) struct Subschema<'s> {
    pub(crate) keyword: &'static str,
    /// The member name or position under the keyword, where there is one.
    pub(crate) step: Option<String>,
    pub(crate) target: Target,
    pub(crate) schema: &'s Value,
}

impl Subschema<'_> {
    /// Its place, given that of the schema around it.
    pub(crate) fn pointer_from(&self, pointer: &Pointer) -> Pointer {
        let mut below = pointer.join(Step::Member(self.keyword));
        if let Some(step) = &self.step {
            below.push(Step::Member(step));
        }
        below
    }
}

/// The direct subschemas of a schema, in the order in which they are written.
pub(crate) fn subschemas(schema: &Map<String, Value>, draft: Draft) -> Vec<Subschema<'_>> {
    let mut found = Vec::new();
    for (name, value) in schema {
        let Some(&(keyword, form, target)) = APPLICATORS
            .iter()
            .find(|&&(keyword, ..)| keyword == name && is_known(draft, keyword))
        else {
            continue;
        };
        let mut add = |step: Option<String>, schema| {
            found.push(Subschema {
                keyword,
                step,
                target,
                schema,
            });
        };
        match (form, value) {
            (Form::Schemas | Form::SchemaOrSchemas, Value::Array(schemas)) => {
                for (position, schema) in schemas.iter().enumerate() {
                    add(Some(position.to_string()), schema);
                }
            }
            (Form::SchemaByName | Form::SchemaOrNamesByName, Value::Object(schemas)) => {
                for (name, schema) in schemas {
                    if schema.is_object() || schema.is_boolean() {
                        add(Some(name.clone()), schema);
                    }
                }
            }
            (Form::Schema | Form::SchemaOrSchemas, schema)
                if schema.is_object() || schema.is_boolean() =>
            {
                add(None, schema);
            }
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn subschemas_are_found_in_every_form() {
        let schema = json!({
            "properties": {"a": true, "items": {}},
            "items": [{}, {}],
            "dependencies": {"a": ["b"], "c": {}},
            "not": false,
            "enum": [{"not": {}}]
        });
        let found: Vec<_> = subschemas(schema.as_object().expect("an object"), Draft::Draft201909)
            .into_iter()
            .map(|subschema| (subschema.keyword, subschema.step))
            .collect();
        let step = |name: &str| Some(name.to_owned());
        assert_eq!(
            found,
            [
                ("properties", step("a")),
                ("properties", step("items")),
                ("items", step("0")),
                ("items", step("1")),
                ("dependencies", step("c")),
                ("not", None),
            ]
        );
    }

    #[test]
    fn names_on_the_way_are_no_keywords() {
        let pointer = "/properties/then/$ref/items/0/dependencies/else/then/$defs/if";
        let found: Vec<_> = keywords_in(pointer).map(|(_, keyword)| keyword).collect();
        let keywords = [
            "properties",
            "$ref",
            "items",
            "0",
            "dependencies",
            "then",
            "$defs",
        ];
        assert_eq!(found, keywords);
        assert!(keywords_in("").next().is_none());
    }

    #[test]
    fn keywords_belong_to_drafts() {
        assert!(is_known(Draft::Draft202012, "prefixItems"));
        assert!(!is_known(Draft::Draft7, "prefixItems"));
        assert!(is_known(Draft::Draft7, "$comment"));
        assert!(!is_known(Draft::Draft4, "$comment"));
        assert!(is_known(Draft::Draft202012, "x-references"));
        assert!(!is_known(Draft::Draft202012, "x-reference"));
    }
}
