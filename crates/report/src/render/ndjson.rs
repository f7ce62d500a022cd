//! `ndjson`: a finding per line, then the summary, each described by
//! `schemas/output/finding-line.schema.json`. A reader that finds no summary at the end knows
//! that the output is not complete.

use std::io;

use serde::Serialize;

use super::finding::{Finding, Summary, findings};
use super::{Options, json_text};
use crate::Report;

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Line<'a> {
    Finding(Finding<'a>),
    Summary(Summary<'a>),
}

pub(super) fn write(
    report: &Report<'_>,
    _options: &Options<'_>,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    for finding in findings(report) {
        json_text::write_line(&Line::Finding(finding), out)?;
    }
    json_text::write_line(&Line::Summary(Summary::new(report.summary)), out)
}
