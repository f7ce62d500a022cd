//! A gate before the validator: it lets through at once what is certainly as its schema says.
//!
//! Most records are sound, and to say so needs neither paths nor messages nor the generality of the
//! validator. The gate knows the keywords that schemas are mostly made of, compiled so that each
//! member is looked up once and conditions on one word are decided once. It never refuses: what it
//! does not let through, because it is wrong or because the schema says it with a keyword that the
//! gate does not know, goes to the validator, whose verdict counts. Numbers, formats and the like
//! are judged by validators for these keywords alone, so that there is one meaning of them.

mod build;
mod form;
mod members;
mod switch;
#[cfg(test)]
mod tests;
mod walk;

use std::sync::Arc;

use jsonschema::Validator;
use treatise_source::{Key, Kind, NameSet, Tree};

use self::walk::{Answer, Subject, Walk};
use crate::instance::TreeJson;
use crate::pattern::Pattern;

pub(crate) use build::{Ground, is_ground_for};

/// A schema as far as the gate knows it.
#[derive(Debug)]
pub(crate) struct Gate {
    nodes: Vec<Node>,
    root: NodeId,
}

/// A schema's place among the nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct NodeId(u32);

/// What one schema asks of a value.
#[derive(Debug)]
enum Node {
    /// More than the gate knows.
    Opaque,
    Anything,
    /// What no value is.
    Impossible,
    /// A string, and no more than this of it.
    String(StringRules),
    Rules(Box<Rules>),
}

/// Rules for values of every kind.
#[derive(Debug)]
struct Rules {
    kinds: Kinds,
    /// Of every value.
    any: Option<Arc<Validator<TreeJson>>>,
    number: Option<Arc<Validator<TreeJson>>>,
    string: Option<StringRules>,
    object: Option<ObjectRules>,
    array: Option<ArrayRules>,
    /// Schemas that the same value is held against.
    all: Vec<NodeId>,
    rest: Option<Combinations>,
}

/// A set of kinds; integers are one of their own, beside numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Kinds(u8);

#[derive(Debug)]
struct StringRules {
    /// The words that it must be among, all of these.
    words: Vec<NameSet>,
    pattern: Option<Arc<Pattern>>,
    /// In characters.
    least: u64,
    most: Option<u64>,
    format: Option<Arc<Validator<TreeJson>>>,
}

#[derive(Debug)]
struct ObjectRules {
    /// The names that it knows.
    names: NameSet,
    /// By the position of a name, the schema of its value; `None` where it is only asked for.
    values: Vec<Option<NodeId>>,
    /// A bit for each name that must be there.
    required: u64,
    /// Bits of names, and those that must be there where these are.
    dependent: Vec<(u64, u64)>,
    /// The schema of members that have none; `None` where anything will do.
    additional: Option<NodeId>,
    each_name: Option<NodeId>,
    least: u64,
    most: Option<u64>,
    choices: Vec<Choice>,
}

#[derive(Debug)]
struct ArrayRules {
    first: Vec<NodeId>,
    others: Option<NodeId>,
    contains: Option<NodeId>,
    least: u64,
    most: Option<u64>,
    is_unique: bool,
}

/// Schemas whose outcomes are combined.
#[derive(Debug, Default)]
struct Combinations {
    any_of: Vec<Vec<NodeId>>,
    one_of: Vec<Vec<NodeId>>,
    not: Vec<NodeId>,
    conditions: Vec<Condition>,
}

#[derive(Debug)]
struct Condition {
    when: NodeId,
    then: Option<NodeId>,
    otherwise: Option<NodeId>,
}

/// Conditions that all ask for the word at one member of an object.
#[derive(Debug)]
struct Choice {
    key: Key,
    words: NameSet,
    /// By the position of a word, what then holds.
    cases: Vec<Case>,
    /// What holds for any other value.
    otherwise: Case,
    /// What holds where there is none.
    nothing: Case,
}

/// What several conditions together ask of an object.
#[derive(Debug, Default)]
struct Case {
    /// Bits of names that must be there.
    required: u64,
    /// Bits of names that must not.
    forbidden: u64,
    values: Vec<(Key, NodeId)>,
    /// Schemas that the object is held against.
    all: Vec<NodeId>,
}

impl Combinations {
    fn is_empty(&self) -> bool {
        self.any_of.is_empty()
            && self.one_of.is_empty()
            && self.not.is_empty()
            && self.conditions.is_empty()
    }
}

impl Kinds {
    const ALL: Self = Self(u8::MAX);
    const NONE: Self = Self(0);
    const INTEGER: Self = Self(1 << 6);

    fn of(kind: Kind) -> Self {
        Self(1 << kind as u8)
    }

    fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// Steps that a document brings for each of its nodes, and in any case. Schemas without a loop can
/// still ask one value in very many ways.
const STEPS_PER_NODE: usize = 50;
const STEPS_PER_DOCUMENT: usize = 2_000;

impl Gate {
    /// Whether a value is certainly as the schema says.
    pub(crate) fn admits(&self, tree: &Tree<'_>) -> bool {
        let steps = STEPS_PER_DOCUMENT + STEPS_PER_NODE * tree.node_count();
        let walk = Walk {
            nodes: &self.nodes,
            steps: steps.into(),
        };
        walk.ask(self.root, Subject::Value(tree.root())) == Answer::Yes
    }
}

fn bit_of(position: usize) -> u64 {
    // Those beyond are never asked for.
    1_u64.checked_shl(position as u32).unwrap_or(0)
}
