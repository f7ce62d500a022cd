//! Finds sources whose DOI says another volume, issue, page, article, chapter or year than their fields.
//!
//! # Why it matters
//!
//! Many publishers build their DOIs from the place of the work. Where DOI and fields disagree, one of
//! them belongs to another work, and half of the readers go to the wrong one.
//!
//! # How to mend it
//!
//! Open the DOI, and copy the reference from the page to which it leads.
//!
//! # What it leaves alone
//!
//! DOIs of publishers that are not in the table of the program, and members that the source does not
//! have. A year in a DOI is often that of acceptance: the work may have appeared up to two years
//! later. The ISBN and the ISSN: a book and a journal have one for print and another one for what is
//! read on a screen, and either may be in the DOI.

use std::sync::LazyLock;

use regex::{Captures, Regex, RegexBuilder};

use crate::check::rule;
use crate::day::Days;
use crate::finding::{Finding, Found};
use crate::tables::rows;
use crate::view::{Node, Source, Text};

rule! {
    name: "doi-disagrees",
    severity: Error,
    summary: "a DOI that says another volume, page, chapter or year than the source",
    since: "0.1.0",
    check: Source(check),
    tables: [SUFFIXES],
}

const TABLE: &str = include_str!("../tables/doi-suffixes.tsv");

/// Registrants, each with a form of its suffixes.
static SUFFIXES: LazyLock<Vec<(&str, Regex)>> = LazyLock::new(|| {
    rows::<3>(TABLE)
        .map(|[prefix, pattern, _]| {
            // Digits are those of ASCII, so that the patterns stay small.
            let pattern = RegexBuilder::new(pattern).unicode(false).build();
            (
                prefix,
                pattern.expect("the patterns of the table are right"),
            )
        })
        .collect()
});

fn check(source: Source<'_>, found: &mut Found) {
    let Some(csl) = source.csl() else {
        return;
    };
    let Some((doi, (prefix, suffix))) = csl
        .text("DOI")
        .and_then(|doi| Some((doi, doi.as_str().split_once('/')?)))
    else {
        return;
    };
    for (registrant, pattern) in SUFFIXES.iter() {
        if *registrant != prefix && *registrant != "*" {
            continue;
        }
        let Some(parts) = pattern.captures(suffix) else {
            continue;
        };
        for (group, member, what) in [
            ("volume", "volume", "volume"),
            ("issue", "issue", "issue"),
            ("page", "page", "page"),
            ("article", "page", "article"),
            ("chapter", "chapter-number", "chapter"),
        ] {
            if let Some((said, text)) = parts.name(group).zip(csl.text(member)) {
                if !agrees(group, said.as_str(), &text) {
                    report(doi, text, what, said.as_str(), found);
                }
            }
        }
        of_year(doi, &parts, csl, found);
    }
}

/// Whether a part of a DOI is what a member says, however the two are written.
fn agrees(group: &str, said: &str, text: &str) -> bool {
    let digits = |text: &str| -> String { text.chars().filter(char::is_ascii_digit).collect() };
    let number = |text: &str| digits(text).trim_start_matches('0').to_owned();
    match group {
        "page" => {
            let first = text.split(['-', '–', ',']).next().unwrap_or(text);
            number(said) == number(first)
        }
        // Some journals give pages to articles that have a number too.
        "article" => text.contains(['-', '–']) || number(said) == number(text),
        // `7-8` is a double issue, and `Suppl 1` has no number in the DOI.
        "volume" | "issue" => {
            let parts = text.split(|character: char| !character.is_ascii_digit());
            let mut parts = parts.filter(|part| !part.is_empty()).peekable();
            parts.peek().is_none() || parts.any(|part| number(part) == number(said))
        }
        _ => number(said) == number(text),
    }
}

/// Years: `issued` is the year of publication, and `year` that in which the DOI was made.
fn of_year(doi: Text<'_>, parts: &Captures<'_>, csl: Node<'_>, found: &mut Found) {
    let Some(issued) = csl.get("issued") else {
        return;
    };
    let Some(days) = Days::of_csl(issued) else {
        return;
    };
    let (first, last) = (days.first.year(), days.last.year());
    for (group, later) in [("issued", 0), ("year", 2), ("yy", 2)] {
        let Some(said) = parts.name(group).map(|said| said.as_str()) else {
            continue;
        };
        let year: i16 = match (group, said.parse().unwrap_or_default()) {
            // DOIs are made since 1997.
            ("yy", short @ 90..) => 1900 + short,
            ("yy", short) => 2000 + short,
            (_, year) => year,
        };
        if last < year || first > year + later {
            found.add(
                Finding::new(
                    issued.spot(),
                    format!("the DOI says the year {year}, and the source {first}"),
                )
                .with_related(doi.spot(), "this is the DOI")
                .with_help("open the DOI, and copy the reference from there"),
            );
        }
    }
}

fn report(doi: Text<'_>, text: Text<'_>, what: &str, said: &str, found: &mut Found) {
    found.add(
        Finding::new(
            text.spot(),
            format!("the DOI says {what} {said}, and the source `{}`", &*text),
        )
        .with_related(doi.spot(), "this is the DOI")
        .with_help("open the DOI, and copy the reference from there"),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_pattern_takes_its_example() {
        let mut count = 0;
        for ([prefix, _, example], (_, pattern)) in rows::<3>(TABLE).zip(SUFFIXES.iter()) {
            // `10.…/…: the reference`; the last row has the name of its standard before that.
            let doi = example.split_inclusive(' ').find_map(|word| {
                let word = word.trim_end();
                let word = word.strip_suffix(':').unwrap_or(word);
                word.starts_with("10.").then(|| word.split_once('/'))?
            });
            let Some((registrant, suffix)) = doi else {
                continue;
            };
            assert!(prefix == registrant || prefix == "*", "{example}");
            assert!(pattern.is_match(suffix), "{example}");
            count += 1;
        }
        assert!(count > 10, "most rows have an example");
    }
}
