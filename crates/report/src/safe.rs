//! Text from files, made safe to show.
//!
//! A finding quotes what other people wrote: names of files, keys, values. Shown as it is, such
//! text could recolour a terminal, reorder a line, hide in it, or give commands to a CI system.
//! Here is decided which characters are never shown raw; each format escapes them in its own way.

use std::borrow::Cow;

use treatise_source::is_unseen;

/// Whether `character` is shown as an escape.
///
/// These are control characters, what a reader can't see or what rearranges text, Unicode's
/// noncharacters (XML can't have some of them), and the second of two `#`: CI systems look for
/// commands such as `##[group]` and `##vso[…]` anywhere in a line.
pub(crate) fn needs_escape(character: char, previous: Option<char>) -> bool {
    match character {
        '#' => previous == Some('#'),
        ' '..='~' => false,
        _ => character.is_control() || is_unseen(character) || is_noncharacter(character),
    }
}

fn is_noncharacter(character: char) -> bool {
    let code = u32::from(character);
    code & 0xfffe == 0xfffe || (0xfdd0..=0xfdef).contains(&code)
}

/// The escape of one character, as Rust writes it: `\n`, `\u{202e}`.
pub(crate) fn escape(character: char) -> String {
    match character {
        '\n' => "\\n".to_owned(),
        '\r' => "\\r".to_owned(),
        '\t' => "\\t".to_owned(),
        other => other.escape_unicode().to_string(),
    }
}

/// `text` on one line with nothing in it that needs an escape.
pub(crate) fn line(text: &str) -> Cow<'_, str> {
    let mut shown = String::new();
    let mut kept = 0;
    let mut previous = None;
    for (at, character) in text.char_indices() {
        if needs_escape(character, previous) {
            shown.push_str(&text[kept..at]);
            shown.push_str(&escape(character));
            kept = at + character.len_utf8();
        }
        previous = Some(character);
    }
    if kept == 0 {
        return Cow::Borrowed(text);
    }
    shown.push_str(&text[kept..]);
    Cow::Owned(shown)
}

/// The lines of `text`, each made safe, and none of them a command to a CI system, which start
/// with `::`.
pub(crate) fn lines(text: &str) -> impl Iterator<Item = Cow<'_, str>> {
    text.split('\n').map(|part| {
        let shown = line(part.strip_suffix('\r').unwrap_or(part));
        match shown.trim_start().strip_prefix("::") {
            None => shown,
            Some(rest) => Cow::Owned(format!("\\u{{3a}}:{rest}")),
        }
    })
}

/// A file name at the start of a line: it can't be taken for a command to a CI system.
pub(crate) fn file_name(name: &str) -> Cow<'_, str> {
    let shown = line(name);
    // A name of a single `:` is followed by the one before the line number.
    if shown.trim_start().starts_with(':') {
        return Cow::Owned(format!("./{shown}"));
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_seen_is_escaped_and_the_rest_is_kept() {
        for (text, shown) in [
            ("", ""),
            ("naïve 🦀 `x`", "naïve 🦀 `x`"),
            ("a\u{1b}[31mb", "a\\u{1b}[31mb"),
            ("\u{9b}\u{7f}", "\\u{9b}\\u{7f}"),
            ("\u{202e}x\u{2066}", "\\u{202e}x\\u{2066}"),
            ("a\u{200b}b\u{feff}", "a\\u{200b}b\\u{feff}"),
            ("\u{fe0f}\u{e0041}", "\\u{fe0f}\\u{e0041}"),
            (
                "\u{ffff}\u{fdd0}\u{10fffe}",
                "\\u{ffff}\\u{fdd0}\\u{10fffe}",
            ),
            ("a\nb\tc\r", "a\\nb\\tc\\r"),
            ("# ##[group] ###", "# #\\u{23}[group] #\\u{23}\\u{23}"),
        ] {
            assert_eq!(line(text), shown, "{text:?}");
        }
    }

    #[test]
    fn no_line_starts_with_a_command() {
        let shown: Vec<_> = lines("a\r\n::error::b\n \t::c\n:d").collect();
        assert_eq!(shown, ["a", "\\u{3a}:error::b", " \\t::c", ":d"]);
        assert_eq!(file_name("::error::.json"), "./::error::.json");
        assert_eq!(file_name(":"), "./:");
    }
}
