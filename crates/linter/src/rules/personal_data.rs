//! Finds e-mail addresses in any text of a record, and telephone numbers in texts for people.
//!
//! # Why it matters
//!
//! What is published once can't be taken back. The dataset needs the names of those who wrote and
//! reviewed, and no way to reach them; and nothing at all about patients.
//!
//! # How to mend it
//!
//! Leave it out. Persons are agents with an ORCID iD, which they control themselves.
//!
//! # What it leaves alone
//!
//! Numbers of registers, ISBNs and the like, which have no plus sign, other groups of digits than a
//! telephone number, and no word such as `phone` or `phone number is` before them; numbers behind a year, as in
//! citations.

use treatise_source::{Kind, Value};

use crate::check::rule;
use crate::finding::{Finding, Found, Spot};
use crate::view::{Record, Sign};

rule! {
    name: "personal-data",
    severity: Error,
    summary: "an e-mail address or a telephone number",
    since: "0.1.0",
    check: Record(check),
}

/// A telephone number has as many.
const FEWEST_DIGITS: usize = 8;
/// One that is said to be one has as many.
const FEWEST_SAID: usize = 6;
/// What stands in a number, and not at its ends.
const SIGNS: [char; 4] = [' ', '.', '-', '/'];
/// Words that say that a number follows.
const SAYING: &[&str] = &[
    "tel",
    "telephone",
    "phone",
    "fax",
    "telefax",
    "telefon",
    "mobile",
    "hotline",
];

fn check(record: Record<'_>, found: &mut Found) {
    // Escapes can stand for the sign too.
    let tree = record.value.tree();
    if tree.has_escapes() || record.has_rare_byte(b'@') {
        addresses(record, record.value, found);
    }
    for prose in record.prose() {
        if prose.wording.may_have(Sign::Bracket) && is_written_out(&prose.text) {
            report_address(prose.text.spot(), found);
        }
        // Most texts have no number at all, and most of the others too few digits.
        if !prose.wording.may_have(Sign::Digit) {
            continue;
        }
        if most_digits_together(&prose.text) < FEWEST_SAID {
            continue;
        }
        let mut from = 0;
        for part in prose.text.split_inclusive(is_between) {
            let start = from;
            from += part.len();
            let is_sign = |character: char| SIGNS.contains(&plain(character));
            let number = part.trim_end_matches(is_between).trim_end_matches(is_sign);
            let start = start + number.len() - number.trim_start_matches(is_sign).len();
            let number = number.trim_start_matches(is_sign);
            let is_said = || is_long(number, FEWEST_SAID) && is_said(&prose.text[..start]);
            let in_plain_signs: String = number.chars().map(plain).collect();
            if is_telephone(&in_plain_signs) || is_said() {
                let range = start..start + number.len();
                found.add(
                    Finding::new(prose.text.part(range), "this looks like a telephone number")
                        .with_help("leave it out"),
                );
            }
        }
    }
}

fn addresses(record: Record<'_>, value: Value<'_>, found: &mut Found) {
    for member in value.members() {
        addresses(record, member.value, found);
    }
    for element in value.elements() {
        addresses(record, element, found);
    }
    if value.kind() == Kind::String && value.as_str().is_some_and(has_address) {
        report_address(record.spot_of(value.span()), found);
    }
}

fn report_address(spot: Spot, found: &mut Found) {
    found.add(
        Finding::new(spot, "the text has an e-mail address")
            .with_help("leave it out; persons are agents with an ORCID iD"),
    );
}

/// Whether a text has an address with something else instead of the sign, so that programs don't find it.
fn is_written_out(text: &str) -> bool {
    const AT: [&str; 4] = [" (at) ", " [at] ", "(at)", "[at]"];
    let has_any = text.contains("at)") || text.contains("at]");
    has_any && !text.contains('@') && {
        let with_sign = |text: String, at: &&str| text.replace(at, "@");
        has_address(&AT.iter().fold(text.to_owned(), with_sign))
    }
}

/// Whether a text has a word of the form `name@host.domain`.
fn has_address(text: &str) -> bool {
    // Nearly every text of every record comes through here.
    if !text.as_bytes().contains(&b'@') {
        return false;
    }
    text.match_indices('@').any(|(at, sign)| {
        let name = text[..at].chars().next_back();
        let behind = &text[at + sign.len()..];
        let end = behind.find(|it: char| !(it.is_alphanumeric() || matches!(it, '-' | '.')));
        let host = behind[..end.unwrap_or(behind.len())].trim_end_matches('.');
        let mut labels = host.split('.');
        let is_host = labels.clone().count() >= 2 && labels.clone().all(|label| !label.is_empty());
        let has_domain = labels
            .next_back()
            .is_some_and(|last| last.chars().all(char::is_alphabetic));
        name.is_some_and(is_of_name) && is_host && has_domain
    })
}

/// Whether a name may end with a character.
fn is_of_name(character: char) -> bool {
    character.is_alphanumeric() || "_+-".contains(character)
}

/// How many digits there are at most with nothing between them that can't stand in a number.
fn most_digits_together(text: &str) -> usize {
    let (mut most, mut together) = (0, 0);
    for character in text.chars() {
        together = match character {
            '0'..='9' => together + 1,
            _ if is_between(character) => 0,
            _ => together,
        };
        most = most.max(together);
    }
    most
}

/// The sign of ASCII for one that typesetters put into numbers instead: spaces that are narrow or don't
/// break, and hyphens and dashes.
fn plain(character: char) -> char {
    match character {
        '\u{a0}' | '\u{2009}' | '\u{202f}' => ' ',
        '\u{2010}'..='\u{2013}' => '-',
        other => other,
    }
}

/// What can't stand within a telephone number.
fn is_between(character: char) -> bool {
    let character = plain(character);
    !(character.is_ascii_digit() || matches!(character, '+' | ' ' | '(' | ')' | '-' | '.' | '/'))
}

/// Whether the last word of a text, or the one before `number is` and the like, says that a telephone
/// number follows.
fn is_said(before: &str) -> bool {
    const BETWEEN: [&str; 6] = ["number", "no", "nr", "nummer", "is", "at"];
    let before = before.trim_end_matches(|it: char| !it.is_alphanumeric());
    let is_in = |word: &str, list: &[&str]| list.iter().any(|it| word.eq_ignore_ascii_case(it));
    let words = before.rsplit(|it: char| !it.is_alphabetic());
    let mut words = words.filter(|word| !word.is_empty()).take(3);
    let last = words.find(|word| !is_in(word, &BETWEEN));
    last.is_some_and(|last| is_in(last, SAYING))
}

fn is_long(number: &str, fewest: usize) -> bool {
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    (fewest..=15).contains(&digits)
}

/// With a plus sign and at least eight digits; in at least three groups and ten digits in all, of which
/// the first, no year, is in parentheses, as `(555) 010-1234`; in groups as in North America, as
/// `555-010-1234`; or with a slash behind an area that begins with a zero, as `030/123456789`.
fn is_telephone(text: &str) -> bool {
    if let Some(rest) = text.strip_prefix('+') {
        let rest = rest.trim_start_matches('(');
        return rest.starts_with(|first: char| first.is_ascii_digit())
            && is_long(text, FEWEST_DIGITS);
    }
    let groups: Vec<_> = text
        .split(|character: char| !character.is_ascii_digit())
        .filter(|group| !group.is_empty())
        .map(str::len)
        .collect();
    let is_american = matches!(groups[..], [3, 3, 4] | [1, 3, 3, 4]);
    let has_hyphens = text.matches('-').count() + 1 == groups.len();
    let is_german = matches!(groups[..], [3..=5, 6..=9]) && text.starts_with('0');
    begins_with_area(text) && groups.len() >= 3 && is_long(text, 10)
        || is_american && has_hyphens
        || is_german && is_long(text, 10) && text.contains('/')
}

/// Whether a text begins with a number in parentheses that is no year, as that of an area.
fn begins_with_area(text: &str) -> bool {
    let inner = text.strip_prefix('(').and_then(|rest| rest.split_once(')'));
    inner.is_some_and(|(area, _)| {
        let is_year = area.len() == 4 && (area.starts_with("19") || area.starts_with("20"));
        area.bytes().all(|byte| byte.is_ascii_digit()) && !is_year
    })
}
