//! Two versions of a schema: where they differ in what they allow, and whether it is proved which
//! of them allows more.
//!
//! What the field table shows (which members there are, their types, whether they are required,
//! the values of an enumeration) is left to those who compare the tables. For all else, the
//! narrowest place that differs is brought into canonical form on both sides, and the two sets of
//! values are compared; where that would take too long, a proof is looked for in how the schemas
//! are made. What can't be decided is said to be unknown.

use std::collections::{BTreeMap, BTreeSet};

use jsonschema::canonical::{self, CanonicalKind, CanonicalSchema, Containment};
use serde_json::{Map, Value, json};

use crate::Schema;
use crate::imply::{Work, implies, implies_all};

/// A place where two versions of a schema differ in more than the field table shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// JSON pointer into the schema, its references put in place.
    pub pointer: String,
    /// What the older version says there, without its notes.
    pub old: Option<Value>,
    /// What the newer version says there, without its notes.
    pub new: Option<Value>,
    /// What the newer version allows there.
    pub relation: Relation,
    /// What the field table shows of it, where it does. A row is made of all that is said of a field, so
    /// that one change may hide behind what is said elsewhere: who compares the tables looks whether
    /// they tell as much.
    pub shown: Option<Shown>,
}

/// What the field table shows of a difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shown {
    /// Which values the place may have.
    Values,
    /// Whether a member of the place has to be there.
    Required(String),
}

/// What the newer version of a schema allows, compared with the older one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Relation {
    /// The same values.
    Same,
    /// Only values that the older one allowed.
    Narrower,
    /// Values that the older one announced: those of an enumeration that may grow.
    Announced,
    /// Values that the older one did not allow.
    Wider,
    /// It could not be decided.
    Unknown,
}

/// Keywords that are notes.
const NOTES: &[&str] = &[
    "title",
    "description",
    "$comment",
    "examples",
    "default",
    "deprecated",
    "readOnly",
    "writeOnly",
    "$schema",
    "$id",
    "id",
    "$anchor",
    "$defs",
    "definitions",
];

/// Keywords whose change the field table shows.
const TABLED: &[&str] = &["type", "enum", "const", "required"];

/// Keywords that mean something only together.
const GROUPS: &[&[&str]] = &[
    &["if", "then", "else"],
    &["contains", "minContains", "maxContains"],
    &[
        "additionalProperties",
        "patternProperties",
        "unevaluatedProperties",
        "properties",
    ],
    &[
        "items",
        "prefixItems",
        "additionalItems",
        "unevaluatedItems",
    ],
];

/// Bringing a schema into canonical form takes time that grows steeply with its size: this many
/// bytes take a few milliseconds.
const MOST_BYTES: usize = 2_000;
/// Where alternatives are multiplied out, and patterns with them, the time explodes: a condition
/// for each of ten coding systems takes minutes.
const MOST_BYTES_WITH_ALTERNATIVES: usize = 300;
/// What that costs beside looks at facts, for each byte.
const LOOKS_PER_BYTE: usize = 100;
/// The keywords that make alternatives.
const ALTERNATIVES: &[&str] = &[
    "if",
    "not",
    "oneOf",
    "anyOf",
    "contains",
    "dependentSchemas",
];

impl Schema {
    /// Whether another schema, and all that lies in its library, has the same text: then there is
    /// nothing to compare.
    pub fn has_text_of(&self, other: &Self) -> bool {
        fn texts(schema: &Schema) -> BTreeMap<&str, &str> {
            let documents = schema.library().documents.iter();
            let texts = documents.map(|document| (document.uri.as_str(), document.text.as_str()));
            texts.collect()
        }
        self.uri() == other.uri() && texts(self) == texts(other)
    }

    /// Where a newer version of this schema differs in more than the field table shows.
    pub fn differences(&self, newer: &Self) -> Vec<Difference> {
        let mut comparer = Comparer::default();
        match (self.expanded(), newer.expanded()) {
            (Some(old), Some(new)) => comparer.visit("", &old, &new),
            _ => comparer.say("", Relation::Unknown, None, None),
        }
        comparer.differences
    }
}

/// What is demanded beside all else, each with its place.
type Demands = Vec<(String, Value)>;

#[derive(Default)]
struct Comparer {
    differences: Vec<Difference>,
    work: Work,
}

impl Comparer {
    fn say(&mut self, pointer: &str, relation: Relation, old: Option<&Value>, new: Option<&Value>) {
        self.differences
            .push(difference(pointer, relation, old, new));
    }

    fn visit(&mut self, pointer: &str, old: &Value, new: &Value) {
        let (whole_old, whole_new) = (old, new);
        let (old, new) = (without_notes(old), without_notes(new));
        if old == new {
            if listing_values(whole_old) != listing_values(whole_new) {
                self.differences.push(Difference {
                    shown: Some(Shown::Values),
                    ..difference(pointer, Relation::Announced, None, None)
                });
            }
            return;
        }
        let (Value::Object(old), Value::Object(new)) = (&old, &new) else {
            self.say(
                pointer,
                relation(&self.work, &old, &new),
                Some(&old),
                Some(&new),
            );
            return;
        };
        // What such a keyword forbids depends on all that stands around it.
        let is_entangled = [old, new].into_iter().any(has_unevaluated);
        if !is_entangled {
            let whole = (Value::Object(old.clone()), Value::Object(new.clone()));
            let demands = (parts(pointer, &whole.0), parts(pointer, &whole.1));
            if is_one_beside_other(&demands.0, &demands.1) {
                let told = self.differences.len();
                self.conjunction(pointer, demands, (&whole.0, &whole.1));
                if self.differences.len() == told {
                    self.say(pointer, Relation::Same, Some(&whole.0), Some(&whole.1));
                }
                return;
            }
        }
        let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        let mut unexplained = BTreeSet::new();
        for name in names {
            let (before, after) = (old.get(name), new.get(name));
            if before == after || TABLED.contains(&name.as_str()) {
                continue;
            }
            let below = format!("{pointer}/{name}");
            // What is below is looked at with its notes: they tell which enumerations may grow.
            match (name.as_str(), whole_old.get(name), whole_new.get(name)) {
                ("properties", before, after) => {
                    self.properties(&below, (before, after), (old, new), &mut unexplained);
                }
                (
                    "items"
                    | "additionalProperties"
                    | "additionalItems"
                    | "unevaluatedItems"
                    | "unevaluatedProperties",
                    Some(before @ Value::Object(_)),
                    Some(after @ Value::Object(_)),
                ) => self.visit(&below, before, after),
                ("allOf", _, _) if !is_entangled => {
                    let whole = (Value::Object(old.clone()), Value::Object(new.clone()));
                    let demands = (listed(&below, before), listed(&below, after));
                    self.conjunction(&below, demands, (&whole.0, &whole.1));
                }
                _ => {
                    unexplained.insert(name.as_str());
                }
            }
        }
        self.shown(pointer, old, new);
        if unexplained.is_empty() {
            return;
        }
        let part = |schema: &Map<String, Value>| {
            if is_entangled {
                Value::Object(schema.clone())
            } else {
                reduce(schema, &unexplained)
            }
        };
        let (before, after) = (part(old), part(new));
        let keywords = in_groups(&unexplained);
        let follows = |fact: &Map<String, Value>, goal: &Map<String, Value>| {
            implies(&self.work, &Value::Object(fact.clone()), goal, &keywords)
        };
        let found = match prove(&self.work, &before, &after) {
            Relation::Unknown if !is_entangled => {
                Relation::of_proofs(follows(new, old), follows(old, new))
            }
            // What it no longer demands may be demanded beside it.
            Relation::Wider if !is_entangled && follows(new, old) => {
                Relation::of_proofs(true, follows(old, new))
            }
            Relation::Narrower if !is_entangled && follows(old, new) => Relation::Same,
            found => found,
        };
        self.say(pointer, found, Some(&before), Some(&after));
    }

    /// What the field table shows of a place, as far as the rest of the place does not demand it
    /// anyway.
    fn shown(&mut self, pointer: &str, old: &Map<String, Value>, new: &Map<String, Value>) {
        let pick = |schema: &Map<String, Value>| {
            let is_of_values = |name: &str| TABLED.contains(&name) && name != "required";
            let picked = schema.iter().filter(|(name, _)| is_of_values(name));
            let picked = picked.map(|(name, value)| (name.clone(), value.clone()));
            Value::Object(picked.collect())
        };
        let whole = (Value::Object(old.clone()), Value::Object(new.clone()));
        let (before, after) = (pick(old), pick(new));
        if before != after {
            let found = match relation(&self.work, &before, &after) {
                Relation::Same => Relation::Same,
                found => {
                    let is_within =
                        found == Relation::Narrower || implies_all(&self.work, &whole.1, &before);
                    let was_within = implies_all(&self.work, &whole.0, &after);
                    match (is_within, was_within) {
                        (false, _) => found,
                        proofs => Relation::of_proofs(proofs.0, proofs.1),
                    }
                }
            };
            if found != Relation::Same {
                self.differences.push(Difference {
                    shown: Some(Shown::Values),
                    ..difference(pointer, found, Some(&before), Some(&after))
                });
            }
        }
        let names = |schema: &Map<String, Value>| -> BTreeSet<String> {
            let names = schema.get("required").and_then(Value::as_array);
            let names = names.into_iter().flatten().filter_map(Value::as_str);
            names.map(str::to_owned).collect()
        };
        let (before, after) = (names(old), names(new));
        let below = format!("{pointer}/required");
        for name in before.symmetric_difference(&after) {
            let demand = json!({ "required": [name] });
            let is_gone = before.contains(name);
            let (found, elsewhere) = match is_gone {
                true => (Relation::Wider, &whole.1),
                false => (Relation::Narrower, &whole.0),
            };
            if !implies_all(&self.work, elsewhere, &demand) {
                let (old, new) = match is_gone {
                    true => (Some(&demand), None),
                    false => (None, Some(&demand)),
                };
                self.differences.push(Difference {
                    shown: Some(Shown::Required(name.clone())),
                    ..difference(&below, found, old, new)
                });
            }
        }
    }

    /// Members that both have are compared; others are rows that only one table has, unless it has
    /// them from elsewhere. `whole` are the schemas that the members are of.
    fn properties(
        &mut self,
        pointer: &str,
        (before, after): (Option<&Value>, Option<&Value>),
        whole: (&Map<String, Value>, &Map<String, Value>),
        unexplained: &mut BTreeSet<&str>,
    ) {
        let none = Map::new();
        let members = |value: Option<&'_ Value>| -> Map<String, Value> {
            let members = value.and_then(Value::as_object);
            members.unwrap_or(&none).clone()
        };
        let (before, after) = (members(before), members(after));
        let gone = before.keys().filter(|name| !after.contains_key(*name));
        for name in after.keys().chain(gone) {
            let below = format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"));
            let (named, other) = match (before.get(name), after.get(name)) {
                (Some(old), Some(new)) => {
                    self.visit(&below, old, new);
                    continue;
                }
                (Some(old), None) => (old, whole.1),
                (None, new) => (new.unwrap_or(&Value::Null), whole.0),
            };
            // A member that is only forbidden has no row; a pattern may hold for one without a name.
            let has_patterns = other.contains_key("patternProperties");
            if named == &Value::Bool(false) || has_patterns && speaks_of(other, name) {
                unexplained.insert("properties");
            } else if speaks_of(other, name) {
                self.unnamed(&below, name, whole);
            } else if !before.contains_key(name) && holds_for_others(other) {
                self.newly_named(&below, name, whole);
            }
        }
    }

    /// A member that the older version does not name, though it says what such members may be: that the
    /// newer one has a row for it is no news of its values.
    fn newly_named(
        &mut self,
        pointer: &str,
        name: &str,
        (old, new): (&Map<String, Value>, &Map<String, Value>),
    ) {
        let (before, after) = (of_member(old, name), of_member(new, name));
        let found = relation(&self.work, &before, &after);
        if matches!(found, Relation::Wider | Relation::Unknown) {
            self.say(pointer, found, Some(&before), Some(&after));
        }
    }

    /// A member that one version names here, and both of them elsewhere.
    fn unnamed(
        &mut self,
        pointer: &str,
        name: &str,
        (old, new): (&Map<String, Value>, &Map<String, Value>),
    ) {
        let (before, after) = (of_member(old, name), of_member(new, name));
        if before == after {
            return;
        }
        let demand = |schema: &Value| json!({ "properties": { name: schema } });
        let follows = |fact: &Map<String, Value>, schema: &Value| {
            implies_all(&self.work, &Value::Object(fact.clone()), &demand(schema))
        };
        let found = match (follows(new, &before), follows(old, &after)) {
            (false, false) => relation(&self.work, &before, &after),
            (is_within, was_within) => Relation::of_proofs(is_within, was_within),
        };
        if found != Relation::Same {
            self.differences.push(Difference {
                shown: Some(Shown::Values),
                ..difference(pointer, found, Some(&before), Some(&after))
            });
        }
    }

    /// What is demanded beside all else. A demand that is gone widens, unless what is left in the
    /// newer version makes it all the same; a new one narrows, unless the older version made it.
    fn conjunction(
        &mut self,
        pointer: &str,
        (mut before, mut after): (Demands, Demands),
        whole: (&Value, &Value),
    ) {
        let all = |demands: &[(String, Value)]| -> Value {
            demands.iter().map(|(_, demand)| demand.clone()).collect()
        };
        let demands = (all(&before), all(&after));
        before.retain(|(_, demand)| {
            let twin = after.iter().position(|(_, other)| other == demand);
            twin.inspect(|&at| drop(after.remove(at))).is_none()
        });
        before.retain(|(_, demand)| !says_nothing(demand));
        after.retain(|(_, demand)| !says_nothing(demand));
        if before.is_empty() && after.is_empty() {
            return;
        }
        before.retain(|(_, demand)| !implies_all(&self.work, whole.1, demand));
        after.retain(|(_, demand)| !implies_all(&self.work, whole.0, demand));
        let demands = (Some(&demands.0), Some(&demands.1));
        match (&before[..], &after[..]) {
            ([], []) => self.say(pointer, Relation::Same, demands.0, demands.1),
            ([], added) => {
                for (place, demand) in added {
                    self.say(place, Relation::Narrower, None, Some(demand));
                }
            }
            (removed, []) => {
                for (place, demand) in removed {
                    self.say(place, Relation::Wider, Some(demand), None);
                }
            }
            (removed, added) if removed.len() == added.len() => {
                for ((_, old), (place, new)) in removed.iter().zip(added) {
                    // The field table does not show what holds under a condition.
                    let found = relation(&self.work, old, new);
                    self.say(place, found, Some(old), Some(new));
                }
            }
            _ => self.say(pointer, Relation::Unknown, demands.0, demands.1),
        }
    }
}

impl Relation {
    /// What is known once it was tried to prove that the newer version allows nothing that the
    /// older one did not, and the other way round.
    fn of_proofs(is_new_within_old: bool, is_old_within_new: bool) -> Self {
        match (is_new_within_old, is_old_within_new) {
            (true, true) => Self::Same,
            (true, false) => Self::Narrower,
            (false, true) => Self::Wider,
            (false, false) => Self::Unknown,
        }
    }
}

fn difference(
    pointer: &str,
    relation: Relation,
    old: Option<&Value>,
    new: Option<&Value>,
) -> Difference {
    Difference {
        pointer: pointer.to_owned(),
        old: old.cloned(),
        new: new.cloned(),
        relation,
        shown: None,
    }
}

/// What a schema demands beside all else by `allOf`, each with its place.
fn listed(pointer: &str, demands: Option<&Value>) -> Demands {
    let demands = demands.and_then(Value::as_array).into_iter().flatten();
    let demands = demands.map(without_notes).enumerate();
    demands
        .map(|(position, demand)| (format!("{pointer}/{position}"), demand))
        .collect()
}

/// What a schema says itself, and what it demands by `allOf`, at every depth.
fn parts(pointer: &str, schema: &Value) -> Demands {
    let whole = || vec![(pointer.to_owned(), schema.clone())];
    let Value::Object(keywords) = schema else {
        return whole();
    };
    // What such a keyword forbids depends on what is demanded beside it.
    if has_unevaluated(keywords) {
        return whole();
    }
    let mut own = keywords.clone();
    own.shift_remove("allOf");
    let itself = (pointer.to_owned(), Value::Object(own));
    let others = listed(&format!("{pointer}/allOf"), keywords.get("allOf"));
    let others = others.iter().flat_map(|(place, part)| parts(place, part));
    std::iter::once(itself).chain(others).collect()
}

/// Whether one version says itself what the other one demands by `allOf`: so it is where something
/// came to stand beside a reference, or stands there no longer.
fn is_one_beside_other(old: &[(String, Value)], new: &[(String, Value)]) -> bool {
    let has = |all: &[(String, Value)], own: &Value| {
        let mut others = all.iter().skip(1);
        !says_nothing(own) && others.any(|(_, part)| part == own)
    };
    match (old.first(), new.first()) {
        (Some((_, before)), Some((_, after))) if before != after => {
            has(old, after) || has(new, before)
        }
        _ => false,
    }
}

/// Whether a schema without its notes allows every value.
fn says_nothing(schema: &Value) -> bool {
    schema == &Value::Bool(true) || schema.as_object().is_some_and(Map::is_empty)
}

/// What a schema says itself of a member.
fn of_member(schema: &Map<String, Value>, name: &str) -> Value {
    let members = schema.get("properties").and_then(Value::as_object);
    let named = members.and_then(|members| members.get(name));
    let said = named.or_else(|| schema.get("additionalProperties"));
    said.map_or(Value::Bool(true), without_notes)
}

/// Whether a schema has rows for a member by other ways than its own `properties`.
fn speaks_of(schema: &Map<String, Value>, name: &str) -> bool {
    let names = |schema: &Map<String, Value>| {
        let members = schema.get("properties").and_then(Value::as_object);
        members.is_some_and(|members| members.contains_key(name))
    };
    let speaks = |part: &Value| {
        let part = part.as_object();
        part.is_some_and(|part| names(part) || speaks_of(part, name))
    };
    schema
        .iter()
        .any(|(keyword, value)| match keyword.as_str() {
            "allOf" | "anyOf" | "oneOf" => {
                let mut schemas = value.as_array().into_iter().flatten();
                schemas.any(speaks)
            }
            "dependentSchemas" | "dependencies" => {
                let mut schemas = value.as_object().into_iter().flatten();
                schemas.any(|(_, schema)| speaks(schema))
            }
            "then" | "else" => speaks(value),
            _ => false,
        })
}

/// Whether a schema says of the members that it does not name what they may be.
fn holds_for_others(schema: &Map<String, Value>) -> bool {
    let others = schema.get("additionalProperties");
    others.is_some_and(|others| others.is_object() && !says_nothing(&without_notes(others)))
}

/// Compares the values that two whole schemas allow.
fn relation(work: &Work, old: &Value, new: &Value) -> Relation {
    match prove(work, old, new) {
        Relation::Unknown => {
            Relation::of_proofs(implies_all(work, new, old), implies_all(work, old, new))
        }
        found => found,
    }
}

/// Whether a schema forbids what no other keyword beside or within it speaks of.
fn has_unevaluated(schema: &Map<String, Value>) -> bool {
    let names = ["unevaluatedProperties", "unevaluatedItems"];
    names.iter().any(|name| schema.contains_key(*name))
}

/// Keywords with those that they mean something with. Members that both versions name are compared
/// on their own.
fn in_groups<'k>(keywords: &BTreeSet<&'k str>) -> BTreeSet<&'k str> {
    let mut all = keywords.clone();
    for group in GROUPS {
        if group.iter().any(|name| keywords.contains(name)) {
            all.extend(group.iter().filter(|name| **name != "properties"));
        }
    }
    all
}

/// The part of a schema that some keywords make, with those that they go together with.
fn reduce(schema: &Map<String, Value>, keywords: &BTreeSet<&str>) -> Value {
    let is_meant = |name: &str| {
        let goes_together = |group: &&&[&str]| {
            group.contains(&name) && group.iter().any(|other| keywords.contains(other))
        };
        name == "type"
            || keywords.contains(name)
            || GROUPS.iter().any(|group| goes_together(&group))
    };
    let members = schema.iter().filter(|(name, _)| is_meant(name));
    let members = members.map(|(name, value)| (name.clone(), value.clone()));
    Value::Object(members.collect())
}

/// A schema without its notes, at every depth that holds schemas, and without the values of
/// enumerations that were announced to grow: any other value may come.
fn without_notes(schema: &Value) -> Value {
    stripped(schema, false)
}

/// The same with these values.
fn listing_values(schema: &Value) -> Value {
    stripped(schema, true)
}

fn stripped(schema: &Value, lists_values: bool) -> Value {
    let without_notes = |schema: &Value| stripped(schema, lists_values);
    let Value::Object(keywords) = schema else {
        return schema.clone();
    };
    let mut kept = Map::new();
    for (name, value) in keywords {
        let is_open = name == "enum" && keywords.get("x-open-enum") == Some(&Value::Bool(true));
        let is_left_out = is_open && !lists_values;
        if NOTES.contains(&name.as_str()) || name.starts_with("x-") || is_left_out {
            continue;
        }
        let stripped = match (name.as_str(), value) {
            ("enum" | "required", _) => sorted(value),
            ("const" | "dependentRequired" | "dependencies", _) => value.clone(),
            ("properties" | "patternProperties" | "dependentSchemas", Value::Object(members)) => {
                let members = members.iter();
                let stripped = members.map(|(name, schema)| (name.clone(), without_notes(schema)));
                Value::Object(stripped.collect())
            }
            (_, Value::Array(schemas)) => schemas.iter().map(without_notes).collect(),
            _ => without_notes(value),
        };
        kept.insert(name.clone(), stripped);
    }
    Value::Object(kept)
}

/// A list of values whose order means nothing.
fn sorted(value: &Value) -> Value {
    let Value::Array(values) = value else {
        return value.clone();
    };
    let by_text: BTreeMap<String, &Value> = values
        .iter()
        .map(|value| (value.to_string(), value))
        .collect();
    by_text.into_values().cloned().collect()
}

/// Compares the values that two schemas allow.
fn prove(work: &Work, old: &Value, new: &Value) -> Relation {
    let (Some(old), Some(new)) = (canonicalize(work, old), canonicalize(work, new)) else {
        return Relation::Unknown;
    };
    let covers = |left: &CanonicalSchema, right: &CanonicalSchema| {
        left.covers(right).unwrap_or(Containment::Unknown)
    };
    match (covers(&old, &new), covers(&new, &old)) {
        (Containment::Yes, Containment::Yes) => Relation::Same,
        (Containment::Yes, _) => Relation::Narrower,
        (Containment::No, _) => Relation::Wider,
        (Containment::Unknown, _) => Relation::Unknown,
    }
}

fn canonicalize(work: &Work, schema: &Value) -> Option<CanonicalSchema> {
    let most = if has_alternatives(schema) {
        MOST_BYTES_WITH_ALTERNATIVES
    } else {
        MOST_BYTES
    };
    let length = schema.to_string().len();
    if length > most || !work.spend(length * LOOKS_PER_BYTE) {
        return None;
    }
    let options = canonical::options().offline().should_validate_formats(true);
    let form = options.canonicalize(schema).ok()?;
    (form.kind() != CanonicalKind::Raw).then_some(form)
}

/// Whether a keyword that makes alternatives is anywhere in a schema; a member of that name counts
/// as one.
fn has_alternatives(schema: &Value) -> bool {
    match schema {
        Value::Array(items) => items.iter().any(has_alternatives),
        Value::Object(members) => members
            .iter()
            .any(|(name, value)| ALTERNATIVES.contains(&name.as_str()) || has_alternatives(value)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn differences(old: Value, new: Value) -> String {
        let mut comparer = Comparer::default();
        comparer.visit("", &old, &new);
        let told: Vec<_> = comparer
            .differences
            .iter()
            .filter(|difference| difference.shown.is_none())
            .map(|difference| format!("{} {:?}", difference.pointer, difference.relation))
            .collect();
        told.join("; ")
    }

    fn of_member(old: Value, new: Value) -> String {
        let around = |schema: Value| json!({"type": "object", "properties": {"a": schema}});
        differences(around(old), around(new))
    }

    #[test]
    fn constraints_are_compared_by_what_they_allow() {
        for (old, new, expected) in [
            (
                json!({"type": "integer", "minimum": 1}),
                json!({"type": "integer", "minimum": 2}),
                "Narrower",
            ),
            (
                json!({"type": "integer", "minimum": 2}),
                json!({"type": "integer", "minimum": 1}),
                "Wider",
            ),
            (
                json!({"type": "integer", "minimum": 1}),
                json!({"type": "integer", "exclusiveMinimum": 0}),
                "Same",
            ),
            (
                json!({"type": "string"}),
                json!({"type": "string", "maxLength": 5}),
                "Narrower",
            ),
            (
                json!({"type": "array", "items": {"type": "string"}, "minItems": 1}),
                json!({"type": "array", "items": {"type": "string"}}),
                "Wider",
            ),
        ] {
            assert_eq!(of_member(old, new), format!("/properties/a {expected}"));
        }
    }

    #[test]
    fn what_the_field_table_shows_is_left_to_it() {
        let old =
            json!({"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}});
        let new = json!({
            "title": "x",
            "type": "object",
            "properties": {"a": {"type": ["null", "string"], "x-meaning": true}, "b": {}},
        });
        assert_eq!(differences(old, new), "");
    }

    /// What is left to the field table, where it tells as much.
    fn shown(old: Value, new: Value) -> String {
        let mut comparer = Comparer::default();
        comparer.visit("", &old, &new);
        let shown = comparer.differences.iter();
        let shown = shown.filter_map(|found| Some((found, found.shown.as_ref()?)));
        let shown =
            shown.map(|(found, by)| format!("{} {:?} {by:?}", found.pointer, found.relation));
        shown.collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn what_a_row_may_hide_is_told_too() {
        let places = |kind: &str| {
            json!({
                "patternProperties": {"^x": {"type": ["string", "integer"]}},
                "additionalProperties": {"type": kind},
            })
        };
        assert_eq!(
            shown(places("string"), places("integer")),
            "/additionalProperties Wider Values"
        );
        let (named, other) = (json!({"required": ["a"]}), json!({}));
        assert_eq!(
            shown(named.clone(), other.clone()),
            r#"/required Wider Required("a")"#
        );
        assert_eq!(
            shown(other, named.clone()),
            r#"/required Narrower Required("a")"#
        );
        let twice = json!({"required": ["a"], "allOf": [{"required": ["a"]}]});
        let once = json!({"allOf": [{"required": ["a"]}]});
        assert_eq!(shown(twice, once), "", "it is demanded all the same");
        let open = |values: &[&str]| json!({"anyOf": [{"enum": values, "x-open-enum": true}]});
        assert_eq!(shown(open(&["a"]), open(&["a", "b"])), " Announced Values");
    }

    #[test]
    fn a_member_that_is_named_anew_may_be_what_others_were() {
        let others = |named: Value, others: Value| json!({"type": "object", "properties": named, "additionalProperties": others});
        let (text, number) = (json!({"type": "string"}), json!({"type": "integer"}));
        let named = |old: &Value, new: &Value| {
            differences(
                others(json!({}), old.clone()),
                others(json!({"a": new}), old.clone()),
            )
        };
        assert_eq!(named(&number, &text), "/properties/a Wider");
        assert_eq!(named(&text, &json!({})), "/properties/a Wider");
        assert_eq!(named(&text, &text), "");
        assert_eq!(named(&text, &json!({"type": "string", "maxLength": 5})), "");
        assert_eq!(named(&json!(false), &text), "");
        assert_eq!(named(&json!({"title": "x"}), &text), "");
    }

    #[test]
    fn the_order_of_a_constant_is_part_of_it() {
        let not = |values: &[u32]| json!({"not": {"const": values}});
        assert_eq!(
            of_member(not(&[1, 2]), not(&[2, 1])),
            "/properties/a Unknown"
        );
        let of_any = |values: Value| json!({"not": {"enum": values}});
        let (old, new) = (json!([[1], [2]]), json!([[2], [1]]));
        assert_eq!(of_member(of_any(old), of_any(new)), "");
        let object = |text: &str| -> Value {
            let value: Value = serde_json::from_str(text).expect("it is JSON");
            json!({"not": {"const": value}})
        };
        let (old, new) = (object(r#"{"a": 1, "b": 2}"#), object(r#"{"b": 2, "a": 1}"#));
        assert_eq!(of_member(old, new), "");
    }

    #[test]
    fn a_further_demand_narrows() {
        let demand = |name: &str| json!({"if": {"required": [name]}, "then": {"required": ["z"]}});
        let schema = |demands: &[Value]| json!({"type": "object", "allOf": demands});
        let (one, two) = (schema(&[demand("a")]), schema(&[demand("b"), demand("a")]));
        assert_eq!(differences(one.clone(), two.clone()), "/allOf/0 Narrower");
        assert_eq!(differences(two, one), "/allOf/0 Wider");
    }

    #[test]
    fn many_rules_that_all_change_take_no_longer_than_is_sensible() {
        let schema = |count: usize, member: &str| {
            let rule = |number: usize| {
                let text = json!({"text": {"const": format!("t{number}")}});
                let condition = json!({"required": ["text"], "properties": text});
                json!({"if": condition, "then": {"required": [member]}})
            };
            json!({"type": "object", "allOf": (0..count).map(rule).collect::<Vec<_>>()})
        };
        let few = differences(schema(5, "n"), schema(5, "i"));
        assert_eq!(few.matches("Wider").count(), 5, "{few}");
        // Proofs for each pair of them would take minutes.
        let many = differences(schema(400, "n"), schema(400, "i"));
        assert_eq!(many.matches("Unknown").count(), 400);
    }

    #[test]
    fn what_can_not_be_decided_is_said() {
        let long = |length: usize| json!({"not": {"const": "x".repeat(length)}});
        assert_eq!(
            differences(long(3_000), long(3_001)),
            " Unknown",
            "it would take too long"
        );
    }
}
