//! What the engine lacks of ECMA-262, or reads otherwise, written as it has it.

use std::borrow::Cow;

use super::backtracking::{AT_END, WITHIN};

/// A pattern of ECMA-262 with all of that spelled out.
pub(super) fn spelled_out(pattern: &str) -> Cow<'_, str> {
    let mut written = String::new();
    let mut from = 0;
    let mut at = 0;
    let mut is_in_class = false;
    while let Some(first) = pattern[at..].chars().next() {
        let rest = &pattern[at..];
        let length = match first {
            '\\' => {
                if let Some((length, instead)) = escape(rest, is_in_class) {
                    written.push_str(&pattern[from..at]);
                    written.push_str(&instead);
                    from = at + length;
                    length
                } else {
                    let next = rest[1..].chars().next();
                    1 + next.map_or(0, char::len_utf8)
                }
            }
            '[' if !is_in_class => match class_without_characters(rest) {
                Some((length, instead)) => {
                    written.push_str(&pattern[from..at]);
                    written.push_str(instead);
                    from = at + length;
                    length
                }
                None => {
                    is_in_class = true;
                    1
                }
            },
            ']' => {
                is_in_class = false;
                1
            }
            other => other.len_utf8(),
        };
        at += length;
    }
    if from == 0 {
        return Cow::Borrowed(pattern);
    }
    written.push_str(&pattern[from..]);
    Cow::Owned(written)
}

/// A pattern that was spelled out, as ECMA-262 has it: what people are shown.
pub(crate) fn in_ecma_262(pattern: &str) -> String {
    pattern
        .replace(r"(?-u:\b)", r"\b")
        .replace(r"(?-u:\B)", r"\B")
        .replace(AT_END, r"\b")
        .replace(WITHIN, r"\B")
}

/// How long a class is that a bracket ends at once, and what to write instead: none of the characters, or
/// each. The engine takes the bracket for a character.
fn class_without_characters(rest: &str) -> Option<(usize, &'static str)> {
    if rest.starts_with("[]") {
        return Some((2, r"[^\s\S]"));
    }
    rest.starts_with("[^]").then_some((3, r"[\s\S]"))
}

/// How long such an escape at the start of a text is, and what to write instead.
fn escape(rest: &str, is_in_class: bool) -> Option<(usize, Cow<'static, str>)> {
    match rest.as_bytes().get(1)? {
        // With a digit behind it, it is no escape of ECMA-262.
        b'0' if !rest[2..].starts_with(|next: char| next.is_ascii_digit()) => {
            Some((2, r"\x00".into()))
        }
        b'b' if is_in_class => Some((2, r"\x08".into())),
        // A word consists of letters of ASCII (ECMA-262, section 22.2.2.4.1). With a brace behind it, the
        // engine knows another boundary, and ECMA-262 none.
        b'b' | b'B' if !is_in_class && !rest[2..].starts_with('{') => {
            Some((2, format!("(?-u:{})", &rest[..2]).into()))
        }
        b'u' => {
            let (high, low) = (half(rest)?, half(rest.get(6..)?)?);
            let character = char::decode_utf16([high, low]).next()?.ok()?;
            let pair = u32::from(character) > 0xFFFF;
            pair.then(|| (12, format!("\\u{{{:X}}}", u32::from(character)).into()))
        }
        _ => None,
    }
}

/// The code unit of the escape with four digits at the start of a text.
fn half(rest: &str) -> Option<u16> {
    let digits = rest.strip_prefix(r"\u")?.get(..4)?;
    let are_digits = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    are_digits.then(|| u16::from_str_radix(digits, 16).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_engine_lacks_is_spelled_out() {
        for (pattern, expected) in [
            (r"^\0$", r"^\x00$"),
            (r"[^\0-\x1f]\0a", r"[^\x00-\x1f]\x00a"),
            (r"[\b\n]\b\B", r"[\x08\n](?-u:\b)(?-u:\B)"),
            ("[^]+[[][]", r"[\s\S]+[[][^\s\S]"),
            (r"\ud83d\uDE00+[\ud83d\ude00]", r"\u{1F600}+[\u{1F600}]"),
        ] {
            assert_eq!(spelled_out(pattern), expected, "{pattern}");
        }
        assert_eq!(in_ecma_262(&spelled_out(r"\ba|\Bb")), r"\ba|\Bb");
    }

    #[test]
    fn all_else_stays() {
        for pattern in [
            "",
            r"\\0[\\b]\\ud83d\\ude00",
            r"\01",
            r"[\B]\b{start}é\",
            r"\ud83d",
            r"\ud83d\u0041",
            r"\u0041\u0042",
            r"\ude00\ud83d",
            r"\ud83\ude00",
            r"\u+83d\ude00",
            r"\u{1F600}",
            r"[\]a][a[^]\[]",
        ] {
            assert!(matches!(spelled_out(pattern), Cow::Borrowed(same) if same == pattern));
        }
    }
}
