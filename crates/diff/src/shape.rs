//! The field table as a tree, to walk beside two versions of a record.
//!
//! Where a schema continues with itself, the tree does so as deep as somebody walks.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use serde_json::Value;
use treatise_schema::{Field, FieldPath, FieldTable, Identity, Segment};

use crate::role::DEPRECATED;

/// What the schema says about a place and the places below.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shape {
    pub(crate) identity: Option<Identity>,
    pub(crate) references: Vec<String>,
    pub(crate) is_meaning: bool,
    pub(crate) is_prose: bool,
    /// Whether what it is in always has it.
    pub(crate) is_required: bool,
    /// Whether a record that has it is no longer to be used.
    pub(crate) is_deprecation: bool,
    /// Whether that is so here or anywhere below.
    pub(crate) leads_to_deprecation: bool,
    members: BTreeMap<String, (usize, Shape)>,
    element: Option<Box<Shape>>,
    entry: Option<Box<Shape>>,
    continued: Option<Continued>,
    /// With all that holds where the schema continues, once somebody has come here.
    unrolled: OnceLock<Box<Shape>>,
}

/// How the schema continues with itself.
#[derive(Clone, Debug)]
struct Continued {
    /// The rows of all places.
    rows: Arc<[Field]>,
    /// The places as which it continues.
    places: BTreeSet<FieldPath>,
}

impl Shape {
    /// The shape of records.
    pub(crate) fn of(table: &FieldTable) -> Self {
        let mut root = Self::default();
        let is_endless = table.fields().iter().any(continues);
        let rows: Arc<[Field]> = match is_endless {
            true => table.fields().into(),
            false => Arc::default(),
        };
        for field in table.fields() {
            root.add(field, field.path.segments(), &rows);
        }
        if !root.leads_to_deprecation && root.entry.is_none() {
            root.mark_deprecation();
        }
        root
    }

    /// Where no schema says which member is for deprecations, its name does.
    fn mark_deprecation(&mut self) {
        let member = (usize::MAX, Self::default());
        let (_, shape) = self.members.entry(DEPRECATED.to_owned()).or_insert(member);
        shape.is_deprecation = true;
        shape.leads_to_deprecation = true;
        self.leads_to_deprecation = true;
    }

    fn add(&mut self, field: &Field, path: &[Segment], rows: &Arc<[Field]>) {
        self.leads_to_deprecation |= field.is_deprecation;
        let Some((first, rest)) = path.split_first() else {
            self.note(field);
            self.is_required |= field.is_required;
            self.continued = continues(field).then(|| Continued {
                rows: Arc::clone(rows),
                places: field.continues.clone(),
            });
            return;
        };
        let below = match first {
            Segment::Member(name) => {
                let next = self.members.len();
                let (_, shape) = self
                    .members
                    .entry(name.clone())
                    .or_insert_with(|| (next, Self::default()));
                shape
            }
            Segment::Element => self.element.get_or_insert_default(),
            Segment::Entry => self.entry.get_or_insert_default(),
        };
        below.add(field, rest, rows);
    }

    /// Adds what is said about a value itself.
    fn note(&mut self, field: &Field) {
        if self.identity.is_none() {
            self.identity.clone_from(&field.identity);
        }
        let references = field.references.iter();
        let new = references.filter(|name| !self.references.contains(name));
        let new: Vec<_> = new.cloned().collect();
        self.references.extend(new);
        self.is_meaning |= field.is_meaning;
        self.is_prose |= field.is_prose;
        self.is_deprecation |= field.is_deprecation;
    }

    /// What holds here, also where the schema continues with itself.
    fn whole(&self) -> &Self {
        match &self.continued {
            Some(continued) => self
                .unrolled
                .get_or_init(|| Box::new(self.unroll(continued))),
            None => self,
        }
    }

    fn unroll(&self, continued: &Continued) -> Self {
        let mut whole = self.clone();
        whole.continued = None;
        for place in &continued.places {
            for field in continued.rows.iter() {
                match field.path.segments().strip_prefix(place.segments()) {
                    // Whether it has to be here is said here.
                    Some([]) => whole.note(field),
                    Some(path) => whole.add(field, path, &continued.rows),
                    None => {}
                }
            }
        }
        whole
    }

    /// What holds for a member, described by name or as any entry.
    pub(crate) fn member(&self, name: &str) -> Option<&Self> {
        let named = self.members.get(name).map(|(_, shape)| shape);
        named.or(self.entry.as_deref()).map(Self::whole)
    }

    /// Where a member stands among its siblings in the schema; those that it does not describe
    /// stand last.
    pub(crate) fn position(&self, name: &str) -> usize {
        self.members
            .get(name)
            .map_or(usize::MAX, |&(position, _)| position)
    }

    /// Whether a value here carries meaning, or anything in it does.
    pub(crate) fn carries_meaning(&self, value: &Value) -> bool {
        let below = |shape: Option<&Self>, value: &Value| {
            shape.is_some_and(|shape| shape.carries_meaning(value))
        };
        self.is_meaning
            || match value {
                Value::Array(items) => items.iter().any(|item| below(self.element(), item)),
                Value::Object(members) => members
                    .iter()
                    .any(|(name, value)| below(self.member(name), value)),
                _ => false,
            }
    }

    /// Whether anything here or below is marked as carrying meaning.
    pub(crate) fn marks_meaning(&self) -> bool {
        let members = self.members.values().map(|(_, shape)| shape);
        let others = self.element.iter().chain(&self.entry).map(AsRef::as_ref);
        self.is_meaning || members.chain(others).any(Self::marks_meaning)
    }

    /// Whether it is text for people, or holds such text by language.
    pub(crate) fn has_prose(&self) -> bool {
        self.is_prose || self.entry.as_deref().is_some_and(|entry| entry.is_prose)
    }

    /// What holds for the elements of an array.
    pub(crate) fn element(&self) -> Option<&Self> {
        self.element.as_deref().map(Self::whole)
    }
}

fn continues(field: &Field) -> bool {
    !field.continues.is_empty()
}
