//! Finds citations whose passage is not in the document: no blocks in a row have its hash, or they
//! stand under another heading than the locator names, or under one that the locator misspells.
//!
//! # Why it matters
//!
//! The hash is all that ties a claim to the text that was read. A wrong one means that the passage has
//! changed, or was never there.
//!
//! # How to mend it
//!
//! Read the document again. Put in the hash of the passage and the heading above it, and see whether
//! the statement still holds.
//!
//! # What it leaves alone
//!
//! It needs the texts of the documents (`--documents`). A heading is known where a citation names it and
//! a block of the document is that heading and nothing else; parts that have no heading, such as
//! `Answer 2`, are not looked for, unless another citation names the heading above the passage, and the
//! two differ by a letter or two. Whether `paragraph` is counted right is not checked, since captions
//! and the like don't count. A passage that the document repeats may stand under any of its headings.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use treatise_schema::nearest_id;

use crate::check::rule;
use crate::documents::{Document, Documents};
use crate::finding::{Finding, Found};
use crate::view::{Citation, Record, Records, Text};

rule! {
    name: "passage-not-found",
    severity: Error,
    summary: "a cited passage that is not in the document, or not under the heading named",
    since: "0.1.0",
    check: Documents(check),
}

fn check(records: &Records<'_>, documents: &Documents, found: &mut Found) {
    let mut citations = Vec::new();
    // The headings that are known of each document: their blocks.
    let mut headings: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
    let all = records.all().flat_map(Record::citations);
    for citation in all {
        let Some((hash, document)) = document(records, documents, citation) else {
            continue;
        };
        if let Some(section) = section(citation) {
            let known = headings.entry(hash).or_default();
            known.extend(document.headings(&section));
        }
        citations.push((citation, hash, document));
    }
    for (citation, hash, document) in citations {
        let Some(stated) = citation.passage() else {
            continue;
        };
        let places = document.places(&stated);
        let Some(first) = places.first() else {
            found.add(
                Finding::new(stated.spot(), "no passage of the document has this hash")
                    .with_help("read the document again, and cite the passage that is there"),
            );
            continue;
        };
        let Some(section) = section(citation) else {
            continue;
        };
        let named: Vec<_> = document.headings(&section).collect();
        let above = |place: &Range<usize>| {
            let known = headings.get(hash)?;
            known.range(..place.start).next_back()
        };
        let stands_under_it = |place| above(place).is_some_and(|above| named.contains(above));
        let is_there = places.iter().any(stands_under_it);
        let above = above(first);
        if named.is_empty() {
            let heading = above.and_then(|&at| document.blocks().get(at));
            let meant = heading.filter(|heading| is_misspelt(&section, heading));
            if let Some(heading) = meant {
                found.add(misspelt(section, heading));
            }
        } else if !is_there {
            let finding = Finding::new(
                section.spot(),
                format!("the passage does not stand under `{}`", &*section),
            );
            found.add(match above.and_then(|&at| document.blocks().get(at)) {
                // A heading that other citations name is no secret.
                Some(heading) => finding.with_help(format!("it stands under `{heading}`")),
                None => finding.with_help("it stands above all headings that are cited"),
            });
        }
    }
}

/// Whether a heading that no block is stands for another one. Parts that are told by a number or a letter
/// are not one another.
fn is_misspelt(section: &str, heading: &str) -> bool {
    fn last(text: &str) -> &str {
        text.split_whitespace().next_back().unwrap_or_default()
    }
    let tells = |word: &str| {
        let is_numeral = word.bytes().all(|byte| b"IVXLC".contains(&byte));
        word.len() == 1 || is_numeral || word.bytes().any(|byte| byte.is_ascii_digit())
    };
    let (one, other) = (last(section), last(heading));
    let is_part = one != other && (tells(one) || tells(other));
    !is_part && nearest_id(section, [heading]).is_some()
}

fn misspelt(section: Text<'_>, heading: &str) -> Finding {
    Finding::new(
        section.spot(),
        format!("the document has no heading `{}`", &*section),
    )
    // Other citations name it.
    .with_help(format!("did you mean `{heading}`?"))
}

/// The document that a citation was read in, and the hash by which it is known.
fn document<'r, 'd>(
    records: &Records<'r>,
    documents: &'d Documents,
    citation: &Citation<'_>,
) -> Option<(&'r str, &'d Document)> {
    let source = records.source(&citation.source()?)?;
    let sha256 = source.snapshot(&citation.snapshot()?)?.text("sha256")?;
    Some((sha256.as_str(), documents.get(&sha256)?))
}

/// The heading that a citation names.
fn section<'r>(citation: &Citation<'r>) -> Option<Text<'r>> {
    let locator = citation.locator()?;
    let is_section = locator.label().is_some_and(|label| label == "section");
    locator.value().filter(|_| is_section)
}
