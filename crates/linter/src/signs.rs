//! Words with the signs beside them that change what is said: `<3` is not `>3`, `HER2+` not `HER2−`, and
//! `1.5` not `1–5`. All other punctuation is left out.

use crate::documents::words;

/// A word and its signs, in one form for those that look alike.
pub(crate) struct Signed<'t> {
    /// Signs that stand right before it, or between it and a word from which a space parts them.
    pub(crate) before: String,
    pub(crate) word: &'t str,
    /// Signs that stand right behind it.
    pub(crate) behind: String,
}

/// Signs that are never mere punctuation.
const SIGNS: &[char] = &[
    '<', '>', '=', '≤', '≥', '⩽', '⩾', '≠', '≈', '~', '+', '±', '−', '×', '÷', '%', '↑', '↓', '→',
    '⁺', '⁻',
];
/// What may stand for a minus sign, or for `to` between numbers.
const DASHES: &[char] = &['-', '\u{2011}', '\u{2013}', '−', '⁻'];

/// The words of a text with their signs.
pub(crate) fn signed(text: &str) -> impl Iterator<Item = Signed<'_>> {
    let mut all = words(text).peekable();
    let mut start = 0;
    std::iter::from_fn(move || {
        let (range, word) = all.next()?;
        let end = all.peek().map_or(text.len(), |(next, _)| next.start);
        // What is behind the space belongs to the next word.
        let gap = &text[range.end..end];
        let own = match gap.find(char::is_whitespace) {
            None => gap.len(),
            Some(_) if end == text.len() => gap.len(),
            Some(space) => space,
        };
        let own = range.end..range.end + own;
        let before = signs(text, start, range.start);
        let behind = signs(text, own.start, own.end);
        start = own.end;
        Some(Signed {
            before,
            word,
            behind,
        })
    })
}

/// The signs between two places of a text.
fn signs(text: &str, start: usize, end: usize) -> String {
    let mut signs = String::new();
    for (at, sign) in text[start..end].char_indices() {
        let at = start + at;
        let before = text[..at].chars().next_back();
        let behind = text[at + sign.len_utf8()..].chars().next();
        if is_sign(sign, before, behind) {
            signs.push(match sign {
                dash if DASHES.contains(&dash) => '-',
                '⁺' => '+',
                other => other,
            });
        }
    }
    signs
}

fn is_sign(sign: char, before: Option<char>, behind: Option<char>) -> bool {
    let is_digit = |it: Option<char>| it.is_some_and(|it| it.is_ascii_digit());
    let is_part = |it: Option<char>| it.is_some_and(char::is_alphanumeric);
    if SIGNS.contains(&sign) {
        return true;
    }
    if DASHES.contains(&sign) {
        // `−2`, `1–5` and `HER2-`, but not `IL-2` and `5-year`.
        return match (is_part(before), is_part(behind)) {
            (false, true) => is_digit(behind),
            (true, true) => is_digit(before) && is_digit(behind),
            (true, false) => true,
            (false, false) => false,
        };
    }
    let is_between = is_digit(before) && is_digit(behind);
    match sign {
        // `.5` too.
        '.' => is_digit(behind),
        ',' | ':' | '/' | '·' => is_between,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> String {
        let all = signed(text).map(|it| format!("{}{}{}", it.before, it.word, it.behind));
        all.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn signs_stay_and_punctuation_goes() {
        for (text, expected) in [
            ("Tumors < 3 cm, (or) fewer.", "Tumors <3 cm or fewer"),
            (
                "HER2+ and HER2− or ER-, IL-2",
                "HER2+ and HER2- or ER- IL 2",
            ),
            ("a T score below −2.5", "a T score below -2. 5"),
            ("1.5% or 1–5 %; .5", "1. 5% or 1- 5 %.5"),
            ("a 5-year rate – 1,200 days", "a 5 year rate 1, 200 days"),
            ("Fever, often. 2 days: 1/2", "Fever often 2 days 1/ 2"),
            ("", ""),
            ("CD20 +", "CD20+"),
        ] {
            assert_eq!(written(text), expected);
        }
    }
}
