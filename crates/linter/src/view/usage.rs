//! Where the project's own words use a term.

use std::ops::Range;
use std::sync::OnceLock;

use super::{Claim, Entity, Kind, Record, Records, Term, Text};
use crate::names::{Name, Named, Names};
use crate::phrase::Phrases;

/// A term in a label or a statement.
#[derive(Clone, Debug)]
pub(crate) struct Usage<'c, 'r> {
    /// What the text is called in messages.
    pub(crate) place: &'static str,
    pub(crate) text: Text<'c>,
    /// Where in the text, in bytes.
    pub(crate) range: Range<usize>,
    pub(crate) term: Term<'r>,
    /// The claim, where it is a statement.
    claim: Option<Claim<'c>>,
}

/// Terms that don't belong into labels and statements, or not without care.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unwanted {
    Ambiguous,
    Brand,
    /// Easily taken for another one, and not preferred over it.
    Confusable,
    Misnomer,
}

impl Unwanted {
    const ALL: [Self; 4] = [
        Self::Ambiguous,
        Self::Brand,
        Self::Confusable,
        Self::Misnomer,
    ];

    fn bit(self) -> u8 {
        1 << self as u8
    }

    fn is_it(self, term: Term<'_>) -> bool {
        let is = |kind: &str| term.kind().is_some_and(|it| it == kind);
        match self {
            Self::Ambiguous => is("ambiguous"),
            Self::Brand => is("brand"),
            Self::Confusable => !is("preferred") && term.known.is_confusable,
            Self::Misnomer => is("misnomer"),
        }
    }
}

/// The unwanted terms in the default language that are in use, ready to be found.
#[derive(Debug)]
pub(crate) struct UnwantedTerms<'r> {
    by_reason: [Vec<Term<'r>>; Unwanted::ALL.len()],
    /// Their names, for labels.
    phrases: [OnceLock<Phrases>; Unwanted::ALL.len()],
    /// For each of all names, by which of these reasons the term that brings it is unwanted, a bit each.
    by_name: Vec<u8>,
}

impl<'r> UnwantedTerms<'r> {
    pub(crate) fn of(records: &Records<'r>, names: &Names<'r>) -> Self {
        let language = records.language();
        let is_readable = |term: &Term<'r>| {
            let is_of_language = term.text("lang").is_none_or(|lang| &*lang == language);
            let has_name = term.name().is_some_and(|name| !name.is_empty());
            is_of_language && has_name && !term.is_deprecated()
        };
        let terms = records.terms.iter().copied();
        let terms: Vec<_> = terms.filter(is_readable).collect();
        let by_reason = Unwanted::ALL.map(|reason| {
            let terms = terms.iter().copied();
            terms.filter(|&term| reason.is_it(term)).collect()
        });
        let reasons_of = |name: &Name<'_>| {
            let reasons = Unwanted::ALL.into_iter();
            let reasons = reasons.filter(|reason| name.term.is_some_and(|term| reason.is_it(term)));
            reasons.fold(0, |all, reason| all | reason.bit())
        };
        Self {
            by_reason,
            phrases: Default::default(),
            by_name: names.all().iter().map(reasons_of).collect(),
        }
    }

    /// Whether the term that brings a name, given by its number, is unwanted for this reason.
    fn has(&self, (.., name): &Named, reason: Unwanted) -> bool {
        self.by_name[*name as usize] & reason.bit() != 0
    }

    fn phrases(&self, reason: Unwanted) -> &Phrases {
        self.phrases[reason as usize].get_or_init(|| {
            let terms = self.by_reason[reason as usize].iter();
            let names = terms.filter_map(|term| term.name());
            Phrases::new(names.map(Text::as_str))
        })
    }
}

/// Where the label of an entity or the statement of a claim, in the default language, uses an unwanted
/// term. In statements a longer name counts before a term within it; a label is itself a name, and
/// so every part of it counts.
pub(crate) fn usages<'c, 'r>(
    record: Record<'c>,
    records: &Records<'r>,
    reason: Unwanted,
) -> Vec<Usage<'c, 'r>> {
    let unwanted = records.unwanted_terms();
    let terms = &unwanted.by_reason[reason as usize];
    if terms.is_empty() || record.is_deprecated() {
        return Vec::new();
    }
    let language = records.language();
    match record.plan.kind {
        Some(Kind::Entity) => {
            let Some(text) = Entity(record).label(language) else {
                return Vec::new();
            };
            let usage = |(at, range): (usize, _)| Usage {
                place: "the label",
                text,
                range,
                term: terms[at],
                claim: None,
            };
            let found = unwanted.phrases(reason).find(&text);
            found.into_iter().map(usage).collect()
        }
        Some(Kind::Claim) => {
            let claim = Claim(record);
            let Some(text) = claim.statement(language) else {
                return Vec::new();
            };
            let named = claim.named(records).iter();
            let named = named.filter(|named| unwanted.has(named, reason));
            let usages = named.filter_map(|&named| {
                let mention = records.names().mention(named);
                Some(Usage {
                    place: "the statement",
                    text,
                    range: mention.range,
                    term: mention.name.term?,
                    claim: Some(claim),
                })
            });
            usages.collect()
        }
        _ => Vec::new(),
    }
}

impl<'c> Usage<'c, '_> {
    /// The words of the text that are the term.
    pub(crate) fn said(&self) -> &'c str {
        &self.text.as_str()[self.range.clone()]
    }

    /// Whether the text stands in a claim that refers to one of these records, and so may be about
    /// their names.
    pub(crate) fn is_about(&self, ids: &[&str]) -> bool {
        self.claim.is_some_and(|claim| {
            let entities = claim.entities();
            entities.iter().any(|id| ids.contains(&id.as_str()))
        })
    }
}
