//! What changed in one record: both versions are walked side by side, with the schema's view on
//! each place.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::change::{Change, Detail, Echo, Part, Place, escape};
use crate::contract::Kind;
use crate::deprecation::is_deprecation;
use crate::redirect::Redirects;
use crate::role::{OUTSIDE_CODES, OUTSIDE_NAME, Role, role_of};
use crate::shape::Shape;
use crate::text;

/// Compares the versions of records of one collection.
pub(crate) struct Comparer<'a> {
    pub(crate) collection: &'a str,
    pub(crate) shape: &'a Shape,
    pub(crate) redirects: &'a Redirects,
    /// Whether it is told of the whole record that it was deprecated or restored.
    pub(crate) tells_deprecation: bool,
    pub(crate) changes: Vec<Change>,
    pub(crate) echoes: Vec<Echo>,
}

/// Where the comparer is, in both versions.
#[derive(Clone)]
pub(crate) struct At<'a> {
    pub(crate) record: &'a str,
    pub(crate) shape: Option<&'a Shape>,
    path: Vec<Part>,
    old_pointer: String,
    new_pointer: String,
    /// Whether this or anything around it carries meaning.
    pub(crate) is_meaning: bool,
    pub(crate) role: Option<Role>,
}

impl<'a> At<'a> {
    fn of_record(record: &'a str, shape: &'a Shape) -> Self {
        Self {
            record,
            shape: Some(shape),
            path: Vec::new(),
            old_pointer: String::new(),
            new_pointer: String::new(),
            is_meaning: shape.is_meaning,
            role: None,
        }
    }

    fn member(&self, name: &str) -> Self {
        let shape = self.shape.and_then(|shape| shape.member(name));
        let step = format!("/{}", escape(name));
        let mut below = self.below(shape, Part::Member(name.to_owned()), &step, &step);
        below.role = role_of(name, self.role, self.path.is_empty());
        below
    }

    /// An item that stands at some position in each version.
    pub(crate) fn item(&self, part: Part, old: usize, new: usize) -> Self {
        let shape = self.shape.and_then(Shape::element);
        self.below(shape, part, &format!("/{old}"), &format!("/{new}"))
    }

    /// Whether a value here, or anything in it, carries meaning.
    fn carries_meaning(&self, value: Option<&Value>) -> bool {
        let both = self.shape.zip(value);
        both.is_some_and(|(shape, value)| shape.carries_meaning(value))
    }

    /// Whether a value here says which work a record is about. That has a reader without a mark of the
    /// schema, with which no program could mend how it is written; one code more takes nothing away.
    fn tells_what_it_is(&self) -> bool {
        let pointer = &self.old_pointer.as_str();
        OUTSIDE_CODES.contains(pointer) || *pointer == OUTSIDE_NAME
    }

    fn below(&self, shape: Option<&'a Shape>, part: Part, old: &str, new: &str) -> Self {
        let mut path = self.path.clone();
        path.push(part);
        Self {
            record: self.record,
            shape,
            path,
            old_pointer: format!("{}{old}", self.old_pointer),
            new_pointer: format!("{}{new}", self.new_pointer),
            is_meaning: self.is_meaning || shape.is_some_and(|shape| shape.is_meaning),
            role: self.role,
        }
    }
}

impl Comparer<'_> {
    /// Compares two versions of a record, or a record with the one that took its place.
    pub(crate) fn record(&mut self, id: &str, old: &Value, new: &Value) {
        let shape = self.shape;
        self.value(&At::of_record(id, shape), old, new);
    }

    pub(crate) fn value(&mut self, at: &At<'_>, old: &Value, new: &Value) {
        if old == new {
            return;
        }
        match (old, new) {
            (Value::Object(old), Value::Object(new)) => self.members(at, old, new),
            (Value::Array(old), Value::Array(new)) => self.items(at, old, new),
            (Value::String(old), Value::String(new)) => self.string(at, old, new),
            _ => self.changed(at, old, new),
        }
    }

    fn members(&mut self, at: &At<'_>, old: &Map<String, Value>, new: &Map<String, Value>) {
        let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        let mut names: Vec<_> = names.into_iter().collect();
        let position = |name: &String| at.shape.map(|shape| shape.position(name));
        names.sort_by_key(|name| position(name));
        for name in names {
            let below = at.member(name);
            let is_list = matches!(
                below.role,
                Some(Role::Citations | Role::Codes | Role::FormerCodes)
            );
            let (old, new) = (old.get(name), new.get(name));
            // The deprecation of a record is a change of the record.
            if self.tells_deprecation
                && below.shape.is_some_and(|shape| shape.is_deprecation)
                && old.is_some_and(is_deprecation) != new.is_some_and(is_deprecation)
            {
                continue;
            }
            match (old, new) {
                (Some(old), Some(new)) => self.value(&below, old, new),
                (Some(Value::Array(old)), None) if is_list => self.items(&below, old, &[]),
                (None, Some(Value::Array(new))) if is_list => self.items(&below, &[], new),
                (old, new) => {
                    let kind = match below.role {
                        Some(Role::Review) => Kind::ReviewChanged,
                        Some(Role::Passage) => Kind::PassageChanged,
                        _ if new.is_some() => Kind::FieldSet,
                        _ => Kind::FieldUnset,
                    };
                    let mut change = self.change(&below, kind, old, new);
                    // What is not there has no pointer.
                    if old.is_none() {
                        change.place.old_pointer = None;
                    } else {
                        change.place.new_pointer = None;
                    }
                    self.changes.push(change);
                }
            }
        }
    }

    fn string(&mut self, at: &At<'_>, old: &str, new: &str) {
        let references = at.shape.map_or(&[][..], |shape| &shape.references);
        if !references.is_empty() {
            if self.redirects.explains(old, new, references) {
                self.echo(at, old, new);
            } else if at.role == Some(Role::Review) {
                self.changed(at, &old.into(), &new.into());
            } else {
                self.push(at, Kind::ReferenceRetargeted, old, new, Detail::None);
            }
            return;
        }
        if !at.shape.is_some_and(|shape| shape.is_prose) {
            self.changed(at, &old.into(), &new.into());
            return;
        }
        let signals = text::signals(old, new);
        let kind = if signals.is_empty() {
            Kind::TextEdited
        } else {
            Kind::TextMeaningChanged
        };
        let words = text::words(old, new);
        self.push(at, kind, old, new, Detail::Text { words, signals });
    }

    fn push(&mut self, at: &At<'_>, kind: Kind, old: &str, new: &str, detail: Detail) {
        let change = self.change(at, kind, Some(&old.into()), Some(&new.into()));
        self.changes.push(Change { detail, ..change });
    }

    /// One value became another one.
    pub(crate) fn changed(&mut self, at: &At<'_>, old: &Value, new: &Value) {
        let kind = match at.role {
            Some(Role::Review) => Kind::ReviewChanged,
            Some(Role::Passage) => Kind::PassageChanged,
            _ => Kind::FieldChanged,
        };
        self.changes
            .push(self.change(at, kind, Some(old), Some(new)));
    }

    pub(crate) fn change(
        &self,
        at: &At<'_>,
        kind: Kind,
        old: Option<&Value>,
        new: Option<&Value>,
    ) -> Change {
        Change {
            kind,
            place: Place {
                collection: Some(self.collection.to_owned()),
                record: Some(at.record.to_owned()),
                file: None,
                path: at.path.clone(),
                old_pointer: Some(at.old_pointer.clone()),
                new_pointer: Some(at.new_pointer.clone()),
            },
            old: old.cloned(),
            new: new.cloned(),
            is_meaning: at.is_meaning
                || at.carries_meaning(old)
                || at.carries_meaning(new)
                || old.is_some() && at.tells_what_it_is(),
            detail: Detail::None,
        }
    }

    pub(crate) fn echo(&mut self, at: &At<'_>, from: &str, to: &str) {
        self.echoes.push(Echo {
            collection: self.collection.to_owned(),
            record: at.record.to_owned(),
            pointer: at.new_pointer.clone(),
            from: from.to_owned(),
            to: to.to_owned(),
        });
    }
}
