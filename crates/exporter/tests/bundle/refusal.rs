//! What is not exported: then there is nothing at all.

use std::fs;

use treatise_exporter::{Format, Options};

use crate::folder::{export_to, exported, museum, names, sound, temporary, things};

const SCHEMA: &str = r#"{"type": "object", "properties": {"id": {"type": "string"}}}"#;

/// Exports, and returns why it failed; nothing is left behind.
fn failure(root: &std::path::Path, change: impl FnOnce(), options: &Options<'_>) -> String {
    let around = temporary();
    let dataset = sound(root);
    change();
    let exported = export_to(&dataset, &around.path().join("bundle"), options);
    let error = exported.expect_err("it is refused").to_string();
    assert_eq!(names(around.path()), [""; 0], "{error}");
    error
}

#[test]
fn a_collection_that_is_not_there() {
    let collections = ["object".to_owned()];
    let options = Options {
        collections: &collections,
        ..Options::default()
    };
    let error = failure(&museum(), || {}, &options);
    assert_eq!(
        error,
        "there is no collection `object`; did you mean `objects`?"
    );
}

#[test]
fn a_record_that_changes_meanwhile() {
    for (after, words) in [
        ("{\"id\": \"b\"}\n", "it was changed after it was checked"),
        ("{\"id\": \"a\"\n}", "it was changed after it was checked"),
        ("{\"id\"", "it was changed after it was checked"),
    ] {
        let root = things("", SCHEMA, "{\"id\": \"a\"}\n");
        let file = root.path().join("data/things.ndjson");
        let change = || fs::write(&file, after).expect("it can be written");
        let error = failure(root.path(), change, &Options::default());
        assert_eq!(error, format!("data/things.ndjson: {words}"));
    }
}

#[test]
fn a_collection_where_another_file_would_be() {
    for name in ["dataset", "all"] {
        let root = things("", SCHEMA, "{\"id\": \"a\"}\n");
        let manifest = root.path().join("data/dataset.json");
        let text = fs::read_to_string(&manifest).expect("it can be read");
        let text = text.replace(r#"[{"name": "things""#, &format!(r#"[{{"name": "{name}""#));
        fs::write(&manifest, text).expect("it can be written");
        let error = failure(root.path(), || {}, &Options::default());
        let expected = format!("the collection `{name}` can't be exported as json");
        assert!(error.starts_with(&expected), "{error}");
        let options = Options {
            formats: &[Format::Ndjson, Format::Csv],
            ..Options::default()
        };
        let around = temporary();
        export_to(&sound(root.path()), &around.path().join("bundle"), &options)
            .expect("the other formats have no such file");
    }
}

/// A dataset of one record, `data/things/a.json`, whose id is the name of its file.
fn one_file(text: &str) -> tempfile::TempDir {
    let root = things("", "{}", "");
    fs::create_dir(root.path().join("data/things")).expect("it can be made");
    fs::write(root.path().join("data/things/a.json"), text).expect("it can be written");
    fs::remove_file(root.path().join("data/things.ndjson")).expect("it is there");
    let manifest = root.path().join("data/dataset.json");
    let text = fs::read_to_string(&manifest).expect("it can be read");
    let text = text
        .replace("data/things.ndjson", "data/things")
        .replace(r#", "id": "/id""#, "");
    fs::write(&manifest, text).expect("it can be written");
    root
}

#[test]
fn an_undescribed_member_where_the_id_would_be() {
    let root = one_file(r#"{"id": "mine"}"#);
    let error = failure(root.path(), || {}, &Options::default());
    assert!(
        error.starts_with("the record `a` of `things` has a member `id`"),
        "{error}"
    );
}

#[test]
fn a_value_that_has_no_member_for_its_id() {
    for text in ["\"hello\"", "[1, 2]", "null", "2.50"] {
        let root = one_file(text);
        for format in [Format::Json, Format::Ndjson] {
            let options = Options {
                formats: &[format],
                ..Options::default()
            };
            let error = failure(root.path(), || {}, &options);
            let expected = "the record `a` of `things` is no object";
            assert!(error.starts_with(expected), "{text}: {error}");
        }
    }
    let root = one_file("\"hello\"");
    let options = Options {
        formats: &[Format::Csv],
        ..Options::default()
    };
    let bundle = exported(root.path(), &options);
    let table = fs::read_to_string(bundle.path.join("csv/things.csv")).expect("it is there");
    assert_eq!(
        table, "id,value\r\na,hello\r\n",
        "tables have a place for it"
    );
}
