//! What holds for every rule: its name, its page, its cases.

use std::collections::BTreeSet;

use treatise_linter::{book, page, rule, rules};

use crate::case::{cases, folders, name, read, tests, write};

/// The rules of this crate: those with a file, and those about its settings.
fn own() -> BTreeSet<String> {
    let folder = tests().join("../src/rules");
    let files = std::fs::read_dir(folder).expect("there are rules");
    let stems = files.map(|file| {
        let path = file.expect("the folder can be listed").path();
        let stem = path.file_stem().expect("a file has a name");
        stem.to_string_lossy().replace('_', "-")
    });
    let settings = [
        "unknown-rule",
        "unknown-owner",
        "unused-exception",
        "exception-without-reason",
        "unsound-setting",
    ];
    stems.chain(settings.map(str::to_owned)).collect()
}

#[test]
fn a_rule_is_named_as_its_file_and_names_are_used_once() {
    let all: Vec<_> = rules().iter().map(|rule| rule.name).collect();
    let once: BTreeSet<_> = all.iter().collect();
    assert_eq!(all.len(), once.len());
    for name in own() {
        assert!(rule(&name).is_ok(), "the rule of the file is not `{name}`");
    }
    for name in all {
        let is_kebab = |character: char| {
            character.is_ascii_lowercase() || character.is_ascii_digit() || character == '-'
        };
        assert!(name.chars().all(is_kebab), "{name}");
        for start in ["check-", "valid-", "no-"] {
            assert!(
                !name.starts_with(start),
                "`{name}` does not say what is wrong"
            );
        }
    }
}

#[test]
fn a_rule_has_a_page_with_its_parts() {
    for name in own() {
        let rule = rule(&name).expect("it is one");
        let is_setting = !tests()
            .join(format!("../src/rules/{}.rs", name.replace('-', "_")))
            .is_file();
        let parts: &[&str] = if is_setting {
            &["\n# How to mend it\n"]
        } else {
            &[
                "\n# Why it matters\n",
                "\n# How to mend it\n",
                "\n# What it leaves alone\n",
            ]
        };
        for part in parts {
            assert!(rule.page.contains(part), "{name} lacks {part:?}");
        }
        assert!(!rule.summary.ends_with('.'), "{name}");
        assert!(!rule.page.trim().starts_with('#'), "{name}");
        assert!(page(rule).starts_with(&format!("# {name}\n")));
    }
}

#[test]
fn a_rule_has_cases_that_fail_and_that_pass() {
    let cases = cases();
    for rule in own() {
        let has = |is_invalid: bool| {
            let mut own = cases.iter().filter(|case| case.rule == rule);
            own.any(|case| case.is_invalid() == is_invalid)
        };
        assert!(has(true), "tests/rules/{rule}/ has no case `invalid-…`");
        assert!(has(false), "tests/rules/{rule}/ has no case `valid-…`");
    }
    for case in &cases {
        let is_named = case.name.starts_with("invalid-") || case.name.starts_with("valid-");
        assert!(is_named, "{}/{}", case.rule, case.name);
    }
}

#[test]
fn every_folder_of_cases_belongs_to_a_rule() {
    for folder in folders(&tests().join("rules")) {
        let name = name(&folder);
        assert!(rule(&name).is_ok(), "there is no rule `{name}`");
    }
}

#[test]
fn the_pages_in_docs_are_those_of_the_rules() {
    let folder = tests().join("../../../docs/rules");
    let is_update = std::env::var_os("INSTA_UPDATE").is_some_and(|value| value == "always");
    // The index has the rules of other crates too, and is held against them by the program's tests.
    let pages = book(&rules()).into_iter();
    for (name, text) in pages.filter(|(name, _)| name != "README.md") {
        let path = folder.join(&name);
        if is_update {
            write(&path, &text);
        }
        assert!(
            path.is_file() && read(&path) == text,
            "docs/rules/{name} is not what the rule says; run `treatise rules --write docs/rules`"
        );
    }
}
