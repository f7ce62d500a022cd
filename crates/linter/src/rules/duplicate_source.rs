//! Finds sources that are the same work: the same DOI, PMID, PMCID or address.
//!
//! # Why it matters
//!
//! A claim that cites both seems to have two sources where it has one, and a correction reaches only
//! one of the two records.
//!
//! # How to mend it
//!
//! Keep one of them with the citations of both, and withdraw the other one with the reason
//! `duplicate`.
//!
//! # What it leaves alone
//!
//! Addresses that differ only in their scheme, a leading `www.`, a slash at the end or the part behind
//! `#` count as the same. Sources that were withdrawn don't count, and neither do versions of a work of
//! which one names the other as its successor and that share an address.

use rustc_hash::FxHashMap;

use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::view::{Records, Source};

rule! {
    name: "duplicate-source",
    severity: Error,
    summary: "two sources that are the same work",
    since: "0.1.0",
    check: Dataset(check),
}

fn check(records: &Records<'_>, found: &mut Found) {
    let mut first: FxHashMap<(&str, String), Source<'_>> = FxHashMap::default();
    for &source in &records.sources {
        let Some(csl) = source.csl() else {
            continue;
        };
        if source.is_deprecated() {
            continue;
        }
        for (member, what) in [
            ("DOI", "DOI"),
            ("PMID", "PMID"),
            ("PMCID", "PMCID"),
            ("URL", "address"),
        ] {
            let Some(text) = csl.text(member) else {
                continue;
            };
            let key = match member {
                "URL" => fold(&text),
                _ => text.to_lowercase(),
            };
            let Some(&earlier) = first.get(&(member, key.clone())) else {
                first.insert((member, key), source);
                continue;
            };
            let is_version = |newer: Source<'_>, older: Source<'_>| {
                let successor = older.text("superseded_by");
                successor.is_some_and(|id| *id == *newer.id)
            };
            let are_versions = is_version(source, earlier) || is_version(earlier, source);
            if member == "URL" && are_versions {
                continue;
            }
            found.add(
                Finding::new(
                    text.spot(),
                    format!("`{}` has the same {what} as `{}`", source.id, earlier.id),
                )
                .with_related(earlier.heading(), "this is the first one")
                .with_help("keep one of them, with the citations of both"),
            );
            // One finding says that they are the same.
            break;
        }
    }
}

/// An address without what makes no difference.
fn fold(address: &str) -> String {
    let (address, _) = address.split_once('#').unwrap_or((address, ""));
    let address = address
        .trim_start_matches("https://")
        .trim_start_matches("http://");
    let address = address.strip_prefix("www.").unwrap_or(address);
    let address = address.trim_end_matches('/');
    let (host, path) = address.split_once('/').unwrap_or((address, ""));
    format!("{}/{path}", host.to_lowercase())
}
