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
//! Numbers of registers, ISBNs and the like, which have no plus sign and fewer groups of digits than a
//! telephone number has.

use treatise_source::{Kind, Value};

use crate::check::rule;
use crate::finding::{Finding, Found};
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

fn check(record: Record<'_>, found: &mut Found) {
    // Escapes can stand for the sign too.
    let tree = record.value.tree();
    if tree.has_escapes() || record.has_rare_byte(b'@') {
        addresses(record, record.value, found);
    }
    for prose in record.prose() {
        // Most texts have no number at all, and of the others most have none that could be one.
        let may_begin = || memchr::memchr2(b'+', b'(', prose.text.as_bytes()).is_some();
        if !prose.wording.may_have(Sign::Digit) || !may_begin() {
            continue;
        }
        let digits = prose.text.bytes().filter(u8::is_ascii_digit).count();
        if digits < FEWEST_DIGITS {
            continue;
        }
        let mut from = 0;
        for part in prose.text.split_inclusive(is_between) {
            let start = from;
            from += part.len();
            let number = part
                .trim_end_matches(is_between)
                .trim_end_matches([' ', '.', '-', '/']);
            if is_telephone(number) {
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
    if value.kind() != Kind::String || !value.as_str().is_some_and(has_address) {
        return;
    }
    found.add(
        Finding::new(
            record.spot_of(value.span()),
            "the text has an e-mail address",
        )
        .with_help("leave it out; persons are agents with an ORCID iD"),
    );
}

/// Whether a text has a word of the form `name@host.domain`.
fn has_address(text: &str) -> bool {
    // Nearly every text of every record comes through here.
    if !text.as_bytes().contains(&b'@') {
        return false;
    }
    text.split([' ', '<', '>', '(', ')', ',', ';', ':', '/'])
        .any(|word| {
            let Some((name, host)) = word.trim_end_matches('.').split_once('@') else {
                return false;
            };
            let is_host = |host: &str| {
                let mut labels = host.split('.');
                labels.clone().count() >= 2
                    && labels.all(|label| !label.is_empty() && label.chars().all(is_of_host))
            };
            !name.is_empty() && is_host(host)
        })
}

fn is_of_host(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '-'
}

/// What can't stand within a telephone number.
fn is_between(character: char) -> bool {
    !(character.is_ascii_digit() || matches!(character, '+' | ' ' | '(' | ')' | '-' | '.' | '/'))
}

/// With a plus sign and at least eight digits, or in at least three groups of at least two digits and
/// ten digits in all, as `(555) 010-1234`.
fn is_telephone(text: &str) -> bool {
    let text = text.trim();
    let digits = text.chars().filter(char::is_ascii_digit).count();
    if let Some(rest) = text.strip_prefix('+') {
        return rest.starts_with(|first: char| first.is_ascii_digit())
            && (FEWEST_DIGITS..=15).contains(&digits);
    }
    let groups: Vec<_> = text
        .split(|character: char| !character.is_ascii_digit())
        .filter(|group| !group.is_empty())
        .collect();
    text.starts_with('(') && groups.len() >= 3 && (10..=15).contains(&digits)
}
