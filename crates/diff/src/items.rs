//! What changed in an array: by the identity that the schema gives its items, and never by
//! position unless it says so.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use similar::DiffOp;
use treatise_schema::Identity;
use treatise_source::align;

use crate::change::{Change, Detail, Part};
use crate::contract::Kind;
use crate::pairing::{Fault, Pairing};
use crate::record::{At, Comparer};
use crate::role::{CITED, DISPUTES, Role, STANCE};
use crate::shape::Shape;
use crate::value::canonical;

impl Comparer<'_> {
    pub(crate) fn items(&mut self, at: &At<'_>, old: &[Value], new: &[Value]) {
        match at.shape.and_then(|shape| shape.identity.as_ref()) {
            Some(Identity::Value) => self.set(at, old, new),
            Some(Identity::Members(names)) => self.keyed(at, names, old, new),
            Some(Identity::Position) => self.ordered(at, old, new),
            // The schema does not say what the items are, so only the whole can be compared.
            None => self.changed(at, &old.into(), &new.into()),
        }
    }

    fn set(&mut self, at: &At<'_>, old: &[Value], new: &[Value]) {
        let mut pairing = Pairing::of_equals(&texts(old), &texts(new));
        let shape = at.shape.and_then(Shape::element);
        let references = shape.map_or(&[][..], |shape| &shape.references);
        let places: BTreeMap<&str, usize> = (0..)
            .zip(new)
            .filter_map(|(position, item)| Some((item.as_str()?, position)))
            .collect();
        // The successor of an id may have come for it, or have been there already.
        let mut came = BTreeSet::new();
        pairing.removed.retain(|&before| {
            let from = old[before].as_str();
            let to = from.and_then(|from| self.redirects.successor(from, references));
            let place = to.and_then(|to| places.get(to));
            let (Some(from), Some(to), Some(&position)) = (from, to, place) else {
                return true;
            };
            let below = at.item(Part::of_scalar(&new[position]), before, position);
            self.echo(&below, from, to);
            came.insert(position);
            false
        });
        pairing.added.retain(|position| !came.contains(position));
        self.gone_and_come(at, &pairing, old, new, Part::of_scalar);
    }

    fn keyed(&mut self, at: &At<'_>, names: &[String], old: &[Value], new: &[Value]) {
        let shape = at.shape.and_then(Shape::element);
        let key = |item: &Value| key_of(item, names);
        let keys = |items: &[Value]| -> Vec<_> { items.iter().map(key).collect() };
        let mut pairing = Pairing::of_equals(&texts(old), &texts(new));
        let redirected: Vec<_> = old
            .iter()
            .map(|item| self.redirects.apply(item, shape))
            .collect();
        let mut paired = pairing.by_keys(&keys(old), &keys(new));
        if paired.is_ok() && !self.redirects.is_empty() {
            paired = pairing.by_keys(&keys(&redirected), &keys(new));
        }
        if let Err(fault) = paired {
            self.not_comparable(at, &fault, old, new);
            return;
        }
        if at.role == Some(Role::Citations) {
            // A source that is cited once in each version is cited at another place now.
            let cited = |item: &Value| item.get(CITED).map(canonical);
            pairing.pair_alike(
                |before| cited(&redirected[before]),
                |position| cited(&new[position]),
            );
        }
        let part = |item: &Value| Part::of_item(item, names);
        for (before, position) in pairing.moved() {
            let below = at.item(part(&new[position]), before, position);
            // Items are known by their keys: where they stand says nothing.
            self.moved(&below, before, position, &new[position], false);
        }
        self.gone_and_come(at, &pairing, old, new, part);
        for &(before, position) in &pairing.pairs {
            let below = at.item(part(&new[position]), before, position);
            self.value(&below, &old[before], &new[position]);
        }
    }

    fn ordered(&mut self, at: &At<'_>, old: &[Value], new: &[Value]) {
        let (old_texts, new_texts) = (texts(old), texts(new));
        let mut pairing = Pairing::default();
        let (mut equal, mut replaced) = (Vec::new(), Vec::new());
        for op in align(&old_texts, &new_texts) {
            match op {
                DiffOp::Equal { .. } => equal.extend(op.old_range().zip(op.new_range())),
                DiffOp::Replace {
                    old_index,
                    old_len,
                    new_index,
                    new_len,
                } if old_len == new_len => {
                    replaced.extend((old_index..old_index + old_len).zip(new_index..));
                }
                op => {
                    pairing.removed.extend(op.old_range());
                    pairing.added.extend(op.new_range());
                }
            }
        }
        pairing.pair_alike(
            |before| Some(old_texts[before].clone()),
            |position| Some(new_texts[position].clone()),
        );
        // Which of the items that changed sides are those that moved is decided for all together.
        pairing.pairs.extend(equal);
        pairing
            .pairs
            .sort_unstable_by_key(|&(_, position)| position);
        for (before, position) in pairing.moved() {
            let below = at.item(Part::Position(position), before, position);
            self.moved(&below, before, position, &new[position], at.is_meaning);
        }
        for (before, position) in replaced {
            let below = at.item(Part::Position(position), before, position);
            self.value(&below, &old[before], &new[position]);
        }
        for &before in &pairing.removed {
            let below = at.item(Part::Position(before), before, before);
            self.gone(&below, &old[before]);
        }
        for &position in &pairing.added {
            let below = at.item(Part::Position(position), position, position);
            self.come(&below, &new[position]);
        }
    }

    fn gone_and_come(
        &mut self,
        at: &At<'_>,
        pairing: &Pairing,
        old: &[Value],
        new: &[Value],
        part: impl Fn(&Value) -> Part,
    ) {
        for &before in &pairing.removed {
            let below = at.item(part(&old[before]), before, before);
            self.gone(&below, &old[before]);
        }
        for &position in &pairing.added {
            let below = at.item(part(&new[position]), position, position);
            self.come(&below, &new[position]);
        }
    }

    fn moved(&mut self, at: &At<'_>, from: usize, to: usize, item: &Value, is_meaning: bool) {
        let item = item.clone();
        let change = self.change(at, Kind::ItemMoved, None, None);
        self.changes.push(Change {
            is_meaning,
            detail: Detail::Moved { from, to, item },
            ..change
        });
    }

    fn gone(&mut self, at: &At<'_>, item: &Value) {
        let kind = match at.role {
            Some(Role::Citations) => Kind::CitationRemoved,
            Some(Role::Codes) => Kind::CodeRemoved,
            _ => Kind::ItemRemoved,
        };
        let mut change = self.change(at, kind, Some(item), None);
        change.place.new_pointer = None;
        self.changes.push(change);
    }

    fn come(&mut self, at: &At<'_>, item: &Value) {
        let kind = match at.role {
            Some(Role::Citations) => Kind::CitationAdded,
            Some(Role::Codes) => Kind::CodeAdded,
            _ => Kind::ItemAdded,
        };
        let mut change = self.change(at, kind, None, Some(item));
        if kind == Kind::CitationAdded {
            // What speaks for a statement changes nothing in it.
            change.is_meaning = item.get(STANCE).is_some_and(|stance| stance == DISPUTES);
        }
        change.place.old_pointer = None;
        self.changes.push(change);
    }

    fn not_comparable(&mut self, at: &At<'_>, fault: &Fault, old: &[Value], new: &[Value]) {
        let note = match fault {
            Fault::Repeated(key) => format!("several items have the key {key}"),
            Fault::Missing => "an item has no key".to_owned(),
        };
        let change = self.change(
            at,
            Kind::ItemsNotComparable,
            Some(&old.into()),
            Some(&new.into()),
        );
        self.changes.push(Change {
            detail: Detail::Note(note),
            ..change
        });
    }
}

fn texts(items: &[Value]) -> Vec<String> {
    items.iter().map(canonical).collect()
}

/// The key of an item; `None` where it has none. Of several members some may be missing, which
/// counts as a value of its own.
pub(crate) fn key_of(item: &Value, names: &[String]) -> Option<String> {
    if let [name] = names {
        return item.get(name).map(canonical);
    }
    let texts = names
        .iter()
        .map(|name| item.get(name).map_or_else(|| "-".to_owned(), canonical));
    Some(texts.collect::<Vec<_>>().join(" "))
}

impl Part {
    /// An item that is known by these members.
    pub(crate) fn of_item(item: &Value, names: &[String]) -> Self {
        let labels = names.iter().filter_map(|name| item.get(name)).map(label);
        Self::Key {
            label: labels.collect::<Vec<_>>().join(", "),
            exact: key_of(item, names).unwrap_or_default(),
        }
    }

    /// An item that is known by what it is.
    fn of_scalar(item: &Value) -> Self {
        Self::Key {
            label: label(item),
            exact: canonical(item),
        }
    }
}

/// A value for people.
fn label(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_unstable_by_key(|(name, _)| *name);
            let labels = members.into_iter().map(|(_, value)| label(value));
            labels.collect::<Vec<_>>().join(" ")
        }
        other => canonical(other),
    }
}
