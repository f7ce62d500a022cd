//! Finds DOIs that were cut out of a text or an address with something that is not part of them, and
//! DOIs that stand in the address of a source and not under `DOI`.
//!
//! # Why it matters
//!
//! A DOI with a full stop, a bracket or the name of a view behind it resolves to nothing. One that is
//! hidden in an address is not found by programs that match works by their DOI.
//!
//! # How to mend it
//!
//! `treatise check --fix` takes away what does not belong to the DOI, and writes escaped characters
//! as they are. Put the DOI of an address under `DOI`, and in place of the address that of the page.
//!
//! # What it leaves alone
//!
//! That a DOI is in lower case and without the address of a resolver is a matter of the schema.
//! Whether it was ever registered is not known without the network.

use treatise_report::Applicability;
use url::Url;

use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::view::Source;

rule! {
    name: "invalid-doi",
    severity: Error,
    summary: "a DOI with something that is not part of it, or in the address only",
    since: "0.1.0",
    check: Source(check),
    fix: Safe,
}

/// What publishers put behind the DOI in addresses of their pages.
const VIEWS: &[&str] = &[
    "/abstract",
    "/epdf",
    "/epub",
    "/full",
    "/fulltext",
    "/html",
    "/meta",
    "/pdf",
    ".full",
    ".pdf",
];
const RESOLVERS: &[&str] = &["doi.org", "dx.doi.org", "www.doi.org"];

fn check(source: Source<'_>, found: &mut Found) {
    let Some(csl) = source.csl() else {
        return;
    };
    if let Some(doi) = csl.text("DOI") {
        let clean = clean(&doi);
        if *doi != *clean {
            let finding = Finding::new(
                doi.spot(),
                format!("the DOI is `{clean}`, and the rest is no part of it"),
            );
            found.add(finding.with_replaced(Applicability::Safe, doi, [(0..doi.len(), clean)]));
        }
    }
    let Some(address) = csl.text("URL") else {
        return;
    };
    let host = Url::parse(&address)
        .ok()
        .and_then(|url| url.host_str().map(str::to_owned));
    if host.is_some_and(|host| RESOLVERS.contains(&host.as_str())) {
        let doi = csl.text("DOI");
        let help = match doi {
            Some(_) => "leave the address out: the DOI leads there",
            None => "put it under `DOI`",
        };
        found.add(
            Finding::new(address.spot(), "the address of the source is a DOI").with_help(help),
        );
    }
}

/// The DOI without what punctuation, escapes and addresses leave behind.
fn clean(doi: &str) -> String {
    /// Each sign that is taken away has the whole looked at; no DOI is as long as this.
    const LONGEST: usize = 2_048;
    let mut clean = doi.to_owned();
    for (escape, character) in [
        ("%2f", "/"),
        ("%28", "("),
        ("%29", ")"),
        ("%3a", ":"),
        ("%3b", ";"),
        ("%3c", "<"),
        ("%3e", ">"),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&amp;", "&"),
    ] {
        clean = clean.replace(escape, character);
    }
    // What is left of the DOI has a prefix, a slash and at least one character more.
    let is_whole = |text: &str| text.split_once('/').is_some_and(|(_, rest)| rest.len() > 1);
    loop {
        let before = clean.len();
        if before > LONGEST || !is_whole(&clean) {
            return clean;
        }
        if clean.ends_with(['.', ',', ';', ':', '"', '\'', '”', '’']) {
            clean.pop();
        }
        for (open, close) in [('(', ')'), ('[', ']'), ('<', '>')] {
            let count = |bracket| clean.matches(bracket).count();
            if clean.ends_with(close) && count(close) > count(open) {
                clean.pop();
            }
        }
        for view in VIEWS {
            if let Some(rest) = clean.strip_suffix(view) {
                // `10.1000/full` would be a DOI of its own.
                if rest.contains('/') {
                    clean.truncate(rest.len());
                }
            }
        }
        if clean.len() == before {
            return clean;
        }
    }
}
