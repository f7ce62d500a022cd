//! What a finding says beyond its message, on lines, for formats that have no place for the parts.

use super::Standpoint;
use crate::cut::cut;
use crate::{Diagnostic, Place, Report, safe};

/// The label, the further places as seen from a standpoint, the notes and the help, each on a line or more,
/// safe to show.
pub(super) fn details(
    report: &Report<'_>,
    standpoint: Standpoint<'_>,
    diagnostic: &Diagnostic,
) -> Vec<String> {
    let mut lines = Vec::new();
    let mut say = |prefix: &str, text: &str| {
        for (index, line) in safe::lines(&cut(text)).enumerate() {
            let prefix = if index == 0 { prefix } else { "  " };
            lines.push(format!("{prefix}{line}"));
        }
    };
    if let Some(label) = &diagnostic.label {
        say("", label);
    }
    for label in &diagnostic.labels {
        let name = standpoint.name(report.files.name(label.place.file));
        let place = place(&name, &label.place);
        match label.text.as_str() {
            "" => say(&place, ""),
            text => say(&format!("{place}: "), text),
        }
    }
    for note in &diagnostic.notes {
        say("note: ", note);
    }
    for help in &diagnostic.help {
        say("help: ", help);
    }
    lines
}

/// So many more findings.
pub(super) fn more_findings(count: u64) -> String {
    match count {
        1 => "1 more finding".to_owned(),
        _ => format!("{count} more findings"),
    }
}

/// `file:line:column`, safe to show.
pub(super) fn place(name: &str, place: &Place) -> String {
    let name = safe::file_name(name);
    format!("{name}:{}:{}", place.from.line, place.from.column)
}
