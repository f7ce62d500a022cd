//! What a change is known by: a digest over what happened and where, without a word of ours.
//!
//! It stays the same when commits are rebased, items with keys reordered, files moved and messages
//! reworded, and is another one as soon as the old or the new value is.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use crate::change::{Change, Detail, Part};
use crate::value::canonical;

/// The fingerprint of each change: 32 hexadecimal digits. Changes that are equal in all that it
/// covers are told apart by how many come before.
pub(crate) fn fingerprints(changes: &[Change]) -> Vec<String> {
    let mut seen: BTreeMap<String, u64> = BTreeMap::new();
    changes
        .iter()
        .map(|change| {
            let first = fingerprint(change, 0);
            let before = seen.entry(first.clone()).or_default();
            let own = match *before {
                0 => first,
                before => fingerprint(change, before),
            };
            *before += 1;
            own
        })
        .collect()
}

fn fingerprint(change: &Change, before: u64) -> String {
    let mut hash = Sha256::new();
    let mut part = |text: &str| {
        hash.update((text.len() as u64).to_le_bytes());
        hash.update(text.as_bytes());
    };
    part(change.kind.name());
    for name in [&change.place.collection, &change.place.record] {
        part(name.as_deref().unwrap_or_default());
    }
    if let Some(file) = &change.place.file {
        part(file);
    }
    for step in &change.place.path {
        match step {
            Part::Member(name) => part(&format!("/{name}")),
            Part::Key { exact, .. } => part(&format!("[{exact}")),
            // Who agreed to one dose has not agreed to the same change of the next one.
            Part::Position(position) if change.wants_reader() => part(&format!("[{position}")),
            // A position says little once the list has changed.
            Part::Position(_) => part("*"),
        }
    }
    for value in [&change.old, &change.new] {
        part(&value.as_ref().map_or_else(String::new, canonical));
    }
    match &change.detail {
        Detail::Redirect { targets, meant, .. } => {
            for target in targets {
                part(target);
            }
            for record in meant {
                part(&canonical(record));
            }
        }
        // Where the order means something, the new one is what is agreed to.
        Detail::Moved { from, to, item } if change.is_meaning => {
            part(&format!("{from} {to}"));
            part(&canonical(item));
        }
        Detail::None | Detail::Text { .. } | Detail::Moved { .. } | Detail::Note(_) => {}
    }
    part(&before.to_string());
    let digest = hash.finalize();
    let half = digest.first_chunk().expect("SHA-256 has 32 bytes");
    format!("{:032x}", u128::from_be_bytes(*half))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::change::Place;
    use crate::contract::Kind;

    #[test]
    fn the_same_change_of_another_step_is_another_change_where_it_wants_a_reader() {
        let changed = |position: usize, is_meaning: bool| {
            let change = Change {
                kind: Kind::FieldChanged,
                place: Place {
                    path: vec![Part::Member("steps".into()), Part::Position(position)],
                    ..Place::of_record("drugs", "drg-x")
                },
                old: Some(json!("5 mg")),
                new: Some(json!("50 mg")),
                is_meaning,
                detail: Detail::None,
            };
            fingerprint(&change, 0)
        };
        assert_ne!(changed(0, true), changed(1, true));
        assert_eq!(changed(0, false), changed(1, false));
    }

    #[test]
    fn items_that_people_call_the_same_are_told_apart() {
        let names = ["a".to_owned(), "b".to_owned()];
        let of = |item: serde_json::Value, names: &[String]| {
            let change = Change {
                kind: Kind::FieldChanged,
                place: Place {
                    path: vec![Part::of_item(&item, names)],
                    ..Place::of_record("drugs", "drg-x")
                },
                old: Some(json!(1)),
                new: Some(json!(2)),
                is_meaning: true,
                detail: Detail::None,
            };
            fingerprint(&change, 0)
        };
        let pairs = [
            (json!({"a": "x"}), json!({"b": "x"}), 2),
            (json!({"a": "x, y"}), json!({"a": "x", "b": "y"}), 2),
            (json!({"a": "1"}), json!({"a": 1}), 1),
            (
                json!({"a": {"p": "3", "q": "2"}}),
                json!({"a": {"p": "3 2"}}),
                1,
            ),
        ];
        for (one, other, count) in pairs {
            let names = &names[..count];
            assert_ne!(of(one.clone(), names), of(other, names), "{one}");
        }
    }

    #[test]
    fn another_order_is_another_change_where_it_means_something() {
        let moved = |from: usize, to: usize, item: &str, is_meaning: bool| {
            let change = Change {
                kind: Kind::ItemMoved,
                place: Place {
                    path: vec![Part::Member("steps".into()), Part::Position(to)],
                    ..Place::of_record("drugs", "drg-x")
                },
                old: None,
                new: None,
                is_meaning,
                detail: Detail::Moved {
                    from,
                    to,
                    item: json!(item),
                },
            };
            fingerprint(&change, 0)
        };
        assert_ne!(moved(1, 0, "a", true), moved(2, 0, "a", true));
        assert_ne!(moved(1, 0, "a", true), moved(1, 0, "b", true));
        assert_eq!(moved(1, 0, "a", true), moved(1, 0, "a", true));
        assert_eq!(moved(1, 0, "a", false), moved(2, 0, "a", false));
    }
}
