//! What a bundle says about itself: the facts, and a file for each way in which they are written.

mod bundle;
mod citation;
mod dataset;
mod dictionary;
mod package;
mod readme;
mod records;
mod statement;
mod typescript;
mod with_id;

pub(crate) use package::written_schema;
pub(crate) use records::MANIFEST;

use std::collections::BTreeMap;

use treatise_dataset::{Dataset, LanguageMap, Manifest};

use crate::bibliography::Work;
use crate::bundle::{Bundle, MARKER};
use crate::profile::Profile;
use crate::relation::Catalogue;
use crate::section::Section;
use crate::table::Table;
use crate::{Checks, Companion, Error, Format, companion, whole};

/// The program that a bundle comes from, as it names itself.
pub(crate) const GENERATOR: &str = "treatise";
/// Its version.
pub(crate) const GENERATOR_VERSION: &str = env!("CARGO_PKG_VERSION");
/// The file about the dataset, beside its collections.
pub(crate) const DATASET: &str = "json/dataset.json";

/// What there is to say about a bundle.
pub(crate) struct Facts<'s, 'd> {
    pub(crate) manifest: &'d Manifest,
    pub(crate) profile: &'s Profile,
    pub(crate) formats: &'s [Format],
    pub(crate) catalogue: &'s Catalogue,
    /// The collections in the bundle, in the order of the manifest.
    pub(crate) sections: Vec<SectionFacts<'s, 'd>>,
    /// The views that are made of them.
    pub(crate) views: Vec<SectionFacts<'s, 'd>>,
    /// The works that the records rest on.
    pub(crate) works: Vec<Work>,
    /// What the dataset was checked for.
    pub(crate) checks: Option<Checks>,
    /// The revision of the dataset.
    pub(crate) commit: Option<&'s str>,
    /// The day of the release, where it is known.
    pub(crate) released: Option<&'s str>,
    /// Files that others have made.
    pub(crate) companions: &'s [Companion<'s>],
    /// The table of all ids and the number of its rows, where there is one.
    pub(crate) index: Option<(&'s Table, u64)>,
}

/// What there is to say about a collection.
pub(crate) struct SectionFacts<'s, 'd> {
    pub(crate) section: &'s Section<'d>,
    pub(crate) records: u64,
    /// How many records are in which state of review; absent where its schema knows no review.
    pub(crate) review: Option<BTreeMap<String, u64>>,
    /// Values that the tables have no place for.
    pub(crate) left_out: u64,
    /// Rows of its tables, where there is a format that has tables.
    pub(crate) rows: Option<Vec<u64>>,
}

impl<'s> SectionFacts<'s, '_> {
    /// Its tables with the numbers of their rows, where there is a format that has tables.
    pub(crate) fn tables(&self) -> impl Iterator<Item = (&'s Table, u64)> {
        let tables = &self.section.tables.tables;
        let rows = self.rows.iter().flatten().copied();
        tables.iter().zip(rows)
    }
}

impl Facts<'_, '_> {
    /// Whether the file about the dataset is among the files of the bundle.
    fn has_dataset_file(&self) -> bool {
        self.formats.contains(&Format::Json)
    }

    /// Whether a format has whole records.
    fn has_records(&self) -> bool {
        self.formats.iter().any(|format| !format.has_tables())
    }

    /// Writes the files that describe the bundle.
    pub(crate) fn write(&self, dataset: &Dataset, bundle: &mut Bundle) -> Result<(), Error> {
        let schemas = records::write(dataset, self, bundle)?;
        companion::write(self.companions, bundle)?;
        if self.has_dataset_file() {
            bundle.add_text(DATASET, &dataset::write(self))?;
            let sections = self.sections.iter().chain(&self.views);
            whole::write(sections.map(|facts| facts.section.name), bundle)?;
        }
        bundle.add_text("README.txt", &readme::write(self, bundle.written()))?;
        bundle.add_text(MARKER, &bundle::write(self, &schemas))?;
        let package = package::write(self, bundle.written());
        bundle.add_text("datapackage.json", &package)?;
        bundle.add_text("dictionary.md", &dictionary::markdown(self))?;
        bundle.add_text("dictionary.html", &dictionary::html(self))?;
        if self.has_records() {
            bundle.add_text("types.d.ts", &typescript::write(self))?;
        }
        bundle.add_text(
            "CITATION.cff",
            &citation::write(self.manifest, self.released),
        )?;
        // Last, since it names all others.
        let statement = statement::write(self, bundle.written());
        bundle.add_text("statement.intoto.json", &statement)
    }

    /// The file of a table in each format that has tables, by the name of the format.
    fn files_of(&self, table: &Table) -> BTreeMap<&'static str, String> {
        let formats = self.formats.iter().filter(|format| format.has_tables());
        formats
            .map(|format| {
                (
                    format.name(),
                    format.file_of(&self.manifest.name, &table.name),
                )
            })
            .collect()
    }

    pub(crate) fn records(&self) -> u64 {
        self.sections.iter().map(|facts| facts.records).sum()
    }

    pub(crate) fn left_out(&self) -> u64 {
        self.sections.iter().map(|facts| facts.left_out).sum()
    }

    /// Whether all collections of the dataset are there.
    fn is_complete(&self) -> bool {
        self.sections.len() == self.manifest.collections.len()
    }

    /// What part of the dataset the bundle has; `None` where it has all.
    fn part(&self) -> Option<String> {
        let profile = self.profile.name();
        if profile != "full" {
            Some(format!(
                "This is the part of the dataset that the profile `{profile}` names, with all that it \
                 refers to."
            ))
        } else if !self.is_complete() {
            let part = "These are not all collections of the dataset: records may refer to others that \
                        are not here.";
            Some(part.to_owned())
        } else {
            None
        }
    }

    /// How many records are in which state of review, in all collections that know it.
    fn review(&self) -> Option<BTreeMap<&str, u64>> {
        let mut sums: Option<BTreeMap<&str, u64>> = None;
        for review in self
            .sections
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

/// What a database says of itself, since it may be passed on alone; how much of the dataset is in it stands
/// in `part`.
pub(crate) fn about(
    manifest: &Manifest,
    part: [(&'static str, String); 2],
) -> Vec<(&'static str, String)> {
    let first = |map| in_languages(map, manifest).next().cloned();
    let mut about = vec![
        ("name", manifest.name.clone()),
        ("version", manifest.version.clone()),
        ("as_of", manifest.as_of.clone()),
        ("generator", format!("{GENERATOR} {GENERATOR_VERSION}")),
    ];
    about.extend(part);
    let others = [
        ("title", first(&manifest.title)),
        ("description", first(&manifest.description)),
        ("disclaimer", first(&manifest.disclaimer)),
        ("licence", manifest.licence.clone()),
        ("homepage", manifest.homepage.clone()),
    ];
    about.extend(
        others
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?))),
    );
    about
}

/// The terms of code systems, a line each: codes are other people's, and the licence of the dataset need not
/// extend to them.
fn code_terms(manifest: &Manifest) -> Option<String> {
    let systems = manifest.code_systems.iter();
    let terms =
        systems.filter_map(|(name, system)| Some(format!("\n  {name}: {}", system.licence()?)));
    let terms: String = terms.collect();
    (!terms.is_empty()).then(|| {
        format!(
            "Codes and their names belong to the owners of their systems. Each keeps these terms, \
             whatever the licence of the dataset allows:{terms}"
        )
    })
}

/// The texts of a map: the default language first.
fn in_languages<'a>(
    map: &'a LanguageMap,
    manifest: &'a Manifest,
) -> impl Iterator<Item = &'a String> {
    let default = manifest.language();
    let others = map
        .iter()
        .filter(move |(language, _)| *language != default)
        .map(|(_, text)| text);
    map.get(default).into_iter().chain(others)
}

/// JSON for people too.
pub(crate) fn pretty(document: &impl serde::Serialize) -> String {
    let mut text = serde_json::to_string_pretty(document)
        .expect("a document of strings, numbers and maps by name can be written");
    text.push('\n');
    text
}
