//! Schemas that were compiled for one dataset serve the next that has the same.

use std::path::Path;

use treatise_dataset::{Dataset, LoadOptions, SchemaCache, load};

use crate::built::write;
use crate::checked::check;

const MANIFEST: &str = r#"{
  "name": "garden", "version": "0.1.0", "as_of": "2026-11-22",
  "collections": [
    { "name": "plants", "path": "data/plants.ndjson", "schema": "schemas/plants.json", "id": "/id" },
    { "name": "beds", "path": "data/beds.ndjson", "schema": "schemas/beds.json" }
  ]
}"#;
const PLANTS: &str = r#"{"type": "object", "required": ["id"],
    "properties": {"id": {"$ref": "names.json"}}}"#;
const NAMES: &str = r#"{"type": "string", "maxLength": 3}"#;
const BEDS: &str = r#"{"type": "object"}"#;

fn dataset(names: &str, beds: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("there is a temporary folder");
    for (path, content) in [
        ("data/dataset.json", MANIFEST),
        ("data/plants.ndjson", "{\"id\": \"tansy\"}\n"),
        ("data/beds.ndjson", "{\"id\": \"one\"}\n"),
        ("schemas/plants.json", PLANTS),
        ("schemas/names.json", names),
        ("schemas/beds.json", beds),
    ] {
        write(&folder, path, content);
    }
    folder
}

fn load_with(cache: &SchemaCache, root: &Path) -> (Vec<String>, Dataset) {
    let options = LoadOptions {
        schemas: Some(cache),
        ..LoadOptions::default()
    };
    let (dataset, findings) = load(root, &options).expect("the files can be read");
    let places = findings.kept.iter().map(|finding| {
        let file = dataset.files().name(finding.place.file);
        format!("{file}: {}", finding.message)
    });
    (places.collect(), dataset)
}

/// The same without a cache.
fn load_alone(root: &Path) -> Vec<String> {
    load_with(&SchemaCache::default(), root).0
}

/// Whether two datasets share their compiled schemas; those that can't be used are shared by none.
fn is_same(one: &Dataset, other: &Dataset) -> bool {
    let pairs = one.collections().iter().zip(other.collections());
    let mut pairs = pairs.map(|(one, other)| (one.schema(), other.schema()));
    pairs.all(|pair| matches!(pair, (Some(one), Some(other)) if std::ptr::eq(one, other)))
}

#[test]
fn the_same_schemas_are_compiled_once_and_find_the_same() {
    let (one, other) = (dataset(NAMES, BEDS), dataset(NAMES, BEDS));
    let cache = SchemaCache::default();
    let (found, before) = load_with(&cache, one.path());
    let (found_again, again) = load_with(&cache, other.path());
    assert_eq!(found.len(), 1, "a name is too long: {found:#?}");
    assert_eq!(found, found_again);
    assert!(is_same(&before, &again));
}

#[test]
fn a_schema_that_changed_anywhere_is_compiled_anew() {
    let cache = SchemaCache::default();
    let (_, before) = load_with(&cache, dataset(NAMES, BEDS).path());
    // In what a schema refers to; in one of several; so that none can be used.
    for (names, beds) in [
        (r#"{"type": "string", "maxLength": 9}"#, BEDS),
        (NAMES, r#"{"type": "array"}"#),
        (NAMES, r#"{"type": "no type"}"#),
    ] {
        let changed = dataset(names, beds);
        let (found, others) = load_with(&cache, changed.path());
        assert_eq!(found, load_alone(changed.path()));
        assert!(!is_same(&before, &others), "{names} {beds}");
    }
    let (_, again) = load_with(&cache, dataset(NAMES, BEDS).path());
    assert!(is_same(&before, &again));
}

#[test]
fn more_places_of_references_than_have_numbers_are_told() {
    let folder = tempfile::tempdir().expect("there is a temporary folder");
    let collections = (0..64).map(|number| {
        write(&folder, &format!("data/c{number}/r.json"), "{}");
        format!(r#"{{"name": "c{number}", "path": "data/c{number}", "schema": "schemas/s.json"}}"#)
    });
    let manifest = format!(
        r#"{{"name": "garden", "version": "0.1.0", "as_of": "2026-11-22", "collections": [{}]}}"#,
        collections.collect::<Vec<_>>().join(",")
    );
    write(&folder, "data/dataset.json", &manifest);
    let schema = |count: usize| {
        let places = (0..count).map(|number| format!(r#""p{number}": {{"x-references": ["c0"]}}"#));
        let places = places.collect::<Vec<_>>().join(",");
        let schema = format!(r#"{{"type": "object", "properties": {{{places}}}}}"#);
        write(&folder, "schemas/s.json", &schema);
    };
    schema(1024);
    assert_eq!(check(folder.path()).short(), "");
    schema(1025);
    write(&folder, "data/c0/r.json", r#"{"p0": "r0"}"#);
    write(&folder, "data/c63/r.json", r#"{"p0": "r0"}"#);
    insta::assert_snapshot!(check(folder.path()).short());
}

#[test]
fn a_cache_does_not_grow_without_end() {
    let cache = SchemaCache::default();
    let first = dataset(NAMES, BEDS);
    let (_, before) = load_with(&cache, first.path());
    for number in 0..20 {
        load_with(
            &cache,
            dataset(&format!(r#"{{"maxLength": {number}}}"#), BEDS).path(),
        );
    }
    let (found, again) = load_with(&cache, first.path());
    assert!(!is_same(&before, &again));
    assert_eq!(found.len(), check(first.path()).findings.len());
}
