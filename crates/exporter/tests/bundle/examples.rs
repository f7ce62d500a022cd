//! The examples in `docs/examples`, and other programs that read a bundle.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use treatise_exporter::Options;

use crate::folder::{exported, json, museum, real};
use crate::reader::{is_there, output};

#[path = "../../../../docs/examples/read.rs"]
#[expect(unreachable_pub, reason = "it is written for a crate of the reader")]
mod read;

fn examples() -> PathBuf {
    real().join("docs/examples")
}

/// The lines as they must be, counted in the JSON alone.
fn expected(bundle: &Path) -> String {
    let records = |name: &str| {
        let records = json(&bundle.join(format!("json/{name}.json")));
        records.as_array().expect("an array").clone()
    };
    let claims = records("claims");
    let citations = claims
        .iter()
        .map(|claim| claim["citations"].as_array().expect("it has").len());
    let treatments = records("treatments");
    let indicated = treatments
        .iter()
        .filter(|treatment| treatment.get("indications").is_some());
    format!(
        "claims: {}\ncitations: {}\ntreatments with an indication: {}\n",
        claims.len(),
        citations.sum::<usize>(),
        indicated.count()
    )
}

#[test]
fn every_example_reads_the_same() {
    let bundle = exported(&real(), &Options::default());
    let expected = expected(&bundle.path);
    assert_eq!(read::read(&bundle.path).expect("it can be read"), expected);
    let start = |program: &str, example: &str| {
        let mut command = Command::new(program);
        command.arg(examples().join(example)).arg(&bundle.path);
        output(&mut command, Stdio::null())
    };
    let script = std::fs::File::open(examples().join("read.sql")).expect("it is there");
    let mut sqlite = Command::new("sqlite3");
    sqlite.arg(bundle.path.join("sqlite/metastasis-treatments.sqlite"));
    let printed = [
        is_there("python3", &[]).then(|| start("python3", "read.py")),
        is_there("node", &[]).then(|| start("node", "read.mjs")),
        is_there("sqlite3", &[]).then(|| output(&mut sqlite, script.into())),
    ];
    for printed in printed.into_iter().flatten() {
        assert_eq!(printed, expected);
    }
}

/// Compares the tables of the database with those of the CSV, as Python reads both.
const COMPARE: &str = r#"
import csv, json, sqlite3, sys
from pathlib import Path
bundle = Path(sys.argv[1])
marker = json.loads((bundle / "bundle.json").read_text(encoding="utf-8"))
sections = marker["collections"] + marker.get("views", [])
tables = [table for section in sections for table in section["tables"]]
if "index" in marker:
    tables.append(marker["index"])
def same(value, text):
    if value is None:
        return text == ""
    if isinstance(value, int):
        return text == str(value) or (text, value) in (("true", 1), ("false", 0))
    if isinstance(value, float):
        return float(text) == value
    return text == value
rows = 0
for table in tables:
    database = sqlite3.connect(bundle / table["files"]["sqlite"])
    stored = database.execute(f'SELECT * FROM "{table["name"]}" ORDER BY rowid').fetchall()
    with open(bundle / table["files"]["csv"], encoding="utf-8", newline="") as file:
        written = list(csv.reader(file))[1:]
    assert len(stored) == len(written) == table["rows"], table["name"]
    for left, right in zip(stored, written):
        assert all(map(same, left, right)), (table["name"], left, right)
    rows += len(stored)
for section in sections:
    whole = json.loads((bundle / "json" / f"{section['name']}.json").read_text(encoding="utf-8"))
    with open(bundle / "ndjson" / f"{section['name']}.ndjson", encoding="utf-8") as file:
        assert [json.loads(line) for line in file] == whole
    assert len(whole) == section["records"]
print(rows)
"#;

#[test]
fn python_reads_the_same_values_from_csv_and_sqlite() {
    if !is_there("python3", &[]) {
        return;
    }
    let bundle = exported(&real(), &Options::default());
    let mut python = Command::new("python3");
    python.args(["-c", COMPARE]).arg(&bundle.path);
    let rows = output(&mut python, Stdio::null());
    let rows: u64 = rows.trim().parse().expect("it prints a number");
    assert!(rows > bundle.summary.records, "{rows}");
}

/// Runs a script beside the tests on the bundles of both datasets; it prints how many rows it read.
#[cfg(feature = "parquet")]
fn read_by(script: &str, module: &str) {
    if !is_there("python3", &[module]) {
        return;
    }
    for root in [museum(), real()] {
        let bundle = exported(&root, &Options::default());
        let mut python = Command::new("python3");
        python
            .arg("-B")
            .arg(readers().join(script))
            .arg(&bundle.path);
        let rows = output(&mut python, Stdio::null());
        let rows: u64 = rows.trim().parse().expect("it prints a number");
        assert!(rows > bundle.summary.records, "{rows}");
    }
}

#[cfg(feature = "parquet")]
fn readers() -> PathBuf {
    real().join("crates/exporter/tests/readers")
}

#[cfg(feature = "parquet")]
#[test]
fn pyarrow_reads_the_same_values_from_parquet() {
    read_by("parquet_pyarrow.py", "pyarrow.parquet");
}

#[cfg(feature = "parquet")]
#[test]
fn duckdb_reads_the_same_values_from_parquet_and_csv() {
    read_by("parquet_duckdb.py", "duckdb");
}

#[test]
fn frictionless_finds_nothing_wrong_with_the_package() {
    if !is_there("frictionless", &[]) {
        return;
    }
    for root in [museum(), real()] {
        let bundle = exported(&root, &Options::default());
        let mut frictionless = Command::new("frictionless");
        frictionless
            .args(["validate", "datapackage.json"])
            .current_dir(&bundle.path);
        output(&mut frictionless, Stdio::null());
    }
}

#[test]
fn typescript_accepts_the_records_as_they_are_declared() {
    if !is_there("tsc", &[]) {
        return;
    }
    let bundle = exported(&real(), &Options::default());
    let mut check = String::from("import type { All, Collections } from \"./types\";\n");
    let read = |name: &str| {
        let file = bundle.path.join(format!("json/{name}.json"));
        std::fs::read_to_string(file).expect("it can be read")
    };
    check += &format!("export const everything: All = {};\n", read("all"));
    let marker = json(&bundle.path.join("bundle.json"));
    let sections = ["collections", "views"].map(|name| marker[name].as_array().cloned());
    for section in sections.into_iter().flatten().flatten() {
        let name = section["name"].as_str().expect("a string");
        let records = read(name);
        check += &format!("export const {name}: Collections[\"{name}\"] = {records};\n");
    }
    // A wrong value is refused, or the declarations would say nothing.
    check += "// @ts-expect-error\nexport const wrong: Collections[\"claims\"] = [{ id: 7 }];\n";
    std::fs::write(bundle.path.join("check.ts"), check).expect("it can be written");
    let mut tsc = Command::new("tsc");
    tsc.args(["--noEmit", "--strict", "check.ts"])
        .current_dir(&bundle.path);
    output(&mut tsc, Stdio::null());
}
