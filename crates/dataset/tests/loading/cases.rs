//! The case folders: each is a whole dataset, with the reports that it gets beside it.
//!
//! A new case is a new folder below `tests/cases`. `INSTA_UPDATE=always` writes what is expected,
//! as for all other snapshots; read it before you keep it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use rayon::prelude::*;
use treatise_dataset::LoadOptions;
use treatise_report::Format;

use crate::checked::{Checked, check, check_with, rules};

const REPORTS: [(&str, Format); 2] = [
    ("expected.txt", Format::Human),
    ("expected.ndjson", Format::Ndjson),
];

fn cases() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases")
}

/// The cases and what is found in them: several tests ask for it.
fn checked() -> &'static [(PathBuf, Checked)] {
    static CHECKED: LazyLock<Vec<(PathBuf, Checked)>> = LazyLock::new(|| {
        let check = |folder: PathBuf| {
            let checked = check(&folder);
            (folder, checked)
        };
        folders().into_par_iter().map(check).collect()
    });
    assert!(!CHECKED.is_empty());
    &CHECKED
}

fn folders() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(cases()).expect("there are cases");
    let mut folders: Vec<_> = entries
        .map(|entry| entry.expect("a folder can be listed").path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    folders
}

/// What differs from the expected reports, if anything does.
fn differences(folder: &Path, checked: &Checked) -> Vec<String> {
    let is_update = std::env::var_os("INSTA_UPDATE").is_some_and(|value| value == "always");
    let mut differences = Vec::new();
    for (name, format) in REPORTS {
        let (file, actual) = (folder.join(name), checked.render(format));
        if is_update {
            std::fs::write(&file, &actual).expect("the case folder can be written to");
        }
        let expected = std::fs::read_to_string(&file).unwrap_or_default();
        if actual != expected {
            differences.push(format!(
                "{}\n--- expected\n{expected}\n--- actual\n{actual}",
                file.display()
            ));
        }
    }
    differences
}

#[test]
fn every_case_gets_the_reports_beside_it() {
    let differences: Vec<_> = checked()
        .iter()
        .flat_map(|(folder, checked)| differences(folder, checked))
        .collect();
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

#[test]
fn how_many_are_found_does_not_depend_on_how_many_are_kept() {
    let options = LoadOptions {
        keep: 0,
        ..LoadOptions::default()
    };
    checked().par_iter().for_each(|(folder, all)| {
        let none = check_with(folder, &options);
        assert_eq!(none.counts, all.counts, "{}", folder.display());
    });
}

#[test]
fn what_records_do_wrong_together_is_found_in_each_of_them() {
    let folder = "data/plants";
    for case in ["duplicate-id-in-files", "reference-cycle-of-two"] {
        let case = cases().join(case);
        let files = std::fs::read_dir(case.join(folder)).expect("there are records");
        let mut found = 0;
        for file in files {
            let name = file.expect("a folder can be listed").file_name();
            let only = [Path::new(folder).join(name)];
            let options = LoadOptions {
                only: Some(&only),
                ..LoadOptions::default()
            };
            let checked = check_with(&case, &options);
            for finding in &checked.findings {
                let file = checked.dataset.files().name(finding.place.file);
                assert_eq!(Path::new(file), only[0]);
                let is_shared = ["duplicate-id", "reference-cycle"].contains(&finding.rule.name);
                found += usize::from(is_shared);
            }
        }
        assert_eq!(found, 2, "{}", case.display());
    }
}

#[test]
fn every_rule_has_a_case() {
    // Git, or the file systems of some readers, can't hold these: `built.rs` has their cases.
    let elsewhere = [
        "case-colliding-files",
        "path-outside-dataset",
        "reserved-file-name",
        "symlink-in-data",
    ];
    let mut broken: BTreeSet<_> = elsewhere.into();
    for (_, checked) in checked() {
        broken.extend(checked.broken_rules());
    }
    let known: BTreeSet<_> = rules().into_iter().map(|rule| rule.name).collect();
    assert_eq!(broken, known);
}

#[test]
fn a_finding_names_its_record_and_the_value_in_it() {
    let case = |name: &str| check(&cases().join(name));
    for name in ["hygiene", "schema-violation", "dangling-reference"] {
        let checked = case(name);
        assert!(!checked.findings.is_empty(), "{name}");
        for finding in &checked.findings {
            assert!(finding.record.is_some(), "{name}: {}", finding.message);
            assert!(finding.pointer.is_some(), "{name}: {}", finding.message);
        }
    }
}
