//! Finds numbers of PubMed that can't be right: they have more than eight digits, they are those of
//! the full text in PubMed Central, or the address of the source has another number. An address of
//! PubMed in place of the number is found too.
//!
//! # Why it matters
//!
//! PMID and PMCID are both plain numbers of the same work, and one is easily copied into the place of
//! the other. Every number leads to some work, so nobody notices that it is the wrong one.
//!
//! # How to mend it
//!
//! Look the work up in PubMed; its page shows both numbers.
//!
//! # What it leaves alone
//!
//! A PMID has no check digit, so a slip within it is not seen. The form of both numbers is a matter
//! of the schema.

use url::Url;

use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::view::{Node, Source};

rule! {
    name: "invalid-pmid",
    severity: Error,
    summary: "a PMID or PMCID that can't be that of the source",
    since: "0.1.0",
    check: Source(check),
}

/// The longest PMIDs: the National Library of Medicine gives them as numbers of up to eight digits.
const LONGEST: usize = 8;

fn check(source: Source<'_>, found: &mut Found) {
    let Some(csl) = source.csl() else {
        return;
    };
    let (pmid, pmcid) = (csl.text("PMID"), csl.text("PMCID"));
    if let Some(pmid) = pmid {
        if pmid.len() > LONGEST {
            found.add(
                Finding::new(
                    pmid.spot(),
                    format!("the PMID `{}` has more than eight digits", &*pmid),
                )
                .with_help("look the work up in PubMed"),
            );
        }
        if let Some(pmcid) = pmcid.filter(|pmcid| pmcid.trim_start_matches("PMC") == &*pmid) {
            found.add(
                Finding::new(
                    pmid.spot(),
                    format!("the PMID has the same digits as `{}`", &*pmcid),
                )
                .with_help("look the work up in PubMed: the two numbers are different"),
            );
        }
    }
    for (number, named) in [(pmid, "PMID"), (pmcid, "PMCID")] {
        let Some(there) = of_address(csl, named) else {
            continue;
        };
        let Some(number) = number else {
            if let Some(url) = csl.text("URL") {
                found.add(
                    Finding::new(
                        url.spot(),
                        format!("the address has a {named}, and the source none"),
                    )
                    .with_note("addresses change, and numbers stay")
                    .with_help(format!("give `{there}` as `{named}`")),
                );
            }
            continue;
        };
        if *number != *there {
            found.add(
                Finding::new(
                    number.spot(),
                    format!(
                        "the {named} is `{}`, and that in the address `{there}`",
                        &*number
                    ),
                )
                .with_help("look the work up in PubMed"),
            );
        }
    }
}

/// The number in the address of the source, where that is a page of PubMed or PubMed Central.
fn of_address(csl: Node<'_>, named: &str) -> Option<String> {
    let url = Url::parse(&csl.text("URL")?).ok()?;
    let mut segments = url.path_segments()?;
    let host = url.host_str()?.trim_start_matches("www.");
    let number = match (host, named) {
        ("pubmed.ncbi.nlm.nih.gov", "PMID") => segments.next(),
        ("pmc.ncbi.nlm.nih.gov", "PMCID") => segments.nth(1),
        ("ncbi.nlm.nih.gov", "PMID") => {
            segments.next().filter(|&segment| segment == "pubmed")?;
            segments.next()
        }
        ("ncbi.nlm.nih.gov", "PMCID") => {
            segments.next().filter(|&segment| segment == "pmc")?;
            segments.nth(1)
        }
        _ => None,
    };
    let is_number = |number: &&str| {
        let digits = number.strip_prefix("PMC").unwrap_or(number);
        !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
    };
    number.filter(is_number).map(str::to_owned)
}
