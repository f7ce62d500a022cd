//! Words of texts, and runs of them that a document has too.

use std::hash::{Hash, Hasher};
use std::ops::Range;

use rustc_hash::{FxHashMap, FxHasher};

use super::Documents;

/// Words in a row that a document has in the same order, however they are punctuated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Run {
    /// The words, by their places in the text.
    pub(crate) words: Vec<Range<usize>>,
}

/// The words of a text: letters and digits, with what stands between them left out.
pub(crate) fn words(text: &str) -> impl Iterator<Item = (Range<usize>, &str)> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let start = skip(text, from, false);
        from = skip(text, start, true);
        (start < from).then(|| (start..from, &text[start..from]))
    })
}

/// The place behind characters that are part of a word, or that are not. Nearly all are ASCII and
/// need no table.
fn skip(text: &str, mut from: usize, are_parts: bool) -> usize {
    while let Some(&byte) = text.as_bytes().get(from) {
        let (is_part, length) = if byte.is_ascii() {
            (byte.is_ascii_alphanumeric() || byte == b'\'', 1)
        } else {
            let character = text[from..].chars().next().unwrap_or_default();
            let is_part = character.is_alphanumeric() || character == '’';
            (is_part, character.len_utf8())
        };
        if is_part != are_parts {
            break;
        }
        from += length;
    }
    from
}

const APOSTROPHES: [char; 2] = ['\'', '’'];

/// A word without apostrophes around it and without what they cut short, as the place in it: `FDA` of
/// `FDA’s`, `you` of `you’ll`. `can’t` stays, since it says the contrary.
pub(crate) fn uncontracted(word: &str) -> Range<usize> {
    let behind = word.trim_start_matches(APOSTROPHES);
    let start = word.len() - behind.len();
    let whole = behind.trim_end_matches(APOSTROPHES);
    let stem = whole.rfind(APOSTROPHES).map(|at| whole.split_at(at));
    let stem = stem.filter(|(_, ending)| is_ending(ending));
    start..start + stem.map_or(whole, |(stem, _)| stem).len()
}

/// Whether what stands right behind a word belongs to that: it does, unless it is nothing but
/// apostrophes and what they cut short.
pub(crate) fn continues(behind: &str) -> bool {
    let rest = &behind[..skip(behind, 0, true)];
    let is_ending = rest.starts_with(APOSTROPHES) && is_ending(rest);
    !rest.is_empty() && !is_ending
}

/// Whether a word that begins there goes on what stands before.
pub(crate) fn is_within_word(before: &str) -> bool {
    let before = before.trim_end_matches(APOSTROPHES);
    before.ends_with(char::is_alphanumeric)
}

/// Whether what is behind an apostrophe is a genitive or a short form of `will`, `are`, `have` and the like.
fn is_ending(ending: &str) -> bool {
    const ENDINGS: [&str; 7] = ["", "s", "ll", "re", "ve", "d", "m"];
    let ending = ending.trim_matches(APOSTROPHES);
    let mut endings = ENDINGS.iter();
    endings.any(|it| it.eq_ignore_ascii_case(ending))
}

/// The words of a text, each as a hash that case and apostrophes don't change.
pub(super) fn hashes(text: &str) -> Vec<u64> {
    words(text).map(|(_, word)| hash(word)).collect()
}

fn hash(word: &str) -> u64 {
    let mut hasher = FxHasher::default();
    let characters = word.chars().filter(|character| character.is_alphanumeric());
    for character in characters.flat_map(char::to_lowercase) {
        character.hash(&mut hasher);
    }
    hasher.finish()
}

/// Further places of the same sequence are not looked at: where a text and a document repeat the same
/// words over and over, each place in the one would be compared with each in the other. A run is still
/// found then, if not always to its end.
const MOST_PLACES: usize = 64;

/// Where each sequence of so many words occurs.
pub(crate) struct Sequences<'d> {
    documents: Vec<&'d [u64]>,
    length: usize,
    places: FxHashMap<u64, Vec<(usize, usize)>>,
}

impl Documents {
    /// All sequences of `length` words in the documents.
    pub(crate) fn sequences(&self, length: usize) -> Sequences<'_> {
        let documents: Vec<_> = self.all().map(|(_, document)| &*document.words).collect();
        let mut places: FxHashMap<u64, Vec<(usize, usize)>> = FxHashMap::default();
        for (number, words) in documents.iter().enumerate() {
            for (start, sequence) in words.windows(length).enumerate() {
                let places = places.entry(hash_of(sequence)).or_default();
                if places.len() < MOST_PLACES {
                    places.push((number, start));
                }
            }
        }
        Sequences {
            documents,
            length,
            places,
        }
    }
}

impl Sequences<'_> {
    /// The runs of at least the length of the sequences that `text` shares with a document, in
    /// order; of those that start at the same word, the longest.
    pub(crate) fn shared(&self, text: &str) -> Vec<Run> {
        let places: Vec<_> = words(text).map(|(place, _)| place).collect();
        let words: Vec<u64> = hashes(text);
        let mut runs = Vec::new();
        let mut start = 0;
        while start + self.length <= words.len() {
            match self.longest(&words[start..]) {
                0 => start += 1,
                length => {
                    runs.push(Run {
                        words: places[start..start + length].to_vec(),
                    });
                    start += length;
                }
            }
        }
        runs
    }

    fn longest(&self, words: &[u64]) -> usize {
        let found = self.places.get(&hash_of(&words[..self.length]));
        let lengths = found.into_iter().flatten().map(|&(number, at)| {
            let there = &self.documents[number][at..];
            let both = words.iter().zip(there);
            both.take_while(|(here, there)| here == there).count()
        });
        lengths
            .filter(|&length| length >= self.length)
            .max()
            .unwrap_or(0)
    }
}

fn hash_of(sequence: &[u64]) -> u64 {
    let mut hasher = FxHasher::default();
    sequence.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_found_however_they_are_punctuated() {
        let mut documents = Documents::default();
        documents.add(b"One two, three\n\nfour - five. Six's end");
        let sequences = documents.sequences(3);
        let text = "zero ONE two three four 'five' six. Two three four!";
        let runs = sequences.shared(text);
        let shown: Vec<_> = runs
            .iter()
            .map(|run| &text[run.words[0].start..run.words[run.words.len() - 1].end])
            .collect();
        assert_eq!(shown, ["ONE two three four 'five'", "Two three four"]);
        assert!(sequences.shared("three two one").is_empty());
    }

    #[test]
    fn apostrophes_and_what_they_cut_short_are_no_part_of_a_word() {
        for (word, stem) in [
            ("FDA’s", "FDA"),
            ("You'll", "You"),
            ("tumours’", "tumours"),
            ("'rare'", "rare"),
            ("can’t", "can’t"),
            ("l’os", "l’os"),
            ("''", ""),
        ] {
            assert_eq!(&word[uncontracted(word)], stem);
        }
        for behind in ["", " s", "’s", "'ll do", "’", "'."] {
            assert!(!continues(behind), "{behind}");
        }
        for behind in ["s", "’t", "'tis"] {
            assert!(continues(behind), "{behind}");
        }
        assert!(is_within_word("l’") && is_within_word("can") && !is_within_word("a '"));
    }

    #[test]
    fn words_that_are_repeated_over_and_over_are_found_too() {
        let mut documents = Documents::default();
        documents.add("one two three ".repeat(10 * MOST_PLACES).as_bytes());
        let sequences = documents.sequences(3);
        assert!(
            sequences
                .places
                .values()
                .all(|places| places.len() <= MOST_PLACES)
        );
        let runs = sequences.shared(&"two three one ".repeat(MOST_PLACES));
        let lengths: Vec<_> = runs.iter().map(|run| run.words.len()).collect();
        assert_eq!(lengths, [3 * MOST_PLACES]);
    }
}
