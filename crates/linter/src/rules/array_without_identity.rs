//! Finds arrays in schemas that don't say how their items are told apart.
//!
//! # Why it matters
//!
//! When a version is compared with an older one, an item that was moved or changed must be known to be
//! the same. Without `x-identity`, items are compared by their positions, and one that was put in front
//! changes all that follow.
//!
//! # How to mend it
//!
//! Write `"x-identity"` beside `items`: `"value"` for a set, `"position"` where the order means
//! something, or the name of the member, or of several, by which an item is known. `schemas/README.md`
//! has the details.
//!
//! # What it leaves alone
//!
//! Arrays where any of the schemas that hold there says it; definitions that no collection uses.

use std::collections::BTreeSet;

use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::schemas::Schemas;

rule! {
    name: "array-without-identity",
    severity: Warning,
    summary: "a schema of an array that does not say how its items are told apart",
    since: "0.1.0",
    check: Schemas(check),
}

fn check(schemas: &Schemas<'_>, found: &mut Found) {
    let mut said = BTreeSet::new();
    for field in schemas.fields() {
        if field.identity.is_some() || !field.types.contains("array") {
            continue;
        }
        let Some(part) = schemas.part_for(field, &["items", "type"]) else {
            continue;
        };
        if said.insert(part.number()) {
            found.add(
                Finding::in_schema(
                    part.place(&[]),
                    "nothing says how the items of this array are told apart",
                )
                .with_help(
                    "add `x-identity`: `\"value\"`, `\"position\"`, or the name of a member",
                ),
            );
        }
    }
}
