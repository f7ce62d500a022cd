//! Finds empty texts, lists and objects, and `null`, anywhere in a record.
//!
//! # Why it matters
//!
//! A reader can't tell whether nothing is known, nothing applies, or somebody forgot to fill it in;
//! and programs treat an empty list differently from one that is not there.
//!
//! # How to mend it
//!
//! Leave the member out, or give it its value.
//!
//! # What it leaves alone
//!
//! `null` where the schema names it, as in `"type": ["string", "null"]`: there it is a value like any other, and
//! often one that can't be left out. A schema that means something by an empty text, list or object says
//! so in another way, for instance with a word.

use treatise_source::{Kind, Lineage, Value};

use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::view::Record;

rule! {
    name: "empty-value",
    severity: Error,
    summary: "an empty text, list or object, or `null`, where absence is meant",
    since: "0.1.0",
    check: Record(check),
}

fn check(record: Record<'_>, found: &mut Found) {
    let tree = record.value.tree();
    if !tree.may_have_blanks() {
        return;
    }
    let mut lineage = None;
    for value in tree.values() {
        let message = match value.kind() {
            Kind::Null => {
                let lineage = lineage.get_or_insert_with(|| Lineage::of(tree));
                if record.plan.shape.names_null_at(&lineage.path(value)) {
                    continue;
                }
                "this value is `null`"
            }
            Kind::String if is_blank(value) => "this text is empty",
            Kind::Array if value.is_empty() => "this list is empty",
            Kind::Object if value.is_empty() => "this object is empty",
            _ => continue,
        };
        found.add(
            Finding::new(record.spot_of(value.span()), message)
                .with_help("leave the member out, or give it its value"),
        );
    }
}

fn is_blank(value: Value<'_>) -> bool {
    value.as_str().is_some_and(|text| text.trim().is_empty())
}
