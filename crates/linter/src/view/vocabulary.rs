//! The words that the texts of a dataset have, and which of them belong to names.

use std::collections::BTreeSet;

use rustc_hash::FxHashSet;

use super::{Record, Records, Text};
use crate::documents::words;
use crate::names::Names;

/// The words of all records.
#[derive(Debug, Default)]
pub(crate) struct Vocabulary<'r> {
    /// In lower case.
    words: FxHashSet<String>,
    names: BTreeSet<&'r str>,
}

impl<'r> Vocabulary<'r> {
    pub(crate) fn of(records: &Records<'r>, names: &Names<'r>) -> Self {
        let mut vocabulary = Self::default();
        for text in records.all().flat_map(texts) {
            let words = words(&text).map(|(_, word)| word.to_lowercase());
            vocabulary.words.extend(words);
        }
        let agents = records.agents.iter().filter_map(|agent| agent.name());
        let agents: FxHashSet<_> = agents.map(Text::as_str).collect();
        for name in names.all() {
            let is_title = name.entities.is_empty() && name.term.is_none();
            if !is_title || agents.contains(name.text) {
                let words = words(name.text).map(|(_, word)| word);
                vocabulary.names.extend(words);
            }
        }
        vocabulary
    }

    /// Whether a word stands anywhere, in any case.
    pub(crate) fn has(&self, word: &str) -> bool {
        self.words.contains(&word.to_lowercase())
    }

    /// Whether a word belongs to a name of an entity or agent, as it is written.
    pub(crate) fn is_name(&self, word: &str) -> bool {
        self.names.contains(word)
    }
}

/// The texts for people of a record, and the titles in its reference.
pub(crate) fn texts(record: Record<'_>) -> impl Iterator<Item = Text<'_>> {
    let prose = record.prose().iter();
    prose.map(|prose| prose.text).chain(titles(record))
}

/// The titles in the reference of a source.
pub(crate) fn titles(record: Record<'_>) -> impl Iterator<Item = Text<'_>> {
    const TITLES: [&str; 4] = [
        "title",
        "title-short",
        "container-title",
        "collection-title",
    ];
    let csl = record.get("csl").into_iter();
    csl.flat_map(|csl| TITLES.into_iter().filter_map(move |name| csl.text(name)))
}
