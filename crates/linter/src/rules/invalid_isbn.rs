//! Finds ISBNs whose check digit is wrong, and hyphens in places where the ISBN has none.
//!
//! # Why it matters
//!
//! The last digit of an ISBN is computed from the others (ISO 2108), so that a slip of the pen shows.
//! A wrong ISBN leads to no book, or to another one.
//!
//! # How to mend it
//!
//! Copy the ISBN again from the imprint of the book. Hyphens are put right by
//! `treatise check --fix`, from the ranges of the International ISBN Agency.
//!
//! # What it leaves alone
//!
//! ISBNs without hyphens, and those of ranges that were not known when the program was built.

use isbn::{Isbn, IsbnError};
use treatise_report::Applicability;

use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::view::Source;

rule! {
    name: "invalid-isbn",
    severity: Error,
    summary: "an ISBN whose check digit or hyphens are wrong",
    since: "0.1.0",
    check: Source(check),
    fix: Safe,
}

fn check(source: Source<'_>, found: &mut Found) {
    let Some(text) = source.csl().and_then(|csl| csl.text("ISBN")) else {
        return;
    };
    let digits = text.replace('-', "");
    let isbn = match digits.parse::<Isbn>() {
        Ok(isbn) => isbn,
        Err(error) => {
            let message = match error {
                IsbnError::InvalidLength => {
                    let count = digits.len();
                    format!("the ISBN has {count} digits, and not 10 or 13")
                }
                _ => format!("the check digit of the ISBN `{}` is wrong", &*text),
            };
            found.add(
                Finding::new(text.spot(), message)
                    .with_help("copy it again from the imprint of the book"),
            );
            return;
        }
    };
    let Ok(spelling) = isbn.hyphenate() else {
        return;
    };
    if text.contains('-') && *text != *spelling {
        let finding = Finding::new(
            text.spot(),
            format!("the ISBN is written `{spelling}`, and not `{}`", &*text),
        );
        found.add(finding.with_replaced(
            Applicability::Safe,
            text,
            [(0..text.len(), spelling.to_string())],
        ));
    }
}
