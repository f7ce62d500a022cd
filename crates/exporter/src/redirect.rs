//! `redirects.json`: from the ids of records that are no longer to be used to those of the records
//! that took their place, so that whoever has stored an id finds what holds today.
//!
//! Where a record says so is marked in its schema (`x-deprecation`), and the references at that
//! place lead to what is used instead. The published schema is
//! `schemas/output/redirects.schema.json`.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::iter::successors;

use serde::{Deserialize, Serialize};
use treatise_dataset::{Dataset, Reader, RecordNumber};
use treatise_source::Value;

use crate::Error;
use crate::section::Section;
use crate::shape::Shape;

/// The file.
pub(crate) const FILE: &str = "redirects.json";

/// All redirects of a bundle.
#[derive(Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub(crate) struct Document {
    /// Sorted by collection, in the order of the manifest, and then by id.
    pub(crate) redirects: Vec<Redirect>,
}

/// A record that is no longer to be used.
#[derive(Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
pub(crate) struct Redirect {
    pub(crate) collection: String,
    pub(crate) id: String,
    /// What is used instead: nothing, one record, or several where it was split.
    pub(crate) targets: Vec<Target>,
}

/// A record that is used instead of another, and is no redirect itself.
#[derive(Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
pub(crate) struct Target {
    collection: String,
    pub(crate) id: String,
    /// The ids on the way to it, which are redirects themselves.
    via: Vec<String>,
}

/// What the records that were read so far say.
#[derive(Debug)]
pub(crate) struct Redirects<'d> {
    dataset: &'d Dataset,
    /// The records that are no longer to be used, with those that took their place directly.
    deprecated: BTreeMap<RecordNumber, Vec<RecordNumber>>,
}

impl<'d> Redirects<'d> {
    pub(crate) fn new(dataset: &'d Dataset) -> Self {
        Self {
            dataset,
            deprecated: BTreeMap::new(),
        }
    }

    /// Takes note of records that are no longer to be used, each with those that took its place.
    pub(crate) fn extend(
        &mut self,
        deprecated: impl IntoIterator<Item = (RecordNumber, Vec<RecordNumber>)>,
    ) {
        self.deprecated.extend(deprecated);
    }

    /// Follows all chains to their ends; `sections` are those of all collections.
    pub(crate) fn resolve(mut self, sections: &[Section<'_>]) -> Result<Document, Error> {
        let own: Vec<_> = self.deprecated.keys().copied().collect();
        self.note_targets(sections)?;
        let mut redirects: Vec<_> = own.into_iter().map(|record| self.follow(record)).collect();
        let position = |name: &str| sections.iter().position(|section| section.name == name);
        redirects.sort_by(|left: &Redirect, right| {
            let of_left = (position(&left.collection), &left.id);
            of_left.cmp(&(position(&right.collection), &right.id))
        });
        Ok(Document { redirects })
    }

    /// Reads what replaces a record where it is not among the records that were noted.
    fn note_targets(&mut self, sections: &[Section<'_>]) -> Result<(), Error> {
        let mut reader = Reader::new(self.dataset);
        let mut waiting: VecDeque<_> = self.deprecated.values().flatten().copied().collect();
        let mut seen = BTreeSet::new();
        while let Some(target) = waiting.pop_front() {
            if !seen.insert(target) || self.deprecated.contains_key(&target) {
                continue;
            }
            let section = &sections[self.dataset.index().collection(target)];
            let targets = reader.read_checked(target, |value| {
                replacements(self.dataset, section, target, value)
            })?;
            self.deprecated
                .extend(targets.map(|targets| (target, targets)));
            waiting.extend(self.deprecated.get(&target).into_iter().flatten());
        }
        Ok(())
    }

    /// What takes the place of a record in the end, what is nearest first.
    fn follow(&self, record: RecordNumber) -> Redirect {
        let index = self.dataset.index();
        let collection = |record| self.dataset.collection_of(record).name().to_owned();
        let mut targets = Vec::new();
        // The ids on the way are put together where it ends: a chain may be as long as the dataset.
        let mut come_from = BTreeMap::new();
        let mut waiting = VecDeque::from([record]);
        while let Some(from) = waiting.pop_front() {
            for &next in self.deprecated.get(&from).into_iter().flatten() {
                if next == record || come_from.contains_key(&next) {
                    continue;
                }
                come_from.insert(next, from);
                if self.deprecated.contains_key(&next) {
                    waiting.push_back(next);
                    continue;
                }
                let way = successors(Some(from), |at| come_from.get(at).copied());
                let via = way.filter(|&at| at != record);
                let mut via: Vec<_> = via.map(|at| index.id(at).to_owned()).collect();
                via.reverse();
                targets.push(Target {
                    collection: collection(next),
                    id: index.id(next).to_owned(),
                    via,
                });
            }
        }
        Redirect {
            collection: collection(record),
            id: index.id(record).to_owned(),
            targets,
        }
    }
}

/// The records that took the place of one directly; `None` for one that may be used.
pub(crate) fn replacements(
    dataset: &Dataset,
    section: &Section<'_>,
    record: RecordNumber,
    value: Value<'_>,
) -> Option<Vec<RecordNumber>> {
    let shape = section.deprecations.as_ref()?;
    let mut is_deprecated = false;
    let mut targets = Vec::new();
    each_deprecation(shape, value, &mut |shape, value| {
        is_deprecated = true;
        shape.each_reference(value, &mut |id, collections| {
            let collections = collections.iter().map(String::as_str);
            let target = dataset.index().find(id, collections);
            targets.extend(target.filter(|target| *target != record));
        });
    });
    is_deprecated.then_some(targets)
}

/// Hands over each value that says that its record is no longer to be used.
fn each_deprecation<'v>(
    shape: &Shape<'_>,
    value: Value<'v>,
    found: &mut impl FnMut(&Shape<'_>, Value<'v>),
) {
    if shape.field.is_some_and(|field| field.is_deprecation) {
        return found(shape, value);
    }
    for (key, member) in &shape.members {
        if let Some(value) = value.get_key(key) {
            each_deprecation(member, value, found);
        }
    }
    if let Some(element) = &shape.element {
        for value in value.elements() {
            each_deprecation(element, value, found);
        }
    }
    if let Some(entry) = &shape.entry {
        for member in value.members() {
            if shape.member(member.name()).is_none() {
                each_deprecation(entry, member.value, found);
            }
        }
    }
}
