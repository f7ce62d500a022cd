//! `sarif`: the Static Analysis Results Interchange Format, OASIS Standard 2.1.0 with errata 01,
//! within the limits of GitHub's code scanning, which refuses larger files.

use std::io;

use super::wording::more_findings;
use super::{Options, json_text};
use crate::cut::cut;
use crate::{Diagnostic, Label, Novelty, Report, Severity, Skipped, fingerprints};

mod log;
mod rules;
mod uri;

use log::{
    ArtifactLocation, Description, Driver, Invocation, Location, Log, LogicalLocation, Message,
    Notification, PartialFingerprints, PhysicalLocation, Region, Run, SearchResult, Text, Tool,
    UriBases,
};
use rules::Rules;

/// Code scanning refuses a run with more results.
const MAX_RESULTS: usize = 25_000;
/// Code scanning keeps this many locations of a result; one is the place itself.
const MAX_RELATED: usize = 99;

pub(super) fn write(
    report: &Report<'_>,
    options: &Options<'_>,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    json_text::write_document(&log(report, options, MAX_RESULTS), out)
}

fn log<'a>(report: &Report<'a>, options: &Options<'_>, limit: usize) -> Log<'a> {
    let rules = Rules::new(report);
    let chosen = chosen(report.diagnostics, limit);
    let results = report
        .diagnostics
        .iter()
        .zip(fingerprints(report.files, report.diagnostics))
        .zip(&chosen)
        .filter(|(_, is_chosen)| **is_chosen)
        .map(|((diagnostic, fingerprint), _)| {
            result(report, options, &rules, diagnostic, fingerprint)
        })
        .collect::<Vec<_>>();
    Log {
        schema: Log::SCHEMA,
        version: Log::VERSION,
        runs: [Run {
            invocations: [Invocation {
                execution_successful: report.summary.failure.is_none(),
                tool_execution_notifications: notifications(report, results.len()),
            }],
            tool: Tool {
                driver: Driver {
                    name: Report::TOOL,
                    semantic_version: report.tool_version,
                    rules: rules.into_list(),
                },
            },
            original_uri_base_ids: UriBases {
                root: Description {
                    description: Text {
                        text: "The folder to which the names of files are relative".to_owned(),
                    },
                },
            },
            column_kind: "unicodeCodePoints",
            results,
        }],
    }
}

/// Which findings are kept: the first ones, errors before warnings before information.
fn chosen(diagnostics: &[Diagnostic], limit: usize) -> Vec<bool> {
    let mut room = limit;
    let mut chosen = vec![false; diagnostics.len()];
    for severity in [Severity::Error, Severity::Warning, Severity::Information] {
        for (diagnostic, is_chosen) in diagnostics.iter().zip(&mut chosen) {
            if room > 0 && diagnostic.severity == severity {
                *is_chosen = true;
                room -= 1;
            }
        }
    }
    chosen
}

/// What this log doesn't have, so that nobody takes it for complete.
fn notifications(report: &Report<'_>, shown: usize) -> Vec<Notification> {
    let failure = report.summary.failure.as_deref();
    let failure = failure.map(|failure| Notification {
        level: "error",
        message: message(&cut(failure)),
    });
    let more = report.beyond(shown);
    let missing = (more > 0).then(|| Notification {
        level: "warning",
        message: message(&format!(
            "{} had no room in this log: it has {shown}, the most severe first",
            more_findings(more)
        )),
    });
    let labels = report.diagnostics.iter().map(|found| found.labels.len());
    let is_related_cut = labels.max().is_some_and(|most| most > MAX_RELATED);
    let related = is_related_cut.then(|| Notification {
        level: "warning",
        message: message(&format!(
            "some findings have more related locations than the first {MAX_RELATED} in this log"
        )),
    });
    let skipped = report.summary.skipped.iter().map(skipped);
    let others = missing.into_iter().chain(related).chain(skipped);
    failure.into_iter().chain(others).collect()
}

fn skipped(skipped: &Skipped) -> Notification {
    let Skipped { what, count, why } = skipped;
    let count = count.map_or(String::new(), |count| format!(" ({count})"));
    Notification {
        level: "note",
        message: message(&format!("skipped: {what}{count}: {why}")),
    }
}

fn result<'a>(
    report: &Report<'a>,
    options: &Options<'_>,
    rules: &Rules,
    diagnostic: &'a Diagnostic,
    fingerprint: String,
) -> SearchResult<'a> {
    let labels = &diagnostic.labels[..diagnostic.labels.len().min(MAX_RELATED)];
    let related = labels.iter().zip(1..).map(|(label, id)| Location {
        id: Some(id),
        message: (!label.text.is_empty()).then(|| message(&cut(&label.text))),
        ..location(report, options, &label.place)
    });
    SearchResult {
        rule_id: diagnostic.rule.name,
        rule_index: rules.index(diagnostic.rule),
        level: rules::level(diagnostic.severity),
        baseline_state: diagnostic.novelty.map(|novelty| match novelty {
            Novelty::New => "new",
            Novelty::Known => "unchanged",
        }),
        message: Message {
            text: wording(diagnostic, labels),
        },
        locations: [Location {
            logical: logical_locations(diagnostic),
            ..location(report, options, &diagnostic.place)
        }],
        related_locations: related.collect(),
        partial_fingerprints: PartialFingerprints { v1: fingerprint },
    }
}

/// The message, then a line for each thing that is said beyond it. A related location is a link,
/// because viewers show only those that are linked.
fn wording(diagnostic: &Diagnostic, labels: &[Label]) -> String {
    let mut lines = vec![plain(&cut(&diagnostic.message))];
    lines.extend(diagnostic.label.as_deref().map(|label| plain(&cut(label))));
    for (label, id) in labels.iter().zip(1..) {
        lines.push(format!("see: {}", link(&cut(&label.text), id)));
    }
    for note in &diagnostic.notes {
        lines.push(format!("note: {}", plain(&cut(note))));
    }
    for help in &diagnostic.help {
        lines.push(format!("help: {}", plain(&cut(help))));
    }
    lines.join("\n")
}

fn message(text: &str) -> Message {
    Message { text: plain(text) }
}

/// Text that is nothing but text: braces would stand for placeholders and are doubled (section
/// 3.11.5), and brackets and backslashes are escaped where a link could be made (section 3.11.6).
fn plain(text: &str) -> String {
    if text.contains("](") {
        return escaped(text);
    }
    double_braces(text)
}

/// A link to a related location.
fn link(text: &str, id: u32) -> String {
    let text = if text.is_empty() { "this place" } else { text };
    format!("[{}]({id})", escaped(text))
}

/// Text whose brackets are nothing but brackets. Backslashes come first: one that is there already
/// would escape the one that is put before a bracket.
fn escaped(text: &str) -> String {
    double_braces(text)
        .replace('\\', "\\\\")
        .replace('[', "\\[")
        .replace(']', "\\]")
}

fn double_braces(text: &str) -> String {
    text.replace('{', "{{").replace('}', "}}")
}

fn location<'a>(report: &Report<'_>, options: &Options<'_>, place: &crate::Place) -> Location<'a> {
    let uri = uri::of(&options.repository.name(report.files.name(place.file)));
    Location {
        id: None,
        physical: PhysicalLocation {
            artifact_location: ArtifactLocation {
                uri_base_id: uri::is_relative(&uri).then_some(UriBases::ROOT),
                uri,
            },
            region: Region::new(place),
        },
        logical: Vec::new(),
        message: None,
    }
}

fn logical_locations(diagnostic: &Diagnostic) -> Vec<LogicalLocation<'_>> {
    let record = diagnostic.record.as_deref().map(|record| LogicalLocation {
        fully_qualified_name: record,
        kind: "object",
    });
    let pointer = diagnostic.pointer.as_ref().map(|pointer| LogicalLocation {
        fully_qualified_name: pointer.as_str(),
        kind: "value",
    });
    // The empty pointer is the whole document, which is no name.
    record
        .into_iter()
        .chain(pointer)
        .filter(|location| !location.fully_qualified_name.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Counts;
    use crate::{Files, Place, Rule, Summary};

    static RULE: Rule = Rule {
        name: "some-rule",
        severity: Severity::Warning,
        summary: "something",
        page: "Something.",
        scope: crate::Scope::File,
        since: "0.1.0",
        status: crate::Status::Stable,
        fix: None,
    };

    #[test]
    fn text_is_shown_as_it_is_written() {
        for (written, expected) in [
            ("{0} of {{x}}", "{{0}} of {{{{x}}}}"),
            ("[a](1) and [b]", r"\[a\](1) and \[b\]"),
            (r"[a] (1) \", r"[a] (1) \"),
            (r"\[a\](1)", r"\\\[a\\\](1)"),
            (r"a\b [a](1)", r"a\\b \[a\](1)"),
        ] {
            assert_eq!(plain(written), expected);
        }
        assert_eq!(link(r"[a]\{b}", 3), r"[\[a\]\\{{b}}](3)");
        assert_eq!(link("", 1), "[this place](1)");
    }

    #[test]
    fn the_most_severe_are_kept_in_order_and_the_rest_is_mentioned() {
        let mut files = Files::new();
        let place = Place::whole_file(files.add("a.json".as_ref()));
        let severities = [
            Severity::Information,
            Severity::Warning,
            Severity::Error,
            Severity::Warning,
            Severity::Error,
        ];
        let diagnostics = severities.map(|severity| Diagnostic {
            severity,
            ..Diagnostic::new(&RULE, "x", place.clone())
        });
        assert_eq!(chosen(&diagnostics, 3), [false, true, true, false, true]);
        let summary = Summary {
            counts: Counts::of(&diagnostics),
            ..Summary::default()
        };
        let report = Report {
            files: &files,
            diagnostics: &diagnostics,
            summary: &summary,
            rules: &[],
            tool_version: "1.2.3",
        };
        let log = log(&report, &Options::default(), 3);
        assert_eq!(log.runs[0].results.len(), 3);
        let notifications = &log.runs[0].invocations[0].tool_execution_notifications;
        assert_eq!(
            notifications[0].message.text,
            "2 more findings had no room in this log: it has 3, the most severe first"
        );
    }
}
