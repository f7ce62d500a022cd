//! The examples in `docs/examples`, and other programs that read a bundle. One that is not
//! installed is skipped, and that is said on standard error.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use treatise_exporter::Options;

use crate::folder::{exported, json, real};

#[path = "../../../../docs/examples/read.rs"]
#[expect(unreachable_pub, reason = "it is written for a crate of the reader")]
mod read;

fn examples() -> PathBuf {
    real().join("docs/examples")
}

/// What a program prints; `None` where it is not installed.
fn output(command: &mut Command, input: Stdio) -> Option<String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = match command.stdin(input).output() {
        Ok(output) => output,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            // Not captured, so that nobody takes it for a test that ran.
            let skipped = writeln!(std::io::stderr(), "skipped: `{name}` is not installed");
            skipped.expect("standard error is there");
            return None;
        }
        Err(error) => panic!("{name}: {error}"),
    };
    let text = |bytes| String::from_utf8(bytes).expect("it prints UTF-8");
    let (stdout, stderr) = (text(output.stdout), text(output.stderr));
    assert!(output.status.success(), "{name}: {stdout}{stderr}");
    Some(stdout)
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
        start("python3", "read.py"),
        start("node", "read.mjs"),
        output(&mut sqlite, script.into()),
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
    let bundle = exported(&real(), &Options::default());
    let mut python = Command::new("python3");
    python.args(["-c", COMPARE]).arg(&bundle.path);
    if let Some(rows) = output(&mut python, Stdio::null()) {
        let rows: u64 = rows.trim().parse().expect("it prints a number");
        assert!(rows > bundle.summary.records, "{rows}");
    }
}

#[test]
fn typescript_accepts_the_records_as_they_are_declared() {
    let bundle = exported(&real(), &Options::default());
    let mut check = String::from("import type { Collections } from \"./types\";\n");
    let marker = json(&bundle.path.join("bundle.json"));
    let sections = ["collections", "views"].map(|name| marker[name].as_array().cloned());
    for section in sections.into_iter().flatten().flatten() {
        let name = section["name"].as_str().expect("a string");
        let file = bundle.path.join(format!("json/{name}.json"));
        let records = std::fs::read_to_string(file).expect("it can be read");
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
