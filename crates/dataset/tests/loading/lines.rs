//! NDJSON files longer than what is read at a time: lines and places stay right.

use std::fmt::Write as _;
use std::path::Path;

use treatise_dataset::LoadOptions;

use crate::checked::{check, check_with};

const SCHEMA: &str = r#"{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "required": ["id"],
  "properties": {
    "id": { "type": "string" },
    "text": { "type": "string" },
    "next": { "type": "string", "x-references": ["lines"] }
  }
}"#;
const MANIFEST: &str = r#"{
  "name": "lines", "version": "0.1.0", "as_of": "2026-11-22",
  "collections": [
    { "name": "lines", "path": "data/lines.ndjson", "schema": "schemas/lines.schema.json", "id": "/id" }
  ]
}"#;

fn write(root: &Path, lines: &str) {
    for (path, content) in [
        ("data/dataset.json", MANIFEST),
        ("schemas/lines.schema.json", SCHEMA),
        ("data/lines.ndjson", lines),
    ] {
        let path = root.join(path);
        let folder = path.parent().expect("the paths have folders");
        std::fs::create_dir_all(folder).expect("a temporary folder can be written to");
        std::fs::write(path, content).expect("a temporary folder can be written to");
    }
}

/// Records of about 200 bytes; the lines in `faults` (from 1) are something else.
fn lines(count: usize, faults: &[(usize, &str)]) -> String {
    let mut text = String::new();
    for number in 1..=count {
        match faults.iter().find(|(at, _)| *at == number) {
            Some((_, line)) => text.push_str(line),
            None => write!(
                text,
                r#"{{"id": "r-{number}", "text": "{}"}}"#,
                "ä".repeat(80)
            )
            .expect("a string can be written to"),
        }
        text.push('\n');
    }
    text
}

#[test]
fn places_are_right_in_every_block() {
    let folder = tempfile::tempdir().expect("there is a temporary folder");
    let faults = [
        (3, r#"{"id": "r-3" "text": ""}"#),
        (9_000, r#"{"id": "r-9000", "text": 7}"#),
        (9_001, ""),
        (17_000, r#"{"id": "r-9000", "next": "r-17001"}"#),
        (20_000, r#"{"id": "r-20000", "next": "r-30000"}"#),
    ];
    let text = lines(20_000, &faults);
    assert!(text.len() > 3 << 20, "several blocks are read");
    write(folder.path(), &text);
    let checked = check(folder.path());
    assert_eq!(checked.dataset.index().len(), 19_999);
    insta::assert_snapshot!(checked.short());
    for finding in &checked.findings {
        let line = finding.place.from.line as usize;
        let start: usize = text
            .split_inclusive('\n')
            .take(line - 1)
            .map(str::len)
            .sum();
        let column = finding.place.from.column as usize - 1;
        assert_eq!(
            finding.place.start,
            (start + column) as u64,
            "{}",
            finding.message
        );
    }
}

#[test]
fn which_findings_are_kept_does_not_depend_on_the_threads() {
    let folder = tempfile::tempdir().expect("there is a temporary folder");
    let faults: Vec<_> = (0..20_000)
        .filter(|number| number % 3 == 0)
        .map(|number| (number, r#"{"id": 7}"#))
        .collect();
    write(folder.path(), &lines(20_000, &faults));
    let options = LoadOptions {
        keep: 100,
        ..LoadOptions::default()
    };
    let first = check_with(folder.path(), &options);
    assert_eq!((first.counts.errors, first.findings.len()), (6_666, 100));
    let kept: Vec<_> = first
        .findings
        .iter()
        .map(|found| found.place.from.line)
        .collect();
    assert_eq!(kept, (1..=100).map(|number| number * 3).collect::<Vec<_>>());
    for _ in 0..5 {
        assert_eq!(check_with(folder.path(), &options).short(), first.short());
    }
}

#[test]
fn a_line_over_the_limit_is_refused_and_the_next_one_read() {
    let folder = tempfile::tempdir().expect("there is a temporary folder");
    let long = format!(r#"{{"id": "r-2", "text": "{}"}}"#, "x".repeat(3 << 20));
    write(
        folder.path(),
        &lines(
            9_000,
            &[(2, &long), (8_999, r#"{"id": "r-2", "next": "r-3x"}"#)],
        ),
    );
    let checked = check(folder.path());
    insta::assert_snapshot!(checked.short());
}
