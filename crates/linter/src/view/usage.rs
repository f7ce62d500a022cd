//! Where the project's own words use a term.

use std::ops::Range;

use super::{Claim, Entity, Kind, Record, Records, Term, Text};
use crate::names::{Name, Names, Worded};

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

/// The unwanted terms in the default language that are in use, among all names.
#[derive(Debug)]
pub(crate) struct UnwantedTerms {
    /// For each of all names, by which of these reasons the term that brings it is unwanted, a bit each.
    by_name: Vec<u8>,
    /// By which any is.
    any: u8,
}

impl UnwantedTerms {
    pub(crate) fn of(names: &Names<'_>) -> Self {
        let reasons_of = |name: &Name<'_>| {
            let term = name.term.filter(|term| !term.is_deprecated());
            let reasons = Unwanted::ALL.into_iter();
            let reasons = reasons.filter(|reason| term.is_some_and(|term| reason.is_it(term)));
            reasons.fold(0, |all, reason| all | reason.bit())
        };
        let by_name: Vec<_> = names.all().iter().map(reasons_of).collect();
        let any = by_name.iter().fold(0, |all, reasons| all | reasons);
        Self { by_name, any }
    }

    /// Whether the term that brings a name, given by its number, is unwanted for this reason.
    fn has(&self, name: u32, reason: Unwanted) -> bool {
        self.by_name[name as usize] & reason.bit() != 0
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
    if unwanted.any & reason.bit() == 0 || record.is_deprecated() {
        return Vec::new();
    }
    let language = records.language();
    let is_wanted = |name| unwanted.has(name, reason);
    let (place, text, named, claim) = match record.plan.kind {
        Some(Kind::Entity) => {
            let Some(text) = Entity(record).label(language) else {
                return Vec::new();
            };
            let label = Worded::of(record.worded(text, true));
            let names = records.names();
            let reasons = record.body.opened().unwanted(|| {
                let mut reasons = 0;
                names.each_number(label, |name| reasons |= unwanted.by_name[name as usize]);
                reasons
            });
            if reasons & reason.bit() == 0 {
                return Vec::new();
            }
            let named = names.positions_of(label, is_wanted);
            ("the label", text, named, None)
        }
        Some(Kind::Claim) => {
            let claim = Claim(record);
            let named = claim.named(records).iter().copied();
            let named: Vec<_> = named.filter(|&(.., name)| is_wanted(name)).collect();
            if named.is_empty() {
                return Vec::new();
            }
            let Some(text) = claim.statement(language) else {
                return Vec::new();
            };
            ("the statement", text, named, Some(claim))
        }
        _ => return Vec::new(),
    };
    let usages = named.into_iter().filter_map(|named| {
        let mention = records.names().mention(named);
        Some(Usage {
            place,
            text,
            range: mention.range,
            term: mention.name.term?,
            claim,
        })
    });
    usages.collect()
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
