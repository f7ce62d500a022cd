//! Finds claims of the same type on the same subject and object that make the same statement, but for
//! case and punctuation.
//!
//! # Why it matters
//!
//! One fact is one claim with all its citations. Where it is there twice, a correction reaches only
//! one of them, and whoever counts evidence counts it double.
//!
//! # How to mend it
//!
//! Move the citations into the older claim, and withdraw the other one with the reason `duplicate`.
//!
//! # What it leaves alone
//!
//! Claims that differ in polarity or scope, and claims that were withdrawn.

use rustc_hash::FxHashMap;

use crate::check::rule;
use crate::documents::words;
use crate::finding::{Finding, Found};
use crate::view::{Claim, Records, Text};

rule! {
    name: "duplicate-claim",
    severity: Error,
    summary: "two claims that say the same",
    since: "0.1.0",
    check: Dataset(check),
}

fn check(records: &Records<'_>, found: &mut Found) {
    let mut first: FxHashMap<Vec<String>, Claim<'_>> = FxHashMap::default();
    let living = records.claims.iter().filter(|claim| !claim.is_deprecated());
    for &claim in living {
        let Some(key) = key(records, claim) else {
            continue;
        };
        let Some(&earlier) = first.get(&key) else {
            first.insert(key, claim);
            continue;
        };
        found.add(
            Finding::new(
                claim.heading(),
                format!("`{}` says the same as `{}`", claim.id, earlier.id),
            )
            .with_related(earlier.heading(), "this is the first claim")
            .with_help("keep one of them, with the citations of both"),
        );
    }
}

/// What makes two claims the same.
fn key(records: &Records<'_>, claim: Claim<'_>) -> Option<Vec<String>> {
    let statement = claim.statement(records.language())?;
    let said: Vec<_> = words(&statement)
        .map(|(_, word)| word.to_lowercase())
        .collect();
    let members = ["type", "subject", "object", "polarity"].map(|name| {
        let text = claim.text(name);
        text.map_or(String::new(), |text| text.as_str().to_owned())
    });
    let scope = claim.get("scope").map(|scope| {
        let ids = ["conditions", "primaries", "sites"]
            .into_iter()
            .flat_map(|name| scope.texts(name));
        let mut ids: Vec<_> = ids.map(Text::as_str).collect();
        ids.sort_unstable();
        ids.join(" ")
    });
    let mut key = members.to_vec();
    key.push(scope.unwrap_or_default());
    key.push(said.join(" "));
    Some(key)
}
