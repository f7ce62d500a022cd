//! Any text as a schema: it is refused with findings, or linked, compiled, and reaches a verdict
//! over a few small instances.

#![no_main]

use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use treatise_report::Files;
use treatise_schema::{Draft, Library, Options, Schemas, Verdict, WorkLimit};
use treatise_source::{Limits, Parser};

const URI: &str = "https://example.org/any";

const INSTANCES: &[&str] = &[
    "null",
    "-1.5e3",
    "\"2020-02-30\"",
    "[1, 1.0, \"a\", [], {}]",
    "{\"a\": {\"a\": {\"a\": [null, true]}}, \"b\": \"x-y\", \"\": 0}",
];

fuzz_target!(|bytes: &[u8]| {
    let file = Files::new().add("schema.json".as_ref());
    let mut library = Library::new(Draft::Draft202012);
    library.add(file, URI, bytes);
    if !library.contains(URI) {
        return;
    }
    let options = Options {
        asserts_formats: true,
        is_strict: bytes.len() % 2 == 0,
    };
    let Ok((schemas, _)) = Schemas::link(library, options) else {
        return;
    };
    let Ok(schema) = Arc::new(schemas).compile(URI) else {
        return;
    };
    let mut parser = Parser::new();
    let work = WorkLimit::default();
    for instance in INSTANCES {
        let parsed = parser.parse(instance, Limits::default());
        let verdict = schema.judge(&parsed.tree, &work);
        if let Some(violations) = schema.explain(&parsed.tree, &work) {
            assert_eq!(verdict == Verdict::Valid, violations.is_empty());
        }
    }
    let fields = schema.fields();
    assert!(fields.fields().iter().all(|field| fields.get(&field.path).is_some()));
});
