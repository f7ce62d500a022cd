//! What stands where in the schemas of a run: for rules about schemas, which point into their files.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use rustc_hash::FxHashMap;
use serde_json::{Map, Value};
use treatise_report::Place;
use treatise_source::{Pointer, Step};

use crate::compile::{Schema, Schemas};
use crate::document::Part as Spot;
use crate::field::Field;
use crate::survey::{Located, Survey};

/// The schemas that are linked with one another.
pub struct Outline<'s> {
    schemas: &'s Schemas,
    survey: Survey<'s>,
    /// Positions in the survey by where a schema is in memory: in its document, and in the copy that
    /// references lead into.
    by_address: FxHashMap<usize, usize>,
}

/// A schema, wherever it stands in a document.
#[derive(Clone, Copy)]
pub struct Part<'o> {
    located: &'o Located<'o>,
    /// Its position in the survey, which tells parts apart.
    number: usize,
}

/// A schema that is there to be referred to.
pub struct Definition<'o> {
    /// The schema.
    pub part: Part<'o>,
    /// Its name.
    pub name: String,
    /// Whether something refers to it that is not itself defined in vain.
    pub is_used: bool,
}

/// An example that its own schema does not allow.
pub struct RefusedExample<'o> {
    /// The schema.
    pub part: Part<'o>,
    /// Its position among the examples.
    pub position: usize,
    /// What the schema has against it.
    pub reason: String,
}

impl<'s> Outline<'s> {
    /// The outline of a schema and all that are linked with it.
    pub fn of(schema: &'s Schema) -> Self {
        let schemas = schema.linked();
        let survey = schemas.survey();
        let mut by_address = FxHashMap::default();
        let mut roots: BTreeMap<&str, Option<&Value>> = BTreeMap::new();
        for (number, located) in survey.schemas.iter().enumerate() {
            let uri = located.document.uri.as_str();
            let root = *roots.entry(uri).or_insert_with(|| schemas.at(uri));
            let copy = root.and_then(|root| root.pointer(located.pointer.as_str()));
            for schema in copy.into_iter().chain([located.schema]) {
                by_address.insert(std::ptr::from_ref(schema) as usize, number);
            }
        }
        Self {
            schemas,
            survey,
            by_address,
        }
    }

    /// All schemas that are objects, document by document.
    pub fn parts(&self) -> impl Iterator<Item = Part<'_>> {
        let all = self.survey.schemas.iter().enumerate();
        all.map(|(number, located)| Part { located, number })
            .filter(|part| part.located.schema.is_object())
    }

    /// The schemas that hold at a place of records, and whether each holds under a condition only.
    pub fn at<'o>(&'o self, field: &'o Field) -> impl Iterator<Item = (Part<'o>, bool)> {
        field
            .schemas
            .iter()
            .filter_map(|&(address, is_conditional)| {
                let number = *self.by_address.get(&address)?;
                let located = &self.survey.schemas[number];
                Some((Part { located, number }, is_conditional))
            })
    }

    /// The schemas below `$defs` and `definitions`.
    pub fn definitions(&self) -> Vec<Definition<'_>> {
        let here: HashSet<(&str, &str)> = self.parts().map(Part::key).collect();
        let mut definitions = BTreeSet::new();
        let mut by_place: HashMap<(&str, &str), usize> = HashMap::new();
        for part in self.parts() {
            let (uri, pointer) = part.key();
            // By the schema that a definition stands in, so that a member of this name is none.
            if around_definition(pointer).is_some_and(|outer| here.contains(&(uri, outer))) {
                definitions.insert(part.number);
                by_place.insert((uri, pointer), part.number);
            }
        }
        // The definitions around a place, the place itself among them.
        let around = |uri: &str, pointer: &str| -> Vec<usize> {
            let ends = pointer.match_indices('/').map(|(at, _)| at).skip(1);
            ends.chain([pointer.len()])
                .map(|end| &pointer[..end])
                .filter(|outer| around_definition(outer).is_some())
                .filter_map(|outer| by_place.get(&(uri, outer)).copied())
                .collect()
        };
        // Most references are written many times.
        let mut addresses: HashMap<(&str, &str), Option<usize>> = HashMap::new();
        let mut links: BTreeMap<Option<usize>, BTreeSet<usize>> = BTreeMap::new();
        for link in &self.survey.links {
            let from = around(&link.document.uri, link.pointer.as_str()).pop();
            let target = *addresses
                .entry((&link.base, link.reference))
                .or_insert_with(|| self.schemas.address_of(&link.base, link.reference));
            let Some(&target) = target.and_then(|target| self.by_address.get(&target)) else {
                continue;
            };
            let target = &self.survey.schemas[target];
            let to = around(&target.document.uri, target.pointer.as_str());
            links.entry(from).or_default().extend(to);
        }
        let mut used = BTreeSet::new();
        let mut todo: Vec<usize> = links.get(&None).into_iter().flatten().copied().collect();
        // Where a dynamic reference leads depends on the way to it: to any that has its name.
        let dynamic = self.survey.links.iter().filter(|link| {
            let keyword = link.pointer.tokens().last();
            keyword.is_some_and(|keyword| keyword != "$ref")
        });
        let dynamic = dynamic.filter_map(|link| link.reference.split_once('#'));
        let dynamic: BTreeSet<&str> = dynamic.map(|(_, name)| name).collect();
        todo.extend(definitions.iter().filter(|&&number| {
            let schema = self.survey.schemas[number].schema;
            let name = schema.get("$dynamicAnchor").and_then(Value::as_str);
            let is_recursive = schema.get("$recursiveAnchor") == Some(&Value::Bool(true));
            name.is_some_and(|name| dynamic.contains(name)) || is_recursive && dynamic.contains("")
        }));
        while let Some(number) = todo.pop() {
            if used.insert(number) {
                todo.extend(links.get(&Some(number)).into_iter().flatten());
            }
        }
        let definition = |number: usize| {
            let located = &self.survey.schemas[number];
            Definition {
                part: Part { located, number },
                name: located.pointer.tokens().last().unwrap_or_default(),
                is_used: used.contains(&number),
            }
        };
        definitions.into_iter().map(definition).collect()
    }

    /// The examples that their own schemas refuse.
    pub fn refused_examples(&self) -> Vec<RefusedExample<'_>> {
        let mut refused = Vec::new();
        for part in self.parts() {
            let examples = part.examples();
            if examples.is_empty() {
                continue;
            }
            let Some(validator) = self.schemas.validator_at(&part.location()) else {
                continue;
            };
            for (position, example) in examples.iter().enumerate() {
                if let Some(error) = validator.iter_errors(example).next() {
                    refused.push(RefusedExample {
                        part,
                        position,
                        reason: error.to_string(),
                    });
                }
            }
        }
        refused
    }
}

/// What is around a place that seems to be a definition.
fn around_definition(pointer: &str) -> Option<&str> {
    let (keyword, _) = pointer.rsplit_once('/')?;
    let (outer, keyword) = keyword.rsplit_once('/')?;
    matches!(keyword, "$defs" | "definitions").then_some(outer)
}

impl<'o> Part<'o> {
    /// Its keywords.
    pub fn keywords(self) -> impl Iterator<Item = (&'o str, &'o Value)> {
        let keywords = self.located.schema.as_object();
        let keywords = keywords.into_iter().flat_map(Map::iter);
        keywords.map(|(name, value)| (name.as_str(), value))
    }

    /// A keyword.
    pub fn get(self, keyword: &str) -> Option<&'o Value> {
        self.located.schema.get(keyword)
    }

    /// Values that it shows as examples.
    pub fn examples(self) -> &'o [Value] {
        let examples = self.get("examples").and_then(Value::as_array);
        examples.map_or(&[], Vec::as_slice)
    }

    /// Tells it from all other parts of the outline.
    pub fn number(self) -> usize {
        self.number
    }

    /// Where the name of what `below` leads to from here is written, or its value where it has no
    /// name, and the pointer to it.
    pub fn place(self, below: &[Step<'_>]) -> (Place, Pointer) {
        let pointer = below
            .iter()
            .fold(self.located.pointer.clone(), |pointer, &step| {
                pointer.join(step)
            });
        let place = self.located.document.place_of(&pointer, Spot::Name);
        (place, pointer)
    }

    /// The URI of its document and its pointer.
    fn key(self) -> (&'o str, &'o str) {
        let located = self.located;
        (located.document.uri.as_str(), located.pointer.as_str())
    }

    /// The absolute reference to it.
    fn location(self) -> String {
        let (uri, pointer) = self.key();
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/$".contains(&byte);
        pointer.bytes().fold(format!("{uri}#"), |location, byte| {
            if is_plain(byte) {
                location + &char::from(byte).to_string()
            } else {
                location + &format!("%{byte:02X}")
            }
        })
    }
}
