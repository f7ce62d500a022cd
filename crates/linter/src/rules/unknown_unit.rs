//! Finds units that are no UCUM codes, or none that medicine uses.
//!
//! # Why it matters
//!
//! A number means nothing without its unit. `Mo`, `years` and `mcg` are understood by people only; `m` is
//! a meter and no month, `h` an hour and `H` an inductance.
//!
//! # How to mend it
//!
//! Write the UCUM code: `a` year, `mo` month, `wk` week, `d` day, `cm`, `%`, `1` for plain numbers. If the
//! unit is right and missing here, add it to `src/tables/ucum.tsv`.
//!
//! # What it leaves alone
//!
//! Numbers without a unit are `quantity-without-unit`. Annotations in braces are free, and units can be
//! combined with `.`, `/`, exponents and parentheses.

use std::sync::LazyLock;

use treatise_source::Key;

use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::ucum;
use crate::view::Record;

rule! {
    name: "unknown-unit",
    severity: Error,
    summary: "a unit that is no UCUM code",
    since: "0.1.0",
    check: Record(check),
}

fn check(record: Record<'_>, found: &mut Found) {
    if record.plan.kind.is_none() {
        return;
    }
    for member in record.value.tree().members_named(&UNIT) {
        let unit = member.value.as_str();
        if let Some(unit) = unit.filter(|unit| ucum::measured(unit).is_none()) {
            found.add(
                Finding::new(
                    record.spot_of(member.value.span()),
                    format!("`{unit}` is no unit of UCUM"),
                )
                .with_help("write the UCUM code, such as `a` for years, `mo` for months, `1` for plain numbers"),
            );
        }
    }
}

static UNIT: LazyLock<Key> = LazyLock::new(|| Key::new("unit"));
