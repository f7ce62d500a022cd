//! Where the project's own words use a term.

use std::ops::Range;

use super::{Records, Term, Text};
use crate::phrase::Phrases;

/// A term in a label or a statement.
#[derive(Clone, Debug)]
pub(crate) struct Usage<'r> {
    /// What the text is called in messages.
    pub(crate) place: &'static str,
    pub(crate) text: Text<'r>,
    /// Where in the text, in bytes.
    pub(crate) range: Range<usize>,
    pub(crate) term: Term<'r>,
}

/// Where the labels of entities and the statements of claims, in the default language, use a term that
/// `is_wanted`. In statements a longer name counts before a term within it; a label is itself a name,
/// and so every part of it counts.
pub(crate) fn usages<'r>(
    records: &Records<'r>,
    is_wanted: impl Fn(Term<'r>) -> bool,
) -> Vec<Usage<'r>> {
    let language = records.language();
    let is_readable = |term: Term<'r>| {
        let is_of_language = term.text("lang").is_none_or(|lang| &*lang == language);
        is_of_language && !term.is_deprecated() && term.name().is_some_and(|name| !name.is_empty())
    };
    let terms = records.terms.iter().copied();
    let terms: Vec<_> = terms
        .filter(|&term| is_readable(term) && is_wanted(term))
        .collect();
    if terms.is_empty() {
        return Vec::new();
    }
    let names = terms.iter().filter_map(|term| term.name());
    let phrases = Phrases::new(names.map(Text::as_str));
    let mut usages = Vec::new();
    for label in records.labels() {
        usages.extend(phrases.find(&label).into_iter().map(|(at, range)| Usage {
            place: "the label",
            text: label,
            range,
            term: terms[at],
        }));
    }
    for said in records.said() {
        for mention in said.mentions(records) {
            let term = mention.name.term.filter(|&term| is_wanted(term));
            usages.extend(term.map(|term| Usage {
                place: "the statement",
                text: said.statement,
                range: mention.range.clone(),
                term,
            }));
        }
    }
    usages
}

impl<'r> Usage<'r> {
    /// The words of the text that are the term.
    pub(crate) fn said(&self) -> &'r str {
        &self.text.as_str()[self.range.clone()]
    }

    /// Whether the text stands in a claim that refers to one of these records, and so may be about
    /// their names.
    pub(crate) fn is_about(&self, records: &Records<'r>, ids: &[&str]) -> bool {
        let claim = records.claim_of(self.text);
        claim.is_some_and(|claim| {
            let entities = claim.entities();
            entities.iter().any(|id| ids.contains(&id.as_str()))
        })
    }
}
