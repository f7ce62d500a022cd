//! Finds texts that were read in a wrong encoding, such as `cafÃ©` for `café`, characters that were lost
//! on the way (U+FFFD), and, in texts for people and titles, letters that were set as one sign (`ﬁ` for
//! `fi`).
//!
//! # Why it matters
//!
//! Readers see signs that nobody wrote, searches miss the word, and where a character was lost, a name or
//! a number may read as another one.
//!
//! # How to mend it
//!
//! Copy the text again from where it comes from, as UTF-8. Of a lost character, only the source knows what
//! it was. Signs for several letters come from PDFs: `treatise check --fix` writes the letters, except in
//! texts that carry meaning, such as labels and statements.
//!
//! # What it leaves alone
//!
//! `Ã`, `Â` and `â` as letters, which some languages have: one counts with a sign behind it that makes
//! another character of them. Where the sign may as well end a word or follow it, such as a quotation
//! mark, a dash or dots, it counts within a word and at its start only.
//!
//! It finds nothing in the project's dataset.

use treatise_report::Applicability;

use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::view::{Record, Text, texts};

rule! {
    name: "garbled-text",
    severity: Error,
    summary: "a text that was read in a wrong encoding, has lost a character, or has one sign for several letters",
    since: "0.1.0",
    check: Record(check),
    fix: Safe,
}

/// What bytes from 0x80 to 0x9F are in Windows-1252; those that are nothing there are what they are in
/// Latin-1.
const WINDOWS_1252: &str = "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8d}Ž\u{8f}\u{90}‘’“”•–—˜™š›œ\u{9d}žŸ";
/// These stand behind a capital also where nothing is garbled.
const LIKELY: &[char] = &[
    '”', '’', '…', '“', '‘', '„', '‚', '«', '»', '‹', '›', '–', '—', '\u{a0}', 'º', 'ª', '™', '®',
    '©', '•',
];
/// What the second bytes of quotation marks, dashes, signs of money and of mathematics, and arrows are.
const SECOND: &[char] = &['€', '‚', '„', '†', 'ˆ', '‰'];

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
    for text in texts(record).filter(|text| !text.is_ascii()) {
        report_ligatures(text, found);
    }
}

/// Reports the first sign for several letters, with a fix for all of them.
fn report_ligatures(text: Text<'_>, found: &mut Found) {
    let signs = text.char_indices();
    let signs = signs.filter_map(|(at, sign)| {
        let letters = letters_of(sign)?;
        Some((at..at + sign.len_utf8(), letters))
    });
    let signs: Vec<_> = signs.collect();
    let Some((range, letters)) = signs.first().cloned() else {
        return;
    };
    let message = format!("`{}` is one sign for `{letters}`", &text[range.clone()]);
    let finding = Finding::new(text.part(range), message).with_help("write the letters");
    let parts = signs.into_iter();
    let parts = parts.map(|(range, letters)| (range, letters.to_owned()));
    found.add(finding.with_replaced(Applicability::Safe, text, parts));
}

/// The letters that a ligature stands for.
fn letters_of(sign: char) -> Option<&'static str> {
    match sign {
        'ﬀ' => Some("ff"),
        'ﬁ' => Some("fi"),
        'ﬂ' => Some("fl"),
        'ﬃ' => Some("ffi"),
        'ﬄ' => Some("ffl"),
        'ﬅ' | 'ﬆ' => Some("st"),
        _ => None,
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
        let meant = std::str::from_utf8(&bytes[..length]).ok()?.chars().next()?;
        let is_garbled = match length {
            2 if written.ends_with(LIKELY) => is_within_a_word(&text[..start], &rest[end..]),
            2 => true,
            _ => written[lead.len_utf8()..].starts_with(SECOND),
        };
        is_garbled.then_some((written, meant))
    })
}

/// Whether what stands between two texts is likely a letter of a word: there would be no capital behind
/// a small letter, nor a sign before another letter.
fn is_within_a_word(before: &str, behind: &str) -> bool {
    let before = before.chars().next_back();
    let behind = behind.chars().next();
    match before.filter(|before| before.is_alphabetic()) {
        Some(before) if before.is_lowercase() => true,
        Some(_) => behind.is_some_and(char::is_uppercase),
        None => behind.is_some_and(char::is_alphabetic),
    }
}

/// The byte that a character is in Windows-1252.
fn byte_of(character: char) -> Option<u8> {
    let position = WINDOWS_1252.chars().position(|it| it == character);
    let byte = position.map(|position| position as u32 + 0x80);
    u8::try_from(byte.unwrap_or(u32::from(character))).ok()
}
