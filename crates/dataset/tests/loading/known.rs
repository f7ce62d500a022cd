//! Records that another version of the dataset has with the same text are not looked at again.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use treatise_dataset::{
    Collection, Dataset, KnownTexts, LoadOptions, Manifest, RecordVisitor, TextHasher, Texts,
    Visited, Visitor, begin, load,
};
use treatise_report::Diagnostic;

use crate::built::write;

const SCHEMA: &str =
    r#"{"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object"}"#;
const MANIFEST: &str = r#"{
  "name": "garden", "version": "0.1.0", "as_of": "2026-11-22",
  "collections": [
    { "name": "plants", "path": "data/plants", "schema": "schemas/x.json", "id": "/id" },
    { "name": "beds", "path": "data/beds", "schema": "schemas/x.json" },
    { "name": "lines", "path": "data/lines.ndjson", "schema": "schemas/x.json", "id": "/id" }
  ]
}"#;

/// Counts the records that were parsed and found sound.
#[derive(Default)]
struct Counter(AtomicUsize);

struct Counting<'c>(&'c Counter);

impl Visitor for Counter {
    fn begin<'v>(&'v self, _: &'v Manifest, _: &'v [Collection]) -> Box<dyn RecordVisitor + 'v> {
        Box::new(Counting(self))
    }
}

impl RecordVisitor for Counting<'_> {
    fn visit(&mut self, records: &[Visited<'_>], _: &mut Vec<Diagnostic>) {
        self.0.0.fetch_add(records.len(), Ordering::Relaxed);
    }
}

fn dataset(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("there is a temporary folder");
    let all = [("data/dataset.json", MANIFEST), ("schemas/x.json", SCHEMA)];
    for (path, content) in all.iter().chain(files) {
        write(&folder, path, content);
    }
    folder
}

/// Loads a dataset; returns how many of its records were looked at, and its ids with the hashes of
/// their texts.
fn load_with(root: &Path, texts: Texts<'_>) -> (Dataset, usize, Vec<(String, Option<u64>)>) {
    let counter = Counter::default();
    let options = LoadOptions {
        texts: Some(texts),
        visitor: &counter,
        ..LoadOptions::default()
    };
    let (dataset, findings) = load(root, &options).expect("the files can be read");
    assert_eq!(findings.counts.total(), 0, "{:#?}", findings.kept);
    let index = dataset.index();
    let ids = index.records();
    let ids = ids.map(|record| (index.id(record).to_owned(), index.text(record)));
    let ids = ids.collect();
    (dataset, counter.0.into_inner(), ids)
}

#[test]
fn only_what_is_different_is_parsed() {
    let newer = dataset(&[
        ("data/plants/a.json", r#"{"id": "a"}"#),
        ("data/plants/b.json", r#"{"id": "b"}"#),
        ("data/beds/one.json", r#"{"id": "a"}"#),
        ("data/lines.ndjson", "{\"id\":\"x\"}\n{\"id\":\"y\"}\n"),
    ]);
    let older = dataset(&[
        ("data/plants/a.json", r#"{"id": "a"}"#),
        ("data/plants/b.json", r#"{"id": "b", "more": 1}"#),
        // The same text under another name is another record.
        ("data/beds/two.json", r#"{"id": "a"}"#),
        ("data/lines.ndjson", "{\"id\":\"z\"}\n{\"id\":\"x\"}\n"),
    ]);
    let hasher = TextHasher::default();
    let known = None;
    let (newer, looked_at, new_ids) = load_with(
        newer.path(),
        Texts {
            hasher: &hasher,
            known,
        },
    );
    assert_eq!(looked_at, 5);
    let known = KnownTexts::of(&newer);
    let texts = Texts {
        hasher: &hasher,
        known: Some(&known),
    };
    let (_, looked_at, old_ids) = load_with(older.path(), texts);
    assert_eq!(looked_at, 3, "`b`, `two` and `z`");
    let names: Vec<_> = old_ids.iter().map(|(id, _)| id.as_str()).collect();
    assert_eq!(names, ["a", "b", "two", "z", "x"]);
    let same: Vec<_> = old_ids.iter().filter(|old| new_ids.contains(old)).collect();
    let same: Vec<_> = same.iter().map(|(id, _)| id.as_str()).collect();
    assert_eq!(same, ["a", "x"]);
}

/// Notes the ids of records in the order in which they are seen, those of `plants` last.
#[derive(Default)]
struct Order(std::sync::Mutex<Vec<String>>);

struct Noting<'c>(&'c Order);

impl Visitor for Order {
    fn begin<'v>(&'v self, _: &'v Manifest, _: &'v [Collection]) -> Box<dyn RecordVisitor + 'v> {
        Box::new(Noting(self))
    }

    fn waiting(&self, _: &Manifest, collections: &[Collection]) -> Vec<bool> {
        let collections = collections.iter();
        collections.map(|it| it.name() == "plants").collect()
    }
}

impl RecordVisitor for Noting<'_> {
    fn visit(&mut self, records: &[Visited<'_>], _: &mut Vec<Diagnostic>) {
        let mut seen = self.0.0.lock().expect("no thread panics");
        seen.extend(records.iter().map(|record| record.id.to_owned()));
    }
}

#[test]
fn collections_that_wait_are_seen_last_and_numbered_as_ever() {
    let folder = dataset(&[
        ("data/plants/fern.json", r#"{"id": "fern"}"#),
        ("data/plants/moss.json", r#"{"id": "moss"}"#),
        ("data/beds/shade.json", r#"{"id": "shade"}"#),
        (
            "data/lines.ndjson",
            "{\"id\": \"one\"}\n{\"id\": \"two\"}\n",
        ),
    ]);
    let [first, last] = [Order::default(), Order::default()];
    let of = |visitor| LoadOptions {
        visitor,
        ..LoadOptions::default()
    };
    let (dataset, rest) = begin(folder.path(), &of(&first)).expect("the files can be read");
    let seen = |order: &Order| {
        let mut seen = order.0.lock().expect("no thread panics").clone();
        seen.sort();
        seen
    };
    assert_eq!(seen(&first), ["one", "shade", "two"]);
    let findings = rest.read(&dataset, &of(&last));
    let findings = findings.expect("the files can be read");
    assert_eq!(findings.counts.total(), 0, "{:#?}", findings.kept);
    assert_eq!(seen(&last), ["fern", "moss"]);
    let index = dataset.index();
    let ids: Vec<_> = index.records().map(|record| index.id(record)).collect();
    assert_eq!(ids, ["fern", "moss", "shade", "one", "two"]);
}
