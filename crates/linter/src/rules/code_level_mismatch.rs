//! Finds ATC codes of classes on substances, and of substances on classes.
//!
//! # Why it matters
//!
//! The length of an ATC code says what it is: seven characters are a substance, fewer a group. A class
//! with the code of a substance is taken for that one drug, for example in an interaction check.
//!
//! # How to mend it
//!
//! Give the code of the right level, or mend the `level` of the drug.
//!
//! # What it leaves alone
//!
//! Codes of other systems, and records without a `level`.

use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::view::Records;

rule! {
    name: "code-level-mismatch",
    severity: Error,
    summary: "an ATC code that is not of the level of the drug",
    since: "0.1.0",
    check: Dataset(check),
}

/// The length of the code of a substance.
const SUBSTANCE: usize = 7;

fn check(records: &Records<'_>, found: &mut Found) {
    for &use_ in records.uses_of_codes() {
        let Some(level) = use_.record.text("level").filter(|_| use_.system == "ATC") else {
            continue;
        };
        let coded = if use_.code.len() == SUBSTANCE {
            "substance"
        } else {
            "class"
        };
        if level != coded {
            found.add(
                Finding::new(
                    use_.code.spot(),
                    format!(
                        "`{}` is the code of a {coded}, and the drug is a {}",
                        &*use_.code, &*level
                    ),
                )
                .with_related(level.spot(), "this is its level")
                .with_help("give the code of the right level"),
            );
        }
    }
}
