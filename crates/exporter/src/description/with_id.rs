//! The schema of records that have their id in a bundle and not in the dataset: the dataset's own, made
//! to take one more member.
//!
//! What speaks of the record as a whole is written anew, wherever it stands: an `additionalProperties`
//! behind a `$ref` would refuse the id as well. What speaks of its members is referred to, so that a
//! schema that goes on with itself goes on as it was.

use std::borrow::Cow;
use std::collections::BTreeMap;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde_json::{Map, Value, json};
use treatise_source::Pointer;

use super::pretty;

/// Keywords that what is written has no use for.
const DROPPED: [&str; 16] = [
    // Names by which a schema is referred to, and what is only there to be referred to.
    "$schema",
    "$id",
    "id",
    "$anchor",
    "$dynamicAnchor",
    "$recursiveAnchor",
    "$vocabulary",
    "$defs",
    "definitions",
    // Where these lead depends on the way.
    "$dynamicRef",
    "$recursiveRef",
    // What speaks of arrays.
    "items",
    "prefixItems",
    "additionalItems",
    "unevaluatedItems",
    "contains",
];

/// A schema whose records have their id in a member of this name; `texts` are the schemas by their
/// paths, `original` is the path of the one without it, and both are in one folder.
pub(super) fn with_id(texts: &BTreeMap<String, String>, original: &str, member: &str) -> String {
    let parsed = texts.iter().map(|(path, text)| {
        let schema = serde_json::from_str(text).expect("the schemas of a dataset are JSON");
        (path.as_str(), schema)
    });
    let mut rewriter = Rewriter {
        schemas: parsed.collect(),
        folder: folder_of(original),
        member,
        open: Vec::new(),
    };
    let written = rewriter.schema(&At::root(original));
    let mut schema = Map::new();
    let dialect = rewriter.schemas[original].get("$schema");
    schema.extend(dialect.map(|dialect| ("$schema".to_owned(), dialect.clone())));
    // `true` allows every record.
    if let Value::Object(keywords) = written {
        schema.extend(keywords);
    }
    let described = json!({
        "title": "Id",
        "description": "The id of the record, which the dataset has in the name of its file.",
        "type": "string"
    });
    let properties = schema.entry("properties").or_insert_with(|| json!({}));
    if let Value::Object(properties) = properties {
        properties.shift_remove(member);
        properties.shift_insert(0, member.to_owned(), described);
    }
    let required = schema.entry("required").or_insert_with(|| json!([]));
    if let Value::Array(required) = required {
        required.insert(0, member.into());
    }
    pretty(&Value::Object(schema))
}

/// Where a schema is.
#[derive(Clone, PartialEq, Eq)]
struct At<'s> {
    path: &'s str,
    /// The tokens of a pointer from the root of the file.
    tokens: Vec<String>,
}

impl<'s> At<'s> {
    fn root(path: &'s str) -> Self {
        Self {
            path,
            tokens: Vec::new(),
        }
    }

    fn below(&self, tokens: &[&str]) -> Self {
        let tokens = tokens.iter().map(|&token| token.to_owned());
        Self {
            path: self.path,
            tokens: self.tokens.iter().cloned().chain(tokens).collect(),
        }
    }
}

struct Rewriter<'s> {
    schemas: BTreeMap<&'s str, Value>,
    /// Of the schema that is written.
    folder: &'s str,
    member: &'s str,
    /// The schemas that are being written.
    open: Vec<At<'s>>,
}

impl<'s> Rewriter<'s> {
    fn value(&self, at: &At<'s>) -> Option<&Value> {
        let root = &self.schemas[at.path];
        at.tokens.iter().try_fold(root, |value, token| match value {
            Value::Object(members) => members.get(token),
            Value::Array(elements) => elements.get(token.parse::<usize>().ok()?),
            _ => None,
        })
    }

    /// A schema that speaks of the record, such that it does not mind the id.
    fn schema(&mut self, at: &At<'s>) -> Value {
        let keywords = match self.value(at) {
            Some(Value::Object(keywords)) => keywords.clone(),
            Some(other) => return other.clone(),
            None => return json!({}),
        };
        if self.open.contains(at) {
            return self.reference_to(at);
        }
        self.open.push(at.clone());
        let mut written = Map::new();
        let mut also = Vec::new();
        let dialect = self.schemas[at.path].get("$schema").and_then(Value::as_str);
        // Before 2019-09, what stands beside a reference counts for nothing.
        let is_old = dialect.is_some_and(|dialect| dialect.contains("/draft-0"));
        let refers_only = is_old && keywords.contains_key("$ref");
        let counts = |keyword: &&String| !refers_only || *keyword == "$ref";
        for (keyword, value) in keywords.iter().filter(|(keyword, _)| counts(keyword)) {
            if keyword == "$ref" {
                let target = value.as_str().and_then(|text| {
                    let named = || self.named(at.path, text);
                    self.target(at.path, text).or_else(named)
                });
                also.push(match target {
                    Some(target) => self.schema(&target),
                    None => self.outside(at, value),
                });
            } else if let Some(value) = self.keyword(at, keyword, value) {
                written.insert(keyword.clone(), value);
            }
        }
        let is_closed = ["additionalProperties", "unevaluatedProperties"]
            .iter()
            .any(|name| written.contains_key(*name));
        if is_closed {
            let properties = written.entry("properties").or_insert_with(|| json!({}));
            properties[self.member] = json!({});
        }
        if !also.is_empty() {
            let all = written.entry("allOf").or_insert_with(|| json!([]));
            if let Value::Array(all) = all {
                all.extend(also);
            }
        }
        self.open.pop();
        Value::Object(written)
    }

    /// What a keyword of such a schema becomes; `None` where it goes.
    fn keyword(&mut self, at: &At<'s>, keyword: &str, value: &Value) -> Option<Value> {
        let count = |count: &Value| count.as_u64().map(|count| json!(count + 1));
        Some(match (keyword, value) {
            // No record with an id is one of these.
            ("const", Value::Object(_)) => return None,
            ("enum", Value::Array(values)) if values.iter().any(Value::is_object) => return None,
            (dropped, _) if DROPPED.contains(&dropped) => return None,
            ("allOf" | "anyOf" | "oneOf", Value::Array(list)) => {
                let all = (0..list.len()).map(|position| position.to_string());
                let all = all.map(|position| self.schema(&at.below(&[keyword, &position])));
                Value::Array(all.collect())
            }
            ("not" | "if" | "then" | "else", _) => self.schema(&at.below(&[keyword])),
            ("dependentSchemas" | "dependencies", Value::Object(members)) => {
                let each = members.iter().map(|(name, value)| {
                    let value = match value {
                        Value::Array(_) => value.clone(),
                        _ => self.schema(&at.below(&[keyword, name])),
                    };
                    (name.clone(), value)
                });
                Value::Object(each.collect())
            }
            ("properties" | "patternProperties", Value::Object(members)) => {
                let each = members.keys().map(|name| {
                    let member = self.reference_to(&at.below(&[keyword, name]));
                    (name.clone(), member)
                });
                Value::Object(each.collect())
            }
            ("additionalProperties" | "unevaluatedProperties", Value::Object(_)) => {
                self.reference_to(&at.below(&[keyword]))
            }
            ("propertyNames", _) => {
                let names = self.reference_to(&at.below(&[keyword]));
                json!({"anyOf": [{"enum": [self.member]}, names]})
            }
            ("minProperties" | "maxProperties", value) => count(value)?,
            (_, value) => value.clone(),
        })
    }

    /// A reference to a schema as it is.
    fn reference_to(&self, at: &At<'s>) -> Value {
        if let Some(Value::Bool(all)) = self.value(at) {
            return Value::Bool(*all);
        }
        let mut reference = relative(self.folder, at.path);
        reference.push('#');
        for token in &at.tokens {
            reference.push('/');
            push_escaped(&mut reference, &token.replace('~', "~0").replace('/', "~1"));
        }
        json!({ "$ref": reference })
    }

    /// A reference that leads out of the schemas of the dataset, or by a name.
    fn outside(&self, at: &At<'s>, reference: &Value) -> Value {
        let text = reference.as_str().unwrap_or_default();
        match text.strip_prefix('#') {
            Some(name) => json!({"$ref": format!("{}#{name}", relative(self.folder, at.path))}),
            None => json!({ "$ref": text }),
        }
    }

    /// The schema that a reference in a file leads to by a pointer.
    fn target(&self, path: &'s str, reference: &str) -> Option<At<'s>> {
        let (uri, fragment) = reference.split_once('#').unwrap_or((reference, ""));
        let path = match uri {
            "" => path,
            _ => self.file(path, uri)?,
        };
        let fragment = unescaped(fragment)?;
        let tokens = match fragment.as_str() {
            "" => Vec::new(),
            _ => {
                let pointer = Pointer::parse(&fragment)?;
                pointer.tokens().collect()
            }
        };
        let at = At { path, tokens };
        self.value(&at).is_some().then_some(at)
    }

    /// The file that a URI in a file leads to.
    fn file(&self, from: &str, uri: &str) -> Option<&'s str> {
        let id_of = |schema: &Value| -> Option<String> {
            let id = schema.get("$id").or_else(|| schema.get("id"))?.as_str()?;
            Some(id.trim_end_matches('#').to_owned())
        };
        let base = id_of(&self.schemas[from]).filter(|id| id.contains(':'));
        let wanted = match &base {
            _ if uri.contains(':') => uri.to_owned(),
            Some(base) => format!("{}{uri}", folder_of(base)),
            None => return self.beside(from, uri),
        };
        let mut known = self.schemas.iter();
        let found = known.find(|(_, schema)| id_of(schema).as_ref() == Some(&wanted));
        // One without an address is known by that of the file beside it.
        found.map_or_else(|| self.beside(from, uri), |(path, _)| Some(*path))
    }

    /// The file with a path from the folder of another.
    fn beside(&self, from: &str, uri: &str) -> Option<&'s str> {
        let mut steps: Vec<&str> = folder_of(from).split_terminator('/').collect();
        for step in uri.split('/') {
            match step {
                "." => {}
                ".." => drop(steps.pop()?),
                step => steps.push(step),
            }
        }
        let path = unescaped(&steps.join("/"))?;
        self.schemas.keys().copied().find(|known| *known == path)
    }

    /// The schema in a file that gives itself a name, or an address as it is written.
    fn named(&self, path: &'s str, name: &str) -> Option<At<'s>> {
        let (address, anchor) = name.split_once('#').unwrap_or((name, ""));
        let is_it = |schema: &Value| {
            let says = |keyword: &str, text: &str| {
                !text.is_empty() && schema.get(keyword).and_then(Value::as_str) == Some(text)
            };
            match address {
                "" => ["$anchor", "$dynamicAnchor"]
                    .iter()
                    .any(|keyword| says(keyword, anchor)),
                _ => {
                    anchor.is_empty() && ["$id", "id"].iter().any(|keyword| says(keyword, address))
                }
            }
        };
        let mut todo = vec![At::root(path)];
        while let Some(at) = todo.pop() {
            let value = self.value(&at)?;
            if is_it(value) && !at.tokens.is_empty() {
                return Some(at);
            }
            match value {
                Value::Object(members) => todo.extend(members.keys().map(|name| at.below(&[name]))),
                Value::Array(list) => {
                    let positions = (0..list.len()).map(|position| position.to_string());
                    todo.extend(positions.map(|position| at.below(&[&position])));
                }
                _ => {}
            }
        }
        None
    }
}

/// The folder of a path or URI, with the slash behind it.
fn folder_of(path: &str) -> &str {
    path.rfind('/').map_or("", |slash| &path[..=slash])
}

/// The way from a folder to a file, as a reference.
fn relative(folder: &str, path: &str) -> String {
    let common = folder
        .match_indices('/')
        .map(|(slash, _)| slash + 1)
        .rfind(|&length| path.starts_with(&folder[..length]))
        .unwrap_or(0);
    let mut way = "../".repeat(folder[common..].matches('/').count());
    push_escaped(&mut way, &path[common..]);
    way
}

/// Adds a text as a URI has it.
fn push_escaped(uri: &mut String, text: &str) {
    const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
        .remove(b'-')
        .remove(b'.')
        .remove(b'_')
        .remove(b'~')
        .remove(b'$')
        .remove(b'/');
    uri.extend(utf8_percent_encode(text, ESCAPED));
}

/// The text that a part of a URI stands for.
fn unescaped(text: &str) -> Option<String> {
    let text = percent_decode_str(text).decode_utf8();
    text.ok().map(Cow::into_owned)
}
