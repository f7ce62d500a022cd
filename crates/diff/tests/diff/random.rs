//! Properties that hold for any two versions.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json};
use treatise_diff::{Format, Kind};

use crate::compared::{Compared, canonical, compare, dataset_of, patched, whole};

fn drug() -> impl Strategy<Value = Value> {
    let words = || prop::sample::subsequence(vec!["a", "b", "c", "d", "e"], 0..=5).prop_shuffle();
    let interaction = (
        prop::sample::subsequence(vec!["drg-1", "drg-2", "drg-3"], 0..=3).prop_shuffle(),
        any::<bool>(),
    );
    let text = prop::sample::select(vec![
        "take 5 mg",
        "take 50 mg",
        "do not take",
        "take it",
        "é`\n<b>",
    ]);
    (
        words(),
        words(),
        interaction,
        text,
        prop::option::of(0..5_u8),
        any::<bool>(),
    )
        .prop_map(
            |(tags, extras, (with, is_severe), comment, stock, has_dose)| {
                let severity = if is_severe { "severe" } else { "mild" };
                let interactions: Vec<_> = with
                    .iter()
                    .map(|id| json!({"with": id, "severity": severity}))
                    .collect();
                let mut drug = json!({
                    "label": {"en": comment},
                    "comment": comment,
                    "tags": tags,
                    "extras": extras,
                    "interactions": interactions,
                });
                if let Some(stock) = stock {
                    drug["stock"] = stock.into();
                }
                if has_dose {
                    drug["dose"] = json!({"value": 1.5, "unit": comment});
                }
                drug
            },
        )
}

fn drugs() -> impl Strategy<Value = BTreeMap<String, Value>> {
    prop::collection::btree_map(1..5_u8, drug(), 1..4).prop_map(|drugs| {
        let with_id = |(number, mut drug): (u8, Value)| {
            let id = format!("drg-{number}");
            drug["id"] = id.clone().into();
            (id, drug)
        };
        drugs.into_iter().map(with_id).collect()
    })
}

/// The same value, its members and the items of its sets in another order.
fn permuted(value: &Value, name: &str) -> Value {
    match value {
        Value::Object(members) => members
            .iter()
            .rev()
            .map(|(name, value)| (name.clone(), permuted(value, name)))
            .collect(),
        Value::Array(items) if name == "tags" => items.iter().rev().cloned().collect(),
        Value::Array(items) => items.iter().map(|item| permuted(item, "")).collect(),
        Value::Number(number) if name == "stock" => {
            serde_json::from_str(&format!("{number}.0")).expect("it is a number")
        }
        other => other.clone(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 40,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn patches_apply(old in drugs(), new in drugs()) {
        let (old, new) = (dataset_of(&old), dataset_of(&new));
        let compared = compare(old.path(), new.path());
        let made = patched(&whole(old.path()), &compared);
        prop_assert_eq!(canonical(&made), canonical(&whole(new.path())));
    }

    #[test]
    fn permutations_are_no_changes(drugs in drugs()) {
        let other = drugs.iter().map(|(id, drug)| (id.clone(), permuted(drug, ""))).collect();
        let (old, new) = (dataset_of(&drugs), dataset_of(&other));
        let compared = compare(old.path(), new.path());
        prop_assert_eq!(compared.kinds(), [""; 0]);
    }

    #[test]
    fn nothing_changes_from_a_version_to_itself(drugs in drugs()) {
        let (old, new) = (dataset_of(&drugs), dataset_of(&drugs));
        let compared = compare(old.path(), new.path());
        prop_assert_eq!(compared.kinds(), [""; 0]);
        prop_assert_eq!(compared.comparison.counts.unchanged, drugs.len() as u64);
    }

    #[test]
    fn reversed_what_was_added_is_removed(old in drugs(), new in drugs()) {
        let (old, new) = (dataset_of(&old), dataset_of(&new));
        let there = compare(old.path(), new.path());
        let back = compare(new.path(), old.path());
        let counts = |compared: &Compared, kind: Kind| {
            compared.comparison.changes.iter().filter(|change| change.kind == kind).count()
        };
        for (added, removed) in [
            (Kind::RecordAdded, Kind::RecordRemoved),
            (Kind::FieldSet, Kind::FieldUnset),
            (Kind::ItemAdded, Kind::ItemRemoved),
            (Kind::FieldChanged, Kind::FieldChanged),
            (Kind::TextMeaningChanged, Kind::TextMeaningChanged),
        ] {
            // A record that says the same under another id was renamed, which has two sides.
            if there.kinds().contains(&"record-renamed-without-redirect") {
                continue;
            }
            prop_assert_eq!(counts(&there, added), counts(&back, removed), "{}", added);
            prop_assert_eq!(counts(&there, removed), counts(&back, added), "{}", removed);
        }
        // The way there and back leads to where it began.
        let made = patched(&patched(&whole(old.path()), &there), &back);
        prop_assert_eq!(canonical(&made), canonical(&whole(old.path())));
    }

    #[test]
    fn renderings_never_fail(old in drugs(), new in drugs()) {
        let (old, new) = (dataset_of(&old), dataset_of(&new));
        let compared = compare(old.path(), new.path());
        let again = compare(old.path(), new.path());
        for format in Format::ALL {
            prop_assert_eq!(compared.render(format), again.render(format));
        }
    }
}
