//! A schema with its references put in place.

use jsonschema::Draft;
use serde_json::{Map, Value, json};

use crate::compile::Scope;
use crate::keyword::{says_nothing, subschemas};

/// Schemas that are written, with every repetition.
const MOST_SCHEMAS: usize = 200_000;
/// Schemas on the way to one, references included.
const DEEPEST: usize = 256;

/// The schema with what its references lead to in their place; those that lead back into themselves
/// stay. `None` where there would be too much of it.
pub(crate) fn expanded(scope: &Scope<'_>) -> Option<Value> {
    let mut expander = Expander {
        left: MOST_SCHEMAS,
        open: Vec::new(),
    };
    expander.schema(scope)
}

struct Expander {
    left: usize,
    /// The schemas on the way, by their addresses.
    open: Vec<usize>,
}

impl Expander {
    fn schema(&mut self, scope: &Scope<'_>) -> Option<Value> {
        let Some(keywords) = scope.schema.as_object() else {
            return Some(scope.schema.clone());
        };
        self.left = self.left.checked_sub(1)?;
        if self.open.len() >= DEEPEST {
            return None;
        }
        self.open.push(scope.address());
        let mut own = keywords.clone();
        for subschema in subschemas(keywords, scope.draft) {
            let written = self.schema(&scope.child(subschema.schema))?;
            let value = &mut own[subschema.keyword];
            let place = match &subschema.step {
                None => Some(value),
                Some(step) => match value {
                    Value::Array(list) => step.parse().ok().and_then(|at: usize| list.get_mut(at)),
                    value => value.get_mut(step),
                },
            };
            *place? = written;
        }
        let target = scope.reference("$ref");
        // One that is being written has no end.
        let target = target.filter(|target| !self.open.contains(&target.address()));
        let written = match target {
            Some(target) => {
                let target = self.schema(&target)?;
                own.shift_remove("$ref");
                joined(own, target, scope.draft)
            }
            None => Value::Object(own),
        };
        self.open.pop();
        Some(written)
    }
}

/// A schema without its reference, and what that led to, as one.
fn joined(mut own: Map<String, Value>, target: Value, draft: Draft) -> Value {
    // Before 2019-09, what stands beside a reference counts for nothing.
    if draft < Draft::Draft201909 {
        own.retain(|keyword, _| says_nothing(keyword));
    }
    let has_only_notes = own.keys().all(|keyword| says_nothing(keyword));
    match target {
        Value::Object(target) if has_only_notes => {
            for (keyword, value) in target {
                own.entry(keyword).or_insert(value);
            }
        }
        // What a keyword says may depend on those beside it: they are not mixed.
        target => {
            let all = own.entry("allOf").or_insert_with(|| json!([]));
            if let Value::Array(all) = all {
                all.push(target);
            }
        }
    }
    Value::Object(own)
}
