//! How much of a text a report repeats.
//!
//! A message quotes values in backticks. Whoever words it can't always know how long they are,
//! and a report is no place to copy a document: one rule for all formats.

use std::borrow::Cow;

use crate::Excerpt;

/// Longest text of a message, label, note or help, in Unicode scalar values.
pub(crate) const MAX_TEXT: usize = 1000;

/// `text` with at most [`Excerpt::MAX_CHARACTERS`] of each literal in backticks and
/// [`MAX_TEXT`] in all; `…` shows where something is left out.
pub(crate) fn cut(text: &str) -> Cow<'_, str> {
    if text.len() <= Excerpt::MAX_CHARACTERS {
        return Cow::Borrowed(text);
    }
    let mut shown = String::new();
    for (index, part) in text.split('`').enumerate() {
        if index > 0 {
            shown.push('`');
        }
        let is_literal = index % 2 == 1;
        shown.push_str(&if is_literal {
            first(part, Excerpt::MAX_CHARACTERS)
        } else {
            Cow::Borrowed(part)
        });
    }
    Cow::Owned(first(&shown, MAX_TEXT).into_owned())
}

/// The first characters of `text`, with `…` as the last of `limit` where there are more.
pub(crate) fn first(text: &str, limit: usize) -> Cow<'_, str> {
    if text.char_indices().nth(limit).is_none() {
        return Cow::Borrowed(text);
    }
    let end = text
        .char_indices()
        .nth(limit - 1)
        .map_or(text.len(), |(at, _)| at);
    Cow::Owned(format!("{}…", &text[..end]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_and_texts_have_their_limits() {
        assert_eq!(cut("`a` is not `b`"), "`a` is not `b`");
        let long = "ä".repeat(201);
        assert_eq!(
            cut(&format!("`{long}` is not `b`")),
            format!("`{}…` is not `b`", "ä".repeat(199))
        );
        let exact = format!("`{}` is not {long}", "ä".repeat(200));
        assert_eq!(cut(&exact), exact);
        assert_eq!(cut(&"x".repeat(5000)).chars().count(), MAX_TEXT);
    }
}
