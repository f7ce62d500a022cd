//! What became of records: deprecated, renamed, merged, split, removed, restored.
//!
//! A successor is known by evidence alone: the older record names it, or both have the same code,
//! or both say the same. What is merely alike is a suggestion.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::Value;
use similar::TextDiff;
use treatise_dataset::{ABOUT, ABOUT_INSTEAD};
use treatise_schema::Identity;

use crate::change::Evidence;
use crate::contract::Kind;
use crate::deprecation::{self, Deprecation};
use crate::items::key_of;
use crate::role::{
    CLAIMS, CODES, MERGING_REASONS, OUTSIDE_CODES, OUTSIDE_NAME, REASON, REVIEW, SPLITTING_REASON,
};
use crate::shape::Shape;
use crate::value::canonical;

/// The records of one collection that are not the same in both versions, by id.
#[derive(Debug, Default)]
pub(crate) struct Moving {
    /// Only in the older version.
    pub(crate) removed: BTreeMap<String, Value>,
    /// Only in the newer version.
    pub(crate) added: BTreeMap<String, Value>,
    /// In both.
    pub(crate) changed: BTreeMap<String, (Value, Value)>,
}

/// What became of a record of the older version.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Succession {
    pub(crate) kind: Kind,
    /// The records to use in its place.
    pub(crate) targets: Vec<String>,
    pub(crate) evidence: Vec<Evidence>,
}

/// Two records that look alike, with nothing that proves more.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Suggestion {
    /// Their collection.
    pub collection: String,
    /// Removed.
    pub removed: String,
    /// Added.
    pub added: String,
    /// How much of what either says both say, in percent.
    pub similarity: u32,
}

/// How to look at the records of a collection.
pub(crate) struct Lens<'a> {
    pub(crate) collection: &'a str,
    pub(crate) shape: &'a Shape,
    /// JSON pointer to the id, where records have one.
    pub(crate) id: Option<&'a str>,
}

impl Lens<'_> {
    /// What became of the records of a collection, by id.
    pub(crate) fn successions(&self, moving: &Moving) -> BTreeMap<String, Succession> {
        let mut successions = BTreeMap::new();
        let mut taken = BTreeSet::new();
        let named = self.named_by(moving);
        for (id, (old, new)) in &moving.changed {
            if let Some(succession) = self.of_changed(id, old, new, &moving.added, &named) {
                if succession.kind == Kind::RecordRenamed {
                    taken.extend(succession.targets.iter().cloned());
                }
                successions.insert(id.clone(), succession);
            }
        }
        let free: BTreeMap<_, _> = moving
            .added
            .iter()
            .filter(|(id, _)| !taken.contains(*id))
            .collect();
        for (id, succession) in self.of_removed(&moving.removed, &free) {
            successions.insert(id, succession);
        }
        successions
    }

    /// For each record in whose favour others are deprecated, how many these are.
    fn named_by<'m>(&self, moving: &'m Moving) -> HashMap<&'m str, usize> {
        let mut named = HashMap::new();
        for (_, new) in moving.changed.values() {
            let deprecation = Deprecation::of(new, self.shape);
            let targets = deprecation.map(|deprecation| deprecation.targets);
            let targets: BTreeSet<_> = targets.into_iter().flatten().collect();
            for target in targets {
                *named.entry(target).or_default() += 1;
            }
        }
        named
    }

    fn of_changed(
        &self,
        id: &str,
        old: &Value,
        new: &Value,
        added: &BTreeMap<String, Value>,
        named: &HashMap<&str, usize>,
    ) -> Option<Succession> {
        let simple = |kind| {
            Some(Succession {
                kind,
                targets: Vec::new(),
                evidence: Vec::new(),
            })
        };
        let deprecation = |record| Deprecation::of(record, self.shape);
        match (deprecation(old), deprecation(new)) {
            (Some(_), None) if self.body(old) == self.body(new) => simple(Kind::RecordRestored),
            (Some(_), None) => simple(Kind::IdReused),
            (Some(old), Some(new)) if !old.leaves_out(&new).is_empty() => Some(Succession {
                kind: Kind::RedirectChanged,
                targets: new.targets.iter().map(ToString::to_string).collect(),
                evidence: Vec::new(),
            }),
            (None, Some(tombstone)) => Some(self.of_tombstone(id, old, &tombstone, added, named)),
            _ if self.means_something_else(old, new) => simple(Kind::IdMeaningChanged),
            (None, None) if !self.otherwise_about(old, new).is_empty() => {
                simple(Kind::IdMeaningChanged)
            }
            _ => None,
        }
    }

    fn of_tombstone(
        &self,
        id: &str,
        old: &Value,
        tombstone: &Deprecation<'_>,
        added: &BTreeMap<String, Value>,
        named: &HashMap<&str, usize>,
    ) -> Succession {
        let others = tombstone.targets.iter().filter(|target| **target != id);
        let targets: Vec<String> = others.map(|&target| target.to_owned()).collect();
        let reason = tombstone.value.get(REASON).and_then(Value::as_str);
        let reason = reason.unwrap_or_default();
        let mut evidence = Vec::new();
        if !targets.is_empty() {
            evidence.push(Evidence::Tombstone);
        }
        let kind = match &targets[..] {
            [target] => {
                let successor = added.get(target);
                let shared = successor.map_or_else(Vec::new, |new| self.evidence(old, new));
                evidence.extend(&shared);
                // Several records that became one are merged, though that one is new.
                let is_only = named.get(target.as_str()) == Some(&1);
                if !shared.is_empty() && is_only {
                    Kind::RecordRenamed
                } else if MERGING_REASONS.contains(&reason) {
                    Kind::RecordsMerged
                } else {
                    Kind::RecordDeprecated
                }
            }
            [_, _, ..] if reason == SPLITTING_REASON => Kind::RecordSplit,
            _ => Kind::RecordDeprecated,
        };
        Succession {
            kind,
            targets,
            evidence,
        }
    }

    /// Records that are gone, and those that say the same under another id.
    fn of_removed(
        &self,
        removed: &BTreeMap<String, Value>,
        added: &BTreeMap<&String, &Value>,
    ) -> BTreeMap<String, Succession> {
        let mut successions = BTreeMap::new();
        let mut old_marks: BTreeMap<(Evidence, String), Vec<&String>> = BTreeMap::new();
        for (id, old) in removed {
            for mark in self.marks(old) {
                old_marks.entry(mark).or_default().push(id);
            }
        }
        let mut new_marks: BTreeMap<(Evidence, String), Vec<&String>> = BTreeMap::new();
        for (id, new) in added {
            for mark in self.marks(new) {
                new_marks.entry(mark).or_default().push(id);
            }
        }
        let mut pairs: BTreeMap<&String, BTreeSet<&String>> = BTreeMap::new();
        for (mark, old) in &old_marks {
            if let (&[old], Some(&[new])) = (&old[..], new_marks.get(mark).map(|new| &new[..])) {
                pairs.entry(old).or_default().insert(new);
            }
        }
        let mut uses: BTreeMap<&String, usize> = BTreeMap::new();
        for target in pairs.values().flatten() {
            *uses.entry(target).or_default() += 1;
        }
        for (id, old) in removed {
            let targets: Vec<_> = pairs.get(id).into_iter().flatten().collect();
            // Marks that lead to several records prove none of them.
            let is_only = |target: &String| uses.get(target) == Some(&1);
            let succession = match &targets[..] {
                [target] if is_only(target) => Succession {
                    kind: Kind::RecordRenamedWithoutRedirect,
                    targets: vec![(**target).clone()],
                    evidence: self.evidence(old, added[*target]),
                },
                _ => Succession {
                    kind: Kind::RecordRemoved,
                    targets: Vec::new(),
                    evidence: Vec::new(),
                },
            };
            successions.insert(id.clone(), succession);
        }
        successions
    }

    /// What a record is recognised by.
    fn marks(&self, record: &Value) -> Vec<(Evidence, String)> {
        let codes = self.codes(record).into_iter();
        let outside = outside_codes(record).into_iter();
        codes
            .chain(outside.map(|(pointer, code)| format!("{pointer} {code}")))
            .map(|code| (Evidence::SharedCode, code))
            .chain([(Evidence::IdenticalBody, self.body(record))])
            .collect()
    }

    /// What shows that one record took the place of another.
    fn evidence(&self, old: &Value, new: &Value) -> Vec<Evidence> {
        let old_marks: BTreeSet<_> = self.marks(old).into_iter().collect();
        let shared: BTreeSet<_> = self
            .marks(new)
            .into_iter()
            .filter(|mark| old_marks.contains(mark))
            .map(|(evidence, _)| evidence)
            .collect();
        shared.into_iter().collect()
    }

    /// What a record says, without its id and without what was done with it.
    fn body(&self, record: &Value) -> String {
        let mut body = self.without_id(record);
        deprecation::remove(&mut body, self.shape);
        if let Some(members) = body.as_object_mut() {
            members.remove(REVIEW);
        }
        canonical(&body)
    }

    /// A record without its id.
    pub(crate) fn without_id(&self, record: &Value) -> Value {
        let mut record = record.clone();
        let place = self.id.and_then(|pointer| pointer.rsplit_once('/'));
        if let Some((around, name)) = place {
            let name = name.replace("~1", "/").replace("~0", "~");
            if let Some(members) = record.pointer_mut(around).and_then(Value::as_object_mut) {
                members.remove(&name);
            }
        }
        record
    }

    fn codes(&self, record: &Value) -> BTreeSet<String> {
        let identity = self
            .shape
            .member(CODES)
            .and_then(|shape| shape.identity.as_ref());
        let codes = record.get(CODES).and_then(Value::as_array);
        codes
            .into_iter()
            .flatten()
            .filter_map(|code| match identity {
                Some(Identity::Members(names)) => key_of(code, names),
                _ => Some(canonical(code)),
            })
            .collect()
    }

    /// What a statement was about and is about now, where these are not the same.
    pub(crate) fn otherwise_about<'v>(
        &self,
        old: &'v Value,
        new: &'v Value,
    ) -> Vec<(Vec<&'v Value>, Vec<&'v Value>)> {
        let listed = |record: &'v Value, name: &str| match record.get(name) {
            Some(Value::Array(items)) => items.iter().collect(),
            other => Vec::from_iter(other),
        };
        let both = |name| (listed(old, name), listed(new, name));
        let alone = ABOUT.into_iter().map(both);
        let instead = ABOUT_INSTEAD.into_iter().map(both);
        let instead = instead.filter(|(old, new)| !old.is_empty() && !new.is_empty());
        let all = alone.chain(instead).filter(|_| self.collection == CLAIMS);
        // What stands in a list stands there in any order.
        let is_part =
            |these: &[&Value], those: &[&Value]| these.iter().all(|one| those.contains(one));
        all.filter(|(old, new)| !is_part(old, new) || !is_part(new, old))
            .collect()
    }

    /// Whether the record is called otherwise, has other codes and none that is the same.
    pub(crate) fn means_something_else(&self, old: &Value, new: &Value) -> bool {
        let (old_codes, new_codes) = (self.codes(old), self.codes(new));
        let (old_outside, new_outside) = (outside_codes(old), outside_codes(new));
        let is_same = |(pointer, code): (&&str, &String)| new_outside.get(pointer) == Some(code);
        if !old_codes.is_disjoint(&new_codes) || old_outside.iter().any(is_same) {
            return false;
        }
        // A code that only one version has says nothing about the other.
        let has_codes = !old_codes.is_empty() && !new_codes.is_empty();
        let mut outside = old_outside.keys();
        if !has_codes && !outside.any(|pointer| new_outside.contains_key(pointer)) {
            return false;
        }
        let name = |record: &Value| {
            let name = record.pointer(OUTSIDE_NAME).and_then(Value::as_str);
            name.map(folded_words)
        };
        if let (Some(old), Some(new)) = (name(old), name(new))
            && !is_one_name(&old, &new)
        {
            return true;
        }
        let members = old.as_object().into_iter().flatten();
        let mut texts = members.filter(|(name, _)| {
            let shape = self.shape.member(name);
            shape.is_some_and(|shape| shape.is_meaning && shape.has_prose())
        });
        texts.any(|(name, text)| {
            let other = new.get(name);
            other.is_some_and(|other| folded(other) != folded(text))
        })
    }

    /// Records that went and records that came and look alike.
    pub(crate) fn suggestions(
        &self,
        removed: &[(&str, &Value)],
        added: &[(&str, &Value)],
    ) -> Vec<Suggestion> {
        /// More is not looked through: it would be no renaming but another dataset.
        const MOST: usize = 300;
        /// Below, there is little that both say.
        const LEAST: u32 = 60;
        if removed.len() > MOST || added.len() > MOST {
            return Vec::new();
        }
        let leaves = |records: &[(&str, &Value)]| -> Vec<BTreeSet<String>> {
            let of = |record: &Value| {
                let mut leaves = BTreeSet::new();
                collect_leaves(&self.without_id(record), "", &mut leaves);
                leaves
            };
            records.iter().map(|(_, record)| of(record)).collect()
        };
        let (old, new) = (leaves(removed), leaves(added));
        let mut suggestions = Vec::new();
        for ((removed, _), old) in removed.iter().zip(&old) {
            for ((added, _), new) in added.iter().zip(&new) {
                let shared = old.intersection(new).count();
                let all = old.union(new).count().max(1);
                let similarity = (100 * shared / all) as u32;
                if similarity >= LEAST {
                    suggestions.push(Suggestion {
                        collection: self.collection.to_owned(),
                        removed: (*removed).to_owned(),
                        added: (*added).to_owned(),
                        similarity,
                    });
                }
            }
        }
        suggestions
    }
}

/// The codes that a record has elsewhere, by the pointers to them.
fn outside_codes(record: &Value) -> BTreeMap<&'static str, String> {
    let codes = OUTSIDE_CODES.iter().filter_map(|pointer| {
        let code = record.pointer(pointer)?.as_str()?;
        // A DOI is the same in capitals.
        Some((*pointer, code.to_lowercase()))
    });
    codes.collect()
}

/// The words of a text: letters and digits, in lower case.
fn folded_words(text: &str) -> Vec<String> {
    let folded = text.to_lowercase();
    let words = folded.split(|one: char| !one.is_alphanumeric());
    let words = words.filter(|word| !word.is_empty());
    words.map(str::to_owned).collect()
}

/// A text, or texts by language, of which only the words count.
fn folded(text: &Value) -> Value {
    match text {
        Value::String(text) => folded_words(text).into(),
        Value::Object(texts) => texts
            .iter()
            .map(|(language, text)| (language.clone(), folded(text)))
            .collect(),
        other => other.clone(),
    }
}

/// Whether two names of a work are one, mended or cut short: the longer one has all words of the shorter
/// one, with other letters here and there.
fn is_one_name(one: &[String], other: &[String]) -> bool {
    /// Words that share less of their letters are others.
    const LEAST: f32 = 0.8;
    let (shorter, longer) = if one.len() < other.len() {
        (one, other)
    } else {
        (other, one)
    };
    let is_misspelt = |word: &str, other: &str| {
        // Other numbers are no misspelling.
        !word.contains(char::is_numeric) && TextDiff::from_chars(word, other).ratio() >= LEAST
    };
    shorter.iter().all(|word| {
        let mut others = longer.iter();
        others.any(|other| word == other || is_misspelt(word, other))
    })
}

/// Every scalar with its place, array positions left out.
fn collect_leaves(value: &Value, place: &str, leaves: &mut BTreeSet<String>) {
    match value {
        Value::Array(items) => items
            .iter()
            .for_each(|item| collect_leaves(item, place, leaves)),
        Value::Object(members) => members.iter().for_each(|(name, value)| {
            collect_leaves(value, &format!("{place}/{name}"), leaves);
        }),
        scalar => {
            leaves.insert(format!("{place} {scalar}"));
        }
    }
}
