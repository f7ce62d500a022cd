//! Both sides, loaded: the newer one is checked in full, the older one where it is different.

use treatise_dataset::{
    Dataset, Findings, KnownTexts, LoadOptions, Observer, SchemaCache, TextHasher, Texts, load,
};
use treatise_report::Severity;

use crate::side::{Reach, Side};
use crate::{Comparison, Error, Verdict, beside, compare};

/// Two versions of a dataset.
#[derive(Debug)]
pub struct Pair {
    old: Dataset,
    new: Dataset,
    /// What is wrong with the newer side.
    findings: Findings,
    /// How much of a dataset each side is.
    reach: (Reach, Reach),
}

impl Pair {
    /// Loads both sides. Where records are at fault they are compared all the same as far as they
    /// can be read: what is wrong with the newer side blocks its release, and is no reason to hide
    /// from a reviewer what it changes.
    ///
    /// # Errors
    /// A file can't be read; the manifest or a schema of a side can't be used, so that nothing is
    /// known about its records.
    pub fn load(old: &Side, new: &Side, observer: &dyn Observer) -> Result<Self, Error> {
        let hasher = TextHasher::default();
        let schemas = SchemaCache::default();
        let options = |known| LoadOptions {
            schemas: Some(&schemas),
            texts: Some(Texts {
                hasher: &hasher,
                known,
            }),
            observer,
            ..LoadOptions::default()
        };
        let (newer, findings) = load(new.root(), &options(None))?;
        expect_usable(new, &newer, &findings)?;
        let known = KnownTexts::of(&newer);
        let (older, old_findings) = load(old.root(), &options(Some(&known)))?;
        expect_usable(old, &older, &old_findings)?;
        drop(known);
        Ok(Self {
            old: older,
            new: newer,
            findings,
            reach: (old.reach(), new.reach()),
        })
    }

    /// The older version.
    pub fn older(&self) -> &Dataset {
        &self.old
    }

    /// The newer version.
    pub fn newer(&self) -> &Dataset {
        &self.new
    }

    /// Finds what changed.
    ///
    /// # Errors
    /// A file can't be read.
    pub fn compare(&self) -> Result<Comparison, Error> {
        let mut comparison = compare(&self.old, &self.new)?;
        if self.reach.0.min(self.reach.1) < Reach::Everything {
            // A bundle has all records on lines.
            let counts = &mut comparison.counts;
            counts.unchanged += std::mem::take(&mut counts.reformatted);
        }
        let beside = beside::changes(&self.old, &self.new, self.reach)?;
        comparison.changes.extend(beside);
        Ok(comparison)
    }

    /// Judges what changed.
    ///
    /// # Errors
    /// As for [`Verdict::of`].
    pub fn judge(&self, comparison: &Comparison) -> Result<Verdict, Error> {
        self.judge_as(comparison, &self.new)
    }

    /// Judges what changed, where `newer` is the newer version as it is released: with another
    /// version in its manifest, and all else the same.
    ///
    /// # Errors
    /// As for [`Verdict::of`].
    pub fn judge_as(&self, comparison: &Comparison, newer: &Dataset) -> Result<Verdict, Error> {
        Verdict::of(comparison, &self.old, newer, &self.findings)
    }
}

/// Without its manifest and its schemas, nothing of a side can be compared.
fn expect_usable(side: &Side, dataset: &Dataset, findings: &Findings) -> Result<(), Error> {
    let collections = dataset.collections();
    if !collections.is_empty()
        && collections
            .iter()
            .all(|collection| collection.schema().is_some())
    {
        return Ok(());
    }
    let mut errors = findings
        .kept
        .iter()
        .filter(|finding| finding.severity == Severity::Error);
    let reason = errors.next().map_or_else(
        || "it has no collections".to_owned(),
        |finding| {
            let file = dataset.files().name(finding.place.file);
            format!("{file}: {}", finding.message)
        },
    );
    Err(Error::side(format!(
        "{} can't be compared: {reason}",
        side.given()
    )))
}
