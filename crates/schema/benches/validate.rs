//! One typical claim against the schema of claims: our tree in place, and `jsonschema` as it
//! comes, on the values of `serde_json`; with and without the time for parsing.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use divan::{Bencher, black_box};
use jsonschema::Validator;
use treatise_report::Files;
use treatise_schema::{Draft, Library, Options, Schema, Schemas, Verdict, WorkLimit};
use treatise_source::{Limits, Parser};

fn main() {
    divan::main();
}

const SCHEMAS: [&str; 2] = ["claims.schema.json", "definitions.schema.json"];

#[expect(
    clippy::disallowed_methods,
    reason = "the input is files of this repository"
)]
fn read(path: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    fs::read_to_string(root.join(path)).expect("the file is in the repository")
}

fn claim() -> String {
    read("data/claims/clm-ablation-destroys-by-heat.json")
}

fn ours() -> Schema {
    let mut files = Files::new();
    let mut library = Library::new(Draft::Draft202012);
    for name in SCHEMAS {
        let text = read(&format!("schemas/{name}"));
        let uri = Library::uri_of_path(name);
        library.add(files.add(name.as_ref()), &uri, text.as_bytes());
    }
    let options = Options {
        asserts_formats: true,
        is_strict: true,
    };
    let (schemas, _) = Schemas::link(library, options).expect("the schemas are sound");
    let uri = Library::uri_of_path(SCHEMAS[0]);
    Arc::new(schemas)
        .compile(&uri)
        .expect("the schema is sound")
}

fn theirs() -> Validator {
    let [claims, definitions] = SCHEMAS.map(|name| {
        serde_json::from_str::<serde_json::Value>(&read(&format!("schemas/{name}")))
            .expect("the schema is JSON")
    });
    let registry = jsonschema::Registry::new()
        .add("dataset:///definitions.schema.json", definitions)
        .and_then(jsonschema::RegistryBuilder::prepare)
        .expect("the definitions are sound");
    jsonschema::options()
        .with_registry(&registry)
        .with_base_uri("dataset:///claims.schema.json")
        .with_pattern_options(jsonschema::PatternOptions::regex())
        .should_validate_formats(true)
        .build(&claims)
        .expect("the schema is sound")
}

#[divan::bench]
fn tree(bencher: Bencher) {
    let (schema, text) = (ours(), claim());
    let mut parser = Parser::new();
    let parsed = parser.parse(&text, Limits::default());
    let work = WorkLimit::default();
    bencher.bench_local(|| {
        let verdict = schema.judge(black_box(&parsed.tree), &work);
        assert_eq!(verdict, Verdict::Valid);
    });
}

#[divan::bench]
fn tree_with_parsing(bencher: Bencher) {
    let (schema, text) = (ours(), claim());
    let mut parser = Parser::new();
    let work = WorkLimit::default();
    bencher.bench_local(|| {
        let parsed = parser.parse(black_box(&text), Limits::default());
        assert_eq!(schema.judge(&parsed.tree, &work), Verdict::Valid);
    });
}

#[divan::bench]
fn serde_json(bencher: Bencher) {
    let (validator, text) = (theirs(), claim());
    let value: serde_json::Value = serde_json::from_str(&text).expect("the claim is JSON");
    bencher.bench_local(|| assert!(validator.is_valid(black_box(&value))));
}

#[divan::bench]
fn serde_json_with_parsing(bencher: Bencher) {
    let (validator, text) = (theirs(), claim());
    bencher.bench_local(|| {
        let value: serde_json::Value =
            serde_json::from_str(black_box(&text)).expect("the claim is JSON");
        assert!(validator.is_valid(&value));
    });
}

#[divan::bench]
fn explaining(bencher: Bencher) {
    let schema = ours();
    let text = claim().replacen("\"type\"", "\"typ\"", 1);
    let mut parser = Parser::new();
    let parsed = parser.parse(&text, Limits::default());
    let work = WorkLimit::default();
    bencher.bench_local(|| {
        let violations = schema.explain(black_box(&parsed.tree), &work);
        assert!(violations.is_some_and(|violations| !violations.is_empty()));
    });
}
