//! A document on its way through the gate.

use std::cell::Cell;

use jsonschema::Validator;
use jsonschema::json::JsonNumber;
use treatise_source::{Kind, StringPlace, Tree, Value};

use super::{
    ArrayRules, Case, Choice, Combinations, Kinds, Node, NodeId, ObjectRules, Rules, StringRules,
    bit_of,
};
use crate::instance::{Instance, InstanceNumber, TreeJson};
use crate::work::Fuel;

/// What is known of a value against a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Yes,
    No,
    Unknown,
}

/// What is held against a schema.
#[derive(Clone, Copy)]
pub(super) enum Subject<'t> {
    Value(Value<'t>),
    /// The name of a member.
    Name(&'t str),
}

/// Goes on where the answer is yes.
macro_rules! hold {
    ($answer:expr) => {
        match $answer {
            Answer::Yes => {}
            other => return other,
        }
    };
}

impl Answer {
    fn of(is_so: bool) -> Self {
        if is_so { Self::Yes } else { Self::No }
    }
}

/// What has been done of it, and what it goes through.
pub(super) struct Walk<'g> {
    pub(super) nodes: &'g [Node],
    /// That are left.
    pub(super) steps: Cell<usize>,
}

impl Walk<'_> {
    pub(super) fn ask(&self, node: NodeId, subject: Subject<'_>) -> Answer {
        let Some(steps) = self.steps.get().checked_sub(1) else {
            return Answer::Unknown;
        };
        self.steps.set(steps);
        match &self.nodes[node.0 as usize] {
            Node::String(rules) => match subject {
                Subject::Value(value) if value.kind() != Kind::String => Answer::No,
                _ => rules.ask(subject),
            },
            Node::Rules(rules) => self.rules(rules, subject),
            Node::Anything => Answer::Yes,
            Node::Impossible => Answer::No,
            Node::Opaque => Answer::Unknown,
        }
    }

    // Not part of `ask`, which most strings need no more than.
    #[inline(never)]
    fn rules(&self, rules: &Rules, subject: Subject<'_>) -> Answer {
        let kind = match subject {
            Subject::Value(value) => value.kind(),
            Subject::Name(_) => Kind::String,
        };
        if !rules.kinds.has(Kinds::of(kind)) {
            let is_integer = kind == Kind::Number
                && rules.kinds.has(Kinds::INTEGER)
                && matches!(subject, Subject::Value(value) if is_integer(value));
            if !is_integer {
                return Answer::No;
            }
        }
        if let Some(any) = &rules.any {
            hold!(hand_over(any, subject));
        }
        match (&rules.object, subject) {
            (Some(object), Subject::Value(value)) if kind == Kind::Object => {
                hold!(self.object(object, value));
            }
            // Their conditions say nothing of other values, and so are met.
            (Some(object), _) if !object.choices.is_empty() => return Answer::Unknown,
            _ => {}
        }
        match (kind, subject) {
            (Kind::String, _) => {
                if let Some(string) = &rules.string {
                    hold!(string.ask(subject));
                }
            }
            (Kind::Number, _) => {
                if let Some(number) = &rules.number {
                    hold!(hand_over(number, subject));
                }
            }
            (Kind::Array, Subject::Value(value)) => {
                if let Some(array) = &rules.array {
                    hold!(self.array(array, value));
                }
            }
            _ => {}
        }
        hold!(self.all(&rules.all, subject));
        match &rules.rest {
            Some(rest) => self.combinations(rest, subject),
            None => Answer::Yes,
        }
    }

    fn all(&self, nodes: &[NodeId], subject: Subject<'_>) -> Answer {
        for &node in nodes {
            hold!(self.ask(node, subject));
        }
        Answer::Yes
    }

    fn object(&self, rules: &ObjectRules, object: Value<'_>) -> Answer {
        let count = object.len() as u64;
        if count < rules.least || rules.most.is_some_and(|most| count > most) {
            return Answer::No;
        }
        let mut seen = 0;
        if rules.additional.is_none() && rules.each_name.is_none() {
            for (position, key) in rules.names.names().iter().enumerate() {
                if let Some(value) = object.get_key(key) {
                    seen |= bit_of(position);
                    if let Some(node) = rules.values[position] {
                        hold!(self.ask(node, Subject::Value(value)));
                    }
                }
            }
        } else {
            for member in object.members() {
                let position = rules.names.position_of(&member);
                seen |= position.map_or(0, bit_of);
                let own = position.and_then(|position| rules.values[position]);
                if let Some(node) = own.or(rules.additional) {
                    hold!(self.ask(node, Subject::Value(member.value)));
                }
                if let Some(names) = rules.each_name {
                    hold!(self.ask(names, Subject::Name(member.name())));
                }
            }
        }
        let lacks = |bits: u64| seen & bits != bits;
        let is_dependent_missing =
            |&(trigger, needed): &(u64, u64)| seen & trigger != 0 && lacks(needed);
        if lacks(rules.required) || rules.dependent.iter().any(is_dependent_missing) {
            return Answer::No;
        }
        for choice in &rules.choices {
            let case = choice.case_of(object.get_key(&choice.key));
            if lacks(case.required) || seen & case.forbidden != 0 {
                return Answer::No;
            }
            for (key, node) in &case.values {
                if let Some(value) = object.get_key(key) {
                    hold!(self.ask(*node, Subject::Value(value)));
                }
            }
            hold!(self.all(&case.all, Subject::Value(object)));
        }
        Answer::Yes
    }

    fn array(&self, rules: &ArrayRules, array: Value<'_>) -> Answer {
        let count = array.len() as u64;
        if count < rules.least || rules.most.is_some_and(|most| count > most) {
            return Answer::No;
        }
        for (position, element) in array.elements().enumerate() {
            let node = rules.first.get(position).copied().or(rules.others);
            if let Some(node) = node {
                hold!(self.ask(node, Subject::Value(element)));
            }
        }
        if rules.is_unique && crate::unique::first_repeated(array).is_some() {
            return Answer::No;
        }
        match rules.contains {
            Some(node) => any_of(array.elements().map(Subject::Value), |element| {
                self.ask(node, element)
            }),
            None => Answer::Yes,
        }
    }

    #[inline(never)]
    fn combinations(&self, rules: &Combinations, subject: Subject<'_>) -> Answer {
        for condition in &rules.conditions {
            let branch = match self.ask(condition.when, subject) {
                Answer::Yes => condition.then,
                Answer::No => condition.otherwise,
                Answer::Unknown => return Answer::Unknown,
            };
            if let Some(node) = branch {
                hold!(self.ask(node, subject));
            }
        }
        for nodes in &rules.any_of {
            hold!(any_of(nodes.iter(), |&node| self.ask(node, subject)));
        }
        for nodes in &rules.one_of {
            let mut matching = 0;
            for &node in nodes {
                match self.ask(node, subject) {
                    Answer::Yes => matching += 1,
                    Answer::No => {}
                    Answer::Unknown => return Answer::Unknown,
                }
            }
            hold!(Answer::of(matching == 1));
        }
        for &node in &rules.not {
            match self.ask(node, subject) {
                Answer::No => {}
                Answer::Yes => return Answer::No,
                Answer::Unknown => return Answer::Unknown,
            }
        }
        Answer::Yes
    }
}

/// Whether one of some answers is yes.
fn any_of<T>(subjects: impl Iterator<Item = T>, ask: impl Fn(T) -> Answer) -> Answer {
    let mut answer = Answer::No;
    for subject in subjects {
        match ask(subject) {
            Answer::Yes => return Answer::Yes,
            Answer::No => {}
            Answer::Unknown => answer = Answer::Unknown,
        }
    }
    answer
}

impl StringRules {
    fn ask(&self, subject: Subject<'_>) -> Answer {
        let text = match subject {
            Subject::Value(value) => value.as_str().unwrap_or_default(),
            Subject::Name(name) => name,
        };
        let has_words = self
            .words
            .iter()
            .all(|words| words.position(text).is_some());
        if !has_words || !self.has_length(text) {
            return Answer::No;
        }
        if let Some(pattern) = &self.pattern
            && !pattern.is_match(text)
        {
            return Answer::No;
        }
        match &self.format {
            Some(format) => hand_over(format, subject),
            None => Answer::Yes,
        }
    }

    fn has_length(&self, text: &str) -> bool {
        // There are at most as many characters as bytes.
        let is_long_enough = self.least <= u64::from(!text.is_empty());
        let is_short_enough = self.most.is_none_or(|most| text.len() as u64 <= most);
        if is_long_enough && is_short_enough {
            return true;
        }
        let count = text.chars().count() as u64;
        self.least <= count && self.most.is_none_or(|most| count <= most)
    }
}

impl Choice {
    fn case_of(&self, value: Option<Value<'_>>) -> &Case {
        let Some(value) = value else {
            return &self.nothing;
        };
        let position = value.as_str().and_then(|word| self.words.position(word));
        position.map_or(&self.otherwise, |position| &self.cases[position])
    }
}

fn is_integer(value: Value<'_>) -> bool {
    value
        .as_number()
        .is_some_and(|number| InstanceNumber(number).is_integer())
}

/// Asks the validator of a few keywords that look at nothing below a value.
#[inline(never)]
fn hand_over(validator: &Validator<TreeJson>, subject: Subject<'_>) -> Answer {
    let fuel = Fuel::unlimited();
    Answer::of(match subject {
        Subject::Value(value) => validator.is_valid(Instance::new(value, &fuel)),
        Subject::Name(name) => {
            let mut place = StringPlace::default();
            let tree = Tree::of_string(name, &mut place);
            validator.is_valid(Instance::new(tree.root(), &fuel))
        }
    })
}
