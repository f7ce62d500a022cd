//! Finds examples in schemas (`examples`) that the schema around them does not allow.
//!
//! # Why it matters
//!
//! Editors show the examples of a schema to whoever fills in a member, and people copy them. An example
//! that is refused also says that either it or the schema is not what was meant.
//!
//! # How to mend it
//!
//! Mend the example, or the schema.
//!
//! # What it leaves alone
//!
//! What stands beside the schema that has the example, such as the conditions of a record: an example
//! of a member is held against the schema of that member only.

use treatise_source::Step;

use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::schemas::Schemas;

rule! {
    name: "invalid-example",
    severity: Error,
    summary: "an example in a schema that the schema does not allow",
    since: "0.1.0",
    check: Schemas(check),
}

fn check(schemas: &Schemas<'_>, found: &mut Found) {
    for refused in schemas.outline.refused_examples() {
        let at = [Step::Member("examples"), Step::Element(refused.position)];
        found.add(
            Finding::in_schema(
                refused.part.place(&at),
                "the example is not as its own schema says",
            )
            .with_note(refused.reason)
            .with_help("mend the example, or the schema"),
        );
    }
}
