//! Finds sources that lack what a work of their type is found by, and sources with fields that works
//! of their type don't have.
//!
//! # Why it matters
//!
//! A reference is there to be looked up. An article needs an identifier or its volume and pages, a
//! chapter the book around it and its place in it, a book its publisher or ISBN, a guideline its number
//! or version. And a volume of a web page, or the ISSN of a book, shows that fields were filled from
//! another record, or that the type is wrong.
//!
//! # How to mend it
//!
//! Add what is missing, move the field to where it belongs, or put the type right. Where the work itself
//! does not say it, record that as an issue of the kind `metadata` that touches the source.
//!
//! # What it leaves alone
//!
//! What the schema asks for: the address of a web page, the title of the journal or book. Sources that
//! an issue of the kind `metadata` touches may lack something, and works that have not appeared yet
//! (`status`) have no place.

use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::tables::rows;
use crate::view::{Node, Records, Source};

rule! {
    name: "fields-do-not-fit-source-type",
    severity: Error,
    summary: "a source without what works of its type are found by, or with fields of another type",
    since: "0.1.0",
    check: Dataset(check),
    needs: WholeDataset,
}

/// Fields that only works of some types have.
const FIELDS: &str = include_str!("../tables/fields-by-source-type.tsv");

/// What a work is found by: its type, what is missing, and combinations of members of which one is
/// enough.
const NEEDED: &[(&str, &str, &[&[&str]])] = &[
    (
        "article-journal",
        "a DOI, a PMID, or volume and page",
        &[&["DOI"], &["PMID"], &["PMCID"], &["volume", "page"]],
    ),
    (
        "chapter",
        "its place in the book: a DOI, pages or the number of the chapter",
        &[&["DOI"], &["page"], &["chapter-number"]],
    ),
    (
        "chapter",
        "the book: its ISBN, its DOI or its publisher",
        &[&["DOI"], &["ISBN"], &["publisher"]],
    ),
    (
        "book",
        "a publisher, an ISBN or a DOI",
        &[&["DOI"], &["ISBN"], &["publisher"]],
    ),
    (
        "report",
        "a number, a version, a DOI or an address",
        &[&["DOI"], &["URL"], &["number"], &["version"]],
    ),
    (
        "paper-conference",
        "a DOI, pages or an address",
        &[&["DOI"], &["URL"], &["page"]],
    ),
];

fn check(records: &Records<'_>, found: &mut Found) {
    for &source in &records.sources {
        let (Some(csl), Some(kind)) = (source.csl(), source.csl().and_then(|csl| csl.text("type")))
        else {
            continue;
        };
        if source.is_deprecated() {
            continue;
        }
        for [field, types] in rows::<2>(FIELDS) {
            if types.split(' ').any(|known| *kind == *known) {
                continue;
            }
            if let Some(value) = csl.get(field) {
                found.add(
                    Finding::new(
                        value.spot(),
                        format!("a work of the type `{}` has no `{field}`", &*kind),
                    )
                    .with_related(kind.spot(), "this is its type")
                    .with_help("put the type right, or take the field away"),
                );
            }
        }
        if csl.get("status").is_none() && !records.is_known_to_lack(source) {
            of_needed(source, csl, &kind, found);
        }
    }
}

fn of_needed(source: Source<'_>, csl: Node<'_>, kind: &str, found: &mut Found) {
    for (_, what, ways) in NEEDED.iter().filter(|(known, ..)| *known == kind) {
        let has = |member: &&str| csl.get(member).is_some();
        let is_registered = *what == "a number, a version, a DOI or an address"
            && (source.get("register").is_some() || source.get("version").is_some());
        if !is_registered && !ways.iter().any(|way| way.iter().all(has)) {
            found.add(
                Finding::new(csl.opening(), format!("the source lacks {what}"))
                    .with_note(format!("a work of the type `{kind}` is found by that"))
                    .with_help(
                        "add it, or record in an issue of the kind `metadata` that it is not known",
                    ),
            );
        }
    }
}
