//! From a schema to its gate.

use std::sync::Arc;

use jsonschema::{Draft, Validator};
use rustc_hash::FxHashMap;
use serde_json::{Map, Value};
use treatise_source::{Kind, NameSet};

use super::form::{
    ARRAY_KEYWORDS, Known, NUMBER_KEYWORDS, OBJECT_KEYWORDS, Opaque, STRING_KEYWORDS, bound,
    kinds_of, list, words_of,
};
use super::switch::{member_of, switch_of};
use super::{ArrayRules, Combinations, Condition, Gate, Kinds, Node, NodeId, Rules, StringRules};
use crate::compile::Scope;
use crate::instance::TreeJson;
use crate::keyword::says_nothing;
use crate::pattern::Pattern;
use crate::survey::Survey;

/// As many schemas are compiled for a gate, and as many lie within one another.
pub(super) const MOST_NODES: usize = 20_000;
const MOST_DEPTH: usize = 100;

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

pub(super) struct Builder<'g> {
    ground: &'g Ground<'g>,
    nodes: Vec<Node>,
    /// By address; `None` while it is being built.
    known: FxHashMap<usize, Option<NodeId>>,
    /// By what they check.
    validators: FxHashMap<String, Option<Arc<Validator<TreeJson>>>>,
    depth: usize,
}

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
    pub(super) fn node(&mut self, scope: &Scope<'_>) -> NodeId {
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
        // A condition on a member holds for strings too, and so does what follows from it.
        let is_string_alone = parts.kinds == Kinds::of(Kind::String)
            && any.is_none()
            && parts.all.is_empty()
            && parts.switches.is_empty();
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
