//! Finds objects in schemas that allow any further member, without saying that this is meant.
//!
//! # Why it matters
//!
//! A misspelt member of such an object is allowed, nothing reads it, and nobody notices: the optional
//! member that it should have been is simply absent.
//!
//! # How to mend it
//!
//! Write `"additionalProperties": false` beside `properties`, or `"unevaluatedProperties": false` where
//! the members come from several schemas. Where any member is meant to be allowed, say so with
//! `"additionalProperties": true`, or with a schema for what the others must be.
//!
//! # What it leaves alone
//!
//! Objects where any of the schemas that hold there says what else may be in them, whatever it says;
//! schemas under conditions, which only add to what is said elsewhere; definitions that no collection
//! uses.

use std::collections::BTreeSet;

use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::schemas::Schemas;

rule! {
    name: "open-object",
    severity: Warning,
    summary: "a schema of an object that allows any further member, as if by oversight",
    since: "0.1.0",
    check: Schemas(check),
}

/// What says which members may be there beside the listed ones.
const CLOSING: &[&str] = &["additionalProperties", "unevaluatedProperties"];

fn check(schemas: &Schemas<'_>, found: &mut Found) {
    let mut said = BTreeSet::new();
    for field in schemas.fields() {
        let is_closed = schemas
            .outline
            .at(field)
            .any(|(part, _)| CLOSING.iter().any(|keyword| part.get(keyword).is_some()));
        if is_closed || !field.types.contains("object") {
            continue;
        }
        let Some(part) = schemas.part_for(field, &["properties", "type"]) else {
            continue;
        };
        if said.insert(part.number()) {
            found.add(
                Finding::in_schema(part.place(&[]), "the object allows any further member")
                    .with_help(
                        "add `\"additionalProperties\": false`, or `true` if that is what is meant",
                    ),
            );
        }
    }
}
