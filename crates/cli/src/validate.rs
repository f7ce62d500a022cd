//! `validate`.

use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail, ensure};
use treatise_dataset::{LoadOptions, LooseOptions, check_files, load};
use treatise_report::Summary;

use crate::Outcome;
use crate::arguments::{DatasetOptions, LooseArguments, ReportOptions, ValidateOptions};
use crate::findings::{report_dataset, report_findings};
use crate::place::{find_root, read_as_of, relative_to};
use crate::progress::Progress;

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
    let outcome = report_findings(
        (&loose.files, Path::new(".")),
        &loose.findings,
        summary,
        report,
        took,
    )?;
    match failure {
        Some(failure) => bail!(failure),
        None => Ok(outcome),
    }
}
