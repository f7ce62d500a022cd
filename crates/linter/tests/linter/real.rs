//! The real dataset: it has no finding at error level that is not accepted.

use std::path::Path;

use treatise_linter::{Options, lint};
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
