//! Finds ranges of pages that run backwards, that shorten the last number, or that are not written
//! with one hyphen, and pages with a `p.` before them; in sources, and in citations by page.
//!
//! # Why it matters
//!
//! Programs that compare references, or look whether a page lies within an article, need both numbers
//! in full. A range that runs backwards has a slip in it.
//!
//! # How to mend it
//!
//! Write `1107-1118`, and not `1107-18`, `1107–1118` or `pp. 1107-1118`; `treatise check --fix` does.
//! Letters belong to both numbers: `S45-S52`, and not `S45-52`. Where the last page comes before the first one, look the work up.
//!
//! # What it leaves alone
//!
//! Numbers of electronic articles such as `e3940`, and whatever else is no range. Of Roman numbers and of
//! pages such as `1107.e3`, only the dash is looked at. `12-3` may be page 3 of chapter 12. Numbers of
//! abstracts and posters at meetings, such as `GS1-09`, `PD3-11`, `S1-02` and `S3-8`: a session, and the
//! place within it. So `P12-34` may be one, but `S45-52` is pages of a supplement.

use std::sync::LazyLock;

use regex::Regex;
use treatise_report::Applicability;

use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::view::{Record, Text};

rule! {
    name: "page-range",
    severity: Error,
    summary: "a range of pages that runs backwards, is shortened or has no plain hyphen",
    since: "0.1.0",
    check: Record(check),
    tables: [RANGE, OTHER],
    fix: Safe,
}

/// A page, dashes of any kind, a page. A page may have letters before its number, such as the Roman
/// number of a supplement.
static RANGE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(&format!(
        "^([A-Za-z]{{0,5}})([0-9]{{1,9}})\\s*{DASHES}\\s*([A-Za-z]{{0,5}})([0-9]{{1,9}})$"
    ))
    .expect("the pattern is right")
});

/// Other ranges: Roman numbers, and pages with something behind their number.
static OTHER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(&format!(
        "^([ivxlcdmIVXLCDM]+|[A-Za-z]?[0-9]+(?:\\.?[A-Za-z][0-9]*)?)\\s*{DASHES}\\s*([ivxlcdmIVXLCDM]+|[A-Za-z]?[0-9]*(?:\\.?[A-Za-z][0-9]*)?)$"
    ))
    .expect("the pattern is right")
});

const DASHES: &str = "[-\u{2010}-\u{2015}\u{2212}]+";
/// What stands before pages in references, and is no part of them.
const ABBREVIATIONS: &[&str] = &["pages ", "page ", "pp. ", "pp.", "pp ", "pp", "p. ", "p."];

fn check(record: Record<'_>, found: &mut Found) {
    let of_item = record.get("csl").and_then(|csl| csl.text("page"));
    let of_citations = record.citations().iter().filter_map(|citation| {
        let locator = citation.locator()?;
        let is_page = locator.label().is_some_and(|label| label == "page");
        locator.value().filter(|_| is_page)
    });
    for text in of_item.into_iter().chain(of_citations) {
        of_text(text, found);
    }
}

fn of_text(text: Text<'_>, found: &mut Found) {
    // A page alone is no range.
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return;
    }
    let parts: Vec<_> = text.split(',').map(str::trim).collect();
    let mut full = Vec::new();
    for part in &parts {
        match full_range(part) {
            Ok(range) => full.push(range),
            Err(last) => {
                found.add(
                    Finding::new(
                        text.spot(),
                        format!("the range `{part}` runs backwards: it ends at {last}"),
                    )
                    .with_help("look the pages up"),
                );
                return;
            }
        }
    }
    if full != parts {
        let full = full.join(", ");
        let finding = Finding::new(
            text.spot(),
            format!("the pages are written `{full}`, and not `{}`", &*text),
        );
        found.add(finding.with_replaced(Applicability::Safe, text, [(0..text.len(), full)]));
    }
}

/// The range with full numbers and one hyphen; whatever is no range as it is. An error is the last
/// page of a range that runs backwards.
fn full_range(part: &str) -> Result<String, u32> {
    let bare = ABBREVIATIONS
        .iter()
        .find_map(|abbreviation| part.strip_prefix(abbreviation));
    let part = bare
        .map(str::trim_start)
        .filter(|bare| bare.starts_with(char::is_alphanumeric))
        .unwrap_or(part);
    let Some(range) = RANGE.captures(part) else {
        return Ok(match OTHER.captures(part) {
            Some(other) if !other[2].is_empty() => format!("{}-{}", &other[1], &other[2]),
            _ => part.to_owned(),
        });
    };
    let (prefix, first, last) = (&range[1], &range[2], &range[4]);
    if range[3].is_empty() && is_abstract(prefix, first, last) {
        return Ok(part.to_owned());
    }
    let last_prefix = if range[3].is_empty() {
        prefix
    } else {
        &range[3]
    };
    // `12-3` may be page 3 of chapter 12.
    if last.len() < first.len() && first.len() < 3 {
        return Ok(part.to_owned());
    }
    // `1107-18` ends at 1118: the digits that are missing are those of the first page.
    let last = if last.len() < first.len() {
        format!("{}{last}", &first[..first.len() - last.len()])
    } else {
        last.to_owned()
    };
    let number = |digits: &str| digits.parse::<u32>().unwrap_or(u32::MAX);
    if prefix == last_prefix && number(&last) < number(first) {
        return Err(number(&last));
    }
    Ok(format!("{prefix}{first}-{last_prefix}{last}"))
}

/// Whether it is the number of an abstract, as `GS1-09` is: the session, and the place within it. The
/// letter of supplements may be that of a session too.
fn is_abstract(prefix: &str, first: &str, last: &str) -> bool {
    let is_session = prefix.contains(|letter: char| letter.is_ascii_uppercase());
    let may_be_pages = prefix == "S" && (first.len() > 1 || last.len() > 1);
    is_session && first.len() < 3 && (last.starts_with('0') || !may_be_pages)
}
