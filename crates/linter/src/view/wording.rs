//! What a text is made of, found in one look at it: its words, and which signs there are at all. Most
//! texts have nothing that a rule looks for, and with this each of them sees it at once.

use std::ops::Range;

use crate::documents::words;

/// The words and signs of a text.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wording {
    pub(crate) words: Vec<Word>,
    signs: u16,
}

/// A word, as [`words`] has it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Word {
    /// Where it stands, in bytes.
    pub(crate) start: u32,
    pub(crate) end: u32,
    /// Of its lower case.
    pub(crate) hash: u64,
    /// Whether it may have the ending of a plural or an apostrophe.
    pub(crate) may_end: bool,
    /// Whether it may have an apostrophe.
    pub(crate) may_elide: bool,
}

impl Word {
    /// The word from one byte to another; `signs` are those of its bytes.
    fn of(bytes: &[u8], start: usize, end: usize, signs: u16) -> Self {
        let word = &bytes[start..end];
        let has_apostrophe = signs & Sign::Straight as u16 != 0;
        Self {
            start: start as u32,
            end: end as u32,
            hash: hash_within(bytes, start, end),
            may_end: has_apostrophe || matches!(word.last(), Some(b's' | b'S')),
            may_elide: has_apostrophe,
        }
    }

    /// Where it stands, in bytes.
    pub(crate) fn range(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// Something that a text may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u16)]
pub(crate) enum Sign {
    Digit = 1 << 1,
    /// A full stop, an exclamation or question mark, a semicolon.
    Stop = 1 << 2,
    /// A straight quotation mark or apostrophe.
    Straight = 1 << 3,
    /// What marks of HTML and Markdown are made of.
    Markup = 1 << 4,
    /// White space at an end, several in a row, before a full stop or comma, or of another kind than
    /// the space.
    Space = 1 << 5,
    /// A small letter right before a capital one.
    Seam = 1 << 6,
    /// A word that is not the first one and begins with a capital.
    InnerCapital = 1 << 7,
    Comma = 1 << 8,
    /// A capital letter that is not the first of its word, as in abbreviations.
    LaterCapital = 1 << 9,
    /// A bracket that closes, round or square.
    Bracket = 1 << 10,
}

/// The signs of single bytes.
const SIGNS: [u16; 128] = {
    let mut signs = [0; 128];
    let mut byte = 0;
    while byte < 128 {
        signs[byte] = match byte as u8 {
            b'0'..=b'9' => Sign::Digit as u16 | PART,
            b'A'..=b'Z' => CAPITAL | PART,
            b'a'..=b'z' => SMALL | PART,
            b'\'' => Sign::Straight as u16 | PART,
            b',' => Sign::Comma as u16,
            b'.' | b'!' | b'?' | b';' => Sign::Stop as u16,
            b'"' => Sign::Straight as u16,
            b'<' | b'&' | b'*' | b'_' | b'`' | b'#' => Sign::Markup as u16,
            b']' => Sign::Markup as u16 | Sign::Bracket as u16,
            b')' => Sign::Bracket as u16,
            b'\t' | b'\n' | b'\r' => Sign::Space as u16,
            _ => 0,
        };
        byte += 1;
    }
    signs
};

/// A foreign character may be any of these.
const OF_FOREIGN: u16 =
    Sign::Space as u16 | Sign::Seam as u16 | Sign::InnerCapital as u16 | Sign::LaterCapital as u16;

/// Part of a word.
const PART: u16 = 1 << 15;
const CAPITAL: u16 = 1 << 14;
const SMALL: u16 = 1 << 13;
/// What single bytes can't be.
const NO_SIGNS: u16 = PART | CAPITAL | SMALL;

impl Wording {
    pub(crate) fn of(text: &str) -> Self {
        if !text.is_ascii() {
            return Self::of_foreign(text);
        }
        // Words are seldom shorter than this on average.
        let mut words = Vec::with_capacity(text.len() / 6 + 4);
        let bytes = text.as_bytes();
        let mut signs = 0;
        let mut at = 0;
        loop {
            // What stands between two words, which is most often a space.
            let start = at;
            while let Some(class) = bytes
                .get(at)
                .copied()
                .map(class_of)
                .filter(|class| class & PART == 0)
            {
                signs |= class;
                at += 1;
            }
            signs |= space_in(&bytes[start..at], start == 0, at == bytes.len());
            if at == bytes.len() {
                break;
            }
            let start = at;
            let mut stretch = 0;
            // One look tells that a byte is a part of the word and no capital letter.
            while let Some(class) = bytes.get(at).copied().map(class_of) {
                if class & (PART | CAPITAL) != PART {
                    if class & PART == 0 {
                        break;
                    }
                    signs |= capital_at(bytes, at);
                    if at > start {
                        signs |= Sign::LaterCapital as u16;
                    }
                }
                stretch |= class;
                at += 1;
            }
            signs |= stretch;
            words.push(Word::of(bytes, start, at, stretch));
        }
        signs &= !NO_SIGNS;
        Self { words, signs }
    }

    fn of_foreign(text: &str) -> Self {
        // The curly apostrophe begins with this byte, and few letters do.
        let may_elide = |word: &str| word.bytes().any(|byte| matches!(byte, b'\'' | 0xe2));
        let words = words(text).map(|(range, word)| Word {
            start: range.start as u32,
            end: range.end as u32,
            hash: hash_of(word),
            may_end: true,
            may_elide: may_elide(word),
        });
        let ascii = text.bytes().filter(u8::is_ascii);
        let signs = ascii.map(|byte| SIGNS[usize::from(byte)]);
        Self {
            words: words.collect(),
            signs: signs.fold(OF_FOREIGN, |all, sign| all | sign) & !NO_SIGNS,
        }
    }

    /// Whether the text may have something; if not, it has not.
    pub(crate) fn may_have(&self, sign: Sign) -> bool {
        self.signs & sign as u16 != 0
    }
}

fn class_of(byte: u8) -> u16 {
    SIGNS[usize::from(byte & 0x7f)]
}

/// What a capital letter is a sign of, where it stands.
fn capital_at(bytes: &[u8], at: usize) -> u16 {
    let Some(before) = at.checked_sub(1).map(|before| class_of(bytes[before])) else {
        return 0;
    };
    if before & SMALL != 0 {
        return Sign::Seam as u16;
    }
    // Behind an apostrophe too.
    match before & (CAPITAL | Sign::Digit as u16) == 0 {
        true => Sign::InnerCapital as u16,
        false => 0,
    }
}

/// [`Sign::Space`], if it is in what stands between words.
fn space_in(between: &[u8], begins: bool, ends: bool) -> u16 {
    if matches!(between, b" " | b", " | b"-" | b"") && !begins && !ends {
        return 0;
    }
    let is_at_an_end =
        begins && between.first() == Some(&b' ') || ends && between.last() == Some(&b' ');
    let mut pairs = between.windows(2);
    let is_odd = pairs.any(|pair| pair[0] == b' ' && matches!(pair[1], b' ' | b'.' | b','));
    match is_at_an_end || is_odd {
        true => Sign::Space as u16,
        false => 0,
    }
}

/// What makes capital letters of ASCII small, eight at a time.
const FOLD: u64 = 0x2020_2020_2020_2020;

/// Odd, so that no bit is lost, and with many bits set.
const MIX: u64 = 0x9e37_79b9_7f4a_7c15;

/// The hash of a word as [`Word`] has it: that of its lower case.
pub(crate) fn hash_of(word: &str) -> u64 {
    match word.is_ascii() {
        true => hash_of_folded(word.as_bytes()),
        false => hash_of_folded(word.to_lowercase().as_bytes()),
    }
}

/// The hash of a word, in which small and capital letters of ASCII are alike. What is between the
/// first and the last bytes of a long word does not count: who finds a hash looks at the word.
fn hash_of_folded(word: &[u8]) -> u64 {
    hash_within(word, 0, word.len())
}

/// The same of the word from one byte of a text to another.
#[inline]
fn hash_within(text: &[u8], start: usize, end: usize) -> u64 {
    let (word, rest) = (&text[start..end], &text[start..]);
    let (first, last) = match (word.first_chunk::<8>(), word.last_chunk::<8>()) {
        (Some(first), Some(last)) => (u64::from_le_bytes(*first), u64::from_le_bytes(*last)),
        _ => (few(word, rest), 0),
    };

    let mixed = ((first | FOLD) ^ (last | FOLD).rotate_left(29) ^ (word.len() as u64) << 56)
        .wrapping_mul(MIX);
    mixed ^ mixed >> 32
}

/// Fewer than eight bytes as a number; `rest` is the text from the first of them on.
#[inline]
fn few(word: &[u8], rest: &[u8]) -> u64 {
    match rest.first_chunk::<8>() {
        // As many as the number has, without those that are not meant: to copy them one by one takes
        // longer, and most words are short.
        Some(bytes) => u64::from_le_bytes(*bytes) & ((1 << (word.len() * 8)) - 1),
        None => {
            let mut few = [0; 8];
            few[..word.len()].copy_from_slice(word);
            u64::from_le_bytes(few)
        }
    }
}

/// A set of words that never denies one it has, and seldom has one it was not given: a Bloom filter in
/// blocks, so that a word is looked for in one place of memory. It is small enough
/// to stay near the processor.
#[derive(Clone, Debug)]
pub(crate) struct BloomFilter {
    /// A power of two of them.
    places: Box<[u64]>,
}

impl BloomFilter {
    /// One with room for so many words.
    pub(crate) fn with_room_for(count: usize) -> Self {
        // A place has the bits of some two words, so that another one has both of its own there once
        // in a few hundred times.
        let places = (count / 2 + 16).next_power_of_two();
        Self {
            places: vec![0; places].into(),
        }
    }

    /// That of some words.
    pub(crate) fn of(hashes: Vec<u64>) -> Self {
        let mut filter = Self::with_room_for(hashes.len());
        for hash in hashes {
            filter.add(hash);
        }
        filter
    }

    pub(crate) fn add(&mut self, hash: u64) {
        let (place, bits) = self.place_of(hash);
        self.places[place] |= bits;
    }

    pub(crate) fn may_have(&self, hash: u64) -> bool {
        let (place, bits) = self.place_of(hash);
        self.places[place] & bits == bits
    }

    /// A place and two bits in it.
    #[inline]
    fn place_of(&self, hash: u64) -> (usize, u64) {
        let place = (hash >> 12) as usize & (self.places.len() - 1);
        (place, 1 << (hash & 63) | 1 << (hash >> 6 & 63))
    }
}

/// The hash of some words and one more.
pub(crate) fn join(words: u64, word: u64) -> u64 {
    let mixed = (words.rotate_left(5) ^ word).wrapping_mul(MIX);
    mixed ^ mixed >> 32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_those_of_texts_and_signs_are_seen() {
        for text in [
            "It isn't 5-FU, x 2.",
            "",
            " a",
            "Ähre's mRNA  b",
            "end ",
            "x .",
            "α",
        ] {
            let wording = Wording::of(text);
            let found: Vec<_> = wording
                .words
                .iter()
                .map(|word| (word.range(), word.hash))
                .collect();
            let expected: Vec<_> = words(text)
                .map(|(range, word)| (range, hash_of(word)))
                .collect();
            assert_eq!(found, expected, "{text}");
        }
        let has = |text: &str, sign| Wording::of(text).may_have(sign);
        assert!(has("a  b", Sign::Space) && has("a .", Sign::Space) && has(" a", Sign::Space));
        assert!(!has("A b. C", Sign::Space) && has("A b. C", Sign::InnerCapital));
        assert!(has("mRna", Sign::Seam) && !has("a Ab", Sign::Seam));
        assert!(!has("Ab c", Sign::InnerCapital) && has("ä", Sign::InnerCapital));
        assert!(has("o'Ab", Sign::InnerCapital) && !has("5Ab", Sign::InnerCapital));
        assert!(has("a AB", Sign::LaterCapital) && has("mRna", Sign::LaterCapital));
        assert!(!has("A Ab 5-F", Sign::LaterCapital) && has("αA", Sign::LaterCapital));
        assert!(has("a [at] b", Sign::Bracket) && has("α (at) b", Sign::Bracket));
        assert!(!has("a at b", Sign::Bracket));
    }

    #[test]
    fn case_does_not_change_a_hash() {
        assert_eq!(hash_of("Tumour"), hash_of("tumour"));
        assert_eq!(hash_of("ÄHRE"), hash_of("ähre"));
        assert_ne!(hash_of("tumor"), hash_of("tumour"));
    }
}
