//! Finds fields of a reference that hold more than their own value: a volume with its issue or with
//! `Vol.` before it, several authors in one name, initials behind a family name, `et al.` behind any
//! name, a volume in the title of the journal.
//!
//! # Why it matters
//!
//! Programs put references together from their fields. What stands in the wrong one is printed twice or
//! not at all, is sorted wrongly, and is not found by those who search for the author or the volume.
//!
//! # How to mend it
//!
//! Give each field its own value: `"volume": "36", "issue": "17"`, and each author an entry with `family`
//! and `given`. For authors that are left out, there is no entry; a note can say so.
//!
//! # What it leaves alone
//!
//! Names of supplements such as `Suppl 1` or `S 01`, double issues, names of groups, and what stands under
//! `literal` without initials: names of institutions have `and` and commas too. A volume in the title of
//! the journal is found at its end only; within it, it may be a part of the title.
//!
//! # How often it is right
//!
//! It finds nothing in the project's dataset. Of 58 references of other publishers that were written to
//! try the rules, it found the six that were crowded and none of the others.

use std::sync::LazyLock;

use regex::Regex;

use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::view::{Node, Source, Text};

rule! {
    name: "crowded-field",
    severity: Warning,
    summary: "a field of a reference that holds more than its own value",
    since: "0.1.0",
    check: Source(check),
    tables: [ABBREVIATED, WITH_ISSUE, SEVERAL, TWO, SECOND, OTHERS, INITIALS, JOURNAL],
}

static ABBREVIATED: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^(?i:vol|volume|bd|band|no|nr|number|issue|heft)\.?\s*[0-9]"));
static WITH_ISSUE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^[0-9]+\s*(\(.*[0-9].*\)|:\s*[0-9]|,?\s*(?i:issue|iss|number|no|nr|heft)\b\.?\s*[0-9])",
    )
});
static SEVERAL: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"\bet al\b|;|^\p{Lu}[\p{L}'’-]+ \p{Lu}{1,3}, \p{Lu}[\p{L}'’-]+ \p{Lu}{1,3}\b")
});
/// Two family names.
static TWO: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^\p{Lu}[\p{L}'’-]+ (and|&) \p{Lu}[\p{L}'’-]+$"));
/// A second name behind a comma, which is no `Jr` or `III`.
static SECOND: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^\p{Lu}[\p{L}'’-]+, \p{Lu}\p{Ll}[\p{L}'’-]*\p{Ll}$"));
static OTHERS: LazyLock<Regex> = LazyLock::new(|| pattern(r"\bet al\b|;"));
static INITIALS: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^\p{Lu}[\p{L}'’-]+,? (\p{Lu}\.?){1,3}$"));
static JOURNAL: LazyLock<Regex> = LazyLock::new(|| {
    let year_or_page = r"\b(19|20)[0-9]{2}\s*;|\b[0-9]+\s*(\([0-9]+\))?\s*:\s*[0-9]+";
    let volume = r"\b(?i:vol|volume|bd|band)\.?\s*[0-9]+\)?$|\b[0-9]+\s*\([0-9]+\)$";
    pattern(&format!("{year_or_page}|{volume}"))
});

/// Who is named in a reference.
const ROLES: &[&str] = &["author", "editor", "translator", "container-author"];

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("the pattern is right")
}

fn check(source: Source<'_>, found: &mut Found) {
    let Some(csl) = source.csl() else {
        return;
    };
    for member in ["volume", "issue"] {
        let Some(text) = csl.text(member) else {
            continue;
        };
        if ABBREVIATED.is_match(&text) {
            report(
                text,
                &format!("the {member} has a word before its number"),
                found,
            );
        } else if member == "volume" && WITH_ISSUE.is_match(&text) {
            report(text, "the volume has an issue or page behind it", found);
        }
    }
    for name in ROLES.iter().flat_map(|role| csl.items(role)) {
        of_name(name, found);
    }
    if let Some(journal) = csl.text("container-title") {
        if JOURNAL.is_match(&journal) {
            report(
                journal,
                "the title of the journal has a year, volume or page in it",
                found,
            );
        }
    }
}

fn of_name(name: Node<'_>, found: &mut Found) {
    let [family, given, literal] = ["family", "given", "literal"].map(|part| name.text(part));
    let of_several = family.or(literal).filter(|text| SEVERAL.is_match(text));
    let of_two = || family.filter(|text| TWO.is_match(text));
    if let Some(text) = of_several.or_else(of_two) {
        report(text, "the name is that of several authors", found);
    } else if let Some(text) = family.filter(|text| SECOND.is_match(text)) {
        report(text, "the family name has another name behind it", found);
    } else if let Some(text) = given.filter(|text| OTHERS.is_match(text)) {
        report(text, "the given name has other authors behind it", found);
    } else if let Some(text) = family.filter(|text| has_initials(text, given)) {
        report(text, "the family name has initials behind it", found);
    }
}

/// Whether a family name ends with initials; where there is a given name, with those of that one:
/// `Smith V` may also be the fifth of his name.
fn has_initials(family: &str, given: Option<Text<'_>>) -> bool {
    let last = family.rsplit([' ', ',']).next().unwrap_or_default();
    let is_of_given = given.is_none_or(|given| given.chars().next() == last.chars().next());
    is_of_given && INITIALS.is_match(family)
}

fn report(text: Text<'_>, message: &str, found: &mut Found) {
    found.add(
        Finding::new(text.spot(), format!("{message}: `{}`", &*text))
            .with_help("give each field its own value"),
    );
}
