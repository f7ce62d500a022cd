//! Whether a schema allows all that is known of a value: a rule for each keyword.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::known::{Fact, Known};
use super::types::Types;
use super::{Prover, has_places, has_reference, items_of};

/// Keywords that say something about one type of values only.
const OF_OBJECTS: &[&str] = &[
    "properties",
    "required",
    "additionalProperties",
    "patternProperties",
    "propertyNames",
    "minProperties",
    "maxProperties",
    "dependentRequired",
    "dependentSchemas",
];
const OF_ARRAYS: &[&str] = &[
    "items",
    "prefixItems",
    "additionalItems",
    "contains",
    "minContains",
    "maxContains",
    "minItems",
    "maxItems",
    "uniqueItems",
];
const OF_STRINGS: &[&str] = &["pattern", "minLength", "maxLength"];
const OF_NUMBERS: &[&str] = &[
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
];

impl Prover<'_> {
    /// Whether one keyword of a schema allows the value.
    pub(super) fn keyword<'a>(
        &self,
        known: &Known<'a>,
        goal: &'a Map<String, Value>,
        name: &str,
        value: &'a Value,
    ) -> bool {
        let types = known.types();
        let groups = [
            (OF_OBJECTS, Types::OBJECT),
            (OF_ARRAYS, Types::ARRAY),
            (OF_STRINGS, Types::STRING),
            (OF_NUMBERS, Types::NUMBER),
        ];
        let is_for = |(names, _): &&(&[&str], Types)| names.contains(&name);
        if let Some((_, meant)) = groups.iter().find(is_for)
            && types.and(*meant) == Types::NONE
        {
            return true;
        }
        match name {
            "allOf" => items_of(value).all(|schema| self.entails(known, schema)),
            "anyOf" => self.any_of(known, value),
            "oneOf" => self.one_of(known, value),
            "not" => self.refutes(known, value),
            "if" => self.condition(known, goal, value),
            // They are looked at with what they go with, and say nothing without it.
            "then" | "else" | "minContains" | "maxContains" => true,
            "properties" => {
                let mut members = value.as_object().into_iter().flatten();
                members.all(|(name, schema)| self.entails(&self.known(known.member(name)), schema))
            }
            "required" => {
                items_of(value).all(|name| name.as_str().is_some_and(|name| known.requires(name)))
            }
            "additionalProperties" => self.additional_properties(known, goal, value),
            "patternProperties" => {
                let mut members = value.as_object().into_iter().flatten();
                members.all(|(pattern, schema)| {
                    let same = known.keyword("patternProperties");
                    let same = same.filter_map(|patterns| patterns.get(pattern));
                    self.entails(&self.known(same.map(Fact::Is).collect()), schema)
                })
            }
            "propertyNames" => {
                let names = known.keyword("propertyNames").map(Fact::Is).collect();
                self.entails(&self.known(names), value)
            }
            "dependentRequired" => {
                let mut members = value.as_object().into_iter().flatten();
                members.all(|(member, names)| {
                    items_of(names).all(|name| is_dependent(known, member, name))
                })
            }
            "dependentSchemas" => {
                let mut members = value.as_object().into_iter().flatten();
                members.all(|(member, schema)| {
                    let mut facts = known.facts.clone();
                    let same = known.keyword("dependentSchemas");
                    facts.extend(same.filter_map(|all| all.get(member)).map(Fact::Is));
                    self.entails(&self.known(facts), schema)
                })
            }
            "items" | "prefixItems" | "additionalItems" => self.items(known, goal, value),
            "contains" => self.contains(known, goal, value),
            "type" => types.and(Types::of_names(value).opposite()) == Types::NONE,
            "enum" => self.all_values(known, |one| items_of(value).any(|other| other == one)),
            "const" => self.all_values(known, |one| one == value),
            "uniqueItems" if value == &Value::Bool(false) => true,
            "minimum" | "exclusiveMinimum" | "minLength" | "minItems" | "minProperties" => {
                known.keyword(name).any(|other| is_at_least(other, value))
            }
            "maximum" | "exclusiveMaximum" | "maxLength" | "maxItems" | "maxProperties" => {
                known.keyword(name).any(|other| is_at_least(value, other))
            }
            "pattern" | "format" | "multipleOf" | "uniqueItems" | "contentEncoding"
            | "contentMediaType" => known.keyword(name).any(|other| other == value),
            _ => false,
        }
    }

    /// An alternative holds, or one holds in every case of another list of alternatives.
    fn any_of<'a>(&self, known: &Known<'a>, goals: &'a Value) -> bool {
        let holds = |known: &Known<'a>| items_of(goals).any(|goal| self.entails(known, goal));
        holds(known)
            || known.keyword("anyOf").any(|cases| {
                items_of(cases).all(|case| {
                    // The case may be one that is not possible here.
                    let known = self.assuming(known, Fact::Is(case));
                    self.spend(1) && (known.is_impossible() || holds(&known))
                })
            })
    }

    /// Exactly one holds: the same alternatives, each perhaps written in another way.
    fn one_of(&self, known: &Known<'_>, goals: &Value) -> bool {
        let goals: Vec<_> = items_of(goals).collect();
        let is_equivalent = |left: &Value, right: &Value| {
            let of = |fact| self.known(vec![Fact::Is(fact)]);
            self.entails(&of(left), right) && self.entails(&of(right), left)
        };
        known.keyword("oneOf").any(|branches| {
            let branches: Vec<_> = items_of(branches).collect();
            branches.len() == goals.len()
                && branches
                    .iter()
                    .zip(&goals)
                    .all(|(branch, goal)| is_equivalent(branch, goal))
        })
    }

    fn condition<'a>(
        &self,
        known: &Known<'a>,
        goal: &'a Map<String, Value>,
        condition: &'a Value,
    ) -> bool {
        let holds = |fact: Fact<'a>, name: &str| {
            let consequence = goal.get(name);
            consequence
                .is_none_or(|consequence| self.entails(&self.assuming(known, fact), consequence))
        };
        holds(Fact::Is(condition), "then") && holds(Fact::IsNot(condition), "else")
    }

    /// What is demanded of members that neither a name nor a pattern of the goal speaks of.
    fn additional_properties<'a>(
        &self,
        known: &Known<'a>,
        goal: &'a Map<String, Value>,
        demand: &'a Value,
    ) -> bool {
        let members = |schema: &'a Map<String, Value>, name: &str| {
            schema
                .get(name)
                .and_then(Value::as_object)
                .into_iter()
                .flatten()
        };
        let named: BTreeSet<_> = members(goal, "properties").map(|(name, _)| name).collect();
        let patterns: BTreeSet<_> = members(goal, "patternProperties")
            .map(|(pattern, _)| pattern)
            .collect();
        // What these say about other members, they say about each that the goal means.
        let mut others = Vec::new();
        let mut special = BTreeSet::new();
        for schema in known.schemas() {
            let mut own = members(schema, "patternProperties");
            if let Some(rest) = schema.get("additionalProperties")
                && own.all(|(pattern, _)| patterns.contains(pattern))
            {
                others.push(Fact::Is(rest));
                special.extend(members(schema, "properties").map(|(name, _)| name));
            }
        }
        let mut special = special.difference(&named);
        self.entails(&self.known(others), demand)
            && special.all(|name| self.entails(&self.known(known.member(name)), demand))
    }

    fn items<'a>(&self, known: &Known<'a>, goal: &'a Map<String, Value>, value: &'a Value) -> bool {
        if !has_places(goal) {
            return self.entails(&self.known(known.items()), value);
        }
        // Items by their places are the same or not.
        known.schemas().any(|schema| {
            ["items", "prefixItems", "additionalItems"]
                .iter()
                .all(|name| {
                    let own = goal.get(*name);
                    schema.get(*name) == own && !own.is_some_and(has_reference)
                })
        })
    }

    fn contains<'a>(
        &self,
        known: &Known<'a>,
        goal: &'a Map<String, Value>,
        value: &'a Value,
    ) -> bool {
        known.schemas().any(|schema| {
            let Some(own) = schema.get("contains") else {
                return false;
            };
            let has_same = |name: &str| schema.get(name) == goal.get(name);
            let one = Value::from(1);
            let least = |schema: &'a Map<String, Value>| schema.get("minContains").unwrap_or(&one);
            if !is_at_least(least(schema), least(goal)) || !has_same("maxContains") {
                return false;
            }
            if goal.contains_key("maxContains") {
                return own == value && !has_reference(value);
            }
            let mut facts = known.items();
            facts.push(Fact::Is(own));
            self.entails(&self.known(facts), value)
        })
    }
}

fn is_dependent(known: &Known<'_>, member: &str, name: &Value) -> bool {
    let lists = known.keyword("dependentRequired");
    let mut lists = lists.filter_map(|dependent| dependent.get(member));
    lists.any(|list| items_of(list).any(|one| one == name))
        || name.as_str().is_some_and(|name| known.requires(name))
}

/// Whether a number is at least another one; false where rounding could decide it.
fn is_at_least(number: &Value, other: &Value) -> bool {
    /// Up to here a double holds every integer.
    const SAFE: f64 = 9_007_199_254_740_992.0;
    if let (Some(number), Some(other)) = (number.as_i64(), other.as_i64()) {
        return number >= other;
    }
    match (number.as_f64(), other.as_f64()) {
        (Some(left), Some(right)) => left.abs() < SAFE && right.abs() < SAFE && left >= right,
        _ => false,
    }
}
