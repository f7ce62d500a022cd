//! Finds straight quotation marks and apostrophes in texts for people.
//!
//! # Why it matters
//!
//! Half of a dataset with "these" and half with “those” looks careless, and a search for a word with an
//! apostrophe finds one half.
//!
//! # How to mend it
//!
//! Write “ ”, ‘ ’ and ’; `treatise check --fix --unsafe-fixes` does in English, except in texts that carry
//! meaning, such as labels and statements.
//!
//! # What it leaves alone
//!
//! Feet, inches and minutes, which stand behind a digit where no quotation is open or another mark closes
//! it; titles of sources and names, which are as they were printed. In other languages it changes nothing, since quotation marks differ there.

use treatise_report::Applicability;

use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::view::{Prose, Sign};

rule! {
    name: "straight-quotes",
    severity: Warning,
    summary: "a straight quotation mark or apostrophe in a text for people",
    since: "0.1.0",
    check: Prose(check),
    fix: Unsafe,
}

fn check(prose: &Prose<'_>, found: &mut Found) {
    let text = prose.text.as_str();
    if !prose.wording.may_have(Sign::Straight) {
        return;
    }
    let curled = curled(text);
    let is_english = prose
        .language
        .is_some_and(|language| language == "en" || language.starts_with("en-"));
    let first = text
        .char_indices()
        .zip(curled.chars())
        .find(|((_, old), new)| old != new);
    let Some(((at, mark), _)) = first else {
        return;
    };
    let message = if mark == '"' {
        "the text has a straight quotation mark"
    } else {
        "the text has a straight apostrophe or quotation mark"
    };
    let mut finding = Finding::new(prose.text.part(at..at + 1), message);
    if is_english {
        let written = serde_json::to_string(&curled).expect("a string can be written");
        finding = finding
            .with_help(format!("write {}", changed(text, &curled)))
            .with_fix(Applicability::Unsafe, [(prose.text.spot().span, written)]);
    } else {
        finding = finding.with_help("write the quotation marks of the language");
    }
    found.add(finding);
}

/// The words that are written otherwise: whoever reads the help need not look for them, nor copy the
/// whole text.
fn changed(text: &str, curled: &str) -> String {
    const MOST: usize = 3;
    // A mark is no white space, so that both have the same words.
    let words = text.split_whitespace().zip(curled.split_whitespace());
    let mut changed: Vec<_> = words
        .filter(|(old, new)| old != new)
        .map(|(_, new)| format!("`{new}`"))
        .collect();
    let more = changed.len().saturating_sub(MOST);
    changed.truncate(MOST);
    let shown = changed.join(", ");
    match more {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// The text with the marks of English; as many characters as before.
fn curled(text: &str) -> String {
    let mut curled = String::with_capacity(text.len());
    let mut before = None;
    // What has been opened and is not closed yet: behind a digit, its end is no measure.
    let (mut is_quoted, mut is_inner) = (false, false);
    let closings = Closings::of(text);
    for (at, character) in text.char_indices() {
        // A hyphen or slash may join two quotations: `"a"-"b"`.
        let next = text[at + character.len_utf8()..].chars().next();
        let is_joined = !is_quoted && before.is_some_and(|before| matches!(before, '-' | '/'));
        let opens = opens_behind(before)
            || character == '"' && is_joined && next.is_some_and(char::is_alphanumeric);
        let may_measure = before.is_some_and(|before: char| before.is_ascii_digit());
        let new = match character {
            '"' if may_measure && !(is_quoted && closings.may_close(text, at)) => character,
            '\'' if may_measure && !is_inner => character,
            '"' if opens => '“',
            '"' => '”',
            '\'' if opens && !is_left_out(&text[at + 1..], closings.inner > at) => '‘',
            '\'' => '’',
            other => other,
        };
        match new {
            // Some languages close with the mark that opens in English.
            '“' => is_quoted = opens,
            '”' => is_quoted = false,
            '‘' => is_inner = opens,
            // An apostrophe, unless the word ends.
            '’' => {
                is_inner &= text[at + character.len_utf8()..].starts_with(char::is_alphanumeric);
            }
            _ => {}
        }
        curled.push(new);
        before = Some(new);
    }
    curled
}

/// Whether a mark opens a quotation that stands behind a character, or at the beginning.
fn opens_behind(before: Option<char>) -> bool {
    before.is_none_or(|before| before.is_whitespace() || "([“‘—–".contains(before))
}

/// Where a text has marks that can close a quotation.
struct Closings {
    /// Its double marks that don't stand behind a digit, and whether they close.
    double: Vec<(usize, bool)>,
    /// Its last single mark that closes, which is not between letters; 0 where it has none.
    inner: usize,
}

impl Closings {
    fn of(text: &str) -> Self {
        let (mut double, mut inner) = (Vec::new(), 0);
        let mut before = None;
        let mut characters = text.char_indices().peekable();
        while let Some((at, character)) = characters.next() {
            let next = characters.peek().map(|(_, next)| *next);
            let is_behind_digit = before.is_some_and(|before: char| before.is_ascii_digit());
            match character {
                '"' if !is_behind_digit => double.push((at, !opens_behind(before))),
                '“' | '”' => double.push((at, character == '”')),
                '\'' if !opens_behind(before) && !next.is_some_and(char::is_alphanumeric) => {
                    inner = at;
                }
                _ => {}
            }
            before = Some(character);
        }
        Self { double, inner }
    }

    /// Whether a mark behind a digit may close the quotation that is open. It measures instead where
    /// the sentence goes on and another mark closes the quotation.
    fn may_close(&self, text: &str, at: usize) -> bool {
        let behind = &text[at + 1..];
        let next = self.double.partition_point(|(mark, _)| *mark <= at);
        let is_closed_later = self.double.get(next).is_some_and(|(_, closes)| *closes);
        behind.is_empty()
            || behind.starts_with(|next| ".,;:!?)]".contains(next))
            || !is_closed_later
    }
}

/// Whether a text begins as a word does of which an apostrophe stands for the first part: `90s`, `tis`.
/// Two digits may be any number where a mark behind them `is_closed`.
fn is_left_out(text: &str, is_closed: bool) -> bool {
    const SHORTENED: &[&str] = &["tis", "twas"];
    let end = text.find(|character: char| !character.is_ascii_alphanumeric());
    let (word, behind) = text.split_at(end.unwrap_or(text.len()));
    let is_number = |it: &str| it.len() == 2 && it.bytes().all(|byte| byte.is_ascii_digit());
    let is_decade = || word.strip_suffix('s').is_some_and(is_number);
    let is_year = is_decade() || (is_number(word) && !is_closed);
    let is_shortened = || SHORTENED.iter().any(|it| word.eq_ignore_ascii_case(it));
    (is_year || is_shortened()) && !behind.starts_with(['\'', '’', '-'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_open_behind_white_space_and_close_elsewhere() {
        assert_eq!(
            curled("\"It's a 'port'\" (\"pump\")"),
            "“It’s a ‘port’” (“pump”)"
        );
        assert_eq!(curled("5'10\" tall"), "5'10\" tall");
        assert_eq!(curled("“there”"), "“there”");
    }

    #[test]
    fn quotations_may_be_joined() {
        assert_eq!(curled("\"a\"-\"b\" or \"c\"/\"d\""), "“a”-“b” or “c”/“d”");
        assert_eq!(curled("\"pre-\" and \"and/\""), "“pre-” and “and/”");
    }

    #[test]
    fn what_ends_behind_a_digit_is_no_measure() {
        assert_eq!(
            curled("\"HER2\" and 'stage 3', not \"CA 19-9\" or 5'10\""),
            "“HER2” and ‘stage 3’, not “CA 19-9” or 5'10\""
        );
        // Half of it was mended before.
        assert_eq!(curled("“HER2\" is 10\""), "“HER2” is 10\"");
        assert_eq!(curled("„HER“ 5\""), "„HER“ 5\"");
        assert_eq!(curled("'it's 5'"), "‘it’s 5’");
    }

    #[test]
    fn a_measure_may_stand_in_a_quotation() {
        assert_eq!(
            curled("\"a 10\" mass in the liver\""),
            "“a 10\" mass in the liver”"
        );
        assert_eq!(
            curled("“a 10\" or 12\" mass” and \"HER2\" in \"it\""),
            "“a 10\" or 12\" mass” and “HER2” in “it”"
        );
        assert_eq!(curled("\"stage 3\", or 10\""), "“stage 3”, or 10\"");
    }

    #[test]
    fn an_apostrophe_may_begin_a_word() {
        assert_eq!(curled("In the '90s and '99"), "In the ’90s and ’99");
        assert_eq!(curled("'Tis '2 of 3'"), "’Tis ‘2 of 3’");
        assert_eq!(curled("the '90' mark"), "the ‘90’ mark");
        assert_eq!(
            curled("'10 or more lesions' in '20 patients', '65 and older'"),
            "‘10 or more lesions’ in ‘20 patients’, ‘65 and older’"
        );
        assert_eq!(curled("It's '99, in one's '90s"), "It’s ’99, in one’s ’90s");
        assert_eq!(curled("The '90s, as 'they' say"), "The ’90s, as ‘they’ say");
        assert_eq!(curled("a '10-year' rate"), "a ‘10-year’ rate");
    }

    #[test]
    fn words_are_shown_that_change() {
        let text = "It's \"here\", and there";
        assert_eq!(changed(text, &curled(text)), "`It’s`, `“here”,`");
        let text = "'a' 'b' c 'd' 'e' 'f'";
        assert_eq!(
            changed(text, &curled(text)),
            "`‘a’`, `‘b’`, `‘d’` and 2 more"
        );
    }
}
