//! Whom the contents of sources come from, and in what versions they were stored.

use std::collections::HashMap;
use std::hash::BuildHasher as _;
use std::ops::Range;

use rustc_hash::FxHashSet;
use treatise_dataset::SeededHasher;

use super::{Records, Source, Text};

/// What tells whether sources depend on one another. Sources, authors and publishers are numbers: nearly
/// every claim asks for some, and texts lie far away in memory.
#[derive(Debug, Default)]
pub(crate) struct Provenances<'r> {
    /// In the order of the sources.
    all: Vec<Provenance>,
    authors: Vec<u32>,
    cites: Vec<u32>,
    names: Numbered<Author<'r>>,
    publishers: Numbered<&'r str>,
    /// The hashes of stored versions: of the position of the source, and the id.
    snapshots: FxHashSet<u64>,
    hasher: SeededHasher,
}

/// Whom the content of one source comes from.
#[derive(Debug)]
struct Provenance {
    publisher: Option<u32>,
    /// Where its authors are among all.
    authors: Range<u32>,
    /// Where the positions of the sources are to which it refers.
    cites: Range<u32>,
}

/// Initial and family name, or the name of a group.
type Author<'r> = (Option<char>, &'r str);

/// Things by number.
#[derive(Debug)]
struct Numbered<T> {
    all: Vec<T>,
    /// Anybody may choose the texts of a record, and so its hashes, but for the seed.
    numbers: HashMap<T, u32, SeededHasher>,
}

impl<T> Default for Numbered<T> {
    fn default() -> Self {
        Self {
            all: Vec::new(),
            numbers: HashMap::default(),
        }
    }
}

impl<T: Copy + Eq + std::hash::Hash> Numbered<T> {
    fn number(&mut self, one: T) -> u32 {
        *self.numbers.entry(one).or_insert_with(|| {
            self.all.push(one);
            // There are fewer than records have bytes.
            (self.all.len() - 1) as u32
        })
    }
}

/// Types of works for whose content the publisher itself answers.
const OWN: &[&str] = &["webpage", "post-weblog", "pamphlet", "report", "document"];

impl<'r> Provenances<'r> {
    pub(super) fn of(records: &Records<'r>) -> Self {
        let mut provenances = Self::default();
        for (position, &source) in (0..).zip(&records.sources) {
            provenances.add(position, source, records);
        }
        provenances
    }

    fn add(&mut self, position: u32, source: Source<'r>, records: &Records<'r>) {
        let is_own = source.csl_type().is_some_and(|kind| OWN.contains(&kind));
        let publisher = source.text("publisher").filter(|_| is_own);
        let publisher = publisher.map(|publisher| self.publishers.number(publisher.as_str()));
        let csl = source.csl().into_iter();
        let authors = csl.flat_map(|csl| csl.items("author")).filter_map(|name| {
            if let Some(literal) = name.text("literal") {
                return Some((None, literal.as_str()));
            }
            let initial = name.text("given")?.chars().next()?;
            Some((Some(initial), name.text("family")?.as_str()))
        });
        let cited = source.texts("cites");
        let cited = cited.filter_map(|id| records.position_of(&id));
        let before = (self.authors.len() as u32, self.cites.len() as u32);
        for author in authors {
            self.authors.push(self.names.number(author));
        }
        self.cites.extend(cited);
        for id in source.snapshots().filter_map(|one| one.text("id")) {
            let version = self.version(position, &id);
            self.snapshots.insert(version);
        }
        self.all.push(Provenance {
            publisher,
            authors: before.0..self.authors.len() as u32,
            cites: before.1..self.cites.len() as u32,
        });
    }

    fn version(&self, position: u32, id: &str) -> u64 {
        self.hasher.hash_one((position, id))
    }

    /// Whether a source has a stored version, as [`super::Source::snapshot`] finds it.
    pub(crate) fn has_snapshot(&self, source: u32, id: &Text<'_>) -> bool {
        self.snapshots.contains(&self.version(source, id))
    }

    /// The positions of the sources to which one refers.
    pub(crate) fn cited_by(&self, source: u32) -> &[u32] {
        let one = self.all.get(source as usize);
        one.map_or(&[], |one| part(&self.cites, &one.cites))
    }

    /// The publisher, where it answers for the content itself.
    pub(crate) fn publisher_of(&self, source: u32) -> Option<u32> {
        self.all.get(source as usize)?.publisher
    }

    pub(crate) fn publisher(&self, number: u32) -> &'r str {
        self.publishers.all[number as usize]
    }

    /// The authors of a source, by number.
    pub(crate) fn authors_of(&self, source: u32) -> &[u32] {
        let one = self.all.get(source as usize);
        one.map_or(&[], |one| part(&self.authors, &one.authors))
    }

    /// The initial and family name of an author, or the name of a group.
    pub(crate) fn author(&self, number: u32) -> Author<'r> {
        self.names.all[number as usize]
    }
}

fn part<'a>(all: &'a [u32], range: &Range<u32>) -> &'a [u32] {
    &all[range.start as usize..range.end as usize]
}
