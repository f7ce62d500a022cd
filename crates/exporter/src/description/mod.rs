//! What a bundle says about itself: the facts, and a file for each way in which they are written.

mod bundle;
mod dataset;
mod readme;

use std::collections::BTreeMap;

use treatise_dataset::{CollectionEntry, Manifest};

use crate::bundle::{Bundle, MARKER};
use crate::{Error, Format};

/// The program that a bundle comes from, as it names itself.
pub(crate) const GENERATOR: &str = "treatise";
/// Its version.
const GENERATOR_VERSION: &str = env!("CARGO_PKG_VERSION");
/// The file about the dataset, beside its collections.
const DATASET: &str = "json/dataset.json";

/// What there is to say about a bundle.
pub(crate) struct Facts<'d> {
    pub(crate) manifest: &'d Manifest,
    pub(crate) formats: &'d [Format],
    /// The collections in the bundle, in the order of the manifest.
    pub(crate) collections: Vec<CollectionFacts<'d>>,
}

/// What there is to say about a collection.
pub(crate) struct CollectionFacts<'d> {
    pub(crate) entry: &'d CollectionEntry,
    pub(crate) records: u64,
    /// How many records are in which state of review; absent where its schema knows no review.
    pub(crate) review: Option<BTreeMap<String, u64>>,
    /// Values that the tables have no place for.
    pub(crate) left_out: u64,
    /// Its tables, where there is a format that has tables.
    pub(crate) tables: Vec<TableFacts>,
}

/// What there is to say about a table.
pub(crate) struct TableFacts {
    pub(crate) name: String,
    pub(crate) file: String,
    pub(crate) parent: Option<String>,
    pub(crate) primary_key: Vec<String>,
    pub(crate) rows: u64,
}

impl Facts<'_> {
    /// Whether the file about the dataset is among the files of the bundle.
    fn has_dataset_file(&self) -> bool {
        self.formats.contains(&Format::Json)
    }

    /// Writes the files that describe the bundle.
    pub(crate) fn write(&self, bundle: &mut Bundle) -> Result<(), Error> {
        if self.has_dataset_file() {
            bundle.add_text(DATASET, &dataset::write(self))?;
        }
        bundle.add_text("README.txt", &readme::write(self))?;
        bundle.add_text(MARKER, &bundle::write(self))
    }

    pub(crate) fn records(&self) -> u64 {
        self.collections.iter().map(|facts| facts.records).sum()
    }

    pub(crate) fn left_out(&self) -> u64 {
        self.collections.iter().map(|facts| facts.left_out).sum()
    }

    /// Whether all collections of the dataset are there.
    fn is_complete(&self) -> bool {
        self.collections.len() == self.manifest.collections.len()
    }

    /// How many records are in which state of review, in all collections that know it.
    fn review(&self) -> Option<BTreeMap<&str, u64>> {
        let mut sums: Option<BTreeMap<&str, u64>> = None;
        for review in self
            .collections
            .iter()
            .filter_map(|facts| facts.review.as_ref())
        {
            let sums = sums.get_or_insert_default();
            for (state, count) in review {
                *sums.entry(state).or_default() += count;
            }
        }
        sums
    }
}

/// JSON for people too.
fn pretty(document: &impl serde::Serialize) -> String {
    let mut text = serde_json::to_string_pretty(document)
        .expect("a document of strings, numbers and maps by name can be written");
    text.push('\n');
    text
}
