//! `bibliography`: one record for each work, with the reference as a journal prints it, so that
//! whoever shows a claim shows its source without a processor of citations.

use serde::Serialize;

use super::{Out, Sources};
use crate::Error;
use crate::bibliography::{Work, has_items};

pub(super) const NAME: &str = "bibliography";
pub(super) const SCHEMA: &str = include_str!("../../../../schemas/output/bibliography.schema.json");

#[derive(Serialize)]
struct Entry<'w> {
    id: &'w str,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    kind: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    authors: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    container: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    issued: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    doi: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<&'w str>,
}

pub(super) fn is_possible(sources: &Sources<'_, '_>) -> bool {
    sources.sections.iter().any(|section| has_items(section))
}

pub(super) fn write(
    _: &Sources<'_, '_>,
    works: &[Work],
    out: &mut Out<'_, '_, '_, '_>,
) -> Result<(), Error> {
    let mut works: Vec<_> = works.iter().filter(|work| work.item.is_current).collect();
    works.sort_by(|left, right| left.item.id.cmp(&right.item.id));
    out.each(works.len(), |maker, number| {
        let Work { item, reference } = works[number];
        let entry = Entry {
            id: &item.id,
            kind: item.text("type"),
            title: item.text("title"),
            authors: item.authors(),
            container: item.text("container-title"),
            issued: item.day("issued"),
            doi: item.text("DOI"),
            url: item.address(),
            reference: reference.as_deref(),
        };
        maker.record(&item.id, &entry)
    })
}
