//! Finds ORCID iDs whose check digit is wrong.
//!
//! # Why it matters
//!
//! The last digit of an ORCID iD is computed from the others, so that a slip of the pen shows. A
//! wrong one names nobody, or somebody else.
//!
//! # How to mend it
//!
//! Copy the iD again from the page of the person at orcid.org.
//!
//! # What it leaves alone
//!
//! Whether the iD has been given to anybody, and to whom.

use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::view::Agent;

rule! {
    name: "invalid-orcid",
    severity: Error,
    summary: "an ORCID iD whose check digit is wrong",
    since: "0.1.0",
    check: Agent(check),
}

fn check(agent: Agent<'_>, found: &mut Found) {
    let Some(orcid) = agent.text("orcid") else {
        return;
    };
    if !orcid.ends_with(check_digit(&orcid)) {
        found.add(
            Finding::new(
                orcid.spot(),
                format!("the check digit of the ORCID iD `{}` is wrong", &*orcid),
            )
            .with_help("copy it again from the page of the person"),
        );
    }
}

/// The check digit over the first 15 digits: ISO/IEC 7064, MOD 11-2, as ORCID's "Structure of the
/// ORCID Identifier" has it.
fn check_digit(orcid: &str) -> char {
    let digits = orcid.chars().filter_map(|character| character.to_digit(10));
    let total = digits.take(15).fold(0, |total, digit| (total + digit) * 2);
    match (12 - total % 11) % 11 {
        10 => 'X',
        digit => char::from_digit(digit, 10).expect("it is below ten"),
    }
}
