//! `github`: workflow commands of GitHub Actions, which the runner turns into annotations.
//!
//! Escaped as `@actions/core` does it. A line of this output is a command or can't be taken for
//! one: the runner reads `::` at the start of a line, after white space, and `##[` anywhere.
//!
//! What was there before a change is a notice, behind those that are new: it fails no run.

use std::io;

use super::wording::more_findings;
use super::{Options, wording};
use crate::cut::cut;
use crate::{Diagnostic, Place, Report, Severity, safe};

/// The runner shows this many annotations of each level in a step and drops the others.
const MAX_OF_EACH_LEVEL: usize = 10;

pub(super) fn write(
    report: &Report<'_>,
    options: &Options<'_>,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let mut shown = 0;
    for level in ["error", "warning", "notice"] {
        let of_level = |is_known| {
            let diagnostics = report.diagnostics.iter();
            diagnostics.filter(move |diagnostic| {
                name(diagnostic) == level && diagnostic.is_known() == is_known
            })
        };
        for diagnostic in of_level(false)
            .chain(of_level(true))
            .take(MAX_OF_EACH_LEVEL)
        {
            writeln!(out, "{}", command(report, options, diagnostic))?;
            shown += 1;
        }
    }
    match report.beyond(shown) {
        0 => Ok(()),
        more => writeln!(out, "… and {} without an annotation", more_findings(more)),
    }
}

/// The command for it, which is its level.
fn name(diagnostic: &Diagnostic) -> &'static str {
    match diagnostic.severity {
        _ if diagnostic.is_known() => "notice",
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Information => "notice",
    }
}

fn command(report: &Report<'_>, options: &Options<'_>, diagnostic: &Diagnostic) -> String {
    let name = name(diagnostic);
    let Place { file, from, to, .. } = &diagnostic.place;
    let file = property(&options.repository.name(report.files.name(*file)));
    let title = property(diagnostic.rule.name);
    // The runner drops columns of a place on several lines.
    let columns = if from.line == to.line {
        format!(",col={},endColumn={}", from.column, to.column)
    } else {
        String::new()
    };
    format!(
        "::{name} file={file},line={},endLine={}{columns},title={title}::{}",
        from.line,
        to.line,
        data(&message(report, options, diagnostic)),
    )
}

/// The message, and a line for each thing that is said beyond it.
fn message(report: &Report<'_>, options: &Options<'_>, diagnostic: &Diagnostic) -> String {
    let message = safe::line(&cut(&diagnostic.message)).into_owned();
    let mut lines = vec![message];
    lines.extend(wording::details(report, options.repository, diagnostic));
    lines.join("\n")
}

fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(&safe::line(text))
        .replace(':', "%3A")
        .replace(',', "%2C")
}
