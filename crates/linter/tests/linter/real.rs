//! The real dataset: it has no finding at error level that is not accepted.

use std::path::Path;

use treatise_linter::{Options, coverage, lint};
use treatise_report::Severity;

use crate::case::short;

#[test]
fn the_real_dataset_has_no_error() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut linted = lint(&root, &Options::default()).expect("the dataset can be read");
    let findings = &mut linted.findings.kept;
    findings.retain(|finding| finding.severity == Severity::Error);
    assert_eq!(short(&linted), "");
}

#[test]
fn the_page_of_what_is_covered_is_that_of_the_data() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let coverage = coverage(&root, &Options::default()).expect("the dataset can be read");
    assert_eq!(coverage.unread, 0);
    let page = coverage.page;
    let path = root.join("docs/coverage.md");
    if std::env::var_os("INSTA_UPDATE").is_some_and(|value| value == "always") {
        std::fs::write(&path, &page).expect("the page can be written");
    }
    let there = std::fs::read_to_string(&path).expect("the page is there");
    assert!(
        there == page,
        "docs/coverage.md is not what the data say; run `treatise coverage --write docs/coverage.md`"
    );
}
