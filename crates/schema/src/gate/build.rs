//! From a schema to its gate.

use std::sync::Arc;

use jsonschema::{Draft, Validator};
use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::{Map, Value};
use treatise_source::{Key, Kind, NameSet};

use super::switch::{Asked, There, add_words, member_of, switch_of};
use super::{
    ArrayRules, Case, Choice, Combinations, Condition, Gate, Kinds, Node, NodeId, ObjectRules,
    Rules, StringRules, bit_of,
};
use crate::compile::Scope;
use crate::instance::TreeJson;
use crate::keyword::says_nothing;
use crate::pattern::Pattern;
use crate::survey::Survey;

/// As many schemas are compiled for a gate, and as many lie within one another.
const MOST_NODES: usize = 20_000;
const MOST_DEPTH: usize = 100;

/// Names beyond this many have no bit of their own, and can't be asked for.
const MOST_BITS: usize = 64;

/// The schema that the gate knows nothing of.
const OPAQUE: NodeId = NodeId(0);

const DRAFT_2020_12: &str = "https://json-schema.org/draft/2020-12/schema";

/// What a gate is built on: how patterns and single keywords become what judges them.
pub(crate) struct Ground<'g> {
    /// A pattern that was compiled before.
    pub(crate) pattern: &'g dyn Fn(&str) -> Option<Arc<Pattern>>,
    /// A validator for keywords that contain no schema.
    pub(crate) validator: &'g dyn Fn(&Value) -> Option<Validator<TreeJson>>,
}

/// Whether gates can be built for schemas: all of them are of the draft whose keywords a gate
/// knows, and refer to nothing but one another.
pub(crate) fn is_ground_for(survey: &Survey<'_>) -> bool {
    let is_known = |uri: &str| survey.document_of(uri).is_some();
    let is_plain = |schema: &Value| match schema.get("$schema") {
        None => true,
        Some(uri) => uri
            .as_str()
            .is_some_and(|uri| uri.trim_end_matches('#') == DRAFT_2020_12),
    };
    let mut schemas = survey.schemas.iter();
    let mut links = survey.links.iter();
    schemas.all(|located| located.draft == Draft::Draft202012 && is_plain(located.schema))
        && links.all(|link| link.uri.as_deref().is_some_and(is_known))
}

impl Gate {
    /// The gate of a schema; `None` where it would let nothing through.
    pub(crate) fn new(schema: &Scope<'_>, ground: &Ground<'_>) -> Option<Self> {
        let mut builder = Builder {
            ground,
            nodes: vec![Node::Opaque],
            known: FxHashMap::default(),
            validators: FxHashMap::default(),
            depth: 0,
        };
        let root = builder.node(schema);
        let nodes = builder.nodes;
        (root != OPAQUE).then_some(Self { nodes, root })
    }
}

struct Builder<'g> {
    ground: &'g Ground<'g>,
    nodes: Vec<Node>,
    /// By address; `None` while it is being built.
    known: FxHashMap<usize, Option<NodeId>>,
    /// By what they check.
    validators: FxHashMap<String, Option<Arc<Validator<TreeJson>>>>,
    depth: usize,
}

/// That a keyword, or the form of its value, is not known.
pub(super) struct Opaque;

type Known<T = ()> = Result<T, Opaque>;

/// What the keywords of a schema say together.
struct Parts<'s> {
    kinds: Kinds,
    words: Vec<NameSet>,
    all: Vec<NodeId>,
    rest: Combinations,
    /// Conditions, and the members that they ask for.
    switches: Vec<(&'s str, &'s Map<String, Value>)>,
}

impl Builder<'_> {
    fn node(&mut self, scope: &Scope<'_>) -> NodeId {
        let address = scope.address();
        match self.known.get(&address) {
            Some(Some(known)) => return *known,
            // It leads back into itself.
            Some(None) => return OPAQUE,
            None => {}
        }
        if self.depth >= MOST_DEPTH || self.nodes.len() >= MOST_NODES {
            return OPAQUE;
        }
        self.known.insert(address, None);
        self.depth += 1;
        let node = self.build(scope).unwrap_or(OPAQUE);
        self.depth -= 1;
        self.known.insert(address, Some(node));
        node
    }

    fn build(&mut self, scope: &Scope<'_>) -> Known<NodeId> {
        if scope.draft != Draft::Draft202012 {
            return Err(Opaque);
        }
        let keywords = match scope.schema {
            Value::Bool(true) => return Ok(self.add(Node::Anything)),
            Value::Bool(false) => return Ok(self.add(Node::Impossible)),
            Value::Object(keywords) => keywords,
            _ => return Err(Opaque),
        };
        let meaning: Vec<_> = keywords
            .iter()
            .filter(|(name, _)| !says_nothing(name))
            .collect();
        if let [(name, _)] = meaning[..]
            && name == "$ref"
        {
            return Ok(self.node(&scope.reference("$ref").ok_or(Opaque)?));
        }
        let mut parts = Parts {
            kinds: Kinds::ALL,
            words: Vec::new(),
            all: Vec::new(),
            rest: Combinations::default(),
            switches: Vec::new(),
        };
        for (name, value) in meaning {
            self.keyword(scope, keywords, name, value, &mut parts)?;
        }
        let node = self.assemble(scope, keywords, parts)?;
        Ok(self.add(node))
    }

    fn add(&mut self, node: Node) -> NodeId {
        self.nodes.push(node);
        NodeId(self.nodes.len() as u32 - 1)
    }

    /// Takes a keyword that applies to values of every kind, or makes sure that another function
    /// takes it.
    fn keyword<'s>(
        &mut self,
        scope: &Scope<'s>,
        keywords: &'s Map<String, Value>,
        name: &str,
        value: &'s Value,
        parts: &mut Parts<'s>,
    ) -> Known {
        let mut child = |schema| self.node(&scope.child(schema));
        match name {
            "type" => parts.kinds = parts.kinds.and(kinds_of(value)?),
            "$ref" => {
                let target = scope.reference("$ref").ok_or(Opaque)?;
                parts.all.push(self.node(&target));
            }
            "allOf" => {
                for schema in list(value)? {
                    match switch_of(schema) {
                        Some(switch) => parts.switches.push(switch),
                        None => parts.all.push(child(schema)),
                    }
                }
            }
            "anyOf" => parts
                .rest
                .any_of
                .push(list(value)?.iter().map(child).collect()),
            "oneOf" => parts
                .rest
                .one_of
                .push(list(value)?.iter().map(child).collect()),
            "not" => parts.rest.not.push(child(value)),
            "if" => match member_of(keywords) {
                Some(member) => parts.switches.push((member, keywords)),
                None => parts.rest.conditions.push(Condition {
                    when: child(value),
                    then: keywords.get("then").map(&mut child),
                    otherwise: keywords.get("else").map(&mut child),
                }),
            },
            // `if` looks at them.
            "then" | "else" => {}
            "const" | "enum" => {
                if let Some(words) = words_of(name, value) {
                    parts.kinds = parts.kinds.and(Kinds::of(Kind::String));
                    parts.words.push(NameSet::new(words).ok_or(Opaque)?);
                }
            }
            _ if [
                STRING_KEYWORDS,
                OBJECT_KEYWORDS,
                ARRAY_KEYWORDS,
                NUMBER_KEYWORDS,
            ]
            .iter()
            .any(|known| known.contains(&name)) => {}
            _ => return Err(Opaque),
        }
        Ok(())
    }

    fn assemble<'s>(
        &mut self,
        scope: &Scope<'s>,
        keywords: &'s Map<String, Value>,
        parts: Parts<'s>,
    ) -> Known<Node> {
        let has = |names: &[&str]| names.iter().any(|name| keywords.contains_key(*name));
        let has_strings = has(STRING_KEYWORDS) || !parts.words.is_empty();
        let has_objects = has(OBJECT_KEYWORDS) || !parts.switches.is_empty();
        // What has values other than words is compared as the validator does it.
        let spelt_out = ["const", "enum"].into_iter().filter(|name| {
            let value = keywords.get(*name);
            value.is_some_and(|value| words_of(name, value).is_none())
        });
        let any = self.validator(keywords, spelt_out)?;
        let number = self.validator(keywords, NUMBER_KEYWORDS.iter().copied())?;
        let string = if has_strings {
            Some(self.string_rules(keywords, parts.words)?)
        } else {
            None
        };
        let object = if has_objects {
            Some(self.object_rules(scope, keywords, &parts.switches)?)
        } else {
            None
        };
        let array = if has(ARRAY_KEYWORDS) {
            Some(self.array_rules(scope, keywords)?)
        } else {
            None
        };
        let has_rest = !parts.rest.is_empty();
        let is_string_alone =
            parts.kinds == Kinds::of(Kind::String) && any.is_none() && parts.all.is_empty();
        Ok(match string {
            Some(string) if is_string_alone && !has_rest => Node::String(string),
            string => Node::Rules(Box::new(Rules {
                kinds: parts.kinds,
                any,
                number,
                string,
                object,
                array,
                all: parts.all,
                rest: has_rest.then_some(parts.rest),
            })),
        })
    }

    /// A validator for some of the keywords of a schema, whose meaning is the validator's alone;
    /// `None` where it has none of them.
    fn validator<'k>(
        &mut self,
        keywords: &Map<String, Value>,
        names: impl Iterator<Item = &'k str>,
    ) -> Known<Option<Arc<Validator<TreeJson>>>> {
        let part: Map<String, Value> = names
            .filter_map(|name| Some((name.to_owned(), keywords.get(name)?.clone())))
            .collect();
        if part.is_empty() {
            return Ok(None);
        }
        let part = Value::Object(part);
        let ground = self.ground;
        self.validators
            .entry(part.to_string())
            .or_insert_with(|| (ground.validator)(&part).map(Arc::new))
            .clone()
            .map(Some)
            .ok_or(Opaque)
    }

    fn string_rules(
        &mut self,
        keywords: &Map<String, Value>,
        words: Vec<NameSet>,
    ) -> Known<StringRules> {
        let pattern = match keywords.get("pattern") {
            Some(pattern) => {
                let pattern = pattern.as_str().and_then(self.ground.pattern);
                Some(pattern.ok_or(Opaque)?)
            }
            None => None,
        };
        Ok(StringRules {
            words,
            pattern,
            least: bound(keywords, "minLength")?.unwrap_or(0),
            most: bound(keywords, "maxLength")?,
            format: self.validator(keywords, ["format"].into_iter())?,
        })
    }

    fn object_rules<'s>(
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

    fn array_rules(
        &mut self,
        scope: &Scope<'_>,
        keywords: &Map<String, Value>,
    ) -> Known<ArrayRules> {
        let mut child = |schema| self.node(&scope.child(schema));
        let first = match keywords.get("prefixItems") {
            Some(schemas) => list(schemas)?.iter().map(&mut child).collect(),
            None => Vec::new(),
        };
        Ok(ArrayRules {
            first,
            others: keywords.get("items").map(&mut child),
            contains: keywords.get("contains").map(&mut child),
            least: bound(keywords, "minItems")?.unwrap_or(0),
            most: bound(keywords, "maxItems")?,
            is_unique: match keywords.get("uniqueItems") {
                None => false,
                Some(is_unique) => is_unique.as_bool().ok_or(Opaque)?,
            },
        })
    }
}

/// What is asked of an object by what is at one of its members.
struct AskedByWord<'s> {
    member: &'s str,
    cases: Vec<(There<'s>, Asked<'s>)>,
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

const STRING_KEYWORDS: &[&str] = &["pattern", "minLength", "maxLength", "format"];
const OBJECT_KEYWORDS: &[&str] = &[
    "properties",
    "required",
    "dependentRequired",
    "additionalProperties",
    "propertyNames",
    "minProperties",
    "maxProperties",
];
const ARRAY_KEYWORDS: &[&str] = &[
    "prefixItems",
    "items",
    "contains",
    "minItems",
    "maxItems",
    "uniqueItems",
];
const NUMBER_KEYWORDS: &[&str] = &[
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
];

/// The words of `const` or `enum`, where all its values are words.
fn words_of<'s>(keyword: &str, value: &'s Value) -> Option<Vec<&'s str>> {
    match (keyword, value) {
        ("const", value) => Some(vec![value.as_str()?]),
        (_, Value::Array(values)) => values.iter().map(Value::as_str).collect(),
        _ => None,
    }
}

fn kinds_of(value: &Value) -> Known<Kinds> {
    let names = match value {
        Value::Array(names) => names.as_slice(),
        name => std::slice::from_ref(name),
    };
    let mut kinds = Kinds::NONE;
    for name in names {
        kinds = kinds.or(match name.as_str().ok_or(Opaque)? {
            "null" => Kinds::of(Kind::Null),
            "boolean" => Kinds::of(Kind::Boolean),
            "number" => Kinds::of(Kind::Number),
            "integer" => Kinds::INTEGER,
            "string" => Kinds::of(Kind::String),
            "array" => Kinds::of(Kind::Array),
            "object" => Kinds::of(Kind::Object),
            _ => return Err(Opaque),
        });
    }
    Ok(kinds)
}

fn list(value: &Value) -> Known<&[Value]> {
    value.as_array().map(Vec::as_slice).ok_or(Opaque)
}

fn names_of(value: Option<&Value>) -> Known<Vec<&str>> {
    let Some(value) = value else {
        return Ok(Vec::new());
    };
    let names: Option<Vec<&str>> = list(value)?.iter().map(Value::as_str).collect();
    names.ok_or(Opaque)
}

fn members_of(value: Option<&Value>) -> Known<Vec<(&str, &Value)>> {
    let Some(value) = value else {
        return Ok(Vec::new());
    };
    let members = value.as_object().ok_or(Opaque)?;
    Ok(members
        .iter()
        .map(|(name, schema)| (name.as_str(), schema))
        .collect())
}

fn bound(keywords: &Map<String, Value>, name: &str) -> Known<Option<u64>> {
    match keywords.get(name) {
        None => Ok(None),
        Some(bound) => bound.as_u64().map(Some).ok_or(Opaque),
    }
}
