//! How findings are reported, and what was looked at.

use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use treatise_dataset::{Dataset, Findings};
use treatise_linter::Linted;
use treatise_report::{Files, Report, Skipped, Summary, grouped};

use crate::arguments::ReportOptions;
use crate::rules::all_rules;
use crate::{Outcome, output};

/// Reports what was found in a dataset.
pub(crate) fn report_dataset(
    dataset: &Dataset,
    findings: &Findings,
    report: &ReportOptions,
    took: Duration,
) -> Result<Outcome> {
    report_findings(
        (dataset.files(), dataset.root()),
        findings,
        summary_of(dataset),
        report,
        took,
    )
}

/// Reports what rules have found in a dataset, and how many of the findings were there before.
pub(crate) fn report_linted(
    linted: &Linted,
    known: u64,
    report: &ReportOptions,
    took: Duration,
) -> Result<Outcome> {
    let summary = Summary {
        known,
        skipped: linted.skipped.clone(),
        ..summary_of(&linted.dataset)
    };
    let files = (linted.dataset.files(), linted.dataset.root());
    report_findings(files, &linted.findings, summary, report, took)
}

/// What was looked at in a dataset.
fn summary_of(dataset: &Dataset) -> Summary {
    Summary {
        files: dataset.file_count() as u64,
        records: dataset.index().len() as u64,
        references: dataset.index().reference_count() as u64,
        ..Summary::default()
    }
}

/// Reports findings in files whose names are relative to a folder, and fails where one of them is an
/// error.
pub(crate) fn report_findings(
    files: (&Files, &Path),
    findings: &Findings,
    summary: Summary,
    options: &ReportOptions,
    took: Duration,
) -> Result<Outcome> {
    let (outcome, summary) = write_findings(files, findings, summary, options)?;
    if !options.quiet {
        say_skipped(&summary.skipped);
        output::say(&sentence(&summary, took));
    }
    Ok(outcome)
}

/// Says what was not checked, so that nothing passes silently.
pub(crate) fn say_skipped(skipped: &[Skipped]) {
    for Skipped { what, count, why } in skipped {
        let count = count.map_or(String::new(), |count| format!(" ({})", grouped(count)));
        output::say(&format!("not checked: {what}{count}: {why}"));
    }
}

/// Writes a report of findings wherever it is wanted; returns the summary with their numbers.
pub(crate) fn write_findings(
    (files, folder): (&Files, &Path),
    findings: &Findings,
    summary: Summary,
    options: &ReportOptions,
) -> Result<(Outcome, Summary)> {
    let summary = Summary {
        counts: findings.counts.clone(),
        listed: findings.kept.len() as u64,
        ..summary
    };
    let rules = all_rules();
    let report = Report {
        files,
        diagnostics: &findings.kept,
        summary: &summary,
        rules: &rules,
        tool_version: env!("CARGO_PKG_VERSION"),
    };
    output::write(&report, folder, &options.destinations)?;
    let outcome = if summary.counts.errors > 0 {
        Outcome::Findings
    } else {
        Outcome::Sound
    };
    Ok((outcome, summary))
}

/// What was checked and how it went, in a line.
fn sentence(summary: &Summary, took: Duration) -> String {
    let found = found(summary);
    let references = match summary.references {
        0 => String::new(),
        count => format!(" and {}", counted(count, "reference")),
    };
    format!(
        "checked {}{references} in {}, {:.2} s: {found}",
        counted(summary.records, "record"),
        counted(summary.files, "file"),
        took.as_secs_f64()
    )
}

/// How many findings of which level there are.
pub(crate) fn found(summary: &Summary) -> String {
    let levels = [
        (summary.counts.errors, "error"),
        (summary.counts.warnings, "warning"),
        (summary.counts.informations, "note"),
    ];
    let mut found: Vec<_> = levels
        .into_iter()
        .filter(|&(count, _)| count > 0)
        .map(|(count, noun)| counted(count, noun))
        .collect();
    if found.is_empty() {
        found.push("no findings".into());
    }
    found.join(", ")
}

/// A number with the noun that it counts.
pub(crate) fn counted(count: u64, noun: &str) -> String {
    match count {
        1 => format!("1 {noun}"),
        _ => format!("{} {noun}s", grouped(count)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_numbers_are_grouped() {
        assert_eq!(grouped(7), "7");
        assert_eq!(grouped(1_234_567), "1,234,567");
    }
}
