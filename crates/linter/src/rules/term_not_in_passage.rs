//! Finds terms that cite a passage in which they do not stand, nor in the heading or title above it.
//!
//! # Why it matters
//!
//! A term is a word that somebody uses, and its citation shows who does and for what. Where the word is
//! not there, the wrong passage was cited, or the term was copied and half of it changed: so a brand
//! name comes to denote another drug.
//!
//! # How to mend it
//!
//! Cite the passage that uses the word, or write the word as the passage has it. A name that no source
//! uses, and that is here for others to be led to, is of the kind `preferred`.
//!
//! # What it leaves alone
//!
//! It needs the texts of the documents (`--documents`). A term counts as found when all its words are
//! there, whatever their endings and order. Terms of the kind `preferred`, and those that were
//! withdrawn; passages in another language than the term.
//!
//! On 30 November 2026, all 102 citations of the dataset's terms of other kinds were to what has them.

use crate::check::rule;
use crate::documents::{Cited, Documents, primary, significant};
use crate::finding::{Finding, Found};
use crate::view::{Records, Term};

rule! {
    name: "term-not-in-passage",
    severity: Error,
    summary: "a term that does not stand in the passage that it cites",
    since: "0.1.0",
    check: Documents(check),
}

fn check(records: &Records<'_>, documents: &Documents, found: &mut Found) {
    for &term in &records.terms {
        let is_preferred = term.kind().is_some_and(|kind| kind == "preferred");
        if !is_preferred && !term.is_deprecated() {
            of_term(term, records, documents, found);
        }
    }
}

fn of_term(term: Term<'_>, records: &Records<'_>, documents: &Documents, found: &mut Found) {
    let Some((name, language)) = term.name().zip(term.text("lang")) else {
        return;
    };
    let sought: Vec<String> = significant(&name).collect();
    let is_own = |of_document: &str| of_document == primary(&language);
    for citation in term.citations() {
        let mut cited = Cited::default();
        let is_read = cited.add(records, documents, citation, is_own).is_some();
        let Some(passage) = citation.passage().filter(|_| is_read) else {
            continue;
        };
        if !cited.has(&sought) {
            found.add(
                Finding::new(
                    passage.spot(),
                    format!("`{}` does not stand in the cited passage", &*name),
                )
                .with_related(name.spot(), "this is the term")
                .with_help("cite the passage that uses it, or write it as the passage does"),
            );
        }
    }
}
