//! The field table as a tree, to walk beside two versions of a record.

use std::collections::BTreeMap;

use serde_json::Value;
use treatise_schema::{Field, FieldTable, Identity, Segment};

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
}

impl Shape {
    /// The shape of records.
    pub(crate) fn of(table: &FieldTable) -> Self {
        let mut root = Self::default();
        for field in table.fields() {
            root.add(field, field.path.segments());
            if continues_with_meaning(field, table) {
                root.add_meaning(field.path.segments());
            }
        }
        if !root.leads_to_deprecation && root.entry.is_none() {
            root.mark_deprecation();
        }
        root
    }

    /// Takes over what an older version says carries meaning, is text, names records or stands for
    /// deprecations: a change is no smaller because the schema calls it so from the same moment on.
    pub(crate) fn heed(&mut self, older: &Self) {
        self.is_meaning |= older.is_meaning;
        self.is_prose |= older.is_prose;
        self.is_deprecation |= older.is_deprecation;
        self.leads_to_deprecation |= older.leads_to_deprecation;
        for name in &older.references {
            if !self.references.contains(name) {
                self.references.push(name.clone());
            }
        }
        if let Some(element) = &older.element {
            self.element.get_or_insert_default().heed(element);
        }
        let entry = self.entry.clone();
        for name in older.members.keys() {
            let next = self.members.len();
            // What was named and no longer is, is one of the others now.
            let named = || (next, entry.as_deref().cloned().unwrap_or_default());
            self.members.entry(name.clone()).or_insert_with(named);
        }
        for (name, (_, member)) in &mut self.members {
            if let Some(older) = older.member(name) {
                member.heed(older);
            }
        }
        if let Some(entry) = &older.entry {
            self.entry.get_or_insert_default().heed(entry);
        }
    }

    /// Where no schema says which member is for deprecations, its name does.
    fn mark_deprecation(&mut self) {
        let member = (usize::MAX, Self::default());
        let (_, shape) = self.members.entry(DEPRECATED.to_owned()).or_insert(member);
        shape.is_deprecation = true;
        shape.leads_to_deprecation = true;
        self.leads_to_deprecation = true;
    }

    fn add(&mut self, field: &Field, path: &[Segment]) {
        self.leads_to_deprecation |= field.is_deprecation;
        let Some((below, rest)) = self.branch(path) else {
            self.identity.clone_from(&field.identity);
            self.references.clone_from(&field.references);
            self.is_meaning = field.is_meaning;
            self.is_prose = field.is_prose;
            self.is_required = field.is_required;
            self.is_deprecation = field.is_deprecation;
            return;
        };
        below.add(field, rest);
    }

    fn add_meaning(&mut self, path: &[Segment]) {
        match self.branch(path) {
            None => self.is_meaning = true,
            Some((below, rest)) => below.add_meaning(rest),
        }
    }

    /// The first shape on the way to a place, made where there is none, and the rest of the way.
    fn branch<'p>(&mut self, path: &'p [Segment]) -> Option<(&mut Self, &'p [Segment])> {
        let (first, rest) = path.split_first()?;
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
        Some((below, rest))
    }

    /// What holds for a member, described by name or as any entry.
    pub(crate) fn member(&self, name: &str) -> Option<&Self> {
        let named = self.members.get(name).map(|(_, shape)| shape);
        named.or(self.entry.as_deref())
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
        self.element.as_deref()
    }
}

/// Whether the schema continues with itself at a place, and marks anything there as carrying meaning. The
/// table ends there, so that what is further down carries meaning as a whole: better read twice than
/// by nobody.
fn continues_with_meaning(field: &Field, table: &FieldTable) -> bool {
    let is_within = |other: &Field| {
        let mut places = field.continues.iter();
        places.any(|place| other.path.segments().starts_with(place.segments()))
    };
    let mut marked = table.fields().iter().filter(|other| other.is_meaning);
    !field.continues.is_empty() && marked.any(is_within)
}
