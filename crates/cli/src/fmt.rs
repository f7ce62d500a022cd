//! `fmt`.

use anyhow::Result;
use treatise_dataset::{Level, SchemaCache};
use treatise_linter::{Choice, Options, Part, lint};
use treatise_report::Applicability;

use crate::Outcome;
use crate::arguments::{FmtOptions, ReportOptions};
use crate::check::{counted, find_root, relative_to, report_findings, summary_of};
use crate::lint::mend;
use crate::progress::Progress;

/// The rule whose fix is the canonical form.
const RULE: &str = "unformatted";

/// Writes the records in their canonical form, or reports those that are not in it.
pub(crate) fn fmt(options: &FmtOptions) -> Result<Outcome> {
    let root = find_root(&options.dataset)?;
    let only = relative_to(&root, &options.paths)?;
    let progress = Progress::new(options.quiet);
    // Whatever level the manifest gives it: who asks wants to know.
    let levels = [(RULE.to_owned(), Level::Error)];
    let chosen = [RULE.to_owned()];
    let schemas = SchemaCache::default();
    let settings = Options {
        schemas: Some(&schemas),
        manifest: options.dataset.manifest.as_deref(),
        only: (!only.is_empty()).then_some(&only),
        observer: &progress,
        choice: Choice {
            levels: &levels,
            only: &chosen,
        },
        part: Part::Rules,
        ..Options::default()
    };
    let mended = if options.check {
        0
    } else {
        mend(&root, &settings, Applicability::Safe)?
    };
    let linted = lint(&root, &settings)?;
    let took = progress.finish();
    let report = ReportOptions::human(options.quiet);
    let summary = treatise_report::Summary {
        skipped: linted.skipped.clone(),
        ..summary_of(&linted.dataset)
    };
    let files = linted.dataset.files();
    let outcome = report_findings(files, &linted.findings, summary, &report, took)?;
    if !options.quiet && !options.check {
        eprintln!("{} rewritten", counted(mended as u64, "record"));
    }
    Ok(outcome)
}
