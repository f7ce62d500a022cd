//! A finding and the summary as `json` and `ndjson` write them.
//!
//! Described by `schemas/output/findings.schema.json`.

use std::borrow::Cow;

use serde::Serialize;
use treatise_source::Pointer;

use crate::cut::cut;
use crate::{Diagnostic, Files, Label, Novelty, Place, Report, fingerprints};

#[derive(Serialize)]
pub(super) struct Finding<'a> {
    code: &'static str,
    severity: &'static str,
    message: Cow<'a, str>,
    help: Option<String>,
    notes: Vec<Cow<'a, str>>,
    file: &'a str,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    pointer: Option<&'a str>,
    record: Option<&'a str>,
    fingerprint: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_new: Option<bool>,
    label: Option<Cow<'a, str>>,
    related: Vec<Related<'a>>,
}

#[derive(Serialize)]
struct Related<'a> {
    file: &'a str,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    label: Cow<'a, str>,
}

#[derive(Serialize)]
pub(super) struct Summary<'a> {
    files: u64,
    records: u64,
    references: u64,
    errors: u64,
    warnings: u64,
    informations: u64,
    listed: u64,
    skipped: Vec<Skipped<'a>>,
}

#[derive(Serialize)]
struct Skipped<'a> {
    what: &'a str,
    count: Option<u64>,
    why: &'a str,
}

/// The listed findings, in their order.
pub(super) fn findings<'a>(report: &Report<'a>) -> impl Iterator<Item = Finding<'a>> {
    let files = report.files;
    report
        .diagnostics
        .iter()
        .zip(fingerprints(files, report.diagnostics))
        .map(move |(diagnostic, fingerprint)| Finding::new(files, diagnostic, fingerprint))
}

impl<'a> Finding<'a> {
    fn new(files: &'a Files, diagnostic: &'a Diagnostic, fingerprint: String) -> Self {
        let help: Vec<_> = diagnostic.help.iter().map(|help| cut(help)).collect();
        let Place { file, from, to, .. } = &diagnostic.place;
        Self {
            code: diagnostic.rule.name,
            severity: diagnostic.severity.name(),
            message: cut(&diagnostic.message),
            help: (!help.is_empty()).then(|| help.join("\n")),
            notes: diagnostic.notes.iter().map(|note| cut(note)).collect(),
            file: files.name(*file),
            line: from.line,
            column: from.column,
            end_line: to.line,
            end_column: to.column,
            pointer: diagnostic.pointer.as_ref().map(Pointer::as_str),
            record: diagnostic.record.as_deref(),
            fingerprint,
            is_new: diagnostic.novelty.map(|novelty| novelty == Novelty::New),
            label: diagnostic.label.as_deref().map(cut),
            related: diagnostic
                .labels
                .iter()
                .map(|label| Related::new(files, label))
                .collect(),
        }
    }
}

impl<'a> Related<'a> {
    fn new(files: &'a Files, label: &'a Label) -> Self {
        let Place { file, from, to, .. } = &label.place;
        Self {
            file: files.name(*file),
            line: from.line,
            column: from.column,
            end_line: to.line,
            end_column: to.column,
            label: cut(&label.text),
        }
    }
}

impl<'a> Summary<'a> {
    pub(super) fn new(summary: &'a crate::Summary) -> Self {
        // Who reads only the numbers would take no findings for good news.
        let failure = summary.failure.as_deref().map(|why| Skipped {
            what: "everything",
            count: None,
            why,
        });
        let skipped = summary.skipped.iter().map(|skipped| Skipped {
            what: &skipped.what,
            count: skipped.count,
            why: &skipped.why,
        });
        Self {
            files: summary.files,
            records: summary.records,
            references: summary.references,
            errors: summary.counts.errors,
            warnings: summary.counts.warnings,
            informations: summary.counts.informations,
            listed: summary.listed,
            skipped: failure.into_iter().chain(skipped).collect(),
        }
    }
}
