//! Finds titles with something at their end that is no part of them: a full stop, or a note in
//! brackets such as `[Internet]`; and titles that stand in brackets altogether.
//!
//! # Why it matters
//!
//! A full stop and brackets come from the style of a reference list or of a database: PubMed puts a
//! title in brackets where it has translated it. The style in which the reference is shown adds its
//! own, and then both are there.
//!
//! # How to mend it
//!
//! Take the title from the work itself. What a note says has a member of its own: a web page is a
//! `type`, and the language is a `language`.
//!
//! # What it leaves alone
//!
//! Several dots, abbreviations at the end such as `et al.`, and brackets with a digit in them, which
//! belong to names such as `[18F]FDG`. The dataset has no such title, so that the precision was seen
//! on the cases alone.

use treatise_report::Applicability;

use crate::check::rule;
use crate::finding::{Finding, Found};
use crate::view::{Source, Text};

rule! {
    name: "padded-title",
    severity: Warning,
    summary: "a title with a full stop or a note in brackets at its end",
    since: "0.1.0",
    check: Source(check),
    fix: Unsafe,
}

/// Members of a reference that are titles.
const TITLES: &[&str] = &["title", "container-title", "collection-title"];
/// Shorter words before a full stop may be abbreviations.
const SHORTEST_WORD: usize = 4;

fn check(source: Source<'_>, found: &mut Found) {
    let Some(csl) = source.csl() else {
        return;
    };
    for title in TITLES.iter().filter_map(|name| csl.text(name)) {
        of_title(title, found);
    }
}

fn of_title(title: Text<'_>, found: &mut Found) {
    let text = title.as_str();
    let bare = text.strip_suffix('.').unwrap_or(text);
    if let Some(note) = note(bare) {
        let message = if note == 0 {
            "the title stands in brackets"
        } else {
            "the title ends with a note in brackets"
        };
        found.add(
            Finding::new(title.part(note..bare.len()), message)
                .with_help("write the title as the work itself has it"),
        );
    } else if bare.len() < text.len() && ends_with_word(bare) {
        let stop = bare.len()..text.len();
        let finding = Finding::new(title.part(stop.clone()), "the title ends with a full stop")
            .with_help("leave it out");
        found.add(finding.with_replaced(Applicability::Unsafe, title, [(stop, String::new())]));
    }
}

/// Where a note in brackets at the end begins.
fn note(title: &str) -> Option<usize> {
    let inner = title.strip_suffix(']')?;
    let start = inner.rfind('[')?;
    let is_apart = start == 0 || title[..start].ends_with(' ');
    let note = &inner[start + 1..];
    let has_digit = note.bytes().any(|byte| byte.is_ascii_digit());
    let is_text = note.starts_with(char::is_alphabetic);
    (is_apart && is_text && !has_digit).then_some(start)
}

/// Whether the last word is no abbreviation.
fn ends_with_word(title: &str) -> bool {
    let last = title.rsplit(' ').next().unwrap_or_default();
    !last.contains('.') && last.chars().filter(|it| it.is_alphabetic()).count() >= SHORTEST_WORD
}
