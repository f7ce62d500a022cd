//! The list as a medical journal prints it: a Vancouver style, by a CSL processor.

use std::fmt::Write;

use hayagriva::archive::{ArchivedStyle, locales};
use hayagriva::citationberg::{Style, json};
use hayagriva::{
    BibliographyDriver, BibliographyRequest, BufWriteFormat, CitationItem, CitationRequest,
};

use super::item::Item;

pub(super) fn write(items: &[&Item]) -> String {
    // Of the Vancouver styles at hand, the one whose names the processor writes.
    let Style::Independent(style) = ArchivedStyle::SageVancouver.get() else {
        panic!("the style stands on its own");
    };
    let locales = locales();
    let mut entries = Vec::new();
    let mut refused = Vec::new();
    for item in items {
        match entry(item) {
            Some(entry) => entries.push(entry),
            None => refused.push(item.id.as_str()),
        }
    }
    let mut driver = BibliographyDriver::new();
    for entry in &entries {
        let cited = vec![CitationItem::with_entry(entry)];
        driver.citation(CitationRequest::from_items(cited, &style, &locales));
    }
    let rendered = driver.finish(BibliographyRequest::new(&style, None, &locales));
    let mut text = String::new();
    let works = rendered.bibliography.map(|list| list.items);
    for (number, work) in (1..).zip(works.into_iter().flatten()) {
        write!(text, "{number}. ").expect("a string takes it");
        let written = work.content.write_buf(&mut text, BufWriteFormat::Plain);
        written.expect("a string takes it");
        text.push('\n');
    }
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
        assert_eq!(
            write(&[&article, &span]),
            "1. Adam R, The Society. On things. Things 2020; 4: 11\u{2013}18.\n\n\
             Not formatted, since the style has no form for them: b\n"
        );
    }
}
