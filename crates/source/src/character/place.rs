//! Unseen characters where writing needs them: between letters of some scripts they decide what is
//! seen, and there they are no fault.
//!
//! Joiners are judged as in RFC 5892 (appendices A.1 and A.2) and, in emoji, as in Unicode Standard
//! Annex 29 (rule GB11); variation selectors and tags as in Unicode Technical Standard 51; the
//! zero-width space by the scripts that are written without spaces (class SA of Annex 14).

use icu_properties::props::{
    BidiClass, CanonicalCombiningClass, Emoji, EmojiModifier, ExtendedPictographic, JoiningType,
    LineBreak, UnifiedIdeograph,
};
use icu_properties::{CodePointMapData, CodePointSetData};

const ZERO_WIDTH_SPACE: char = '\u{200b}';
const NON_JOINER: char = '\u{200c}';
const JOINER: char = '\u{200d}';
const EMOJI_STYLE: char = '\u{fe0f}';
const KEYCAP: char = '\u{20e3}';
const BLACK_FLAG: char = '\u{1f3f4}';
const END_OF_TAGS: char = '\u{e007f}';

/// Longest name of a subdivision in the flag of one, as `gbsct`: a region of two or three characters,
/// and four more.
const LONGEST_FLAG: usize = 7;

/// How far from a direction mark a letter that is written from right to left may be: a name, a number
/// or some punctuation lies between, and a text of nothing but marks takes no longer.
const DIRECTION_REACH: usize = 32;

/// Whether an unseen character does what it is for, between what is before and behind it.
///
/// The time it takes is bounded, but for runs of combining marks beside a joiner, which no other
/// joiner looks across.
pub(super) fn is_needed(before: &str, character: char, behind: &str) -> bool {
    let last = before.chars().next_back();
    let next = behind.chars().next();
    match character {
        NON_JOINER => last.is_some_and(is_virama) || joins_on(before) && joins_back(behind),
        JOINER => {
            last.is_some_and(is_virama)
                // As for the ya-phalaa of Bengali behind ra.
                || last.is_some_and(char::is_alphabetic) && next.is_some_and(is_virama)
                // Where one side alone would join, the letter takes the form that it has in a word.
                || joins_on(before) != joins_back(behind)
                || is_pictured(before, next)
        }
        ZERO_WIDTH_SPACE => last.is_some_and(has_no_spaces) || next.is_some_and(has_no_spaces),
        '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}' => {
            let is_style = matches!(character, '\u{fe0e}' | EMOJI_STYLE);
            last.is_some_and(|last| {
                let has_styles = is_style && CodePointSetData::new::<Emoji>().contains(last);
                match last.is_ascii() {
                    true => has_styles && next == Some(KEYCAP),
                    false => {
                        has_styles || CodePointSetData::new::<UnifiedIdeograph>().contains(last)
                    }
                }
            })
        }
        // The variation selectors and the vowel separator of Mongolian.
        '\u{180b}'..='\u{180f}' => last
            .is_some_and(|last| matches!(last, '\u{1820}'..='\u{1878}' | '\u{1880}'..='\u{18aa}')),
        '\u{e0020}'..=END_OF_TAGS => is_of_flag(before, character, behind),
        _ => false,
    }
}

/// Whether a mark of direction stands in a text that has letters of both directions to be kept in
/// order. Other bidirectional controls reorder more than their neighbours and are never needed.
pub(super) fn orders_letters(before: &str, character: char, behind: &str) -> bool {
    let is_mark = |character| matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}');
    let is_repeated = before.ends_with(is_mark) || behind.starts_with(is_mark);
    let mut left = in_string(before.chars().rev());
    let mut right = in_string(behind.chars());
    let mut is_among_letters = || left.any(is_right_to_left) || right.any(is_right_to_left);
    is_mark(character) && !is_repeated && is_among_letters()
}

/// Those nearby: the text may be that of a whole document, where strings end with a quote.
fn in_string(characters: impl Iterator<Item = char>) -> impl Iterator<Item = char> {
    let near = characters.take(DIRECTION_REACH);
    near.take_while(|&character| character != '"')
}

/// A letter, since marks of direction have one themselves.
fn is_right_to_left(character: char) -> bool {
    let class = CodePointMapData::<BidiClass>::new().get(character);
    character.is_alphabetic() && matches!(class, BidiClass::RightToLeft | BidiClass::ArabicLetter)
}

fn is_virama(character: char) -> bool {
    let class = CodePointMapData::<CanonicalCombiningClass>::new().get(character);
    class == CanonicalCombiningClass::Virama
}

fn has_no_spaces(character: char) -> bool {
    CodePointMapData::<LineBreak>::new().get(character) == LineBreak::ComplexContext
}

/// Whether the last letter joins what follows it.
fn joins_on(before: &str) -> bool {
    let letter = joining_type(before.chars().rev());
    matches!(letter, JoiningType::DualJoining | JoiningType::LeftJoining)
}

/// Whether the first letter joins what precedes it.
fn joins_back(behind: &str) -> bool {
    let letter = joining_type(behind.chars());
    matches!(letter, JoiningType::DualJoining | JoiningType::RightJoining)
}

/// That of the first character which is no mark on another one.
fn joining_type(characters: impl Iterator<Item = char>) -> JoiningType {
    let types = CodePointMapData::<JoiningType>::new();
    let mut types = characters.map(|character| types.get(character));
    let found = types.find(|&joining| joining != JoiningType::Transparent);
    found.unwrap_or(JoiningType::NonJoining)
}

/// Whether a joiner makes one emoji of two.
fn is_pictured(before: &str, next: Option<char>) -> bool {
    let pictures = CodePointSetData::new::<ExtendedPictographic>();
    let modifiers = CodePointSetData::new::<EmojiModifier>();
    let before = before.strip_suffix(EMOJI_STYLE).unwrap_or(before);
    let before = before
        .strip_suffix(|character| modifiers.contains(character))
        .unwrap_or(before);
    let last = before.chars().next_back();
    last.is_some_and(|last| pictures.contains(last))
        && next.is_some_and(|next| pictures.contains(next))
}

/// Whether a tag is one of those behind a black flag that spell the name of a subdivision.
fn is_of_flag(before: &str, character: char, behind: &str) -> bool {
    let is_spelt =
        |tag: &char| matches!(tag, '\u{e0030}'..='\u{e0039}' | '\u{e0061}'..='\u{e007a}');
    let earlier = before
        .chars()
        .rev()
        .take(LONGEST_FLAG)
        .take_while(is_spelt)
        .count();
    let later = behind
        .chars()
        .take(LONGEST_FLAG)
        .take_while(is_spelt)
        .count();
    let has_flag = before.chars().nth_back(earlier) == Some(BLACK_FLAG);
    let (spelt, has_end) = match character {
        END_OF_TAGS => (earlier, true),
        _ => {
            let has_end = behind.chars().nth(later) == Some(END_OF_TAGS);
            (earlier + 1 + later, has_end && is_spelt(&character))
        }
    };
    has_flag && has_end && (3..=LONGEST_FLAG).contains(&spelt)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::character::suspicion;

    /// Those that are not needed, by their positions among all characters.
    fn idle(text: &str) -> Vec<usize> {
        let unseen = text.char_indices().enumerate();
        let unseen = unseen.filter(|&(_, (_, character))| suspicion(character).is_some());
        let idle = unseen.filter(|&(_, (at, character))| {
            let (before, behind) = (&text[..at], &text[at + character.len_utf8()..]);
            !is_needed(before, character, behind) && !orders_letters(before, character, behind)
        });
        idle.map(|(position, _)| position).collect()
    }

    #[test]
    fn characters_are_needed_where_scripts_ask_for_them() {
        for text in [
            // Persian: a plural, and a prefix of verbs.
            "سرزمین\u{200c}های",
            "می\u{200c}خواهم",
            // With a mark between letter and joiner.
            "میّ\u{200c}خواهم",
            // Hindi: a half form, and a virama that shows.
            "क्\u{200d}ष",
            "क्\u{200c}ष",
            // Bengali ra with ya-phalaa.
            "র\u{200d}্য",
            // Arabic: heh as an abbreviation.
            "ه\u{200d}",
            // Khmer.
            "ភាសា\u{200b}ខ្មែរ",
            // Emoji: a heart, a family, a rainbow flag, a woman of a skin colour at a computer, a
            // keycap, the flag of Scotland.
            "❤\u{fe0f}",
            "👨\u{200d}👩\u{200d}👧",
            "🏳\u{fe0f}\u{200d}🌈",
            "👩🏽\u{200d}💻",
            "1\u{fe0f}\u{20e3}",
            "🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}",
            // A variant of an ideograph, and of a Mongolian letter.
            "葛\u{e0100}",
            "ᠠ\u{180b}",
            // Hebrew, with a name that ends in signs.
            "אני כותב C++\u{200f} ולא C",
        ] {
            assert_eq!(idle(text), [0; 0], "{text:?}");
        }
    }

    #[test]
    fn elsewhere_they_are_not() {
        for (text, expected) in [
            ("be\u{200c}tween", &[2][..]),
            ("be\u{200d}tween", &[2]),
            ("zero\u{200b}width", &[4]),
            ("text\u{fe0f}", &[4]),
            ("1\u{fe0f}2", &[1]),
            // A second selector would be a place to hide things.
            ("❤\u{fe0f}\u{fe0f}", &[2]),
            ("葛\u{e0100}\u{e0101}", &[2]),
            // Alef joins nothing behind it.
            ("ا\u{200c}ا", &[1]),
            // Both would join anyway.
            ("ب\u{200d}ب", &[1]),
            ("ب\u{200c}", &[1]),
            ("\u{200c}", &[0]),
            ("👨\u{200d}", &[1]),
            ("👨\u{200d}a", &[1]),
            ("a\u{180b}", &[1]),
            // Tags without a flag, without an end, and too many.
            ("\u{e0067}\u{e0062}\u{e0073}\u{e007f}", &[0, 1, 2, 3]),
            ("🏴\u{e0067}\u{e0062}\u{e0073}", &[1, 2, 3]),
            (
                "🏴\u{e0061}\u{e0061}\u{e0061}\u{e0061}\u{e0061}\u{e0061}\u{e0061}\u{e0061}\u{e007f}",
                &[1, 2, 3, 4, 5, 6, 7, 8, 9],
            ),
            ("left\u{200e}right", &[4]),
            // One of two is idle.
            ("אני C++\u{200f}\u{200f} ולא", &[7, 8]),
            ("\"left\u{200e}right\", \"עברית\"", &[5]),
            // These reorder what is around them, in any text.
            ("עברית \u{202e}abc\u{202c}", &[6, 10]),
            ("עברית \u{2067}abc\u{2069}", &[6, 10]),
            ("soft\u{ad}hyphen", &[4]),
        ] {
            assert_eq!(idle(text), expected, "{text:?}");
        }
    }
}
