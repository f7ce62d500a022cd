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
//! Claims that differ in polarity or scope, and claims that were withdrawn. Signs such as `<`, `≥` and `%`,
//! the decimal point, and what makes `HER2+` another thing than `HER2−` are no punctuation.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;
use treatise_source::NameSet;

use crate::alike::{Keys, members, same};
use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::signs::signed;
use crate::view::{Claim, Record, Records, Text};

rule! {
    name: "duplicate-claim",
    severity: Error,
    summary: "two claims that say the same",
    since: "0.1.0",
    check: Alike(keys, check),
    tables: [SAME],
}

/// Members that are the same where the claims are.
static SAME: LazyLock<NameSet> =
    LazyLock::new(|| members(&["type", "subject", "object", "polarity"]));

fn keys(record: Record<'_>, keys: &mut Keys<'_>) {
    let Some(claim) = record.claim() else {
        return;
    };
    let said = claim.said(claim.manifest.language());
    if let Some(said) = said.filter(|_| !claim.is_deprecated()) {
        let ids = [claim.kind(), claim.subject(), claim.object()];
        let ids = ids.map(|id| id.map(Text::as_str));
        // Signs make few statements differ, and are compared later.
        let words = said.wording.words.iter();
        let words = words.fold(0_u64, |all, word| all.rotate_left(5) ^ word.hash);
        keys.add((ids, words));
    }
}

fn check<'r>(alike: &[Record<'r>], _: &Records<'r>, found: &mut Found) {
    for group in same(alike, SAME.names()) {
        let mut first: FxHashMap<String, Claim<'_>> = FxHashMap::default();
        for claim in group.into_iter().filter_map(Record::claim) {
            let Some(key) = key(claim) else {
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
}

/// What else makes two claims the same: the records of the scope, in any order, and the words of the
/// statement with the signs that change what it says.
fn key(claim: Claim<'_>) -> Option<String> {
    let statement = claim.statement(claim.manifest.language())?;
    let mut key = String::new();
    if let Some(scope) = claim.get("scope") {
        let ids = ["conditions", "primaries", "sites"]
            .into_iter()
            .flat_map(|name| scope.texts(name));
        let mut ids: Vec<_> = ids.map(Text::as_str).collect();
        ids.sort_unstable();
        key.push_str(&ids.join(" "));
    }
    key.push('\n');
    for signed in signed(&statement) {
        key.push_str(&signed.before);
        key.push_str(&signed.word.to_lowercase());
        key.push_str(&signed.behind);
        key.push(' ');
    }
    Some(key)
}
