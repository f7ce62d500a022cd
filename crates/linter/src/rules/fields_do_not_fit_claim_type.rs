//! Finds claims whose subject, object or scope is a record of the right collection and of the wrong
//! category: a complication that is no finding, care that is no care, a primary cancer that is none.
//!
//! # Why it matters
//!
//! The schema sees which collection an id belongs to, but not what kind of record stands behind it. A
//! side effect that is recorded as a neoplasm appears among the cancers, and a search for complications
//! misses it.
//!
//! # How to mend it
//!
//! Refer to another record, give the claim another type, or mend the category of the record.
//!
//! # What it leaves alone
//!
//! Records without a category, and everything that the schema decides: which members a type needs and
//! which collections they may refer to.

use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::view::{Claim, Records, Text};

rule! {
    name: "fields-do-not-fit-claim-type",
    severity: Error,
    summary: "a claim that refers to a record of a category which its type does not allow",
    since: "0.1.0",
    check: EachClaim(check),
}

/// Types of claims, a member, the collection of the record that it names, and the categories of this
/// collection that fit.
const FITTING: &[(&str, &str, &str, &[&str])] = &[
    ("complication", "object", "conditions", &["finding"]),
    ("adverse-effect", "object", "conditions", &["finding"]),
    ("outcome", "object", "conditions", &["finding"]),
    (
        "care",
        "object",
        "interventions",
        &["care-delivery", "test"],
    ),
];

fn check(claim: Claim<'_>, records: &Records<'_>, found: &mut Found) {
    if claim.is_deprecated() {
        return;
    }
    let Some(kind) = claim.kind() else {
        return;
    };
    for &(_, member, collection, fitting) in FITTING.iter().filter(|row| row.0 == &*kind) {
        if let Some(id) = claim.text(member) {
            let role = format!("the {member} of a claim of the type `{}`", &*kind);
            judge(records, id, collection, fitting, &role, found);
        }
    }
    let scope = claim.get("scope").into_iter();
    for id in scope.flat_map(|scope| scope.texts("primaries")) {
        judge(
            records,
            id,
            "conditions",
            &["neoplasm"],
            "a primary cancer",
            found,
        );
    }
}

fn judge(
    records: &Records<'_>,
    id: Text<'_>,
    collection: &str,
    fitting: &[&str],
    role: &str,
    found: &mut Found,
) {
    let Some(entity) = records.entity(&id) else {
        return;
    };
    let fits = |category: &str| fitting.contains(&category);
    if entity.collection.name() != collection || entity.category().is_none_or(fits) {
        return;
    }
    let Some(category) = entity.text("category") else {
        return;
    };
    let fitting: Vec<_> = fitting.iter().map(|name| format!("`{name}`")).collect();
    found.add(
        Finding::new(
            id.spot(),
            format!(
                "`{}` is of the category `{}` and can't be {role}",
                &*id, &*category
            ),
        )
        .with_related(category.spot(), "this is its category")
        .with_help(format!(
            "refer to a record of the category {}",
            fitting.join(" or ")
        )),
    );
}
