//! Any instance against the schema of claims, most of which sound records pass by the gate alone:
//! what the gate lets through, the validator finds nothing wrong with.

#![no_main]

use std::sync::{Arc, LazyLock};

use libfuzzer_sys::fuzz_target;
use treatise_report::Files;
use treatise_schema::{Draft, Library, Options, Schema, Schemas, Verdict, WorkLimit};
use treatise_source::{Limits, Parser, Text};

const SCHEMAS: [(&str, &[u8]); 2] = [
    (
        "schemas/claims.schema.json",
        include_bytes!("../../schemas/claims.schema.json"),
    ),
    (
        "schemas/definitions.schema.json",
        include_bytes!("../../schemas/definitions.schema.json"),
    ),
];

static COMPILED: LazyLock<Schema> = LazyLock::new(|| {
    let mut files = Files::new();
    let mut library = Library::lenient(Draft::Draft202012);
    for (name, text) in SCHEMAS {
        library.add(files.add(name.as_ref()), &Library::uri_of_path(name), text);
    }
    let options = Options {
        asserts_formats: true,
        is_strict: false,
    };
    let (schemas, _) = Schemas::link(library, options).expect("the schemas link");
    let uri = Library::uri_of_path(SCHEMAS[0].0);
    Arc::new(schemas).compile(&uri).expect("the schema compiles")
});

fuzz_target!(|bytes: &[u8]| {
    let text = Text::from_bytes(bytes);
    let mut parser = Parser::new();
    let parsed = parser.parse(text.as_str(), Limits::default());
    let work = WorkLimit::default();
    let verdict = COMPILED.judge(&parsed.tree, &work);
    if let Some(violations) = COMPILED.explain(&parsed.tree, &work) {
        assert_eq!(verdict == Verdict::Valid, violations.is_empty());
    }
});
