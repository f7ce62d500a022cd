//! What an editor reads: each folder of `tests/explain` has a schema, a record that breaks it, and
//! the text that is said of it.

use std::fs;
use std::path::{Path, PathBuf};

use crate::judge::{Reading, explain, schema_of};

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "test cases are files of this crate"
)]
fn records_are_explained_as_expected() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/explain");
    // Where what is said goes, to be compared and, once read, copied beside the record.
    let told_folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("explain");
    let mut cases: Vec<PathBuf> = fs::read_dir(&folder)
        .expect("the folder of the cases is there")
        .map(|entry| entry.expect("an entry can be read").path())
        .collect();
    cases.sort();
    assert!(cases.len() > 40, "only {} cases", cases.len());
    let mut differing = Vec::new();
    for case in &cases {
        let name = case.file_name().expect("a case has a name");
        let read = |file: &str| fs::read_to_string(case.join(file));
        let schema = read("schema.json").expect("a case has a schema");
        let record = read("record.json").expect("a case has a record");
        let schema = schema_of(&[("schema.json", &schema)], Reading::LENIENT);
        let told = explain(&schema, &record);
        assert!(!told.is_empty(), "nothing is said in {}", case.display());
        if read("expected.txt").ok().as_deref() != Some(&told) {
            let place = told_folder.join(name);
            fs::create_dir_all(&place).expect("the folder for output can be made");
            fs::write(place.join("expected.txt"), &told).expect("the output can be written");
            differing.push(format!("{}:\n{told}", name.display()));
        }
    }
    assert!(
        differing.is_empty(),
        "what is said has changed; read it, and copy it from {}\n\n{}",
        told_folder.display(),
        differing.join("\n")
    );
}
