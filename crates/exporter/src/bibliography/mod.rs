//! The works that the records rest on, for reference managers: CSL-JSON, BibTeX, RIS, and a list
//! as a journal would print it.
//!
//! This is one of the few places that know a member of the dataset by name: a record whose member
//! `csl` is a bibliographic item is a work.

mod bibtex;
mod item;
mod ris;
mod vancouver;

use std::collections::BTreeSet;

use treatise_source::Value;

use crate::Error;
use crate::bundle::Bundle;
use crate::record::json_text;
use crate::section::Section;
pub(crate) use item::Item;

/// A work with its reference as a journal prints it, if the style has a form for it.
#[derive(Clone, Debug)]
pub(crate) struct Work {
    pub(crate) item: Item,
    pub(crate) reference: Option<String>,
}

/// The member that holds the item.
const MEMBER: &str = "csl";

/// Whether the records of a collection are works.
pub(crate) fn has_items(section: &Section<'_>) -> bool {
    let has = |name| section.shape.find(&[MEMBER, name]).is_some();
    has("type") && has("title")
}

/// The item of a record, if it is a work.
pub(crate) fn item(collection: &str, id: &str, record: Value<'_>) -> Option<Item> {
    let text = json_text(record.get(MEMBER)?);
    Item::new(collection, id, &text, is_current(record))
}

/// Whether a work is one that may be used: not withdrawn from the dataset.
fn is_current(record: Value<'_>) -> bool {
    record.get("deprecated").is_none()
}

/// Puts the collection before the ids that records of several collections have: in a list of works
/// an id leads to one of them.
fn tell_apart(items: &mut [Item]) {
    let mut seen = BTreeSet::new();
    let ids = items.iter().map(|item| item.id.clone());
    let shared: BTreeSet<_> = ids.filter(|id| !seen.insert(id.clone())).collect();
    for item in items.iter_mut().filter(|item| shared.contains(&item.id)) {
        loop {
            item.id = format!("{}:{}", item.collection, item.id);
            if seen.insert(item.id.clone()) {
                break;
            }
        }
    }
}

/// Formats the references of works that are current.
pub(crate) fn works(mut items: Vec<Item>) -> Vec<Work> {
    tell_apart(&mut items);
    let current: Vec<_> = items.iter().filter(|item| item.is_current).collect();
    let mut references = vancouver::references(&current).into_iter();
    let work = |item: Item| Work {
        reference: if item.is_current {
            references.next().flatten()
        } else {
            None
        },
        item,
    };
    items.into_iter().map(work).collect()
}

/// Writes the lists.
pub(crate) fn write(works: &[Work], bundle: &mut Bundle) -> Result<(), Error> {
    let current: Vec<_> = works.iter().filter(|work| work.item.is_current).collect();
    let list = vancouver::write(&current);
    let works: Vec<_> = current.into_iter().map(|work| &work.item).collect();
    let mut csl = String::from("[");
    for (number, item) in works.iter().enumerate() {
        csl.push_str(if number == 0 { "\n" } else { ",\n" });
        csl.push_str(&item.to_json());
    }
    csl.push_str(if works.is_empty() { "]\n" } else { "\n]\n" });
    bundle.add_text("bibliography/references.csl.json", &csl)?;
    bundle.add_text("bibliography/references.bib", &bibtex::write(&works))?;
    bundle.add_text("bibliography/references.ris", &ris::write(&works))?;
    bundle.add_text("bibliography/vancouver.txt", &list)
}
