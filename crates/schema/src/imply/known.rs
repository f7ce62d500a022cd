//! What is known about a value while something about it is proved.

use serde_json::{Map, Value};

use super::has_places;
use super::types::Types;

/// What is known about a value.
#[derive(Clone, Copy)]
pub(super) enum Fact<'a> {
    /// A schema allows it.
    Is(&'a Value),
    /// A schema does not.
    IsNot(&'a Value),
}

/// All that is known about a value, consequences included.
#[derive(Clone, Default)]
pub(super) struct Known<'a> {
    pub(super) facts: Vec<Fact<'a>>,
}

impl<'a> Known<'a> {
    /// The schemas that allow the value.
    pub(super) fn schemas(&self) -> impl Iterator<Item = &'a Map<String, Value>> + '_ {
        self.facts.iter().filter_map(|fact| match fact {
            Fact::Is(Value::Object(schema)) => Some(schema),
            _ => None,
        })
    }

    pub(super) fn keyword<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'a Value> + 's {
        self.schemas().filter_map(move |schema| schema.get(name))
    }

    /// Whether no value can be meant.
    pub(super) fn is_impossible(&self) -> bool {
        let is_false = |fact: &Fact<'_>| matches!(fact, Fact::Is(Value::Bool(false)));
        self.facts.iter().any(is_false) || self.types() == Types::NONE
    }

    /// The types that the value may have.
    pub(super) fn types(&self) -> Types {
        let mut types = Types::ALL;
        for schema in self.schemas() {
            types = types.and(Types::of(schema));
        }
        types
    }

    /// Whether a member is there, if the value is an object.
    pub(super) fn requires(&self, name: &str) -> bool {
        let has = |list: &Value, name: &str| {
            let list = list.as_array();
            list.is_some_and(|list| list.iter().any(|one| one == name))
        };
        let is_required = |name: &str| self.keyword("required").any(|list| has(list, name));
        is_required(name)
            || self.keyword("dependentRequired").any(|dependent| {
                let mut members = dependent.as_object().into_iter().flatten();
                members.any(|(other, list)| has(list, name) && is_required(other))
            })
    }

    /// What is known about a member.
    pub(super) fn member(&self, name: &str) -> Vec<Fact<'a>> {
        let mut facts = Vec::new();
        for schema in self.schemas() {
            let properties = schema.get("properties").and_then(Value::as_object);
            match properties.and_then(|properties| properties.get(name)) {
                Some(own) => facts.push(Fact::Is(own)),
                None if schema.contains_key("patternProperties") => {}
                None => facts.extend(schema.get("additionalProperties").map(Fact::Is)),
            }
        }
        facts
    }

    /// What is known about every item.
    pub(super) fn items(&self) -> Vec<Fact<'a>> {
        let plain = |schema: &&Map<String, Value>| !has_places(schema);
        let items = self.schemas().filter(plain);
        items
            .filter_map(|schema| schema.get("items"))
            .map(Fact::Is)
            .collect()
    }

    /// The few values that it can be, where a schema lists them.
    pub(super) fn values(&self) -> Option<Vec<&'a Value>> {
        const MOST: usize = 100;
        let constant = self.keyword("const").next().map(|value| vec![value]);
        let listed = self.keyword("enum").filter_map(Value::as_array);
        let listed = listed.map(|list| list.iter().collect::<Vec<_>>());
        let fewest = constant.into_iter().chain(listed).min_by_key(Vec::len);
        fewest.filter(|values| values.len() <= MOST)
    }
}
