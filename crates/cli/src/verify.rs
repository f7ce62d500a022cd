//! `verify`.

#![expect(
    clippy::disallowed_methods,
    reason = "whether a path is a folder or an archive"
)]

use std::path::Path;

use anyhow::{Context, Result};
use treatise_exporter::{verify as verify_bundle, verify_archive};
use treatise_report::{Severity, Summary};
use treatise_source::LockedFolder;

use crate::arguments::VerifyOptions;
use crate::findings::{counted, found, write_findings};
use crate::progress::Progress;
use crate::scratch::VERIFY;
use crate::{Outcome, output};

/// Checks a bundle.
pub(crate) fn verify(options: &VerifyOptions) -> Result<Outcome> {
    let report = &options.report;
    let progress = Progress::new(report.quiet);
    let bundle = &options.bundle;
    let is_archive = bundle.is_file();
    let verified = if is_archive {
        let scratch = LockedFolder::temporary(VERIFY).with_context(|| {
            let shown = bundle.display();
            format!("`{shown}` can't be unpacked: a temporary folder can't be made")
        })?;
        verify_archive(bundle, scratch.path(), report.max_findings, &progress)
    } else {
        verify_bundle(bundle, report.max_findings, &progress)
    };
    let took = progress.finish();
    let mut verified = verified?;
    for finding in &mut verified.findings.kept {
        // The pages of these rules are a line or two, and say what to do.
        if finding.help.is_empty() && finding.severity == Severity::Error {
            finding.help.push(finding.rule.page.trim().to_owned());
        }
    }
    let extent = verified.extent;
    let summary = Summary {
        files: extent.files,
        records: extent.records,
        ..Summary::default()
    };
    // What lies in an archive is named as it is there: nobody can open it by a longer path.
    let folder = match is_archive {
        true => Path::new(""),
        false => bundle,
    };
    let (outcome, summary) = write_findings(
        (&verified.files, folder),
        &verified.findings,
        summary,
        report,
    )?;
    if !report.quiet {
        output::say(&format!(
            "verified {}, {} and {} of {}, {:.2} s: {}",
            counted(extent.files, "file"),
            counted(extent.records, "record"),
            counted(extent.rows, "row"),
            counted(extent.tables, "table"),
            took.as_secs_f64(),
            found(&summary)
        ));
    }
    Ok(outcome)
}
