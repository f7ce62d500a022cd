//! Two versions of the dataset with all that is known about what lies between them, for every
//! command that needs it.

use anyhow::Result;
use treatise_dataset::{Dataset, Observer};
use treatise_diff::{Breakage, Comparison, Document, Frame, Pair, Side, Verdict};

/// Two versions, compared.
pub(crate) struct Compared {
    pub(crate) pair: Pair,
    pub(crate) comparison: Comparison,
    pub(crate) verdict: Verdict,
}

impl Compared {
    /// Compares two sides.
    pub(crate) fn of(old: &Side, new: &Side, observer: &dyn Observer) -> Result<Self> {
        let pair = Pair::load(old, new, observer)?;
        let comparison = pair.compare()?;
        let verdict = pair.judge(&comparison)?;
        Ok(Self {
            pair,
            comparison,
            verdict,
        })
    }

    /// What is published about it, with the sides as they were named.
    pub(crate) fn document(
        &self,
        old_given: &str,
        new_given: &str,
        breakages: Option<&[Breakage]>,
    ) -> Document {
        let new = self.pair.newer();
        self.framed(&self.verdict, new, (old_given, new_given), breakages)
    }

    /// What goes along with a release: `released` is the newer side with the version that it gets.
    /// How the sides were found is left out, so that the same release has the same document.
    pub(crate) fn released(&self, released: &Dataset) -> Result<Document> {
        let verdict = self.pair.judge_as(&self.comparison, released)?;
        let old = &self.pair.older().manifest().version;
        let new = &released.manifest().version;
        Ok(self.framed(&verdict, released, (old, new), None))
    }

    fn framed(
        &self,
        verdict: &Verdict,
        new: &Dataset,
        given: (&str, &str),
        breakages: Option<&[Breakage]>,
    ) -> Document {
        Document::new(
            verdict,
            &Frame {
                old_given: given.0,
                new_given: given.1,
                old: self.pair.older(),
                new,
                counts: self.comparison.counts,
                suggestions: &self.comparison.suggestions,
                breakages,
            },
        )
    }
}
