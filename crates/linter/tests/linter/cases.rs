//! Every case gets the findings beside it, and an invalid one those of its own rule.
//!
//! `INSTA_UPDATE=always` writes what is expected, as for all other snapshots; read it before you keep
//! it.

use rayon::prelude::*;
use treatise_linter::{Options, lint};

use crate::case::{Case, cases, files, read, schemas, short, tests, write};

/// What is wrong with a case, if anything is.
fn fault(case: &Case) -> Option<String> {
    let actual = case.run();
    let file = case.folder.join("expected.txt");
    if std::env::var_os("INSTA_UPDATE").is_some_and(|value| value == "always") {
        write(&file, &actual);
    }
    let expected = if file.is_file() {
        read(&file)
    } else {
        String::from("(there is no `expected.txt`)\n")
    };
    let mut faults = Vec::new();
    if actual != expected {
        faults.push(format!("--- expected\n{expected}--- actual\n{actual}"));
    }
    let broken = |rule: &str| actual.contains(&format!("[{rule}]: "));
    if case.is_invalid() != broken(&case.rule) {
        let is = if case.is_invalid() { "is not" } else { "is" };
        faults.push(format!("`{}` {is} found in it\n", case.rule));
    }
    let also = case.also();
    for line in actual.lines() {
        let is_known = |rule: &str| line.contains(&format!("[{rule}]: "));
        if !is_known(&case.rule) && !also.iter().any(|rule| is_known(rule)) {
            faults.push(format!(
                "it breaks another rule, which `also` lacks: {line}\n"
            ));
        }
    }
    for rule in also {
        if !broken(rule) {
            faults.push(format!(
                "`also` names `{rule}`, which finds nothing in it\n"
            ));
        }
    }
    (!faults.is_empty()).then(|| format!("{}/{}:\n{}", case.rule, case.name, faults.concat()))
}

#[test]
fn every_case_gets_the_findings_beside_it() {
    let faults: Vec<_> = cases().par_iter().filter_map(fault).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_base_has_no_finding() {
    let base = Case::base(&tests().join("base"));
    assert_eq!(base.run(), "");
}

#[test]
fn records_are_looked_at_where_there_are_no_claims() {
    let folder = Case::base(&tests().join("base")).dataset(None);
    let term = folder.path().join("data/terms/trm-freezing.json");
    let draft = read(&term);
    let reviewed = draft.replace(
        r#""status": "draft""#,
        r#""status": "reviewed", "reviewed_by": "agt-example-society", "reviewed_on": "2026-04-01""#,
    );
    write(&term, &reviewed);
    let claims = folder.path().join("data/claims");
    for claim in files(&claims).into_keys() {
        std::fs::remove_file(claims.join(claim)).expect("a temporary folder can be written to");
    }
    let options = Options {
        schemas: Some(schemas()),
        ..Options::default()
    };
    let linted = lint(folder.path(), &options).expect("the dataset can be read");
    let found = short(&linted);
    assert!(found.contains("[reviewed-without-reviewer]"), "{found}");
}
