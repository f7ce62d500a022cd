//! `validate`, and what all commands that check have in common.

#![expect(
    clippy::disallowed_methods,
    reason = "the folder in which the program runs, the paths that it is given, and the day"
)]

use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use treatise_dataset::{Dataset, Findings, LoadOptions, LooseOptions, MANIFEST, check_files, load};
use treatise_report::{Files, Report, Skipped, Summary, grouped};

use crate::arguments::{
    DatasetOptions, DatasetPlace, LooseArguments, ReportOptions, ValidateOptions,
};
use crate::progress::Progress;
use crate::rules::all_rules;
use crate::{Outcome, output};

/// Validates the dataset, or loose files.
pub(crate) fn validate(options: &ValidateOptions) -> Result<Outcome> {
    match &options.loose.schema {
        None => check_dataset(&options.paths, &options.dataset, &options.report),
        Some(schema) => check_loose(schema, &options.paths, &options.loose, &options.report),
    }
}

fn check_dataset(
    paths: &[PathBuf],
    options: &DatasetOptions,
    report: &ReportOptions,
) -> Result<Outcome> {
    let root = find_root(&options.place)?;
    let as_of = read_as_of(options)?;
    let only = relative_to(&root, paths)?;
    let progress = Progress::new(report.quiet);
    let loaded = load(
        &root,
        &LoadOptions {
            manifest: options.place.manifest.as_deref(),
            as_of: as_of.as_deref(),
            keep: report.max_findings,
            only: (!only.is_empty()).then_some(&only),
            observer: &progress,
            ..LoadOptions::default()
        },
    );
    let took = progress.finish();
    let (dataset, findings) = loaded?;
    // The process ends now and gives all memory back at once; taking a large dataset apart first would
    // only keep somebody waiting.
    let dataset = ManuallyDrop::new(dataset);
    for (path, relative) in paths.iter().zip(&only) {
        ensure!(
            dataset.reads_from(relative) || findings.counts.total() > 0,
            "{}: there is no file of the dataset, so nothing was checked",
            path.display()
        );
    }
    report_dataset(&dataset, &findings, report, took)
}

/// Reports what was found in a dataset.
pub(crate) fn report_dataset(
    dataset: &Dataset,
    findings: &Findings,
    report: &ReportOptions,
    took: Duration,
) -> Result<Outcome> {
    report_findings(dataset.files(), findings, summary_of(dataset), report, took)
}

/// What was looked at in a dataset.
pub(crate) fn summary_of(dataset: &Dataset) -> Summary {
    Summary {
        files: dataset.file_count() as u64,
        records: dataset.index().len() as u64,
        references: dataset.index().reference_count() as u64,
        ..Summary::default()
    }
}

fn check_loose(
    schema: &Path,
    documents: &[PathBuf],
    options: &LooseArguments,
    report: &ReportOptions,
) -> Result<Outcome> {
    let progress = Progress::new(report.quiet);
    let checked = check_files(&LooseOptions {
        schema,
        resources: &options.resource,
        documents,
        has_lines: options.ndjson,
        default_draft: options.draft.into(),
        asserts_formats: !options.no_assert_formats,
        document_bytes: options.max_document_bytes,
        keep: report.max_findings,
        observer: &progress,
    });
    let took = progress.finish();
    let loose = checked?;
    let failure = if !loose.has_schema {
        Some("the schema can't be used, so nothing was checked against it")
    } else if loose.documents == 0 && loose.findings.counts.errors == 0 {
        Some("there is no document in the files: nothing was checked")
    } else {
        None
    };
    let summary = Summary {
        files: documents.len() as u64,
        records: loose.documents as u64,
        failure: failure.map(str::to_owned),
        ..Summary::default()
    };
    let outcome = report_findings(&loose.files, &loose.findings, summary, report, took)?;
    match failure {
        Some(failure) => bail!(failure),
        None => Ok(outcome),
    }
}

/// Reports findings, and fails where one of them is an error.
pub(crate) fn report_findings(
    files: &Files,
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
    files: &Files,
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
    output::write(&report, &options.destinations)?;
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

/// The folder that holds `data/`.
pub(crate) fn find_root(place: &DatasetPlace) -> Result<PathBuf> {
    if place.root.is_none() && place.manifest.is_some() {
        return Ok(PathBuf::from("."));
    }
    find_root_in(place.root.as_deref())
}

/// The folder that holds `data/`, if it is not given: the nearest one above.
pub(crate) fn find_root_in(given: Option<&Path>) -> Result<PathBuf> {
    if let Some(root) = given {
        ensure!(root.is_dir(), "{}: there is no such folder", root.display());
        return Ok(root.to_path_buf());
    }
    let here = std::env::current_dir().context("the current folder can't be read")?;
    // Relative paths keep messages short and free of the names of this machine.
    let mut up = PathBuf::from(".");
    for folder in here.ancestors() {
        if folder.join(MANIFEST).is_file() {
            return Ok(up);
        }
        up = if up.as_os_str() == "." {
            PathBuf::from("..")
        } else {
            up.join("..")
        };
    }
    bail!("there is no `{MANIFEST}` here or in a folder above; name the dataset with --root");
}

/// The day for which rules about dates are decided, where one is given.
pub(crate) fn read_as_of(options: &DatasetOptions) -> Result<Option<String>> {
    let as_of = options.as_of.as_deref();
    as_of.map(|day| read_date("--as-of", day)).transpose()
}

/// A date as it stands in records, given with an option.
pub(crate) fn read_date(option: &str, text: &str) -> Result<String> {
    if text == "today" {
        // The day in UTC, so that it does not depend on where the program runs.
        let now = jiff::Timestamp::now();
        return Ok(now.to_zoned(jiff::tz::TimeZone::UTC).date().to_string());
    }
    let date: Option<jiff::civil::Date> = text.parse().ok();
    date.map(|date| date.to_string())
        .filter(|date| date == text)
        .with_context(|| format!("{option}: `{text}` is no date as in 2026-11-22, nor `today`"))
}

/// Paths from the command line as the dataset has them, relative to its root.
pub(crate) fn relative_to(root: &Path, paths: &[PathBuf]) -> Result<Vec<PathBuf>> {
    if paths.is_empty() {
        return Ok(Vec::new());
    }
    let root = root.canonicalize().context("the root can't be read")?;
    let relative = |path: &PathBuf| {
        let absolute = match path.canonicalize() {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                bail!("{}: there is no such file or folder", path.display())
            }
            other => other.with_context(|| format!("{}: it can't be read", path.display()))?,
        };
        let relative = absolute
            .strip_prefix(&root)
            .ok()
            .with_context(|| format!("{}: it is not in the dataset", path.display()))?;
        Ok(relative.to_path_buf())
    };
    paths.iter().map(relative).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_told_from_other_words() {
        assert_eq!(
            read_date("--as-of", "2026-11-22").expect("a date"),
            "2026-11-22"
        );
        for text in [
            "2026-13-01",
            "22.11.2026",
            "20261122",
            "tomorrow",
            "2026-1-1",
        ] {
            assert!(read_date("--as-of", text).is_err(), "{text}");
        }
    }

    #[test]
    fn large_numbers_are_grouped() {
        assert_eq!(grouped(7), "7");
        assert_eq!(grouped(1_234_567), "1,234,567");
    }
}
