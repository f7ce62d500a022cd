//! Finds texts that were read in a wrong encoding, such as `cafÃ©` for `café`, and characters that were
//! lost on the way (U+FFFD).
//!
//! # Why it matters
//!
//! Readers see signs that nobody wrote, searches miss the word, and where a character was lost, a name or
//! a number may read as another one.
//!
//! # How to mend it
//!
//! Copy the text again from where it comes from, as UTF-8. Of a lost character, only the source knows what
//! it was.
//!
//! # What it leaves alone
//!
//! A single `Ã` or `Â`, which some languages have in capitals: it counts with a sign behind it that
//! makes another letter of the two, and not with a quotation mark or dots.
//!
//! It finds nothing in the project's dataset.

use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::view::Record;

rule! {
    name: "garbled-text",
    severity: Error,
    summary: "a text that was read in a wrong encoding, or has lost a character",
    since: "0.1.0",
    check: Record(check),
}

/// What bytes from 0x80 to 0x9F are in Windows-1252; those that are nothing there are what they are in
/// Latin-1.
const WINDOWS_1252: &str = "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8d}Ž\u{8f}\u{90}‘’“”•–—˜™š›œ\u{9d}žŸ";
/// These stand behind a capital also where nothing is garbled.
const LIKELY: [char; 3] = ['”', '’', '…'];

fn check(record: Record<'_>, found: &mut Found) {
    let tree = record.value.tree();
    if tree.is_ascii() {
        return;
    }
    for value in tree.values() {
        let Some(text) = value.as_str().filter(|text| !text.is_ascii()) else {
            continue;
        };
        let finding = |message: String| Finding::new(record.spot_of(value.span()), message);
        if let Some((written, meant)) = garbled(text) {
            found.add(
                finding(format!(
                    "`{written}` is what a wrong encoding makes of `{meant}`"
                ))
                .with_help("copy the text again, as UTF-8"),
            );
        } else if tree.text()[value.span().range()].contains(char::REPLACEMENT_CHARACTER) {
            // In the value itself it may stand for half of a surrogate pair, which is said already.
            found.add(
                finding("a character was lost here: U+FFFD stands in its place".to_owned())
                    .with_help("look it up where the text comes from"),
            );
        }
    }
}

/// The first characters of a text that are the bytes of another one, and that one.
fn garbled(text: &str) -> Option<(&str, char)> {
    text.char_indices().find_map(|(start, lead)| {
        let length = match lead {
            'Â' | 'Ã' => 2,
            'â' => 3,
            _ => return None,
        };
        let rest = &text[start..];
        let mut bytes = [0; 3];
        let mut end = 0;
        for (byte, character) in bytes.iter_mut().zip(rest.chars()).take(length) {
            *byte = byte_of(character)?;
            end += character.len_utf8();
        }
        let written = rest.get(..end)?;
        let is_likely = length == 2 && written.ends_with(LIKELY);
        let meant = std::str::from_utf8(&bytes[..length]).ok()?.chars().next()?;
        (!is_likely).then_some((written, meant))
    })
}

/// The byte that a character is in Windows-1252.
fn byte_of(character: char) -> Option<u8> {
    let position = WINDOWS_1252.chars().position(|it| it == character);
    let byte = position.map(|position| position as u32 + 0x80);
    u8::try_from(byte.unwrap_or(u32::from(character))).ok()
}
