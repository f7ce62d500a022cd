//! Finds translations of a statement whose original has changed since, and translations and hashes
//! that lack the other one.
//!
//! # Why it matters
//!
//! When a statement is corrected, its translations go on saying what was wrong. Readers of another
//! language can't know.
//!
//! # How to mend it
//!
//! Translate the sentence again, and put the SHA-256 of the original under `statement_of`.
//!
//! # What it leaves alone
//!
//! Labels and notes, which have no such hash. Whether the translation is right is a matter for people.

use std::cell::LazyCell;

use treatise_source::sha256;

use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::view::Claim;

rule! {
    name: "stale-translation",
    severity: Error,
    summary: "a translation whose original has changed",
    since: "0.1.0",
    check: Claim(check),
}

fn check(claim: Claim<'_>, found: &mut Found) {
    let original_language = claim.manifest.language();
    let Some(original) = claim.statement(original_language) else {
        return;
    };
    // Most claims have no translation, and need no hash.
    let hash = LazyCell::new(|| sha256(original.as_bytes()));
    let hashes = claim.get("statement_of");
    let has_translation = claim
        .get("statement")
        .is_some_and(|statement| statement.value.len() > 1);
    if !has_translation && hashes.is_none() {
        return;
    }
    for (language, text) in claim.languages("statement") {
        if language == original_language {
            continue;
        }
        let Some(stated) = hashes.and_then(|hashes| hashes.text(language)) else {
            found.add(
                Finding::new(
                    text.spot(),
                    format!(
                        "nothing says of which sentence the text in `{language}` is a translation"
                    ),
                )
                .with_help(format!(
                    "where it is one of the sentence in `{original_language}` as that is today, put its \
                     SHA-256 under `statement_of`: `{}`",
                    *hash
                )),
            );
            continue;
        };
        if *stated != **hash {
            found.add(
                Finding::new(
                    text.spot(),
                    format!("the sentence has changed since it was translated into `{language}`"),
                )
                .with_related(original.spot(), "this is the sentence today")
                .with_related(stated.spot(), "this is the hash of the sentence then")
                .with_help(format!(
                    "translate it again, and renew the hash: it is `{}` today",
                    *hash
                )),
            );
        }
    }
    for (language, stated) in claim.languages("statement_of") {
        let is_there = claim.statement(language).is_some();
        if !is_there {
            found.add(
                Finding::new(
                    stated.spot(),
                    format!("there is no translation into `{language}`"),
                )
                .with_help("add the translation, or take the hash away"),
            );
        }
    }
}
