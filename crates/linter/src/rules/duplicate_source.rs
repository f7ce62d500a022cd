//! Finds sources that are the same work: the same DOI, PMID, PMCID or address. Addresses that differ only in
//! their scheme, a leading `www.`, a slash at the end or the part behind `#` count as the same.
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
//! Sources that were withdrawn, and versions of a work that share an address, of which each names the next one
//! as its successor.

use rustc_hash::FxHashMap;

use crate::alike::Keys;
use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::view::{Record, Records, Source, Text};

rule! {
    name: "duplicate-source",
    severity: Error,
    summary: "two sources that are the same work",
    since: "0.1.0",
    check: Alike(keys, check),
}

/// The members by which a work is known, and what they are called.
const MEMBERS: &[(&str, &str)] = &[
    ("DOI", "DOI"),
    ("PMID", "PMID"),
    ("PMCID", "PMCID"),
    ("URL", "address"),
];

/// By what a source that is in use is known: the member and what it says, without what makes no
/// difference, what the member is called, and where it stands.
fn known_by(
    source: Source<'_>,
) -> impl Iterator<Item = ((&'static str, String), &'static str, Text<'_>)> {
    let csl = source.csl().filter(|_| !source.is_deprecated());
    csl.into_iter().flat_map(|csl| {
        MEMBERS.iter().filter_map(move |&(member, what)| {
            let text = csl.text(member)?;
            let key = match member {
                "URL" => fold(&text),
                _ => text.to_lowercase(),
            };
            Some(((member, key), what, text))
        })
    })
}

fn keys(record: Record<'_>, keys: &mut Keys<'_>) {
    for (key, ..) in record.source().into_iter().flat_map(known_by) {
        keys.add(key);
    }
}

fn check<'r>(alike: &[Record<'r>], records: &Records<'r>, found: &mut Found) {
    let is_version = |newer: Source<'_>, older: Source<'r>| {
        let mut later = records.later_versions(older);
        later.any(|version| version.id == newer.id)
    };
    let mut first: FxHashMap<(&str, String), Source<'_>> = FxHashMap::default();
    for source in alike.iter().filter_map(|record| record.source()) {
        let mut is_found = false;
        for ((member, key), what, text) in known_by(source) {
            let Some(&earlier) = first.get(&(member, key.clone())) else {
                first.insert((member, key), source);
                continue;
            };
            let are_versions =
                member == "URL" && (is_version(source, earlier) || is_version(earlier, source));
            // One finding says that they are the same.
            if are_versions || std::mem::replace(&mut is_found, true) {
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
