//! Whether a record says that it is no longer to be used, and what took its place.
//!
//! Where it says so is marked in its schema (`x-deprecation`); the shape knows the member that
//! stands for it where no mark does.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use treatise_dataset::{Dataset, Reader};

use crate::role::REPLACED_BY;
use crate::shape::Shape;
use crate::{Error, value};

/// What a record says of its deprecation.
#[derive(Debug)]
pub(crate) struct Deprecation<'v> {
    /// What says it.
    pub(crate) value: &'v Value,
    /// The ids of the records to use instead.
    pub(crate) targets: Vec<&'v str>,
}

impl<'v> Deprecation<'v> {
    /// What a record of this shape says, if it is deprecated.
    pub(crate) fn of(record: &'v Value, shape: &Shape) -> Option<Self> {
        let mut found = Vec::new();
        collect(record, shape, &mut found);
        let (value, _) = *found.first()?;
        let mut targets = Vec::new();
        for (value, shape) in found {
            match value.get(REPLACED_BY).and_then(Value::as_array) {
                Some(listed) => targets.extend(listed.iter().filter_map(Value::as_str)),
                None => collect_references(value, shape, &mut targets),
            }
        }
        Some(Self { value, targets })
    }

    /// The records to use instead that a later version of it no longer names.
    pub(crate) fn leaves_out(&self, later: &Self) -> Vec<&'v str> {
        let targets = self.targets.iter().copied();
        targets
            .filter(|target| !later.targets.contains(target))
            .collect()
    }
}

/// The redirects of a dataset, each record read once.
pub(crate) struct Trail<'a> {
    /// The shapes of its collections, by name.
    shapes: Vec<(&'a str, &'a Shape)>,
    dataset: &'a Dataset,
    reader: Reader<'a>,
    /// Where the ids lead that were asked for.
    known: BTreeMap<String, Vec<String>>,
}

impl<'a> Trail<'a> {
    /// Those of a dataset whose collections have these shapes, by name.
    pub(crate) fn new(shapes: Vec<(&'a str, &'a Shape)>, dataset: &'a Dataset) -> Self {
        Self {
            shapes,
            dataset,
            reader: Reader::new(dataset),
            known: BTreeMap::new(),
        }
    }

    /// The names of the collections.
    pub(crate) fn collections(&self) -> Vec<String> {
        let names = self.shapes.iter().map(|(name, _)| (*name).to_owned());
        names.collect()
    }

    /// Whether the redirects lead from a record to one of these, over others too.
    pub(crate) fn leads(&mut self, from: &str, to: &[String]) -> Result<bool, Error> {
        let mut reached = BTreeSet::from([from.to_owned()]);
        let mut queue = vec![from.to_owned()];
        while let Some(id) = queue.pop() {
            if to.contains(&id) {
                return Ok(true);
            }
            for target in self.targets(&id)? {
                if reached.insert(target.clone()) {
                    queue.push(target.clone());
                }
            }
        }
        Ok(false)
    }

    /// The records to use instead of those with an id.
    fn targets(&mut self, id: &str) -> Result<&[String], Error> {
        if !self.known.contains_key(id) {
            let targets = self.read_targets(id)?;
            self.known.insert(id.to_owned(), targets);
        }
        Ok(self.known.get(id).map_or(&[], Vec::as_slice))
    }

    fn read_targets(&mut self, id: &str) -> Result<Vec<String>, Error> {
        let mut targets = Vec::new();
        for (name, shape) in &self.shapes {
            let Some(record) = self.dataset.index().find(id, [*name]) else {
                continue;
            };
            let Ok(record) = self.reader.read_whole(record, value::read)? else {
                continue;
            };
            let deprecation = Deprecation::of(&record, shape);
            let found = deprecation.into_iter().flat_map(|found| found.targets);
            targets.extend(found.map(str::to_owned));
        }
        Ok(targets)
    }
}

/// Whether a value at a place for deprecations is one: `false` says that there is none.
pub(crate) fn is_deprecation(value: &Value) -> bool {
    value.is_object() || value == &Value::Bool(true)
}

/// Removes what stands at the places for deprecations, and what is empty without it. Returns
/// whether nothing is left of the value.
pub(crate) fn remove(value: &mut Value, shape: &Shape) -> bool {
    if shape.is_deprecation {
        return is_deprecation(value) || value == &Value::Bool(false);
    }
    if !shape.leads_to_deprecation {
        return false;
    }
    match value {
        Value::Object(members) => {
            let count = members.len();
            members.retain(|name, value| {
                let shape = shape.member(name);
                !shape.is_some_and(|shape| remove(value, shape))
            });
            members.len() < count && members.is_empty()
        }
        Value::Array(items) => {
            let count = items.len();
            items.retain_mut(|item| {
                let shape = shape.element();
                !shape.is_some_and(|shape| remove(item, shape))
            });
            items.len() < count && items.is_empty()
        }
        _ => false,
    }
}

fn collect<'v, 's>(value: &'v Value, shape: &'s Shape, found: &mut Vec<(&'v Value, &'s Shape)>) {
    if shape.is_deprecation {
        found.extend(is_deprecation(value).then_some((value, shape)));
    } else if shape.leads_to_deprecation {
        for (value, shape) in below(value, shape) {
            collect(value, shape, found);
        }
    }
}

fn collect_references<'v>(value: &'v Value, shape: &Shape, found: &mut Vec<&'v str>) {
    match value {
        Value::String(id) if !shape.references.is_empty() => found.push(id),
        _ => {
            for (value, shape) in below(value, shape) {
                collect_references(value, shape, found);
            }
        }
    }
}

/// The values directly in one that the schema describes.
fn below<'v, 's>(value: &'v Value, shape: &'s Shape) -> Vec<(&'v Value, &'s Shape)> {
    match value {
        Value::Object(members) => {
            let members = members.iter();
            let members = members.filter_map(|(name, value)| Some((value, shape.member(name)?)));
            members.collect()
        }
        Value::Array(items) => {
            let items = items.iter();
            let items = items.filter_map(|item| Some((item, shape.element()?)));
            items.collect()
        }
        _ => Vec::new(),
    }
}
