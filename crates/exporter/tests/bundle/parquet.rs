//! The Parquet files in a bundle, as the library that wrote them reads them.

use std::fs::{self, File};
use std::path::Path;

use parquet::basic::{ConvertedType, Repetition};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use proptest::prelude::*;
use treatise_exporter::{Format, Options, verify};

use crate::folder::{changed_museum, exported, json, museum, real, rehash, things};

fn open(path: &Path) -> SerializedFileReader<File> {
    let file = File::open(path).expect("it is there");
    SerializedFileReader::new(file).expect("it is Parquet")
}

/// A line for each column and each row.
fn shown(path: &Path) -> String {
    let reader = open(path);
    let mut lines = Vec::new();
    for column in reader.metadata().file_metadata().schema().get_fields() {
        let info = column.get_basic_info();
        let mut words = vec![column.get_physical_type().to_string()];
        if info.converted_type() != ConvertedType::NONE {
            words.push(info.converted_type().to_string());
        }
        if info.repetition() == Repetition::REQUIRED {
            words.push("required".to_owned());
        }
        lines.push(format!("{}: {}", column.name(), words.join(" ")));
    }
    for row in reader {
        let row = row.expect("it can be read");
        let values = row.get_column_iter().map(|(_, value)| value.to_string());
        lines.push(values.collect::<Vec<_>>().join(" | "));
    }
    lines.join("\n")
}

const KINDS: &str = r#"{"type": "object", "required": ["id", "is_new"], "additionalProperties": false,
    "properties": {
        "id": {"type": "string"},
        "is_new": {"type": "boolean"},
        "count": {"type": "integer"},
        "size": {"type": "object", "additionalProperties": false,
            "properties": {"height": {"type": "number"}}},
        "text": {"type": "string"},
        "mixed": {"type": ["string", "number", "boolean"]},
        "open": true,
        "list": {"type": "array", "items": {"type": "string"}}}}"#;

const LINES: &str = concat!(
    r#"{"id": "a", "is_new": true, "count": -3, "size": {"height": 20.50}, "text": "x", "mixed": "1", "open": {"b": [1]}, "list": ["y", ""]}"#,
    "\n",
    r#"{"id": "b", "is_new": false, "text": "", "mixed": 1}"#,
    "\n",
    r#"{"id": "c", "is_new": false, "count": 2e3, "mixed": false, "open": null}"#,
    "\n",
);

#[test]
fn columns_have_types_and_what_is_absent_is_null() {
    let root = things("", KINDS, LINES);
    let bundle = exported(root.path(), &Options::default());
    assert_eq!(
        shown(&bundle.path.join("parquet/things.parquet")),
        "\
id: BYTE_ARRAY UTF8 required
is_new: BOOLEAN required
count: INT64
size.height: DOUBLE
text: BYTE_ARRAY UTF8
mixed: BYTE_ARRAY JSON
open: BYTE_ARRAY JSON
\"a\" | true | -3 | 20.5 | \"x\" | \"\"1\"\" | \"{\"b\":[1]}\"
\"b\" | false | null | null | \"\" | \"1\" | null
\"c\" | false | 2000 | null | null | \"false\" | null"
    );
    assert_eq!(
        shown(&bundle.path.join("parquet/things.list.parquet")),
        "\
things.id: BYTE_ARRAY UTF8 required
position: INT64 required
value: BYTE_ARRAY UTF8 required
\"a\" | 1 | \"y\"
\"a\" | 2 | \"\""
    );
}

#[test]
fn a_file_says_what_it_is_and_no_time() {
    let bundle = exported(&museum(), &Options::default());
    let reader = open(&bundle.path.join("parquet/rooms.parquet"));
    let metadata = reader.metadata().file_metadata();
    let creator = metadata.created_by().expect("it names its creator");
    assert!(creator.starts_with("treatise version "), "{creator}");
    let about = metadata.key_value_metadata().expect("it says what it is");
    let names: Vec<_> = about.iter().map(|entry| entry.key.as_str()).collect();
    assert_eq!(
        names,
        [
            "name",
            "version",
            "as_of",
            "generator",
            "profile",
            "is_complete",
            "title",
            "description",
            "disclaimer",
            "licence"
        ]
    );
}

#[test]
fn the_tables_are_those_of_the_csv() {
    for root in [museum(), real()] {
        let bundle = exported(&root, &Options::default());
        let marker = json(&bundle.path.join("bundle.json"));
        let sections = ["collections", "views"].map(|name| marker[name].as_array().cloned());
        let sections = sections.into_iter().flatten().flatten();
        let tables = sections.flat_map(|of| of["tables"].as_array().expect("an array").clone());
        let mut count = 0;
        for table in tables.chain(marker.get("index").cloned()) {
            let file = |format: &str| {
                let name = table["files"][format].as_str().expect("a string");
                bundle.path.join(name)
            };
            let mut csv = csv::Reader::from_path(file("csv")).expect("it is there");
            let mut lines = csv.records();
            for row in open(&file("parquet")) {
                let line = lines
                    .next()
                    .expect("there is a line")
                    .expect("it is a line");
                let row = row.expect("it can be read");
                assert_eq!(row.len(), line.len());
                for ((_, value), written) in row.get_column_iter().zip(&line) {
                    let is_same = match value {
                        Field::Null => written.is_empty(),
                        Field::Bool(boolean) => written == boolean.to_string(),
                        Field::Long(number) => written.parse() == Ok(*number),
                        Field::Double(number) => written.parse() == Ok(*number),
                        // Texts among other values are JSON.
                        Field::Str(text) => {
                            text == written
                                || serde_json::from_str(text)
                                    .is_ok_and(|text: String| text == written)
                        }
                        other => panic!("no column has {other}"),
                    };
                    assert!(is_same, "{value} {written}");
                }
                count += 1;
            }
            assert!(lines.next().is_none());
        }
        assert!(count > bundle.summary.records);
    }
}

/// What is found in a bundle of the museum with these formats, of which one file is that of the
/// museum with something else in it.
fn found(formats: &[Format], file: &str, from: &str, to: &str) -> Vec<String> {
    let options = Options {
        formats,
        ..Options::default()
    };
    let changed_root = changed_museum(from, to);
    let changed = exported(changed_root.path(), &options);
    let bundle = exported(&museum(), &options);
    fs::copy(changed.path.join(file), bundle.path.join(file)).expect("it can be copied");
    rehash(&bundle.path);
    messages(&bundle.path)
}

fn messages(bundle: &Path) -> Vec<String> {
    let verified = verify(bundle, 100, &()).expect("it can be read");
    let findings = verified.findings.kept.iter();
    findings
        .map(|finding| format!("{}: {}", finding.rule.name, finding.message))
        .collect()
}

#[test]
fn other_rows_are_found_whatever_other_format_there_is() {
    let difference = |other: &str| {
        format!(
            "formats-disagree: row 2 of `parquet/rooms.parquet` is not that of `{other}`: `B2` in \
             column `plan.area`"
        )
    };
    let with_area = |formats: &[Format]| {
        let mut found = found(formats, "parquet/rooms.parquet", "20.50", "20.51");
        found.retain(|line| !line.starts_with("unchecked-part"));
        found
    };
    let (sqlite, parquet) = (Format::Sqlite, Format::Parquet);
    assert_eq!(with_area(Format::ALL), [difference("csv/rooms.csv")]);
    for formats in [
        &[Format::Ndjson, sqlite, parquet][..],
        &[Format::Ndjson, parquet],
    ] {
        assert_eq!(with_area(formats), [difference("ndjson/rooms.ndjson")]);
    }
    let tables = [sqlite, parquet];
    assert_eq!(with_area(&tables), [difference("sqlite/museum.sqlite")]);
    assert_eq!(with_area(&[parquet]), [""; 0], "nothing says otherwise");
}

#[test]
fn rows_and_keys_are_checked_where_there_is_no_csv() {
    let formats = [Format::Ndjson, Format::Parquet];
    let file = "parquet/objects.tags.parquet";
    let rows = found(&formats, file, "\"clay\", ", "");
    let count = "count-disagrees: `parquet/objects.tags.parquet` has ";
    assert!(rows.iter().all(|line| line.starts_with(count)), "{rows:#?}");
    assert!(!rows.is_empty());
    let keys = found(&formats, "parquet/rooms.parquet", "B2", "C3");
    let dangling = "dangling-key: `B2` in row 1 is not in `plan.code` of `rooms`";
    assert!(keys.contains(&dangling.to_owned()), "{keys:#?}");
}

#[test]
fn what_is_no_parquet_is_found() {
    let bundle = exported(&museum(), &Options::default());
    fs::write(bundle.path.join("parquet/rooms.parquet"), "no table at all").expect("it can be");
    rehash(&bundle.path);
    let found = messages(&bundle.path);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(
        found[0].starts_with("unreadable-table: `parquet/rooms.parquet` is no table: "),
        "{found:#?}"
    );
}

#[test]
fn columns_with_other_names_are_found() {
    let (ndjson, sqlite, parquet) = (Format::Ndjson, Format::Sqlite, Format::Parquet);
    for (formats, other) in [
        (&[ndjson, parquet][..], "ndjson/rooms.ndjson"),
        (&[sqlite, parquet], "sqlite/museum.sqlite"),
    ] {
        let mut found = found(formats, "parquet/rooms.parquet", "floor", "storey");
        found.retain(|line| !line.starts_with("unchecked-part"));
        let expected = format!(
            "formats-disagree: column 2 of `parquet/rooms.parquet` is `storey`, and `floor` in \
             `{other}`"
        );
        assert_eq!(found, [expected]);
    }
}

#[test]
fn a_file_with_more_rows_than_its_size_explains_is_not_read() {
    const ID: &str = r#"{"type": "object", "required": ["id"], "additionalProperties": false,
        "properties": {"id": {"type": "string"}}}"#;
    let root = things("", ID, "{\"id\": \"a\"}\n");
    for formats in [Format::ALL, &[Format::Parquet]] {
        let options = Options {
            formats,
            ..Options::default()
        };
        let bundle = exported(root.path(), &options);
        let path = bundle.path.join("parquet/things.parquet");
        fs::write(path, include_bytes!("../parquet/run.parquet")).expect("it can be written");
        rehash(&bundle.path);
        let mut found = messages(&bundle.path);
        found.retain(|line| line.starts_with("unreadable-table"));
        found.dedup();
        let expected = "unreadable-table: `parquet/things.parquet` is no table: it says that it \
                        has 2147483647 rows, more than its size explains";
        assert_eq!(found, [expected]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_damage_makes_reading_panic(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4)
    ) {
        let formats = &[Format::Parquet];
        let bundle = exported(&museum(), &Options { formats, ..Options::default() });
        let path = bundle.path.join("parquet/rooms.parquet");
        let mut bytes = fs::read(&path).expect("it is there");
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        fs::write(&path, bytes).expect("it can be");
        rehash(&bundle.path);
        prop_assert!(verify(&bundle.path, usize::MAX, &()).is_ok());
    }
}
