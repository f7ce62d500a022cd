//! From a schema to its gate.

use std::sync::Arc;

use jsonschema::{Draft, Validator};
use rustc_hash::FxHashMap;
use serde_json::{Map, Value};
use treatise_source::{Key, NameSet};

use super::{
    ArrayRules, Choice, Combinations, Condition, Gate, Kinds, Node, NodeId, ObjectRules,
    StringRules,
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
const MOST_REQUIRED: usize = 64;

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
    schemas.all(|located| located.draft == Draft::Draft202012 && is_plain(located.schema))
        && survey
            .links
            .iter()
            .all(|link| link.uri.as_deref().is_some_and(is_known))
}

impl Gate {
    /// The gate of a schema; `None` where it would let nothing through.
    pub(crate) fn new(schema: &Scope<'_>, ground: &Ground<'_>) -> Option<Self> {
        let mut builder = Builder {
            ground,
            nodes: vec![Node {
                is_opaque: true,
                ..Node::default()
            }],
            known: FxHashMap::default(),
            validators: FxHashMap::default(),
            depth: 0,
        };
        let root = builder.node(schema);
        let gate = Self {
            nodes: builder.nodes,
            root,
        };
        (!gate.nodes[root.0 as usize].is_opaque).then_some(gate)
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
struct Opaque;

type Known<T = ()> = Result<T, Opaque>;

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
            Value::Bool(true) => return Ok(self.add(Node::default())),
            Value::Bool(false) => {
                return Ok(self.add(Node {
                    kinds: Kinds::NONE,
                    ..Node::default()
                }));
            }
            Value::Object(keywords) => keywords,
            _ => return Err(Opaque),
        };
        let meaning = || keywords.iter().filter(|(name, _)| !says_nothing(name));
        if let (Some(("$ref", _)), 1) = (
            meaning().next().map(|(name, value)| (name.as_str(), value)),
            meaning().count(),
        ) {
            return Ok(self.node(&scope.reference("$ref").ok_or(Opaque)?));
        }
        let mut node = Node::default();
        let mut rest = Combinations::default();
        for (name, value) in meaning() {
            self.keyword(scope, keywords, name, value, &mut node, &mut rest)?;
        }
        self.hand_over(keywords, &mut node)?;
        node.string = self.string_rules(keywords, node.string.take())?;
        node.object = self.object_rules(scope, keywords)?;
        node.array = self.array_rules(scope, keywords)?;
        let Combinations {
            any_of,
            one_of,
            not,
            conditions,
            choices,
        } = &rest;
        let has_rest = !any_of.is_empty()
            || !one_of.is_empty()
            || !not.is_empty()
            || !conditions.is_empty()
            || !choices.is_empty();
        node.rest = has_rest.then(|| Box::new(rest));
        Ok(self.add(node))
    }

    fn add(&mut self, node: Node) -> NodeId {
        self.nodes.push(node);
        NodeId(self.nodes.len() as u32 - 1)
    }

    /// Takes a keyword that applies to values of every kind, or makes sure that another function
    /// takes it.
    fn keyword(
        &mut self,
        scope: &Scope<'_>,
        keywords: &Map<String, Value>,
        name: &str,
        value: &Value,
        node: &mut Node,
        rest: &mut Combinations,
    ) -> Known {
        let mut child = |schema| self.node(&scope.child(schema));
        match name {
            "type" => node.kinds = node.kinds.and(kinds_of(value)?),
            "$ref" => {
                let target = scope.reference("$ref").ok_or(Opaque)?;
                node.all.push(self.node(&target));
            }
            "allOf" => self.all_of(scope, list(value)?, node, rest)?,
            "anyOf" => rest.any_of.push(list(value)?.iter().map(child).collect()),
            "oneOf" => rest.one_of.push(list(value)?.iter().map(child).collect()),
            "not" => rest.not.push(child(value)),
            "if" => rest.conditions.push(Condition {
                when: child(value),
                then: keywords.get("then").map(&mut child),
                otherwise: keywords.get("else").map(&mut child),
            }),
            // `if` looks at them.
            "then" | "else" => {}
            "const" | "enum" => {
                let words = match (name, value) {
                    ("const", value) => value.as_str().map(|word| vec![word]),
                    (_, value) => list(value)?.iter().map(Value::as_str).collect(),
                };
                if let Some(words) = words {
                    node.kinds = node.kinds.and(Kinds::of(treatise_source::Kind::String));
                    let words = NameSet::new(words).ok_or(Opaque)?;
                    node.string.get_or_insert_default().words.push(words);
                }
            }
            _ if STRING_KEYWORDS.contains(&name)
                || OBJECT_KEYWORDS.contains(&name)
                || ARRAY_KEYWORDS.contains(&name)
                || NUMBER_KEYWORDS.contains(&name) => {}
            _ => return Err(Opaque),
        }
        Ok(())
    }

    /// Conditions on the word at one member are decided together; all other schemas on their own.
    fn all_of(
        &mut self,
        scope: &Scope<'_>,
        schemas: &[Value],
        node: &mut Node,
        rest: &mut Combinations,
    ) -> Known {
        let mut switches: Vec<Switch<'_>> = Vec::new();
        for schema in schemas {
            match Switch::of(schema) {
                Some(switch) => switches.push(switch),
                None => node.all.push(self.node(&scope.child(schema))),
            }
        }
        while let Some(first) = switches.first() {
            let member = first.member;
            let (same, others): (Vec<_>, Vec<_>) = switches
                .into_iter()
                .partition(|switch| switch.member == member);
            switches = others;
            let mut words: Vec<&str> = same.iter().map(|switch| switch.word).collect();
            words.sort_unstable();
            words.dedup();
            let mut branches = |word: Option<&str>| -> Vec<NodeId> {
                same.iter()
                    .filter_map(|switch| {
                        let is_met = word == Some(switch.word);
                        if is_met { switch.then } else { switch.otherwise }
                    })
                    .map(|branch| {
                        // Below the condition, so that references are resolved as from there.
                        self.node(&scope.child(branch))
                    })
                    .collect()
            };
            rest.choices.push(Choice {
                key: Key::new(member),
                cases: words.iter().map(|word| branches(Some(word))).collect(),
                otherwise: branches(None),
                words: NameSet::new(words.iter().copied()).ok_or(Opaque)?,
            });
        }
        Ok(())
    }

    /// Keywords whose meaning is the validator's alone.
    fn hand_over(&mut self, keywords: &Map<String, Value>, node: &mut Node) -> Known {
        let is_spelt_out = |name: &str| match (name, keywords.get(name)) {
            ("const", Some(value)) => !value.is_string(),
            ("enum", Some(Value::Array(values))) => !values.iter().all(Value::is_string),
            _ => false,
        };
        let any = ["const", "enum"].into_iter().filter(|name| is_spelt_out(name));
        node.any = self.validator(keywords, any)?;
        node.number = self.validator(keywords, NUMBER_KEYWORDS.iter().copied())?;
        Ok(())
    }

    /// A validator for some of the keywords of a schema; `None` where it has none of them.
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
        rules: Option<Box<StringRules>>,
    ) -> Known<Option<Box<StringRules>>> {
        if !STRING_KEYWORDS.iter().any(|name| keywords.contains_key(*name)) {
            return Ok(rules);
        }
        let mut rules = rules.unwrap_or_default();
        if let Some(pattern) = keywords.get("pattern") {
            let pattern = pattern.as_str().and_then(self.ground.pattern);
            rules.patterns.push(pattern.ok_or(Opaque)?);
        }
        rules.least = bound(keywords, "minLength")?.unwrap_or(0);
        rules.most = bound(keywords, "maxLength")?;
        rules.format = self.validator(keywords, ["format"].into_iter())?;
        Ok(Some(rules))
    }

    fn object_rules(
        &mut self,
        scope: &Scope<'_>,
        keywords: &Map<String, Value>,
    ) -> Known<Option<Box<ObjectRules>>> {
        if !OBJECT_KEYWORDS.iter().any(|name| keywords.contains_key(*name)) {
            return Ok(None);
        }
        // Names that are asked for come first: those have a bit.
        let mut names: Vec<&str> = Vec::new();
        let required = match keywords.get("required") {
            Some(required) => words(required)?,
            None => Vec::new(),
        };
        names.extend(&required);
        let mut dependent = Vec::new();
        if let Some(lists) = keywords.get("dependentRequired") {
            for (trigger, needed) in lists.as_object().ok_or(Opaque)? {
                let needed = words(needed)?;
                names.push(trigger);
                names.extend(&needed);
                dependent.push((trigger.as_str(), needed));
            }
        }
        if names.len() > MOST_REQUIRED {
            return Err(Opaque);
        }
        let properties = match keywords.get("properties") {
            Some(properties) => Some(properties.as_object().ok_or(Opaque)?),
            None => None,
        };
        names.extend(properties.into_iter().flat_map(Map::keys).map(String::as_str));
        let mut unique: Vec<&str> = Vec::with_capacity(names.len());
        let mut seen = rustc_hash::FxHashSet::default();
        unique.extend(names.into_iter().filter(|name| seen.insert(*name)));
        let set = NameSet::new(unique.iter().copied()).ok_or(Opaque)?;
        let bit = |name: &str| set.position(name).map_or(0, super::bit_of);
        let bits = |names: &[&str]| names.iter().fold(0, |bits, name| bits | bit(name));
        let required = bits(&required);
        let dependent = dependent
            .into_iter()
            .map(|(trigger, needed)| (bit(trigger), bits(&needed)))
            .collect();
        let mut child = |schema| self.node(&scope.child(schema));
        let values = unique
            .iter()
            .map(|name| properties?.get(*name).map(&mut child))
            .collect();
        Ok(Some(Box::new(ObjectRules {
            values,
            names: set,
            required,
            dependent,
            additional: keywords.get("additionalProperties").map(&mut child),
            each_name: keywords.get("propertyNames").map(&mut child),
            least: bound(keywords, "minProperties")?.unwrap_or(0),
            most: bound(keywords, "maxProperties")?,
        })))
    }

    fn array_rules(
        &mut self,
        scope: &Scope<'_>,
        keywords: &Map<String, Value>,
    ) -> Known<Option<Box<ArrayRules>>> {
        if !ARRAY_KEYWORDS.iter().any(|name| keywords.contains_key(*name)) {
            return Ok(None);
        }
        let mut child = |schema| self.node(&scope.child(schema));
        let first = match keywords.get("prefixItems") {
            Some(schemas) => list(schemas)?.iter().map(&mut child).collect(),
            None => Vec::new(),
        };
        Ok(Some(Box::new(ArrayRules {
            first,
            others: keywords.get("items").map(&mut child),
            contains: keywords.get("contains").map(&mut child),
            least: bound(keywords, "minItems")?.unwrap_or(0),
            most: bound(keywords, "maxItems")?,
            is_unique: match keywords.get("uniqueItems") {
                None => false,
                Some(is_unique) => is_unique.as_bool().ok_or(Opaque)?,
            },
        })))
    }
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

/// `{"if": {"properties": {MEMBER: {"const": WORD}}, "required": [MEMBER]}, …}`.
struct Switch<'s> {
    member: &'s str,
    word: &'s str,
    then: Option<&'s Value>,
    otherwise: Option<&'s Value>,
}

impl<'s> Switch<'s> {
    fn of(schema: &'s Value) -> Option<Self> {
        let keywords = meaning_of(schema, &["if", "then", "else"])?;
        let condition = meaning_of(keywords.get("if")?, &["properties", "required"])?;
        let [required] = condition.get("required")?.as_array()?.as_slice() else {
            return None;
        };
        let properties = condition.get("properties")?.as_object()?;
        let (member, value) = properties.iter().next()?;
        if properties.len() != 1 || required.as_str() != Some(member) {
            return None;
        }
        Some(Self {
            member,
            word: meaning_of(value, &["const"])?.get("const")?.as_str()?,
            then: keywords.get("then"),
            otherwise: keywords.get("else"),
        })
    }
}

/// The keywords of a schema that has no others with a meaning than these.
fn meaning_of<'s>(schema: &'s Value, allowed: &[&str]) -> Option<&'s Map<String, Value>> {
    let keywords = schema.as_object()?;
    let mut names = keywords.keys().filter(|name| !says_nothing(name));
    // A name of its own moves what references are resolved against.
    let is_plain = !keywords.contains_key("$id")
        && names.all(|name| allowed.contains(&name.as_str()));
    is_plain.then_some(keywords)
}

fn kinds_of(value: &Value) -> Known<Kinds> {
    use treatise_source::Kind;
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

fn words(value: &Value) -> Known<Vec<&str>> {
    let words: Option<Vec<&str>> = list(value)?.iter().map(Value::as_str).collect();
    words.ok_or(Opaque)
}

fn bound(keywords: &Map<String, Value>, name: &str) -> Known<Option<u64>> {
    match keywords.get(name) {
        None => Ok(None),
        Some(bound) => bound.as_u64().map(Some).ok_or(Opaque),
    }
}
