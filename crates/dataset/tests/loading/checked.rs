//! The one place that calls the loader, and what it says about a dataset.

use std::path::Path;

use treatise_dataset::{Dataset, LoadOptions, load};
use treatise_report::{Counts, Diagnostic, Format, Options, Report, Rule, Summary, render};

/// A loaded dataset with what was found.
pub(crate) struct Checked {
    pub(crate) dataset: Dataset,
    pub(crate) findings: Vec<Diagnostic>,
    pub(crate) counts: Counts,
}

/// Loads the dataset below `root` with the options that the program uses.
pub(crate) fn check(root: &Path) -> Checked {
    check_with(root, &LoadOptions::default())
}

/// Loads the dataset below `root`.
pub(crate) fn check_with(root: &Path, options: &LoadOptions<'_>) -> Checked {
    let (dataset, findings) = load(root, options).expect("all files can be read");
    Checked {
        dataset,
        findings: findings.kept,
        counts: findings.counts,
    }
}

impl Checked {
    /// The report in a format.
    pub(crate) fn render(&self, format: Format) -> String {
        let index = self.dataset.index();
        let summary = Summary {
            files: self.dataset.file_count() as u64,
            records: index.len() as u64,
            references: index.reference_count() as u64,
            counts: self.counts.clone(),
            listed: self.findings.len() as u64,
            ..Summary::default()
        };
        let report = Report {
            files: self.dataset.files(),
            diagnostics: &self.findings,
            summary: &summary,
            rules: &rules(),
            tool_version: "0.0.0",
        };
        let mut out = Vec::new();
        render(&report, format, &Options::default(), &mut out).expect("memory can be written to");
        String::from_utf8(out).expect("reports are UTF-8")
    }

    /// One line a finding.
    pub(crate) fn short(&self) -> String {
        self.render(Format::Short)
    }

    /// The rules that are broken, each once, in order.
    pub(crate) fn broken_rules(&self) -> Vec<&'static str> {
        let mut names: Vec<_> = self.findings.iter().map(|found| found.rule.name).collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}

/// All rules that loading can find broken.
pub(crate) fn rules() -> Vec<&'static Rule> {
    treatise_report::fault::TEXT_RULES
        .iter()
        .chain(treatise_schema::RULES)
        .chain(treatise_dataset::RULES)
        .copied()
        .collect()
}
