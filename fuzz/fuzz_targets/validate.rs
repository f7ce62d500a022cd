//! Any instance against one schema that has every kind of keyword, recursion, and branches that
//! multiply: a verdict is reached, and what is invalid is explained.

#![no_main]

use std::sync::{Arc, LazyLock};

use libfuzzer_sys::fuzz_target;
use treatise_report::{FileId, Files, Place};
use treatise_schema::{Draft, Library, Options, Schema, Schemas, Verdict, WorkLimit};
use treatise_source::{Limits, LineIndex, Parser, Text};

const URI: &str = "https://example.org/nasty";

const SCHEMA: &str = r##"{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://example.org/nasty",
  "title": "A schema to get lost in",
  "anyOf": [{ "$ref": "#/$defs/tree" }, { "$ref": "#/$defs/scalar" }, { "$ref": "#/$defs/record" }],
  "$defs": {
    "tree": {
      "type": ["array", "object"],
      "items": { "anyOf": [{ "$ref": "#/$defs/tree" }, { "$ref": "#" }, { "type": "integer" }] },
      "additionalProperties": { "oneOf": [{ "$ref": "#/$defs/tree" }, { "$ref": "#/$defs/scalar" }] }
    },
    "scalar": {
      "oneOf": [
        { "type": "number", "multipleOf": 0.1, "exclusiveMaximum": 1e30, "minimum": -1e30 },
        { "type": "string", "minLength": 2, "maxLength": 20, "pattern": "^[\\p{L}0-9 _-]*$" },
        { "enum": [null, true, 1.0, "é", [1, 2], { "a": {} }] },
        { "const": { "b": [0.1, "x"] } },
        { "type": "string", "format": "date" },
        { "type": "string", "format": "iri" },
        { "type": "string", "format": "idn-email" }
      ]
    },
    "record": {
      "type": "object",
      "properties": {
        "id": { "type": "string", "pattern": "^[a-z]+(-[a-z]+)*$" },
        "a/b~c": { "not": { "type": "null" } },
        "list": {
          "type": "array",
          "prefixItems": [{ "type": "string" }],
          "contains": { "type": "integer" },
          "minContains": 1,
          "maxContains": 3,
          "uniqueItems": true,
          "maxItems": 50,
          "unevaluatedItems": false
        }
      },
      "patternProperties": { "^x-": { "$ref": "#/$defs/scalar" } },
      "propertyNames": { "maxLength": 30 },
      "required": ["id"],
      "dependentRequired": { "a": ["b"] },
      "dependentSchemas": { "b": { "minProperties": 3 } },
      "if": { "properties": { "id": { "const": "odd" } } },
      "then": { "required": ["odd"] },
      "else": { "maxProperties": 8 },
      "unevaluatedProperties": false
    }
  }
}"##;

static COMPILED: LazyLock<(Schema, FileId)> = LazyLock::new(|| {
    let file = Files::new().add("a.json".as_ref());
    let mut library = Library::new(Draft::Draft202012);
    library.add(file, URI, SCHEMA.as_bytes());
    let options = Options {
        asserts_formats: true,
        is_strict: false,
    };
    let (schemas, _) = Schemas::link(library, options).expect("the schema is sound");
    let schema = Arc::new(schemas).compile(URI).expect("the schema compiles");
    (schema, file)
});

fuzz_target!(|bytes: &[u8]| {
    let (schema, file) = &*COMPILED;
    let text = Text::from_bytes(bytes);
    let mut parser = Parser::new();
    // A tree of a broken text is a tree too.
    let parsed = parser.parse(text.as_str(), Limits::default());
    let work = WorkLimit::default();
    if schema.judge(&parsed.tree, &work) == Verdict::Invalid
        && let Some(violations) = schema.explain(&parsed.tree, &work)
    {
        assert!(!violations.is_empty(), "what is invalid is explained");
        let lines = LineIndex::new(text.as_str());
        for violation in violations {
            let place = |span| Place::new(*file, &lines, span);
            violation.into_diagnostic(&treatise_schema::SCHEMA_VIOLATION, place);
        }
    }
});
