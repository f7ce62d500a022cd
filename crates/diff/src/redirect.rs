//! Which ids took the place of which others, and which references changed only because of that.
//!
//! Renamed and merged records have one successor. Which part of a split record a reference means
//! is a decision of its own, so splitting explains no change of a reference.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::shape::Shape;

/// From the ids of the older version to those that took their place.
#[derive(Debug, Default)]
pub(crate) struct Redirects {
    /// By id, then by collection.
    successors: BTreeMap<String, BTreeMap<String, String>>,
}

impl Redirects {
    /// Says what took the place of a record.
    pub(crate) fn add(&mut self, collection: &str, id: &str, successor: &str) {
        let by_collection = self.successors.entry(id.to_owned()).or_default();
        by_collection.insert(collection.to_owned(), successor.to_owned());
    }

    /// What took the place of an id, as seen by a reference into these collections.
    pub(crate) fn successor(&self, id: &str, collections: &[String]) -> Option<&str> {
        let by_collection = self.successors.get(id)?;
        collections
            .iter()
            .find_map(|collection| by_collection.get(collection))
            .map(String::as_str)
    }

    /// Whether a reference into one of these collections changed only because its target did.
    pub(crate) fn explains(&self, old: &str, new: &str, collections: &[String]) -> bool {
        self.successor(old, collections) == Some(new)
    }

    /// A value of the older version with the ids that its references would have in the newer one.
    pub(crate) fn apply(&self, value: &Value, shape: Option<&Shape>) -> Value {
        let Some(shape) = shape else {
            return value.clone();
        };
        match value {
            Value::String(id) => self
                .successor(id, &shape.references)
                .map_or_else(|| value.clone(), Value::from),
            Value::Array(items) => items
                .iter()
                .map(|item| self.apply(item, shape.element()))
                .collect(),
            Value::Object(members) => members
                .iter()
                .map(|(name, value)| (name.clone(), self.apply(value, shape.member(name))))
                .collect(),
            _ => value.clone(),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.successors.is_empty()
    }
}
