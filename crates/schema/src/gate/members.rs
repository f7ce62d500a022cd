//! What schemas ask of the members of objects.

use rustc_hash::FxHashSet;
use serde_json::{Map, Value};
use treatise_source::{Key, NameSet};

use super::build::{Builder, MOST_NODES};
use super::form::{Known, Opaque, bound, members_of, names_of};
use super::switch::{Asked, There, add_words};
use super::{Case, Choice, ObjectRules, bit_of};
use crate::compile::Scope;

/// Names beyond this many have no bit of their own, and can't be asked for.
const MOST_BITS: usize = 64;

/// What is asked of an object by what is at one of its members.
struct AskedByWord<'s> {
    member: &'s str,
    cases: Vec<(There<'s>, Asked<'s>)>,
}

impl Builder<'_> {
    pub(super) fn object_rules<'s>(
        &mut self,
        scope: &Scope<'s>,
        keywords: &'s Map<String, Value>,
        switches: &[(&'s str, &'s Map<String, Value>)],
    ) -> Known<ObjectRules> {
        let required = names_of(keywords.get("required"))?;
        let properties = members_of(keywords.get("properties"))?;
        let mut dependent = Vec::new();
        for (trigger, needed) in members_of(keywords.get("dependentRequired"))? {
            dependent.push((trigger, names_of(Some(needed))?));
        }
        // Names that are asked for come first: those have a bit.
        let mut names: Vec<&str> = required.clone();
        for (trigger, needed) in &dependent {
            names.push(trigger);
            names.extend(needed);
        }
        let choices = asked_by_word(switches)?;
        for asked in choices.iter().flat_map(|choice| &choice.cases) {
            names.extend(asked.1.required.iter().chain(&asked.1.forbidden));
        }
        let mut seen = FxHashSet::default();
        names.retain(|name| seen.insert(*name));
        if names.len() > MOST_BITS {
            return Err(Opaque);
        }
        let others = properties.iter().map(|(name, _)| *name);
        names.extend(others.filter(|name| seen.insert(*name)));
        let set = NameSet::new(names.iter().copied()).ok_or(Opaque)?;

        let bits = |names: &[&str]| {
            let positions = names.iter().filter_map(|name| set.position(name));
            positions.fold(0, |bits, position| bits | bit_of(position))
        };
        let dependent = dependent
            .iter()
            .map(|(trigger, needed)| (bits(&[*trigger]), bits(needed)))
            .collect();
        let mut values = vec![None; names.len()];
        for (name, schema) in properties {
            if let Some(position) = set.position(name) {
                values[position] = Some(self.node(&scope.child(schema)));
            }
        }
        let mut child = |schema| self.node(&scope.child(schema));
        let (additional, each_name) = (
            keywords.get("additionalProperties").map(&mut child),
            keywords.get("propertyNames").map(&mut child),
        );
        Ok(ObjectRules {
            values,
            required: bits(&required),
            dependent,
            additional,
            each_name,
            least: bound(keywords, "minProperties")?.unwrap_or(0),
            most: bound(keywords, "maxProperties")?,
            choices: choices
                .into_iter()
                .map(|choice| self.choice(scope, choice, &bits))
                .collect::<Known<_>>()?,
            names: set,
        })
    }

    fn choice(
        &mut self,
        scope: &Scope<'_>,
        asked: AskedByWord<'_>,
        bits: &dyn Fn(&[&str]) -> u64,
    ) -> Known<Choice> {
        let mut words = Vec::new();
        let mut cases = Vec::new();
        let (mut nothing, mut otherwise) = (Case::default(), Case::default());
        for (there, asked) in asked.cases {
            let mut child = |schema| self.node(&scope.child(schema));
            let case = Case {
                required: bits(&asked.required),
                forbidden: bits(&asked.forbidden),
                all: asked.others.into_iter().map(&mut child).collect(),
                values: asked
                    .values
                    .into_iter()
                    .map(|(name, schema)| (Key::new(name), child(schema)))
                    .collect(),
            };
            match there {
                There::Nothing => nothing = case,
                There::Other => otherwise = case,
                There::Word(word) => {
                    words.push(word);
                    cases.push(case);
                }
            }
        }
        Ok(Choice {
            key: Key::new(asked.member),
            words: NameSet::new(words).ok_or(Opaque)?,
            cases,
            otherwise,
            nothing,
        })
    }
}

/// Conditions on the same member are decided together.
fn asked_by_word<'s>(
    switches: &[(&'s str, &'s Map<String, Value>)],
) -> Known<Vec<AskedByWord<'s>>> {
    let mut members: Vec<&str> = switches.iter().map(|(member, _)| *member).collect();
    members.sort_unstable();
    members.dedup();
    let mut steps = MOST_NODES;
    let mut choices = Vec::with_capacity(members.len());
    for member in members {
        let same = || {
            let same = switches.iter().filter(|(other, _)| *other == member);
            same.map(|(_, keywords)| *keywords)
        };
        let mut words = Vec::new();
        same().for_each(|keywords| add_words(keywords, member, &mut words));
        words.sort_unstable();
        words.dedup();
        let there = [There::Nothing, There::Other]
            .into_iter()
            .chain(words.into_iter().map(There::Word));
        let mut cases = Vec::new();
        for there in there {
            let mut asked = Asked::default();
            for keywords in same() {
                let added = asked.add_condition(keywords, member, there, &mut steps);
                added.ok_or(Opaque)?;
            }
            cases.push((there, asked));
        }
        choices.push(AskedByWord { member, cases });
    }
    Ok(choices)
}
