//! Finds codes that the pinned table of their system does not have, and SNOMED CT codes with a wrong
//! check digit.
//!
//! # Why it matters
//!
//! A code that looks right and does not exist links to nothing; one with two digits swapped may exist and
//! mean something else.
//!
//! # How to mend it
//!
//! Look the code up in the release that the table names. If it is right, add it to the table with its
//! source; if not, mend it.
//!
//! # What it leaves alone
//!
//! Systems without a table: that is `unpinned-code`. The form of codes is up to the schema.

use crate::check::rule;
use crate::codes;
use crate::finding::{Finding, Found};
use crate::view::Records;

rule! {
    name: "invalid-code",
    severity: Error,
    summary: "a code that its system does not have",
    since: "0.1.0",
    check: Dataset(check),
}

fn check(records: &Records<'_>, found: &mut Found) {
    let tables = records.codes();
    for &use_ in records.uses_of_codes() {
        let (system, code) = (use_.system, use_.code);
        if system == "SNOMED CT" && !has_check_digit(&code) {
            found.add(
                Finding::new(
                    code.spot(),
                    format!("the check digit of `{}` is wrong", &*code),
                )
                .with_help("look the code up again"),
            );
        } else if tables.has(&system) && tables.get(&system, &code).is_none() {
            found.add(
                Finding::new(
                    code.spot(),
                    format!("`{}` is not in the table of {}", &*code, &*system),
                )
                .with_help(format!(
                    "look the code up, and add it to `{}` if it is right",
                    codes::file_name(&system)
                )),
            );
        }
    }
}

/// Whether the last digit is the one that Verhoeff's scheme asks for: the digits are permuted by their
/// place and multiplied in the dihedral group of order 10.
fn has_check_digit(code: &str) -> bool {
    let mut sum = 0;
    for (place, digit) in code.bytes().rev().enumerate() {
        if !digit.is_ascii_digit() {
            return false;
        }
        let mut value = digit - b'0';
        for _ in 0..place % 8 {
            value = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4][usize::from(value)];
        }
        sum = product(sum, value);
    }
    sum == 0
}

/// The product of two elements of the dihedral group of order 10: rotations are 0 to 4, reflections 5
/// to 9.
fn product(left: u8, right: u8) -> u8 {
    match (left < 5, right < 5) {
        (true, true) => (left + right) % 5,
        (true, false) => (left + right - 5) % 5 + 5,
        (false, true) => (left - 5 + 5 - right) % 5 + 5,
        (false, false) => (left + 5 - right) % 5,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digits_are_those_of_verhoeff() {
        // The example of the literature, and codes of SNOMED International's documentation.
        for code in ["2363", "73211009", "22298006"] {
            assert!(has_check_digit(code), "{code}");
        }
        for code in ["2364", "73211008", "22289006"] {
            assert!(!has_check_digit(code), "{code}");
        }
    }
}
