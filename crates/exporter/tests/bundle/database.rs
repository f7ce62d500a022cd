//! The database in a bundle, as SQLite sees it.

use std::path::Path;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};
use treatise_exporter::{Format, Options, verify};

use crate::folder::{exported, json, museum, real, rehash, things};

fn open(path: &Path) -> Connection {
    Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).expect("it is a database")
}

fn texts(database: &Connection, sql: &str) -> Vec<String> {
    let mut statement = database.prepare(sql).expect("the statement is right");
    let rows = statement.query_map([], |row| row.get(0));
    let texts: Result<_, _> = rows.expect("it can be asked").collect();
    texts.expect("it answers with texts")
}

/// What CSV has for a value of the database.
fn as_csv(value: ValueRef<'_>, written: &str) -> String {
    match value {
        ValueRef::Null => String::new(),
        ValueRef::Integer(1) if written == "true" => written.to_owned(),
        ValueRef::Integer(0) if written == "false" => written.to_owned(),
        ValueRef::Integer(number) => number.to_string(),
        // The same number may be written in several ways.
        ValueRef::Real(number) if written.parse() == Ok(number) => written.to_owned(),
        ValueRef::Real(number) => number.to_string(),
        ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
        ValueRef::Blob(_) => panic!("no value is a blob"),
    }
}

#[test]
fn the_tables_are_those_of_the_csv() {
    for (root, name) in [(museum(), "museum"), (real(), "metastasis-treatments")] {
        let bundle = exported(&root, &Options::default());
        let database = open(&bundle.path.join(format!("sqlite/{name}.sqlite")));
        assert_eq!(texts(&database, "PRAGMA integrity_check"), ["ok"]);
        let violations = database.query_row("PRAGMA foreign_key_check", [], |_| Ok(()));
        assert_eq!(violations, Err(rusqlite::Error::QueryReturnedNoRows));
        let marker = json(&bundle.path.join("bundle.json"));
        let tables = marker["collections"].as_array().expect("an array").iter();
        let tables = tables.flat_map(|c| c["tables"].as_array().expect("an array"));
        for facts in tables.chain(marker.get("index")) {
            let name = facts["name"].as_str().expect("a string");
            let file = facts["files"]["csv"].as_str().expect("a string");
            let mut csv = csv::Reader::from_path(bundle.path.join(file)).expect("it is there");
            let sql = format!("SELECT * FROM \"{name}\" ORDER BY rowid");
            let mut statement = database.prepare(&sql).expect("the table is there");
            let columns: Vec<_> = csv
                .headers()
                .expect("a header")
                .iter()
                .map(str::to_owned)
                .collect();
            assert_eq!(statement.column_names(), columns, "{name}");
            let mut rows = statement.query([]).expect("it can be asked");
            for line in csv.records() {
                let line = line.expect("it is a table");
                let row = rows
                    .next()
                    .expect("it can be read")
                    .expect("there is a row");
                for (position, written) in line.iter().enumerate() {
                    let value = row.get_ref(position).expect("there is a value");
                    assert_eq!(as_csv(value, written), written, "{name}: {line:?}");
                }
            }
            assert!(rows.next().expect("it can be read").is_none(), "{name}");
        }
    }
}

#[test]
fn references_and_types_are_enforced() {
    let bundle = exported(&museum(), &Options::default());
    let path = bundle.path.join("sqlite/museum.sqlite");
    let database = Connection::open(&path).expect("it is a database");
    database
        .execute_batch("PRAGMA foreign_keys = ON")
        .expect("it can be switched on");
    for (sql, words) in [
        ("UPDATE objects SET room = 'cellar'", "FOREIGN KEY"),
        (
            "INSERT INTO \"objects.tags\" VALUES ('nobody', 1, 'x')",
            "FOREIGN KEY",
        ),
        (
            "INSERT INTO \"objects.tags\" VALUES ('obj-vase', 1, 'x')",
            "UNIQUE",
        ),
        (
            "UPDATE objects SET count = 'many'",
            "cannot store TEXT value in INTEGER",
        ),
        ("UPDATE objects SET is_lent = 2", "CHECK"),
        ("UPDATE objects SET \"review.status\" = NULL", "NOT NULL"),
    ] {
        let error = database.execute(sql, []).expect_err(sql).to_string();
        assert!(error.contains(words), "{sql}: {error}");
    }
}

#[test]
fn every_reference_has_an_index() {
    let bundle = exported(&real(), &Options::default());
    let database = open(&bundle.path.join("sqlite/metastasis-treatments.sqlite"));
    let plan = "EXPLAIN QUERY PLAN SELECT * FROM claims WHERE subject = 'x'";
    let detail: String = database
        .query_row(plan, [], |row| row.get(3))
        .expect("there is a plan");
    assert!(detail.contains("USING INDEX"), "{detail}");
}

#[test]
fn texts_are_found_by_their_words() {
    let bundle = exported(&museum(), &Options::default());
    let database = open(&bundle.path.join("sqlite/museum.sqlite"));
    let sql =
        "SELECT id || ' ' || \"column\" FROM search WHERE search MATCH 'gross OR tall' ORDER BY 1";
    assert_eq!(texts(&database, sql), ["obj-vase label.en"]);
    let sql = "SELECT id FROM search WHERE search MATCH 'groß'";
    assert_eq!(texts(&database, sql), ["obj-vase"]);
    let sql = "SELECT value FROM about WHERE name = 'disclaimer'";
    assert_eq!(texts(&database, sql), ["Nothing of this exists."]);
}

#[test]
fn the_search_is_called_by_its_name() {
    let schema = r#"{"type": "object", "required": ["id"], "additionalProperties": false,
        "properties": {"id": {"type": "string"}}}"#;
    for (name, search) in [("things", "search"), ("searches", "_search")] {
        let root = things("", schema, "{\"id\": \"a\"}\n");
        let manifest = root.path().join("data/dataset.json");
        let text = std::fs::read_to_string(&manifest).expect("it can be read");
        let collections = format!("\"collections\": [{{\"name\": \"{name}\"");
        let text = text.replace("\"collections\": [{\"name\": \"things\"", &collections);
        std::fs::write(&manifest, text).expect("it can be written");
        let bundle = exported(root.path(), &Options::default());
        let readme = std::fs::read_to_string(bundle.path.join("README.txt"));
        let readme = readme.expect("it is there");
        assert!(
            readme.contains(&format!("a table `{search}` for")),
            "{readme}"
        );
        let database = open(&bundle.path.join("sqlite/things.sqlite"));
        let sql = format!("SELECT name FROM sqlite_schema WHERE name = '{search}'");
        assert_eq!(texts(&database, &sql), [search]);
    }
}

#[test]
fn members_may_have_all_names_of_the_number_of_a_row() {
    let schema = r#"{"type": "object", "required": ["id"], "additionalProperties": false,
        "properties": {"id": {"type": "string"}, "rowid": {"type": "string"},
            "_rowid_": {"type": "string"}, "oid": {"type": "string"},
            "p": {"type": "string", "x-prose": true}}}"#;
    let lines: String = ["c", "a", "b", "d"]
        .map(|id| format!("{{\"id\": \"{id}\", \"rowid\": \"x\", \"p\": \"of {id}\"}}\n"))
        .concat();
    let root = things("", schema, &(lines + "{\"id\": \"bb\", \"oid\": \"y\"}\n"));
    let bundle = exported(root.path(), &Options::default());
    let found = || {
        let verified = verify(&bundle.path, 10, &()).expect("it can be read");
        let found = verified.findings.kept.into_iter();
        found.map(|found| found.message).collect::<Vec<_>>()
    };
    assert_eq!(found(), [""; 0]);
    let path = bundle.path.join("sqlite/things.sqlite");
    let database = Connection::open(&path).expect("it is a database");
    let sql = "UPDATE search SET text = 'other' WHERE id = 'd'";
    database.execute_batch(sql).expect("it can be changed");
    drop(database);
    rehash(&bundle.path);
    let found = found();
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(found[0].contains("`p` of `d` in `things`"), "{found:#?}");
}

#[test]
fn a_number_that_has_no_place_is_refused() {
    let schema = r#"{"type": "object", "required": ["id"], "additionalProperties": false,
        "properties": {"id": {"type": "string"}, "count": {"type": "integer"}}}"#;
    for (number, fits) in [
        ("9007199254740992", true),
        ("-3.0", true),
        ("2e3", true),
        ("1e18", true),
        ("1e300", false),
    ] {
        let root = things(
            "",
            schema,
            &format!("{{\"id\": \"a\", \"count\": {number}}}\n"),
        );
        let around = crate::folder::temporary();
        let dataset = crate::folder::sound(root.path());
        let out = around.path().join("bundle");
        let exported = crate::folder::export_to(&dataset, &out, &Options::default());
        assert_eq!(exported.is_ok(), fits, "{number}: {exported:?}");
        if let Err(error) = exported {
            assert!(error.to_string().contains("64 bits"), "{error}");
        }
    }
}

/// A dataset whose only collection has this name.
fn called(collection: &str) -> tempfile::TempDir {
    let schema = r#"{"type": "object", "required": ["id"], "additionalProperties": false,
        "properties": {"id": {"type": "string"}}}"#;
    let root = things("", schema, "{\"id\": \"a\"}\n");
    let manifest = root.path().join("data/dataset.json");
    let text = std::fs::read_to_string(&manifest).expect("it is there");
    let named = format!("{{\"name\": \"{collection}\", ");
    let text = text.replace(
        "{\"name\": \"things\", \"path\"",
        &format!("{named}\"path\""),
    );
    std::fs::write(&manifest, text).expect("it can be written");
    root
}

#[test]
fn what_the_database_is_gives_way_to_a_collection() {
    let bundle = exported(called("about").path(), &Options::default());
    let database = open(&bundle.path.join("sqlite/things.sqlite"));
    assert_eq!(texts(&database, "SELECT id FROM about"), ["a"]);
    let sql = "SELECT value FROM _about WHERE name = 'version'";
    assert_eq!(texts(&database, sql), ["0.0.1"]);
    let verified = verify(&bundle.path, 100, &()).expect("it can be read");
    assert!(
        verified.findings.kept.is_empty(),
        "{:?}",
        verified.findings.kept
    );
}

#[test]
fn a_name_that_sqlite_keeps_is_refused() {
    let root = called("sqlite_things");
    let around = crate::folder::temporary();
    let out = around.path().join("bundle");
    let dataset = crate::folder::sound(root.path());
    let refused = crate::folder::export_to(&dataset, &out, &Options::default());
    let refused = refused.expect_err("there can be no such table").to_string();
    assert!(refused.contains("`sqlite_things`"), "{refused}");
    let options = Options {
        formats: &[Format::Csv],
        ..Options::default()
    };
    assert!(crate::folder::export_to(&dataset, &out, &options).is_ok());
}
