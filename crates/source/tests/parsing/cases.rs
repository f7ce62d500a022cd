//! Each folder in `tests/cases` has an `input.json` and, beside it, what is expected of it: the
//! faults in order, and the tree as compact JSON.
//!
//! A new case needs no Rust. `INSTA_UPDATE=always` writes what is expected, as for all other
//! snapshots; read the difference before you keep it.

#![expect(
    clippy::disallowed_methods,
    reason = "cases are our own files, and whoever runs the test decides whether they are written"
)]

use std::fs;
use std::path::{Path, PathBuf};

use crate::{parse, print};

const CASES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases");

fn folders() -> Vec<PathBuf> {
    let mut folders: Vec<_> = fs::read_dir(CASES)
        .expect("the folder of cases can be read")
        .map(|entry| entry.expect("the folder of cases can be read").path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    folders
}

fn found(input: &[u8]) -> String {
    parse(input, |tree, faults, is_complete| {
        let faults = print::faults(tree.text(), faults);
        let tree = print::json(tree.root());
        let state = if is_complete { "complete" } else { "spoiled" };
        format!("{faults}{state}\n{tree}\n")
    })
}

fn mismatch(folder: &Path) -> Option<String> {
    let input = fs::read(folder.join("input.json")).expect("a case has an `input.json`");
    let found = found(&input);
    let expected_file = folder.join("expected.txt");
    if std::env::var_os("INSTA_UPDATE").is_some_and(|value| value == "always") {
        fs::write(&expected_file, &found).expect("an expectation can be written");
        return None;
    }
    let expected = fs::read_to_string(expected_file).expect("a case has an `expected.txt`");
    let name = folder.display();
    (found != expected).then(|| format!("{name}\n--- expected\n{expected}--- found\n{found}"))
}

#[test]
fn every_case_is_as_expected() {
    let folders = folders();
    assert!(folders.len() > 50, "the cases are there");
    let mismatches: Vec<_> = folders
        .iter()
        .filter_map(|folder| mismatch(folder))
        .collect();
    assert!(mismatches.is_empty(), "{}", mismatches.join("\n"));
}
