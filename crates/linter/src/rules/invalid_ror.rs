//! Finds ids of the Research Organization Registry whose check digits are wrong.
//!
//! # Why it matters
//!
//! The last two digits of a ROR id are computed from the characters before them, so that a slip of
//! the pen shows. A wrong id names no organisation, or another one.
//!
//! # How to mend it
//!
//! Copy the id again from the page of the organisation at ror.org.
//!
//! # What it leaves alone
//!
//! Whether the id has been given to any organisation, and to which.

use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::view::Agent;

rule! {
    name: "invalid-ror",
    severity: Error,
    summary: "a ROR id whose check digits are wrong",
    since: "0.1.0",
    check: Agent(check),
}

/// The digits of Crockford's base 32.
const DIGITS: &str = "0123456789abcdefghjkmnpqrstvwxyz";

fn check(agent: Agent<'_>, found: &mut Found) {
    let Some(ror) = agent.text("ror") else {
        return;
    };
    if !check_digits(&ror).is_some_and(|digits| ror.ends_with(&digits)) {
        found.add(
            Finding::new(
                ror.spot(),
                format!("the check digits of the ROR id `{}` are wrong", &*ror),
            )
            .with_help("copy it again from the page of the organisation"),
        );
    }
}

/// The check digits over the first seven characters, read as a number in Crockford's base 32:
/// ISO/IEC 7064, MOD 97-10, as ROR's documentation of its identifiers has it.
fn check_digits(ror: &str) -> Option<String> {
    let digits = ror.chars().take(7).map(|character| DIGITS.find(character));
    let number = digits
        .collect::<Option<Vec<_>>>()?
        .into_iter()
        .fold(0_u64, |number, digit| number * 32 + digit as u64);
    Some(format!("{:02}", 98 - (number * 100) % 97))
}
