//! `json`: one document, described by `schemas/output/findings.schema.json`.

use std::io;

use serde::Serialize;

use super::finding::{Finding, Summary, findings};
use super::{Options, json_text};
use crate::Report;

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    tool: Tool<'a>,
    summary: Summary<'a>,
    findings: Vec<Finding<'a>>,
}

#[derive(Serialize)]
struct Tool<'a> {
    name: &'static str,
    version: &'a str,
}

pub(super) fn write(
    report: &Report<'_>,
    _options: &Options<'_>,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let document = Document {
        version: 1,
        tool: Tool {
            name: Report::TOOL,
            version: report.tool_version,
        },
        summary: Summary::new(report.summary),
        findings: findings(report).collect(),
    };
    json_text::write_document(&document, out)
}
