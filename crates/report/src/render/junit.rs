//! `junit`: the XML that `JUnit` writes for tests and that CI systems show.
//!
//! A suite is a file, a case is a finding in it. Without findings there is a case that passed,
//! because readers take an empty report for a broken run.

use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

use super::{Options, Standpoint, wording};
use crate::cut::cut;
use crate::{Diagnostic, Place, Report, Skipped, safe};

pub(super) fn write(
    report: &Report<'_>,
    _options: &Options<'_>,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let suites = suites(report);
    let mut xml = Writer::new_with_indent(Vec::new(), b' ', 2);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let cases = || suites.iter().flat_map(|suite| &suite.cases);
    let mut root = BytesStart::new("testsuites");
    root.push_attribute(("name", Report::TOOL));
    push_counts(&mut root, cases());
    xml.write_event(Event::Start(root))?;
    for suite in &suites {
        suite.write(&mut xml)?;
    }
    xml.write_event(Event::End(BytesEnd::new("testsuites")))?;
    let mut bytes = xml.into_inner();
    bytes.push(b'\n');
    out.write_all(&bytes)
}

struct Suite {
    name: String,
    cases: Vec<Case>,
}

struct Case {
    name: String,
    class: String,
    outcome: Outcome,
}

enum Outcome {
    Passed,
    Failed {
        level: &'static str,
        message: String,
        text: String,
    },
    Remarked(String),
    Skipped(String),
    /// The run failed, and not what it looked at.
    Broken(String),
}

fn suites(report: &Report<'_>) -> Vec<Suite> {
    let mut suites: Vec<Suite> = report
        .diagnostics
        .chunk_by(|left, right| left.place.file == right.place.file)
        .map(|diagnostics| {
            let name = safe::line(report.files.name(diagnostics[0].place.file)).into_owned();
            let cases = diagnostics.iter();
            Suite {
                cases: cases.map(|diagnostic| case(report, diagnostic)).collect(),
                name,
            }
        })
        .collect();
    let mut whole = Vec::new();
    let failure = report.summary.failure.as_deref();
    whole.extend(failure.map(|failure| Case {
        name: "the run came to no result".to_owned(),
        class: Report::TOOL.to_owned(),
        outcome: Outcome::Broken(safe::line(failure).into_owned()),
    }));
    match report.beyond(report.diagnostics.len()) {
        0 if suites.is_empty() && failure.is_none() => whole.push(Case {
            name: format!("no finding in {} records", report.summary.records),
            class: Report::TOOL.to_owned(),
            outcome: Outcome::Passed,
        }),
        0 => {}
        more => whole.push(Case {
            name: "findings that are not listed".to_owned(),
            class: Report::TOOL.to_owned(),
            outcome: beyond_the_limit(report, more),
        }),
    }
    whole.extend(report.summary.skipped.iter().map(skipped));
    if !whole.is_empty() {
        suites.push(Suite {
            name: Report::TOOL.to_owned(),
            cases: whole,
        });
    }
    suites
}

/// What is not listed fails where one of it would.
fn beyond_the_limit(report: &Report<'_>, more: u64) -> Outcome {
    let message = format!("{more} more beyond the limit of listed findings");
    match report.failures_beyond() {
        0 => Outcome::Remarked(message),
        _ => Outcome::Failed {
            level: "error",
            message,
            text: String::new(),
        },
    }
}

fn case(report: &Report<'_>, diagnostic: &Diagnostic) -> Case {
    let Place { file, from, .. } = &diagnostic.place;
    let rule = diagnostic.rule.name;
    let message = safe::line(&cut(&diagnostic.message)).into_owned();
    let severity = diagnostic.severity.name();
    let mut lines = vec![
        format!("{severity}[{rule}]: {message}"),
        wording::place(report.files.name(*file), &diagnostic.place),
    ];
    lines.extend(wording::details(report, Standpoint::default(), diagnostic));
    let text = lines.join("\n");
    Case {
        // Readers tell cases apart by class and name.
        name: format!("{rule} at {}:{}: {message}", from.line, from.column),
        class: safe::line(report.files.name(*file)).into_owned(),
        outcome: if diagnostic.is_remark() {
            Outcome::Remarked(text)
        } else {
            Outcome::Failed {
                level: severity,
                message,
                text,
            }
        },
    }
}

fn skipped(skipped: &Skipped) -> Case {
    let what = safe::line(&skipped.what);
    Case {
        name: match skipped.count {
            Some(count) => format!("{what} ({count})"),
            None => what.into_owned(),
        },
        class: Report::TOOL.to_owned(),
        outcome: Outcome::Skipped(safe::line(&skipped.why).into_owned()),
    }
}

impl Suite {
    fn write(&self, xml: &mut Writer<Vec<u8>>) -> io::Result<()> {
        let mut start = BytesStart::new("testsuite");
        start.push_attribute(("name", self.name.as_str()));
        push_counts(&mut start, self.cases.iter());
        // All suites together have none: readers' schemas know it here only.
        let is_skipped = |case: &&Case| matches!(case.outcome, Outcome::Skipped(_));
        let skipped = self.cases.iter().filter(is_skipped).count();
        start.push_attribute(("skipped", skipped.to_string().as_str()));
        xml.write_event(Event::Start(start))?;
        for case in &self.cases {
            case.write(xml)?;
        }
        xml.write_event(Event::End(BytesEnd::new("testsuite")))
    }
}

impl Case {
    fn write(&self, xml: &mut Writer<Vec<u8>>) -> io::Result<()> {
        let mut start = BytesStart::new("testcase");
        start.push_attribute(("name", self.name.as_str()));
        start.push_attribute(("classname", self.class.as_str()));
        let (name, attributes, text) = match &self.outcome {
            Outcome::Passed => return xml.write_event(Event::Empty(start)),
            Outcome::Failed {
                level,
                message,
                text,
            } => {
                let attributes = vec![("type", *level), ("message", message.as_str())];
                ("failure", attributes, text.as_str())
            }
            Outcome::Remarked(text) => ("system-out", vec![], text.as_str()),
            Outcome::Skipped(why) => ("skipped", vec![("message", why.as_str())], ""),
            Outcome::Broken(why) => {
                let attributes = vec![("type", "failure"), ("message", why.as_str())];
                ("error", attributes, "")
            }
        };
        xml.write_event(Event::Start(start))?;
        let inner = BytesStart::new(name).with_attributes(attributes);
        if text.is_empty() {
            xml.write_event(Event::Empty(inner))?;
        } else {
            xml.write_event(Event::Start(inner))?;
            xml.write_event(Event::Text(BytesText::new(text)))?;
            xml.write_event(Event::End(BytesEnd::new(name)))?;
        }
        xml.write_event(Event::End(BytesEnd::new("testcase")))
    }
}

fn push_counts<'c>(element: &mut BytesStart<'_>, cases: impl Iterator<Item = &'c Case>) {
    let (mut tests, mut failures, mut errors) = (0, 0, 0);
    for case in cases {
        tests += 1;
        failures += usize::from(matches!(case.outcome, Outcome::Failed { .. }));
        errors += usize::from(matches!(case.outcome, Outcome::Broken(_)));
    }
    for (name, count) in [("tests", tests), ("failures", failures), ("errors", errors)] {
        element.push_attribute((name, count.to_string().as_str()));
    }
}
