//! Phrases of tables, found in texts.

use std::ops::Range;

use aho_corasick::{AhoCorasick, Anchored, Input, Match, MatchKind, StartKind};

use crate::documents::{continues, is_within_word, uncontracted, words};
use crate::view::{BloomFilter, Prose, Word, hash_of, join};

/// Phrases, ready to be found.
#[derive(Debug)]
pub(crate) struct Phrases {
    automaton: AhoCorasick,
    /// `None` where a phrase has no word.
    openings: Option<Openings>,
}

/// How phrases begin. Most words begin none, and of those that do, few are followed by the right one.
#[derive(Debug)]
struct Openings {
    /// The first word of each phrase.
    firsts: BloomFilter,
    /// The same, or the first two of those that have several.
    wholes: BloomFilter,
}

impl Openings {
    fn may_begin_in(&self, prose: &Prose<'_>) -> bool {
        let text = prose.text.as_str();
        let mut words = prose.wording.words.iter().peekable();
        while let Some(word) = words.next() {
            // Nearly all words.
            if !word.may_elide && !self.firsts.may_have(word.hash) {
                continue;
            }
            for first in hashes(text, word) {
                if !self.firsts.may_have(first) {
                    continue;
                }
                let next = words.peek().into_iter();
                let next = next.flat_map(|next| hashes(text, next));
                let mut openings = std::iter::once(first).chain(next.map(|next| join(first, next)));
                if openings.any(|opening| self.wholes.may_have(opening)) {
                    return true;
                }
            }
        }
        false
    }
}

/// The hash of a word, and that of what it is without what an apostrophe cuts short.
fn hashes(text: &str, word: &Word) -> impl Iterator<Item = u64> {
    let stem = word.may_elide.then(|| {
        let written = &text[word.range()];
        let stem = &written[uncontracted(written)];
        (stem.len() < written.len()).then(|| hash_of(stem))
    });
    std::iter::once(word.hash).chain(stem.flatten())
}

impl Phrases {
    /// Phrases that are found whatever their case.
    pub(crate) fn new<'p>(phrases: impl IntoIterator<Item = &'p str>) -> Self {
        Self::build(phrases, true)
    }

    /// Phrases that are found as they are written only.
    pub(crate) fn exact<'p>(phrases: impl IntoIterator<Item = &'p str>) -> Self {
        Self::build(phrases, false)
    }

    fn build<'p>(phrases: impl IntoIterator<Item = &'p str>, ignores_case: bool) -> Self {
        let phrases: Vec<_> = phrases.into_iter().collect();
        let opening = |phrase: &&str| {
            let mut words = words(phrase).map(|(_, word)| hash_of(word));
            let first = words.next()?;
            let whole = words.next().map_or(first, |second| join(first, second));
            Some((first, whole))
        };
        let openings: Option<(Vec<_>, Vec<_>)> = phrases.iter().map(opening).collect();
        let openings = openings.map(|(firsts, wholes)| Openings {
            firsts: BloomFilter::of(firsts),
            wholes: BloomFilter::of(wholes),
        });
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .start_kind(StartKind::Both)
            .ascii_case_insensitive(ignores_case)
            .build(phrases)
            .expect("a table is small");
        Self {
            automaton,
            openings,
        }
    }

    /// The same as [`Self::find`] in a text whose words are known: most texts are done with these.
    pub(crate) fn find_in(&self, prose: &Prose<'_>) -> Vec<(usize, Range<usize>)> {
        let openings = self.openings.as_ref();
        match openings.is_none_or(|openings| openings.may_begin_in(prose)) {
            true => self.find(&prose.text),
            false => Vec::new(),
        }
    }

    /// The phrases that stand in a text as whole words, in order: the position of each in the
    /// table, and where it stands; of those that start at the same place, the longest.
    pub(crate) fn find(&self, text: &str) -> Vec<(usize, Range<usize>)> {
        let mut found = Vec::new();
        let mut from = 0;
        while let Some(next) = self.automaton.find(Input::new(text).range(from..)) {
            let start = next.start();
            let first = text[start..].chars().next();
            from = start + first.map_or(1, char::len_utf8);
            if is_within_word(&text[..start]) {
                continue;
            }
            if let Some((position, end)) = self.whole_at(text, start, next) {
                from = end;
                found.push((position, start..end));
            }
        }
        found
    }

    /// The longest phrase that begins where one was found and ends with a word: its position in the
    /// table, and its end.
    fn whole_at(&self, text: &str, start: usize, longest: Match) -> Option<(usize, usize)> {
        let mut phrase = longest;
        loop {
            if !continues(&text[phrase.end()..]) {
                return Some((phrase.pattern().as_usize(), phrase.end()));
            }
            let shorter = start..phrase.end() - 1;
            let shorter = Input::new(text).span(shorter).anchored(Anchored::Yes);
            phrase = self.automaton.find(shorter)?;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_are_whole_words_and_the_longest_counts() {
        let phrases = Phrases::new(["can", "can be", "rare"]);
        let text = "It Can be cancelled; that can't be rare";
        let found: Vec<_> = phrases
            .find(text)
            .into_iter()
            .map(|(position, range)| (position, &text[range]))
            .collect();
        assert_eq!(found, [(1, "Can be"), (2, "rare")]);
        let found = phrases.find("the ‘rare’, the rare's, 'can be' and rare’t");
        assert_eq!(found.len(), 3);
        assert!(Phrases::exact(["IU"]).find("iu").is_empty());
        let text = "It can become; we can bee";
        let found = phrases.find(text);
        let found: Vec<_> = found.into_iter().map(|(_, range)| &text[range]).collect();
        assert_eq!(found, ["can", "can"]);
    }
}
