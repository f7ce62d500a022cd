//! Names, found in texts: labels of entities, terms, names of agents, titles of sources.

use std::ops::Range;

use aho_corasick::{AhoCorasick, MatchKind};

use crate::view::{Claim, Entity, Records, Term, Text};

/// All names, ready to be found.
#[derive(Debug)]
pub(crate) struct Names<'r> {
    automaton: AhoCorasick,
    names: Vec<Name<'r>>,
}

/// A name and what bears it.
#[derive(Clone, Debug)]
pub(crate) struct Name<'r> {
    pub(crate) text: &'r str,
    /// What it may mean; several where it is ambiguous, none for agents and titles.
    pub(crate) entities: Vec<Entity<'r>>,
    /// The term that brings it; `None` for labels.
    pub(crate) term: Option<Term<'r>>,
}

/// A name in a text.
#[derive(Clone, Debug)]
pub(crate) struct Mention<'n, 'r> {
    /// Where in the text, in bytes.
    pub(crate) range: Range<usize>,
    pub(crate) name: &'n Name<'r>,
}

/// A claim in use, and where its statement in the default language has names.
#[derive(Debug)]
pub(crate) struct Said<'r> {
    pub(crate) claim: Claim<'r>,
    pub(crate) statement: Text<'r>,
    /// Where each name stands, in bytes, and its number.
    named: Box<[(u32, u32, u32)]>,
}

impl<'r> Said<'r> {
    /// The claims whose statements have any name.
    pub(crate) fn all(records: &Records<'r>) -> Vec<Self> {
        let claims = records.claims.iter().filter(|claim| !claim.is_deprecated());
        let said = claims.filter_map(|&claim| {
            let statement = claim.statement(records.language())?;
            let found = records.names().positions(&statement);
            let named = found.map(|(range, name)| {
                // Records are far smaller than this can count.
                (range.start as u32, range.end as u32, name as u32)
            });
            let named: Box<[_]> = named.collect();
            (!named.is_empty()).then_some(Self {
                claim,
                statement,
                named,
            })
        });
        said.collect()
    }

    /// The names, in order.
    pub(crate) fn mentions<'n>(
        &self,
        records: &'n Records<'r>,
    ) -> impl Iterator<Item = Mention<'n, 'r>> {
        let names = records.names().all();
        self.named.iter().map(|&(start, end, name)| Mention {
            range: start as usize..end as usize,
            name: &names[name as usize],
        })
    }
}

impl<'r> Names<'r> {
    pub(crate) fn new(records: &Records<'r>) -> Self {
        let language = records.language();
        let labels = records.entities.iter().filter_map(|&entity| {
            Some(Name {
                text: entity.label(language)?.as_str(),
                entities: vec![entity],
                term: None,
            })
        });
        let terms = records.terms.iter().filter_map(|&term| {
            let is_of_language = term.text("lang").is_none_or(|lang| &*lang == language);
            let text = term.name().filter(|_| is_of_language)?.as_str();
            let entities = term.denoted().filter_map(|id| records.entity(&id));
            Some(Name {
                text,
                entities: entities.collect(),
                term: Some(term),
            })
        });
        let agents = records.agents.iter().filter_map(|agent| agent.name());
        let titles = records.sources.iter().filter_map(|source| source.csl());
        let titles = titles.flat_map(|csl| [csl.text("title"), csl.text("container-title")]);
        let others = agents.chain(titles.flatten()).map(|text| Name {
            text: text.as_str(),
            entities: Vec::new(),
            term: None,
        });
        let names: Vec<_> = labels
            .chain(terms)
            .chain(others)
            .filter(|name| !name.text.trim().is_empty())
            .collect();
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .ascii_case_insensitive(true)
            .build(names.iter().map(|name| name.text))
            .expect("names are no longer than records");
        Self { automaton, names }
    }

    /// The names in a text, the longest at each place, in order; only whole words, which may have
    /// the ending of a plural.
    pub(crate) fn find(&self, text: &str) -> Vec<Mention<'_, 'r>> {
        let positions = self.positions(text);
        let mentions = positions.map(|(range, name)| Mention {
            range,
            name: &self.names[name],
        });
        mentions.collect()
    }

    /// The same, with the numbers of the names.
    fn positions(&self, text: &str) -> impl Iterator<Item = (Range<usize>, usize)> {
        let mut from = 0;
        std::iter::from_fn(move || {
            loop {
                let input = aho_corasick::Input::new(text).range(from..);
                let found = self.automaton.find(input)?;
                let range = found.range();
                let starts = !text[..range.start].ends_with(char::is_alphanumeric);
                let rest = &text[range.end..];
                let rest = rest
                    .strip_prefix("es")
                    .filter(|rest| !rest.starts_with(char::is_alphanumeric))
                    .or_else(|| rest.strip_prefix('s'))
                    .unwrap_or(rest);
                if starts && !rest.starts_with(char::is_alphanumeric) {
                    from = range.end;
                    return Some((range, found.pattern().as_usize()));
                }
                // A shorter name may start a character further on.
                let next = text[range.start..].chars().next();
                from = range.start + next.map_or(1, char::len_utf8);
            }
        })
    }

    /// All names.
    pub(crate) fn all(&self) -> &[Name<'r>] {
        &self.names
    }
}
