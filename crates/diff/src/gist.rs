//! What a whole record says, in a few lines for people: its text in the language of the dataset,
//! then the members that carry meaning and those that every record has. A schema without such marks
//! leaves the first members.

use serde_json::{Map, Value};
use treatise_dataset::{Collection, Dataset};
use treatise_schema::Identity;

use crate::role::{Role, role_of};
use crate::shape::Shape;

/// Members that are shown where no schema says which of them carry meaning.
const MOST_UNMARKED: usize = 8;
/// Members that are shown at most.
const MOST: usize = 24;

/// What a record says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Gist {
    /// Its text, where the schema has one.
    pub(crate) headline: Option<String>,
    /// The names of members with what they say, the text first.
    pub(crate) facts: Vec<(String, String)>,
    /// How many members would be worth showing too.
    pub(crate) further: usize,
}

/// How the records of a collection are told in short.
pub(crate) struct Teller<'d> {
    language: &'d str,
    /// The member at the top that holds the id.
    id: Option<&'d str>,
    shape: Shape,
}

impl<'d> Teller<'d> {
    pub(crate) fn of(collection: &'d Collection, dataset: &'d Dataset) -> Self {
        let id = collection.entry().id.as_deref();
        let schema = collection.schema();
        Self {
            language: dataset.manifest().language(),
            id: id.and_then(|pointer| pointer.strip_prefix('/')),
            shape: schema.map_or_else(Shape::default, |schema| Shape::of(schema.fields())),
        }
    }

    pub(crate) fn tell(&self, record: &Value) -> Gist {
        let Value::Object(members) = record else {
            return Gist::default();
        };
        let mut members: Vec<_> = members
            .iter()
            .filter(|(name, _)| self.id != Some(name) && !is_apart(name, None, true))
            .collect();
        if !self.shape.marks_meaning() {
            let further = members.len().saturating_sub(MOST_UNMARKED);
            members.truncate(MOST_UNMARKED);
            let facts = members.into_iter().map(|(name, value)| {
                let shape = self.shape.member(name);
                (name.clone(), self.words(value, shape, None, false))
            });
            return Gist {
                headline: None,
                facts: facts.collect(),
                further,
            };
        }
        members.sort_by_key(|(name, _)| self.shape.position(name));
        let mut gist = Gist::default();
        for (name, value) in members {
            let Some(shape) = self.shape.member(name) else {
                continue;
            };
            let role = role_of(name, None, true);
            let is_wanted = shape.is_required || shape.carries_meaning(value);
            let value = is_wanted.then(|| kept(value, shape, &[], role)).flatten();
            let Some(value) = value else {
                continue;
            };
            let text = self.words(&value, Some(shape), role, false);
            if shape.has_prose() && gist.headline.is_none() {
                gist.headline = Some(text.clone());
                gist.facts.insert(0, (name.clone(), text));
            } else {
                gist.facts.push((name.clone(), text));
            }
        }
        gist.further = gist.facts.len().saturating_sub(MOST);
        gist.facts.truncate(MOST);
        gist
    }

    /// A value as people would write it down: no quotes, no braces, and one language.
    fn words(
        &self,
        value: &Value,
        shape: Option<&Shape>,
        role: Option<Role>,
        is_within: bool,
    ) -> String {
        let (text, is_list) = match value {
            Value::String(text) => return text.clone(),
            Value::Object(texts) if shape.is_some_and(Shape::has_prose) => {
                let text = texts.get(self.language).or_else(|| texts.values().next());
                return text.map_or_else(String::new, |text| self.words(text, None, None, true));
            }
            Value::Array(items) => {
                let element = shape.and_then(Shape::element);
                let are_objects = items.iter().any(Value::is_object);
                let items = items
                    .iter()
                    .map(|item| self.words(item, element, role, !are_objects));
                let items: Vec<_> = items.collect();
                (items.join(if are_objects { "; " } else { ", " }), true)
            }
            Value::Object(members) => {
                let members = members
                    .iter()
                    .filter(|(name, _)| !is_apart(name, role, false));
                let members = members.map(|(name, value)| {
                    let shape = shape.and_then(|shape| shape.member(name));
                    let role = role_of(name, role, false);
                    format!("{name} {}", self.words(value, shape, role, true))
                });
                (members.collect::<Vec<_>>().join(", "), true)
            }
            other => (other.to_string(), false),
        };
        if is_within && is_list {
            format!("[{text}]")
        } else {
            text
        }
    }
}

/// Whether a member tells of the work on a record, or is a hash or place in a document, and nothing
/// that it says.
fn is_apart(name: &str, around: Option<Role>, is_top: bool) -> bool {
    matches!(
        role_of(name, around, is_top),
        Some(Role::Review | Role::Passage)
    )
}

/// The parts of a value that carry meaning, and the plain ones that every record has, as the title of a
/// source; `None` where there are none.
fn kept(value: &Value, shape: &Shape, keys: &[String], role: Option<Role>) -> Option<Value> {
    if shape.is_meaning || shape.is_required && shape.has_prose() {
        return Some(value.clone());
    }
    match value {
        Value::Array(items) if shape.carries_meaning(value) => {
            let element = shape.element()?;
            let keys = match &shape.identity {
                Some(Identity::Members(names)) => names.as_slice(),
                _ => &[],
            };
            let items = items.iter();
            Some(
                items
                    .filter_map(|item| kept(item, element, keys, role))
                    .collect(),
            )
        }
        Value::Object(members) => {
            let members = members.iter().filter_map(|(name, value)| {
                let shape = shape.member(name)?;
                // Without what tells it from others, an item would say little.
                let value = match keys.contains(name) {
                    true => value.clone(),
                    false => kept_member(name, value, shape, role)?,
                };
                Some((name.clone(), value))
            });
            let members: Map<_, _> = members.collect();
            (!members.is_empty()).then_some(Value::Object(members))
        }
        Value::Array(_) => None,
        scalar => shape.is_required.then(|| scalar.clone()),
    }
}

fn kept_member(name: &str, value: &Value, shape: &Shape, around: Option<Role>) -> Option<Value> {
    let is_wanted = shape.is_required || shape.carries_meaning(value);
    if !is_wanted || is_apart(name, around, false) {
        return None;
    }
    kept(value, shape, &[], role_of(name, around, false))
}
