//! Finds ISSNs whose check digit is wrong.
//!
//! # Why it matters
//!
//! The last digit of an ISSN is computed from the others, so that a slip of the pen shows. A wrong
//! ISSN leads to no journal, or to another one.
//!
//! # How to mend it
//!
//! Copy the ISSN again from the journal or from the ISSN portal.
//!
//! # What it leaves alone
//!
//! Whether the ISSN is that of the journal named, and whether it is that of print or of the web.

use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::view::Source;

rule! {
    name: "invalid-issn",
    severity: Error,
    summary: "an ISSN whose check digit is wrong",
    since: "0.1.0",
    check: Source(check),
}

fn check(source: Source<'_>, found: &mut Found) {
    let Some(issn) = source.csl().and_then(|csl| csl.text("ISSN")) else {
        return;
    };
    if !issn.ends_with(check_digit(&issn)) {
        found.add(
            Finding::new(
                issn.spot(),
                format!("the check digit of the ISSN `{}` is wrong", &*issn),
            )
            .with_help("copy it again from the journal"),
        );
    }
}

/// The check digit of an ISSN: seven digits, weighted with 8 to 2, modulus 11 (ISO 3297, annex A).
fn check_digit(issn: &str) -> char {
    let digits = issn.chars().filter_map(|character| character.to_digit(10));
    let sum: u32 = digits
        .zip((2..=8).rev())
        .map(|(digit, weight)| digit * weight)
        .sum();
    match (11 - sum % 11) % 11 {
        10 => 'X',
        digit => char::from_digit(digit, 10).expect("it is below ten"),
    }
}
