//! Finds texts in a language that the manifest does not list, and language tags that name no language.
//!
//! # Why it matters
//!
//! Exports and applications offer the languages of the manifest; a text in another one is shown to
//! nobody. And a tag that names no language, such as `uk` for British English or `gr` for Greek, puts
//! the text into the wrong language or none.
//!
//! # How to mend it
//!
//! Mend the tag, or add the language to `languages` in the manifest.
//!
//! # What it leaves alone
//!
//! Sources and terms may be in any language that there is. Script and region of a tag are not looked
//! up, and neither is whether the text is in the language of its tag.

use std::collections::BTreeSet;

use isolang::Language;

use crate::check::rule;
use crate::documents::primary;
use crate::finding::{Finding, Found};
use crate::view::{Kind, Record, Text};

rule! {
    name: "unknown-language",
    severity: Error,
    summary: "a text in a language that the manifest does not list, or a tag of no language",
    since: "0.1.0",
    check: Record(check),
}

fn check(record: Record<'_>, found: &mut Found) {
    let listed = &record.manifest.languages;
    let default = record.manifest.default_language.as_deref();
    let is_listed = |language: &str| {
        listed.is_empty()
            || default == Some(language)
            || listed.iter().any(|listed| listed == language)
    };
    let mut seen = BTreeSet::new();
    for prose in record.prose() {
        let Some(language) = prose.language.filter(|language| !is_listed(language)) else {
            continue;
        };
        if seen.insert(language) {
            let finding = Finding::new(
                prose.text.spot(),
                format!("the language `{language}` is not one of the dataset"),
            );
            found.add(finding.with_help("mend the tag, or add the language to the manifest"));
        }
    }
    let csl = record.get("csl").and_then(|csl| csl.text("language"));
    let snapshots = record
        .items("snapshots")
        .filter_map(|snapshot| snapshot.text("language"));
    // Elsewhere, a member of this name may be anything.
    let is_term = record.plan.kind == Some(Kind::Term);
    let of_term = record.text("lang").filter(|_| is_term);
    for tag in csl.into_iter().chain(snapshots).chain(of_term) {
        of_tag(tag, found);
    }
}

/// Whether the first part of a tag is a language of ISO 639-1 or 639-3.
fn of_tag(tag: Text<'_>, found: &mut Found) {
    let code = primary(&tag);
    let language = match code.len() {
        2 => Language::from_639_1(code),
        _ => Language::from_639_3(code),
    };
    if language.is_none() {
        found.add(
            Finding::new(tag.spot(), format!("`{code}` is the code of no language"))
                .with_help("look the language up in ISO 639"),
        );
    }
}
