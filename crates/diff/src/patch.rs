//! RFC 6902: operations that make the newer records of the older ones.
//!
//! The document that a patch is for is an object of the collections by name, each an object of its
//! records by id. Unlike changes, a patch is exact: it also brings the items of sets into their
//! new order.

use serde::Serialize;
use serde_json::{Map, Value};
use similar::DiffOp;
use treatise_source::align;

use crate::change::escape;
use crate::value::canonical;

/// One operation.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "op", rename_all = "lowercase")]
pub enum Operation {
    /// Puts a value where none is, or into an array.
    Add {
        /// Where.
        path: String,
        /// What.
        value: Value,
    },
    /// Takes a value away.
    Remove {
        /// Where.
        path: String,
    },
    /// Puts a value in the place of another one.
    Replace {
        /// Where.
        path: String,
        /// What.
        value: Value,
    },
}

/// The operations as JSON text, one on each line.
pub(crate) fn to_json(operations: &[Operation]) -> String {
    let mut text = String::from("[");
    for (position, operation) in operations.iter().enumerate() {
        text.push_str(if position > 0 { ",\n" } else { "\n" });
        let written = serde_json::to_string(operation);
        text.push_str(&written.expect("operations are plain data"));
    }
    text.push_str(if operations.is_empty() {
        "]\n"
    } else {
        "\n]\n"
    });
    text
}

/// Adds the operations that make `new` of `old`, which is at `path`.
pub(crate) fn make(path: &str, old: &Value, new: &Value, operations: &mut Vec<Operation>) {
    match (old, new) {
        _ if old == new => {}
        (Value::Object(old), Value::Object(new)) => make_members(path, old, new, operations),
        (Value::Array(old), Value::Array(new)) => make_items(path, old, new, operations),
        _ => operations.push(Operation::Replace {
            path: path.to_owned(),
            value: new.clone(),
        }),
    }
}

fn make_members(
    path: &str,
    old: &Map<String, Value>,
    new: &Map<String, Value>,
    operations: &mut Vec<Operation>,
) {
    let below = |name: &str| format!("{path}/{}", escape(name));
    for name in old.keys().filter(|name| !new.contains_key(*name)) {
        operations.push(Operation::Remove { path: below(name) });
    }
    for (name, value) in new {
        match old.get(name) {
            Some(before) => make(&below(name), before, value, operations),
            None => operations.push(Operation::Add {
                path: below(name),
                value: value.clone(),
            }),
        }
    }
}

/// From the end to the start, so that the positions before are still those of the older array.
fn make_items(path: &str, old: &[Value], new: &[Value], operations: &mut Vec<Operation>) {
    let texts = |items: &[Value]| -> Vec<String> { items.iter().map(canonical).collect() };
    for op in align(&texts(old), &texts(new)).into_iter().rev() {
        if let DiffOp::Equal { .. } = op {
            continue;
        }
        let (gone, come) = (op.old_range(), op.new_range());
        let start = gone.start;
        let both = gone.len().min(come.len());
        for position in gone.clone().skip(both).rev() {
            operations.push(Operation::Remove {
                path: format!("{path}/{position}"),
            });
        }
        for (position, item) in (start + both..).zip(&new[come.start + both..come.end]) {
            operations.push(Operation::Add {
                path: format!("{path}/{position}"),
                value: item.clone(),
            });
        }
        for (before, after) in gone.zip(come).take(both) {
            make(
                &format!("{path}/{before}"),
                &old[before],
                &new[after],
                operations,
            );
        }
    }
}
