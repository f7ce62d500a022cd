//! Who agrees to a change agrees to nothing else.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
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
