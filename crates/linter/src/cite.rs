//! The citation of a passage, ready to be put into a record.

use std::ops::Range;
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
    /// Which paragraphs under it, from 1: the first and the last. Absent, the first one, or those that
    /// the blocks are.
    pub paragraph: Option<(usize, usize)>,
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
    let (blocks, (first, last)) = match wanted.blocks {
        Some((0, _)) => return Err("blocks are counted from 1".into()),
        Some((first, last)) => named(document, wanted, first - 1..last)?,
        None => counted(document, wanted)?,
    };
    let hash = hash_of(document, blocks.clone())?;
    let passage = document
        .passage_at(blocks)
        .ok_or("a passage has at most eight blocks")?;
    let paragraph = match first == last {
        true => json!(first),
        false => json!(format!("{first}-{last}")),
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

fn hash_of(document: &Document, blocks: Range<usize>) -> Result<String, String> {
    let (first, end) = (blocks.start + 1, blocks.end);
    let hash = document.hash(blocks).filter(|_| first <= end);
    hash.ok_or_else(|| format!("the document has no {}", block_numbers(first..end + 1)))
}

/// The blocks of the paragraphs that are wanted, as they are counted under their heading.
fn counted(
    document: &Document,
    wanted: &Wanted<'_>,
) -> Result<(Range<usize>, (usize, usize)), String> {
    let section = wanted.section;
    let Some(paragraphs) = document.paragraphs(section) else {
        return Err(format!(
            "{}; a part without a heading of its own, such as an answer, is cited with --blocks and \
             --paragraph",
            no_heading(document, section)
        ));
    };
    let (first, last) = wanted.paragraph.unwrap_or((1, 1));
    let range = first.checked_sub(1).zip(last.checked_sub(1));
    let found = range
        .and_then(|(first, last)| Some(paragraphs.get(first)?.start..paragraphs.get(last)?.end));
    let blocks = found.ok_or_else(|| match paragraphs.len() {
        0 => format!(
            "there is no paragraph under `{section}`: what follows looks like a heading; if it is none, \
             name its block with --blocks and its number with --paragraph"
        ),
        count => format!("the paragraphs under `{section}` are counted from 1 to {count}"),
    })?;
    Ok((blocks, (first, last)))
}

/// The paragraphs that the blocks are which somebody has named: as they are counted under their heading,
/// or as he says, who sees what a program does not.
fn named(
    document: &Document,
    wanted: &Wanted<'_>,
    blocks: Range<usize>,
) -> Result<(Range<usize>, (usize, usize)), String> {
    hash_of(document, blocks.clone())?;
    let section = wanted.section;
    let shown = block_numbers(blocks.start + 1..blocks.end + 1);
    let headings: Vec<usize> = document.headings(section).collect();
    if headings.is_empty() {
        // A part without a heading has a name that is like none of the headings.
        if treatise_schema::nearest(section, document.likely_headings()).is_some() {
            return Err(no_heading(document, section));
        }
        let given = wanted.paragraph.ok_or_else(|| {
            format!(
                "the document has no heading `{section}` to count from; say with --paragraph which \
                 paragraph under it {shown} {}",
                if blocks.len() == 1 { "is" } else { "are" }
            )
        })?;
        return Ok((blocks, given));
    }
    if headings.iter().all(|heading| blocks.start <= *heading) {
        return Err(format!("the heading `{section}` stands below {shown}"));
    }
    if let Some(given) = wanted.paragraph {
        return Ok((blocks, given));
    }
    for heading in headings {
        let paragraphs = document.paragraphs_below(heading);
        let first = paragraphs.iter().position(|one| one.start == blocks.start);
        let last = paragraphs.iter().position(|one| one.end == blocks.end);
        if let Some((first, last)) = first.zip(last) {
            return Ok((blocks, (first + 1, last + 1)));
        }
    }
    Err(format!(
        "no paragraphs that can be counted under `{section}` are {shown}; if they are some, say with \
         --paragraph which"
    ))
}

fn no_heading(document: &Document, section: &str) -> String {
    let headings: Vec<_> = document.likely_headings().collect();
    match treatise_schema::nearest(section, headings.iter().copied()) {
        Some(meant) => {
            format!("the document has no heading `{section}`; did you mean `{meant}`?")
        }
        None => format!(
            "the document has no heading `{section}`; what looks like a heading: {}",
            quoted(&headings)
        ),
    }
}

/// Some blocks, counted from 1.
fn block_numbers(numbers: Range<usize>) -> String {
    let (first, last) = (numbers.start, numbers.end - 1);
    match first == last {
        true => format!("block {first}"),
        false => format!("blocks {first} to {last}"),
    }
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
        let is_beginning = |id: &&str| id.starts_with(source) && !source.is_empty();
        let beginning = ids.clone().find(is_beginning);
        let meant = beginning.or_else(|| treatise_schema::nearest_id(source, ids));
        return Err(match meant {
            Some(meant) => format!("there is no source `{source}`; did you mean `{meant}`?"),
            None if records.get(source).is_some() => {
                format!("`{source}` is no source; name the one that has the passage")
            }
            None => format!("there is no source `{source}`"),
        });
    };
    let at_hand = of_snapshots(record, documents);
    let chosen = at_hand
        .iter()
        .rev()
        .find(|(name, _)| snapshot.is_none_or(|snapshot| snapshot == name));
    chosen.cloned().ok_or_else(|| match snapshot {
        Some(snapshot) if record.snapshot(snapshot).is_none() => {
            let ids = record
                .snapshots()
                .filter_map(|snapshot| snapshot.text("id"));
            let ids: Vec<_> = ids.map(|id| format!("`{}`", &*id)).collect();
            match ids.is_empty() {
                true => format!("`{source}` has no snapshots"),
                false => format!(
                    "`{source}` has no snapshot `{snapshot}`; it has {}",
                    ids.join(", ")
                ),
            }
        }
        _ => missing(record, snapshot),
    })
}

/// Says that no text is at hand, and which one is looked for.
fn missing(source: Source<'_>, snapshot: Option<&str>) -> String {
    let named = source.snapshots().filter_map(|node| {
        let (id, sha256) = (node.text("id")?, node.text("sha256")?);
        let is_asked = snapshot.is_none_or(|snapshot| id == *snapshot);
        is_asked.then(|| format!("`{}` ({})", &*sha256, &*id))
    });
    let named: Vec<_> = named.collect();
    match named.is_empty() {
        true => format!("`{}` has no snapshots with a hash", source.id),
        false => format!(
            "no document in the folder has one of these hashes: {}",
            named.join(", ")
        ),
    }
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
