//! Characters that a reader can't see or that rearrange the text.
//!
//! The sets are Unicode's own properties `Bidi_Control` and `Default_Ignorable_Code_Point`
//! (Unicode Standard Annex 44), and the control characters of general category Cc with the line
//! and paragraph separators.

mod place;

use icu_properties::CodePointSetData;
use icu_properties::props::{BidiControl, DefaultIgnorableCodePoint};

use crate::FaultKind;

/// What is suspicious about `character` in a value for people, if anything is.
///
/// Tab and line feed are allowed: they are plain white space of longer texts.
pub(crate) fn suspicion(character: char) -> Option<FaultKind> {
    if is_of_plain_ranges(character) {
        return None;
    }
    match character {
        '\u{2028}' | '\u{2029}' => Some(FaultKind::ControlCharacter(character)),
        _ if character.is_control() => Some(FaultKind::ControlCharacter(character)),
        _ if CodePointSetData::new::<BidiControl>().contains(character) => {
            Some(FaultKind::BidiControl(character))
        }
        // U+FFF9 to U+FFFB delimit ruby text and show nothing either.
        '\u{fff9}'..='\u{fffb}' => Some(FaultKind::InvisibleCharacter(character)),
        _ if CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(character) => {
            Some(FaultKind::InvisibleCharacter(character))
        }
        _ => None,
    }
}

/// Whether writing needs a character that is suspicious elsewhere, between what is before and behind it.
pub(crate) fn is_in_place(suspicion: FaultKind, before: &str, behind: &str) -> bool {
    match suspicion {
        FaultKind::InvisibleCharacter(character) => place::is_needed(before, character, behind),
        FaultKind::BidiControl(character) => place::orders_letters(before, character, behind),
        _ => false,
    }
}

/// Whether no look into the sets is needed: nearly all text is in these ranges, and nothing
/// suspicious is. A test holds them against the sets.
fn is_of_plain_ranges(character: char) -> bool {
    matches!(
        character,
        '\t' | '\n'
            | ' '..='~'
            | '\u{a0}'..='\u{ac}'
            | '\u{ae}'..='\u{34e}'
            | '\u{350}'..='\u{61b}'
            | '\u{2010}'..='\u{2027}'
            | '\u{202f}'..='\u{205f}'
            | '\u{2070}'..='\u{3163}'
            | '\u{3165}'..='\u{fdff}'
            | '\u{1f000}'..='\u{1faff}'
    )
}

/// Whether a reader can't see `character`, or it rearranges the text around it.
///
/// Tab and line feed are not among them: they are plain white space of longer texts.
pub fn is_unseen(character: char) -> bool {
    suspicion(character).is_some()
}

/// Calls `found` with every suspicious character of `text` and its byte offset; returns whether all of
/// its characters are ASCII.
///
/// ASCII is passed over in blocks; most texts are nothing else.
pub(crate) fn find_suspicious(text: &str, mut found: impl FnMut(usize, char, FaultKind)) -> bool {
    const BLOCK: usize = 64;
    for at in memchr::memchr_iter(0x7f, text.as_bytes()) {
        found(at, '\u{7f}', FaultKind::ControlCharacter('\u{7f}'));
    }
    if text.is_ascii() {
        return true;
    }
    let bytes = text.as_bytes();
    let mut start = 0;
    while start < bytes.len() {
        let mut end = (start + BLOCK).min(bytes.len());
        if bytes[start..end].is_ascii() {
            start = end;
            continue;
        }
        while !text.is_char_boundary(end) {
            end += 1;
        }
        for (at, character) in text[start..end].char_indices() {
            let at = start + at;
            if character > '\u{7f}'
                && let Some(kind) = suspicion(character)
                && !is_in_place(kind, &text[..at], &text[at + character.len_utf8()..])
            {
                found(at, character, kind);
            }
        }
        start = end;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unseen_characters_are_told_apart() {
        for (character, expected) in [
            ('\u{0}', Some(FaultKind::ControlCharacter('\u{0}'))),
            ('\u{85}', Some(FaultKind::ControlCharacter('\u{85}'))),
            ('\u{2028}', Some(FaultKind::ControlCharacter('\u{2028}'))),
            ('\u{200b}', Some(FaultKind::InvisibleCharacter('\u{200b}'))),
            ('\u{ad}', Some(FaultKind::InvisibleCharacter('\u{ad}'))),
            ('\u{feff}', Some(FaultKind::InvisibleCharacter('\u{feff}'))),
            (
                '\u{e0041}',
                Some(FaultKind::InvisibleCharacter('\u{e0041}')),
            ),
            ('\u{202e}', Some(FaultKind::BidiControl('\u{202e}'))),
            ('\u{2066}', Some(FaultKind::BidiControl('\u{2066}'))),
            ('ä', None),
            ('\u{a0}', None),
            ('…', None),
            ('\n', None),
            ('🦀', None),
        ] {
            assert_eq!(suspicion(character), expected, "{character:?}");
        }
    }

    #[test]
    fn every_character_is_judged_by_the_sets() {
        let bidi = CodePointSetData::new::<BidiControl>();
        let ignorable = CodePointSetData::new::<DefaultIgnorableCodePoint>();
        for character in '\0'..=char::MAX {
            let is_allowed = matches!(character, '\t' | '\n');
            let is_listed = matches!(character, '\u{2028}' | '\u{2029}' | '\u{fff9}'..='\u{fffb}');
            let is_in_sets = bidi.contains(character) || ignorable.contains(character);
            let expected = !is_allowed && (character.is_control() || is_listed || is_in_sets);
            assert_eq!(is_unseen(character), expected, "{character:?}");
        }
    }

    #[test]
    fn places_are_byte_offsets_even_across_blocks() {
        let text = format!("{}ä\u{200b}{}\u{7f}", "a".repeat(63), "b".repeat(100));
        let mut places = Vec::new();
        find_suspicious(&text, |at, character, _| places.push((at, character)));
        places.sort_unstable();
        assert_eq!(places, [(65, '\u{200b}'), (168, '\u{7f}')]);
    }
}
