//! From two datasets to what changed: records by id, then each record by its schema.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use serde_json::Value;
use treatise_dataset::{Collection, Dataset};

use crate::change::{Change, Detail, Echo, Place, escape};
use crate::contract::Kind;
use crate::deprecation::{Deprecation, Trail};
use crate::patch::{self, Operation};
use crate::record::Comparer;
use crate::redirect::Redirects;
use crate::shape::Shape;
use crate::succession::{Lens, Moving, Succession, Suggestion};
use crate::{Error, codes, gather, manifest, schema};

/// What changed between two datasets.
#[derive(Debug, Default)]
pub struct Comparison {
    /// The changes: the manifest first, then by collection, record and place.
    pub changes: Vec<Change>,
    /// Records that look like renamed ones, with nothing that proves it.
    pub suggestions: Vec<Suggestion>,
    /// How many records there are.
    pub counts: RecordCounts,
    /// What makes the newer records of the older ones.
    pub patch: Vec<Operation>,
}

/// How many records there are, and in how many of them something is different.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RecordCounts {
    /// In the older version.
    pub old: u64,
    /// In the newer version.
    pub new: u64,
    /// With the same text in both.
    pub unchanged: u64,
    /// Written otherwise, but nothing in them changed.
    pub reformatted: u64,
}

/// Compares two datasets that were loaded with one [`TextHasher`](treatise_dataset::TextHasher).
///
/// # Errors
/// A file can't be read.
pub fn compare(old: &Dataset, new: &Dataset) -> Result<Comparison, Error> {
    let mut comparison = Comparison::default();
    comparison.changes.extend(manifest::changes(old, new)?);
    let names: Vec<&str> = collection_names(old, new);
    let mut stages = Vec::new();
    for &name in &names {
        let sides = (collection(old, name), collection(new, name));
        if let (Some(before), Some(after)) = sides {
            comparison.changes.extend(schema::changes(before, after));
        }
        let Some(shaping) = sides.1.or(sides.0) else {
            continue;
        };
        let shape_of = |collection: &Collection| {
            let schema = collection.schema();
            schema.map_or_else(Shape::default, |schema| Shape::of(schema.fields()))
        };
        let mut shape = shape_of(shaping);
        if let (Some(before), Some(_)) = sides {
            shape.heed(&shape_of(before));
        }
        stages.push((name, shaping, shape));
    }
    let gathered = gather::gather(old, new, &names)?;
    comparison.counts = gathered.counts;
    comparison.changes.extend(gathered.faults);
    let moving = gathered.moving;
    for &name in &names {
        let sides = (
            collection(old, name).is_some(),
            collection(new, name).is_some(),
        );
        patch_collection(name, sides, &moving[name], &mut comparison.patch);
    }

    let mut redirects = Redirects::default();
    let mut successions = Vec::new();
    for (name, shaping, shape) in &stages {
        let lens = Lens {
            collection: name,
            shape,
            id: shaping.entry().id.as_deref(),
        };
        let found = lens.successions(&moving[name]);
        for (id, succession) in &found {
            if is_redirect(succession.kind) {
                for target in &succession.targets {
                    redirects.add(name, id, target);
                }
            }
        }
        successions.push((lens, found));
    }
    let shapes = stages.iter().map(|(name, _, shape)| (*name, shape));
    let mut ways = Ways {
        redirects: &redirects,
        trail: Trail::new(shapes.collect(), new),
    };
    for (lens, found) in &mut successions {
        leave_out_explained(found, lens, &moving[lens.collection], &mut ways)?;
    }
    let mut echoes = Vec::new();
    for (lens, found) in &successions {
        let stage = Stage {
            lens,
            moving: &moving[lens.collection],
            successions: found,
            redirects: &redirects,
        };
        stage.run((old, new), &mut comparison, &mut echoes);
    }
    absorb(&mut comparison.changes, &echoes);
    let position = |change: &Change| {
        let name = change.place.collection.as_deref();
        name.map(|name| names.iter().position(|other| *other == name))
    };
    comparison.changes.sort_by(|left, right| {
        position(left)
            .cmp(&position(right))
            .then_with(|| left.place.record.cmp(&right.place.record))
            .then_with(|| is_inside(left).cmp(&is_inside(right)))
    });
    Ok(comparison)
}

/// Whether a change is in a record or schema, and not one of the whole of it.
fn is_inside(change: &Change) -> bool {
    !change.place.path.is_empty()
}

/// Whether the one successor of a record is known to stand for it.
fn is_redirect(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::RecordRenamed | Kind::RecordRenamedWithoutRedirect | Kind::RecordsMerged
    )
}

/// The ways from ids to what took their place.
struct Ways<'a> {
    redirects: &'a Redirects,
    /// The redirects of the newer version.
    trail: Trail<'a>,
}

impl Ways<'_> {
    /// Whether the redirects of the newer version lead from an id to one of these.
    fn lead(&mut self, from: &str, to: &[String]) -> Result<bool, Error> {
        self.trail.leads(from, to)
    }

    /// The same for an id, which may have changed without a redirect.
    fn explain(&mut self, from: &str, to: &str) -> Result<bool, Error> {
        let names = self.trail.collections();
        Ok(self.redirects.explains(from, to, &names) || self.lead(from, &[to.to_owned()])?)
    }

    /// Whether each of some ids is there still or became one of the others, and each of these was one.
    fn explain_all(&mut self, old: &[&Value], new: &[&Value]) -> Result<bool, Error> {
        let left = old.iter().filter(|value| !new.contains(value));
        let entered = new.iter().filter(|value| !old.contains(value));
        let mut unexplained: Vec<_> = entered.collect();
        for from in left {
            let mut is_explained = false;
            for to in new {
                let (Some(old), Some(now)) = (from.as_str(), to.as_str()) else {
                    continue;
                };
                if self.explain(old, now)? {
                    is_explained = true;
                    unexplained.retain(|value| *value != to);
                }
            }
            if !is_explained {
                return Ok(false);
            }
        }
        Ok(unexplained.is_empty())
    }
}

/// Leaves out what the ways to the newer version explain: redirects that lead on from where they led
/// before, and statements about what took the place of what they were about.
fn leave_out_explained(
    successions: &mut BTreeMap<String, Succession>,
    lens: &Lens<'_>,
    moving: &Moving,
    ways: &mut Ways<'_>,
) -> Result<(), Error> {
    let mut explained = Vec::new();
    for (id, succession) in &*successions {
        let Some((old, now)) = moving.changed.get(id) else {
            continue;
        };
        let mut is_explained = true;
        if succession.kind == Kind::RedirectChanged {
            let deprecation = |record| Deprecation::of(record, lens.shape);
            let both = deprecation(old).zip(deprecation(now));
            for target in both.iter().flat_map(|(old, now)| old.leaves_out(now)) {
                is_explained &= ways.lead(target, &succession.targets)?;
            }
        } else if succession.kind == Kind::IdMeaningChanged && !lens.means_something_else(old, now)
        {
            for (old, now) in lens.otherwise_about(old, now) {
                is_explained &= ways.explain_all(&old, &now)?;
            }
        } else {
            continue;
        }
        if is_explained {
            explained.push(id.clone());
        }
    }
    for id in explained {
        successions.remove(&id);
    }
    Ok(())
}

/// All collections: those of the newer version in their order, then those that are gone.
fn collection_names<'d>(old: &'d Dataset, new: &'d Dataset) -> Vec<&'d str> {
    let mut names: Vec<&str> = new.collections().iter().map(Collection::name).collect();
    for collection in old.collections() {
        if !names.contains(&collection.name()) {
            names.push(collection.name());
        }
    }
    names
}

fn collection<'d>(dataset: &'d Dataset, name: &str) -> Option<&'d Collection> {
    let mut collections = dataset.collections().iter();
    collections.find(|collection| collection.name() == name)
}

/// The records of one collection on their way to changes.
struct Stage<'a> {
    lens: &'a Lens<'a>,
    moving: &'a Moving,
    successions: &'a BTreeMap<String, Succession>,
    redirects: &'a Redirects,
}

impl Stage<'_> {
    fn run(
        &self,
        sides: (&Dataset, &Dataset),
        comparison: &mut Comparison,
        echoes: &mut Vec<Echo>,
    ) {
        let name = self.lens.collection;
        let mut successors = BTreeSet::new();
        for (id, succession) in self.successions {
            successors.extend(self.succession(sides, id, succession, comparison, echoes));
        }
        for (id, record) in &self.moving.added {
            if !successors.contains(id) {
                comparison.changes.push(Change {
                    kind: Kind::RecordAdded,
                    place: Place::of_record(name, id),
                    old: None,
                    new: Some(record.clone()),
                    is_meaning: false,
                    detail: Detail::None,
                });
            }
        }
        let compared: Vec<_> = self
            .moving
            .changed
            .par_iter()
            .map(|(id, (before, after))| self.compare(id, before, after))
            .collect();
        for ((id, _), (changes, found)) in self.moving.changed.iter().zip(compared) {
            if changes.is_empty() && found.is_empty() && !self.successions.contains_key(id) {
                comparison.counts.reformatted += 1;
            }
            comparison.changes.extend(changes);
            echoes.extend(found);
        }
        let is_unexplained = |id: &&String| {
            self.successions
                .get(*id)
                .is_some_and(|succession| succession.kind == Kind::RecordRemoved)
        };
        let removed: Vec<_> = self
            .moving
            .removed
            .iter()
            .filter(|(id, _)| is_unexplained(id))
            .map(|(id, record)| (id.as_str(), record))
            .collect();
        let added: Vec<_> = self
            .moving
            .added
            .iter()
            .filter(|(id, _)| !successors.contains(*id))
            .map(|(id, record)| (id.as_str(), record))
            .collect();
        let suggestions = self.lens.suggestions(&removed, &added);
        comparison.suggestions.extend(suggestions);
    }

    fn compare(&self, id: &str, before: &Value, after: &Value) -> (Vec<Change>, Vec<Echo>) {
        let is_deprecated = |record| Deprecation::of(record, self.lens.shape).is_some();
        let mut comparer = Comparer {
            collection: self.lens.collection,
            shape: self.lens.shape,
            redirects: self.redirects,
            tells_deprecation: self.successions.contains_key(id)
                && is_deprecated(before) != is_deprecated(after),
            changes: Vec::new(),
            echoes: Vec::new(),
        };
        comparer.record(id, before, after);
        (codes::retire(comparer.changes), comparer.echoes)
    }

    /// What became of a record; returns the added record that took its place, if one did.
    fn succession(
        &self,
        (older, newer): (&Dataset, &Dataset),
        id: &str,
        succession: &Succession,
        comparison: &mut Comparison,
        echoes: &mut Vec<Echo>,
    ) -> Option<String> {
        let name = self.lens.collection;
        let mut kind = succession.kind;
        let changed = self.moving.changed.get(id);
        let deprecation = |record| {
            let deprecation = Deprecation::of(record, self.lens.shape);
            deprecation.map(|deprecation| deprecation.value.clone())
        };
        let (old, after) = match kind {
            Kind::RecordRemoved | Kind::RecordRenamedWithoutRedirect => {
                (self.moving.removed.get(id).cloned(), None)
            }
            Kind::IdMeaningChanged => (None, None),
            _ => (
                changed.and_then(|(old, _)| deprecation(old)),
                changed.and_then(|(_, new)| deprecation(new)),
            ),
        };
        let mut targets = succession.targets.clone();
        if kind == Kind::RecordRemoved {
            // The id is not gone: it names a record of a collection that did not have it.
            let has_come = |other: &&str| {
                let has = |dataset: &Dataset| dataset.index().find(id, [*other]).is_some();
                !has(older) && has(newer)
            };
            let mut others = newer.collections().iter().map(Collection::name);
            if let Some(other) = others.find(has_come) {
                kind = Kind::IdMeaningChanged;
                targets = vec![format!("{other}/{id}")];
            }
        }
        let meant = match kind {
            Kind::IdReused | Kind::IdMeaningChanged => {
                let (before, after) = changed.map(|(old, new)| (old, new)).unzip();
                let before = before.or_else(|| self.moving.removed.get(id));
                before.into_iter().chain(after).cloned().collect()
            }
            _ => Vec::new(),
        };
        comparison.changes.push(Change {
            kind,
            place: Place::of_record(name, id),
            old,
            new: after,
            is_meaning: true,
            detail: Detail::Redirect {
                targets,
                evidence: succession.evidence.clone(),
                absorbed: Vec::new(),
                meant,
            },
        });
        let is_renamed = matches!(
            kind,
            Kind::RecordRenamed | Kind::RecordRenamedWithoutRedirect
        );
        let successor = succession.targets.first().filter(|_| is_renamed)?;
        let before = changed.map(|(old, _)| old);
        let before = before.or_else(|| self.moving.removed.get(id))?;
        let after = self.moving.added.get(successor)?;
        let (before, after) = (self.lens.without_id(before), self.lens.without_id(after));
        let (changes, found) = self.compare(successor, &before, &after);
        comparison.changes.extend(changes);
        echoes.extend(found);
        Some(successor.clone())
    }
}

/// Adds what makes the newer records of a collection of the older ones; `sides` says which version
/// has the collection.
fn patch_collection(
    name: &str,
    sides: (bool, bool),
    moving: &Moving,
    operations: &mut Vec<Operation>,
) {
    let collection = format!("/{}", escape(name));
    let path = |id: &str| format!("{collection}/{}", escape(id));
    match sides {
        (true, false) => {
            operations.push(Operation::Remove { path: collection });
            return;
        }
        (false, _) => operations.push(Operation::Add {
            path: collection.clone(),
            value: Value::Object(serde_json::Map::new()),
        }),
        (true, true) => {}
    }
    for id in moving.removed.keys() {
        operations.push(Operation::Remove { path: path(id) });
    }
    for (id, value) in &moving.added {
        operations.push(Operation::Add {
            path: path(id),
            value: value.clone(),
        });
    }
    for (id, (old, new)) in &moving.changed {
        patch::make(&path(id), old, new, operations);
    }
}

/// Gives each renaming, merging and splitting the references that changed because of it.
fn absorb(changes: &mut [Change], echoes: &[Echo]) {
    let mut by_id: BTreeMap<&str, Vec<&Echo>> = BTreeMap::new();
    for echo in echoes {
        by_id.entry(&echo.from).or_default().push(echo);
    }
    for change in changes {
        let Some(id) = &change.place.record else {
            continue;
        };
        if let Detail::Redirect { absorbed, .. } = &mut change.detail {
            let own = by_id.get(id.as_str()).into_iter().flatten();
            absorbed.extend(own.map(|echo| (*echo).clone()));
            absorbed.sort();
        }
    }
}
