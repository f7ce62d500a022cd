//! Whether every value that some schemas allow together is allowed by another one, as far as the
//! shape of the schemas shows it.
//!
//! A yes is proved; anything else means only that no proof was found. Schemas are taken apart
//! keyword by keyword: a condition is assumed before what follows from it, conditions that are
//! known to hold give their consequences, and a member has all that the schemas around it demand
//! of it. So rules may be regrouped, nested, merged or tightened however large they are.

mod conflict;
mod goal;
mod known;
#[cfg(test)]
mod tests;
mod types;

use std::cell::Cell;
use std::collections::BTreeSet;

use serde_json::{Map, Value};

use known::{Fact, Known};

/// Steps of a proof before it is given up: more than any schema that people write needs.
const MOST_STEPS: u32 = 100_000;
/// Steps that lie within one another.
const MOST_DEPTH: u32 = 80;
/// Times that consequences are looked for anew, since one may be the condition of another.
const MOST_ROUNDS: usize = 6;

/// A bound on the work of all proofs that one comparison of two schemas takes: each proof alone is
/// short, but there may be one for each pair of their rules.
pub(crate) struct Work {
    left: Cell<u64>,
}

impl Work {
    /// Looks at facts: a second or two.
    const MOST: u64 = 10_000_000;

    /// Whether there is time left for so much of it.
    pub(crate) fn spend(&self, looks: usize) -> bool {
        let left = self.left.get().saturating_sub(looks as u64);
        self.left.set(left);
        left > 0
    }
}

impl Default for Work {
    fn default() -> Self {
        Self {
            left: Cell::new(Self::MOST),
        }
    }
}

/// Whether these keywords of a schema allow all that another schema allows.
pub(crate) fn implies(
    work: &Work,
    fact: &Value,
    goal: &Map<String, Value>,
    keywords: &BTreeSet<&str>,
) -> bool {
    let prover = Prover::new(work);
    let known = prover.known(vec![Fact::Is(fact)]);
    let mut wanted = goal
        .iter()
        .filter(|(name, _)| keywords.contains(name.as_str()));
    wanted.all(|(name, value)| prover.keyword(&known, goal, name, value))
}

/// Whether a schema allows all that another one allows.
pub(crate) fn implies_all(work: &Work, fact: &Value, goal: &Value) -> bool {
    let prover = Prover::new(work);
    let known = prover.known(vec![Fact::Is(fact)]);
    prover.entails(&known, goal)
}

/// Looks for proofs, and for no longer than is sensible.
struct Prover<'w> {
    /// What is left of them.
    steps: Cell<u32>,
    depth: Cell<u32>,
    work: &'w Work,
}

impl<'w> Prover<'w> {
    fn new(work: &'w Work) -> Self {
        Self {
            steps: Cell::new(MOST_STEPS),
            depth: Cell::new(0),
            work,
        }
    }

    /// Whether there is time left for this.
    fn spend(&self, steps: u32) -> bool {
        let left = self.steps.get().saturating_sub(steps);
        self.steps.set(left);
        left > 0 && self.work.spend(0)
    }

    /// Takes a step, unless the proof has become too long; then nothing is proved.
    fn step(&self, known: &Known<'_>, prove: impl FnOnce() -> bool) -> bool {
        let depth = self.depth.get();
        let has_time = self.work.spend(1 + known.facts.len());
        if depth >= MOST_DEPTH || !has_time || !self.spend(1) {
            return false;
        }
        self.depth.set(depth + 1);
        let is_proved = prove();
        self.depth.set(depth);
        is_proved
    }

    /// Adds what follows.
    fn known<'a>(&self, facts: Vec<Fact<'a>>) -> Known<'a> {
        // However long the consequences take, there is time left for the rest of the proof.
        let before = self.steps.get();
        self.steps.set(before / 2);
        let known = self.saturated(facts);
        self.steps.set(before - (before / 2 - self.steps.get()));
        known
    }

    fn saturated<'a>(&self, facts: Vec<Fact<'a>>) -> Known<'a> {
        let mut known = Known::default();
        let mut fresh = facts;
        // Conditions that have given their consequence.
        let mut done: Vec<*const Value> = Vec::new();
        for _ in 0..MOST_ROUNDS {
            while let Some(fact) = fresh.pop() {
                known.facts.push(fact);
                match fact {
                    Fact::Is(Value::Object(schema)) => {
                        let all = schema.get("allOf").and_then(Value::as_array);
                        fresh.extend(all.into_iter().flatten().map(Fact::Is));
                        fresh.extend(schema.get("not").map(Fact::IsNot));
                    }
                    Fact::IsNot(Value::Object(schema)) if schema.len() == 1 => {
                        fresh.extend(schema.get("not").map(Fact::Is));
                    }
                    _ => {}
                }
            }
            if !self.spend(known.facts.len() as u32) {
                break;
            }
            let schemas: Vec<_> = known.schemas().collect();
            for schema in schemas {
                fresh.extend(self.consequence(&known, schema, &mut done));
            }
            if fresh.is_empty() {
                break;
            }
        }
        known
    }

    /// What follows from the conditions and alternatives of one schema.
    fn consequence<'a>(
        &self,
        known: &Known<'a>,
        schema: &'a Map<String, Value>,
        done: &mut Vec<*const Value>,
    ) -> Vec<Fact<'a>> {
        let mut found = Vec::new();
        if let Some(condition) = schema.get("if")
            && !done.contains(&std::ptr::from_ref(condition))
        {
            let (then, otherwise) = (schema.get("then"), schema.get("else"));
            if then.is_some() && self.entails(known, condition) {
                found.extend(then.map(Fact::Is));
                done.push(condition);
            } else if otherwise.is_some() && self.refutes(known, condition) {
                found.extend(otherwise.map(Fact::Is));
                done.push(condition);
            }
        }
        for name in ["anyOf", "oneOf"] {
            let Some(alternatives) = schema.get(name) else {
                continue;
            };
            if done.contains(&std::ptr::from_ref(alternatives)) {
                continue;
            }
            let branches = alternatives.as_array().into_iter().flatten();
            let left: Vec<_> = branches
                .filter(|branch| !self.refutes(known, branch))
                .collect();
            if let &[only] = &left[..] {
                found.push(Fact::Is(only));
                done.push(alternatives);
            }
        }
        found
    }

    fn assuming<'a>(&self, known: &Known<'a>, fact: Fact<'a>) -> Known<'a> {
        let mut facts = known.facts.clone();
        facts.push(fact);
        self.known(facts)
    }

    /// Whether the value is allowed by a schema.
    fn entails<'a>(&self, known: &Known<'a>, goal: &'a Value) -> bool {
        self.step(known, || self.has_goal(known, goal))
    }

    fn has_goal<'a>(&self, known: &Known<'a>, goal: &'a Value) -> bool {
        if known.is_impossible() {
            return true;
        }
        match goal {
            Value::Bool(goal) => *goal,
            Value::Object(keywords) => {
                let is_same = |fact: &Fact<'_>| matches!(fact, Fact::Is(fact) if *fact == goal);
                known.facts.iter().any(is_same) && !has_reference(goal)
                    || self.all_values(known, |value| self.allows(goal, value) == Some(true))
                    || keywords
                        .iter()
                        .all(|(name, value)| self.keyword(known, keywords, name, value))
            }
            _ => false,
        }
    }
}

fn items_of(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// Whether items are told apart by their places.
fn has_places(schema: &Map<String, Value>) -> bool {
    let is_list = schema.get("items").is_some_and(Value::is_array);
    is_list || schema.contains_key("prefixItems")
}

/// Whether a schema refers to another one, which may be another in each version. A member of that
/// name counts as a reference.
fn has_reference(schema: &Value) -> bool {
    const REFERENCES: [&str; 3] = ["$ref", "$dynamicRef", "$recursiveRef"];
    match schema {
        Value::Array(items) => items.iter().any(has_reference),
        Value::Object(members) => members
            .iter()
            .any(|(name, value)| REFERENCES.contains(&name.as_str()) || has_reference(value)),
        _ => false,
    }
}
