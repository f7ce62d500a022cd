//! The words of a cited passage, of the heading above it and of the title of its source: by one of them
//! a document says what a record cites it for.

use std::collections::BTreeSet;

use super::{Documents, words};
use crate::view::{Citation, Locator, Records};

/// Words that say nothing.
const SMALL: &[&str] = &[
    "a", "an", "and", "as", "at", "by", "for", "from", "in", "no", "of", "on", "or", "the", "to",
    "with",
];

/// Words, in lower case.
#[derive(Debug, Default)]
pub(crate) struct Cited(BTreeSet<String>);

impl Cited {
    /// Adds the words of what is cited; `None` where that can't be read, or is in a language that is not
    /// wanted.
    pub(crate) fn add(
        &mut self,
        records: &Records<'_>,
        documents: &Documents,
        citation: &Citation<'_>,
        is_wanted: impl Fn(&str) -> bool,
    ) -> Option<()> {
        let (id, snapshot) = (citation.source()?, citation.snapshot()?);
        let source = records.source(&id)?;
        let language = source.snapshot(&snapshot)?.text("language")?;
        if !is_wanted(primary(&language)) {
            return None;
        }
        let document = documents.of_snapshot(records, &id, &snapshot)?;
        let passage = document.passage(&citation.passage()?)?;
        let heading = citation.locator().and_then(Locator::value);
        let title = source.csl().and_then(|csl| csl.text("title"));
        self.0.extend(significant(&passage.text));
        for text in heading.iter().chain(&title) {
            self.0.extend(significant(text));
        }
        Some(())
    }

    /// Whether all these words are there, whatever their endings and order.
    pub(crate) fn has(&self, words: &[String]) -> bool {
        let is_there = |word: &String| self.0.iter().any(|other| is_same(word, other));
        words.iter().all(is_there)
    }
}

/// The language of a tag, without script and region.
pub(crate) fn primary(tag: &str) -> &str {
    tag.split('-').next().unwrap_or_default()
}

/// The words of a text that say something, in lower case.
pub(crate) fn significant(text: &str) -> impl Iterator<Item = String> {
    let lower = words(text).map(|(_, word)| word.to_lowercase());
    lower.filter(|word| !SMALL.contains(&word.as_str()))
}

/// Whether two words are the same but for their endings: at least four letters in common, and at most
/// four that are not.
fn is_same(left: &str, right: &str) -> bool {
    let common = left
        .chars()
        .zip(right.chars())
        .take_while(|(left, right)| left == right)
        .count();
    let longer = left.chars().count().max(right.chars().count());
    left == right || (common >= 4 && common + 4 >= longer)
}
