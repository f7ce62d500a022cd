//! What is found in a bundle that is not as it was made, or was not made right.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use rusqlite::Connection;
use treatise_exporter::{Companion, Format, Options, verify};

use crate::folder::{exported, files, json, museum, real, rehash, sha256, temporary};

/// The findings as `file: rule: message`.
fn found(bundle: &Path) -> Vec<String> {
    let verified = verify(bundle, 100, &()).expect("it can be read");
    assert_eq!(
        verified.findings.counts.total(),
        verified.findings.kept.len() as u64
    );
    let findings = verified.findings.kept.iter();
    findings
        .map(|finding| {
            let file = verified.files.name(finding.place.file);
            format!("{file}: {}: {}", finding.rule.name, finding.message)
        })
        .collect()
}

/// Changes the text of a file.
fn change(path: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(path).expect("it can be read");
    assert!(text.contains(from), "{text}");
    fs::write(path, text.replacen(from, to, 1)).expect("it can be written");
}

#[test]
fn what_was_exported_is_sound() {
    for root in [museum(), real()] {
        let bundle = exported(&root, &Options::default());
        let verified = verify(&bundle.path, 100, &()).expect("it can be read");
        assert_eq!(found(&bundle.path), [""; 0]);
        let records = bundle.summary.records;
        assert_eq!(verified.extent.records, records);
        assert_eq!(verified.extent.files, bundle.summary.files);
        assert!(verified.extent.tables > 0 && verified.extent.rows > records);
    }
}

#[test]
fn other_folders_are_no_bundles() {
    let folder = temporary();
    let error = verify(folder.path(), 100, &()).expect_err("it is none");
    assert!(error.to_string().contains("is no bundle"), "{error}");
}

#[test]
fn damage_on_the_way_is_found() {
    let bundle = exported(&museum(), &Options::default());
    change(&bundle.path.join("csv/rooms.csv"), "20.50", "20.51");
    fs::remove_file(bundle.path.join("json/notes.json")).expect("it is there");
    fs::write(bundle.path.join("csv/more.csv"), "id").expect("it can be written");
    let found = found(&bundle.path);
    let rules: Vec<_> = found.iter().map(|line| line.split(": ").nth(1)).collect();
    assert_eq!(
        rules,
        [
            Some("unlisted-file"),
            Some("altered-file"),
            Some("missing-file")
        ],
        "{found:#?}"
    );
}

#[test]
fn a_list_that_leads_out_is_not_followed() {
    let bundle = exported(&museum(), &Options::default());
    let line = format!("{}  ../secret\n", "0".repeat(64));
    let list = bundle.path.join("SHA256SUMS");
    let text = fs::read_to_string(&list).expect("it can be read");
    let lines = text.lines().count();
    fs::write(&list, text + &line + "no hash\n").expect("it can be written");
    let found = found(&bundle.path);
    assert!(
        found.iter().all(|line| line.contains("invalid-checksums")),
        "{found:#?}"
    );
    assert_eq!(found.len(), 2);
    let verified = verify(&bundle.path, 100, &()).expect("it can be read");
    for (position, finding) in verified.findings.kept.iter().enumerate() {
        let line = lines + 1 + position;
        assert_eq!(finding.place.from.line as usize, line);
        assert!(
            finding
                .message
                .starts_with(&format!("line {line} is no hash"))
        );
    }
}

#[test]
fn what_a_bundle_names_is_not_read_outside_of_it() {
    let outside = temporary();
    let secret = outside.path().join("secret.txt");
    fs::write(&secret, "a secret\nof mine\n").expect("it can be written");
    let absolute = secret.display().to_string();
    let all = Options {
        formats: Format::ALL,
        ..Options::default()
    };
    let names = ["/schema", "/schema_without_id"].into_iter();
    let formats = Format::ALL.iter().map(|format| format.name());
    let formats = formats.filter(|name| !["json", "ndjson"].contains(name));
    let files = formats.map(|format| format!("/tables/0/files/{format}"));
    let members: Vec<String> = names.map(str::to_owned).chain(files).collect();
    for member in &members {
        for named in [&absolute, "../secret.txt", "csv/../../secret.txt", "."] {
            let bundle = exported(&museum(), &all);
            let aside = bundle.path.with_file_name("secret.txt");
            fs::copy(&secret, aside).expect("it can be copied");
            let mut marker = json(&bundle.path.join("bundle.json"));
            let (around, name) = member.rsplit_once('/').expect("it is a pointer");
            let around = marker["collections"][0].pointer_mut(around);
            around.expect("it is there")[name] = named.into();
            fs::write(bundle.path.join("bundle.json"), marker.to_string())
                .expect("it can be written");
            rehash(&bundle.path);
            let found = found(&bundle.path);
            assert_eq!(found.len(), 1, "{found:#?}");
            assert!(
                found[0].starts_with("bundle.json: invalid-description: the ")
                    && found[0].contains(name)
                    && found[0].ends_with(&format!("be `{named}`, which leads out of the bundle")),
                "{found:#?}"
            );
        }
    }
}

/// Makes sure that a finding says this.
fn tells(found: &[String], expected: &str) {
    let is_told = found.iter().any(|line| line.contains(expected));
    assert!(is_told, "{expected} is not in {found:#?}");
}

/// Takes files out of a bundle, and out of all that describes its files.
fn remove(bundle: &Path, is_removed: impl Fn(&str) -> bool) {
    for name in files(bundle).into_keys().filter(|name| is_removed(name)) {
        let path = bundle.join(name);
        fs::remove_file(&path).expect("it is there");
        // It is left where there is more in it.
        let _ = fs::remove_dir(path.parent().expect("it is in a folder"));
    }
    let lists = [
        ("datapackage.json", "resources", "path"),
        ("statement.intoto.json", "subject", "name"),
    ];
    for (file, list, member) in lists {
        let mut document = json(&bundle.join(file));
        let entries = document[list].as_array_mut().expect("it is a list");
        entries.retain(|entry| !entry[member].as_str().is_some_and(&is_removed));
        fs::write(bundle.join(file), document.to_string()).expect("it can be written");
    }
    rehash(bundle);
}

#[test]
fn a_schema_that_is_none_is_found() {
    let part = Options {
        collections: &["rooms".to_owned()],
        formats: &[Format::Ndjson, Format::Csv],
        ..Options::default()
    };
    let deep = "[".repeat(100_000);
    for options in [&Options::default(), &part] {
        for text in ["", "no JSON", "\"a text\"", &deep] {
            let bundle = exported(&museum(), options);
            let file = bundle.path.join("schemas/rooms.schema.json");
            fs::write(file, text).expect("it can be written");
            rehash(&bundle.path);
            tells(&found(&bundle.path), "schemas/rooms.schema.json: invalid");
        }
        for named in [
            "csv/rooms.csv",
            "schemas",
            "data",
            "schemas/none.json",
            "README.txt",
        ] {
            for member in ["schema", "schema_without_id"] {
                let bundle = exported(&museum(), options);
                let marker = bundle.path.join("bundle.json");
                let mut document = json(&marker);
                let listed = document["collections"]
                    .as_array_mut()
                    .expect("it is a list");
                let rooms = listed.iter_mut().find(|entry| entry["name"] == "rooms");
                rooms.expect("it is there")[member] = named.into();
                fs::write(marker, document.to_string()).expect("it can be written");
                rehash(&bundle.path);
                tells(&found(&bundle.path), named);
            }
        }
        let bundle = exported(&museum(), options);
        remove(&bundle.path, |name| name.starts_with("schemas/"));
        tells(
            &found(&bundle.path),
            "bundle.json: missing-file: `schemas/rooms",
        );
    }
}

#[test]
fn formats_are_there_if_and_only_if_they_are_listed() {
    let all = Options {
        formats: Format::ALL,
        ..Options::default()
    };
    for format in Format::ALL {
        let name = format.name();
        let bundle = exported(&museum(), &all);
        remove(&bundle.path, |file| file.starts_with(&format!("{name}/")));
        tells(&found(&bundle.path), "bundle.json: missing-file: ");
        tells(&found(&bundle.path), &format!("`{name}/"));

        let bundle = exported(&museum(), &all);
        let marker = bundle.path.join("bundle.json");
        let mut document = json(&marker);
        let formats = document["formats"].as_array_mut().expect("it is a list");
        formats.retain(|listed| listed != name);
        fs::write(&marker, document.to_string()).expect("it can be written");
        rehash(&bundle.path);
        let expected = format!("`{name}` is not among the formats in `bundle.json`");
        tells(&found(&bundle.path), &expected);
    }
    for file in [
        "data/dataset.json",
        "json/dataset.json",
        "json/all.json",
        "ndjson/rooms.ndjson",
    ] {
        let bundle = exported(&museum(), &all);
        remove(&bundle.path, |name| name == file);
        let expected = format!("bundle.json: missing-file: `{file}`, which is ");
        tells(&found(&bundle.path), &expected);
    }
    let csv = Options {
        formats: &[Format::Csv],
        ..Options::default()
    };
    let bundle = exported(&museum(), &csv);
    change(
        &bundle.path.join("bundle.json"),
        "\"csv\"",
        "\"csv\", \"parquet\"",
    );
    rehash(&bundle.path);
    tells(
        &found(&bundle.path),
        "has no file in `parquet`, which is listed",
    );
}

#[test]
fn each_file_too_many_is_found() {
    let bundle = exported(&museum(), &Options::default());
    for file in ["a", "b", "csv/z", "more/deep/x"] {
        let path = bundle.path.join(file);
        fs::create_dir_all(path.parent().expect("it is in a folder")).expect("it can be made");
        fs::write(path, "").expect("it can be written");
    }
    let expected = ["a", "b", "csv/z", "more"]
        .map(|file| format!("{file}: unlisted-file: `{file}` is not part of the bundle"));
    assert_eq!(found(&bundle.path), expected);
}

/// The museum's bundle after a change that its list of hashes knows of: as if it had been made so.
fn made_wrong(change: impl FnOnce(&Path)) -> Vec<String> {
    let bundle = exported(&museum(), &Options::default());
    change(&bundle.path);
    rehash(&bundle.path);
    found(&bundle.path)
}

/// Each of these findings, given as `file: rule`, is among those that were found.
#[track_caller]
fn contains(found: &[String], expected: &[&str]) {
    let rules: BTreeSet<_> = found
        .iter()
        .map(|line| line.splitn(3, ": ").take(2).collect::<Vec<_>>().join(": "))
        .collect();
    for rule in expected {
        assert!(rules.contains(*rule), "{rule} is not in {found:#?}");
    }
}

/// A file of the bundle, what is replaced in it, and by what.
type Edit = (&'static str, &'static str, &'static str);

#[test]
fn a_description_of_other_tables_is_found() {
    fn resources(package: &mut serde_json::Value) -> &mut Vec<serde_json::Value> {
        package["resources"].as_array_mut().expect("an array")
    }
    type Change = fn(&mut serde_json::Value);
    for (change, expected) in [
        (
            (|package| drop(resources(package).remove(0))) as Change,
            "is not described",
        ),
        (
            |package| {
                let first = resources(package)[0].clone();
                resources(package).push(first);
            },
            "with another description too",
        ),
        (
            |package| resources(package)[0]["schema"]["fields"][0]["type"] = "integer".into(),
            "with another column `id`",
        ),
        (
            |package| resources(package)[0]["schema"]["primaryKey"] = "label".into(),
            "with another `primaryKey`",
        ),
        (
            |package| {
                resources(package)[0]["dialect"] = serde_json::json!({"delimiter": ";"});
            },
            "with another `dialect`",
        ),
        (
            |package| resources(package)[0]["encoding"] = "latin-1".into(),
            "with another `encoding`",
        ),
        (
            |package| {
                resources(package)[0]["schema"]["missingValues"] = serde_json::json!(["", "x"]);
            },
            "with another `missingValues`",
        ),
        (
            |package| {
                let schema = resources(package)[0]["schema"].as_object_mut();
                schema.expect("an object").remove("foreignKeys");
            },
            "with another `foreignKeys`",
        ),
        (
            |package| {
                let fields = resources(package)[0]["schema"]["fields"].as_array_mut();
                let lent = fields.expect("an array").iter_mut();
                let mut lent = lent.filter(|field| field["name"] == "is_lent");
                let lent = lent.next().expect("it is there");
                lent["trueValues"] = serde_json::json!(["false"]);
            },
            "with another column `is_lent`",
        ),
    ] {
        let found = made_wrong(|bundle| {
            let path = bundle.join("datapackage.json");
            let mut package = json(&path);
            change(&mut package);
            fs::write(path, package.to_string()).expect("it can be written");
        });
        tells(&found, expected);
    }
}

#[test]
fn a_description_of_other_records_is_found() {
    type Change = fn(&mut serde_json::Value);
    for (change, expected) in [
        (
            (|document| document["records"] = 999.into()) as Change,
            "the bundle has 999 records by `json/dataset.json`, and 7 by `bundle.json`",
        ),
        (
            |document| document["collections"][0]["records"] = 999.into(),
            "`objects` has 999 records by `json/dataset.json`, and 3 by `bundle.json`",
        ),
        (
            |document| document["review"] = serde_json::json!({"reviewed": 3}),
            "3 records of the bundle have the state of review `reviewed` by `json/dataset.json`, \
             and 1 have it",
        ),
        (
            |document| {
                let objects = document["collections"][0].as_object_mut();
                objects.expect("an object").remove("review");
            },
            "0 records of `objects` have the state of review `draft` by `json/dataset.json`, and 2 \
             have it",
        ),
        (
            |document| document["collections"][0]["file"] = "rooms.json".into(),
            "`json/dataset.json` names another file for `objects` than `json/objects.json`",
        ),
        (
            |document| drop(document["collections"].as_array_mut().map(Vec::pop)),
            "`json/dataset.json` has other collections than `bundle.json`",
        ),
        (
            |document| document["licence"] = "MIT".into(),
            "`json/dataset.json` has another `licence` than `data/dataset.json`",
        ),
        (
            |document| document["name"] = "gallery".into(),
            "`json/dataset.json` has another `name` than `data/dataset.json`",
        ),
    ] {
        let found = made_wrong(|bundle| {
            let path = bundle.join("json/dataset.json");
            let mut document = json(&path);
            change(&mut document);
            fs::write(path, document.to_string()).expect("it can be written");
        });
        tells(&found, expected);
    }
}

#[test]
fn keys_that_no_schema_makes_are_found() {
    type Change = fn(&mut serde_json::Value);
    for (change, expected) in [
        (
            (|tags| tags["primary_key"] = serde_json::json!(["position", "objects.id"])) as Change,
            "`objects.tags` has another primary key here than its schema makes",
        ),
        (
            |tags| drop(tags.as_object_mut().map(|tags| tags.remove("foreign_keys"))),
            "`objects.tags` has other foreign keys here than its schema makes",
        ),
        (
            |tags| tags["parent"] = "rooms".into(),
            "`objects.tags` has another parent here than its schema makes",
        ),
    ] {
        let found = made_wrong(|bundle| {
            let path = bundle.join("bundle.json");
            let mut marker = json(&path);
            let tables = marker["collections"][0]["tables"].as_array_mut();
            let mut tables = tables.expect("an array").iter_mut();
            let tags = tables.find(|table| table["name"] == "objects.tags");
            change(tags.expect("it is there"));
            fs::write(path, marker.to_string()).expect("it can be written");
        });
        let expected = format!("bundle.json: formats-disagree: {expected}");
        assert_eq!(found, [expected]);
    }
}

/// Edits, and what is found after all of them.
const EDITS: &[(&[Edit], &[&str])] = &[
    (
        &[("csv/rooms.csv", "20.50", "20.51")],
        &["sqlite/museum.sqlite: formats-disagree"],
    ),
    (
        &[("csv/objects.csv", ",B2,", ",C3,")],
        &["csv/objects.csv: dangling-key"],
    ),
    (
        &[("csv/objects.tags.csv", "obj-vase,2", "obj-vase,1")],
        &["csv/objects.tags.csv: repeated-key"],
    ),
    (
        &[("csv/objects.tags.csv", "obj-vase,1,clay\r\n", "")],
        &["csv/objects.tags.csv: count-disagrees"],
    ),
    (
        &[("csv/rooms.csv", "A1,-1,", "A1,-1")],
        &["csv/rooms.csv: unreadable-table"],
    ),
    (
        &[("csv/rooms.csv", "floor", "storey")],
        &["datapackage.json: package-disagrees"],
    ),
    (
        &[("json/rooms.json", "20.50", "20.51")],
        &["json/rooms.json: formats-disagree"],
    ),
    (
        &[("json/all.json", "20.50", "20.51")],
        &["json/all.json: formats-disagree"],
    ),
    (
        &[("json/all.json", "\n}\n}\n", "\n}\n}\n ")],
        &["json/all.json: formats-disagree"],
    ),
    (
        &[("ndjson/rooms.ndjson", "\"B2\"", "\"A1\"")],
        &[
            "ndjson/rooms.ndjson: duplicate-id",
            "ndjson/objects.ndjson: dangling-reference",
        ],
    ),
    (
        &[("ndjson/rooms.ndjson", "-1", "\"x\"")],
        &["ndjson/rooms.ndjson: schema-violation"],
    ),
    (
        &[("bundle.json", "\"layout\": 1", "\"layout\": 2")],
        &["bundle.json: invalid-description"],
    ),
    (
        &[("bundle.json", "\"records\": 3", "\"records\": 4")],
        &[
            "bundle.json: count-disagrees",
            "ndjson/objects.ndjson: count-disagrees",
        ],
    ),
];

#[test]
fn a_description_that_can_be_read_in_two_ways_is_found() {
    for (file, from, to, expected) in [
        (
            "bundle.json",
            "\"layout\": 1",
            "\"layout\": 1, \"layout\": 1",
            "an object in `bundle.json` has a member twice",
        ),
        (
            "redirects.json",
            "\"redirects\": [",
            "\"redirects\": [], \"redirects\": [",
            "an object in `redirects.json` has a member twice",
        ),
        (
            "bundle.json",
            "\"rows\": 3",
            "\"rows\": 1e30",
            "`bundle.json` can't be read: 1e+30 is no whole number in range",
        ),
    ] {
        let found = made_wrong(|bundle| change(&bundle.join(file), from, to));
        assert_eq!(found.len(), 1, "{found:#?}");
        assert!(
            found[0].starts_with(&format!("{file}: invalid-description: {expected}")),
            "{found:#?}"
        );
    }
    for written in ["3.0", "3e0"] {
        let found = made_wrong(|bundle| {
            let to = format!("\"rows\": {written}");
            change(&bundle.join("bundle.json"), "\"rows\": 3", &to);
        });
        assert_eq!(found, [""; 0]);
    }
}

#[test]
fn a_name_in_a_database_that_is_no_text_is_found() {
    for formats in [
        &[Format::Ndjson, Format::Sqlite][..],
        #[cfg(feature = "parquet")]
        &[Format::Sqlite, Format::Parquet],
    ] {
        let options = Options {
            formats,
            ..Options::default()
        };
        let bundle = exported(&museum(), &options);
        let path = bundle.path.join("sqlite/museum.sqlite");
        let mut bytes = fs::read(&path).expect("it can be read");
        let name = b"\"floor\" INTEGER";
        let mut places = bytes.windows(name.len());
        let start = places.position(|bytes| bytes == name);
        bytes[start.expect("it is there") + 2] = 0xFF;
        fs::write(&path, bytes).expect("it can be written");
        rehash(&bundle.path);
        tells(
            &found(&bundle.path),
            "`sqlite/museum.sqlite` is no sound database: ",
        );
    }
}

#[test]
fn what_was_made_wrong_is_found() {
    for (edits, expected) in EDITS {
        let found = made_wrong(|bundle| {
            for (file, from, to) in *edits {
                change(&bundle.join(file), from, to);
            }
        });
        contains(&found, expected);
    }
}

#[test]
fn the_records_of_a_part_are_checked_too() {
    let collections = ["rooms".to_owned()];
    let part = |formats: &[Format]| {
        let options = Options {
            formats,
            collections: &collections,
            ..Options::default()
        };
        exported(&museum(), &options)
    };
    for (format, file, lacks) in [
        (
            Format::Ndjson,
            "ndjson/rooms.ndjson",
            "has not all collections",
        ),
        (Format::Json, "json/rooms.json", "has no NDJSON"),
    ] {
        let no_dataset = format!(
            "bundle.json: unchecked-part: references between records were not followed: the bundle \
             {lacks}, so it is no dataset of its own"
        );
        let bundle = part(&[format]);
        assert_eq!(found(&bundle.path), [no_dataset.as_str()]);
        change(&bundle.path.join(file), "\"floor\":-1", "\"floor\":\"x\"");
        rehash(&bundle.path);
        let wrong = format!(
            "{file}: wrong-record: record 1 of `{file}` is not as `schemas/rooms.schema.json` \
             says, at `/floor`: expected an integer, found the string `x`"
        );
        let differs = "json/all.json: formats-disagree: `json/all.json` does not say what the \
                       other files in its folder say";
        let mut expected = vec![no_dataset.as_str()];
        expected.extend((format == Format::Json).then_some(differs));
        expected.push(&wrong);
        assert_eq!(found(&bundle.path), expected);
    }
    assert_eq!(
        found(&part(&[Format::Csv]).path),
        [
            "bundle.json: unchecked-part: no record was checked against its schema: the bundle has \
             tables only"
        ]
    );
}

#[test]
fn the_records_of_views_are_checked_too() {
    let options = Options {
        formats: &[Format::Ndjson],
        ..Options::default()
    };
    let bundle = exported(&real(), &options);
    let file = "ndjson/treatments.ndjson";
    change(
        &bundle.path.join(file),
        "\"reviewed_claims\":0",
        "\"reviewed_claims\":-1",
    );
    rehash(&bundle.path);
    let found = found(&bundle.path);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(found[0].contains("wrong-record"), "{found:#?}");
}

#[test]
fn a_database_that_was_made_wrong_is_found() {
    let found = made_wrong(|bundle| {
        let database = Connection::open(bundle.join("sqlite/museum.sqlite"));
        let sql = "PRAGMA foreign_keys = OFF;
            DELETE FROM \"objects.tags\" WHERE position = 1;
            UPDATE objects SET room = 'cellar'";
        let changed = database.expect("it is a database").execute_batch(sql);
        changed.expect("it can be changed");
    });
    let expected = [
        "sqlite/museum.sqlite: count-disagrees",
        "sqlite/museum.sqlite: dangling-key",
        "sqlite/museum.sqlite: formats-disagree",
    ];
    contains(&found, &expected);
    let found = made_wrong(|bundle| {
        let path = bundle.join("sqlite/museum.sqlite");
        fs::write(path, "no database at all").expect("it can be written");
    });
    contains(&found, &["sqlite/museum.sqlite: unreadable-table"]);
}

/// The museum's bundle in these formats after a change to the records in all of its files, which
/// its hashes know of.
fn with_other_records(formats: &[Format], from: &str, to: &str) -> Vec<String> {
    let options = Options {
        formats,
        ..Options::default()
    };
    let bundle = exported(&museum(), &options);
    for file in [
        "json/objects.json",
        "json/all.json",
        "ndjson/objects.ndjson",
    ] {
        let path = bundle.path.join(file);
        if path.exists() {
            change(&path, from, to);
        }
    }
    rehash(&bundle.path);
    found(&bundle.path)
}

#[test]
fn tables_that_do_not_say_what_the_records_say_are_found() {
    let (json, ndjson, csv) = (Format::Json, Format::Ndjson, Format::Csv);
    let (excel, sqlite) = (Format::CsvExcel, Format::Sqlite);
    let tall = |formats: &[Format]| with_other_records(formats, "Vase \\\"tall\\\"", "Vase");
    let differs = "`obj-vase` in column `label.en`";
    assert_eq!(
        tall(&[json, ndjson, csv, excel, sqlite]),
        [
            format!(
                "csv-excel/objects.csv: formats-disagree: row 3 of `csv-excel/objects.csv` is not \
                 that of `ndjson/objects.ndjson`: {differs}"
            ),
            format!(
                "csv/objects.csv: formats-disagree: row 3 of `csv/objects.csv` is not that of \
                 `ndjson/objects.ndjson`: {differs}"
            ),
        ]
    );
    assert_eq!(
        tall(&[ndjson, sqlite]),
        [format!(
            "sqlite/museum.sqlite: formats-disagree: row 3 of `objects` in `sqlite/museum.sqlite` \
             is not that of `ndjson/objects.ndjson`: {differs}"
        )]
    );
    #[cfg(feature = "parquet")]
    assert_eq!(
        tall(&[ndjson, Format::Parquet]),
        [format!(
            "parquet/objects.parquet: formats-disagree: row 3 of `parquet/objects.parquet` is not \
             that of `ndjson/objects.ndjson`: {differs}"
        )]
    );
    let found = tall(&[json, excel]);
    let differs = "`csv-excel/objects.csv` is not that of `json/objects.json`";
    assert!(
        found.iter().any(|line| line.contains(differs)),
        "{found:#?}"
    );
}

#[test]
fn a_row_that_differs_is_shown_on_its_line() {
    let bundle = exported(&museum(), &Options::default());
    for (file, from, to) in [
        ("json/objects.json", "\"count\":3", "\"count\":4"),
        ("json/all.json", "\"count\":3", "\"count\":4"),
        ("ndjson/objects.ndjson", "\"count\":3", "\"count\":4"),
    ] {
        change(&bundle.path.join(file), from, to);
    }
    rehash(&bundle.path);
    let verified = verify(&bundle.path, 100, &()).expect("it can be read");
    let finding = &verified.findings.kept[0];
    // The row before has a text of three lines.
    assert_eq!(finding.place.from.line, 6, "{}", finding.message);
    let table = fs::read_to_string(bundle.path.join("csv/objects.csv")).expect("it is there");
    let start = usize::try_from(finding.place.start).expect("it is in the file");
    assert!(table[start..].starts_with("obj-vase,"), "{table}");
}

#[test]
fn a_key_that_is_wrong_is_shown_on_its_line() {
    let bundle = exported(&museum(), &Options::default());
    change(&bundle.path.join("csv/objects.csv"), ",A1,", ",C3,");
    let table = bundle.path.join("csv/objects.tags.csv");
    change(&table, "obj-vase,2", "obj-vase,1");
    rehash(&bundle.path);
    let verified = verify(&bundle.path, 100, &()).expect("it can be read");
    // The first of the objects has a text of three lines.
    for (rule, line) in [("dangling-key", 6), ("repeated-key", 3)] {
        let mut found = verified.findings.kept.iter();
        let finding = found.find(|finding| finding.rule.name == rule);
        let finding = finding.expect("it is found");
        assert_eq!(finding.place.from.line, line, "{}", finding.message);
        assert!(finding.message.contains(&format!(" in line {line}")));
    }
}

#[test]
fn rows_that_differ_are_counted() {
    let found = with_other_records(
        &[Format::Ndjson, Format::Csv],
        "\"parts\":[{\"id\":\"p1\"",
        "\"parts\":[{\"id\":\"p0\"},{\"id\":\"p1\"",
    );
    let message = "csv/objects.parts.csv: formats-disagree: row 1 of `csv/objects.parts.csv` is \
                   not that of `ndjson/objects.ndjson`: `obj-vase` in column `id`; 2 more rows \
                   differ";
    assert!(found.iter().any(|line| line == message), "{found:#?}");
}

#[test]
fn tables_for_spreadsheets_are_compared_without_records_too() {
    let options = Options {
        formats: &[Format::Csv, Format::CsvExcel],
        ..Options::default()
    };
    let bundle = exported(&museum(), &options);
    assert_eq!(found(&bundle.path).len(), 1, "no record is there");
    change(&bundle.path.join("csv-excel/rooms.csv"), "20.50", "20.51");
    rehash(&bundle.path);
    contains(
        &found(&bundle.path),
        &["csv-excel/rooms.csv: formats-disagree"],
    );
}

#[test]
fn a_search_that_finds_other_texts_is_found() {
    for sql in [
        "UPDATE search SET text = 'no vase' WHERE rowid = 1",
        "DELETE FROM search WHERE rowid = (SELECT max(rowid) FROM search)",
        "INSERT INTO search VALUES ('obj-vase', 'objects', 'label.en', 'more')",
        "INSERT INTO search VALUES ('obj-vase', 'no table', 'label.en', 'more')",
    ] {
        let found = made_wrong(|bundle| {
            let database = Connection::open(bundle.join("sqlite/museum.sqlite"));
            let changed = database.expect("it is a database").execute_batch(sql);
            changed.expect("it can be changed");
        });
        assert_eq!(found.len(), 1, "{sql}: {found:#?}");
        assert!(found[0].contains("does not find the texts"), "{found:#?}");
    }
}

#[test]
fn a_version_that_is_not_the_same_everywhere_is_found() {
    let version = ("\"version\": \"1.2.0\"", "\"version\": \"1.3.0\"");
    let found = made_wrong(|bundle| change(&bundle.join("bundle.json"), version.0, version.1));
    contains(
        &found,
        &[
            "CITATION.cff: formats-disagree",
            "data/dataset.json: formats-disagree",
            "datapackage.json: formats-disagree",
            "json/dataset.json: formats-disagree",
            "sqlite/museum.sqlite: formats-disagree",
            "statement.intoto.json: formats-disagree",
        ],
    );
    let found = made_wrong(|bundle| {
        let database = Connection::open(bundle.join("sqlite/museum.sqlite"));
        let changed = database
            .expect("it is a database")
            .execute_batch("UPDATE about SET value = '2026-01-02' WHERE name = 'as_of'");
        changed.expect("it can be changed");
    });
    assert_eq!(found.len(), 1, "{found:#?}");
}

#[test]
fn a_statement_about_other_files_is_found() {
    let bundle = exported(&museum(), &Options::default());
    let path = bundle.path.join("statement.intoto.json");
    let mut statement = json(&path);
    statement["subject"][0]["digest"]["sha256"] = "0".repeat(64).into();
    let first = statement["subject"][0]["name"].clone();
    fs::write(&path, statement.to_string()).expect("it can be written");
    let hash = sha256(&fs::read(&path).expect("it can be read"));
    let list = bundle.path.join("SHA256SUMS");
    let text = fs::read_to_string(&list).expect("it can be read");
    let lines = text.lines().map(|line| match line.split_once("  ") {
        Some((_, "statement.intoto.json")) => format!("{hash}  statement.intoto.json\n"),
        _ => format!("{line}\n"),
    });
    fs::write(&list, lines.collect::<String>()).expect("it can be written");
    let found = found(&bundle.path);
    let first = first.as_str().expect("a string");
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(
        found[0].contains(&format!("has not the hash of `{first}` that")),
        "{found:#?}"
    );
}

#[test]
fn a_part_is_not_called_the_whole() {
    let found = made_wrong(|bundle| {
        let to = "\"is_complete\": false";
        change(&bundle.join("bundle.json"), "\"is_complete\": true", to);
    });
    for file in [
        "json/dataset.json",
        "statement.intoto.json",
        "sqlite/museum.sqlite",
        #[cfg(feature = "parquet")]
        "parquet/rooms.parquet",
    ] {
        tells(
            &found,
            &format!(
                "{file}: formats-disagree: the `is_complete` in `{file}` is `true`, and `false` in \
                 `bundle.json`"
            ),
        );
    }
    let part = Options {
        collections: &["rooms".to_owned()],
        ..Options::default()
    };
    let bundle = exported(&museum(), &part);
    let package = json(&bundle.path.join("datapackage.json"));
    let description = package["description"].as_str().expect("a text");
    assert!(
        description.contains("These are not all collections of the dataset"),
        "{description}"
    );
}

#[test]
fn published_documents_follow_their_schemas() {
    for (file, from, to, expected) in [
        (
            "statement.intoto.json",
            "https://in-toto.io/Statement/v1",
            "https://in-toto.io/Statement/v2",
            "statement.intoto.json: invalid-description: ",
        ),
        (
            "statement.intoto.json",
            "\"records\": 7",
            "\"records\": 8",
            "statement.intoto.json: count-disagrees: the bundle has 8 records by \
             `statement.intoto.json`, and 7 by `bundle.json`",
        ),
    ] {
        let found = made_wrong(|bundle| change(&bundle.join(file), from, to));
        assert_eq!(found.len(), 1, "{found:#?}");
        assert!(found[0].starts_with(expected), "{found:#?}");
    }
    let bundle = exported(&museum(), &Options::default());
    fs::remove_file(bundle.path.join("statement.intoto.json")).expect("it is there");
    let list = bundle.path.join("SHA256SUMS");
    let text = fs::read_to_string(&list).expect("it can be read");
    let lines = text.lines().filter(|line| !line.contains("statement"));
    let text: String = lines.flat_map(|line| [line, "\n"]).collect();
    fs::write(&list, text).expect("it can be written");
    let expected = "statement.intoto.json: missing-file: there is no `statement.intoto.json`, \
                    which says what the files were made of";
    assert_eq!(found(&bundle.path), [expected]);

    let options = Options {
        companions: &[Companion {
            name: "changes.json",
            purpose: "every change",
            bytes: b"{\"version\": 1}",
        }],
        ..Options::default()
    };
    let bundle = exported(&museum(), &options);
    tells(&found(&bundle.path), "changes.json: invalid-description: ");
    tells(
        &found(&bundle.path),
        "the `version` in `changes.json` is none, and `1.2.0` in `bundle.json`",
    );
}

#[test]
fn what_an_older_bundle_does_not_say_is_not_taken_for_granted() {
    let found = made_wrong(|bundle| {
        let path = bundle.join("bundle.json");
        let mut marker = json(&path);
        for collection in marker["collections"].as_array_mut().expect("an array") {
            let members = collection.as_object_mut().expect("an object");
            members.remove("id").expect("it is there");
        }
        fs::write(path, marker.to_string()).expect("it can be written");
    });
    assert_eq!(
        found,
        [
            "bundle.json: unchecked-part: records were not compared with their tables, since the \
          bundle does not say how these were made of them: `objects`, `rooms`, `notes`, `loans`"
        ]
    );
}

/// What is found in a bundle of the museum with these formats after an edit of the bytes of a file
/// that its list of hashes knows of; each finding is on the first line.
fn on_the_first_line(formats: &[Format], (file, from, to): (&str, &[u8], &[u8])) -> Vec<String> {
    let options = Options {
        formats,
        ..Options::default()
    };
    let bundle = exported(&museum(), &options);
    let path = bundle.path.join(file);
    let bytes = fs::read(&path).expect("it can be read");
    let start = bytes.windows(from.len()).position(|bytes| bytes == from);
    let start = start.expect("it is in the file");
    let bytes = [&bytes[..start], to, &bytes[start + from.len()..]].concat();
    fs::write(&path, bytes).expect("it can be written");
    rehash(&bundle.path);
    let verified = verify(&bundle.path, 100, &()).expect("it can be read");
    let of_rule = |rule: &'static str| {
        let findings = verified.findings.kept.iter();
        findings.filter(move |finding| finding.rule.name == rule)
    };
    assert!(of_rule("formats-disagree").all(|finding| finding.place.from.line == 1));
    let messages = of_rule("formats-disagree").map(|finding| finding.message.clone());
    messages.collect()
}

#[test]
fn tables_with_other_bytes_and_the_same_rows_are_found() {
    let formats = [Format::Ndjson, Format::Csv, Format::CsvExcel];
    for (file, from, to) in [
        ("csv/rooms.csv", &b"A1,"[..], &b"\"A1\","[..]),
        ("csv/rooms.csv", b"\r\n", b"\n"),
        ("csv-excel/rooms.csv", b"\xEF\xBB\xBF", b""),
        ("csv-excel/rooms.csv", b"A1,", b"\"A1\","),
    ] {
        let found = on_the_first_line(&formats, (file, from, to));
        let expected = format!(
            "`{file}` is not the file that an export of `ndjson/rooms.ndjson` writes, though no \
             column or row was found to differ: its first bytes, its quotes or the ends of its \
             lines do"
        );
        assert_eq!(found, [expected]);
    }
}

#[test]
fn an_index_with_other_bytes_is_found() {
    let options = Options {
        formats: &[Format::Ndjson, Format::Csv],
        ..Options::default()
    };
    let bundle = exported(&real(), &options);
    change(&bundle.path.join("csv/records.csv"), "\r\n", "\n");
    rehash(&bundle.path);
    let found = found(&bundle.path);
    let expected = "csv/records.csv: formats-disagree: `csv/records.csv` is not the file that an \
                    export of the files in `ndjson/` writes";
    assert!(
        found.len() == 1 && found[0].starts_with(expected),
        "{found:#?}"
    );
}

#[test]
fn columns_with_other_names_are_found() {
    let (ndjson, csv, excel) = (Format::Ndjson, Format::Csv, Format::CsvExcel);
    for (formats, file, other) in [
        (&[ndjson, csv][..], "csv", "`ndjson/rooms.ndjson`"),
        (&[ndjson, excel], "csv-excel", "`ndjson/rooms.ndjson`"),
        (&[csv, excel], "csv-excel", "`csv/rooms.csv`"),
    ] {
        let file = format!("{file}/rooms.csv");
        let found = on_the_first_line(formats, (&file, b"floor", b"storey"));
        let expected = format!("column 2 of `{file}` is `storey`, and `floor` in {other}");
        assert_eq!(found, [expected]);
    }
    for (formats, other) in [
        (&[ndjson, csv, Format::Sqlite][..], "`csv/rooms.csv`"),
        (&[ndjson, Format::Sqlite], "`ndjson/rooms.ndjson`"),
    ] {
        let options = Options {
            formats,
            ..Options::default()
        };
        let bundle = exported(&museum(), &options);
        let database = Connection::open(bundle.path.join("sqlite/museum.sqlite"));
        let sql = "ALTER TABLE rooms RENAME COLUMN floor TO storey";
        let changed = database.expect("it is a database").execute_batch(sql);
        changed.expect("it can be changed");
        rehash(&bundle.path);
        let expected = format!(
            "sqlite/museum.sqlite: formats-disagree: column 2 of `rooms` in \
             `sqlite/museum.sqlite` is `storey`, and `floor` in {other}"
        );
        tells(&found(&bundle.path), &expected);
    }
}

#[test]
fn an_array_with_other_commas_is_found() {
    for (from, to) in [
        ("[\n", "]\n"),
        ("},\n{", "}\n{"),
        ("}\n]", "},\n]"),
        ("}\n]", "}\n]]"),
    ] {
        let bundle = exported(&museum(), &Options::default());
        let file = bundle.path.join("json/rooms.json");
        change(&file, from, to);
        rehash(&bundle.path);
        let found = found(&bundle.path);
        let is_told = found.iter().any(|found| {
            found.starts_with("json/rooms.json")
                && found.contains("no array with a record on each line")
        });
        assert!(is_told, "{from:?}: {found:#?}");
    }
}

#[cfg(unix)]
#[test]
fn a_link_to_a_folder_is_found() {
    let bundle = exported(&museum(), &Options::default());
    let elsewhere = temporary();
    let moved = elsewhere.path().join("csv");
    fs::rename(bundle.path.join("csv"), &moved).expect("it can be moved");
    std::os::unix::fs::symlink(&moved, bundle.path.join("csv")).expect("a link can be made");
    let found = found(&bundle.path);
    assert!(
        found.iter().any(|found| found.contains("`csv`")),
        "{found:#?}"
    );
}

#[test]
fn what_no_export_makes_is_found() {
    const OTHERWISE: &str =
        "`rooms` in `sqlite/museum.sqlite` is declared otherwise than an export declares it";
    let database = |sql: &'static str| {
        move |bundle: &Path| {
            let database = Connection::open(bundle.join("sqlite/museum.sqlite"));
            let changed = database.expect("it is a database").execute_batch(sql);
            changed.expect("it can be changed");
        }
    };
    for (change, expected) in [
        (
            database("CREATE TABLE more (a)"),
            "has the table `more`, which is no part of the bundle",
        ),
        (
            database("CREATE VIEW rooms2 AS SELECT * FROM rooms"),
            "has the view `rooms2`, which is no part of the bundle",
        ),
        (
            database(
                "PRAGMA foreign_keys = OFF;
                 ALTER TABLE rooms RENAME TO rooms2;
                 DROP TABLE rooms2;
                 CREATE VIEW rooms AS WITH RECURSIVE n AS (SELECT 1 AS rowid UNION ALL
                 SELECT rowid + 1 FROM n) SELECT rowid, rowid AS _rowid_, rowid AS oid FROM n",
            ),
            "has the view `rooms`, which is no part of the bundle",
        ),
        (
            database(
                "PRAGMA writable_schema = ON;
                 UPDATE sqlite_schema SET sql = replace(sql, ') STRICT', ', CHECK (length(
                 randomblob(900000000)) > 0)) STRICT') WHERE name = 'rooms'",
            ),
            OTHERWISE,
        ),
        (
            database("CREATE INDEX own ON objects (id)"),
            "has the index `own`, which is no part of the bundle",
        ),
        (
            database(
                "PRAGMA writable_schema = ON;
                 UPDATE sqlite_schema SET sql = replace(sql, ') STRICT', ')') WHERE name = 'rooms'",
            ),
            OTHERWISE,
        ),
        (
            database(
                "PRAGMA writable_schema = ON;
                 UPDATE sqlite_schema SET sql = replace(sql, ' REAL', ' ANY') WHERE name = 'rooms'",
            ),
            OTHERWISE,
        ),
        (
            database(
                "PRAGMA writable_schema = ON;
                 UPDATE sqlite_schema SET sql = replace(sql, ' REAL', ' REAL COLLATE NOCASE')
                 WHERE name = 'rooms'",
            ),
            OTHERWISE,
        ),
        (
            database(
                "CREATE TABLE other AS SELECT * FROM \"rooms.plan.doors\";
                 DROP TABLE \"rooms.plan.doors\";
                 ALTER TABLE other RENAME TO \"rooms.plan.doors\"",
            ),
            "`rooms.plan.doors` in `sqlite/museum.sqlite` is declared otherwise",
        ),
    ] {
        tells(&made_wrong(change), expected);
    }
    let with_more = made_wrong(|bundle| {
        fs::write(bundle.join("csv/more.csv"), "id\n").expect("it can be written");
    });
    tells(&with_more, "`csv/more.csv` is not named in `bundle.json`");
    let bundle = exported(&museum(), &Options::default());
    let sums = bundle.path.join("SHA256SUMS");
    let text = fs::read_to_string(&sums).expect("it can be read");
    let first = text.lines().next().expect("it has lines");
    fs::write(&sums, format!("{text}{first}\n")).expect("it can be written");
    assert!(found(&bundle.path)[0].contains("once more"));
}
