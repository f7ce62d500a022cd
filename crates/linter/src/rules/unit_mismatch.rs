//! Finds units that measure something else than their criterion: a length where a time is meant, or a
//! threshold in a claim whose criterion measures another thing or nothing.
//!
//! # Why it matters
//!
//! "Over 1 m" is a year to the person who wrote it and a meter to a program. The criterion says what is
//! measured, so that it can be told.
//!
//! # How to mend it
//!
//! Mend the unit, or what the criterion `measures`; give a criterion with thresholds a `quantity`.
//!
//! # What it leaves alone
//!
//! Concentrations and scores, which have units of many kinds, and units that are no UCUM codes: that is
//! `unknown-unit`.

use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::ucum;
use crate::view::{Entity, Record, Records, Text};

rule! {
    name: "unit-mismatch",
    severity: Error,
    summary: "a unit that measures something else than its criterion",
    since: "0.1.0",
    check: EachRecord(check),
}

/// What has one kind of unit.
const STRICT: &[&str] = &["count", "duration", "length", "volume", "fraction"];

fn check(record: Record<'_>, records: &Records<'_>, found: &mut Found) {
    // Criteria have a quantity.
    if let Some(criterion) = record.entity() {
        let quantity = criterion.get("quantity");
        if let Some(unit) = quantity.and_then(|quantity| quantity.text("unit")) {
            judge(unit, criterion, found);
        }
    }
    // Claims have uses of criteria.
    for use_ in record.items("criteria") {
        let Some(unit) = use_.text("unit") else {
            continue;
        };
        let criterion = use_.text("criterion").and_then(|id| records.entity(&id));
        let Some(criterion) = criterion else {
            continue;
        };
        if criterion.measures().is_some() {
            judge(unit, criterion, found);
        } else {
            found.add(
                Finding::new(
                    unit.spot(),
                    format!(
                        "`{}` measures nothing, and has a threshold here",
                        criterion.id
                    ),
                )
                .with_related(criterion.heading(), "this is the criterion")
                .with_help("give the criterion a `quantity`"),
            );
        }
    }
}

fn judge(unit: Text<'_>, criterion: Entity<'_>, found: &mut Found) {
    let Some(measures) = criterion.measures() else {
        return;
    };
    let measured = ucum::measured(&unit).filter(|measured| **measured != *measures);
    let Some(measured) = measured.filter(|_| STRICT.contains(&measures)) else {
        return;
    };
    let mut finding = Finding::new(
        unit.spot(),
        format!(
            "`{}` is a unit of {measured}, and the criterion measures {measures}",
            &*unit
        ),
    )
    .with_help("mend the unit");
    let quantity = criterion.get("quantity");
    if let Some(measures) = quantity.and_then(|quantity| quantity.text("measures")) {
        finding = finding.with_related(measures.spot(), "this is what it measures");
    }
    found.add(finding);
}
