//! Findings that need what is no part of a dataset, with it and without: the texts of the documents,
//! and a table of notices.
//!
//! The texts are those of the linter's own cases, so that this runs wherever the repository is.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::run::{Ran, make_repository, read, run, sound, write};

pub(crate) const CLAIM: &str = "data/claims/clm-cryoablation-fever.json";

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a temporary folder can be written to");
    for entry in std::fs::read_dir(from).expect("the folder can be listed") {
        let path = entry.expect("the folder can be listed").path();
        let target = to.join(path.file_name().expect("it has a name"));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            std::fs::copy(&path, &target).expect("a temporary folder can be written to");
        }
    }
}

/// The dataset of the linter's cases, with its documents in `texts`, and one of its claims changed.
pub(crate) fn dataset(from: &str, to: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("there is a temporary folder");
    let (root, base) = (folder.path(), repository().join("crates/linter/tests/base"));
    copy(&base.join("data"), &root.join("data"));
    copy(&base.join("documents"), &root.join("texts"));
    copy(&repository().join("schemas"), &root.join("schemas"));
    let claim = read(root.join(CLAIM));
    assert!(claim.contains(from), "{claim}");
    write(root, CLAIM, &claim.replace(from, to));
    folder
}

fn check(dataset: &TempDir, further: &[&str]) -> Ran {
    let arguments = [&["check", "--format", "short"], further].concat();
    run(dataset.path(), &arguments)
}

#[test]
fn a_passage_that_is_not_in_the_document_is_found_where_the_document_is_at_hand() {
    let dataset = dataset("5f1706b4", "00000000");
    let with = check(&dataset, &["--documents", "texts"]);
    assert_eq!(with.status, Some(1), "{with:#?}");
    assert!(
        with.stdout.contains("error[passage-not-found]: "),
        "{with:#?}"
    );
    assert!(!with.stderr.contains("--documents"), "{with:#?}");
    let without = check(&dataset, &[]);
    assert_eq!((without.status, without.stdout.as_str()), (Some(0), ""));
    let skipped = without
        .stderr
        .lines()
        .filter(|line| line.contains("--documents"));
    let skipped: Vec<_> = skipped.collect();
    let [line] = skipped[..] else {
        panic!("it is said once: {without:#?}");
    };
    for rule in [
        "passage-not-found",
        "copied-wording",
        "entity-not-in-passage",
        "text-loss",
    ] {
        assert!(line.contains(rule), "{line}");
    }
    let count = line.split(['(', ')']).nth(1).map(str::parse::<u32>);
    assert!(matches!(count, Some(Ok(1..))), "{line}");
}

#[test]
fn a_finding_about_a_change_can_be_accepted() {
    let dataset = dataset("adverse-effect", "adverse-effect");
    let root = dataset.path();
    make_repository(root);
    let claim = read(root.join(CLAIM));
    write(
        root,
        CLAIM,
        &claim.replace("cnd-fever", "cnd-liver-metastasis"),
    );
    std::fs::remove_file(root.join("data/terms/trm-freezing.json")).expect("it was there");
    let since = ["--since", "HEAD"];
    let arguments = [&["check", "-q", "--format", "json"], &since[..]].concat();
    let report: serde_json::Value =
        serde_json::from_str(&run(root, &arguments).stdout).expect("it is JSON");
    let findings = report["findings"].as_array().expect("a list");
    for code in ["reused-id", "deleted-record"] {
        let mut found = findings.iter().filter(|finding| finding["code"] == code);
        let print = found
            .next()
            .and_then(|finding| finding["fingerprint"].as_str());
        let print = print.unwrap_or_else(|| panic!("{code} is not among {findings:#?}"));
        let said = [
            "except",
            print,
            "--reason",
            "Nobody has stored it yet.",
            "--owner",
            "us",
            "--expires",
            "2027-01-01",
        ];
        run(root, &said).expect_refusal("is needed here too");
        let ran = run(root, &[&said[..], &since].concat());
        assert_eq!(ran.status, Some(0), "{ran:#?}");
    }
    for further in [&since[..], &[]] {
        let ran = check(&dataset, further);
        for rule in ["reused-id", "deleted-record", "exception"] {
            assert!(!ran.stdout.contains(rule), "{ran:#?}");
        }
    }
}

#[test]
fn a_claim_about_something_else_can_be_approved() {
    let dataset = dataset("adverse-effect", "adverse-effect");
    let root = dataset.path();
    make_repository(root);
    let claim = read(root.join(CLAIM));
    let other = claim.replace("cnd-fever", "cnd-liver-metastasis");
    write(root, CLAIM, &other);
    let since = ["--since", "HEAD", "--rule", "reused-id"];
    let ran = check(&dataset, &since);
    assert!(ran.stdout.contains("[reused-id]"), "{ran:#?}");
    let compared = run(root, &["diff", "HEAD", "--format", "json", "-q"]);
    let compared: serde_json::Value = serde_json::from_str(&compared.stdout).expect("it is JSON");
    let mut changes = compared["changes"].as_array().expect("an array").iter();
    let change = changes.find(|change| change["kind"] == "id-meaning-changed");
    let change = change.unwrap_or_else(|| panic!("it is not told: {compared:#}"));
    let person = r#"{"id": "agt-kim-example", "kind": "person"}"#;
    write(root, "data/agents/agt-kim-example.json", person);
    let approvals = serde_json::json!({"approvals": [{"fingerprint": change["fingerprint"],
        "by": "agt-kim-example", "reason": "Nobody has stored the id yet."}]});
    write(root, "data/approvals.json", &approvals.to_string());
    let ran = check(&dataset, &since);
    assert!(!ran.stdout.contains("[reused-id]"), "{ran:#?}");
}

#[test]
fn a_document_is_known_by_its_hash_and_by_nothing_else() {
    let dataset = dataset("5f1706b4", "00000000");
    let text = dataset.path().join("texts/page.txt");
    std::fs::rename(&text, dataset.path().join("texts/other")).expect("it can be renamed");
    let renamed = check(&dataset, &["--documents", "texts"]);
    assert!(
        renamed.stdout.contains("[passage-not-found]"),
        "{renamed:#?}"
    );
    write(dataset.path(), "texts/other", "Another text.\n");
    let other = check(&dataset, &["--documents", "texts"]);
    assert_eq!((other.status, other.stdout.as_str()), (Some(0), ""));
    let expected = "no file in the folder has the hash of the snapshot";
    assert!(other.stderr.contains(expected), "{other:#?}");
}

#[test]
fn the_wording_of_a_document_is_found_in_a_statement() {
    let text = read(repository().join("crates/linter/tests/base/documents/page.txt"));
    let words: Vec<_> = text.split_whitespace().collect();
    // Behind the heading: it is a title, and titles may be repeated.
    let copied = words[words.len() - 12..].join(" ");
    let dataset = dataset("Fever often follows cryoablation.", &copied);
    let with = check(
        &dataset,
        &["--documents", "texts", "--rule", "copied-wording"],
    );
    assert_eq!(with.status, Some(1), "{with:#?}");
    assert!(with.stdout.contains("error[copied-wording]: "), "{with:#?}");
}

#[test]
fn a_retracted_source_is_found_where_a_table_of_notices_is_at_hand() {
    let dataset = dataset("often", "often");
    let root = dataset.path();
    let page = "data/sources/src-example-page.json";
    let source = read(root.join(page));
    let source = source.replace("\"URL\"", "\"PMID\": \"31452\",\n    \"URL\"");
    write(root, page, &source);
    let header = "OriginalPaperDOI,OriginalPaperPubMedID,RetractionDOI,RetractionNature,RetractionDate,Reason\n";
    let table = |rows: &str| write(root, "notices.csv", &format!("{header}{rows}"));
    let rules = ["--rule", "retracted-source", "--notices", "notices.csv"];
    table("unavailable,31452,10.5555/gone,Retraction,6/1/2024 0:00,+Error in Data;\n");
    let found = check(&dataset, &rules);
    assert_eq!(found.status, Some(1), "{found:#?}");
    assert!(
        found.stdout.contains("`31452` was retracted on 2024-06-01"),
        "{found:#?}"
    );
    accepted(&dataset, &rules);
    table("10.5555/another,0,10.5555/gone,Retraction,2024-06-01,\n");
    let found = check(&dataset, &rules);
    assert_eq!((found.status, found.stdout.as_str()), (Some(0), ""));
    let without = check(&dataset, &["--rule", "retracted-source"]);
    let said = "not checked: retracted-source (1): there is no table of notices at hand";
    assert!(without.stderr.contains(said), "{without:#?}");
    table("10.5555/another,0,10.5555/gone,Retracted,2024-06-01,\n");
    check(&dataset, &rules).expect_refusal("notices.csv: line 2: `Retracted` is no kind of notice");
    write(root, "notices.csv", "DOI\n10.5555/another\n");
    check(&dataset, &rules).expect_refusal("it has no column `OriginalPaperDOI`");
}

#[test]
fn an_exception_is_not_unused_while_a_document_is_not_at_hand() {
    let dataset = dataset("5f1706b4", "00000000");
    let root = dataset.path();
    let exceptions = |rule: &str| {
        let entry = format!(
            r#"{{ "exceptions": [{{ "rule": "{rule}", "record": "clm-cryoablation-fever", "reason": "The page will be read anew.", "owner": "us", "expires": "2026-12-31" }}] }}"#
        );
        write(root, "data/exceptions.json", &entry);
    };
    exceptions("passage-not-found");
    std::fs::create_dir(root.join("none")).expect("a temporary folder can be written to");
    for folder in ["texts", "none"] {
        let ran = check(&dataset, &["--documents", folder]);
        assert_eq!((ran.status, ran.stdout.as_str()), (Some(0), ""), "{ran:#?}");
    }
    let unused = "error[unused-exception]: `text-loss` finds nothing in `clm-cryoablation-fever`";
    exceptions("text-loss");
    let ran = check(&dataset, &["--documents", "none"]);
    assert_eq!((ran.status, ran.stdout.as_str()), (Some(0), ""), "{ran:#?}");
    let ran = check(&dataset, &["--documents", "texts"]);
    assert!(ran.stdout.contains(unused), "{ran:#?}");
}

#[test]
fn an_exception_is_not_unused_while_its_record_is_broken() {
    let dataset = dataset("often", "often");
    let root = dataset.path();
    let exception = r#"{ "exceptions": [{ "rule": "lapsed-source", "record": "src-example-page", "reason": "The next version is announced.", "owner": "us", "expires": "2026-12-31" }] }"#;
    write(root, "data/exceptions.json", exception);
    let ran = check(&dataset, &[]);
    assert!(ran.stdout.contains("[unused-exception]"), "{ran:#?}");
    write(root, "data/sources/src-example-page.json", "{");
    let ran = check(&dataset, &[]);
    assert!(ran.stdout.contains("[invalid-json]"), "{ran:#?}");
    assert!(!ran.stdout.contains("[unused-exception]"), "{ran:#?}");
}

#[test]
fn coverage_says_what_it_could_not_look_at() {
    let dataset = dataset("often", "often");
    let root = dataset.path();
    let coverage = |further: &[&str]| run(root, &[&["coverage"], further].concat());
    let whole = coverage(&["--documents", "texts"]);
    assert_eq!((whole.status, whole.stderr.as_str()), (Some(0), ""));
    std::fs::create_dir(root.join("none")).expect("a temporary folder can be written to");
    let without = coverage(&["--documents", "none"]);
    assert_eq!(without.status, Some(0), "{without:#?}");
    assert!(
        without
            .stderr
            .contains("in 1 document: `page-1` of `src-example-page`: no file"),
        "{without:#?}"
    );
    let said = "Not looked at, as their documents are not at hand: `page-1` of `src-example-page`.";
    assert!(without.stdout.contains(said), "{without:#?}");

    let other = read(root.join("data/dataset.json"));
    write(root, "other.json", &other);
    std::fs::remove_file(root.join("data/dataset.json")).expect("it is there");
    let elsewhere = [
        "--root",
        ".",
        "--manifest",
        "other.json",
        "--documents",
        "texts",
    ];
    assert_eq!(coverage(&elsewhere).stdout, whole.stdout);
    write(root, "data/dataset.json", &other);

    coverage(&["--write", "coverage.md"]).expect(0, "", "");
    let page = read(root.join("coverage.md"));
    for broken in ["{", "{ \"id\": \"clm-cryoablation-fever\" }"] {
        write(root, CLAIM, broken);
        let ran = coverage(&[]);
        assert_eq!(ran.status, Some(1), "{ran:#?}");
        assert!(
            ran.stderr.contains("not on the page: 1 record: unreadable"),
            "{ran:#?}"
        );
        let ran = coverage(&["--write", "coverage.md"]);
        assert_eq!(ran.status, Some(1), "{ran:#?}");
        assert!(
            ran.stderr.contains("coverage.md: it was not written"),
            "{ran:#?}"
        );
        assert_eq!(read(root.join("coverage.md")), page);
    }
}

#[test]
fn coverage_is_not_made_of_what_is_not_there() {
    let dataset = dataset("often", "often");
    let root = dataset.path();
    let coverage = |further: &[&str]| run(root, &[&["coverage"], further].concat());
    std::fs::remove_dir_all(root.join("data/sources")).expect("it is there");
    let ran = coverage(&["--write", "coverage.md"]);
    assert_eq!(ran.status, Some(1), "{ran:#?}");
    let said = "not on the page: 1 collection that the dataset does not have: sources;";
    assert!(ran.stderr.contains(said), "{ran:#?}");
    assert!(!root.join("coverage.md").exists());

    write(root, "data/dataset.json", "{}");
    let ran = coverage(&["--write", "coverage.md"]);
    assert_eq!(ran.status, Some(2), "{ran:#?}");
    assert!(
        ran.stderr.contains("no record could be looked at"),
        "{ran:#?}"
    );
    assert!(!root.join("coverage.md").exists());
}

/// Accepts the only finding of a run, and checks that it is found no more.
fn accepted(dataset: &TempDir, rules: &[&str]) {
    let root = dataset.path();
    let report = run(
        root,
        &[&["check", "-q", "--format", "json"], rules].concat(),
    )
    .stdout;
    let report: serde_json::Value = serde_json::from_str(&report).expect("it is JSON");
    let print = report["findings"][0]["fingerprint"].as_str();
    let print = print.expect("a finding has a fingerprint");
    let because = ["--reason", "It is cited for its faults.", "--owner", "us"];
    let until = ["--expires", "2026-12-31", "--notices", "notices.csv"];
    let ran = run(root, &[&["except", print], &because[..], &until].concat());
    assert_eq!(ran.status, Some(0), "{ran:#?}");
    let found = check(dataset, rules);
    assert_eq!((found.status, found.stdout.as_str()), (Some(0), ""));
    std::fs::remove_file(root.join("data/exceptions.json")).expect("it was written");
}

#[test]
fn what_one_source_says_does_not_cover_another_with_the_same_snapshot() {
    let dataset = dataset("often", "often");
    let root = dataset.path();
    let source = read(root.join("data/sources/src-example-page.json"));
    let other = source.replace("src-example-page", "src-other-page");
    write(root, "data/sources/src-other-page.json", &other);
    let page = run(root, &["coverage", "--documents", "texts"]).stdout;
    let rows = |id: &str| page.matches(&format!("| `{id}` | `page-1` |")).count();
    assert!(rows("src-other-page") > rows("src-example-page"), "{page}");
}

#[test]
fn who_accepts_a_finding_is_told_of_others_at_its_place() {
    let dataset = dataset("Fever often", "Fever fever often often");
    let root = dataset.path();
    let report = run(
        root,
        &["check", "-q", "--rule", "doubled-word", "--format", "json"],
    )
    .stdout;
    let report: serde_json::Value = serde_json::from_str(&report).expect("it is JSON");
    let findings = report["findings"].as_array().expect("a list");
    assert_eq!(findings.len(), 2, "{report}");
    let print = findings[0]["fingerprint"].as_str().expect("a text");
    let said = ["--reason", "It came so from elsewhere.", "--owner", "us"];
    let ran = run(
        root,
        &[&["except", print, "--expires", "2099-01-01"], &said[..]].concat(),
    );
    ran.expect(
        0,
        "",
        "accepted until 2099-01-01: warning[doubled-word] in clm-cryoablation-fever, and with it 1 more \
         finding of this rule there\n",
    );
}

#[test]
fn what_has_no_claims_has_no_coverage() {
    run(sound().path(), &["coverage"])
        .expect_refusal("the dataset has no claims and no sources, so that nothing can be covered");
}
