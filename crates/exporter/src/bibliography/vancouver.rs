//! The list as a medical journal prints it: a Vancouver style, by a CSL processor.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::LazyLock;

use hayagriva::archive::{ArchivedStyle, locales};
use hayagriva::citationberg::{IndependentStyle, Locale, Style, json};
use hayagriva::{
    BibliographyDriver, BibliographyRequest, BufWriteFormat, CitationItem, CitationRequest,
};
use rayon::prelude::*;
use serde_json::Value;

use super::Work;
use super::item::Item;

/// How many items the processor has at a time. It compares the items that it has, and what it
/// numbers is not kept: they do not depend on one another.
const AT_A_TIME: usize = 64;

/// The reference of each item, where the processor takes it.
pub(super) fn references(items: &[&Item]) -> Vec<Option<String>> {
    if items.is_empty() {
        return Vec::new();
    }
    let (style, locales) = &*STYLE;
    let chunks = items.par_chunks(AT_A_TIME);
    let references = chunks.flat_map_iter(|items| format(items, style, locales));
    references.collect()
}

/// Of the Vancouver styles at hand, the one whose names the processor writes, and its words in all
/// languages. They are taken out of the archive once, and only where there is something to format.
static STYLE: LazyLock<(IndependentStyle, Vec<Locale>)> = LazyLock::new(|| {
    let Style::Independent(style) = ArchivedStyle::SageVancouver.get() else {
        panic!("the style stands on its own");
    };
    (style, locales())
});

fn format(items: &[&Item], style: &IndependentStyle, locales: &[Locale]) -> Vec<Option<String>> {
    let entries: Vec<_> = items.iter().map(|item| entry(item)).collect();
    let mut driver = BibliographyDriver::new();
    for entry in entries.iter().flatten() {
        let cited = vec![CitationItem::with_entry(entry)];
        driver.citation(CitationRequest::from_items(cited, style, locales));
    }
    let rendered = driver.finish(BibliographyRequest::new(style, None, locales));
    let works = rendered
        .bibliography
        .into_iter()
        .flat_map(|list| list.items);
    let mut references: BTreeMap<String, String> = works
        .map(|work| {
            let mut text = String::new();
            let written = work.content.write_buf(&mut text, BufWriteFormat::Plain);
            written.expect("a string takes it");
            (work.key, text)
        })
        .collect();
    items
        .iter()
        .map(|item| references.remove(&item.id))
        .collect()
}

/// The list, with what it lacks.
pub(super) fn write(works: &[&Work]) -> String {
    let mut text = String::new();
    let references = works.iter().filter_map(|work| work.reference.as_ref());
    for (number, reference) in (1..).zip(references) {
        writeln!(text, "{number}. {reference}").expect("a string takes it");
    }
    let refused: Vec<_> = works
        .iter()
        .filter(|work| work.reference.is_none())
        .map(|work| work.item.id.as_str())
        .collect();
    if !refused.is_empty() {
        writeln!(
            text,
            "\nNot formatted, since the style has no form for them: {}",
            refused.join(", ")
        )
        .expect("a string takes it");
    }
    text
}

/// The item for the processor, where it takes it: with dates of days, months or years alone. Of spans,
/// and of dates without numbers, it would despair.
fn entry(item: &Item) -> Option<json::Item> {
    const DATES: [&str; 6] = [
        "accessed",
        "available-date",
        "event-date",
        "issued",
        "original-date",
        "submitted",
    ];
    let mut json: Value = serde_json::from_str(&item.to_json()).ok()?;
    for text in json.as_object_mut()?.values_mut() {
        if let Value::String(text) = text {
            // A line break would end a line of the list.
            *text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        }
    }
    for name in DATES {
        let year = json.pointer_mut(&format!("/{name}/date-parts/0/0"));
        // The processor counts a year 0, which CSL does not have.
        if let Some((place, year)) = year.and_then(|year| Some((year.as_i64()?, year)))
            && place < 0
        {
            *year = (place + 1).into();
        }
    }
    let mut dates = DATES.iter().filter_map(|name| json.get(name));
    let are_plain = dates.all(is_plain);
    are_plain.then(|| serde_json::from_value(json).ok())?
}

fn is_plain(date: &Value) -> bool {
    let is_number = |part: &Value| match part {
        Value::Number(number) => number.is_i64(),
        Value::String(digits) => {
            !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
        }
        _ => false,
    };
    let parts = date.get("date-parts").map(Value::as_array);
    let are_plain_parts = parts.is_none_or(|parts| match parts.map(Vec::as_slice) {
        Some([Value::Array(parts)]) => {
            (1..=3).contains(&parts.len()) && parts.iter().all(is_number)
        }
        _ => false,
    });
    let raw = date.get("raw").map(Value::as_str);
    let is_plain_raw = raw.is_none_or(|raw| {
        raw.is_some_and(|raw| {
            let mut parts = raw.split('-');
            let is_number = |part: &str| {
                matches!(part.len(), 2 | 4) && part.bytes().all(|byte| byte.is_ascii_digit())
            };
            parts.clone().count() <= 3 && parts.all(is_number)
        })
    });
    are_plain_parts && is_plain_raw
}

#[cfg(test)]
mod tests {
    use super::super::works;
    use super::{Item, write};

    #[test]
    fn a_list_has_what_a_reader_looks_for() {
        let text = r#"{"type": "article-journal", "title": "On things", "container-title": "Things",
            "author": [{"family": "Adam", "given": "Rene"}, {"literal": "The Society"}],
            "issued": {"date-parts": [[2020, 5]]}, "volume": "4", "page": "11-18"}"#;
        let article = Item::new("works", "a", text, true).expect("it is an object");
        let text = r#"{"type": "book", "title": "A span",
            "issued": {"date-parts": [[2020], [2021]]}}"#;
        let span = Item::new("works", "b", text, true).expect("it is an object");
        let text =
            r#"{"type": "book", "title": "Two\nlines", "issued": {"date-parts": [[-44, 3, 15]]}}"#;
        let old = Item::new("works", "c", text, true).expect("it is an object");
        assert_eq!(old.day("issued").as_deref(), Some("-0043-03-15"));
        let text = r#"{"type": "book", "title": "Raw", "issued": {"raw": "2010-05-06"}}"#;
        let raw = Item::new("works", "d", text, true).expect("it is an object");
        assert_eq!(raw.date("issued").0, [2010, 5, 6]);
        let works = works(vec![article, span, old]);
        assert_eq!(
            write(&works.iter().collect::<Vec<_>>()),
            "1. Adam R, The Society. On things. Things 2020; 4: 11\u{2013}18.\n\
             2. Two lines. 44 BC.\n\n\
             Not formatted, since the style has no form for them: b\n"
        );
    }
}
