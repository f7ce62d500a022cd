//! One fault is one finding: while something of the dataset can't be read, nothing is concluded from what
//! is not there.

use std::path::{Path, PathBuf};

use treatise_dataset::{EXCEPTIONS, MANIFEST};
use treatise_linter::{Base, Linted, Options, lint};

use crate::case::{folders, name, schemas, short};

/// Of these, a run says that it has not looked for them. Without any schema it knows no claims, and so no
/// rule about them.
const UNSAID: [&str; 2] = ["weak-sources-only", "all rules about the content"];

/// The real dataset, to be spoilt.
struct Spoilt {
    folder: tempfile::TempDir,
}

fn real() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn listed(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("the folder can be listed");
    let paths = entries.map(|entry| entry.expect("the folder can be listed").path());
    let mut paths: Vec<_> = paths.collect();
    paths.sort();
    paths
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder can be made");
    for path in listed(from) {
        let copied = to.join(name(&path));
        if path.is_dir() {
            copy(&path, &copied);
        } else {
            std::fs::copy(&path, copied).expect("the file can be copied");
        }
    }
}

impl Spoilt {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder can be made");
        for part in ["data", "schemas"] {
            copy(&real().join(part), &folder.path().join(part));
        }
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Files in a folder of it, relative to its root.
    fn files(&self, folder: &str) -> Vec<String> {
        let files = listed(&self.path(folder)).into_iter();
        let files = files.filter(|path| path.is_file());
        files
            .map(|path| format!("{folder}/{}", name(&path)))
            .collect()
    }

    /// Checks it while a file is another one, and says what is found in it: the rules; all findings
    /// have to be in one of these files.
    fn with(&self, file: &str, edit: impl FnOnce(&str) -> String, also: &[&str]) -> Vec<String> {
        let path = self.path(file);
        let text = std::fs::read_to_string(&path).expect("the file can be read");
        std::fs::write(&path, edit(&text)).expect("the file can be written");
        let found = self.found(file, also);
        std::fs::write(&path, text).expect("the file can be written");
        found
    }

    fn found(&self, file: &str, also: &[&str]) -> Vec<String> {
        let real = real();
        let options = Options {
            base: Some(Base {
                root: &real,
                name: "before",
                approved: &[],
            }),
            schemas: Some(schemas()),
            ..Options::default()
        };
        let linted = lint(self.folder.path(), &options).expect("the dataset can be read");
        let found = |linted: &Linted| {
            let findings = linted.findings.kept.iter();
            findings
                .map(|finding| {
                    let place = linted.dataset.files().name(finding.place.file);
                    let is_here = place == file || also.contains(&place);
                    assert!(is_here, "{file}: {}", short(linted));
                    finding.rule.name.to_owned()
                })
                .collect()
        };
        let is_said = linted
            .skipped
            .iter()
            .any(|skipped| UNSAID.iter().any(|what| skipped.what.contains(what)));
        assert!(is_said, "{file}: nothing says what was not looked for");
        found(&linted)
    }
}

#[test]
fn an_id_that_is_there_twice_is_the_only_finding() {
    let spoilt = Spoilt::new();
    for record in ["drugs/drg-cetuximab", "claims/clm-hospice-care-comfort"] {
        let [first, later] = ["", "-again"].map(|end| format!("data/{record}{end}.json"));
        std::fs::copy(spoilt.path(&first), spoilt.path(&later)).expect("it can be copied");
        let linted = lint(spoilt.folder.path(), &Options::default());
        let linted = linted.expect("the dataset can be read");
        let found = linted.findings.kept.iter().map(|finding| finding.rule.name);
        let mut found: Vec<_> = found.collect();
        found.sort_unstable();
        assert_eq!(
            found,
            ["duplicate-id", "file-name-mismatch"],
            "{}",
            short(&linted)
        );
        std::fs::remove_file(spoilt.path(&later)).expect("it can be removed");
    }
}

#[test]
fn a_fault_in_the_exceptions_brings_back_nothing_that_they_accept() {
    let spoilt = Spoilt::new();
    let path = spoilt.path(EXCEPTIONS);
    let text = std::fs::read_to_string(&path).expect("the file can be read");
    std::fs::write(&path, without_comma(&text)).expect("the file can be written");
    let linted = lint(spoilt.folder.path(), &Options::default());
    let linted = linted.expect("the dataset can be read");
    let found = linted.findings.kept.iter().map(|finding| finding.rule.name);
    assert_eq!(
        found.collect::<Vec<_>>(),
        ["invalid-json"],
        "{}",
        short(&linted)
    );
}

/// Takes the first comma away.
fn without_comma(text: &str) -> String {
    text.replacen(',', "", 1)
}

#[test]
fn a_record_that_is_no_json_is_the_only_finding() {
    let spoilt = Spoilt::new();
    let mut files = vec!["data/issues/iss-verywell-reference-marks-lost.json".to_owned()];
    for folder in folders(&spoilt.path("data")) {
        let records = spoilt.files(&format!("data/{}", name(&folder)));
        let is_record = |file: &String| Path::new(file).extension() == Some("json".as_ref());
        files.extend(records.into_iter().find(is_record));
    }
    assert!(files.len() > 10, "{files:?}");
    for file in files {
        assert_eq!(
            spoilt.with(&file, without_comma, &[]),
            ["invalid-json"],
            "{file}"
        );
    }
}

#[test]
fn a_record_that_breaks_its_schema_is_the_only_finding() {
    let spoilt = Spoilt::new();
    for file in [
        "data/issues/iss-verywell-reference-marks-lost.json",
        "data/drugs/drg-cetuximab.json",
        "data/conditions/cnd-liver-metastasis.json",
    ] {
        let edit = |text: &str| text.replacen('{', "{\n  \"unheard-of\": 1,", 1);
        assert_eq!(spoilt.with(file, edit, &[]), ["schema-violation"], "{file}");
    }
}

#[test]
fn a_schema_that_cant_be_used_is_the_only_finding() {
    let spoilt = Spoilt::new();
    for file in spoilt.files("schemas") {
        let name = file.trim_start_matches("schemas/");
        let is_read = ![
            "approvals.",
            "dataset.",
            "exceptions.",
            "vocabulary.",
            "README.",
        ]
        .iter()
        .any(|other| name.starts_with(other));
        if is_read {
            assert_eq!(
                spoilt.with(&file, without_comma, &[]),
                ["invalid-json"],
                "{file}"
            );
        }
    }
    std::fs::remove_file(spoilt.path("schemas/drugs.schema.json")).expect("it can be removed");
    assert_eq!(spoilt.found(MANIFEST, &[]), ["missing-schema"]);
}

#[test]
fn a_collection_that_is_elsewhere_is_the_only_finding() {
    let spoilt = Spoilt::new();
    for collection in ["claims", "issues", "drugs"] {
        let folder = format!("data/{collection}");
        let edit = |text: &str| text.replacen(&format!("\"{folder}\""), "\"data/elsewhere\"", 1);
        let mut found = spoilt.with(MANIFEST, edit, &[&folder]);
        found.sort();
        assert_eq!(found, ["missing-collection", "unexpected-file"]);
    }
}

#[test]
fn nothing_is_concluded_from_a_record_that_is_not_read() {
    let spoilt = Spoilt::new();
    let file = "data/issues/iss-verywell-reference-marks-lost.json";
    let claims = spoilt.files("data/claims");
    let claims: Vec<_> = claims.iter().map(String::as_str).collect();
    let edit = |text: &str| format!("{}{text}", " ".repeat(2 << 20));
    let mut found = spoilt.with(file, edit, &claims);
    found.sort();
    found.dedup();
    // Claims name the issue, and each reference to a file that is not read is a fault.
    assert_eq!(found, ["dangling-reference", "oversized-file"]);
}

#[test]
fn nothing_is_to_be_deleted_while_what_refers_to_it_may_be_unread_or_misspelt() {
    let spoilt = Spoilt::new();
    let site = std::fs::read_to_string(spoilt.path("data/sites/sit-artery.json"));
    let site = site.expect("the file can be read");
    let site = site
        .replace("sit-artery", "sit-sinew")
        .replace("artery", "sinew");
    std::fs::write(spoilt.path("data/sites/sit-sinew.json"), site).expect("it can be written");
    let is_to_be_deleted = || {
        let linted = lint(spoilt.folder.path(), &Options::default());
        let linted = linted.expect("the dataset can be read");
        let mut findings = linted.findings.kept.iter();
        let orphan = findings.find(|finding| finding.rule.name == "orphan-record");
        let orphan = orphan.unwrap_or_else(|| panic!("{}", short(&linted)));
        orphan.help.iter().any(|help| help.contains("delete"))
    };
    assert!(is_to_be_deleted());

    let stray = spoilt.path("data/claims/clm-of-the-sinew.jsn");
    std::fs::write(&stray, "{}").expect("it can be written");
    assert!(!is_to_be_deleted());
    std::fs::remove_file(stray).expect("it can be removed");
    assert!(is_to_be_deleted());

    let other = spoilt
        .files("data/conditions")
        .into_iter()
        .find_map(|file| {
            let text = std::fs::read_to_string(spoilt.path(&file)).expect("the file can be read");
            let site = text.split('"').find(|text| text.starts_with("sit-"))?;
            Some((file.clone(), text.replace(site, "sit-sinews")))
        });
    let (file, text) = other.expect("a condition has a site");
    std::fs::write(spoilt.path(&file), text).expect("it can be written");
    assert!(!is_to_be_deleted());
}
