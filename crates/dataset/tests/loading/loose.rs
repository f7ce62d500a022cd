//! Any JSON against any schema.

use std::path::Path;

use treatise_dataset::{LooseOptions, check_files};
use treatise_schema::Draft;

use crate::built::write;

/// What is said of a document that is held against a schema.
fn said(schema: &str, document: &str) -> Vec<String> {
    let folder = tempfile::tempdir().expect("there is a temporary folder");
    let options = LooseOptions {
        schema: &write(&folder, "schema.json", schema),
        resources: &[],
        documents: &[write(&folder, "document.json", document)],
        has_lines: false,
        default_draft: Draft::Draft202012,
        asserts_formats: true,
        document_bytes: 1 << 20,
        keep: 100,
        observer: &(),
    };
    let loose = check_files(&options).expect("all files can be read");
    let findings = loose.findings.kept.iter();
    let texts = findings.map(|finding| {
        let name = Path::new(loose.files.name(finding.place.file)).file_name();
        let name = name.unwrap_or_default().to_string_lossy();
        let record = finding.record.as_deref().unwrap_or("-");
        format!("{name} ({record}): {}", finding.message)
    });
    texts.collect()
}

#[test]
fn a_reference_that_can_be_no_file_leads_to_none() {
    for reference in ["schema.json/below".to_owned(), "x".repeat(300)] {
        let schema = format!(r#"{{"$ref": "{reference}"}}"#);
        let expected = format!("schema.json (-): there is no schema `{reference}`");
        assert_eq!(said(&schema, "1"), [expected]);
    }
}

#[test]
fn a_document_has_no_id() {
    let schema = r#"{"required": ["id"]}"#;
    let said = said(schema, r#"{"": "no id"}"#);
    assert_eq!(said, ["document.json (-): the member `id` is missing"]);
}
