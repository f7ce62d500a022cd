//! Finds claims about availability that name no jurisdiction although they depend on one: their statement
//! names a country, or their reason is the organ supply, the health system or an offer of a provider.
//!
//! # Why it matters
//!
//! What is available, paid for or offered differs from country to country. Without the country, the
//! claim is read as if it held everywhere.
//!
//! # How to mend it
//!
//! Give the countries as `jurisdictions`. Where the source does not say which one it means, take the
//! jurisdiction of the source, and record an issue.
//!
//! # What it leaves alone
//!
//! Availability for technical reasons or for its cost as long as no country is named; where research was
//! done (`research-origin`); claims that were withdrawn; names that only sound like a country (`Guinea pigs`,
//! `the Prince of Wales Hospital`). Countries are those of `src/tables/countries.tsv`, in English.

use std::sync::LazyLock;

use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::phrase::Phrases;
use crate::tables::rows;
use crate::view::Claim;

rule! {
    name: "availability-without-jurisdiction",
    severity: Error,
    summary: "a claim about availability that does not say for which country",
    since: "0.1.0",
    check: Claim(check),
    tables: [COUNTRIES],
}

/// Reasons that hold in one health system only.
const LOCAL: &[&str] = &["organ-supply", "health-system", "provider-offer"];

/// What stands in place of the code of a name that means no country.
const NONE: &str = "-";

/// The names, and beside each its code.
static COUNTRIES: LazyLock<(Phrases, Vec<&str>)> = LazyLock::new(|| {
    let rows: Vec<[&str; 2]> = rows(include_str!("../tables/countries.tsv")).collect();
    let phrases = Phrases::exact(rows.iter().map(|[name, _]| *name));
    (phrases, rows.iter().map(|[_, code]| *code).collect())
});

fn check(claim: Claim<'_>, found: &mut Found) {
    let is_availability = claim.kind().is_some_and(|kind| kind == "availability");
    let has_jurisdiction = claim.get("jurisdictions").is_some();
    if !is_availability || has_jurisdiction || claim.is_deprecated() {
        return;
    }
    let (phrases, codes) = &*COUNTRIES;
    let reason = claim.text("reason");
    // Where research was done says nothing about where its result is to be had.
    let is_of_origin = reason.is_some_and(|reason| reason == "research-origin");
    let statement = claim.statement("en").filter(|_| !is_of_origin);
    let named = statement.and_then(|statement| {
        let mut named = phrases.find(&statement).into_iter();
        let (position, range) = named.find(|(position, _)| codes[*position] != NONE)?;
        Some((statement, range, codes[position]))
    });
    if let Some((statement, range, code)) = named {
        let name = &statement[range.clone()];
        found.add(
            Finding::new(
                statement.part(range.clone()),
                format!("the statement names {name}, and the claim has no `jurisdictions`"),
            )
            .with_help(format!("add `{code}` to `jurisdictions`")),
        );
    } else if let Some(reason) = reason.filter(|reason| LOCAL.contains(&&**reason)) {
        found.add(
            Finding::new(
                reason.spot(),
                format!(
                    "`{}` depends on the country, and the claim has no `jurisdictions`",
                    &*reason
                ),
            )
            .with_help("name the countries for which the source says it"),
        );
    }
}
