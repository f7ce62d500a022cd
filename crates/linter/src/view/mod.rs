//! What records say, as rules ask for it.
//!
//! A view is a cheap handle on a tree. Whatever may be missing or of another type is an `Option` or
//! an empty list, so that rules never panic on data of other people.

pub(crate) mod abbreviations;
mod body;
mod citation;
mod claim;
mod doubts;
pub(crate) mod evidence;
mod hierarchy;
mod known;
mod links;
mod node;
mod others;
mod provenance;
mod records;
mod usage;
mod vocabulary;
mod wording;

pub(crate) use body::{Again, Batch, Body, Closed, Opened};
pub(crate) use citation::{Citation, Locator};
pub(crate) use claim::Claim;
pub(crate) use doubts::Doubts;
pub(crate) use hierarchy::Hierarchy;
pub(crate) use known::Known;
pub(crate) use node::{Head, Node, Prose, Record, Text};
pub(crate) use others::{Agent, Entity, Issue, Source, Term};
pub(crate) use provenance::Provenances;
pub(crate) use records::{Records, Selection};
pub(crate) use usage::{Unwanted, UnwantedTerms, usages};
pub(crate) use vocabulary::{Vocabulary, texts, titles};
pub(crate) use wording::{BloomFilter, Sign, Word, Wording, hash_of, join};

use crate::shape::Shape;

/// What a record is about, as far as the rules know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Kind {
    Claim,
    Source,
    Term,
    Entity,
    Issue,
    Agent,
}

impl Kind {
    /// Collections by name, and members without which the name means something else.
    const KNOWN: &'static [(&'static str, Self, &'static [&'static str])] = &[
        (
            "claims",
            Self::Claim,
            &["type", "subject", "statement", "citations"],
        ),
        ("sources", Self::Source, &["kind", "csl", "publisher"]),
        ("terms", Self::Term, &["text", "senses"]),
        ("conditions", Self::Entity, &["label"]),
        ("sites", Self::Entity, &["label"]),
        ("interventions", Self::Entity, &["label"]),
        ("drugs", Self::Entity, &["label"]),
        ("biomarkers", Self::Entity, &["label"]),
        ("criteria", Self::Entity, &["label"]),
        ("goals", Self::Entity, &["label"]),
        ("issues", Self::Issue, &["kind", "note", "status"]),
        ("agents", Self::Agent, &["kind", "name"]),
    ];

    /// What the records of a collection are.
    pub(crate) fn of(collection: &str, shape: &Shape) -> Option<Self> {
        let (_, kind, members) = Self::KNOWN.iter().find(|known| known.0 == collection)?;
        let has = |name: &&str| shape.members.iter().any(|(key, _)| key.name() == *name);
        members.iter().all(has).then_some(*kind)
    }
}
