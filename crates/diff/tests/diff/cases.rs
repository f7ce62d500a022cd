//! The case folders: each has two versions of a dataset, as files over the base dataset, with the
//! documents that their comparison gets beside them.
//!
//! A new case is a new folder below `tests/cases`. `INSTA_UPDATE=always` writes what is expected,
//! as for all other snapshots; read it before you keep it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use treatise_diff::{CONTRACTS, Change, Format, Kind};

use crate::compared::{Compared, canonical, compare, dataset, dataset_of, patched, tests, whole};

const DOCUMENTS: [(&str, Format); 2] = [
    ("expected.txt", Format::Human),
    ("expected.json", Format::Json),
];

/// Kinds that are one another, looked at from the other side.
const OPPOSITES: &[(Kind, Kind)] = &[
    (Kind::RecordAdded, Kind::RecordRemoved),
    (Kind::FieldSet, Kind::FieldUnset),
    (Kind::ItemAdded, Kind::ItemRemoved),
    (Kind::CitationAdded, Kind::CitationRemoved),
    (Kind::CodeAdded, Kind::CodeRemoved),
    (Kind::SchemaFieldAdded, Kind::SchemaFieldRemoved),
    (Kind::SchemaFieldRequired, Kind::SchemaFieldOptional),
    (Kind::CollectionAdded, Kind::CollectionRemoved),
    (Kind::LanguageAdded, Kind::LanguageRemoved),
    (Kind::ExceptionAdded, Kind::ExceptionRemoved),
    (Kind::ApprovalAdded, Kind::ApprovalRemoved),
    (Kind::OtherFileAdded, Kind::OtherFileRemoved),
];

pub(crate) fn folders() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(tests("cases")).expect("there are cases");
    let mut folders: Vec<_> = entries
        .map(|entry| entry.expect("a folder can be listed").path())
        .collect();
    folders.sort();
    folders
}

fn compare_case(folder: &Path, old: &str, new: &str) -> Compared {
    let (old, new) = (dataset(&folder.join(old)), dataset(&folder.join(new)));
    compare(old.path(), new.path())
}

#[test]
fn every_case_gets_the_documents_beside_it() {
    let is_update = std::env::var_os("INSTA_UPDATE").is_some_and(|value| value == "always");
    let mut differences = Vec::new();
    for folder in folders() {
        let compared = compare_case(&folder, "old", "new");
        for (name, format) in DOCUMENTS {
            let (file, actual) = (folder.join(name), compared.render(format));
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
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

#[test]
fn every_kind_of_change_has_a_case() {
    let mut seen = BTreeSet::new();
    for folder in folders() {
        seen.extend(compare_case(&folder, "old", "new").kinds());
        seen.extend(compare_case(&folder, "new", "old").kinds());
    }
    let known: BTreeSet<_> = CONTRACTS.iter().map(|contract| contract.name).collect();
    let unseen: Vec<_> = known.difference(&seen).collect();
    assert!(unseen.is_empty(), "{unseen:?}");
}

#[test]
fn nothing_changes_from_a_version_to_itself() {
    for folder in folders() {
        for side in ["old", "new"] {
            let compared = compare_case(&folder, side, side);
            assert_eq!(compared.kinds(), [""; 0], "{} {side}", folder.display());
            assert_eq!(compared.verdict.level, None);
            assert_eq!(compared.render(Format::Patch), "[]\n");
        }
    }
}

#[test]
fn looked_at_from_the_other_side_added_is_removed() {
    for folder in folders() {
        let there = compare_case(&folder, "old", "new").comparison.changes;
        let back = compare_case(&folder, "new", "old").comparison.changes;
        // What became of a record has no opposite, and neither has a code that retired.
        let is_one_way = |change: &Change| match change.kind {
            Kind::CodeRetired => true,
            kind => (Kind::RecordRenamedWithoutRedirect..=Kind::RecordRestored).contains(&kind),
        };
        if there.iter().chain(&back).any(is_one_way) {
            continue;
        }
        for &(added, removed) in OPPOSITES {
            let places = |changes: &[Change], kind: Kind| -> BTreeSet<_> {
                let of_kind = changes.iter().filter(|change| change.kind == kind);
                of_kind
                    .map(|change| {
                        let place = &change.place;
                        let value = change.old.as_ref().or(change.new.as_ref());
                        // Positions in ordered lists are those of one version.
                        let path = place.path_text();
                        let path = path.split('[').next().unwrap_or_default().to_owned();
                        (
                            place.collection.clone(),
                            place.record.clone(),
                            place.file.clone(),
                            path,
                            value.map(canonical),
                        )
                    })
                    .collect()
            };
            let name = folder.display();
            assert_eq!(
                places(&there, added),
                places(&back, removed),
                "{name} {added}"
            );
            assert_eq!(
                places(&there, removed),
                places(&back, added),
                "{name} {removed}"
            );
        }
    }
}

#[test]
fn patches_make_the_newer_records_of_the_older_ones() {
    for folder in folders() {
        let (old, new) = (dataset(&folder.join("old")), dataset(&folder.join("new")));
        let compared = compare(old.path(), new.path());
        if compared.kinds().contains(&"record-not-comparable") {
            continue;
        }
        let made = patched(&whole(old.path()), &compared);
        assert_eq!(
            canonical(&made),
            canonical(&whole(new.path())),
            "{}",
            folder.display()
        );
    }
}

#[test]
fn what_is_added_is_told_in_every_form_for_people() {
    let compared = compare_case(&tests("cases/records-in-short"), "old", "new");
    let changelog = compared.render(Format::Changelog);
    let entry = "- `clm-one` in `claims`: record added: `Alpha hilft nicht.`\n";
    assert!(changelog.contains(entry), "{changelog}");
    assert!(
        changelog.contains("- `tansy` in `plants`: record added\n"),
        "{changelog}"
    );
    let markdown = compared.render(Format::Markdown);
    let entry = "- record added\n  - `statement: Alpha hilft nicht.`\n  - `subject: drg-alpha`\n";
    assert!(markdown.contains(entry), "{markdown}");
    let html = compared.render(Format::Html);
    assert!(html.contains("<br><ins>subject: drg-alpha</ins>"), "{html}");
    assert!(html.contains("<br><del>m1: text</del>"), "{html}");
    // Programs get the records whole.
    let json: serde_json::Value =
        serde_json::from_str(&compared.render(Format::Json)).expect("it is JSON");
    let changes = json["changes"].as_array().expect("it is a list");
    let claim = changes.iter().find(|change| change["record"] == "clm-one");
    let claim = claim.expect("it was added");
    assert_eq!(claim["new"]["citations"][0]["locator"]["value"], "3");
    assert!(claim.get("gist").is_none(), "{claim}");
}

#[test]
fn values_that_look_the_same_are_told_from_one_another_in_every_form() {
    let drug = |comment: serde_json::Value| {
        let drug = serde_json::json!({"id": "drg-a", "label": {"en": "x"}, "extra": comment});
        dataset_of(&BTreeMap::from([("drg-a".to_owned(), drug)]))
    };
    let long = |end: &str| serde_json::json!(format!("{}{end}", "x".repeat(400)));
    for (old, new, shown) in [
        (1969.into(), "1969".into(), ("1969", "\"1969\"")),
        ("null".into(), serde_json::Value::Null, ("\"null\"", "null")),
        (long("yes"), long("no"), ("…yes\"", "…no\"")),
        // Where nothing looks the same, text stands as it is.
        ("1969".into(), "1970".into(), ("1969", "1970")),
    ] {
        let (old, new) = (drug(old), drug(new));
        let compared = compare(old.path(), new.path());
        let html = |text: &str| text.replace('"', "&quot;");
        for (format, expected) in [
            (
                Format::Human,
                format!("- {}\n        + {}\n", shown.0, shown.1),
            ),
            (
                Format::Markdown,
                format!("`{}` became `{}`\n", shown.0, shown.1),
            ),
            (
                Format::Html,
                format!(
                    "<del>{}</del><br><ins>{}</ins>",
                    html(shown.0),
                    html(shown.1)
                ),
            ),
        ] {
            let rendered = compared.render(format);
            assert!(rendered.contains(&expected), "{rendered}");
        }
    }
}

#[test]
fn a_record_whose_id_another_one_has_too_is_not_compared() {
    let drugs = |given: &str| {
        let drug = |id: &str| serde_json::json!({"id": id, "label": {"en": "x"}});
        let drugs = [("drg-a", "drg-a"), ("drg-b", given), ("drg-c", "drg-c")];
        let drugs = drugs.map(|(file, id)| (file.to_owned(), drug(id)));
        dataset_of(&BTreeMap::from(drugs))
    };
    let (old, new) = (drugs("drg-b"), drugs("drg-a"));
    for (old, new, other) in [(&old, &new, "record-removed"), (&new, &old, "record-added")] {
        let compared = compare(old.path(), new.path());
        assert_eq!(compared.kinds(), ["record-not-comparable", other]);
        assert_eq!(compared.comparison.counts.unchanged, 1);
    }
}
