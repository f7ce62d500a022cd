//! Finds definitions in schemas to which no reference leads.
//!
//! # Why it matters
//!
//! A definition that nothing uses checks nothing. Either the reference to it was forgotten, and values
//! go unchecked, or it is left over, and somebody will mend it one day in place of the one that counts.
//!
//! # How to mend it
//!
//! Refer to it where it was meant to be used, or delete it.
//!
//! # What it leaves alone
//!
//! Files that no collection's schema refers to. A definition counts as unused too where only unused
//! definitions, or itself, refer to it.

use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::schemas::Schemas;

rule! {
    name: "unused-definition",
    severity: Warning,
    summary: "a definition in a schema to which no reference leads",
    since: "0.1.0",
    check: Schemas(check),
    needs: WholeDataset,
}

fn check(schemas: &Schemas<'_>, found: &mut Found) {
    for definition in schemas.outline.definitions() {
        if !definition.is_used {
            found.add(
                Finding::in_schema(
                    definition.part.place(&[]),
                    format!("nothing refers to the definition `{}`", definition.name),
                )
                .with_help("refer to it, or delete it"),
            );
        }
    }
}
