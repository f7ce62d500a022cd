//! Which ids stand for which others in the newer version, and which references changed only
//! because of that.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::shape::Shape;

/// From the ids of the older version to those that took their place.
#[derive(Debug, Default)]
pub(crate) struct Redirects {
    targets: BTreeMap<String, Vec<Redirect>>,
}

#[derive(Debug)]
struct Redirect {
    collection: String,
    targets: Vec<String>,
}

impl Redirects {
    /// Says what took the place of a record.
    pub(crate) fn add(&mut self, collection: &str, id: &str, targets: &[String]) {
        let redirects = self.targets.entry(id.to_owned()).or_default();
        redirects.push(Redirect {
            collection: collection.to_owned(),
            targets: targets.to_vec(),
        });
    }

    /// Whether a reference into one of these collections changed only because its target did.
    pub(crate) fn explains(&self, old: &str, new: &str, collections: &[String]) -> bool {
        self.targets(old, collections)
            .is_some_and(|targets| targets.iter().any(|target| target == new))
    }

    /// The ids that took the place of one, as seen by a reference into these collections.
    fn targets(&self, id: &str, collections: &[String]) -> Option<&[String]> {
        let redirects = self.targets.get(id)?;
        redirects
            .iter()
            .find(|redirect| collections.contains(&redirect.collection))
            .map(|redirect| &redirect.targets[..])
    }

    /// A value of the older version with the ids that its references would have in the newer one.
    /// References to what was split stay: which part they mean is not known.
    pub(crate) fn apply(&self, value: &Value, shape: Option<&Shape>) -> Value {
        let Some(shape) = shape else {
            return value.clone();
        };
        match value {
            Value::String(id) => match self.targets(id, &shape.references) {
                Some([target]) => target.as_str().into(),
                _ => value.clone(),
            },
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
        self.targets.is_empty()
    }
}
