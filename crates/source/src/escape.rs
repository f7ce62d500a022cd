//! Escapes in strings: what they stand for, and how far they reach where they are broken.

use std::ops::Range;

use crate::Span;

/// What an escape stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Escape {
    /// A character.
    Character(char),
    /// One half of a surrogate pair: no character.
    LoneSurrogate,
    /// Nothing: JSON doesn't have it.
    Invalid,
}

impl Escape {
    /// The character; U+FFFD where there is none.
    fn character(self) -> char {
        match self {
            Self::Character(character) => character,
            Self::LoneSurrogate | Self::Invalid => char::REPLACEMENT_CHARACTER,
        }
    }
}

/// Reads the escape at the start of `text`; returns how many bytes it takes, and its meaning.
pub(crate) fn read(text: &str) -> (usize, Escape) {
    let hex = |from: usize| {
        let digits = text.get(from..from + 4)?;
        let is_hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_hex
            .then(|| u32::from_str_radix(digits, 16).ok())
            .flatten()
    };
    let Some(character) = text[1..].chars().next() else {
        return (1, Escape::Invalid);
    };
    let simple = match character {
        '"' | '\\' | '/' => character,
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'u' => {
            let Some(unit) = hex(2) else {
                return (2, Escape::Invalid);
            };
            if let Some(character) = char::from_u32(unit) {
                return (6, Escape::Character(character));
            }
            if (0xd800..0xdc00).contains(&unit)
                && text[6..].starts_with("\\u")
                && let Some(low @ 0xdc00..0xe000) = hex(8)
            {
                let code = 0x1_0000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
                let character = char::from_u32(code).expect("two halves make a character");
                return (12, Escape::Character(character));
            }
            return (6, Escape::LoneSurrogate);
        }
        _ if character.is_control() => return (1, Escape::Invalid),
        _ => return (1 + character.len_utf8(), Escape::Invalid),
    };
    (2, Escape::Character(simple))
}

/// The escapes of a string's content: for each its offset, its length in bytes, and its meaning.
fn escapes(content: &str) -> impl Iterator<Item = (usize, usize, Escape)> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let at = from + memchr::memchr(b'\\', &content.as_bytes()[from..])?;
        let (length, escape) = read(&content[at..]);
        from = at + length;
        Some((at, length, escape))
    })
}

/// Appends what a string's content stands for; what has no meaning becomes U+FFFD.
pub(crate) fn decode_into(content: &str, decoded: &mut String) {
    let mut from = 0;
    for (at, length, escape) in escapes(content) {
        decoded.push_str(&content[from..at]);
        decoded.push(escape.character());
        from = at + length;
    }
    decoded.push_str(&content[from..]);
}

/// Whether a string's content has an escape for one half of a surrogate pair.
pub(crate) fn has_half_a_pair(content: &str) -> bool {
    escapes(content).any(|(.., escape)| escape == Escape::LoneSurrogate)
}

/// The characters of a string's content: for each its offset, its length in bytes as it is written, and
/// what [`decode_into`] makes of it.
pub(crate) fn characters(content: &str) -> impl Iterator<Item = (usize, usize, char)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at;
        let written = content[start..].chars().next()?;
        let (length, character) = match written {
            '\\' => {
                let (length, escape) = read(&content[start..]);
                (length, escape.character())
            }
            _ => (written.len_utf8(), written),
        };
        at += length;
        Some((start, length, character))
    })
}

/// How a string is written, to find parts of what it stands for.
#[derive(Clone, Debug)]
pub struct Written {
    /// Where each character begins: in what the string stands for, and as it is written; and the ends.
    begins: Vec<(usize, usize)>,
}

impl Written {
    /// A string whose content begins at an offset.
    pub(crate) fn new(content: &str, offset: usize) -> Self {
        let mut decoded = 0;
        let begins = characters(content).map(|(at, _, character)| {
            let begin = (decoded, offset + at);
            decoded += character.len_utf8();
            begin
        });
        let mut begins: Vec<_> = begins.collect();
        begins.push((decoded, offset + content.len()));
        Self { begins }
    }

    /// Where a part is written; both are given by bytes. `None` where the part does not begin and end
    /// between characters.
    pub fn span_of(&self, part: Range<usize>) -> Option<Span> {
        let at = |offset| {
            let found = self
                .begins
                .binary_search_by_key(&offset, |&(decoded, _)| decoded);
            found.ok().map(|position| self.begins[position].1 as u32)
        };
        Some(Span::new(at(part.start)?, at(part.end)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_read_as_far_as_they_go() {
        for (text, expected) in [
            (r"\n", (2, Escape::Character('\n'))),
            (r"\/", (2, Escape::Character('/'))),
            (r"\u00e4", (6, Escape::Character('ä'))),
            (r"\u00E4b", (6, Escape::Character('ä'))),
            (r"\ud83e\udd80", (12, Escape::Character('🦀'))),
            (r"\ud83e", (6, Escape::LoneSurrogate)),
            (r"\ud83e\", (6, Escape::LoneSurrogate)),
            (r"\ud83e\u", (6, Escape::LoneSurrogate)),
            (r"\ud83e\u00e4", (6, Escape::LoneSurrogate)),
            (r"\ud83e\ud83e", (6, Escape::LoneSurrogate)),
            (r"\udd80", (6, Escape::LoneSurrogate)),
            (r"\", (1, Escape::Invalid)),
            (r"\u", (2, Escape::Invalid)),
            (r"\u12", (2, Escape::Invalid)),
            (r"\u+123", (2, Escape::Invalid)),
            (r"\u12äx", (2, Escape::Invalid)),
            (r"\ä", (3, Escape::Invalid)),
            (r"\🦀", (5, Escape::Invalid)),
            (r"\x41", (2, Escape::Invalid)),
            ("\\\n", (1, Escape::Invalid)),
            ("\\\u{85}", (1, Escape::Invalid)),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn what_has_no_meaning_is_replaced() {
        let mut decoded = String::new();
        decode_into(r"a\tb\ud800c\qd\u12e\", &mut decoded);
        assert_eq!(decoded, "a\tb\u{fffd}c\u{fffd}d\u{fffd}12e\u{fffd}");
    }

    #[test]
    fn parts_are_found_where_they_are_written() {
        let content = r#"a \"b\" \u00e4 c"#;
        let mut decoded = String::new();
        decode_into(content, &mut decoded);
        let written = Written::new(content, 0);
        for (part, expected) in [
            ("a ", "a "),
            ("\"b\"", r#"\"b\""#),
            ("b", "b"),
            ("ä", r"\u00e4"),
            ("c", "c"),
        ] {
            let at = decoded.find(part).expect("it is there");
            let span = written.span_of(at..at + part.len());
            let range = span.expect("it is written somewhere").range();
            assert_eq!(&content[range], expected, "{part}");
        }
        let end = content.len() as u32;
        assert_eq!(written.span_of(0..decoded.len()), Some(Span::new(0, end)));
        let shifted = Written::new(content, 7).span_of(0..decoded.len());
        assert_eq!(shifted, Some(Span::new(7, end + 7)));
        let inside = decoded.find('ä').expect("it is there") + 1;
        assert_eq!(written.span_of(0..inside), None);
        assert_eq!(written.span_of(0..decoded.len() + 1), None);
    }

    #[test]
    fn characters_are_those_that_are_decoded() {
        let content = r"ä\u200b\q\\n\ud83e\udd80\ud83e\u12e\";
        let characters: Vec<_> = characters(content).collect();
        assert_eq!(
            characters[..4],
            [
                (0, 2, 'ä'),
                (2, 6, '\u{200b}'),
                (8, 2, '\u{fffd}'),
                (10, 2, '\\'),
            ]
        );
        let mut decoded = String::new();
        decode_into(content, &mut decoded);
        let together: String = characters.iter().map(|one| one.2).collect();
        assert_eq!(together, decoded);
    }
}
