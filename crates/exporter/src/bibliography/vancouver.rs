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

/// The item for the processor, where it takes it: no span of time, of which it would despair.
fn entry(item: &Item) -> Option<json::Item> {
    let has_span = ["issued", "original-date", "accessed"]
        .iter()
        .any(|name| item.date(name).1);
    if has_span {
        return None;
    }
    serde_json::from_str(&item.to_json()).ok()
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
        let article = Item::new("a", text, true).expect("it is an object");
        let text = r#"{"type": "book", "title": "A span",
            "issued": {"date-parts": [[2020], [2021]]}}"#;
        let span = Item::new("b", text, true).expect("it is an object");
        let works = works(vec![article, span]);
        assert_eq!(
            write(&works.iter().collect::<Vec<_>>()),
            "1. Adam R, The Society. On things. Things 2020; 4: 11\u{2013}18.\n\n\
             Not formatted, since the style has no form for them: b\n"
        );
    }
}
