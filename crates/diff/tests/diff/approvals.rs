//! Who agrees to a change agrees to nothing else.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use tempfile::TempDir;
use treatise_diff::Kind;

use crate::compared::{compare, dataset_of};

/// The fingerprints of the changes of one kind between two versions of a drug.
fn fingerprints(kind: Kind, old: &Value, new: &Value) -> BTreeSet<String> {
    let side = |drug: &Value| {
        let mut drug = drug.clone();
        drug["id"] = "drg-x".into();
        dataset_of(&BTreeMap::from([("drg-x".to_owned(), drug)]))
    };
    let (old, new) = (side(old), side(new));
    let compared = compare(old.path(), new.path());
    let judged = compared.verdict.judged.iter();
    let judged = judged.filter(|judged| judged.change.kind == kind);
    let found: BTreeSet<_> = judged.map(|judged| judged.fingerprint.clone()).collect();
    assert!(!found.is_empty(), "{:?}", compared.kinds());
    found
}

#[test]
fn an_id_that_is_used_anew_is_approved_for_one_meaning() {
    let gone =
        json!({"label": {"en": "one"}, "deprecated": {"on": "2026-01-01", "reason": "wrong"}});
    let anew = |label: &str| fingerprints(Kind::IdReused, &gone, &json!({"label": {"en": label}}));
    assert_eq!(anew("two"), anew("two"));
    assert!(anew("two").is_disjoint(&anew("three")));
}

#[test]
fn an_id_that_means_something_else_is_approved_for_one_meaning() {
    let coded =
        |code: &str| json!({"label": {"en": code}, "codes": [{"system": "ATC", "code": code}]});
    let change = |old, new| fingerprints(Kind::IdMeaningChanged, &coded(old), &coded(new));
    assert!(change("L01", "L02").is_disjoint(&change("L02", "L03")));
    assert!(change("L01", "L02").is_disjoint(&change("L01", "L03")));
}

#[test]
fn what_could_not_be_compared_is_approved_as_it_is() {
    let side = |text: &str| {
        let folder = dataset_of(&BTreeMap::new());
        let path = folder.path().join("data/drugs/drg-x.json");
        std::fs::write(path, text).expect("a record can be written");
        folder
    };
    let sound = r#"{"id": "drg-x", "label": {"en": "x"}}"#;
    let twice = |label: &str| {
        let folder = side(sound);
        let path = folder.path().join("data/drugs/drg-y.json");
        std::fs::write(path, sound.replace("\"x\"}", label)).expect("a record can be written");
        folder
    };
    let change = |old: &TempDir, new: &TempDir| -> BTreeSet<String> {
        let compared = compare(old.path(), new.path());
        assert_eq!(compared.kinds(), ["record-not-comparable"]);
        let judged = compared.verdict.judged.iter();
        judged.map(|judged| judged.fingerprint.clone()).collect()
    };
    let fault = |text: &str| change(&side(sound), &side(text));
    let large = |end: &str| fault(&format!("{sound}{}{end}", " ".repeat(1 << 20)));
    assert_eq!(fault("{\"id\": 1"), fault("{\"id\": 1"));
    assert!(fault("{\"id\": 1").is_disjoint(&fault("{\"id\": 2")));
    assert!(large("").is_disjoint(&large(" ")));
    let repeated = |label: &str| change(&side(sound), &twice(label));
    assert!(repeated("\"y\"}").is_disjoint(&repeated("\"z\"}")));
}

#[test]
fn of_several_approvals_one_that_counts_is_enough() {
    let agents = json!({
        "name": "agents", "path": "data/agents", "schema": "schemas/agents.schema.json", "id": "/id",
    });
    let side = |dose: u32| {
        let drug =
            json!({"id": "drg-x", "label": {"en": "x"}, "dose": {"value": dose, "unit": "mg"}});
        let folder = dataset_of(&BTreeMap::from([("drg-x".to_owned(), drug)]));
        let path = folder.path().join("data/dataset.json");
        let text = std::fs::read_to_string(&path).expect("it is there");
        let mut manifest: Value = serde_json::from_str(&text).expect("it is JSON");
        let collections = manifest["collections"].as_array_mut();
        collections.expect("it is a list").push(agents.clone());
        std::fs::write(&path, manifest.to_string()).expect("a file can be written");
        let path = folder.path().join("schemas/agents.schema.json");
        std::fs::write(path, r#"{"type": "object"}"#).expect("a file can be written");
        std::fs::create_dir(folder.path().join("data/agents")).expect("a folder can be made");
        for (id, kind) in [("a", "person"), ("b", "software"), ("c", "organisation")] {
            let path = folder.path().join(format!("data/agents/{id}.json"));
            let agent = json!({"id": id, "kind": kind}).to_string();
            std::fs::write(path, agent).expect("a record can be written");
        }
        folder
    };
    let (old, new) = (side(5), side(50));
    let before = compare(old.path(), new.path());
    let fingerprint = &before.verdict.judged[0].fingerprint;
    for (by, counts) in [("ab", true), ("ba", true), ("cb", false), ("c", false)] {
        let approvals = by.chars().map(|by| {
            json!({"fingerprint": fingerprint, "by": by.to_string(), "reason": "It was read."})
        });
        let approvals = json!({"approvals": approvals.collect::<Vec<_>>()}).to_string();
        std::fs::write(new.path().join("data/approvals.json"), approvals)
            .expect("a file can be written");
        let compared = compare(old.path(), new.path());
        let judged = &compared.verdict.judged;
        let judged = judged
            .iter()
            .find(|judged| judged.fingerprint == *fingerprint);
        let judged = judged.expect("it is told");
        assert_eq!(judged.approval.is_some(), counts, "{by}");
        assert_eq!(judged.refused.is_none(), counts, "{by}");
    }
}
