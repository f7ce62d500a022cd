//! The citation of a passage, ready to be put into a record.

use std::path::Path;

use serde_json::{Value, json};

use crate::documents::{Document, Documents};
use crate::run::with_records;
use crate::view::{Records, Source};
use crate::{Error, Options, Passage};

/// Which passage to cite.
#[derive(Clone, Debug)]
pub struct Wanted<'a> {
    /// The id of the source.
    pub source: &'a str,
    /// Its snapshot; absent, the one whose document is at hand.
    pub snapshot: Option<&'a str>,
    /// The heading under which the passage stands.
    pub section: &'a str,
    /// Which paragraph under it, from 1.
    pub paragraph: usize,
    /// The last paragraph, where it is not the same.
    pub last: Option<usize>,
    /// The blocks of the document, from 1, where they are not those that counting finds; the first
    /// and the last.
    pub blocks: Option<(usize, usize)>,
}

/// A citation.
#[derive(Clone, Debug)]
pub struct Cited {
    /// What the record is to have among its citations.
    pub citation: Value,
    /// What is cited, to be read by who cites it.
    pub passage: Passage,
}

/// Makes the citation of a passage in a dataset, as the options find it.
///
/// # Errors
/// The dataset can't be read, or there is no such passage: then the text says what there is instead.
pub fn cite(
    root: &Path,
    options: &Options<'_>,
    documents: &Documents,
    wanted: &Wanted<'_>,
) -> Result<Cited, Error> {
    let (found, _) = with_records(root, options, |records| find(records, documents, wanted))?;
    found.map_err(Error::NotFound)
}

/// The passages of a document, each with the number of its first block from 1, so that somebody can
/// see what there is to cite.
///
/// # Errors
/// As for [`cite`].
pub fn passages(
    root: &Path,
    options: &Options<'_>,
    documents: &Documents,
    source: &str,
    snapshot: Option<&str>,
) -> Result<Vec<(usize, String)>, Error> {
    let (found, _) = with_records(root, options, |records| {
        let (_, document) = document(records, documents, source, snapshot)?;
        Ok((1..).zip(document.blocks().iter().cloned()).collect())
    })?;
    found.map_err(Error::NotFound)
}

fn find(
    records: &Records<'_>,
    documents: &Documents,
    wanted: &Wanted<'_>,
) -> Result<Cited, String> {
    let (snapshot, document) = document(records, documents, wanted.source, wanted.snapshot)?;
    let last = wanted.last.unwrap_or(wanted.paragraph);
    let blocks = match wanted.blocks {
        Some((first, last)) if first > 0 => first - 1..last,
        Some(_) => return Err("blocks are counted from 1".into()),
        None => {
            let paragraphs = document.paragraphs(wanted.section).ok_or_else(|| {
                let headings: Vec<_> = document.likely_headings().collect();
                format!(
                    "the document has no heading `{}`; what looks like a heading: {}",
                    wanted.section,
                    quoted(&headings)
                )
            })?;
            let range = wanted.paragraph.checked_sub(1).zip(last.checked_sub(1));
            let found = range.and_then(|(first, last)| {
                Some(paragraphs.get(first)?.start..paragraphs.get(last)?.end)
            });
            found.ok_or_else(|| {
                let count = paragraphs.len();
                let section = wanted.section;
                format!("the paragraphs under `{section}` are counted from 1 to {count}")
            })?
        }
    };
    let (first, end) = (blocks.start + 1, blocks.end);
    let hash = document
        .hash(blocks)
        .filter(|_| first <= end)
        .ok_or_else(|| format!("the document has no blocks {first} to {end}"))?;
    let passage = document
        .passage(&hash)
        .ok_or("a passage has at most eight blocks")?;
    let paragraph = match wanted.last {
        Some(last) if last != wanted.paragraph => json!(format!("{}-{last}", wanted.paragraph)),
        _ => json!(wanted.paragraph),
    };
    let citation = json!({
        "source": wanted.source,
        "snapshot": snapshot,
        "locator": { "label": "section", "value": wanted.section, "paragraph": paragraph },
        "stance": "supports",
        "passage_sha256": hash,
    });
    Ok(Cited { citation, passage })
}

/// The document of a snapshot of a source, with the name of the snapshot.
fn document<'d>(
    records: &Records<'_>,
    documents: &'d Documents,
    source: &str,
    snapshot: Option<&str>,
) -> Result<(String, &'d Document), String> {
    let Some(record) = records.source(source) else {
        let ids = records.sources.iter().map(|source| source.id);
        return Err(match treatise_schema::nearest_id(source, ids) {
            Some(meant) => format!("there is no source `{source}`; did you mean `{meant}`?"),
            None => format!("there is no source `{source}`"),
        });
    };
    let at_hand = of_snapshots(record, documents);
    let chosen = at_hand
        .iter()
        .rev()
        .find(|(name, _)| snapshot.is_none_or(|snapshot| snapshot == name));
    chosen.cloned().ok_or_else(|| match snapshot {
        Some(snapshot) => format!("no document has the hash of the snapshot `{snapshot}`"),
        None => format!("no document has the hash of a snapshot of `{source}`"),
    })
}

fn of_snapshots<'d>(source: Source<'_>, documents: &'d Documents) -> Vec<(String, &'d Document)> {
    let named = source.snapshots().filter_map(|snapshot| {
        let document = documents.get(&snapshot.text("sha256")?)?;
        Some((snapshot.text("id")?.as_str().to_owned(), document))
    });
    named.collect()
}

fn quoted(words: &[&str]) -> String {
    let quoted: Vec<_> = words.iter().map(|word| format!("`{word}`")).collect();
    quoted.join(", ")
}
