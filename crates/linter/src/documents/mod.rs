//! The texts of the documents that the sources describe.
//!
//! They are no part of the dataset; who has them names a folder, and each file is known by the hash
//! of its bytes, never by its name. Nothing of a text ever goes into a finding.

#![expect(
    clippy::disallowed_methods,
    reason = "lists a folder outside the dataset that somebody named for that; its files are opened as all others"
)]

mod cited;
mod section;
mod wording;

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

use icu_normalizer::ComposingNormalizerBorrowed;
use treatise_source::{NotRead, RegularFile, Text, sha256};

use crate::Error;
use crate::view::{Record, Records};
pub(crate) use cited::{Cited, primary, significant};
pub(crate) use wording::{Run, continues, is_within_word, uncontracted, words};

/// Documents, by the hash of their bytes.
#[derive(Debug, Default)]
pub struct Documents {
    by_hash: BTreeMap<String, Document>,
}

/// The text of one document.
#[derive(Debug)]
pub struct Document {
    /// Folded, none of them empty.
    blocks: Vec<String>,
    /// Where each passage stands, by its hash: some are there more than once.
    passages: BTreeMap<String, Vec<Range<usize>>>,
    /// The words of the whole text, hashed.
    words: Vec<u64>,
}

/// A block of a document, or several in a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passage {
    /// Its blocks, counted from 0.
    pub blocks: Range<usize>,
    /// Their text as it is hashed.
    pub text: String,
}

/// The largest document, in bytes.
const MOST_BYTES: u64 = 64 << 20;
/// The longest passage, in blocks.
const MOST_BLOCKS: usize = 8;

impl Documents {
    /// Reads the files of a folder. Folders in it, links and the like are left alone.
    ///
    /// # Errors
    /// The folder or a file can't be read.
    pub fn read(folder: &Path) -> Result<Self, Error> {
        let mut documents = Self::default();
        let entries = std::fs::read_dir(folder).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => Error::file(folder, "there is no such folder"),
            _ => Error::file(folder, error),
        })?;
        for entry in entries {
            let path = entry.map_err(|error| Error::file(folder, error))?.path();
            match RegularFile::read_all(&path, MOST_BYTES) {
                Ok(bytes) => documents.add(&bytes),
                Err(NotRead::Symlink | NotRead::Folder | NotRead::NotRegular) => {}
                Err(error) => return Err(Error::file(&path, error)),
            }
        }
        Ok(documents)
    }

    /// Adds a document.
    pub fn add(&mut self, bytes: &[u8]) {
        let text = Text::from_bytes(bytes);
        self.by_hash
            .insert(sha256(bytes), Document::new(text.as_str()));
    }

    /// The document whose bytes have this hash.
    pub fn get(&self, sha256: &str) -> Option<&Document> {
        self.by_hash.get(sha256)
    }

    /// All of them, by their hashes.
    pub fn all(&self) -> impl Iterator<Item = (&str, &Document)> {
        let all = self.by_hash.iter();
        all.map(|(hash, document)| (hash.as_str(), document))
    }

    /// The document that a snapshot of a source was taken of, where it is among these.
    pub(crate) fn of_snapshot(
        &self,
        records: &Records<'_>,
        source: &str,
        snapshot: &str,
    ) -> Option<&Document> {
        let snapshot = records.source(source)?.snapshot(snapshot)?;
        self.get(&snapshot.text("sha256")?)
    }

    /// How many passages are cited from documents that are not among these.
    pub(crate) fn unknown_passages(&self, records: &Records<'_>) -> u64 {
        let is_unknown = |record: Record<'_>| {
            let citations = record.citations().iter();
            citations
                .filter(|citation| citation.passage().is_some())
                .filter(|citation| {
                    let document = citation.source().zip(citation.snapshot()).and_then(
                        |(source, snapshot)| self.of_snapshot(records, &source, &snapshot),
                    );
                    document.is_none()
                })
                .count() as u64
        };
        records.all().map(is_unknown).sum()
    }
}

impl Document {
    fn new(text: &str) -> Self {
        let blocks = blocks(text);
        let mut passages = BTreeMap::new();
        for first in 0..blocks.len() {
            for last in first..blocks.len().min(first + MOST_BLOCKS) {
                let range = first..last + 1;
                let passage = sha256(blocks[range.clone()].join(" ").as_bytes());
                let places: &mut Vec<_> = passages.entry(passage).or_default();
                places.push(range);
            }
        }
        let words = wording::hashes(&blocks.join(" "));
        Self {
            blocks,
            passages,
            words,
        }
    }

    /// Its blocks, in the form in which they are hashed.
    pub fn blocks(&self) -> &[String] {
        &self.blocks
    }

    /// The passage with this hash, where it stands first.
    pub fn passage(&self, sha256: &str) -> Option<Passage> {
        self.passage_at(self.places(sha256).first()?.clone())
    }

    /// The passage that some blocks in a row are; `None` where there are not so many, or more than a passage
    /// has.
    pub(crate) fn passage_at(&self, blocks: Range<usize>) -> Option<Passage> {
        let part = self.blocks.get(blocks.clone())?;
        let text = part.join(" ");
        (part.len() <= MOST_BLOCKS).then_some(Passage { blocks, text })
    }

    /// Where the passage with this hash stands, by blocks.
    pub(crate) fn places(&self, sha256: &str) -> &[Range<usize>] {
        self.passages.get(sha256).map_or(&[], Vec::as_slice)
    }

    /// The hash of some blocks in a row.
    pub fn hash(&self, blocks: Range<usize>) -> Option<String> {
        let blocks = self.blocks.get(blocks)?;
        Some(sha256(blocks.join(" ").as_bytes()))
    }

    /// The blocks that are this heading and nothing else.
    pub fn headings(&self, heading: &str) -> impl Iterator<Item = usize> {
        let heading = fold(heading);
        let blocks = self.blocks.iter().enumerate();
        blocks
            .filter(move |(_, block)| **block == heading)
            .map(|(at, _)| at)
    }
}

/// Text between empty lines, folded.
fn blocks(text: &str) -> Vec<String> {
    let is_blank = |line: &str| line.trim_matches([' ', '\t', '\r']).is_empty();
    let mut blocks = vec![String::new()];
    for line in text.split('\n') {
        if is_blank(line) {
            blocks.push(String::new());
        } else if let Some(block) = blocks.last_mut() {
            block.push_str(line);
            block.push('\n');
        }
    }
    let folded = blocks.iter().map(|block| fold(block));
    folded.filter(|block| !block.is_empty()).collect()
}

/// NFC, each run of white space one space, none at the ends.
fn fold(text: &str) -> String {
    let composed = ComposingNormalizerBorrowed::new_nfc().normalize(text);
    composed.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_folded_and_several_in_a_row_are_a_passage() {
        let text = "Title\n\n  one\n  \u{2022} two\n \t\n\n\nthre\u{65}\u{301}\r\n\r\nend";
        let document = Document::new(text);
        assert_eq!(
            document.blocks(),
            ["Title", "one • two", "thre\u{e9}", "end"]
        );
        let hash = document.hash(1..3).expect("there are three");
        let passage = document.passage(&hash).expect("it is one");
        assert_eq!(passage.blocks, 1..3);
        assert_eq!(passage.text, "one • two thre\u{e9}");
        assert_eq!(document.headings(" Title ").collect::<Vec<_>>(), [0]);
        assert_eq!(document.hash(3..5), None);
    }

    #[test]
    fn a_passage_stands_wherever_it_is_repeated() {
        let document = Document::new("Liver\n\nIt hurts.\n\nLung\n\nIt hurts.");
        let hash = document.hash(1..2).expect("there is one");
        assert_eq!(document.places(&hash), [1..2, 3..4]);
        assert_eq!(document.passage(&hash).map(|it| it.blocks), Some(1..2));
        assert!(document.places("").is_empty());
    }
}
