//! Finds numbers of criteria and rates that have no unit, and quantities of criteria without one.
//!
//! # Why it matters
//!
//! "Smaller than 3" decides about a treatment, and is a centimeter to one reader and an inch to another.
//!
//! # How to mend it
//!
//! Write the UCUM code as `unit`: `cm`, `mo` for months, `%`; a plain number has the unit `1`.
//!
//! # What it leaves alone
//!
//! Numbers anywhere else, such as ages in statements. Whether a unit is one is asked by `unknown-unit`, and
//! whether it fits by `unit-mismatch`. The project's own schema asks for the unit too, and its violation is
//! found first; the rule is for datasets whose schema does not.

use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::view::{Node, Record};

rule! {
    name: "quantity-without-unit",
    severity: Error,
    summary: "a number of a criterion or a rate without its unit",
    since: "0.1.0",
    check: Record(check),
}

fn check(record: Record<'_>, found: &mut Found) {
    if record.entity().is_some() {
        if let Some(quantity) = record.get("quantity") {
            judge(quantity, quantity.get("measures"), found);
        }
    } else if let Some(claim) = record.claim() {
        for use_ in claim.criteria() {
            judge(use_, None, found);
        }
        if let Some(rate) = claim.get("rate") {
            judge(rate, None, found);
            if let Some(period) = rate.get("period") {
                judge(period, None, found);
            }
        }
    }
}

/// What has a number, or says by another member that it is a quantity, is to have a unit.
fn judge(quantity: Node<'_>, is_one: Option<Node<'_>>, found: &mut Found) {
    let is_number = |node: &Node<'_>| node.value.as_number().is_some();
    let numbers = ["value", "low", "high"].into_iter();
    let number = numbers
        .filter_map(|name| quantity.get(name))
        .find(is_number);
    if let Some(place) = number.or(is_one)
        && quantity.get("unit").is_none()
    {
        let message = match number {
            Some(number) => format!("`{}` has no unit", number.value.source()),
            None => "what is measured has no unit".to_owned(),
        };
        found.add(
            Finding::new(place.spot(), message)
                .with_help("give its UCUM unit, such as `cm` or `mo`; a plain number has `1`"),
        );
    }
}
