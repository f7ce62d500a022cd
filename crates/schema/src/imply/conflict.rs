//! Whether a schema and what is known of a value exclude one another.

use serde_json::Value;

use super::known::{Fact, Known};
use super::types::Types;
use super::{Prover, has_reference, items_of};

/// What compiling a schema costs, in steps.
const STEPS_OF_VALIDATION: u32 = 50;

impl Prover<'_> {
    /// Whether no value that is meant is allowed by a schema.
    pub(super) fn refutes<'a>(&self, known: &Known<'a>, schema: &'a Value) -> bool {
        self.step(known, || self.has_conflict(known, schema))
    }

    fn has_conflict<'a>(&self, known: &Known<'a>, schema: &'a Value) -> bool {
        if known.is_impossible() {
            return true;
        }
        let keywords = match schema {
            Value::Bool(allows) => return !allows,
            Value::Object(keywords) => keywords,
            _ => return false,
        };
        let types = known.types().and(Types::of(keywords));
        if types == Types::NONE
            || self.all_values(known, |value| self.allows(schema, value) == Some(false))
            || self.is_known_not(known, schema)
        {
            return true;
        }
        let is_refuted = |part: &'a Value| self.refutes(known, part);
        let is_member_refuted = |(name, part): (&'a String, &'a Value)| {
            let is_there = known.requires(name)
                || keywords
                    .get("required")
                    .is_some_and(|names| items_of(names).any(|one| one == name));
            is_there && self.refutes(&self.known(known.member(name)), part)
        };
        keywords.iter().any(|(name, value)| match name.as_str() {
            "allOf" => items_of(value).any(is_refuted),
            "anyOf" | "oneOf" => items_of(value).all(is_refuted),
            "not" => self.entails(known, value),
            "const" => self.is_excluded(known, value),
            "enum" => items_of(value).all(|value| self.is_excluded(known, value)),
            // Anything but an object has all members that are asked for.
            "required" if types == Types::OBJECT => items_of(value).any(|name| {
                let name = name.as_str().unwrap_or_default();
                self.known(known.member(name)).is_impossible()
            }),
            "properties" if types == Types::OBJECT => value
                .as_object()
                .into_iter()
                .flatten()
                .any(is_member_refuted),
            _ => false,
        })
    }

    /// Whether something that a schema demands is known not to hold.
    fn is_known_not<'a>(&self, known: &Known<'a>, schema: &'a Value) -> bool {
        known.facts.iter().any(|fact| match fact {
            Fact::IsNot(other) => {
                let mut facts = known.facts.clone();
                facts.push(Fact::Is(schema));
                // Its consequences are left aside: to look for them could take long each time.
                *other == schema && !has_reference(schema) || self.entails(&Known { facts }, other)
            }
            Fact::Is(_) => false,
        })
    }

    /// Whether something that is known excludes one value.
    fn is_excluded(&self, known: &Known<'_>, value: &Value) -> bool {
        known.facts.iter().any(|fact| match fact {
            Fact::Is(schema) => self.allows(schema, value) == Some(false),
            Fact::IsNot(schema) => self.allows(schema, value) == Some(true),
        })
    }

    /// Whether something holds for each of the few values that are possible.
    pub(super) fn all_values(&self, known: &Known<'_>, holds: impl Fn(&Value) -> bool) -> bool {
        known.values().is_some_and(|values| {
            let is_only = values.len() == 1;
            let mut values = values.into_iter();
            values.all(|value| holds(value) || !is_only && self.is_excluded(known, value))
        })
    }

    /// Whether a schema allows a value; `None` where that can't be said.
    pub(super) fn allows(&self, schema: &Value, value: &Value) -> Option<bool> {
        if let Value::Bool(allows) = schema {
            return Some(*allows);
        }
        if let Some(allows) = allows_plainly(schema, value) {
            return Some(allows);
        }
        if has_reference(schema) || !self.spend(STEPS_OF_VALIDATION) {
            return None;
        }
        let options = jsonschema::options().should_validate_formats(true);
        let validator = options.build(schema).ok()?;
        Some(validator.is_valid(value))
    }
}

/// Whether a schema that only lists values or types allows a value, without compiling it.
fn allows_plainly(schema: &Value, value: &Value) -> Option<bool> {
    let keywords = schema.as_object()?;
    let is_number = |value: &Value| value.is_number();
    let mut allows = true;
    for (name, own) in keywords {
        allows &= match name.as_str() {
            // The same number can be written in several ways.
            "const" if !is_number(own) && !is_number(value) => own == value,
            "enum" if !is_number(value) => items_of(own).any(|one| one == value),
            "type" if !is_number(value) => {
                Types::of_names(own).and(Types::of_value(value)) != Types::NONE
            }
            _ => return None,
        };
    }
    Some(allows)
}
